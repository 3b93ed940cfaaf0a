//! The shapes of annotations as they are drawn: lines, areas, circles, marks and callouts.

use std::sync::Arc;

use kurbo::{Affine, Circle, Point, Rect, RoundedRect, Shape as _, Vec2};

use super::index::{Ready, shows_measure};
use super::labels::labels;
use super::marker::MarkerStyle;
use super::words::{self, Label, halo_for};
use super::{MARGIN_PT, MARKER_THEME, group_id, lines};
use crate::document::Annotation;
use crate::document::annotation::{Dash, Hatch, PathKind, PointKind, STROKE_WIDTH_PT, Shape, Style};
use crate::geometry::simplify::Ring;
use crate::geometry::{CIRCLE_CORNERS, Frame};
use crate::scene::ANCHOR;
use crate::scene::display_list::{Cap, Color, Group, Item, Mark, Path, Stroke};
use crate::scene::palette::Theme;
use crate::scene::style::{MarkStyle, OverlayStyle};

/// How a shape's lines and insides are drawn.
pub(super) fn overlay_style(annotation: &Annotation, theme: Theme) -> OverlayStyle {
    let Style { stroke, stroke_opacity, dash, fill, fill_opacity, hatch, .. } = annotation.style;
    let opacity = |share: f64| if share.is_nan() { 1.0 } else { share.clamp(0.0, 1.0) };
    let width_pt = stroke_width_pt(&annotation.style);
    let stroke_color = words::color(stroke, theme).with_opacity(opacity(stroke_opacity));
    let stroke = (width_pt > 0.0 && stroke_color.a > 0).then(|| dashed(stroke_color, width_pt, dash));
    let fill_color = words::color(fill, theme);
    let mark = |mark: Mark, spacing_pt: f64, size_pt: f64| MarkStyle {
        mark,
        color: fill_color.with_opacity(0.85),
        spacing_pt,
        size_pt,
    };
    let lines = |angle_deg: f64| mark(Mark::Lines { angle_deg }, 7.0, 1.1);
    let is_line = matches!(annotation.shape, Shape::Path { .. });
    let casing = halo_for(words::color(annotation.style.stroke, theme), theme);
    let shows = if is_line { 1.3 } else { 0.9 };
    // Under dashes a full casing would be a second line.
    let strength = if dash == Dash::Solid { 0.9 } else { 0.6 };
    OverlayStyle {
        fill: Some(fill_color.with_opacity(opacity(fill_opacity))).filter(|color| color.a > 0),
        mark: match hatch {
            Hatch::None => None,
            Hatch::Rising => Some(lines(45.0)),
            Hatch::Falling => Some(lines(-45.0)),
            Hatch::Level => Some(lines(0.0)),
            Hatch::Dots => Some(mark(Mark::Dots, 7.0, 1.9)),
        },
        casing: stroke.as_ref().map(|_| (casing.with_opacity(strength * opacity(stroke_opacity)), shows)),
        stroke,
        dot: None,
    }
}

pub(super) fn stroke_width_pt(style: &Style) -> f64 {
    let width_pt = style.stroke_width_pt;
    if width_pt.is_nan() { 0.0 } else { width_pt.clamp(*STROKE_WIDTH_PT.start(), *STROKE_WIDTH_PT.end()) }
}

/// A stroke whose dashes grow with its width.
pub(super) fn dashed(color: Color, width_pt: f64, dash: Dash) -> Stroke {
    let unit = width_pt.max(1.0);
    let (dash_pt, cap) = match dash {
        Dash::Solid => (Vec::new(), Cap::Round),
        Dash::Dashed => (vec![3.2 * unit, 2.0 * unit], Cap::Butt),
        Dash::Dotted => (vec![0.0, 2.1 * unit], Cap::Round),
    };
    Stroke { color, width_pt, dash_pt, dash_offset_pt: 0.0, cap }
}

/// The rings of an area as one path.
pub(super) fn area_path(rings: &[Ring], page_from_world: Affine) -> Path {
    let mut path = Path::new();
    for ring in rings.iter().filter(|ring| ring.closed) {
        let corners = &ring.points[..ring.points.len().saturating_sub(1)];
        path.add_polyline(corners.iter().map(|point| page_from_world * *point), true);
    }
    path
}

