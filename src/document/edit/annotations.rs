//! Annotations added and taken away, their words, looks, citations and order.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Ids, TEXT_WIDTH_PT, change_each, change_unlocked, named, open_layer, take_number, translate};
use crate::document::annotation::{Citation, PointKind, STROKE_WIDTH_PT, Shape, Style, TEXT_SIZE_PT};
use crate::document::{Annotation, AnnotationId, Document, LayerId};
use crate::geometry::{Coord, lon_lat_from_world, world_from_lon_lat};
use kurbo::Vec2;

/// Adds an annotation on top of the others, under an id of its own, which is returned. If its layer does not exist it
/// goes to the topmost.
pub fn add(document: &mut Document, annotation: Annotation) -> AnnotationId {
    let id = AnnotationId(take_number(document));
    let layer = document.layer(annotation.layer).or(document.layers.last()).map_or(annotation.layer, |layer| layer.id);
    document.annotations.list_mut().push(Arc::new(Annotation { id, layer, ..annotation }));
    id
}

/// Takes annotations away, but for those that are locked.
pub fn remove(document: &mut Document, ids: &[AnnotationId]) {
    let going = Ids::new(ids);
    let goes = |annotation: &Annotation| going.contains(annotation.id) && !document.is_locked(annotation);
    let left: Vec<Arc<Annotation>> =
        document.annotations.iter().filter(|annotation| !goes(annotation)).map(Arc::clone).collect();
    if left.len() < document.annotations.len() {
        *document.annotations.list_mut() = left;
    }
}

/// Adds copies on top, each in the layer of its original and shifted by so much of the world; their ids. Copies are not
/// locked, and leave a locked layer for the topmost open one.
pub fn duplicate(document: &mut Document, ids: &[AnnotationId], by_world: Vec2) -> Vec<AnnotationId> {
    let originals: Vec<Arc<Annotation>> = named(document, ids).map(Arc::clone).collect();
    let copies: Vec<AnnotationId> = originals.iter().map(|original| copy(document, original, original.layer)).collect();
    translate(document, &copies, by_world);
    copies
}

/// Adds annotations from elsewhere to a layer, on top; their ids. They are not locked; if the layer is, or does not
/// exist, they go to the topmost open one.
pub fn paste(document: &mut Document, annotations: Vec<Annotation>, layer: LayerId) -> Vec<AnnotationId> {
    annotations.iter().map(|annotation| copy(document, annotation, layer)).collect()
}

/// A feature's own id stays with the original, as a file cannot hold it twice.
fn copy(document: &mut Document, original: &Annotation, layer: LayerId) -> AnnotationId {
    let layer = open_layer(document, layer);
    let mut copy = Annotation { layer, locked: false, ..original.clone() };
    copy.kept.id = None;
    add(document, copy)
}

/// Sets the words that the map shows.
pub fn set_title(document: &mut Document, id: AnnotationId, title: &str) {
    change_unlocked(document, &[id], |old| {
        (old.title != title).then(|| Annotation { title: title.to_owned(), ..old.clone() })
    });
}

/// Sets the longer words.
pub fn set_description(document: &mut Document, id: AnnotationId, description: &str) {
    change_unlocked(document, &[id], |old| {
        (old.description != description).then(|| Annotation { description: description.to_owned(), ..old.clone() })
    });
}

/// Says of annotations that they were not traced on a picture.
pub fn untrace(document: &mut Document, ids: &[AnnotationId]) {
    change_unlocked(document, ids, |old| old.traced.is_some().then(|| Annotation { traced: None, ..old.clone() }));
}

/// Changes how annotations are drawn; numbers that come out of bounds are brought back ([`tidy_style`]).
pub fn restyle(document: &mut Document, ids: &[AnnotationId], change: impl Fn(&mut Style)) {
    change_unlocked(document, ids, |old| {
        let mut style = old.style.clone();
        change(&mut style);
        tidy_style(&mut style);
        (style != old.style).then(|| Annotation { style, ..old.clone() })
    });
}

