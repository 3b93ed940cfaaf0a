//! The rooms of the house stand in order, and each uses only what stands to its left.
//!
//! This reads the sources as text, comments and quoted text left out; it knows nothing of macros that make paths.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, from what needs nothing to what may use all.
const ROOMS: [&str; 12] = [
    "geometry",
    "formats",
    "dossier",
    "document",
    "basemap",
    "gazetteer",
    "scene",
    "tools",
    "figure",
    "session",
    "files",
    "app",
];

/// Rooms that may use less than what stands to their left.
const NARROWER: [(&str, &[&str]); 4] = [
    ("formats", &["geometry"]),
    ("document", &["geometry", "formats", "dossier"]),
    ("basemap", &["geometry", "formats"]),
    ("gazetteer", &["geometry", "formats"]),
];

/// Crates of the window: only `app` names them. A name counts with all that begins with it and `_`.
const WINDOW: [&str; 8] = ["egui", "eframe", "epaint", "emath", "walkers", "rfd", "wgpu", "winit"];

/// Crates of the network: only `files` names them.
const NETWORK: [&str; 3] = ["reqwest", "http_cache_reqwest", "reqwest_middleware"];

/// The rooms that one may use.
fn allowed(room: &str) -> BTreeSet<&'static str> {
    let narrower = NARROWER.iter().find(|(name, _)| *name == room).map(|(_, rooms)| *rooms);
    let left: Vec<&'static str> = ROOMS.into_iter().take_while(|name| *name != room).collect();
    narrower.map_or(left, <[_]>::to_vec).into_iter().collect()
}

/// One word or sign of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `::`
    Path,
    Sign(char),
}

/// The words and signs of a source, without comments, quoted text and characters.
fn tokens(text: &str) -> Vec<(usize, Token)> {
    let letters: Vec<char> = text.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let (mut index, mut line) = (0, 1);
    while index < letters.len() {
        let start = index;
        match at(index) {
            '/' if at(index + 1) == '/' => {
                while index < letters.len() && at(index) != '\n' {
                    index += 1;
                }
            }
            '/' if at(index + 1) == '*' => {
                let mut depth = 0_usize;
                loop {
                    match (at(index), at(index + 1)) {
                        ('/', '*') => depth += 1,
                        ('*', '/') => depth -= 1,
                        _ => {
                            index += 1;
                            if index >= letters.len() {
                                break;
                            }
                            continue;
                        }
                    }
                    index += 2;
                    if depth == 0 {
                        break;
                    }
                }
            }
            '"' => {
                index += 1;
                while index < letters.len() && at(index) != '"' {
                    index += if at(index) == '\\' { 2 } else { 1 };
                }
                index += 1;
            }
            'r' if at(index + 1) == '"' || (at(index + 1) == '#' && matches!(at(index + 2), '#' | '"')) => {
                let hashes = letters[index + 1..].iter().take_while(|letter| **letter == '#').count();
                index += 2 + hashes;
                let ends = |index: usize| at(index) == '"' && (1..=hashes).all(|hash| at(index + hash) == '#');
                while index < letters.len() && !ends(index) {
                    index += 1;
                }
                index += 1 + hashes;
            }
            // A character; a lone quote begins a lifetime.
            '\'' if at(index + 1) == '\\' => {
                index += 3;
                while index < letters.len() && at(index) != '\'' {
                    index += 1;
                }
                index += 1;
            }
            '\'' if at(index + 2) == '\'' => index += 3,
            letter if letter.is_alphabetic() || letter == '_' => {
                while at(index).is_alphanumeric() || at(index) == '_' {
                    index += 1;
                }
                tokens.push((line, Token::Word(letters[start..index].iter().collect())));
            }
            ':' if at(index + 1) == ':' => {
                tokens.push((line, Token::Path));
                index += 2;
            }
            letter => {
                if !letter.is_whitespace() {
                    tokens.push((line, Token::Sign(letter)));
                }
                index += 1;
            }
        }
        line += letters[start..index.min(letters.len())].iter().filter(|letter| **letter == '\n').count();
    }
    tokens
}

