//! The real window without a display: controls found by their accessible names, clicks at places on the earth.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "app/search.rs"]
mod search;

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use claimline::app::ClaimlineApp;
use claimline::app::launch::Evidence;
use claimline::document::project;
use claimline::document::step::{FigurePart, Step};
use claimline::dossier::Shape;
use claimline::figure::{self, Corner, FigureOptions, PageSize, Piece, Place, Shows};
use claimline::geometry::{Coord, Frame, Point, View};
use claimline::scene::ground::Ground;
use claimline::session::{Action, Annotate, Command, OwnLayerChange, Selection};
use claimline::tools::Tool;
use eframe::egui::{self, Key, Modifiers, PointerButton, Pos2, Role, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

const KRAMATORSK: Coord<f64> = Coord { x: 37.5844, y: 48.7389 };
/// In the area proposed for withdrawal, far from any town's dot.
const OPEN_COUNTRY: Coord<f64> = Coord { x: 37.25, y: 48.72 };
const LUHANSK: Coord<f64> = Coord { x: 39.3078, y: 48.5740 };

/// Reading it takes longer than most tests.
fn evidence() -> Evidence {
    static EVIDENCE: OnceLock<Evidence> = OnceLock::new();
    EVIDENCE.get_or_init(Evidence::read).clone()
}

fn window() -> Harness<'static, ClaimlineApp> {
    window_of(1600.0, 1000.0)
}

fn window_of(width: f32, height: f32) -> Harness<'static, ClaimlineApp> {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(width, height))
        .with_step_dt(1.0 / 60.0)
        .with_max_steps(64)
        .build_eframe(|cc| ClaimlineApp::new(&cc.egui_ctx, evidence(), None).expect("a thread"));
    harness.run_ok();
    harness
}

/// Steps until `done`, for what happens in threads of its own.
fn wait(harness: &mut Harness<'static, ClaimlineApp>, what: &str, done: impl Fn(&ClaimlineApp) -> bool) {
    let started = Instant::now();
    // Longer and longer: each look paints a frame, which takes from the threads that are waited for.
    let mut pause_ms = 5;
    while !done(harness.state()) {
        assert!(started.elapsed() < Duration::from_secs(120), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(pause_ms));
        pause_ms = (pause_ms * 2).min(80);
        harness.step();
    }
}

fn on_screen(harness: &Harness<'static, ClaimlineApp>, place: Coord<f64>) -> Pos2 {
    let app = harness.state();
    let page = app.session().frame().page_from_lon_lat(place);
    let at = app.map_rect().min + Vec2::new(page.x as f32, page.y as f32);
    assert!(app.map_rect().contains(at), "{place:?} is not in view");
    at
}

fn click(harness: &mut Harness<'static, ClaimlineApp>, at: Pos2) {
    harness.hover_at(at);
    harness.step();
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
    // Past the time in which another click would make a double click.
    for _ in 0..40 {
        harness.step();
    }
}

fn selected(harness: &Harness<'static, ClaimlineApp>) -> String {
    match harness.state().session().selection() {
        Selection::Overlay { id, .. } => id.clone(),
        Selection::Excerpt { id } => format!("excerpt {id}"),
        Selection::Annotations(ids) => format!("{} annotations", ids.len()),
        Selection::None => String::new(),
    }
}

#[test]
fn an_eye_hides_an_overlay_and_shows_it_again() {
    let mut harness = window();
    assert!(harness.state().session().document().is_visible("withdrawal-area"));
    harness.get_by_label("Hide Area proposed for withdrawal").click();
    harness.run_ok();
    assert!(!harness.state().session().document().is_visible("withdrawal-area"));
    harness.get_by_label("Show Area proposed for withdrawal").click();
    harness.run_ok();
    assert!(harness.state().session().document().is_visible("withdrawal-area"));
}

#[test]
fn alt_click_on_an_eye_shows_one_alone_and_again_restores() {
    let mut harness = window();
    let before = harness.state().session().document().overlays.clone();
    harness.get_by_label("Hide Luhansk oblast").click_modifiers(Modifiers::ALT);
    harness.run_ok();
    let shown: Vec<_> = harness
        .state()
        .session()
        .document()
        .overlays
        .iter()
        .filter(|state| state.visible)
        .map(|s| s.id.clone())
        .collect();
    assert_eq!(shown, ["luhansk"]);
    harness.get_by_label("Hide Luhansk oblast").click_modifiers(Modifiers::ALT);
    harness.run_ok();
    assert_eq!(harness.state().session().document().overlays, before);
}

#[test]
fn a_row_is_dragged_by_its_dots() {
    let mut harness = window();
    let before = harness.state().session().rows();
    let at = harness.get_by_label("Drag to reorder Luhansk oblast").rect().center();
    harness.drag_at(at);
    harness.step();
    for step in 1..=8 {
        harness.hover_at(at + Vec2::new(0.0, 5.0 * step as f32));
        harness.step();
    }
    harness.drop_at(at + Vec2::new(0.0, 40.0));
    harness.run_ok();
    let after = harness.state().session().rows();
    let row = |rows: &[String]| rows.iter().position(|id| id == "luhansk");
    assert!(row(&before).is_some());
    assert_eq!(row(&after), row(&before).map(|row| row + 1));
    assert_eq!(after.iter().collect::<std::collections::BTreeSet<_>>().len(), before.len());
}

#[test]
fn digits_toggle_the_first_nine_overlays() {
    let mut harness = window();
    let row = harness.state().session().rows()[3].clone();
    let before = harness.state().session().document().is_visible(&row);
    harness.key_press(Key::Num4);
    harness.run_ok();
    assert_ne!(harness.state().session().document().is_visible(&row), before);
}

#[test]
fn a_click_on_kramatorsk_shows_the_withdrawal_area_and_its_5600_km2() {
    let mut harness = window();
    let at = on_screen(&harness, KRAMATORSK);
    click(&mut harness, at);
    // Near enough to the city's dot the city itself is selected, with the area that it lies in.
    assert!(["withdrawal-area", "held-towns"].contains(&selected(&harness).as_str()));
    // The row of the list bears the name, and so does the inspector.
    assert!(harness.query_all_by_label("Area proposed for withdrawal").count() >= 2);
    assert!(harness.query_all_by_label_contains("approximately 5,600 square kilometres").next().is_some());
    assert!(harness.query_all_by_label_contains("5,642 km²").next().is_some());
    assert!(harness.query_all_by_label_contains("TFIGlobal · 15 Dec 2025").next().is_some());
}

#[test]
fn further_clicks_step_down_and_a_click_on_nothing_clears() {
    let mut harness = window();
    let at = on_screen(&harness, OPEN_COUNTRY);
    click(&mut harness, at);
    assert_eq!(selected(&harness), "withdrawal-area");
    click(&mut harness, at);
    assert_eq!(selected(&harness), "donetsk");
    click(&mut harness, at);
    assert_eq!(selected(&harness), "withdrawal-area");
    harness.get_by_label("Donetsk oblast · 26,501 km²").click();
    harness.run_ok();
    assert_eq!(selected(&harness), "donetsk");
    // Rostov-on-Don lies in no overlay.
    let at = on_screen(&harness, Coord { x: 39.2, y: 47.1 });
    click(&mut harness, at);
    assert_eq!(selected(&harness), "");
}

#[test]
fn a_click_on_luhansk_city_shows_luhansk() {
    let mut harness = window();
    let at = on_screen(&harness, LUHANSK);
    click(&mut harness, at);
    assert_eq!(selected(&harness), "luhansk");
}

#[test]
fn an_excerpt_leads_to_its_region_and_back() {
    let mut harness = window();
    harness.get_by_label("Sources").click();
    harness.run_ok();
    let before = harness.state().session().document().view;
    harness.get_by_label_contains("five to ten kilometres, why").scroll_to_me();
    harness.run_ok();
    harness.get_by_label_contains("five to ten kilometres, why").click();
    harness.run_ok();
    assert_eq!(selected(&harness), "excerpt tfi-five-to-ten");
    assert_eq!(harness.state().session().highlighted(), ["corridor-5km", "corridor-10km"]);
    assert!(harness.state().session().document().is_visible("corridor-10km"));
    assert_ne!(harness.state().session().document().view, before);
}

#[test]
fn the_map_cannot_be_lost() {
    let mut harness = window();
    harness.get_by_label("Map").focus();
    harness.run_ok();
    for _ in 0..60 {
        harness.key_press(Key::ArrowLeft);
        harness.key_press(Key::Minus);
        harness.step();
    }
    let center = harness.state().session().document().view.center;
    assert!(center.x.abs() <= 180.0 && center.y.abs() <= 85.06, "{center:?}");
    harness.key_press(Key::Home);
    harness.run_ok();
    let [w, s, e, n] = harness.state().session().frame().lon_lat_bounds();
    let [west, south, east, north] = harness.state().session().dossier().home;
    assert!(w < west && s < south && e > east && n > north);
}

#[test]
fn the_wheel_zooms_at_the_pointer() {
    let mut harness = window();
    let at = on_screen(&harness, KRAMATORSK);
    harness.hover_at(at);
    harness.step();
    let zoom = harness.state().session().document().view.zoom;
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: Vec2::new(0.0, 3.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    for _ in 0..60 {
        harness.step();
    }
    assert!(harness.state().session().document().view.zoom > zoom + 0.3);
    assert!(on_screen(&harness, KRAMATORSK).distance(at) < 1.0);
}

#[test]
fn a_figure_is_exported_by_the_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.png");
    let mut harness = window();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    // As coarse as a screen: a debug build takes its time over pixels.
    harness.get_by_label("96 dots an inch").click();
    harness.run_ok();
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.step();
    wait(&mut harness, "the figure", |_| path.exists());
    wait(&mut harness, "the message", |app| app.message().starts_with("Figure written"));
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
    // The second time the file is not replaced without a word.
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("“Replace the file” writes over it").is_some());
    assert!(harness.query_by_label("Replace the file").is_some(), "the button is called as it is said to be");
}

#[test]
fn two_files_opened_at_once_are_both_there() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["first", "second"].map(|name| folder.path().join(format!("{name}.geojson")));
    std::fs::write(&paths[0], r#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#).unwrap();
    std::fs::write(&paths[1], r#"{"type":"LineString","coordinates":[[37.3,48.2],[38.0,48.9]]}"#).unwrap();
    let mut harness = window();
    // Each in a job of its own, and neither knows of the other.
    for path in &paths {
        harness.state_mut().open_files(vec![path.clone()]);
    }
    let has = |app: &ClaimlineApp, id: &str| app.session().dossier().overlay(id).is_some();
    wait(&mut harness, "both files", |app| has(app, "first") && has(app, "second"));
    harness.run_ok();
    assert_eq!(harness.state().message(), "Opened second.geojson");
    let rows = harness.state().session().rows();
    assert_eq!(rows[..2], ["second", "first"], "the later one lies on top");
}

#[test]
fn a_figure_never_replaces_a_file_that_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let (project, own) = (folder.path().join("p.claimline.geojson"), folder.path().join("route.geojson"));
    std::fs::copy("tests/data/v1/figure.claimline.geojson", &project).unwrap();
    std::fs::write(&own, r#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![own.clone()]);
    wait(&mut harness, "the file", |app| app.message().starts_with("Opened"));
    harness.state_mut().open_files(vec![project.clone()]);
    wait(&mut harness, "the project", |app| app.project_path().is_some());
    harness.run_ok();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    for path in [&project, &own] {
        let before = std::fs::read(path).unwrap();
        type_path(&mut harness, path);
        for _ in 0..2 {
            harness.get_by_label("Export").click();
            harness.run_ok();
            assert!(harness.query_by_label_contains("has been opened here").is_some());
        }
        assert!(std::fs::read(path).unwrap() == before);
    }
}

#[test]
fn a_figure_is_composed_in_the_dialog_and_written_as_it_was_previewed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.svg");
    let mut harness = window();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    wait(&mut harness, "the preview", ClaimlineApp::is_settled);
    harness.run_ok();
    assert!(harness.query_by_label("Preview of the figure").is_some());
    assert!(harness.query_by_label_contains("quotes have not been checked").is_some());
    // Each control has a name.
    for name in [
        "Paper",
        "Dots an inch",
        "300 dots an inch",
        "Own margin",
        "Colours",
        "Use the current view",
        "Place of the legend",
    ] {
        assert!(harness.query_by_label(name).is_some(), "there is no control named {name}");
    }
    for piece in Piece::all() {
        assert!(harness.query_all_by_label(piece.label()).next().is_some(), "no box to tick for {piece}");
    }
    harness.get_by_label("Locator map").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Locator map").click();
    harness.run_ok();
    harness.get_by_label("Graticule").click();
    harness.run_ok();
    type_in(&mut harness, "Words of the subtitle", "As reported");
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.step();
    wait(&mut harness, "the figure", |_| path.exists());
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(svg.contains("id=\"graticule\"") && !svg.contains("id=\"inset\""), "the boxes were not heeded");
    assert!(svg.contains(">As reported"), "the subtitle is not there");
    // The next one begins as this one was.
    harness.run_ok();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    wait(&mut harness, "the preview", ClaimlineApp::is_settled);
    let ticked = harness.get_by_label("Graticule").accesskit_node().toggled();
    assert_eq!(ticked, Some(egui::accesskit::Toggled::True));
}

