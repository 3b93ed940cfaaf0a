//! A server on the loopback for tests.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// What was asked, one text for each request.
pub(super) type Requests = Arc<Mutex<Vec<String>>>;

/// Reads a request to its end and notes it: which one it is, counted from 0, and its text.
fn next(stream: &TcpStream, requests: &Requests) -> (usize, String) {
    let mut text = String::new();
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    while reader.read_line(&mut text).is_ok_and(|read| read > 2) {}
    let mut requests = requests.lock().expect("not poisoned");
    requests.push(text.clone());
    (requests.len() - 1, text)
}

/// A server that answers each request, counted from 0, as told, and its address; no answer: it stays silent.
pub(super) fn server(reply: impl Fn(usize, &str) -> Option<Vec<u8>> + Send + 'static) -> (String, Requests) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let requests = Requests::default();
    let theirs = requests.clone();
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (count, text) = next(&stream, &theirs);
            match reply(count, &text) {
                Some(bytes) => {
                    let _ = stream.write_all(&bytes);
                }
                None => silent.push(stream),
            }
        }
    });
    (format!("http://{address}"), requests)
}

/// The same, many requests at a time.
pub(super) fn server_at_once(
    reply: impl Fn(usize, &str) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> (String, Requests) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let requests = Requests::default();
    let (theirs, reply) = (requests.clone(), Arc::new(reply));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (theirs, reply) = (theirs.clone(), Arc::clone(&reply));
            std::thread::spawn(move || {
                let (count, text) = next(&stream, &theirs);
                if let Some(bytes) = reply(count, &text) {
                    let _ = stream.write_all(&bytes);
                }
            });
        }
    });
    (format!("http://{address}"), requests)
}

/// What a request asks for, from the first byte to the one behind the last.
pub(super) fn range_of(request: &str) -> Option<std::ops::Range<usize>> {
    let of = |line: &str| line.to_lowercase().strip_prefix("range: bytes=").map(|range| range.trim().to_owned());
    let range = request.lines().find_map(of)?;
    let (start, last) = range.split_once('-')?;
    Some(start.parse().ok()?..last.parse::<usize>().ok()? + 1)
}

/// The answer of a server that sends parts of a file.
pub(super) fn part(request: &str, all: &[u8], headers: &str) -> Vec<u8> {
    let Some(range) = range_of(request) else { return answer("200 OK", headers, all) };
    let range = range.start..range.end.min(all.len());
    let said = format!("Content-Range: bytes {}-{}/{}\r\n{headers}", range.start, range.end - 1, all.len());
    answer("206 Partial Content", &said, &all[range])
}
