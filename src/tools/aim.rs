//! Where the pointer leads: from page points to degrees, by way of snapping and of the keys that constrain.

use kurbo::Vec2;

use super::{Situation, Snap, snap};
use crate::document::AnnotationId;
use crate::geometry::frame::MAX_LAT_DEG;
use crate::geometry::{Coord, Frame, Point, lon_lat_from_world, world_from_lon_lat};

/// The least way that the pointer goes with the button down in a drag, in points; a shorter one is a click.
pub(super) const CLICK_PT: f64 = 4.0;

/// How near a click has to be to a vertex of the draft itself to mean that vertex, in points.
pub(super) const OWN_VERTEX_PT: f64 = 6.0;

/// The steps of a bearing while Shift is held.
const STEP_DEG: f64 = 15.0;

/// What a tool sees while a gesture goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) situation: &'a Situation<'a>,
    /// Of the document's annotations, for as long as points snap.
    pub(super) extents: &'a snap::Extents,
}

/// Whether points snap just now.
pub(super) fn snaps(situation: &Situation<'_>) -> bool {
    situation.snapping && !situation.modifiers.alt
}

/// A place on the map: the nearest there is to this one.
pub(super) fn clamped(lon_lat: Coord<f64>) -> Coord<f64> {
    Coord { x: lon_lat.x.clamp(-180.0, 180.0), y: lon_lat.y.clamp(-MAX_LAT_DEG, MAX_LAT_DEG) }
}

/// The place at a world position, or the nearest there is.
pub(super) fn lon_lat_in_world(world: Point) -> Coord<f64> {
    clamped(lon_lat_from_world(Point::new(world.x.clamp(0.0, 1.0), world.y.clamp(0.0, 1.0))))
}

/// The place at a page point; `None` if the page shows none there, not even nearly.
pub(super) fn lon_lat_at(frame: &Frame, page: Point) -> Option<Coord<f64>> {
    let world = frame.page_from_world().inverse() * page;
    world.is_finite().then(|| lon_lat_in_world(world))
}

/// A place that the pointer means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Aim {
    /// Where.
    pub(super) at: Coord<f64>,
    /// What it has snapped to.
    pub(super) snap: Option<Snap>,
}

impl Aim {
    /// Just there.
    pub(super) fn plain(page: Point, sight: &Sight<'_>) -> Option<Self> {
        Some(Self { at: lon_lat_at(&sight.situation.frame, page)?, snap: None })
    }

    /// There, or at what is near among the annotations that are not `excluded`.
    pub(super) fn new(page: Point, sight: &Sight<'_>, excluded: &[AnnotationId]) -> Option<Self> {
        match snap::nearest(page, sight, excluded) {
            Some(snap) => Some(Self { at: snap.to, snap: Some(snap) }),
            None => Self::plain(page, sight),
        }
    }

    /// The end of a leg from a place: on a bearing of 15° steps while Shift is held.
    pub(super) fn leg(from: Coord<f64>, page: Point, sight: &Sight<'_>, excluded: &[AnnotationId]) -> Option<Self> {
        if !sight.situation.modifiers.shift {
            return Self::new(page, sight, excluded);
        }
        let straight = Self::plain(page, sight)?;
        let start = world_from_lon_lat(from);
        let along = in_steps(world_from_lon_lat(straight.at) - start);
        Some(Self { at: lon_lat_in_world(start + within_world(start, along)), snap: None })
    }

    /// On this place of the draft itself.
    pub(super) fn on(at: Coord<f64>) -> Self {
        Self { at, snap: Some(Snap { to: at, vertex: true }) }
    }
}

/// The nearest vector in a direction of 15° steps.
fn in_steps(along: Vec2) -> Vec2 {
    let angle = round_to_step(along.atan2());
    let direction = Vec2::from_angle(angle);
    direction * along.dot(direction).max(0.0)
}

/// An angle rounded to 15°, both in radians.
pub(super) fn round_to_step(angle: f64) -> f64 {
    let step = STEP_DEG.to_radians();
    (angle / step).round() * step
}

/// As much of a vector as stays in the world, in the same direction.
fn within_world(start: Point, along: Vec2) -> Vec2 {
    let part = |from: f64, by: f64| {
        if from + by > 1.0 {
            (1.0 - from) / by
        } else if from + by < 0.0 {
            -from / by
        } else {
            1.0
        }
    };
    along * part(start.x, along.x).min(part(start.y, along.y)).clamp(0.0, 1.0)
}

/// The button while it is down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Button {
    from: Point,
    dragged: bool,
}

impl Button {
    /// It goes down.
    pub(super) fn down(at: Point) -> Self {
        Self { from: at, dragged: false }
    }

    /// The pointer moves.
    pub(super) fn moved(self, to: Point) -> Self {
        Self { dragged: self.dragged || self.from.distance(to) >= CLICK_PT, ..self }
    }

    /// Whether this is a drag by now, and no longer a click.
    pub(super) fn is_drag(self) -> bool {
        self.dragged
    }

    /// Where it went down.
    pub(super) fn from(self) -> Point {
        self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearings_go_in_steps_of_fifteen_degrees() {
        let along = in_steps(Vec2::new(10.0, 1.0));
        assert!((along - Vec2::new(10.0, 0.0)).hypot() < 1e-9);
        let along = in_steps(Vec2::new(10.0, 9.0));
        assert!((along.x - along.y).abs() < 1e-9 && along.x > 9.0);
    }

    #[test]
    fn a_leg_stops_at_the_edge_of_the_world_without_turning() {
        let along = within_world(Point::new(0.9, 0.5), Vec2::new(0.4, 0.2));
        assert!((along - Vec2::new(0.1, 0.05)).hypot() < 1e-12);
    }
}