#[test]
fn the_format_of_a_figure_is_chosen_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.png");
    let mut harness = window();
    let open = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.get_by_label("Export figure…").click();
        harness.run_ok();
        type_path(harness, &path);
        harness.run_ok();
    };
    let export = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.get_by_label("Export").click();
        harness.step();
        wait(harness, "the message", |app| app.message().starts_with("Figure written"));
    };
    // What an evidence pack holds is tested on the command line; it takes long here.
    open(&mut harness);
    harness.get_by_label("Evidence pack").click();
    harness.run_ok();
    let zip = path.with_extension("zip").display().to_string();
    assert_eq!(harness.get_by_label_contains("Path of the figure").value(), Some(zip));
    harness.key_press(Key::Escape);
    harness.run_ok();
    for (label, end, start) in [("PDF", "pdf", &b"%PDF-1.7"[..]), ("GeoJSON", "geojson", b"{\"type\":")] {
        open(&mut harness);
        harness.get_by_label(label).click();
        harness.run_ok();
        assert!(harness.query_by_label("World file for GIS programs").is_none(), "it goes with a PNG alone");
        export(&mut harness);
        let bytes = std::fs::read(path.with_extension(end)).unwrap();
        assert!(bytes.starts_with(start), "{label}");
    }
    open(&mut harness);
    harness.get_by_label("World file for GIS programs").click();
    harness.run_ok();
    export(&mut harness);
    for end in ["png", "pgw", "prj", "png.aux.xml"] {
        assert!(path.with_extension(end).exists(), "there is no .{end}");
    }
}

#[test]
fn the_paper_of_a_figure_is_chosen_by_name() {
    let mut harness = window();
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    harness.get_by_label("Paper").click();
    harness.run_ok();
    harness.get_by_label("A4 landscape").click();
    harness.run_ok();
    wait(&mut harness, "the preview", ClaimlineApp::is_settled);
    harness.run_ok();
    assert!(harness.query_by_label("297 × 210 mm, 3508 × 2480 pixels").is_some());
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("Paper").is_none());
}

/// Opens the panel of the figure and waits for its preview.
fn set_up_figure(harness: &mut Harness<'static, ClaimlineApp>) {
    harness.get_by_label("Export figure…").click();
    harness.run_ok();
    settle(harness);
}

fn settle(harness: &mut Harness<'static, ClaimlineApp>) {
    harness.step();
    wait(harness, "the preview", ClaimlineApp::is_settled);
    harness.run_ok();
    wait(harness, "the preview", ClaimlineApp::is_settled);
}

fn drag(harness: &mut Harness<'static, ClaimlineApp>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.step();
    let button = |harness: &mut Harness<'static, ClaimlineApp>, pos: Pos2, pressed: bool| {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers });
        harness.step();
    };
    button(harness, from, true);
    for step in 1..=8 {
        harness.hover_at(from + (to - from) * (step as f32 / 8.0));
        harness.step();
    }
    button(harness, to, false);
    settle(harness);
}

fn set_up(harness: &Harness<'static, ClaimlineApp>) -> FigureOptions {
    harness.state().figure_set_up().expect("a figure is set up").0.clone()
}

const FRAME: &str = "Frame of the figure: arrows move it, plus and minus scale it";

/// The frame as it is shown over the map, `[west, south, east, north]`.
fn frame_on_map(harness: &Harness<'static, ClaimlineApp>) -> [f64; 4] {
    let rect = harness.get_by_label(FRAME).rect();
    let app = harness.state();
    let place = |at: Pos2| {
        let by = at - app.map_rect().min;
        app.session().frame().lon_lat_from_page(Point::new(f64::from(by.x), f64::from(by.y)))
    };
    let (north_west, south_east) = (place(rect.min), place(rect.max));
    [north_west.x, south_east.y, south_east.x, north_west.y]
}

/// How far the corners of the frame over the map are from those of the map on the page that is exported, in pixels of
/// the screen and of the page, whichever is more.
fn frame_is_off_by(harness: &Harness<'static, ClaimlineApp>) -> f64 {
    let app = harness.state();
    let options = set_up(harness);
    let ground = Ground::builtin().0;
    let drawn = figure::draw(app.session().scene(), &ground, &app.session().drawn_document(), &options);
    let [west, south, east, north] = frame_on_map(harness);
    let corners = [(west, north), (east, north), (west, south), (east, south)].map(|(x, y)| Coord { x, y });
    let page = [
        Point::new(0.0, 0.0),
        Point::new(drawn.map.width_pt, 0.0),
        Point::new(0.0, drawn.map.height_pt),
        Point::new(drawn.map.width_pt, drawn.map.height_pt),
    ];
    let screen = app.session().frame();
    let off = corners.iter().zip(page).map(|(corner, on_page)| {
        let of_page = drawn.map.page_from_lon_lat(*corner).distance(on_page) * options.page.scale();
        let ground = drawn.map.lon_lat_from_page(on_page);
        of_page.max(screen.page_from_lon_lat(*corner).distance(screen.page_from_lon_lat(ground)))
    });
    off.fold(0.0, f64::max)
}

fn choose_paper(harness: &mut Harness<'static, ClaimlineApp>, paper: &str) {
    harness.get_by_label("Paper").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Paper").click();
    harness.run_ok();
    harness.get_by_label(paper).click();
    harness.run_ok();
    // As coarse as a screen, so that half a pixel is much.
    harness.get_by_label("96 dots an inch").click();
    settle(harness);
}

#[test]
fn the_frame_over_the_map_is_that_of_the_figure_and_is_dragged() {
    let mut harness = window();
    let view = harness.state().session().document().view;
    set_up_figure(&mut harness);
    for paper in ["The view as it is", "A4 landscape", "Column, 85 mm"] {
        if paper != "The view as it is" {
            choose_paper(&mut harness, paper);
            harness.get_by_label("Find the frame").scroll_to_me();
            harness.run_ok();
            harness.get_by_label("Find the frame").click();
            settle(&mut harness);
        }
        let off = frame_is_off_by(&harness);
        assert!(off < 0.5, "{paper}: at first the frame is off by {off} pixels");
        let page = set_up(&harness).page;
        let before = frame_on_map(&harness);
        let rect = harness.get_by_label(FRAME).rect();
        drag(&mut harness, rect.center(), rect.center() + Vec2::new(-20.0, -24.0));
        let moved = harness.get_by_label(FRAME).rect();
        assert!(
            (moved.center() - rect.center() - Vec2::new(-20.0, -24.0)).length() < 1.0,
            "{paper}: {rect:?} to {moved:?}"
        );
        assert!((moved.size() - rect.size()).length() < 6.0, "{paper}: it has another size");
        let off = frame_is_off_by(&harness);
        assert!(off < 0.5, "{paper}: moved, the frame is off by {off} pixels");
        let corner = harness.get_by_label("Lower right corner of the frame").rect().center();
        drag(&mut harness, corner, corner + (moved.min - corner) * 0.25);
        let smaller = harness.get_by_label(FRAME).rect();
        assert!((smaller.width() / moved.width() - 0.75).abs() < 0.02, "{paper}: {smaller:?} of {moved:?}");
        assert!((smaller.min - moved.min).length() < 4.0, "{paper}: the other corner stays");
        let off = frame_is_off_by(&harness);
        assert!(off < 0.5, "{paper}: scaled, the frame is off by {off} pixels");
        assert!(set_up(&harness).own_frame && set_up(&harness).page == page, "{paper}: the page is as it was");
        assert_ne!(frame_on_map(&harness), before);
        harness.get_by_label("All overlays shown").scroll_to_me();
        harness.run_ok();
        harness.get_by_label("All overlays shown").click();
        settle(&mut harness);
    }
    // Closing brings the map back as it was.
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.state().figure_set_up().is_none());
    assert_eq!(harness.state().session().document().view, view);
}

#[test]
fn the_frame_is_moved_and_scaled_by_keys() {
    let mut harness = window();
    set_up_figure(&mut harness);
    harness.get_by_label(FRAME).focus();
    harness.run_ok();
    let rect = harness.get_by_label(FRAME).rect();
    harness.key_press(Key::ArrowRight);
    harness.key_press(Key::ArrowRight);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    settle(&mut harness);
    let moved = harness.get_by_label(FRAME).rect();
    assert!((moved.center() - rect.center() - Vec2::new(-24.0, 0.0)).length() < 1.0, "{rect:?} to {moved:?}");
    for _ in 0..4 {
        harness.key_press(Key::Minus);
    }
    settle(&mut harness);
    let smaller = harness.get_by_label(FRAME).rect();
    assert!((smaller.width() / moved.width() - 1.05_f32.powi(-4)).abs() < 0.01, "{moved:?} to {smaller:?}");
    harness.key_press(Key::Plus);
    settle(&mut harness);
    assert!(harness.get_by_label(FRAME).rect().width() > smaller.width());
    assert!(frame_is_off_by(&harness) < 0.5);
    // A drag that is given up leaves it where it was.
    let before = set_up(&harness).shows;
    harness.drag_at(smaller.center());
    harness.step();
    harness.hover_at(smaller.center() + Vec2::new(60.0, 60.0));
    harness.step();
    harness.hover_at(smaller.center() + Vec2::new(90.0, 60.0));
    harness.step();
    assert_ne!(set_up(&harness).shows, before);
    harness.key_press(Key::Escape);
    harness.step();
    harness.drop_at(smaller.center());
    settle(&mut harness);
    assert_eq!(set_up(&harness).shows, before);
    assert!(harness.state().figure_set_up().is_some(), "and the panel stays");
}

#[test]
fn a_figure_that_was_set_up_comes_back_until_the_current_view_is_asked_for() {
    let mut harness = window();
    let elsewhere = |harness: &mut Harness<'static, ClaimlineApp>, lon: f64| {
        let ctx = harness.ctx.clone();
        let view = View { center: Coord { x: lon, y: 48.5 }, zoom: 9.0 };
        harness.state_mut().act(&ctx, Action::SetView(view));
        harness.run_ok();
        harness.state().session().frame().lon_lat_bounds()
    };
    let close = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.key_press(Key::Escape);
        harness.run_ok();
        assert!(harness.state().figure_set_up().is_none());
    };
    // Of one that was only looked at nothing stays.
    set_up_figure(&mut harness);
    close(&mut harness);
    let first = elsewhere(&mut harness, 37.5);
    set_up_figure(&mut harness);
    assert_eq!(set_up(&harness).shows, Shows::Bounds(first));
    type_in(&mut harness, "Words of the title", "Set up here");
    let options = set_up(&harness);
    close(&mut harness);
    let second = elsewhere(&mut harness, 38.6);
    set_up_figure(&mut harness);
    assert_eq!(set_up(&harness), options);
    close(&mut harness);
    assert_eq!(harness.state().session().frame().lon_lat_bounds(), second, "the map is where it was");
    // The map has moved to the frame: the current view is the one that the user had chosen.
    set_up_figure(&mut harness);
    use_the_current_view(&mut harness);
    assert_eq!(set_up(&harness).shows, Shows::Bounds(second));
    assert!(frame_is_off_by(&harness) < 0.5, "the whole frame is in view");
    use_the_current_view(&mut harness);
    assert_eq!(set_up(&harness).shows, Shows::Bounds(second), "asked for again it is the same");
    // Where the user moves the map now, that is it.
    for _ in 0..3 {
        harness.get_by_label("Zoom in").click();
        settle(&mut harness);
    }
    let third = harness.state().session().frame().lon_lat_bounds();
    use_the_current_view(&mut harness);
    assert_eq!(set_up(&harness).shows, Shows::Bounds(third));
    assert!(frame_is_off_by(&harness) < 0.5, "the whole frame is in view");
    close(&mut harness);
    assert_eq!(harness.state().session().frame().lon_lat_bounds(), second, "the map is where it was");
}

fn use_the_current_view(harness: &mut Harness<'static, ClaimlineApp>) {
    harness.get_by_label("Use the current view").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Use the current view").click();
    settle(harness);
}

/// Whether the whole frame with its grips is seen, above the credits and beside the buttons.
fn frame_is_clear(harness: &Harness<'static, ClaimlineApp>) -> bool {
    let frame = harness.get_by_label(FRAME).rect();
    let credits = harness.get_by_label_contains("OpenStreetMap contributors").rect();
    let seen = harness.state().map_rect().with_max_y(credits.min.y).shrink(6.0);
    let buttons = ["Zoom in", "Zoom out", "Opening view"].map(|name| harness.query_by_label(name));
    let covered = buttons.into_iter().flatten().any(|button| {
        let upright = [frame.left(), frame.right()].map(|x| egui::Rect::from_x_y_ranges(x..=x, frame.y_range()));
        let level = [frame.top(), frame.bottom()].map(|y| egui::Rect::from_x_y_ranges(frame.x_range(), y..=y));
        upright.into_iter().chain(level).any(|edge| edge.expand(5.0).intersects(button.rect()))
    });
    // What is shown of a frame that goes beyond the map would be that of another.
    seen.contains_rect(frame) && !covered && frame_is_off_by(harness) < 0.5
}

