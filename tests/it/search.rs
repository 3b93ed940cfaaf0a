//! Search everything, coordinates that are typed, texts that are attached, pages that are cited and tables of points: the editor
//! without a window.

use std::sync::Arc;
use std::time::Instant;

use claimline::document::annotation::{Citation, PointKind, Shape};
use claimline::document::{self, AnnotationId};
use claimline::dossier::check::{CheckState, Fit, TextAtHand};
use claimline::dossier::feature_search::FeatureNames;
use claimline::dossier::table_view::Work;
use claimline::dossier::{Problem, Source, builtin, own_layer};
use claimline::files::{self, Content};
use claimline::formats::geojson;
use claimline::formats::plain::Words;
use claimline::formats::source_properties::PropertySource;
use claimline::formats::text::NormalizedText;
use claimline::geometry::{Coord, View};
use claimline::scene::Scene;
use claimline::session::search::{Group, Kind, MOST_OF_GROUP, Target};
use claimline::session::{Action, Annotate, Command, Effect, Part, Selection, Session};

fn session() -> Session {
    let (dossier, problems): (_, Vec<Problem>) = builtin::berlin().unwrap();
    let mut session = Session::new(Arc::new(Scene::new(dossier)), problems);
    let _ = session.apply(Action::SetPage { width_pt: 1000.0, height_pt: 700.0 });
    session
}

fn group(groups: &[Group], kind: Kind) -> &Group {
    groups.iter().find(|group| group.kind == kind).unwrap_or_else(|| panic!("no {kind:?} in {groups:#?}"))
}

fn apply(session: &mut Session, actions: Vec<Action>) -> Vec<Effect> {
    actions.into_iter().flat_map(|action| session.apply(action)).collect()
}

/// Chooses the first find of a kind.
fn choose(session: &mut Session, wanted: &str, kind: Kind) -> Vec<Effect> {
    let groups = session.search(wanted);
    let target = group(&groups, kind).finds[0].target.clone();
    let actions = session.choose(&target);
    apply(session, actions)
}

#[test]
fn every_kind_of_thing_is_found_by_its_words() {
    let mut session = session();
    let _ = session.apply(Action::PlaceMarker(Coord { x: 37.7, y: 48.6 }));
    let id = session.selected_annotations()[0];
    let _ = session.apply(Action::Annotate(vec![id], Annotate::Title("Міст через Дін".to_owned())));
    let groups = session.search("міст дін");
    assert_eq!(group(&groups, Kind::Annotation).finds[0].target, Target::Annotation(id));
    let groups = session.search("KRAMATORSK");
    assert_eq!(group(&groups, Kind::Place).finds[0].title, "Kramatorsk");
    let groups = session.search("краматорськ");
    assert_eq!(group(&groups, Kind::Place).finds[0].title, "Kramatorsk");
    let groups = session.search("словянськ");
    assert_eq!(group(&groups, Kind::Place).finds[0].title, "Sloviansk", "an apostrophe makes no difference");
    let groups = session.search("withdrawal");
    assert_eq!(group(&groups, Kind::Overlay).finds[0].target, Target::Overlay("withdrawal-area".to_owned()));
    for wanted in ["5,600", "5600"] {
        let groups = session.search(wanted);
        assert!(group(&groups, Kind::Figure).finds[0].title.contains("5,600 km²"), "{groups:#?}");
    }
    let groups = session.search("five to ten kilometres");
    let excerpt = &group(&groups, Kind::Excerpt).finds[0];
    assert!(excerpt.title.to_lowercase().contains("five to ten kilometres"), "{}", excerpt.title);
    let groups = session.search("tfiglobal");
    assert!(matches!(group(&groups, Kind::Source).finds[0].target, Target::Source(_)));
    let groups = session.search("undo");
    assert_eq!((groups[0].kind, &groups[0].finds[0].target), (Kind::Command, &Target::Command(Command::Undo)));
    assert_eq!(session.search("no such word anywhere"), []);
    // Of no words, all commands.
    let groups = session.search("  ");
    assert_eq!((groups.len(), groups[0].finds.len()), (1, Command::ALL.len() - 1));
}

