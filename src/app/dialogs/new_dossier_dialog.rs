//! What is asked for a new dossier: its title in the languages that it is to have, its day, and the part of the world.

use eframe::egui::{self, Grid, Id, Key, Modifiers, RichText, Role, Ui, WidgetInfo};

use super::gaps_window::today;
use super::{Decision, buttons_unless_ui, width_ui};
use crate::app::places::Places;
use crate::app::reading_order::words_field;
use crate::app::theme;
use crate::app::widgets::{goes_on, line_edit, tip};
use crate::dossier::manuscript::Beginning;
use crate::dossier::words;
use crate::formats::country;
use crate::formats::day::Day;
use crate::formats::language::{Language, Text};
use crate::formats::one_line::one_line;
use crate::geometry::{Frame, View};
use crate::session::Session;
use crate::session::found::{note_on, title_of, zoom_of};

/// How near a place is looked at of which only the position is known.
const TOWN_ZOOM: f64 = 10.0;

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
    /// What it is about, in degrees, and in words.
    bounds: [f64; 4],
    about: String,
    /// What is looked for, and what was found, each with what it would be about.
    wanted: String,
    found: Vec<Offer>,
    is_looking: bool,
    /// The find that Enter takes.
    chosen: usize,
}

/// A place that was found.
struct Offer {
    title: String,
    note: String,
    bounds: [f64; 4],
}

/// So many finds are offered.
const MOST_OFFERED: usize = 6;

