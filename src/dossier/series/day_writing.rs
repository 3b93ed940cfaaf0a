//! How the days of a property are written, as all of its values together tell.

use super::pattern::{NameDay, Pattern};
use crate::formats::day::{Day, DayError};
use crate::formats::edtf::Edtf;

/// How to read the days of a property.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DayWriting {
    /// As each says it by itself.
    Plain,
    /// `3/4/2025` with the day first, or with the month first.
    Numbers {
        /// The former.
        is_day_first: bool,
    },
    /// Such a day is among them, and none of them shows whether the day or the month is first.
    Open(String),
    /// Of one the day is first, of another the month.
    Mixed(String, String),
    /// As somebody has said.
    By(Pattern),
}

/// Three numbers with strokes or dashes between them, the year last.
struct Numbers {
    first: u8,
    second: u8,
    year: u16,
}

/// `3/4/2025` or `3-4-2025`, also before an hour; nothing of all else.
fn numbers(text: &str) -> Option<Numbers> {
    let day = text.trim().split(['T', ' ', ',']).next().unwrap_or_default();
    let sign = day.chars().find(|letter| !letter.is_ascii_digit()).filter(|sign| matches!(sign, '/' | '-'))?;
    let parts: Vec<&str> = day.split(sign).collect();
    let [first, second, year] = parts[..] else { return None };
    let number = |text: &str, lengths: std::ops::RangeInclusive<usize>| -> Option<u16> {
        let is_sound = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_sound { text.parse().ok() } else { None }
    };
    let small = |text: &str| number(text, 1..=2).and_then(|number| u8::try_from(number).ok());
    Some(Numbers { first: small(first)?, second: small(second)?, year: number(year, 4..=4)? })
}

impl DayWriting {
    /// How the values of a property are written.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let (mut any, mut day_first, mut month_first) = (None, None, None);
        for value in values {
            let Some(Numbers { first, second, .. }) = numbers(value) else { continue };
            any.get_or_insert(value);
            if first > 12 && second <= 12 {
                day_first.get_or_insert(value);
            }
            if second > 12 && first <= 12 {
                month_first.get_or_insert(value);
            }
        }
        match (any, day_first, month_first) {
            (None, ..) => Self::Plain,
            (_, Some(one), Some(other)) => Self::Mixed(one.trim().to_owned(), other.trim().to_owned()),
            (_, Some(_), None) => Self::Numbers { is_day_first: true },
            (_, None, Some(_)) => Self::Numbers { is_day_first: false },
            (Some(one), None, None) => Self::Open(one.trim().to_owned()),
        }
    }

    /// The day or the days that a value says.
    ///
    /// # Errors
    /// If it says none that can be read, or one that the calendar does not have.
    pub(super) fn read(&self, text: &str) -> Result<Edtf, DayError> {
        match self {
            Self::By(pattern) => match pattern.when(text) {
                NameDay::When(when) => Ok(when),
                NameDay::Impossible => Err(DayError::Impossible),
                NameDay::Nothing => Edtf::in_text(text),
            },
            Self::Numbers { is_day_first } => match numbers(text) {
                Some(Numbers { first, second, year }) => {
                    let (day, month) = if *is_day_first { (first, second) } else { (second, first) };
                    Day::new(year, Some(month), Some(day)).map(Edtf::from).ok_or(DayError::Impossible)
                }
                None => Edtf::in_text(text),
            },
            Self::Plain | Self::Open(_) | Self::Mixed(..) => Edtf::in_text(text),
        }
    }

    /// Why the days of a property of this name cannot be read; nothing where they can.
    pub(super) fn why_not(&self, property: &str) -> Option<String> {
        match self {
            Self::Open(one) => Some(format!(
                "the days in “{property}”, such as {one}, cannot be read: nothing shows whether the day or the month is first"
            )),
            Self::Mixed(one, other) => Some(format!(
                "the days in “{property}” cannot be read: the day is first in {one}, and the month in {other}"
            )),
            Self::Plain | Self::Numbers { .. } | Self::By(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(column: &[&str]) -> Vec<Option<String>> {
        let writing = DayWriting::of(column.iter().copied());
        column.iter().map(|text| writing.read(text).ok().map(|when| when.iso())).collect()
    }

    #[test]
    fn one_day_after_the_twelfth_shows_the_order_of_all() {
        let some = |days: &[&str]| days.iter().map(|day| Some((*day).to_owned())).collect::<Vec<_>>();
        assert_eq!(days(&["03/04/2025", "13/04/2025"]), some(&["2025-04-03", "2025-04-13"]));
        assert_eq!(days(&["3/4/2025", "4/13/2025 10:00"]), some(&["2025-03-04", "2025-04-13"]));
        assert_eq!(
            days(&["03-04-2025", "2025-05-01", "31-01-2025"]),
            some(&["2025-04-03", "2025-05-01", "2025-01-31"])
        );
        assert_eq!(days(&["01.02.2025", "3.2.2025"]), some(&["2025-02-01", "2025-02-03"]));
    }

    #[test]
    fn days_whose_order_is_open_are_not_guessed() {
        assert_eq!(days(&["03/04/2025", "05/06/2025"]), [None, None]);
        assert_eq!(days(&["13/04/2025", "04/13/2025"]), [None, None]);
        let why = |column: &[&str]| DayWriting::of(column.iter().copied()).why_not("when").unwrap();
        assert!(why(&["03/04/2025"]).contains("such as 03/04/2025"));
        assert!(why(&["13/04/2025", "04/13/2025"]).contains("first in 13/04/2025"));
        let by = DayWriting::By(Pattern::parse("MM/DD/YYYY").unwrap());
        assert_eq!(by.read("03/04/2025").unwrap().iso(), "2025-03-04");
    }
}
