//! The line that is as far from one shore as from another.
//!
//! # Method
//! The difference of the distances to both, by geodesics of WGS 84, changes by no more than twice the way that one goes. Of a box
//! that is halved again and again, all is left out in which it cannot be zero; what is left are cells along the line. In these the
//! line is traced between corners that are nearer to one and corners that are nearer to the other, each vertex is put where the two
//! distances are equal within [`EQUAL_M`], and more are added until they are so half-way between vertices within
//! [`EQUAL_BETWEEN_M`].

use std::collections::{BTreeMap, HashMap};

use geo::{Coord, LineString, MultiLineString};
use thiserror::Error;

use super::shore::Shore;
use crate::geometry::chain::{ChainKind, ShapeRef, corners, for_each_chain, is_usable};
use crate::geometry::geodesic::run_on;
use crate::geometry::hit::meters_per_degree;
use crate::geometry::measure::distance_m;
use crate::geometry::work;

/// At a vertex the two distances differ by no more than this many metres.
pub const EQUAL_M: f64 = 0.01;

/// Half-way between vertices they differ by no more than this many metres, but where the line bends sharply.
pub const EQUAL_BETWEEN_M: f64 = 1.0;

/// So many cells along the longer side of the box: a bay that is narrower than one may be passed over.
const CELLS: u32 = 512;

/// An edge is halved no more often than this.
const MOST_HALVINGS: u32 = 6;

/// The line has no more vertices.
const MOST_VERTICES: usize = 50_000;

/// What one search for the nearest place counts as, in edges.
const SEARCH: u64 = 40;

/// No farther north or south.
const MOST_LAT_DEG: f64 = 89.0;

/// Why there is no median line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MedianError {
    /// One of the two has no places.
    #[error("one of the two is empty")]
    Empty,
    /// They have ground or a border in common.
    #[error(
        "the two have a border or ground in common, where every place is as near to one as to the other; take shores that lie apart"
    )]
    Shared,
    /// All of the box is nearer to one.
    #[error("no place in the area is as near to one as to the other; make the area larger")]
    Apart,
    /// Lines of too many vertices, a box beyond a turn, or the work was cancelled.
    #[error("the two are too long, or reach too far round the earth, to be measured; simplify them")]
    TooLarge,
}

/// The median line of two shores, each by the chains of places that it is made of, within `[west, south, east, north]`. The first
/// shore lies to its left.
///
/// # Errors
/// [`MedianError`].
pub fn median(
    one: &[Vec<Coord<f64>>],
    other: &[Vec<Coord<f64>>],
    bounds: [f64; 4],
) -> Result<MultiLineString<f64>, MedianError> {
    let [west, south, east, north] = bounds;
    let (south, north) = (south.max(-MOST_LAT_DEG), north.min(MOST_LAT_DEG));
    let is_box = [west, south, east, north].iter().all(|side| side.is_finite()) && west < east && south < north;
    if !is_box || east - west > 360.0 {
        return Err(MedianError::TooLarge);
    }
    let (one, other) = (Shore::new(one).ok_or(MedianError::TooLarge)?, Shore::new(other).ok_or(MedianError::TooLarge)?);
    let scale = meters_per_degree(f64::midpoint(south, north));
    let (width_m, height_m) = ((east - west) * scale.x, (north - south) * scale.y);
    let cells = |size_m: f64| ((f64::from(CELLS) * size_m / width_m.max(height_m)).ceil() as u32).clamp(1, CELLS);
    let (columns, rows) = (cells(width_m), cells(height_m));
    let mut search = Search {
        one,
        other,
        origin: Coord { x: west, y: south },
        step: Coord { x: (east - west) / f64::from(columns), y: (north - south) / f64::from(rows) },
        corners: HashMap::new(),
        vertices: HashMap::new(),
        links: BTreeMap::new(),
    };
    search.divide([0, 0, columns, rows])?;
    let lines = search.lines()?;
    if lines.is_empty() { Err(MedianError::Apart) } else { Ok(MultiLineString(lines)) }
}

