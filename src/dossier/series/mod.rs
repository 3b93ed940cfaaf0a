//! Series: the versions of one thing that somebody reported day by day, and what was reported on a day.
//!
//! Nothing is ever filled in between two reports. A day on which nobody reports has none: [`Series::on`] gives the last
//! report before it, with its age, and says that it is not of that day.

pub mod curve;
mod day_writing;
mod every;
mod faults;
mod ledger;
mod of_features;
pub mod pattern;
pub mod told;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::reliance::Root;
use super::{Dossier, Shape};
use crate::formats::day::Day;
use crate::formats::edtf::{Edtf, Precision};

pub use self::every::{Every, Period, Stand};
pub use self::faults::{Fault, Gap};
pub use self::ledger::{BetweenError, Row, between, ledger};
pub use self::of_features::{DAY_PROPERTIES, day_property, of_layer, of_overlay, unread_days, unread_days_of};
pub(super) use self::of_features::{Grouped, grouped};

/// What somebody reported of a day.
#[derive(Debug, Clone)]
pub struct Version {
    /// Of which day, or of which days; `None` where nobody says.
    pub when: Option<Edtf>,
    /// How that was said, where it could not be read.
    pub said: Option<String>,
    /// Who reported it; `None` where nobody says.
    pub who: Option<String>,
    /// What was reported.
    pub shape: Arc<Shape>,
    /// How exact it is, in metres, where that is stated.
    pub accuracy_m: Option<f64>,
    /// Ids of the excerpts of a dossier that speak of it.
    pub excerpts: Vec<String>,
    /// From which file or which features.
    pub from: String,
}

/// Versions in order of time, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Series {
    versions: Vec<Version>,
    faults: Vec<Fault>,
}

/// How old a report is on a day, in whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// At least.
    pub least_days: i64,
    /// At most: more than the least where the report is of a month or of another stretch of days.
    pub most_days: i64,
}

/// What is known of a day.
#[derive(Debug, Clone, Default)]
pub struct OnDay<'a> {
    /// Reports of just this day, or of a stretch of days in which it lies, in order of time.
    pub reported: Vec<&'a Version>,
    /// Reports of a month or a year in which it lies: of some day of it.
    pub perhaps: Vec<&'a Version>,
    /// The last report that is wholly of days before, and its age. One of a month counts from the first day of it on.
    pub before: Option<(&'a Version, Age)>,
}

