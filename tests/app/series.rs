//! Layers of a day each made one layer with a timeline: days found, typed and doubled; undone; kept by the project.

use std::fs;
use std::path::PathBuf;

use super::*;

/// A square from 37 degrees as far east as that, that somebody reports.
fn report(folder: &Path, name: &str, east: f64) -> PathBuf {
    let path = folder.join(format!("{name}.geojson"));
    let text = format!(
        r#"{{"type":"Feature","properties":{{"name":"held"}},"geometry":{{"type":"Polygon","coordinates":[[[37,48],[{east},48],[{east},49],[37,49],[37,48]]]}}}}"#
    );
    fs::write(&path, text).unwrap();
    path
}

/// The window with layers that were opened one after the other.
fn window_with(files: &[PathBuf], (width, height): (f32, f32)) -> Harness<'static, ClaimlineApp> {
    let mut harness = window_of(width, height);
    for (number, file) in files.iter().enumerate() {
        harness.state_mut().open_files(vec![file.clone()]);
        wait(&mut harness, "the layer", |app| app.session().dossier().own_layers().count() == number + 1);
        harness.run_ok();
    }
    harness
}

/// What each layer of the user's is called, of which day it is shown, and how far east it reaches.
fn layers(harness: &Harness<'static, ClaimlineApp>) -> Vec<(String, String, f64)> {
    let layers = harness.state().session().dossier().own_layers();
    layers
        .map(|layer| (layer.title.main().to_owned(), layer.as_of.clone(), (layer.bounds[2] * 1e6).round() / 1e6))
        .collect()
}

fn show_day(harness: &mut Harness<'static, ClaimlineApp>, day: &str) {
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::ShowDay(Some(day.parse().unwrap())));
    harness.run_ok();
}

#[test]
fn layers_named_by_their_days_become_one_and_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let names = [("front_20250201", 37.5), ("front_20250204", 37.25), ("roads", 39.0)];
    let files: Vec<PathBuf> = names.iter().map(|(name, east)| report(folder.path(), name, *east)).collect();
    let mut harness = window_with(&files, (1400.0, 900.0));
    harness.get_by_label("Options of front_20250204").click();
    harness.run_ok();
    harness.get_by_label("Make series…").click();
    harness.run_ok();
    // Days are found in names, and a layer without one is left out.
    let name = harness.get_by_role_and_label(Role::TextInput, "Name");
    assert_eq!(name.accesskit_node().value().as_deref(), Some("front"));
    let day = |harness: &Harness<'static, ClaimlineApp>, of: &str| {
        harness.get_by_label(&format!("Day of {of}")).accesskit_node().value().unwrap_or_default()
    };
    assert_eq!(day(&harness, "front_20250201"), "2025-02-01");
    assert_eq!((day(&harness, "front_20250204"), day(&harness, "roads")), ("2025-02-04".to_owned(), String::new()));
    let before = layers(&harness).len();
    press_with(&mut harness, Key::Enter, Modifiers::COMMAND);
    harness.run_ok();
    assert_eq!(before, 3);
    let front = ("front".to_owned(), "2025-02-04".to_owned(), 37.25);
    assert!(layers(&harness).len() == 2 && layers(&harness).contains(&front), "{:?}", layers(&harness));
    assert!(harness.state().message().contains("2 layers are one layer with a timeline now"));
    assert!(harness.state().session().missing_layers().next().is_none());
    show_day(&mut harness, "2025-02-02");
    assert!(layers(&harness).contains(&("front".to_owned(), "2025-02-01".to_owned(), 37.5)), "{:?}", layers(&harness));

    // The project keeps it, and needs no file of it.
    let project = folder.path().join("front.claimline.geojson");
    save_project_as(&mut harness, &project);
    harness.run_ok();
    let text = fs::read_to_string(&project).unwrap();
    let kept =
        r#""series":[{"layer":"front-20250204","day":"2025-02-04"},{"layer":"front-20250201","day":"2025-02-01"}]"#;
    assert!(text.contains(kept), "{text}");
    for file in &files {
        fs::remove_file(file).unwrap();
    }
    let mut reopened = window();
    reopened.state_mut().open_files(vec![project.clone()]);
    wait(&mut reopened, "the layers", |app| app.session().dossier().own_layers().count() == 2);
    reopened.run_ok();
    show_day(&mut reopened, "2025-02-01");
    assert!(
        layers(&reopened).contains(&("front".to_owned(), "2025-02-01".to_owned(), 37.5)),
        "{:?}",
        layers(&reopened)
    );

    // Undo has each on its own again, as it was.
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    let names: Vec<String> = layers(&harness).into_iter().map(|(name, ..)| name).collect();
    assert!(names.len() == 3 && names.iter().any(|name| name == "front_20250201"), "{names:?}");
    harness.state_mut().act(&ctx, Action::Command(Command::Redo));
    harness.run_ok();
    assert_eq!(layers(&harness).len(), 2);
}

