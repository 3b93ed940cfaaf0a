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

mod barrier;
mod grid;
mod leader;
mod shore;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use kurbo::{Circle, Line, Point, Rect, Shape, Size, Vec2};

use super::display_list::{Color, Face, Group, Item, Path, Stroke, Text};
use super::text;
use grid::Grid;

pub use barrier::Barrier;
use barrier::{Barriers, Sides};
use leader::Over;
pub use shore::Sea;
use shore::{ON_LAND, Shores, Standing};

/// Where a label may stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Anchor {
    /// Beside a dot of this radius: right, left, above, below, the diagonals, above and below flush with the dot, and left
    /// and right a little lower or higher are tried in turn.
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

/// Width of the halo, in points each side.
const HALO_PT: f64 = 1.3;
/// Free space kept around a label.
const PADDING_PT: f64 = 2.0;
/// The same between the ends of two names, where the next one would be read on: a space and a half.
const BESIDE_PT: f64 = 4.5;
/// Between a dot and its label.
const GAP_PT: f64 = 3.0;
/// Between a label and the edge of the page.
const EDGE_PT: f64 = 3.0;
/// The longest piece of a line that is to be left clear.
pub const PIECE_PT: f64 = 8.0;
/// A name beyond such a line is as bad as one that covers so many pieces of it.
const BEYOND: usize = 6;
/// How far ink and halo of a line reach above its baseline and below it, in ems: less than what a font asks for between
/// lines of running text, or names would keep further apart than the eye needs.
const ASCENT_EM: f64 = 0.82;
const DESCENT_EM: f64 = 0.28;
/// From one baseline to the next, in ems of the lower line.
const LEADING_EM: f64 = 1.14;

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
    /// What is drawn on the map: dots, and what the user drew.
    pub drawn: &'a [Rect],
    /// Lines that names leave clear where they can: pieces of them, of at most [`PIECE_PT`] each.
    pub lines: &'a [Line],
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
    let mut kept_clear = Grid::new(page);
    for piece in around.lines {
        kept_clear.insert_with(Rect::from_center_size(piece.midpoint(), (4.0, 4.0)), *piece);
    }
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| rank(&candidates[a], &candidates[b]));
    let mut page_so_far = Placing::new(candidates, &kept_clear, &barriers, &shores, page);
    for rect in around.covering {
        page_so_far.taken.insert(*rect);
        page_so_far.covered.insert(*rect);
    }
    around.drawn.iter().for_each(|rect| page_so_far.taken.insert(*rect));
    let is_main = |index: &usize| candidates[*index].priority >= MAIN && candidates[*index].leader_pt > 0.0;
    let before = order.iter().position(is_main).unwrap_or(order.len());
    let (first, rest) = order.split_at(before);
    let (main, rest): (Vec<usize>, Vec<usize>) = rest.iter().partition(|index| is_main(index));
    page_so_far.place(first);
    page_so_far = page_so_far.with_most_of(main);
    page_so_far.place(&rest);
    page_so_far.placed
}

/// From this priority on names that may have leaders are the main ones of a page: the places of overlays.
pub const MAIN: f64 = 1e6;

/// The priority of what goes after the names of the map's cities and before those of its towns.
pub const BELOW_CITIES: f64 = 560.0;

/// How often the main names of a page are placed in another order, so that more of them find room.
const MOST_ORDERS: usize = 10;

/// From this weight on, about its inhabitants, a town is large enough that its neighbours go without a second name for it.
const LARGE: f64 = 30_000.0;

/// So near towns are neighbours, in points.
const NEIGHBOUR_PT: f64 = 90.0;

/// A page on which names are being placed.
#[derive(Clone)]
struct Placing<'a> {
    candidates: &'a [LabelCandidate],
    kept_clear: &'a Grid<Line>,
    barriers: &'a Barriers<'a>,
    shores: &'a Shores<'a>,
    page: Rect,
    /// What no name may stand on.
    taken: Grid,
    /// What no dot is seen under: names, and what covers the map.
    covered: Grid,
    shown: BTreeMap<&'a str, Vec<Point>>,
    placed: Vec<PlacedLabel>,
    /// The lines from dots to names that stand apart from them.
    leaders: Vec<Line>,
    /// Whether further ones may cross them.
    may_cross: bool,
    /// Names of which the first language alone is shown.
    short: Vec<usize>,
}

