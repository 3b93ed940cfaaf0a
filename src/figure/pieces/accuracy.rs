//! How exact the approximate shapes of a figure are.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::contents::Material;
use crate::figure::page::{Content, NARROW_PT};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Accuracy,
    name: "accuracy",
    label: "Accuracy note",
    noun: Noun::One("the accuracy note"),
    stands: Stands::PartOf(Piece::Notes),
    is_usual: true,
    says,
    set: Set::WithItsWhole,
};

/// What is approximate, by how much, and how that was measured: a sentence for each accuracy, the coarsest first. In a
/// narrow column the measure is left to the file's provenance.
fn says(material: &Material<'_>) -> Option<Content> {
    let words = material.words();
    let is_narrow = material.size_pt.0 < NARROW_PT;
    let mut by_accuracy: Vec<(f64, String, Vec<String>)> = Vec::new();
    for overlay in material.shown.iter().filter(|overlay| overlay.is_approximate()) {
        let Some(range) = words.accuracy_range(overlay) else { continue };
        let said = match words.accuracy_tested(overlay).filter(|_| !is_narrow) {
            Some(tested) => format!("{range} ({tested})"),
            None => range,
        };
        let name = words.name_in(&overlay.title).to_owned();
        match by_accuracy.iter_mut().find(|(_, other, _)| *other == said) {
            Some((.., names)) if names.contains(&name) => {}
            Some((.., names)) => names.push(name),
            None => by_accuracy.push((overlay.accuracy_m.unwrap_or(0.0), said, vec![name])),
        }
    }
    for picture in material.pictures() {
        let Some(accuracy_m) = picture.accuracy_m() else { continue };
        let said = words.accuracy(accuracy_m);
        match by_accuracy.iter_mut().find(|(_, other, _)| *other == said) {
            Some((.., names)) => names.push(picture.title.clone()),
            None => by_accuracy.push((accuracy_m, said, vec![picture.title.clone()])),
        }
    }
    let mut unknown = Vec::new();
    for (traced, count) in material.drawn.traced() {
        let name = words.counted(&words.traced, count, &[("picture", &traced.picture)]);
        let Some(accuracy_m) = traced.accuracy_m else {
            unknown.push(name);
            continue;
        };
        let said = words.accuracy(accuracy_m);
        match by_accuracy.iter_mut().find(|(_, other, _)| *other == said) {
            Some((.., names)) => names.push(name),
            None => by_accuracy.push((accuracy_m, said, vec![name])),
        }
    }
    by_accuracy.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut sentences: Vec<String> = by_accuracy
        .into_iter()
        .map(|(_, said, names)| words.fill(words.approximate, &[("accuracy", &said), ("names", &words.list(names))]))
        .collect();
    if !unknown.is_empty() {
        sentences.push(words.fill(words.unknown_accuracy, &[("names", &words.list(unknown))]));
    }
    (!sentences.is_empty()).then(|| Content::Words(sentences.join(" ")))
}
