//! The picture of the map: asked of the worker where one is needed, and shown where the view is now.

use eframe::egui::{Color32, Pos2, Rect, TextureOptions, Ui, Vec2};

use super::MapView;
use super::map_source::WindowMap;
use super::map_worker::Request;
use crate::app::density::picture_density;
use crate::app::theme;
use crate::geometry::{Frame, Point};
use crate::scene::Look;
use crate::session::{Selection, Session};

/// What is painted beyond each edge, so that a drag finds the map already there, in points.
const MARGIN_PT: f64 = 96.0;

impl MapView {
    /// Asks for a picture where one is needed, and shows the latest, scaled and moved to where the view is now.
    pub(super) fn picture(&mut self, ui: &Ui, session: &Session, source: &WindowMap) {
        let frame = session.frame();
        let scale = f64::from(ui.ctx().pixels_per_point());
        let (by_hand, replaced) = &self.placed_by_hand;
        let document = session.map_document();
        let mut pictures = document.pictures.clone();
        pictures.retain(|picture| Some(&picture.id) != replaced.as_ref());
        pictures.splice(0..0, by_hand.clone());
        let wanted = Request {
            scene: session.map_scene().clone(),
            ground: source.ground().clone(),
            ground_version: source.version(),
            look: Look {
                highlighted: session.marked(),
                feature: session.selected_feature().map(|(_, feature)| feature),
                place: match session.selection() {
                    Selection::Overlay { place, .. } => *place,
                    Selection::Excerpt { .. } | Selection::Annotations(_) | Selection::None => None,
                },
                // Words that are typed in place are shown by the field that they are typed into.
                hidden: self.draft.replaces.iter().copied().chain(session.typing().map(|typing| typing.id)).collect(),
                selected: session.selected_annotations().to_vec(),
                swipe: self.swipe.map(|part| {
                    let width_pt = frame.width_pt + 2.0 * MARGIN_PT;
                    (f64::from(part) * frame.width_pt + MARGIN_PT) / width_pt
                }),
                pictures,
                ..Look::of(&document, theme::theme_of(ui.ctx()), scale)
            },
            drafts: self.draft.annotations.clone(),
            frame: Frame::new(frame.view, frame.width_pt + 2.0 * MARGIN_PT, frame.height_pt + 2.0 * MARGIN_PT),
            scale: f64::from(picture_density(ui.ctx())),
        };
        let fresh = self.requested.as_ref().is_some_and(|asked| {
            asked.looks_like(&wanted)
                && asked.frame.view.zoom == frame.view.zoom
                && (asked.frame.width_pt, asked.frame.height_pt) == (wanted.frame.width_pt, wanted.frame.height_pt)
                && contains(asked.frame, frame, if self.worker.is_busy() { 0.0 } else { MARGIN_PT / 2.0 })
        });
        let theme = theme::theme_of(ui.ctx());
        let first = self.first.take().filter(|first| first.request.look.theme == theme);
        if first.is_some() {
            // The frame that opens the window has the machine to itself; the sharp picture comes with the next.
            ui.request_repaint();
        } else if !fresh {
            self.worker.request(wanted.clone());
            self.requested = Some(wanted);
        }
        if let Some(painted) = self.worker.take().or(first) {
            self.pictures += 1;
            match &mut self.shown {
                Some((request, texture)) => {
                    texture.set(painted.image, TextureOptions::LINEAR);
                    *request = painted.request;
                }
                None => {
                    let texture = ui.ctx().load_texture("map", painted.image, TextureOptions::LINEAR);
                    self.shown = Some((painted.request, texture));
                }
            }
        }
        let painter = ui.painter_at(self.rect);
        let palette = theme::theme_of(ui.ctx()).palette();
        let Some((request, texture)) = &self.shown else {
            painter.rect_filled(self.rect, 0.0, theme::ink(palette.ground));
            return;
        };
        painter.rect_filled(self.rect, 0.0, theme::ink(palette.land));
        let to_page = frame.page_from_world() * request.frame.page_from_world().inverse();
        let corner = |x: f64, y: f64| {
            let page = to_page * Point::new(x, y);
            self.rect.min + Vec2::new(page.x as f32, page.y as f32)
        };
        let mut target = Rect::from_min_max(corner(0.0, 0.0), corner(request.frame.width_pt, request.frame.height_pt));
        if request.frame.view.zoom == frame.view.zoom {
            // At the same zoom the picture moves by whole pixels and stays sharp.
            let snap = |value: f32| (value * scale as f32).round() / scale as f32;
            let size = Vec2::new(request.frame.width_pt as f32, request.frame.height_pt as f32);
            target = Rect::from_min_size(Pos2::new(snap(target.min.x), snap(target.min.y)), size);
        }
        let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
        painter.image(texture.id(), target, whole, Color32::WHITE);
    }
}

/// Whether the picture of `painted` shows all of `frame` and `spare_pt` more on each side.
fn contains(painted: Frame, frame: Frame, spare_pt: f64) -> bool {
    let to_painted = painted.page_from_world() * frame.page_from_world().inverse();
    let seen = to_painted.transform_rect_bbox(frame.page());
    seen.x0 >= spare_pt
        && seen.y0 >= spare_pt
        && seen.x1 <= painted.width_pt - spare_pt
        && seen.y1 <= painted.height_pt - spare_pt
}
