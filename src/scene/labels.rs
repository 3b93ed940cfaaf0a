//! Placing labels: a greedy pass by priority in which no label covers another.

use kurbo::{Point, Rect};

use super::display_list::{Color, Face};

/// Where a label may stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Anchor {
    /// Beside a dot of this radius: right, left, above, below and the diagonals are tried in turn.
    Around {
        /// Centre of the dot.
        point: Point,
        /// Radius of the dot in points.
        radius_pt: f64,
    },
    /// Centred on the point, or not at all.
    Centered(Point),
}

/// One line of a label.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelLine {
    /// The characters.
    pub text: String,
    /// Face.
    pub face: Face,
    /// Size in points.
    pub size_pt: f64,
    /// Colour.
    pub color: Color,
    /// Extra space after each glyph, in points.
    pub letter_spacing_pt: f64,
}

/// A label that wants a place.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelCandidate {
    /// Higher goes first.
    pub priority: f64,
    /// Lines, top first: the English name, and the Ukrainian under it where both are shown.
    pub lines: Vec<LabelLine>,
    /// Where it may stand.
    pub anchor: Anchor,
    /// Colour of the halo.
    pub halo: Color,
    /// Drawn only if the label finds a place: the dot of a town, for example (fill, outline).
    pub dot: Option<(f64, Color, Color)>,
    /// Labels of the same key name the same thing: only the first placed is shown.
    pub key: String,
}

/// A label that found its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedLabel {
    /// Which candidate.
    pub candidate: usize,
    /// The rectangle that it takes, halo included.
    pub bounds: Rect,
}
