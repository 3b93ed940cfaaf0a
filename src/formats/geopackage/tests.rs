use std::time::{Duration, Instant};

use rusqlite::{Connection, MAIN_DB};
use serde_json::json;

use super::*;
use crate::formats::read::FeatureLayer;

const LAYERS: &[u8] = include_bytes!("../../../tests/data/formats/layers.gpkg");

/// A GeoPackage with a layer `t` in a system of this number, and what else is to be done.
fn package(srs: i64, sql: &str) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().unwrap();
    let base = format!(
        "PRAGMA application_id = 1196444487;
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
            organization_coordsys_id INTEGER, definition TEXT, description TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'undefined', NULL),
            ('Own', 100001, 'NONE', 100001, '+proj=utm +zone=37 +datum=WGS84', NULL),
            ('Moon', 100002, 'NONE', 100002, 'LOCAL_CS[\"Moon\"]', NULL), ('U', 99999, 'NONE', 99999, 'undefined', NULL);
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
            last_change DATETIME, min_x, min_y, max_x, max_y, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z, m);
        INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('t', 'features', {srs});
        INSERT INTO gpkg_geometry_columns VALUES ('t', 'geom', 'GEOMETRY', {srs}, 0, 0);"
    );
    connection.execute_batch(&base).unwrap();
    connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.serialize(MAIN_DB).unwrap().to_vec()
}

/// A point as SQL has it.
fn point(x: f64, y: f64) -> String {
    let bytes = [&b"GP\0\x01\0\0\0\0\x01\x01\0\0\0"[..], &x.to_le_bytes(), &y.to_le_bytes()].concat();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{digits}'")
}

fn layers(bytes: &[u8]) -> Vec<FeatureLayer> {
    read(&Input::of(bytes)).unwrap().layers
}

fn failure(bytes: &[u8]) -> String {
    read(&Input::of(bytes)).unwrap_err().to_string()
}

