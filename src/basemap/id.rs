//! Addresses of tiles in the web-map pyramid, and the Hilbert numbering that PMTiles gives them.

use kurbo::Rect;

/// Deepest zoom that any tile may have: beyond it the numbering would overflow, and no map needs it.
pub const DEEPEST_ZOOM: u8 = 26;

/// A tile of the web-map pyramid: column `x` from the west and row `y` from the north, of `2^z` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// Zoom.
    pub z: u8,
    /// Column, from the west.
    pub x: u32,
    /// Row, from the north.
    pub y: u32,
}

impl TileId {
    /// The tile, if the pyramid has it.
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        let side = 1_u32.checked_shl(u32::from(z))?;
        (z <= DEEPEST_ZOOM && x < side && y < side).then_some(Self { z, x, y })
    }

    /// The tile at zoom `z` that holds this one; itself when `z` is not smaller than its own zoom.
    pub fn ancestor_at(self, z: u8) -> Self {
        let up = self.z.saturating_sub(z);
        Self { z: self.z - up, x: self.x >> up, y: self.y >> up }
    }

    /// The tile one zoom above, or none for the whole world.
    pub fn parent(self) -> Option<Self> {
        (self.z > 0).then(|| self.ancestor_at(self.z - 1))
    }

    /// Where it lies in the unit square of Web Mercator.
    pub fn world_rect(self) -> Rect {
        let side = (-f64::from(self.z)).exp2();
        let (x, y) = (f64::from(self.x) * side, f64::from(self.y) * side);
        Rect::new(x, y, x + side, y + side)
    }

    /// Where it lies in its `ancestor`, of which the unit square is the whole.
    pub fn rect_in(self, ancestor: Self) -> Rect {
        let down = self.z.saturating_sub(ancestor.z);
        let side = (-f64::from(down)).exp2();
        let first = |own: u32, theirs: u32| f64::from(own.wrapping_sub(theirs << down)) * side;
        let (x, y) = (first(self.x, ancestor.x), first(self.y, ancestor.y));
        Rect::new(x, y, x + side, y + side)
    }

    /// The number of this tile in PMTiles: all smaller zooms first, then the Hilbert curve of its own.
    ///
    /// # References
    /// PMTiles specification, version 3, section 4.1.
    pub fn hilbert(self) -> u64 {
        let before: u64 = ((1_u64 << (2 * u64::from(self.z))) - 1) / 3;
        let (mut x, mut y) = (u64::from(self.x), u64::from(self.y));
        let mut along = 0_u64;
        for level in (0..self.z).rev() {
            let half = 1_u64 << level;
            let (right, low) = (u64::from(x & half != 0), u64::from(y & half != 0));
            along += half * half * ((3 * right) ^ low);
            // Turn the quadrant so that the curve inside it runs as it does in the first.
            if low == 0 {
                if right == 1 {
                    x = (half - 1).wrapping_sub(x & (half - 1)) & (half - 1);
                    y = (half - 1).wrapping_sub(y & (half - 1)) & (half - 1);
                }
                std::mem::swap(&mut x, &mut y);
            }
        }
        before + along
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbering_is_that_of_the_specification() {
        // From the table in the PMTiles specification and the tests of its reference implementation.
        for (z, x, y, number) in [
            (0, 0, 0, 0),
            (1, 0, 0, 1),
            (1, 0, 1, 2),
            (1, 1, 1, 3),
            (1, 1, 0, 4),
            (2, 0, 0, 5),
            (12, 3423, 1763, 19_078_479),
        ] {
            assert_eq!(TileId { z, x, y }.hilbert(), number, "{z}/{x}/{y}");
        }
        let mut seen: Vec<u64> = (0..64).map(|i| TileId { z: 3, x: i % 8, y: i / 8 }.hilbert()).collect();
        seen.sort_unstable();
        assert_eq!(seen, (21..85).collect::<Vec<u64>>());
    }

    #[test]
    fn a_tile_lies_in_its_ancestor() {
        let tile = TileId { z: 10, x: 617, y: 356 };
        let ancestor = tile.ancestor_at(7);
        assert_eq!(ancestor, TileId { z: 7, x: 77, y: 44 });
        assert_eq!(tile.rect_in(ancestor), Rect::new(0.125, 0.5, 0.25, 0.625));
        assert_eq!(TileId::new(3, 8, 0), None);
    }
}
