//! Numbers as files write them.

/// Rounded to so many decimals, halves away from 0.
pub fn round(value: f64, decimals: i32) -> f64 {
    let unit = 10f64.powi(decimals);
    (value * unit).round() / unit
}

/// Two lower-case hexadecimal digits a byte, as checksums are written.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_keeps_so_many_decimals() {
        assert_eq!(round(37.123_456_78, 7), 37.123_456_8);
        assert_eq!(round(-5641.5, 0), -5642.0);
    }

    #[test]
    fn bytes_keep_their_leading_zeros() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