#[test]
fn layers_of_gdal_have_their_ids_systems_and_types() {
    let read = layers(LAYERS);
    let names: Vec<_> = read.iter().map(|layer| layer.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["fields", "posts"]);
    let rows = &read[0].features.rows;
    assert_eq!((rows.count(), rows.id(1)), (3, Some(json!(2))));
    assert_eq!(rows.text(0), r#"{"name":"Луг","held":true,"count":9007199254740993,"km2":12.5,"seen":"2025-12-01"}"#);
    assert!(read[0].features.notes[0].contains("EPSG:28407"), "{:?}", read[0].features.notes);
    let of_file = super::read(&Input::of(LAYERS)).unwrap().warnings;
    assert_eq!(of_file, ["of it the layers of features are read, not notes (a table without geometry)"]);
    assert_eq!(read[1].warnings, ["heights are left out: the map is flat"]);
    assert_eq!(read[1].features.rows.id(0), Some(json!(1)));
    assert_eq!(read[1].features.rows.value(0, "tags"), Some(json!(["a", {"b": 1}])));
}

#[test]
fn values_are_what_their_columns_hold() {
    let table = format!(
        "CREATE TABLE t (\"i\"\"d\" INTEGER PRIMARY KEY, geom BLOB, big INTEGER, yes BOOLEAN, odd BOOLEAN, x REAL, \"a\"\"b\" TEXT,
            picture BLOB, any, d DATE, twice AS (big * 0 + 7));
        INSERT INTO t VALUES (-9223372036854775808, {}, 9223372036854775807, 1, 2, 9e999, 'it''s \"', x'00', x'00', '2025-12-01');
        INSERT INTO t (geom, x, any) VALUES (NULL, 1e-300, 'b'), (x'00', 1, 1);",
        point(37.0, 48.0)
    );
    let layer = layers(&package(4326, &table)).remove(0);
    assert_eq!(
        layer.features.rows.text(0),
        r#"{"big":9223372036854775807,"yes":true,"odd":2,"x":"inf","a\"b":"it's \"","d":"2025-12-01","twice":7}"#
    );
    assert_eq!(layer.features.rows.id_text(0), Some("-9223372036854775808"));
    assert_eq!(layer.features.rows.text(1), r#"{"x":1e-300,"any":"b"}"#);
    let expected = [
        "columns of bytes are left out: picture",
        "values that are bytes are left out: 1",
        "feature 3 was skipped: its geometry is not one of a GeoPackage",
    ];
    assert_eq!(layer.warnings, expected);
}

#[test]
fn systems_are_those_of_the_file() {
    let table = |x, y| {
        format!("CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB); INSERT INTO t (geom) VALUES ({});", point(x, y))
    };
    let near = |layer: &FeatureLayer| (layer.features.points[0].x - 39.0).abs() < 1e-9;
    let own = layers(&package(100_001, &table(500_000.0, 5_400_000.0))).remove(0);
    assert!(near(&own) && !own.features.notes.is_empty());
    for unknown in [0, -1, 99_999] {
        let read = layers(&package(unknown, &table(39.0, 48.0))).remove(0);
        assert!(near(&read) && read.warnings[0].contains("taken for degrees"), "{:?}", read.warnings);
        let plane = package(unknown, &table(5e5, 5.4e6));
        let why = failure(&plane);
        assert!(why.contains("does not say its coordinate system") && why.contains("--crs"), "{why}");
        let crs = crate::formats::crs::Crs::from_epsg(32637).unwrap();
        let chosen = super::read(&Input::of(&plane).in_system(Some(&crs))).unwrap().layers.remove(0);
        assert!(near(&chosen) && chosen.warnings.is_empty(), "{:?}", chosen.warnings);
    }
    assert!(
        failure(&package(100_002, &table(39.0, 48.0))).contains("the coordinate system 'Moon' cannot be converted")
    );
    assert!(failure(&package(7, &table(39.0, 48.0))).contains("7, is not in the file's list"));
}

#[test]
fn plain_views_are_read_and_others_end() {
    let base = format!(
        "CREATE TABLE a (fid INTEGER PRIMARY KEY, geom BLOB, n INTEGER); INSERT INTO a (geom, n) VALUES ({}, 1), ({}, 2);",
        point(37.0, 48.0),
        point(38.0, 48.0)
    );
    let of = |view: &str| package(4326, &format!("{base} CREATE VIEW t AS {view};"));
    let plain = layers(&of("SELECT fid, geom, n * 2 AS n, upper('x') || round(1.5) AS s FROM a WHERE n > 1")).remove(0);
    assert_eq!((plain.features.rows.text(0), plain.features.rows.id_text(0)), ("{\"n\":4,\"s\":\"X2.0\"}", Some("2")));
    let counting = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT c.n AS fid, geom FROM c, a";
    assert!(failure(&of(counting)).contains("more than choose and join rows"));
    assert!(failure(&of("SELECT fid, geom, load_extension('x') AS x FROM a")).contains("cannot be read"));
    assert!(failure(&of("SELECT fid, geom FROM nowhere")).contains("cannot be read"));
    assert!(failure(&of("SELECT fid, n FROM a")).contains("no column geom"));
    // Other functions that gather keep to the longest value; this one does not.
    assert!(
        failure(&of("SELECT 1 AS fid, geom, json_group_array(n) AS s FROM a")).contains("functions that are not read")
    );
    assert!(
        failure(&of("SELECT fid, geom, replace(hex(geom), '0', hex(printf('%1000000d', 1))) AS x FROM a"))
            .contains("larger than the file can hold")
    );
    let begun = Instant::now();
    let hundreds = (0..100).map(|n| format!("SELECT {n} AS n")).collect::<Vec<_>>().join(" UNION ALL ");
    let product = format!(
        "WITH n AS ({hundreds}) SELECT 1 AS fid, geom FROM a, n b, n c, n d, n e, n f WHERE b.n + c.n + d.n + e.n + f.n < 0"
    );
    assert!(failure(&of(&product)).contains("takes too long"));
    assert!(begun.elapsed() < Duration::from_secs(15));
    let made = package(4326, "CREATE VIRTUAL TABLE t USING fts5(geom);");
    assert!(failure(&made).contains("virtual table"));
}

#[test]
fn what_is_no_geopackage_is_said() {
    let failure_of = |sql: &str| failure(&package(4326, sql));
    let none = "there is no feature in it";
    assert!(failure_of("CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB)").contains(none));
    assert!(failure_of("").contains("there is no such table"));
    assert!(failure_of("DELETE FROM gpkg_contents").contains("it holds no layers"));
    assert!(failure_of("UPDATE gpkg_contents SET data_type = 'tiles'").contains("only t (a raster)"));
    assert!(failure_of("DROP TABLE gpkg_contents").contains("no table of contents"));
    assert!(failure(b"SQLite format 3\0").contains("cut short"));
    assert!(failure(&LAYERS[..20_000]).contains("of its 36864 bytes 20000 are there"));
}

#[test]
fn a_log_of_changes_beside_it_is_told_and_its_mark_does_not_matter() {
    let mut bytes = LAYERS.to_vec();
    bytes[18..20].copy_from_slice(&[2, 2]);
    let beside = |ending: &str| Ok((ending == "gpkg-wal").then(|| vec![0; 600]));
    let read = read(&Input::of(&bytes).beside(&beside)).unwrap();
    assert!(read.warnings.last().unwrap().contains("(-wal)"), "{:?}", read.warnings);
}

#[test]
fn geometries_have_heads_of_every_kind() {
    let plain = [&[1, 1, 0, 0, 0][..], &1.0_f64.to_le_bytes(), &2.0_f64.to_le_bytes()].concat();
    let of = |flags: u8, box_bytes: usize| -> Vec<u8> {
        let head = [b'G', b'P', 0, flags, 0, 0, 0, 0];
        head.into_iter().chain(std::iter::repeat_n(0, box_bytes)).chain(plain.clone()).collect()
    };
    for (flags, box_bytes) in [(0, 0), (1, 0), (3, 32), (5, 48), (7, 48), (9, 64)] {
        assert!(layer::shape_of(&of(flags, box_bytes)).unwrap().geometry.is_some(), "{flags}");
    }
    assert_eq!(layer::shape_of(&of(0x10, 0)).unwrap().geometry, None);
    for wrong in [of(0x20, 0), of(0x0b, 64), of(9, 3), vec![b'G'], vec![], b"GP\0\0".to_vec()] {
        assert!(layer::shape_of(&wrong).is_err());
    }
}

/// Bits turned, and pages cut off a file that no longer says how long it is: an error or layers, in reasonable time.
#[test]
fn damage_of_any_kind_is_an_error_or_a_layer() {
    let mut state = 7_u64;
    let mut below = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % most
    };
    for round in 0..400 {
        let mut bytes = LAYERS.to_vec();
        bytes[24..28].copy_from_slice(&[0; 4]);
        if round % 4 == 0 {
            bytes.truncate(512 * (1 + below(72)));
        }
        for _ in 0..1 + below(8) {
            let at = 100 + below(bytes.len() - 100);
            bytes[at] ^= 1 << below(8);
        }
        match read(&Input::of(&bytes)) {
            Ok(read) => assert!(!read.layers.is_empty()),
            Err(why) => assert!(!why.to_string().is_empty()),
        }
    }
}

