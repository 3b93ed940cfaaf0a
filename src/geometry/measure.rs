//! Areas, lengths, distances and bearings on the WGS 84 ellipsoid.
//!
//! Nothing here fails. A coordinate that is not finite, or that is no place (beyond 90° of latitude), is passed over
//! as if it had not been written; a distance or bearing that needs it is NaN.

use geo::line_measures::{Bearing, Distance, Geodesic};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Point, Polygon};

use crate::geometry::chain::{clean_line, is_usable};

/// Semi-major axis of WGS 84 in metres.
pub(crate) const SEMI_MAJOR_M: f64 = 6_378_137.0;

/// First eccentricity squared of WGS 84: f·(2 − f) with f = 1 / 298.257223563.
pub(crate) const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_316;

/// Edges that climb no more than this many radians (about 6 km) need no point between their ends: what the correction
/// leaves is of the fourth power.
const SHORT_RAD: f64 = 1e-3;

/// Corners further than this (1.1°) from the parallel from which heights are worked out take its place.
const REACH_RAD: f64 = 0.02;

/// Edges that climb more than this many radians (about 0.23°, 25 km) are integrated in pieces.
const PIECE_RAD: f64 = 0.004;

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
/// longitude: on edges that climb little by the trapezoidal rule and its first correction (Euler and Maclaurin's), on
/// others by Simpson's rule on pieces of at most 0.23° of latitude. Either is off by less than 1e-12 of what it adds up,
/// so that an edge measures the same whole and in parts.
///
/// # Robustness
/// Windings do not matter: from the first ring of a polygon the others are taken away. A figure-of-eight ring counts
/// the difference of its lobes, and polygons that overlap count twice. Never negative, never NaN.
pub fn area_m2(area: &MultiPolygon<f64>) -> f64 {
    area.0.iter().map(polygon_area_m2).sum()
}

/// The same of one polygon.
pub fn polygon_area_m2(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon.interiors().iter().map(ring_area_m2).sum();
    (ring_area_m2(polygon.exterior()) - holes).max(0.0)
}

/// Area inside one ring, whichever way it runs.
fn ring_area_m2(ring: &LineString<f64>) -> f64 {
    let mut corners = ring.0.iter().copied().filter(|coord| is_usable(*coord));
    let Some(first) = corners.next() else {
        return 0.0;
    };
    let mut parallel = Parallel::new(first.y.to_radians());
    let reference = parallel.area_m2;
    let (mut lon_deg, mut lat_rad, mut height) = (first.x, parallel.lat_rad, 0.0);
    let mut sum = 0.0;
    for corner in corners.chain([first]) {
        let next_lat_rad = corner.y.to_radians();
        if !parallel.is_near(next_lat_rad) {
            parallel = Parallel::new(next_lat_rad);
        }
        let next_height = parallel.area_at_m2(next_lat_rad) - reference;
        let climb = next_lat_rad - lat_rad;
        let mean = if climb.abs() <= SHORT_RAD {
            (height + next_height) * 0.5
                - climb * climb * (1.0 / 12.0) * parallel.bend_m2((lat_rad + next_lat_rad) * 0.5)
        } else {
            simpson((lat_rad, height), (next_lat_rad, next_height), |lat_rad| parallel.area_at_m2(lat_rad) - reference)
        };
        sum += (corner.x - lon_deg).to_radians() * mean;
        (lon_deg, lat_rad, height) = (corner.x, next_lat_rad, next_height);
    }
    sum.abs()
}

/// The mean of `height` between two latitudes, of which it is known at both.
fn simpson(from: (f64, f64), to: (f64, f64), height: impl Fn(f64) -> f64) -> f64 {
    let climb = to.0 - from.0;
    let pieces = (climb.abs() / PIECE_RAD).ceil().max(1.0);
    let at = |part: f64| height(from.0 + climb * part / pieces);
    let mut mean = from.1 + to.1;
    for piece in 0..pieces as usize {
        let piece = piece as f64;
        mean += 4.0 * at(piece + 0.5);
        if piece > 0.0 {
            mean += 2.0 * at(piece);
        }
    }
    mean / (6.0 * pieces)
}

