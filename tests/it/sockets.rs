//! No command opens a socket: the kernel would end it.
//!
//! Linux can be told to end a process, and all that it starts, when it asks for a socket, of whatever kind (seccomp). Each
//! command is run so; one that comes to its own end has asked for none. A shell that opens a connection shows that the
//! kernel does so here.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
use tempfile::TempDir;

/// What asks for a socket, or for another way of asking the kernel for one.
const CALLS: [i64; 4] = [libc::SYS_socket, libc::SYS_connect, libc::SYS_bind, libc::SYS_io_uring_setup];

/// The signal that ends a process which asks for what it must not.
const ENDED_BY_KERNEL: i32 = libc::SIGSYS;

fn filter() -> BpfProgram {
    let calls = CALLS.map(|call| (call, Vec::new())).into_iter().collect();
    let machine = std::env::consts::ARCH.try_into().unwrap();
    SeccompFilter::new(calls, SeccompAction::Allow, SeccompAction::KillProcess, machine).unwrap().try_into().unwrap()
}

/// Runs a program that is ended if it asks for a socket. `None` where this system ends nobody.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Option<Output> {
    // The filter holds for the thread that asks for it and for what that thread starts.
    std::thread::scope(|scope| {
        let work = || {
            apply_filter(&filter()).ok()?;
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder).env("HOME", folder).stdin(Stdio::null());
            // Who looks for a display is the window, which is not looked at here.
            for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
                command.env_remove(name);
            }
            // A shell that is not told which shell its user has asks the system's list of users, over a socket.
            command.env("SHELL", "/bin/sh");
            Some(command.output().unwrap())
        };
        scope.spawn(work).join().unwrap()
    })
}

