//! What is wrong with the days of a series: missing, doubled, contradictory, impossible, out of order, of another region.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Version;
use crate::dossier::{Dimension, words};
use crate::formats::day::Day;
use crate::formats::edtf::{Edtf, Precision, Zone};
use crate::geometry::boxes::Bounds;
use crate::geometry::change::{Change, Ground, Terms};

/// No two versions of one day are laid over each other if they are more than this: there something else is wrong.
const MOST_COMPARED: usize = 64;

/// So many of those that something is wrong with are named.
const NAMED: usize = 5;

/// Days between two reports on which nobody reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The first of them; of reports that are of a month or a year each, the month or the year.
    pub from: Day,
    /// The last of them.
    pub to: Day,
    /// How many days, months or years.
    pub count: i64,
}

/// What is wrong with a series.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// A file or a row of a day that the calendar does not have, such as 29 February 2025.
    Impossible {
        /// Which.
        from: String,
        /// What it says.
        said: String,
    },
    /// A file or a row that says no day that can be read.
    NoDay {
        /// Which.
        from: String,
        /// What it says, if anything.
        said: Option<String>,
    },
    /// A file that could not be read, or has nothing in it.
    Unread {
        /// Which.
        from: String,
        /// Of when it is, where that is known.
        when: Option<Edtf>,
        /// Why not.
        why: String,
    },
    /// Days on which nobody reports, where others in a row have been reported.
    Missing {
        /// Whose.
        who: Option<String>,
        /// Which.
        gap: Gap,
    },
    /// The same is reported twice of one day.
    Doubled {
        /// Whose.
        who: Option<String>,
        /// Of when.
        when: Edtf,
        /// In what.
        from: Vec<String>,
    },
    /// Two things are reported of one day by one account.
    Contradictory {
        /// Whose.
        who: Option<String>,
        /// Of when.
        when: Edtf,
        /// In what.
        from: Vec<String>,
        /// By how many square kilometres the first two differ, if that could be worked out.
        km2: Option<f64>,
    },
    /// It stands after one of a later day.
    OutOfOrder {
        /// Which.
        from: String,
        /// After which.
        after: String,
        /// How many others do so too.
        others: usize,
    },
    /// Nothing of it lies where the others are.
    OtherRegion {
        /// Which.
        from: String,
    },
    /// Times of day that are of several clocks.
    Zones {
        /// Which, in words.
        zones: Vec<String>,
    },
    /// A time of day at which another day is counted at Greenwich.
    OtherDayInUtc {
        /// Which.
        from: String,
        /// The day at Greenwich.
        day: Day,
        /// How many others have such.
        others: usize,
    },
    /// Days that are stated more and less exactly.
    Mixed {
        /// How many are stated how exactly.
        counts: BTreeMap<Precision, usize>,
    },
    /// A name and what stands in the file say different days.
    DaysDiffer {
        /// Which.
        from: String,
        /// What its name says.
        named: Edtf,
        /// What stands in it.
        inside: Edtf,
    },
}

/// The days between reports on which nobody reports, in order of time.
pub(super) fn gaps<'a>(versions: impl Iterator<Item = &'a Version>) -> Vec<Gap> {
    let mut stretches: Vec<(i64, i64)> = versions
        .filter_map(|version| {
            let when = version.when?;
            let from = when.earliest()?.since_1970()?;
            let to = match when.latest() {
                Some(to) => to.since_1970()?,
                None if when.is_open_after() => i64::MAX,
                None => from,
            };
            Some((from, to))
        })
        .collect();
    stretches.sort_unstable();
    let mut gaps = Vec::new();
    let mut known_to: Option<i64> = None;
    for (from, to) in stretches {
        if let Some(known_to) = known_to.filter(|known_to| known_to.saturating_add(1) < from) {
            let (first, last) = (known_to + 1, from - 1);
            if let (Some(from), Some(to)) = (Day::of_days(first), Day::of_days(last)) {
                gaps.push(Gap { from, to, count: last - first + 1 });
            }
        }
        known_to = Some(known_to.map_or(to, |known_to| known_to.max(to)));
    }
    gaps
}

/// What is wrong with the order in which versions were given. Those of each account have their own.
pub(super) fn of_order(versions: &[Version]) -> Vec<Fault> {
    let mut last: BTreeMap<Option<&str>, &Version> = BTreeMap::new();
    let mut found: Option<(String, String)> = None;
    let mut others = 0;
    for version in versions {
        // Events are as often told from the last to the first.
        let Some(when) = version.when.filter(|_| version.shape.dimension() != Dimension::Point) else { continue };
        let before = last.insert(version.who.as_deref(), version);
        let Some(before) = before.filter(|before| before.when.is_some_and(|before| before.in_time(&when).is_gt()))
        else {
            continue;
        };
        match found {
            None => found = Some((version.from.clone(), before.from.clone())),
            Some(_) => others += 1,
        }
    }
    found.map(|(from, after)| Fault::OutOfOrder { from, after, others }).into_iter().collect()
}

