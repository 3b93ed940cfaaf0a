//! What is said of the layers that were opened from files.

use std::sync::Arc;

use crate::document::annotation::Citation;
use crate::document::{Document, LayerInfo, OverlayState};
use crate::dossier::{ByDays, FileRecord, LayerDay};
use crate::formats::day::Day;

/// Changes what is kept of a layer.
fn change(document: &mut Document, id: &str, change: impl Fn(&mut LayerInfo)) {
    for state in document.overlays.iter_mut().filter(|state| state.id == id) {
        let mut layer = LayerInfo::clone(&state.layer);
        change(&mut layer);
        if layer != *state.layer {
            state.layer = Arc::new(layer);
        }
    }
}

/// Words without blanks around them; `None` where there are none.
fn words(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Gives a layer another name; with an empty one it is called as its file.
pub fn rename_own(document: &mut Document, id: &str, title: &str) {
    change(document, id, |layer| layer.facts.title = words(title));
}

/// Says which day a layer describes; `None`: as its file has it.
pub fn date_own(document: &mut Document, id: &str, day: Option<Day>) {
    change(document, id, |layer| layer.facts.as_of = day.map(|day| day.iso()));
}

/// Says whom to credit for a layer's data; nobody, if it is empty.
pub fn credit_own(document: &mut Document, id: &str, credit: &str) {
    change(document, id, |layer| layer.facts.credit = words(credit));
}

/// Says under which licence a layer's data stands; nothing, if it is empty.
pub fn license_own(document: &mut Document, id: &str, license: &str) {
    change(document, id, |layer| layer.facts.license = words(license));
}

/// Rests a layer on evidence; a second time counts as once.
pub fn cite_own(document: &mut Document, id: &str, citation: &Citation) {
    change(document, id, |layer| {
        if !layer.citations.contains(citation) {
            layer.citations.push(citation.clone());
        }
    });
}

/// Rests a layer no longer on that evidence.
pub fn uncite_own(document: &mut Document, id: &str, citation: &Citation) {
    change(document, id, |layer| layer.citations.retain(|known| known != citation));
}

/// Rests a layer on another citation in the place of this one.
pub fn recite_own(document: &mut Document, id: &str, former: &Citation, citation: &Citation) {
    change(document, id, |layer| {
        super::annotations::replace_citation(&mut layer.citations, former, citation);
    });
}

/// Keeps the data of a layer inside the project, or not.
pub fn keep_data_of_own(document: &mut Document, id: &str, keep: bool) {
    change(document, id, |layer| layer.keep_data = Some(keep));
}

/// Says by which property the features of a layer follow the timeline.
pub fn days_of_own(document: &mut Document, id: &str, by_days: Option<&ByDays>) {
    change(document, id, |layer| layer.by_days = by_days.cloned());
}

/// Makes a layer stand for a series of layers of a day each, called so and resting on what they rest on; without any it stands for
/// itself again. A layer is in one series.
pub fn series_of_own(document: &mut Document, id: &str, title: &str, reports: &[LayerDay]) {
    let is_of_it = |other: &str| reports.iter().any(|report| report.layer == other);
    let others = document.overlays.iter().filter(|state| state.id != id);
    let former = others.filter(|state| state.layer.series.iter().any(|report| is_of_it(&report.layer)));
    let former: Vec<String> = former.map(|state| state.id.clone()).collect();
    for other in former {
        change(document, &other, |layer| layer.series.clear());
    }
    let resting = document.overlays.iter().filter(|state| is_of_it(&state.id));
    let citations: Vec<Citation> = resting.flat_map(|state| state.layer.citations.clone()).collect();
    change(document, id, |layer| {
        layer.series = reports.to_vec();
        layer.facts.title = words(title);
        if !reports.is_empty() {
            layer.by_days = None;
        }
        for citation in &citations {
            if !layer.citations.contains(citation) {
                layer.citations.push(citation.clone());
            }
        }
    });
}

/// Says from which file a layer has been read now.
pub fn read_own_from(document: &mut Document, id: &str, file: &Arc<FileRecord>) {
    change(document, id, |layer| layer.file = Some(Arc::clone(file)));
}

/// Takes a layer away, or brings it back as it was; with it the layers that are reports of its series.
pub fn remove_own(document: &mut Document, id: &str, removed: bool) {
    let series = document.overlay(id).map(|state| state.layer.series.clone()).unwrap_or_default();
    for layer in series.iter().map(|report| report.layer.as_str()).chain([id]) {
        change(document, layer, |layer| layer.removed = removed);
    }
}

/// Shows overlays as `fresh` has them. What is said of layers from files stays, and so do those that are not at hand.
pub fn reset_overlays(document: &mut Document, fresh: Vec<OverlayState>) {
    let former = std::mem::replace(&mut document.overlays, fresh);
    for (index, state) in former.into_iter().enumerate() {
        match document.overlays.iter_mut().find(|fresh| fresh.id == state.id) {
            Some(fresh) => fresh.layer = state.layer,
            None => document.overlays.insert(index.min(document.overlays.len()), state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::source_properties::PropertySource;
    use crate::geometry::{Coord, View};

    fn document() -> Document {
        let view = View { center: Coord { x: 0.0, y: 0.0 }, zoom: 3.0 };
        Document { overlays: vec![OverlayState::new("a", "own")], ..Document::empty("test", view) }
    }

    fn layer(document: &Document) -> &LayerInfo {
        &document.overlay("a").unwrap().layer
    }

    #[test]
    fn what_is_said_of_a_layer_is_kept_and_empty_words_take_it_back() {
        let mut document = document();
        rename_own(&mut document, "a", " Control, 1 May ");
        credit_own(&mut document, "a", "DeepState");
        license_own(&mut document, "a", "CC BY 4.0");
        date_own(&mut document, "a", Day::new(2025, Some(5), None));
        let facts = &layer(&document).facts;
        let said = [&facts.title, &facts.credit, &facts.license, &facts.as_of].map(|said| said.as_deref().unwrap());
        assert_eq!(said, ["Control, 1 May", "DeepState", "CC BY 4.0", "2025-05"]);
        for edit in [rename_own, credit_own, license_own] {
            edit(&mut document, "a", " ");
        }
        date_own(&mut document, "a", None);
        assert!(layer(&document).is_bare());
    }

    #[test]
    fn a_citation_counts_once_and_a_layer_that_is_taken_away_comes_back_as_it_was() {
        let mut document = document();
        let link = Citation::Source(PropertySource::page("https://example.org/a"));
        cite_own(&mut document, "a", &link);
        cite_own(&mut document, "a", &link);
        assert_eq!(layer(&document).citations, std::slice::from_ref(&link));
        let before = document.clone();
        remove_own(&mut document, "a", true);
        assert!(document.group("own").next().is_none());
        remove_own(&mut document, "a", false);
        assert_eq!(document, before);
        let other = Citation::Source(PropertySource::page("https://example.org/b"));
        recite_own(&mut document, "a", &link, &other);
        assert_eq!(layer(&document).citations, std::slice::from_ref(&other));
        cite_own(&mut document, "a", &link);
        recite_own(&mut document, "a", &other, &link);
        assert_eq!(layer(&document).citations, std::slice::from_ref(&link), "none counts twice");
        recite_own(&mut document, "a", &other, &link);
        uncite_own(&mut document, "a", &link);
        assert!(layer(&document).citations.is_empty());
    }

    #[test]
    fn layers_of_a_series_go_and_come_back_together() {
        let mut document = document();
        document.overlays.push(OverlayState::new("b", "own"));
        let link = Citation::Source(PropertySource::page("https://example.org/b"));
        cite_own(&mut document, "b", &link);
        let before = document.clone();
        let report = |layer: &str, day: &str| LayerDay { layer: layer.to_owned(), day: day.parse().unwrap() };
        let reports = [report("a", "2025-02-01"), report("b", "2025-02")];
        series_of_own(&mut document, "a", "Front", &reports);
        let rows = |document: &Document| document.group("own").map(|state| state.id.clone()).collect::<Vec<_>>();
        assert_eq!(rows(&document), ["a"]);
        assert_eq!(layer(&document).citations, [link]);
        remove_own(&mut document, "a", true);
        assert!(document.overlays.iter().all(|state| state.layer.removed));
        remove_own(&mut document, "a", false);
        // Another layer stands for it now.
        series_of_own(&mut document, "b", "", &reports);
        assert_eq!(rows(&document), ["b"]);
        series_of_own(&mut document, "b", "", &[]);
        assert_eq!(rows(&document), ["a", "b"]);
        assert_eq!(document.overlays[1], before.overlays[1]);
    }

    #[test]
    fn a_reset_leaves_what_is_said_and_what_is_missing() {
        let mut document = document();
        document.overlays.push(OverlayState::new("gone", "own"));
        rename_own(&mut document, "a", "Mine");
        document.overlays[0].visible = false;
        reset_overlays(&mut document, vec![OverlayState::new("a", "own")]);
        assert!(document.is_visible("a") && document.overlay("gone").is_some());
        assert_eq!(layer(&document).facts.title.as_deref(), Some("Mine"));
    }
}
