//! Universal Transverse Mercator and the Military Grid Reference System, on the ellipsoid of WGS 84.
//!
//! # References
//! Karney 2011, *Transverse Mercator with an accuracy of a few nanometers*, Journal of Geodesy 85, 475–485: Krüger's
//! series to the sixth order, equations 14, 19 to 21 and 36. NGA.SIG.0012 (2014), *The Universal Grids*: the letters of
//! the squares and the bands.

use super::{CoordinateError, How, Reading};
use crate::geometry::Coord;
use crate::geometry::measure::{ECCENTRICITY_SQUARED, SEMI_MAJOR_M};

type Found = Result<Vec<Reading>, CoordinateError>;

/// The bands of latitude, from 80° south on, each 8° wide but the last.
const BANDS: &[u8; 20] = b"CDEFGHJKLMNPQRSTUVWX";

/// Letters of the rows of squares, which come again every 2,000 km.
const ROWS: &[u8; 20] = b"ABCDEFGHJKLMNPQRSTUV";

/// A northing at or below which none of a band lies, in metres.
const LEAST_NORTHING_M: [f64; 20] = [
    1_100_000.0,
    2_000_000.0,
    2_800_000.0,
    3_700_000.0,
    4_600_000.0,
    5_500_000.0,
    6_400_000.0,
    7_300_000.0,
    8_200_000.0,
    9_100_000.0,
    0.0,
    800_000.0,
    1_700_000.0,
    2_600_000.0,
    3_500_000.0,
    4_400_000.0,
    5_300_000.0,
    6_200_000.0,
    7_000_000.0,
    7_900_000.0,
];

/// Scale on the central meridian of a zone.
const SCALE: f64 = 0.9996;

/// The place of a position in metres within a zone of UTM; `zone` is 1 to 60.
///
/// Within 9° of the zone's central meridian it agrees with PROJ to 0.1 mm.
pub fn lon_lat_from_utm(zone: u8, north: bool, easting_m: f64, northing_m: f64) -> Coord<f64> {
    const N: f64 = 0.001_679_220_386_383_704_7;
    const N2: f64 = N * N;
    const N3: f64 = N2 * N;
    const N4: f64 = N3 * N;
    const N5: f64 = N4 * N;
    const N6: f64 = N5 * N;
    const BETA: [f64; 6] = [
        N / 2.0 - 2.0 / 3.0 * N2 + 37.0 / 96.0 * N3 - N4 / 360.0 - 81.0 / 512.0 * N5 + 96_199.0 / 604_800.0 * N6,
        N2 / 48.0 + N3 / 15.0 - 437.0 / 1440.0 * N4 + 46.0 / 105.0 * N5 - 1_118_711.0 / 3_870_720.0 * N6,
        17.0 / 480.0 * N3 - 37.0 / 840.0 * N4 - 209.0 / 4480.0 * N5 + 5569.0 / 90_720.0 * N6,
        4397.0 / 161_280.0 * N4 - 11.0 / 504.0 * N5 - 830_251.0 / 7_257_600.0 * N6,
        4583.0 / 161_280.0 * N5 - 108_847.0 / 3_991_680.0 * N6,
        20_648_693.0 / 638_668_800.0 * N6,
    ];
    let rectifying_m = SEMI_MAJOR_M / (1.0 + N) * (1.0 + N2 / 4.0 + N4 / 64.0 + N6 / 256.0);
    let xi = (northing_m - if north { 0.0 } else { 10_000_000.0 }) / (SCALE * rectifying_m);
    let eta = (easting_m - 500_000.0) / (SCALE * rectifying_m);
    let (mut xi_sphere, mut eta_sphere) = (xi, eta);
    for (index, beta) in BETA.iter().enumerate() {
        let times = 2.0 * (index as f64 + 1.0);
        xi_sphere -= beta * (times * xi).sin() * (times * eta).cosh();
        eta_sphere -= beta * (times * xi).cos() * (times * eta).sinh();
    }
    let conformal = xi_sphere.sin() / eta_sphere.sinh().hypot(xi_sphere.cos());
    let lon_rad = eta_sphere.sinh().atan2(xi_sphere.cos());
    let eccentricity = ECCENTRICITY_SQUARED.sqrt();
    // The tangent of the latitude, from that of the conformal latitude, by Newton's method.
    let mut tangent = conformal;
    for _ in 0..5 {
        let secant = 1.0_f64.hypot(tangent);
        let sigma = (eccentricity * (eccentricity * tangent / secant).atanh()).sinh();
        let of_tangent = tangent * 1.0_f64.hypot(sigma) - sigma * secant;
        let step = (conformal - of_tangent) / 1.0_f64.hypot(of_tangent)
            * (1.0 + (1.0 - ECCENTRICITY_SQUARED) * tangent * tangent)
            / ((1.0 - ECCENTRICITY_SQUARED) * secant);
        tangent += step;
    }
    let meridian_deg = f64::from(zone) * 6.0 - 183.0;
    let lon_deg = meridian_deg + lon_rad.to_degrees();
    Coord { x: (lon_deg + 180.0).rem_euclid(360.0) - 180.0, y: tangent.atan().to_degrees() }
}