#[test]
fn a_database_is_known_by_what_it_says_or_by_its_name() {
    let is = |name: &str, bytes: &[u8]| is_geopackage(&Candidate { name, bytes });
    assert!(is("a.bin", LAYERS) && is("a.gpkg", &LAYERS[..68]) && !is("a.mbtiles", &LAYERS[..68]));
    assert!(!is("a.gpkg", b"hello"));
}

fn written(text: &str) -> crate::formats::write::WrittenFile {
    let features = crate::formats::write::features_of(&crate::formats::geojson::read_table(text.as_bytes()).unwrap());
    writer::write(&crate::formats::write::Outgoing { title: "sqlite_x", ending: "gpkg", features: &features })
}

#[test]
fn what_is_written_is_read_as_it_was() {
    let feature = |id: &str, geometry: &str, properties: &str| {
        format!("{{\"type\":\"Feature\",{id}\"geometry\":{geometry},\"properties\":{properties}}}")
    };
    let place = r#"{"type":"Point","coordinates":[37.5,48.5]}"#;
    let area = r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]}"#;
    let rows = [
        r#"{"b":true,"i":9223372036854775807,"r":1.5,"d":"2025-12-01","m":"2025-12-01T10:30:00Z","l":[1,{"a":null}],"t":"Луг \u0000","fid":"x","Geom":1,"geom":2}"#,
        r#"{"b":false,"i":-5,"r":1e-300,"m":"2025-12-01T10:30:00.125Z"}"#,
        "{}",
    ];
    let all = [
        feature("\"id\":-1,", place, rows[0]),
        feature("\"id\":0,", area, rows[1]),
        feature("\"id\":7,", "null", rows[2]),
    ];
    let file = written(&format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", all.join(",")));
    let expected = ["GeoPackage tells no names of columns apart by their case alone: “geom” is “geom_3”"];
    assert_eq!(file.cannot_hold, expected);
    let read = layers(&file.bytes).remove(0);
    assert_eq!(read.name.as_deref(), Some("features sqlite_x"));
    let rows_read: Vec<(Option<&str>, &str)> =
        (0..3).map(|row| (read.features.rows.id_text(row), read.features.rows.text(row))).collect();
    assert_eq!(rows_read[0], (Some("-1"), rows[0].replace("\"geom\"", "\"geom_3\"").as_str()));
    assert_eq!(rows_read[1..], [(Some("0"), rows[1]), (Some("7"), "")]);
    assert_eq!(
        file.bytes,
        written(&format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", all.join(","))).bytes
    );
}

#[test]
fn what_a_geopackage_cannot_hold_is_named() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"x":1.50,"y":"1","z":12345678901234567890123}},
        {"type":"Feature","id":"b","geometry":{"type":"MultiPoint","coordinates":[[1,2],[3,4]]},"properties":{"x":2,"y":1,"z":[1]}}]}"#;
    let file = written(text);
    let read = layers(&file.bytes).remove(0);
    assert_eq!(read.features.rows.text(0), r#"{"id":"a","x":1.5,"y":"1","z":"12345678901234567890123"}"#);
    assert_eq!(read.features.rows.text(1), r#"{"id":"b","x":2.0,"y":"1","z":"[1]"}"#);
    let words = [
        "does not keep how numbers are written: 1.50 is 1.5 (1 of 2 features)",
        "has ids that are rising whole numbers: others stand in a column (2 of 2 features)",
        "holds no lists and objects: they are written as text (1 of 2 features)",
        "holds no numbers of so many digits: they are written as text (1 of 2 features)",
        "holds values of one kind in a column: others are written as text (1 of 2 features)",
    ];
    assert_eq!(file.cannot_hold, words.map(|words| format!("GeoPackage {words}")));
}
