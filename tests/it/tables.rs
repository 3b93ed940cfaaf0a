//! Tables of every kind: spreadsheets, encodings, coordinate systems that somebody gives.

use std::fs;
use std::path::Path;

use claimline::files::{self, Content, Taken};
use claimline::formats::tabular::{First, PlaceColumns, TableChoice};
use claimline::session::Part;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::run;

fn layers(path: &Path, taken: Taken) -> Vec<(claimline::dossier::Overlay, Vec<String>)> {
    let parts = match files::open_as(path, taken).unwrap_or_else(|error| panic!("{error}")).content {
        Content::Evidence(part) => vec![part],
        Content::Layers(parts) => parts,
        _ => panic!("no layers"),
    };
    let taken_apart = |part| match part {
        Part::Layer(layer, problems) => (*layer, problems.into_iter().map(|problem| problem.what).collect()),
        Part::Dossier(..) => panic!("a dossier"),
    };
    parts.into_iter().map(taken_apart).collect()
}

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats").join(name)
}

fn properties(layer: &claimline::dossier::Overlay) -> Vec<Value> {
    let rows = layer.features.rows();
    (0..rows.count()).map(|row| Value::Object(rows.properties(row))).collect()
}

/// The workbook is openpyxl's; what it was given stands here.
#[test]
fn a_workbook_gives_a_layer_for_each_sheet_with_places() {
    let layers = layers(&data("survey.xlsx"), Taken::default());
    let titles: Vec<&str> = layers.iter().map(|(layer, _)| layer.title.main()).collect();
    assert_eq!(titles, ["Damage", "Coordinates"]);
    let (damage, said) = &layers[0];
    assert_eq!(
        properties(damage),
        [
            json!({"Назва": "Міст", "day": "2025-02-01", "count": 3, "km": 1.5, "sure": true, "code": "007"}),
            json!({"Назва": "Школа", "day": "2024-12-31", "count": 12, "km": 0.25, "sure": false, "code": "12"}),
        ]
    );
    assert_eq!(damage.bounds, [37.5848, 48.5953, 37.9996, 48.7389]);
    assert!(said.iter().any(|what| what.contains("hold no places are left out: “Key”")), "{said:?}");
    assert_eq!(layers[1].0.bounds, [37.52, 48.5, 37.75, 48.61]);
}

/// GDAL wrote it, of a table with these values.
#[test]
fn a_sheet_that_gdal_wrote_is_read_as_it_was_written() {
    let layers = layers(&data("places.ods"), Taken::default());
    let expected = [json!({"name": "A", "n": 3, "x": 1.5}), json!({"name": "B", "n": 4, "x": 2.25})];
    assert_eq!(properties(&layers[0].0), expected);
    assert_eq!(layers[0].0.bounds, [37.5, 48.5, 37.6, 48.6]);
}

