//! Fonts in the web's first container, WOFF 1.0, unpacked to the TrueType files that they were: so they take half the
//! room in the program.
//!
//! # References
//! * WOFF File Format 1.0, W3C Recommendation of 13 December 2012.

use std::io::Read as _;

/// No font of ours is larger than this when it is unpacked.
const MOST_BYTES: u64 = 64 << 20;

/// The TrueType or OpenType file of a WOFF file; `None` if the bytes are none, or damaged.
pub(super) fn unpacked(woff: &[u8]) -> Option<Vec<u8>> {
    let u16_at = |at: usize| Some(u16::from_be_bytes(woff.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_be_bytes(woff.get(at..at + 4)?.try_into().ok()?));
    if woff.get(..4)? != b"wOFF" {
        return None;
    }
    let tables = u16_at(12)?;
    let mut directory = Vec::new();
    let mut body = Vec::new();
    let body_at = 12 + 16 * u32::from(tables);
    for table in 0..usize::from(tables) {
        let entry = 44 + 20 * table;
        let (start, packed, whole) = (u32_at(entry + 4)?, u32_at(entry + 8)?, u32_at(entry + 12)?);
        let bytes = woff.get(start as usize..(start as usize).checked_add(packed as usize)?)?;
        directory.extend_from_slice(woff.get(entry..entry + 4)?);
        directory.extend_from_slice(woff.get(entry + 16..entry + 20)?);
        directory.extend_from_slice(&(body_at.checked_add(u32::try_from(body.len()).ok()?)?).to_be_bytes());
        directory.extend_from_slice(&whole.to_be_bytes());
        let before = body.len();
        if packed < whole {
            flate2::read::ZlibDecoder::new(bytes).take(u64::from(whole).min(MOST_BYTES)).read_to_end(&mut body).ok()?;
        } else {
            body.extend_from_slice(bytes);
        }
        if body.len() - before != whole as usize {
            return None;
        }
        body.resize(body.len().next_multiple_of(4), 0);
    }
    // The numbers that help a binary search of the directory.
    let exponent = tables.checked_ilog2()?;
    let search = 16u16.checked_mul(1 << exponent)?;
    let mut font = woff.get(4..8)?.to_vec();
    for number in [tables, search, exponent as u16, (16 * tables).checked_sub(search)?] {
        font.extend_from_slice(&number.to_be_bytes());
    }
    font.append(&mut directory);
    font.append(&mut body);
    Some(font)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_font_is_refused() {
        let font = include_bytes!("../../../assets/fonts/NotoSans-thai-400.woff");
        assert!(unpacked(font).is_some());
        assert_eq!(unpacked(b""), None);
        assert_eq!(unpacked(b"wOFF"), None);
        for cut in (0..font.len()).step_by(97) {
            assert_eq!(unpacked(&font[..cut]), None, "{cut}");
        }
        for at in 0..300 {
            let mut damaged = font.to_vec();
            damaged[at] = 0xFF;
            // Nothing but that it returns, whatever it finds.
            let _ = unpacked(&damaged);
        }
    }
}
