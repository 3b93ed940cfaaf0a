//! Slivers: what two drawings of the same border leave between them, and a line of contact without them.
//!
//! A control map draws the state border and the coast by its own hand, up to some hundred metres beside an oblast's. So
//! its occupied areas leave strips of the oblast over along that border, and the outline of each strip looks like a line
//! of contact. A stretch of the outline counts only where it separates two sides of land within the oblast:
//!
//! * A piece of a side is a *sliver*, and goes to the other side, if it lies at the oblast's border, no place of it is
//!   farther than [`BORDER_TOLERANCE_M`] from that border, and it is nowhere wider than that: no circle of that width
//!   fits into it. It lies at the border if it touches it, or runs along it for more than eight times the gap.
//! * A strip that hangs together with the rest of its side is parted from it first, straight across to the border, where
//!   the outline stops nearing the border: where it runs along the border for more than [`CUT_COST`] metres for each
//!   metre of the cuts. So a line that meets the border at more than 14.5° keeps its end.
//! * Strips of the right side go first, then those of the left, until nothing is left to go.
//!
//! An enclave or a salient farther inside is no sliver, however thin, and an island that the outline does not touch stays
//! on its side. Wherever it lies, a piece smaller than [`SPECK_M2`] is a *speck* and counts with the ground around it:
//! that is what inexact drawing leaves between two areas that are meant to touch.

use std::f64::consts::PI;
use std::panic::resume_unwind;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use kurbo::Vec2;

use crate::geometry::boxes::BoxTree;
use crate::geometry::chain::corners;
use crate::geometry::derive::{Split, difference, intersection, largest_label_point, union_all};
use crate::geometry::hit::{EdgeTree, meters_per_degree};
use crate::geometry::measure;
use crate::geometry::planar::{oriented_rings, slice};
use crate::geometry::work::Context;

/// How far apart two drawings of the same border may lie, in metres.
///
/// Public control maps differ from the borders of OpenStreetMap by up to some hundred metres along the state border and
/// the coast: the widest strip in daily files of 2024 and 2025 measures 690 m. Held ground at a border has been wider
/// than 1,200 m in them; and 1 km is half of what the line of contact is known to, so that nothing narrower could be told
/// from an inexact drawing.
pub const BORDER_TOLERANCE_M: f64 = 1_000.0;

/// How many metres of an outline along the border are worth a metre of a cut across to it.
const CUT_COST: f64 = 4.0;

/// An edge this near to the border lies on it.
const ON_BORDER_M: f64 = 0.5;

/// How far apart the places are at which an outline is asked how far off the border lies.
const STEP_M: f64 = BORDER_TOLERANCE_M / 16.0;

/// Ground smaller than this counts with what lies around it, in square metres: less than a house and its yard.
pub const SPECK_M2: f64 = 1_000.0;

/// Slivers smaller than this are not spoken of.
const LEAST_M2: f64 = 1.0;

/// A part smaller than this is what rounding to a tenth of a millimetre leaves along a border.
const ROUNDING_M2: f64 = 0.01;

/// How often slivers may go over: each time uncovers at most what lay behind a strip.
const MOST_ROUNDS: usize = 8;

/// How far a line is drawn beyond the border that it ends at, so that rounding leaves no gap.
const OVERSHOOT_M: f64 = 2.0;

/// A piece of a side that went to the other side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sliver {
    /// A place inside it.
    pub at: Coord<f64>,
    /// Length of the outline that no longer counts, in metres.
    pub length_m: f64,
    /// Its size in square metres.
    pub area_m2: f64,
    /// Whether it was on the left side and went to the right, or the other way.
    pub was_left: bool,
    /// Whether it went for being smaller than [`SPECK_M2`], wherever it lies.
    pub is_speck: bool,
}

/// An area divided into what `held` covers of it, on the left, and the rest; slivers along its border go to the other
/// side. Either part may be empty.
pub fn split_by_areas(area: &MultiPolygon<f64>, held: &MultiPolygon<f64>) -> (Split, Vec<Sliver>) {
    without_slivers(area, Split { left: intersection(area, held), right: difference(area, held) })
}

