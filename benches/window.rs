//! The real window, measured from outside: start to first painted map, UI time of a frame while panning, and
//! what an idle window costs. Needs a display (Xvfb will do): `cargo bench --bench window`.
//!
//! Each sample is a process of its own with a home folder of its own, so that nothing is remembered. The baseline is
//! an empty eframe window in the same run.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints what it measured, and how far it is"
)]

mod data;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use claimline::app::{ClaimlineApp, launch};
use claimline::document::annotation::{AreaKind, Shape};
use claimline::document::{Annotation, AnnotationId, Document, LayerId, edit, project};
use claimline::files::servers::{self, Server, Servers};
use claimline::formats::day::Day;
use claimline::formats::feature::Feature;
use claimline::geometry::{Coord, MultiPolygon, Point, Polygon, View};
use claimline::session::{Action, Annotate};
use data::{islands, points, text_of};
use eframe::egui;
use tempfile::NamedTempFile;

const ROLE: &str = "CLAIMLINE_BENCH_ROLE";
const FILE: &str = "CLAIMLINE_BENCH_FILE";
const STARTED: &str = "CLAIMLINE_BENCH_STARTED";
const SAMPLES: usize = 7;

fn main() -> ExitCode {
    match std::env::var(ROLE).as_deref() {
        Ok("empty") => empty_window(),
        Ok("start") => start(),
        Ok("pan") => pan(),
        Ok("idle") => idle(),
        Ok("drawn") => drawn(),
        Ok("layer") => layer(),
        Ok("tiles") => tiles(),
        Ok("far") => far(),
        Ok("days") => days(),
        _ => parent(),
    }
}

fn parent() -> ExitCode {
    if std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none() {
        println!("window: no display, nothing measured (try: xvfb-run -a cargo bench --bench window)");
        return ExitCode::SUCCESS;
    }
    // A B A B, so that a busy machine hits both alike.
    let (mut empty, mut claimline) = (Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        empty.extend(child("empty"));
        claimline.extend(child("start"));
    }
    let (empty, claimline) = (median(empty), median(claimline));
    println!("start to first frame, empty eframe window   {empty:7.1} ms (baseline)");
    println!("start to first frame with the map painted   {claimline:7.1} ms = {:.2} × baseline", claimline / empty);
    let pan = child("pan");
    println!("UI time of a frame while panning, median    {:7.2} ms, 95th of 100 {:.2} ms", pan[0], pan[1]);
    let drawn = child("drawn");
    println!(
        "the same with 10,000 annotations of 50 vertices, median {:.2} ms, 95th of 100 {:.2} ms = {:.2} × without",
        drawn[0],
        drawn[1],
        drawn[0] / pan[0]
    );
    println!(
        "an edit of one of them {:.3} ms, undo {:.3} ms; median frame after each {:.2} ms",
        drawn[2], drawn[3], drawn[4]
    );
    for (name, file) in layers() {
        let numbers: Vec<Vec<f64>> = (0..3).map(|_| child_of("layer", Some(file.path()))).collect();
        let [sketched, painted, middle, high, sharp, click, toggle, megabytes] =
            std::array::from_fn(|index| median(numbers.iter().filter_map(|one| one.get(index).copied()).collect()));
        // What is painted sooner is never sketched.
        let first = if sketched.is_nan() { painted } else { sketched };
        println!("{name}: start to the first rough shapes {first:.0} ms");
        println!("{name}: start to painted {painted:.0} ms = {:.2} × the empty window", painted / empty);
        println!("  UI time of a frame while panning and zooming, median {middle:.2} ms, 95th of 100 {high:.2} ms");
        println!("  sharp after a move {sharp:.0} ms; what lies under a point {click:.1} µs; toggle {toggle:.2} ms");
        println!("  most memory {megabytes:.0} MB, {:.1} times the file", megabytes * 1e6 / bytes_of(file.path()));
    }
    let (tiles, far) = (child("tiles"), child("far"));
    println!(
        "the same while tiles of a server come in ({:.0} of them), median {:.2} ms, 95th of 100 {:.2} ms = {:.2} × without",
        tiles[0],
        tiles[1],
        tiles[2],
        tiles[2] / pan[1]
    );
    println!(
        "memory while panning over {:.0} tiles, as many as in 10 minutes: {:.0} MB before the first, {:.0}, {:.0}, {:.0} and {:.0} MB \
         after each quarter",
        far[0], far[1], far[2], far[3], far[4], far[5]
    );
    let days = child("days");
    println!(
        "778 days of 1,500 vertices opened as one layer in {:.0} ms; UI time of a frame while the day changes in each, median {:.2} \
         ms, 95th of 100 {:.2} ms = {:.2} × panning; most memory {:.0} MB",
        days[0],
        days[1],
        days[2],
        days[2] / pan[1],
        days[3]
    );
    let idle = child("idle");
    println!("idle for 3 s: {} frames, {:.0} ms CPU", idle[0], idle[1]);
    ExitCode::SUCCESS
}

