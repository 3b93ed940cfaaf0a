//! Names beside dots, and centred on places that have none.

use kurbo::{Line, Point, Rect, Size};

use super::barrier::Sides;
use super::belonging::Name;
use super::block::{Align, Block, HALO_PT, texts};
use super::grid::Grid;
use super::leader::{self, Over};
use super::placing::{Found, LARGE, Room};
use super::shore::{ON_LAND, Standing};
use super::{LabelCandidate, LabelLine, MAIN, PADDING_PT};

/// Between a dot and its label.
const GAP_PT: f64 = 3.0;
/// Between a label and the edge of the page.
const EDGE_PT: f64 = 3.0;
/// A name beyond such a line is as bad as one that covers so many pieces of it.
const BEYOND: usize = 6;
/// The same of one that might be taken for the name of a dot without one.
const OF_A_MARK: usize = 5;

pub(super) fn around(candidate: &LabelCandidate, point: Point, radius_pt: f64, room: &Room<'_>) -> Option<Found> {
    let Room { taken, covered, belonging, kept_clear, outlines, barriers, shores, page, .. } = *room;
    let dot = Rect::from_center_size(point, (2.0 * radius_pt + 1.0, 2.0 * radius_pt + 1.0));
    // No dot is cut by the frame.
    if !page.contains_rect(dot) {
        return None;
    }
    // A dot of the map's own gives way to all that is drawn, one of an overlay to nothing but what hides it.
    let hidden_by = if candidate.dot.is_some() { taken } else { covered };
    if !hidden_by.is_free_but(dot, Some(point)) || belonging.takes_a_name(dot.inflate(-0.5, -0.5)) {
        return None;
    }
    let whole = candidate.lines.as_slice();
    let first = whole.get(..1).filter(|_| whole.len() > 1);
    // The first place that leaves the lines clear, on the dot's own side; failing that, the one that covers the least of
    // them. Where both languages find no such room, the first may.
    let is_coast = shores.is_coast(dot);
    let mut sides = Sides::new(point);
    // Outlines count after all else.
    let mut least: Option<((usize, usize), Found)> = None;
    for lines in std::iter::once(whole).chain(first) {
        for found in beside_dot(candidate, lines, point, radius_pt, is_coast, room) {
            if !found.boxes.iter().all(|rect| barriers.allow(*rect, &mut sides)) {
                continue;
            }
            let covered: usize = found.boxes.iter().map(|rect| kept_clear.count(*rect)).sum();
            let standing = found.boxes.iter().map(|rect| shores.standing(*rect, is_coast)).max_by_key(|it| it.cost());
            let standing = standing.unwrap_or(Standing::Inland);
            let beyond = found.boxes.iter().any(|rect| kept_clear.crosses(Line::new(point, rect.center())));
            let of_a_mark = found.name.as_ref().is_some_and(|name| belonging.is_of_a_mark(name));
            let beyond = if beyond { BEYOND } else { 0 };
            let cost = covered + standing.cost() + beyond + if of_a_mark { OF_A_MARK } else { 0 };
            let cost = (cost, found.boxes.iter().map(|rect| outlines.count(*rect)).sum());
            if cost == (0, 0) {
                return Some(found);
            }
            if least.as_ref().is_none_or(|(fewest, _)| cost < *fewest) {
                least = Some((cost, found));
            }
        }
        // On a shore a name in both languages that clears it is better than one in the first that stands on water; so is
        // one that covers but outlines better than one in the first that covers none.
        let most = if is_coast { ON_LAND } else { 0 };
        if least.as_ref().is_some_and(|((cost, _), _)| *cost <= most)
            && let Some((_, found)) = least
        {
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
pub(super) fn over(candidate: &LabelCandidate, point: Point, room: &Room<'_>) -> Option<Found> {
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
    let Room { taken, belonging, page, .. } = *room;
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
        (point.x - beside - width, level + nudge, Align::Right),
        (point.x - beside - width, level - nudge, Align::Right),
        (point.x + beside, level + nudge, Align::Left),
        (point.x + beside, level - nudge, Align::Left),
        (point.x + aslant, point.y - aslant - height * 0.75, Align::Left),
        (point.x + aslant, point.y + aslant - height * 0.25, Align::Left),
        (point.x - aslant - width, point.y - aslant - height * 0.75, Align::Right),
        (point.x - aslant - width, point.y + aslant - height * 0.25, Align::Right),
        (point.x - beside, over, Align::Left),
        (point.x + beside - width, over, Align::Right),
        (point.x - beside, under, Align::Left),
        (point.x + beside - width, under, Align::Right),
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
        let name = Name::new(Rect::from_center_size(point, (2.0 * radius_pt, 2.0 * radius_pt)), &block, bounds, false);
        (free && !belonging.is_of_another(&name)).then(|| {
            let texts = texts(candidate, &block, Point::new(x, y), align);
            Found { at: point, dot: Some(dot), boxes: vec![bounds], texts, leader: None, name: Some(name) }
        })
    })
}

pub(super) fn centered(candidate: &LabelCandidate, point: Point, taken: &Grid, page: Rect) -> Option<Found> {
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
        name: None,
    })
}

pub(super) fn holds(page: Rect, rect: Rect) -> bool {
    rect.is_finite() && page.inflate(-EDGE_PT, -EDGE_PT).contains_rect(rect)
}
