use super::*;
use crate::basemap::{Archive, TileId};
use crate::files::archives::open_archive;
use std::sync::atomic::AtomicUsize;

use crate::basemap::Standing;
use crate::basemap::sources::typed;
use crate::files::map_look::{self, Looked};
use crate::files::map_tiles::RunningMap;
use crate::files::servers::{Secret, Server, Servers};
use crate::files::test_server::{Requests, answer, part, range_of, server, server_at_once};
use crate::files::{Content, open as open_file};
use crate::scene::ground::MapTiles;

fn builtin() -> &'static [u8] {
    include_bytes!("../../../assets/basemap/builtin.pmtiles")
}

/// A file of so many bytes, none like its neighbours.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at * 7 + at / 251) as u8).collect()
}

fn open(at: &str) -> Result<RemoteFile, FileError> {
    RemoteFile::open_within(Path::new(at), http::HeaderMap::new(), Duration::from_millis(400))
}

fn why(at: &str) -> String {
    open(at).expect_err("refused").to_string()
}

fn count(requests: &Requests) -> usize {
    requests.lock().unwrap().len()
}

#[test]
fn parts_come_in_blocks_and_each_once() {
    let all = bytes(200_000);
    let theirs = all.clone();
    let (at, requests) = server(move |_, text| Some(part(text, &theirs, "ETag: \"1\"\r\n")));
    let file = open(&format!("{at}/a.pmtiles")).unwrap();
    let read = |from: usize, length: usize| {
        assert_eq!(file.read_at(from as u64, length).unwrap(), &all[from..from + length], "{from} {length}");
        count(&requests)
    };
    assert_eq!(read(0, 127), 1);
    assert_eq!(read(100, 16_000), 1);
    assert_eq!(read(16_380, 10), 2);
    assert_eq!(read(20_000, 100_000), 3);
    assert_eq!(read(30_000, 70_000), 3);
    assert_eq!(read(199_999, 1), 4);
    assert!(file.is_at_hand(20_000, 100_000) && !file.is_at_hand(150_000, 1) && !file.is_at_hand(10, 180_000));
    assert!(file.read_at(199_999, 2).is_err() && file.read_at(u64::MAX, 1).is_err());
    assert_eq!((count(&requests), file.asked()[0]), (4, 4));
    // The state that was seen first is asked for, and nothing packed.
    let second = requests.lock().unwrap()[1].to_lowercase();
    assert!(second.contains("if-match: \"1\"") && second.contains("accept-encoding: identity"), "{second}");
    assert!(second.contains("user-agent: claimline/"), "{second}");
}

#[test]
fn an_archive_on_a_server_is_read_as_the_file_is() {
    let (at, requests) = server(|_, text| Some(part(text, builtin(), "")));
    let far = open_archive(Path::new(&format!("{at}/map.pmtiles?x=1"))).unwrap();
    let near = Archive::open(builtin()).unwrap();
    assert_eq!(far.info(), near.info());
    let id = TileId { z: 9, x: 308, y: 176 };
    let asked = count(&requests);
    assert!(far.may_have_whole(id) && near.may_have_whole(id));
    assert_eq!(count(&requests), asked, "what may not wait asks nobody");
    for (z, x, y) in [(0, 0, 0), (4, 9, 5), (6, 38, 21), (7, 77, 43), (7, 0, 0)] {
        let id = TileId { z, x, y };
        assert_eq!(far.tile_bytes(id).unwrap(), near.tile_bytes(id).unwrap());
    }
    let sent: usize = requests.lock().unwrap().iter().filter_map(|text| range_of(text)).map(|range| range.len()).sum();
    assert!(sent < builtin().len() / 4, "{sent} bytes");
    let opened = open_file(Path::new(&format!("{at}/map.pmtiles"))).unwrap();
    assert!(matches!(opened.content, Content::Map(_)));
}

