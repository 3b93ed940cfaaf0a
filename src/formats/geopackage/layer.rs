//! One layer of a GeoPackage: a table or view with a column of geometries.

use std::time::Duration;

use geo::BoundingRect as _;
use rusqlite::types::ValueRef;
use serde_json::Value;

use super::Listed;
use super::database::{Database, Kind, quoted, words};
use crate::formats::collector::Collector;
use crate::formats::converter::{Converter, joined};
use crate::formats::crs::{Crs, looks_like_degrees};
use crate::formats::read::{FeatureLayer, Input, ReadError, shortened};
use crate::formats::wkb;

/// A table may take so long, and longer in a large file.
const TIME: Duration = Duration::from_secs(20);

/// A view may take so long; the tests do not wait for it.
const TIME_OF_VIEW: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 10 });

/// So many bytes are counted for a row with nothing in it: no file has three times as many in all.
const FEWEST: usize = 12;

/// So many columns that are not read are named.
const MOST_NAMED: usize = 10;

/// A column that becomes a property.
struct Column {
    name: String,
    /// Its name as JSON, with the colon.
    key: String,
    is_bool: bool,
    is_json: bool,
    is_moment: bool,
}

/// The columns of a layer.
#[derive(Default)]
struct Columns {
    /// The key of the rows, which is the feature's id.
    key: Option<String>,
    properties: Vec<Column>,
    /// Columns of bytes.
    left_out: Vec<String>,
}

/// Reads a layer into no more than so much `room`, and says how many bytes of that it has taken. `bytes_left` are those that
/// all layers of the file may still say: a damaged table or a view may say the same again and again.
pub(super) fn read(
    database: &mut Database,
    listed: &Listed,
    input: &Input<'_>,
    room: usize,
    bytes_left: &mut usize,
) -> Result<(FeatureLayer, usize), ReadError> {
    let wrong = |what: String| ReadError::Unusable(what);
    let of_database = |error: rusqlite::Error| ReadError::Unusable(words(&error));
    let kind = database.kind(&listed.table).map_err(wrong)?;
    let time = match kind {
        Some(Kind::Table) => TIME,
        Some(Kind::View) => TIME_OF_VIEW,
        Some(Kind::Virtual) => {
            return Err(wrong("it is a table that a program makes up (a virtual table), which is not read".to_owned()));
        }
        None => return Err(wrong("the table of contents names it, but there is no such table".to_owned())),
    };
    database.within(time).map_err(wrong)?;
    let Some(geometry_column) = &listed.column else {
        return Err(wrong("nothing says which of its columns holds the geometries (gpkg_geometry_columns)".to_owned()));
    };
    let columns = columns_of(database, listed, geometry_column).map_err(wrong)?;
    let mut features = Collector::new("feature", input);
    features.at_most(room);
    let system = match system_of(database, listed.srs) {
        // What is chosen counts before what cannot be read.
        Err(_) if input.crs.is_some() => None,
        system => system?,
    };
    let is_known = system.is_some() || input.crs.is_some();
    if let Some(crs) = system.filter(|crs| !crs.is_wgs84()) {
        features.convert(Converter::new(crs, Value::Null));
    }
    let key = columns.key.as_deref().map_or_else(|| "NULL".to_owned(), quoted);
    let mut query = format!("SELECT {key}, {}", quoted(geometry_column));
    columns.properties.iter().for_each(|column| query.extend([", ", &quoted(&column.name)]));
    query.extend([" FROM ", &quoted(&listed.table)]);
    let mut statement = database.connection().prepare(&query).map_err(of_database)?;
    let mut rows = statement.query([]).map_err(of_database)?;
    let (mut bytes_in_columns, mut has_measures) = (0_usize, false);
    let (mut in_degrees, mut in_others, mut beyond) = (0_usize, 0_usize, None);
    while let Some(row) = rows.next().map_err(of_database)? {
        let mut taken = FEWEST;
        let mut json = String::new();
        for (index, column) in columns.properties.iter().enumerate() {
            let value = row.get_ref(index + 2).map_err(of_database)?;
            if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = value {
                taken += bytes.len();
            }
            bytes_in_columns += usize::from(matches!(value, ValueRef::Blob(_)));
            push_value(column, value, &mut json);
        }
        if !json.is_empty() {
            json.push('}');
        }
        let id = match row.get_ref(0).map_err(of_database)? {
            ValueRef::Integer(id) => Some(id.to_string()),
            _ => None,
        };
        let shape = match row.get_ref(1).map_err(of_database)? {
            ValueRef::Null => Ok(wkb::Shape::default()),
            ValueRef::Blob(bytes) => {
                taken += bytes.len();
                shape_of(bytes)
            }
            _ => Err("its geometry is no bytes".to_owned()),
        };
        *bytes_left = bytes_left.checked_sub(taken).ok_or_else(|| {
            wrong("it says more than the file can hold: its database is damaged, or made to do harm".to_owned())
        })?;
        let number = features.next();
        let geometry = shape.map(|shape| {
            features.heights += shape.heights;
            has_measures |= shape.has_measures;
            if shape.has_open_ring {
                features.unclosed();
            }
            if shape.left_out > 0 {
                let count = shape.left_out;
                features.warn(format!(
                    "feature {number}: lines and outlines with too few positions were left out: {count}"
                ));
            }
            shape.geometry
        });
        if let (false, Ok(Some(geometry))) = (is_known, &geometry) {
            match geometry.bounding_rect() {
                Some(own) if looks_like_degrees(own) => in_degrees += 1,
                own => {
                    in_others += 1;
                    beyond = joined(beyond, own);
                }
            }
        }
        features.add(geometry, &json, id.as_deref());
    }
    if let Some(bounds) = beyond.filter(|_| in_others > in_degrees) {
        return Err(ReadError::NotDegrees(bounds));
    }
    if in_degrees > 0 {
        features.warn(
            "it does not say its coordinate system: its numbers are taken for degrees of WGS 84; --crs says another",
        );
    }
    if !columns.left_out.is_empty() {
        let more = if columns.left_out.len() > MOST_NAMED { ", …" } else { "" };
        let names: Vec<String> = columns.left_out.iter().take(MOST_NAMED).map(|name| shortened(name)).collect();
        features.warn(format!("columns of bytes are left out: {}{more}", names.join(", ")));
    }
    if bytes_in_columns > 0 {
        features.warn(format!("values that are bytes are left out: {bytes_in_columns}"));
    }
    if has_measures {
        features.warn("measures (M) are left out");
    }
    let used = features.size_bytes();
    Ok((FeatureLayer { name: Some(listed.table.clone()), ..features.finished()? }, used))
}

