//! What a figure says besides its map, ready to be laid out.

use std::collections::BTreeMap;

use crate::figure::crowd::Crowd;
use crate::figure::panels::Grid;
use crate::figure::pieces::callout::Callout;
use crate::figure::pieces::comparison::ComparisonGroup;
use crate::figure::pieces::legend::LegendGroup;
use crate::figure::pieces::notes::Notes;
use crate::figure::pieces::numbers::Numbered;
use crate::figure::pieces::references::Reference;
use crate::figure::pieces::{Piece, Stands};
use crate::figure::placing::Place;
use crate::figure::words::FigureLanguage;
use crate::scene::palette::Theme;

/// What one piece says. The piece's own file makes it, and sets it.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A line or a sentence.
    Words(String),
    /// The rows of the legend.
    Legend(Vec<LegendGroup>),
    /// The sources.
    References(Vec<Reference>),
    /// The numbers of the sources on the map.
    Numbers(Vec<Numbered>),
    /// Stated figures beside measured ones.
    Comparison(Vec<ComparisonGroup>),
    /// Sentences that stand whatever is left out.
    Notes(Notes),
    /// The wider region.
    Inset {
        /// How many times as wide as high it is.
        aspect: f64,
    },
    /// The name and the sizes of the main overlay.
    Callout(Callout),
    /// Nothing beyond what page and map say by themselves, such as the length of a scale bar.
    Drawn,
}

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
    /// The language of the page's own words.
    pub language: FigureLanguage,
    /// What each piece says that the figure has, and that has anything to say.
    pub contents: BTreeMap<Piece, Content>,
    /// The places that were chosen on the map; what stands beside the map otherwise does so where it would cover too much,
    /// and what stands on the map in any case looks for a place by itself.
    pub places: BTreeMap<Piece, Place>,
    /// What is where on the map: by that these look.
    pub crowd: Crowd,
    /// Map credits and data licences.
    pub credits: Vec<String>,
    /// What stands in the place of the map is called so, where it is a chart.
    pub chart: Option<String>,
    /// How several maps stand on the page, with what stands above each; `None` of one.
    pub grid: Option<Grid>,
}

impl Default for FigureSpec {
    fn default() -> Self {
        Self {
            size_pt: (1600.0, 1000.0),
            margin_pt: None,
            emphasis: 1.0,
            symbol_scale: None,
            theme: Theme::default(),
            language: FigureLanguage::default(),
            contents: [Piece::ScaleBar, Piece::NorthArrow].map(|piece| (piece, Content::Drawn)).into(),
            places: BTreeMap::new(),
            crowd: Crowd::default(),
            credits: Vec::new(),
            chart: None,
            grid: None,
        }
    }
}

impl FigureSpec {
    /// The words of a piece that says no more than a line or a sentence; empty where it says nothing.
    pub fn words(&self, piece: Piece) -> &str {
        match self.contents.get(&piece) {
            Some(Content::Words(words)) => words,
            _ => "",
        }
    }

    /// Whether a piece stands on the map and looks for its place by itself.
    pub(in crate::figure) fn looks_for_place(&self, piece: Piece) -> bool {
        let stands_on_map = matches!(piece.info().stands, Stands::OnMap(_) | Stands::AtMain);
        stands_on_map && self.contents.contains_key(&piece) && !self.places.contains_key(&piece)
    }

    /// Without what stands on the map: what is left to be placed around it.
    pub(in crate::figure) fn around_map(&self) -> Self {
        let mut around = self.clone();
        for piece in self.places.keys() {
            around.contents.retain(|other, _| other != piece && other.info().stands != Stands::PartOf(*piece));
        }
        around
    }
}
