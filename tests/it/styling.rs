//! Stylings of overlays in figures: what the map draws, what the legend lists and what the checks say are the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use claimline::document::{Document, edit};
use claimline::dossier::classes::Method;
use claimline::dossier::model::StylePart;
use claimline::dossier::styling::{By, Categories, Graduated, Labels, Styling};
use claimline::dossier::verify::Texts;
use claimline::dossier::{Dossier, builtin, own_layer};
use claimline::figure::{self, FigureOptions, PageSetup, PageSize, Piece, Shows};
use claimline::formats::filter::Filter;
use claimline::formats::geojson;
use claimline::scene::Scene;
use claimline::scene::display_list::{Item, Text};
use claimline::scene::ground::Ground;
use claimline::scene::palette::Theme;

/// Squares, lines and points with a `status` and a number each.
fn layer() -> String {
    let mut features = Vec::new();
    for (index, status) in ["held", "freed", "held", "unclear", "freed", "held"].iter().enumerate() {
        let (x, y) = (37.0 + 0.3 * index as f64, 48.3);
        for geometry in [
            serde_json::json!({ "type": "Polygon",
                "coordinates": [[[x, y], [x + 0.2, y], [x + 0.2, y + 0.2], [x, y + 0.2], [x, y]]] }),
            serde_json::json!({ "type": "LineString", "coordinates": [[x, y + 0.4], [x + 0.2, y + 0.5]] }),
            serde_json::json!({ "type": "Point", "coordinates": [x, y + 0.7] }),
        ] {
            let properties = serde_json::json!({ "status": status, "n": index, "name": format!("no. {index}") });
            features.push(serde_json::json!({ "type": "Feature", "properties": properties, "geometry": geometry }));
        }
    }
    serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn with_layer() -> Dossier {
    let (mut dossier, _) = builtin::berlin().unwrap();
    let table = geojson::read_table(layer().as_bytes()).unwrap();
    dossier.add(own_layer("layer", table).unwrap().0);
    dossier
}

/// Twenty points within a few metres, and one far from them.
#[test]
fn points_close_together_become_a_ring_with_their_number_if_the_user_asks_for_it() {
    let point = |lon: f64, lat: f64| {
        serde_json::json!({ "type": "Feature", "properties": { "name": "here" },
            "geometry": { "type": "Point", "coordinates": [lon, lat] } })
    };
    let mut features: Vec<_> = (0..20).map(|index| point(37.0 + 1e-4 * f64::from(index), 48.3)).collect();
    features.push(point(38.4, 48.3));
    let text = serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string();
    let dossier = || {
        let (mut dossier, _) = builtin::berlin().unwrap();
        dossier.add(own_layer("layer", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0);
        dossier
    };
    let labels = Some(Labels::of("name"));
    let styled = |clusters| Styling { clusters, labels: labels.clone(), ..Styling::default() };
    let (plain, _) = figure_of(dossier(), &[("layer", styled(false))], Theme::Light);
    assert!(!has(&plain, "a ring with a number") && !plain.contains(&"20".to_owned()), "{plain:?}");
    let (grouped, _) = figure_of(dossier(), &[("layer", styled(true))], Theme::Light);
    assert!(grouped.contains(&"20".to_owned()), "{grouped:?}");
    assert!(has(&grouped, "layer: a ring with a number stands for so many points close together."), "{grouped:?}");
    let named = grouped.iter().filter(|text| *text == "here").count();
    assert_eq!(named, 1, "only the point that stands alone has its words");
}

/// What a figure says and is warned of, with overlays styled so.
fn figure_of(dossier: Dossier, styled: &[(&str, Styling)], theme: Theme) -> (Vec<String>, Vec<String>) {
    let mut document = Document::new(&dossier, 900.0, 700.0);
    for (id, styling) in styled {
        assert!(document.overlay(id).is_some(), "{id}");
        edit::set_visible(&mut document, id, true);
        edit::set_styling(&mut document, id, Arc::new(styling.clone()));
    }
    let bounds = dossier.home;
    let mut options = FigureOptions::new("Figure", PageSetup::of(PageSize::A4Landscape), Shows::Bounds(bounds));
    options.theme = theme;
    options.furniture.set(Piece::Sizes, true);
    let scene = Arc::new(Scene::new(dossier));
    let drawn = figure::draw(&scene, &Ground::blank(), &document, &options);
    let mut texts = Vec::new();
    collect(&drawn.list.items, &mut texts);
    let warnings = figure::checks::check(&scene, &document, &options, &drawn, &Texts::new(), None);
    (texts.into_iter().map(|text| text.text).collect(), warnings.into_iter().map(|warning| warning.what).collect())
}

fn collect(items: &[Item], into: &mut Vec<Text>) {
    for item in items {
        match item {
            Item::Text(text) => into.push(text.clone()),
            Item::Group(group) => collect(&group.items, into),
            _ => {}
        }
    }
}

fn has(texts: &[String], words: &str) -> bool {
    texts.iter().any(|text| text == words) || texts.join(" ").contains(words)
}

fn by(by: By) -> Styling {
    Styling { by, ..Styling::default() }
}

#[test]
fn the_legend_has_a_row_for_each_kind_that_is_drawn_and_says_what_tells_them_apart() {
    let status = by(By::Property(Categories::of("status")));
    let (texts, _) = figure_of(with_layer(), &[("layer", status.clone())], Theme::Light);
    assert!(has(&texts, "layer: status"), "{texts:?}");
    for kind in ["held", "freed", "unclear"] {
        assert!(has(&texts, kind), "{kind}: {texts:?}");
    }
    let hidden = Styling { hidden: BTreeSet::from(["freed".to_owned()]), ..status };
    let (texts, _) = figure_of(with_layer(), &[("layer", hidden)], Theme::Light);
    assert!(has(&texts, "held") && !has(&texts, "freed"), "{texts:?}");
    let graduated = Graduated { method: Method::NaturalBreaks, classes: 3, ..Graduated::of("n") };
    let (texts, _) = figure_of(with_layer(), &[("layer", by(By::Graduated(graduated)))], Theme::Light);
    assert!(has(&texts, "layer: n, natural breaks"), "{texts:?}");
    for class in ["0–1", "over 1 to 3", "over 3 to 5"] {
        assert!(texts.iter().any(|text| text == class), "{class}: {texts:?}");
    }
}

#[test]
fn a_dossiers_places_are_told_apart_by_their_status() {
    let (dossier, _) = builtin::berlin().unwrap();
    let places = dossier.overlay("contact-places").unwrap().clone();
    let status = by(By::Property(Categories::of("status")));
    let kinds = places.kinds(&Arc::new(status.clone()));
    assert_eq!(kinds.list().iter().map(|kind| kind.size.points).sum::<usize>(), places.shape.places().len());
    let (texts, warnings) = figure_of(dossier, &[("contact-places", status)], Theme::Light);
    for kind in kinds.drawn() {
        assert!(has(&texts, &kind.title), "{}: {texts:?}", kind.title);
    }
    assert!(!warnings.iter().any(|what| what.contains("look alike:")), "{warnings:?}");
}

#[test]
fn a_filter_is_said_beneath_the_map_and_its_sizes_are_of_what_it_lets_pass() {
    let filter = Some(Filter::parse("status = held and n < 1").unwrap());
    let one = Styling { by: By::One, filter, ..Styling::default() };
    let layer = with_layer().overlay("layer").unwrap().clone();
    let kept = layer.kinds(&Arc::new(one.clone())).list()[0].size;
    let (texts, _) = figure_of(with_layer(), &[("layer", one)], Theme::Light);
    assert!(has(&texts, "only features where status = held and n < 1"), "{texts:?}");
    let words = claimline::dossier::words::size(kept).replace(" km", "\u{a0}km");
    assert!(has(&texts, &words), "{words}: {texts:?}");
    let filter = Some(Filter::parse("status = nowhere").unwrap());
    let (texts, warnings) =
        figure_of(with_layer(), &[("layer", Styling { filter, ..Styling::default() })], Theme::Light);
    assert!(warnings.iter().any(|what| what == "nothing of “layer” is drawn: no feature matches its filter"));
    assert!(!texts.iter().any(|text| text.starts_with("layer") && !text.contains("only features")), "{texts:?}");
}

#[test]
fn one_style_of_a_recipes_overlay_is_in_its_legend_and_looks_like_another_where_it_does() {
    let (dossier, _) = builtin::berlin().unwrap();
    let fill = dossier.overlay("donetsk-russian-held").unwrap().style.clone();
    let change = StylePart {
        fill: fill.fill.clone(),
        fill_opacity: Some(fill.fill_opacity),
        stroke: fill.stroke.clone(),
        stroke_opacity: Some(fill.stroke_opacity),
        pattern: Some(fill.pattern),
        pattern_angle: Some(fill.pattern_angle),
        dash: Some(fill.dash.clone().unwrap_or_default()),
        ..StylePart::default()
    };
    let (_, warnings) =
        figure_of(dossier, &[("withdrawal-area", Styling { change, ..Styling::default() })], Theme::Light);
    let alike = warnings.iter().find(|what| what.contains("look alike"));
    assert!(alike.is_some_and(|what| what.contains("Area proposed for withdrawal")), "{warnings:?}");
}

#[test]
fn kinds_that_colour_tells_apart_are_told_apart_in_print_without_it() {
    let status = by(By::Property(Categories::of("status")));
    for theme in Theme::ALL {
        let (_, warnings) = figure_of(with_layer(), &[("layer", status.clone())], theme);
        let alike: Vec<_> =
            warnings.iter().filter(|what| what.contains("alike") && what.matches("of “layer”").count() == 2).collect();
        assert!(alike.is_empty(), "{theme:?}: {alike:?}");
    }
    // Two kinds of one colour are named.
    let same =
        StylePart { fill: Some("#0072b2".to_owned()), stroke: Some("#0072b2".to_owned()), ..StylePart::default() };
    let (_, warnings) = figure_of(with_layer(), &[("layer", Styling { change: same, ..status })], Theme::Light);
    let named = |what: &String| what.contains("alike") && what.contains("“held” of “layer”");
    assert!(warnings.iter().any(named), "{warnings:?}");
}

#[test]
fn words_of_features_stand_on_the_map_in_the_size_that_is_asked_for() {
    let labels = Labels { size_pt: 14.0, ..Labels::of("name") };
    let styling = Styling { labels: Some(labels), ..Styling::default() };
    let dossier = with_layer();
    let mut document = Document::new(&dossier, 900.0, 700.0);
    edit::set_styling(&mut document, "layer", Arc::new(styling));
    let look = claimline::scene::Look::of(&document, Theme::Light, 1.0);
    let view = claimline::geometry::View::fit([36.8, 48.0, 39.2, 49.2], 900.0, 700.0, 10.0);
    let frame = claimline::geometry::Frame::new(view, 900.0, 700.0);
    let list = Scene::new(dossier).map(&look, &Ground::blank(), &frame, &[]);
    let mut texts = Vec::new();
    collect(&list.items, &mut texts);
    let sizes: Vec<f64> = texts.iter().filter(|text| text.text.starts_with("no. ")).map(|text| text.size_pt).collect();
    assert!(sizes.len() >= 6 && sizes.iter().all(|size| *size == 14.0), "{sizes:?}");
}

#[test]
fn the_labels_of_pins_give_way_to_the_names_of_towns() {
    let shown = |labels: Option<Labels>| {
        let (mut dossier, _) = builtin::berlin().unwrap();
        // A pin every 7 km around Kramatorsk and Donetsk.
        let around = |lon: f64, lat: f64| {
            (0..49).map(move |n| (lon + 0.09 * f64::from(n % 7 - 3), lat + 0.06 * f64::from(n / 7 - 3)))
        };
        let pins: Vec<String> = (around(37.5844, 48.7389).chain(around(37.8028, 48.0159)))
            .map(|(lon, lat)| {
                format!(r#"{{"type":"Feature","properties":{{"name":"Report"}},"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}}}}"#)
            })
            .collect();
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, pins.join(","));
        dossier.add(own_layer("pins", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0);
        let mut document = Document::new(&dossier, 900.0, 700.0);
        edit::set_styling(&mut document, "pins", Arc::new(Styling { labels, ..Styling::default() }));
        let look = claimline::scene::Look::of(&document, Theme::Light, 1.0);
        let view = claimline::geometry::View::fit([36.8, 47.6, 39.2, 49.2], 900.0, 700.0, 10.0);
        let frame = claimline::geometry::Frame::new(view, 900.0, 700.0);
        let list = Scene::new(dossier).map(&look, &Ground::builtin().0, &frame, &[]);
        let mut texts = Vec::new();
        collect(&list.items, &mut texts);
        let is_town = |text: &&str| ["Kramatorsk", "Sloviansk", "Druzhkivka", "Donetsk", "Makiivka"].contains(text);
        let towns: Vec<String> =
            texts.iter().map(|text| text.text.as_str()).filter(is_town).map(str::to_owned).collect();
        (towns, texts.iter().filter(|text| text.text == "Report").count())
    };
    let (without, none) = shown(None);
    let (with, some) = shown(Some(Labels::of("name")));
    assert!(without.contains(&"Donetsk".to_owned()) && without.contains(&"Kramatorsk".to_owned()), "{without:?}");
    assert_eq!((with, none), (without, 0));
    assert!(some > 0, "pins are still labelled where there is room");
}