#[test]
fn the_whole_frame_is_in_view_when_it_comes_back_and_when_steps_are_taken_back() {
    let mut harness = window_of(1280.0, 800.0);
    set_up_figure(&mut harness);
    assert!(frame_is_clear(&harness), "at first");
    choose_paper(&mut harness, "A4 landscape");
    assert!(frame_is_clear(&harness), "on another page");
    harness.key_press(Key::Escape);
    harness.run_ok();
    let ctx = harness.ctx.clone();
    let view = View { center: KRAMATORSK, zoom: 10.7 };
    harness.state_mut().act(&ctx, Action::SetView(view));
    harness.run_ok();
    set_up_figure(&mut harness);
    assert!(frame_is_clear(&harness), "it comes back as the page has made it");
    // A step that leaves it in view leaves the map alone.
    harness.get_by_label(FRAME).focus();
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    let view = harness.state().session().document().view;
    let undo = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        settle(harness);
    };
    undo(&mut harness);
    assert_eq!(harness.state().session().document().view, view);
    // One that takes it out of view does not.
    for _ in 0..3 {
        harness.get_by_label("Zoom in").click();
        settle(&mut harness);
    }
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    settle(&mut harness);
    assert!(frame_is_clear(&harness), "a step made again");
    undo(&mut harness);
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(set_up(&harness).page.size, PageSize::View);
    assert!(frame_is_clear(&harness), "the page taken back");
}

#[test]
fn a_figure_of_all_that_can_be_seen_leaves_the_map_as_it_was() {
    let mut harness = window_of(1280.0, 800.0);
    let ctx = harness.ctx.clone();
    for _ in 0..8 {
        harness.state_mut().act(&ctx, Action::Command(Command::ZoomOut));
        harness.run_ok();
    }
    let view = harness.state().session().document().view;
    set_up_figure(&mut harness);
    let session = harness.state().session();
    let drawn = figure::draw(session.scene(), &Ground::builtin().0, &session.drawn_document(), &set_up(&harness)).map;
    let (map, frame) = (session.frame(), drawn.world_bounds());
    let frame = map.page_from_world().transform_rect_bbox(frame);
    for (name, is_cut_off) in [
        ("Left edge", frame.x0 < -1.0),
        ("Right edge", frame.x1 > map.width_pt + 1.0),
        ("Upper edge", frame.y0 < -1.0),
        ("Lower edge", frame.y1 > map.height_pt + 1.0),
    ] {
        let has_handle = harness.query_by_label(&format!("{name} of the frame")).is_some();
        assert_eq!(has_handle, !is_cut_off, "{name} of {frame:?}");
    }
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert_eq!(harness.state().session().document().view, view);
}

#[test]
fn changes_of_the_figure_are_undone_and_made_again_in_its_panel() {
    let mut harness = window();
    set_up_figure(&mut harness);
    let first = set_up(&harness);
    let tick = |harness: &mut Harness<'static, ClaimlineApp>, piece: &str| {
        harness.get_by_label(piece).scroll_to_me();
        harness.run_ok();
        harness.get_by_label(piece).click();
        harness.run_ok();
    };
    tick(&mut harness, "Graticule");
    tick(&mut harness, "Locator map");
    let ticked = set_up(&harness);
    let rect = harness.get_by_label(FRAME).rect();
    drag(&mut harness, rect.center(), rect.center() + Vec2::new(-20.0, -24.0));
    let dragged = set_up(&harness);
    for _ in 0..3 {
        harness.key_press(Key::ArrowLeft);
        harness.run_ok();
    }
    settle(&mut harness);
    let keyed = set_up(&harness);
    assert!(ticked.shows != dragged.shows && dragged.shows != keyed.shows);
    let steps = harness.state().session().history().steps();
    let (parts, frame) = (Step::Figure(FigurePart::Pieces), Step::Figure(FigurePart::Frame));
    assert_eq!(steps, (vec![&parts, &parts, &frame, &frame], 4));
    let undo = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        settle(harness);
        set_up(harness)
    };
    assert_eq!(undo(&mut harness), dragged);
    assert_eq!(undo(&mut harness), ticked);
    undo(&mut harness);
    // The buttons do the same; what a figure leaves no room for waits until it is closed.
    harness.get_by_label("Undo").click();
    settle(&mut harness);
    assert_eq!(set_up(&harness), first);
    assert!(!harness.state_mut().has_unsaved_work(), "all is as it was");
    assert!(harness.get_by_label("Undo").accesskit_node().is_disabled());
    for name in ["Marker", "Zoom to selection", "Search everything…"] {
        assert!(harness.get_by_label(name).accesskit_node().is_disabled(), "{name}");
    }
    harness.get_by_label("Redo").click();
    settle(&mut harness);
    assert!(set_up(&harness).furniture.has(Piece::Graticule) && set_up(&harness).furniture.has(Piece::Inset));
    harness.get_by_label("Save").click();
    harness.run_ok();
    assert!(harness.query_by_label("Save project").is_some());
    press(&mut harness, Key::Escape);
    harness.run_ok();
    // A field takes back its own letters.
    type_in(&mut harness, "Words of the title", "Typed");
    let undone = undo(&mut harness);
    assert!(undone.furniture.has(Piece::Graticule) && undone.title.as_deref() != Some("Typed"), "{:?}", undone.title);
}

#[test]
fn a_piece_of_the_figure_is_dragged_and_moved_by_keys() {
    let mut harness = window();
    set_up_figure(&mut harness);
    choose_paper(&mut harness, "A4 landscape");
    let place = |harness: &Harness<'static, ClaimlineApp>, piece: Piece| set_up(harness).furniture.place_of(piece);
    let piece = |harness: &Harness<'static, ClaimlineApp>, name: &str| {
        harness.get_by_label(&format!("Move {name} with the arrow keys")).rect()
    };
    assert_eq!(place(&harness, Piece::ScaleBar), Some(Corner::BottomLeft.into()));
    let at = piece(&harness, "the scale bar");
    let inset = piece(&harness, "the locator map");
    let to = at.center() + Vec2::new(120.0, -70.0);
    drag(&mut harness, at.center(), to);
    let Some(Place::Free(spot)) = place(&harness, Piece::ScaleBar) else { panic!("it stands where it was put") };
    assert!((0.05..0.95).contains(&spot.across()) && (0.05..0.95).contains(&spot.down()), "{spot:?}");
    let put = piece(&harness, "the scale bar");
    assert!((put.center() - to).length() < 4.0, "{put:?} is not at {to:?}");
    // The arrow that stood beside it stays.
    assert_eq!(place(&harness, Piece::NorthArrow), Some(Corner::BottomLeft.into()));
    // By keys it goes on from there.
    harness.get_by_label("Take the scale bar").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Take the scale bar").click();
    harness.run_ok();
    harness.key_press(Key::ArrowDown);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    settle(&mut harness);
    let keyed = piece(&harness, "the scale bar");
    assert!(keyed.center().x < put.center().x - 3.0 && keyed.center().y > put.center().y, "{put:?} to {keyed:?}");
    // Let go near a corner it snaps there, beside what stands there already.
    drag(&mut harness, keyed.center(), inset.right_bottom() + Vec2::new(-20.0, 30.0));
    assert!(matches!(place(&harness, Piece::ScaleBar), Some(Place::Free(_))), "along the edge is no corner");
    let at = piece(&harness, "the scale bar");
    drag(&mut harness, at.center(), inset.right_top() + Vec2::new(-at.width() / 2.0 - 2.0, at.height() / 2.0 + 2.0));
    assert_eq!(place(&harness, Piece::ScaleBar), Some(Corner::TopRight.into()));
    // The title goes onto the map, and back above it.
    let title = piece(&harness, "the title").center();
    drag(&mut harness, title, title + Vec2::new(60.0, 90.0));
    assert!(matches!(place(&harness, Piece::Title), Some(Place::Free(_))));
    // So do the notes, and a table that is asked for, by corner.
    let notes = piece(&harness, "the notes");
    let map = piece(&harness, "the locator map").left_top() - Vec2::new(90.0, -70.0);
    drag(&mut harness, notes.center(), map);
    assert!(matches!(place(&harness, Piece::Notes), Some(Place::Free(_))));
    harness.get_by_label("Take the notes").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Take the notes").click();
    harness.run_ok();
    let put = place(&harness, Piece::Notes);
    harness.key_press(Key::ArrowLeft);
    settle(&mut harness);
    assert!(matches!((put, place(&harness, Piece::Notes)),
        (Some(Place::Free(put)), Some(Place::Free(keyed))) if keyed.across() < put.across()));
    harness.get_by_label("Place of the notes").click();
    harness.run_ok();
    harness.get_by_label("Off the map").click();
    settle(&mut harness);
    assert_eq!(place(&harness, Piece::Notes), None);
    harness.get_by_label("Stated and measured").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Stated and measured").click();
    settle(&mut harness);
    harness.get_by_label("Place of the table of stated figures").click();
    harness.run_ok();
    harness.get_by_label("Bottom right").click();
    settle(&mut harness);
    assert_eq!(place(&harness, Piece::Comparison), Some(Corner::BottomRight.into()));
    // A piece over another is warned of.
    let legend = piece(&harness, "the locator map").center();
    let title = piece(&harness, "the title").center();
    drag(&mut harness, title, legend - Vec2::new(12.0, -16.0));
    assert!(harness.query_all_by_label_contains("lies over the").next().is_some(), "nothing is said of it");
    harness.get_by_label("Reset places").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Reset places").click();
    settle(&mut harness);
    assert!(set_up(&harness).furniture.is_usual());
    assert!(harness.query_all_by_label_contains("lies over the").next().is_none());
}

#[test]
fn a_project_brings_its_figure_back_and_the_command_line_makes_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let in_folder = |name: &str| folder.path().join(name);
    let mut harness = window();
    set_up_figure(&mut harness);
    choose_paper(&mut harness, "Square");
    type_in(&mut harness, "Words of the title", "Set up in the window");
    harness.get_by_label("Take the north arrow").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Take the north arrow").click();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowUp);
    settle(&mut harness);
    harness.get_by_label(FRAME).focus();
    harness.run_ok();
    harness.key_press(Key::Minus);
    settle(&mut harness);
    let options = set_up(&harness);
    let export = |harness: &mut Harness<'static, ClaimlineApp>, path: &Path| {
        type_path(harness, path);
        harness.get_by_label("Export").click();
        harness.step();
        wait(harness, "the message", |app| app.message().starts_with("Figure written"));
        std::fs::read(path).unwrap()
    };
    let svg = export(&mut harness, &in_folder("window.svg"));
    let reference = project::Reference::default();
    let bytes = project::write(harness.state().session().document(), &reference);
    std::fs::write(in_folder("p.claimline.geojson"), bytes).unwrap();

    let run = |output: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_claimline"))
            .args(["export", "--project", "p.claimline.geojson", "-o", output])
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run("line.svg");
    assert!(std::fs::read(in_folder("line.svg")).unwrap() == svg, "the command line makes another figure");

    // Another window, of another size, finds all as it was left.
    let mut other = window_of(1200.0, 800.0);
    other.state_mut().open_files(vec![in_folder("p.claimline.geojson")]);
    wait(&mut other, "the project", |app| app.message().starts_with("Opened p"));
    assert!(!other.state_mut().has_unsaved_work());
    set_up_figure(&mut other);
    assert_eq!(set_up(&other), options);
    assert!(frame_is_off_by(&other) < 0.5);
    assert!(!other.state_mut().has_unsaved_work(), "to look at it changes nothing");
    let png = export(&mut other, &in_folder("other.png"));
    run("line.png");
    assert!(std::fs::read(in_folder("line.png")).unwrap() == png, "the command line makes another picture");
    // A change of the figure is a change of the project.
    set_up_figure(&mut other);
    other.get_by_label("Graticule").scroll_to_me();
    other.run_ok();
    other.get_by_label("Graticule").click();
    other.run_ok();
    assert!(other.state_mut().has_unsaved_work());
}

fn type_path(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    type_in(
        harness,
        "Path of the figure: .png, .svg or .pdf; .geojson for its data, .zip for an evidence pack",
        &path.display().to_string(),
    );
}

fn type_in(harness: &mut Harness<'static, ClaimlineApp>, field: &str, text: &str) {
    harness.get_by_label(field).focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    harness.get_by_label(field).type_text(text);
    harness.run_ok();
}

#[test]
fn the_map_is_painted_and_then_nothing_more_happens() {
    let mut harness = window();
    wait(&mut harness, "the map", ClaimlineApp::is_settled);
    for _ in 0..20 {
        harness.step();
    }
    let (_, pictures) = harness.state().counts();
    for _ in 0..30 {
        harness.step();
    }
    assert_eq!(harness.state().counts().1, pictures, "the map is painted again without cause");
}

#[test]
fn a_broken_file_is_told_of_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.geojson");
    std::fs::write(&path, "{\"type\":\"FeatureCollection\",\"features\":[").unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the message", |app| app.message().contains("not JSON"));
    let at = on_screen(&harness, OPEN_COUNTRY);
    click(&mut harness, at);
    assert_eq!(selected(&harness), "withdrawal-area");
}

const TFI: &str = "tfiglobal-2025-12-15";

/// A text of that source with its excerpts where the dossier says and filler between: no article's own words but those.
fn text_of(app: &ClaimlineApp, source: &str) -> String {
    let dossier = app.session().dossier();
    let length = dossier.source(source).unwrap().text.as_ref().unwrap().length;
    let mut letters: Vec<char> = "filler ".chars().cycle().take(length - 1).chain(['.']).collect();
    for excerpt in dossier.excerpts.iter().filter(|excerpt| excerpt.source == source) {
        for (letter, place) in excerpt.exact.chars().zip(&mut letters[excerpt.start.unwrap()..]) {
            *place = letter;
        }
        letters[excerpt.end.unwrap()] = '.';
    }
    // Two spaces would be one, and all that follows would have moved.
    for index in 1..length {
        if letters[index] == ' ' && letters[index - 1] == ' ' {
            letters[index - 1] = '.';
        }
    }
    letters.into_iter().collect()
}

