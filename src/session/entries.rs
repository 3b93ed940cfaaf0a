//! The commands that ask for something new in the dossier that is written.

use super::{Command, Effect, FeatureSet, Session};
use crate::dossier::OWN_GROUP;
use crate::dossier::manuscript::List;

/// The list to which a command adds an entry.
fn list_of(command: Command) -> Option<List> {
    Some(match command {
        Command::AddOverlay => List::Overlays,
        Command::AddSource => List::Sources,
        Command::AddExcerpt => List::Excerpts,
        Command::AddPosition => List::Positions,
        Command::AddReportedFigure => List::Figures,
        Command::AddNote => List::Notes,
        Command::AddGroup => List::Groups,
        _ => return None,
    })
}

impl Session {
    /// Why such a command can't be carried out now; `None` if it can, or is none of these.
    pub(super) fn why_not_entry(&self, command: Command) -> Option<&'static str> {
        let writes = matches!(
            command,
            Command::AboutDossier | Command::AddSources | Command::DeriveOverlay | Command::MakeOverlay
        );
        if (writes || list_of(command).is_some()) && self.manuscript().is_none() {
            return Some("The dossier is not being edited: edit it, or a copy of it, first");
        }
        match command {
            Command::MakeOverlay if self.made_of().is_none() => {
                Some("Select annotations, or a layer from a file, first")
            }
            Command::UseAsLine if !self.selected_overlay().is_some_and(|overlay| self.can_be_line(overlay)) => {
                Some("Select a layer of lines or areas from a file first")
            }
            _ => None,
        }
    }

    /// Asks for what such a command adds: about the overlay that is selected, where the dossier has it.
    pub(super) fn ask_entry_of(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::AboutDossier => vec![Effect::AskWhole],
            Command::AddSources => vec![Effect::ChooseCitations],
            Command::DeriveOverlay => vec![Effect::AskRecipe(None)],
            Command::MakeOverlay => self.made_of().map(|set| self.ask_overlay_of(&set)).unwrap_or_default(),
            Command::UseAsLine => {
                let overlay = self.selected_overlay().map(|overlay| overlay.id.clone());
                overlay.map(|id| self.use_as_line(id)).unwrap_or_default()
            }
            _ => {
                let Some(list) = list_of(command) else { return Vec::new() };
                let is_written =
                    |id: &String| self.manuscript().is_some_and(|it| it.entry(List::Overlays, id).is_some());
                let about = self.selected_overlay().map(|overlay| overlay.id.clone()).filter(is_written);
                match about {
                    Some(id) if !matches!(list, List::Overlays | List::Sources | List::Groups) => {
                        self.ask_entry_about(list, &id)
                    }
                    _ => vec![Effect::AskEntry(list, None)],
                }
            }
        }
    }

    /// Of what an overlay would be made: the annotations that are selected, or the layer from a file.
    fn made_of(&self) -> Option<FeatureSet> {
        let annotations = self.selected_annotations();
        if !annotations.is_empty() {
            return Some(FeatureSet::Annotations(annotations.to_vec()));
        }
        let layer = self.selected_overlay().filter(|overlay| overlay.group == OWN_GROUP)?;
        Some(FeatureSet::Overlay(layer.id.clone()))
    }
}
