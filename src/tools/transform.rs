//! Shapes moved, turned, scaled and reshaped: plain functions from a shape to another, each with all the rules of a
//! sound shape, or none. They move on the map, as the eye sees it, and not along geodesics.

use geo::MapCoords as _;
use kurbo::{Affine, Rect, Vec2};

use super::aim::{clamped, lon_lat_in_world};
use super::shapes::{self, is_sound, oriented};
use super::snap::pieces;
use crate::document::annotation::{AreaKind, Shape};
use crate::geometry::{Coord, LineString, Point, Polygon, measure, world_from_lon_lat};

/// Metres in a degree of latitude, about.
const DEGREE_M: f64 = 111_195.0;

/// Names a vertex of a line (part and ring 0) or of an area (ring 0 is the outer one). The vertex that closes a ring is
/// its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct VertexAt {
    pub(super) part: usize,
    pub(super) ring: usize,
    pub(super) index: usize,
}

/// The smallest box in the world that holds a shape; none if it is nowhere.
pub(super) fn bounds(shape: &Shape) -> Option<Rect> {
    let (mut min, mut max) =
        (Coord { x: f64::INFINITY, y: f64::INFINITY }, Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY });
    pieces(shape, &mut |coords, _| {
        for coord in coords {
            min = Coord { x: min.x.min(coord.x), y: min.y.min(coord.y) };
            max = Coord { x: max.x.max(coord.x), y: max.y.max(coord.y) };
        }
    });
    if let Shape::Circle { center, radius_m } = shape {
        // On a sphere; handles and boxes need no more.
        let radius_deg = radius_m / DEGREE_M;
        let east = (radius_deg.to_radians().sin() / center.y.to_radians().cos()).clamp(-1.0, 1.0).asin().to_degrees();
        (min, max) = (
            Coord { x: center.x - east, y: center.y - radius_deg },
            Coord { x: center.x + east, y: center.y + radius_deg },
        );
    }
    let finite = [min.x, min.y, max.x, max.y].iter().all(|value| value.is_finite());
    finite.then(|| Rect::from_points(world_from_lon_lat(min), world_from_lon_lat(max)))
}

/// The box round several shapes.
pub(super) fn bounds_of_all<'a>(shapes: impl IntoIterator<Item = &'a Shape>) -> Option<Rect> {
    shapes.into_iter().filter_map(bounds).reduce(|a, b| a.union(b))
}

/// As much of a move as keeps a box in the world. One that lies outside can only be moved in.
pub(super) fn limited_move(bounds: Rect, by: Vec2) -> Vec2 {
    let limited = |by: f64, low: f64, high: f64| by.clamp((-low).min(0.0), (1.0 - high).max(0.0));
    Vec2::new(limited(by.x, bounds.x0, bounds.x1), limited(by.y, bounds.y0, bounds.y1))
}

/// A shape moved over the map; a circle keeps its radius on the ground.
pub(super) fn moved(shape: &Shape, by: Vec2) -> Option<Shape> {
    if by == Vec2::ZERO {
        return Some(shape.clone());
    }
    mapped(shape, Affine::translate(by), |center, radius_m| {
        // At the edge of the world a circle as large as that has no place.
        radius_m.min(shapes::widest_m(center))
    })
}

/// A shape scaled about a place in the world; a circle as the eye sees it.
pub(super) fn scaled(shape: &Shape, about: Point, factor: f64) -> Option<Shape> {
    let map = Affine::translate(about.to_vec2()) * Affine::scale(factor) * Affine::translate(-about.to_vec2());
    let former = match shape {
        Shape::Circle { center, .. } => center.y,
        _ => 0.0,
    };
    mapped(shape, map, |center, radius_m| {
        let ground = center.y.to_radians().cos() / former.to_radians().cos();
        (radius_m * factor * ground).min(shapes::widest_m(center))
    })
}

/// As much of a scaling about a place as keeps a box in the world.
pub(super) fn limited_factor(bounds: Rect, about: Point, factor: f64) -> f64 {
    let most = |from: f64, to: f64| {
        let by = to - from;
        if by > 0.0 {
            (1.0 - from) / by
        } else if by < 0.0 {
            -from / by
        } else {
            f64::INFINITY
        }
    };
    let corners =
        [most(about.x, bounds.x0), most(about.x, bounds.x1), most(about.y, bounds.y0), most(about.y, bounds.y1)];
    corners.into_iter().fold(factor, f64::min).max(f64::MIN_POSITIVE)
}

