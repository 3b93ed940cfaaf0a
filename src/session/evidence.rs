//! The dossier while it is written: each edit is a step, and what is shown follows.
//!
//! The [`Manuscript`] is part of the document, so that undo, the journal and the project have it like all else. What is said
//! is read at once; shapes are worked out in the background ([`Effect::ReadManuscript`]), and shown once they are there.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Effect, FeatureSet, Selection, Session};
use crate::document::annotation::Citation;
use crate::document::step::EvidenceStep;
use crate::document::{AnnotationId, Step, edit};
use crate::dossier::manuscript::{
    DRAWN_BY_HAND, Drawn, EditError, List, begun_overlay, geometry_text, own_rights, quoted_entry,
};
use crate::dossier::verify::Advice;
use crate::dossier::{Dossier, Manuscript, Problem};
use crate::formats::feature::Feature;
use crate::geometry::Geometry;
use crate::scene::Scene;

/// A change of a dossier that is written.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceEdit {
    /// A member of the dossier as a whole; null takes it away.
    Whole(String, Value),
    /// An entry that is added, or whose members are changed as [`Manuscript::put`] does it, with files that come along.
    Put {
        /// Of which list.
        list: List,
        /// Its members.
        entry: Map<String, Value>,
        /// Files by their paths within the folder.
        files: Vec<(String, Arc<[u8]>)>,
    },
    /// An entry is elsewhere in its list, by so many places; negative is up.
    Shift(List, String, isize),
    /// An entry is taken away.
    Remove(List, String),
    /// Several changes as one step, named by the first.
    Several(Vec<EvidenceEdit>),
    /// A change that takes the place of annotations, which go in the same step.
    InsteadOf(Vec<AnnotationId>, Box<EvidenceEdit>),
}

/// A new entry of which something is known, and the rest is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftEntry {
    /// Of which list.
    pub list: List,
    /// The members that are known.
    pub entry: Map<String, Value>,
    /// The text of its geometry's file, of an overlay.
    pub geometry: Option<Arc<[u8]>>,
    /// What was drawn for it.
    pub drawings: Drawings,
}

/// Annotations of which an overlay is made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawings {
    /// Their ids.
    pub ids: Vec<AnnotationId>,
    /// The excerpts of the dossier that they cite.
    pub excerpts: Vec<String>,
    /// Whether they hold what no overlay does: citations of pages, longer words, a photo.
    pub hold_more: bool,
}

impl DraftEntry {
    /// An entry of which these members are known.
    pub fn new(list: List, entry: Map<String, Value>) -> Self {
        Self { list, entry, geometry: None, drawings: Drawings::default() }
    }
}

impl EvidenceEdit {
    /// An entry without files.
    pub fn put(list: List, entry: Map<String, Value>) -> Self {
        Self::Put { list, entry, files: Vec::new() }
    }

    fn apply(&self, manuscript: &mut Manuscript) -> Result<(), EditError> {
        match self {
            Self::Whole(name, value) => {
                manuscript.set(name, value.clone());
                Ok(())
            }
            Self::Put { list, entry, files } => {
                for (path, bytes) in files {
                    manuscript.put_file(path, Arc::clone(bytes))?;
                }
                manuscript.put(*list, entry.clone())
            }
            Self::Shift(list, id, by) => manuscript.shift(*list, id, *by),
            Self::Remove(list, id) => manuscript.remove(*list, id),
            Self::Several(edits) => edits.iter().try_for_each(|edit| edit.apply(manuscript)),
            Self::InsteadOf(_, edit) => edit.apply(manuscript),
        }
    }

    /// The id of the overlay that is put, if one is.
    fn overlay(&self) -> Option<&str> {
        match self {
            Self::Put { list: List::Overlays, entry, .. } => entry.get("id").and_then(Value::as_str),
            Self::Several(edits) => edits.iter().find_map(Self::overlay),
            Self::InsteadOf(_, edit) => edit.overlay(),
            _ => None,
        }
    }

