//! Tests of `map_look.rs` with real servers: MapServer and MapCache, run for each request as a web server runs them. Where they
//! are not installed, these tests say so and are passed over.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::*;
use crate::basemap::sources::typed;
use crate::basemap::{Bitmap, Standing, TileContent, TileId};
use crate::files::map_tiles::RunningMap;
use crate::files::test_server::{answer, server};
use crate::geometry::{Coord, world_from_lon_lat};
use crate::scene::ground::MapTiles;

/// The programs of Debian's packages `cgi-mapserver` and `mapcache-cgi`.
const MAPSERVER: &str = "/usr/lib/cgi-bin/mapserv";
const MAPCACHE: &str = "/usr/lib/cgi-bin/mapcache";

/// Whether a program is there; says so if it is not.
fn has(program: &str, package: &str) -> bool {
    let is_there = Path::new(program).exists();
    if !is_there {
        println!("passed over: {program} is not installed (Debian's package {package})");
    }
    is_there
}

/// A box from 37° E, 47° N to 38° E, 48° N, red and opaque, on nothing.
const MAP: &str = r#"MAP
  NAME "Test" EXTENT 22 44 41 53 SIZE 256 256
  PROJECTION "init=epsg:4326" END
  WEB METADATA "wms_title" "Test server" "wms_srs" "EPSG:4326 EPSG:3857 EPSG:900913" "wms_enable_request" "*" "wms_onlineresource" "ADDRESS" END END
  LAYER NAME "box" TYPE POLYGON STATUS ON
    PROJECTION "init=epsg:4326" END
    METADATA "wms_title" "A box" "wms_enable_request" "*" "wms_attribution_title" "Box makers" "wms_attribution_onlineresource" "https://box.example/" END
    FEATURE POINTS 37 47 38 47 38 48 37 48 37 47 END END
    CLASS NAME "red" STYLE COLOR 255 0 0 END END
  END
END
"#;

