//! Where annotations are and what they are: moved, turned, cut, joined, buffered, thinned, made from overlays.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::MapCoords as _;
use kurbo::{Affine, Rect, Vec2};

use super::{EditError, RADIUS_M, change_unlocked, named, open_layer, take_number, tidy_style, unlocked};
use crate::document::annotation::{AreaKind, Citation, Dash, Hatch, PathKind, PointKind, Rgb, Shape, Style};
use crate::document::{Annotation, AnnotationId, Document, LayerId};
use crate::dossier::model::PatternKind;
use crate::dossier::{self, Dossier, Overlay, words};
use crate::geometry::buffer::{self, BufferError, CIRCLE_EDGES, FARTHEST_BUFFER_M};
use crate::geometry::frame::WORLD_AT_ZOOM_0_PT;
use crate::geometry::reshape::{self, WORLD};
use crate::geometry::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, circle, derive, world_from_lon_lat};

/// A selection is not scaled to less than this part of the world: 4 cm at the equator.
const SMALLEST_WORLD: f64 = 1e-9;

/// How far the words of a callout stand from its place when it is made from a marker or a text, in points.
const CALLOUT_PT: Vec2 = Vec2::new(48.0, -36.0);

/// Calls `visit` with every place of a shape, in its order.
pub(super) fn for_each_place(shape: &Shape, visit: &mut impl FnMut(Coord<f64>)) {
    match shape {
        Shape::Point { at, .. } => visit(*at),
        Shape::Callout { target, text_at } => {
            visit(*target);
            visit(*text_at);
        }
        Shape::Path { line, .. } => line.0.iter().for_each(|place| visit(*place)),
        Shape::Area { area, .. } => {
            for polygon in area {
                let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                rings.flat_map(|ring| &ring.0).for_each(|place| visit(*place));
            }
        }
        Shape::Circle { center, .. } => visit(*center),
        Shape::Other(geometry) => {
            geometry.iter().flat_map(geo::CoordsIter::coords_iter).for_each(visit);
        }
    }
}

/// The shape where a change of the world takes it; radii times `factor`.
fn moved(shape: &Shape, change: Affine, factor: f64) -> Shape {
    let place = |place: Coord<f64>| reshape::moved(place, change);
    match shape {
        Shape::Point { at, kind } => Shape::Point { at: place(*at), kind: *kind },
        Shape::Callout { target, text_at } => Shape::Callout { target: place(*target), text_at: place(*text_at) },
        Shape::Path { line, kind } => Shape::Path { line: line.map_coords(place), kind: *kind },
        Shape::Area { area, kind } => Shape::Area { area: reshape::moved_area(area, change), kind: *kind },
        Shape::Circle { center, radius_m } => {
            let radius_m = (radius_m * factor).clamp(*RADIUS_M.start(), *RADIUS_M.end());
            Shape::Circle { center: place(*center), radius_m }
        }
        Shape::Other(geometry) => Shape::Other(geometry.as_ref().map(|geometry| geometry.map_coords(place))),
    }
}

/// The smallest rectangles of the world that hold the unlocked annotations of these ids, now and after a change.
fn bounds(document: &Document, ids: &[AnnotationId], change: Affine) -> Option<(Rect, Rect)> {
    let mut bounds: Option<(Rect, Rect)> = None;
    for annotation in named(document, ids).filter(|annotation| !document.is_locked(annotation)) {
        for_each_place(&annotation.shape, &mut |place| {
            let now = world_from_lon_lat(place);
            let then = change * now;
            let around = (Rect::from_points(now, now), Rect::from_points(then, then));
            bounds = Some(bounds.map_or(around, |(a, b)| (a.union_pt(now), b.union_pt(then))));
        });
    }
    bounds
}

/// The smallest rectangle of the world that holds the unlocked annotations of these ids.
fn bounds_now(document: &Document, ids: &[AnnotationId]) -> Option<Rect> {
    bounds(document, ids, Affine::IDENTITY).map(|(now, _)| now)
}

/// Carries out a change of the world on annotations, and shifts them back as a whole where it would take them out of it.
fn transform(document: &mut Document, ids: &[AnnotationId], change: Affine, factor: f64) -> usize {
    if !change.is_finite() || !factor.is_finite() || change == Affine::IDENTITY {
        return 0;
    }
    let Some((before, after)) = bounds(document, ids, change) else {
        return 0;
    };
    // What a file brought from beyond the date line may stay there.
    let Some(back) = reshape::shift_into(after, WORLD.union(before)) else {
        return 0;
    };
    let change = Affine::translate(back) * change;
    change_unlocked(document, ids, |old| {
        let shape = moved(&old.shape, change, factor);
        (shape != old.shape).then(|| Annotation { shape, ..old.clone() })
    })
}

/// Shifts annotations by so much of the world (east, south), as on the screen; nudging is this too. They stay in the
/// world together. Circles keep their radius on the ground. How many moved.
pub fn translate(document: &mut Document, ids: &[AnnotationId], by_world: Vec2) -> usize {
    transform(document, ids, Affine::translate(by_world), 1.0)
}

/// Turns annotations about a place on the map, in degrees clockwise, so that shapes keep their look; words and symbols
/// stay upright. How many moved.
pub fn rotate(document: &mut Document, ids: &[AnnotationId], about: Coord<f64>, degrees: f64) -> usize {
    if degrees.rem_euclid(360.0) == 0.0 {
        return 0;
    }
    transform(document, ids, reshape::turn(about, degrees), 1.0)
}

/// Scales annotations about a place on the map, so that shapes keep their look; of circles, the radius on the ground.
/// The factor must be above 0; what would not fit into the world, or would all but vanish, is not scaled so far. How
/// many changed.
pub fn scale(document: &mut Document, ids: &[AnnotationId], about: Coord<f64>, factor: f64) -> usize {
    if !factor.is_finite() || factor <= 0.0 {
        return 0;
    }
    let Some(now) = bounds_now(document, ids) else {
        return 0;
    };
    let size = now.width().max(now.height());
    let least = if size > 0.0 { (SMALLEST_WORLD / size).min(1.0) } else { 0.0 };
    let most = if size > 0.0 { (0.999 / size).max(1.0) } else { f64::INFINITY };
    let factor = factor.clamp(least, most);
    transform(document, ids, reshape::scale(about, factor), factor)
}

