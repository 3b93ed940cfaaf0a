//! No server is asked for a map unless the user says so: servers on the loopback that count who comes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::*;

/// A server, and how often it was asked.
pub(super) struct Counted {
    pub(super) host: String,
    asked: Arc<AtomicUsize>,
    /// The first lines of what was asked.
    pub(super) lines: Arc<Mutex<Vec<String>>>,
}

impl Counted {
    fn start() -> Self {
        let mut png = Vec::new();
        let picture = image::RgbImage::from_pixel(256, 256, image::Rgb([200, 30, 200]));
        picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        Self::of("Cache-Control: no-store\r\n", png)
    }

    /// A server that gives everybody the same.
    pub(super) fn of(headers: &'static str, body: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let asked = Arc::<AtomicUsize>::default();
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let (theirs, all) = (Arc::clone(&asked), Arc::clone(&lines));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // Whoever only connects has been told something too.
                theirs.fetch_add(1, Ordering::SeqCst);
                let Ok(mut stream) = stream else { return };
                let mut line = String::new();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {}
                all.lock().unwrap().extend(line.lines().next().map(str::to_owned));
                let length = body.len();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n");
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            }
        });
        Self { host, asked, lines }
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// A project in a file that shows this server's map, under that id.
    fn project(&self, folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[],"claimline":{{"version":1,"dossier":{{"id":"berlin-2025-12"}},
            "view":{{"center":[37.5844,48.7389],"zoom":8.25}},"map":"topo","map_sources":[{{"id":"topo",
            "title":{{"en":"Topo"}},"kind":"xyz","address":"http://{}/{{z}}/{{x}}/{{y}}.png"}}]}}}}"#,
            self.host
        );
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn open(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    harness.state_mut().open_files(vec![path.to_owned()]);
    let opened = |app: &ClaimlineApp| app.project_path() == Some(path);
    wait(harness, "the project", opened);
    // A picture that shows tiles has asked for them when it is painted; the thread that fetches them takes a moment.
    settle(harness);
    std::thread::sleep(Duration::from_millis(200));
    harness.run_ok();
}

fn asks(harness: &Harness<'static, ClaimlineApp>) -> bool {
    harness.query_by_label("Show it").is_some()
}

/// Waits until a server has been asked more often than `before`.
fn wait_until_asked(harness: &mut Harness<'static, ClaimlineApp>, server: &Counted, before: usize) {
    let asked = Arc::clone(&server.asked);
    wait(harness, "the server to be asked", move |_| asked.load(Ordering::SeqCst) > before);
}

fn give(harness: &mut Harness<'static, ClaimlineApp>, command: Command) {
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(command));
    harness.run_ok();
}

#[test]
fn a_project_that_names_an_online_map_asks_first() {
    let folder = tempfile::TempDir::new().unwrap();
    let list = folder.path().join("state/map-servers.json");
    let server = Counted::start();
    let file = server.project(folder.path(), "topo.claimline.geojson");

    let mut harness = window();
    harness.state_mut().keep_servers_in(&list, None);
    open(&mut harness, &file);
    let words = format!(
        "This project shows “Topo”. Its server, {}, will see your address and the area you look at.",
        server.host
    );
    harness.get_by_label(&words);
    assert_eq!(server.asked(), 0, "asked before the user has said anything");
    harness.get_by_label("Keep the built-in map").click();
    harness.run_ok();
    assert!(!asks(&harness));

    // Said once, for this server, whatever opens next.
    let mut harness = window();
    harness.state_mut().keep_servers_in(&list, None);
    open(&mut harness, &server.project(folder.path(), "other.claimline.geojson"));
    assert!(!asks(&harness));
    assert_eq!(server.asked(), 0, "asked although the user will not have it");

    // It can be taken back, both ways.
    give(&mut harness, Command::ShowServers);
    harness.get_by_label(&format!("{}: is not asked", server.host));
    harness.get_by_label(&format!("Allow: {}", server.host)).click();
    harness.run_ok();
    wait_until_asked(&mut harness, &server, 0);
    harness.get_by_label(&format!("{}: may be asked", server.host));
    harness.get_by_label(&format!("Forget: {}", server.host)).click();
    harness.run_ok();
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(asks(&harness), "what was forgotten is asked again");
    std::thread::sleep(Duration::from_millis(300));
    let before = server.asked();
    give(&mut harness, Command::ZoomIn);
    settle(&mut harness);
    std::thread::sleep(Duration::from_millis(300));
    harness.run_ok();
    assert_eq!(server.asked(), before, "asked although that was taken back");

    // And what is allowed in the banner is shown, there and in the next window.
    harness.get_by_label("Show it").click();
    harness.run_ok();
    wait_until_asked(&mut harness, &server, before);
    let mut harness = window();
    harness.state_mut().keep_servers_in(&list, None);
    let before = server.asked();
    open(&mut harness, &file);
    assert!(!asks(&harness));
    wait_until_asked(&mut harness, &server, before);
}