#[test]
fn a_coordinate_system_that_is_given_counts_and_one_that_is_needed_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    // Donetsk, 37.8 E 48.0 N, by PROJ 9.5 in zone 7 of Pulkovo 1942.
    let table = "name,x,y\nDonetsk,7410563.2427,5319225.2743\n";
    let geojson =
        r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[7410563.2427,5319225.2743]}}"#;
    fs::write(path("a.csv"), table).unwrap();
    fs::write(path("b.geojson"), geojson).unwrap();
    fs::write(path("c.geojsonl"), format!("{geojson}\n{geojson}\n")).unwrap();
    for name in ["a.csv", "b.geojson"] {
        run(&["convert", &path(name), "-o", &path("out.geojson")]).says(1, &["are not degrees", "--crs", "EPSG:28407"]);
    }
    for name in ["a.csv", "b.geojson", "c.geojsonl"] {
        let said = run(&["convert", &path(name), "--crs", "EPSG:28407", "--force", "-o", &path("out.geojson")]);
        said.says(0, &["Pulkovo 1942"]);
        let written: Value = serde_json::from_slice(&fs::read(path("out.geojson")).unwrap()).unwrap();
        let at = &written["features"][0]["geometry"]["coordinates"];
        let off = (at[0].as_f64().unwrap() - 37.8).abs().max((at[1].as_f64().unwrap() - 48.0).abs());
        assert!(off < 1e-6, "{name}: {at}");
    }
    run(&["convert", &path("a.csv"), "--crs", "EPSG:1", "-o", &path("x.geojson")]).says(2, &["EPSG:1"]);
    // Northing first, as maps of the region have it.
    fs::write(path("d.csv"), "name,x,y\nDonetsk,5319225.2743,7410563.2427\n").unwrap();
    run(&["convert", &path("d.csv"), "-o", &path("d.geojson")]).says(1, &["EPSG:28407 with --lat-first"]);
    let options = ["--crs", "EPSG:28407", "--lat-first", "--force", "-o"];
    run(&[&["convert", &path("d.csv")][..], &options, &[&path("out.geojson")]].concat()).says(0, &["Pulkovo"]);
    let taken = Taken { crs: Some("EPSG:28407".to_owned()), ..Taken::default() };
    let layer = &layers(Path::new(&path("a.csv")), taken)[0].0;
    assert_eq!(layer.origin.as_ref().unwrap().file.crs.as_deref(), Some("EPSG:28407"));
}

#[test]
fn places_are_looked_up_by_their_names_where_no_coordinates_are() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let table = "settlement,oblast,place_found,n\nBakhmut,,x,1\nКостянтинівка,Донецька обл.,,2\nOleksandrivka,Donetsk,,3\n\
                 Donetsk Oblast,,,4\nParis,,,5\n,,,6\n";
    fs::write(path("a.csv"), table).unwrap();
    run(&["convert", &path("a.csv"), "-o", &path("out.geojson")])
        .says(1, &["no columns hold coordinates", "--place-names"]);
    let named = ["--place-names", "settlement", "--force", "-o"];
    let (from, to) = (path("a.csv"), path("out.geojson"));
    let all = [&["convert", &from, "--place-regions", "oblast"][..], &named, &[&to]].concat();
    run(&all).says(
        0,
        &[
            "line 4: skipped: ",
            "line 5: skipped: “Donetsk Oblast” is no place but a region",
            "line 7: skipped: it names no place",
            "of 2 of the names there are several places, of which by far the largest was taken",
            "GeoNames",
        ],
    );
    let written: Value = serde_json::from_slice(&fs::read(path("out.geojson")).unwrap()).unwrap();
    let features = written["features"].as_array().unwrap();
    let expected = [(1, 38.0, 48.59, "Bakhmut, "), (2, 37.71, 48.53, "Kost"), (5, 2.35, 48.85, "Paris, ")];
    assert_eq!(features.len(), expected.len(), "{written}");
    for (feature, (n, lon, lat, what)) in features.iter().zip(expected) {
        let (own, at) = (&feature["properties"], &feature["geometry"]["coordinates"]);
        assert_eq!(own["n"], n);
        assert!(
            (at[0].as_f64().unwrap() - lon).abs() < 0.03 && (at[1].as_f64().unwrap() - lat).abs() < 0.03,
            "{feature}"
        );
        assert!(own["place_found (2)"].as_str().unwrap().starts_with(what), "{feature}");
    }
    // A column that is not there, a file that is no table, and options without a file are said.
    run(&["convert", &path("a.csv"), "--place-names", "town", "--force", "-o", &path("out.geojson")])
        .says(1, &["there is no column “town”", "settlement"]);
    run(&["convert", &path("out.geojson"), "--place-names", "town", "-o", &path("b.geojson")])
        .says(0, &["--place-names: it is no table"]);
    run(&["overlays", "--place-names", "town"]).says(2, &["give them with --file"]);
}

