//! What a figure says of what is open: which overlays are visible in the frame, what is cited for them, whom to credit.

use super::crowd::Crowd;
use super::evidence::others::Others;
use super::evidence::{annotations, features};
use super::options::FigureOptions;
use super::page::{FigureSpec, NARROW_PT};
use super::paper::PageSize;
use super::pieces::comparison::comparison;
use super::pieces::credits::credits;
use super::pieces::graticule::Graticule;
use super::pieces::inset::locator_aspect;
use super::pieces::legend::{self, LegendEntry, LegendGroup, sizes_note};
use super::pieces::numbers::numbered;
use super::pieces::references::{Reference, cited, numbers_of, quotes_of};
use super::pieces::{Piece, Stands};
use super::subject::Subject;
use crate::basemap::{MapKind, sources};
use crate::document::Document;
use crate::dossier::{Dossier, Overlay, OwnLine, words};
use crate::formats::language::Text;
use crate::geometry::Frame;
use crate::scene::ground::Ground;
use crate::scene::{Scene, kind_swatch};

/// The visible overlays that reach into the frame, in the order of the panel.
pub(in crate::figure) fn shown<'a>(dossier: &'a Dossier, document: &'a Document, frame: &Frame) -> Vec<&'a Overlay> {
    let seen = frame.lon_lat_bounds();
    let top_first: Vec<_> = document.shown(dossier).rev().collect();
    let of_group = |id: &str| {
        let found: Vec<&Overlay> = top_first.iter().filter(|it| it.state.group == id).map(|it| it.overlay).collect();
        found
    };
    dossier.groups.iter().flat_map(|group| of_group(&group.id)).filter(|overlay| overlay.reaches_into(seen)).collect()
}

