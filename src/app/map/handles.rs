//! What belongs to the draft and the selection, over the picture of the map.

use eframe::egui::{self, Align2, FontFamily, FontId, Rect, Ui, Vec2};

use super::MapView;
use crate::app::theme;
use crate::geometry::Point;
use crate::session::Session;
use crate::tools::HandleKind;

impl MapView {
    /// What belongs to the draft and the selection and is not part of the map: handles, snapping, the box that selects,
    /// running measures, the crosshair.
    pub(super) fn draft_ui(&self, ui: &Ui, session: &Session) {
        let palette = theme::theme_of(ui.ctx()).palette();
        let painter = ui.painter_at(self.rect);
        let here = |at: Point| self.rect.min + Vec2::new(at.x as f32, at.y as f32);
        let accent = theme::ink(palette.accent);
        let halo = theme::ink(palette.halo);
        let draft = &self.draft;
        if let Some(select) = draft.select_box {
            let rect =
                Rect::from_two_pos(here(Point::new(select.x0, select.y0)), here(Point::new(select.x1, select.y1)));
            painter.rect_filled(rect, 0.0, theme::ink(palette.accent.with_opacity(0.12)));
            painter.rect_stroke(rect, 0.0, egui::Stroke::new(1.0, accent), egui::StrokeKind::Middle);
        }
        for handle in &draft.handles {
            let (at, size) = (here(handle.at), if handle.hot { 6.5 } else { 5.0 });
            let stroke = egui::Stroke::new(1.75, accent);
            let square = |size: f32| Rect::from_center_size(at, Vec2::splat(2.0 * size));
            match handle.kind {
                HandleKind::Scale | HandleKind::Wrap => {
                    painter.rect(square(size - 0.5), 1.5, halo, stroke, egui::StrokeKind::Middle);
                }
                HandleKind::Midpoint => {
                    painter.circle(
                        at,
                        size - 1.5,
                        theme::ink(palette.halo.with_opacity(0.75)),
                        egui::Stroke::new(1.25, accent),
                    );
                }
                HandleKind::Rotate | HandleKind::Radius | HandleKind::Words => {
                    painter.circle(at, size, accent, egui::Stroke::new(1.75, halo));
                }
                HandleKind::Vertex => {
                    painter.circle(at, size, if handle.hot { accent } else { halo }, stroke);
                }
            }
        }
        if let Some(snap) = draft.snap {
            let at = here(session.frame().page_from_lon_lat(snap.to));
            for (width, color) in [(4.0, halo), (2.0, accent)] {
                let stroke = egui::Stroke::new(width, color);
                if snap.vertex {
                    let rect = Rect::from_center_size(at, Vec2::splat(13.0));
                    painter.rect_stroke(rect, 0.0, stroke, egui::StrokeKind::Middle);
                } else {
                    painter.circle_stroke(at, 7.0, stroke);
                }
            }
        }
        let pointer = session.crosshair().or(self.pointer);
        if let Some(at) = session.crosshair() {
            let at = here(at);
            for (width, color) in [(4.0, halo), (1.5, accent)] {
                let stroke = egui::Stroke::new(width, color);
                for (x, y) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                    let toward = Vec2::new(x, y);
                    painter.line_segment([at + toward * 4.0, at + toward * 16.0], stroke);
                }
            }
        }
        if let (Some(text), Some(at)) = (&draft.measure, pointer) {
            let font = FontId::new(12.0, FontFamily::Proportional);
            let galley = painter.layout_no_wrap(text.clone(), font, theme::ink(palette.ink));
            let rect = Align2::LEFT_TOP.anchor_size(here(at) + Vec2::new(16.0, 14.0), galley.size());
            let box_stroke = egui::Stroke::new(1.0, theme::ink(palette.line));
            painter.rect(
                rect.expand2(Vec2::new(6.0, 3.0)),
                5.0,
                theme::ink(palette.panel),
                box_stroke,
                egui::StrokeKind::Outside,
            );
            painter.galley(rect.min, galley, theme::ink(palette.ink));
        }
    }
}
