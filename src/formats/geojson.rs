//! GeoJSON (RFC 7946): lenient where the world is (winding, old `crs`), strict where a wrong shape would result.

use std::fmt::Write as _;
use std::io::Read;

use ::geojson::feature::Id;
use ::geojson::{Error as JsonError, Feature as JsonFeature, GeoJson, GeometryValue, JsonObject, Position};
use geo::{Coord, Geometry, LineString, Polygon};
use serde_json::Value;
use thiserror::Error;

use super::feature::Feature;
use super::scan;
use super::table::FeatureTable;

/// A file larger than this is refused, in bytes: reading it would take more memory than a laptop has to spare.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;

/// Why a text is not usable GeoJSON.
#[derive(Debug, Error, PartialEq)]
pub enum GeoJsonError {
    /// Larger than [`MAX_BYTES`].
    #[error("the file has {0} bytes; the largest that is read has {MAX_BYTES}")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("the text is not UTF-8 (byte {0}); save it as UTF-8 and try again")]
    NotUtf8(usize),
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON of another kind.
    #[error("JSON, but not GeoJSON: {0}")]
    NotGeoJson(String),
    /// A coordinate that is no place on the earth.
    #[error(
        "feature {feature}: the position [{lon}, {lat}] is no longitude and latitude in degrees; longitude comes first, −180 to 180, then latitude, −90 to 90{hint}"
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
    /// Another coordinate system.
    #[error("the coordinate system is {0}; only WGS 84 (CRS84, EPSG:4326) is read: reproject the file to EPSG:4326")]
    OtherCrs(String),
}

/// Reads a FeatureCollection, a Feature or a bare geometry.
///
/// # Errors
/// [`GeoJsonError`] says what is wrong and where.
pub fn read(bytes: &[u8]) -> Result<Vec<Feature>, GeoJsonError> {
    read_into(bytes, |features| features)
}

/// The same as a table, whose properties are read when somebody asks for them.
///
/// # Errors
/// As [`read`].
pub fn read_table(bytes: &[u8]) -> Result<FeatureTable, GeoJsonError> {
    read_into(bytes, FeatureTable::of)
}

/// As [`read_table`] of a plain FeatureCollection that is read in blocks and never held as a whole. `None` where it is out of
/// the ordinary, too large or wrong, which [`read_table`] can tell, and where `stop` says so of a block.
pub fn read_plain_table(source: impl Read, stop: impl Fn(&[u8]) -> bool) -> Option<FeatureTable> {
    let mut source = source.take(MAX_BYTES as u64 + 1);
    let (features, members) = scan::collection_in_blocks(&mut source, stop)?;
    (source.limit() > 0 && check_crs(Some(&members)).is_ok()).then_some(features)
}

