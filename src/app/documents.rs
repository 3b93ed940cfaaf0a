//! The documents from which the texts of sources were read: where each is, so that its pages can be shown and other pages of it
//! read, and the copies that the open dossier keeps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::ClaimlineApp;
use super::jobs::{AttachTo, DossierFrom};
use crate::dossier::manuscript::List;
use crate::dossier::standing::{HeldText, take_as_texts};
use crate::dossier::verify::Texts;
use crate::dossier::{Capture, Captures, Dossier, Manuscript, fingerprint};
use crate::files;
use crate::files::documents::Loaded;
use crate::formats::document::{Other, ReadDocument};
use crate::scene::Scene;
use crate::session::EvidenceEdit;

/// Where a document is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// On the disk.
    File(PathBuf),
    /// Among the files of the dossier, with its bytes.
    Kept(Arc<[u8]>),
}

/// The document from which the text of a source was read.
#[derive(Debug, Clone)]
pub(crate) struct TextDocument {
    pub(crate) place: Place,
    /// Of its bytes.
    pub(crate) sha256: String,
    /// Whether its pages can be shown.
    pub(crate) is_pdf: bool,
    /// The pages of an archive that has several.
    pub(crate) pages: Vec<Other>,
    /// The address of the one that was read.
    pub(crate) page: String,
    /// What is doubtful of how it was read, each the part of a sentence.
    pub(crate) notes: Vec<String>,
}

impl TextDocument {
    /// Of a file that was read.
    pub(crate) fn of_file(path: PathBuf, loaded: &Loaded, read: &ReadDocument) -> Self {
        Self {
            place: Place::File(path),
            sha256: fingerprint::bytes(loaded.bytes()),
            is_pdf: loaded.kind().id == "pdf",
            pages: read.pages(),
            page: read.said.address.clone().unwrap_or_default(),
            notes: read.warnings.clone(),
        }
    }

    /// Its bytes, or in words why they are not to be had.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, String> {
        match &self.place {
            Place::Kept(bytes) => Ok(bytes.to_vec()),
            Place::File(path) => {
                let loaded = Loaded::of(path).map_err(|error| error.to_string())?;
                if fingerprint::bytes(loaded.bytes()) != self.sha256 {
                    return Err(format!(
                        "the file was changed after its text was attached; attach it again: {}",
                        path.display()
                    ));
                }
                Ok(loaded.bytes().to_vec())
            }
        }
    }
}

/// A file that was attached as the text of a source: where it lies, and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AttachedBefore {
    /// Id of the dossier.
    pub(crate) dossier: String,
    /// Id of the source.
    pub(crate) source: String,
    pub(crate) path: PathBuf,
    /// Of its bytes.
    pub(crate) sha256: String,
    /// The address of the page that was read, of an archive.
    pub(crate) page: String,
}

/// So many are remembered.
const MOST_BEFORE: usize = 300;

/// By source.
pub(crate) type TextDocuments = BTreeMap<String, TextDocument>;

/// The copies that a dossier keeps, as they were read.
pub(crate) struct ReadCopies {
    /// Of which dossier, and what it said of them.
    key: CopiesKey,
    held: Arc<Vec<HeldText>>,
    texts: Texts,
    /// The file of each text, by source.
    files: BTreeMap<String, String>,
    documents: TextDocuments,
}

/// The copies that are to be read: the dossier, and of each copy its source, that source's address, and what is said of it.
type CopiesKey = (String, Vec<(String, String, Capture)>);

/// Which copies have been read, or are being read.
#[derive(Default)]
pub(crate) struct Copies {
    /// The scene that was looked at last.
    scene: Option<Arc<Scene>>,
    key: CopiesKey,
    is_reading: bool,
    held: Arc<Vec<HeldText>>,
    /// Pages of archives that somebody has turned to without writing the dossier, by source.
    turned: BTreeMap<String, String>,
}

/// Reads the copies that a dossier keeps.
pub(crate) fn read_copies(
    key: CopiesKey,
    manuscript: &Manuscript,
    dossier: &Dossier,
    turned: &BTreeMap<String, String>,
    known: &[HeldText],
) -> ReadCopies {
    let mut dossier_with = None;
    if !turned.is_empty() {
        let mut changed = dossier.clone();
        for source in &mut changed.sources {
            if let Some(page) = turned.get(&source.id) {
                let archives = source.archived.0.iter_mut().filter(|capture| is_archive(capture));
                archives.for_each(|capture| capture.url = Some(page.clone()));
            }
        }
        dossier_with = Some(changed);
    }
    let dossier = dossier_with.as_ref().unwrap_or(dossier);
    let held = files::capture::held_but(manuscript, dossier, known);
    let mut texts = Texts::new();
    let taken = take_as_texts(dossier, &held, &mut texts);
    let document = |(source, file): (&String, &String)| {
        let copy = held.iter().find(|held| held.source == *source && held.capture.file.as_ref() == Some(file))?;
        let bytes = manuscript.files().get(file)?;
        let document = TextDocument {
            place: Place::Kept(Arc::clone(bytes)),
            sha256: fingerprint::bytes(bytes),
            is_pdf: copy.capture.kind == "pdf",
            pages: copy.pages.clone(),
            page: copy.page.clone(),
            notes: copy.notes.clone(),
        };
        Some((source.clone(), document))
    };
    let documents = taken.iter().filter_map(document).collect();
    ReadCopies { key, held: Arc::new(held), texts, files: taken, documents }
}

fn is_archive(capture: &Capture) -> bool {
    capture.file.is_some() && matches!(capture.kind.as_str(), "wacz" | "warc" | "mhtml")
}

