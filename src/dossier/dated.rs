//! An overlay as reports of several days have it. Nothing is put in between: on a day of which nobody reports it is known
//! only as it was last reported, and for how long nobody has.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::feature_days::Events;
use super::prepared::Prepared;
use super::resolve::size_of;
use super::series::{Age, Fault, Series, Standing, Version};
use super::{Dossier, Features, Measure, OWN_GROUP, Overlay, Shape, own_layer, words};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;
use crate::formats::feature::Feature;
use crate::formats::filter::Filter;
use crate::formats::order;
use crate::formats::table::{FeatureTable, geometry_of};
use crate::formats::written::Finder;

/// The versions of an overlay, in order of time, and the overlay as each has it.
#[derive(Debug, Clone)]
pub struct Dated {
    series: Series,
    /// One for each version; they have no versions themselves.
    overlays: Vec<Arc<Overlay>>,
    /// Where these are events and no states: what is shown of them on a day.
    events: Option<Arc<Events>>,
    /// What features of all days say, asked once each, so that a kind has the same colour on all of them.
    said: Arc<Mutex<Said>>,
}

/// What the features of all days say as a property.
#[derive(Debug, Default)]
struct Said {
    values: HashMap<String, Arc<Vec<String>>>,
    /// By the property and the filter of those that count.
    numbers: HashMap<(String, String), Arc<Vec<f64>>>,
}

