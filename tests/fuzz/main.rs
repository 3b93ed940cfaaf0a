//! Damaged files: every reader gets what a full disk, a broken download or an ill will might make of a file. None may
//! panic, hang or fill memory, and what it reads can be measured, drawn and written.
//!
//! A short run is among the usual tests. For longer, and for one case again:
//!
//! ```text
//! CLAIMLINE_FUZZ_SECONDS=20 cargo test --test fuzz
//! CLAIMLINE_FUZZ_SECONDS=600 CLAIMLINE_FUZZ_SEED=7 cargo test --test fuzz geojson
//! CLAIMLINE_FUZZ_SEED=7 CLAIMLINE_FUZZ_CASE=1234 cargo test --test fuzz geojson
//! ```

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod mutator;
mod seeds;
mod trial;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use claimline::basemap::raster::pyramid::Pyramid;
use claimline::basemap::{Archive, Bitmap, Hillshade, Pmtiles, Schema, Tile, TileId, Wanted};
use claimline::document::project;
use claimline::document::{Document, edit};
use claimline::dossier::{self, Dossier, Overlay};
use claimline::figure::{self, FigureOptions, OutputFormat, PageSetup, Shows, provenance};
use claimline::files::postgis::{self, Waits};
use claimline::files::{self, Content, journal};
use claimline::formats::color::Rgba;
use claimline::formats::coordinates;
use claimline::formats::crs;
use claimline::formats::database::{Address, redacted, redacted_address};
use claimline::formats::day::Day;
use claimline::formats::document::{self, ReadDocument};
use claimline::formats::filter::Filter;
use claimline::formats::flatgeobuf::part;
use claimline::formats::format::Holds;
use claimline::formats::geojson::Order;
use claimline::formats::picture;
use claimline::formats::read::Input;
use claimline::formats::text::{self, NormalizedText};
use claimline::formats::write::Outgoing;
use claimline::formats::written::Finder;
use claimline::formats::{
    bundle, citations, cited_page, csv, link, simplestyle, source_properties, stated_figure, wkb,
};
use claimline::gazetteer::{search, unseal};
use claimline::geometry::{Coord, View};
use claimline::scene::Scene;
use claimline::scene::ground::Ground;
use claimline::session::{Part, Session};
use serde_json::{Map, Value};
use tempfile::TempDir;

use self::mutator::{Numbers, damaged, with_right_sums};
use self::trial::fuzz;

/// A file of this name with damaged content, opened in the way of the window and the command line.
fn open(name: &str, bytes: &[u8]) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    opened(&path);
    // A layer is opened without being a project too.
    let _ = files::open_no_project(&path).map_err(|error| error.to_string());
}

fn opened(path: &Path) {
    match files::open(path).map(|opened| opened.content) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(Content::Map(archive)) => look_into(&archive),
        Ok(Content::Picture) => {
            let _ = files::pictures::open_all(path, None, files::pictures::Store::Temporary);
        }
        Ok(Content::Evidence(Part::Layer(layer, problems))) => {
            problems.iter().for_each(|problem| assert!(!problem.to_string().is_empty()));
            ask(&layer);
        }
        Ok(Content::Evidence(Part::Dossier(dossier, problems))) => {
            problems.iter().for_each(|problem| assert!(!problem.to_string().is_empty()));
            dossier.overlays.iter().for_each(|overlay| ask(overlay));
            let _ = dossier::verify::verify(&dossier, &problems, &BTreeMap::default());
        }
        Ok(Content::Layers(parts)) => {
            for part in parts {
                let Part::Layer(layer, problems) = part else { panic!("a dossier among layers") };
                problems.iter().for_each(|problem| assert!(!problem.to_string().is_empty()));
                ask(&layer);
            }
        }
        Ok(Content::Project(opened)) => {
            let project = opened.project;
            keeps_its_word(&project.document);
            // What was mended stays mended.
            let again = project::read(&project::write(&project.document, &project.reference)).unwrap();
            let (again, wanted) = (again.document, project::settled(&project.document));
            assert!(again == wanted, "it is not read as it was written: {}", differing(&again, &wanted));
        }
    }
}

/// The lines in which two things differ.
fn differing(one: &impl std::fmt::Debug, other: &impl std::fmt::Debug) -> String {
    let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
    let pairs = one.lines().zip(other.lines()).filter(|(a, b)| a != b).take(8);
    pairs.map(|(a, b)| format!("\n  {} | {}", a.trim(), b.trim())).collect()
}

fn keeps_its_word(document: &Document) {
    if let Err(broken) = edit::invariants(document) {
        panic!("{broken}");
    }
}

