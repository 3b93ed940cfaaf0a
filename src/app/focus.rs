//! The way of the keyboard through the window: in reading order, on from where the pointer last acted, with a ring around
//! what has the keys.

use std::cmp::Ordering;
use std::collections::HashMap;

use eframe::egui::{
    self, Context, Event, FocusDirection, Id, Key, LayerId, Order, Popup, Pos2, Rect, Response, Stroke, StrokeKind, Ui,
    WidgetRect, WidgetRects,
};

use super::theme;

/// A part of the window, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    Menu,
    Toolbar,
    Banner,
    Left,
    Map,
    Right,
    /// What stays at the foot of the panel at the right.
    RightFoot,
    Drawer,
    Status,
    Toast,
    Dialog,
}

/// Which part each top-level area of the window is.
#[derive(Debug, Clone, Default)]
struct Parts(HashMap<Id, Part>);

/// Says which part of the window this is; what is in it follows what is in the parts before it.
pub(crate) fn part(ui: &Ui, part: Part) {
    let key = Id::unique("parts of the window");
    ui.data_mut(|data| data.get_temp_mut_or_default::<Parts>(key).0.insert(ui.unique_id(), part));
}

/// Whether what has the keys is to be seen at a glance: the user goes by keys.
#[derive(Debug, Clone, Copy, Default)]
struct ByKeys(bool);

/// Whether a control has the keys, and the user goes by keys.
pub(crate) fn is_at(response: &Response) -> bool {
    let by_keys = response.ctx.data(|data| data.get_temp::<ByKeys>(Id::unique("by keys"))).unwrap_or_default();
    by_keys.0 && response.has_focus()
}

/// Where Tab goes on from.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum From {
    #[default]
    Start,
    /// A control, and where it was.
    Control(Id, Rect),
    /// Where the pointer last acted.
    Place(Pos2),
}

/// A control that Tab stops at.
#[derive(Debug, Clone, Copy)]
struct Stop {
    id: Id,
    rect: Rect,
    seen: Rect,
    layer: LayerId,
    part: Option<Part>,
    place: usize,
}

/// Who has the keys, and who gets them next.
#[derive(Debug, Default)]
pub(crate) struct Focus {
    from: From,
    by_keys: bool,
    /// What had the keys at the end of the last frame.
    had: Option<Id>,
    /// The same if that frame showed it: the field of a dialog that opens gets the keys a frame before it is shown.
    shown: Option<Id>,
    /// Whether a dialog or a menu was open then.
    was_over: bool,
    /// What had the keys before it opened.
    opener: Option<Id>,
    /// What is to have the keys again, and for how many frames that is tried: what lies under a dialog can't have them in the
    /// frame after it.
    returns: Option<(Id, u8)>,
    /// The part of which the first control gets the keys in the next frame.
    heir: Option<Part>,
    /// Where Tab went on from before it opened.
    before: From,
    ring: Option<Rect>,
    /// In which part of the window the keys were at the end of the last frame.
    part: Option<Part>,
}

/// For how many frames the keys are given back.
const RETURN_FRAMES: u8 = 3;

impl Focus {
    /// Where the ring is, in points of the window.
    pub(crate) fn ring(&self) -> Option<Rect> {
        self.ring
    }

    /// Where the keys were at the end of the last frame, unless a text was typed there: Escape ends that first.
    pub(crate) fn part(&self, ctx: &Context) -> Option<Part> {
        let is_text = self.had.is_some_and(|id| egui::text_edit::TextEditState::load(ctx, id).is_some());
        self.part.filter(|_| !is_text)
    }

    /// Gives the keys to the first control of a part, for whoever goes by keys, once the part has been shown without what
    /// is closed now.
    pub(crate) fn give_to(&mut self, ctx: &Context, part: Part) {
        self.heir = self.by_keys.then_some(part);
        ctx.request_repaint();
    }

