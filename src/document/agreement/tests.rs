//! Accounts of a small dossier, laid over each other.

use std::borrow::Cow;

use super::*;
use crate::dossier::model::PatternKind;

/// Three squares side by side that overlap: of a post, of a paper that relies on it, and of another that two report on.
const JSON: &str = r#"{ "format": "claimline-dossier/1", "id": "d", "version": "1", "title": { "en": "D" }, "summary": "",
    "as_of": "2025-02-10", "disclaimer": "", "boundary_view": "", "groups": [{ "id": "g", "title": { "en": "G" } }],
    "sources": [
        { "id": "post", "title": "P", "url": "https://example.org/p", "outlet": "Post", "published": "2025-02-01", "lang": "en" },
        { "id": "paper", "title": "Q", "url": "https://example.org/q", "outlet": "Paper", "published": "2025-02-01", "lang": "en",
          "cites": ["post"] },
        { "id": "radio", "title": "R", "url": "https://example.org/r", "outlet": "Radio", "published": "2025-02-01", "lang": "en",
          "cites": ["Ministry, via Agency"] }],
    "excerpts": [
        { "id": "p", "source": "post", "overlays": ["a"], "does": "context", "exact": "as far as there" },
        { "id": "q", "source": "paper", "overlays": ["b"], "does": "context", "exact": "further on" },
        { "id": "r", "source": "radio", "overlays": ["c"], "does": "context", "exact": "over there" }],
    "overlays": [
        { "id": "a", "title": { "en": "A" }, "kind": "control", "group": "g", "geometry": { "file": "a" } },
        { "id": "b", "title": { "en": "B" }, "kind": "control", "group": "g", "geometry": { "file": "b" } },
        { "id": "c", "title": { "en": "Front" }, "kind": "control", "group": "g", "versions": [
            { "when": "2025-02-01", "geometry": { "file": "a" }, "who": "West", "excerpts": ["r"] },
            { "when": "2025-02-03", "geometry": { "file": "c" }, "who": "East" }] }] }"#;

fn dossier() -> Dossier {
    let open = |path: &str| {
        let [west, east] = match path {
            "a" => [37.0, 38.0],
            "b" => [37.5, 38.5],
            "c" => [37.25, 37.75],
            _ => return Err(format!("{path} is not there")),
        };
        let text = format!(
            r#"{{"type":"Polygon","coordinates":[[[{west},48],[{east},48],[{east},49],[{west},49],[{west},48]]]}}"#
        );
        Ok(Cow::Owned(text.into_bytes()))
    };
    crate::dossier::read(JSON.as_bytes(), &open).unwrap().0
}

fn account(id: &str, who: Option<&str>, day: Option<&str>) -> Result<Account, String> {
    let dossier = dossier();
    let document = Document::new(&dossier, 900.0, 700.0);
    let day = day.map(|day| day.parse().unwrap());
    Account::of_overlay((&dossier, &document), dossier.overlay(id).unwrap(), who, day)
}

fn names(accounts: &BTreeSet<String>) -> Vec<&str> {
    accounts.iter().map(String::as_str).collect()
}

#[test]
fn an_account_is_as_it_stands_on_the_day_and_relies_on_the_first_of_its_chain() {
    assert_eq!(names(&account("a", None, None).unwrap().origins), ["Post"]);
    assert_eq!(names(&account("b", None, None).unwrap().origins), ["Post"], "the paper relies on the post");
    let west = account("c", Some("West"), Some("2025-02-03")).unwrap();
    assert_eq!(
        (west.name.as_str(), west.wording.as_deref(), west.as_of.as_str()),
        ("West", Some("Front"), "2025-02-01")
    );
    assert_eq!((names(&west.origins), west.age_days()), (vec!["Ministry"], Some([2, 2])));
    assert!(west.day_in_words().contains("2 days before"), "{}", west.day_in_words());
    let east = account("c", Some("East"), Some("2025-02-03")).unwrap();
    // What is quoted of the other's report is not this one's.
    assert_eq!((names(&east.origins), east.citations.len(), east.unreported), (vec!["East"], 0, None));
    let why = account("c", Some("East"), Some("2025-02-01")).unwrap_err();
    assert!(why.contains("East has no report of 1 Feb 2025"), "{why}");
}

fn agreement() -> Agreement {
    let day = "2025-02-03";
    let of_day = |id: &str, who: Option<&str>| account(id, who, Some(day)).unwrap();
    let accounts = vec![of_day("a", None), of_day("b", None), of_day("c", Some("East"))];
    Agreement::between(accounts, Some(day.parse().unwrap()), None).unwrap()
}

