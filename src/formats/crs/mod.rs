//! Coordinate systems: what a file says of its own (an EPSG code, well-known text, PROJJSON, a PROJ string), and the way from
//! there to WGS 84 in degrees. This room belongs to the readers: what is read is text, and nothing behind them knows another
//! system than WGS 84.
//!
//! Positions in files stand with longitude or easting first whatever a system says of its axes, as GDAL and nearly all
//! programs write them ("traditional GIS order").
//!
//! The EPSG table, the projections and the datum shifts are those of `proj-core`; reading what files say is ours, as that
//! of `proj-wkt` 0.13 refuses many files of GDAL (Swiss, Hungarian, American systems) and takes Web Mercator of GDAL for
//! another, as measured against PROJ 9.5.

mod codes;
mod guess;
mod method;
mod named;
mod proj_string;
mod projjson;
mod transform;
mod tree;
mod well_known;

use proj_core::{CrsDef, Ellipsoid, HelmertParams, ProjectionMethod};
use thiserror::Error;

pub use guess::{Guess, area_of_use, guesses, looks_like_degrees};
use method::Axes;
pub use transform::{Lost, Shift, Transform};

/// The longest text that is read, in bytes: the longest of the EPSG table takes 12 000.
pub const MAX_TEXT: usize = 100_000;

