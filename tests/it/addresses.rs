//! Features from an address on the command line, with a server on the loopback; and projects that name one.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cli::run;

/// A server of small files, by their names below `tests/data/formats`, in parts if these are asked for; and how many bytes of
/// them it has sent.
pub(crate) fn server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let sent = Arc::<AtomicUsize>::default();
    let theirs = Arc::clone(&sent);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut text = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut text).is_ok_and(|read| read > 2) {}
            let name = text.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats");
            let (status, more, body) =
                match fs::read(folder.join(&name)).or_else(|_| fs::read(folder.join("../pictures").join(&name))) {
                    Err(_) => ("404 Not Found", String::new(), Vec::new()),
                    Ok(all) => {
                        let range = text
                            .lines()
                            .find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
                        match range.as_deref().and_then(|range| range.trim().split_once('-')) {
                            None => ("200 OK", String::new(), all),
                            Some((start, last)) => {
                                let (start, end): (usize, usize) =
                                    (start.parse().unwrap(), last.parse::<usize>().unwrap() + 1);
                                let end = end.min(all.len());
                                let said = format!("Content-Range: bytes {start}-{}/{}\r\n", end - 1, all.len());
                                ("206 Partial Content", said, all[start..end].to_vec())
                            }
                        }
                    }
                };
            theirs.fetch_add(body.len(), Ordering::SeqCst);
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    (address, sent)
}

#[test]
fn a_file_at_an_address_is_converted_listed_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let (at, _) = server();
    let out = folder.path().join("places.geojson").display().to_string();
    run(&["convert", &format!("{at}/places.kml"), "-o", &out]).says(0, &["wrote", "places.geojson"]);
    let here = folder.path().join("here.geojson").display().to_string();
    run(&["convert", "tests/data/formats/places.kml", "-o", &here]).says(0, &[]);
    assert_eq!(fs::read(&out).unwrap(), fs::read(&here).unwrap(), "the same as of the file");
    let listed = run(&["overlays", "--file", &format!("{at}/walk.gpx"), "--json"]).json();
    let ids: Vec<&str> = listed["overlays"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"walk"), "{ids:?}");
}

#[test]
fn of_flatgeobuf_a_figure_reads_what_its_frame_shows() {
    let folder = tempfile::tempdir().unwrap();
    let (at, _) = server();
    let figure = folder.path().join("figure.geojson").display().to_string();
    let file = format!("{at}/areas-utm.fgb");
    run(&["export", "-o", &figure, "--bbox", "37.75,47.9,37.9,48", "--file", &file])
        .says(0, &["of its 40 features are read, those in 37.75,47.9,37.9,48", "EPSG:32637"]);
    assert!(Path::new(&figure).exists());
    let part = folder.path().join("part.geojson").display().to_string();
    run(&["convert", &format!("{file}#bbox=37.75,47.9,37.9,48"), "-o", &part])
        .says(0, &["of its 40 features are read"]);
    let nowhere = format!("{file}#bbox=1,1,2,2");
    run(&["convert", &nowhere, "-o", &part, "--force"]).says(1, &["none of its 40 features lies in the part"]);
}

#[test]
fn an_address_that_cannot_be_opened_says_why() {
    let out = "/nowhere/a.geojson";
    let (at, _) = server();
    for (address, words) in [
        (format!("{at}/none.kml"), "no such file (404)"),
        ("http://data.example/a.kml".to_owned(), "not encrypted"),
        ("https://me:secret@data.example/a.kml".to_owned(), "leave out what stands before the @"),
        (format!("{at}/places.kml#bbox=1,2"), "not W,S,E,N in degrees"),
    ] {
        let run = run(&["convert", &address, "-o", out]);
        run.says(1, &[words]);
        assert!(!run.err.contains("secret"), "{}", run.err);
    }
}

/// Where there is no window, it is not opened; but it is no file that is missing.
#[test]
fn the_window_takes_addresses() {
    let run = run(&["https://data.example/a.kml"]);
    assert!(run.err.contains("there is no display") && !run.err.contains("no such file"), "{}", run.err);
    super::cli::run(&["http://me:secret@data.example/a.kml"]).says(2, &["leave out what stands before the @"]);
}

/// A project that names an address: the command line does not ask for it.
#[test]
fn what_a_project_names_is_not_fetched_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (at, sent) = server();
    let project = folder.path().join("a.claimline.geojson");
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[],"claimline":{{"version":1,"dossier":{{"id":"berlin-2025-12"}},
        "overlays":[{{"id":"walk","group":"own","visible":true,"opacity":1,
        "layer":{{"file":{{"path":"{at}/walk.gpx","sha256":"00","bytes":5}}}}}}]}}}}"#
    );
    fs::write(&project, text).unwrap();
    let figure = folder.path().join("a.png").display().to_string();
    let run = run(&["export", "-o", &figure, "--project", &project.display().to_string()]);
    assert!(run.err.contains("is asked only if you say so"), "{}", run.err);
    assert_eq!(sent.load(Ordering::SeqCst), 0);
}