impl<'a> Placing<'a> {
    fn new(
        candidates: &'a [LabelCandidate],
        kept_clear: &'a Grid<Line>,
        barriers: &'a Barriers<'a>,
        shores: &'a Shores<'a>,
        page: Rect,
    ) -> Self {
        let (shown, placed) = (BTreeMap::new(), Vec::new());
        let (taken, covered) = (Grid::new(page), Grid::new(page));
        let (leaders, short) = (Vec::new(), Vec::new());
        Self {
            candidates,
            kept_clear,
            barriers,
            shores,
            page,
            taken,
            covered,
            shown,
            placed,
            leaders,
            may_cross: false,
            short,
        }
    }

    /// Gives names their places in this order.
    fn place(&mut self, order: &[usize]) {
        for &index in order {
            let candidate = &self.candidates[index];
            let found = if self.short.contains(&index) && candidate.lines.len() > 1 {
                self.find(&LabelCandidate { lines: candidate.lines[..1].to_vec(), ..candidate.clone() })
            } else {
                self.find(candidate)
            };
            let Some(found) = found else { continue };
            let beside_pt = if found.boxes.len() == 1 { BESIDE_PT - PADDING_PT } else { 0.0 };
            found.boxes.iter().for_each(|rect| self.taken.insert(rect.inflate(beside_pt, 0.0)));
            found.dot.iter().for_each(|rect| self.taken.insert(*rect));
            found.boxes.iter().for_each(|rect| self.covered.insert(*rect));
            found.leader.iter().flat_map(|leader| leader::steps(*leader)).for_each(|rect| self.taken.insert(rect));
            self.leaders.extend(found.leader);
            self.shown.entry(&candidate.key).or_default().push(found.at);
            let bounds = found.boxes.iter().copied().reduce(|a, b| a.union(b)).unwrap_or_default();
            self.placed.push(PlacedLabel { candidate: index, bounds, texts: found.texts, leader: found.leader });
        }
    }

    fn find(&self, candidate: &LabelCandidate) -> Option<Found> {
        let Self { kept_clear, barriers, shores, page, ref taken, ref covered, .. } = *self;
        let near = |at: Point| {
            let others = self.shown.get(candidate.key.as_str());
            others.is_some_and(|others| others.iter().any(|other| other.distance(at) < candidate.repeat_pt))
        };
        let leaders = if self.may_cross { &[][..] } else { self.leaders.as_slice() };
        let room = Room { taken, covered, kept_clear, barriers, shores, leaders, page };
        match &candidate.anchor {
            Anchor::Around { point, radius_pt } if !near(*point) => around(candidate, *point, *radius_pt, &room),
            Anchor::Centered(point) if !near(*point) => centered(candidate, *point, taken, page),
            Anchor::Over(point) if !near(*point) => over(candidate, *point, &room),
            Anchor::AnyOf(points) => points
                .iter()
                .filter(|point| !near(**point))
                .filter_map(|point| centered(candidate, *point, taken, page))
                .find(|found| found.boxes.iter().all(|rect| !barriers.touch(*rect))),
            Anchor::Along(line) => along(candidate, line, taken, barriers, page, &near),
            _ => None,
        }
    }

    /// With the most of the main names that find room: leaders cross only where that lets more of them.
    fn with_most_of(self, order: Vec<usize>) -> Self {
        let crossing = Self { may_cross: true, ..self.clone() };
        let (apart_sum, apart) = self.ordered(order.clone());
        let all =
            order.iter().filter(|index| apart.candidates[**index].place().is_some_and(|at| apart.page.contains(at)));
        if apart.placed.iter().filter(|label| order.contains(&label.candidate)).count() >= all.count() {
            return apart;
        }
        let (sum, crossing) = crossing.ordered(order);
        if sum > apart_sum { Self { may_cross: false, ..crossing } } else { apart }
    }

