//! Where a layer of the user's own comes from: its file, as it was when it was read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Overlay;
use crate::formats::database::{self, Address};
use crate::formats::day::Day;
use crate::formats::geojson::Order;
use crate::formats::language::Text;
use crate::formats::read::TableRead;
use crate::formats::tabular::TableChoice;

/// A file, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "FileWords", into = "FileWords")]
pub struct FileRecord {
    /// Where it is, or the address of a layer in a database. Of a project's text that nobody has placed yet: as it stands there, from the project's folder on.
    pub path: PathBuf,
    /// Where else it may be, if it is not there.
    pub elsewhere: Option<PathBuf>,
    /// SHA-256 of its bytes, hexadecimal; empty where nobody has asked for it.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it was written, in milliseconds since 1970, if the file system says; of a layer in a database, when it was read.
    pub modified_ms: Option<u64>,
    /// Which number of a position stands first in it, as it is read.
    pub order: Order,
    /// The coordinate system that somebody has chosen for its positions, as [`crate::formats::crs::Crs::parse`] reads it.
    pub crs: Option<String>,
    /// How somebody has chosen to read it, if it is a table.
    pub table: Option<TableChoice>,
    /// Which of its layers it is, of a file of several.
    pub layer: Option<String>,
}

/// The same in the words of a project.
#[derive(Serialize, Deserialize)]
struct FileWords {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absolute: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    sha256: String,
    #[serde(default)]
    bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crs: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient")]
    table: Option<TableChoice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<String>,
}

/// What of a choice cannot be read, as of a later version, is guessed anew.
fn lenient<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<TableChoice>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

impl From<FileWords> for FileRecord {
    fn from(FileWords { path, absolute, sha256, bytes, modified_ms, order, crs, table, layer }: FileWords) -> Self {
        // Whoever reads a project tells of a name that is none of an order.
        let order = order.and_then(|name| Order::named(&name)).unwrap_or_default();
        let elsewhere = absolute.map(PathBuf::from);
        Self { path: path.into(), elsewhere, sha256, bytes, modified_ms, order, crs, table, layer }
    }
}

impl From<FileRecord> for FileWords {
    fn from(file: FileRecord) -> Self {
        let FileRecord { path, elsewhere, sha256, bytes, modified_ms, order, crs, table, layer } = file;
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        // Every system takes this for what parts a folder from what lies in it.
        let path = if path.is_absolute() { text(path) } else { text(path).replace('\\', "/") };
        let order = (order != Order::default()).then(|| order.name().to_owned());
        Self { path, absolute: elsewhere.map(text), sha256, bytes, modified_ms, order, crs, table, layer }
    }
}

impl FileRecord {
    /// Whether both are the same layer of the same file.
    pub fn is_layer_of(&self, other: &Self) -> bool {
        self.path == other.path && self.layer == other.layer
    }

    /// Whether both are read in the same way.
    pub fn is_read_as(&self, other: &Self) -> bool {
        self.order == other.order && self.crs == other.crs && self.table == other.table
    }

    /// Its name without its folder.
    pub fn name(&self) -> String {
        name_of(&self.path)
    }

    /// What a layer of it is called at first.
    pub fn title(&self) -> String {
        match database_layer(&self.path) {
            Some(address) => address.title(),
            None => self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// When it was read, of a layer in a database.
    pub fn day_of_reading(&self) -> Option<Day> {
        let days = i64::try_from(self.modified_ms? / 86_400_000).ok()?;
        Day::of_days(days).filter(|_| self.is_of_database())
    }

    /// Whether it is no file but a layer of a database.
    pub fn is_of_database(&self) -> bool {
        database::is_address(&self.path)
    }
}

fn database_layer(path: &Path) -> Option<Address> {
    path.to_str().and_then(|text| Address::parse(text).ok()).map(|(address, _)| address)
}

/// The name of a file without its folder; of a layer in a database, that with its server; of another address, what stands last
/// before any question or part.
pub fn name_of(path: &Path) -> String {
    if let Some(address) = database_layer(path) {
        return address.name();
    }
    let text = path.to_string_lossy();
    if let Some((_, rest)) = text.split_once("://") {
        let name = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Where a layer comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Its file.
    pub file: Arc<FileRecord>,
    /// The file's text, if it is of at most [`KEPT_BYTES`].
    pub text: Option<Arc<str>>,
    /// Whether it was read from the data that a project keeps, not from the file.
    pub from_kept: bool,
    /// How it was read, if it is a table.
    pub table: Option<TableRead>,
}

impl Origin {
    /// The same of one of the layers of the file.
    #[must_use]
    pub fn of_layer(&self, layer: Option<String>) -> Self {
        Self { file: Arc::new(FileRecord { layer, ..FileRecord::clone(&self.file) }), ..self.clone() }
    }
}

/// Files of at most so many bytes are kept inside projects unless the user wishes otherwise.
pub const KEPT_BYTES: u64 = 5_000_000;

/// What is said of a layer otherwise than its file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The day that it describes, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Whom to credit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    /// Under which licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
}

impl Facts {
    /// Whether they say nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Overlay {
    /// The same layer, of which `facts` are said; the shape is shared. What they do not say is as in `self`.
    #[must_use]
    pub fn with_facts(&self, facts: &Facts) -> Self {
        Self {
            title: facts.title.as_ref().map_or_else(|| self.title_alone().clone(), Text::plain),
            title_alone: None,
            as_of: facts.as_of.clone().unwrap_or_else(|| self.as_of.clone()),
            credit: facts.credit.clone().or_else(|| self.credit.clone()),
            license: facts.license.clone().or_else(|| self.license.clone()),
            prepared: self.prepared.of_same_features(),
            ..self.clone()
        }
    }

    /// Whether the same is said of both, and their shape is one.
    pub(super) fn is_said_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shape, &other.shape)
            && self.id == other.id
            && self.title == other.title
            && self.as_of == other.as_of
            && self.credit == other.credit
            && self.license == other.license
            && self.usual_color == other.usual_color
            && self.unreported == other.unreported
            && self.only == other.only
            && self.only_of == other.only_of
            && self.dated.as_ref().map(Arc::as_ptr) == other.dated.as_ref().map(Arc::as_ptr)
    }
}
