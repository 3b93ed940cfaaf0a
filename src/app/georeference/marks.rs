//! The marks of points and of the crop, on the picture and on the map: they are taken by the pointer and by keys.

use eframe::egui::{
    self, Align2, Color32, CursorIcon, FontFamily, FontId, Id, Key, Modifiers, Painter, Pos2, Rect, Response, Role,
    Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use super::GeoreferencePanel;
use super::picture_view::picture_id;
use crate::app::keys::ARROWS;
use crate::app::{focus, theme};
use crate::geometry::{Coord, Frame, Point, lon_lat_from_world};
use crate::scene::palette::Palette;
use crate::session::Action;

/// How large what can be taken of a mark is, in points.
const REACH_PT: f32 = 22.0;

/// How far from a mark its number stands, in points.
const NUMBER_PT: Vec2 = Vec2::new(13.0, -13.0);

/// What was done to a mark.
enum Taken {
    Nothing,
    Chosen,
    /// It goes so far, in points.
    Moved(Vec2),
    /// The drag has ended.
    Dropped,
}

/// A mark as a control.
fn mark_ui(ui: &Ui, area: Rect, id: Id, at: Pos2, name: &str, is_dragged: &mut bool) -> (Option<Response>, Taken) {
    let reach = Rect::from_center_size(at, Vec2::splat(REACH_PT));
    if !area.expand(2.0).contains(at) {
        return (None, Taken::Nothing);
    }
    let response = ui.interact(reach.intersect(area.expand(2.0)), id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(if response.dragged() { CursorIcon::Grabbing } else { CursorIcon::Grab });
    }
    let taken = if response.dragged() && response.drag_delta() != Vec2::ZERO {
        *is_dragged = true;
        Taken::Moved(response.drag_delta())
    } else if response.drag_stopped() {
        Taken::Dropped
    } else if response.clicked() {
        response.request_focus();
        Taken::Chosen
    } else if response.has_focus() {
        keyed(ui, id)
    } else {
        Taken::Nothing
    };
    (Some(response), taken)
}

/// What arrow keys do to a mark: a point on screen, or ten with Shift.
fn keyed(ui: &Ui, id: Id) -> Taken {
    let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
    let mut by = Vec2::ZERO;
    for (key, x, y) in ARROWS {
        // A key with Shift counts as one without, too: so that is asked for first.
        for (modifiers, step_pt) in [(Modifiers::SHIFT, 10.0), (Modifiers::NONE, 1.0)] {
            let times = ui.input_mut(|input| input.count_and_consume_key(modifiers, key)) as f32;
            by += Vec2::new(x as f32, y as f32) * (step_pt * times);
        }
    }
    if by == Vec2::ZERO { Taken::Nothing } else { Taken::Moved(by) }
}

/// Draws a mark: a ring around the spot and its number beside it.
fn paint(painter: &Painter, palette: &Palette, at: Pos2, number: usize, (is_chosen, is_used): (bool, bool)) {
    let (accent, halo) = (theme::ink(palette.accent), theme::ink(palette.halo));
    let color = if is_used { accent } else { theme::ink(palette.second) };
    let radius = if is_chosen { 7.0 } else { 5.5 };
    painter.circle_stroke(at, radius, Stroke::new(5.0, halo));
    painter.circle_stroke(at, radius, Stroke::new(if is_chosen { 3.0 } else { 2.0 }, color));
    painter.circle_filled(at, 1.5, color);
    let font = FontId::new(12.0, theme::semi_bold());
    let (fill, ink) = if is_chosen { (color, theme::ink(palette.panel)) } else { (theme::ink(palette.panel), color) };
    let galley = painter.layout_no_wrap(number.to_string(), font, ink);
    let plate = Rect::from_center_size(at + NUMBER_PT, (galley.size() + Vec2::new(8.0, 2.0)).max(Vec2::splat(17.0)));
    painter.rect(plate, 8.0, fill, Stroke::new(1.0, color), egui::StrokeKind::Inside);
    painter.galley(Align2::CENTER_CENTER.anchor_size(plate.center(), galley.size()).min, galley, ink);
}

/// Draws where keys put a spot.
fn crosshair(painter: &Painter, palette: &Palette, at: Pos2) {
    for (width, color) in [(4.0, theme::ink(palette.halo)), (1.5, theme::ink(palette.accent))] {
        for toward in [Vec2::RIGHT, Vec2::LEFT, Vec2::UP, Vec2::DOWN] {
            painter.line_segment([at + toward * 4.0, at + toward * 16.0], Stroke::new(width, color));
        }
    }
}

impl GeoreferencePanel {
    /// The picture with its marks, in `rect`.
    pub(super) fn picture_ui(&mut self, ui: &mut Ui, rect: Rect) {
        let response = self.view.ui(ui, rect);
        let palette = theme::theme_of(ui.ctx()).palette();
        let painter = ui.painter_at(rect);
        let puts = response.clicked().then(|| response.interact_pointer_pos()).flatten();
        if response.clicked() {
            response.request_focus();
        }
        let by_key = response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let put = puts.map(|at| self.view.pixel(at)).or_else(|| by_key.then(|| self.view.middle()));
        self.crop_ui(ui, rect, &painter);
        if let Some(pixel) = put {
            let (width, height) = self.work.size_px();
            let is_on = (0.0..=width).contains(&pixel.x) && (0.0..=height).contains(&pixel.y);
            let is_put = match self.tab {
                _ if !is_on => true,
                super::Tab::Crop => self.work.add_corner(pixel, 8.0 * self.view.per_pt()),
                super::Tab::Points | super::Tab::About => self.work.put_pixel(pixel),
            };
            self.tell_full(is_put);
        }
        if focus::is_at(&response) {
            crosshair(&painter, &palette, rect.center());
        }
        if self.tab == super::Tab::Crop {
            return;
        }
        let chosen = self.work.chosen();
        let mut is_dragged = false;
        for at in 0..self.work.pairs().len() {
            let pair = self.work.pairs()[at];
            let Some(pixel) = pair.pixel else { continue };
            let here = self.view.at(pixel);
            let id = picture_id().with(("point", at));
            let name = format!("Point {} on the picture", at + 1);
            let (mark, taken) = mark_ui(ui, rect, id, here, &name, &mut is_dragged);
            if is_dragged {
                self.work.begin_drag();
            }
            match taken {
                Taken::Nothing => {}
                Taken::Chosen => self.work.choose(Some(at)),
                Taken::Moved(by) => self.work.move_pixel(at, self.view.pixel(here + by)),
                Taken::Dropped => self.work.end_drag(),
            }
            if mark.is_some() {
                paint(&painter, &palette, here, at + 1, (chosen == Some(at), pair.is_used));
            }
        }
    }

    /// The part that is shown: what lies outside is dimmed; in its tab its corners can be taken.
    fn crop_ui(&mut self, ui: &Ui, rect: Rect, painter: &Painter) {
        let palette = theme::theme_of(ui.ctx()).palette();
        let corners: Vec<Pos2> = self.work.crop().iter().map(|corner| self.view.at(*corner)).collect();
        let accent = theme::ink(palette.accent);
        let mut lines = corners.clone();
        if corners.len() >= 3 {
            lines.extend(corners.first());
            dim_outside(painter, rect, &corners);
        }
        painter.add(egui::Shape::line(lines.clone(), Stroke::new(4.0, theme::ink(palette.halo))));
        painter.add(egui::Shape::line(lines, Stroke::new(2.0, accent)));
        if self.tab != super::Tab::Crop {
            return;
        }
        let mut is_dragged = false;
        for (at, here) in corners.into_iter().enumerate() {
            let name = format!("Corner {} of the crop", at + 1);
            let (mark, taken) = mark_ui(ui, rect, picture_id().with(("corner", at)), here, &name, &mut is_dragged);
            let Some(mark) = mark else { continue };
            if is_dragged {
                self.work.begin_drag();
            }
            match taken {
                Taken::Moved(by) => self.work.move_corner(at, self.view.pixel(here + by)),
                Taken::Dropped => self.work.end_drag(),
                Taken::Nothing | Taken::Chosen => {}
            }
            if mark.has_focus() {
                self.corner = Some(at);
            }
            let is_chosen = self.corner == Some(at);
            let (fill, size) = if is_chosen { (accent, 6.5) } else { (theme::ink(palette.halo), 5.0) };
            painter.circle(here, size, fill, Stroke::new(1.75, accent));
        }
    }

    /// The marks on the map, which lies in `area`, and what a click on it or Enter puts there.
    pub(crate) fn map_ui(
        &mut self,
        ui: &Ui,
        area: Rect,
        frame: &Frame,
        response: &Response,
        actions: &mut Vec<Action>,
    ) {
        let palette = theme::theme_of(ui.ctx()).palette();
        let painter = ui.painter_at(area);
        let here = |place: Coord<f64>| {
            let at = frame.page_from_lon_lat(place);
            area.min + Vec2::new(at.x as f32, at.y as f32)
        };
        let place = |at: Pos2| {
            let by = at - area.min;
            let place = frame.lon_lat_from_page(Point::new(f64::from(by.x), f64::from(by.y)));
            Coord { x: (place.x + 540.0).rem_euclid(360.0) - 180.0, y: place.y }
        };
        if response.hovered() && !response.dragged() {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
        }
        let mut put = response.clicked().then(|| response.interact_pointer_pos()).flatten();
        if response.clicked() {
            response.request_focus();
        }
        if response.has_focus() {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
                put = Some(area.center());
            }
            let middle = Point::new(f64::from(area.width()) / 2.0, f64::from(area.height()) / 2.0);
            for (key, steps) in [(Key::Plus, 1.0), (Key::Equals, 1.0), (Key::Minus, -1.0)] {
                for modifiers in [Modifiers::NONE, Modifiers::SHIFT] {
                    if ui.input_mut(|input| input.consume_key(modifiers, key)) {
                        actions.push(Action::ZoomAt { at: middle, steps });
                    }
                }
            }
        }
        if focus::is_at(response) {
            crosshair(&painter, &palette, area.center());
        }
        if let Some(at) = put {
            let is_put = self.work.put_place(place(at));
            self.tell_full(is_put);
        }
        // From where a spot was said to be to where the map puts it.
        if let Some(fit) = self.fitting.fit() {
            for (pair, _) in &fit.residuals {
                let Some(point) = self.work.pairs().get(*pair).and_then(|pair| pair.point()) else { continue };
                let Some(world) = fit.georeference.world_from_pixel(point.pixel) else { continue };
                let line = [here(point.lon_lat), here(lon_lat_from_world(world))];
                if (line[0] - line[1]).length() > 1.0 && line.iter().all(|at| at.is_finite()) {
                    painter.line_segment(line, Stroke::new(4.0, theme::ink(palette.halo)));
                    painter.line_segment(line, Stroke::new(2.0, warning_color(&palette)));
                }
            }
        }
        let chosen = self.work.chosen();
        let mut is_dragged = false;
        for at in 0..self.work.pairs().len() {
            let pair = self.work.pairs()[at];
            let Some(of_pair) = pair.place else { continue };
            let spot = here(of_pair);
            let id = Id::unique("point on the map").with(at);
            let name = format!("Point {} on the map", at + 1);
            let (mark, taken) = mark_ui(ui, area, id, spot, &name, &mut is_dragged);
            if is_dragged {
                self.work.begin_drag();
            }
            match taken {
                Taken::Nothing => {}
                Taken::Chosen => self.work.choose(Some(at)),
                Taken::Moved(by) => self.work.move_place(at, place(spot + by)),
                Taken::Dropped => self.work.end_drag(),
            }
            if mark.is_some() {
                paint(&painter, &palette, spot, at + 1, (chosen == Some(at), pair.is_used));
            }
        }
        self.next_ui(ui, area);
    }

    /// What comes next, over the map, where the eye is.
    fn next_ui(&self, ui: &Ui, area: Rect) {
        let Some(words) = self.next_words() else { return };
        let palette = theme::theme_of(ui.ctx()).palette();
        let painter = ui.painter_at(area);
        let font = FontId::new(13.0, FontFamily::Proportional);
        let room = (area.width() - 130.0).max(80.0);
        let galley = painter.layout(words.to_owned(), font, theme::ink(palette.ink), room);
        let top = area.left_top() + Vec2::new(12.0, 12.0);
        let plate = Rect::from_min_size(top, galley.size() + Vec2::new(16.0, 10.0));
        let line = Stroke::new(1.0, theme::ink(palette.line));
        painter.rect(plate, 6.0, theme::ink(palette.panel), line, egui::StrokeKind::Inside);
        painter.galley(plate.min + Vec2::new(8.0, 5.0), galley, theme::ink(palette.ink));
    }
}

