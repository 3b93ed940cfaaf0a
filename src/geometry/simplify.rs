//! Levels of detail: the same shape with as many vertices as a zoom can show.
//!
//! Shapes here are for display only. A simplified ring may touch itself or a neighbour by less than the tolerance;
//! measures, derived shapes and hit tests use the full one.

use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

use geo::{Coord, Geometry};
use kurbo::{Point, Rect};

use crate::geometry::chain::{self, ChainKind, ShapeRef, chains, for_each_chain, is_usable};
use crate::geometry::frame::{WORLD_AT_ZOOM_0_PT, world_from_lon_lat};
use crate::geometry::near;
use crate::geometry::straighten::straightened;

/// How far a simplified shape may lie from the full one, in page points: a quarter of a pixel at two pixels a point.
pub const TOLERANCE_PT: f64 = 0.125;

/// Zooms above this one show the full shape; at it the tolerance is 0.2 m on the ground at 48°.
pub const FINEST_STEP: usize = 16;

/// The longest run of vertices that Ramer–Douglas–Peucker sees at once. Its worst case is quadratic; this bounds it
/// at the price of one vertex in a thousand that could have gone.
const RUN: usize = 1024;

/// Drops vertices so that no dropped one lies further than `tolerance_world` from what is left.
///
/// First every vertex within half the tolerance of the last kept one goes (radial distance), then those that
/// Ramer–Douglas–Peucker finds within the other half (Douglas and Peucker 1973, doi:10.3138/FM57-6770-U75U-7727).
/// The first and the last stay. If they are the same the points are a ring and stay one: at least four points, if
/// there were three different ones. Points that are not finite are dropped; a tolerance that is not above zero drops
/// only them.
pub fn simplify_world(points: &[Point], tolerance_world: f64) -> Vec<Point> {
    let mut finite: Vec<Point> = Vec::new();
    let points = if points.iter().all(|point| point.is_finite()) {
        points
    } else {
        finite.extend(points.iter().copied().filter(|point| point.is_finite()));
        &finite
    };
    let is_ring = points.len() >= 4 && points.first() == points.last();
    if points.len() < 3 || (is_ring && points.len() == 4) || tolerance_world.is_nan() || tolerance_world <= 0.0 {
        return points.to_vec();
    }
    let half = tolerance_world / 2.0;
    let thinned = thin(points, half);
    if !is_ring {
        return reduce(&thinned, half);
    }
    // A ring has no ends to hold on to: it is cut at its first vertex and at the one furthest from it.
    let simple = match furthest(&thinned, |point| point.distance_squared(thinned[0])) {
        Some((far, _)) if thinned.len() > 4 => {
            let mut simple = reduce(&thinned[..=far], half);
            simple.pop();
            simple.extend(reduce(&thinned[far..], half));
            simple
        }
        _ => thinned,
    };
    if simple.len() >= 4 {
        return simple;
    }
    smallest_ring(points)
}

/// Drops every point within `radius` of the last kept one; keeps the ends.
fn thin(points: &[Point], radius: f64) -> Vec<Point> {
    let radius_squared = radius * radius;
    let mut kept = vec![points[0]];
    let mut last = points[0];
    for point in &points[1..points.len() - 1] {
        if point.distance_squared(last) > radius_squared {
            kept.push(*point);
            last = *point;
        }
    }
    kept.push(points[points.len() - 1]);
    kept
}

/// Ramer–Douglas–Peucker over runs of at most [`RUN`] points.
fn reduce(points: &[Point], tolerance: f64) -> Vec<Point> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let tolerance_squared = tolerance * tolerance;
    let last = points.len() - 1;
    let mut kept = Vec::with_capacity(points.len() / 4 + 2);
    let mut pending: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    while start < last {
        let end = (start + RUN).min(last);
        pending.push((start, end));
        while let Some((from, to)) = pending.pop() {
            let (a, b) = (points[from], points[to]);
            let between = &points[from + 1..to];
            match furthest(between, |point| segment_distance_squared(*point, a, b)) {
                Some((index, distance)) if distance > tolerance_squared => {
                    let middle = from + 1 + index;
                    pending.push((middle, to));
                    pending.push((from, middle));
                }
                _ => kept.push(a),
            }
        }
        start = end;
    }
    kept.push(points[last]);
    kept
}

/// The position and value of the largest, the first of equals.
pub(super) fn furthest(points: &[Point], measure: impl Fn(&Point) -> f64) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (index, point) in points.iter().enumerate() {
        let value = measure(point);
        if best.is_none_or(|(_, most)| value > most) {
            best = Some((index, value));
        }
    }
    best
}

