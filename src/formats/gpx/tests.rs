//! Tests of `gpx.rs`.

use serde_json::json;

use super::*;
use crate::formats::feature::Feature;
use crate::formats::write::Outgoing;

fn layer(inside: &str) -> Result<FeatureLayer, ReadError> {
    read(&Input::of(format!("<gpx version=\"1.1\">{inside}</gpx>").as_bytes()))
}

#[test]
fn places_routes_and_tracks_are_told_apart() {
    let read = layer(
        "<wpt lat='48' lon='37'><name>A</name><ele>12.5</ele><desc>x</desc><link href='https://example.org'/></wpt>\
         <trk><name>T</name><trkseg><trkpt lat='48' lon='37'><ele>1</ele><time>2025-01-01T00:00:00Z</time></trkpt>\
         <trkpt lat='49' lon='38'><time>2025-01-01T01:00:00Z</time></trkpt></trkseg><trkseg/></trk>",
    )
    .unwrap();
    let properties = |feature| Value::Object(read.features.rows.properties(feature));
    assert_eq!(
        properties(0),
        json!({"gpx": "waypoint", "name": "A", "ele": 12.5, "description": "x", "link": "https://example.org"})
    );
    assert_eq!(
        properties(1),
        json!({"gpx": "track", "name": "T", "begin": "2025-01-01T00:00:00Z", "end": "2025-01-01T01:00:00Z"})
    );
    assert_eq!(read.features.told_by.as_deref(), Some("gpx"));
    assert!(read.warnings[0].contains("heights"), "{:?}", read.warnings);
}

#[test]
fn extensions_are_kept_as_text() {
    let read = layer(
        "<wpt lat='48' lon='37'><extensions><a:b xmlns:a='x'><a:c>1</a:c><a:d>two</a:d></a:b><e>3</e><e>4</e></extensions></wpt>",
    )
    .unwrap();
    assert_eq!(
        Value::Object(read.features.rows.properties(0)),
        json!({"gpx": "waypoint", "b_c": "1", "b_d": "two", "e": "3", "e (2)": "4"})
    );
}

#[test]
fn what_cannot_be_used_is_skipped_and_said() {
    let read = layer(
        "<wpt lat='48' lon='37'/><wpt lon='37'/><wpt lat='x' lon='37'/><wpt lat='148' lon='37'/>\
         <rte><rtept lat='48' lon='37'/></rte>",
    )
    .unwrap();
    assert_eq!((read.features.points.len(), read.warnings.len()), (2, 3), "{:?}", read.warnings);
    assert!(read.warnings[0].contains("feature 2 was skipped: a point has no latitude"), "{:?}", read.warnings);
    assert!(layer("").unwrap_err().to_string().contains("there is no feature in it"));
}

#[test]
fn areas_are_left_out_with_a_word() {
    let features: Vec<Feature> =
        ["POINT (37 48)", "POLYGON ((36 47, 38 47, 38 49, 36 47))", "LINESTRING (36 47, 37 48)"]
            .map(|text| Feature {
                geometry: crate::formats::wkt::read(text).unwrap(),
                properties: json!({"title": "A & B", "my key": 7}).as_object().unwrap().clone(),
                id: None,
                members: serde_json::Map::new(),
            })
            .to_vec();
    let written = writer::write(&Outgoing { title: "t", ending: "gpx", features: &features });
    let text =
        "GPX holds only text beside its own elements: numbers, true and false are written as text (2 of 3 features)";
    assert_eq!(written.cannot_hold, ["GPX holds no areas: 1 of 3 features is left out", text]);
    let read = read(&Input::of(&written.bytes)).unwrap();
    assert_eq!(
        Value::Object(read.features.rows.properties(1)),
        json!({"gpx": "track", "name": "A & B", "title": "A & B", "my_key": "7"})
    );
}
