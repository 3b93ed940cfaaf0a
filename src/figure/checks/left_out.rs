//! What was asked for and is not on the page: missing pictures, layers beyond the map, days that nobody reported, and what found
//! no room.

use super::{Concern, Page, list};
use crate::document::Document;
use crate::dossier::{Overlay, words};
use crate::figure::assemble::Drawn;
use crate::figure::contents::hidden_cells;
use crate::figure::output::EncodeError;
use crate::figure::pieces::Piece;

/// What is missing of the placed pictures, and of what is said of them.
pub(super) fn pictures(document: &Document, drawn: &Drawn, warn: &mut impl FnMut(Concern, String)) {
    for picture in document.pictures.iter().filter(|picture| picture.is_shown()) {
        let title = words::quoted(&picture.title);
        if !drawn.pictures.at_hand.contains(&picture.id) {
            let name = picture.file.name();
            warn(Concern::LeftOut, format!("the picture {title} is missing: its file {name} was not read"));
        }
        if !drawn.pictures.shown.contains(&picture.id) {
            continue;
        }
        let missing: Vec<&str> = [("source", &picture.source), ("licence", &picture.license)]
            .into_iter()
            .filter(|(_, said)| said.trim().is_empty())
            .map(|(what, _)| what)
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(" and no ");
            warn(
                Concern::Credits,
                format!("the picture {title} has no {missing}: say where it is from and who may use it"),
            );
        }
    }
}

/// Names what is not shown of layers and overlays.
pub(super) fn of_map(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { dossier, document, drawn, shown, .. } = page;
    let has_marks = !crate::scene::annotations::shown(document, &drawn.map).is_empty();
    if shown.is_empty() && !has_marks && !document.pictures.iter().any(|picture| picture.is_shown()) {
        warn(Concern::LeftOut, "nothing is shown on the map: no overlay, no file, no annotation".to_owned());
    }
    // A file that was opened for the figure is missed where it is not on it.
    let [west, south, east, north] = drawn.map.lon_lat_bounds();
    let opened = dossier.overlays.iter().filter(|overlay| overlay.opened_from.is_some());
    for overlay in opened.filter(|overlay| document.is_shown(&overlay.id)) {
        let [least_lon, least_lat, most_lon, most_lat] = overlay.bounds;
        if most_lon < west || least_lon > east || most_lat < south || least_lat > north {
            let (title, file) =
                (words::quoted(overlay.title.main()), overlay.opened_from.as_deref().unwrap_or_default());
            let why = format!("{title} ({file}) lies outside the map and is not in the figure: show more of the map");
            warn(Concern::LeftOut, why);
        }
    }

    for overlay in dossier.overlays.iter().filter(|overlay| document.is_shown(&overlay.id)) {
        let undated = overlay.only_of.as_ref().map_or(0, |days| days.undated);
        if undated > 0 {
            let title = words::quoted(overlay.title.main());
            let what = format!("features of {title} that are not in the figure, for only their month or so is known");
            warn(Concern::LeftOut, format!("{what}, not their day: {}", words::number(undated as f64, 0)));
        }
    }

    // Where the figure is of several maps, the days of these count, not that of the project.
    let of_page = dossier.overlays.iter().filter(|_| drawn.panels.is_empty());
    for overlay in of_page.filter(|overlay| overlay.is_before_reports()) {
        if let Some(unreported) = overlay.unreported.as_ref().filter(|_| document.is_shown(&overlay.id)) {
            let (title, why) = (words::quoted(overlay.title.main()), words::unreported(unreported));
            warn(Concern::LeftOut, format!("{title} is not in the figure: {why}"));
        }
    }

    let mut before_reports: Vec<(&Overlay, Vec<String>)> = Vec::new();
    for moment in &drawn.panels {
        let before = moment.dossier().overlays.iter().filter(|overlay| overlay.is_before_reports());
        for overlay in before.filter(|overlay| document.is_shown(&overlay.id)) {
            let Some(day) = overlay.unreported.as_ref().map(|unreported| unreported.when.to_string()) else { continue };
            match before_reports.iter_mut().find(|(known, _)| known.id == overlay.id) {
                Some((_, days)) => days.push(day),
                None => before_reports.push((overlay, vec![day])),
            }
        }
    }
    for (overlay, days) in before_reports {
        let title = words::quoted(overlay.title.main());
        let days = match days.as_slice() {
            [first, .., last] => format!("{} days, {first} to {last}", days.len()),
            _ => days.concat(),
        };
        warn(Concern::LeftOut, format!("{title} is not in the figure for {days}: nobody had reported yet"));
    }
    if !drawn.differ.is_empty() {
        let names: Vec<&str> = drawn.differ.iter().map(|piece| piece.singular()).collect();
        let names = list(&names);
        warn(Concern::LeftOut, format!("left out, because it differs from map to map: {names}"));
    }

    if let Some((hidden, all)) = hidden_cells(dossier, document) {
        let km2: f64 = hidden.iter().map(|cell| cell.measure.size().km2).sum();
        let (count, km2) = (hidden.len(), words::area(km2, 2));
        warn(
            Concern::LeftOut,
            format!("{count} of {all} pieces of ground are not shown, {km2}: tick them in the list to show them"),
        );
    }
}

/// Names what found no room on the page.
pub(super) fn of_page(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { options, drawn, .. } = page;
    for piece in &drawn.pieces_left_out {
        warn(Concern::LeftOut, format!("no room on the map for {}", piece.noun()));
    }
    for piece in &drawn.moved_off {
        let name = piece.singular();
        warn(Concern::LeftOut, format!("{name} would cover too much of the map and is placed off it"));
    }
    if drawn.is_too_small {
        warn(Concern::LeftOut, EncodeError::NoRoom.to_string());
    }
    for (count, what) in drawn.rows_left_out.into_iter().zip(["rows of the legend", "sources", "stated figures"]) {
        if count > 0 {
            warn(Concern::LeftOut, format!("no room on the page for {count} {what}; use a larger page"));
        }
    }
    match drawn.hidden_towns {
        0 => {}
        1 => warn(Concern::LeftOut, "1 town is not shown for want of room; use a larger page".to_owned()),
        count => warn(Concern::LeftOut, format!("{count} towns are not shown for want of room; use a larger page")),
    }

    for (is_short, what) in [
        (drawn.legend_names_alone, "all sizes and second names in the legend"),
        (drawn.references_outlets_alone, "titles and addresses of the references"),
    ] {
        if is_short {
            warn(Concern::LeftOut, format!("no room on the page for {what}; use a larger page"));
        }
    }

    let unlisted = drawn.features().left_out();
    if options.furniture.has(Piece::References) && unlisted > 0 {
        let files = "the figure’s GeoJSON and evidence pack have all of them";
        warn(Concern::LeftOut, format!("{unlisted} sources of features are not listed; {files}"));
    }
    if !drawn.references_shortened.is_empty() {
        let numbers: Vec<String> = drawn.references_shortened.iter().map(usize::to_string).collect();
        let numbers = list(&numbers);
        let sources = if drawn.references_shortened.len() == 1 { "source" } else { "sources" };
        warn(Concern::LeftOut, format!("title or address of {sources} {numbers} shortened: too long to print in full"));
    }
}
