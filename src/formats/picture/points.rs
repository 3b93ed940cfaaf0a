//! Control points as text: those of QGIS's georeferencer (`.points`), and the `-gcp` options of GDAL's programs.
//!
//! QGIS counts rows upwards, so that those within the picture are negative, and from the outer corner of the first pixel, as
//! this program does. Its first line may name the coordinate system of the places.

use std::fmt::Write as _;

use super::PictureError;
use crate::formats::crs::{Crs, Transform, looks_like_degrees};
use crate::formats::encoding;
use crate::geometry::georeference::{ControlPoint, MOST_POINTS};
use crate::geometry::{Coord, Point};

/// Files of more bytes are not read.
pub const MOST_BYTES: usize = 4 << 20;

/// How the names of such files end.
pub const ENDINGS: [&str; 3] = ["points", "gcp", "txt"];

/// A control point, and whether it is used.
pub type NotedPoint = (ControlPoint, bool);

fn damaged(what: impl Into<String>) -> PictureError {
    PictureError::Beside(what.into())
}

/// Whether a spot is on a picture of that size, its edges included.
pub fn is_on(pixel: Point, [width, height]: [u32; 2]) -> bool {
    (0.0..=f64::from(width)).contains(&pixel.x) && (0.0..=f64::from(height)).contains(&pixel.y)
}

/// Which of the spots are outside of a picture of that size, counted from 1, in words; nothing where none is.
pub fn outside_words(pixels: &[Point], size_px: [u32; 2]) -> Option<String> {
    const MOST_NAMED: usize = 5;
    let outside: Vec<usize> =
        (1..).zip(pixels).filter(|(_, at)| !is_on(**at, size_px)).map(|(number, _)| number).collect();
    let named: Vec<String> = outside.iter().take(MOST_NAMED).map(usize::to_string).collect();
    let which = match (outside.as_slice(), named.as_slice()) {
        ([], _) | (_, []) => return None,
        ([one], _) => format!("control point {one} is"),
        ([_, _, ..], [before @ .., last]) if outside.len() <= MOST_NAMED => {
            format!("control points {} and {last} are", before.join(", "))
        }
        _ => format!("control points {} and {} more are", named.join(", "), outside.len() - MOST_NAMED),
    };
    let [width, height] = size_px;
    Some(format!(
        "{which} outside of the picture, which has {width} columns and {height} rows from its upper left corner; see that they \
         belong to it"
    ))
}

/// As QGIS writes them.
pub fn write(points: &[NotedPoint]) -> String {
    let mut text = "#CRS: EPSG:4326\nmapX,mapY,sourceX,sourceY,enable\n".to_owned();
    for (ControlPoint { pixel, lon_lat }, is_used) in points {
        let (column, row) = (pixel.x, if pixel.y == 0.0 { 0.0 } else { -pixel.y });
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{},{},{column},{row},{}", lon_lat.x, lon_lat.y, u8::from(*is_used));
    }
    text
}

/// Reads them; without a coordinate system numbers that look like degrees are those of WGS 84.
///
/// # Errors
/// [`PictureError::Beside`] names the line.
pub fn read(bytes: &[u8]) -> Result<Vec<NotedPoint>, PictureError> {
    if bytes.len() > MOST_BYTES {
        return Err(damaged(format!("it has {} bytes; control points are read up to {MOST_BYTES}", bytes.len())));
    }
    let text = encoding::decode(bytes, None).text;
    let (system, found) = if text.contains("-gcp") { (None, of_options(&text)?) } else { of_table(&text)? };
    if found.is_empty() {
        return Err(damaged("it has no control points; those of QGIS (.points) and '-gcp' options of GDAL are read"));
    }
    if found.len() > MOST_POINTS {
        return Err(damaged(format!("it has {} control points; at most {MOST_POINTS} are taken", found.len())));
    }
    let transform = transform(system, &found)?;
    let point = |(at, (pixel, place, is_used)): (usize, (Point, Coord<f64>, bool))| {
        let lon_lat = match &transform {
            Some(transform) => transform.converted(place),
            None => Some(place),
        };
        let lon_lat = lon_lat.ok_or_else(|| damaged(format!("control point {} has no place on the earth", at + 1)))?;
        Ok((ControlPoint { pixel, lon_lat }, is_used))
    };
    found.into_iter().enumerate().map(point).collect()
}

type Found = (Point, Coord<f64>, bool);

/// The way to WGS 84; none for what is in it.
fn transform(system: Option<&str>, found: &[Found]) -> Result<Option<Transform>, PictureError> {
    let Some(system) = system.filter(|system| !system.is_empty()) else {
        let is_degrees = |Coord { x, y }: Coord<f64>| looks_like_degrees(geo::Rect::new((x, y), (x, y)));
        return match found.iter().all(|(_, place, _)| is_degrees(*place)) {
            true => Ok(None),
            false => Err(damaged(
                "it does not say which coordinate system its places are in; put '#CRS: EPSG:…' into its first line",
            )),
        };
    };
    let crs = Crs::parse(system)?;
    let first = found.first().map(|(_, place, _)| *place);
    Ok(Some(crs.transform(first)?))
}