#[test]
fn a_server_that_sends_no_parts_is_refused_before_it_sends_the_whole() {
    let (at, _) = server(|_, _| {
        // It would send a terabyte.
        Some(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\nPMTiles".to_vec())
    });
    let why = why(&format!("{at}/a.pmtiles"));
    assert!(why.contains("sends no parts of files; download"), "{why}");
}

#[test]
fn other_answers_are_refused_with_a_reason() {
    let all = bytes(50_000);
    let say = move |kind: &'static str| {
        let all = all.clone();
        let (at, _) = server(move |_, text| {
            let range = range_of(text)?;
            let range = range.start..range.end.min(all.len());
            let said = |what: &str| format!("Content-Range: {what}\r\n");
            let right = said(&format!("bytes {}-{}/{}", range.start, range.end - 1, all.len()));
            let body = &all[range.clone()];
            Some(match kind {
                "shifted" => answer("206 Partial Content", &said("bytes 1-16384/50000"), body),
                "unsaid" => answer("206 Partial Content", "", body),
                "longer" => answer("206 Partial Content", &said("bytes 0-40000/50000"), &all[..40_001]),
                "beyond" => answer("206 Partial Content", &said("bytes 0-16383/100"), body),
                "packed" => answer("206 Partial Content", &format!("{right}Content-Encoding: gzip\r\n"), body),
                "cut" => {
                    let mut whole = answer("206 Partial Content", &right, body);
                    whole.truncate(whole.len() - 10);
                    whole
                }
                "chunked" => {
                    let head = "HTTP/1.1 206 Partial Content\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n";
                    format!("{head}{right}\r\n3\r\nabc\r\n0\r\n\r\n").into_bytes()
                }
                "missing" => answer("404 Not Found", "", b""),
                "elsewhere" => answer("302 Found", "Location: http://127.0.0.2:9/a.pmtiles\r\n", b""),
                "round" => answer("302 Found", "Location: /a.pmtiles\r\n", b""),
                _ => return None,
            })
        });
        why(&format!("{at}/a.pmtiles"))
    };
    for kind in ["shifted", "unsaid", "longer", "beyond", "packed"] {
        let why = say(kind);
        assert!(why.contains("another part of the file"), "{kind}: {why}");
    }
    assert!(say("cut").contains("in vain"), "{}", say("cut"));
    for (kind, word) in [
        ("chunked", "breaks off"),
        ("missing", "no such file"),
        ("elsewhere", "open that address if you trust it"),
        ("round", "on and on"),
        ("silent", "has sent nothing"),
    ] {
        let why = say(kind);
        assert!(why.contains(word) && why.contains("a.pmtiles"), "{kind}: {why}");
    }
}

#[test]
fn a_file_that_changes_meanwhile_is_noticed() {
    // By its mark, its date, its length, or by the server itself.
    for (first, then) in [
        ("ETag: \"1\"\r\n", "ETag: \"2\"\r\n"),
        ("ETag: W/\"1\"\r\n", "ETag: W/\"2\"\r\n"),
        ("Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n", "Last-Modified: Tue, 02 Jan 2024 00:00:00 GMT\r\n"),
        ("", "longer"),
        ("ETag: \"1\"\r\n", "412"),
    ] {
        let (at, requests) = server(move |count, text| {
            let headers = if count == 0 { first } else { then };
            Some(match headers {
                "longer" => part(text, &bytes(100_001), ""),
                "412" => answer("412 Precondition Failed", "", b""),
                headers => part(text, &bytes(100_000), headers),
            })
        });
        let file = open(&format!("{at}/a.pmtiles")).unwrap();
        let why = file.read_at(50_000, 10).unwrap_err();
        assert!(why.to_string().contains("changes while it is read"), "{first} {then}: {why}");
        assert_eq!(why.kind(), io::ErrorKind::InvalidData);
        let is_asked = requests.lock().unwrap()[1].to_lowercase().contains("if-match");
        assert_eq!(is_asked, first.starts_with("ETag: \""), "a weak mark cannot be compared so");
    }
}

#[test]
fn a_server_that_has_failed_is_left_alone_for_a_while() {
    let (at, requests) = server(|count, text| {
        Some(if count == 0 { part(text, &bytes(100_000), "") } else { answer("503 No", "", b"") })
    });
    let file = open(&format!("{at}/a.pmtiles")).unwrap();
    for _ in 0..5 {
        assert!(file.read_at(50_000, 10).unwrap_err().to_string().contains("503"));
    }
    assert_eq!(count(&requests), 2);
    assert_eq!(file.read_at(10, 10).unwrap(), &bytes(20)[10..], "what is here can be read");
}

