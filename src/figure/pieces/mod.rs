//! The pieces of furniture that stand on and around the map of a figure: a row in [`PIECES`] and a file for each, which
//! gathers what the piece has to say of what is open and sets it. What every figure has whatever is left out is here
//! too: the credits, and the line that names what covers all of the map.
//!
//! The words of the command line, the names in projects, the list in the panel and the sentences about pieces all
//! derive from the table.

mod accuracy;
pub(in crate::figure) mod as_of;
mod boundaries;
pub(in crate::figure) mod callout;
pub mod comparison;
pub(in crate::figure) mod covering;
pub(in crate::figure) mod credits;
mod disclaimer;
mod every_report;
mod graticule;
pub(in crate::figure) mod inset;
mod kicker;
pub mod legend;
mod made_with;
mod north_arrow;
pub(in crate::figure) mod notes;
pub(in crate::figure) mod numbers;
mod quotes;
pub mod references;
pub mod scale_bar;
pub(in crate::figure) mod sizes;
mod subtitle;
mod ticks;
mod title;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::contents::Material;
use super::page::{Block, Content, FigureSpec, Limits, Plate, Room, Setting};
use super::placing::{Corner, Place, PlaceError};
use super::words::PartNames;
use crate::geometry::Frame;

/// Why a word of the user's names no piece of furniture, or none at that place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PieceError {
    /// Not a piece of furniture.
    #[error("a figure has no part '{0}'; its parts are {parts}", parts = Piece::names(|_| true))]
    Piece(String),
    /// Not a place on the map.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// A piece that has its place by itself.
    #[error("'{0}' cannot be moved; the parts that can are {parts}", parts = Piece::names(Piece::has_place))]
    NoPlace(Piece),
}

/// A part of a figure that can be left out. The credits that the data's licences demand are none: they always stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Piece {
    /// Title.
    Title,
    /// The small line above it.
    Kicker,
    /// The line under the headline.
    Subtitle,
    /// The day that the map describes.
    AsOf,
    /// What the map shows; beside the map unless it has a corner.
    Legend,
    /// Measured sizes in the legend.
    Sizes,
    /// Kilometres and miles.
    ScaleBar,
    /// Where north is.
    NorthArrow,
    /// A small map of the wider region with the frame marked.
    Inset,
    /// The main overlay named on the map, with its sizes.
    Callout,
    /// Degrees along the map's edge.
    Ticks,
    /// Lines of longitude and latitude, with their degrees along the edge.
    Graticule,
    /// Numbered sources.
    References,
    /// The quoted words under each source.
    Quotes,
    /// The numbers of the sources beside the shapes.
    Numbers,
    /// Stated figures beside measured ones, one of each definition.
    Comparison,
    /// Every report in that table, weak and repeated ones too.
    EveryReport,
    /// The three that follow, and what an own line demands: it stands whatever is left out.
    Notes,
    /// How exact approximate shapes are.
    Accuracy,
    /// Whose view of boundaries is drawn.
    Boundaries,
    /// That nothing is implied by it.
    Disclaimer,
    /// Dossier and program, after the credits.
    MadeWith,
}

