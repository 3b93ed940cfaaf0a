//! The handles of the selection: where they are and which of them the pointer is on.

use std::collections::BTreeSet;
use std::sync::Arc;

use kurbo::Vec2;

use super::snap::is_shown;
use super::transform::{self, VertexAt, bounds_of_all};
use super::{Handle, HandleKind, Situation};
use crate::document::annotation::{PathKind, PointKind, Shape};
use crate::document::{Annotation, AnnotationId};
use crate::geometry::{Coord, Frame, Point, Rect};
use crate::scene::annotations::words_box;

/// How near the pointer has to be to a handle that has room, in points.
const REACH_PT: f64 = 12.0;

/// Vertices nearer than this to the last one with a handle get none.
const APART_PT: f64 = 10.0;

/// Edges shorter than this have no handle in the middle.
const LEAST_EDGE_PT: f64 = 40.0;

/// Shapes smaller than this have no handles at their vertices: there would be no place left to take the shape itself.
const LEAST_SHAPE_PT: f64 = 24.0;

/// The most handles of vertices, and of middles, at a time.
const MOST: usize = 400;

/// From the box of the selection to its handles.
const MARGIN_PT: f64 = 10.0;

/// From the box of the selection to the handle that turns it.
const TURN_PT: f64 = 32.0;

/// What can be taken hold of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grip {
    /// A vertex.
    Vertex(VertexAt),
    /// The middle of the edge after a vertex.
    Midpoint(VertexAt),
    /// A corner of a rectangle.
    Corner(usize),
    /// The place that a callout speaks of.
    Target,
    /// The words of a callout.
    Words,
    /// Where words wrap.
    Wrap,
    /// The outline of a circle.
    Radius,
    /// A corner of the box round the selection, clockwise from the upper left.
    Scale(usize),
    /// Above that box.
    Rotate,
}

impl Grip {
    /// What a person sees it as.
    pub(super) fn kind(self) -> HandleKind {
        match self {
            Self::Vertex(_) | Self::Corner(_) | Self::Target => HandleKind::Vertex,
            Self::Midpoint(_) => HandleKind::Midpoint,
            Self::Words => HandleKind::Words,
            Self::Wrap => HandleKind::Wrap,
            Self::Radius => HandleKind::Radius,
            Self::Scale(_) => HandleKind::Scale,
            Self::Rotate => HandleKind::Rotate,
        }
    }
}

/// A grip on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct GripAt {
    pub(super) grip: Grip,
    pub(super) at: Point,
    reach_pt: f64,
}

impl GripAt {
    pub(super) fn handle(&self, hot: bool) -> Handle {
        Handle { at: self.at, kind: self.grip.kind(), hot }
    }
}

/// Those of these annotations that are drawn and may be changed, bottom first.
pub(super) fn changeable(situation: &Situation<'_>, ids: &[AnnotationId]) -> Vec<Arc<Annotation>> {
    let document = situation.document;
    let free = |annotation: &Arc<Annotation>| is_shown(situation, annotation) && !document.is_locked(annotation);
    match ids {
        [] => Vec::new(),
        [id] => document.annotations.get(*id).filter(|annotation| free(annotation)).cloned().into_iter().collect(),
        ids => {
            let ids: BTreeSet<AnnotationId> = ids.iter().copied().collect();
            let chosen = |annotation: &&Arc<Annotation>| ids.contains(&annotation.id) && free(annotation);
            document.annotations.iter().filter(chosen).cloned().collect()
        }
    }
}

/// The grips of these annotations as they are, those that come first in a tie first.
pub(super) fn grips<'a>(
    annotations: impl ExactSizeIterator<Item = &'a Annotation> + Clone,
    frame: Frame,
) -> Vec<GripAt> {
    let mut grips = Vec::new();
    let Some(world) = bounds_of_all(annotations.clone().map(|annotation| &annotation.shape)) else {
        return grips;
    };
    let page = frame.page_from_world().transform_rect_bbox(world);
    let single = (annotations.len() == 1).then(|| annotations.clone().next()).flatten();
    if let Some(annotation) = single {
        of_one(annotation, frame, page, &mut grips);
    }
    let (scales, turns) = match single.map(|annotation| &annotation.shape) {
        None => (true, true),
        Some(Shape::Path { kind: PathKind::Freehand, .. } | Shape::Other(_)) => (true, true),
        Some(Shape::Path { .. } | Shape::Area { .. }) => (false, true),
        Some(Shape::Point { .. } | Shape::Callout { .. } | Shape::Circle { .. }) => (false, false),
    };
    // What is all at one place can be neither scaled nor turned.
    if page.is_finite() && page.width().max(page.height()) > 1e-6 {
        let room = Rect::from_center_size(
            page.center(),
            (page.width().max(LEAST_SHAPE_PT) + 2.0 * MARGIN_PT, page.height().max(LEAST_SHAPE_PT) + 2.0 * MARGIN_PT),
        );
        if turns {
            // At the top of the page where the box goes beyond it.
            let above = room.y0 - TURN_PT + MARGIN_PT;
            let y = if room.y1 > 3.0 * REACH_PT { above.max(REACH_PT + 4.0) } else { above };
            grips.push(GripAt { grip: Grip::Rotate, at: Point::new(room.center().x, y), reach_pt: REACH_PT });
        }
        if scales {
            let corners = [(room.x0, room.y0), (room.x1, room.y0), (room.x1, room.y1), (room.x0, room.y1)];
            grips.extend(corners.into_iter().enumerate().map(|(corner, at)| GripAt {
                grip: Grip::Scale(corner),
                at: at.into(),
                reach_pt: REACH_PT,
            }));
        }
    }
    grips
}

