//! Formats of features: what is read is what GDAL reads, and what is written is read back as it was.
//!
//! `CLAIMLINE_WRITE_FORMATS=1 cargo test --test it formats` writes the files in `tests/data/formats/written` anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use claimline::document::project::{self, Reference};
use claimline::files::{self, Content};
use claimline::formats::feature::Feature;
use claimline::formats::format::{self, Candidate, Holds};
use claimline::formats::read::{FeatureLayer, Input};
use claimline::formats::table::{FeatureTable, SIMPLESTYLE};
use claimline::formats::write::{Outgoing, features_of};
use claimline::formats::{FORMATS, geojson};
use claimline::scene::Scene;
use claimline::session::{Action, Part, Session};
use geo::CoordsIter as _;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::cli::run;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats")
}

fn read_layers(name: &str, bytes: &[u8]) -> Vec<FeatureLayer> {
    let format = format::known(&Candidate { name, bytes }).unwrap_or_else(|| panic!("{name} is not known"));
    let Holds::Features(read) = format.holds else { panic!("{name} holds no features") };
    let beside = |ending: &str| Ok(fs::read(data().join(name).with_extension(ending)).ok());
    read(&Input::of(bytes).beside(&beside)).unwrap_or_else(|error| panic!("{name}: {error}")).layers
}

fn read_bytes(name: &str, bytes: &[u8]) -> FeatureLayer {
    let mut layers = read_layers(name, bytes);
    assert_eq!(layers.len(), 1, "{name}");
    layers.remove(0)
}

fn read(name: &str) -> FeatureLayer {
    read_bytes(name, &fs::read(data().join(name)).unwrap())
}

/// Asserts that two tables draw the same, feature by feature.
fn assert_same_shapes(name: &str, ours: &FeatureTable, theirs: &FeatureTable, within: f64) {
    assert_eq!(ours.rows.count(), theirs.rows.count(), "{name}");
    for feature in 0..ours.rows.count() {
        let (one, other) = (ours.geometry(feature), theirs.geometry(feature));
        let kind = |shape: &Option<geo::Geometry<f64>>| shape.as_ref().map(std::mem::discriminant);
        assert_eq!(kind(&one), kind(&other), "{name}, feature {feature}: {one:?}, {other:?}");
        let places = |shape: Option<geo::Geometry<f64>>| -> Vec<_> {
            shape.iter().flat_map(|shape| shape.coords_iter().collect::<Vec<_>>()).collect()
        };
        let (one, other) = (places(one), places(other));
        assert_eq!(one.len(), other.len(), "{name}, feature {feature}");
        for (one, other) in one.iter().zip(&other) {
            let apart = (one.x - other.x).abs().max((one.y - other.y).abs());
            assert!(apart <= within, "{name}, feature {feature}: {one:?} is not {other:?}");
        }
    }
}

/// What GDAL says in its words, in ours.
fn in_our_words(properties: &Map<String, Value>, layer: &str) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in properties.iter().filter(|(_, value)| !value.is_null()) {
        let name = match name.as_str() {
            // How things stand in three dimensions, and what is not said.
            "tessellate" | "extrude" => continue,
            "visibility" if value == -1 => continue,
            "Name" => "name",
            "desc" => "description",
            "link1_href" | "url" => "link",
            "link1_text" | "urlname" => "link_text",
            "link1_type" => "link_type",
            "x_colour" => "colour",
            // The id of a feature is no property of ours.
            "id" if layer == "areas" || layer == "TopoJSON" => continue,
            name => name,
        };
        all.insert(name.to_owned(), value.clone());
    }
    all
}

