//! With which dossier and which program a figure was made, after the credits.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::Content;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::MadeWith,
    name: "made-with",
    label: "Dossier and program",
    noun: Noun::One("the line about dossier and program"),
    stands: Stands::ByItself,
    is_usual: true,
    says,
    set: Set::ByThePage,
};

fn says(material: &Material<'_>) -> Option<Content> {
    let words = material.words();
    let (name, edition) = (words.quoted(words.name_in(&material.dossier.title)), &material.dossier.version);
    let version = env!("CARGO_PKG_VERSION");
    Some(Content::Words(if material.subject.is_of_dossier() {
        words.fill(words.made_with, &[("name", &name), ("edition", edition), ("version", version)])
    } else {
        words.fill(words.drawn_with, &[("version", version)])
    }))
}
