//! An overlay as reports of several days have it. Nothing is put in between: on a day of which nobody reports it is known
//! only as it was last reported, and for how long nobody has.

use std::sync::Arc;

use super::prepared::Prepared;
use super::{Dossier, OWN_GROUP, Overlay};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;

/// An overlay as one report has it.
#[derive(Debug, Clone)]
pub struct Version {
    /// When it was so.
    pub when: Edtf,
    /// Who says so, where that differs from version to version.
    pub who: Option<String>,
    /// Ids of the excerpts that say so.
    pub excerpts: Vec<String>,
    /// The overlay as it was then: its shape and features, its size, its accuracy. It has no versions itself.
    pub overlay: Arc<Overlay>,
}

/// The versions of an overlay, in order of time; those of an unknown day last.
#[derive(Debug, Clone, Default)]
pub struct Versions(Vec<Version>);

/// How an overlay stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// This version is of that day.
    Then(usize),
    /// None is: this is the last before it, so many whole days older.
    Before(usize, i64),
    /// None is, and none is older.
    Not,
}

/// An overlay on a day of which nobody reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreported {
    /// The day.
    pub day: Day,
    /// When it was last reported before, and how many whole days earlier; `None` before the first report.
    pub last: Option<(Edtf, i64)>,
}

/// The first and the last day that a statement may mean, in days since 1970; `None` where neither is known.
fn days(when: &Edtf) -> Option<(i64, i64)> {
    let first = when.earliest().and_then(|day| day.first().since_1970());
    let last = when.latest().and_then(|day| day.last().since_1970());
    match (first, last) {
        (None, None) => None,
        (first, last) => Some((first.unwrap_or(i64::MIN), last.unwrap_or(i64::MAX))),
    }
}

impl Version {
    /// The first and the last day that may be meant, in days since 1970, both counted; an open end is the least or the most
    /// that there is. `None` where nothing is known.
    pub fn days(&self) -> Option<(i64, i64)> {
        days(&self.when)
    }
}

impl Versions {
    /// Of versions in any order.
    pub fn new(mut versions: Vec<Version>) -> Self {
        versions.sort_by(|a, b| match (a.days(), b.days()) {
            (Some(_), Some(_)) => a.when.in_time(&b.when),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        Self(versions)
    }

    /// All of them, in order of time; those of an unknown day last.
    pub fn all(&self) -> &[Version] {
        &self.0
    }

    /// The version of that place.
    pub fn get(&self, index: usize) -> Option<&Version> {
        self.0.get(index)
    }

    /// Which of them is to be shown on a day: the most exact of those that may be meant, the first of several equally exact
    /// ones.
    pub fn on(&self, day: Day) -> Reported {
        let (Some(first), Some(last)) = (day.first().since_1970(), day.last().since_1970()) else {
            return Reported::Not;
        };
        let dated = || self.0.iter().enumerate().filter_map(|(index, version)| Some((index, version.days()?)));
        let then = dated().filter(|(_, (from, to))| *from <= last && *to >= first);
        let then = then.min_by_key(|(_, (from, to))| to.saturating_sub(*from));
        if let Some((index, _)) = then {
            return Reported::Then(index);
        }
        let before = dated().filter(|(_, (_, to))| *to < first).max_by_key(|(_, (_, to))| *to);
        before.map_or(Reported::Not, |(index, (_, to))| Reported::Before(index, first - to))
    }

    /// The last that is dated.
    pub fn latest(&self) -> Option<&Version> {
        let ends = |version: &&Version| version.days().map_or(i64::MIN, |(from, to)| to.min(from.max(to)));
        self.0.iter().filter(|version| version.days().is_some()).max_by_key(ends).or_else(|| self.0.last())
    }

    /// Whether any differs from the others in who says so.
    pub fn accounts(&self) -> Vec<&str> {
        let mut accounts: Vec<&str> = self.0.iter().filter_map(|version| version.who.as_deref()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }
}

impl Overlay {
    /// The overlay as it stands on a day; `None` where it has no versions, or stands so already. Without a day it is as it
    /// was last reported.
    #[must_use]
    pub fn on(&self, day: Option<Day>) -> Option<Self> {
        let versions = self.versions.as_ref()?;
        let (version, unreported) = match day {
            None => (versions.latest()?, None),
            Some(day) => match versions.on(day) {
                Reported::Then(index) => (versions.get(index)?, None),
                Reported::Before(index, age) => {
                    let version = versions.get(index)?;
                    (version, Some(Unreported { day, last: Some((version.when.clone(), age)) }))
                }
                Reported::Not => (versions.all().first()?, Some(Unreported { day, last: None })),
            },
        };
        let then = &version.overlay;
        if Arc::ptr_eq(&then.shape, &self.shape) && unreported == self.unreported {
            return None;
        }
        Some(Self {
            as_of: version.when.iso(),
            shape: Arc::clone(&then.shape),
            features: Arc::clone(&then.features),
            measure: then.measure.clone(),
            beside: Arc::clone(&then.beside),
            crossing: Arc::clone(&then.crossing),
            bounds: then.bounds,
            accuracy_m: then.accuracy_m.or(self.accuracy_m),
            accuracy: then.accuracy.clone().or_else(|| self.accuracy.clone()),
            contested_km2: then.contested_km2,
            merged: then.merged.clone(),
            unreported,
            prepared: then.prepared.of_same_features(),
            ..self.clone()
        })
    }

    /// The overlay that stands for several versions: as the last of them, drawn as they are all.
    ///
    /// # Panics
    /// Never: without versions it is the overlay itself.
    #[must_use]
    pub fn with_versions(self, versions: Versions) -> Self {
        let bare = Self { versions: Some(Arc::new(versions)), prepared: Prepared::default(), ..self };
        bare.on(None).unwrap_or(bare)
    }

    /// Whether nobody has reported on it up to the day that is shown: there is nothing to be seen of it.
    pub fn is_before_reports(&self) -> bool {
        self.unreported.as_ref().is_some_and(|unreported| unreported.last.is_none())
    }
}

impl Dossier {
    /// The dossier with its own overlays as they stand on a day; `None` where they stand so already. Layers of the user's own
    /// are left as they are: what the user says of them comes first.
    #[must_use]
    pub fn on(&self, day: Option<Day>) -> Option<Self> {
        let mut changed: Option<Self> = None;
        for (index, overlay) in self.overlays.iter().enumerate() {
            if overlay.group == OWN_GROUP {
                continue;
            }
            if let Some(then) = overlay.on(day) {
                changed.get_or_insert_with(|| self.clone()).overlays[index] = Arc::new(then);
            }
        }
        changed
    }

    /// The first and the last day that any version of any overlay is of, in days since 1970; open ends do not count.
    pub fn reported_days(&self) -> Option<(i64, i64)> {
        let versions = self.overlays.iter().filter_map(|overlay| overlay.versions.as_ref());
        let days = versions.flat_map(|versions| versions.all().iter().filter_map(Version::days));
        let ends = days.flat_map(|(from, to)| [from, to]).filter(|day| *day != i64::MIN && *day != i64::MAX);
        ends.fold(None, |range, day| match range {
            None => Some((day, day)),
            Some((least, most)) => Some((day.min(least), day.max(most))),
        })
    }
}
