//! Maps under the overlays, beside baselines and other programs in the same run: `cargo bench --bench maps`.
//!
//! Vector tiles are those of the built-in map, or of `CLAIMLINE_BENCH_ARCHIVE`. Other programs draw the same tiles where they are
//! installed: Mapnik (Debian's `python3-mapnik`), and MapLibre Native (PyPI's `pymgl` with `numpy`; needs a display, Xvfb will do). The
//! Python that has each is named by `CLAIMLINE_BENCH_MAPNIK` and `CLAIMLINE_BENCH_MAPLIBRE`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Cursor, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use claimline::basemap::{Archive, MapSource, Shape, Tile, TileId, TilePlacement, builtin};
use claimline::document::Document;
use claimline::dossier;
use claimline::figure::raster::Painter;
use claimline::files::map_tiles::{RunningMap, draw_with_tiles};
use claimline::files::servers::Servers;
use claimline::files::tile_server::Arrival;
use claimline::formats::map_source::ShownMap;
use claimline::geometry::{Coord, Frame, View, lon_lat_from_world};
use claimline::scene::basemap_style::{self, BasemapStyle};
use claimline::scene::display_list::DisplayList;
use claimline::scene::ground::Ground;
use claimline::scene::palette::Theme;
use claimline::scene::{Look, Scene};
use kurbo::{Affine, Rect};

/// So many tiles are drawn in a round.
const TILES: usize = 1000;
/// Rounds of each program in turn.
const ROUNDS: usize = 3;
/// How wide a vector tile is drawn.
const SIDE_PX: f64 = 512.0;

fn main() {
    let (archive, name) = match std::env::var_os("CLAIMLINE_BENCH_ARCHIVE") {
        Some(path) => {
            let bytes = fs::read(&path).expect("the archive");
            (Archive::open(bytes).expect("an archive"), path.to_string_lossy().into_owned())
        }
        None => (builtin().expect("the built-in map"), "the built-in map".to_owned()),
    };
    first_tile(&archive);
    vector_tiles(&archive, &name);
}

/// The deepest tiles of an archive.
fn deepest(archive: &Archive) -> Vec<TileId> {
    let mut ids = Vec::new();
    let bounds = archive.world_bounds();
    for z in (0..=archive.info().max_zoom).rev() {
        let side = f64::from(z).exp2();
        let range = |from: f64, to: f64| (from * side).max(0.0) as u32..(to * side).ceil().min(side) as u32;
        for y in range(bounds.y0, bounds.y1) {
            for x in range(bounds.x0, bounds.x1) {
                let id = TileId { z, x, y };
                if archive.contains(id).unwrap_or(false) {
                    ids.push(id);
                }
                if ids.len() == TILES {
                    return ids;
                }
            }
        }
    }
    ids
}

fn read(archive: &Archive, id: TileId) -> Tile {
    let bytes = archive.tile_bytes(id).expect("it can be read").expect("it is there");
    Tile::decode_in(archive.info().schema(), id, &bytes).expect("a tile")
}

/// Tiles unpacked, decoded and painted, one by one; in seconds.
fn ours(archive: &Archive, ids: &[TileId]) -> f64 {
    let mut painter = Painter::default();
    let mut pixels = Vec::new();
    let style = BasemapStyle { theme: Theme::Light, grounds_named: true, ..BasemapStyle::default() };
    let background = Theme::Light.palette().ground;
    let started = Instant::now();
    for id in ids {
        let tile = Arc::new(read(archive, *id));
        let middle = lon_lat_from_world(id.world_rect().center());
        let frame = Frame::new(View { center: middle, zoom: f64::from(id.z) + 1.0 }, SIDE_PX, SIDE_PX);
        let part = Rect::new(0.0, 0.0, 1.0, 1.0);
        let placement = TilePlacement { tile, page_from_tile: Affine::scale(SIDE_PX), part };
        let (mut items, mut above) = (Vec::new(), Vec::new());
        basemap_style::draw(&[placement], None, &frame, style.clone(), &mut items, &mut above);
        items.append(&mut above);
        let list = DisplayList { width_pt: SIDE_PX, height_pt: SIDE_PX, items };
        painter.paint_into(&list, 1.0, background, &mut pixels).expect("a picture");
    }
    started.elapsed().as_secs_f64()
}

