//! Files packed with gzip (RFC 1952): unpacked as far as a limit, since a few bytes can unpack to any number.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use thiserror::Error;

use crate::geometry::work::{self, Revocable};

/// How the name of such a file ends, after the ending of what is packed.
pub const EXTENSION: &str = "gz";

/// Why a file cannot be unpacked.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum GzipError {
    /// Its end is missing, or a byte of it has changed.
    #[error("the gzip file is cut short or damaged; download or copy it again")]
    Damaged,
    /// Nobody wants it any more.
    #[error("unpacking it was cancelled")]
    Cancelled,
    /// It unpacks to more than can be read.
    #[error("it unpacks to more than {0} MB, which is the limit")]
    TooLarge(usize),
}

/// Whether bytes begin as a gzip file does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b\x08")
}

/// What is packed, if it is; otherwise the bytes as they are. No more than `most` bytes come out.
///
/// # Errors
/// [`GzipError`].
pub fn unpack(bytes: Cow<'_, [u8]>, most: usize) -> Result<Cow<'_, [u8]>, GzipError> {
    if !is_gzip(&bytes) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    let limit = most as u64 + 1;
    let read = Revocable(MultiGzDecoder::new(&*bytes)).take(limit).read_to_end(&mut unpacked);
    read.map_err(|_| if work::is_cancelled() { GzipError::Cancelled } else { GzipError::Damaged })?;
    if unpacked.len() > most { Err(GzipError::TooLarge(most >> 20)) } else { Ok(Cow::Owned(unpacked)) }
}

/// A name without the ending of a packed file.
pub fn unpacked_name(name: &str) -> &str {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    if end.eq_ignore_ascii_case(EXTENSION) { stem } else { name }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_packed_comes_out_and_all_else_stays_as_it_is() {
        assert_eq!(&*unpack(packed(b"{}").into(), 10).unwrap(), b"{}");
        assert_eq!(&*unpack(b"{}"[..].into(), 10).unwrap(), b"{}");
        assert_eq!(unpacked_name("a.geojson.GZ"), "a.geojson");
        assert_eq!(unpacked_name("a.geojson"), "a.geojson");
    }

    #[test]
    fn what_breaks_off_or_swells_is_an_error() {
        let whole = packed(&[b'a'; 5000]);
        for cut in [4, 12, whole.len() - 1] {
            assert_eq!(unpack(whole[..cut].into(), 5000), Err(GzipError::Damaged));
        }
        let bomb = packed(&vec![0; (8 << 20) + 1]);
        assert!(bomb.len() < 10_000, "small as a bomb is");
        assert_eq!(unpack(bomb.clone().into(), 8 << 20), Err(GzipError::TooLarge(8)));
        let work = crate::geometry::work::Work::default();
        work.cancel();
        assert_eq!(work.run(|| unpack(bomb.into(), 8 << 20)), Err(GzipError::Cancelled));
    }
}