/// Turns a line about its middle so that the bearing from its first to its last place, as on the map, is a multiple of
/// `step_deg`; of a line that ends where it begins and of an area, the bearing of the longest edge. By how many degrees
/// clockwise; `None` for what has no bearing, or is locked.
pub fn align_to_bearing(document: &mut Document, id: AnnotationId, step_deg: f64) -> Option<f64> {
    let annotation = document.annotations.get(id)?;
    if document.is_locked(annotation) || !step_deg.is_finite() || step_deg <= 0.0 {
        return None;
    }
    let longest_edge = |line: &LineString<f64>| {
        let length = |edge: &&[Coord<f64>]| (world_from_lon_lat(edge[1]) - world_from_lon_lat(edge[0])).hypot2();
        let longest = line.0.windows(2).max_by(|a, b| length(a).total_cmp(&length(b)))?;
        reshape::map_bearing_deg(longest[0], longest[1])
    };
    let bearing_deg = match &annotation.shape {
        Shape::Path { line, .. } => {
            let (first, last) = line.0.first().zip(line.0.last())?;
            reshape::map_bearing_deg(*first, *last).or_else(|| longest_edge(line))
        }
        Shape::Area { area, .. } => longest_edge(area.0.first()?.exterior()),
        _ => None,
    }?;
    let turn_deg = (bearing_deg / step_deg).round() * step_deg - bearing_deg;
    let middle = crate::geometry::lon_lat_from_world(bounds_now(document, &[id])?.center());
    rotate(document, &[id], middle, turn_deg);
    Some(turn_deg)
}

/// The area of an annotation that has one; a circle's is its outline.
fn area_of(shape: &Shape) -> Option<Cow<'_, MultiPolygon<f64>>> {
    match shape {
        Shape::Area { area, .. } => Some(Cow::Borrowed(area)),
        Shape::Circle { center, radius_m } => {
            Some(Cow::Owned(MultiPolygon(vec![circle(*center, *radius_m, CIRCLE_EDGES)])))
        }
        _ => None,
    }
}

/// The shape of an area that came out of others: measured if `from` was, otherwise a polygon.
fn area_shape(area: &MultiPolygon<f64>, from: &Shape) -> Option<Shape> {
    let area = derive::oriented(area);
    let kind = match from {
        Shape::Area { kind: AreaKind::Measured, .. } => AreaKind::Measured,
        _ => AreaKind::Polygon,
    };
    (!area.0.is_empty()).then_some(Shape::Area { area, kind })
}

/// Puts shapes in the place of an annotation: the first under its id, the others over it under new ones, with its words
/// and style. The ids.
fn replace_with(document: &mut Document, old: &Annotation, shapes: Vec<Shape>) -> Vec<AnnotationId> {
    let Some(position) = document.annotations.position(old.id) else {
        return Vec::new();
    };
    let mut new = Vec::new();
    for shape in shapes {
        let mut part = Annotation { shape, ..old.clone() };
        if !new.is_empty() {
            part.id = AnnotationId(take_number(document));
            part.kept.id = None;
        }
        new.push(Arc::new(part));
    }
    let ids = new.iter().map(|part| part.id).collect();
    document.annotations.list_mut().splice(position..=position, new);
    ids
}

/// Cuts a polygon, rectangle or circle along a line that crosses it. The largest piece keeps the id; the ids of all.
///
/// # Errors
/// [`EditError::DoesNotCross`], [`EditError::Locked`], or [`EditError::Select`] if it is no area.
pub fn split_polygon(
    document: &mut Document,
    id: AnnotationId,
    line: &LineString<f64>,
) -> Result<Vec<AnnotationId>, EditError> {
    const WANTED: &str = "a polygon, rectangle or circle";
    let old = unlocked(document, id, WANTED)?;
    let area = area_of(&old.shape).ok_or(EditError::Select(WANTED))?;
    let pieces = derive::pieces(&area, &MultiLineString(vec![line.clone()]))?;
    let shapes: Vec<Shape> = pieces.iter().filter_map(|piece| area_shape(piece, &old.shape)).collect();
    if shapes.len() < 2 {
        return Err(EditError::DoesNotCross);
    }
    Ok(replace_with(document, &old, shapes))
}

/// Cuts a line at the place on it that is nearest to `at`. The part before keeps the id; the ids of both.
///
/// # Errors
/// [`EditError::AtTheEnd`], [`EditError::Locked`], or [`EditError::Select`] if it is no line.
pub fn split_line(document: &mut Document, id: AnnotationId, at: Coord<f64>) -> Result<Vec<AnnotationId>, EditError> {
    let old = unlocked(document, id, "a line")?;
    let Shape::Path { line, kind } = &old.shape else {
        return Err(EditError::Select("a line"));
    };
    let (first, second) = reshape::split_line(line, at).ok_or(EditError::AtTheEnd)?;
    let shapes = [first, second].map(|line| Shape::Path { line, kind: *kind });
    Ok(replace_with(document, &old, shapes.into()))
}

