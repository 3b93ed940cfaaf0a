//! Names that several maps of one frame have in common, so that neighbours do not differ by a name or a town.
//!
//! What is named of the ground, of the overlays that are the same on all maps, and of the places of any overlay is placed once,
//! clear of what any of the maps shows; a map has of it the names of the places that it shows. What else is named on some maps
//! alone, such as the features of a layer that is another one on each day, finds its place on each of them beside that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kurbo::Rect;

use super::ground::DrawnGround;
use super::labels::{self, Anchor, LabelCandidate, PlacedLabel};
use super::names::{Around, Beside, PlacedNames, name_overlaid_dots};
use super::overlays::Dot;
use super::{Look, Scene};
use crate::document::shown;
use crate::dossier::Overlay;
use crate::geometry::{Frame, Point};

/// Of so many maps it is looked what names keep clear of; of more, of so many spread over all.
const MOST_LOOKED_AT: usize = 20;

/// More pieces of outlines than that names do not keep off.
const MOST_OUTLINES: usize = 12_000;

/// What one of several maps of a frame shows.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// The evidence.
    pub scene: &'a Scene,
    /// How it looks.
    pub look: &'a Look,
    /// What lies beneath.
    pub ground: &'a DrawnGround,
}

/// The names that several maps of a frame have in common, each in its place.
#[derive(Debug, Default)]
pub struct CommonNames {
    names: PlacedNames,
    /// Ids of the overlays that are the same on all maps.
    alike: BTreeSet<String>,
    /// What the ground names on all maps, placed or not.
    of_ground: BTreeSet<Named>,
    /// What of that names a place of an overlay that not all maps show, and where the place is.
    overlaid: BTreeMap<Named, Point>,
    /// The places of overlays that differ, each once.
    places: Vec<Point>,
}

/// A name of the ground: which, and about where, in halves of a point.
type Named = (String, i64, i64);

fn named(label: &LabelCandidate) -> Named {
    let at = label.anchor.middle().unwrap_or_default();
    (label.key.clone(), (2.0 * at.x).round() as i64, (2.0 * at.y).round() as i64)
}

fn is_at(place: Point, other: Point) -> bool {
    place.distance(other) < 0.5
}

/// Which of so many maps are looked at: the last, the first, and others spread between them.
fn looked_at(count: usize) -> Vec<usize> {
    let last = count.saturating_sub(1);
    if count <= MOST_LOOKED_AT {
        return std::iter::once(last).chain(0..last).take(count).collect();
    }
    let spread = (0..MOST_LOOKED_AT - 1).map(|place| place * last / (MOST_LOOKED_AT - 1));
    std::iter::once(last).chain(spread).collect()
}

/// A look with some of its overlays alone.
fn with_overlays(look: &Look, fits: impl Fn(&str) -> bool) -> Look {
    Look { overlays: look.overlays.iter().filter(|state| fits(&state.id)).cloned().collect(), ..look.clone() }
}

