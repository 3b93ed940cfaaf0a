//! The picture that is placed, with a pan and a zoom of its own: sampled in a thread, so that the window never waits for it.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, ColorImage, Context, Id, Key, Modifiers, Pos2, Rect, Response, Role, Sense, TextureHandle,
    TextureOptions, Ui, Vec2, WidgetInfo,
};

use crate::app::keys::ARROWS;
use crate::app::latest::Latest;
use crate::app::map::map_worker::waker;
use crate::app::theme;
use crate::basemap::raster::pyramid::Pyramid;
use crate::geometry::{self, Point};

/// How far an arrow key moves the picture, in points.
const ARROW_PT: f64 = 48.0;

/// How much closer a key or a button brings it.
const KEY_FACTOR: f64 = 1.5;

/// Wheel travel, in points, that doubles its size.
const WHEEL_PT: f64 = 90.0;

/// So large one of its pixels becomes at most, in points.
const CLOSEST_PT: f64 = 24.0;

/// The picture as a whole, shown until a part is there as fine as it is wanted, is so wide or high at most, in pixels.
const WHOLE_PX: f64 = 768.0;

/// A part that is wanted, and in how many pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Wanted {
    part: geometry::Rect,
    size: [u32; 2],
    is_whole: bool,
}

/// Where the picture is seen.
pub(super) struct PictureView {
    worker: Option<Latest<Wanted, (Wanted, ColorImage)>>,
    size_px: (f64, f64),
    /// In the middle, in its pixels.
    middle: Point,
    /// Its pixels to a point; 0 until it has been shown.
    per_pt: f64,
    asked: Option<Wanted>,
    whole: Option<TextureHandle>,
    shown: Option<(geometry::Rect, TextureHandle)>,
    /// Where it lies in the window.
    pub(super) rect: Rect,
}

/// The id of the picture as a control.
pub(super) fn picture_id() -> Id {
    Id::unique("picture that is georeferenced")
}

impl PictureView {
    pub(super) fn new(ctx: &Context, pyramid: Arc<Pyramid>) -> Self {
        let (width, height) = pyramid.size_px();
        let work = move |wanted: Wanted| {
            let [width, height] = wanted.size;
            let bitmap = pyramid.part(wanted.part, width, height);
            let size = [bitmap.width as usize, bitmap.height as usize];
            Some((wanted, ColorImage::from_rgba_unmultiplied(size, &bitmap.rgba)))
        };
        // Without a thread the picture is not seen; places can still be typed.
        let worker = Latest::start("picture", waker(ctx), work).ok();
        Self {
            worker,
            size_px: (f64::from(width), f64::from(height)),
            middle: Point::new(f64::from(width) / 2.0, f64::from(height) / 2.0),
            per_pt: 0.0,
            asked: None,
            whole: None,
            shown: None,
            rect: Rect::NOTHING,
        }
    }

    /// Whether what is seen is as fine as it is wanted.
    pub(super) fn is_settled(&self) -> bool {
        self.worker.as_ref().is_none_or(|worker| !worker.is_busy())
    }

    /// Where a pixel is seen.
    pub(super) fn at(&self, pixel: Point) -> Pos2 {
        let by = (pixel - self.middle) / self.per_pt.max(1e-9);
        self.rect.center() + Vec2::new(by.x as f32, by.y as f32)
    }

    /// Which pixel is seen there.
    pub(super) fn pixel(&self, at: Pos2) -> Point {
        let by = at - self.rect.center();
        self.middle + kurbo::Vec2::new(f64::from(by.x), f64::from(by.y)) * self.per_pt
    }

    /// The pixel in the middle.
    pub(super) fn middle(&self) -> Point {
        self.middle
    }

    /// How many of its pixels are a point.
    pub(super) fn per_pt(&self) -> f64 {
        self.per_pt
    }

    /// The pixels to a point at which all of it is seen.
    fn of_whole(&self) -> f64 {
        let (width, height) = (f64::from(self.rect.width()).max(1.0), f64::from(self.rect.height()).max(1.0));
        (self.size_px.0 / width).max(self.size_px.1 / height) * 1.04
    }

    /// Shows all of it.
    pub(super) fn show_all(&mut self) {
        self.per_pt = 0.0;
    }

    /// Shows a pixel, if it is not to be seen.
    pub(super) fn reveal(&mut self, pixel: Point) {
        if self.per_pt > 0.0 && !self.rect.shrink(12.0).contains(self.at(pixel)) {
            self.middle = pixel;
            self.keep_in_sight();
        }
    }

    /// Brings it closer by a factor, about a place that stays where it is.
    pub(super) fn zoom(&mut self, factor: f64, about: Pos2) {
        let fixed = self.pixel(about);
        let farthest = self.of_whole().max(1.0) * 2.0;
        self.per_pt = (self.per_pt / factor).clamp(1.0 / CLOSEST_PT, farthest);
        self.middle += fixed - self.pixel(about);
        self.keep_in_sight();
    }

    /// Brings it a step closer, or less close.
    pub(super) fn zoom_step(&mut self, is_closer: bool) {
        self.zoom(if is_closer { KEY_FACTOR } else { 1.0 / KEY_FACTOR }, self.rect.center());
    }

    fn keep_in_sight(&mut self) {
        self.middle = Point::new(self.middle.x.clamp(0.0, self.size_px.0), self.middle.y.clamp(0.0, self.size_px.1));
    }

