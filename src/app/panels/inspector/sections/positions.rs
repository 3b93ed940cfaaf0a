//! Who holds what about an overlay, as a table: who, what they hold, the way to the excerpt.

use eframe::egui::{self, RichText, Ui};

use super::{Subject, Typed, cell_ui};
use crate::app::reading_order::words_label;
use crate::app::theme;
use crate::dossier::words;
use crate::session::Action;

/// Shows the section.
pub(crate) fn positions_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, actions: &mut Vec<Action>) {
    const WHO_PT: f32 = 84.0;
    const EXCERPT_PT: f32 = 50.0;
    let mut before: Option<&str> = None;
    let shade = subject.shade;
    let Some(overlay) = subject.overlay() else { return };
    for position in subject.session.dossier().positions_of(&overlay.id) {
        let is_new = before.replace(&position.who) != Some(&position.who);
        if is_new {
            rule_ui(ui);
        }
        ui.horizontal_top(|ui| {
            let what_pt = (ui.available_width() - WHO_PT - EXCERPT_PT - 2.0 * ui.spacing().item_spacing.x).max(80.0);
            cell_ui(ui, WHO_PT, |ui| {
                if is_new {
                    words_label(ui, RichText::new(&position.who).family(theme::semi_bold()));
                }
            });
            cell_ui(ui, what_pt, |ui| {
                ui.label(theme::second(words::stance(&position.stance), shade));
                words_label(ui, &position.summary);
            });
            cell_ui(ui, EXCERPT_PT, |ui| {
                if let Some(excerpt) = &position.excerpt {
                    let link = ui.link("Excerpt");
                    let name = format!("Excerpt: {}, {}", position.who, words::stance(&position.stance));
                    link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &name));
                    if link.on_hover_text("Read the excerpt for this").clicked() {
                        actions.push(Action::FollowExcerpt(excerpt.clone()));
                    }
                }
            });
        });
    }
    if before.is_some() {
        rule_ui(ui);
    }
}

/// A thin line across a table.
fn rule_ui(ui: &mut Ui) {
    ui.add(egui::Separator::default().spacing(4.0));
}