pub(super) fn circle_path(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Path {
    let page_from_world = frame.page_from_world();
    let corners = ready.levels(annotation).full().first().map(|ring| lines::on_page(ring, page_from_world));
    let round = |corners: Vec<Point>| lines::round(&corners[..corners.len().saturating_sub(1)]);
    corners.into_iter().flat_map(round).collect()
}

/// The shape of an annotation without its words, bottom first. Callouts and texts are words through and through.
pub(super) fn shape_items(annotation: &Annotation, ready: &Ready, frame: &Frame, theme: Theme) -> Vec<Item> {
    let page_from_world = frame.page_from_world();
    let near = frame.page().inflate(MARGIN_PT, MARGIN_PT);
    let origin = page_from_world * ANCHOR;
    match &annotation.shape {
        Shape::Point { at, kind: PointKind::Marker } => {
            let marker = MarkerStyle::of(&annotation.style, theme);
            let at = frame.page_from_lon_lat(*at);
            if marker.bounds(at).overlaps(near) { marker.items(at) } else { Vec::new() }
        }
        Shape::Point { .. } | Shape::Callout { .. } => Vec::new(),
        Shape::Path { kind, .. } => {
            let Some(ring) = ready.levels(annotation).at_zoom(frame.view.zoom).first() else {
                return Vec::new();
            };
            let style = overlay_style(annotation, theme);
            line_items(&lines::on_page(ring, page_from_world), *kind, &style, theme, near, annotation)
        }
        Shape::Area { .. } => {
            let path = area_path(ready.levels(annotation).at_zoom(frame.view.zoom), page_from_world);
            overlay_style(annotation, theme).items_for_area(Arc::new(path), origin)
        }
        Shape::Circle { center, .. } => {
            let path = Arc::new(circle_path(annotation, ready, frame));
            let style = overlay_style(annotation, theme);
            let mut items = style.items_for_area(path, origin);
            if shows_measure(annotation)
                && let Some((from, to)) = radius_line(annotation, ready, frame)
            {
                let color = words::color(annotation.style.stroke, theme);
                let mut line = Path::new();
                line.move_to(from);
                line.line_to(to);
                let stroke = Stroke { dash_pt: vec![3.0, 2.5], cap: Cap::Butt, ..Stroke::solid(color, 1.0) };
                items.push(Item::Stroke { path: Arc::new(line), stroke });
                items.extend(dot(frame.page_from_lon_lat(*center), 2.2, color, halo_for(color, theme)));
            }
            items
        }
        Shape::Other(_) => {
            let style = overlay_style(annotation, theme);
            let rings = ready.levels(annotation).at_zoom(frame.view.zoom);
            let mut items = Vec::new();
            let areas = area_path(rings, page_from_world);
            if !areas.is_empty() {
                items.extend(style.items_for_area(Arc::new(areas), origin));
            }
            for ring in rings.iter().filter(|ring| !ring.closed && ring.points.len() > 1) {
                let points = lines::on_page(ring, page_from_world);
                items.extend(line_items(&points, PathKind::Line, &style, theme, near, annotation));
            }
            let marker = plain_dot(MarkerStyle::of(&annotation.style, theme));
            for ring in rings.iter().filter(|ring| ring.points.len() == 1) {
                let at = page_from_world * ring.points[0];
                if near.contains(at) {
                    items.extend(dot(at, OTHER_DOT_PT, marker.color, marker.casing));
                }
            }
            items
        }
    }
}

/// Radius of the dots of a shape that no tool makes.
pub(super) const OTHER_DOT_PT: f64 = 3.2;

pub(super) fn plain_dot(marker: MarkerStyle) -> MarkerStyle {
    MarkerStyle { symbol: crate::document::annotation::Symbol::Circle, number: None, letter: None, ..marker }
}

pub(super) fn dot(at: Point, radius_pt: f64, color: Color, casing: Color) -> [Item; 2] {
    let disc =
        |radius: f64, color: Color| Item::Fill { path: Path::shared(Circle::new(at, radius).to_path(0.01)), color };
    [disc(radius_pt + 1.2, casing), disc(radius_pt, color)]
}

pub(super) fn line_items(
    points: &[Point],
    kind: PathKind,
    style: &OverlayStyle,
    theme: Theme,
    near: Rect,
    annotation: &Annotation,
) -> Vec<Item> {
    let Some(stroke) = &style.stroke else {
        return Vec::new();
    };
    let whole = OverlayStyle { fill: None, mark: None, ..style.clone() };
    match kind {
        PathKind::Arrow => faded(annotation, style, |style| lines::arrow(points, style, near)),
        PathKind::Distance => faded(annotation, style, |style| {
            let casing = halo_for(words::color(annotation.style.stroke, theme), theme);
            let mut items = OverlayStyle { fill: None, mark: None, ..style.clone() }
                .items_for_line(Path::shared(lines::path(points, near, !stroke.dash_pt.is_empty())));
            if let Some(stroke) = &style.stroke {
                items.extend(lines::ticks(points, stroke, casing, near));
            }
            items
        }),
        PathKind::Line | PathKind::Freehand => {
            whole.items_for_line(Path::shared(lines::path(points, near, !stroke.dash_pt.is_empty())))
        }
    }
}

/// Parts that lie over each other drawn as one where the stroke is not opaque, so that they do not show through.
pub(super) fn faded(
    annotation: &Annotation,
    style: &OverlayStyle,
    draw: impl Fn(&OverlayStyle) -> Vec<Item>,
) -> Vec<Item> {
    let opacity = annotation.style.stroke_opacity.clamp(0.0, 1.0);
    if opacity.is_nan() || opacity >= 1.0 || opacity <= 0.0 {
        return draw(style);
    }
    let mut opaque = style.clone();
    if let Some(stroke) = &mut opaque.stroke {
        stroke.color.a = 255;
    }
    if let Some((color, _)) = &mut opaque.casing {
        color.a = (f64::from(color.a) / opacity).round().min(255.0) as u8;
    }
    let group = Group { opacity, ..Group::new(format!("{}-line", group_id(annotation)), "", draw(&opaque)) };
    vec![Item::Group(group)]
}

/// From the middle of a circle to where the geodesic that sets out eastwards meets it, if both ends can be told apart.
pub(super) fn radius_line(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Option<(Point, Point)> {
    let Shape::Circle { center, .. } = annotation.shape else {
        return None;
    };
    let page_from_world = frame.page_from_world();
    let ring = ready.levels(annotation).full().first()?;
    // Three quarters round, anticlockwise from the north.
    let east = ring.points.get(CIRCLE_CORNERS * 3 / 4)?;
    let (from, to) = (frame.page_from_lon_lat(center), page_from_world * *east);
    (from.distance(to) > 8.0).then_some((from, to))
}

/// Space between the words of a callout and the edge of its box.
pub(super) fn padding(size_pt: f64) -> Vec2 {
    Vec2::new((0.62 * size_pt).max(5.0), (0.36 * size_pt).max(3.5))
}

/// The box of a callout on the page.
pub(super) fn callout_box(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Option<Rect> {
    let Shape::Callout { text_at, .. } = annotation.shape else {
        return None;
    };
    let size_pt = words::size_pt(annotation);
    let words = ready.words(annotation).main.as_ref().map_or(kurbo::Size::new(size_pt, size_pt), |main| main.size);
    let padding = padding(size_pt);
    Some(Rect::from_center_size(frame.page_from_lon_lat(text_at), words).inflate(padding.x, padding.y))
}

/// Leader, dot and box of a callout, bottom first.
pub(super) fn callout_items(annotation: &Annotation, ready: &Ready, frame: &Frame, theme: Theme) -> Vec<Item> {
    let (Shape::Callout { target, .. }, Some(body)) = (&annotation.shape, callout_box(annotation, ready, frame)) else {
        return Vec::new();
    };
    let palette = theme.palette();
    let target = frame.page_from_lon_lat(*target);
    let mut items = Vec::new();
    let color = words::color(annotation.style.stroke, theme).with_opacity(annotation.style.stroke_opacity);
    let casing = halo_for(words::color(annotation.style.stroke, theme), theme);
    let width_pt = leader_pt(&annotation.style);
    if width_pt > 0.0 && !body.inflate(3.0, 3.0).contains(target) {
        let mut leader = Path::new();
        leader.move_to(leaves(body, target));
        leader.line_to(target);
        let leader = Arc::new(leader);
        let cased = Stroke { cap: Cap::Butt, ..Stroke::solid(casing.with_opacity(0.85), width_pt + 2.0) };
        items.push(Item::Stroke { path: leader.clone(), stroke: cased });
        items.push(Item::Stroke { path: leader, stroke: dashed(color, width_pt, annotation.style.dash) });
        items.extend(dot(target, 1.6 + width_pt, color, casing));
    }
    let outline = Path::shared(RoundedRect::from_rect(body, CORNER_PT).to_path(0.01));
    items.push(Item::Fill { path: outline.clone(), color: palette.panel.with_opacity(0.96) });
    items.push(Item::Stroke { path: outline, stroke: Stroke::solid(palette.second.with_opacity(0.55), 0.6) });
    items
}

/// Corners of a callout's box.
pub(super) const CORNER_PT: f64 = 3.5;

/// A leader is thinner than the lines of the map: half as wide as the annotation's stroke.
pub(super) fn leader_pt(style: &Style) -> f64 {
    let width_pt = stroke_width_pt(style);
    if width_pt > 0.0 { (0.5 * width_pt).max(0.75) } else { 0.0 }
}

/// Where the leader leaves a box: on the way from its middle to the target.
pub(super) fn leaves(body: Rect, target: Point) -> Point {
    let middle = body.center();
    let way = target - middle;
    let part = (body.width() / 2.0 / way.x.abs().max(1e-9)).min(body.height() / 2.0 / way.y.abs().max(1e-9)).min(1.0);
    // A little within, under the box, so that no gap shows at its corners.
    middle + way * (part * 0.98)
}

/// The page rectangle of an annotation with its words; `None` if it has no place.
pub(super) fn page_box(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Option<Rect> {
    let shape = frame.page_from_world().transform_rect_bbox(ready.bounds()?);
    let reach_pt = stroke_width_pt(&annotation.style) / 2.0;
    let body = match &annotation.shape {
        Shape::Point { at, kind: PointKind::Marker } => {
            Some(MarkerStyle::of(&annotation.style, MARKER_THEME).bounds(frame.page_from_lon_lat(*at)))
        }
        Shape::Point { .. } => None,
        Shape::Callout { target, .. } => {
            let target = frame.page_from_lon_lat(*target);
            Some(callout_box(annotation, ready, frame)?.union(Rect::from_center_size(target, (8.0, 8.0))))
        }
        Shape::Path { kind: PathKind::Arrow, .. } => Some(shape.inflate(2.0 * reach_pt + 3.0, 2.0 * reach_pt + 3.0)),
        Shape::Other(_) => Some(shape.inflate(reach_pt.max(5.0), reach_pt.max(5.0))),
        Shape::Path { .. } | Shape::Area { .. } | Shape::Circle { .. } => Some(shape.inflate(reach_pt, reach_pt)),
    };
    let words = labels(annotation, ready, frame).iter().map(Label::bounds).reduce(|a, b| a.union(b));
    match (body, words) {
        (Some(body), Some(words)) => Some(body.union(words)),
        (body, words) => Some(body.or(words).unwrap_or(shape)),
    }
}

pub(super) fn is_points(geometry: &geo::Geometry<f64>) -> bool {
    matches!(geometry, geo::Geometry::Point(_) | geo::Geometry::MultiPoint(_))
}

pub(super) fn is_lines(geometry: &geo::Geometry<f64>) -> bool {
    matches!(geometry, geo::Geometry::Line(_) | geo::Geometry::LineString(_) | geo::Geometry::MultiLineString(_))
}
