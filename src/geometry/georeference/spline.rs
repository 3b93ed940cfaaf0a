//! The thin-plate spline: the surface through all points that is bent the least, one for each number of a position.

use kurbo::Point;

use super::Normal;
use super::linear::Matrix;

/// A map of the plane that carries every point where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spline {
    from: Normal,
    to: Normal,
    /// The points, normalised.
    knots: Vec<Point>,
    /// How strongly each point pulls, in x and y.
    pulls: Vec<Point>,
    /// The flat part: a constant, and what x and y add.
    flat: [Point; 3],
}

/// r² ln r, from r².
fn bend(squared: f64) -> f64 {
    if squared > 0.0 { 0.5 * squared * squared.ln() } else { 0.0 }
}

impl Spline {
    pub(super) fn fit(from: &[Point], to: &[Point]) -> Option<Self> {
        Self::solved(from, to, false).map(|(spline, _)| spline)
    }

    /// With it, how far each point would be off if the spline went through the others alone: its pull over the diagonal of
    /// the inverse matrix (Rippa 1999).
    pub(super) fn fit_and_leave_out(from: &[Point], to: &[Point]) -> Option<(Self, Vec<Option<Point>>)> {
        let (spline, diagonal) = Self::solved(from, to, from.len() > 3)?;
        if diagonal.is_empty() {
            return Some((spline, vec![None; from.len()]));
        }
        let largest = diagonal.iter().fold(0.0_f64, |largest, own| largest.max(own.abs()));
        let off = |(pull, own): (&Point, &f64)| {
            // Without this point the others lie on one line. The sign is that of where the others put the point.
            let is_good = own.abs() > 1e-9 * largest;
            is_good.then(|| (pull.to_vec2() / (-own * spline.to.scale)).to_point()).filter(|off| off.is_finite())
        };
        let left_out = spline.pulls.iter().zip(&diagonal).map(off).collect();
        Some((spline, left_out))
    }

    fn solved(from: &[Point], to: &[Point], with_diagonal: bool) -> Option<(Self, Vec<f64>)> {
        let (from_normal, to_normal) = (Normal::of(from), Normal::of(to));
        let knots: Vec<Point> = from.iter().map(|point| from_normal.apply(*point)).collect();
        let count = knots.len();
        let mut matrix = Matrix::zero(count + 3);
        for (row, a) in knots.iter().enumerate() {
            for (column, b) in knots.iter().enumerate() {
                matrix.set(row, column, bend(a.distance_squared(*b)));
            }
            for (column, value) in [1.0, a.x, a.y].into_iter().enumerate() {
                matrix.set(row, count + column, value);
                matrix.set(count + column, row, value);
            }
        }
        let mut sides = vec![vec![0.0; count + 3]; if with_diagonal { count + 2 } else { 2 }];
        for (row, point) in to.iter().map(|point| to_normal.apply(*point)).enumerate() {
            (sides[0][row], sides[1][row]) = (point.x, point.y);
        }
        for (at, side) in sides[2..].iter_mut().enumerate() {
            side[at] = 1.0;
        }
        matrix.solve(&mut sides)?;
        let number = |at: usize| Point::new(sides[0][at], sides[1][at]);
        let spline = Self {
            from: from_normal,
            to: to_normal,
            knots,
            pulls: (0..count).map(number).collect(),
            flat: [number(count), number(count + 1), number(count + 2)],
        };
        let diagonal = sides[2..].iter().enumerate().map(|(at, side)| side[at]).collect();
        Some((spline, diagonal))
    }

    pub(super) fn apply(&self, point: Point) -> Point {
        let at = self.from.apply(point);
        let [constant, x, y] = self.flat;
        let mut to = constant.to_vec2() + x.to_vec2() * at.x + y.to_vec2() * at.y;
        for (knot, pull) in self.knots.iter().zip(&self.pulls) {
            to += pull.to_vec2() * bend(knot.distance_squared(at));
        }
        self.to.undo(to.to_point())
    }
}
