//! Items of a display list elsewhere on the page, and in other sizes.

use std::sync::Arc;

use kurbo::{Affine, Rect, Vec2};

use super::block::bounds_of;
use crate::scene::display_list::{Item, Path};
use crate::scene::text;

/// The same items elsewhere on the page. Paths that nobody else holds are moved where they are.
pub fn shifted(items: Vec<Item>, by: Vec2) -> Vec<Item> {
    placed(items, 1.0, by)
}

/// The same items with all their sizes multiplied by `scale`, and then moved.
pub fn placed(mut items: Vec<Item>, scale: f64, by: Vec2) -> Vec<Item> {
    let affine = Affine::translate(by) * Affine::scale(scale);
    let share = |a: &Item, b: &Item| matches!((path_of(a), path_of(b)), (Some(a), Some(b)) if Arc::ptr_eq(a, b));
    // Fill and outline share a path, and still do where they are put.
    for together in items.chunk_by_mut(share) {
        place_path(together, affine);
        together.iter_mut().for_each(|item| place(item, affine, scale, by));
    }
    items
}

/// The same items on the other side of a page, or of a plate, of some width: each is moved as a whole, and none is turned
/// round, so that words, hatchings and symbols stay as they are.
pub(in crate::figure) fn mirrored(items: Vec<Item>, width_pt: f64) -> Vec<Item> {
    let by = |item: &Item| {
        let (x0, x1) = match item {
            Item::Text(text) => {
                let advance_pt = text::measure(&text.text, text.face, text.size_pt, text.letter_spacing_pt).advance_pt;
                (text.origin.x, text.origin.x + advance_pt)
            }
            other => bounds_of(std::slice::from_ref(other)).map_or((0.0, width_pt), |rect| (rect.x0, rect.x1)),
        };
        Vec2::new(width_pt - x0 - x1, 0.0)
    };
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let by = by(&item);
        out.extend(shifted(vec![item], by));
    }
    out
}

pub(in crate::figure) fn path_of(item: &Item) -> Option<&Arc<Path>> {
    match item {
        Item::Fill { path, .. } | Item::Pattern { path, .. } | Item::Stroke { path, .. } => Some(path),
        Item::Group(_) | Item::Text(_) | Item::Image { .. } => None,
    }
}

pub(in crate::figure) fn path_of_mut(item: &mut Item) -> Option<&mut Arc<Path>> {
    match item {
        Item::Fill { path, .. } | Item::Pattern { path, .. } | Item::Stroke { path, .. } => Some(path),
        Item::Group(_) | Item::Text(_) | Item::Image { .. } => None,
    }
}

/// Puts the one path of some items elsewhere: where it is, if nobody else holds it.
pub(in crate::figure) fn place_path(items: &mut [Item], affine: Affine) {
    let Some((first, others)) = items.split_first_mut() else { return };
    let Some(path) = path_of_mut(first) else { return };
    for other in others.iter_mut().filter_map(path_of_mut) {
        *other = Arc::default();
    }
    Arc::make_mut(path).apply_affine(affine);
    others.iter_mut().filter_map(path_of_mut).for_each(|other| *other = path.clone());
}

/// Puts all of an item but its path elsewhere.
pub(in crate::figure) fn place(item: &mut Item, affine: Affine, scale: f64, by: Vec2) {
    let rect_by = |rect: Rect| rect.scale_from_origin(scale) + by;
    match item {
        Item::Group(group) => {
            group.clip = group.clip.map(rect_by);
            group.items = placed(std::mem::take(&mut group.items), scale, by);
        }
        Item::Fill { .. } => {}
        Item::Pattern { pattern, .. } => {
            pattern.origin = affine * pattern.origin;
            pattern.spacing_pt *= scale;
            pattern.size_pt *= scale;
        }
        Item::Stroke { stroke, .. } => {
            stroke.width_pt *= scale;
            stroke.dash_pt.iter_mut().for_each(|length_pt| *length_pt *= scale);
            stroke.dash_offset_pt *= scale;
        }
        Item::Text(text) => {
            text.origin = affine * text.origin;
            text.size_pt *= scale;
            text.letter_spacing_pt *= scale;
            if let Some((_, width_pt)) = &mut text.halo {
                *width_pt *= scale;
            }
        }
        Item::Image { to, .. } => *to = rect_by(*to),
    }
}
