//! What features of a file rest on: numbered in a figure like any other source, kept by an annotation made of a feature.

use std::sync::Arc;

use claimline::document::annotation::{Citation, Shape};
use claimline::document::project;
use claimline::dossier::{Dossier, Styling, builtin, own_layer};
use claimline::figure::{self, FigureOptions, Furniture, OutputFormat, PageSetup, Piece, Shows};
use claimline::formats::geojson;
use claimline::formats::source_properties::PropertySource;
use claimline::scene::Scene;
use claimline::scene::ground::Ground;
use claimline::session::{Action, Command, Part, Selection, Session};
use serde_json::{Value, json};

fn square(west: f64, south: f64) -> Value {
    let (east, north) = (west + 0.3, south + 0.2);
    json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
}

fn session(features: Vec<Value>) -> Session {
    let (dossier, problems) = builtin::berlin().unwrap();
    let mut session = Session::new(Arc::new(Scene::new(dossier)), problems);
    let text = json!({"type": "FeatureCollection", "features": features}).to_string();
    let (layer, problems) = own_layer("control", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
    let mut layer = layer;
    layer.opened_from = Some("control.geojson".to_owned());
    let _ = session.open(vec![Part::Layer(Box::new(layer), problems)]);
    session
}

fn feature(properties: Value, geometry: Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

fn address_in(dossier: &Dossier) -> String {
    dossier.sources[0].url.clone()
}

/// A figure of these bounds as GeoJSON and as SVG.
fn drawn(session: &Session, bounds: [f64; 4]) -> (Value, String) {
    let options = FigureOptions::new("Figure", PageSetup::default(), Shows::Bounds(bounds));
    let drawn = figure::draw(session.scene(), &Ground::blank(), session.document(), &options);
    let data = drawn.encode(OutputFormat::GeoJson).unwrap();
    let svg = drawn.encode(OutputFormat::Svg).unwrap();
    (serde_json::from_slice(&data).unwrap(), String::from_utf8(svg).unwrap())
}

#[test]
fn sources_of_features_in_the_frame_are_numbered_like_any_other() {
    let known = address_in(&builtin::berlin().unwrap().0);
    let session = session(vec![
        feature(
            json!({"name": "Taken", "fill": "#d32f2f", "url": "https://first.example/a", "date": "2025-12-01"}),
            square(37.0, 48.5),
        ),
        feature(
            json!({"name": "Back", "fill": "#0f9d58", "source": "Field notes of the desk", "sources_url": known}),
            square(37.4, 48.5),
        ),
        feature(json!({"name": "Taken", "fill": "#d32f2f", "url": "https://far.example/b"}), square(20.0, 40.0)),
    ]);
    let (data, svg) = drawn(&session, [36.8, 48.4, 38.0, 48.9]);
    assert!(svg.contains(">first.example<") && svg.contains("1\u{a0}Dec\u{a0}2025"));
    assert!(!svg.contains("far.example"), "that feature is out of the frame");
    let sources = &data["claimline"]["feature_sources"];
    assert_eq!(sources["others"][0], json!({"url": "https://first.example/a", "published": "2025-12-01"}));
    assert_eq!((sources["others"].as_array().unwrap().len(), &sources["more"]), (1, &json!(0)));
    // The words name the outlet of the one address, which is the dossier's.
    assert_eq!(sources["of_dossier"].as_array().unwrap().len(), 1);
    let features = data["features"].as_array().unwrap();
    let taken = features.iter().find(|feature| feature["properties"]["name"] == "Taken").unwrap();
    assert_eq!(taken["properties"]["claimline"]["sources"][0]["url"], "https://first.example/a");
    assert_eq!(taken["properties"]["url"], "https://first.example/a", "and what the file says stays");
}

#[test]
fn numbers_on_the_map_stand_within_the_kinds_whose_features_name_the_sources() {
    let session = session(vec![
        feature(json!({"name": "Taken", "fill": "#d32f2f", "url": "https://first.example/a"}), square(37.0, 48.5)),
        feature(json!({"name": "Back", "fill": "#0f9d58", "url": "https://second.example/b"}), square(37.6, 48.5)),
        feature(json!({"name": "Quiet", "fill": "#555555"}), square(37.0, 48.1)),
    ]);
    let mut furniture = Furniture::bare();
    furniture.set(Piece::Numbers, true);
    furniture.set(Piece::References, true);
    let mut document = session.document().clone();
    document.overlays.iter_mut().for_each(|state| state.visible = state.id == "control");
    let bounds = [36.8, 48.0, 38.2, 48.9];
    let options =
        FigureOptions { furniture, ..FigureOptions::new("Figure", PageSetup::default(), Shows::Bounds(bounds)) };
    let drawn = figure::draw(session.scene(), &Ground::blank(), &document, &options);
    let svg = String::from_utf8(drawn.encode(OutputFormat::Svg).unwrap()).unwrap();
    // Each with the number that the list of references gives it, inside its own square.
    for (kind, id, number, lon_deg) in
        [("Taken", "numbers-control-1", "1", 37.0), ("Back", "numbers-control-2", "2", 37.6)]
    {
        let group = svg.split(&format!("id=\"{id}\"")).nth(1).unwrap_or_else(|| panic!("{id} is not on the map"));
        let group = group.split("</g>").next().unwrap();
        assert!(
            group.contains(&format!("Sources of control, {kind}: {number}")) && group.contains(&format!(">{number}<"))
        );
        let after = |text: &'static str| group.split("<text").nth(1).and_then(|rest| rest.split(text).nth(1)).unwrap();
        let x_pt: f64 = after(" x=\"").split('"').next().unwrap().parse().unwrap();
        let x_of = |lon_deg: f64| {
            let at = claimline::geometry::Coord { x: lon_deg, y: 48.6 };
            drawn.map_frame.x0 + drawn.map.page_from_lon_lat(at).x
        };
        assert!((x_of(lon_deg)..x_of(lon_deg + 0.3)).contains(&x_pt), "{id} stands at {x_pt}");
    }
    assert!(!svg.contains("Sources of control, Quiet"));
}

#[test]
fn a_hidden_kind_brings_no_sources() {
    let mut session = session(vec![
        feature(json!({"name": "Taken", "fill": "#d32f2f", "url": "https://first.example/a"}), square(37.0, 48.5)),
        feature(json!({"name": "Back", "fill": "#0f9d58", "url": "https://second.example/b"}), square(37.4, 48.5)),
    ]);
    let overlay = session.dossier().overlay("control").unwrap();
    let key = session.kinds(overlay).list()[0].key.clone();
    let styling = Styling { hidden: [key].into(), ..Styling::default() };
    let _ = session.apply(Action::SetStyling("control".to_owned(), Arc::new(styling)));
    let (data, svg) = drawn(&session, [36.8, 48.4, 38.0, 48.9]);
    assert!(!svg.contains("first.example") && svg.contains("second.example"));
    assert_eq!(data["claimline"]["feature_sources"]["others"], json!([{"url": "https://second.example/b"}]));
}

#[test]
fn of_very_many_sources_the_rest_is_counted() {
    let page = |index: usize| format!("https://a.example/{index}");
    let many: Vec<Value> = (0..75).map(|index| feature(json!({"url": page(index)}), square(37.0, 48.5))).collect();
    let session = session(many);
    let (data, svg) = drawn(&session, [36.8, 48.4, 38.0, 48.9]);
    assert_eq!(data["claimline"]["feature_sources"]["more"], 15);
    assert!(svg.contains("15 more sources of features are not listed."));
}

#[test]
fn an_annotation_of_a_feature_keeps_its_name_words_style_and_sources() {
    let mut session = session(vec![
        feature(json!({"name": "Other", "fill": "#0f9d58"}), square(37.4, 48.5)),
        feature(
            json!({
                "name": "Taken", "fill": "#d32f2f", "stroke": "#d32f2f", "description": "<b>Held</b> since May",
                "troops": 1200, "source": "Field notes", "author": "A. B.", "date": "2025-12-01",
            }),
            square(37.0, 48.5),
        ),
    ]);
    let _ = session.apply(Action::SelectFeature { id: "control".to_owned(), feature: 1 });
    let _ = session.apply(Action::Command(Command::ConvertOverlay));
    let Selection::Annotations(ids) = session.selection() else { panic!("no annotation") };
    assert_eq!(ids.len(), 1, "one feature is copied, not the layer");
    let made = session.document().annotations.get(ids[0]).unwrap();
    assert_eq!(made.title, "Taken");
    assert!(made.description.starts_with("Held since May\n"), "{}", made.description);
    assert!(made.description.contains("troops: 1200") && made.description.contains("control.geojson"));
    assert_eq!(made.style.fill.to_hex(), "#d32f2f");
    let Shape::Area { area, .. } = &made.shape else { panic!("no area") };
    assert_eq!(area.0[0].exterior().0[0].x, 37.0);
    let source = PropertySource {
        outlet: Some("Field notes".to_owned()),
        author: Some("A. B.".to_owned()),
        date: Some("2025-12-01".to_owned()),
        ..PropertySource::default()
    };
    assert_eq!(made.citations, [Citation::Source(source)]);
    let saved = project::write(session.document(), &project::Reference::default());
    let again = project::read(&saved).unwrap();
    assert_eq!(again.document.annotations.iter().next().unwrap().citations, made.citations);
    assert_eq!(again.warnings, []);
}

#[test]
fn a_citation_of_an_old_project_opens_and_one_of_nothing_is_told_of() {
    let of = |citation: Value| {
        let feature = json!({"type": "Feature", "id": 1, "geometry": {"type": "Point", "coordinates": [37.5, 48.7]},
            "properties": {"title": "Pin", "claimline": {"id": 1, "kind": "marker", "citations": [citation]}}});
        let text = json!({"type": "FeatureCollection", "claimline": {"version": 1}, "features": [feature]}).to_string();
        project::read(text.as_bytes()).unwrap()
    };
    let old = of(json!({"url": "https://a.example/", "title": "A", "date": "2025-12-01"}));
    let citation = &old.document.annotations.iter().next().unwrap().citations[0];
    let source = PropertySource {
        title: Some("A".to_owned()),
        date: Some("2025-12-01".to_owned()),
        ..PropertySource::page("https://a.example/")
    };
    assert_eq!(*citation, Citation::Source(source));
    assert_eq!(old.warnings, []);
    assert!(!of(json!({"date": "2025-12-01"})).warnings.is_empty());
}
