//! What lies under a point: all overlays, smallest first.

use super::{Scene, radius_pt};
use crate::dossier::{Place, Shape};
use crate::geometry::hit::HitShape;
use crate::geometry::{Coord, Frame};

/// How near a line has to be, in page points, to be taken by a click.
const LINE_REACH_PT: f64 = 6.0;

/// How near a place has to be at most; its dot is smaller, but never smaller than [`LEAST_PLACE_PT`].
const MOST_PLACE_PT: f64 = 10.0;

/// The smallest target of a place, in points from its middle.
const LEAST_PLACE_PT: f64 = 3.5;

/// An overlay under a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Id of the overlay.
    pub overlay: String,
    /// Which place of an overlay of places.
    pub place: Option<usize>,
}

/// How near lines and places count as being under the point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reach {
    /// As on screen: lines within a few points, places within their dots.
    OnScreen(Frame),
    /// Metres on the ground, where no zoom tells.
    OnTheGround {
        /// For lines.
        line_m: f64,
        /// For places.
        place_m: f64,
    },
}

impl Reach {
    /// 2 km for lines, the stated accuracy of the line of contact, and 1 km for places.
    pub const ON_THE_GROUND: Self = Self::OnTheGround { line_m: 2000.0, place_m: 1000.0 };

    fn line_m(&self, at: Coord<f64>) -> f64 {
        match self {
            Self::OnScreen(frame) => LINE_REACH_PT * frame.meters_per_pt(at.y),
            Self::OnTheGround { line_m, .. } => *line_m,
        }
    }

    /// The place under the point, if one is.
    fn place(&self, at: Coord<f64>, places: &[Place], hit: &HitShape) -> Option<usize> {
        match self {
            Self::OnScreen(frame) => {
                let meters_per_pt = frame.meters_per_pt(at.y);
                let (index, away_m) = hit.nearest(at, MOST_PLACE_PT * meters_per_pt)?;
                let dot_pt = radius_pt(places.get(index)?, frame).max(LEAST_PLACE_PT);
                (away_m <= dot_pt * meters_per_pt).then_some(index)
            }
            Self::OnTheGround { place_m, .. } => hit.nearest(at, *place_m).map(|(index, _)| index),
        }
    }
}

impl Scene {
    /// The overlays at a place among those that `counts`, smallest first: places, lines, then areas by size.
    pub fn hits(&self, at: Coord<f64>, reach: Reach, counts: impl Fn(&str) -> bool) -> Vec<Hit> {
        let mut found: Vec<(f64, Hit)> = Vec::new();
        for (overlay, prepared) in self.dossier().overlays.iter().zip(self.prepared()) {
            if !counts(&overlay.id) {
                continue;
            }
            let place = match &overlay.shape {
                Shape::Area(_) if prepared.hit(&overlay.shape).contains(at) => None,
                Shape::Line(_) if prepared.hit(&overlay.shape).distance_m(at, reach.line_m(at)).is_some() => None,
                Shape::Places(places) => match reach.place(at, places, prepared.hit(&overlay.shape)) {
                    Some(index) => Some(index),
                    None => continue,
                },
                Shape::Area(_) | Shape::Line(_) => continue,
            };
            found.push((overlay.measure.rank(), Hit { overlay: overlay.id.clone(), place }));
        }
        found.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        found.into_iter().map(|(_, hit)| hit).collect()
    }
}
