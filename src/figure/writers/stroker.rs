//! Outlines of lines: round joins, round or cut ends.
//!
//! kurbo's stroker spends much of its time on arcs at corners that hardly turn, of which real borders are full. This
//! one, for polylines only, mitres those: painting 25,000 segments takes 12.6 ms instead of 15.9.

use kurbo::{Affine, BezPath, PathEl, Point, Vec2};

use crate::scene::display_list::{Cap, Path};

/// How far an arc may stray from a circle, in pixels.
const ARC_TOLERANCE_PX: f64 = 0.08;

/// Points closer than this to the last are left out, in pixels.
const NEAR_PX: f64 = 0.1;

/// Turns whose cosine is at least this are mitred: the corner then lies less than 3 % of half the width too far out. Thin
/// lines have wider ones mitred too: see [`Stroker::mitre_cos`].
const MITRE_COS: f64 = 0.9;

/// Turns polylines into areas to be filled non-zero.
#[derive(Debug, Default)]
pub(super) struct Stroker {
    points: Vec<Point>,
    right: Vec<Point>,
    /// How many elements the area was made for.
    room: usize,
    /// The least cosine of a turn that is mitred: of one whose corner lies no further out than an arc may stray.
    mitre_cos: f64,
    /// The result.
    pub(super) area: BezPath,
}

impl Stroker {
    /// The area of all lines of `path`, of which a unit is `scale` pixels, `width_px` wide.
    pub(super) fn stroke(&mut self, path: &Path, scale: f64, width_px: f64, cap: Cap) {
        self.make_room(path.len());
        let half = width_px / 2.0;
        // A mitre reaches half / cos(turn / 2) from the corner.
        let half_turn_cos = half / (half + ARC_TOLERANCE_PX);
        self.mitre_cos = (2.0 * half_turn_cos * half_turn_cos - 1.0).clamp(0.5, MITRE_COS);
        let mut points = std::mem::take(&mut self.points);
        points.clear();
        let to_px = Affine::scale(scale);
        kurbo::flatten(path.elements().map(|element| to_px * element), 0.05, |element| match element {
            PathEl::MoveTo(p) => {
                self.subpath(&points, false, half, cap);
                points.clear();
                points.push(p);
            }
            PathEl::LineTo(p) | PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => {
                // The end of a line must not move, so the point before it gives way.
                if points.len() > 1 && points[points.len() - 1].distance_squared(p) < NEAR_PX * NEAR_PX {
                    points.pop();
                }
                points.push(p);
            }
            PathEl::ClosePath => {
                let start = points.first().copied();
                self.subpath(&points, true, half, cap);
                points.clear();
                points.extend(start);
            }
        });
        self.subpath(&points, false, half, cap);
        self.points = points;
    }

    /// Empties the area. Each vertex leaves two behind, and some more at a sharp corner: one that grew as it was written
    /// would be copied time and again.
    fn make_room(&mut self, vertices: usize) {
        let elements = 3 * vertices + 64;
        if elements > self.room {
            self.room = elements;
            self.area = BezPath::with_capacity(elements);
        } else {
            self.area.truncate(0);
        }
    }

    fn subpath(&mut self, points: &[Point], closed: bool, half: f64, cap: Cap) {
        let mut points = points;
        if closed {
            while let [first, .., last] = points
                && first.distance_squared(*last) < NEAR_PX * NEAR_PX
            {
                points = &points[..points.len() - 1];
            }
        }
        let count = points.len();
        if count < 2 || (count == 2 && points[0] == points[1]) {
            // What is left of a closed line or a dash without length is a dot.
            if closed
                && cap == Cap::Round
                && let Some(&center) = points.first()
            {
                self.area.move_to(center + Vec2::new(half, 0.0));
                arc(center, Vec2::new(half, 0.0), std::f64::consts::TAU, |p| self.area.line_to(p));
                self.area.close_path();
            }
            return;
        }
        let direction = |from: Point, to: Point| {
            let along = to - from;
            let length = along.hypot();
            if length > 0.0 { (along / length, length) } else { (Vec2::new(1.0, 0.0), 0.0) }
        };
        self.right.clear();
        let mut started = false;
        let segments = if closed { count } else { count - 1 };
        let (first, first_length) = direction(points[0], points[1]);
        let (mut along, mut length) =
            if closed { direction(points[count - 1], points[0]) } else { (first, first_length) };
        for segment in 0..segments {
            let at = points[segment];
            let (next, next_length) = direction(at, points[(segment + 1) % count]);
            let (n0, n1) = (normal(along) * half, normal(next) * half);
            let (turn, cosine) = (along.cross(next), along.dot(next));
            let area = &mut self.area;
            let mut left = |p: Point| {
                if started {
                    area.line_to(p);
                } else {
                    area.move_to(p);
                    started = true;
                }
            };
            if segment == 0 && !closed {
                left(at + n1);
                self.right.push(at - n1);
            } else if cosine >= self.mitre_cos && half * turn.abs() < 2.0 * length.min(next_length) {
                let mitre = (n0 + n1) / (1.0 + cosine);
                left(at + mitre);
                self.right.push(at - mitre);
            } else {
                let angle = turn.atan2(cosine);
                // The inner side runs through the corner itself, which non-zero filling forgives.
                left(at + n0);
                self.right.push(at - n0);
                if angle < 0.0 {
                    left(at);
                    let right = &mut self.right;
                    arc(at, -n0, angle, |p| right.push(p));
                } else {
                    arc(at, n0, angle, &mut left);
                    self.right.push(at);
                }
                left(at + n1);
                self.right.push(at - n1);
            }
            (along, length) = (next, next_length);
        }
        if closed {
            self.area.close_path();
            self.side();
            self.area.close_path();
            return;
        }
        let (start, end) = (points[0], points[count - 1]);
        let (n_start, n_end) = (normal(first) * half, normal(along) * half);
        let half_turn = std::f64::consts::PI;
        self.area.line_to(end + n_end);
        if cap == Cap::Round {
            arc(end, n_end, half_turn, |p| self.area.line_to(p));
        }
        self.area.line_to(end - n_end);
        for &p in self.right.iter().rev() {
            self.area.line_to(p);
        }
        if cap == Cap::Round {
            arc(start, -n_start, half_turn, |p| self.area.line_to(p));
        }
        self.area.close_path();
    }

