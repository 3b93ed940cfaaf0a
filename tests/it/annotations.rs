//! What each kind of annotation looks like in a figure, as SVG text.

use claimline::document::annotation::{
    AreaKind, Dash, Hatch, MarkerSize, PathKind, PointKind, SAFE_COLORS, Shape, Style, Symbol,
};
use claimline::document::{Annotation, AnnotationId, LayerId};
use claimline::figure::svg::{self, SvgInfo};
use claimline::geometry::{Coord, Frame, LineString, MultiPolygon, Point, Polygon, Rect, View};
use claimline::scene::annotations::{group, swatch};
use claimline::scene::display_list::{DisplayList, Item};
use claimline::scene::palette::Theme;
use claimline::scene::swatch::swatch_items;

fn frame() -> Frame {
    Frame::new(View { center: Coord { x: 37.7, y: 48.4 }, zoom: 9.0 }, 200.0, 100.0)
}

fn at(x: f64, y: f64) -> Coord<f64> {
    frame().lon_lat_from_page(Point::new(x, y))
}

fn line(points: &[(f64, f64)]) -> LineString<f64> {
    LineString(points.iter().map(|&(x, y)| at(x, y)).collect())
}

fn ring(points: &[(f64, f64)]) -> LineString<f64> {
    let mut ring = line(points);
    ring.close();
    ring
}

/// The annotation in the light theme, then its sample for the legend.
fn drawn(shape: Shape, title: &str, style: impl FnOnce(&mut Style)) -> String {
    let mut annotation = Annotation::new(AnnotationId(7), LayerId(0), shape);
    annotation.title = title.to_owned();
    style(&mut annotation.style);
    let mut items = vec![Item::Group(group(&annotation, &frame(), Theme::Light))];
    items.extend(swatch_items(&swatch(&annotation, Theme::Light), Rect::new(4.0, 84.0, 25.0, 96.0)));
    let list = DisplayList { width_pt: 200.0, height_pt: 100.0, items };
    let svg = svg::write(&list, &SvgInfo::default(), Theme::Light.palette().land);
    let svg = String::from_utf8(svg).expect("SVG is text");
    match (svg.find("<style>"), svg.find("</style>")) {
        (Some(start), Some(end)) => format!("{}<!-- fonts -->{}", &svg[..start], &svg[end + 8..]),
        _ => svg,
    }
}

fn area(kind: AreaKind) -> Shape {
    let outer = ring(&[(60.0, 10.0), (180.0, 20.0), (170.0, 90.0), (50.0, 80.0)]);
    let hole = ring(&[(150.0, 30.0), (150.0, 40.0), (160.0, 40.0), (160.0, 30.0)]);
    Shape::Area { area: MultiPolygon(vec![Polygon::new(outer, vec![hole])]), kind }
}

#[test]
fn a_marker_is_a_pin_with_its_title_beside_it() {
    let shape = Shape::Point { at: at(60.0, 60.0), kind: PointKind::Marker };
    insta::assert_snapshot!(drawn(shape, "Краматорськ\nsecond line", |_| {}));
}

#[test]
fn a_marker_may_have_a_number() {
    let shape = Shape::Point { at: at(60.0, 60.0), kind: PointKind::Marker };
    insta::assert_snapshot!(drawn(shape, "", |style| {
        style.symbol = Symbol::Star;
        style.marker_size = MarkerSize::Large;
        style.marker = SAFE_COLORS[7].1;
        style.number = Some(12);
    }));
}

#[test]
fn text_wraps_about_its_point() {
    let shape = Shape::Point { at: at(100.0, 50.0), kind: PointKind::Text };
    insta::assert_snapshot!(drawn(shape, "Roughly 5,600 km²\nthat Ukraine still held", |style| {
        style.text_width_pt = Some(100.0);
        style.text = Some(SAFE_COLORS[2].1);
    }));
}

#[test]
fn a_callout_leads_from_its_box_to_its_place() {
    let shape = Shape::Callout { target: at(20.0, 80.0), text_at: at(120.0, 30.0) };
    insta::assert_snapshot!(drawn(shape, "“Quoted words”", |style| style.text_size_pt = 12.0));
}

#[test]
fn a_line_has_a_casing_and_dashes_by_its_width() {
    let shape = Shape::Path { line: line(&[(10.0, 20.0), (100.0, 60.0), (190.0, 40.0)]), kind: PathKind::Line };
    insta::assert_snapshot!(drawn(shape, "Route", |style| style.dash = Dash::Dashed));
}

#[test]
fn a_line_drawn_by_hand_may_be_dotted() {
    let points: Vec<(f64, f64)> = (0..9).map(|x| (20.0 * f64::from(x) + 10.0, 50.0 + f64::from(x * x % 7))).collect();
    let shape = Shape::Path { line: line(&points), kind: PathKind::Freehand };
    insta::assert_snapshot!(drawn(shape, "", |style| style.dash = Dash::Dotted));
}

#[test]
fn an_arrow_ends_in_a_head() {
    let shape = Shape::Path { line: line(&[(10.0, 80.0), (100.0, 60.0), (190.0, 10.0)]), kind: PathKind::Arrow };
    insta::assert_snapshot!(drawn(shape, "", |style| style.stroke_opacity = 0.5));
}

#[test]
fn a_measured_line_says_its_length_and_that_of_its_legs() {
    let shape = Shape::Path { line: line(&[(10.0, 80.0), (100.0, 40.0), (190.0, 50.0)]), kind: PathKind::Distance };
    insta::assert_snapshot!(drawn(shape, "", |style| style.stroke_width_pt = 1.5));
}

#[test]
fn a_polygon_has_holes_a_hatch_and_its_title_inside() {
    insta::assert_snapshot!(drawn(area(AreaKind::Polygon), "Area", |style| style.hatch = Hatch::Rising));
}

#[test]
fn a_measured_area_says_its_size() {
    insta::assert_snapshot!(drawn(area(AreaKind::Measured), "", |style| style.hatch = Hatch::Dots));
}

#[test]
fn a_circle_may_show_its_radius() {
    let shape = Shape::Circle { center: at(100.0, 50.0), radius_m: 8_000.0 };
    insta::assert_snapshot!(drawn(shape, "Range", |style| style.show_measure = true));
}

#[test]
fn what_no_tool_makes_is_drawn_plainly() {
    let points = vec![geo::Point(at(40.0, 40.0)), geo::Point(at(80.0, 60.0))];
    let shape = Shape::Other(Some(geo::Geometry::MultiPoint(points.into())));
    insta::assert_snapshot!(drawn(shape, "Two points", |_| {}));
}