    /// At the start of a frame, before anything is shown: where Tab leads.
    pub(crate) fn begin(&mut self, ctx: &Context) {
        let heir = self.heir.take().and_then(|part| stops(ctx).into_iter().find(|stop| stop.part == Some(part)));
        if let Some(stop) = heir {
            ctx.memory_mut(|memory| memory.request_focus(stop.id));
            self.from = From::Control(stop.id, stop.rect);
        }
        let mut steps = Vec::new();
        let mut pressed_at = None;
        ctx.input(|input| {
            for event in &input.events {
                match event {
                    Event::Key { key: Key::Tab, pressed: true, modifiers, .. } => {
                        self.by_keys = true;
                        if modifiers.is_none() || modifiers.shift_only() {
                            steps.push(!modifiers.shift);
                        }
                    }
                    Event::Key { pressed: true, .. } | Event::AccessKitActionRequest(_) => self.by_keys = true,
                    Event::PointerButton { pressed: true, pos, .. } => {
                        self.by_keys = false;
                        pressed_at = Some(*pos);
                    }
                    _ => {}
                }
            }
        });
        ctx.data_mut(|data| data.insert_temp(Id::unique("by keys"), ByKeys(self.by_keys)));
        if let Some(at) = pressed_at {
            self.from = From::Place(at);
        }
        self.keep_in_menu(ctx);
        if steps.is_empty() {
            return;
        }
        // Our own order is gone by, not that in which the controls were made.
        ctx.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        let stops = stops(ctx);
        for forward in steps {
            let Some(stop) = next(&stops, self.from, forward) else { return };
            ctx.memory_mut(|memory| memory.request_focus(stop.id));
            self.from = From::Control(stop.id, stop.rect);
        }
    }

    /// What is open over the window, such as a drop-down list, has the keys that choose in it, whatever had them before: the arrows go
    /// along it and end with it, and nothing behind it is pressed.
    fn keep_in_menu(&mut self, ctx: &Context) {
        if !Popup::is_any_open(ctx) {
            return;
        }
        let mut stops = stops(ctx);
        stops.retain(is_of_menu);
        let focused = ctx.memory(|memory| memory.focused());
        let here = focused.and_then(|id| stops.iter().find(|stop| stop.id == id).copied());
        // The menu that was opened last.
        let Some(layer) = here.or(stops.last().copied()).map(|stop| stop.layer) else { return };
        stops.retain(|stop| stop.layer == layer);
        let moves_itself = |stop: &Stop| {
            egui::text_edit::TextEditState::load(ctx, stop.id).is_some()
                || widget_before(ctx, stop.id).is_some_and(|widget| widget.sense.senses_drag())
        };
        if here.as_ref().is_some_and(moves_itself) {
            return;
        }
        // Who has opened it by a key closes it so.
        let presses_behind = here.is_none() && self.opener.is_none();
        let mut ways = Vec::new();
        ctx.input_mut(|input| {
            input.events.retain(|event| {
                let Event::Key { key, pressed: true, modifiers, .. } = event else { return true };
                match key {
                    Key::ArrowDown if modifiers.is_none() => ways.push(true),
                    Key::ArrowUp if modifiers.is_none() => ways.push(false),
                    Key::Enter | Key::Space if presses_behind => {}
                    _ => return true,
                }
                false
            });
        });
        if ways.is_empty() {
            return;
        }
        ctx.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        let mut at = here.and_then(|here| stops.iter().position(|stop| stop.id == here.id));
        for down in ways {
            at = Some(match (at, down) {
                (None, true) => 0,
                (None, false) => stops.len() - 1,
                (Some(at), true) => (at + 1).min(stops.len() - 1),
                (Some(at), false) => at.saturating_sub(1),
            });
        }
        if let Some(stop) = at.and_then(|at| stops.get(at)) {
            ctx.memory_mut(|memory| memory.request_focus(stop.id));
            self.from = From::Control(stop.id, stop.rect);
        }
    }

    /// At the end of a frame, once all is shown, with or without something that is open over the window: draws the ring.
    pub(crate) fn end(&mut self, ctx: &Context, is_over: bool) {
        let is_over = is_over || Popup::is_any_open(ctx);
        if is_over && !self.was_over {
            // Who has opened it by the pointer has left the field that had the keys.
            self.opener = self.had.filter(|_| self.by_keys);
            self.before = self.from;
        }
        if !is_over && self.was_over {
            self.from = self.before;
            self.returns = self.opener.take().map(|id| (id, RETURN_FRAMES));
        }
        if let Some((id, frames)) = self.returns.take().filter(|_| !is_over)
            && ctx.memory(|memory| memory.focused().is_none_or(|focused| focused == id))
            && widget(ctx, id).is_some()
        {
            ctx.memory_mut(|memory| memory.request_focus(id));
            if frames > 1 {
                self.returns = Some((id, frames - 1));
                ctx.request_repaint();
            }
        }
        self.was_over = is_over;
        let focused = ctx.memory(|memory| memory.focused());
        let control = focused.and_then(|id| widget(ctx, id));
        if let Some(control) = &control
            && (focused != self.shown || matches!(self.from, From::Control(id, _) if Some(id) == focused))
        {
            self.from = From::Control(control.id, control.rect);
        }
        self.had = focused;
        self.shown = control.as_ref().map(|control| control.id);
        let parts = parts(ctx);
        self.part = focused.and_then(|id| ctx.viewport(|viewport| part_of(&parts, &viewport.this_pass.widgets, id)));
        self.ring = control.filter(|_| self.by_keys).and_then(|control| ring(ctx, &control));
    }
}

