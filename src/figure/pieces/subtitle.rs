//! The sentence under the title, if the user wrote one.

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
    let subtitle = material.options.subtitle.as_ref().filter(|subtitle| !subtitle.trim().is_empty())?;
    Some(Content::Words(subtitle.clone()))
}
