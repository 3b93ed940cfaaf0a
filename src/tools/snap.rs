//! What a point snaps to: the vertices of what is on the map, and then its edges.

use std::sync::Arc;

use geo::Geometry;

use super::aim::{Sight, lon_lat_at, lon_lat_in_world, snaps};
use super::{Situation, Snap};
use crate::document::annotation::Shape;
use crate::document::{Annotation, AnnotationId, Annotations, Layer};
use crate::geometry::{Coord, Frame, Point, Rect, lon_lat_from_world, world_from_lon_lat};

/// How near a vertex or an edge has to be, in points.
const REACH_PT: f64 = 8.0;

/// What is smaller than this part of the reach is one place: two points across.
const SPECK: f64 = 0.125;

/// How the coordinates of a piece of a shape hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    /// Not at all.
    Points,
    /// One after the other.
    Line,
}

/// Shows every piece of a shape to `visit`.
pub(super) fn pieces(shape: &Shape, visit: &mut impl FnMut(&[Coord<f64>], Joined)) {
    match shape {
        Shape::Point { at, .. } => visit(std::slice::from_ref(at), Joined::Points),
        Shape::Callout { target, text_at } => visit(&[*target, *text_at], Joined::Points),
        Shape::Path { line, .. } => visit(&line.0, Joined::Line),
        Shape::Area { area, .. } => {
            for polygon in &area.0 {
                visit(&polygon.exterior().0, Joined::Line);
                for hole in polygon.interiors() {
                    visit(&hole.0, Joined::Line);
                }
            }
        }
        Shape::Circle { center, .. } => visit(std::slice::from_ref(center), Joined::Points),
        Shape::Other(Some(geometry)) => pieces_of_geometry(geometry, visit),
        Shape::Other(None) => {}
    }
}

fn pieces_of_geometry(geometry: &Geometry<f64>, visit: &mut impl FnMut(&[Coord<f64>], Joined)) {
    // A list of what is still to do instead of recursion: nesting is the file's to choose.
    let mut pending = vec![geometry];
    while let Some(next) = pending.pop() {
        match next {
            Geometry::Point(point) => visit(&[point.0], Joined::Points),
            Geometry::MultiPoint(points) => {
                for point in &points.0 {
                    visit(&[point.0], Joined::Points);
                }
            }
            Geometry::Line(line) => visit(&[line.start, line.end], Joined::Line),
            Geometry::LineString(line) => visit(&line.0, Joined::Line),
            Geometry::MultiLineString(lines) => lines.0.iter().for_each(|line| visit(&line.0, Joined::Line)),
            Geometry::Polygon(polygon) => {
                visit(&polygon.exterior().0, Joined::Line);
                polygon.interiors().iter().for_each(|hole| visit(&hole.0, Joined::Line));
            }
            Geometry::MultiPolygon(polygons) => {
                for polygon in &polygons.0 {
                    visit(&polygon.exterior().0, Joined::Line);
                    polygon.interiors().iter().for_each(|hole| visit(&hole.0, Joined::Line));
                }
            }
            Geometry::Rect(rect) => visit(&rect.to_polygon().exterior().0, Joined::Line),
            Geometry::Triangle(triangle) => visit(&triangle.to_polygon().exterior().0, Joined::Line),
            Geometry::GeometryCollection(collection) => pending.extend(collection.0.iter()),
        }
    }
}

/// A box in one plane or the other; it holds nothing while it is [`Window::EMPTY`].
#[derive(Debug, Clone, Copy, PartialEq)]
struct Window {
    min: Coord<f64>,
    max: Coord<f64>,
}

impl Window {
    const EMPTY: Self = Self {
        min: Coord { x: f64::INFINITY, y: f64::INFINITY },
        max: Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
    };

    /// Round all of a shape.
    fn around(shape: &Shape) -> Self {
        let mut window = Self::EMPTY;
        pieces(shape, &mut |coords, _| coords.iter().for_each(|coord| window.add(*coord)));
        window
    }

    /// What is not a number is passed over.
    fn add(&mut self, coord: Coord<f64>) {
        self.min = Coord { x: self.min.x.min(coord.x), y: self.min.y.min(coord.y) };
        self.max = Coord { x: self.max.x.max(coord.x), y: self.max.y.max(coord.y) };
    }

    fn between(a: Coord<f64>, b: Coord<f64>) -> Self {
        let mut window = Self::EMPTY;
        window.add(a);
        window.add(b);
        window
    }

    fn holds(&self, x: f64, y: f64) -> bool {
        x >= self.min.x && x <= self.max.x && y >= self.min.y && y <= self.max.y
    }

    fn meets(&self, other: &Self) -> bool {
        other.max.x >= self.min.x && other.min.x <= self.max.x && other.max.y >= self.min.y && other.min.y <= self.max.y
    }

    /// Whether it is no larger than that part of another.
    fn is_within(&self, part: f64, other: &Self) -> bool {
        let size = |window: &Self| window.max - window.min;
        let (own, all) = (size(self), size(other));
        (own.x > 0.0 || own.y > 0.0) && own.x <= all.x * part && own.y <= all.y * part
    }

