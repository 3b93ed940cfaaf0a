//! The copies that a dossier keeps of its sources, and files that become such copies.

use std::path::Path;

use super::{documents, now, utc};
use crate::dossier::check::TextAtHand;
use crate::dossier::manuscript::NewCapture;
use crate::dossier::standing::{Bytes, HeldText};
use crate::dossier::{Capture, Dossier, Manuscript, Source, fingerprint};
use crate::files::FileError;
use crate::files::disk::read_at_most;
use crate::formats::day::Day;
use crate::formats::document::{self, Kind};
use crate::formats::text::NormalizedText;

/// Reads the copies that a dossier keeps: whether their bytes are those that were kept, and their texts.
pub fn held(manuscript: &Manuscript, dossier: &Dossier) -> Vec<HeldText> {
    held_but(manuscript, dossier, &[])
}

/// The same, but for those that are `known` already.
pub fn held_but(manuscript: &Manuscript, dossier: &Dossier, known: &[HeldText]) -> Vec<HeldText> {
    let copies = dossier.sources.iter().flat_map(|source| source.archived.kept().map(move |capture| (source, capture)));
    let read = |(source, capture): (&Source, &Capture)| {
        let is_it = |held: &&HeldText| {
            held.source == source.id
                && held.capture == *capture
                && capture.sha256.is_some()
                && held.bytes == Bytes::Same
        };
        known.iter().find(is_it).cloned().unwrap_or_else(|| held_copy(manuscript, source, capture))
    };
    copies.map(read).collect()
}

/// Reads a copy of a source: of an archive with many pages the one that the dossier says, or that the source names, if it has it.
fn held_copy(manuscript: &Manuscript, source: &Source, capture: &Capture) -> HeldText {
    let file = capture.file.as_deref().unwrap_or_default();
    let held = |bytes: Bytes, text: Result<TextAtHand, String>| HeldText {
        source: source.id.clone(),
        capture: capture.clone(),
        bytes,
        text,
        pages: Vec::new(),
        page: String::new(),
        notes: Vec::new(),
    };
    let Some(bytes) = manuscript.files().get(file) else {
        return held(Bytes::Missing, Err("the file is not there".to_owned()));
    };
    let sum = fingerprint::bytes(bytes);
    let state = match &capture.sha256 {
        None => Bytes::NotStated,
        Some(stated) if stated.eq_ignore_ascii_case(&sum) => Bytes::Same,
        Some(_) => Bytes::Different(sum),
    };
    let name = file.rsplit('/').next().unwrap_or_default();
    // An archive of one page may have it from where the server led on to.
    let addresses = [capture.url.as_deref().unwrap_or_default(), source.url.as_str()];
    match documents::read_page(name, bytes, &addresses, documents::LIMITS) {
        Ok(read) => HeldText {
            pages: read.pages(),
            page: read.said.address.clone().unwrap_or_default(),
            notes: read.warnings.clone(),
            ..held(state, Ok(TextAtHand::new(read.normalized)))
        },
        Err(error) => held(state, Err(error.to_string())),
    }
}

/// A file that was saved from a source.
#[derive(Debug, Clone)]
pub struct SavedFile {
    /// It as a copy of the source.
    pub new: NewCapture,
    /// Its text.
    pub text: NormalizedText,
    /// What is doubtful of how that was read, each the part of a sentence.
    pub notes: Vec<String>,
}

/// A file that was saved from a source, as a copy of it: when it was made says the file itself, or else the disk. Of an archive
/// with several pages it is a copy of the first of these addresses that it has.
///
/// # Errors
/// [`FileError::Read`], or [`FileError::Document`] where it has no text that is read.
pub fn from_file(path: &Path, addresses: &[&str]) -> Result<SavedFile, FileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let bytes = read_at_most(path, document::MAX_BYTES)?;
    let kind = document::kind_of(&name, &bytes);
    let read = documents::read_page(&name, &bytes, addresses, documents::LIMITS)
        .map_err(|cause| FileError::Document { cause, path: path.to_owned() })?;
    let said = read.said;
    let is_day = |at: &String| at.get(..10).is_some_and(|day| day.parse().is_ok_and(|day: Day| day.is_whole()));
    let changed = || Some(utc(std::fs::metadata(path).ok()?.modified().ok()?));
    let at = said.saved.filter(is_day).or_else(changed).unwrap_or_else(now);
    let url = said.address.filter(|address| super::is_address(Path::new(address)));
    let kind_here = Capture::kind_of_file(kind.id).to_owned();
    let new = NewCapture { kind: kind_here, ending: ending(&name, kind), bytes: bytes.into(), url, at };
    Ok(SavedFile { new, text: read.normalized, notes: read.warnings })
}

/// How the name of a copy ends: as the file's own did, if its kind has such names.
fn ending(name: &str, kind: &Kind) -> String {
    let own = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match kind.extensions {
        _ if kind.id == "warc-gz" => "warc.gz".to_owned(),
        endings if endings.contains(&own) => own.to_owned(),
        endings => endings.first().copied().unwrap_or("txt").to_owned(),
    }
}
