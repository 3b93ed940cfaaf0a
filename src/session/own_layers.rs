//! The layers that were opened from files: what is said of them, how they go and come back, and what is missing of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Effect, Part, Selection, Session};
use crate::document::annotation::Citation;
use crate::document::step::OwnLayerPart;
use crate::document::{Document, LayerInfo, OverlayState, Step, edit};
use crate::dossier::{self, About, ByDays, Dossier, FileRecord, LayerDay, OWN_GROUP, Overlay, Problem};
use crate::formats::day::Day;
use crate::scene::Scene;

/// A change of a layer that was opened from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnLayerChange {
    /// Another name; an empty one is its file's.
    Rename(String),
    /// The day that it describes; `None`: as its file has it.
    Date(Option<Day>),
    /// Whom to credit for its data.
    Credit(String),
    /// Under which licence its data stands.
    License(String),
    /// Rest it on this.
    Cite(Citation),
    /// Rest it on this no longer.
    Uncite(Citation),
    /// Rest it on this in the place of another, which comes first.
    Recite(Citation, Citation),
    /// Keep its data inside the project, or not.
    KeepData(bool),
    /// Have its features follow the timeline by a property, or not.
    ByDays(Option<ByDays>),
    /// Have it stand for a series of layers of a day each, called so; without any it stands for itself.
    Series {
        /// What the series is called; empty: as the layer's file.
        title: String,
        /// The layers, itself among them.
        reports: Vec<LayerDay>,
    },
    /// Take it away.
    Remove,
}

/// The layers as they were read, in each way in which they were; those too that the document has taken away: undo brings
/// them back.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers(BTreeMap<String, Vec<Arc<Overlay>>>);

/// Whether a layer was read as a file is.
fn is_read_as(layer: &Overlay, file: &FileRecord) -> bool {
    layer.origin.as_ref().is_some_and(|origin| origin.file.is_read_as(file))
}

impl Layers {
    /// Whether there is a layer of that id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// Has a layer go by another id.
    fn rename(&mut self, former: &str, present: &str) {
        let readings = self.0.remove(former).into_iter().flatten();
        let renamed = |layer: Arc<Overlay>| {
            let mut layer = Overlay::clone(&layer);
            present.clone_into(&mut layer.id);
            Arc::new(layer)
        };
        self.0.insert(present.to_owned(), readings.map(renamed).collect());
    }

    /// Those of a dossier.
    pub(super) fn of(dossier: &Dossier) -> Self {
        let mut layers = Self::default();
        dossier.own_layers().for_each(|layer| layers.insert(Arc::clone(layer)));
        layers
    }

    /// Takes a layer as it was read.
    pub(super) fn insert(&mut self, layer: Arc<Overlay>) {
        let readings = self.0.entry(layer.id.clone()).or_default();
        readings.retain(|other| match (&other.origin, &layer.origin) {
            (Some(origin), Some(_)) => !is_read_as(&layer, &origin.file),
            (other, own) => other.is_some() != own.is_some(),
        });
        readings.push(layer);
    }

    /// One of each, as the document has them read.
    pub(super) fn as_read<'a>(&'a self, document: &'a Document) -> impl Iterator<Item = &'a Arc<Overlay>> {
        self.0.iter().filter_map(|(id, readings)| {
            let file = document.overlay(id).and_then(|state| state.layer.file.as_ref());
            file.and_then(|file| readings.iter().find(|layer| is_read_as(layer, file))).or_else(|| readings.first())
        })
    }
}

impl Session {
    /// Whether an overlay is a layer that was opened from a file.
    pub fn is_own_layer(&self, id: &str) -> bool {
        self.dossier().overlay(id).is_some_and(|overlay| overlay.group == OWN_GROUP)
    }

    /// What the document keeps of a layer beside how it is shown.
    pub fn layer_info(&self, id: &str) -> Option<&LayerInfo> {
        self.document().overlay(id).map(|state| &*state.layer)
    }

    /// The layers that the document knows and that are not at hand: their files are missing.
    pub fn missing_layers(&self) -> impl Iterator<Item = &OverlayState> {
        let document = self.document();
        let in_series = document.in_series();
        let is_in_series = move |id: &str| in_series.contains(id) && self.layers.0.contains_key(id);
        let is_missing = move |state: &&OverlayState| {
            !state.layer.removed && self.dossier().overlay(&state.id).is_none() && !is_in_series(&state.id)
        };
        document.overlays.iter().filter(is_missing)
    }