#[test]
fn the_layers_of_one_account_are_ticked_and_name_the_series() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["alpha_20250201", "alpha_20250203", "gamma_20250131", "gamma_20250203", "gamma_20250204"];
    let files: Vec<PathBuf> = names.iter().map(|name| report(folder.path(), name, 37.5)).collect();
    let mut harness = window_with(&files, (1400.0, 900.0));
    let value = |harness: &Harness<'static, ClaimlineApp>| {
        let name = harness.get_by_role_and_label(Role::TextInput, "Name");
        name.accesskit_node().value().unwrap_or_default()
    };
    let ticked = |harness: &Harness<'static, ClaimlineApp>| {
        let is_ticked = |name: &&&str| {
            let ticked = harness.get_by_role_and_label(Role::CheckBox, name).accesskit_node().toggled();
            ticked == Some(egui::accesskit::Toggled::True)
        };
        names.iter().filter(is_ticked).copied().collect::<Vec<_>>()
    };
    harness.get_by_label("Options of alpha_20250203").click();
    harness.run_ok();
    harness.get_by_label("Make series…").click();
    harness.run_ok();
    assert_eq!((value(&harness), ticked(&harness)), ("alpha".to_owned(), names[..2].to_vec()));

    // What is ticked besides is of another account: the name of one of them would be wrong for both.
    let tick = |harness: &mut Harness<'static, ClaimlineApp>, name: &str| {
        harness.get_by_role_and_label(Role::CheckBox, name).click();
        harness.run_ok();
    };
    tick(&mut harness, "gamma_20250131");
    assert_eq!(value(&harness), "");
    tick(&mut harness, "alpha_20250201");
    tick(&mut harness, "alpha_20250203");
    assert_eq!(value(&harness), "gamma");
    type_in(&mut harness, "Name", "Mine");
    tick(&mut harness, "gamma_20250131");
    assert_eq!(value(&harness), "Mine", "what somebody has typed stays");
    press(&mut harness, Key::Escape);
    harness.run_ok();

    // With nothing selected, that of which there are most.
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ClearSelection));
    harness.state_mut().act(&ctx, Action::Command(Command::MakeSeries));
    harness.run_ok();
    assert_eq!((value(&harness), ticked(&harness)), ("gamma".to_owned(), names[2..].to_vec()));
    press_with(&mut harness, Key::Enter, Modifiers::COMMAND);
    harness.run_ok();
    assert!(layers(&harness).iter().any(|(name, ..)| name == "gamma"), "{:?}", layers(&harness));

    // Of a day before the first report nothing is measured.
    show_day(&mut harness, "2025-01-01");
    harness.get_by_label("Nothing: nobody had reported yet on the day that is shown");
    harness.get_by_label("3 reports, 31 Jan 2025 to 4 Feb 2025");
}

#[test]
fn a_day_that_is_not_known_is_asked_and_a_doubled_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = [report(folder.path(), "west", 37.5), report(folder.path(), "east", 37.25)];
    let mut harness = window_with(&files, (900.0, 600.0));
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::MakeSeries));
    harness.run_ok();
    harness.get_by_label("Tick two layers: a series is of several days");
    type_in(&mut harness, "Day of west", "2025-02-01");
    harness.get_by_label("Tick another layer: a series is of several days");
    type_in(&mut harness, "Day of east", "soon");
    harness.get_by_label("“soon” is no day: type that of “east” as 2025-02-01");
    type_in(&mut harness, "Day of east", "1 February 2025");
    harness.get_by_label_contains("2 layers are of 1 Feb 2025: “east”, “west”.");
    type_in(&mut harness, "Day of east", "2025-02-03");
    assert!(harness.query_by_label_contains("2 layers are of").is_none());
    type_in(&mut harness, "Name", "Both");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert_eq!(layers(&harness), [("Both".to_owned(), "2025-02-03".to_owned(), 37.25)]);

    // Its layers are asked for again, dated anew, and taken apart.
    harness.get_by_label("Layers of the series…").click();
    harness.run_ok();
    type_in(&mut harness, "Day of west", "2025-02-04");
    harness.get_by_label("Change series").click();
    harness.run_ok();
    assert_eq!(layers(&harness), [("Both".to_owned(), "2025-02-04".to_owned(), 37.5)]);
    let id = front_id(&harness);
    harness.state_mut().act(&ctx, Action::AskSeries(id));
    harness.run_ok();
    for layer in ["east", "west"] {
        harness.get_by_role_and_label(Role::CheckBox, layer).focus();
        harness.run_ok();
        press(&mut harness, Key::Space);
        harness.run_ok();
    }
    harness.get_by_label("Take it apart").click();
    harness.run_ok();
    assert_eq!(layers(&harness).len(), 2);
    assert!(harness.state().message().contains("on their own again"));
}

