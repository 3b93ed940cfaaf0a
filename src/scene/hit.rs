//! What lies under a point: all overlays, smallest first.

use super::Scene;
use crate::dossier::Shape;
use crate::geometry::{Coord, Frame};

/// How near a line or a place has to be, in page points, to be taken by a click.
const REACH_PT: f64 = 6.0;

/// An overlay under a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Id of the overlay.
    pub overlay: String,
    /// Which place of an overlay of places.
    pub place: Option<usize>,
}

/// How near lines and places count as being under the point, in metres on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// For lines.
    pub line_m: f64,
    /// For places.
    pub place_m: f64,
}

impl Reach {
    /// A few points on screen, whatever the zoom.
    pub fn on_screen(frame: &Frame, at: Coord<f64>) -> Self {
        let reach_m = REACH_PT * frame.meters_per_pt(at.y);
        Self { line_m: reach_m, place_m: reach_m }
    }

    /// Where no zoom tells: 2 km for lines, the stated accuracy of the line of contact, and 1 km for places.
    pub const ON_THE_GROUND: Self = Self { line_m: 2000.0, place_m: 1000.0 };
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
                Shape::Area(_) if prepared.hit.contains(at) => None,
                Shape::Line(_) if prepared.hit.distance_m(at, reach.line_m).is_some() => None,
                Shape::Places(_) => match prepared.hit.nearest(at, reach.place_m) {
                    Some((index, _)) => Some(index),
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
