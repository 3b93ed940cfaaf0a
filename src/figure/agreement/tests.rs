//! The words of figures of who agrees, in every language.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::document::Document;
use crate::dossier::agreed::AGREED_GROUP;
use crate::dossier::builtin;
use crate::figure::checks::check;
use crate::figure::draw;
use crate::scene::Scene;
use crate::scene::display_list::Item;
use crate::scene::ground::Ground;

/// Donetsk oblast, and what the proposal has of it, as if they were two accounts.
fn agreement() -> (Agreement, Dossier) {
    let (dossier, _) = builtin::berlin().unwrap();
    let document = Document::new(&dossier, 900.0, 700.0);
    let account =
        |id: &str| Account::of_overlay((&dossier, &document), dossier.overlay(id).unwrap(), None, None).unwrap();
    let accounts = vec![account("donetsk"), account("withdrawal-area")];
    let day = Some("2025-12-15".parse().unwrap());
    (Agreement::between(accounts, day, None).unwrap(), dossier)
}

fn texts(items: &[Item], said: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Group(group) => texts(&group.items, said),
            Item::Text(text) => said.push(text.text.clone()),
            _ => {}
        }
    }
}

#[test]
fn the_legend_has_a_row_for_each_cell_in_every_language() {
    let (agreement, dossier) = agreement();
    let (made, document) = agreement.map(&dossier, None, &titles(&agreement)).unwrap();
    let scene = Arc::new(Scene::new(made));
    let ground = Ground::builtin().0;
    for language in FigureLanguage::all() {
        let page = PageSetup::points(1600.0, 1000.0, 1.0);
        let options = usual(&agreement, scene.dossier(), page, language);
        let drawn = draw(&scene, &ground, &document, &options);
        let mut said = Vec::new();
        texts(&drawn.list.items, &mut said);
        let page = said.join(" ");
        let words = language.words();
        // A line may end within a phrase.
        for phrase in [words.agreement.kicker, words.agreement.all] {
            let first = phrase.split([' ', '(', '（']).next().unwrap();
            assert!(page.contains(first), "{}: {first} in {page}", language.tag());
        }
        assert_eq!(drawn.rows_left_out, [0; 3], "{}", language.tag());
    }
}

#[test]
fn ground_that_is_taken_off_the_map_is_told_in_every_language() {
    let (agreement, dossier) = agreement();
    let (made, mut document) = agreement.map(&dossier, None, &titles(&agreement)).unwrap();
    let hidden = Agreement::overlay_id(0);
    let all = made.overlays.iter().filter(|overlay| overlay.group == AGREED_GROUP).count();
    document.overlays.iter_mut().filter(|state| state.id == hidden).for_each(|state| state.visible = false);
    let scene = Arc::new(Scene::new(made));
    let ground = Ground::builtin().0;
    for language in FigureLanguage::all() {
        let options = usual(&agreement, scene.dossier(), PageSetup::points(1600.0, 1000.0, 1.0), language);
        let drawn = draw(&scene, &ground, &document, &options);
        let mut said = Vec::new();
        texts(&drawn.list.items, &mut said);
        let page = said.join(" ");
        let begins = language.words().agreement.not_shown.split(['{', ' ', '\u{a0}']).find(|part| !part.is_empty());
        assert!(page.contains(begins.unwrap()), "{}: {page}", language.tag());
        let warnings = check(&scene, &document, &options, &drawn, &Default::default(), None);
        let wanted = format!("1 of {all} pieces of ground are not shown");
        assert!(warnings.iter().any(|warning| warning.what.contains(&wanted)), "{warnings:?}");
    }
}

#[test]
fn a_figure_in_another_language_says_anew_what_nobody_has_changed() {
    let (agreement, dossier) = agreement();
    let (made, _) = agreement.map(&dossier, None, &titles(&agreement)).unwrap();
    let english = FigureLanguage::ENGLISH;
    let mut options = usual(&agreement, &made, PageSetup::default(), english);
    assert_eq!(options.title.as_deref(), Some("Where accounts agree and differ"));
    let subtitle = options.subtitle.clone().unwrap();
    assert!(subtitle.starts_with("Donetsk oblast:"), "{subtitle}");
    options.kicker = Some("Ours".to_owned());
    options.language = FigureLanguage::of_tag("de").unwrap();
    retell(&agreement, english, &mut options);
    assert_eq!(options.title.as_deref(), Some("Wo Angaben übereinstimmen und wo sie abweichen"));
    assert_eq!(options.kicker.as_deref(), Some("Ours"), "what the user has written stays");
    assert_ne!(options.subtitle, Some(subtitle), "days are written otherwise");
}

