//! Measured sizes in the legend, under the names of what is measured.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::dossier::{Dossier, Overlay, Size};
use crate::figure::words::Words;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Sizes,
    name: "sizes",
    label: "Measured sizes",
    noun: Noun::Many { all: "the measured sizes", whole: "the list of measured sizes" },
    stands: Stands::PartOf(Piece::Legend),
    is_usual: false,
    says: |_| None,
    set: Set::WithItsWhole,
};

/// What the legend adds to the name of a kind, or of what a filter leaves of an overlay.
pub(in crate::figure) fn size_note(words: &Words, size: Size) -> Option<String> {
    (size.km2 > 0.0 || size.km > 0.0).then(|| words.unbroken(&words.measured(&words.size(size))))
}

/// What the legend adds to a name: the size that is stated of it, and the measured one if that is wanted.
pub(in crate::figure) fn sizes_note(
    words: &Words,
    dossier: &Dossier,
    overlay: &Overlay,
    is_measured: bool,
) -> Option<String> {
    let stated = dossier.stated(overlay).map(|stated| words.unbroken(&words.stated(dossier, &stated)));
    let both: Vec<String> = stated.into_iter().chain(words.measured_note(overlay).filter(|_| is_measured)).collect();
    (!both.is_empty()).then(|| words.long_list(both))
}
