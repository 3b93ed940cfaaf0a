//! What is worked out of an overlay for drawing and for clicks, once, as far as somebody asks for it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use geo::{LineString, MultiLineString, MultiPolygon, Polygon};

use super::kinds::{self, Kinds};
use super::{Overlay, Shape, Styling};
use crate::geometry::boxes::{Bounds, BoxTree};
use crate::geometry::hit::HitShape;
use crate::geometry::simplify::{Levels, at_one_zoom};
use crate::geometry::{Coord, Point, Rect, ShapeRef};

/// Parts of more vertices than this have an index of their own.
const LARGE: usize = 1000;

/// How many stylings of one overlay are remembered: that of the window, and that of a figure.
const REMEMBERED: usize = 2;

/// An overlay made ready for drawing and for clicks. A copy of an overlay begins anew, for it may be changed.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    levels: OnceLock<Levels>,
    /// Whether it has been drawn without [`Self::levels`].
    drawn: AtomicBool,
    hit: OnceLock<HitShape>,
    parts: OnceLock<Parts>,
    kinds: Mutex<Vec<(Arc<Styling>, Arc<Kinds>)>>,
}

impl Clone for Prepared {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The boxes around polygons and lines, and an index of each that is large.
#[derive(Debug)]
struct Parts {
    polygons: BoxTree,
    lines: BoxTree,
    large_polygons: HashMap<usize, HitShape>,
    large_lines: HashMap<usize, HitShape>,
}

impl Parts {
    fn new(shape: &Shape) -> Self {
        let large = |count: usize| count > LARGE;
        let of_polygon = |polygon: &Polygon<f64>| HitShape::new(ShapeRef::Areas(&MultiPolygon(vec![polygon.clone()])));
        let of_line = |line: &LineString<f64>| HitShape::new(ShapeRef::Lines(&MultiLineString(vec![line.clone()])));
        let vertices = |polygon: &Polygon<f64>| {
            polygon.exterior().0.len() + polygon.interiors().iter().map(|ring| ring.0.len()).sum::<usize>()
        };
        let (polygons, lines) = (shape.polygons(), shape.lines());
        Self {
            polygons: BoxTree::new(polygons.iter().map(|polygon| bounds_of(polygon.exterior()))),
            lines: BoxTree::new(lines.iter().map(bounds_of)),
            large_polygons: (polygons.iter().enumerate())
                .filter(|(_, polygon)| large(vertices(polygon)))
                .map(|(index, polygon)| (index, of_polygon(polygon)))
                .collect(),
            large_lines: (lines.iter().enumerate())
                .filter(|(_, line)| large(line.0.len()))
                .map(|(index, line)| (index, of_line(line)))
                .collect(),
        }
    }
}

fn bounds_of(line: &LineString<f64>) -> Bounds {
    let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    line.0.iter().fold(nothing, |[west, south, east, north], at| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    })
}

/// The even–odd rule over the rings of one polygon.
fn contains(polygon: &Polygon<f64>, at: Coord<f64>) -> bool {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let crossings = rings.flat_map(|ring| ring.0.windows(2)).filter(|edge| {
        let (a, b) = (edge[0], edge[1]);
        (a.y > at.y) != (b.y > at.y) && a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x) > at.x
    });
    crossings.count() % 2 == 1
}

impl Overlay {
    /// Its areas and lines, projected, and simplified for each zoom; of one that has places alone, these.
    pub fn levels(&self) -> &Levels {
        self.prepared.levels.get_or_init(|| with_parts(&self.shape, |parts| Levels::new(parts)))
    }

    /// Whether to draw it without [`Self::levels`]: the first time, for a figure draws it once.
    pub fn is_first_drawn(&self) -> bool {
        self.prepared.levels.get().is_none() && !self.prepared.drawn.swap(true, Ordering::Relaxed)
    }

