//! The keys: what each does, and the way to change them.

use eframe::egui::{self, Button, Event, Key, Modifiers, RichText, Role, Ui, WidgetInfo};

use crate::app::chrome;
use crate::app::dialogs::{Decision, close_ui, height_pt, width_ui};
use crate::app::widgets::{line_edit, tick};
use crate::session::{Action, Command, Keymap, Session};

/// What the dialog remembers while it is open.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct KeysDialog {
    search: String,
    /// The command whose next key is waited for.
    waiting: Option<Command>,
    /// What was wrong with the last key.
    note: String,
}

impl KeysDialog {
    /// Whether the next key is one to be given to a command.
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }
}

/// What the mouse and the keys do that is no command.
const GESTURES: [(&str, &str); 16] = [
    ("1 … 9", "Show or hide the first nine overlays"),
    ("← ↑ → ↓", "On the map: move the map, the selection or the crosshair"),
    ("Shift+← ↑ → ↓", "Move the selection by ten points"),
    ("Enter", "On the map: place a point, select what is in the middle, finish what you are drawing"),
    ("Backspace", "While drawing: remove the last point"),
    ("Space", "Held: drag the map with any tool"),
    ("Shift", "Held while drawing: steps of 15°, squares; while moving: along one axis"),
    ("Alt", "Held while drawing: no snapping"),
    ("Shift+click", "Add to the selection or remove from it"),
    ("Shift+drag", "Select everything in a box"),
    ("Ctrl+drag", "Move a copy of the selection"),
    ("Alt+click", "On the map: select what lies below; on an eye: show only this"),
    ("Double click", "Finish a line; edit a text; elsewhere zoom in, with Shift zoom out"),
    ("Wheel", "Zoom at the pointer"),
    ("Tab", "Go to the next control"),
    ("← → ↑ ↓", "In the reader: move by one word or ten; with Shift, select"),
];

/// Shows the dialog.
pub(crate) fn keys_ui(
    ui: &mut Ui,
    session: &Session,
    dialog: &mut KeysDialog,
    decision: &mut Option<Decision>,
    actions: &mut Vec<Action>,
) {
    width_ui(ui, 520.0);
    ui.heading("Keys");
    ui.add_space(6.0);
    let mut keymap = session.keymap.clone();
    if tick(ui, &mut keymap.letters, "Use single letters and signs as keyboard shortcuts").changed() {
        actions.push(Action::SetKeymap(keymap));
    }
    let field = ui.add(line_edit(&mut dialog.search).hint_text("Search keys").desired_width(f32::INFINITY));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search keys"));
    if !ui.memory(|memory| memory.focused().is_some()) {
        field.request_focus();
    }
    // The sign that opens the dialog may arrive as text after it has.
    if field.changed() && dialog.search == "?" {
        dialog.search.clear();
    }
    if let Some(command) = dialog.waiting {
        listen(ui, session, command, dialog, actions);
    }
    if !dialog.note.is_empty() {
        ui.label(&dialog.note);
    }
    ui.add_space(6.0);
    let wanted = dialog.search.to_lowercase();
    let list_pt = height_pt(ui, 380.0);
    // Of one height, so that the dialog does not move under the pointer while it is searched.
    egui::ScrollArea::vertical().max_height(list_pt).min_scrolled_height(list_pt).auto_shrink(false).show(ui, |ui| {
        egui::Grid::new("keys").num_columns(3).spacing([18.0, 5.0]).min_col_width(120.0).show(ui, |ui| {
            for command in Command::ALL.iter().copied() {
                if command.label().to_lowercase().contains(&wanted) {
                    command_ui(ui, session, command, dialog, actions);
                }
            }
            for (keys, what) in GESTURES {
                if what.to_lowercase().contains(&wanted) {
                    ui.label(RichText::new(keys).monospace());
                    ui.add(egui::Label::new(what).wrap());
                    ui.end_row();
                }
            }
        });
        chrome::follow_focus(ui);
    });
    ui.add_space(12.0);
    if close_ui(ui) {
        *decision = Some(Decision::Close);
    }
}

