//! Circles on the ground: all places at one distance along the geodesic.

use geo::line_measures::{Destination, Geodesic};
use geo::{Coord, LineString, Point, Polygon};

use super::chain::is_usable;

/// The corners by which a circle is drawn. Curves laid through so many stray from the circle by less than
/// a millionth of its radius; straight edges by half a thousandth.
pub const CIRCLE_CORNERS: usize = 96;

/// The circle of this radius about a place, closed and anticlockwise from the north, by so many corners (Karney 2013,
/// doi:10.1007/s00190-012-0578-z). Longitudes run on across the date line. Empty if there is no such circle; one round a
/// pole has no such outline and comes out wrong.
pub fn circle(center: Coord<f64>, radius_m: f64, corners: usize) -> Polygon<f64> {
    if !is_usable(center) || !radius_m.is_finite() || radius_m <= 0.0 {
        return Polygon::new(LineString(Vec::new()), Vec::new());
    }
    let corner = |index: usize| {
        let bearing_deg = -360.0 * index as f64 / corners as f64;
        let Coord { x, y } = Geodesic.destination(Point(center), bearing_deg, radius_m).0;
        // On the same turn of the globe as the middle.
        Coord { x: x - 360.0 * ((x - center.x) / 360.0).round(), y }
    };
    let mut ring: Vec<Coord<f64>> = (0..corners).map(corner).collect();
    ring.extend(ring.first().copied());
    Polygon::new(LineString(ring), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::measure::distance_m;

    #[test]
    fn every_corner_is_as_far_as_the_radius_says() {
        for (center, radius_m) in
            [(Coord { x: 37.5, y: 48.7 }, 25_000.0), (Coord { x: 179.9, y: -60.0 }, 800_000.0), (Coord::default(), 3.0)]
        {
            let ring = circle(center, radius_m, CIRCLE_CORNERS);
            assert_eq!(ring.exterior().0.len(), CIRCLE_CORNERS + 1);
            assert_eq!(ring.exterior().0.first(), ring.exterior().0.last());
            for corner in ring.exterior() {
                assert!((distance_m(center, *corner) / radius_m - 1.0).abs() < 1e-7);
                assert!((corner.x - center.x).abs() < 180.0);
            }
        }
    }

    #[test]
    fn it_runs_anticlockwise() {
        let ring = circle(Coord { x: 37.5, y: 48.7 }, 1000.0, 180);
        let twice: f64 = ring.exterior().lines().map(|edge| edge.determinant()).sum();
        assert!(twice > 0.0);
    }

    #[test]
    fn what_is_no_circle_is_empty() {
        for radius_m in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(circle(Coord::default(), radius_m, CIRCLE_CORNERS).exterior().0.is_empty());
        }
        assert!(circle(Coord { x: f64::NAN, y: 0.0 }, 1.0, CIRCLE_CORNERS).exterior().0.is_empty());
    }
}
