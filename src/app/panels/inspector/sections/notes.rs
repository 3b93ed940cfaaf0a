//! Where accounts differ, what else the editor notes on an overlay, and how its shape was made.

use eframe::egui::Ui;

use super::{Subject, Typed};
use crate::app::panels::cards;
use crate::app::reading_order::words_label;
use crate::app::theme;
use crate::dossier::Note;
use crate::session::Action;

/// The notes on what is selected, with accounts that differ or without.
fn notes<'a>(subject: &Subject<'a>, with_accounts: bool) -> impl Iterator<Item = &'a Note> {
    let (overlay, dossier) = (subject.overlay(), subject.session.dossier());
    let all = overlay.into_iter().flat_map(move |overlay| dossier.notes_of(&overlay.id));
    all.filter(move |note| note.accounts.is_empty() != with_accounts)
}

/// Whether accounts of one thing differ.
pub(crate) fn accounts_differ(subject: &Subject<'_>) -> bool {
    notes(subject, true).next().is_some()
}

/// Shows the accounts that differ, each pair as cards, with what the editor says of it.
pub(crate) fn accounts_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, actions: &mut Vec<Action>) {
    let (session, dossier) = (subject.session, subject.session.dossier());
    for (index, note) in notes(subject, true).enumerate() {
        ui.push_id(index, |ui| {
            words_label(ui, &note.text);
            let accounts: Vec<_> = note.accounts.iter().filter_map(|id| dossier.excerpt(id)).collect();
            cards::beside_ui(ui, session, &accounts, actions);
        });
        ui.add_space(4.0);
    }
}

/// Whether there are other notes.
pub(crate) fn has_notes(subject: &Subject<'_>) -> bool {
    notes(subject, false).next().is_some()
}

/// What the section is called, with how many there are.
pub(crate) fn heading(subject: &Subject<'_>) -> String {
    match notes(subject, false).count() {
        1 => "Editor’s note".to_owned(),
        several => format!("Editor’s notes ({several})"),
    }
}

/// Shows the other notes, with a thin line between them.
pub(crate) fn notes_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, _: &mut Vec<Action>) {
    for (index, note) in notes(subject, false).enumerate() {
        if index > 0 {
            ui.separator();
        }
        words_label(ui, &note.text);
    }
}

/// Shows how the shape was made, and whose work it is.
pub(crate) fn method_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, _: &mut Vec<Action>) {
    let Some(overlay) = subject.overlay() else { return };
    let shade = subject.shade;
    for text in [&overlay.method, &overlay.recipe].into_iter().flatten() {
        words_label(ui, theme::second(text, shade));
    }
    let credit = [&overlay.credit, &overlay.license].into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ");
    ui.label(theme::second(credit, shade));
}
