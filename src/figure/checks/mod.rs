//! What an editor should know before a figure goes out: quotes that nobody has checked, shapes past their day, text that
//! is too small or in the way, colours that cannot be told apart, data without a credit.

mod covering;
mod likeness;

use std::collections::HashSet;

use kurbo::{Rect, Shape as _};

use self::covering::{Marked, Meeting, Under};
pub(in crate::figure) use self::likeness::{Lab, difference};
use self::likeness::{over, without_green};
use crate::document::Document;
use crate::dossier::agreed::AGREED_GROUP;
use crate::dossier::check::{CheckState, check as check_excerpt};
use crate::dossier::compare::compare;
use crate::dossier::compared::CHANGED_GROUP;
use crate::dossier::gaps::{STALE_DAYS, days_of};
use crate::dossier::kinds::Row;
use crate::dossier::verify::Texts;
use crate::dossier::{Dimension, Dossier, Excerpt, Kind, OWN_GROUP, Overlay, Style, Verdict, words};
use crate::figure::assemble::Drawn;
use crate::figure::contents::{hidden_cells, own_line};
use crate::figure::options::FigureOptions;
use crate::figure::output::EncodeError;
use crate::figure::pieces::Piece;
use crate::figure::pieces::legend::kinds_of;
use crate::scene::display_list::{Color, Item, Mark, Text, texts_but};
use crate::scene::palette::Theme;
use crate::scene::{Scene, kinds_in, style_of, text};

/// The smallest text that a printer should be asked for, in points of 1/72 inch.
pub const LEAST_PRINT_PT: f64 = 6.0;

/// Of so many days is told which accounts differ.
const MOST_CONTESTED: usize = 4;

/// Fills, and lines, that differ by less (CIEDE2000) are taken for one another on a page.
const ALIKE_FILL: f64 = 6.0;
const ALIKE_LINE: f64 = 12.0;

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// Quotes that are not in their sources.
    BrokenQuotes,
    /// Quotes that have not been checked.
    UncheckedQuotes,
    /// Annotations that rest on no source.
    Uncited,
    /// Shapes past their day, or without one.
    Dates,
    /// Stated sizes that shapes no longer have.
    Sizes,
    /// Outlines that cross themselves or go the long way round the world.
    Crossings,
    /// Text that is too small.
    SmallText,
    /// Text with characters that the typefaces lack.
    Letters,
    /// Text over text, or over the edge of the page.
    Overlap,
    /// Furniture over what the map shows.
    Covered,
    /// What was asked for and found no room.
    LeftOut,
    /// Colours that cannot be told apart.
    Colors,
    /// Data without a credit.
    Credits,
}

/// Something to look at before a figure is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureWarning {
    /// What it is about.
    pub concern: Concern,
    /// What, where, and what to do.
    pub what: String,
}

/// That a shape which follows a line of the user's own has not the size that the figure states of it: on each map, whose shapes differ.
fn size_warnings(dossier: &Dossier, shown: &[&Overlay], drawn: &Drawn, warn: &mut impl FnMut(Concern, String)) {
    let of_page = drawn.panels.is_empty().then_some((None, dossier));
    let of_maps = drawn.panels.iter().map(|moment| (moment.when, moment.dossier()));
    let mut said: Vec<String> = Vec::new();
    for (when, dossier) in of_page.into_iter().chain(of_maps).filter(|(_, dossier)| dossier.own_line.is_some()) {
        for id in shown.iter().map(|overlay| overlay.id.as_str()) {
            let Some(overlay) = dossier.overlay(id).filter(|overlay| !overlay.is_before_reports()) else { continue };
            let Some(stated) = dossier.stated(overlay) else { continue };
            let comparison = compare(dossier, overlay, stated.figure);
            let Some((measured, _)) = comparison.shown().filter(|_| comparison.verdict == Verdict::Differs) else {
                continue;
            };
            let map = when.map_or_else(String::new, |when| format!(" on the map of {when}"));
            let title = words::quoted(overlay.title.main());
            let (stated, measured) = (words::stated(dossier, &stated), words::value(measured, &stated.figure.unit));
            said.push(format!("with your own line {title} measures {measured}{map}, and is stated as {stated}"));
        }
    }
    let more = said.len().saturating_sub(MOST);
    said.truncate(MOST);
    said.extend((more > 0).then(|| format!("{more} more maps show another size than the stated one")));
    said.into_iter().for_each(|what| warn(Concern::Sizes, what));
}