#[test]
fn cells_say_who_shades_them_and_of_how_many_origins() {
    let agreement = agreement();
    let said: Vec<(String, usize)> =
        agreement.cells.iter().map(|cell| (agreement.in_words(cell), cell.origins.len())).collect();
    assert_eq!(said[0], ("All 3 accounts say so; 2 independent origins".to_owned(), 2));
    let of_both = said.iter().find(|(words, _)| words.starts_with("A, B say so")).unwrap();
    assert_eq!(of_both.1, 1, "both rely on one: {said:?}");
    assert!(of_both.0.contains("East not (2 of 3 accounts; 1 independent origin)"), "{said:?}");
    let [agreed, contested] = agreement.agreed_and_contested_km2();
    assert!((agreed + contested - agreement.union_km2()).abs() < 1e-9);
    let shares: f64 = agreement.cells.iter().map(|cell| agreement.share(cell)).sum();
    assert!((shares - 1.0).abs() < 1e-12, "{shares}");
}

#[test]
fn the_map_shows_the_cells_alone_and_cites_those_who_say_so() {
    let agreement = agreement();
    let dossier = dossier();
    let (made, document) = agreement.map(&dossier, None, &Titles::default()).unwrap();
    let shown: Vec<&str> = document.shown(&made).map(|shown| shown.overlay.id.as_str()).collect();
    assert_eq!(shown.len(), agreement.cells.len());
    assert!(shown.iter().all(|id| agreement.cell_of(id).is_some()), "{shown:?}");
    let sum: f64 = shown.iter().map(|id| made.overlay(id).unwrap().measure.size().km2).sum();
    assert!((sum / agreement.union_km2() - 1.0).abs() < 1e-9, "{sum}");
    assert_eq!(made.overlay("agreed-1").unwrap().style.pattern, PatternKind::None);
    assert_ne!(made.overlay("agreed-2").unwrap().style.pattern, PatternKind::None);
    let cited = &document.overlay("agreed-1").unwrap().layer.citations;
    assert_eq!(cited.len(), 3, "two excerpts, and the report that nobody quotes: {cited:?}");
    let kept = &made.agreed.as_ref().unwrap().json;
    assert_eq!((&kept["day"], kept["cells"]["agreed-1"].as_array().unwrap().len()), (&json!("2025-02-03"), 3));
    assert_eq!(kept["accounts"][1]["geometry_sha256"], json!(fingerprint::geometry(&agreement.accounts[1].shape)));
    assert_eq!(made.as_of, "2025-02-03");
}

#[test]
fn within_an_area_there_is_nothing_else() {
    let all = agreement();
    let within =
        Within { title: Text::new("en", "B"), overlay: Some("b".to_owned()), shape: all.accounts[1].shape.clone() };
    let part = Agreement::between(all.accounts.clone(), all.day, Some(within)).unwrap();
    assert!(part.cells.iter().all(|cell| cell.says.has(1)));
    assert!(part.union_km2() < all.union_km2());
}

#[test]
fn one_account_or_two_of_one_name_are_refused() {
    let one = account("a", None, None).unwrap();
    let few = Agreement::between(vec![one.clone()], None, None).unwrap_err();
    assert!(few.contains("2 to 16"), "{few}");
    let twice = Agreement::between(vec![one.clone(), one], None, None).unwrap_err();
    assert!(twice.contains("two accounts are called “A”"), "{twice}");
}

#[test]
fn origins_that_nobody_states_are_not_counted() {
    let of = |who: &str| {
        let day: Day = "2025-02-03".parse().unwrap();
        let shape = Arc::clone(&account("a", None, None).unwrap().shape);
        let version = crate::dossier::series::Version::new(Some(day.into()), shape, who);
        Account::of_report(who, BTreeSet::new(), day, crate::dossier::series::Standing::Reported(&version))
    };
    let agreement = Agreement::between(vec![of("East"), of("West")], None, None).unwrap();
    assert_eq!(agreement.origins_in_words(&agreement.cells[0]), "origins not stated");
    assert_eq!(agreement.json(&[])["cells"][0]["origins"], json!(null));
    let table = agreement.csv();
    assert!(table.lines().nth(1).unwrap().starts_with("\"East, West\",,2,,,true,"), "{table}");
}

#[test]
fn table_and_features_say_the_same() {
    let agreement = agreement();
    let table = agreement.csv();
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), agreement.cells.len() + 1);
    assert!(rows[1].starts_with("\"A, B, East\",,3,2,East; Post,true,"), "{}", rows[1]);
    let all = agreement.json(&[vec!["Town".to_owned()]]);
    assert_eq!((&all["cells"][0]["origins"], &all["cells"][0]["places"]), (&json!(2), &json!(["Town"])));
    let features = agreement.features();
    assert_eq!(features.len(), agreement.cells.len());
    assert_eq!(features[0].properties["held_by"], json!("A, B, East"));
}
