//! What a file holds neither ends the program nor leads it astray, and what the user wrote comes out as it was written.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::run;

/// A feature at a point.
fn point(properties: &str, id: &str) -> String {
    let geometry = r#"{"type":"Point","coordinates":[37.5,48.5]}"#;
    format!(r#"{{"type":"Feature","id":{id},"properties":{properties},"geometry":{geometry}}}"#)
}

/// Writes a layer of features, and gives its path.
fn layer(folder: &TempDir, name: &str, features: &[String]) -> String {
    let path = folder.path().join(name).display().to_string();
    fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    path
}

/// A PNG chunk.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    [&(data.len() as u32).to_be_bytes()[..], kind, data, &crc.sum().to_be_bytes()].concat()
}

#[test]
fn one_long_name_among_many_widens_no_other() {
    let folder = TempDir::new().unwrap();
    let figure = folder.path().join("figure.png").display().to_string();
    let mut ids: Vec<String> = (0..10_000).map(|index| format!("overlay-{index}")).collect();
    ids.push("y".repeat(100_000));
    let record = json!({
        "format": "claimline-provenance/1", "program": "Claimline 0.1.0", "overlays": ids,
        "dossier": { "id": "x", "version": "1", "as_of": "2025", "sha256": "0" },
    });
    // The names of the format and of its members are the program's own.
    let own = run(&["export", "--page", "column-85", "--scale", "1", "--no-map", "-o", &figure]);
    assert_eq!(own.code, 0, "{}", own.err);
    let bytes = fs::read(&figure).unwrap();
    let start = memchr::memmem::find(&bytes, b"{\"format\":").unwrap();
    let mut all = serde_json::Deserializer::from_slice(&bytes[start..]).into_iter::<Value>();
    let mut found = all.next().unwrap().unwrap();
    found["overlays"] = record["overlays"].clone();
    let text = [&b"claimline\0\0\0\0\0"[..], found.to_string().as_bytes()].concat();
    fs::write(&figure, [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"iTXt", &text), &chunk(b"IEND", b"")].concat()).unwrap();
    let inspected = run(&["inspect", &figure]);
    inspected.says(1, &[]);
    // Each row as wide as the widest would be a gigabyte; and Rust writes no blanks in such a number at all.
    assert!(inspected.out.contains("overlay-9999") && inspected.out.len() < 2_000_000, "{}", inspected.out.len());
}

