//! A span of time cut into days, weeks or months, and whether anybody reports of each.

use std::fmt;
use std::str::FromStr;

use super::{Series, Version};
use crate::dossier::{Dossier, Overlay};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;

/// Into what a span of time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Days.
    Day,
    /// Weeks from Monday to Sunday (ISO 8601).
    Week,
    /// Months of the calendar.
    Month,
}

/// One of the pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day; of the first period that from which on was asked.
    pub first: Day,
    /// Its last day; of the last period that up to which was asked.
    pub last: Day,
    every: Every,
}

/// A period as a map shows it: by the last report of each account in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// The period.
    pub period: Period,
    /// The day, the whole week from Monday to Sunday or the whole month; of a week or a month of which only a part is meant, the
    /// days of that part, unless nobody reports of the others.
    pub when: Edtf,
    /// Whether anybody reports of a day of it.
    pub is_reported: bool,
}

impl Every {
    /// All, in the order of a menu.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// How it is written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The periods from a whole day to another, in order of time; none if the first lies after the second.
    pub fn periods(self, from: Day, to: Day) -> impl Iterator<Item = Period> {
        let (first, end) = (from.since_1970(), to.since_1970());
        let mut next = first;
        std::iter::from_fn(move || {
            let (start, end) = (next?, end?);
            if start > end {
                return None;
            }
            let first = Day::of_days(start)?;
            let last = match self {
                Self::Day => start,
                // 1 January 1970 was a Thursday, three days after a Monday.
                Self::Week => start + 6 - (start + 3).rem_euclid(7),
                Self::Month => Day::new(first.year(), first.month(), None)?.last().since_1970()?,
            };
            next = Some(last + 1);
            Some(Period { first, last: Day::of_days(last.min(end))?, every: self })
        })
    }
}

impl fmt::Display for Every {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|every| every.name() == text).ok_or_else(|| "expected day, week or month".to_owned())
    }
}

impl Period {
    /// `2025-02-01`, `2025-W06` or `2025-02`, as ISO 8601 has it.
    pub fn name(&self) -> String {
        match self.every {
            Every::Day => self.first.iso(),
            Every::Week => week_name(self.first).unwrap_or_else(|| self.first.iso()),
            Every::Month => Day::new(self.first.year(), self.first.month(), None).unwrap_or(self.first).iso(),
        }
    }

    /// The first and the last day of the day, the week or the month of which it is all or a part.
    fn whole(&self) -> Option<(Day, Day)> {
        match self.every {
            Every::Day => Some((self.first, self.last)),
            Every::Week => {
                let first = self.first.since_1970()?;
                let monday = first - (first + 3).rem_euclid(7);
                Some((Day::of_days(monday)?, Day::of_days(monday + 6)?))
            }
            Every::Month => {
                let month = Day::new(self.first.year(), self.first.month(), None)?;
                Some((month.first(), month.last()))
            }
        }
    }

    /// Its days, or all days of the week or the month if nobody reports of the rest.
    fn days(&self, series: &[&Series]) -> (Day, Day) {
        let whole = || {
            let (first, last) = self.whole()?;
            let beside = |day: Day, by: i64| Day::of_days(day.since_1970()? + by);
            let is_silent = |first: Day, last: Day| {
                first > last || series.iter().all(|series| series.last_report_within(first, last).is_none())
            };
            let before = self.first == first || is_silent(first, beside(self.first, -1)?);
            let after = self.last == last || is_silent(beside(self.last, 1)?, last);
            (before && after).then_some((first, last))
        };
        whole().unwrap_or((self.first, self.last))
    }

    /// As a map has it where these series are shown.
    pub fn stand<'a>(self, series: impl IntoIterator<Item = &'a Series>) -> Stand {
        let series: Vec<&Series> = series.into_iter().collect();
        let (first, last) = self.days(&series);
        let month = Day::new(first.year(), first.month(), None);
        let when = match month.filter(|month| (month.first(), month.last()) == (first, last)) {
            Some(month) if self.every == Every::Month => month.into(),
            _ if first == last => first.into(),
            _ => Edtf::between(first, last).unwrap_or_else(|| last.into()),
        };
        let is_reported = series.into_iter().any(|series| series.last_report_within(first, last).is_some());
        Stand { period: self, when, is_reported }
    }
}

/// The week of a day: that of its Thursday, which says in which year it is counted (ISO 8601, 3.1.1.23).
fn week_name(day: Day) -> Option<String> {
    let days = day.since_1970()?;
    let thursday = Day::of_days(days - (days + 3).rem_euclid(7) + 3)?;
    let new_year = Day::new(thursday.year(), Some(1), Some(1))?;
    let week = (thursday.since_1970()? - new_year.since_1970()?) / 7 + 1;
    Some(format!("{:04}-W{week:02}", thursday.year()))
}

impl Version {
    /// The last day of a stretch of days of which it is, as far as that is said.
    fn last_within(&self, first: Day, last: Day) -> Option<Day> {
        let when = self.when?;
        if !when.is_sure_within(first, last) {
            return None;
        }
        let (from, to) = match (when.earliest(), when.latest()) {
            (Some(from), Some(to)) => (from, to),
            // How long it goes on or since when it is so, nobody says.
            (Some(from), None) => (from, if when.is_open_after() { last } else { from }),
            (None, Some(to)) => (if when.is_open_before() { first } else { to }, to),
            (None, None) => return None,
        };
        (from <= last && to >= first).then(|| to.min(last))
    }
}

