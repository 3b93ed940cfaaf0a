//! What is worked out about an annotation once, and kept for as long as the annotation stays as it is.
//!
//! Ten thousand annotations of fifty vertices take 40 ms to project and 60 ms to set their words; a frame in which
//! one has changed has to do so for that one only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kurbo::{Point, Rect};

use super::words::{Align, Block, Setting, measure_setting, size_pt, title, title_block};
use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape};
use crate::document::{Annotation, Annotations};
use crate::formats::locale::{EN, Locale, Unit};
use crate::geometry::measure::{area_m2, distance_m, length_m};
use crate::geometry::simplify::{Levels, bounds_world};
use crate::geometry::{
    CIRCLE_CORNERS, Coord, Geometry, MultiLineString, MultiPolygon, circle, derive, world_from_lon_lat,
};
use crate::scene::display_list::Face;

/// Legs of a measured line that are labelled at most: beyond so many none is read.
const MOST_LEGS: usize = 64;

/// What is known about one annotation. Each part is worked out when it is first asked for.
#[derive(Debug)]
pub(super) struct Ready {
    locale: &'static Locale,
    bounds: Option<Rect>,
    levels: OnceLock<Levels>,
    words: OnceLock<Words>,
    label_point: OnceLock<Option<Point>>,
}

/// The words that the map shows for an annotation, laid out.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Title and measure, or one of them.
    pub(super) main: Option<Arc<Block>>,
    /// Whether the user wrote any of `main`.
    pub(super) by_user: bool,
    /// The legs of a measured line, or the radius of a circle.
    pub(super) parts: Vec<Arc<Block>>,
}

impl Ready {
    pub(super) fn new(annotation: &Annotation, locale: &'static Locale) -> Self {
        Self {
            locale,
            bounds: bounds(&annotation.shape),
            levels: OnceLock::new(),
            words: OnceLock::new(),
            label_point: OnceLock::new(),
        }
    }

    /// The smallest rectangle in world coordinates that holds the shape, its words apart; a circle's within 1 %.
    pub(super) fn bounds(&self) -> Option<Rect> {
        self.bounds
    }

    pub(super) fn levels(&self, annotation: &Annotation) -> &Levels {
        self.levels.get_or_init(|| Levels::new(&geometry(&annotation.shape)))
    }

    pub(super) fn words(&self, annotation: &Annotation) -> &Words {
        self.words.get_or_init(|| set_words(annotation, self.locale))
    }

    /// The place furthest from an area's outline, in world coordinates.
    pub(super) fn label_point(&self, annotation: &Annotation) -> Option<Point> {
        *self.label_point.get_or_init(|| match &annotation.shape {
            Shape::Area { area, .. } => {
                let across_m = self.bounds?.size().max_side() * 4e7;
                derive::largest_label_point(area, across_m / 100.0).map(world_from_lon_lat)
            }
            _ => self.bounds.map(|bounds| bounds.center()),
        })
    }

    /// How far beyond the bounds of the shape anything of it may be drawn, in points.
    pub(super) fn reach_pt(&self, annotation: &Annotation) -> f64 {
        let words = self.words(annotation);
        let widest = |block: &Arc<Block>| block.size.width.hypot(block.size.height);
        let of_words = words.main.iter().chain(&words.parts).map(widest).fold(0.0, f64::max);
        // An arrow's head and a large pin are the furthest of the rest.
        of_words + 48.0 + 2.5 * super::shapes::stroke_width_pt(&annotation.style)
    }
}

fn is_place(at: Coord<f64>) -> bool {
    at.x.abs() <= 720.0 && at.y.abs() <= 90.0
}

