//! What is said of a layer that was opened from a file: name, day, credit, licence, what it rests on; and its file.

use std::sync::Arc;

use eframe::egui::{self, ComboBox, Ui};

use super::sources::{Cites, citations_ui};
use super::{Subject, Typed};
use crate::app::panels::layers_panel::DAYS_OF_SERIES;
use crate::app::reading_order::words_field;
use crate::app::widgets::{capital, line_edit, small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::dossier::series::{day_property, unread_days};
use crate::dossier::{ByDays, DayShows, KEPT_BYTES, Origin, Overlay, words};
use crate::formats::day::Day;
use crate::formats::visible::visible;
use crate::session::{Action, CiteFor, OwnLayerChange};

/// The field of a layer's name.
pub(crate) fn name_field() -> egui::Id {
    egui::Id::unique("name of the layer")
}

/// What is being typed of a layer: it counts once it is done.
#[derive(Debug, Clone, Default)]
pub(crate) struct LayerWords {
    /// Which field of which layer, as it was before.
    field: Option<(String, &'static str, String)>,
    text: String,
    /// Why it does not count.
    wrong: String,
    /// By which property features say their days, of the features that were looked at last.
    days_of: Option<(usize, Result<String, Option<String>>)>,
}

/// Shows the section.
pub(crate) fn layer_ui(ui: &mut Ui, subject: &Subject<'_>, typed: &mut Typed, actions: &mut Vec<Action>) {
    let (session, shade) = (subject.session, subject.shade);
    let Some((overlay, info)) = subject.overlay().and_then(|overlay| Some((overlay, session.layer_info(&overlay.id)?)))
    else {
        return;
    };
    let id = overlay.id.as_str();
    let mut change = |change: OwnLayerChange| actions.push(Action::OwnLayer(id.to_owned(), change));
    let words = &mut typed.layer;
    let mut asks_series = false;
    if let Some(title) = field_ui(ui, words, id, "Name", overlay.title.main(), "as its file") {
        change(OwnLayerChange::Rename(title));
    }
    if !info.series.is_empty() {
        let help = "Which layers the series is of, and of which day each is";
        asks_series = tip(ui.button(DAYS_OF_SERIES), help).clicked();
    } else if let Some(unreported) = overlay.unreported.as_ref().filter(|_| overlay.is_before_reports()) {
        ui.label("As of");
        ui.label(theme::second(format!("no report of {} or earlier", unreported.when), shade));
    } else if let Some(day) = field_ui(ui, words, id, "As of", &overlay.as_of, "such as 2025-12-15") {
        match (day.trim(), day.trim().parse::<Day>()) {
            ("", _) => change(OwnLayerChange::Date(None)),
            (_, Ok(day)) => change(OwnLayerChange::Date(Some(day))),
            (_, Err(error)) => words.wrong = format!("“{}”: {error}", day.trim()),
        }
    }
    if !words.wrong.is_empty() {
        small_warning_ui(ui, &words.wrong);
    }
    let credit = overlay.credit.as_deref().unwrap_or_default();
    if let Some(credit) = field_ui(ui, words, id, "Credit", credit, "who made the data, as printed in figures") {
        change(OwnLayerChange::Credit(credit));
    }
    let license = overlay.license.as_deref().unwrap_or_default();
    if let Some(license) = field_ui(ui, words, id, "Licence", license, "such as CC BY 4.0") {
        change(OwnLayerChange::License(license));
    }
    if asks_series {
        actions.push(Action::AskSeries(id.to_owned()));
    }
    days_ui(ui, words, overlay, info.by_days.as_ref(), actions);
    ui.add_space(6.0);
    ui.label(theme::section("Based on", shade));
    let cites = Cites {
        add: &|citation| Action::OwnLayer(id.to_owned(), OwnLayerChange::Cite(citation)),
        remove: &|citation| Action::OwnLayer(id.to_owned(), OwnLayerChange::Uncite(citation)),
        of: CiteFor::Layer(id.to_owned()),
    };
    citations_ui(ui, session, &info.citations, &cites, &mut typed.citing, actions);
    ui.add_space(6.0);
    if !info.series.is_empty() {
        series_ui(ui, subject, overlay);
    } else if let Some(origin) = &overlay.origin {
        file_ui(ui, subject, origin);
    }
    if info.file.is_some() {
        let mut keeps = info.keeps_data();
        let most = KEPT_BYTES / 1_000_000;
        let hint = format!(
            "The project then opens without the file. Files of up to {most} MB are kept unless you untick this"
        );
        if tick(ui, &mut keeps, "Keep the data in the project").on_hover_text(hint).changed() {
            actions.push(Action::OwnLayer(id.to_owned(), OwnLayerChange::KeepData(keeps)));
        }
    }
    ui.horizontal_wrapped(|ui| {
        if info.file.as_ref().is_some_and(|file| file.is_of_database())
            && ui
                .button("Refresh…")
                .on_hover_text("Ask the database again; the layer keeps its name and style")
                .clicked()
        {
            actions.push(Action::Refresh(id.to_owned()));
        }
        if ui.button("Locate…").on_hover_text("Read the layer from another file").clicked() {
            actions.push(Action::Locate(id.to_owned()));
        }
        if ui.button("Remove layer").on_hover_text("Remove it (Delete); undo brings it back").clicked() {
            actions.push(Action::OwnLayer(id.to_owned(), OwnLayerChange::Remove));
        }
    });
}

/// So many reports of a series are listed.
const MOST_REPORTS: usize = 8;

/// What of a layer is shown on a day, with its name.
const SHOWN: [(DayShows, &str); 6] = [
    (DayShows::State, "Those of the last report"),
    (DayShows::Days(1), "Those of the day"),
    (DayShows::Days(7), "Those of 7 days"),
    (DayShows::Days(30), "Those of 30 days"),
    (DayShows::Days(365), "Those of a year"),
    (DayShows::UpTo, "All up to the day"),
];

/// How the features of a layer that say their days follow the timeline.
fn days_ui(
    ui: &mut Ui,
    words: &mut LayerWords,
    overlay: &Overlay,
    by_days: Option<&ByDays>,
    actions: &mut Vec<Action>,
) {
    if by_days.is_none() && overlay.dated.is_some() {
        return;
    }
    let of = Arc::as_ptr(&overlay.features) as usize;
    if words.days_of.as_ref().is_none_or(|(known, _)| *known != of) {
        let found = day_property(overlay).ok_or_else(|| unread_days(overlay).map(|(_, why)| why));
        words.days_of = Some((of, found));
    }
    let found = words.days_of.as_ref().map(|(_, found)| found.clone());
    let property = match (by_days, found) {
        (Some(by_days), _) => by_days.property.clone(),
        (None, Some(Ok(property))) => property,
        (None, Some(Err(Some(why)))) => {
            let advice = "the layer does not follow the timeline. Write them as 2025-12-31 in the file";
            return small_warning_ui(ui, &format!("{}; {advice}.", capital(&visible(&why))));
        }
        (None, Some(Err(None)) | None) => return,
    };
    const ALL: &str = "All, on each day";
    let shown = by_days.map(|by_days| by_days.shows);
    let name = |shows: DayShows| match (SHOWN.iter().find(|(known, _)| *known == shows), shows) {
        (Some((_, name)), _) => (*name).to_owned(),
        (None, DayShows::Days(days)) => format!("Those of {days} days"),
        (None, _) => ALL.to_owned(),
    };
    ui.horizontal(|ui| {
        let label = ui
            .label("Features")
            .on_hover_text(format!("Which of its features the timeline shows, by their “{property}”"));
        let combo =
            ComboBox::from_id_salt("features by days").selected_text(shown.map_or_else(|| ALL.to_owned(), name));
        let mut change = |by_days| actions.push(Action::OwnLayer(overlay.id.clone(), OwnLayerChange::ByDays(by_days)));
        let list = chrome::list_ui(ui, combo.width(190.0), |ui| {
            if chrome::choice_ui(ui, shown.is_none(), ALL) {
                change(None);
            }
            for (shows, name) in SHOWN {
                if chrome::choice_ui(ui, shown == Some(shows), name) {
                    change(Some(ByDays { property: property.clone(), shows }));
                }
            }
        });
        list.labelled_by(label.id);
    });
    ui.label(theme::second(format!("by “{property}”, on the timeline (Shift+F6)"), theme::theme_of(ui.ctx())));
}

/// The first reports of a series, each with its day and its file, and how many more there are.
fn series_ui(ui: &mut Ui, subject: &Subject<'_>, overlay: &Overlay) {
    let Some(dated) = &overlay.dated else { return };
    let versions = dated.series().versions();
    for version in versions.iter().take(MOST_REPORTS) {
        let day = version.when.map(|when| when.to_string()).unwrap_or_default();
        ui.label(theme::second(format!("{day}: {}", visible(&version.from)), subject.shade));
    }
    if versions.len() > MOST_REPORTS {
        ui.label(theme::second(format!("and {} more", versions.len() - MOST_REPORTS), subject.shade));
    }
}

fn file_ui(ui: &mut Ui, subject: &Subject<'_>, origin: &Origin) {
    let mut size = words::bytes(origin.file.bytes);
    let from = match (origin.from_kept, origin.file.is_of_database()) {
        (true, _) => "Data kept in the project, from",
        (false, true) => "Database",
        (false, false) => "File",
    };
    if let Some(day) = origin.file.day_of_reading() {
        size.push_str(&format!(" · read on {day}"));
    }
    let path = origin.file.path.display().to_string();
    let line = theme::second(format!("{from}: {} · {size}", origin.file.name()), subject.shade);
    let sum = if origin.file.sha256.is_empty() { String::new() } else { format!("\nSHA-256 {}", origin.file.sha256) };
    ui.label(line).on_hover_text(format!("{path}{sum}"));
}

/// A field of one line; what it says once it is left or Enter is pressed, if that is something else.
fn field_ui(
    ui: &mut Ui,
    words: &mut LayerWords,
    id: &str,
    name: &'static str,
    now: &str,
    hint: &str,
) -> Option<String> {
    let label = ui.label(name);
    let is_typed = words.field.as_ref().is_some_and(|(of, field, _)| of == id && *field == name);
    let mut text = if is_typed { words.text.clone() } else { now.to_owned() };
    let field_id = if name == "Name" { name_field() } else { egui::Id::unique(("layer field", name)) };
    let field = line_edit(&mut text).desired_width(f32::INFINITY).hint_text(hint).id(field_id);
    let field = words_field(ui, field, false).labelled_by(label.id);
    if field.changed() {
        let field = Some((id.to_owned(), name, now.to_owned()));
        *words = LayerWords { field, text, wrong: String::new(), days_of: words.days_of.take() };
        return None;
    }
    if !is_typed || field.has_focus() {
        return None;
    }
    words.field = None;
    let given_up = ui.input(|input| input.key_pressed(egui::Key::Escape));
    (!given_up && text.trim() != now.trim()).then_some(text)
}
