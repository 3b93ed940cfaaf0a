//! Who says so: annotations that cite nobody, quotes that are not in their texts or that nobody has checked, and data without a
//! credit.

use std::collections::HashSet;

use super::{Concern, Page, beginning, list};
use crate::dossier::agreed::AGREED_GROUP;
use crate::dossier::check::{CheckState, check as check_excerpt};
use crate::dossier::compared::CHANGED_GROUP;
use crate::dossier::verify::Texts;
use crate::dossier::{Excerpt, Overlay, words};
use crate::figure::contents::own_line;
use crate::figure::pieces::Piece;

/// Names annotations that cite no source.
pub(super) fn annotations(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { document, drawn, .. } = page;
    let uncited: Vec<String> = crate::scene::annotations::shown(document, &drawn.map)
        .into_iter()
        .filter(|annotation| annotation.citations.is_empty())
        .map(|annotation| words::quoted(&annotation.label()))
        .collect();
    match uncited.as_slice() {
        [] => {}
        [one] => warn(Concern::Uncited, format!("{one} cites no source: select it and choose Cite…")),
        several => {
            let (count, first) = (several.len(), several[..several.len().min(4)].join(", "));
            let more = if count > 4 { " and others" } else { "" };
            warn(Concern::Uncited, format!("{count} annotations cite no source: {first}{more}"));
        }
    }
}

/// The excerpts that what is shown rests on, each once.
fn cited<'a>(page: &Page<'a>) -> Vec<&'a Excerpt> {
    let (dossier, annotations) = (page.dossier, page.drawn.annotations());
    let mut known = HashSet::new();
    let of_overlays = page.shown.iter().flat_map(|overlay| dossier.rests_on(overlay));
    let of_either = of_overlays.chain(annotations.excerpts());
    of_either.filter(|excerpt| known.insert(excerpt.id.as_str())).collect()
}

/// Names quotes that are not in the texts at hand, and counts those that nobody has checked.
pub(super) fn quotes(page: &Page<'_>, texts: &Texts, warn: &mut impl FnMut(Concern, String)) {
    let dossier = page.dossier;
    let mut unread: Vec<&str> = Vec::new();
    for excerpt in cited(page) {
        let state = check_excerpt(excerpt, texts.get(&excerpt.source)).state;
        let outlet = dossier.source(&excerpt.source).map_or(excerpt.source.as_str(), |source| source.outlet.as_str());
        match state {
            CheckState::Exact { .. } | CheckState::Normalized { .. } | CheckState::Divided { .. } => {}
            CheckState::NoText => unread.push(outlet),
            CheckState::OtherText { .. } => warn(
                Concern::BrokenQuotes,
                format!("a quote from {outlet} was taken from another text: {}", beginning(&excerpt.exact)),
            ),
            CheckState::Moved { .. } | CheckState::Ambiguous { .. } | CheckState::NotFound => warn(
                Concern::BrokenQuotes,
                format!("a quote from {outlet} is {} in its text: {}", state.name(), beginning(&excerpt.exact)),
            ),
        }
    }
    if !unread.is_empty() {
        let count = unread.len();
        unread.sort_unstable();
        unread.dedup();
        let quotes = if count == 1 { "1 quote has".to_owned() } else { format!("{count} quotes have") };
        let from = list(&unread);
        warn(Concern::UncheckedQuotes, format!("{quotes} not been checked: no text at hand for {from}"));
    }
}

/// Names what is shown without a credit.
pub(super) fn credits(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { dossier, options, drawn, shown, .. } = page;
    for title in drawn.maps_without_credit() {
        let title = words::quoted(title);
        warn(
            Concern::Credits,
            format!("the map {title} credits nobody: say whose it is under Maps…, or in its record"),
        );
    }
    // What changed of an annotation is the user's own.
    let is_drawn_by_user = |overlay: &Overlay| {
        let derived = dossier.compared.as_ref().map(|compared| &compared.derived);
        overlay.group == CHANGED_GROUP && derived.is_some_and(|derived| !derived.contains_key(&overlay.id))
    };
    // Of ground by which accounts say so, the accounts are to be credited.
    let accounts = dossier.agreed.iter().flat_map(|agreed| &agreed.uncredited).map(|name| words::quoted(name));
    let uncredited: Vec<String> = shown
        .iter()
        .filter(|overlay| overlay.credit.is_none() && !is_drawn_by_user(overlay) && overlay.group != AGREED_GROUP)
        .map(|overlay| words::quoted(overlay.title.main()))
        .chain(accounts)
        .chain(own_line(dossier, shown).filter(|own| own.credit.is_none()).map(|own| words::quoted(&own.from)))
        .collect();
    if !uncredited.is_empty() {
        warn(Concern::Credits, format!("no credit is given for {}", list(&uncredited)));
    }
    let rests = !cited(page).is_empty() || drawn.features().provenance().is_some();
    if !options.furniture.has(Piece::References) && rests && !options.furniture.has(Piece::Numbers) {
        warn(Concern::Credits, "the figure lists none of its sources: the references are left out".to_owned());
    }
}
