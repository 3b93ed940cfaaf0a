//! The figures that the words of a new excerpt state, offered to become entries of their own.

use eframe::egui::Ui;
use serde_json::{Map, Value};

use crate::app::theme;
use crate::app::widgets::tick;
use crate::dossier::manuscript::{List, stated_figures};
use crate::dossier::{Manuscript, words};
use crate::formats::stated_figure::{self, StatedFigure, Unit};

/// A figure, and whether it becomes an entry.
struct Offer {
    figure: StatedFigure,
    label: String,
    is_taken: bool,
}

/// What is offered.
#[derive(Default)]
pub(super) struct FigureOffer {
    words: String,
    offers: Vec<Offer>,
}

impl FigureOffer {
    /// Finds the figures of these words, unless they were looked at last.
    pub(super) fn look(&mut self, words: &str) {
        if self.words == words {
            return;
        }
        words.clone_into(&mut self.words);
        let offer = |figure: StatedFigure| Offer {
            label: label(&figure, words),
            // A share may be one of people asked, or of votes.
            is_taken: figure.unit != Unit::Percent,
            figure,
        };
        self.offers = stated_figure::find(words, None).into_iter().map(offer).collect();
    }

    /// Shows them as a row of a form of two columns.
    pub(super) fn ui(&mut self, ui: &mut Ui) {
        if self.offers.is_empty() {
            return;
        }
        ui.label("Figures");
        ui.vertical(|ui| {
            for (index, offer) in self.offers.iter_mut().enumerate() {
                ui.push_id(index, |ui| tick(ui, &mut offer.is_taken, &offer.label));
            }
            let shade = theme::theme_of(ui.ctx());
            ui.label(theme::second("What is ticked is added to the figures, linked to these words.", shade));
        });
        ui.end_row();
    }

    /// The entries of those that are taken, linked to an excerpt.
    pub(super) fn entries(&self, manuscript: &Manuscript, excerpt: &Map<String, Value>) -> Vec<Map<String, Value>> {
        let source = excerpt.get("source").and_then(Value::as_str);
        let source = source.and_then(|id| manuscript.entry(List::Sources, id));
        let taken = self.offers.iter().filter(|offer| offer.is_taken);
        let entries = taken.flat_map(|offer| stated_figures::entries_of(&offer.figure, excerpt, source));
        stated_figures::with_ids(manuscript, entries.collect())
    }
}

/// The number in the dossier's unit, and the words that state it.
fn label(figure: &StatedFigure, words: &str) -> String {
    let value = |value: f64| words::value(value, figure.unit.id());
    let number = match figure.high {
        Some(high) => format!("{} to {}", value(figure.low), value(high)),
        None => value(figure.low),
    };
    let other = figure.other_reading.map_or_else(String::new, |other| format!(", or {}", value(other)));
    let stated = words.get(figure.range.clone()).unwrap_or_default();
    let stated = stated.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{number}{other} (“{stated}”)")
}
