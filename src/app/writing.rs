//! The dossier that is written, in the window: how it is begun, read in the background, saved, and left.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui;

use super::ClaimlineApp;
use super::dialogs::new_dossier_dialog::NewDossierDialog;
use super::dialogs::project_dialogs::{Question, Then};
use super::dialogs::{Dialog, Purpose};
use super::jobs::{DossierFrom, DossierOfProject};
use crate::document::Document;
use crate::document::project::{Project, Reference};
use crate::dossier::manuscript::List;
use crate::dossier::manuscript::cited_sources::{self, CitedSources};
use crate::dossier::{Dossier, Manuscript, Problem, builtin};
use crate::files::journal::OpenedRecovery;
use crate::files::project::{OpenedProject, SaveError};
use crate::files::{citations, dossiers};
use crate::formats::citations::{CitationWarning, CitedWork};
use crate::session::{Action, EvidenceEdit, Part};

/// What is opened as the dossier that is written.
pub(crate) struct OpenedManuscript {
    /// It.
    pub(crate) manuscript: Arc<Manuscript>,
    /// Where it is saved, and as what; `None` of a copy.
    pub(crate) place: Option<(PathBuf, SavedDossier)>,
}

/// A dossier as it stands in its place.
#[derive(Debug, Clone)]
pub(crate) struct SavedDossier {
    /// It.
    pub(crate) manuscript: Arc<Manuscript>,
    /// Its fingerprint.
    pub(crate) sha256: String,
}

impl SavedDossier {
    /// Sums up what stands there; not for the thread of the window.
    pub(crate) fn of(manuscript: Arc<Manuscript>) -> Self {
        Self { sha256: manuscript.sha256(), manuscript }
    }
}

impl ClaimlineApp {
    /// Asks what a new dossier is about.
    pub(super) fn ask_new_dossier(&mut self) {
        let bounds = self.session.frame().lon_lat_bounds();
        let drawn = self.session.selected_bounds();
        self.dialog = Some(Dialog::NewDossier(Box::new(NewDossierDialog::new(bounds, drawn))));
    }

    /// Begins the dossier of the dialog, once it is settled what happens to unsaved work.
    pub(super) fn begin_dossier(&mut self, ctx: &egui::Context) {
        let Some(Dialog::NewDossier(dialog)) = &self.dialog else { return };
        let Some(beginning) = dialog.beginning() else { return };
        self.dialog = None;
        self.leave(ctx, Then::Begin(Arc::new(Manuscript::new(&beginning))));
    }

    /// Opens a dossier that has just been begun.
    pub(super) fn open_begun(&mut self, ctx: &egui::Context, manuscript: Arc<Manuscript>) {
        match manuscript.dossier() {
            Ok((dossier, problems)) => {
                self.open_parts(ctx, vec![Part::Dossier(Box::new(dossier), problems)]);
                self.begin_empty_project(ctx);
                self.session.write_dossier(manuscript, true);
                self.project.dossier_place = None;
                self.project.set_dossier_saved(None);
                self.tell("The dossier is begun: add what it shows and its sources in the Dossier panel");
                self.show_desk();
            }
            Err(error) => self.tell(format!("The dossier could not be begun: {error}")),
        }
    }

    /// Reads the text of the dossier that is open, to be written where it is, or as a copy without a place.
    pub(super) fn edit_dossier(&mut self, copies: bool) {
        let dossier = self.session.dossier();
        let from = match &self.project.dossier_place {
            _ if builtin::is_builtin(dossier) => DossierFrom::Builtin,
            Some(place) => DossierFrom::Place(place.clone()),
            None => {
                self.tell("It is not known which folder or file this dossier is from; open it again, then edit it");
                return;
            }
        };
        self.tell("Opening…");
        self.jobs.open_manuscript(from, copies);
    }