#[test]
fn a_group_is_bounded_and_says_how_many_there_are() {
    let session = session();
    let groups = session.search("the");
    let excerpts = group(&groups, Kind::Excerpt);
    assert_eq!(excerpts.finds.len(), MOST_OF_GROUP);
    assert!(excerpts.count > MOST_OF_GROUP, "{}", excerpts.count);
    // What has the words in its name stands before what has them only beside it.
    let groups = session.search("kramatorsk");
    let places = groups.iter().position(|group| group.kind == Kind::Place);
    let commands = groups.iter().position(|group| group.kind == Kind::Command);
    assert!(places.is_some() && commands.is_none(), "{groups:#?}");
}

#[test]
fn choosing_a_find_goes_there() {
    let mut session = session();
    let _ = choose(&mut session, "pokrovsk", Kind::Place);
    assert!(matches!(session.selection(), Selection::Overlay { place: Some(_), .. }));
    let at = session.document().view.center;
    assert!((at.x - 37.18).abs() < 0.1 && (at.y - 48.28).abs() < 0.1, "{at:?}");
    let _ = choose(&mut session, "luhansk oblast", Kind::Overlay);
    assert_eq!(session.selected_overlay().map(|overlay| overlay.id.as_str()), Some("luhansk"));
    let _ = choose(&mut session, "five to ten kilometres", Kind::Excerpt);
    assert!(matches!(session.selection(), Selection::Excerpt { .. }));
    let effects = choose(&mut session, "tfiglobal", Kind::Source);
    assert!(matches!(effects.as_slice(), [Effect::ShowSource(_)]), "{effects:?}");
    let effects = choose(&mut session, "gaps", Kind::Command);
    assert_eq!(effects, [Effect::ShowGaps]);
}

#[test]
fn coordinates_go_there_and_place_a_marker_in_either_reading() {
    let mut session = session();
    let groups = session.search("48.62, 37.55");
    assert_eq!(groups[0].kind, Kind::Coordinates);
    let titles: Vec<&str> = groups[0].finds.iter().map(|find| find.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Go to 48.6200° N 37.5500° E",
            "Place a marker here: 48.6200° N 37.5500° E",
            "Go to 37.5500° N 48.6200° E",
            "Place a marker here: 37.5500° N 48.6200° E"
        ]
    );
    let notes: Vec<String> = groups[0].finds.iter().map(|find| session.note_on(&find.target)).collect();
    assert_eq!((notes[0].as_str(), notes[2].as_str()), ("latitude first", "longitude first"));
    let target = groups[0].finds[0].target.clone();
    let actions = session.choose(&target);
    apply(&mut session, actions);
    let view = session.document().view;
    assert!((view.center.x - 37.55).abs() < 1e-9 && (view.center.y - 48.62).abs() < 1e-9 && view.zoom >= 11.0);
    assert!(session.crosshair().is_some(), "the place is marked by the crosshair");
    assert!(session.document().annotations.is_empty());
    let target = groups[0].finds[1].target.clone();
    let actions = session.choose(&target);
    apply(&mut session, actions);
    let marker = session.selected_annotation().unwrap();
    assert_eq!(marker.shape, Shape::Point { at: Coord { x: 37.55, y: 48.62 }, kind: PointKind::Marker });
    let _ = session.apply(Action::Command(Command::Undo));
    assert!(session.document().annotations.is_empty(), "placing it is one step");
    // Where letters decide there is one reading.
    let groups = session.search("37U DQ 12345 67890");
    assert_eq!(groups[0].finds.len(), 2);
    assert_eq!(session.note_on(&groups[0].finds[0].target), "MGRS, to 1 m");
    // A year is no place.
    assert!(session.search("2025").iter().all(|group| group.kind != Kind::Coordinates));
}

