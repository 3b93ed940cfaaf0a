//! Series from files: a folder of files named by day, a table with a column of days, several layers of a day each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::{Content, FileError, Taken, address, dated, gzip, open_as, postgis};
use crate::dossier::counting::Choice;
use crate::dossier::series::pattern::{NameDay, Pattern, PatternError};
use crate::dossier::series::{Fault, Series, Version, day_property, of_layer, of_overlay, unread_days, unread_days_of};
use crate::dossier::{Counting, Overlay, Problem, Shape, name_of};
use crate::formats::edtf::Edtf;
use crate::formats::filter::Filter;
use crate::formats::format::{FORMATS, has_features};
use crate::geometry::{MultiPolygon, work};
use crate::session::Part;

/// No series has more files.
pub const MOST_FILES: usize = 20_000;

/// How files are made a series of.
#[derive(Debug, Clone, Default)]
pub struct Making {
    /// How each is read.
    pub taken: Taken,
    /// How days stand in names, or in [`Self::property`], where somebody has said so.
    pub pattern: Option<Pattern>,
    /// The property that says of which day a feature is, where somebody has said so; names say nothing then.
    pub property: Option<String>,
    /// Which features count; without it, the one kind that says it is held, where there are several.
    pub filter: Option<Filter>,
    /// Which layers are taken of files of several; without it, all.
    pub layers: Vec<String>,
    /// Whether a file without any feature is a report that nothing is held on the day that its name says; else it is left out and
    /// named.
    pub empty_as_zero: bool,
}

/// A series that was made of files.
#[derive(Debug)]
pub struct MadeSeries {
    /// The versions, and what is wrong with them.
    pub series: Series,
    /// How days stand in the names, for people; `None` where the days are from elsewhere.
    pub pattern: Option<String>,
    /// The properties that say of which day features are.
    pub properties: BTreeSet<String>,
    /// Which features count, in words, where not all do.
    pub counts: BTreeSet<String>,
    /// How many files were read.
    pub files: usize,
    /// What was passed over in them, and what of the filter fits nothing.
    pub warnings: Vec<String>,
}

/// Why there is no series.
#[derive(Debug, Error)]
pub enum SeriesError {
    /// A file or a folder cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Names that can be read in two ways, or in none.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// What is in a file is not what was asked for.
    #[error("{what}: {}", path.display())]
    Features {
        /// What is wrong.
        what: String,
        /// Which file.
        path: PathBuf,
    },
    /// There is nothing to make a series of.
    #[error("there is no file of features: {}", .0.display())]
    Nothing(PathBuf),
    /// More than [`MOST_FILES`].
    #[error("{0} files are more than a series may have ({MOST_FILES})")]
    TooMany(usize),
    /// Layers that were asked for and are in no file.
    #[error("no file has a layer that can be drawn and is called {}", .0.join(", "))]
    Layers(Vec<String>),
    /// A folder of files that are no series.
    #[error(
        "the names of its files do not differ in their days alone; give those that do by what they have in common, such as {}",
        .0.join("front_{YYYYMMDD}.geojson").display()
    )]
    NotOne(PathBuf),
    /// Nobody wants it any more.
    #[error("it was cancelled")]
    Cancelled,
}

/// The files of features among some paths: of a folder those in it, by their names, not in folders within.
///
/// # Errors
/// [`SeriesError::File`], [`SeriesError::Nothing`], [`SeriesError::TooMany`].
pub fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, SeriesError> {
    let mut files = Vec::new();
    for path in paths {
        if dated::is_series(path) && !path.exists() {
            files.extend(dated::paths_of(path)?);
            continue;
        }
        if address::is_address(path) || postgis::is_address(path) || !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let failed = |cause| FileError::Read { cause, path: path.clone() };
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            let name = gzip::unpacked_name(&name);
            let is_of_features = FORMATS.iter().any(|format| has_features(format.holds) && format.is_named(name));
            if is_of_features && !name.starts_with('.') && path.is_file() {
                inside.push(path);
            }
            if inside.len() > MOST_FILES {
                return Err(SeriesError::TooMany(inside.len()));
            }
        }
        if inside.is_empty() {
            return Err(SeriesError::Nothing(path.clone()));
        }
        inside.sort();
        files.extend(inside);
    }
    // What is named twice is read once.
    let mut known = BTreeSet::new();
    files.retain(|path| known.insert(path.clone()));
    if files.len() > MOST_FILES {
        return Err(SeriesError::TooMany(files.len()));
    }
    Ok(files)
}