/// What a text in one of the grids names; `None` for what is none.
pub(super) fn readings(text: &str) -> Option<Found> {
    let text = text.trim().to_ascii_uppercase();
    let is_utm = text.starts_with("UTM");
    let plain = ["UTM", "MGRS", "WGS84", "WGS 84", "ZONE"].iter().fold(text, |text, word| text.replace(word, " "));
    mgrs(&plain).or_else(|| utm(&plain, is_utm))
}

/// South and north end of a band, in degrees.
fn band_deg(band: usize) -> (f64, f64) {
    let south = -80.0 + 8.0 * band as f64;
    (south, if band == BANDS.len() - 1 { 84.0 } else { south + 8.0 })
}

/// Zone, band and the rest of a text that begins with both.
fn zone(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits).then(|| text.split_at(digits))
}

fn number_of_zone(digits: &str) -> Result<u8, CoordinateError> {
    let number = digits.parse::<u8>().ok().filter(|number| (1..=60).contains(number));
    number.ok_or_else(|| CoordinateError::Grid(format!("there is no zone {digits}; zones are numbered 1 to 60")))
}

fn number_of_band(letter: u8) -> Result<usize, CoordinateError> {
    if b"ABYZ".contains(&letter) {
        return Err(CoordinateError::Grid(
            "squares at the poles (A, B, Y and Z) are not read; give degrees".to_owned(),
        ));
    }
    BANDS.iter().position(|band| *band == letter).ok_or_else(|| {
        let letter = char::from(letter);
        CoordinateError::Grid(format!("there is no latitude band {letter}; bands are C to X without I and O"))
    })
}

/// `37U DQ 12345 67890`, with spaces or without; `None` for what does not look so.
fn mgrs(text: &str) -> Option<Found> {
    let (digits, rest) = zone(text)?;
    let rest: String = rest.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    let (letters, places) = rest.split_at_checked(3)?;
    let letters: &[u8; 3] = letters.as_bytes().try_into().ok()?;
    if !letters.iter().all(u8::is_ascii_uppercase) || !places.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Three letters alone are a word, unless digits follow.
    (!places.is_empty() || digits.len() == 2).then(|| square(digits, *letters, places))
}

fn square(digits: &str, letters: [u8; 3], places: &str) -> Found {
    let failed = |what: String| CoordinateError::Grid(what);
    let zone = number_of_zone(digits)?;
    let [band, column, row] = letters;
    let band = number_of_band(band)?;
    if places.len() % 2 == 1 || places.len() > 10 {
        let what = "an MGRS place has as many digits east as north, at most five of each";
        return Err(failed(format!("{what}; these are {}", places.len())));
    }
    let columns: [&[u8; 8]; 3] = [b"STUVWXYZ", b"ABCDEFGH", b"JKLMNPQR"];
    let columns = columns[usize::from(zone % 3)];
    let column = columns.iter().position(|letter| *letter == column).ok_or_else(|| {
        let (wrong, all) = (char::from(column), String::from_utf8_lossy(columns).into_owned());
        failed(format!("zone {zone} has no column {wrong} of squares; its columns are {all}"))
    })?;
    let row = ROWS.iter().position(|letter| *letter == row).ok_or_else(|| {
        let wrong = char::from(row);
        failed(format!("there is no row {wrong} of squares; rows are A to V without I and O"))
    })?;
    // Rows of even zones begin with F.
    let row = if zone.is_multiple_of(2) { (row + 15) % 20 } else { row };
    let half = places.len() / 2;
    let square_m = 10_u32.pow(5 - half as u32);
    let within_m = |digits: &str| digits.parse::<u32>().map_or(0.0, |place| f64::from(place * square_m));
    let middle_m = f64::from(square_m) / 2.0;
    let easting_m = (column as f64 + 1.0) * 100_000.0 + within_m(&places[..half]) + middle_m;
    let mut northing_m = row as f64 * 100_000.0 + within_m(&places[half..]);
    // The corner decides in which of the rows of that letter the square lies.
    while northing_m < LEAST_NORTHING_M[band] {
        northing_m += 2_000_000.0;
    }
    let north = band >= 10;
    let at = lon_lat_from_utm(zone, north, easting_m, northing_m + middle_m);
    let (south_deg, north_deg) = band_deg(band);
    // A square of 100 km on the border of two bands has the letter of either.
    const SPARE_DEG: f64 = 1.0;
    if at.y < south_deg - SPARE_DEG || at.y > north_deg + SPARE_DEG {
        let (letter, row) = (char::from(BANDS[band]), char::from(letters[2]));
        return Err(failed(format!("the band {letter} has no row of squares {row} in zone {zone}")));
    }
    Ok(vec![Reading { at, how: How::Mgrs { square_m } }])
}

