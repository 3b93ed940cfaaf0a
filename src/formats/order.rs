//! The order of the values of a property, one rule wherever values stand in a row: in the table, in lists and legends of
//! kinds, and in classes.
//!
//! * Where all values are days, months or years (ISO 8601), by the calendar, and within a day by the hour as it is written.
//! * Else numbers first, by size and by every digit, also those that are text, as `007` is; a text with a plus (`+380…`) is
//!   none.
//! * Then false and true.
//! * Then text in natural order: by its letters, whatever their case, with digits that stand together taken as a number, so
//!   that `no. 9` comes before `no. 10`.
//! * Then lists and objects, by their text.
//!
//! What is blank has no place in it: it comes last, whichever way values are sorted.

use std::cmp::Ordering;

use super::day::Day;
use super::filter::folded;
use super::number;
use super::written::Written;

/// How values of a property compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// All are days, and not all of them are numbers.
    Days,
    /// Numbers, then other values.
    Values,
}

/// Text is compared by so many bytes of its key: who reads a table reads no more of it.
const MOST_BYTES: usize = 1000;

/// The first byte of a key, by which kinds of values stand apart.
const BOOL: u8 = 2;
const TEXT: u8 = 3;
const NESTED: u8 = 4;

impl Rule {
    /// The rule for all of these values.
    pub fn of<'a>(values: impl IntoIterator<Item = &'a Written<'a>>) -> Self {
        let mut has_day = false;
        for value in values.into_iter().filter(|value| !value.is_blank()) {
            let Some(_) = day_of(value) else { return Self::Values };
            has_day |= number_of(value).is_none();
        }
        if has_day { Self::Days } else { Self::Values }
    }

    /// The order of two values, neither of which is blank.
    pub fn compare(self, one: &Written<'_>, other: &Written<'_>) -> Ordering {
        if self == Self::Values {
            match (number_of(one), number_of(other)) {
                (Some(a), Some(b)) => {
                    let exact = || compare_digits(one, other);
                    return number_key(a).cmp(&number_key(b)).then_with(exact);
                }
                (Some(_), None) => return Ordering::Less,
                (None, Some(_)) => return Ordering::Greater,
                (None, None) => {}
            }
        }
        let key = |value: &Written<'_>| {
            let mut key = Vec::new();
            self.push_key(value, &mut key);
            key
        };
        key(one).cmp(&key(other))
    }

    /// Adds bytes that compare as values do which are no numbers. Nothing of a shorter key stands in the way of a longer one:
    /// no text has a byte 0 in its key.
    pub fn push_key(self, value: &Written<'_>, key: &mut Vec<u8>) {
        let start = key.len();
        match (self, value) {
            (Self::Days, Written::Text(text)) => {
                if let Ok(day) = Day::in_text(text) {
                    push_day(day, text, key);
                }
            }
            (_, Written::Bool(value)) => key.extend_from_slice(&[BOOL, u8::from(*value)]),
            (_, Written::Text(text)) => {
                key.push(TEXT);
                push_natural(text.trim(), key);
            }
            (_, other) => {
                key.push(NESTED);
                push_natural(&other.words(), key);
            }
        }
        key.truncate(start + MOST_BYTES);
    }
}

/// Adds the bytes of a day, and of the hour that a text says after it.
pub fn push_day(day: Day, text: &str, key: &mut Vec<u8>) {
    key.extend_from_slice(&day.year().to_be_bytes());
    key.extend_from_slice(&[day.month().unwrap_or_default(), day.day().unwrap_or_default()]);
    push_natural(text.trim().split_once(['T', 't', ' ']).map_or("", |(_, hour)| hour), key);
}

/// The number that a value is or that its text is: the one by which it is put in order and into a class.
pub fn number_of(value: &Written<'_>) -> Option<f64> {
    number::of_text(value.number_text()?)
}

/// The day that a value is.
pub fn day_of(value: &Written<'_>) -> Option<Day> {
    match value {
        Written::Text(text) => Day::in_text(text).ok(),
        _ => None,
    }
}

/// The order of two numbers that are equal as far as a computer reckons.
pub fn compare_digits(one: &Written<'_>, other: &Written<'_>) -> Ordering {
    match (one.number_text(), other.number_text()) {
        (Some(one), Some(other)) if number::is_lossy(one) || number::is_lossy(other) => number::exact_order(one, other),
        _ => Ordering::Equal,
    }
}