/// Why what is said of a coordinate system cannot be used.
#[derive(Debug, Clone, Error, PartialEq)]
pub enum CrsError {
    /// Nothing is said.
    #[error("it says nothing")]
    Empty,
    /// Longer than [`MAX_TEXT`].
    #[error("it has {0} bytes; the longest that is read has {MAX_TEXT}")]
    TooLong(usize),
    /// None of the forms that are known.
    #[error("'{0}' is not an EPSG code, well-known text, PROJJSON or a PROJ string")]
    Form(String),
    /// Well-known text that is cut short or broken.
    #[error("its well-known text breaks off or is broken at character {0}")]
    NotWkt(usize),
    /// JSON that is not PROJJSON.
    #[error("its JSON is not PROJJSON")]
    NotProjJson,
    /// No such code.
    #[error("{0} is not in the EPSG table that Claimline has (v12.013, 2025)")]
    Code(String),
    /// A projection that is not among ours.
    #[error("its projection, {0}, is not one that Claimline has")]
    Method(String),
    /// What has no place on the map.
    #[error("it is {0}, from which no place on a map follows")]
    Kind(&'static str),
    /// Something that has to be said is missing or is not as it must be.
    #[error("its {0} is missing or cannot be read")]
    Missing(&'static str),
    /// Numbers that no map has.
    #[error("it has numbers that no map has")]
    Number,
    /// Something that would change positions and that Claimline does not have.
    #[error("it asks for {0}, which Claimline does not have")]
    Unsupported(String),
}

/// A coordinate system as a file says it.
#[derive(Debug, Clone)]
pub struct Crs {
    name: String,
    /// Its code in the EPSG table.
    epsg: Option<u32>,
    positions: Positions,
    datum: Datum,
    /// Of its prime meridian, east of Greenwich.
    prime_meridian_deg: f64,
}

/// What the two numbers of a position are.
#[derive(Debug, Clone)]
enum Positions {
    /// Longitude and latitude in a unit of so many degrees.
    Angles { unit_deg: f64 },
    /// On a plane, in a unit of so many metres.
    Plane { method: ProjectionMethod, unit_m: f64, axes: Axes },
}

/// To which figure of the earth positions refer.
#[derive(Debug, Clone)]
struct Datum {
    name: String,
    /// Its code in the EPSG table, if that is known.
    epsg: Option<u32>,
    /// That of the system in degrees that is made of it.
    geographic: Option<u32>,
    ellipsoid: Ellipsoid,
    /// The shift to WGS 84 that the file itself gives.
    given: Option<HelmertParams>,
}

impl Crs {
    /// WGS 84 in degrees.
    pub fn wgs84() -> Self {
        Self {
            name: "WGS 84".to_owned(),
            epsg: Some(4326),
            positions: Positions::Angles { unit_deg: 1.0 },
            datum: Datum {
                name: "WGS 84".to_owned(),
                epsg: Some(6326),
                geographic: Some(4326),
                ellipsoid: proj_core::ellipsoid::WGS84,
                given: None,
            },
            prime_meridian_deg: 0.0,
        }
    }

    /// The system of a code, and of those that other programs use for some of EPSG's (900913, Esri's 102100).
    ///
    /// # Errors
    /// [`CrsError::Code`] where the table has none.
    pub fn from_epsg(code: u32) -> Result<Self, CrsError> {
        let unknown = || CrsError::Code(format!("EPSG:{code}"));
        let (listed, axes) = codes::listed(code);
        if let Some(crs) = codes::south_african(code) {
            return Ok(crs);
        }
        if let Some((name, text)) = codes::written(code) {
            return proj_string::read(text).map(|crs| Self { name: name.to_owned(), epsg: Some(code), ..crs });
        }
        // Their axes run neither to the east nor to the west.
        if [8044, 8045].contains(&code) {
            return Err(unknown());
        }
        let definition = proj_core::lookup_epsg(listed).ok_or_else(unknown)?;
        if definition.is_geocentric() {
            return Err(CrsError::Kind("a system of X, Y and Z from the centre of the earth"));
        }
        let definition = definition.horizontal_crs().ok_or_else(unknown)?;
        let (positions, geographic) = match &definition {
            CrsDef::Projected(plane) => {
                let positions = Positions::Plane { method: plane.method(), unit_m: plane.linear_unit_to_meter(), axes };
                (positions, plane.base_geographic_crs_epsg())
            }
            other => (Positions::Angles { unit_deg: 1.0 }, other.epsg()),
        };
        let other_meridian = codes::other_meridian(geographic);
        let (prime_meridian_deg, unit_deg) =
            other_meridian.map_or((0.0, 1.0), |other| (other.prime_meridian_deg, other.unit_deg));
        let positions = match positions {
            Positions::Angles { .. } => Positions::Angles { unit_deg },
            plane => plane,
        };
        // A datum with another prime meridian has its shift under its name with Greenwich.
        let geographic = other_meridian.map_or(geographic, |other| other.greenwich);
        let named = proj_core::lookup_epsg(geographic);
        let datum = named.as_ref().unwrap_or(&definition).datum().clone();
        Ok(Self {
            name: definition.name().to_owned(),
            epsg: Some(code),
            positions,
            datum: Datum {
                name: named.as_ref().map_or("", CrsDef::name).to_owned(),
                epsg: Some(datum.epsg()).filter(|code| *code != 0),
                geographic: named.map(|named| named.epsg()),
                ellipsoid: datum.ellipsoid(),
                given: None,
            },
            prime_meridian_deg,
        })
    }

    /// What a file says: `EPSG:3857` and its forms as a URN or address, a bare code, `CRS84`, well-known text of any kind,
    /// PROJJSON, or a PROJ string.
    ///
    /// # Errors
    /// [`CrsError`] says why not.
    pub fn parse(text: &str) -> Result<Self, CrsError> {
        if text.len() > MAX_TEXT {
            return Err(CrsError::TooLong(text.len()));
        }
        let text =
            text.trim_start_matches('\u{feff}').trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
        if text.is_empty() {
            return Err(CrsError::Empty);
        }
        if let Some(found) = named::read(text) {
            return found;
        }
        if text.starts_with('{') {
            return well_known::read(&projjson::tree(text)?);
        }
        if ["+", "proj=", "init="].iter().any(|start| text.starts_with(start)) {
            return proj_string::read(text);
        }
        let word = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        match text.as_bytes()[word..].iter().find(|byte| **byte != b'_' && !byte.is_ascii_whitespace()) {
            Some(b'[' | b'(' | b'C') if word > 0 => well_known::read(&tree::parse(text)?),
            _ => Err(CrsError::Form(shown(text))),
        }
    }

    /// What people call it, with its code if it has one.
    pub fn label(&self) -> String {
        match (self.epsg, self.name.is_empty()) {
            (Some(code), true) => format!("EPSG:{code}"),
            (Some(code), false) => format!("{} (EPSG:{code})", self.name),
            (None, true) => "an unnamed system".to_owned(),
            (None, false) => self.name.clone(),
        }
    }

    /// Its name alone.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its code in the EPSG table, if it says one.
    pub fn epsg(&self) -> Option<u32> {
        self.epsg
    }

    /// Whether its positions are longitudes and latitudes in degrees from Greenwich on WGS 84: nothing has to be converted.
    pub fn is_wgs84(&self) -> bool {
        matches!(self.positions, Positions::Angles { unit_deg } if (unit_deg - 1.0).abs() < 1e-9)
            && self.prime_meridian_deg == 0.0
            && self.datum.is_wgs84()
    }

    /// Whether its positions are angles, not lengths on a plane.
    pub fn is_angles(&self) -> bool {
        matches!(self.positions, Positions::Angles { .. })
    }
}

impl Datum {
    fn is_wgs84(&self) -> bool {
        self.epsg == Some(6326) && self.given.is_none_or(|given| given == HelmertParams::identity())
    }
}

/// A word of a file, fit to be repeated.
fn shown(word: &str) -> String {
    let mut short: String = word.chars().filter(|letter| !letter.is_control()).take(60).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
