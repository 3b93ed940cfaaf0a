//! The page on which names are being placed, one after the other.

use std::collections::BTreeMap;

use kurbo::{Line, Point, Rect};

use super::along::along;
use super::barrier::Barriers;
use super::belonging::{Belonging, Name};
use super::beside::{around, centered, over};
use super::grid::Grid;
use super::shore::Shores;
use super::{Anchor, BESIDE_PT, LabelCandidate, MAIN, PADDING_PT, PlacedLabel, leader};
use crate::scene::display_list::Text;

/// How often the main names of a page are placed in another order, so that more of them find room.
const MOST_ORDERS: usize = 10;

/// From this weight on, about its inhabitants, a town is large enough that others go without a second name for it.
pub(super) const LARGE: f64 = 30_000.0;

/// Of so many names it is tried whether there is room for their second language after all.
const MOST_GIVEN_BACK: usize = 24;

/// A page on which names are being placed.
#[derive(Clone)]
pub(super) struct Placing<'a> {
    candidates: &'a [LabelCandidate],
    kept_clear: &'a Grid<Line>,
    outlines: &'a Grid<Line>,
    barriers: &'a Barriers<'a>,
    shores: &'a Shores<'a>,
    page: Rect,
    /// What no name may stand on.
    pub(super) taken: Grid,
    /// What no dot is seen under: names, and what covers the map.
    pub(super) covered: Grid,
    pub(super) belonging: Belonging,
    shown: BTreeMap<&'a str, Vec<Point>>,
    pub(super) placed: Vec<PlacedLabel>,
    /// The lines from dots to names that stand apart from them.
    leaders: Vec<Line>,
    /// Whether further ones may cross them.
    may_cross: bool,
    /// Names of which the first language alone is shown.
    short: Vec<usize>,
}

