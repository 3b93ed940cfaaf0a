//! The days in the names of files: where they stand, and how they are written.
//!
//! All names are looked at together. How a day is written has to be told by the names themselves: where two readings explain
//! them equally well (`01.02.2025` is the first of February or the second of January), both are named and neither is taken.

mod forms;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::formats::edtf::Edtf;

use self::forms::{Form, Match};

/// Different ways of writing a day that the names of one series may have.
const MOST_READINGS: usize = 4;

/// How days stand in names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    readings: Vec<Reading>,
}

/// One way in which a day stands in a name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    form: Form,
    /// Which of the places in a name that are written so, from 0 on.
    number: usize,
    /// Whether a time of day follows.
    has_hour: bool,
    /// What stands before the day, where somebody has said so.
    before: String,
}

/// What a name says of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameDay {
    /// This.
    When(Edtf),
    /// One that the calendar does not have.
    Impossible,
    /// Nothing.
    Nothing,
}

/// Why there is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternError {
    /// No name has a day in it that can be read.
    #[error(
        "no day stands in the names of the files, such as “{0}”; days are written as 20250201, 2025-02-01, 01.02.2025, 2025-02 and so on"
    )]
    Nothing(String),
    /// Two readings fit all names.
    #[error(
        "“{name}” can be read as {one_words} ({one}) or as {other_words} ({other}), and so can the other names; say which with a pattern"
    )]
    Ambiguous {
        /// An example.
        name: String,
        /// How the day is written then.
        one: String,
        /// The day.
        one_words: String,
        /// How the day may be written as well.
        other: String,
        /// The day.
        other_words: String,
    },
    /// Somebody's own pattern has no day in it.
    #[error(
        "the pattern “{0}” has no day in it; write one as YYYYMMDD, YYYY-MM-DD, DD.MM.YYYY, MM-DD-YYYY, YYYY-MM, D MONTH YYYY, YYYY or the like"
    )]
    NoDay(String),
}

/// A way of writing days that may be that of some names.
#[derive(Debug)]
struct Candidate {
    form: Form,
    number: usize,
    /// How many names are written so.
    names: usize,
    /// How many of these have a day that there is.
    sound: usize,
    /// Whether all days are the same.
    is_constant: bool,
}

impl Pattern {
    /// The pattern of some names, without their endings.
    ///
    /// # Errors
    /// [`PatternError::Nothing`], [`PatternError::Ambiguous`].
    pub fn find(names: &[&str]) -> Result<Self, PatternError> {
        let mut readings = Vec::new();
        let mut rest: Vec<&str> = names.to_vec();
        while readings.len() < MOST_READINGS && !rest.is_empty() {
            let Some(reading) = Reading::find(&rest)? else { break };
            rest.retain(|name| reading.find_in(name).is_none());
            readings.push(reading);
        }
        match readings.is_empty() {
            true => Err(PatternError::Nothing((*names.first().unwrap_or(&"")).to_owned())),
            false => Ok(Self { readings }),
        }
    }

    /// A pattern that somebody has written down: `YYYYMMDD`, `control_DD.MM.YYYY` and so on.
    ///
    /// # Errors
    /// [`PatternError::NoDay`].
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let (form, before, rest) = Form::in_pattern(text).ok_or_else(|| PatternError::NoDay(text.to_owned()))?;
        let has_hour = rest.contains("hh");
        let before = before.rsplit('*').next().unwrap_or_default().to_owned();
        Ok(Self { readings: vec![Reading { form, number: 0, has_hour, before }] })
    }

    /// What a name says of its day.
    pub fn when(&self, name: &str) -> NameDay {
        let found = self.readings.iter().find_map(|reading| Some((reading, reading.find_in(name)?)));
        let Some((reading, found)) = found else { return NameDay::Nothing };
        let Some(day) = found.day else { return NameDay::Impossible };
        match found.hour.filter(|_| reading.has_hour) {
            None => NameDay::When(day),
            Some((hour, _)) => match format!("{}T{hour}", day.iso()).parse() {
                Ok(when) => NameDay::When(when),
                Err(_) => NameDay::Impossible,
            },
        }
    }

    /// What a name has beside its day: whose account it is. Nothing where there is nothing else.
    pub fn account(&self, name: &str) -> Option<String> {
        let range = self.range_in(name);
        let (before, after) = range.map_or((name, ""), |range| (&name[..range.start], &name[range.end..]));
        let is_apart = |letter: char| !letter.is_alphanumeric();
        let (before, after) = (before.trim_matches(is_apart), after.trim_matches(is_apart));
        let account = match (before.is_empty(), after.is_empty()) {
            (false, false) => format!("{before} {after}"),
            _ => format!("{before}{after}"),
        };
        (!account.is_empty()).then_some(account)
    }

    /// The letters of a name that say its day, whether or not there is such a day.
    pub fn day_in<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.get(self.range_in(name)?)
    }

    fn range_in(&self, name: &str) -> Option<std::ops::Range<usize>> {
        self.readings.iter().find_map(|reading| {
            let found = reading.find_in(name)?;
            let end = found.hour.filter(|_| reading.has_hour).map_or(found.end, |(_, end)| end);
            Some(found.start..end)
        })
    }

    /// A name with the letters of its day in braces, from which [`Self::parse`] reads them again: `control_{YYYYMMDD}`.
    pub fn in_braces(&self, name: &str) -> Option<String> {
        let reading = self.readings.iter().find(|reading| reading.find_in(name).is_some())?;
        let range = self.range_in(name)?;
        let hour = if reading.has_hour { "Thh:mm" } else { "" };
        let letters = reading.form.letters();
        Some(format!("{}{{{letters}{hour}}}{}", &name[..range.start], &name[range.end..]))
    }

    /// The pattern for people: a name with its day as letters, such as `control_YYYYMMDD`; where names differ besides, with dots.
    pub fn words(&self, names: &[&str]) -> String {
        let of_reading = |reading: &Reading| {
            let mut around: Option<(String, String)> = None;
            for name in names {
                // Those that an earlier reading has are not shown twice.
                let first = self.readings.iter().find(|other| other.find_in(name).is_some());
                let (Some(found), true) = (reading.find_in(name), first == Some(reading)) else { continue };
                let end = found.hour.as_ref().filter(|_| reading.has_hour).map_or(found.end, |(_, end)| *end);
                let (before, after) = (&name[..found.start], &name[end..]);
                around = Some(match around {
                    None => (before.to_owned(), after.to_owned()),
                    Some((left, right)) => (shared_end(&left, before), shared_start(&right, after)),
                });
            }
            let (before, after) = around?;
            let hour = if reading.has_hour { "Thh:mm" } else { "" };
            Some(format!("{before}{}{hour}{after}", reading.form.letters()))
        };
        let all: Vec<String> = self.readings.iter().filter_map(of_reading).collect();
        all.join(", ")
    }
}

