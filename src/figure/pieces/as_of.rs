//! The day that a figure describes.

use std::collections::BTreeSet;

use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::dossier::{Dossier, Overlay};
use crate::figure::contents::{Material, own_line};
use crate::figure::own_line::title;
use crate::figure::page::Content;
use crate::figure::subject::Subject;
use crate::figure::words::Words;

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
    Some(Content::Words(as_of(material.words(), material.dossier, material.shown)))
}

/// The day that the figure describes, and those of what is the user's own in it, which are not the dossier's: of a line, and
/// of dated layers. Of layers alone, their day if they have one in common, or else the day of each.
pub(in crate::figure) fn as_of(words: &'static Words, dossier: &Dossier, shown: &[&Overlay]) -> String {
    as_of_all(words, &[dossier], shown)
}

/// The same of a page with several maps, whose evidence is that of each of these in turn: it shows these overlays of the last.
pub(in crate::figure) fn as_of_all(words: &'static Words, dossiers: &[&Dossier], shown: &[&Overlay]) -> String {
    let Some(&dossier) = dossiers.last() else { return String::new() };
    if let Some(days) = of_compared(words, dossier, shown) {
        return days;
    }
    let of_layer = |overlay: &&&Overlay| overlay.opened_from.is_some() && !overlay.as_of.is_empty();
    let layers: Vec<&Overlay> = shown.iter().filter(of_layer).copied().collect();
    let each = |layers: &[&Overlay]| -> Vec<String> {
        layers.iter().map(|layer| words.titled(words.name_in(&layer.title), &words.date(&layer.as_of))).collect()
    };
    if !Subject::of(words, dossier, shown).is_of_dossier() && dossier.agreed.is_none() {
        let all_have = shown.iter().filter(|overlay| overlay.opened_from.is_some()).count() == layers.len();
        return match layers.first() {
            Some(first) if all_have && layers.iter().all(|layer| layer.as_of == first.as_of) => {
                words.date(&first.as_of)
            }
            _ => words.long_list(each(&layers)),
        };
    }
    let of_another_day: Vec<&Overlay> = layers.into_iter().filter(|layer| layer.as_of != dossier.as_of).collect();
    let of_dossier = of_dossier_and_line(words, dossiers, shown);
    words.long_list([of_dossier].into_iter().filter(|day| !day.is_empty()).chain(each(&of_another_day)))
}

/// The days of the reports of which two dossiers are compared, in order of time, where all that is shown of them has reports of
/// several days.
fn of_compared(words: &Words, dossier: &Dossier, shown: &[&Overlay]) -> Option<String> {
    let compared = dossier.compared.as_ref().filter(|compared| compared.reports.is_empty())?;
    let of_reports = |overlay: &&&Overlay| {
        let of = compared.derived.get(&overlay.id).and_then(|id| dossier.overlay(id));
        of.is_some_and(|of| of.dated.is_some()) && !overlay.as_of.is_empty()
    };
    if shown.is_empty() || !shown.iter().all(|overlay| of_reports(&overlay)) {
        return None;
    }
    let days: BTreeSet<&str> = shown.iter().map(|overlay| overlay.as_of.as_str()).collect();
    Some(words.long_list(days.into_iter().map(|day| words.date(day))))
}

/// The dossier's day, and those of its overlays that have several and are shown of another; of these alone, if all are of one
/// day, that one.
fn of_dated(words: &Words, dossier: &Dossier, shown: &[&Overlay]) -> String {
    let of_dossier: Vec<&Overlay> = shown.iter().filter(|overlay| overlay.opened_from.is_none()).copied().collect();
    let is_dated = |overlay: &&Overlay| overlay.dated.is_some() && !overlay.as_of.is_empty();
    match of_dossier.first() {
        Some(first) if of_dossier.iter().all(|other| is_dated(other) && other.as_of == first.as_of) => {
            words.date(&first.as_of)
        }
        _ => {
            // The day of an own line is said once, of the line.
            let is_of_line =
                |overlay: &&Overlay| dossier.own_line.as_ref().is_some_and(|own| own.takes_part_in(overlay));
            let of_another_day = of_dossier
                .into_iter()
                .filter(|overlay| is_dated(overlay) && !is_of_line(overlay) && overlay.as_of != dossier.as_of);
            let each =
                of_another_day.map(|overlay| words.titled(words.name_in(&overlay.title), &words.date(&overlay.as_of)));
            let day = words.date(&dossier.as_of);
            words.long_list(std::iter::once(day).filter(|day| !day.is_empty()).chain(each))
        }
    }
}

/// The dossier's day, and those of an own line from the first of several maps to the last. Where nobody has reported of the
/// line up to the day of the figure, that day, and from when on there are reports.
fn of_dossier_and_line(words: &Words, dossiers: &[&Dossier], shown: &[&Overlay]) -> String {
    let Some(dossier) = dossiers.last() else { return String::new() };
    let day = of_dated(words, dossier, shown);
    let Some(own) = own_line(dossier, shown).filter(|_| !day.is_empty()) else {
        return day;
    };
    let lines: Vec<&Overlay> = dossiers.iter().filter_map(|dossier| dossier.overlay(&own.overlay)).collect();
    let reported = || lines.iter().filter(|line| !line.is_before_reports()).map(|line| line.as_of.as_str());
    let (day, of_line) = match (reported().min(), reported().max(), lines.last()) {
        (None, _, Some(line)) => {
            let asked = line.unreported.as_ref().filter(|_| dossiers.len() == 1);
            let day = asked.map_or(day, |unreported| words.date(&unreported.when.iso()));
            (day, words.fill(words.no_report_until, &[("day", &words.date(&line.as_of))]))
        }
        (None | Some(""), ..) => (day, words.undated.to_owned()),
        (Some(first), Some(last), _) if first != last => (day, format!("{} – {}", words.date(first), words.date(last))),
        (Some(only), ..) => (day, words.date(only)),
    };
    let mut letters = title(words, dossier, own).chars();
    let title: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
    words.fill(words.own_line_day, &[("day", &day), ("title", &title), ("of", &of_line)])
}