/// What panels and lists ask of an overlay.
fn ask(overlay: &Overlay) {
    let kinds = overlay.kinds(&Arc::default());
    let _ = (kinds.rows(), kinds.shown_size(), overlay.doubt(), overlay.vertices());
    let name = Finder::new("name");
    for feature in 0..overlay.features.count().min(50) {
        let _ = (overlay.features.label(feature), overlay.written(feature, &name));
    }
}

fn look_into(archive: &Archive) {
    let _ = (archive.warning(), archive.world_bounds());
    for id in tiles() {
        if let Ok(Some(bytes)) = archive.tile_bytes(id) {
            let _ = Tile::decode(id, &bytes);
        }
    }
}

fn tiles() -> impl Iterator<Item = TileId> {
    let ids = [(0, 0, 0), (4, 9, 5), (6, 38, 21), (7, 77, 43), (14, 9892, 5597)];
    ids.into_iter().filter_map(|(z, x, y)| TileId::new(z, x, y))
}

/// Cheap to read, and small enough to be drawn again and again.
fn quill() -> &'static Arc<Scene> {
    static SCENE: OnceLock<Arc<Scene>> = OnceLock::new();
    SCENE.get_or_init(|| Arc::new(Scene::new(seeds::quill())))
}

fn small_figure(document: &Document) -> FigureOptions {
    let mut page = PageSetup::default();
    page.size = "400x300px".parse().unwrap_or(page.size);
    FigureOptions::usual(page, Shows::View(document.view))
}

#[test]
fn geojson() {
    fuzz("geojson", |numbers| damaged(&seeds::geojson(), numbers), |bytes| open("a.geojson", bytes));
}

#[test]
fn geojson_lines() {
    fuzz("geojson_lines", |numbers| damaged(&seeds::geojson_lines(), numbers), |bytes| open("a.geojsonl", bytes));
}

/// What files say of their coordinate systems.
#[test]
fn coordinate_systems() {
    let look = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let made = crs::Crs::parse(&text).and_then(|crs| Ok((crs.label(), crs.transform(None)?)));
        match made {
            Err(error) => assert!(!error.to_string().is_empty()),
            Ok((label, transform)) => {
                assert!(!label.is_empty() && transform.warnings().iter().all(|warning| !warning.is_empty()));
                let numbers = [0.0, 37.5, -180.0, 5e5, 6.5e6, -1e9, 1e308, f64::NAN];
                let mut places: Vec<Coord<f64>> =
                    numbers.iter().flat_map(|&x| numbers.iter().map(move |&y| Coord { x, y })).collect();
                let lost = transform.convert(&mut places);
                let found = places.iter().filter(|place| place.x.abs() <= 180.0 && place.y.abs() <= 90.0).count();
                assert_eq!(found + lost.count, places.len());
            }
        }
    };
    fuzz("coordinate_systems", |numbers| damaged(&seeds::coordinate_systems(), numbers), look);
}

#[test]
fn kml() {
    fuzz("kml", |numbers| damaged(&seeds::kml(), numbers), |bytes| open("a.kml", bytes));
}

#[test]
fn kmz() {
    let make = |numbers: &mut Numbers| {
        let inside = damaged(&seeds::kml(), numbers);
        let files = BTreeMap::from([("doc.kml".to_owned(), inside)]);
        let packed = bundle::write(&files).unwrap();
        if numbers.one_in(2) { packed } else { damaged(&[packed], numbers) }
    };
    fuzz("kmz", make, |bytes| open("a.kmz", bytes));
}

#[test]
fn gpx() {
    fuzz("gpx", |numbers| damaged(&seeds::gpx(), numbers), |bytes| open("a.gpx", bytes));
}

/// Half of the files do not say how long they are, so that what is cut short is looked into.
#[test]
fn geopackage() {
    let make = |numbers: &mut Numbers| {
        let mut bytes = damaged(&seeds::geopackages(), numbers);
        if let (Some(count), true) = (bytes.get_mut(24..28), numbers.one_in(2)) {
            count.fill(0);
        }
        bytes
    };
    fuzz("geopackage", make, |bytes| open("a.gpkg", bytes));
}

#[test]
fn well_known_binary() {
    let look = |bytes: &[u8]| match wkb::read(bytes) {
        Err(why) => assert!(!why.is_empty()),
        Ok(shape) => {
            let mut out = Vec::new();
            shape.geometry.iter().for_each(|geometry| wkb::push(geometry, shape.srid, &mut out));
            assert!(out.is_empty() || wkb::read(&out).is_ok_and(|again| again.geometry == shape.geometry));
        }
    };
    fuzz("well_known_binary", |numbers| damaged(&seeds::wkb(), numbers), look);
}

#[test]
fn topojson() {
    fuzz("topojson", |numbers| damaged(&seeds::topojson(), numbers), |bytes| open("a.topojson", bytes));
}