/// Files of many vertices, or of many points.
fn layers() -> Vec<(String, NamedTempFile)> {
    let written = |name: &str, features: &[Feature]| {
        let mut file = tempfile::Builder::new().suffix(".geojson").tempfile().expect("a file");
        file.write_all(text_of(features).as_bytes()).expect("room on the disk");
        (name.to_owned(), file)
    };
    let mut all: Vec<_> = [("100,000 vertices", 100), ("1,000,000 vertices", 1000), ("5,000,000 vertices", 5000)]
        .map(|(name, count)| written(name, &islands(count)))
        .into();
    all.push(written("100,000 points", &points()));
    all
}

fn bytes_of(path: &Path) -> f64 {
    std::fs::metadata(path).map_or(f64::NAN, |metadata| metadata.len() as f64)
}

/// The numbers that a child of this role prints.
fn child(role: &str) -> Vec<f64> {
    child_of(role, None)
}

fn child_of(role: &str, file: Option<&Path>) -> Vec<f64> {
    let home = tempfile::tempdir().expect("a folder");
    let output = Command::new(std::env::current_exe().expect("this program"))
        .env(ROLE, role)
        .env(FILE, file.unwrap_or_else(|| Path::new("")))
        .env(STARTED, now().as_nanos().to_string())
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path())
        .env("XDG_STATE_HOME", home.path())
        .output()
        .expect("a process");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert!(!numbers.is_empty(), "{role}: {text}{}", String::from_utf8_lossy(&output.stderr));
    numbers
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds since the parent started this process.
fn since_start_ms() -> f64 {
    let started: u128 = std::env::var(STARTED).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    (now().as_nanos().saturating_sub(started)) as f64 / 1e6
}

/// Ends the process at once: how long a window takes to close is not measured.
fn report(text: &str) -> ! {
    println!("{text}");
    std::process::exit(0)
}

fn empty_window() -> ExitCode {
    struct Empty {
        frames: u32,
    }
    impl eframe::App for Empty {
        fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
            // The second call: the first frame has been handed to the screen.
            if self.frames > 0 {
                report(&since_start_ms().to_string());
            }
            self.frames += 1;
            ui.ctx().request_repaint();
        }
    }
    let options = launch::options();
    let result = eframe::run_native("empty", options, Box::new(|_| Ok(Box::new(Empty { frames: 0 }))));
    println!("{result:?}");
    ExitCode::FAILURE
}

fn start() -> ExitCode {
    let result = launch::run_observed(Vec::new(), |app, ctx| {
        // A picture counts once the frame that shows it has ended.
        if app.counts().1 > 0 {
            report(&since_start_ms().to_string());
        }
        ctx.request_repaint();
    });
    println!("{result:?}");
    ExitCode::FAILURE
}

fn pan() -> ExitCode {
    let mut times_ms = Vec::new();
    let mut frames = 0;
    let result = launch::run_observed(Vec::new(), move |app, ctx| {
        ctx.request_repaint();
        if app.counts().1 == 0 {
            return;
        }
        frames += 1;
        if frames > 20 {
            times_ms.push(app.ui_time().as_secs_f64() * 1000.0);
        }
        if frames == 220 {
            times_ms.sort_by(f64::total_cmp);
            report(&format!("{} {}", times_ms[times_ms.len() / 2], times_ms[times_ms.len() * 95 / 100]));
        }
        let way = if frames % 100 < 50 { 9.0 } else { -9.0 };
        app.act(ctx, Action::Pan { right_pt: way, down_pt: way / 2.0 });
    });
    println!("{result:?}");
    ExitCode::FAILURE
}