/// Brings every number of a style within its bounds; what is no number becomes the default's.
pub fn tidy_style(style: &mut Style) {
    let usual = Style::default();
    let tidy = |value: f64, least: f64, most: f64, usual: f64| {
        if value.is_nan() { usual } else { value.clamp(least, most) }
    };
    style.stroke_opacity = tidy(style.stroke_opacity, 0.0, 1.0, usual.stroke_opacity);
    style.fill_opacity = tidy(style.fill_opacity, 0.0, 1.0, usual.fill_opacity);
    let (least, most) = STROKE_WIDTH_PT.into_inner();
    style.stroke_width_pt = tidy(style.stroke_width_pt, least, most, usual.stroke_width_pt);
    let (least, most) = TEXT_SIZE_PT.into_inner();
    style.text_size_pt = tidy(style.text_size_pt, least, most, usual.text_size_pt);
    let (least, most) = TEXT_WIDTH_PT.into_inner();
    style.text_width_pt = style.text_width_pt.filter(|width| !width.is_nan()).map(|width| width.clamp(least, most));
}

/// Shows or hides annotations, locked ones too.
pub fn show(document: &mut Document, ids: &[AnnotationId], visible: bool) {
    change_each(document, ids, |_, old| (old.visible != visible).then(|| Annotation { visible, ..old.clone() }));
}

/// Locks annotations, or unlocks them.
pub fn lock(document: &mut Document, ids: &[AnnotationId], locked: bool) {
    change_each(document, ids, |_, old| (old.locked != locked).then(|| Annotation { locked, ..old.clone() }));
}

/// Lets annotations rest on something, after what they rest on already; on nothing twice.
pub fn cite(document: &mut Document, ids: &[AnnotationId], citation: Citation) {
    change_unlocked(document, ids, |old| {
        if old.citations.contains(&citation) {
            return None;
        }
        let mut new = old.clone();
        new.citations.push(citation.clone());
        Some(new)
    });
}

/// Puts annotations at a place: markers and words stand there, circles have their middle there, callouts point there and take
/// their words along. Others stay where they are.
pub fn put_at(document: &mut Document, ids: &[AnnotationId], to: Coord<f64>) {
    change_unlocked(document, ids, |old| {
        let mut new = old.clone();
        match &mut new.shape {
            Shape::Point { at, .. } | Shape::Circle { center: at, .. } => *at = to,
            Shape::Callout { target, text_at } => {
                let by = world_from_lon_lat(to) - world_from_lon_lat(*target);
                *text_at = lon_lat_from_world(world_from_lon_lat(*text_at) + by);
                *target = to;
            }
            Shape::Path { .. } | Shape::Area { .. } | Shape::Other(_) => return None,
        }
        (new.shape != old.shape).then_some(new)
    });
}

/// Lets annotations rest on something no more.
pub fn uncite(document: &mut Document, ids: &[AnnotationId], citation: &Citation) {
    change_unlocked(document, ids, |old| {
        if !old.citations.contains(citation) {
            return None;
        }
        let mut new = old.clone();
        new.citations.retain(|other| other != citation);
        Some(new)
    });
}

/// Rests annotations that rest on `former` on another citation in its place; on none twice.
pub fn recite(document: &mut Document, ids: &[AnnotationId], former: &Citation, citation: &Citation) {
    change_unlocked(document, ids, |old| {
        let mut new = old.clone();
        replace_citation(&mut new.citations, former, citation).then_some(new)
    });
}

/// Puts a citation in the place of another; whether that was there.
pub(super) fn replace_citation(citations: &mut Vec<Citation>, former: &Citation, citation: &Citation) -> bool {
    if former == citation || !citations.contains(former) {
        return false;
    }
    if citations.contains(citation) {
        citations.retain(|known| known != former);
    } else {
        citations.iter_mut().filter(|known| *known == former).for_each(|known| known.clone_from(citation));
    }
    true
}