/// What is wrong with versions in order of time.
pub(super) fn of_versions(versions: &[Version]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    let without = versions.iter().filter(|version| version.when.is_none());
    faults.extend(without.map(|version| Fault::NoDay { from: version.from.clone(), said: version.said.clone() }));
    let accounts: BTreeSet<Option<&str>> = versions.iter().map(|version| version.who.as_deref()).collect();
    for who in accounts {
        let own: Vec<&Version> = versions.iter().filter(|version| version.who.as_deref() == who).collect();
        faults.extend(repeated(&own, who));
        faults.extend(missing(&own, who));
    }
    faults.extend(of_other_regions(versions));
    faults.extend(clocks(versions));
    let mut counts: BTreeMap<Precision, usize> = BTreeMap::new();
    for when in versions.iter().filter_map(|version| version.when) {
        *counts.entry(when.precision()).or_default() += 1;
    }
    if counts.len() > 1 {
        faults.push(Fault::Mixed { counts });
    }
    faults
}

/// Reports of one account of the same day.
fn repeated(own: &[&Version], who: Option<&str>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut compared = 0;
    for same in own.chunk_by(|a, b| a.when.is_some() && a.when == b.when).filter(|same| same.len() > 1) {
        let (Some(when), [first, second, ..]) = (same[0].when, same) else { continue };
        let from = same.iter().map(|version| version.from.clone()).collect();
        let who = who.map(str::to_owned);
        compared += 1;
        let is_same = same.iter().all(|version| version.shape == first.shape);
        if is_same {
            faults.push(Fault::Doubled { who, when, from });
            continue;
        }
        let km2 = if compared > MOST_COMPARED { None } else { differing_km2(first, second) };
        // Drawn with another vertex first, or by another program.
        let is_alike = same.len() == 2 && km2 == Some(0.0);
        faults.push(match is_alike {
            true => Fault::Doubled { who, when, from },
            false => Fault::Contradictory { who, when, from, km2 },
        });
    }
    faults
}

/// By how much the areas of two versions differ, slivers aside.
fn differing_km2(one: &Version, other: &Version) -> Option<f64> {
    let [one, other] = [one, other].map(|version| version.shape.areas().map(Ground::new));
    let change = Change::between(&one?, &other?, &Terms::default()).ok()?;
    Some((change.gained_m2 + change.lost_m2 - change.slivers_m2).max(0.0) / 1e6)
}

/// Days without a report where reports usually come sooner: more than one and a half times as far apart as half of them are. Where
/// every report is of a month or a year, months or years without one, measured by the two reports that are closest.
fn missing(own: &[&Version], who: Option<&str>) -> Vec<Fault> {
    let precisions: BTreeSet<Precision> = own.iter().filter_map(|version| Some(version.when?.precision())).collect();
    let of_months = precisions.first().filter(|_| precisions.len() == 1).and_then(|only| match only {
        Precision::Month => Some(missing_periods(own, 12)),
        Precision::Year => Some(missing_periods(own, 1)),
        _ => None,
    });
    if let Some(gaps) = of_months {
        return gaps.into_iter().map(|gap| Fault::Missing { who: who.map(str::to_owned), gap }).collect();
    }
    let days: Vec<i64> = own
        .iter()
        .filter_map(|version| version.when?.day()?.since_1970())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut steps: Vec<i64> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let Some(usual) = steps.get(steps.len().saturating_sub(1) / 2).copied() else { return Vec::new() };
    let gaps = gaps(own.iter().copied()).into_iter().filter(|gap| is_unusual(gap, usual));
    gaps.map(|gap| Fault::Missing { who: who.map(str::to_owned), gap }).collect()
}

fn is_unusual(gap: &Gap, usual: i64) -> bool {
    2 * (gap.count + 1) > 3 * usual
}

/// The months (`in_year` is 12) or the years (1) that are missing between reports of one each. Reports
/// usually come as far apart as those two that are closest; two reports alone are taken for two of those that come every month
/// or year.
fn missing_periods(own: &[&Version], in_year: i64) -> Vec<Gap> {
    let place = |day: Day| i64::from(day.year()) * in_year + (i64::from(day.month().unwrap_or(1)) - 1) * in_year / 12;
    let periods: BTreeSet<i64> = own.iter().filter_map(|version| version.when?.earliest().map(place)).collect();
    let periods: Vec<i64> = periods.into_iter().collect();
    let mut steps: Vec<i64> = periods.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let usual = if steps.len() < 2 { 1 } else { steps[0] };
    let period = |place: i64| {
        let month = if in_year == 12 { Some(u8::try_from(place.rem_euclid(12) + 1).ok()?) } else { None };
        Day::new(u16::try_from(place.div_euclid(in_year)).ok()?, month, None)
    };
    let between = periods.windows(2).filter(|pair| pair[1] - pair[0] > 1);
    let gaps = between.filter_map(|pair| {
        Some(Gap { from: period(pair[0] + 1)?, to: period(pair[1] - 1)?, count: pair[1] - pair[0] - 1 })
    });
    gaps.filter(|gap| is_unusual(gap, usual)).collect()
}

