//! What a reader found as bytes and back, for the way between two processes: a first line, then fields, each a line with its
//! name and length, its bytes, and a line's end.

use encoding_rs::Encoding;
use thiserror::Error;

use super::{Content, Other, Said};

/// The first line.
const FIRST: &[u8] = b"claimline-document/1\n";

/// Other pages that are told of.
const MOST_OTHERS: usize = 20_000;

/// The bytes are not what [`write_content`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the answer of the reading process makes no sense")]
pub struct TransferError;

/// Writes what was found.
pub fn write_content(content: &Content) -> Vec<u8> {
    let mut out = FIRST.to_vec();
    let mut field = |name: &str, bytes: &[u8]| {
        out.extend_from_slice(format!("{name} {}\n", bytes.len()).as_bytes());
        out.extend_from_slice(bytes);
        out.push(b'\n');
    };
    for text in &content.texts {
        field("text", text.as_bytes());
    }
    if content.is_paged {
        field("paged", b"");
    }
    if content.is_guessed {
        field("guessed", b"");
    }
    if let Some(encoding) = content.encoding {
        field("encoding", encoding.as_bytes());
    }
    let said = &content.said;
    let all = [
        ("title", &said.title),
        ("author", &said.author),
        ("site", &said.site),
        ("date", &said.date),
        ("address", &said.address),
        ("saved", &said.saved),
    ];
    for (name, words) in all {
        if let Some(words) = words {
            field(name, words.as_bytes());
        }
    }
    for other in content.others.iter().take(MOST_OTHERS) {
        field("other-address", other.address.as_bytes());
        field("other-title", other.title.as_bytes());
        field("other-saved", other.saved.as_bytes());
    }
    for warning in &content.warnings {
        field("warning", warning.as_bytes());
    }
    field("end", b"");
    out
}

/// Reads it again.
///
/// # Errors
/// [`TransferError`] where the bytes are cut short or anything else.
pub fn read_content(bytes: &[u8]) -> Result<Content, TransferError> {
    let mut rest = bytes.strip_prefix(FIRST).ok_or(TransferError)?;
    let mut content = Content::default();
    let mut said = Said::default();
    loop {
        let line_end = memchr::memchr(b'\n', rest.get(..64).unwrap_or(rest)).ok_or(TransferError)?;
        let line = std::str::from_utf8(&rest[..line_end]).map_err(|_| TransferError)?;
        let (name, length) = line.split_once(' ').ok_or(TransferError)?;
        let length: usize = length.parse().map_err(|_| TransferError)?;
        rest = &rest[line_end + 1..];
        let value = rest.get(..length).ok_or(TransferError)?;
        let value = std::str::from_utf8(value).map_err(|_| TransferError)?.to_owned();
        rest = rest.get(length..).and_then(|rest| rest.strip_prefix(b"\n")).ok_or(TransferError)?;
        let other = content.others.last_mut();
        match (name, other) {
            ("text", _) => content.texts.push(value),
            ("paged", _) => content.is_paged = true,
            ("guessed", _) => content.is_guessed = true,
            ("encoding", _) => content.encoding = Encoding::for_label(value.as_bytes()).map(Encoding::name),
            ("title", _) => said.title = Some(value),
            ("author", _) => said.author = Some(value),
            ("site", _) => said.site = Some(value),
            ("date", _) => said.date = Some(value),
            ("address", _) => said.address = Some(value),
            ("saved", _) => said.saved = Some(value),
            ("other-address", _) => content.others.push(Other { address: value, ..Other::default() }),
            ("other-title", Some(other)) => other.title = value,
            ("other-saved", Some(other)) => other.saved = value,
            ("warning", _) => content.warnings.push(value),
            ("end", _) if rest.is_empty() => break,
            _ => return Err(TransferError),
        }
    }
    content.said = said;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_comes_over_as_it_was_and_nothing_else_does() {
        let other = Other { address: "https://example.org/ä".into(), title: "T\n2".into(), saved: "2025".into() };
        let content = Content {
            texts: vec!["one\n\ntext 3\n".into(), String::new(), "ü".into()],
            is_paged: true,
            encoding: Some("windows-1251"),
            is_guessed: true,
            said: Said { title: Some("A".into()), site: Some("S".into()), saved: Some("B".into()), ..Said::default() },
            others: vec![other.clone(), other],
            warnings: vec!["w".into()],
        };
        let bytes = write_content(&content);
        assert_eq!(read_content(&bytes), Ok(content));
        for end in 0..bytes.len() {
            assert_eq!(read_content(&bytes[..end]), Err(TransferError));
        }
        assert_eq!(read_content(b"claimline-document/1\ntext 99999999999999999999\n"), Err(TransferError));
        assert_eq!(read_content(b"claimline-document/1\nother-title 1\nx\nend 0\n\n"), Err(TransferError));
    }
}