fn of_one(annotation: &Annotation, frame: Frame, page: Rect, grips: &mut Vec<GripAt>) {
    let mut push = |grip: Grip, at: Point, reach_pt: f64| {
        if at.is_finite() {
            grips.push(GripAt { grip, at, reach_pt });
        }
    };
    let wrap_at = |words: Rect| Point::new(words.x1 + 4.0, words.center().y);
    match &annotation.shape {
        Shape::Point { kind: PointKind::Marker, .. } | Shape::Other(_) => {}
        Shape::Point { kind: PointKind::Text, .. } => {
            if let Some(words) = words_box(annotation, &frame) {
                push(Grip::Wrap, wrap_at(words), REACH_PT);
            }
        }
        Shape::Callout { target, text_at } => {
            let middle = frame.page_from_lon_lat(*text_at);
            push(Grip::Words, middle, REACH_PT);
            push(Grip::Target, frame.page_from_lon_lat(*target), REACH_PT);
            if let Some(words) = words_box(annotation, &frame) {
                push(Grip::Wrap, wrap_at(words), REACH_PT);
            }
        }
        Shape::Circle { center, radius_m } => {
            let east = frame.page_from_lon_lat(transform::east_of(*center, *radius_m));
            let room_pt = frame.page_from_lon_lat(*center).distance(east);
            push(Grip::Radius, east, (room_pt / 2.0).clamp(5.0, REACH_PT));
        }
        Shape::Path { kind: PathKind::Freehand, .. } => {}
        shape => {
            let size_pt = page.width().max(page.height());
            if size_pt < LEAST_SHAPE_PT {
                return;
            }
            let reach_pt = (size_pt / 5.0).clamp(5.0, REACH_PT);
            if let Some(corners) = transform::rectangle_corners(shape) {
                for (index, corner) in corners.into_iter().enumerate() {
                    push(Grip::Corner(index), frame.page_from_lon_lat(corner), reach_pt);
                }
                return;
            }
            let (mut vertices, mut middles) = (Vec::new(), Vec::new());
            for_each_ring(shape, |ring, closed| {
                on_ring(shape, ring, closed, &frame, reach_pt, &mut vertices, &mut middles)
            });
            vertices.into_iter().chain(middles).for_each(|grip: GripAt| push(grip.grip, grip.at, grip.reach_pt));
        }
    }
}

/// The first vertex of each line or ring, and whether it is a ring.
fn for_each_ring(shape: &Shape, mut visit: impl FnMut(VertexAt, bool)) {
    match shape {
        Shape::Path { .. } => visit(VertexAt { part: 0, ring: 0, index: 0 }, false),
        Shape::Area { area, .. } => {
            for (part, polygon) in area.0.iter().enumerate() {
                (0..=polygon.interiors().len()).for_each(|ring| visit(VertexAt { part, ring, index: 0 }, true));
            }
        }
        _ => {}
    }
}

/// The grips of a line or ring that are on the page and have room.
fn on_ring(
    shape: &Shape,
    ring: VertexAt,
    closed: bool,
    frame: &Frame,
    reach_pt: f64,
    vertices: &mut Vec<GripAt>,
    middles: &mut Vec<GripAt>,
) {
    let coords = transform::vertices(shape, ring);
    let page = frame.page().inflate(REACH_PT, REACH_PT);
    let [west, south, east, north] = frame.lon_lat_bounds();
    let near = |a: Coord<f64>, b: Coord<f64>| {
        a.x.max(b.x) >= west && a.x.min(b.x) <= east && a.y.max(b.y) >= south && a.y.min(b.y) <= north
    };
    let mut last: Option<Point> = None;
    for (index, coord) in coords.iter().enumerate() {
        if vertices.len() >= MOST || middles.len() >= MOST {
            return;
        }
        let at = frame.page_from_lon_lat(*coord);
        let is_end = !closed && (index == 0 || index + 1 == coords.len());
        let apart = last.is_none_or(|last| last.distance(at) >= APART_PT);
        if page.contains(at) && (apart || is_end) {
            vertices.push(GripAt { grip: Grip::Vertex(VertexAt { index, ..ring }), at, reach_pt });
            last = Some(at);
        }
        let next = if index + 1 < coords.len() {
            coords[index + 1]
        } else if closed {
            coords[0]
        } else {
            continue;
        };
        if near(*coord, next) {
            let to = frame.page_from_lon_lat(next);
            let (length_pt, middle) = (at.distance(to), at.midpoint(to));
            if length_pt >= LEAST_EDGE_PT && page.contains(middle) {
                let reach_pt = (length_pt / 5.0).min(REACH_PT);
                middles.push(GripAt { grip: Grip::Midpoint(VertexAt { index, ..ring }), at: middle, reach_pt });
            }
        }
    }
}

/// The grip that the pointer is on: the nearest.
pub(super) fn grip_at(grips: &[GripAt], at: Point) -> Option<GripAt> {
    grips
        .iter()
        .filter(|grip| grip.at.distance(at) <= grip.reach_pt)
        .min_by(|a, b| a.at.distance(at).total_cmp(&b.at.distance(at)))
        .copied()
}

/// From where the pointer is to the middle of a grip.
pub(super) fn offset(grip: &GripAt, at: Point) -> Vec2 {
    grip.at - at
}