/// What sets a piece apart from the others.
#[derive(Debug, Clone, Copy)]
pub struct PieceInfo {
    /// Which.
    pub piece: Piece,
    /// How it is written on the command line and in files.
    pub name: &'static str,
    /// What a menu says.
    pub label: &'static str,
    /// As a sentence names it.
    pub noun: Noun,
    /// Where it stands.
    pub stands: Stands,
    /// Whether a figure has it unless it is left out.
    pub is_usual: bool,
    /// What it says of what is open; `None` where that is nothing, or stands in what another piece says.
    pub(in crate::figure) says: fn(&Material<'_>) -> Option<Content>,
    /// How that is set.
    pub(in crate::figure) set: Set,
}

/// The plate of a piece on a map, with the pieces that stand at the same place.
type PlateOf = fn(&Setting, &FigureSpec, &Frame, &dyn Fn(Piece) -> bool) -> Option<Plate>;

/// How what a piece says is set on the page.
#[derive(Debug, Clone, Copy)]
pub(in crate::figure) enum Set {
    /// As a block of words, beside the map or on a plate on it.
    Block {
        /// What the group of it is called in an SVG and for screen readers.
        title: fn(&PartNames) -> &'static str,
        /// The block, and how wide it is, in points.
        block: fn(&Setting, &FigureSpec, Room, Limits) -> (f64, Block),
    },
    /// On a plate of its own on the map; without one where another piece has it on its plate.
    Plate(PlateOf),
    /// Within the block of the piece that it is a part of.
    WithItsWhole,
    /// Where the page or the map has it, by itself.
    ByThePage,
}

/// The name of a piece within a sentence, with its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// "It stands".
    One(&'static str),
    /// "They stand"; and what they make together, of which there is one.
    Many {
        /// Such as "the notes".
        all: &'static str,
        /// Such as "the block of notes".
        whole: &'static str,
    },
}

/// Where a piece stands on a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Off the map, unless a place on it is chosen.
    Beside {
        /// In words: "above the map".
        off: &'static str,
    },
    /// On the map, where it is emptiest, this corner before others that are as empty, unless a place is chosen.
    OnMap(Corner),
    /// On the map, in or beside the main overlay, unless a place is chosen.
    AtMain,
    /// Within another piece.
    PartOf(Piece),
    /// At a place of its own that nothing changes.
    ByItself,
}

const OFF_THE_MAP: Stands = Stands::Beside { off: "off the map" };

/// The pieces, in the order of a menu and of [`Piece`].
pub const PIECES: [PieceInfo; 22] = [
    title::INFO,
    kicker::INFO,
    subtitle::INFO,
    as_of::INFO,
    legend::INFO,
    sizes::INFO,
    scale_bar::INFO,
    north_arrow::INFO,
    inset::INFO,
    callout::INFO,
    ticks::INFO,
    graticule::INFO,
    references::INFO,
    quotes::INFO,
    numbers::INFO,
    comparison::INFO,
    every_report::INFO,
    notes::INFO,
    accuracy::INFO,
    boundaries::INFO,
    disclaimer::INFO,
    made_with::INFO,
];

impl Piece {
    /// All, in the order of a menu.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> + Clone {
        PIECES.iter().map(|info| info.piece)
    }

    /// Its row of the table.
    pub fn info(self) -> &'static PieceInfo {
        // The table is in the order of the enum, which a test watches.
        const { &PIECES }.get(self as usize).unwrap_or(const { &PIECES[0] })
    }

    /// What stands beside the map unless a place on it is chosen.
    pub(in crate::figure) fn beside() -> impl Iterator<Item = Self> {
        Self::all().filter(|piece| piece.stands_beside())
    }

    /// What stands within it and can be left out by itself.
    pub(in crate::figure) fn parts(self) -> impl Iterator<Item = Self> {
        Self::all().filter(move |piece| piece.info().stands == Stands::PartOf(self))
    }

    /// How it is written on the command line and in files.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// What a menu says.
    pub fn label(self) -> &'static str {
        self.info().label
    }

    /// As a sentence names it: "the notes".
    pub fn noun(self) -> &'static str {
        match self.info().noun {
            Noun::One(noun) | Noun::Many { all: noun, .. } => noun,
        }
    }

    /// As a sentence names it that speaks of one thing: "the block of notes".
    pub fn singular(self) -> &'static str {
        match self.info().noun {
            Noun::One(noun) | Noun::Many { whole: noun, .. } => noun,
        }
    }

    /// As a sentence goes on about it after its noun.
    pub fn pronoun(self) -> &'static str {
        match self.info().noun {
            Noun::One(_) => "it",
            Noun::Many { .. } => "them",
        }
    }

    /// Where it stands when no place on the map is chosen for it, in words.
    pub fn off_map(self) -> &'static str {
        match self.info().stands {
            Stands::Beside { off } => off,
            Stands::OnMap(_) => "the emptiest corner",
            Stands::AtMain => "at the main overlay",
            Stands::PartOf(_) | Stands::ByItself => "off the map",
        }
    }

    /// The corner of the map that it has before others that are as empty; `None` for what stands beside the map or has its
    /// place by itself.
    pub fn usual_corner(self) -> Option<Corner> {
        match self.info().stands {
            Stands::OnMap(corner) => Some(corner),
            Stands::AtMain | Stands::Beside { .. } | Stands::PartOf(_) | Stands::ByItself => None,
        }
    }

    /// Whether a place on the map can be chosen for it.
    pub fn has_place(self) -> bool {
        matches!(self.info().stands, Stands::Beside { .. } | Stands::OnMap(_) | Stands::AtMain)
    }

    /// Whether it stands beside the map unless a place on it is chosen.
    pub fn stands_beside(self) -> bool {
        matches!(self.info().stands, Stands::Beside { .. })
    }

    /// The names of those of which something is true.
    fn names(is_named: impl Fn(Self) -> bool) -> String {
        Self::all().filter(|piece| is_named(*piece)).map(Self::name).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Piece {
    type Err = PieceError;

    fn from_str(text: &str) -> Result<Self, PieceError> {
        let word = text.trim().to_lowercase();
        Self::all().find(|piece| piece.name() == word).ok_or_else(|| PieceError::Piece(text.trim().to_owned()))
    }
}

impl TryFrom<String> for Piece {
    type Error = PieceError;

    fn try_from(text: String) -> Result<Self, PieceError> {
        text.parse()
    }
}

impl From<Piece> for String {
    fn from(piece: Piece) -> Self {
        piece.name().to_owned()
    }
}

/// A piece, and the place at which it is wanted: `inset@bottom-right`, `legend@25%x40%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedPiece {
    /// Which.
    pub piece: Piece,
    /// Where, if that was said.
    pub place: Option<Place>,
}

