//! Shapes made of places, whole or not at all: what comes out can go into a document as it is.

use super::aim::{clamped, lon_lat_in_world};
use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape};
use crate::geometry::reshape::is_anticlockwise;
use crate::geometry::{Coord, LineString, MultiPolygon, Polygon, measure, world_from_lon_lat};

/// Metres in a degree of latitude where it is shortest, at the equator (WGS 84).
const LEAST_DEGREE_M: f64 = 110_574.0;

/// A marker or words.
pub(super) fn point(at: Coord<f64>, kind: PointKind) -> Shape {
    Shape::Point { at: clamped(at), kind }
}

/// Words that lead to a place; none if they stand on it.
pub(super) fn callout(target: Coord<f64>, text_at: Coord<f64>) -> Option<Shape> {
    (target != text_at).then(|| Shape::Callout { target: clamped(target), text_at: clamped(text_at) })
}

/// A line; none of fewer than two different places.
pub(super) fn path(places: &[Coord<f64>], kind: PathKind) -> Option<Shape> {
    let line = without_repeats(places);
    (line.len() >= 2).then_some(Shape::Path { line: LineString(line), kind })
}

/// An area within this outline, closed or not; none of fewer than three different places.
pub(super) fn area(places: &[Coord<f64>], kind: AreaKind) -> Option<Shape> {
    let mut ring = without_repeats(places);
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if !has_three(&ring) {
        return None;
    }
    Some(Shape::Area { area: oriented(MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())])), kind })
}

/// The rectangle along meridians and parallels between two corners; none without an inside.
pub(super) fn rectangle(a: Coord<f64>, b: Coord<f64>) -> Option<Shape> {
    let (a, b) = (clamped(a), clamped(b));
    if a.x == b.x || a.y == b.y {
        return None;
    }
    area(&[a, Coord { x: b.x, y: a.y }, b, Coord { x: a.x, y: b.y }], AreaKind::Rectangle)
}

/// The corner that makes a rectangle from `a` a square on the map, as near to `b` as it can be within the world.
pub(super) fn square_corner(a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    let (from, to) = (world_from_lon_lat(a), world_from_lon_lat(b));
    let along = to - from;
    let room = |from: f64, by: f64| if by < 0.0 { from } else { 1.0 - from };
    let side = along.x.abs().max(along.y.abs()).min(room(from.x, along.x)).min(room(from.y, along.y));
    let signed = |by: f64| if by < 0.0 { -side } else { side };
    lon_lat_in_world(from + kurbo::Vec2::new(signed(along.x), signed(along.y)))
}

/// A circle through a place; none without a radius. It keeps off the poles and the date line, where its outline would
/// not be one on the map.
pub(super) fn circle(center: Coord<f64>, through: Coord<f64>) -> Option<Shape> {
    let center = clamped(center);
    let radius_m = measure::distance_m(center, clamped(through)).min(widest_m(center));
    (radius_m.is_finite() && radius_m >= 0.01).then_some(Shape::Circle { center, radius_m })
}

/// The largest radius about a place, in metres: a little less than to the nearer pole and to the date line.
pub(super) fn widest_m(center: Coord<f64>) -> f64 {
    let pole_m = (90.0 - center.y.abs()) * LEAST_DEGREE_M;
    let east_rad = (180.0 - center.x.abs()).to_radians();
    // The great circle at right angles to the date line, on a sphere within the ellipsoid. Where the nearest place of
    // that meridian lies beyond the pole, the pole is nearer.
    let date_line_m = if east_rad >= std::f64::consts::FRAC_PI_2 {
        f64::INFINITY
    } else {
        (center.y.to_radians().cos() * east_rad.sin()).asin().to_degrees() * LEAST_DEGREE_M
    };
    pole_m.min(date_line_m).max(0.0) * 0.99
}

/// Outer rings anticlockwise, holes clockwise.
pub(super) fn oriented(area: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let directed = |ring: &LineString<f64>, anticlockwise: bool| {
        let mut ring = ring.clone();
        // A ring that crosses itself runs as the larger part of it does.
        if is_anticlockwise(&ring) != anticlockwise {
            ring.0.reverse();
        }
        ring
    };
    let polygon = |polygon: &Polygon<f64>| {
        let holes = polygon.interiors().iter().map(|hole| directed(hole, false)).collect();
        Polygon::new(directed(polygon.exterior(), true), holes)
    };
    MultiPolygon(area.0.iter().map(polygon).collect())
}