/// Ids of the overlays that have one shape on all maps, whether it is shown or not.
fn alike(states: &[State<'_>]) -> BTreeSet<String> {
    let Some((first, others)) = states.split_first() else { return BTreeSet::new() };
    let is_same = |overlay: &Overlay| {
        others.iter().all(|state| {
            let other = state.scene.dossier().overlay(&overlay.id);
            other.is_some_and(|other| {
                Arc::ptr_eq(&other.shape, &overlay.shape) && other.unreported == overlay.unreported
            })
        })
    };
    let overlays = first.scene.dossier().overlays.iter();
    overlays.filter(|overlay| is_same(overlay)).map(|overlay| overlay.id.clone()).collect()
}

/// The names that all of these maps of a frame have, the last of which is the one that the others are laid beside. They keep
/// off the `reserved` parts of the page.
pub fn common_names(states: &[State<'_>], frame: &Frame, reserved: &[Rect]) -> CommonNames {
    let Some(base) = states.last() else { return CommonNames::default() };
    let alike = alike(states);
    let looked_at: Vec<&State<'_>> =
        looked_at(states.len()).into_iter().filter_map(|index| states.get(index)).collect();
    // What differs from map to map, each shape once.
    let mut known = BTreeSet::new();
    let mut differing: Vec<(&State<'_>, Look)> = Vec::new();
    let mut beside: Vec<&Overlay> = Vec::new();
    for state in &looked_at {
        let mut is_new = |overlay: &Overlay| {
            let shape = Arc::as_ptr(&overlay.shape).addr();
            !alike.contains(&overlay.id) && known.insert((overlay.id.clone(), shape, overlay.unreported.is_some()))
        };
        let shown = shown(state.scene.dossier(), &state.look.overlays);
        let new: Vec<&Overlay> = shown.map(|it| it.overlay).filter(|overlay| is_new(overlay)).collect();
        if !new.is_empty() {
            differing.push((state, with_overlays(state.look, |id| new.iter().any(|overlay| overlay.id == id))));
            beside.extend(new);
        }
    }
    let look = with_overlays(base.look, |id| alike.contains(id));
    let mut candidates = in_all(states);
    let names_of_ground: Vec<Named> = candidates.iter().map(named).collect();
    let (places, dots) = places_and_dots(states, &alike, frame);
    let shown: Vec<Point> = places.iter().filter_map(LabelCandidate::place).collect();
    // The ground's name of a town that an overlay marks on any of the maps stands where the overlay's does.
    name_overlaid_dots(&mut candidates, &dots);
    let overlaid = (names_of_ground.iter().zip(&candidates))
        .filter_map(|(named, label)| {
            let at = label.place().filter(|at| shown.iter().any(|place| is_at(*place, *at)))?;
            Some((named.clone(), at))
        })
        .collect();
    let mut ground = base.ground.for_names(candidates);
    let of_overlays = |candidates: &mut Vec<_>| {
        base.scene.overlay_names(&look, frame, candidates);
        candidates.extend(places);
    };
    let beside = Beside { dots, overlays: &beside };
    let (candidates, mut around) = base.scene.gathered(&look, frame, &mut ground, beside, of_overlays);

    let mut kept = Vec::new();
    for (state, own) in &differing {
        let of_state = state.scene.around(own, frame);
        kept.extend(main_places(state.scene, own, frame, reserved, &of_state));
        around.add(of_state);
    }
    around.drawn.extend(kept);
    let names = around.placed(candidates, frame, reserved, false);
    CommonNames { names, alike, of_ground: names_of_ground.into_iter().collect(), overlaid, places: shown }
}

/// The names of the places, and the dots of the towns, of the overlays that differ from map to map, each once.
fn places_and_dots(states: &[State<'_>], alike: &BTreeSet<String>, frame: &Frame) -> (Vec<LabelCandidate>, Vec<Dot>) {
    let (mut places, mut dots): (Vec<LabelCandidate>, Vec<Dot>) = Default::default();
    let (mut known, mut named_already) = (BTreeSet::new(), BTreeSet::new());
    for state in states {
        let mut is_new = |overlay: &&Overlay| {
            let has_places = !overlay.shape.places().is_empty() && !alike.contains(&overlay.id);
            has_places && known.insert((overlay.id.clone(), Arc::as_ptr(&overlay.shape).addr()))
        };
        let new: BTreeSet<String> = shown(state.scene.dossier(), &state.look.overlays)
            .map(|it| it.overlay)
            .filter(|overlay| is_new(overlay))
            .map(|overlay| overlay.id.clone())
            .collect();
        if new.is_empty() {
            continue;
        }
        let own = with_overlays(state.look, |id| new.contains(id));
        let mut of_state = Vec::new();
        state.scene.place_labels(&own, frame, &mut of_state);
        places.extend(of_state.into_iter().filter(|label| named_already.insert(named(label))));
        for dot in state.scene.dots(&own, frame).into_iter().filter(|dot| dot.goes_with_name) {
            if !dots.iter().any(|known| is_at(known.rect.center(), dot.rect.center())) {
                dots.push(dot);
            }
        }
    }
    (places, dots)
}

/// What the ground names on each of the maps.
fn in_all(states: &[State<'_>]) -> Vec<LabelCandidate> {
    let Some((base, others)) = states.split_last() else { return Vec::new() };
    let mut candidates = base.ground.labels.clone();
    let mut compared: Vec<&DrawnGround> = vec![base.ground];
    for state in others {
        if compared.iter().any(|ground| std::ptr::eq(*ground, state.ground)) {
            continue;
        }
        compared.push(state.ground);
        let there: BTreeSet<Named> = state.ground.labels.iter().map(named).collect();
        candidates.retain(|label| there.contains(&named(label)));
    }
    candidates
}

/// Where what a map alone names stands if nothing else is named: what goes before the names of the ground.
fn main_places(scene: &Scene, own: &Look, frame: &Frame, reserved: &[Rect], around: &Around) -> Vec<Rect> {
    let mut candidates = Vec::new();
    scene.feature_names(own, frame, &mut candidates);
    candidates.retain(|label| label.priority >= labels::MAIN);
    if candidates.is_empty() {
        return Vec::new();
    }
    around.placed(candidates, frame, reserved, true).placed.into_iter().map(|label| label.bounds).collect()
}

impl Around {
    /// What names keep clear of on another map, besides the dots of towns, which have been added once for all.
    fn add(&mut self, mut other: Self) {
        self.dots.extend(other.dots.drain(..).filter(|dot| !dot.goes_with_name));
        self.lines.append(&mut other.lines);
        self.barriers.append(&mut other.barriers);
        if self.outlines.len() + other.outlines.len() <= MOST_OUTLINES {
            self.outlines.append(&mut other.outlines);
        }
    }
}

impl Scene {
    /// The names of a map: those that all have, and its own beside them.
    pub(super) fn names_beside(
        &self,
        look: &Look,
        ground: &DrawnGround,
        frame: &Frame,
        reserved: &[Rect],
        common: &CommonNames,
    ) -> PlacedNames {
        let own = with_overlays(look, |id| !common.alike.contains(id));
        let mut places = Vec::new();
        self.place_labels(&own, frame, &mut places);
        let shown: BTreeSet<Named> = places.iter().map(named).collect();
        let is_here = |at: Point| places.iter().filter_map(LabelCandidate::place).any(|place| is_at(place, at));
        let mut names = common.names.clone();
        let of_all = &common.names.candidates;
        names.placed.retain(|label| {
            let Some(name) = of_all.get(label.candidate) else { return false };
            // Of the names of the other days' places there is none, nor a dot.
            let is_of_place = name.place().filter(|at| common.places.iter().any(|place| is_at(*place, *at)));
            is_of_place.is_none_or(|at| shown.contains(&named(name)) || name.priority < labels::MAIN && is_here(at))
        });

        // The ground names for itself what no overlay marks on this map.
        let is_own = |label: &&LabelCandidate| {
            let named = named(label);
            let is_overlaid_elsewhere = || common.overlaid.get(&named).is_some_and(|at| !is_here(*at));
            !common.of_ground.contains(&named) || is_overlaid_elsewhere()
        };
        let of_ground: Vec<LabelCandidate> = ground.labels.iter().filter(is_own).cloned().collect();
        let mut of_features = Vec::new();
        self.feature_names(&own, frame, &mut of_features);
        if of_ground.is_empty() && of_features.is_empty() {
            return names;
        }
        // Countries and regions are named on all maps alike.
        let mut ground = ground.for_names(of_ground);
        ground.wants_grounds = false;
        let of_overlays = |candidates: &mut Vec<_>| candidates.extend(of_features);
        let (candidates, mut around) = self.gathered(look, frame, &mut ground, Beside::default(), of_overlays);
        for PlacedLabel { candidate, bounds, .. } in &names.placed {
            around.drawn.push(*bounds);
            if let Some(LabelCandidate { anchor: Anchor::Around { point, radius_pt }, .. }) =
                names.candidates.get(*candidate)
            {
                around.drawn.push(Rect::from_center_size(*point, (2.0 * radius_pt, 2.0 * radius_pt)));
            }
        }
        let before = names.candidates.len();
        let PlacedNames { candidates, placed, .. } = around.placed(candidates, frame, reserved, false);
        names.candidates.extend(candidates);
        names
            .placed
            .extend(placed.into_iter().map(|label| PlacedLabel { candidate: before + label.candidate, ..label }));
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::dossier::{Dossier, Shape, builtin};
    use crate::geometry::{MultiLineString, MultiPolygon};
    use crate::scene::ground::Ground;
    use crate::scene::palette::Theme;

    const TOWNS: &str = "held-towns";

    /// The built-in dossier without some of its towns.
    fn without(names: &[&str]) -> Dossier {
        let (mut dossier, _) = builtin::berlin().expect("the built-in dossier can be read");
        let index = dossier.overlays.iter().position(|overlay| overlay.id == TOWNS).expect("the towns");
        let towns = Arc::make_mut(&mut dossier.overlays[index]);
        let left = towns.shape.places().iter().filter(|place| !names.contains(&place.name.main())).cloned().collect();
        towns.shape = Arc::new(Shape::of(MultiPolygon(Vec::new()), MultiLineString(Vec::new()), left).expect("towns"));
        dossier
    }

    #[test]
    fn towns_that_some_maps_have_are_named_once_and_at_the_same_place_on_each() {
        let dossiers = [without(&["Lyman"]), without(&["Pokrovsk"]), without(&[])];
        let document = Document::new(&dossiers[0], 900.0, 760.0);
        let frame = Frame::new(document.view, 900.0, 760.0);
        let look = Look::of(&document, Theme::Light, 1.0);
        let ground = Ground::builtin().0;
        let scenes = dossiers.map(Scene::new);
        let drawn = scenes[0].drawn_ground(&look, &ground, &frame);
        let states = scenes.each_ref().map(|scene| State { scene, look: &look, ground: &drawn });
        let common = common_names(&states, &frame, &[]);
        let maps = scenes.each_ref().map(|scene| {
            let names = scene.names_beside(&look, &drawn, &frame, &[], &common);
            assert!(names.hidden.is_empty());
            let mut placed: Vec<_> = (names.placed.iter())
                .map(|label| {
                    let name = &names.candidates[label.candidate];
                    (name.key.clone(), name.priority >= labels::MAIN, label.bounds)
                })
                .collect();
            placed.sort_by(|a, b| a.0.cmp(&b.0));
            placed
        });
        let places = |map: usize, town: &str| -> Vec<(bool, Rect)> {
            maps[map]
                .iter()
                .filter(|(key, ..)| key == town)
                .map(|(_, is_overlays, rect)| (*is_overlays, *rect))
                .collect()
        };
        for town in ["Kramatorsk", "Sloviansk", "Kostiantynivka", "Druzhkivka"] {
            let [(true, rect)] = places(0, town)[..] else { panic!("{town}: {:?}", places(0, town)) };
            assert!((1..3).all(|map| places(map, town) == [(true, rect)]), "{town}");
        }
        // What a map does not hold the ground alone may name there.
        assert!(places(0, "Lyman").iter().chain(&places(1, "Pokrovsk")).all(|(is_overlays, _)| !is_overlays));
        assert_eq!(places(1, "Lyman"), places(2, "Lyman"));
        assert_eq!(places(0, "Pokrovsk"), places(2, "Pokrovsk"));
    }
}
