//! One plain function for each edit; none of them knows of undo.
//!
//! # What they have in common
//! Annotations are named by their ids; ids that the document does not have are passed over. A locked annotation, or one
//! in a locked layer, keeps its shape, words, style, citations and layer, and is not taken away; [`lock`] and [`show`],
//! and those that order ([`raise`] and the like), take it as any other. Each edit goes through the annotations once,
//! however many are named, and those that it leaves as they are stay shared with the snapshots of the history.
//!
//! The heavy ones ([`merge_polygons`], [`subtract`], [`split_polygon`], [`buffer`], [`simplify`]) can run beside the
//! window on a clone of the document, which costs nothing; or call `geometry` alone and [`apply`] what comes out.

mod annotations;
mod combine;
mod convert;
mod from_overlay;
mod layers;
mod overlays;
mod own_layers;
mod photos;
mod pictures;
mod transform;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

pub use annotations::*;
pub use combine::*;
pub use convert::*;
pub use from_overlay::*;
pub use layers::*;
pub use overlays::*;
pub use own_layers::*;
pub use photos::*;
pub use pictures::*;
pub use transform::*;

use super::annotation::{STROKE_WIDTH_PT, Shape, TEXT_SIZE_PT, TEXT_WIDTH_PT};
use super::{Annotation, AnnotationId, Document, Layer, LayerId};
use crate::geometry::buffer::BufferError;
use crate::geometry::derive::DeriveError;
use crate::geometry::reshape::{is_anticlockwise, is_place};
use crate::geometry::work::Stopped;

/// The smallest and largest radius of a circle, in metres.
pub const RADIUS_M: std::ops::RangeInclusive<f64> = 0.01..=10_000_000.0;

/// Why an edit was not made, and what to do. The document is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum EditError {
    /// The annotation, or its layer, is locked.
    #[error("It is locked. Unlock it, or its layer, first")]
    Locked,
    /// No annotation of the right kind is named.
    #[error("Select {0} first")]
    Select(&'static str),
    /// Fewer than two areas, or areas that lie apart.
    #[error("Select two or more polygons that touch or overlap")]
    Apart,
    /// What is to be cut out lies beside the area.
    #[error("The areas do not overlap, so there is nothing to cut out. Move one over the other")]
    NothingToCut,
    /// What is to be cut out covers the area.
    #[error("Nothing would be left of the area. Delete it instead, or cut out less")]
    NothingLeft,
    /// The line leaves the polygon whole.
    #[error("The line does not cross the polygon from border to border. Draw it right across, from outside to outside")]
    DoesNotCross,
    /// The place is the end of the line.
    #[error("A line cannot be split at its end. Choose a place between its ends")]
    AtTheEnd,
    /// There is no buffer.
    #[error(transparent)]
    Buffer(#[from] BufferError),
    /// It would take too long.
    #[error("Nothing was changed: {0}")]
    Stopped(#[from] Stopped),
    /// Layers cannot all go.
    #[error("The last layer cannot be removed. Rename it instead, or add another first")]
    LastLayer,
}

impl From<DeriveError> for EditError {
    fn from(error: DeriveError) -> Self {
        match error {
            DeriveError::EmptyArea => Self::Select("a polygon with an inside"),
            DeriveError::EmptyLine | DeriveError::DoesNotCross | DeriveError::Contradiction { .. } => {
                Self::DoesNotCross
            }
        }
    }
}

/// A change of annotations.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Adds them on top; each gets an id of its own, whatever it has.
    Add(Vec<Annotation>),
    /// Puts each in the place of the one of its id.
    Replace(Vec<Annotation>),
    /// Takes them away.
    Remove(Vec<AnnotationId>),
}

/// Carries out a change; the ids of what it added or replaced.
pub fn apply(document: &mut Document, change: Change) -> Vec<AnnotationId> {
    match change {
        Change::Add(added) => added.into_iter().map(|annotation| add(document, annotation)).collect(),
        Change::Replace(replaced) => {
            let mut ids: Vec<AnnotationId> = replaced.iter().map(|annotation| annotation.id).collect();
            let unlocked: BTreeSet<AnnotationId> = named(document, &ids)
                .filter(|annotation| !document.is_locked(annotation))
                .map(|annotation| annotation.id)
                .collect();
            ids.retain(|id| unlocked.contains(id));
            let mut new: BTreeMap<AnnotationId, Annotation> =
                replaced.into_iter().map(|annotation| (annotation.id, annotation)).collect();
            change_unlocked(document, &ids, |old| new.remove(&old.id).filter(|new| new != old));
            ids
        }
        Change::Remove(ids) => {
            remove(document, &ids);
            Vec::new()
        }
    }
}

/// Ids to be looked up, as fast for one as for ten thousand.
struct Ids(Vec<AnnotationId>);

impl Ids {
    fn new(ids: &[AnnotationId]) -> Self {
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        Self(sorted)
    }

    fn contains(&self, id: AnnotationId) -> bool {
        self.0.binary_search(&id).is_ok()
    }
}

/// The annotations of these ids, bottom first.
fn named<'a>(document: &'a Document, ids: &[AnnotationId]) -> impl Iterator<Item = &'a Arc<Annotation>> {
    let ids = Ids::new(ids);
    let count = ids.0.len();
    document.annotations.iter().filter(move |annotation| ids.contains(annotation.id)).take(count)
}