    fn step(&self, manuscript: &Manuscript) -> EvidenceStep {
        match self {
            Self::Whole(..) => EvidenceStep::Whole,
            Self::Put { list, entry, .. } => {
                let id = entry.get("id").and_then(Value::as_str).unwrap_or_default();
                if manuscript.entry(*list, id).is_some() {
                    EvidenceStep::Change(*list)
                } else {
                    EvidenceStep::Add(*list)
                }
            }
            Self::Shift(list, ..) => EvidenceStep::Move(*list),
            Self::Remove(list, _) => EvidenceStep::Remove(*list),
            Self::InsteadOf(_, edit) => edit.step(manuscript),
            Self::Several(edits) => {
                let steps: Vec<EvidenceStep> = edits.iter().map(|edit| edit.step(manuscript)).collect();
                match steps.as_slice() {
                    [EvidenceStep::Add(list), others @ ..]
                        if !others.is_empty() && others.iter().all(|step| step == &steps[0]) =>
                    {
                        EvidenceStep::AddSeveral(*list, steps.len())
                    }
                    [first, ..] => *first,
                    [] => EvidenceStep::Whole,
                }
            }
        }
    }
}

impl Session {
    /// The dossier as it is written, while it is.
    pub fn manuscript(&self) -> Option<&Arc<Manuscript>> {
        self.document().manuscript.as_ref()
    }

    /// Whether what is shown is not yet what is written.
    pub fn is_reading_manuscript(&self) -> bool {
        self.document().manuscript.is_some() && self.document().manuscript != self.manuscript_in_use
    }

    /// Begins to write a dossier of which this is the text, and which `is_shown` already or has to be read; what is to be done
    /// next. Not a step: undo does not go back beyond it.
    pub fn write_dossier(&mut self, manuscript: Arc<Manuscript>, is_shown: bool) -> Vec<Effect> {
        self.manuscript_in_use = is_shown.then(|| Arc::clone(&manuscript));
        self.ends_writing = false;
        self.history.amend(|document| {
            document.manuscript = Some(Arc::clone(&manuscript));
            // A copy has an id of its own, and is shown as what it was copied from.
            manuscript.id().clone_into(&mut document.dossier);
        });
        self.mend_evidence()
    }

    /// Writes the dossier no longer, once it is shown as it stands in its place.
    pub fn end_writing_once_read(&mut self) {
        self.ends_writing = true;
        if !self.is_reading_manuscript() {
            self.end_writing();
        }
    }

    /// Writes the dossier no longer; it stays open as it is shown.
    pub fn end_writing(&mut self) {
        self.ends_writing = false;
        self.manuscript_in_use = None;
        self.history.amend(|document| document.manuscript = None);
    }

    /// Changes the dossier that is written; says why where it cannot be.
    pub fn edit_evidence(&mut self, edit: &EvidenceEdit) -> Vec<Effect> {
        let Some(manuscript) = self.manuscript() else {
            return vec![Effect::Tell(
                "The dossier is not being edited: File › Edit this dossier begins to".to_owned(),
            )];
        };
        let step = Step::Evidence(edit.step(manuscript));
        let mut changed = Manuscript::clone(manuscript);
        if let Err(error) = edit.apply(&mut changed) {
            return vec![Effect::Tell(format!("Nothing was changed: {error}"))];
        }
        self.history.edit(step, |document| {
            document.manuscript = Some(Arc::new(changed));
            if let EvidenceEdit::InsteadOf(drawings, _) = edit {
                edit::remove(document, drawings);
            }
        });
        if let (EvidenceEdit::InsteadOf(..), Some(id)) = (edit, edit.overlay()) {
            // It is shown once it has been read.
            self.selection = Selection::Overlay { id: id.to_owned(), feature: None, place: None };
        }
        self.mend_evidence()
    }

    /// Has what is shown follow what is written.
    pub(super) fn mend_evidence(&mut self) -> Vec<Effect> {
        let Some(wanted) = self.document().manuscript.clone() else { return Vec::new() };
        if Some(&wanted) == self.manuscript_in_use.as_ref() {
            return Vec::new();
        }
        let restated = self.manuscript_in_use.as_ref().and_then(|in_use| wanted.restated(in_use, self.dossier()));
        match restated {
            Some((dossier, said)) => {
                let of_shapes = |problem: &&Problem| problem.part.is_of_shape();
                let problems = self.problems.iter().filter(of_shapes).cloned().chain(said).collect();
                self.show_evidence(wanted, dossier, problems);
                Vec::new()
            }
            None => vec![Effect::ReadManuscript(wanted)],
        }
    }