fn read_into<T: scan::Taker>(bytes: &[u8], of_features: impl Fn(Vec<Feature>) -> T) -> Result<T, GeoJsonError> {
    if bytes.len() > MAX_BYTES {
        return Err(GeoJsonError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| GeoJsonError::NotUtf8(error.valid_up_to()))?;
    let text = text.trim_start_matches('\u{feff}');
    if let Some((features, members)) = scan::collection(text) {
        check_crs(Some(&members))?;
        return Ok(features);
    }
    let json: GeoJson = text.parse().map_err(|error| match error {
        JsonError::MalformedGeoJson(error) if !error.is_data() => GeoJsonError::NotJson(error.to_string()),
        other => GeoJsonError::NotGeoJson(other.to_string()),
    })?;
    let (features, foreign_members) = match json {
        GeoJson::FeatureCollection(collection) => (collection.features, collection.foreign_members),
        GeoJson::Feature(feature) => (vec![feature.clone()], feature.foreign_members),
        GeoJson::Geometry(geometry) => (vec![JsonFeature::from(geometry.clone())], geometry.foreign_members),
    };
    check_crs(foreign_members.as_ref())?;
    let read = features.into_iter().enumerate().map(|(index, feature)| from_json(index + 1, feature));
    read.collect::<Result<Vec<Feature>, _>>().map(of_features)
}

/// Digits after the point that are written: 0.1 m, finer than any border is known.
const DECIMALS: usize = 6;

/// Writes a geometry as RFC 7946 has it: outer rings anticlockwise, holes clockwise, rings closed, no more than six
/// decimals. Positions that fall together when rounded are one; what has too few left is left out.
pub fn write_geometry(geometry: &Geometry<f64>, out: &mut String) {
    let mut object = |kind: &str, write: &mut dyn FnMut(&mut String)| {
        out.push_str("{\"type\":\"");
        out.push_str(kind);
        out.push_str("\",\"coordinates\":");
        write(out);
        out.push('}');
    };
    let polygon = |polygon: &Polygon<f64>, out: &mut String| {
        let rings =
            std::iter::once((polygon.exterior(), true)).chain(polygon.interiors().iter().map(|hole| (hole, false)));
        list(rings, out, |(ring, outer), out| {
            let mut units = units_of(ring);
            if units.len() > 1 && units.first() == units.last() {
                units.pop();
            }
            if (doubled_area(&units) > 0) != outer {
                units.reverse();
            }
            units.extend(units.first().copied());
            chain(&units, out);
        });
    };
    // Nothing is left of a ring smaller than a unit.
    let is_shape = |shape: &&Polygon<f64>| doubled_area(&units_of(shape.exterior())) != 0;
    match geometry {
        Geometry::Point(point) => object("Point", &mut |out| position(units(point.0), out)),
        Geometry::MultiPoint(points) => {
            object("MultiPoint", &mut |out| list(&points.0, out, |point, out| position(units(point.0), out)));
        }
        Geometry::LineString(line) => object("LineString", &mut |out| chain(&units_of(line), out)),
        Geometry::MultiLineString(lines) => object("MultiLineString", &mut |out| {
            let whole = lines.iter().map(units_of).filter(|line| line.len() > 1);
            list(whole, out, |line, out| chain(&line, out));
        }),
        Geometry::Polygon(shape) => object("Polygon", &mut |out| polygon(shape, out)),
        Geometry::MultiPolygon(shapes) => {
            object("MultiPolygon", &mut |out| list(shapes.iter().filter(is_shape), out, polygon));
        }
        Geometry::GeometryCollection(all) => {
            out.push_str("{\"type\":\"GeometryCollection\",\"geometries\":");
            list(all, out, write_geometry);
            out.push('}');
        }
        Geometry::Line(line) => write_geometry(&LineString::from(vec![line.start, line.end]).into(), out),
        Geometry::Rect(rect) => write_geometry(&rect.to_polygon().into(), out),
        Geometry::Triangle(triangle) => write_geometry(&triangle.to_polygon().into(), out),
    }
}

/// A geometry with every number as it is: what is read from it is the same.
pub fn exact_geometry(geometry: &Geometry<f64>) -> String {
    geojson::GeometryValue::from(geometry).to_string()
}

fn list<T>(all: impl IntoIterator<Item = T>, out: &mut String, mut write: impl FnMut(T, &mut String)) {
    out.push('[');
    for (index, one) in all.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(one, out);
    }
    out.push(']');
}

/// A position in whole units of the last digit.
fn units(coord: Coord<f64>) -> (i64, i64) {
    let unit = 10f64.powi(DECIMALS as i32);
    ((coord.x * unit).round() as i64, (coord.y * unit).round() as i64)
}

fn units_of(line: &LineString<f64>) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> = line.0.iter().map(|&coord| units(coord)).collect();
    all.dedup();
    all
}

/// Twice the area of a ring, positive where it runs anticlockwise.
fn doubled_area(ring: &[(i64, i64)]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| i128::from(a.0) * i128::from(b.1) - i128::from(b.0) * i128::from(a.1)).sum()
}

fn chain(line: &[(i64, i64)], out: &mut String) {
    list(line, out, |&at, out| position(at, out));
}

fn position((x, y): (i64, i64), out: &mut String) {
    out.push('[');
    decimal(x, out);
    out.push(',');
    decimal(y, out);
    out.push(']');
}

/// Writes units as a decimal without needless zeros.
fn decimal(value: i64, out: &mut String) {
    const UNIT: u64 = 10_u64.pow(DECIMALS as u32);
    if value < 0 {
        out.push('-');
    }
    let (whole, part) = (value.unsigned_abs() / UNIT, value.unsigned_abs() % UNIT);
    // Writing to a String cannot fail.
    let _ = write!(out, "{whole}");
    if part > 0 {
        let _ = write!(out, ".{part:0DECIMALS$}");
        out.truncate(out.trim_end_matches('0').len());
    }
}

fn check_crs(foreign_members: Option<&JsonObject>) -> Result<(), GeoJsonError> {
    let name = foreign_members
        .and_then(|members| members.get("crs"))
        .and_then(|crs| crs.pointer("/properties/name"))
        .and_then(Value::as_str);
    let Some(name) = name else {
        return Ok(());
    };
    let known = ["CRS84", "EPSG::4326", "EPSG:4326"];
    if known.iter().any(|end| name.ends_with(end)) { Ok(()) } else { Err(GeoJsonError::OtherCrs(name.to_owned())) }
}

fn from_json(number: usize, feature: JsonFeature) -> Result<Feature, GeoJsonError> {
    let geometry = match feature.geometry {
        None => None,
        Some(geometry) => {
            // The conversion below takes it for granted and would panic.
            if !has_whole_positions(&geometry.value) {
                let what = "a position must contain two or more numbers, longitude and latitude";
                return Err(GeoJsonError::NotGeoJson(format!("feature {number}: {what}")));
            }
            let geometry = Geometry::<f64>::try_from(geometry)
                .map_err(|error| GeoJsonError::NotGeoJson(format!("feature {number}: {error}")))?;
            check_range(number, &geometry)?;
            Some(geometry)
        }
    };
    let id = feature.id.map(|id| match id {
        Id::String(text) => Value::String(text),
        Id::Number(number) => Value::Number(number),
    });
    let (properties, members) = (feature.properties, feature.foreign_members);
    Ok(Feature { geometry, properties: properties.unwrap_or_default(), id, members: members.unwrap_or_default() })
}

