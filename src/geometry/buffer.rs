//! All places within a distance of a shape: of points, of lines with round ends, of areas grown and shrunk.
//!
//! Distances are true on the ground, to what [`buffer_line`] says of its error; nothing here knows of a document, so that
//! it can run beside the window.

use geo::{Geometry, LineString, MultiLineString, MultiPolygon, Polygon};
use thiserror::Error;

use crate::geometry::chain::{ChainKind, chains, is_usable};
use crate::geometry::circle;
use crate::geometry::derive::{Sides, buffer_line, difference, union_all};

/// The largest distance that a shape is buffered by, in metres.
pub const FARTHEST_BUFFER_M: f64 = 2_000_000.0;

/// Edges of a circle that areas are reckoned with. A regular polygon of so many has 0.02 % less area than its circle.
pub const CIRCLE_EDGES: usize = 180;

/// Why there is no buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BufferError {
    /// The distance is 0, no number, or too large; or it is below 0 and the shape has no inside.
    #[error("Give a distance above 0 and at most 2000 km; a distance below 0 shrinks areas and circles only")]
    Distance,
    /// The shape is too large for its distances to be true.
    #[error("The shape reaches more than 3000 km from its middle. Split it, and buffer its parts one by one")]
    TooLarge,
    /// The shape has no usable coordinate.
    #[error("The shape is empty: there is nothing to buffer")]
    Empty,
    /// The area is nowhere as wide as twice the distance.
    #[error("Nothing would be left: the area is nowhere wider than twice that distance. Give a smaller one")]
    ShrunkAway,
}

/// All places at most `distance_m` from a shape. For an area a distance below 0 leaves the places inside that are at
/// least so far from its border.
///
/// Lines end round. Parts that overlap count as one.
///
/// # Errors
/// [`BufferError`] says what is wrong with the shape or the distance.
pub fn buffer(shape: &Geometry<f64>, distance_m: f64) -> Result<MultiPolygon<f64>, BufferError> {
    let reach_m = distance_m.abs();
    if reach_m.is_nan() || reach_m <= 0.0 || reach_m > FARTHEST_BUFFER_M {
        return Err(BufferError::Distance);
    }
    let (mut polygons, mut lines, mut points) = (Vec::<Polygon<f64>>::new(), Vec::new(), Vec::new());
    for chain in chains(shape) {
        match chain.kind {
            ChainKind::Outer => polygons.push(Polygon::new(LineString(chain.coords), Vec::new())),
            ChainKind::Hole => {
                if let Some(polygon) = polygons.last_mut() {
                    polygon.interiors_push(LineString(chain.coords));
                }
            }
            ChainKind::Line => lines.push(LineString(chain.coords)),
            ChainKind::Points => points.extend(chain.coords.into_iter().filter(|coord| is_usable(*coord))),
        }
    }
    if polygons.is_empty() && lines.is_empty() && points.is_empty() {
        return Err(BufferError::Empty);
    }
    let area = union_all([&MultiPolygon(polygons)]);
    let borders = area.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    let borders = MultiLineString(borders.cloned().collect());
    let strip = strip(&borders, reach_m)?;
    if distance_m < 0.0 {
        if area.0.is_empty() {
            return Err(BufferError::Distance);
        }
        let left = difference(&area, &strip);
        return if left.0.is_empty() { Err(BufferError::ShrunkAway) } else { Ok(left) };
    }
    // The ends of lines are round: whole circles about them, half of which the line's own buffer covers.
    points.extend(lines.iter().filter(|line| !line.is_closed()).flat_map(|line| [line.0[0], line.0[line.0.len() - 1]]));
    let circles = MultiPolygon(points.into_iter().map(|point| circle(point, reach_m, CIRCLE_EDGES)).collect());
    let along = self::strip(&MultiLineString(lines), reach_m)?;
    Ok(union_all([&area, &strip, &along, &circles]))
}

/// Both sides of some lines; nothing of none.
fn strip(lines: &MultiLineString<f64>, distance_m: f64) -> Result<MultiPolygon<f64>, BufferError> {
    if lines.0.is_empty() {
        return Ok(MultiPolygon(Vec::new()));
    }
    let strip = buffer_line(lines, distance_m, Sides::Both);
    if strip.0.is_empty() { Err(BufferError::TooLarge) } else { Ok(strip) }
}

