//! What changed between two drawings of the same ground: what was gained and lost, between which bounds, and how far the
//! border moved.
//!
//! # What counts
//! Gained is what only the later area covers, lost what only the earlier one does. A stretch of border that both have, vertex
//! for vertex or one within the other, is one border: nothing lies between the two. Parts that are nowhere wider than
//! [`SLIVER_M`] are what writing the same border down twice leaves (a vertex more, a digit fewer). They are counted in
//! [`Change::gained_m2`] and [`Change::lost_m2`], so that the sums come out, but they are no parts of [`Change::gained`] and
//! [`Change::lost`], and no border has moved there.
//!
//! # The range that accuracies give
//! Each drawing is stated to be so many metres exact. A stretch of border that both have is one statement: however wrong it is, it
//! is wrong alike before and after, and nothing changed there. So only stretches that *moved*, those of the outlines of what was
//! gained and lost, are in doubt, each as far around it as its own accuracy reaches:
//!
//! * at least gained is what was gained and is farther from all of these stretches;
//! * at most gained is what lies in the later area or so near to its border, and not in the earlier area, or so near to its;
//! * lost is the same the other way round.
//!
//! In terms of sets, with the areas A and B, before and after, and the strips S and T around what moved of their borders: gained is at
//! least (B ∖ A) ∖ (S ∪ T), at most (B ∪ T) ∖ (A ∖ S). The least is never above what was measured, nor the most below.
//!
//! # How far it moved
//! The outline of each part that was gained or lost has stretches of the former and of the new border. The mean displacement is the
//! size of such parts divided by the mean length of the two; the largest is the farthest that a place of one lies from the other
//! (Hausdorff's distance, to [`LARGEST_TO_M`] or a hundredth, on the plane that touches the ellipsoid there). Parts that have only one of the two,
//! ground that appears or vanishes as an island, moved nowhere and are counted apart.

mod cut;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};

use crate::geometry::circle;
use crate::geometry::derive::{Sides, buffer_line, difference, intersection, union, union_all};
use crate::geometry::hit::{EdgeTree, meters_per_degree};
use crate::geometry::measure::{area_m2, distance_m, polygon_area_m2};
use crate::geometry::planar::oriented_rings;
use crate::geometry::work::{Stopped, spend, within_limits};

/// Parts nowhere wider than this, in metres, are what writing a border down twice leaves.
pub const SLIVER_M: f64 = 1.0;

/// The largest displacement is worked out to this, in metres, or to a hundredth of itself.
pub const LARGEST_TO_M: f64 = 1.0;

/// So many edges are halved before it is asked whether the work may go on.
const HALVES: u64 = 1 << 10;

/// An edge of a part lies on the border from which it comes to this, in metres: rounding puts it a tenth of a millimetre off.
const ON_BORDER_M: f64 = 0.01;

/// An area made ready to be compared with several: its parts together, and its border.
#[derive(Debug, Clone)]
pub struct Ground {
    area: MultiPolygon<f64>,
    /// Its rings, outer ones counterclockwise and holes clockwise.
    rings: Vec<Vec<Coord<f64>>>,
    border: EdgeTree,
    area_m2: f64,
}

impl Ground {
    /// Parts that overlap count once.
    pub fn new(area: &MultiPolygon<f64>) -> Self {
        let area = union_all([area]);
        let rings = oriented_rings(&area);
        let border = EdgeTree::new(&rings);
        let area_m2 = area_m2(&area);
        Self { area, rings, border, area_m2 }
    }

    /// Nothing at all.
    pub fn nothing() -> Self {
        Self::new(&MultiPolygon(Vec::new()))
    }

    /// The area, its parts together.
    pub fn area(&self) -> &MultiPolygon<f64> {
        &self.area
    }

    /// Its size in square metres.
    pub fn area_m2(&self) -> f64 {
        self.area_m2
    }

    /// How far a place lies from the border, if at most `within_m`.
    fn border_m(&self, place: Coord<f64>, within_m: f64) -> Option<f64> {
        Some(self.border.nearest(place, meters_per_degree(place.y), within_m)?.distance)
    }
}

