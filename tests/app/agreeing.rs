//! Accounts laid over each other in the window: chosen, shown, clicked, exported, written and taken away.

use std::fs;

use claimline::session::Selection;

use super::*;

/// A square from `west` to `east` as somebody has it, of a day.
fn account(folder: &Path, name: &str, [west, east]: [f64; 2]) -> std::path::PathBuf {
    let path = folder.join(format!("{name}.geojson"));
    let text = format!(
        r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{west},48],[{east},48],[{east},49],[{west},49],[{west},48]]]}}}}"#
    );
    fs::write(&path, text).unwrap();
    path
}

/// The window with two accounts that overlap between 37.4 and 37.6 degrees.
fn window_with_accounts(folder: &Path, (width, height): (f32, f32)) -> Harness<'static, ClaimlineApp> {
    let mut harness = window_of(width, height);
    let files = vec![account(folder, "east", [37.4, 38.0]), account(folder, "west", [37.0, 37.6])];
    harness.state_mut().open_files(files);
    wait(&mut harness, "both accounts", |app| app.session().dossier().own_layers().count() == 2);
    harness.run_ok();
    harness
}

fn agree(harness: &mut Harness<'static, ClaimlineApp>) {
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::Agree));
    harness.run_ok();
    harness.get_by_label("Show who agrees").click();
    harness.run_ok();
    wait(harness, "the cells", |app| app.session().agreement().is_some() || app.message().contains("Nothing was"));
    assert!(harness.state().session().agreement().is_some(), "{}", harness.state().message());
    wait(harness, "the map of it", ClaimlineApp::is_settled);
    harness.run_ok();
}

#[test]
fn who_agrees_is_listed_drawn_clicked_exported_and_taken_away() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = window_with_accounts(folder.path(), (1600.0, 1000.0));
    let before = harness.state().session().document().clone();
    agree(&mut harness);
    harness.get_by_label("Reports on this ground: Both accounts");
    harness.get_by_label("Reports on this ground: east (not west)");
    harness.get_by_label("Reports on this ground: west (not east)");

    // The map is of the cells alone, and the document is what it was.
    let session = harness.state().session();
    let shown: Vec<String> =
        session.map_document().shown(session.map_scene().dossier()).map(|shown| shown.overlay.id.clone()).collect();
    assert_eq!(shown.len(), 3, "{shown:?}");
    let now = session.document().clone();
    assert_eq!(claimline::document::Document { view: before.view, ..now }, before);

    // A click on the map sets the reports on that ground side by side.
    let at = on_screen(&harness, Coord { x: 37.8, y: 48.5 });
    click(&mut harness, at);
    let chosen = harness.state().session().agreement().unwrap().selected.unwrap();
    let agreement = harness.state().session().agreement().unwrap().agreement.clone();
    let saying: Vec<&str> = agreement.saying(&agreement.cells[chosen]).map(|account| account.name.as_str()).collect();
    assert_eq!(saying, ["east"]);
    harness.get_by_label("SAY IT IS SO 1");
    harness.get_by_label("DO NOT SAY SO 1");
    assert_eq!(*harness.state().session().selection(), Selection::None);

    // A cell is hidden and shown again without anything being worked out.
    let tick = "Show on the map: east (not west)";
    harness.get_by_label(tick).focus();
    harness.run_ok();
    press(&mut harness, Key::Space);
    harness.run_ok();
    assert!(!harness.state().session().agreement().unwrap().is_on_map(chosen));
    press(&mut harness, Key::Space);
    harness.run_ok();
    assert!(harness.state().session().agreement().unwrap().is_on_map(chosen));

    // The figure is of the same, and the document's own set-up stays.
    harness.get_by_label("Export figure of who agrees").click();
    harness.run_ok();
    let (options, ..) = harness.state().figure_set_up().expect("it is set up");
    assert_eq!(options.title.as_deref(), Some("Where accounts agree and differ"));
    assert!(options.subtitle.as_ref().unwrap().contains("west"), "{:?}", options.subtitle);
    assert!(harness.state().session().document().figure.is_empty());
    press(&mut harness, Key::Escape);
    harness.run_ok();

    harness.get_by_label("Close Who agrees").click();
    harness.run_ok();
    let session = harness.state().session();
    assert!(session.agreement().is_none());
    assert!(std::ptr::eq(session.map_scene().dossier(), session.dossier()));
    assert!(harness.query_by_label("Close Who agrees").is_none());
}

#[test]
fn cells_are_written_as_a_table_and_with_their_shapes() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = window_with_accounts(folder.path(), (1600.0, 1000.0));
    agree(&mut harness);
    for (name, holds) in
        [("cells.csv", "held_by,not_by,"), ("cells.json", "agreed_km2"), ("cells.geojson", "MultiPolygon")]
    {
        let path = folder.path().join(name);
        harness.get_by_label("Save who agrees").click();
        harness.run_ok();
        let field = "Path of the file: .csv for a table, .json for programs, .geojson or another with shapes";
        type_in(&mut harness, field, &path.display().to_string());
        press(&mut harness, Key::Enter);
        let said = format!("written to {}", path.display());
        wait(&mut harness, name, |app| app.message().contains(&said));
        harness.run_ok();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(holds) && text.contains("west"), "{name}: {text}");
    }
}

#[test]
fn in_a_small_window_escape_leaves_the_reports_and_then_the_map() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = window_with_accounts(folder.path(), (900.0, 600.0));
    agree(&mut harness);
    harness.get_by_label("Reports on this ground: Both accounts").click();
    harness.run_ok();
    harness.get_by_label("SAY IT IS SO 2");
    harness.get_by_label("DO NOT SAY SO 0");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(harness.state().session().agreement().is_some_and(|shown| shown.selected.is_none()));
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(harness.state().session().agreement().is_none());
}

#[test]
fn fewer_than_two_accounts_are_no_wish() {
    let mut harness = window();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::Agree));
    harness.run_ok();
    harness.get_by_label("Choose 2 to 16 accounts; 0 are chosen");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("Show who agrees").is_none());
}

#[test]
fn accounts_of_the_very_same_shape_are_named() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = window_of(1400.0, 900.0);
    let files = vec![account(folder.path(), "east", [37.4, 38.0]), account(folder.path(), "copy", [37.4, 38.0])];
    harness.state_mut().open_files(files);
    wait(&mut harness, "both accounts", |app| app.session().dossier().own_layers().count() == 2);
    harness.run_ok();
    agree(&mut harness);
    assert!(harness.query_by_label_contains("The same shape in").is_some());
}

#[test]
fn many_cells_have_letters_in_the_list() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = window_of(1400.0, 900.0);
    // Four accounts, each of which begins and ends farther east: seven pieces of ground, six of them contested.
    let sides = [("a", [37.0, 38.0]), ("b", [37.1, 38.1]), ("c", [37.2, 38.2]), ("d", [37.3, 38.3])];
    let files = sides.iter().map(|(name, side)| account(folder.path(), name, *side)).collect();
    harness.state_mut().open_files(files);
    wait(&mut harness, "the accounts", |app| app.session().dossier().own_layers().count() == 4);
    harness.run_ok();
    agree(&mut harness);
    assert_eq!(harness.state().session().agreement().unwrap().agreement.marks().len(), 7);
    for letter in ["A", "G"] {
        harness.get_by_role_and_label(Role::Label, letter);
    }
}
