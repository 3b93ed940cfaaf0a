//! Which keys do what: those that come with the program, as far as the user has not changed them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Command;

/// The user's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keymap {
    /// Whether keys without Ctrl or Alt that type a letter do anything (WCAG 2.1.4).
    #[serde(default = "yes")]
    pub letters: bool,
    /// Commands whose keys the user has changed.
    #[serde(default)]
    changed: BTreeMap<Command, Vec<String>>,
}

fn yes() -> bool {
    true
}

impl Default for Keymap {
    fn default() -> Self {
        Self { letters: true, changed: BTreeMap::new() }
    }
}

impl Keymap {
    /// The keys of a command, most usual first.
    pub fn keys(&self, command: Command) -> Vec<&str> {
        let keys: Vec<&str> = match self.changed.get(&command) {
            Some(keys) => keys.iter().map(String::as_str).collect(),
            None => command.keys().iter().copied().filter(|key| self.taken_by(key).is_none()).collect(),
        };
        keys.into_iter().filter(|key| self.letters || !is_letter(key)).collect()
    }

    /// The changed command that has taken this key for itself.
    fn taken_by(&self, key: &str) -> Option<Command> {
        self.changed.iter().find(|(_, keys)| keys.iter().any(|taken| taken == key)).map(|(command, _)| *command)
    }

    /// The command that a key belongs to.
    pub fn command(&self, key: &str) -> Option<Command> {
        Command::ALL.iter().copied().find(|command| self.keys(*command).contains(&key))
    }

    /// Whether the user has changed a command's keys.
    pub fn is_changed(&self, command: Command) -> bool {
        self.changed.contains_key(&command)
    }

    /// Gives a command one key in place of those it had, and takes the key from any other.
    pub fn set(&mut self, command: Command, key: &str) {
        for keys in self.changed.values_mut() {
            keys.retain(|other| other != key);
        }
        self.changed.insert(command, vec![key.to_owned()]);
    }

    /// Takes all keys from a command.
    pub fn clear(&mut self, command: Command) {
        self.changed.insert(command, Vec::new());
    }

    /// Gives a command the keys back that come with the program; another that had taken one of them loses it.
    pub fn reset(&mut self, command: Command) {
        self.changed.remove(&command);
        for keys in self.changed.values_mut() {
            keys.retain(|key| !command.keys().contains(&key.as_str()));
        }
    }
}

/// Whether a key types a letter or a sign and has no modifier but Shift.
fn is_letter(keys: &str) -> bool {
    let mut parts = keys.split('+').rev();
    let key = parts.next().unwrap_or_default();
    let plain = parts.all(|part| part == "Shift");
    plain && (key.chars().count() == 1 || ["Plus", "Minus", "Equals", "Questionmark"].contains(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_given_away_is_lost_by_its_owner() {
        let mut keymap = Keymap::default();
        assert_eq!(keymap.command("L"), Some(Command::ToolLine));
        keymap.set(Command::Duplicate, "L");
        assert_eq!(keymap.command("L"), Some(Command::Duplicate));
        assert!(keymap.keys(Command::ToolLine).is_empty());
        keymap.reset(Command::ToolLine);
        assert_eq!(keymap.command("L"), Some(Command::ToolLine));
        assert!(keymap.keys(Command::Duplicate).is_empty());
    }

    #[test]
    fn no_key_ever_has_two_meanings() {
        let mut keymap = Keymap::default();
        keymap.set(Command::Find, "Ctrl+Z");
        keymap.set(Command::Lock, "Ctrl+Z");
        keymap.clear(Command::Home);
        let mut seen = std::collections::BTreeSet::new();
        for command in Command::ALL {
            for key in keymap.keys(*command) {
                assert!(seen.insert(key.to_owned()), "{key}");
            }
        }
    }

    #[test]
    fn single_letters_can_be_turned_off() {
        let keymap = Keymap { letters: false, ..Keymap::default() };
        assert!(keymap.keys(Command::ToolLine).is_empty());
        assert!(keymap.keys(Command::ZoomIn).is_empty());
        assert_eq!(keymap.keys(Command::Undo), ["Ctrl+Z"]);
        assert_eq!(keymap.keys(Command::ClearSelection), ["Escape"]);
        assert_eq!(keymap.keys(Command::ShowKeys), ["F1"]);
    }
}
