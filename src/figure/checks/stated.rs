//! Stated figures that the shape beside them does not fit, as one does not that was edited after its figure was written down, or
//! that follows a line of the user's own.

use super::{Concern, MOST, Page};
use crate::dossier::compare::compare;
use crate::dossier::compared::CHANGED_GROUP;
use crate::dossier::{Verdict, words};

/// Compares what is stated of each overlay with what it measures, on each map. What changed between two dossiers is neither of them.
pub(super) fn figures(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    of_shapes(page, warn);
    of_own_line(page, warn);
}

/// Of shapes that stand still, whose difference is no matter of a line of which nobody states the accuracy.
fn of_shapes(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { dossier, drawn, shown, .. } = page;
    if !drawn.panels.is_empty() {
        return;
    }
    for overlay in shown.iter().filter(|overlay| overlay.group != CHANGED_GROUP) {
        let Some(stated) = dossier.stated(overlay) else { continue };
        let compared = dossier.comparisons_of(overlay).find(|one| one.figure.id == stated.figure.id);
        let differs = compared.filter(|one| one.verdict == Verdict::Differs && !one.lost_range);
        let Some((measured, _)) = differs.and_then(|one| one.shown()) else { continue };
        let title = words::quoted(overlay.title.main());
        let (measured, said) = (words::value(measured, &stated.figure.unit), words::stated(dossier, &stated));
        let what = format!("{title} measures {measured}, which does not fit what is stated of it ({said})");
        warn(Concern::Stated, format!("{what}: look whether its shape is right, or say in a note why they differ"));
    }
}

/// Of shapes that follow a line of the user's own: on each map, whose shapes differ.
fn of_own_line(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { dossier, drawn, shown, .. } = page;
    let of_page = drawn.panels.is_empty().then_some((None, *dossier));
    let of_maps = drawn.panels.iter().map(|moment| (moment.when, moment.dossier()));
    let mut said: Vec<String> = Vec::new();
    for (when, dossier) in of_page.into_iter().chain(of_maps).filter(|(_, dossier)| dossier.own_line.is_some()) {
        for id in shown.iter().map(|overlay| overlay.id.as_str()) {
            let Some(overlay) = dossier.overlay(id).filter(|overlay| !overlay.is_before_reports()) else { continue };
            let Some(stated) = dossier.stated(overlay) else { continue };
            let comparison = compare(dossier, overlay, stated.figure);
            let differs = comparison.verdict == Verdict::Differs && comparison.lost_range;
            let Some((measured, _)) = comparison.shown().filter(|_| differs) else { continue };
            let map = when.map_or_else(String::new, |when| format!(" on the map of {when}"));
            let title = words::quoted(overlay.title.main());
            let (stated, measured) = (words::stated(dossier, &stated), words::value(measured, &stated.figure.unit));
            said.push(format!("with your own line {title} measures {measured}{map}, and is stated as {stated}"));
        }
    }
    let more = said.len().saturating_sub(MOST);
    said.truncate(MOST);
    said.extend((more > 0).then(|| format!("{more} more maps show another size than the stated one")));
    said.into_iter().for_each(|what| warn(Concern::Stated, what));
}
