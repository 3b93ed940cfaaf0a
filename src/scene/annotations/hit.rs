//! Which annotations lie under a point or within a box of the page.

use kurbo::{Point, Rect};

use super::index::{Index, Ready};
use super::shapes::stroke_width_pt;
use super::{MARKER_THEME, MarkerStyle, callout_box, labels, page_box, visible};
use crate::document::annotation::{PointKind, Shape};
use crate::document::{Annotation, AnnotationId, Document};
use crate::formats::locale::EN;
use crate::geometry::measure::distance_m;
use crate::geometry::simplify::Ring;
use crate::geometry::{Frame, lon_lat_from_world};

/// How near a line has to be, in page points, to be taken by a click.
const REACH_PT: f64 = 6.0;

/// The least half width of a symbol's target.
const LEAST_SYMBOL_PT: f64 = 8.0;

/// What a click prefers.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
enum Rank {
    /// Symbols and words.
    Mark,
    Line,
    /// An area, and its size in any unit.
    Area(f64),
}

/// The visible annotations at a page point: symbols and words first, then lines within 6 points, then areas from the
/// smallest; among equals the top-most first.
pub fn hits(document: &Document, frame: &Frame, at: Point) -> Vec<AnnotationId> {
    if !at.is_finite() {
        return Vec::new();
    }
    let index = Index::of(&document.annotations, &EN);
    let page_from_world = frame.page_from_world();
    let mut found: Vec<(Rank, AnnotationId)> = Vec::new();
    // Top-most first, which a stable sort keeps among equals.
    for position in visible(&document.annotations, &document.layers).into_iter().rev() {
        let Some((annotation, ready)) = index.get(position) else { continue };
        let Some(bounds) = ready.bounds() else { continue };
        let reach_pt = ready.reach_pt(annotation);
        if !page_from_world.transform_rect_bbox(bounds).inflate(reach_pt, reach_pt).contains(at) {
            continue;
        }
        if let Some(rank) = rank(annotation, ready, frame, at) {
            found.push((rank, annotation.id));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    found.into_iter().map(|(_, id)| id).collect()
}

/// The visible annotations that lie within a box of the page: their shapes, and of text and callouts the words.
pub fn within(document: &Document, frame: &Frame, area: Rect) -> Vec<AnnotationId> {
    let area = area.abs();
    let index = Index::of(&document.annotations, &EN);
    let page_from_world = frame.page_from_world();
    let inside = |position: &usize| {
        let (annotation, ready) = index.get(*position)?;
        let shape = page_from_world.transform_rect_bbox(ready.bounds()?);
        let whole = area.x0 <= shape.x0 && area.y0 <= shape.y0 && shape.x1 <= area.x1 && shape.y1 <= area.y1;
        let words = !annotation.shape.is_text() || area.union(page_box(annotation, ready, frame)?) == area;
        (whole && words).then_some(annotation.id)
    };
    visible(&document.annotations, &document.layers).iter().filter_map(inside).collect()
}

fn rank(annotation: &Annotation, ready: &Ready, frame: &Frame, at: Point) -> Option<Rank> {
    if labels(annotation, ready, frame).iter().any(|label| label.contains(at)) {
        return Some(Rank::Mark);
    }
    let page_from_world = frame.page_from_world();
    let reach_pt = REACH_PT.max(stroke_width_pt(&annotation.style) / 2.0);
    let reach = reach_pt / frame.world_size_pt();
    let place = page_from_world.inverse() * at;
    match &annotation.shape {
        Shape::Point { at: place, kind: PointKind::Marker } => {
            let symbol = MarkerStyle::of(&annotation.style, MARKER_THEME).bounds(frame.page_from_lon_lat(*place));
            let short = (LEAST_SYMBOL_PT - symbol.width() / 2.0).max(0.0);
            symbol.inflate(short, short).contains(at).then_some(Rank::Mark)
        }
        Shape::Point { .. } => None,
        Shape::Callout { target, .. } => {
            let target = frame.page_from_lon_lat(*target);
            let body = callout_box(annotation, ready, frame);
            if body.is_some_and(|body| body.contains(at)) || target.distance(at) <= REACH_PT {
                return Some(Rank::Mark);
            }
            let leader = [body?.center(), target];
            (distance_squared(&leader, at) <= REACH_PT * REACH_PT).then_some(Rank::Line)
        }
        Shape::Path { .. } => near_outline(ready.levels(annotation).full(), place, reach).then_some(Rank::Line),
        Shape::Area { .. } => {
            let rings = ready.levels(annotation).full();
            let hit = inside(rings, place) || near_outline(rings, place, reach / 2.0);
            hit.then(|| Rank::Area(rings.iter().map(twice_area).sum::<f64>().abs()))
        }
        Shape::Circle { center, radius_m } => {
            let here = lon_lat_from_world(place);
            let beyond_m = distance_m(*center, here) - radius_m;
            let bounds = ready.bounds()?;
            (beyond_m <= reach_pt / 2.0 * frame.meters_per_pt(here.y)).then(|| Rank::Area(1.57 * bounds.area()))
        }
        Shape::Other(_) => {
            let rings = ready.levels(annotation).full();
            if inside(rings, place) {
                return Some(Rank::Area(rings.iter().map(twice_area).sum::<f64>().abs()));
            }
            near_outline(rings, place, reach).then_some(Rank::Line)
        }
    }
}

/// Whether the rings of an area hold a point, by the even–odd rule.
pub(super) fn inside(rings: &[Ring], at: Point) -> bool {
    let crosses = |pair: &[Point]| {
        let (a, b) = (pair[0], pair[1]);
        (a.y > at.y) != (b.y > at.y) && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x)
    };
    let crossings = |ring: &Ring| ring.points.windows(2).filter(|pair| crosses(pair)).count();
    rings.iter().filter(|ring| ring.closed).map(crossings).sum::<usize>() % 2 == 1
}

fn near_outline(rings: &[Ring], at: Point, reach: f64) -> bool {
    rings.iter().any(|ring| distance_squared(&ring.points, at) <= reach * reach)
}

/// To the nearest edge, or to the point that stands alone.
fn distance_squared(points: &[Point], at: Point) -> f64 {
    let edge = |pair: &[Point]| {
        let along = pair[1] - pair[0];
        let square = along.hypot2();
        let part = if square > 0.0 { ((at - pair[0]).dot(along) / square).clamp(0.0, 1.0) } else { 0.0 };
        (at - (pair[0] + along * part)).hypot2()
    };
    match points {
        [only] => only.distance_squared(at),
        _ => points.windows(2).map(edge).fold(f64::INFINITY, f64::min),
    }
}

/// Twice the area of a ring; holes count against the area that they are in.
fn twice_area(ring: &Ring) -> f64 {
    let sum: f64 = ring.points.windows(2).map(|pair| pair[0].to_vec2().cross(pair[1].to_vec2())).sum();
    if ring.is_hole { -sum.abs() } else { sum.abs() }
}
