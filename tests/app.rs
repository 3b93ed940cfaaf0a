//! The real window without a display: controls found by their accessible names, clicks at places on the earth.

use std::path::Path;
use std::time::{Duration, Instant};

use claimline::app::ClaimlineApp;
use claimline::app::launch::Evidence;
use claimline::geometry::Coord;
use claimline::session::Selection;
use eframe::egui::{self, Key, Modifiers, PointerButton, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

const KRAMATORSK: Coord<f64> = Coord { x: 37.5844, y: 48.7389 };
/// In the area proposed for withdrawal, far from any town's dot.
const OPEN_COUNTRY: Coord<f64> = Coord { x: 37.25, y: 48.72 };
const LUHANSK: Coord<f64> = Coord { x: 39.3078, y: 48.5740 };

fn window() -> Harness<'static, ClaimlineApp> {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(1600.0, 1000.0))
        .with_step_dt(1.0 / 60.0)
        .with_max_steps(64)
        .build_eframe(|cc| ClaimlineApp::new(&cc.egui_ctx, Evidence::read(), None).expect("a thread"));
    harness.run_ok();
    harness
}

/// Steps until `done`, for what happens in threads of its own.
fn wait(harness: &mut Harness<'static, ClaimlineApp>, what: &str, done: impl Fn(&ClaimlineApp) -> bool) {
    let started = Instant::now();
    while !done(harness.state()) {
        assert!(started.elapsed() < Duration::from_secs(120), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
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
    let session = harness.state().session();
    let [west, south, east, north] = session.dossier().limits;
    let center = session.document().view.center;
    assert!((west..=east).contains(&center.x) && (south..=north).contains(&center.y), "{center:?}");
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
    assert!(harness.query_by_label_contains("There is already a file").is_some());
}

fn type_path(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    let field = harness.get_by_label("Path of the picture: .png or .svg");
    field.focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    harness.get_by_label("Path of the picture: .png or .svg").type_text(&path.display().to_string());
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