/// Puts what `change` gives in the place of each annotation of these ids; how many it gave something for.
fn change_each(
    document: &mut Document,
    ids: &[AnnotationId],
    mut change: impl FnMut(&Document, &Annotation) -> Option<Annotation>,
) -> usize {
    let ids = Ids::new(ids);
    let changed: Vec<(usize, Arc<Annotation>)> = document
        .annotations
        .iter()
        .enumerate()
        .filter(|(_, annotation)| ids.contains(annotation.id))
        .take(ids.0.len())
        .filter_map(|(index, annotation)| Some((index, Arc::new(change(document, annotation)?))))
        .collect();
    let count = changed.len();
    if count > 0 {
        let list = document.annotations.list_mut();
        for (index, annotation) in changed {
            list[index] = annotation;
        }
    }
    count
}

/// [`change_each`] of those that are not locked.
fn change_unlocked(
    document: &mut Document,
    ids: &[AnnotationId],
    mut change: impl FnMut(&Annotation) -> Option<Annotation>,
) -> usize {
    change_each(
        document,
        ids,
        |document, annotation| {
            if document.is_locked(annotation) { None } else { change(annotation) }
        },
    )
}

/// The annotation of that id, to be changed by an edit of one.
fn unlocked(document: &Document, id: AnnotationId, wanted: &'static str) -> Result<Arc<Annotation>, EditError> {
    let annotation = document.annotations.get(id).ok_or(EditError::Select(wanted))?;
    if document.is_locked(annotation) { Err(EditError::Locked) } else { Ok(Arc::clone(annotation)) }
}

fn take_number(document: &mut Document) -> u64 {
    let number = document.next_number;
    document.next_number += 1;
    number
}

/// This layer if it can be drawn on; otherwise the topmost that can, or, if all are locked, this one all the same.
fn open_layer(document: &Document, preferred: LayerId) -> LayerId {
    let wanted = document.layer(preferred);
    let open =
        wanted.filter(|layer| !layer.locked).or_else(|| document.layers.iter().rev().find(|layer| !layer.locked));
    open.or(wanted).or(document.layers.last()).map_or(preferred, |layer: &Layer| layer.id)
}

/// Checks what must be true of every document, whatever was edited.
///
/// Ids are different and below the next number; there is a layer, and every annotation is in one; lines have two places
/// or more; rings are closed, have four places or more, and outer ones run anticlockwise; places are finite, and lie at
/// most 720° of longitude off; opacities and sizes are within their bounds.
///
/// # Errors
/// What is wrong, and of which annotation.
pub fn invariants(document: &Document) -> Result<(), String> {
    if document.layers.is_empty() {
        return Err("there is no layer".to_owned());
    }
    let layers: BTreeSet<LayerId> = document.layers.iter().map(|layer| layer.id).collect();
    if layers.len() < document.layers.len() {
        return Err("two layers have one id".to_owned());
    }
    if let Some(layer) = layers.iter().find(|layer| layer.0 >= document.next_number) {
        return Err(format!("layer {} is not below the next number, {}", layer.0, document.next_number));
    }
    let mut ids = BTreeSet::new();
    for annotation in &document.annotations {
        let wrong = |what: &str| Err(format!("annotation {} ({}): {what}", annotation.id.0, annotation.shape.name()));
        if !ids.insert(annotation.id) {
            return wrong("another has its id");
        }
        if annotation.id.0 >= document.next_number {
            return wrong("its id is not below the next number");
        }
        if !layers.contains(&annotation.layer) {
            return wrong("its layer does not exist");
        }
        if let Err(what) = check_shape(&annotation.shape).and_then(|()| check_style(annotation)) {
            return wrong(what);
        }
    }
    Ok(())
}

