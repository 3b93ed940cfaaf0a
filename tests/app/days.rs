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
    harness.get_by_label("Day shown: 3 Feb 2025");
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
    // Before the first report there is nothing of it, and a way to the first.
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::ShowDay(Some("2025-01-31".parse().unwrap())));
    harness.run_ok();
    harness.get_by_label_contains("31 Jan 2025: no report · front: no report yet");
    harness.get_by_label("First report: 1 Feb 2025").click();
    harness.run_ok();
    assert_eq!(harness.state().session().document().day.map(|day| day.iso()).as_deref(), Some("2025-02-01"));
    assert!(harness.query_by_label_contains("First report").is_none());
    harness.get_by_label("Latest").click();
    harness.run_ok();
    assert_eq!((front(&harness).as_of.as_str(), harness.state().session().document().day), ("2025-02-06", None));
    harness.get_by_label_contains("Latest reports · front: 6 Feb 2025");
    assert!(harness.query_by_label_contains("Day shown").is_none());
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
        wait(&mut harness, what, |app| {
            app.project_path() == Some(&*project) && app.session().dossier().own_layers().next().is_some()
        });
        harness.run_ok();
        harness
    };
    let harness = reopened("the project");
    assert_eq!((front(&harness).as_of.as_str(), east(&harness)), ("2025-02-01", 37.5));
    assert_eq!(front(&harness).dated.unwrap().series().versions().len(), 3);

    // Elsewhere, without its files, the project shows what it keeps of each of them.
    let alone = folder.path().join("alone");
    std::fs::create_dir(&alone).unwrap();
    let alone = alone.join("front.claimline.geojson");
    std::fs::copy(&project, &alone).unwrap();
    let moved = folder.path().join("moved");
    std::fs::create_dir(&moved).unwrap();
    for day in ["20250201", "20250202", "20250206"] {
        let name = format!("front_{day}.geojson");
        std::fs::rename(folder.path().join(&name), moved.join(&name)).unwrap();
    }
    let mut harness = window();
    harness.state_mut().open_files(vec![alone.clone()]);
    wait(&mut harness, "the lone project", |app| {
        app.project_path() == Some(&*alone) && app.session().dossier().own_layers().next().is_some()
    });
    harness.run_ok();
    assert_eq!((front(&harness).as_of.as_str(), east(&harness)), ("2025-02-01", 37.5));
    assert_eq!(front(&harness).dated.as_ref().unwrap().series().versions().len(), 3);
    assert!(front(&harness).origin.unwrap().from_kept);
    assert!(harness.query_all_by_label_contains("the data kept in the project is shown").next().is_some());
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::ShowDay(None));
    harness.run_ok();
    assert_eq!((front(&harness).as_of.as_str(), east(&harness)), ("2025-02-06", 37.25));
    // Saved again, it keeps them still.
    harness.state_mut().act(&ctx, Action::Command(Command::Save));
    wait_for_label(&mut harness, &format!("Saved {}", alone.display()));
    let again = std::fs::read_to_string(&alone).unwrap();
    assert!(again.contains(r#""file":"front_20250206.geojson""#) && !again.contains(r#""day""#), "{again}");
    for day in ["20250201", "20250202", "20250206"] {
        let name = format!("front_{day}.geojson");
        std::fs::rename(moved.join(&name), folder.path().join(&name)).unwrap();
    }

    // One more report is a change of its files.
    report(folder.path(), "20250207", 0.125);
    let harness = reopened("the changed project");
    assert_eq!(front(&harness).dated.unwrap().series().versions().len(), 4);
    assert!(harness.query_all_by_label_contains("has changed since the project was saved").next().is_some());
}

/// All of the oblast east of a meridian, as somebody reports it of a day.
fn held_east_of(folder: &Path, day: &str, west: f64) -> std::path::PathBuf {
    let path = folder.join(format!("held_{day}.geojson"));
    let ring = format!("[[[{west},46.5],[39.5,46.5],[39.5,49.5],[{west},49.5],[{west},46.5]]]");
    let text =
        format!(r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn an_own_line_of_several_days_takes_the_withdrawal_area_along_and_sources_have_their_days() {
    let folder = tempfile::tempdir().unwrap();
    let files = vec![held_east_of(folder.path(), "20250201", 37.9), held_east_of(folder.path(), "20250206", 37.7)];
    let mut harness = window();
    harness.state_mut().open_files(files);
    wait_for_label(&mut harness, "Open these files as one layer?");
    harness.get_by_label("One layer with a timeline").click();
    wait(&mut harness, "the layer", |app| app.session().dossier().own_layers().next().is_some());
    let ctx = harness.ctx.clone();
    let id = front(&harness).id;
    harness.state_mut().act(&ctx, Action::UseAsLine(id));
    wait(&mut harness, "the line", |app| app.session().dossier().own_line.is_some());
    let area = |harness: &Harness<'static, ClaimlineApp>| {
        let area = harness.state().session().dossier().overlay("withdrawal-area").unwrap().clone();
        (area.as_of.clone(), format!("{:?}", area.measure))
    };
    let (last, size) = area(&harness);
    assert_eq!(last, "2025-02-06");
    harness.state_mut().act(&ctx, Action::ShowDay(Some("2025-02-01".parse().unwrap())));
    harness.run_ok();
    let (first, earlier) = area(&harness);
    assert!(first == "2025-02-01" && earlier != size, "{first} {earlier} {size}");
    let from = harness.state().session().dossier().own_line.as_ref().unwrap().from.clone();
    assert_eq!(from, "held_20250201.geojson");

    // What is worked out with it has no lane of its own.
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_ok();
    assert_eq!(harness.state().session().lanes().len(), 1);
    harness.state_mut().act(&ctx, Action::ShowDay(Some("2025-12-15".parse().unwrap())));
    harness.run_ok();
    harness.get_by_label_contains("Sources published: ");
    harness.state_mut().act(&ctx, Action::UseDossierLine);
    wait(&mut harness, "the dossier's line", |app| app.session().dossier().own_line.is_none());
    assert!(harness.state().session().dossier().overlay("withdrawal-area").unwrap().dated.is_none());
}

#[test]
fn a_map_with_pictures_of_each_day_follows_the_timeline_and_names_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let mut png = Vec::new();
    let picture = image::RgbImage::from_pixel(256, 256, image::Rgb([200, 30, 200]));
    picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    let server = super::servers::Counted::of("", png);
    let project = folder.path().join("daily.claimline.geojson");
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[],"claimline":{{"version":1,"dossier":{{"id":"berlin-2025-12"}},
        "view":{{"center":[37.5844,48.7389],"zoom":8.25}},"map":"daily","map_sources":[{{"id":"daily","attribution":"Daily",
        "title":{{"en":"Daily"}},"kind":"xyz","address":"http://{}/{{YYYY-MM-DD}}/{{z}}/{{x}}/{{y}}.png"}}]}}}}"#,
        server.host
    );
    std::fs::write(&project, text).unwrap();
    let mut harness = window();
    harness.state_mut().keep_servers_in(&folder.path().join("servers.json"), None);
    harness.state_mut().open_files(vec![project.clone()]);
    wait(&mut harness, "the project", |app| app.project_path() == Some(&*project));
    wait_for_label(&mut harness, "Show it");
    harness.get_by_label("Show it").click();
    harness.run_ok();
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::ShowMaps));
    harness.run_ok();
    harness.get_by_label_contains("Daily has pictures of each day: choose one in the timeline (Shift+F6)");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert_eq!(server.asked(), 0, "there is nothing to ask for without a day");

    // No report is needed for the timeline: the maps have days enough.
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_ok();
    for day in ["2025-02-01", "2025-02-06"] {
        harness.state_mut().act(&ctx, Action::ShowDay(Some(day.parse().unwrap())));
        harness.run_ok();
        let lines = std::sync::Arc::clone(&server.lines);
        let asked =
            move |_: &ClaimlineApp| lines.lock().unwrap().iter().any(|line| line.starts_with(&format!("GET /{day}/")));
        wait(&mut harness, "tiles of the day", asked);
        wait_for_label(&mut harness, &format!("Daily (imagery: {day})"));
    }
}