    /// Writes the dossier that was read.
    pub(super) fn take_manuscript(&mut self, ctx: &egui::Context, opened: OpenedManuscript) {
        let OpenedManuscript { manuscript, place } = opened;
        let (place, saved) = place.unzip();
        self.project.set_dossier_saved(saved);
        self.project.state_no_other();
        if place.is_none() {
            self.project.dossier_place = None;
        }
        let effects = self.session.write_dossier(manuscript, false);
        self.tell(match place {
            Some(place) => format!("Editing {}; nothing is written until you save it", place.display()),
            None => "Editing a copy; save it to keep it".to_owned(),
        });
        self.show_desk();
        for effect in effects {
            self.effect(ctx, effect);
        }
    }

    /// Where the dossier of a project is to be read first: the one that it holds because it is in no other place yet, or the one
    /// at the place that it names; `None` where it is open.
    pub(super) fn dossier_of_project(&self, project: &Project) -> Option<DossierFrom> {
        let document = &project.document;
        match (&document.manuscript, &project.reference.dossier_place) {
            (Some(manuscript), _) => {
                let is_open = self.session.manuscript() == Some(manuscript);
                (!is_open).then(|| DossierFrom::Project(Arc::clone(manuscript)))
            }
            (None, Some(place)) => {
                let is_open = document.dossier == self.session.dossier().id;
                (!is_open && dossiers::is_there(place)).then(|| DossierFrom::Place(place.clone()))
            }
            (None, None) => None,
        }
    }

    /// Opens a project whose dossier has been read.
    pub(super) fn take_dossier_of_project(
        &mut self,
        ctx: &egui::Context,
        read: DossierOfProject,
        path: PathBuf,
        opened: OpenedProject,
    ) {
        match read {
            Ok((manuscript, read)) if opened.project.document.manuscript.is_some() => {
                self.show_dossier_of_project(ctx, manuscript, *read);
                self.look_at_place(&opened.project.reference);
            }
            Ok((_, read)) => {
                let (dossier, problems) = *read;
                self.open_parts(ctx, vec![Part::Dossier(Box::new(dossier), problems)]);
                self.project.dossier_place.clone_from(&opened.project.reference.dossier_place);
            }
            Err(why) => {
                self.tell(format!("The project was not opened, because its dossier cannot be read: {why}"));
                return;
            }
        }
        self.show_project(ctx, path, opened);
    }

    /// Recovers work whose dossier has been read; without the dossier where it cannot be.
    pub(super) fn take_dossier_of_recovered(
        &mut self,
        ctx: &egui::Context,
        read: DossierOfProject,
        path: &Path,
        recovered: OpenedRecovery,
    ) {
        let mut note = String::new();
        match read {
            Ok((_, read)) => {
                let (dossier, problems) = *read;
                self.open_parts(ctx, vec![Part::Dossier(Box::new(dossier), problems)]);
                self.project.dossier_place.clone_from(&recovered.project.reference.dossier_place);
            }
            Err(why) => note = format!(". Its dossier cannot be read: {why}"),
        }
        self.show_recovered(ctx, path, recovered, &note);
    }

    /// Shows the dossier that a project holds, to be written on.
    pub(super) fn show_dossier_of_project(
        &mut self,
        ctx: &egui::Context,
        manuscript: Arc<Manuscript>,
        (dossier, problems): (Dossier, Vec<Problem>),
    ) {
        self.open_parts(ctx, vec![Part::Dossier(Box::new(dossier), problems)]);
        let effects = self.session.write_dossier(manuscript, true);
        // In its place it stands as it was before the changes that the project holds: see `look_at_place`.
        self.project.set_dossier_saved(None);
        for effect in effects {
            self.effect(ctx, effect);
        }
    }

    /// Looks whether the dossier stands in the place that a project names as the project knew it: then it is saved there.
    pub(super) fn look_at_place(&mut self, reference: &Reference) {
        self.project.dossier_place.clone_from(&reference.dossier_place);
        if let (Some(place), Some(sha256)) = (&reference.dossier_place, &reference.place_sha256) {
            self.jobs.look_at_place(place.clone(), sha256.clone());
        }
    }

