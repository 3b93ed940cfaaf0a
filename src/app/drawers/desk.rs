//! The entries of the dossier that is written, list by list: to be added, edited, put in another order, taken away.

use eframe::egui::{self, Button, Role, ScrollArea, Ui, Vec2, WidgetInfo};
use serde_json::{Map, Value};

use super::positions;
use crate::app::dialogs::entry_dialog::name_of;
use crate::app::widgets::{capital, tip};
use crate::app::{chrome, icons, theme};
use crate::dossier::Manuscript;
use crate::dossier::manuscript::{List, id_of};
use crate::session::{Action, Command, EvidenceEdit, Session};

/// By which the drawer is opened and remembered.
pub(super) const ID: &str = "desk";

/// The lists in the order in which a dossier is written.
const TABS: [(List, &str); 7] = [
    (List::Overlays, "Overlays"),
    (List::Sources, "Sources"),
    (List::Excerpts, "Excerpts"),
    (List::Positions, "Positions"),
    (List::Figures, "Figures"),
    (List::Notes, "Notes"),
    (List::Groups, "Groups"),
];

/// What the drawer holds.
#[derive(Default)]
pub(crate) struct Desk {
    tab: usize,
}

impl Desk {
    /// What stands at the right of the header, from the right.
    pub(super) fn header_ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        if session.manuscript().is_none() {
            return;
        }
        let (list, _) = TABS[self.tab];
        let add = ui.button(format!("Add {}", list.noun()));
        if tip(add, format!("Add a new {} to the dossier", list.noun())).clicked() {
            actions.push(Action::AskEntry(list, None));
        }
        if list == List::Overlays {
            command_ui(ui, Command::DeriveOverlay, actions);
        }
        if list == List::Sources {
            command_ui(ui, Command::AddSources, actions);
        }
        command_ui(ui, Command::AboutDossier, actions);
        if tip(ui.button("To do…"), Command::ShowGaps.help()).clicked() {
            actions.push(Action::Command(Command::ShowGaps));
        }
    }

    /// What stands below the header.
    pub(super) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let Some(manuscript) = session.manuscript() else {
            ui.label("The dossier is not being edited.");
            ui.horizontal(|ui| {
                for command in [Command::EditDossier, Command::EditDossierCopy, Command::NewDossier] {
                    let button = ui.add_enabled(session.why_not(command).is_none(), Button::new(command.label()));
                    let button = button.on_disabled_hover_text(session.why_not(command).unwrap_or_default());
                    if tip(button, command.help()).clicked() {
                        actions.push(Action::Command(command));
                    }
                }
            });
            return;
        };
        ui.horizontal_wrapped(|ui| {
            for (index, (list, title)) in TABS.iter().enumerate() {
                let count = manuscript.entries(*list).count();
                let label = if count == 0 { (*title).to_owned() } else { format!("{title} {count}") };
                if ui.selectable_label(self.tab == index, label).clicked() {
                    self.tab = index;
                }
            }
        });
        ui.add_space(4.0);
        let (list, title) = TABS[self.tab];
        if manuscript.entries(list).next().is_none() {
            ui.label(theme::second(empty(list), shade));
            return;
        }
        let area = ScrollArea::vertical().auto_shrink(false).id_salt(title);
        area.show(ui, |ui| {
            if list == List::Positions {
                positions::table_ui(ui, manuscript, actions);
                ui.add_space(8.0);
            }
            let count = manuscript.entries(list).count();
            for (index, entry) in manuscript.entries(list).enumerate() {
                ui.push_id(id_of(entry), |ui| row_ui(ui, manuscript, list, entry, (index, count), actions));
            }
            chrome::follow_focus(ui);
        });
    }
}

/// A button that carries out a command.
fn command_ui(ui: &mut Ui, command: Command, actions: &mut Vec<Action>) {
    if tip(ui.button(command.label()), command.help()).clicked() {
        actions.push(Action::Command(command));
    }
}

