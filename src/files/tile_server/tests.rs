//! Tests of `tile_server.rs`.

use std::io::Cursor;
use std::net::TcpListener;

use reqwest::Url;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::fetch::{LARGEST_ANSWER, pause_of, refusal};
use super::hosts::PARALLEL;
use super::*;
use crate::basemap::Bitmap;
use crate::files::test_server::{self, Requests, answer};

fn png() -> Vec<u8> {
    png_of(256, 256)
}

fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut png = Vec::new();
    let picture = image::RgbImage::new(width, height);
    picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).expect("into memory");
    png
}

/// The same as the address of tiles.
fn server(reply: impl Fn(usize, &str) -> Option<Vec<u8>> + Send + 'static) -> (String, Requests) {
    let (address, requests) = test_server::server(reply);
    (format!("{address}/{{z}}/{{x}}/{{y}}.png"), requests)
}

fn options(url_template: String, cache: Option<&std::path::Path>) -> TileServerOptions {
    let source = MapSource { kind: MapKind::Xyz, address: url_template, ..MapSource::builtin() };
    TileServerOptions {
        cache_folder: cache.map(std::path::Path::to_owned),
        timeout: Duration::from_millis(1500),
        retry: Duration::from_millis(20),
        ..TileServerOptions::of(&source, Servers::default())
    }
}

type TileServer = super::TileServer<Bitmap>;

const ID: TileId = TileId { z: 7, x: 77, y: 44 };

fn wait_for(server: &TileServer, done: impl Fn(&TileServer) -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until {
        if done(server) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

fn seen(requests: &Requests) -> Vec<String> {
    requests.lock().expect("not poisoned").iter().map(|text| text.to_lowercase()).collect()
}

#[test]
fn a_tile_comes_once_under_our_name_and_then_from_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, requests) = server(|_, _| Some(answer("200 OK", "Content-Type: image/png\r\n", &png())));
    let calls = Arc::new(Mutex::new(0));
    let theirs = calls.clone();
    let first = TileServer::start(options(url.clone(), Some(folder.path())), move |_| {
        *theirs.lock().expect("not poisoned") += 1;
    })
    .expect("starts");
    assert_eq!(first.status(), TileServerStatus::Idle);
    first.want(&[ID]);
    assert!(wait_for(&first, |server| server.get(ID).is_some()));
    assert!(*calls.lock().expect("not poisoned") >= 1);
    assert_eq!(first.get(ID).map(|bitmap| bitmap.width), Some(256));
    drop(first);
    let request = seen(&requests).join("");
    assert!(request.starts_with("get /7/77/44.png "), "{request}");
    assert!(request.contains(&format!("user-agent: {}", user_agent().to_lowercase())), "{request}");
    // The server named no time: the tile stays fresh for a week.
    let second = TileServer::start(options(url, Some(folder.path())), |_| {}).expect("starts");
    second.want(&[ID]);
    assert!(wait_for(&second, |server| server.get(ID).is_some()));
    assert_eq!(seen(&requests).len(), 1);
}

#[test]
fn a_stale_tile_is_asked_for_with_its_tag() {
    let folder = tempfile::tempdir().expect("a folder");
    let headers = "ETag: \"seven\"\r\nCache-Control: max-age=0\r\n";
    let (url, requests) = server(move |_, request| {
        let known = request.to_lowercase().contains("if-none-match: \"seven\"");
        Some(if known { answer("304 Not Modified", headers, b"") } else { answer("200 OK", headers, &png()) })
    });
    for _ in 0..2 {
        let server = TileServer::start(options(url.clone(), Some(folder.path())), |_| {}).expect("starts");
        server.want(&[ID]);
        assert!(wait_for(&server, |server| server.get(ID).is_some()));
    }
    let requests = seen(&requests);
    assert_eq!(requests.len(), 2);
    assert!(requests[1].contains("if-none-match: \"seven\""), "{}", requests[1]);
}

#[test]
fn without_the_network_an_old_tile_is_shown_unless_its_server_forbids_that() {
    for (headers, is_shown) in
        [("Cache-Control: max-age=0\r\n", true), ("Cache-Control: max-age=0, must-revalidate\r\n", false)]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let (url, requests) = server(move |count, _| match count {
            0 => Some(answer("200 OK", headers, &png())),
            _ => Some(b"".to_vec()),
        });
        for start in 0..2 {
            let server = TileServer::start(options(url.clone(), Some(folder.path())), |_| {}).expect("starts");
            server.want(&[ID]);
            assert!(wait_for(&server, |server| match server.status() {
                TileServerStatus::Offline(_) => !is_shown && start == 1,
                _ => server.get(ID).is_some(),
            }));
            assert!(seen(&requests).len() > start, "{headers}: the server was not asked");
        }
    }
}

