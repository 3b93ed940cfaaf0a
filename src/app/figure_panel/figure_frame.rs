//! The frame of the figure over the map: what its map shows, to be moved and scaled by pointer and by keys.

use eframe::egui::{
    self, CursorIcon, Id, Key, Modifiers, PointerButton, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo,
};

use crate::app::theme;
use crate::figure::{Grip, framing};
use crate::geometry::{self, Frame, Point};
use crate::scene::palette::Theme;

/// How far an arrow key moves the frame, in points on screen; with Shift five times as far.
const ARROW_PT: f64 = 8.0;

/// How much larger or smaller a key makes the frame.
const KEY_FACTOR: f64 = 1.05;

/// Side of a handle, and of what of the border can be taken around it, in points.
const HANDLE_PT: f32 = 10.0;
const REACH_PT: f32 = 24.0;

/// What was done to the frame; rectangles are in world units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Framed {
    /// It is being dragged, from where it was to where it is.
    Dragging { from: geometry::Rect, to: geometry::Rect },
    /// It stays here.
    Done { from: geometry::Rect, to: geometry::Rect },
    /// The drag was given up: it is where it was.
    GivenUp,
}

/// A drag of the frame.
#[derive(Debug, Clone, Copy)]
struct Drag {
    grip: Grip,
    from: geometry::Rect,
    /// Where the pointer went down, in world units.
    start: Point,
}

/// The frame while a figure is set up.
#[derive(Debug, Default)]
pub(crate) struct FigureFrame {
    drag: Option<Drag>,
}

/// The id of the frame as a control.
pub(crate) fn frame_id() -> Id {
    Id::unique("frame of the figure")
}

impl FigureFrame {
    /// Whether the pointer drags it.
    pub(crate) fn is_dragged(&self) -> bool {
        self.drag.is_some()
    }

    /// Gives up a drag.
    pub(crate) fn give_up(&mut self) -> Option<Framed> {
        self.drag.take().map(|_| Framed::GivenUp)
    }

    /// Shows the frame over a map that lies in `area`, and takes what the user does to it.
    pub(crate) fn ui(&mut self, ui: &mut Ui, area: Rect, map: &Frame, frame: geometry::Rect) -> Option<Framed> {
        let to_page = map.page_from_world();
        let world = |at: Pos2| {
            let page = Point::new(f64::from(at.x - area.min.x), f64::from(at.y - area.min.y));
            to_page.inverse() * page
        };
        let mut framed = None;
        let dragged = |drag: Drag| Some(drag.to(world(pointer(ui)?)));
        let shown = self.drag.and_then(dragged).unwrap_or(frame);
        let rect = on_screen(area, map, shown);
        let inside = ui.interact(rect.intersect(area), frame_id(), Sense::click_and_drag());
        inside.widget_info(|| {
            WidgetInfo::labeled(Role::Pane, true, "Frame of the figure: arrows move it, plus and minus scale it")
        });
        let mut held = [(inside.clone(), Grip::Inside)].to_vec();
        for grip in Grip::BORDER {
            let Grip::Edge(x, y) = grip else { continue };
            // One that is held is not lost, wherever it is taken.
            if !is_handle_seen(rect, area, x, y) && self.drag.is_none_or(|drag| drag.grip != grip) {
                continue;
            }
            let at = handle_at(rect, area, x, y);
            let reach = Rect::from_center_size(at, Vec2::splat(REACH_PT));
            // Taken before the inside that lies under it; the keyboard has the frame as a whole.
            let response = ui.interact(reach, frame_id().with((x, y)), Sense::CLICK | Sense::DRAG);
            response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, handle_name(x, y)));
            held.push((response, grip));
        }
        for (response, grip) in &held {
            if response.hovered() || response.dragged() {
                ui.ctx().set_cursor_icon(cursor(*grip, response.dragged()));
            }
            if response.drag_started_by(PointerButton::Primary)
                && let Some(start) = press(ui)
            {
                self.drag = Some(Drag { grip: *grip, from: frame, start: world(start) });
                inside.request_focus();
            }
            if let Some(drag) = self.drag.filter(|drag| drag.grip == *grip) {
                let to = dragged(drag).unwrap_or(drag.from);
                if response.drag_stopped() {
                    self.drag = None;
                    framed = Some(Framed::Done { from: drag.from, to });
                } else if response.dragged() {
                    framed = Some(Framed::Dragging { from: drag.from, to });
                }
            }
        }
        if inside.clicked() {
            inside.request_focus();
        }
        if inside.has_focus() && self.drag.is_none() {
            let to = keyed(ui, inside.id, map, frame);
            framed = framed.or(to.map(|to| Framed::Done { from: frame, to }));
        }
        paint(ui, area, rect, inside.has_focus(), inside.hovered() || self.drag.is_some());
        framed
    }
}

