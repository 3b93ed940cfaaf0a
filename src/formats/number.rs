//! Numbers as files write them.

/// Rounded to so many decimals, halves away from 0.
pub fn round(value: f64, decimals: i32) -> f64 {
    let unit = 10f64.powi(decimals);
    (value * unit).round() / unit
}

/// A finite number in a text that holds nothing else but white space around it; `inf` and `nan` are none.
pub fn of_text(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if is_plain { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
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
    fn numbers_in_text_are_finite() {
        for (text, expected) in [("0.5", 0.5), (" -2 ", -2.0), ("1e3", 1000.0), (".5", 0.5)] {
            assert_eq!(of_text(text), Some(expected));
        }
        for text in ["", "inf", "-infinity", "nan", "1e999", "0,5", "1 000", "0x10", "5 km", "2025-02-01"] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn bytes_keep_their_leading_zeros() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