/// A shape turned about a place in the world, clockwise on the page, in radians; none if that would leave the world.
pub(super) fn turned(shape: &Shape, about: Point, angle: f64) -> Option<Shape> {
    if angle == 0.0 {
        return Some(shape.clone());
    }
    mapped(shape, Affine::rotate_about(angle, about), |center, radius_m| radius_m.min(shapes::widest_m(center)))
}

/// How far outside the world rounding may put a place that is at its edge.
const SLACK: f64 = 1e-12;

/// Every place of a shape mapped in the world; none if one of them leaves it.
fn mapped(shape: &Shape, map: Affine, radius: impl Fn(Coord<f64>, f64) -> f64) -> Option<Shape> {
    let to = |coord: Coord<f64>| -> Result<Coord<f64>, ()> {
        let world = map * world_from_lon_lat(coord);
        let inside = |value: f64| (-SLACK..=1.0 + SLACK).contains(&value);
        if inside(world.x) && inside(world.y) || !world_from_lon_lat(coord).is_finite() {
            return Ok(if world.is_finite() { lon_lat_in_world(world) } else { coord });
        }
        // What a file put outside may stay there, but not go further.
        let before = world_from_lon_lat(coord);
        let outside = |value: f64| (value - 0.5).abs();
        if outside(world.x) <= outside(before.x).max(0.5) && outside(world.y) <= outside(before.y).max(0.5) {
            return Ok(crate::geometry::lon_lat_from_world(world));
        }
        Err(())
    };
    let mapped = match shape {
        Shape::Point { at, kind } => Shape::Point { at: to(*at).ok()?, kind: *kind },
        Shape::Callout { target, text_at } => Shape::Callout { target: to(*target).ok()?, text_at: to(*text_at).ok()? },
        Shape::Path { line, kind } => Shape::Path { line: line.try_map_coords(to).ok()?, kind: *kind },
        Shape::Area { area, kind } => Shape::Area { area: oriented(area.try_map_coords(to).ok()?), kind: *kind },
        Shape::Circle { center, radius_m } => {
            let center = to(*center).ok()?;
            Shape::Circle { center, radius_m: radius(center, *radius_m) }
        }
        Shape::Other(Some(geometry)) => Shape::Other(Some(geometry.try_map_coords(to).ok()?)),
        Shape::Other(None) => Shape::Other(None),
    };
    // A file may have brought a shape that is not sound; it can be moved all the same.
    (is_sound(&mapped) || !is_sound(shape)).then_some(mapped)
}

/// The corners of a rectangle in order, if an area is one ring of four.
pub(super) fn rectangle_corners(shape: &Shape) -> Option<[Coord<f64>; 4]> {
    let Shape::Area { area, kind: AreaKind::Rectangle } = shape else {
        return None;
    };
    let [polygon] = area.0.as_slice() else {
        return None;
    };
    match (polygon.exterior().0.as_slice(), polygon.interiors()) {
        ([a, b, c, d, last], []) if last == a => Some([*a, *b, *c, *d]),
        _ => None,
    }
}

/// A rectangle with one of its corners elsewhere: the opposite one stays, or the middle if `about_middle`; `square`
/// makes its sides equal.
pub(super) fn with_corner(
    shape: &Shape,
    corner: usize,
    to: Coord<f64>,
    square: bool,
    about_middle: bool,
) -> Option<Shape> {
    let corners = rectangle_corners(shape)?;
    let world = corners.map(world_from_lon_lat);
    let (opposite, one, other) = (world[(corner + 2) % 4], world[(corner + 1) % 4], world[(corner + 3) % 4]);
    let (along, across) = ((one - opposite).normalize(), (other - opposite).normalize());
    let middle = opposite.midpoint(world[corner % 4]);
    let fixed = if about_middle { middle } else { opposite };
    let reach = world_from_lon_lat(clamped(to)) - fixed;
    let (mut a, mut b) = (reach.dot(along), reach.dot(across));
    if square {
        let side = a.abs().max(b.abs());
        (a, b) = (side.copysign(a), side.copysign(b));
    }
    let (one, other) = (along * a, across * b);
    let back = if about_middle { -1.0 } else { 0.0 };
    let ring = [
        fixed + one * back + other * back,
        fixed + one + other * back,
        fixed + one + other,
        fixed + one * back + other,
    ];
    // Sides that are no longer than rounding errors make no rectangle.
    let least = 1e-12;
    let is_one = a.abs() > least && b.abs() > least && ring.iter().all(|at| is_in_world(*at));
    is_one.then(|| shapes::area(&ring.map(lon_lat_in_world), AreaKind::Rectangle)).flatten()
}