/// On what terms two areas are compared.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Only what lies within this counts.
    pub within: Option<MultiPolygon<f64>>,
    /// How exact the earlier and the later border are, in metres; `None` where one of them does not say.
    pub accuracy_m: Option<[f64; 2]>,
}

/// Between which bounds sizes lie, in square metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranges {
    /// What was gained, at least and at most.
    pub gained_m2: [f64; 2],
    /// What was lost, at least and at most.
    pub lost_m2: [f64; 2],
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What only the later area covers, without slivers.
    pub gained: MultiPolygon<f64>,
    /// What only the earlier area covers, without slivers.
    pub lost: MultiPolygon<f64>,
    /// Size of what only the later area covers, slivers included, in square metres.
    pub gained_m2: f64,
    /// The same of the earlier area.
    pub lost_m2: f64,
    /// How much of both together is slivers.
    pub slivers_m2: f64,
    /// Between which bounds the two lie, where both accuracies are stated.
    pub ranges: Option<Ranges>,
    /// How the border moved.
    pub moved: Moved,
}

/// How a border moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Stretches of the former border that are none of the new one.
    pub before: MultiLineString<f64>,
    /// Stretches of the new border that were none of the former one.
    pub after: MultiLineString<f64>,
    /// Length of the stretches of the former border that went somewhere else, in metres.
    pub before_m: f64,
    /// Length of the stretches of the new border in their place, in metres.
    pub after_m: f64,
    /// Mean displacement in metres; `None` where no stretch moved.
    pub mean_m: Option<f64>,
    /// Largest displacement in metres; `None` where no stretch moved.
    pub largest_m: Option<f64>,
    /// Parts that appeared or vanished as islands: how many.
    pub islands: usize,
    /// The same in square metres.
    pub islands_m2: f64,
}

impl Default for Moved {
    fn default() -> Self {
        let none = || MultiLineString(Vec::new());
        Self {
            before: none(),
            after: none(),
            before_m: 0.0,
            after_m: 0.0,
            mean_m: None,
            largest_m: None,
            islands: 0,
            islands_m2: 0.0,
        }
    }
}

impl Change {
    /// Nothing.
    fn none(terms: &Terms) -> Self {
        let none = || MultiPolygon(Vec::new());
        let ranges = terms.accuracy_m.map(|_| Ranges { gained_m2: [0.0; 2], lost_m2: [0.0; 2] });
        Self {
            gained: none(),
            lost: none(),
            gained_m2: 0.0,
            lost_m2: 0.0,
            slivers_m2: 0.0,
            ranges,
            moved: Moved::default(),
        }
    }

    /// What changed from one area to another: see [the module](self).
    ///
    /// # Errors
    /// [`Stopped`] if it is cancelled or would take too long.
    pub fn between(before: &Ground, after: &Ground, terms: &Terms) -> Result<Self, Stopped> {
        if before.area == after.area {
            return Ok(Self::none(terms));
        }
        within_limits(|| Self::worked_out(before, after, terms))
    }

    fn worked_out(before: &Ground, after: &Ground, terms: &Terms) -> Self {
        let clipped = |area: MultiPolygon<f64>| match &terms.within {
            Some(within) if !area.0.is_empty() => intersection(&area, within),
            _ => area,
        };
        let [gained, lost] = cut::differences(&after.rings, &before.rings).map(clipped);
        let mut change = Self { gained_m2: area_m2(&gained) + 0.0, lost_m2: area_m2(&lost) + 0.0, ..Self::none(terms) };
        let mut tally = Tally::default();
        for (parts, kept) in [(gained, &mut change.gained), (lost, &mut change.lost)] {
            for part in parts.0 {
                if is_sliver(&part) {
                    change.slivers_m2 += polygon_area_m2(&part);
                } else {
                    tally.count(&part, before, after);
                    kept.0.push(part);
                }
            }
        }
        change.moved = tally.moved();
        if let Some(accuracy_m) = terms.accuracy_m {
            change.ranges = Some(change.ranges([before, after], accuracy_m, clipped));
        }
        change
    }

