//! Texts that are dropped on the window: whose they are, and what they say of themselves, for the form of a new source.

use std::path::{Path, PathBuf};

use super::ClaimlineApp;
use super::dialogs::Dialog;
use super::dialogs::attach_dialog::{AttachDialog, TextOf};
use crate::dossier::Dossier;
use crate::dossier::verify::MatchedBy;
use crate::files;
use crate::files::documents::Loaded;
use crate::formats::document::Other;
use crate::formats::format::FORMATS;
use crate::formats::source_properties::PropertySource;

/// What is known of a document before it is attached.
#[derive(Debug, Clone, Default)]
pub(crate) struct LookedAt {
    /// What it says of itself, as guesses.
    pub(crate) page: PropertySource,
    /// The source whose text it is, and how that is known.
    pub(crate) fits: Option<(String, MatchedBy)>,
    /// The pages of an archive that has several.
    pub(crate) pages: Vec<Other>,
    /// The address of the one that was looked at.
    pub(crate) address: String,
    /// What is doubtful of how it was read, each the part of a sentence.
    pub(crate) notes: Vec<String>,
}

/// Looks whose text a document is, and what it says of itself; of an archive of several pages, that from this address, or the one
/// from the address of a source.
pub(crate) fn look_at(path: &Path, address: Option<&str>, dossier: &Dossier) -> Result<LookedAt, String> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let loaded = Loaded::of(path).map_err(|error| error.to_string())?;
    let mut read = loaded.read(&[address.unwrap_or_default()]).map_err(|error| error.to_string())?;
    let fits = match address {
        None => super::jobs::matching(dossier, &file, &loaded, &mut read).map(|(id, by, _)| (id, by)),
        Some(_) => None,
    };
    let address = read.said.address.clone().unwrap_or_default();
    Ok(LookedAt { page: read.said.page(), fits, pages: read.pages(), address, notes: read.warnings })
}

/// Whether a file of this name is read as the text of a source, and as nothing else.
pub(super) fn is_text(path: &Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    let lower = name.to_string_lossy().to_lowercase();
    let is_other = const { &FORMATS }.iter().any(|format| format.is_named(&lower));
    !is_other && files::documents::is_named_as_one(name) && !files::address::is_address(path)
}

impl ClaimlineApp {
    /// Takes the texts out of what is dropped on the window or opened, each to be asked about; what is left is to be opened.
    pub(super) fn take_texts(&mut self, dropped: Vec<PathBuf>) -> Vec<PathBuf> {
        let (texts, others): (Vec<_>, Vec<_>) = dropped.into_iter().partition(|path| is_text(path));
        self.dropped_texts.extend(texts);
        others
    }

    /// Asks about the next text that was dropped, if nothing else is asked.
    pub(super) fn ask_text(&mut self) -> bool {
        let Some(path) = self.dropped_texts.pop_front() else { return false };
        self.dialog = Some(Dialog::Attach(Box::new(AttachDialog::dropped(&path))));
        self.look_at_text(None);
        true
    }

    /// Looks what the document of the dialog says of itself.
    pub(super) fn look_at_text(&mut self, address: Option<String>) {
        let Some(Dialog::Attach(dialog)) = &mut self.dialog else { return };
        let path = files::expand(dialog.path.trim());
        dialog.looks = true;
        self.jobs.look_at_text(path, address, self.session.scene().clone());
    }

    /// Fills in the dialog what a document says of itself.
    pub(super) fn take_looked_at(&mut self, path: &Path, looked: Result<LookedAt, String>) {
        let Some(Dialog::Attach(dialog)) = &mut self.dialog else { return };
        if files::expand(dialog.path.trim()) != path {
            return;
        }
        dialog.looks = false;
        match looked {
            Err(why) => dialog.error = format!("The text cannot be read: {why}"),
            Ok(LookedAt { page, fits, pages, address, notes }) => {
                if dialog.is_dropped && dialog.of == TextOf::Any {
                    dialog.of = match &fits {
                        Some((id, _)) => TextOf::Source(id.clone()),
                        None => TextOf::New,
                    };
                }
                dialog.fits = fits.map(|(id, by)| (id, by.phrase()));
                dialog.form.guess(&page);
                (dialog.pages, dialog.page, dialog.notes) = (pages, address, notes);
            }
        }
    }
}