/// The path of the series that the files of features in a folder are: `control` is `control/front_{YYYYMMDD}.geojson`.
///
/// # Errors
/// [`SeriesError`]: there are none, or they are not named by day alike.
pub fn of_folder(folder: &Path) -> Result<PathBuf, SeriesError> {
    let files = files_of(&[folder.to_owned()])?;
    let found = dated::find(&files)?;
    found.map(|found| found.path).ok_or_else(|| SeriesError::NotOne(folder.to_owned()))
}

/// Whose report a file is by its name, or whose those of a folder or of a series are: what stands beside the day, or all of the name
/// where no day stands in it.
pub fn account_of(path: &Path) -> String {
    let name = name_of(path);
    if dated::is_series(path) {
        return dated::title_of(&name);
    }
    let stem = if path.is_dir() { name } else { stem(path) };
    let pattern = Pattern::find(&[stem.as_str()]).ok();
    pattern.and_then(|pattern| pattern.account(&stem)).unwrap_or(stem)
}

/// The name of a file without its ending.
fn stem(path: &Path) -> String {
    let name = name_of(path);
    let unpacked = gzip::unpacked_name(&name);
    let lower = unpacked.to_lowercase();
    let endings = FORMATS.iter().flat_map(|format| format.extensions);
    let ending = endings
        .filter(|end| lower.strip_suffix(*end).is_some_and(|stem| stem.ends_with('.')))
        .max_by_key(|end| end.len());
    ending.and_then(|end| unpacked.get(..unpacked.len() - end.len() - 1)).unwrap_or(unpacked).to_owned()
}

/// A layer of a file, with the name by which its day is looked for.
struct Named {
    layer: Overlay,
    path: PathBuf,
    name: String,
    /// What was wrong with it.
    problems: Vec<Problem>,
}

/// What one layer gave.
struct Gave {
    versions: Vec<Version>,
    faults: Vec<Fault>,
    property: Option<String>,
    counts: Option<String>,
    warnings: Vec<String>,
}