impl<'a> Placing<'a> {
    pub(super) fn new(
        candidates: &'a [LabelCandidate],
        kept_clear: &'a Grid<Line>,
        outlines: &'a Grid<Line>,
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
            outlines,
            barriers,
            shores,
            page,
            taken,
            covered,
            belonging: Belonging::new(page),
            shown,
            placed,
            leaders,
            may_cross: false,
            short,
        }
    }

    /// Gives names their places in this order.
    pub(super) fn place(&mut self, order: &[usize]) {
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
            // Of a place without a dot there is a point.
            found.dot.iter().for_each(|dot| self.belonging.add_dot(dot.inflate(-0.5, -0.5)));
            found.name.iter().for_each(|name| self.belonging.add_name(name));
            found.leader.iter().flat_map(|leader| leader::steps(*leader)).for_each(|rect| self.taken.insert(rect));
            self.leaders.extend(found.leader);
            self.shown.entry(&candidate.key).or_default().push(found.at);
            let bounds = found.boxes.iter().copied().reduce(|a, b| a.union(b)).unwrap_or_default();
            self.placed.push(PlacedLabel { candidate: index, bounds, texts: found.texts, leader: found.leader });
        }
    }

    fn find(&self, candidate: &LabelCandidate) -> Option<Found> {
        let Self { kept_clear, outlines, barriers, shores, page, ref taken, ref covered, ref belonging, .. } = *self;
        let near = |at: Point| {
            let others = self.shown.get(candidate.key.as_str());
            others.is_some_and(|others| others.iter().any(|other| other.distance(at) < candidate.repeat_pt))
        };
        let leaders = if self.may_cross { &[][..] } else { self.leaders.as_slice() };
        let room = Room { taken, covered, belonging, kept_clear, outlines, barriers, shores, leaders, page };
        match &candidate.anchor {
            Anchor::Around { point, radius_pt } if !near(*point) => around(candidate, *point, *radius_pt, &room),
            Anchor::Centered(point) if !near(*point) => centered(candidate, *point, taken, page),
            Anchor::Over(point) if !near(*point) => over(candidate, *point, &room),
            Anchor::AnyOf(points) => {
                let free = points
                    .iter()
                    .filter(|point| !near(**point))
                    .filter_map(|point| centered(candidate, *point, taken, page))
                    .filter(|found| found.boxes.iter().all(|rect| !barriers.touch(*rect)));
                let mut least: Option<(usize, Found)> = None;
                for found in free {
                    let covered = found.boxes.iter().map(|rect| outlines.count(*rect)).sum();
                    if least.as_ref().is_none_or(|(fewest, _)| covered < *fewest) {
                        least = Some((covered, found));
                    }
                    if covered == 0 {
                        break;
                    }
                }
                least.map(|(_, found)| found)
            }
            Anchor::Along(line) => along(candidate, line, taken, barriers, page, &near),
            _ => None,
        }
    }

    /// With the most of the main names that find room: leaders cross only where that lets more of them.
    pub(super) fn with_most_of(self, order: Vec<usize>) -> Self {
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

    /// With the main names placed in an order that lets most of them find room. Where a large town finds none in any, names
    /// give up their second language, as far as that helps.
    fn ordered(self, order: Vec<usize>) -> (f64, Self) {
        let on_page = |index: &usize| self.candidates[*index].place().is_some_and(|at| self.page.contains(at));
        let is_large = |index: &usize| self.weight(*index) >= LARGE;
        let wanted: Vec<usize> = order.iter().copied().filter(|index| on_page(index) && is_large(index)).collect();
        let large = |tried: &Tried<'a>| wanted.iter().filter(|index| tried.placed.contains(index)).count();
        let usual = self.climbed(order.clone(), Vec::new());
        let has_two = |index: &usize| self.candidates[*index].lines.len() > 1;
        let two: Vec<usize> = order.iter().copied().filter(has_two).collect();
        if large(&usual) == wanted.len() || two.is_empty() {
            return (usual.sum, usual.page);
        }
        let mut best = self.climbed(order, two.clone());
        if large(&best) <= large(&usual) {
            return (usual.sum, usual.page);
        }
        for index in two.into_iter().filter(on_page).take(MOST_GIVEN_BACK) {
            let short = best.short.iter().copied().filter(|other| *other != index).collect();
            let next = self.tried(best.order.clone(), short);
            if large(&next) >= large(&best) {
                best = next;
            }
        }
        (best.sum, best.page)
    }

    /// The main names by priority, and then, as long as that helps, with one that found no room before the others.
    fn climbed(&self, order: Vec<usize>, short: Vec<usize>) -> Tried<'a> {
        let mut best = self.tried(order, short);
        let mut hopeless = Vec::new();
        for _ in 0..MOST_ORDERS {
            let is_missing = |index: &usize| {
                let on_page = self.candidates[*index].place().is_some_and(|at| self.page.contains(at));
                on_page && !best.placed.contains(index) && !hopeless.contains(index)
            };
            let Some(missing) = best.order.iter().copied().find(is_missing) else { break };
            let mut next = best.order.clone();
            next.retain(|index| *index != missing);
            next.insert(0, missing);
            let next = self.tried(next, best.short.clone());
            if next.sum > best.sum { best = next } else { hopeless.push(missing) }
        }
        best
    }

    fn tried(&self, order: Vec<usize>, short: Vec<usize>) -> Tried<'a> {
        let mut page = self.clone();
        page.short.clone_from(&short);
        page.place(&order);
        let placed: Vec<usize> = page.placed[self.placed.len()..].iter().map(|label| label.candidate).collect();
        Tried { sum: placed.iter().map(|index| self.weight(*index)).sum(), placed, page, order, short }
    }

    /// How much it counts that a main name is shown: about its inhabitants.
    fn weight(&self, index: usize) -> f64 {
        (self.candidates[index].priority - MAIN).max(0.0) + 3000.0
    }
}

/// The main names of a page placed in one order.
struct Tried<'a> {
    sum: f64,
    placed: Vec<usize>,
    page: Placing<'a>,
    order: Vec<usize>,
    /// Those of which the first language alone is shown.
    short: Vec<usize>,
}

pub(super) struct Found {
    pub(super) at: Point,
    pub(super) dot: Option<Rect>,
    pub(super) boxes: Vec<Rect>,
    pub(super) texts: Vec<Text>,
    pub(super) leader: Option<Line>,
    /// Beside a dot, or apart from it.
    pub(super) name: Option<Name>,
}

/// What a name has to keep clear of.
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    pub(super) taken: &'a Grid,
    pub(super) covered: &'a Grid,
    pub(super) belonging: &'a Belonging,
    pub(super) kept_clear: &'a Grid<Line>,
    pub(super) outlines: &'a Grid<Line>,
    pub(super) barriers: &'a Barriers<'a>,
    pub(super) shores: &'a Shores<'a>,
    /// Of the names that stand apart from their dots.
    pub(super) leaders: &'a [Line],
    pub(super) page: Rect,
}
