//! The index of a file: a packed Hilbert R-tree, whose nodes are boxes, sixteen (or so) of which belong to one above them.
//! It stands between the head and the features with its top first.

use std::ops::Range;

use super::buffer::doubles;

/// Four numbers and a place.
pub(super) const NODE_BYTES: u64 = 40;

/// Where the nodes of each level stand.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    /// The nodes of each level by their number, the leaves first.
    levels: Vec<Range<u64>>,
    node_size: u64,
    /// Where it begins in the file.
    start: u64,
}

/// A node of the index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    /// West, south, east, north.
    pub(super) bounds: [f64; 4],
    /// Of a leaf, how far behind the first feature its feature stands; otherwise the number of its first node below.
    pub(super) at: u64,
}

impl Node {
    /// A node around nothing.
    pub(super) const NOWHERE: [f64; 4] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

    /// The nodes that stand in bytes.
    pub(super) fn all(bytes: &[u8]) -> impl Iterator<Item = Self> {
        bytes.chunks_exact(NODE_BYTES as usize).map(|bytes| {
            let mut bounds = [0.0; 4];
            bounds.iter_mut().zip(doubles(bytes)).for_each(|(own, number)| *own = number);
            Self { bounds, at: u64::from_le_bytes(bytes[32..].try_into().unwrap_or_default()) }
        })
    }
}

/// The box around two boxes.
pub(super) fn around(one: [f64; 4], other: [f64; 4]) -> [f64; 4] {
    [one[0].min(other[0]), one[1].min(other[1]), one[2].max(other[2]), one[3].max(other[3])]
}

impl Tree {
    /// The tree of so many features that begins at a place of the file; `None` where it cannot be so large.
    pub(super) fn of(count: u64, node_size: u16, start: u64) -> Option<Self> {
        let node_size = u64::from(node_size.max(2));
        let mut counts = vec![count];
        let mut last = count;
        while counts.len() == 1 || last > 1 {
            last = last.div_ceil(node_size);
            counts.push(last);
        }
        let mut end = counts.iter().try_fold(0_u64, |all, one| all.checked_add(*one))?;
        end.checked_mul(NODE_BYTES)?.checked_add(start)?;
        let mut levels = Vec::new();
        for count in counts {
            levels.push(end - count..end);
            end -= count;
        }
        Some(Self { levels, node_size, start })
    }

    fn count(&self) -> u64 {
        self.levels[0].end
    }

    /// Where it ends in the file.
    pub(super) fn end(&self) -> u64 {
        self.start + self.count() * NODE_BYTES
    }

    /// How many levels it has.
    pub(super) fn height(&self) -> usize {
        self.levels.len()
    }

    /// The nodes of the top.
    pub(super) fn top(&self) -> Range<u64> {
        self.levels[self.levels.len() - 1].clone()
    }

    /// Where nodes stand in the file.
    pub(super) fn bytes_of(&self, nodes: &Range<u64>) -> Range<u64> {
        self.start + nodes.start * NODE_BYTES..self.start + nodes.end * NODE_BYTES
    }

    /// The nodes below one of a level, if it is in order; leaves are of level 0.
    pub(super) fn below(&self, node: &Node, level: usize) -> Option<Range<u64>> {
        let below = self.levels.get(level.checked_sub(1)?)?;
        let end = node.at.saturating_add(self.node_size).min(below.end);
        (below.start..below.end).contains(&node.at).then_some(node.at..end)
    }

    /// The bytes of a tree over these leaves.
    pub(super) fn written(leaves: &[Node], node_size: u16) -> Vec<u8> {
        let Some(tree) = Self::of(leaves.len() as u64, node_size, 0) else { return Vec::new() };
        let mut levels = vec![leaves.to_vec()];
        for level in 1..tree.levels.len() {
            let (below, first) = (&levels[level - 1], tree.levels[level - 1].start);
            let nodes = below.chunks(tree.node_size as usize).enumerate().map(|(index, nodes)| Node {
                bounds: nodes.iter().fold(Node::NOWHERE, |all, node| around(all, node.bounds)),
                at: first + index as u64 * tree.node_size,
            });
            let nodes = nodes.collect();
            levels.push(nodes);
        }
        let all = levels.iter().rev().flatten();
        all.flat_map(|node| node.bounds.map(f64::to_le_bytes).into_iter().chain([node.at.to_le_bytes()]))
            .flatten()
            .collect()
    }
}

/// How far along a Hilbert curve through a square of 65536 by 65536 a point lies: what is near on it is near on the map.
pub(super) fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut along = 0;
    for bit in (0..16).rev() {
        let side = 1 << bit;
        let (right, upper) = (u32::from(x & side > 0), u32::from(y & side > 0));
        along += side * side * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (0xffff ^ x, 0xffff ^ y);
            }
            (x, y) = (y, x);
        }
    }
    along
}
