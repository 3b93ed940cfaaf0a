//! Comma-separated values (RFC 4180): rows of fields, quoted or not; a semicolon or a tab may stand for the comma.

use thiserror::Error;

/// Why a text is no table.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CsvError {
    /// Not UTF-8.
    #[error("the text is not UTF-8 (byte {0}); save it as UTF-8 and try again")]
    NotUtf8(usize),
    /// A quoted field without its end.
    #[error("line {0}: a quotation mark is never closed")]
    Open(usize),
}

/// The rows of a table, those that are empty left out.
///
/// # Errors
/// [`CsvError`] says where it is broken.
pub fn read(bytes: &[u8]) -> Result<Vec<Vec<String>>, CsvError> {
    let text = std::str::from_utf8(bytes).map_err(|error| CsvError::NotUtf8(error.valid_up_to()))?;
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let separator = [',', ';', '\t'].into_iter().find(|&sign| head.contains(sign)).unwrap_or(',');
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut opened_at, mut line) = (false, 1, 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => (quoted, opened_at) = (true, line),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            letter if letter == separator && !quoted => row.push(std::mem::take(&mut field)),
            letter => field.push(letter),
        }
    }
    if quoted {
        return Err(CsvError::Open(opened_at));
    }
    row.push(field);
    rows.push(row);
    rows.retain(|row| row.iter().any(|field| !field.trim().is_empty()));
    Ok(rows)
}

/// A row as RFC 4180 has it, with its line end: what has a comma, a quotation mark, a line end, or white space at either
/// end in it stands in quotation marks.
pub fn row<S: AsRef<str>>(fields: impl IntoIterator<Item = S>) -> String {
    let mut row = String::new();
    let mut is_first = true;
    for field in fields {
        let field = field.as_ref();
        if !std::mem::take(&mut is_first) {
            row.push(',');
        }
        let is_plain = !field.contains(['"', ',', ';', '\t', '\r', '\n']) && field.trim() == field;
        if is_plain {
            row.push_str(field);
        } else {
            row.push('"');
            row.push_str(&field.replace('"', "\"\""));
            row.push('"');
        }
    }
    row.push_str("\r\n");
    row
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_row_that_was_written_is_read_as_it_was(fields in proptest::collection::vec("[a-z,;\"\r\n\t ж]{0,6}", 2..5)) {
            // A row of nothing but white space counts as none.
            prop_assume!(fields.iter().any(|field| !field.trim().is_empty()));
            let text = format!("{}{}", row(["one", "two"]), row(&fields));
            prop_assert_eq!(&read(text.as_bytes()).unwrap()[1], &fields);
        }
    }

    #[test]
    fn a_row_is_written_as_rfc_4180_has_it() {
        assert_eq!(
            row(["a", "b,c", "say \"so\"", "", "two\nlines", " x"]),
            "a,\"b,c\",\"say \"\"so\"\"\",,\"two\nlines\",\" x\"\r\n"
        );
    }

    #[test]
    fn fields_are_read_with_and_without_quotes() {
        let rows = read(
            "\u{feff}title,lon,lat\r\n\"Kramatorsk, \"\"Краматорськ\"\"\",37.58,48.74\n\n\"two\nlines\",1,2".as_bytes(),
        );
        assert_eq!(
            rows.unwrap(),
            [
                vec!["title", "lon", "lat"],
                vec!["Kramatorsk, \"Краматорськ\"", "37.58", "48.74"],
                vec!["two\nlines", "1", "2"]
            ]
        );
        assert_eq!(read(b"a;b\n1,5;2").unwrap()[1], ["1,5", "2"]);
        assert_eq!(read(b"a,b\n\"open,1\n2"), Err(CsvError::Open(2)));
        assert_eq!(read(b"\xff"), Err(CsvError::NotUtf8(0)));
        assert!(read(b"").unwrap().is_empty());
    }
}
