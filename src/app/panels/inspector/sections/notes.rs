//! What the editor notes on an overlay, where accounts differ, and how its shape was made.

use eframe::egui::Ui;

use super::{Subject, Typed};
use crate::app::panels::cards;
use crate::app::theme;
use crate::dossier::Overlay;
use crate::scene::palette::Theme;
use crate::session::Action;

/// Shows the section.
pub(crate) fn notes_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, actions: &mut Vec<Action>) {
    let Some(overlay) = subject.overlay() else { return };
    let (session, shade) = (subject.session, subject.shade);
    let dossier = session.dossier();
    for note in dossier.notes_of(&overlay.id) {
        ui.add_space(8.0);
        ui.label(theme::section(
            if note.accounts.is_empty() { "Editor’s note" } else { "Accounts that differ" },
            shade,
        ));
        ui.label(&note.text);
        let accounts: Vec<_> = note.accounts.iter().filter_map(|id| dossier.excerpt(id)).collect();
        cards::beside_ui(ui, session, &accounts, actions);
    }
    method_ui(ui, overlay, shade);
}

fn method_ui(ui: &mut Ui, overlay: &Overlay, shade: Theme) {
    ui.add_space(8.0);
    ui.label(theme::section("How it was made", shade));
    for text in [&overlay.method, &overlay.recipe].into_iter().flatten() {
        ui.label(theme::second(text, shade));
    }
    let credit = [&overlay.credit, &overlay.license].into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ");
    ui.label(theme::second(credit, shade));
}
