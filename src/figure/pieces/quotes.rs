//! The words that each source says of what is shown, under the source.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::dossier::{Dossier, Overlay};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Quotes,
    name: "quotes",
    label: "Quoted words",
    noun: Noun::Many { all: "the quoted words", whole: "the list of quoted words" },
    stands: Stands::PartOf(Piece::References),
    is_usual: false,
    says: |_| None,
    set: Set::WithItsWhole,
};

/// The words that a source says of what is shown, each once.
pub(in crate::figure) fn quotes_of(dossier: &Dossier, source: &str, shown: &[&Overlay]) -> Vec<String> {
    let behind: Vec<&str> =
        shown.iter().flat_map(|overlay| dossier.rests_on(overlay)).map(|excerpt| excerpt.id.as_str()).collect();
    dossier
        .excerpts
        .iter()
        .filter(|excerpt| excerpt.source == source)
        .filter(|excerpt| behind.contains(&excerpt.id.as_str()))
        .map(|excerpt| excerpt.exact.clone())
        .collect()
}
