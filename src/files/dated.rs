//! Files of one thing that are named by their days, opened as one layer with versions. Such a layer is named by the path of
//! its files with the day as letters in braces: `control/front_{YYYYMMDD}.geojson`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::folder_of;
use super::layers::{self, gist};
use super::{Content, FileError, Opened, Taken, open_as};
use crate::dossier::series::pattern::{NameDay, Pattern, PatternError};
use crate::dossier::series::{Fault, Version};
use crate::dossier::{About, Dated, FileRecord, Origin, Overlay, Problem, fingerprint};
use crate::formats::day::Day;
use crate::formats::language::Text;
use crate::formats::visible::visible;
use crate::geometry::work;
use crate::session::Part;

/// A series has at most so many files.
const MOST_FILES: usize = 20_000;

/// Files that are named by their days.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The path of all, with the day as letters in braces.
    pub path: PathBuf,
    /// The files, in the order of their names.
    pub files: Vec<PathBuf>,
    /// The first and the last day that their names say.
    pub first: Day,
    /// See [`Self::first`].
    pub last: Day,
}

/// Whether a path is that of a series: its last part has the letters of a day in braces.
pub fn is_series(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    parts(&name).is_some()
}

/// What stands before the day, its letters, and what stands after it.
fn parts(name: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = name.split_once('{')?;
    let (letters, after) = rest.split_once('}')?;
    letters.contains("YYYY").then_some((before, letters, after))
}

/// The series that files opened together are, if their names differ in nothing but a day: at least two files of one folder, or
/// all files of a folder that is no dossier.
///
/// # Errors
/// [`PatternError::Ambiguous`] if the days can be read in two ways.
pub fn find(opened: &[PathBuf]) -> Result<Option<Found>, PatternError> {
    let in_folder = match opened {
        [folder] if folder.is_dir() && !folder.join("dossier.json").exists() => files_in(folder),
        _ => Vec::new(),
    };
    let files = if in_folder.is_empty() { opened } else { &in_folder };
    let Some(first) = files.first().filter(|_| files.len() > 1) else { return Ok(None) };
    let folder = folder_of(first);
    let ending = first.extension();
    if !files.iter().all(|file| folder_of(file) == folder && file.extension() == ending) {
        return Ok(None);
    }
    let stems: Vec<String> =
        files.iter().map(|file| file.file_stem().unwrap_or_default().to_string_lossy().into_owned()).collect();
    let names: Vec<&str> = stems.iter().map(String::as_str).collect();
    let pattern = match Pattern::find(&names) {
        Ok(pattern) => pattern,
        Err(PatternError::Ambiguous { .. }) if names.len() < 3 => return Ok(None),
        Err(error @ PatternError::Ambiguous { .. }) => return Err(error),
        Err(_) => return Ok(None),
    };
    let account = pattern.account(names[0]);
    let is_of_it = |name: &&str| matches!(pattern.when(name), NameDay::When(_)) && pattern.account(name) == account;
    if !names.iter().all(is_of_it) {
        return Ok(None);
    }
    let Some(name) = pattern.in_braces(names[0]) else { return Ok(None) };
    let name = match ending {
        Some(ending) => format!("{name}.{}", ending.to_string_lossy()),
        None => name,
    };
    let days = || {
        names.iter().filter_map(|name| match pattern.when(name) {
            NameDay::When(when) => Some(when),
            _ => None,
        })
    };
    let ends = (days().filter_map(|when| when.earliest()).min(), days().filter_map(|when| when.latest()).max());
    let (Some(first), Some(last)) = ends else { return Ok(None) };
    let mut files = files.to_vec();
    files.sort();
    Ok(Some(Found { path: folder.join(name), files, first, last }))
}

/// The files of a folder but hidden ones; none if there are too many, or if it cannot be read.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES + 1);
    let is_hidden = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let files: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_file() && !is_hidden(path)).collect();
    if files.len() > MOST_FILES { Vec::new() } else { files }
}

