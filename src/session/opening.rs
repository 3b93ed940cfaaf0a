//! What was read from files, merged into what is open: the window and the command line do it by the same function.

use std::sync::Arc;

use super::{Effect, Session};
use crate::document::step::OwnLayerPart;
use crate::document::{Document, LayerId, LayerInfo, OverlayState, Step, edit};
use crate::dossier::{self, About, Dossier, OWN_GROUP, Overlay, Problem};
use crate::scene::Scene;
use crate::tools::Tool;

/// Evidence as a file holds it, read without regard to what is open.
#[derive(Debug, Clone)]
pub enum Part {
    /// A dossier, with what was wrong in it. It takes the place of the one that is open; layers of the user's own stay.
    Dossier(Box<Dossier>, Vec<Problem>),
    /// A layer of the user's own, with what was wrong in it. It lies over what is open.
    Layer(Box<Overlay>, Vec<Problem>),
}

impl Part {
    /// The layers of a file that are wanted, by their numbers and what they are; what was wrong with the file as a whole is
    /// said with the first of them.
    ///
    /// # Errors
    /// What was wrong with the file as a whole, where none is wanted.
    pub fn chosen(layers: Vec<Self>, is_wanted: impl Fn(usize, &Overlay) -> bool) -> Result<Vec<Self>, Vec<Problem>> {
        let (mut chosen, mut of_file) = (Vec::new(), Vec::new());
        for (index, part) in layers.into_iter().enumerate() {
            match part {
                Self::Layer(layer, problems) if !is_wanted(index, &layer) => {
                    of_file.extend(problems.into_iter().filter(|problem| !matches!(problem.part, About::Overlay(_))));
                }
                part => chosen.push(part),
            }
        }
        match chosen.first_mut() {
            None => return Err(of_file),
            Some(Self::Layer(_, problems)) => problems.extend(of_file),
            Some(Self::Dossier(..)) => {}
        }
        Ok(chosen)
    }
}

/// What came of merging.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// Whether another dossier took the place of the one that was open.
    pub replaced: bool,
    /// The ids of the overlays that were added, as the dossier has them now: it sees to it that no two are the same.
    pub added: Vec<String>,
    /// Those of them that seem to have longitude and latitude the other way round.
    pub exchanged: Vec<String>,
    /// Layers of the user's own that have another id now, because the dossier that was opened has an overlay of theirs: the former
    /// id and the present one.
    pub renamed: Vec<(String, String)>,
    /// What was wrong with what was read.
    pub problems: Vec<Problem>,
}

/// Merges parts into a dossier: a dossier first, and the layers over it, one after the other.
pub fn merge(dossier: &mut Dossier, parts: Vec<Part>) -> Merged {
    let mut merged = Merged::default();
    let (dossiers, layers): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| matches!(part, Part::Dossier(..)));
    for part in dossiers.into_iter().chain(layers) {
        match part {
            Part::Dossier(read, problems) => {
                *dossier = *read;
                merged = Merged { replaced: true, problems, ..Merged::default() };
            }
            Part::Layer(layer, problems) => {
                let mut layer = layer;
                layer.id = free_id(dossier, &layer);
                let warning = layer.warning();
                let is_exchanged = dossier.looks_exchanged(layer.bounds);
                let id = dossier.add(*layer);
                // When they were found the layer may have had the id of another.
                let said = problems.into_iter().chain(warning).map(|Problem { part, what }| match part {
                    About::Overlay(_) => Problem { part: About::Overlay(id.clone()), what },
                    part => Problem { part, what },
                });
                merged.problems.extend(said);
                if is_exchanged {
                    let part = About::Overlay(id.clone());
                    merged.problems.insert(0, Problem { part, what: dossier::EXCHANGED.to_owned() });
                    merged.exchanged.push(id.clone());
                }
                merged.added.push(id);
            }
        }
    }
    merged
}

/// The id of a layer, numbered where a layer from another file has it.
fn free_id(dossier: &Dossier, layer: &Overlay) -> String {
    let file = |layer: &Overlay| layer.origin.as_ref().map(|origin| Arc::clone(&origin.file));
    let is_taken = |id: &str| {
        let other = dossier.own_layers().find(|other| other.id == id).and_then(|other| file(other));
        other.zip(file(layer)).is_some_and(|(other, file)| !other.is_layer_of(&file))
    };
    if !is_taken(&layer.id) {
        return layer.id.clone();
    }
    let mut number = 2;
    while is_taken(&format!("{}-{number}", layer.id)) {
        number += 1;
    }
    format!("{}-{number}", layer.id)
}

