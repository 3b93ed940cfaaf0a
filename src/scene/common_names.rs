//! Names that several maps of one frame have in common, so that neighbours do not differ by a name or a town.
//!
//! What is named of the ground and of the overlays that are the same on all maps is placed once, clear of what any of them
//! shows. What is named on some maps alone, such as the features of a layer that is another one on each day, finds its place
//! on each of them beside that.

use std::collections::BTreeSet;
use std::sync::Arc;

use kurbo::Rect;

use super::annotations;
use super::ground::DrawnGround;
use super::labels::{self, Anchor, LabelCandidate, PlacedLabel};
use super::names::{Around, PlacedNames, name_marked_dots, name_overlaid_dots};
use super::{Look, Scene};
use crate::document::shown;
use crate::dossier::Overlay;
use crate::geometry::Frame;

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
}

/// A name of the ground: which, and about where, in halves of a point.
type Named = (String, i64, i64);

fn named(label: &LabelCandidate) -> Named {
    let at = label.anchor.middle().unwrap_or_default();
    (label.key.clone(), (2.0 * at.x).round() as i64, (2.0 * at.y).round() as i64)
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
    let mut around = base.scene.around(&look, frame);
    around.add_ground(base.scene, frame, base.ground.border_pieces.clone(), base.ground.shores.clone());

    let mut candidates = in_all(states);
    let of_ground = candidates.iter().map(named).collect();
    if base.ground.wants_grounds {
        let grounds = base.scene.ground_names(&look, frame, &mut candidates, &beside);
        candidates.extend(grounds);
    }
    name_overlaid_dots(&mut candidates, &around.dots);
    base.scene.overlay_names(&look, frame, &mut candidates);
    name_marked_dots(&mut candidates, &annotations::markers(&look, frame));

    let mut kept = Vec::new();
    for (state, own) in &differing {
        let of_state = state.scene.around(own, frame);
        kept.extend(main_places(state.scene, own, frame, reserved, &of_state));
        around.add(of_state);
    }
    around.drawn.extend(kept);
    let names = around.placed(candidates, frame, reserved, true);
    CommonNames { names, alike, of_ground }
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
    scene.overlay_names(own, frame, &mut candidates);
    candidates.retain(|label| label.priority >= labels::MAIN);
    if candidates.is_empty() {
        return Vec::new();
    }
    around.placed(candidates, frame, reserved, true).placed.into_iter().map(|label| label.bounds).collect()
}

impl Around {
    /// What names keep clear of on another map, whose dots are drawn there whether they are named here or not.
    fn add(&mut self, mut other: Self) {
        other.dots.iter_mut().for_each(|dot| dot.goes_with_name = false);
        self.dots.append(&mut other.dots);
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
        let is_own = |label: &&LabelCandidate| !common.of_ground.contains(&named(label));
        let mut candidates: Vec<LabelCandidate> = ground.labels.iter().filter(is_own).cloned().collect();
        let own = with_overlays(look, |id| !common.alike.contains(id));
        self.overlay_names(&own, frame, &mut candidates);
        let mut names = common.names.clone();
        if candidates.is_empty() {
            return names;
        }
        let mut around = self.around(look, frame);
        around.add_ground(self, frame, ground.border_pieces.clone(), ground.shores.clone());
        name_overlaid_dots(&mut candidates, &around.dots);
        name_marked_dots(&mut candidates, &annotations::markers(look, frame));
        for PlacedLabel { candidate, bounds, .. } in &names.placed {
            around.drawn.push(*bounds);
            if let Some(LabelCandidate { anchor: Anchor::Around { point, radius_pt }, .. }) =
                names.candidates.get(*candidate)
            {
                around.drawn.push(Rect::from_center_size(*point, (2.0 * radius_pt, 2.0 * radius_pt)));
            }
        }
        let before = names.candidates.len();
        let PlacedNames { candidates, placed } = around.placed(candidates, frame, reserved, true);
        names.candidates.extend(candidates);
        names
            .placed
            .extend(placed.into_iter().map(|label| PlacedLabel { candidate: before + label.candidate, ..label }));
        names
    }
}
