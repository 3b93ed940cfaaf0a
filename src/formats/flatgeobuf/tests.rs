//! Tests of `flatgeobuf.rs`.

use serde_json::{Map, json};

use super::buffer::{Builder, Put};
use super::header::{Column, Kind};
use super::*;
use crate::formats::feature::Feature;
use crate::formats::write::Outgoing;
use crate::formats::{exact, wkt};

fn feature(text: &str, properties: &str) -> Feature {
    let geometry = if text.is_empty() { None } else { wkt::read(text).unwrap() };
    let Value::Object(properties) = exact::value(properties) else { panic!("{properties}") };
    Feature { geometry, properties, id: None, members: Map::new() }
}

fn written(features: &[Feature]) -> (Vec<u8>, Vec<String>) {
    let file = writer::write(&Outgoing { title: "t", ending: "fgb", features });
    (file.bytes, file.cannot_hold)
}

fn read_bytes(bytes: &[u8]) -> Result<FeatureLayer, ReadError> {
    read(&Input::of(bytes))
}

fn properties(layer: &FeatureLayer, feature: usize) -> Value {
    Value::Object(layer.features.rows.properties(feature))
}

/// A file without an index of features that are points with these properties.
fn of_properties(columns: &[(&str, Kind)], properties: &[u8]) -> Vec<u8> {
    let columns = columns.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect();
    let mut builder = Builder::new();
    let places = builder.root(&[(0, Put::Later), (1, Put::Later)]);
    let at = builder.table(places[0], &[(1, Put::Later)]);
    builder.list(at[0], 8, &[37.5_f64.to_le_bytes(), 48.5_f64.to_le_bytes()].concat());
    builder.list(places[1], 1, properties);
    [Header::new("", 1, columns, 0, None).written(), builder.finished()].concat()
}

#[test]
fn columns_of_every_kind_keep_their_values() {
    let text = |words: &str| [&(words.len() as u32).to_le_bytes()[..], words.as_bytes()].concat();
    let all: [(Kind, Vec<u8>, Value); 16] = [
        (Kind::Byte, vec![0x80], json!(-128)),
        (Kind::UByte, vec![0xff], json!(255)),
        (Kind::Bool, vec![1], json!(true)),
        (Kind::Short, i16::MIN.to_le_bytes().to_vec(), json!(i16::MIN)),
        (Kind::UShort, u16::MAX.to_le_bytes().to_vec(), json!(u16::MAX)),
        (Kind::Int, i32::MIN.to_le_bytes().to_vec(), json!(i32::MIN)),
        (Kind::UInt, u32::MAX.to_le_bytes().to_vec(), json!(u32::MAX)),
        (Kind::Long, i64::MIN.to_le_bytes().to_vec(), json!(i64::MIN)),
        (Kind::ULong, u64::MAX.to_le_bytes().to_vec(), json!(u64::MAX)),
        (Kind::Float, 0.1_f32.to_le_bytes().to_vec(), json!(0.1)),
        (Kind::Double, 1e-300_f64.to_le_bytes().to_vec(), json!(1e-300)),
        (Kind::String, text("a \"b\" \u{1} Луг"), json!("a \"b\" \u{1} Луг")),
        (Kind::Json, text("{\"a\": [1, null]}"), json!({"a": [1, null]})),
        (Kind::Json, text("{broken"), json!("{broken")),
        (Kind::DateTime, text("2025-12-01T08:30:00Z"), json!("2025-12-01T08:30:00Z")),
        (Kind::Double, f64::NAN.to_le_bytes().to_vec(), Value::Null),
    ];
    let names: Vec<String> = (0..all.len()).map(|index| format!("c{index}")).collect();
    let mut columns: Vec<(&str, Kind)> = names.iter().zip(&all).map(|(name, (kind, ..))| (&name[..], *kind)).collect();
    columns.push(("bytes", Kind::Binary));
    let one =
        |(index, (_, bytes, _)): (usize, &(Kind, Vec<u8>, Value))| [&(index as u16).to_le_bytes()[..], bytes].concat();
    let mut stream: Vec<u8> = all.iter().enumerate().flat_map(one).collect();
    stream.extend([&16_u16.to_le_bytes()[..], &text("\u{0}\u{1}")].concat());
    let bytes = of_properties(&columns, &stream);
    let layer = read_bytes(&bytes).unwrap();
    let expected: Map<String, Value> = names
        .iter()
        .zip(&all)
        .filter(|(_, (.., value))| !value.is_null())
        .map(|(name, (.., value))| (name.clone(), value.clone()))
        .collect();
    assert_eq!(properties(&layer, 0), Value::Object(expected));
    let said = layer.warnings.join("\n");
    assert!(said.contains("Binary") && said.contains("NaN"), "{said}");
    // What breaks off, and a column that is not there, cost one feature and are said.
    for end in 1..stream.len() - 8 {
        let cut = of_properties(&columns, &stream[..end]);
        if let Err(error) = read_bytes(&cut) {
            assert!(error.to_string().contains("feature 1 was skipped: its properties break off"), "{error}");
        }
    }
    let error = read_bytes(&of_properties(&columns[..1], &stream)).unwrap_err().to_string();
    assert!(error.contains("it has a property of column 2, and there are 1"), "{error}");
}

