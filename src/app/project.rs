//! The project in the window: its file, its title, saving, the journal, and what is asked before anything is lost.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use eframe::egui::{self, ViewportCommand};
use serde_json::{Map, Value};

use crate::app::dialogs::gaps_window;
use crate::app::dialogs::project_dialogs::{Answer, Left, Question, Then};
use crate::app::dialogs::{Dialog, Purpose};
use crate::app::widgets;
use crate::app::writing::SavedDossier;
use crate::app::{ClaimlineApp, chrome};
use crate::document::project::{self, AttachedText, Reference};
use crate::document::{Document, OverlayState};
use crate::dossier::{Manuscript, OWN_GROUP, Overlay, words};
use crate::figure::{FigureOptions, PageSetup, Shows};
use crate::files::Taken;
use crate::files::address::Address;
use crate::files::journal::{self, Claim, Journal, OpenedRecovery};
use crate::files::layers::{self, From, ReadLayer, Standing, Wanted};
use crate::files::project::{OpenedProject, Over, SaveError, Saved, Stamp};
use crate::files::recents::{self, Recents};
use crate::formats::number::hex;
use crate::session::{Action, Annotate, Command, Effect, Part, Session};

/// The file that the project is in, and how far it is behind.
#[derive(Default)]
pub(super) struct Project {
    /// Its file; `None` while it has none.
    path: Option<PathBuf>,
    /// How the file was when it was last read or written here.
    stamp: Option<Stamp>,
    /// What is in the file.
    saved: Option<Document>,
    /// The set-up of a figure that was exported just as the window proposed it: nobody's work.
    proposed: Option<Arc<Map<String, Value>>>,
    /// Whether what is shown differs from it, as of that revision.
    changed: (u64, bool),
    /// The revision that the journal has.
    journaled: u64,
    journal: Option<Journal>,
    /// Where recovery files are kept.
    folder: PathBuf,
    /// This window's hold on its file.
    claim: Option<Claim>,
    /// Recovered work that is open here, and that goes once the journal has it.
    recovered: Option<PathBuf>,
    /// What is wrong with the journal, as long as it is.
    pub(super) trouble: Option<String>,
    /// When the journal was last begun in vain.
    tried: Option<Instant>,
    /// Why the project could not be saved, until it is or the user waves it away.
    pub(super) not_saved: Option<String>,
    /// A project that has been read and opens once the dialog over the window is answered.
    waiting: Option<(PathBuf, OpenedProject)>,
    /// What goes on once the project is saved.
    then: Option<Then>,
    /// Whether the window may close without another question.
    closing: bool,
    /// The title that the window has.
    title: String,
    /// What its file keeps of layers.
    kept: BTreeMap<String, Arc<str>>,
    /// Layers whose files are not as they were.
    pub(super) wrong: Vec<ReadLayer>,
    /// Layers that seem to have longitude and latitude exchanged and are to stay as they are, by their ids.
    pub(super) not_exchanged: BTreeSet<String>,
    /// The dossier that the project states, where another is open.
    stated: Option<Box<Stated>>,
    /// Counts the projects that have been open, so that what was read for one does not go into another.
    number: u64,
    /// The layers that were opened together with a project: they stay.
    pub(super) beside: Vec<String>,
    /// Where the dossier is from, or where it was saved: a folder or a file.
    pub(super) dossier_place: Option<PathBuf>,
    /// The dossier that is written as it stands there.
    dossier_saved: Option<SavedDossier>,
    /// Whether the dossier that is written differs from that, as of that revision.
    dossier_changed: Cell<Option<(u64, bool)>>,
    /// Projects and dossiers that were open last.
    pub(super) recents: Vec<PathBuf>,
}

/// The dossier that a project states and that is not to be had: what is saved goes on stating it, with what belongs to it.
struct Stated {
    /// As it was read.
    document: Document,
    reference: Reference,
}

impl Stated {
    /// A document that lies over another dossier, as a file of the project keeps it.
    fn stating(&self, document: &Document) -> Document {
        let mut document = document.clone();
        document.dossier.clone_from(&self.document.dossier);
        document.overlays.retain(|state| state.group == OWN_GROUP);
        let of_dossier = self.document.overlays.iter().filter(|state| state.group != OWN_GROUP);
        let is_free = |state: &&OverlayState| document.overlay(&state.id).is_none();
        let of_dossier: Vec<OverlayState> = of_dossier.filter(is_free).cloned().collect();
        document.overlays.extend(of_dossier);
        if document.figure.is_empty() {
            document.figure.clone_from(&self.document.figure);
        }
        if document.chosen_line.is_none() {
            document.chosen_line.clone_from(&self.document.chosen_line);
        }
        document
    }
}

