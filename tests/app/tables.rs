//! Files that leave open how they are read: what is asked, what lies on the map meanwhile, and what the project keeps.

use claimline::formats::tabular::{First, PlaceColumns};

use super::*;

/// Donetsk by PROJ 9.5 in zone 7 of Pulkovo 1942, and a place beside it.
const METRES: &str = "name,x,y\nDonetsk,7410563.2427,5319225.2743\nBeside,7410663.2427,5319225.2743\n";

fn position(app: &ClaimlineApp, id: &str) -> Option<(f64, f64)> {
    let layer = app.session().dossier().overlay(id)?;
    let [west, south, ..] = layer.bounds;
    Some(((west * 1000.0).round() / 1000.0, (south * 1000.0).round() / 1000.0))
}

#[test]
fn a_coordinate_system_is_chosen_seen_on_the_map_and_kept_by_the_project() {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, own) = (folder.path().join("map.claimline.geojson"), folder.path().join("metres.csv"));
    std::fs::write(&own, METRES).unwrap();
    let mut harness = window();
    let before = harness.state().session().document().view;
    harness.state_mut().open_files(vec![own.clone()]);
    wait_for(&mut harness, "Which coordinate system?");
    assert!(harness.query_by_label("Nothing is chosen yet").is_some());
    harness.get_by_label_contains("Pulkovo 1942 / Gauss-Kruger zone 7 (EPSG:28407)").click();
    wait_for(&mut harness, "2 features would lie on the map as the dots show.");
    harness.run_ok();
    assert!(harness.state().session().document().view != before, "the map goes where they would lie");
    assert!(position(harness.state(), "metres").is_none(), "nothing is taken yet");
    harness.get_by_label("Use").click();
    wait(&mut harness, "the layer", |app| position(app, "metres") == Some((37.8, 48.0)));
    let kept = |app: &ClaimlineApp| {
        let file = app.session().document().overlay("metres").unwrap().layer.file.clone().unwrap();
        (file.crs.clone(), file.order)
    };
    assert_eq!(kept(harness.state()).0.as_deref(), Some("EPSG:28407"));
    save_project_as(&mut harness, &file);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::New));
    harness.run_ok();
    harness.state_mut().open_files(vec![file]);
    wait(&mut harness, "the layer again", |app| position(app, "metres") == Some((37.8, 48.0)));
    assert!(harness.query_by_label("Which coordinate system?").is_none(), "nobody is asked again");
}

#[test]
fn a_table_that_leaves_its_places_open_is_asked_about_and_can_be_read_anew() {
    let folder = tempfile::TempDir::new().unwrap();
    let own = folder.path().join("sites.csv");
    // “Міст” in windows-1251.
    let words =
        [&b"place;where\n\xcc\xb3\xf1\xf2 \xf3 \xcc\xb3\xf1\xf2\xb3;48,5 37,5\n\xcc\xb3\xf1\xf2;48,6 37,6\n"[..]]
            .concat();
    std::fs::write(&own, words).unwrap();
    let mut harness = window();
    let before = harness.state().session().document().view;
    harness.state_mut().open_files(vec![own.clone()]);
    wait_for(&mut harness, "2 features would lie on the map as the dots show.");
    for shown in ["How to read the table", "Міст у Місті", "48,5 37,5"] {
        assert!(harness.query_by_label(shown).is_some(), "{shown}");
    }
    for list in ["Encoding", "Between fields", "Places stand in", "Column", "Which comes first"] {
        assert!(harness.query_all_by_role_and_label(Role::ComboBox, list).count() == 1, "{list}");
    }
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("How to read the table").is_none());
    assert_eq!(harness.state().session().document().view, before);
    let guess = PlaceColumns::One { column: "where".to_owned(), first: First::Latitude };
    assert!(harness.state().message().contains("sites.csv was not opened"), "{}", harness.state().message());

    harness.state_mut().open_files(vec![own]);
    wait_for(&mut harness, "2 features would lie on the map as the dots show.");
    harness.get_by_label("Use").click();
    wait(&mut harness, "the layer", |app| position(app, "sites") == Some((37.5, 48.5)));
    let taken = |app: &ClaimlineApp| {
        let file = app.session().document().overlay("sites").unwrap().layer.file.clone().unwrap();
        file.table.clone().unwrap()
    };
    let table = taken(harness.state());
    assert_eq!((table.places, table.encoding.as_deref()), (Some(guess), Some("windows-1251")));

    // Read anew with the longitude first.
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::AskReading("sites".to_owned()));
    wait_for(&mut harness, "2 features would lie on the map as the dots show.");
    harness.get_by_role_and_label(Role::ComboBox, "Which comes first").click();
    harness.run_ok();
    harness.get_by_label("Longitude").click();
    harness.run_ok();
    wait_for(&mut harness, "2 features would lie on the map as the dots show.");
    harness.get_by_label("Use").click();
    wait(&mut harness, "the layer anew", |app| position(app, "sites") == Some((48.5, 37.5)));
    let table = taken(harness.state());
    assert_eq!(table.places, Some(PlaceColumns::One { column: "where".to_owned(), first: First::Longitude }));
    harness.state_mut().act(&ctx, Action::Command(Command::Undo));
    harness.run_ok();
    assert_eq!(position(harness.state(), "sites"), Some((37.5, 48.5)), "undo reads it as before");
}