pub(in crate::figure) fn spec(
    scene: &Scene,
    ground: &Ground,
    document: &Document,
    options: &FigureOptions,
    size_pt: (f64, f64),
    frame: &Frame,
    shown: &[&Overlay],
) -> FigureSpec {
    let dossier = scene.dossier();
    let theme = options.theme;
    let furniture = &options.furniture;
    let has = |piece: Piece| furniture.has(piece);
    let subject = Subject::of(dossier, shown);
    let mut cited = cited(dossier, shown);
    let drawn = annotations::Shown::new(dossier, document, frame);
    let features = features::Shown::new(dossier, document, frame, shown);
    features.cite(&mut cited);
    drawn.cite(&mut cited);
    let others = Others::new(&features, &drawn, cited.len() + 1);
    let is_numbered = has(Piece::References);
    let of_overlay = |overlay: &Overlay| {
        let mut numbers = numbers_of(dossier, &cited, overlay);
        numbers.extend(drawn.numbers_of_layer(&overlay.id, &cited, &others));
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    let of_kinds = |overlay: &Overlay, kinds: Option<&[usize]>| features.numbers(overlay, kinds, &cited, &others);
    let numbers_of_kinds = |overlay: &Overlay, kinds: Option<&[usize]>| {
        if is_numbered { of_kinds(overlay, kinds) } else { Vec::new() }
    };
    let numbers_of_overlay = |overlay: &Overlay| if is_numbered { of_overlay(overlay) } else { Vec::new() };
    let numbers = if has(Piece::Numbers) {
        shown.iter().flat_map(|overlay| numbered(document, overlay, of_overlay(overlay), &of_kinds)).collect()
    } else {
        Vec::new()
    };
    let drawn_legend =
        if is_numbered { drawn.legend(theme, &cited, &others) } else { drawn.legend(theme, &[], &Others::default()) };
    let legend: Vec<LegendGroup> = dossier
        .groups
        .iter()
        .flat_map(|group| {
            let entries: Vec<LegendEntry> = shown
                .iter()
                .filter(|overlay| overlay.group == group.id)
                .filter_map(|overlay| {
                    let kinds = legend::kinds_of(document, overlay);
                    // What a filter leaves nothing of is not drawn, and stands in no legend.
                    let kind = kinds.drawn().next().filter(|_| !kinds.is_told_apart())?;
                    let mut references = numbers_of_overlay(overlay);
                    references.extend(numbers_of_kinds(overlay, None));
                    let own_name = options.legend_names.get(&overlay.id).filter(|name| !name.trim().is_empty());
                    Some(LegendEntry {
                        title: own_name.map_or(overlay.title.main(), String::as_str).to_owned(),
                        // A name of the user's own stands alone: the one in another language may not say the same.
                        second_title: (document.names.second.as_ref())
                            .and_then(|language| overlay.title.get(language.tag()))
                            .filter(|second| own_name.is_none() && *second != overlay.title.main())
                            .map(str::to_owned),
                        swatch: kind_swatch(
                            overlay,
                            kind,
                            theme,
                            document.overlay(&overlay.id).map_or(1.0, |state| state.opacity),
                        ),
                        note: match kinds.left_out() {
                            0 => sizes_note(dossier, overlay, has(Piece::Sizes)),
                            _ => legend::size_note(kind.size).filter(|_| has(Piece::Sizes)),
                        },
                        references,
                    })
                })
                .collect();
            let entries = legend::with_note(legend::share_rows(entries), group.note.as_ref().map(Text::main));
            let title = group.title.main().to_owned();
            let own = (!entries.is_empty()).then_some(LegendGroup { title, is_needed: false, entries });
            let told_apart = shown.iter().filter(|overlay| overlay.group == group.id).filter_map(|overlay| {
                let references = numbers_of_overlay(overlay);
                legend::of_kinds(document, overlay, options, references, |kinds| numbers_of_kinds(overlay, Some(kinds)))
            });
            own.into_iter().chain(told_apart).collect::<Vec<_>>()
        })
        .chain(drawn_legend)
        .collect();
    let references = cited
        .iter()
        .enumerate()
        .filter_map(|(index, id)| {
            let source = dossier.source(id)?;
            Some(Reference {
                number: index + 1,
                outlet: source.outlet.clone(),
                title: source.title.clone(),
                date: source.published.as_deref().map(words::date).unwrap_or_else(|| "undated".to_owned()),
                url: source.url.clone(),
                quotes: if has(Piece::Quotes) { quotes_of(dossier, id, shown) } else { Vec::new() },
            })
        })
        .chain(others.references())
        .collect();
    let mut notes = Vec::new();
    notes.extend(own_line(dossier, shown).map(|own| format!("{}.", own.note())));
    notes.extend(shown.iter().filter_map(|overlay| {
        let filter = document.overlay(&overlay.id)?.styling.filter_in_words()?;
        let name = options.legend_names.get(&overlay.id).filter(|name| !name.trim().is_empty());
        Some(format!("{}: {filter}.", name.map_or(overlay.title.main(), String::as_str)))
    }));
    if has(Piece::Accuracy) {
        notes.extend(accuracy_notes(shown, size_pt.0 < NARROW_PT));
    }
    let short = dossier.disclaimer_short.as_ref().filter(|_| size_pt.0 < NARROW_PT);
    let disclaimer = short.unwrap_or(&dossier.disclaimer);
    for (piece, text) in [(Piece::Boundaries, &dossier.boundary_view), (Piece::Disclaimer, disclaimer)] {
        let concerns = piece != Piece::Boundaries || subject.is_of_dossier();
        if has(piece) && concerns && !text.is_empty() {
            notes.push(text.clone());
        }
    }
    let unlisted = features.left_out();
    if is_numbered && unlisted > 0 {
        notes.push(format!("{} more sources of features are not listed.", words::number(unlisted as f64, 0)));
    }
    let graticule =
        if has(Piece::Graticule) { Some(Graticule::Lines) } else { has(Piece::Ticks).then_some(Graticule::Ticks) };
    let has_map = sources::find_or_builtin(&document.map, &document.map_sources).kind != MapKind::None;
    FigureSpec {
        size_pt,
        margin_pt: options.page.margin_pt,
        emphasis: options.page.size.emphasis(),
        // The view as it is, and no smaller.
        symbol_scale: (options.page.size == PageSize::View).then_some(1.0),
        theme,
        kicker: if has(Piece::Kicker) { subject.kicker(options) } else { String::new() },
        title: if has(Piece::Title) { subject.title(options) } else { String::new() },
        subtitle: options.subtitle.clone().filter(|subtitle| has(Piece::Subtitle) && !subtitle.trim().is_empty()),
        as_of: if has(Piece::AsOf) { as_of(dossier, shown) } else { String::new() },
        legend: if has(Piece::Legend) { legend } else { Vec::new() },
        places: Piece::all()
            // Without a map a frame in an empty box locates nothing.
            .filter(|piece| *piece != Piece::Inset || has_map)
            .filter_map(|piece| Some((piece, furniture.place_of(piece)?)))
            .collect(),
        unplaced: Piece::all()
            .filter(|piece| *piece != Piece::Inset || has_map)
            .filter(|piece| matches!(piece.info().stands, Stands::OnMap(_) | Stands::AtMain))
            .filter(|piece| has(*piece) && furniture.place_of(*piece).is_none())
            .collect(),
        crowd: Crowd::default(),
        callout: subject.callout().filter(|_| has(Piece::Callout)),
        inset_aspect: locator_aspect(frame),
        graticule,
        references: if has(Piece::References) { references } else { Vec::new() },
        numbers,
        comparison: if has(Piece::Comparison) {
            comparison(dossier, shown, has(Piece::EveryReport))
        } else {
            Vec::new()
        },
        notes,
        credits: credits(dossier, ground, document, frame, shown, has(Piece::MadeWith)),
    }
}

/// The line of the user's own, if anything that is shown depends on it.
pub(in crate::figure) fn own_line<'a>(dossier: &'a Dossier, shown: &[&Overlay]) -> Option<&'a OwnLine> {
    let own = dossier.own_line.as_ref()?;
    shown.iter().any(|overlay| own.concerns(overlay)).then_some(own)
}

