//! Measured sizes in the legend, under the names of what is measured.

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::dossier::{Dossier, Measure, Overlay, Size, words};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::Sizes,
    name: "sizes",
    label: "Measured sizes",
    noun: Noun::Many { all: "the measured sizes", whole: "the list of measured sizes" },
    stands: Stands::PartOf(Piece::Legend),
    is_usual: false,
    says: |_| None,
    set: Set::WithItsWhole,
};

/// What the legend adds to the name of a kind, or of what a filter leaves of an overlay.
pub(in crate::figure) fn size_note(size: Size) -> Option<String> {
    // No unit stands at the head of a line.
    (size.km2 > 0.0 || size.km > 0.0).then(|| format!("measured {}", words::size(size)).replace(" km", "\u{a0}km"))
}

/// What the legend adds to a name: the size that is stated of it, and the measured one if that is wanted.
pub(in crate::figure) fn sizes_note(dossier: &Dossier, overlay: &Overlay, is_measured: bool) -> Option<String> {
    // No unit stands at the head of a line.
    let stated = dossier.stated(overlay).map(|stated| words::stated(dossier, &stated).replace(" km", "\u{a0}km"));
    let both: Vec<String> = stated.into_iter().chain(note(overlay).filter(|_| is_measured)).collect();
    (!both.is_empty()).then(|| both.join("; "))
}

/// The measured size alone, with no more digits than its accuracy bears; of places none.
pub(in crate::figure) fn measured(overlay: &Overlay) -> Option<String> {
    let rounded = |value: f64| if overlay.is_approximate() { words::three_digits(value) } else { value };
    let size = match overlay.measure {
        Measure::Area { km2, .. } => words::km2(rounded(km2)),
        Measure::Length { km } => words::km(rounded(km)),
        Measure::Count { .. } => return None,
        Measure::Mixed(size) => words::size(size),
    };
    Some(format!("measured {size}"))
}

/// The measured size, and within what range the true one lies if it is approximate.
pub(in crate::figure) fn note(overlay: &Overlay) -> Option<String> {
    let measured = measured(overlay)?;
    let note = match overlay.measure {
        Measure::Area { range_km2: Some((low, high)), .. } => {
            let (low, high) = (words::number(words::three_digits(low), 0), words::km2(words::three_digits(high)));
            format!("{measured} (accuracy range {low}–{high})")
        }
        Measure::Area { .. } | Measure::Length { .. } if overlay.is_approximate() => {
            measured.replacen("measured", "measured about", 1)
        }
        _ => measured,
    };
    // No unit stands at the head of a line.
    Some(note.replace(" km", "\u{a0}km"))
}
