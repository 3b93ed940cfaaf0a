//! What a figure says besides its map, ready to be laid out.

use std::collections::{BTreeMap, BTreeSet};

use crate::figure::crowd::Crowd;
use crate::figure::pieces::Piece;
use crate::figure::pieces::callout::Callout;
use crate::figure::pieces::comparison::ComparisonGroup;
use crate::figure::pieces::graticule::Graticule;
use crate::figure::pieces::legend::LegendGroup;
use crate::figure::pieces::numbers::Numbered;
use crate::figure::pieces::references::Reference;
use crate::figure::placing::Place;
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
    /// The small line above the title. May be empty.
    pub kicker: String,
    /// Title.
    pub title: String,
    /// A sentence under it.
    pub subtitle: Option<String>,
    /// The day of which the map speaks, as it is printed: "15 Dec 2025". May be empty.
    pub as_of: String,
    /// What the map shows.
    pub legend: Vec<LegendGroup>,
    /// The places that were chosen on the map; what stands beside the map otherwise does so where it would cover too much.
    pub places: BTreeMap<Piece, Place>,
    /// What stands on the map and looks for its place by itself.
    pub unplaced: BTreeSet<Piece>,
    /// What is where on the map: by that these look.
    pub crowd: Crowd,
    /// What the callout says, if there is one.
    pub callout: Option<Callout>,
    /// How many times as wide as high the locator map is.
    pub inset_aspect: f64,
    /// Degrees along the edge, with lines or without.
    pub graticule: Option<Graticule>,
    /// What it rests on.
    pub references: Vec<Reference>,
    /// The numbers of those on the map.
    pub numbers: Vec<Numbered>,
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
            kicker: String::new(),
            title: String::new(),
            subtitle: None,
            as_of: String::new(),
            legend: Vec::new(),
            places: BTreeMap::new(),
            unplaced: [Piece::ScaleBar, Piece::NorthArrow].into(),
            crowd: Crowd::default(),
            callout: None,
            inset_aspect: 1.0,
            graticule: None,
            references: Vec::new(),
            numbers: Vec::new(),
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
        for piece in self.places.keys() {
            match piece {
                Piece::Title => {
                    (around.kicker, around.title, around.subtitle, around.as_of) = Default::default();
                }
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
