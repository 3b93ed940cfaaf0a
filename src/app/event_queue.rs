//! One click at a time: when a slow frame brings several clicks or keys at once, each gets a frame of its own.
//!
//! egui tells a button of one click a frame, finds what lies under a press where the pointer is at the end of the frame, and
//! keeps keys and clicks apart. Of a key that takes a tool, a click, the key and a click again, all in one slow frame, the
//! second click would find the tool of the first. So what arrives together is dealt out here in its order, a click at a
//! time; the next frame follows at once, and each click sees what the click before has done.

use std::collections::VecDeque;

use eframe::egui::{Context, Event, Key, Plugin, Pos2, RawInput, Ui};

/// What has arrived and was not dealt out yet, each event with the time of the frame that brought it.
#[derive(Debug, Default)]
pub(super) struct EventQueue {
    waiting: VecDeque<(Option<f64>, Event)>,
    /// The time of the frame that was dealt out last, in seconds.
    dealt_s: f64,
    /// Whether the next frame gets nothing.
    holds: bool,
}

/// What a frame has been given so far.
#[derive(Debug, Default)]
struct Given {
    /// Where a button went down.
    pressed: Option<Pos2>,
    released: bool,
    key: bool,
    /// Words, or a key that may have changed those of the field that hears the keys.
    written: bool,
    /// A key that may have opened or closed what the words after it are for, or led to another field.
    turned: bool,
    /// Tab went down and came up again.
    tabbed: bool,
}

impl Given {
    /// Takes an event, if it may share the frame with those before it.
    fn takes(&mut self, event: &Event) -> bool {
        match event {
            Event::PointerButton { pressed: true, pos, .. } => {
                let is_first = self.pressed.is_none() && !self.released && !self.key;
                self.pressed = Some(*pos);
                is_first
            }
            Event::PointerButton { pressed: false, .. } => !std::mem::replace(&mut self.released, true),
            // egui looks for what was pressed where the pointer is at the end.
            Event::PointerMoved(to) => !self.released && self.pressed.is_none_or(|at| at == *to),
            Event::Key { pressed: true, key, modifiers, .. } => {
                self.key = true;
                // Keys that turn share a frame: one that is held down repeats faster than a slow window paints.
                let turns = modifiers.command || matches!(key, Key::Enter | Key::Tab | Key::Escape);
                // egui moves on by Tab, and carries out what a command says, before any field of the frame hears a key: what
                // was written before is for the field that is left. Of two Tabs in a frame it hears one.
                let waits = if turns { self.written || self.tabbed } else { self.turned };
                self.turned |= turns;
                self.written |= !turns;
                !waits && self.pressed.is_none() && !self.released
            }
            Event::Key { pressed: false, key: Key::Tab, .. } => {
                self.tabbed = self.turned;
                true
            }
            Event::Text(_) | Event::Paste(_) | Event::Cut | Event::Ime(_) if self.turned => false,
            Event::Copy | Event::Cut | Event::Paste(_) => {
                self.key = true;
                self.written |= !matches!(event, Event::Copy);
                self.pressed.is_none() && !self.released
            }
            Event::Text(_) | Event::Ime(_) => {
                self.written = true;
                !self.released
            }
            Event::MouseWheel { .. } | Event::Zoom(_) => !self.released,
            _ => true,
        }
    }
}

impl EventQueue {
    /// Has the next frame get nothing: what it shows for the first time is measured there, and hears neither keys nor clicks.
    pub(super) fn hold(ctx: &Context) {
        ctx.plugin::<Self>().lock().holds = true;
        ctx.request_repaint();
    }

    /// Leaves to a frame what it may have, and keeps the rest.
    fn deal(&mut self, input: &mut RawInput) {
        let now_s = input.time;
        self.waiting.extend(std::mem::take(&mut input.events).into_iter().map(|event| (now_s, event)));
        if std::mem::take(&mut self.holds) {
            return;
        }
        let mut given = Given::default();
        let mut of_s = now_s;
        while let Some((arrived_s, event)) = self.waiting.front() {
            if !given.takes(event) {
                break;
            }
            of_s = *arrived_s;
            input.events.extend(self.waiting.pop_front().map(|(_, event)| event));
        }
        // Double clicks are told by the clock: what had to wait is as old as it is.
        if let (Some(now_s), Some(of_s)) = (now_s, of_s) {
            let time_s = of_s.max(self.dealt_s).min(now_s);
            input.time = Some(time_s);
            self.dealt_s = time_s;
        }
    }
}

