//! Features as a GeoPackage 1.3 with one layer, which GDAL and QGIS open: an index of places is left to them.

use std::collections::{HashMap, HashSet};

use geo::{BoundingRect as _, Geometry, MultiLineString, MultiPoint, MultiPolygon, Rect};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, MAIN_DB, params, params_from_iter};
use serde_json::Value;

use super::database::quoted;
use crate::formats::converter::joined;
use crate::formats::exact;
use crate::formats::feature::Feature;
use crate::formats::read::shortened;
use crate::formats::typed::{self, Column, Kind};
use crate::formats::wkb;
use crate::formats::write::{CannotHold, Outgoing, WrittenFile};

/// So many properties have a column: SQLite has 2000 at most.
const MOST_COLUMNS: usize = 1990;

/// The tables that each GeoPackage has (Annex C of the specification). No clock gets in.
const TABLES: &str = r#"
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
    'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"#;

/// The tables that say which texts are JSON, as GDAL has it.
const TABLES_OF_JSON: &str = "
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
    min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_extensions VALUES
    ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
    ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
";

/// As [`crate::formats::write::Write`] has it.
pub(super) fn write(outgoing: &Outgoing<'_>) -> WrittenFile {
    let mut cannot_hold = CannotHold::default();
    let mut renamed = Vec::new();
    let (bytes, failed) = match package(outgoing, &mut cannot_hold, &mut renamed) {
        Ok(bytes) => (bytes, None),
        // A database in memory fails where memory ends.
        Err(_) => (Vec::new(), Some("GeoPackage: there is no room for it in memory; nothing is written".to_owned())),
    };
    let mut words = cannot_hold.words("GeoPackage", outgoing.features.len());
    words.extend(words_of_names(&renamed));
    words.extend(failed);
    WrittenFile { bytes, cannot_hold: words }
}

/// What to say of columns that are called otherwise than their properties.
fn words_of_names(renamed: &[(String, String)]) -> Option<String> {
    const NAMED: usize = 10;
    let all: Vec<String> = renamed
        .iter()
        .take(NAMED)
        .map(|(name, own)| format!("“{}” is “{}”", shortened(name), shortened(own)))
        .collect();
    let more = if renamed.len() > NAMED { ", …" } else { "" };
    let all = all.join(", ");
    (!renamed.is_empty())
        .then(|| format!("GeoPackage tells no names of columns apart by their case alone: {all}{more}"))
}

