//! What an annotation is: thinned, turned round, made another kind, closed and opened.

use kurbo::{Affine, Vec2};

use super::{area_of, area_shape, change_unlocked, for_each_place};
use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape};
use crate::document::{Annotation, AnnotationId, Document};
use crate::geometry::frame::WORLD_AT_ZOOM_0_PT;
use crate::geometry::reshape;
use crate::geometry::{Coord, LineString, MultiPolygon};

/// How far the words of a callout stand from its place when it is made from a marker or a text, in points.
const CALLOUT_PT: Vec2 = Vec2::new(48.0, -36.0);

/// How many vertices there were and are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Simplified {
    /// In the annotations named that are not locked.
    pub before: usize,
    /// In the same ones now.
    pub after: usize,
}

/// Drops vertices of lines and areas, none of which lay further than the tolerance from what is left. Rings stay rings
/// that do not cross; rectangles stay as they are.
pub fn simplify(document: &mut Document, ids: &[AnnotationId], tolerance_m: f64) -> Simplified {
    let mut count = Simplified::default();
    let vertices = |shape: &Shape| {
        let mut count = 0;
        for_each_place(shape, &mut |_| count += 1);
        count
    };
    change_unlocked(document, ids, |old| {
        let shape = match &old.shape {
            Shape::Path { line, kind } => {
                Shape::Path { line: reshape::simplified_line(line, tolerance_m), kind: *kind }
            }
            Shape::Area { area, kind } if *kind != AreaKind::Rectangle => {
                let area = reshape::simplified_area(area, tolerance_m);
                area_shape(&area, &old.shape).unwrap_or_else(|| old.shape.clone())
            }
            other => other.clone(),
        };
        let before = vertices(&old.shape);
        let after = vertices(&shape);
        count.before += before;
        // What comes out with as many vertices is left as it is.
        count.after += after.min(before);
        (after < before).then(|| Annotation { shape, ..old.clone() })
    });
    count
}

/// Turns lines and arrows round. How many.
pub fn reverse(document: &mut Document, ids: &[AnnotationId]) -> usize {
    change_unlocked(document, ids, |old| match &old.shape {
        Shape::Path { line, kind } => {
            let line = LineString(line.0.iter().rev().copied().collect());
            Some(Annotation { shape: Shape::Path { line, kind: *kind }, ..old.clone() })
        }
        _ => None,
    })
}

/// What an annotation can be made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A marker or a text.
    Point(PointKind),
    /// Words that lead to a place.
    Callout,
    /// A line of some kind.
    Path(PathKind),
    /// An area of some kind.
    Area(AreaKind),
}

impl Kind {
    /// All that something can be made into, in the order of a menu. A rectangle or a circle can only be drawn.
    pub const ALL: [Self; 9] = [
        Self::Point(PointKind::Marker),
        Self::Point(PointKind::Text),
        Self::Callout,
        Self::Path(PathKind::Line),
        Self::Path(PathKind::Arrow),
        Self::Path(PathKind::Freehand),
        Self::Path(PathKind::Distance),
        Self::Area(AreaKind::Polygon),
        Self::Area(AreaKind::Measured),
    ];

    /// What a person calls it.
    pub fn name(self) -> &'static str {
        let nowhere = Coord { x: 0.0, y: 0.0 };
        match self {
            Self::Point(kind) => Shape::Point { at: nowhere, kind }.name(),
            Self::Callout => Shape::Callout { target: nowhere, text_at: nowhere }.name(),
            Self::Path(kind) => Shape::Path { line: LineString(Vec::new()), kind }.name(),
            Self::Area(kind) => Shape::Area { area: MultiPolygon(Vec::new()), kind }.name(),
        }
    }
}

