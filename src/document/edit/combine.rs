//! Areas and lines cut, joined, taken out of each other, and the area around them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{EditError, RADIUS_M, change_unlocked, named, open_layer, take_number, unlocked};
use crate::document::annotation::{AreaKind, Shape, Style};
use crate::document::{Annotation, AnnotationId, Document};
use crate::geometry::buffer::{self, BufferError, CIRCLE_EDGES, FARTHEST_BUFFER_M};
use crate::geometry::reshape;
use crate::geometry::work::at_once;
use crate::geometry::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, circle, derive};

/// The area of an annotation that has one; a circle's is its outline.
pub(super) fn area_of(shape: &Shape) -> Option<Cow<'_, MultiPolygon<f64>>> {
    match shape {
        Shape::Area { area, .. } => Some(Cow::Borrowed(area)),
        Shape::Circle { center, radius_m } => {
            Some(Cow::Owned(MultiPolygon(vec![circle(*center, *radius_m, CIRCLE_EDGES)])))
        }
        _ => None,
    }
}

/// The shape of an area that came out of others: measured if `from` was, otherwise a polygon.
pub(super) fn area_shape(area: &MultiPolygon<f64>, from: &Shape) -> Option<Shape> {
    let area = derive::oriented(area);
    let kind = match from {
        Shape::Area { kind: AreaKind::Measured, .. } => AreaKind::Measured,
        _ => AreaKind::Polygon,
    };
    (!area.0.is_empty()).then_some(Shape::Area { area, kind })
}

/// Puts shapes in the place of an annotation: the first under its id, the others over it under new ones, with its words
/// and style. The ids.
fn replace_with(document: &mut Document, old: &Annotation, shapes: Vec<Shape>) -> Vec<AnnotationId> {
    let Some(position) = document.annotations.position(old.id) else {
        return Vec::new();
    };
    let mut new = Vec::new();
    for shape in shapes {
        let mut part = Annotation { shape, ..old.clone() };
        if !new.is_empty() {
            part.id = AnnotationId(take_number(document));
            part.kept.id = None;
        }
        new.push(Arc::new(part));
    }
    let ids = new.iter().map(|part| part.id).collect();
    document.annotations.list_mut().splice(position..=position, new);
    ids
}

/// Cuts a polygon, rectangle or circle along a line that crosses it. The largest piece keeps the id; the ids of all.
///
/// # Errors
/// [`EditError::DoesNotCross`], [`EditError::Locked`], or [`EditError::Select`] if it is no area.
pub fn split_polygon(
    document: &mut Document,
    id: AnnotationId,
    line: &LineString<f64>,
) -> Result<Vec<AnnotationId>, EditError> {
    const WANTED: &str = "a polygon, rectangle or circle";
    let old = unlocked(document, id, WANTED)?;
    let area = area_of(&old.shape).ok_or(EditError::Select(WANTED))?;
    let pieces = at_once(|| derive::pieces(&area, &MultiLineString(vec![line.clone()])))??;
    let shapes: Vec<Shape> = pieces.iter().filter_map(|piece| area_shape(piece, &old.shape)).collect();
    if shapes.len() < 2 {
        return Err(EditError::DoesNotCross);
    }
    Ok(replace_with(document, &old, shapes))
}

/// Cuts a line at the place on it that is nearest to `at`. The part before keeps the id; the ids of both.
///
/// # Errors
/// [`EditError::AtTheEnd`], [`EditError::Locked`], or [`EditError::Select`] if it is no line.
pub fn split_line(document: &mut Document, id: AnnotationId, at: Coord<f64>) -> Result<Vec<AnnotationId>, EditError> {
    let old = unlocked(document, id, "a line")?;
    let Shape::Path { line, kind } = &old.shape else {
        return Err(EditError::Select("a line"));
    };
    let (first, second) = reshape::split_line(line, at).ok_or(EditError::AtTheEnd)?;
    let shapes = [first, second].map(|line| Shape::Path { line, kind: *kind });
    Ok(replace_with(document, &old, shapes.into()))
}