/// Makes one polygon of several areas, with the words, style and place of the first of `ids` and the citations of all.
/// Its id is the first's.
///
/// # Errors
/// [`EditError::Apart`] if no two of them touch or overlap; [`EditError::Locked`] if locked ones leave fewer than two.
pub fn merge_polygons(document: &mut Document, ids: &[AnnotationId]) -> Result<AnnotationId, EditError> {
    let areas: BTreeMap<AnnotationId, Arc<Annotation>> = named(document, ids)
        .filter(|annotation| annotation.shape.is_area())
        .map(|annotation| (annotation.id, Arc::clone(annotation)))
        .collect();
    let mut taken = BTreeSet::new();
    let is_free = |annotation: &&Arc<Annotation>| !document.is_locked(annotation);
    let merged: Vec<&Arc<Annotation>> = ids
        .iter()
        .filter_map(|id| areas.get(id))
        .filter(is_free)
        .filter(|annotation| taken.insert(annotation.id))
        .collect();
    let Some((first, others)) = merged.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Err(if areas.len() < 2 { EditError::Apart } else { EditError::Locked });
    };
    let parts: Vec<Cow<'_, MultiPolygon<f64>>> =
        merged.iter().filter_map(|annotation| area_of(&annotation.shape)).collect();
    let union = derive::union_all(parts.iter().map(Cow::as_ref));
    let apart: usize = parts.iter().map(|part| derive::union_all([part.as_ref()]).0.len()).sum();
    if union.0.len() >= apart {
        return Err(EditError::Apart);
    }
    let mut new =
        Annotation { shape: area_shape(&union, &first.shape).ok_or(EditError::Apart)?, ..first.as_ref().clone() };
    for citation in others.iter().flat_map(|other| &other.citations) {
        if !new.citations.contains(citation) {
            new.citations.push(citation.clone());
        }
    }
    let id = new.id;
    let new = Arc::new(new);
    let list = document.annotations.list_mut();
    list.retain(|annotation| annotation.id == id || !taken.contains(&annotation.id));
    for annotation in list.iter_mut().filter(|annotation| annotation.id == id) {
        *annotation = Arc::clone(&new);
    }
    Ok(id)
}

/// Cuts the other areas out of `from`, which may leave holes or several parts. The others stay as they are.
///
/// # Errors
/// [`EditError::NothingToCut`] if they do not overlap, [`EditError::NothingLeft`] if they cover it all,
/// [`EditError::Locked`], or [`EditError::Select`] if there are no areas.
pub fn subtract(document: &mut Document, from: AnnotationId, others: &[AnnotationId]) -> Result<(), EditError> {
    const WANTED: &str = "the polygon to keep and then those to cut out of it";
    let old = unlocked(document, from, WANTED)?;
    let area = area_of(&old.shape).ok_or(EditError::Select(WANTED))?;
    let cut: Vec<Cow<'_, MultiPolygon<f64>>> =
        named(document, others).filter(|other| other.id != from).filter_map(|other| area_of(&other.shape)).collect();
    if cut.is_empty() {
        return Err(EditError::Select(WANTED));
    }
    let cut = derive::union_all(cut.iter().map(Cow::as_ref));
    if derive::intersection(&area, &cut).0.is_empty() {
        return Err(EditError::NothingToCut);
    }
    let shape = area_shape(&derive::difference(&area, &cut), &old.shape).ok_or(EditError::NothingLeft)?;
    change_unlocked(document, &[from], |old| Some(Annotation { shape: shape.clone(), ..old.clone() }));
    Ok(())
}

/// Adds, under each annotation, the area of all places within a distance of it on the ground; below 0, what of an area
/// lies at least so far inside. Of a point and of a circle it is a circle. Style and citations are the original's; the ids of the new.
///
/// # Errors
/// [`EditError::Buffer`] says why one of them has none; then none is added. [`EditError::Select`] without a shape.
pub fn buffer(document: &mut Document, ids: &[AnnotationId], distance_m: f64) -> Result<Vec<AnnotationId>, EditError> {
    let mut new: Vec<(AnnotationId, Annotation)> = Vec::new();
    for original in named(document, ids) {
        let style = Style { number: None, ..original.style.clone() };
        let shape = buffered(&original.shape, distance_m)?;
        let mut buffer = Annotation::new(original.id, open_layer(document, original.layer), shape);
        buffer.title = buffer_title(original, distance_m);
        buffer.citations.clone_from(&original.citations);
        new.push((original.id, Annotation { style, ..buffer }));
    }
    if new.is_empty() {
        return Err(EditError::Select("a shape"));
    }
    let mut made = Vec::new();
    for (_, buffer) in &mut new {
        buffer.id = AnnotationId(take_number(document));
        made.push(buffer.id);
    }
    // Both go from the bottom to the top.
    let mut new = new.into_iter().peekable();
    let list = document.annotations.list_mut();
    for annotation in std::mem::take(list) {
        if let Some((_, buffer)) = new.next_if(|(id, _)| *id == annotation.id) {
            list.push(Arc::new(buffer));
        }
        list.push(annotation);
    }
    Ok(made)
}

fn buffered(shape: &Shape, distance_m: f64) -> Result<Shape, EditError> {
    let geometry = match shape {
        Shape::Circle { center, radius_m } => {
            let radius_m = radius_m + distance_m;
            return if !(distance_m.abs() > 0.0 && distance_m.abs() <= FARTHEST_BUFFER_M) || radius_m > *RADIUS_M.end() {
                Err(BufferError::Distance.into())
            } else if radius_m < *RADIUS_M.start() {
                Err(BufferError::ShrunkAway.into())
            } else {
                Ok(Shape::Circle { center: *center, radius_m })
            };
        }
        Shape::Point { at: center, .. } | Shape::Callout { target: center, .. } => {
            return if (*RADIUS_M.start()..=FARTHEST_BUFFER_M).contains(&distance_m) {
                Ok(Shape::Circle { center: *center, radius_m: distance_m })
            } else {
                Err(BufferError::Distance.into())
            };
        }
        Shape::Path { line, .. } => Geometry::LineString(line.clone()),
        Shape::Area { area, .. } => Geometry::MultiPolygon(area.clone()),
        Shape::Other(Some(geometry)) => geometry.clone(),
        Shape::Other(None) => return Err(BufferError::Empty.into()),
    };
    let area = buffer::buffer(&geometry, distance_m)?;
    area_shape(&area, shape).ok_or_else(|| BufferError::ShrunkAway.into())
}

fn buffer_title(original: &Annotation, distance_m: f64) -> String {
    let reach_m = distance_m.abs();
    // Three decimals at most, and none that are zeros.
    let (number, unit) = if reach_m < 1000.0 { (reach_m, "m") } else { (reach_m / 1000.0, "km") };
    let number = (number * 1000.0).round() / 1000.0;
    if distance_m < 0.0 {
        format!("{number} {unit} inside {}", original.label())
    } else {
        format!("Within {number} {unit} of {}", original.label())
    }
}

