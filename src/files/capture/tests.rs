//! Pages from servers on the loopback that behave and misbehave.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;

use super::*;
use crate::files::test_server::{answer, server};
use crate::geometry::work::Work;

const PAGE: &str = "<!doctype html><title>Ferry</title><p>The ferry runs again from 3 May.";

fn soon() -> Limits {
    Limits { patience: Duration::from_millis(300), longest: Duration::from_secs(2), most_bytes: 100_000, ..LIMITS }
}

fn html(body: &str) -> Option<Vec<u8>> {
    Some(answer("200 OK", "Content-Type: text/html; charset=utf-8\r\nX-Paper: yes\r\n", body.as_bytes()))
}

/// What an archive holds, as its records say it, one after the other.
fn records(archive: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let mut warc = Vec::new();
    std::io::Read::read_to_end(&mut zip.by_name("archive/data.warc.gz").unwrap(), &mut warc).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(&*warc), &mut text).unwrap();
    text
}

#[test]
fn a_page_is_kept_with_what_was_asked_and_answered() {
    let (address, requests) = server(|_, _| html(PAGE));
    let url = format!("{address}/ferry?day=3#place");
    let page = fetch_within(&url, Extent::Page, soon()).unwrap();
    assert_eq!(page.address(), format!("{address}/ferry?day=3"));
    assert_eq!(page.captured.title, "Ferry");
    assert_eq!(page.text.unwrap().normalized.as_str(), "The ferry runs again from 3 May.");
    let records = records(&page.archive);
    assert!(records.contains("x-paper: yes\r\n") && records.contains(PAGE), "{records}");
    // The request in the archive is the one that the server got, whatever the case of its names.
    let asked = requests.lock().unwrap()[0].to_lowercase();
    let (_, kept) = records.split_once("msgtype=request").unwrap();
    let kept = kept.split_once("\r\n\r\n").unwrap().1.split_once("\r\n\r\n").unwrap().0.to_lowercase();
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.trim().lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&kept), sorted(&asked));
}

#[test]
fn what_leads_to_the_page_is_kept_too() {
    let (address, _) = server(|_, request| match request.split(' ').nth(1) {
        Some("/old") => Some(answer("301 Moved Permanently", "Location: /new\r\n", b"gone there")),
        _ => html(PAGE),
    });
    let page = fetch_within(&format!("{address}/old"), Extent::Page, soon()).unwrap();
    assert_eq!(page.address(), format!("{address}/new"));
    let records = records(&page.archive);
    assert!(records.contains("HTTP/1.1 301 Moved Permanently") && records.contains("gone there"), "{records}");
    let (address, requests) = server(|_, _| Some(answer("302 Found", "Location: /again\r\n", b"")));
    let error = fetch_within(&format!("{address}/"), Extent::Page, soon()).unwrap_err();
    assert!(matches!(error, CaptureError::Redirect(_)) && requests.lock().unwrap().len() == 9, "{error}");
    for elsewhere in ["ftp://a.example/x", "file:///etc/passwd", "http://user:word@127.0.0.1/", "http://[::1"] {
        let (address, _) = server(move |_, _| Some(answer("302 Found", &format!("Location: {elsewhere}\r\n"), b"")));
        let error = fetch_within(&address, Extent::Page, soon()).unwrap_err();
        assert!(matches!(error, CaptureError::Redirect(_)) && !error.to_string().contains("word"), "{error}");
    }
    let url = |text: &str| Url::parse(text).unwrap();
    assert!(!may_follow(&url("https://a.example"), &url("http://a.example")), "from an encrypted page to an open one");
    assert!(!may_follow(&url("http://a.example"), &url("http://127.0.0.1")), "to this computer");
    assert!(may_follow(&url("http://a.example"), &url("https://b.example")));
}

