//! The field in which the words of an annotation are typed where they stand on the map.

use eframe::egui::{self, Align2, FontFamily, FontId, Key, Role, Ui, Vec2, WidgetInfo};

use super::MapView;
use crate::app::reading_order::words_field_in;
use crate::app::theme;
use crate::scene::annotations;
use crate::session::{Action, Annotate, Session};

impl MapView {
    /// The words that are typed in place.
    pub(crate) fn typing_ui(&self, ui: &Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(typing) = session.typing() else { return };
        let Some(annotation) = session.document().annotations.get(typing.id) else { return };
        let shade = theme::theme_of(ui.ctx());
        let frame = session.frame();
        let bounds = annotations::page_bounds(annotation, &frame);
        let middle = match &annotation.shape {
            crate::document::annotation::Shape::Callout { text_at, .. } => frame.page_from_lon_lat(*text_at),
            crate::document::annotation::Shape::Point { at, .. } => frame.page_from_lon_lat(*at),
            _ => bounds.center(),
        };
        let at = self.rect.min + Vec2::new(middle.x as f32, middle.y as f32);
        let at = self.rect.shrink(40.0).clamp(at);
        let style = &annotation.style;
        let area = egui::Area::new(egui::Id::unique("words in place")).pivot(Align2::CENTER_CENTER).fixed_pos(at);
        area.constrain_to(self.rect).show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).inner_margin(4.0).show(ui, |ui| {
                let mut words = annotation.title.clone();
                let width = style.text_width_pt.unwrap_or(220.0).clamp(80.0, 600.0) as f32;
                let color = style.text.map_or(shade.palette().ink, |rgb| crate::scene::display_list::Color {
                    r: rgb.r,
                    g: rgb.g,
                    b: rgb.b,
                    a: 255,
                });
                let font = FontId::new(style.text_size_pt as f32, FontFamily::Proportional);
                let field = egui::TextEdit::multiline(&mut words)
                    .font(font.clone())
                    .text_color(theme::ink(color))
                    .desired_rows(1)
                    .desired_width(width)
                    .hint_text("Type the text")
                    .return_key(egui::KeyboardShortcut::new(egui::Modifiers::SHIFT, Key::Enter))
                    .id(words_field());
                let field = words_field_in(ui, field, true, font, theme::ink(color));
                field.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, "Text on the map"));
                if field.changed() {
                    actions.push(Action::Annotate(vec![typing.id], Annotate::Title(words)));
                }
                let done = ui.input(|input| {
                    input.key_pressed(Key::Escape) || input.key_pressed(Key::Enter) && !input.modifiers.shift
                });
                if done && (field.has_focus() || field.lost_focus()) {
                    actions.push(Action::EndText);
                } else if !field.has_focus() {
                    field.request_focus();
                }
            });
        });
    }
}

/// The field in which words are typed in place.
pub(crate) fn words_field() -> egui::Id {
    egui::Id::unique("words field")
}
