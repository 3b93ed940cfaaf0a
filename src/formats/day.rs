//! Days of the calendar, as exactly as somebody states them: a year, a month or a day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day of the Gregorian calendar, or the month or the year alone where no more is stated.
///
/// In order of time; a year goes before its months, a month before its days. [`fmt::Display`] writes it for people
/// (`15 Dec 2025`), [`Self::iso`] as ISO 8601 has it.
///
/// # Examples
/// ```
/// use claimline::formats::day::Day;
///
/// let day: Day = "2025-12-15".parse()?;
/// assert_eq!(day.to_string(), "15 Dec 2025");
/// assert!("2025-12".parse::<Day>()? < day);
/// assert!("2025-02-29".parse::<Day>().is_err());
/// # Ok::<(), claimline::formats::day::DayError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    /// 0 where none is stated.
    month: u8,
    /// 0 where none is stated.
    day: u8,
}

/// Why a text is no [`Day`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DayError {
    /// Other words about a time, or none.
    #[error("it is not a date; expected one such as 2025-12-15, 2025-12 or 2025")]
    NotADay,
    /// Written as a day, such as `2025-02-29`.
    #[error("there is no such day")]
    Impossible,
}

impl Day {
    /// A day, a month (`day` is `None`) or a year; `None` if the calendar has none such.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let most = match month {
            None => 0,
            Some(4 | 6 | 9 | 11) => 30,
            Some(2) => 28 + u8::from(is_leap(year)),
            Some(1..=12) => 31,
            Some(_) => return None,
        };
        let sound = year <= 9999 && day.is_none_or(|day| (1..=most).contains(&day));
        sound.then_some(Self { year, month: month.unwrap_or(0), day: day.unwrap_or(0) })
    }

    /// A year alone, 9999 at most.
    pub(super) fn of_year(year: u16) -> Self {
        Self { year: year.min(9999), month: 0, day: 0 }
    }

    /// The day that a text states in numbers as people write them: `2025-1-5` counts, and `5.1.2025`, for where dots stand between
    /// them the day is first (CLDR: de, pl, ru, uk and others), and an hour may follow.
    ///
    /// # Errors
    /// If it is written otherwise, or if the calendar has no such day, whatever follows.
    pub fn in_text(text: &str) -> Result<Self, DayError> {
        let text = text.trim();
        let (day, hour) = text.split_once(['T', ' ']).map_or((text, None), |(day, hour)| (day, Some(hour)));
        let day = match Self::dotted(day) {
            Some(day) => day?,
            None => Self::of_parts(day, 1)?,
        };
        let is_hour = |hour: &str| matches!(hour.as_bytes(), [b'0'..=b'2', b'0'..=b'9', b':', ..]);
        if hour.is_none_or(|hour| day.is_whole() && is_hour(hour)) { Ok(day) } else { Err(DayError::NotADay) }
    }

    /// The day that a text states, or the first and the last of several with a stroke between them (ISO 8601-1, 5.5).
    ///
    /// # Errors
    /// As [`Self::in_text`], of either.
    pub fn or_days_in_text(text: &str) -> Result<(Self, Option<Self>), DayError> {
        match text.split_once('/') {
            Some((first, last)) => Ok((Self::in_text(first)?, Some(Self::in_text(last)?))),
            None => Ok((Self::in_text(text)?, None)),
        }
    }

    /// The day of three numbers with dots between them, the year last or first; `None` of all else.
    fn dotted(text: &str) -> Option<Result<Self, DayError>> {
        // Most texts are none: they are told soonest.
        if !text.as_bytes().first()?.is_ascii_digit() || !text.contains('.') {
            return None;
        }
        let mut parts = text.splitn(3, '.');
        let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
        let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
        let two = |text: &str| number(text, 1, 2).ok().map(|number| number as u8);
        let (year, month, day) = (number(year, 4, 4).ok()?, two(month)?, two(day)?);
        Some(Self::new(year, Some(month), Some(day)).ok_or(DayError::Impossible))
    }

    /// A text that begins with a day whose numbers have dots between them, with the day as ISO 8601 has it, so that such texts stand
    /// in the order of time; `None` of all else.
    pub fn iso_of_dotted(text: &str) -> Option<String> {
        let text = text.trim();
        let (day, hour) = text.split_once(['T', ' ']).map_or((text, None), |(day, hour)| (day, Some(hour)));
        let day = Self::dotted(day)?.ok()?.iso();
        Some(hour.map_or_else(|| day.clone(), |hour| format!("{day}T{hour}")))
    }

    /// `least` is how many digits a month and a day have to have.
    fn of_parts(text: &str, least: usize) -> Result<Self, DayError> {
        let mut parts = text.splitn(3, '-');
        let year = number(parts.next().unwrap_or_default(), 4, 4)?;
        let (month, day) = (parts.next(), parts.next());
        let two = |part: &str| number(part, least, 2).map(|number| number as u8);
        // Longer numbers are no day either, but they are written as one.
        let long = |part: &str| part.len() > 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if [month, day].into_iter().flatten().any(long) {
            return Err(DayError::Impossible);
        }
        Self::new(year, month.map(two).transpose()?, day.map(two).transpose()?).ok_or(DayError::Impossible)
    }

    /// The year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The month, 1 to 12, if it is stated.
    pub fn month(&self) -> Option<u8> {
        (self.month > 0).then_some(self.month)
    }

    /// The day of the month, if it is stated.
    pub fn day(&self) -> Option<u8> {
        (self.day > 0).then_some(self.day)
    }

    /// Whether a day is stated, not a month or a year alone.
    pub fn is_whole(&self) -> bool {
        self.day > 0
    }

    /// The first day of the month or of the year; a whole day itself.
    #[must_use]
    pub fn first(&self) -> Self {
        Self { month: self.month.max(1), day: self.day.max(1), ..*self }
    }

    /// The last day of the month or of the year; a whole day itself.
    #[must_use]
    pub fn last(&self) -> Self {
        let month = self.month().unwrap_or(12);
        let of_month = |day: u8| Self::new(self.year, Some(month), Some(day));
        match self.day() {
            Some(_) => *self,
            None => (28..=31).rev().find_map(of_month).unwrap_or(*self),
        }
    }

    /// Days since 1 January 1970, of a whole day.
    pub fn since_1970(&self) -> Option<i64> {
        let (year, month, day) = (i64::from(self.year), i64::from(self.month()?), i64::from(self.day()?));
        // Years begin in March here, so that the leap day is a year's last; 719,468 days lie before 1970.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Some(365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468)
    }

    /// The day so many days after 1 January 1970; `None` outside the years that a day can have.
    pub fn of_days(days: i64) -> Option<Self> {
        // As in `since_1970`: eras of 400 years that begin in March.
        let days = days.checked_add(719_468)?;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let of_years = of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096;
        let year = of_years / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = u8::try_from(of_year - (153 * month + 2) / 5 + 1).ok()?;
        let (year, month) = (year + era * 400 + i64::from(month >= 10), if month < 10 { month + 3 } else { month - 9 });
        Self::new(u16::try_from(year).ok()?, Some(u8::try_from(month).ok()?), Some(day))
    }

    /// `2025-12-15`, `2025-12` or `2025`.
    pub fn iso(&self) -> String {
        let Self { year, month, day } = self;
        match (self.month(), self.day()) {
            (Some(_), Some(_)) => format!("{year:04}-{month:02}-{day:02}"),
            (Some(_), None) => format!("{year:04}-{month:02}"),
            (None, _) => format!("{year:04}"),
        }
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// A number of so many digits.
fn number(digits: &str, least: usize, most: usize) -> Result<u16, DayError> {
    let sound = (least..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| sound).ok_or(DayError::NotADay)
}

impl FromStr for Day {
    type Err = DayError;

    /// As ISO 8601 has it, and nothing else: `2025-12-15`, `2025-12` or `2025`.
    fn from_str(text: &str) -> Result<Self, DayError> {
        Self::of_parts(text, 2)
    }
}

impl Serialize for Day {
    /// As [`Self::iso`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso())
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year;
        match (MONTHS.get(usize::from(self.month).wrapping_sub(1)), self.day()) {
            (Some(month), Some(day)) => write!(out, "{day} {month} {year:04}"),
            (Some(month), None) => write!(out, "{month} {year:04}"),
            (None, _) => write!(out, "{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_days_of_the_calendar() {
        for text in ["2025-12-15", "2024-02-29", "2000-02-29", "1999-04-30", "2025-12", "2025", "0001-01-01"] {
            assert_eq!(day(text).iso(), text);
        }
        for text in ["2025-02-29", "1900-02-29", "2025-13", "2025-13-01", "2025-00-10", "2025-04-31", "2025-12-00"] {
            assert_eq!(text.parse::<Day>(), Err(DayError::Impossible), "{text}");
            assert_eq!(Day::in_text(text), Err(DayError::Impossible), "{text}");
        }
        for text in ["", "25", "20251", "mid-December", "2025-1-5", "2025-", "2025-12-", "-2025", "2025-+1-01", " 2025"]
        {
            assert_eq!(text.parse::<Day>(), Err(DayError::NotADay), "{text}");
        }
    }

    #[test]
    fn people_write_days_with_fewer_digits_and_an_hour() {
        assert_eq!(Day::in_text(" 2025-1-5 "), Ok(day("2025-01-05")));
        assert_eq!(Day::in_text("2025-12-15T10:00Z"), Ok(day("2025-12-15")));
        assert_eq!(Day::in_text("2025-12-15 10:00"), Ok(day("2025-12-15")));
        assert_eq!(Day::in_text("2025-12-32T10:00"), Err(DayError::Impossible));
        for text in ["05.01.2025", "5.1.2025", "5.1.2025 10:00", "2025.01.05"] {
            assert_eq!(Day::in_text(text), Ok(day("2025-01-05")), "{text}");
        }
        assert_eq!(Day::in_text("31.02.2025"), Err(DayError::Impossible));
        assert_eq!(Day::iso_of_dotted("5.1.2025 10:00").as_deref(), Some("2025-01-05T10:00"));
        for text in ["5.1.25", "1.2.3.2025", "5.2025", "5/1/2025", "1.5", "5.1.2025.", ".1.2025"] {
            assert_eq!(Day::in_text(text), Err(DayError::NotADay), "{text}");
            assert_eq!(Day::iso_of_dotted(text), None, "{text}");
        }
        for text in ["2025-12-15 to 2025-12-17", "2025 or so", "spring 2025", "2025-12-15…"] {
            assert_eq!(Day::in_text(text), Err(DayError::NotADay), "{text}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        // Python: (date(…) - date(1970, 1, 1)).days
        for (text, days) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2025-12-15", 20_437),
            ("1969-12-31", -1),
            ("0001-01-01", -719_162),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(day(text).since_1970(), Some(days), "{text}");
            assert_eq!(Day::of_days(days), Some(day(text)), "{text}");
        }
        assert_eq!(day("2025-12").since_1970(), None);
    }

    #[test]
    fn days_stand_in_order_of_time() {
        let sorted = ["1999-12-31", "2025", "2025-01", "2025-01-01", "2025-01-31", "2025-12", "2026"].map(day);
        assert!(sorted.is_sorted());
    }

    #[test]
    fn a_day_is_written_for_people() {
        let words = ["2025-12-05", "2025-12", "2025"].map(|text| day(text).to_string());
        assert_eq!(words, ["5 Dec 2025", "Dec 2025", "2025"]);
    }

    #[test]
    fn a_month_and_a_year_have_a_first_and_a_last_day() {
        assert_eq!(
            (day("2024-02").first().iso(), day("2024-02").last().iso()),
            ("2024-02-01".into(), "2024-02-29".into())
        );
        assert_eq!((day("2025").first().iso(), day("2025").last().iso()), ("2025-01-01".into(), "2025-12-31".into()));
    }
}
