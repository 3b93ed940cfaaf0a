//! The day that a figure describes.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::dossier::{Dossier, Overlay, words};
use crate::figure::contents::{Material, own_line};
use crate::figure::page::Content;
use crate::figure::subject::Subject;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::AsOf,
    name: "as-of",
    label: "As-of date",
    noun: Noun::One("the as-of date"),
    stands: Stands::PartOf(Piece::Title),
    is_usual: true,
    says,
    set: Set::WithItsWhole,
};

fn says(material: &Material<'_>) -> Option<Content> {
    Some(Content::Words(as_of(material.dossier, material.shown)))
}

/// The day that the figure describes, and that of an own line in it, which is not the dossier's.
pub(in crate::figure) fn as_of(dossier: &Dossier, shown: &[&Overlay]) -> String {
    if !Subject::of(dossier, shown).is_of_dossier() {
        return String::new();
    }
    let day = words::date(&dossier.as_of);
    let Some(own) = own_line(dossier, shown).filter(|_| !day.is_empty()) else {
        return day;
    };
    let of_line = dossier.overlay(&own.overlay).map_or("", |line| &line.as_of);
    let of_line = if of_line.is_empty() { "undated".to_owned() } else { words::date(of_line) };
    let mut letters = own.title.chars();
    let title: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
    format!("{day}; {title}: own, {of_line}")
}
