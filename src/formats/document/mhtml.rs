//! MHTML: a page and what belongs to it in one message of mail, as browsers save it.
//!
//! # References
//! RFC 2557; RFC 2046, 5.1 “Multipart media type”; RFC 2045, 6.7 and 6.8 for quoted-printable and base64; RFC 2047 for words in
//! heads.

use std::borrow::Cow;

use encoding_rs::Encoding;
use memchr::memmem;

use super::http::{self, Head};
use super::{Content, DocumentError, Input, Kind, Said};

/// A page in a message of mail.
pub(super) const KIND: Kind = Kind {
    id: "mhtml",
    label: "Web archive (MHTML)",
    extensions: &["mhtml", "mht"],
    sniff: |candidate| {
        if candidate.is_named_as_text() {
            return false;
        }
        let head = http::split(candidate.start().trim_ascii_start()).0;
        let head = Head::read(head);
        let is_message = head.get("mime-version").is_some()
            || head.get("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("multipart/related"));
        is_message && head.get("content-type").is_some() && super::super::text::binary_kind(candidate.bytes).is_none()
    },
    read,
    most_bytes: super::MAX_BYTES,
    is_apart: false,
};

/// Messages within messages.
const DEEPEST: usize = 6;

/// Parts that are looked at.
const MOST_PARTS: usize = 20_000;

/// A part that holds a text.
struct Part<'a> {
    head: Head,
    body: &'a [u8],
}

fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let (head, body) = http::split(input.bytes.trim_ascii_start());
    let head = Head::read(head);
    let said = Said {
        title: head.get("subject").map(words_of_head),
        saved: head.get("date").map(str::to_owned),
        address: head.get("snapshot-content-location").map(str::to_owned),
        ..Said::default()
    };
    let mut parts = Vec::new();
    let start = http::parameter(head.get("content-type").unwrap_or_default(), "start");
    let mut left = MOST_PARTS;
    let breaks_off = breaks_off(&head, body);
    texts_of(Part { head, body }, 0, &mut left, &mut parts);
    let is_start = |part: &&Part<'_>| part.head.get("content-id").is_some_and(|id| start.as_deref() == Some(id));
    let is_html = |part: &&Part<'_>| matches!(part.head.media_type().as_str(), "text/html" | "application/xhtml+xml");
    let page = parts.iter().find(is_start).or_else(|| parts.iter().find(is_html)).or(parts.first());
    let page = page.ok_or(DocumentError::NoPages)?;
    let bytes = decoded(&page.head, page.body);
    let name = if is_html(&page) { "page.html" } else { "page.txt" };
    let address = page.head.get("content-location").filter(|address| address.starts_with("http")).map(str::to_owned);
    let packed =
        Input { file_name: name, bytes: &bytes, address: None, encoding: page.head.encoding(), depth: input.depth + 1 };
    let mut content = super::read_input(&packed)?;
    if breaks_off {
        content.warnings.push(super::BREAKS_OFF.to_owned());
    }
    content.said = Said { title: None, ..content.said }.or(said).or(Said { address, ..Said::default() }).tidied();
    Ok(content)
}

/// Whether parts are not closed with the line that ends them.
fn breaks_off(head: &Head, body: &[u8]) -> bool {
    let kind = head.get("content-type").unwrap_or_default();
    let boundary = http::parameter(kind, "boundary").filter(|_| head.media_type().starts_with("multipart/"));
    boundary.is_some_and(|boundary| memmem::rfind(body, format!("\n--{boundary}--").as_bytes()).is_none())
}

