//! Lines on the WGS 84 ellipsoid: geodesics, loxodromes (rhumb lines), parallels and meridians, by so many vertices that edges
//! that are straight in longitude and latitude follow them.
//!
//! Longitudes run on across the date line, so that a line has no jump there.
//!
//! # References
//! Karney, C. F. F. (2013), *Algorithms for geodesics*, doi:10.1007/s00190-012-0578-z. Loxodromes by the isometric latitude and
//! Helmert's series for the arc of a meridian: Snyder, J. P. (1987), *Map Projections: A Working Manual*, equations 3-7 and 3-21.

use geo::line_measures::{Bearing, Destination, Distance, Geodesic};
use geo::{Coord, Point};

use super::chain::is_usable;
use super::hit::meters_per_degree;
use super::measure::{ECCENTRICITY_SQUARED, SEMI_MAJOR_M};
use super::work;

/// Between vertices a line strays from its edges by no more than this many metres.
pub const STRAY_M: f64 = 0.1;

/// Edges are no longer than this, in metres, whatever the curve: a bend that is the same to both sides would not be seen.
const LONGEST_EDGE_M: f64 = 100_000.0;

/// An edge is halved no more often than this.
const MOST_HALVINGS: u32 = 24;

/// On parallels a vertex stands every so many degrees: their length, measured by geodesics, is right to 1e-7 then.
const PARALLEL_STEP_DEG: f64 = 0.1;

/// How two places are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Join {
    /// By the shortest way.
    #[default]
    Geodesic,
    /// By the way of one bearing, which is straight on Mercator's map.
    Rhumb,
}

/// Third flattening of WGS 84, (a − b) / (a + b).
const THIRD_FLATTENING: f64 = 0.001_679_220_386_383_704_7;

/// The arc of the meridian from the equator, in metres.
fn meridian_arc_m(lat_rad: f64) -> f64 {
    let n = THIRD_FLATTENING;
    let c0 = 1.0 + n * n / 4.0 + n.powi(4) / 64.0;
    let c2 = -1.5 * (n - n.powi(3) / 8.0);
    let c4 = 15.0 / 16.0 * (n * n - n.powi(4) / 4.0);
    let c6 = -35.0 / 48.0 * n.powi(3);
    let c8 = 315.0 / 512.0 * n.powi(4);
    let sines = c2 * (2.0 * lat_rad).sin()
        + c4 * (4.0 * lat_rad).sin()
        + c6 * (6.0 * lat_rad).sin()
        + c8 * (8.0 * lat_rad).sin();
    SEMI_MAJOR_M / (1.0 + n) * (c0 * lat_rad + sines)
}

/// The latitude at an arc of the meridian; `None` beyond the poles.
fn latitude_rad(arc_m: f64) -> Option<f64> {
    let quarter_m = meridian_arc_m(std::f64::consts::FRAC_PI_2);
    if arc_m.is_nan() || arc_m.abs() > quarter_m {
        return None;
    }
    let mut lat_rad = arc_m / quarter_m * std::f64::consts::FRAC_PI_2;
    for _ in 0..8 {
        let root = 1.0 - ECCENTRICITY_SQUARED * lat_rad.sin().powi(2);
        let radius_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (root * root.sqrt());
        lat_rad -= (meridian_arc_m(lat_rad) - arc_m) / radius_m;
    }
    Some(lat_rad.clamp(-std::f64::consts::FRAC_PI_2, std::f64::consts::FRAC_PI_2))
}

/// Mercator's ordinate on the ellipsoid, in radians of the equator.
fn isometric(lat_rad: f64) -> f64 {
    let e = ECCENTRICITY_SQUARED.sqrt();
    lat_rad.tan().asinh() - e * (e * lat_rad.sin()).atanh()
}

/// Metres along the meridian for each radian of Mercator's ordinate, on the way between two latitudes: the radius of the
/// parallel where they are one.
fn meters_per_ordinate(from_rad: f64, to_rad: f64) -> f64 {
    // Below, the difference of two ordinates has too few digits, and above, the middle is no longer exact.
    if (to_rad - from_rad).abs() < 1e-5 {
        let middle = f64::midpoint(from_rad, to_rad);
        return SEMI_MAJOR_M * middle.cos() / (1.0 - ECCENTRICITY_SQUARED * middle.sin().powi(2)).sqrt();
    }
    (meridian_arc_m(to_rad) - meridian_arc_m(from_rad)) / (isometric(to_rad) - isometric(from_rad))
}

/// The place so many metres from another along the geodesic that sets out in a direction, degrees clockwise from north.
pub fn geodesic_to(from: Coord<f64>, bearing_deg: f64, distance_m: f64) -> Coord<f64> {
    run_on(from.x, Geodesic.destination(Point(from), bearing_deg, distance_m).0)
}

/// The same along the loxodrome of that bearing; `None` if that ends at a pole before.
pub fn rhumb_to(from: Coord<f64>, bearing_deg: f64, distance_m: f64) -> Option<Coord<f64>> {
    let lat_rad = from.y.to_radians();
    let (sin, cos) = bearing_deg.to_radians().sin_cos();
    let end_rad = latitude_rad(meridian_arc_m(lat_rad) + distance_m * cos)?;
    let radius_m = meters_per_ordinate(lat_rad, end_rad);
    let turn_rad = distance_m * sin / radius_m;
    let end = Coord { x: from.x + turn_rad.to_degrees(), y: end_rad.to_degrees() };
    (end.x.is_finite() && turn_rad.abs() <= std::f64::consts::TAU).then_some(end)
}

