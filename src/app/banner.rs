//! What stays wrong with the project, its recovery file and the files of its layers, above the map until it is put right
//! or waved away.

use std::collections::BTreeSet;

use eframe::egui::{self, Role, ScrollArea, Ui, WidgetInfo};

use super::map::map_source::AskedServer;
use super::panels::layers_panel::{EXCHANGE, EXCHANGE_HINT};
use super::{icons, theme, widgets};
use crate::dossier::{Overlay, words};
use crate::files::address;
use crate::files::layers::{ReadLayer, Standing};
use crate::session::{Action, Command, OwnLayerChange, Session};

/// Asks whether a server may be asked for the map that a project names; the answer once there is one.
pub(super) fn server_ui(ui: &mut Ui, asked: &AskedServer) -> Option<bool> {
    notice_ui(ui, icons::INFO, &asked.words(), |ui| {
        let show = "Fetch its tiles now and from now on; Map servers… in the View menu takes that back";
        let keep = "Do not ask this server, now or from now on; Map servers… in the View menu takes that back";
        let mut said = None;
        for (words, hint, may) in [("Show it", show, true), ("Keep the built-in map", keep, false)] {
            if ui.button(words).on_hover_text(hint).clicked() {
                said = Some(may);
            }
        }
        super::chrome::follow_focus(ui);
        said
    })
}

/// The highest that the banner grows, in points; the rest is scrolled.
const HEIGHT_PT: f32 = 132.0;

/// Whether there is something to say of a layer still: it has not been taken away since.
pub(super) fn stands(session: &Session, layer: &ReadLayer) -> bool {
    session.layer_info(&layer.id).is_some_and(|info| !info.removed)
}

/// The layers that seem to have longitude and latitude exchanged, but for those that are to stay as they are.
pub(super) fn exchanged<'a>(session: &'a Session, as_they_are: &BTreeSet<String>) -> Vec<&'a Overlay> {
    session.exchanged_layers().map(AsRef::as_ref).filter(|layer| !as_they_are.contains(&layer.id)).collect()
}

/// Offers to mend a layer that seems to have longitude and latitude exchanged; whether it is to stay as it is.
fn exchanged_ui(ui: &mut Ui, layer: &Overlay, actions: &mut Vec<Action>) -> bool {
    let title = words::quoted(layer.title.main());
    let words =
        format!("{title} lies outside the dossier’s area. With longitude and latitude swapped it would lie inside.");
    notice_ui(ui, icons::WARNING, &words, |ui| {
        let button = ui.button(EXCHANGE);
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{EXCHANGE} of {}", layer.title.main())));
        if button.on_hover_text(EXCHANGE_HINT).clicked() {
            actions.push(Action::ExchangeOrder(layer.id.clone()));
        }
        let label = format!("Leave {} where it is", layer.title.main());
        widgets::icon_button(ui, icons::X, &label, true).clicked()
    })
}

/// Why work may be lost.
pub(super) struct UnsafeWork<'a> {
    /// What is wrong with the journal.
    pub(super) trouble: Option<&'a str>,
    /// Why the project could not be saved; taken away when the user waves it away.
    pub(super) not_saved: &'a mut Option<String>,
}

impl UnsafeWork<'_> {
    fn ui(self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let save_ui = |ui: &mut Ui, button: &str, hint: &str, actions: &mut Vec<Action>| {
            if ui.button(button).on_hover_text(hint).clicked() {
                actions.push(Action::Command(Command::Save));
            }
        };
        if let Some(why) = self.trouble {
            let words = format!("Your changes are not being backed up: {why}. The program tries again every second.");
            notice_ui(ui, icons::WARNING, &words, |ui| {
                save_ui(ui, "Save the project", "Write the project to its file", actions);
            });
        }
        if let Some(why) = self.not_saved.clone() {
            notice_ui(ui, icons::WARNING, &format!("The project is not saved: {why}."), |ui| {
                save_ui(ui, "Save again", "Try once more", actions);
                if widgets::icon_button(ui, icons::X, "Hide this; the project stays unsaved", true).clicked() {
                    *self.not_saved = None;
                }
            });
        }
    }
}

