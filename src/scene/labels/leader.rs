//! Names that stand apart from their dots, with a line to them, where there is no room beside the dot.

use kurbo::{Line, Point, Rect, Size, Vec2};

use super::barrier::{Sides, crosses};
use super::belonging::Name;
use super::beside::holds;
use super::block::{Align, Block, HALO_PT, texts};
use super::placing::{Found, Room};
use super::{LabelCandidate, LabelLine, PADDING_PT};

/// From one distance that is tried to the next, in points.
const STEP_PT: f64 = 7.0;
/// The shortest leader that is seen as one, in points.
const LEAST_PT: f64 = 9.0;
/// Directions in the order of trial, in degrees clockwise from the right.
const DIRECTIONS_DEG: [f64; 16] =
    [0.0, 180.0, 330.0, 210.0, 30.0, 150.0, 300.0, 240.0, 60.0, 120.0, 270.0, 90.0, 345.0, 195.0, 15.0, 165.0];

/// What a leader may run over.
#[derive(Clone, Copy)]
pub(super) enum Over {
    /// Nothing that is seen.
    Nothing,
    /// What the user drew and dots without names, but no name and no town.
    Drawn,
}

/// The nearest free place of a name within reach of its dot, on the dot's side of all barriers.
pub(super) fn with_leader(
    candidate: &LabelCandidate,
    lines: &[LabelLine],
    point: Point,
    radius_pt: f64,
    room: &Room<'_>,
    sides: &mut Sides,
    over: Over,
) -> Option<Found> {
    let Room { taken, covered, belonging, kept_clear, barriers, leaders, page, .. } = *room;
    let in_the_way = match over {
        Over::Nothing => taken,
        Over::Drawn => covered,
    };
    let block = Block::measure(lines);
    let Size { width, height } = block.size;
    let dot = Rect::from_center_size(point, (2.0 * radius_pt + 1.0, 2.0 * radius_pt + 1.0));
    let mut length_pt = LEAST_PT;
    while length_pt <= candidate.leader_pt {
        for degrees in DIRECTIONS_DEG {
            let direction = Vec2::from_angle(degrees.to_radians());
            let leader = Line::new(point + direction * (radius_pt + 1.5), point + direction * (radius_pt + length_pt));
            let end = leader.p1;
            let (x, y, align) = match direction.x {
                ..-0.4 => (end.x - width - HALO_PT - 1.0, end.y - block.first_middle, Align::Right),
                0.4.. => (end.x + HALO_PT + 1.0, end.y - block.first_middle, Align::Left),
                _ if direction.y < 0.0 => (end.x - width / 2.0, end.y - height - 1.0, Align::Center),
                _ => (end.x - width / 2.0, end.y + 1.0, Align::Center),
            };
            let bounds = Rect::from_origin_size((x, y), block.size).inflate(HALO_PT, 0.0);
            let is_free = holds(page, bounds)
                && taken.is_free_but(bounds.inflate(PADDING_PT, PADDING_PT / 2.0), Some(point))
                && steps(leader).all(|rect| in_the_way.is_free_beyond(rect, point))
                && !belonging.is_crossed_by(leader, point)
                && kept_clear.count(bounds) == 0
                && !kept_clear.crosses(leader)
                // Two leaders that cross would each be followed to the other's dot.
                && !leaders.iter().any(|other| crosses(*other, leader));
            let name = Name::new(dot, &block, bounds, true);
            let is_read_as_its_own = !belonging.is_of_another(&name);
            if is_free && is_read_as_its_own && barriers.allow(bounds, sides) && barriers.allow_line(leader, sides) {
                let texts = texts(candidate, &block, Point::new(x, y), align);
                let (boxes, leader, name) = (vec![bounds], Some(leader), Some(name));
                return Some(Found { at: point, dot: Some(dot), boxes, texts, leader, name });
            }
        }
        length_pt += STEP_PT;
    }
    None
}

/// Small rectangles along a leader, which nothing else may cover.
pub(super) fn steps(leader: Line) -> impl Iterator<Item = Rect> {
    let length = leader.p0.distance(leader.p1);
    let count = (length / 3.0).ceil().clamp(1.0, 100.0) as usize;
    (0..=count).map(move |step| {
        let at = leader.p0.lerp(leader.p1, step as f64 / count as f64);
        Rect::from_center_size(at, (2.0, 2.0))
    })
}
