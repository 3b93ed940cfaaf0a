//! The sentence under the title: the user’s, or that of a figure of what changed.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::Content;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Subtitle,
    name: "subtitle",
    label: "Subtitle",
    noun: Noun::One("the subtitle"),
    stands: Stands::PartOf(Piece::Title),
    is_usual: true,
    says,
    set: Set::WithItsWhole,
};

fn says(material: &Material<'_>) -> Option<Content> {
    let subtitle = material.subject.subtitle(material.options);
    (!subtitle.trim().is_empty()).then_some(Content::Words(subtitle))
}
