//! Small parts that the panels, the dialogs and the map have in common.

use eframe::egui::{self, Button, Color32, FontId, RichText, Role, Ui, Vec2, WidgetInfo};

use super::{chrome, focus, icons, theme};
use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape};
use crate::session::{Command, Session};

/// A small button with an icon and a name; faint where what it stands for is off.
pub(crate) fn icon_button(ui: &mut Ui, glyph: &str, name: &str, on: bool) -> egui::Response {
    let palette = theme::theme_of(ui.ctx()).palette();
    let color = if on { palette.ink } else { palette.second };
    let text = theme::icon(glyph, 15.0).color(theme::ink(color));
    let response = ui.add(Button::new(text).frame(false).min_size(Vec2::splat(24.0)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    tip(response, name)
}

/// A control with a tooltip, for the pointer and for whoever goes by keys.
pub(crate) fn tip(response: egui::Response, text: impl Into<egui::WidgetText>) -> egui::Response {
    if focus::is_at(&response) && !response.hovered() {
        response.show_tooltip_text(text);
        return response;
    }
    response.on_hover_text(text)
}

/// A field of one line, in whose middle words, hint and cursor stand whatever it is laid out in.
pub(crate) fn line_edit(text: &mut dyn egui::TextBuffer) -> egui::TextEdit<'_> {
    // Menus have narrower margins, for their rows.
    egui::TextEdit::singleline(text).align(egui::Align2::LEFT_CENTER).margin(egui::Margin::symmetric(8, 4))
}

/// Whether the field has just been left by the key that goes on.
pub(crate) fn goes_on(field: &egui::Response) -> bool {
    field.lost_focus() && field.ctx.input(|input| input.key_pressed(egui::Key::Enter))
}

/// A tick box, outlined so that an empty one can be seen.
pub(crate) fn tick(ui: &mut Ui, checked: &mut bool, label: &str) -> egui::Response {
    outlined(ui, |ui| ui.checkbox(checked, label))
}

/// One of several choices, outlined in the same way.
pub(crate) fn choice<T: PartialEq>(ui: &mut Ui, now: &mut T, this: T, label: &str) -> egui::Response {
    outlined(ui, |ui| ui.radio_value(now, this, label))
}

/// Adds what is ticked, with an outline of at least 3 : 1 against the panel.
pub(crate) fn outlined<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let outline = egui::Stroke::new(1.0, theme::ink(theme::theme_of(ui.ctx()).palette().second));
    let usual = ui.visuals().widgets.clone();
    let widgets = &mut ui.visuals_mut().widgets;
    for state in [&mut widgets.noninteractive, &mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
        state.bg_stroke = outline;
    }
    let added = add(ui);
    ui.visuals_mut().widgets = usual;
    added
}

/// A colour to choose, with an outline by which it is seen on a panel as dark or as light as itself: a ring around the
/// chosen one and the one in focus, and a fainter one under the pointer.
pub(crate) fn color_dot(ui: &Ui, place: egui::Rect, color: egui::Color32, on: bool, response: &egui::Response) {
    let (ink, second) = (ui.visuals().text_color(), ui.visuals().weak_text_color());
    ui.painter().circle(place.center(), 8.0, color, egui::Stroke::new(1.0, second));
    if on || response.has_focus() {
        ui.painter().circle_stroke(place.center(), 10.5, egui::Stroke::new(1.5, ink));
    } else if response.hovered() {
        ui.painter().circle_stroke(place.center(), 10.5, egui::Stroke::new(1.0, second));
    }
}

/// Why nothing in this place can be used, where the pointer rests on it.
pub(crate) fn why_not_in(ui: &Ui, place: egui::Rect, why_not: &str) {
    if ui.rect_contains_pointer(place) {
        let id = ui.unique_id().with("why not");
        let hint = egui::Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), id, egui::PopupAnchor::Pointer);
        hint.show(|ui| ui.label(why_not));
    }
}

/// A name that has no room, with its beginning and its end: names in one list often differ at the end.
pub(crate) fn elided_middle(ui: &Ui, name: &str, font: &FontId, width_pt: f32) -> Option<String> {
    let fits = |text: String| ui.painter().layout_no_wrap(text, font.clone(), Color32::BLACK).size().x <= width_pt;
    if fits(name.to_owned()) {
        return None;
    }
    let letters: Vec<char> = name.chars().collect();
    let with = |kept: usize| {
        let head: String = letters[..kept.div_ceil(2)].iter().collect();
        let tail: String = letters[letters.len() - kept / 2..].iter().collect();
        format!("{}…{}", head.trim_end(), tail.trim_start())
    };
    let (mut least, mut most) = (0, letters.len().saturating_sub(1));
    while least < most {
        let middle = (least + most).div_ceil(2);
        if fits(with(middle)) { least = middle } else { most = middle - 1 }
    }
    Some(with(least))
}

/// Something to beware of: a sign, and what it is.
pub(crate) fn warning_ui(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        ui.label(theme::icon(icons::WARNING, 14.0));
        // A sentence of its own.
        ui.add(egui::Label::new(ended(&capital(text))).wrap());
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

/// A sentence with the full stop that ends it, unless it has an end.
pub(crate) fn ended(sentence: &str) -> String {
    let has_end = sentence.ends_with(['.', '…', '?', '!']) || sentence.ends_with(".”") || sentence.ends_with(".)");
    if has_end { sentence.to_owned() } else { format!("{sentence}.") }
}

/// What a command is called where its label goes on into a sentence.
pub(crate) fn named(command: Command) -> &'static str {
    command.label().trim_end_matches('…')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_ended_once() {
        for (sentence, said) in [("It is so", "It is so."), ("It is so.", "It is so."), ("Reading…", "Reading…")] {
            assert_eq!(ended(sentence), said);
        }
        for command in Command::ALL {
            let said = ended(&format!("{}. {}", named(*command), command.help()));
            assert!(!said.contains("….") && !said.contains(".."), "{said}");
        }
    }
}
