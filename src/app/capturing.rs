//! Copies of sources in the window: how a page or a file becomes one, and what has become of the pages.

use std::collections::BTreeMap;

use eframe::egui;

use super::ClaimlineApp;
use super::documents::{AttachedBefore, Place};
use super::jobs::DossierFrom;
use crate::dossier::manuscript::{List, NewCapture};
use crate::dossier::standing::Standing;
use crate::files::capture::{self, Extent};
use crate::session::{CaptureWish, EvidenceEdit};

/// What came of looking at the pages of sources.
pub(crate) struct LookedAgain {
    /// The dossier of which they are.
    pub(crate) dossier: String,
    /// When.
    pub(crate) at: String,
    /// By excerpt.
    pub(crate) standings: BTreeMap<String, Standing>,
}

/// A copy that was made, and what is to be said of it.
pub(crate) struct MadeCapture {
    pub(crate) new: NewCapture,
    pub(crate) note: Option<String>,
}

impl ClaimlineApp {
    /// Fetches the page of a source; somebody has pressed the button that names its server.
    pub(super) fn capture(&mut self, wish: &CaptureWish) {
        let Some(source) = self.session.dossier().source(&wish.source) else { return };
        let extent = if wish.with_resources { Extent::WithResources } else { Extent::Page };
        let server = capture::server_of(&source.url).filter(|_| wish.remembers);
        self.jobs.capture(source.id.clone(), source.url.clone(), extent);
        if let Some(server) = server {
            let trouble = self.ground.say_captured(&server, true);
            self.tell_trouble(trouble);
        }
    }

    /// Makes the file that was attached as the text of a source a copy of it.
    pub(super) fn keep_attached(&mut self, source: &str) {
        let attached = self.documents.get(source).and_then(|document| match &document.place {
            Place::File(path) => Some((path.clone(), document.page.clone(), document.sha256.clone())),
            Place::Kept(_) => None,
        });
        let dossier = &self.session.dossier().id;
        let is_it = |before: &&AttachedBefore| before.dossier == *dossier && before.source == source;
        let before = self.attached_before.iter().rev().find(is_it);
        let before = before.map(|before| (before.path.clone(), before.page.clone(), before.sha256.clone()));
        match attached.or(before) {
            Some((path, page, sha256)) => self.jobs.capture_file(source.to_owned(), path, page, sha256),
            None => self.tell("It is not known any more where the attached file is; attach it again, then keep it"),
        }
    }

    /// Keeps a copy with the dossier that is written, as one step.
    pub(super) fn take_capture(&mut self, ctx: &egui::Context, source: &str, made: Result<MadeCapture, String>) {
        let MadeCapture { new, note } = match made {
            Ok(made) => made,
            Err(why) => {
                self.tell(format!("The source was not captured: {why}"));
                return;
            }
        };
        let Some(manuscript) = self.session.manuscript() else {
            self.tell("The dossier is not being edited any more, so the capture was not kept");
            return;
        };
        match manuscript.with_capture(source, &new) {
            Err(why) => self.tell(format!("The capture was not kept: {why}")),
            Ok((entry, file)) => {
                let note = note.map(|note| format!(", {note}")).unwrap_or_default();
                let told = format!("Kept {} with the dossier{note}; it is written when you save", file.0);
                let edit = EvidenceEdit::Put { list: List::Sources, entry, files: vec![file] };
                for effect in self.session.edit_evidence(&edit) {
                    self.effect(ctx, effect);
                }
                self.refresh_gaps();
                self.tell(told);
            }
        }
    }

    /// Looks at the pages of the sources that are quoted.
    pub(super) fn check_again(&mut self) {
        let copies = match (self.session.manuscript(), &self.project.dossier_place) {
            (Some(manuscript), _) => Some(DossierFrom::Project(manuscript.clone())),
            (None, Some(place)) => Some(DossierFrom::Place(place.clone())),
            (None, None) => None,
        };
        self.jobs.check_again(self.session.scene().clone(), copies);
    }

    /// Shows what came of that.
    pub(super) fn take_standings(&mut self, looked: LookedAgain) {
        let LookedAgain { dossier, at, standings } = looked;
        if dossier == self.session.dossier().id {
            self.session.set_standings(at, standings);
            self.tell("The pages have been looked at; the Sources panel says how each excerpt stands");
        }
    }
}
