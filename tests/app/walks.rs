//! The way of the keyboard through dialogs, side views, the search and the drawer: each stop has its ring in view, Escape
//! leads out, and the keys go back to what had them.

use claimline::session::CiteFor;

use super::features::{styling_window, window_with_control};
use super::focus::{SIDE_VIEWS, name_of_focused, names, position, still, tab, walk};
use super::*;

/// Walks a dialog that `open` opens while the first menu has the keys, closes it by Escape, and sees that the menu has the
/// keys again. The names of its stops.
fn walked(
    harness: &mut Harness<'static, ClaimlineApp>,
    open: impl FnOnce(&mut Harness<'static, ClaimlineApp>),
) -> Vec<String> {
    while tab(harness, Modifiers::NONE).name != "File" {}
    open(harness);
    harness.run_ok();
    assert!(harness.ctx.memory(|memory| memory.focused()).is_some(), "nothing in the dialog has the keys");
    assert_ne!(name_of_focused(harness), "File", "the keys stay outside of the dialog");
    let stops = walk(harness);
    let walked: Vec<String> = names(&stops).into_iter().map(str::to_owned).collect();
    assert!(!walked.iter().any(|name| name == "File" || name == "Map"), "the dialog lets the keys out: {walked:?}");
    assert!(walked.iter().all(|name| !name.is_empty()), "a stop has no name: {walked:?}");
    press(harness, Key::Escape);
    harness.run_ok();
    assert_eq!(name_of_focused(harness), "File", "the keys do not go back after {walked:?}");
    walked
}

fn has(stops: &[String], name: &str) -> bool {
    stops.iter().any(|stop| stop == name)
}

#[test]
fn the_warnings_are_walked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mended.claimline.geojson");
    let text = r#"{"type":"FeatureCollection","claimline":{"version":1,"dossier":{"id":"berlin-2025-12"},
        "figure":{"theme":"sepia","page":{"dpi":7}}},"features":[]}"#;
    std::fs::write(&file, text).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![file]);
    wait(&mut harness, "the project", |app| app.message().starts_with("Opened mended"));
    still(&mut harness);
    let ctx = harness.ctx.clone();
    let stops = walked(&mut harness, |harness| {
        harness.state_mut().act(&ctx, Action::Command(Command::ShowWarnings));
    });
    assert!(has(&stops, "Close"), "{stops:?}");
    assert!(harness.query_by_label_contains("could not be read in the open files").is_none());
}

#[test]
fn the_page_that_is_cited_is_walked() {
    let mut harness = window_of(1024.0, 600.0);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::PlaceMarker(KRAMATORSK));
    still(&mut harness);
    let Selection::Annotations(ids) = harness.state().session().selection().clone() else { panic!("the marker") };
    let stops = walked(&mut harness, |harness| {
        harness.state_mut().act(&ctx, Action::CitePage(CiteFor::Annotations(ids), "https://example.org/a".to_owned()));
    });
    for name in
        ["Title", "Outlet", "Author", "Published on", "Read on", "Address", "Archived address", "Cite", "Cancel"]
    {
        assert!(has(&stops, name), "{name} is not among {stops:?}");
    }
    assert!(harness.query_by_label("Archived address").is_none(), "Escape does not close it");
}

#[test]
fn the_choice_of_what_counts_as_line_of_contact_is_walked() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_control(folder.path());
    still(&mut harness);
    let ctx = harness.ctx.clone();
    let stops = walked(&mut harness, |harness| {
        harness.state_mut().act(&ctx, Action::UseAsLine("control".to_owned()));
        harness.step();
        harness.step();
    });
    assert!(has(&stops, "Filter: which features count") && has(&stops, "Cancel"), "{stops:?}");
    assert!(harness.query_by_label("Which features count").is_none(), "Escape does not close it");
}

#[test]
fn the_question_before_closing_is_walked() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::PlaceMarker(KRAMATORSK));
    still(&mut harness);
    let stops = walked(&mut harness, |harness| {
        let root = harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
        root.events.push(egui::ViewportEvent::Close);
        harness.step();
        harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default().events.clear();
    });
    assert_eq!(stops, ["Cancel", "Don’t save", "Save"].map(str::to_owned), "{stops:?}");
    assert!(harness.query_by_label("Don’t save").is_none(), "Escape does not close it");
}

#[test]
fn the_search_of_everything_keeps_the_keys_in_its_field_and_gives_them_back() {
    let mut harness = window();
    still(&mut harness);
    let ctx = harness.ctx.clone();
    let stops = walked(&mut harness, |harness| {
        harness.state_mut().act(&ctx, Action::Command(Command::Palette));
        harness.step();
        harness.event(egui::Event::Text("kram".to_owned()));
    });
    // What is found is chosen by the arrows: the field stays the one that is typed in.
    assert_eq!(stops, ["Search everything".to_owned()]);
    assert!(harness.query_by_label("Search everything").is_none(), "Escape does not close it");
}