impl ClaimlineApp {
    /// Has the copies read that the dossier keeps of its sources, where they are others than those that were read.
    pub(super) fn look_at_copies(&mut self) {
        let scene = self.session.scene();
        if self.copies.is_reading || self.copies.scene.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, scene)) {
            return;
        }
        let scene = Arc::clone(scene);
        self.copies.scene = Some(Arc::clone(&scene));
        let dossier = scene.dossier();
        let kept = dossier.sources.iter().flat_map(|source| {
            source.archived.kept().map(|capture| (source.id.clone(), source.url.clone(), capture.clone()))
        });
        let key = (dossier.id.clone(), kept.collect::<Vec<_>>());
        if key == self.copies.key {
            return;
        }
        if key.0 != self.copies.key.0 {
            self.copies.turned.clear();
        }
        self.start_reading_copies(key, &scene);
    }

    fn start_reading_copies(&mut self, key: CopiesKey, scene: &Arc<Scene>) {
        let from = match (self.session.manuscript(), &self.project.dossier_place) {
            (Some(manuscript), _) => Some(DossierFrom::Project(Arc::clone(manuscript))),
            (None, Some(place)) => Some(DossierFrom::Place(place.clone())),
            (None, None) => None,
        };
        let Some(from) = from.filter(|_| !key.1.is_empty()) else {
            if !self.copies.key.1.is_empty() {
                self.session.take_captured(Texts::new(), &BTreeMap::new());
                self.documents.retain(|_, document| matches!(document.place, Place::File(_)));
            }
            self.copies.key = key;
            return;
        };
        self.copies.is_reading = true;
        let (turned, held) = (self.copies.turned.clone(), Arc::clone(&self.copies.held));
        self.jobs.read_copies(key, from, Arc::clone(scene), turned, held);
    }

    /// Takes the texts of copies for sources that have none at hand.
    pub(super) fn take_copies(&mut self, read: Option<ReadCopies>) {
        self.copies.is_reading = false;
        // Whatever has been changed meanwhile is looked at again.
        self.copies.scene = None;
        let Some(ReadCopies { key, held, texts, files, documents }) = read else {
            // What cannot be read now is not tried in every frame.
            self.copies.scene = Some(Arc::clone(self.session.scene()));
            return;
        };
        if key.0 != self.session.dossier().id {
            return;
        }
        (self.copies.key, self.copies.held) = (key, held);
        self.session.take_captured(texts, &files);
        self.documents.retain(|_, document| matches!(document.place, Place::File(_)));
        for (source, document) in documents {
            self.documents.entry(source).or_insert(document);
        }
        self.refresh_gaps();
    }

    /// Remembers from which document the text of a source was read.
    pub(super) fn remember_document(&mut self, source: &str, document: TextDocument) {
        if let Place::File(path) = &document.place {
            let dossier = self.session.dossier().id.clone();
            self.attached_before.retain(|before| before.dossier != dossier || before.source != source);
            self.attached_before.push(AttachedBefore {
                dossier,
                source: source.to_owned(),
                path: path.clone(),
                sha256: document.sha256.clone(),
                page: document.page.clone(),
            });
            let spare = self.attached_before.len().saturating_sub(MOST_BEFORE);
            self.attached_before.drain(..spare);
        }
        self.documents.insert(source.to_owned(), document);
    }

    /// Reads another page of the archive from which the text of a source is; the dossier that is written keeps the choice.
    pub(super) fn read_page(&mut self, ctx: &egui::Context, source: &str, address: &str) {
        let Some(TextDocument { place, sha256, .. }) = self.documents.get(source).cloned() else { return };
        if let Place::File(path) = &place {
            let own = self.session.document().own_excerpts.clone();
            let to = AttachTo::AllTheSame(source.to_owned());
            self.tell("Reading the page…");
            self.jobs.attach_text(path.clone(), Some(address.to_owned()), to, self.session.scene().clone(), own);
        }
        let is_kept = matches!(place, Place::Kept(_));
        if self.keep_page(ctx, source, &sha256, address) || !is_kept {
            return;
        }
        self.copies.turned.insert(source.to_owned(), address.to_owned());
        let (key, scene) = (self.copies.key.clone(), Arc::clone(self.session.scene()));
        if !self.copies.is_reading {
            // What is said of the copies is the same, and the page is another.
            self.copies.held = Arc::new(Vec::new());
            self.start_reading_copies(key, &scene);
        }
    }

    /// Writes down which page of an archive is meant, where the dossier that is written keeps that archive; whether it does.
    fn keep_page(&mut self, ctx: &egui::Context, source: &str, sha256: &str, address: &str) -> bool {
        let entry = self.session.manuscript().and_then(|manuscript| manuscript.entry(List::Sources, source));
        let Some(archived) = entry.and_then(|entry| entry.get("archived")) else { return false };
        let Ok(mut captures) = serde_json::from_value::<Captures>(archived.clone()) else { return false };
        let is_it = |capture: &&mut Capture| {
            is_archive(capture) && capture.sha256.as_deref().is_some_and(|sum| sum.eq_ignore_ascii_case(sha256))
        };
        let Some(capture) = captures.0.iter_mut().find(is_it) else { return false };
        if capture.url.as_deref() == Some(address) {
            return true;
        }
        capture.url = Some(address.to_owned());
        let members = [("id".to_owned(), json!(source)), ("archived".to_owned(), json!(captures))];
        let edit = EvidenceEdit::put(List::Sources, members.into_iter().collect::<Map<_, _>>());
        for effect in self.session.edit_evidence(&edit) {
            self.effect(ctx, effect);
        }
        true
    }
}
