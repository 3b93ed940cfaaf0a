//! What kind of values a property has over all features of a table, and their statistics.

use std::borrow::Cow;
use std::collections::HashSet;

use super::day::Day;
use super::number;
use super::written::Written;

/// Distinct values are counted up to so many.
pub const MOST_DISTINCT: usize = 10_000;

/// What all values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// There are none.
    Empty,
    /// Numbers, or text that is a number each. Digits after a leading 0 are a code, not a number.
    Number,
    /// Days, months or years as ISO 8601 has them, also with an hour after the day.
    Date,
    /// True or false.
    Bool,
    /// Addresses of the web.
    Link,
    /// Text.
    Text,
    /// Several of these, or lists and objects.
    Mixed,
}

/// The sum of numbers, the least and the greatest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberSummary {
    /// Sum.
    pub sum: f64,
    /// Least.
    pub least: f64,
    /// Greatest.
    pub greatest: f64,
}

/// A column of a table as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What its values are.
    pub kind: ColumnKind,
    /// How many features have a value.
    pub count: usize,
    /// How many have none: no such property, `null`, or blank text.
    pub nulls: usize,
    /// Of [`ColumnKind::Number`].
    pub numbers: Option<NumberSummary>,
    /// The first and the last day of [`ColumnKind::Date`], as they are written.
    pub days: Option<(String, String)>,
    /// How many distinct values there are, up to [`MOST_DISTINCT`].
    pub distinct: usize,
    /// Whether there are more.
    pub is_distinct_capped: bool,
}