/// The field in which a place is looked for.
fn place_field() -> Id {
    Id::unique("place of the new dossier")
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
    /// About what the map shows, or else what is drawn and selected on it.
    pub(crate) fn new(shown: [f64; 4], drawn: Option<[f64; 4]>) -> Self {
        let day = today().and_then(Day::of_days).map(|day| day.iso()).unwrap_or_default();
        Self {
            titles: vec![TypedTitle::guessed("en")],
            is_asked_for: None,
            day,
            country: String::new(),
            bounds: drawn.unwrap_or(shown),
            about: if drawn.is_some() { "what is drawn and selected" } else { "what the map shows now" }.to_owned(),
            wanted: String::new(),
            found: Vec::new(),
            is_looking: false,
            chosen: 0,
        }
    }

    /// Whether a place is looked for.
    pub(crate) fn looks_for_place(&self) -> bool {
        !self.wanted.trim().is_empty()
    }

    /// Looks for the place that is typed.
    pub(crate) fn look(&mut self, ctx: &egui::Context, session: &Session, places: &mut Places) {
        self.found.clear();
        self.is_looking = false;
        if !self.looks_for_place() {
            return;
        }
        let Some((found, readings)) = places.find(ctx, session, &self.wanted) else {
            self.is_looking = true;
            return;
        };
        let frame = session.frame();
        let around = |center, zoom| Frame { view: View { center, zoom }, ..frame }.lon_lat_bounds();
        let of_readings = readings.iter().map(|reading| Offer {
            title: words::position(reading.at.x, reading.at.y),
            note: reading.how.phrase(),
            bounds: around(reading.at, TOWN_ZOOM),
        });
        let of_places = found.iter().map(|place| Offer {
            title: title_of(place),
            note: note_on(place),
            bounds: around(place.at, zoom_of(place, 0.0)),
        });
        self.found.extend(of_readings.chain(of_places).take(MOST_OFFERED));
    }

    /// Shows the field in which a place is looked for, and what was found.
    fn place_ui(&mut self, ui: &mut Ui) {
        let shade = theme::theme_of(ui.ctx());
        let has_keys = ui.memory(|memory| memory.has_focus(place_field())) && !self.found.is_empty();
        let step = |key| has_keys && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        self.chosen = (self.chosen + usize::from(step(Key::ArrowDown))).min(self.found.len().saturating_sub(1));
        if step(Key::ArrowUp) {
            self.chosen = self.chosen.saturating_sub(1);
        }
        let mut taken = step(Key::Enter).then_some(self.chosen);
        let label = ui.label("Place");
        ui.vertical(|ui| {
            let field = line_edit(&mut self.wanted)
                .desired_width(ui.available_width())
                .hint_text("a town, region or country in any spelling, or coordinates")
                .id(place_field());
            let field = words_field(ui, field, false).labelled_by(label.id);
            if field.has_focus() {
                let arrows = egui::EventFilter { vertical_arrows: true, ..Default::default() };
                ui.memory_mut(|memory| memory.set_focus_lock_filter(field.id, arrows));
            }
            if field.changed() {
                self.chosen = 0;
                self.is_looking = true;
            }
            for (index, offer) in self.found.iter().enumerate() {
                let button = egui::Button::new(&offer.title).selected(index == self.chosen).truncate();
                let note = RichText::new(&offer.note).color(theme::ink(shade.palette().second));
                let button = button.shortcut_text(note).min_size(egui::vec2(ui.available_width(), 26.0));
                let row = ui.add(button.frame_when_inactive(index == self.chosen));
                let name = format!("{}, {}", offer.title, offer.note);
                row.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, index == self.chosen, &name));
                if row.clicked() {
                    taken = Some(index);
                }
            }
            if self.is_looking {
                ui.label(theme::second("Searching…", shade));
            } else if self.found.is_empty() && self.looks_for_place() {
                ui.label(theme::second("No place is called so", shade));
            }
        });
        ui.end_row();
        if let Some(offer) = taken.and_then(|index| self.found.get(index)) {
            (self.about, self.bounds) = (format!("{} and what is around it", offer.title), offer.bounds);
            self.wanted.clear();
            self.found.clear();
        }
    }

    fn why_not(&self) -> Option<String> {
        if self.titles.iter().all(|title| title.words.trim().is_empty()) {
            Some("Give it a title".to_owned())
        } else if let Some(control) = self.titles.iter().find_map(|title| one_line(&title.words).err()) {
            Some(format!("Title: {control}"))
        } else if self.titles.iter().any(|title| Language::new(title.tag.trim()).is_none()) {
            Some("A language is a tag of BCP 47, such as en, hy or az-Arab".to_owned())
        } else if self.day.trim().parse::<Day>().is_ok_and(|day| day.is_whole()) {
            let code = self.country();
            (!code.is_empty() && !country::is_code(&code)).then(|| format!("Country: {}", country::no_code(&code)))
        } else {
            Some("Give the day that it describes, such as 2026-11-02".to_owned())
        }
    }

    /// The code of the country as it is written.
    fn country(&self) -> String {
        self.country.trim().to_uppercase()
    }

    /// What was typed; `None` if something is missing.
    pub(crate) fn beginning(&self) -> Option<Beginning> {
        if self.why_not().is_some() {
            return None;
        }
        let mut title = Text::default();
        for TypedTitle { tag, words, .. } in self.titles.iter().filter(|title| !title.words.trim().is_empty()) {
            title = title.with(tag.trim(), one_line(words).ok()?.words);
        }
        let country = self.country();
        Some(Beginning {
            title,
            day: self.day.trim().parse().ok()?,
            languages: self.titles.iter().filter_map(|title| Language::new(title.tag.trim())).collect(),
            bounds: Some(self.bounds),
            country: Some(country).filter(|country| !country.is_empty()),
        })
    }
}

fn latitude(degrees: f64) -> String {
    format!("{:.2}° {}", degrees.abs(), if degrees < 0.0 { "south" } else { "north" })
}

fn longitude(degrees: f64) -> String {
    format!("{:.2}° {}", degrees.abs(), if degrees < 0.0 { "west" } else { "east" })
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
        dialog.place_ui(ui);
    });
    ui.add_space(6.0);
    let [west, south, east, north] = dialog.bounds;
    let about = &dialog.about;
    let degrees = format!("{} to {}, {} to {}.", latitude(south), latitude(north), longitude(west), longitude(east));
    ui.label(RichText::new(format!("It is about {about}: {degrees}")));
    ui.label(theme::second("To begin elsewhere, find the place above, or draw it first and select it.", shade));
    ui.add_space(12.0);
    let why_not = dialog.why_not();
    buttons_unless_ui(ui, "Begin", why_not.as_deref(), decision);
    if goes_on_now && why_not.is_none() {
        *decision = Some(Decision::Accept);
    }
}