fn is_in_world(at: Point) -> bool {
    let inside = |value: f64| (-SLACK..=1.0 + SLACK).contains(&value);
    inside(at.x) && inside(at.y)
}

/// Changes the vertices of a line or of a ring without the one that closes it.
fn with_vertices(
    shape: &Shape,
    at: VertexAt,
    change: impl FnOnce(&mut Vec<Coord<f64>>) -> Option<()>,
) -> Option<Shape> {
    let changed = match shape {
        Shape::Path { line, kind } => {
            let mut line = line.0.clone();
            change(&mut line)?;
            Shape::Path { line: LineString(line), kind: *kind }
        }
        Shape::Area { area, kind } => {
            let mut area = area.clone();
            let polygon = area.0.get_mut(at.part)?;
            let (mut outer, mut holes) = std::mem::replace(polygon, geo::polygon![]).into_inner();
            let ring = if at.ring == 0 { &mut outer } else { holes.get_mut(at.ring - 1)? };
            if ring.0.len() > 1 && ring.is_closed() {
                ring.0.pop();
            }
            change(&mut ring.0)?;
            ring.close();
            *polygon = Polygon::new(outer, holes);
            let kind = if *kind == AreaKind::Rectangle { AreaKind::Polygon } else { *kind };
            Shape::Area { area: oriented(area), kind }
        }
        _ => return None,
    };
    is_sound(&changed).then_some(changed)
}

/// The vertices of a line, or of a ring without the one that closes it.
pub(super) fn vertices(shape: &Shape, at: VertexAt) -> &[Coord<f64>] {
    match shape {
        Shape::Path { line, .. } => &line.0,
        Shape::Area { area, .. } => area
            .0
            .get(at.part)
            .and_then(
                |polygon| {
                    if at.ring == 0 { Some(polygon.exterior()) } else { polygon.interiors().get(at.ring - 1) }
                },
            )
            .map_or(&[], open),
        _ => &[],
    }
}

fn open(ring: &LineString<f64>) -> &[Coord<f64>] {
    match ring.0.as_slice() {
        [first, middle @ .., last] if !middle.is_empty() && first == last => &ring.0[..ring.0.len() - 1],
        all => all,
    }
}

/// A shape with a vertex elsewhere.
pub(super) fn with_vertex(shape: &Shape, at: VertexAt, to: Coord<f64>) -> Option<Shape> {
    with_vertices(shape, at, |vertices| {
        *vertices.get_mut(at.index)? = clamped(to);
        Some(())
    })
}

/// A shape with another vertex after this one.
pub(super) fn with_vertex_after(shape: &Shape, at: VertexAt, to: Coord<f64>) -> Option<Shape> {
    with_vertices(shape, at, |vertices| (at.index < vertices.len()).then(|| vertices.insert(at.index + 1, clamped(to))))
}

/// A shape without this vertex; none if too few remain.
pub(super) fn without_vertex(shape: &Shape, at: VertexAt) -> Option<Shape> {
    with_vertices(shape, at, |vertices| {
        (at.index < vertices.len()).then(|| {
            vertices.remove(at.index);
        })
    })
}

/// The vertex from which Shift steers this one: the one before, or after if it is the first.
pub(super) fn neighbour(shape: &Shape, at: VertexAt) -> Option<Coord<f64>> {
    let all = vertices(shape, at);
    all.get(at.index.checked_sub(1).unwrap_or(1)).copied()
}

