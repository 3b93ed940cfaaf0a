//! Which annotations lie under a point or within a box, and how much of the page each takes.

use super::snap::{Joined, nearest_on_segment, pieces};
use super::transform;
use crate::document::annotation::{PointKind, STROKE_WIDTH_PT, Shape};
use crate::document::{Annotation, AnnotationId, Document};
use crate::geometry::{Coord, Frame, MultiPolygon, Point, Rect, measure};
use crate::scene::display_list::Face;
use crate::scene::palette::Theme;
use crate::scene::text;

/// How near a line has to be, in points, beside half its width.
const LINE_PT: f64 = 6.0;

/// How near a marker has to be, in points.
const MARKER_PT: f64 = 13.0;

/// Lines of words stand so far apart, in sizes.
const LEADING: f64 = 1.25;

/// The annotations under a page point: points and words first, then lines, then areas by size; of equals the one on top.
pub(super) fn hits(document: &Document, frame: Frame, at: Point) -> Vec<AnnotationId> {
    let mut found: Vec<((u8, f64), AnnotationId)> = Vec::new();
    let most_pt = LINE_PT + STROKE_WIDTH_PT.end() / 2.0;
    let low = frame.lon_lat_from_page(Point::new(at.x - most_pt, at.y + most_pt));
    let high = frame.lon_lat_from_page(Point::new(at.x + most_pt, at.y - most_pt));
    for annotation in document.drawn() {
        if !may_be_between(&annotation.shape, low, high) {
            continue;
        }
        if let Some(rank) = rank_if_hit(annotation, &frame, at) {
            found.push((rank, annotation.id));
        }
    }
    // The last drawn is on top; the sort is stable.
    found.reverse();
    found.sort_by(|((tier, size), _), ((other_tier, other_size), _)| {
        tier.cmp(other_tier).then(size.total_cmp(other_size))
    });
    found.into_iter().map(|(_, id)| id).collect()
}

/// The annotations that lie wholly within a box on the page, bottom first.
pub(super) fn within(document: &Document, frame: Frame, page: Rect) -> Vec<AnnotationId> {
    let inside =
        |bounds: Rect| page.x0 <= bounds.x0 && page.y0 <= bounds.y0 && bounds.x1 <= page.x1 && bounds.y1 <= page.y1;
    document
        .drawn()
        .filter(|annotation| page_bounds(annotation, frame, Theme::default()).is_some_and(inside))
        .map(|annotation| annotation.id)
        .collect()
}

/// The box that an annotation takes on the page; none if it is nowhere.
pub(super) fn page_bounds(annotation: &Annotation, frame: Frame, _theme: Theme) -> Option<Rect> {
    match &annotation.shape {
        Shape::Point { at, kind } => {
            let at = frame.page_from_lon_lat(*at);
            Some(match kind {
                PointKind::Marker => Rect::from_center_size(at, (2.0 * MARKER_PT, 2.0 * MARKER_PT)),
                PointKind::Text => words_at(annotation, at),
            })
        }
        Shape::Callout { target, text_at } => {
            let words = words_at(annotation, frame.page_from_lon_lat(*text_at));
            Some(words.union_pt(frame.page_from_lon_lat(*target)))
        }
        shape => Some(frame.page_from_world().transform_rect_bbox(transform::bounds(shape)?)),
    }
}

/// The box of an annotation's words about their middle.
pub(super) fn words_at(annotation: &Annotation, middle: Point) -> Rect {
    let size_pt = annotation.style.text_size_pt;
    let title = if annotation.title.is_empty() { "Text" } else { annotation.title.as_str() };
    let lines: Vec<String> = match annotation.style.text_width_pt {
        Some(width_pt) => title.lines().flat_map(|line| text::wrap(line, Face::Sans, size_pt, width_pt)).collect(),
        None => title.lines().map(str::to_owned).collect(),
    };
    let widest = lines.iter().map(|line| text::measure(line, Face::Sans, size_pt, 0.0).advance_pt).fold(0.0, f64::max);
    let width_pt = annotation.style.text_width_pt.unwrap_or(0.0).max(widest);
    Rect::from_center_size(middle, (width_pt + 8.0, lines.len().max(1) as f64 * size_pt * LEADING + 6.0))
}