#[cfg(test)]
mod tests {
    use geo::Coord;

    use super::*;
    use crate::geometry::measure::{area_m2, distance_m};

    /// An area of five corners with a hole of three.
    fn area() -> MultiPolygon<f64> {
        let outer = vec![(37.0, 48.0), (38.0, 47.9), (38.3, 48.6), (37.6, 48.5), (37.2, 49.0), (37.0, 48.0)];
        let hole = vec![(37.4, 48.1), (37.7, 48.1), (37.6, 48.3), (37.4, 48.1)];
        MultiPolygon(vec![Polygon::new(outer.into(), vec![hole.into()])])
    }

    fn near(ours: f64, reference: f64) {
        assert!((ours / reference - 1.0).abs() < 0.001, "{ours} is not {reference}: {}", ours / reference - 1.0);
    }

    // The references of areas and lines are GEOS 3.14.1 (shapely 2.2.0, 256 segments a quadrant) on
    // +proj=aeqd +ellps=WGS84 about the middle, from outlines with 400 vertices an edge; those of circles are 7200
    // geodesics of pyproj.Geod.fwd. All areas are pyproj.Geod.polygon_area_perimeter (PROJ 9.5.1).

    #[test]
    fn areas_grow_and_shrink_as_geos_finds() {
        let before = area_m2(&area());
        for (distance_m, rings, expected) in [
            (1_000.0, 2, 6_474_628_156.1),
            (5_000.0, 2, 8_248_029_147.7),
            (15_000.0, 1, 12_716_792_581.6),
            (-3_000.0, 2, 4_674_936_605.3),
            (-10_000.0, 1, 1_836_974_488.5),
        ] {
            let buffered = buffer(&Geometry::MultiPolygon(area()), distance_m).unwrap();
            assert_eq!((buffered.0.len(), 1 + buffered.0[0].interiors().len()), (1, rings));
            near(area_m2(&buffered), expected);
            near(area_m2(&buffered) - before, expected - before);
        }
    }

    #[test]
    fn lines_have_round_ends_as_geos_finds() {
        let line = LineString::from(vec![(37.0, 48.0), (37.5, 48.6), (38.2, 48.2), (38.0, 47.7)]);
        for (distance_m, expected) in [(1_000.0, 407_140_726.7), (8_000.0, 3_410_133_013.5)] {
            near(area_m2(&buffer(&Geometry::LineString(line.clone()), distance_m).unwrap()), expected);
        }
    }

    #[test]
    fn a_point_has_a_geodesic_circle_round_it() {
        let at = Coord { x: 37.5844, y: 48.7389 };
        for (radius_m, expected) in
            [(1_000.0, 3_141_592.2), (50_000.0, 7_853_940_450.2), (300_000.0, 282_691_224_312.9)]
        {
            near(area_m2(&buffer(&Geometry::Point(geo::Point(at)), radius_m).unwrap()), expected);
            let outline = circle(at, radius_m, CIRCLE_EDGES);
            assert!(outline.exterior().0.iter().all(|place| (distance_m(at, *place) - radius_m).abs() < 1e-3));
        }
        let east = circle(Coord { x: 179.9, y: 10.0 }, 50_000.0, CIRCLE_EDGES);
        assert!(east.exterior().0.windows(2).all(|edge| (edge[1].x - edge[0].x).abs() < 1.0));
    }

    #[test]
    fn what_has_no_buffer_says_why() {
        let point = Geometry::Point(geo::Point::new(37.0, 48.0));
        for distance_m in [0.0, f64::NAN, f64::INFINITY, 3e6, -5.0] {
            assert_eq!(buffer(&point, distance_m), Err(BufferError::Distance));
        }
        assert_eq!(buffer(&Geometry::MultiPolygon(area()), -60_000.0), Err(BufferError::ShrunkAway));
        assert_eq!(buffer(&Geometry::LineString(LineString(vec![])), 5.0), Err(BufferError::Empty));
        let long = LineString::from(vec![(-90.0, 0.0), (90.0, 0.0)]);
        assert_eq!(buffer(&Geometry::LineString(long), 5_000.0), Err(BufferError::TooLarge));
    }
}
