//! The project in the window: its file, its title, saving, the journal, and what is asked before anything is lost.

use std::path::{Path, PathBuf};

use eframe::egui;

use super::dialogs::{Dialog, Purpose};
use super::jobs::Done;
use super::project_dialogs::{Answer, Question, Then};
use super::{ClaimlineApp, Tab};
use crate::document::project::{self, Reference};
use crate::files;
use crate::files::journal::{self, Journal};
use crate::files::project::{SaveError, Stamp};
use crate::session::{Action, Annotate, Command};

/// The file that the project is in, and how far it is behind.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// Its file; `None` while it has none.
    pub(super) path: Option<PathBuf>,
    /// How the file was when it was last read or written here.
    pub(super) stamp: Option<Stamp>,
    /// The revision that is in the file.
    saved: u64,
    /// The revision that the journal has.
    journaled: u64,
    /// Whether the file is of a newer version of the format.
    newer: bool,
    journal: Option<Journal>,
    /// What goes on once the project is saved.
    then: Option<Then>,
    /// Whether the window may close without another question.
    closing: bool,
    /// The title that the window has.
    title: String,
    /// Projects that were open last.
    pub(super) recents: Vec<PathBuf>,
}

impl Project {
    /// What a person calls the project.
    pub(super) fn name(&self) -> String {
        match &self.path {
            Some(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                name.strip_suffix(project::ENDING).map(str::to_owned).unwrap_or(name)
            }
            None => "Untitled".to_owned(),
        }
    }
}
