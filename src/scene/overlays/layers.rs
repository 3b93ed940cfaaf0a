//! Marks of many points in layers: those of one layer do not touch, so that the order in which they are drawn does not show,
//! and all that are alike are one path. A path for each would take ten times as long.

use std::collections::HashMap;
use std::sync::Arc;

use kurbo::{Point, Vec2};

use crate::scene::display_list::{Color, Item, Path, Stroke};

/// So far apart marks are that share no pixel, in points.
const APART_PT: f64 = 2.0;

/// So many marks of a cell are looked at one by one; from the others a mark keeps off as if it touched them.
const LOOKED_AT: usize = 24;

/// What is drawn for every mark of a kind, as it stands at the page's corner.
pub(super) struct Stamp {
    parts: Vec<(Arc<Path>, Paint)>,
    /// How far it reaches from its place, in points.
    reach_pt: f64,
}

enum Paint {
    Fill(Color),
    Stroke(Stroke),
}

impl Stamp {
    /// Of what is drawn at the page's corner; `None` where there is more than paths.
    pub(super) fn of(items: Vec<Item>) -> Option<Self> {
        let part = |item: Item| match item {
            Item::Fill { path, color } => Some((path, Paint::Fill(color))),
            Item::Stroke { path, stroke } if stroke.dash_pt.is_empty() => Some((path, Paint::Stroke(stroke))),
            _ => None,
        };
        let parts: Vec<(Arc<Path>, Paint)> = items.into_iter().map(part).collect::<Option<_>>()?;
        let reach = |(path, paint): &(Arc<Path>, Paint)| {
            let around = path.control_box();
            let furthest = Point::new(around.x0.abs().max(around.x1.abs()), around.y0.abs().max(around.y1.abs()));
            let width_pt = if let Paint::Stroke(stroke) = paint { stroke.width_pt } else { 0.0 };
            furthest.to_vec2().hypot() + width_pt / 2.0
        };
        let reach_pt = parts.iter().map(reach).fold(0.0, f64::max);
        Some(Self { parts, reach_pt })
    }

    /// The items of so many marks that do not touch.
    fn items(&self, places: &[Vec2]) -> impl Iterator<Item = Item> {
        self.parts.iter().map(|(part, paint)| {
            let path = Arc::new(Path::clone(part).in_places(places.to_vec()));
            match paint {
                Paint::Fill(color) => Item::Fill { path, color: *color },
                Paint::Stroke(stroke) => Item::Stroke { path, stroke: stroke.clone() },
            }
        })
    }
}

/// The items of marks, each by its stamp's number and its place, of which later ones lie over earlier ones.
pub(super) fn of_marks(stamps: &[Stamp], marks: &[(usize, Point)]) -> Vec<Item> {
    let reaches: Vec<(Point, f64)> =
        marks.iter().map(|(stamp, at)| (*at, stamps[*stamp].reach_pt + APART_PT / 2.0)).collect();
    let mut order: Vec<(usize, usize, Point)> =
        Stack::layers(&reaches).into_iter().zip(marks).map(|(layer, (stamp, at))| (layer, *stamp, *at)).collect();
    order.sort_by_key(|(layer, stamp, _)| (*layer, *stamp));
    let mut items = Vec::new();
    let mut places = Vec::new();
    for alike in order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        places.clear();
        places.extend(alike.iter().map(|(.., at)| at.to_vec2()));
        items.extend(stamps[alike[0].1].items(&places));
    }
    items
}

/// The marks so far, by the cell that each stands in.
struct Stack {
    cells: HashMap<(i64, i64), Cell>,
    /// As large as two marks that touch are apart, so that only neighbouring cells need be looked at.
    cell_pt: f64,
}

#[derive(Default)]
struct Cell {
    /// The layer, the middle and the reach of the last marks.
    last: Vec<(usize, Point, f64)>,
    /// How many layers those before them fill.
    before: usize,
}

impl Stack {
    /// The layer of each mark: the lowest above all that it touches. `marks` are their places with how far they reach.
    fn layers(marks: &[(Point, f64)]) -> Vec<usize> {
        let most_pt = marks.iter().map(|(_, reach_pt)| *reach_pt).fold(1.0, f64::max);
        let mut stack = Self { cells: HashMap::new(), cell_pt: 2.0 * most_pt };
        marks.iter().map(|(at, reach_pt)| stack.put(*at, *reach_pt)).collect()
    }

    /// Puts a mark on top; its layer.
    fn put(&mut self, at: Point, reach_pt: f64) -> usize {
        let (column, row) = ((at.x / self.cell_pt).floor() as i64, (at.y / self.cell_pt).floor() as i64);
        let mut layer = 0;
        for x in column.saturating_sub(1)..=column.saturating_add(1) {
            for y in row.saturating_sub(1)..=row.saturating_add(1) {
                let Some(cell) = self.cells.get(&(x, y)) else { continue };
                layer = layer.max(cell.before);
                for (other, middle, reach) in &cell.last {
                    if *other >= layer && middle.distance_squared(at) < (reach + reach_pt).powi(2) {
                        layer = other + 1;
                    }
                }
            }
        }
        let cell = self.cells.entry((column, row)).or_default();
        if cell.last.len() == LOOKED_AT {
            let (gone, ..) = cell.last.remove(0);
            cell.before = cell.before.max(gone + 1);
        }
        cell.last.push((layer, at, reach_pt));
        layer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_touches_lies_in_layers_in_its_order() {
        // Four piles of dots, so high that not each of them is looked at, and a row of dots that touch their neighbours.
        let pile = (0..200).map(|index| (Point::new(f64::from(index % 4) * 40.0, 0.1 * f64::from(index)), 5.0));
        let row = (0..100).map(|index| (Point::new(-7.0 * f64::from(index), -60.0), 3.0 + f64::from(index % 2)));
        let dots: Vec<(Point, f64)> = pile.chain(row).collect();
        let layers = Stack::layers(&dots);
        for (upper, (at, reach)) in dots.iter().enumerate() {
            for (lower, (other, other_reach)) in dots[..upper].iter().enumerate() {
                if at.distance(*other) < reach + other_reach {
                    assert!(layers[lower] < layers[upper], "{other:?} is not below {at:?}");
                }
            }
        }
        assert!(layers[200..].iter().all(|layer| *layer < 100) && layers[200] == 0, "{layers:?}");
    }
}
