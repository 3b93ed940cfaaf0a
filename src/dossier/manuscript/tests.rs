use serde_json::json;

use super::*;
use crate::dossier::builtin;
use crate::formats::day::Day;
use crate::formats::feature::Feature;
use crate::formats::language::{Language, Text};

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn berlin() -> Manuscript {
    let mut files: Files = builtin::files().map(|(name, bytes)| (name.to_owned(), Arc::from(bytes))).collect();
    let json = files.remove(DESCRIPTION).unwrap();
    Manuscript::open(&json, files).unwrap()
}

fn begun() -> Manuscript {
    let language = |tag| Language::new(tag).unwrap();
    Manuscript::new(&Beginning {
        title: Text::new("hy", "Լեռնային հովիտ").with("ar", "الوادي"),
        day: Day::new(2026, Some(11), Some(2)).unwrap(),
        languages: vec![language("hy"), language("ar")],
        bounds: Some([28.0, 9.0, 29.0, 10.0]),
        country: None,
    })
}

fn square() -> Vec<u8> {
    let ring = vec![(28.2, 9.2), (28.8, 9.2), (28.8, 9.8), (28.2, 9.8), (28.2, 9.2)];
    let geometry = geo::Geometry::from(geo::Polygon::new(ring.into(), Vec::new()));
    let feature = Feature { geometry: Some(geometry), ..Feature::default() };
    geometry_text(&[feature]).into_bytes()
}

#[test]
fn a_dossier_that_is_opened_and_not_changed_is_the_same() {
    let manuscript = berlin();
    let stood = include_str!("../../../assets/dossiers/berlin-2025-12/dossier.json");
    assert_eq!(manuscript.json(), stood);
    let (read, problems) = manuscript.dossier().unwrap();
    let (built_in, known) = crate::dossier::builtin::berlin().unwrap();
    assert_eq!((read.sha256, read.overlays.len()), (built_in.sha256, built_in.overlays.len()));
    assert_eq!(problems, known);
}

