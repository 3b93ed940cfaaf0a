//! That nothing is implied by a figure, in the words of the dossier; in few words on a narrow page.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::{Content, NARROW_PT};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Disclaimer,
    name: "disclaimer",
    label: "Disclaimer",
    noun: Noun::One("the disclaimer"),
    stands: Stands::PartOf(Piece::Notes),
    is_usual: true,
    says,
    set: Set::WithItsWhole,
};

fn says(material: &Material<'_>) -> Option<Content> {
    let dossier = material.dossier;
    let short = dossier.disclaimer_short.as_ref().filter(|_| material.size_pt.0 < NARROW_PT);
    Some(Content::Words(material.words().name_in(short.unwrap_or(&dossier.disclaimer)).to_owned()))
}