#[test]
fn flatgeobuf() {
    let look = |bytes: &[u8]| {
        open("a.fgb", bytes);
        // The part in a view, as it is fetched from a server.
        let view = geo::Rect::new((37.6, 47.8), (37.8, 48.0));
        let mut get = |range: std::ops::Range<u64>| {
            let part = bytes.get(range.start as usize..range.end as usize);
            part.map(<[u8]>::to_vec).ok_or_else(|| "not there".to_owned())
        };
        if let Ok(part) = part::part(&bytes[..bytes.len().min(1000)], bytes.len() as u64, view, &mut get) {
            assert!(part.bytes.len() <= bytes.len() + 4000 && part.count as u64 <= part.of);
            open("a.fgb", &part.bytes);
        }
    };
    fuzz("flatgeobuf", |numbers| damaged(&seeds::flatgeobuf(), numbers), look);
}

/// One of the files of a shapefile is damaged, or two.
#[test]
fn shapefile() {
    let make = |numbers: &mut Numbers| {
        let mut files = numbers.of(&seeds::shapefiles()).clone();
        for _ in 0..1 + numbers.below(2) {
            let bytes = &mut files[numbers.below(seeds::ENDINGS.len())];
            *bytes = damaged(std::slice::from_ref(bytes), numbers);
        }
        // In one, so that a failure keeps all of it: each after its length.
        files.iter().flat_map(|bytes| [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat()).collect()
    };
    let look = |bytes: &[u8]| {
        let folder = TempDir::new().unwrap();
        let mut rest = bytes;
        for ending in seeds::ENDINGS {
            let (length, behind) = rest.split_at(4);
            let (file, behind) = behind.split_at(u32::from_le_bytes(length.try_into().unwrap()) as usize);
            fs::write(folder.path().join(format!("a.{ending}")), file).unwrap();
            rest = behind;
        }
        opened(&folder.path().join("a.shp"));
    };
    fuzz("shapefile", make, look);
}

#[test]
fn zipped_shapefiles() {
    let make = |numbers: &mut Numbers| {
        let mut files = BTreeMap::new();
        for (number, layer) in seeds::shapefiles().into_iter().enumerate() {
            for (ending, bytes) in seeds::ENDINGS.iter().zip(layer) {
                let bytes = if numbers.one_in(8) { damaged(&[bytes], numbers) } else { bytes };
                files.insert(format!("{number}.{ending}"), bytes);
            }
        }
        let packed = bundle::write(&files).unwrap();
        if numbers.one_in(2) { packed } else { damaged(&[packed], numbers) }
    };
    fuzz("zipped_shapefiles", make, |bytes| open("a.shp.zip", bytes));
}

/// Whatever is read can be written as every kind of file, and that can be read.
#[test]
fn written_features() {
    let read = |bytes: &[u8]| {
        let Ok(table) = claimline::formats::geojson::read_table(bytes) else { return };
        let features = claimline::formats::write::features_of(&table);
        for format in claimline::formats::FORMATS.iter().filter(|format| format.write.is_some()) {
            let ending = format.extensions[0];
            let written = format.write.unwrap()(&Outgoing { title: "a", ending, features: &features });
            let Holds::Features(read) = format.holds else { panic!("{} holds no features", format.id) };
            if let Err(error) = read(&Input::of(&written.bytes)) {
                let text = lossy(&written.bytes).into_owned();
                let is_empty =
                    ["there is no", "nothing can be drawn", "row that can be drawn", "can be used", "no columns"];
                assert!(is_empty.iter().any(|words| error.to_string().contains(words)), "{ending}: {error}: {text}");
            }
        }
    };
    fuzz("written_features", |numbers| damaged(&seeds::geojson(), numbers), read);
}

/// What a server has sent when it was asked for a layer, piece by piece as it was asked.
fn session_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let (piece, behind) = behind.split_at(behind.len().min(u32::from_le_bytes(*length) as usize));
        pieces.push(piece.to_vec());
        rest = behind;
    }
    pieces
}

#[test]
fn database_server() {
    let make = |numbers: &mut Numbers| {
        let mut pieces = session_of(include_bytes!("../data/formats/postgis.session"));
        for _ in 0..numbers.below(3) {
            let index = numbers.below(pieces.len());
            let piece = &mut pieces[index];
            *piece = damaged(std::slice::from_ref(piece), numbers);
        }
        pieces.iter().flat_map(|piece| [&(piece.len() as u32).to_le_bytes()[..], piece].concat()).collect()
    };
    let read = |bytes: &[u8]| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let pieces = session_of(bytes);
        let server = std::thread::spawn(move || {
            let Ok((mut stream, _)) = listener.accept() else { return };
            // Nobody else is let in, to cancel what hangs.
            drop(listener);
            let mut asked = [0; 4096];
            for piece in pieces {
                if !stream.read(&mut asked).is_ok_and(|count| count > 0) || stream.write_all(&piece).is_err() {
                    return;
                }
            }
        });
        let text = format!("postgresql://me@127.0.0.1:{port}/a?table=places&limit=20&sslmode=disable");
        let (address, _) = Address::parse(&text).unwrap();
        let wait = Duration::from_millis(50);
        let waits = Waits { connect: wait, statement: wait, count: wait };
        match postgis::read(&address, Order::LonLat, waits) {
            Ok((layer, sum, _)) => assert!(layer.features.rows.count() <= 20 && sum.len() == 64),
            Err(error) => assert!(!error.what.is_empty()),
        }
        server.join().unwrap();
    };
    // Undamaged, it is a layer.
    let whole = session_of(include_bytes!("../data/formats/postgis.session"));
    assert!(whole.len() > 5);
    fuzz("database_server", make, read);
}