/// Another program, which draws the tiles each time it is asked to.
struct Peer {
    name: &'static str,
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts a script with a Python that is named, or the usual one; `None`, with a word, where it cannot.
    fn start(name: &'static str, python: &str, usual: &str, script: &str, folder: &Path) -> Option<Self> {
        let python = std::env::var(python).unwrap_or_else(|_| usual.to_owned());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(script);
        let mut command = Command::new(python);
        command.arg(script).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| println!("{name} is not here: {error}")).ok()?;
        let (asks, answers) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        let mut peer = Self { name, child, asks, answers };
        let ready = peer.answer()?;
        println!("{name}: {ready}");
        Some(peer)
    }

    fn answer(&mut self) -> Option<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line).is_ok_and(|read| read > 0) {
            return Some(line.trim().to_owned());
        }
        let mut why = String::new();
        if let Some(errors) = self.child.stderr.take() {
            BufReader::new(errors).lines().map_while(Result::ok).for_each(|line| why = line);
        }
        println!("{} is not here: {why}", self.name);
        None
    }

    /// The seconds of a round.
    fn round(&mut self) -> Option<f64> {
        writeln!(self.asks, "draw").ok()?;
        self.answer()?.parse().ok()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn vector_tiles(archive: &Archive, name: &str) {
    let ids = deepest(archive);
    let folder = tempfile::tempdir().expect("a folder");
    for_mapnik(archive, &ids, folder.path());
    for_maplibre(archive, &ids, folder.path());
    let mut peers: Vec<Peer> = [
        Peer::start("Mapnik", "CLAIMLINE_BENCH_MAPNIK", "/usr/bin/python3", "with_mapnik.py", folder.path()),
        Peer::start("MapLibre Native", "CLAIMLINE_BENCH_MAPLIBRE", "python3", "with_maplibre.py", folder.path()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut own = Vec::new();
    let mut theirs: Vec<Vec<f64>> = vec![Vec::new(); peers.len()];
    for _ in 0..ROUNDS {
        own.push(ours(archive, &ids));
        for (peer, times) in peers.iter_mut().zip(&mut theirs) {
            times.extend(peer.round());
        }
    }
    let least = |times: &[f64]| times.iter().copied().fold(f64::MAX, f64::min);
    println!("{} vector tiles of {name}, decoded and painted: {:.2} s", ids.len(), least(&own));
    for (peer, times) in peers.iter().zip(&theirs).filter(|(_, times)| !times.is_empty()) {
        let ratio = least(&own) / least(times);
        println!("  the same by {}: {:.2} s; ours takes {ratio:.2} × as long", peer.name, least(times));
    }
}

/// The features of tiles as Mapnik reads them: GeoJSON in pixels of the zoom, north up; and the boxes of the tiles.
fn for_mapnik(archive: &Archive, ids: &[TileId], folder: &Path) {
    let names = ["land", "water", "waterways", "roads", "borders", "buildings"];
    let mut layers: [Vec<String>; 6] = Default::default();
    let mut boxes = Vec::new();
    for id in ids {
        let (left, top) = (f64::from(id.x) * SIDE_PX, f64::from(id.y) * SIDE_PX);
        boxes.push(format!("[{left},{},{},{}]", -top - SIDE_PX, left + SIDE_PX, -top));
        let tile = read(archive, *id);
        let place = |[x, y]: &[f32; 2]| {
            format!("[{:.2},{:.2}]", left + f64::from(*x) * SIDE_PX, -(top + f64::from(*y) * SIDE_PX))
        };
        let mut add = |layer: usize, shape: &Shape, is_area: bool| {
            let parts = shape.parts().filter(|part| part.len() > 1).map(|part| {
                let mut places: Vec<String> = part.iter().map(place).collect();
                if is_area {
                    places.extend(places.first().cloned());
                }
                format!("[{}]", places.join(","))
            });
            let parts: Vec<String> = parts.collect();
            let kind = if is_area { "Polygon" } else { "MultiLineString" };
            if !parts.is_empty() {
                layers[layer].push(format!(
                    r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"{kind}","coordinates":[{}]}}}}"#,
                    parts.join(",")
                ));
            }
        };
        tile.land.iter().for_each(|area| add(0, &area.shape, true));
        tile.water.iter().for_each(|area| add(1, &area.shape, true));
        tile.waterways.iter().for_each(|line| add(2, &line.shape, false));
        tile.roads.iter().for_each(|road| add(3, &road.shape, false));
        tile.borders.iter().for_each(|border| add(4, &border.shape, false));
        tile.buildings.iter().for_each(|shape| add(5, shape, true));
    }
    for (name, features) in names.iter().zip(layers).filter(|(_, features)| !features.is_empty()) {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",\n"));
        fs::write(folder.join(format!("{name}.geojson")), text).expect("room on the disk");
    }
    fs::write(folder.join("boxes.json"), format!("[{}]", boxes.join(","))).expect("room on the disk");
}

