//! A rough drawing of what has been read so far of a file, so that something of it is seen before all of it is.

use geo::Coord;

/// Positions along the outlines and lines of a file that is being read: of every so-manieth of them, a few, evenly spread.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sketch {
    positions: Vec<Coord<f64>>,
    /// Where each chain ends among the positions.
    ends: Vec<usize>,
    /// So many chains are passed over after each that is kept, and so many are left to be.
    skip: usize,
    left: usize,
}

impl Sketch {
    /// It has no more positions: they are drawn anew in every frame.
    pub const MOST: usize = 10_000;

    /// So many are kept of a chain.
    const OF_CHAIN: usize = 16;

    /// Takes a chain of positions, longitude first; what is not in degrees is passed over.
    pub fn add(&mut self, chain: &[Coord<f64>]) {
        if self.left > 0 {
            self.left -= 1;
            return;
        }
        let is_place = |at: &Coord<f64>| at.x.abs() <= 180.0 && at.y.abs() <= 90.0;
        if chain.is_empty() || !chain.iter().step_by(chain.len().div_ceil(Self::OF_CHAIN)).all(is_place) {
            return;
        }
        let step = (chain.len() - 1).div_ceil(Self::OF_CHAIN - 1).max(1);
        self.positions.extend(chain.iter().step_by(step).filter(|at| is_place(at)));
        // A ring stays closed.
        if !(chain.len() - 1).is_multiple_of(step) {
            self.positions.extend(chain.last().filter(|at| is_place(at)));
        }
        self.ends.push(self.positions.len());
        if self.positions.len() > Self::MOST {
            self.thin();
        }
        self.left = self.skip;
    }

    /// Drops every second chain, and takes half as many from now on.
    fn thin(&mut self) {
        let all = std::mem::take(self);
        for chain in all.chains().step_by(2) {
            self.positions.extend(chain);
            self.ends.push(self.positions.len());
        }
        self.skip = 2 * all.skip + 1;
    }

    /// The chains, in the order of the file; one of a single position is a point.
    pub fn chains(&self) -> impl Iterator<Item = &[Coord<f64>]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.positions[start..*end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(at: f64, count: usize) -> Vec<Coord<f64>> {
        (0..count).map(|index| Coord { x: at, y: index as f64 * 10.0 / (count - 1) as f64 }).collect()
    }

    #[test]
    fn a_sketch_stays_small_and_is_of_the_whole_file() {
        let mut sketch = Sketch::default();
        for index in 0..100_000 {
            sketch.add(&ring(f64::from(index) / 1000.0, 40));
        }
        let chains: Vec<_> = sketch.chains().collect();
        assert!(sketch.positions.len() <= Sketch::MOST && chains.len() > 200, "{}", chains.len());
        let middle = chains.iter().filter(|chain| (40.0..60.0).contains(&chain[0].x)).count();
        assert!((chains.len() / 8..chains.len() / 3).contains(&middle), "{middle} of {}", chains.len());
        assert!(chains.iter().all(|chain| chain.len() <= 17 && chain[0].y == 0.0 && chain.last().unwrap().y == 10.0));
    }

    #[test]
    fn points_and_what_is_not_in_degrees() {
        let mut sketch = Sketch::default();
        sketch.add(&[Coord { x: 1.0, y: 2.0 }]);
        sketch.add(&[Coord { x: 7_410_563.0, y: 5_319_225.0 }, Coord { x: 1.0, y: 2.0 }]);
        sketch.add(&[Coord { x: f64::NAN, y: 2.0 }]);
        sketch.add(&[]);
        assert_eq!(sketch.chains().collect::<Vec<_>>(), [[Coord { x: 1.0, y: 2.0 }]]);
    }
}
