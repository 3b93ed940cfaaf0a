//! Lines across which no name of a place stands: each lies wholly on the side of its own dot.

use std::collections::BTreeMap;

use kurbo::{Line, Point, Rect};

use super::Grid;
use crate::geometry::clip::part_inside;

/// A line that names keep to their side of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Barrier {
    /// The line on the page, in pieces.
    pub pieces: Vec<Line>,
    /// How far from its middle names keep, in points: half of its width, and a little.
    pub clear_pt: f64,
    /// The rings of an area on the page, where the line parts it from its outside one way only: what stands in the area
    /// may reach out of it, and nothing from outside into it.
    pub area: Option<Vec<Vec<Point>>>,
}

/// Where a dot stands: each side is worked out when it is first asked for.
pub(super) struct Sides {
    point: Point,
    inside: BTreeMap<usize, bool>,
}

impl Sides {
    pub(super) fn new(point: Point) -> Self {
        Self { point, inside: BTreeMap::new() }
    }
}

/// The barriers of a page.
pub(super) struct Barriers<'a> {
    barriers: &'a [Barrier],
    pieces: Grid<(Line, usize)>,
    /// The most that any of them keeps clear.
    widest_pt: f64,
}

impl<'a> Barriers<'a> {
    pub(super) fn new(barriers: &'a [Barrier], page: Rect) -> Self {
        let mut pieces = Grid::new(page);
        for (index, barrier) in barriers.iter().enumerate() {
            for piece in barrier.pieces.iter().filter(|piece| piece.is_finite()) {
                pieces.insert_with(Rect::from_points(piece.p0, piece.p1), (*piece, index));
            }
        }
        let widest_pt = barriers.iter().map(|barrier| barrier.clear_pt).fold(0.0, f64::max);
        Self { barriers, pieces, widest_pt }
    }

    /// Whether a barrier runs through a rectangle or along it.
    pub(super) fn touch(&self, rect: Rect) -> bool {
        self.touching(rect).next().is_some()
    }

    /// Whether the name of a dot may take this rectangle: no barrier runs through it, nor between it and the dot.
    pub(super) fn allow(&self, rect: Rect, sides: &mut Sides) -> bool {
        let stands_in_the_way: Vec<usize> = self.touching(rect).collect();
        if stands_in_the_way.into_iter().any(|barrier| self.parts(barrier, sides)) {
            return false;
        }
        let nearest = Point::new(sides.point.x.clamp(rect.x0, rect.x1), sides.point.y.clamp(rect.y0, rect.y1));
        self.allow_line(Line::new(sides.point, nearest), sides)
    }

    /// Whether no barrier that counts for a dot crosses this line.
    pub(super) fn allow_line(&self, line: Line, sides: &mut Sides) -> bool {
        let crossed: Vec<usize> = self
            .pieces
            .near(Rect::from_points(line.p0, line.p1))
            .filter(|(_, (piece, _))| crosses(*piece, line))
            .map(|(_, (_, barrier))| *barrier)
            .collect();
        crossed.into_iter().all(|barrier| !self.parts(barrier, sides))
    }

    fn touching(&self, rect: Rect) -> impl Iterator<Item = usize> {
        self.pieces.near(rect.inflate(self.widest_pt, self.widest_pt)).filter_map(move |(_, (piece, barrier))| {
            let clear_pt = self.barriers[*barrier].clear_pt;
            part_inside(piece.p0, piece.p1, rect.inflate(clear_pt, clear_pt)).map(|_| *barrier)
        })
    }

    /// Whether a barrier counts for a dot: one that parts one way only does for dots outside of its area.
    fn parts(&self, barrier: usize, sides: &mut Sides) -> bool {
        let Some(rings) = &self.barriers[barrier].area else { return true };
        let point = sides.point;
        !*sides.inside.entry(barrier).or_insert_with(|| contain(rings, point))
    }
}

/// Whether two lines cross.
pub(super) fn crosses(a: Line, b: Line) -> bool {
    let side = |of: Line, at: Point| (of.p1 - of.p0).cross(at - of.p0) > 0.0;
    let parts = |a: Line, b: Line| side(a, b.p0) != side(a, b.p1);
    parts(a, b) && parts(b, a)
}

/// Whether rings hold a point, even–odd.
pub(super) fn contain(rings: &[Vec<Point>], at: Point) -> bool {
    let crossed =
        |a: Point, b: Point| (a.y > at.y) != (b.y > at.y) && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x);
    let of_ring = |ring: &Vec<Point>| {
        let closing = ring.last().copied().zip(ring.first().copied());
        let pairs = ring.windows(2).map(|pair| (pair[0], pair[1])).chain(closing);
        pairs.filter(|(a, b)| crossed(*a, *b)).count()
    };
    rings.iter().map(of_ring).sum::<usize>() % 2 == 1
}
