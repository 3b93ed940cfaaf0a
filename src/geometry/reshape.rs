//! Shapes moved, turned and scaled on the map, cut, closed, opened and thinned.
//!
//! Moving, turning and scaling happen in Web Mercator, where a shape keeps the look it has on the map; so its size on the
//! ground changes with its latitude. Latitudes beyond [`MAX_LAT_DEG`] are clamped.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use kurbo::{Affine, Point, Rect, Vec2};

use crate::geometry::chain::is_usable;
use crate::geometry::derive::{is_simple, oriented};
use crate::geometry::frame::{EARTH_RADIUS_M, MAX_LAT_DEG, lon_lat_from_world, world_from_lon_lat};
use crate::geometry::hit::{EdgeTree, meters_per_degree};
use crate::geometry::planar::twice_signed_area;
use crate::geometry::simplify::simplify_world;

/// The whole world in world coordinates.
pub const WORLD: Rect = Rect::new(0.0, 0.0, 1.0, 1.0);

/// Whether a coordinate can stand on a map: finite, a latitude, and a longitude at most 720° either way.
pub fn is_place(coord: Coord<f64>) -> bool {
    is_usable(coord)
}

/// Whether a closed ring runs anticlockwise; one without an inside does.
pub fn is_anticlockwise(ring: &LineString<f64>) -> bool {
    twice_signed_area(&ring.0) >= 0.0
}

/// Where a change of the world takes a place.
pub fn moved(place: Coord<f64>, change: Affine) -> Coord<f64> {
    let place = lon_lat_from_world(change * world_from_lon_lat(place));
    Coord { x: place.x, y: place.y.clamp(-MAX_LAT_DEG, MAX_LAT_DEG) }
}

/// Where a change of the world takes an area. Its outer rings run anticlockwise thereafter too.
pub fn moved_area(area: &MultiPolygon<f64>, change: Affine) -> MultiPolygon<f64> {
    let ring = |ring: &LineString<f64>, is_hole: bool| {
        let mut ring = LineString(ring.0.iter().map(|place| moved(*place, change)).collect());
        // A thin ring of long edges, which are straight in degrees and not on the map, may turn over.
        if is_anticlockwise(&ring) == is_hole {
            ring.0.reverse();
        }
        ring
    };
    let polygon = |polygon: &Polygon<f64>| {
        let holes = polygon.interiors().iter().map(|hole| ring(hole, true));
        Polygon::new(ring(polygon.exterior(), false), holes.collect())
    };
    MultiPolygon(area.0.iter().map(polygon).collect())
}

/// Turns the map about a place, in degrees clockwise.
pub fn turn(about: Coord<f64>, degrees: f64) -> Affine {
    // World y runs south, where a positive angle is clockwise.
    Affine::rotate_about(degrees.to_radians(), world_from_lon_lat(about))
}

/// Scales the map about a place.
pub fn scale(about: Coord<f64>, factor: f64) -> Affine {
    Affine::scale_about(factor, world_from_lon_lat(about))
}

/// The shift that brings `bounds` back into `room`: none if they are in it already, `None` if they are too large for it.
pub fn shift_into(bounds: Rect, room: Rect) -> Option<Vec2> {
    if bounds.width() > room.width() || bounds.height() > room.height() {
        return None;
    }
    let back = |low: f64, high: f64, least: f64, most: f64| (least - low).max(0.0) + (most - high).min(0.0);
    Some(Vec2::new(back(bounds.x0, bounds.x1, room.x0, room.x1), back(bounds.y0, bounds.y1, room.y0, room.y1)))
}

/// The direction from one place to another on the map, in degrees clockwise from north: that of the rhumb line.
/// `None` between a place and itself.
pub fn map_bearing_deg(from: Coord<f64>, to: Coord<f64>) -> Option<f64> {
    let along = world_from_lon_lat(to) - world_from_lon_lat(from);
    (along.hypot() > 0.0).then(|| along.x.atan2(-along.y).to_degrees().rem_euclid(360.0))
}

