//! How bytes and words are put into the files that are written: what several writers and readers agree on.

/// The keyword under which a figure carries its provenance as JSON in a PNG.
pub const PROVENANCE_KEYWORD: &str = "claimline";

/// Bytes in the alphabet of RFC 4648, as data addresses take them.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let three = chunk.iter().fold(0_u32, |sum, &byte| sum << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(three >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// The nearest whole number, halves away from zero, as `round` has it, which is a call where the processor's least
/// model has no instruction for it.
pub(super) fn nearest(value: f64) -> i64 {
    let whole = value as i64;
    let part = value - whole as f64;
    whole.saturating_add(i64::from(part >= 0.5) - i64::from(part <= -0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_rfc_4648() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
