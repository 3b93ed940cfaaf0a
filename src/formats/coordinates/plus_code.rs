//! Plus codes: whole ones, which name a place by themselves, and short ones, which do so near another place.
//!
//! # References
//! The specification of Open Location Code, <https://github.com/google/open-location-code/blob/main/Documentation/Specification/specification.md>:
//! pairs of letters halve nothing but count in twenties, latitude before longitude; from the eleventh letter on, each is a
//! cell of a grid of four columns and five rows.

use super::{CoordinateError, How, Reading};
use crate::geometry::Coord;

/// The letters, each for its place among them.
const LETTERS: &[u8; 20] = b"23456789CFGHJMPQRVWX";

/// Letters before the plus sign of a whole code.
const BEFORE: usize = 8;

/// A code has no more letters.
const MOST: usize = 15;

/// A code without its first letters: which place is meant depends on what it is near to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortCode {
    /// The letters, without the sign; two, four or six before it.
    letters: Vec<u8>,
    left_out: usize,
}

/// The reading of a whole code.
pub(super) fn readings(text: &str) -> Option<Result<Vec<Reading>, CoordinateError>> {
    let (letters, before) = parts(text)?;
    if before != BEFORE {
        return None;
    }
    // The first two letters name bands of 20°, of which the earth has nine and eighteen.
    let beyond = value(letters[0]) >= 9 || value(letters[1]) >= 18;
    Some(if beyond { Err(CoordinateError::Beyond) } else { Ok(vec![reading(&letters)]) })
}

/// A short code, and the words after it, which may name a place that it is near to: `CWC8+R9`, `H99X+8W Bakhmut`.
pub fn short_code(text: &str) -> Option<(ShortCode, &str)> {
    let text = text.trim();
    let (code, words) = text.split_once([' ', ',']).unwrap_or((text, ""));
    let (letters, before) = parts(code)?;
    let is_short = before < BEFORE && before > 0;
    is_short.then(|| (ShortCode { letters, left_out: BEFORE - before }, words.trim_matches([' ', ','])))
}

impl ShortCode {
    /// The place of that code which is nearest to another.
    pub fn near(&self, place: Coord<f64>) -> Reading {
        let place = Coord { x: wrapped(place.x), y: place.y.clamp(-90.0, 90.0 - 1e-9) };
        let mut letters = first_letters(place, self.left_out);
        letters.extend_from_slice(&self.letters);
        let mut found = reading(&letters);
        // What the letters that were left out stand for: a neighbour of that size may be nearer.
        let size_deg = 20.0_f64.powi(2 - self.left_out as i32 / 2);
        let half = size_deg / 2.0;
        if found.at.y > place.y + half && found.at.y - size_deg > -90.0 {
            found.at.y -= size_deg;
        } else if found.at.y < place.y - half && found.at.y + size_deg < 90.0 {
            found.at.y += size_deg;
        }
        if found.at.x > place.x + half {
            found.at.x -= size_deg;
        } else if found.at.x < place.x - half {
            found.at.x += size_deg;
        }
        found.at.x = wrapped(found.at.x);
        found
    }
}

fn wrapped(lon: f64) -> f64 {
    (lon + 180.0).rem_euclid(360.0) - 180.0
}

/// The first letters of the code of a place.
fn first_letters(place: Coord<f64>, count: usize) -> Vec<u8> {
    let (mut lat, mut lon) = (place.y + 90.0, place.x + 180.0);
    let (mut letters, mut size) = (Vec::new(), 20.0);
    while letters.len() < count {
        for rest in [&mut lat, &mut lon] {
            let number = (*rest / size).floor().clamp(0.0, 19.0);
            *rest -= number * size;
            letters.push(LETTERS[number as usize]);
        }
        size /= 20.0;
    }
    letters
}

/// The letters of a code without sign and padding, and how many places stand before the sign.
fn parts(text: &str) -> Option<(Vec<u8>, usize)> {
    let (before, after) = text.trim().split_once('+')?;
    let written = before.trim_end_matches('0');
    let is_padded = written.len() < before.len();
    let all = format!("{written}{after}").to_ascii_uppercase().into_bytes();
    let is_code = all.iter().all(|letter| LETTERS.contains(letter))
        && before.len().is_multiple_of(2)
        && before.len() <= BEFORE
        && written.len().is_multiple_of(2)
        // A single letter after the sign, and any after zeros, have no meaning.
        && after.len() != 1
        && (!is_padded || before.len() == BEFORE && after.is_empty() && !written.is_empty())
        && (before.len() == BEFORE || after.len() >= 2);
    (is_code && !all.is_empty()).then(|| (all.into_iter().take(MOST).collect(), before.len()))
}

