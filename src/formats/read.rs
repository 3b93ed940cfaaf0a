//! What a reader of features is given, what it gives back, and why it cannot.

use geo::{Coord, Rect};
use thiserror::Error;

use super::crs::{self, Crs, CrsError};
use super::geojson::{MAX_BYTES, Order};
use super::picture::ground_overlay::Found;
use super::table::FeatureTable;
use super::tabular::TableChoice;

/// Looks for the file that lies beside the one that is read and has its name with another ending (`dbf`, `prj`); nothing
/// where there is none.
pub type Companions<'a> = dyn Fn(&str) -> Result<Option<Vec<u8>>, String> + 'a;

/// Finds places by the names that people give them.
pub trait PlaceNames {
    /// The one place that is called just so, of several of that name the one that is meant beyond doubt; in the region or
    /// country `within`, unless that is empty.
    ///
    /// # Errors
    /// A text that says why there is none: nothing is called so, or too much.
    fn find(&self, name: &str, within: &str) -> Result<NamedPlace, String>;

    /// Whom the places are from.
    fn credit(&self) -> String;
}

/// A place that a name stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPlace {
    /// Longitude and latitude in degrees, WGS 84.
    pub at: Coord<f64>,
    /// What it is called and where it lies, in words.
    pub what: String,
    /// How many other places are called so.
    pub others: usize,
}

/// A file from which features are read.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// All that is in it, unpacked.
    pub bytes: &'a [u8],
    /// Which number of a position stands first.
    pub order: Order,
    /// The coordinate system that somebody has chosen for its positions, whatever the file says.
    pub crs: Option<&'a Crs>,
    /// How somebody has chosen to read it, if it is a table.
    pub table: Option<&'a TableChoice>,
    /// What finds places by their names, if such are to be looked up.
    pub names: Option<&'a dyn PlaceNames>,
    companions: Option<&'a Companions<'a>>,
}

impl<'a> Input<'a> {
    /// Bytes that stand for themselves.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, order: Order::LonLat, crs: None, table: None, names: None, companions: None }
    }

    /// The same with the numbers of its positions in this order.
    #[must_use]
    pub fn in_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// The same with its positions in this coordinate system.
    #[must_use]
    pub fn in_system(self, crs: Option<&'a Crs>) -> Self {
        Self { crs, ..self }
    }

    /// The same read as a table in this way.
    #[must_use]
    pub fn as_table(self, table: Option<&'a TableChoice>) -> Self {
        Self { table, ..self }
    }

    /// The same with what finds places by their names.
    #[must_use]
    pub fn naming(self, names: &'a dyn PlaceNames) -> Self {
        Self { names: Some(names), ..self }
    }

    /// The same with the files that lie beside it.
    #[must_use]
    pub fn beside(self, companions: &'a Companions<'a>) -> Self {
        Self { companions: Some(companions), ..self }
    }

    /// The file of the same name with another ending, without its dot and in small letters.
    ///
    /// # Errors
    /// A text that says why a file that is there cannot be read.
    pub fn companion(&self, ending: &str) -> Result<Option<Vec<u8>>, String> {
        self.companions.map_or(Ok(None), |find| find(ending))
    }
}

/// What was read from a file.
#[derive(Debug, Default)]
pub struct Read {
    /// In the order of the file; most kinds of file have one.
    pub layers: Vec<FeatureLayer>,
    /// What of the file was passed over beside its layers, in words.
    pub warnings: Vec<String>,
    /// Pictures that it lays on the ground.
    pub overlays: Found,
}

/// Features that belong together, and what was passed over.
#[derive(Debug, Default)]
pub struct FeatureLayer {
    /// What the file calls it; nothing where the name of the file says it all.
    pub name: Option<String>,
    /// The features.
    pub features: FeatureTable,
    /// What was passed over or could not be read, in words, by the number of the feature.
    pub warnings: Vec<String>,
    /// How it was read, if it is a table.
    pub table: Option<TableRead>,
    /// Whom to credit for what did not stand in the file.
    pub credit: Option<String>,
}

/// How a table was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRead {
    /// All of it, as somebody might have chosen it.
    pub choice: TableChoice,
    /// Whether nothing of it had to be guessed.
    pub is_certain: bool,
    /// Whether it is a sheet that is hidden in its workbook.
    pub is_hidden: bool,
}