fn attach(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    harness.get_by_label("Sources").click();
    harness.run_ok();
    harness.get_by_label("Attach the text of TFIGlobal…").click();
    harness.run_ok();
    type_in(harness, "Path of the text or HTML file, as saved from a browser", &path.display().to_string());
    harness.get_by_label("Attach").click();
    harness.step();
    wait(harness, "the text", |app| app.message().contains("excerpt"));
    harness.run_ok();
}

#[test]
fn an_attached_text_tells_how_each_excerpt_stands_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window();
    harness.get_by_label("Sources").click();
    harness.run_ok();
    assert!(harness.query_all_by_label("Check: no text at hand").next().is_some());
    assert!(harness.query_by_label("Check: exact").is_none());
    let text = text_of(harness.state(), TFI);
    let path = folder.path().join("saved.txt");
    std::fs::write(&path, &text).unwrap();
    attach(&mut harness, &path);
    let of_source = |excerpt: &&claimline::dossier::Excerpt| excerpt.source == TFI;
    let all = harness.state().session().dossier().excerpts.iter().filter(of_source).count();
    let said = format!("TFIGlobal: {all} of {all} excerpts exact. It is not the text that the dossier was made from");
    assert!(harness.state().message().starts_with(&said), "{}", harness.state().message());
    harness.get_by_label("Sources").click();
    harness.run_ok();
    assert!(harness.query_all_by_label("Check: exact").next().is_some());
    assert!(harness.query_by_label_contains("saved.txt, chosen by you; not the text").is_some());

    // One word of one excerpt edited: that one is not found, and the others still are.
    std::fs::write(&path, text.replacen("kilometres", "versts", 1)).unwrap();
    attach(&mut harness, &path);
    assert!(harness.state().message().contains("1 not found"), "{}", harness.state().message());
}

#[test]
fn a_file_that_fits_no_source_is_not_attached() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear all").unwrap();
    let mut harness = window();
    harness.get_by_label("File").click();
    harness.run_ok();
    harness.get_by_label_contains("Attach source text…").click();
    harness.run_ok();
    type_in(&mut harness, "Path of the text or HTML file, as saved from a browser", &path.display().to_string());
    harness.get_by_label("Attach").click();
    harness.step();
    wait(&mut harness, "the message", |app| app.message().contains("fits no source"));
    assert!(harness.state().session().texts().all().is_empty());
}

/// The window with a text of TFIGlobal in the reader.
fn reading() -> Harness<'static, ClaimlineApp> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("article.txt");
    let mut harness = window();
    std::fs::write(&path, text_of(harness.state(), TFI)).unwrap();
    attach(&mut harness, &path);
    harness
}

#[test]
fn a_passage_in_the_reader_selects_its_overlays_and_an_excerpt_turns_to_its_passage() {
    let mut harness = reading();
    harness.get_by_label_contains("Passage: five to ten kilometres, why").scroll_to_me();
    harness.run_ok();
    harness.get_by_label_contains("Passage: five to ten kilometres, why").click();
    harness.run_ok();
    assert_eq!(selected(&harness), "excerpt tfi-five-to-ten");
    assert_eq!(harness.state().session().highlighted(), ["corridor-5km", "corridor-10km"]);

    // The other way, from the last card to the end of the text.
    harness.get_by_label("Sources").click();
    harness.run_ok();
    harness.get_by_label_contains("Excerpt: territorial withdrawals could").scroll_to_me();
    harness.run_ok();
    harness.get_by_label_contains("Excerpt: territorial withdrawals could").click();
    harness.run_ok();
    harness.get_by_label("Reader").click();
    harness.run_ok();
    let passage = harness.get_by_label_contains("Passage: territorial withdrawals could").rect();
    assert!((200.0..900.0).contains(&passage.center().y), "{passage:?} is not in view");
}

#[test]
fn words_selected_by_keyboard_become_an_excerpt_of_the_selected_overlay() {
    let mut harness = reading();
    harness.get_by_label("Text of TFIGlobal").focus();
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    for _ in 0..3 {
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
        harness.run_ok();
    }
    assert!(harness.query_by_label("4 words selected").is_some());
    assert!(harness.query_by_label_contains("Select an overlay first").is_some());
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Select("luhansk".to_owned()));
    harness.run_ok();
    harness.get_by_label("Link to Luhansk oblast").click();
    harness.run_ok();

    let session = harness.state().session();
    let [own] = session.document().own_excerpts.as_slice() else { panic!("one excerpt") };
    assert_eq!((own.source.as_str(), own.exact.as_str(), own.start), (TFI, "filler filler filler filler", Some(0)));
    assert_eq!(own.overlays, ["luhansk"]);
    assert_eq!(session.texts().state(&own.id).name(), "exact");
    assert_eq!(selected(&harness), format!("excerpt {}", own.id));
    assert!(harness.query_all_by_label("added by you").next().is_some());
    assert!(harness.query_by_label("Passage: filler filler filler filler").is_some());

    // It outlives the dossier's being opened again, and can be taken away.
    let scene = harness.state().session().scene().clone();
    let mut session = harness.state().session().clone();
    session.replace_scene(scene, Vec::new());
    assert_eq!(session.excerpts_of("luhansk").filter(|excerpt| session.is_own(&excerpt.id)).count(), 1);
    harness.get_all_by_label("Remove").next().unwrap().click();
    harness.run_ok();
    assert!(harness.state().session().document().own_excerpts.is_empty());
    assert_eq!(selected(&harness), "luhansk");

    // Nothing is selected that undo has taken away.
    let undo = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.state_mut().act(&ctx, Action::Command(Command::Undo));
        harness.run_ok();
    };
    undo(&mut harness);
    let id = harness.state().session().document().own_excerpts[0].id.clone();
    harness.state_mut().act(&ctx, Action::FollowExcerpt(id.clone()));
    harness.run_ok();
    assert_eq!(selected(&harness), format!("excerpt {id}"));
    for _ in 0..3 {
        undo(&mut harness);
    }
    assert!(harness.state().session().document().own_excerpts.is_empty());
    assert_eq!(selected(&harness), "");
    assert!(harness.query_by_label_contains("This excerpt speaks of nothing").is_none());
}

#[test]
fn words_are_selected_by_dragging_and_more_than_sixty_are_refused() {
    let mut harness = reading();
    let text = harness.get_by_label("Text of TFIGlobal").rect();
    let (from, to) = (text.min + Vec2::new(20.0, 8.0), text.min + Vec2::new(200.0, 500.0));
    harness.drag_at(from);
    harness.step();
    harness.hover_at(to);
    harness.step();
    harness.drop_at(to);
    harness.run_ok();
    assert!(harness.query_by_label_contains("words selected").is_some());
    assert!(harness.query_by_label_contains("An excerpt quotes at most 60 words").is_some());
    harness.get_by_label("Clear words").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("words selected").is_none());
}

#[test]
fn gaps_are_listed_and_lead_to_what_they_are_about() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ShowGaps));
    harness.run_ok();
    // The built-in dossier describes December 2025, long before today, and keeps its other promises.
    assert!(harness.query_by_label_contains("2 sources have no text at hand").is_some());
    assert!(harness.query_by_label_contains("SHAPES WITHOUT A SOURCE").is_none());
    assert!(harness.query_by_label_contains("OVERLAYS PAST THEIR DAY").is_some());
    harness.get_by_label_contains("Gap: Luhansk oblast, as of 15 Dec 2025").scroll_to_me();
    harness.run_ok();
    harness.get_by_label_contains("Gap: Luhansk oblast, as of 15 Dec 2025").click();
    harness.run_ok();
    assert_eq!(selected(&harness), "luhansk");

    // A text that is not the article's breaks its quotes.
    harness.state_mut().act(&ctx, Action::Select("donetsk".to_owned()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("TFIGlobal-2025-12-15.txt");
    std::fs::write(&path, "another text").unwrap();
    attach(&mut harness, &path);
    // It is refused, unless it is wanted all the same.
    assert!(harness.state().session().texts().all().is_empty());
    harness.get_by_label("Attach all the same").click();
    harness.step();
    wait(&mut harness, "the text", |app| !app.session().texts().all().is_empty());
    harness.run_ok();
    assert!(harness.query_by_label("BROKEN OR AMBIGUOUS QUOTES (23)").is_some());
    assert!(harness.query_by_label_contains("1 source has no text at hand").is_some());
}

#[test]
fn a_line_of_ones_own_takes_the_place_of_the_dossiers_and_goes_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.geojson");
    // From north to south across the oblast, farther west than the line of the dossier.
    let line = r#"{"type":"LineString","coordinates":[[37.45,49.5],[37.45,48.9],[37.3,48.3],[37.1,47.8],[36.2,47.7]]}"#;
    std::fs::write(&path, line).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("mine").is_some());
    harness.get_by_label("Options of mine").click();
    harness.run_ok();
    harness.get_by_label("Use as line of contact").click();
    harness.run_ok();
    wait(&mut harness, "the new shapes", |app| app.session().dossier().own_line.is_some());
    harness.run_ok();
    let notice = "Line of contact: own line from mine.geojson, not the dossier’s";
    assert!(harness.query_all_by_label(notice).next().is_some(), "no banner");
    assert_eq!(harness.state().message(), notice);
    harness.query_all_by_label("Area proposed for withdrawal").next().unwrap().click();
    harness.run_ok();
    assert_eq!(selected(&harness), "withdrawal-area");
    for label in ["With the dossier’s line", "5,642 km²", "With your own line", "Difference"] {
        assert!(harness.query_all_by_label(label).next().is_some(), "no '{label}'");
    }
    let session = harness.state().session();
    assert!(session.former("withdrawal-area").is_some() && session.former("crimea").is_none());
    // Back, with the selection and the file still there.
    harness.query_all_by_label("Back to the dossier’s line").next().unwrap().click();
    harness.run_ok();
    wait(&mut harness, "the dossier's line", |app| app.session().dossier().own_line.is_none());
    harness.run_ok();
    assert_eq!(selected(&harness), "withdrawal-area");
    assert!(harness.query_all_by_label("With your own line").next().is_none());
    assert!(harness.query_all_by_label_contains("5,642 km²").next().is_some());
    // From the inspector too; a shape that won't do is told of, and nothing changes.
    harness.query_all_by_label("mine").next().unwrap().click();
    harness.run_ok();
    harness.get_by_label("Use as line of contact").click();
    harness.run_ok();
    wait(&mut harness, "the new shapes", |app| app.session().dossier().own_line.is_some());
    let short = folder.path().join("short.geojson");
    std::fs::write(&short, r#"{"type":"LineString","coordinates":[[37.2,48.5],[37.5,48.5]]}"#).unwrap();
    harness.state_mut().open_files(vec![short]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("short").is_some());
    harness.query_all_by_label("short").next().unwrap().click();
    harness.run_ok();
    harness.get_by_label("Use as line of contact").click();
    harness.run_ok();
    wait(&mut harness, "the message", |app| app.message().contains("does not cross"));
    assert_eq!(
        harness.state().session().dossier().own_line.as_ref().map(|own| own.from.as_str()),
        Some("mine.geojson")
    );
}

/// Steps until a label is there; the label is asked for by a part of it.
fn wait_for_label(harness: &mut Harness<'static, ClaimlineApp>, part: &str) {
    let started = Instant::now();
    while harness.query_all_by_label_contains(part).next().is_none() {
        assert!(started.elapsed() < Duration::from_secs(120), "waited in vain for “{part}”");
        std::thread::sleep(Duration::from_millis(20));
        harness.step();
    }
}