/// Makes one polygon of several areas, with the words, style and place of the first of `ids` and the citations of all.
/// Its id is the first's.
///
/// # Errors
/// [`EditError::Apart`] if no two of them touch or overlap; [`EditError::Locked`] if locked ones leave fewer than two.
pub fn merge_polygons(document: &mut Document, ids: &[AnnotationId]) -> Result<AnnotationId, EditError> {
    let areas: BTreeMap<AnnotationId, Arc<Annotation>> = named(document, ids)
        .filter(|annotation| annotation.shape.is_area())
        .map(|annotation| (annotation.id, Arc::clone(annotation)))
        .collect();
    let mut taken = BTreeSet::new();
    let is_free = |annotation: &&Arc<Annotation>| !document.is_locked(annotation);
    let merged: Vec<&Arc<Annotation>> = ids
        .iter()
        .filter_map(|id| areas.get(id))
        .filter(is_free)
        .filter(|annotation| taken.insert(annotation.id))
        .collect();
    let Some((first, others)) = merged.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Err(if areas.len() < 2 { EditError::Apart } else { EditError::Locked });
    };
    let parts: Vec<Cow<'_, MultiPolygon<f64>>> =
        merged.iter().filter_map(|annotation| area_of(&annotation.shape)).collect();
    let (union, apart) = at_once(|| {
        let apart: usize = parts.iter().map(|part| derive::union_all([part.as_ref()]).0.len()).sum();
        (derive::union_all(parts.iter().map(Cow::as_ref)), apart)
    })?;
    if union.0.len() >= apart {
        return Err(EditError::Apart);
    }
    let mut new =
        Annotation { shape: area_shape(&union, &first.shape).ok_or(EditError::Apart)?, ..first.as_ref().clone() };
    for citation in others.iter().flat_map(|other| &other.citations) {
        if !new.citations.contains(citation) {
            new.citations.push(citation.clone());
        }
    }
    let id = new.id;
    let new = Arc::new(new);
    let list = document.annotations.list_mut();
    list.retain(|annotation| annotation.id == id || !taken.contains(&annotation.id));
    for annotation in list.iter_mut().filter(|annotation| annotation.id == id) {
        *annotation = Arc::clone(&new);
    }
    Ok(id)
}

/// Cuts the other areas out of `from`, which may leave holes or several parts. The others stay as they are.
///
/// # Errors
/// [`EditError::NothingToCut`] if they do not overlap, [`EditError::NothingLeft`] if they cover it all,
/// [`EditError::Locked`], or [`EditError::Select`] if there are no areas.
pub fn subtract(document: &mut Document, from: AnnotationId, others: &[AnnotationId]) -> Result<(), EditError> {
    const WANTED: &str = "the polygon to keep and then those to cut out of it";
    let old = unlocked(document, from, WANTED)?;
    let area = area_of(&old.shape).ok_or(EditError::Select(WANTED))?;
    let cut: Vec<Cow<'_, MultiPolygon<f64>>> =
        named(document, others).filter(|other| other.id != from).filter_map(|other| area_of(&other.shape)).collect();
    if cut.is_empty() {
        return Err(EditError::Select(WANTED));
    }
    let (shared, left) = at_once(|| {
        let cut = derive::union_all(cut.iter().map(Cow::as_ref));
        (derive::intersection(&area, &cut), derive::difference(&area, &cut))
    })?;
    if shared.0.is_empty() {
        return Err(EditError::NothingToCut);
    }
    let shape = area_shape(&left, &old.shape).ok_or(EditError::NothingLeft)?;
    change_unlocked(document, &[from], |old| Some(Annotation { shape: shape.clone(), ..old.clone() }));
    Ok(())
}

/// Adds, under each annotation, the area of all places within a distance of it on the ground; below 0, what of an area
/// lies at least so far inside. Of a point and of a circle it is a circle. Style and citations are the original's; the ids of the new.
///
/// # Errors
/// [`EditError::Buffer`] says why one of them has none; then none is added. [`EditError::Select`] without a shape.
pub fn buffer(document: &mut Document, ids: &[AnnotationId], distance_m: f64) -> Result<Vec<AnnotationId>, EditError> {
    let mut new: Vec<(AnnotationId, Annotation)> = Vec::new();
    for original in named(document, ids) {
        let style = Style { number: None, ..original.style.clone() };
        let shape = buffered(&original.shape, distance_m)?;
        let mut buffer = Annotation::new(original.id, open_layer(document, original.layer), shape);
        buffer.title = buffer_title(original, distance_m);
        buffer.citations.clone_from(&original.citations);
        new.push((original.id, Annotation { style, ..buffer }));
    }
    if new.is_empty() {
        return Err(EditError::Select("a shape"));
    }
    let mut made = Vec::new();
    for (_, buffer) in &mut new {
        buffer.id = AnnotationId(take_number(document));
        made.push(buffer.id);
    }
    // Both go from the bottom to the top.
    let mut new = new.into_iter().peekable();
    let list = document.annotations.list_mut();
    for annotation in std::mem::take(list) {
        if let Some((_, buffer)) = new.next_if(|(id, _)| *id == annotation.id) {
            list.push(Arc::new(buffer));
        }
        list.push(annotation);
    }
    Ok(made)
}