fn segment_distance_squared(point: Point, a: Point, b: Point) -> f64 {
    let along = b - a;
    let length_squared = along.hypot2();
    let part = if length_squared > 0.0 { ((point - a).dot(along) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
    (point - (a + along * part)).hypot2()
}

/// The triangle that says most about a ring: its first vertex, the one furthest from it, the one furthest from both.
pub(super) fn smallest_ring(ring: &[Point]) -> Vec<Point> {
    let first = ring[0];
    let far = furthest(ring, |point| point.distance_squared(first)).map_or(0, |(index, _)| index);
    let third =
        furthest(ring, |point| segment_distance_squared(*point, first, ring[far])).map_or(0, |(index, _)| index);
    let (second, third) = (far.min(third), far.max(third));
    vec![first, ring[second], ring[third], first]
}

/// One ring, line or point of a shape in world coordinates.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    /// The vertices; of a closed ring the first and the last are the same.
    pub points: Vec<Point>,
    /// A ring of a polygon, and not a line or a point.
    pub closed: bool,
    /// A hole in the polygon of the same part.
    pub is_hole: bool,
    /// Which polygon, line or list of points of the shape this belongs to. A polygon's rings follow each other,
    /// its outer one first.
    pub part: usize,
}

/// A shape projected once and simplified for each zoom step when it is first shown.
///
/// Building it only projects. A step is simplified when it is first asked for and then kept; a step that would save
/// less than a fifth of the vertices is not kept and shows the full shape. Of a shape that is [held](HeldShape) elsewhere,
/// the full shape is projected only once it is shown.
#[derive(Debug)]
pub struct Levels {
    /// What is projected, where that has not been done.
    held: Option<Arc<dyn HeldShape>>,
    full: OnceLock<Vec<Ring>>,
    bounds: Option<Rect>,
    steps: [OnceLock<Option<Vec<Ring>>>; FINEST_STEP + 1],
}

/// Areas and lines that somebody holds in degrees for as long as their [`Levels`] are there.
pub trait HeldShape: Debug + Send + Sync {
    /// Gives them to `take`.
    fn give(&self, take: &mut dyn FnMut(ShapeRef<'_>));
}

impl Levels {
    /// Projects a shape. Coordinates that are no place are left out, and so is a ring or line that they leave too
    /// short. Points become rings of one point.
    pub fn new<'a>(shape: impl Into<ShapeRef<'a>>) -> Self {
        let full = projected(shape);
        let bounds = bounds_of(&full);
        Self { held: None, full: OnceLock::from(full), bounds, steps: Default::default() }
    }

    /// Of areas and lines that are held elsewhere: they take no memory here but for what is shown of them.
    pub fn of_held(held: Arc<dyn HeldShape>) -> Self {
        let mut corners: Option<(Coord<f64>, Coord<f64>)> = None;
        held.give(&mut |shape| {
            for_each_chain(shape, |coords, _, _| {
                corners = chain::corners(coords.iter().chain(corners.iter().flat_map(|(min, max)| [min, max])));
            });
        });
        let bounds = corners.map(|(min, max)| Rect::from_points(world_from_lon_lat(min), world_from_lon_lat(max)));
        Self { held: Some(held), full: OnceLock::new(), bounds, steps: Default::default() }
    }

    /// The shape in full.
    pub fn full(&self) -> &[Ring] {
        self.full.get_or_init(|| {
            let mut full = Vec::new();
            if let Some(held) = &self.held {
                held.give(&mut |shape| full = projected(shape));
            }
            full
        })
    }

    /// What is left of the full shape within a tolerance, and how many vertices it has.
    fn simple(&self, tolerance: f64) -> (Vec<Ring>, usize) {
        let mut simple: Vec<Ring> = Vec::new();
        match (self.full.get(), &self.held) {
            (None, Some(held)) => {
                let mut all = 0;
                held.give(&mut |shape| {
                    all = each_at_tolerance(shape, tolerance, |points, kind, part, _| {
                        let (is_hole, closed) = (kind == ChainKind::Hole, kind != ChainKind::Line);
                        simple.push(Ring { points: points.to_vec(), closed, is_hole, part });
                    });
                });
                (simple, all)
            }
            _ => {
                let mut kept = Vec::new();
                simple.extend(self.full().iter().map(|ring| {
                    straightened(&ring.points, tolerance, &mut kept);
                    // No more memory than it takes.
                    Ring { points: kept.as_slice().to_vec(), ..*ring }
                }));
                (simple, vertices(self.full()))
            }
        }
    }

    /// The shape within [`TOLERANCE_PT`] at this zoom; in full above [`FINEST_STEP`] and for a zoom that is NaN.
    pub fn at_zoom(&self, zoom: f64) -> &[Ring] {
        let Some(step) = step_of(zoom) else {
            return self.full();
        };
        let simple = self.steps[step].get_or_init(|| {
            let (simple, all) = self.simple(tolerance_of(step));
            is_worthwhile(vertices(&simple), all).then_some(simple)
        });
        simple.as_deref().unwrap_or_else(|| self.full())
    }

    /// The smallest rectangle that holds the shape; none if nothing of it can be shown.
    pub fn bounds_world(&self) -> Option<Rect> {
        self.bounds
    }
}

/// What [`Levels::at_zoom`] has of lines and rings, for one zoom alone: `each` is given the vertices that it shows of each,
/// whether they close, and which part they belong to. Neither the shape in full nor what is left of it is kept, so that a picture that is made once
/// takes no memory for either. The box around the full shape comes back; none where there is nothing, and where the full
/// shape is shown, which is known only when `each` has been given all.
pub fn at_one_zoom<'a>(
    shape: impl Into<ShapeRef<'a>>,
    zoom: f64,
    mut each: impl FnMut(&[Point], bool, usize),
) -> Option<Rect> {
    let (mut box_around, mut left) = (None, 0);
    let all = at_tolerance(shape, tolerance_of(step_of(zoom)?), |points, closed, part, around| {
        box_around = around.map(|around| box_around.map_or(around, |others: Rect| others.union(around))).or(box_around);
        left += points.len();
        each(points, closed, part);
    });
    box_around.filter(|_| is_worthwhile(left, all))
}

/// Lines and rings with no more vertices than a tolerance in world coordinates asks for: `each` is given what is left of
/// each, whether it closes, which part it belongs to and the box around all of it. How many vertices there are comes back.
pub fn at_tolerance<'a>(
    shape: impl Into<ShapeRef<'a>>,
    tolerance_world: f64,
    mut each: impl FnMut(&[Point], bool, usize, Option<Rect>),
) -> usize {
    each_at_tolerance(shape, tolerance_world, |points, kind, part, full| {
        each(points, kind != ChainKind::Line, part, bounds(full.iter().copied()));
    })
}

