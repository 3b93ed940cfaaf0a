//! Pictures that are placed on the map, in the window.

use super::*;

/// A picture with a world file beside it, opened.
fn with_picture(folder: &Path) -> Harness<'static, ClaimlineApp> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures");
    std::fs::copy(data.join("dots.png"), folder.join("sheet.png")).unwrap();
    std::fs::write(folder.join("sheet.pgw"), "0.001\n0\n0\n-0.001\n37.4\n48.7\n").unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![folder.join("sheet.png")]);
    wait(&mut harness, "the picture", |app| app.session().document().pictures.len() == 1);
    harness.run_ok();
    harness
}

fn picture(harness: &Harness<'static, ClaimlineApp>) -> claimline::document::Picture {
    claimline::document::Picture::clone(&harness.state().session().document().pictures[0])
}

#[test]
fn a_picture_with_a_world_file_is_shown_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_picture(folder.path());
    let said = harness.state().message().to_owned();
    assert!(said.contains("sheet.png") && said.contains("say where it is from"), "{said}");
    // All of it is in view.
    let frame = harness.state().session().frame();
    let [west, south, east, north] = frame.lon_lat_bounds();
    assert!(west < 37.4 && east > 37.79 && south < 48.4 && north > 48.7, "{west} {south} {east} {north}");
    harness.get_by_label("Hide sheet").click();
    harness.run_ok();
    assert!(!picture(&harness).visible);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(picture(&harness).visible);
    harness.get_by_label("Hide sheet");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert!(harness.state().session().document().pictures.is_empty());
    assert!(harness.query_by_label("Hide sheet").is_none());
}

#[test]
fn what_is_typed_of_a_picture_is_kept_in_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_picture(folder.path());
    harness.get_by_label("sheet").click();
    harness.run_ok();
    assert!(harness.query_by_label_contains("without a source or a licence").is_some());
    type_in(&mut harness, "Licence", "CC BY 4.0");
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert_eq!(picture(&harness).license, "CC BY 4.0");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert_eq!(picture(&harness).license, "");
}

#[test]
fn a_project_reads_its_pictures_again_and_says_which_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_picture(folder.path());
    let path = folder.path().join("a.claimline.geojson");
    save_project_as(&mut harness, &path);
    drop(harness);
    std::fs::remove_file(folder.path().join("sheet.png")).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the word", |app| app.message().contains("is not shown"));
    let said = harness.state().message();
    assert!(said.contains("“sheet”") && said.contains("sheet.png"), "{said}");
    assert_eq!(picture(&harness).title, "sheet");
}