#[test]
fn typed_coordinates_move_a_marker_a_circle_and_a_callout_and_are_one_step_each() {
    let mut session = session();
    let _ = session.apply(Action::PlaceMarker(Coord { x: 37.5, y: 48.5 }));
    let id = session.selected_annotations()[0];
    let to = Coord { x: 37.55, y: 48.62 };
    let _ = session.apply(Action::Annotate(vec![id], Annotate::PutAt(to)));
    let shape = |session: &Session, id: AnnotationId| session.document().annotations.get(id).unwrap().shape.clone();
    assert_eq!(shape(&session, id), Shape::Point { at: to, kind: PointKind::Marker }, "exactly as it was typed");
    let _ = session.apply(Action::Command(Command::Undo));
    assert_eq!(shape(&session, id), Shape::Point { at: Coord { x: 37.5, y: 48.5 }, kind: PointKind::Marker });
    let _ = session.apply(Action::Annotate(vec![id], Annotate::Lock(true)));
    let _ = session.apply(Action::Annotate(vec![id], Annotate::PutAt(to)));
    assert_ne!(shape(&session, id), Shape::Point { at: to, kind: PointKind::Marker }, "what is locked stays");

    let mut document = session.document().clone();
    let layer = document.layers[0].id;
    let callout = Shape::Callout { target: Coord { x: 37.0, y: 48.0 }, text_at: Coord { x: 37.2, y: 48.1 } };
    let circle = Shape::Circle { center: Coord { x: 37.0, y: 48.0 }, radius_m: 1000.0 };
    let ids: Vec<AnnotationId> = [callout, circle]
        .into_iter()
        .map(|shape| document::edit::add(&mut document, document::Annotation::new(AnnotationId(0), layer, shape)))
        .collect();
    document::edit::put_at(&mut document, &ids, to);
    let Shape::Callout { target, text_at } = document.annotations.get(ids[0]).unwrap().shape else { panic!() };
    assert_eq!(target, to);
    assert!((text_at.x - 37.75).abs() < 1e-9, "its words come along: {text_at:?}");
    let Shape::Circle { center, radius_m } = document.annotations.get(ids[1]).unwrap().shape else { panic!() };
    assert_eq!((center, radius_m), (to, 1000.0));
}

#[test]
fn the_map_goes_anywhere_and_home_brings_it_back() {
    let mut session = session();
    let home = session.document().view;
    let _ = session.apply(Action::SetView(View { center: Coord { x: -70.0, y: -30.0 }, zoom: 5.0 }));
    let view = session.document().view;
    assert!((view.center.x + 70.0).abs() < 1e-9 && (view.center.y + 30.0).abs() < 1e-9, "{view:?}");
    let _ = session.apply(Action::Command(Command::Home));
    let back = session.document().view;
    assert!((back.center.x - home.center.x).abs() < 1e-6 && (back.zoom - home.zoom).abs() < 1e-6);
}

/// A source of the built-in dossier, with words of its own.
fn source_of(session: &Session) -> (String, String) {
    let excerpt = &session.dossier().excerpts[0];
    (excerpt.source.clone(), excerpt.exact.clone())
}

#[test]
fn a_text_that_has_none_of_the_excerpts_is_not_that_of_the_source() {
    let session = session();
    let (id, words) = source_of(&session);
    let source = session.dossier().source(&id).unwrap();
    let fit = |text: &str| TextAtHand::new(NormalizedText::new(text)).fit(source, session.excerpts());
    assert!(matches!(fit("Dear all, see you on Monday."), Fit::Other { excerpts: 1.., differs: true }));
    assert_eq!(fit(&format!("An edited copy: {words}. More.")), Fit::Fits);
    // Of a source of which nothing is known nothing can be told.
    let unknown = Source { id: "x".to_owned(), outlet: "X".to_owned(), ..Source::default() };
    assert_eq!(TextAtHand::new(NormalizedText::new("Anything")).fit(&unknown, session.excerpts()), Fit::Fits);
}

