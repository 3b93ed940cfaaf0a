//! Whether a PDF is whole. The parser makes the best of one that is not: it looks for what is left, and says nothing of it.
//!
//! # References
//! ISO 32000-2, 7.5.5 “File trailer”: at the end stand `startxref`, the place of the table of what is in the file, and `%%EOF`.

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::Dict;
use hayro::hayro_syntax::object::dict::keys::{COUNT, PAGES};
use memchr::memmem;

/// Programs write a little behind the end; so many bytes before the end are looked through for it, as Acrobat does.
const LAST: usize = 1024;

/// What is said of a file that is not whole, by how many of its pages were found; nothing of one that is.
pub(super) fn warning(pdf: &Pdf, bytes: &[u8]) -> Option<String> {
    let found = pdf.pages().len();
    let stated = stated_pages(pdf);
    let pages = match stated {
        Some(stated) if stated != found => format!("{found} of its {stated} pages could be read"),
        _ => match found {
            1 => "one page could be read, and there may have been more".to_owned(),
            _ => format!("{found} pages could be read, and there may have been more"),
        },
    };
    let get = "download or save it again";
    if !has_end(bytes) {
        return Some(format!("the file breaks off before its end: {pages}; {get}"));
    }
    if !has_table(bytes) {
        return Some(format!("the file is damaged and was repaired: {pages}; {get}"));
    }
    let has_fewer = stated.is_some_and(|stated| found < stated);
    has_fewer.then(|| format!("pages of the file are missing or damaged: {pages}; {get}"))
}

/// How many pages the file says that it has.
fn stated_pages(pdf: &Pdf) -> Option<usize> {
    let root: Dict<'_> = pdf.xref().get(pdf.xref().root_id())?;
    let count: i32 = root.get::<Dict<'_>>(PAGES)?.get(COUNT)?;
    usize::try_from(count).ok()
}

fn has_end(bytes: &[u8]) -> bool {
    // Some programs fill a block with zeros.
    let filled = bytes.iter().rev().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0).count();
    let end = bytes.len() - filled;
    memmem::rfind(&bytes[end.saturating_sub(LAST)..end], b"%%EOF").is_some()
}

/// Whether the table, or the stream that stands for it, begins where the file says last. Places are counted from `%PDF-`, or, in
/// many files with lines before that, from the first byte.
fn has_table(bytes: &[u8]) -> bool {
    let Some(at) = memmem::rfind(bytes, b"startxref") else { return false };
    let rest = bytes.get(at + b"startxref".len()..).unwrap_or_default().trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let stated = std::str::from_utf8(rest.get(..digits).unwrap_or_default()).ok();
    let Some(stated) = stated.and_then(|digits| digits.parse::<usize>().ok()) else { return false };
    let header = memmem::find(bytes.get(..LAST).unwrap_or(bytes), b"%PDF-").unwrap_or(0);
    [0, header].into_iter().any(|before| {
        let there = before.checked_add(stated).and_then(|at| bytes.get(at..)).unwrap_or_default().trim_ascii_start();
        there.starts_with(b"xref") || is_object(there)
    })
}

/// Whether bytes begin as an object does: `12 0 obj`.
fn is_object(bytes: &[u8]) -> bool {
    let start = bytes.get(..40).unwrap_or(bytes);
    let mut words = start.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_number = |word: Option<&[u8]>| word.is_some_and(|word| word.iter().all(u8::is_ascii_digit));
    is_number(words.next()) && is_number(words.next()) && words.next().is_some_and(|word| word.starts_with(b"obj"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_an_end_and_its_table_where_it_says() {
        let body = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n";
        let with = |at: usize, table: &str, end: &str| {
            let mut file = body.to_vec();
            file.extend_from_slice(format!("{table}\nstartxref\n{at}\n{end}").as_bytes());
            file
        };
        let whole = with(body.len(), "xref\n0 1", "%%EOF\n\n");
        assert!(has_end(&whole) && has_table(&whole));
        let stream = with(body.len(), "12 0 obj <</Type/XRef>>", "%%EOF\0\0\0");
        assert!(has_end(&stream) && has_table(&stream));
        assert!(has_table(&[b"From: a mail\n".as_slice(), &whole].concat()), "lines before it");
        assert!(!has_end(&with(body.len(), "xref", "")) && !has_end(body) && !has_end(b""));
        for broken in [with(3, "xref", "%%EOF"), with(usize::MAX, "xref", "%%EOF"), body.to_vec(), Vec::new()] {
            assert!(!has_table(&broken), "{}", String::from_utf8_lossy(&broken));
        }
    }
}