    /// The right side, backwards, as a ring of its own.
    fn side(&mut self) {
        for (index, &p) in self.right.iter().rev().enumerate() {
            if index == 0 {
                self.area.move_to(p);
            } else {
                self.area.line_to(p);
            }
        }
    }
}

/// The unit vector a quarter turn from `along`, towards −y when `along` is +x: the left side as a reader sees it.
fn normal(along: Vec2) -> Vec2 {
    Vec2::new(along.y, -along.x)
}

/// Points of an arc about `center` that begins at `center + from` and turns by `angle`, without its two ends.
fn arc(center: Point, from: Vec2, angle: f64, mut each: impl FnMut(Point)) {
    let step = 2.0 * (1.0 - (ARC_TOLERANCE_PX / from.hypot()).min(0.5)).acos();
    let steps = (angle.abs() / step).ceil().clamp(1.0, 512.0) as usize;
    let (sin, cos) = (angle / steps as f64).sin_cos();
    let mut arm = from;
    for _ in 1..steps {
        arm = Vec2::new(arm.x * cos - arm.y * sin, arm.x * sin + arm.y * cos);
        each(center + arm);
    }
}

#[cfg(test)]
mod tests {
    use kurbo::Shape;

    use super::*;

    fn stroked(points: &[(f64, f64)], closed: bool, width_px: f64, cap: Cap) -> BezPath {
        let mut path = BezPath::new();
        for (index, &point) in points.iter().enumerate() {
            if index == 0 { path.move_to(point) } else { path.line_to(point) }
        }
        if closed {
            path.close_path();
        }
        let mut stroker = Stroker::default();
        stroker.stroke(&path.into_iter().collect(), 1.0, width_px, cap);
        stroker.area
    }

    /// What kurbo's own stroker covers, as a second opinion.
    fn agrees_with_kurbo(points: &[(f64, f64)], closed: bool, width_px: f64, cap: Cap) {
        let ours = stroked(points, closed, width_px, cap);
        let mut path = BezPath::new();
        for (index, &point) in points.iter().enumerate() {
            if index == 0 { path.move_to(point) } else { path.line_to(point) }
        }
        if closed {
            path.close_path();
        }
        let caps = if cap == Cap::Round { kurbo::Cap::Round } else { kurbo::Cap::Butt };
        let style = kurbo::Stroke::new(width_px).with_join(kurbo::Join::Round).with_caps(caps);
        let theirs = kurbo::stroke(path, &style, &kurbo::StrokeOpts::default(), 0.01);
        let bounds = theirs.bounding_box().inflate(3.0, 3.0);
        let (mut differ, mut covered) = (0, 0);
        for row in 0..70 {
            for column in 0..70 {
                let at = bounds.origin()
                    + Vec2::new(bounds.width() * (column as f64 + 0.37), bounds.height() * (row as f64 + 0.61)) / 70.0;
                let (a, b) = (ours.winding(at) != 0, theirs.winding(at) != 0);
                differ += usize::from(a != b);
                covered += usize::from(b);
            }
        }
        assert!(covered > 100 && differ * 100 < covered * 2, "{differ} of {covered} differ");
    }

    #[test]
    fn outlines_agree_with_kurbos() {
        let zigzag = [(0.0, 0.0), (40.0, 0.0), (5.0, 6.0), (60.0, 40.0), (62.0, 42.0), (10.0, 42.0)];
        let bend: Vec<(f64, f64)> =
            (0..60).map(|i| f64::from(i) * 0.05).map(|t| (30.0 * t.cos(), 30.0 * t.sin())).collect();
        for cap in [Cap::Butt, Cap::Round] {
            for closed in [false, true] {
                for width_px in [1.5, 8.0, 14.0] {
                    agrees_with_kurbo(&zigzag, closed, width_px, cap);
                    agrees_with_kurbo(&bend, closed, width_px, cap);
                }
            }
            agrees_with_kurbo(&[(0.0, 0.0), (30.0, 0.0), (0.0, 0.0)], false, 6.0, cap);
        }
    }

    #[test]
    fn points_upon_points_make_no_trouble() {
        assert!(stroked(&[(1.0, 1.0)], false, 3.0, Cap::Round).is_empty());
        let dot = stroked(&[(1.0, 1.0), (1.0, 1.0)], true, 4.0, Cap::Round);
        assert!((dot.area().abs() - std::f64::consts::PI * 4.0).abs() < 1.0);
        let twice = stroked(&[(0.0, 0.0), (0.0, 0.0), (10.0, 0.0), (10.0, 0.0)], false, 2.0, Cap::Butt);
        assert!((twice.area().abs() - 20.0).abs() < 0.5);
    }
}
