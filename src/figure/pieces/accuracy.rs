//! How exact the approximate shapes of a figure are.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::dossier::{Overlay, words};
use crate::figure::contents::Material;
use crate::figure::page::Content;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Accuracy,
    name: "accuracy",
    label: "Note of accuracy",
    noun: Noun::One("the note of accuracy"),
    stands: Stands::PartOf(Piece::Notes),
    is_usual: true,
    says,
    set: Set::WithItsWhole,
};

fn says(material: &Material<'_>) -> Option<Content> {
    let approximate: Vec<&&Overlay> = material.shown.iter().filter(|overlay| overlay.is_approximate()).collect();
    let worst = approximate.iter().filter_map(|overlay| overlay.accuracy_m).reduce(f64::max)?;
    let names = approximate.iter().map(|overlay| overlay.title.main()).collect::<Vec<_>>().join(", ");
    Some(Content::Words(format!("Approximate, ± {}: {names}.", words::distance(worst))))
}