fn bounds(shape: &Shape) -> Option<Rect> {
    match shape {
        Shape::Point { at, .. } => around([*at]),
        Shape::Callout { target, text_at } => around([*target, *text_at]),
        Shape::Path { line, .. } => around(line.0.iter().copied()),
        Shape::Area { area, .. } => around(area.iter().flat_map(|polygon| polygon.exterior().0.iter().copied())),
        Shape::Circle { center, radius_m } => {
            // On a sphere a little too small, so that the ellipsoid's circle lies within.
            let angle = radius_m / 6_330_000.0;
            let (lat, turn) = (center.y.to_radians(), angle.sin() / center.y.to_radians().cos());
            let whole = !(angle + lat.abs() < std::f64::consts::FRAC_PI_2 && turn < 1.0);
            let half = if whole { 180.0 } else { turn.asin().to_degrees() };
            let up = angle.to_degrees();
            let corner = |x: f64, y: f64| Coord { x: center.x + x, y: (center.y + y).clamp(-90.0, 90.0) };
            (*radius_m > 0.0).then(|| around([*center, corner(-half, -up), corner(half, up)])).flatten()
        }
        Shape::Other(geometry) => bounds_world(geometry.as_ref()?),
    }
}

fn around(places: impl IntoIterator<Item = Coord<f64>>) -> Option<Rect> {
    let mut places = places.into_iter().filter(|at| is_place(*at));
    let first = places.next()?;
    let (min, max) = places.fold((first, first), |(min, max), at| {
        (Coord { x: min.x.min(at.x), y: min.y.min(at.y) }, Coord { x: max.x.max(at.x), y: max.y.max(at.y) })
    });
    Some(Rect::from_points(world_from_lon_lat(min), world_from_lon_lat(max)))
}

fn geometry(shape: &Shape) -> Geometry<f64> {
    match shape {
        Shape::Point { at, .. } => Geometry::Point(geo::Point(*at)),
        Shape::Callout { target, text_at } => {
            Geometry::MultiPoint(vec![geo::Point(*target), geo::Point(*text_at)].into())
        }
        Shape::Path { line, .. } => Geometry::LineString(line.clone()),
        Shape::Area { area, .. } => Geometry::MultiPolygon(area.clone()),
        Shape::Circle { center, radius_m } => Geometry::Polygon(circle(*center, *radius_m, CIRCLE_CORNERS)),
        Shape::Other(Some(geometry)) => geometry.clone(),
        Shape::Other(None) => Geometry::GeometryCollection(geo::GeometryCollection(Vec::new())),
    }
}

/// What the map says about an annotation's length, area or radius; `None` for what has none of them.
pub fn measure_label(annotation: &Annotation) -> Option<String> {
    measure_words(annotation, &EN)
}

/// The same as a language writes it.
fn measure_words(annotation: &Annotation, locale: &Locale) -> Option<String> {
    match &annotation.shape {
        Shape::Path { line, .. } => Some(length_words(length_m(&MultiLineString(vec![line.clone()])), locale)),
        Shape::Area { area, .. } => Some(area_words(area, locale)),
        Shape::Circle { radius_m, .. } => {
            radius_m.is_finite().then(|| format!("radius {}", locale.distance(*radius_m)))
        }
        Shape::Point { .. } | Shape::Callout { .. } | Shape::Other(_) => None,
    }
}

/// `850 m`, `12.4 km`, `217 km`.
fn length_words(meters: f64, locale: &Locale) -> String {
    if meters < 999.5 { locale.distance(meters.round()) } else { locale.km(meters / 1000.0) }
}

/// `3,400 m²`, `12.5 ha`, `54.2 km²`, `5,642 km²`.
fn area_words(area: &MultiPolygon<f64>, locale: &Locale) -> String {
    let m2 = area_m2(area);
    match m2 {
        ..9_999.5 => locale.in_unit(m2.round(), &locale.number(m2, 0), Unit::M2),
        ..999_500.0 => locale.in_unit(m2 / 1e4, &locale.number(m2 / 1e4, 1), Unit::Ha),
        _ => locale.km2(m2 / 1e6),
    }
}

