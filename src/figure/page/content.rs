//! What a figure says besides its map, ready to be laid out.

use std::collections::BTreeMap;

use crate::figure::pieces::Piece;
use crate::figure::pieces::comparison::ComparisonGroup;
use crate::figure::pieces::graticule::Graticule;
use crate::figure::pieces::legend::LegendGroup;
use crate::figure::pieces::references::Reference;
use crate::figure::placing::{Corner, Place};
use crate::scene::palette::Theme;

/// What a figure says besides its map.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureSpec {
    /// Width and height of the page in points.
    pub size_pt: (f64, f64),
    /// Free edge in points; what suits the page unless it is given.
    pub margin_pt: Option<f64>,
    /// How much larger type and symbols are than on paper in the hand: 1 is just so.
    pub emphasis: f64,
    /// How large the map's own lines, marks and names are drawn; what suits the page unless it is given.
    pub symbol_scale: Option<f64>,
    /// Colours.
    pub theme: Theme,
    /// Title.
    pub title: String,
    /// A sentence under it.
    pub subtitle: Option<String>,
    /// The day of which the map speaks, as it is printed: "15 Dec 2025". May be empty.
    pub as_of: String,
    /// What the map shows.
    pub legend: Vec<LegendGroup>,
    /// The places on the map of what stands beside it otherwise, and where it would cover too much: the title with
    /// subtitle and day, the legend, the sources, stated figures, notes.
    pub on_map: BTreeMap<Piece, Place>,
    /// Where kilometres and miles stand, if they do.
    pub scale_bar: Option<Place>,
    /// Where the arrow to the north stands, if it does.
    pub north_arrow: Option<Place>,
    /// Where the locator map stands, if it does, and how many times as wide as high it is.
    pub inset: Option<(Place, f64)>,
    /// Degrees along the edge, with lines or without.
    pub graticule: Option<Graticule>,
    /// What it rests on.
    pub references: Vec<Reference>,
    /// Stated figures beside measured ones.
    pub comparison: Vec<ComparisonGroup>,
    /// Accuracy, view of the boundaries, disclaimer.
    pub notes: Vec<String>,
    /// Map credits and data licences.
    pub credits: Vec<String>,
}

impl Default for FigureSpec {
    fn default() -> Self {
        Self {
            size_pt: (1600.0, 1000.0),
            margin_pt: None,
            emphasis: 1.0,
            symbol_scale: None,
            theme: Theme::default(),
            title: String::new(),
            subtitle: None,
            as_of: String::new(),
            legend: Vec::new(),
            on_map: BTreeMap::new(),
            scale_bar: Some(Corner::BottomLeft.into()),
            north_arrow: Some(Corner::BottomLeft.into()),
            inset: None,
            graticule: None,
            references: Vec::new(),
            comparison: Vec::new(),
            notes: Vec::new(),
            credits: Vec::new(),
        }
    }
}

impl FigureSpec {
    pub(in crate::figure) fn legend_rows(&self) -> usize {
        self.legend.iter().map(|group| group.entries.len()).sum()
    }

    /// Without what stands on the map: what is left to be placed around it.
    pub(in crate::figure) fn around_map(&self) -> Self {
        let mut around = self.clone();
        for piece in self.on_map.keys() {
            match piece {
                Piece::Title => (around.title, around.subtitle, around.as_of) = (String::new(), None, String::new()),
                Piece::Legend => around.legend.clear(),
                Piece::References => around.references.clear(),
                Piece::Comparison => around.comparison.clear(),
                Piece::Notes => around.notes.clear(),
                _ => {}
            }
        }
        around
    }
}