/// A notice in as many lines as it takes, and below them what can be done.
fn notice_ui<R>(ui: &mut Ui, icon: &str, words: &str, buttons: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal_top(|ui| {
        ui.label(theme::icon(icon, 15.0));
        ui.vertical(|ui| {
            ui.add(egui::Label::new(words).wrap());
            ui.horizontal(buttons).inner
        })
        .inner
    })
    .inner
}

/// Shows what is wrong with layers. One that is waved away is taken out of `wrong`, or put among those that are to stay
/// `as_they_are`.
pub(super) fn banner_ui(
    ui: &mut Ui,
    session: &Session,
    unsafe_work: UnsafeWork<'_>,
    wrong: &mut Vec<ReadLayer>,
    as_they_are: &mut BTreeSet<String>,
    actions: &mut Vec<Action>,
) {
    // With a bar that is seen at once: what is below is not known to be there otherwise.
    ui.spacing_mut().scroll = egui::style::ScrollStyle { foreground_color: true, ..egui::style::ScrollStyle::solid() };
    ScrollArea::vertical().id_salt("missing files").max_height(HEIGHT_PT).auto_shrink([false, true]).show(ui, |ui| {
        unsafe_work.ui(ui, actions);
        for layer in exchanged(session, as_they_are) {
            if exchanged_ui(ui, layer, actions) {
                as_they_are.insert(layer.id.clone());
            }
        }
        wrong.retain(|layer| {
            if !stands(session, layer) {
                return true;
            }
            let Some(notice) = layer.notice() else { return false };
            let mut is_done = false;
            notice_ui(ui, icons::WARNING, &(widgets::capital(&notice) + "."), |ui| {
                let mut button = |ui: &mut Ui, words: &str, hint: &str, action: Action| {
                    let button = ui.button(words);
                    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{words} {}", layer.title)));
                    if button.on_hover_text(hint).clicked() {
                        actions.push(action);
                    }
                };
                let id = || layer.id.clone();
                if layer.standing == Standing::Unasked {
                    button(ui, "Refresh…", "Ask the database again", Action::Refresh(id()));
                }
                let file = session.document().overlays.iter().find(|state| state.id == layer.id);
                let file = file.and_then(|state| state.layer.file.as_ref());
                let (words, hint) = match file.is_some_and(|file| address::is_address(&file.path)) {
                    true => ("Fetch…", "Ask its server for the file and show what it holds"),
                    false => ("Locate…", "Find the file and show what it holds"),
                };
                button(ui, words, hint, Action::Locate(id()));
                if layer.standing == (Standing::Changed { has_kept: true }) {
                    let hint = "Show the data as it was when the project was saved";
                    button(ui, "Use the data kept in the project", hint, Action::UseKept(id()));
                }
                let hint = "Remove the layer from the project; undo brings it back";
                button(ui, "Leave out", hint, Action::OwnLayer(id(), OwnLayerChange::Remove));
                if !matches!(layer.standing, Standing::Missing(_)) {
                    let label = format!("Keep {} as it is shown", layer.title);
                    is_done = widgets::icon_button(ui, icons::X, &label, true).clicked();
                }
            });
            !is_done
        });
        super::chrome::follow_focus(ui);
    });
}

/// Around the banner.
pub(super) fn frame(ui: &Ui) -> egui::Frame {
    let palette = theme::theme_of(ui.ctx()).palette();
    // Nothing else is painted below it.
    let fill = ui.visuals().panel_fill.blend(theme::ink(palette.accent.with_opacity(0.12)));
    egui::Frame::new().fill(fill).inner_margin(egui::Margin::symmetric(10, 6))
}