/// What two texts end with alike, after dots where they differ.
fn shared_end(one: &str, other: &str) -> String {
    if one == other {
        return one.to_owned();
    }
    let alike = one.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b && *a != '…');
    let end: Vec<char> = alike.map(|(letter, _)| letter).collect();
    std::iter::once('…').chain(end.into_iter().rev()).collect()
}

/// What two texts begin with alike, before dots where they differ.
fn shared_start(one: &str, other: &str) -> String {
    if one == other {
        return one.to_owned();
    }
    let alike = one.chars().zip(other.chars()).take_while(|(a, b)| a == b && *a != '…');
    alike.map(|(letter, _)| letter).chain(std::iter::once('…')).collect()
}

impl Reading {
    /// The place of the day in a name.
    fn find_in(&self, name: &str) -> Option<Match> {
        let mut found = self.form.matches(name);
        if self.before.is_empty() {
            return found.nth(self.number);
        }
        found.find(|found| name[..found.start].ends_with(&self.before))
    }

    /// The one way of writing days that explains most names.
    fn find(names: &[&str]) -> Result<Option<Self>, PatternError> {
        let candidates = candidates(names);
        // Of what most names have, the most exact, which explains more of the letters; then what is not the same in all.
        let best = candidates.iter().filter(|candidate| candidate.sound > 0).max_by_key(|one| {
            (one.names, one.form.exactness(), !one.is_constant, one.sound, std::cmp::Reverse(one.number))
        });
        let Some(best) = best else { return Ok(None) };
        let rivals = candidates.iter().filter(|other| {
            (other.form != best.form || other.number != best.number)
                && other.form.exactness() == best.form.exactness()
                && (other.names, other.sound, other.is_constant) == (best.names, best.sound, best.is_constant)
        });
        for rival in rivals {
            let differing = names.iter().find_map(|name| {
                let day = |one: &Candidate| one.form.matches(name).nth(one.number)?.day;
                let (one, other) = (day(best)?, day(rival)?);
                (one != other).then_some((name, one, other))
            });
            if let Some((name, one, other)) = differing {
                let letters = |one: &Candidate| match one.number {
                    0 => one.form.letters(),
                    number => format!("the day number {} written {}", number + 1, one.form.letters()),
                };
                return Err(PatternError::Ambiguous {
                    name: (*name).to_owned(),
                    one: letters(best),
                    one_words: one.to_string(),
                    other: letters(rival),
                    other_words: other.to_string(),
                });
            }
        }
        let (form, number) = (best.form, best.number);
        let found = || names.iter().filter_map(|name| form.matches(name).nth(number));
        // A number behind a day is a time of day only if it is one in all names, and if not all are the same.
        let hours: Option<BTreeSet<String>> = found().map(|found| Some(found.hour?.0)).collect();
        let has_zone = found().any(|found| found.is_surely_hour);
        let has_hour = hours.is_some_and(|hours| has_zone || hours.len() > 1);
        Ok(Some(Self { form, number, has_hour, before: String::new() }))
    }
}

fn candidates(names: &[&str]) -> Vec<Candidate> {
    let mut all = Vec::new();
    for form in Form::all() {
        let found: Vec<Vec<Match>> = names.iter().map(|name| form.matches(name).collect()).collect();
        let most = found.iter().map(Vec::len).max().unwrap_or_default();
        for number in 0..most {
            let of_number = || found.iter().filter_map(|all| all.get(number));
            let days: BTreeSet<String> = of_number().filter_map(|one| Some(one.day?.iso())).collect();
            let sound = of_number().filter(|one| one.day.is_some()).count();
            all.push(Candidate {
                form,
                number,
                names: of_number().count(),
                sound,
                is_constant: days.len() < 2 && sound > 1,
            });
        }
    }
    all
}

#[cfg(test)]
mod tests;