/// The same, with all vertices of each in place of the box around them, and with what each is.
fn each_at_tolerance<'a>(
    shape: impl Into<ShapeRef<'a>>,
    tolerance_world: f64,
    mut each: impl FnMut(&[Point], ChainKind, usize, &[Point]),
) -> usize {
    let (mut full, mut kept, mut all) = (Vec::new(), Vec::new(), 0);
    for_each_chain(shape, |coords, kind, part| {
        if kind == ChainKind::Points {
            return;
        }
        near::world_from_lon_lats_into(coords, &mut full);
        straightened(&full, tolerance_world, &mut kept);
        all += full.len();
        each(&kept, kind, part, &full);
    });
    all
}

/// Every ring, line and point in world coordinates.
fn projected<'a>(shape: impl Into<ShapeRef<'a>>) -> Vec<Ring> {
    let mut full: Vec<Ring> = Vec::new();
    for_each_chain(shape, |coords, kind, part| {
        let is_hole = kind == ChainKind::Hole;
        let closed = is_hole || kind == ChainKind::Outer;
        if kind == ChainKind::Points {
            full.extend(coords.iter().filter(|coord| is_usable(**coord)).map(|coord| Ring {
                points: vec![world_from_lon_lat(*coord)],
                closed,
                is_hole,
                part,
            }));
        } else {
            full.push(Ring { points: near::world_from_lon_lats(coords), closed, is_hole, part });
        }
    });
    full
}

/// How far a simplified shape may lie from the full one where a point is so many pixels and the zoom is this one, in world
/// coordinates: a quarter of a pixel, and between one and two times [`TOLERANCE_PT`]. None where the full shape is shown.
pub fn tolerance_world(zoom: f64, pixels_per_pt: f64) -> Option<f64> {
    step_of(zoom)?;
    let tolerance_pt = (0.25 / pixels_per_pt.max(0.01)).clamp(TOLERANCE_PT, 2.0 * TOLERANCE_PT);
    Some(tolerance_pt / (WORLD_AT_ZOOM_0_PT * zoom.max(0.0).exp2()))
}

/// The level for a zoom; none where it takes the full shape.
fn step_of(zoom: f64) -> Option<usize> {
    // Rounded up, so that the step is never coarser than the zoom.
    let step = zoom.ceil().max(0.0);
    (!zoom.is_nan() && step <= FINEST_STEP as f64).then_some(step as usize)
}