/// What a program answers to a request, as a web server hands it on.
fn run(program: &str, request: &str, folder: &Path, variables: &[(&str, String)]) -> Vec<u8> {
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let script = path.split('/').nth(1).unwrap_or_default();
    let mut command = Command::new(program);
    command.env("REQUEST_METHOD", "GET").env("QUERY_STRING", query).env("SERVER_NAME", "127.0.0.1").current_dir(folder);
    command.env("SCRIPT_NAME", format!("/{script}"));
    if let Some(rest) = path.strip_prefix(&format!("/{script}")).filter(|rest| !rest.is_empty()) {
        command.env("PATH_INFO", rest);
    }
    for (name, value) in variables {
        command.env(name, value);
    }
    let output = command.output().expect("it runs").stdout;
    let (head, body) = match memchr::memmem::find(&output, b"\r\n\r\n") {
        Some(at) => (&output[..at], &output[at + 4..]),
        None => {
            let at = memchr::memmem::find(&output, b"\n\n").unwrap_or(output.len());
            (&output[..at], output.get(at + 2..).unwrap_or_default())
        }
    };
    let head = String::from_utf8_lossy(head);
    let named = |name: &str| {
        let line = head.lines().find(|line| line.to_lowercase().starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let kind = named("content-type:").unwrap_or_default();
    answer(&named("status:").unwrap_or_else(|| "200 OK".to_owned()), &format!("Content-Type: {kind}\r\n"), body)
}

/// A MapServer with a map of one box; its address.
fn mapserver(folder: PathBuf) -> String {
    let config = folder.join("mapserver.conf");
    fs::write(&config, "CONFIG\n  ENV\n    MS_MAP_PATTERN \".\"\n  END\nEND\n").unwrap();
    let map = folder.join("test.map");
    let address = Arc::new(Mutex::new(String::new()));
    let theirs = Arc::clone(&address);
    let (own, _) = server(move |_, request| {
        fs::write(&map, MAP.replace("ADDRESS", &theirs.lock().unwrap())).unwrap();
        let variables = [
            ("MS_MAPFILE", map.display().to_string()),
            ("MAPSERVER_CONFIG_FILE", config.display().to_string()),
            ("SERVER_PORT", "80".to_owned()),
        ];
        Some(run(MAPSERVER, request, &folder, &variables))
    });
    *address.lock().unwrap() = format!("{own}/wms?");
    format!("{own}/wms")
}

/// The picture of a tile, once it has come.
fn tile(source: &MapSource, id: TileId) -> Arc<Bitmap> {
    let mut servers = Servers::default();
    for server in Server::all_of(source) {
        servers.say(&server, Some(true));
    }
    let running = RunningMap::start(source, &servers, None, Arc::new(|_| ())).expect("it starts");
    let MapTiles::Raster(tiles) = running.tiles() else { panic!("pictures") };
    tiles.want(&[id]);
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match tiles.standing(id) {
            Standing::AtHand => return tiles.get(id).expect("at hand"),
            Standing::Failed(why) if Instant::now() > until => panic!("{}: {why}", source.address),
            _ if Instant::now() > until => panic!("{}: nothing came", source.address),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The pixels of the box in a tile: left, top, right, bottom, as fractions of the tile.
fn box_of(bitmap: &Bitmap) -> [f64; 4] {
    let (width, height) = (bitmap.width as usize, bitmap.height as usize);
    let is_red = |x: usize, y: usize| {
        let at = 4 * (y * width + x);
        bitmap.rgba[at] > 128 && bitmap.rgba[at + 1] < 100 && bitmap.rgba[at + 3] > 128
    };
    let columns: Vec<usize> = (0..width).filter(|x| (0..height).any(|y| is_red(*x, y))).collect();
    let rows: Vec<usize> = (0..height).filter(|y| (0..width).any(|x| is_red(x, *y))).collect();
    let edge = |at: Option<&usize>, more: usize, of: usize| (*at.expect("some red") + more) as f64 / of as f64;
    [
        edge(columns.first(), 0, width),
        edge(rows.first(), 0, height),
        edge(columns.last(), 1, width),
        edge(rows.last(), 1, height),
    ]
}

/// The tile that has all of the box in it, and where the box lies in it.
fn expected() -> (TileId, [f64; 4]) {
    let corner = |x: f64, y: f64| world_from_lon_lat(Coord { x, y });
    let (upper, lower) = (corner(37.0, 48.0), corner(38.0, 47.0));
    let z = 5;
    let side = 32.0;
    let id = TileId { z, x: (upper.x * side) as u32, y: (upper.y * side) as u32 };
    let place = |value: f64, from: u32| value * side - f64::from(from);
    (id, [place(upper.x, id.x), place(upper.y, id.y), place(lower.x, id.x), place(lower.y, id.y)])
}

fn assert_in_place(source: &MapSource) {
    let (id, expected) = expected();
    assert!(expected.iter().all(|side| (0.0..=1.0).contains(side)), "{expected:?}");
    let bitmap = tile(source, id);
    let found = box_of(&bitmap);
    for (found, expected) in found.iter().zip(expected) {
        let off_px = (found - expected).abs() * f64::from(bitmap.width);
        // What a server paints is a pixel or not; so is a row that stands for another.
        assert!(off_px <= 1.0, "{}: {off_px} pixels off: {found} instead of {expected}", source.address);
    }
}

fn layers(address: &str) -> MapService {
    let typed = typed::read(address).expect("an address");
    match look(&typed, &Servers::default()).expect("it answers") {
        Looked::Service(service, _) => *service,
        Looked::Map(map, _) => panic!("one map: {map:?}"),
    }
}

#[test]
fn a_map_server_is_asked_what_it_offers_and_draws_it_in_its_place() {
    if !has(MAPSERVER, "cgi-mapserver") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let address = mapserver(folder.path().to_owned());
    for asked in [
        address.clone(),
        format!("{address}?service=WMS"),
        format!("{address}?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetCapabilities"),
    ] {
        let service = layers(&asked);
        assert_eq!(service.title, "Test server");
        let offered = service.layers.iter().find(|layer| layer.title == "A box").expect("the layer");
        let source = offered.record(None, None, None);
        assert_eq!(
            (source.attribution.as_str(), source.attribution_page.as_str()),
            ("Box makers", "https://box.example/")
        );
        for (version, crs) in
            [("1.3.0", "EPSG:3857"), ("1.1.1", "EPSG:3857"), ("1.3.0", "EPSG:4326"), ("1.1.1", "EPSG:4326")]
        {
            let mut source = source.clone();
            (source.request.version, source.request.crs) = (version.to_owned(), crs.to_owned());
            source.request.format = "image/png".to_owned();
            assert_in_place(&source);
        }
    }
    // What the server says has gone wrong comes through.
    let mut wrong = layers(&address).layers[0].record(None, None, None);
    wrong.request.layers = vec!["no such layer".to_owned()];
    let mut servers = Servers::default();
    Server::all_of(&wrong).iter().for_each(|server| servers.say(server, Some(true)));
    let running = RunningMap::start(&wrong, &servers, None, Arc::new(|_| ())).expect("it starts");
    let MapTiles::Raster(tiles) = running.tiles() else { panic!("pictures") };
    tiles.want(&[expected().0]);
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match tiles.standing(expected().0) {
            Standing::Failed(why) => {
                assert!(why.contains("Invalid layer"), "{why}");
                break;
            }
            _ => assert!(Instant::now() < until, "nothing is said"),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_tile_service_is_asked_what_it_offers_and_draws_it_in_its_place() {
    if !has(MAPSERVER, "cgi-mapserver") || !has(MAPCACHE, "mapcache-cgi") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let wms = mapserver(folder.path().to_owned());
    let config = folder.path().join("mapcache.xml");
    let tiles = folder.path().join("cache");
    let text = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><mapcache>
        <metadata><title>Tiles of a box</title></metadata>
        <cache name="disk" type="disk"><base>{}</base></cache>
        <source name="wms" type="wms"><getmap><params><FORMAT>image/png</FORMAT><LAYERS>box</LAYERS><TRANSPARENT>TRUE</TRANSPARENT></params></getmap><http><url>{wms}?</url></http></source>
        <format name="png" type="PNG"/>
        <tileset name="boxes"><metadata><title>Boxes</title></metadata><source>wms</source><cache>disk</cache><grid>GoogleMapsCompatible</grid><grid>WGS84</grid><format>png</format><metatile>1 1</metatile></tileset>
        <tileset name="degrees"><metadata><title>In degrees</title></metadata><source>wms</source><cache>disk</cache><grid>WGS84</grid><format>png</format></tileset>
        <service type="wmts" enabled="true"/><service type="wms" enabled="true"/><errors>report</errors><lock_dir>{}</lock_dir></mapcache>"#,
        tiles.display(),
        folder.path().display()
    );
    fs::write(&config, text).unwrap();
    let work = folder.path().to_owned();
    let port = Arc::new(Mutex::new(String::new()));
    let theirs = Arc::clone(&port);
    let (own, _) = server(move |_, request| {
        let port = theirs.lock().unwrap().clone();
        let variables = [
            ("MAPCACHE_CONFIG_FILE", config.display().to_string()),
            ("HTTP_HOST", format!("127.0.0.1:{port}")),
            ("SERVER_PORT", port),
        ];
        Some(run(MAPCACHE, request, &work, &variables))
    });
    own.rsplit(':').next().unwrap_or_default().clone_into(&mut port.lock().unwrap());
    let service = layers(&format!("{own}/mapcache/wmts/1.0.0/WMTSCapabilities.xml"));
    let offered = service.layers.iter().find(|layer| layer.title == "Boxes").expect("the layer");
    let source = offered.record(None, None, None);
    assert!(source.address.starts_with(&own), "{}", source.address);
    assert_in_place(&source);
    assert!(
        service.left_out.iter().any(|(title, why)| title == "In degrees" && why.contains("4326")),
        "{:?}",
        service.left_out
    );
}

#[test]
fn the_key_that_a_service_writes_into_its_answer_goes_into_no_record() {
    let capabilities = |resource: &str| {
        format!(
            r#"<WMS_Capabilities version="1.3.0"><Service><Title>T</Title></Service><Capability><Request><GetMap><Format>image/png</Format>
            <DCPType><HTTP><Get><OnlineResource xlink:href="{resource}" xmlns:xlink="http://www.w3.org/1999/xlink"/></Get></HTTP></DCPType>
            </GetMap></Request><Layer><Title>A</Title><Name>a</Name><CRS>EPSG:3857</CRS></Layer></Capability></WMS_Capabilities>"#
        )
    };
    let looked = |resource: &'static str, typed: &str| {
        let own = Arc::new(Mutex::new(String::new()));
        let theirs = Arc::clone(&own);
        let (address, _) = server(move |_, _| {
            let resource = resource.replace("OWN", &theirs.lock().unwrap());
            Some(answer("200 OK", "Content-Type: text/xml\r\n", capabilities(&resource).as_bytes()))
        });
        own.lock().unwrap().clone_from(&address);
        let typed = typed::read(&typed.replace("OWN", &address)).unwrap();
        let mut servers = Servers::default();
        for server in Server::all_of(&typed.source) {
            servers.set_secret(&server, Secret::default().with_keys(&typed.keys));
        }
        let Ok(Looked::Service(service, keys)) = look(&typed, &servers) else { panic!("a service") };
        (service.layers[0].record(None, None, None).address.replace(&address, "OWN"), keys)
    };
    let asked = "OWN/wms?SERVICE=WMS&token=s3cret";
    for (resource, address, keys) in [
        // It says the user's own key again.
        ("OWN/wms?token=s3cret&amp;", "OWN/wms?token={key}&", vec!["s3cret"]),
        // It does not: what was asked with a key goes on to be.
        ("OWN/wms?map=x", "OWN/wms?map=x&token={key}", vec!["s3cret"]),
        // It has one of its own besides.
        ("OWN/wms?apikey=sh4red&amp;token=s3cret", "OWN/wms?apikey={key2}&token={key}", vec!["s3cret", "sh4red"]),
        // Another server gets no key that it does not know.
        ("https://other.example/wms?sig=s9", "https://other.example/wms?sig={key2}", vec!["s3cret", "s9"]),
    ] {
        assert_eq!(looked(resource, asked), (address.to_owned(), keys.iter().map(ToString::to_string).collect()));
    }
}

#[test]
fn a_description_names_tiles_and_what_is_none_says_what_came() {
    let json = |body: &'static str| {
        let (address, _) =
            server(move |_, _| Some(answer("200 OK", "Content-Type: application/json\r\n", body.as_bytes())));
        let typed = typed::read(&format!("{address}/tiles.json")).expect("an address");
        look(&typed, &Servers::default())
    };
    let tilejson = r#"{"tilejson":"3.0.0","name":"Basic","tiles":["/t/{z}/{x}/{y}.pbf"],"maxzoom":13,"vector_layers":[{"id":"water"}],"attribution":"&copy; Someone"}"#;
    let Ok(Looked::Map(map, _)) = json(tilejson) else { panic!("one map") };
    assert_eq!((map.kind, map.tiles, map.zooms), (MapKind::Tilejson, TileContent::Vector, [0, 13]));
    assert_eq!((map.title.main(), map.attribution.as_str()), ("Basic", "© Someone"));
    // Tiles on another server are named by their own address, so that this server is asked about.
    let Ok(Looked::Map(other, _)) = json(r#"{"tiles":["https://tiles.example/{z}/{x}/{y}.png"]}"#) else {
        panic!("one map")
    };
    assert_eq!((other.kind, other.address.as_str()), (MapKind::Xyz, "https://tiles.example/{z}/{x}/{y}.png"));
    // A key in the address of tiles goes into no record.
    let why = json(r#"{"tiles":["https://tiles.example/{z}/{x}/{y}.png?apikey=s3cret"]}"#).expect_err("a key");
    assert!(why.contains("apikey={key}") && !why.contains("s3cret"), "{why}");
    for (body, part) in [
        ("<!DOCTYPE html><html>", "web page"),
        ("{}", "no addresses of tiles"),
        (r#"{"tiles":["https://h/{z}"]}"#, "cannot be asked for"),
        ("nothing", "neither TileJSON nor"),
    ] {
        let why = json(body).expect_err(body);
        assert!(why.contains(part), "{body}: {why}");
    }
}

#[test]
fn an_archive_that_is_cut_short_says_so_when_it_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pmtiles");
    let whole = include_bytes!("../../../assets/basemap/builtin.pmtiles");
    for (bytes, is_cut) in [(whole.as_slice(), false), (&whole[..3_000_000], true)] {
        std::fs::write(&path, bytes).unwrap();
        let typed = typed::read(&path.to_string_lossy()).expect("a file");
        let Ok(Looked::Map(_, warning)) = look(&typed, &Servers::default()) else { panic!("one map") };
        assert_eq!(warning.is_some_and(|what| what.contains("cut short")), is_cut);
    }
}
