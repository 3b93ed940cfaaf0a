//! The real window without a display: controls found by their accessible names, clicks at places on the earth.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agreeing;
mod annotations;
mod captures;
mod comparing;
mod days;
mod dossiers;
mod features;
mod figure_frame;
mod figure_panel;
mod focus;
mod georeference;
mod hints;
mod journey;
mod manners;
mod narrow;
mod offline;
mod overlays;
mod pages;
mod photos;
mod pictures;
mod places;
mod projects;
mod reading;
mod search;
mod series;
mod servers;
mod tables;
mod walks;
mod working;

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use claimline::app::ClaimlineApp;
use claimline::app::density::paint_no_finer_than;
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

/// Pixels a point of maps and previews. No test here looks at one; the window check does.
const PICTURE_DENSITY: f32 = 0.25;

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
        .build_eframe(|cc| {
            paint_no_finer_than(&cc.egui_ctx, PICTURE_DENSITY);
            ClaimlineApp::new(&cc.egui_ctx, evidence(), None).expect("a thread")
        });
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
    // Sooner, another click would make a double click.
    pass_time(harness, 0.6);
}

/// Lets time pass, with a frame at its end and one more for what that starts: as a window at rest does, which paints none between.
fn pass_time(harness: &mut Harness<'static, ClaimlineApp>, seconds: f64) {
    let now = harness.ctx.input(|input| input.time);
    harness.input_mut().time = Some(now + seconds);
    harness.step();
    harness.step();
}

fn selected(harness: &Harness<'static, ClaimlineApp>) -> String {
    match harness.state().session().selection() {
        Selection::Overlay { id, .. } => id.clone(),
        Selection::Excerpt { id } => format!("excerpt {id}"),
        Selection::Annotations(ids) => format!("{} annotations", ids.len()),
        Selection::None => String::new(),
    }
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

fn button(harness: &mut Harness<'static, ClaimlineApp>, pos: Pos2, pressed: bool) {
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers });
    harness.step();
}

fn drag(harness: &mut Harness<'static, ClaimlineApp>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.step();
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
    harness.get_by_label("96 dots per inch").click();
    settle(harness);
}

fn type_path(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    type_in(
        harness,
        "Path of the figure: .png, .svg or .pdf; .geojson, .geojsonl, .kml, .gpx, .csv, .gpkg, .fgb or .shp.zip for its data; .zip for an evidence pack with everything",
        &path.display().to_string(),
    );
}

/// Saves the project, which has no file yet, under a path.
fn save_project_as(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_ok();
    let field = "Path of the project: a .claimline.geojson file, which other programs open too";
    type_in(harness, field, &path.display().to_string());
    press(harness, Key::Enter);
    wait(harness, "the title", |app| app.project_path() == Some(path));
}

/// Opens the dialog that attaches a text to TFIGlobal, and attaches a file.
fn attach_to_tfi(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    harness.get_by_label("Sources").click();
    harness.run_ok();
    harness.get_by_label("Attach the text of TFIGlobal…").click();
    harness.run_ok();
    type_in(harness, "Path of the text: a saved page, PDF or other document", &path.display().to_string());
    harness.get_by_label("Attach").click();
    harness.step();
}

fn type_in(harness: &mut Harness<'static, ClaimlineApp>, field: &str, text: &str) {
    harness.get_by_label(field).focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    harness.get_by_label(field).type_text(text);
    harness.run_ok();
}

const TFI: &str = "tfiglobal-2025-12-15";

/// Steps until a label is there; the label is asked for by a part of it.
fn wait_for_label(harness: &mut Harness<'static, ClaimlineApp>, part: &str) {
    let started = Instant::now();
    while harness.query_all_by_label_contains(part).next().is_none() {
        assert!(started.elapsed() < Duration::from_secs(20), "waited in vain for “{part}”");
        std::thread::sleep(Duration::from_millis(20));
        harness.step();
    }
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

fn choose_from(harness: &mut Harness<'static, ClaimlineApp>, list: &str, choice: &str) {
    harness.get_by_role_and_label(Role::ComboBox, list).click();
    harness.run_ok();
    harness.get_by_label(choice).click();
    harness.run_ok();
}

fn steps(harness: &Harness<'static, ClaimlineApp>) -> usize {
    harness.state().session().history().steps().1
}

fn enter_in(harness: &mut Harness<'static, ClaimlineApp>, field: &str, text: &str) {
    type_in(harness, field, text);
    harness.key_press(Key::Enter);
    harness.run_ok();
}

fn press_with(harness: &mut Harness<'static, ClaimlineApp>, key: Key, modifiers: Modifiers) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_ok();
}