#[test]
fn a_dialog_asks_which_features_count_as_line_of_contact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("both.geojson");
    let feature = |name: &str, ring: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
        )
    };
    let occupied = feature("Occupied", "[[37.7,46],[39.9,46],[39.9,49.9],[38,49.9],[37.7,48],[37.7,46]]");
    let liberated = feature("Liberated", "[[37,48],[37.7,48],[37.7,48.9],[37,48.9],[37,48]]");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{occupied},{liberated}]}}"#)).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("both").is_some());
    let ctx = harness.ctx.clone();
    let line = |harness: &Harness<'static, ClaimlineApp>| {
        harness.state().session().document().chosen_line.as_ref().map(|line| line.counting.clone())
    };
    let ask = |harness: &mut Harness<'static, ClaimlineApp>| {
        harness.state_mut().act(&ctx, Action::UseAsLine("both".to_owned()));
        harness.step();
        harness.step();
        harness.get_by_label("Which features count");
    };
    ask(&mut harness);
    // The safe button has the focus, and Esc closes.
    assert!(harness.get_by_label("Cancel").is_focused());
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("Which features count").is_none() && line(&harness).is_none());
    // A guess, and what comes of it: shapely 2.2.0 (GEOS 3.14.1) and pyproj 3.7.2 say 14,865 km².
    ask(&mut harness);
    harness.get_by_label_contains("“Occupied” is a guess");
    wait_for_label(&mut harness, "14,865 km²");
    harness.get_by_label_contains("+9,22");
    // By keyboard: liberated ground as well, 9,810 km² without two strips along the border.
    harness.get_by_label_contains("Liberated, 1 feature, ").focus();
    harness.step();
    press(&mut harness, Key::Space);
    wait_for_label(&mut harness, "9,807 km²");
    // A filter in its place, with what is wrong in it under the field.
    harness.get_by_label("Filter: which features count").focus();
    harness.step();
    harness.event(egui::Event::Text("name ~ occupied or".to_owned()));
    harness.step();
    harness.step();
    assert!(harness.query_all_by_label_contains("^").next().is_some(), "no word is pointed at");
    assert!(harness.get_by_label("Apply").accesskit_node().is_disabled());
    for _ in 0..3 {
        press(&mut harness, Key::Backspace);
    }
    wait_for_label(&mut harness, "14,865 km²");
    // The dialog is as high as what it says: it settles before it is clicked.
    harness.run_ok();
    harness.get_by_label("Apply").click();
    harness.run_ok();
    wait(&mut harness, "the new shapes", |app| app.session().dossier().own_line.is_some());
    harness.run_ok();
    let counting = line(&harness).unwrap();
    assert_eq!(counting.words().as_deref(), Some("counts features where name ~ occupied"));
    let banner = "own line from both.geojson, not the dossier’s; counts features where name ~ occupied";
    assert!(harness.query_all_by_label_contains(banner).next().is_some(), "no banner");
    // It asks again with what counts now, and one step takes it back.
    harness.get_by_label("Which features count…").click();
    harness.run_ok();
    assert_eq!(harness.get_by_label("Filter: which features count").value().as_deref(), Some("name ~ occupied"));
    press(&mut harness, Key::Escape);
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    wait(&mut harness, "the dossier's line", |app| app.session().dossier().own_line.is_none());
    assert!(line(&harness).is_none());
}

#[test]
fn a_difference_in_words_does_not_widen_the_inspector() {
    let mut harness = window();
    let Shape::Line(line) =
        harness.state().session().dossier().overlay("line-of-contact").unwrap().shape.as_ref().clone()
    else {
        panic!("no line")
    };
    let nearly: Vec<Vec<[f64; 2]>> =
        line.0.iter().map(|line| line.0.iter().map(|at| [at.x + 1e-6, at.y]).collect()).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.geojson");
    std::fs::write(&path, format!(r#"{{"type":"MultiLineString","coordinates":{nearly:?}}}"#)).unwrap();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("mine").is_some());
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::UseAsLine("mine".to_owned()));
    wait(&mut harness, "the new shapes", |app| app.session().dossier().own_line.is_some());
    harness.run_ok();
    let before = harness.state().map_rect();
    harness.state_mut().act(&ctx, Action::Select("withdrawal-area".to_owned()));
    harness.run_ok();
    harness.run_ok();
    assert_eq!(harness.state().map_rect().width(), before.width());
    let [row, size] = ["Difference", "less than 1 km²"].map(|label| harness.get_by_label(label).rect());
    assert!(size.max.x < 1600.0 && size.min.x >= row.max.x && (size.center().y - row.center().y).abs() < 12.0);
}

#[test]
fn positions_are_a_table_and_accounts_that_differ_stand_side_by_side() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Select("withdrawal-area".to_owned()));
    harness.run_ok();
    let who = harness.get_by_label("European leaders").rect();
    let links: Vec<_> =
        harness.get_all_by_label("Excerpt: European leaders, rejection").map(|link| link.rect()).collect();
    assert_eq!(links.len(), 2, "each row leads to its words, and the name stands once");
    assert!(links.iter().all(|link| link.left() > who.right() + 80.0));
    assert!((links[0].top() - who.top()).abs() < 4.0, "a row has one top");
    harness.get_by_label("Excerpt: Public as polled, rejection").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Excerpt: Public as polled, rejection").click();
    harness.run_ok();
    assert_eq!(selected(&harness), "excerpt dt-losses-75");
    harness.get_by_label("ACCOUNTS THAT DIFFER");
}

/// Events in order, a frame each.
fn pointer(harness: &mut Harness<'static, ClaimlineApp>, at: Pos2, pressed: Option<bool>) {
    harness.event(egui::Event::PointerMoved(at));
    if let Some(pressed) = pressed {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
    }
    harness.step();
}

/// Goes through places with the button down.
fn draw(harness: &mut Harness<'static, ClaimlineApp>, places: &[Coord<f64>]) {
    let at: Vec<Pos2> = places.iter().map(|place| on_screen(harness, *place)).collect();
    let (first, last) = (at[0], *at.last().unwrap());
    pointer(harness, first, None);
    pointer(harness, first, Some(true));
    at.windows(2).for_each(|leg| {
        pointer(harness, leg[0] + (leg[1] - leg[0]) * 0.5, None);
        pointer(harness, leg[1], None);
    });
    pointer(harness, last, Some(false));
}

/// Clicks that are too far apart for a double click.
fn place(harness: &mut Harness<'static, ClaimlineApp>, at: Coord<f64>) {
    let at = on_screen(harness, at);
    pointer(harness, at, Some(true));
    pointer(harness, at, Some(false));
}

fn press(harness: &mut Harness<'static, ClaimlineApp>, key: Key) {
    harness.key_press(key);
    harness.step();
    harness.step();
}

fn kinds(harness: &Harness<'static, ClaimlineApp>) -> Vec<&'static str> {
    let annotations = &harness.state().session().document().annotations;
    annotations.iter().map(|annotation| annotation.shape.name()).collect()
}

const A: Coord<f64> = Coord { x: 37.30, y: 48.02 };
const B: Coord<f64> = Coord { x: 37.75, y: 48.22 };
const C: Coord<f64> = Coord { x: 37.95, y: 47.92 };

#[test]
fn every_tool_is_taken_by_its_button_and_draws_with_the_pointer() {
    let mut harness = window();
    let mut wanted = Vec::new();
    for (tool, kind) in [
        ("Marker", "Marker"),
        ("Text", "Text"),
        ("Callout", "Callout"),
        ("Line", "Line"),
        ("Arrow", "Arrow"),
        ("Polygon", "Polygon"),
        ("Rectangle", "Rectangle"),
        ("Circle", "Circle"),
        ("Freehand", "Freehand line"),
        ("Measure", "Measured line"),
    ] {
        harness.get_by_role_and_label(Role::Button, tool).click();
        harness.step();
        harness.step();
        match tool {
            "Marker" | "Text" => place(&mut harness, A),
            "Arrow" | "Rectangle" | "Circle" => draw(&mut harness, &[A, C]),
            "Freehand" => draw(&mut harness, &[A, B, C]),
            _ => {
                [A, B, C].into_iter().take(if tool == "Callout" { 2 } else { 3 }).for_each(|at| place(&mut harness, at))
            }
        }
        harness.step();
        if harness.state().session().typing().is_some() {
            harness.step();
            harness.get_by_label("Words on the map").type_text("By pointer");
            harness.step();
            press(&mut harness, Key::Enter);
        } else if harness.state().session().is_drafting() {
            press(&mut harness, Key::Enter);
        }
        wanted.push(kind);
        assert_eq!(kinds(&harness), wanted, "after {tool}");
        // The next shape begins where this one lies; nothing is dragged by mistake.
        press(&mut harness, Key::Escape);
        for _ in 0..30 {
            harness.step();
        }
    }
    let document = harness.state().session().document();
    claimline::document::edit::invariants(document).unwrap();
    let worded = document.annotations.iter().filter(|annotation| annotation.title == "By pointer").count();
    assert_eq!(worded, 2);
}

#[test]
fn a_polygon_is_drawn_by_the_keyboard_alone() {
    let mut harness = window();
    press(&mut harness, Key::P);
    for (key, times) in [(Key::ArrowLeft, 4), (Key::ArrowUp, 5), (Key::ArrowRight, 6), (Key::ArrowDown, 3)] {
        for _ in 0..times {
            press(&mut harness, key);
        }
        press(&mut harness, Key::Enter);
    }
    assert!(harness.state().session().is_drafting());
    press(&mut harness, Key::Backspace);
    // A second time at the same place finishes.
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    press(&mut harness, Key::Enter);
    assert_eq!(kinds(&harness), ["Polygon"]);
    assert_eq!(harness.state().session().selected_annotations().len(), 1);
    // What is selected is nudged, undone and taken away, all by keys.
    let before = harness.state().session().document().annotations.clone();
    press(&mut harness, Key::ArrowRight);
    assert_ne!(harness.state().session().document().annotations, before);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.step();
    harness.step();
    assert_eq!(harness.state().session().document().annotations, before);
    press(&mut harness, Key::Delete);
    assert_eq!(kinds(&harness), Vec::<&str>::new());
}

#[test]
fn the_list_finds_renames_hides_and_selects_annotations() {
    let mut harness = window();
    for (at, words) in [(A, "Axis of advance"), (B, "Depot")] {
        press(&mut harness, Key::M);
        place(&mut harness, at);
        harness.step();
        let id = harness.state().session().selected_annotations()[0];
        let ctx = harness.ctx.clone();
        harness.state_mut().act(&ctx, Action::Annotate(vec![id], Annotate::Title(words.to_owned())));
        harness.step();
    }
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run_ok();
    harness.get_by_label("Search annotations").type_text("depot");
    harness.run_ok();
    assert!(harness.query_by_label("Hide Axis of advance").is_none());
    harness.get_by_label("Hide Depot").click();
    harness.run_ok();
    let visible = |harness: &Harness<'static, ClaimlineApp>| -> Vec<bool> {
        harness.state().session().document().annotations.iter().map(|annotation| annotation.visible).collect()
    };
    assert_eq!(visible(&harness), [true, false]);
    harness.get_by_label("Show Depot").click();
    harness.run_ok();
    assert_eq!(visible(&harness), [true, true]);
    harness.get_by_role_and_label(Role::Button, "Depot").click();
    harness.run_ok();
    assert_eq!(harness.state().session().selected_annotation().map(|one| one.title.as_str()), Some("Depot"));
    harness.get_by_label("Lock layer Annotations").click();
    harness.run_ok();
    assert!(harness.state().session().document().layers[0].locked);
}

#[test]
fn the_palette_finds_a_place_and_a_command() {
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    harness.get_by_label("Search everything").type_text("kramat");
    harness.run_ok();
    press(&mut harness, Key::Enter);
    harness.run_ok();
    let center = harness.state().session().document().view.center;
    assert!((center.x - KRAMATORSK.x).abs() < 0.1 && (center.y - KRAMATORSK.y).abs() < 0.1, "{center:?}");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    harness.get_by_label("Search everything").type_text("hide annot");
    harness.run_ok();
    // There are none yet, so the command can't be carried out and the palette stays.
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert!(harness.query_by_label("Search everything").is_some());
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("Search everything").is_none());
}

#[test]
fn the_palette_finds_annotations_layers_and_overlays_and_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Trench survey.geojson");
    let line = r#"{"type":"LineString","coordinates":[[36.4,47.9],[36.5,48.0]]}"#;
    std::fs::write(&path, line).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.message().starts_with("Opened Trench"));
    let ctx = harness.ctx.clone();
    let paste = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"title":"Bridge at Siversk"},"geometry":{"type":"Point","coordinates":[38.1,48.86]}},
        {"type":"Feature","properties":{"title":"Depot"},"geometry":{"type":"Point","coordinates":[39.3,48.5]}}]}"#;
    harness.state_mut().act(&ctx, Action::Paste(paste.to_owned()));
    harness.state_mut().act(&ctx, Action::Command(Command::Group));
    harness.state_mut().act(&ctx, Action::SelectAnnotations(Vec::new()));
    let mut find = |words: &str| {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
        harness.run_ok();
        harness.get_by_label("Search everything").type_text(words);
        harness.run_ok();
        press(&mut harness, Key::Enter);
        harness.run_ok();
        assert!(harness.query_by_label("Search everything").is_none(), "{words} is not found");
        (selected(&harness), harness.state().session().frame())
    };
    let sees = |frame: &Frame, x: f64, y: f64| frame.page().contains(frame.page_from_lon_lat(Coord { x, y }));
    let (what, frame) = find("trench");
    assert!(what == "trench-survey" && sees(&frame, 36.45, 47.95) && !sees(&frame, 38.1, 48.86), "{what}");
    let (what, frame) = find("bridge siv");
    assert!(what == "1 annotations" && sees(&frame, 38.1, 48.86) && !sees(&frame, 36.45, 47.95), "{what}");
    let (what, frame) = find("layer 2");
    assert!(what == "2 annotations" && sees(&frame, 38.1, 48.86) && sees(&frame, 39.3, 48.5), "{what}");
}

#[test]
fn a_project_is_saved_asked_about_and_opened_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("map.claimline.geojson");
    let mut harness = window();
    press(&mut harness, Key::M);
    place(&mut harness, A);
    harness.run_ok();
    assert!(harness.state_mut().has_unsaved_work());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness
        .get_by_role_and_label(
            Role::TextInput,
            "Path of the project: a .claimline.geojson file, which other programs open too",
        )
        .type_text(&file.display().to_string());
    harness.run_ok();
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the file", |_| file.exists());
    wait(&mut harness, "the title", |app| app.project_path() == Some(file.as_path()));
    harness.run_ok();
    assert!(!harness.state_mut().has_unsaved_work());

    // A change that is not saved is asked about before an empty project takes its place.
    press(&mut harness, Key::M);
    place(&mut harness, B);
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 2);
    harness.get_by_label("Don’t save").click();
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 0);
    harness.state_mut().open_files(vec![file.clone()]);
    wait(&mut harness, "the project", |app| app.session().document().annotations.len() == 1);
    assert_eq!(harness.state().project_path(), Some(file.as_path()));
}