#[test]
fn places_of_a_table_are_looked_up_by_their_names_and_seen_before_they_are_taken() {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, own) = (folder.path().join("map.claimline.geojson"), folder.path().join("losses.csv"));
    std::fs::write(&own, "day,place,oblast,n\n2025-02-01,Бахмут,Донецька,3\n2025-02-02,Nowherehere,,1\n").unwrap();
    let mut harness = window();
    harness.state_mut().open_files(vec![own]);
    wait_for(&mut harness, "How to read the table");
    wait_for(
        &mut harness,
        "Nothing in it is a coordinate. Choose above where its places stand; names of places are looked up.",
    );
    let choose = |harness: &mut Harness<'static, ClaimlineApp>, list: &str, entry: &str| {
        harness.get_by_role_and_label(Role::ComboBox, list).click();
        harness.run_ok();
        harness.get_by_role_and_label(Role::Button, entry).click();
        harness.run_ok();
    };
    choose(&mut harness, "Places stand in", "Names of places");
    choose(&mut harness, "Region or country", "oblast");
    wait_for(&mut harness, "1 feature would lie on the map as the dots show.");
    assert!(harness.query_by_label_contains("no place is called “Nowherehere”").is_some(), "what is skipped is said");
    harness.get_by_label("Use").click();
    wait(&mut harness, "the layer", |app| position(app, "losses").is_some());
    let check = |app: &ClaimlineApp| {
        let (lon, lat) = position(app, "losses").unwrap();
        assert!((lon - 38.0).abs() < 0.05 && (lat - 48.6).abs() < 0.05, "{lon}, {lat}");
        let layer = app.session().dossier().overlay("losses").unwrap();
        assert!(layer.credit.as_deref().is_some_and(|credit| credit.contains("GeoNames")), "{:?}", layer.credit);
    };
    check(harness.state());
    save_project_as(&mut harness, &file);
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, Action::Command(Command::New));
    harness.run_ok();
    harness.state_mut().open_files(vec![file]);
    wait(&mut harness, "the layer again", |app| position(app, "losses").is_some());
    check(harness.state());
}

#[test]
fn of_a_file_of_several_layers_those_that_are_ticked_are_opened() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats/layers.gpkg");
    let mut harness = window();
    let added = |app: &ClaimlineApp| -> Vec<String> {
        app.session().dossier().own_layers().map(|layer| layer.title.main().to_owned()).collect()
    };
    let ctx = harness.ctx.clone();
    // Another dialog is open when the file has been read: it is asked about afterwards, and nothing is lost.
    harness.state_mut().act(&ctx, Action::Command(Command::ShowAbout));
    harness.run_ok();
    harness.state_mut().open_files(vec![file.clone()]);
    std::thread::sleep(std::time::Duration::from_millis(400));
    harness.run_ok();
    assert!(harness.query_by_label("Which layers?").is_none());
    press(&mut harness, Key::Escape);
    wait_for(&mut harness, "layers.gpkg holds 2 layers that can be drawn.");
    assert!(harness.query_by_label("Open 2 layers").is_some());
    assert!(added(harness.state()).is_empty(), "nothing is taken yet");
    harness.get_by_role_and_label(Role::CheckBox, "fields").click();
    harness.run_ok();
    harness.get_by_label("Open 1 layer").click();
    harness.run_ok();
    assert_eq!(added(harness.state()), ["posts"]);
    assert!(harness.state().message().starts_with("Opened 1 layer of layers.gpkg"), "{}", harness.state().message());
    harness.state_mut().open_files(vec![file]);
    wait_for(&mut harness, "Which layers?");
    harness.get_by_label("Tick none").click();
    harness.run_ok();
    harness.get_by_label("Open").click();
    harness.run_ok();
    assert!(harness.query_by_label("Which layers?").is_some(), "nothing is ticked");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("Which layers?").is_none());
    assert_eq!(added(harness.state()), ["posts"]);
    assert!(harness.state().message().contains("was not opened"), "{}", harness.state().message());
}

/// Waits until something of this name is shown.
fn wait_for(harness: &mut Harness<'static, ClaimlineApp>, label: &str) {
    let begun = std::time::Instant::now();
    while harness.query_by_label(label).is_none() {
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(20),
            "{label} is not shown: {}",
            harness.state().message()
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
        harness.step();
    }
    harness.run_ok();
}