#[test]
fn excerpts_of_a_text_that_was_attached_all_the_same_say_so_for_ever() {
    let mut session = session();
    let (id, _) = source_of(&session);
    let wrong = TextAtHand::new(NormalizedText::new("The bridge at Siversk stands, says somebody else."));
    let sha256 = wrong.text().sha256().to_owned();
    let told = session.attach(&id, "letter.txt".to_owned(), None, wrong);
    assert!(told.contains("not the text of this source, but was attached anyway"), "{told}");
    let _ = session.apply(Action::AddExcerpt { source: id.clone(), at: 0..10, overlay: "luhansk".to_owned() });
    let own = session.document().own_excerpts[0].clone();
    assert_eq!((own.exact.as_str(), own.other_text.as_ref()), ("The bridge", Some(&sha256)));
    let state = |session: &Session| session.texts().state(&own.id).clone();
    assert!(matches!(state(&session), CheckState::OtherText { at: Some(_) }), "never exact");
    // Nor in a text in which the excerpts of the source stand too.
    let all: String =
        session.dossier().excerpts.iter().filter(|it| it.source == id).map(|it| it.exact.clone() + ". ").collect();
    let right = TextAtHand::new(NormalizedText::new(&format!("{all} The bridge")));
    let told = session.attach(&id, "article.txt".to_owned(), None, right);
    assert!(!told.contains("anyway"), "{told}");
    assert!(matches!(state(&session), CheckState::OtherText { .. }));
    // A project keeps it.
    let text = serde_json::to_value(&own).unwrap();
    assert_eq!(text["other_text"], serde_json::json!(sha256));
    let again: claimline::dossier::Excerpt = serde_json::from_value(text).unwrap();
    assert_eq!(again, own);
    let source = session.dossier().source(&id).unwrap();
    let citation = claimline::dossier::words::citation(&own, source);
    assert!(citation.ends_with("The words were taken from a text other than this source’s"), "{citation}");
}

#[test]
fn a_new_source_can_be_quoted_undone_and_kept() {
    let mut session = session();
    let text = TextAtHand::new(NormalizedText::new("The bridge at Siversk stands."));
    let new = Source { outlet: "The Post".to_owned(), title: "A bridge".to_owned(), ..Source::default() };
    let (id, told) = session.add_source(new, "post.txt".to_owned(), text);
    assert!(told.starts_with("The Post: "), "{told}");
    assert!(session.is_own_source(&id) && session.dossier().source(&id).is_some());
    let _ = session.apply(Action::AddExcerpt { source: id.clone(), at: 0..10, overlay: "luhansk".to_owned() });
    let own = session.document().own_excerpts[0].clone();
    assert_eq!(own.other_text, None);
    assert!(matches!(session.texts().state(&own.id), CheckState::Exact { .. }));
    let groups = session.search("the post bridge");
    assert_eq!(group(&groups, Kind::Source).finds[0].target, Target::Source(id.clone()));
    // It cannot go as long as something is quoted from it.
    let effects = session.apply(Action::RemoveSource(id.clone()));
    assert!(matches!(effects.as_slice(), [Effect::Tell(_)]) && session.is_own_source(&id));
    // Another session that opens the document has the source too.
    let mut other = self::session();
    let _ = other.restore(session.document().clone());
    assert!(other.dossier().source(&id).is_some());
    for _ in 0..2 {
        let _ = session.apply(Action::Command(Command::Undo));
    }
    assert!(session.dossier().source(&id).is_none() && session.document().own_sources.is_empty());
}