/// Whether the map shows length, area or radius.
pub(super) fn shows_measure(annotation: &Annotation) -> bool {
    let always = matches!(
        annotation.shape,
        Shape::Path { kind: PathKind::Distance, .. } | Shape::Area { kind: AreaKind::Measured, .. }
    );
    always || annotation.style.show_measure
}

fn set_words(annotation: &Annotation, locale: &Locale) -> Words {
    let titled = title_block(annotation);
    let by_user = titled.is_some();
    let measure = shows_measure(annotation).then(|| measure_words(annotation, locale)).flatten();
    let small = |words: &str| {
        let size_pt = (0.82 * size_pt(annotation)).max(6.0);
        Arc::new(Block::set(&[Setting { words, face: Face::Sans, size_pt, width_pt: None }], Align::Center))
    };
    let (mut main, mut parts) = (titled.map(Arc::new), Vec::new());
    match (&annotation.shape, measure) {
        (Shape::Circle { radius_m, .. }, Some(_)) => parts.push(small(&locale.distance(*radius_m))),
        (shape, Some(measure)) => {
            let under = measure_setting(annotation, &measure, by_user);
            let lines = if by_user { vec![title(annotation), under] } else { vec![under] };
            main = Some(Arc::new(Block::set(&lines, Align::Center)));
            if let Shape::Path { line, kind: PathKind::Distance } = shape
                && (3..=MOST_LEGS).contains(&line.0.len())
            {
                let legs = line.0.windows(2).map(|leg| distance_m(leg[0], leg[1]));
                parts.extend(legs.map(|meters| small(&length_words(meters, locale))));
            }
        }
        (Shape::Point { kind: PointKind::Text, .. } | Shape::Callout { .. }, None) | (_, None) => {}
    }
    Words { main, by_user, parts }
}

/// What is known about the annotations of a document, in their order.
#[derive(Debug)]
pub(super) struct Index {
    annotations: Annotations,
    locale: &'static Locale,
    ready: Vec<Arc<Ready>>,
}

impl Index {
    /// What is known about these annotations; of those that have not changed since a call before, what was known then.
    pub(super) fn of(annotations: &Annotations, locale: &'static Locale) -> Arc<Self> {
        // The document as it is and as it was before the step, for the window and for the painter beside it, and for a figure
        // in another language.
        static LATEST: Mutex<Vec<Arc<Index>>> = Mutex::new(Vec::new());
        const KEPT: usize = 4;
        let known = |latest: &Vec<Arc<Self>>| {
            let same = |one: &&Arc<Self>| one.locale.tag == locale.tag && one.annotations.is_same(annotations);
            latest.iter().find(same).cloned()
        };
        let before = {
            let latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(index) = known(&latest) {
                return index;
            }
            latest.iter().filter(|one| one.locale.tag == locale.tag).cloned().collect::<Vec<_>>()
        };
        let made = Arc::new(Self::made(annotations, locale, &before));
        let mut latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
        latest.truncate(KEPT - 1);
        latest.insert(0, made.clone());
        made
    }

    fn made(annotations: &Annotations, locale: &'static Locale, before: &[Arc<Self>]) -> Self {
        let mut by_address: Option<HashMap<*const Annotation, &Arc<Ready>>> = None;
        let ready = annotations
            .iter()
            .enumerate()
            .map(|(position, annotation)| {
                let same_place = before.iter().find_map(|index| {
                    let there = index.annotations.list().get(position)?;
                    Arc::ptr_eq(there, annotation).then(|| index.ready[position].clone())
                });
                same_place
                    .or_else(|| {
                        let known = by_address.get_or_insert_with(|| {
                            let pairs =
                                before.iter().rev().flat_map(|index| index.annotations.iter().zip(&index.ready));
                            pairs.map(|(annotation, ready)| (Arc::as_ptr(annotation), ready)).collect()
                        });
                        // An address is not given to another annotation while the index holds this one.
                        known.get(&Arc::as_ptr(annotation)).map(|ready| (*ready).clone())
                    })
                    .unwrap_or_else(|| Arc::new(Ready::new(annotation, locale)))
            })
            .collect();
        Self { annotations: annotations.clone(), locale, ready }
    }