#[test]
fn gdal_reads_the_same() {
    let mut compared = 0;
    for name in [
        "places.kml",
        "tracks.kml",
        "tracks.kmz",
        "walk.gpx",
        "walk-1.0.gpx",
        "borders.topojson",
        "plain.topojson",
        "areas.shp",
        "towns.shp",
        "layers.shp.zip",
        "kinds.fgb",
        "areas-utm.fgb",
        "layers.gpkg",
    ] {
        let layers = read_layers(name, &fs::read(data().join(name)).unwrap());
        let ours = FeatureTable::of(layers.iter().flat_map(|layer| features_of(&layer.features)).collect());
        let text = fs::read(data().join(format!("{name}.gdal.json"))).unwrap();
        let theirs = geojson::read_table(&text).unwrap();
        assert_same_shapes(name, &ours, &theirs, 1e-7);
        for (feature, expected) in theirs.features().enumerate() {
            let layer = expected.members["layer"].as_str().unwrap();
            let expected = in_our_words(&expected.properties, layer);
            let mut properties = ours.rows.properties(feature);
            // In which folder, object or kind a feature is, GDAL says by the name of its layer.
            let group = properties.iter().find(|(name, _)| ["folder", "object", "gpx"].contains(&name.as_str()));
            if let Some((name, group)) = group.map(|(name, group)| (name.clone(), group.as_str().unwrap().to_owned())) {
                let last = group.rsplit(" / ").next().unwrap();
                assert!(
                    layer == last || layer == format!("{last}s") || layer == "TopoJSON",
                    "{name}: {layer}, {group}"
                );
                properties.shift_remove(&name);
            }
            // Looks are no properties of GDAL's, nor are the times of tracks in GPX.
            properties.retain(|name, _| !SIMPLESTYLE.contains(&name.as_str()) && name != "icon");
            if name.ends_with("gpx") {
                properties.retain(|name, _| name != "begin" && name != "end");
            }
            for (key, value) in &expected {
                let same = match (&properties[key.as_str()], value) {
                    // GDAL makes a moment of a day.
                    (Value::String(one), Value::String(other))
                        if ["timestamp", "begin", "end"].contains(&key.as_str()) =>
                    {
                        other.trim_end_matches('Z').starts_with(one.trim_end_matches('Z'))
                    }
                    (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
                    // GDAL makes a list or an object of a text that looks like one.
                    (Value::String(one), Value::Array(_) | Value::Object(_)) => {
                        serde_json::from_str::<Value>(one).ok().as_ref() == Some(value)
                    }
                    (one, other) => one == other,
                };
                assert!(same, "{name}, feature {feature}: {key} is {} and not {value}", properties[key.as_str()]);
                compared += 1;
            }
            let names = |all: &Map<String, Value>| {
                let mut names: Vec<String> = all.keys().cloned().collect();
                names.sort();
                names
            };
            assert_eq!(names(&properties), names(&expected), "{name}, feature {feature}");
        }
    }
    assert!(compared > 50, "{compared}");
}

/// The files that are written from those that are read.
const WRITTEN: [(&str, &str); 14] = [
    ("places.kml", "places.kml"),
    ("places.kml", "places.gpx"),
    ("places.kml", "places.csv"),
    ("places.kml", "places.geojsons"),
    ("places.kml", "places.geojson"),
    ("walk.gpx", "walk.gpx"),
    ("walk.gpx", "walk.kml"),
    ("borders.topojson", "borders.kml"),
    ("borders.topojson", "borders.csv"),
    ("kinds.fgb", "kinds.fgb"),
    ("areas-utm.fgb", "areas.fgb"),
    ("places.kml", "places.gpkg"),
    ("walk.gpx", "walk.gpkg"),
    ("borders.topojson", "borders.gpkg"),
];

fn written(from: &str, to: &str) -> (Vec<Feature>, Vec<u8>, Vec<String>) {
    let features = features_of(&read(from).features);
    let format = FORMATS.iter().find(|format| format.is_named(to)).unwrap();
    let ending = to.rsplit('.').next().unwrap();
    let file = format.write.unwrap()(&Outgoing { title: "A & B", ending, features: &features });
    (features, file.bytes, file.cannot_hold)
}

#[test]
fn what_is_written_stays_the_same_byte_for_byte() {
    let folder = data().join("written");
    let writes = std::env::var_os("CLAIMLINE_WRITE_FORMATS").is_some();
    // What a database is like depends on the version of SQLite.
    for (from, to) in WRITTEN.into_iter().filter(|(_, to)| !to.ends_with("gpkg")) {
        let (_, bytes, _) = written(from, to);
        if writes {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(to), &bytes).unwrap();
        }
        let known = fs::read(folder.join(to)).unwrap();
        assert!(known == bytes, "{to} differs: CLAIMLINE_WRITE_FORMATS=1 writes it anew");
    }
}

