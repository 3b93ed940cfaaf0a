//! Areas, lengths, distances and bearings on the WGS 84 ellipsoid.
//!
//! Nothing here fails. A coordinate that is not finite, or that is no place (beyond 90° of latitude), is passed over
//! as if it had not been written; a distance or bearing that needs it is NaN.

use geo::line_measures::{Bearing, Distance, Geodesic};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Point};

use crate::geometry::chain::{clean_line, is_usable};

/// Semi-major axis of WGS 84 in metres.
pub(crate) const SEMI_MAJOR_M: f64 = 6_378_137.0;

/// First eccentricity squared of WGS 84: f·(2 − f) with f = 1 / 298.257223563.
pub(crate) const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_316;

/// Edges that climb more than this many radians (about 1.1°) are integrated in pieces.
const PIECE_RAD: f64 = 0.02;

/// Area in square metres on the WGS 84 ellipsoid.
///
/// # Which polygon
/// An edge is straight in longitude and latitude, as RFC 7946 (GeoJSON), section 3.1.1, has it: the point half-way
/// between two vertices has their mean longitude and latitude. It is not the geodesic, which bulges towards the pole
/// by L²·tan φ / 8R: 2 cm on a 1 km edge at 48°, 200 m on one of 100 km. On borders, whose edges are short, the
/// two readings differ by less than 1e-6 of the area; on a polygon drawn with a few long edges they do not, and
/// `geo`'s `GeodesicArea` or PROJ's `Geod` give the other one.
///
/// # Method
/// The area between an edge and a reference parallel is the integral of the authalic function (Snyder 1987, *Map
/// Projections: A Working Manual*, USGS Professional Paper 1395, equation 3-12, times a²/2) over the edge's
/// longitude, by Simpson's rule on pieces of at most 1.1° of latitude: exact to about 1e-10.
///
/// # Robustness
/// Windings do not matter: from the first ring of a polygon the others are taken away. A figure-of-eight ring counts
/// the difference of its lobes, and polygons that overlap count twice. Never negative, never NaN.
pub fn area_m2(area: &MultiPolygon<f64>) -> f64 {
    area.0
        .iter()
        .map(|polygon| {
            let holes: f64 = polygon.interiors().iter().map(ring_area_m2).sum();
            (ring_area_m2(polygon.exterior()) - holes).max(0.0)
        })
        .sum()
}

/// Area inside one ring, whichever way it runs.
fn ring_area_m2(ring: &LineString<f64>) -> f64 {
    let mut corners = ring.0.iter().copied().filter(|coord| is_usable(*coord));
    let Some(first) = corners.next() else {
        return 0.0;
    };
    let first_lat_rad = first.y.to_radians();
    let reference = authalic_m2(first_lat_rad);
    let (mut lon_deg, mut lat_rad, mut height) = (first.x, first_lat_rad, 0.0);
    let mut sum = 0.0;
    for corner in corners.chain([first]) {
        let next_lat_rad = corner.y.to_radians();
        let next_height = authalic_m2(next_lat_rad) - reference;
        let climb = next_lat_rad - lat_rad;
        let pieces = (climb.abs() / PIECE_RAD).ceil().max(1.0);
        let at = |part: f64| authalic_m2(lat_rad + climb * part / pieces) - reference;
        let mut mean = height + next_height;
        for piece in 0..pieces as usize {
            let piece = piece as f64;
            mean += 4.0 * at(piece + 0.5);
            if piece > 0.0 {
                mean += 2.0 * at(piece);
            }
        }
        sum += (corner.x - lon_deg).to_radians() * mean / (6.0 * pieces);
        (lon_deg, lat_rad, height) = (corner.x, next_lat_rad, next_height);
    }
    sum.abs()
}

/// Area between the equator and a parallel, per radian of longitude, in square metres.
fn authalic_m2(lat_rad: f64) -> f64 {
    let sin = lat_rad.sin();
    let u = ECCENTRICITY_SQUARED * sin * sin;
    // artanh(e·sin φ) / e as its series, which the seventh term ends within the precision of f64 (u ≤ 0.0067).
    let artanh = 1.0
        + u * (1.0 / 3.0
            + u * (0.2 + u * (1.0 / 7.0 + u * (1.0 / 9.0 + u * (1.0 / 11.0 + u / 13.0)))));
    let polar = SEMI_MAJOR_M * SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / 2.0;
    polar * sin * (1.0 / (1.0 - u) + artanh)
}

/// Length in metres: the geodesics between neighbouring vertices (Karney 2013, doi:10.1007/s00190-012-0578-z).
///
/// About 2 µs a vertex. Lines of fewer than two usable vertices have length 0.
pub fn length_m(lines: &MultiLineString<f64>) -> f64 {
    let length = |line: &LineString<f64>| -> f64 {
        clean_line(line)
            .windows(2)
            .map(|pair| distance_m(pair[0], pair[1]))
            .sum()
    };
    lines.0.iter().map(length).sum()
}

/// Length of the geodesic between two places in metres; NaN if one of them is none.
pub fn distance_m(from: Coord<f64>, to: Coord<f64>) -> f64 {
    if !is_usable(from) || !is_usable(to) {
        return f64::NAN;
    }
    Geodesic.distance(Point(from), Point(to))
}

/// Direction in which the geodesic from one place to another sets out: degrees clockwise from north, at least 0 and
/// below 360; NaN if one of them is no place.
pub fn bearing_deg(from: Coord<f64>, to: Coord<f64>) -> f64 {
    if !is_usable(from) || !is_usable(to) {
        return f64::NAN;
    }
    let bearing = Geodesic.bearing(Point(from), Point(to)).rem_euclid(360.0);
    // The remainder of a tiny negative number rounds up to 360.
    if bearing < 360.0 { bearing } else { 0.0 }
}
