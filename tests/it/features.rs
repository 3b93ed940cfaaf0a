//! Features of files, on the command line and in figures: each keeps its own name, size, properties, sources and style.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use claimline::document::Document;
use claimline::dossier::model::{PatternKind, StylePart};
use claimline::dossier::styling::{By, Categories, Graduated, Rule};
use claimline::dossier::{self, Kinds, Overlay, Size, Styling, kinds};
use claimline::figure::{self, FigureOptions, PageSetup, Shows};
use claimline::formats::color::Rgba;
use claimline::formats::filter::Filter;
use claimline::formats::language::Text;
use claimline::formats::{csv, geojson};
use claimline::scene::Scene;
use claimline::scene::display_list::{Color, Item};
use claimline::scene::ground::Ground;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::{run, words_of};

const MIXED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/features/mixed.geojson");

/// Files of a test's own.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Writes a file of these features; its path.
    fn features(&self, name: &str, features: &[Value]) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
        path.display().to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The figure of one file, as SVG and as GeoJSON, and what the program said.
    fn figure(&self, file: &str, id: &str) -> (String, Value, String) {
        let write = |name: &str| {
            let path = self.path(name);
            let out = path.display().to_string();
            let run = run(&[
                "export",
                "-o",
                &out,
                "--force",
                "--file",
                file,
                "--overlay",
                id,
                "--fit",
                id,
                "--size",
                "900x700",
                "--no-map",
                "--no",
                "inset,references",
            ]);
            run.says(0, &["wrote"]);
            (fs::read_to_string(path).unwrap(), run.err)
        };
        let (svg, said) = write("figure.svg");
        (svg, serde_json::from_str(&write("figure.geojson").0).unwrap(), said)
    }
}

/// A cell of the graticule, in degrees, as a feature.
fn cell(properties: Value, [west, south, east, north]: [f64; 4]) -> Value {
    json!({ "type": "Feature", "properties": properties, "geometry": { "type": "Polygon", "coordinates":
        [[[west, south], [east, south], [east, north], [west, north], [west, south]]] } })
}

fn line(properties: Value, places: &[[f64; 2]]) -> Value {
    json!({ "type": "Feature", "properties": properties, "geometry": { "type": "LineString", "coordinates": places } })
}

fn point(properties: Value, at: [f64; 2]) -> Value {
    json!({ "type": "Feature", "properties": properties, "geometry": { "type": "Point", "coordinates": at } })
}

/// Two areas as daily maps of control have them: who holds what is in the features, not in the file.
fn control() -> [Value; 3] {
    [
        cell(
            json!({"name": "Occupied", "status": "occupied", "fill": "#d32f2f", "source": "Survey",
            "url": "https://a.example/1", "date": "2025-12-01"}),
            [37.5, 48.0, 38.0, 48.25],
        ),
        cell(json!({"name": "Taken back", "status": "liberated", "fill": "#0f9d58"}), [37.0, 48.0, 37.25, 48.25]),
        cell(json!({"name": "Occupied", "status": "occupied", "fill": "#d32f2f"}), [37.25, 48.5, 37.5, 48.75]),
    ]
}

/// The numbers of nested lists.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().flat_map(numbers).collect(),
        value => vec![value.as_f64().unwrap()],
    }
}

fn is_near(found: &Value, expected: f64) -> bool {
    found.as_f64().is_some_and(|found| (found - expected).abs() <= 1e-6 * expected.abs().max(1.0))
}

