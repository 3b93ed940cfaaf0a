//! Which of many boxes hold a place: a packed tree of boxes, for layers of many features.

use geo::Coord;

/// Children of a node.
const FAN: usize = 8;

/// West, south, east, north.
pub type Bounds = [f64; 4];

/// Whether all of a box lies in another, or on its edge.
pub fn is_within([w, s, e, n]: Bounds, [west, south, east, north]: Bounds) -> bool {
    w >= west && s >= south && e <= east && n <= north
}

/// The smallest box around two.
fn join(a: Bounds, b: Bounds) -> Bounds {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Boxes under a hierarchy of boxes. Neighbours on the map share a node: the boxes are sorted along a Z-order curve of
/// their middles.
#[derive(Debug, Clone, Default)]
pub struct BoxTree {
    /// The boxes in the order of the curve, with their places in the input.
    leaves: Vec<(Bounds, u32)>,
    /// Boxes around [`FAN`] of the level below, the lowest first.
    levels: Vec<Vec<Bounds>>,
}

impl BoxTree {
    /// Of boxes in degrees; those that are not finite are never found.
    pub fn new(boxes: impl IntoIterator<Item = Bounds>) -> Self {
        let mut leaves: Vec<(u64, Bounds, u32)> = boxes
            .into_iter()
            .zip(0_u32..)
            .filter(|(bounds, _)| bounds.iter().all(|value| value.is_finite()))
            .map(|(bounds, index)| {
                let middle = Coord { x: (bounds[0] + bounds[2]) / 2.0, y: (bounds[1] + bounds[3]) / 2.0 };
                (super::hit::curve_position(middle), bounds, index)
            })
            .collect();
        leaves.sort_unstable_by_key(|(position, _, index)| (*position, *index));
        let leaves: Vec<(Bounds, u32)> = leaves.into_iter().map(|(_, bounds, index)| (bounds, index)).collect();
        let around = |boxes: &mut dyn Iterator<Item = Bounds>| boxes.reduce(join).unwrap_or([f64::NAN; 4]);
        let mut level: Vec<Bounds> =
            leaves.chunks(FAN).map(|some| around(&mut some.iter().map(|(bounds, _)| *bounds))).collect();
        let mut levels = Vec::new();
        while level.len() > FAN {
            let above = level.chunks(FAN).map(|some| around(&mut some.iter().copied())).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Self { leaves, levels }
    }

    /// The places in the input of all boxes that meet this one, in ascending order.
    pub fn meeting(&self, [west, south, east, north]: Bounds) -> Vec<usize> {
        let meets =
            |bounds: &Bounds| bounds[0] <= east && bounds[2] >= west && bounds[1] <= north && bounds[3] >= south;
        let mut found = Vec::new();
        let top = self.levels.len().saturating_sub(1);
        let mut pending: Vec<(usize, usize)> = match self.levels.get(top) {
            Some(level) => (0..level.len()).map(|index| (top, index)).collect(),
            None => Vec::new(),
        };
        while let Some((level, index)) = pending.pop() {
            if !meets(&self.levels[level][index]) {
                continue;
            }
            let below = if level > 0 { self.levels[level - 1].len() } else { self.leaves.len() };
            let children = index * FAN..((index + 1) * FAN).min(below);
            if level > 0 {
                pending.extend(children.map(|child| (level - 1, child)));
            } else {
                let leaves = self.leaves[children].iter();
                found.extend(leaves.filter(|(bounds, _)| meets(bounds)).map(|(_, index)| *index as usize));
            }
        }
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_boxes_that_meet_are_those_that_a_look_at_all_finds(
            boxes in prop::collection::vec((-180.0..180.0, -90.0..90.0, 0.0..20.0, 0.0..20.0), 0..400),
            (west, south, width, height) in (-180.0..180.0, -90.0..90.0, 0.0..40.0, 0.0..40.0),
        ) {
            let boxes: Vec<Bounds> = boxes.into_iter().map(|(x, y, w, h): (f64, f64, f64, f64)| [x, y, x + w, y + h]).collect();
            let (east, north): (f64, f64) = (west + width, south + height);
            let expected: Vec<usize> = (0..boxes.len())
                .filter(|index| {
                    let [w, s, e, n] = boxes[*index];
                    w <= east && e >= west && s <= north && n >= south
                })
                .collect();
            prop_assert_eq!(BoxTree::new(boxes).meeting([west, south, east, north]), expected);
        }
    }

    #[test]
    fn nothing_is_found_among_none_and_among_what_is_no_box() {
        assert!(BoxTree::new([]).meeting([-180.0, -90.0, 180.0, 90.0]).is_empty());
        assert!(BoxTree::default().meeting([-180.0, -90.0, 180.0, 90.0]).is_empty());
        assert!(BoxTree::new([[f64::NAN; 4]]).meeting([-180.0, -90.0, 180.0, 90.0]).is_empty());
    }
}