/// Makes a series of files: by the days in their names, or else by a day that all of a file states, or else by a property of
/// its features. A file that cannot be read is named among the faults; the others stand.
///
/// # Errors
/// [`SeriesError`]: no file can be read, names are ambiguous, or what was asked for is not there.
pub fn make(paths: &[PathBuf], making: &Making) -> Result<MadeSeries, SeriesError> {
    let files = files_of(paths)?;
    let Some(first) = files.first() else { return Err(SeriesError::Nothing(PathBuf::new())) };
    work::begin(|| "Reading a series".to_owned(), files.len() as u64);
    let opened = work::beside("Reading a series", &files, |path| open_one(path, making));
    let opened = opened.ok_or(SeriesError::Cancelled)?;
    let (mut layers, mut faults, mut last_error) = (Vec::new(), Vec::new(), None);
    let mut empty: Vec<(&PathBuf, FileError)> = Vec::new();
    for (path, opened) in files.iter().zip(opened) {
        match opened {
            Ok(of_file) => layers.extend(of_file),
            Err(error @ FileError::Empty { .. }) => empty.push((path, error)),
            Err(error) => {
                faults.push(Fault::Unread { from: name_of(path), when: None, why: why(&error, path) });
                last_error = Some(error);
            }
        }
    }
    if layers.is_empty() && last_error.is_none() && !making.layers.is_empty() {
        return Err(SeriesError::Layers(making.layers.clone()));
    }
    if layers.is_empty() && (empty.is_empty() || !making.empty_as_zero) {
        let error = last_error.or(empty.into_iter().next().map(|(_, error)| error));
        return Err(error.map_or_else(|| SeriesError::Nothing(first.clone()), SeriesError::File));
    }
    let is_there = |name: &&String| layers.iter().any(|named| named.layer.title.main() == *name);
    let missing: Vec<String> = making.layers.iter().filter(|name| !is_there(name)).cloned().collect();
    if !missing.is_empty() {
        return Err(SeriesError::Layers(missing));
    }
    // Files without features are named as the others are, and tell as well how days are written.
    let stems: Vec<String> = empty.iter().map(|(path, _)| stem(path)).collect();
    let names: Vec<&str> =
        layers.iter().map(|named| named.name.as_str()).chain(stems.iter().map(String::as_str)).collect();
    let pattern = match (&making.pattern, &making.property) {
        (_, Some(_)) => None,
        (Some(pattern), None) => Some(pattern.clone()),
        // The name of one file alone says its day only where nothing in the file does.
        (None, None) => match Pattern::find(&names) {
            Ok(_) if names.len() == 1 && layers.iter().any(|named| day_property(&named.layer).is_some()) => None,
            Ok(pattern) => Some(pattern),
            Err(PatternError::Nothing(_)) => None,
            Err(error) => return Err(error.into()),
        },
    };
    let words = pattern.as_ref().map(|pattern| pattern.words(&names)).filter(|words| !words.is_empty());
    let (mut versions, mut properties, mut counts, mut warnings) =
        (Vec::new(), BTreeSet::new(), BTreeSet::new(), Vec::new());
    for named in layers {
        let path = named.path.clone();
        let gave = versions_of(named, pattern.as_ref(), making).map_err(|what| SeriesError::Features { what, path })?;
        versions.extend(gave.versions);
        faults.extend(gave.faults);
        properties.extend(gave.property);
        counts.extend(gave.counts);
        warnings.extend(gave.warnings);
    }
    let (zeros, more) = of_empty(&empty, pattern.as_ref(), making.empty_as_zero);
    for version in zeros {
        warnings.push(format!("{EMPTY_IS_ZERO}: {}", version.from));
        versions.push(version);
    }
    faults.extend(more);
    let series = Series::new(versions).with_faults(faults);
    Ok(MadeSeries { series, pattern: words, properties, counts, files: files.len(), warnings })
}

/// What is said of a file without features that counts.
const EMPTY_IS_ZERO: &str = "it has nothing that could be drawn, and counts as a report that nothing is held";

/// Files without features: reports of no ground, where they are to count and their names say a day, and what else they are.
fn of_empty(files: &[(&PathBuf, FileError)], pattern: Option<&Pattern>, is_zero: bool) -> (Vec<Version>, Vec<Fault>) {
    let (mut versions, mut faults) = (Vec::new(), Vec::new());
    for (path, error) in files {
        let (from, stem) = (name_of(path), stem(path));
        let when = match pattern.map(|pattern| pattern.when(&stem)) {
            Some(NameDay::When(when)) => Some(when),
            Some(NameDay::Impossible | NameDay::Nothing) | None => None,
        };
        match when.filter(|_| is_zero) {
            Some(when) => {
                let nothing = Arc::new(Shape::Area(MultiPolygon(Vec::new())));
                let who = pattern.and_then(|pattern| pattern.account(&stem));
                versions.push(Version { who, ..Version::new(Some(when), nothing, from) });
            }
            None => {
                let hint = match (is_zero, when) {
                    (true, _) => "; its day is not known",
                    (false, Some(_)) => "; --empty-as-zero counts it as a report that nothing is held",
                    (false, None) => "",
                };
                faults.push(Fault::Unread { from, when, why: format!("{}{hint}", why(error, path)) });
            }
        }
    }
    (versions, faults)
}

/// What is wrong with a file, without its path.
fn why(error: &FileError, path: &Path) -> String {
    let told = error.to_string();
    let path = format!(": {}", path.display());
    told.strip_suffix(&path).map_or_else(|| told.clone(), str::to_owned)
}