#[test]
fn a_project_brings_its_layers_back_and_says_what_has_become_of_their_files() {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, own) = (folder.path().join("map.claimline.geojson"), folder.path().join("lines.geojson"));
    let text = r#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#;
    std::fs::write(&own, text).unwrap();
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().open_files(vec![own.clone()]);
    wait(&mut harness, "the layer", |app| app.session().dossier().overlay("lines").is_some());
    let rename = OwnLayerChange::Rename("Trenches".to_owned());
    harness.state_mut().act(&ctx, Action::OwnLayer("lines".to_owned(), rename));
    assert!(harness.state_mut().has_unsaved_work());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_ok();
    type_in(
        &mut harness,
        "Path of the project: a .claimline.geojson file, which other programs open too",
        &file.display().to_string(),
    );
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the title", |app| app.project_path() == Some(file.as_path()));
    harness.run_ok();
    assert!(!harness.state_mut().has_unsaved_work());

    // A new project has no layers; the saved one has them again, and nothing is changed by that.
    harness.state_mut().act(&ctx, Action::Command(Command::New));
    harness.run_ok();
    assert!(harness.state().session().dossier().overlay("lines").is_none());
    let title = |app: &ClaimlineApp| {
        app.session().dossier().overlay("lines").map(|layer| layer.title.main().to_owned())
            == Some("Trenches".to_owned())
    };
    harness.state_mut().open_files(vec![file.clone()]);
    wait(&mut harness, "the layer of the project", title);
    harness.run_ok();
    assert!(!harness.state_mut().has_unsaved_work());
    assert!(harness.query_by_label("Leave out Trenches").is_none());

    // Without its file, what the project keeps is shown, and a banner says so until the layer is left out.
    std::fs::remove_file(&own).unwrap();
    harness.state_mut().act(&ctx, Action::Command(Command::New));
    harness.state_mut().open_files(vec![file.clone()]);
    wait(&mut harness, "the layer out of the project", title);
    harness.run_ok();
    assert!(harness.state().message().contains("“Trenches” is missing"), "{}", harness.state().message());
    harness.get_by_label("Locate… Trenches");
    harness.get_by_label("Leave out Trenches").click();
    harness.run_ok();
    assert!(harness.state().session().dossier().overlay("lines").is_none());
    assert!(harness.query_by_label("Leave out Trenches").is_none());
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert!(title(harness.state()));
}

#[test]
fn a_file_with_longitude_and_latitude_exchanged_is_mended_from_the_banner() {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, own) = (folder.path().join("map.claimline.geojson"), folder.path().join("swapped.geojson"));
    let text = r#"{"type":"LineString","coordinates":[[48.2,37.2],[48.9,37.9]]}"#;
    std::fs::write(&own, text).unwrap();
    let mut harness = window();
    let ctx = harness.ctx.clone();
    let open = |harness: &mut Harness<'static, ClaimlineApp>, path: &Path| {
        harness.state_mut().open_files(vec![path.to_owned()]);
        wait(harness, "the layer", |app| app.session().dossier().overlay("swapped").is_some());
        harness.run_ok();
    };
    let bounds = |app: &ClaimlineApp| app.session().dossier().overlay("swapped").unwrap().bounds;
    open(&mut harness, &own);
    assert_eq!(bounds(harness.state()), [48.2, 37.2, 48.9, 37.9]);
    harness.get_by_label("Exchange longitude and latitude of swapped").click();
    harness.run_ok();
    wait(&mut harness, "the exchange", |app| bounds(app) == [37.2, 48.2, 37.9, 48.9]);
    harness.run_ok();
    assert!(harness.query_by_label("Exchange longitude and latitude of swapped").is_none(), "it has been put right");
    assert_eq!(harness.state().message(), "Longitude and latitude of “swapped.geojson” are exchanged");
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert_eq!(bounds(harness.state()), [48.2, 37.2, 48.9, 37.9]);
    harness.state_mut().act(&ctx, Action::Command(Command::Redo));
    harness.run_ok();

    // Opened again, and out of a project, the file is read in the same way.
    open(&mut harness, &own);
    wait(&mut harness, "the file", ClaimlineApp::is_settled);
    assert_eq!(bounds(harness.state()), [37.2, 48.2, 37.9, 48.9]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_ok();
    type_in(
        &mut harness,
        "Path of the project: a .claimline.geojson file, which other programs open too",
        &file.display().to_string(),
    );
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the title", |app| app.project_path() == Some(file.as_path()));
    harness.state_mut().act(&ctx, Action::Command(Command::New));
    harness.run_ok();
    open(&mut harness, &file);
    assert_eq!(bounds(harness.state()), [37.2, 48.2, 37.9, 48.9]);

    // The menu of the layer leads back; where it lies then is offered to be mended, unless that is waved away.
    harness.get_by_label("Options of swapped").click();
    harness.run_ok();
    harness.get_by_label("Exchange longitude and latitude").click();
    harness.run_ok();
    wait(&mut harness, "the way back", |app| bounds(app) == [48.2, 37.2, 48.9, 37.9]);
    harness.run_ok();
    harness.get_by_label("Leave swapped where it is").click();
    harness.run_ok();
    assert!(harness.query_by_label("Exchange longitude and latitude of swapped").is_none());
}

#[test]
fn a_step_of_the_history_is_jumped_to() {
    let mut harness = window();
    for at in [A, B, C] {
        press(&mut harness, Key::M);
        place(&mut harness, at);
        harness.step();
    }
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ShowHistory));
    harness.run_ok();
    harness.get_by_label("Step 1: Place marker").click();
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 1);
    harness.get_by_label("Step 3: Place marker").click();
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 3);
}

#[test]
fn a_key_is_given_to_another_command() {
    let mut harness = window();
    press(&mut harness, Key::F1);
    harness.run_ok();
    type_in(&mut harness, "Search keys", "marker");
    harness.get_by_label("Change the key of Marker").click();
    harness.run_ok();
    press(&mut harness, Key::J);
    harness.run_ok();
    press(&mut harness, Key::Escape);
    harness.run_ok();
    press(&mut harness, Key::M);
    assert_eq!(harness.state().session().tool(), Tool::Select);
    press(&mut harness, Key::J);
    assert_eq!(harness.state().session().tool(), Tool::Marker);
}

const PATH_OF_FIGURE: &str = "Path of the figure: .png, .svg or .pdf; .geojson for its data, .zip for an evidence pack";

#[test]
fn a_dialog_over_the_figures_panel_owns_the_keys() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("typed.claimline.geojson");
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    settle(&mut harness);
    let figure_goes = |harness: &Harness<'static, ClaimlineApp>| harness.get_by_label(PATH_OF_FIGURE).value();
    let before = figure_goes(&harness);
    assert!(harness.get_by_label(PATH_OF_FIGURE).is_focused(), "the panel begins with its path");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_ok();
    let asked = "Path of the project: a .claimline.geojson file, which other programs open too";
    assert!(harness.get_by_role_and_label(Role::TextInput, asked).is_focused());
    // Whatever has the focus gets it.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    harness.event(egui::Event::Text(file.display().to_string()));
    harness.run_ok();
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the file", |app| file.exists() && app.project_path().is_some());
    harness.run_ok();
    assert_eq!(harness.state().project_path(), Some(file.as_path()));
    assert_eq!(figure_goes(&harness), before);
    assert!(harness.query_by_label_contains("There is already a file").is_none());
    // The next figure is called as the project is.
    harness.key_press(Key::Escape);
    harness.run_ok();
    set_up_figure(&mut harness);
    let name = file.file_name().unwrap().to_string_lossy().replace(".claimline.geojson", ".png");
    assert!(figure_goes(&harness).is_some_and(|path| path.ends_with(&name)), "{:?}", figure_goes(&harness));
}

#[test]
fn a_figure_set_up_before_the_first_save_is_work_and_one_looked_at_is_none() {
    let folder = tempfile::TempDir::new().unwrap();
    let journal = folder.path().join("recovery");
    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    // Nothing but the journal's own file lies in its folder; it is written in the background.
    let journaled = |size: u64| {
        let bytes = || {
            let files = std::fs::read_dir(&journal).unwrap().flatten();
            files.filter_map(|file| file.metadata().ok()).map(|of| of.len()).max().unwrap_or_default()
        };
        let started = Instant::now();
        while bytes() < size && started.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
        }
        bytes() >= size
    };
    // Opened, looked at and left; a drag of the frame given up.
    set_up_figure(&mut harness);
    let inside = harness.get_by_label(FRAME).rect().center();
    harness.hover_at(inside);
    harness.step();
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    harness.event(egui::Event::PointerButton { pos: inside, button, pressed: true, modifiers });
    harness.step();
    harness.hover_at(inside + Vec2::new(60.0, 30.0));
    harness.step();
    harness.key_press(Key::Escape);
    harness.step();
    harness.event(egui::Event::PointerButton { pos: inside, button, pressed: false, modifiers });
    settle(&mut harness);
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.state().figure_set_up().is_none());
    assert!(!harness.state_mut().has_unsaved_work(), "to look at a figure is no work");
    // Exported as the window proposes it.
    set_up_figure(&mut harness);
    let path = folder.path().join("figure.svg");
    type_path(&mut harness, &path);
    harness.get_by_label("Export").click();
    harness.step();
    wait(&mut harness, "the message", |app| app.message().starts_with("Figure written"));
    assert!(!harness.state_mut().has_unsaved_work(), "to export a figure as it is proposed is no work");
    // The frame moved by a key: asked about, and in the journal.
    set_up_figure(&mut harness);
    harness.get_by_label(FRAME).focus();
    harness.run_ok();
    harness.key_press(Key::ArrowLeft);
    settle(&mut harness);
    assert!(harness.state_mut().has_unsaved_work());
    assert!(journaled(200), "nothing is in the journal");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_ok();
    assert!(harness.query_by_label("Save your changes?").is_some());
}

#[test]
fn the_warnings_of_a_project_are_counted_and_lead_to_all_of_them() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("mended.claimline.geojson");
    let text = r#"{"type":"FeatureCollection","claimline":{"version":1,"dossier":{"id":"berlin-2025-12"},
        "figure":{"theme":"sepia","page":{"dpi":7}}},"features":[]}"#;
    std::fs::write(&file, text).unwrap();
    let mut harness = window();
    let bare = |harness: &Harness<'static, ClaimlineApp>| harness.query_by_label_contains("2 warnings").is_none();
    assert!(bare(&harness));
    // Twice, for those of the project before are gone.
    for _ in 0..2 {
        harness.state_mut().open_files(vec![file.clone()]);
        wait(&mut harness, "the project", |app| app.message().starts_with("Opened mended"));
        harness.run_ok();
        let message = harness.state().message().to_owned();
        assert!(message.contains("2 warnings, the first of them: figure: "), "{message}");
        harness.get_by_role_and_label(Role::Button, "2 warnings").click();
        harness.run_ok();
        assert!(harness.query_by_label_contains("could not be read, or was mended").is_some());
        for what in ["'theme' is not understood", "'dpi' is 7"] {
            assert!(harness.query_all_by_label_contains(what).next().is_some(), "{what}");
        }
        harness.get_by_label("Close").click();
        harness.run_ok();
    }
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_ok();
    assert!(bare(&harness));
}

/// What a window remembers until the next start.
#[derive(Default)]
struct Memory(std::collections::BTreeMap<String, String>);

impl eframe::Storage for Memory {
    fn get_string(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }

    fn set_string(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }

    fn remove_string(&mut self, key: &str) {
        self.0.remove(key);
    }

    fn flush(&mut self) {}
}

#[test]
fn a_project_that_is_read_before_the_first_frame_opens_without_a_question() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("first.claimline.geojson");
    let text =
        r#"{"type":"FeatureCollection","claimline":{"version":1,"dossier":{"id":"berlin-2025-12"}},"features":[]}"#;
    std::fs::write(&file, text).unwrap();
    let mut memory = Memory::default();
    eframe::App::save(window().state_mut(), &mut memory);
    let mut harness = Harness::builder().with_size(Vec2::new(900.0, 700.0)).build_eframe(|cc| {
        let mut app = ClaimlineApp::new(&cc.egui_ctx, evidence(), Some(&memory)).expect("a thread");
        app.open_files(vec![file.clone()]);
        std::thread::sleep(Duration::from_secs(1));
        app
    });
    harness.run_ok();
    assert!(harness.query_by_label("Save your changes?").is_none());
    wait(&mut harness, "the project", |app| app.project_path() == Some(file.as_path()));
}

