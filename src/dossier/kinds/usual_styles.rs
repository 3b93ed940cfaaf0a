//! The styles that kinds have unless others are given: colours, and beyond them patterns, dashes and symbols.

use crate::dossier::features::Dimension;
use crate::dossier::model::{PatternKind, Style};
use crate::dossier::styling::Categories;
use crate::formats::color::Rgba;
use crate::formats::simplestyle::MarkerSize;

/// A grey that no ramp and no set of categories has.
pub(super) const NO_VALUE_COLOR: &str = "#9a9a9a";

/// A style in a colour: of areas the fill, with the outline a shade of it; of lines the stroke; of points the mark.
pub(super) fn colored(base: &Style, dimension: Dimension, color: &str) -> Style {
    let fill = Some(color.to_owned());
    match dimension {
        Dimension::Area => {
            let stroke = Some(Rgba::parse(color).map_or_else(|| color.to_owned(), |color| shade(color).to_hex()));
            Style { fill, stroke, fill_opacity: base.fill_opacity.max(0.45), ..base.clone() }
        }
        Dimension::Line => Style { stroke: fill, ..base.clone() },
        Dimension::Point => Style { fill, stroke: None, ..opaque(base) },
    }
}

/// The style of points without one of their own: a dot is opaque whatever the opacity of fills, and so is the symbol that may
/// take its place.
pub(super) fn opaque(base: &Style) -> Style {
    Style { fill_opacity: 1.0, ..base.clone() }
}

/// As a colour, darker by three tenths: light classes have an outline that can be seen.
pub(super) fn shade(color: Rgba) -> Rgba {
    let darker = |part: u8| (f64::from(part) * 0.7).round() as u8;
    Rgba { r: darker(color.r), g: darker(color.g), b: darker(color.b), a: color.a }
}

/// The style of features that have no value.
pub(super) fn without_value(base: &Style, dimension: Dimension) -> Style {
    colored(base, dimension, NO_VALUE_COLOR)
}

/// The style of a category by its number.
pub(in crate::dossier) fn of_category(
    categories: &Categories,
    base: &Style,
    dimension: Dimension,
    number: usize,
) -> Style {
    let (color, round) = categories.color(number);
    in_round(colored(base, dimension, &color), dimension, round)
}

/// Where a set of colours begins anew, a pattern, a dash or a symbol tells its second round from the first.
pub(super) fn in_round(style: Style, dimension: Dimension, round: usize) -> Style {
    let Some(round) = round.checked_sub(1) else { return style };
    match dimension {
        Dimension::Area => {
            let (pattern, pattern_angle) = PATTERNS[round % PATTERNS.len()];
            Style { pattern, pattern_angle, ..style }
        }
        Dimension::Line => Style { dash: Some(DASHES[round % DASHES.len()].to_vec()), ..style },
        Dimension::Point => Style {
            marker_symbol: Some(SYMBOLS[round % SYMBOLS.len()].to_owned()),
            marker_size: style.marker_size.or(Some(MarkerSize::Small)),
            ..style
        },
    }
}

/// Patterns that are told apart without colours, with the angles of their lines.
pub const PATTERNS: [(PatternKind, f64); 5] = [
    (PatternKind::Hatch, 45.0),
    (PatternKind::Dots, 45.0),
    (PatternKind::Hatch, 135.0),
    (PatternKind::Hatch, 0.0),
    (PatternKind::Hatch, 90.0),
];

/// Dashes that are told apart.
pub const DASHES: [&[f64]; 6] =
    [&[7.0, 4.0], &[1.5, 3.0], &[9.0, 3.0, 1.5, 3.0], &[16.0, 5.0], &[9.0, 3.0, 1.5, 3.0, 1.5, 3.0], &[3.0, 7.0]];

/// Symbols of points that are told apart.
pub const SYMBOLS: [&str; 6] = ["square", "triangle", "diamond", "star", "cross", "marker"];