/// What follows `root::` at `index`: one word, or the first words of a group in braces.
fn follows(tokens: &[(usize, Token)], index: usize) -> Vec<(usize, String)> {
    if tokens.get(index).map(|(_, token)| token) != Some(&Token::Path) {
        return Vec::new();
    }
    match tokens.get(index + 1) {
        Some((line, Token::Word(word))) => vec![(*line, word.clone())],
        Some((_, Token::Sign('{'))) => {
            let mut words = Vec::new();
            let (mut depth, mut first) = (1, true);
            for (line, token) in &tokens[index + 2..] {
                match token {
                    Token::Sign('{') => depth += 1,
                    Token::Sign('}') => depth -= 1,
                    Token::Sign(',') if depth == 1 => first = true,
                    Token::Word(word) if first && depth == 1 => {
                        words.push((*line, word.clone()));
                        first = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            words
        }
        _ => Vec::new(),
    }
}

/// What a source of a room does that the room must not; `own` are the room's own modules.
fn violations(room: &str, own: &BTreeSet<String>, text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let allowed = allowed(room);
    let mut found = Vec::new();
    let in_path = |index: usize| index > 0 && tokens[index - 1].1 == Token::Path;
    for (index, (line, token)) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        match word.as_str() {
            // `super::…` may lead to the top of the crate as well.
            "crate" | "super" => {
                for (line, name) in follows(&tokens, index + 1) {
                    let is_room = ROOMS.contains(&name.as_str());
                    let is_own = name == room || (word == "super" && own.contains(&name));
                    if is_room && !is_own && !allowed.contains(name.as_str()) {
                        found.push(format!("line {line}: {room} uses {name}"));
                    }
                }
            }
            "std" | "tokio" => {
                for (line, name) in follows(&tokens, index + 1) {
                    if room != "files" && matches!(name.as_str(), "fs" | "net") {
                        found.push(format!("line {line}: {room} touches {word}::{name}"));
                    }
                }
            }
            _ if in_path(index) => {}
            _ => {
                let is_of =
                    |name: &&str| word == name || word.strip_prefix(*name).is_some_and(|rest| rest.starts_with('_'));
                let leads_on = tokens.get(index + 1).is_some_and(|(_, next)| *next == Token::Path);
                let imported = index > 0 && tokens[index - 1].1 == Token::Word("use".to_owned());
                if (leads_on || imported) && room != "app" && WINDOW.iter().any(is_of) {
                    found.push(format!("line {line}: {room} names {word}"));
                }
                if (leads_on || imported) && room != "files" && NETWORK.contains(&word.as_str()) {
                    found.push(format!("line {line}: {room} names {word}"));
                }
            }
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_room_uses_only_what_stands_to_its_left() {
    let mut found = Vec::new();
    let mut read = 0;
    for room in ROOMS {
        let folder = src().join(room);
        if !folder.is_dir() {
            continue;
        }
        let files = sources(&folder);
        let own: BTreeSet<String> =
            files.iter().filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
        for path in files {
            let text = fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(src()).unwrap().display().to_string();
            found.extend(violations(room, &own, &text).into_iter().map(|what| format!("src/{name}, {what}")));
            read += 1;
        }
    }
    assert!(read > 30, "only {read} sources were found");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What speaks to others, by name: crates, and what the standard library and walkers have for it.
const SPEAKS: [&str; 16] = [
    "reqwest",
    "reqwest_middleware",
    "http_cache_reqwest",
    "hyper",
    "rustls",
    "socket2",
    "mio",
    "tokio",
    "net",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "UnixDatagram",
    "ToSocketAddrs",
    "HttpTiles",
];

/// What of a source, by its path below `src`, speaks to others.
fn speakers(name: &str, text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for (index, (line, token)) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        if SPEAKS.contains(&word.as_str()) {
            // Addresses are taken apart by what would ask for them.
            let is_url = word == "reqwest" && follows(&tokens, index + 1).iter().all(|(_, part)| part == "Url");
            // `std::os::unix::net` makes sockets for tests to stumble over; a variable may be called anything.
            let is_path = index > 0 && tokens[index - 1].1 == Token::Path
                || tokens.get(index + 1).is_some_and(|(_, next)| *next == Token::Path);
            let is_unix = word == "net" && index > 1 && tokens[index - 2].1 == Token::Word("unix".to_owned());
            if is_path && !is_url && !is_unix {
                found.push(format!("src/{name}, line {line}: {word}"));
            }
        }
    }
    found
}

/// The server on the loopback that the tests of both ask, no part of the program.
const TEST_SERVER: &str = "files/test_server.rs";

#[test]
fn only_tile_servers_and_addresses_speak_to_others() {
    let (mut found, mut of_tile_server, mut of_addresses) = (Vec::new(), 0, 0);
    for path in sources(&src()) {
        let name = path.strip_prefix(src()).unwrap().display().to_string();
        let speaks = speakers(&name, &fs::read_to_string(&path).unwrap());
        if ["files/tile_server", "files/postgis/"].iter().any(|room| name.starts_with(room)) {
            of_tile_server += speaks.len();
        } else if name.starts_with("files/address/") || name.starts_with("files/capture") {
            of_addresses += speaks.len();
        } else if name != TEST_SERVER {
            found.extend(speaks);
        }
    }
    let rooms = fs::read_to_string(src().join("files/mod.rs")).unwrap();
    assert!(rooms.contains("#[cfg(test)]\nmod test_server;"), "src/{TEST_SERVER} is to be built for tests only");
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(of_tile_server > 5 && of_addresses > 3, "this test does not see what it forbids");
    assert_eq!(speakers("cli.rs", "let s = std::net::TcpStream::connect(to);").len(), 2);
    assert_eq!(speakers("app/a.rs", "use walkers::HttpTiles;").len(), 1);
    assert_eq!(speakers("files/a.rs", "use reqwest::Url; let net = 1; use reqwest::Client;").len(), 1);
}

#[test]
fn the_crate_has_no_other_rooms() {
    let named = |text: &str| -> BTreeSet<String> {
        let tokens = tokens(text);
        tokens
            .windows(3)
            .filter_map(|window| match window {
                [(_, Token::Word(module)), (_, Token::Word(name)), (_, Token::Sign(';'))] if module == "mod" => {
                    Some(name.clone())
                }
                _ => None,
            })
            .collect()
    };
    for room in named(&fs::read_to_string(src().join("lib.rs")).unwrap()) {
        assert!(ROOMS.contains(&room.as_str()), "src/lib.rs has a room '{room}' that has no place in the order");
    }
    assert_eq!(named(&fs::read_to_string(src().join("main.rs")).unwrap()), BTreeSet::from(["cli".to_owned()]));
}

#[test]
fn this_test_sees_what_it_forbids() {
    let none = BTreeSet::new();
    let bad = [
        ("geometry", "use crate::formats::geojson;"),
        ("geometry", "fn f() -> crate::dossier::Dossier { todo!() }"),
        ("dossier", "use crate::{formats, geometry::Frame, scene::{Scene, Look}};"),
        ("document", "use crate::basemap::Archive;"),
        ("basemap", "use crate::dossier::Dossier;"),
        ("scene", "use super::super::figure::page;"),
        ("session", "use eframe::egui;"),
        ("figure", "fn f(ui: &mut egui::Ui) {}"),
        ("scene", "use egui_extras::Table;"),
        ("session", "use rfd;"),
        ("figure", "use std::fs;"),
        ("app", "fn f() { let _ = std::fs::read(\"a\"); }"),
        ("app", "use std::{sync::Arc, net::TcpStream};"),
        ("basemap", "let client = reqwest::Client::new();"),
        ("session", "let c = '\"'; use crate::app;"),
        ("session", "let s: &'static str = \"\\\"\"; /* a /* b */ */ use crate::files;"),
        ("session", "let s = r#\"\"\"#; use crate::files;"),
    ];
    for (room, text) in bad {
        assert_eq!(violations(room, &none, text).len(), 1, "{room}: {text}");
    }
    let good = [
        ("app", "use crate::files; use eframe::egui; use crate::session::Session;"),
        ("files", "use std::fs; use reqwest::Url; use crate::dossier::Dossier;"),
        (
            "scene",
            "//! Never [`crate::app`].\nuse crate::document::Document; // use crate::app;\nlet s = \"crate::app\";",
        ),
        ("scene", "let walkers = 3; let x = walkers + 1; let y = self.walkers;"),
        ("figure", "use super::raster; use std::fmt; use std::{io, path::Path};"),
    ];
    for (room, text) in good {
        assert_eq!(violations(room, &none, text), Vec::<String>::new(), "{room}: {text}");
    }
    let line = violations("geometry", &none, "\n/* two\nlines */\n\nuse crate::app;");
    assert_eq!(line, ["line 5: geometry uses app"]);
}
