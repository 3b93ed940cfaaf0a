//! A line of the user's own in place of the dossier's line of contact.

use std::sync::Arc;

use super::{Effect, Selection, Session};
use crate::document::{ChosenLine, Step};
use crate::dossier::{Counting, OWN_GROUP, Overlay, Shape};
use crate::scene::Scene;

impl Session {
    /// Whether an overlay can take the place of the dossier's line of contact: a line or an area from a file.
    pub fn can_be_line(&self, overlay: &Overlay) -> bool {
        overlay.group == OWN_GROUP
            && !matches!(*overlay.shape, Shape::Places(_))
            && self.dossier().line_of_recipes().is_some()
    }

    /// Puts an overlay in the line's place, or asks which of its features count if it has several kinds of them.
    pub(super) fn use_as_line(&mut self, id: String) -> Vec<Effect> {
        let Some(overlay) = self.dossier().overlay(&id).filter(|overlay| self.can_be_line(overlay)) else {
            return Vec::new();
        };
        if self.dossier().choice_of(overlay).is_open() {
            return vec![Effect::ChooseLine(id)];
        }
        self.count_as_line(&id, Counting::All)
    }

    /// Puts those features of an overlay in the line's place that count.
    pub(super) fn count_as_line(&mut self, id: &str, counting: Counting) -> Vec<Effect> {
        let Some(overlay) = self.dossier().overlay(id).filter(|overlay| self.can_be_line(overlay)) else {
            return Vec::new();
        };
        let line = match ChosenLine::of(overlay, counting) {
            Ok(line) => Arc::new(line),
            Err(what) => return vec![Effect::Tell(format!("It cannot be used as the line of contact: {what}"))],
        };
        let step = Step::UseAsLine(self.named(id));
        self.history.edit(step, |document| document.chosen_line = Some(line));
        self.mend_line()
    }

    /// An overlay as the dossier has it, if a line of the user's own has changed it.
    pub fn former(&self, id: &str) -> Option<&Overlay> {
        self.dossier().own_line.as_ref()?.former(id)
    }

    /// Shows the same dossier with another line of contact, the document's or the dossier's own; document, view and selection stay as they are.
    pub fn exchange_scene(&mut self, scene: Arc<Scene>, line: Option<Arc<ChosenLine>>) {
        self.line_in_use = line;
        let (selection, problems) = (self.selection.clone(), self.problems.clone());
        self.replace_scene(scene, problems);
        self.selection = match selection {
            Selection::Overlay { id, .. } if self.dossier().overlay(&id).is_some() => {
                Selection::Overlay { id, feature: None, place: None }
            }
            Selection::Overlay { .. } => Selection::None,
            other => other,
        };
        // It stands as on the day that is shown.
        self.dress();
    }

    /// Gives up a line of contact that nothing could be worked out from.
    pub fn refuse_line(&mut self) {
        if self.document().chosen_line != self.line_in_use {
            let in_use = self.line_in_use.clone();
            self.history.edit(Step::RefuseLine, |document| document.chosen_line = in_use);
        }
    }

    /// Asks for the line of contact that the document wants, if another is in use.
    pub(super) fn mend_line(&self) -> Vec<Effect> {
        let wanted = &self.document().chosen_line;
        if *wanted == self.line_in_use {
            return Vec::new();
        }
        vec![Effect::ChangeLine(wanted.clone())]
    }
}
