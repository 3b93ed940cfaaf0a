//! Accounts laid over each other: chosen, worked out in the background, shown, written and taken away.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ClaimlineApp;
use super::dialogs::agree_dialog::AgreeDialog;
use super::dialogs::{Dialog, Purpose};
use crate::formats::format;
use crate::formats::write::Outgoing;
use crate::session::{AgreementWish, ShownAgreement};

/// Endings of files of cells that are none of features.
const PLAIN: [&str; 1] = ["json"];

impl ClaimlineApp {
    /// Asks which accounts are meant.
    pub(super) fn ask_accounts(&mut self) {
        self.dialog = Some(Dialog::Agree(Box::new(AgreeDialog::new(&self.session))));
    }

    /// Works out what was chosen in the dialog.
    pub(super) fn agree_as_chosen(&mut self) {
        let Some(Dialog::Agree(dialog)) = &self.dialog else { return };
        let Ok(wish) = dialog.wish() else { return };
        self.dialog = None;
        self.lay_over(wish);
    }

    /// Lays accounts over each other in the background.
    pub(super) fn lay_over(&mut self, wish: AgreementWish) {
        self.tell("Laying the accounts over each other…");
        self.jobs.lay_over(wish, Arc::clone(self.session.scene()), self.session.document().clone());
    }

    pub(super) fn agree_again(&mut self) {
        if let Some(wish) = self.session.agreement().map(|shown| shown.wish.clone()) {
            self.lay_over(wish);
        }
    }

    /// Shows what has been laid over each other.
    pub(super) fn take_agreement(&mut self, worked_out: Result<Box<ShownAgreement>, String>) {
        let shown = match worked_out {
            Ok(shown) => *shown,
            Err(why) => return self.tell(format!("Nothing was laid over each other: {why}")),
        };
        self.tell(match &shown.map {
            Some(_) => format!("The map shows which of {} accounts agree", shown.agreement.accounts.len()),
            None => "None of the accounts shades anything there".to_owned(),
        });
        if let Some((scene, _)) = &shown.map {
            self.jobs.prepare(Arc::clone(scene));
        }
        self.session.agree(shown);
        self.bottom_drawer.show_agreement();
    }

    /// Asks where the cells go.
    pub(super) fn ask_cells(&mut self) {
        self.ask_path(Purpose::SaveCells);
        let folder = self.export_folder.clone().or_else(crate::files::documents_folder).unwrap_or_default();
        if let Some(Dialog::Path { path, .. }) = &mut self.dialog {
            *path = folder.join("who-agrees.csv").display().to_string();
        }
    }

    /// Why the cells cannot be written to a file of that name; nothing if they can.
    pub(super) fn why_no_cells(path: &Path) -> Option<String> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let is_known = PLAIN.contains(&ending.as_str()) || format::written_as(path).is_some();
        (!is_known)
            .then(|| format!("The name must end in .csv, .json or, with shapes, in {}", format::written_formats()))
    }

    /// Writes the cells: as a table (.csv), for programs (.json), or with their shapes.
    pub(super) fn write_cells(&mut self, path: PathBuf) {
        let Some(shown) = self.session.agreement().cloned() else { return };
        self.export_folder = path.parent().map(PathBuf::from);
        self.jobs.write_cells(shown, path);
    }
}

/// The text of a file of cells, by its ending, and what of them it cannot hold.
pub(super) fn text_of(shown: &ShownAgreement, path: &Path) -> (Vec<u8>, Vec<String>) {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let agreement = &shown.agreement;
    match (ending.as_str(), format::written_as(path)) {
        ("csv", _) => (agreement.csv().into_bytes(), Vec::new()),
        ("json", _) => {
            let mut text = serde_json::to_string_pretty(&agreement.json(&shown.place_names())).unwrap_or_default();
            text.push('\n');
            (text.into_bytes(), Vec::new())
        }
        (_, Some((_, write))) => {
            let features = agreement.features();
            let written = write(&Outgoing { title: "Who agrees", ending: &ending, features: &features });
            (written.bytes, written.cannot_hold)
        }
        (_, None) => (Vec::new(), Vec::new()),
    }
}
