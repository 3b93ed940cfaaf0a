//! The arrow to the north, which on a Mercator map is up everywhere.

use std::sync::Arc;

use kurbo::Point;

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::page::{Content, FigureSpec, Plate, Setting};
use crate::figure::placing::Corner;
use crate::geometry::Frame;
use crate::scene::display_list::{Face, Item, Path};
use crate::scene::text;

/// How wide the arrow is, in ems of the text beside it.
pub(super) const NORTH_ARROW_EM: f64 = 1.5;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::NorthArrow,
    name: "north-arrow",
    label: "North arrow",
    noun: Noun::One("the north arrow"),
    stands: Stands::OnMap(Corner::BottomLeft),
    is_usual: true,
    says: |_| Some(Content::Drawn),
    set: Set::Plate(plate),
};

fn plate(setting: &Setting, _: &FigureSpec, map: &Frame, is_here: &dyn Fn(Piece) -> bool) -> Option<Plate> {
    // At the place of the scale bar it stands on the scale bar's plate.
    (!is_here(Piece::ScaleBar)).then(|| setting.scale_and_north(map, false, true))
}

impl Setting {
    /// The arrow with its letter, around a point.
    pub(super) fn north_arrow(&self, at: Point) -> Vec<Item> {
        let size_pt = self.size(0.8);
        let color = self.palette.ink;
        let north = self.words.north;
        let (center, middle) = (at.x, at.y);
        let (top, foot) = (middle - 0.35 * size_pt, middle + 1.35 * size_pt);
        let mut arrow = Path::new();
        arrow.move_to((center, top));
        arrow.line_to((center + 0.5 * size_pt, foot));
        arrow.line_to((center, foot - 0.4 * size_pt));
        arrow.line_to((center - 0.5 * size_pt, foot));
        arrow.close_path();
        let n_width = text::measure(north, Face::SansSemiBold, size_pt, 0.0).advance_pt;
        let at = Point::new(center - n_width / 2.0, top - 0.25 * size_pt);
        vec![Item::Fill { path: Arc::new(arrow), color }, self.text(north, Face::SansSemiBold, size_pt, color, at)]
    }
}
