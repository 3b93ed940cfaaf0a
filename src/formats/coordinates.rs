//! Coordinates as people write and paste them: degrees in decimals, minutes and seconds, UTM, MGRS, plus codes, `geo:`
//! addresses and links to maps.
//!
//! What a text leaves open is not decided silently: every [`Reading`] says [how](How) the text was read, and of two bare
//! numbers, which may stand for latitude and longitude in either order, both readings are given, latitude first before.

mod degrees;
mod grid;
mod list;
mod plus_code;
mod web;

use thiserror::Error;

use crate::geometry::Coord;

pub use grid::lon_lat_from_utm;
pub use list::{ListError, Listed, bearing, listed};
pub use plus_code::{ShortCode, short_code};

/// No text of coordinates is longer, in bytes: links to maps are long, whole pages are something else.
const LONGEST: usize = 4000;

/// A place that a text names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Where, WGS 84, longitude first, in degrees.
    pub at: Coord<f64>,
    /// How the text was read.
    pub how: How,
}

/// How a text was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum How {
    /// Two numbers of which nothing says which is which, the first taken for the latitude.
    LatitudeFirst,
    /// The same with the first taken for the longitude.
    LongitudeFirst,
    /// Letters or words say which number is the latitude.
    Letters,
    /// A `geo:` address, in which the latitude stands first.
    GeoAddress,
    /// Well-known text, in which the longitude stands first.
    WellKnownText,
    /// A link to a map.
    Link,
    /// Universal Transverse Mercator.
    Utm {
        /// Zone, 1 to 60.
        zone: u8,
        /// Whether north of the equator.
        north: bool,
    },
    /// The middle of a square of the Military Grid Reference System.
    Mgrs {
        /// How wide the square is, in metres.
        square_m: u32,
    },
    /// The middle of the area of a plus code.
    PlusCode {
        /// How high the area is, in degrees of latitude.
        height_deg: f64,
    },
}

impl How {
    /// In a few words.
    pub fn phrase(self) -> String {
        match self {
            Self::LatitudeFirst => "latitude first".to_owned(),
            Self::LongitudeFirst => "longitude first".to_owned(),
            Self::Letters => "as the letters show".to_owned(),
            Self::GeoAddress => "geo: address, latitude first".to_owned(),
            Self::WellKnownText => "well-known text, longitude first".to_owned(),
            Self::Link => "from the link to a map".to_owned(),
            Self::Utm { zone, north } => format!("UTM zone {zone} {}", if north { "north" } else { "south" }),
            Self::Mgrs { square_m: 1 } => "MGRS, to 1 m".to_owned(),
            Self::Mgrs { square_m } if square_m < 1000 => format!("MGRS, middle of a square of {square_m} m"),
            Self::Mgrs { square_m } => format!("MGRS, middle of a square of {} km", square_m / 1000),
            Self::PlusCode { height_deg } => match height_deg * 111_195.0 {
                height_m if height_m < 1000.0 => format!("plus code, middle of a square of {height_m:.0} m"),
                height_m => format!("plus code, middle of an area {:.0} km high", height_m / 1000.0),
            },
        }
    }
}

/// Why a text names no place.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CoordinateError {
    /// Nothing that looks like coordinates.
    #[error("there are no coordinates in it; write 48.62, 37.55 or 48°37′12″ N 37°33′ E or 37U DQ 12345 67890")]
    None,
    /// One number.
    #[error("only one of the two numbers is there; write latitude and longitude, such as 48.62, 37.55")]
    One,
    /// A third number, or a fraction that goes on.
    #[error("it has more numbers than a latitude and a longitude; write 48.62, 37.55 or 48°37′12″ N 37°33′ E")]
    TooMany,
    /// A word among the numbers.
    #[error("“{0}” is not understood; write 48.62, 37.55 or 48°37′12″ N 37°33′ E")]
    Word(String),
    /// Beyond the earth.
    #[error("a latitude lies between 90° south and 90° north, and a longitude between 180° west and 180° east")]
    Beyond,
    /// 60 minutes or more.
    #[error("minutes and seconds are less than 60; {0} is more")]
    Sixty(f64),
    /// Decimals before a smaller unit.
    #[error("only the last of degrees, minutes and seconds has decimals; {0} has some and is not the last")]
    Decimals(f64),
    /// Two of one kind.
    #[error("both numbers are marked as the {0}; one is the latitude (N, S), the other the longitude (E, W)")]
    Twice(&'static str),
    /// A minus and a letter that says the same.
    #[error("a minus sign and the letter S or W mean the same; leave one out")]
    Sign,
    /// A square or a zone that does not exist.
    #[error("{0}")]
    Grid(String),
    /// A link that holds no coordinates.
    #[error(
        "the link has no coordinates, as short links have none; open it in the browser, then copy the long address from there"
    )]
    Link,
    /// Coordinates of another system.
    #[error("its coordinates are in the system “{0}”; give them in WGS 84")]
    System(String),
}

/// The places that a text may name, the likeliest first; at least one.
///
/// ```
/// use claimline::formats::coordinates::{How, readings};
///
/// let all = readings("48.62, 37.55")?;
/// assert_eq!((all[0].at.x, all[0].at.y, all[0].how), (37.55, 48.62, How::LatitudeFirst));
/// assert_eq!((all[1].at.x, all[1].at.y, all[1].how), (48.62, 37.55, How::LongitudeFirst));
/// assert_eq!(readings("48°37′12″ N 37°33′ E")?[0].at, all[0].at);
/// # Ok::<(), claimline::formats::coordinates::CoordinateError>(())
/// ```
///
/// # Errors
/// [`CoordinateError`] says what is wrong and what to write.
pub fn readings(text: &str) -> Result<Vec<Reading>, CoordinateError> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return Err(CoordinateError::None);
    }
    if let Some(found) = web::readings(text).or_else(|| grid::readings(text)).or_else(|| plus_code::readings(text)) {
        return found;
    }
    degrees::readings(text)
}

/// A latitude and a longitude, if both lie on the earth.
fn place(lat: f64, lon: f64) -> Option<Coord<f64>> {
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(Coord { x: lon, y: lat })
}

#[cfg(test)]
mod tests;
