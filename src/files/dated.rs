//! Files of one thing that are named by their days, opened as one layer with versions. Such a layer is named by the path of
//! its files with the day as letters in braces: `control/front_{YYYYMMDD}.geojson`. Files of several accounts in one folder are one
//! layer too, named by all of them: `control/east_{YYYYMMDD}.geojson + west-{YYYY-MM-DD}.geojson`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::disk::folder_of;
use super::layers::{self, gist};
use super::{Content, FileError, Opened, Taken, open_as};
use crate::dossier::series::pattern::{NameDay, Pattern, PatternError};
use crate::dossier::series::{Fault, Version};
use crate::dossier::{About, Dated, FileRecord, Origin, Overlay, Problem, fingerprint, own_layer};
use crate::formats::day::Day;
use crate::formats::format::{self, FORMATS, Format};
use crate::formats::geojson::{self, Order};
use crate::formats::gzip;
use crate::formats::language::Text;
use crate::formats::visible::visible;
use crate::geometry::work;
use crate::session::Part;

/// A series has at most so many files.
const MOST_FILES: usize = 20_000;

/// Between the names of the files of several accounts.
const BETWEEN: &str = " + ";

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

/// What of files that are opened together is named by days.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Each series, in the order of their names.
    pub series: Vec<Found>,
    /// The other files.
    pub others: Vec<PathBuf>,
    /// How many files of the folder that is opened are none of features, and are left out.
    pub left_out: usize,
}

impl Offer {
    /// All series as one layer with an account for each, by the path of that; none of a single one, or of files in several folders.
    pub fn together(&self) -> Option<PathBuf> {
        let folder = folder_of(&self.series.first()?.path);
        let is_one = self.series.len() > 1 && self.series.iter().all(|found| folder_of(&found.path) == folder);
        let names: Vec<String> = self.series.iter().map(|found| crate::dossier::name_of(&found.path)).collect();
        is_one.then(|| folder.join(names.join(BETWEEN)))
    }

    /// How many files the series have together.
    pub fn files(&self) -> usize {
        self.series.iter().map(|found| found.files.len()).sum()
    }
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

/// The names of the files of each account, by what stands before the day, its letters, and what stands after it.
fn parts_of_all(name: &str) -> Vec<(&str, &str, &str)> {
    let of_each: Option<Vec<_>> = name.split(BETWEEN).map(parts).collect();
    of_each.unwrap_or_else(|| parts(name).into_iter().collect())
}

/// Whose the files of such a name are, where they are of several accounts.
fn account((before, _, after): (&str, &str, &str), of: usize) -> Option<String> {
    (of > 1).then(|| beside_day(before, after))
}

/// What of files that are opened together is named by days: one series if their names differ in nothing else, or else each of which
/// there are at least two files. `None` where there is none.
///
/// # Errors
/// [`PatternError::Ambiguous`] if the days can be read in two ways.
pub fn offer(opened: &[PathBuf]) -> Result<Option<Offer>, PatternError> {
    if let Some(found) = find(opened)? {
        return Ok(Some(Offer { series: vec![found], others: Vec::new(), left_out: left_out(opened) }));
    }
    let in_folder = match opened {
        [folder] if folder.is_dir() && !folder.join("dossier.json").exists() => files_in(folder),
        _ => Vec::new(),
    };
    let files = if in_folder.is_empty() { opened } else { &in_folder };
    let mut alike: BTreeMap<(PathBuf, String), Vec<PathBuf>> = BTreeMap::new();
    for file in files.iter().filter(|file| has_features(file)) {
        alike.entry((folder_of(file).to_owned(), without_digits(file))).or_default().push(file.clone());
    }
    let mut series = Vec::new();
    for files in alike.into_values().filter(|files| files.len() > 1) {
        series.extend(find(&files).ok().flatten());
    }
    let is_of_series = |file: &&PathBuf| series.iter().any(|found: &Found| found.files.contains(file));
    let others: Vec<PathBuf> = files.iter().filter(|file| !is_of_series(file)).cloned().collect();
    Ok((!series.is_empty()).then_some(Offer { series, others, left_out: left_out(opened) }))
}

/// How many files of a folder that is opened are none of features.
fn left_out(opened: &[PathBuf]) -> usize {
    match opened {
        [folder] if folder.is_dir() => all_files_in(folder).iter().filter(|file| !has_features(file)).count(),
        _ => 0,
    }
}

/// Whether a file is one of features by its name.
fn has_features(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_of_features = |format: &&Format| format::has_features(format.holds);
    FORMATS.iter().filter(is_of_features).any(|format| format.is_named(gzip::unpacked_name(&name)))
}

/// The name of a file with one sign for each number in it: files that are named by their days alike have the same.
fn without_digits(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut out = String::new();
    for letter in name.chars() {
        match letter {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            letter => out.push(letter),
        }
    }
    out
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

/// The files of features of a folder; none if there are too many, or if it cannot be read.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = all_files_in(folder);
    files.retain(|file| has_features(file));
    files.sort();
    files
}

/// The files of a folder but hidden ones; none if there are too many, or if it cannot be read.
fn all_files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES + 1);
    let is_hidden = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let files: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_file() && !is_hidden(path)).collect();
    if files.len() > MOST_FILES { Vec::new() } else { files }
}