#[test]
fn features_that_say_their_days_follow_the_timeline_as_the_user_chooses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("strikes.geojson");
    let event = |(place, day): (usize, &str)| {
        let at = 37.0 + place as f64 / 10.0;
        format!(
            r#"{{"type":"Feature","properties":{{"date":"{day}","kind":"k{place}"}},"geometry":{{"type":"Point","coordinates":[{at},48.5]}}}}"#
        )
    };
    let days = ["2025-02-01", "2025-02-03", "2025-02-10"];
    let features: Vec<String> = days.into_iter().enumerate().map(event).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    std::fs::write(&path, text).unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![path.clone()]);
    wait(&mut harness, "the layer", |app| app.session().dossier().own_layers().next().is_some());
    harness.run_ok();
    let ctx = harness.ctx.clone();
    let id = front(&harness).id;
    harness.state_mut().act(&ctx, Action::Select(id.clone()));
    harness.run_ok();
    harness.get_by_role_and_label(Role::ComboBox, "Features").click();
    harness.run_ok();
    harness.get_by_label("Those of 7 days").click();
    harness.run_ok();
    assert_eq!(front(&harness).features.count(), 3, "without a day all are shown");
    let by = claimline::dossier::styling::Styling {
        by: claimline::dossier::styling::By::Property(claimline::dossier::styling::Categories::of("kind")),
        ..Default::default()
    };
    harness.state_mut().act(&ctx, Action::SetStyling(id.clone(), std::sync::Arc::new(by)));
    harness.run_ok();
    let color = |harness: &Harness<'static, ClaimlineApp>, kind: &str| {
        let kinds = harness.state().session().kinds(&front(harness));
        let found = kinds.list().iter().find(|one| one.title == kind).map(|kind| kind.style.clone());
        found.map(|style| format!("{style:?}"))
    };
    let third = color(&harness, "k2");
    assert!(third.is_some());
    harness.state_mut().act(&ctx, Action::ShowDay(Some("2025-02-05".parse().unwrap())));
    harness.run_ok();
    let shown = front(&harness);
    assert_eq!((shown.features.count(), shown.as_of.as_str()), (2, "2025-02-05"));
    let days = shown.only_of.clone().map(|days| (days.property, days.from.map(|day| day.iso()), days.to.iso()));
    assert_eq!(days, Some(("date".to_owned(), Some("2025-01-30".to_owned()), "2025-02-05".to_owned())));
    harness.state_mut().act(&ctx, Action::ShowDay(Some("2025-02-11".parse().unwrap())));
    harness.run_ok();
    assert_eq!(front(&harness).features.count(), 1);
    assert_eq!(color(&harness, "k2"), third, "a kind has one colour on all days");
    harness.state_mut().act(&ctx, Action::ShowDay(Some("2025-03-11".parse().unwrap())));
    harness.run_ok();
    assert_eq!(front(&harness).features.count(), 0);

    // The project keeps it; undo takes it back.
    let project = folder.path().join("strikes.claimline.geojson");
    save_project_as(&mut harness, &project);
    harness.run_ok();
    let text = std::fs::read_to_string(&project).unwrap();
    assert!(text.contains(r#""by_days":{"property":"date","shows":{"days":7}}"#), "{text}");
    let mut reopened = window();
    reopened.state_mut().open_files(vec![project.clone()]);
    wait(&mut reopened, "the project", |app| app.project_path() == Some(&*project));
    reopened.run_ok();
    reopened.state_mut().act(&ctx, Action::ShowDay(Some("2025-02-04".parse().unwrap())));
    reopened.run_ok();
    assert_eq!(front(&reopened).features.count(), 2);
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert_eq!((front(&harness).features.count(), front(&harness).dated.is_none()), (3, true));
}

#[test]
fn a_day_that_is_typed_wrong_stays_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_front(folder.path());
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_ok();
    let field = "Day that the map shows";
    dossiers::fill(&mut harness, field, "2025-02-30");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    harness.get_by_label_contains("The calendar has no “2025-02-30”");
    assert_eq!(harness.state().session().document().day, None);
    dossiers::fill(&mut harness, field, "2025-02-01");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert_eq!(harness.state().session().document().day.map(|day| day.iso()).as_deref(), Some("2025-02-01"));
    assert!(harness.query_by_label_contains("The calendar has no").is_none());
}

