//! Shapes to try the geometry on.

use geo::LineString;
use kurbo::{Point, Vec2};

/// A ring of these corners, closed.
pub(super) fn ring(corners: &[(f64, f64)]) -> LineString<f64> {
    let mut ring = LineString::from(corners.to_vec());
    ring.close();
    ring
}

/// The places of a walk by steps from the origin, back to the first if it closes.
pub(super) fn walk(steps: &[(f64, f64)], closes: bool) -> Vec<Point> {
    let mut at = Point::ZERO;
    let walked = steps.iter().map(|&step| {
        at += Vec2::from(step);
        at
    });
    let mut points: Vec<Point> = walked.collect();
    points.extend(points.first().copied().filter(|_| closes));
    points
}
