//! Placing labels: a greedy pass by priority in which no label covers another.
//!
//! The order of trial depends only on the candidates themselves, never on the order in which they come, so that labels
//! hold still while the map is panned and more tiles come into view.
//!
//! Lines should be covered by no name if another place is free, nor part a name from its dot: a name that may stand beside
//! a dot, and has room on the dot's own side where it leaves them clear, stands there. [`Barrier`]s, such as a line of
//! contact, are stricter: the name of a place stands wholly on its dot's side of them, if need be further off with a leader
//! to the dot, or is left out together with the dot. The name of a town on a shore stands wholly on the water, or else
//! wholly on land, where there is room.

mod along;
mod barrier;
mod belonging;
mod beside;
mod block;
mod grid;
mod leader;
mod placing;
mod shore;

use std::cmp::Ordering;
use std::sync::Arc;

use kurbo::{Circle, Line, Point, Rect, Shape};

use super::display_list::{Color, Face, Group, Item, Path, Stroke, Text};
use grid::Grid;

pub use barrier::Barrier;
use barrier::Barriers;
use placing::Placing;
pub use shore::Sea;
use shore::Shores;

/// Where a label may stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Anchor {
    /// Beside a dot of this radius: right, left, above, below, left and right a little lower or higher, the diagonals, and
    /// above and below flush with the dot are tried in turn.
    Around {
        /// Centre of the dot.
        point: Point,
        /// Radius of the dot in points.
        radius_pt: f64,
    },
    /// Centred on the point, or not at all. Barriers do not count: it names no place on one side of them.
    Centered(Point),
    /// Centred on the point of a place that has no dot; where that would lie across a barrier, beside the point.
    Over(Point),
    /// Centred on the first of these points where there is room, clear of barriers: the name of a region.
    AnyOf(Arc<[Point]>),
    /// Letter by letter along the straightest stretch of this line, a little above it; first line of text only.
    Along(Arc<[Point]>),
}

impl Anchor {
    /// About where the label stands: the first of its places, or the middle one of a line.
    pub fn middle(&self) -> Option<Point> {
        match self {
            Self::Around { point, .. } | Self::Centered(point) | Self::Over(point) => Some(*point),
            Self::AnyOf(points) => points.first().copied(),
            Self::Along(points) => points.get(points.len() / 2).copied(),
        }
    }
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
    /// Drawn only if the label finds a place: the dot of a town, for example (radius, fill, outline).
    pub dot: Option<(f64, Color, Color)>,
    /// Labels of the same key that stand near each other name the same thing: only the first placed is shown.
    pub key: String,
    /// How near is near, in points: [`SAME_PLACE_PT`] for towns, of which many share a name; more for rivers and seas.
    pub repeat_pt: f64,
    /// How far from its dot the name may stand with a leader where there is no room beside the dot, in points; 0: nowhere.
    pub leader_pt: f64,
}

/// Labels of the same name closer together than this name the same place.
pub const SAME_PLACE_PT: f64 = 60.0;

/// A label that found its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedLabel {
    /// Which candidate.
    pub candidate: usize,
    /// The rectangle that its text takes, halo included.
    pub bounds: Rect,
    /// The text, in place: an item for each line, or for each letter along a curve.
    pub texts: Vec<Text>,
    /// The line from the dot to a name that stands apart from it.
    pub leader: Option<Line>,
}

impl LabelCandidate {
    /// The middle of the dot, or of the place without one, that the name belongs to.
    pub fn place(&self) -> Option<Point> {
        match self.anchor {
            Anchor::Around { point, .. } | Anchor::Over(point) => Some(point),
            _ => None,
        }
    }
}

/// Free space kept around a label.
const PADDING_PT: f64 = 2.0;
/// The same between the ends of two names, where the next one would be read on: a space and a half.
const BESIDE_PT: f64 = 4.5;
/// The longest piece of a line that is to be left clear.
pub const PIECE_PT: f64 = 8.0;
/// Gives each candidate a place where it covers neither an obstacle nor a label placed before it, and lies wholly on
/// the page, or none. The result is in the order of placing.
pub fn place(candidates: &[LabelCandidate], obstacles: &[Rect], page: Rect) -> Vec<PlacedLabel> {
    place_clear_of(candidates, &Surroundings { covering: obstacles, ..Surroundings::default() }, page)
}

/// What names keep clear of besides each other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// What covers the map: no dot beneath is seen.
    pub covering: &'a [Rect],
    /// Dots of towns on the map: a name stands nearer to its own than to any other, and no leader runs over one.
    pub dots: &'a [Rect],
    /// Dots without names on the map, which names keep clear of in the same way where they can.
    pub marks: &'a [Rect],
    /// What the user drew on the map.
    pub drawn: &'a [Rect],
    /// Lines that names leave clear where they can: pieces of them, of at most [`PIECE_PT`] each.
    pub lines: &'a [Line],
    /// Outlines that names cover less readily than nothing, but never go without a place for: pieces of them.
    pub outlines: &'a [Line],
    /// Lines across which no name of a place stands.
    pub barriers: &'a [Barrier],
    /// The shores of seas and lakes, in pieces.
    pub shores: &'a [Line],
    /// The seas and lakes themselves.
    pub seas: &'a [Sea],
}

