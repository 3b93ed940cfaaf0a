//! Files named by their days: one layer with a timeline, day after day, kept by the project.

use super::*;
use claimline::dossier::{AsOn, Overlay};

/// A square of this many degrees that somebody reports of a day.
fn report(folder: &Path, day: &str, side: f64) -> std::path::PathBuf {
    let (west, south) = (37.0, 48.0);
    let (east, north) = (west + side, south + side);
    let path = folder.join(format!("front_{day}.geojson"));
    let text = format!(
        r#"{{"type":"Feature","properties":{{"name":"held"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn front(harness: &Harness<'static, ClaimlineApp>) -> Overlay {
    harness.state().session().dossier().own_layers().next().unwrap().as_ref().clone()
}

fn east(harness: &Harness<'static, ClaimlineApp>) -> f64 {
    (front(harness).bounds[2] * 1e6).round() / 1e6
}

/// The window with three reports of a front, two days in a row and one after a gap, opened as one layer.
fn window_with_front(folder: &Path) -> Harness<'static, ClaimlineApp> {
    let files =
        vec![report(folder, "20250201", 0.5), report(folder, "20250202", 0.625), report(folder, "20250206", 0.25)];
    let mut harness = window();
    harness.state_mut().open_files(files);
    wait_for_label(&mut harness, "Open these files as one layer?");
    harness
        .get_by_label_contains("3 files are named by their days: front_{YYYYMMDD}.geojson, 1 Feb 2025 to 6 Feb 2025.");
    harness.get_by_label("One layer with a timeline").click();
    wait(&mut harness, "the layer", |app| app.session().dossier().own_layers().next().is_some());
    harness.run_ok();
    harness
}

#[test]
fn files_named_by_their_days_are_one_layer_with_a_timeline() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_front(folder.path());
    assert_eq!(harness.state().session().dossier().own_layers().count(), 1);
    let layer = front(&harness);
    assert_eq!((layer.title.main(), layer.as_of.as_str(), east(&harness)), ("front", "2025-02-06", 37.25));
    let told = harness.state().session().problems().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(
        told.iter().any(|what| what.contains("nothing is reported of 3 Feb 2025 to 5 Feb 2025, 3 days")),
        "{told:?}"
    );

    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_ok();
    let days = harness.get_by_label_contains("Day that the map shows: 6 Feb 2025");
    days.focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::PageUp);
    harness.run_ok();
    assert_eq!((front(&harness).as_of.as_str(), east(&harness)), ("2025-02-01", 37.5));
    assert_eq!(front(&harness).unreported, None);
    press(&mut harness, Key::PageDown);
    harness.run_ok();
    assert_eq!((front(&harness).as_of.as_str(), east(&harness)), ("2025-02-02", 37.625));

    // A day of which nobody reports has the last report, and says so.
    press(&mut harness, Key::ArrowRight);
    harness.run_ok();
    assert_eq!((front(&harness).as_of.as_str(), east(&harness)), ("2025-02-02", 37.625));
    let unreported = front(&harness).unreported.unwrap();
    assert!(matches!(unreported.as_on, AsOn::Before(_, age) if age.least_days == 1), "{unreported:?}");
    harness.get_by_label_contains("3 Feb 2025: no report · front: last report 1 day before");
    let kinds = harness.state().session().kinds(&front(&harness));
    assert!(kinds.list().iter().all(|kind| kind.style.fill.is_none() && kind.style.dash.is_some()));

    // Undo takes back edits, not the day.
    let ctx = harness.ctx.clone();
    let id = front(&harness).id;
    harness.state_mut().act(&ctx, Action::OwnLayer(id, OwnLayerChange::Rename("Front line".to_owned())));
    harness.run_ok();
    press(&mut harness, Key::ArrowRight);
    harness.run_ok();
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    let day = harness.state().session().document().day;
    assert_eq!((front(&harness).title.main(), day.map(|day| day.iso())), ("front", Some("2025-02-04".to_owned())));
    harness.get_by_label("Latest").click();
    harness.run_ok();
    assert_eq!((front(&harness).as_of.as_str(), harness.state().session().document().day), ("2025-02-06", None));
}

#[test]
fn days_run_from_the_first_report_to_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_front(folder.path());
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_ok();
    harness.get_by_label("Play").click();
    harness.step();
    wait(&mut harness, "the days to run", |app| app.session().document().day.is_some_and(|day| day.day() == Some(6)));
    // They stop at the last report.
    wait_for_label(&mut harness, "Play");
    assert_eq!(east(&harness), 37.25);
}

#[test]
fn a_project_keeps_a_series_and_the_day_and_names_what_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_front(folder.path());
    let ctx = harness.ctx.clone();
    let day = "2025-02-01".parse().unwrap();
    harness.state_mut().act(&ctx, Action::ShowDay(Some(day)));
    let project = folder.path().join("front.claimline.geojson");
    save_project_as(&mut harness, &project);
    harness.run_ok();
    let text = std::fs::read_to_string(&project).unwrap();
    assert!(text.contains("front_{YYYYMMDD}.geojson") && text.contains(r#""day":"2025-02-01""#), "{text}");

    let reopened = |what: &str| {
        let mut harness = window();
        harness.state_mut().open_files(vec![project.clone()]);
        wait(&mut harness, what, |app| app.project_path() == Some(&*project));
        harness.run_ok();
        harness
    };
    let harness = reopened("the project");
    assert_eq!((front(&harness).as_of.as_str(), east(&harness)), ("2025-02-01", 37.5));
    assert_eq!(front(&harness).dated.unwrap().series().versions().len(), 3);

    // One more report is a change of its files.
    report(folder.path(), "20250207", 0.125);
    let harness = reopened("the changed project");
    assert_eq!(front(&harness).dated.unwrap().series().versions().len(), 4);
    assert!(harness.query_all_by_label_contains("has changed since the project was saved").next().is_some());
}

#[test]
fn a_figure_has_maps_of_several_days() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_front(folder.path());
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ExportFigure));
    wait_for_label(&mut harness, "Before | after");
    harness.get_by_label("Before | after").click();
    harness.run_ok();
    let panels = |harness: &Harness<'static, ClaimlineApp>| {
        let figure = harness.state().session().document().figure.clone();
        figure.get("panels").map(|panels| panels["of"].to_string())
    };
    let expected = r#"[{"day":"2025-02-01"},{"day":"2025-02-06"}]"#;
    assert_eq!(panels(&harness).as_deref(), Some(expected));
    // As a step of its own, which is taken back with its name.
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert_eq!(panels(&harness), None);
    harness.state_mut().act(&ctx, Action::Command(Command::Redo));
    harness.run_ok();
    assert_eq!(panels(&harness).as_deref(), Some(expected));
    harness.get_by_label("Grid").click();
    harness.run_ok();
    harness.get_by_label("One").click();
    harness.run_ok();
    assert_eq!(panels(&harness), None);
}

#[test]
fn an_animation_is_written_from_the_timeline() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_front(folder.path());
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_ok();
    harness.get_by_label("Animation…").click();
    wait_for_label(&mut harness, "Export animation");
    harness.get_by_label_contains("6 frames");
    let to = folder.path().join("front.gif");
    let field = harness.get_by_label("File to write");
    field.focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label("File to write").type_text(&to.display().to_string());
    harness.run_ok();
    harness.get_by_label("Export").click();
    // Six pages are laid out and drawn meanwhile, without the optimiser.
    wait(&mut harness, "the animation", ClaimlineApp::is_settled);
    wait_for_label(&mut harness, "written to");
    assert!(std::fs::read(&to).unwrap().starts_with(b"GIF89a"));
}
