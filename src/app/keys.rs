//! Keys on their way to commands, and who has the keyboard.

use eframe::egui::{self, Event, Key, Modifiers};

use super::ClaimlineApp;
use super::event_queue::EventQueue;
use crate::session::{Action, Command};

impl ClaimlineApp {
    /// A dialog that has just opened takes the keys from whatever had the focus: what is typed from now on is its own.
    pub(super) fn hand_keys_to_dialog(&mut self, ctx: &egui::Context) {
        let had_keys = self.dialog_has_keys;
        if let Some(dialog) = self.dialog.as_ref().filter(|_| !self.dialog_has_keys) {
            surrender_keys(ctx);
            // A field of another form of this sort had its cursor somewhere among other words.
            ctx.data_mut(|data| data.remove_by_type::<egui::text_edit::TextEditState>());
            // Letters that come before the field is shown belong to it too.
            if let Some(field) = dialog.first_field() {
                ctx.memory_mut(|memory| memory.request_focus(field));
            }
        }
        self.dialog_has_keys = self.dialog.is_some();
        let is_covered = self.is_covered();
        if is_covered && !self.was_covered || self.dialog.is_some() && !had_keys {
            EventQueue::hold(ctx);
        }
        self.was_covered = is_covered;
    }

    /// Keys reach commands unless text is being typed, or a dialog or a menu is open.
    pub(super) fn keys(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        let typing = ctx.egui_wants_keyboard_input() && ctx.text_edit_focused() || self.session.typing().is_some();
        let is_over = self.is_covered();
        if is_over || egui::Popup::is_any_open(ctx) {
            return;
        }
        let none = ctx.input(|input| {
            let is_key = |event: &Event| {
                matches!(event, Event::Key { pressed: true, .. } | Event::Copy | Event::Cut | Event::Paste(_))
            };
            !input.events.iter().any(is_key)
        });
        if none {
            return;
        }
        let keymap = &self.session.keymap;
        let only: Option<&[Command]> = match (&self.export, &self.georeference) {
            (Some(_), _) => Some(&WHILE_EXPORTING),
            (_, Some(_)) => Some(&WHILE_GEOREFERENCING),
            (None, None) => None,
        };
        let is_elsewhere = only.is_some();
        let bound: Vec<(Modifiers, Key, Command)> = Command::ALL
            .iter()
            // Whoever types can still save, and go elsewhere; all else belongs to the words.
            .filter(|command| !typing || WHILE_TYPING.contains(command))
            .filter(|command| only.is_none_or(|only| only.contains(command)))
            .flat_map(|command| keymap.keys(*command).into_iter().map(move |keys| (keys, *command)))
            .filter_map(|(keys, command)| parse_keys(keys).map(|(modifiers, key)| (modifiers, key, command)))
            .filter(|(modifiers, ..)| !typing || modifiers.command)
            .collect();
        let drafting = self.session.is_drafting();
        let action_of = |modifiers: Modifiers, key: Key| {
            let command = bound.iter().find(|(wanted, on, _)| *on == key && fits(modifiers, *wanted, key));
            let row = DIGITS.iter().position(|digit| *digit == key).filter(|_| keymap.letters && modifiers.is_none());
            match command {
                Some((_, _, command)) => Some(Action::Command(*command)),
                None if typing || is_elsewhere => None,
                None if key == Key::Backspace && modifiers.is_none() && drafting => Some(Action::TakeBack),
                None if key == Key::Backspace && modifiers.is_none() => Some(Action::Command(Command::Delete)),
                None => row.map(Action::ToggleRow),
            }
        };
        // In their order, and each as often as it was pressed, however long the frame before took.
        ctx.input_mut(|input| {
            input.events.retain(|event| {
                let action = match event {
                    Event::Key { key, pressed: true, modifiers, .. } => action_of(*modifiers, *key),
                    // The clipboard's keys arrive as what they do.
                    Event::Copy => action_of(Modifiers::COMMAND, Key::C),
                    Event::Cut => action_of(Modifiers::COMMAND, Key::X),
                    Event::Paste(text) => (!typing && !is_elsewhere).then(|| Action::Paste(text.clone())),
                    _ => None,
                };
                let taken = action.is_some();
                actions.extend(action);
                !taken
            });
        });
    }
}

/// Takes the keyboard from whatever field has it.
pub(super) fn surrender_keys(ctx: &egui::Context) {
    if let Some(focused) = ctx.memory(|memory| memory.focused()) {
        ctx.memory_mut(|memory| memory.surrender_focus(focused));
    }
}

/// `Ctrl+Shift+C` as egui knows it.
pub(super) fn parse_keys(keys: &str) -> Option<(Modifiers, Key)> {
    let mut modifiers = Modifiers::NONE;
    let mut key = None;
    for part in keys.split('+') {
        match part {
            "Ctrl" => modifiers |= Modifiers::COMMAND,
            "Shift" => modifiers |= Modifiers::SHIFT,
            "Alt" => modifiers |= Modifiers::ALT,
            name => key = Key::from_name(name),
        }
    }
    key.map(|key| (modifiers, key))
}

/// Commands whose keys work while words are typed.
const WHILE_TYPING: [Command; 7] = [
    Command::New,
    Command::Open,
    Command::Save,
    Command::SaveAs,
    Command::ExportFigure,
    Command::Palette,
    Command::Quit,
];

/// Commands that can be given while a figure is set up.
pub(super) const WHILE_EXPORTING: [Command; 9] = [
    Command::New,
    Command::Open,
    Command::Save,
    Command::SaveAs,
    Command::CopyFigure,
    Command::Undo,
    Command::Redo,
    Command::SwitchTheme,
    Command::Quit,
];

/// Commands that can be given while a picture is placed by hand; undo and redo are then its own.
pub(super) const WHILE_GEOREFERENCING: [Command; 6] =
    [Command::Save, Command::SaveAs, Command::Undo, Command::Redo, Command::SwitchTheme, Command::Quit];

/// The arrow keys, with the way that each goes: right and down.
pub(super) const ARROWS: [(Key, f64, f64); 4] =
    [(Key::ArrowLeft, -1.0, 0.0), (Key::ArrowRight, 1.0, 0.0), (Key::ArrowUp, 0.0, -1.0), (Key::ArrowDown, 0.0, 1.0)];

/// The keys of the first nine rows of the list of overlays.
const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// Whether just these modifiers are held; Shift may be needed to type a sign.
fn fits(held: Modifiers, wanted: Modifiers, key: Key) -> bool {
    let typed_sign = matches!(key, Key::Plus | Key::Questionmark);
    held.matches_exact(wanted) || typed_sign && held.matches_exact(wanted | Modifiers::SHIFT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_every_command_is_known_to_the_window() {
        for command in Command::ALL {
            for keys in command.keys() {
                assert!(parse_keys(keys).is_some(), "{keys} of {command:?}");
            }
        }
    }
}