fn buffered(shape: &Shape, distance_m: f64) -> Result<Shape, EditError> {
    let geometry = match shape {
        Shape::Circle { center, radius_m } => {
            let radius_m = radius_m + distance_m;
            return if !(distance_m.abs() > 0.0 && distance_m.abs() <= FARTHEST_BUFFER_M) || radius_m > *RADIUS_M.end() {
                Err(BufferError::Distance.into())
            } else if radius_m < *RADIUS_M.start() {
                Err(BufferError::ShrunkAway.into())
            } else {
                Ok(Shape::Circle { center: *center, radius_m })
            };
        }
        Shape::Point { at: center, .. } | Shape::Callout { target: center, .. } => {
            return if (*RADIUS_M.start()..=FARTHEST_BUFFER_M).contains(&distance_m) {
                Ok(Shape::Circle { center: *center, radius_m: distance_m })
            } else {
                Err(BufferError::Distance.into())
            };
        }
        Shape::Path { line, .. } => Geometry::LineString(line.clone()),
        Shape::Area { area, .. } => Geometry::MultiPolygon(area.clone()),
        Shape::Other(Some(geometry)) => geometry.clone(),
        Shape::Other(None) => return Err(BufferError::Empty.into()),
    };
    let area = at_once(|| buffer::buffer(&geometry, distance_m))??;
    area_shape(&area, shape).ok_or_else(|| BufferError::ShrunkAway.into())
}