#[test]
fn what_fails_is_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, requests) = server(|count, _| match count {
        0 => Some(answer("500 Internal Server Error", "", b"no")),
        1 => Some(answer("200 OK", "", b"<html>not a tile</html>")),
        2 => Some(b"garbage\r\n\r\n".to_vec()),
        _ => Some(answer("200 OK", "", &png())),
    });
    let server = TileServer::start(options(url, Some(folder.path())), |_| {}).expect("starts");
    server.want(&[ID]);
    assert!(wait_for(&server, |server| matches!(server.status(), TileServerStatus::Offline(_))));
    assert!(wait_for(&server, |server| server.get(ID).is_some()));
    assert_eq!(seen(&requests).len(), 4);
    assert!(wait_for(&server, |server| server.status() == TileServerStatus::Idle));
}

#[test]
fn a_tile_that_the_server_lacks_is_not_asked_for_again() {
    let (url, requests) = server(|_, _| Some(answer("404 Not Found", "", b"none")));
    let server = TileServer::start(options(url, None), |_| {}).expect("starts");
    server.want(&[ID]);
    assert!(wait_for(&server, |_| !seen(&requests).is_empty()));
    assert!(wait_for(&server, |server| server.status() == TileServerStatus::Idle));
    server.want(&[ID]);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(seen(&requests).len(), 1);
}

#[test]
fn a_server_that_never_answers_holds_nothing_up() {
    let (url, requests) = server(|_, _| None);
    let server = TileServer::start(options(url, None), |_| {}).expect("starts");
    let ids: Vec<TileId> = (0..9).map(|x| TileId { z: 7, x, y: 1 }).collect();
    server.want(&ids);
    assert!(wait_for(&server, |_| seen(&requests).len() == PARALLEL));
    assert_eq!(server.status(), TileServerStatus::Loading(9));
    assert_eq!(seen(&requests).len(), PARALLEL);
    let before = Instant::now();
    drop(server);
    assert!(before.elapsed() < Duration::from_secs(1));
}

#[test]
fn an_endless_answer_is_cut_off() {
    let (url, _) = server(|_, _| Some(answer("200 OK", "", &vec![0; LARGEST_ANSWER + 1])));
    let server = TileServer::start(options(url, None), |_| {}).expect("starts");
    server.want(&[ID]);
    let too_large = |server: &TileServer| match server.status() {
        TileServerStatus::Unusable(reason) => reason.contains("too large"),
        _ => false,
    };
    assert!(wait_for(&server, too_large));
}

#[test]
fn only_web_addresses_of_tiles_are_taken() {
    for template in
        ["file:///{z}/{x}/{y}", "https://example.org/tiles", "{z}{x}{y}", "javascript:{z}{x}{y}", "ftp://a/{z}/{x}/{y}"]
    {
        let refused = TileServer::start(options(template.into(), None), |_| {});
        assert!(matches!(refused, Err(TileServerError::Record(_))), "{template}");
    }
}

#[test]
fn nobody_listening_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/{{z}}/{{x}}/{{y}}.png", listener.local_addr().expect("bound"));
    drop(listener);
    let server = TileServer::start(options(url, None), |_| {}).expect("starts");
    server.want(&[ID]);
    let refused = |server: &TileServer| match server.status() {
        TileServerStatus::Offline(reason) => reason.to_lowercase().contains("refused"),
        _ => false,
    };
    assert!(wait_for(&server, refused));
}

#[test]
fn a_server_that_asks_for_time_is_left_alone() {
    let (address, requests) = server(|count, _| {
        Some(match count {
            0 => answer("503 Service Unavailable", "Retry-After: 1\r\n", b""),
            _ => answer("200 OK", "Content-Type: image/png\r\n", &png()),
        })
    });
    let server = TileServer::start(options(address, None), |_| {}).expect("it starts");
    let started = Instant::now();
    server.want(&[ID]);
    assert!(wait_for(&server, |_| requests.lock().expect("not poisoned").len() == 1));
    // Another tile waits with it.
    server.want(&[ID, TileId { x: ID.x + 1, ..ID }]);
    assert!(wait_for(&server, |server| server.get(ID).is_some()));
    assert!(started.elapsed() >= Duration::from_secs(1), "asked again after {:?}", started.elapsed());
}

