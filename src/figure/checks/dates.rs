//! Shapes past their day or without one, and days of which accounts differ.

use super::{Concern, Page, list};
use crate::dossier::compared::CHANGED_GROUP;
use crate::dossier::gaps::{STALE_DAYS, days_of};
use crate::dossier::{Overlay, words};

/// Of so many days is told which accounts differ.
const MOST_CONTESTED: usize = 4;

/// Looks at the days of what is shown; `today` is a day since 1970, or `None` to go by the day that the dossier describes.
pub(super) fn dates(page: &Page<'_>, today: Option<i64>, warn: &mut impl FnMut(Concern, String)) {
    contested(page, warn);
    let Page { dossier, options, drawn, shown, .. } = page;
    let of_figure = days_of(&dossier.as_of);
    let (mut undated, mut stale) = (Vec::new(), Vec::new());
    // What was before is old, and says so.
    let of_page = shown.iter().map(|overlay| (*overlay, today.or(of_figure)));
    // Maps of several days are of these, and not of today.
    let of_maps = drawn.panels.iter().flat_map(|moment| {
        let now = moment.when.and_then(|when| when.latest()?.since_1970());
        let overlays = moment.dossier().overlays.iter().filter(|overlay| shown.iter().any(|one| one.id == overlay.id));
        overlays.filter(|overlay| !overlay.is_before_reports()).map(move |overlay| (overlay.as_ref(), now))
    });
    let of_page = of_page.filter(|_| drawn.panels.is_empty());
    for (overlay, now) in of_page.chain(of_maps).filter(|(overlay, _)| overlay.group != CHANGED_GROUP) {
        match (days_of(&overlay.as_of), now) {
            (None, _) => {
                let title = words::quoted(overlay.title.main());
                if !undated.contains(&title) {
                    undated.push(title);
                }
            }
            (Some(day), Some(now)) if now - day > STALE_DAYS => stale.push(overlay),
            _ => {}
        }
    }
    if !undated.is_empty() {
        warn(Concern::Dates, format!("no date is given for {}", list(&undated)));
    }
    if let Some(oldest) = stale.iter().min_by_key(|overlay| days_of(&overlay.as_of)) {
        let mut names: Vec<String> = Vec::new();
        for title in stale.iter().map(|overlay| words::quoted(overlay.title.main())) {
            if !names.contains(&title) {
                names.push(title);
            }
        }
        let day = words::date(&oldest.as_of);
        warn(Concern::Dates, format!("more than {STALE_DAYS} days old (as of {day}): {}", list(&names)));
    }
    if options.panels.is_some() {
        let same: Vec<&Overlay> = shown.iter().copied().filter(|overlay| overlay.dated.is_none()).collect();
        let names: Vec<String> = same.iter().map(|overlay| words::quoted(overlay.title.main())).collect();
        if !names.is_empty() {
            warn(Concern::Dates, format!("the same on all maps, whatever their day: {}", list(&names)));
        }
    }
}

/// Names the days of which accounts differ.
fn contested(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { document, drawn, shown, .. } = page;
    let mut contested: Vec<String> = Vec::new();
    let of_panels = drawn.panels.iter().flat_map(|moment| moment.dossier().overlays.iter().map(AsRef::as_ref));
    let of_page = shown.iter().copied().filter(|_| drawn.panels.is_empty());
    for overlay in of_page.chain(of_panels.filter(|overlay: &&Overlay| document.is_shown(&overlay.id))) {
        let said = overlay.contested().map(|what| format!("{}: {what}", words::quoted(overlay.title.main())));
        contested.extend(said.filter(|said| !contested.contains(said)));
    }
    let more = contested.len().saturating_sub(MOST_CONTESTED);
    contested.truncate(MOST_CONTESTED);
    contested.extend((more > 0).then(|| format!("accounts differ of {more} more days that are shown")));
    contested.into_iter().for_each(|what| warn(Concern::Dates, what));
}