/// A control as this frame has shown it. To ask for its response would be to take the keys from it while a button of the
/// pointer is down elsewhere.
fn widget(ctx: &Context, id: Id) -> Option<WidgetRect> {
    ctx.viewport(|viewport| viewport.this_pass.widgets.get(id).copied())
}

/// Draws the ring around what has the keys.
fn ring(ctx: &Context, control: &WidgetRect) -> Option<Rect> {
    let seen = control.interact_rect;
    if !seen.is_positive() {
        return None;
    }
    // What fills its part of the window has its ring inside, so that all of it is seen.
    let rect = if is_large(seen) { seen.shrink(3.0) } else { seen.expand(2.0) };
    let rect = rect.intersect(ctx.content_rect().shrink(2.0));
    let palette = theme::theme_of(ctx).palette();
    let painter = ctx.layer_painter(control.layer_id);
    // A casing in the colour of the panel, so that the ring stands out from a button of its own colour.
    let casing = Stroke::new(4.0, theme::ink(palette.panel));
    painter.rect_stroke(rect, 6.0, casing, StrokeKind::Middle);
    painter.rect_stroke(rect, 6.0, Stroke::new(2.0, theme::ink(palette.accent)), StrokeKind::Middle);
    Some(rect)
}

/// Whether this is the edge of a column, which can be dragged by the pointer alone: no key moves it.
fn is_edge(widget: &WidgetRect) -> bool {
    widget.sense.senses_drag() && widget.rect.width() <= 8.0
}

fn parts(ctx: &Context) -> Parts {
    ctx.data(|data| data.get_temp::<Parts>(Id::unique("parts of the window"))).unwrap_or_default()
}

/// In which part of the window a control is.
fn part_of(parts: &Parts, widgets: &WidgetRects, id: Id) -> Option<Part> {
    let mut at = id;
    // No window is nested deeper; two that name each other as parents end here too.
    for _ in 0..64 {
        if let Some(part) = parts.0.get(&at) {
            return Some(*part);
        }
        let parent = widgets.get(at)?.parent_id;
        if parent == at {
            return None;
        }
        at = parent;
    }
    None
}

/// Whether a control fills its part of the window, as the map does.
fn is_large(rect: Rect) -> bool {
    rect.width() > 200.0 && rect.height() > 200.0
}

/// What Tab stops at, in reading order. An open menu keeps the keys until it is closed, as a dialog does.
fn stops(ctx: &Context) -> Vec<Stop> {
    let parts = parts(ctx);
    let mut stops = Vec::new();
    ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        for (layer, of_layer) in widgets.layers() {
            for (place, widget) in of_layer.iter().enumerate() {
                let takes_keys = widget.enabled && widget.visible && widget.sense.is_focusable() && !is_edge(widget);
                if takes_keys && widget.rect.is_positive() && widget.rect.is_finite() {
                    let (id, rect, seen) = (widget.id, widget.rect, widget.interact_rect);
                    stops.push(Stop { id, rect, seen, layer: *layer, part: part_of(&parts, widgets, id), place });
                }
            }
        }
    });
    ctx.memory(|memory| stops.retain(|stop| memory.allows_interaction(stop.layer)));
    if Popup::is_any_open(ctx) && stops.iter().any(is_of_menu) {
        stops.retain(is_of_menu);
    }
    let key = |stop: &Stop| (stop.part.unwrap_or(Part::Dialog), stop.layer.order, stop.layer.id.value(), stop.place);
    stops.sort_by_key(key);
    in_rows(&mut stops);
    stops
}

/// Whether a control is in something that is open over the window.
fn is_of_menu(stop: &Stop) -> bool {
    stop.part.is_none() && stop.layer.order == Order::Foreground
}

/// The control as the frame before has shown it.
fn widget_before(ctx: &Context, id: Id) -> Option<WidgetRect> {
    ctx.viewport(|viewport| viewport.prev_pass.widgets.get(id).copied())
}

/// Controls that were made one after the other beside each other are read from left to right, in whichever direction they
/// were laid out.
fn in_rows(stops: &mut [Stop]) {
    /// What is higher is no part of a row.
    const ROW_PT: f32 = 48.0;
    let is_beside = |a: &Stop, b: &Stop| {
        let low = a.rect.height().min(b.rect.height());
        a.layer == b.layer
            && a.part == b.part
            && a.rect.height().max(b.rect.height()) <= ROW_PT
            && (a.rect.center().y - b.rect.center().y).abs() < low / 2.0
    };
    for row in stops.chunk_by_mut(is_beside) {
        row.sort_by(|a, b| a.rect.min.x.partial_cmp(&b.rect.min.x).unwrap_or(Ordering::Equal));
    }
}

