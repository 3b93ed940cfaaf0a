//! Shores: the name of a town on the coast stands wholly on the sea, or wholly on land, where there is room.

use kurbo::{Line, Point, Rect};

use super::Grid;
use super::barrier::contain;
use crate::geometry::clip::part_inside;

/// Towns as near to a shore as this are on it, in points.
const COAST_PT: f64 = 9.0;
/// How far names keep from the middle of a shore line, in points.
const CLEAR_PT: f64 = 1.0;

/// A sea or a lake on the page, or the part of it in one tile of the map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sea {
    /// What it lies within.
    pub bounds: Rect,
    /// Its rings, even–odd.
    pub rings: Vec<Vec<Point>>,
}

/// Where a name stands to the shores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// No shore is near.
    Inland,
    /// Wholly on the water, beside a town on its shore.
    OnSea,
    /// Wholly on land, beside a town on a shore.
    OnLand,
    /// Over a shore.
    Across,
}

impl Standing {
    /// How bad it is, against a piece of a line that a name covers as 1.
    pub(super) fn cost(self) -> usize {
        match self {
            Self::Inland | Self::OnSea => 0,
            Self::OnLand => ON_LAND,
            Self::Across => 4,
        }
    }
}

/// What a name on land costs, beside a town on a shore: it need not give up its second language for the sea.
pub(super) const ON_LAND: usize = 1;

/// The shores of a page.
pub(super) struct Shores<'a> {
    pieces: Grid<Line>,
    seas: &'a [Sea],
}

impl<'a> Shores<'a> {
    pub(super) fn new(shores: &[Line], seas: &'a [Sea], page: Rect) -> Self {
        let mut pieces = Grid::new(page);
        for piece in shores.iter().filter(|piece| piece.is_finite()) {
            pieces.insert_with(Rect::from_points(piece.p0, piece.p1), *piece);
        }
        Self { pieces, seas }
    }

    /// Whether a dot lies on a shore.
    pub(super) fn is_coast(&self, dot: Rect) -> bool {
        self.runs_through(dot.inflate(COAST_PT, COAST_PT))
    }

    /// Where a name of a dot stands that takes this rectangle.
    pub(super) fn standing(&self, name: Rect, is_coast: bool) -> Standing {
        if self.runs_through(name.inflate(CLEAR_PT, CLEAR_PT)) {
            Standing::Across
        } else if !is_coast {
            Standing::Inland
        } else if self.seas.iter().any(|sea| sea.bounds.contains(name.center()) && contain(&sea.rings, name.center())) {
            Standing::OnSea
        } else {
            Standing::OnLand
        }
    }

    fn runs_through(&self, rect: Rect) -> bool {
        self.pieces.near(rect).any(|(_, piece)| part_inside(piece.p0, piece.p1, rect).is_some())
    }
}