#[test]
fn where_keeps_the_kinds_of_the_whole_layer() {
    let folder = TempDir::new().unwrap();
    let named = |name: &str, color: &str| point(&format!(r##"{{"name":"{name}","marker-color":"{color}"}}"##), "1");
    let few = layer(&folder, "few.geojson", &[named("Occupied", "#f00"), named("Liberated", "#0f0")]);
    let of = |index: usize| {
        let (status, color) = [("occupied", "#f00"), ("liberated", "#0f0")][index % 2];
        point(&format!(r##"{{"status":"{status}","name":"{index}","marker-color":"{color}"}}"##), "1")
    };
    let many = layer(&folder, "many.geojson", &(0..40).map(of).collect::<Vec<_>>());
    for (file, id, filter, kind) in [
        (&few, "few", "name = Occupied", "Occupied"),
        (&many, "many", "status = liberated", "liberated"),
        (&many, "many", "name = 3", "liberated"),
    ] {
        for filter in [None, Some(filter)] {
            let mut arguments = vec!["show", id, "--table", "--json", "--file", file];
            arguments.extend(filter.into_iter().flat_map(|filter| ["--where", filter]));
            let rows = run(&arguments).json();
            let kinds: Vec<&str> = rows.as_array().unwrap().iter().filter_map(|row| row["kind"].as_str()).collect();
            assert_eq!(kinds.len(), rows.as_array().unwrap().len(), "{arguments:?}");
            assert!(kinds.contains(&kind), "{arguments:?}: {kinds:?}");
        }
        let at = run(&["at", "37.5,48.5", "--json", "--file", file, "--where", filter]).json();
        assert_eq!(at["overlays"][0]["feature"]["kind"], kind);
    }
}

#[test]
fn numbers_come_out_with_the_digits_that_they_were_written_with() {
    let folder = TempDir::new().unwrap();
    let properties = r#"{"name":"A","a":1.50,"b":1E+2,"c":[4.0,-0],"d":12345678901234567890123,"e":0.10}"#;
    let file = layer(&folder, "digits.geojson", &[point(properties, "4.50")]);
    let table = run(&["show", "digits", "--table", "--file", &file]);
    assert!(table.out.contains("4.50,A,,,,A,1.50,1E+2,\"[4.0,-0]\",12345678901234567890123,0.10"), "{}", table.out);
    let json = run(&["show", "digits", "--table", "--json", "--file", &file]).out;
    for digits in ["\"id\": 4.50", "\"a\": 1.50", "\"b\": 1E+2", "-0\n", "\"e\": 0.10"] {
        assert!(json.contains(digits), "{digits} is missing in {json}");
    }
    let out = folder.path().join("out.geojson").display().to_string();
    run(&["export", "--file", &file, "-o", &out]).says(0, &[]);
    let written = fs::read_to_string(&out).unwrap();
    for digits in ["\"id\":4.50", "\"a\":1.50", "\"b\":1E+2", "\"c\":[4.0,-0]", "\"e\":0.10"] {
        assert!(written.contains(digits), "{digits} is missing in {written}");
    }
    let features = run(&["inspect", "--json", &out]).json();
    assert!(features["features"].as_array().unwrap().iter().all(|one| one["state"] == "same"), "{features}");
    // As numbers they are what they were.
    for filter in ["a = 1.5", "b = 100", "a > 1.49 and a < 1.51"] {
        assert_eq!(run(&["show", "digits", "--table", "--file", &file, "--where", filter]).code, 0, "{filter}");
    }
}

#[test]
fn decimal_commas_are_numbers_where_semicolons_separate_fields() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sites.csv").display().to_string();
    fs::write(&path, "name;lat;lon;n;phone\nA;48,5;37,5;3,5;+380\nB;48,6;37,6;2,25;380\n").unwrap();
    let names = |filter: &str| {
        let rows = run(&["show", "sites", "--table", "--json", "--file", &path, "--where", filter]).json();
        rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names("n > 3"), names("n < 3"), names("phone = 380")),
        (vec!["A".into()], vec!["B".into()], vec!["B".into()])
    );
    run(&["overlays", "--file", &path]).says(0, &["numbers with decimal commas", ": n"]);
}

#[test]
fn a_table_of_too_many_cells_is_refused() {
    let folder = TempDir::new().unwrap();
    let features: Vec<String> = (0..8000).map(|index| point(&format!("{{\"p{index}\":0}}"), "1")).collect();
    let file = layer(&folder, "wide.geojson", &features);
    let table = run(&["show", "wide", "--table", "--file", &file]);
    table.says(1, &["8000 features with 8000 different properties", "--json"]);
    assert_eq!(run(&["show", "wide", "--table", "--json", "--file", &file]).json().as_array().unwrap().len(), 8000);
}

#[test]
fn a_dossier_of_a_few_bytes_fills_no_memory() {
    let folder = TempDir::new().unwrap();
    let mut dossier: Value =
        serde_json::from_str(include_str!("../data/quill/dossier/dossier.json")).expect("the invented dossier");
    // Each of these would be a copy.
    let many = vec!["common"; 300_000];
    let overlays = dossier["overlays"].as_array_mut().unwrap();
    let recipe = json!({ "op": "union", "of": many });
    overlays.push(json!({ "id": "many", "title": { "en": "Many" }, "kind": "region", "recipe": recipe }));
    overlays[0]["title"] = json!({ "en": "T".repeat(2_000_000) });
    dossier["title"] = json!({ "en": "T".repeat(2_000_000) });
    fs::write(folder.path().join("dossier.json"), dossier.to_string()).unwrap();
    fs::create_dir(folder.path().join("shapes")).unwrap();
    let shapes = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/quill/dossier/shapes");
    for entry in fs::read_dir(shapes).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join("shapes").join(entry.file_name())).unwrap();
    }
    let dossier = folder.path().display().to_string();
    let listed = run(&["overlays", "--json", "--dossier", &dossier]);
    listed.says(0, &["cut off after 1000 letters"]);
    let overlays = listed.json()["overlays"].clone();
    let size = |id: &str| overlays.as_array().unwrap().iter().find(|one| one["id"] == id).unwrap()["area_km2"].clone();
    assert_eq!(size("many"), size("common"));
    assert!(listed.out.len() < 50_000, "{}", listed.out.len());
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_seen_before_anything_is_drawn() {
    let folder = TempDir::new().unwrap();
    let sheets = folder.path().join("sheets");
    fs::create_dir(&sheets).unwrap();
    let path = |name: &str| sheets.join(name).display().to_string();
    let _socket = std::os::unix::net::UnixListener::bind(sheets.join("luhansk.svg")).unwrap();
    let each =
        ["atlas", "-o", &sheets.display().to_string(), "--each", "donetsk,luhansk", "--format", "svg", "--force"];
    run(&each).says(1, &["nothing was drawn", "it is a socket, not a file"]);
    assert!(!sheets.join("donetsk.svg").exists());
    run(&["export", "--force", "-o", &path("luhansk.svg")]).says(1, &["was not written", "it is a socket, not a file"]);
    // A link that leads nowhere is something too.
    std::os::unix::fs::symlink(folder.path().join("elsewhere.svg"), sheets.join("link.svg")).unwrap();
    run(&["export", "-o", &path("link.svg")]).says(2, &["already exists"]);
    assert!(!folder.path().join("elsewhere.svg").exists());
}
