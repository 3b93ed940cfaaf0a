//! Systems of linear equations, small and dense.

/// What the largest pivot may be larger than the smallest by, before the equations count as having no one solution.
const LEAST_PIVOT: f64 = 1e-13;

/// A square matrix, row by row.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    size: usize,
    rows: Vec<f64>,
}

impl Matrix {
    pub(super) fn zero(size: usize) -> Self {
        Self { size, rows: vec![0.0; size * size] }
    }

    pub(super) fn set(&mut self, row: usize, column: usize, value: f64) {
        self.rows[row * self.size + column] = value;
    }

    pub(super) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.rows[row * self.size + column] += value;
    }

    /// Solves for several right sides at once, each of which becomes its solution: Gauss's elimination with pivots from
    /// the column. `None` where there is no one solution.
    pub(super) fn solve(mut self, sides: &mut [Vec<f64>]) -> Option<()> {
        let size = self.size;
        let mut largest = 0.0_f64;
        for at in 0..size {
            let pivot =
                (at..size).max_by(|a, b| self.rows[a * size + at].abs().total_cmp(&self.rows[b * size + at].abs()))?;
            let value = self.rows[pivot * size + at];
            largest = largest.max(value.abs());
            if value.is_nan() || value.abs() <= largest * LEAST_PIVOT {
                return None;
            }
            if pivot != at {
                for column in at..size {
                    self.rows.swap(at * size + column, pivot * size + column);
                }
                sides.iter_mut().for_each(|side| side.swap(at, pivot));
            }
            let (done, rest) = self.rows.split_at_mut((at + 1) * size);
            let top = &done[at * size..];
            for (below, row) in rest.chunks_exact_mut(size).enumerate() {
                let factor = row[at] / value;
                if factor == 0.0 {
                    continue;
                }
                for (own, above) in row[at..].iter_mut().zip(&top[at..]) {
                    *own -= factor * above;
                }
                for side in sides.iter_mut() {
                    side[at + 1 + below] -= factor * side[at];
                }
            }
        }
        for side in sides.iter_mut() {
            for at in (0..size).rev() {
                let row = &self.rows[at * size..(at + 1) * size];
                let known: f64 = (at + 1..size).map(|column| row[column] * side[column]).sum();
                side[at] = (side[at] - known) / row[at];
            }
        }
        sides.iter().flatten().all(|value| value.is_finite()).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved_whatever_order_their_rows_have() {
        let mut matrix = Matrix::zero(3);
        for (row, values) in [[0.0, 2.0, 1.0], [1.0, 1.0, 1.0], [2.0, 0.0, -1.0]].iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                matrix.set(row, column, *value);
            }
        }
        let mut sides = [vec![7.0, 6.0, -1.0]];
        matrix.solve(&mut sides).unwrap();
        assert!(
            sides[0].iter().zip([1.0, 2.0, 3.0]).all(|(got, expected)| (got - expected).abs() < 1e-12),
            "{sides:?}"
        );
    }

    #[test]
    fn equations_without_one_solution_are_refused() {
        let mut matrix = Matrix::zero(2);
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            matrix.set(row, column, 1.0);
        }
        assert_eq!(matrix.solve(&mut [vec![1.0, 1.0]]), None);
        assert_eq!(Matrix::zero(1).solve(&mut [vec![f64::NAN]]), None);
    }
}
