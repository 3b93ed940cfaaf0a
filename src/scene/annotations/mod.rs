//! What the user drew, as items of the display list: the same on screen, in every figure and in the legend.
//!
//! # Where words stand
//! * A **text** has the middle of its block at its point, and a **callout** the middle of its box at `text_at`, both at
//!   every zoom: words grow to all sides alike when they are edited.
//! * A **marker**'s title stands to the right of its symbol, level with the symbol's middle.
//! * Along a **line** words stand above its middle, turned with it; where the middle is off the page, above the middle
//!   of the longest stretch that is on it.
//! * In an **area** words stand where it is widest, if they fit; else beside it. A **circle** has its title at its middle
//!   and its radius on a line from there to its edge.
//!
//! # Order
//! All shapes first, in the user's order, then the map's names, then all words, so that no shape covers a word. The
//! user's own words are always drawn; a measure that they would cover is left out.
//!
//! # Colours
//! What the user chose stays as it is in either theme. Ink, halo and casing follow the theme, except where the chosen
//! colour would vanish in them.

mod hit;
mod index;
mod lines;
mod marker;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use kurbo::{Affine, Circle, Point, Rect, RoundedRect, Shape as _, Vec2};

pub use self::hit::{hits, within};
pub use self::index::measure_label;
use self::index::{Index, Ready, shows_measure};
use self::lines::Measured;
pub use self::marker::MarkerStyle;
pub use self::words::face;
use self::words::{Label, halo_for, ink};
use super::display_list::{Cap, Color, Group, Item, Mark, Path, Stroke};
use super::palette::Theme;
use super::style::{MarkStyle, OverlayStyle};
use super::swatch::{Note, SwatchStyle};
use super::{ANCHOR, Look};
use crate::document::annotation::{Dash, Hatch, PathKind, PointKind, STROKE_WIDTH_PT, Shape, Style};
use crate::document::{Annotation, Annotations, Document, Layer};
use crate::geometry::simplify::Ring;
use crate::geometry::{CIRCLE_CORNERS, Frame};

/// How far beyond the page shapes are still drawn, in points: more than any line is wide.
const MARGIN_PT: f64 = 48.0;

/// Sizes of symbols do not depend on the theme.
const MARKER_THEME: Theme = Theme::Light;

/// Between a symbol or a line and its words.
const GAP_PT: f64 = 3.5;

/// An annotation as it is drawn: its shape and over it its words. Empty if none of it is on the page.
pub fn group(annotation: &Annotation, frame: &Frame, theme: Theme) -> Group {
    let ready = Ready::new(annotation);
    let mut items = Vec::new();
    if near_page(annotation, &ready, frame) {
        items = shape_items(annotation, &ready, frame, theme);
        items.extend(word_items(annotation, &ready, frame, theme, |_| true));
    }
    Group::new(group_id(annotation), annotation.label(), items)
}

/// The page rectangle that holds all that is drawn of an annotation, its words included. Of what has no place at all,
/// an empty one at the middle of the page.
pub fn page_bounds(annotation: &Annotation, frame: &Frame) -> Rect {
    let middle = frame.page().center();
    page_box(annotation, &Ready::new(annotation), frame).unwrap_or(Rect::from_points(middle, middle))
}

/// The visible annotations of which something is on the page, in the order in which they are drawn.
pub fn shown<'a>(document: &'a Document, frame: &Frame) -> Vec<&'a Arc<Annotation>> {
    let index = Index::of(&document.annotations);
    let on_page = |position: &usize| {
        let (annotation, ready) = index.get(*position)?;
        let seen = near_page(annotation, ready, frame) && page_box(annotation, ready, frame)?.overlaps(frame.page());
        seen.then(|| &document.annotations.list()[*position])
    };
    visible(&document.annotations, &document.layers).iter().filter_map(on_page).collect()
}

/// The page rectangle of the words of text and callouts; `None` for other kinds.
pub fn words_box(annotation: &Annotation, frame: &Frame) -> Option<Rect> {
    let ready = Ready::new(annotation);
    match annotation.shape {
        Shape::Callout { .. } => callout_box(annotation, &ready, frame),
        Shape::Point { kind: PointKind::Text, .. } => page_box(annotation, &ready, frame),
        _ => None,
    }
}

