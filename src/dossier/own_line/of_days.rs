//! A line of the user's own that is reported day by day: what is worked out with it is of the same days.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Counting, OwnLine};
use crate::dossier::series::{Fault, Version};
use crate::dossier::{About, Dated, Dossier, Overlay, resolve};
use crate::geometry::work;

/// What reports make of an overlay, and what of them cannot be worked out.
type Reports = (Vec<(Version, Overlay)>, Vec<Fault>);

/// What is worked out with the line as one report has it.
struct OfReport {
    line: OwnLine,
    overlays: Vec<Arc<Overlay>>,
}

impl Dossier {
    /// The dossier with the line of contact of a series of reports, on all of its days: `self` has the line already, as one of
    /// them has it. What cannot be worked out with the line of a report is said of that overlay's series.
    #[must_use]
    pub fn with_days_of_line(self, own: &Overlay, counting: &Counting) -> Self {
        let (Some(dated), Some(line)) = (&own.dated, &self.own_line) else { return self };
        let base = self.without_own_line();
        // The dossier's line, which stays for comparison, is the same on all days.
        let theirs = base.overlay(&line.overlay).map(|overlay| Arc::clone(&overlay.shape));
        let concerned = |dossier: &Self| -> Vec<Arc<Overlay>> {
            let Some(line) = &dossier.own_line else { return Vec::new() };
            let is_theirs =
                |overlay: &Overlay| theirs.as_ref().is_some_and(|theirs| Arc::ptr_eq(theirs, &overlay.shape));
            let concerns = |overlay: &&Arc<Overlay>| line.concerns(overlay) && !is_theirs(overlay);
            dossier.overlays.iter().filter(concerns).cloned().collect()
        };
        let of_report = |version: &Version, then: &Overlay| -> Result<OfReport, String> {
            let when = version.when.map(|when| when.iso()).unwrap_or_default();
            let mut made = base.with_own_shape(&counting.shape(then)?, &version.from, &when)?;
            made.says_what_counts(counting);
            made.cite_line(then);
            let line = made.own_line.clone().ok_or("it has no line")?;
            Ok(OfReport { line, overlays: concerned(&made) })
        };
        let reports: Vec<(&Version, &Arc<Overlay>)> = dated
            .series()
            .versions()
            .iter()
            .zip(dated.overlays())
            .filter(|(version, _)| version.when.is_some())
            .collect();
        let doing = "Working out the line of contact day by day";
        let Some(made) = work::beside(doing, &reports, |(version, then)| of_report(version, then)) else { return self };
        let mut by_overlay: BTreeMap<String, Reports> = BTreeMap::new();
        let mut named: Vec<Arc<Overlay>> = concerned(&self);
        for overlay in made.iter().flatten().flat_map(|report| &report.overlays) {
            if !named.iter().any(|known| known.id == overlay.id) {
                named.push(Arc::clone(overlay));
            }
        }
        let mut days = Vec::new();
        for ((version, _), made) in reports.iter().zip(made) {
            for overlay in &named {
                let (versions, faults) = by_overlay.entry(overlay.id.clone()).or_default();
                let then = match &made {
                    Ok(report) => {
                        let then = report.overlays.iter().find(|then| then.id == overlay.id);
                        let part = About::Overlay(overlay.id.clone());
                        let why = report.line.left_out.iter().find(|problem| problem.part == part);
                        match (then, why) {
                            (Some(then), _) => Ok(Overlay::clone(then)),
                            (None, Some(why)) => Err(why.what.clone()),
                            (None, None) => Ok(resolve::nothing_of(overlay)),
                        }
                    }
                    Err(why) => Err(why.clone()),
                };
                match then {
                    Ok(then) => {
                        let version =
                            Version { shape: Arc::clone(&then.shape), accuracy_m: None, ..(*version).clone() };
                        versions.push((version, then));
                    }
                    Err(why) => faults.push(Fault::Unread { from: version.from.clone(), when: version.when, why }),
                }
            }
            days.extend(made.ok().map(|report| report.line));
        }
        let line = OwnLine { days: Arc::new(days), ..line.clone() };
        let known: BTreeSet<String> = self.overlays.iter().map(|overlay| overlay.id.clone()).collect();
        let mut dossier = self;
        for overlay in named {
            let Some((versions, faults)) = by_overlay.remove(&overlay.id) else { continue };
            let Some(dated) = Dated::new(versions, faults).map(Arc::new) else { continue };
            if known.contains(&overlay.id) {
                for own in dossier.overlays.iter_mut().filter(|own| own.id == overlay.id) {
                    Arc::make_mut(own).dated = Some(Arc::clone(&dated));
                }
            } else {
                let nothing = Overlay { dated: Some(dated), ..resolve::nothing_of(&overlay) };
                dossier.overlays.insert(0, Arc::new(nothing));
            }
        }
        dossier.own_line = Some(line);
        dossier
    }