fn of_table(text: &str) -> Result<(Option<&str>, Vec<Found>), PictureError> {
    let mut system = None;
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(said) = line.strip_prefix("#CRS:") {
            system = Some(said.trim());
            continue;
        }
        if line.is_empty() || line.starts_with('#') || line.starts_with("mapX") {
            continue;
        }
        let numbers: Vec<f64> = line.split(',').map_while(|number| number.trim().parse().ok()).collect();
        let [x, y, column, row, rest @ ..] = numbers.as_slice() else {
            return Err(damaged(format!(
                "line {} has no four numbers separated by commas: easting, northing, column, row",
                at + 1
            )));
        };
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(damaged(format!("line {} has a number that is none", at + 1)));
        }
        let is_used = rest.first().is_none_or(|used| *used != 0.0);
        found.push((Point::new(*column, -row), Coord { x: *x, y: *y }, is_used));
    }
    Ok((system, found))
}

fn of_options(text: &str) -> Result<Vec<Found>, PictureError> {
    let mut words = text.split_whitespace();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        if word != "-gcp" {
            continue;
        }
        let mut number = || words.next().and_then(|word| word.parse::<f64>().ok()).filter(|number| number.is_finite());
        let (Some(column), Some(row), Some(x), Some(y)) = (number(), number(), number(), number()) else {
            return Err(damaged(format!(
                "-gcp {} has no four numbers: column, row, easting, northing",
                found.len() + 1
            )));
        };
        found.push((Point::new(column, row), Coord { x, y }, true));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_points_come_back_as_they_were_written() {
        let point = |x: f64, y: f64, lon: f64, lat: f64| ControlPoint {
            pixel: Point::new(x, y),
            lon_lat: Coord { x: lon, y: lat },
        };
        let points = vec![(point(0.0, 0.0, 37.5, 48.75), true), (point(120.25, 80.5, -38.25, -48.5), false)];
        assert_eq!(read(write(&points).as_bytes()).unwrap(), points);
    }

    #[test]
    fn those_of_qgis_and_gdal_are_read_in_their_systems() {
        let qgis = "#CRS: EPSG:3857\nmapX,mapY,sourceX,sourceY,enable,dX,dY,residual\n\
                    4174856.97,6213386.64,100,-50.5,1,0.1,-0.2,0.3\n4184856.97,6213386.64,200,-50.5,0,0,0,0\n";
        let read_points = read(qgis.as_bytes()).unwrap();
        let (first, is_used) = read_points[0];
        assert_eq!((first.pixel, is_used, read_points[1].1), (Point::new(100.0, 50.5), true, false));
        // By the formulas of EPSG:3857.
        let off = (first.lon_lat.x - 37.503_378_25, first.lon_lat.y - 48.636_381_38);
        assert!(off.0.abs() < 1e-6 && off.1.abs() < 1e-6, "{first:?}");
        let gdal = "gdal_translate -gcp 10 20 37.5 48.5 -gcp 30.5 40 37.6 48.4 120 in.png out.tif";
        let points = read(gdal.as_bytes()).unwrap();
        assert_eq!((points.len(), points[1].0.pixel), (2, Point::new(30.5, 40.0)));
    }

    #[test]
    fn spots_outside_of_the_picture_are_named() {
        let at = |x: f64, y: f64| Point::new(x, y);
        assert_eq!(outside_words(&[at(0.0, 0.0), at(40.0, 30.0)], [40, 30]), None);
        let words = outside_words(&[at(0.0, -1.0), at(4.0, 3.0)], [40, 30]).unwrap();
        assert!(words.starts_with("control point 1 is outside of the picture, which has 40 columns"), "{words}");
        let words = outside_words(&[at(0.0, -1.0), at(4.0, 3.0), at(41.0, 3.0)], [40, 30]).unwrap();
        assert!(words.starts_with("control points 1 and 3 are"), "{words}");
        let words = outside_words(&[at(-1.0, 0.0); 7], [40, 30]).unwrap();
        assert!(words.starts_with("control points 1, 2, 3, 4, 5 and 2 more are"), "{words}");
    }

    #[test]
    fn what_is_none_is_refused_with_its_line() {
        for (text, part) in [
            ("", "no control points"),
            ("mapX,mapY\n1,2,3\n", "line 2"),
            ("4174856,6213386,1,-1,1", "#CRS"),
            ("#CRS: EPSG:1\n1,2,3,-4,1", "EPSG:1"),
            ("1,2,NaN,-4,1", "line 1"),
            ("-gcp 1 2 x 4", "-gcp 1"),
        ] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        let many = "1,2,3,-4,1\n".repeat(MOST_POINTS + 1);
        assert!(read(many.as_bytes()).is_err());
    }
}
