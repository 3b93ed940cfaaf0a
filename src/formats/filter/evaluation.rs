//! Whether a filter holds of a feature.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::{Literal, Node, Operator};
use crate::formats::day::Day;
use crate::formats::number;

impl Node {
    pub(super) fn matches<'a>(&self, lookup: &dyn Fn(&str) -> Option<Cow<'a, Value>>) -> bool {
        match self {
            Self::Any(nodes) => nodes.iter().any(|node| node.matches(lookup)),
            Self::All(nodes) => nodes.iter().all(|node| node.matches(lookup)),
            Self::Not(node) => !node.matches(lookup),
            Self::IsNull { name } => lookup(name).is_none_or(|value| value.is_null()),
            Self::Compare { name, operator, value } => {
                let found = lookup(name);
                let found = found.as_deref().filter(|found| !found.is_null());
                match operator {
                    Operator::Unequal => !found.is_some_and(|found| is_equal(found, value)),
                    Operator::ContainsNot => !found.is_some_and(|found| contains(found, value)),
                    Operator::Equal => found.is_some_and(|found| is_equal(found, value)),
                    Operator::Contains => found.is_some_and(|found| contains(found, value)),
                    Operator::Less => found.is_some_and(|found| order(found, value) == Some(Ordering::Less)),
                    Operator::Greater => found.is_some_and(|found| order(found, value) == Some(Ordering::Greater)),
                    Operator::AtMost => found.is_some_and(|found| order(found, value).is_some_and(Ordering::is_le)),
                    Operator::AtLeast => found.is_some_and(|found| order(found, value).is_some_and(Ordering::is_ge)),
                }
            }
            Self::In { name, values } => {
                let found = lookup(name);
                let found = found.as_deref().filter(|found| !found.is_null());
                found.is_some_and(|found| values.iter().any(|value| is_equal(found, value)))
            }
        }
    }
}

/// Text without the differences that search and order do not look at: case, ways to write an accent, kinds of apostrophe.
pub fn folded(text: &str) -> String {
    // Case is folded before the last normalisation, for folding can take letters apart.
    let one = |letter| match letter {
        'ς' => 'σ',
        '’' | 'ʼ' => '\'',
        letter => letter,
    };
    text.nfc().flat_map(char::to_lowercase).nfc().map(one).collect()
}

fn is_ascii_or_normal(text: &str) -> bool {
    text.is_ascii() || unicode_normalization::is_nfc(text)
}

fn is_equal(found: &Value, value: &Literal) -> bool {
    match (found, value.number) {
        (Value::Number(found), Some(number)) => {
            found.as_f64() == Some(number) && by_digits(&found.to_string(), value).is_eq()
        }
        (Value::Number(found), None) => {
            number::of_value(&value.text).is_some_and(|number| found.as_f64() == Some(number))
        }
        (Value::String(found), number) => {
            let found = &*with_iso_day(found);
            let same =
                if is_ascii_or_normal(found) { found == value.normal } else { found.nfc().eq(value.normal.chars()) };
            let is_equal = |number| number::of_value(found) == Some(number) && by_digits(found, value).is_eq();
            same || number.is_some_and(is_equal)
        }
        (Value::Bool(found), _) => value.folded == if *found { "true" } else { "false" },
        (Value::Array(_) | Value::Object(_), _) if value.text.starts_with(['[', '{']) => {
            let found = found.to_string();
            found == value.text
        }
        // A list is equal to what one of its values is equal to.
        (Value::Array(found), _) => found.iter().any(|one| !one.is_array() && is_equal(one, value)),
        _ => false,
    }
}

/// The order of two numbers that are equal as far as a computer reckons, where one has more digits than that.
fn by_digits(found: &str, value: &Literal) -> Ordering {
    if value.is_long || number::is_lossy(found) { number::exact_order(found, &value.text) } else { Ordering::Equal }
}

fn contains(found: &Value, value: &Literal) -> bool {
    match found {
        Value::String(found) => {
            if found.is_ascii() && value.folded.is_ascii() {
                contains_ascii(found.as_bytes(), value.folded.as_bytes())
            } else {
                folded(found).contains(&value.folded)
            }
        }
        Value::Number(found) => found.to_string().contains(&value.folded),
        Value::Bool(found) => (if *found { "true" } else { "false" }).contains(&value.folded),
        Value::Array(found) => found.iter().any(|one| !one.is_array() && contains(one, value)),
        _ => false,
    }
}

/// Whether small letters of `part` stand in `text` in any case.
fn contains_ascii(text: &[u8], part: &[u8]) -> bool {
    match part.len() {
        0 => true,
        1..=32 => text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part)),
        // In time that does not grow with the length of both.
        _ => memchr::memmem::find(&text.to_ascii_lowercase(), part).is_some(),
    }
}

/// Numbers by size, else text by its letters: so `2025-02-01` is before `2025-02-02`. None where one is a number and the
/// other is not.
fn order(found: &Value, value: &Literal) -> Option<Ordering> {
    if let Value::String(found) = found {
        return order_of_text(&with_iso_day(found), value);
    }
    match (found, value.number) {
        (Value::Number(found), Some(number)) => {
            let exact = || by_digits(&found.to_string(), value);
            Some(found.as_f64()?.partial_cmp(&number)?.then_with(exact))
        }
        _ => None,
    }
}

fn order_of_text(found: &str, value: &Literal) -> Option<Ordering> {
    match value.number {
        // A year is compared with a day as text is.
        Some(_) if is_year(&value.text) && begins_with_year(found) => Some(found.cmp(&value.text)),
        Some(number) => Some(number::of_value(found)?.partial_cmp(&number)?.then_with(|| by_digits(found, value))),
        None if is_ascii_or_normal(found) => Some(found.cmp(&value.normal)),
        None => Some(found.nfc().cmp(value.normal.chars())),
    }
}

/// A day with dots, such as `01.02.2025`, as ISO 8601 has it; all else as it stands.
fn with_iso_day(found: &str) -> Cow<'_, str> {
    Day::iso_of_dotted(found).map_or(Cow::Borrowed(found), Cow::Owned)
}

/// Whether a text can be less or more than a number: it is one, or a day, which is before or after a year.
pub fn has_order(text: &str) -> bool {
    number::of_value(text).is_some() || begins_with_year(&with_iso_day(text))
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is a day or a month as ISO 8601 has it, such as `2025-02-01T10:00`.
fn begins_with_year(text: &str) -> bool {
    text.get(..4).is_some_and(is_year) && text[4..].starts_with('-')
}
