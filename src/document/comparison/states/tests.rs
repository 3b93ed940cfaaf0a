//! Two days and two accounts of a front that moves, beside what its squares come to.

use std::borrow::Cow;

use super::*;
use crate::dossier::compared::{CHANGED_GROUP, PartName, Wording};
use crate::dossier::read;
use crate::geometry::MultiPolygon;
use crate::geometry::measure::area_m2;

const JSON: &str = r#"{ "format": "claimline-dossier/1", "id": "d", "version": "1", "title": { "en": "D" }, "summary": "",
    "as_of": "2025-02-10", "disclaimer": "", "boundary_view": "", "groups": [{ "id": "g", "title": { "en": "G" } }],
    "sources": [
        { "id": "s", "outlet": "Post", "title": "T", "url": "https://post.example/1" },
        { "id": "t", "outlet": "Blog", "title": "U", "url": "https://blog.example/2" }
    ],
    "excerpts": [
        { "id": "first", "source": "s", "exact": "They hold half.", "does": "reports-control", "overlays": ["front"] },
        { "id": "last", "source": "t", "exact": "They hold more.", "does": "reports-control", "overlays": ["front"] },
        { "id": "always", "source": "t", "exact": "There is a front.", "does": "reports-control", "overlays": ["front"] }
    ],
    "overlays": [
        { "id": "front", "title": { "en": "Front", "uk": "Фронт" }, "kind": "control", "group": "g",
          "style": { "fill": "red" }, "accuracy_m": 200, "versions": [
            { "when": "2025-02-01", "geometry": { "file": "37.5" }, "who": "Post", "excerpts": ["first"] },
            { "when": "2025-02-03", "geometry": { "file": "37.75" }, "who": "Post" },
            { "when": "2025-02-06", "geometry": { "file": "37.625" }, "who": "Post", "excerpts": ["last"] },
            { "when": "2025-02-06", "geometry": { "file": "37.25" }, "who": "Blog" }
        ] },
        { "id": "region", "title": { "en": "Region" }, "kind": "region", "group": "g", "style": { "fill": "blue" },
          "geometry": { "file": "37.6" } }
    ] }"#;

/// A square from 37° to an eastern end.
fn square(east: f64) -> MultiPolygon<f64> {
    let corners = vec![(37.0, 48.0), (east, 48.0), (east, 49.0), (37.0, 49.0), (37.0, 48.0)];
    MultiPolygon(vec![geo::Polygon::new(corners.into(), vec![])])
}

fn km2(east: f64) -> f64 {
    area_m2(&square(east)) / 1e6
}