    fn ranges(
        &self,
        grounds: [&Ground; 2],
        [old_m, new_m]: [f64; 2],
        clipped: impl Fn(MultiPolygon<f64>) -> MultiPolygon<f64>,
    ) -> Ranges {
        let (of_old, of_new) = (strip(&self.moved.before, old_m), strip(&self.moved.after, new_m));
        let doubtful = union(&of_old, &of_new);
        // Outside of the strips nothing is in doubt, so that only what lies in them has to be cut anew.
        let [old, new] = grounds.map(|ground| cut::within(&ground.rings, &doubtful));
        let sure = [&self.gained, &self.lost].map(|area| area_m2(&difference(area, &doubtful)));
        let most = |sure: f64, more: &MultiPolygon<f64>, strip: &MultiPolygon<f64>, less: &MultiPolygon<f64>, other| {
            sure + area_m2(&clipped(difference(&union(more, strip), &difference(less, other))))
        };
        // What rounding takes away or adds is less than a square metre; the order of the three is kept all the same.
        let ordered = |least: f64, measured: f64, most: f64| [least.clamp(0.0, measured), most.max(measured)];
        Ranges {
            gained_m2: ordered(sure[0], self.gained_m2, most(sure[0], &new, &of_new, &old, &of_old)),
            lost_m2: ordered(sure[1], self.lost_m2, most(sure[1], &old, &of_old, &new, &of_new)),
        }
    }
}

/// Edges of the circles at the ends of strips: such a polygon has 0.1 % less area than its circle.
const CIRCLE_EDGES: usize = 72;

/// All places within a distance of some lines.
fn strip(lines: &MultiLineString<f64>, distance_m: f64) -> MultiPolygon<f64> {
    let along = buffer_line(lines, distance_m, Sides::Both);
    if along.0.is_empty() {
        return along;
    }
    let ends = lines.0.iter().filter(|line| !line.is_closed()).flat_map(|line| [line.0.first(), line.0.last()]);
    let circles = ends.flatten().map(|end| circle(*end, distance_m, CIRCLE_EDGES)).collect();
    union_all([&along, &MultiPolygon(circles)])
}

/// All rings of a polygon.
fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// Whether a part is no wider than [`SLIVER_M`]: by its size beside half of its outline.
fn is_sliver(part: &Polygon<f64>) -> bool {
    let scale = part.exterior().0.first().map_or(0.0, |at| at.y);
    let scale = meters_per_degree(scale);
    let edges = rings(part).flat_map(|ring| ring.0.windows(2));
    let outline_m: f64 =
        edges.map(|edge| ((edge[1] - edge[0]).x * scale.x).hypot((edge[1] - edge[0]).y * scale.y)).sum();
    2.0 * polygon_area_m2(part) < SLIVER_M * outline_m
}

/// Lines of which it is known how long they are.
#[derive(Debug, Default)]
struct Stretches {
    lines: Vec<Vec<Coord<f64>>>,
    length_m: f64,
}

impl Stretches {
    fn push(&mut self, edge: &[Coord<f64>], goes_on: bool) {
        self.length_m += distance_m(edge[0], edge[1]);
        match self.lines.last_mut() {
            Some(line) if goes_on => line.push(edge[1]),
            _ => self.lines.push(edge.to_vec()),
        }
    }

    /// Makes one of the last line and that which a ring began with: the ring goes on from one to the other.
    fn join_around(&mut self, first: usize) {
        if self.lines.len() > first + 1
            && let Some(mut last) = self.lines.pop()
        {
            last.extend(self.lines[first].iter().skip(1));
            self.lines[first] = last;
        }
    }

    fn multi_line(self) -> MultiLineString<f64> {
        MultiLineString(self.lines.into_iter().map(LineString).collect())
    }
}

/// What the parts that were gained and lost have of the two borders.
#[derive(Debug, Default)]
struct Tally {
    before: Stretches,
    after: Stretches,
    /// Of parts with stretches of both, in square metres.
    swept_m2: f64,
    /// The lengths of these stretches.
    moved_m: [f64; 2],
    largest_m: f64,
    islands: usize,
    islands_m2: f64,
}

