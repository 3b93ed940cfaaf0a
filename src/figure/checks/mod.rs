//! What an editor should know before a figure goes out: quotes that nobody has checked, shapes past their day, text that
//! is too small or in the way, colours that cannot be told apart, data without a credit.

mod covering;
mod dates;
mod left_out;
mod likeness;
mod looks;
mod overlaps;
mod sources;
mod stated;
mod texts;

pub(in crate::figure) use self::likeness::{Lab, difference};
use crate::document::Document;
use crate::dossier::verify::Texts;
use crate::dossier::{Dossier, Overlay, words};
use crate::figure::assemble::Drawn;
use crate::figure::options::FigureOptions;
use crate::scene::Scene;

pub use texts::LEAST_PRINT_PT;

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
    /// Stated figures that the shape does not fit.
    Stated,
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

/// What is looked over.
struct Page<'a> {
    dossier: &'a Dossier,
    document: &'a Document,
    options: &'a FigureOptions,
    drawn: &'a Drawn,
    /// The overlays that are on the map.
    shown: Vec<&'a Overlay>,
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
    let page = Page { dossier, document, options, drawn, shown };
    let mut warnings = Vec::new();
    let mut warn = |concern: Concern, what: String| warnings.push(FigureWarning { concern, what });
    sources::annotations(&page, &mut warn);
    sources::quotes(&page, texts, &mut warn);
    left_out::pictures(document, drawn, &mut warn);
    left_out::of_map(&page, &mut warn);
    dates::dates(&page, today, &mut warn);
    stated::figures(&page, &mut warn);
    // Of what is large, only what has been looked for already.
    for overlay in &page.shown {
        if let Some(problem) = overlay.warning() {
            warn(Concern::Crossings, format!("{}: {}", words::quoted(overlay.title.main()), problem.what));
        }
    }
    self::texts::texts(drawn, &mut warn);
    overlaps::covered(scene, document, drawn, &mut warn);
    overlaps::furniture(drawn, &mut warn);
    left_out::of_page(&page, &mut warn);
    looks::looks(&page, &mut warn);
    sources::credits(&page, &mut warn);
    warnings.sort_by_key(|warning| warning.concern);
    warnings
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
