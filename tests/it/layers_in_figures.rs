//! What a figure says of layers from files: their filter, day, licence, the kinds that are in the frame, and whose
//! references are whose.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::run;

/// Squares in a row from 37° on, of 0.2°, each with these properties.
fn squares(path: &Path, all: &[Value]) -> String {
    let feature = |(index, properties): (usize, &Value)| {
        let (x, y) = (37.0 + 0.3 * index as f64, 48.3);
        let ring = [[x, y], [x + 0.2, y], [x + 0.2, y + 0.2], [x, y + 0.2], [x, y]];
        json!({ "type": "Feature", "properties": properties,
            "geometry": { "type": "Polygon", "coordinates": [ring] } })
    };
    let features: Vec<Value> = all.iter().enumerate().map(feature).collect();
    fs::write(path, json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    path.display().to_string()
}

/// The words of an SVG and its provenance.
fn exported(folder: &Path, arguments: &[&str]) -> (String, Value) {
    let path = folder.join("figure.svg").display().to_string();
    let made = run(&[&["export", "--force", "-o", &path], arguments].concat());
    assert_eq!(made.code, 0, "{}", made.err);
    let svg = fs::read_to_string(&path).unwrap();
    let of_provenance = svg.split_once("<metadata id=\"claimline\">").unwrap().1.split_once("</metadata>").unwrap().0;
    let provenance = serde_json::from_str(&html_escape::decode_html_entities(of_provenance)).unwrap();
    let mut words = String::new();
    for part in svg.split("<text").skip(1) {
        let inside = part.split_once('>').unwrap().1.split_once("</text>").unwrap().0;
        let plain = inside.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, words)| words));
        words.extend(plain);
        words.push('\n');
    }
    (html_escape::decode_html_entities(&words).replace('\u{a0}', " "), provenance)
}

#[test]
fn a_filter_of_the_command_line_stands_in_the_notes_and_in_the_provenance() {
    let folder = TempDir::new().unwrap();
    let file =
        squares(&folder.path().join("sides.geojson"), &[json!({ "status": "held" }), json!({ "status": "freed" })]);
    let usual = ["--file", &file, "--overlay", "sides"];
    let (words, provenance) = exported(folder.path(), &[&usual[..], &["--where", "status = held"]].concat());
    assert!(words.contains("only features where status = held"), "{words}");
    assert_eq!(provenance["filters"], json!({ "sides": "only features where status = held" }));
    let (words, provenance) = exported(folder.path(), &usual);
    assert!(!words.contains("only features") && provenance.get("filters").is_none(), "{words}");
}

#[test]
fn a_layer_brings_its_own_day_and_licence() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("plain.geojson");
    squares(&file, &[json!({})]);
    let bytes = fs::read(&file).unwrap();
    let layer = json!({ "title": "My plain", "credit": "Institute", "license": "CC BY 4.0", "as_of": "2025-11-02",
        "file": { "path": "plain.geojson", "bytes": bytes.len(),
            "sha256": claimline::dossier::fingerprint::bytes(&bytes) } });
    let overlay = json!({ "id": "plain", "group": "own", "visible": true, "opacity": 1.0, "layer": layer });
    let project = json!({ "type": "FeatureCollection", "features": [], "claimline": {
        "version": 2, "program": "Claimline 0.1.0", "dossier": { "id": "berlin-2025-12", "version": "1.0.0" },
        "view": { "center": [37.1, 48.4], "zoom": 9 }, "overlays": [overlay], "layers": [] } });
    let path = folder.path().join("p.claimline.geojson");
    fs::write(&path, project.to_string()).unwrap();
    let path = path.display().to_string();
    let (words, _) = exported(folder.path(), &["--project", &path, "--overlay", "plain", "--overlay", "donetsk"]);
    assert!(words.contains("15 Dec 2025; My plain: 2 Nov 2025"), "{words}");
    assert!(words.contains("Institute (CC BY 4.0)"), "{words}");
    let (words, _) = exported(folder.path(), &["--project", &path, "--overlay", "plain"]);
    assert!(words.contains("2 Nov 2025") && !words.contains("15 Dec 2025"), "{words}");
}