#[test]
fn database_address() {
    let seeds = [
        "postgresql://rea%40der:s%2Fe:cret@DB.example.org:6000/g%20is?table=a.%22b.c%22&geometry=geom&limit=7",
        "postgres://[::1]:5433/gis?query=select%20*%20from%20a&bbox=1,2,3.5,4&sslmode=verify-full&sslrootcert=a.pem",
    ];
    let seeds = seeds.map(|seed| seed.as_bytes().to_vec());
    let read = |bytes: &[u8]| {
        let text = lossy(bytes);
        let _ = (redacted(&text), redacted_address(&text));
        match Address::parse(&text) {
            Ok((address, _)) => {
                let again = Address::parse(&address.to_string());
                assert_eq!(again.map(|(again, password)| (again, password.is_none())), Ok((address, true)));
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    };
    fuzz("database_address", move |numbers| damaged(&seeds, numbers), read);
}

#[test]
fn gzip() {
    let make = |numbers: &mut Numbers| {
        let inside = damaged(&seeds::geojson(), numbers);
        let packed = seeds::packed(&inside);
        if numbers.one_in(2) { packed } else { damaged(&[packed], numbers) }
    };
    fuzz("gzip", make, |bytes| open("a.geojson.gz", bytes));
}

#[test]
fn table() {
    let read = |bytes: &[u8]| {
        let rows = csv::read(bytes);
        let numbers = rows.into_iter().flatten().flat_map(|row| row.fields).filter_map(|field| csv::number(&field));
        assert!(numbers.into_iter().all(|number| !number.is_nan()));
        open("a.csv", bytes);
    };
    fuzz("table", |numbers| damaged(&seeds::tables(), numbers), read);
}

/// A part of a spreadsheet is damaged, or the zip around it.
#[test]
fn spreadsheets() {
    for (target, name, folder) in [("xlsx", "a.xlsx", seeds::xlsx()), ("ods", "a.ods", seeds::ods())] {
        let names: Vec<String> = folder.keys().cloned().collect();
        let make = move |numbers: &mut Numbers| {
            let mut files = folder.clone();
            let part = &names[numbers.below(names.len())];
            let inside = damaged(&[files.remove(part).unwrap_or_default()], numbers);
            files.insert(part.clone(), inside);
            let packed = bundle::write(&files).unwrap();
            if numbers.one_in(4) { damaged(&[packed], numbers) } else { packed }
        };
        fuzz(target, make, move |bytes| open(name, bytes));
    }
}

#[test]
fn dossier_in_one_file() {
    let make = |numbers: &mut Numbers| {
        let mut files = seeds::quill_files();
        let which = numbers.below(files.len() * 2);
        let name = files.keys().nth(which).cloned().unwrap_or_else(|| "dossier.json".to_owned());
        if let Some(bytes) = files.get_mut(&name) {
            *bytes = damaged(std::slice::from_ref(bytes), numbers);
        }
        let zip = bundle::write(&files).unwrap();
        if numbers.one_in(4) { damaged(&[zip], numbers) } else { zip }
    };
    fuzz("dossier_in_one_file", make, |bytes| open("a.claimline", bytes));
}

#[test]
fn dossier_in_a_folder() {
    let make = |numbers: &mut Numbers| damaged(&seeds::dossiers(), numbers);
    let read = |bytes: &[u8]| {
        let folder = TempDir::new().unwrap();
        for (name, of_file) in seeds::quill_files() {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, of_file).unwrap();
        }
        fs::write(folder.path().join("dossier.json"), bytes).unwrap();
        opened(folder.path());
    };
    fuzz("dossier_in_a_folder", make, read);
}

#[test]
fn project_file() {
    fuzz("project_file", |numbers| damaged(&seeds::projects(), numbers), |bytes| open("a.claimline.geojson", bytes));
}

#[test]
fn project_in_a_figure() {
    let read = |bytes: &[u8]| {
        let Ok(read) = project::read(bytes) else { return };
        let scene = quill();
        let mut session = Session::new(Arc::clone(scene), Vec::new());
        let _ = session.restore(read.document);
        let document = session.drawn_document();
        keeps_its_word(&document);
        let (mut options, _) = session.figure(small_figure(&document));
        options.page = small_figure(&document).page;
        let drawn = figure::draw(scene, &Ground::blank(), &document, &options);
        for format in [OutputFormat::Svg, OutputFormat::GeoJson] {
            drawn.encode(format).map_err(|error| error.to_string()).unwrap();
        }
    };
    fuzz("project_in_a_figure", |numbers| damaged(&seeds::projects(), numbers), read);
}

#[test]
fn layer_in_a_figure() {
    let read = |bytes: &[u8]| {
        let Ok(read) = claimline::formats::geojson::read_table(bytes) else { return };
        let Ok((layer, _)) = dossier::own_layer("a", read) else { return };
        let mut dossier = Dossier::clone(quill().dossier());
        let id = dossier.add(layer);
        let bounds = dossier.bounds_of([id.as_str()]);
        let scene = Arc::new(Scene::new(dossier));
        let mut document = Document::new(scene.dossier(), 400.0, 300.0);
        document.view =
            View { center: Coord { x: (bounds[0] + bounds[2]) / 2.0, y: (bounds[1] + bounds[3]) / 2.0 }, zoom: 5.0 };
        let drawn = figure::draw(&scene, &Ground::blank(), &document, &small_figure(&document));
        for format in [OutputFormat::Svg, OutputFormat::GeoJson] {
            drawn.encode(format).map_err(|error| error.to_string()).unwrap();
        }
    };
    fuzz("layer_in_a_figure", |numbers| damaged(&seeds::geojson(), numbers), read);
}

/// An archive of which the start, where its directories are, is damaged; its tiles lie behind.
struct DamagedStart {
    start: Vec<u8>,
    whole: &'static [u8],
}

impl claimline::basemap::ReadAt for DamagedStart {
    fn read_at(&self, offset: u64, length: usize) -> std::io::Result<Cow<'_, [u8]>> {
        let beyond = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let from = usize::try_from(offset).map_err(|_| beyond())?;
        let to = from.checked_add(length).ok_or_else(beyond)?;
        if to <= self.start.len() {
            return Ok(Cow::Borrowed(&self.start[from..to]));
        }
        self.whole.get(from..to).map(Cow::Borrowed).ok_or_else(beyond)
    }

    fn size(&self) -> u64 {
        self.whole.len() as u64
    }
}