fn without_repeats(places: &[Coord<f64>]) -> Vec<Coord<f64>> {
    let mut places: Vec<Coord<f64>> = places.iter().copied().map(clamped).collect();
    places.dedup_by(|a, b| is_same(*a, *b));
    places
}

/// Whether two places are one but for rounding: a tenth of a millimetre is less than any screen shows.
fn is_same(a: Coord<f64>, b: Coord<f64>) -> bool {
    (a.x - b.x).abs() <= 1e-9 && (a.y - b.y).abs() <= 1e-9
}

/// Whether there are three different places among these.
fn has_three(places: &[Coord<f64>]) -> bool {
    let Some(first) = places.first() else {
        return false;
    };
    let second = places.iter().find(|place| !is_same(**place, *first));
    second.is_some_and(|second| places.iter().any(|place| !is_same(*place, *first) && !is_same(*place, *second)))
}

/// Whether a shape can go into a document: places that exist, lines of two points, rings that are closed and run the
/// right way round, a radius above zero.
pub(super) fn is_sound(shape: &Shape) -> bool {
    let place = |at: &Coord<f64>| at.x.abs() <= 180.0 && at.y.abs() <= 90.0;
    let ring = |ring: &LineString<f64>| ring.is_closed() && has_three(&ring.0) && ring.0.iter().all(place);
    match shape {
        Shape::Point { at, .. } => place(at),
        Shape::Callout { target, text_at } => place(target) && place(text_at),
        Shape::Path { line, .. } => {
            line.0.iter().all(place) && line.0.first().is_some_and(|first| line.0.iter().any(|other| other != first))
        }
        Shape::Area { area, .. } => area.0.iter().all(|polygon| {
            ring(polygon.exterior()) && is_anticlockwise(polygon.exterior()) && polygon.interiors().iter().all(ring)
        }),
        Shape::Circle { center, radius_m } => place(center) && radius_m.is_finite() && *radius_m > 0.0,
        Shape::Other(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use geo::Area as _;

    use super::*;

    const A: Coord<f64> = Coord { x: 37.0, y: 48.0 };
    const B: Coord<f64> = Coord { x: 38.0, y: 48.0 };
    const C: Coord<f64> = Coord { x: 38.0, y: 49.0 };

    #[test]
    fn an_outline_is_closed_and_runs_anticlockwise() {
        for outline in [[A, B, C], [C, B, A]] {
            let Some(Shape::Area { area, .. }) = area(&outline, AreaKind::Polygon) else {
                panic!("three places are an area");
            };
            let ring = area.0[0].exterior();
            assert!(ring.is_closed() && ring.0.len() == 4);
            assert!(area.0[0].signed_area() > 0.0);
        }
    }

    #[test]
    fn what_has_no_inside_or_no_length_is_not_made() {
        assert_eq!(area(&[A, B, A, B, A], AreaKind::Polygon), None);
        assert_eq!(area(&[], AreaKind::Polygon), None);
        assert_eq!(path(&[A, A], PathKind::Line), None);
        assert_eq!(rectangle(A, B), None);
        assert_eq!(circle(A, A), None);
        assert_eq!(callout(A, A), None);
    }

    #[test]
    fn a_circle_stops_short_of_the_date_line_and_the_pole() {
        let near = Coord { x: 179.0, y: 0.0 };
        let Some(Shape::Circle { radius_m, .. }) = circle(near, Coord { x: 0.0, y: 0.0 }) else {
            panic!("a circle");
        };
        assert!(radius_m < measure::distance_m(near, Coord { x: 180.0, y: 0.0 }));
        let north = Coord { x: 20.0, y: 80.0 };
        assert!(widest_m(north) < measure::distance_m(north, Coord { x: 20.0, y: 90.0 }));
        assert_eq!(circle(Coord { x: 180.0, y: 10.0 }, A), None);
    }

    #[test]
    fn a_square_is_one_on_the_map() {
        let corner = square_corner(A, Coord { x: 38.0, y: 48.1 });
        let (from, to) = (world_from_lon_lat(A), world_from_lon_lat(corner));
        assert!(((to.x - from.x).abs() - (to.y - from.y).abs()).abs() < 1e-12);
        let far = square_corner(Coord { x: 179.0, y: 0.0 }, Coord { x: 180.0, y: 60.0 });
        assert!(far.x <= 180.0 && far.y < 2.0);
    }
}