#[test]
fn the_time_that_a_server_asks_for_is_read_and_bounded() {
    let of = |text: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().expect("a header"));
        pause_of(&headers)
    };
    assert_eq!(of("120"), Some(Duration::from_secs(120)));
    assert_eq!(of("99999999"), Some(Duration::from_secs(3600)));
    assert_eq!(of("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO), "it has passed");
    assert_eq!(of("Tue, 31 Dec 2199 23:59:59 GMT"), Some(Duration::from_secs(3600)));
    assert_eq!(of("soon"), None);
    assert_eq!(pause_of(&HeaderMap::new()), None);
}

#[test]
fn a_redirect_stays_on_its_server() {
    let (elsewhere, asked_there) = server(|_, _| Some(answer("200 OK", "Content-Type: image/png\r\n", &png())));
    let other = elsewhere.split("/{z}").next().unwrap_or_default().to_owned();
    let (address, _) = server(move |_, text| {
        Some(match text {
            text if text.contains("/moved/") => answer("200 OK", "Content-Type: image/png\r\n", &png()),
            text if text.contains("/7/77/44") => answer("302 Found", "Location: /moved/7.png\r\n", b""),
            _ => answer("302 Found", &format!("Location: {other}/7/1/1.png\r\n"), b""),
        })
    });
    let server = TileServer::start(options(address, None), |_| {}).expect("it starts");
    server.want(&[ID]);
    assert!(wait_for(&server, |server| server.get(ID).is_some()), "a redirect on the same server is followed");
    server.want(&[TileId { x: 1, ..ID }]);
    let is_said = |server: &TileServer| matches!(server.status(), TileServerStatus::Offline(why) if why.contains("which is not followed"));
    assert!(wait_for(&server, is_said), "{:?}", server.status());
    assert!(asked_there.lock().expect("not poisoned").is_empty(), "the other server was asked");
    let url = |text: &str| Url::parse(text).expect("an address");
    for (first, next, is_followed) in [
        ("https://a.example/1", "https://b.example/1", false),
        ("https://a.example/1", "https://a.example:8443/1", false),
        ("https://a.example/1", "https://a.example/2", true),
        ("http://a.example/1", "https://a.example/1", true),
        ("http://a.example:8080/1", "https://a.example/1", false),
        ("https://a.example/1", "http://a.example/1", false),
        ("http://a.example/1", "http://a.example:8080/1", false),
        ("http://a.example/1", "http://a.example:80/2", true),
    ] {
        assert_eq!(refusal(&[url(first)], &url(next)).is_none(), is_followed, "{first} to {next}");
    }
    assert!(refusal(&vec![url("https://a.example/1"); 5], &url("https://a.example/2")).is_some(), "round and round");
}

#[test]
fn what_is_no_tile_is_left_alone_after_three_tries() {
    // The last is a small file that says it has 10,000 × 10,000 pixels.
    let mut huge = png_of(1, 1);
    huge[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
    for (picture, says) in [
        (png_of(1, 1), "1 × 1"),
        (png_of(256, 128), "256 × 128"),
        (png_of(2048, 2048), "2048 × 2048"),
        (b"<html>Please log in</html>".to_vec(), "web page"),
        (huge, "damaged"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let (url, requests) = server(move |_, _| Some(answer("200 OK", "", &picture)));
        let server = TileServer::start(options(url, Some(folder.path())), |_| {}).expect("starts");
        let is_said =
            |server: &TileServer| matches!(server.status(), TileServerStatus::Unusable(why) if why.contains(says));
        server.want(&[ID]);
        assert!(wait_for(&server, is_said), "{says}: {:?}", server.status());
        assert!(wait_for(&server, |_| seen(&requests).len() == BAD_TRIES as usize), "{says}");
        // A map that shows the place asks for it with each frame.
        for _ in 0..40 {
            server.want(&[ID]);
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(seen(&requests).len(), BAD_TRIES as usize, "{says}");
        assert!(is_said(&server), "{says}: {:?}", server.status());
        let kept = std::fs::read_dir(folder.path()).expect("the cache").count();
        assert_eq!(kept, 0, "{says}: what is no tile is kept");
    }
}

#[test]
fn a_picture_with_more_pixels_than_a_tile_is_made_smaller() {
    let (url, requests) = server(|_, _| Some(answer("200 OK", "", &png_of(1024, 1024))));
    let calls = Arc::new(Mutex::new(Vec::new()));
    let theirs = calls.clone();
    let server = TileServer::start(options(url, None), move |arrival| {
        theirs.lock().expect("not poisoned").push(arrival);
    })
    .expect("starts");
    server.want(&[ID]);
    assert!(wait_for(&server, |server| server.get(ID).is_some()));
    assert_eq!(server.get(ID).map(|bitmap| (bitmap.width, bitmap.height)), Some((256, 256)));
    assert!(wait_for(&server, |_| *calls.lock().expect("not poisoned") == [Arrival::Tile]));
    assert_eq!((seen(&requests).len(), server.status()), (1, TileServerStatus::Idle));
}

#[test]
fn what_a_server_says_of_age_and_dates_does_no_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let headers = [
        "Age: 18446744073709551615\r\nCache-Control: max-age=60\r\n",
        "Age: -1\r\nExpires: 0\r\n",
        "Cache-Control: max-age=18446744073709551615, max-age=3, =, \"\r\nVary: *\r\n",
        "Date: Mon, 01 Jan 0001 00:00:00 GMT\r\nExpires: Fri, 31 Dec 9999 23:59:59 GMT\r\nETag: \"\"\r\n",
        "Last-Modified: Fri, 31 Dec 9999 23:59:59 GMT\r\nCache-Control: immutable\r\n",
        "Cache-Control: no-store\r\nSet-Cookie: who=you\r\n",
    ];
    let (url, requests) = server(move |count, _| Some(answer("200 OK", headers[count % headers.len()], &png())));
    for start in 0..2 {
        for x in 0..headers.len() as u32 {
            let server = TileServer::start(options(url.clone(), Some(folder.path())), |_| {}).expect("starts");
            let id = TileId { z: 7, x, y: 1 };
            server.want(&[id]);
            assert!(wait_for(&server, |server| server.get(id).is_some()), "{start}: {}", headers[x as usize]);
        }
    }
    // The first and the fourth are fresh still; of the last nothing is kept.
    assert!(seen(&requests).len() >= headers.len() + 2, "{}", seen(&requests).len());
    let kept: Vec<Vec<u8>> = std::fs::read_dir(folder.path())
        .expect("the cache")
        .map(|entry| std::fs::read(entry.expect("a file").path()).expect("readable"))
        .collect();
    assert!(!kept.is_empty() && kept.iter().all(|file| !String::from_utf8_lossy(file).contains("who=you")));
}

#[test]
fn a_described_map_is_asked_with_its_key_which_is_kept_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let json = r#"{"tilejson":"3.0.0","tiles":["/t/{z}/{x}/{y}.png?key=s3cret"]}"#;
    let (address, requests) = test_server::server(move |_, request| {
        let is_description = request.contains("tiles.json");
        Some(answer("200 OK", "", if is_description { json.as_bytes().to_vec() } else { png() }.as_slice()))
    });
    let address = format!("{address}/tiles.json?key={{key}}");
    let source = MapSource { kind: MapKind::Tilejson, address, ..MapSource::builtin() };
    let mut servers = Servers::default();
    let [server] = &Server::all_of(&source)[..] else { panic!("one server") };
    servers.say(server, Some(true));
    servers.set_secret(server, crate::files::servers::Secret { key: "s3cret".to_owned(), ..Default::default() });
    let options =
        TileServerOptions { cache_folder: Some(folder.path().to_owned()), ..TileServerOptions::of(&source, servers) };
    let server = TileServer::start(options, |_| {}).expect("starts");
    server.want(&[ID]);
    assert!(wait_for(&server, |server| server.get(ID).is_some()), "{:?}", server.status());
    let asked = seen(&requests);
    assert!(
        asked[0].starts_with("get /tiles.json?key=s3cret ") && asked[1].starts_with("get /t/7/77/44.png?key=s3cret ")
    );
    let kept: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder").flatten().collect();
    assert_eq!(kept.len(), 1, "the tile alone is kept");
    for file in kept {
        let bytes = std::fs::read(file.path()).expect("a file");
        assert_eq!(memchr::memmem::find(&bytes, b"s3cret"), None, "the key is on the disk");
    }
}

#[test]
fn who_lets_go_of_a_map_does_not_wait_for_its_description() {
    let (address, requests) = test_server::server(|_, _| None);
    let address = format!("{address}/tiles.json");
    let source = MapSource { kind: MapKind::Tilejson, address, ..MapSource::builtin() };
    let timeout = Duration::from_secs(120);
    let options = TileServerOptions { timeout, ..TileServerOptions::of(&source, Servers::default()) };
    let server = TileServer::start(options, |_| {}).expect("starts");
    server.want(&[ID]);
    assert!(wait_for(&server, |_| !seen(&requests).is_empty()));
    let before = Instant::now();
    drop(server);
    assert!(before.elapsed() < timeout / 2, "it was waited for");
}
