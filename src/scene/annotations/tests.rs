//! What annotations look like, as SVG, and what lies under a point.

use super::*;
use crate::document::annotation::{AreaKind, MarkerSize, Rgb, SAFE_COLORS, Style, Symbol};
use crate::document::{AnnotationId, LayerId};
use crate::dossier::Dossier;
use crate::geometry::{Coord, LineString, MultiPolygon, Polygon, View};
use crate::scene::Scene;
use crate::scene::display_list::Text;
use crate::scene::ground::Ground;

fn frame() -> Frame {
    Frame::new(View { center: Coord { x: 37.7, y: 48.4 }, zoom: 9.0 }, 200.0, 120.0)
}

fn at(x: f64, y: f64) -> Coord<f64> {
    frame().lon_lat_from_page(Point::new(x, y))
}

fn made(id: u64, shape: Shape, title: &str) -> Annotation {
    Annotation { title: title.to_owned(), ..Annotation::new(AnnotationId(id), LayerId(0), shape) }
}

fn point(x: f64, y: f64, kind: PointKind) -> Shape {
    Shape::Point { at: at(x, y), kind }
}

fn path(points: &[(f64, f64)], kind: PathKind) -> Shape {
    Shape::Path { line: LineString(points.iter().map(|&(x, y)| at(x, y)).collect()), kind }
}

fn area(rings: &[&[(f64, f64)]], kind: AreaKind) -> Shape {
    let mut rings = rings.iter().map(|points| {
        let mut ring = LineString(points.iter().map(|&(x, y)| at(x, y)).collect::<Vec<_>>());
        ring.close();
        ring
    });
    let outer = rings.next().unwrap();
    Shape::Area { area: MultiPolygon(vec![Polygon::new(outer, rings.collect())]), kind }
}

fn square(x: f64, y: f64, side: f64) -> [(f64, f64); 4] {
    [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
}

fn document(annotations: Vec<Annotation>) -> Document {
    Document { annotations: annotations.into_iter().collect(), ..Document::empty("test", frame().view) }
}

fn texts(items: &[Item]) -> Vec<&Text> {
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Text(text) => found.push(text),
            Item::Group(group) => found.extend(texts(&group.items)),
            _ => {}
        }
    }
    found
}

fn group_ids(items: &[Item]) -> Vec<&str> {
    let mut found = Vec::new();
    for item in items {
        if let Item::Group(group) = item {
            found.push(group.id.as_str());
            found.extend(group_ids(&group.items));
        }
    }
    found
}

fn hit_ids(document: &Document, x: f64, y: f64) -> Vec<u64> {
    hits(document, &frame(), Point::new(x, y)).into_iter().map(|id| id.0).collect()
}

#[test]
fn words_stand_over_all_shapes_and_hidden_ones_are_left_out() {
    let mut document = document(vec![
        made(1, point(60.0, 60.0, PointKind::Marker), "Kramatorsk"),
        made(2, area(&[&square(20.0, 20.0, 90.0)], AreaKind::Polygon), "Area"),
        made(3, point(90.0, 60.0, PointKind::Text), "Words"),
        made(4, point(90.0, 90.0, PointKind::Text), "Hidden"),
        made(5, point(900.0, 90.0, PointKind::Text), "Far away"),
    ]);
    document.annotations.get_mut(AnnotationId(4)).unwrap().visible = false;
    let mut look = Look::of(&document, Theme::Light, 1.0);
    let list = items(&look, &frame(), Vec::new());
    let ids = ["annotations", "annotation-1", "annotation-2", "annotations-words", "annotation-1-words"];
    assert_eq!(group_ids(&list)[..5], ids);
    assert_eq!(texts(&list).iter().map(|text| text.text.as_str()).collect::<Vec<_>>(), ["Kramatorsk", "Area", "Words"]);
    look.hidden = vec![AnnotationId(1), AnnotationId(3)];
    assert_eq!(texts(&items(&look, &frame(), Vec::new())).len(), 1);
    look.layers[0].visible = false;
    assert!(items(&look, &frame(), Vec::new()).is_empty());
}