/// How an overlay stands on the day that is shown, where no report is of just this day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreported {
    /// The day, or the days of a week or a month.
    pub when: Edtf,
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
        (!in_time.is_empty()).then_some(Self { series, overlays: in_time, events: None, said: Arc::default() })
    }

    /// The same of events, of which none lasts until the next.
    #[must_use]
    pub(super) fn of_events(self, events: Events) -> Self {
        Self { events: Some(Arc::new(events)), series: self.series.of_events(), ..self }
    }

    /// The overlays that have all features of all days.
    fn all(&self) -> impl Iterator<Item = &Overlay> {
        let events = self.events.as_ref().map(|events| events.layer());
        let overlays = if events.is_some() { &[][..] } else { &self.overlays[..] };
        events.into_iter().chain(overlays.iter().map(AsRef::as_ref))
    }

    /// The different values of a property on all days, in the order in which they come first, at most so many.
    pub(super) fn values(&self, property: &str, most: usize) -> Arc<Vec<String>> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let values = said.values.entry(property.to_owned()).or_insert_with(|| {
            let finder = Finder::new(property);
            let mut values: Vec<String> = Vec::new();
            for overlay in self.all() {
                for feature in 0..overlay.features.count() {
                    let value = overlay.written(feature, &finder).map(|value| value.key().trim().to_owned());
                    let Some(value) = value.filter(|value| !value.is_empty() && values.len() < most) else { continue };
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            }
            Arc::new(values)
        });
        Arc::clone(values)
    }

    /// The numbers that features say as a property on all days, of those that fit a filter.
    pub(super) fn numbers(&self, property: &str, filter: Option<&Filter>) -> Arc<Vec<f64>> {
        let key = (property.to_owned(), filter.map(ToString::to_string).unwrap_or_default());
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = said.numbers.entry(key).or_insert_with(|| {
            let finder = Finder::new(property);
            let of_overlay = |overlay: &Overlay| -> Vec<f64> {
                let matcher = filter.map(|filter| overlay.matcher(filter));
                let fits = |feature: &usize| matcher.as_ref().is_none_or(|matcher| matcher.matches(*feature));
                let number = |feature| order::number_of(&overlay.written(feature, &finder)?);
                (0..overlay.features.count()).filter(fits).filter_map(number).collect()
            };
            Arc::new(self.all().flat_map(of_overlay).collect())
        });
        Arc::clone(numbers)
    }

    /// Whether these are events, of which none lasts until the next.
    pub fn are_events(&self) -> bool {
        self.events.is_some()
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

    /// The version that an overlay shows.
    fn as_shown(&self, shown: &Overlay) -> Option<&Arc<Overlay>> {
        self.overlays.iter().find(|overlay| Arc::ptr_eq(&overlay.shape, &shown.shape))
    }

    /// The overlay as it was last reported on a day.
    pub(super) fn on(&self, day: Day) -> Option<&Arc<Overlay>> {
        self.overlay_of(self.standing(Some(day))?.version())
    }

    /// What accounts say of a day that do not say the same, in words, with whose report is shown; `None` where they agree, or
    /// one alone reports.
    pub fn contested_on(&self, day: Day) -> Option<String> {
        let reported = self.series.on(day, None).reported;
        let shown = reported.last().filter(|_| !self.are_events())?;
        let differ = |other: &&Version| other.who != shown.who && other.shape != shown.shape;
        if !reported.iter().copied().any(|other| differ(&other)) {
            return None;
        }
        let name = |version: &Version| version.who.clone().unwrap_or_else(|| "somebody who is not named".to_owned());
        let names: BTreeSet<String> = reported.iter().map(|version| name(version)).collect();
        let (count, names) = (names.len(), names.into_iter().collect::<Vec<_>>().join(" and "));
        let (day, shown) = (words::date(&day.iso()), name(shown));
        Some(format!("{count} accounts report of {day}: {names} differ; shown is {shown}"))
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
        if let Some(events) = &dated.events {
            let then = events.on(day);
            let is_same = Arc::ptr_eq(&then.shape, &self.shape);
            return (!is_same).then(|| Self { only_of: then.only_of.clone(), ..self.as_on(&then, None) });
        }
        self.standing_as(dated, dated.standing(day), day)
    }

    /// The overlay as one account reports it of a day, or all of them together; `None` where it has no versions or nobody has reported
    /// up to that day.
    pub fn on_by<'a>(&'a self, day: Day, who: Option<&'a str>) -> Option<(Self, Standing<'a>)> {
        let dated = self.dated.as_ref()?;
        let standing = dated.series.on(day, who).standing()?;
        let then = self.standing_as(dated, Some(standing), Some(day)).unwrap_or_else(|| self.clone());
        Some((then, standing))
    }

    /// The overlay as a version has it that stands for a day; `None` where it stands so already.
    fn standing_as(&self, dated: &Dated, standing: Option<Standing<'_>>, day: Option<Day>) -> Option<Self> {
        let as_on = match standing {
            Some(Standing::Reported(_)) => None,
            Some(Standing::Perhaps(version)) => version.when.map(AsOn::Perhaps),
            Some(Standing::Before(version, age)) => version.when.map(|when| AsOn::Before(when, age)),
            None => Some(AsOn::Nothing),
        };
        let unreported = day.zip(as_on).map(|(day, as_on)| Unreported { when: day.into(), as_on });
        let version = standing.map(Standing::version).or_else(|| dated.series.versions().first())?;
        let then = dated.overlay_of(version)?;
        if Arc::ptr_eq(&then.shape, &self.shape) && unreported == self.unreported {
            return None;
        }
        let as_of = version.when.map(|when| when.iso()).unwrap_or_default();
        Some(Self { as_of, ..self.as_on(then, unreported) })
    }

    /// The overlay with the shape of another, and what is known of that.
    fn as_on(&self, then: &Self, unreported: Option<Unreported>) -> Self {
        Self {
            as_of: then.as_of.clone(),
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
        }
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

    /// Whether these are events of which none is of the days that are shown: there is nothing to be seen of them.
    pub fn is_without_events(&self) -> bool {
        self.features.count() == 0 && self.dated.as_ref().is_some_and(|dated| dated.are_events())
    }

    /// The report that it shows.
    pub fn shown_report(&self) -> Option<&Version> {
        let dated = self.dated.as_ref()?;
        let place = dated.overlays.iter().position(|then| Arc::ptr_eq(&then.shape, &self.shape))?;
        dated.series.versions().get(place)
    }

    /// Of which months or years there are reports that may be later than the one that is shown, which lies in them: they do not say
    /// of which day they are.
    pub fn perhaps_later(&self) -> Vec<Edtf> {
        let Some(shown) = self.shown_report().and_then(|report| report.when?.latest()) else { return Vec::new() };
        let versions = self.dated.iter().flat_map(|dated| dated.series.versions());
        let whens = versions.filter_map(|version| version.when);
        let may_be_later = |when: &Edtf| {
            matches!(when, Edtf::Date(date) if date.day().is_none())
                && when.earliest().is_some_and(|from| from <= shown)
                && when.latest().is_some_and(|to| to > shown)
        };
        whens.filter(may_be_later).collect()
    }

    /// Whose report it shows, where several accounts report of it.
    pub fn reporter(&self) -> Option<&str> {
        let several = self.dated.as_ref().is_some_and(|dated| dated.series.accounts().len() > 1);
        self.shown_report().filter(|_| several)?.who.as_deref()
    }

    /// That accounts contradict each other of the day of the report that it shows, in words.
    pub fn contested(&self) -> Option<String> {
        self.dated.as_ref()?.contested_on(self.shown_report()?.when?.latest()?)
    }

    /// The first day of which anybody reports of it: of a month its first.
    pub fn first_report(&self) -> Option<Day> {
        let versions = self.dated.iter().flat_map(|dated| dated.series.versions());
        versions.filter_map(|version| Some(version.when?.earliest()?.first())).min()
    }

    /// Whether there is nothing of it on the day that is shown: nothing to be drawn, marked or found.
    pub fn is_of_other_days(&self) -> bool {
        self.is_before_reports() || self.is_without_events()
    }

    /// Whether nobody has reported on it up to the day that is shown: there is nothing to be seen of it.
    pub fn is_before_reports(&self) -> bool {
        matches!(&self.unreported, Some(Unreported { as_on: AsOn::Nothing, .. }))
    }
}

