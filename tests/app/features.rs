//! Features of files: how they are told apart, styled, filtered and found.

use super::*;

/// Two areas held, one freed and one of which nothing is said, with numbers.
const CONTROL: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"West","status":"held","people":100},"geometry":{"type":"Polygon","coordinates":[[[37.0,48.5],[37.3,48.5],[37.3,48.8],[37.0,48.8],[37.0,48.5]]]}},
{"type":"Feature","properties":{"name":"Middle","status":"freed","people":20},"geometry":{"type":"Polygon","coordinates":[[[37.4,48.5],[37.7,48.5],[37.7,48.8],[37.4,48.8],[37.4,48.5]]]}},
{"type":"Feature","properties":{"name":"East","status":"held","people":3000},"geometry":{"type":"Polygon","coordinates":[[[37.8,48.5],[38.1,48.5],[38.1,48.8],[37.8,48.8],[37.8,48.5]]]}},
{"type":"Feature","properties":{"name":"South","people":5},"geometry":{"type":"Polygon","coordinates":[[[37.8,48.1],[38.1,48.1],[38.1,48.4],[37.8,48.4],[37.8,48.1]]]}}
]}"#;

/// A window with [`CONTROL`] open and selected.
pub(crate) fn styling_window() -> Harness<'static, ClaimlineApp> {
    window_with(CONTROL)
}

/// A window with a file open and selected, as the layer `control`.
fn window_with(text: &str) -> Harness<'static, ClaimlineApp> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.geojson");
    std::fs::write(&path, text).unwrap();
    let mut harness = window_of(1600.0, 1700.0);
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the file", |app| app.session().dossier().overlay("control").is_some());
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "control").click();
    harness.run_ok();
    harness
}

fn drawn_kinds(harness: &Harness<'static, ClaimlineApp>) -> Vec<(String, usize)> {
    let session = harness.state().session();
    let kinds = session.kinds(session.dossier().overlay("control").unwrap());
    kinds.list().iter().map(|kind| (kind.title.clone(), kind.features)).collect()
}

fn styling(harness: &Harness<'static, ClaimlineApp>) -> claimline::dossier::Styling {
    (*harness.state().session().styling("control")).clone()
}

