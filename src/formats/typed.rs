//! Which kind of column a property becomes in a file whose columns have types.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use super::day::Day;
use super::exact;
use super::feature::Feature;
use super::number;
use super::write::{CannotHold, LISTS, words_of_value};

/// A kind of column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    /// Whole numbers of 64 bits.
    Integer,
    /// Numbers that 64 bits hold.
    Real,
    /// `2025-12-01`.
    Day,
    /// `2025-12-01T10:30:00Z`, with thousandths of a second or without.
    Moment,
    /// Lists and objects.
    Nested,
    Text,
}

/// A property of some features.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
}

/// The properties of features, in the order in which they come first.
pub(super) fn columns(features: &[Feature]) -> Vec<Column<'_>> {
    let mut columns: Vec<(&str, Option<Kind>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (name, value) in features.iter().flat_map(|feature| &feature.properties) {
        let place = *places.entry(name).or_insert_with(|| {
            columns.push((name, None));
            columns.len() - 1
        });
        let (Some(kind), (_, all)) = (kind_of(value), &mut columns[place]) else { continue };
        *all = Some(all.map_or(kind, |all| joined(all, kind)));
    }
    columns.into_iter().map(|(name, kind)| Column { name, kind: kind.unwrap_or(Kind::Text) }).collect()
}

/// The kind of one value; nothing of null.
fn kind_of(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => Kind::Bool,
        Value::Array(_) | Value::Object(_) => Kind::Nested,
        value => match number_text(value) {
            Some(digits) if digits.parse::<i64>().is_ok() => Kind::Integer,
            Some(digits) if number::is_lossy(&digits) => Kind::Text,
            Some(_) => Kind::Real,
            None => kind_of_text(value.as_str().unwrap_or_default()),
        },
    })
}

/// The digits of a number.
pub(super) fn number_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        value => exact::digits(value).map(Cow::Borrowed),
    }
}

fn kind_of_text(text: &str) -> Kind {
    let fits = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(letter, sign)| match sign {
                b'0' => letter.is_ascii_digit(),
                sign => letter == sign,
            })
    };
    if fits(text, "0000-00-00") && Day::in_text(text).is_ok() {
        return Kind::Day;
    }
    let is_moment = fits(text, "0000-00-00T00:00:00Z") || fits(text, "0000-00-00T00:00:00.000Z");
    let is_hour = || text[11..13] < *"24" && text[14..16] < *"60" && text[17..19] < *"60";
    // Thousandths that are none are not told from none.
    if is_moment && !text.ends_with(".000Z") && Day::in_text(&text[..10]).is_ok() && is_hour() {
        return Kind::Moment;
    }
    Kind::Text
}

fn joined(one: Kind, other: Kind) -> Kind {
    match (one, other) {
        _ if one == other => one,
        (Kind::Integer, Kind::Real) | (Kind::Real, Kind::Integer) => Kind::Real,
        _ => Kind::Text,
    }
}

/// Counts what a file whose columns have types does not keep of a feature.
pub(super) fn count_losses(feature: &Feature, columns: &HashMap<&str, Kind>, cannot_hold: &mut CannotHold) {
    let (mut is_mixed, mut is_long, mut is_rewritten, mut is_nested) = (false, false, false, false);
    for (name, value) in &feature.properties {
        let column = columns.get(name.as_str()).copied().unwrap_or(Kind::Text);
        let is_number = || number_text(value).is_some();
        is_nested |= column == Kind::Text && matches!(value, Value::Array(_) | Value::Object(_));
        is_rewritten |= matches!(column, Kind::Integer | Kind::Real) && exact::digits(value).is_some();
        if column == Kind::Text && (is_number() || value.is_boolean()) {
            let lossy =
                number_text(value).is_some_and(|digits| digits.parse::<i64>().is_err() && number::is_lossy(&digits));
            is_long |= lossy;
            is_mixed |= !lossy;
        }
    }
    for (is_so, what) in [
        (is_mixed, ("holds values of one kind in a column", "others are written as text")),
        (is_long, ("holds no numbers of so many digits", "they are written as text")),
        (is_rewritten, ("does not keep how numbers are written", "1.50 is 1.5")),
        (is_nested, LISTS),
    ] {
        if is_so {
            cannot_hold.change(what);
        }
    }
}

/// A number as a computer has it.
pub(super) fn real(value: &Value) -> Option<f64> {
    number::of_text(&number_text(value)?)
}

/// A value as the text of a column of text.
pub(super) fn text(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| words_of_value(value).into_owned())
}

/// A name for a column beside those of the properties: the one that is wanted, with a number if a property has it.
pub(super) fn free_name(wanted: &str, columns: &[Column<'_>]) -> String {
    let is_taken = |name: &str| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    let mut name = wanted.to_owned();
    let mut number = 2;
    while is_taken(&name) {
        name = format!("{wanted}_{number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn kinds(values: &Value) -> Kind {
        let of = |value: &Value| Feature {
            geometry: None,
            properties: Map::from_iter([("a".to_owned(), exact::value(&value.to_string()))]),
            id: None,
            members: Map::new(),
        };
        let features: Vec<Feature> = values.as_array().unwrap().iter().map(of).collect();
        columns(&features)[0].kind
    }

    #[test]
    fn a_column_is_of_the_kind_of_all_its_values() {
        for (values, kind) in [
            (json!([null]), Kind::Text),
            (json!([true, null, false]), Kind::Bool),
            (json!([1, i64::MIN]), Kind::Integer),
            (json!([1, 2.5, 1e300]), Kind::Real),
            (json!([u64::MAX]), Kind::Text),
            (json!([1, true]), Kind::Text),
            (json!(["2025-12-01"]), Kind::Day),
            (json!(["2025-13-01"]), Kind::Text),
            (json!(["2025-12-01", "2025-12"]), Kind::Text),
            (json!(["2025-12-01T10:30:00Z", "2025-12-01T10:30:00.125Z"]), Kind::Moment),
            (json!(["2025-12-01T10:30:00.000Z"]), Kind::Text),
            (json!(["2025-12-01T24:30:00Z"]), Kind::Text),
            (json!([[1], {"a": 1}]), Kind::Nested),
            (json!([[1], "a"]), Kind::Text),
            (json!(["1"]), Kind::Text),
        ] {
            assert_eq!(kinds(&values), kind, "{values}");
        }
    }
}