    /// With the main names placed in an order that lets most of them find room: by priority, and then, as long as that
    /// helps, with one that found none before the others. Beside a large town that finds none either way the second
    /// language gives way.
    fn ordered(self, mut order: Vec<usize>) -> (f64, Self) {
        let weight = |index: usize| (self.candidates[index].priority - MAIN).max(0.0) + 3000.0;
        let place_of = |index: usize| self.candidates[index].place().unwrap_or_default();
        let tried = |order: &[usize], short: &[usize]| {
            let mut page = self.clone();
            page.short.extend(short);
            page.place(order);
            let placed: Vec<usize> = page.placed[self.placed.len()..].iter().map(|label| label.candidate).collect();
            (placed.iter().map(|index| weight(*index)).sum::<f64>(), placed, page)
        };
        let mut short = Vec::new();
        let (mut most, mut placed, mut best) = tried(&order, &short);
        let mut hopeless = Vec::new();
        for _ in 0..MOST_ORDERS {
            let is_missing = |index: &usize| {
                let on_page = self.candidates[*index].place().is_some_and(|at| self.page.contains(at));
                on_page && !placed.contains(index) && !hopeless.contains(index)
            };
            let Some(missing) = order.iter().copied().find(is_missing) else { break };
            let mut next = order.clone();
            next.retain(|index| *index != missing);
            next.insert(0, missing);
            let (sum, of_next, page) = tried(&next, &short);
            if sum > most {
                (most, placed, best, order) = (sum, of_next, page, next);
                continue;
            }
            if weight(missing) >= LARGE {
                let is_near = |index: &usize| place_of(*index).distance(place_of(missing)) < NEIGHBOUR_PT;
                let shorter: Vec<usize> = short.iter().copied().chain(next.iter().copied().filter(is_near)).collect();
                let orders = [order.clone(), next];
                let tries = orders.into_iter().map(|order| (tried(&order, &shorter), order));
                if let Some(((sum, of_next, page), next)) = tries.max_by(|(a, _), (b, _)| a.0.total_cmp(&b.0))
                    && sum > most
                {
                    (most, placed, best, order, short) = (sum, of_next, page, next, shorter);
                    continue;
                }
            }
            hopeless.push(missing);
        }
        (most, best)
    }
}

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

struct Found {
    at: Point,
    dot: Option<Rect>,
    boxes: Vec<Rect>,
    texts: Vec<Text>,
    leader: Option<Line>,
}

/// What a name has to keep clear of.
#[derive(Clone, Copy)]
struct Room<'a> {
    taken: &'a Grid,
    covered: &'a Grid,
    kept_clear: &'a Grid<Line>,
    barriers: &'a Barriers<'a>,
    shores: &'a Shores<'a>,
    /// Of the names that stand apart from their dots.
    leaders: &'a [Line],
    page: Rect,
}

/// The lines of a label as a block.
struct Block {
    size: Size,
    /// Of each line: its width, and its baseline from the top of the block.
    lines: Vec<(f64, f64)>,
    /// Middle of the first line's capitals, from the top of the block.
    first_middle: f64,
}

impl Block {
    fn measure(lines: &[LabelLine]) -> Self {
        let mut block = Self { size: Size::ZERO, lines: Vec::with_capacity(lines.len()), first_middle: 0.0 };
        let mut baseline = 0.0;
        for (index, line) in lines.iter().enumerate() {
            let metrics = text::measure(&line.text, line.face, line.size_pt, line.letter_spacing_pt);
            // The last glyph's spacing is no part of what one sees.
            let width = (metrics.advance_pt - line.letter_spacing_pt).max(0.0);
            if index == 0 {
                baseline = ASCENT_EM * line.size_pt;
                block.first_middle = baseline - 0.35 * line.size_pt;
            } else {
                baseline += LEADING_EM * line.size_pt;
            }
            block.lines.push((width, baseline));
            block.size = Size::new(block.size.width.max(width), baseline + DESCENT_EM * line.size_pt);
        }
        block
    }
}

/// How the lines of a block stand under each other.
#[derive(Clone, Copy)]
enum Align {
    Left,
    Center,
    Right,
}

fn texts(candidate: &LabelCandidate, block: &Block, top_left: Point, align: Align) -> Vec<Text> {
    let lines = candidate.lines.iter().zip(&block.lines);
    lines
        .map(|(line, (width, baseline))| {
            let free = block.size.width - width;
            let indent = match align {
                Align::Left => 0.0,
                Align::Center => free / 2.0,
                Align::Right => free,
            };
            text_item(line, candidate.halo, &line.text, top_left + Vec2::new(indent, *baseline), 0.0)
        })
        .collect()
}

