//! What a figure has to say in sentences, in one paragraph: accuracy, view of the boundaries, disclaimer.

use crate::figure::page::{Part, Setting};

impl Setting {
    pub(in crate::figure) fn notes(&self, notes: &[String], width_pt: f64) -> Vec<Part> {
        let paragraph = (!notes.is_empty()).then(|| self.small_note(&notes.join(" "), width_pt));
        paragraph.into_iter().map(|block| Part::new(0.0, block)).collect()
    }
}
