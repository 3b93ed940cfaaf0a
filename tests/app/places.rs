//! The search for places in the window: spellings, coordinates, the mark on the map, gazetteers that are added.

use super::*;

fn open(harness: &mut Harness<'static, ClaimlineApp>) {
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::F);
    harness.run_ok();
}

/// Types words and waits for a row that begins so.
fn look_for(harness: &mut Harness<'static, ClaimlineApp>, words: &str, row: &str) {
    harness.get_by_label("Find a place").type_text(words);
    wait_for_label(harness, row);
}

fn found(harness: &Harness<'static, ClaimlineApp>) -> Option<String> {
    harness.state().session().found_place().map(|place| place.name.clone())
}

#[test]
fn an_old_name_flies_to_the_place_marks_it_and_makes_a_marker() {
    let mut harness = window();
    open(&mut harness);
    look_for(&mut harness, "Artemivsk", "Bakhmut (Artemivs'k), seat of a district · Donetsk, Ukraine · 80,500 people");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert!(harness.query_by_label("Find a place").is_none(), "the search is closed");
    assert_eq!(found(&harness).as_deref(), Some("Bakhmut"));
    let center = harness.state().session().document().view.center;
    assert!((center.x - 38.0).abs() < 0.01 && (center.y - 48.59).abs() < 0.01, "{center:?}");
    assert_eq!(steps(&harness), 0, "to look for a place is no step");
    harness.get_by_label("Mark it").click();
    harness.run_ok();
    assert_eq!(found(&harness), None);
    assert_eq!(selected(&harness), "1 annotations");
    let titles: Vec<_> = harness.state().session().document().annotations.iter().map(|one| one.title.clone()).collect();
    assert_eq!(titles, ["Bakhmut"]);
}

#[test]
fn the_mark_of_a_place_is_dismissed_by_its_button_and_by_escape() {
    let mut harness = window();
    for by_key in [false, true] {
        open(&mut harness);
        look_for(&mut harness, "Харьков", "Kharkiv");
        press(&mut harness, Key::Enter);
        harness.run_ok();
        assert_eq!(found(&harness).as_deref(), Some("Kharkiv"));
        if by_key {
            press(&mut harness, Key::Escape);
        } else {
            harness.get_by_label("Dismiss the place that was found").click();
        }
        harness.run_ok();
        assert_eq!(found(&harness), None);
    }
}

#[test]
fn coordinates_and_plus_codes_are_places_too() {
    let mut harness = window();
    open(&mut harness);
    look_for(&mut harness, "8GX9HXV4+86", "Go to ");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    let center = harness.state().session().document().view.center;
    assert!((center.x - 27.955_56).abs() < 1e-3, "{center:?}");
}

#[test]
fn the_palette_finds_places_of_the_gazetteer_after_all_else() {
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    harness.get_by_label("Search everything").type_text("Reykjavik");
    wait_for_label(&mut harness, "GAZETTEER");
    press(&mut harness, Key::Enter);
    harness.run_ok();
    assert_eq!(found(&harness).as_deref(), Some("Reykjavík"));
}

#[test]
fn a_dump_that_is_added_is_searched_and_a_file_without_places_says_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("XX.txt");
    let row = "1\tQwertzholm\tQwertzholm\tЙцукенхольм\t48.5\t37.5\tP\tPPL\tUA\t\t05\t1402\t\t\t12\t\t100\tEurope/Kyiv\t2026-04-17\n";
    std::fs::write(&path, row).unwrap();
    let mut harness = window();
    let add = |harness: &mut Harness<'static, ClaimlineApp>, path: &Path| {
        open(harness);
        harness.get_by_label("Add a gazetteer…").click();
        harness.run_ok();
        let field = "Path of a country’s dump from GeoNames (UA.zip), or of a file of features with names";
        type_in(harness, field, &path.display().to_string());
        harness.get_by_label("Add").click();
        harness.run_ok();
    };
    add(&mut harness, &path);
    wait(&mut harness, "the gazetteer", |app| app.message().contains("XX.txt is searched for places: 1"));
    look_for(&mut harness, "йцукенхольм", "Qwertzholm");
    press(&mut harness, Key::Escape);
    harness.run_ok();
    let none = folder.path().join("none.geojson");
    std::fs::write(&none, r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
    add(&mut harness, &none);
    wait(&mut harness, "the refusal", |app| app.message().contains("none.geojson was not added"));
}