/// One entry: its name, what else tells it from others, and what can be done with it.
fn row_ui(
    ui: &mut Ui,
    manuscript: &Manuscript,
    list: List,
    entry: &Map<String, Value>,
    (index, count): (usize, usize),
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    let (id, name) = (id_of(entry).to_owned(), name_of(list, entry));
    ui.allocate_ui_with_layout(
        egui::vec2(ui.available_width(), 24.0),
        egui::Layout::right_to_left(egui::Align::Center),
        |ui| {
            let noun = list.noun();
            let button = Button::new(theme::icon(icons::DOTS_THREE, 16.0)).frame(false).min_size(Vec2::splat(24.0));
            let (menu, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
                let edit = |edit| Action::EditEvidence(edit);
                if list == List::Overlays && entry.contains_key("recipe") && ui.button("Edit recipe…").clicked() {
                    actions.push(Action::AskRecipe(Some(id.clone())));
                    ui.close();
                }
                for (label, can, action) in [
                    ("Edit…", true, Action::AskEntry(list, Some(id.clone()))),
                    ("Move up", index > 0, edit(EvidenceEdit::Shift(list, id.clone(), -1))),
                    ("Move down", index + 1 < count, edit(EvidenceEdit::Shift(list, id.clone(), 1))),
                    ("Remove", true, edit(EvidenceEdit::Remove(list, id.clone()))),
                ] {
                    if ui.add_enabled(can, Button::new(label)).clicked() {
                        actions.push(action);
                        ui.close();
                    }
                }
            });
            let options = format!("Options of {noun} {name}");
            menu.widget_info(|| WidgetInfo::labeled(Role::Button, true, &options));
            tip(menu, options);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let row = ui.add(Button::new(&name).frame(false).truncate());
                row.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Edit {noun} {name}")));
                if tip(row, "Edit it").clicked() {
                    actions.push(Action::AskEntry(list, Some(id.clone())));
                }
                ui.add(egui::Label::new(theme::second(about(manuscript, list, entry), shade)).truncate());
            });
        },
    );
}

/// What tells an entry from others besides its name.
fn about(manuscript: &Manuscript, list: List, entry: &Map<String, Value>) -> String {
    let text = |member: &str| entry.get(member).and_then(Value::as_str).unwrap_or_default();
    let title =
        |list: List, id: &str| manuscript.entry(list, id).map_or_else(|| id.to_owned(), |entry| name_of(list, entry));
    let parts: Vec<String> = match list {
        List::Sources => vec![text("published").to_owned(), text("url").to_owned()],
        List::Excerpts => {
            let overlays = entry.get("overlays").and_then(Value::as_array);
            let about = overlays.into_iter().flatten().filter_map(Value::as_str).map(|id| title(List::Overlays, id));
            vec![text("said_by").to_owned(), about.collect::<Vec<_>>().join(", ")]
        }
        List::Overlays => vec![text("kind").to_owned(), text("as_of").to_owned()],
        List::Figures => vec![title(List::Overlays, text("overlay"))],
        List::Positions => vec![text("summary").to_owned()],
        List::Notes | List::Groups | List::Layers => Vec::new(),
    };
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What is said where a list has nothing in it.
fn empty(list: List) -> String {
    let how = match list {
        List::Overlays => "draw a shape and choose “Make overlay” in its inspector, or add one of a layer",
        List::Sources => {
            "add the first with the button above, or drop a page, a PDF or a library of references on the window"
        }
        List::Excerpts => "select words in the text of a source and link them to an overlay",
        List::Positions => "who proposes, claims or rejects what, each with the excerpt that says so",
        List::Figures => "numbers that others state, beside which the shapes are measured",
        List::Notes => "where a source is unclear, or accounts differ",
        List::Groups | List::Layers => "they put overlays in order in the panel and in the legend",
    };
    format!("{}: {how}.", capital(&format!("no {} yet", list.noun())))
}