fn open_one(path: &Path, making: &Making) -> Result<Vec<Named>, FileError> {
    let taken = Taken { no_project: true, ..making.taken.clone() };
    let parts = match open_as(path, taken)?.content {
        Content::Evidence(part @ Part::Layer(..)) => vec![part],
        Content::Layers(parts) => parts,
        Content::Evidence(Part::Dossier(..)) | Content::Map(_) | Content::Picture | Content::Project(_) => {
            return Err(FileError::UnknownKind { path: path.to_owned() });
        }
    };
    let several = parts.len() > 1;
    let layers = parts.into_iter().filter_map(|part| match part {
        Part::Layer(layer, problems) => Some((*layer, problems)),
        Part::Dossier(..) => None,
    });
    let is_wanted = |layer: &Overlay| {
        !several || making.layers.is_empty() || making.layers.iter().any(|name| name == layer.title.main())
    };
    let stem = stem(path);
    let named = layers.filter(|(layer, _)| is_wanted(layer)).map(|(layer, problems)| {
        let name = if several { format!("{stem} {}", layer.title.main()) } else { stem.clone() };
        Named { layer, path: path.to_owned(), name, problems }
    });
    Ok(named.collect())
}

/// Why days cannot be read, and what to do.
fn with_advice(why: String) -> String {
    format!("{why}; say which with --pattern DD/MM/YYYY or MM/DD/YYYY")
}

fn versions_of(named: Named, pattern: Option<&Pattern>, making: &Making) -> Result<Gave, String> {
    let Named { layer, name, path, problems } = named;
    let mut layer = layer;
    let file = name_of(&path);
    let mut warnings: Vec<String> = problems.iter().map(|problem| format!("{}: {file}", problem.what)).collect();
    if let Some(filter) = &making.filter {
        let unknown = layer.doubts_of_filter(filter);
        layer = layer.only(filter).map_err(|what| {
            let unknown: Vec<String> = unknown.iter().map(|what| format!("; {what}")).collect();
            format!("{what}{}", unknown.concat())
        })?;
        warnings.extend(unknown.into_iter().map(|what| format!("the filter: {what}: {file}")));
    }
    // A table of days has several, and its kinds are not those of what is held.
    let is_of_one_day = pattern.is_some() || !layer.as_of.is_empty();
    let property = making.property.clone().or_else(|| if is_of_one_day { None } else { day_property(&layer) });
    if let Some(property) = property {
        let (mut versions, faults) = of_overlay(&layer, Some(&property), making.pattern.as_ref()).map_err(|what| {
            let is_open = unread_days_of(&layer, &property).is_some_and(|why| why == what);
            if is_open { with_advice(what) } else { what }
        })?;
        let account = pattern.and_then(|pattern| pattern.account(&name));
        versions.iter_mut().for_each(|version| version.who = version.who.take().or_else(|| account.clone()));
        return Ok(Gave { versions, faults, property: Some(property), counts: None, warnings });
    }
    if !is_of_one_day && let Some((property, why)) = unread_days(&layer) {
        warnings.push(format!("{}; and with --date-property {property}: {file}", with_advice(why)));
    }
    let mut counts = None;
    if making.filter.is_none() {
        let choice = Choice::of(&layer, None);
        let counting =
            choice.counting().map_err(|what| format!("{what}; choose with a filter (--where) which count"))?;
        if let Counting::Kinds(labels) = &counting {
            counts = Some(choice.told(labels));
            layer.shape = Arc::new(counting.shape(&layer)?);
        }
    }
    let mut version = of_layer(&layer, None);
    version.from.clone_from(&file);
    let mut faults = Vec::new();
    let mut versions = Vec::new();
    if let Some(pattern) = pattern {
        version.who = pattern.account(&name);
        let inside = version.when;
        match pattern.when(&name) {
            NameDay::Impossible => {
                let said = pattern.day_in(&name).unwrap_or(&name).to_owned();
                faults.push(Fault::Impossible { from: file, said });
                return Ok(Gave { versions, faults, property: None, counts, warnings });
            }
            NameDay::Nothing => {}
            NameDay::When(named) => {
                let differs =
                    |inside: &Edtf| matches!((inside.day(), named.day()), (Some(one), Some(other)) if one != other);
                if let Some(inside) = inside.filter(differs) {
                    faults.push(Fault::DaysDiffer { from: file, named, inside });
                }
                version.when = Some(named);
                version.said = None;
            }
        }
    }
    versions.push(version);
    Ok(Gave { versions, faults, property: None, counts, warnings })
}

#[cfg(test)]
mod tests;
