//! What lies under a point: overlays and their features, smallest first.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Scene, is_named, radius_pt};
use crate::dossier::{Kinds, Overlay, Place, Shape, Styling};
use crate::geometry::hit::HitShape;
use crate::geometry::{Coord, Frame};

/// How near a line has to be, in page points, to be taken by a click.
const LINE_REACH_PT: f64 = 6.0;

/// How near a place has to be at most; its dot is smaller, but never smaller than [`LEAST_PLACE_PT`].
const MOST_PLACE_PT: f64 = 10.0;

/// The smallest target of a place, in points from its middle.
const LEAST_PLACE_PT: f64 = 3.5;

/// So many points of a file are found under one point on screen: nobody steps through more.
const MOST_POINTS: usize = 10_000;

/// An overlay under a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Id of the overlay.
    pub overlay: String,
    /// Which of its features, where they are told apart.
    pub feature: Option<usize>,
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

    /// The place of a dossier's under the point, if one is.
    fn place(&self, at: Coord<f64>, places: &[Place], hit: &HitShape) -> Option<usize> {
        match self {
            Self::OnScreen(frame) => {
                let meters_per_pt = frame.meters_per_pt(at.y);
                let (index, away_m) = hit.nearest(at, MOST_PLACE_PT * meters_per_pt)?;
                let place = places.get(index)?;
                // A town that waits for a closer look has no dot to click on.
                if place.population.is_some() && !is_named(place, frame) {
                    return None;
                }
                let dot_pt = radius_pt(place, frame).max(LEAST_PLACE_PT);
                (away_m <= dot_pt * meters_per_pt).then_some(index)
            }
            Self::OnTheGround { place_m, .. } => hit.nearest(at, *place_m).map(|(index, _)| index),
        }
    }

    /// The points of a file whose dots lie there, the nearest first.
    fn points(&self, at: Coord<f64>, hit: &HitShape) -> Vec<usize> {
        let (within_m, most) = match self {
            Self::OnScreen(frame) => (2.0 * LEAST_PLACE_PT * frame.meters_per_pt(at.y), MOST_POINTS),
            Self::OnTheGround { place_m, .. } => (*place_m, usize::MAX),
        };
        hit.points_within(at, within_m, most).into_iter().map(|(index, _)| index).collect()
    }
}

impl Scene {
    /// What lies at a place, smallest first: places, lines, then areas by size. `styling_of` says how an overlay is styled,
    /// and that one does not count by `None`; what nobody has reported up to the day that is shown lies nowhere.
    pub fn hits(&self, at: Coord<f64>, reach: Reach, styling_of: impl Fn(&str) -> Option<Arc<Styling>>) -> Vec<Hit> {
        let mut found: Vec<(f64, Hit)> = Vec::new();
        for overlay in self.dossier().overlays.iter().filter(|overlay| !overlay.is_of_other_days()) {
            let Some(styling) = styling_of(&overlay.id) else { continue };
            let (kinds, _) = overlay.kinds_at_hand(&styling);
            if overlay.has_features(&kinds) {
                let places = overlay.shape.places();
                let is_own = overlay.opened_from.is_some();
                let points = match (reach, is_own) {
                    _ if places.is_empty() => Vec::new(),
                    (_, false) => reach.place(at, places, overlay.hit()).into_iter().collect(),
                    (Reach::OnScreen(frame), true) if styling.clusters => {
                        self.points_of_ring(overlay, &kinds, &frame, at)
                    }
                    (_, true) => reach.points(at, overlay.hit()),
                };
                features_at((overlay, &kinds), at, reach, &points, &mut found);
                continue;
            }
            if kinds.list().first().is_none_or(|kind| !kind.shown) {
                continue;
            }
            let place = match &*overlay.shape {
                Shape::Area(_) if overlay.hit().contains(at) => None,
                Shape::Line(_) if overlay.hit().distance_m(at, reach.line_m(at)).is_some() => None,
                Shape::Places(places) => match reach.place(at, places, overlay.hit()) {
                    Some(index) => Some(index),
                    None => continue,
                },
                Shape::Area(_) | Shape::Line(_) | Shape::Mixed(_) => continue,
            };
            found.push((overlay.measure.rank(), Hit { overlay: overlay.id.clone(), feature: None, place }));
        }
        found.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        found.into_iter().map(|(_, hit)| hit).collect()
    }

    /// As [`Self::hits`] among all overlays as they are given, shown or not.
    pub fn hits_of_all(&self, at: Coord<f64>, reach: Reach) -> Vec<Hit> {
        let plain = Arc::new(Styling::default());
        self.hits(at, reach, |_| Some(Arc::clone(&plain)))
    }
}

/// Adds the features of an overlay at a place. Of two that are alike the later one, which is drawn above, comes first.
fn features_at(
    (overlay, kinds): (&Overlay, &Kinds),
    at: Coord<f64>,
    reach: Reach,
    points: &[usize],
    found: &mut Vec<(f64, Hit)>,
) {
    let owners = overlay.features.owners();
    let sizes = overlay.features.sizes(&overlay.shape);
    let mut known = HashSet::new();
    let mut add = |rank: f64, feature: usize, place: Option<usize>| {
        if kinds.shows(feature) && known.insert(feature) {
            found.push((rank, Hit { overlay: overlay.id.clone(), feature: Some(feature), place }));
        }
    };
    for index in points {
        if let Some(owner) = owners.points.get(*index) {
            add(-2.0, *owner as usize, overlay.opened_from.is_none().then_some(*index));
        }
    }
    let parts = |owners: &[u32], indices: Vec<usize>| -> Vec<usize> {
        indices.into_iter().rev().filter_map(|index| owners.get(index).map(|owner| *owner as usize)).collect()
    };
    if !overlay.shape.lines().is_empty() {
        for feature in parts(&owners.lines, overlay.lines_at(at, reach.line_m(at))) {
            add(-1.0, feature, None);
        }
    }
    if !overlay.shape.polygons().is_empty() {
        for feature in parts(&owners.areas, overlay.polygons_at(at)) {
            add(sizes[feature].km2, feature, None);
        }
    }
}
