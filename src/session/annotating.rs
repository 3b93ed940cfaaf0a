//! The part of the session that draws and changes annotations: tools, selection, words, style, layers.

use std::collections::BTreeSet;

use super::{Annotate, Command, Effect, FeatureSet, LayerChange, Selection, Session, StyleChange};
use crate::document::annotation::{Annotation, PointKind, Shape, Style};
use crate::document::project::features_text;
use crate::document::step::Drawing;
use crate::document::{AnnotationId, Document, Layer, LayerId, Step, edit};
use crate::geometry::simplify::Levels;
use crate::geometry::{Coord, Point};
use crate::tools::{Cursor, Draft, Gesture, Intent, Modifiers, Situation, Tool};

/// Of a layer with more features than this, the whole becomes an annotation, not each of them.
const MOST_ANNOTATED: usize = 2000;

/// How far a copy stands from what it copies, in points.
const COPY_OFFSET_PT: f64 = 16.0;

/// Words that are typed in place on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEditing {
    /// Whose words.
    pub id: AnnotationId,
    /// Whether the annotation was made for them: without words it is not kept.
    pub is_new: bool,
}

impl Session {
    /// The tool in hand.
    pub fn tool(&self) -> Tool {
        self.hand.tool()
    }

    /// Whether something is half drawn or half moved.
    pub fn is_drafting(&self) -> bool {
        self.hand.is_drafting()
    }

    /// What is being drawn or moved.
    pub fn draft(&self) -> Draft {
        self.shown_to(self.modifiers, |situation| self.hand.draft(situation))
    }