impl Tally {
    fn count(&mut self, part: &Polygon<f64>, before: &Ground, after: &Ground) {
        let mut own = [Stretches::default(), Stretches::default()];
        for ring in rings(part) {
            let begun = [own[0].lines.len(), own[1].lines.len()];
            let (mut first, mut last) = (None, None);
            for (number, edge) in ring.0.windows(2).enumerate() {
                let middle = (edge[0] + edge[1]) / 2.0;
                let off = [before, after].map(|ground| ground.border_m(middle, ON_BORDER_M).unwrap_or(f64::INFINITY));
                // The rim of what is looked at is on neither.
                let side = match off {
                    [old, new] if old < new => Some(0),
                    [old, new] if new < old => Some(1),
                    _ => None,
                };
                if let Some(side) = side {
                    own[side].push(edge, last == Some(side));
                }
                last = side;
                if number == 0 {
                    first = side;
                }
            }
            if let Some(side) = last.filter(|_| first == last) {
                own[side].join_around(begun[side]);
            }
        }
        let area_m2 = polygon_area_m2(part);
        let [old, new] = own;
        if old.lines.is_empty() || new.lines.is_empty() {
            self.islands += 1;
            self.islands_m2 += area_m2;
        } else {
            self.swept_m2 += area_m2;
            self.moved_m[0] += old.length_m;
            self.moved_m[1] += new.length_m;
            let trees = [&old, &new].map(|stretches| EdgeTree::new(&stretches.lines));
            self.largest_m = farthest_m(&old.lines, &trees[1], self.largest_m);
            self.largest_m = farthest_m(&new.lines, &trees[0], self.largest_m);
        }
        for (all, own) in [(&mut self.before, old), (&mut self.after, new)] {
            all.length_m += own.length_m;
            all.lines.extend(own.lines);
        }
    }

    fn moved(self) -> Moved {
        let [before_m, after_m] = self.moved_m;
        let has_moved = before_m + after_m > 0.0;
        Moved {
            before: self.before.multi_line(),
            after: self.after.multi_line(),
            before_m,
            after_m,
            mean_m: has_moved.then(|| 2.0 * self.swept_m2 / (before_m + after_m)),
            largest_m: has_moved.then_some(self.largest_m),
            islands: self.islands,
            islands_m2: self.islands_m2,
        }
    }
}

/// How far a place of some lines lies from others at most, or `known_m` if that is more, to [`LARGEST_TO_M`].
fn farthest_m(lines: &[Vec<Coord<f64>>], others: &EdgeTree, known_m: f64) -> f64 {
    let off_m = |place: Coord<f64>| {
        let found = others.nearest(place, meters_per_degree(place.y), f64::INFINITY);
        found.map_or(0.0, |found| found.distance)
    };
    let mut farthest_m = known_m;
    let mut pending = Vec::new();
    for line in lines {
        let mut last = None;
        for place in line {
            let place = (*place, off_m(*place));
            farthest_m = farthest_m.max(place.1);
            pending.extend(last.map(|last| (last, place)));
            last = Some(place);
        }
    }
    // No place between two lies farther than half of what they and the way between them come to: the distance grows by no more
    // than one goes.
    let mut halved = 0;
    while let Some((one, other)) = pending.pop() {
        let scale = meters_per_degree(one.0.y);
        let way = other.0 - one.0;
        let way_m = (way.x * scale.x).hypot(way.y * scale.y);
        if (one.1 + other.1 + way_m) / 2.0 <= farthest_m + LARGEST_TO_M.max(farthest_m / 100.0) {
            continue;
        }
        halved += 1;
        if halved % HALVES == 0 && !spend(HALVES) {
            break;
        }
        let middle = (one.0 + other.0) / 2.0;
        let middle = (middle, off_m(middle));
        farthest_m = farthest_m.max(middle.1);
        pending.extend([(one, middle), (middle, other)]);
    }
    farthest_m
}

#[cfg(test)]
pub(crate) mod tests;
