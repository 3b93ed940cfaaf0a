//! Blocks of furniture laid out from (0, 0), and lists of them: under each other and in columns.

use kurbo::{Point, Rect};

use super::setting::Setting;
use super::shift::shifted;
use crate::scene::display_list::Item;
use crate::scene::text;

/// A piece of furniture laid out from (0, 0).
#[derive(Debug, Clone, Default)]
pub(in crate::figure) struct Block {
    pub(in crate::figure) height_pt: f64,
    pub(in crate::figure) items: Vec<Item>,
}

impl Block {
    pub(in crate::figure) fn place(&self, at: Point, into: &mut Vec<Item>) {
        into.extend(shifted(self.items.clone(), at.to_vec2()));
    }
}

/// A block of a list that stays whole.
#[derive(Debug, Clone)]
pub(in crate::figure) struct Part {
    /// Between it and what stands above it.
    pub(in crate::figure) before_pt: f64,
    pub(in crate::figure) block: Block,
    /// What stands above it instead at the head of a column: the heading of the group that it goes on with.
    pub(in crate::figure) continued: Option<Block>,
}

impl Part {
    pub(in crate::figure) fn new(before_pt: f64, block: Block) -> Self {
        Self { before_pt, block, continued: None }
    }

    /// The same, with what stands above it at the head of a column.
    pub(in crate::figure) fn under(self, continued: Block) -> Self {
        Self { continued: Some(continued), ..self }
    }

    /// The same at the head of a column.
    pub(in crate::figure) fn at_head(&self) -> Self {
        let mut block = self.continued.clone().unwrap_or_default();
        self.block.place(Point::new(0.0, block.height_pt), &mut block.items);
        block.height_pt += self.block.height_pt;
        Self::new(0.0, block)
    }
}

impl Setting {
    /// The heading of a group that goes on in another column.
    pub(in crate::figure) fn continued(&self, title: &str) -> String {
        self.words.fill(self.words.continued, &[("title", title)])
    }

    /// Blocks under each other.
    pub(in crate::figure) fn stacked(&self, parts: &[Part]) -> Block {
        let mut whole = Block::default();
        for (index, Part { before_pt, block, .. }) in parts.iter().enumerate() {
            let at = whole.height_pt + if index == 0 { 0.0 } else { *before_pt };
            block.place(Point::new(0.0, at), &mut whole.items);
            whole.height_pt = at + block.height_pt;
        }
        whole
    }

    /// Blocks in columns of even height, filled one after the other.
    pub(in crate::figure) fn in_columns(&self, parts: &[Part], count: usize, column_pt: f64, gutter_pt: f64) -> Block {
        let fill = |limit_pt: f64| {
            let mut columns: Vec<Vec<Part>> = Vec::new();
            let mut height_pt = 0.0;
            for part in parts {
                let more_pt = part.before_pt + part.block.height_pt;
                match columns.last_mut().filter(|_| height_pt + more_pt <= limit_pt + 1e-6) {
                    Some(column) => {
                        height_pt += more_pt;
                        column.push(part.clone());
                    }
                    None => {
                        let first = part.at_head();
                        height_pt = first.block.height_pt;
                        columns.push(vec![first]);
                    }
                }
            }
            columns
        };
        // The same without setting anything.
        let heads: Vec<f64> = parts.iter().map(|part| part.at_head().block.height_pt).collect();
        let columns = |limit_pt: f64| {
            let (mut columns, mut height_pt) = (0, 0.0);
            for (part, head_pt) in parts.iter().zip(&heads) {
                let more_pt = part.before_pt + part.block.height_pt;
                if columns > 0 && height_pt + more_pt <= limit_pt + 1e-6 {
                    height_pt += more_pt;
                } else {
                    height_pt = *head_pt;
                    columns += 1;
                }
            }
            columns
        };
        let (mut low, mut high) = (0.0, self.stacked(parts).height_pt + 1.0);
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if columns(middle) <= count { high = middle } else { low = middle }
        }
        let mut whole = Block::default();
        for (index, column) in fill(high).iter().enumerate() {
            let block = self.stacked(column);
            block.place(Point::new(index as f64 * (column_pt + gutter_pt), 0.0), &mut whole.items);
            whole.height_pt = whole.height_pt.max(block.height_pt);
        }
        whole
    }

    /// As many columns of at least `least_pt` as `width_pt` holds, and no more than there are blocks.
    pub(in crate::figure) fn column_count(&self, width_pt: f64, least_pt: f64, blocks: usize) -> (usize, f64, f64) {
        let gutter_pt = 1.8 * self.base_pt;
        let most = ((width_pt + gutter_pt) / (least_pt + gutter_pt)).floor().max(1.0) as usize;
        let count = most.clamp(1, blocks.max(1));
        (count, (width_pt + gutter_pt) / count as f64 - gutter_pt, gutter_pt)
    }
}

/// The box around what is drawn; `None` if nothing is.
pub(in crate::figure) fn bounds_of(items: &[Item]) -> Option<Rect> {
    let of = |item: &Item| match item {
        Item::Group(group) => bounds_of(&group.items),
        Item::Fill { path, .. } | Item::Pattern { path, .. } | Item::Stroke { path, .. } => Some(path.bounding_box()),
        Item::Text(text) => Some(text::bounds(text)),
        Item::Image { to, .. } => Some(*to),
    };
    items.iter().filter_map(of).reduce(|a, b| a.union(b))
}