/// The stop after or before this one, around the ends.
fn next(stops: &[Stop], from: From, forward: bool) -> Option<Stop> {
    let count = stops.len();
    if count == 0 {
        return None;
    }
    let beside = |index: usize| if forward { (index + 1) % count } else { (index + count - 1) % count };
    let end = if forward { 0 } else { count - 1 };
    let near = |at: Pos2| {
        // The smallest that is there: the map lies under its buttons.
        let size = |stop: &Stop| stop.seen.area();
        let here = stops.iter().enumerate().filter(|(_, stop)| stop.seen.contains(at));
        let here = here.min_by(|(_, a), (_, b)| size(a).total_cmp(&size(b)));
        if let Some((index, _)) = here {
            return beside(index);
        }
        // What fills its part of the window, as the map does, is no neighbour of a gap in another part.
        let off = |stop: &Stop| (is_large(stop.rect), stop.rect.distance_sq_to_pos(at));
        let is_nearer = |a: (bool, f32), b: (bool, f32)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
        let nearest = stops.iter().enumerate().min_by(|(_, a), (_, b)| is_nearer(off(a), off(b)));
        let Some((index, stop)) = nearest else { return end };
        let middle = stop.rect.center();
        let is_before = stop.rect.bottom() <= at.y || (stop.rect.y_range().contains(at.y) && middle.x < at.x);
        if is_before == forward { beside(index) } else { index }
    };
    let index = match from {
        From::Start => end,
        From::Control(id, rect) => match stops.iter().position(|stop| stop.id == id) {
            Some(index) => beside(index),
            None if stops.iter().all(|stop| stop.layer.order == Order::Foreground) => end,
            None => near(rect.center()),
        },
        From::Place(at) => {
            let is_over = stops.iter().all(|stop| stop.layer.order == Order::Foreground);
            let is_outside = !stops.iter().any(|stop| stop.seen.contains(at));
            if is_over && is_outside { end } else { near(at) }
        }
    };
    stops.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(name: &str, min: (f32, f32), size: (f32, f32)) -> Stop {
        let rect = Rect::from_min_size(min.into(), size.into());
        let id = Id::unique(name);
        Stop { id, rect, seen: rect, layer: LayerId::background(), part: None, place: 0 }
    }

    #[test]
    fn what_was_laid_out_from_the_right_is_read_from_the_left() {
        let size = (28.0, 28.0);
        let mut stops = vec![
            stop("first", (0.0, 0.0), size),
            stop("last", (300.0, 0.0), size),
            stop("middle", (200.0, 2.0), (80.0, 24.0)),
            stop("below", (10.0, 40.0), size),
        ];
        in_rows(&mut stops);
        let names: Vec<Id> = stops.iter().map(|stop| stop.id).collect();
        assert_eq!(names, ["first", "middle", "last", "below"].map(Id::unique));
    }

    #[test]
    fn tab_goes_on_from_where_the_pointer_acted_and_around_the_ends() {
        let size = (28.0, 28.0);
        let stops = [
            stop("map", (0.0, 0.0), (400.0, 400.0)),
            stop("button", (360.0, 10.0), size),
            stop("row", (420.0, 0.0), size),
            stop("low row", (420.0, 300.0), size),
        ];
        let after = |from, forward| next(&stops, from, forward).map(|stop| stop.id);
        let some = |name: &str| Some(Id::unique(name));
        assert_eq!(after(From::Start, true), some("map"));
        assert_eq!(after(From::Start, false), some("low row"));
        assert_eq!(after(From::Place(Pos2::new(100.0, 100.0)), true), some("button"), "on the map");
        assert_eq!(after(From::Place(Pos2::new(365.0, 15.0)), true), some("row"), "on a button over the map");
        assert_eq!(after(From::Place(Pos2::new(430.0, 60.0)), true), some("low row"), "between the rows");
        assert_eq!(after(From::Place(Pos2::new(430.0, 60.0)), false), some("row"), "between the rows, back");
        let gone = From::Control(Id::unique("gone"), Rect::from_min_size(Pos2::new(420.0, 280.0), size.into()));
        assert_eq!(after(gone, true), some("low row"), "a control that has gone");
        assert_eq!(after(From::Control(Id::unique("low row"), Rect::NOTHING), true), some("map"), "around the end");
        assert!(next(&[], From::Start, true).is_none());
    }
}
