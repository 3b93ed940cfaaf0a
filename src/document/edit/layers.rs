//! The layers of annotations.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{EditError, Ids, named, take_number};
use crate::document::{Annotation, AnnotationId, Document, Layer, LayerId};

/// Adds a layer over the others.
pub fn add_layer(document: &mut Document, title: &str) -> LayerId {
    insert_layer(document, document.layers.len(), title)
}

fn insert_layer(document: &mut Document, position: usize, title: &str) -> LayerId {
    let id = LayerId(take_number(document));
    let title = match title.trim() {
        "" => format!("Layer {}", document.layers.len() + 1),
        title => title.to_owned(),
    };
    document.layers.insert(position, Layer { id, title, visible: true, locked: false });
    id
}

/// Gives a layer another name; an empty one is none.
pub fn rename_layer(document: &mut Document, id: LayerId, title: &str) {
    let title = title.trim();
    for layer in document.layers.iter_mut().filter(|layer| layer.id == id && !title.is_empty()) {
        title.clone_into(&mut layer.title);
    }
}

/// Shows or hides a layer.
pub fn show_layer(document: &mut Document, id: LayerId, visible: bool) {
    for layer in document.layers.iter_mut().filter(|layer| layer.id == id) {
        layer.visible = visible;
    }
}

/// Locks a layer, or unlocks it.
pub fn lock_layer(document: &mut Document, id: LayerId, locked: bool) {
    for layer in document.layers.iter_mut().filter(|layer| layer.id == id) {
        layer.locked = locked;
    }
}

/// Moves a layer by `steps` rows; negative is up, towards the top of the map, as with overlays.
pub fn move_layer(document: &mut Document, id: LayerId, steps: i64) {
    let Some(from) = document.layers.iter().position(|layer| layer.id == id) else {
        return;
    };
    let last = document.layers.len() as i64 - 1;
    let to = (from as i64).saturating_sub(steps).clamp(0, last) as usize;
    let layer = document.layers.remove(from);
    document.layers.insert(to, layer);
}

/// Takes a layer away. What it held goes to the layer below it, or to the one above the lowest, and is drawn where it
/// was drawn before; that layer's id.
///
/// # Errors
/// [`EditError::LastLayer`]; [`EditError::Locked`] if it is locked; [`EditError::Select`] if it does not exist.
pub fn remove_layer(document: &mut Document, id: LayerId) -> Result<LayerId, EditError> {
    let position = document.layers.iter().position(|layer| layer.id == id).ok_or(EditError::Select("a layer"))?;
    if document.layers.len() == 1 {
        return Err(EditError::LastLayer);
    }
    if document.layers[position].locked {
        return Err(EditError::Locked);
    }
    document.layers.remove(position);
    let is_lowest = position == 0;
    let heir = document.layers[position.saturating_sub(1)].id;
    if document.annotations.iter().any(|annotation| annotation.layer == id) {
        let list = document.annotations.list_mut();
        let (held, rest): (Vec<_>, Vec<_>) = std::mem::take(list).into_iter().partition(|held| held.layer == id);
        let held = held.iter().map(|held| Arc::new(Annotation { layer: heir, ..held.as_ref().clone() }));
        *list = if is_lowest { held.chain(rest).collect() } else { rest.into_iter().chain(held).collect() };
    }
    Ok(heir)
}

/// Moves annotations to a layer, on top of what it holds, in the order in which they were drawn. Locked ones stay, and a
/// locked layer takes none.
pub fn move_to_layer(document: &mut Document, ids: &[AnnotationId], layer: LayerId) {
    if document.layer(layer).is_none_or(|layer| layer.locked) {
        return;
    }
    let rank = |id: LayerId| document.layers.iter().position(|layer| layer.id == id);
    let mut moving: Vec<(Option<usize>, Arc<Annotation>)> = named(document, ids)
        .filter(|annotation| annotation.layer != layer && !document.is_locked(annotation))
        .map(|annotation| (rank(annotation.layer), Arc::clone(annotation)))
        .collect();
    if moving.is_empty() {
        return;
    }
    moving.sort_by_key(|(rank, _)| *rank);
    let going = Ids::new(&moving.iter().map(|(_, annotation)| annotation.id).collect::<Vec<_>>());
    let list = document.annotations.list_mut();
    list.retain(|annotation| !going.contains(annotation.id));
    list.extend(moving.iter().map(|(_, old)| Arc::new(Annotation { layer, ..old.as_ref().clone() })));
}

