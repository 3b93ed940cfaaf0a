//! How overlays are shown, and the sources and excerpts of the user's own.

use std::sync::Arc;

use crate::document::{Document, OverlayState};
use crate::dossier::{Excerpt, Source, Styling};

/// Shows or hides an overlay.
pub fn set_visible(document: &mut Document, id: &str, visible: bool) {
    for state in document.overlays.iter_mut().filter(|state| state.id == id) {
        state.visible = visible;
    }
}

/// Adds a source of the user's own.
pub fn add_source(document: &mut Document, source: Source) {
    document.own_sources.push(source);
}

/// Describes a source of the user's own otherwise; it keeps its id and its place.
pub fn describe_source(document: &mut Document, source: Source) {
    if let Some(known) = document.own_sources.iter_mut().find(|known| known.id == source.id) {
        *known = source;
    }
}

/// Takes away a source of the user's own.
pub fn remove_source(document: &mut Document, id: &str) {
    document.own_sources.retain(|source| source.id != id);
}

/// Adds an excerpt of the user's own.
pub fn add_excerpt(document: &mut Document, excerpt: Excerpt) {
    document.own_excerpts.push(excerpt);
}

/// Takes away an excerpt of the user's own.
pub fn remove_excerpt(document: &mut Document, id: &str) {
    document.own_excerpts.retain(|excerpt| excerpt.id != id);
}

/// Shows a whole group, or hides it if any of it is shown.
pub fn toggle_group(document: &mut Document, group: &str) {
    let any = document.group(group).any(|state| state.visible);
    for state in document.overlays.iter_mut().filter(|state| state.group == group) {
        state.visible = !any;
    }
}

/// Sets the opacity of an overlay, 0 to 1.
pub fn set_opacity(document: &mut Document, id: &str, opacity: f64) {
    for state in document.overlays.iter_mut().filter(|state| state.id == id) {
        state.opacity = if opacity.is_finite() { opacity.clamp(0.0, 1.0) } else { 1.0 };
    }
}

/// Tells the features of an overlay apart, filters, draws and labels them in another way.
pub fn set_styling(document: &mut Document, id: &str, styling: Arc<Styling>) {
    for state in document.overlays.iter_mut().filter(|state| state.id == id) {
        state.styling = Arc::clone(&styling);
    }
}

/// Moves an overlay by `steps` rows within its group; negative is up, towards the top of the map.
pub fn move_by(document: &mut Document, id: &str, steps: i64) {
    let Some(group) = document.overlay(id).map(|state| state.group.clone()) else {
        return;
    };
    let rows: Vec<usize> = positions(&document.overlays, &group);
    let Some(row) = rows.iter().position(|&index| document.overlays[index].id == id) else {
        return;
    };
    let last = rows.len() as i64 - 1;
    let target = (row as i64).saturating_add(steps).clamp(0, last) as usize;
    let state = document.overlays.remove(rows[row]);
    document.overlays.insert(rows[target], state);
}

fn positions(overlays: &[OverlayState], group: &str) -> Vec<usize> {
    overlays.iter().enumerate().filter(|(_, state)| state.group == group).map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Coord, View};

    fn document() -> Document {
        let state = |id: &str, group: &str| OverlayState::new(id, group);
        let view = View { center: Coord { x: 0.0, y: 0.0 }, zoom: 3.0 };
        let overlays = vec![state("a", "one"), state("b", "one"), state("x", "two"), state("c", "one")];
        Document { overlays, ..Document::empty("test", view) }
    }

    fn order(document: &Document) -> String {
        document.overlays.iter().map(|state| state.id.as_str()).collect()
    }

    #[test]
    fn an_overlay_moves_within_its_group_only() {
        let mut document = document();
        move_by(&mut document, "c", -1);
        assert_eq!(order(&document), "acbx");
        move_by(&mut document, "c", -9);
        assert_eq!(order(&document), "cabx");
        move_by(&mut document, "x", 5);
        assert_eq!(order(&document), "cabx");
        move_by(&mut document, "c", 2);
        assert_eq!(order(&document), "abcx");
        move_by(&mut document, "nothing", 1);
        assert_eq!(order(&document), "abcx");
    }

    #[test]
    fn a_group_is_hidden_if_any_of_it_is_shown() {
        let mut document = document();
        set_visible(&mut document, "a", false);
        toggle_group(&mut document, "one");
        assert!(!document.is_visible("b") && document.is_visible("x"));
        toggle_group(&mut document, "one");
        assert!(document.is_visible("a") && document.is_visible("c"));
    }

    #[test]
    fn opacity_stays_between_nothing_and_one() {
        let mut document = document();
        set_opacity(&mut document, "a", 7.0);
        assert_eq!(document.overlay("a").map(|state| state.opacity), Some(1.0));
        set_opacity(&mut document, "a", f64::NAN);
        assert_eq!(document.overlay("a").map(|state| state.opacity), Some(1.0));
    }
}