/// The line between the parts of an area, with the left part to its left: open stretches from border to border that end
/// 2 m beyond it, so that [`split_by_line`](super::derive::split_by_line) finds the line closed, and loops. Empty if one
/// part is the whole.
pub fn line_between(area: &MultiPolygon<f64>, split: &Split) -> MultiLineString<f64> {
    if split.right.0.is_empty() { MultiLineString(Vec::new()) } else { Border::new(area).line_around(&split.left) }
}

/// The parts of an area once slivers along its border have gone to the other side, and those slivers. The two parts are
/// together the area.
pub fn without_slivers(area: &MultiPolygon<f64>, split: Split) -> (Split, Vec<Sliver>) {
    let border = Border::new(area);
    let (mut split, mut dropped) = (split, Vec::new());
    let mut cuts = border.cuts_beside(&split.left);
    // The pieces of the sides, as long as the cuts are these.
    let (mut left, mut right): (Option<Pieces>, Option<Pieces>) = (None, None);
    let (mut is_right, mut quiet) = (true, 0);
    for _ in 0..MOST_ROUNDS {
        if is_right && left.is_none() && right.is_none() {
            let (one, other) = at_once(|| cuts.pieces_of(&split.left), || cuts.pieces_of(&split.right));
            (left, right) = (Some(one), Some(other));
        }
        let (side, known) = if is_right { (&split.right, &mut right) } else { (&split.left, &mut left) };
        let pieces = known.take().unwrap_or_else(|| cuts.pieces_of(side));
        let (slivers, kept): (Vec<_>, Vec<_>) =
            pieces.into_iter().partition(|piece| border.is_sliver(piece, &cuts.tree));
        if slivers.is_empty() {
            quiet += 1;
            *known = Some(kept);
        } else {
            quiet = 0;
            dropped.extend(slivers.iter().map(|piece| border.sliver(piece, &cuts.tree, !is_right)));
            let held = if is_right {
                let pieces = left.take().unwrap_or_else(|| cuts.pieces_of(&split.left));
                pieces.into_iter().chain(slivers).collect()
            } else {
                kept
            };
            split.left = without_rounding(union_all([&MultiPolygon(held)]));
            (cuts, split.right) =
                at_once(|| border.cuts_beside(&split.left), || without_rounding(difference(area, &split.left)));
            (left, right) = (None, None);
        }
        if quiet == 2 {
            break;
        }
        is_right = !is_right;
    }
    let split = border.without_specks(area, split, &mut dropped);
    dropped.retain(|sliver| sliver.area_m2 >= LEAST_M2);
    (split, dropped)
}

/// Two results that do not wait for each other, the first worked out on a thread of its own.
fn at_once<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    let context = Context::current();
    std::thread::scope(|scope| {
        let one = scope.spawn(|| context.run(one));
        let other = other();
        (one.join().unwrap_or_else(|panic| resume_unwind(panic)), other)
    })
}