/// Where the frame lies over a map that lies in `area`.
fn on_screen(area: Rect, map: &Frame, frame: geometry::Rect) -> Rect {
    let page = map.page_from_world().transform_rect_bbox(frame);
    let corner = |x: f64, y: f64| area.min + Vec2::new(x as f32, y as f32);
    Rect::from_min_max(corner(page.x0, page.y0), corner(page.x1, page.y1))
}

/// What the border of the frame and its handles take of the map.
pub(crate) fn taken(area: Rect, map: &Frame, frame: geometry::Rect) -> Vec<Rect> {
    let rect = on_screen(area, map, frame);
    let (x, y) = (rect.x_range(), rect.y_range());
    let upright = [rect.left(), rect.right()].map(|side| Rect::from_x_y_ranges(side..=side, y));
    let level = [rect.top(), rect.bottom()].map(|side| Rect::from_x_y_ranges(x, side..=side));
    let edges = upright.into_iter().chain(level).map(|edge| edge.expand(HANDLE_PT / 2.0));
    let handles = Grip::BORDER.into_iter().filter_map(|grip| match grip {
        Grip::Edge(x, y) if is_handle_seen(rect, area, x, y) => {
            Some(Rect::from_center_size(handle_at(rect, area, x, y), Vec2::splat(REACH_PT)))
        }
        Grip::Edge(..) | Grip::Inside => None,
    });
    edges.chain(handles).collect()
}

impl Drag {
    /// Where the frame is with the pointer there, in world units.
    fn to(self, at: Point) -> geometry::Rect {
        self.grip.dragged(self.from, at - self.start)
    }
}

/// Where the pointer is.
fn pointer(ui: &Ui) -> Option<Pos2> {
    ui.input(|input| input.pointer.latest_pos())
}

/// Where the button went down: a drag is known as one only a little later.
fn press(ui: &Ui) -> Option<Pos2> {
    ui.input(|input| input.pointer.press_origin())
}

/// Where the frame goes by the keys that are pressed.
fn keyed(ui: &Ui, id: Id, map: &Frame, frame: geometry::Rect) -> Option<geometry::Rect> {
    let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
    let mut to = frame;
    for (key, x, y) in crate::app::keys::ARROWS {
        // A key with Shift counts as one without, too: so that is asked for first.
        for (modifiers, step_pt) in [(Modifiers::SHIFT, 5.0 * ARROW_PT), (Modifiers::NONE, ARROW_PT)] {
            let times = ui.input_mut(|input| input.count_and_consume_key(modifiers, key)) as f64;
            let by = geometry::Point::new(x * step_pt, y * step_pt).to_vec2() * (times / map.world_size_pt());
            to = Grip::Inside.dragged(to, by);
        }
    }
    for (key, factor) in [(Key::Plus, KEY_FACTOR), (Key::Equals, KEY_FACTOR), (Key::Minus, 1.0 / KEY_FACTOR)] {
        for modifiers in [Modifiers::NONE, Modifiers::SHIFT] {
            let times = ui.input_mut(|input| input.count_and_consume_key(modifiers, key)) as i32;
            if times > 0 {
                to = framing::zoomed(to, factor.powi(times));
            }
        }
    }
    (to != frame).then_some(to)
}

/// Where a handle is shown: on the frame, or at the edge of the map where that lies beyond it.
fn handle_at(rect: Rect, area: Rect, x: i8, y: i8) -> Pos2 {
    let seen = area.shrink(HANDLE_PT);
    let part = |low: f32, high: f32, side: i8, seen: egui::Rangef| match side {
        -1 => seen.clamp(low),
        1 => seen.clamp(high),
        // In the middle of what is seen of the edge.
        _ => (seen.clamp(low) + seen.clamp(high)) / 2.0,
    };
    Pos2::new(part(rect.min.x, rect.max.x, x, seen.x_range()), part(rect.min.y, rect.max.y, y, seen.y_range()))
}

/// Whether anything is seen of the border that a handle is on: without it the handle would float loose.
fn is_handle_seen(rect: Rect, area: Rect, x: i8, y: i8) -> bool {
    let area = area.expand(1.0);
    let is_seen = |low: f32, high: f32, side: i8, seen: egui::Rangef| match side {
        -1 => seen.contains(low),
        1 => seen.contains(high),
        _ => false,
    };
    let upright = is_seen(rect.min.x, rect.max.x, x, area.x_range()) && rect.y_range().intersects(area.y_range());
    let level = is_seen(rect.min.y, rect.max.y, y, area.y_range()) && rect.x_range().intersects(area.x_range());
    upright || level
}