/// Numbers the markers among these from 1, in the order in which they are given. Locked ones keep theirs and are not
/// counted.
pub fn renumber(document: &mut Document, ids: &[AnnotationId]) {
    let is_marker = |annotation: &&Arc<Annotation>| {
        matches!(annotation.shape, Shape::Point { kind: PointKind::Marker, .. }) && !document.is_locked(annotation)
    };
    let markers = Ids::new(&named(document, ids).filter(is_marker).map(|marker| marker.id).collect::<Vec<_>>());
    let mut numbers: BTreeMap<AnnotationId, u32> = BTreeMap::new();
    for id in ids.iter().filter(|id| markers.contains(**id)) {
        let next = numbers.len() as u32 + 1;
        numbers.entry(*id).or_insert(next);
    }
    change_unlocked(document, ids, |old| {
        let number = numbers.get(&old.id).copied().filter(|number| old.style.number != Some(*number))?;
        let mut new = old.clone();
        new.style.number = Some(number);
        Some(new)
    });
}

/// Draws annotations over all others of their layer.
pub fn bring_to_front(document: &mut Document, ids: &[AnnotationId]) {
    let ids = Ids::new(ids);
    reorder(document, |list| {
        let (moved, mut rest) = parted(list, &ids);
        rest.extend(moved);
        rest
    });
}

/// Draws annotations under all others of their layer.
pub fn send_to_back(document: &mut Document, ids: &[AnnotationId]) {
    let ids = Ids::new(ids);
    reorder(document, |list| {
        let (mut moved, rest) = parted(list, &ids);
        moved.extend(rest);
        moved
    });
}

/// Draws annotations over the one of their layer that now is just over them. Neighbours move together.
pub fn raise(document: &mut Document, ids: &[AnnotationId]) {
    step(document, ids, true);
}

/// Draws annotations under the one of their layer that now is just under them. Neighbours move together.
pub fn lower(document: &mut Document, ids: &[AnnotationId]) {
    step(document, ids, false);
}

fn step(document: &mut Document, ids: &[AnnotationId], up: bool) {
    let ids = Ids::new(ids);
    reorder(document, |list| {
        let mut list = list.to_vec();
        let mut order: Vec<usize> = (0..list.len()).collect();
        if up {
            order.reverse();
        }
        // Where in each layer the one stands that a moving one would pass, if it does not move itself.
        let mut beyond: BTreeMap<LayerId, usize> = BTreeMap::new();
        for index in order {
            let layer = list[index].layer;
            if !ids.contains(list[index].id) {
                beyond.insert(layer, index);
            } else if let Some(passed) = beyond.insert(layer, index) {
                // The one passed now stands here, for the next of this layer to pass in turn.
                list.swap(index, passed);
            } else {
                // One that cannot move is not to be passed by its neighbours either.
                beyond.remove(&layer);
            }
        }
        list
    });
}

/// Draws annotations just under `before`, in its layer, or over all others of their layers if there is none. They keep
/// their order among themselves. Locked ones do not change the layer, and none comes into a locked one.
pub fn place_before(document: &mut Document, ids: &[AnnotationId], before: Option<AnnotationId>) {
    let Some(before) = before else {
        return bring_to_front(document, ids);
    };
    let Some((position, layer)) = document
        .annotations
        .position(before)
        .zip(document.annotations.get(before))
        .map(|(position, annotation)| (position, annotation.layer))
    else {
        return;
    };
    if document.layer(layer).is_some_and(|layer| !layer.locked) {
        change_unlocked(document, ids, |old| (old.layer != layer).then(|| Annotation { layer, ..old.clone() }));
    }
    let ids = Ids::new(ids);
    reorder(document, |list| {
        let (below, mut placed) = parted(&list[..position], &ids);
        let (above, rest) = parted(&list[position..], &ids);
        placed.extend(below.into_iter().chain(above).chain(rest));
        placed
    });
}

/// Those named, and the others, each in their order.
fn parted(list: &[Arc<Annotation>], ids: &Ids) -> (Vec<Arc<Annotation>>, Vec<Arc<Annotation>>) {
    list.iter().map(Arc::clone).partition(|annotation| ids.contains(annotation.id))
}