/// The bytes of the file; `renamed` takes the columns that do not have the name of their property.
fn package(
    outgoing: &Outgoing<'_>,
    cannot_hold: &mut CannotHold,
    renamed: &mut Vec<(String, String)>,
) -> rusqlite::Result<Vec<u8>> {
    let features = outgoing.features;
    let mut columns = typed::columns(features);
    let kinds: HashMap<&str, Kind> = columns.iter().map(|column| (column.name, column.kind)).collect();
    features.iter().for_each(|feature| typed::count_losses(feature, &kinds, cannot_hold));
    if let Some(left_out) = columns.get(MOST_COLUMNS..).filter(|rest| !rest.is_empty()) {
        let left_out: HashSet<&str> = left_out.iter().map(|column| column.name).collect();
        for _ in features.iter().filter(|one| one.properties.keys().any(|name| left_out.contains(name.as_str()))) {
            cannot_hold.change(("holds at most 1990 columns", "the others are left out"));
        }
        columns.truncate(MOST_COLUMNS);
    }
    let table = table_name(outgoing.title);
    let keys = keys(features);
    let has_other_ids = keys.is_none() && features.iter().any(|feature| feature.id.is_some());
    let (key, geometry) = (typed::free_name("fid", &columns), typed::free_name("geom", &columns));
    let own_id = has_other_ids.then(|| typed::free_name("id", &columns));
    if own_id.is_some() {
        let with_ids = features.iter().filter(|feature| feature.id.is_some());
        with_ids
            .for_each(|_| cannot_hold.change(("has ids that are rising whole numbers", "others stand in a column")));
    }
    let names = column_names(&columns, &[&key, &geometry, own_id.as_deref().unwrap_or_default()]);
    let pairs = names.iter().zip(&columns).filter(|(name, column)| **name != column.name);
    renamed.extend(pairs.map(|(name, column)| (column.name.to_owned(), name.clone())));
    let (type_name, is_multi) = type_of(features);

    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(TABLES)?;
    let writing = connection.transaction()?;
    let mut create = format!(
        "CREATE TABLE {} ({} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {} {type_name}",
        quoted(&table),
        quoted(&key),
        quoted(&geometry)
    );
    own_id.iter().for_each(|name| create.extend([", ", &quoted(name), " TEXT"]));
    for (name, column) in names.iter().zip(&columns) {
        create.extend([", ", &quoted(name), " ", sql_type(column.kind)]);
    }
    create.push(')');
    writing.execute(&create, [])?;
    let signs = vec!["?"; 2 + usize::from(has_other_ids) + columns.len()].join(", ");
    let mut extent: Option<Rect<f64>> = None;
    {
        let mut insert = writing.prepare(&format!("INSERT INTO {} VALUES ({signs})", quoted(&table)))?;
        for (index, feature) in features.iter().enumerate() {
            extent = joined(extent, feature.geometry.as_ref().and_then(Geometry::bounding_rect));
            let mut row = Vec::with_capacity(2 + columns.len());
            row.push(keys.as_ref().map_or(Sql::Null, |keys| Sql::Integer(keys[index])));
            row.push(feature.geometry.as_ref().map_or(Sql::Null, |one| Sql::Blob(geometry_bytes(one, is_multi))));
            if has_other_ids {
                row.push(feature.id.as_ref().and_then(typed::text).map_or(Sql::Null, Sql::Text));
            }
            let value = |column: &Column<'_>| {
                feature.properties.get(column.name).map_or(Sql::Null, |own| sql(column.kind, own))
            };
            row.extend(columns.iter().map(value));
            insert.execute(params_from_iter(row))?;
        }
    }
    let corner = |which: fn(Rect<f64>) -> f64| extent.map(which);
    writing.execute(
        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, '', '1980-01-01T00:00:00.000Z', ?2, ?3, ?4, ?5, 4326)",
        params![
            table,
            corner(|rect| rect.min().x),
            corner(|rect| rect.min().y),
            corner(|rect| rect.max().x),
            corner(|rect| rect.max().y)
        ],
    )?;
    writing.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, 4326, 0, 0)",
        params![table, geometry, type_name],
    )?;
    let nested = names.iter().zip(&columns).filter(|(_, column)| column.kind == Kind::Nested);
    for (index, (name, _)) in nested.enumerate() {
        if index == 0 {
            writing.execute_batch(TABLES_OF_JSON)?;
        }
        let row =
            "INSERT INTO gpkg_data_columns (table_name, column_name, mime_type) VALUES (?1, ?2, 'application/json')";
        writing.execute(row, params![table, name])?;
    }
    writing.commit()?;
    Ok(connection.serialize(MAIN_DB)?.to_vec())
}

/// The name of the table: that of the features, if it may be one.
fn table_name(title: &str) -> String {
    let name: String = title.chars().filter(|letter| !letter.is_control()).take(100).collect();
    let small = name.trim().to_lowercase();
    match small.is_empty() || ["gpkg_", "sqlite_", "rtree_"].iter().any(|start| small.starts_with(start)) {
        true => format!("features {}", name.trim()).trim().to_owned(),
        false => name.trim().to_owned(),
    }
}

/// The ids of the features, if all have whole numbers that rise: rows stand in the order of their keys, and features are to
/// stay in theirs.
fn keys(features: &[Feature]) -> Option<Vec<i64>> {
    let key = |feature: &Feature| typed::number_text(feature.id.as_ref()?)?.parse().ok();
    let keys: Vec<i64> = features.iter().map(key).collect::<Option<_>>()?;
    keys.is_sorted_by(|one, next| one < next).then_some(keys)
}