fn tolerance_of(step: usize) -> f64 {
    TOLERANCE_PT / (WORLD_AT_ZOOM_0_PT * (step as f64).exp2())
}

/// Whether a level saves enough.
fn is_worthwhile(left: usize, all: usize) -> bool {
    left * 5 < all * 4
}

/// The smallest rectangle in world coordinates that holds a shape; none if nothing of it can be shown.
pub fn bounds_world(geometry: &Geometry<f64>) -> Option<Rect> {
    let corners = chains(geometry).into_iter().flat_map(|chain| chain.coords);
    bounds(corners.filter(|coord| is_usable(*coord)).map(world_from_lon_lat))
}

fn bounds_of(rings: &[Ring]) -> Option<Rect> {
    bounds(rings.iter().flat_map(|ring| ring.points.iter().copied()))
}

fn bounds(mut points: impl Iterator<Item = Point>) -> Option<Rect> {
    let first = points.next()?;
    Some(points.fold(Rect::from_points(first, first), |rect, point| rect.union_pt(point)))
}

fn vertices(rings: &[Ring]) -> usize {
    rings.iter().map(|ring| ring.points.len()).sum()
}

#[cfg(test)]
mod tests {
    use geo::{GeometryCollection, LineString, MultiPoint, Polygon};
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::trial::walk;

    fn far_from(points: &[Point], line: &[Point]) -> f64 {
        let distance = |point: &Point| {
            let to_edge = |edge: &[Point]| segment_distance_squared(*point, edge[0], edge[1]);
            line.windows(2).map(to_edge).fold(f64::INFINITY, f64::min)
        };
        points.iter().map(distance).fold(0.0, f64::max).sqrt()
    }

    fn wavy(count: usize) -> Vec<Point> {
        let point = |index: usize| {
            let t = index as f64 / count as f64 * std::f64::consts::TAU;
            let r = 0.01 * (1.0 + 0.1 * (9.0 * t).sin() + 0.003 * (311.0 * t).sin());
            Point::new(0.6 + r * t.cos(), 0.35 + r * t.sin())
        };
        let mut points: Vec<Point> = (0..count).map(point).collect();
        points.push(points[0]);
        points
    }