fn dossier() -> Arc<Dossier> {
    let open = |path: &str| {
        let text = format!(r#"{{"type":"Polygon","coordinates":[[[37,48],[{path},48],[{path},49],[37,49],[37,48]]]}}"#);
        Ok(Cow::Owned(text.into_bytes()))
    };
    let (dossier, problems) = read(JSON.as_bytes(), &open).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    Arc::new(dossier)
}

fn account(who: &str) -> Account {
    Account { overlay: "front".to_owned(), who: Some(who.to_owned()) }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn worked_out(states: States, within: Option<&str>) -> Result<Ledgers, String> {
    let dossier = dossier();
    let document = Arc::new(Document::new(&dossier, 800.0, 600.0));
    let asked = AskedStates { states, within: within.map(str::to_owned), accuracy_m: None, each: true };
    Ledgers::work_out(&dossier, &document, asked, &|_| Vec::new())
}

fn days(before: &str, after: &str) -> States {
    States::Days([day(before), day(after)], vec![account("Post")])
}

fn wording() -> Wording<'static> {
    let name: &dyn Fn(PartName<'_>) -> Text = &|name| Text::plain(format!("{name:?}"));
    Wording { name, group: Text::default(), headline: Text::default(), subtitle: Text::default() }
}

#[test]
fn two_days_of_one_account_come_to_what_its_squares_do() {
    let ledgers = worked_out(days("2025-02-01", "2025-02-06"), None).unwrap();
    let [ledger] = ledgers.all.as_slice() else { panic!("{:?}", ledgers.all) };
    assert_eq!((ledger.title.main(), ledger.id.as_str(), ledger.steps.len()), ("Front (Post)", "front-account-2", 2));
    let whole = &ledger.whole.as_ref().unwrap().change;
    let gained = km2(37.625) - km2(37.5);
    assert!((whole.gained_m2 / 1e6 - gained).abs() < 1e-6 * gained && whole.lost_m2 < 1.0, "{whole:?}");
    let [least, most] = whole.ranges.unwrap().gained_m2;
    assert!(least < whole.gained_m2 && whole.gained_m2 < most);
    // Of the other account of the last day nothing is in it.
    let net: f64 = ledger.steps.iter().map(|step| step.change.gained_m2 - step.change.lost_m2).sum();
    assert!((net - whole.gained_m2).abs() < 1e-9 * net.abs(), "{net}");
    let json = ledgers.json();
    assert_eq!((&json["before"]["account"], json["changes"].as_array().unwrap().len()), (&json!("Post"), 2));
    assert_eq!(ledgers.table().lines().count(), 3);

    let cut = worked_out(days("2025-02-01", "2025-02-06"), Some("region")).unwrap();
    let cut = cut.all[0].whole.as_ref().unwrap().change.gained_m2 / 1e6;
    assert!((cut - (km2(37.6) - km2(37.5))).abs() < 1e-6 * cut, "{cut}");
}

#[test]
fn a_day_without_a_report_says_so_and_one_before_all_reports_is_no_state() {
    let ledgers = worked_out(days("2025-02-02", "2025-02-05"), None).unwrap();
    let [before, after] = &ledgers.all[0].states;
    assert!(before.is_unreported() && after.is_unreported());
    assert!(after.words().contains("nothing is reported of 5 Feb 2025; the last report is of 3 Feb 2025, 2 days old"));
    let why = worked_out(days("2025-01-01", "2025-02-05"), None).unwrap_err();
    assert_eq!(why, "of Front (Post) nothing is reported of 1 Jan 2025 or of a day before it");
    assert!(worked_out(days("2025-02-01", "2025-02-05"), Some("gone")).unwrap_err().contains("gone"));
}

#[test]
fn the_map_shows_both_states_and_rests_on_the_reports_of_both() {
    let ledgers = Arc::new(worked_out(days("2025-02-01", "2025-02-06"), None).unwrap());
    let comparison = Comparison::of_ledgers(Arc::clone(&ledgers), None);
    assert!(!comparison.is_empty());
    let (made, document) = comparison.map(|_| true, wording()).unwrap();
    let shown: Vec<(&str, &str)> = made
        .overlays
        .iter()
        .filter(|overlay| overlay.group == CHANGED_GROUP)
        .map(|overlay| (overlay.id.as_str(), overlay.as_of.as_str()))
        .collect();
    let id = "front-account-2";
    assert_eq!(
        shown,
        [
            (&*format!("gained-{id}"), "2025-02-06"),
            (&*format!("now-{id}"), "2025-02-06"),
            (&*format!("before-{id}"), "2025-02-01")
        ]
    );
    assert_eq!(document.overlays.len(), 3);
    let speak = |part: &str| {
        let overlay = format!("{part}-{id}");
        made.excerpts_of(&overlay).map(|excerpt| excerpt.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (speak("before"), speak("now")),
        (vec!["first".into(), "always".into()], vec!["last".into(), "always".into()])
    );
    assert_eq!(speak("gained").len(), 3, "{:?}", speak("gained"));
    let compared = made.compared.as_ref().unwrap();
    assert_eq!(compared.derived[&format!("gained-{id}")], "front");
    let reports = &compared.reports[id];
    assert_eq!((reports[0].when.as_deref(), reports[1].when.as_deref()), (Some("2025-02-01"), Some("2025-02-06")));

    // One step is shown alone.
    let step = Comparison::of_ledgers(ledgers, Some((0, 1)));
    let [shaded] = step.shaded.as_slice() else { panic!("{:?}", step.shaded.len()) };
    assert_eq!(shaded.days, ["2025-02-03".to_owned(), "2025-02-06".to_owned()]);
    assert!(shaded.change.gained_km2 < 1e-6 && shaded.change.lost_km2 > 100.0);
}

#[test]
fn two_accounts_of_a_day_are_beside_each_other_by_their_names() {
    let of_day = States::Accounts(day("2025-02-06"), [account("Blog"), account("Post")]);
    let ledgers = worked_out(of_day, None).unwrap();
    assert!(ledgers.all[0].steps.is_empty());
    let only_post = ledgers.all[0].whole.as_ref().unwrap().change.gained_m2 / 1e6;
    let expected = km2(37.625) - km2(37.25);
    assert!((only_post - expected).abs() < 1e-6 * expected, "{only_post}");
    let comparison = Comparison::of_ledgers(Arc::new(ledgers), None);
    let (made, _) = comparison.map(|_| true, wording()).unwrap();
    let title =
        |part: &str| made.overlay(&format!("{part}-front-account-1-front-account-2")).unwrap().title.main().to_owned();
    assert!(
        title("gained").starts_with("OnlyBy") && title("gained").contains("Post") && !title("gained").contains("Front"),
        "{}",
        title("gained")
    );
    assert!(title("before").starts_with("Alone") && title("before").contains("Blog"));
    assert_eq!(accounts(&dossier()).len(), 2);
}

#[test]
fn two_accounts_in_one_map_are_told_apart() {
    let all = States::Days([day("2025-02-06"), day("2025-02-06")], vec![account("Post"), account("Blog")]);
    let mut ledgers = worked_out(all, None).unwrap();
    // Both moved since.
    for ledger in &mut ledgers.all {
        ledger.shape = None;
        let [before, after] = [square(37.25), square(37.5)].map(|area| Arc::new(Shape::Area(area)));
        ledger.states[0].version.shape = before;
        ledger.states[1].version.shape = after;
        let [before, after] = ledger.states.each_ref().map(|state| &state.version);
        let places: PlacesIn<'_> = &|_| Vec::new();
        ledger.whole = Some(ToldChange::of(between(before, after, None, None).unwrap(), places, None));
    }
    let comparison = Comparison::of_ledgers(Arc::new(ledgers), None);
    let (made, _) = comparison.map(|_| true, wording()).unwrap();
    let gained: Vec<_> = made.overlays.iter().filter(|overlay| overlay.id.starts_with("gained-")).collect();
    let [one, other] = gained[..] else { panic!("{}", gained.len()) };
    assert_ne!(one.style.fill, other.style.fill);
    assert_ne!((one.style.pattern, one.style.pattern_angle), (other.style.pattern, other.style.pattern_angle));
}
