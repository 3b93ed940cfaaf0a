//! What is open compared with another dossier or project in the window.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use serde_json::{Value, json};

const FIELD: &str = "Path of a dossier (its folder, dossier.json or .claimline) or of a project (.claimline.geojson)";

/// The built-in dossier as it might have been before: Luhansk oblast was a square elsewhere, and an excerpt had other words.
fn former(folder: &Path) -> PathBuf {
    let to = folder.join("former");
    let from = Path::new("assets/dossiers/berlin-2025-12");
    fs::create_dir_all(to.join("overlays")).unwrap();
    for file in fs::read_dir(from.join("overlays")).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, to.join("overlays").join(file.file_name().unwrap())).unwrap();
    }
    let square =
        json!({ "type": "Polygon", "coordinates": [[[38, 49], [38.5, 49], [38.5, 49.5], [38, 49.5], [38, 49]]] });
    let feature = json!({ "type": "Feature", "properties": {}, "geometry": square });
    fs::write(to.join("overlays/luhansk.geojson"), feature.to_string()).unwrap();
    let mut all: Value = serde_json::from_slice(&fs::read(from.join("dossier.json")).unwrap()).unwrap();
    all["version"] = json!("0.9.0");
    all["as_of"] = json!("2025-11-01");
    all["excerpts"][0]["exact"] = json!("Words that stood there before");
    fs::write(to.join("dossier.json"), all.to_string()).unwrap();
    to
}

fn compare(harness: &mut Harness<'static, ClaimlineApp>, with: &Path) {
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::Compare));
    harness.run_ok();
    type_in(harness, FIELD, &with.display().to_string());
    press(harness, Key::Enter);
    wait(harness, "the comparison", |app| app.session().comparison().is_some() || app.message().contains("compared"));
    assert!(harness.state().session().comparison().is_some(), "{}", harness.state().message());
    wait(harness, "the map of it", ClaimlineApp::is_settled);
    harness.run_ok();
}

#[test]
fn what_changed_is_listed_drawn_exported_and_taken_away() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = window();
    let before = harness.state().session().document().clone();
    compare(&mut harness, &former(folder.path()));
    let message = harness.state().message().to_owned();
    assert!(message.starts_with("The map shows what changed since"), "{message}");
    harness.get_by_label_contains("as of 1 Nov 2025 (version 0.9.0) to");
    harness.get_by_label_contains("Words that stood there before");

    // The map is of what changed alone, and the document is what it was.
    let session = harness.state().session();
    let shown: Vec<String> =
        session.map_document().shown(session.map_scene().dossier()).map(|shown| shown.overlay.id.clone()).collect();
    assert!(shown.contains(&"gained-luhansk".to_owned()) && shown.contains(&"before-luhansk".to_owned()), "{shown:?}");
    assert!(shown.iter().all(|id| ["gained-", "lost-", "now-", "before-"].iter().any(|part| id.starts_with(part))));
    let now = session.document().clone();
    assert_eq!(claimline::document::Document { view: before.view, ..now }, before);

    // A row flies to what changed and selects it.
    harness.get_by_label("Go to what changed of Luhansk oblast").click();
    harness.run_ok();
    let selected = harness.state().session().selected_overlay().map(|overlay| overlay.id.clone());
    assert_eq!(selected.as_deref(), Some("luhansk"));
    let seen = harness.state().session().frame().lon_lat_bounds();
    assert!(seen[0] < 38.0 && seen[2] > 40.0, "{seen:?}");

    // The figure is of the same, with both days, and the document's own set-up stays.
    harness.get_by_label("Export figure of what changed").click();
    harness.run_ok();
    let (options, ..) = harness.state().figure_set_up().expect("it is set up");
    assert_eq!((&options.title, &options.subtitle), (&None, &None), "those that the figure suggests, in its language");
    let compared = harness.state().session().map_scene().dossier().compared.clone().unwrap();
    let subtitle = compared.subtitle.main();
    assert!(subtitle.contains("1 Nov 2025") && subtitle.contains("15 Dec 2025"), "{subtitle}");
    assert!(harness.state().session().document().figure.is_empty());
    press(&mut harness, Key::Escape);
    harness.run_ok();

    harness.get_by_label("Close What changed").click();
    harness.run_ok();
    let session = harness.state().session();
    assert!(session.comparison().is_none());
    assert!(std::ptr::eq(session.map_scene().dossier(), session.dossier()));
    assert!(harness.query_by_label("Close What changed").is_none());
}

#[test]
fn escape_takes_the_comparison_away_and_a_tick_a_shape_off_the_map() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = window();
    compare(&mut harness, &former(folder.path()));
    harness.get_by_label("Show what changed of Luhansk oblast on the map").click();
    wait(&mut harness, "the map without it", |app| {
        app.session().map_scene().dossier().overlay("gained-luhansk").is_none()
    });
    harness.run_ok();
    assert!(harness.state().session().comparison().is_some());
    for _ in 0..3 {
        press(&mut harness, Key::Escape);
    }
    harness.run_ok();
    assert!(harness.state().session().comparison().is_none());
}

#[test]
fn a_project_is_compared_with_what_is_saved_of_it() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut harness = window();
    press(&mut harness, Key::R);
    draw(&mut harness, &[A, B]);
    harness.run_ok();
    let path = folder.path().join("talks.claimline.geojson");
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::SaveAs));
    harness.run_ok();
    type_in(
        &mut harness,
        "Path of the project: a .claimline.geojson file, which other programs open too",
        &path.display().to_string(),
    );
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the project", |app| app.message().starts_with("Saved"));
    harness.run_ok();

    // What is there is proposed: nothing differs yet but the view at most.
    harness.state_mut().act(&ctx, Action::Command(Command::SelectAll));
    harness.state_mut().act(&ctx, Action::Command(Command::Delete));
    harness.state_mut().act(&ctx, Action::Command(Command::Compare));
    harness.run_ok();
    let proposed = harness.get_by_label(FIELD).value();
    assert_eq!(proposed.as_deref(), Some(path.display().to_string().as_str()));
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the comparison", |app| app.session().comparison().is_some());
    wait(&mut harness, "the map of it", ClaimlineApp::is_settled);
    harness.run_ok();
    let shown = harness.state().session().comparison().unwrap();
    let changes = &shown.comparison.projects.as_ref().unwrap().annotations;
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].change, claimline::dossier::diff::Change::Removed);
    assert!(shown.map.is_some());

    // Another kind is refused in words.
    harness.state_mut().act(&ctx, Action::EndComparison);
    harness.run_ok();
    let plain = folder.path().join("plain.geojson");
    fs::write(&plain, r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
    harness.state_mut().act(&ctx, Action::Command(Command::Compare));
    harness.run_ok();
    type_in(&mut harness, FIELD, &plain.display().to_string());
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the refusal", |app| app.message().starts_with("Nothing was compared"));
    assert!(harness.state().message().contains("neither a dossier"), "{}", harness.state().message());
}
