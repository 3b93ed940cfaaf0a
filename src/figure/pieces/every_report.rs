//! Every report in the table of stated figures, weak and repeated ones too; [`super::comparison`] asks for it.

use super::{Noun, Piece, PieceInfo, Set, Stands};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::EveryReport,
    name: "every-report",
    label: "Every report",
    noun: Noun::One("the list of every report"),
    stands: Stands::PartOf(Piece::Comparison),
    is_usual: false,
    says: |_| None,
    set: Set::WithItsWhole,
};