/// The parts with texts, in their order, those of parts with parts among them.
fn texts_of<'a>(part: Part<'a>, depth: usize, left: &mut usize, out: &mut Vec<Part<'a>>) {
    let kind = part.head.media_type();
    if !kind.starts_with("multipart/") {
        // A part that does not say what it is is plain text.
        let is_text = kind.is_empty() || kind.starts_with("text/html") || kind.starts_with("text/plain");
        if is_text || kind == "application/xhtml+xml" {
            out.push(part);
        }
        return;
    }
    let Some(boundary) = http::parameter(part.head.get("content-type").unwrap_or_default(), "boundary") else { return };
    if depth >= DEEPEST {
        return;
    }
    let line = format!("--{boundary}");
    let finder = memmem::Finder::new(line.as_bytes());
    let begins_line = |at: usize| at == 0 || part.body.get(at - 1) == Some(&b'\n');
    let starts: Vec<usize> = finder.find_iter(part.body).filter(|at| begins_line(*at)).take(*left).collect();
    for (index, start) in starts.iter().enumerate() {
        let after = start + line.len();
        if part.body[after..].starts_with(b"--") || *left == 0 {
            break;
        }
        *left -= 1;
        let end = starts.get(index + 1).copied().unwrap_or(part.body.len());
        let whole = part.body.get(after..end).unwrap_or_default();
        let whole = whole.strip_prefix(b"\r\n").or_else(|| whole.strip_prefix(b"\n")).unwrap_or(whole);
        let (head, body) =
            if whole.starts_with(b"\r\n") || whole.starts_with(b"\n") { (&b""[..], whole) } else { http::split(whole) };
        texts_of(Part { head: Head::read(head), body }, depth + 1, left, out);
    }
}

/// A body as it was before it was made fit for mail.
fn decoded<'a>(head: &Head, body: &'a [u8]) -> Cow<'a, [u8]> {
    match head.get("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase().as_str() {
        "quoted-printable" => Cow::Owned(quoted_printable(body)),
        "base64" => Cow::Owned(base64(body)),
        _ => Cow::Borrowed(body),
    }
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let is_ended = line.ends_with(b"\n");
        // Blanks at the end of a line were put there on the way.
        let line = line.trim_ascii_end();
        let (line, goes_on) = line.strip_suffix(b"=").map_or((line, false), |line| (line, true));
        let mut at = 0;
        while let Some(byte) = line.get(at) {
            let code = line.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
            match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *byte == b'=') {
                Some(byte) => {
                    out.push(byte);
                    at += 3;
                }
                None => {
                    out.push(*byte);
                    at += 1;
                }
            }
        }
        if is_ended && !goes_on {
            out.push(b'\n');
        }
    }
    out
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in bytes {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 255) as u8);
        }
    }
    out
}

/// The words of a head: those that are not ASCII stand as `=?utf-8?Q?…?=`.
fn words_of_head(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("=?") {
        let mut fields = after.splitn(4, '?');
        let parsed = (|| {
            let (charset, kind, words, left) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            let left = left.strip_prefix('=')?;
            let bytes = match kind {
                "Q" | "q" => quoted_printable(words.replace('_', " ").as_bytes()),
                "B" | "b" => base64(words.as_bytes()),
                _ => return None,
            };
            let encoding = Encoding::for_label(charset.split('*').next()?.as_bytes())?;
            Some((encoding.decode_without_bom_handling(&bytes).0.into_owned(), left))
        })();
        match parsed {
            Some((words, left)) => {
                // White space between two such words is none.
                if !before.trim().is_empty() || out.is_empty() {
                    out.push_str(before);
                }
                out.push_str(&words);
                rest = left;
            }
            None => {
                out.push_str(before);
                out.push_str("=?");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_s_ways_of_writing_bytes_are_read() {
        assert_eq!(quoted_printable(b"a=\r\nb=C3=A4 \r\nc=3D=zz"), "ab\u{e4}\nc==zz".as_bytes());
        assert_eq!(base64(b"Zmxv\r\nb2Q="), b"flood");
        assert_eq!(words_of_head("=?utf-8?Q?Survey_=E2=80=93?= =?UTF-8?B?w6Q=?= x =?y"), "Survey –ä x =?y");
    }
}
