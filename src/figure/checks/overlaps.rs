//! What lies over each other on the page: furniture over what the figure is about and over other furniture, and the words of
//! annotations.

use kurbo::Rect;

use super::covering::{self, Marked, Meeting, Under};
use super::{Concern, MOST, list};
use crate::document::Document;
use crate::dossier::{Overlay, words};
use crate::figure::assemble::Drawn;
use crate::figure::pieces::Piece;
use crate::scene::Scene;

/// What on the map lies over what it is about, and annotations whose words lie over each other.
pub(super) fn covered(scene: &Scene, document: &Document, drawn: &Drawn, warn: &mut impl FnMut(Concern, String)) {
    let on_map: Vec<_> = drawn
        .standing
        .iter()
        // The callout names what it stands on.
        .filter(|standing| standing.on_map && standing.piece != Piece::Callout)
        .collect();
    let rects: Vec<Rect> = on_map.iter().map(|standing| standing.rect).collect();
    let marked = Marked::all(document, drawn);
    let hidden = covering::hidden(scene, drawn, &rects);
    let share_of =
        |overlay: &Overlay, share: f64| format!("{} ({:.0} %)", words::quoted(overlay.title.main()), 100.0 * share);
    for (index, standing) in on_map.iter().enumerate() {
        let shares = hidden.iter().filter_map(|one| Some(share_of(one.overlay, one.much_under(index)?)));
        let of_main = hidden.iter().filter_map(|one| Some(share_of(one.overlay, one.some_of_main_under(index)?)));
        let labels = marked.iter().filter(|one| one.is_under(standing.rect)).map(|one| words::quoted(&one.label));
        let or_off = if standing.piece.stands_beside() { " or off the map" } else { "" };
        let subject = ", what the figure is about";
        let covered = [
            ("much of ", shares.collect::<Vec<_>>(), ""),
            ("some of ", of_main.collect(), subject),
            ("", labels.collect(), ""),
        ];
        for (much, names, what) in covered {
            if !names.is_empty() {
                let names = list(&names);
                let name = standing.piece.singular();
                warn(Concern::Covered, format!("{name} covers {much}{names}{what}: move it elsewhere{or_off}"));
            }
        }
    }
    for one in &hidden {
        if let Some((share, pieces)) = one.much_together() {
            let names: Vec<&str> = pieces.into_iter().map(|piece| on_map[piece].piece.singular()).collect();
            let (names, much) = (names.join(" and "), share_of(one.overlay, share));
            warn(Concern::Covered, format!("{names} together cover much of {much}: move one of them elsewhere"));
        }
    }
    let cut: Vec<String> =
        marked.iter().filter(|one| one.is_cut(drawn.map_frame)).map(|one| words::quoted(&one.label)).collect();
    if !cut.is_empty() {
        let names = list(&cut);
        warn(
            Concern::Overlap,
            format!("the edge of the map cuts off the text of {names}: move the text or show more of the map"),
        );
    }
    let Meeting { pairs, is_all } = Marked::meeting(&marked);
    for (one, two, what) in pairs.iter().take(MOST) {
        let what = match what {
            Under::Words => "that",
            Under::Mark => "the mark",
        };
        let (one, two) = (words::quoted(&one.label), words::quoted(&two.label));
        warn(Concern::Overlap, format!("the text of {one} overlaps {what} of {two}: move one of them"));
    }
    if let Some(more @ 1..) = pairs.len().checked_sub(MOST) {
        let more = if is_all { more.to_string() } else { format!("at least {more}") };
        warn(Concern::Overlap, format!("texts of annotations overlap in {more} more places"));
    }
}

/// Names pieces of furniture that lie over each other.
pub(super) fn furniture(drawn: &Drawn, warn: &mut impl FnMut(Concern, String)) {
    for (index, one) in drawn.standing.iter().enumerate() {
        for two in &drawn.standing[index + 1..] {
            let both = one.rect.intersect(two.rect);
            if both.width() > 1.0 && both.height() > 1.0 {
                let (upper, lower) = (two.piece.singular(), one.piece.singular());
                warn(Concern::Overlap, format!("{upper} overlaps {lower}: move one of them"));
            }
        }
    }
}
