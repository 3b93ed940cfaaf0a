//! What a figure has to say in sentences: accuracy, view of the boundaries, disclaimer.

use crate::figure::page::{Part, Setting};

impl Setting {
    pub(in crate::figure) fn notes(&self, notes: &[String], width_pt: f64) -> Vec<Part> {
        notes.iter().map(|note| Part::new(0.35 * self.base_pt, self.small_note(note, width_pt))).collect()
    }
}
