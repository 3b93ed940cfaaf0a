//! Small parts that the panels, the dialogs and the map have in common.

use eframe::egui::{self, Button, RichText, Role, Ui, Vec2, WidgetInfo};

use super::{chrome, icons, theme};
use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape};
use crate::session::{Command, Session};

/// A small button with an icon and a name; faint where what it stands for is off.
pub(crate) fn icon_button(ui: &mut Ui, glyph: &str, name: &str, on: bool) -> egui::Response {
    let palette = theme::theme_of(ui.ctx()).palette();
    let color = if on { palette.ink } else { palette.second };
    let text = theme::icon(glyph, 15.0).color(theme::ink(color));
    let response = ui.add(Button::new(text).frame(false).min_size(Vec2::splat(24.0)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(name)
}

/// Something to beware of: a sign, and what it is.
pub(crate) fn warning_ui(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        ui.label(theme::icon(icons::WARNING, 14.0));
        // A sentence of its own.
        ui.add(egui::Label::new(capital(text) + ".").wrap());
    });
}

/// Something to beware of, in small letters: a sign, and what it is, which ends as a sentence does.
pub(crate) fn small_warning_ui(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(theme::icon(icons::WARNING, 14.0));
        ui.add(egui::Label::new(RichText::new(capital(text)).size(12.0)).wrap());
    });
}

/// A name as it begins a sentence.
pub(crate) fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// The glyph of a kind, that of its tool.
pub(crate) fn glyph(shape: &Shape) -> &'static str {
    match shape {
        Shape::Point { kind: PointKind::Marker, .. } => icons::MAP_PIN,
        Shape::Point { kind: PointKind::Text, .. } => icons::TEXT_T,
        Shape::Callout { .. } => icons::CHAT_TEXT,
        Shape::Path { kind: PathKind::Line, .. } => icons::LINE_SEGMENTS,
        Shape::Path { kind: PathKind::Arrow, .. } => icons::ARROW_UP_RIGHT,
        Shape::Path { kind: PathKind::Freehand, .. } => icons::SCRIBBLE,
        Shape::Path { kind: PathKind::Distance, .. } | Shape::Area { kind: AreaKind::Measured, .. } => icons::RULER,
        Shape::Area { kind: AreaKind::Polygon, .. } | Shape::Other(_) => icons::POLYGON,
        Shape::Area { kind: AreaKind::Rectangle, .. } => icons::RECTANGLE,
        Shape::Circle { .. } => icons::CIRCLE,
    }
}

/// What a tooltip says: the help and the first key.
pub(crate) fn with_keys(session: &Session, help: &str, command: Command) -> String {
    match session.keymap.keys(command).first() {
        Some(keys) => format!("{help} ({})", chrome::spoken(keys)),
        None => help.to_owned(),
    }
}