/// A version that stands for a day, and how.
#[derive(Debug, Clone, Copy)]
pub enum Standing<'a> {
    /// It is of this day.
    Reported(&'a Version),
    /// It is of some day of a month or a year in which this day lies.
    Perhaps(&'a Version),
    /// Nobody reported of this day; it is the last report before, and so old.
    Before(&'a Version, Age),
}

impl<'a> Standing<'a> {
    /// The version.
    pub fn version(self) -> &'a Version {
        match self {
            Self::Reported(version) | Self::Perhaps(version) | Self::Before(version, _) => version,
        }
    }
}

impl Version {
    /// A version of an area or a line, of which nothing else is known.
    pub fn new(when: Option<Edtf>, shape: Arc<Shape>, from: impl Into<String>) -> Self {
        let (said, who, accuracy_m, excerpts) = (None, None, None, Vec::new());
        Self { when, said, who, shape, accuracy_m, excerpts, from: from.into() }
    }

    /// West, south, east and north in degrees; `None` of what has no usable position.
    fn bounds(&self) -> Option<[f64; 4]> {
        super::resolve::bounds_of(&self.shape)
    }

    /// Whether it is of just this day, or of a stretch of days in which it lies.
    pub(crate) fn is_of(&self, day: Day) -> bool {
        let Some(when) = self.when else { return false };
        match when {
            Edtf::Date(date) => date.day() == Some(day),
            // Nothing is said of the days after a beginning whose end is unknown, nor before an end.
            Edtf::Interval { .. } => {
                let ends = (when.earliest(), when.latest());
                let (from, to) = match ends {
                    (Some(from), None) if !when.is_open_after() => (Some(from), Some(from)),
                    (None, Some(to)) if !when.is_open_before() => (Some(to), Some(to)),
                    ends => ends,
                };
                (from.is_some() || to.is_some()) && from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
            }
        }
    }

    /// Whether it is of some day of a month or a year in which this day lies.
    fn is_perhaps_of(&self, day: Day) -> bool {
        let is_inexact = |when: &Edtf| matches!(when, Edtf::Date(date) if date.day().is_none());
        self.when.filter(is_inexact).is_some_and(|when| {
            when.earliest().is_some_and(|from| from <= day) && when.latest().is_some_and(|to| day <= to)
        })
    }

    /// How old it is on a day that lies wholly after it.
    fn age(&self, day: Day) -> Option<Age> {
        let when = self.when?;
        let (from, to) = match (when.earliest(), when.latest()) {
            (from, Some(to)) => (from.unwrap_or(to), to),
            (Some(from), None) if !when.is_open_after() => (from, from),
            _ => return None,
        };
        let days = |since: Day| Some(day.since_1970()? - since.since_1970()?);
        let age = Age { least_days: days(to)?, most_days: days(from)? };
        // A stretch of days is as old as its end.
        let age = match when {
            Edtf::Interval { .. } => Age { most_days: age.least_days, ..age },
            Edtf::Date(_) => age,
        };
        (age.least_days > 0).then_some(age)
    }
}

impl Series {
    /// Puts versions in order and looks for what is wrong with them. They stand as they were given: in the order of the names of
    /// files, or of the rows of a table.
    pub fn new(versions: Vec<Version>) -> Self {
        let mut faults = faults::of_order(&versions);
        let mut versions = versions;
        versions.sort_by(|a, b| match (&a.when, &b.when) {
            (Some(a), Some(b)) => a.in_time(b),
            // Those of unknown days come last.
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        faults.extend(faults::of_versions(&versions));
        Self { versions, faults }
    }

    /// The same of events, which need lie neither near each other nor in order of time.
    #[must_use]
    pub(in crate::dossier) fn of_events(mut self) -> Self {
        self.faults.retain(|fault| !matches!(fault, Fault::OtherRegion { .. } | Fault::OutOfOrder { .. }));
        self
    }

    /// The same with faults that were found before: in names, of files that could not be read.
    #[must_use]
    pub fn with_faults(mut self, found: impl IntoIterator<Item = Fault>) -> Self {
        let mut faults: Vec<Fault> = found.into_iter().collect();
        faults.append(&mut self.faults);
        Self { faults, ..self }
    }

    /// Files of a day that are left out, and why: what they report of it is not known, which is another thing than no report.
    pub fn left_out_on(&self, day: Day) -> impl Iterator<Item = &Fault> {
        let is_of = move |when: &Edtf| {
            when.earliest().is_some_and(|from| from <= day) && when.latest().is_some_and(|to| day <= to)
        };
        let is_left_out = move |fault: &&Fault| matches!(fault, Fault::Unread { when: Some(when), .. } if is_of(when));
        self.faults.iter().filter(is_left_out)
    }

    /// Whether a file of days between these two is left out.
    pub fn leaves_out_between(&self, after: Day, before: Day) -> bool {
        let is_between = |when: &Edtf| {
            when.earliest().is_some_and(|from| from > after) && when.latest().is_some_and(|to| to < before)
        };
        self.faults.iter().any(|fault| matches!(fault, Fault::Unread { when: Some(when), .. } if is_between(when)))
    }

    /// All versions, in order of time; those of unknown days last.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// What is wrong.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Who reports, each once, in order of their names.
    pub fn accounts(&self) -> Vec<&str> {
        let all: BTreeSet<&str> = self.versions.iter().filter_map(|version| version.who.as_deref()).collect();
        all.into_iter().collect()
    }

    /// Whose reports there are: each account, in order of their names, and `None` last where some are of nobody named.
    pub fn whose(&self) -> Vec<Option<&str>> {
        let unnamed = self.versions.iter().any(|version| version.who.is_none()).then_some(None);
        self.accounts().into_iter().map(Some).chain(unnamed).collect()
    }

    /// The versions of one account, or all.
    pub fn of<'a>(&'a self, who: Option<&'a str>) -> impl DoubleEndedIterator<Item = &'a Version> {
        self.versions.iter().filter(move |version| who.is_none() || version.who.as_deref() == who)
    }

    /// The first and the last day of which anybody reports.
    pub fn span(&self) -> Option<(Day, Day)> {
        let whens = || self.versions.iter().filter_map(|version| version.when);
        let days = || whens().flat_map(|when| [when.earliest(), when.latest()]).flatten();
        Some((days().min()?, days().max()?))
    }

    /// Where the reports begin and end, as exactly as they say: a report of a month begins in that month, not on a day of it.
    pub fn reach(&self) -> Option<(Day, Day)> {
        Edtf::reach(self.versions.iter().filter_map(|version| version.when))
    }

    /// The stretches of days between two reports of an account on which nobody reports.
    pub fn gaps(&self, who: Option<&str>) -> Vec<Gap> {
        faults::gaps(self.of(who))
    }

    /// How exact the days are that are stated, each degree once, the most exact first.
    pub fn precisions(&self) -> BTreeSet<Precision> {
        self.versions.iter().filter_map(|version| Some(version.when?.precision())).collect()
    }

    /// What is known of a day, by one account or by all.
    pub fn on<'a>(&'a self, day: Day, who: Option<&'a str>) -> OnDay<'a> {
        let mut known = OnDay::default();
        for version in self.of(who) {
            if version.is_of(day) {
                known.reported.push(version);
            } else if version.is_perhaps_of(day) {
                known.perhaps.push(version);
            } else if let Some(age) = version.age(day) {
                // A report of a month counts from its first day on, as everywhere: after the month too it does not come after a report
                // of a day in it. Of two of the same age the later one in the series counts.
                let is_newer = |(_, other): &(&Version, Age)| {
                    (age.most_days, age.least_days) <= (other.most_days, other.least_days)
                };
                if known.before.as_ref().is_none_or(is_newer) {
                    known.before = Some((version, age));
                }
            }
        }
        known
    }
}

/// Where what some versions report comes from first, by their excerpts, and of how many sources these are: five accounts that
/// quote one ministry are one origin.
pub fn origins<'a>(dossier: &'a Dossier, versions: &[&Version]) -> (BTreeSet<&'a Root>, usize) {
    let ids = versions.iter().flat_map(|version| &version.excerpts);
    dossier.reliance().origins(ids.filter_map(|id| dossier.excerpt(id)))
}

impl<'a> OnDay<'a> {
    /// The version that stands for the day: the last one that is of it; else the last before, or one of a month or a year in which
    /// it lies if that begins later.
    pub fn standing(&self) -> Option<Standing<'a>> {
        if let Some(version) = self.reported.last() {
            return Some(Standing::Reported(version));
        }
        let perhaps = self.perhaps.last();
        match (self.before, perhaps) {
            (Some((before, age)), Some(perhaps)) => {
                let begins = |version: &Version| version.when.and_then(|when| when.earliest());
                let is_later = begins(perhaps) > before.when.and_then(|when| when.latest());
                Some(if is_later { Standing::Perhaps(perhaps) } else { Standing::Before(before, age) })
            }
            (Some((before, age)), None) => Some(Standing::Before(before, age)),
            (None, perhaps) => perhaps.map(|version| Standing::Perhaps(version)),
        }
    }
}

impl std::fmt::Display for Age {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least_days, self.most_days) {
            (1, 1) => out.write_str("1 day"),
            (least, most) if least == most => write!(out, "{least} days"),
            (least, most) => write!(out, "{least} to {most} days"),
        }
    }
}

#[cfg(test)]
mod tests;