    /// Takes the dossier in its place, if it stands there as it was known; otherwise whoever saves it is asked.
    pub(super) fn take_standing(&mut self, place: &Path, standing: Option<SavedDossier>) {
        let is_it = self.project.dossier_place.as_deref() == Some(place) && self.session.manuscript().is_some();
        if !is_it || self.project.dossier_saved().is_some() {
            return;
        }
        let place = place.display();
        self.tell(match &standing {
            Some(_) => format!("Recovered; Save dossier writes it to {place}"),
            None => format!("Recovered; another dossier stands in {place} now, so that saving it asks first"),
        });
        self.project.set_dossier_saved(standing);
        self.project.look_again();
    }

    /// Shows what was read from the dossier as it is written.
    pub(super) fn take_evidence(
        &mut self,
        ctx: &egui::Context,
        manuscript: Arc<Manuscript>,
        read: Result<Box<(Dossier, Vec<Problem>)>, String>,
    ) {
        match read {
            Ok(read) => {
                let (dossier, problems) = *read;
                let effects = self.session.exchange_evidence(manuscript, dossier, problems);
                self.jobs.prepare(self.session.scene().clone());
                self.refresh_gaps();
                for effect in effects {
                    self.effect(ctx, effect);
                }
            }
            Err(why) => {
                self.session.refuse_manuscript();
                self.tell(format!("The change was taken back, because the dossier could not be read with it: {why}"));
            }
        }
    }

    /// Whether the dossier that is written differs from what is in its place.
    pub(super) fn has_unsaved_dossier(&self) -> bool {
        self.project.is_dossier_changed(&self.session)
    }

    /// What a person calls what is not saved: the dossier, where the project itself is.
    pub(super) fn name_of_unsaved(&mut self) -> String {
        let dossier = self.session.dossier().title.main().to_owned();
        if self.has_unsaved_dossier() && !self.has_unsaved_project() { dossier } else { self.project.name() }
    }

    /// Writes the dossier to its place, or asks for one.
    pub(super) fn save_dossier(&mut self, agreed: bool) {
        match self.project.dossier_place.clone() {
            Some(place) if self.project.dossier_saved().is_some() || agreed => self.start_saving_dossier(place, agreed),
            _ => self.ask_path(Purpose::SaveDossier),
        }
    }

    /// Writes it to a place that was chosen.
    pub(super) fn save_dossier_to(&mut self, path: &Path) {
        let place = dossiers::lasting_place_of(path);
        if self.project.dossier_place.as_ref() != Some(&place) {
            self.project.set_dossier_saved(None);
        }
        self.project.dossier_place = Some(place.clone());
        self.start_saving_dossier(place, false);
    }

    fn start_saving_dossier(&mut self, place: PathBuf, agreed: bool) {
        let Some(manuscript) = self.session.manuscript().cloned() else { return };
        self.tell("Saving…");
        self.jobs.save_dossier(manuscript, place, self.project.dossier_saved().cloned(), agreed);
    }

    /// The dossier is on the disk.
    pub(super) fn dossier_saved(&mut self, ctx: &egui::Context, saved: SavedDossier, place: PathBuf) {
        self.project.set_dossier_saved(Some(saved));
        self.remember(&place);
        self.tell(format!("Saved the dossier in {}", place.display()));
        self.project.dossier_place = Some(place);
        self.project.look_again();
        if self.has_unsaved_work() {
            if self.project.has_plans() && !self.has_unsaved_dossier() {
                self.save_project(false);
            }
            return;
        }
        self.forget_recovery();
        self.go_on_as_planned(ctx);
    }

    /// The dossier could not be saved; it stays open and unsaved.
    pub(super) fn dossier_not_saved(&mut self, error: &SaveError, place: &Path) {
        let what = error.to_string();
        if matches!(error, SaveError::ChangedOnDisk { .. }) {
            self.dialog = Some(Dialog::Question(Question::OverwriteDossier { what: what.clone() }));
        } else {
            self.project.forget_plans();
            self.ask_path(Purpose::SaveDossier);
            if let Some(Dialog::Path { path, error: shown, .. }) = &mut self.dialog {
                *path = place.display().to_string();
                shown.clone_from(&what);
            }
        }
        self.tell(what);
    }