#[test]
fn a_project_that_is_opened_waits_for_the_answer_about_recovered_work() {
    let folder = tempfile::TempDir::new().unwrap();
    let journal = folder.path().join("recovery");
    let file = folder.path().join("other.claimline.geojson");
    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    press(&mut harness, Key::M);
    place(&mut harness, A);
    press(&mut harness, Key::M);
    place(&mut harness, B);
    harness.run_ok();
    std::fs::write(&file, project::write(harness.state().session().document(), &project::Reference::default()))
        .unwrap();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    // Its window ends without having saved.
    drop(harness);

    let mut harness = window();
    harness.state_mut().keep_in(&journal);
    harness.state_mut().open_files(vec![file.clone()]);
    settle(&mut harness);
    assert!(harness.query_by_label("Recovered work").is_some());
    assert_eq!(kinds(&harness).len(), 0, "the file waits");
    harness.get_by_label("Open recovered Untitled").click();
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 1);
    assert!(harness.query_by_label("Recovered work").is_none());
    assert!(harness.query_by_label("Save your changes?").is_some(), "one question after the other");
    harness.get_by_label("Don’t save").click();
    wait(&mut harness, "the project", |app| app.project_path() == Some(file.as_path()));
    harness.run_ok();
    assert_eq!(kinds(&harness).len(), 2);
    assert!(harness.query_by_label("Save your changes?").is_none());
}

#[test]
fn in_a_low_window_the_figures_panel_scrolls_above_what_it_goes_out_by() {
    for (width, height) in [(800.0, 500.0), (1000.0, 700.0)] {
        let mut harness = window_of(width, height);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
        settle(&mut harness);
        assert!(harness.query_by_label_contains("to look at first").is_some());
        assert!(harness.query_by_label_contains("quotes have not been checked").is_none(), "the warnings are folded");
        let preview = harness.get_by_label("Preview of the figure").rect();
        assert!(preview.height() < height / 3.0, "{preview:?}");
        let bar = harness.get_by_label("PNG").rect();
        let verb = harness.get_by_label("Export").rect();
        assert!(bar.min.y > preview.max.y && verb.max.y < height, "{bar:?}, {verb:?}");
        for (name, role) in [("Paper", Role::ComboBox), ("Disclaimer", Role::CheckBox)] {
            harness.get_by_role_and_label(role, name).scroll_to_me();
            harness.run_ok();
            let control = harness.get_by_role_and_label(role, name).rect();
            assert!(control.max.y < bar.min.y, "{name} lies at {control:?}, over {bar:?}");
            assert!(control.min.y > 0.0, "{name} lies at {control:?}");
        }
        // The preview goes with the rest, and comes back with a piece that is taken.
        assert!(harness.get_by_label("Preview of the figure").rect().min.y < preview.min.y - 40.0);
        harness.get_by_label("Take the north arrow").scroll_to_me();
        harness.run_ok();
        harness.get_by_label("Take the north arrow").click();
        harness.run_ok();
        let again = harness.get_by_label("Preview of the figure").rect();
        assert!(again.min.y > 0.0 && again.max.y < bar.min.y, "{again:?}");
    }
}

#[test]
fn nothing_lies_over_the_frame_of_a_figure_and_its_handles() {
    let mut harness = window_of(800.0, 500.0);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ShowGaps));
    harness.state_mut().act(&ctx, Action::Command(Command::ShowHistory));
    harness.run_ok();
    assert!(harness.query_by_label_contains("no text at hand").is_some());
    assert!(harness.query_by_label_contains("Click a step").is_some());
    set_up_figure(&mut harness);
    assert!(harness.query_by_label_contains("no text at hand").is_none());
    assert!(harness.query_by_label_contains("Click a step").is_none());
    let handles = ["Upper left corner", "Upper right corner", "Upper edge", "Right edge", "Left edge"];
    let covered = |harness: &Harness<'static, ClaimlineApp>| {
        let buttons = ["Zoom in", "Zoom out", "Opening view"].map(|name| harness.get_by_label(name).rect());
        let seen = |name: &str| harness.query_by_label(&format!("{name} of the frame")).map(|handle| handle.rect());
        handles.into_iter().filter_map(seen).any(|handle| buttons.iter().any(|button| button.intersects(handle)))
    };
    assert!(!covered(&harness), "at first");
    // Whatever part of the frame is seen.
    for _ in 0..6 {
        harness.get_by_label("Zoom in").click();
        settle(&mut harness);
        assert!(!covered(&harness), "{:?}", harness.get_by_label(FRAME).rect());
    }
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label_contains("no text at hand").is_some(), "the list comes back");
}

#[test]
fn what_the_keyboard_goes_to_is_scrolled_into_view() {
    let mut harness = window_of(1280.0, 800.0);
    set_up_figure(&mut harness);
    let foot = harness.get_by_label("PNG").rect().min.y;
    let head = harness.get_by_label("Preview of the figure").rect().max.y;
    let mut met = Vec::new();
    harness.get_by_label("Use the current view").focus();
    for _ in 0..30 {
        harness.run_ok();
        let focused = harness.ctx.memory(|memory| memory.focused()).expect("something has the focus");
        let rect = harness.ctx.read_response(focused).unwrap().rect;
        assert!(rect.min.y >= head && rect.max.y <= foot, "{rect:?} after {}", met.len());
        met.push(focused);
        harness.key_press(Key::Tab);
    }
    met.dedup();
    assert_eq!(met.len(), 30);
    // So it is in a drawer.
    harness.key_press(Key::Escape);
    harness.run_ok();
    harness.get_by_label("Sources").click();
    harness.run_ok();
    let map = harness.state().map_rect();
    harness.get_by_label("Sources").focus();
    harness.run_ok();
    for _ in 0..30 {
        harness.key_press(Key::Tab);
        harness.run_ok();
        let focused = harness.ctx.memory(|memory| memory.focused()).expect("something has the focus");
        let rect = harness.ctx.read_response(focused).unwrap().rect;
        assert!(map.y_range().contains(rect.min.y) && map.y_range().contains(rect.max.y), "{rect:?}");
    }
}

#[test]
fn the_figures_panel_opens_at_the_top_and_its_warnings_are_found_from_its_foot() {
    let mut harness = window_of(1280.0, 800.0);
    set_up_figure(&mut harness);
    let top = harness.get_by_label_contains("to look at first").rect();
    harness.get_by_role_and_label(Role::CheckBox, "Disclaimer").scroll_to_me();
    harness.run_ok();
    let scrolled_away = |harness: &Harness<'static, ClaimlineApp>| {
        harness.query_by_label_contains("to look at first").is_none_or(|header| header.rect().max.y < top.min.y)
    };
    assert!(scrolled_away(&harness));
    let count = |harness: &Harness<'static, ClaimlineApp>| {
        let button = harness.get_by_label_contains("Show the ");
        button.accesskit_node().label().unwrap_or_default()
    };
    assert!(count(&harness).ends_with(" warnings of the figure"), "{}", count(&harness));
    harness.get_by_label_contains("Show the ").click();
    settle(&mut harness);
    assert!(!scrolled_away(&harness));
    // Folded, they are unfolded.
    harness.get_by_label_contains("to look at first").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("quotes have not been checked").is_none());
    harness.get_by_label_contains("Show the ").click();
    settle(&mut harness);
    assert!(harness.query_by_label_contains("uotes have not been checked").is_some());
    // Left scrolled, it is at the top when it is opened again.
    harness.get_by_role_and_label(Role::CheckBox, "Disclaimer").scroll_to_me();
    harness.run_ok();
    assert!(scrolled_away(&harness));
    harness.key_press(Key::Escape);
    harness.run_ok();
    set_up_figure(&mut harness);
    let again = harness.get_by_label_contains("to look at first").rect();
    assert!((again.min.y - top.min.y).abs() < 1.0, "{again:?}, not {top:?}");
}

#[test]
fn a_table_that_has_no_room_on_the_map_is_not_said_to_stand_there() {
    let mut harness = window();
    set_up_figure(&mut harness);
    choose_paper(&mut harness, "A4 landscape");
    harness.get_by_label("Stated and measured").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Stated and measured").click();
    settle(&mut harness);
    harness.get_by_label("Every report").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Every report").click();
    settle(&mut harness);
    let shown = |harness: &Harness<'static, ClaimlineApp>| {
        let row = harness.get_by_label("Place of the table of stated figures");
        row.accesskit_node().value().unwrap_or_default()
    };
    assert_eq!(shown(&harness), "Off the map");
    let at = harness.get_by_label("Move the table of stated figures with the arrow keys").rect();
    let inset = harness.get_by_label("Move the locator map with the arrow keys").rect();
    drag(&mut harness, at.center(), inset.left_top() + Vec2::new(-60.0, 40.0));
    assert!(matches!(set_up(&harness).furniture.place_of(Piece::Comparison), Some(Place::Free(_))));
    assert_eq!(shown(&harness), "No room on the map");
    assert!(harness.query_all_by_label_contains("stands off the map").next().is_some(), "nor is it warned of");
    // What has room is where it is said to be.
    let title = harness.get_by_label("Move the title with the arrow keys").rect().center();
    drag(&mut harness, title, title + Vec2::new(60.0, 90.0));
    let row = harness.get_by_label("Place of the title");
    assert_eq!(row.accesskit_node().value().as_deref(), Some("Own place"));
}

#[test]
fn all_overlays_shown_are_in_the_frame_that_is_asked_for() {
    let mut harness = window();
    set_up_figure(&mut harness);
    harness.get_by_label("All overlays shown").click();
    settle(&mut harness);
    assert!(frame_is_clear(&harness));
    let [west, south, east, north] = frame_on_map(&harness);
    let session = harness.state().session();
    let shown: Vec<_> = session.document().overlays.iter().filter(|state| state.visible).collect();
    // The south of Zaporizhzhia, Kherson and Crimea among them.
    assert!(shown.iter().any(|state| session.dossier().overlay(&state.id).unwrap().bounds[1] < 46.0));
    for state in shown {
        let bounds = session.dossier().overlay(&state.id).unwrap().bounds;
        let is_in = bounds[0] > west && bounds[1] > south && bounds[2] < east && bounds[3] < north;
        assert!(is_in, "{} is not in the frame", state.id);
    }
}

#[test]
fn a_choice_made_by_keys_closes_its_list() {
    let mut harness = window();
    set_up_figure(&mut harness);
    harness.get_by_role_and_label(Role::ComboBox, "Paper").focus();
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    harness.get_by_label("A4 landscape").focus();
    harness.run_ok();
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(set_up(&harness).page.size, PageSize::A4Landscape);
    assert!(harness.query_by_label("A4 portrait").is_none(), "the list stays open");
    assert!(harness.get_by_role_and_label(Role::ComboBox, "Paper").accesskit_node().is_focused());
}

#[test]
fn escape_goes_from_the_enlarged_preview_to_the_map_with_its_frame_first() {
    let mut harness = window();
    set_up_figure(&mut harness);
    assert!(harness.query_by_label_contains("Drag the frame on the map, or").is_some());
    harness.get_by_label("Enlarge the preview").click();
    settle(&mut harness);
    assert!(harness.query_by_label_contains("Drag the frame").is_none());
    assert!(harness.query_by_label_contains("Drag what stands on the figure · Esc").is_some());
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.query_by_label(FRAME).is_some() && harness.query_by_label("Enlarge the preview").is_some());
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.state().figure_set_up().is_none());
}

/// Two areas held, one freed and one of which nothing is said, with numbers.
const CONTROL: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"West","status":"held","people":100},"geometry":{"type":"Polygon","coordinates":[[[37.0,48.5],[37.3,48.5],[37.3,48.8],[37.0,48.8],[37.0,48.5]]]}},
{"type":"Feature","properties":{"name":"Middle","status":"freed","people":20},"geometry":{"type":"Polygon","coordinates":[[[37.4,48.5],[37.7,48.5],[37.7,48.8],[37.4,48.8],[37.4,48.5]]]}},
{"type":"Feature","properties":{"name":"East","status":"held","people":3000},"geometry":{"type":"Polygon","coordinates":[[[37.8,48.5],[38.1,48.5],[38.1,48.8],[37.8,48.8],[37.8,48.5]]]}},
{"type":"Feature","properties":{"name":"South","people":5},"geometry":{"type":"Polygon","coordinates":[[[37.8,48.1],[38.1,48.1],[38.1,48.4],[37.8,48.4],[37.8,48.1]]]}}
]}"#;

/// A window with [`CONTROL`] open and selected.
fn styling_window() -> Harness<'static, ClaimlineApp> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.geojson");
    std::fs::write(&path, CONTROL).unwrap();
    let mut harness = window_of(1600.0, 1700.0);
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("control").is_some());
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "control").click();
    harness.run_ok();
    harness
}

fn choose_from(harness: &mut Harness<'static, ClaimlineApp>, list: &str, choice: &str) {
    harness.get_by_role_and_label(Role::ComboBox, list).click();
    harness.run_ok();
    harness.get_by_label(choice).click();
    harness.run_ok();
}

fn drawn_kinds(harness: &Harness<'static, ClaimlineApp>) -> Vec<(String, usize)> {
    let session = harness.state().session();
    let kinds = session.kinds(session.dossier().overlay("control").unwrap());
    kinds.list().iter().map(|kind| (kind.title.clone(), kind.features)).collect()
}

fn styling(harness: &Harness<'static, ClaimlineApp>) -> claimline::dossier::Styling {
    (*harness.state().session().styling("control")).clone()
}

fn steps(harness: &Harness<'static, ClaimlineApp>) -> usize {
    harness.state().session().history().steps().1
}

fn enter_in(harness: &mut Harness<'static, ClaimlineApp>, field: &str, text: &str) {
    type_in(harness, field, text);
    harness.key_press(Key::Enter);
    harness.run_ok();
}