fn handle_name(x: i8, y: i8) -> &'static str {
    match (x, y) {
        (-1, -1) => "Upper left corner of the frame",
        (0, -1) => "Upper edge of the frame",
        (1, -1) => "Upper right corner of the frame",
        (1, 0) => "Right edge of the frame",
        (1, 1) => "Lower right corner of the frame",
        (0, 1) => "Lower edge of the frame",
        (-1, 1) => "Lower left corner of the frame",
        _ => "Left edge of the frame",
    }
}

fn cursor(grip: Grip, dragged: bool) -> CursorIcon {
    match grip {
        Grip::Inside if dragged => CursorIcon::Grabbing,
        Grip::Inside => CursorIcon::Grab,
        Grip::Edge(0, _) => CursorIcon::ResizeVertical,
        Grip::Edge(_, 0) => CursorIcon::ResizeHorizontal,
        Grip::Edge(x, y) if x == y => CursorIcon::ResizeNwSe,
        Grip::Edge(..) => CursorIcon::ResizeNeSw,
    }
}

/// What lies outside is dimmed; the border has a casing, so that it is seen on any ground.
fn paint(ui: &Ui, area: Rect, rect: Rect, focused: bool, hot: bool) {
    let shade = theme::theme_of(ui.ctx());
    let palette = shade.palette();
    let painter = ui.painter_at(area);
    let inside = rect.intersect(area);
    // What is dark already takes more to be dimmed.
    let dim = egui::Color32::from_black_alpha(if shade == Theme::Dark { 150 } else { 92 });
    if !inside.is_positive() {
        painter.rect_filled(area, 0.0, dim);
        return;
    }
    let part = |x0: f32, y0: f32, x1: f32, y1: f32| Rect::from_min_max(Pos2::new(x0, y0), Pos2::new(x1, y1));
    for part in [
        part(area.min.x, area.min.y, area.max.x, inside.min.y),
        part(area.min.x, inside.max.y, area.max.x, area.max.y),
        part(area.min.x, inside.min.y, inside.min.x, inside.max.y),
        part(inside.max.x, inside.min.y, area.max.x, inside.max.y),
    ] {
        painter.rect_filled(part, 0.0, dim);
    }
    let (accent, halo) = (theme::ink(palette.accent), theme::ink(palette.halo));
    let width = if focused { 3.0 } else { 2.0 };
    painter.rect_stroke(rect, 0.0, Stroke::new(width + 2.0, halo), StrokeKind::Middle);
    painter.rect_stroke(rect, 0.0, Stroke::new(width, accent), StrokeKind::Middle);
    for grip in Grip::BORDER {
        let Grip::Edge(x, y) = grip else { continue };
        if !is_handle_seen(rect, area, x, y) {
            continue;
        }
        let square = Rect::from_center_size(handle_at(rect, area, x, y), Vec2::splat(HANDLE_PT));
        let fill = if hot || focused { accent } else { halo };
        let edge = if hot || focused { halo } else { accent };
        painter.rect(square, 2.0, fill, Stroke::new(1.75, edge), StrokeKind::Middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_stay_within_reach_where_the_frame_goes_beyond_the_map() {
        let area = Rect::from_min_max(Pos2::new(100.0, 50.0), Pos2::new(900.0, 650.0));
        let rect = Rect::from_min_max(Pos2::new(300.0, -500.0), Pos2::new(2000.0, 400.0));
        for grip in Grip::BORDER {
            let Grip::Edge(x, y) = grip else { continue };
            assert!(area.contains(handle_at(rect, area, x, y)), "{grip:?}");
        }
        assert_eq!(handle_at(rect, area, -1, 1), Pos2::new(300.0, 400.0));
        let seen = |(x, y): (i8, i8)| is_handle_seen(rect, area, x, y);
        assert!([(-1, 1), (0, 1), (1, 1), (-1, 0), (-1, -1)].into_iter().all(seen));
        assert!(![(0, -1), (1, -1), (1, 0)].into_iter().any(seen), "no border is seen there");
        // All around what is seen of the map: there is nothing to take.
        let rect = area.expand(40.0);
        let loose = Grip::BORDER.into_iter().filter(|grip| match *grip {
            Grip::Edge(x, y) => is_handle_seen(rect, area, x, y),
            Grip::Inside => false,
        });
        assert_eq!(loose.count(), 0);
    }
}