/// The columns of a table or view.
fn columns_of(database: &Database, listed: &Listed, geometry_column: &str) -> Result<Columns, String> {
    // The number of the column, its name, type, whether it may be null, its default, its place in the key, how it is hidden.
    let all = database.texts::<7>(&format!("PRAGMA table_xinfo({})", quoted(&listed.table)))?;
    let mut columns = Columns::default();
    let mut has_geometry = false;
    let json_columns = json_columns(database, &listed.table);
    let keys = all.iter().filter(|[.., place, _]| place.as_deref() != Some("0")).count();
    for (index, [_, name, kind, _, _, place, hidden]) in all.into_iter().enumerate() {
        let (Some(name), kind) = (name, kind.unwrap_or_default().to_ascii_uppercase()) else { continue };
        if name.eq_ignore_ascii_case(geometry_column) {
            has_geometry = true;
        } else if hidden.as_deref() == Some("1") {
        } else if kind == "INTEGER" && keys == 1 && place.as_deref() == Some("1")
            // Of a view, the first column is to be the key.
            || keys == 0 && index == 0 && ["fid", "ogc_fid"].iter().any(|known| name.eq_ignore_ascii_case(known))
        {
            columns.key = Some(name);
        } else if kind.starts_with("BLOB") {
            columns.left_out.push(name);
        } else {
            columns.properties.push(Column {
                key: format!("{}:", Value::from(name.as_str())),
                is_bool: kind.starts_with("BOOL"),
                is_moment: kind == "DATETIME",
                is_json: json_columns.iter().any(|other| name.eq_ignore_ascii_case(other)),
                name,
            });
        }
    }
    match has_geometry {
        true => Ok(columns),
        false => Err(format!("it has no column {}, which should hold its geometries", shortened(geometry_column))),
    }
}