/// The files of a series that are there, with what their names say.
fn files_of(path: &Path) -> Result<Vec<(PathBuf, String, NameDay)>, FileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let nothing = |what: String| FileError::NoShape { what, path: path.to_owned() };
    let (before, letters, after) = parts(&name).ok_or_else(|| nothing("its name has no day in it".to_owned()))?;
    let pattern = Pattern::parse(letters).map_err(|error| nothing(error.to_string()))?;
    let folder = folder_of(path);
    let failed = |cause| FileError::Read { cause, path: folder.to_owned() };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let between = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        let Some(between) = between.filter(|_| file.is_file()) else { continue };
        let day = pattern.when(between);
        if day != NameDay::Nothing {
            files.push((file, between.to_owned(), day));
        }
        if files.len() > MOST_FILES {
            return Err(nothing(format!("more than {MOST_FILES} files are named so")));
        }
    }
    if files.is_empty() {
        return Err(nothing("no file is named so".to_owned()));
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

/// The paths of the files of a series, in the order of their names.
///
/// # Errors
/// [`FileError`] if there is none.
pub fn paths_of(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    Ok(files_of(path)?.into_iter().map(|(file, ..)| file).collect())
}

/// Where a series is whose files somebody has found: in that folder, or in the folder of that file, under the name that it had.
pub fn moved_to(series: &Path, found: &Path) -> PathBuf {
    let folder = if found.is_dir() { found } else { folder_of(found) };
    match series.file_name() {
        Some(name) if is_series(series) && !is_series(found) => folder.join(name),
        _ => found.to_owned(),
    }
}

/// Opens the files of a series as one layer.
///
/// # Errors
/// [`FileError`] if there is none, or if none of them can be used. Those that cannot are named among the problems.
pub(super) fn open(path: &Path, taken: &Taken) -> Result<Opened, FileError> {
    let files = files_of(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let of_series = Taken { no_project: true, is_layer: true, ..taken.clone() };
    let layers = work::beside(&format!("Reading {name}"), &files, |(file, ..)| only_layer(file, of_series.clone()));
    let layers =
        layers.ok_or_else(|| FileError::NoShape { what: "it was cancelled".to_owned(), path: path.to_owned() })?;
    let mut versions: Vec<(Version, Overlay)> = Vec::new();
    let mut faults = Vec::new();
    let mut problems = Vec::new();
    let mut manifest = String::new();
    let (mut bytes, mut modified_ms) = (0, None);
    let mut first_error = None;
    for ((file, said, day), read) in files.iter().zip(layers) {
        let from = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let NameDay::When(when) = *day else {
            faults.push(Fault::Impossible { from, said: said.clone() });
            continue;
        };
        let (mut layer, of_file) = match read {
            Ok(read) => read,
            Err(error) => {
                faults.push(Fault::Unread { from, why: error.to_string() });
                first_error.get_or_insert(error);
                continue;
            }
        };
        problems.extend(of_file.into_iter().map(|problem| (from.clone(), problem)));
        if let Some(origin) = &layer.origin {
            let _ = writeln!(manifest, "{} {from}", origin.file.sha256);
            bytes += origin.file.bytes;
            modified_ms = modified_ms.max(origin.file.modified_ms);
        }
        let mut version = Version::new(Some(when), Arc::clone(&layer.shape), from);
        version.accuracy_m = layer.accuracy_m;
        layer.origin = None;
        versions.push((version, layer));
    }
    let read: Vec<PathBuf> = files.iter().map(|(file, ..)| file.clone()).collect();
    let Some((_, first)) = versions.first() else {
        let none = || FileError::NoShape { what: "no file of it can be used".to_owned(), path: path.to_owned() };
        return Err(first_error.unwrap_or_else(none));
    };
    let base = first.clone();
    let nothing = || FileError::NoShape { what: "no file of it can be used".to_owned(), path: path.to_owned() };
    let dated = Dated::new(versions, faults).ok_or_else(nothing)?;
    let title = title_of(&name);
    let file = FileRecord {
        path: layers::place(path),
        elsewhere: None,
        sha256: fingerprint::bytes(manifest.as_bytes()),
        bytes,
        modified_ms,
        order: taken.order,
        crs: taken.crs.clone(),
        table: taken.table.clone(),
        layer: None,
    };
    let id = crate::dossier::layer_id(&title);
    let part = || About::Overlay(id.clone());
    let said: Vec<Problem> = dated
        .series()
        .faults()
        .iter()
        .map(|fault| Problem { part: part(), what: fault.to_string() })
        .chain(of_files(problems).into_iter().map(|what| Problem { part: part(), what }))
        .collect();
    let mut layer = base;
    layer.title = Text::plain(visible(&title));
    layer.gist = gist(path);
    layer.opened_from = Some(name);
    layer.origin = Some(Arc::new(Origin { file: Arc::new(file), text: None, from_kept: false, table: None }));
    layer.id = id;
    let part = Part::Layer(Box::new(layer.dated_by(dated)), said);
    Ok(Opened::new(Content::Evidence(part), read))
}

/// The one layer of a file.
fn only_layer(file: &Path, taken: Taken) -> Result<(Overlay, Vec<Problem>), FileError> {
    let nothing = |what: &str| FileError::NoShape { what: what.to_owned(), path: file.to_owned() };
    match open_as(file, taken)?.content {
        Content::Evidence(Part::Layer(layer, problems)) => Ok((*layer, problems)),
        Content::Layers(mut parts) if parts.len() == 1 => match parts.pop() {
            Some(Part::Layer(layer, problems)) => Ok((*layer, problems)),
            _ => Err(nothing("it holds no features")),
        },
        Content::Layers(parts) if parts.len() > 1 => {
            Err(nothing("it has several layers; of a series each file has one"))
        }
        _ => Err(nothing("it holds no features")),
    }
}

/// What the name of a series says beside its day.
fn title_of(name: &str) -> String {
    let Some((before, _, after)) = parts(name) else { return name.to_owned() };
    let after = after.rsplit_once('.').map_or(after, |(after, _)| after);
    let is_apart = |letter: char| !letter.is_alphanumeric();
    let (before, after) = (before.trim_matches(is_apart), after.trim_matches(is_apart));
    match (before.is_empty(), after.is_empty()) {
        (true, true) => "series".to_owned(),
        (false, false) => format!("{before} {after}"),
        _ => format!("{before}{after}"),
    }
}

/// What is wrong in files: each thing once, with the first file and how many more there are.
fn of_files(problems: Vec<(String, Problem)>) -> Vec<String> {
    let mut all: Vec<(String, String, usize)> = Vec::new();
    for (file, Problem { what, .. }) in problems {
        match all.iter_mut().find(|(known, ..)| *known == what) {
            Some((.., count)) => *count += 1,
            None => all.push((what, file, 1)),
        }
    }
    let words = |(what, file, count): (String, String, usize)| match count {
        1 => format!("{file}: {what}"),
        count => format!("{file} and {} more: {what}", count - 1),
    };
    all.into_iter().map(words).collect()
}
