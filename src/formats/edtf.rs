//! Extended Date/Time Format: days as exactly, and as inexactly, as somebody states them, and stretches between them.
//!
//! # References
//! ISO 8601-2:2019, annex A, as the Library of Congress gives it (<https://www.loc.gov/standards/datetime/>): all of level 0,
//! and of level 1 seasons, qualifiers, digits that are not specified, and intervals with an open or an unknown end. Years lie
//! between 0000 and 9999, as those of a [`Day`]. Beside it hours without seconds and with parts of them are read, as ISO 8601-1
//! has them and GPX writes them.

mod read;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::day::{Day, DayError};
use super::day_words::day_in_words;

/// A day or a stretch of days, as it is stated.
///
/// [`Self::iso`] gives it back letter for letter as it was read; [`fmt::Display`] writes it for people.
///
/// # Examples
/// ```
/// use claimline::formats::edtf::Edtf;
///
/// let when: Edtf = "2025-02-XX~".parse()?;
/// assert_eq!(when.to_string(), "about a day in Feb 2025");
/// assert_eq!(when.latest().map(|day| day.iso()).as_deref(), Some("2025-02-28"));
/// assert_eq!("2025-02-30".parse::<Edtf>().unwrap_err().to_string(), "letter 9: there is no such day in that month");
/// # Ok::<(), claimline::formats::edtf::EdtfError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edtf {
    /// Some day, or part of one.
    Date(EdtfDate),
    /// From one to another, both counted.
    Interval {
        /// Where it begins.
        from: End,
        /// Where it ends.
        to: End,
    },
}

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// It is stated.
    Date(EdtfDate),
    /// There is none: `..`.
    Open,
    /// Nobody says: nothing.
    Unknown,
}

/// A day, a month, a year or something between these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EdtfDate {
    /// With 0 in place of digits that are not specified.
    year: u16,
    /// How many of its last digits are not specified: 0, 1 or 2.
    open_digits: u8,
    part: Part,
    hour: Option<Hour>,
    qualifier: Option<Qualifier>,
}

/// What of a year is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Whole,
    Season(Season),
    Month(u8),
    /// `2025-XX`
    SomeMonth,
    Day(u8, u8),
    /// `2025-02-XX`
    SomeDayOf(u8),
    /// `2025-XX-XX`
    SomeDay,
}

/// A quarter of the year, as its climate is called in the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Season {
    /// 21: counted as March to May.
    Spring,
    /// 22: counted as June to August.
    Summer,
    /// 23: counted as September to November.
    Autumn,
    /// 24: counted as December to the end of the next February.
    Winter,
}

/// A time of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hour {
    hour: u8,
    minute: u8,
    second: Option<u8>,
    /// Digits after the second, and how many.
    fraction: Option<(u32, u8)>,
    zone: Zone,
}

/// The clock that a time is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Nobody says which.
    Unsaid,
    /// Coordinated Universal Time, `Z`.
    Utc,
    /// So many minutes ahead of it; the minutes of the hour may be left out in writing.
    Ahead {
        /// Minutes, less than 0 where it is behind.
        minutes: i16,
        /// Whether `+03` is written and not `+03:00`.
        is_short: bool,
    },
}

/// How sure a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Qualifier {
    /// `?`
    Uncertain,
    /// `~`
    Approximate,
    /// `%`
    Both,
}

/// How much time what is stated leaves open, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// A time of a day.
    Moment,
    /// A day.
    Day,
    /// A month, or a day of one that is not specified.
    Month,
    /// A season.
    Season,
    /// A year, or a month or a day of one that is not specified.
    Year,
    /// Ten years.
    Decade,
    /// A hundred years.
    Century,
    /// From one day to another.
    Interval,
}

impl Precision {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Moment => "an hour",
            Self::Day => "a day",
            Self::Month => "a month",
            Self::Season => "a season",
            Self::Year => "a year",
            Self::Decade => "a decade",
            Self::Century => "a century",
            Self::Interval => "a stretch of days",
        }
    }
}

/// Why a text is no [`Edtf`], and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("letter {letter}: {what}")]
pub struct EdtfError {
    /// Which letter of the text, counted from 1.
    pub letter: usize,
    /// What is wrong with it.
    pub what: EdtfFault,
}