/// The place on a circle due east of its middle, for its handle.
pub(super) fn east_of(center: Coord<f64>, radius_m: f64) -> Coord<f64> {
    use geo::line_measures::{Destination as _, Geodesic};
    clamped(Geodesic.destination(geo::Point(center), 90.0, radius_m).0)
}

/// A circle through a place.
pub(super) fn with_radius_to(shape: &Shape, through: Coord<f64>) -> Option<Shape> {
    let Shape::Circle { center, .. } = shape else {
        return None;
    };
    measure::distance_m(*center, through).is_finite().then(|| shapes::circle(*center, through)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::annotation::PathKind;

    fn close(a: Coord<f64>, b: Coord<f64>) -> bool {
        (a.x - b.x).abs() < 1e-9 && (a.y - b.y).abs() < 1e-9
    }

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    const FIRST: VertexAt = VertexAt { part: 0, ring: 0, index: 0 };

    #[test]
    fn a_move_stops_at_the_edge_of_the_world() {
        let bounds = Rect::new(0.9, 0.4, 0.95, 0.5);
        let by = limited_move(bounds, Vec2::new(0.3, -0.7));
        assert!((by - Vec2::new(0.05, -0.4)).hypot() < 1e-12);
    }

    #[test]
    fn a_turned_rectangle_stays_one_when_a_corner_is_pulled() {
        let upright = shapes::rectangle(at(37.0, 48.0), at(37.2, 48.1)).unwrap();
        let about = bounds(&upright).unwrap().center();
        let slanted = turned(&upright, about, 0.5).unwrap();
        let pulled = with_corner(&slanted, 1, at(37.6, 48.0), false, false).unwrap();
        let corners = rectangle_corners(&pulled).unwrap().map(world_from_lon_lat);
        for index in 0..4 {
            let (before, here, after) = (corners[index], corners[(index + 1) % 4], corners[(index + 2) % 4]);
            let (a, b) = ((before - here).normalize(), (after - here).normalize());
            assert!(a.dot(b).abs() < 1e-6, "{}", a.dot(b));
        }
        let opposite = rectangle_corners(&slanted).unwrap()[3];
        assert!(rectangle_corners(&pulled).unwrap().iter().any(|corner| close(*corner, opposite)));
    }

    #[test]
    fn a_triangle_keeps_its_vertices_and_a_square_can_lose_one() {
        let triangle = shapes::area(&[at(37.0, 48.0), at(38.0, 48.0), at(37.5, 49.0)], AreaKind::Polygon).unwrap();
        assert_eq!(without_vertex(&triangle, FIRST), None);
        let four = with_vertex_after(&triangle, FIRST, at(37.5, 47.5)).unwrap();
        let three = without_vertex(&four, VertexAt { index: 1, ..FIRST }).unwrap();
        assert_eq!(three, triangle);
    }

    #[test]
    fn a_line_of_two_points_keeps_both() {
        let line = shapes::path(&[at(37.0, 48.0), at(38.0, 48.0)], PathKind::Line).unwrap();
        assert_eq!(without_vertex(&line, FIRST), None);
        assert_eq!(with_vertex(&line, FIRST, at(38.0, 48.0)), None);
    }

    #[test]
    fn a_polygon_turned_inside_out_still_runs_anticlockwise() {
        let triangle = shapes::area(&[at(37.0, 48.0), at(38.0, 48.0), at(37.5, 49.0)], AreaKind::Polygon).unwrap();
        let apex = vertices(&triangle, FIRST).iter().position(|vertex| vertex.y == 49.0).unwrap();
        let flipped = with_vertex(&triangle, VertexAt { index: apex, ..FIRST }, at(37.5, 47.0)).unwrap();
        assert!(is_sound(&flipped));
    }

    #[test]
    fn a_circle_scales_as_the_eye_sees_it() {
        let circle = Shape::Circle { center: at(37.0, 0.0), radius_m: 10_000.0 };
        let Some(Shape::Circle { center, radius_m }) = scaled(&circle, world_from_lon_lat(at(37.0, 0.0)), 2.0) else {
            panic!("a circle");
        };
        assert!(close(center, at(37.0, 0.0)) && (radius_m - 20_000.0).abs() < 1e-6);
    }
}