/// Cuts a line at the place on it that is nearest to this one; `None` if that is an end of it.
///
/// Nearest in degrees stretched to the ground at this latitude; a vertex within a millionth of an edge is taken as is.
pub fn split_line(line: &LineString<f64>, near: Coord<f64>) -> Option<(LineString<f64>, LineString<f64>)> {
    const AT_VERTEX: f64 = 1e-6;
    let tree = EdgeTree::new([&line.0]);
    let found = tree.nearest(near, meters_per_degree(near.y), f64::INFINITY)?;
    let (edge, part) = (found.edge, found.part.clamp(0.0, 1.0));
    let last = line.0.len() - 1;
    let vertex = if part < AT_VERTEX {
        Some(edge)
    } else if part > 1.0 - AT_VERTEX {
        Some(edge + 1)
    } else {
        None
    };
    match vertex {
        Some(vertex) if vertex == 0 || vertex >= last => None,
        Some(vertex) => Some((LineString(line.0[..=vertex].to_vec()), LineString(line.0[vertex..].to_vec()))),
        None => {
            let (a, b) = (*line.0.get(edge)?, *line.0.get(edge + 1)?);
            let place = a + (b - a) * part;
            let mut first = line.0[..=edge].to_vec();
            first.push(place);
            let mut second = vec![place];
            second.extend_from_slice(&line.0[edge + 1..]);
            Some((LineString(first), LineString(second)))
        }
    }
}

/// The area that a line goes round once its ends are joined; `None` if it has fewer than three different places.
pub fn closed(line: &LineString<f64>) -> Option<MultiPolygon<f64>> {
    let area = oriented(&MultiPolygon(vec![Polygon::new(line.clone(), Vec::new())]));
    (!area.0.is_empty()).then_some(area)
}

/// The outline of an area as a line that ends where it begins; `None` for several polygons and for holes, which are no
/// single line.
pub fn opened(area: &MultiPolygon<f64>) -> Option<LineString<f64>> {
    match area.0.as_slice() {
        [polygon] if polygon.interiors().is_empty() => Some(polygon.exterior().clone()),
        _ => None,
    }
}

/// A line with fewer vertices, none of those dropped further than the tolerance from what is left.
pub fn simplified_line(line: &LineString<f64>, tolerance_m: f64) -> LineString<f64> {
    simplified(line, tolerance_world(line.0.iter(), tolerance_m))
}

/// An area with fewer vertices. Rings keep four positions or more. Where a ring would come to cross itself or another,
/// the whole area is simplified by less, and not at all if that does not help.
pub fn simplified_area(area: &MultiPolygon<f64>, tolerance_m: f64) -> MultiPolygon<f64> {
    const TRIES: usize = 6;
    let coords = area.0.iter().flat_map(|polygon| polygon.exterior().0.iter());
    let mut tolerance = tolerance_world(coords, tolerance_m);
    let may_cross = !is_simple(area);
    for _ in 0..TRIES {
        let polygon = |polygon: &Polygon<f64>| {
            let holes = polygon.interiors().iter().map(|hole| simplified(hole, tolerance));
            Polygon::new(simplified(polygon.exterior(), tolerance), holes.collect())
        };
        let simple = MultiPolygon(area.0.iter().map(polygon).collect());
        if may_cross || is_simple(&simple) {
            return simple;
        }
        tolerance /= 2.0;
    }
    area.clone()
}

/// A distance on the ground as one of the world, at the latitude where it is the smallest: nearest to the equator.
fn tolerance_world<'a>(coords: impl Iterator<Item = &'a Coord<f64>>, tolerance_m: f64) -> f64 {
    let lat_deg = coords.map(|coord| coord.y.abs()).fold(MAX_LAT_DEG, f64::min);
    tolerance_m / (std::f64::consts::TAU * EARTH_RADIUS_M * lat_deg.to_radians().cos())
}

