//! What is worked out of an overlay for drawing and for clicks, once, as far as somebody asks for it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use geo::{LineString, MultiLineString, MultiPoint, Polygon};

use super::kinds::{self, Kinds};
use super::model::Style;
use super::{Overlay, Place, Shape, Styling};
use crate::formats::columns::{self, ColumnKind};
use crate::formats::written::Finder;
use crate::geometry::boxes::{Bounds, BoxTree};
use crate::geometry::hit::HitShape;
use crate::geometry::ring_index::{RingIndex, is_met};
use crate::geometry::simplify::{HeldShape, Levels, at_one_zoom, at_tolerance};
use crate::geometry::{Coord, Point, Rect, ShapeRef};

/// Parts of more vertices than this have an index of their own.
const LARGE: usize = 1000;

/// How many stylings of one overlay are remembered: that of the window, the one before it, and that of a figure.
const REMEMBERED: usize = 3;

/// Sorting more features than this takes longer than a frame of the window may: see [`Overlay::kinds_at_hand`].
pub const MANY_FEATURES: usize = 50_000;

/// So many features tell of what kind the values of a property are.
const SAMPLE: usize = 20_000;

/// A property of an overlay's features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Of what kind its values are: of a large layer, those of 20,000 features spread evenly over it.
    pub kind: ColumnKind,
}

/// A styling, the features as sorted for it, and the kinds that they make.
#[derive(Debug)]
struct Remembered {
    styling: Arc<Styling>,
    /// The style that the overlay had: another one may share its features.
    style: Style,
    sorted: Arc<Kinds>,
    kinds: Arc<Kinds>,
}

/// An overlay made ready for drawing and for clicks. A copy of an overlay begins anew, for it may be changed.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    of_features: Arc<OfFeatures>,
}

/// What depends on its features and on how they are styled, not on what is said of the whole.
#[derive(Debug, Default)]
struct OfFeatures {
    levels: OnceLock<Levels>,
    /// Whether it has been drawn without [`Self::levels`].
    drawn: AtomicBool,
    hit: OnceLock<HitShape>,
    parts: OnceLock<Parts>,
    /// The last used at the end.
    kinds: Mutex<Vec<Remembered>>,
    /// Held while features are sorted, so that two threads do not sort them at once.
    sorting: Mutex<()>,
    properties: OnceLock<Vec<Property>>,
}

impl Prepared {
    /// For an overlay of the very same features, of which other things are said.
    pub(super) fn of_same_features(&self) -> Self {
        Self { of_features: Arc::clone(&self.of_features) }
    }
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
    large_polygons: HashMap<usize, RingIndex>,
    large_lines: HashMap<usize, HitShape>,
}

impl Parts {
    fn new(shape: &Shape) -> Self {
        let large = |count: usize| count > LARGE;
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
                .map(|(index, polygon)| (index, RingIndex::new(polygon)))
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
    rings.flat_map(|ring| ring.0.windows(2)).filter(|edge| is_met(edge[0], edge[1], at)).count() % 2 == 1
}

impl Overlay {
    /// Its areas and lines, projected, and simplified for each zoom; of one that has places alone, these.
    pub fn levels(&self) -> &Levels {
        self.prepared.of_features.levels.get_or_init(|| {
            if self.shape.places().is_empty() {
                Levels::of_held(Arc::clone(&self.shape) as Arc<dyn HeldShape>)
            } else {
                with_parts(&self.shape, |parts| Levels::new(parts))
            }
        })
    }

    /// Whether to draw it without [`Self::levels`]: the first time, for a figure draws it once.
    pub fn is_first_drawn(&self) -> bool {
        self.prepared.of_features.levels.get().is_none()
            && !self.prepared.of_features.drawn.swap(true, Ordering::Relaxed)
    }

    /// What [`Self::levels`] shows at a zoom, without keeping any of it: see [`at_one_zoom`].
    pub fn at_one_zoom(&self, zoom: f64, each: impl FnMut(&[Point], bool, usize)) -> Option<Rect> {
        with_parts(&self.shape, |parts| at_one_zoom(parts, zoom, each))
    }

    /// Its lines and rings with no more vertices than a tolerance asks for: see [`at_tolerance`].
    pub fn at_tolerance(&self, tolerance_world: f64, mut each: impl FnMut(&[Point], bool, usize)) {
        with_parts(&self.shape, |parts| {
            at_tolerance(parts, tolerance_world, |points, closed, part, _| each(points, closed, part))
        });
    }

    /// For clicks on the whole, and on places: made when it is first asked for, which a figure never does. Areas and lines
    /// of one that has places too are not in it, for clicks look for them one by one.
    pub fn hit(&self) -> &HitShape {
        self.prepared.of_features.hit.get_or_init(|| match &*self.shape {
            Shape::Mixed(mixed) => HitShape::new(ShapeRef::Points(&points_of(&mixed.places))),
            shape => with_parts(shape, |parts| HitShape::new(parts)),
        })
    }

    fn parts(&self) -> &Parts {
        self.prepared.of_features.parts.get_or_init(|| Parts::new(&self.shape))
    }

    /// Prepares it for drawing and for clicks, so that neither waits for it: 40 ms for a million vertices.
    pub fn prepare(&self) {
        self.levels();
        // Of the user's files, clicks ask for each feature, and an index of the whole would take as much memory as the shape.
        if self.features.count() == 0 || self.opened_from.is_none() || !self.shape.places().is_empty() {
            self.hit();
        }
        if self.features.count() > 0 {
            self.parts();
        }
    }