/// Puts another order in place, if it is another.
fn reorder(document: &mut Document, order: impl FnOnce(&[Arc<Annotation>]) -> Vec<Arc<Annotation>>) {
    let new = order(document.annotations.iter().as_slice());
    if !new.iter().zip(document.annotations.iter()).all(|(new, old)| Arc::ptr_eq(new, old)) {
        *document.annotations.list_mut() = new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::edit::tests::{document, ids, is_shared, order};
    use crate::document::edit::{Change, apply, invariants, lock_layer, move_to_layer};

    #[test]
    fn what_is_locked_keeps_its_words_looks_and_place() {
        let mut document = document();
        lock(&mut document, &ids(&[1]), true);
        let before = document.clone();
        set_title(&mut document, AnnotationId(1), "no");
        set_description(&mut document, AnnotationId(1), "no");
        restyle(&mut document, &ids(&[1]), |style| style.stroke_width_pt = 9.0);
        cite(&mut document, &ids(&[1]), Citation::Excerpt { excerpt: "no".to_owned() });
        translate(&mut document, &ids(&[1]), Vec2::new(0.1, 0.0));
        remove(&mut document, &ids(&[1]));
        let mut replaced = before.annotations.get(AnnotationId(1)).unwrap().as_ref().clone();
        replaced.title = "no".to_owned();
        assert!(apply(&mut document, Change::Replace(vec![replaced])).is_empty());
        assert!(document.annotations.is_same(&before.annotations));
        lock(&mut document, &ids(&[1]), false);
        set_title(&mut document, AnnotationId(1), "yes");
        assert_eq!(document.annotations.get(AnnotationId(1)).unwrap().title, "yes");
        let layer = document.layers[0].id;
        lock_layer(&mut document, layer, true);
        remove(&mut document, &ids(&[1, 2]));
        assert_eq!(document.annotations.len(), before.annotations.len());
    }

    #[test]
    fn an_edit_leaves_the_others_shared() {
        let mut document = document();
        let before = document.clone();
        set_title(&mut document, AnnotationId(2), "Advance");
        restyle(&mut document, &ids(&[2, 99]), |style| style.fill_opacity = 0.7);
        for id in 1..=8 {
            assert_eq!(is_shared(&before, &document, id), id != 2, "{id}");
        }
        let after = document.clone();
        set_title(&mut document, AnnotationId(2), "Advance");
        restyle(&mut document, &ids(&[1, 2, 3]), |_| ());
        show(&mut document, &ids(&[1, 2, 3]), true);
        bring_to_front(&mut document, &ids(&[7, 8]));
        assert!(document.annotations.is_same(&after.annotations));
    }

    #[test]
    fn styles_come_back_within_their_bounds() {
        let mut document = document();
        restyle(&mut document, &ids(&[1]), |style| {
            style.stroke_width_pt = -3.0;
            style.stroke_opacity = f64::NAN;
            style.fill_opacity = f64::INFINITY;
            style.text_size_pt = 1e9;
            style.text_width_pt = Some(f64::NAN);
        });
        let style = &document.annotations.get(AnnotationId(1)).unwrap().style;
        assert_eq!((style.stroke_width_pt, style.stroke_opacity, style.fill_opacity), (0.0, 1.0, 1.0));
        assert_eq!((style.text_size_pt, style.text_width_pt), (96.0, None));
        assert_eq!(invariants(&document), Ok(()));
    }

    #[test]
    fn nothing_is_cited_twice() {
        let mut document = document();
        let excerpt = Citation::Excerpt { excerpt: "ft-1".to_owned() };
        cite(&mut document, &ids(&[1, 2]), excerpt.clone());
        cite(&mut document, &ids(&[2, 3]), excerpt.clone());
        assert!((1..=3).all(|id| document.annotations.get(AnnotationId(id)).unwrap().citations.len() == 1));
        uncite(&mut document, &ids(&[2]), &excerpt);
        assert!(document.annotations.get(AnnotationId(2)).unwrap().citations.is_empty());
    }

    #[test]
    fn markers_are_numbered_in_the_order_given() {
        let mut document = document();
        let more = duplicate(&mut document, &ids(&[1, 1]), Vec2::new(1e-4, 0.0));
        assert_eq!(more.len(), 1);
        renumber(&mut document, &[more[0], AnnotationId(3), AnnotationId(1), more[0]]);
        let number = |id: AnnotationId| document.annotations.get(id).unwrap().style.number;
        assert_eq!((number(more[0]), number(AnnotationId(1)), number(AnnotationId(3))), (Some(1), Some(2), None));
    }

    #[test]
    fn a_copy_is_free_and_has_an_id_of_its_own() {
        let mut document = document();
        document.annotations.get_mut(AnnotationId(1)).unwrap().kept.id = Some("osm/1".into());
        lock(&mut document, &ids(&[1]), true);
        let copies = duplicate(&mut document, &ids(&[1]), Vec2::new(1e-3, 0.0));
        let copy = document.annotations.get(copies[0]).unwrap().as_ref().clone();
        assert!(!copy.locked && copy.kept.id.is_none());
        assert_ne!(copy.shape, document.annotations.get(AnnotationId(1)).unwrap().shape);
        let pasted = paste(&mut document, vec![copy], LayerId(4711));
        assert_eq!(document.annotations.get(pasted[0]).unwrap().layer, document.layers[1].id);
        assert_eq!(invariants(&document), Ok(()));
    }

    #[test]
    fn steps_up_and_down_are_among_those_of_the_same_layer() {
        let mut document = document();
        let upper = document.layers[1].id;
        move_to_layer(&mut document, &ids(&[2, 4]), upper);
        // 1 3 5 6 7 8 in the lower layer, 2 4 in the upper one.
        assert_eq!(order(&document), [1, 3, 5, 6, 7, 8, 2, 4]);
        raise(&mut document, &ids(&[1]));
        assert_eq!(order(&document), [3, 1, 5, 6, 7, 8, 2, 4]);
        raise(&mut document, &ids(&[8, 7, 4, 2]));
        assert_eq!(order(&document), [3, 1, 5, 6, 7, 8, 2, 4]);
        raise(&mut document, &ids(&[5, 6, 8]));
        assert_eq!(order(&document), [3, 1, 7, 5, 6, 8, 2, 4]);
        lower(&mut document, &ids(&[3, 5, 6, 4]));
        assert_eq!(order(&document), [3, 1, 5, 6, 7, 8, 4, 2]);
        bring_to_front(&mut document, &ids(&[1, 3]));
        assert_eq!(order(&document), [5, 6, 7, 8, 3, 1, 4, 2]);
        send_to_back(&mut document, &ids(&[2, 7]));
        assert_eq!(order(&document), [7, 5, 6, 8, 3, 1, 2, 4]);
    }

    #[test]
    fn a_drag_in_the_list_takes_the_layer_of_where_it_ends() {
        let mut document = document();
        place_before(&mut document, &ids(&[6, 2]), Some(AnnotationId(1)));
        assert_eq!(order(&document), [2, 6, 1, 3, 4, 5, 7, 8]);
        place_before(&mut document, &ids(&[4, 5]), Some(AnnotationId(5)));
        assert_eq!(order(&document), [2, 6, 1, 3, 4, 5, 7, 8]);
        place_before(&mut document, &ids(&[2]), None);
        assert_eq!(order(&document), [6, 1, 3, 4, 5, 7, 8, 2]);
        let upper = document.layers[1].id;
        move_to_layer(&mut document, &ids(&[8]), upper);
        place_before(&mut document, &ids(&[1]), Some(AnnotationId(8)));
        assert_eq!(order(&document), [6, 3, 4, 5, 7, 2, 1, 8]);
        assert_eq!(document.annotations.get(AnnotationId(1)).unwrap().layer, upper);
        place_before(&mut document, &ids(&[3]), Some(AnnotationId(99)));
        assert_eq!(order(&document), [6, 3, 4, 5, 7, 2, 1, 8]);
    }
}