/// The smallest rectangle in world coordinates that holds an annotation's shape, its words apart; a circle's within
/// 1 %. `None` if it has no place.
pub fn bounds_world(annotation: &Annotation) -> Option<Rect> {
    Ready::new(annotation).bounds()
}

/// A small sample, drawn as on the map.
pub fn swatch(annotation: &Annotation, theme: Theme) -> SwatchStyle {
    let style = overlay_style(annotation, theme);
    match &annotation.shape {
        Shape::Point { kind: PointKind::Marker, .. } => SwatchStyle::Marker(MarkerStyle::of(&annotation.style, theme)),
        Shape::Point { kind: PointKind::Text, .. } => {
            let ink = ink(annotation, theme);
            SwatchStyle::Words { ink, halo: halo_for(ink, theme), face: face(annotation) }
        }
        Shape::Callout { .. } => {
            let palette = theme.palette();
            let accent = words::color(annotation.style.stroke, theme);
            SwatchStyle::Note(Note { fill: palette.panel, line: palette.second, accent, ink: ink(annotation, theme) })
        }
        Shape::Path { kind: PathKind::Arrow, .. } => SwatchStyle::Arrow(style),
        Shape::Path { .. } => SwatchStyle::Line(style),
        Shape::Area { .. } | Shape::Circle { .. } => SwatchStyle::Area(style),
        Shape::Other(Some(geometry)) if is_points(geometry) => {
            let marker = MarkerStyle::of(&annotation.style, theme);
            SwatchStyle::Marker(MarkerStyle { radius_pt: OTHER_DOT_PT, ..plain_dot(marker) })
        }
        Shape::Other(Some(geometry)) if is_lines(geometry) => SwatchStyle::Line(style),
        Shape::Other(_) => SwatchStyle::Area(style),
    }
}

/// A stretch of an arrow that fills `rect`.
pub(super) fn arrow_swatch(style: &OverlayStyle, rect: Rect) -> Vec<Item> {
    let width_pt = style.stroke.as_ref().map_or(0.0, |stroke| stroke.width_pt.min(rect.height() / 5.0));
    let mut style = style.clone();
    if let Some(stroke) = &mut style.stroke {
        stroke.width_pt = width_pt;
    }
    let y = rect.center().y;
    let inset_pt = width_pt / 2.0 + style.casing.map_or(0.0, |(_, extra_pt)| extra_pt);
    let points = [Point::new(rect.x0 + inset_pt, y), Point::new(rect.x1 - inset_pt, y)];
    lines::arrow(&points, &style, rect.inflate(MARGIN_PT, MARGIN_PT))
}