    /// Whether an edge between these may come in.
    fn may_hold_edge(&self, ax: f64, ay: f64, bx: f64, by: f64) -> bool {
        ax.max(bx) >= self.min.x && ax.min(bx) <= self.max.x && ay.max(by) >= self.min.y && ay.min(by) <= self.max.y
    }
}

/// The boxes of a document's annotations in degrees, kept from one gesture to the next. In a document of 10,000
/// annotations of 50 vertices, finding them anew takes about as long as all the rest of snapping.
#[derive(Debug, Clone, Default)]
pub(super) struct Extents {
    annotations: Annotations,
    windows: Vec<Window>,
}

impl Extents {
    /// Follows the document: only what has changed is looked at.
    pub(super) fn keep_up_with(&mut self, annotations: &Annotations) {
        if self.annotations.is_same(annotations) {
            return;
        }
        let same = |(a, b): &(&Arc<Annotation>, &Arc<Annotation>)| Arc::ptr_eq(a, b);
        let start = self.annotations.iter().zip(annotations).take_while(same).count();
        let left = self.annotations.len().min(annotations.len()) - start;
        let end = self.annotations.iter().rev().zip(annotations.iter().rev()).take(left).take_while(same).count();
        let changed: Vec<Window> = annotations
            .iter()
            .take(annotations.len() - end)
            .skip(start)
            .map(|annotation| Window::around(&annotation.shape))
            .collect();
        self.windows.splice(start..self.annotations.len() - end, changed);
        self.annotations = annotations.clone();
    }

    fn near<'a>(&'a self, window: &'a Window) -> impl Iterator<Item = (&'a Arc<Annotation>, &'a Window)> {
        self.annotations.iter().zip(&self.windows).filter(move |(_, extent)| window.meets(extent))
    }
}

/// The nearest so far.
struct Best {
    frame: Frame,
    page: Point,
    vertex: Option<(f64, Coord<f64>)>,
    edge: Option<(f64, Point)>,
}

impl Best {
    fn vertex(&mut self, at: Point, place: impl FnOnce() -> Coord<f64>) {
        let away = at.distance(self.page);
        if away <= REACH_PT && self.vertex.is_none_or(|(nearest, _)| away < nearest) {
            self.vertex = Some((away, place()));
        }
    }

    fn edge(&mut self, a: Point, b: Point) {
        let at = nearest_on_segment(self.page, a, b);
        let away = at.distance(self.page);
        if away <= REACH_PT && self.edge.is_none_or(|(nearest, _)| away < nearest) {
            self.edge = Some((away, at));
        }
    }

    fn snap(self) -> Option<Snap> {
        if let Some((_, to)) = self.vertex {
            return Some(Snap { to, vertex: true });
        }
        let (_, at) = self.edge?;
        Some(Snap { to: lon_lat_at(&self.frame, at)?, vertex: false })
    }
}

