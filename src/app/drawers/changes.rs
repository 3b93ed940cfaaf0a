//! What changed between two dossiers or projects, row by row: what was gained and lost with the samples of the map, both wordings
//! of what was said otherwise, and everything else by its name.

use std::sync::Arc;

use eframe::egui::{self, Button, Image, Label, Role, ScrollArea, Ui, WidgetInfo};
use serde_json::Value;

use super::ledgers;
use crate::app::panels::swatches::{SIZE, Swatches};
use crate::app::widgets::{capital, small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::document::comparison::Comparison;
use crate::document::project_diff::{AnnotationChange, ProjectDiff};
use crate::dossier::compared::Shaded;
use crate::dossier::diff::{Change, Diff, EntryChange, MemberChange, ShapeChange};
use crate::dossier::manuscript::List;
use crate::dossier::{Dossier, words};
use crate::figure::{FigureLanguage, changes};
use crate::scene::Scene;
use crate::session::{Action, Command, Session, ShownComparison};

/// By which the drawer is opened and remembered.
pub(super) const ID: &str = "changes";

/// So many rows of one list are shown at most; the command line lists all.
const MOST_ROWS: usize = 500;

/// What the drawer holds.
#[derive(Default)]
pub(crate) struct Changes {
    swatches: Swatches,
}

impl Changes {
    /// What stands at the right of the header, from the right.
    pub(super) fn header_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(shown) = session.comparison() else { return };
        let has_map = shown.map.is_some();
        let export = ui.add_enabled(has_map, Button::new("Export figure…"));
        let name = "Export figure of what changed";
        export.widget_info(|| WidgetInfo::labeled(Role::Button, has_map, name));
        let export = export.on_disabled_hover_text("The map shows no shape that differs");
        if tip(export, "Write the map of what changed as a figure, with its legend, sources and credits").clicked() {
            actions.push(Action::Command(Command::ExportFigure));
        }
        if tip(ui.button("Compare again"), "Read both as they are now").clicked() {
            actions.push(Action::CompareAgain);
        }
        if let Some(ledgers) = &shown.comparison.ledgers {
            ledgers::header_ui(ui, ledgers, actions);
        }
    }

    /// What stands below the header.
    pub(super) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(shown) = session.comparison() else { return };
        let shade = theme::theme_of(ui.ctx());
        let comparison = &shown.comparison;
        let states = changes::states_in_words(comparison, FigureLanguage::ENGLISH);
        ui.add(Label::new(theme::second(states, shade)).wrap());
        if session.is_comparison_old() {
            small_warning_ui(ui, "What is open has been changed since: compare again to see that too.");
        }
        for note in &shown.notes {
            small_warning_ui(ui, &format!("{}.", capital(note)));
        }
        ui.add_space(4.0);
        ScrollArea::vertical().auto_shrink(false).id_salt(ID).show(ui, |ui| {
            // Where reports are compared, it stands beside these.
            if comparison.is_empty() && comparison.ledgers.is_none() {
                ui.label("Nothing differs.");
            }
            match &comparison.ledgers {
                Some(ledgers) => self.ledgers_ui(ui, session, shown, ledgers, actions),
                None => self.shapes_ui(ui, shown, actions),
            }
            if let (Some(diff), Some(both)) = (&comparison.dossiers, comparison.both()) {
                dossier_ui(ui, diff, both, actions);
            }
            if let Some(diff) = &comparison.projects {
                project_ui(ui, diff, comparison, actions);
            }
            chrome::follow_focus(ui);
        });
    }

    /// The shapes that differ: whether the map shows them, their samples, and how much was gained and lost.
    fn shapes_ui(&mut self, ui: &mut Ui, shown: &ShownComparison, actions: &mut Vec<Action>) {
        let all = &shown.comparison.shaded;
        heading(ui, "Shapes", all.len());
        for shaded in all.iter().take(MOST_ROWS) {
            ui.push_id(&shaded.id, |ui| {
                self.shape_row_ui(ui, shown, shaded, actions);
            });
        }
        more(ui, all.len());
    }

    /// A shape that differs. Its sizes stand elsewhere where they are those of a ledger.
    pub(super) fn shape_row_ui(
        &mut self,
        ui: &mut Ui,
        shown: &ShownComparison,
        shaded: &Shaded,
        actions: &mut Vec<Action>,
    ) {
        ui.horizontal_wrapped(|ui| {
            let title = shaded.title.main();
            let mut is_on = shown.on_map.contains(&shaded.id);
            let eye = tick(ui, &mut is_on, "");
            let name = format!("Show what changed of {title} on the map");
            eye.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_on, &name));
            if tip(eye.clone(), name.clone()).changed() {
                actions.push(Action::ShowChange(shaded.id.clone(), is_on));
            }
            row_button(ui, title, &format!("Go to what changed of {title}"), || go_to(shaded), actions);
            let (came, went) = came_or_went(shaded);
            if let Some(word) = came.or(went) {
                ui.label(theme::second(word, theme::theme_of(ui.ctx())));
            }
            let has_ledger = shaded.of.is_some() && shaded.change.lengths_km.is_none();
            let [gained, lost] = if has_ledger { [None, None] } else { signed(&shaded.change) };
            for (part, size) in [("gained", gained), ("lost", lost)] {
                let Some(size) = size else { continue };
                if let Some((scene, _)) = &shown.map {
                    self.sample_ui(ui, scene, &format!("{part}-{}", shaded.id));
                }
                ui.label(size);
            }
            for rest in others(&shaded.change) {
                ui.label(theme::second(rest, theme::theme_of(ui.ctx())));
            }
        });
    }

    /// The sample of what is drawn of a change.
    pub(super) fn sample_ui(&mut self, ui: &mut Ui, scene: &Arc<Scene>, id: &str) {
        let Some(overlay) = scene.dossier().overlay(id) else { return };
        let texture = self.swatches.texture(ui.ctx(), overlay, theme::theme_of(ui.ctx()));
        ui.add(Image::new(&texture).fit_to_exact_size(SIZE));
    }
}