/// The columns whose texts are JSON, as GDAL says it.
fn json_columns(database: &Database, table: &str) -> Vec<String> {
    let query = "SELECT table_name, column_name FROM gpkg_data_columns WHERE mime_type = 'application/json'";
    // Most files have no such table.
    let all = database.texts::<2>(query).unwrap_or_default();
    let own =
        |[of, column]: [Option<String>; 2]| column.filter(|_| of.is_some_and(|of| of.eq_ignore_ascii_case(table)));
    all.into_iter().filter_map(own).collect()
}

/// The coordinate system of a number of the file; nothing where that says that it is unknown.
fn system_of(database: &Database, srs: Option<i64>) -> Result<Option<Crs>, ReadError> {
    let Some(srs) = srs.filter(|srs| *srs > 0) else { return Ok(None) };
    let query = format!(
        "SELECT srs_name, organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = {srs}"
    );
    let rows = database.texts::<4>(&query).map_err(ReadError::Unusable)?;
    let Some([name, organization, code, definition]) = rows.into_iter().next() else {
        let what = format!("its coordinate system, {srs}, is not in the file's list of systems");
        return Err(ReadError::Unusable(what));
    };
    let is_epsg = organization.is_some_and(|own| own.eq_ignore_ascii_case("EPSG"));
    let of_code = code.filter(|_| is_epsg).and_then(|code| code.parse().ok()).map(Crs::from_epsg);
    let definition =
        definition.filter(|text| !text.trim().is_empty() && !text.trim().eq_ignore_ascii_case("undefined"));
    let unknown = |why| ReadError::UnknownSystem { name: shortened(&name.unwrap_or_else(|| srs.to_string())), why };
    match (of_code, definition) {
        (Some(Ok(crs)), _) => Ok(Some(crs)),
        (_, Some(text)) => Crs::parse(&text).map(Some).map_err(unknown),
        (Some(Err(why)), None) => Err(unknown(why)),
        (None, None) => Ok(None),
    }
}

/// Adds a value to the JSON text of an object.
fn push_value(column: &Column, value: ValueRef<'_>, json: &mut String) {
    let text = match value {
        ValueRef::Null | ValueRef::Blob(_) => return,
        ValueRef::Integer(number @ (0 | 1)) if column.is_bool => (number == 1).to_string(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) if number.is_finite() => Value::from(number).to_string(),
        ValueRef::Real(number) => Value::from(number.to_string()).to_string(),
        ValueRef::Text(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            // What has no thousandths of a second is written with them (`10:30:00.000Z`).
            let whole = text.strip_suffix(".000Z").filter(|whole| {
                column.is_moment && whole.bytes().all(|letter| letter.is_ascii_digit() || b"-T: ".contains(&letter))
            });
            match whole {
                Some(whole) => format!("\"{whole}Z\""),
                None if column.is_json && is_json() => text.into_owned(),
                None => Value::from(text.as_ref()).to_string(),
            }
        }
    };
    json.push(if json.is_empty() { '{' } else { ',' });
    json.push_str(&column.key);
    json.push_str(&text);
}

/// The geometry of its bytes (2.1.3 of the specification).
pub(super) fn shape_of(bytes: &[u8]) -> Result<wkb::Shape, String> {
    let Some((&[b'G', b'P', _, flags], _)) = bytes.split_first_chunk::<4>() else {
        return Err("its geometry is not one of a GeoPackage".to_owned());
    };
    if flags & 0b10_0000 != 0 {
        return Err(
            "its geometry is of a kind that only one program knows (an extended GeoPackage geometry)".to_owned()
        );
    }
    let envelope = match flags >> 1 & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => return Err(format!("its geometry has a box of a kind that is not known: {other}")),
    };
    if flags & 0b1_0000 != 0 {
        return Ok(wkb::Shape::default());
    }
    wkb::read(bytes.get(8 + envelope..).ok_or("its geometry is cut short")?)
}