#[test]
fn what_is_written_is_read_back_as_it_was() {
    for (from, to) in WRITTEN {
        let (features, bytes, cannot_hold) = written(from, to);
        let again = read_bytes(to, &bytes).features;
        // GPX has no areas, and says so.
        let features: Vec<Feature> = match to.ends_with("gpx") && from.ends_with("kml") {
            true => {
                let ids = "GPX holds no ids: they are left out (1 of 7 features)";
                assert_eq!(cannot_hold[..2], ["GPX holds no areas: 2 of 7 features are left out", ids]);
                assert!(cannot_hold[2..].iter().all(|what| what.starts_with("GPX holds only text")), "{cannot_hold:?}");
                continue;
            }
            false => features,
        };
        let ids = "GeoPackage has ids that are rising whole numbers: others stand in a column";
        assert!(cannot_hold.iter().all(|what| what.starts_with(ids)), "{to}: {cannot_hold:?}");
        assert_same_shapes(to, &again, &FeatureTable::of(features.clone()), 0.0);
        for (index, feature) in features.iter().enumerate() {
            let mut ours = again.rows.properties(index);
            // What was said as text in a table may look like a number.
            let is_typed = ["json", "geojsons", "kml", "fgb", "gpkg"].iter().any(|end| to.ends_with(end));
            for (name, value) in &feature.properties {
                let read = ours.shift_remove(name).unwrap_or_else(|| panic!("{to}, feature {index}: no {name}"));
                let words = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let same = match (&read, value) {
                    (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
                    (one, other) => one == other || !is_typed && words(one) == words(other),
                };
                assert!(same, "{to}, feature {index}: {name} is {read} and not {value}");
            }
            // A table has a column for the id.
            ours.retain(|name, _| name != "id");
            assert!(ours.is_empty(), "{to}, feature {index}: {ours:?}");
        }
    }
}

/// A shapefile as the command line and the window open it, with what lies beside it.
#[test]
fn shapefiles_open_with_what_lies_beside_them() {
    let Content::Evidence(Part::Layer(layer, problems)) = files::open(&data().join("areas.shp")).unwrap().content
    else {
        panic!("a layer")
    };
    assert_eq!((layer.features.count(), layer.features.label(0)), (4, "Луг".to_owned()));
    assert!(problems.len() == 1 && problems[0].what.contains("has no shape"), "{problems:?}");
    let Content::Layers(parts) = files::open(&data().join("layers.shp.zip")).unwrap().content else { panic!("layers") };
    let titles = parts.iter().map(|part| match part {
        Part::Layer(layer, _) => layer.origin.as_ref().and_then(|origin| origin.file.layer.clone()).unwrap(),
        Part::Dossier(..) => panic!("a dossier"),
    });
    assert_eq!(titles.collect::<Vec<_>>(), ["roads", "posts"]);
    for name in ["areas.dbf", "areas.shx"] {
        let error = files::open(&data().join(name)).err().unwrap().to_string();
        assert!(error.contains("open the .shp file beside it"), "{error}");
    }
    // What is read is not written over.
    let opened = [data().join("areas.shp")];
    let written = [data().join("areas.dbf")];
    assert!(files::input_replaced(written.iter().map(PathBuf::as_path), opened.iter().map(PathBuf::as_path)).is_some());
}

/// A GeoPackage as the window opens it: each layer of its own, which a project finds again by its name; and what is copied from
/// a database.
#[test]
fn geopackages_open_and_what_a_database_shows_can_be_pasted() {
    let before = fs::read(data().join("layers.gpkg")).unwrap();
    let Content::Layers(parts) = files::open(&data().join("layers.gpkg")).unwrap().content else { panic!("layers") };
    let titles = parts.iter().map(|part| match part {
        Part::Layer(layer, _) => layer.origin.as_ref().and_then(|origin| origin.file.layer.clone()).unwrap(),
        Part::Dossier(..) => panic!("a dossier"),
    });
    assert_eq!(titles.collect::<Vec<_>>(), ["fields", "posts"]);
    assert_eq!(fs::read(data().join("layers.gpkg")).unwrap(), before);
    for text in ["SRID=4326;POINT(37 48)", "0101000020E610000000000000008042400000000000004840"] {
        let geojson = format::as_geojson(text).unwrap().unwrap();
        assert!(geojson.contains("[37,48]") || geojson.contains("[37.0,48.0]"), "{geojson}");
    }
    assert!(format::as_geojson("Point (1): the bridge").is_none());
}

/// SQLite itself writes the log here, as QGIS does while it has the file open.
#[test]
fn what_another_program_has_not_written_into_a_geopackage_yet_is_read_as_well() {
    let bytes = fs::read(data().join("layers.gpkg")).unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("open.gpkg");
    fs::write(&path, &bytes).unwrap();
    let open = rusqlite::Connection::open(&path).unwrap();
    // The triggers of a GeoPackage want functions that SQLite alone has not.
    open.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false).unwrap();
    open.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
         UPDATE fields SET name = 'Новий луг' WHERE name = 'Луг';
         CREATE TABLE filler (text TEXT);
         INSERT INTO filler SELECT hex(zeroblob(9000)) FROM fields;",
    )
    .unwrap();
    let bytes = fs::read(&path).unwrap();
    let log = fs::read(folder.path().join("open.gpkg-wal")).unwrap();
    assert!(log.len() > 9_000, "{}", log.len());
    let read_beside = |bytes: &[u8], log: Result<Option<&[u8]>, &str>| {
        let beside = |ending: &str| match log {
            Err(why) if ending == "gpkg-wal" => Err(why.to_owned()),
            Ok(log) if ending == "gpkg-wal" => Ok(log.map(<[u8]>::to_vec)),
            _ => Ok(None),
        };
        let Some(Holds::Features(read)) =
            format::known(&Candidate { name: "open.gpkg", bytes }).map(|format| format.holds)
        else {
            panic!("a GeoPackage")
        };
        let read = read(&Input::of(bytes).beside(&beside)).unwrap();
        (read.layers[0].features.rows.words(0, "name").unwrap().into_owned(), read.warnings.concat())
    };
    let read = |bytes: &[u8], log: Option<&[u8]>| read_beside(bytes, Ok(log));
    let (name, said) = read(&bytes, Some(&log));
    assert!(name == "Новий луг" && said.contains("(-wal) are read as well"), "{name} {said}");
    // Cut anywhere, or with any byte changed, it gives what was committed before that, or nothing.
    for end in (1..log.len()).step_by(997) {
        let mut damaged = log.clone();
        damaged[end] ^= 0x55;
        for log in [&log[..end], &damaged] {
            let (name, said) = read(&bytes, Some(log));
            assert!(["Луг", "Новий луг"].contains(&name.as_str()));
            // Where a frame ends, or is of another round, the log may have ended so; its pages have 512 bytes.
            let place = end.saturating_sub(32) % (24 + 512);
            let is_said = said.contains("may be older") || said.contains("unfinished or damaged");
            assert!(is_said || place == 0 || (8..12).contains(&place), "{end}: {said}");
        }
    }
    // A round before the last, longer than that, has left its end.
    let mut earlier = log.clone();
    earlier.extend_from_slice(&vec![7; 24 + 512]);
    let (name, said) = read(&bytes, Some(&earlier));
    assert!(name == "Новий луг" && !said.contains("damaged"), "{said}");
    let mut other = log.clone();
    other[16] ^= 1;
    let (name, said) = read(&bytes, Some(&other));
    assert!(name == "Луг" && said.contains("may be older"), "{name} {said}");
    // One that may not be read is said to be there, and a link leads to what it leads to.
    #[cfg(unix)]
    {
        let link = folder.path().join("link.gpkg");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let Content::Layers(parts) = files::open(&link).unwrap().content else { panic!("layers") };
        let Some(Part::Layer(layer, problems)) = parts.first() else { panic!("a layer") };
        assert_eq!(layer.features.label(0), "Новий луг");
        assert!(problems.iter().any(|problem| problem.what.contains("(-wal) are read as well")), "{problems:?}");
    }
    let (_, said) = read_beside(&bytes, Err("no"));
    assert!(said.contains("which cannot be read"), "{said}");
    // SQLite agrees once it has written it into the file.
    open.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(open);
    assert_eq!(read(&fs::read(&path).unwrap(), None).0, "Новий луг");
}

