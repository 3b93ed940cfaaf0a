//! The figure of what changed between two: what it is called, what it shows, and that it names both.

use super::options::{FigureOptions, Shows};
use super::paper::PageSetup;
use super::pieces::Piece;
use crate::document::comparison::Comparison;
use crate::dossier::Dossier;

/// How such a figure is set up unless the user says otherwise; `made` is the dossier of [`Comparison::map`].
pub fn usual(comparison: &Comparison, made: &Dossier, page: PageSetup) -> FigureOptions {
    let [west, south, east, north] = comparison.bounds(made).unwrap_or(made.home);
    // A change of a few hundred metres is shown with some of what lies around it.
    let least = |span: f64| (0.12 * span).max(0.01);
    let (across, down) = (least(east - west), least(north - south));
    let bounds = [west - across, (south - down).max(-85.0), east + across, (north + down).min(85.0)];
    let mut options = FigureOptions::new(comparison.headline(), page, Shows::Bounds(bounds));
    options.subtitle = Some(comparison.in_words());
    options.kicker = Some(String::new());
    // How much was gained and lost is what the figure is about; it has no main shape.
    options.furniture.set(Piece::Sizes, true);
    options.furniture.set(Piece::Callout, false);
    options
}