/// A server of tiles in this process: after a while each, up to `most_ms`, pictures that are hard to pack. The project that
/// shows them at a zoom, and how many were sent; the user has said yes to the server.
fn tile_server(most_ms: u64, zoom: u8) -> (PathBuf, Arc<AtomicU64>) {
    let bodies: Vec<Vec<u8>> = (0..8_u32)
        .map(|kind| {
            let picture = image::RgbImage::from_fn(256, 256, |x, y| {
                let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503) ^ kind) % 23;
                image::Rgb([120 + noise as u8, 140 + (x / 8) as u8, 100 + (y / 8) as u8 + kind as u8])
            });
            let mut bytes = Vec::new();
            picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).expect("into memory");
            bytes
        })
        .collect();
    let bodies = Arc::new(bodies);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let sent = Arc::<AtomicU64>::default();
    let count = Arc::clone(&sent);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (bodies, count) = (Arc::clone(&bodies), Arc::clone(&count));
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {}
                let number = count.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(number * 37 % most_ms.max(1)));
                let body = &bodies[number as usize % bodies.len()];
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
                     Connection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
            });
        }
    });
    let template = format!("{address}/{{z}}/{{x}}/{{y}}.png");
    let server = Server::of(&template).expect("a server");
    let list = servers::default_file().expect("a home folder");
    Servers::change(&list, |servers| servers.say(&server, Some(true))).expect("room on the disk");
    let project = list.with_file_name("tiles.claimline.geojson");
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[],"claimline":{{"version":1,"dossier":{{"id":"berlin-2025-12"}},
        "view":{{"center":[37.5844,48.7389],"zoom":{zoom}}},"map":"bench","map_sources":[{{"id":"bench",
        "title":{{"en":"Bench"}},"kind":"xyz","address":"{template}"}}]}}}}"#
    );
    std::fs::write(&project, text).expect("room on the disk");
    (project, sent)
}

/// Frames while tiles come in, with the map always moving on to where it has none yet.
fn tiles() -> ExitCode {
    const FRAMES: usize = 400;
    let (project, sent) = tile_server(80, 9);
    let (mut times_ms, mut frames, mut before) = (Vec::new(), 0_usize, 0);
    let result = launch::run_observed(vec![project], move |app, ctx| {
        ctx.request_repaint();
        if sent.load(Ordering::Relaxed) == 0 {
            return;
        }
        frames += 1;
        match frames {
            ..20 => before = sent.load(Ordering::Relaxed),
            _ if times_ms.len() < FRAMES => times_ms.push(app.ui_time().as_secs_f64() * 1000.0),
            _ => {
                times_ms.sort_by(f64::total_cmp);
                let sent = sent.load(Ordering::Relaxed) - before;
                report(&format!("{sent} {} {}", times_ms[FRAMES / 2], times_ms[FRAMES * 95 / 100]));
            }
        }
        app.act(ctx, Action::Pan { right_pt: 9.0, down_pt: if frames % 100 < 50 { 3.0 } else { -3.0 } });
    });
    println!("{result:?}");
    ExitCode::FAILURE
}

