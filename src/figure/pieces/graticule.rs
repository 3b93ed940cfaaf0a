//! Lines of longitude and latitude across the map; their degrees stand along its edge as [`super::ticks`] sets them.

use std::sync::Arc;

use super::ticks::{x_of, y_of};
use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::page::{Content, Setting};
use crate::geometry::Frame;
use crate::scene::display_list::{Cap, Item, Path, Stroke};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Graticule,
    name: "graticule",
    label: "Graticule",
    noun: Noun::One("the graticule"),
    stands: Stands::ByItself,
    is_usual: false,
    says: |_| Some(Content::Drawn),
    set: Set::ByThePage,
};

impl Setting {
    /// The lines, in the map's points.
    pub(in crate::figure) fn graticule(&self, map: &Frame) -> Vec<Item> {
        let page = map.page();
        let mut lines = Path::new();
        let mut segment = |a: (f64, f64), b: (f64, f64)| {
            lines.move_to(a);
            lines.line_to(b);
        };
        let [across, down] = self.divisions(map);
        for x in across.into_iter().map(|minutes| x_of(map, minutes)) {
            segment((x, 0.0), (x, page.y1));
        }
        for y in down.into_iter().map(|minutes| y_of(map, minutes)) {
            segment((0.0, y), (page.x1, y));
        }
        let stroke = Stroke { cap: Cap::Butt, ..Stroke::solid(self.palette.region_border.with_opacity(0.55), 0.5) };
        vec![Item::Stroke { path: Arc::new(lines), stroke }]
    }
}