/// Vertices that stay come out exactly as they went in.
fn simplified(line: &LineString<f64>, tolerance_world: f64) -> LineString<f64> {
    let points: Vec<Point> = line.0.iter().map(|coord| world_from_lon_lat(*coord)).collect();
    let kept = simplify_world(&points, tolerance_world);
    let mut coords = line.0.iter().zip(&points);
    let find = |wanted: &Point| coords.find(|(_, point)| *point == wanted).map(|(coord, _)| *coord);
    LineString(kept.iter().filter_map(find).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::hit::HitShape;

    const KRAMATORSK: Coord<f64> = Coord { x: 37.5844, y: 48.7389 };
    const ORIGIN: Coord<f64> = Coord { x: 37.0, y: 48.0 };

    fn is_at(ours: Coord<f64>, x: f64, y: f64) {
        assert!((ours.x - x).abs() < 1e-9 && (ours.y - y).abs() < 1e-9, "{ours:?} is not {x}, {y}");
    }

    #[test]
    fn places_move_turn_and_scale_as_in_epsg_3857() {
        // pyproj 3.7.2 (PROJ 9.5.1), EPSG:3857 and back: 100 km east and 200 km north; 30° clockwise and 2.5 times as
        // far from 37, 48.
        let unit_m = 40_075_016.685_578_49;
        let shift = Affine::translate((1e5 / unit_m, -2e5 / unit_m));
        is_at(moved(KRAMATORSK, shift), 38.482_715_284_119_52, 49.909_825_086_590_22);
        is_at(moved(KRAMATORSK, turn(ORIGIN, 30.0)), 38.062_247_390_044_725, 48.447_078_039_038_39);
        is_at(moved(KRAMATORSK, scale(ORIGIN, 2.5)), 38.461, 49.827_191_912_838_956);
    }

    #[test]
    fn bounds_come_back_into_the_room_by_the_shortest_way() {
        let bounds = Rect::new(-0.2, 0.5, 0.1, 1.25);
        assert_eq!(shift_into(bounds, WORLD), Some(Vec2::new(0.2, -0.25)));
        assert_eq!(shift_into(WORLD, WORLD), Some(Vec2::ZERO));
        assert_eq!(shift_into(Rect::new(0.0, 0.0, 1.5, 0.1), WORLD), None);
    }

    #[test]
    fn a_line_is_cut_at_the_place_nearest_to_the_click() {
        let line = LineString::from(vec![(37.0, 48.0), (38.0, 48.0), (38.0, 49.0)]);
        let (first, second) = split_line(&line, Coord { x: 37.25, y: 48.1 }).unwrap();
        assert_eq!((first.0.len(), second.0.len()), (2, 3));
        is_at(first.0[1], 37.25, 48.0);
        assert_eq!(first.0[1], second.0[0]);
        let (first, second) = split_line(&line, Coord { x: 38.2, y: 47.9 }).unwrap();
        assert_eq!((first.0.len(), second.0.len()), (2, 2));
        assert_eq!(split_line(&line, Coord { x: 36.0, y: 48.0 }), None);
        assert_eq!(split_line(&line, Coord { x: 38.1, y: 50.0 }), None);
        assert_eq!(split_line(&line, Coord { x: f64::NAN, y: 50.0 }), None);
    }

    #[test]
    fn a_closed_line_opens_as_itself() {
        let line = LineString::from(vec![(37.0, 48.0), (38.0, 48.0), (38.0, 49.0)]);
        let area = closed(&line).unwrap();
        let outline = opened(&area).unwrap();
        assert_eq!(outline.0[..3], line.0[..]);
        assert_eq!(closed(&outline), Some(area));
        assert_eq!(closed(&LineString::from(vec![(37.0, 48.0), (38.0, 48.0), (37.0, 48.0)])), None);
    }

    #[test]
    fn what_is_dropped_lay_within_the_tolerance() {
        let place = |index: u32| {
            let t = f64::from(index) / 999.0;
            (37.0 + t, 48.0 + 0.1 * (9.0 * t).sin() + 0.001 * (200.0 * t).sin())
        };
        let line = LineString::from((0..1000).map(place).collect::<Vec<_>>());
        let simple = simplified_line(&line, 200.0);
        assert!(simple.0.len() < 120 && simple.0.iter().all(|coord| line.0.contains(coord)), "{}", simple.0.len());
        let left = HitShape::new(&geo::Geometry::LineString(simple));
        // 1 % is what the plane at each place and the width of the line's latitudes allow for.
        assert!(line.0.iter().all(|coord| left.distance_m(*coord, 202.0).is_some()));
    }

    #[test]
    fn a_simplified_area_does_not_come_to_cross_itself() {
        // A bay whose mouth would close over its own island of land.
        let outer = vec![
            (0.0, 0.0),
            (4.0, 0.0),
            (4.0, 4.0),
            (2.1, 4.0),
            (2.05, 1.0),
            (2.0, 0.9),
            (1.95, 1.0),
            (1.9, 4.0),
            (0.0, 4.0),
            (0.0, 0.0),
        ];
        let hole = vec![(1.97, 0.7), (2.0, 0.8), (2.03, 0.7), (2.0, 0.6), (1.97, 0.7)];
        let area = oriented(&MultiPolygon(vec![Polygon::new(outer.into(), vec![hole.into()])]));
        for tolerance_m in [1e2, 1e4, 1e5, 1e6, 1e9, f64::INFINITY] {
            let simple = simplified_area(&area, tolerance_m);
            assert!(is_simple(&simple), "{tolerance_m}");
            assert!(simple.0[0].interiors().iter().all(|hole| hole.0.len() >= 4));
        }
        assert_eq!(simplified_area(&area, f64::NAN), area);
    }
}
