//! Delimiter-separated values (RFC 4180): rows of fields, quoted or not, with a comma, a semicolon, a tab or a bar between
//! them; and numbers with a decimal point or comma.

use csv::{ByteRecord, ReaderBuilder, Terminator, WriterBuilder};
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
    /// A row that has more fields than the first.
    #[error(
        "line {line} has {fields} fields, and the first row {columns}; where numbers have a decimal comma, put them in \
         quotation marks or separate the fields by semicolons"
    )]
    TooMany {
        /// Which line, counted from 1.
        line: usize,
        /// How many it has.
        fields: usize,
        /// How many the first has.
        columns: usize,
    },
}

/// What may stand between fields.
pub const SEPARATORS: [u8; 4] = *b",;\t|";

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line in which it begins, counted from 1.
    pub line: usize,
    /// Its fields.
    pub fields: Vec<String>,
}

/// The rows of a table, those that are empty left out. What separates their fields is what divides the first row most.
///
/// # Errors
/// [`CsvError`] says where it is broken.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, CsvError> {
    read_separated(bytes).map(|(rows, _)| rows)
}

/// As [`read`], with what separates the fields.
///
/// # Errors
/// [`CsvError`] says where it is broken.
pub fn read_separated(bytes: &[u8]) -> Result<(Vec<Row>, u8), CsvError> {
    let text = std::str::from_utf8(bytes).map_err(|error| CsvError::NotUtf8(error.valid_up_to()))?;
    let text = text.trim_start_matches('\u{feff}');
    let separator = separator_of(text);
    let mut rows: Vec<Row> = Vec::new();
    each_row(text, separator, |line, fields| {
        rows.push(Row { line, fields: fields.map(|(_, field)| field.to_owned()).collect() });
    })?;
    Ok((rows, separator))
}

/// What divides the first row most.
pub fn separator_of(text: &str) -> u8 {
    let fields_of_head = |separator: &u8| records(text, *separator).next().map_or(0, |record| record.len());
    // Of several that divide it alike, the first counts.
    SEPARATORS.iter().rev().copied().max_by_key(|separator| fields_of_head(separator)).unwrap_or(b',')
}

/// Calls for each row of a text that is not empty, with its line and its fields by their columns.
///
/// # Errors
/// [`CsvError`] says where it is broken.
pub fn each_row(
    text: &str,
    separator: u8,
    mut each: impl FnMut(usize, &mut dyn Iterator<Item = (usize, &str)>),
) -> Result<(), CsvError> {
    let mut columns = None;
    let (mut line, mut counted) = (1, 0);
    for record in records(text, separator) {
        // A record is said to begin before the line ends that it comes after.
        let start = record.position().map_or(counted, |position| position.byte() as usize);
        let ends = text.bytes().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = (start + ends).max(counted);
        line += memchr::memchr_iter(b'\n', text.as_bytes().get(counted..start).unwrap_or_default()).count();
        counted = start;
        // What is cut out of a text at signs of ASCII is text.
        let field =
            |column: usize| record.get(column).and_then(|field| std::str::from_utf8(field).ok()).unwrap_or_default();
        let is_empty = |column: usize| field(column).trim().is_empty();
        if (0..record.len()).all(is_empty) {
            continue;
        }
        let most = *columns.get_or_insert(record.len());
        let mut count = record.len();
        while count > most && is_empty(count - 1) {
            count -= 1;
        }
        if count > most {
            return Err(CsvError::TooMany { line, fields: count, columns: most });
        }
        each(line, &mut (0..count).map(|column| (column, field(column))));
    }
    // A field that is never closed goes to the end of the text.
    open_quote(text, separator).map_or(Ok(()), |line| Err(CsvError::Open(line)))
}

fn records(text: &str, separator: u8) -> impl Iterator<Item = ByteRecord> {
    let reader =
        ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    // Bytes at hand that need not be as many in each row cannot fail.
    reader.into_byte_records().map_while(Result::ok)
}

/// The line in which a field begins that is quoted and not closed.
fn open_quote(text: &str, separator: u8) -> Option<usize> {
    let (mut opened_at, mut line, mut begins) = (None, 1, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (opened_at, byte) {
            (Some(_), b'"') if bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            (Some(_), b'"') => opened_at = None,
            (None, b'"') if begins => opened_at = Some(line),
            _ => {}
        }
        line += usize::from(byte == b'\n');
        begins = opened_at.is_none() && (byte == separator || byte == b'\n' || byte == b'\r');
    }
    opened_at
}

/// A number with a decimal point or a decimal comma.
pub fn number(field: &str) -> Option<f64> {
    let field = field.trim().replace('−', "-");
    let number = field.parse().ok().or_else(|| {
        let (whole, part) = field.split_once(',')?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit()) && !whole.contains('.');
        if digits { format!("{whole}.{part}").parse().ok() } else { None }
    });
    number.filter(|number: &f64| number.is_finite())
}

