//! Nothing that a file holds, or a file's name, steers the terminal on which the program speaks.

use std::fs;
use std::process::{Command, Stdio};

use claimline::formats::visible::is_steering;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{Run, run};

/// Sets a terminal's title, clears its screen, turns the order of reading, and rings.
const STEERING: &str = "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}31m\u{202e}gnp\u{2066}\r";

fn assert_plain(run: &Run, what: &str) {
    for (stream, text) in [("stdout", &run.out), ("stderr", &run.err)] {
        assert!(!text.contains(is_steering), "{what} on {stream}: {text:?}");
    }
    assert!(!run.err.contains("panicked"), "{}", run.err);
}

#[test]
fn titles_names_and_types_of_files_are_shown_escaped() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let feature = |name: &str| {
        serde_json::json!({
            "type": "Feature",
            "properties": { "name": name, "title": name, "source": name, "url": name, "stroke": name, name: name },
            "geometry": { "type": "Point", "coordinates": [37.5, 48.5] },
        })
    };
    let layer = serde_json::json!({ "type": "FeatureCollection", "features": [feature(STEERING)] }).to_string();
    let file = at(&format!("a{STEERING}.geojson"));
    fs::write(&file, layer).unwrap();
    fs::write(at("type.geojson"), serde_json::json!({ "type": STEERING, "features": [] }).to_string()).unwrap();
    let mut dossier: Value =
        serde_json::from_str(include_str!("../data/quill/dossier/dossier.json")).expect("the invented dossier");
    dossier["title"]["en"] = STEERING.into();
    dossier["overlays"][0]["title"]["en"] = STEERING.into();
    dossier["overlays"][0]["style"][STEERING] = STEERING.into();
    dossier["sources"][0]["outlet"] = STEERING.into();
    dossier[STEERING] = STEERING.into();
    let of_dossier = at("dossier");
    fs::create_dir(&of_dossier).unwrap();
    fs::write(format!("{of_dossier}/dossier.json"), dossier.to_string()).unwrap();
    let shapes = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/quill/dossier/shapes");
    fs::create_dir(format!("{of_dossier}/shapes")).unwrap();
    for entry in fs::read_dir(shapes).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), format!("{of_dossier}/shapes/{}", entry.file_name().display())).unwrap();
    }
    let (figure, pack) = (at(&format!("{STEERING}.png")), at("pack.zip"));
    let commands: &[&[&str]] = &[
        &["overlays", "--file", &file],
        &["overlays", "--json", "--file", &file],
        &["at", "37.5,48.5", "--file", &file],
        &["at", "37.5,48.5", "--json", "--file", &file],
        &["overlays", "--file", &at("type.geojson")],
        &["overlays", "--file", &at(&format!("none{STEERING}.geojson"))],
        &["overlays", STEERING],
        &[STEERING],
        &["verify", "--dossier", &of_dossier],
        &["verify", "--json", "--dossier", &of_dossier],
        &["show", "north-pasture", "--dossier", &of_dossier],
        &["export", "--file", &file, "--title", STEERING, "--scale", "1", "-o", &figure],
        &["inspect", &figure],
        &["inspect", "--json", &figure],
        &["export", "--file", &file, "--title", STEERING, "--scale", "1", "-o", &pack],
    ];
    for command in commands {
        let run = run(command);
        assert_plain(&run, &format!("{command:?}"));
        if command.contains(&"--json") && run.code == 0 {
            assert!(serde_json::from_str::<Value>(&run.out).is_ok(), "{}", run.out);
        }
    }
    // JSON loses nothing by it, and a table for another program is as the file has it.
    let listed = run(&["overlays", "--json", "--file", &file]).json();
    let titles: Vec<&str> =
        listed["overlays"].as_array().unwrap().iter().filter_map(|overlay| overlay["title"].as_str()).collect();
    assert!(titles.iter().any(|title| title.contains("‹U+001B›]0;pwned‹U+0007›")), "{titles:?}");
    let mut zip = zip::ZipArchive::new(fs::File::open(&pack).unwrap()).unwrap();
    let mut readme = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("README.txt").unwrap(), &mut readme).unwrap();
    assert!(readme.contains("‹U+001B›]0;pwned") && !readme.contains(is_steering), "{readme}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_or_closed_stream_keeps_no_figure_from_being_written() {
    let folder = TempDir::new().unwrap();
    for (number, redirection) in ["2>/dev/full", "2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full"].iter().enumerate() {
        let figure = folder.path().join(format!("{number}.png"));
        let line = format!(
            "'{}' export --page column-85 --scale 1 -o '{}' {redirection}",
            env!("CARGO_BIN_EXE_claimline"),
            figure.display()
        );
        let status = Command::new("sh").args(["-c", &line]).env("HOME", folder.path()).stdin(Stdio::null()).status();
        assert_eq!(status.unwrap().code(), Some(0), "{redirection}");
        assert!(fs::read(&figure).unwrap().starts_with(b"\x89PNG"), "{redirection}");
    }
    // Output that is the whole purpose is another matter.
    let line = format!("'{}' overlays >/dev/full", env!("CARGO_BIN_EXE_claimline"));
    let output = Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cannot write the output") && !said.contains("panicked"), "{said}");
}