impl Session {
    /// Merges what was read from files into what is open, keeping the document and its past; what came of it, and what
    /// is to be done next.
    pub fn open(&mut self, parts: Vec<Part>) -> (Merged, Vec<Effect>) {
        let parts = parts.into_iter().map(|part| match part {
            Part::Layer(mut layer, problems) => {
                layer.id = Self::id_of_layer(self.document(), &layer);
                Part::Layer(layer, problems)
            }
            dossier => dossier,
        });
        self.merge_in(parts.collect())
    }

    /// The same with layers under ids that the document has for them.
    pub fn open_again(&mut self, parts: Vec<Part>) -> (Merged, Vec<Effect>) {
        self.merge_in(parts)
    }

    fn merge_in(&mut self, parts: Vec<Part>) -> (Merged, Vec<Effect>) {
        let mut dossier = self.dossier().clone();
        let (dossiers, mut layers): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| matches!(part, Part::Dossier(..)));
        let replaced = merge(&mut dossier, dossiers);
        let renamed = if replaced.replaced { self.keep_layers(&mut dossier) } else { Vec::new() };
        let now_called = |id: &mut String| {
            if let Some((_, present)) = renamed.iter().find(|(former, _)| former == id) {
                id.clone_from(present);
            }
        };
        for part in &mut layers {
            if let Part::Layer(layer, _) = part {
                now_called(&mut layer.id);
            }
        }
        let added = merge(&mut dossier, layers);
        let mut merged = Merged { replaced: replaced.replaced, problems: replaced.problems, ..added.clone() };
        merged.problems.extend(added.problems);
        if !merged.replaced && merged.added.is_empty() {
            return (merged, Vec::new());
        }
        let mut problems = self.problems.clone();
        if merged.replaced {
            for problem in &mut problems {
                if let About::Overlay(id) = &mut problem.part {
                    now_called(id);
                }
            }
            // What was wrong with the former dossier is gone with it.
            problems.retain(|problem| matches!(&problem.part, About::Overlay(id) if self.layers.has(id)));
        }
        problems.extend(merged.problems.iter().cloned());
        merged.renamed = renamed;
        let same = dossier.id == self.dossier().id;
        if merged.replaced {
            self.end_comparison();
            self.end_agreement();
            self.end_writing();
        }
        for layer in dossier.own_layers().filter(|layer| merged.added.contains(&layer.id)) {
            // The document knows the colour of a layer that it has already.
            let color = self.document().overlay(&layer.id).map_or(layer.usual_color, |state| state.layer.color);
            let is_in_it = color == layer.usual_color;
            self.layers.insert(if is_in_it { Arc::clone(layer) } else { Arc::new(layer.in_usual_color(color)) });
        }
        self.replace_scene(Arc::new(Scene::new(dossier)), problems);
        for id in &merged.added {
            if self.layer_info(id).is_some_and(|layer| layer.removed) {
                let step = Step::OwnLayer(OwnLayerPart::Reopened, self.named(id));
                self.history.edit(step, |document| edit::remove_own(document, id, false));
            }
        }
        self.dress();
        // A line of contact of the user's own was worked out with the dossier as it was before.
        let effects = if same { self.mend_line() } else { Vec::new() };
        (merged, effects)
    }

    /// Puts back a remembered document, as far as the dossier still has its overlays. It has no past.
    pub fn restore(&mut self, saved: Document) -> Vec<Effect> {
        let mut document = saved;
        let view = (document.dossier == self.dossier().id).then_some(document.view);
        lay_out(&mut document, &self.document_of(self.scene.dossier()));
        self.give_up_all();
        self.end_comparison();
        self.end_agreement();
        self.project_problems.clear();
        self.history.replace(document);
        self.layer_of_new = self.document().layers.last().map_or(LayerId(0), |layer| layer.id);
        self.dress();
        if let Some(view) = view {
            self.set_view(view);
            self.fit_home = false;
        }
        self.check_texts();
        let mut effects = self.mend_evidence();
        effects.extend(self.mend_line());
        effects
    }

    /// Looks at the dossier's opening view, and goes on to as the window finds its size.
    pub fn open_at_home(&mut self) {
        let home = self.dossier().home;
        self.fit(home);
        self.fit_home = true;
    }

    /// Begins with an empty document.
    pub fn restart(&mut self) -> Vec<Effect> {
        let document = self.document_of(self.scene.dossier());
        self.fit_home = true;
        self.restore(document)
    }

    /// The document that this dossier opens with.
    pub fn fresh(&self) -> Document {
        self.document_of(self.scene.dossier())
    }

    pub(super) fn document_of(&self, dossier: &Dossier) -> Document {
        let view = self.fitted(dossier.home, 24.0);
        Document { view, ..Document::new(dossier, self.page.0, self.page.1) }
    }

    /// Lets go of all that is half done or selected.
    fn give_up_all(&mut self) {
        self.hand.choose(Tool::Select);
        self.typing = None;
        self.clear_selection();
        self.before_alone = None;
    }

    /// Adds what was read from files to what is open, keeping the document and its past.
    pub fn replace_scene(&mut self, scene: Arc<Scene>, problems: Vec<Problem>) {
        let same = scene.dossier().id == self.dossier().id;
        if scene.dossier().own_line.is_none() {
            self.line_in_use = None;
        }
        let fresh = self.document_of(scene.dossier());
        self.scene = scene;
        self.problems = problems;
        self.give_up_all();
        self.history.amend(|document| lay_out(document, &fresh));
        if !same {
            self.set_view(fresh.view);
            self.fit_home = true;
        }
        self.check_texts();
    }
}