    /// Changes a layer.
    pub(super) fn change_own_layer(&mut self, id: &str, change: OwnLayerChange) -> Vec<Effect> {
        let is_own = self.document().overlay(id).is_some_and(|state| state.group == OWN_GROUP);
        if !is_own {
            return Vec::new();
        }
        let named = self.named(id);
        let step = |part| Step::OwnLayer(part, named);
        let history = &mut self.history;
        match change {
            OwnLayerChange::Rename(title) => {
                history.edit(step(OwnLayerPart::Title), |document| edit::rename_own(document, id, &title));
            }
            OwnLayerChange::Date(day) => {
                history.edit(step(OwnLayerPart::Day), |document| edit::date_own(document, id, day));
            }
            OwnLayerChange::Credit(credit) => {
                history.edit(step(OwnLayerPart::Credit), |document| edit::credit_own(document, id, &credit));
            }
            OwnLayerChange::License(license) => {
                history.edit(step(OwnLayerPart::License), |document| edit::license_own(document, id, &license));
            }
            OwnLayerChange::Cite(citation) => {
                history.edit(step(OwnLayerPart::Citation), |document| edit::cite_own(document, id, &citation));
            }
            OwnLayerChange::Uncite(citation) => {
                history.edit(step(OwnLayerPart::Uncited), |document| edit::uncite_own(document, id, &citation));
            }
            OwnLayerChange::Recite(former, citation) => {
                let step = step(OwnLayerPart::EditedCitation);
                history.edit(step, |document| edit::recite_own(document, id, &former, &citation));
            }
            OwnLayerChange::KeepData(keep) => {
                history.edit(step(OwnLayerPart::KeptData), |document| edit::keep_data_of_own(document, id, keep));
            }
            OwnLayerChange::ByDays(by_days) => {
                let is_wrong = by_days.as_ref().and_then(|by_days| self.why_not_by_days(id, by_days));
                if let Some(why) = is_wrong {
                    return vec![Effect::Tell(format!("The layer does not follow the timeline: {why}"))];
                }
                let step = step(OwnLayerPart::Days);
                self.history.edit(step, |document| edit::days_of_own(document, id, by_days.as_ref()));
            }
            OwnLayerChange::Series { title, reports } => return self.make_series(id, &title, &reports),
            OwnLayerChange::Remove => {
                history.edit(step(OwnLayerPart::Removed), |document| edit::remove_own(document, id, true));
            }
        }
        self.dress();
        Vec::new()
    }

    /// Why the features of a layer cannot follow the timeline so.
    fn why_not_by_days(&self, id: &str, by_days: &ByDays) -> Option<String> {
        let layer = self.layers.as_read(self.document()).find(|layer| layer.id == id)?;
        layer.by_days(by_days).err()
    }

    /// The layers that seem to have longitude and latitude the other way round.
    pub fn exchanged_layers(&self) -> impl Iterator<Item = &Arc<Overlay>> {
        self.dossier().own_layers().filter(|layer| self.dossier().looks_exchanged(layer.bounds))
    }

    /// Shows a layer that has been read again with longitude and latitude the other way round, as one step; whether it
    /// is there.
    pub fn show_exchanged(&mut self, part: Part) -> bool {
        let Part::Layer(layer, problems) = part else { return false };
        let (id, file) = (layer.id.clone(), layer.origin.as_ref().map(|origin| Arc::clone(&origin.file)));
        let Some(file) = file.filter(|_| self.is_own_layer(&id)) else { return false };
        let is_of_it = |problem: &Problem| matches!(&problem.part, About::Overlay(of) if *of == id);
        self.problems.retain(|problem| !is_of_it(problem));
        self.problems.extend(problems.into_iter().chain(layer.warning()));
        if self.dossier().looks_exchanged(layer.bounds) {
            self.problems.push(Problem { part: About::Overlay(id.clone()), what: dossier::EXCHANGED.to_owned() });
        }
        self.layers.insert(Arc::from(layer));
        let former = self.layer_info(&id).and_then(|info| info.file.as_ref()).map(|file| file.order);
        let part = if former == Some(file.order) { OwnLayerPart::Reading } else { OwnLayerPart::Exchanged };
        let step = Step::OwnLayer(part, self.named(&id));
        self.history.edit(step, |document| edit::read_own_from(document, &id, &file));
        self.dress();
        true
    }

    /// Lays the layers that are open over a dossier that takes the place of the one that is open; those that have another id from now
    /// on, with the former first: an overlay of the dossier that has the same keeps it.
    pub(super) fn keep_layers(&mut self, dossier: &mut Dossier) -> Vec<(String, String)> {
        let document = self.history.document();
        let own = document.overlays.iter().filter(|state| state.group == OWN_GROUP);
        let mut renamed: Vec<(String, String)> = Vec::new();
        for state in own.filter(|state| dossier.overlay(&state.id).is_some()) {
            let is_taken = |id: &str| {
                let is_given = renamed.iter().any(|(_, present)| present == id);
                is_given || dossier.overlay(id).is_some() || document.overlay(id).is_some()
            };
            let mut present = format!("{}-file", state.id);
            while is_taken(&present) {
                present.push_str("-file");
            }
            renamed.push((state.id.clone(), present));
        }
        for (former, present) in &renamed {
            if self.layers.has(former) {
                self.layers.rename(former, present);
            }
        }
        if !renamed.is_empty() {
            let rename = |id: &mut String| {
                if let Some((_, present)) = renamed.iter().find(|(former, _)| former == id) {
                    id.clone_from(present);
                }
            };
            self.history.amend(|document| {
                for state in document.overlays.iter_mut().filter(|state| state.group == OWN_GROUP) {
                    rename(&mut state.id);
                    if !state.layer.series.is_empty() {
                        let mut layer = LayerInfo::clone(&state.layer);
                        layer.series.iter_mut().for_each(|report| rename(&mut report.layer));
                        state.layer = Arc::new(layer);
                    }
                }
            });
        }
        let document = self.history.document();
        let place = |layer: &Overlay| document.overlays.iter().position(|state| state.id == layer.id);
        let mut layers: Vec<&Arc<Overlay>> = self.layers.as_read(document).collect();
        layers.sort_by_key(|layer| place(layer));
        // Each is added on top.
        for layer in layers.into_iter().rev() {
            dossier.add(Overlay::clone(layer));
        }
        renamed
    }

