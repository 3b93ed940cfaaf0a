//! What is written, as Webrecorder's own programs and this program's reader see it.

use std::path::PathBuf;
use std::process::Command;

use super::*;

fn exchange(url: &str, status: u16, response: &[(&str, &str)], body: &[u8]) -> Exchange {
    let fields = |list: &[(&str, &str)]| -> Fields {
        list.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect()
    };
    Exchange {
        url: url.to_owned(),
        request: fields(&[("Host", "www.paper.example"), ("User-Agent", "Claimline/0.1")]),
        status,
        reason: if status == 200 { "OK" } else { "Found" }.to_owned(),
        response: fields(response),
        body: body.to_vec(),
    }
}

fn captured() -> Captured {
    let body = "<!doctype html><title>Fähre</title><p>The ferry runs again, the ministry says, from 3 May.".as_bytes();
    let kind = [("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked"), ("X-One", "a\r\nb")];
    Captured {
        exchanges: vec![
            exchange(
                "http://paper.example/ferry",
                302,
                &[("Location", "https://www.paper.example/News/ferry?b=2&a=1")],
                b"",
            ),
            exchange("https://www.paper.example/News/ferry?b=2&a=1", 200, &kind, body),
        ],
        at: "2026-11-29T12:00:07Z".to_owned(),
        title: "Fähre".to_owned(),
    }
}

/// A program of Python's if it is installed.
fn python(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: {program} is not installed (pip install wacz warcio)");
    }
    found
}

fn outcome(program: &PathBuf, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn the_same_page_gives_the_same_bytes_and_another_time_others() {
    let (one, two) = (write(&captured()).unwrap(), write(&captured()).unwrap());
    assert_eq!(one, two);
    let later = Captured { at: "2026-11-29T12:00:08Z".to_owned(), ..captured() };
    assert_ne!(write(&later).unwrap(), one);
    assert!(write(&Captured::default()).is_err());
}

#[test]
fn our_own_reader_finds_the_page_its_words_and_when_it_was_saved() {
    let bytes = write(&captured()).unwrap();
    let read = crate::formats::document::read("ferry.wacz", &bytes, None).unwrap();
    assert_eq!(read.normalized.as_str(), "The ferry runs again, the ministry says, from 3 May.");
    assert_eq!(read.said.saved.as_deref(), Some("2026-11-29T12:00:07Z"));
    assert_eq!(read.said.address.as_deref(), Some("https://www.paper.example/News/ferry?b=2&a=1"));
    assert_eq!(read.said.title.as_deref(), Some("Fähre"));
    assert!(read.others.is_empty() && read.warnings.is_empty(), "{read:?}");
}

#[test]
fn webrecorders_own_programs_find_it_valid() {
    let (Some(wacz), Some(warcio), Some(indexer)) = (python("wacz"), python("warcio"), python("cdxj-indexer")) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (file, warc) = (at("ferry.wacz"), at(WARC));
    let bytes = write(&captured()).unwrap();
    std::fs::write(&file, &bytes).unwrap();
    let (is_valid, said) = outcome(&wacz, &["validate", "-f", &file]);
    assert!(is_valid && said.contains("Validation succeeded"), "{said}");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut unpacked = |name: &str| {
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_name(name).unwrap(), &mut out).unwrap();
        out
    };
    std::fs::write(&warc, unpacked("archive/data.warc.gz")).unwrap();
    let (is_good, said) = outcome(&warcio, &["check", "-v", &warc]);
    assert!(is_good && said.matches("digest pass").count() == 5 && !said.contains("failed"), "{said}");
    // Where each record lies, what it is called and what it is, as another program indexes the same file.
    let (_, index) = outcome(&indexer, &["-s", &warc]);
    let cdx = unpacked("indexes/index.cdx.gz");
    let mut ours = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*cdx), &mut ours).unwrap();
    let parts = |text: &str| -> Vec<(String, serde_json::Value)> {
        let line = |line: &str| {
            let (key, said) = line.split_once(" {")?;
            Some((key.to_owned(), serde_json::from_str(&format!("{{{said}")).unwrap()))
        };
        text.lines().filter_map(line).collect()
    };
    assert_eq!(parts(&ours), parts(&index), "{index}");
    assert_eq!(parts(&ours).len(), 2);
}

#[test]
fn the_answer_is_kept_to_the_byte() {
    let body: Vec<u8> = (0..=255).collect();
    let kind = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")];
    let block = answer_block(&exchange("https://a.example/", 200, &kind, &body));
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n";
    assert_eq!(block, [&head[..], &body].concat());
    let asked = |url: &str| String::from_utf8(request_block(&exchange(url, 200, &[], b""))).unwrap();
    assert!(asked("https://a.example").starts_with("GET / HTTP/1.1\r\nHost: "));
    assert!(asked("https://a.example/b?c=d#e").starts_with("GET /b?c=d HTTP/1.1\r\n"));
    assert!(asked("https://a.example?c").starts_with("GET /?c HTTP/1.1\r\n"));
    // What would end a line ends none.
    let sly = answer_block(&exchange("https://a.example/", 200, &[("X: y\r\nZ", "a\r\n\r\n<p>")], b""));
    assert_eq!(String::from_utf8(sly).unwrap(), "HTTP/1.1 200 OK\r\nXyZ: a<p>\r\n\r\n");
}