/// The tiles as MapLibre reads them: MBTiles; and where the middle of each lies.
fn for_maplibre(archive: &Archive, ids: &[TileId], folder: &Path) {
    let database = rusqlite::Connection::open(folder.join("tiles.mbtiles")).expect("a database");
    let tables = "CREATE TABLE metadata (name text, value text);
        CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
        CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);
        INSERT INTO metadata VALUES ('name', 'tiles'), ('format', 'pbf'), ('bounds', '-180,-85,180,85'), ('minzoom', '0'),
        ('maxzoom', '14'), ('json', '{\"vector_layers\":[]}'); BEGIN";
    database.execute_batch(tables).expect("tables");
    let mut middles = String::new();
    for id in ids {
        let bytes = archive.tile_bytes(*id).expect("it can be read").expect("it is there");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&bytes).expect("into memory");
        let row = (1_u32 << id.z) - 1 - id.y;
        let packed = packed.finish().expect("into memory");
        let values = rusqlite::params![id.z, id.x, row, packed];
        database.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", values).expect("a row");
        let Coord { x, y } = lon_lat_from_world(id.world_rect().center());
        let comma = if middles.is_empty() { "" } else { "," };
        let _ = write!(middles, "{comma}[{x},{y},{}]", id.z);
    }
    database.execute_batch("COMMIT").expect("a database");
    fs::write(folder.join("middles.json"), format!("[{middles}]")).expect("room on the disk");
}

/// A server of tiles that may be kept for a day; its address.
fn server(body: Vec<u8>, kind: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let (asked, body) = (Arc::<AtomicUsize>::default(), Arc::new(body));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::Relaxed);
            let mut stream = stream;
            let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {}
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: max-age=86400\r\n\
                 Connection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    (address, asked)
}

/// A picture as maps have them: fields, lines and a little noise.
fn picture() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(256, 256, |x, y| {
        let field = ((x / 37) * 7 + (y / 29) * 13) % 11;
        let is_line = (x + 2 * y) % 61 < 2 || (3 * x + 200 - y / 2) % 83 < 2;
        let noise = ((x * 2_654_435) ^ (y * 40_503)) % 5;
        let shade = if is_line { 90 } else { 200 + 4 * field + noise } as u8;
        image::Rgb([shade, shade.saturating_sub(8), shade.saturating_sub(20)])
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).expect("into memory");
    bytes
}