    /// The next step with the tool in hand, for the status bar.
    pub fn hint(&self) -> &'static str {
        self.shown_to(self.modifiers, |situation| self.hand.hint(situation))
    }

    /// The shape of the pointer.
    pub fn cursor(&self) -> Cursor {
        self.shown_to(self.modifiers, |situation| self.hand.cursor(situation))
    }

    /// Whether a drag that begins here is the tool's; otherwise it moves the map.
    pub fn takes_drag(&self, at: Point, modifiers: Modifiers) -> bool {
        self.shown_to(modifiers, |situation| self.hand.takes_drag(at, situation))
    }

    /// The words that are typed in place.
    pub fn typing(&self) -> Option<&TextEditing> {
        self.typing.as_ref()
    }

    /// Where the keyboard points, in page points.
    pub fn crosshair(&self) -> Option<Point> {
        self.crosshair
    }

    /// The style that new annotations take.
    pub fn style_of_new(&self) -> &Style {
        &self.style_of_new
    }

    /// The layer that new annotations go to: the one chosen if it can be drawn into, else the topmost that can.
    pub fn layer_of_new(&self) -> LayerId {
        let layers = &self.document().layers;
        let open = |layer: &&Layer| layer.visible && !layer.locked;
        let chosen = layers.iter().filter(open).find(|layer| layer.id == self.layer_of_new);
        let usable = chosen.or_else(|| layers.iter().rev().find(open)).or(layers.last());
        usable.map_or(self.layer_of_new, |layer| layer.id)
    }

    /// Lets the tool see what is there.
    fn shown_to<R>(&self, modifiers: Modifiers, tool: impl FnOnce(&Situation<'_>) -> R) -> R {
        let document = self.history.document();
        let shown = self.dossier().overlays.iter();
        let shown = shown.filter(|overlay| self.snapping && document.is_shown(&overlay.id));
        let snap_lines: Vec<&Levels> = shown.map(|overlay| overlay.levels()).collect();
        tool(&Situation {
            document,
            frame: self.frame(),
            selection: self.selected_annotations(),
            style: &self.style_of_new,
            layer: self.layer_of_new(),
            modifiers,
            snapping: self.snapping,
            snap_lines: &snap_lines,
        })
    }

    /// Hands a gesture of the pointer to the tool.
    pub(super) fn pointer_gesture(&mut self, gesture: Gesture, modifiers: Modifiers) -> Vec<Effect> {
        if matches!(gesture, Gesture::Move(_) | Gesture::Press(_)) {
            self.crosshair = None;
        }
        self.gesture(gesture, modifiers)
    }

    pub(super) fn move_crosshair(&mut self, right_pt: f64, down_pt: f64, modifiers: Modifiers) -> Vec<Effect> {
        let at = self.crosshair.unwrap_or(self.middle());
        let at = Point::new((at.x + right_pt).clamp(0.0, self.page.0), (at.y + down_pt).clamp(0.0, self.page.1));
        self.crosshair = Some(at);
        self.gesture(Gesture::Move(at), modifiers)
    }

    pub(super) fn place_at_crosshair(&mut self, modifiers: Modifiers) -> Vec<Effect> {
        let middle = self.middle();
        let at = *self.crosshair.get_or_insert(middle);
        let again = self.placed_at == Some(at) && self.is_drafting();
        self.placed_at = Some(at);
        let mut effects = self.gesture(Gesture::Move(at), modifiers);
        effects.extend(self.gesture(Gesture::Press(at), modifiers));
        let clicks = if again { 2 } else { 1 };
        effects.extend(self.gesture(Gesture::Release { at, clicks }, modifiers));
        effects
    }

    pub(super) fn nudge(&mut self, right_pt: f64, down_pt: f64) {
        let ids = self.selected_annotations().to_vec();
        let by = kurbo::Vec2::new(right_pt, down_pt) / self.frame().world_size_pt();
        self.history.edit_in_gesture(Step::Nudge, |document| edit::translate(document, &ids, by));
    }

    /// Adds a marker at a place that was typed, and selects it.
    pub(super) fn place_marker(&mut self, at: Coord<f64>) -> Vec<Effect> {
        self.place_named_marker(at, "")
    }

    /// The same, with a name.
    pub(super) fn place_named_marker(&mut self, at: Coord<f64>, name: &str) -> Vec<Effect> {
        let layer = self.layer_of_new();
        let shape = Shape::Point { at, kind: PointKind::Marker };
        let mut made = Annotation::new(AnnotationId(0), layer, shape);
        made.style = self.style_of_new.clone();
        name.clone_into(&mut made.title);
        let id = self.history.edit(Step::Draw(Drawing::Marker), |document| {
            open_layer(document, layer);
            edit::add(document, made)
        });
        self.hand.choose(Tool::Select);
        self.select_annotations(vec![id]);
        self.show_place(at);
        Vec::new()
    }

    /// The features that are meant where nobody names them: those of what is selected, or else all annotations.
    pub(super) fn features_to_save(&self) -> FeatureSet {
        match (self.selected_overlay(), self.selected_annotations()) {
            (Some(overlay), _) => FeatureSet::Overlay(overlay.id.clone()),
            (None, []) => FeatureSet::Annotations(self.document().annotations.iter().map(|one| one.id).collect()),
            (None, ids) => FeatureSet::Annotations(ids.to_vec()),
        }
    }

    pub(super) fn toggle_selected(&mut self, id: AnnotationId) {
        let mut ids = self.selected_annotations().to_vec();
        match ids.iter().position(|selected| *selected == id) {
            Some(index) => drop(ids.remove(index)),
            None => ids.push(id),
        }
        self.select_annotations(ids);
    }

    pub(super) fn change_style_of_new(&mut self, change: StyleChange) {
        change.apply(&mut self.style_of_new);
        clamp_style(&mut self.style_of_new);
    }

    /// Why a command that has to do with annotations can't be carried out now.
    pub(super) fn why_not_annotation(&self, command: Command) -> Option<&'static str> {
        let ids = self.selected_annotations();
        let document = self.document();
        let selected = || ids.iter().filter_map(|id| document.annotations.get(*id));
        let any = |is: &dyn Fn(&Annotation) -> bool| selected().any(|annotation| is(annotation));
        match command {
            Command::Undo if self.history.undo_step().is_none() && !self.is_drafting() => Some("Nothing to undo"),
            Command::Redo if self.history.redo_step().is_none() => Some("Nothing to redo"),
            Command::FinishDraft if !self.is_drafting() => Some("Nothing is being drawn"),
            Command::SelectAll | Command::ToggleAnnotations if document.annotations.is_empty() => {
                Some("There are no annotations yet")
            }
            Command::SaveFeatures if document.annotations.is_empty() && self.selected_overlay().is_none() => {
                Some("Select a layer first, or draw something")
            }
            Command::ClearSelection
                if self.selection == Selection::None
                    && self.found.is_none()
                    && self.comparison.is_none()
                    && self.agreement.is_none()
                    && self.tool() == Tool::Select
                    && !self.is_drafting()
                    && self.typing.is_none() =>
            {
                Some("Nothing is selected")
            }
            Command::Cut
            | Command::Copy
            | Command::Duplicate
            | Command::Delete
            | Command::EditText
            | Command::BringToFront
            | Command::SendToBack
            | Command::Lock
            | Command::Group
            | Command::Buffer
            | Command::Simplify
            | Command::Reverse
            | Command::Align
            | Command::Renumber
            | Command::Merge
            | Command::CutOut
            | Command::Split
                if ids.is_empty() =>
            {
                Some("Select an annotation first")
            }
            Command::EditText if ids.len() != 1 => Some("Select one annotation"),
            Command::CropPicture if ids.len() != 1 || !any(&|annotation| annotation.shape.is_area()) => {
                Some("Select a polygon that lies over a placed picture")
            }
            Command::CropPicture if !document.pictures.iter().any(|picture| picture.is_shown()) => {
                Some("No placed picture is shown")
            }
            Command::Merge | Command::CutOut
                if selected().filter(|annotation| annotation.shape.is_area()).count() < 2 =>
            {
                Some("Select two polygons or more")
            }
            Command::Split
                if !(any(&|annotation| annotation.shape.is_area())
                    && any(&|annotation| matches!(annotation.shape, Shape::Path { .. }))) =>
            {
                Some("Select a polygon and a line that crosses it")
            }
            Command::Reverse | Command::Align if !any(&|annotation| matches!(annotation.shape, Shape::Path { .. })) => {
                Some("Select a line or an arrow first")
            }
            Command::Simplify
                if !any(&|annotation| matches!(annotation.shape, Shape::Path { .. } | Shape::Area { .. })) =>
            {
                Some("Select a line or a polygon first")
            }
            _ => None,
        }
    }

    /// Takes a tool in hand.
    pub(super) fn take_tool(&mut self, tool: Tool) -> Vec<Effect> {
        self.end_typing();
        self.placed_at = None;
        // Whoever takes another tool does not mean to lose what is drawn.
        let effects = self.gesture(Gesture::Finish, self.modifiers);
        self.hand.choose(tool);
        if tool != Tool::Select {
            self.clear_selection();
        }
        effects
    }

    pub(super) fn undo(&mut self) -> Vec<Effect> {
        if self.is_drafting() {
            return self.gesture(Gesture::TakeBack, self.modifiers);
        }
        self.end_typing();
        let undone = self.history.undo();
        let mut effects = self.after_travel();
        effects.extend(undone.map(Effect::TellUndone));
        effects
    }

    pub(super) fn redo(&mut self) -> Vec<Effect> {
        self.end_typing();
        let redone = self.history.redo();
        let mut effects = self.after_travel();
        effects.extend(redone.map(Effect::TellRedone));
        effects
    }

    pub(super) fn cut(&mut self) -> Vec<Effect> {
        let ids = self.selected_annotations().to_vec();
        let text = features_text(self.document(), &ids);
        let mut effects = self.change_annotations(&ids, Annotate::Remove);
        effects.push(Effect::CopyText(text));
        effects
    }

    pub(super) fn duplicate(&mut self) {
        let ids = self.selected_annotations().to_vec();
        let by = kurbo::Vec2::new(COPY_OFFSET_PT, COPY_OFFSET_PT) / self.frame().world_size_pt();
        let copies = self.history.edit(Step::Duplicate, |document| edit::duplicate(document, &ids, by));
        self.select_annotations(copies);
    }

    pub(super) fn select_all(&mut self) {
        let document = self.document();
        let all = document.drawn().filter(|annotation| !document.is_locked(annotation));
        let all = all.map(|annotation| annotation.id).collect();
        self.select_annotations(all);
    }

    pub(super) fn toggle_annotations(&mut self) {
        let any = self.document().layers.iter().any(|layer| layer.visible);
        self.history.edit(Step::ShowAnnotations(!any), |document| {
            document.layers.iter_mut().for_each(|layer| layer.visible = !any);
        });
    }

    pub(super) fn convert_overlay(&mut self) {
        let (scene, layer) = (self.scene.clone(), self.layer_of_new());
        let feature = self.selected_feature().map(|(_, feature)| feature);
        let Some(overlay) = self.selected_overlay().and_then(|overlay| scene.dossier().overlay(&overlay.id)) else {
            return;
        };
        let kinds = self.kinds(overlay);
        let one = |document: &mut Document, feature: usize| {
            edit::from_feature(document, overlay, feature, kinds.of(feature), scene.dossier(), layer)
        };
        let count = overlay.features.count();
        let made = self.history.edit(Step::Annotate(self.named(&overlay.id)), |document| match feature {
            Some(feature) => one(document, feature),
            // Each feature of a file keeps its name, its note and its sources.
            None if overlay.opened_from.is_some() && (1..=MOST_ANNOTATED).contains(&count) => {
                (0..count).filter(|feature| kinds.shows(*feature)).flat_map(|feature| one(document, feature)).collect()
            }
            None => edit::from_overlay(document, overlay, scene.dossier(), layer),
        });
        self.select_annotations(made);
    }

    pub(super) fn toggle_lock(&mut self) -> Vec<Effect> {
        let ids = self.selected_annotations().to_vec();
        let all_locked = ids.iter().filter_map(|id| self.document().annotations.get(*id)).all(|one| one.locked);
        self.change_annotations(&ids, Annotate::Lock(!all_locked))
    }

    pub(super) fn group(&mut self) {
        let ids = self.selected_annotations().to_vec();
        let title = format!("Layer {}", self.document().layers.len() + 1);
        self.layer_of_new = self.history.edit(Step::Group, |document| edit::group_into_layer(document, &ids, &title));
    }

    /// Makes an edit of the selected annotations.
    pub(super) fn edit_selected<R>(
        &mut self,
        step: Step,
        change: impl FnOnce(&mut Document, &[AnnotationId]) -> R,
    ) -> R {
        let ids = self.selected_annotations().to_vec();
        self.history.edit(step, |document| change(document, &ids))
    }

    pub(super) fn merge_polygons(&mut self) -> Vec<Effect> {
        let made = self.edit_selected(Step::MergePolygons, edit::merge_polygons);
        self.select_made(made.map(|id| vec![id]))
    }

    pub(super) fn cut_out(&mut self) -> Vec<Effect> {
        let ids = self.selected_annotations().to_vec();
        let areas = self.in_order(&ids, |annotation| annotation.shape.is_area());
        let Some((from, others)) = areas.split_first() else { return Vec::new() };
        let made = self.history.edit(Step::CutOut, |document| edit::subtract(document, *from, others));
        self.select_made(made.map(|()| vec![*from]))
    }

    pub(super) fn split(&mut self) -> Vec<Effect> {
        let ids = self.selected_annotations().to_vec();
        let area = self.in_order(&ids, |annotation| annotation.shape.is_area());
        let line = self.in_order(&ids, |annotation| matches!(annotation.shape, Shape::Path { .. }));
        let (Some(area), Some(line)) = (area.first(), line.first()) else { return Vec::new() };
        let line = self.document().annotations.get(*line).map(|annotation| annotation.shape.clone());
        let Some(Shape::Path { line, .. }) = line else { return Vec::new() };
        let made = self.history.edit(Step::SplitPolygon, |document| edit::split_polygon(document, *area, &line));
        self.select_made(made)
    }

    pub(super) fn toggle_snapping(&mut self) -> Effect {
        self.snapping = !self.snapping;
        Effect::Tell(if self.snapping { "Snapping is on" } else { "Snapping is off" }.to_owned())
    }

    /// Those of some annotations that are of a kind, bottom first.
    fn in_order(&self, ids: &[AnnotationId], is: impl Fn(&Annotation) -> bool) -> Vec<AnnotationId> {
        let ids: BTreeSet<_> = ids.iter().collect();
        let annotations = self.document().annotations.iter();
        annotations.filter(|one| ids.contains(&one.id) && is(one)).map(|one| one.id).collect()
    }

    /// Selects what an edit made, or says why it made nothing.
    fn select_made(&mut self, made: Result<Vec<AnnotationId>, edit::EditError>) -> Vec<Effect> {
        match made {
            Ok(ids) => {
                self.select_annotations(ids);
                Vec::new()
            }
            Err(error) => vec![Effect::Tell(error.to_string())],
        }
    }

    /// Hands a gesture to the tool and carries out what it asks for.
    pub(super) fn gesture(&mut self, gesture: Gesture, modifiers: Modifiers) -> Vec<Effect> {
        self.modifiers = modifiers;
        if matches!(gesture, Gesture::Press(_)) {
            self.end_typing();
            self.history.end_gesture();
        }
        let mut hand = std::mem::take(&mut self.hand);
        let intents = self.shown_to(modifiers, |situation| hand.gesture(gesture, situation));
        self.hand = hand;
        self.carry_out(intents)
    }

    fn carry_out(&mut self, intents: Vec<Intent>) -> Vec<Effect> {
        let mut changed = Vec::new();
        let mut effects = Vec::new();
        for intent in intents {
            match intent {
                Intent::Edit { step, mut change } => {
                    let layer = self.layer_of_new();
                    if let edit::Change::Add(added) = &mut change {
                        // How exact a picture is, is how exact what is drawn on it is.
                        for new in added.iter_mut().filter(|new| new.traced.is_none()) {
                            new.traced = self.document().traced(&new.shape);
                        }
                    }
                    changed = self.history.edit(step, |document| {
                        if matches!(change, edit::Change::Add(_)) {
                            open_layer(document, layer);
                        }
                        edit::apply(document, change)
                    });
                    self.forget_what_is_gone();
                }
                // The overlays under a click are stepped through as long as nothing else is selected.
                Intent::Select(ids) if ids.is_empty() && self.selected_annotations().is_empty() => {}
                Intent::Select(ids) => self.select_annotations(ids),
                Intent::Click { at, below } => self.click(at, below),
                Intent::EditText(id) => self.begin_typing(id, false),
                Intent::EditTextOfNew => {
                    self.hand.choose(Tool::Select);
                    self.select_annotations(changed.clone());
                    if let [id] = changed.as_slice() {
                        self.begin_typing(*id, true);
                    }
                }
                Intent::Done => {
                    self.hand.choose(Tool::Select);
                    self.select_annotations(changed.clone());
                }
            }
        }
        if !changed.is_empty() {
            self.placed_at = None;
            effects.extend(self.mend_line());
        }
        effects
    }

    pub(super) fn raise_selected(&mut self, up: bool) {
        let ids = self.selected_annotations().to_vec();
        let change: fn(&mut Document, &[AnnotationId]) = if up { edit::raise } else { edit::lower };
        self.history.edit(Step::MoveUp(up), |document| change(document, &ids));
    }

    pub(super) fn begin_typing(&mut self, id: AnnotationId, is_new: bool) {
        let document = self.document();
        let Some(annotation) = document.annotations.get(id).filter(|annotation| !document.is_locked(annotation)) else {
            return;
        };
        let id = annotation.id;
        if self.selected_annotations() != [id] {
            self.select_annotations(vec![id]);
        }
        if is_new {
            self.history.begin_gesture(Step::EditWords(id));
        }
        self.typing = Some(TextEditing { id, is_new });
    }

    pub(super) fn end_typing(&mut self) {
        let Some(typing) = self.typing.take() else { return };
        let wordless = self
            .document()
            .annotations
            .get(typing.id)
            .is_some_and(|annotation| annotation.shape.is_text() && annotation.title.trim().is_empty());
        if wordless && typing.is_new {
            self.history.give_up_gesture();
        } else if wordless {
            self.history.edit(Step::DeleteText, |document| edit::remove(document, &[typing.id]));
        }
        self.history.end_gesture();
        self.forget_what_is_gone();
    }

    pub(super) fn change_annotations(&mut self, ids: &[AnnotationId], change: Annotate) -> Vec<Effect> {
        let history = &mut self.history;
        match change {
            Annotate::Title(title) => {
                if let [id] = *ids {
                    history.edit_in_gesture(Step::EditWords(id), |document| edit::set_title(document, id, &title));
                }
            }
            Annotate::Description(text) => {
                if let [id] = *ids {
                    history.edit_in_gesture(Step::EditDescription(id), |document| {
                        edit::set_description(document, id, &text);
                    });
                }
            }
            Annotate::Restyle(change) => {
                history.edit_in_gesture(Step::Restyle(change.part(), ids.first().copied()), |document| {
                    edit::restyle(document, ids, |style| change.apply(style));
                });
                // What is drawn next looks like what was last given its look.
                if !matches!(change, StyleChange::Number(_) | StyleChange::TextWidth(_)) {
                    change.apply(&mut self.style_of_new);
                    clamp_style(&mut self.style_of_new);
                }
            }
            Annotate::Show(show) => {
                history.edit(Step::Show(show), |document| edit::show(document, ids, show));
            }
            Annotate::Lock(lock) => {
                history.edit(Step::Lock(lock), |document| edit::lock(document, ids, lock));
            }
            Annotate::Cite(citation) => {
                history.edit(Step::Cite, |document| edit::cite(document, ids, citation));
            }
            Annotate::Uncite(citation) => {
                history.edit(Step::RemoveCitation, |document| edit::uncite(document, ids, &citation));
            }
            Annotate::Recite(former, citation) => {
                history.edit(Step::EditCitation, |document| edit::recite(document, ids, &former, &citation));
            }
            Annotate::Untrace => history.edit(Step::Untrace, |document| edit::untrace(document, ids)),
            Annotate::PutAt(at) => {
                history.edit(Step::Move, |document| edit::put_at(document, ids, at));
                return self.mend_line();
            }
            Annotate::ToLayer(layer) => {
                history.edit(Step::MoveToLayer, |document| edit::move_to_layer(document, ids, layer));
            }
            Annotate::Below(other) => {
                history.edit(Step::Reorder, |document| edit::place_before(document, ids, other));
            }
            Annotate::Raise => history.edit_in_gesture(Step::Reorder, |document| edit::raise(document, ids)),
            Annotate::Lower => history.edit_in_gesture(Step::Reorder, |document| edit::lower(document, ids)),
            Annotate::Remove => {
                let before = history.document().annotations.len();
                history.edit(Step::Delete(ids.len()), |document| edit::remove(document, ids));
                if history.document().annotations.len() == before {
                    return vec![Effect::Tell(
                        "Locked annotations cannot be changed; unlock them first (Ctrl+L)".to_owned(),
                    )];
                }
                self.forget_what_is_gone();
            }
            Annotate::Buffer(distance_m) => {
                let made = history.edit(Step::Buffer, |document| edit::buffer(document, ids, distance_m));
                return self.select_made(made);
            }
            Annotate::Simplify(tolerance_m) => {
                let done = history.edit(Step::Simplify, |document| edit::simplify(document, ids, tolerance_m));
                return vec![Effect::Tell(format!("{} points before, {} now", done.before, done.after))];
            }
        }
        Vec::new()
    }

    pub(super) fn change_layer(&mut self, id: LayerId, change: LayerChange) {
        let history = &mut self.history;
        match change {
            LayerChange::Rename(title) => {
                history.edit_in_gesture(Step::RenameLayer(id), |document| edit::rename_layer(document, id, &title));
            }
            LayerChange::Show(show) => {
                history.edit(Step::ShowLayer(show), |document| edit::show_layer(document, id, show));
            }
            LayerChange::Lock(lock) => {
                history.edit(Step::LockLayer(lock), |document| edit::lock_layer(document, id, lock));
            }
            LayerChange::Move(rows) => {
                history.edit(Step::MoveLayer, |document| edit::move_layer(document, id, rows));
            }
            LayerChange::Remove => {
                // The last layer cannot be removed; the list offers no other.
                let _ = history.edit(Step::RemoveLayer, |document| edit::remove_layer(document, id));
            }
        }
    }
}

/// Makes sure that what is drawn into a layer is seen and can be changed.
pub(super) fn open_layer(document: &mut Document, id: LayerId) {
    for layer in document.layers.iter_mut().filter(|layer| layer.id == id) {
        layer.visible = true;
        layer.locked = false;
    }
}

fn clamp_style(style: &mut Style) {
    edit::tidy_style(style);
}