/// A file of a series, and what its name says.
struct SeriesFile {
    path: PathBuf,
    /// What of its name is the day.
    said: String,
    day: NameDay,
    /// Whose it is, where there are several accounts.
    who: Option<String>,
}

/// How the names of the files of a series are read, of each account.
struct Reader<'a> {
    parts: Vec<((&'a str, &'a str, &'a str), Pattern)>,
}

impl<'a> Reader<'a> {
    /// # Errors
    /// In words, if the name of the series has no day in it.
    fn new(name: &'a str) -> Result<Self, String> {
        let parts = parts_of_all(name);
        if parts.is_empty() {
            return Err("its name has no day in it".to_owned());
        }
        let read = |parts: (&'a str, &'a str, &'a str)| Pattern::parse(parts.1).map(|pattern| (parts, pattern));
        let parts: Result<Vec<_>, PatternError> = parts.into_iter().map(read).collect();
        Ok(Self { parts: parts.map_err(|error| error.to_string())? })
    }

    /// What a name says: the letters of its day, the day, and whose the file is. The first account whose names are so has it.
    fn read(&self, name: &str) -> Option<(String, NameDay, Option<String>)> {
        self.parts.iter().find_map(|(parts, pattern)| {
            let (before, _, after) = *parts;
            let between = name.strip_prefix(before)?.strip_suffix(after)?;
            let day = pattern.when(between);
            let who = account(*parts, self.parts.len());
            (day != NameDay::Nothing).then(|| (between.to_owned(), day, who))
        })
    }
}

/// The files of a series that are there, with what their names say.
fn files_of(path: &Path) -> Result<Vec<SeriesFile>, FileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let nothing = |what: String| FileError::NoShape { what, path: path.to_owned() };
    let reader = Reader::new(&name).map_err(nothing)?;
    let folder = folder_of(path);
    let failed = |cause| FileError::Read { cause, path: folder.to_owned() };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some((said, day, who)) = reader.read(&name).filter(|_| file.is_file()) {
            files.push(SeriesFile { path: file, said, day, who });
        }
        if files.len() > MOST_FILES {
            return Err(nothing(format!("more than {MOST_FILES} files are named so")));
        }
    }
    if files.is_empty() {
        return Err(nothing("no file is named so".to_owned()));
    }
    let mut accounts = reader.parts.iter().filter_map(|(parts, _)| account(*parts, reader.parts.len()));
    if let Some(account) = accounts.find(|name| files.iter().all(|file| file.who.as_ref() != Some(name))) {
        return Err(nothing(format!("no file is named as those of “{account}”")));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The paths of the files of a series, in the order of their names.
///
/// # Errors
/// [`FileError`] if there is none.
pub fn paths_of(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    Ok(files_of(path)?.into_iter().map(|file| file.path).collect())
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
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let of_series = Taken { no_project: true, is_layer: true, ..taken.clone() };
    let layers = work::beside(&format!("Reading {name}"), &files, |file| only_layer(&file.path, of_series.clone()));
    let layers =
        layers.ok_or_else(|| FileError::NoShape { what: "it was cancelled".to_owned(), path: path.to_owned() })?;
    let (mut manifest, mut bytes, mut modified_ms) = (String::new(), 0, None);
    let mut reports = Vec::new();
    for (SeriesFile { path, said, day, who }, read) in files.iter().zip(layers) {
        let from = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Ok((layer, _)) = &read
            && let (Some(origin), NameDay::When(_)) = (&layer.origin, day)
        {
            let _ = writeln!(manifest, "{} {from}", origin.file.sha256);
            bytes += origin.file.bytes;
            modified_ms = modified_ms.max(origin.file.modified_ms);
        }
        reports.push(Report { from, said: said.clone(), day: *day, who: who.clone(), read });
    }
    let read: Vec<PathBuf> = files.into_iter().map(|file| file.path).collect();
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
    let (mut layer, said) = together(path, reports)?;
    layer.origin = Some(Arc::new(Origin { file: Arc::new(file), text: None, from_kept: false, table: None }));
    Ok(Opened::new(Content::Evidence(Part::Layer(Box::new(layer), said)), read))
}

/// What was read of one file of a series.
struct Report {
    /// Its name.
    from: String,
    /// What of its name is the day.
    said: String,
    day: NameDay,
    who: Option<String>,
    read: Result<(Overlay, Vec<Problem>), FileError>,
}

/// The layer of a series, and what is wrong with it and with its files.
fn together(path: &Path, reports: Vec<Report>) -> Result<(Overlay, Vec<Problem>), FileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (mut versions, mut faults): (Vec<(Version, Overlay)>, Vec<Fault>) = Default::default();
    let (mut problems, mut first_error) = (Vec::new(), None);
    for Report { from, said, day, who, read } in reports {
        let NameDay::When(when) = day else {
            faults.push(Fault::Impossible { from, said });
            continue;
        };
        let (mut layer, of_file) = match read {
            Ok(read) => read,
            Err(error) => {
                // The fault names the file itself.
                let told = error.to_string();
                let why =
                    told.rsplit_once(": ").filter(|(_, path)| path.ends_with(&from)).map_or(&*told, |(why, _)| why);
                faults.push(Fault::Unread { from, when: Some(when), why: why.to_owned() });
                first_error.get_or_insert(error);
                continue;
            }
        };
        problems.extend(of_file.into_iter().map(|problem| (from.clone(), problem)));
        let mut version = Version::new(Some(when), Arc::clone(&layer.shape), from);
        (version.accuracy_m, version.who) = (layer.accuracy_m, who);
        layer.origin = None;
        versions.push((version, layer));
    }
    let none = || FileError::NoShape { what: "no file of it can be used".to_owned(), path: path.to_owned() };
    let Some((_, base)) = versions.first() else { return Err(first_error.unwrap_or_else(none)) };
    let mut layer = base.clone();
    let dated = Dated::new(versions, faults).ok_or_else(none)?;
    let title = title_of(&name);
    layer.id = crate::dossier::layer_id(&title);
    let part = || About::Overlay(layer.id.clone());
    let said: Vec<Problem> = dated
        .series()
        .faults()
        .iter()
        .map(|fault| Problem { part: part(), what: fault.to_string() })
        .chain(of_files(problems).into_iter().map(|what| Problem { part: part(), what }))
        .collect();
    layer.title = Text::plain(visible(&title));
    layer.gist = gist(path);
    layer.opened_from = Some(name);
    Ok((layer.dated_by(dated), said))
}

/// A series as a project keeps it.
#[derive(Serialize, Deserialize)]
struct KeptSeries<'a> {
    #[serde(borrow)]
    series: Vec<KeptReport<'a>>,
}