/// The day that the figure describes, and that of an own line in it, which is not the dossier's.
pub(in crate::figure) fn as_of(dossier: &Dossier, shown: &[&Overlay]) -> String {
    if !Subject::of(dossier, shown).is_of_dossier() {
        return String::new();
    }
    let day = words::date(&dossier.as_of);
    let Some(own) = own_line(dossier, shown).filter(|_| !day.is_empty()) else {
        return day;
    };
    let of_line = dossier.overlay(&own.overlay).map_or("", |line| &line.as_of);
    let of_line = if of_line.is_empty() { "undated".to_owned() } else { words::date(of_line) };
    let mut letters = own.title.chars();
    let title: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
    format!("{day}; {title}: own, {of_line}")
}

/// What is approximate, by how much, and how that was measured: a sentence for each accuracy, the coarsest first. In a
/// narrow column the measure is left to the file's provenance.
fn accuracy_notes(shown: &[&Overlay], is_narrow: bool) -> Vec<String> {
    let mut by_accuracy: Vec<(f64, String, Vec<&str>)> = Vec::new();
    for overlay in shown.iter().filter(|overlay| overlay.is_approximate()) {
        let Some(words) = words::accuracy(overlay) else { continue };
        let words = match words.split_once("; ") {
            Some((range, _)) if is_narrow => range.to_owned(),
            Some((range, tested)) => format!("{range} ({tested})"),
            None => words,
        };
        let name = overlay.title.main();
        match by_accuracy.iter_mut().find(|(_, other, _)| *other == words) {
            Some((.., names)) => names.push(name),
            None => by_accuracy.push((overlay.accuracy_m.unwrap_or(0.0), words, vec![name])),
        }
    }
    by_accuracy.sort_by(|a, b| b.0.total_cmp(&a.0));
    by_accuracy.into_iter().map(|(_, words, names)| format!("Approximate, {words}: {}.", names.join(", "))).collect()
}