impl FromStr for PlacedPiece {
    type Err = PieceError;

    fn from_str(text: &str) -> Result<Self, PieceError> {
        let Some((piece, place)) = text.split_once('@') else {
            return Ok(Self { piece: text.parse()?, place: None });
        };
        let piece: Piece = piece.parse()?;
        if !piece.has_place() {
            return Err(PieceError::NoPlace(piece));
        }
        Ok(Self { piece, place: Some(place.parse()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::placing::Spot;

    #[test]
    fn the_table_is_in_the_order_of_the_pieces_and_names_each_once() {
        for (index, info) in PIECES.iter().enumerate() {
            assert_eq!(info.piece as usize, index, "{}", info.name);
            assert_eq!(info.piece.info().name, info.name);
            assert_eq!(matches!(info.set, Set::Block { .. }), info.piece.stands_beside(), "{}", info.name);
            assert_eq!(matches!(info.set, Set::Plate(_)), matches!(info.stands, Stands::OnMap(_)), "{}", info.name);
            assert!(info.name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'), "{}", info.name);
            let noun = (info.piece.noun(), info.piece.singular());
            assert!(noun.0.starts_with("the ") && noun.1.starts_with("the "), "{noun:?}");
            for other in &PIECES[index + 1..] {
                assert!(info.name != other.name && info.label != other.label, "{}", info.name);
            }
            // What is a part of another is a part of one that has a place.
            if let Stands::PartOf(whole) = info.stands {
                assert!(whole.has_place(), "{}", info.name);
            }
        }
        let parts: Vec<&str> = Piece::Notes.parts().map(Piece::name).collect();
        assert_eq!(parts, ["accuracy", "boundaries", "disclaimer"]);
        assert_eq!((Piece::References.pronoun(), Piece::Legend.pronoun()), ("them", "it"));
    }

    #[test]
    fn pieces_are_read_with_their_corners() {
        let read = |text: &str| text.parse::<PlacedPiece>();
        assert_eq!(
            read("inset@bottom-right"),
            Ok(PlacedPiece { piece: Piece::Inset, place: Some(Corner::BottomRight.into()) })
        );
        assert_eq!(
            read("legend@25%x40%"),
            Ok(PlacedPiece { piece: Piece::Legend, place: Some(Place::Free(Spot::new(0.25, 0.4))) })
        );
        assert!(read("insert").unwrap_err().to_string().contains("inset"));
        assert!(read("inset@middle").unwrap_err().to_string().contains("top-left"));
        assert!(read("credits").is_err());
        assert!(read("subtitle@top-left").unwrap_err().to_string().contains("scale-bar"));
        assert!(read("disclaimer@top-left").unwrap_err().to_string().contains("comparison, notes"));
        for piece in Piece::all() {
            assert_eq!(piece.name().parse(), Ok(piece));
        }
    }
}
