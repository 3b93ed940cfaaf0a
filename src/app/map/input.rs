//! What pointer, wheel and keys do on the map: to the tool in hand, or to the map itself.

use eframe::egui::{self, Key, PointerButton, Pos2, Response, Ui, Vec2};

use super::{Held, MapView};
use crate::app::keys::ARROWS;
use crate::geometry::Point;
use crate::scene::annotations;
use crate::session::{Action, Command, Session};
use crate::tools::{Gesture, Modifiers, Tool};

/// How far an arrow key moves the map, in points.
const ARROW_PT: f64 = 64.0;

/// Wheel travel, in points, that zooms by one step: a usual wheel turns about 50 points a notch.
const WHEEL_PT_PER_STEP: f32 = 90.0;

/// How far an arrow key moves the crosshair, in points; with Ctrl a point.
const CROSSHAIR_PT: f64 = 12.0;

/// Two clicks within this time, in seconds, and this far from each other, in points, are a double click.
const DOUBLE_CLICK_S: f64 = 0.35;
const DOUBLE_CLICK_PT: f64 = 6.0;

/// How far Shift and an arrow key move what is selected, in points; without Shift a point.
const NUDGE_PT: f64 = 10.0;

impl MapView {
    /// Zooms by wheel and pinch at the pointer.
    pub(super) fn zoom(&self, ui: &Ui, moves: &mut Vec<Action>) {
        let Some(at) = self.pointer else { return };
        let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
        let steps = wheel / WHEEL_PT_PER_STEP + if pinch == 1.0 { 0.0 } else { pinch.log2() };
        if steps != 0.0 {
            moves.push(Action::ZoomAt { at, steps: f64::from(steps) });
            ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
        }
    }

    /// Where a position in the window lies on the map's page.
    pub(super) fn page(&self, at: Pos2) -> Point {
        Point::new(f64::from(at.x - self.rect.min.x), f64::from(at.y - self.rect.min.y))
    }

    /// Decides, before walkers sees it, whether a button that goes down is the tool's or the map's.
    pub(super) fn press(&mut self, ui: &Ui, session: &Session) {
        let pressed = ui.input(|input| input.events.iter().find_map(pressed_at));
        if let Some(at) = pressed {
            self.held = self.holder(ui, session, at);
        }
    }

    /// What a button that goes down here does.
    fn holder(&self, ui: &Ui, session: &Session, at: Pos2) -> Held {
        let (keys, space) = ui.input(|input| (keys_of(input), input.key_down(Key::Space)));
        // A window, a menu or a drawer lies over the map there.
        let on_map = ui.ctx().layer_id_at(at).is_none_or(|layer| layer == ui.layer_id());
        match session.tool() {
            _ if !on_map || !self.rect.contains(at) => Held::Nothing,
            Tool::Pan => Held::OnlyMap,
            _ if space && !ui.ctx().text_edit_focused() => Held::OnlyMap,
            _ if session.takes_drag(self.page(at), keys) => Held::Tool,
            _ => Held::Map,
        }
    }

    /// Hands what the pointer does to the tool, event by event. A frame has at most one press, which was decided on before
    /// the map was shown: see `EventQueue`.
    pub(super) fn tool_gestures(&mut self, ui: &Ui, response: &Response, session: &Session, actions: &mut Vec<Action>) {
        let (events, time, keys) = ui.input(|input| {
            let pointer = |event: &&egui::Event| {
                matches!(event, egui::Event::PointerMoved(_) | egui::Event::PointerButton { .. })
            };
            (input.events.iter().filter(pointer).cloned().collect::<Vec<_>>(), input.time, keys_of(input))
        });
        let act = |actions: &mut Vec<Action>, gesture| actions.push(Action::Gesture { gesture, modifiers: keys });
        for event in &events {
            let drawing = matches!(self.held, Held::Tool | Held::Map);
            match event {
                egui::Event::PointerMoved(at) if drawing => {
                    let at = self.page(*at);
                    act(actions, Gesture::Move(at));
                    self.seen = Some((at, keys));
                }
                egui::Event::PointerButton { button: PointerButton::Primary, pressed: false, pos, .. } => {
                    if drawing {
                        let at = self.page(*pos);
                        let clicks = self.clicks.count(time, at);
                        act(actions, Gesture::Release { at, clicks });
                        let nothing_here = || annotations::hits(session.document(), &session.frame(), at).is_empty();
                        if clicks == 2 && session.tool() == Tool::Select && nothing_here() {
                            let steps = if keys.shift { -1.0 } else { 1.0 };
                            actions.push(Action::ZoomAt { at, steps });
                        }
                    }
                    self.held = Held::Nothing;
                }
                _ => {
                    if let Some(pos) = pressed_at(event)
                        && matches!(self.held, Held::Tool | Held::Map)
                    {
                        response.request_focus();
                        let at = self.page(pos);
                        act(actions, Gesture::Move(at));
                        act(actions, Gesture::Press(at));
                        self.seen = Some((at, keys));
                    }
                }
            }
        }
        match self.pointer {
            Some(at) if self.held == Held::Nothing => {
                if self.seen != Some((at, keys)) {
                    act(actions, Gesture::Move(at));
                }
                self.seen = Some((at, keys));
            }
            // A key went down or up under a pointer that rests.
            _ if matches!(self.held, Held::Tool | Held::Map) => {
                if let Some((at, _)) = self.seen.filter(|(_, before)| *before != keys) {
                    act(actions, Gesture::Move(at));
                    self.seen = Some((at, keys));
                }
            }
            _ => {
                if self.seen.take().is_some() {
                    act(actions, Gesture::Leave);
                }
            }
        }
    }
}