fn came_or_went(shaded: &Shaded) -> (Option<&'static str>, Option<&'static str>) {
    (shaded.shapes[0].is_none().then_some("new"), shaded.shapes[1].is_none().then_some("gone"))
}

/// Shows the map there and selects it.
fn go_to(shaded: &Shaded) -> Vec<Action> {
    let fly = ShownComparison::bounds_of(shaded).map(Action::FitBounds);
    let number = shaded.id.strip_prefix("annotation-").filter(|_| !shaded.is_overlay);
    let overlay = shaded.of.as_ref().map_or(&shaded.id, |[_, after]| after);
    let select = match number.and_then(|number| number.parse().ok()) {
        Some(number) => Action::SelectAnnotations(vec![crate::document::AnnotationId(number)]),
        None => Action::Select(overlay.clone()),
    };
    std::iter::once(select).chain(fly).collect()
}

/// What was gained and lost, in words with their signs.
fn signed(change: &ShapeChange) -> [Option<String>; 2] {
    let side = |sign: &str, km2: f64, km: f64, places: &[String]| {
        let mut parts = Vec::new();
        if km2 > 0.0 {
            parts.push(format!("{sign}{}", words::value(km2, "km2")));
        }
        if km > 0.0 {
            parts.push(format!("{sign}{} of line", words::value(km, "km")));
        }
        parts.extend(places.iter().map(|name| format!("{sign}{name}")));
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    [
        side("+", change.gained_km2, change.gained_km, &change.places_gained),
        side("−", change.lost_km2, change.lost_km, &change.places_lost),
    ]
}

fn others(change: &ShapeChange) -> Vec<String> {
    let lengths = change
        .lengths_km
        .map(|(old, new)| format!("{} long, was {}", words::value(new, "km"), words::value(old, "km")));
    lengths.into_iter().chain(change.problem.clone()).collect()
}

fn heading(ui: &mut Ui, title: &str, count: usize) {
    if count > 0 {
        ui.add_space(4.0);
        ui.label(theme::section(format!("{title} {count}"), theme::theme_of(ui.ctx())));
    }
}

fn more(ui: &mut Ui, count: usize) {
    if count > MOST_ROWS {
        let words = format!("{} more; claimline diff lists all", count - MOST_ROWS);
        ui.label(theme::second(words, theme::theme_of(ui.ctx())));
    }
}

/// A row as one button.
pub(super) fn row_button(
    ui: &mut Ui,
    text: &str,
    name: &str,
    does: impl FnOnce() -> Vec<Action>,
    actions: &mut Vec<Action>,
) {
    let row = ui.add(Button::new(text).frame(false));
    row.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if row.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text("Show it on the map, and select it").clicked()
    {
        actions.extend(does());
    }
}

/// The lists of a dossier in the order in which they matter here.
const LISTS: [(List, &str); 8] = [
    (List::Excerpts, "Excerpts"),
    (List::Figures, "Figures"),
    (List::Positions, "Positions"),
    (List::Sources, "Sources"),
    (List::Overlays, "Overlays, as they are described"),
    (List::Notes, "Notes"),
    (List::Groups, "Groups"),
    (List::Layers, "Layers for recipes"),
];

fn dossier_ui(ui: &mut Ui, diff: &Diff, both: [&Dossier; 2], actions: &mut Vec<Action>) {
    for (list, title) in LISTS {
        let entries: Vec<&EntryChange> = diff.entries.iter().filter(|entry| entry.list == list).collect();
        heading(ui, title, entries.len());
        for entry in entries.iter().take(MOST_ROWS) {
            ui.push_id((title, &entry.id), |ui| entry_ui(ui, entry, both, actions));
        }
        more(ui, entries.len());
    }
    heading(ui, "The dossier as a whole", diff.whole.len());
    members_ui(ui, &diff.whole);
    heading(ui, "Other reports", diff.reports.len());
    for report in diff.reports.iter().take(MOST_ROWS) {
        let title = both[1].overlay(&report.change.id).map_or("", |overlay| overlay.title.main());
        let day = report.when.as_deref().map_or_else(|| "an unknown day".to_owned(), words::date);
        let who = report.who.as_deref().map_or_else(String::new, |who| format!(" by {who}"));
        let sizes = signed(&report.change).into_iter().flatten().collect::<Vec<_>>().join(", ");
        let sizes = if sizes.is_empty() { "its shape is another".to_owned() } else { sizes };
        ui.label(format!("{title}, report of {day}{who}: {sizes}"));
    }
    more(ui, diff.reports.len());
    heading(ui, "Other files", diff.files.len());
    for file in diff.files.iter().take(MOST_ROWS) {
        let what = if diff.unused.contains(file) { " (no longer used)" } else { "" };
        ui.label(format!("{file}{what}"));
    }
}

/// What an entry is called, what is selected by its row, and its overlay to fly to.
fn named(entry: &EntryChange, [before, after]: [&Dossier; 2]) -> (String, Vec<Action>) {
    let id = &entry.id;
    let fly = |overlay: Option<&str>| -> Vec<Action> {
        let overlay = overlay.filter(|id| after.overlay(id).is_some());
        overlay.into_iter().flat_map(|id| [Action::Select(id.to_owned()), Action::ZoomTo(id.to_owned())]).collect()
    };
    match entry.list {
        List::Excerpts => {
            let excerpt = after.excerpt(id).or_else(|| before.excerpt(id));
            let about = excerpt.and_then(|excerpt| excerpt.overlays.first().cloned());
            let mut does: Vec<Action> = about.into_iter().map(Action::ZoomTo).collect();
            if after.excerpt(id).is_some() {
                does.push(Action::FollowExcerpt(id.clone()));
            }
            let source =
                excerpt.and_then(|excerpt| after.source(&excerpt.source).or_else(|| before.source(&excerpt.source)));
            (source.map_or_else(|| id.clone(), |source| format!("{}: {id}", source.outlet)), does)
        }
        List::Figures => {
            let of = |dossier: &Dossier| {
                let figure = dossier.figures.iter().find(|figure| figure.id == *id)?;
                let name = format!("{} ({})", words::figure(figure), figure.reported_by);
                Some((name, figure.overlay.clone()))
            };
            let (name, overlay) = of(after).or_else(|| of(before)).unwrap_or_else(|| (id.clone(), None));
            (name, fly(overlay.as_deref()))
        }
        List::Positions => {
            let of = |dossier: &Dossier| {
                let position = dossier.positions.iter().find(|position| position.id == *id)?;
                Some((format!("{}: {}", position.who, position.summary), position.overlay.clone()))
            };
            let found = of(after).or_else(|| of(before));
            let overlay = found.as_ref().map(|(_, overlay)| overlay.clone());
            (found.map_or_else(|| id.clone(), |(name, _)| name), fly(overlay.as_deref()))
        }
        List::Sources => {
            let source = after.source(id).or_else(|| before.source(id));
            let name = source.map_or_else(|| id.clone(), |source| format!("{}, “{}”", source.outlet, source.title));
            let does = after.source(id).map(|_| Action::ShowSource(id.clone()));
            (name, does.into_iter().collect())
        }
        List::Overlays => {
            let overlay = after.overlay(id).or_else(|| before.overlay(id));
            (overlay.map_or_else(|| id.clone(), |overlay| overlay.title.main().to_owned()), fly(Some(id)))
        }
        List::Notes | List::Groups | List::Layers => (id.clone(), Vec::new()),
    }
}

fn entry_ui(ui: &mut Ui, entry: &EntryChange, both: [&Dossier; 2], actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let (name, does) = named(entry, both);
    let word = match &entry.change {
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Changed(_) => "changed",
    };
    ui.horizontal_wrapped(|ui| {
        if does.is_empty() {
            ui.add(Label::new(&name).wrap());
        } else {
            let said = format!("Go to {} {name}, {word}", entry.list.noun());
            row_button(ui, &name, &said, || does, actions);
        }
        ui.label(theme::second(word, shade));
    });
    if let Change::Changed(members) = &entry.change {
        members_ui(ui, members);
    } else if entry.list == List::Excerpts {
        let of = both.iter().rev().find_map(|dossier| dossier.excerpt(&entry.id));
        if let Some(excerpt) = of {
            ui.add(Label::new(words::quoted(&excerpt.exact)).wrap());
        }
    }
}

/// Members as they were and as they are, side by side.
fn members_ui(ui: &mut Ui, members: &[MemberChange]) {
    let shade = theme::theme_of(ui.ctx());
    for member in members.iter().flat_map(MemberChange::in_parts).take(MOST_ROWS) {
        ui.push_id(&member.member, |ui| {
            let [before, after] = [&member.before, &member.after].map(said);
            ui.columns(2, |columns| {
                for (ui, (when, words)) in columns.iter_mut().zip([("before", before), ("now", after)]) {
                    let words = format!("{}, {when}: {words}", member.member);
                    // Columns would stretch the words of a line to their width.
                    ui.with_layout(egui::Layout::top_down(egui::Align::LEFT), |ui| {
                        ui.add(Label::new(theme::second(words, shade)).wrap());
                    });
                }
            });
        });
    }
}

fn said(value: &Option<Value>) -> String {
    let words = match value {
        None => return "nothing".to_owned(),
        Some(Value::String(words)) => words::quoted(words),
        Some(value) => value.to_string(),
    };
    match words.char_indices().nth(600) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

fn project_ui(ui: &mut Ui, diff: &ProjectDiff, comparison: &Comparison, actions: &mut Vec<Action>) {
    heading(ui, "Annotations", diff.annotations.len());
    for AnnotationChange { id, label, change, moved_m, .. } in diff.annotations.iter().take(MOST_ROWS) {
        let shaded =
            comparison.shaded.iter().find(|shaded| !shaded.is_overlay && shaded.id == format!("annotation-{}", id.0));
        ui.push_id(("annotation", id.0), |ui| {
            let word = match (change, moved_m) {
                (Change::Added, _) => "added".to_owned(),
                (Change::Removed, _) => "removed".to_owned(),
                (Change::Changed(_), Some(moved_m)) => {
                    format!("moved by {}", words::value(moved_m / 1000.0, "km"))
                }
                (Change::Changed(_), None) => "changed".to_owned(),
            };
            ui.horizontal_wrapped(|ui| {
                let select = || vec![Action::SelectAnnotations(vec![*id])];
                let said = format!("Go to annotation {label}, {word}");
                row_button(ui, label, &said, || shaded.map_or_else(select, go_to), actions);
                ui.label(theme::second(&word, theme::theme_of(ui.ctx())));
            });
            if let Change::Changed(members) = change {
                members_ui(ui, members);
            }
        });
    }
    more(ui, diff.annotations.len());
    heading(ui, "Layers, pictures, maps, sources and excerpts of the project", diff.entries.len());
    for entry in diff.entries.iter().take(MOST_ROWS) {
        ui.push_id((entry.list.word(), &entry.id), |ui| {
            let word = match &entry.change {
                Change::Added => "added",
                Change::Removed => "removed",
                Change::Changed(_) => "changed",
            };
            let name = entry.name.as_deref().unwrap_or(&entry.id);
            ui.add(Label::new(format!("{}: {name}, {word}", capital(entry.list.noun()))).wrap());
            if let Change::Changed(members) = &entry.change {
                members_ui(ui, members);
            }
        });
    }
    more(ui, diff.entries.len());
    heading(ui, "View and settings", diff.settings.len());
    members_ui(ui, &diff.settings);
}