/// The stretches of a line within an area, drawn on for 2 m across the border where they are cut off, and how many metres
/// of the line lie beyond. A line that is wholly within comes out as it went in.
pub fn within(area: &MultiPolygon<f64>, line: &MultiLineString<f64>) -> (MultiLineString<f64>, f64) {
    let border = Border::new(area);
    let rings = oriented_rings(area);
    let edges: Vec<(Coord<f64>, Coord<f64>)> =
        rings.iter().flat_map(|ring| ring.windows(2).map(|edge| (edge[0], edge[1]))).collect();
    let tree = BoxTree::new(edges.iter().map(|(a, b)| box_of(*a, *b)));
    let (mut stretches, mut beyond_m) = (Vec::new(), 0.0);
    for chain in &line.0 {
        let mut stretch: Vec<Coord<f64>> = Vec::new();
        for edge in chain.0.windows(2) {
            let (a, b) = (edge[0], edge[1]);
            let mut parts: Vec<f64> =
                tree.meeting(box_of(a, b)).into_iter().filter_map(|index| part_at(a, b, edges[index])).collect();
            parts.extend([0.0, 1.0]);
            parts.sort_by(f64::total_cmp);
            parts.dedup();
            let at = |part: f64| if part == 1.0 { b } else { a + (b - a) * part };
            for pair in parts.windows(2) {
                let (from, to) = (at(pair[0]), at(pair[1]));
                let further = (b - a) * (OVERSHOOT_M / border.length(a, b).max(f64::MIN_POSITIVE));
                if border.tree.is_inside((from + to) / 2.0) {
                    if stretch.is_empty() {
                        let is_cut = pair[0] > 0.0 || edge[0] != chain.0[0];
                        stretch.push(if is_cut { from - further } else { from });
                    }
                    stretch.push(to);
                } else {
                    beyond_m += measure::distance_m(from, to);
                    if let Some(end) = stretch.last_mut() {
                        *end = from + further;
                        stretches.push(LineString(std::mem::take(&mut stretch)));
                    }
                }
            }
        }
        if stretch.len() > 1 {
            stretches.push(LineString(stretch));
        }
    }
    if beyond_m == 0.0 { (line.clone(), 0.0) } else { (MultiLineString(stretches), beyond_m) }
}

/// `[west, south, east, north]` of an edge.
fn box_of(a: Coord<f64>, b: Coord<f64>) -> [f64; 4] {
    [a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y)]
}

/// How far along the edge from `a` to `b` another edge crosses it, from 0 to 1.
fn part_at(a: Coord<f64>, b: Coord<f64>, (c, d): (Coord<f64>, Coord<f64>)) -> Option<f64> {
    let cross = |one: Coord<f64>, other: Coord<f64>| one.x * other.y - one.y * other.x;
    let turn = cross(b - a, d - c);
    let (part, of_other) = (cross(c - a, d - c) / turn, cross(c - a, b - a) / turn);
    // Of parallels both are infinite or none.
    ((0.0..=1.0).contains(&part) && (0.0..=1.0).contains(&of_other)).then_some(part)
}

/// Without polygons and holes of less than [`ROUNDING_M2`], which rounding leaves.
fn without_rounding(area: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let is_nothing = |ring: &LineString<f64>| {
        measure::area_m2(&MultiPolygon(vec![Polygon::new(ring.clone(), Vec::new())])).abs() < ROUNDING_M2
    };
    let polygon = |polygon: Polygon<f64>| {
        let (outer, holes) = polygon.into_inner();
        let is_kept = !(outer.0.len() < 32 && is_nothing(&outer));
        let hole_is_kept = |hole: &LineString<f64>| !(hole.0.len() < 32 && is_nothing(hole));
        is_kept.then(|| Polygon::new(outer, holes.into_iter().filter(hole_is_kept).collect()))
    };
    MultiPolygon(area.0.into_iter().filter_map(polygon).collect())
}

/// A place on an outline.
#[derive(Debug, Clone, Copy)]
struct Sample {
    at: Coord<f64>,
    /// Metres along the outline.
    along_m: f64,
    /// Metres to the border, if no more than the tolerance.
    off_m: Option<f64>,
}

/// What cuts make of a side.
type Pieces = Vec<Polygon<f64>>;

/// Cuts that part strips along the border from the rest of their side.
struct Cuts {
    lines: Vec<Vec<Coord<f64>>>,
    tree: EdgeTree,
}

impl Cuts {
    /// The pieces of a side.
    fn pieces_of(&self, side: &MultiPolygon<f64>) -> Pieces {
        if self.lines.is_empty() { side.0.clone() } else { slice(&oriented_rings(side), &self.lines).polygons.0 }
    }
}

/// The border of an area.
struct Border {
    tree: EdgeTree,
    /// Metres per degree in the middle.
    scale: Vec2,
}

impl Border {
    fn new(area: &MultiPolygon<f64>) -> Self {
        let rings = oriented_rings(area);
        let middle = corners(rings.iter().flatten()).map_or(0.0, |(min, max)| (min.y + max.y) / 2.0);
        Self { tree: EdgeTree::new(rings), scale: meters_per_degree(middle) }
    }

