//! Controls for a span of days: from, to, and into what it is cut.

use eframe::egui::{ComboBox, Role, Ui, WidgetInfo};

use crate::app::chrome;
use crate::app::widgets::line_edit;
use crate::dossier::series::{Every, Series, Stand, Version};
use crate::formats::day::Day;
use crate::session::{Lane, Session};

/// A span of days as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SpanForm {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) every: Every,
    /// Whether only days, weeks and months count of which anybody reports.
    pub(crate) reported_only: bool,
}

/// What is reported of several days of what is shown.
pub(crate) fn shown_lanes(session: &Session) -> Vec<Lane> {
    session.lanes().into_iter().filter(|lane| lane.is_shown).collect()
}

fn series_of(lanes: &[Lane]) -> impl Iterator<Item = &Series> {
    lanes.iter().map(|lane| lane.dated.series())
}

/// The first and the last day of which anybody reports: at the end a day that surely has a report, unless one of a month or another
/// stretch begins after it.
pub(crate) fn ends(lanes: &[Lane]) -> Option<(Day, Day)> {
    let spans = || series_of(lanes).filter_map(Series::span);
    let (first, last) = (spans().map(|(first, _)| first).min()?.first(), spans().map(|(_, last)| last).max()?.last());
    let versions = || series_of(lanes).flat_map(Series::versions);
    let sure = versions().filter_map(|version| version.when?.latest().filter(|day| version.is_of(*day))).max();
    let begins = |version: &Version| version.when.and_then(|when| when.earliest());
    let is_after = |sure: Day| versions().any(|version| begins(version).is_some_and(|from| from > sure));
    Some((first, sure.filter(|sure| !is_after(*sure)).map_or(last, |sure| sure.last())))
}

/// A day that was typed; of a month or a year the first or the last.
fn typed(text: &str, is_end: bool) -> Result<Day, String> {
    let text = text.trim();
    let day: Day = text.parse().map_err(|_| format!("‘{text}’ is no day; write it as 2025-02-01"))?;
    Ok(if is_end { day.last() } else { day.first() })
}

impl SpanForm {
    /// Of all that is reported.
    pub(crate) fn of(lanes: &[Lane], every: Every) -> Option<Self> {
        let (from, to) = ends(lanes)?;
        Some(Self { from: from.iso(), to: to.iso(), every, reported_only: false })
    }

    /// The two days.
    pub(crate) fn days(&self) -> Result<(Day, Day), String> {
        let (from, to) = (typed(&self.from, false)?, typed(&self.to, true)?);
        if from > to { Err(format!("{from} lies after {to}")) } else { Ok((from, to)) }
    }

    /// The days, weeks or months of the span, at most so many and one.
    pub(crate) fn stands(&self, lanes: &[Lane], most: usize) -> Result<Vec<Stand>, String> {
        let (from, to) = self.days()?;
        let stands = self.every.periods(from, to).map(|period| period.stand(series_of(lanes)));
        let stands: Vec<Stand> =
            stands.filter(|stand| stand.is_reported || !self.reported_only).take(most + 1).collect();
        if stands.is_empty() { Err("Nobody reports of a day of it".to_owned()) } else { Ok(stands) }
    }

    /// The fields of the two days; whether one has changed.
    pub(crate) fn days_ui(&mut self, ui: &mut Ui, [first, last]: [&str; 2]) -> bool {
        let mut changed = false;
        ui.horizontal(|ui| {
            for (name, text) in [(first, &mut self.from), (last, &mut self.to)] {
                let label = ui.label(name);
                let field = ui.add(line_edit(text).desired_width(104.0)).labelled_by(label.id);
                changed |= field.on_hover_text("A day, such as 2025-02-01").changed();
            }
        });
        changed
    }

    /// Into what the span is cut; whether that has changed.
    pub(crate) fn every_ui(&mut self, ui: &mut Ui, what: &str) -> bool {
        let before = (self.every, self.reported_only);
        ui.horizontal(|ui| {
            let label = ui.label(what);
            let words = |every: Every| match every {
                Every::Day => "day",
                Every::Week => "week",
                Every::Month => "month",
            };
            let list = ComboBox::from_id_salt(("each", what)).selected_text(words(self.every)).width(86.0);
            let list = chrome::list_ui(ui, list, |ui| {
                for every in Every::ALL {
                    if chrome::choice_ui(ui, self.every == every, words(every)) {
                        self.every = every;
                    }
                }
            });
            list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{what} {}", words(self.every))));
            list.labelled_by(label.id);
            let tick = crate::app::widgets::tick(ui, &mut self.reported_only, "Reported ones only");
            tick.on_hover_text("Leave out days, weeks and months of which nobody reports");
        });
        before != (self.every, self.reported_only)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dossier::{LayerReport, own_layer};
    use crate::formats::geojson;

    /// The first and the last day of reports.
    fn of(days: &[&str]) -> (String, String) {
        let square = br#"{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],[37,49],[37,48]]]}"#;
        let layer = || Arc::new(own_layer("front", geojson::read_table(square).unwrap()).unwrap().0);
        let report = |day: &&str| LayerReport { layer: layer(), day: day.parse().unwrap(), excerpts: Vec::new() };
        let reports: Vec<LayerReport> = days.iter().map(report).collect();
        let whole = reports[0].layer.of_layers(&reports, Vec::new()).unwrap();
        let lane = Lane {
            overlay: whole.id.clone(),
            title: "front".to_owned(),
            who: None,
            dated: whole.dated.clone().unwrap(),
            is_shown: true,
        };
        let (first, last) = ends(&[lane]).unwrap();
        (first.iso(), last.iso())
    }

    #[test]
    fn a_span_ends_on_a_day_that_surely_has_a_report() {
        let ends = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(of(&["2025-02-01", "2025-03-02", "2025-03"]), ends("2025-02-01", "2025-03-02"));
        assert_eq!(of(&["2025-02-01", "2025-03"]), ends("2025-02-01", "2025-03-31"), "a whole month comes after it");
        assert_eq!(of(&["2025-02", "2025-03"]), ends("2025-02-01", "2025-03-31"));
    }
}