/// The shape made into that kind; `None` if it is of that kind, or cannot be made into it.
///
/// Points, texts and callouts are made into each other, and so are lines; a line becomes an area by joining its ends, and
/// an area without holes a line along its outline; a circle becomes a polygon. `zoom` tells how far from its place the
/// words of a new callout stand.
pub fn converted(shape: &Shape, kind: Kind, zoom: f64) -> Option<Shape> {
    let offset = CALLOUT_PT / (WORLD_AT_ZOOM_0_PT * zoom.clamp(0.0, 30.0).exp2());
    let beside = |place: Coord<f64>, offset: Vec2| reshape::moved(place, Affine::translate(offset));
    match (shape, kind) {
        (Shape::Area { kind: now, .. }, Kind::Area(kind)) if *now == kind => None,
        (Shape::Point { kind: now, .. }, Kind::Point(kind)) if *now == kind => None,
        (Shape::Path { kind: now, .. }, Kind::Path(kind)) if *now == kind => None,
        (_, Kind::Area(AreaKind::Rectangle)) => None,
        (Shape::Point { at, .. }, Kind::Point(kind)) => Some(Shape::Point { at: *at, kind }),
        // The words stay where they are, and the marker too.
        (Shape::Point { at, kind: PointKind::Text }, Kind::Callout) => {
            Some(Shape::Callout { target: beside(*at, -offset), text_at: *at })
        }
        (Shape::Point { at, kind: PointKind::Marker }, Kind::Callout) => {
            Some(Shape::Callout { target: *at, text_at: beside(*at, offset) })
        }
        (Shape::Callout { target, text_at }, Kind::Point(kind)) => {
            Some(Shape::Point { at: if kind == PointKind::Text { *text_at } else { *target }, kind })
        }
        (Shape::Path { line, .. }, Kind::Path(kind)) => Some(Shape::Path { line: line.clone(), kind }),
        (Shape::Path { line, .. }, Kind::Area(kind)) => reshape::closed(line).map(|area| Shape::Area { area, kind }),
        (Shape::Area { area, .. }, Kind::Area(kind)) => Some(Shape::Area { area: area.clone(), kind }),
        (Shape::Area { area, .. }, Kind::Path(kind)) => reshape::opened(area).map(|line| Shape::Path { line, kind }),
        (Shape::Circle { .. }, Kind::Area(kind)) => {
            area_of(shape).map(|area| Shape::Area { area: area.into_owned(), kind })
        }
        (Shape::Circle { .. }, Kind::Path(kind)) => {
            area_of(shape).and_then(|area| reshape::opened(&area)).map(|line| Shape::Path { line, kind })
        }
        _ => None,
    }
}

/// Makes annotations into another kind, as far as they can be ([`converted`]). How many.
pub fn convert_kind(document: &mut Document, ids: &[AnnotationId], kind: Kind) -> usize {
    let zoom = document.view.zoom;
    change_unlocked(document, ids, |old| {
        converted(&old.shape, kind, zoom).map(|shape| Annotation { shape, ..old.clone() })
    })
}

/// Makes polygons of lines by joining their ends; of a measured line a measured area. How many.
pub fn close(document: &mut Document, ids: &[AnnotationId]) -> usize {
    change_unlocked(document, ids, |old| {
        let kind = match old.shape {
            Shape::Path { kind: PathKind::Distance, .. } => AreaKind::Measured,
            Shape::Path { .. } => AreaKind::Polygon,
            _ => return None,
        };
        converted(&old.shape, Kind::Area(kind), 0.0).map(|shape| Annotation { shape, ..old.clone() })
    })
}

