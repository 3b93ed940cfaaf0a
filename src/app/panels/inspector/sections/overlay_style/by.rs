//! What tells the features of an overlay apart, and what that needs: a property, its classes, or rules.

use std::collections::BTreeMap;

use eframe::egui::Ui;

use super::colors::ramp_ui;
use super::graduated::graduated_ui;
use super::{Editor, list_ui, property_ui, row_ui, wait_ui};
use crate::app::panels::kinds_list::as_given;
use crate::dossier::ramps::RampKind;
use crate::dossier::rules::rules_of;
use crate::dossier::styling::{By, Categories, Graduated};

/// What tells kinds apart, and what that needs.
pub(super) fn by_ui(ui: &mut Ui, editor: &mut Editor<'_>) {
    let by = editor.styling().by.clone();
    let (values, numbers) = (editor.values(), editor.numbers());
    let mut modes = vec![(as_given(editor.overlay), By::AsGiven), ("One style", By::One)];
    let likely = |(_, kind): &&(String, &'static str)| matches!(*kind, "text" | "yes or no");
    if let Some((name, _)) = values.iter().find(likely).or(values.first()) {
        modes.push(("A property’s values", By::Property(Categories::of(name.clone()))));
    }
    if let Some((name, _)) = numbers.first() {
        modes.push(("Classes of a number", By::Graduated(Graduated::of(name.clone()))));
    }
    // What is at hand is what rules would begin with; nothing is worked out for a list that nobody opens.
    modes.push(("Rules", By::Rules(Vec::new())));
    let is_of_mode = |mode: &By| std::mem::discriminant(mode) == std::mem::discriminant(&by);
    let now = match &by {
        By::AsGiven => as_given(editor.overlay),
        By::One => "One style",
        By::Property(_) => "A property’s values",
        By::Graduated(_) => "Classes of a number",
        By::Rules(_) => "Rules",
    };
    row_ui(ui, "Tell apart by", |ui, _| {
        let choices: Vec<_> = modes.iter().map(|(text, mode)| ((*text).to_owned(), is_of_mode(mode))).collect();
        if let Some(index) = list_ui(ui, "Tell apart by", now, &choices)
            && !is_of_mode(&modes[index].1)
        {
            let by = match &modes[index].1 {
                By::Rules(_) => By::Rules(rules_of(editor.overlay, editor.styling(), &editor.kinds)),
                by => by.clone(),
            };
            editor.step(|styling| {
                // The keys of kinds mean other kinds now.
                (styling.by, styling.kinds, styling.hidden) = (by, BTreeMap::new(), Default::default());
            });
        }
    });
    if editor.properties.is_none() {
        wait_ui(ui, "Reading the properties…");
    }
    match by {
        By::AsGiven | By::One | By::Rules(_) => {}
        By::Property(categories) => {
            property_ui(ui, "Property to tell apart by", &categories.property, &values, |name| {
                let by = By::Property(Categories { property: name, ..categories.clone() });
                editor.step(|styling| {
                    (styling.by, styling.kinds, styling.hidden) = (by, BTreeMap::new(), Default::default());
                });
            });
            ramp_ui(
                ui,
                categories.ramp(),
                |kind| kind == RampKind::Qualitative,
                false,
                |id| {
                    let by = By::Property(Categories { colors: id, ..categories.clone() });
                    editor.step(|styling| styling.by = by);
                },
            );
        }
        By::Graduated(graduated) => graduated_ui(ui, editor, &graduated, &numbers),
    }
}