#[test]
fn the_drawer_with_the_table_is_walked_and_closed_by_escape() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_control(folder.path());
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::ShowTable("control".to_owned()));
    for panel in [Command::ToggleLayersPanel, Command::ToggleInspector] {
        harness.state_mut().act(&ctx, Action::Command(panel));
    }
    still(&mut harness);
    wait(&mut harness, "the rows", ClaimlineApp::is_settled);
    wait_for_label(&mut harness, "2 rows");
    still(&mut harness);
    let stops = walk(&mut harness);
    for name in ["Layer of the table", "Columns", "Copy as CSV", "Close Table", "Search the table"] {
        assert!(stops.iter().any(|stop| stop.name == name), "{name} is not among {:?}", names(&stops));
    }
    assert!(position(&stops, "Map") < position(&stops, "Search the table"));
    assert!(
        !stops.iter().any(|stop| stop.name.starts_with("Column ")),
        "a head can be scrolled away: {:?}",
        names(&stops)
    );
    assert!(stops.iter().all(|stop| !stop.name.is_empty()), "a stop has no name: {:?}", names(&stops));
    // By keys a column is sorted from its cells.
    while tab(&mut harness, Modifiers::NONE).name != "Table of control" {}
    for _ in 0..10 {
        press(&mut harness, Key::ArrowLeft);
    }
    for said in ["Column Kind, ascending", "Column Kind, descending", "Column Kind"] {
        press(&mut harness, Key::Space);
        harness.run_ok();
        let heads = harness.query_all_by_label_contains("Column Kind");
        let heads: Vec<String> = heads.filter_map(|head| head.accesskit_node().label()).collect();
        assert_eq!(heads, [said], "what has the keys is {}", name_of_focused(&harness));
    }
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("Search the table").is_none(), "Escape does not close the drawer");
    assert_eq!(name_of_focused(&harness), "Map", "the keys are lost");
}

#[test]
fn escape_gives_the_keys_back_from_gaps_and_history() {
    let mut harness = window();
    still(&mut harness);
    let ctx = harness.ctx.clone();
    for (command, name) in SIDE_VIEWS {
        harness.state_mut().act(&ctx, Action::Command(command));
        harness.run_ok();
        while tab(&mut harness, Modifiers::NONE).name != name {}
        press(&mut harness, Key::Escape);
        harness.run_ok();
        assert!(harness.query_by_label(name).is_none());
        assert_eq!(name_of_focused(&harness), "Overlays", "the keys are lost with {name}");
    }
}

#[test]
fn the_rules_of_a_layer_are_walked() {
    let mut harness = styling_window();
    choose_from(&mut harness, "Tell apart by", "Rules");
    enter_in(&mut harness, "Filter of a new rule", "people > 4");
    harness.set_size(Vec2::new(1366.0, 768.0));
    still(&mut harness);
    let stops = walk(&mut harness);
    for name in ["Tell apart by", "Filter of rule 1", "Remove rule 1", "Filter of a new rule"] {
        assert!(stops.iter().any(|stop| stop.name == name), "{name} is not among {:?}", names(&stops));
    }
    assert!(position(&stops, "Map") < position(&stops, "Filter of rule 1"));
    assert!(stops.iter().all(|stop| !stop.name.is_empty()), "a stop has no name: {:?}", names(&stops));
}

#[test]
fn the_dialogs_of_a_small_window_are_walked() {
    let mut harness = window_of(800.0, 500.0);
    still(&mut harness);
    let ctx = harness.ctx.clone();
    for command in [Command::ShowAbout, Command::AttachText, Command::SaveAs] {
        let stops = walked(&mut harness, |harness| {
            harness.state_mut().act(&ctx, Action::Command(command));
        });
        assert!(has(&stops, "Close") || has(&stops, "Cancel"), "{stops:?}");
    }
}

#[test]
fn the_sign_that_opens_a_dialog_is_not_typed_into_it() {
    let mut harness = window();
    let modifiers = Modifiers::SHIFT;
    for pressed in [true, false] {
        harness.event(egui::Event::Key {
            key: Key::Questionmark,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers,
        });
        if pressed {
            harness.event(egui::Event::Text("?".to_owned()));
        }
    }
    harness.run_ok();
    // As text it may come later than as a key.
    harness.event(egui::Event::Text("?".to_owned()));
    harness.run_ok();
    harness.get_by_label("Change the key of New");
}