/// What is missing of the placed pictures, and of what is said of them.
fn pictures(document: &Document, drawn: &Drawn, warn: &mut impl FnMut(Concern, String)) {
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

/// Looks a figure over. `texts` are those of sources at hand; `today` is a day since 1970, or `None` to go by the day
/// that the dossier describes.
pub fn check(
    scene: &Scene,
    document: &Document,
    options: &FigureOptions,
    drawn: &Drawn,
    texts: &Texts,
    today: Option<i64>,
) -> Vec<FigureWarning> {
    let dossier = scene.dossier();
    let shown: Vec<&Overlay> = drawn.shown.iter().filter_map(|id| dossier.overlay(id)).collect();
    let mut warnings = Vec::new();
    let mut warn = |concern: Concern, what: String| warnings.push(FigureWarning { concern, what });

    for title in drawn.maps_without_credit() {
        let title = words::quoted(title);
        warn(
            Concern::Credits,
            format!("the map {title} credits nobody: say whose it is under Maps…, or in its record"),
        );
    }
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

    let mut known = HashSet::new();
    let annotations = drawn.annotations();
    let of_overlays = shown.iter().flat_map(|overlay| dossier.rests_on(overlay));
    let of_either = of_overlays.chain(annotations.excerpts());
    let cited: Vec<&Excerpt> = of_either.filter(|excerpt| known.insert(excerpt.id.as_str())).collect();
    let mut unread: Vec<&str> = Vec::new();
    for excerpt in &cited {
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

    pictures(document, drawn, &mut warn);

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

    size_warnings(dossier, &shown, drawn, &mut warn);

    // Of what is large, only what has been looked for already.
    for overlay in &shown {
        if let Some(problem) = overlay.warning() {
            warn(Concern::Crossings, format!("{}: {}", words::quoted(overlay.title.main()), problem.what));
        }
    }

    if let Some((hidden, all)) = hidden_cells(dossier, document) {
        let km2: f64 = hidden.iter().map(|cell| cell.measure.size().km2).sum();
        let (count, km2) = (hidden.len(), words::number(km2, 2));
        warn(
            Concern::LeftOut,
            format!("{count} of {all} pieces of ground are not shown, {km2} km²: tick them in the list to show them"),
        );
    }
    if options.panels.is_some() {
        let same: Vec<&Overlay> = shown.iter().copied().filter(|overlay| overlay.dated.is_none()).collect();
        let names: Vec<String> = same.iter().map(|overlay| words::quoted(overlay.title.main())).collect();
        if !names.is_empty() {
            warn(Concern::Dates, format!("the same on all maps, whatever their day: {}", list(&names)));
        }
    }

    text_warnings(drawn, &mut warn);
    cover_warnings(scene, document, drawn, &mut warn);

    for piece in &drawn.pieces_left_out {
        warn(Concern::LeftOut, format!("no room on the map for {}", piece.noun()));
    }
    for piece in &drawn.moved_off {
        let name = piece.singular();
        warn(Concern::LeftOut, format!("{name} would cover too much of the map and is placed off it"));
    }
    for (index, one) in drawn.standing.iter().enumerate() {
        for two in &drawn.standing[index + 1..] {
            let both = one.rect.intersect(two.rect);
            if both.width() > 1.0 && both.height() > 1.0 {
                let (upper, lower) = (two.piece.singular(), one.piece.singular());
                warn(Concern::Overlap, format!("{upper} overlaps {lower}: move one of them"));
            }
        }
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

    let are_accounts = dossier.compared.as_ref().is_some_and(|compared| compared.reports.len() > 1);
    color_warnings((&shown, are_accounts), document, options.theme, &mut warn);

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
        .chain(own_line(dossier, &shown).filter(|own| own.credit.is_none()).map(|own| words::quoted(&own.from)))
        .collect();
    if !uncredited.is_empty() {
        warn(Concern::Credits, format!("no credit is given for {}", list(&uncredited)));
    }
    let rests = !cited.is_empty() || drawn.features().provenance().is_some();
    if !options.furniture.has(Piece::References) && rests && !options.furniture.has(Piece::Numbers) {
        warn(Concern::Credits, "the figure lists none of its sources: the references are left out".to_owned());
    }
    warnings.sort_by_key(|warning| warning.concern);
    warnings
}

/// What on the map lies over what it is about, and annotations whose words lie over each other.
fn cover_warnings(scene: &Scene, document: &Document, drawn: &Drawn, warn: &mut impl FnMut(Concern, String)) {
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

fn text_warnings<'a>(drawn: &'a Drawn, warn: &mut impl FnMut(Concern, String)) {
    let lines = texts_but(&drawn.list.items, "");
    let print_pt = |text: &Text| text.size_pt * 72.0 / 96.0;
    let small: Vec<&&Text> = lines.iter().filter(|text| print_pt(text) < LEAST_PRINT_PT - 1e-6).collect();
    if let Some(least) = small.iter().min_by(|a, b| a.size_pt.total_cmp(&b.size_pt)) {
        warn(
            Concern::SmallText,
            match small.len() {
                1 => format!(
                    "a line of text is smaller than {LEAST_PRINT_PT} pt on paper, {:.1} pt: {}",
                    print_pt(least),
                    beginning(&least.text)
                ),
                count => format!(
                    "{count} lines of text are smaller than {LEAST_PRINT_PT} pt on paper, the smallest {:.1} pt: {}",
                    print_pt(least),
                    beginning(&least.text)
                ),
            },
        );
    }
    let lacking = lines.iter().map(|text| (text, text::missing_glyphs(&text.text, text.face)));
    let lacking: Vec<(&&Text, Vec<char>)> = lacking.filter(|(_, missing)| !missing.is_empty()).collect();
    if let Some((first, _)) = lacking.first() {
        let mut missing: Vec<String> = lacking.iter().flat_map(|(_, missing)| missing).map(char::to_string).collect();
        missing.sort_unstable();
        missing.dedup();
        let (first, more) = (beginning(&first.text), and_more(lacking.len()));
        let letters = list(&missing);
        warn(
            Concern::Letters,
            format!("no font on this computer has {letters}, which are drawn as boxes: in {first}{more}"),
        );
    }
    let page = Rect::new(0.0, 0.0, drawn.list.width_pt, drawn.list.height_pt);
    let boxes_of = |lines: &[&'a Text]| -> Vec<(&'a str, Rect)> {
        let level = lines.iter().filter(|text| text.rotation_rad == 0.0 && text.text.chars().count() > 1);
        let boxes = level.map(|text| (text.text.as_str(), text::outline(text).bounding_box()));
        boxes.filter(|(_, ink)| ink.area() > 0.0).collect()
    };
    let beyond = |(_, ink): &(&str, Rect)| !page.inflate(0.5, 0.5).contains_rect(*ink);
    if let Some(found) = boxes_of(&lines).into_iter().find(beyond) {
        let is_cut = boxes_of(&clipped(&drawn.list.items)).contains(&found);
        let edge = if is_cut { "the edge of the map cuts off text" } else { "text runs over the edge of the page" };
        warn(Concern::Overlap, format!("{edge}: {}", beginning(found.0)));
    }
    // Of the words of annotations, more is said.
    let boxes = boxes_of(&texts_but(&drawn.list.items, covering::WORDS));
    let pairs = boxes.iter().enumerate().flat_map(|(index, one)| boxes[index + 1..].iter().map(move |two| (one, two)));
    let mut over: Vec<(&str, &str)> = Vec::new();
    for ((one, a), (two, b)) in pairs {
        let both = a.intersect(*b);
        if both.width() > 1.0 && both.height() > 1.0 {
            over.push((one, two));
        }
    }
    if let Some((one, two)) = over.first() {
        let more = and_more(over.len());
        warn(Concern::Overlap, format!("texts overlap: {} and {}{more}", beginning(one), beginning(two)));
    }
}

/// How an overlay looks, as far as one could be taken for another.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::figure) struct Appearance {
    /// Areas, lines and places are never taken for each other.
    kind: u8,
    /// What fills it, over the land, and its outline or line.
    fill: Color,
    line: Color,
    /// The angle of a hatch in steps of 30°; dots have one of their own.
    pattern: Option<i32>,
    /// How many dashes and gaps there are before they come again, and whether the first is no more than a dot.
    dash: Option<(usize, bool)>,
    /// Of points.
    symbol: Option<String>,
}

impl Appearance {
    pub(in crate::figure) fn of(style: &Style, dimension: Dimension, opacity: f64, theme: Theme) -> Self {
        let land = theme.palette().land;
        let symbol = style.marker_symbol.clone().filter(|_| dimension == Dimension::Point);
        let style = style_of(style, theme).with_opacity(opacity);
        let pattern = style.mark.map(|mark| match mark.mark {
            Mark::Lines { angle_deg } => (angle_deg.rem_euclid(180.0) / 30.0).round() as i32 % 6,
            Mark::Dots => -1,
        });
        let line = style.stroke.as_ref().map_or(land, |stroke| over(stroke.color, land));
        let dash = style.stroke.as_ref().and_then(|stroke| {
            let first = stroke.dash_pt.first()?;
            Some((stroke.dash_pt.len(), *first <= 1.2 * stroke.width_pt))
        });
        let fill = style.fill.map_or(land, |color| over(color, land));
        match dimension {
            Dimension::Area => Self { kind: 0, fill, line, pattern, dash, symbol },
            Dimension::Line => Self { kind: 1, fill: line, line, pattern: None, dash, symbol },
            Dimension::Point => {
                let dot = style.dot.map_or(land, |dot| over(dot.fill, land));
                Self { kind: 2, fill: dot, line: dot, pattern: None, dash: None, symbol }
            }
        }
    }

    /// Whether it could be taken for another by eyes that see colours as `seen`.
    pub(in crate::figure) fn is_like(&self, other: &Self, seen: impl Fn(Color) -> Color) -> bool {
        let apart = |a: Color, b: Color| difference(Lab::of(seen(a)), Lab::of(seen(b)));
        self.kind == other.kind
            && self.pattern == other.pattern
            && self.dash == other.dash
            && self.symbol == other.symbol
            && apart(self.fill, other.fill) < ALIKE_FILL
            && apart(self.line, other.line) < ALIKE_LINE
    }
}

/// `are_accounts` is whether what changed of several accounts is shown.
fn color_warnings(
    (shown, are_accounts): (&[&Overlay], bool),
    document: &Document,
    theme: Theme,
    warn: &mut impl FnMut(Concern, String),
) {
    let mut looks: Vec<Look> = Vec::new();
    for overlay in shown {
        let kinds = kinds_of(document, overlay);
        if kinds.drawn().next().is_none() {
            let name = words::quoted(overlay.title.main());
            let why = match (kinds.features(), kinds.left_out()) {
                (0, 0) => "none of its features has a location",
                (0, _) => "no feature matches its filter",
                _ => "all of its kinds are hidden",
            };
            warn(Concern::LeftOut, format!("nothing of {name} is drawn: {why}"));
        }
        let opacity = document.overlay(&overlay.id).map_or(1.0, |state| state.opacity);
        // Those that the legend names one by one.
        let drawn = kinds_in(&kinds, theme);
        let rows = kinds.rows().into_iter().filter_map(|row| match row {
            Row::Kind(index) => drawn.get(index),
            Row::Others(_) => None,
        });
        for kind in rows.filter(|kind| kind.shown && kind.features > 0) {
            let appearance = Appearance::of(&kind.style, kind.dimension, opacity, theme);
            looks.push(Look { overlay, kind: kind.clone(), appearance });
        }
    }
    let mut said = 0;
    for (index, one) in looks.iter().enumerate() {
        for two in &looks[index + 1..] {
            // Of one group of the dossier or one file and drawn alike on purpose, they are of one sort: names tell them
            // apart. Kinds that a property tells apart are there to be told apart by eye, and so are files.
            let is_by_property = one.overlay.id == two.overlay.id
                && document.overlay(&one.overlay.id).is_some_and(|state| state.styling.told_by().is_some());
            let of_one = match one.overlay.group == OWN_GROUP {
                true => one.overlay.id == two.overlay.id,
                // Of more accounts than there are patterns of what changed, some come again.
                false if are_accounts && one.overlay.group == CHANGED_GROUP => false,
                false => one.overlay.group == two.overlay.group,
            };
            if of_one && one.kind.style == two.kind.style && !is_by_property {
                continue;
            }
            let names = format!("{} and {}", one.name(), two.name());
            let what = if one.appearance.is_like(&two.appearance, |color| color) {
                format!("{names} look alike: change the colour or pattern of one")
            } else if one.appearance.is_like(&two.appearance, without_green) {
                format!("{names} look alike to colour-blind readers")
            } else {
                continue;
            };
            said += 1;
            if said <= MOST {
                warn(Concern::Colors, what);
            }
        }
    }
    if let Some(more @ 1..) = said.checked_sub(MOST) {
        warn(Concern::Colors, format!("{more} more pairs look alike"));
    }
}

/// A row of the legend as it is drawn.
struct Look<'a> {
    overlay: &'a Overlay,
    kind: Kind,
    appearance: Appearance,
}

impl Look<'_> {
    fn name(&self) -> String {
        let layer = words::quoted(self.overlay.title.main());
        if self.kind.title.is_empty() { layer } else { format!("{} of {layer}", words::quoted(&self.kind.title)) }
    }
}

/// The texts of a page that stand in a part of it which cuts off what reaches out of it, as the map does.
fn clipped(items: &[Item]) -> Vec<&Text> {
    let groups = items.iter().filter_map(|item| if let Item::Group(group) = item { Some(group) } else { None });
    groups
        .flat_map(|group| if group.clip.is_some() { texts_but(&group.items, "") } else { clipped(&group.items) })
        .collect()
}

/// What follows the first of so many.
fn and_more(count: usize) -> String {
    if count > 1 { format!(", and {} more", count - 1) } else { String::new() }
}

/// The first words of a text, in quotation marks.
fn beginning(text: &str) -> String {
    let mut rest = text.split_whitespace();
    let first: Vec<&str> = rest.by_ref().take(8).collect();
    words::quoted(&format!("{}{}", first.join(" "), if rest.next().is_some() { " …" } else { "" }))
}

/// So many of a kind are named, and the others counted.
const MOST: usize = 4;

/// The first few of a list of names, and how many more there are.
fn list<T: AsRef<str>>(names: &[T]) -> String {
    let first: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    match names.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("{} and {more} more", first.join(", ")),
        _ => first.join(", "),
    }
}

#[cfg(test)]
mod tests;