/// The colour of what is off.
fn warning_color(palette: &Palette) -> Color32 {
    // Vermillion, which stands apart from the accent for colour-blind readers too.
    let dark = palette.panel.r < 128;
    if dark { Color32::from_rgb(0xFF, 0x8A, 0x4C) } else { Color32::from_rgb(0xC4, 0x4E, 0x00) }
}

/// Dims what lies outside of a polygon, by its triangles' complement: row by row, so that any shape will do.
fn dim_outside(painter: &Painter, rect: Rect, corners: &[Pos2]) {
    const ROW_PT: f32 = 3.0;
    let dim = Color32::from_black_alpha(110);
    let mut top = rect.top();
    while top < rect.bottom() {
        let bottom = (top + ROW_PT).min(rect.bottom());
        let y = (top + bottom) / 2.0;
        let mut crossings: Vec<f32> = corners
            .iter()
            .zip(corners.iter().cycle().skip(1))
            .filter(|(a, b)| (a.y > y) != (b.y > y))
            .map(|(a, b)| (a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y)).clamp(rect.left(), rect.right()))
            .collect();
        crossings.sort_by(f32::total_cmp);
        let mut from = rect.left();
        for inside in crossings.chunks(2) {
            painter.rect_filled(Rect::from_min_max(Pos2::new(from, top), Pos2::new(inside[0], bottom)), 0.0, dim);
            from = inside.last().copied().unwrap_or(rect.right());
        }
        painter.rect_filled(Rect::from_min_max(Pos2::new(from, top), Pos2::new(rect.right(), bottom)), 0.0, dim);
        top = bottom;
    }
}