#[test]
fn features_are_told_apart_by_a_property_and_by_classes_of_a_number() {
    let mut harness = styling_window();
    let before = steps(&harness);
    choose_from(&mut harness, "Tell apart by", "A property’s values");
    choose_from(&mut harness, "Property to tell apart by", "status · text");
    let by_status = drawn_kinds(&harness);
    assert_eq!(by_status, [("freed".to_owned(), 1), ("held".to_owned(), 2), ("no value".to_owned(), 1)]);
    assert_eq!(steps(&harness), before + 2, "each choice is a step of its own");
    choose_from(&mut harness, "Tell apart by", "Classes of a number");
    choose_from(&mut harness, "How numbers are divided into classes", "Quantiles");
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
    choose_from(&mut harness, "Property to tell apart by", "status · text");
    enter_in(&mut harness, "Name of kind held", "Held, as reported");
    assert_eq!(drawn_kinds(&harness)[1].0, "Held, as reported");
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
    // What is not a colour is told of, and changes nothing.
    let done = steps(&harness);
    enter_in(&mut harness, "Line colour of kind Held, as reported", "reddish");
    harness.get_by_label_contains("is not a colour");
    assert_eq!(steps(&harness), done);
    harness.get_by_label("Undo style changes of kind Held, as reported").click();
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
    choose_from(&mut harness, "Property to tell apart by", "status · text");
    let before = steps(&harness);
    choose_from(&mut harness, "Tell apart by", "Rules");
    let named = |title: &str, count: usize| (title.to_owned(), count);
    assert_eq!(drawn_kinds(&harness), [named("freed", 1), named("held", 2), named("no value", 1)]);
    // What is wrong with a filter is said at the word, and nothing is added.
    type_in(&mut harness, "Filter of a new rule", "people > 4 and or");
    harness.get_by_label_contains("Expected");
    enter_in(&mut harness, "Filter of a new rule", "people > 4 and");
    assert_eq!(steps(&harness), before + 1);
    enter_in(&mut harness, "Filter of a new rule", "people > 4");
    assert_eq!(drawn_kinds(&harness).len(), 4);
    assert_eq!(drawn_kinds(&harness)[3], named("people > 4", 0));
    harness.get_by_label("No feature matches rule “people > 4”");
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
    harness.get_by_label("What matches no rule");
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
fn points_that_lie_close_together_are_grouped_and_a_click_finds_one_of_them() {
    let point = |index: i32| {
        let lon = 37.25 + 2e-4 * f64::from(index);
        format!(r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":[{lon},48.72]}}}}"#)
    };
    let points = (0..30).map(point).collect::<Vec<_>>().join(",");
    let mut harness = window_with(&format!(r#"{{"type":"FeatureCollection","features":[{points}]}}"#));
    let at = harness.state().session().frame().page_from_lon_lat(Coord { x: 37.25, y: 48.72 });
    // Above the dots, and within the ring that stands for them.
    let above = Point::new(at.x, at.y - 9.0);
    let found = |harness: &Harness<'static, ClaimlineApp>, at: Point| {
        harness.state().session().hits_at(at).iter().filter(|hit| hit.overlay == "control").count()
    };
    assert_eq!(found(&harness, above), 0);
    harness.get_by_label("Group points that lie close together").click();
    harness.run_ok();
    assert!(styling(&harness).clusters);
    assert_eq!((found(&harness, above), found(&harness, Point::new(at.x, at.y - 20.0))), (30, 0));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(!styling(&harness).clusters);
}

#[test]
fn all_points_at_one_place_are_found_and_their_list_leaves_room_for_what_is_said_of_one() {
    let point = |index: i32| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"No. {index}"}},"geometry":{{"type":"Point","coordinates":[37.25,48.72]}}}}"#
        )
    };
    let points = (0..150).map(point).collect::<Vec<_>>().join(",");
    let mut harness = window_with(&format!(r#"{{"type":"FeatureCollection","features":[{points}]}}"#));
    let at = on_screen(&harness, OPEN_COUNTRY);
    for _ in 0..30 {
        click(&mut harness, at);
    }
    let session = harness.state().session();
    let pick = session.pick().unwrap();
    assert_eq!(pick.hits.iter().filter(|hit| hit.overlay == "control").count(), 150);
    assert_eq!(pick.index, 29);
    // The row of the one that is selected is shown, and not those far from it.
    assert!(harness.query_all_by_label_contains("No. 120 · control").next().is_some());
    assert!(harness.query_all_by_label_contains("No. 3 · control").next().is_none());
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
pub(crate) fn window_with_control(folder: &Path) -> Harness<'static, ClaimlineApp> {
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

/// Types where the features go that are to be saved, and presses Enter.
fn save_features_as(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    let field =
        format!("Path of the file; its ending says the format: {}", claimline::formats::format::written_formats());
    type_in(harness, &field, &path.display().to_string());
    press(harness, Key::Enter);
}

#[test]
fn a_layer_rows_of_its_table_and_annotations_become_files_of_their_own() {
    const SAVE: &str = "Save features as…";
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_control(folder.path());
    let written = |harness: &mut Harness<'static, ClaimlineApp>, path: &Path| {
        wait(harness, "the file", |_| path.exists());
        std::fs::read_to_string(path).unwrap()
    };
    harness.get_by_label("Options of control").click();
    harness.run_ok();
    harness.get_by_label(SAVE).click();
    harness.run_ok();
    save_features_as(&mut harness, &folder.path().join("all.txt"));
    harness.get_by_label_contains("The name must end in .");
    save_features_as(&mut harness, &folder.path().join("control.geojson"));
    harness.get_by_label_contains("is open here");
    let path = folder.path().join("all.kml");
    save_features_as(&mut harness, &path);
    let text = written(&mut harness, &path);
    assert!(text.matches("<Placemark").count() == 2 && text.contains("troops"), "{text}");
    wait_for_label(&mut harness, "2 features written to");

    // What the table's search leaves.
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::ShowTable("control".to_owned()));
    wait_for_label(&mut harness, "2 rows");
    type_in(&mut harness, "Search the table", "reports.example");
    wait_for_label(&mut harness, "1 of 2 rows");
    harness.get_by_label(SAVE).click();
    harness.run_ok();
    let path = folder.path().join("rows.geojson");
    save_features_as(&mut harness, &path);
    let text = written(&mut harness, &path);
    assert!(text.contains("\"troops\":1200") && !text.contains("Taken back"), "{text}");

    // Annotations, and nothing of the layer.
    place(&mut harness, Coord { x: 37.0, y: 48.2 });
    harness.state_mut().act(&ctx, Action::Command(Command::SaveFeatures));
    harness.run_ok();
    let path = folder.path().join("drawn.csv");
    save_features_as(&mut harness, &path);
    let text = written(&mut harness, &path);
    assert!(text.lines().count() == 2 && !text.contains("1200"), "{text}");
    save_features_as_again(&mut harness, &path);
}

/// A file that is there is replaced only once that has been said.
fn save_features_as_again(harness: &mut Harness<'static, ClaimlineApp>, path: &Path) {
    let before = std::fs::metadata(path).unwrap().modified().unwrap();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::SaveFeatures));
    harness.run_ok();
    save_features_as(harness, path);
    harness.get_by_label_contains("There is already a file");
    assert_eq!(std::fs::metadata(path).unwrap().modified().unwrap(), before);
    harness.get_by_label("Replace the file").click();
    wait(harness, "the new file", |_| std::fs::metadata(path).unwrap().modified().unwrap() > before);
}