impl From<FeatureLayer> for Read {
    fn from(layer: FeatureLayer) -> Self {
        Self { layers: vec![layer], ..Self::default() }
    }
}

/// Why features cannot be read from a file.
#[derive(Debug, Error, PartialEq)]
pub enum ReadError {
    /// Larger than [`MAX_BYTES`].
    #[error("the file has {0} bytes; the largest that is read has {MAX_BYTES}")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("the text is not UTF-8 (byte {0}); save it as UTF-8 and try again")]
    NotUtf8(usize),
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// Not XML that can be read.
    #[error("not XML that can be read: {0}")]
    NotXml(String),
    /// JSON of another kind.
    #[error("JSON, but not GeoJSON: {0}")]
    NotGeoJson(String),
    /// A coordinate that is no place on the earth.
    #[error(
        "feature {feature}: the position [{lon}, {lat}] is not a longitude and latitude in degrees; longitude comes \
         first, −180 to 180, then latitude, −90 to 90{hint}"
    )]
    OutOfRange {
        /// Which feature, counted from 1.
        feature: usize,
        /// First number.
        lon: f64,
        /// Second number.
        lat: f64,
        /// What may have gone wrong.
        hint: &'static str,
    },
    /// Numbers that are no degrees, within this box, and nobody says in which coordinate system they are.
    #[error("{}", not_degrees(*.0))]
    NotDegrees(Rect<f64>),
    /// A table none of whose columns, which are these, hold places.
    #[error(
        "no columns hold coordinates; call two of them lat and lon, or one coordinates or wkt, or say which column names \
         places, in the window or with --place-names (the first row has {0})"
    )]
    NoPlaces(String),
    /// Anything else, in words.
    #[error("{0}")]
    Unusable(String),
    /// Another coordinate system where there can be none.
    #[error("the coordinate system is {0}; only WGS 84 (CRS84, EPSG:4326) is read: reproject the file to EPSG:4326")]
    OtherSystem(String),
    /// A coordinate system from which nothing can be converted.
    #[error("the coordinate system '{name}' cannot be converted: {why}; reproject the file to EPSG:4326")]
    UnknownSystem {
        /// As the file names it.
        name: String,
        /// What is wrong with it.
        why: CrsError,
    },
    /// A position outside what its coordinate system can say.
    #[error("feature {feature}: the position [{x}, {y}] has no place on the earth in {system}, which the file names")]
    NoPlace {
        /// Which feature, counted from 1.
        feature: usize,
        /// First number.
        x: f64,
        /// Second number.
        y: f64,
        /// What the file names.
        system: String,
    },
}

/// What to say of numbers that are no degrees, with the systems in which they would be places.
fn not_degrees(bounds: Rect<f64>) -> String {
    /// So many are named; the window shows all of them on the map.
    const NAMED: usize = 5;
    let guesses = crs::guesses(bounds, None);
    let told = guesses.iter().filter_map(|guess| {
        let (lat, lon) = (guess.middle.y, guess.middle.x);
        let order = if guess.exchanged { " with --lat-first" } else { "" };
        Some(format!("EPSG:{}{order} ({}) would put it at {lat:.1}, {lon:.1}", guess.crs.epsg()?, guess.crs.name()))
    });
    let told: Vec<String> = told.take(NAMED).collect();
    let Coord { x, y } = bounds.min();
    let which = match told.is_empty() {
        true => "none of the well-known systems puts them on the earth: get the system from where the file is from"
            .to_owned(),
        false => format!("say which it is, in the window or with --crs: {}", told.join("; ")),
    };
    format!("its numbers (as x {x}, y {y}) are not degrees, and it does not say its coordinate system; {which}")
}

/// A word of a file, fit to be repeated.
pub(crate) fn shortened(word: &str) -> String {
    let mut short: String = word.chars().filter(|letter| !letter.is_control()).take(80).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    short
}

/// So much may come of a file of so many bytes, in bytes: a small file that becomes a huge one was made to do harm.
pub(super) fn most_bytes(file: usize) -> usize {
    (3 * file).max(256 << 20)
}

/// Whether a position is a longitude and a latitude in degrees.
pub(super) fn is_place(Coord { x: lon, y: lat }: Coord<f64>) -> bool {
    // What is no number is not within either.
    (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)
}
