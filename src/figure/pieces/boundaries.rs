//! Whose view of the boundaries is drawn, in the words of the dossier.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::Content;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Boundaries,
    name: "boundaries",
    label: "Boundary view",
    noun: Noun::One("the boundary view"),
    stands: Stands::PartOf(Piece::Notes),
    is_usual: true,
    says,
    set: Set::WithItsWhole,
};

fn says(material: &Material<'_>) -> Option<Content> {
    let view = material.words().name_in(&material.dossier.boundary_view);
    material.subject.is_of_dossier().then(|| Content::Words(view.to_owned()))
}