/// As many tiles as come into view in 10 minutes of panning by 9 points a frame, in less time.
fn far() -> ExitCode {
    // 36,000 frames of 9 points, in squares of 256 points, 5 rows high.
    const TILES: u64 = 36_000 * 9 / 256 * 5;
    // So near that the way does not end at the edge of the world.
    let (project, sent) = tile_server(1, 14);
    let mut memory = vec![0.0_f64];
    let (mut paused, mut before) = (0, 0);
    let started = Instant::now();
    let result = launch::run_observed(vec![project], move |app, ctx| {
        ctx.request_repaint();
        let sent = sent.load(Ordering::Relaxed);
        if sent == 0 {
            memory[0] = megabytes("VmRSS:");
            return;
        }
        let quarter = (4 * sent / TILES) as usize;
        if quarter >= memory.len() {
            memory.push(megabytes("VmHWM:"));
            let (now, most) = (megabytes("VmRSS:"), memory[memory.len() - 1]);
            let time_s = started.elapsed().as_secs_f64();
            eprintln!("{sent} of {TILES} tiles after {time_s:.0} s: {now:.0} MB, {most:.0} MB at most");
        }
        if sent >= TILES {
            let memory: Vec<String> = memory.iter().map(f64::to_string).collect();
            report(&format!("{sent} {}", memory.join(" ")));
        }
        // On to where there are none yet, once no more are asked for.
        paused = if sent == before { paused + 1 } else { 0 };
        before = sent;
        if paused == 3 {
            paused = 0;
            let down_pt = if sent % 1000 < 500 { 200.0 } else { -200.0 };
            app.act(ctx, Action::Pan { right_pt: if sent < TILES / 2 { 500.0 } else { -480.0 }, down_pt });
        }
    });
    println!("{result:?}");
    ExitCode::FAILURE
}

/// Files that are named by their days, opened as one layer, and the map on each of these days in turn.
fn days() -> ExitCode {
    const DAYS: usize = 778;
    const FRAMES: usize = 200;
    let folder = tempfile::TempDir::new().expect("a folder");
    let first = Day::new(2023, Some(1), Some(1)).and_then(|day| day.since_1970()).expect("a day");
    for index in 0..DAYS {
        let at = |step: usize| {
            let turn = step as f64 / 1499.0 * std::f64::consts::TAU;
            let reach = 0.8 + 0.05 * (9.0 * turn + index as f64 * 0.01).sin() + 0.01 * (41.0 * turn).sin();
            format!("[{:.6},{:.6}]", 37.5 + 1.4 * reach * turn.cos(), 48.2 + reach * turn.sin())
        };
        let ring: Vec<String> = (0..1499).chain([0]).map(at).collect();
        let text = format!(
            r#"{{"type":"Feature","properties":{{"status":"held"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring.join(",")
        );
        let day = Day::of_days(first + index as i64).expect("a day").iso().replace('-', "");
        std::fs::write(folder.path().join(format!("front_{day}.geojson")), text).expect("room on the disk");
    }
    let series = folder.keep().join("front_{YYYYMMDD}.geojson");
    let (mut times_ms, mut frames, mut asked, mut opened_ms) = (Vec::new(), 0_usize, None, 0.0);
    let result = launch::run_observed(vec![], move |app, ctx| {
        ctx.request_repaint();
        let asked = asked.get_or_insert_with(|| {
            app.open_files(vec![series.clone()]);
            Instant::now()
        });
        if app.session().dossier().own_layers().next().is_none() {
            opened_ms = asked.elapsed().as_secs_f64() * 1000.0;
            return;
        }
        frames += 1;
        if frames > 20 {
            times_ms.push(app.ui_time().as_secs_f64() * 1000.0);
        }
        if times_ms.len() == FRAMES {
            // It lies in the system's folder of temporary files anyway.
            let _ = series.parent().map(std::fs::remove_dir_all);
            times_ms.sort_by(f64::total_cmp);
            let (middle, high) = (times_ms[FRAMES / 2], times_ms[FRAMES * 95 / 100]);
            report(&format!("{opened_ms} {middle} {high} {}", megabytes("VmHWM:")));
        }
        // Days that have not been drawn before, as when somebody drags along the timeline.
        let index = (frames * 7) % DAYS;
        app.act(ctx, Action::ShowDay(Day::of_days(first + index as i64)));
    });
    println!("{result:?}");
    ExitCode::FAILURE
}