#[test]
fn the_maps_names_lie_over_shapes_and_under_words() {
    let document = document(vec![made(1, area(&[&square(20.0, 20.0, 90.0)], AreaKind::Polygon), "Area")]);
    let list =
        Scene::new(Dossier::empty()).map(&Look::of(&document, Theme::Light, 1.0), &Ground::blank(), &frame(), &[]);
    let ids = group_ids(&list.items);
    assert_eq!(ids, ["map", "annotations", "annotation-1", "labels", "annotations-words", "annotation-1-words"]);
}

#[test]
fn layers_are_drawn_in_their_order() {
    let mut document = document(vec![
        made(1, point(60.0, 60.0, PointKind::Marker), ""),
        made(2, point(60.0, 60.0, PointKind::Marker), ""),
        made(3, point(60.0, 60.0, PointKind::Marker), ""),
    ]);
    let above = Layer { id: LayerId(9), title: "Above".to_owned(), visible: true, locked: false };
    document.layers.push(above);
    document.annotations.get_mut(AnnotationId(1)).unwrap().layer = LayerId(9);
    let drawn: Vec<u64> = document.drawn().map(|annotation| annotation.id.0).collect();
    let visible = visible(&document.annotations, &document.layers);
    assert_eq!(visible.iter().map(|position| document.annotations.list()[*position].id.0).collect::<Vec<_>>(), drawn);
    assert_eq!(hit_ids(&document, 60.0, 55.0), [1, 3, 2]);
}

#[test]
fn a_measure_gives_way_to_words_but_words_do_not() {
    let measured = made(1, area(&[&square(20.0, 20.0, 80.0)], AreaKind::Measured), "");
    let shown = |over: Vec<Annotation>| {
        let document = document(std::iter::once(measured.clone()).chain(over).collect());
        texts(&items(&Look::of(&document, Theme::Light, 1.0), &frame(), Vec::new())).len()
    };
    assert_eq!(shown(Vec::new()), 1);
    let words = |id| made(id, point(60.0, 60.0, PointKind::Text), "Over it");
    assert_eq!(shown(vec![words(2)]), 1);
    assert_eq!(shown(vec![words(2), words(3)]), 2);
}

#[test]
fn text_keeps_its_size_and_its_middle_at_every_zoom() {
    let annotation = made(1, point(100.0, 60.0, PointKind::Text), "Дружківка\nand Sloviansk");
    for zoom in [3.0, 9.0, 15.0] {
        let frame = Frame::new(View { center: at(100.0, 60.0), zoom }, 200.0, 120.0);
        let group = group(&annotation, &frame, Theme::Light);
        let texts = texts(&group.items);
        assert_eq!(texts.len(), 2);
        assert!(texts.iter().all(|text| text.size_pt == 14.0));
        let bounds = page_bounds(&annotation, &frame);
        assert!(bounds.center().distance(Point::new(100.0, 60.0)) < 1e-6);
    }
}

#[test]
fn chosen_colours_stay_in_the_dark_and_ink_follows_the_theme() {
    let mut annotation = made(1, point(100.0, 60.0, PointKind::Text), "Words");
    let ink_of = |annotation: &Annotation, theme| {
        let group = group(annotation, &frame(), theme);
        texts(&group.items)[0].color
    };
    assert_eq!(ink_of(&annotation, Theme::Dark), Theme::Dark.palette().ink);
    annotation.style.text = Some(SAFE_COLORS[2].1);
    assert_eq!(ink_of(&annotation, Theme::Dark), ink_of(&annotation, Theme::Light));
    // Words in the colour of the halo have the other theme's.
    annotation.style.text = Some(Rgb::new(0xFFFFFF));
    let drawn = group(&annotation, &frame(), Theme::Light);
    assert_eq!(texts(&drawn.items)[0].halo.map(|(color, _)| color), Some(Theme::Dark.palette().halo));
}

