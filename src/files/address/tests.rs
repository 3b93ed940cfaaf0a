//! Tests of `address.rs`, with servers on the loopback.

use std::net::TcpListener;
use std::sync::Arc;

use geo::Intersects as _;
use serde_json::Map;

use super::*;
use crate::dossier::{FileRecord, fingerprint};
use crate::files::layers::{self, From, Standing, Wanted};
use crate::files::test_server::{Requests, answer, server};
use crate::files::tile_server::user_agent;
use crate::formats::feature::Feature;
use crate::formats::flatgeobuf;
use crate::formats::geojson::Order;
use crate::formats::write::Outgoing;
use crate::geometry::work::Work;

const GEOJSON: &[u8] =
    br#"{"type":"Feature","properties":{"name":"a"},"geometry":{"type":"Point","coordinates":[37,48]}}"#;

/// A server of one file, of which it sends the parts that are asked for.
fn server_of_parts(file: Vec<u8>) -> (String, Requests) {
    server(move |_, request| {
        let range =
            request.lines().find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
        let Some(range) = range else { return Some(answer("200 OK", "", &file)) };
        let (start, end) = range.trim().split_once('-')?;
        let (start, end): (usize, usize) = (start.parse().ok()?, end.parse().ok()?);
        let end = (end + 1).min(file.len());
        let header = format!("Content-Range: bytes {start}-{}/{}\r\n", end - 1, file.len());
        Some(answer("206 Partial Content", &header, &file[start..end]))
    })
}

fn open_at(address: &str) -> Result<Opened, FileError> {
    open_within(Path::new(address), Taken::default(), Duration::from_millis(1500))
}

fn error_at(address: &str) -> String {
    open_at(address).err().expect("an error").to_string()
}

/// The layer that was opened, and what is said of it.
fn layer_at(address: &str) -> (Box<crate::dossier::Overlay>, String) {
    match open_at(address) {
        Ok(Opened { content: Content::Evidence(Part::Layer(layer, problems)), .. }) => {
            let said = problems.iter().map(|problem| problem.what.clone()).collect::<Vec<_>>().join("\n");
            (layer, said)
        }
        Ok(_) => panic!("a layer"),
        Err(error) => panic!("{error}"),
    }
}

/// Points by tenths of degrees.
fn grid(columns: usize, rows: usize) -> Vec<Feature> {
    let at = |index: usize| ((index % columns) as f64 / 10.0, (index / columns) as f64 / 10.0);
    let feature = |index: usize| Feature {
        geometry: Some(geo::Point::from(at(index)).into()),
        properties: Map::from_iter([("n".to_owned(), index.into()), ("words".to_owned(), "of some length".into())]),
        id: None,
        members: Map::new(),
    };
    (0..columns * rows).map(feature).collect()
}

fn fgb(features: &[Feature]) -> Vec<u8> {
    flatgeobuf::FORMAT.write.expect("it is written")(&Outgoing { title: "grid", ending: "fgb", features }).bytes
}

