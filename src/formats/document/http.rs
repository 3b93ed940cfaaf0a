//! Messages of HTTP and of mail: heads of fields, and bodies that are packed or cut into pieces for the way.
//!
//! # References
//! RFC 9110, 8.4 “Content-Encoding”; RFC 9112, 7.1 “Chunked transfer coding”; RFC 5322, 2.2 “Header fields”.

use std::io::Read as _;

use encoding_rs::Encoding;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use memchr::{memchr, memmem};

/// Fields of one head.
const MOST_FIELDS: usize = 1000;

/// The largest body, unpacked, in bytes.
pub(super) const MOST_BODY: usize = 128 << 20;

/// The fields of a head, by their names in small letters.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    fields: Vec<(String, String)>,
}

impl Head {
    /// Reads the lines of a head; one that begins with white space goes on with the line before.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut()
                    && value.len() < 100_000
                {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                if fields.len() >= MOST_FIELDS {
                    break;
                }
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self { fields }
    }

    /// The value of the first field of a name in small letters.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The kind of what follows, in small letters and without what is said of it.
    pub(super) fn media_type(&self) -> String {
        let value = self.get("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The encoding of what follows, where the head says one that is known.
    pub(super) fn encoding(&self) -> Option<&'static Encoding> {
        Encoding::for_label(parameter(self.get("content-type")?, "charset")?.as_bytes())
    }
}

/// A head and what follows it; all is head where no empty line ends it.
pub(super) fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let long = memmem::find(bytes, b"\r\n\r\n").map(|at| (at, at + 4));
    let short = memmem::find(bytes, b"\n\n").map(|at| (at, at + 2));
    let first = match (long, short) {
        (Some(long), Some(short)) => Some(if long.0 < short.0 { long } else { short }),
        (one, other) => one.or(other),
    };
    first.map_or((bytes, &[]), |(end, start)| (&bytes[..end], &bytes[start..]))
}

/// A parameter of a field: `charset` of `text/html; charset="utf-8"`.
pub(super) fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let name = name.trim().trim_start_matches(';').trim();
        let after = after.trim_start();
        let (found, left) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(';').unwrap_or((after, "")),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(found.trim().to_owned()).filter(|found| !found.is_empty());
        }
        rest = left.trim_start().trim_start_matches(';');
    }
}

/// A body as it was before it was sent. What says to be packed and is not stays as it is: many an archive has unpacked it.
/// `None` where it unpacks to more than is read, or is packed in an unknown way.
pub(super) fn body(head: &Head, bytes: &[u8]) -> Option<Vec<u8>> {
    let is_chunked = head.get("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    let mut body = if is_chunked { unchunked(bytes).unwrap_or_else(|| bytes.to_vec()) } else { bytes.to_vec() };
    let encodings = head.get("content-encoding").unwrap_or_default().to_ascii_lowercase();
    // The last one was put on last.
    for encoding in encodings.rsplit(',').map(str::trim).take(4) {
        body = match encoding {
            "gzip" | "x-gzip" if body.starts_with(b"\x1f\x8b") => unpacked(MultiGzDecoder::new(&*body))?,
            "deflate" => {
                let packed = if zlib_head(&body) { unpacked(ZlibDecoder::new(&*body)) } else { None };
                packed.or_else(|| unpacked(DeflateDecoder::new(&*body))).filter(|body| !body.is_empty()).unwrap_or(body)
            }
            "br" => match unpacked(brotli_decompressor::Decompressor::new(&*body, 4096)) {
                Some(unpacked) if !unpacked.is_empty() => unpacked,
                _ => body,
            },
            "zstd" => return None,
            _ => body,
        };
    }
    (body.len() <= MOST_BODY).then_some(body)
}

fn zlib_head(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..] if first & 15 == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

/// What a packed body holds, as far as it can be read; `None` where it is more than is read.
fn unpacked(reader: impl std::io::Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    // What comes out before a fault is the beginning of a page that was cut short.
    let _ = reader.take(MOST_BODY as u64 + 1).read_to_end(&mut out);
    (out.len() <= MOST_BODY).then_some(out)
}

/// Pieces, each after a line with its length in sixteens, as one; `None` where the bytes are no such pieces.
fn unchunked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let line_end = memchr(b'\n', rest.get(..1024).unwrap_or(rest));
        let Some(line_end) = line_end else { return (!out.is_empty()).then_some(out) };
        let line = std::str::from_utf8(&rest[..line_end]).ok()?;
        let length = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = &rest[line_end + 1..];
        if length == 0 {
            return Some(out);
        }
        let Some(piece) = rest.get(..length) else {
            out.extend_from_slice(rest);
            return Some(out);
        };
        out.extend_from_slice(piece);
        rest = &rest[length..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_bodies_are_read_as_they_were_sent() {
        let (head, body_bytes) = split(b"A: 1\r\nContent-Type: text/html;\r\n charset=\"windows-1251\"; x=1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\nd\r\ne\r\n0\r\n\r\n");
        let head = Head::read(head);
        assert_eq!((head.get("a"), head.media_type().as_str()), (Some("1"), "text/html"));
        assert_eq!(head.encoding().map(Encoding::name), Some("windows-1251"));
        assert_eq!(body(&head, body_bytes).unwrap(), b"abcd\r\ne");
        assert_eq!(body(&head, b"no chunks at all").unwrap(), b"no chunks at all");
        assert_eq!(body(&head, b"ffffffffffffffff\r\nx").unwrap(), b"x", "a length beyond all bytes");
        assert_eq!(parameter("a; b = c ; d=\"e;f\"", "d").as_deref(), Some("e;f"));
        assert_eq!(parameter("a; b", "b"), None);
        let said = |encoding: &str| Head::read(format!("content-encoding: {encoding}").as_bytes());
        assert_eq!(body(&said("gzip"), b"<html>").unwrap(), b"<html>", "an archive that has unpacked it");
        // By Python's zlib.compress(b"<p>flood</p>") and the same without head and check sum.
        let zlib = b"\x78\x9c\xb3\x29\xb0\x4b\xcb\xc9\xcf\x4f\xb1\xd1\x2f\xb0\x03\x00\x1b\x40\x04\x18";
        assert_eq!(body(&said("deflate"), zlib).unwrap(), b"<p>flood</p>");
        assert_eq!(body(&said("deflate"), &zlib[2..zlib.len() - 4]).unwrap(), b"<p>flood</p>");
        assert_eq!(body(&said("zstd"), b"x"), None);
    }
}