/// Ten thousand annotations of fifty vertices all over the oblast, opened as a project.
fn drawn() -> ExitCode {
    let file = std::env::temp_dir().join(format!("claimline-bench-{}.claimline.geojson", std::process::id()));
    let mut document = Document::empty("berlin-2025-12", View { center: Coord { x: 37.8, y: 48.1 }, zoom: 8.3 });
    let shape = |index: u32| {
        let (x, y) = (f64::from(index % 100), f64::from(index / 100));
        let center = Coord { x: 36.5 + 0.03 * x, y: 46.8 + 0.025 * y };
        let corner = |step: u32| {
            let turn = f64::from(step) / 50.0 * std::f64::consts::TAU;
            let reach = 0.012 * (1.0 + 0.3 * (7.0 * turn).sin());
            Coord { x: center.x + reach * turn.cos(), y: center.y + 0.7 * reach * turn.sin() }
        };
        let ring: Vec<Coord<f64>> = (0..50).map(corner).chain([corner(0)]).collect();
        let area = MultiPolygon(vec![Polygon::new(ring.into(), Vec::new())]);
        Shape::Area { area, kind: AreaKind::Polygon }
    };
    for index in 0..10_000 {
        edit::add(&mut document, Annotation::new(AnnotationId(0), LayerId(0), shape(index)));
    }
    std::fs::write(&file, project::write(&document, &project::Reference::default())).expect("a file");
    let (mut pans, mut edits, mut undos, mut after) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut frames = 0;
    let path = file.clone();
    let result = launch::run_observed(vec![file], move |app, ctx| {
        ctx.request_repaint();
        if app.session().document().annotations.len() < 10_000 || (frames == 0 && !app.is_settled()) {
            return;
        }
        frames += 1;
        let timed = |app: &mut ClaimlineApp, action: Action| {
            let started = Instant::now();
            app.act(ctx, action);
            started.elapsed().as_secs_f64() * 1000.0
        };
        match frames {
            ..20 => {}
            20..220 => {
                pans.push(app.ui_time().as_secs_f64() * 1000.0);
                let way = if frames % 100 < 50 { 9.0 } else { -9.0 };
                app.act(ctx, Action::Pan { right_pt: way, down_pt: way / 2.0 });
            }
            220..300 => {
                after.push(app.ui_time().as_secs_f64() * 1000.0);
                let id = AnnotationId(1 + frames);
                edits.push(timed(app, Action::Annotate(vec![id], Annotate::Lock(true))));
                undos.push(timed(app, Action::Command(claimline::session::Command::Undo)));
            }
            _ => {
                // It lies in the system's folder of temporary files anyway.
                let _ = std::fs::remove_file(&path);
                pans.sort_by(f64::total_cmp);
                let (middle, high) = (pans[pans.len() / 2], pans[pans.len() * 95 / 100]);
                let [edit, undo, after] =
                    [&mut edits, &mut undos, &mut after].map(|times| median(std::mem::take(times)));
                report(&format!("{middle} {high} {edit} {undo} {after}"));
            }
        }
    });
    println!("{result:?}");
    ExitCode::FAILURE
}