    /// Shows the dossier that was read from a manuscript; what is to be done next. One that has been changed meanwhile is read
    /// again.
    pub fn exchange_evidence(
        &mut self,
        manuscript: Arc<Manuscript>,
        dossier: Dossier,
        problems: Vec<Problem>,
    ) -> Vec<Effect> {
        if self.document().manuscript.is_none() {
            return Vec::new();
        }
        self.line_in_use = None;
        self.show_evidence(manuscript, dossier, problems);
        let mut effects = self.mend_evidence();
        effects.extend(self.mend_line());
        if self.ends_writing && effects.is_empty() {
            self.end_writing();
        }
        effects
    }

    /// What could not be read at all is taken back, so that the window shows what the document holds.
    pub fn refuse_manuscript(&mut self) {
        if let Some(in_use) = self.manuscript_in_use.clone() {
            self.history.edit(Step::Evidence(EvidenceStep::TakeBack), |document| document.manuscript = Some(in_use));
        }
    }

    fn show_evidence(&mut self, manuscript: Arc<Manuscript>, dossier: Dossier, problems: Vec<Problem>) {
        self.manuscript_in_use = Some(manuscript);
        let (selection, view, fit_home) = (self.selection.clone(), self.document().view, self.fit_home);
        self.replace_scene(Arc::new(Scene::new(dossier)), problems);
        self.history.look(view);
        self.fit_home = fit_home;
        self.dress();
        self.selection = match selection {
            Selection::Overlay { id, .. } if self.dossier().overlay(&id).is_none() => Selection::None,
            Selection::Excerpt { id } if self.excerpt(&id).is_none() => Selection::None,
            other => other,
        };
    }

    /// Adds an entry to the dossier that is written, under an id made of words; its id, and what is to be done next.
    pub fn add_evidence(&mut self, list: List, words: &str, mut entry: Map<String, Value>) -> (String, Vec<Effect>) {
        let id = self.manuscript().map(|manuscript| manuscript.free_id(list, words)).unwrap_or_default();
        entry.insert("id".to_owned(), json!(id));
        let effects = self.edit_evidence(&EvidenceEdit::put(list, entry));
        (id, effects)
    }

    /// Asks what a new entry about an overlay says.
    pub(super) fn ask_entry_about(&self, list: List, overlay: &str) -> Vec<Effect> {
        let (member, about) = match list {
            List::Notes | List::Excerpts => ("overlays", json!([overlay])),
            _ => ("overlay", json!(overlay)),
        };
        let entry = Map::from_iter([(member.to_owned(), about)]);
        vec![Effect::AskDraft(Box::new(DraftEntry { list, entry, geometry: None, drawings: Drawings::default() }))]
    }

    /// Answers advice of `verify` with the reason for which it does not fit.
    pub(super) fn acknowledge(&mut self, part: &str, advice: Advice, reason: &str) -> Vec<Effect> {
        let Some(manuscript) = self.manuscript() else { return Vec::new() };
        let former = manuscript.member("acknowledged").and_then(Value::as_array).cloned().unwrap_or_default();
        let is_other = |one: &Value| one["part"] != part || one["advice"] != advice.name();
        let mut all: Vec<Value> = former.into_iter().filter(is_other).collect();
        all.push(json!({ "part": part, "advice": advice.name(), "reason": reason }));
        self.edit_evidence(&EvidenceEdit::Whole("acknowledged".to_owned(), Value::Array(all)))
    }