/// A layer of reports of which only the shapes are known.
///
/// # Errors
/// A text that says why none of them can be drawn.
pub fn layer_of_reports(name: &str, reports: Vec<Version>) -> Result<Overlay, String> {
    let nothing = || "there is nothing to draw".to_owned();
    let first = reports.first().ok_or_else(nothing)?;
    let geometry = geometry_of(first.shape.polygons(), first.shape.lines(), &[]).ok_or_else(nothing)?;
    let feature = Feature { geometry: Some(geometry), ..Feature::default() };
    let (layer, _) = own_layer(name, FeatureTable::of(vec![feature]))?;
    let mut versions = Vec::with_capacity(reports.len());
    for report in reports {
        let (bounds, measure) = size_of(&report.shape)?;
        let then = layer.of_shape(Arc::clone(&report.shape), Arc::default(), bounds, measure, report.accuracy_m);
        versions.push((report, then));
    }
    Ok(layer.dated_by(Dated::new(versions, Vec::new()).ok_or_else(nothing)?))
}

impl Dossier {
    /// The overlays that a recipe has taken as they were last reported on a day of their own, each with the day of that report, ISO
    /// 8601. Empty where all that an overlay is derived from follows the timeline.
    pub fn operands_of_days(&self, overlay: &Overlay) -> Vec<(&Overlay, String)> {
        let then = |(id, day): &(String, Day)| {
            let operand = self.overlay(id)?;
            let report = operand.dated.as_ref().and_then(|dated| dated.standing(Some(*day))?.version().when);
            Some((operand, report.map_or_else(|| day.iso(), |when| when.iso())))
        };
        overlay.operand_days.iter().filter_map(then).collect()
    }

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

    /// All as it was last reported in a stretch of days, such as a week or a month, of which a report of the whole or of a day of it
    /// is a report. Of events, those of all these days. What has neither a first nor a last day is left as it is.
    #[must_use]
    pub fn all_of(&self, days: Edtf) -> Self {
        let (Some(first), Some(last)) = (days.earliest(), days.latest()) else { return self.clone() };
        let mut then = self.all_on(Some(last)).unwrap_or_else(|| self.clone());
        for (overlay, own) in then.overlays.iter_mut().zip(&self.overlays) {
            if let Some(events) = own.dated.as_ref().and_then(|dated| dated.events.as_ref()) {
                let of_days = events.of(first, last);
                *overlay = Arc::new(Overlay { only_of: of_days.only_of.clone(), ..own.as_on(&of_days, None) });
                continue;
            }
            let Some(Unreported { as_on, .. }) = &overlay.unreported else { continue };
            let unreported = match as_on {
                AsOn::Perhaps(when) | AsOn::Before(when, _)
                    if when.latest().is_some_and(|to| to >= first) && when.is_sure_within(first, last) =>
                {
                    None
                }
                as_on => Some(Unreported { when: days, as_on: as_on.clone() }),
            };
            Arc::make_mut(overlay).unreported = unreported;
        }
        then
    }

    fn on_of(&self, day: Option<Day>, is_meant: impl Fn(&Overlay) -> bool) -> Option<Self> {
        let mut changed: Option<Self> = None;
        for (index, overlay) in self.overlays.iter().enumerate() {
            if !is_meant(overlay) {
                continue;
            }
            if let Some(then) = overlay.on(day) {
                // What a recipe makes day by day may be credited and described otherwise each day.
                let told = overlay.dated.as_ref().and_then(|dated| dated.as_shown(&then)).map(Arc::clone);
                let then = match told {
                    Some(told) => Overlay {
                        gist: told.gist.clone(),
                        method: told.method.clone(),
                        credit: told.credit.clone().or_else(|| then.credit.clone()),
                        license: told.license.clone(),
                        ..then
                    },
                    None => then,
                };
                changed.get_or_insert_with(|| self.clone()).overlays[index] = Arc::new(then);
            }
        }
        if let Some(changed) = &mut changed
            && let Some(line) = changed.own_line_then()
        {
            changed.own_line = Some(line);
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
    fn a_report_of_a_month_is_one_of_the_month_and_not_of_each_week() {
        let (dossier, _) = dossier();
        let unreported = |when: &str| {
            let then = dossier.all_of(when.parse().unwrap());
            then.overlay("front").unwrap().unreported.as_ref().map(|unreported| unreported.as_on.clone())
        };
        assert_eq!(unreported("2025-03"), None);
        assert_eq!(unreported("2025-02-01/2025-03-31"), None);
        assert!(matches!(unreported("2025-03-10/2025-03-16"), Some(AsOn::Perhaps(_))));
        assert!(matches!(unreported("2025-03-31/2025-04-06"), Some(AsOn::Before(..))));
        assert_eq!(unreported("2025-02-03/2025-02-09"), None, "of 6 February");
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