/// Moves annotations to a new layer just over the topmost of theirs.
pub fn group_into_layer(document: &mut Document, ids: &[AnnotationId], title: &str) -> LayerId {
    let theirs: BTreeSet<LayerId> = named(document, ids).map(|annotation| annotation.layer).collect();
    let topmost = document.layers.iter().rposition(|layer| theirs.contains(&layer.id));
    let id = insert_layer(document, topmost.map_or(document.layers.len(), |topmost| topmost + 1), title);
    move_to_layer(document, ids, id);
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::edit::tests::{document, ids, order};
    use crate::document::edit::{invariants, lock};

    fn titles(document: &Document) -> Vec<&str> {
        document.layers.iter().map(|layer| layer.title.as_str()).collect()
    }

    #[test]
    fn layers_are_added_named_and_moved() {
        let mut document = document();
        let id = add_layer(&mut document, "  ");
        assert_eq!(titles(&document), ["Annotations", "Upper", "Layer 3"]);
        rename_layer(&mut document, id, " Roads ");
        rename_layer(&mut document, id, "");
        move_layer(&mut document, id, 1);
        assert_eq!(titles(&document), ["Annotations", "Roads", "Upper"]);
        move_layer(&mut document, id, i64::MIN);
        assert_eq!(titles(&document), ["Annotations", "Upper", "Roads"]);
        move_layer(&mut document, id, i64::MAX);
        assert_eq!(titles(&document), ["Roads", "Annotations", "Upper"]);
        show_layer(&mut document, id, false);
        lock_layer(&mut document, id, true);
        assert!(!document.layers[0].visible && document.layers[0].locked);
    }

    #[test]
    fn what_a_layer_held_is_drawn_as_before_when_it_goes() {
        for position in [0, 1] {
            let mut document = document();
            let (lower, upper) = (document.layers[0].id, document.layers[1].id);
            move_to_layer(&mut document, &ids(&[2, 5]), upper);
            let before = order(&document);
            assert_eq!(before, [1, 3, 4, 6, 7, 8, 2, 5]);
            let (gone, heir) = if position == 0 { (lower, upper) } else { (upper, lower) };
            assert_eq!(remove_layer(&mut document, gone), Ok(heir));
            assert_eq!(order(&document), before);
            assert_eq!(invariants(&document), Ok(()));
            assert_eq!(remove_layer(&mut document, heir), Err(EditError::LastLayer));
        }
        let mut document = document();
        let upper = document.layers[1].id;
        lock_layer(&mut document, upper, true);
        assert_eq!(remove_layer(&mut document, upper), Err(EditError::Locked));
    }

    #[test]
    fn a_group_is_a_layer_over_the_topmost_of_its_own() {
        let mut document = document();
        add_layer(&mut document, "Top");
        let upper = document.layers[1].id;
        move_to_layer(&mut document, &ids(&[6]), upper);
        lock(&mut document, &ids(&[7]), true);
        group_into_layer(&mut document, &ids(&[7, 6, 1]), "Bridges");
        assert_eq!(titles(&document), ["Annotations", "Upper", "Bridges", "Top"]);
        assert_eq!(order(&document), [2, 3, 4, 5, 7, 8, 1, 6]);
        lock_layer(&mut document, upper, true);
        let before = document.clone();
        move_to_layer(&mut document, &ids(&[1]), upper);
        move_to_layer(&mut document, &ids(&[1]), LayerId(4711));
        assert_eq!(document, before);
    }
}