#[test]
fn what_changed_between_days_is_listed_drawn_stepped_through_and_copied() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_front(folder.path());
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_ok();
    harness.get_by_label("What changed…").click();
    harness.run_ok();
    harness.get_by_label("What changed between days");
    // The last two reports are proposed.
    assert_eq!(harness.get_by_label("Day before").value().as_deref(), Some("2025-02-02"));
    assert_eq!(harness.get_by_label("Day after").value().as_deref(), Some("2025-02-06"));
    type_in(&mut harness, "Day before", "2025-02-01");
    press(&mut harness, Key::Enter);
    wait(&mut harness, "what changed", |app| app.session().comparison().is_some());
    wait(&mut harness, "the map of it", ClaimlineApp::is_settled);
    harness.run_ok();
    harness.get_by_label("From 1 Feb 2025 to 6 Feb 2025");
    harness.get_by_label("Gained");
    let shown = |harness: &Harness<'static, ClaimlineApp>| -> Vec<String> {
        let session = harness.state().session();
        let document = session.map_document();
        document.shown(session.map_scene().dossier()).map(|shown| shown.overlay.id.clone()).collect()
    };
    let ids = shown(&harness);
    assert!(ids.contains(&"lost-front".to_owned()) && ids.contains(&"before-front".to_owned()), "{ids:?}");
    assert!(!ids.contains(&"gained-front".to_owned()), "{ids:?}");

    // A step is shown on the map, and the whole again.
    let click = |harness: &mut Harness<'static, ClaimlineApp>, row: &str| {
        harness.get_by_label_contains(row).focus();
        harness.run_ok();
        harness.get_by_label_contains(row).click();
    };
    click(&mut harness, "Show the change of 1 Feb 2025 to 2 Feb 2025 on the map");
    wait(&mut harness, "the step", |app| app.session().map_scene().dossier().overlay("gained-front").is_some());
    harness.run_ok();
    assert!(!shown(&harness).contains(&"lost-front".to_owned()));
    harness.get_by_label("From 1 Feb 2025 to 2 Feb 2025");
    click(&mut harness, "Show the change of all, 1 Feb 2025 to 6 Feb 2025 on the map");
    wait(&mut harness, "all of it", |app| app.session().map_scene().dossier().overlay("lost-front").is_some());
    harness.run_ok();

    // The figure suggests what it is of, and the table has a row for each step.
    harness.get_by_label("Export figure of what changed").click();
    wait_for_label(&mut harness, "Text of the title");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    harness.get_by_label("Save table…").click();
    harness.run_ok();
    let path = folder.path().join("changes.csv");
    type_in(&mut harness, "Path of the file: .csv for a table, .json for other programs", &path.display().to_string());
    press(&mut harness, Key::Enter);
    wait(&mut harness, "the table", |app| app.message().starts_with("Changes written"));
    let table = std::fs::read_to_string(&path).unwrap();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.starts_with("before,after,from_file") && table.contains("2025-02-02,2025-02-06"), "{table}");

    // Nothing is written over a file that is open here.
    let open = folder.path().join("held.json");
    std::fs::copy(folder.path().join("front_20250201.geojson"), &open).unwrap();
    harness.state_mut().open_files(vec![open.clone()]);
    wait(&mut harness, "the other layer", |app| app.session().dossier().own_layers().count() == 2);
    harness.run_ok();
    harness.get_by_label("Save table…").click();
    harness.run_ok();
    type_in(&mut harness, "Path of the file: .csv for a table, .json for other programs", &open.display().to_string());
    press(&mut harness, Key::Enter);
    harness.run_ok();
    harness.get_by_label_contains("held.json is open here");
    press(&mut harness, Key::Escape);
    harness.run_ok();

    harness.get_by_label("Close What changed").click();
    harness.run_ok();
    assert!(harness.state().session().comparison().is_none());
}