/// Whether every position has a longitude and a latitude.
fn has_whole_positions(value: &GeometryValue) -> bool {
    let whole = |position: &Position| position.len() >= 2;
    let line = |positions: &Vec<Position>| positions.iter().all(whole);
    match value {
        GeometryValue::Point { coordinates } => whole(coordinates),
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => line(coordinates),
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            coordinates.iter().all(line)
        }
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().flatten().all(line),
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().all(|geometry| has_whole_positions(&geometry.value))
        }
    }
}

fn check_range(feature: usize, geometry: &Geometry<f64>) -> Result<(), GeoJsonError> {
    use geo::CoordsIter as _;
    for Coord { x: lon, y: lat } in geometry.coords_iter() {
        let good =
            lon.is_finite() && lat.is_finite() && (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        if !good {
            let hint = if lon.abs() > 1000.0 || lat.abs() > 1000.0 {
                "; numbers this large look like metres: reproject the file to EPSG:4326"
            } else {
                ""
            };
            return Err(GeoJsonError::OutOfRange { feature, lon, lat, hint });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_a_feature_and_a_bare_geometry_are_read() {
        let point = r#"{"type":"Point","coordinates":[37.5,48.7]}"#;
        let feature = format!(r#"{{"type":"Feature","properties":{{"name":"Краматорськ"}},"geometry":{point}}}"#);
        let collection = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
        assert_eq!(read(point.as_bytes()).unwrap().len(), 1);
        assert_eq!(read(feature.as_bytes()).unwrap()[0].text("name"), Some("Краматорськ"));
        assert_eq!(read(collection.as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn ids_and_foreign_members_are_kept() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":"way/7","tippecanoe":{"minzoom":4},"properties":{},"geometry":null},
            {"type":"Feature","id":7,"properties":{},"geometry":null},
            {"type":"Feature","properties":{},"geometry":null}]}"#;
        let features = read(text.as_bytes()).unwrap();
        assert_eq!(features[0].id, Some("way/7".into()));
        assert_eq!(features[0].members["tippecanoe"]["minzoom"], 4);
        assert_eq!((&features[1].id, &features[2].id), (&Some(7.into()), &None));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            (r#"{"type":"FeatureCollection","features":["#, "not JSON"),
            (r#"{"hello":1}"#, "not GeoJSON"),
            (r#"{"type":"Point","coordinates":[4183876.2,6230673.7]}"#, "look like metres"),
            (r#"{"type":"Point","coordinates":[37.5,95]}"#, "longitude comes first"),
            (r#"{"type":"Point","coordinates":[37.5]}"#, "two or more"),
            (r#"{"type":"Point","coordinates":[1e999,4]}"#, "not JSON"),
            (r#"{"type":"Polygon","coordinates":[[[1],[2]]]}"#, "two or more"),
            (
                r#"{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}}}"#,
                "EPSG::3857",
            ),
        ];
        for (text, expected) in cases {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert!(matches!(read(b"\xff\xfe"), Err(GeoJsonError::NotUtf8(0))));
    }

    #[test]
    fn a_null_geometry_and_an_old_crs84_are_legal() {
        let text = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},
            "features":[{"type":"Feature","properties":null,"geometry":null}]}"#;
        assert_eq!(read(text.as_bytes()).unwrap()[0].geometry, None);
    }

    #[test]
    fn what_is_written_is_wound_closed_and_short() {
        let ring = |points: &[(f64, f64)]| LineString::from(points.to_vec());
        // Both rings the wrong way round.
        let outer = ring(&[(37.0, 48.0), (37.0, 49.0), (38.123_456_789, 49.0), (38.0, 48.0), (37.0, 48.0)]);
        let hole = ring(&[(37.2, 48.2), (37.4, 48.2), (37.4, 48.4), (37.400_000_01, 48.4), (37.2, 48.2)]);
        let mut text = String::new();
        write_geometry(&Polygon::new(outer, vec![hole]).into(), &mut text);
        assert_eq!(
            text,
            "{\"type\":\"Polygon\",\"coordinates\":[[[38,48],[38.123457,49],[37,49],[37,48],[38,48]],\
             [[37.4,48.4],[37.4,48.2],[37.2,48.2],[37.4,48.4]]]}"
        );
        assert_eq!(read(text.as_bytes()).unwrap().len(), 1);
        let mut text = String::new();
        write_geometry(&geo::Point::new(-0.000_000_4, -1.5).into(), &mut text);
        assert_eq!(text, "{\"type\":\"Point\",\"coordinates\":[0,-1.5]}");
    }
}
