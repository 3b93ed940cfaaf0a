//! Words beside the features.

use eframe::egui::{RichText, Ui};

use super::super::style::{choose, number_ui};
use super::{Editor, list_ui, row_ui};
use crate::app::theme;
use crate::dossier::styling::{LabelPlacement, Labels, property_in_words};

/// Words beside the features.
pub(super) fn labels_ui(ui: &mut Ui, editor: &mut Editor<'_>) {
    let labels = editor.styling().labels.clone();
    ui.add_space(4.0);
    ui.label(RichText::new("Labels").family(theme::semi_bold()));
    let mut choices = vec![(None, "None".to_owned()), (Some("$title".to_owned()), "Title".to_owned())];
    choices.extend(editor.values().into_iter().map(|(name, kind)| {
        let text = format!("{name} · {kind}");
        (Some(name), text)
    }));
    let now = labels.as_ref().map(|labels| labels.property.clone());
    row_ui(ui, "Text from", |ui, _| {
        let text = now.as_deref().map_or_else(
            || "None".to_owned(),
            |now| match now {
                "$title" => "Title".to_owned(),
                other => property_in_words(other),
            },
        );
        let listed: Vec<_> = choices.iter().map(|(name, text)| (text.clone(), *name == now)).collect();
        if let Some(index) = list_ui(ui, "Labels from", &text, &listed) {
            let property = choices[index].0.clone();
            let before = labels.clone();
            editor.step(|styling| {
                styling.labels = property.map(|property| match before {
                    Some(before) => Labels { property, ..before },
                    None => Labels::of(property),
                });
            });
        }
    });
    let Some(labels) = labels else { return };
    number_ui(ui, "Size", "Size of labels", labels.size_pt, Labels::SIZES_PT, " pt", |size_pt| {
        editor.drag(|styling| styling.labels.iter_mut().for_each(|labels| labels.size_pt = size_pt));
    });
    row_ui(ui, "Place", |ui, label| {
        choose(ui, label, "Place of labels", labels.placement, &PLACEMENTS, |placement| {
            editor.step(|styling| styling.labels.iter_mut().for_each(|labels| labels.placement = placement));
        });
    });
}

const PLACEMENTS: [(LabelPlacement, &str); 4] = [
    (LabelPlacement::Auto, "Automatic"),
    (LabelPlacement::Over, "Over"),
    (LabelPlacement::Above, "Above"),
    (LabelPlacement::Below, "Below"),
];
