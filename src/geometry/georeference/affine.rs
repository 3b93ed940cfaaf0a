//! The affine map that fits best, by least squares.

use kurbo::{Affine, Point};

use super::Normal;
use super::linear::Matrix;

/// The map, and how far each point would be off if the map were fitted to the others alone: its residual over what its
/// own weight leaves, the diagonal of the hat matrix. None of that for as few points as it takes.
pub(super) fn fit(from: &[Point], to: &[Point]) -> Option<(Affine, Vec<Option<Point>>)> {
    let (from_normal, to_normal) = (Normal::of(from), Normal::of(to));
    let rows: Vec<[f64; 3]> = from.iter().map(|point| from_normal.apply(*point)).map(|p| [p.x, p.y, 1.0]).collect();
    let mut square = Matrix::zero(3);
    let mut sides = [vec![0.0; 3], vec![0.0; 3]];
    for (row, to) in rows.iter().zip(to.iter().map(|point| to_normal.apply(*point))) {
        for (i, a) in row.iter().enumerate() {
            row.iter().enumerate().for_each(|(j, b)| square.add(i, j, a * b));
            sides[0][i] += a * to.x;
            sides[1][i] += a * to.y;
        }
    }
    square.clone().solve(&mut sides)?;
    let [x, y] = &sides;
    let normalised = Affine::new([x[0], y[0], x[1], y[1], x[2], y[2]]);
    let undo = Affine::translate(to_normal.middle.to_vec2()) * Affine::scale(1.0 / to_normal.scale);
    let map = undo * normalised * from_normal.affine();
    let left_out = rows.iter().zip(from.iter().zip(to)).map(|(row, (from, to))| {
        if rows.len() <= 3 {
            return None;
        }
        let mut own = [row.to_vec()];
        square.clone().solve(&mut own)?;
        let weight: f64 = row.iter().zip(&own[0]).map(|(a, b)| a * b).sum();
        // Without this point the others lie on one line.
        (1.0 - weight > 1e-9).then(|| ((map * *from - *to) / (1.0 - weight)).to_point())
    });
    let left_out = left_out.collect();
    Some((map, left_out))
}

/// The way back, unless the map folds everything onto a line.
pub(super) fn inverse(map: Affine) -> Option<Affine> {
    let back = map.inverse();
    back.as_coeffs().iter().all(|number| number.is_finite()).then_some(back)
}