#[test]
fn cells_have_names_of_their_own_in_every_language() {
    let (agreement, _) = agreement();
    let titles = titles(&agreement);
    for language in FigureLanguage::all() {
        let named: BTreeSet<&str> =
            titles.cells.iter().map(|title| title.get(language.tag()).unwrap_or_default()).collect();
        assert_eq!(named.len(), agreement.cells.len(), "{}: {named:?}", language.tag());
        assert!(!named.contains(""));
    }
}

#[test]
fn many_cells_have_letters_on_the_map_and_in_the_legend() {
    use crate::dossier::Shape;
    use crate::dossier::series::{Standing, Version};
    let account = |name: &str, [west, south, east, north]: [f64; 4]| {
        let text = format!(
            r#"{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}"#
        );
        let table = crate::formats::geojson::read_table(text.as_bytes()).unwrap();
        let shape: Arc<Shape> = crate::dossier::own_layer(name, table).unwrap().0.shape;
        let day: crate::formats::day::Day = "2025-02-01".parse().unwrap();
        let version = Version::new(Some(day.into()), shape, name);
        Account::of_report(name, Default::default(), day, Standing::Reported(&version))
    };
    let sides = [[37.0, 48.0, 38.0, 49.0], [37.5, 48.0, 38.5, 49.0], [37.25, 48.5, 38.25, 49.5]];
    let accounts = |count: usize| -> Vec<Account> {
        ["East", "West", "North"].into_iter().zip(sides).take(count).map(|(name, side)| account(name, side)).collect()
    };
    let (dossier, _) = builtin::berlin().unwrap();
    let said = |count: usize| {
        let agreement = Agreement::between(accounts(count), None, None).unwrap();
        let (made, document) = agreement.map(&dossier, None, &titles(&agreement)).unwrap();
        let options = usual(&agreement, &made, PageSetup::points(1600.0, 1000.0, 1.0), FigureLanguage::ENGLISH);
        let drawn = draw(&Arc::new(Scene::new(made)), &Ground::builtin().0, &document, &options);
        let mut said = Vec::new();
        texts(&drawn.list.items, &mut said);
        said
    };
    let of_three = said(3);
    for letter in ["A", "B", "C", "D", "E", "F", "G"] {
        assert!(of_three.iter().any(|text| text == letter), "{letter} on the map: {of_three:?}");
        let row = format!("{letter}: ");
        assert!(of_three.iter().any(|text| text.starts_with(&row)), "{letter} in the legend: {of_three:?}");
    }
    // Few are told apart by their patterns.
    assert!(!said(2).iter().any(|text| text == "B"));
}

/// The names on a map with their places, in tenths of a point.
fn names(items: &[Item], is_inside: bool, found: &mut BTreeSet<(String, i64, i64)>) {
    for item in items {
        match item {
            Item::Group(group) => names(&group.items, is_inside || group.id == "labels", found),
            Item::Text(text) if is_inside => {
                let place = |at: f64| (10.0 * at).round() as i64;
                found.insert((text.text.clone(), place(text.origin.x), place(text.origin.y)));
            }
            _ => {}
        }
    }
}

#[test]
fn letters_of_ground_take_no_name_its_place() {
    let (dossier, _) = builtin::berlin().unwrap();
    let document = Document::new(&dossier, 900.0, 700.0);
    let account =
        |id: &str| Account::of_overlay((&dossier, &document), dossier.overlay(id).unwrap(), None, None).unwrap();
    let ids = ["donetsk", "withdrawal-area", "donetsk-russian-held", "corridor-5km", "corridor-10km"];
    let agreement = Agreement::between(ids.map(account).to_vec(), None, None).unwrap();
    let (made, document) = agreement.map(&dossier, None, &titles(&agreement)).unwrap();
    let marks: BTreeSet<String> = made.agreed.as_ref().unwrap().marks.values().cloned().collect();
    assert!(marks.len() > 5, "{marks:?}");
    let mut bare = made.clone();
    Arc::make_mut(bare.agreed.as_mut().unwrap()).marks.clear();
    let ground = Ground::builtin().0;
    let named = |dossier: Dossier| {
        let scene = Arc::new(Scene::new(dossier));
        let page = PageSetup::points(1400.0, 900.0, 1.0);
        let options = usual(&agreement, scene.dossier(), page, FigureLanguage::ENGLISH);
        let mut found = BTreeSet::new();
        names(&draw(&scene, &ground, &document, &options).list.items, false, &mut found);
        found
    };
    let (with, without) = (named(made), named(bare));
    let lost: Vec<_> = without.difference(&with).collect();
    assert!(without.len() > 20 && lost.is_empty(), "{lost:?} of {without:?}");
    let letters: BTreeSet<String> = with.difference(&without).map(|(text, ..)| text.clone()).collect();
    assert!(letters.len() > 4 && letters.is_subset(&marks), "{letters:?} of {marks:?}");
}
