//! What is asked for a new dossier: its title in the languages that it is to have, its day, and the part of the world.

use eframe::egui::{Grid, Id, RichText, Ui};

use super::gaps_window::today;
use super::{Decision, buttons_unless_ui, width_ui};
use crate::app::reading_order::words_field;
use crate::app::theme;
use crate::app::widgets::{goes_on, line_edit, tip};
use crate::dossier::manuscript::Beginning;
use crate::formats::day::Day;
use crate::formats::language::{Language, Text};

/// How wide the names of the fields are, in points.
const NAMES_PT: f32 = 96.0;

/// A title in one language, as typed.
struct TypedTitle {
    tag: String,
    /// Whether the tag follows from the letters of the words, as long as nobody types one.
    is_guessed: bool,
    words: String,
}

/// What is known of a new dossier while it is typed.
pub(crate) struct NewDossierDialog {
    titles: Vec<TypedTitle>,
    /// Which of them is to have the keys in the next frame.
    is_asked_for: Option<usize>,
    day: String,
    country: String,
    /// What the window shows, in degrees.
    shown: [f64; 4],
}

/// The field that has the keys at first.
pub(super) fn title_field() -> Id {
    Id::unique("title of the new dossier")
}

impl TypedTitle {
    fn guessed(tag: &str) -> Self {
        Self { tag: tag.to_owned(), is_guessed: true, words: String::new() }
    }
}

impl NewDossierDialog {
    pub(crate) fn new(shown: [f64; 4]) -> Self {
        let day = today().and_then(Day::of_days).map(|day| day.iso()).unwrap_or_default();
        Self { titles: vec![TypedTitle::guessed("en")], is_asked_for: None, day, country: String::new(), shown }
    }

    fn why_not(&self) -> Option<&'static str> {
        if self.titles.iter().all(|title| title.words.trim().is_empty()) {
            Some("Give it a title")
        } else if self.titles.iter().any(|title| Language::new(title.tag.trim()).is_none()) {
            Some("A language is a tag of BCP 47, such as en, hy or az-Arab")
        } else if self.day.trim().parse::<Day>().is_ok_and(|day| day.is_whole()) {
            let country = self.country.trim();
            let is_code =
                country.is_empty() || (country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic()));
            (!is_code).then_some("A country is two letters of ISO 3166-1, such as SD")
        } else {
            Some("Give the day that it describes, such as 2026-11-02")
        }
    }

    /// What was typed; `None` if something is missing.
    pub(crate) fn beginning(&self) -> Option<Beginning> {
        if self.why_not().is_some() {
            return None;
        }
        let mut title = Text::default();
        for TypedTitle { tag, words, .. } in self.titles.iter().filter(|title| !title.words.trim().is_empty()) {
            title = title.with(tag.trim(), words.trim());
        }
        let country = self.country.trim().to_uppercase();
        Some(Beginning {
            title,
            day: self.day.trim().parse().ok()?,
            languages: self.titles.iter().filter_map(|title| Language::new(title.tag.trim())).collect(),
            bounds: Some(self.shown),
            country: Some(country).filter(|country| !country.is_empty()),
        })
    }
}

/// Shows the dialog.
pub(super) fn new_dossier_ui(ui: &mut Ui, dialog: &mut NewDossierDialog, decision: &mut Option<Decision>) {
    let shade = theme::theme_of(ui.ctx());
    width_ui(ui, 520.0);
    ui.heading("New dossier");
    ui.add_space(8.0);
    let mut goes_on_now = false;
    Grid::new("new dossier").num_columns(2).min_col_width(NAMES_PT).spacing([10.0, 6.0]).show(ui, |ui| {
        let mut gone = None;
        let several = dialog.titles.len() > 1;
        for (index, TypedTitle { tag, is_guessed, words }) in dialog.titles.iter_mut().enumerate() {
            let label = ui.label(if index == 0 { "Title" } else { "Title in" });
            ui.horizontal(|ui| {
                let id = if index == 0 { title_field() } else { Id::unique(("title of the new dossier", index)) };
                let field = line_edit(words).desired_width(ui.available_width() - 118.0).id(id);
                let field = words_field(ui, field, false).labelled_by(label.id);
                goes_on_now |= goes_on(&field);
                if let Some(language) = Language::of_letters(words).filter(|_| *is_guessed && field.changed()) {
                    *tag = language.tag().to_owned();
                }
                if dialog.is_asked_for == Some(index) || !ui.memory(|memory| memory.focused().is_some()) {
                    dialog.is_asked_for = None;
                    field.request_focus();
                }
                let name = ui.label("in").id;
                let field = ui.add(line_edit(tag).desired_width(44.0)).labelled_by(name);
                *is_guessed &= !field.changed();
                tip(field, "The language, as a tag of BCP 47: en, hy, az-Arab");
                if several && tip(ui.small_button("×"), "Ask for no title in this language").clicked() {
                    gone = Some(index);
                }
            });
            ui.end_row();
        }
        if let Some(gone) = gone {
            dialog.titles.remove(gone);
        }
        ui.label("");
        if ui.button("Another language").clicked() {
            dialog.is_asked_for = Some(dialog.titles.len());
            dialog.titles.push(TypedTitle::guessed(""));
        }
        ui.end_row();
        for (name, hint, words) in [
            ("Day", "that it describes, such as 2026-11-02", &mut dialog.day),
            ("Country", "two letters (ISO 3166-1), if it is about one; maps shade others", &mut dialog.country),
        ] {
            let label = ui.label(name);
            let field = ui.add(line_edit(words).desired_width(ui.available_width()).hint_text(hint));
            goes_on_now |= goes_on(&field.labelled_by(label.id));
            ui.end_row();
        }
    });
    ui.add_space(6.0);
    let [west, south, east, north] = dialog.shown;
    let place =
        format!("It is about what the map shows now: {south:.2}° to {north:.2}° north, {west:.2}° to {east:.2}° east.");
    ui.label(RichText::new(place));
    ui.label(theme::second("To begin elsewhere, find the place on the map first (Ctrl+Shift+F).", shade));
    ui.add_space(12.0);
    let why_not = dialog.why_not();
    buttons_unless_ui(ui, "Begin", why_not, decision);
    if goes_on_now && why_not.is_none() {
        *decision = Some(Decision::Accept);
    }
}
