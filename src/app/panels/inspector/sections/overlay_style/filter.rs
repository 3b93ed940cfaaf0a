//! Which features are drawn at all, and what is wrong with a filter that is typed.

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{self, RichText, Ui};

use super::{Editor, Styled, text_ui};
use crate::app::theme;
use crate::app::widgets::small_warning_ui;
use crate::dossier::words;
use crate::formats::filter::{Filter, FilterError};

/// The name of the field for a filter.
const FILTER: &str = "Filter of features";

/// Which features are drawn at all.
pub(super) fn filter_ui(ui: &mut Ui, editor: &mut Editor<'_>, typed: &mut Styled) {
    ui.add_space(4.0);
    ui.label(RichText::new("Filter").family(theme::semi_bold()));
    let now = editor.styling().filter.as_ref().map_or_else(String::new, Filter::to_string);
    let entered = text_ui(ui, FILTER, &now, "status = occupied and km2 > 10", f32::INFINITY, &mut typed.texts);
    if let Some(text) = entered {
        if text.trim().is_empty() {
            editor.step(|styling| styling.filter = None);
            typed.texts.remove(FILTER);
        } else if let Ok(filter) = Filter::parse(&text) {
            editor.step(|styling| styling.filter = Some(filter));
            typed.texts.remove(FILTER);
        }
    }
    let error = typed.texts.get(FILTER).filter(|text| !text.trim().is_empty()).map(|text| Filter::parse(text));
    if let Some(Err(error)) = error {
        error_ui(ui, &error);
        return;
    }
    let Some(filter) = editor.styling().filter.clone() else { return };
    let (all, left_out) = (editor.overlay.features.count(), editor.kinds.left_out());
    let (passing, all) = (words::number(all.saturating_sub(left_out) as f64, 0), words::number(all as f64, 0));
    ui.label(theme::second(format!("{passing} of {all} features pass"), editor.shade));
    doubts_of_filter_ui(ui, editor, &filter);
}

/// Names the properties of a filter that no feature has.
pub(super) fn doubts_of_filter_ui(ui: &mut Ui, editor: &Editor<'_>, filter: &Filter) {
    // Until the properties of many features are read, nothing is known of them.
    if editor.properties.is_none() {
        return;
    }
    for what in editor.overlay.doubts_of_filter(filter) {
        small_warning_ui(ui, &what);
    }
}

/// What is wrong with a filter, and the text with the word marked.
pub(super) fn error_ui(ui: &mut Ui, error: &FilterError) {
    let visuals = ui.visuals();
    let (ink, wrong) = (visuals.text_color(), visuals.error_fg_color);
    let font = egui::FontId::proportional(12.0);
    let plain = TextFormat { font_id: font.clone(), color: ink, ..TextFormat::default() };
    let marked = TextFormat { underline: egui::Stroke::new(1.5, wrong), color: wrong, ..plain.clone() };
    let mut job = LayoutJob::default();
    job.append(error.text.get(..error.at.start).unwrap_or_default(), 0.0, plain.clone());
    let word = error.text.get(error.at.clone()).unwrap_or_default();
    job.append(if word.is_empty() { " ? " } else { word }, 0.0, marked);
    job.append(error.text.get(error.at.end..).unwrap_or_default(), 0.0, plain);
    ui.add(egui::Label::new(job).wrap());
    small_warning_ui(ui, &error.what);
}