fn front_id(harness: &Harness<'static, ClaimlineApp>) -> String {
    harness.state().session().dossier().own_layers().next().unwrap().id.clone()
}

#[test]
fn the_features_of_one_layer_become_reports_by_their_day() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("strikes.geojson");
    let event = |(place, day): (usize, &str)| {
        let at = 37.0 + place as f64 / 10.0;
        format!(
            r#"{{"type":"Feature","properties":{{"date":"{day}"}},"geometry":{{"type":"Point","coordinates":[{at},48.5]}}}}"#
        )
    };
    let days = ["2025-02-01", "2025-02-01", "2025-02-03"];
    let features: Vec<String> = days.into_iter().enumerate().map(event).collect();
    fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    let mut harness = window_with(&[path], (1200.0, 800.0));
    let ctx = harness.ctx.clone();
    let id = front_id(&harness);
    harness.state_mut().act(&ctx, Action::AskSeries(id));
    harness.run_ok();
    harness.get_by_label("The features of “strikes” say their days in “date”.");
    harness.get_by_label("Make each day a report").click();
    harness.run_ok();
    let dated = harness.state().session().dossier().own_layers().next().unwrap().dated.clone().unwrap();
    assert_eq!(dated.series().versions().len(), 2);
    show_day(&mut harness, "2025-02-02");
    let layer = harness.state().session().dossier().own_layers().next().unwrap().clone();
    assert_eq!((layer.features.count(), layer.as_of.as_str()), (2, "2025-02-01"));
}

#[test]
fn files_of_two_accounts_are_two_layers_or_one_with_two_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["east_20250201", "east_20250203", "west-2025-02-01", "west-2025-02-02", "roads"];
    let files: Vec<PathBuf> = names
        .iter()
        .enumerate()
        .map(|(number, name)| report(folder.path(), name, 37.5 + number as f64 / 8.0))
        .collect();
    let asked = |files: Vec<PathBuf>, button: &str, layers: usize| {
        let mut harness = window();
        harness.state_mut().open_files(files);
        wait_for_label(&mut harness, "Open these files as 2 series?");
        harness.get_by_label_contains(
            "2 files are named by their days: east_{YYYYMMDD}.geojson, 1 Feb 2025 to 3 Feb 2025.",
        );
        harness.get_by_label_contains(
            "2 files are named by their days: west-{YYYY-MM-DD}.geojson, 1 Feb 2025 to 2 Feb 2025.",
        );
        harness.get_by_label(button).click();
        wait(&mut harness, "the layers", |app| app.session().dossier().own_layers().count() == layers);
        harness.run_ok();
        harness
    };
    let mut harness = asked(files.clone(), "One layer with 2 accounts", 2);
    let accounts = |harness: &Harness<'static, ClaimlineApp>| {
        let layer = harness.state().session().dossier().own_layers().find(|layer| layer.dated.is_some()).unwrap();
        let series = layer.dated.as_ref().unwrap().series();
        (series.accounts().iter().map(|who| (*who).to_owned()).collect::<Vec<_>>(), series.versions().len())
    };
    let both = (vec!["east".to_owned(), "west".to_owned()], 4);
    assert_eq!(accounts(&harness), both);
    let lanes: Vec<String> = harness.state().session().lanes().into_iter().map(|lane| lane.title).collect();
    assert_eq!(lanes, ["east", "west"]);
    assert!(layers(&harness).iter().any(|(name, ..)| name == "east, west"), "{:?}", layers(&harness));
    // Kept by the project, and needs no file of it.
    let project = folder.path().join("both.claimline.geojson");
    save_project_as(&mut harness, &project);
    harness.run_ok();
    let reopened = |layers: usize| {
        let mut harness = window();
        harness.state_mut().open_files(vec![project.clone()]);
        wait(&mut harness, "the layers", move |app| app.session().dossier().own_layers().count() == layers);
        harness.run_ok();
        harness
    };
    assert_eq!(accounts(&reopened(2)), both);

    let harness = asked(files.clone(), "2 layers with a timeline", 3);
    let dated = harness.state().session().dossier().own_layers().filter(|layer| layer.dated.is_some()).count();
    assert_eq!(dated, 2);
    // Their folder is asked about as they are, with what of it is left out.
    fs::write(folder.path().join("about.txt"), "Of two accounts.").unwrap();
    fs::remove_file(&project).unwrap();
    let harness = asked(vec![folder.path().to_owned()], "One layer with 2 accounts", 2);
    assert_eq!(accounts(&harness), both);
    save_project_as(&mut { harness }, &project);
    files.iter().for_each(|file| fs::remove_file(file).unwrap());
    assert_eq!(accounts(&reopened(2)), both);
}
