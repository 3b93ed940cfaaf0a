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
        self.on_of(day, |overlay| overlay.group != OWN_GROUP)
    }

    /// The same with the layers of the user's own as they stand on the day, whatever the user says of theirs.
    #[must_use]
    pub fn all_on(&self, day: Option<Day>) -> Option<Self> {
        self.on_of(day, |_| true)
    }

    fn on_of(&self, day: Option<Day>, is_meant: impl Fn(&Overlay) -> bool) -> Option<Self> {
        let mut changed: Option<Self> = None;
        for (index, overlay) in self.overlays.iter().enumerate() {
            if !is_meant(overlay) {
                continue;
            }
            if let Some(then) = overlay.on(day) {
                changed.get_or_insert_with(|| self.clone()).overlays[index] = Arc::new(then);
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::dossier::{Problem, read};

    const JSON: &str = r#"{ "format": "claimline-dossier/1", "id": "d", "version": "1", "title": { "en": "D" }, "summary": "",
        "as_of": "2025-02-10", "disclaimer": "", "boundary_view": "", "groups": [{ "id": "g", "title": { "en": "G" } }],
        "overlays": [{ "id": "front", "title": { "en": "Front" }, "kind": "control", "group": "g", "accuracy_m": 500,
            "style": { "fill": "red" }, "versions": [
                { "when": "2025-02-06", "geometry": { "file": "b" }, "who": "Post", "excerpts": ["e"] },
                { "when": "2025-02-01", "geometry": { "file": "a" }, "accuracy_m": 100 },
                { "when": "2025-03", "geometry": { "file": "c" } },
                { "when": "soon", "geometry": { "file": "a" } },
                { "when": "2025-02-29", "geometry": { "file": "a" } },
                { "when": "2025-02-08", "geometry": { "file": "missing" } }
            ] }] }"#;

    fn dossier() -> (Dossier, Vec<Problem>) {
        let open = |path: &str| {
            let side = match path {
                "a" => 0.5,
                "b" => 0.25,
                "c" => 0.125,
                _ => return Err(format!("{path} is not there")),
            };
            let east = 37.0 + side;
            let text =
                format!(r#"{{"type":"Polygon","coordinates":[[[37,48],[{east},48],[{east},49],[37,49],[37,48]]]}}"#);
            Ok(Cow::Owned(text.into_bytes()))
        };
        read(JSON.as_bytes(), &open).unwrap()
    }

    /// Its eastern end, the day that it says it is of, and how that stands to the day that is asked for.
    fn on(dossier: &Dossier, day: Option<&str>) -> (f64, String, Option<AsOn>) {
        let day = day.map(|day| day.parse().unwrap());
        let changed = dossier.on(day);
        let overlay = changed.as_ref().unwrap_or(dossier).overlay("front").unwrap();
        let unreported = overlay.unreported.as_ref();
        (overlay.bounds[2], overlay.as_of.clone(), unreported.map(|unreported| unreported.as_on.clone()))
    }

    #[test]
    fn an_overlay_stands_as_it_was_reported_on_a_day_and_nothing_is_put_in_between() {
        let (dossier, problems) = dossier();
        let said: Vec<String> = problems.iter().map(|problem| problem.what.clone()).collect();
        for what in ["soon", "2025-02-29", "missing"] {
            assert!(said.iter().any(|said| said.contains(what)), "{what}: {said:?}");
        }
        assert_eq!(on(&dossier, None), (37.125, "2025-03".to_owned(), None));
        assert_eq!(on(&dossier, Some("2025-02-01")), (37.5, "2025-02-01".to_owned(), None));
        assert_eq!(on(&dossier, Some("2025-02-06")), (37.25, "2025-02-06".to_owned(), None));
        let (east, as_of, as_on) = on(&dossier, Some("2025-02-05"));
        assert_eq!((east, as_of.as_str()), (37.5, "2025-02-01"));
        assert!(matches!(as_on, Some(AsOn::Before(_, age)) if age.least_days == 4), "{as_on:?}");
        let (_, as_of, as_on) = on(&dossier, Some("2025-03-20"));
        assert!(as_of == "2025-03" && matches!(as_on, Some(AsOn::Perhaps(_))), "{as_of} {as_on:?}");
        assert_eq!(on(&dossier, Some("2025-01-01")).2, Some(AsOn::Nothing));
        let early = dossier.on(Some("2025-01-01".parse().unwrap())).unwrap();
        assert!(early.overlay("front").unwrap().is_before_reports());
    }

    #[test]
    fn accuracy_and_who_says_so_are_those_of_the_version() {
        let (dossier, _) = dossier();
        let front = dossier.overlay("front").unwrap();
        assert_eq!((front.accuracy_m, front.dated.as_ref().unwrap().overlays().len()), (Some(500.0), 5));
        let first = dossier.on(Some("2025-02-01".parse().unwrap())).unwrap();
        assert_eq!(first.overlay("front").unwrap().accuracy_m, Some(100.0));
        let series = front.dated.as_ref().unwrap().series();
        assert_eq!(series.accounts(), ["Post"]);
        assert_eq!(series.versions()[1].excerpts, ["e"]);
        assert_eq!(series.span().map(|(first, last)| (first.iso(), last.iso())).unwrap().0, "2025-02-01");
    }
}