fn text_item(line: &LabelLine, halo: Color, characters: &str, origin: Point, rotation_rad: f64) -> Text {
    Text {
        text: characters.to_owned(),
        face: line.face,
        size_pt: line.size_pt,
        color: line.color,
        origin,
        rotation_rad,
        letter_spacing_pt: line.letter_spacing_pt,
        halo: Some((halo, HALO_PT)),
        link: None,
    }
}

fn around(candidate: &LabelCandidate, point: Point, radius_pt: f64, room: &Room<'_>) -> Option<Found> {
    let Room { taken, covered, kept_clear, barriers, shores, page, .. } = *room;
    let dot = Rect::from_center_size(point, (2.0 * radius_pt + 1.0, 2.0 * radius_pt + 1.0));
    // No dot is cut by the frame.
    if !page.contains_rect(dot) {
        return None;
    }
    // A dot of the map's own gives way to all that is drawn, one of an overlay to nothing but what hides it.
    let hidden_by = if candidate.dot.is_some() { taken } else { covered };
    if !hidden_by.is_free_but(dot, Some(point)) {
        return None;
    }
    let whole = candidate.lines.as_slice();
    let first = whole.get(..1).filter(|_| whole.len() > 1);
    // The first place that leaves the lines clear, on the dot's own side; failing that, the one that covers the least of
    // them. Where both languages find no such room, the first may.
    let is_coast = shores.is_coast(dot);
    let mut sides = Sides::new(point);
    let mut least: Option<(usize, Found)> = None;
    for lines in std::iter::once(whole).chain(first) {
        for found in beside_dot(candidate, lines, point, radius_pt, is_coast, room) {
            if !found.boxes.iter().all(|rect| barriers.allow(*rect, &mut sides)) {
                continue;
            }
            let covered: usize = found.boxes.iter().map(|rect| kept_clear.count(*rect)).sum();
            let standing = found.boxes.iter().map(|rect| shores.standing(*rect, is_coast)).max_by_key(|it| it.cost());
            let standing = standing.unwrap_or(Standing::Inland);
            let beyond = found.boxes.iter().any(|rect| kept_clear.crosses(Line::new(point, rect.center())));
            let cost = covered + standing.cost() + if beyond { BEYOND } else { 0 };
            if cost == 0 {
                return Some(found);
            }
            if least.as_ref().is_none_or(|(fewest, _)| cost < *fewest) {
                least = Some((cost, found));
            }
        }
        // On a shore a name in both languages that clears it is better than one in the first that stands on water.
        if is_coast && let Some((..=ON_LAND, found)) = least {
            return Some(found);
        }
    }
    least.map(|(_, found)| found).or_else(|| {
        let mut led = |lines, over| leader::with_leader(candidate, lines, point, radius_pt, room, &mut sides, over);
        let shorter = first.unwrap_or(whole);
        let clear = led(whole, Over::Nothing).or_else(|| led(shorter, Over::Nothing));
        // A large town is named even if its leader has to run over a mark.
        let is_large = candidate.priority >= MAIN + LARGE;
        clear.or_else(|| if is_large { led(shorter, Over::Drawn) } else { None })
    })
}

/// Centred on a place without a dot, or beside it where a barrier runs through that.
fn over(candidate: &LabelCandidate, point: Point, room: &Room<'_>) -> Option<Found> {
    let mut sides = Sides::new(point);
    match centered(candidate, point, room.taken, room.page) {
        Some(found) if found.boxes.iter().all(|rect| room.barriers.allow(*rect, &mut sides)) => Some(found),
        Some(_) => around(candidate, point, 0.0, room),
        None => None,
    }
}

