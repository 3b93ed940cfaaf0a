//! Drawing by pointer and keyboard, the list of annotations, history and keys.

use super::*;

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
            harness.get_by_label("Text on the map").type_text("By pointer");
            harness.step();
            press(&mut harness, Key::Enter);
        } else if harness.state().session().is_drafting() {
            press(&mut harness, Key::Enter);
        }
        wanted.push(kind);
        assert_eq!(kinds(&harness), wanted, "after {tool}");
        // The next shape begins where this one lies; nothing is dragged by mistake.
        press(&mut harness, Key::Escape);
        pass_time(&mut harness, 0.5);
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

/// Key `M`, which takes the marker tool, and a click.
fn marker_by_key(at: Pos2) -> Vec<egui::Event> {
    let key = |pressed| {
        let (key, physical_key, repeat, modifiers) = (Key::M, None, false, Modifiers::NONE);
        egui::Event::Key { key, physical_key, pressed, repeat, modifiers }
    };
    let button = |pressed| {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        egui::Event::PointerButton { pos: at, button, pressed, modifiers }
    };
    vec![key(true), key(false), egui::Event::PointerMoved(at), button(true), button(false)]
}

/// Places in the map, far enough from each other.
fn spread(harness: &Harness<'static, ClaimlineApp>, count: usize) -> Vec<Pos2> {
    let map = harness.state().map_rect().shrink(80.0);
    let at = |index: usize| Vec2::new((index % 6) as f32 / 5.0 * map.width(), (index / 6) as f32 / 5.0 * map.height());
    (0..count).map(|index| map.min + at(index)).collect()
}

/// One frame with all of these events, and those that follow by themselves.
fn at_once(harness: &mut Harness<'static, ClaimlineApp>, events: impl IntoIterator<Item = egui::Event>) {
    harness.input_mut().events.extend(events);
    harness.run_ok();
}

#[test]
fn every_click_of_one_slow_frame_arrives() {
    let mut harness = window();
    let places = spread(&harness, 20);
    let events: Vec<egui::Event> = places.iter().flat_map(|at| marker_by_key(*at)).collect();
    at_once(&mut harness, events);
    assert_eq!(kinds(&harness), vec!["Marker"; 20]);
    // Each where it was clicked, in their order.
    let frame = harness.state().session().frame();
    let origin = harness.state().map_rect().min;
    for (annotation, clicked) in harness.state().session().document().annotations.iter().zip(&places) {
        let claimline::document::annotation::Shape::Point { at, .. } = annotation.shape else {
            panic!("{annotation:?}")
        };
        let at = frame.page_from_lon_lat(at);
        let clicked = *clicked - origin;
        // Points snap to lines that are near.
        assert!(at.distance(Point::new(f64::from(clicked.x), f64::from(clicked.y))) < 12.0, "{at:?} {clicked:?}");
    }
}

#[test]
fn every_click_of_twenty_a_second_arrives_however_slow_the_frames_are() {
    // A frame of 50 ms brings one click, of 400 ms eight; the cut falls anywhere, between press and release too.
    for events_a_frame in [1, 2, 3, 4, 6, 7, 11, 40] {
        let mut harness = window();
        let places = spread(&harness, 24);
        let events: Vec<egui::Event> = places.iter().flat_map(|at| marker_by_key(*at)).collect();
        for some in events.chunks(events_a_frame) {
            harness.input_mut().events.extend(some.iter().cloned());
            harness.step();
        }
        harness.run_ok();
        assert_eq!(kinds(&harness).len(), places.len(), "{events_a_frame} events a frame");
    }
}

#[test]
fn every_vertex_clicked_in_slow_frames_is_there() {
    for events_a_frame in [2, 3, 5, 60] {
        let mut harness = window();
        press(&mut harness, Key::L);
        let places = spread(&harness, 18);
        let click = |at: &Pos2| marker_by_key(*at).split_off(2);
        let events: Vec<egui::Event> = places.iter().flat_map(click).collect();
        for some in events.chunks(events_a_frame) {
            harness.input_mut().events.extend(some.iter().cloned());
            harness.step();
        }
        harness.run_ok();
        press(&mut harness, Key::Enter);
        assert_eq!(kinds(&harness), ["Line"]);
        let shape = harness.state().session().document().annotations.iter().next().map(|one| one.shape.clone());
        let Some(claimline::document::annotation::Shape::Path { line, .. }) = shape else { panic!("{shape:?}") };
        assert_eq!(line.0.len(), places.len(), "{events_a_frame} events a frame");
    }
}

#[test]
fn every_click_on_a_button_counts_in_a_slow_frame() {
    let mut harness = window();
    let at = harness.get_by_role_and_label(Role::Button, "Zoom in").rect().center();
    let before = harness.state().session().document().view.zoom;
    let click = |at: Pos2| marker_by_key(at).split_off(2);
    at_once(&mut harness, (0..4).flat_map(|_| click(at)));
    let zoomed = harness.state().session().document().view.zoom - before;
    let mut slowly = window();
    for event in (0..4).flat_map(|_| click(at)) {
        slowly.event(event);
        slowly.step();
    }
    slowly.run_ok();
    let one_by_one = slowly.state().session().document().view.zoom - before;
    assert!(zoomed > 0.0 && (zoomed - one_by_one).abs() < 1e-9, "{zoomed} and {one_by_one}");
}