#[test]
fn a_click_takes_marks_then_lines_then_the_smallest_area() {
    let document = document(vec![
        made(1, area(&[&square(40.0, 40.0, 20.0)], AreaKind::Polygon), ""),
        made(2, area(&[&square(10.0, 10.0, 100.0), &square(80.0, 80.0, 20.0)], AreaKind::Rectangle), ""),
        made(3, path(&[(0.0, 50.0), (150.0, 50.0)], PathKind::Line), ""),
        made(4, point(50.0, 55.0, PointKind::Marker), ""),
        made(5, Shape::Circle { center: at(50.0, 50.0), radius_m: 4000.0 }, ""),
        made(6, path(&[(0.0, 47.0), (150.0, 47.0)], PathKind::Arrow), ""),
    ]);
    assert_eq!(hit_ids(&document, 50.0, 50.0), [4, 6, 3, 1, 5, 2]);
    assert_eq!(hit_ids(&document, 90.0, 90.0), Vec::<u64>::new());
    assert_eq!(hit_ids(&document, 130.0, 55.0), [3]);
    assert_eq!(hit_ids(&document, 130.0, 57.0), Vec::<u64>::new());
    assert_eq!(hit_ids(&document, f64::NAN, 57.0), Vec::<u64>::new());
    let mut hidden = document.clone();
    hidden.layers[0].visible = false;
    assert_eq!(hit_ids(&hidden, 50.0, 50.0), Vec::<u64>::new());
}

#[test]
fn words_are_clicked_where_they_are_drawn() {
    let titled = |shape| made(1, shape, "A name of some length");
    let callout = Shape::Callout { target: at(20.0, 100.0), text_at: at(120.0, 40.0) };
    for (shape, x, y) in [
        (point(20.0, 60.0, PointKind::Marker), 90.0, 46.0),
        (point(100.0, 60.0, PointKind::Text), 150.0, 60.0),
        (callout, 180.0, 40.0),
        (area(&[&square(10.0, 50.0, 12.0)], AreaKind::Polygon), 90.0, 56.0),
    ] {
        let document = document(vec![titled(shape)]);
        assert_eq!(hit_ids(&document, x, y), [1], "{:?}", document.annotations.list()[0].shape);
        assert!(page_bounds(&document.annotations.list()[0], &frame()).contains(Point::new(x, y)));
    }
}

#[test]
fn a_box_takes_what_lies_within_it() {
    let document = document(vec![
        made(1, point(50.0, 50.0, PointKind::Marker), "Its title may stick out"),
        made(2, path(&[(20.0, 20.0), (90.0, 90.0)], PathKind::Line), ""),
        made(3, path(&[(20.0, 20.0), (150.0, 90.0)], PathKind::Line), ""),
        made(4, point(95.0, 50.0, PointKind::Text), "Words that stick out"),
    ]);
    let ids = |rect| within(&document, &frame(), rect).into_iter().map(|id| id.0).collect::<Vec<_>>();
    assert_eq!(ids(Rect::new(10.0, 10.0, 100.0, 100.0)), [1, 2]);
    assert_eq!(ids(Rect::new(200.0, 120.0, 0.0, 0.0)), [1, 2, 3, 4]);
}

#[test]
fn the_ground_is_the_same_until_words_or_lines_claim_other_room() {
    let mut document = document(vec![made(1, point(50.0, 50.0, PointKind::Text), "Words")]);
    let look = |document: &Document| Look::of(document, Theme::Light, 1.0);
    let before = look(&document);
    document.annotations.get_mut(AnnotationId(1)).unwrap().style.text = Some(Rgb::new(0xFF0000));
    let recoloured = look(&document);
    assert!(before != recoloured && recoloured.has_ground_of(&before, &frame()));
    document.annotations.get_mut(AnnotationId(1)).unwrap().title.push_str(" and more");
    assert!(!look(&document).has_ground_of(&before, &frame()));
    let dragging = Look { hidden: vec![AnnotationId(1)], ..before.clone() };
    assert!(dragging.has_ground_of(&before, &frame()));
    assert!(!Look { theme: Theme::Dark, ..before.clone() }.has_ground_of(&before, &frame()));
}