/// Gives a document the overlays of a dossier: those that it knows as it shows them, and those that are new above or
/// below the ones that they lie beside in the dossier, what has been opened on top of all. Layers of the user's own that
/// are not at hand stay.
fn lay_out(document: &mut Document, fresh: &Document) {
    let mut overlays: Vec<OverlayState> = std::mem::take(&mut document.overlays)
        .into_iter()
        .filter(|state| document.dossier == fresh.dossier || state.group == OWN_GROUP)
        .filter_map(|state| match fresh.overlay(&state.id) {
            Some(fresh) => {
                let file = fresh.layer.file.clone().or_else(|| state.layer.file.clone());
                let layer = Arc::new(LayerInfo { file, ..LayerInfo::clone(&state.layer) });
                Some(OverlayState { group: fresh.group.clone(), layer, ..state })
            }
            None => Some(state).filter(|state| state.group == OWN_GROUP),
        })
        .collect();
    let mut above: Option<&str> = None;
    for state in &fresh.overlays {
        if !overlays.iter().any(|known| known.id == state.id) {
            let neighbour = above.and_then(|id| overlays.iter().position(|known| known.id == id));
            overlays.insert(neighbour.map_or(0, |index| index + 1), state.clone());
        }
        above = Some(&state.id);
    }
    document.overlays = overlays;
    if document.dossier != fresh.dossier {
        // Its title and its frame belong to the other one.
        document.figure = Arc::default();
    }
    document.dossier.clone_from(&fresh.dossier);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::own_layer;
    use crate::formats::geojson;
    use crate::geometry::Coord;
    use crate::session::{Action, Command};

    fn layer(name: &str) -> Part {
        let text = br#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#;
        let (layer, problems) = own_layer(name, geojson::read_table(text).unwrap()).unwrap();
        Part::Layer(Box::new(layer), problems)
    }

    fn session() -> Session {
        let (dossier, problems) = dossier::builtin::berlin().unwrap();
        Session::new(Arc::new(Scene::new(dossier)), problems)
    }

    #[test]
    fn the_opening_view_lies_beside_what_covers_the_map() {
        let mut session = session();
        let west_pt = |session: &Session| {
            let [west, south, ..] = session.dossier().home;
            session.frame().page_from_lon_lat(Coord { x: west, y: south }).x
        };
        let _ = session.apply(Action::SetPage { width_pt: 800.0, height_pt: 400.0 });
        let _ = session.apply(Action::SetCovered { left_pt: 320.0, right_pt: 0.0 });
        assert!(west_pt(&session) >= 320.0, "{}", west_pt(&session));
        // Once the user has moved the map, it stays where it is.
        let _ = session.apply(Action::Pan { right_pt: -30.0, down_pt: 0.0 });
        let moved = session.frame();
        let _ = session.apply(Action::SetCovered { left_pt: 0.0, right_pt: 0.0 });
        assert_eq!(session.frame(), moved);
        let _ = session.apply(Action::Command(Command::Home));
        assert!(west_pt(&session) < 320.0);
    }

    #[test]
    fn what_two_jobs_have_read_is_merged_whichever_comes_first() {
        for names in [["a", "b"], ["b", "a"]] {
            let mut session = session();
            for name in names {
                let (merged, effects) = session.open(vec![layer(name)]);
                assert_eq!((merged.added, effects), (vec![name.to_owned()], Vec::new()));
            }
            for name in names {
                assert!(session.dossier().overlay(name).is_some() && session.document().is_visible(name), "{name}");
            }
            assert_eq!(session.rows()[..2], [names[1], names[0]]);
        }
    }

    #[test]
    fn an_overlay_is_told_of_by_the_id_that_the_dossier_gives_it() {
        let mut session = session();
        let (merged, _) = session.open(vec![layer("donetsk")]);
        assert_eq!(merged.added, ["donetsk-file"]);
    }

    #[test]
    fn longitude_and_latitude_that_look_exchanged_are_told_of() {
        let mut session = session();
        let text = br#"{"type":"Polygon","coordinates":[[[48.5,37],[48.5,37.6],[48.8,37.6],[48.5,37]]]}"#;
        let (read, problems) = own_layer("swapped", geojson::read_table(text).unwrap()).unwrap();
        let (merged, _) = session.open(vec![layer("a"), Part::Layer(Box::new(read), problems)]);
        assert_eq!((merged.exchanged, merged.added.len()), (vec!["swapped".to_owned()], 2));
        assert_eq!(merged.problems[0].what, dossier::EXCHANGED);
        // Neither a file elsewhere in the world nor a second one beside the first is taken for exchanged.
        for bounds in [[2.0, 48.0, 3.0, 49.0], [37.0, 48.0, 37.5, 48.5]] {
            assert!(!session.dossier().looks_exchanged(bounds), "{bounds:?}");
        }
    }

    #[test]
    fn a_dossier_lies_beneath_the_layers_whatever_the_order() {
        let mut session = session();
        let (dossier, problems) = dossier::builtin::berlin().unwrap();
        let (merged, _) = session.open(vec![layer("a"), Part::Dossier(Box::new(dossier), problems), layer("b")]);
        assert!(merged.replaced);
        assert_eq!(merged.added, ["a", "b"]);
        assert!(session.dossier().overlay("a").is_some() && session.dossier().overlay("b").is_some());
    }

    fn layer_of(id: &str, path: &str, coordinates: &[serde_json::Value]) -> Part {
        let feature = |(index, polygon): (usize, &serde_json::Value)| {
            serde_json::json!({ "type": "Feature", "properties": { "name": format!("Field {index}") },
                "geometry": { "type": "MultiPolygon", "coordinates": polygon } })
        };
        let features: Vec<_> = coordinates.iter().enumerate().map(feature).collect();
        let text = serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string();
        let (mut layer, problems) = own_layer(id, geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        let file = crate::dossier::FileRecord {
            path: path.into(),
            elsewhere: None,
            sha256: String::new(),
            bytes: 0,
            modified_ms: None,
            order: geojson::Order::LonLat,
            crs: None,
            table: None,
            layer: None,
        };
        layer.origin =
            Some(Arc::new(crate::dossier::Origin { file: Arc::new(file), text: None, from_kept: false, table: None }));
        Part::Layer(Box::new(layer), problems)
    }

    fn square(west: f64, side: f64) -> serde_json::Value {
        serde_json::json!([[
            [west, 48.0],
            [west + side, 48.0],
            [west + side, 48.0 + side],
            [west, 48.0 + side],
            [west, 48.0]
        ]])
    }

    #[test]
    fn what_is_wrong_with_a_feature_names_it_and_the_layer_that_it_is_in() {
        use serde_json::json;
        let good = json!([square(30.0, 0.5)]);
        let open = json!([[[[37.0, 48.0], [38.0, 48.0], [38.0, 49.0]]]]);
        let bow = json!([[[[37.0, 48.0], [38.0, 49.0], [38.0, 48.0], [37.0, 49.0], [37.0, 48.0]]]]);
        let overlapping = json!([square(37.0, 0.5), square(37.25, 0.5)]);
        let said = |polygons: &[serde_json::Value]| {
            let mut dossier = Dossier::empty();
            let before =
                merge(&mut dossier, vec![layer_of("fields", "/a/fields.geojson", &[json!([square(20.0, 1.0)])])]);
            assert_eq!(before.problems, []);
            let merged = merge(&mut dossier, vec![layer_of("fields", "/b/fields.geojson", polygons)]);
            assert_eq!(merged.added, ["fields-2"]);
            merged.problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        for (polygons, what, which) in [
            (vec![good.clone(), open], "it is closed", "“Field 1”"),
            (vec![good.clone(), bow], "its outline crosses itself near 48.5000° N", "(“Field 1”)"),
            (vec![good.clone(), overlapping.clone()], "its parts overlap near", "(“Field 1”)"),
            (
                vec![overlapping, good.clone(), json!([square(40.0, 0.5), square(40.25, 0.5)])],
                "its parts overlap",
                "(“Field 0” and 1 more)",
            ),
            (
                vec![good, json!([square(37.0, 0.5)]), json!([square(37.25, 0.5)])],
                "its features overlap near",
                "(“Field 1” and “Field 2”)",
            ),
        ] {
            let said = said(&polygons);
            let is_said = |said: &String| {
                said.starts_with("overlay 'fields-2': ") && said.contains(what) && said.ends_with(which)
            };
            assert!(said.iter().any(is_said), "{what}: {said:?}");
        }
    }
}