impl Project {
    /// The document as a file of the project keeps it.
    fn as_stated<'a>(&self, document: &'a Document) -> Cow<'a, Document> {
        match &self.stated {
            Some(stated) => Cow::Owned(stated.stating(document)),
            None => Cow::Borrowed(document),
        }
    }

    /// The dossier that is open is the one that the project states from now on.
    pub(super) fn state_no_other(&mut self) {
        self.stated = None;
    }

    /// Layers have other ids: the former come first.
    pub(super) fn rename_layers(&mut self, renamed: &[(String, String)]) {
        for (former, present) in renamed {
            if let Some(text) = self.kept.remove(former) {
                self.kept.insert(present.clone(), text);
            }
            if self.not_exchanged.remove(former) {
                self.not_exchanged.insert(present.clone());
            }
            for layer in self.wrong.iter_mut().filter(|layer| layer.id == *former) {
                layer.id.clone_from(present);
            }
        }
    }

    /// Its file, if it has one.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What a person calls the project.
    pub(super) fn name(&self) -> String {
        let Some(path) = &self.path else { return "Untitled".to_owned() };
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        name.strip_suffix(project::ENDING).map(str::to_owned).unwrap_or(name)
    }

    /// Of a window that opens with what a session holds.
    pub(super) fn of(session: &Session) -> Self {
        let mut project = Self { journaled: session.history().revision(), ..Self::default() };
        project.settle(session);
        project
    }

    /// Takes a document for what is in the file.
    pub(super) fn settle(&mut self, session: &Session) {
        self.saved = Some(self.as_stated(session.document()).into_owned());
        self.proposed = None;
        self.changed = (session.history().revision(), false);
    }

    /// Whether the user has set up a figure that is in no file.
    fn has_figure(&self, document: &Document) -> bool {
        let is = |figure: Option<&Arc<Map<String, Value>>>| figure.is_some_and(|figure| *figure == document.figure);
        !is(self.saved.as_ref().map(|saved| &saved.figure)) && !is(self.proposed.as_ref())
    }

    /// The dossier as it stands in its place.
    pub(super) fn dossier_saved(&self) -> Option<&Arc<Manuscript>> {
        self.dossier_saved.as_ref().map(|saved| &saved.manuscript)
    }

    /// The dossier stands so in its place from now on, or in none; how it stood.
    pub(super) fn set_dossier_saved(&mut self, saved: Option<SavedDossier>) -> Option<Arc<Manuscript>> {
        self.dossier_changed.set(None);
        std::mem::replace(&mut self.dossier_saved, saved).map(|former| former.manuscript)
    }

    /// Whether the dossier that is written differs from what is in its place; each frame asks, and to compare takes a while.
    pub(super) fn is_dossier_changed(&self, session: &Session) -> bool {
        let revision = session.history().revision();
        match self.dossier_changed.get() {
            Some((known, changed)) if known == revision => changed,
            _ => {
                let changed = session.manuscript().is_some() && session.manuscript() != self.dossier_saved();
                self.dossier_changed.set(Some((revision, changed)));
                changed
            }
        }
    }

    /// Something beside the document has changed by which it is known whether there is work in no file.
    pub(super) fn look_again(&mut self) {
        self.changed = (u64::MAX, true);
        self.journaled = u64::MAX;
    }

    /// Whether something is to go on once all is saved.
    pub(super) fn has_plans(&self) -> bool {
        self.then.is_some()
    }

    /// Nothing goes on any more once all is saved.
    pub(super) fn forget_plans(&mut self) {
        self.then = None;
    }

    /// Whether there are changes that are in no file.
    fn is_changed(&mut self, session: &Session) -> bool {
        let revision = session.history().revision();
        if self.changed.0 != revision {
            let document = self.as_stated(session.document());
            let same = self.saved.as_ref().is_some_and(|saved| ClaimlineApp::beside_dossier(&document, saved));
            self.changed = (revision, !same);
        }
        self.changed.1
    }
}

/// Whether a document holds work of the user's, beyond how things are shown, which is remembered anyway.
fn holds_work(document: &Document) -> bool {
    let has_words = |state: &OverlayState| state.layer.is_edited() && !state.layer.removed;
    !document.annotations.is_empty()
        || document.chosen_line.is_some()
        || document.layers.len() > 1
        || document.overlays.iter().any(has_words)
}