#[test]
fn tile_archive() {
    let make = |numbers: &mut Numbers| {
        // The header is 127 bytes long, and decides on all else.
        let of = if numbers.one_in(2) { 127 } else { 4096 };
        let mut start = seeds::archive()[..4096].to_vec();
        for _ in 0..1 + numbers.below(4) {
            let at = numbers.below(of);
            start[at] = *numbers.of(&[0, 1, 0x7f, 0x80, 0xff, start[at] ^ 1, start[at].wrapping_add(1)]);
        }
        start
    };
    let read = |bytes: &[u8]| {
        let archive = DamagedStart { start: bytes.to_vec(), whole: seeds::archive() };
        match Archive::open(archive) {
            Ok(archive) => look_into(&archive),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    };
    fuzz("tile_archive", make, read);
}

#[test]
fn tile_archive_cut_short() {
    fuzz(
        "tile_archive_cut_short",
        |numbers| damaged(&seeds::small_archives(), numbers),
        |bytes| open("a.pmtiles", bytes),
    );
}

#[test]
fn tile_archive_to_extract() {
    let make = |numbers: &mut Numbers| {
        let mut start = seeds::archive()[..4096].to_vec();
        for _ in 0..1 + numbers.below(4) {
            let of = if numbers.one_in(2) { 127 } else { 4096 };
            let at = numbers.below(of);
            start[at] = *numbers.of(&[0, 1, 0x7f, 0x80, 0xff, start[at] ^ 1, start[at].wrapping_add(1)]);
        }
        start
    };
    let read = |bytes: &[u8]| {
        let Ok(archive) = Pmtiles::open(DamagedStart { start: bytes.to_vec(), whole: seeds::archive() }) else {
            return;
        };
        let wanted = Wanted { bounds: [30.0, 44.0, 41.0, 52.0], min_zoom: None, max_zoom: None };
        match archive.plan(&wanted) {
            Ok(plan) => assert!(plan.fetched() <= seeds::archive().len() as u64 && !plan.requests.is_empty()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    };
    fuzz("tile_archive_to_extract", make, read);
}

#[test]
fn tile_database() {
    fuzz("tile_database", |numbers| damaged(&seeds::mbtiles(), numbers), |bytes| open("a.mbtiles", bytes));
}

#[test]
fn vector_tile() {
    let read = |bytes: &[u8]| {
        for id in tiles() {
            for schema in [None].into_iter().chain(Schema::ALL.map(Some)) {
                if let Ok(tile) = Tile::decode_in(schema, id, bytes) {
                    let _ = (tile.is_empty(), tile.bytes());
                }
            }
        }
    };
    let make = |numbers: &mut Numbers| {
        let seeds = if numbers.one_in(2) { seeds::schema_tiles() } else { seeds::vector_tiles() };
        damaged(&seeds, numbers)
    };
    fuzz("vector_tile", make, read);
}

#[test]
fn raster_tile() {
    let make = |numbers: &mut Numbers| {
        let bytes = damaged(&seeds::pictures(), numbers);
        if numbers.one_in(2) { with_right_sums(bytes) } else { bytes }
    };
    let read = |bytes: &[u8]| {
        let _ = Bitmap::decode_tile(bytes, 256);
        let _ = Hillshade::read(bytes, include_bytes!("../../assets/basemap/hillshade.json"));
    };
    fuzz("raster_tile", make, read);
}

/// Pictures that say where they belong: how large they are, their pixels, and their place.
#[test]
fn placed_picture() {
    let make = |numbers: &mut Numbers| {
        let bytes = damaged(&seeds::placed_pictures(), numbers);
        if numbers.one_in(2) { with_right_sums(bytes) } else { bytes }
    };
    let read = |bytes: &[u8]| {
        let _ = picture::rows(Cursor::new(bytes), &mut |_| Ok(()));
        let Ok(header) = picture::header(Cursor::new(bytes)) else { return };
        let placed = header.placed.and_then(|said| picture::Placement::of_file(&said, None).ok());
        let Some((placement, _)) = placed else { return };
        let Ok(mapping) = placement.mapping() else { return };
        if let Ok(bounds) = mapping.world_bounds(header.width_px, header.height_px) {
            let _ = mapping.pixel_from_world(bounds.center());
        }
    };
    fuzz("placed_picture", make, read);
}

/// What photos say of where they were taken, in every kind of file.
#[test]
fn photo() {
    let whole: Vec<bool> = seeds::photos().into_iter().map(|seed| photo_of(&seed).at.is_some()).collect();
    assert!(whole.iter().all(|has_place| *has_place), "{whole:?}");
    let read = |bytes: &[u8]| {
        let facts = photo_of(bytes);
        assert!(facts.at.is_some() || !facts.why_not.is_empty());
        assert!(facts.at.is_none_or(|at| at.x.abs() <= 180.0 && at.y.abs() <= 90.0));
        let properties = facts.properties("a.jpg");
        if let Some(time) = properties.get("time").and_then(|time| time.as_str()) {
            assert!(!claimline::formats::photo::time_words(time).is_empty());
        }
        if let Ok(photo) = write_and(bytes, "a.jpg", files::photos::read) {
            assert!(photo.facts.at.is_some());
        }
    };
    fuzz("photo", |numbers| damaged(&seeds::photos(), numbers), read);
}

fn photo_of(bytes: &[u8]) -> claimline::formats::photo::PhotoFacts {
    claimline::formats::photo::read(Cursor::new(bytes))
}

fn write_and<T>(bytes: &[u8], name: &str, read: fn(&Path) -> T) -> T {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    read(&path)
}

/// TIFFs that are read in parts.
#[test]
fn picture_parts() {
    let read = |bytes: &[u8]| {
        let opened = picture::tiff_parts::TiffParts::open(Cursor::new(bytes.to_vec()), Box::new(|_| ()));
        let Ok((mut parts, _)) = opened else { return };
        for (level, (width, height)) in parts.levels().into_iter().enumerate() {
            let (x, y) = (width / 2, height / 2);
            let _ = parts.region(level, x..x.saturating_add(40), y..y.saturating_add(40));
        }
    };
    fuzz("picture_parts", |numbers| damaged(&[seeds::file("pictures/tiff/cog.tif")], numbers), read);
}

/// What says in words where a picture belongs.
#[test]
fn picture_placement() {
    let read = |bytes: &[u8]| {
        let _ = picture::world_file::read(bytes);
        let _ = picture::ground_overlay::all(bytes);
        let _ = picture::ground_overlay::all_packed(bytes);
        let _ = picture::ground_overlay::packed_picture(bytes, "a.png");
        if let Ok(said) = picture::annotation::read(bytes) {
            let again = picture::annotation::write(&said);
            assert!(picture::annotation::read(again.as_bytes()).is_ok(), "{again}");
            let _ = picture::Placement::of_points(&said.points, said.transform).mapping();
        }
        let _ = Pyramid::open(bytes.to_vec());
    };
    fuzz("picture_placement", |numbers| damaged(&seeds::picture_placements(), numbers), read);
}

#[test]
fn font_of_a_dossier() {
    let seeds = [
        include_bytes!("../data/fonts/goose.ttf").to_vec(),
        claimline::scene::text::font_bytes(claimline::scene::display_list::Face::SerifItalic).to_vec(),
    ];
    let read = |bytes: &[u8]| {
        let _ = claimline::dossier::look_at_font(bytes);
    };
    fuzz("font_of_a_dossier", move |numbers| damaged(&seeds, numbers), read);
}

#[test]
fn article() {
    let read = |bytes: &[u8]| {
        for name in ["a.txt", "a.html"] {
            let Ok(read) = text::read(name, bytes) else { continue };
            let normalized = read.normalized;
            let _ = (normalized.length(), normalized.words(), normalized.sha256());
            for piece in normalized.pieces() {
                assert!(normalized.slice(piece.clone()).is_some(), "{piece:?}");
            }
            let at_hand = dossier::check::TextAtHand::new(NormalizedText::new(normalized.as_str()));
            for excerpt in &quill().dossier().excerpts {
                if let Some(place) = at_hand.check(excerpt).state.at() {
                    assert!(at_hand.text().slice(place.clone()).is_some(), "{place:?}");
                }
            }
        }
    };
    fuzz("article", |numbers| damaged(&seeds::articles(), numbers), read);
}

#[test]
fn document() {
    let read = |bytes: &[u8]| {
        // A PDF is read in a process of its own: tests/it/documents.rs.
        if document::kind_of("", bytes).id == "pdf" {
            return;
        }
        for name in ["a.rtf", "a.mhtml", "a.docx", "a.odt", "a.wacz", "a.warc.gz", "a.html"] {
            if document::kind_of(name, bytes).id == "pdf" {
                continue;
            }
            let Ok(content) = document::read_content_of(name, bytes, None) else { continue };
            let again = document::read_content(&document::write_content(&content)).expect("its own words");
            assert_eq!(again, content);
            let read = ReadDocument::from(content);
            for page in read.normalized.pages() {
                assert!(read.normalized.slice(page.clone()).is_some(), "{page:?}");
            }
        }
    };
    fuzz("document", |numbers| damaged(&seeds::documents(), numbers), read);
}

fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[test]
fn citation() {
    let read = |bytes: &[u8]| {
        let typed = lossy(bytes);
        let understood = cited_page::read(&typed);
        let _ = cited_page::warnings(&understood.page, Some(20_000));
        let _ = (link::followable(&typed), link::doubts(&typed), link::shown(&typed), cited_page::host(&typed));
    };
    fuzz("citation", |numbers| damaged(&seeds::citations(), numbers), read);
}

#[test]
fn source_list() {
    let names = ["library.bib", "library.pandoc.bib", "library.pandoc.json", "library.ris"];
    let lists = names.map(|name| seeds::file(&format!("citations/{name}")));
    let read = |bytes: &[u8]| {
        for name in ["a.bib", "a.json", "a"] {
            let Ok((works, warnings)) = citations::read(name, bytes) else { continue };
            assert!(!works.is_empty() || !warnings.is_empty());
            warnings.iter().for_each(|warning| assert!(!warning.to_string().is_empty()));
        }
    };
    fuzz("source_list", move |numbers| damaged(&lists, numbers), read);
}

#[test]
fn stated_figures() {
    let sentences = include_bytes!("../../src/formats/stated_figure/phrases.tsv");
    let rows: Vec<Vec<u8>> = sentences.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let read = |bytes: &[u8]| {
        let text = lossy(bytes);
        for language in [None, Some("en"), Some("uk"), Some("ru"), Some("de"), Some("fr"), Some("es")] {
            for figure in stated_figure::find(&text, language) {
                assert!(text.get(figure.range).is_some_and(|words| !words.is_empty()) && figure.low.is_finite());
            }
        }
        let _ = (coordinates::listed(&text), coordinates::bearing(&text));
    };
    fuzz("stated_figures", move |numbers| damaged(&rows, numbers), read);
}

#[test]
fn lines_of_a_treaty() {
    let seeds = [seeds::file("lines/dossier/dossier.json")];
    let read = |bytes: &[u8]| {
        let open = |path: &str| match path {
            "shapes/west.geojson"
            | "shapes/east.geojson"
            | "shapes/sea.geojson"
            | "shapes/stone.geojson"
            | "shapes/stream.geojson" => Ok(Cow::Owned(seeds::file(&format!("lines/dossier/{path}")))),
            other => Err(format!("there is no {other}")),
        };
        let _ = claimline::dossier::read(bytes, &open);
    };
    fuzz("lines_of_a_treaty", move |numbers| damaged(&seeds, numbers), read);
}

#[test]
fn style() {
    let read = |bytes: &[u8]| {
        let text = lossy(bytes);
        if let Some(color) = Rgba::parse(&text) {
            let hex = color.to_hex();
            assert_eq!(Rgba::parse(&hex).map(Rgba::to_hex), Some(hex));
        }
        let properties: Map<String, Value> = serde_json::from_slice(bytes).unwrap_or_default();
        let (style, warnings) = simplestyle::read(&properties);
        warnings.iter().for_each(|warning| assert!(!warning.message("it is left out").is_empty()));
        // What is understood is written so that it is understood, though a colour's own opacity moves into its member.
        let written = style.write();
        assert_eq!(simplestyle::read(&written).0.write(), written);
        let _ = source_properties::read(&properties);
        for value in properties.values() {
            let _ = value.as_str().and_then(Rgba::parse);
        }
    };
    fuzz("style", |numbers| damaged(&seeds::styles(), numbers), read);
}

#[test]
fn filter() {
    let read = |bytes: &[u8]| {
        let Ok(filter) = Filter::parse(&lossy(bytes)) else { return };
        let value = serde_json::json!({ "a": 1.5, "name": "Occupied", "list": ["held", 2], "none": null });
        let lookup = |name: &str| value.get(name).map(Cow::Borrowed);
        let _ = (filter.matches(lookup), filter.names());
        // Written again it says the same.
        let written = filter.to_string();
        let again = Filter::parse(&written).unwrap_or_else(|error| panic!("{written:?}: {error}"));
        assert_eq!(again.matches(lookup), filter.matches(lookup), "{written:?}");
    };
    fuzz("filter", |numbers| damaged(&seeds::filters(), numbers), read);
}

#[test]
fn typed_words() {
    let read = |bytes: &[u8]| {
        let typed = lossy(bytes);
        for reading in coordinates::readings(&typed).into_iter().flatten() {
            let Coord { x, y } = reading.at;
            assert!((-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y), "{x} {y} of {typed:?}");
        }
        if let Ok(day) = Day::in_text(&typed) {
            assert_eq!(Day::in_text(&day.iso()), Ok(day));
        }
    };
    fuzz("typed_words", |numbers| damaged(&seeds::typed(), numbers), read);
}

#[test]
fn gazetteers() {
    let make = |numbers: &mut Numbers| damaged(&seeds::gazetteers(), numbers);
    fuzz("gazetteers", make, |bytes| {
        if let Ok(gazetteer) = unseal(bytes) {
            let found = search(&[&gazetteer], "Бахмт", Some(Coord { x: 37.5, y: 48.5 }), 5);
            assert!(found.iter().all(|place| place.at.x.abs() <= 180.0 && place.at.y.abs() <= 90.0));
        }
        let folder = TempDir::new().unwrap();
        for name in ["XX.txt", "XX.zip"] {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            match files::gazetteers::open(&path, None) {
                Ok(gazetteer) => assert!(gazetteer.count() > 0),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        let _ = search(&[], &lossy(bytes), None, 5);
    });
}

#[test]
fn recovery() {
    let read = |bytes: &[u8]| {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("a.recovery"), bytes).unwrap();
        for found in journal::recoverable(folder.path()).unwrap() {
            let opened = journal::open(&found.path).map_err(|error| error.to_string());
            assert!(opened.is_ok() || found.problem.is_some(), "{opened:?} was not foreseen");
            journal::discard(&found.path).unwrap();
        }
    };
    fuzz("recovery", |numbers| damaged(&seeds::recoveries(), numbers), read);
}

fn inspect(bytes: &[u8]) {
    match provenance::find(bytes.to_vec()) {
        Ok(found) => {
            for finding in provenance::compare(&found, quill().dossier(), None).into_iter().flatten() {
                assert!(!finding.state.word().is_empty());
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

#[test]
fn inspect_png() {
    let make = |numbers: &mut Numbers| {
        let bytes = damaged(&[seeds::figure(OutputFormat::Png)], numbers);
        if numbers.one_in(4) { bytes } else { with_right_sums(bytes) }
    };
    fuzz("inspect_png", make, inspect);
}

#[test]
fn inspect_svg() {
    fuzz("inspect_svg", |numbers| damaged(&[seeds::figure(OutputFormat::Svg)], numbers), inspect);
}

#[test]
fn inspect_pdf() {
    fuzz("inspect_pdf", |numbers| damaged(&[seeds::figure(OutputFormat::Pdf)], numbers), inspect);
}

#[test]
fn inspect_geojson() {
    fuzz("inspect_geojson", |numbers| damaged(&[seeds::figure(OutputFormat::GeoJson)], numbers), inspect);
}

#[test]
fn inspect_pack() {
    fuzz("inspect_pack", |numbers| damaged(&[seeds::figure(OutputFormat::Pack)], numbers), inspect);
}

/// The folder of the tests' data.
fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}
