//! Which servers may be asked for maps, and the way to take that back.

use eframe::egui::{Id, Role, ScrollArea, Ui, WidgetInfo};

use crate::app::dialogs::{Decision, close_ui, height_pt, row_ui, width_ui};
use crate::app::theme;
use crate::app::widgets::{line_edit, tip};
use crate::files::servers::Servers;
use crate::files::tile_server;

/// What has been typed.
#[derive(Debug, Default)]
pub(crate) struct ServersDialog {
    contact: Option<String>,
}

/// Shows the dialog.
pub(crate) fn servers_ui(ui: &mut Ui, dialog: &mut ServersDialog, servers: &Servers, decision: &mut Option<Decision>) {
    width_ui(ui, 520.0);
    ui.heading("Servers");
    ui.label(
        "A server that sends a map sees your address and the area you look at; one that sends a file, your address and the file. \
         It is asked only if you have chosen its map, or have said so when an address or a project named it.",
    );
    ui.add_space(8.0);
    ScrollArea::vertical().max_height(height_pt(ui, 320.0)).auto_shrink([false, true]).show(ui, |ui| {
        let mut is_empty = true;
        for (server, may) in servers.iter() {
            is_empty = false;
            ui.horizontal_wrapped(|ui| {
                ui.label(format!("{}: {}", server.name(), if may { "may be asked" } else { "is not asked" }));
                row_ui(ui, |ui| {
                    let mut button = |ui: &mut Ui, words: &str, hint: &str, said: Option<bool>| {
                        let button = ui.button(words);
                        let label = format!("{words}: {}", server.name());
                        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
                        if tip(button, hint).clicked() {
                            *decision = Some(Decision::Server(server.clone(), said));
                        }
                    };
                    button(ui, "Forget", "Take it off this list; a project that names it asks again", None);
                    if may {
                        button(ui, "Do not ask", "Show the built-in map where a project names it", Some(false));
                    } else {
                        button(ui, "Allow", "Show its map where a project names it", Some(true));
                    }
                });
            });
        }
        for server in servers.captured() {
            is_empty = false;
            ui.horizontal_wrapped(|ui| {
                ui.label(format!("{}: its pages are captured without asking", server.name()));
                row_ui(ui, |ui| {
                    let button = ui.button("Forget");
                    let label = format!("Forget that pages are captured: {}", server.name());
                    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
                    if tip(button, "Ask again before a page of this server is captured").clicked() {
                        *decision = Some(Decision::ForgetCaptured(server.clone()));
                    }
                });
            });
        }
        if is_empty {
            ui.label("None has been chosen or allowed.");
        }
    });
    ui.add_space(8.0);
    let shade = theme::theme_of(ui.ctx());
    let label = ui.label("Whom may their makers write to? An address of mail, or a page");
    let contact = dialog.contact.get_or_insert_with(|| servers.contact().to_owned());
    let field = line_edit(contact).desired_width(320.0).id(Id::unique("contact for servers"));
    let field = ui.add(field.hint_text("desk@paper.example")).labelled_by(label.id);
    if field.lost_focus() && *contact != servers.contact() {
        *decision = Some(Decision::Contact(contact.clone()));
    }
    let told = if tile_server::has_contact() {
        format!("Each server is told: {}", tile_server::user_agent())
    } else {
        "None is told yet. Providers of maps ask for one, so that they can write before they close their doors."
            .to_owned()
    };
    ui.label(theme::second(told, shade));
    ui.add_space(12.0);
    if close_ui(ui) {
        *decision = Some(Decision::Close);
    }
}
