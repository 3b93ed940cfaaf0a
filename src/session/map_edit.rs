//! The maps under the overlays: laid over each other, shown otherwise, taken away.

use std::sync::Arc;

use crate::document::step::Step;
use crate::document::{Document, History};
use crate::formats::map_source::{MOST_MAPS, MapSource, ShownMap};

/// A change of the maps under the overlays.
#[derive(Debug, Clone, PartialEq)]
pub enum MapEdit {
    /// Takes a map of the user's own among those that can be chosen, and lays it over the others.
    Add(Box<MapSource>),
    /// Lays a map that can be chosen over the others.
    LayOver(String),
    /// Shows one of the maps, counted from the lowest, otherwise.
    Show(usize, ShownMap),
    /// Moves one of the maps to the place of another.
    Move {
        /// Its place, counted from the lowest.
        from: usize,
        /// Its place afterwards.
        to: usize,
    },
    /// Takes away one of the maps; its record stays, so that it can be chosen again.
    Remove(usize),
    /// Takes a map of the user's own away for good.
    Forget(String),
}

/// Puts a map in the place of the lowest.
pub(super) fn set_lowest(document: &mut Document, id: &str) {
    match document.maps.first_mut() {
        Some(lowest) => *lowest = ShownMap::plain(id),
        None => document.maps.push(ShownMap::plain(id)),
    }
    // What lies over it may be the same map.
    let mut index = 0;
    document.maps.retain(|map| {
        index += 1;
        index == 1 || map.id != id
    });
}

/// Takes a record among those of the document, in the place of one of the same id; its id.
fn take(document: &mut Document, source: MapSource) -> String {
    let (id, source) = (source.id.clone(), Arc::new(source));
    match document.map_sources.iter_mut().find(|known| known.id == id) {
        Some(known) => *known = source,
        None => document.map_sources.push(source),
    }
    id
}

/// Lays a map over the others; one that lies there already comes up.
fn lay_over(document: &mut Document, id: &str) {
    document.maps.retain(|map| map.id != id);
    if document.maps.len() >= MOST_MAPS {
        document.maps.remove(0);
    }
    document.maps.push(ShownMap::plain(id));
}

/// Sees to it that there is a map.
fn settle(document: &mut Document) {
    if document.maps.is_empty() {
        document.maps.push(ShownMap::plain(MapSource::BUILTIN));
    }
}

/// Carries out a change as one step, or as part of the gesture of a slider.
pub(super) fn edit_maps(history: &mut History, edit: MapEdit) {
    match edit {
        MapEdit::Add(source) => history.edit(Step::Map, |document| {
            let id = take(document, *source);
            lay_over(document, &id);
        }),
        MapEdit::LayOver(id) => history.edit(Step::Map, |document| lay_over(document, &id)),
        MapEdit::Show(index, shown) => {
            let Some(before) = history.document().maps.get(index).filter(|before| before.id == shown.id) else {
                return;
            };
            let is_slide = before.opacity != shown.opacity || before.dim != shown.dim;
            let change = |document: &mut Document| {
                if let Some(map) = document.maps.get_mut(index) {
                    *map = shown;
                }
            };
            if is_slide {
                history.edit_in_gesture(Step::Map, change);
            } else {
                history.edit(Step::Map, change);
            }
        }
        MapEdit::Move { from, to } => {
            let count = history.document().maps.len();
            if from < count && to < count && from != to {
                history.edit(Step::Map, |document| {
                    let map = document.maps.remove(from);
                    document.maps.insert(to, map);
                });
            }
        }
        MapEdit::Remove(index) => {
            if index < history.document().maps.len() {
                history.edit(Step::Map, |document| {
                    document.maps.remove(index);
                    settle(document);
                });
            }
        }
        MapEdit::Forget(id) => history.edit(Step::Map, |document| {
            document.map_sources.retain(|source| source.id != id);
            document.maps.retain(|map| map.id != id);
            settle(document);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Coord, View};

    fn history() -> History {
        History::new(Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 }))
    }

    fn ids(history: &History) -> Vec<&str> {
        history.document().maps.iter().map(|map| map.id.as_str()).collect()
    }

    #[test]
    fn maps_lie_over_each_other_and_each_change_can_be_undone() {
        let mut history = history();
        let own = MapSource { id: "survey".to_owned(), ..MapSource::builtin() };
        edit_maps(&mut history, MapEdit::Add(Box::new(own)));
        edit_maps(&mut history, MapEdit::LayOver("open-street-map".to_owned()));
        assert_eq!(ids(&history), ["built-in", "survey", "open-street-map"]);
        edit_maps(&mut history, MapEdit::LayOver("survey".to_owned()));
        assert_eq!(ids(&history), ["built-in", "open-street-map", "survey"]);
        edit_maps(&mut history, MapEdit::Move { from: 2, to: 0 });
        assert_eq!(ids(&history), ["survey", "built-in", "open-street-map"]);
        history.edit(Step::Map, |document| set_lowest(document, "open-street-map"));
        assert_eq!(ids(&history), ["open-street-map", "built-in"]);
        edit_maps(&mut history, MapEdit::Forget("open-street-map".to_owned()));
        edit_maps(&mut history, MapEdit::Remove(0));
        assert_eq!(ids(&history), ["built-in"]);
        for _ in 0..7 {
            history.undo();
        }
        assert_eq!((ids(&history), history.document().map_sources.len()), (vec!["built-in"], 0));
    }

    #[test]
    fn the_moves_of_a_slider_are_one_step() {
        let mut history = history();
        for opacity in [0.9, 0.7, 0.5] {
            edit_maps(&mut history, MapEdit::Show(0, ShownMap { opacity, ..ShownMap::plain("built-in") }));
        }
        let half = ShownMap { opacity: 0.5, ..ShownMap::plain("built-in") };
        edit_maps(&mut history, MapEdit::Show(0, ShownMap { grey: true, ..half.clone() }));
        history.undo();
        assert_eq!(history.document().maps, std::slice::from_ref(&half));
        history.undo();
        assert!(history.document().maps[0].is_plain());
        // What is there no longer is not changed.
        let revision = history.revision();
        edit_maps(&mut history, MapEdit::Show(3, half.clone()));
        edit_maps(&mut history, MapEdit::Show(0, ShownMap { id: "other".to_owned(), ..half }));
        edit_maps(&mut history, MapEdit::Remove(1));
        assert_eq!(history.revision(), revision);
    }
}