/// Half of the ellipsoid's polar semi-axis squared, in square metres: a²·(1 − e²) / 2.
const POLAR_M2: f64 = SEMI_MAJOR_M * SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / 2.0;

/// A parallel, and how the area between the equator and others near it grows with their latitude.
struct Parallel {
    lat_rad: f64,
    /// Area between the equator and it, per radian of longitude, in square metres.
    area_m2: f64,
    /// Taylor's series of that, from the first power of the climb in radians: what is left out is of the eighth.
    terms: [f64; 7],
}

impl Parallel {
    fn new(lat_rad: f64) -> Self {
        const TERMS: usize = 7;
        let (mut sin, mut cos, mut power, mut terms) = ([0.0; TERMS], [0.0; TERMS], [0.0; TERMS], [0.0; TERMS]);
        (sin[0], cos[0]) = lat_rad.sin_cos();
        // 1 − e²·sin² φ, and its power −2 by the recurrence that its derivative gives.
        let mut root = [0.0; TERMS];
        let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b.iter().rev()).map(|(a, b)| a * b).sum() };
        for order in 0..TERMS {
            let count = order as f64;
            if order > 0 {
                (sin[order], cos[order]) = (cos[order - 1] / count, -sin[order - 1] / count);
            }
            root[order] = -ECCENTRICITY_SQUARED * product(&sin[..=order], &sin[..=order]);
            power[order] = if order == 0 {
                root[0] += 1.0;
                1.0 / (root[0] * root[0])
            } else {
                let sum: f64 = (1..=order).map(|part| -(count + part as f64) * root[part] * power[order - part]).sum();
                sum / (count * root[0])
            };
            // The area's derivative is a²·(1 − e²)·cos φ / (1 − e²·sin² φ)².
            terms[order] = 2.0 * POLAR_M2 * product(&cos[..=order], &power[..=order]) / (count + 1.0);
        }
        Self { lat_rad, area_m2: authalic_m2(sin[0]), terms }
    }

    fn is_near(&self, lat_rad: f64) -> bool {
        (lat_rad - self.lat_rad).abs() <= REACH_RAD
    }

    /// The area between the equator and another parallel, per radian of longitude, in square metres.
    fn area_at_m2(&self, lat_rad: f64) -> f64 {
        if !self.is_near(lat_rad) {
            return authalic_m2(lat_rad.sin());
        }
        let climb = lat_rad - self.lat_rad;
        let [a, b, c, d, e, f, g] = self.terms;
        self.area_m2 + climb * (a + climb * (b + climb * (c + climb * (d + climb * (e + climb * (f + climb * g))))))
    }

    /// Its second derivative, to a millionth.
    fn bend_m2(&self, lat_rad: f64) -> f64 {
        let climb = lat_rad - self.lat_rad;
        let [_, b, c, d, e, ..] = self.terms;
        2.0 * b + climb * (6.0 * c + climb * (12.0 * d + climb * 20.0 * e))
    }
}

/// Area between the equator and the parallel of this sine, per radian of longitude, in square metres.
fn authalic_m2(sin: f64) -> f64 {
    let u = ECCENTRICITY_SQUARED * sin * sin;
    // 1 / (1 − u) and artanh(e·sin φ) / e as their series, which the eighth term ends within the precision of f64
    // (u ≤ 0.0067).
    let tail = 10.0 / 9.0 + u * (12.0 / 11.0 + u * (14.0 / 13.0 + u * (16.0 / 15.0)));
    let series = 2.0 + u * (4.0 / 3.0 + u * (6.0 / 5.0 + u * (8.0 / 7.0 + u * tail)));
    POLAR_M2 * sin * series
}

