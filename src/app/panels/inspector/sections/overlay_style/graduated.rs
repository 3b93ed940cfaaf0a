//! How numbers are divided into classes, and the colours of those.

use eframe::egui::Ui;

use super::super::style::count_ui;
use super::colors::ramp_ui;
use super::{Editor, list_ui, property_ui, row_ui};
use crate::app::widgets::tick;
use crate::dossier::classes::{self, Method};
use crate::dossier::ramps::RampKind;
use crate::dossier::styling::{By, Graduated, Styling};

pub(super) fn graduated_ui(
    ui: &mut Ui,
    editor: &mut Editor<'_>,
    graduated: &Graduated,
    numbers: &[(String, &'static str)],
) {
    let mut change = |is_step: bool, made: Graduated| {
        let edit = |styling: &mut Styling| styling.by = By::Graduated(made);
        if is_step { editor.step(edit) } else { editor.drag(edit) }
    };
    property_ui(ui, "Number to tell apart by", &graduated.property, numbers, |name| {
        change(true, Graduated { property: name, ..graduated.clone() });
    });
    row_ui(ui, "Classes", |ui, _| {
        let choices: Vec<_> =
            Method::ALL.iter().map(|method| (method.name().to_owned(), *method == graduated.method)).collect();
        if let Some(index) = list_ui(ui, "How numbers are divided into classes", graduated.method.name(), &choices) {
            change(true, Graduated { method: Method::ALL[index], ..graduated.clone() });
        }
    });
    count_ui(ui, "How many", "Number of classes", graduated.classes, classes::COUNT, |classes| {
        change(false, Graduated { classes, ..graduated.clone() });
    });
    let is_ramp = |kind| kind != RampKind::Qualitative;
    ramp_ui(ui, graduated.ramp(), is_ramp, graduated.reversed, |id| {
        change(true, Graduated { ramp: id, ..graduated.clone() });
    });
    row_ui(ui, "", |ui, _| {
        let mut reversed = graduated.reversed;
        if tick(ui, &mut reversed, "Reversed").changed() {
            change(true, Graduated { reversed, ..graduated.clone() });
        }
    });
}