#[test]
fn hostile_annotations_are_drawn_somehow_or_not_at_all() {
    let nan = Coord { x: f64::NAN, y: 48.0 };
    let broken = Style {
        stroke_width_pt: f64::NAN,
        stroke_opacity: f64::NAN,
        fill_opacity: f64::INFINITY,
        text_size_pt: f64::NAN,
        text_width_pt: Some(f64::NAN),
        show_measure: true,
        direction_deg: None,
        ..Style::default()
    };
    let shapes = [
        Shape::Point { at: nan, kind: PointKind::Marker },
        Shape::Callout { target: nan, text_at: at(50.0, 50.0) },
        Shape::Callout { target: at(50.0, 50.0), text_at: at(50.0, 50.0) },
        Shape::Path { line: LineString(vec![nan; 3]), kind: PathKind::Arrow },
        Shape::Path { line: LineString(Vec::new()), kind: PathKind::Distance },
        path(&[(50.0, 50.0), (50.0, 50.0)], PathKind::Arrow),
        path(&[(50.0, 50.0), (50.0, 50.0), (50.0, 50.0)], PathKind::Distance),
        path(&[(-1e6, 50.0), (1e6, 51.0)], PathKind::Distance),
        Shape::Area { area: MultiPolygon(Vec::new()), kind: AreaKind::Measured },
        area(&[&[(50.0, 50.0)]], AreaKind::Measured),
        Shape::Circle { center: nan, radius_m: 5.0 },
        Shape::Circle { center: at(50.0, 50.0), radius_m: 3e7 },
        Shape::Circle { center: at(50.0, 50.0), radius_m: -1.0 },
        Shape::Other(None),
        Shape::Other(Some(geo::Geometry::MultiPoint(vec![geo::Point(nan), geo::Point(at(50.0, 50.0))].into()))),
    ];
    let all: Vec<Annotation> = (0..)
        .zip(shapes)
        .map(|(id, shape)| Annotation { style: broken.clone(), ..made(id, shape, "Words\n\n") })
        .collect();
    for annotation in &all {
        let drawn = group(annotation, &frame(), Theme::Dark);
        assert!(texts(&drawn.items).iter().all(|text| text.size_pt.is_finite()));
        assert!(page_bounds(annotation, &frame()).is_finite(), "{annotation:?}");
        let _ = (bounds_world(annotation), measure_label(annotation), swatch(annotation, Theme::Light));
    }
    let document = document(all);
    let mut look = Look::of(&document, Theme::Light, 1.0);
    look.selected = document.annotations.iter().map(|annotation| annotation.id).collect();
    assert!(!items(&look, &frame(), Vec::new()).is_empty());
    assert!(!hit_ids(&document, 50.0, 50.0).is_empty());
    assert!(within(&document, &frame(), Rect::new(0.0, 0.0, 200.0, 120.0)).len() > 3);
}

#[test]
fn symbols_have_the_same_box_in_the_legend() {
    for marker_size in [MarkerSize::Small, MarkerSize::Large] {
        for symbol in [Symbol::Pin, Symbol::Star, Symbol::Cross] {
            let style = Style { symbol, marker_size, ..Style::default() };
            let annotation = Annotation { style, ..made(1, point(50.0, 50.0, PointKind::Marker), "") };
            let rect = Rect::new(10.0, 10.0, 31.0, 22.0);
            let SwatchStyle::Marker(marker) = swatch(&annotation, Theme::Light) else { panic!("a marker") };
            let within = marker.within(rect.height() / 2.0);
            let off = within.bounds(Point::ZERO).center().to_vec2();
            assert!(rect.inflate(2.0, 2.0).contains_rect(within.bounds(rect.center() - off)));
        }
    }
}