/// Length in metres: the geodesics between neighbouring vertices (Karney 2013, doi:10.1007/s00190-012-0578-z).
///
/// About 2 µs a vertex. Lines of fewer than two usable vertices have length 0.
pub fn length_m(lines: &MultiLineString<f64>) -> f64 {
    lines.0.iter().map(line_length_m).sum()
}

/// The same of one line.
pub fn line_length_m(line: &LineString<f64>) -> f64 {
    clean_line(line).windows(2).map(|pair| distance_m(pair[0], pair[1])).sum()
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

#[cfg(test)]
mod tests {
    use geo::Polygon;

    use super::*;
    use crate::geometry::trial::ring;

    fn polygon(corners: &[(f64, f64)]) -> MultiPolygon<f64> {
        MultiPolygon(vec![Polygon::new(ring(corners), vec![])])
    }

    fn reversed(ring: &LineString<f64>) -> LineString<f64> {
        LineString(ring.0.iter().rev().copied().collect())
    }

    fn agrees(ours: f64, reference: f64) {
        assert!((ours / reference - 1.0).abs() < 1e-6, "{ours} is not {reference}");
    }

    const BOX: [(f64, f64); 4] = [(37.0, 48.0), (38.0, 48.0), (38.0, 49.0), (37.0, 49.0)];
    const HOLE: [(f64, f64); 4] = [(37.25, 48.25), (37.5, 48.25), (37.5, 48.75), (37.25, 48.5)];

    /// An outline like an oblast's, of 720 corners.
    pub(crate) fn oblast() -> Vec<(f64, f64)> {
        let corner = |index: u32| {
            let t = (f64::from(index) * 0.5).to_radians();
            let r = 1.2
                + 0.2 * (3.0 * t).sin()
                + 0.1 * (7.0 * t).cos()
                + 0.03 * (41.0 * t).sin()
                + 0.01 * (173.0 * t).cos();
            (37.8 + r * t.cos(), 48.1 + 0.6 * r * t.sin())
        };
        (0..720).map(corner).collect()
    }

    // The references are pyproj 3.7.2 (PROJ 9.5.1), Geod(ellps="WGS84").polygon_area_perimeter of the same outlines
    // with vertices every 0.0005° to 0.005°, so that its geodesic edges follow our straight ones.

    #[test]
    fn areas_agree_with_proj() {
        agrees(area_m2(&polygon(&BOX)), 8_217_732_076.085);
        agrees(area_m2(&polygon(&HOLE)), 771_254_771.346);
        let tiny = [(37.5844, 48.7389), (37.5845, 48.7389), (37.58452, 48.73898), (37.58441, 48.73897)];
        agrees(area_m2(&polygon(&tiny)), 63.800_000_344);
        agrees(area_m2(&polygon(&[(30.0, 45.0), (40.0, 46.0), (33.0, 52.0)])), 279_635_242_232.3);
        let tall = [(-70.0, -55.0), (-60.0, -55.0), (-50.0, 80.0), (-75.0, 60.0)];
        agrees(area_m2(&polygon(&tall)), 21_012_277_009_706.0);
        let band = [(-170.0, -10.0), (170.0, -10.0), (170.0, 20.0), (-170.0, 20.0)];
        agrees(area_m2(&polygon(&band)), 123_699_360_157_638.6);
        agrees(area_m2(&polygon(&oblast())), 22_875_197_939.514);
    }

    #[test]
    fn an_edge_measures_the_same_whole_and_in_parts() {
        // Edges of 60 to 190 km, cut where nothing is round.
        let whole = [(37.0, 48.0), (38.4, 48.9), (37.9, 49.9), (36.2, 49.1)];
        let (a, b) = (whole[1], whole[2]);
        let on_the_way = |part: f64| (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part);
        for part in [0.000_1, 0.137, 0.5, 0.73] {
            let parts = [whole[0], a, on_the_way(part), b, whole[3]];
            let (one, other) = (area_m2(&polygon(&whole)), area_m2(&polygon(&parts)));
            assert!((one / other - 1.0).abs() < 1e-12, "{part}: {one} is not {other}");
        }
    }

    #[test]
    fn short_edges_are_measured_as_long_ones_in_pieces() {
        // An edge of the finer outline climbs too little for Simpson's rule, one of the coarser too much for the other.
        for (south, west) in [(48.0, 37.0), (-70.0, 10.0), (0.0, 0.0), (84.0, -20.0)] {
            let corner = |index: u32, count: u32| {
                let part = f64::from(index) / f64::from(count);
                let along = |a: f64, b: f64, c: f64| a + (b - a) * (3.0 * part - c);
                match part {
                    part if part < 1.0 / 3.0 => (along(west, west + 1.0, 0.0), along(south, south + 0.3, 0.0)),
                    part if part < 2.0 / 3.0 => {
                        (along(west + 1.0, west + 0.4, 1.0), along(south + 0.3, south + 1.0, 1.0))
                    }
                    _ => (along(west + 0.4, west, 2.0), along(south + 1.0, south, 2.0)),
                }
            };
            let area =
                |count: u32| area_m2(&polygon(&(0..count).map(|index| corner(index, count)).collect::<Vec<_>>()));
            let (fine, coarse) = (area(300), area(30));
            assert!((fine / coarse - 1.0).abs() < 1e-9, "{fine}, not {coarse}");
        }
    }

    #[test]
    fn windings_do_not_matter() {
        let expected = 8_217_732_076.085 - 771_254_771.346;
        for outer in [ring(&BOX), reversed(&ring(&BOX))] {
            for hole in [ring(&HOLE), reversed(&ring(&HOLE))] {
                agrees(area_m2(&MultiPolygon(vec![Polygon::new(outer.clone(), vec![hole])])), expected);
            }
        }
    }

    #[test]
    fn the_whole_ellipsoid_has_its_area() {
        let all = [(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)];
        // GeographicLib, EllipsoidArea() of WGS 84.
        agrees(area_m2(&polygon(&all)), 510_065_621_724_088.5);
    }

    #[test]
    fn lengths_distances_and_bearings_agree_with_proj() {
        let line = LineString::from(vec![(37.0, 48.0), (37.5, 48.7), (38.2, 48.1)]);
        agrees(length_m(&MultiLineString(vec![line.clone(), line])), 2.0 * 170_695.562_848_527_5);
        let outline = LineString::from(polygon(&oblast()).0[0].exterior().0.clone());
        agrees(length_m(&MultiLineString(vec![outline])), 823_003.438_275_92);
        let (from, to) = (Coord { x: 37.5844, y: 48.7389 }, Coord { x: 37.8028, y: 48.0159 });
        agrees(distance_m(from, to), 82_007.580_999_05);
        agrees(bearing_deg(from, to), 168.539_998_351_307);
        agrees(bearing_deg(to, from), 360.0 - 11.296_736_409_937);
        let almost_opposite = distance_m(Coord { x: 0.0, y: 0.0 }, Coord { x: 179.5, y: 0.5 });
        agrees(almost_opposite, 19_936_288.578_965);
    }

    #[test]
    fn what_is_no_place_is_passed_over() {
        let nan = Coord { x: f64::NAN, y: 48.0 };
        let mut corners = ring(&BOX);
        corners.0.insert(2, nan);
        corners.0.insert(3, Coord { x: 37.0, y: f64::INFINITY });
        agrees(area_m2(&MultiPolygon(vec![Polygon::new(corners, vec![])])), 8_217_732_076.085);
        for short in [vec![], vec![(37.0, 48.0)], vec![(37.0, 48.0), (38.0, 48.0)], vec![(1.0, 1.0); 9]] {
            assert_eq!(area_m2(&MultiPolygon(vec![Polygon::new(ring(&short), vec![])])), 0.0);
            assert!(length_m(&MultiLineString(vec![LineString::from(short)])) < 80_000.0);
        }
        assert!(distance_m(nan, nan).is_nan() && bearing_deg(nan, nan).is_nan());
    }
}