fn is_link(text: &str) -> bool {
    let text = text.trim();
    let starts = |scheme: &str| {
        text.len() > scheme.len() && text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    (starts("https://") || starts("http://")) && !text.contains(char::is_whitespace)
}

/// What tells two values apart.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    /// Of more digits than that.
    Digits(Cow<'a, str>),
    Bool(bool),
    Other(&'a str),
}

/// A column as a whole, from the value of each feature.
pub fn summarize<'a>(values: impl IntoIterator<Item = Option<Written<'a>>>) -> Column {
    let (mut count, mut nulls) = (0, 0);
    // What all values so far could be.
    let [mut number, mut date, mut bool, mut link, mut text] = [true; 5];
    let mut numbers: Option<NumberSummary> = None;
    // What the sum lost to rounding (Neumaier 1974).
    let mut lost = 0.0;
    let mut days: Option<[(Day, String); 2]> = None;
    let mut seen = HashSet::new();
    let mut is_distinct_capped = false;
    for value in values {
        let Some(value) = value.filter(|value| !value.is_blank()) else {
            nulls += 1;
            continue;
        };
        count += 1;
        let said = if let Written::Text(text) = &value { Some(text.as_ref()) } else { None };
        text &= said.is_some();
        if number {
            match value.as_number() {
                None => number = false,
                Some(one) => {
                    let so_far = numbers.get_or_insert(NumberSummary { sum: 0.0, least: one, greatest: one });
                    let sum = so_far.sum + one;
                    lost += if so_far.sum.abs() >= one.abs() { so_far.sum - sum + one } else { one - sum + so_far.sum };
                    *so_far = NumberSummary { sum, least: so_far.least.min(one), greatest: so_far.greatest.max(one) };
                }
            }
        }
        if date {
            match said.and_then(|said| Some((Day::in_text(said).ok()?, said.trim()))) {
                None => date = false,
                Some((day, said)) => {
                    let one = || (day, said.to_owned());
                    let [first, last] = days.get_or_insert_with(|| [one(), one()]);
                    // Of one day that is written in two ways, the first by its letters and the last.
                    if (day, said) < (first.0, first.1.as_str()) {
                        *first = one();
                    }
                    if (day, said) > (last.0, last.1.as_str()) {
                        *last = one();
                    }
                }
            }
        }
        bool &= matches!(value, Written::Bool(_))
            || said.is_some_and(|said| ["true", "false"].iter().any(|one| said.trim().eq_ignore_ascii_case(one)));
        link &= said.is_some_and(is_link);
        if !is_distinct_capped {
            let key = match value {
                Written::Text(text) => Key::Text(text),
                Written::Number(digits) if number::is_lossy(&digits) => Key::Digits(digits),
                // −0 is 0.
                Written::Number(digits) => Key::Number((number::of_text(&digits).unwrap_or_default() + 0.0).to_bits()),
                Written::Bool(value) => Key::Bool(value),
                Written::Nested(json) => Key::Other(json),
                // It is blank.
                Written::Null => continue,
            };
            if seen.len() < MOST_DISTINCT {
                seen.insert(key);
            } else {
                is_distinct_capped = !seen.contains(&key);
            }
        }
    }
    let kind = match () {
        () if count == 0 => ColumnKind::Empty,
        () if number => ColumnKind::Number,
        () if date => ColumnKind::Date,
        () if bool => ColumnKind::Bool,
        () if link => ColumnKind::Link,
        () if text => ColumnKind::Text,
        () => ColumnKind::Mixed,
    };
    let exact = |summary: NumberSummary| {
        // Where the sum is infinite, what it lost is no number.
        let sum = if summary.sum.is_finite() && lost.is_finite() { summary.sum + lost } else { summary.sum };
        NumberSummary { sum, ..summary }
    };
    let written = |[(_, first), (_, last)]: [(Day, String); 2]| (first, last);
    Column {
        kind,
        count,
        nulls,
        numbers: numbers.filter(|_| kind == ColumnKind::Number).map(exact),
        days: days.filter(|_| kind == ColumnKind::Date).map(written),
        distinct: seen.len(),
        is_distinct_capped,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn summarized<'a>(values: impl IntoIterator<Item = Option<&'a Value>>) -> Column {
        let texts: Vec<Option<String>> = values.into_iter().map(|value| value.map(Value::to_string)).collect();
        summarize(texts.iter().map(|text| Written::of(text.as_deref()?)))
    }

    fn column(values: &Value) -> Column {
        summarized(values.as_array().into_iter().flatten().map(Some))
    }

    #[test]
    fn a_column_is_what_all_its_values_are() {
        for (values, kind) in [
            (json!([]), ColumnKind::Empty),
            (json!([null, "", "  "]), ColumnKind::Empty),
            (json!([1, 2.5, null, "3"]), ColumnKind::Number),
            (json!(["2024", "2025"]), ColumnKind::Number),
            (json!(["2024", "2025-02", "2025-02-01", "2025-02-01T10:00:00Z"]), ColumnKind::Date),
            (json!(["2025-02-30"]), ColumnKind::Text),
            (json!(["0123", "456"]), ColumnKind::Text),
            (json!(["+380441234567"]), ColumnKind::Text),
            (json!(["0.5", "0", "-0.25"]), ColumnKind::Number),
            (json!([1, "a"]), ColumnKind::Mixed),
            (json!([true, "FALSE"]), ColumnKind::Bool),
            (json!([true, 1]), ColumnKind::Mixed),
            (json!(["https://a.example/1", "HTTP://b.example"]), ColumnKind::Link),
            (json!(["https://a.example/1", "a"]), ColumnKind::Text),
            (json!(["https://a.example/1 https://b.example"]), ColumnKind::Text),
            (json!(["javascript:alert(1)"]), ColumnKind::Text),
            (json!([[1, 2]]), ColumnKind::Mixed),
            (json!([{"a": 1}, "a"]), ColumnKind::Mixed),
            (json!(["inf", "NaN"]), ColumnKind::Text),
        ] {
            assert_eq!(column(&values).kind, kind, "{values}");
        }
    }

    #[test]
    fn numbers_are_counted_and_summed() {
        let values = [json!(1.5), json!("2"), json!(-4), json!(2.0), Value::Null];
        let found = summarized(values.iter().map(Some).chain([None]));
        assert_eq!((found.count, found.nulls, found.distinct), (4, 2, 4));
        assert_eq!(found.numbers, Some(NumberSummary { sum: 1.5, least: -4.0, greatest: 2.0 }));
        assert_eq!(column(&json!([1, "a"])).numbers, None);
        // Added from left to right this is 0.
        assert_eq!(column(&json!([1, 1e100, 1, -1e100])).numbers.map(|all| all.sum), Some(2.0));
        assert_eq!(column(&json!([1e308, 1e308])).numbers.map(|all| all.sum), Some(f64::INFINITY));
    }

    #[test]
    fn days_have_a_first_and_a_last() {
        let found = column(&json!(["2025-02-10", "2025-2-9", "2024"]));
        assert_eq!(found.days, Some(("2024".to_owned(), "2025-02-10".to_owned())));
        assert_eq!(found.numbers, None);
    }

    #[test]
    fn distinct_values_are_counted_up_to_a_limit() {
        let values: Vec<Value> = (0..MOST_DISTINCT + 5).map(Value::from).collect();
        let found = summarized(values.iter().map(Some));
        assert_eq!((found.distinct, found.is_distinct_capped), (MOST_DISTINCT, true));
        let found = summarized(values[..MOST_DISTINCT].iter().chain(&values[..9]).map(Some));
        assert_eq!((found.distinct, found.is_distinct_capped), (MOST_DISTINCT, false));
        assert_eq!(column(&json!(["a", "A", "a", 1, 1.0, true])).distinct, 4);
        let long = ["12345678901234567890123", "12345678901234567890124", "12345678901234567890123"];
        assert_eq!(summarize(long.into_iter().map(Written::of)).distinct, 2);
    }

    proptest! {
        #[test]
        fn every_feature_is_counted_once(values in vec("(|[0-9]{1,4}|true|2025-0[1-9]|\\PC{0,5})", 0..20)) {
            let values: Vec<Value> = values.into_iter().map(Value::from).collect();
            let found = summarized(values.iter().map(Some));
            prop_assert_eq!(found.count + found.nulls, values.len());
            prop_assert!(found.distinct <= found.count);
            prop_assert_eq!(found.kind == ColumnKind::Empty, found.count == 0);
            let mut turned = values.clone();
            turned.reverse();
            let again = summarized(turned.iter().map(Some));
            prop_assert_eq!((again.kind, again.distinct, again.days), (found.kind, found.distinct, found.days));
        }

        #[test]
        fn least_and_greatest_are_bounds(values in vec(any::<f64>().prop_filter("finite", |one| one.is_finite()), 1..20)) {
            let json: Vec<Value> = values.iter().map(|one| json!(one)).collect();
            let all = summarized(json.iter().map(Some)).numbers.unwrap();
            for value in values {
                prop_assert!(all.least <= value && value <= all.greatest);
            }
        }
    }
}
