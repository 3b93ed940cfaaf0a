//! A server on the loopback for tests.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// What was asked, one text for each request.
pub(super) type Requests = Arc<Mutex<Vec<String>>>;

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
            let mut text = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
            while reader.read_line(&mut text).is_ok_and(|read| read > 2) {}
            let count = {
                let mut requests = theirs.lock().expect("not poisoned");
                requests.push(text.clone());
                requests.len() - 1
            };
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