/// One file of it.
#[derive(Serialize, Deserialize)]
struct KeptReport<'a> {
    /// Its name, which says its day.
    file: Cow<'a, str>,
    /// Its features, GeoJSON in degrees, longitude first.
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The files of a series as a project keeps them: each with its name and its features.
pub(super) fn kept_text(dated: &Dated) -> Option<Arc<str>> {
    let texts: Vec<Box<RawValue>> = dated
        .overlays()
        .iter()
        .map(|overlay| RawValue::from_string(layers::features_text(overlay).to_string()))
        .collect::<Result<_, _>>()
        .ok()?;
    let versions = dated.series().versions().iter().zip(&texts);
    let series = versions.map(|(version, data)| KeptReport { file: Cow::Borrowed(&version.from), data }).collect();
    serde_json::to_string(&KeptSeries { series }).ok().map(Arc::from)
}

/// The layer of a series that a project keeps.
///
/// # Errors
/// In words, if nothing of it can be used.
pub(super) fn of_kept(path: &Path, text: &str) -> Result<(Overlay, Vec<Problem>), String> {
    let kept: KeptSeries<'_> = serde_json::from_str(text).map_err(|error| format!("it is no series: {error}"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let reader = Reader::new(&name)?;
    let read = |report: &KeptReport<'_>| {
        let from = report.file.clone().into_owned();
        let (said, day, who) = reader.read(&from).unwrap_or_else(|| (from.clone(), NameDay::Nothing, None));
        let features = geojson::read_all(report.data.get().as_bytes(), Order::LonLat);
        let wrong = |what: String| FileError::NoShape { what, path: PathBuf::from(&from) };
        let layer = features.map_err(|error| wrong(error.to_string())).and_then(|read| {
            let (layer, mut problems) = own_layer(&from, read.features).map_err(wrong)?;
            let id = layer.id.clone();
            let part = || About::Overlay(id.clone());
            problems.extend(read.warnings.into_iter().map(|what| Problem { part: part(), what }));
            Ok((layer, problems))
        });
        Report { day, said, who, from, read: layer }
    };
    let reports = kept.series.iter().map(read).collect();
    together(path, reports).map_err(|error| error.to_string())
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

/// What the name of a series says beside its day, of each account.
pub(super) fn title_of(name: &str) -> String {
    let of_each: Vec<String> =
        parts_of_all(name).into_iter().map(|(before, _, after)| beside_day(before, after)).collect();
    if of_each.is_empty() { name.to_owned() } else { of_each.join(", ") }
}

/// What a name says beside its day.
fn beside_day(before: &str, after: &str) -> String {
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