fn value(letter: u8) -> usize {
    LETTERS.iter().position(|other| *other == letter).unwrap_or(0)
}

/// The middle of the area of a whole code.
fn reading(letters: &[u8]) -> Reading {
    let (mut lat, mut lon) = (-90.0, -180.0);
    let (mut height, mut width) = (400.0, 400.0);
    for pair in letters[..letters.len().min(10)].chunks_exact(2) {
        height /= 20.0;
        width /= 20.0;
        lat += value(pair[0]) as f64 * height;
        lon += value(pair[1]) as f64 * width;
    }
    for letter in letters.iter().skip(10) {
        height /= 5.0;
        width /= 4.0;
        let cell = value(*letter);
        lat += (cell / 4) as f64 * height;
        lon += (cell % 4) as f64 * width;
    }
    let at = Coord { x: lon + width / 2.0, y: lat + height / 2.0 };
    Reading { at, how: How::PlusCode { height_deg: height } }
}

#[cfg(test)]
mod tests {
    use super::super::readings;
    use super::*;

    fn at(text: &str) -> (f64, f64) {
        let at = readings(text).unwrap()[0].at;
        (at.x, at.y)
    }

    fn is_near(found: (f64, f64), expected: (f64, f64)) -> bool {
        (found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9
    }

    #[test]
    fn whole_codes_are_read_as_the_specification_tests_them() {
        // Code, latitudes and longitudes of the area: rows of the specification's own test data (decoding.csv).
        for (code, south, west, north, east) in [
            ("7FG49Q00+", 20.35, 2.75, 20.4, 2.8),
            ("7FG49QCJ+2V", 20.37, 2.782_125, 20.370_125, 2.782_25),
            ("7FG49QCJ+2VX", 20.3701, 2.78221875, 20.370_125, 2.78225),
            ("8FVC2222+22", 47.0, 8.0, 47.000_125, 8.000_125),
            ("4VCPPQGP+Q9", -41.273_125, 174.785_875, -41.273, 174.786),
            ("62G20000+", 0.0, -180.0, 1.0, -179.0),
            ("22220000+", -90.0, -180.0, -89.0, -179.0),
        ] {
            let middle = (f64::midpoint(west, east), f64::midpoint(south, north));
            assert!(is_near(at(code), middle), "{code}: {:?} and not {middle:?}", at(code));
            assert_eq!(at(&code.to_lowercase()), at(code));
        }
        assert_eq!(readings("8FVC2222+22").unwrap()[0].how.phrase(), "plus code, middle of a square of 14 m");
        assert!(readings("WF000000+").is_err(), "beyond the pole");
        for none in ["8FVC2222+2", "8FVC222+22", "+380", "8FVC00+", "8FVC2200+22", "AAAA2222+22"] {
            assert!(readings(none).is_err(), "{none}");
        }
    }

    #[test]
    fn short_codes_are_read_near_a_place_as_the_specification_tests_them() {
        // Whole code, reference latitude and longitude, short code: shortCodeTests.csv of the specification.
        for (whole, lat, lon, short) in [
            ("9C3W9QCJ+2VX", 51.370_112_5, -1.217_765_625, "+2VX"),
            ("9C3W9QCJ+2VX", 51.370_869_1, -1.217_765_625, "CJ+2VX"),
            ("9C3W9QCJ+2VX", 51.370_112_5, -1.218_522_2, "CJ+2VX"),
            ("9C3W9QCJ+2VX", 51.385_212_5, -1.217_765_625, "9QCJ+2VX"),
            ("8FJFW222+", 42.899, 9.012, "22+"),
            ("22+", 0.0, 0.0, ""),
            ("9C3W9QCJ+2VX", 51.370_112_5, -1.232_865_6, "9QCJ+2VX"),
        ] {
            let Some((code, "")) = short_code(short) else { continue };
            let found = code.near(Coord { x: lon, y: lat }).at;
            assert!(is_near((found.x, found.y), at(whole)), "{short}");
        }
        let (_, words) = short_code("9QCJ+2VX, Reading ").unwrap();
        assert_eq!(words, "Reading");
        assert!(short_code("9C3W9QCJ+2VX").is_none(), "a whole one");
        assert!(short_code("Bakhmut").is_none());
        // Across the antimeridian.
        let (code, _) = short_code("9QCJ+2V").unwrap();
        let found = code.near(Coord { x: -179.99, y: 20.0 }).at;
        assert!((-180.0..=180.0).contains(&found.x));
    }
}
