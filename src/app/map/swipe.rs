//! The line across the map at which the topmost map is compared with what lies beneath it.

use eframe::egui::{CursorIcon, Id, Key, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2};

use super::MapView;
use crate::app::theme;

/// How wide the grip is, in points: easy to hit, as WCAG 2.5.8 asks.
const GRIP_PT: f32 = 24.0;
/// How far an arrow key moves the line, as a part of the width.
const STEP: f32 = 0.02;

impl MapView {
    /// Shows the line and moves it, if maps are compared.
    pub(super) fn swipe_ui(&mut self, ui: &mut Ui) {
        let Some(part) = self.swipe else { return };
        let map = self.rect;
        let palette = theme::theme_of(ui.ctx()).palette();
        let x = map.left() + part * map.width();
        let grip = Rect::from_center_size(pos2(x, map.center().y), Vec2::new(GRIP_PT, 40.0));
        let grip_ui = ui.interact(grip, Id::unique("swipe line"), Sense::click_and_drag());
        let percent = f64::from((part * 100.0).round());
        grip_ui.widget_info(|| WidgetInfo::slider(true, percent, "Line between the maps, in percent of the width"));
        let mut moved = part;
        if grip_ui.dragged() {
            moved += grip_ui.drag_delta().x / map.width().max(1.0);
        }
        if grip_ui.clicked() {
            grip_ui.request_focus();
        }
        if grip_ui.has_focus() {
            ui.memory_mut(|memory| {
                let filter = eframe::egui::EventFilter { horizontal_arrows: true, ..Default::default() };
                memory.set_focus_lock_filter(grip_ui.id, filter);
            });
            ui.input(|input| {
                moved += STEP * f32::from(i8::from(input.key_pressed(Key::ArrowRight)));
                moved -= STEP * f32::from(i8::from(input.key_pressed(Key::ArrowLeft)));
            });
        }
        if grip_ui.hovered() || grip_ui.dragged() {
            ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
        }
        if moved != part {
            self.swipe = Some(moved.clamp(0.0, 1.0));
            ui.ctx().request_repaint();
        }
        let painter = ui.painter_at(map);
        let (ink, panel) = (theme::ink(palette.ink), theme::ink(palette.panel));
        painter.vline(x, map.y_range(), Stroke::new(4.0, panel));
        painter.vline(x, map.y_range(), Stroke::new(2.0, ink));
        let accent = theme::ink(palette.accent);
        let edge = if grip_ui.has_focus() { Stroke::new(3.0, accent) } else { Stroke::new(1.5, ink) };
        painter.rect(grip, 6.0, panel, edge, eframe::egui::StrokeKind::Inside);
        for dx in [-4.0, 0.0, 4.0] {
            painter.vline(x + dx, grip.shrink(12.0).y_range(), Stroke::new(1.5, ink));
        }
    }
}