/// The names of all commands, as the help lists them.
fn commands() -> BTreeSet<String> {
    let help = super::cli::run(&["--help"]).out;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn no_command_opens_a_socket() {
    let folder = TempDir::new().unwrap();
    let ended_by = |script| run("bash", &["-c", script], folder.path()).map(|output| output.status.signal());
    // A sandbox may leave that to nobody but itself, and a system may ask over a socket before a shell does anything.
    let (connects, nothing) = (ended_by("exec 3<>/dev/tcp/127.0.0.1/9"), ended_by("true"));
    if connects != Some(Some(ENDED_BY_KERNEL)) || nothing != Some(None) {
        eprintln!("NOT CHECKED: this system does not end just what opens a socket ({connects:?}, {nothing:?})");
        return;
    }

    // A project that does its best to have something fetched.
    let osm = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[37.6,48.7]},
        "properties":{"title":"https://example.org/a.png","description":"<img src='https://example.org/b.png'>",
        "marker-symbol":"https://example.org/c.svg","image":"https://example.org/d.png"}}],
        "claimline":{"version":1,"dossier":{"id":"berlin-2025-12"},"map":"open-street-map",
        "overlays":[{"id":"far","group":"own","visible":true,"opacity":1,
        "layer":{"file":{"path":"http://127.0.0.1:9/far.geojson","sha256":"","bytes":1}}}],
        "map_sources":[{"id":"own","kind":"xyz","address":"http://127.0.0.1:9/{z}/{x}/{y}.png"}]}}"#;
    fs::write(folder.path().join("osm.claimline.geojson"), osm).unwrap();
    fs::write(folder.path().join("own.claimline.geojson"), osm.replace("open-street-map", "own")).unwrap();
    let links = r#"<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/kml.dtd"><kml><Document>
        <NetworkLink><Link><href>http://127.0.0.1:9/more.kml</href></Link></NetworkLink>
        <GroundOverlay><Icon><href>http://127.0.0.1:9/a.png</href></Icon></GroundOverlay>
        <Placemark><styleUrl>http://127.0.0.1:9/styles.kml#a</styleUrl><Point><coordinates>37,48</coordinates></Point></Placemark>
        </Document></kml>"#;
    fs::write(folder.path().join("links.kml"), links).unwrap();
    fs::create_dir(folder.path().join("days")).unwrap();
    for (name, east) in [("a_20250201", 37.5), ("a_20250202", 37.6)] {
        let area = format!(r#"{{"type":"Polygon","coordinates":[[[37,48],[{east},48],[{east},49],[37,49],[37,48]]]}}"#);
        fs::write(folder.path().join(format!("days/{name}.geojson")), area).unwrap();
    }
    let placed = r#"{"motivation":"georeferencing","target":{"source":{"id":"http://127.0.0.1:9/a.png","width":9,"height":9}},
        "body":{"features":[{"properties":{"resourceCoords":[0,0]},"geometry":{"coordinates":[37,48]}}]}}"#;
    fs::write(folder.path().join("placed.json"), placed).unwrap();
    fs::create_dir(folder.path().join("texts")).unwrap();
    fs::write(folder.path().join("texts/a.html"), "<script src='https://example.org/a.js'></script>words").unwrap();
    // Its reader is a process of its own, for which the same holds.
    let paper = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents/paper.pdf");
    fs::copy(paper, folder.path().join("texts/paper.pdf")).unwrap();
    let builtin = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/basemap/builtin.pmtiles");
    fs::copy(builtin, folder.path().join("builtin.pmtiles")).unwrap();
    let runs = [
        "overlays --json",
        "overlays --file osm.claimline.geojson",
        "show withdrawal-area",
        "at 37.58,48.74",
        "export -o figure.png --project osm.claimline.geojson",
        "export -o figure.svg --project own.claimline.geojson",
        "export -o figure.pdf",
        "export -o figure.geojson",
        "export -o figure.zip --sources texts",
        "atlas -o sheets --each withdrawal-area",
        "convert links.kml -o links.geojson",
        "changes days --each --json",
        "agree --day 2025-02-02 --file A=days --file B=days/a_20250202.geojson",
        "areas days -o areas.svg",
        "animate -o film.gif --file days/a_{YYYYMMDD}.geojson --each day --page 400x300px",
        "map extract --from builtin.pmtiles --bbox 37,48,38,49 -o area.pmtiles",
        "place placed.json",
        "find Bakhmut",
        "inspect figure.png",
        "inspect figure.zip --project osm.claimline.geojson",
        "new quill --title Quill --day 2026-11-02",
        "add-source quill --outlet Post --title Meeting --url http://127.0.0.1:9/a --text texts/a.html --id post",
        "add-excerpt quill --source post --text texts/a.html --exact words",
        "capture quill post --from texts/a.html",
        "pack quill -o quill.claimline",
        "unpack quill.claimline -o copy",
        "diff quill copy",
        "affected post --dossier quill",
        "verify --sources texts",
        "verify --dossier quill",
        "coverage",
        "completions bash",
        "help",
    ];
    let mut seen = BTreeSet::new();
    for line in runs {
        let arguments: Vec<&str> = line.split(' ').collect();
        let output = run(env!("CARGO_BIN_EXE_claimline"), &arguments, folder.path()).unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.signal(), None, "claimline {line}: ended by the kernel, or otherwise: {said}");
        // Some have found something amiss; none was used wrongly.
        assert!(matches!(output.status.code(), Some(0 | 1)), "claimline {line}: {said}");
        if line.contains("--project") && line.starts_with("export") {
            assert!(said.contains("the built-in map is used instead"), "claimline {line}: {said}");
        }
        if line.starts_with("verify") {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(!said.contains("not read"), "claimline {line}: {said}");
        }
        seen.insert(arguments[0].to_owned());
    }
    assert_eq!(seen, commands(), "a command is not looked at");
    for file in [
        "figure.png",
        "figure.svg",
        "figure.pdf",
        "figure.geojson",
        "figure.zip",
        "sheets",
        "links.geojson",
        "area.pmtiles",
    ] {
        assert!(folder.path().join(file).exists(), "{file} was not written");
    }
}