/// What is wrong with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EdtfFault {
    /// Something else has to stand there.
    #[error("expected {0}")]
    Expected(&'static str),
    /// The calendar has no such month, day or hour.
    #[error("there is no such {0}")]
    Impossible(&'static str),
    /// An interval that ends before it begins.
    #[error("the end lies before the beginning")]
    Backwards,
    /// Sets, long years and the like.
    #[error("{0} are not read; only levels 0 and 1 of EDTF are, with years from 0000 to 9999")]
    Unread(&'static str),
}

impl FromStr for Edtf {
    type Err = EdtfError;

    fn from_str(text: &str) -> Result<Self, EdtfError> {
        read::edtf(text)
    }
}

impl Serialize for Edtf {
    /// As [`Self::iso`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso())
    }
}

impl<'de> Deserialize<'de> for Edtf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl From<Day> for Edtf {
    fn from(day: Day) -> Self {
        Self::Date(day.into())
    }
}

impl From<Day> for EdtfDate {
    fn from(day: Day) -> Self {
        let part = match (day.month(), day.day()) {
            (None, _) => Part::Whole,
            (Some(month), None) => Part::Month(month),
            (Some(month), Some(day)) => Part::Day(month, day),
        };
        Self { year: day.year(), open_digits: 0, part, hour: None, qualifier: None }
    }
}

impl Edtf {
    /// What a text states as people and programs write it: as [`Self::from_str`], with fewer digits and a blank before the hour
    /// (`2025-2-1 10:00`), in digits alone (`20250201`), or in words (`1 February 2025`).
    ///
    /// # Errors
    /// [`DayError::Impossible`] if it is written as a day that there is not; [`DayError::NotADay`] otherwise.
    pub fn in_text(text: &str) -> Result<Self, DayError> {
        let text = text.trim();
        if let Ok(when) = text.parse() {
            return Ok(when);
        }
        let digits = text.as_bytes();
        if digits.len() == 8 && digits.iter().all(u8::is_ascii_digit) {
            let dashed = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
            return dashed.parse::<Day>().map(Self::from);
        }
        if let Some((day, hour)) = text.split_once(' ')
            && let Ok(when) = format!("{day}T{}", hour.replace(' ', "")).parse()
        {
            return Ok(when);
        }
        match Day::in_text(text) {
            Err(DayError::NotADay) => day_in_words(text).map(Self::from).ok_or(DayError::NotADay),
            day => day.map(Self::from),
        }
    }

    /// An interval of whole days, both counted; nothing if it would end before it begins.
    pub fn between(from: Day, to: Day) -> Option<Self> {
        (from.first() <= to.last()).then(|| Self::Interval { from: End::Date(from.into()), to: End::Date(to.into()) })
    }

    /// The first day that may be meant; `None` where nothing is said of a beginning.
    pub fn earliest(&self) -> Option<Day> {
        match self {
            Self::Date(date) | Self::Interval { from: End::Date(date), .. } => Some(date.earliest()),
            Self::Interval { .. } => None,
        }
    }

    /// Whether what is reported of it is surely of a day of these: what is stated only as a month or a year may be of any day of it,
    /// and is of them where all of it lies in them. A stretch of days is of each of its days.
    pub fn is_sure_within(&self, first: Day, last: Day) -> bool {
        match self {
            Self::Date(date) => date.day().is_some() || (date.earliest() >= first && date.latest() <= last),
            Self::Interval { .. } => true,
        }
    }

    /// The last day that may be meant; `None` where it is open, or nothing is said of an end.
    pub fn latest(&self) -> Option<Day> {
        match self {
            Self::Date(date) | Self::Interval { to: End::Date(date), .. } => Some(date.latest()),
            Self::Interval { .. } => None,
        }
    }

    /// Where it begins, as exactly as it is said: a month where that is all that is said. `None` as of [`Self::earliest`].
    pub fn beginning(&self) -> Option<Day> {
        match self {
            Self::Date(date) | Self::Interval { from: End::Date(date), .. } => {
                Some(date.as_said().unwrap_or_else(|| date.earliest()))
            }
            Self::Interval { .. } => None,
        }
    }

    /// Where it ends, as exactly as it is said: a month where that is all that is said. `None` as of [`Self::latest`].
    pub fn end(&self) -> Option<Day> {
        match self {
            Self::Date(date) | Self::Interval { to: End::Date(date), .. } => {
                Some(date.as_said().unwrap_or_else(|| date.latest()))
            }
            Self::Interval { .. } => None,
        }
    }

    /// Where the first of several begins and the last ends, each as exactly as it is said: July 2024 to 3 February 2025 for a report
    /// of that month and one of that day.
    ///
    /// # Examples
    /// ```
    /// use claimline::formats::edtf::Edtf;
    ///
    /// let whens: Vec<Edtf> = ["2025-02-03", "2024-07"].into_iter().map(|when| when.parse()).collect::<Result<_, _>>()?;
    /// let (first, last) = Edtf::reach(whens).unwrap();
    /// assert_eq!((first.iso().as_str(), last.iso().as_str()), ("2024-07", "2025-02-03"));
    /// # Ok::<(), claimline::formats::edtf::EdtfError>(())
    /// ```
    pub fn reach(whens: impl IntoIterator<Item = Self>) -> Option<(Day, Day)> {
        let ends = |when: Self| {
            let (from, to) = (when.beginning(), when.end());
            Some((from.or(to)?, to.or(from)?))
        };
        let all: Vec<(Day, Day)> = whens.into_iter().filter_map(ends).collect();
        // Of two that begin on one day, that which says so more exactly.
        let first = all.iter().map(|(from, _)| *from).min_by_key(|from| (from.first(), from.last()))?;
        let last = all.iter().map(|(_, to)| *to).max_by_key(|to| (to.last(), to.first()))?;
        Some((first, last))
    }

    /// Whether it is just this day, month or year, all of it.
    pub fn spans(&self, day: Day) -> bool {
        self.earliest() == Some(day.first()) && self.latest() == Some(day.last())
    }

    /// The day, where just one is meant.
    pub fn day(&self) -> Option<Day> {
        match self {
            Self::Date(date) => date.day(),
            Self::Interval { .. } => None,
        }
    }

    /// The time of the day, where one is stated.
    pub fn hour(&self) -> Option<Hour> {
        match self {
            Self::Date(date) => date.hour,
            Self::Interval { .. } => None,
        }
    }

    /// The day at Greenwich, where a time of a day and its zone are stated.
    pub fn day_in_utc(&self) -> Option<Day> {
        let (day, hour) = (self.day()?, self.hour()?);
        let ahead = hour.zone.minutes_ahead()?;
        let minutes = i64::from(hour.hour) * 60 + i64::from(hour.minute) - i64::from(ahead);
        Day::of_days(day.since_1970()? + minutes.div_euclid(24 * 60))
    }

    /// Whether it goes on for all days after its beginning.
    pub fn is_open_after(&self) -> bool {
        matches!(self, Self::Interval { to: End::Open, .. })
    }

    /// Whether it holds for all days before its end.
    pub fn is_open_before(&self) -> bool {
        matches!(self, Self::Interval { from: End::Open, .. })
    }

    /// How exact it is.
    pub fn precision(&self) -> Precision {
        match self {
            Self::Date(date) => date.precision(),
            Self::Interval { .. } => Precision::Interval,
        }
    }

    /// Whether nothing is said of how sure it is.
    pub fn is_sure(&self) -> bool {
        let is_sure = |end: &End| !matches!(end, End::Date(EdtfDate { qualifier: Some(_), .. }));
        match self {
            Self::Date(date) => date.qualifier.is_none(),
            Self::Interval { from, to } => is_sure(from) && is_sure(to),
        }
    }

    /// As it was read, letter for letter.
    pub fn iso(&self) -> String {
        let end = |end: &End| match end {
            End::Date(date) => date.iso(),
            End::Open => "..".to_owned(),
            End::Unknown => String::new(),
        };
        match self {
            Self::Date(date) => date.iso(),
            Self::Interval { from, to } => format!("{}/{}", end(from), end(to)),
        }
    }

    /// Which comes first: by the first day that may be meant, then by the last, then by the hour. What is open or unknown at
    /// its beginning comes before all else, what is so at its end after.
    pub fn in_time(&self, other: &Self) -> Ordering {
        let key = |when: &Self| {
            let minutes = |hour: Hour| u16::from(hour.hour) * 60 + u16::from(hour.minute);
            (when.earliest(), when.latest().is_none(), when.latest(), when.hour().map(minutes))
        };
        key(self).cmp(&key(other))
    }
}

impl EdtfDate {
    /// The first day that may be meant.
    pub fn earliest(&self) -> Day {
        let (month, day) = match self.part {
            Part::Whole | Part::SomeMonth | Part::SomeDay => (1, 1),
            Part::Season(season) => (season.first_month(), 1),
            Part::Month(month) | Part::SomeDayOf(month) => (month, 1),
            Part::Day(month, day) => (month, day),
        };
        day_of(self.year, month, Some(day))
    }

    /// The last day that may be meant.
    pub fn latest(&self) -> Day {
        let year = self.year + [0, 9, 99][usize::from(self.open_digits.min(2))];
        match self.part {
            Part::Whole | Part::SomeMonth | Part::SomeDay => day_of(year, 12, None),
            Part::Season(Season::Winter) if year < 9999 => day_of(year + 1, 2, None),
            Part::Season(Season::Winter) => day_of(year, 12, None),
            Part::Season(season) => day_of(year, season.first_month() + 2, None),
            Part::Month(month) | Part::SomeDayOf(month) => day_of(year, month, None),
            Part::Day(month, day) => day_of(year, month, Some(day)),
        }
    }

    /// The day, the month or the year that it names; `None` of other stretches, such as a season.
    fn as_said(&self) -> Option<Day> {
        match self.precision() {
            Precision::Moment | Precision::Day => Some(self.earliest()),
            Precision::Month => Day::new(self.year, self.earliest().month(), None),
            Precision::Year => Day::new(self.year, None, None),
            Precision::Season | Precision::Decade | Precision::Century | Precision::Interval => None,
        }
    }

    /// The day, where just one is meant.
    pub fn day(&self) -> Option<Day> {
        matches!(self.part, Part::Day(..)).then(|| self.earliest())
    }

    /// How exact it is.
    pub fn precision(&self) -> Precision {
        match (self.part, self.hour, self.open_digits) {
            (Part::Day(..), Some(_), _) => Precision::Moment,
            (Part::Day(..), None, _) => Precision::Day,
            (Part::Month(_) | Part::SomeDayOf(_), ..) => Precision::Month,
            (Part::Season(_), ..) => Precision::Season,
            (_, _, 0) => Precision::Year,
            (_, _, 1) => Precision::Decade,
            _ => Precision::Century,
        }
    }

    /// How sure it is, if anything is said of that.
    pub fn qualifier(&self) -> Option<Qualifier> {
        self.qualifier
    }

    fn iso(&self) -> String {
        let mut text = format!("{:04}", self.year);
        let open = usize::from(self.open_digits.min(2));
        text.replace_range(4 - open.., &"XX"[..open]);
        match self.part {
            Part::Whole => {}
            Part::Season(season) => text.push_str(&format!("-{}", season.number())),
            Part::Month(month) => text.push_str(&format!("-{month:02}")),
            Part::SomeMonth => text.push_str("-XX"),
            Part::Day(month, day) => text.push_str(&format!("-{month:02}-{day:02}")),
            Part::SomeDayOf(month) => text.push_str(&format!("-{month:02}-XX")),
            Part::SomeDay => text.push_str("-XX-XX"),
        }
        if let Some(hour) = self.hour {
            text.push('T');
            text.push_str(&hour.iso());
        }
        text.extend(self.qualifier.map(Qualifier::sign));
        text
    }
}

/// A day of a year and a month that have been checked; without a day the last of the month.
fn day_of(year: u16, month: u8, day: Option<u8>) -> Day {
    let whole_year = || Day::of_year(year);
    Day::new(year, Some(month), day).unwrap_or_else(whole_year).last()
}

impl Hour {
    /// The clock that it is of.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    fn iso(&self) -> String {
        let mut text = format!("{:02}:{:02}", self.hour, self.minute);
        text.extend(self.second.map(|second| format!(":{second:02}")));
        text.extend(self.fraction.map(|(digits, count)| format!(".{digits:0count$}", count = usize::from(count))));
        match self.zone {
            Zone::Unsaid => {}
            Zone::Utc => text.push('Z'),
            Zone::Ahead { minutes, is_short } => {
                let sign = if minutes < 0 { '-' } else { '+' };
                text.push_str(&format!("{sign}{:02}", minutes.abs() / 60));
                if !is_short {
                    text.push_str(&format!(":{:02}", minutes.abs() % 60));
                }
            }
        }
        text
    }
}