fn check_shape(shape: &Shape) -> Result<(), &'static str> {
    let mut are_places = true;
    for_each_place(shape, &mut |place| are_places &= is_place(place));
    if !are_places {
        return Err("a coordinate is not a place");
    }
    match shape {
        Shape::Path { line, .. } if line.0.len() < 2 => Err("a line of fewer than two places"),
        Shape::Area { area, .. } => {
            if area.0.is_empty() {
                return Err("an area without a ring");
            }
            for polygon in &area.0 {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    if ring.0.len() < 4 || ring.0.first() != ring.0.last() {
                        return Err("a ring that is open or of fewer than four places");
                    }
                }
                if !is_anticlockwise(polygon.exterior()) {
                    return Err("an outer ring runs clockwise");
                }
            }
            Ok(())
        }
        Shape::Circle { radius_m, .. } if !RADIUS_M.contains(radius_m) => Err("the radius is out of range"),
        _ => Ok(()),
    }
}

fn check_style(annotation: &Annotation) -> Result<(), &'static str> {
    let style = &annotation.style;
    if ![style.stroke_opacity, style.fill_opacity].iter().all(|opacity| (0.0..=1.0).contains(opacity)) {
        Err("an opacity is out of range")
    } else if !STROKE_WIDTH_PT.contains(&style.stroke_width_pt) {
        Err("the stroke width is out of range")
    } else if !TEXT_SIZE_PT.contains(&style.text_size_pt) {
        Err("the text size is out of range")
    } else if style.text_width_pt.is_some_and(|width| !TEXT_WIDTH_PT.contains(&width)) {
        Err("the text width is out of range")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use geo::{MultiPolygon, Polygon};
    use kurbo::Vec2;
    use proptest::prelude::*;

    use super::*;
    use crate::document::annotation::{AreaKind, Citation, PathKind, PointKind};
    use crate::document::history::History;
    use crate::document::step::Step;
    use crate::geometry::{Coord, LineString, View};

    /// Annotations 1 to 8 in the lower of two layers: marker, text, callout, arrow, polygon with a hole, rectangle,
    /// circle, and a shape of a file's.
    pub(super) fn document() -> Document {
        let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
        let at = Coord { x: 37.5844, y: 48.7389 };
        let ring = |places: &[(f64, f64)]| LineString::from(places.to_vec());
        let outer = ring(&[(36.0, 47.0), (37.0, 47.0), (37.0, 48.0), (36.0, 48.0), (36.0, 47.0)]);
        let hole = ring(&[(36.2, 47.2), (36.2, 47.4), (36.4, 47.4), (36.2, 47.2)]);
        let rectangle = ring(&[(38.0, 47.0), (39.0, 47.0), (39.0, 47.5), (38.0, 47.5), (38.0, 47.0)]);
        let area = |outer: LineString<f64>, holes| MultiPolygon(vec![Polygon::new(outer, holes)]);
        let shapes = [
            Shape::Point { at, kind: PointKind::Marker },
            Shape::Point { at, kind: PointKind::Text },
            Shape::Callout { target: at, text_at: Coord { x: 38.0, y: 49.0 } },
            Shape::Path { line: ring(&[(37.0, 48.5), (37.6, 48.6), (38.2, 48.9)]), kind: PathKind::Arrow },
            Shape::Area { area: area(outer, vec![hole]), kind: AreaKind::Polygon },
            Shape::Area { area: area(rectangle, vec![]), kind: AreaKind::Rectangle },
            Shape::Circle { center: Coord { x: 36.9, y: 47.4 }, radius_m: 20_000.0 },
            Shape::Other(Some(geo::Geometry::MultiPoint(vec![(37.0, 48.0), (38.0, 48.0)].into()))),
        ];
        for shape in shapes {
            add(&mut document, Annotation::new(AnnotationId(0), LayerId(0), shape));
        }
        add_layer(&mut document, "Upper");
        document
    }

    pub(super) fn ids(ids: &[u64]) -> Vec<AnnotationId> {
        ids.iter().copied().map(AnnotationId).collect()
    }

    /// The ids as they are drawn.
    pub(super) fn order(document: &Document) -> Vec<u64> {
        document.drawn().map(|annotation| annotation.id.0).collect()
    }

    pub(super) fn is_shared(a: &Document, b: &Document, id: u64) -> bool {
        let of = |document: &Document| document.annotations.get(AnnotationId(id)).cloned();
        of(a).zip(of(b)).is_some_and(|(a, b)| Arc::ptr_eq(&a, &b))
    }

    #[test]
    fn the_sample_is_sound_and_what_is_not_is_named() {
        let sound = document();
        assert_eq!(invariants(&sound), Ok(()));
        let broken = |change: &dyn Fn(&mut Document)| {
            let mut document = sound.clone();
            change(&mut document);
            invariants(&document).unwrap_err()
        };
        assert!(broken(&|document| document.next_number = 3).contains("next number"));
        assert!(broken(&|document| document.layers.clear()).contains("no layer"));
        assert!(broken(&|document| document.layers[0].id = LayerId(7)).contains("does not exist"));
        let edited = |id: u64, change: &dyn Fn(&mut Annotation)| {
            broken(&|document| change(document.annotations.get_mut(AnnotationId(id)).unwrap()))
        };
        assert!(edited(1, &|annotation| annotation.id = AnnotationId(2)).contains("has its id"));
        assert!(edited(1, &|annotation| annotation.style.fill_opacity = f64::NAN).contains("opacity"));
        assert!(edited(7, &|annotation| annotation.style.text_size_pt = 1.0).contains("size"));
        let nowhere = Coord { x: 0.0, y: f64::NAN };
        assert!(
            edited(1, &|one| one.shape = Shape::Point { at: nowhere, kind: PointKind::Text }).contains("not a place")
        );
        assert!(
            edited(7, &|one| one.shape = Shape::Circle { center: Coord::default(), radius_m: -1.0 }).contains("radius")
        );
        assert!(
            edited(5, &|one| {
                if let Shape::Area { area, .. } = &mut one.shape {
                    area.0[0].exterior_mut(|ring| ring.0.reverse());
                }
            })
            .contains("clockwise")
        );
    }

    #[test]
    fn ten_thousand_are_edited_in_one_go_and_one_of_them_alone() {
        let mut document = document();
        let line: Vec<Coord<f64>> = (0..50).map(|step| Coord { x: 37.0 + 0.01 * f64::from(step), y: 48.0 }).collect();
        let shape = Shape::Path { line: LineString(line), kind: PathKind::Line };
        let many = vec![Annotation::new(AnnotationId(0), LayerId(0), shape); 10_000];
        let all = apply(&mut document, Change::Add(many));
        let before = document.clone();
        set_title(&mut document, all[9_000], "x");
        translate(&mut document, &all[9_000..9_001], Vec2::new(1e-4, 0.0));
        let pairs = before.annotations.iter().zip(document.annotations.iter());
        assert_eq!(pairs.filter(|(old, new)| !Arc::ptr_eq(old, new)).count(), 1);
        restyle(&mut document, &all, |style| style.stroke_width_pt = 4.0);
        raise(&mut document, &all[..5_000]);
        let copies = duplicate(&mut document, &all, Vec2::new(1e-4, 0.0));
        renumber(&mut document, &all);
        group_into_layer(&mut document, &all[..5_000], "Half");
        let rename = |old: &Arc<Annotation>| Annotation { title: "y".to_owned(), ..old.as_ref().clone() };
        let renamed = named(&document, &all).map(rename).collect();
        assert_eq!(apply(&mut document, Change::Replace(renamed)).len(), 10_000);
        assert!(named(&document, &all).all(|one| one.title == "y" && one.style.stroke_width_pt == 4.0));
        remove(&mut document, &all);
        assert_eq!(document.annotations.len(), 8 + copies.len());
        assert_eq!(invariants(&document), Ok(()));
    }

    /// One edit, chosen by numbers; of annotations and layers that exist more often than not.
    fn edit(document: &mut Document, which: u8, picks: &[usize], a: f64, b: f64) {
        let pick = |index: usize| {
            let position = picks.get(index).copied().unwrap_or(0);
            let id = document.annotations.iter().nth(position % (document.annotations.len() + 1));
            id.map_or(AnnotationId(0), |annotation| annotation.id)
        };
        let ids: Vec<AnnotationId> = (0..picks.len()).map(pick).collect();
        let one = pick(0);
        let layer = document.layers[picks.first().copied().unwrap_or(0) % document.layers.len()].id;
        let place = Coord { x: 37.0 + 3.0 * a, y: 48.0 + 2.0 * b };
        let by = Vec2::new(a, b);
        let is_crowded = document.annotations.len() > 40;
        let line = LineString(vec![place, Coord { x: 37.0 - 3.0 * b, y: 48.0 + 2.0 * a }]);
        match which {
            0 => set_title(document, one, "Title"),
            1 => set_description(document, one, "Words"),
            2 => restyle(document, &ids, |style| {
                style.stroke_width_pt = 90.0 * a;
                style.fill_opacity = 3.0 * b;
                style.text_width_pt = Some(5e3 * a);
            }),
            3 => show(document, &ids, a > 0.0),
            4 => lock(document, &ids, a > 0.7),
            5 => cite(document, &ids, Citation::Excerpt { excerpt: "a".to_owned() }),
            6 => renumber(document, &ids),
            7 => bring_to_front(document, &ids),
            8 => send_to_back(document, &ids),
            9 => raise(document, &ids),
            10 => lower(document, &ids),
            11 => place_before(document, &ids, (a > -0.5).then_some(one)),
            12 => move_to_layer(document, &ids, layer),
            13 => _ = add_layer(document, ""),
            14 => _ = remove_layer(document, layer),
            15 => move_layer(document, layer, (a * 4.0) as i64),
            16 => lock_layer(document, layer, a > 0.7),
            17 => _ = group_into_layer(document, &ids, "Group"),
            18 => _ = translate(document, &ids, by * if b > 0.9 { 1.0 } else { 1e-3 }),
            19 if !is_crowded => _ = duplicate(document, &ids, by * 1e-3),
            20 => _ = rotate(document, &ids, place, 360.0 * a),
            21 => _ = scale(document, &ids, place, (3.0 * b).exp()),
            22 => _ = align_to_bearing(document, one, 15.0),
            23 if !is_crowded => _ = split_polygon(document, one, &line),
            24 if !is_crowded => _ = split_line(document, one, place),
            25 => _ = merge_polygons(document, &ids),
            26 => _ = subtract(document, one, &ids),
            27 if !is_crowded => _ = buffer(document, &ids[..ids.len().min(2)], 30_000.0 * a),
            28 => _ = simplify(document, &ids, 50_000.0 * a),
            29 => _ = reverse(document, &ids),
            30 => _ = close(document, &ids),
            31 => _ = open(document, &ids),
            32 => _ = convert_kind(document, &ids, Kind::ALL[picks.len() % Kind::ALL.len()]),
            33 => remove(document, &ids[..1.min(ids.len())]),
            34 => show_layer(document, layer, a > 0.0),
            35 => rename_layer(document, layer, "Name"),
            36 if !is_crowded => {
                let one: Vec<Annotation> =
                    document.annotations.iter().take(1).map(|one| one.as_ref().clone()).collect();
                paste(document, one, layer);
            }
            _ => uncite(document, &ids, &Citation::Excerpt { excerpt: "a".to_owned() }),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_edit_leaves_a_sound_document_and_can_be_taken_back(
            steps in prop::collection::vec(
                (0_u8..38, prop::collection::vec(0_usize..60, 0..6), -1.0..1.0f64, -1.0..1.0f64),
                1..40,
            ),
        ) {
            let mut history = History::new(document());
            let mut seen = vec![history.document().clone()];
            for (which, picks, a, b) in &steps {
                history.edit(Step::Move, |document| edit(document, *which, picks, *a, *b));
                prop_assert_eq!(invariants(history.document()), Ok(()), "after {} {:?} {} {}", which, picks, a, b);
                if seen.last() != Some(history.document()) {
                    seen.push(history.document().clone());
                }
            }
            for expected in seen.iter().rev().skip(1) {
                history.undo();
                prop_assert_eq!(history.document(), expected);
            }
            prop_assert!(history.undo().is_none());
            for expected in seen.iter().skip(1) {
                history.redo();
                prop_assert_eq!(history.document(), expected);
            }
            prop_assert!(history.redo().is_none());
        }
    }
}