fn buffer_title(original: &Annotation, distance_m: f64) -> String {
    let reach_m = distance_m.abs();
    // Three decimals at most, and none that are zeros.
    let (number, unit) = if reach_m < 1000.0 { (reach_m, "m") } else { (reach_m / 1000.0, "km") };
    let number = (number * 1000.0).round() / 1000.0;
    if distance_m < 0.0 {
        format!("{number} {unit} inside {}", original.label())
    } else {
        format!("Within {number} {unit} of {}", original.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::LayerId;
    use crate::document::annotation::Citation;
    use crate::document::edit::tests::{document, ids, order};
    use crate::document::edit::{Change, apply, cite, invariants, lock, set_title};
    use crate::geometry::measure::area_m2;

    fn shape(document: &Document, id: u64) -> &Shape {
        &document.annotations.get(AnnotationId(id)).unwrap().shape
    }

    fn area(document: &Document, id: AnnotationId) -> MultiPolygon<f64> {
        area_of(&document.annotations.get(id).unwrap().shape).unwrap().into_owned()
    }

    fn square(x: f64, y: f64, size: f64) -> Annotation {
        let ring = vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)];
        let area = MultiPolygon(vec![geo::Polygon::new(ring.into(), vec![])]);
        Annotation::new(AnnotationId(0), LayerId(0), Shape::Area { area, kind: AreaKind::Polygon })
    }

    fn near(ours: f64, reference: f64) {
        assert!((ours / reference - 1.0).abs() < 0.001, "{ours} is not {reference}");
    }

    #[test]
    fn a_polygon_is_split_by_a_line_right_across() {
        let mut document = document();
        let id = apply(&mut document, Change::Add(vec![square(37.0, 48.0, 1.0)]))[0];
        set_title(&mut document, id, "Zone");
        let whole = area_m2(&area(&document, id));
        let line = LineString::from(vec![(37.3, 47.0), (37.3, 50.0)]);
        let parts = split_polygon(&mut document, id, &line).unwrap();
        assert_eq!((parts.len(), parts[0]), (2, id));
        let sizes: Vec<f64> = parts.iter().map(|part| area_m2(&area(&document, *part))).collect();
        near(sizes[0], 0.7 * whole);
        near(sizes[0] + sizes[1], whole);
        assert!(parts.iter().all(|part| document.annotations.get(*part).unwrap().title == "Zone"));
        assert_eq!(merge_polygons(&mut document, &[parts[1], parts[0]]), Ok(parts[1]));
        assert!((area_m2(&area(&document, parts[1])) / whole - 1.0).abs() < 1e-9);
        let before = document.clone();
        let short = LineString::from(vec![(37.3, 47.0), (37.3, 48.5)]);
        assert_eq!(split_polygon(&mut document, parts[1], &short), Err(EditError::DoesNotCross));
        assert_eq!(
            split_polygon(&mut document, AnnotationId(4), &line),
            Err(EditError::Select("a polygon, rectangle or circle"))
        );
        lock(&mut document, &[parts[1]], true);
        assert_eq!(split_polygon(&mut document, parts[1], &line), Err(EditError::Locked));
        lock(&mut document, &[parts[1]], false);
        assert_eq!(document, before);
    }

    #[test]
    fn a_line_is_split_where_it_is_clicked() {
        let mut document = document();
        let parts = split_line(&mut document, AnnotationId(4), Coord { x: 37.5, y: 48.6 }).unwrap();
        assert_eq!((parts.len(), parts[0]), (2, AnnotationId(4)));
        assert_eq!(order(&document), [1, 2, 3, 4, parts[1].0, 5, 6, 7, 8]);
        let (Shape::Path { line: first, .. }, Shape::Path { line: second, .. }) =
            (shape(&document, 4), shape(&document, parts[1].0))
        else {
            panic!("lines stay lines")
        };
        assert_eq!(first.0.last(), second.0.first());
        let end = first.0[0];
        assert_eq!(split_line(&mut document, AnnotationId(4), end), Err(EditError::AtTheEnd));
        assert_eq!(split_line(&mut document, AnnotationId(1), end), Err(EditError::Select("a line")));
    }

    #[test]
    fn areas_that_touch_become_one_with_the_words_of_the_first() {
        let mut document = document();
        let squares = vec![square(30.0, 48.0, 1.0), square(31.0, 48.0, 1.0), square(35.0, 48.0, 0.5)];
        let made = apply(&mut document, Change::Add(squares));
        set_title(&mut document, made[1], "First");
        for (id, excerpt) in [(0, "a"), (0, "b"), (1, "b")] {
            cite(&mut document, &[made[id]], Citation::Excerpt { excerpt: excerpt.to_owned() });
        }
        assert_eq!(merge_polygons(&mut document, &[made[1], made[2]]), Err(EditError::Apart));
        assert_eq!(merge_polygons(&mut document, &[made[1], made[1], AnnotationId(1)]), Err(EditError::Apart));
        assert_eq!(merge_polygons(&mut document, &[made[1], made[0]]), Ok(made[1]));
        let merged = document.annotations.get(made[1]).unwrap();
        let cited: Vec<_> = merged.citations.to_vec();
        assert_eq!(cited, ["b", "a"].map(|excerpt| Citation::Excerpt { excerpt: excerpt.to_owned() }));
        assert_eq!(merged.title, "First");
        assert_eq!(area(&document, made[1]).0.len(), 1);
        assert!(document.annotations.get(made[0]).is_none());
        lock(&mut document, &[made[1]], true);
        assert_eq!(merge_polygons(&mut document, &[made[1], made[2]]), Err(EditError::Locked));
        assert_eq!(invariants(&document), Ok(()));
    }

    #[test]
    fn what_is_cut_out_leaves_a_hole() {
        let mut document = document();
        let squares = vec![square(30.0, 48.0, 1.0), square(30.2, 48.2, 0.2), square(35.0, 48.0, 0.5)];
        let made = apply(&mut document, Change::Add(squares));
        let [large, small] = [0, 1].map(|index| area_m2(&area(&document, made[index])));
        assert_eq!(subtract(&mut document, made[0], &[made[2]]), Err(EditError::NothingToCut));
        assert_eq!(subtract(&mut document, made[1], &[made[0], made[1]]), Err(EditError::NothingLeft));
        assert_eq!(subtract(&mut document, made[0], &made), Ok(()));
        let left = area(&document, made[0]);
        assert_eq!((left.0.len(), left.0[0].interiors().len()), (1, 1));
        assert!((area_m2(&left) / (large - small) - 1.0).abs() < 1e-9);
        assert!(matches!(subtract(&mut document, made[0], &[made[0]]), Err(EditError::Select(_))));
    }

    #[test]
    fn a_buffer_lies_under_its_original_and_says_what_it_is() {
        let mut document = document();
        set_title(&mut document, AnnotationId(1), "Kramatorsk");
        cite(&mut document, &ids(&[1]), Citation::Excerpt { excerpt: "a".to_owned() });
        let made = buffer(&mut document, &ids(&[7, 1, 4, 5]), 2_500.0).unwrap();
        let [first, second, third, fourth] = made[..] else { panic!("four") };
        assert_eq!(order(&document), [first.0, 1, 2, 3, second.0, 4, third.0, 5, 6, fourth.0, 7, 8]);
        let around = document.annotations.get(first).unwrap();
        assert_eq!((around.title.as_str(), around.citations.len()), ("Within 2.5 km of Kramatorsk", 1));
        assert!(matches!(around.shape, Shape::Circle { radius_m, .. } if radius_m == 2_500.0));
        assert!(matches!(shape(&document, fourth.0), Shape::Circle { radius_m, .. } if *radius_m == 22_500.0));
        assert_eq!(invariants(&document), Ok(()));
        let before = document.clone();
        assert_eq!(buffer(&mut document, &ids(&[5, 4]), -10.0), Err(BufferError::Distance.into()));
        assert_eq!(buffer(&mut document, &ids(&[7]), -30_000.0), Err(BufferError::ShrunkAway.into()));
        assert_eq!(buffer(&mut document, &ids(&[7]), f64::NAN), Err(BufferError::Distance.into()));
        assert_eq!(document, before);
        let inside = buffer(&mut document, &ids(&[7]), -300.0).unwrap();
        assert_eq!(document.annotations.get(inside[0]).unwrap().title, "300 m inside Circle 7");
    }
}
