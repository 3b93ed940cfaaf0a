//! Photos that say where they were taken, in the window.

use super::*;

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/photos").join(name)
}

fn photos(harness: &Harness<'static, ClaimlineApp>) -> usize {
    let annotations = &harness.state().session().document().annotations;
    annotations.iter().filter(|annotation| annotation.photo.is_some()).count()
}

#[test]
fn photos_become_points_of_one_layer_and_others_are_named() {
    let mut harness = window();
    harness.state_mut().open_files(["east.jpg", "south.jpg", "nowhere.jpg", "zero.jpg"].map(data).to_vec());
    wait(&mut harness, "the photos", |app| app.message().contains("in the layer"));
    harness.run_ok();
    assert_eq!(photos(&harness), 2);
    let said = harness.state().message().to_owned();
    for part in ["2 in the layer “Photos”", "nowhere.jpg", "hold no position", "zero.jpg", "not a number of degrees"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let document = harness.state().session().document();
    assert_eq!(document.layers.iter().filter(|layer| layer.title == "Photos").count(), 1);
    harness.state_mut().open_files(vec![data("east.jpg")]);
    wait(&mut harness, "the word", |app| app.message().contains("on the map already"));
    assert_eq!(photos(&harness), 2);
    // What came is one step.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert_eq!(photos(&harness), 0);
    assert!(harness.state().session().document().layers.iter().all(|layer| layer.title != "Photos"));
}

#[test]
fn a_photo_is_shown_in_the_inspector_and_kept_by_the_project_as_a_path() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(data("east.jpg"), folder.path().join("east.jpg")).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![folder.path().join("east.jpg")]);
    wait(&mut harness, "the photo", |app| app.message().contains("in the layer"));
    wait_for_label(&mut harness, "Photo east");
    for part in
        ["Taken 1 Jun 2025, 14:03:22, UTC+03:00", "Looks 90° (east); counted from true north", "144 m above the sea"]
    {
        assert!(harness.query_by_label_contains(part).is_some(), "{part}");
    }
    let path = folder.path().join("a.claimline.geojson");
    save_project_as(&mut harness, &path);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("SECRET") && !text.contains(&folder.path().display().to_string()), "{text}");
    assert!(text.contains(r#""path":"east.jpg""#) && text.contains("sha256"), "{text}");
    drop(harness);
    std::fs::remove_file(folder.path().join("east.jpg")).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path]);
    wait(&mut harness, "the project", |app| {
        app.session().document().annotations.iter().any(|annotation| annotation.photo.is_some())
    });
    harness.run_ok();
    let id = harness.state().session().document().annotations.iter().next().unwrap().id;
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::SelectAnnotations(vec![id]));
    wait_for_label(&mut harness, "not where it was");
}
