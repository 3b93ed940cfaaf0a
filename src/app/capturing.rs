//! Copies of sources in the window: how a page or a file becomes one, and what has become of the pages.

use std::collections::BTreeMap;

use eframe::egui;

use super::ClaimlineApp;
use super::documents::Place;
use super::jobs::DossierFrom;
use crate::dossier::manuscript::{List, NewCapture};
use crate::dossier::standing::Standing;
use crate::session::EvidenceEdit;

/// What came of looking at the pages of sources.
pub(crate) struct LookedAgain {
    /// The dossier of which they are.
    pub(crate) dossier: String,
    /// When.
    pub(crate) at: String,
    /// By excerpt.
    pub(crate) standings: BTreeMap<String, Standing>,
}

impl ClaimlineApp {
    /// Fetches the page of a source; somebody has pressed the button that names its server.
    pub(super) fn capture(&mut self, source: &str) {
        if let Some(source) = self.session.dossier().source(source) {
            self.jobs.capture(source.id.clone(), source.url.clone());
        }
    }

    /// Makes the file that was attached as the text of a source a copy of it.
    pub(super) fn keep_attached(&mut self, source: &str) {
        match self.documents.get(source).map(|document| (&document.place, &document.page)) {
            Some((Place::File(path), page)) => {
                self.jobs.capture_file(source.to_owned(), path.clone(), page.clone());
            }
            _ => self.tell("It is not known any more where the attached file is; attach it again, then keep it"),
        }
    }

    /// Keeps a copy with the dossier that is written, as one step.
    pub(super) fn take_capture(&mut self, ctx: &egui::Context, source: &str, made: Result<NewCapture, String>) {
        let new = match made {
            Ok(new) => new,
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
                let told = format!("Kept {} with the dossier; it is written when you save", file.0);
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
