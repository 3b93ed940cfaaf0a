//! Fewer vertices for display, in one pass over them, however many.

use kurbo::{Point, Vec2};

use crate::geometry::simplify::{furthest, smallest_ring};

/// Puts into `kept` what is left of finite points after no dropped one lies further than `tolerance` from the line. Both
/// ends stay; a ring stays one, of at least four points if there were three different ones.
///
/// From a kept vertex the line goes on for as long as one straight line passes all vertices within the tolerance (Sklansky
/// and Gonzalez 1980, *Pattern Recognition* 12, 327). A fourth of the time of Ramer–Douglas–Peucker, which
/// [`simplify_world`](super::simplify::simplify_world) has; that one strays less from a curve in all, and edits keep it.
pub(super) fn straightened(points: &[Point], tolerance: f64, kept: &mut Vec<Point>) {
    kept.clear();
    let is_ring = points.len() >= 4 && points.first() == points.last();
    if points.len() < 3 || (is_ring && points.len() == 4) {
        kept.extend_from_slice(points);
        return;
    }
    if !is_ring {
        straighten(points, tolerance, kept);
        return;
    }
    // A ring has no ends to hold on to: it is cut at its first vertex and at the one furthest from it.
    let far = furthest(points, |point| point.distance_squared(points[0])).map_or(0, |(index, _)| index);
    straighten(&points[..=far], tolerance, kept);
    kept.pop();
    straighten(&points[far..], tolerance, kept);
    if kept.len() < 4 {
        kept.clear();
        kept.extend(smallest_ring(points));
    }
}

/// Adds the ends of straight lines that pass all points within the tolerance.
fn straighten(points: &[Point], tolerance: f64, kept: &mut Vec<Point>) {
    let [first, rest @ ..] = points else {
        return;
    };
    kept.push(*first);
    let mut sight = Sight::new(*first, tolerance);
    let mut before = *first;
    for &point in rest {
        if !sight.reaches(point) {
            kept.push(before);
            sight = Sight::new(before, tolerance);
        }
        sight.must_pass(point);
        before = point;
    }
    if !rest.is_empty() {
        kept.push(before);
    }
}

/// Where a straight line from a point may go on to and still pass all points so far within the tolerance.
struct Sight {
    from: Point,
    tolerance: f64,
    /// The most and the least anticlockwise direction (y up; of any length), if there are any bounds yet. They are less
    /// than half a turn apart, for the point passed last lies between them.
    bounds: Option<(Vec2, Vec2)>,
    /// Squared distance of the furthest point that set a bound: no line that ends before it passes it.
    least_squared: f64,
}

impl Sight {
    fn new(from: Point, tolerance: f64) -> Self {
        Self { from, tolerance, bounds: None, least_squared: 0.0 }
    }

    fn reaches(&self, point: Point) -> bool {
        let to = point - self.from;
        self.bounds.is_none_or(|(left, right)| {
            right.cross(to) >= 0.0
                && to.cross(left) >= 0.0
                && (left + right).dot(to) >= 0.0
                && to.hypot2() >= self.least_squared
        })
    }

    /// Narrows the sight to the directions in which a point lies within the tolerance: between the tangents to the circle
    /// about it.
    fn must_pass(&mut self, point: Point) {
        let to = point - self.from;
        let squared = to.hypot2();
        let along_squared = squared - self.tolerance * self.tolerance;
        // A point that near is passed by any line.
        if along_squared > 0.0 {
            let (along, aside) = (to * along_squared.sqrt(), Vec2::new(-to.y, to.x) * self.tolerance);
            let (left, right) = (along + aside, along - aside);
            self.bounds = Some(self.bounds.map_or((left, right), |(most, least)| {
                (if most.cross(left) < 0.0 { left } else { most }, if least.cross(right) > 0.0 { right } else { least })
            }));
            self.least_squared = self.least_squared.max(squared);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::trial::walk;

    fn far_from(point: Point, line: &[Point]) -> f64 {
        let distance = |edge: &[Point]| {
            let along = edge[1] - edge[0];
            let part = (point - edge[0]).dot(along) / along.hypot2();
            let part = if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) };
            point.distance(edge[0] + along * part)
        };
        line.windows(2).map(distance).fold(f64::INFINITY, f64::min)
    }

    fn check(points: &[Point], tolerance: f64) -> Vec<Point> {
        let mut kept = vec![Point::ZERO];
        straightened(points, tolerance, &mut kept);
        assert_eq!((kept.first(), kept.last()), (points.first(), points.last()));
        for point in points {
            let far = if kept.len() > 1 { far_from(*point, &kept) } else { 0.0 };
            assert!(far <= tolerance * (1.0 + 1e-9), "{point:?} lies {far} from {kept:?}");
        }
        kept
    }

    proptest! {
        #[test]
        fn nothing_dropped_lies_beyond_the_tolerance(
            steps in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 1..400),
            tolerance in 0.01..3.0f64,
            closes: bool,
        ) {
            let points = walk(&steps, closes);
            let kept = check(&points, tolerance);
            prop_assert!(!closes || points.len() < 4 || kept.len() >= 4);
        }

        #[test]
        fn nor_on_a_grid_where_much_is_in_line(
            steps in prop::collection::vec((-2..=2_i32, -2..=2_i32), 1..200),
            tolerance in prop_oneof![Just(0.5), Just(1.0), Just(2.0)],
            closes: bool,
        ) {
            let steps: Vec<(f64, f64)> = steps.into_iter().map(|(x, y)| (x.into(), y.into())).collect();
            check(&walk(&steps, closes), tolerance);
        }
    }

    #[test]
    fn a_straight_line_is_two_points_and_what_is_short_stays() {
        let line: Vec<Point> = (0..100).map(|index| Point::new(f64::from(index), f64::from(index % 2) * 0.1)).collect();
        assert_eq!(check(&line, 0.2).len(), 2);
        let there_and_back: Vec<Point> = [0.0, 5.0, 9.0, 4.0, -3.0, 1.0].map(|x| Point::new(x, 0.0)).into();
        assert_eq!(check(&there_and_back, 0.2).len(), 4);
        let mut kept = vec![Point::ZERO];
        for short in [vec![], vec![Point::ZERO], vec![Point::ZERO, Point::new(1.0, 1.0)]] {
            straightened(&short, 1.0, &mut kept);
            assert_eq!(kept, short);
        }
        straightened(&[Point::ZERO; 50], 1.0, &mut kept);
        assert_eq!(kept, [Point::ZERO; 4]);
    }
}
