//! Layers of a day each as one layer with versions, drawn as the first of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::series::{Fault, Version};
use super::{Dated, Overlay, words};
use crate::formats::edtf::Edtf;

/// A layer as a report in a series, and of which day it is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LayerDay {
    /// Id of the layer.
    pub layer: String,
    /// Its day, or a month, a year or a stretch of days.
    pub day: Edtf,
}

/// What a layer reports of a day.
#[derive(Debug, Clone)]
pub struct LayerReport {
    /// The layer, with what is said of it.
    pub layer: Arc<Overlay>,
    /// Its day.
    pub day: Edtf,
    /// Ids of the excerpts that it rests on.
    pub excerpts: Vec<String>,
}

impl Overlay {
    /// The layer as it stands for reports of several days: drawn and called as it is, credited as all of them. `None` without any
    /// report.
    #[must_use]
    pub fn of_layers(&self, reports: &[LayerReport], faults: Vec<Fault>) -> Option<Self> {
        let versions = reports.iter().map(|report| {
            let layer = &report.layer;
            let from = layer.opened_from.clone().unwrap_or_else(|| layer.title.main().to_owned());
            let version = Version {
                accuracy_m: layer.accuracy_m,
                excerpts: report.excerpts.clone(),
                ..Version::new(Some(report.day), Arc::clone(&layer.shape), from)
            };
            (version, Self { origin: None, ..Self::clone(layer) })
        });
        let all = |of: fn(&Self) -> Option<&str>| {
            let clauses = words::credit_clauses(reports.iter().filter_map(|report| of(&report.layer)));
            (!clauses.is_empty()).then(|| clauses.join("; "))
        };
        let dated = Dated::new(versions.collect(), faults)?;
        let credit = all(|layer| layer.credit.as_deref());
        let license = all(|layer| layer.license.as_deref());
        let mut whole =
            Self { credit, license, prepared: self.prepared.of_same_features(), ..self.clone() }.dated_by(dated);
        // The layer may be the last report itself.
        if let Some(day) = whole.shown_report().and_then(|report| report.when) {
            whole.as_of = day.iso();
        }
        Some(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::own_layer;
    use crate::formats::day::Day;
    use crate::formats::geojson;

    fn report(name: &str, day: &str, east: f64, credit: &str) -> LayerReport {
        let text = format!(r#"{{"type":"Polygon","coordinates":[[[37,48],[{east},48],[{east},49],[37,49],[37,48]]]}}"#);
        let (mut layer, _) = own_layer(name, geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        layer.credit = Some(credit.to_owned());
        LayerReport { layer: Arc::new(layer), day: day.parse().unwrap(), excerpts: Vec::new() }
    }

    #[test]
    fn layers_of_a_day_each_are_one_that_follows_the_day() {
        let reports = [report("late", "2025-02-04", 37.5, "B; A"), report("early", "2025-02-01", 37.25, "A")];
        let whole = reports[0].layer.of_layers(&reports, Vec::new()).unwrap();
        assert_eq!((whole.id.as_str(), whole.credit.as_deref()), ("late", Some("B; A")));
        assert_eq!((whole.as_of.as_str(), whole.bounds[2]), ("2025-02-04", 37.5));
        let day = |day: &str| -> Option<Day> { Some(day.parse().unwrap()) };
        let then = whole.on(day("2025-02-01")).unwrap();
        assert_eq!((then.as_of.as_str(), then.bounds[2], then.unreported.is_none()), ("2025-02-01", 37.25, true));
        // Nothing is put in between: the last report stands, and that it is older is said.
        let then = whole.on(day("2025-02-03")).unwrap();
        assert_eq!((then.bounds[2], then.unreported.is_some()), (37.25, true));
        assert!(whole.on(day("2025-01-31")).unwrap().is_before_reports());
    }

    #[test]
    fn a_report_of_a_month_counts_from_its_first_day_on() {
        let reports = [
            report("b", "2025-02-03", 37.5, "A"),
            report("a", "2025-02-01", 37.25, "A"),
            report("c", "2025-02", 37.75, "A"),
        ];
        let whole = reports[0].layer.of_layers(&reports, Vec::new()).unwrap();
        // Within the month, after it and with no day alike the report of a day in it is the last.
        for day in ["2025-02-20", "2025-03-01", "2025-04-01"] {
            let then = whole.on(Some(day.parse().unwrap())).unwrap();
            assert_eq!((then.as_of.as_str(), then.bounds[2]), ("2025-02-03", 37.5), "{day}");
            assert_eq!(then.perhaps_later().iter().map(Edtf::iso).collect::<Vec<_>>(), ["2025-02"], "{day}");
        }
        assert_eq!((whole.as_of.as_str(), whole.perhaps_later().len()), ("2025-02-03", 1));
        let series = whole.dated.as_ref().unwrap().series();
        assert_eq!(words::reach(series.reach().unwrap()), "1 Feb 2025 to Feb 2025");
        let reports = [report("b", "2025-02-03", 37.5, "A"), report("a", "2024-07", 37.25, "A")];
        let whole = reports[0].layer.of_layers(&reports, Vec::new()).unwrap();
        assert_eq!(words::reach(whole.dated.as_ref().unwrap().series().reach().unwrap()), "Jul 2024 to 3 Feb 2025");
        assert!(whole.perhaps_later().is_empty());
    }

    #[test]
    fn two_layers_of_one_day_that_differ_are_named() {
        let reports = [report("a", "2025-02-01", 37.5, "A"), report("b", "2025-02-01", 37.25, "B")];
        let whole = reports[0].layer.of_layers(&reports, Vec::new()).unwrap();
        let faults = whole.dated.as_ref().unwrap().series().faults();
        assert!(
            faults.iter().any(|fault| matches!(fault, Fault::Contradictory { from, .. } if from.len() == 2)),
            "{faults:?}"
        );
        assert!(reports[0].layer.of_layers(&[], Vec::new()).is_none());
    }

    #[test]
    fn a_day_of_a_layer_is_written_as_it_was_read() {
        let text = r#"{"layer":"front","day":"2025-02"}"#;
        let read: LayerDay = serde_json::from_str(text).unwrap();
        assert_eq!(read.day.to_string(), "Feb 2025");
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert!(serde_json::from_str::<LayerDay>(r#"{"layer":"front","day":"2025-02-30"}"#).is_err());
    }
}
