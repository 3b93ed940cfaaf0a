//! An overlay as reports of several days have it. Nothing is put in between: on a day of which nobody reports it is known
//! only as it was last reported, and for how long nobody has.

use std::sync::Arc;

use super::prepared::Prepared;
use super::series::{Age, Fault, Series, Standing, Version};
use super::{Dossier, Features, Measure, OWN_GROUP, Overlay, Shape};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;

/// The versions of an overlay, in order of time, and the overlay as each has it.
#[derive(Debug, Clone)]
pub struct Dated {
    series: Series,
    /// One for each version; they have no versions themselves.
    overlays: Vec<Arc<Overlay>>,
}

/// How an overlay stands on the day that is shown, where no report is of just this day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreported {
    /// The day.
    pub day: Day,
    /// As when it is shown.
    pub as_on: AsOn,
}

/// What an overlay is shown by on a day of which nobody surely reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsOn {
    /// By a report of some day of a month or a year in which the day lies.
    Perhaps(Edtf),
    /// By the last report before.
    Before(Edtf, Age),
    /// By none: nobody has reported yet.
    Nothing,
}

impl Dated {
    /// Of versions in any order, each with the overlay as it has it. `None` without any.
    pub fn new(versions: Vec<(Version, Overlay)>, faults: Vec<Fault>) -> Option<Self> {
        let (versions, mut overlays): (Vec<Version>, Vec<Arc<Overlay>>) =
            versions.into_iter().map(|(version, overlay)| (version, Arc::new(overlay))).unzip();
        let series = Series::new(versions).with_faults(faults);
        // The series has put them in order of time.
        let mut in_time = Vec::with_capacity(overlays.len());
        for version in series.versions() {
            let place = overlays.iter().position(|overlay| Arc::ptr_eq(&overlay.shape, &version.shape))?;
            in_time.push(overlays.swap_remove(place));
        }
        (!in_time.is_empty()).then_some(Self { series, overlays: in_time })
    }

    /// The versions, and what is wrong with them.
    pub fn series(&self) -> &Series {
        &self.series
    }

    /// The overlay as each version has it, in the order of [`Series::versions`].
    pub fn overlays(&self) -> &[Arc<Overlay>] {
        &self.overlays
    }

    /// The overlay as a version of this series has it.
    fn overlay_of(&self, version: &Version) -> Option<&Arc<Overlay>> {
        let place = self.series.versions().iter().position(|other| std::ptr::eq(other, version))?;
        self.overlays.get(place)
    }

    /// What stands for a day; without one, the last that is dated.
    fn standing(&self, day: Option<Day>) -> Option<Standing<'_>> {
        match day {
            Some(day) => self.series.on(day, None).standing(),
            None => {
                let versions = self.series.versions();
                let last = versions.iter().rev().find(|version| version.when.is_some()).or_else(|| versions.last());
                last.map(Standing::Reported)
            }
        }
    }
}

impl Overlay {
    /// The overlay as it stands on a day; `None` where it has no versions, or stands so already. Without a day it is as it
    /// was last reported.
    #[must_use]
    pub fn on(&self, day: Option<Day>) -> Option<Self> {
        let dated = self.dated.as_ref()?;
        let standing = dated.standing(day);
        let as_on = match standing {
            Some(Standing::Reported(_)) => None,
            Some(Standing::Perhaps(version)) => version.when.map(AsOn::Perhaps),
            Some(Standing::Before(version, age)) => version.when.map(|when| AsOn::Before(when, age)),
            None => Some(AsOn::Nothing),
        };
        let unreported = day.zip(as_on).map(|(day, as_on)| Unreported { day, as_on });
        let version = standing.map(Standing::version).or_else(|| dated.series.versions().first())?;
        let then = dated.overlay_of(version)?;
        if Arc::ptr_eq(&then.shape, &self.shape) && unreported == self.unreported {
            return None;
        }
        Some(Self {
            as_of: version.when.map(|when| when.iso()).unwrap_or_default(),
            shape: Arc::clone(&then.shape),
            features: Arc::clone(&then.features),
            measure: then.measure,
            beside: Arc::clone(&then.beside),
            crossing: Arc::clone(&then.crossing),
            bounds: then.bounds,
            accuracy_m: then.accuracy_m.or(self.accuracy_m),
            accuracy: then.accuracy.clone().or_else(|| self.accuracy.clone()),
            contested_km2: then.contested_km2,
            merged: then.merged,
            unreported,
            prepared: then.prepared.of_same_features(),
            ..self.clone()
        })
    }

    /// The same overlay of another shape.
    pub(super) fn of_shape(
        &self,
        shape: Arc<Shape>,
        features: Arc<Features>,
        bounds: [f64; 4],
        measure: Measure,
        accuracy_m: Option<f64>,
    ) -> Self {
        Self {
            shape,
            features,
            bounds,
            measure,
            accuracy_m: accuracy_m.or(self.accuracy_m),
            beside: Arc::default(),
            crossing: Arc::default(),
            contested_km2: None,
            merged: None,
            prepared: Prepared::default(),
            ..self.clone()
        }
    }

    /// The overlay that stands for several versions: as the last of them, drawn as they are all.
    #[must_use]
    pub fn dated_by(self, dated: Dated) -> Self {
        let dated = Self { dated: Some(Arc::new(dated)), ..self };
        dated.on(None).unwrap_or(dated)
    }

    /// Whether nobody has reported on it up to the day that is shown: there is nothing to be seen of it.
    pub fn is_before_reports(&self) -> bool {
        matches!(&self.unreported, Some(Unreported { as_on: AsOn::Nothing, .. }))
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
}