#[test]
fn of_two_values_of_one_column_the_later_counts_and_no_two_columns_have_one_name() {
    let columns = [("a", Kind::UByte), ("a", Kind::UByte)];
    let layer = read_bytes(&of_properties(&columns, &[1, 0, 9, 0, 0, 1, 0, 0, 2])).unwrap();
    assert_eq!(properties(&layer, 0), json!({"a": 2, "a (2)": 9}));
}

#[test]
fn columns_have_the_type_of_what_they_hold_and_what_they_cannot_hold_is_said() {
    let mut features = [
        feature(
            "POINT (37 48)",
            r#"{"n":1,"big":9007199254740993,"mix":5,"x":1.5,"l":["a"],"t":"2025-12-01T08:30:00Z","d":"2025-12-01","z":1.50,"u":18446744073709551615}"#,
        ),
        feature(
            "POLYGON ((36 47, 38 47, 38 49, 36 47))",
            r#"{"n":-2,"mix":"five","x":2,"l":"b","t":"2025-12-02T08:30:00.5+02:00","b":true,"u":1,"e":null}"#,
        ),
        feature("", r#"{"n":3,"long":12345678901234567890123}"#),
    ];
    features[0].id = Some(json!("first"));
    let (bytes, cannot_hold) = written(&features);
    let kinds: Vec<(String, Kind)> =
        Header::of(&bytes).unwrap().columns.into_iter().map(|column| (column.name, column.kind)).collect();
    let expected = [
        ("n", Kind::Int),
        ("big", Kind::Long),
        ("mix", Kind::String),
        ("x", Kind::Double),
        ("l", Kind::Json),
        ("t", Kind::DateTime),
        ("d", Kind::String),
        ("z", Kind::Double),
        ("u", Kind::ULong),
        ("b", Kind::Bool),
        ("e", Kind::String),
        ("long", Kind::String),
        ("id", Kind::String),
    ];
    assert_eq!(kinds, expected.map(|(name, kind)| (name.to_owned(), kind)));
    assert_eq!(
        cannot_hold,
        [
            "FlatGeobuf holds no ids: they are written as the property “id” (1 of 3 features)",
            "FlatGeobuf holds no zeros at the end of numbers: 1.50 becomes 1.5 (1 of 3 features)",
            "FlatGeobuf holds values of one kind in a column, and numbers of up to 17 digits: others are written as text (2 of 3 \
             features)",
        ]
    );
    let layer = read_bytes(&bytes).unwrap();
    assert_eq!(
        properties(&layer, 0),
        json!({"n": 1, "big": 9_007_199_254_740_993_i64, "mix": "5", "x": 1.5, "l": ["a"], "t": "2025-12-01T08:30:00Z",
            "d": "2025-12-01", "z": 1.5, "u": u64::MAX, "id": "first"})
    );
    assert_eq!(properties(&layer, 2), json!({"n": 3, "long": "12345678901234567890123"}));
    assert!(layer.features.geometry(2).is_none() && layer.features.geometry(1) == features[1].geometry);
}

#[test]
fn the_index_finds_what_lies_in_a_view() {
    // More than keep their order: a grid, written row by row.
    let features: Vec<Feature> = (0..3000)
        .map(|index| {
            let (x, y) = (f64::from(index % 60), f64::from(index / 60));
            feature(&format!("POINT ({x} {y})"), &format!("{{\"n\":{index}}}"))
        })
        .collect();
    let (bytes, cannot_hold) = written(&features);
    assert!(cannot_hold[0].contains("orders features by where they lie"), "{cannot_hold:?}");
    let layer = read_bytes(&bytes).unwrap();
    let mut numbers: Vec<u64> = (0..3000).map(|one| properties(&layer, one)["n"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..3000));
    // Near on the map is near in the file: neighbours are a step or two apart.
    let steps = layer.features.points.windows(2).map(|two| (two[0].x - two[1].x).abs() + (two[0].y - two[1].y).abs());
    assert!(steps.sum::<f64>() / 3000.0 < 2.0);
    let few = features[..1000].to_vec();
    let (bytes, cannot_hold) = written(&few);
    assert!(cannot_hold.is_empty() && properties(&read_bytes(&bytes).unwrap(), 17) == json!({"n": 17}));
}

#[test]
fn a_changed_byte_is_an_error_or_a_layer() {
    let (bytes, _) = written(&[
        feature("MULTIPOLYGON (((36 47, 38 47, 38 49, 36 47)), ((30 47, 31 47, 31 49, 30 47)))", r#"{"a":1,"b":"x"}"#),
        feature("GEOMETRYCOLLECTION (POINT (30 50), LINESTRING (30 50, 31 51))", r#"{"a":2,"b":"y"}"#),
    ]);
    for at in 0..bytes.len() {
        for change in [1, 0x10, 0x80, 0xff] {
            let mut bent = bytes.clone();
            bent[at] ^= change;
            if let Err(error) = read_bytes(&bent) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

/// A few bytes that would be read for hours: a collection whose parts are all one collection, and so on down.
#[test]
fn geometries_that_stand_in_many_others_are_refused() {
    let mut builder = Builder::new();
    let places = builder.root(&[(0, Put::Later)]);
    let mut place = places[0];
    for _ in 0..12 {
        let parts = builder.table(place, &[(7, Put::Later), (6, Put::Byte(7))]);
        let places = builder.tables(parts[0], 50);
        // Each points to the same table, which comes next and stands at a multiple of eight and four.
        let last = places[49];
        place = last;
        let end = builder.bytes.len();
        let mut probe = Builder { bytes: builder.bytes.clone() };
        probe.table(last, &[(7, Put::Later), (6, Put::Byte(7))]);
        let target = last + u32_at(&probe.bytes, last).unwrap();
        assert!(target >= end);
        for one in places {
            builder.bytes[one..one + 4].copy_from_slice(&((target - one) as u32).to_le_bytes());
        }
    }
    let parts = builder.table(place, &[(7, Put::Later), (6, Put::Byte(7))]);
    builder.tables(parts[0], 0);
    let bytes = [Header::new("", 7, Vec::new(), 0, None).written(), builder.finished()].concat();
    let error = read_bytes(&bytes).unwrap_err().to_string();
    assert!(error.contains("its geometries lie where others do"), "{error}");
}

#[test]
fn what_is_no_such_file_is_said() {
    let (bytes, _) = written(&[feature("POINT (37 48)", "{\"a\":1}")]);
    let error = |bytes: &[u8]| read_bytes(bytes).unwrap_err().to_string();
    assert!(error(b"hello").contains("does not begin with"));
    let old = [b"fgb\x02fgb\x00", &bytes[8..]].concat();
    assert!(error(&old).contains("version 2"), "{}", error(&old));
    let vast = [&bytes[..8], &[0xff; 4], &bytes[12..]].concat();
    assert!(error(&vast).contains("larger than 64 MB"));
    for end in 12..bytes.len() {
        let error = error(&bytes[..end]);
        assert!(error.contains("cut short"), "{end}: {error}");
    }
}

#[test]
fn a_system_that_is_chosen_counts_where_the_file_names_none() {
    let bounds = geo::Rect::new((5e5, 5.4e6), (5e5, 5.4e6));
    let mut builder = Builder::new();
    let places = builder.root(&[(0, Put::Later), (1, Put::Later)]);
    let at = builder.table(places[0], &[(1, Put::Later)]);
    builder.list(at[0], 8, &[5e5_f64.to_le_bytes(), 5.4e6_f64.to_le_bytes()].concat());
    builder.list(places[1], 1, &[]);
    let header = Header::new("", 1, Vec::new(), 0, Some(bounds)).without_system();
    let bytes = [header.written(), builder.finished()].concat();
    assert!(read_bytes(&bytes).unwrap_err().to_string().contains("--crs"));
    let crs = crate::formats::crs::Crs::from_epsg(32637).unwrap();
    let layer = read(&Input::of(&bytes).in_system(Some(&crs))).unwrap();
    assert!((layer.features.points[0].x - 39.0).abs() < 1e-9 && layer.warnings.is_empty(), "{:?}", layer.warnings);
}