    fn length(&self, a: Coord<f64>, b: Coord<f64>) -> f64 {
        ((b.x - a.x) * self.scale.x).hypot((b.y - a.y) * self.scale.y)
    }

    /// Metres to the border, if no more than so many.
    fn off(&self, place: Coord<f64>, within_m: f64) -> Option<f64> {
        self.tree.nearest(place, self.scale, within_m).map(|found| found.distance)
    }

    /// The place of the border that is nearest to another.
    fn foot(&self, place: Coord<f64>) -> Coord<f64> {
        self.tree.nearest(place, self.scale, f64::INFINITY).map_or(place, |found| {
            let (a, b) = self.tree.edge(found.edge);
            a + (b - a) * found.part.clamp(0.0, 1.0)
        })
    }

    /// Whether an edge lies on chains, give or take so many metres.
    fn lies_on(&self, tree: &EdgeTree, a: Coord<f64>, b: Coord<f64>, within_m: f64) -> bool {
        [(a + b) / 2.0, a, b].into_iter().all(|place| tree.nearest(place, self.scale, within_m).is_some())
    }

    fn is_border(&self, edge: &[Coord<f64>]) -> bool {
        self.lies_on(&self.tree, edge[0], edge[1], ON_BORDER_M)
    }

    /// The stretches of an area's outline inside the border, with the area to their left: open ones from border to
    /// border, and loops.
    fn stretches(&self, part: &MultiPolygon<f64>) -> Vec<Vec<Coord<f64>>> {
        let mut stretches = Vec::new();
        for ring in oriented_rings(part) {
            let is_border: Vec<bool> = ring.windows(2).map(|edge| self.is_border(edge)).collect();
            let Some(first) = is_border.iter().position(|is_border| *is_border) else {
                stretches.push(ring);
                continue;
            };
            let mut stretch: Vec<Coord<f64>> = Vec::new();
            for index in (first..first + is_border.len()).map(|index| (index + 1) % is_border.len()) {
                if !is_border[index] {
                    if stretch.is_empty() {
                        stretch.push(ring[index]);
                    }
                    stretch.push(ring[index + 1]);
                } else if !stretch.is_empty() {
                    stretches.push(std::mem::take(&mut stretch));
                }
            }
        }
        stretches
    }

    /// The line around an area inside the border.
    fn line_around(&self, part: &MultiPolygon<f64>) -> MultiLineString<f64> {
        let line = |stretch: Vec<Coord<f64>>| {
            let is_loop = stretch.first() == stretch.last();
            LineString(if is_loop { stretch } else { self.drawn_on(stretch) })
        };
        MultiLineString(self.stretches(part).into_iter().map(line).collect())
    }

    /// A line of two vertices or more, drawn on at both ends across the border that they lie on or near.
    fn drawn_on(&self, mut line: Vec<Coord<f64>>) -> Vec<Coord<f64>> {
        let scale = self.scale;
        for _ in 0..2 {
            line.reverse();
            let (end, before) = (line[line.len() - 1], line[line.len() - 2]);
            let foot = self.foot(end);
            let meters = |along: Coord<f64>| Vec2::new(along.x * scale.x, along.y * scale.y);
            let to_foot = meters(foot - end);
            let is_there = to_foot.hypot() < 1.0;
            let ahead = if is_there { meters(end - before) } else { to_foot };
            if !is_there {
                line.push(foot);
            }
            // Straight on; where that leads back inside, as it may at a corner of the border, in another direction.
            let beyond = (0..8).map(|turn| {
                let (sin, cos) = (f64::from(turn) * PI / 4.0).sin_cos();
                let ahead = ahead * (OVERSHOOT_M / ahead.hypot().max(f64::MIN_POSITIVE));
                let turned = Vec2::new(ahead.x * cos - ahead.y * sin, ahead.x * sin + ahead.y * cos);
                Coord { x: foot.x + turned.x / scale.x, y: foot.y + turned.y / scale.y }
            });
            line.extend(beyond.into_iter().find(|place| !self.tree.is_inside(*place)));
        }
        line
    }