impl ClaimlineApp {
    /// Keeps every edit safe in `folder`, offers what an earlier window left there, and remembers projects.
    pub fn keep_in(&mut self, folder: &Path) {
        self.project.folder = folder.to_owned();
        self.begin_journal();
        let left = journal::recoverable(folder).unwrap_or_else(|error| {
            self.tell(error.to_string());
            Vec::new()
        });
        let left: Vec<Left> = left
            .into_iter()
            .map(|found| Left {
                path: found.path,
                original: found.original,
                saved_at: found.saved_at,
                bytes: found.bytes,
                annotations: found.problem.is_none().then_some(found.annotations),
                dossier: found.dossier,
            })
            .collect();
        if !left.is_empty() {
            self.dialog = Some(Dialog::Question(Question::Recover(left)));
        }
        if let Some(file) = recents::default_file() {
            let (recents, trouble) = Recents::load(&file);
            self.project.recents = recents.paths().to_vec();
            if let Some(trouble) = trouble {
                self.tell(trouble);
            }
        }
    }

    /// Begins the journal; where that fails, it is tried again every second.
    fn begin_journal(&mut self) {
        match Journal::start(&self.project.folder, None) {
            Ok(journal) => {
                let sum = self.project.stamp.as_ref().map(|stamp| stamp.sha256);
                journal.set_original(self.project.path.clone(), sum);
                self.project.journal = Some(journal);
                self.project.tried = None;
                // It knows nothing yet of what was done.
                self.project.journaled = u64::MAX;
            }
            Err(error) => {
                self.project.tried = Some(Instant::now());
                self.say_trouble(Some(error.to_string()));
            }
        }
    }

    /// Says what is wrong with the journal, if that is news, and keeps it for the banner; `None` once it works.
    fn say_trouble(&mut self, trouble: Option<String>) {
        if trouble == self.project.trouble {
            return;
        }
        match &trouble {
            Some(trouble) => self.tell(format!("Unsaved changes are not being backed up: {trouble}")),
            None => self.tell("Unsaved changes are backed up again"),
        }
        self.project.trouble = trouble;
    }

    /// Whether there is work that is in no file.
    pub fn has_unsaved_work(&mut self) -> bool {
        self.has_unsaved_dossier() || self.has_unsaved_project()
    }

    /// Whether there is work that is in no file, the dossier that is written aside.
    pub(super) fn has_unsaved_project(&mut self) -> bool {
        let document = self.session.document();
        self.project.is_changed(&self.session)
            && (self.project.path.is_some() || holds_work(document) || self.project.has_figure(document))
    }

    /// Has the document keep the figure that goes out, so that its file gives the same. Where nobody has set anything
    /// up, that alone is no work to be lost.
    pub(super) fn keep_exported(&mut self, options: &FigureOptions) {
        let is_work = self.project.has_figure(self.session.document());
        self.session.keep_figure(options);
        if !is_work {
            self.project.proposed = Some(self.session.document().figure.clone());
        }
    }

    /// The file that the project is in.
    pub fn project_path(&self) -> Option<&Path> {
        self.project.path.as_deref()
    }