/// A file that is opened at the start, panned and zoomed, moved to where it has not been, clicked on, hidden and shown.
fn layer() -> ExitCode {
    const MOVES: u32 = 200;
    const JUMPS: usize = 7;
    /// How exactly it is known when something was first seen.
    const LOOK: Duration = Duration::from_millis(30);
    let file = PathBuf::from(std::env::var_os(FILE).unwrap_or_default());
    let (mut sketched_ms, mut painted_ms, mut frames) = (None, None, 0);
    let (mut times_ms, mut sharp_ms, mut toggles_ms) = (Vec::new(), Vec::new(), Vec::new());
    let mut moved: Option<(Instant, u64)> = None;
    let result = launch::run_observed(vec![file], move |app, ctx| {
        // Nobody asks for frame after frame while a file is opened, and drawn without a GPU they would take both processors.
        match painted_ms {
            Some(_) => ctx.request_repaint(),
            None => ctx.request_repaint_after(LOOK),
        }
        if sketched_ms.is_none() && app.shows_sketch() {
            sketched_ms = Some(since_start_ms());
        }
        let Some(id) = app.session().dossier().own_layers().next().map(|layer| layer.id.clone()) else { return };
        if painted_ms.is_none() {
            painted_ms = app.map_shows_all().then(since_start_ms);
            return;
        }
        // What is worked out once, such as outlines that cross, has ended.
        if frames == 0 && !app.is_settled() {
            return;
        }
        frames += 1;
        if frames <= MOVES {
            times_ms.push(app.ui_time().as_secs_f64() * 1000.0);
            let way = if frames % 100 < 50 { 9.0 } else { -9.0 };
            app.act(ctx, Action::Pan { right_pt: way, down_pt: way / 2.0 });
            let steps = if frames % 40 < 20 { 0.05 } else { -0.05 };
            app.act(ctx, Action::ZoomAt { at: Point::new(400.0, 300.0), steps });
            return;
        }
        match moved {
            None if app.is_settled() && sharp_ms.len() < JUMPS => {
                moved = Some((Instant::now(), app.counts().1));
                app.act(
                    ctx,
                    Action::Pan { right_pt: if sharp_ms.len() % 2 == 0 { 300.0 } else { -300.0 }, down_pt: 0.0 },
                );
            }
            Some((at, pictures)) if app.counts().1 > pictures && app.map_shows_all() => {
                sharp_ms.push(at.elapsed().as_secs_f64() * 1000.0);
                moved = None;
            }
            None if app.is_settled() && toggles_ms.len() < 2 * JUMPS => {
                let started = Instant::now();
                app.act(ctx, Action::ToggleOverlay(id));
                toggles_ms.push(started.elapsed().as_secs_f64() * 1000.0);
            }
            None if app.is_settled() => {
                let place = |index: u32| Point::new(f64::from(index * 37 % 700), f64::from(index * 53 % 500));
                let started = Instant::now();
                let hits: usize = (0..1000).map(|index| app.session().hits_at(place(index)).len()).sum();
                let click_us = started.elapsed().as_secs_f64() * 1000.0;
                std::hint::black_box(hits);
                times_ms.sort_by(f64::total_cmp);
                let (middle, high) = (times_ms[times_ms.len() / 2], times_ms[times_ms.len() * 95 / 100]);
                let [sharp, toggle] = [&mut sharp_ms, &mut toggles_ms].map(|times| median(std::mem::take(times)));
                let [sketched, painted] = [sketched_ms, painted_ms].map(|time| time.unwrap_or(f64::NAN));
                report(&format!(
                    "{sketched} {painted} {middle} {high} {sharp} {click_us} {toggle} {}",
                    most_megabytes()
                ));
            }
            _ => {}
        }
    });
    println!("{result:?}");
    ExitCode::FAILURE
}

/// The most memory that this process has held, from `/proc`.
fn most_megabytes() -> f64 {
    megabytes("VmHWM:")
}

fn megabytes(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) * 1024.0 / 1e6
}

fn idle() -> ExitCode {
    let mut settled: Option<Instant> = None;
    let result = launch::run_observed(Vec::new(), move |app, ctx| {
        if !app.is_settled() {
            ctx.request_repaint();
        } else if settled.is_none() {
            settled = Some(Instant::now());
            let frames = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
            ctx.data_mut(|data| data.insert_temp(egui::Id::NULL, std::sync::Arc::clone(&frames)));
            std::thread::spawn(move || {
                // What is still under way has a second to end.
                std::thread::sleep(Duration::from_secs(1));
                let (frames_before, cpu_before) = (frames.load(std::sync::atomic::Ordering::Relaxed), cpu_ms());
                std::thread::sleep(Duration::from_secs(3));
                let seen = frames.load(std::sync::atomic::Ordering::Relaxed) - frames_before;
                report(&format!("{seen} {}", cpu_ms() - cpu_before));
            });
        }
        if let Some(frames) =
            ctx.data(|data| data.get_temp::<std::sync::Arc<std::sync::atomic::AtomicU64>>(egui::Id::NULL))
        {
            frames.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    println!("{result:?}");
    ExitCode::FAILURE
}

/// User and system time of this process, from `/proc`; 10 ms is the clock's step.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Vec<f64> =
        after_name.split_whitespace().skip(11).take(2).filter_map(|number| number.parse().ok()).collect();
    ticks.iter().sum::<f64>() * 10.0
}