#[test]
fn what_is_an_address_and_what_of_it_is_kept() {
    for path in ["a.geojson", "https", "/https://a", "postgresql://a/b", "file:///a", "é", ""] {
        assert!(Address::of(Path::new(path)).is_none(), "{path}");
    }
    for (address, error) in [
        ("https://", AddressError::Broken),
        ("http://data.example/a.geojson", AddressError::Open),
        ("http://127.0.0.1.data.example/a", AddressError::Open),
        ("https://me:secret@data.example/a", AddressError::Password),
        ("https://me@data.example/a", AddressError::Password),
        ("https://data.example/a.fgb#bbox=1,2,3", AddressError::Bounds),
        ("https://data.example/a.fgb#bbox=38,47,36,49", AddressError::Bounds),
        ("https://data.example/a.fgb#bbox=nan,47,38,49", AddressError::Bounds),
    ] {
        assert_eq!(Address::of(Path::new(address)), Some(Err(error)), "{address}");
    }
    for (address, told) in [
        ("HTTPS://Data.example/a.geojson?x=1#there", "https://data.example/a.geojson?x=1"),
        ("http://localhost:8080/a", "http://localhost:8080/a"),
        ("http://[::1]/a", "http://[::1]/a"),
        ("https://data.example/a?f=json&Token=s&key=t", "https://data.example/a?f=json"),
        ("https://data.example/a?X-Amz-Signature=s", "https://data.example/a"),
        ("https://data.example/a.fgb#bbox=36,47,38,49", "https://data.example/a.fgb#bbox=36,47,38,49"),
    ] {
        let Some(Ok(Address::Web(web))) = Address::of(Path::new(address)) else { panic!("{address}") };
        assert_eq!(web.told(), Path::new(told));
    }
    assert_eq!(error_at("https://me:secret@data.example/a?b=c").rsplit(": ").next(), Some("https://data.example/a"));
    let view = Rect::new((-200.0, 47.0), (38.0, 49.1234567));
    let part = |path: &str| within(Path::new(path), view).display().to_string();
    assert_eq!(part("https://data.example/a.fgb?b=1"), "https://data.example/a.fgb?b=1#bbox=-180,47,38,49.123457");
    for path in ["https://data.example/a.fgb#all", "https://data.example/a.geojson", "a.fgb"] {
        assert_eq!(part(path), path);
    }
}

#[test]
fn a_file_is_fetched_once_under_our_name_and_told_by_its_sum() {
    let (at, requests) = server(|_, _| Some(answer("200 OK", "Content-Type: text/plain\r\n", GEOJSON)));
    let (layer, said) = layer_at(&format!("{at}/data/places.geojson?api_key=s3cret&v=2"));
    assert_eq!(layer.features.count(), 1);
    let file = &layer.origin.as_ref().expect("it comes from somewhere").file;
    assert_eq!(file.path, PathBuf::from(format!("{at}/data/places.geojson?v=2")));
    assert_eq!((file.sha256.as_str(), file.bytes), (fingerprint::bytes(GEOJSON).as_str(), GEOJSON.len() as u64));
    assert_eq!((file.name().as_str(), layer.opened_from.as_deref()), ("places.geojson", Some("places.geojson")));
    assert!(said.contains("api_key") && !said.contains("s3cret"), "{said}");
    let requests = requests.lock().expect("not poisoned").clone();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].starts_with("GET /data/places.geojson?api_key=s3cret&v=2 "), "{}", requests[0]);
    assert!(requests[0].to_lowercase().contains(&format!("user-agent: {}", user_agent().to_lowercase())));
}

#[test]
fn of_a_large_file_the_part_in_view_is_read_in_few_requests() {
    let features = grid(200, 200);
    let file = fgb(&features);
    let length = file.len();
    let (at, requests) = server_of_parts(file);
    let view = Rect::new((5.05, 5.05), (6.05, 6.05));
    let (layer, said) = layer_at(&format!("{at}/grid.fgb#bbox=5.05,5.05,6.05,6.05"));
    let inside = |feature: &&Feature| feature.geometry.as_ref().is_some_and(|shape| shape.intersects(&view));
    let mut expected: Vec<u64> =
        features.iter().filter(inside).map(|feature| feature.properties["n"].as_u64().expect("a number")).collect();
    let rows = layer.features.rows();
    let mut found: Vec<u64> =
        (0..rows.count()).map(|one| rows.properties(one)["n"].as_u64().expect("a number")).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!((found.len(), &found), (100, &expected));
    assert!(said.contains("100 of its 40000 features are read"), "{said}");
    let requests = requests.lock().expect("not poisoned").clone();
    assert!(requests.len() <= 8, "{}", requests.len());
    let asked: usize = requests
        .iter()
        .filter_map(|request| {
            let range = request
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned))?;
            let (start, end) = range.trim().split_once('-')?;
            Some(end.parse::<usize>().ok()? + 1 - start.parse::<usize>().ok()?)
        })
        .sum();
    assert!(asked < length / 5, "{asked} of {length}");
    let nothing = error_at(&format!("{at}/grid.fgb#bbox=-20,-20,-10,-10"));
    assert!(nothing.contains("none of its 40000 features lies in the part"), "{nothing}");
}

