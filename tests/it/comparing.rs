//! Two dossiers and two projects compared on the command line, the map of what changed, and which figures of a folder rest on what.
//!
//! The square of one degree at the equator has 12,308.4639 km² (the zone of an ellipsoid between parallels, Snyder, *Map
//! Projections*, USGS 1395, 3-12, WGS 84), a degree of the equator 111.3195 km (6378.137 km · π / 180).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::run;

const SQUARE_KM2: f64 = 12_308.463_9;
const DEGREE_KM: f64 = 111.319_490_8;

fn square(west: f64) -> Value {
    json!({ "type": "Polygon", "coordinates": [[[west, 0], [west + 1.0, 0], [west + 1.0, 1], [west, 1], [west, 0]]] })
}

fn annotation(id: u64, kind: &str, title: &str, geometry: &Value) -> Value {
    json!({
        "type": "Feature", "id": id, "geometry": geometry,
        "properties": { "title": title, "stroke": "#0072b2", "claimline": { "id": id, "layer": 0, "kind": kind } },
    })
}

fn project(path: &Path, features: &[Value], title: &str) {
    let overlay = json!({
        "id": "towns", "group": "own", "visible": true, "opacity": 1.0,
        "layer": { "title": title, "file": { "path": "towns.geojson", "sha256": "ab", "bytes": 4 } },
    });
    let all = json!({
        "type": "FeatureCollection",
        "claimline": {
            "version": 2, "program": "Claimline 0.1.0", "dossier": { "id": "" }, "view": { "center": [0, 0], "zoom": 5.0 },
            "next_number": 9, "layers": [{ "id": 0, "title": "Annotations" }], "overlays": [overlay],
            "figure": { "title": title },
        },
        "features": features,
    });
    fs::write(path, all.to_string()).unwrap();
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Two projects: a square that moved by half of its side, a line that grew at one end, a point that went, one that came.
pub(crate) fn projects(folder: &Path) -> (PathBuf, PathBuf) {
    let (old, new) = (folder.join("one.claimline.geojson"), folder.join("two.claimline.geojson"));
    let line = |to: f64| json!({ "type": "LineString", "coordinates": [[0, 0], [to, 0]] });
    let point = json!({ "type": "Point", "coordinates": [3, 3] });
    let mut recoloured = annotation(2, "line", "Road", &line(3.0));
    recoloured["properties"]["stroke"] = json!("#d55e00");
    project(
        &old,
        &[
            annotation(1, "polygon", "Field", &square(0.0)),
            annotation(2, "line", "Road", &line(2.0)),
            annotation(3, "marker", "Well", &point),
        ],
        "First",
    );
    project(
        &new,
        &[annotation(1, "polygon", "Field", &square(0.5)), recoloured, annotation(4, "marker", "Mill", &point)],
        "Second",
    );
    (old, new)
}

#[test]
fn two_projects_are_compared_by_annotations_layers_and_settings() {
    let folder = TempDir::new().unwrap();
    let (old, new) = projects(folder.path());
    let found = run(&["diff", &text(&old), &text(&new), "--json"]);
    assert_eq!(found.code, 1, "{}", found.err);
    let found: Value = serde_json::from_str(&found.out).unwrap();
    let project = &found["project"];
    let of = |id: u64| project["annotations"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
    let field = of(1);
    for side in ["gained_km2", "lost_km2"] {
        let km2 = field["shape"][side].as_f64().unwrap();
        assert!((km2 - SQUARE_KM2 / 2.0).abs() < 0.001, "{field}");
    }
    let road = of(2);
    assert!((road["shape"]["gained_km"].as_f64().unwrap() - DEGREE_KM).abs() < 0.002, "{road}");
    assert_eq!(road["shape"]["lost_km"], 0.0);
    assert_eq!(road["members"], json!([{ "member": "stroke", "before": "#0072b2", "after": "#d55e00" }]));
    assert_eq!((&of(3)["change"], &of(4)["change"]), (&json!("removed"), &json!("added")));
    let layer = &project["entries"][0];
    assert_eq!((&layer["list"], &layer["id"]), (&json!("files"), &json!("towns")));
    assert_eq!(layer["members"], json!([{ "member": "layer.title", "before": "First", "after": "Second" }]));
    let title = json!([{ "member": "figure.title", "before": "First", "after": "Second" }]);
    assert_eq!(project["settings"], title);

    let told = run(&["diff", &text(&old), &text(&new)]);
    for line in [
        "annotation 1 “Field”: gained 6,154 km²; lost 6,154 km²",
        "annotation 2 “Road”: gained 111 km of line; 334 km long, was 223 km",
        "annotation 2 “Road”: stroke: “#0072b2” → “#d55e00”",
        "annotation 3 “Well”: removed\n",
        "project: figure.title: “First” → “Second”",
    ] {
        assert!(told.out.contains(line), "{line}\n{}", told.out);
    }
}

#[test]
fn a_copy_of_a_project_in_another_folder_does_not_differ() {
    let folder = TempDir::new().unwrap();
    let (old, _) = projects(folder.path());
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    let copy = folder.path().join("elsewhere/copy.claimline.geojson");
    fs::copy(&old, &copy).unwrap();
    let same = run(&["diff", &text(&old), &text(&copy)]);
    assert_eq!((same.code, same.out.as_str()), (0, "nothing differs\n"), "{}", same.err);
    // Nothing is drawn where nothing differs, and that is said.
    let map = folder.path().join("map.png");
    let none = run(&["diff", &text(&old), &text(&copy), "--map", &text(&map)]);
    assert!(none.code == 0 && none.err.contains("no shape differs") && !map.exists(), "{}", none.err);
}

#[test]
fn what_is_not_of_one_kind_is_not_compared() {
    let folder = TempDir::new().unwrap();
    let (old, _) = projects(folder.path());
    let dossier = "assets/dossiers/berlin-2025-12";
    run(&["diff", dossier, &text(&old)]).says(2, &["the first is a dossier and the second a project"]);
    let plain = folder.path().join("plain.geojson");
    fs::write(&plain, r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
    run(&["diff", &text(&old), &text(&plain)]).says(1, &["neither a dossier", "plain.geojson"]);
    run(&["diff", &text(&old), &text(&old), "--map", "map.csv"]).says(2, &["this figure is a .png, .svg or .pdf"]);
}

/// The built-in dossier, and a later version of it in which a piece is cut off Donetsk oblast.
fn dossiers(folder: &Path) -> (PathBuf, PathBuf) {
    let copy = |name: &str| {
        let to = folder.join(name);
        let from = Path::new("assets/dossiers/berlin-2025-12");
        fs::create_dir_all(to.join("overlays")).unwrap();
        fs::copy(from.join("dossier.json"), to.join("dossier.json")).unwrap();
        for file in fs::read_dir(from.join("overlays")).unwrap() {
            let file = file.unwrap().path();
            fs::copy(&file, to.join("overlays").join(file.file_name().unwrap())).unwrap();
        }
        to
    };
    let (old, new) = (copy("old"), copy("new"));
    let mut all: Value = serde_json::from_slice(&fs::read(new.join("dossier.json")).unwrap()).unwrap();
    all["as_of"] = json!("2026-02-01");
    all["version"] = json!("1.1.0");
    all["sources"][0]["withdrawn"] = json!({ "on": "2026-01-05", "why": "retracted by its publisher" });
    fs::write(new.join("dossier.json"), all.to_string()).unwrap();
    fs::write(
        new.join("overlays/luhansk.geojson"),
        json!({ "type": "Feature", "properties": {}, "geometry": square(0.0) }).to_string(),
    )
    .unwrap();
    (old, new)
}

#[test]
fn the_map_of_what_changed_names_both_and_says_how_much() {
    let folder = TempDir::new().unwrap();
    let (old, new) = dossiers(folder.path());
    let map = folder.path().join("changed.svg");
    let made = run(&["diff", &text(&old), &text(&new), "--map", &text(&map), "--overlay", "luhansk"]);
    assert_eq!(made.code, 1, "{}", made.err);
    assert!(made.out.contains("overlay 'luhansk' (Luhansk oblast): gained 12,308 km²; lost 26,6"), "{}", made.out);
    let svg = fs::read_to_string(&map).unwrap();
    let words: String =
        svg.split('<').filter_map(|part| part.split_once('>')).map(|(_, words)| words).collect::<Vec<_>>().join(" ");
    for said in
        ["15 Dec 2025", "1 Feb 2026", "Gained: Luhansk oblast", "Lost: Luhansk oblast", "12,308", "version 1.1.0"]
    {
        assert!(words.contains(said), "{said}");
    }
    run(&["diff", &text(&old), &text(&new), "--map", &text(&map)]).says(2, &["already exists", "--force"]);
    run(&["diff", &text(&old), &text(&new), "--map", &text(&map), "--force", "--overlay", "donezk"])
        .says(2, &["no shape differs of 'donezk'"]);

    // It carries what it was made from, and stands as long as that is unchanged.
    let inspected = run(&["inspect", &text(&map), "--dossier", &text(&new), "--json"]);
    assert_eq!(inspected.code, 0, "{}", inspected.out);
    let carried = &inspected.json()["provenance"]["compared_with"];
    assert_eq!(carried["dossier"]["as_of"], "2025-12-15");
    assert_eq!(carried["derived"]["gained-luhansk"], "luhansk");
    assert_eq!(run(&["inspect", &text(&map), "--dossier", &text(&old)]).code, 1);
}

#[test]
fn figures_of_a_folder_are_found_by_what_they_rest_on() {
    let folder = TempDir::new().unwrap();
    let (_, new) = dossiers(folder.path());
    let published = folder.path().join("published");
    fs::create_dir_all(published.join("2025")).unwrap();
    let figure = |name: &str, overlay: &str| {
        let path = text(&published.join(name));
        let made =
            run(&["export", "-o", &path, "--overlay", overlay, "--fit", "donetsk", "--no-map", "--size", "700x500"]);
        assert_eq!(made.code, 0, "{}", made.err);
    };
    figure("corridor.svg", "corridor-5km");
    figure("2025/area.png", "withdrawal-area");
    figure("2025/kherson.pdf", "kherson");
    fs::write(published.join("logo.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>").unwrap();
    let whole = fs::read(published.join("2025/area.png")).unwrap();
    fs::write(published.join("torn.png"), &whole[..whole.len() / 2]).unwrap();
    // The same figure in a page of the web.
    let svg = fs::read_to_string(published.join("corridor.svg")).unwrap();
    let svg = &svg[svg.find("<svg").unwrap()..];
    fs::write(published.join("page.html"), format!("<!DOCTYPE html><html><body>{svg}</body></html>")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&published, published.join("2025/round")).unwrap();
    let at = text(&published);

    let found = run(&["inspect", &at, "--overlay", "line-of-contact", "--json"]);
    assert_eq!(found.code, 1, "one is torn");
    let found: Value = serde_json::from_str(&found.out).unwrap();
    let files: Vec<&str> =
        found["figures"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["2025/area.png", "corridor.svg", "page.html"]);
    assert_eq!(found["figures"][1]["why"][0]["words"], "shows overlay 'corridor-5km', derived from 'line-of-contact'");
    assert_eq!((&found["other_figures"], &found["without_provenance"]), (&json!(1), &json!(["logo.svg"])));
    assert_eq!(found["damaged"][0]["file"], "torn.png");

    let of_source = run(&["inspect", &at, "--source", "tfiglobal-2025-12-15"]);
    assert!(of_source.out.contains("2025/area.png: PNG, dossier berlin-2025-12"), "{}", of_source.out);
    assert!(of_source.out.contains("cites source 'tfiglobal-2025-12-15' [1]"), "{}", of_source.out);
    assert!(of_source.out.contains("torn.png: not read: the PNG is damaged"), "{}", of_source.out);
    assert!(!of_source.out.contains("logo.svg") && of_source.out.contains("1 file without provenance"));
    assert!(run(&["inspect", &at, "--source", "tfiglobal-2025-12-15", "-v"]).out.contains("logo.svg: no provenance"));
    run(&["inspect", &at, "--source", "tfiglobal"]).says(2, &["no source 'tfiglobal'"]);
    run(&["inspect", &at, "--project", "x"]).says(2, &["--project, --file and --line go with one figure"]);

    // What has been withdrawn since is told of every figure that rests on it.
    let all = run(&["inspect", &at, "--dossier", &text(&new)]);
    assert_eq!(all.code, 1, "{}", all.err);
    assert!(all.out.contains("withdrawn on 2026-01-05: retracted by its publisher"), "{}", all.out);
    let all: Value = serde_json::from_str(&run(&["inspect", &at, "--dossier", &text(&new), "--json"]).out).unwrap();
    let doubted =
        all["figures"].as_array().unwrap().iter().filter(|one| !one["doubted"].as_array().unwrap().is_empty());
    assert!(doubted.count() >= 1, "{all}");
}
