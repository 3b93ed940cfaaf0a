//! The small line above the title: what the user wrote, or else the title of the dossier where the headline is another.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::Content;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Kicker,
    name: "kicker",
    label: "Kicker",
    noun: Noun::One("the kicker"),
    stands: Stands::PartOf(Piece::Title),
    is_usual: true,
    says,
    set: Set::WithItsWhole,
};

fn says(material: &Material<'_>) -> Option<Content> {
    Some(Content::Words(material.subject.kicker(material.options)))
}