// ── against GDAL and PROJ ────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn features_are_those_that_gdal_reads_and_measure_what_proj_measures() {
    let expected = fs::read_to_string(MIXED.replace(".geojson", ".gdal.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let table = run(&["show", "mixed", "--file", MIXED, "--table", "--json"]).json();
    let (rows, expected) = (table.as_array().unwrap(), expected["rows"].as_array().unwrap());
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(expected) {
        let mut fields = expected["fields"].as_object().unwrap().clone();
        assert_eq!(row["id"], fields.shift_remove("id").unwrap());
        assert_eq!(row["name"], fields["name"]);
        let mut properties = row["properties"].as_object().unwrap().clone();
        properties.retain(|_, value| !value.is_null());
        assert_eq!(properties.len(), fields.len(), "{row}");
        for (name, value) in &fields {
            match (value.as_f64(), properties[name].as_f64()) {
                (Some(expected), Some(found)) => assert_eq!(found, expected, "{name} of {row}"),
                _ => assert_eq!(&properties[name], value, "{name} of {row}"),
            }
        }
        for (size, other) in [("km2", "km2_cea"), ("km", "km")] {
            for expected in [&expected[size], &expected[other]] {
                match expected.as_f64() {
                    Some(number) => assert!(is_near(&row[size], number), "{size} of {row}: {expected}"),
                    None => assert!(row[size].is_null(), "{size} of {row}"),
                }
            }
        }
    }
}

#[test]
fn the_layer_is_the_sum_of_its_features() {
    let run = run(&["overlays", "--file", MIXED, "--json"]);
    run.says(
        0,
        &["1 of its 8 features has no shape that can be drawn, and is on no map and in no figure: “Unlocated”"],
    );
    let layer = run.json()["overlays"][0].clone();
    assert_eq!((layer["id"].as_str(), layer["features"].as_u64()), (Some("mixed"), Some(8)));
    // 1,807.822299 + 2,212.318071 + 40.982279 km², 94.668366 + 46.494470 + 13.347784 km: mixed.gdal.json.
    assert!((layer["area_km2"].as_f64().unwrap() - 4061.12).abs() < 0.006, "{layer}");
    assert!((layer["length_km"].as_f64().unwrap() - 154.51).abs() < 0.006, "{layer}");
    assert_eq!(layer["points"], 5);
    let kinds = layer["kinds"].as_array().unwrap();
    assert_eq!(kinds.len(), 7);
    assert_eq!(
        kinds[2],
        json!({"title": "Front, \"first\" line", "features": 1, "km2": null, "km": 94.668366, "points": null, "color": "#dc143c"})
    );
}

#[test]
fn the_table_as_csv_has_the_same_rows_as_the_json() {
    let text = run(&["show", "mixed", "--file", MIXED, "--table"]).out;
    assert!(text.lines().count() > 8 && text.ends_with("\r\n"));
    let rows: Vec<Vec<String>> = csv::read(text.as_bytes()).unwrap().into_iter().map(|row| row.fields).collect();
    assert_eq!(rows[0][..8], ["id", "name", "kind", "km2", "km", "properties.name", "status", "population"]);
    let json = run(&["show", "mixed", "--file", MIXED, "--table", "--json"]).json();
    let objects = json.as_array().unwrap();
    assert_eq!(rows.len(), objects.len() + 1);
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    for (row, object) in rows[1..].iter().zip(objects) {
        for (column, field) in rows[0].iter().zip(row) {
            let value = match column.strip_prefix("properties.") {
                Some(name) => &object["properties"][name],
                None if object.get(column).is_some() => &object[column],
                None => &object["properties"][column],
            };
            assert_eq!(*field, text(value), "{column} of {object}");
        }
    }
    run(&["show", "withdrawal-area", "--table"]).says(2, &["'withdrawal-area' is one shape, derived by a recipe"]);
}

// ── what is at a place, who says so ──────────────────────────────────────────────────────────────────────────────

#[test]
fn at_a_place_each_feature_has_its_name_size_properties_and_sources() {
    let files = Files::new();
    let mut features = control().to_vec();
    features.push(cell(json!({"name": "Small", "url": "not an address"}), [37.7, 48.1, 37.75, 48.15]));
    let file = files.features("Control 12-01.geojson", &features);
    let json = run(&["at", "37.72,48.12", "--file", &file, "--json"]).json();
    let own: Vec<&Value> =
        json["overlays"].as_array().unwrap().iter().filter(|one| one["id"] == "control-12-01").collect();
    // The smaller one first.
    let [small, occupied] = own[..] else { panic!("{own:?}") };
    assert_eq!((&small["feature"]["name"], &small["feature"]["number"]), (&json!("Small"), &json!(4)));
    assert_eq!(small["feature"]["sources"][0]["outlet"], "not an address");
    assert!(small["feature"]["warnings"][0].as_str().unwrap().contains("not an address that begins with"));
    let feature = &occupied["feature"];
    assert_eq!((&feature["name"], &feature["kind"]), (&json!("Occupied"), &json!("Occupied")));
    assert_eq!(feature["properties"], features[0]["properties"]);
    // A cell of the graticule by the closed form (Snyder 1987, eq. 3-12): 1034.715870 km².
    assert!(is_near(&feature["km2"], 1_034.715_870), "{feature}");
    let source =
        json!({"outlet": "Survey", "title": null, "author": null, "date": "2025-12-01", "url": "https://a.example/1"});
    assert_eq!(feature["sources"], json!([source]));

    let text = run(&["at", "37.72,48.12", "--file", &file]).out;
    for words in [
        "  Occupied, 1,035 km²\n",
        "    status: occupied\n",
        "    Source: Survey, 1 Dec 2025, https://a.example/1\n",
        "    Note: 'url' is \"not an address\"",
    ] {
        assert!(text.contains(words), "'{words}' is missing in: {text}");
    }
    assert!(!text.contains("fill:"), "{text}");
}

#[test]
fn a_layer_is_shown_with_its_kinds_and_the_sources_of_its_features() {
    let files = Files::new();
    let file = files.features("control.geojson", &control());
    let text = run(&["show", "control", "--file", &file]).out;
    for words in [
        "Features (3)",
        "  Occupied    2 features  ",
        "  Taken back   1 feature  ",
        "Sources named by the features (1)",
    ] {
        assert!(text.contains(words), "'{words}' is missing in: {text}");
    }
    let json = run(&["show", "control", "--file", &file, "--json"]).json();
    assert_eq!((&json["features"], json["kinds"].as_array().unwrap().len()), (&json!(3), 2));
    assert_eq!(json["sources"][0]["features"], 1);
    let table = run(&["overlays", "--file", &file]).out;
    let kinds: Vec<&str> = table.lines().filter(|line| line.trim_start().starts_with("· ")).collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds[0].contains("· Occupied") && kinds[0].contains("2 features"), "{table}");
}