/// The visible annotations of a look that are on the page: one group with all shapes, then the map's `names`, then one
/// with all words.
pub(super) fn items(look: &Look, frame: &Frame, names: Vec<Item>) -> Vec<Item> {
    let index = Index::of(&look.annotations);
    let (mut shapes, mut outlines, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    let mut shown = Vec::new();
    for position in visible(&look.annotations, &look.layers) {
        let Some((annotation, ready)) = index.get(position) else { continue };
        if look.hidden.contains(&annotation.id) || !near_page(annotation, ready, frame) {
            continue;
        }
        shown.push((annotation, ready));
    }
    // The user's words are set first, and know nothing of measures.
    let mut taken: Vec<Rect> = Vec::new();
    for (annotation, ready) in &shown {
        taken.extend(labels(annotation, ready, frame).iter().filter(|label| label.required).map(Label::bounds));
    }
    let mut crowd = Crowd::new(frame.page(), taken);
    for (annotation, ready) in shown {
        let drawn = shape_items(annotation, ready, frame, look.theme);
        let selected = look.selected.contains(&annotation.id);
        if selected {
            outlines.extend(selection_items(annotation, ready, frame, look.theme));
        }
        if !drawn.is_empty() {
            shapes.push(Item::Group(Group::new(group_id(annotation), annotation.label(), drawn)));
        }
        let words = word_items(annotation, ready, frame, look.theme, |label| label.required || crowd.takes(label));
        if !words.is_empty() {
            texts.push(Item::Group(Group::new(words_id(annotation), annotation.label(), words)));
        }
    }
    let group = |id: &str, title: &str, inside: Vec<Item>| {
        (!inside.is_empty()).then(|| Item::Group(Group::new(id, title, inside)))
    };
    let mut items: Vec<Item> = group("annotations", "Annotations", shapes).into_iter().chain(names).collect();
    items.extend(group("annotations-selected", "Selected annotations", outlines));
    items.extend(group("annotations-words", "Words of annotations", texts));
    items
}

/// The parts of the page that the symbols of visible markers take.
pub(super) fn markers(look: &Look, frame: &Frame) -> Vec<Rect> {
    let drawn = visible(&look.annotations, &look.layers).into_iter();
    let annotations = drawn.filter_map(|position| look.annotations.list().get(position));
    let symbol = |annotation: &Arc<Annotation>| match annotation.shape {
        Shape::Point { at, kind: PointKind::Marker } => {
            Some(MarkerStyle::of(&annotation.style, look.theme).bounds(frame.page_from_lon_lat(at)))
        }
        _ => None,
    };
    annotations.filter_map(symbol).filter(|symbol| symbol.overlaps(frame.page())).collect()
}

/// The parts of the page on which annotations have words, symbols or lines, and the map's own names do well to have
/// none. Those that are being edited count as they were, so that names hold still until the edit is done.
pub(super) fn obstacles(look: &Look, frame: &Frame) -> Vec<Rect> {
    let index = Index::of(&look.annotations);
    let drawn = visible(&look.annotations, &look.layers);
    let mut boxes = Vec::new();
    for position in &drawn {
        let Some((annotation, ready)) = index.get(*position) else { continue };
        if !near_page(annotation, ready, frame) {
            continue;
        }
        boxes.extend(labels(annotation, ready, frame).iter().map(Label::bounds));
        boxes.extend(callout_box(annotation, ready, frame));
    }
    boxes.extend(markers(look, frame));
    boxes.retain(|rect| rect.overlaps(frame.page()));
    // Names give way to words first. Where lines cover the page, names cannot give way to them any more.
    let mut along = Vec::new();
    for position in drawn {
        let Some((annotation, ready)) = index.get(position) else { continue };
        if near_page(annotation, ready, frame) {
            outline_boxes(annotation, ready, frame, &mut along);
        }
        if along.len() > MOST_LINE_BOXES {
            return boxes;
        }
    }
    boxes.extend(along);
    boxes
}

/// Boxes along lines that the map's names keep off at most: about as many as cover a large page in lines.
const MOST_LINE_BOXES: usize = 4000;

/// Small boxes along the lines of an annotation, as far as they are on the page.
fn outline_boxes(annotation: &Annotation, ready: &Ready, frame: &Frame, boxes: &mut Vec<Rect>) {
    const STEP_PT: f64 = 6.0;
    let page = frame.page();
    let half = stroke_width_pt(&annotation.style) / 2.0;
    if half <= 0.0 {
        return;
    }
    let page_from_world = frame.page_from_world();
    let mut along = |from: Point, to: Point| {
        if let Some((enter, leave)) = crate::geometry::clip::part_inside(from, to, page) {
            let (start, end) = (from.lerp(to, enter), from.lerp(to, leave));
            let level = (end - start).x.abs() < 0.5 || (end - start).y.abs() < 0.5;
            let steps = if level { 1 } else { (start.distance(end) / STEP_PT).ceil().max(1.0) as usize };
            for step in 0..steps {
                let at = |step: usize| start.lerp(end, step as f64 / steps as f64);
                boxes.push(Rect::from_points(at(step), at(step + 1)).inflate(half, half));
            }
        }
    };
    match &annotation.shape {
        Shape::Point { .. } => {}
        Shape::Callout { target, .. } => {
            if let Some(body) = callout_box(annotation, ready, frame) {
                along(body.center(), frame.page_from_lon_lat(*target));
            }
        }
        Shape::Path { .. } | Shape::Area { .. } | Shape::Circle { .. } | Shape::Other(_) => {
            for ring in ready.levels(annotation).at_zoom(frame.view.zoom) {
                for pair in ring.points.windows(2) {
                    along(page_from_world * pair[0], page_from_world * pair[1]);
                }
            }
        }
    }
}

/// Positions of the visible annotations in the order in which they are drawn, as [`Document::drawn`] has it.
fn visible(annotations: &Annotations, layers: &[Layer]) -> Vec<usize> {
    let mut by_layer: Vec<Vec<usize>> = vec![Vec::new(); layers.len()];
    let mut last = None;
    for (position, annotation) in annotations.iter().enumerate().filter(|(_, annotation)| annotation.visible) {
        let layer = match last {
            Some((id, layer)) if id == annotation.layer => layer,
            _ => layers.iter().position(|layer| layer.id == annotation.layer).filter(|layer| layers[*layer].visible),
        };
        last = Some((annotation.layer, layer));
        if let Some(layer) = layer {
            by_layer[layer].push(position);
        }
    }
    by_layer.concat()
}

/// The id of the group that holds an annotation's shape on a map.
pub fn group_id(annotation: &Annotation) -> String {
    format!("annotation-{}", annotation.id.0)
}

/// The id of the group that holds an annotation's words on a map.
pub fn words_id(annotation: &Annotation) -> String {
    format!("{}-words", group_id(annotation))
}

/// Whether anything of an annotation may be on the page.
fn near_page(annotation: &Annotation, ready: &Ready, frame: &Frame) -> bool {
    let Some(bounds) = ready.bounds() else {
        return false;
    };
    let on_page = frame.page_from_world().transform_rect_bbox(bounds);
    // Words are laid out only for what is not far off.
    let close = frame.page().inflate(MARGIN_PT, MARGIN_PT);
    if on_page.overlaps(close) {
        return true;
    }
    let far = frame.page().inflate(4000.0, 4000.0);
    if !on_page.overlaps(far) {
        return false;
    }
    let reach_pt = ready.reach_pt(annotation);
    on_page.inflate(reach_pt, reach_pt).overlaps(frame.page())
}

/// How a shape's lines and insides are drawn.
fn overlay_style(annotation: &Annotation, theme: Theme) -> OverlayStyle {
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

fn stroke_width_pt(style: &Style) -> f64 {
    let width_pt = style.stroke_width_pt;
    if width_pt.is_nan() { 0.0 } else { width_pt.clamp(*STROKE_WIDTH_PT.start(), *STROKE_WIDTH_PT.end()) }
}

/// A stroke whose dashes grow with its width.
fn dashed(color: Color, width_pt: f64, dash: Dash) -> Stroke {
    let unit = width_pt.max(1.0);
    let (dash_pt, cap) = match dash {
        Dash::Solid => (Vec::new(), Cap::Round),
        Dash::Dashed => (vec![3.2 * unit, 2.0 * unit], Cap::Butt),
        Dash::Dotted => (vec![0.0, 2.1 * unit], Cap::Round),
    };
    Stroke { color, width_pt, dash_pt, dash_offset_pt: 0.0, cap }
}

/// The rings of an area as one path.
fn area_path(rings: &[Ring], page_from_world: Affine) -> Path {
    let mut path = Path::new();
    for ring in rings.iter().filter(|ring| ring.closed) {
        let corners = &ring.points[..ring.points.len().saturating_sub(1)];
        path.add_polyline(corners.iter().map(|point| page_from_world * *point), true);
    }
    path
}

fn circle_path(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Path {
    let page_from_world = frame.page_from_world();
    let corners = ready.levels(annotation).full().first().map(|ring| lines::on_page(ring, page_from_world));
    let round = |corners: Vec<Point>| lines::round(&corners[..corners.len().saturating_sub(1)]);
    corners.into_iter().flat_map(round).collect()
}

/// The shape of an annotation without its words, bottom first. Callouts and texts are words through and through.
fn shape_items(annotation: &Annotation, ready: &Ready, frame: &Frame, theme: Theme) -> Vec<Item> {
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
const OTHER_DOT_PT: f64 = 3.2;

fn plain_dot(marker: MarkerStyle) -> MarkerStyle {
    MarkerStyle { symbol: crate::document::annotation::Symbol::Circle, number: None, letter: None, ..marker }
}

fn dot(at: Point, radius_pt: f64, color: Color, casing: Color) -> [Item; 2] {
    let disc =
        |radius: f64, color: Color| Item::Fill { path: Path::shared(Circle::new(at, radius).to_path(0.01)), color };
    [disc(radius_pt + 1.2, casing), disc(radius_pt, color)]
}

fn line_items(
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
fn faded(annotation: &Annotation, style: &OverlayStyle, draw: impl Fn(&OverlayStyle) -> Vec<Item>) -> Vec<Item> {
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
fn radius_line(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Option<(Point, Point)> {
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

/// Everything that an annotation says on the map, each block in its place.
fn labels(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Vec<Label> {
    let words = ready.words(annotation);
    let page_from_world = frame.page_from_world();
    let mut labels = Vec::new();
    match &annotation.shape {
        Shape::Point { at, kind } => {
            let at = frame.page_from_lon_lat(*at);
            let Some(main) = &words.main else { return labels };
            labels.push(match kind {
                PointKind::Text => Label::level(main, at),
                PointKind::Marker => {
                    let marker = MarkerStyle::of(&annotation.style, MARKER_THEME);
                    let right = marker.bounds(at).x1 + GAP_PT - marker::CASING_PT;
                    Label::from_top_left(main, Point::new(right, marker.middle(at).y - main.first_middle))
                }
            });
        }
        Shape::Callout { text_at, .. } => {
            labels.extend(words.main.iter().map(|main| Label::level(main, frame.page_from_lon_lat(*text_at))));
        }
        Shape::Path { kind, .. } => {
            if words.main.is_none() && words.parts.is_empty() {
                return labels;
            }
            let levels = ready.levels(annotation);
            // A leg has a label each: its vertices must all be there.
            let rings = if words.parts.is_empty() { levels.at_zoom(frame.view.zoom) } else { levels.full() };
            let Some(ring) = rings.first() else { return labels };
            let points = lines::on_page(ring, page_from_world);
            let line = Measured::new(&points);
            let clear = stroke_width_pt(&annotation.style) / 2.0
                + if *kind == PathKind::Distance { GAP_PT } else { GAP_PT - 0.5 };
            if let Some(main) = &words.main {
                let (seat, direction, rise) = line.seat(line.middle(frame.page()), main.size.width);
                let required = words.by_user;
                labels.push(Label { required, ..Label::along(main, seat, direction, clear + rise) });
            }
            for (leg, block) in points.windows(2).zip(&words.parts) {
                if leg[0].distance(leg[1]) > block.size.width + 16.0 {
                    let label = Label::along(block, leg[0].midpoint(leg[1]), leg[1] - leg[0], -clear);
                    labels.push(Label { required: false, ..label });
                }
            }
        }
        Shape::Area { .. } | Shape::Circle { .. } | Shape::Other(_) => {
            let title = words.main.as_ref().and_then(|main| {
                let at = label_seat(annotation, ready, frame, main.size)?;
                Some(Label { required: words.by_user, ..Label::level(main, at) })
            });
            let radius = words.parts.first().zip(radius_line(annotation, ready, frame));
            match (title, radius) {
                (title, Some((block, (from, to)))) if to.x - from.x > block.size.width + 10.0 => {
                    // The title makes room for the radius.
                    labels.extend(title.map(|mut label| {
                        if label.center.distance(from) < 1.0 {
                            label.center.y -= label.block.size.height / 2.0 + 5.0;
                        }
                        label
                    }));
                    let direction = if (to.y - from.y).abs() < 1.0 { Vec2::new(1.0, 0.0) } else { to - from };
                    let label = Label::along(block, from.midpoint(to), direction, -1.5);
                    labels.push(Label { required: false, ..label });
                }
                (title, _) => labels.extend(title),
            }
        }
    }
    labels
}

/// Where words of this size stand in an area: at its widest place; where that is off the page, somewhere on the page
/// where they fit; beside it where they fit nowhere.
fn label_seat(annotation: &Annotation, ready: &Ready, frame: &Frame, size: kurbo::Size) -> Option<Point> {
    let page_from_world = frame.page_from_world();
    let world_from_page = page_from_world.inverse();
    let bounds = page_from_world.transform_rect_bbox(ready.bounds()?);
    let beside = Point::new(bounds.x1 + GAP_PT + 1.0 + size.width / 2.0, bounds.center().y);
    if bounds.width() < 0.6 * size.width || bounds.height() < 0.6 * size.height {
        return Some(beside);
    }
    let rings = ready.levels(annotation).at_zoom(frame.view.zoom);
    let fitting = |at: Point| {
        let half = size * 0.5;
        let spots =
            [(-1.0, -1.0), (0.0, -1.0), (1.0, -1.0), (-1.0, 0.0), (1.0, 0.0), (-1.0, 1.0), (0.0, 1.0), (1.0, 1.0)];
        let inside = |(x, y): &(f64, f64)| {
            hit::inside(rings, world_from_page * (at + Vec2::new(x * half.width, y * half.height)))
        };
        spots.iter().filter(|spot| inside(spot)).count()
    };
    let widest = page_from_world * ready.label_point(annotation)?;
    if frame.page().contains(widest) {
        // A corner or two may stick out: a name belongs in its area.
        return Some(if fitting(widest) >= 6 { widest } else { beside });
    }
    let seen = bounds.intersect(frame.page()).inset(-4.0);
    if seen.width() <= size.width || seen.height() <= size.height {
        return Some(widest);
    }
    let seats = (1..8).flat_map(|row| (1..8).map(move |column| (column, row))).map(|(column, row)| {
        Point::new(seen.x0 + seen.width() * f64::from(column) / 8.0, seen.y0 + seen.height() * f64::from(row) / 8.0)
    });
    let near = |at: &Point| at.distance_squared(seen.center());
    let best = seats.filter(|at| fitting(*at) == 8).min_by(|a, b| near(a).total_cmp(&near(b)));
    Some(best.unwrap_or(widest))
}

/// The words of an annotation and what belongs to them, bottom first; only those labels that `keeps`.
fn word_items(
    annotation: &Annotation,
    ready: &Ready,
    frame: &Frame,
    theme: Theme,
    mut keeps: impl FnMut(&Label) -> bool,
) -> Vec<Item> {
    let mut items = Vec::new();
    let ink = ink(annotation, theme);
    let mut halo = Some(halo_for(ink, theme));
    if matches!(annotation.shape, Shape::Callout { .. }) {
        items.extend(callout_items(annotation, ready, frame, theme));
        halo = None;
    }
    let near = frame.page().inflate(2.0, 2.0);
    for label in labels(annotation, ready, frame) {
        if label.bounds().overlaps(near) && keeps(&label) {
            items.extend(label.items(ink, halo));
        }
    }
    items
}

/// Space between the words of a callout and the edge of its box.
fn padding(size_pt: f64) -> Vec2 {
    Vec2::new((0.62 * size_pt).max(5.0), (0.36 * size_pt).max(3.5))
}

/// The box of a callout on the page.
fn callout_box(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Option<Rect> {
    let Shape::Callout { text_at, .. } = annotation.shape else {
        return None;
    };
    let size_pt = words::size_pt(annotation);
    let words = ready.words(annotation).main.as_ref().map_or(kurbo::Size::new(size_pt, size_pt), |main| main.size);
    let padding = padding(size_pt);
    Some(Rect::from_center_size(frame.page_from_lon_lat(text_at), words).inflate(padding.x, padding.y))
}

/// Leader, dot and box of a callout, bottom first.
fn callout_items(annotation: &Annotation, ready: &Ready, frame: &Frame, theme: Theme) -> Vec<Item> {
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
const CORNER_PT: f64 = 3.5;

/// A leader is thinner than the lines of the map: half as wide as the annotation's stroke.
fn leader_pt(style: &Style) -> f64 {
    let width_pt = stroke_width_pt(style);
    if width_pt > 0.0 { (0.5 * width_pt).max(0.75) } else { 0.0 }
}

/// Where the leader leaves a box: on the way from its middle to the target.
fn leaves(body: Rect, target: Point) -> Point {
    let middle = body.center();
    let way = target - middle;
    let part = (body.width() / 2.0 / way.x.abs().max(1e-9)).min(body.height() / 2.0 / way.y.abs().max(1e-9)).min(1.0);
    // A little within, under the box, so that no gap shows at its corners.
    middle + way * (part * 0.98)
}

/// The page rectangle of an annotation with its words; `None` if it has no place.
fn page_box(annotation: &Annotation, ready: &Ready, frame: &Frame) -> Option<Rect> {
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

/// The outline of what is selected: the accent over a casing, around the shape, which is then drawn once more.
fn selection_items(annotation: &Annotation, ready: &Ready, frame: &Frame, theme: Theme) -> Vec<Item> {
    let palette = theme.palette();
    let page_from_world = frame.page_from_world();
    let near = frame.page().inflate(MARGIN_PT, MARGIN_PT);
    let around = |path: Arc<Path>, width_pt: f64| {
        let stroke =
            |color: Color, width_pt: f64| Item::Stroke { path: path.clone(), stroke: Stroke::solid(color, width_pt) };
        let ring = [(palette.halo, 9.0), (palette.accent, 7.0), (palette.halo, 2.6)];
        ring.map(|(color, beyond_pt)| stroke(color, width_pt + beyond_pt)).to_vec()
    };
    let framed = |rect: Rect| {
        let path = RoundedRect::from_rect(rect.inflate(3.0, 2.0), CORNER_PT).to_path(0.01);
        let path = Path::shared(path);
        let stroke =
            |color: Color, width_pt: f64| Item::Stroke { path: path.clone(), stroke: Stroke::solid(color, width_pt) };
        vec![stroke(palette.halo, 3.6), stroke(palette.accent, 1.6)]
    };
    let width_pt = stroke_width_pt(&annotation.style);
    let stroke_again =
        |items: Vec<Item>| items.into_iter().filter(|item| !matches!(item, Item::Fill { .. } | Item::Pattern { .. }));
    match &annotation.shape {
        Shape::Point { at, kind: PointKind::Marker } => {
            let marker = MarkerStyle::of(&annotation.style, theme);
            let at = frame.page_from_lon_lat(*at);
            let mut items = around(Path::shared(marker.outline(at)), 1.5);
            items.extend(marker.items(at));
            items
        }
        Shape::Point { .. } => {
            labels(annotation, ready, frame).first().map_or_else(Vec::new, |label| framed(label.bounds()))
        }
        Shape::Callout { .. } => callout_box(annotation, ready, frame).map_or_else(Vec::new, framed),
        Shape::Path { kind, .. } => {
            let Some(ring) = ready.levels(annotation).at_zoom(frame.view.zoom).first() else {
                return Vec::new();
            };
            let points = lines::on_page(ring, page_from_world);
            let mut items = around(Path::shared(lines::path(&points, near, false)), width_pt);
            let style = OverlayStyle { casing: None, ..overlay_style(annotation, theme) };
            items.extend(line_items(&points, *kind, &style, theme, near, annotation));
            items
        }
        Shape::Area { .. } | Shape::Circle { .. } => {
            let path = Arc::new(match annotation.shape {
                Shape::Circle { .. } => circle_path(annotation, ready, frame),
                _ => area_path(ready.levels(annotation).at_zoom(frame.view.zoom), page_from_world),
            });
            let style = OverlayStyle { casing: None, ..overlay_style(annotation, theme) };
            let mut items = around(path.clone(), width_pt);
            items.extend(stroke_again(style.items_for_line(path)));
            items
        }
        Shape::Other(_) => {
            page_box(annotation, ready, frame).map_or_else(Vec::new, |rect| framed(rect.intersect(near)))
        }
    }
}

fn is_points(geometry: &geo::Geometry<f64>) -> bool {
    matches!(geometry, geo::Geometry::Point(_) | geo::Geometry::MultiPoint(_))
}

fn is_lines(geometry: &geo::Geometry<f64>) -> bool {
    matches!(geometry, geo::Geometry::Line(_) | geo::Geometry::LineString(_) | geo::Geometry::MultiLineString(_))
}

/// The room that words have taken, by squares of the page.
struct Crowd {
    page: Rect,
    columns: usize,
    cells: Vec<Vec<Rect>>,
}

impl Crowd {
    const CELL_PT: f64 = 64.0;

    fn new(page: Rect, taken: Vec<Rect>) -> Self {
        let across = |size: f64| (size / Self::CELL_PT).ceil().clamp(1.0, 512.0) as usize;
        let columns = across(page.width());
        let mut crowd = Self { page, columns, cells: vec![Vec::new(); columns * across(page.height())] };
        for rect in taken {
            crowd.insert(rect);
        }
        crowd
    }

    fn touched(&self, rect: Rect) -> impl Iterator<Item = usize> + use<> {
        let rows = self.cells.len() / self.columns;
        let cell = |at: f64, count: usize| ((at / Self::CELL_PT).floor().max(0.0) as usize).min(count - 1);
        let rect = rect - self.page.origin().to_vec2();
        let columns = cell(rect.x0, self.columns)..=cell(rect.x1, self.columns);
        let across = self.columns;
        (cell(rect.y0, rows)..=cell(rect.y1, rows))
            .flat_map(move |row| columns.clone().map(move |column| row * across + column))
    }

    fn insert(&mut self, rect: Rect) {
        for cell in self.touched(rect) {
            self.cells[cell].push(rect);
        }
    }

    /// Takes room for a label, if none of it is taken.
    fn takes(&mut self, label: &Label) -> bool {
        let rect = label.bounds();
        let free = self.touched(rect).all(|cell| !self.cells[cell].iter().any(|other| overlap(rect, *other)));
        if free {
            self.insert(rect);
        }
        free
    }
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}