#[test]
fn a_choice_counts_before_every_guess_and_is_written_as_it_is_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, b"a;b;n\n\xcc\xb3\xf1\xf2;37,5 48,5;1,234\n").unwrap();
    let table = TableChoice {
        encoding: Some("windows-1251".to_owned()),
        separator: Some(';'),
        places: Some(PlaceColumns::One { column: "b".to_owned(), first: First::Longitude }),
        decimal_comma: Some(true),
        ..TableChoice::default()
    };
    let (layer, said) = layers(&path, Taken { table: Some(table.clone()), ..Taken::default() }).remove(0);
    assert_eq!((properties(&layer), layer.bounds), (vec![json!({"a": "Міст", "n": 1.234})], [37.5, 48.5, 37.5, 48.5]));
    assert!(!said.iter().any(|what| what.contains("guessed") || what.contains("taken")), "{said:?}");
    let file = &layer.origin.as_ref().unwrap().file;
    let again: claimline::dossier::FileRecord = serde_json::from_value(serde_json::to_value(&**file).unwrap()).unwrap();
    assert_eq!(again.table, Some(table));
    let mut later = serde_json::to_value(&**file).unwrap();
    later["table"]["places"] = json!({"of_a_later_version": 1});
    assert_eq!(serde_json::from_value::<claimline::dossier::FileRecord>(later).unwrap().table, None);
    let wrong =
        TableChoice { places: Some(PlaceColumns::Geometry { column: "gone".to_owned() }), ..TableChoice::default() };
    let error = files::open_as(&path, Taken { table: Some(wrong), ..Taken::default() }).err().unwrap().to_string();
    assert!(error.contains("no column “gone”"), "{error}");
}

#[test]
fn geometries_and_degrees_in_one_column_are_read_in_every_form() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    for (table, bounds) in [
        (
            "name,geojson\nA,\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[37.5,48.5]}\"\n",
            [37.5, 48.5, 37.5, 48.5],
        ),
        ("name;coords\nA;48°30′00″ N 37°30′00″ E\n", [37.5, 48.5, 37.5, 48.5]),
        ("name;Breite;Länge\nA;48°30′;37°30′\n", [37.5, 48.5, 37.5, 48.5]),
        ("name;широта;довгота\nA;48,5;37,5\n", [37.5, 48.5, 37.5, 48.5]),
        ("name;what\nA;LINESTRING (37 48, 38 49)\n", [37.0, 48.0, 38.0, 49.0]),
    ] {
        fs::write(&path, table).unwrap();
        assert_eq!(layers(&path, Taken::default())[0].0.bounds, bounds, "{table}");
    }
}

#[test]
fn layers_are_named_beside_a_property_of_that_name() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let row = |cells: &str| {
        let cells =
            cells.split(' ').map(|cell| format!("<table:table-cell><text:p>{cell}</text:p></table:table-cell>"));
        format!("<table:table-row>{}</table:table-row>", cells.collect::<String>())
    };
    let sheet = |name: &str, rows: [&str; 2]| {
        format!("<table:table table:name=\"{name}\">{}</table:table>", rows.map(row).concat())
    };
    let sheets = sheet("One", ["layer lat lon", "x 48.5 37.5"]) + &sheet("Two", ["name lat lon", "y 48.6 37.6"]);
    let mut zip = zip::ZipWriter::new(fs::File::create(path("a.ods")).unwrap());
    zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, format!("<o:spreadsheet>{sheets}</o:spreadsheet>").as_bytes()).unwrap();
    zip.finish().unwrap();
    run(&["convert", &path("a.ods"), "-o", &path("a.geojson")]).says(0, &["is in “layer (2)”"]);
    let written: Value = serde_json::from_slice(&fs::read(path("a.geojson")).unwrap()).unwrap();
    let properties = |index: usize| written["features"][index]["properties"].clone();
    assert_eq!(properties(0), json!({"layer": "x", "layer (2)": "One"}));
    assert_eq!(properties(1), json!({"name": "y", "layer (2)": "Two"}));
}