/// Whether the words of an annotation may be as near as that: measuring them takes longer than this.
fn words_may_reach(annotation: &Annotation, middle: Point, at: Point) -> bool {
    let letters = annotation.title.len().max(8) as f64;
    let width_pt = annotation.style.text_width_pt.unwrap_or(0.0);
    middle.distance(at) <= width_pt + 2.0 * letters * annotation.style.text_size_pt
}

fn rank_if_hit(annotation: &Annotation, frame: &Frame, at: Point) -> Option<(u8, f64)> {
    let stroke_pt = LINE_PT + annotation.style.stroke_width_pt / 2.0;
    match &annotation.shape {
        Shape::Point { at: place, kind } => {
            let middle = frame.page_from_lon_lat(*place);
            let hit = match kind {
                PointKind::Marker => middle.distance(at) <= MARKER_PT,
                PointKind::Text => words_may_reach(annotation, middle, at) && words_at(annotation, middle).contains(at),
            };
            hit.then_some((0, 0.0))
        }
        Shape::Callout { target, text_at } => {
            let (target, middle) = (frame.page_from_lon_lat(*target), frame.page_from_lon_lat(*text_at));
            let hit = words_may_reach(annotation, middle, at) && words_at(annotation, middle).contains(at)
                || nearest_on_segment(at, target, middle).distance(at) <= LINE_PT;
            hit.then_some((0, 0.0))
        }
        Shape::Path { .. } => is_on_outline(&annotation.shape, frame, at, stroke_pt).then_some((1, 0.0)),
        Shape::Other(_) => is_on_outline(&annotation.shape, frame, at, stroke_pt.max(MARKER_PT)).then_some((1, 0.0)),
        Shape::Area { area, .. } => {
            let hit =
                is_inside(area, frame.lon_lat_from_page(at)) || is_on_outline(&annotation.shape, frame, at, stroke_pt);
            hit.then(|| (2, measure::area_m2(area)))
        }
        Shape::Circle { center, radius_m } => {
            let place = frame.lon_lat_from_page(at);
            let reach_m = radius_m + stroke_pt * frame.meters_per_pt(place.y);
            (measure::distance_m(*center, place) <= reach_m).then(|| (2, std::f64::consts::PI * radius_m * radius_m))
        }
    }
}

/// Whether a place lies in an area by the even–odd rule.
fn is_inside(area: &MultiPolygon<f64>, place: Coord<f64>) -> bool {
    let mut inside = false;
    for polygon in &area.0 {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for pair in ring.0.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                if (a.y > place.y) != (b.y > place.y) && place.x < (b.x - a.x) * (place.y - a.y) / (b.y - a.y) + a.x {
                    inside = !inside;
                }
            }
        }
    }
    inside
}

/// Whether the box round a line or an area comes between these corners, as any other shape may.
fn may_be_between(shape: &Shape, low: Coord<f64>, high: Coord<f64>) -> bool {
    if !matches!(shape, Shape::Path { .. } | Shape::Area { .. }) {
        return true;
    }
    let (mut west, mut south, mut east, mut north) = (false, false, false, false);
    pieces(shape, &mut |coords, _| {
        for coord in coords {
            west |= coord.x <= high.x;
            east |= coord.x >= low.x;
            south |= coord.y <= high.y;
            north |= coord.y >= low.y;
        }
    });
    west && east && south && north
}

/// Whether a page point is that near to a line, a ring or a point of a shape.
fn is_on_outline(shape: &Shape, frame: &Frame, at: Point, reach_pt: f64) -> bool {
    let (low, high) = (
        frame.lon_lat_from_page(Point::new(at.x - reach_pt, at.y + reach_pt)),
        frame.lon_lat_from_page(Point::new(at.x + reach_pt, at.y - reach_pt)),
    );
    let meets = |a: Coord<f64>, b: Coord<f64>| {
        a.x.max(b.x) >= low.x && a.x.min(b.x) <= high.x && a.y.max(b.y) >= low.y && a.y.min(b.y) <= high.y
    };
    let page = |coord: Coord<f64>| frame.page_from_lon_lat(coord);
    let mut hit = false;
    pieces(shape, &mut |coords, joined| {
        hit = hit
            || match joined {
                Joined::Points => coords.iter().any(|coord| page(*coord).distance(at) <= reach_pt),
                Joined::Line => coords.windows(2).any(|pair| {
                    meets(pair[0], pair[1])
                        && nearest_on_segment(at, page(pair[0]), page(pair[1])).distance(at) <= reach_pt
                }),
            };
    });
    hit
}