/// What arrows and Enter tell the tool in hand while the map has the focus.
pub(super) fn focused_keys(ui: &Ui, response: &Response, session: &Session, actions: &mut Vec<Action>) {
    keep_arrows(ui, response);
    let modifiers = ui.input(keys_of);
    let places = places(session);
    for (key, x, y) in ARROWS {
        let held = ui.input(|input| input.modifiers);
        let pressed = |wanted: egui::Modifiers| {
            held.matches_exact(wanted) && ui.input_mut(|input| input.consume_key(wanted, key))
        };
        let (none, shift, ctrl) = (egui::Modifiers::NONE, egui::Modifiers::SHIFT, egui::Modifiers::COMMAND);
        if places {
            for (wanted, step_pt) in [(none, CROSSHAIR_PT), (shift, CROSSHAIR_PT), (ctrl, 1.0)] {
                if pressed(wanted) {
                    actions.push(Action::MoveCrosshair { right_pt: x * step_pt, down_pt: y * step_pt, modifiers });
                }
            }
        } else if !session.selected_annotations().is_empty() {
            for (wanted, step_pt) in [(none, 1.0), (shift, NUDGE_PT)] {
                if pressed(wanted) {
                    actions.push(Action::Nudge { right_pt: x * step_pt, down_pt: y * step_pt });
                }
            }
        }
    }
    if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter)) {
        let drawn_by_pointer = session.is_drafting() && session.crosshair().is_none();
        actions.push(if drawn_by_pointer {
            Action::Command(Command::FinishDraft)
        } else {
            Action::PlaceAtCrosshair(modifiers)
        });
    }
}

/// Whether arrows and Enter place points, by the crosshair.
pub(super) fn places(session: &Session) -> bool {
    !matches!(session.tool(), Tool::Select | Tool::Pan) || session.is_drafting()
}

/// Moves the map by arrow keys.
pub(super) fn pan_keys(ui: &Ui, response: &Response, moves: &mut Vec<Action>) {
    keep_arrows(ui, response);
    for (key, x, y) in ARROWS {
        if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key)) {
            moves.push(Action::Pan { right_pt: x * ARROW_PT, down_pt: y * ARROW_PT });
        }
    }
}

/// Has the arrow keys come here instead of moving the focus.
fn keep_arrows(ui: &Ui, response: &Response) {
    let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
}

/// Counts clicks, and knows which is the second of a double click: nothing else on the map does.
#[derive(Debug, Default)]
pub(super) struct Clicks {
    /// When and where the last click was, while another may make it a double click.
    last: Option<(f64, Point)>,
}

impl Clicks {
    /// 2 for the second of a double click, after which the next is a first again; `time_s` is the window's clock.
    fn count(&mut self, time_s: f64, at: Point) -> u8 {
        let is_second = self
            .last
            .take()
            .is_some_and(|(then_s, there)| time_s - then_s <= DOUBLE_CLICK_S && there.distance(at) <= DOUBLE_CLICK_PT);
        if is_second {
            return 2;
        }
        self.last = Some((time_s, at));
        1
    }
}

/// Where the first button went down.
fn pressed_at(event: &egui::Event) -> Option<Pos2> {
    match event {
        egui::Event::PointerButton { button: PointerButton::Primary, pressed: true, pos, .. } => Some(*pos),
        _ => None,
    }
}

/// The keys held, as the tools know them.
fn keys_of(input: &egui::InputState) -> Modifiers {
    let egui::Modifiers { shift, alt, command, .. } = input.modifiers;
    Modifiers { shift, alt, ctrl: command }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clicks_soon_and_near_are_a_double_click_and_the_third_is_a_first() {
        let mut clicks = Clicks::default();
        let at = Point::new(10.0, 10.0);
        assert_eq!([0.0, 0.3, 0.6, 0.9].map(|time_s| clicks.count(time_s, at)), [1, 2, 1, 2]);
        assert_eq!([2.0, 2.4].map(|time_s| clicks.count(time_s, at)), [1, 1], "too late");
        assert_eq!(clicks.count(2.5, Point::new(30.0, 10.0)), 1, "too far");
        assert_eq!(clicks.count(2.6, Point::new(33.0, 14.0)), 2);
    }
}