    /// Protects the evidence from changes again, after asking about those that are not saved.
    pub(super) fn end_editing(&mut self, ctx: &egui::Context) {
        if self.has_unsaved_dossier() {
            self.dialog = Some(Dialog::Question(Question::Unsaved(Then::EndEditing)));
        } else {
            self.stop_writing(ctx);
        }
    }

    /// Writes it no longer: what is shown is what is saved.
    pub(super) fn stop_writing(&mut self, ctx: &egui::Context) {
        let shown = self.session.manuscript().cloned();
        let saved = self.project.set_dossier_saved(None);
        if shown == saved || saved.is_none() {
            self.session.end_writing();
        } else if let Some(saved) = saved {
            // What was changed and not saved is not shown any more.
            let effects = self.session.write_dossier(saved, false);
            for effect in effects {
                self.effect(ctx, effect);
            }
            self.session.end_writing_once_read();
        }
        self.project.look_again();
        self.tell("The dossier is protected from changes again");
    }

    /// Takes the lists of sources out of what is dropped on the window while a dossier is written; what is left is to be opened.
    pub(super) fn take_dropped_citations(&mut self, dropped: Vec<PathBuf>) -> Vec<PathBuf> {
        if self.session.manuscript().is_none() {
            return dropped;
        }
        let (lists, others): (Vec<_>, Vec<_>) = dropped.into_iter().partition(|path| lists_sources(path).is_some());
        for list in lists {
            let may_be_other = lists_sources(&list) == Some(false);
            self.jobs.read_citations(list, may_be_other);
        }
        others
    }

    /// Adds the sources of a list that has been read, in one step, and says what of it could not be used.
    pub(super) fn take_citations(
        &mut self,
        ctx: &egui::Context,
        path: &Path,
        read: Result<(Vec<CitedWork>, Vec<CitationWarning>), String>,
    ) {
        let name = crate::dossier::name_of(path);
        let Some(manuscript) = self.session.manuscript() else { return };
        let (works, warnings) = match read {
            Ok(read) => read,
            Err(why) => return self.tell(format!("No source was added: {why}")),
        };
        let CitedSources { entries, told } = cited_sources::entries_of(manuscript, &works);
        let told: Vec<String> = warnings.iter().map(ToString::to_string).chain(told).collect();
        let count = entries.len();
        let edits: Vec<_> = entries.into_iter().map(|entry| EvidenceEdit::put(List::Sources, entry)).collect();
        if !edits.is_empty() {
            self.act(ctx, Action::EditEvidence(EvidenceEdit::Several(edits)));
        }
        self.tell(match count {
            0 => format!("No source of {name} was added"),
            1 => format!("Added 1 source of {name}"),
            count => format!("Added {count} sources of {name}"),
        });
        if !told.is_empty() && self.dialog.is_none() {
            self.dialog = Some(Dialog::Told(format!("Sources of {name}"), told));
        }
    }

    /// Shows the entries of the dossier that is written, at the foot of the window.
    pub(super) fn show_desk(&mut self) {
        self.bottom_drawer.show_desk();
    }

    /// The path at which a dossier without a place is proposed to be saved.
    pub(super) fn path_of_dossier(&self) -> PathBuf {
        match &self.project.dossier_place {
            Some(place) => place.clone(),
            None => {
                let folder = crate::files::documents_folder().unwrap_or_default();
                folder.join(self.session.manuscript().map_or("dossier", |manuscript| manuscript.id()))
            }
        }
    }

    /// The document without what only the dossier keeps, to be compared with what a project's file holds.
    pub(super) fn beside_dossier(document: &Document, saved: &Document) -> bool {
        let saved = Document { view: document.view, manuscript: document.manuscript.clone(), ..saved.clone() };
        *document == saved
    }
}

/// Whether a file of this name lists sources: for certain, or maybe.
pub(super) fn lists_sources(path: &Path) -> Option<bool> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    match ending.as_str() {
        ending if citations::ENDINGS.contains(&ending) => Some(true),
        ending if citations::MAYBE.contains(&ending) => Some(false),
        _ => None,
    }
}