#[test]
fn features_are_told_apart_by_a_property_and_by_classes_of_a_number() {
    let mut harness = styling_window();
    let before = steps(&harness);
    choose_from(&mut harness, "Tell apart by", "A property’s values");
    choose_from(&mut harness, "Property that tells apart", "status · text");
    let by_status = drawn_kinds(&harness);
    assert_eq!(by_status, [("held".to_owned(), 2), ("freed".to_owned(), 1), ("no value".to_owned(), 1)]);
    assert_eq!(steps(&harness), before + 2, "each choice is a step of its own");
    choose_from(&mut harness, "Tell apart by", "Classes of a number");
    choose_from(&mut harness, "How numbers fall into classes", "Quantiles");
    choose_from(&mut harness, "Colours of kinds", "YlGnBu");
    harness.get_by_label("Reversed").click();
    harness.run_ok();
    let claimline::dossier::styling::By::Graduated(graduated) = styling(&harness).by else { panic!("it is graduated") };
    assert_eq!(
        (graduated.property.as_str(), graduated.ramp.as_str(), graduated.reversed),
        ("people", "yl-gn-bu", true)
    );
    assert_eq!(drawn_kinds(&harness).iter().map(|(_, count)| count).sum::<usize>(), 4);
    harness.get_by_label("ColorBrewer, Cynthia Brewer");
    choose_from(&mut harness, "Tell apart by", "One style");
    assert_eq!(drawn_kinds(&harness), [(String::new(), 4)]);
    let last = styling(&harness);
    let done = steps(&harness);
    for _ in before..done {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        harness.run_ok();
    }
    assert!(styling(&harness).is_plain() && steps(&harness) == before);
    for _ in before..done {
        harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        harness.run_ok();
    }
    assert_eq!(styling(&harness), last);
}

#[test]
fn a_kind_is_renamed_and_drawn_in_its_own_style() {
    let mut harness = styling_window();
    choose_from(&mut harness, "Tell apart by", "A property’s values");
    choose_from(&mut harness, "Property that tells apart", "status · text");
    enter_in(&mut harness, "Name of kind held", "Held, as reported");
    assert_eq!(drawn_kinds(&harness)[0].0, "Held, as reported");
    harness.get_by_label("Style of kind Held, as reported").click();
    harness.run_ok();
    harness.get_by_label("Fill colour of kind Held, as reported: Vermillion").click();
    harness.run_ok();
    choose_from(&mut harness, "Pattern of kind Held, as reported", "Hatch");
    enter_in(&mut harness, "Line colour of kind Held, as reported", "rgb(0 0 139)");
    let change = &styling(&harness).kinds["held"];
    assert_eq!(change.style.fill.as_deref(), Some("#d55e00"));
    assert_eq!(change.style.stroke.as_deref(), Some("#00008b"));
    assert_eq!(change.style.pattern, Some(claimline::dossier::model::PatternKind::Hatch));
    // What is no colour is told of, and changes nothing.
    let done = steps(&harness);
    enter_in(&mut harness, "Line colour of kind Held, as reported", "reddish");
    harness.get_by_label_contains("is no colour");
    assert_eq!(steps(&harness), done);
    harness.get_by_label("Style as before of kind Held, as reported").click();
    harness.run_ok();
    assert!(styling(&harness).kinds["held"].style.is_empty());
}

#[test]
fn a_filter_leaves_features_out_and_its_errors_point_at_the_word() {
    let mut harness = styling_window();
    type_in(&mut harness, "Filter of features", "status = held and or");
    harness.get_by_label_contains("Expected");
    assert!(styling(&harness).filter.is_none(), "nothing changes while it is typed");
    enter_in(&mut harness, "Filter of features", "status = held and people > 1000");
    harness.get_by_label("1 of 4 features pass");
    assert_eq!(drawn_kinds(&harness).iter().map(|(_, count)| count).sum::<usize>(), 1);
    enter_in(&mut harness, "Filter of features", "sttus = held");
    harness.get_by_label_contains("No feature has a property “sttus”");
    harness.get_by_label("Filter of features").focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.key_press(Key::Delete);
    harness.step();
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert!(styling(&harness).filter.is_none());
}

#[test]
fn rules_are_made_of_categories_added_moved_and_taken_away() {
    let mut harness = styling_window();
    choose_from(&mut harness, "Tell apart by", "A property’s values");
    choose_from(&mut harness, "Property that tells apart", "status · text");
    let before = steps(&harness);
    choose_from(&mut harness, "Tell apart by", "Rules");
    let named = |title: &str, count: usize| (title.to_owned(), count);
    assert_eq!(drawn_kinds(&harness), [named("held", 2), named("freed", 1), named("no value", 1)]);
    // What is wrong with a filter is said at the word, and nothing is added.
    type_in(&mut harness, "Filter of a new rule", "people > 4 and or");
    harness.get_by_label_contains("Expected");
    enter_in(&mut harness, "Filter of a new rule", "people > 4 and");
    assert_eq!(steps(&harness), before + 1);
    enter_in(&mut harness, "Filter of a new rule", "people > 4");
    assert_eq!(drawn_kinds(&harness).len(), 4);
    assert_eq!(drawn_kinds(&harness)[3], named("people > 4", 0));
    harness.get_by_label("No feature fits rule “people > 4”");
    for number in [4, 3, 2] {
        harness.get_by_label(&format!("Move rule {number} up")).click();
        harness.run_ok();
    }
    assert_eq!(drawn_kinds(&harness)[0].0, "people > 4");
    enter_in(&mut harness, "Name of kind people > 4", "More than four");
    harness.get_by_label("Style of kind More than four").click();
    harness.run_ok();
    harness.get_by_label("Fill colour of kind More than four: Black").click();
    harness.run_ok();
    harness.get_by_label("Move rule 1 down").click();
    harness.run_ok();
    assert_eq!(drawn_kinds(&harness)[1].0, "More than four", "its name goes with it");
    assert_eq!(styling(&harness).kinds["rule 2"].style.fill.as_deref(), Some("#000000"));
    enter_in(&mut harness, "Filter of rule 3", "status = freed or status = held");
    for number in [1, 3] {
        harness.get_by_label(&format!("Remove rule {number}")).click();
        harness.run_ok();
    }
    enter_in(&mut harness, "Filter of rule 1", "people > 50");
    harness.get_by_label("What fits no rule");
    let claimline::dossier::styling::By::Rules(rules) = styling(&harness).by else { panic!("they are rules") };
    let filters: Vec<String> = rules.iter().map(|rule| rule.when.as_ref().unwrap().to_string()).collect();
    assert_eq!(filters, ["people > 50", "status = freed or status = held"]);
    let last = styling(&harness);
    let done = steps(&harness);
    for _ in before..done {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        harness.run_ok();
    }
    assert!(matches!(styling(&harness).by, claimline::dossier::styling::By::Property(_)) && steps(&harness) == before);
    for _ in before..done {
        harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        harness.run_ok();
    }
    assert_eq!(styling(&harness), last);
}

#[test]
fn features_are_labelled_and_a_style_is_reset() {
    let mut harness = styling_window();
    choose_from(&mut harness, "Labels from", "name · text");
    choose_from(&mut harness, "Place of labels", "Above");
    let labels = styling(&harness).labels.unwrap();
    assert_eq!(
        (labels.property.as_str(), labels.placement),
        ("name", claimline::dossier::styling::LabelPlacement::Above)
    );
    harness.get_by_label("Line colour: Black").click();
    harness.run_ok();
    choose_from(&mut harness, "Dashes", "Dotted");
    assert_eq!(styling(&harness).change.stroke.as_deref(), Some("#000000"));
    harness.get_by_label("Reset style").click();
    harness.run_ok();
    assert!(styling(&harness).is_plain());
}

#[test]
fn a_dossiers_overlay_is_styled_once_its_section_is_unfolded() {
    let mut harness = window_of(1600.0, 1700.0);
    harness.get_by_role_and_label(Role::Button, "Area proposed for withdrawal").click();
    harness.run_ok();
    assert!(harness.query_by_label("Fill colour: Sky blue").is_none(), "it starts folded");
    harness.get_by_label("Go to section Style").click();
    harness.run_ok();
    assert!(harness.query_by_label("Tell apart by").is_none(), "a shape by recipe has no features");
    harness.get_by_label("Fill colour: Sky blue").click();
    harness.run_ok();
    let session = harness.state().session();
    let overlay = session.dossier().overlay("withdrawal-area").unwrap();
    assert_eq!(session.kinds(overlay).list()[0].style.fill.as_deref(), Some("#56b4e9"));
    assert_ne!(overlay.style.fill.as_deref(), Some("#56b4e9"), "the evidence is untouched");
}

/// A file of two kinds of areas, opened.
fn window_with_control(folder: &Path) -> Harness<'static, ClaimlineApp> {
    let square = |west: f64| {
        let east = west + 0.5;
        serde_json::json!({"type": "Polygon",
            "coordinates": [[[west, 48.5], [east, 48.5], [east, 48.9], [west, 48.9], [west, 48.5]]]})
    };
    let feature = |west: f64, properties: serde_json::Value| serde_json::json!({"type": "Feature", "properties": properties, "geometry": square(west)});
    let features = [
        feature(36.6, serde_json::json!({"name": "Taken back", "fill": "#0f9d58", "side": "east"})),
        feature(
            37.2,
            serde_json::json!({"name": "Held", "fill": "#d32f2f", "side": "west", "troops": 1200,
                "day": "2025-12-15", "description": "<b>Bold</b> words<script>no()</script>",
                "report": "https://reports.example/a/long/way", "url": "https://news.example/held"}),
        ),
    ];
    let path = folder.join("control.geojson");
    std::fs::write(&path, serde_json::json!({"type": "FeatureCollection", "features": features}).to_string()).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("control").is_some());
    harness.run_ok();
    harness
}

#[test]
fn the_row_of_a_file_opens_into_its_kinds_and_their_eyes_hide_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_control(folder.path());
    assert!(harness.query_by_label("Hide Held of control").is_none(), "the first look is a calm one");
    harness.get_by_label("Kinds of control").click();
    harness.run_ok();
    harness.get_by_label("Hide Held of control").click();
    harness.run_ok();
    let shown = |harness: &Harness<'static, ClaimlineApp>| {
        let session = harness.state().session();
        let kinds = session.kinds(session.dossier().overlay("control").unwrap());
        kinds.list().iter().filter(|kind| kind.shown).map(|kind| kind.title.clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&harness), ["Taken back"]);
    harness.get_by_label("Show Held of control").click();
    harness.run_ok();
    assert_eq!(shown(&harness), ["Taken back", "Held"]);
    harness.get_by_label("Hide Held of control").click_modifiers(Modifiers::ALT);
    harness.run_ok();
    assert_eq!(shown(&harness), ["Held"]);
    harness.get_by_label("Hide Held of control").click_modifiers(Modifiers::ALT);
    harness.run_ok();
    assert_eq!(shown(&harness), ["Taken back", "Held"], "again restores");
    // Each is a step of its own.
    press_with(&mut harness, Key::Z, Modifiers::COMMAND);
    assert_eq!(shown(&harness), ["Held"]);
    harness.get_by_label("What tells the kinds of control apart").click();
    harness.run_ok();
    harness.get_by_label("side").click();
    harness.run_ok();
    assert_eq!(shown(&harness), ["east", "west"]);
}

fn press_with(harness: &mut Harness<'static, ClaimlineApp>, key: Key, modifiers: Modifiers) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_ok();
}

#[test]
fn a_click_reaches_the_feature_and_its_addresses_are_shown_before_they_are_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_control(folder.path());
    let _ = harness.state().session().dossier().overlay("control");
    let at = on_screen(&harness, Coord { x: 37.45, y: 48.55 });
    click(&mut harness, at);
    harness.run_ok();
    let selection = harness.state().session().selection().clone();
    assert_eq!(selection, Selection::Overlay { id: "control".to_owned(), feature: Some(1), place: None });
    for words in ["Bold words", "15 Dec 2025", "1200", "west", "news.example · undated"] {
        assert!(harness.query_all_by_label(words).next().is_some(), "nothing says {words}");
    }
    // It may lie below what the inspector shows at first.
    harness.get_by_label("Address https://reports.example/a/long/way").scroll_to_me();
    harness.run_ok();
    harness.get_by_label("Address https://reports.example/a/long/way").click();
    harness.run_ok();
    assert!(harness.output().platform_output.commands.is_empty(), "nothing is opened yet");
    harness.run_ok();
    harness.get_by_label("https://reports.example/a/long/way");
    harness.get_by_label("Open in browser").click();
    harness.step();
    let opens = |harness: &Harness<'static, ClaimlineApp>| {
        let commands = &harness.output().platform_output.commands;
        commands.iter().any(|command| {
            matches!(command, egui::OutputCommand::OpenUrl(open) if open.url == "https://reports.example/a/long/way")
        })
    };
    let opened = opens(&harness) || {
        harness.step();
        opens(&harness)
    };
    assert!(opened);
}

#[test]
fn the_palette_finds_a_feature_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_control(folder.path());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    type_in(&mut harness, "Search everything", "taken ba");
    let started = Instant::now();
    while harness.query_by_label("Taken back").is_none() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited in vain for the feature");
        std::thread::sleep(Duration::from_millis(10));
        harness.step();
    }
    harness.get_by_label("Taken back").click();
    harness.run_ok();
    let selection = harness.state().session().selection().clone();
    assert_eq!(selection, Selection::Overlay { id: "control".to_owned(), feature: Some(0), place: None });
}