#[test]
fn the_map_that_the_user_chooses_is_allowed_and_no_other_by_its_name() {
    let folder = tempfile::TempDir::new().unwrap();
    let list = folder.path().join("map-servers.json");
    let (one, other) = (Counted::start(), Counted::start());
    let (first, second) =
        (one.project(folder.path(), "one.claimline.geojson"), other.project(folder.path(), "two.claimline.geojson"));
    let mut harness = window();
    harness.state_mut().keep_servers_in(&list, None);
    open(&mut harness, &first);
    assert!(asks(&harness) && one.asked() == 0);
    // From the list of maps, as the user does it.
    harness.get_by_label("Map under the overlays").click();
    harness.run_ok();
    harness.get_by_label("Topo (from a server)").click();
    harness.run_ok();
    wait_until_asked(&mut harness, &one, 0);
    assert!(!asks(&harness));
    assert!(std::fs::read_to_string(&list).unwrap().contains(&one.host));

    // The map of another file has the same id and another server.
    settle(&mut harness);
    let before = one.asked();
    open(&mut harness, &second);
    assert!(asks(&harness), "another server is allowed by the name of its map");
    assert_eq!((other.asked(), one.asked()), (0, before));
}

#[test]
fn a_map_that_comes_with_the_program_is_asked_for_like_any_other() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("osm.claimline.geojson");
    let text = r#"{"type":"FeatureCollection","features":[],"claimline":{"version":1,"dossier":{"id":"berlin-2025-12"},"map":"open-street-map"}}"#;
    std::fs::write(&path, text).unwrap();
    let mut harness = window();
    open(&mut harness, &path);
    harness.get_by_label(
        "This project shows OpenStreetMap. Its server, tile.openstreetmap.org, will see your address and the area you look at.",
    );
    // Nothing is credited, for nothing of it is shown.
    assert!(harness.query_by_label("© OpenStreetMap contributors").is_none());
    harness.get_by_label("Keep the built-in map").click();
    harness.run_ok();
    assert!(!asks(&harness));
    // What is shown is no matter of the project's.
    assert!(!harness.state_mut().has_unsaved_work());
    assert_eq!(harness.state().session().document().maps[0].id, "open-street-map");
}

const FAR: &str =
    r#"{"type":"Feature","properties":{"name":"far"},"geometry":{"type":"Point","coordinates":[37.6,48.7]}}"#;

#[test]
fn an_address_is_fetched_once_the_user_agrees_to_its_server() {
    let folder = tempfile::TempDir::new().unwrap();
    let list = folder.path().join("map-servers.json");
    let server = Counted::of("", FAR.into());
    let mut harness = window();
    harness.state_mut().keep_servers_in(&list, None);
    let has = |id: &'static str| move |app: &ClaimlineApp| app.session().dossier().overlay(id).is_some();

    // Named on the command line of the window, or typed into the dialog of files.
    harness.state_mut().open_files(vec![PathBuf::from(format!("http://{}/far.geojson", server.host))]);
    harness.run_ok();
    let words = format!(
        "{} will see your address and which file you ask for, over a connection that is not encrypted. It has not been asked yet.",
        server.host
    );
    harness.get_by_label(&words);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(server.asked(), 0, "asked before the user has said anything");
    harness.get_by_label("Cancel").click();
    harness.run_ok();
    assert_eq!(server.asked(), 0);

    harness.state_mut().open_files(vec![PathBuf::from(format!("http://{}/far.geojson", server.host))]);
    harness.run_ok();
    harness.get_by_label("Ask this server").click();
    harness.run_ok();
    wait(&mut harness, "the layer", has("far"));
    assert_eq!(server.asked(), 1);

    // Said once: the next file of this server comes at once.
    harness.state_mut().open_files(vec![PathBuf::from(format!("http://{}/near.geojson", server.host))]);
    harness.run_ok();
    wait(&mut harness, "the layer", has("near"));
    assert_eq!(server.asked(), 2);
}