/// The names of the columns, which differ by more than their case from each other and from those that are `taken`.
fn column_names(columns: &[Column<'_>], taken: &[&str]) -> Vec<String> {
    let folded = |name: &str| name.to_ascii_lowercase();
    let mut taken: HashSet<String> = taken.iter().map(|name| folded(name)).collect();
    // Names that stand as they are come before those that get a number.
    let all: HashSet<String> = columns.iter().map(|column| folded(column.name)).collect();
    let mut next: HashMap<String, usize> = HashMap::new();
    let name = |column: &Column<'_>| {
        let plain = column.name.replace('\0', "\u{fffd}");
        let plain = if plain.is_empty() { "column".to_owned() } else { plain };
        let mut own = plain.clone();
        let number = next.entry(folded(&plain)).or_insert(2);
        while taken.contains(&folded(&own)) || own != column.name && all.contains(&folded(&own)) {
            own = format!("{plain}_{number}");
            *number += 1;
        }
        taken.insert(folded(&own));
        own
    };
    columns.iter().map(name).collect()
}

fn sql_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "BOOLEAN",
        Kind::Integer => "INTEGER",
        Kind::Real => "REAL",
        Kind::Day => "DATE",
        Kind::Moment => "DATETIME",
        Kind::Nested | Kind::Text => "TEXT",
    }
}

fn sql(kind: Kind, value: &Value) -> Sql {
    let found = match kind {
        Kind::Bool => value.as_bool().map(|value| Sql::Integer(value.into())),
        Kind::Integer => typed::number_text(value).and_then(|digits| digits.parse().ok()).map(Sql::Integer),
        Kind::Real => typed::real(value).map(Sql::Real),
        // The specification has thousandths of a second.
        Kind::Moment => value.as_str().map(|text| match text.strip_suffix('Z') {
            Some(whole) if !text.contains('.') => Sql::Text(format!("{whole}.000Z")),
            _ => Sql::Text(text.to_owned()),
        }),
        Kind::Nested => (!value.is_null()).then(|| Sql::Text(exact::text(value))),
        Kind::Day | Kind::Text => typed::text(value).map(Sql::Text),
    };
    found.unwrap_or(Sql::Null)
}

/// The kind of geometry that all features have, and whether each of them is to be one of several parts.
fn type_of(features: &[Feature]) -> (&'static str, bool) {
    let mut kinds = HashSet::new();
    for geometry in features.iter().filter_map(|feature| feature.geometry.as_ref()) {
        kinds.insert(match geometry {
            Geometry::Point(_) => (0, false),
            Geometry::MultiPoint(_) => (0, true),
            Geometry::LineString(_) | Geometry::Line(_) => (1, false),
            Geometry::MultiLineString(_) => (1, true),
            Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => (2, false),
            Geometry::MultiPolygon(_) => (2, true),
            Geometry::GeometryCollection(_) => (3, true),
        });
    }
    let is_multi = kinds.iter().any(|(_, is_multi)| *is_multi);
    let of = |dimension: usize| kinds.iter().all(|(own, _)| *own == dimension);
    match is_multi {
        _ if kinds.is_empty() => ("GEOMETRY", false),
        false if of(0) => ("POINT", false),
        true if of(0) => ("MULTIPOINT", true),
        false if of(1) => ("LINESTRING", false),
        true if of(1) => ("MULTILINESTRING", true),
        false if of(2) => ("POLYGON", false),
        true if of(2) => ("MULTIPOLYGON", true),
        _ => ("GEOMETRY", false),
    }
}

/// The bytes of a geometry with its box before it (2.1.3 of the specification).
fn geometry_bytes(geometry: &Geometry<f64>, is_multi: bool) -> Vec<u8> {
    let is_point = matches!(geometry, Geometry::Point(_));
    let bounds = geometry.bounding_rect();
    let flags = 1 | if bounds.is_none() { 0x10 } else { 0 } | if is_point || bounds.is_none() { 0 } else { 2 };
    let mut out = vec![b'G', b'P', 0, flags];
    out.extend_from_slice(&4326_i32.to_le_bytes());
    if let Some(bounds) = bounds.filter(|_| !is_point) {
        let (low, high) = (bounds.min(), bounds.max());
        [low.x, high.x, low.y, high.y].iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
    }
    let multi: Option<Geometry<f64>> = match geometry {
        Geometry::Point(one) => Some(MultiPoint(vec![*one]).into()),
        Geometry::LineString(one) => Some(MultiLineString(vec![one.clone()]).into()),
        Geometry::Polygon(one) => Some(MultiPolygon(vec![one.clone()]).into()),
        _ => None,
    };
    wkb::push(multi.as_ref().filter(|_| is_multi).unwrap_or(geometry), None, &mut out);
    out
}