/// On the command line layers are chosen by name, and a name that no file has is refused.
#[test]
fn layers_of_a_file_are_chosen_by_name() {
    let packed = data().join("layers.gpkg").display().to_string();
    let titles = |arguments: &[&str]| {
        let done = run(&[&["overlays", "--json", "--file", &packed], arguments].concat());
        assert_eq!(done.code, 0, "{}", done.err);
        let listed: Value = serde_json::from_str(&done.out).unwrap();
        let own = listed["overlays"].as_array().unwrap().iter().filter(|overlay| overlay["group"] == "own");
        own.map(|overlay| overlay["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // Later layers lie above earlier ones.
    assert_eq!(titles(&[]), ["posts", "fields"]);
    assert_eq!(titles(&["--layer", "posts"]), ["posts"]);
    assert_eq!(titles(&["--layer", "posts", "--layer", "fields"]), ["posts", "fields"]);
    let refused = |arguments: &[&str], why: &str| {
        let done = run(arguments);
        assert!(done.code != 0 && done.err.contains(why), "{}", done.err);
    };
    refused(&["overlays", "--file", &packed, "--layer", "roads"], "none of its layers that can be drawn is called");
    refused(&["overlays", "--file", &packed, "--layer", "posts", "--layer", "roads"], "is called “roads”");
    refused(&["overlays", "--layer", "posts"], "is called “posts”");
    refused(&["overlays", "--line", &packed], "say with --layer which one is the line");
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("posts.geojson").display().to_string();
    let done = run(&["convert", &packed, "--layer", "posts", "-o", &out]);
    assert_eq!(done.code, 0, "{}", done.err);
    let written: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    let names = written["features"].as_array().unwrap().iter().map(|one| one["properties"]["name"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["post", "road", "several"]);
}

/// Damage of every kind that a download can have: an error or a layer, never a panic.
#[test]
fn files_cut_short_at_any_byte_are_an_error_or_a_layer() {
    for name in [
        "places.kml",
        "tracks.kmz",
        "walk.gpx",
        "plain.topojson",
        "areas.shp",
        "layers.shp.zip",
        "layers.gpkg",
        "areas-utm.fgb",
    ] {
        let bytes = fs::read(data().join(name)).unwrap();
        for end in 0..bytes.len() {
            let candidate = Candidate { name, bytes: &bytes[..end] };
            let Some(Holds::Features(read)) = format::known(&candidate).map(|format| format.holds) else { continue };
            match read(&Input::of(candidate.bytes)) {
                Ok(_) => assert!(bytes[end..].trim_ascii().len() < 8, "{name} is read though it ends at {end}"),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

/// The folders of a KML without styles are its kinds at once, and a project remembers that.
#[test]
fn folders_of_a_kml_are_its_kinds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fields.kml");
    let placemark = |west: f64| format!("<Placemark><Point><coordinates>{west},48</coordinates></Point></Placemark>");
    let folders = format!(
        "<Folder><name>Seen</name>{}{}</Folder><Folder><name>Heard of</name>{}</Folder>",
        placemark(37.0),
        placemark(37.1),
        placemark(37.2)
    );
    fs::write(&path, format!("<kml><Document>{folders}</Document></kml>")).unwrap();
    let Content::Evidence(part) = files::open(&path).unwrap().content else { panic!("a layer") };
    let (dossier, _) = claimline::dossier::builtin::berlin().unwrap();
    let mut session = Session::new(Arc::new(Scene::new(dossier)), Vec::new());
    let (merged, _) = session.open(vec![part]);
    let id = &merged.added[0];
    let overlay = session.dossier().overlay(id).unwrap();
    let kinds = overlay.kinds(&session.document().styling(id));
    let titles: Vec<(&str, usize)> = kinds.list().iter().map(|kind| (kind.title.as_str(), kind.features)).collect();
    assert_eq!(titles, [("Heard of", 1), ("Seen", 2)]);
    let saved = project::write(&session.drawn_document(), &Reference::default());
    let again = project::read(&saved).unwrap().document;
    assert_eq!(again.styling(id), session.document().styling(id));
}

#[test]
fn a_layer_of_a_project_is_read_again_from_a_kml() {
    let path = data().join("places.kml");
    let Content::Evidence(Part::Layer(layer, problems)) = files::open(&path).unwrap().content else {
        panic!("a layer")
    };
    assert!(problems.iter().any(|problem| problem.what.contains("heights are left out")), "{problems:?}");
    let file = Arc::clone(&layer.origin.as_ref().unwrap().file);
    let wanted = files::layers::Wanted {
        id: "mine".to_owned(),
        title: "Mine".to_owned(),
        file,
        kept: None,
        from: files::layers::From::Anywhere,
    };
    let read = files::layers::read_layer(wanted);
    assert_eq!(read.standing, files::layers::Standing::Same);
    let Some(Part::Layer(again, _)) = read.part else { panic!("a layer") };
    assert_eq!((again.id.as_str(), again.features.count()), ("mine", layer.features.count()));
}

#[test]
fn features_of_any_format_are_pasted_as_annotations() {
    for name in ["places.kml", "walk.gpx", "borders.topojson", "written/places.geojsons"] {
        let text = fs::read_to_string(data().join(name)).unwrap();
        let (dossier, _) = claimline::dossier::builtin::berlin().unwrap();
        let mut session = Session::new(Arc::new(Scene::new(dossier)), Vec::new());
        let _ = session.apply(Action::Paste(text));
        let titles: Vec<String> = session.document().annotations.iter().map(|made| made.title.clone()).collect();
        assert!(titles.len() >= 4, "{name}: {titles:?}");
        assert!(name == "borders.topojson" || titles.contains(&"Old bridge".to_owned()), "{name}: {titles:?}");
    }
}

#[test]
fn numbers_are_written_with_their_digits_and_what_is_lost_is_said() {
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":7,
        "properties":{"name":"a","share":1.50,"big":12345678901234567890,"power":1E+2,"list":[1.10],"stroke-width":2.50},
        "geometry":{"type":"MultiPoint","coordinates":[[37,48],[38,48]]}}]}"#;
    let features = features_of(&read_bytes("numbers.geojson", text.as_bytes()).features);
    for (format, expected, said) in [
        (
            "kml",
            &["\"double\" name=\"share\"", ">1.50<", ">12345678901234567890<", ">1E+2<", ">[1.10]<", "<width>2.5<"][..],
            2,
        ),
        ("gpx", &[">1.50<", ">12345678901234567890<", ">1E+2<"], 4),
        ("csv", &["1.50", "12345678901234567890", "1E+2", "[1.10]"], 1),
        ("geojson", &[":1.50,", ":12345678901234567890,", ":1E+2,", "[1.10]", ":2.50"], 0),
    ] {
        let write = FORMATS.iter().find(|one| one.id == format && one.write.is_some()).unwrap().write.unwrap();
        let written = write(&Outgoing { title: "numbers", ending: format, features: &features });
        let text = String::from_utf8(written.bytes).unwrap();
        for words in expected {
            assert!(text.contains(words), "{format}: {words} in {text}");
        }
        assert!(!text.contains('\u{fdd0}'), "{format}: {text}");
        assert_eq!(written.cannot_hold.len(), said, "{format}: {:?}", written.cannot_hold);
    }
}

#[test]
fn a_table_with_a_feature_without_a_place_is_read_again() {
    let table = "WKT,name\n\"POINT (37 48)\",a\n,b\n";
    let read = read_bytes("some.csv", table.as_bytes());
    assert_eq!((read.features.rows.count(), read.features.points.len()), (2, 1));
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
}