#[test]
fn a_page_that_is_gone_is_told_from_a_server_that_is_not_reached() {
    for (status, gone) in [("404 Not Found", 404), ("410 Gone", 410)] {
        let (address, _) = server(move |_, _| Some(answer(status, "", b"no")));
        assert_eq!(fetch_within(&address, Extent::Page, soon()).unwrap_err(), CaptureError::Gone(gone));
    }
    let (address, _) = server(|_, _| Some(answer("403 Forbidden", "", b"no")));
    assert_eq!(fetch_within(&address, Extent::Page, soon()).unwrap_err(), CaptureError::Refused(403));
    // Closed before and within the answer, and never opened.
    let (address, _) = server(|_, _| Some(Vec::new()));
    assert!(matches!(fetch_within(&address, Extent::Page, soon()).unwrap_err(), CaptureError::Unreached(_)));
    let (address, _) = server(|_, _| Some(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<p>The".to_vec()));
    assert!(matches!(fetch_within(&address, Extent::Page, soon()).unwrap_err(), CaptureError::Unreached(_)));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = fetch_within(&format!("http://{free}/"), Extent::Page, soon()).unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
}

#[test]
fn a_slow_server_and_a_huge_page_come_to_an_end() {
    let (address, _) = server(|_, _| None);
    let error = fetch_within(&address, Extent::Page, soon()).unwrap_err();
    assert!(error.to_string().contains("sent nothing"), "{error}");
    // A byte now and then is patience's end too.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let drips = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
        while stream.write_all(b"a").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    let begun = Instant::now();
    let error = fetch_within(&drips, Extent::Page, soon()).unwrap_err();
    assert!(matches!(error, CaptureError::Unreached(_)) && begun.elapsed() < Duration::from_secs(10), "{error}");
    // One that says how much is coming, and one that does not.
    for head in ["Content-Length: 99999999\r\n", ""] {
        let (address, _) = server(move |_, _| {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n{head}\r\n");
            Some([head.as_bytes(), &vec![b'a'; 300_000]].concat())
        });
        assert_eq!(fetch_within(&address, Extent::Page, soon()).unwrap_err(), CaptureError::TooLarge(0));
    }
}

#[test]
fn a_cancelled_capture_ends_at_once() {
    let (address, requests) = server(|_, _| None);
    let work = Work::default();
    let theirs = work.clone();
    let thread = std::thread::spawn(move || theirs.run(|| fetch(&address, Extent::Page)));
    while requests.lock().unwrap().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    work.cancel();
    assert_eq!(thread.join().unwrap().unwrap_err(), CaptureError::Cancelled);
}

#[test]
fn an_address_is_looked_at_before_anybody_is_asked() {
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let theirs = Arc::clone(&asked);
    let (address, _) = server(move |_, _| {
        theirs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        html(PAGE)
    });
    for bad in ["", "page.html", "http://paper.example/a", "https://me:word@paper.example/"] {
        assert!(matches!(fetch(bad, Extent::Page), Err(CaptureError::Address(_))), "{bad}");
        assert!(server_of(bad).is_none(), "{bad}");
    }
    let error = fetch(&format!("{address}/?access_token=abc"), Extent::Page).unwrap_err();
    assert_eq!(error, CaptureError::Secret("access_token".to_owned()));
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 0);
    assert_eq!(utc(UNIX_EPOCH + Duration::from_secs(1_764_417_607)), "2025-11-29T12:00:07Z");
}

#[test]
fn pictures_and_style_sheets_are_kept_where_they_are_asked_for() {
    const SHOWN: &str = "<!doctype html><title>Ferry</title><link rel=stylesheet href=/a.css><script src=/run.js></script>\
                         <img src=map.png><img src=/gone.png><img src='http://[::1'><p>The ferry runs again from 3 May.";
    let (address, requests) = server(|_, request| match request.split(' ').nth(1) {
        Some("/a.css") => {
            Some(answer("200 OK", "Content-Type: text/css\r\n", b"@import 'b.css'; p{background:url(c.png)}"))
        }
        Some("/b.css") => Some(answer("200 OK", "Content-Type: text/css\r\n", b"p{color:#123}")),
        Some("/map.png") => Some(answer("302 Found", "Location: /real.png\r\n", b"")),
        Some("/real.png" | "/c.png") => Some(answer("200 OK", "Content-Type: image/png\r\n", b"PNG picture")),
        Some("/ferry") => html(SHOWN),
        _ => Some(answer("404 Not Found", "", b"none")),
    });
    let url = format!("{address}/ferry");
    let page = fetch_within(&url, Extent::WithResources, soon()).unwrap();
    assert_eq!((page.beside.had, page.beside.missed), (4, 1));
    assert_eq!(page.beside.words().as_deref(), Some("with 4 of its 5 pictures and style sheets"));
    assert_eq!(page.address(), url);
    assert_eq!(page.text.unwrap().normalized.as_str(), "The ferry runs again from 3 May.");
    let asked: Vec<String> =
        requests.lock().unwrap().iter().filter_map(|request| request.split(' ').nth(1).map(str::to_owned)).collect();
    assert!(asked.len() == 7 && !asked.iter().any(|path| path == "/run.js"), "{asked:?}");
    let kept = records(&page.archive);
    for path in ["a.css", "b.css", "c.png", "map.png", "real.png"] {
        assert!(kept.contains(&format!("WARC-Target-URI: {address}/{path}\r\n")), "{path}");
    }
    // Without being asked for, there is the page alone.
    let bare = fetch_within(&url, Extent::Page, soon()).unwrap();
    assert_eq!((bare.captured.exchanges.len(), bare.captured.beside.len(), bare.beside), (1, 0, Beside::default()));
}
