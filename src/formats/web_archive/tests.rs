//! What is written, as this program's reader sees it; how Webrecorder's programs see it is in `tests/it/captures.rs`.

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
        beside: Vec::new(),
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

#[test]
fn addresses_are_listed_as_other_indexes_list_them() {
    // As cdxj-indexer 1.5.0 lists them.
    for (address, key) in [
        ("https://www.paper.example/News/ferry?b=2&a=1", "example,paper)/news/ferry?a=1&b=2"),
        ("http://paper.example/ferry", "example,paper)/ferry"),
        ("http://127.0.0.1:33341/old", "1,0,0,127:33341)/old"),
    ] {
        assert_eq!(sort_key(address), key);
    }
}