/// How many vertices there were and are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Simplified {
    /// In the annotations named that are not locked.
    pub before: usize,
    /// In the same ones now.
    pub after: usize,
}

/// Drops vertices of lines and areas, none of which lay further than the tolerance from what is left. Rings stay rings
/// that do not cross; rectangles stay as they are.
pub fn simplify(document: &mut Document, ids: &[AnnotationId], tolerance_m: f64) -> Simplified {
    let mut count = Simplified::default();
    let vertices = |shape: &Shape| {
        let mut count = 0;
        for_each_place(shape, &mut |_| count += 1);
        count
    };
    change_unlocked(document, ids, |old| {
        let shape = match &old.shape {
            Shape::Path { line, kind } => {
                Shape::Path { line: reshape::simplified_line(line, tolerance_m), kind: *kind }
            }
            Shape::Area { area, kind } if *kind != AreaKind::Rectangle => {
                let area = reshape::simplified_area(area, tolerance_m);
                area_shape(&area, &old.shape).unwrap_or_else(|| old.shape.clone())
            }
            other => other.clone(),
        };
        let before = vertices(&old.shape);
        let after = vertices(&shape);
        count.before += before;
        // What comes out with as many vertices is left as it is.
        count.after += after.min(before);
        (after < before).then(|| Annotation { shape, ..old.clone() })
    });
    count
}

/// Turns lines and arrows round. How many.
pub fn reverse(document: &mut Document, ids: &[AnnotationId]) -> usize {
    change_unlocked(document, ids, |old| match &old.shape {
        Shape::Path { line, kind } => {
            let line = LineString(line.0.iter().rev().copied().collect());
            Some(Annotation { shape: Shape::Path { line, kind: *kind }, ..old.clone() })
        }
        _ => None,
    })
}

/// What an annotation can be made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A marker or a text.
    Point(PointKind),
    /// Words that lead to a place.
    Callout,
    /// A line of some kind.
    Path(PathKind),
    /// An area of some kind.
    Area(AreaKind),
}

impl Kind {
    /// All that something can be made into, in the order of a menu. A rectangle or a circle can only be drawn.
    pub const ALL: [Self; 9] = [
        Self::Point(PointKind::Marker),
        Self::Point(PointKind::Text),
        Self::Callout,
        Self::Path(PathKind::Line),
        Self::Path(PathKind::Arrow),
        Self::Path(PathKind::Freehand),
        Self::Path(PathKind::Distance),
        Self::Area(AreaKind::Polygon),
        Self::Area(AreaKind::Measured),
    ];

    /// What a person calls it.
    pub fn name(self) -> &'static str {
        let nowhere = Coord { x: 0.0, y: 0.0 };
        match self {
            Self::Point(kind) => Shape::Point { at: nowhere, kind }.name(),
            Self::Callout => Shape::Callout { target: nowhere, text_at: nowhere }.name(),
            Self::Path(kind) => Shape::Path { line: LineString(Vec::new()), kind }.name(),
            Self::Area(kind) => Shape::Area { area: MultiPolygon(Vec::new()), kind }.name(),
        }
    }
}

/// The shape made into that kind; `None` if it is of that kind, or cannot be made into it.
///
/// Points, texts and callouts are made into each other, and so are lines; a line becomes an area by joining its ends, and
/// an area without holes a line along its outline; a circle becomes a polygon. `zoom` tells how far from its place the
/// words of a new callout stand.
pub fn converted(shape: &Shape, kind: Kind, zoom: f64) -> Option<Shape> {
    let offset = CALLOUT_PT / (WORLD_AT_ZOOM_0_PT * zoom.clamp(0.0, 30.0).exp2());
    let beside = |place: Coord<f64>, offset: Vec2| reshape::moved(place, Affine::translate(offset));
    match (shape, kind) {
        (Shape::Area { kind: now, .. }, Kind::Area(kind)) if *now == kind => None,
        (Shape::Point { kind: now, .. }, Kind::Point(kind)) if *now == kind => None,
        (Shape::Path { kind: now, .. }, Kind::Path(kind)) if *now == kind => None,
        (_, Kind::Area(AreaKind::Rectangle)) => None,
        (Shape::Point { at, .. }, Kind::Point(kind)) => Some(Shape::Point { at: *at, kind }),
        // The words stay where they are, and the marker too.
        (Shape::Point { at, kind: PointKind::Text }, Kind::Callout) => {
            Some(Shape::Callout { target: beside(*at, -offset), text_at: *at })
        }
        (Shape::Point { at, kind: PointKind::Marker }, Kind::Callout) => {
            Some(Shape::Callout { target: *at, text_at: beside(*at, offset) })
        }
        (Shape::Callout { target, text_at }, Kind::Point(kind)) => {
            Some(Shape::Point { at: if kind == PointKind::Text { *text_at } else { *target }, kind })
        }
        (Shape::Path { line, .. }, Kind::Path(kind)) => Some(Shape::Path { line: line.clone(), kind }),
        (Shape::Path { line, .. }, Kind::Area(kind)) => reshape::closed(line).map(|area| Shape::Area { area, kind }),
        (Shape::Area { area, .. }, Kind::Area(kind)) => Some(Shape::Area { area: area.clone(), kind }),
        (Shape::Area { area, .. }, Kind::Path(kind)) => reshape::opened(area).map(|line| Shape::Path { line, kind }),
        (Shape::Circle { .. }, Kind::Area(kind)) => {
            area_of(shape).map(|area| Shape::Area { area: area.into_owned(), kind })
        }
        (Shape::Circle { .. }, Kind::Path(kind)) => {
            area_of(shape).and_then(|area| reshape::opened(&area)).map(|line| Shape::Path { line, kind })
        }
        _ => None,
    }
}