#[test]
fn the_legend_lists_the_kinds_in_the_frame_and_gives_references_to_their_own() {
    let folder = TempDir::new().unwrap();
    let style = |title: &str, source: &str| json!({ "title": title, "source_url": source, "fill": "#d55e00" });
    let file = squares(
        &folder.path().join("kinds.geojson"),
        &[
            style("Alpha", "https://one.example/a"),
            style("Beta", "https://two.example/b"),
            json!({ "title": "Gamma", "fill": "#0072b2" }),
            json!({ "title": "Delta", "fill": "#0072b2" }),
        ],
    );
    let of = |bbox: &str| exported(folder.path(), &["--file", &file, "--overlay", "kinds", "--bbox", bbox]).0;
    let words = of("36.9,48.2,38.3,48.6");
    // Two alike without references share a row; two that rest on different sources do not.
    let rows: Vec<&str> = words.lines().map(str::trim).collect();
    assert!(rows.contains(&"Gamma, Delta"), "{words}");
    assert!(rows.contains(&"Alpha") && rows.contains(&"Beta"), "{words}");
    let words = of("37.05,48.35,37.1,48.38");
    let rows: Vec<&str> = words.lines().map(str::trim).collect();
    assert!(rows.contains(&"Alpha") && !rows.contains(&"Beta") && !words.contains("Gamma"), "{words}");
}

#[test]
fn the_row_of_others_shows_how_they_look() {
    let folder = TempDir::new().unwrap();
    let colours = ["#d55e00", "#0072b2", "#009e73"];
    let all: Vec<Value> = (0..15)
        .map(|index| json!({ "title": format!("K{index}"), "fill": colours[index % 3], "stroke-width": index }))
        .collect();
    let file = squares(&folder.path().join("many.geojson"), &all);
    let path = folder.path().join("many.svg").display().to_string();
    let made = run(&["export", "--file", &file, "--overlay", "many", "--fit", "many", "-o", &path]);
    assert_eq!(made.code, 0, "{}", made.err);
    let svg = fs::read_to_string(&path).unwrap();
    assert!(svg.contains("others ("), "the legend ends in others");
    // The looks of those that the row stands for are all in the legend, after the map.
    let legend = svg.split_once("id=\"legend\"").expect("a legend").1;
    for colour in colours {
        assert!(legend.to_lowercase().contains(colour), "{colour}");
    }
}

#[test]
fn a_property_that_no_feature_has_is_named_with_the_one_that_is_meant() {
    let folder = TempDir::new().unwrap();
    let file =
        squares(&folder.path().join("sides.geojson"), &[json!({ "status": "held" }), json!({ "status": "freed" })]);
    let line =
        squares(&folder.path().join("line.geojson"), &[json!({ "status": "held" }), json!({ "status": "freed" })]);
    let words = "no feature has a property “statsu”; did you mean “status”?";
    for arguments in [
        vec!["overlays", "--file", &file, "--where", "statsu != held"],
        vec!["at", "37.1,48.4", "--file", &file, "--where", "statsu != held"],
        vec!["show", "sides", "--file", &file, "--where", "not statsu = held"],
    ] {
        let told = run(&arguments);
        assert_eq!(told.code, 0, "{}", told.err);
        assert!(told.err.contains(words), "{arguments:?}: {}", told.err);
    }
    // Where it leaves nothing, too, and for a line; a size and a title are known though no file has them.
    assert!(run(&["overlays", "--file", &file, "--where", "statsu = held"]).err.contains(words));
    assert!(run(&["show", "withdrawal-area", "--line", &line, "--where", "statsu != freed"]).err.contains(words));
    let known = run(&["overlays", "--file", &file, "--where", "km2 > 1 and $title != x and status = held"]);
    assert!(known.code == 0 && !known.err.contains("no feature has"), "{}", known.err);
}