#[test]
fn a_project_from_someone_else_that_names_an_address_asks_first() {
    let folder = tempfile::TempDir::new().unwrap();
    let server = Counted::of("", FAR.into());
    let project = folder.path().join("theirs.claimline.geojson");
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[],"claimline":{{"version":1,"dossier":{{"id":"berlin-2025-12"}},
        "overlays":[{{"id":"far","group":"own","visible":true,"opacity":1,
        "layer":{{"file":{{"path":"http://{}/far.geojson","sha256":"00","bytes":5}}}}}}]}}}}"#,
        server.host
    );
    std::fs::write(&project, text).unwrap();
    let list = folder.path().join("map-servers.json");
    let mut harness = window();
    harness.state_mut().keep_servers_in(&list, None);
    open(&mut harness, &project);
    wait_for_label(&mut harness, "is asked only if you say so");
    assert_eq!(server.asked(), 0, "asked before the user has said anything");
    harness.get_by_label("Fetch… far.geojson").click();
    harness.run_ok();
    assert_eq!(server.asked(), 0);
    harness.get_by_label("Ask this server").click();
    harness.run_ok();
    wait(&mut harness, "the layer", |app| app.session().dossier().overlay("far").is_some());
    assert_eq!(server.asked(), 1);

    // In the next window it comes at once.
    let mut harness = window();
    harness.state_mut().keep_servers_in(&list, None);
    open(&mut harness, &project);
    wait(&mut harness, "the layer", |app| app.session().dossier().overlay("far").is_some());
    assert_eq!(server.asked(), 2);
}

#[test]
fn a_database_is_asked_once_its_dialog_names_it() {
    let server = Counted::start();
    let mut harness = window();
    settle(&mut harness);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::OpenDatabase));
    harness.run_ok();
    let field = harness.get_by_label("Address of a PostgreSQL database with PostGIS");
    field.focus();
    field.type_text(&format!("me:hunter2@{}/gis?sslmode=disable", server.host));
    harness.run_ok();
    assert_eq!(server.asked(), 0, "who types has asked nobody");
    // Without a table there is nothing to add, and the password stands in the field no longer.
    harness.get_by_role_and_label(Role::Button, "Add").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("List the tables and choose one").is_some());
    let kept = format!("postgresql://me@{}/gis?sslmode=disable", server.host);
    assert!(harness.query_all_by_value(&kept).next().is_some());
    assert_eq!(server.asked(), 0, "nothing was named");
    harness.get_by_role_and_label(Role::Button, "List tables").click();
    wait_until_asked(&mut harness, &server, 0);
    // It speaks HTTP, and waits for the end of a line.
    let start = std::time::Instant::now();
    while harness.query_by_label_contains("has not answered as PostgreSQL does").is_none() {
        assert!(start.elapsed() < Duration::from_secs(40), "the dialog says nothing");
        std::thread::sleep(Duration::from_millis(50));
        harness.run_ok();
    }
}

/// A server that sends parts of an archive, slowly.
fn archive_server() -> (String, Arc<AtomicUsize>) {
    const ARCHIVE: &[u8] = include_bytes!("../../assets/basemap/builtin.pmtiles");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let asked = Arc::<AtomicUsize>::default();
    let theirs = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            theirs.fetch_add(1, Ordering::SeqCst);
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let mut text = String::new();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while reader.read_line(&mut text).is_ok_and(|read| read > 2) {}
                let text = text.to_lowercase();
                let range = text.lines().find_map(|line| line.strip_prefix("range: bytes=")?.trim().split_once('-'));
                let Some((start, last)) = range else { return };
                let (start, last): (usize, usize) = (start.parse().unwrap(), last.parse().unwrap());
                let last = last.min(ARCHIVE.len() - 1);
                std::thread::sleep(Duration::from_millis(150));
                let head = format!(
                    "HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\nContent-Range: bytes {start}-{last}/{}\r\n\
                     Connection: close\r\n\r\n",
                    last + 1 - start,
                    ARCHIVE.len()
                );
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&ARCHIVE[start..=last]));
            });
        }
    });
    (host, asked)
}