    /// The cuts that part strips along the border from the rest of their side, for both sides of the left one's outline.
    fn cuts_beside(&self, left: &MultiPolygon<f64>) -> Cuts {
        let lines: Vec<Vec<Coord<f64>>> =
            self.stretches(left).into_iter().flat_map(|stretch| self.cuts(stretch)).collect();
        Cuts { tree: EdgeTree::new(&lines), lines }
    }

    /// Where to part the strips between a stretch and the border from the rest of their side.
    fn cuts(&self, mut stretch: Vec<Coord<f64>>) -> Vec<Vec<Coord<f64>>> {
        if stretch.first() == stretch.last() {
            // A loop has no end; it begins where it is farthest from the border.
            stretch.pop();
            let off = |place: &Coord<f64>| self.off(*place, BORDER_TOLERANCE_M).unwrap_or(f64::INFINITY);
            let away = (0..stretch.len()).max_by(|a, b| off(&stretch[*a]).total_cmp(&off(&stretch[*b])));
            stretch.rotate_left(away.unwrap_or(0));
            stretch.extend(stretch.first().copied());
        }
        let samples = self.samples(&stretch);
        if stretch.first() == stretch.last() && samples.iter().all(|sample| sample.off_m.is_some()) {
            // It goes round a strip of the border, or round ground that is a piece of its own.
            return Vec::new();
        }
        let mut cuts = Vec::new();
        for run in samples.split(|sample| sample.off_m.is_none()) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                continue;
            };
            let cost = |sample: &Sample| CUT_COST * sample.off_m.unwrap_or(BORDER_TOLERANCE_M);
            let from = run.iter().min_by(|a, b| (a.along_m + cost(a)).total_cmp(&(b.along_m + cost(b))));
            let to = run.iter().rev().min_by(|a, b| (cost(a) - a.along_m).total_cmp(&(cost(b) - b.along_m)));
            let (from, to) = (from.unwrap_or(first), to.unwrap_or(last));
            if to.along_m - from.along_m > cost(from) + cost(to) {
                cuts.extend([from, to].into_iter().filter_map(|sample| self.cut_from(sample.at)));
            }
        }
        cuts
    }

    /// A little more than the straight way from a place to the border; none from the border itself.
    fn cut_from(&self, place: Coord<f64>) -> Option<Vec<Coord<f64>>> {
        let foot = self.foot(place);
        let length = self.length(place, foot);
        if length < 1e-3 {
            return None;
        }
        let further = (foot - place) * (1.0 / length);
        Some(vec![place - further, foot + further])
    }

    /// How far the border lies from the vertices of a stretch and from places between them.
    fn samples(&self, stretch: &[Coord<f64>]) -> Vec<Sample> {
        let sample = |at: Coord<f64>, along_m: f64| Sample { at, along_m, off_m: self.off(at, BORDER_TOLERANCE_M) };
        let mut along_m = 0.0;
        let mut samples: Vec<Sample> = stretch.first().map(|first| sample(*first, along_m)).into_iter().collect();
        for edge in stretch.windows(2) {
            let length = self.length(edge[0], edge[1]);
            let is_far = self.off((edge[0] + edge[1]) / 2.0, BORDER_TOLERANCE_M + length / 2.0).is_none();
            let steps = if is_far { 1.0 } else { (length / STEP_M).ceil().clamp(1.0, 4096.0) };
            for step in 1..steps as usize {
                let part = step as f64 / steps;
                samples.push(sample(edge[0] + (edge[1] - edge[0]) * part, along_m + length * part));
            }
            along_m += length;
            samples.push(sample(edge[1], along_m));
        }
        samples
    }

    /// Whether a piece of a side is a sliver; `cuts` are those that part it from the rest.
    fn is_sliver(&self, piece: &Polygon<f64>, cuts: &EdgeTree) -> bool {
        let perimeter: f64 = edges(piece).map(|edge| self.length(edge[0], edge[1])).sum();
        let area = measure::area_m2(&MultiPolygon(vec![piece.clone()]));
        // Such a piece would go from side to side, round after round.
        if area < ROUNDING_M2 {
            return false;
        }
        // No shape has more than its perimeter times the radius of the widest circle in it.
        if area > perimeter * BORDER_TOLERANCE_M / 2.0 {
            return false;
        }
        let mut gap = f64::INFINITY;
        for place in edges(piece).flat_map(|edge| [edge[0], (edge[0] + edge[1]) / 2.0]) {
            match self.off(place, BORDER_TOLERANCE_M * 1.001) {
                Some(off) => gap = gap.min(off),
                None => return false,
            }
        }
        if area <= perimeter * ON_BORDER_M / 2.0 {
            // A hairline: all of it lies on the border.
            return true;
        }
        // What does not touch the border runs along it by the same measure as a strip that is parted from its side.
        let runs_along = gap <= ON_BORDER_M || perimeter / 2.0 > 2.0 * CUT_COST * gap;
        runs_along && self.other_side_m(piece, cuts) > 0.0 && !self.is_wide(piece, area)
    }

    /// Whether a circle as wide as the tolerance fits into a piece of this area in square metres.
    fn is_wide(&self, piece: &Polygon<f64>, area_m2: f64) -> bool {
        let radius = BORDER_TOLERANCE_M / 2.0;
        if area_m2 < PI * radius * radius {
            return false;
        }
        let alone = MultiPolygon(vec![piece.clone()]);
        let widest = largest_label_point(&alone, radius / 50.0);
        let outline = EdgeTree::new(oriented_rings(&alone));
        widest
            .and_then(|place| outline.nearest(place, self.scale, f64::INFINITY))
            .is_some_and(|found| found.distance > radius)
    }

    /// How much of a piece's outline is neither the border nor a cut, in metres.
    fn other_side_m(&self, piece: &Polygon<f64>, cuts: &EdgeTree) -> f64 {
        edges(piece)
            .filter(|edge| !self.is_border(edge) && !self.lies_on(cuts, edge[0], edge[1], ON_BORDER_M / 10.0))
            .map(|edge| measure::distance_m(edge[0], edge[1]))
            .sum()
    }

    /// The sides once pieces smaller than [`SPECK_M2`] that lie beside the other side have gone to it.
    fn without_specks(&self, area: &MultiPolygon<f64>, split: Split, dropped: &mut Vec<Sliver>) -> Split {
        let none = EdgeTree::new(Vec::<Vec<Coord<f64>>>::new());
        let is_speck = |piece: &Polygon<f64>| {
            piece.exterior().0.len() < 2_000
                && measure::polygon_area_m2(piece) < SPECK_M2
                && self.other_side_m(piece, &none) > 0.0
        };
        let (from_left, left): (Vec<_>, Vec<_>) = split.left.0.into_iter().partition(&is_speck);
        let (from_right, right): (Vec<_>, Vec<_>) = split.right.0.into_iter().partition(&is_speck);
        for (specks, was_left) in [(&from_left, true), (&from_right, false)] {
            dropped.extend(specks.iter().map(|piece| Sliver { is_speck: true, ..self.sliver(piece, &none, was_left) }));
        }
        if from_left.is_empty() && from_right.is_empty() {
            return Split { left: MultiPolygon(left), right: MultiPolygon(right) };
        }
        let left = without_rounding(union_all([&MultiPolygon(left), &MultiPolygon(from_right)]));
        Split { right: without_rounding(difference(area, &left)), left }
    }

    fn sliver(&self, piece: &Polygon<f64>, cuts: &EdgeTree, was_left: bool) -> Sliver {
        let alone = MultiPolygon(vec![piece.clone()]);
        Sliver {
            at: largest_label_point(&alone, 10.0).unwrap_or_default(),
            length_m: self.other_side_m(piece, cuts),
            area_m2: measure::area_m2(&alone),
            was_left,
            is_speck: false,
        }
    }
}

/// The edges of all rings of a polygon.
fn edges(polygon: &Polygon<f64>) -> impl Iterator<Item = &[Coord<f64>]> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).flat_map(|ring| ring.0.windows(2))
}

#[cfg(test)]
mod tests;
