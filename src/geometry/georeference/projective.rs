//! The projective map that fits best: straight lines stay straight, parallels may meet.

use kurbo::Point;

use super::linear::Matrix;
use super::{Normal, are_on_one_line};

/// Rounds of improvement after the first estimate; each gains many digits.
const ROUNDS: usize = 20;

/// A map of the plane: (x, y, 1) times the matrix, over the last number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Projective {
    rows: [[f64; 3]; 3],
    /// Which sign the last number has where the map was fitted: on the other side of its horizon the map shows what lies
    /// behind the beholder.
    front: f64,
}

impl Projective {
    /// The map that goes nearest to all points, measured where they are carried to. `None` where three of four points
    /// lie on one line, or some would be behind the beholder.
    pub(super) fn fit(from: &[Point], to: &[Point]) -> Option<Self> {
        let (from_normal, to_normal) = (Normal::of(from), Normal::of(to));
        let pairs: Vec<(Point, Point)> =
            from.iter().zip(to).map(|(from, to)| (from_normal.apply(*from), to_normal.apply(*to))).collect();
        if from.len() == 4 {
            let triple = |points: &[Point], out: usize| {
                let three: Vec<Point> = (0..4).filter(|at| *at != out).map(|at| points[at]).collect();
                are_on_one_line(&three)
            };
            if (0..4).any(|out| triple(from, out) || triple(to, out)) {
                return None;
            }
        }
        // The equations times the denominator are linear; each round divides by the denominator of the last, so that what is
        // least is nearly the sum of the distances themselves.
        let mut h = [0.0; 8];
        let mut weights = vec![1.0; pairs.len()];
        for _ in 0..3 {
            let mut square = Matrix::zero(8);
            let mut side = [vec![0.0; 8]];
            for ((from, to), weight) in pairs.iter().zip(&weights) {
                let rows = [
                    ([from.x, from.y, 1.0, 0.0, 0.0, 0.0, -from.x * to.x, -from.y * to.x], to.x),
                    ([0.0, 0.0, 0.0, from.x, from.y, 1.0, -from.x * to.y, -from.y * to.y], to.y),
                ];
                accumulate(&mut square, &mut side[0], &rows, *weight);
            }
            square.solve(&mut side)?;
            h.copy_from_slice(&side[0]);
            for ((from, _), weight) in pairs.iter().zip(&mut weights) {
                let under = h[6] * from.x + h[7] * from.y + 1.0;
                if under <= 1e-9 {
                    return None;
                }
                *weight = under.powi(-2);
            }
        }
        if pairs.len() > 4 {
            improve(&mut h, &pairs)?;
        }
        let [a, b, c, d, e, f, g, i] = h;
        let middle = [[a, b, c], [d, e, f], [g, i, 1.0]];
        let (s, m) = (from_normal.scale, from_normal.middle);
        let before = [[s, 0.0, -s * m.x], [0.0, s, -s * m.y], [0.0, 0.0, 1.0]];
        let (s, m) = (1.0 / to_normal.scale, to_normal.middle);
        let after = [[s, 0.0, m.x], [0.0, s, m.y], [0.0, 0.0, 1.0]];
        let map = Self { rows: times(&after, &times(&middle, &before)), front: 1.0 };
        let is_in_front = |point: &Point| map.apply(*point).is_some();
        from.iter().all(is_in_front).then_some(map)
    }

    fn under(&self, point: Point) -> f64 {
        let [.., [g, h, i]] = self.rows;
        g * point.x + h * point.y + i
    }

    /// `None` on the horizon and beyond it.
    pub(super) fn apply(&self, point: Point) -> Option<Point> {
        let [[a, b, c], [d, e, f], _] = self.rows;
        let under = self.under(point);
        (under * self.front > 0.0)
            .then(|| Point::new((a * point.x + b * point.y + c) / under, (d * point.x + e * point.y + f) / under))
            .filter(|to| to.is_finite())
    }

    /// The way back: the adjugate, which is the inverse but for a factor.
    pub(super) fn inverse(&self) -> Option<Self> {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.rows;
        let rows = [
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ];
        // Times the map itself it is the determinant times one, so that what is before the one's horizon is where the
        // other's last number has the sign of the determinant.
        let determinant = a * rows[0][0] + b * rows[1][0] + c * rows[2][0];
        let is_good = determinant.is_finite() && determinant != 0.0;
        is_good.then_some(Self { rows, front: determinant.signum() * self.front })
    }
}

/// How far a point is off if the map is fitted to the others alone.
pub(super) fn left_out(from: &[Point], to: &[Point], at: usize) -> Option<Point> {
    let others = |points: &[Point]| -> Vec<Point> {
        points.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, point)| *point).collect()
    };
    let (others_from, others_to) = (others(from), others(to));
    if others_from.len() < 4 || are_on_one_line(&others_from) || are_on_one_line(&others_to) {
        return None;
    }
    let map = Projective::fit(&others_from, &others_to)?;
    map.apply(from[at]).map(|found| (found - to[at]).to_point())
}

fn accumulate<const N: usize>(square: &mut Matrix, side: &mut [f64], rows: &[([f64; N], f64); 2], weight: f64) {
    for (row, value) in rows {
        for i in 0..N {
            for j in 0..N {
                square.add(i, j, weight * row[i] * row[j]);
            }
            side[i] += weight * row[i] * value;
        }
    }
}

/// Gauss's and Newton's rounds towards the least sum of squares.
fn improve(h: &mut [f64; 8], pairs: &[(Point, Point)]) -> Option<()> {
    let off = |h: &[f64; 8], from: Point, to: Point| {
        let under = h[6] * from.x + h[7] * from.y + 1.0;
        let found =
            Point::new((h[0] * from.x + h[1] * from.y + h[2]) / under, (h[3] * from.x + h[4] * from.y + h[5]) / under);
        (found, under, to - found)
    };
    let sum = |h: &[f64; 8]| pairs.iter().map(|(from, to)| off(h, *from, *to).2.hypot2()).sum::<f64>();
    let mut best = sum(h);
    for _ in 0..ROUNDS {
        let mut square = Matrix::zero(8);
        let mut side = [vec![0.0; 8]];
        for (from, to) in pairs {
            let (found, under, off) = off(h, *from, *to);
            let (x, y) = (from.x / under, from.y / under);
            let rows = [
                ([x, y, 1.0 / under, 0.0, 0.0, 0.0, -x * found.x, -y * found.x], off.x),
                ([0.0, 0.0, 0.0, x, y, 1.0 / under, -x * found.y, -y * found.y], off.y),
            ];
            accumulate(&mut square, &mut side[0], &rows, 1.0);
        }
        square.solve(&mut side)?;
        // A step that overshoots is taken by halves.
        let mut share = 1.0;
        let next = loop {
            let mut next = *h;
            next.iter_mut().zip(&side[0]).for_each(|(number, step)| *number += share * step);
            let is_in_front = pairs.iter().all(|(from, _)| next[6] * from.x + next[7] * from.y + 1.0 > 1e-9);
            if is_in_front && sum(&next) <= best {
                break Some(next);
            }
            share /= 2.0;
            if share < 1e-6 {
                break None;
            }
        };
        let Some(next) = next else { return Some(()) };
        let gained = best - sum(&next);
        (*h, best) = (next, sum(&next));
        if gained <= 1e-15 * best {
            break;
        }
    }
    Some(())
}

fn times(a: &[[f64; 3]; 3], b: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    std::array::from_fn(|row| std::array::from_fn(|column| (0..3).map(|at| a[row][at] * b[at][column]).sum()))
}
