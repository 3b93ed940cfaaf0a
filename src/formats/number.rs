//! Numbers as files write them.

use std::cmp::Ordering;

/// Rounded to so many decimals, halves away from 0; never −0, which reads as if something were less.
pub fn round(value: f64, decimals: i32) -> f64 {
    let unit = 10f64.powi(decimals);
    (value * unit).round() / unit + 0.0
}

/// Whether what is not 0 would be written as 0 with so many decimals.
pub fn is_written_as_nothing(value: f64, decimals: usize) -> bool {
    let has_digit = || format!("{value:.decimals$}").bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    value.is_finite() && value != 0.0 && !has_digit()
}

/// A finite number in a text that holds nothing else but white space around it; `inf` and `nan` are none.
pub fn of_text(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if is_plain { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
}

/// The number that the text of a property or of a filter is. One with a plus, as of a telephone (`+380…`), is none.
pub fn of_value(text: &str) -> Option<f64> {
    if text.trim_start().starts_with('+') { None } else { of_text(text) }
}

/// Two lower-case hexadecimal digits a byte, as checksums are written.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A decimal number of any length.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    /// Where the first digit stands: 1 in `5`, 0 in `0.5`.
    exponent: i64,
    /// Without zeros before and behind: none of 0.
    digits: Vec<u8>,
}

impl Decimal {
    /// `None` of text that is no number.
    fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (factor, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = factor.split_once('.').unwrap_or((factor, ""));
        let unsigned = power.trim_start_matches(['+', '-']);
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || !is_number(unsigned) || whole.len() + fraction.len() == 0 {
            return None;
        }
        // Such a power is beyond all that is told apart.
        const FAR: i64 = i64::MAX / 4;
        let power = unsigned.parse().unwrap_or(FAR).min(FAR) * if power.starts_with('-') { -1 } else { 1 };
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let Some(first) = all.iter().position(|digit| *digit != b'0') else {
            return Some(Self { is_negative: false, exponent: 0, digits: Vec::new() });
        };
        let end = all.iter().rposition(|digit| *digit != b'0').map_or(first, |last| last + 1);
        let exponent = power.saturating_add(whole.len() as i64 - first as i64);
        Some(Self { is_negative, exponent, digits: all[first..end].to_vec() })
    }
}

/// Whether a number of JSON would be written in another way by [`serde_json::Number`], which has `1.5` for `1.50` and the
/// nearest number of 64 bits for one of more digits than that.
pub fn is_changed_in_json(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    // Most numbers: whole ones that 64 bits hold. −0 is none of them.
    if digits.len() <= 15 && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match serde_json::from_str::<serde_json::Number>(text) {
        Ok(number) => number.to_string() != text,
        // It is beyond what 64 bits hold, or none.
        Err(_) => Decimal::of(text).is_some(),
    }
}

/// Whether a number has digits that the nearest `f64` has not: some whole numbers beyond 2⁵³, all beyond 64 bits, and most
/// numbers with more than 17 digits.
pub fn is_lossy(text: &str) -> bool {
    // Fifteen digits are always kept.
    if text.len() <= 15 && !text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        return false;
    }
    let whole = text.parse::<i64>().map(i128::from).or_else(|_| text.parse::<u64>().map(i128::from));
    if let Ok(whole) = whole {
        return whole as f64 as i128 != whole;
    }
    let Some(written) = Decimal::of(text) else { return false };
    if text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    let kept = text.parse().ok().filter(|number: &f64| number.is_finite());
    kept.is_some_and(|number| Decimal::of(&format!("{number:e}")).as_ref() != Some(&written))
}

/// The order of two numbers by all of their digits; equal where one is none.
pub fn exact_order(one: &str, other: &str) -> Ordering {
    let (Some(one), Some(other)) = (Decimal::of(one), Decimal::of(other)) else { return Ordering::Equal };
    let sign = |number: &Decimal| match (number.digits.is_empty(), number.is_negative) {
        (true, _) => 0,
        (false, true) => -1,
        (false, false) => 1,
    };
    let size = || (one.exponent, &one.digits).cmp(&(other.exponent, &other.digits));
    sign(&one).cmp(&sign(&other)).then_with(|| if one.is_negative { size().reverse() } else { size() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounds_to_nothing_is_not_less_than_nothing() {
        for value in [-0.0, -1e-9, std::iter::empty::<f64>().sum()] {
            assert!(round(value, 6).is_sign_positive(), "{value}");
        }
        assert_eq!((round(-0.15, 1), round(2.25, 1)), (-0.2, 2.3));
    }

    #[test]
    fn numbers_that_lose_digits_are_known() {
        for text in [
            "12345678901234567890123",
            "100000000000000000000000",
            "-18446744073709551617",
            "0.1234567890123456789",
            "9007199254740993.0",
        ] {
            assert!(is_lossy(text) && is_changed_in_json(text), "{text}");
        }
        for text in ["18446744073709551615", "9007199254740993", "-1234567890123456789"] {
            assert!(is_lossy(text) && !is_changed_in_json(text), "{text}");
        }
        for text in
            ["9007199254740992", "-9223372036854775808", "123456789012345", "1e300", "0.1", "1e23", "1.50e2", "x", ""]
        {
            assert!(!is_lossy(text), "{text}");
        }
    }

    #[test]
    fn numbers_that_are_written_in_another_way_are_known() {
        for text in ["1.50", "1E+2", "4.50", "1e3", "-0", "0.10", "1e400", "1.0e0", "1e23"] {
            assert!(is_changed_in_json(text), "{text}");
        }
        for text in ["0", "-1", "1.5", "0.1", "123456789012345", "18446744073709551615", "1e+300", "x", "-"] {
            assert!(!is_changed_in_json(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_ordered_by_all_of_their_digits() {
        let rising = [
            "-12345678901234567890124",
            "-12345678901234567890123",
            "-1e3",
            "-0.5",
            "0",
            "1e-400",
            "0.05",
            "0.5",
            "5",
            "12345678901234567890122.9",
            "12345678901234567890123",
            "12345678901234567890124",
            "1e99999999999999999999",
        ];
        for (place, one) in rising.iter().enumerate() {
            for (other_place, other) in rising.iter().enumerate() {
                assert_eq!(exact_order(one, other), place.cmp(&other_place), "{one} {other}");
            }
        }
        for (one, other) in [("1.50", "1.5"), ("1e3", "1000"), ("0", "-0.0"), ("100e-2", "1")] {
            assert_eq!(exact_order(one, other), Ordering::Equal);
        }
    }

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
