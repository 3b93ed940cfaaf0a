//! A row for each kind of features: its sample, which opens its style, its name and how many features it has.

use std::sync::Arc;

use eframe::egui::{self, Button, Image, Role, Ui, Vec2, WidgetInfo};

use super::super::kind_swatches::SIZE;
use super::rules::rules_ui;
use super::{Editor, Styled, Whose, part_ui, text_ui};
use crate::app::theme;
use crate::dossier::kinds::Row;
use crate::dossier::styling::{By, KindChange};
use crate::dossier::{Kind, words};
use crate::scene::kind_swatch;

/// A row for each kind: its sample, which opens its style, its name and how many features it has.
pub(super) fn kinds_ui(ui: &mut Ui, editor: &mut Editor<'_>, typed: &mut Styled) {
    if matches!(editor.styling().by, By::Rules(_)) {
        rules_ui(ui, editor, typed);
        return;
    }
    let kinds = Arc::clone(&editor.kinds);
    if !kinds.is_told_apart() {
        return;
    }
    ui.add_space(4.0);
    for row in kinds.rows() {
        match row {
            Row::Kind(index) => kind_ui(ui, editor, &kinds.list()[index], typed),
            Row::Others(others) => {
                let features: usize = others.iter().map(|index| kinds.list()[*index].features).sum();
                let (kinds, features) = (others.len(), words::number(features as f64, 0));
                ui.label(theme::second(format!("others ({kinds}): {features} features"), editor.shade));
            }
        }
    }
}

pub(super) fn kind_ui(ui: &mut Ui, editor: &mut Editor<'_>, kind: &Kind, typed: &mut Styled) {
    let title = if kind.title.is_empty() { editor.overlay.title.main() } else { &kind.title };
    let is_open = typed.open.as_deref() == Some(kind.key.as_str());
    ui.push_id(&kind.key, |ui| {
        ui.horizontal(|ui| {
            let swatch = kind_swatch(editor.overlay, kind, editor.shade, editor.state.opacity);
            let texture = typed.swatches.texture(ui.ctx(), &swatch, editor.shade);
            let image = Image::new(&texture).fit_to_exact_size(SIZE);
            let button = ui.add(Button::image(image).selected(is_open).min_size(Vec2::new(34.0, 24.0)));
            button.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, format!("Style of kind {title}")));
            if button.on_hover_text("Change how this kind is drawn").clicked() {
                typed.open = (!is_open).then(|| kind.key.clone());
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                // Clear of the bar that scrolls the inspector.
                ui.add_space(10.0);
                let count = words::number(kind.features as f64, 0);
                ui.label(theme::second(&count, editor.shade)).on_hover_text(words::features(kind.features));
                let field = format!("Name of kind {title}");
                if let Some(name) = text_ui(ui, &field, title, "", f32::INFINITY, &mut typed.texts) {
                    let name = name.trim().to_owned();
                    editor.step(|styling| {
                        let change = styling.kinds.entry(kind.key.clone()).or_default();
                        change.title = (!name.is_empty()).then_some(name);
                        if *change == KindChange::default() {
                            styling.kinds.remove(&kind.key);
                        }
                    });
                    typed.texts.remove(&field);
                }
            });
        });
        if is_open {
            ui.indent("style of kind", |ui| part_ui(ui, editor, Whose::Kind(kind), typed));
        }
    });
}