/// Makes lines of the outlines of areas; of a measured area a measured line. Those with holes or of several parts stay.
/// How many.
pub fn open(document: &mut Document, ids: &[AnnotationId]) -> usize {
    change_unlocked(document, ids, |old| {
        let kind = match old.shape {
            Shape::Area { kind: AreaKind::Measured, .. } => PathKind::Distance,
            Shape::Area { .. } | Shape::Circle { .. } => PathKind::Line,
            _ => return None,
        };
        converted(&old.shape, Kind::Path(kind), 0.0).map(|shape| Annotation { shape, ..old.clone() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::LayerId;
    use crate::document::edit::invariants;
    use crate::document::edit::tests::{document, ids, is_shared};
    use crate::geometry::buffer::CIRCLE_EDGES;
    use crate::geometry::circle;
    use crate::geometry::measure::{area_m2, distance_m};

    fn shape(document: &Document, id: u64) -> &Shape {
        &document.annotations.get(AnnotationId(id)).unwrap().shape
    }

    fn area(document: &Document, id: AnnotationId) -> MultiPolygon<f64> {
        area_of(&document.annotations.get(id).unwrap().shape).unwrap().into_owned()
    }

    fn near(ours: f64, reference: f64) {
        assert!((ours / reference - 1.0).abs() < 0.001, "{ours} is not {reference}");
    }

    #[test]
    fn lines_and_areas_are_thinned_and_rectangles_are_not() {
        let mut document = document();
        let round = Shape::Area {
            area: MultiPolygon(vec![circle(Coord { x: 30.0, y: 50.0 }, 10_000.0, CIRCLE_EDGES)]),
            kind: AreaKind::Polygon,
        };
        let id = super::super::add(&mut document, Annotation::new(AnnotationId(0), LayerId(0), round));
        let before = document.clone();
        let count = simplify(&mut document, &[id, AnnotationId(6), AnnotationId(1)], 100.0);
        assert!(count.before == 181 + 5 + 1 && count.after < 70, "{count:?}");
        // A chord 100 m from its arc of 10 km takes off 0.67 % of the circle.
        let part = area_m2(&area(&document, id)) / area_m2(&area(&before, id));
        assert!((0.9933..1.0).contains(&part), "{part}");
        assert!(is_shared(&before, &document, 6) && is_shared(&before, &document, 1));
        let again = simplify(&mut document, &[id], f64::NAN);
        assert_eq!(again.before, again.after);
        simplify(&mut document, &[id, AnnotationId(4), AnnotationId(5)], f64::INFINITY);
        assert_eq!(invariants(&document), Ok(()));
    }

    #[test]
    fn an_arrow_turns_round() {
        let mut document = document();
        assert_eq!(reverse(&mut document, &ids(&[1, 4, 5])), 1);
        let Shape::Path { line, .. } = shape(&document, 4) else { panic!("a line stays one") };
        assert_eq!(line.0[0], Coord { x: 38.2, y: 48.9 });
    }

    #[test]
    fn a_kind_becomes_another_where_that_makes_sense() {
        let mut document = document();
        assert_eq!(convert_kind(&mut document, &ids(&[1, 2, 3, 4, 5]), Kind::Callout), 2);
        let Shape::Callout { target, text_at } = shape(&document, 1) else { panic!("it has become a callout") };
        assert!(*target == Coord { x: 37.5844, y: 48.7389 } && text_at.x > target.x && text_at.y > target.y);
        // 48 points east and 36 north at zoom 7: pyproj 3.7.2, EPSG:3857 and Geod.inv.
        near(distance_m(*target, *text_at), 48_308.929);
        assert_eq!(convert_kind(&mut document, &ids(&[1]), Kind::Point(PointKind::Marker)), 1);
        assert!(matches!(shape(&document, 1), Shape::Point { at, .. } if *at == Coord { x: 37.5844, y: 48.7389 }));
        for kind in Kind::ALL {
            convert_kind(&mut document, &ids(&[1, 2, 3, 4, 5, 6, 7, 8]), kind);
            assert_eq!(invariants(&document), Ok(()));
            assert_eq!(convert_kind(&mut document, &ids(&[1, 2, 3, 4, 5, 6, 7, 8]), kind), 0, "{}", kind.name());
        }
    }

    #[test]
    fn a_line_closes_to_an_area_and_opens_again() {
        let mut document = document();
        assert_eq!(close(&mut document, &ids(&[1, 4])), 1);
        assert!(matches!(shape(&document, 4), Shape::Area { kind: AreaKind::Polygon, .. }));
        assert_eq!(open(&mut document, &ids(&[1, 4, 5])), 1);
        let Shape::Path { line, .. } = shape(&document, 4) else { panic!("it is open again") };
        assert!(line.is_closed());
        // The area of this one has a hole.
        assert!(matches!(shape(&document, 5), Shape::Area { .. }));
    }
}