/// Makes annotations into another kind, as far as they can be ([`converted`]). How many.
pub fn convert_kind(document: &mut Document, ids: &[AnnotationId], kind: Kind) -> usize {
    let zoom = document.view.zoom;
    change_unlocked(document, ids, |old| {
        converted(&old.shape, kind, zoom).map(|shape| Annotation { shape, ..old.clone() })
    })
}

/// Makes polygons of lines by joining their ends; of a measured line a measured area. How many.
pub fn close(document: &mut Document, ids: &[AnnotationId]) -> usize {
    change_unlocked(document, ids, |old| {
        let kind = match old.shape {
            Shape::Path { kind: PathKind::Distance, .. } => AreaKind::Measured,
            Shape::Path { .. } => AreaKind::Polygon,
            _ => return None,
        };
        converted(&old.shape, Kind::Area(kind), 0.0).map(|shape| Annotation { shape, ..old.clone() })
    })
}

/// Makes lines of the outlines of areas; of a measured area a measured line. Those with holes or of several parts stay.
/// How many.
pub fn open(document: &mut Document, ids: &[AnnotationId]) -> usize {
    change_unlocked(document, ids, |old| {
        let kind = match old.shape {
            Shape::Area { kind: AreaKind::Measured, .. } => PathKind::Distance,
            Shape::Area { .. } | Shape::Circle { .. } => PathKind::Line,
            _ => return None,
        };
        converted(&old.shape, Kind::Path(kind), 0.0).map(|shape| Annotation { shape, ..old.clone() })
    })
}

/// Adds an overlay's shape to a layer as annotations of the user's own: an area as one, a line for each of its parts, a
/// marker for each of its places. They keep its English title and its style as far as theirs goes, cite the excerpts
/// that speak of it, and say where they come from. Their ids.
pub fn from_overlay(
    document: &mut Document,
    overlay: &Overlay,
    dossier: &Dossier,
    layer: LayerId,
) -> Vec<AnnotationId> {
    let layer = open_layer(document, layer);
    let origin = origin(overlay, dossier);
    let citations: Vec<Citation> =
        dossier.excerpts_of(&overlay.id).map(|excerpt| Citation::Excerpt { excerpt: excerpt.id.clone() }).collect();
    let style = style_of(&overlay.style);
    let mut ids = Vec::new();
    let mut add = |shape: Shape, title: &str, description: String, show_title: bool| {
        let mut annotation = Annotation::new(AnnotationId(0), layer, shape);
        title.clone_into(&mut annotation.title);
        annotation.description = description;
        annotation.style = Style { show_title, ..style.clone() };
        annotation.citations.clone_from(&citations);
        ids.push(super::add(document, annotation));
    };
    match &overlay.shape {
        dossier::Shape::Area(area) => {
            let area = derive::oriented(area);
            if !area.0.is_empty() {
                add(Shape::Area { area, kind: AreaKind::Polygon }, overlay.title.main(), origin, true);
            }
        }
        dossier::Shape::Line(lines) => {
            let usable = |line: &&LineString<f64>| line.0.len() > 1 && line.0.iter().all(|at| reshape::is_place(*at));
            for (index, line) in lines.0.iter().filter(usable).enumerate() {
                let shape = Shape::Path { line: line.clone(), kind: PathKind::Line };
                add(shape, overlay.title.main(), origin.clone(), index == 0);
            }
        }
        dossier::Shape::Places(places) => {
            for place in places.iter().filter(|place| reshape::is_place(place.at)) {
                let details: String = place.details.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
                let shape = Shape::Point { at: place.at, kind: PointKind::Marker };
                add(shape, place.name.main(), format!("{details}{origin}"), true);
            }
        }
    }
    ids
}

/// Which overlay and which version of the dossier, how it was made, and what its licence asks for.
fn origin(overlay: &Overlay, dossier: &Dossier) -> String {
    let mut lines = vec![match &overlay.opened_from {
        Some(file) => format!("From {file}."),
        None => format!(
            "From the overlay {} ({}) of the dossier {} ({}, version {}).",
            words::quoted(overlay.title.main()),
            overlay.id,
            words::quoted(dossier.title.main()),
            dossier.id,
            dossier.version
        ),
    }];
    if !overlay.as_of.is_empty() {
        lines.push(format!("As of {}.", overlay.as_of));
    }
    lines.extend(overlay.method.clone());
    lines.extend(overlay.recipe.as_ref().map(|recipe| format!("Derived: {recipe}")));
    lines.extend(overlay.accuracy_m.map(|accuracy_m| format!("Stated accuracy: {accuracy_m} m.")));
    lines.extend(overlay.license.as_ref().map(|license| format!("Licence: {license}")));
    lines.extend(overlay.credit.clone());
    lines.join("\n")
}