/// Versions of ground, which points have none of, that lie wholly beside where most are: beside the box whose sides are the middle ones of all.
fn of_other_regions(versions: &[Version]) -> Vec<Fault> {
    let boxes: Vec<(usize, Bounds)> = (versions.iter().enumerate())
        .filter(|(_, version)| version.shape.dimension() != Dimension::Point)
        .filter_map(|(number, version)| Some((number, version.bounds()?)))
        .collect();
    let middle = |side: usize| {
        let mut values: Vec<f64> = boxes.iter().map(|(_, bounds)| bounds[side]).collect();
        values.sort_unstable_by(f64::total_cmp);
        values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
    };
    let usual = [0, 1, 2, 3].map(middle);
    let is_apart = |one: &Bounds| one[0] > usual[2] || one[2] < usual[0] || one[1] > usual[3] || one[3] < usual[1];
    let apart = boxes.iter().filter(|(_, bounds)| is_apart(bounds));
    apart.map(|(number, _)| Fault::OtherRegion { from: versions[*number].from.clone() }).collect()
}

/// What is wrong with times of day.
fn clocks(versions: &[Version]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let zones: Vec<Zone> = versions.iter().filter_map(|version| Some(version.when?.hour()?.zone())).collect();
    let known: BTreeSet<Option<i16>> = zones.iter().map(|zone| zone.minutes_ahead()).collect();
    if known.len() > 1 {
        let words = |minutes: &Option<i16>| match minutes {
            None => "no zone".to_owned(),
            Some(0) => "UTC".to_owned(),
            Some(minutes) => {
                let sign = if *minutes < 0 { '−' } else { '+' };
                format!("UTC{sign}{}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        };
        faults.push(Fault::Zones { zones: known.iter().map(words).collect() });
    }
    let mut shifted = versions.iter().filter_map(|version| {
        let when = version.when?;
        let day = when.day_in_utc().filter(|day| Some(*day) != when.day())?;
        Some((version.from.clone(), day))
    });
    if let Some((from, day)) = shifted.next() {
        faults.push(Fault::OtherDayInUtc { from, day, others: shifted.count() });
    }
    faults
}

/// Names of files, and how many more there are.
fn some(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let first = names[..names.len() - more].join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}

/// ` (and 3 others)`.
fn and_others(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => " (and 1 other)".to_owned(),
        others => format!(" (and {others} others)"),
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, count } = self;
        let unit = match (from.day(), from.month()) {
            (Some(_), _) => "days",
            (None, Some(_)) => "months",
            (None, None) => "years",
        };
        match count {
            1 => write!(out, "{from}"),
            count => write!(out, "{from} to {to}, {count} {unit}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |who: &Option<String>| who.as_ref().map_or_else(String::new, |who| format!(" by {who}"));
        match self {
            Self::Impossible { from, said } => {
                write!(out, "there is no such day as “{said}” says; it is left out until its day is known: {from}")
            }
            Self::NoDay { from, said: Some(said) } => {
                write!(out, "“{said}” is no day that can be read; it is kept as of an unknown day: {from}")
            }
            Self::NoDay { from, said: None } => {
                write!(out, "it says no day; it is kept as of an unknown day: {from}")
            }
            Self::Unread { from, why, .. } => write!(out, "{why}: {from}"),
            Self::Missing { who, gap } => write!(out, "nothing is reported{} of {gap}", of(who)),
            Self::Doubled { who, when, from } => {
                write!(out, "the same is reported{} of {when} {} times: {}", of(who), from.len(), some(from))
            }
            Self::Contradictory { who, when, from, km2 } => {
                let by = km2.map_or_else(String::new, |km2| format!(", which differ by {}", words::area(km2, 3)));
                let count = from.len();
                write!(
                    out,
                    "{count} reports{} of {when} contradict each other{by}; the last counts: {}",
                    of(who),
                    some(from)
                )
            }
            Self::OutOfOrder { from, after, others } => {
                write!(
                    out,
                    "it stands after {after}, but is of an earlier day; put the reports in order of time: {from}{}",
                    and_others(*others)
                )
            }
            Self::OtherRegion { from } => {
                write!(out, "it lies somewhere else than the others, and shares no ground with them: {from}")
            }
            Self::Zones { zones } => {
                write!(
                    out,
                    "times of day are of several clocks ({}); each counts for the day that it states",
                    zones.join(", ")
                )
            }
            Self::OtherDayInUtc { from, day, others } => {
                let others = and_others(*others);
                write!(
                    out,
                    "at its time it is {day} at Greenwich; it counts for the day that it states: {from}{others}"
                )
            }
            Self::Mixed { counts } => {
                let words = counts.iter().map(|(precision, count)| format!("{count} to {}", precision.words()));
                let words: Vec<String> = words.collect();
                write!(out, "days are not all stated alike exactly: {}", words.join(", "))
            }
            Self::DaysDiffer { from, named, inside } => {
                write!(out, "its name says {named}, and what stands in it {inside}; the name counts: {from}")
            }
        }
    }
}
