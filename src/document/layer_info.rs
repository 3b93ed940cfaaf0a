//! What the user says of a layer that was opened from a file, and where the file is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::annotation::Citation;
use crate::dossier::{ByDays, Facts, FileRecord, KEPT_BYTES, LayerDay};

/// What is kept of a layer beside how it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LayerInfo {
    /// What is said of it otherwise than its file has it.
    #[serde(flatten)]
    pub facts: Facts,
    /// What it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Whether the user has taken it away; undo brings it back. A project's text has no such layer.
    #[serde(skip)]
    pub removed: bool,
    /// Whether the project keeps its data inside; where nobody has said so, what is small enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_data: Option<bool>,
    /// By which property its features follow the timeline, if they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_days: Option<ByDays>,
    /// The layers that are its reports, itself among them, where it stands for a series of layers of a day each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<LayerDay>,
    /// Which of the usual colours what has no style of its own is drawn in.
    #[serde(skip_serializing_if = "is_zero")]
    pub color: u8,
    /// Its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Arc<FileRecord>>,
}

/// Whether a colour is the first, which is not written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(color: &u8) -> bool {
    *color == 0
}

impl LayerInfo {
    /// Whether there is nothing in it.
    pub fn is_bare(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the user has said anything of the layer.
    pub fn is_edited(&self) -> bool {
        !self.facts.is_empty()
            || !self.citations.is_empty()
            || self.keep_data.is_some()
            || self.by_days.is_some()
            || !self.series.is_empty()
    }

    /// Whether the project keeps its data inside.
    pub fn keeps_data(&self) -> bool {
        self.keep_data.unwrap_or_else(|| self.file.as_ref().is_some_and(|file| file.bytes <= KEPT_BYTES))
    }
}