/// An overlay's style as far as an annotation's goes: casings are left out, and hatches take the nearest of ours.
fn style_of(from: &dossier::Style) -> Style {
    let usual = Style::default();
    let color = |text: &Option<String>| text.as_deref().and_then(Rgb::from_hex);
    let (stroke, fill) = (color(&from.stroke), color(&from.fill));
    let dash = match from.dash.as_deref() {
        // Dashes no longer than the line is wide are dots.
        Some([dash, ..]) if *dash <= 1.2 * from.stroke_width => Dash::Dotted,
        Some([_, ..]) => Dash::Dashed,
        _ => Dash::Solid,
    };
    let hatch = match from.pattern {
        PatternKind::None => Hatch::None,
        PatternKind::Dots => Hatch::Dots,
        PatternKind::Hatch => match from.pattern_angle.rem_euclid(180.0) {
            angle if !(22.5..157.5).contains(&angle) => Hatch::Level,
            angle if angle <= 90.0 => Hatch::Rising,
            _ => Hatch::Falling,
        },
    };
    let mut style = Style {
        stroke: stroke.unwrap_or(usual.stroke),
        stroke_width_pt: if stroke.is_some() { from.stroke_width } else { 0.0 },
        stroke_opacity: from.stroke_opacity,
        dash,
        fill: fill.unwrap_or(usual.fill),
        fill_opacity: if fill.is_some() { from.fill_opacity } else { 0.0 },
        hatch,
        marker: fill.or(stroke).unwrap_or(usual.marker),
        ..usual
    };
    tidy_style(&mut style);
    style
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::edit::tests::{document, ids, is_shared, order};
    use crate::document::edit::{Change, apply, cite, invariants, lock, remove, set_title};
    use crate::geometry::measure::{area_m2, distance_m};

    fn shape(document: &Document, id: u64) -> &Shape {
        &document.annotations.get(AnnotationId(id)).unwrap().shape
    }

    fn area(document: &Document, id: AnnotationId) -> MultiPolygon<f64> {
        area_of(&document.annotations.get(id).unwrap().shape).unwrap().into_owned()
    }

    fn square(x: f64, y: f64, size: f64) -> Annotation {
        let ring = vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)];
        let area = MultiPolygon(vec![geo::Polygon::new(ring.into(), vec![])]);
        Annotation::new(AnnotationId(0), LayerId(0), Shape::Area { area, kind: AreaKind::Polygon })
    }

    fn near(ours: f64, reference: f64) {
        assert!((ours / reference - 1.0).abs() < 0.001, "{ours} is not {reference}");
    }

    #[test]
    fn a_move_is_a_shift_of_the_map_and_circles_keep_their_radius() {
        let mut document = document();
        // pyproj 3.7.2 (PROJ 9.5.1), EPSG:3857 and back: 100 km east and 200 km north.
        let by = Vec2::new(1e5, -2e5) / 40_075_016.685_578_49;
        let before = document.clone();
        assert_eq!(translate(&mut document, &ids(&[1, 7]), by), 2);
        let Shape::Point { at, .. } = shape(&document, 1) else { panic!("a marker stays one") };
        assert!((at.x - 38.482_715_284_119_52).abs() < 1e-9 && (at.y - 49.909_825_086_590_22).abs() < 1e-9);
        let Shape::Circle { radius_m, .. } = shape(&document, 7) else { panic!("a circle stays one") };
        assert_eq!(*radius_m, 20_000.0);
        assert!(is_shared(&before, &document, 2) && !is_shared(&before, &document, 1));
    }

    #[test]
    fn a_selection_stops_together_at_the_edge_of_the_world() {
        let mut document = document();
        let all: Vec<AnnotationId> = document.annotations.iter().map(|annotation| annotation.id).collect();
        let ends = |document: &Document| match (shape(document, 1), shape(document, 7)) {
            (Shape::Point { at, .. }, Shape::Circle { center, .. }) => (*at, *center),
            _ => panic!("a marker and a circle"),
        };
        let (marker, circle) = ends(&document);
        translate(&mut document, &all, Vec2::new(-3.0, 3.0));
        let (a, b) = ends(&document);
        assert!((b.x - a.x - (circle.x - marker.x)).abs() < 1e-9);
        assert!(a.x > -180.0 && b.x > -180.0 && b.y > -85.06 && b.y < -80.0);
        let before = document.clone();
        translate(&mut document, &all, Vec2::new(f64::NAN, 0.0));
        scale(&mut document, &all, a, -1.0);
        rotate(&mut document, &all, a, 720.0);
        translate(&mut document, &all, Vec2::ZERO);
        assert!(document.annotations.is_same(&before.annotations));
        scale(&mut document, &all, b, 1e9);
        assert_eq!(invariants(&document), Ok(()));
        scale(&mut document, &all, b, 1e-30);
        assert_eq!(invariants(&document), Ok(()));
    }

    #[test]
    fn a_turn_keeps_angles_on_the_map_and_a_turn_back_undoes_it() {
        let mut document = document();
        let about = Coord { x: 37.0, y: 48.0 };
        let before = document.clone();
        assert_eq!(rotate(&mut document, &ids(&[1, 6]), about, 30.0), 2);
        let Shape::Point { at, .. } = shape(&document, 1) else { panic!("a marker stays one") };
        assert!((at.x - 38.062_247_390_044_725).abs() < 1e-9 && (at.y - 48.447_078_039_038_39).abs() < 1e-9);
        let Shape::Area { area, .. } = shape(&document, 6) else { panic!("a rectangle stays one") };
        let corner: Vec<_> = area.0[0].exterior().0.iter().map(|place| world_from_lon_lat(*place)).collect();
        assert!((corner[1] - corner[0]).dot(corner[2] - corner[1]).abs() < 1e-12);
        rotate(&mut document, &ids(&[1, 6]), about, -30.0);
        let Shape::Point { at, .. } = shape(&document, 1) else { panic!("a marker stays one") };
        let Shape::Point { at: was, .. } = shape(&before, 1) else { panic!("a marker") };
        assert!((at.x - was.x).abs() < 1e-9 && (at.y - was.y).abs() < 1e-9);
    }

    #[test]
    fn a_circle_scales_on_the_ground() {
        let mut document = document();
        scale(&mut document, &ids(&[7]), Coord { x: 37.0, y: 48.0 }, 2.5);
        assert!(matches!(shape(&document, 7), Shape::Circle { radius_m, .. } if *radius_m == 50_000.0));
    }

    #[test]
    fn a_line_turns_to_the_nearest_step() {
        let mut document = document();
        let turned = align_to_bearing(&mut document, AnnotationId(4), 15.0).unwrap();
        assert!(turned.abs() <= 7.5 && turned != 0.0);
        let Shape::Path { line, .. } = shape(&document, 4) else { panic!("a line stays one") };
        let bearing = reshape::map_bearing_deg(line.0[0], line.0[line.0.len() - 1]).unwrap() / 15.0;
        assert!((bearing - bearing.round()).abs() < 1e-9);
        assert_eq!(align_to_bearing(&mut document, AnnotationId(1), 15.0), None);
        assert_eq!(align_to_bearing(&mut document, AnnotationId(4), f64::NAN), None);
    }

    #[test]
    fn a_polygon_is_split_by_a_line_right_across() {
        let mut document = document();
        let id = apply(&mut document, Change::Add(vec![square(37.0, 48.0, 1.0)]))[0];
        set_title(&mut document, id, "Zone");
        let whole = area_m2(&area(&document, id));
        let line = LineString::from(vec![(37.3, 47.0), (37.3, 50.0)]);
        let parts = split_polygon(&mut document, id, &line).unwrap();
        assert_eq!((parts.len(), parts[0]), (2, id));
        let sizes: Vec<f64> = parts.iter().map(|part| area_m2(&area(&document, *part))).collect();
        near(sizes[0], 0.7 * whole);
        near(sizes[0] + sizes[1], whole);
        assert!(parts.iter().all(|part| document.annotations.get(*part).unwrap().title == "Zone"));
        assert_eq!(merge_polygons(&mut document, &[parts[1], parts[0]]), Ok(parts[1]));
        assert!((area_m2(&area(&document, parts[1])) / whole - 1.0).abs() < 1e-9);
        let before = document.clone();
        let short = LineString::from(vec![(37.3, 47.0), (37.3, 48.5)]);
        assert_eq!(split_polygon(&mut document, parts[1], &short), Err(EditError::DoesNotCross));
        assert_eq!(
            split_polygon(&mut document, AnnotationId(4), &line),
            Err(EditError::Select("a polygon, rectangle or circle"))
        );
        lock(&mut document, &[parts[1]], true);
        assert_eq!(split_polygon(&mut document, parts[1], &line), Err(EditError::Locked));
        lock(&mut document, &[parts[1]], false);
        assert_eq!(document, before);
    }

    #[test]
    fn a_line_is_split_where_it_is_clicked() {
        let mut document = document();
        let parts = split_line(&mut document, AnnotationId(4), Coord { x: 37.5, y: 48.6 }).unwrap();
        assert_eq!((parts.len(), parts[0]), (2, AnnotationId(4)));
        assert_eq!(order(&document), [1, 2, 3, 4, parts[1].0, 5, 6, 7, 8]);
        let (Shape::Path { line: first, .. }, Shape::Path { line: second, .. }) =
            (shape(&document, 4), shape(&document, parts[1].0))
        else {
            panic!("lines stay lines")
        };
        assert_eq!(first.0.last(), second.0.first());
        let end = first.0[0];
        assert_eq!(split_line(&mut document, AnnotationId(4), end), Err(EditError::AtTheEnd));
        assert_eq!(split_line(&mut document, AnnotationId(1), end), Err(EditError::Select("a line")));
    }

    #[test]
    fn areas_that_touch_become_one_with_the_words_of_the_first() {
        let mut document = document();
        let squares = vec![square(30.0, 48.0, 1.0), square(31.0, 48.0, 1.0), square(35.0, 48.0, 0.5)];
        let made = apply(&mut document, Change::Add(squares));
        set_title(&mut document, made[1], "First");
        for (id, excerpt) in [(0, "a"), (0, "b"), (1, "b")] {
            cite(&mut document, &[made[id]], Citation::Excerpt { excerpt: excerpt.to_owned() });
        }
        assert_eq!(merge_polygons(&mut document, &[made[1], made[2]]), Err(EditError::Apart));
        assert_eq!(merge_polygons(&mut document, &[made[1], made[1], AnnotationId(1)]), Err(EditError::Apart));
        assert_eq!(merge_polygons(&mut document, &[made[1], made[0]]), Ok(made[1]));
        let merged = document.annotations.get(made[1]).unwrap();
        let cited: Vec<_> = merged.citations.to_vec();
        assert_eq!(cited, ["b", "a"].map(|excerpt| Citation::Excerpt { excerpt: excerpt.to_owned() }));
        assert_eq!(merged.title, "First");
        assert_eq!(area(&document, made[1]).0.len(), 1);
        assert!(document.annotations.get(made[0]).is_none());
        lock(&mut document, &[made[1]], true);
        assert_eq!(merge_polygons(&mut document, &[made[1], made[2]]), Err(EditError::Locked));
        assert_eq!(invariants(&document), Ok(()));
    }

    #[test]
    fn what_is_cut_out_leaves_a_hole() {
        let mut document = document();
        let squares = vec![square(30.0, 48.0, 1.0), square(30.2, 48.2, 0.2), square(35.0, 48.0, 0.5)];
        let made = apply(&mut document, Change::Add(squares));
        let [large, small] = [0, 1].map(|index| area_m2(&area(&document, made[index])));
        assert_eq!(subtract(&mut document, made[0], &[made[2]]), Err(EditError::NothingToCut));
        assert_eq!(subtract(&mut document, made[1], &[made[0], made[1]]), Err(EditError::NothingLeft));
        assert_eq!(subtract(&mut document, made[0], &made), Ok(()));
        let left = area(&document, made[0]);
        assert_eq!((left.0.len(), left.0[0].interiors().len()), (1, 1));
        assert!((area_m2(&left) / (large - small) - 1.0).abs() < 1e-9);
        assert!(matches!(subtract(&mut document, made[0], &[made[0]]), Err(EditError::Select(_))));
    }

    #[test]
    fn a_buffer_lies_under_its_original_and_says_what_it_is() {
        let mut document = document();
        set_title(&mut document, AnnotationId(1), "Kramatorsk");
        cite(&mut document, &ids(&[1]), Citation::Excerpt { excerpt: "a".to_owned() });
        let made = buffer(&mut document, &ids(&[7, 1, 4, 5]), 2_500.0).unwrap();
        let [first, second, third, fourth] = made[..] else { panic!("four") };
        assert_eq!(order(&document), [first.0, 1, 2, 3, second.0, 4, third.0, 5, 6, fourth.0, 7, 8]);
        let around = document.annotations.get(first).unwrap();
        assert_eq!((around.title.as_str(), around.citations.len()), ("Within 2.5 km of Kramatorsk", 1));
        assert!(matches!(around.shape, Shape::Circle { radius_m, .. } if radius_m == 2_500.0));
        assert!(matches!(shape(&document, fourth.0), Shape::Circle { radius_m, .. } if *radius_m == 22_500.0));
        assert_eq!(invariants(&document), Ok(()));
        let before = document.clone();
        assert_eq!(buffer(&mut document, &ids(&[5, 4]), -10.0), Err(BufferError::Distance.into()));
        assert_eq!(buffer(&mut document, &ids(&[7]), -30_000.0), Err(BufferError::ShrunkAway.into()));
        assert_eq!(buffer(&mut document, &ids(&[7]), f64::NAN), Err(BufferError::Distance.into()));
        assert_eq!(document, before);
        let inside = buffer(&mut document, &ids(&[7]), -300.0).unwrap();
        assert_eq!(document.annotations.get(inside[0]).unwrap().title, "300 m inside Circle 7");
    }

    #[test]
    fn lines_and_areas_are_thinned_and_rectangles_are_not() {
        let mut document = document();
        let round = Shape::Area {
            area: MultiPolygon(vec![circle(Coord { x: 30.0, y: 50.0 }, 10_000.0, CIRCLE_EDGES)]),
            kind: AreaKind::Polygon,
        };
        let id = super::super::add(&mut document, Annotation::new(AnnotationId(0), LayerId(0), round));
        let before = document.clone();
        let count = simplify(&mut document, &[id, AnnotationId(6), AnnotationId(1)], 100.0);
        assert!(count.before == 181 + 5 + 1 && count.after < 70, "{count:?}");
        // A chord 100 m from its arc of 10 km takes off 0.67 % of the circle.
        let part = area_m2(&area(&document, id)) / area_m2(&area(&before, id));
        assert!((0.9933..1.0).contains(&part), "{part}");
        assert!(is_shared(&before, &document, 6) && is_shared(&before, &document, 1));
        let again = simplify(&mut document, &[id], f64::NAN);
        assert_eq!(again.before, again.after);
        simplify(&mut document, &[id, AnnotationId(4), AnnotationId(5)], f64::INFINITY);
        assert_eq!(invariants(&document), Ok(()));
    }

    #[test]
    fn an_arrow_turns_round() {
        let mut document = document();
        assert_eq!(reverse(&mut document, &ids(&[1, 4, 5])), 1);
        let Shape::Path { line, .. } = shape(&document, 4) else { panic!("a line stays one") };
        assert_eq!(line.0[0], Coord { x: 38.2, y: 48.9 });
    }

    #[test]
    fn a_kind_becomes_another_where_that_makes_sense() {
        let mut document = document();
        assert_eq!(convert_kind(&mut document, &ids(&[1, 2, 3, 4, 5]), Kind::Callout), 2);
        let Shape::Callout { target, text_at } = shape(&document, 1) else { panic!("it has become a callout") };
        assert!(*target == Coord { x: 37.5844, y: 48.7389 } && text_at.x > target.x && text_at.y > target.y);
        // 48 points east and 36 north at zoom 7: pyproj 3.7.2, EPSG:3857 and Geod.inv.
        near(distance_m(*target, *text_at), 48_308.929);
        assert_eq!(convert_kind(&mut document, &ids(&[1]), Kind::Point(PointKind::Marker)), 1);
        assert!(matches!(shape(&document, 1), Shape::Point { at, .. } if *at == Coord { x: 37.5844, y: 48.7389 }));
        for kind in Kind::ALL {
            convert_kind(&mut document, &ids(&[1, 2, 3, 4, 5, 6, 7, 8]), kind);
            assert_eq!(invariants(&document), Ok(()));
            assert_eq!(convert_kind(&mut document, &ids(&[1, 2, 3, 4, 5, 6, 7, 8]), kind), 0, "{}", kind.name());
        }
    }

    #[test]
    fn a_line_closes_to_an_area_and_opens_again() {
        let mut document = document();
        assert_eq!(close(&mut document, &ids(&[1, 4])), 1);
        assert!(matches!(shape(&document, 4), Shape::Area { kind: AreaKind::Polygon, .. }));
        assert_eq!(open(&mut document, &ids(&[1, 4, 5])), 1);
        let Shape::Path { line, .. } = shape(&document, 4) else { panic!("it is open again") };
        assert!(line.is_closed());
        // The area of this one has a hole.
        assert!(matches!(shape(&document, 5), Shape::Area { .. }));
    }

    #[test]
    fn every_overlay_becomes_annotations_that_say_where_they_are_from() {
        let (dossier, _) = dossier::builtin::berlin().unwrap();
        let mut document = Document::new(&dossier, 1200.0, 800.0);
        for overlay in &dossier.overlays {
            let made = from_overlay(&mut document, overlay, &dossier, LayerId(0));
            assert!(!made.is_empty(), "{}", overlay.id);
            assert_eq!(invariants(&document), Ok(()), "{}", overlay.id);
            let first = document.annotations.get(made[0]).unwrap();
            assert!(first.description.contains(&dossier.version) && first.description.contains(&overlay.id));
            assert_eq!(first.citations.len(), dossier.excerpts_of(&overlay.id).count());
            match (&overlay.shape, &first.shape) {
                (dossier::Shape::Area(area), Shape::Area { area: ours, .. }) => {
                    assert_eq!(first.title, overlay.title.main());
                    assert!((area_m2(ours) / area_m2(area) - 1.0).abs() < 1e-9);
                }
                (dossier::Shape::Line(lines), Shape::Path { .. }) => assert_eq!(made.len(), lines.0.len()),
                (dossier::Shape::Places(places), Shape::Point { .. }) => assert_eq!(made.len(), places.len()),
                _ => panic!("{} became another kind of shape", overlay.id),
            }
        }
        let line = dossier.overlay("line-of-contact").unwrap();
        assert_eq!(style_of(&line.style).dash, Dash::Dotted);
        let hatched = style_of(&dossier.overlay("withdrawal-area").unwrap().style);
        assert_eq!((hatched.hatch, hatched.fill), (Hatch::Rising, Rgb::new(0xD98E04)));
        remove(&mut document, &[AnnotationId(1)]);
        assert_eq!(invariants(&document), Ok(()));
    }
}