impl Series {
    /// The last day of a stretch of which anybody reports, or of some days of which. A report of a month or a year is one of a stretch
    /// that has all of it: of which of its days it is, nobody says.
    pub fn last_report_within(&self, first: Day, last: Day) -> Option<Day> {
        self.versions().iter().filter_map(|version| version.last_within(first, last)).max()
    }
}

impl Dossier {
    /// What is reported of several days of overlays that `is_wanted`.
    pub fn series_of<'a>(&'a self, is_wanted: impl Fn(&Overlay) -> bool + 'a) -> impl Iterator<Item = &'a Series> {
        let overlays = self.overlays.iter().filter(move |overlay| is_wanted(overlay));
        overlays.filter_map(|overlay| Some(overlay.dated.as_ref()?.series()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dossier::Shape;

    fn day(iso: &str) -> Day {
        iso.parse().unwrap()
    }

    fn names(every: Every, from: &str, to: &str) -> Vec<String> {
        every.periods(day(from), day(to)).map(|period| period.name()).collect()
    }

    #[test]
    fn periods_are_those_of_the_calendar() {
        assert_eq!(names(Every::Day, "2025-02-27", "2025-03-01"), ["2025-02-27", "2025-02-28", "2025-03-01"]);
        assert_eq!(names(Every::Month, "2024-12-15", "2025-02-01"), ["2024-12", "2025-01", "2025-02"]);
        // As the `date +%G-W%V` of GNU has them.
        assert_eq!(names(Every::Week, "2024-12-29", "2025-01-06"), ["2024-W52", "2025-W01", "2025-W02"]);
        assert_eq!(names(Every::Week, "2021-01-01", "2021-01-04"), ["2020-W53", "2021-W01"]);
        assert_eq!(names(Every::Week, "1969-12-31", "1970-01-01"), ["1970-W01"]);
        assert!(names(Every::Day, "2025-02-02", "2025-02-01").is_empty());
        let weeks: Vec<Period> = Every::Week.periods(day("2025-02-05"), day("2025-02-12")).collect();
        let ends = |period: &Period| (period.first.iso(), period.last.iso());
        assert_eq!(ends(&weeks[0]), ("2025-02-05".to_owned(), "2025-02-09".to_owned()), "from a Wednesday on");
        assert_eq!(ends(&weeks[1]), ("2025-02-10".to_owned(), "2025-02-12".to_owned()));
        assert_eq!(names(Every::Day, "9999-12-30", "9999-12-31").len(), 2, "the calendar ends there");
    }

    #[test]
    fn a_map_is_of_the_week_or_the_month_and_says_whether_anybody_reports_of_it() {
        let shape = Arc::new(Shape::Area(geo::MultiPolygon(Vec::new())));
        let version = |when: &str| Version::new(Some(when.parse().unwrap()), Arc::clone(&shape), when);
        let series =
            Series::new(["2025-02-01", "2025-02-06", "2025-03", "2025-04-30/2025-05-02"].map(version).to_vec());
        let stand = |period: Period| {
            let stand = period.stand([&series]);
            (stand.when.iso(), stand.is_reported)
        };
        let weeks: Vec<_> = Every::Week.periods(day("2025-02-01"), day("2025-02-14")).map(stand).collect();
        // The first and the last are only in part within the span, and nobody reports of their other days.
        let expected =
            [("2025-01-27/2025-02-02", true), ("2025-02-03/2025-02-09", true), ("2025-02-10/2025-02-16", false)];
        assert_eq!(weeks, expected.map(|(days, is)| (days.to_owned(), is)));
        let months: Vec<_> = Every::Month.periods(day("2025-01-01"), day("2025-05-31")).map(stand).collect();
        let expected = [("2025-01", false), ("2025-02", true), ("2025-03", true), ("2025-04", true), ("2025-05", true)];
        assert_eq!(months, expected.map(|(month, is)| (month.to_owned(), is)));
        // A part of a month or of a week of whose rest there are reports is a part.
        let part =
            |every: Every, from: &str, to: &str| -> Vec<_> { every.periods(day(from), day(to)).map(stand).collect() };
        assert_eq!(part(Every::Month, "2025-02-02", "2025-02-05"), [("2025-02-02/2025-02-05".to_owned(), false)]);
        assert_eq!(part(Every::Week, "2025-02-07", "2025-02-08"), [("2025-02-07/2025-02-08".to_owned(), false)]);
        assert_eq!(part(Every::Day, "2025-02-06", "2025-02-06"), [("2025-02-06".to_owned(), true)]);
        // A report of a month is one of the month, not of each of its days and weeks.
        assert_eq!(part(Every::Day, "2025-03-10", "2025-03-10"), [("2025-03-10".to_owned(), false)]);
        assert_eq!(part(Every::Week, "2025-03-10", "2025-03-16"), [("2025-03-10/2025-03-16".to_owned(), false)]);
        assert_eq!(part(Every::Month, "2025-03-01", "2025-03-02"), [("2025-03".to_owned(), true)]);
    }
}