#[test]
fn a_file_in_another_system_is_read_in_part_too() {
    let file = include_bytes!("../../../tests/data/formats/areas-utm.fgb");
    let (at, _) = server_of_parts(file.to_vec());
    let (all, _) = layer_at(&format!("{at}/areas-utm.fgb"));
    let (part, said) = layer_at(&format!("{at}/areas-utm.fgb#bbox=37.75,47.9,37.9,48"));
    assert!(said.contains("of its 40 features are read") && said.contains("EPSG:32637"), "{said}");
    let names = |layer: &crate::dossier::Overlay, all: bool| -> Vec<String> {
        let meets = |feature: usize| {
            let [west, south, east, north] = layer.feature_bounds(feature).expect("it has a shape");
            all || west <= 37.9 && east >= 37.75 && south <= 48.0 && north >= 47.9
        };
        let name = |feature| layer.features.rows().words(feature, "name").expect("a name").into_owned();
        (0..layer.features.count()).filter(|feature| meets(*feature)).map(name).collect()
    };
    let (wanted, got) = (names(&all, false), names(&part, true));
    assert!(!wanted.is_empty() && got.len() < 20 && wanted.iter().all(|name| got.contains(name)), "{wanted:?} {got:?}");
}

#[test]
fn without_parts_the_whole_file_is_read_if_it_is_small() {
    let file = fgb(&grid(40, 40));
    let (at, requests) = server(move |_, _| Some(answer("200 OK", "", &file)));
    let (layer, said) = layer_at(&format!("{at}/grid.fgb#bbox=1,1,2,2"));
    assert!(
        layer.features.count() == 1600 && said.contains("sends no parts of files: the whole file is read"),
        "{said}"
    );
    assert_eq!(requests.lock().expect("not poisoned").len(), 1);
    let (at, _) = server(|_, _| Some(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\nfgb".to_vec()));
    let error = error_at(&format!("{at}/grid.fgb#bbox=1,1,2,2"));
    assert!(error.contains("sends no parts of files, and the file has more than 64 MB"), "{error}");
    // What is another kind of file is read as a whole.
    let (at, _) = server_of_parts(GEOJSON.to_vec());
    assert_eq!(layer_at(&format!("{at}/a.geojson#bbox=1,1,2,2")).0.features.count(), 1);
}

#[test]
fn damaged_parts_are_errors_and_a_server_that_changes_its_mind_is_one() {
    let file = fgb(&grid(60, 60));
    for at in (0..60_000).step_by(997) {
        let mut bent = file.clone();
        let at = at % bent.len();
        bent[at] ^= 0x55;
        let mut get = |range: std::ops::Range<u64>| Ok(bent[range.start as usize..range.end as usize].to_vec());
        let view = Rect::new((1.0, 1.0), (2.0, 2.0));
        if let Err(error) = part::part(&bent[..4096], bent.len() as u64, view, &mut get) {
            assert!(!error.to_string().is_empty());
        }
    }
    let (at, _) = server(|_, request| {
        let is_first = request.contains("=0-");
        let body = if is_first { fgb(&grid(60, 60))[..START as usize].to_vec() } else { vec![0; 5] };
        let range = if is_first { format!("0-{}/200000", START - 1) } else { "0-4/9".to_owned() };
        Some(answer("206 Partial Content", &format!("Content-Range: bytes {range}\r\n"), &body))
    });
    let error = error_at(&format!("{at}/grid.fgb#bbox=1,1,2,2"));
    assert!(
        error.contains("another part") || error.contains("changes while") || error.contains("does not fit"),
        "{error}"
    );
}

#[test]
fn what_is_no_data_is_said_as_it_is() {
    for (reply, words) in [
        (answer("500 Internal Server Error", "", b"x"), "answers 500 Internal Server Error instead of the file"),
        (answer("404 Not Found", "", b"<html>"), "no such file (404)"),
        (answer("403 Forbidden", "", b""), "whom it knows (403)"),
        (
            answer("200 OK", "Content-Type: text/html\r\n", b"\n<!DOCTYPE html><html><body>Sign in"),
            "a web page, not with data",
        ),
        (answer("200 OK", "", b"PMTiles\x03"), "download it and open the file"),
        (answer("200 OK", "", b"hello"), "not JSON"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 600000000\r\n\r\n{".to_vec(), "more than 512 MB"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\n{".to_vec(), "asked in vain"),
        (answer("302 Found", "Location: ftp://data.example/a\r\n", b""), "sends us on to another one"),
        (answer("302 Found", "Location: https://data.example/a\r\n", b""), "open that address if you trust it"),
        (answer("302 Found", "Location: /a.geojson\r\n", b""), "on and on"),
    ] {
        let said = String::from_utf8_lossy(&reply).into_owned();
        let (at, _) = server(move |_, _| Some(reply.clone()));
        let error = error_at(&format!("{at}/a.geojson"));
        assert!(error.contains(words), "{said}: {error}");
        assert!(error.ends_with(&format!("{at}/a.geojson")), "{error}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("bound");
    let error = error_at(&format!("http://{gone}/a.geojson"));
    assert!(error.contains("cannot be reached"), "{error}");
}

#[test]
fn a_silent_server_is_given_up_and_work_that_is_cancelled_ends_at_once() {
    let (at, _) = server(|_, _| None);
    let error = error_at(&format!("{at}/a.geojson"));
    assert!(error.contains("has sent nothing for 1 seconds"), "{error}");
    let work = Work::default();
    work.cancel();
    let error =
        work.run(|| open(Path::new(&format!("{at}/a.geojson")), Taken::default()).err().expect("an error").to_string());
    assert!(error.contains("it was cancelled"), "{error}");
}

/// What a project names is not fetched because it names it.
#[test]
fn the_address_of_a_project_is_asked_only_if_that_is_wanted() {
    let (at, requests) = server(|_, _| Some(answer("200 OK", "", GEOJSON)));
    let wanted = |at: &str, from: From, kept: Option<&str>| Wanted {
        id: "mine".to_owned(),
        title: "Mine".to_owned(),
        file: Arc::new(FileRecord {
            path: PathBuf::from(format!("{at}/a.geojson")),
            elsewhere: None,
            sha256: fingerprint::bytes(GEOJSON),
            bytes: GEOJSON.len() as u64,
            modified_ms: None,
            order: Order::LonLat,
            crs: None,
            table: None,
            layer: None,
        }),
        kept: kept.map(Arc::from),
        from,
    };
    let kept = std::str::from_utf8(GEOJSON).expect("text");
    let read = layers::read_layer(wanted(&at, From::Anywhere, Some(kept)));
    assert!(matches!(&read.standing, Standing::NotFetched(why) if why.contains("only if you say so")), "{read:?}");
    assert!(read.part.is_some());
    let read = layers::read_layer(wanted(&at, From::Anywhere, None));
    assert!(matches!(read.standing, Standing::Missing(_)) && read.part.is_none());
    assert!(requests.lock().expect("not poisoned").is_empty());
    let read = layers::read_layer(wanted(&at, From::Address, Some(kept)));
    assert_eq!((read.standing, read.part.is_some()), (Standing::Same, true));
    // Offline, what is kept is shown, with a word.
    let read = layers::read_layer(wanted("http://127.0.0.1:9", From::Address, Some(kept)));
    let notice = read.notice().expect("something is wrong");
    assert!(read.part.is_some() && notice.contains("was not fetched: the server cannot be reached"), "{notice}");
}