fn command_ui(ui: &mut Ui, session: &Session, command: Command, dialog: &mut KeysDialog, actions: &mut Vec<Action>) {
    let keymap = &session.keymap;
    let keys: Vec<String> = keymap.keys(command).into_iter().map(chrome::spoken).collect();
    let waits = dialog.waiting == Some(command);
    let text = match keys.join(" or ") {
        _ if waits => "Press a key…".to_owned(),
        none if none.is_empty() => "–".to_owned(),
        keys => keys,
    };
    let button = ui.add(Button::new(RichText::new(text).monospace()).selected(waits).frame_when_inactive(waits));
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Change the key of {}", command.label())));
    if button.on_hover_text("Click, then press the new key; Delete removes the key").clicked() {
        dialog.waiting = (!waits).then_some(command);
        dialog.note.clear();
    }
    ui.label(command.label()).on_hover_text(command.help());
    if keymap.is_changed(command) {
        let reset = ui.link("Reset");
        reset.widget_info(|| WidgetInfo::labeled(Role::Link, true, format!("Reset the key of {}", command.label())));
        if reset.clicked() {
            let mut keymap = keymap.clone();
            keymap.reset(command);
            actions.push(Action::SetKeymap(keymap));
        }
    }
    ui.end_row();
}

/// Waits for the new key of a command.
fn listen(ui: &Ui, session: &Session, command: Command, dialog: &mut KeysDialog, actions: &mut Vec<Action>) {
    let pressed = ui.input_mut(|input| {
        let found = input.events.iter().find_map(|event| match event {
            Event::Key { key, pressed: true, modifiers, .. } => Some((*key, *modifiers)),
            // The system's own clipboard keys arrive as what they do.
            Event::Copy => Some((Key::C, Modifiers::COMMAND)),
            Event::Cut => Some((Key::X, Modifiers::COMMAND)),
            Event::Paste(_) => Some((Key::V, Modifiers::COMMAND)),
            _ => None,
        });
        if found.is_some() {
            input.events.retain(|event| !matches!(event, Event::Key { .. } | Event::Text(_)));
        }
        found
    });
    let Some((key, modifiers)) = pressed else { return };
    dialog.waiting = None;
    let mut keymap: Keymap = session.keymap.clone();
    if key == Key::Escape && modifiers.is_none() {
        return;
    }
    if matches!(key, Key::Delete | Key::Backspace) && modifiers.is_none() {
        keymap.clear(command);
        actions.push(Action::SetKeymap(keymap));
        return;
    }
    let name = name_of(key, modifiers);
    let digit = modifiers.is_none() && name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_digit());
    let taken = ["Enter", "Tab", "Space", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
    if digit || taken.contains(&name.as_str()) {
        dialog.note = format!("{} is used by the map and the panels; choose another key.", chrome::spoken(&name));
        return;
    }
    dialog.note = match keymap.command(&name).filter(|other| *other != command) {
        Some(other) => format!("{} no longer stands for “{}”.", chrome::spoken(&name), other.label()),
        None => String::new(),
    };
    keymap.set(command, &name);
    actions.push(Action::SetKeymap(keymap));
}

/// A key as [`Command::keys`] writes it.
fn name_of(key: Key, modifiers: Modifiers) -> String {
    let mut name = String::new();
    for (held, text) in [(modifiers.command, "Ctrl+"), (modifiers.shift, "Shift+"), (modifiers.alt, "Alt+")] {
        if held {
            name.push_str(text);
        }
    }
    name + key.name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_as_the_commands_name_it() {
        assert_eq!(name_of(Key::Z, Modifiers::COMMAND | Modifiers::SHIFT), "Ctrl+Shift+Z");
        for command in Command::ALL {
            for keys in command.keys() {
                let (modifiers, key) = crate::app::keys::parse_keys(keys).expect(keys);
                assert_eq!(crate::app::keys::parse_keys(&name_of(key, modifiers)), Some((modifiers, key)), "{keys}");
            }
        }
    }
}