    /// Once a frame: the journal follows, the title tells, and a window that is closed asks about unsaved work.
    pub(super) fn keep(&mut self, ctx: &egui::Context) {
        let revision = self.session.history().revision();
        if self.project.journaled != revision {
            self.project.journaled = revision;
            let work = self.has_unsaved_work();
            let reference = Reference { data: self.only_kept(), ..self.reference() };
            if let Some(journal) = &self.project.journal {
                if work {
                    journal.record(&self.project.as_stated(self.session.document()), &reference, revision);
                } else {
                    journal.forget_all();
                }
            }
        }
        self.look_after_journal(ctx);
        if self.dialog.is_none()
            && let Some((path, opened)) = self.project.waiting.take()
        {
            self.open_project(ctx, path, opened);
        }
        let mark = if self.has_unsaved_work() { "• " } else { "" };
        let title = format!("{mark}{} – Claimline", self.project.name());
        if title != self.project.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.project.title = title;
        }
        if ctx.input(|input| input.viewport().close_requested())
            && !self.project.closing
            && (self.has_unsaved_work() || self.has_unplaced_points())
        {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.leave(ctx, Then::Close);
        }
    }

    /// Says what is wrong with the journal, and gives up recovered work once the journal has it.
    fn look_after_journal(&mut self, ctx: &egui::Context) {
        if self.project.tried.is_some_and(|tried| tried.elapsed() >= journal::RETRY) {
            self.begin_journal();
        }
        if self.project.tried.is_some() {
            ctx.request_repaint_after(journal::RETRY);
        }
        let Some(standing) = self.project.journal.as_ref().map(Journal::standing) else { return };
        // Nobody else tells the window how the writing went.
        if standing.waiting || standing.problem.is_some() {
            ctx.request_repaint_after(journal::RETRY / 2);
        }
        if standing.problem != self.project.trouble {
            // The banner above has been laid out already.
            ctx.request_repaint();
        }
        self.say_trouble(standing.problem);
        if standing.written.is_some()
            && !standing.waiting
            && let Some(recovered) = self.project.recovered.take()
            && let Err(error) = journal::discard(&recovered)
        {
            self.tell(error.to_string());
        }
    }

    /// The project has this file from now on, or none; what to say if another window has it too.
    fn set_path(&mut self, path: Option<PathBuf>) -> String {
        // The program may be run from another folder when the work is recovered.
        let path = path.map(|path| crate::files::layers::place(&path));
        if let Some(journal) = &self.project.journal {
            journal.set_original(path.clone(), self.project.stamp.as_ref().map(|stamp| stamp.sha256));
        }
        if path == self.project.path {
            return String::new();
        }
        self.project.claim = None;
        let mut note = String::new();
        if let Some(path) = path.as_ref().filter(|_| self.project.journal.is_some()) {
            match Claim::take(&self.project.folder, path) {
                Ok(Some(claim)) => self.project.claim = Some(claim),
                Ok(None) => ". The same file is open in another window: the one that saves last will ask first"
                    .clone_into(&mut note),
                Err(error) => note = format!(". {error}"),
            }
        }
        self.project.path = path;
        note
    }

    /// Leaves the project for something else, after asking about unsaved work.
    pub(super) fn leave(&mut self, ctx: &egui::Context, then: Then) {
        if self.asks_about_points() {
            return;
        }
        if self.has_unsaved_work() {
            self.dialog = Some(Dialog::Question(Question::Unsaved(then)));
        } else {
            self.go_on(ctx, then);
        }
    }

    fn go_on(&mut self, ctx: &egui::Context, then: Then) {
        if let Some(journal) = &self.project.journal {
            journal.forget_all();
        }
        match then {
            Then::Close => {
                self.project.closing = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            Then::New => self.begin_empty_project(ctx),
            Then::Begin(manuscript) => self.open_begun(ctx, manuscript),
            Then::EndEditing => self.stop_writing(ctx),
            Then::Open(path, opened) => {
                // What was there has been saved or given up.
                self.project.settle(&self.session);
                if opened.stamp.seems_changed(&path) {
                    // It may have been saved to just now.
                    self.open_files(vec![path]);
                } else {
                    self.open_project(ctx, path, Arc::unwrap_or_clone(opened));
                }
            }
        }
    }

    /// Begins with a document of which nothing is in any file.
    pub(super) fn begin_empty_project(&mut self, ctx: &egui::Context) {
        self.project.stamp = None;
        self.set_path(None);
        self.session.close_layers(&[]);
        self.begin_layers(BTreeMap::new());
        let effects = self.session.restart();
        self.settle_project(ctx, effects);
    }

    fn settle_project(&mut self, ctx: &egui::Context, effects: Vec<Effect>) {
        // A figure that was set up was another project's.
        self.export = None;
        self.forget_georeference();
        self.project.settle(&self.session);
        self.project.journaled = self.session.history().revision();
        for effect in effects {
            self.effect(ctx, effect);
        }
    }

    /// What the project refers to and does not hold.
    fn reference(&self) -> Reference {
        if let Some(stated) = &self.project.stated {
            return stated.reference.clone();
        }
        let dossier = self.session.dossier();
        let texts = self.session.texts();
        let attached = dossier.sources.iter().filter_map(|source| {
            let (file, text) = (texts.attached(&source.id)?.file.clone(), texts.of(&source.id)?);
            Some(AttachedText { source: source.id.clone(), sha256: text.text().sha256().to_owned(), file })
        });
        Reference {
            version: Some(dossier.version.clone()),
            sha256: (!dossier.sha256.is_empty()).then(|| dossier.sha256.clone()),
            dossier_place: self.project.dossier_place.clone(),
            place_sha256: self.project.dossier_saved.as_ref().map(|saved| saved.sha256.clone()),
            texts: attached.collect(),
            data: BTreeMap::new(),
        }
    }

    /// The same with the data that a file of it would hold.
    pub(super) fn whole_reference(&self) -> Reference {
        let layers = self.session.layers_as_read();
        let data = crate::files::layers::to_keep(self.session.document(), &layers, &self.project.kept);
        Reference { data, ..self.reference() }
    }

    /// Opens a project that has been read.
    pub(super) fn open_project(&mut self, ctx: &egui::Context, path: PathBuf, opened: OpenedProject) {
        if self.dialog.is_some() {
            self.project.waiting = Some((path, opened));
            return;
        }
        if self.has_unsaved_work() {
            self.leave(ctx, Then::Open(path, Arc::new(opened)));
            return;
        }
        if let Some(from) = self.dossier_of_project(&opened.project) {
            self.tell("Opening…");
            self.jobs.read_dossier_of_project(from, path, opened);
            return;
        }
        self.show_project(ctx, path, opened);
    }

    /// Shows a project that has been read, with its dossier open.
    pub(super) fn show_project(&mut self, ctx: &egui::Context, path: PathBuf, opened: OpenedProject) {
        let home = opened.project.document.dossier == self.session.dossier().id;
        self.close_layers_for(&opened.project.document);
        let mut note = self.take_project(ctx, &opened.project);
        // What belongs to another dossier can't be shown here and would be lost by saving: this is a copy.
        self.project.stamp = home.then_some(opened.stamp);
        note.push_str(&self.set_path(home.then(|| path.clone())));
        self.remember(&path);
        self.tell(format!("Opened {}{note}", self.project.name()));
    }

    /// Closes the layers that a project which is opened has no use for: those of the project before it, and those that
    /// another file has for it. What was opened in the same go stays, and what lay over no project yet.
    fn close_layers_for(&mut self, document: &Document) {
        let beside = std::mem::take(&mut self.project.beside);
        let is_untitled = self.project.path.is_none();
        let is_other = |layer: &Overlay| {
            let known = document.overlay(&layer.id).and_then(|state| state.layer.file.as_ref());
            let here = layer.origin.as_ref().map(|origin| &origin.file);
            known.zip(here).is_some_and(|(known, here)| known.path != here.path || here.sha256 != known.sha256)
        };
        let stays = |layer: &&Arc<Overlay>| (is_untitled || beside.contains(&layer.id)) && !is_other(layer);
        let mut staying: Vec<String> =
            self.session.dossier().own_layers().filter(stays).map(|layer| layer.id.clone()).collect();
        // The reports of a series stay with the layer that stands for it.
        let series = staying.iter().filter_map(|id| self.session.layer_info(id)).flat_map(|info| &info.series);
        let reports: Vec<String> = series.map(|report| report.layer.clone()).collect();
        staying.extend(reports);
        self.session.close_layers(&staying);
    }

    /// Begins with the layers of another project, of which its file keeps this.
    fn begin_layers(&mut self, kept: BTreeMap<String, Arc<str>>) {
        self.project.kept = kept;
        self.project.wrong.clear();
        self.project.not_exchanged.clear();
        self.project.not_saved = None;
        self.project.stated = None;
        self.project.number += 1;
    }

    /// Reads the layers that the document has and that are not at hand.
    fn read_missing_layers(&mut self) {
        let dossier = self.session.dossier();
        let at_hand = |id: &str| dossier.overlay(id).is_some();
        let mut wanted = layers::wanted(self.session.document(), &self.project.kept, at_hand);
        let servers = self.ground.servers();
        for wanted in &mut wanted {
            let server = Address::of(&wanted.file.path).and_then(|address| address.ok()?.server());
            if server.is_some_and(|server| servers.said(&server) == Some(true)) {
                wanted.from = From::Address;
            }
        }
        if !wanted.is_empty() {
            self.jobs.read_layers(self.project.number, wanted);
        }
    }

    /// Reads one layer anew.
    pub(super) fn read_layer(&mut self, id: &str, from: From) {
        let wanted = layers::wanted(self.session.document(), &self.project.kept, |other| other != id);
        self.tell("Opening…");
        let wanted = wanted.into_iter().map(|wanted| Wanted { from: from.clone(), ..wanted }).collect();
        self.jobs.read_layers(self.project.number, wanted);
    }

    /// Shows layers that have been read for a project, and says what is wrong with them.
    pub(super) fn take_layers(&mut self, ctx: &egui::Context, project: u64, mut read: Vec<ReadLayer>) {
        if project != self.project.number {
            return;
        }
        let was_changed = self.project.is_changed(&self.session);
        let is_by_user = read.iter().any(|layer| self.session.dossier().overlay(&layer.id).is_some());
        let parts: Vec<Part> = read.iter_mut().filter_map(|layer| layer.part.take()).collect();
        let (_, effects) = self.session.open_again(parts);
        self.opened_files.extend(self.session.document().overlays.iter().filter_map(|state| {
            let file = state.layer.file.as_ref()?;
            Some(file.path.clone())
        }));
        self.jobs.prepare(self.session.scene().clone());
        let about: Vec<String> = read.iter().filter_map(ReadLayer::notice).collect();
        self.note_standing(read);
        if !was_changed && !is_by_user {
            // Where a file lies is nothing that the user has done.
            self.project.settle(&self.session);
            self.project.journaled = self.session.history().revision();
        }
        match about.as_slice() {
            [] if is_by_user => self.tell("The layer has been read"),
            [] => {}
            [one] => self.tell(format!("{}.", widgets::capital(one))),
            several => self.tell(format!("The files of {} layers are missing or have changed.", several.len())),
        }
        for effect in effects {
            self.effect(ctx, effect);
        }
    }

    /// Keeps what is wrong with layers that have been read.
    fn note_standing(&mut self, read: Vec<ReadLayer>) {
        for layer in read {
            self.project.wrong.retain(|other| other.id != layer.id);
            if layer.standing.is_wrong() {
                self.project.wrong.push(layer);
            }
        }
    }

    /// Reads a layer anew with longitude and latitude the other way round.
    pub(super) fn exchange_layer(&mut self, id: &str) {
        let origin = self.session.dossier().overlay(id).and_then(|layer| layer.origin.as_ref());
        let is_kept = origin.is_some_and(|origin| origin.from_kept);
        let wanted = layers::wanted(self.session.document(), &self.project.kept, |other| other != id);
        self.tell("Swapping longitude and latitude…");
        let wanted = wanted.into_iter().map(|wanted| wanted.exchanged(is_kept)).collect();
        self.jobs.read_exchanged(self.project.number, wanted);
    }

    /// Reads a layer anew, taking its file so.
    pub(super) fn read_layer_as(&mut self, id: &str, taken: &Taken) {
        let wanted = layers::wanted(self.session.document(), &self.project.kept, |other| other != id);
        let wanted = wanted.into_iter().map(|wanted| wanted.taken(taken)).collect();
        self.jobs.read_exchanged(self.project.number, wanted);
    }

    /// Shows layers that have been read with longitude and latitude the other way round.
    pub(super) fn take_exchanged(&mut self, project: u64, read: Vec<ReadLayer>) {
        if project != self.project.number {
            return;
        }
        for mut layer in read {
            let title = words::quoted(&layer.title);
            let former = self.session.layer_info(&layer.id).and_then(|info| info.file.as_ref()).map(|file| file.order);
            let of_part = |part: &Part| match part {
                Part::Layer(read, _) => read.origin.as_ref().map(|origin| origin.file.order),
                Part::Dossier(..) => None,
            };
            let is_swapped = layer.part.as_ref().is_none_or(|part| of_part(part) != former);
            if let Standing::Missing(why) = &layer.standing {
                self.tell(format!("{title} was not read in the other way: {why}"));
            }
            if layer.part.take().is_some_and(|part| self.session.show_exchanged(part)) {
                self.jobs.prepare(self.session.scene().clone());
                let notice = layer.notice().map_or_else(String::new, |notice| format!("; {notice}"));
                let what = if is_swapped { "Longitude and latitude of" } else { "The table" };
                let done = if is_swapped { "are swapped" } else { "was read anew" };
                self.tell(format!("{what} {title} {done}{notice}"));
                self.note_standing(vec![layer]);
            }
        }
    }

    /// The data that is in no other file as it is: for the journal, which writes after every edit.
    fn only_kept(&self) -> BTreeMap<String, Arc<str>> {
        let mut data: BTreeMap<String, Arc<str>> = BTreeMap::new();
        for state in self.session.document().overlays.iter().filter(|state| state.layer.file.is_some()) {
            let origin = self.session.dossier().overlay(&state.id).and_then(|layer| layer.origin.as_ref());
            let is_wrong = self.project.wrong.iter().any(|layer| layer.id == state.id);
            let text = match origin {
                Some(origin) if origin.from_kept => origin.text.clone(),
                Some(_) if !is_wrong => None,
                Some(_) | None => self.project.kept.get(&state.id).cloned(),
            };
            data.extend(text.map(|text| (state.id.clone(), text)));
        }
        data
    }

    /// Shows what a project holds; what there is to say about it.
    fn take_project(&mut self, ctx: &egui::Context, project: &project::Project) -> String {
        let mut note = String::new();
        let (own, theirs) = (self.session.dossier().version.clone(), project.reference.version.clone());
        if project.document.dossier != self.session.dossier().id {
            note =
                format!(". It was made with the dossier “{}”, which is not the one open now", project.document.dossier);
        } else if theirs.is_some_and(|theirs| theirs != own) {
            note = format!(". It was made with another version of the dossier; the one open now is {own}");
        }
        if project.newer {
            note.push_str(". A newer version of the program wrote it; what this version does not know is kept unread");
        }
        let mut document = project.document.clone();
        let mut stated = None;
        if document.dossier != self.session.dossier().id {
            let reference = Reference { data: BTreeMap::new(), ..project.reference.clone() };
            stated = Some(Box::new(Stated { document: document.clone(), reference }));
            document.chosen_line = None;
            note.push_str("; what is saved goes on naming it, until you open a dossier yourself");
            if let Some(place) = &project.reference.dossier_place {
                note.push_str(&format!(". It was in {}", place.display()));
            }
        }
        let effects = self.session.restore(document);
        self.begin_layers(project.reference.data.clone());
        self.project.stated = stated;
        self.session.report(project.warnings.clone());
        let frame = self.session.frame();
        let shows = Shows::Bounds(frame.lon_lat_bounds());
        let usual = FigureOptions::usual(PageSetup::default(), shows);
        let (_, problems) = self.session.figure(usual);
        let warnings: Vec<_> = project.warnings.iter().cloned().chain(problems.iter().cloned()).collect();
        note.push_str(&chrome::first_of(&warnings));
        self.session.report(problems);
        self.settle_project(ctx, effects);
        self.read_missing_layers();
        if self.gaps.is_some() {
            self.gaps = Some(gaps_window::find(&self.session, gaps_window::today()));
        }
        note
    }

    /// What the file of a figure is called at first: by what is compared; as the project is; where that has no name yet, as the first file that is shown where
    /// nothing of the dossier is, or else as the dossier.
    pub(super) fn name_of_figure(&self) -> String {
        if self.session.agreement().is_some_and(|shown| shown.map.is_some()) {
            return "who-agrees".to_owned();
        }
        if self.session.comparison().is_some_and(|shown| shown.map.is_some()) {
            return "what-changed".to_owned();
        }
        if self.project.path.is_some() {
            return self.project.name();
        }
        let (dossier, document) = (self.session.dossier(), self.session.document());
        let mut shown = document.shown(dossier).map(|shown| shown.overlay).peekable();
        let first = shown.peek().map(|overlay| overlay.id.clone());
        match first.filter(|_| shown.all(|overlay| overlay.group == OWN_GROUP)) {
            // An id may hold what no name of a file does.
            Some(id) => id.chars().map(|c| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '-' }).collect(),
            None => dossier.id.clone(),
        }
    }

    /// A path to begin with where none has been chosen.
    pub(super) fn path_to_save(&self) -> PathBuf {
        match &self.project.path {
            Some(path) => path.clone(),
            None => {
                let folder = crate::files::documents_folder().unwrap_or_default();
                folder.join(format!("map{}", project::ENDING))
            }
        }
    }

    /// Writes the project to its file, or asks for one.
    pub(super) fn save_project(&mut self, agreed: bool) {
        let Some(path) = self.project.path.clone() else {
            self.ask_path(Purpose::Save);
            return;
        };
        let over = match &self.project.stamp {
            _ if agreed => Over::Agreed,
            Some(stamp) => Over::Known(stamp.clone()),
            None => Over::Chosen,
        };
        self.start_saving(path, over);
    }

    /// Writes the project to a file that was chosen.
    pub(super) fn save_to(&mut self, path: PathBuf) {
        self.start_saving(crate::files::project::with_ending(&path), Over::Chosen);
    }

    fn start_saving(&mut self, path: PathBuf, over: Over) {
        let _ = self.session.apply(Action::EndText);
        self.tell("Saving…");
        let mut document = self.session.document().clone();
        if let Some(export) = &self.export {
            // The map has only made room for the frame of the figure.
            document.view = export.view();
        }
        if !self.has_unsaved_dossier() {
            // What its own place holds need not be kept twice.
            document.manuscript = None;
        }
        let layers = self.session.layers_as_read();
        let document = self.project.as_stated(&document).into_owned();
        self.jobs.save((path, over), document, self.reference(), layers, self.project.kept.clone());
    }

    /// The project is on the disk.
    pub(super) fn saved(&mut self, ctx: &egui::Context, saved: Saved, document: Document) {
        self.project.stamp = Some(saved.stamp);
        self.project.not_saved = None;
        let note = self.set_path(Some(saved.path.clone()));
        self.project.saved = Some(document);
        // What they hold now is in the file.
        self.project.wrong.retain(|layer| !matches!(layer.standing, Standing::Changed { .. }));
        // What was changed while it was written is looked at again.
        self.project.changed = (u64::MAX, true);
        self.remember(&saved.path);
        self.tell(format!("Saved {}{note}", saved.path.display()));
        if !self.has_unsaved_work() {
            self.forget_recovery();
            self.go_on_as_planned(ctx);
        }
    }

    /// All work is in its files: what was kept of it beside them is not needed any more.
    pub(super) fn forget_recovery(&mut self) {
        if let Some(journal) = &self.project.journal {
            journal.forget_all();
        }
        if let Some(recovered) = self.project.recovered.take()
            && let Err(error) = journal::discard(&recovered)
        {
            self.tell(error.to_string());
        }
    }

    /// Goes on with what was to come once all is saved.
    pub(super) fn go_on_as_planned(&mut self, ctx: &egui::Context) {
        if let Some(then) = self.project.then.take() {
            self.go_on(ctx, then);
        }
    }

    /// The project could not be saved; it stays open and unsaved.
    pub(super) fn not_saved(&mut self, error: &SaveError) {
        let what = error.to_string();
        if matches!(error, SaveError::ChangedOnDisk { .. } | SaveError::NewerVersion { .. }) {
            self.dialog = Some(Dialog::Question(Question::Overwrite { what: what.clone() }));
        } else {
            self.project.then = None;
            self.project.not_saved = Some(what.clone());
            // Where it was to go is kept, to be put right.
            let path = error.path().display().to_string();
            self.ask_path(Purpose::Save);
            if let Some(Dialog::Path { path: field, error, .. }) = &mut self.dialog {
                *field = path;
                error.clone_from(&what);
            }
        }
        self.tell(what);
    }

    pub(super) fn remember(&mut self, path: &Path) {
        let Some(file) = recents::default_file().filter(|_| self.project.journal.is_some()) else { return };
        match Recents::note(&file, path) {
            Ok(recents) => self.project.recents = recents.paths().to_vec(),
            Err(error) => self.tell(error.to_string()),
        }
    }

    /// Goes on as the user has answered.
    pub(super) fn answer(&mut self, ctx: &egui::Context, answer: Answer) {
        let asked = self.dialog.take();
        match answer {
            Answer::Cancel => self.project.then = None,
            Answer::SaveFirst(then) => {
                self.project.then = Some(then);
                if self.has_unsaved_dossier() {
                    self.save_dossier(false);
                } else {
                    self.save_project(false);
                }
            }
            Answer::ReplaceDossier => self.save_dossier(true),
            Answer::SaveDossierAs => self.ask_path(Purpose::SaveDossier),
            Answer::Discard(Then::EndEditing) => self.stop_writing(ctx),
            Answer::Discard(then) => {
                self.session.end_writing();
                self.project.settle(&self.session);
                self.go_on(ctx, then);
            }
            Answer::SaveAnyway => self.save_project(true),
            Answer::SaveAs => self.ask_path(Purpose::Save),
            Answer::Open(path) => self.recover(ctx, &path),
            Answer::Forget(path) => {
                if let Err(error) = journal::discard(&path) {
                    self.tell(error.to_string());
                }
                if let Some(Dialog::Question(Question::Recover(mut left))) = asked {
                    left.retain(|work| work.path != path);
                    self.dialog = (!left.is_empty()).then_some(Dialog::Question(Question::Recover(left)));
                }
            }
            Answer::ForgetPoints => self.close_georeference(ctx),
            Answer::OpenEach(files) => self.open_paths(files),
            Answer::Distance(command, distance_m) => {
                let ids = self.session.selected_annotations().to_vec();
                let change = if command == Command::Buffer {
                    Annotate::Buffer(distance_m)
                } else {
                    Annotate::Simplify(distance_m)
                };
                self.act(ctx, Action::Annotate(ids, change));
            }
        }
    }

    /// Opens work that an earlier window left. It stays unsaved; its old place is given up once the journal has it.
    fn recover(&mut self, ctx: &egui::Context, path: &Path) {
        match journal::open(path) {
            Ok(recovered) => {
                if let Some(manuscript) = recovered.project.document.manuscript.clone() {
                    match manuscript.dossier() {
                        Ok(read) => self.show_dossier_of_project(ctx, manuscript, read),
                        Err(error) => self.tell(format!("The dossier of the project cannot be read: {error}")),
                    }
                    self.look_at_place(&recovered.project.reference);
                }
                if recovered.project.document.manuscript.is_none()
                    && let Some(from) = self.dossier_of_project(&recovered.project)
                {
                    self.tell("Opening…");
                    self.jobs.read_dossier_of_recovered(from, path.to_owned(), recovered);
                    return;
                }
                self.show_recovered(ctx, path, recovered, "");
            }
            Err(error) => self.tell(format!("It cannot be read and stays where it is: {error}")),
        }
    }

    /// Shows work that an earlier window left in that file, with its dossier open where that is to be had, and says this of it too.
    pub(super) fn show_recovered(&mut self, ctx: &egui::Context, path: &Path, recovered: OpenedRecovery, also: &str) {
        let mut note = self.take_project(ctx, &recovered.project);
        // It stands for the file that it came from.
        self.project.waiting.take_if(|(path, _)| Some(&*path) == recovered.original.as_ref());
        // A save may replace the file only as the window that is gone knew it.
        let there = recovered.original.as_deref().map(Stamp::read).and_then(Result::ok);
        let known = |stamp: &Stamp| recovered.original_sha256 == Some(hex(&stamp.sha256));
        let stranger = Stamp { length: 0, modified: None, sha256: [0; 32] };
        self.project.stamp = match there {
            Some(there) if known(&there) => Some(there),
            Some(_) => Some(stranger),
            None => None,
        };
        note.push_str(&self.set_path(recovered.original));
        // It is in no file yet.
        self.project.saved = Some(Document::empty("", self.session.document().view));
        self.project.changed = (u64::MAX, true);
        self.project.journaled = u64::MAX;
        self.project.recovered = Some(path.to_owned());
        self.tell(format!("Recovered; save it to keep it{note}{also}"));
    }
}