#[test]
fn what_a_file_says_does_not_steer_the_terminal() {
    let files = Files::new();
    let file =
        files.features("a.geojson", &[cell(json!({"name": "A\u{1b}[2JB", "x": "1\u{7}2"}), [37.0, 48.0, 38.0, 49.0])]);
    let text = run(&["at", "37.5,48.5", "--file", &file]).out;
    assert!(text.contains("A [2JB") && !text.contains('\u{1b}') && !text.contains('\u{7}'), "{text}");
}

/// The features of a collection as JSON text, each from its beginning to that of the next.
fn text_of_features(collection: &str) -> Vec<&str> {
    collection.split("{\"type\":\"Feature\",").skip(1).collect()
}

#[test]
fn ids_and_numbers_come_out_of_every_export_as_they_went_in() {
    let files = Files::new();
    let feature = |rest: &str, west: f64| {
        let east = west + 0.2;
        format!(
            r#"{{"type":"Feature",{rest},"geometry":{{"type":"Polygon","coordinates":[[[{west},48],[{east},48],[{east},48.2],[{west},48]]]}}}}"#
        )
    };
    let features = [
        feature(r#""id":12345678901234567890123,"properties":{"name":"A","n":98765432109876543210987}"#, 37.0),
        feature(r#""id":7,"properties":{"name":"B","n":[0.12345678901234567890]}"#, 37.3),
        feature(r#""id":"7","properties":{"name":"C","n":10}"#, 37.6),
        feature(r#""id":7,"properties":{"name":"D","n":9},"of":{"order":11111111111111111111111}"#, 37.9),
        feature(r#""properties":{"name":"E","n":9,"n":8}"#, 38.2),
    ];
    let path = files.path("digits.geojson");
    fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    let file = path.display().to_string();
    let (svg, _, said) = files.figure(&file, "digits");
    assert!(svg.contains("digits"));
    let twice = "1 of its 5 features has a property more than once, and the last value of it counts: “n” of “E”";
    assert!(said.contains(twice), "{said}");
    let written = fs::read_to_string(files.path("figure.geojson")).unwrap();
    let all = text_of_features(&written);
    for (name, id, holds) in [
        ("A", Some("12345678901234567890123"), "\"n\":98765432109876543210987,"),
        ("B", Some("7"), "\"n\":[0.12345678901234567890],"),
        ("C", Some("\"7\""), "\"n\":10,"),
        ("D", Some("7"), "\"of\":{\"order\":11111111111111111111111},"),
        ("E", None, "\"n\":8,"),
    ] {
        let is_it = |text: &&&str| text.contains(&format!("\"name\":\"{name}\""));
        let text = all.iter().find(is_it).unwrap_or_else(|| panic!("no {name}"));
        match id {
            Some(id) => assert!(text.starts_with(&format!("\"id\":{id},")), "{text}"),
            None => assert!(!text.contains("\"id\""), "{text}"),
        }
        assert!(text.contains(holds), "{text}");
    }
    // Each is known by its layer and number, and one that was changed is told from the others.
    let figure = files.path("figure.geojson").display().to_string();
    let states = |figure: &str| {
        let run = run(&["inspect", figure, "--json"]);
        let found = serde_json::from_str::<Value>(&run.out).unwrap_or_else(|_| panic!("{}", run.err)).to_string();
        ["same", "changed", "missing", "unknown"].map(|state| {
            (1..=5)
                .filter(|n| found.contains(&format!(r#"{{"what":"feature","id":"digits/{n}","state":"{state}"}}"#)))
                .count()
        })
    };
    assert_eq!(states(&figure), [5, 0, 0, 0]);
    fs::write(&figure, written.replace("98765432109876543210987", "98765432109876543210986")).unwrap();
    assert_eq!(states(&figure), [4, 1, 0, 0], "the last digit counts");
    // And in tables, for people and for programs.
    let prints = |arguments: &[&str], words: &[&str]| {
        let run = run(&[arguments, &["--file", &file]].concat());
        run.says(0, &[]);
        words.iter().for_each(|word| assert!(run.out.contains(word), "no {word}: {}", run.out));
    };
    let long = ["\"id\": 12345678901234567890123", "\"n\": 98765432109876543210987"];
    prints(&["at", "37.18,48.1", "--json"], &long);
    prints(&["at", "37.18,48.1"], &["n: 98765432109876543210987"]);
    prints(&["show", "digits", "--table"], &["12345678901234567890123,A", ",98765432109876543210987", ",10"]);
    prints(&["show", "digits", "--table", "--json", "--where", "n = 98765432109876543210987"], &long);
    let near = ["show", "digits", "--table", "--where", "n = 98765432109876543210986", "--file", &file];
    assert_ne!(run(&near).code, 0, "the last digit counts");
}

#[test]
fn two_files_of_one_name_are_both_there() {
    let files = Files::new();
    let one = files.features("control.geojson", &control());
    let two = files.features("later/control.geojson", &control()[..1]);
    let dossier = files.features("donetsk.geojson", &control()[..1]);
    let run = run(&["overlays", "--file", &one, "--file", &two, "--file", &dossier, "--file", &one, "--json"]);
    run.says(0, &["there is already an overlay 'control'; the id of this file is 'control-file': ", "'donetsk-file'"]);
    let json = run.json();
    let own: Vec<&Value> = json["overlays"].as_array().unwrap().iter().filter(|one| one["group"] == "own").collect();
    let ids: Vec<&Value> = own.iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["donetsk-file", "control-file", "control"]);
    assert_eq!((&own[1]["features"], &own[2]["features"]), (&json!(1), &json!(3)));
    let titles: Vec<&Value> = own.iter().map(|one| &one["title"]).collect();
    assert_eq!(titles, ["donetsk", "control.geojson (2)", "control.geojson"]);
}

#[test]
fn warnings_of_two_files_of_one_name_are_told_apart() {
    let files = Files::new();
    let nowhere = json!({"type": "Feature", "properties": {}, "geometry": null});
    let features = [control()[1].clone(), nowhere];
    let [one, two] = ["a/towns.geojson", "b/towns.geojson"].map(|name| files.features(name, &features));
    let run = run(&["overlays", "--file", &one, "--file", &two]);
    let what = "1 of its 2 features has no shape";
    let once = |id: &str| assert_eq!(run.err.matches(&format!("overlay '{id}': {what}")).count(), 1, "{}", run.err);
    once("towns");
    once("towns-file");
}

#[test]
fn files_without_styles_are_drawn_in_colours_of_their_own() {
    let files = Files::new();
    let plain = |name: &str, x: f64| files.features(name, &[cell(json!({}), [x, 48.0, x + 0.2, 48.2])]);
    let [one, two] = [plain("one.geojson", 37.0), plain("two.geojson", 37.5)];
    let svg = files.path("figure.svg").display().to_string();
    let run_of = |more: &[&str]| run(&[&["export", "-o", svg.as_str(), "--force"], more].concat());
    let alone = run_of(&[one.as_str(), two.as_str()]);
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.contains("#0072b2") && drawn.contains("#d55e00"), "{}", alone.err);
    assert!(!alone.err.contains("look alike"), "{}", alone.err);
    // What files say themselves stays, and is told of where it is alike.
    let red = |name: &str, x: f64| files.features(name, &[cell(json!({"fill": "#d32f2f"}), [x, 48.0, x + 0.2, 48.2])]);
    let alike = run_of(&[red("three.geojson", 37.0).as_str(), red("four.geojson", 37.5).as_str()]);
    assert!(alike.err.contains("“four” and “three” look alike"), "{}", alike.err);
}

// ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn where_chooses_the_features_that_are_listed_hit_and_drawn() {
    let files = Files::new();
    let file = files.features("control.geojson", &control());
    let occupied = ["--file", &file, "--where", "status = occupied and km2 > 600"];
    let layer = run(&[&["overlays", "--json"], &occupied[..]].concat()).json()["overlays"][0].clone();
    assert_eq!((&layer["features"], &layer["area_km2"]), (&json!(1), &json!(1034.72)));
    let table = run(&[&["show", "control", "--table"], &occupied[..]].concat()).out;
    assert_eq!(table.lines().count(), 2, "{table}");
    for (at, hits) in [("37.75,48.1", true), ("37.1,48.1", false), ("37.3,48.6", false)] {
        let json = run(&[&["at", at, "--json"], &occupied[..]].concat()).json();
        let is_hit = json["overlays"].as_array().unwrap().iter().any(|one| one["id"] == "control");
        assert_eq!(is_hit, hits, "{at}");
    }
    let out = files.path("some.geojson").display().to_string();
    run(&[&["export", "-o", &out, "--overlay", "control"], &occupied[..]].concat()).says(0, &["wrote"]);
    let written: Value = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    let names: Vec<&Value> =
        written["features"].as_array().unwrap().iter().map(|one| &one["properties"]["status"]).collect();
    assert_eq!(names, ["occupied"]);
}

#[test]
fn a_filter_that_cannot_be_followed_says_why() {
    let files = Files::new();
    let file = files.features("control.geojson", &control());
    let caret = "\n  status = occupied and or\n                        ^^\n";
    for command in [&["overlays"][..], &["show", "control"], &["at", "37,48"], &["export", "-o", "never.svg"]] {
        let wrong = [command, &["--file", &file, "--where", "status = occupied and or"]].concat();
        run(&wrong).says(2, &["--where", caret]);
        run(&[command, &["--where", "status = occupied"]].concat()).says(2, &["--line or --file", "give one of these"]);
        let none = run(&[command, &["--file", &file, "--where", "status = gone"]].concat());
        none.says(1, &["none of its 3 features matches status = gone", "control.geojson"]);
    }
}

// ── colours and styles as files have them ────────────────────────────────────────────────────────────────────────

#[test]
fn each_kind_of_a_file_has_its_own_colour_name_and_size() {
    let files = Files::new();
    let file = files.features("control.geojson", &control());
    let (svg, written, _) = files.figure(&file, "control");
    for color in ["#d32f2f", "#0f9d58"] {
        assert!(svg.contains(color), "{color} is not drawn");
    }
    let words = words_of(&svg);
    assert!(words.contains("Occupied") && words.contains("Taken back"), "{words}");
    let features = written["features"].as_array().unwrap();
    let fills: Vec<&Value> = features.iter().map(|one| &one["properties"]["fill"]).collect();
    assert_eq!(fills, ["#d32f2f", "#0f9d58", "#d32f2f"]);
    for (feature, own) in features.iter().zip(control()) {
        assert_eq!(numbers(&feature["geometry"]["coordinates"]), numbers(&own["geometry"]["coordinates"]));
        assert_eq!(feature["properties"]["status"], own["properties"]["status"]);
    }
}

#[test]
fn lines_and_points_have_each_their_own_colour() {
    let files = Files::new();
    let file = files.features(
        "lines.geojson",
        &[
            line(json!({"title": "Early", "stroke": "#1b5e20"}), &[[37.0, 48.0], [38.0, 48.1]]),
            line(json!({"title": "Late", "stroke": "#b71c1c"}), &[[37.0, 48.2], [38.0, 48.3]]),
            point(json!({"title": "Marked", "marker-color": "#6a1b9a"}), [37.5, 48.4]),
            point(json!({"title": "Plain"}), [37.6, 48.5]),
        ],
    );
    let layer = run(&["overlays", "--file", &file, "--json"]).json()["overlays"][0].clone();
    let kinds: Vec<(&Value, &Value)> =
        layer["kinds"].as_array().unwrap().iter().map(|kind| (&kind["title"], &kind["color"])).collect();
    // The last one says nothing of its colour and has the layer's, not a line's.
    assert_eq!(
        json!(kinds),
        json!([["Early", "#1b5e20"], ["Late", "#b71c1c"], ["Marked", "#6a1b9a"], ["Plain", "#0072B2"]])
    );
    let (svg, ..) = files.figure(&file, "lines");
    for color in ["#1b5e20", "#b71c1c", "#6a1b9a", "#0072b2"] {
        assert!(svg.to_lowercase().contains(color), "{color} is not drawn");
    }
}

#[test]
fn colours_of_three_digits_are_told_apart() {
    let files = Files::new();
    let file = files.features(
        "three.geojson",
        &[
            cell(json!({"name": "A", "fill": "#f00"}), [37.0, 48.0, 37.2, 48.2]),
            cell(json!({"name": "B", "fill": "0a0"}), [37.3, 48.0, 37.5, 48.2]),
            cell(json!({"name": "C", "fill": "#00F"}), [37.6, 48.0, 37.8, 48.2]),
        ],
    );
    let (svg, written, _) = files.figure(&file, "three");
    let fills: Vec<&Value> =
        written["features"].as_array().unwrap().iter().map(|one| &one["properties"]["fill"]).collect();
    assert_eq!(fills, ["#ff0000", "#00aa00", "#0000ff"]);
    for fill in fills {
        assert!(svg.contains(fill.as_str().unwrap()), "{fill}");
    }
}

/// What one area of such a style is drawn and written as, and what is said of it.
#[track_caller]
fn drawn_as(style: Value, fill: &str, opacity: f64, said: &str) {
    let files = Files::new();
    let file = files.features("one.geojson", &[cell(style.clone(), [37.0, 48.0, 37.5, 48.25])]);
    let (svg, written, err) = files.figure(&file, "one");
    assert!(svg.to_lowercase().contains(fill), "{style}: {fill} is not drawn");
    let properties = &written["features"][0]["properties"];
    let written = properties["fill"].as_str().unwrap().to_lowercase();
    assert_eq!((written.as_str(), &properties["fill-opacity"]), (fill, &json!(opacity)), "{style}");
    match said {
        "" => assert!(!err.contains("fill"), "{err}"),
        said => assert!(err.contains(said), "'{said}' is missing in: {err}"),
    }
}

#[test]
fn colours_are_read_as_css_has_them_and_written_as_simplestyle() {
    drawn_as(json!({"fill": "tomato"}), "#ff6347", 0.6, "");
    drawn_as(json!({"fill": "rgb(1, 128, 255)"}), "#0180ff", 0.6, "");
    // The opacity of the colour and simplestyle's own, 0.6, together.
    drawn_as(json!({"fill": "#12ab3480"}), "#12ab34", 0.3, "");
    drawn_as(json!({"fill": "#12ab3480", "fill-opacity": 1}), "#12ab34", 0.5, "");
    // Simplestyle's default where a feature says something of its style; the layer's own where all it says is no colour.
    let said = "'fill' is \"\", not a colour such as #0072b2; the default is used";
    drawn_as(json!({"fill": "", "stroke": "#112233"}), "#555555", 0.6, said);
    drawn_as(json!({"fill": "", "stroke": ""}), "#0072b2", 0.2, said);
    let said = "'fill' is \"reddish\", not a colour";
    drawn_as(json!({"fill": "reddish", "stroke-width": 3}), "#555555", 0.6, said);
}

#[test]
fn opacities_are_read_as_text_too_and_not_beyond_one() {
    drawn_as(json!({"fill": "#12ab34", "fill-opacity": "0.5"}), "#12ab34", 0.5, "");
    drawn_as(json!({"fill": "#12ab34", "fill-opacity": "50%"}), "#12ab34", 0.5, "");
    let said = "'fill-opacity' is 50, not a number from 0 to 1; the default is used";
    drawn_as(json!({"fill": "#12ab34", "fill-opacity": 50}), "#12ab34", 0.6, said);
}

// ── properties of kinds ──────────────────────────────────────────────────────────────────────────────────────────

/// A feature of a generated table: its property `k`, its property `n`, how many cells wide it is, and what it is.
type Generated = (Option<u8>, Option<f64>, u8, u8);

fn generated() -> impl Strategy<Value = Vec<Generated>> {
    let number = proptest::option::of((-40_i32..40).prop_map(|tenths| f64::from(tenths) / 10.0));
    proptest::collection::vec((proptest::option::of(0_u8..5), number, 1_u8..4, 0_u8..3), 1..24)
}

fn layer(features: &[Generated]) -> Overlay {
    let features: Vec<Value> = features
        .iter()
        .enumerate()
        .map(|(index, (kind, number, width, what))| {
            let (west, south) = (37.0 + 0.2 * (index % 6) as f64, 48.0 + 0.2 * (index / 6) as f64);
            let properties = json!({ "k": kind.map(|kind| format!("k{kind}")), "n": number });
            let east = west + 0.05 * f64::from(*width);
            match what {
                0 => cell(properties, [west, south, east, south + 0.1]),
                1 => line(properties, &[[west, south], [east, south + 0.1]]),
                _ => point(properties, [west, south]),
            }
        })
        .collect();
    let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
    dossier::own_layer("made", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0
}

/// Colours that no theme, ground or other style has.
const COLORS: [&str; 6] = ["#d11a01", "#1ad102", "#1a03d1", "#d1c304", "#05d1c3", "#c306d1"];

fn filters() -> impl Strategy<Value = Filter> {
    let one = prop_oneof![
        (0_u8..5).prop_map(|kind| format!("k = k{kind}")),
        (-4_i32..4).prop_map(|number| format!("n > {number}")),
        Just("k is null".to_owned()),
        Just("km2 > 50".to_owned()),
        Just("not n <= 0".to_owned()),
    ];
    let several = (one.clone(), one.clone(), any::<bool>())
        .prop_map(|(a, b, both)| format!("{a} {} {b}", if both { "and" } else { "or" }));
    prop_oneof![one, several].prop_map(|text| Filter::parse(&text).unwrap())
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let rule = |index: usize, when: Option<Filter>| {
        let color = Some(COLORS[index].to_owned());
        let style = StylePart {
            fill: color.clone(),
            stroke: color,
            fill_opacity: Some(1.0),
            stroke_opacity: Some(1.0),
            pattern: Some(PatternKind::None),
            ..StylePart::default()
        };
        Rule { when, title: Some(Text::new("en", format!("Row{index}"))), style }
    };
    proptest::collection::vec(proptest::option::weighted(0.9, filters()), 1..COLORS.len())
        .prop_map(move |list| list.into_iter().enumerate().map(|(index, when)| rule(index, when)).collect())
}

fn stylings() -> impl Strategy<Value = Styling> {
    let by = prop_oneof![
        Just(By::AsGiven),
        Just(By::One),
        Just(By::Property(Categories::of("k"))),
        (2_usize..6).prop_map(|classes| By::Graduated(Graduated { classes, ..Graduated::of("n") })),
        rules().prop_map(By::Rules),
    ];
    let hidden = proptest::collection::btree_set(
        prop_oneof![
            (1_u8..5).prop_map(|number| format!("rule {number}")),
            (0_u8..5).prop_map(|kind| format!("k{kind}"))
        ],
        0..3,
    );
    (by, hidden, proptest::option::weighted(0.3, filters())).prop_map(|(by, hidden, filter)| Styling {
        by,
        hidden,
        filter,
        ..Styling::default()
    })
}

fn sum(kinds: &Kinds) -> (usize, Size) {
    (kinds.list().iter().map(|kind| kind.features).sum(), kinds.list().iter().map(|kind| kind.size).sum())
}

fn are_alike(a: Size, b: Size) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
    near(a.km2, b.km2) && near(a.km, b.km) && a.points == b.points
}

/// The colours and the words under a group of a display list.
fn collect(items: &[Item], within: Option<&str>, colors: &mut BTreeSet<[u8; 3]>, words: &mut Vec<String>) {
    let bytes = |color: &Color| [color.r, color.g, color.b];
    for item in items {
        match item {
            Item::Group(group) => {
                let within = within.filter(|id| group.id != *id);
                collect(&group.items, within, colors, words);
            }
            _ if within.is_some() => {}
            Item::Fill { color, .. } => drop(colors.insert(bytes(color))),
            Item::Stroke { stroke, .. } => drop(colors.insert(bytes(&stroke.color))),
            Item::Text(text) => words.push(text.text.clone()),
            Item::Pattern { .. } | Item::Image { .. } => {}
        }
    }
}

proptest! {
    #[test]
    fn rules_partition_the_features(features in generated(), rules in rules(), filter in proptest::option::of(filters())) {
        let overlay = layer(&features);
        let styling = Styling { by: By::Rules(rules.clone()), filter: filter.clone(), ..Styling::default() };
        let kinds = kinds::kinds(&overlay, &styling);
        for feature in 0..features.len() {
            let passes = filter.as_ref().is_none_or(|filter| overlay.matches(filter, feature));
            let first = rules.iter().position(|rule| rule.when.as_ref().is_none_or(|when| overlay.matches(when, feature)));
            let expected = match (passes, first) {
                (false, _) => None,
                (true, Some(index)) => Some(format!("rule {}", index + 1)),
                (true, None) => Some("else".to_owned()),
            };
            prop_assert_eq!(kinds.of(feature).map(|kind| kind.key.clone()), expected);
        }
        // Each kind has as many features, and as large ones, as are of it.
        let sizes = overlay.features.sizes(&overlay.shape);
        for (index, kind) in kinds.list().iter().enumerate() {
            let mine: Vec<usize> = (0..features.len()).filter(|feature| kinds.index_of(*feature) == Some(index)).collect();
            prop_assert_eq!(kind.features, mine.len());
            prop_assert!(are_alike(kind.size, mine.iter().map(|feature| sizes[*feature]).sum()));
        }
    }

    #[test]
    fn the_kinds_add_up_to_the_layer(features in generated(), styling in stylings()) {
        let overlay = layer(&features);
        let kinds = kinds::kinds(&overlay, &styling);
        let sizes = overlay.features.sizes(&overlay.shape);
        let left_out: Vec<usize> = (0..features.len()).filter(|feature| kinds.index_of(*feature).is_none()).collect();
        let (count, mut size) = sum(&kinds);
        left_out.iter().for_each(|feature| size += sizes[*feature]);
        prop_assert_eq!(count + left_out.len(), features.len());
        prop_assert!(are_alike(size, overlay.measure.size()), "{:?} {:?}", size, overlay.measure);
        if styling.filter.is_none() {
            prop_assert_eq!(left_out.len(), 0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_legend_has_a_row_for_each_kind_that_is_drawn(
        features in generated(),
        rules in rules(),
        hidden in proptest::collection::btree_set((1_u8..6).prop_map(|number| format!("rule {number}")), 0..3),
        filter in proptest::option::weighted(0.3, filters()),
    ) {
        let overlay = layer(&features);
        let styling = Arc::new(Styling { by: By::Rules(rules), hidden, filter, ..Styling::default() });
        let kinds = overlay.kinds(&styling);
        let mut dossier = dossier::Dossier::empty();
        let bounds = overlay.bounds;
        let id = dossier.add(overlay);
        let mut document = Document::new(&dossier, 900.0, 700.0);
        for state in document.overlays.iter_mut().filter(|state| state.id == id) {
            state.styling = Arc::clone(&styling);
        }
        let around = [bounds[0] - 0.1, bounds[1] - 0.1, bounds[2] + 0.1, bounds[3] + 0.1];
        let options = FigureOptions::new("Made", PageSetup::points(900.0, 700.0, 1.0), Shows::Bounds(around));
        let drawn = figure::draw(&Arc::new(Scene::new(dossier)), &Ground::blank(), &document, &options);
        let (mut on_map, mut in_legend, mut words) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        collect(&drawn.list.items, Some(&id), &mut on_map, &mut Vec::new());
        collect(&drawn.list.items, Some("legend"), &mut in_legend, &mut words);
        for (index, color) in COLORS.iter().enumerate() {
            let Rgba { r, g, b, .. } = Rgba::parse(color).unwrap();
            let kind = kinds.list().iter().find(|kind| kind.title == format!("Row{index}"));
            let expected = kind.is_some_and(|kind| kind.shown && kind.features > 0);
            prop_assert_eq!(on_map.contains(&[r, g, b]), expected, "{} on the map", color);
            prop_assert_eq!(in_legend.contains(&[r, g, b]), expected, "{} in the legend", color);
            prop_assert_eq!(words.iter().any(|words| *words == format!("Row{index}")), expected, "Row{}: {:?}", index, &words);
        }
    }
}

#[test]
fn a_feature_that_cites_a_publication_keeps_its_own_name() {
    let text = serde_json::json!({ "type": "FeatureCollection", "features": [
        { "type": "Feature", "geometry": { "type": "Point", "coordinates": [37.5, 48.5] },
          "properties": { "name": "Old bridge", "title": "A bridge stands", "outlet": "The Post", "url": "https://a.example/1" } },
        { "type": "Feature", "geometry": { "type": "Point", "coordinates": [37.6, 48.5] },
          "properties": { "name": "Old bridge", "title": "The bridge", "url": "https://a.example/1" } },
        { "type": "Feature", "geometry": { "type": "Point", "coordinates": [37.7, 48.5] },
          "properties": { "title": "A bridge stands", "author": "N. N.", "outlet": "" } },
        { "type": "Feature", "geometry": { "type": "Point", "coordinates": [37.8, 48.5] },
          "properties": { "name": "N1", "title": "Bridge", "author": "N. N.", "outlet": "The Post" } },
    ] });
    let table = claimline::formats::geojson::read_table(text.to_string().as_bytes()).unwrap();
    let (layer, _) = claimline::dossier::own_layer("bridges", table).unwrap();
    let names: Vec<_> = (0..4).map(|feature| layer.features.label(feature)).collect();
    assert_eq!(names, ["Old bridge", "The bridge", "A bridge stands", "Bridge"]);
}