/// The bearing and the length of the loxodrome from one place to another, the shorter way round.
pub fn rhumb_between(from: Coord<f64>, to: Coord<f64>) -> (f64, f64) {
    let (from_rad, to_rad) = (from.y.to_radians(), to.y.to_radians());
    let turn_rad = (run_on(from.x, to).x - from.x).to_radians();
    let per_ordinate = meters_per_ordinate(from_rad, to_rad);
    let (east_m, north_m) = (turn_rad * per_ordinate, meridian_arc_m(to_rad) - meridian_arc_m(from_rad));
    (east_m.atan2(north_m).to_degrees().rem_euclid(360.0), east_m.hypot(north_m))
}

/// A place on the turn of the globe that is nearest to a longitude.
pub(crate) fn run_on(lon_deg: f64, place: Coord<f64>) -> Coord<f64> {
    Coord { x: place.x - 360.0 * ((place.x - lon_deg) / 360.0).round(), y: place.y }
}

/// The line that joins two places, both ends included, along a geodesic or a loxodrome. Two places opposite each other have many
/// geodesics, of which one is taken.
pub fn joined(from: Coord<f64>, to: Coord<f64>, join: Join) -> Vec<Coord<f64>> {
    if !is_usable(from) || !is_usable(to) {
        return Vec::new();
    }
    let end = run_on(from.x, to);
    let mut line = match join {
        Join::Geodesic => {
            let (bearing_deg, length_m) =
                (Geodesic.bearing(Point(from), Point(to)), Geodesic.distance(Point(from), Point(to)));
            leg(from, bearing_deg, length_m, join)
        }
        Join::Rhumb => {
            let (bearing_deg, length_m) = rhumb_between(from, to);
            leg(from, bearing_deg, length_m, join)
        }
    }
    .unwrap_or_else(|| vec![from, end]);
    // What was asked for, to the last digit.
    if let Some(last) = line.last_mut() {
        *last = run_on(last.x, to);
    }
    line
}

/// The line from a place in a direction over a distance; `None` of a loxodrome that ends at a pole before.
pub fn leg(from: Coord<f64>, bearing_deg: f64, distance_m: f64, join: Join) -> Option<Vec<Coord<f64>>> {
    if !is_usable(from) || !bearing_deg.is_finite() || !distance_m.is_finite() || distance_m < 0.0 {
        return None;
    }
    let at = |part: f64| match join {
        Join::Geodesic => Some(geodesic_to(from, bearing_deg, distance_m * part)),
        Join::Rhumb => rhumb_to(from, bearing_deg, distance_m * part),
    };
    let end = at(1.0)?;
    let mut line = vec![from];
    if !work::spend((distance_m / 1000.0) as u64) {
        return None;
    }
    let pieces = (distance_m / LONGEST_EDGE_M).ceil().max(1.0);
    let (mut start, mut part) = (from, 0.0);
    for piece in 1..=pieces as usize {
        let next = piece as f64 / pieces;
        let stop = run_on(start.x, if next == 1.0 { end } else { at(next)? });
        halve(&at, (part, start), (next, stop), MOST_HALVINGS, &mut line)?;
        (start, part) = (stop, next);
    }
    Some(line)
}

/// Adds what is needed between two places of a curve, and the second of them.
fn halve(
    at: &impl Fn(f64) -> Option<Coord<f64>>,
    (from, start): (f64, Coord<f64>),
    (to, stop): (f64, Coord<f64>),
    left: u32,
    line: &mut Vec<Coord<f64>>,
) -> Option<()> {
    let middle = f64::midpoint(from, to);
    let place = run_on(start.x, at(middle)?);
    let straight = Coord { x: f64::midpoint(start.x, stop.x), y: f64::midpoint(start.y, stop.y) };
    let scale = meters_per_degree(place.y);
    let stray_m = ((place.x - straight.x) * scale.x).hypot((place.y - straight.y) * scale.y);
    if left > 0 && stray_m > STRAY_M {
        halve(at, (from, start), (middle, place), left - 1, line)?;
        halve(at, (middle, place), (to, run_on(place.x, stop)), left - 1, line)?;
    } else {
        line.push(stop);
    }
    Some(())
}

/// A parallel between two meridians, the shorter way from the first to the second, eastwards where both are as long.
pub fn parallel(lat_deg: f64, from_deg: f64, to_deg: f64) -> Vec<Coord<f64>> {
    // A whole turn is one.
    let turn = to_deg - from_deg;
    let turn = if turn.abs() >= 360.0 { 360.0_f64.copysign(turn) } else { turn - 360.0 * (turn / 360.0).round() };
    let turn = if turn == -180.0 { 180.0 } else { turn };
    steps(from_deg, from_deg + turn, PARALLEL_STEP_DEG).map(|x| Coord { x, y: lat_deg }).collect()
}

/// A meridian between two parallels.
pub fn meridian(lon_deg: f64, from_deg: f64, to_deg: f64) -> Vec<Coord<f64>> {
    steps(from_deg, to_deg, 1.0).map(|y| Coord { x: lon_deg, y }).collect()
}

/// From one number to another in equal steps, none larger than this.
fn steps(from: f64, to: f64, largest: f64) -> impl Iterator<Item = f64> {
    let count = ((to - from).abs() / largest).ceil().clamp(1.0, 10_000.0) as u32;
    (0..=count)
        .map(move |index| if index == count { to } else { from + (to - from) * f64::from(index) / f64::from(count) })
}

#[cfg(test)]
mod tests;