#[test]
fn areas_over_time_are_measured_listed_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_with_front(folder.path());
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_ok();
    harness.get_by_label("Area over time").click();
    wait_for_label(&mut harness, "Go to 6 Feb 2025: 51");
    harness.run_ok();
    // The curves as a reader of the screen has them: reports, the first and the last.
    harness.get_by_label_contains("Area over time. front: 3 reports");
    harness.get_by_label_contains("Go to 1 Feb 2025: 2,06").click();
    harness.run_ok();
    assert_eq!(harness.state().session().document().day.map(|day| day.iso()).as_deref(), Some("2025-02-01"));
    // The arrows go from report to report.
    harness.get_by_label_contains("Area over time. front: 3 reports").focus();
    harness.run_ok();
    press(&mut harness, Key::ArrowRight);
    harness.run_ok();
    assert_eq!(harness.state().session().document().day.map(|day| day.iso()).as_deref(), Some("2025-02-02"));

    for (button, name, begins, told) in [
        ("Save area over time as CSV", "areas.csv", &b"what,series"[..], "Table written: areas.csv"),
        ("Export figure of area over time", "areas.pdf", b"%PDF", "Figure written: areas.pdf"),
    ] {
        harness.get_by_label(button).click();
        harness.run_ok();
        let path = folder.path().join(name);
        let field = "Path of the file: .pdf, .svg or .png for the figure, .csv for the table";
        type_in(&mut harness, field, &path.display().to_string());
        press(&mut harness, Key::Enter);
        wait_for_label(&mut harness, told);
        assert!(std::fs::read(&path).unwrap().starts_with(begins), "{name}");
    }
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
    // At first each day has its map, also one of which nobody reports.
    harness.get_by_label("Grid").click();
    harness.run_ok();
    harness.get_by_label("6 maps");
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