    /// Each annotation with what is known about it, by its position.
    pub(super) fn get(&self, position: usize) -> Option<(&Arc<Annotation>, &Ready)> {
        Some((self.annotations.list().get(position)?, self.ready.get(position)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{AnnotationId, LayerId};
    use crate::geometry::LineString;

    fn line(id: u64, to: f64) -> Annotation {
        let line = LineString::from(vec![(37.0, 48.0), (to, 48.7)]);
        Annotation::new(AnnotationId(id), LayerId(0), Shape::Path { line, kind: PathKind::Line })
    }

    #[test]
    fn only_what_has_changed_is_worked_out_again() {
        let mut annotations: Annotations = (0..9).map(|id| line(id, 38.0)).collect();
        let before = Index::of(&annotations, &EN);
        assert!(Arc::ptr_eq(&before, &Index::of(&annotations.clone(), &EN)));
        let list = annotations.list_mut();
        *Arc::make_mut(&mut list[4]) = line(4, 39.0);
        list.remove(2);
        let after = Index::of(&annotations, &EN);
        let kept = |position: usize| before.ready.iter().any(|one| Arc::ptr_eq(one, &after.ready[position]));
        assert_eq!((0..8).filter(|position| !kept(*position)).collect::<Vec<_>>(), [3]);
        assert_eq!(after.ready[3].bounds(), bounds(&line(4, 39.0).shape));
    }

    #[test]
    fn measures_are_in_units_that_people_use() {
        let label = |shape| measure_label(&Annotation::new(AnnotationId(1), LayerId(0), shape));
        // As in geometry::measure, whose numbers are PROJ's: 82,007.58 m, 8,217.7 km² and 63.8 m².
        let path = LineString::from(vec![(37.5844, 48.7389), (37.8028, 48.0159)]);
        assert_eq!(label(Shape::Path { line: path, kind: PathKind::Line }).as_deref(), Some("82.0 km"));
        let area = |ring: Vec<(f64, f64)>| Shape::Area {
            area: MultiPolygon(vec![geo::Polygon::new(LineString::from(ring), vec![])]),
            kind: AreaKind::Polygon,
        };
        let degree = vec![(37.0, 48.0), (38.0, 48.0), (38.0, 49.0), (37.0, 49.0)];
        assert_eq!(label(area(degree)).as_deref(), Some("8,218 km²"));
        let tiny = vec![(37.5844, 48.7389), (37.5845, 48.7389), (37.58452, 48.73898), (37.58441, 48.73897)];
        assert_eq!(label(area(tiny)).as_deref(), Some("64 m²"));
        let center = Coord { x: 37.0, y: 48.0 };
        assert_eq!(label(Shape::Circle { center, radius_m: 25_000.0 }).as_deref(), Some("radius 25 km"));
        assert_eq!(length_words(849.6, &EN), "850 m");
        assert_eq!(label(Shape::Point { at: center, kind: PointKind::Marker }), None);
    }

    #[test]
    fn the_quick_bounds_of_a_circle_hold_the_circle() {
        for (lat, radius_m) in [(0.0, 5e3), (48.0, 25e3), (-70.0, 400e3), (60.0, 1.2e6)] {
            let shape = Shape::Circle { center: Coord { x: 30.0, y: lat }, radius_m };
            let (quick, exact) = (bounds(&shape).unwrap(), bounds_world(&geometry(&shape)).unwrap());
            assert!(quick.contains_rect(exact), "{quick:?} {exact:?}");
            assert!(quick.width() < 1.03 * exact.width() && quick.height() < 1.03 * exact.height());
        }
    }
}