/// A number as bits in its order, −0 as 0.
pub fn number_key(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Text by its folded letters; digits that stand together by how many they are, then each.
fn push_natural(text: &str, key: &mut Vec<u8>) {
    let folded_text;
    let bytes = if text.is_ascii() {
        text.as_bytes()
    } else {
        folded_text = in_alphabet(&folded(text));
        &folded_text
    };
    key.reserve(bytes.len() + 8);
    // How many zeros stand before the digits of each run, and 1 more, as far as one of them has any.
    let (mut zeros, mut runs) = (Vec::new(), 0);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            key.push(byte.to_ascii_lowercase().max(1));
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |length| at + length);
        let first = bytes[at..end].iter().position(|digit| *digit != b'0').map_or(end, |first| at + first);
        let digits = &bytes[first..end];
        // A 0 says that digits come, so that they stand where digits do among signs and letters.
        key.push(b'0');
        match u8::try_from(digits.len() + 1) {
            Ok(length) if length < u8::MAX => key.push(length),
            _ => {
                key.push(u8::MAX);
                key.extend_from_slice(&(digits.len() as u64 + (1 << 56)).to_be_bytes());
            }
        }
        key.extend_from_slice(digits);
        runs += 1;
        if first > at {
            zeros.resize(runs - 1, 1);
            zeros.push((first - at).min(254) as u8 + 1);
        }
        at = end;
    }
    // Of texts that differ in zeros before their digits alone, those with fewer come first.
    if !zeros.is_empty() {
        key.push(0);
        key.extend_from_slice(&zeros);
    }
}

/// Folded text as bytes in the order of the alphabet: letters of Ukrainian and Russian that Unicode has apart from the others
/// stand after the letter that they follow.
fn in_alphabet(folded: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(folded.len());
    for letter in folded.chars() {
        // No text has these bytes in UTF-8.
        let (letter, after): (char, &[u8]) = match letter {
            'ґ' => ('г', &[0xff]),
            'ё' => ('е', &[0xfe]),
            'є' => ('е', &[0xff]),
            'і' => ('и', &[0xff]),
            'ї' => ('и', &[0xff, 0xff]),
            other => (other, &[]),
        };
        bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        bytes.extend_from_slice(after);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn sorted(json: &[&str]) -> Vec<String> {
        let mut values: Vec<Written<'_>> = json.iter().map(|json| Written::of(json).unwrap()).collect();
        let rule = Rule::of(&values);
        values.sort_by(|one, other| rule.compare(one, other));
        values.iter().map(|value| value.words().into_owned()).collect()
    }

    #[test]
    fn numbers_come_first_then_text_in_natural_order() {
        for rising in [
            &["1", "9", "10", "100"][..],
            &["\"9\"", "\"10\"", "\"100\""],
            &["-2", "\"-1.5\"", "0", "\"9\"", "\"010\"", "11", "\"1e3\"", "false", "true", "\"a\"", "[1]"],
            &["\"01001\"", "\"02110\"", "\"84100\""],
            &["\"no. 9\"", "\"No. 10\"", "\"no. 10a\"", "\"no. 100\""],
            &["\"A 2 b 3\"", "\"a 2 b 10\"", "\"a 10 b 1\""],
            &["\"a1\"", "\"a01\"", "\"a001\"", "\"a2\""],
            &["\"1.5 km\"", "\"1.10 km\"", "\"2 km\""],
            &["12345678901234567890122", "12345678901234567890123", "\"12345678901234567890124\"", "\"x\""],
            &["-12345678901234567890124", "-12345678901234567890123"],
            &["\"2024\"", "\"2024-02\"", "\"2024-02-09\"", "\"2024-2-10\"", "\"2025\""],
            &["\"2024-02-09T08:00\"", "\"2024-02-09T10:00\"", "\"2024-02-10\""],
            &["\"2025\"", "\"2024-02\"", "\"spring\""],
            &["\"Енергодар\"", "\"Єнакієве\"", "\"Жовква\"", "\"Ірпінь\"", "\"їжа\"", "\"київ\"", "\"Щастя\""],
            &["\"+380\"", "\"a\""],
        ] {
            let expected: Vec<String> =
                rising.iter().map(|json| Written::of(json).unwrap().words().into_owned()).collect();
            let falling: Vec<&str> = rising.iter().rev().copied().collect();
            assert_eq!(sorted(&falling), expected);
        }
    }

    #[test]
    fn a_run_of_many_digits_is_a_number_too() {
        let run = |length: usize| format!("\"x{}\"", "7".repeat(length));
        let runs: Vec<String> = [1, 100, 252, 253, 254, 255, 256, 400].into_iter().map(run).collect();
        let rising: Vec<&str> = runs.iter().map(String::as_str).collect();
        let falling: Vec<&str> = rising.iter().rev().copied().collect();
        assert_eq!(sorted(&falling), sorted(&rising));
        assert_eq!(
            sorted(&falling).iter().map(String::len).collect::<Vec<_>>(),
            [2, 101, 253, 254, 255, 256, 257, 401]
        );
    }

    proptest! {
        #[test]
        fn it_is_an_order(texts in vec("([0-9]{1,3}|-?0\\.[0-9]|2025-0[1-9]|[a-c ]{0,3}[0-9]{0,3}|\\PC{0,4}|true)", 3)) {
            let json: Vec<String> = texts.iter().map(|text| Value::from(text.as_str()).to_string()).collect();
            let values: Vec<Written<'_>> = json.iter().map(|json| Written::of(json).unwrap()).collect();
            for rule in [Rule::of(&values), Rule::Values] {
                let [ab, bc, ac] = [(0, 1), (1, 2), (0, 2)].map(|(a, b)| rule.compare(&values[a], &values[b]));
                prop_assert_eq!(ab.reverse(), rule.compare(&values[1], &values[0]));
                if ab == bc {
                    prop_assert_eq!(ac, ab);
                }
            }
        }
    }
}