    /// The polygons at a place, by their number.
    pub fn polygons_at(&self, at: Coord<f64>) -> Vec<usize> {
        let (parts, polygons) = (self.parts(), self.shape.polygons());
        let mut found = parts.polygons.meeting([at.x, at.y, at.x, at.y]);
        found.retain(|index| match parts.large_polygons.get(index) {
            Some(rings) => rings.contains(&polygons[*index], at),
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
        self.features.count() > 0 && (self.opened_from.is_some() || kinds.is_told_apart() || kinds.left_out() > 0)
    }

    /// The kinds that its features fall into, as a styling tells them apart; the last few are remembered.
    pub fn kinds(&self, styling: &Arc<Styling>) -> Arc<Kinds> {
        let kinds = self.kinds_as_reported(styling);
        if self.unreported.is_none() { kinds } else { Arc::new(kinds.as_outlines()) }
    }

    fn kinds_as_reported(&self, styling: &Arc<Styling>) -> Arc<Kinds> {
        if let Some(kinds) = self.remembered(styling) {
            return kinds;
        }
        let _alone = lock(&self.prepared.of_features.sorting);
        // Another thread may have sorted them meanwhile.
        if let Some(kinds) = self.remembered(styling) {
            return kinds;
        }
        self.remember(styling, Arc::new(kinds::named_apart(kinds::sorted(self, styling), self, styling)))
    }

    /// The same for those who may not wait: of many features that have not been sorted so yet, the kinds as they were
    /// before, or none, and `false`. [`Self::kinds`] in another thread brings the new ones.
    pub fn kinds_at_hand(&self, styling: &Arc<Styling>) -> (Arc<Kinds>, bool) {
        if self.features.count() <= MANY_FEATURES {
            return (self.kinds(styling), true);
        }
        if let Some(kinds) = self.remembered(styling) {
            return (kinds, true);
        }
        let former = lock(&self.prepared.of_features.kinds).last().map(|last| Arc::clone(&last.kinds));
        (former.unwrap_or_default(), false)
    }

    fn remembered(&self, styling: &Arc<Styling>) -> Option<Arc<Kinds>> {
        let mut remembered = lock(&self.prepared.of_features.kinds);
        let of_it = |one: &Remembered| one.style == self.style;
        let same = |one: &Remembered| of_it(one) && (Arc::ptr_eq(&one.styling, styling) || one.styling == *styling);
        if let Some(place) = remembered.iter().position(same) {
            let found = remembered.remove(place);
            let kinds = Arc::clone(&found.kinds);
            remembered.push(found);
            return Some(kinds);
        }
        // Another look of the same kinds takes no look at the features.
        let sorted = remembered.iter().find(|one| of_it(one) && one.styling.sorts_as(styling));
        let sorted = sorted.map(|one| Arc::clone(&one.sorted))?;
        drop(remembered);
        Some(self.remember(styling, sorted))
    }

    fn remember(&self, styling: &Arc<Styling>, sorted: Arc<Kinds>) -> Arc<Kinds> {
        let made = Arc::new(kinds::changed(&sorted, styling));
        let mut remembered = lock(&self.prepared.of_features.kinds);
        if remembered.len() == REMEMBERED {
            remembered.remove(0);
        }
        let (styling, kinds) = (Arc::clone(styling), Arc::clone(&made));
        remembered.push(Remembered { styling, style: self.style.clone(), sorted, kinds });
        made
    }

    /// The properties of its features, in the order in which they first come.
    pub fn properties(&self) -> &[Property] {
        self.prepared.of_features.properties.get_or_init(|| {
            let rows = self.features.rows();
            let step = rows.count().div_ceil(SAMPLE).max(1);
            let sample = || (0..rows.count()).step_by(step);
            let kind = |name: &str| {
                let finder = Finder::new(name);
                columns::summarize(sample().map(|feature| rows.found(feature, &finder))).kind
            };
            rows.names().into_iter().map(|name| Property { kind: kind(&name), name }).collect()
        })
    }

    /// The same for those who may not wait: `None` while those of many features have not been looked through.
    pub fn properties_at_hand(&self) -> Option<&[Property]> {
        if self.features.count() <= MANY_FEATURES {
            return Some(self.properties());
        }
        self.prepared.of_features.properties.get().map(Vec::as_slice)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives a shape's coordinates to `take`, those of areas and lines where they stand.
pub(super) fn with_parts<R>(shape: &Shape, take: impl FnOnce(ShapeRef<'_>) -> R) -> R {
    match shape {
        Shape::Area(area) => take(ShapeRef::Areas(area)),
        Shape::Line(line) => take(ShapeRef::Lines(line)),
        Shape::Places(_) => take(ShapeRef::Points(&points_of(shape.places()))),
        Shape::Mixed(mixed) => {
            take(ShapeRef::Mixed { areas: &mixed.areas, lines: &mixed.lines, points: &points_of(&mixed.places) })
        }
    }
}

impl HeldShape for Shape {
    fn give(&self, take: &mut dyn FnMut(ShapeRef<'_>)) {
        with_parts(self, take);
    }
}

fn points_of(places: &[Place]) -> MultiPoint<f64> {
    places.iter().map(|place| geo::Point(place.at)).collect::<Vec<_>>().into()
}