/// From the frame that asks for a map's tiles to the picture that has the first of them, with the tiles on the disk: as the
/// window's painter does it, of a window of 1200 by 800.
fn first_tile(archive: &Archive) {
    const SAMPLES: usize = 25;
    let (dossier, _) = dossier::builtin::berlin().expect("the built-in dossier");
    let scene = Scene::new(dossier);
    scene.prepare();
    let view = View { center: Coord { x: 37.8, y: 48.1 }, zoom: 8.3 };
    let frame = Frame::new(view, 1200.0, 800.0);
    let vector = deepest(archive).first().and_then(|id| Some(archive.tile_bytes(*id).ok()??.into_owned()));
    for (name, kind, ending, body) in [
        ("pictures", "image/png", "png", picture()),
        ("shapes", "application/vnd.mapbox-vector-tile", "mvt", vector.unwrap_or_default()),
    ] {
        let (address, asked) = server(body, kind);
        let tiles = if ending == "mvt" { r#""tiles":"vector","tile_size_px":512,"# } else { "" };
        let record = format!(
            r#"{{"id":"bench","kind":"xyz",{tiles}"address":"{address}/{{z}}/{{x}}/{{y}}.{ending}","zooms":[0,14],"headless_allowed":true}}"#
        );
        let map: MapSource = serde_json::from_str(&record).expect("a record");
        let mut document = Document::empty("berlin-2025-12", view);
        document.map_sources.push(Arc::new(map.clone()));
        document.maps.push(ShownMap::plain("bench"));
        let look = Look::of(&document, Theme::Light, 1.0);
        let cache = tempfile::tempdir().expect("a folder");
        let (mut ground, _) = Ground::builtin();
        let mut painter = Painter::default();
        let background = Theme::Light.palette().ground;
        let mut pixels = Vec::new();
        let mut paint = |ground: &Ground| {
            let (list, _) = scene.ground_map(&look, ground, &frame, &[]);
            painter.paint_into(&list, 1.0, background, &mut pixels).expect("a picture");
        };
        let start = |arrived: Arc<dyn Fn(Arrival) + Send + Sync>| {
            RunningMap::start(&map, &Servers::default(), Some(cache.path().to_owned()), arrived).expect("it starts")
        };
        // Fills the cache.
        let running = start(Arc::new(|_| ()));
        ground.set_tiles(("bench".to_owned(), None), Some(running.tiles()));
        let filled = Mutex::new(&mut paint);
        let lacking = draw_with_tiles(&ground, |ground| {
            if let Ok(mut paint) = filled.lock() {
                paint(ground);
            }
        });
        assert!(lacking.is_ok_and(|(_, lacking)| lacking.is_empty()), "all tiles come");
        running.stop();
        let before = asked.load(Ordering::Relaxed);
        let (mut baseline, mut first, mut after, mut all) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..SAMPLES {
            ground.set_tiles(("bench".to_owned(), None), None);
            let started = Instant::now();
            paint(&ground);
            baseline.push(started.elapsed());
            let (sender, receiver) = channel();
            let running = start(Arc::new(move |arrival| {
                if arrival == Arrival::Tile {
                    let _ = sender.send(());
                }
            }));
            ground.set_tiles(("bench".to_owned(), None), Some(running.tiles()));
            let started = Instant::now();
            paint(&ground);
            let asked_at = Instant::now();
            receiver.recv_timeout(Duration::from_secs(10)).expect("a tile");
            paint(&ground);
            first.push(started.elapsed());
            after.push(asked_at.elapsed());
            // Until no more come.
            while receiver.recv_timeout(Duration::from_millis(300)).is_ok() {
                all.push(started.elapsed());
            }
            running.stop();
        }
        assert_eq!(asked.load(Ordering::Relaxed), before, "all tiles are on the disk");
        let sorted = |times: &mut Vec<Duration>| {
            times.sort();
            (times[times.len() / 2].as_secs_f64() * 1000.0, times[times.len() * 95 / 100].as_secs_f64() * 1000.0)
        };
        let (baseline, first, after) = (sorted(&mut baseline), sorted(&mut first), sorted(&mut after));
        println!(
            "first tile of {name} from the disk: painted {:.1} ms after the frame that asked (95 %: {:.1}), {:.1} ms after it began; \
             baseline, the frame without the map {:.1} ms",
            after.0, after.1, first.0, baseline.0
        );
    }
}