    /// What is known of the own line as the report has it that the dossier shows.
    pub(in crate::dossier) fn own_line_then(&self) -> Option<OwnLine> {
        let line = self.own_line.as_ref().filter(|line| !line.days.is_empty())?;
        let version = self.overlay(&line.overlay)?.shown_report()?;
        let then = line.days.iter().find(|then| then.from == version.from)?;
        Some(OwnLine { days: Arc::clone(&line.days), ..then.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{Measure, builtin, own_layer};
    use crate::formats::edtf::Edtf;
    use crate::formats::geojson;

    /// All of the oblast east of a meridian.
    fn held(from: &str, west: f64) -> Overlay {
        let ring = [[west, 46.5], [39.5, 46.5], [39.5, 49.5], [west, 49.5], [west, 46.5]];
        let geometry = serde_json::json!({ "type": "Polygon", "coordinates": [ring] });
        let feature = serde_json::json!({ "type": "Feature", "properties": {}, "geometry": geometry });
        let text = serde_json::json!({ "type": "FeatureCollection", "features": [feature] }).to_string();
        own_layer(from, geojson::read_table(text.as_bytes()).unwrap()).unwrap().0
    }

    fn day(text: &str) -> Option<crate::formats::day::Day> {
        Some(text.parse().unwrap())
    }

    fn km2(dossier: &Dossier, id: &str) -> f64 {
        match dossier.overlay(id).unwrap().measure {
            Measure::Area { km2, .. } => km2,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_a_line_of_several_days_divides_is_of_the_same_days() {
        let (berlin, _) = builtin::berlin().unwrap();
        let reports = [("front_20250201.geojson", "2025-02-01", 37.9), ("front_20250206.geojson", "2025-02-06", 37.7)];
        let version = |(from, when, west): (&str, &str, f64)| {
            let overlay = held(from, west);
            let shape = Arc::clone(&overlay.shape);
            (Version::new(Edtf::in_text(when).ok(), shape, from), overlay)
        };
        let dated = Dated::new(reports.map(version).into(), Vec::new()).unwrap();
        let own = held("front", 37.9).dated_by(dated);
        let line = berlin.with_features(&own, &Counting::All).unwrap().with_days_of_line(&own, &Counting::All);
        for (from, when, west) in reports {
            let alone = berlin.with_features(&held(from, west), &Counting::All).unwrap();
            let then = line.on(day(when));
            let then = then.as_ref().unwrap_or(&line);
            for id in ["withdrawal-area", "corridor-5km", "line-gained"] {
                assert_eq!(km2(then, id), km2(&alone, id), "{id} on {when}");
                assert_eq!(then.overlay(id).unwrap().as_of, when);
                assert_eq!(then.overlay(id).unwrap().credit, alone.overlay(id).unwrap().credit);
            }
            assert_eq!(then.own_line.as_ref().unwrap().from, from);
        }
        let theirs = line.on(day("2025-02-01")).unwrap();
        let theirs = theirs.overlay("line-before").unwrap();
        assert!(theirs.dated.is_none() && theirs.as_of == berlin.overlay("line-of-contact").unwrap().as_of);
        // Nobody reports of the days between: the last report stands, with its age.
        let between = line.on(day("2025-02-04")).unwrap();
        let area = between.overlay("withdrawal-area").unwrap();
        assert!(area.as_of == "2025-02-01" && area.unreported.is_some());
        assert!(line.on(day("2025-01-01")).unwrap().overlay("corridor-5km").unwrap().is_before_reports());
        let without = between.without_own_line();
        assert!(without.overlay("withdrawal-area").unwrap().dated.is_none());
        assert_eq!(km2(&without, "withdrawal-area"), km2(&berlin, "withdrawal-area"));
    }

    #[test]
    fn a_report_that_gives_no_line_is_named_and_takes_none_of_the_others_away() {
        let (berlin, _) = builtin::berlin().unwrap();
        let reports = [("a.geojson", "2025-02-01", 37.9), ("far.geojson", "2025-02-02", 39.4)];
        let version = |(from, when, west): (&str, &str, f64)| {
            let overlay = held(from, west);
            (Version::new(Edtf::in_text(when).ok(), Arc::clone(&overlay.shape), from), overlay)
        };
        let own = held("a", 37.9).dated_by(Dated::new(reports.map(version).into(), Vec::new()).unwrap());
        let first = held("a", 37.9);
        let line = berlin.with_features(&first, &Counting::All).unwrap().with_days_of_line(&own, &Counting::All);
        let dated = line.overlay("withdrawal-area").unwrap().dated.as_ref().unwrap();
        assert_eq!(dated.series().versions().len(), 1);
        let faults = dated.series().faults();
        assert!(matches!(&faults[0], Fault::Unread { from, .. } if from == "far.geojson"), "{faults:?}");
    }
}