/// The same, clear of what else is on the page.
pub fn place_clear_of(candidates: &[LabelCandidate], around: &Surroundings<'_>, page: Rect) -> Vec<PlacedLabel> {
    let barriers = Barriers::new(around.barriers, page);
    let shores = Shores::new(around.shores, around.seas, page);
    let [kept_clear, outlines] = [around.lines, around.outlines].map(|lines| {
        let mut pieces = Grid::new(page);
        for piece in lines {
            pieces.insert_with(Rect::from_center_size(piece.midpoint(), (4.0, 4.0)), *piece);
        }
        pieces
    });
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| rank(&candidates[a], &candidates[b]));
    let mut page_so_far = Placing::new(candidates, &kept_clear, &outlines, &barriers, &shores, page);
    for rect in around.covering {
        page_so_far.taken.insert(*rect);
        page_so_far.covered.insert(*rect);
    }
    around.drawn.iter().for_each(|rect| page_so_far.taken.insert(*rect));
    around.dots.iter().chain(around.marks).for_each(|rect| page_so_far.taken.insert(*rect));
    around.dots.iter().for_each(|rect| page_so_far.belonging.add_dot(*rect));
    around.marks.iter().for_each(|rect| page_so_far.belonging.add_mark(*rect));
    let is_main = |index: &usize| candidates[*index].priority >= MAIN && candidates[*index].leader_pt > 0.0;
    let before = order.iter().position(is_main).unwrap_or(order.len());
    let (first, rest) = order.split_at(before);
    let (main, rest): (Vec<usize>, Vec<usize>) = rest.iter().partition(|index| is_main(index));
    page_so_far.place(first);
    page_so_far = page_so_far.with_most_of(main);
    page_so_far.place(&rest);
    page_so_far.placed
}

/// From so many inhabitants on a town is a large one.
pub const LARGE: f64 = placing::LARGE;

/// From this priority on names that may have leaders are the main ones of a page: the places of overlays.
pub const MAIN: f64 = 1e6;

/// The priority of what stands where all names leave it room, and of what goes before all names.
pub const LAST: f64 = -1e9;
/// See [`LAST`].
pub const FIRST: f64 = 3e9;

/// The priority of what goes after the names of the map's cities and before those of its towns.
pub const BELOW_CITIES: f64 = 560.0;

/// The dots and texts of placed labels, ready to draw: all dots first, then texts, the most important on top.
pub fn items(candidates: &[LabelCandidate], placed: &[PlacedLabel]) -> Vec<Item> {
    let mut items = Vec::new();
    for label in placed {
        let (Some(line), Some(candidate)) = (label.leader, candidates.get(label.candidate)) else { continue };
        let Some(color) = candidate.lines.first().map(|line| line.color) else { continue };
        let path = Path::shared(line.to_path(0.1));
        items.push(Item::Stroke { path: path.clone(), stroke: Stroke::solid(candidate.halo, 2.4) });
        items.push(Item::Stroke { path, stroke: Stroke::solid(color, 0.7) });
    }
    for label in placed.iter().rev() {
        let Some(LabelCandidate { anchor: Anchor::Around { point, .. } | Anchor::Centered(point), dot, .. }) =
            candidates.get(label.candidate)
        else {
            continue;
        };
        if let Some((radius_pt, fill, outline)) = *dot {
            let circle = |radius: f64| Path::shared(Circle::new(*point, radius).to_path(0.05));
            items.push(Item::Fill { path: circle(radius_pt + 1.0), color: outline });
            items.push(Item::Fill { path: circle(radius_pt), color: fill });
        }
    }
    for label in placed.iter().rev() {
        let texts = label.texts.iter().cloned();
        let along = candidates.get(label.candidate).is_some_and(|of| matches!(of.anchor, Anchor::Along(_)));
        if along {
            // All halos first: each letter's would cover part of the letter before.
            let halo_of = |text: Text| Text { color: Color { a: 0, ..text.color }, ..text };
            items.extend(texts.clone().map(|text| Item::Text(halo_of(text))));
            let letters = texts.map(|text| Item::Text(Text { halo: None, ..text })).collect();
            let word = candidates[label.candidate].lines.first().map(|line| line.text.clone());
            items.push(Item::Group(Group { word, ..Group::new("", "", letters) }));
        } else {
            items.extend(texts.map(Item::Text));
        }
    }
    items
}

/// Order of trial: by priority, then by name, then by place from the west and north, which panning does not change.
fn rank(a: &LabelCandidate, b: &LabelCandidate) -> Ordering {
    let place = |candidate: &LabelCandidate| match &candidate.anchor {
        Anchor::Around { point, .. } | Anchor::Centered(point) | Anchor::Over(point) => *point,
        Anchor::Along(points) | Anchor::AnyOf(points) => points.first().copied().unwrap_or_default(),
    };
    let (at, bt) = (place(a), place(b));
    b.priority
        .total_cmp(&a.priority)
        .then_with(|| a.key.cmp(&b.key))
        .then_with(|| at.x.total_cmp(&bt.x))
        .then_with(|| at.y.total_cmp(&bt.y))
}

#[cfg(test)]
mod tests;