/// A side of a cell: of its south-west corner eastwards, or northwards.
type Side = (u32, u32, bool);

struct Search {
    one: Shore,
    other: Shore,
    origin: Coord<f64>,
    step: Coord<f64>,
    /// By how much corners of cells are nearer to the first, negative, or to the second, in metres.
    corners: HashMap<(u32, u32), f64>,
    vertices: HashMap<Side, Coord<f64>>,
    /// Where the line goes on from a side.
    links: BTreeMap<Side, Side>,
}

impl Search {
    /// The distance to the first shore less that to the second, in metres.
    fn lead_m(&self, at: Coord<f64>) -> Result<f64, MedianError> {
        if !work::spend(SEARCH) {
            return Err(MedianError::TooLarge);
        }
        let (one, other) = (self.one.nearest(at), self.other.nearest(at));
        Ok(one.ok_or(MedianError::Empty)?.distance_m - other.ok_or(MedianError::Empty)?.distance_m)
    }

    fn place(&self, column: f64, row: f64) -> Coord<f64> {
        Coord { x: self.origin.x + self.step.x * column, y: self.origin.y + self.step.y * row }
    }

    fn corner_m(&mut self, column: u32, row: u32) -> Result<f64, MedianError> {
        if let Some(known) = self.corners.get(&(column, row)) {
            return Ok(*known);
        }
        let lead = self.lead_m(self.place(f64::from(column), f64::from(row)))?;
        self.corners.insert((column, row), lead);
        Ok(lead)
    }

    /// Looks for the line in some columns and rows.
    fn divide(&mut self, [west, south, east, north]: [u32; 4]) -> Result<(), MedianError> {
        let middle = self
            .place(f64::midpoint(f64::from(west), f64::from(east)), f64::midpoint(f64::from(south), f64::from(north)));
        let lead_m = self.lead_m(middle)?;
        let corners = [(west, south), (east, south), (east, north), (west, north)];
        let reach_m = corners
            .iter()
            .map(|(column, row)| distance_m(middle, self.place(f64::from(*column), f64::from(*row))))
            .fold(0.0, f64::max);
        // The farthest place of a box that is wide or near a pole need not be a corner.
        let is_wide = f64::from(east - west) * self.step.x > 30.0;
        if !is_wide && lead_m.abs() > 2.0 * reach_m * 1.01 + 1.0 {
            return Ok(());
        }
        if east - west == 1 && north - south == 1 {
            return self.trace(west, south, lead_m);
        }
        // The longer side on the ground, so that boxes stay square.
        if east - west >= north - south {
            let half = u32::midpoint(west, east);
            self.divide([west, south, half, north])?;
            self.divide([half, south, east, north])
        } else {
            let half = u32::midpoint(south, north);
            self.divide([west, south, east, half])?;
            self.divide([west, half, east, north])
        }
    }

    /// Traces the line through a cell.
    fn trace(&mut self, column: u32, row: u32, middle_m: f64) -> Result<(), MedianError> {
        let places = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
        let mut leads = [0.0; 4];
        for (lead, (column, row)) in leads.iter_mut().zip(places) {
            *lead = self.corner_m(column, row)?;
        }
        if leads.iter().chain([&middle_m]).all(|lead| lead.abs() < EQUAL_M / 10.0) {
            return Err(MedianError::Shared);
        }
        let sides: [Side; 4] =
            [(column, row, true), (column + 1, row, false), (column, row + 1, true), (column, row, false)];
        let is_one = leads.map(|lead| lead < 0.0);
        // Round the cell counterclockwise: where the ground of the first ends, and where it begins.
        let ends: Vec<usize> = (0..4).filter(|side| is_one[*side] && !is_one[(side + 1) % 4]).collect();
        let begins: Vec<usize> = (0..4).filter(|side| !is_one[*side] && is_one[(side + 1) % 4]).collect();
        for end in &ends {
            let ahead = |begin: &&usize| (**begin + 4 - end) % 4;
            // Of two ways through a cell the middle decides.
            let begin = if middle_m < 0.0 { begins.iter().min_by_key(ahead) } else { begins.iter().max_by_key(ahead) };
            let Some(begin) = begin else { continue };
            for side in [*end, *begin] {
                let (from, to) = (places[side], places[(side + 1) % 4]);
                self.vertex(sides[side], from, to)?;
            }
            self.links.insert(sides[*end], sides[*begin]);
        }
        Ok(())
    }