    /// Closes the layers that were opened from files, but for those of these ids, as when a project takes the place of
    /// another.
    pub fn close_layers(&mut self, but: &[String]) {
        self.layers.0.retain(|id, _| but.contains(id));
        let closed = |state: &OverlayState| state.group == OWN_GROUP && !but.contains(&state.id);
        self.history.amend(|document| document.overlays.retain(|state| !closed(state)));
        self.dress();
    }

    /// Has the scene show the layers as the document has them: with what is said of them, and without those that were
    /// taken away. Their shapes are shared.
    pub(super) fn dress(&mut self) {
        let document = self.history.document();
        let as_read = self.layers.as_read(document).cloned().collect::<Vec<_>>();
        self.series.follow(document, &as_read);
        let mut by_days = std::mem::take(&mut self.by_days);
        by_days.retain(|id, _| document.overlay(id).is_some());
        let in_days = |layer: &Arc<Overlay>| {
            let by = document.overlay(&layer.id).and_then(|state| state.layer.by_days.as_ref());
            let Some(by) = by.filter(|_| layer.dated.is_none()) else { return Arc::clone(layer) };
            let made = by_days.get(&layer.id).filter(|made| Arc::ptr_eq(&made.0, layer) && made.1 == *by);
            if let Some((.., made)) = made {
                return Arc::clone(made);
            }
            // What no longer says its days is shown whole.
            let made = layer.by_days(by).map_or_else(|_| Arc::clone(layer), Arc::new);
            by_days.insert(layer.id.clone(), (Arc::clone(layer), by.clone(), Arc::clone(&made)));
            made
        };
        let dressed = |layer: &Arc<Overlay>| match document.overlay(&layer.id).map(|state| &state.layer) {
            Some(info) if info.removed => None,
            Some(info) if !info.facts.is_empty() => Some(Arc::new(layer.with_facts(&info.facts))),
            _ => Some(Arc::clone(layer)),
        };
        let then = |layer: Arc<Overlay>| layer.on(document.day).map_or(layer, Arc::new);
        let in_series = document.in_series();
        let is_alone = |layer: &&Arc<Overlay>| {
            !in_series.contains(layer.id.as_str())
                && document.overlay(&layer.id).is_none_or(|state| state.layer.series.is_empty())
        };
        let alone: Vec<Arc<Overlay>> = as_read.iter().filter(is_alone).map(in_days).collect();
        let series = self.series.layers(document);
        let layers: Vec<Arc<Overlay>> = alone.iter().filter_map(dressed).chain(series).map(then).collect();
        let part = |id: &str| About::Overlay(id.to_owned());
        let faults = by_days.iter().flat_map(|(id, (.., made))| {
            let faults = made.dated.iter().flat_map(|dated| dated.series().faults());
            faults.map(move |fault| Problem { part: part(id), what: fault.to_string() })
        });
        let of_series = self.series.faults().map(|(id, fault)| Problem { part: part(id), what: fault.to_string() });
        self.day_problems = faults.chain(of_series).collect();
        self.by_days = by_days;
        let of_day = self.dossier().on(document.day);
        let dressed = of_day.as_ref().unwrap_or(self.dossier()).with_own_layers(&layers).or(of_day);
        let with_sources = dressed.as_ref().unwrap_or(self.dossier()).with_own_sources(&document.own_sources);
        let Some(dossier) = with_sources.or(dressed) else { return };
        self.scene = Arc::new(Scene::new(dossier));
        self.before_alone = None;
        self.pick = None;
        if matches!(&self.selection, Selection::Overlay { id, .. } if self.dossier().overlay(id).is_none()) {
            self.selection = Selection::None;
        }
    }

    /// The id that a layer from this file has among those that the document knows: that which it had, or one of its own.
    pub(super) fn id_of_layer(document: &Document, layer: &Overlay) -> String {
        let Some(file) = layer.origin.as_ref().map(|origin| &origin.file) else { return layer.id.clone() };
        let known = |state: &&OverlayState| state.layer.file.as_ref().is_some_and(|known| known.is_layer_of(file));
        if let Some(state) = document.overlays.iter().find(known) {
            return state.id.clone();
        }
        let is_taken = |id: &str| document.overlay(id).is_some_and(|state| state.layer.file.is_some());
        if !is_taken(&layer.id) {
            return layer.id.clone();
        }
        let numbered = (2..).map(|number: usize| format!("{}-{number}", layer.id));
        numbered.into_iter().find(|id| document.overlay(id).is_none()).unwrap_or_default()
    }
}