/// The free places of a label beside a dot, the best first.
fn beside_dot<'a>(
    candidate: &'a LabelCandidate,
    lines: &[LabelLine],
    point: Point,
    radius_pt: f64,
    is_coast: bool,
    room: &Room<'a>,
) -> impl Iterator<Item = Found> + use<'a> {
    let Room { taken, page, .. } = *room;
    let dot = Rect::from_center_size(point, (2.0 * radius_pt + 1.0, 2.0 * radius_pt + 1.0));
    let block = Block::measure(lines);
    let Size { width, height } = block.size;
    let beside = radius_pt + GAP_PT;
    let aslant = radius_pt * 0.7 + GAP_PT * 0.6;
    let level = point.y - block.first_middle;
    // A little higher or lower a name may pass the next dot.
    let nudge = 0.5 * block.first_middle;
    let (over, under) = (point.y - radius_pt - 1.0 - height, point.y + radius_pt + 1.0);
    let places = [
        (point.x + beside, level, Align::Left),
        (point.x - beside - width, level, Align::Right),
        (point.x - width / 2.0, over, Align::Center),
        (point.x - width / 2.0, under, Align::Center),
        (point.x + aslant, point.y - aslant - height * 0.75, Align::Left),
        (point.x + aslant, point.y + aslant - height * 0.25, Align::Left),
        (point.x - aslant - width, point.y - aslant - height * 0.75, Align::Right),
        (point.x - aslant - width, point.y + aslant - height * 0.25, Align::Right),
        (point.x - beside, over, Align::Left),
        (point.x + beside - width, over, Align::Right),
        (point.x - beside, under, Align::Left),
        (point.x + beside - width, under, Align::Right),
        (point.x - beside - width, level + nudge, Align::Right),
        (point.x - beside - width, level - nudge, Align::Right),
        (point.x + beside, level + nudge, Align::Left),
        (point.x + beside, level - nudge, Align::Left),
    ];
    // Beside a shore a name clears it a little further off, and no further than is seen to belong to the dot.
    let further = [3.0, 6.0].into_iter().flat_map(move |off| {
        [
            (point.x + beside + off, level, Align::Left),
            (point.x - beside - off - width, level, Align::Right),
            (point.x - width / 2.0, over - off, Align::Center),
            (point.x - width / 2.0, under + off, Align::Center),
            (point.x + aslant + off / 2.0, point.y - aslant - off / 2.0 - height * 0.75, Align::Left),
            (point.x + aslant + off / 2.0, point.y + aslant + off / 2.0 - height * 0.25, Align::Left),
            (point.x - aslant - off / 2.0 - width, point.y - aslant - off / 2.0 - height * 0.75, Align::Right),
            (point.x - aslant - off / 2.0 - width, point.y + aslant + off / 2.0 - height * 0.25, Align::Right),
            (point.x - radius_pt, under + off, Align::Left),
            (point.x + radius_pt - width, under + off, Align::Right),
            (point.x - radius_pt, over - off, Align::Left),
            (point.x + radius_pt - width, over - off, Align::Right),
        ]
    });
    places.into_iter().chain(further.filter(move |_| is_coast)).filter_map(move |(x, y, align)| {
        let bounds = Rect::from_origin_size((x, y), block.size).inflate(HALO_PT, 0.0);
        let free = holds(page, bounds) && taken.is_free_but(bounds.inflate(PADDING_PT, PADDING_PT / 2.0), Some(point));
        free.then(|| {
            let texts = texts(candidate, &block, Point::new(x, y), align);
            Found { at: point, dot: Some(dot), boxes: vec![bounds], texts, leader: None }
        })
    })
}

fn centered(candidate: &LabelCandidate, point: Point, taken: &Grid, page: Rect) -> Option<Found> {
    if !page.contains(point) {
        return None;
    }
    let block = Block::measure(&candidate.lines);
    let top_left = point - block.size.to_vec2() / 2.0;
    let bounds = Rect::from_origin_size(top_left, block.size).inflate(HALO_PT, 0.0);
    let free = holds(page, bounds) && taken.is_free(bounds.inflate(PADDING_PT, PADDING_PT));
    free.then(|| Found {
        at: point,
        dot: None,
        boxes: vec![bounds],
        texts: texts(candidate, &block, top_left, Align::Center),
        leader: None,
    })
}

