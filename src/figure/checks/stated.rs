//! Stated figures that the shape beside them does not fit, as one does not that was edited after its figure was written down.

use super::{Concern, Page};
use crate::dossier::compared::CHANGED_GROUP;
use crate::dossier::{Verdict, words};

/// Compares what is stated of each overlay with what it measures. Figures of several maps measure each of its day, and what
/// changed between two dossiers is neither of them.
pub(super) fn figures(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { dossier, drawn, shown, .. } = page;
    if !drawn.panels.is_empty() {
        return;
    }
    for overlay in shown.iter().filter(|overlay| overlay.group != CHANGED_GROUP) {
        let Some(stated) = dossier.stated(overlay) else { continue };
        let compared = dossier.comparisons_of(overlay).find(|one| one.figure.id == stated.figure.id);
        // With a line of the user's own, whose accuracy nobody states, every difference may be one of accuracy.
        let differs = compared.filter(|one| one.verdict == Verdict::Differs && !one.lost_range);
        let Some((measured, _)) = differs.and_then(|one| one.shown()) else { continue };
        let title = words::quoted(overlay.title.main());
        let (measured, said) = (words::value(measured, &stated.figure.unit), words::stated(dossier, &stated));
        let what = format!("{title} measures {measured}, which does not fit what is stated of it ({said})");
        warn(Concern::Stated, format!("{what}: look whether its shape is right, or say in a note why they differ"));
    }
}