/// `37U 412345 5389012`; `None` for what does not look so. After `is_certain`, what is wrong is said.
fn utm(text: &str, is_certain: bool) -> Option<Found> {
    let (digits, rest) = zone(text)?;
    let rest = rest.trim_start();
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    let numbers = &rest[word.len()..];
    let all: Vec<f64> = metres(numbers)?;
    let &[easting_m, northing_m] = all.as_slice() else { return None };
    // Degrees are never so many.
    if word.is_empty() || (easting_m < 1000.0 && !is_certain) {
        return None;
    }
    Some(in_zone(digits, &word, easting_m, northing_m))
}

/// The numbers of a position in metres, with or without `mE`, `mN` or the like; `None` if there is anything else.
fn metres(text: &str) -> Option<Vec<f64>> {
    let text = text.replace(',', ".").replace(';', " ");
    let parts = text.split(|letter: char| letter.is_whitespace() || letter.is_ascii_uppercase() || letter == ':');
    let words = text.split(|letter: char| !letter.is_ascii_uppercase()).filter(|word| !word.is_empty());
    let is_known = |word: &str| ["M", "E", "N", "ME", "MN", "S", "MS", "EASTING", "NORTHING"].contains(&word);
    if !words.into_iter().all(is_known) {
        return None;
    }
    parts.map(|part| part.trim_end_matches('.')).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

fn in_zone(digits: &str, word: &str, easting_m: f64, northing_m: f64) -> Found {
    let zone = number_of_zone(digits)?;
    let (is_north, is_south) = (["N", "NORTH"].contains(&word), ["S", "SOUTH"].contains(&word));
    if !(100_000.0..1_000_000.0).contains(&easting_m) || !(0.0..=10_000_000.0).contains(&northing_m) {
        let what =
            "in UTM the easting lies between 100,000 and 1,000,000 m and the northing between 0 and 10,000,000 m";
        return Err(CoordinateError::Grid(format!("{what}; the easting comes first")));
    }
    let of =
        |north| Reading { at: lon_lat_from_utm(zone, north, easting_m, northing_m), how: How::Utm { zone, north } };
    let lies_in = |reading: &Reading, band: usize| {
        let (south_deg, north_deg) = band_deg(band);
        (south_deg - 0.5..=north_deg + 0.5).contains(&reading.at.y)
    };
    if word.len() == 1 && !is_north {
        let letter = word.as_bytes()[0];
        let band = number_of_band(letter)?;
        let in_band = Some(of(band >= 10)).filter(|reading| lies_in(reading, band));
        // S is a band in the north, and short for south.
        let south = is_south.then(|| of(false));
        let found: Vec<Reading> = in_band.into_iter().chain(south).collect();
        if found.is_empty() {
            let what = format!("a northing of {northing_m:.0} m does not lie in the band {word}");
            return Err(CoordinateError::Grid(what));
        }
        return Ok(found);
    }
    if is_north || is_south {
        return Ok(vec![of(is_north)]);
    }
    Err(CoordinateError::Grid(format!("“{word}” is neither a latitude band nor N or S")))
}
