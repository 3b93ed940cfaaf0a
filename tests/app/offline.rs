//! The map of an area is kept: asked for, sized, written, opened.

use super::projects::Memory;
use super::*;

#[test]
fn an_area_is_kept_once_its_size_has_been_said() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("area.pmtiles");
    let mut harness = window();
    settle(&mut harness);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::KeepOffline));
    harness.run_ok();
    let fill = |harness: &mut Harness<'static, ClaimlineApp>, label: &str, text: &str| {
        let field = harness.get_by_label(label);
        field.focus();
        harness.run_ok();
        for (modifiers, key) in [(Modifiers::COMMAND, Key::A), (Modifiers::NONE, Key::Delete)] {
            harness.key_press_modifiers(modifiers, key);
            harness.run_ok();
        }
        harness.get_by_label(label).type_text(text);
        harness.run_ok();
    };
    let from = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/basemap/builtin.pmtiles");
    fill(&mut harness, "Archive to copy from: the address or the path of a .pmtiles file", from);
    fill(&mut harness, "File to write (.pmtiles)", &to.display().to_string());
    harness.get_by_role_and_label(Role::Button, "Find out the size").click();
    wait_for_label(&mut harness, "tiles of zooms 0 to");
    // The dialog has grown by it, and its buttons have moved.
    harness.run_ok();
    assert!(!to.exists(), "nothing is written before");
    assert!(harness.query_by_label_contains("Credit: © OpenStreetMap contributors").is_some());
    harness.get_by_role_and_label(Role::Button, "Keep offline").click();
    wait_for_label(&mut harness, "Opened area.pmtiles");
    assert!(to.exists());
}

/// A window that remembers what `memory` holds.
fn window_with(memory: &Memory) -> Harness<'static, ClaimlineApp> {
    let built = Harness::builder().with_size(Vec2::new(1366.0, 768.0));
    let mut harness =
        built.build_eframe(|cc| ClaimlineApp::new(&cc.egui_ctx, evidence(), Some(memory)).expect("a thread"));
    settle(&mut harness);
    harness
}

#[test]
fn where_streets_come_from_is_said_once_where_the_map_ends() {
    const WORDS: &str = "The built-in map ends here";
    let mut memory = Memory::default();
    let mut harness = window_with(&memory);
    let said = |harness: &Harness<'static, ClaimlineApp>| harness.query_by_label_contains(WORDS).is_some();
    let zoom = |harness: &mut Harness<'static, ClaimlineApp>, zoom: f64| {
        let view = View { center: Coord { x: 37.58, y: 48.73 }, zoom };
        let ctx = harness.ctx.clone();
        harness.state_mut().act(&ctx, Action::SetView(view));
        harness.run_ok();
    };
    zoom(&mut harness, 9.0);
    assert!(!said(&harness), "the map is not at its end");
    zoom(&mut harness, 13.0);
    assert!(said(&harness));
    // Its ways lead on.
    harness.get_by_role_and_label(Role::Button, "Add a map…").click();
    harness.run_ok();
    assert!(harness.query_by_label("Add a map").is_some(), "the dialog");
    assert!(!said(&harness));
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(!said(&harness), "it has been said");
    eframe::App::save(harness.state_mut(), &mut memory);
    let mut harness = window_with(&memory);
    zoom(&mut harness, 13.0);
    assert!(!said(&harness), "and is not said again");
    // Where nothing is remembered it would be said at each start.
    let mut harness = window();
    zoom(&mut harness, 13.0);
    assert!(!said(&harness));
}

#[test]
fn a_hint_that_is_closed_does_not_come_back() {
    const WORDS: &str = "The built-in map ends here";
    let mut harness = window_with(&Memory::default());
    let view = View { center: Coord { x: 37.58, y: 48.73 }, zoom: 13.0 };
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::SetView(view));
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Close, and do not say this again").click();
    harness.run_ok();
    harness.run_ok();
    assert!(harness.query_by_label_contains(WORDS).is_none());
}