impl Zone {
    /// How many minutes it is ahead of Coordinated Universal Time; `None` where nobody says.
    pub fn minutes_ahead(self) -> Option<i16> {
        match self {
            Self::Unsaid => None,
            Self::Utc => Some(0),
            Self::Ahead { minutes, .. } => Some(minutes),
        }
    }
}

impl Qualifier {
    fn sign(self) -> char {
        match self {
            Self::Uncertain => '?',
            Self::Approximate => '~',
            Self::Both => '%',
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Uncertain => "perhaps ",
            Self::Approximate => "about ",
            Self::Both => "perhaps about ",
        }
    }
}

impl Season {
    const ALL: [Self; 4] = [Self::Spring, Self::Summer, Self::Autumn, Self::Winter];

    fn number(self) -> u8 {
        21 + self as u8
    }

    fn first_month(self) -> u8 {
        3 + 3 * self as u8
    }

    fn words(self) -> &'static str {
        ["spring", "summer", "autumn", "winter"][self as usize]
    }
}

impl fmt::Display for EdtfDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.qualifier.map_or("", Qualifier::words))?;
        let year = match self.open_digits {
            0 => format!("{:04}", self.year),
            1 => format!("{:04}s", self.year),
            _ => format!("{:04} to {:04}", self.year, self.year + 99),
        };
        match self.part {
            Part::Whole => out.write_str(&year),
            Part::Season(season) => write!(out, "{} {year}", season.words()),
            Part::Month(_) => write!(out, "{}", self.of_month()),
            Part::Day(..) => write!(out, "{}", self.earliest()),
            Part::SomeMonth => write!(out, "a month in {year}"),
            Part::SomeDayOf(_) => write!(out, "a day in {}", self.of_month()),
            Part::SomeDay => write!(out, "a day in {year}"),
        }?;
        let Some(hour) = self.hour else { return Ok(()) };
        write!(out, ", {:02}:{:02}", hour.hour, hour.minute)?;
        match hour.zone {
            Zone::Unsaid => Ok(()),
            Zone::Utc => out.write_str(" UTC"),
            Zone::Ahead { minutes, .. } => {
                let sign = if minutes < 0 { '−' } else { '+' };
                write!(out, " UTC{sign}{}", minutes.abs() / 60)?;
                match minutes.abs() % 60 {
                    0 => Ok(()),
                    rest => write!(out, ":{rest:02}"),
                }
            }
        }
    }
}

impl EdtfDate {
    /// The month in which the day lies, of which one is stated.
    fn of_month(&self) -> Day {
        let day = self.earliest();
        Day::new(day.year(), day.month(), None).unwrap_or(day)
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = match self {
            Self::Date(date) => return write!(out, "{date}"),
            Self::Interval { from, to } => (from, to),
        };
        match (from, to) {
            (End::Date(from), End::Date(to)) => write!(out, "{from} to {to}"),
            (End::Date(from), End::Open) => write!(out, "{from} and ever since"),
            (End::Date(from), End::Unknown) => write!(out, "{from} to an unknown day"),
            (End::Open, End::Date(to)) => write!(out, "up to {to}"),
            (End::Unknown, End::Date(to)) => write!(out, "an unknown day to {to}"),
            (End::Open, End::Open) => out.write_str("at all times"),
            (End::Unknown, End::Unknown) => out.write_str("an unknown stretch of days"),
            (End::Open, End::Unknown) => out.write_str("up to an unknown day"),
            (End::Unknown, End::Open) => out.write_str("since an unknown day"),
        }
    }
}

#[cfg(test)]
mod tests;