/// Rows as RFC 4180 has them, each with its line end CR LF: quoted is what has a comma, a quotation mark or a line end in
/// it.
pub fn write<R, S>(rows: impl IntoIterator<Item = R>) -> String
where
    R: IntoIterator<Item = S>,
    S: AsRef<[u8]>,
{
    write_with(b',', rows)
}

/// The same with another sign between the fields.
pub fn write_with<R, S>(separator: u8, rows: impl IntoIterator<Item = R>) -> String
where
    R: IntoIterator<Item = S>,
    S: AsRef<[u8]>,
{
    let mut writer =
        WriterBuilder::new().delimiter(separator).terminator(Terminator::CRLF).flexible(true).from_writer(Vec::new());
    for row in rows {
        // Into memory nothing fails, and rows need not be alike.
        if writer.write_record(row).is_err() {
            break;
        }
    }
    // It is made of texts.
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// One such row.
pub fn row<S: AsRef<[u8]>>(fields: impl IntoIterator<Item = S>) -> String {
    write([fields])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_row_that_was_written_is_read_as_it_was(fields in proptest::collection::vec("[a-z,\"\r\n ж]{0,6}", 2..5)) {
            // A row of nothing but white space counts as none.
            prop_assume!(fields.iter().any(|field| !field.trim().is_empty()));
            let head = (0..fields.len()).map(|column| column.to_string());
            let text = format!("{}{}", row(head), row(&fields));
            prop_assert_eq!(&read(text.as_bytes()).unwrap()[1].fields, &fields);
        }
    }

    #[test]
    fn a_row_is_written_as_rfc_4180_has_it() {
        assert_eq!(
            row(["a", "b,c", "say \"so\"", "", "two\nlines", " x"]),
            "a,\"b,c\",\"say \"\"so\"\"\",,\"two\nlines\", x\r\n"
        );
    }

    fn fields(text: &str) -> Vec<Vec<String>> {
        read(text.as_bytes()).expect("a table").into_iter().map(|row| row.fields).collect()
    }

    #[test]
    fn fields_are_read_with_and_without_quotes() {
        let text =
            "\u{feff}title,lon,lat\r\n\"Kramatorsk, \"\"Краматорськ\"\"\",37.58,48.74\n\n\"two\nlines\",1,2,\nlast,3,4";
        assert_eq!(
            fields(text),
            [
                vec!["title", "lon", "lat"],
                vec!["Kramatorsk, \"Краматорськ\"", "37.58", "48.74"],
                vec!["two\nlines", "1", "2"],
                vec!["last", "3", "4"]
            ]
        );
        let lines: Vec<usize> = read(text.as_bytes()).unwrap().iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 2, 4, 6]);
        assert_eq!(read(b"a,b\n\"open,1\n2"), Err(CsvError::Open(2)));
        assert_eq!(read(b"a,b\n\"open"), Err(CsvError::Open(2)));
        assert_eq!(read(b"\xff"), Err(CsvError::NotUtf8(0)));
        assert!(read(b"").unwrap().is_empty());
    }

    #[test]
    fn commas_semicolons_tabs_and_bars_are_told_apart() {
        for separator in [",", ";", "\t", "|"] {
            let text =
                ["title,lat,lon", "\"48,5\",\"37,25\",x"].join("\n").replace("\"48,5\"", "A").replace("\"37,25\"", "B");
            assert_eq!(fields(&text.replace(',', separator))[1], ["A", "B", "x"], "{separator:?}");
        }
        assert_eq!(fields("a;b\n1,5;2")[1], ["1,5", "2"]);
        assert_eq!(fields("\"a, b, c, d\";lat;lon\nx;48,5;37,25")[1], ["x", "48,5", "37,25"]);
        assert_eq!(fields("title,lat,lon\nx,\"48,5\",\"37,25\"")[1], ["x", "48,5", "37,25"]);
    }

    #[test]
    fn a_decimal_comma_without_quotes_is_not_taken_for_another_field() {
        let error = read(b"title,lat,lon\nx,48,5,37,25").unwrap_err();
        assert_eq!(error, CsvError::TooMany { line: 2, fields: 5, columns: 3 });
    }

    #[test]
    fn numbers_have_a_decimal_point_or_comma() {
        let cases = [("48,7389", 48.7389), (" 48.7389 ", 48.7389), ("−3,5", -3.5), ("1e2", 100.0), ("7", 7.0)];
        for (text, expected) in cases {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in ["", "1.000,5", "1,2,3", "x", "1e999", "NaN", "1,5e3"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