    /// Puts a vertex on a side of a cell.
    fn vertex(&mut self, side: Side, from: (u32, u32), to: (u32, u32)) -> Result<(), MedianError> {
        if self.vertices.contains_key(&side) {
            return Ok(());
        }
        if self.vertices.len() >= MOST_VERTICES {
            return Err(MedianError::TooLarge);
        }
        let (start, end) = (self.corner_m(from.0, from.1)?, self.corner_m(to.0, to.1)?);
        let place = |(column, row): (u32, u32)| self.place(f64::from(column), f64::from(row));
        let at = self.root((place(from), start), (place(to), end))?;
        self.vertices.insert(side, at);
        Ok(())
    }

    /// The place between two at which the two distances are equal, by the Illinois method.
    fn root(&self, from: (Coord<f64>, f64), to: (Coord<f64>, f64)) -> Result<Coord<f64>, MedianError> {
        let at =
            |part: f64| Coord { x: from.0.x + (to.0.x - from.0.x) * part, y: from.0.y + (to.0.y - from.0.y) * part };
        let (mut low, mut high) = ((0.0_f64, from.1), (1.0_f64, to.1));
        let mut last_side = 0;
        let mut best = if from.1.abs() < to.1.abs() { (0.0, from.1) } else { (1.0, to.1) };
        for _ in 0..60 {
            if best.1.abs() <= EQUAL_M / 2.0 || (high.0 - low.0).abs() < 1e-13 {
                break;
            }
            let part = (low.0 * high.1 - high.0 * low.1) / (high.1 - low.1);
            let part = if part.is_finite() { part } else { f64::midpoint(low.0, high.0) };
            let lead = self.lead_m(at(part))?;
            if lead.abs() < best.1.abs() {
                best = (part, lead);
            }
            if (lead < 0.0) == (low.1 < 0.0) {
                low = (part, lead);
                high.1 *= if last_side == 1 { 0.5 } else { 1.0 };
                last_side = 1;
            } else {
                high = (part, lead);
                low.1 *= if last_side == 2 { 0.5 } else { 1.0 };
                last_side = 2;
            }
        }
        Ok(at(best.0))
    }

    /// The lines that the links make.
    fn lines(&self) -> Result<Vec<LineString<f64>>, MedianError> {
        let ends: std::collections::BTreeSet<Side> = self.links.values().copied().collect();
        let mut left: BTreeMap<Side, Side> = self.links.clone();
        let mut lines = Vec::new();
        // Lines that begin at the border of the box, then rings.
        let begins: Vec<Side> = self.links.keys().filter(|side| !ends.contains(side)).copied().collect();
        let mut begins = begins.into_iter();
        while let Some(begin) = begins.next().or_else(|| left.keys().next().copied()) {
            let mut line: Vec<Coord<f64>> = Vec::new();
            let mut side = begin;
            line.extend(self.vertices.get(&side));
            while let Some(next) = left.remove(&side) {
                if let Some(at) = self.vertices.get(&next) {
                    self.follow(*at, &mut line, MOST_HALVINGS)?;
                }
                side = next;
            }
            line.dedup();
            if line.len() > 1 {
                lines.push(LineString(line));
            }
        }
        Ok(lines)
    }