impl Plugin for EventQueue {
    fn debug_name(&self) -> &'static str {
        "event queue"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        // A frame that is laid out a second time gets nothing new.
        if ctx.current_pass_index() == 0 {
            self.deal(input);
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        if !self.waiting.is_empty() {
            ui.ctx().request_repaint();
        }
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::{Modifiers, PointerButton};

    use super::*;

    fn click(x: f32) -> [Event; 3] {
        let pos = Pos2::new(x, 10.0);
        let button = |pressed| {
            let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
            Event::PointerButton { pos, button, pressed, modifiers }
        };
        [Event::PointerMoved(pos), button(true), button(false)]
    }

    fn key(key: Key) -> [Event; 2] {
        let (physical_key, repeat, modifiers) = (None, false, Modifiers::NONE);
        [true, false].map(|pressed| Event::Key { key, physical_key, pressed, repeat, modifiers })
    }

    /// What the frames get that follow when these events arrive in one.
    fn frames(events: impl IntoIterator<Item = Event>) -> Vec<Vec<Event>> {
        let mut queue = EventQueue::default();
        let mut input = RawInput { events: events.into_iter().collect(), time: Some(1.0), ..RawInput::default() };
        let mut frames = Vec::new();
        loop {
            queue.deal(&mut input);
            frames.push(std::mem::take(&mut input.events));
            assert_eq!(input.time, Some(1.0), "what waits keeps its time");
            if queue.waiting.is_empty() {
                return frames;
            }
            input.time = Some(1.0 + frames.len() as f64 * 0.4);
        }
    }

    #[test]
    fn each_of_many_clicks_gets_a_frame_of_its_own_in_their_order() {
        let clicks: Vec<Vec<Event>> = (0..20).map(|index| click(index as f32 * 20.0).to_vec()).collect();
        assert_eq!(frames(clicks.concat()), clicks);
    }

    #[test]
    fn a_key_comes_before_the_click_that_follows_it_and_after_the_one_before() {
        let events = [key(Key::M).to_vec(), click(10.0).to_vec(), key(Key::M).to_vec(), click(90.0).to_vec()].concat();
        let dealt = frames(events.clone());
        assert_eq!(dealt.concat(), events, "nothing is lost or changes places");
        let kinds: Vec<(usize, usize)> = dealt
            .iter()
            .map(|events| {
                let count = |is: fn(&Event) -> bool| events.iter().filter(|event| is(event)).count();
                let keys = count(|event| matches!(event, Event::Key { pressed: true, .. }));
                (keys, count(|event| matches!(event, Event::PointerButton { pressed: true, .. })))
            })
            .collect();
        assert_eq!(kinds, [(1, 0), (0, 1), (1, 0), (0, 1)]);
    }

    #[test]
    fn what_needs_no_frame_of_its_own_shares_one() {
        let moves: Vec<Event> = (0..50).map(|x| Event::PointerMoved(Pos2::new(x as f32, 0.0))).collect();
        assert_eq!(frames(moves.clone()), [moves]);
        let keys: Vec<Event> = [Key::A, Key::B, Key::C].into_iter().flat_map(key).collect();
        assert_eq!(frames(keys.clone()), [keys]);
        assert_eq!(frames(click(5.0)), [click(5.0).to_vec()]);
    }

    #[test]
    fn words_that_follow_a_command_wait_for_what_it_opens() {
        let with_ctrl = |one: Key| {
            let (physical_key, repeat, modifiers) = (None, false, Modifiers::COMMAND);
            Event::Key { key: one, physical_key, pressed: true, repeat, modifiers }
        };
        let word = [key(Key::A).to_vec(), vec![Event::Text("a".to_owned())]].concat();
        let enter = key(Key::Enter).to_vec();
        let dealt = frames([vec![with_ctrl(Key::K)], word.clone(), enter.clone(), word.clone()].concat());
        assert_eq!(dealt, [vec![with_ctrl(Key::K)], word.clone(), enter, word]);
        // A key held down does not lag behind.
        let undo = vec![with_ctrl(Key::Z); 30];
        assert_eq!(frames(undo.clone()), [undo]);
    }

    #[test]
    fn words_that_follow_a_tab_are_for_the_field_that_it_leads_to() {
        let word = vec![Event::Text("a".to_owned())];
        let tab = key(Key::Tab).to_vec();
        assert_eq!(frames([tab.clone(), word.clone()].concat()), [tab.clone(), word.clone()]);
        // Each Tab leads one field further; one that is held down does not lag behind.
        assert_eq!(frames([tab.clone(), tab.clone(), word.clone()].concat()), [tab.clone(), tab.clone(), word]);
        let held = vec![tab[0].clone(); 30];
        assert_eq!(frames(held.clone()), [held]);
    }

    #[test]
    fn words_before_a_key_that_leads_on_are_for_the_field_that_is_left() {
        let word = [key(Key::A).to_vec(), vec![Event::Text("a".to_owned())]].concat();
        for leads in [Key::Tab, Key::Enter, Key::Escape] {
            let [press, release] = key(leads);
            let dealt = frames([word.clone(), vec![press.clone(), release.clone()], word.clone()].concat());
            assert_eq!(dealt, [word.clone(), vec![press, release], word.clone()], "{leads:?}");
        }
        // Also what deletes, and what is put in at once.
        let [press, release] = key(Key::Backspace);
        for written in [vec![press, release], vec![Event::Paste("b".to_owned())], vec![Event::Cut]] {
            let tab = key(Key::Tab).to_vec();
            assert_eq!(frames([written.clone(), tab.clone()].concat()), [written, tab]);
        }
    }

    #[test]
    fn what_is_shown_for_the_first_time_hears_what_came_before_it_a_frame_later() {
        let mut queue = EventQueue { holds: true, ..EventQueue::default() };
        let mut input = RawInput { events: click(5.0).to_vec(), time: Some(1.0), ..RawInput::default() };
        queue.deal(&mut input);
        assert!(input.events.is_empty());
        queue.deal(&mut input);
        assert_eq!(input.events, click(5.0));
    }

    #[test]
    fn a_press_is_told_before_the_pointer_leads_away() {
        let [moved, press, release] = click(5.0);
        let away = Event::PointerMoved(Pos2::new(80.0, 80.0));
        let dealt = frames([moved.clone(), press.clone(), away.clone(), release.clone()]);
        assert_eq!(dealt, [vec![moved, press], vec![away, release]]);
    }
}