    /// What [`Self::levels`] shows at a zoom, without keeping any of it: see [`at_one_zoom`].
    pub fn at_one_zoom(&self, zoom: f64, each: impl FnMut(&[Point], bool, usize)) -> Option<Rect> {
        with_parts(&self.shape, |parts| at_one_zoom(parts, zoom, each))
    }

    /// For clicks on the whole: made when it is first asked for, which a figure never does.
    pub fn hit(&self) -> &HitShape {
        self.prepared.hit.get_or_init(|| with_parts(&self.shape, |parts| HitShape::new(parts)))
    }

    fn parts(&self) -> &Parts {
        self.prepared.parts.get_or_init(|| Parts::new(&self.shape))
    }

    /// Prepares it for drawing and for clicks, so that neither waits for it: 40 ms for a million vertices.
    pub fn prepare(&self) {
        self.levels();
        self.hit();
        if self.features.count() > 0 {
            self.parts();
        }
    }

    /// The polygons at a place, by their number.
    pub fn polygons_at(&self, at: Coord<f64>) -> Vec<usize> {
        let (parts, polygons) = (self.parts(), self.shape.polygons());
        let mut found = parts.polygons.meeting([at.x, at.y, at.x, at.y]);
        found.retain(|index| match parts.large_polygons.get(index) {
            Some(hit) => hit.contains(at),
            None => contains(&polygons[*index], at),
        });
        found
    }

    /// The lines within so many metres of a place, by their number.
    pub fn lines_at(&self, at: Coord<f64>, within_m: f64) -> Vec<usize> {
        let (parts, lines) = (self.parts(), self.shape.lines());
        let scale = crate::geometry::hit::meters_per_degree(at.y);
        let (across, up) = (within_m / scale.x.max(1.0), within_m / scale.y);
        let mut found = parts.lines.meeting([at.x - across, at.y - up, at.x + across, at.y + up]);
        found.retain(|index| match parts.large_lines.get(index) {
            Some(hit) => hit.distance_m(at, within_m).is_some(),
            None => HitShape::new(ShapeRef::Lines(&MultiLineString(vec![lines[*index].clone()])))
                .distance_m(at, within_m)
                .is_some(),
        });
        found
    }

    /// Whether clicks and lists speak of its features one by one: those of the user's files, and those that rules or a
    /// styling tell apart.
    pub fn has_features(&self, kinds: &Kinds) -> bool {
        self.features.count() > 0 && (self.opened_from.is_some() || kinds.is_told_apart())
    }

    /// The kinds that its features fall into, as a styling tells them apart; the last few are remembered.
    pub fn kinds(&self, styling: &Arc<Styling>) -> Arc<Kinds> {
        let mut remembered = self.prepared.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |(other, _): &(Arc<Styling>, Arc<Kinds>)| Arc::ptr_eq(other, styling) || other == styling;
        if let Some(place) = remembered.iter().position(|one| same(one)) {
            return Arc::clone(&remembered[place].1);
        }
        let made = Arc::new(kinds::kinds(self, styling).0);
        if remembered.len() == REMEMBERED {
            remembered.remove(0);
        }
        remembered.push((Arc::clone(styling), Arc::clone(&made)));
        made
    }
}

/// Gives a shape's coordinates to `take`, those of areas and lines where they stand.
pub(super) fn with_parts<R>(shape: &Shape, take: impl FnOnce(ShapeRef<'_>) -> R) -> R {
    let points = || shape.places().iter().map(|place| geo::Point(place.at)).collect::<Vec<_>>().into();
    match shape {
        Shape::Area(area) => take(ShapeRef::Areas(area)),
        Shape::Line(line) => take(ShapeRef::Lines(line)),
        Shape::Places(_) => take(ShapeRef::Points(&points())),
        Shape::Mixed(mixed) => take(ShapeRef::Mixed { areas: &mixed.areas, lines: &mixed.lines, points: &points() }),
    }
}
