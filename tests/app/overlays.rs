//! The list of overlays, clicks on the map, and what the inspector shows of them.

use super::*;

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
    assert!(harness.query_all_by_label_contains("5,652 km²").next().is_some());
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
