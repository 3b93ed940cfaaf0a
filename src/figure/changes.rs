//! The figure of what changed between two: what it is called, what it shows, and that it names both.

use super::FigureLanguage;
use super::options::{FigureOptions, Shows};
use super::paper::PageSetup;
use super::pieces::Piece;
use super::words::changes::wording;
use crate::document::Document;
use crate::document::comparison::Comparison;
use crate::dossier::Dossier;
use crate::dossier::compared::Shaded;

/// What the map and the figure of it are drawn of, with its names in all languages of figures. `None` where no shape differs of
/// which `shows` says that it is to be seen.
pub fn map(comparison: &Comparison, shows: impl Fn(&Shaded) -> bool) -> Option<(Dossier, Document)> {
    comparison.map(shows, wording(comparison))
}

/// The two states that are compared, in the words of a figure.
pub fn states_in_words(comparison: &Comparison, language: FigureLanguage) -> String {
    language.words().changed_states(comparison)
}

/// How such a figure is set up unless the user says otherwise; `made` is the dossier of [`map`]. Headline and subtitle are those that it
/// suggests, in the figure's language.
pub fn usual(comparison: &Comparison, made: &Dossier, page: PageSetup) -> FigureOptions {
    let [west, south, east, north] = comparison.bounds(made).unwrap_or(made.home);
    // A change of a few hundred metres is shown with some of what lies around it.
    let least = |span: f64| (0.12 * span).max(0.01);
    let (across, down) = (least(east - west), least(north - south));
    let bounds = [west - across, (south - down).max(-85.0), east + across, (north + down).min(85.0)];
    let mut options = FigureOptions::usual(page, Shows::Bounds(bounds));
    // How much was gained and lost is what the figure is about; it has no main shape.
    options.furniture.set(Piece::Sizes, true);
    options.furniture.set(Piece::Callout, false);
    if comparison.ledgers.is_some() {
        // The states have days of their own.
        options.furniture.set(Piece::AsOf, false);
    }
    options
}