/// Letters along the straightest free stretch of a line.
fn along(
    candidate: &LabelCandidate,
    line: &[Point],
    taken: &Grid,
    barriers: &Barriers<'_>,
    page: Rect,
    near: &dyn Fn(Point) -> bool,
) -> Option<Found> {
    let label = candidate.lines.first()?;
    let step = label.size_pt * 0.5;
    let smooth = smoothed(line, step);
    let advances: Vec<(String, f64)> = label
        .text
        .chars()
        .map(|character| {
            let letter = character.to_string();
            let advance = text::measure(&letter, label.face, label.size_pt, label.letter_spacing_pt).advance_pt;
            (letter, advance)
        })
        .collect();
    let length: f64 = advances.iter().map(|(_, advance)| advance).sum();
    let samples = (length / step).ceil() as usize + 1;
    if samples < 3 || smooth.len() < samples + 2 {
        return None;
    }
    // Each stretch with how much it turns; only those that hardly bend can be read.
    let mut stretches: Vec<(f64, usize)> = (0..smooth.len() - samples)
        .step_by(3)
        .filter_map(|from| {
            let stretch = &smooth[from..=from + samples];
            let chord = stretch[samples] - stretch[0];
            let turns = stretch.windows(3).map(|three| turn(three[0], three[1], three[2]).abs());
            let (total, sharpest) = turns.fold((0.0, 0.0_f64), |(sum, most), turn| (sum + turn, most.max(turn)));
            let steep = chord.y.abs() > 3.0 * chord.x.abs();
            (total < 0.9 && sharpest < 0.3 && chord.hypot() > 0.9 * length)
                .then_some((total + if steep { 0.8 } else { 0.0 }, from))
        })
        .collect();
    stretches.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (_, from) in stretches.into_iter().take(24) {
        let mut stretch = smooth[from..=from + samples].to_vec();
        let middle = stretch[samples / 2];
        if !page.contains(middle) || near(middle) {
            continue;
        }
        if stretch[samples].x < stretch[0].x {
            stretch.reverse();
        }
        let (texts, boxes) = set_along(label, candidate.halo, &advances, &stretch, step);
        let is_free = |rect: &Rect| {
            holds(page, *rect) && taken.is_free(rect.inflate(PADDING_PT, PADDING_PT)) && !barriers.touch(*rect)
        };
        if boxes.iter().all(is_free) {
            return Some(Found { at: middle, dot: None, boxes, texts, leader: None });
        }
    }
    None
}

fn set_along(
    label: &LabelLine,
    halo: Color,
    advances: &[(String, f64)],
    stretch: &[Point],
    step: f64,
) -> (Vec<Text>, Vec<Rect>) {
    let at = |distance: f64| -> Point {
        let place = (distance / step).clamp(0.0, (stretch.len() - 1) as f64);
        let index = (place as usize).min(stretch.len() - 2);
        stretch[index].lerp(stretch[index + 1], place - index as f64)
    };
    let mut pen = 0.0;
    let mut texts = Vec::with_capacity(advances.len());
    let mut boxes = Vec::with_capacity(advances.len());
    for (letter, advance) in advances {
        let (start, end) = (at(pen), at(pen + advance));
        let direction = end - start;
        let angle = direction.atan2();
        let up = Vec2::new(direction.y, -direction.x).normalize() * (label.size_pt * 0.28);
        if letter != " " && direction.hypot() > 0.0 {
            let middle = start.midpoint(end) + up * 2.0;
            texts.push(text_item(label, halo, letter, start + up, angle));
            boxes.push(Rect::from_center_size(middle, (label.size_pt * 0.9, label.size_pt * 0.9)));
        }
        pen += advance;
    }
    (texts, boxes)
}

/// The line in equal steps, its small wiggles evened out.
fn smoothed(line: &[Point], step: f64) -> Vec<Point> {
    /// More than any label could want: a line that a damaged tile draws across the world is cut off.
    const MOST: usize = 4000;
    let Some(first) = line.first() else {
        return Vec::new();
    };
    let mut even = vec![*first];
    let mut left = step;
    for pair in line.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = from.distance(to);
        while length >= left && length > 0.0 && even.len() < MOST {
            from = from.lerp(to, left / length);
            length -= left;
            left = step;
            even.push(from);
        }
        left -= length.min(left);
        if left <= 0.0 {
            left = step;
        }
    }
    const REACH: usize = 6;
    (0..even.len())
        .map(|middle| {
            let reach = REACH.min(middle).min(even.len() - 1 - middle);
            let around = &even[middle - reach..=middle + reach];
            let sum = around.iter().fold(Vec2::ZERO, |sum, point| sum + point.to_vec2());
            (sum / around.len() as f64).to_point()
        })
        .collect()
}

fn turn(a: Point, b: Point, c: Point) -> f64 {
    let (into, out) = (b - a, c - b);
    into.cross(out).atan2(into.dot(out))
}

fn holds(page: Rect, rect: Rect) -> bool {
    rect.is_finite() && page.inflate(-EDGE_PT, -EDGE_PT).contains_rect(rect)
}

#[cfg(test)]
mod tests;
