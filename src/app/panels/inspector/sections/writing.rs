//! What can be done with what is selected for the dossier that is written: make it an overlay, say more of one.

use eframe::egui::Ui;

use super::{Selected, Subject, Typed};
use crate::app::widgets::tip;
use crate::dossier::OWN_GROUP;
use crate::dossier::manuscript::List;
use crate::session::{Action, FeatureSet};

/// Whether a dossier is written.
pub(super) fn applies(subject: &Subject<'_>) -> bool {
    subject.session.manuscript().is_some()
}

/// Shows the section.
pub(super) fn writing_ui(ui: &mut Ui, subject: &Subject<'_>, _: &mut Typed, actions: &mut Vec<Action>) {
    let made_of = match &subject.selected {
        Selected::Annotations(_) => Some(FeatureSet::Annotations(subject.ids())),
        Selected::Overlay(overlay) => match subject.feature() {
            Some((overlay, feature)) => Some(FeatureSet::Of(overlay.id.clone(), [feature as u32].into())),
            None if overlay.group == OWN_GROUP => Some(FeatureSet::Overlay(overlay.id.clone())),
            None => None,
        },
    };
    ui.horizontal_wrapped(|ui| {
        if let Some(set) = made_of {
            if tip(ui.button("Make overlay…"), "Add this shape to the dossier as an overlay of its own").clicked() {
                actions.push(Action::MakeOverlay(set));
            }
            return;
        }
        let Some(overlay) = subject.overlay() else { return };
        if tip(ui.button("Edit overlay…"), "Title, kind, day, accuracy, method, licence").clicked() {
            actions.push(Action::AskEntry(List::Overlays, Some(overlay.id.clone())));
        }
        for (list, hint) in [
            (List::Positions, "Who proposes, claims or rejects it"),
            (List::Figures, "A number that somebody states about it"),
            (List::Notes, "Where a source is unclear, or accounts differ"),
        ] {
            if tip(ui.button(format!("Add {}…", list.noun())), hint).clicked() {
                actions.push(Action::AskEntryAbout(list, overlay.id.clone()));
            }
        }
    });
}