    /// Adds a vertex, and before it those without which the edge would stray.
    fn follow(&self, to: Coord<f64>, line: &mut Vec<Coord<f64>>, left: u32) -> Result<(), MedianError> {
        let Some(from) = line.last().copied() else {
            line.push(to);
            return Ok(());
        };
        let middle = Coord { x: f64::midpoint(from.x, to.x), y: f64::midpoint(from.y, to.y) };
        let lead = self.lead_m(middle)?;
        if left > 0
            && lead.abs() > EQUAL_BETWEEN_M
            && line.len() < MOST_VERTICES
            && let Some(at) = self.beside(middle, lead, from, to)?
        {
            self.follow(at, line, left - 1)?;
            return self.follow(to, line, left - 1);
        }
        line.push(to);
        Ok(())
    }

    /// The place of the line that lies beside the middle of an edge, no farther from it than half of the edge.
    fn beside(
        &self,
        middle: Coord<f64>,
        lead: f64,
        from: Coord<f64>,
        to: Coord<f64>,
    ) -> Result<Option<Coord<f64>>, MedianError> {
        let scale = meters_per_degree(middle.y);
        let (east_m, north_m) = ((to.x - from.x) * scale.x, (to.y - from.y) * scale.y);
        let length_m = east_m.hypot(north_m);
        if length_m < 0.1 {
            return Ok(None);
        }
        // To the left is the first: towards it where the middle is nearer to the second.
        let sign = if lead > 0.0 { 1.0 } else { -1.0 };
        let left = Coord { x: -north_m / length_m / scale.x * sign, y: east_m / length_m / scale.y * sign };
        let mut reach_m = lead.abs();
        while reach_m <= length_m {
            let there = Coord { x: middle.x + left.x * reach_m, y: middle.y + left.y * reach_m };
            let other = self.lead_m(there)?;
            if (other < 0.0) != (lead < 0.0) {
                return self.root((middle, lead), (there, other)).map(Some);
            }
            reach_m *= 2.0;
        }
        Ok(None)
    }
}

/// The shores of a shape: outlines of areas, lines, and places, each a chain of its own. An edge along the date line, where areas
/// are cut for files, is none.
pub fn shores<'a>(shape: impl Into<ShapeRef<'a>>) -> Vec<Vec<Coord<f64>>> {
    let mut shores = Vec::new();
    for_each_chain(shape, |coords, kind, _| match kind {
        ChainKind::Outer | ChainKind::Hole => {
            let is_cut = |edge: &[Coord<f64>]| edge[0].x.abs() == 180.0 && edge[0].x == edge[1].x;
            let mut shore: Vec<Coord<f64>> = coords.first().copied().into_iter().collect();
            for edge in coords.windows(2) {
                if is_cut(edge) {
                    shores.push(std::mem::replace(&mut shore, vec![edge[1]]));
                } else {
                    shore.push(edge[1]);
                }
            }
            shores.push(shore);
        }
        ChainKind::Line => shores.push(coords.to_vec()),
        ChainKind::Points => shores.extend(coords.iter().filter(|at| is_usable(**at)).map(|at| vec![*at])),
    });
    shores.retain(|shore| !shore.is_empty());
    shores
}

/// `[west, south, east, north]` round two shores, on the turn of the globe on which the first begins.
pub fn bounds_of_shores(one: &[Vec<Coord<f64>>], other: &[Vec<Coord<f64>>]) -> Option<[f64; 4]> {
    let lon_deg = one.first()?.first()?.x;
    let moved = one.iter().chain(other).flat_map(|chain| {
        let shift = chain.first().map_or(0.0, |first| run_on(lon_deg, *first).x - first.x);
        chain.iter().map(move |at| Coord { x: at.x + shift, y: at.y })
    });
    let moved: Vec<Coord<f64>> = moved.collect();
    corners(&moved).map(|(low, high)| [low.x, low.y, high.x, high.y])
}