#[test]
fn tile_servers_and_open_lines_are_refused_without_asking() {
    let (at, requests) = server(|_, text| Some(part(text, builtin(), "")));
    for path in ["/{z}/{x}/{y}.mvt", "/{Z}/{X}/{-y}.png", "/%7Bz%7D/1.png"] {
        assert!(why(&format!("{at}{path}")).contains("address of a tile server"), "{path}");
    }
    assert!(why("http://example.org/a.pmtiles").contains("not encrypted"));
    assert!(why(&at.replace("//", "//user:secret@")).contains("password"));
    assert_eq!(count(&requests), 0);
}

/// Whether all these tiles of a map come, with what opens its server's doors.
fn all_come(address: &str, keys: &[&str], ids: &[TileId]) -> bool {
    let typed = typed::read(address).expect("an address");
    assert!(!format!("{:?}", typed.source).contains("s3cret"), "no key is in a record");
    assert_eq!(typed.keys, keys);
    let mut servers = Servers::default();
    for server in Server::all_of(&typed.source) {
        servers.say(&server, Some(true));
        servers.set_secret(&server, Secret::default().with_keys(&typed.keys));
    }
    let Ok(Looked::Map(map, None)) = map_look::look(&typed, &servers) else { panic!("no map: {address}") };
    let running = RunningMap::start(&map, &servers, None, Arc::new(|_| ())).expect("it starts");
    let MapTiles::Vector(tiles) = running.tiles() else { panic!("shapes") };
    tiles.want(ids);
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until && ids.iter().any(|id| tiles.standing(*id) == Standing::Coming) {
        std::thread::sleep(Duration::from_millis(5));
    }
    ids.iter().all(|id| matches!(tiles.standing(*id), Standing::AtHand | Standing::Absent))
}

#[test]
fn tiles_of_an_archive_on_a_server_come_side_by_side_and_no_part_twice() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (theirs, at_most) = (Arc::clone(&now), Arc::clone(&most));
    let (at, requests) = server_at_once(move |_, text| {
        at_most.fetch_max(theirs.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(40));
        let answer = part(text, builtin(), "");
        theirs.fetch_sub(1, Ordering::SeqCst);
        Some(answer)
    });
    // From all over the archive, so that no two lie in one part.
    let ids: Vec<TileId> = (0..8).flat_map(|x| (0..4).map(move |y| TileId { z: 6, x: 8 * x, y: 8 + 8 * y })).collect();
    let ids: Vec<TileId> = ids.into_iter().chain((150..158).map(|x| TileId { z: 8, x, y: 88 })).collect();
    assert!(all_come(&format!("{at}/map.pmtiles"), &[], &ids));
    let most = most.load(Ordering::SeqCst);
    assert!((2..=4).contains(&most), "{most} at a time");
    let mut ranges: Vec<(usize, usize)> = requests
        .lock()
        .unwrap()
        .iter()
        .filter_map(|text| range_of(text))
        .map(|range| (range.start, range.end))
        .collect();
    // The window that shows a map opens it anew once it has been looked at.
    ranges.sort_unstable();
    let twice = ranges.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let looked = requests.lock().unwrap().len();
    assert!(twice <= 4, "{twice} of {looked} parts came twice: {ranges:?}");
}

#[test]
fn an_archive_behind_keys_is_read_with_them_and_told_without() {
    let (at, requests) = server(|_, text| {
        let has = text.contains("token=s3cret&") && text.contains("sig=s3cret%2F2");
        Some(if has { part(text, builtin(), "") } else { answer("403 Forbidden", "", b"") })
    });
    let id = TileId { z: 4, x: 9, y: 5 };
    assert!(all_come(&format!("{at}/map.pmtiles?token=s3cret&sig=s3cret%2F2"), &["s3cret", "s3cret/2"], &[id]));
    assert!(requests.lock().unwrap().len() > 2);
    // Without its key it is not asked for, and why is said without a key.
    let typed = typed::read(&format!("{at}/map.pmtiles?token={{key}}")).unwrap();
    let before = requests.lock().unwrap().len();
    let why = map_look::look(&typed, &Servers::default()).expect_err("no key");
    assert!(why.contains("no key for 127.0.0.1"), "{why}");
    assert_eq!(requests.lock().unwrap().len(), before);
}
