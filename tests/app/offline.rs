//! The map of an area is kept: asked for, sized, written, opened.

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