    /// Shows the picture in `rect`, and moves it as pointer and keys say.
    pub(super) fn ui(&mut self, ui: &mut Ui, rect: Rect) -> Response {
        self.rect = rect;
        if self.per_pt <= 0.0 {
            self.per_pt = self.of_whole();
            self.middle = Point::new(self.size_px.0 / 2.0, self.size_px.1 / 2.0);
        }
        let response = ui.interact(rect, picture_id(), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Picture"));
        if response.dragged() {
            let by = response.drag_delta();
            self.middle -= kurbo::Vec2::new(f64::from(by.x), f64::from(by.y)) * self.per_pt;
            self.keep_in_sight();
            ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
        } else if response.hovered() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
        }
        // The marks lie over it and take its hovering, but not the wheel.
        let over = ui
            .input(|input| input.pointer.hover_pos())
            .filter(|at| rect.contains(*at) && ui.ctx().layer_id_at(*at).is_none_or(|layer| layer == ui.layer_id()));
        if let Some(at) = over {
            let (wheel, pinch) =
                ui.input(|input| (f64::from(input.smooth_scroll_delta.y), f64::from(input.zoom_delta())));
            let factor = (wheel / WHEEL_PT).exp2() * pinch;
            if factor != 1.0 {
                self.zoom(factor, at);
                ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
            }
        }
        if response.has_focus() {
            self.keys(ui, response.id);
        }
        self.draw(ui);
        response
    }

    fn keys(&mut self, ui: &Ui, id: Id) {
        let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
        for (key, x, y) in ARROWS {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                self.middle += kurbo::Vec2::new(x, y) * (ARROW_PT * self.per_pt);
                self.keep_in_sight();
            }
        }
        for (key, is_closer) in [(Key::Plus, true), (Key::Equals, true), (Key::Minus, false)] {
            for modifiers in [Modifiers::NONE, Modifiers::SHIFT] {
                if ui.input_mut(|input| input.consume_key(modifiers, key)) {
                    self.zoom_step(is_closer);
                }
            }
        }
    }

    fn draw(&mut self, ui: &Ui) {
        let painter = ui.painter_at(self.rect);
        painter.rect_filled(self.rect, 4.0, ui.visuals().extreme_bg_color);
        self.take(ui.ctx());
        let everything = geometry::Rect::new(0.0, 0.0, self.size_px.0, self.size_px.1);
        let uv = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
        let on_screen = |part: geometry::Rect| {
            Rect::from_min_max(self.at(Point::new(part.x0, part.y0)), self.at(Point::new(part.x1, part.y1)))
        };
        if let Some(whole) = &self.whole {
            painter.image(whole.id(), on_screen(everything), uv, Color32::WHITE);
        }
        if let Some((part, texture)) = &self.shown {
            painter.image(texture.id(), on_screen(*part), uv, Color32::WHITE);
        }
        let edge = egui::Stroke::new(1.0, theme::ink(theme::theme_of(ui.ctx()).palette().line));
        painter.rect_stroke(self.rect, 4.0, edge, egui::StrokeKind::Inside);
        self.ask(f64::from(ui.ctx().pixels_per_point()), everything);
    }

    fn take(&mut self, ctx: &Context) {
        let Some((wanted, image)) = self.worker.as_ref().and_then(Latest::take) else { return };
        if wanted.is_whole {
            self.whole = Some(ctx.load_texture("whole picture", image, TextureOptions::LINEAR));
            self.asked = None;
            return;
        }
        match &mut self.shown {
            Some((part, texture)) => {
                texture.set(image, TextureOptions::LINEAR);
                *part = wanted.part;
            }
            None => self.shown = Some((wanted.part, ctx.load_texture("picture", image, TextureOptions::LINEAR))),
        }
    }

    /// Asks for what is to be seen, with some around it, unless that has been asked for.
    fn ask(&mut self, scale: f64, everything: geometry::Rect) {
        let Some(worker) = &self.worker else { return };
        if self.whole.is_none() {
            if self.asked.is_none() {
                let share = (WHOLE_PX / self.size_px.0.max(self.size_px.1)).min(1.0);
                let size = [self.size_px.0, self.size_px.1].map(|side| (side * share).ceil().max(1.0) as u32);
                let wanted = Wanted { part: everything, size, is_whole: true };
                worker.request(wanted);
                self.asked = Some(wanted);
            }
            return;
        }
        let half =
            (f64::from(self.rect.width()) / 2.0 * self.per_pt, f64::from(self.rect.height()) / 2.0 * self.per_pt);
        let seen = |spare: f64| {
            let (across, down) = (half.0 * (1.0 + spare), half.1 * (1.0 + spare));
            let (x, y) = (self.middle.x, self.middle.y);
            geometry::Rect::new(x - across, y - down, x + across, y + down).intersect(everything)
        };
        let (now, spare) = (seen(0.0), seen(0.3));
        if now.is_zero_area() {
            return;
        }
        let fineness = scale / self.per_pt;
        let size = [spare.width(), spare.height()].map(|side| (side * fineness).ceil().clamp(1.0, 4096.0) as u32);
        let is_fresh = self.asked.is_some_and(|asked| {
            let is_as_fine = (f64::from(asked.size[0]) / asked.part.width() / fineness - 1.0).abs() < 0.02;
            !asked.is_whole && is_as_fine && asked.part.union(now) == asked.part
        });
        if !is_fresh {
            let wanted = Wanted { part: spare, size, is_whole: false };
            worker.request(wanted);
            self.asked = Some(wanted);
        }
    }
}