#[test]
fn an_archive_from_an_address_is_a_map_whose_tiles_are_fetched_as_they_are_shown() {
    let folder = tempfile::TempDir::new().unwrap();
    let list = folder.path().join("map-servers.json");
    let (host, asked) = archive_server();
    let mut harness = window();
    harness.state_mut().keep_servers_in(&list, None);
    settle(&mut harness);
    harness.state_mut().open_files(vec![PathBuf::from(format!("http://{host}/far.pmtiles?token=s3cret"))]);
    harness.run_ok();
    assert_eq!(asked.load(Ordering::SeqCst), 0, "asked before the user has said anything");
    harness.get_by_label("Ask this server").click();
    harness.run_ok();
    wait(&mut harness, "the map", |app| app.session().document().map_sources.len() == 1);
    let document = harness.state().session().document().clone();
    let map = &document.map_sources[0];
    assert_eq!(
        (map.kind.name(), map.address.as_str()),
        ("pmtiles", &*format!("http://{host}/far.pmtiles?token={{key}}"))
    );
    assert_eq!(document.maps.last().unwrap().id, map.id);
    let before = asked.load(Ordering::SeqCst);
    let theirs = Arc::clone(&asked);
    wait(&mut harness, "its tiles", move |_| theirs.load(Ordering::SeqCst) > before);
    settle(&mut harness);
    // It is one step, and the key is in nothing but the user's settings.
    let text = project::write(&document, &project::Reference::default());
    assert!(!String::from_utf8_lossy(&text).contains("s3cret"));
    assert!(std::fs::read_to_string(&list).unwrap().contains("s3cret"));
    give(&mut harness, Command::Undo);
    assert!(harness.state().session().document().map_sources.is_empty());
}

#[test]
fn a_project_that_names_a_file_of_another_machine_asks_before_that_is_touched() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("share.claimline.geojson");
    let text = r#"{"type":"FeatureCollection","features":[],"claimline":{"version":1,"dossier":{"id":"berlin-2025-12"},
        "map":"built-in","maps":[{"id":"built-in"},{"id":"topo"}],"map_sources":[
        {"id":"topo","title":{"en":"Topo"},"kind":"pmtiles","address":"\\\\nas.example\\maps\\topo.pmtiles"},
        {"id":"pipe","title":{"en":"Pipe"},"kind":"mbtiles","address":"\\\\.\\pipe\\topo.mbtiles"}]}}"#;
    std::fs::write(&path, text).unwrap();
    let mut harness = window();
    harness.state_mut().keep_servers_in(&folder.path().join("map-servers.json"), None);
    open(&mut harness, &path);
    harness.get_by_label("This project shows “Topo”. Its server, nas.example, is asked for its file under your name.");
    let ids: Vec<String> = harness.state().session().document().map_sources.iter().map(|map| map.id.clone()).collect();
    assert_eq!(ids, ["topo"], "what is no file is not taken for a map");
    harness.get_by_label("Keep the built-in map").click();
    harness.run_ok();
    assert!(!asks(&harness));
}

#[test]
fn a_service_of_many_layers_leaves_the_buttons_of_its_dialog_in_a_small_window() {
    let layer = |index: usize| {
        format!(
            "<Layer><Name>l{index}</Name><Title>Layer {index}</Title><Style><Name>a</Name><Title>A</Title></Style>\
             <Style><Name>b</Name><Title>B</Title></Style><Dimension name=\"time\" units=\"ISO8601\">2023,2024</Dimension></Layer>"
        )
    };
    let layers: String = (0..6000).map(layer).collect();
    let all = format!(
        "<WMS_Capabilities version=\"1.3.0\"><Service><Title>Many</Title></Service><Capability><Request><GetMap><Format>image/png\
         </Format></GetMap></Request><Layer><Title>All</Title><CRS>EPSG:3857</CRS>{layers}</Layer></Capability></WMS_Capabilities>"
    );
    let server = Counted::of("", all.into_bytes());
    for (width, height) in [(1000.0, 600.0), (800.0, 500.0)] {
        let mut harness = window_of(width, height);
        give(&mut harness, Command::ShowMaps);
        harness.get_by_role_and_label(Role::Button, "Add a map…").click();
        harness.run_ok();
        let field = "Address or file: tiles with {z}/{x}/{y}, TileJSON, WMS, WMTS, PMTiles or MBTiles";
        harness.get_by_label(field).focus();
        harness.run_ok();
        let address = format!("http://{}/wms?SERVICE=WMS&token=s3cret&apikey=s4cret", server.host);
        harness.get_by_label(field).type_text(&address);
        harness.run_ok();
        harness.get_by_role_and_label(Role::Button, "Look").click();
        wait_for_label(&mut harness, "offers 5,000 layers");
        harness.run_ok();
        harness.run_ok();
        let window = egui::Rect::from_min_size(egui::Pos2::ZERO, Vec2::new(width, height));
        for name in ["Add", "Cancel", "Look"] {
            let at = harness.get_by_role_and_label(Role::Button, name).rect();
            assert!(window.contains_rect(at), "{name} at {at:?} in {window:?}");
        }
    }
}