#[test]
fn files_that_are_no_texts_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, says) in [
        ("a.txt", &b"%PDF-1.7\n"[..], "it is damaged, or not what it seems"),
        ("b.html", b"PK\x03\x04\x14\0\0\0\0\0word/document.xml", "its zip cannot be unpacked"),
        ("c.txt", b"PK\x03\x04anything", "this is a packed file (zip)"),
        ("d.txt", b"\x89PNG\r\n\x1a\n", "this is a picture (PNG)"),
        ("e.txt", b"\xff\xd8\xff\xe0", "this is a picture (JPEG)"),
        ("f.txt", b"a\0b", "this is not a text"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = files::read_text(&path).unwrap_err().to_string();
        assert!(error.contains(says), "{name}: {error}");
    }
    let path = folder.path().join("g.txt");
    std::fs::write(&path, b"\xff\xfeA\0b\0").unwrap();
    assert_eq!(files::read_text(&path).unwrap().normalized.as_str(), "Ab", "UTF-16 has zeros, and its mark");
}

#[test]
fn five_points_with_notes_and_links_come_from_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    let mut text = "name,lat,lon,note,link,date,title,outlet\n".to_owned();
    for number in 1..=5 {
        text.push_str(&format!(
            "Point {number},48.{number},37.{number},\"Note {number}, whole\",https://example.org/{number},2025-12-1{number},Article {number},The Post\n"
        ));
    }
    std::fs::write(&path, text).unwrap();
    let Content::Evidence(part) = files::open(&path).unwrap().content else { panic!("a layer") };
    let mut session = session();
    let (merged, _) = session.open(vec![part]);
    assert_eq!((merged.added, merged.problems), (vec!["points".to_owned()], vec![]));
    let _ = session.apply(Action::Select("points".to_owned()));
    let _ = session.apply(Action::Command(Command::ConvertOverlay));
    let annotations = &session.document().annotations;
    assert_eq!(annotations.len(), 5);
    for (number, annotation) in (1..).zip(annotations) {
        assert_eq!(annotation.title, format!("Point {number}"));
        assert!(annotation.description.starts_with(&format!("Note {number}, whole\n")), "{}", annotation.description);
        let expected = PropertySource {
            url: Some(format!("https://example.org/{number}")),
            title: Some(format!("Article {number}")),
            outlet: Some("The Post".to_owned()),
            date: Some(format!("2025-12-1{number}")),
            ..PropertySource::default()
        };
        assert_eq!(annotation.citations, [Citation::Source(expected)]);
        let at = Coord { x: 37.0 + f64::from(number) / 10.0, y: 48.0 + f64::from(number) / 10.0 };
        let Shape::Point { at: found, kind: PointKind::Marker } = annotation.shape else { panic!("a marker") };
        assert!((found.x - at.x).abs() < 1e-9 && (found.y - at.y).abs() < 1e-9);
    }
    let _ = session.apply(Action::Command(Command::Undo));
    assert!(session.document().annotations.is_empty(), "all of them are one step");
}

#[test]
fn many_features_are_found_in_the_time_of_a_few_letters() {
    let count = 50_000;
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for number in 0..count {
        if number > 0 {
            text.push(',');
        }
        text.push_str(&format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"name\":\"Place {number}\",\"note\":\"нотатка-{}-х\"}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[37.5,48.6]}}}}",
            number % 97
        ));
    }
    text.push_str("]}");
    let (layer, problems) = own_layer("many", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
    let mut session = session();
    let _ = session.open(vec![Part::Layer(Box::new(layer), problems)]);
    let mut names = FeatureNames::default();
    let mut find =
        |wanted: &str| names.find(session.dossier(), &Words::of(wanted), MOST_OF_GROUP, &Work::default()).unwrap();
    let found = find("place 4999");
    assert_eq!(found.count, 15, "4999, 14999 to 44999, 49990 to 49999");
    assert_eq!((found.features[0].feature, found.features.len()), (4999, MOST_OF_GROUP));
    assert_eq!(find("НОТАТКА-96-Х").count, 515);
    // What the window itself does at each letter must not notice them.
    let started = Instant::now();
    let groups = session.search("place");
    assert!(started.elapsed().as_millis() < 250, "{:?}", started.elapsed());
    assert!(groups.iter().all(|group| group.kind != Kind::Feature));
}