    /// Asks what an overlay that is made of features is called, and what is said of it.
    pub(super) fn ask_overlay_of(&self, set: &FeatureSet) -> Vec<Effect> {
        let Some(manuscript) = self.manuscript() else { return Vec::new() };
        let (title, features) = set.features(self.dossier(), self.document());
        let features: Vec<Feature> = features.into_iter().filter(|feature| feature.geometry.is_some()).collect();
        let Some(geometry) = features.first().and_then(|feature| feature.geometry.as_ref()) else {
            return vec![Effect::Tell("Nothing in it can be drawn, so that no overlay was made of it".to_owned())];
        };
        let drawn = match geometry {
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => Drawn::Area,
            Geometry::Point(_) | Geometry::MultiPoint(_) => Drawn::Places,
            _ => Drawn::Line,
        };
        let named = match features.as_slice() {
            [only] => only.text("title").or_else(|| only.text("name")).map(str::to_owned),
            _ => None,
        };
        // What was drawn and has no name is not called “Annotations”.
        let is_drawn = matches!(set, FeatureSet::Annotations(_));
        let title = named.unwrap_or(if is_drawn { String::new() } else { title });
        let mut entry = begun_overlay(manuscript, drawn, Some(&title));
        let layer = match set {
            FeatureSet::Overlay(id) | FeatureSet::Of(id, _) => self.dossier().overlay(id),
            FeatureSet::Annotations(_) => None,
        };
        let drawings = match set {
            FeatureSet::Annotations(ids) => self.drawings(ids),
            FeatureSet::Overlay(_) | FeatureSet::Of(..) => Drawings::default(),
        };
        match layer {
            Some(layer) => {
                for (member, words) in
                    [("method", &layer.method), ("license", &layer.license), ("credit", &layer.credit)]
                {
                    if let Some(words) = words {
                        entry.insert(member.to_owned(), json!(words));
                    }
                }
            }
            None => {
                entry.insert("method".to_owned(), json!(DRAWN_BY_HAND));
                entry.extend(own_rights(manuscript));
            }
        }
        // What was drawn here says how exactly in a member of its own.
        let traced =
            |feature: &Feature| feature.properties.get("claimline")?.get("traced")?.get("accuracy_m")?.as_f64();
        if let Some(accuracy_m) = features.iter().filter_map(traced).reduce(f64::max) {
            entry.insert("accuracy_m".to_owned(), json!(accuracy_m));
        }
        let bare = features.into_iter().map(|mut feature| {
            feature.properties.shift_remove("claimline");
            Feature { members: Map::new(), ..feature }
        });
        let geometry = geometry_text(&bare.collect::<Vec<_>>());
        let geometry = Some(Arc::from(geometry.into_bytes()));
        vec![Effect::AskDraft(Box::new(DraftEntry { list: List::Overlays, entry, geometry, drawings }))]
    }

    fn drawings(&self, ids: &[AnnotationId]) -> Drawings {
        let mut drawings = Drawings { ids: ids.to_vec(), ..Drawings::default() };
        for annotation in ids.iter().filter_map(|id| self.document().annotations.get(*id)) {
            drawings.hold_more |= annotation.photo.is_some() || !annotation.description.trim().is_empty();
            for citation in &annotation.citations {
                match citation {
                    Citation::Excerpt { excerpt } if self.dossier().excerpt(excerpt).is_some() => {
                        drawings.excerpts.push(excerpt.clone());
                    }
                    Citation::Excerpt { .. } | Citation::Source(_) => drawings.hold_more = true,
                }
            }
        }
        drawings
    }

    /// Asks who says words that are selected in the text of a source, what they do, and about what, each with a guess.
    pub(super) fn ask_excerpt(&self, source: &str, at: Range<usize>, overlay: Option<String>) -> Vec<Effect> {
        let Some(entry) = self.quoted(source, at, overlay) else { return Vec::new() };
        vec![Effect::AskDraft(Box::new(DraftEntry::new(List::Excerpts, entry)))]
    }

    fn quoted(&self, source: &str, at: Range<usize>, overlay: Option<String>) -> Option<Map<String, Value>> {
        let text = self.texts().of(source)?;
        let mut entry = quoted_entry(source, text, at)?;
        let overlays: Vec<String> =
            overlay.or_else(|| self.selected_overlay().map(|overlay| overlay.id.clone())).into_iter().collect();
        entry.insert("overlays".to_owned(), json!(overlays));
        Some(entry)
    }
}