    proptest! {
        #[test]
        fn nothing_dropped_lies_beyond_the_tolerance(
            steps in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 1..400),
            tolerance in 0.01..3.0f64,
            closes: bool,
        ) {
            let points = walk(&steps, closes);
            let simple = simplify_world(&points, tolerance);
            prop_assert_eq!(simple.first(), points.first());
            prop_assert_eq!(simple.last(), points.last());
            prop_assert!(!closes || points.len() < 4 || simple.len() >= 4);
            if simple.len() > 1 {
                prop_assert!(far_from(&points, &simple) <= tolerance * (1.0 + 1e-9));
            }
        }
    }

    #[test]
    fn what_cannot_be_a_ring_or_line_passes_unharmed() {
        let nan = Point::new(f64::NAN, 0.0);
        assert!(simplify_world(&[], 1.0).is_empty());
        assert!(simplify_world(&[nan, nan], 1.0).is_empty());
        assert_eq!(simplify_world(&[Point::ZERO], 1.0).len(), 1);
        assert_eq!(simplify_world(&[Point::ZERO; 50], 1.0), [Point::ZERO; 4]);
        assert_eq!(simplify_world(&wavy(100), f64::NAN).len(), 101);
        assert_eq!(simplify_world(&wavy(100), f64::INFINITY).len(), 4);
    }

    #[test]
    fn a_tiny_ring_stays_a_triangle() {
        let simple = simplify_world(&wavy(5000), 1.0);
        assert_eq!(simple.len(), 4);
        assert_eq!(simple[0], simple[3]);
        assert!((simple[1] - simple[0]).cross(simple[2] - simple[0]).abs() > 1e-5);
    }

    #[test]
    fn levels_thin_with_the_zoom_and_end_in_the_full_shape() {
        let ring: LineString<f64> =
            wavy(20_000).into_iter().map(crate::geometry::lon_lat_from_world).collect::<Vec<Coord<f64>>>().into();
        let levels = Levels::new(&Geometry::Polygon(Polygon::new(ring, vec![])));
        let counts: Vec<usize> = (0..=17).map(|zoom| levels.at_zoom(f64::from(zoom))[0].points.len()).collect();
        assert!(counts.windows(2).all(|pair| pair[0] <= pair[1]), "{counts:?}");
        assert!(counts[0] < 40 && counts[17] == levels.full()[0].points.len());
        let simple = &levels.at_zoom(8.4)[0].points;
        let tolerance = TOLERANCE_PT / (WORLD_AT_ZOOM_0_PT * 8.4_f64.exp2());
        assert!(far_from(&levels.full()[0].points, simple) <= tolerance);
        assert!(std::ptr::eq(levels.at_zoom(f64::NAN), levels.full()));
        assert_eq!(levels.at_zoom(f64::NEG_INFINITY), levels.at_zoom(0.0));
    }

    #[test]
    fn one_zoom_alone_shows_what_the_levels_show() {
        let ring = |count: usize, by: f64| -> LineString<f64> {
            let moved = wavy(count).into_iter().map(|point| Point::new(point.x + by, point.y));
            moved.map(crate::geometry::lon_lat_from_world).collect::<Vec<Coord<f64>>>().into()
        };
        let hole = LineString(ring(900, 0.0).0.into_iter().rev().collect());
        let shape = Geometry::GeometryCollection(GeometryCollection(vec![
            Geometry::Polygon(Polygon::new(ring(20_000, 0.0), vec![hole, ring(3, 0.1)])),
            Geometry::LineString(ring(4000, -0.2)),
        ]));
        let levels = Levels::new(&shape);
        for zoom in [f64::NEG_INFINITY, 0.0, 3.2, 7.0, 12.7, 16.0, 16.1, f64::NAN] {
            let mut shown = Vec::new();
            let bounds = at_one_zoom(&shape, zoom, |points, closed, _| shown.push((points.to_vec(), closed)));
            let expected = levels.at_zoom(zoom);
            if std::ptr::eq(expected, levels.full()) {
                assert_eq!(bounds, None, "{zoom}");
            } else {
                let expected: Vec<_> = expected.iter().map(|ring| (ring.points.clone(), ring.closed)).collect();
                assert_eq!((shown, bounds), (expected, levels.bounds_world()), "{zoom}");
            }
        }
        assert_eq!(at_one_zoom(&Geometry::GeometryCollection(GeometryCollection(vec![])), 3.0, |_, _, _| {}), None);
    }

    #[test]
    fn a_shape_that_is_held_elsewhere_is_shown_as_any() {
        #[derive(Debug)]
        struct Held(Geometry<f64>);
        impl HeldShape for Held {
            fn give(&self, take: &mut dyn FnMut(ShapeRef<'_>)) {
                take(ShapeRef::Any(&self.0));
            }
        }
        let ring = |count: usize| -> LineString<f64> {
            wavy(count).into_iter().map(crate::geometry::lon_lat_from_world).collect::<Vec<Coord<f64>>>().into()
        };
        let hole = LineString(ring(900).0.into_iter().rev().collect());
        let shape = Geometry::GeometryCollection(GeometryCollection(vec![
            Geometry::Polygon(Polygon::new(ring(9000), vec![hole])),
            Geometry::LineString(ring(400)),
        ]));
        let levels = Levels::new(&shape);
        for first in [7.0, 17.0] {
            let held = Levels::of_held(Arc::new(Held(shape.clone())));
            for zoom in [first, 0.0, 3.2, 12.7, 16.0, 16.1, f64::NAN] {
                assert_eq!(held.at_zoom(zoom), levels.at_zoom(zoom), "{zoom}");
            }
            let [own, other] = [&held, &levels].map(|levels| levels.bounds_world().expect("there is something"));
            assert!((own.x0, own.x1) == (other.x0, other.x1) && (own.y0 - other.y0).abs() < 1e-15, "{own:?} {other:?}");
        }
        let nothing = Held(Geometry::GeometryCollection(GeometryCollection(vec![])));
        let nothing = Levels::of_held(Arc::new(nothing));
        assert!(nothing.bounds_world().is_none() && nothing.at_zoom(3.0).is_empty() && nothing.full().is_empty());
    }

    #[test]
    fn levels_leave_out_what_is_no_place() {
        let bad = Coord { x: f64::INFINITY, y: 1.0 };
        let shapes = Geometry::GeometryCollection(GeometryCollection(vec![
            Geometry::Polygon(Polygon::new(LineString(vec![bad; 5]), vec![])),
            Geometry::LineString(LineString(vec![Coord::default()])),
            Geometry::MultiPoint(MultiPoint(vec![geo::Point(bad), geo::Point::new(37.0, 48.0)])),
        ]));
        let levels = Levels::new(&shapes);
        assert_eq!(levels.full().len(), 1);
        assert_eq!((levels.full()[0].part, levels.full()[0].closed), (2, false));
        assert_eq!(levels.bounds_world(), bounds_world(&shapes));
        assert_eq!(bounds_world(&Geometry::LineString(LineString(vec![bad, bad]))), None);
    }
}
