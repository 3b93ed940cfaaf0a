//! Colours to choose from: ramps for kinds, and single ones.

use eframe::egui::{self, Color32, ComboBox, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

use super::{Styled, row_ui, text_ui};
use crate::app::widgets::{color_dot, small_warning_ui};
use crate::app::{chrome, theme};
use crate::document::annotation::SAFE_COLORS;
use crate::dossier::ramps::{RAMPS, Ramp, RampKind};
use crate::dossier::words;
use crate::formats::color::Rgba;

/// A list of ramps, painted, with their names; below it who made the one that is chosen.
pub(super) fn ramp_ui(
    ui: &mut Ui,
    now: &'static Ramp,
    fits: impl Fn(RampKind) -> bool,
    reversed: bool,
    chosen: impl FnOnce(String),
) {
    let mut choice = None;
    row_ui(ui, "Colours", |ui, _| {
        let list = ComboBox::from_id_salt("colours").selected_text(now.title).width(84.0);
        let list = chrome::list_ui(ui, list, |ui| {
            ui.set_min_width(200.0);
            for kind in RampKind::ALL.into_iter().filter(|kind| fits(*kind)) {
                ui.label(theme::second(kind.name(), theme::theme_of(ui.ctx())));
                for ramp in RAMPS.iter().filter(|ramp| ramp.kind == kind) {
                    ui.horizontal(|ui| {
                        painted_ui(ui, ramp, reversed);
                        if chrome::choice_ui(ui, ramp.id == now.id, ramp.title) {
                            choice = Some(ramp.id.to_owned());
                        }
                    });
                }
            }
        });
        list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Colours of kinds"));
        painted_ui(ui, now, reversed);
    });
    row_ui(ui, "", |ui, _| {
        let credit = theme::second(now.credit, theme::theme_of(ui.ctx()));
        ui.add(egui::Label::new(credit.size(11.0)).wrap());
    });
    if let Some(id) = choice {
        chosen(id);
    }
}

fn painted_ui(ui: &mut Ui, ramp: &Ramp, reversed: bool) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(72.0, 14.0), Sense::hover());
    let mut colors = ramp.colors(ramp.most().unwrap_or(24));
    if reversed {
        colors.reverse();
    }
    let step = rect.width() / colors.len().max(1) as f32;
    for (index, color) in colors.iter().enumerate() {
        let left = rect.left() + index as f32 * step;
        let part = Rect::from_min_max(egui::pos2(left, rect.top()), egui::pos2(left + step, rect.bottom()));
        ui.painter().rect_filled(part, 0.0, shown(*color));
    }
}

fn shown(color: Rgba) -> Color32 {
    Color32::from_rgb(color.r, color.g, color.b)
}

/// The colours that stay apart for all readers, any other as CSS writes it, and none.
pub(super) fn color_ui(
    ui: &mut Ui,
    row: &str,
    name: &str,
    now: Option<&str>,
    may_be_none: bool,
    typed: &mut Styled,
    mut chosen: impl FnMut(String),
) {
    let current = now.and_then(Rgba::parse);
    row_ui(ui, row, |ui, _| {
        ui.spacing_mut().item_spacing.x = 1.0;
        for (title, rgb) in SAFE_COLORS {
            let (rect, response) = ui.allocate_exact_size(Vec2::splat(24.0), Sense::click());
            let on = current.is_some_and(|color| (color.r, color.g, color.b) == (rgb.r, rgb.g, rgb.b));
            let label = format!("{name}: {title}");
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &label));
            color_dot(ui, rect, Color32::from_rgb(rgb.r, rgb.g, rgb.b), on, &response);
            if response.on_hover_text(title).clicked() {
                typed.texts.remove(name);
                chosen(rgb.to_hex());
            }
        }
    });
    let mut error = None;
    row_ui(ui, "", |ui, _| {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(18.0, 18.0), Sense::hover());
        match current {
            Some(color) => {
                ui.painter().rect_filled(rect, 3.0, shown(color));
            }
            None => {
                let line = egui::Stroke::new(1.0, ui.visuals().weak_text_color());
                ui.painter().rect_stroke(rect, 3.0, line, egui::StrokeKind::Inside);
            }
        }
        let text = now.unwrap_or_default();
        if let Some(text) = text_ui(ui, name, text, "such as red", 104.0, &mut typed.texts) {
            match Rgba::parse(&text) {
                Some(color) => {
                    typed.texts.remove(name);
                    chosen(color.to_hex());
                }
                None if text.trim() == "none" && may_be_none => {
                    typed.texts.remove(name);
                    chosen("none".to_owned());
                }
                None if text.trim().is_empty() => {
                    typed.texts.remove(name);
                }
                None => {}
            }
        }
        error = typed.texts.get(name).filter(|text| Rgba::parse(text).is_none() && !text.trim().is_empty()).cloned();
        if may_be_none {
            let button = ui.selectable_label(now == Some("none"), "None");
            button.widget_info(|| {
                WidgetInfo::selected(Role::RadioButton, true, now == Some("none"), format!("{name}: none"))
            });
            if button.clicked() {
                typed.texts.remove(name);
                chosen("none".to_owned());
            }
        }
    });
    if let Some(text) = error.filter(|text| !may_be_none || !"none".starts_with(text.trim())) {
        small_warning_ui(
            ui,
            &format!("{} is not a colour; write it like #0072b2, red or rgb(0 114 178)", words::quoted(&text)),
        );
    }
}