#[test]
fn an_edit_changes_the_lines_of_its_entry_alone() {
    let mut manuscript = berlin();
    let before = manuscript.json();
    let id = manuscript.entries(List::Sources).map(id_of).next().unwrap().to_owned();
    manuscript.put(List::Sources, object(json!({ "id": id, "retrieved": "2026-11-02", "own": { "x": 1 } }))).unwrap();
    let after = manuscript.json();
    let changed: Vec<&str> = after.lines().filter(|line| !before.lines().any(|other| other == *line)).collect();
    assert_eq!(changed, [r#"      "retrieved": "2026-11-02","#, r#"      "own": {"#, r#"        "x": 1"#]);
    // What the format does not know survives another edit.
    manuscript.put(List::Sources, object(json!({ "id": id, "author": "A. Author" }))).unwrap();
    assert!(manuscript.json().contains(r#""x": 1"#));
}

#[test]
fn a_new_dossier_is_read_on_its_limits_and_takes_its_first_overlay() {
    let mut manuscript = begun();
    assert!(manuscript.id().starts_with("dossier-"), "{}", manuscript.id());
    let (empty, problems) = manuscript.dossier().unwrap();
    assert_eq!((empty.home, empty.overlays.len(), problems), ([28.0, 9.0, 29.0, 10.0], 0, Vec::new()));
    manuscript.put_file("overlays/valley.geojson", square()).unwrap();
    let overlay = json!({
        "id": "valley", "title": { "hy": "Հովիտ" }, "kind": "region", "geometry": { "file": "overlays/valley.geojson" },
        "style": own_style(&manuscript, Drawn::Area),
    });
    manuscript.put(List::Overlays, object(overlay)).unwrap();
    let (dossier, problems) = manuscript.dossier().unwrap();
    assert_eq!(problems, Vec::new());
    assert_eq!(dossier.overlays[0].title.get("hy"), Some("Հովիտ"));
    assert_eq!(dossier.languages, ["hy", "ar"]);
}

#[test]
fn what_rests_on_an_entry_keeps_it_and_mentions_of_it_go_along() {
    let mut manuscript = begun();
    manuscript.put_file("overlays/a.geojson", square()).unwrap();
    for (id, entry) in [
        ("a", json!({ "geometry": { "file": "overlays/a.geojson" } })),
        ("b", json!({ "recipe": { "op": "union", "of": ["a"] } })),
    ] {
        let mut overlay = object(json!({ "id": id, "title": { "en": id }, "kind": "region" }));
        overlay.extend(object(entry));
        manuscript.put(List::Overlays, overlay).unwrap();
    }
    manuscript
        .put(List::Sources, object(json!({ "id": "s", "outlet": "S", "title": "T", "url": "https://s.example" })))
        .unwrap();
    let excerpt = json!({ "id": "e", "source": "s", "overlays": ["a", "b"], "does": "claims", "exact": "x" });
    manuscript.put(List::Excerpts, object(excerpt)).unwrap();
    let position = json!({ "id": "p", "who": "W", "stance": "claims", "overlay": "b", "summary": "s", "excerpt": "e" });
    manuscript.put(List::Positions, object(position)).unwrap();
    manuscript.set("home", json!("b"));

    let in_use = |list, id: &str, by: &str| EditError::InUse { list, id: id.to_owned(), by: by.to_owned() };
    assert_eq!(manuscript.remove(List::Overlays, "a"), Err(in_use(List::Overlays, "a", "overlay 'b'")));
    assert_eq!(manuscript.remove(List::Sources, "s"), Err(in_use(List::Sources, "s", "excerpt 'e'")));
    manuscript.remove(List::Overlays, "b").unwrap();
    assert_eq!(manuscript.entry(List::Excerpts, "e").unwrap()["overlays"], json!(["a"]));
    assert_eq!((manuscript.entries(List::Positions).count(), manuscript.member("home")), (0, None));
    manuscript.remove(List::Overlays, "a").unwrap();
    assert!(manuscript.files().is_empty(), "a file that nothing names goes along");
    assert_eq!(
        manuscript.remove(List::Overlays, "a"),
        Err(EditError::Absent { list: List::Overlays, id: "a".to_owned() })
    );
}

#[test]
fn a_manuscript_is_kept_in_a_project_with_its_files() {
    let mut manuscript = begun();
    manuscript.put_file("overlays/valley.geojson", square()).unwrap();
    manuscript.put_file("captures/post.wacz", vec![0x50, 0x4b, 0xff, 0x00]).unwrap();
    let stored = serde_json::to_string(&manuscript).unwrap();
    let read: Manuscript = serde_json::from_str(&stored).unwrap();
    assert_eq!((read.json(), read.files()), (manuscript.json(), manuscript.files()));
    let broken = stored.replace("UEv/AA==", "UEv/A");
    assert!(serde_json::from_str::<Manuscript>(&broken).unwrap_err().to_string().contains("captures/post.wacz"));
}

#[test]
fn ids_and_paths_that_lead_astray_are_refused() {
    let mut manuscript = begun();
    for id in ["", "A", "a b", "ü"] {
        assert_eq!(manuscript.put(List::Notes, object(json!({ "id": id }))), Err(EditError::Id(id.to_owned())));
    }
    for path in ["../x", "/x", "a//b", "C:x", "dossier.json", "a\\b"] {
        assert_eq!(manuscript.put_file(path, Vec::new()), Err(EditError::Path(path.to_owned())), "{path}");
    }
    manuscript.put(List::Layers, object(json!({ "id": "oil-field" }))).unwrap();
    assert_eq!(manuscript.free_id(List::Overlays, "Oil field!"), "oil-field-2");
    assert_eq!(manuscript.free_id(List::Overlays, "أبيي"), "overlay");
    assert_eq!(manuscript.free_id(List::Sources, "وزارة 2026-10-30"), "source-2026-10-30");
    assert_eq!(manuscript.free_id(List::Sources, "1911"), "1911");
    manuscript
        .put(List::Sources, object(json!({ "id": "post-2026", "outlet": "P", "title": "T", "url": "" })))
        .unwrap();
    assert_eq!(manuscript.free_id(List::Excerpts, "post-2026 أبيي"), "post-2026-excerpt");
    assert_eq!(manuscript.free_id(List::Excerpts, "post-2026 70"), "post-2026-70");
}

#[test]
fn each_new_overlay_has_a_colour_and_a_pattern_of_its_own() {
    let mut manuscript = begun();
    let mut seen = Vec::new();
    for index in 0..6 {
        let style = own_style(&manuscript, Drawn::Area);
        let pattern = (style.get("pattern").cloned(), style.get("pattern-angle").cloned());
        assert!(seen.iter().all(|(color, other)| *color != style["fill"] && *other != pattern), "{style}");
        seen.push((style["fill"].clone(), pattern));
        let overlay = json!({ "id": format!("o-{index}"), "style": style });
        manuscript.put(List::Overlays, object(overlay)).unwrap();
    }
}

#[test]
fn a_geometry_is_written_with_one_position_a_line() {
    let text = String::from_utf8(square()).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains("9.")).count(), 5, "{text}");
    assert!(serde_json::from_str::<Value>(&text).is_ok());
}

#[test]
fn entries_are_put_in_another_order() {
    let mut manuscript = begun();
    for id in ["a", "b", "c"] {
        manuscript.put(List::Groups, object(json!({ "id": id, "title": { "en": id } }))).unwrap();
    }
    manuscript.shift(List::Groups, "c", -2).unwrap();
    manuscript.shift(List::Groups, "b", 9).unwrap();
    assert_eq!(manuscript.entries(List::Groups).map(id_of).collect::<Vec<_>>(), ["c", "a", "b"]);
}

#[test]
fn what_is_said_anew_is_read_as_the_whole_would_be() {
    let former = berlin();
    let (dossier, _) = former.dossier().unwrap();
    let mut manuscript = former.clone();
    let source = json!({ "id": "new", "outlet": "O", "title": "T", "url": "https://o.example" });
    manuscript.put(List::Sources, object(source)).unwrap();
    manuscript.set("summary", json!("In other words."));
    let excerpt = json!({ "id": "lost", "source": "new", "overlays": ["nowhere"], "does": "claims", "exact": "x" });
    manuscript.put(List::Excerpts, object(excerpt)).unwrap();
    let (quick, problems) = manuscript.restated(&former, &dossier).unwrap();
    let (whole, all) = manuscript.dossier().unwrap();
    assert_eq!((&quick.sha256, &quick.summary, &quick.sources), (&whole.sha256, &whole.summary, &whole.sources));
    assert_eq!((&quick.excerpts, quick.home, quick.limits), (&whole.excerpts, whole.home, whole.limits));
    assert_eq!(problems, all);
    assert!(problems.iter().any(|problem| problem.to_string().contains("lost")), "{problems:?}");
    // A day or a group may be that of an overlay that says none.
    for (name, value) in [("as_of", json!("2025-12-16")), ("groups", json!([]))] {
        let mut other = former.clone();
        other.set(name, value);
        assert!(other.restated(&former, &dossier).is_none(), "{name}");
    }
    // Another shape has to be worked out.
    let mut other = former.clone();
    let id = former.entries(List::Overlays).map(id_of).next().unwrap().to_owned();
    other.put(List::Overlays, object(json!({ "id": id, "gist": "Otherwise" }))).unwrap();
    assert!(other.restated(&former, &dossier).is_none());
}

#[test]
fn an_overlay_in_no_group_is_listed_all_the_same() {
    let mut manuscript = berlin();
    let id = manuscript.entries(List::Overlays).map(id_of).next().unwrap().to_owned();
    for (group, is_told) in [(json!("gone"), true), (json!(null), false)] {
        manuscript.put(List::Overlays, object(json!({ "id": id, "group": group }))).unwrap();
        let (dossier, problems) = manuscript.dossier().unwrap();
        let overlay = dossier.overlay(&id).unwrap();
        let listed = dossier.groups.iter().find(|one| one.id == overlay.group).unwrap();
        assert_eq!(listed.title.main(), "Overlays");
        let said = problems.iter().filter(|one| one.to_string().contains("'gone' is not among the groups")).count();
        assert_eq!(said, usize::from(is_told), "{problems:?}");
        assert_eq!(dossier.groups.iter().filter(|one| one.id == overlay.group).count(), 1);
        // Without any group there is no first one to stand for what is not said.
        manuscript.set("groups", json!([]));
    }
}

#[test]
fn a_new_dossier_has_its_disclaimer_in_its_languages() {
    let (dossier, _) = begun().dossier().unwrap();
    assert_eq!(dossier.disclaimer.iter().map(|(language, _)| language.tag()).collect::<Vec<_>>(), ["en", "hy", "ar"]);
    let english = Manuscript::of_quill();
    assert!(english.member("disclaimer").unwrap().is_string(), "words in English alone are bare, as they always were");
}