/// The place on a segment that is nearest to a point.
pub(super) fn nearest_on_segment(point: Point, a: Point, b: Point) -> Point {
    let along = b - a;
    let length_squared = along.hypot2();
    let part = if length_squared > 0.0 { ((point - a).dot(along) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
    a + along * part
}

/// Whether an annotation is drawn.
pub(super) fn is_shown(situation: &Situation<'_>, annotation: &Annotation) -> bool {
    annotation.visible && situation.document.layer(annotation.layer).is_some_and(|layer: &Layer| layer.visible)
}

/// What a page point snaps to, if it does, among all that is shown but the annotations `excluded`.
///
/// Vertices come before edges. Whatever cannot be near is turned away by its box in degrees before anything is
/// projected.
pub(super) fn nearest(page: Point, sight: &Sight<'_>, excluded: &[AnnotationId]) -> Option<Snap> {
    let situation = sight.situation;
    if !snaps(situation) {
        return None;
    }
    let frame = situation.frame;
    let reach = Rect::from_center_size(page, (2.0 * REACH_PT, 2.0 * REACH_PT));
    let world = frame.page_from_world().inverse().transform_rect_bbox(reach);
    let degrees = Window::between(
        lon_lat_from_world(Point::new(world.x0, world.y0)),
        lon_lat_from_world(Point::new(world.x1, world.y1)),
    );
    let page_from_world = frame.page_from_world();
    let project = |coord: Coord<f64>| page_from_world * world_from_lon_lat(coord);
    let mut best = Best { frame, page, vertex: None, edge: None };
    for (annotation, extent) in sight.extents.near(&degrees) {
        if !is_shown(situation, annotation) || excluded.contains(&annotation.id) {
            continue;
        }
        // What is smaller than a speck is one place: far out, all that there is lies under the pointer.
        if extent.is_within(SPECK, &degrees) {
            let mut first = None;
            pieces(&annotation.shape, &mut |coords, _| first = first.or(coords.first().copied()));
            if let Some(first) = first {
                best.vertex(project(first), || super::aim::clamped(first));
            }
            continue;
        }
        pieces(&annotation.shape, &mut |coords, joined| {
            for coord in coords.iter().filter(|coord| degrees.holds(coord.x, coord.y)) {
                best.vertex(project(*coord), || super::aim::clamped(*coord));
            }
            // Once there is a vertex, no edge is asked for.
            if joined == Joined::Line && best.vertex.is_none() {
                for pair in coords.windows(2) {
                    if degrees.may_hold_edge(pair[0].x, pair[0].y, pair[1].x, pair[1].y) {
                        best.edge(project(pair[0]), project(pair[1]));
                    }
                }
            }
        });
    }
    let window = Window::between(Coord { x: world.x0, y: world.y0 }, Coord { x: world.x1, y: world.y1 });
    for levels in situation.snap_lines {
        if !levels.bounds_world().is_some_and(|bounds| window.may_hold_edge(bounds.x0, bounds.y0, bounds.x1, bounds.y1))
        {
            continue;
        }
        for ring in levels.at_zoom(frame.view.zoom) {
            for point in ring.points.iter().filter(|point| window.holds(point.x, point.y)) {
                best.vertex(page_from_world * *point, || lon_lat_in_world(*point));
            }
            for pair in ring.points.windows(2) {
                if window.may_hold_edge(pair[0].x, pair[0].y, pair[1].x, pair[1].y) {
                    best.edge(page_from_world * pair[0], page_from_world * pair[1]);
                }
            }
        }
    }
    best.snap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::annotation::PathKind;
    use crate::geometry::simplify::Levels;
    use crate::geometry::{Geometry, LineString};
    use crate::tools::trial::Trial;
    use crate::tools::{Gesture, Tool};

    fn line(trial: &Trial, points: &[(f64, f64)]) -> Shape {
        let line = points.iter().map(|&(x, y)| trial.place(x, y)).collect();
        Shape::Path { line: LineString(line), kind: PathKind::Line }
    }

    #[test]
    fn a_vertex_comes_before_an_edge_that_is_nearer() {
        let mut trial = Trial::new(Tool::Line);
        let shape = line(&trial, &[(100.0, 100.0), (300.0, 100.0)]);
        trial.add(shape);
        trial.snapping = true;
        trial.gesture(Gesture::Move(Point::new(106.0, 102.0)));
        let snap = trial.draft().snap.unwrap();
        assert!(snap.vertex);
        assert_eq!(snap.to, trial.place(100.0, 100.0));
        trial.gesture(Gesture::Move(Point::new(200.0, 104.0)));
        let snap = trial.draft().snap.unwrap();
        assert!(!snap.vertex);
        assert!(trial.page(snap.to).distance(Point::new(200.0, 100.0)) < 1e-6);
        trial.gesture(Gesture::Move(Point::new(200.0, 109.0)));
        assert_eq!(trial.draft().snap, None);
    }

    #[test]
    fn alt_and_hidden_shapes_turn_snapping_off() {
        let mut trial = Trial::new(Tool::Line);
        let shape = line(&trial, &[(100.0, 100.0), (300.0, 100.0)]);
        let id = trial.add(shape);
        trial.snapping = true;
        trial.modifiers.alt = true;
        trial.gesture(Gesture::Move(Point::new(101.0, 101.0)));
        assert_eq!(trial.draft().snap, None);
        trial.modifiers.alt = false;
        trial.document.annotations.get_mut(id).unwrap().visible = false;
        trial.gesture(Gesture::Move(Point::new(101.0, 101.0)));
        assert_eq!(trial.draft().snap, None);
    }

    #[test]
    fn overlays_are_snapped_to() {
        let mut trial = Trial::new(Tool::Marker);
        let coords = vec![trial.place(100.0, 100.0), trial.place(300.0, 100.0)];
        trial.levels.push(Levels::new(&Geometry::LineString(LineString(coords.clone()))));
        trial.snapping = true;
        trial.gesture(Gesture::Move(Point::new(103.0, 103.0)));
        let snap = trial.draft().snap.unwrap();
        assert!(snap.vertex && trial.page(snap.to).distance(Point::new(100.0, 100.0)) < 1e-6);
    }

    #[test]
    fn extents_follow_what_is_added_changed_and_taken_away() {
        let mut trial = Trial::new(Tool::Select);
        let mut extents = Extents::default();
        let check = |trial: &Trial, extents: &mut Extents| {
            extents.keep_up_with(&trial.document.annotations);
            let windows: Vec<Window> =
                trial.document.annotations.iter().map(|annotation| Window::around(&annotation.shape)).collect();
            assert_eq!(extents.windows, windows);
        };
        for x in 0..6 {
            let shape = line(&trial, &[(f64::from(x), 10.0), (300.0, f64::from(x))]);
            trial.add(shape);
            check(&trial, &mut extents);
        }
        let shape = line(&trial, &[(7.0, 7.0), (8.0, 8.0)]);
        trial.document.annotations.get_mut(AnnotationId(3)).unwrap().shape = shape;
        check(&trial, &mut extents);
        crate::document::edit::remove(&mut trial.document, &[AnnotationId(2), AnnotationId(6)]);
        check(&trial, &mut extents);
        trial.document.annotations.list_mut().reverse();
        check(&trial, &mut extents);
        trial.document.annotations.list_mut().clear();
        check(&trial, &mut extents);
    }
}
