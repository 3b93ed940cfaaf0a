//! Archives of map tiles on the command line: extracts, MBTiles, and what is refused.

use std::fs;
use std::path::Path;

use claimline::basemap::{Archive, TileId};
use tempfile::TempDir;

use super::cli::run;

/// The archive in the program, as a file.
fn builtin() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/assets/basemap/builtin.pmtiles").to_owned()
}

/// A database of one tile in the OpenMapTiles schema: a wood all over it.
pub(crate) fn mbtiles(path: &Path, format: &str) {
    // layer 3: name 1 "landcover", key 3 "class", value 4 "wood", feature 2: tags 2 [0, 0], polygon 3, geometry 4.
    let square = [9, 0, 0, 26, 0x80, 0x40, 0, 0, 0x80, 0x40, 0xff, 0x3f, 0, 15];
    let feature = [&[0x12, 2, 0, 0, 0x18, 3, 0x22, square.len() as u8][..], &square].concat();
    let layer = [
        &[0x0a, 9][..],
        b"landcover",
        &[0x12, feature.len() as u8],
        &feature,
        &[0x1a, 5],
        b"class",
        &[0x22, 6, 0x0a, 4],
        b"wood",
        &[0x78, 2],
    ]
    .concat();
    let shapes = [&[0x1a, layer.len() as u8][..], &layer].concat();
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(256, 256, image::Rgb([90, 120, 60]))
        .write_to(&mut picture, image::ImageFormat::Png)
        .unwrap();
    let tile = if format == "png" { picture.into_inner() } else { shapes };
    let database = rusqlite::Connection::open(path).unwrap();
    let tables = "CREATE TABLE metadata (name text, value text);
        CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
        INSERT INTO metadata VALUES ('name', 'Wood'), ('bounds', '0,0,180,85'), ('attribution', 'Woodmakers')";
    database.execute_batch(tables).unwrap();
    database.execute("INSERT INTO metadata VALUES ('format', ?1)", [format]).unwrap();
    let layers = r#"{"vector_layers":[{"id":"landcover"},{"id":"transportation"}]}"#;
    database.execute("INSERT INTO metadata VALUES ('json', ?1)", [layers]).unwrap();
    database.execute("INSERT INTO tiles VALUES (1, 1, 1, ?1)", [tile]).unwrap();
}

#[test]
fn an_extract_is_estimated_written_and_opened() {
    let folder = TempDir::new().unwrap();
    let output = folder.path().join("area.pmtiles").display().to_string();
    let from = builtin();
    let of = ["map", "extract", "--from", &from, "--bbox", "36.5,46.8,39.1,49.3", "--max-zoom", "8"];
    let estimated = run(&[&of[..], &["--dry-run", "--json"]].concat()).json();
    assert!(estimated["written"].is_null() && !Path::new(&output).exists());
    let written = run(&[&of[..], &["-o", &output, "--json"]].concat()).json();
    for member in ["tiles", "bytes", "requests", "zooms", "attribution"] {
        assert_eq!(written[member], estimated[member], "{member}");
    }
    let bytes = fs::read(&output).unwrap();
    assert_eq!(written["bytes"], bytes.len());
    let (made, whole) = (Archive::open(bytes).unwrap(), Archive::open(fs::read(&from).unwrap()).unwrap());
    let id = TileId::new(8, 154, 88).unwrap();
    assert_eq!(made.tile_bytes(id).unwrap(), whole.tile_bytes(id).unwrap());
    assert!(made.tile_bytes(id).unwrap().is_some());
    assert_eq!((made.info().max_zoom, made.info().bounds), (8, [36.5, 46.8, 39.1, 49.3]));
    let again = run(&[&of[..], &["-o", &output]].concat());
    again.says(2, &["already exists; give --force"]);
    run(&[&of[..], &["-o", &output, "--force"]].concat()).says(0, &["wrote"]);
    let figure = folder.path().join("a.svg").display().to_string();
    run(&["export", "--map", &output, "--size", "400x300", "-o", &figure]).says(0, &["wrote"]);
}

#[test]
fn what_no_extract_is_made_of_is_refused_with_a_reason() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    mbtiles(Path::new(&path("a.mbtiles")), "pbf");
    let from = builtin();
    let extract = |from: &str, bbox: &str, output: &str| {
        run(&["map", "extract", "--from", from, "--bbox", bbox, "-o", &path(output)])
    };
    let here = "37,48,38,49";
    extract(&from, here, "a.mbtiles").says(2, &["extracts are PMTiles"]);
    extract(&path("a.mbtiles"), here, "a.pmtiles").says(1, &["extracts are made of PMTiles", "a.mbtiles"]);
    extract("https://tile.example.org/{z}/{x}/{y}.mvt", here, "a.pmtiles").says(1, &["address of a tile server"]);
    extract("http://example.org/a.pmtiles", here, "a.pmtiles").says(1, &["not encrypted"]);
    extract(&from, "38,48,37,49", "a.pmtiles").says(2, &["west must be less than east"]);
    extract(&path("none.pmtiles"), here, "a.pmtiles").says(1, &["No such file"]);
    let zooms = ["map", "extract", "--from", &from, "--bbox", here, "--min-zoom", "20", "--dry-run"];
    run(&zooms).says(1, &["no tiles from zoom 20"]);
    let copy = path("copy.pmtiles");
    fs::copy(&from, &copy).unwrap();
    run(&["map", "extract", "--from", &copy, "--bbox", here, "-o", &copy, "--force"])
        .says(2, &["the file that is read"]);
    assert!(!Path::new(&path("a.pmtiles")).exists());
}

#[test]
fn a_figure_is_drawn_over_mbtiles_and_credits_them() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    mbtiles(Path::new(&path("wood.mbtiles")), "pbf");
    let view = ["--center", "100,50", "--zoom", "2", "--size", "400x300"];
    run(&[&["export", "--map", &path("wood.mbtiles"), "-o", &path("a.svg")][..], &view].concat()).says(0, &["wrote"]);
    assert!(fs::read_to_string(path("a.svg")).unwrap().contains("Woodmakers"));
    mbtiles(Path::new(&path("pictures.mbtiles")), "png");
    // Pictures lie over the built-in map.
    run(&[&["export", "--map", &path("pictures.mbtiles"), "-o", &path("b.svg")][..], &view].concat())
        .says(0, &["wrote"]);
    assert!(fs::read_to_string(path("b.svg")).unwrap().contains("Woodmakers"));
}
