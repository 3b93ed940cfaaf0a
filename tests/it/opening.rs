//! Files that are opened: what they are known by, what is read of them, and what is said where something is not.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use claimline::dossier::{Measure, Overlay};
use claimline::files::{self, Content, Taken};
use claimline::formats::geojson::Order;
use claimline::session::Part;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// A square of a tenth of a degree.
fn square(name: &str, west: f64, south: f64) -> String {
    let (east, north) = (west + 0.1, south + 0.1);
    format!(
        r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}", features.join(",\n"))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    /// Exit code and what is printed for people and for programs.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_claimline"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env("HOME", self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().expect("it ended by itself"), text(output.stderr), text(output.stdout))
    }
}

fn layer(path: &Path) -> (Overlay, Vec<String>) {
    match files::open(path).map(|opened| opened.content) {
        Ok(Content::Evidence(Part::Layer(layer, problems))) => {
            (*layer, problems.into_iter().map(|problem| problem.what).collect())
        }
        Ok(_) => panic!("{}: not features", path.display()),
        Err(error) => panic!("{error}"),
    }
}

fn names(overlay: &Overlay) -> Vec<String> {
    (0..overlay.features.count()).map(|feature| overlay.features.label(feature)).collect()
}

fn refusal(path: &Path) -> String {
    match files::open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn features_are_the_same_however_they_are_written_and_packed() {
    let files = Files::new();
    let three = [square("a", 37.0, 48.5), square("b", 37.3, 48.5), square("c", 37.6, 48.5)];
    let records: String = three.iter().map(|feature| format!("\u{1e}{feature}\n")).collect();
    let whole = collection(&three);
    let cases: [(&str, Vec<u8>); 9] = [
        ("a.geojson", whole.clone().into()),
        ("a.json", whole.clone().into()),
        ("a.geojson.gz", gzip(whole.as_bytes())),
        ("misnamed.geojson", gzip(three.join("\n").as_bytes())),
        ("lines.geojsonl", three.join("\n").into()),
        ("lines.ndjson.gz", gzip(three.join("\n").as_bytes())),
        ("records.geojsons", records.clone().into()),
        ("lines.geojson", records.into()),
        ("no-name-that-tells", whole.into()),
    ];
    let (first, _) = layer(&files.put(cases[0].0, &cases[0].1));
    for (name, bytes) in &cases {
        let (read, problems) = layer(&files.put(name, bytes));
        assert_eq!(names(&read), ["a", "b", "c"], "{name}");
        assert_eq!((read.measure, problems), (first.measure, Vec::new()), "{name}");
        assert_eq!(read.opened_from.as_deref(), Some(*name));
    }
    assert_eq!(layer(&files.path("a.geojson.gz")).0.id, first.id);
    // One feature is one, with and without the end of its line.
    for text in [three[0].clone(), format!("{}\n", three[0])] {
        assert_eq!(names(&layer(&files.put("one.geojsonl", text)).0), ["a"]);
    }
}

#[test]
fn what_has_no_shape_is_passed_over_and_named() {
    let files = Files::new();
    let nulls = r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[37.3,48.6]},null,null]}"#;
    let (read, problems) = layer(&files.put("nulls.geojson", nulls));
    assert_eq!(read.measure, Measure::Count { places: 1 });
    assert!(problems[0].contains("feature 1: 2 members"), "{problems:?}");
    let without = [
        r#"{"type":"Feature","properties":{"name":"Unlocated"}}"#.to_owned(),
        r#"{"type":"Feature","properties":{"name":"Null"},"geometry":null}"#.to_owned(),
        square("Located", 37.0, 48.5),
    ];
    let (read, problems) = layer(&files.put("without.geojson", collection(&without)));
    assert_eq!(names(&read), ["Unlocated", "Null", "Located"]);
    assert!(
        problems[0].contains("2 of its 3 features have no shape") && problems[0].contains("“Null”"),
        "{problems:?}"
    );
    let (code, err, _) = files.run(&["export", "-o", "a.svg", "--size", "400x300", "--file", "without.geojson"]);
    assert!(code == 0 && err.contains("2 of its 3 features have no shape"), "{err}");
}

#[test]
fn what_cannot_be_read_is_said_with_where_and_what_to_do() {
    let files = Files::new();
    let whole = collection(&[square("a", 37.0, 48.5)]);
    let packed = gzip(whole.as_bytes());
    let cases: [(&str, Vec<u8>, &str); 8] = [
        (
            "comma.geojson",
            whole.replace("\n]", ",\n]").into(),
            "line 3, column 1, after feature 1: there is a comma before",
        ),
        ("page.geojson", b"<!DOCTYPE html><html>".to_vec(), "like a web page"),
        ("cut.geojson.gz", packed[..packed.len() - 5].to_vec(), "the gzip file is cut short"),
        ("empty.geojson", Vec::new(), "it is empty"),
        ("cut.geojsonl", whole.replace('\n', "")[40..90].into(), "not JSON"),
        ("a.kml", b"<kml/>".to_vec(), "there is no placemark in it"),
        ("a.svg", b"<svg/>".to_vec(), ".geojsonl"),
        ("a.pmtiles", b"no archive".to_vec(), "not a PMTiles archive"),
    ];
    for (name, bytes, expected) in cases {
        let error = refusal(&files.put(name, bytes));
        assert!(error.contains(expected) && error.ends_with(name), "{name}: {error}");
        for word in ["unknown variant", "invalid type", "trailing comma", "EOF"] {
            assert!(!error.contains(word), "{error}");
        }
    }
    // A few kilobytes that unpack to more than is read.
    let bomb = refusal(&files.put("bomb.geojson.gz", gzip(&vec![b' '; 513 << 20])));
    assert!(bomb.contains("unpacks to more than 512 MB"), "{bomb}");
}

#[test]
fn longitude_and_latitude_that_look_exchanged_are_said_and_can_be_exchanged() {
    let files = Files::new();
    let exchanged = r#"{"type":"Polygon","coordinates":[[[48.5,37],[48.5,37.6],[48.8,37.6],[48.8,37],[48.5,37]]]}"#;
    let path = files.put("exchanged.geojson", exchanged);
    let export = ["export", "--size", "400x300", "--file", "exchanged.geojson", "-o"];
    let (code, err, _) = files.run(&[&export[..], &["a.svg"]].concat());
    assert_eq!(code, 0, "{err}");
    for said in ["exchanged.geojson: it lies outside the dossier's area", "--lat-first", "lies outside the map"] {
        assert!(err.contains(said), "{err}");
    }
    let (code, err, _) = files.run(&[&export[..], &["b.svg", "--lat-first"]].concat());
    assert!(code == 0 && !err.contains("outside"), "{err}");
    let taken = Taken { order: Order::LatLon, ..Taken::default() };
    let Content::Evidence(Part::Layer(read, _)) = files::open_as(&path, taken).unwrap().content else { panic!() };
    assert_eq!(read.bounds, [37.0, 48.5, 37.6, 48.8]);
}

#[test]
fn an_atlas_of_a_table_reads_decimal_commas_and_says_what_looks_exchanged() {
    let files = Files::new();
    let bounds = |name: &str| {
        let text = fs::read_to_string(files.path(name)).unwrap();
        let svg: serde_json::Value = serde_json::from_str(&text).unwrap();
        svg["claimline_figure"]["bounds"].clone()
    };
    let atlas = |table: &str, more: &[&str]| {
        files.put("sites.csv", table);
        files
            .run(&[&["atlas", "-o", "out", "--each", "sites.csv", "--format", "geojson", "--force"][..], more].concat())
    };
    let tables = [
        "title;lat;lon\nKramatorsk;48,7389;37,5844\nSloviansk;48,8531;37,6069\n",
        "title,lat,lon\nKramatorsk,\"48,7389\",\"37,5844\"\nSloviansk,\"48,8531\",\"37,6069\"\n",
        "title\tlat\tlon\nKramatorsk\t48,7389\t37,5844\nSloviansk\t48.8531\t37.6069\n",
    ];
    let mut seen = Vec::new();
    for table in tables {
        let (code, err, _) = atlas(table, &[]);
        assert!(code == 0 && err.contains("2 of 2: "), "{table}: {err}");
        assert!(!err.contains("swapped"), "{err}");
        seen.push((bounds("out/kramatorsk.geojson"), bounds("out/sloviansk.geojson")));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
    let (code, err, _) = atlas("title,lon,lat\nKramatorsk,48.7389,37.5844\n", &[]);
    assert!(code == 0 && err.contains("sites.csv: it lies outside") && err.contains("--lat-first"), "{err}");
    let (code, err, _) = atlas("title,lon,lat\nKramatorsk,48.7389,37.5844\n", &["--lat-first"]);
    assert!(code == 0 && !err.contains("--lat-first"), "{err}");
    assert_eq!(bounds("out/kramatorsk.geojson"), seen[0].0);
    for (table, expected) in [
        ("title,lat,lon\nx,48,5,37,5\n", "line 2 has 5 fields, and the first row 3"),
        ("title,lat,lon\nx,north,37.5\n", "line 2: 'north' in the column 'lat' is not a number"),
        ("title,breadth,lon\nx,1,2\n", "no column 'lat' in its first row, but title, breadth, lon"),
    ] {
        let (code, err, _) = atlas(table, &[]);
        assert!(code == 1 && err.contains(expected), "{err}");
    }
}

#[test]
fn texts_of_articles_are_read_as_they_declare_and_those_that_are_not_are_named() {
    let files = Files::new();
    let folder = files.path("texts");
    fs::create_dir(&folder).unwrap();
    // “Київ” in windows-1251.
    let page = [&b"<!doctype html><meta charset=\"windows-1251\"><p>"[..], b"\xca\xe8\xbf\xe2"].concat();
    fs::write(folder.join("page.html"), page).unwrap();
    let read = files::read_text(&folder.join("page.html")).unwrap();
    assert_eq!((read.normalized.as_str(), read.encoding), ("Київ", "windows-1251"));
    for name in ["wire.pdf", "wire.webarchive", "wire.DOC", "picture.png", ".hidden"] {
        fs::write(folder.join(name), b"%PDF-1.4").unwrap();
    }
    fs::write(folder.join("old.txt"), b"\xca\xe8\xbf\xe2").unwrap();
    let (_, err, out) = files.run(&["verify", "--sources", "texts"]);
    for said in [
        "not read: it is damaged, or not what it seems",
        "wire.pdf",
        "not read: it is a web archive of Safari; save the page as HTML",
        "wire.webarchive",
        "not read: it is a word processor's file of before 2007; save it as .docx",
        "wire.DOC",
        "picture.png",
    ] {
        assert!(out.contains(said), "'{said}' is missing in: {out}");
    }
    assert!(err.contains("warning: it does not say its encoding") && err.contains("old.txt"), "{err}");
    assert!(!out.contains(".hidden"), "{out}");
}
