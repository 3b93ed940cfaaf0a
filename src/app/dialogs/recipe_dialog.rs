//! A recipe in a form: an operation, what it is done to, and on the map at once what comes of it.

use std::sync::Arc;

use eframe::egui::{self, ComboBox, Context, Grid, Id, ScrollArea, Spinner, TextEdit, Ui};
use geo::Coord;
use serde_json::{Map, Value, json};

use super::entry_dialog::name_of;
use super::{Decision, buttons_unless_ui, error_ui, height_pt, width_ui};
use crate::app::latest::Latest;
use crate::app::widgets::{capital, line_edit, tick};
use crate::app::{chrome, theme};
use crate::dossier::features::Dimension;
use crate::dossier::manuscript::recipes::{self, Answer, Answers, OPERATIONS, Operation, Part, PartKind, Wants};
use crate::dossier::manuscript::{Drawn, List, begun_overlay, id_of, rights_of_recipe};
use crate::dossier::model::operand_and_day;
use crate::dossier::{Manuscript, Measure, Overlay, Shape, words};
use crate::geometry::work::Work;
use crate::session::{Action, DraftEntry, EvidenceEdit, Session};

/// How wide the names of the parts are, and how far from their fields, in points.
const NAMES_PT: f32 = 92.0;
const GAP_PT: f32 = 10.0;

/// So many overlays are offered to be chosen from.
const MOST_OFFERED: usize = 200;

/// What is worked out: of a recipe as a manuscript has it.
struct Request {
    manuscript: Arc<Manuscript>,
    id: Option<String>,
    recipe: Map<String, Value>,
    work: Work,
}

/// A recipe, and its shape with its size, or why it has none.
type Made = (Map<String, Value>, Result<(Arc<Shape>, Measure), String>);

/// The dialog.
pub(crate) struct RecipeDialog {
    /// The overlay whose recipe it is; `None` for a new one.
    id: Option<String>,
    /// Its recipe as it stands.
    stood: Map<String, Value>,
    operation: &'static Operation,
    answers: Answers,
    worker: Option<Latest<Request, Made>>,
    /// What is being worked out, and how it is ended when it is overtaken.
    wanted: Option<(Map<String, Value>, Work)>,
    made: Option<Made>,
    /// For which recipe the map has been moved.
    shown: Option<Map<String, Value>>,
}

/// An overlay or a layer that a recipe may be made of.
struct Candidate {
    id: String,
    name: String,
    /// Unknown of a layer that no recipe has used yet.
    dimension: Option<Dimension>,
}

impl Candidate {
    fn fits(&self, wants: Wants) -> bool {
        match (wants, self.dimension) {
            (Wants::Any, _) | (_, None) => true,
            (Wants::Areas, Some(dimension)) => dimension == Dimension::Area,
            (Wants::Lines, Some(dimension)) => dimension == Dimension::Line,
            (Wants::Places, Some(dimension)) => dimension == Dimension::Point,
        }
    }
}

/// What stands behind the name of what is reported day by day.
const DAILY: &str = ", day by day";

fn operation_id() -> Id {
    Id::unique("operation of a recipe")
}

impl RecipeDialog {
    /// For the overlay of that id, which has a recipe, or for a new one.
    pub(crate) fn new(ctx: &Context, session: &Session, manuscript: &Manuscript, id: Option<String>) -> Self {
        let entry = id.as_deref().and_then(|id| manuscript.entry(List::Overlays, id));
        let stood = entry.and_then(|entry| entry.get("recipe")?.as_object()).cloned().unwrap_or_default();
        let candidates = candidates(session, manuscript, id.as_deref());
        let operation = stood.get("op").and_then(Value::as_str).and_then(Operation::of);
        let operation = operation.unwrap_or_else(|| usual_operation(&candidates));
        let ctx = ctx.clone();
        let work = |Request { manuscript, id, recipe, work }: Request| {
            let made = work.run(|| recipes::made(&manuscript, id.as_deref(), &recipe));
            (!work.is_cancelled()).then_some((recipe, made))
        };
        let worker = Latest::start("recipe", move || ctx.request_repaint(), work).ok();
        let answers = begun(operation, &stood, &candidates);
        Self { id, stood, operation, answers, worker, wanted: None, made: None, shown: None }
    }

    /// What has come of the recipe as it is typed.
    fn outcome(&self) -> Option<&Result<(Arc<Shape>, Measure), String>> {
        let (wanted, _) = self.wanted.as_ref()?;
        self.made.as_ref().filter(|(recipe, _)| recipe == wanted).map(|(_, made)| made)
    }

    /// The shape that lies on the map.
    pub(crate) fn shape(&self) -> Option<&Arc<Shape>> {
        self.outcome()?.as_ref().ok().map(|(shape, _)| shape)
    }

    /// The shape to which the map may have to be moved, once for each.
    pub(crate) fn shape_to_show(&mut self) -> Option<Arc<Shape>> {
        let shape = self.shape().cloned()?;
        let wanted = self.wanted.as_ref().map(|(recipe, _)| recipe.clone());
        if self.shown == wanted {
            return None;
        }
        self.shown = wanted;
        Some(shape)
    }

    /// Asks for what comes of the recipe, and takes what has been worked out.
    fn work(&mut self, session: &Session, recipe: Option<&Map<String, Value>>) {
        if let Some(made) = self.worker.as_ref().and_then(Latest::take) {
            self.made = Some(made);
        }
        if self.wanted.as_ref().map(|(recipe, _)| recipe) == recipe {
            return;
        }
        if let Some((_, overtaken)) = self.wanted.take() {
            overtaken.cancel();
        }
        if let (Some(recipe), Some(manuscript), Some(worker)) = (recipe, session.manuscript(), &self.worker) {
            let work = Work::default();
            self.wanted = Some((recipe.clone(), work.clone()));
            let (manuscript, id) = (Arc::clone(manuscript), self.id.clone());
            worker.request(Request { manuscript, id, recipe: recipe.clone(), work });
        }
    }

    /// What is done with the recipe.
    fn action(&self, manuscript: &Manuscript, recipe: Map<String, Value>, shape: &Shape) -> Option<Action> {
        let Some(id) = &self.id else {
            let drawn = match shape.dimension() {
                Dimension::Area => Drawn::Area,
                Dimension::Line => Drawn::Line,
                Dimension::Point => Drawn::Places,
            };
            let mut entry = begun_overlay(manuscript, drawn, None);
            entry.extend(rights_of_recipe(manuscript, &recipe));
            entry.insert("recipe".to_owned(), Value::Object(recipe));
            return Some(Action::AskDraft(Box::new(DraftEntry::new(List::Overlays, entry))));
        };
        if recipe == self.stood {
            return None;
        }
        let entry = Map::from_iter([("id".to_owned(), json!(id)), ("recipe".to_owned(), Value::Object(recipe))]);
        Some(Action::EditEvidence(EvidenceEdit::put(List::Overlays, entry)))
    }
}

impl Drop for RecipeDialog {
    fn drop(&mut self) {
        if let Some((_, work)) = &self.wanted {
            work.cancel();
        }
    }
}

/// What a recipe may be made of, but for the overlay itself. What is reported day by day follows the timeline, or stays as it is on
/// the day that is shown.
fn candidates(session: &Session, manuscript: &Manuscript, own: Option<&str>) -> Vec<Candidate> {
    let lists = [List::Overlays, List::Layers].into_iter();
    let entries = lists.flat_map(|list| manuscript.entries(list).map(move |entry| (list, entry)));
    let others = entries.filter(|(_, entry)| own != Some(id_of(entry)));
    // Where none is shown, the day of the last report.
    let last = |overlay: &Overlay| Some(overlay.dated.as_ref()?.series().span()?.1);
    let day = session.document().day.or_else(|| session.dossier().overlays.iter().filter_map(|one| last(one)).max());
    let candidate = |(list, entry): (List, &Map<String, Value>)| {
        let (id, name) = (id_of(entry).to_owned(), name_of(list, entry));
        let dimension = session.dossier().shape_by_id(&id).map(Shape::dimension);
        let is_dated = session.dossier().overlay(&id).is_some_and(|overlay| overlay.dated.is_some());
        let then = day.filter(|_| is_dated).map(|day| Candidate {
            id: format!("{id}@{}", day.iso()),
            name: format!("{name}, as on {}", words::date(&day.iso())),
            dimension,
        });
        let name = if is_dated { format!("{name}{DAILY}") } else { name };
        std::iter::once(Candidate { id, name, dimension }).chain(then)
    };
    others.flat_map(candidate).collect()
}

/// An operand of a recipe that is none of the candidates, such as one as on another day.
fn name_of_operand(id: &str, candidates: &[Candidate]) -> String {
    let (of, Some(day)) = operand_and_day(id) else { return id.to_owned() };
    let name = candidates.iter().find(|candidate| candidate.id == of).map_or(of, |of| of.name.trim_end_matches(DAILY));
    format!("{name}, as on {}", words::date(&day.iso()))
}

/// The operation that the form begins with: one for which there is something.
fn usual_operation(candidates: &[Candidate]) -> &'static Operation {
    let has = |dimension| candidates.iter().filter(move |candidate| candidate.dimension == Some(dimension)).count();
    let op = match (has(Dimension::Area), has(Dimension::Line)) {
        (2.., 0) => "difference",
        (0, 1..) => "buffer",
        _ => "side",
    };
    Operation::of(op).unwrap_or(&OPERATIONS[0])
}

/// The answers to begin with: those of the recipe that stands, else the only overlays that there are, in their order.
fn begun(operation: &Operation, stood: &Map<String, Value>, candidates: &[Candidate]) -> Answers {
    let mut answers = operation.answers(stood);
    if stood.get("op").is_some_and(|op| op == operation.op) {
        return answers;
    }
    for kind in [Wants::Areas, Wants::Lines, Wants::Places] {
        let parts = operation.parts.iter().filter(|part| part.is_needed);
        let parts: Vec<&Part> = parts
            .filter(|part| matches!(part.kind, PartKind::Operand(w) | PartKind::Operands(w) if w == kind))
            .collect();
        let asked =
            parts.len() + usize::from(matches!(parts.as_slice(), [only] if matches!(only.kind, PartKind::Operands(_))));
        let fitting = candidates.iter().filter(|candidate| candidate.dimension.is_some() && candidate.fits(kind));
        let mut fitting: Vec<String> = fitting.map(|candidate| candidate.id.clone()).take(asked + 1).collect();
        if fitting.len() > asked {
            continue;
        }
        for part in parts {
            let answer = match part.kind {
                PartKind::Operands(_) => Answer::Ids(std::mem::take(&mut fitting)),
                _ if fitting.is_empty() => continue,
                _ => Answer::Text(fitting.remove(0)),
            };
            answers.insert(part.name, answer);
        }
    }
    answers
}

/// Shows the dialog.
pub(super) fn recipe_ui(
    ui: &mut Ui,
    session: &Session,
    dialog: &mut RecipeDialog,
    decision: &mut Option<Decision>,
    actions: &mut Vec<Action>,
) {
    let Some(manuscript) = session.manuscript() else {
        *decision = Some(Decision::Close);
        return;
    };
    width_ui(ui, 420.0);
    ui.heading(if dialog.id.is_some() { "Edit recipe" } else { "Derive overlay" });
    ui.label("The outline on the map shows what comes of it.");
    ui.add_space(6.0);
    let candidates = candidates(session, manuscript, dialog.id.as_deref());
    let area = ScrollArea::vertical().max_height(height_pt(ui, 460.0)).auto_shrink([false, true]).id_salt("recipe");
    area.show(ui, |ui| {
        // In the grid only the last column knows how much room there is.
        let width = (ui.available_width() - NAMES_PT - GAP_PT).max(160.0);
        Grid::new("recipe").num_columns(2).min_col_width(NAMES_PT).spacing([GAP_PT, 6.0]).show(ui, |ui| {
            operation_ui(ui, dialog, &candidates, width);
            for part in dialog.operation.parts {
                let answer = dialog.answers.entry(part.name).or_insert_with(|| Answer::Text(String::new()));
                part_ui(ui, part, answer, &candidates, width);
            }
        });
        chrome::follow_focus(ui);
    });
    let recipe = dialog.operation.recipe(&dialog.answers, &dialog.stood);
    dialog.work(session, recipe.as_ref().ok());
    ui.add_space(8.0);
    let why_not = outcome_ui(ui, dialog, recipe.as_ref().err());
    ui.add_space(10.0);
    let mut chosen = None;
    buttons_unless_ui(ui, if dialog.id.is_some() { "Save changes" } else { "Add…" }, why_not.as_deref(), &mut chosen);
    match (chosen, recipe, dialog.shape().cloned()) {
        (Some(Decision::Accept), Ok(recipe), Some(shape)) => {
            actions.extend(dialog.action(manuscript, recipe, &shape));
            *decision = Some(Decision::Close);
        }
        (Some(Decision::Accept), ..) | (None, ..) => {}
        (Some(other), ..) => *decision = Some(other),
    }
}

/// Which operation it is.
fn operation_ui(ui: &mut Ui, dialog: &mut RecipeDialog, candidates: &[Candidate], width: f32) {
    let label = ui.label("Operation");
    let combo = ComboBox::from_id_salt(operation_id()).selected_text(dialog.operation.title).width(width);
    let response = chrome::list_ui(ui, combo, |ui| {
        for operation in OPERATIONS {
            let is_it = operation.op == dialog.operation.op;
            if chrome::choice_ui(ui, is_it, operation.title) && !is_it {
                dialog.operation = operation;
                dialog.answers = begun(operation, &dialog.stood, candidates);
            }
        }
    });
    if !ui.memory(|memory| memory.focused().is_some()) {
        response.request_focus();
    }
    response.labelled_by(label.id);
    ui.end_row();
}

/// Asks for one part.
fn part_ui(ui: &mut Ui, part: &Part, answer: &mut Answer, candidates: &[Candidate], width: f32) {
    let shade = theme::theme_of(ui.ctx());
    let label = ui.label(part.label);
    let id = Id::unique(("recipe", part.name));
    match (part.kind, answer) {
        (PartKind::Operand(wants), Answer::Text(text)) => {
            let now = text.clone();
            let fitting = candidates.iter().filter(|candidate| candidate.fits(wants) || candidate.id == now);
            let shown = candidates.iter().find(|candidate| candidate.id == now);
            let shown = match shown {
                Some(shown) => shown.name.clone(),
                None if now.is_empty() => "none".to_owned(),
                None => name_of_operand(&now, candidates),
            };
            let combo = ComboBox::from_id_salt(id).selected_text(shown).width(width).truncate();
            let response = chrome::list_ui(ui, combo, |ui| {
                if !part.is_needed && chrome::choice_ui(ui, text.is_empty(), "none") {
                    text.clear();
                }
                for candidate in fitting.take(MOST_OFFERED) {
                    if chrome::choice_ui(ui, candidate.id == *text, candidate.name.as_str()) {
                        candidate.id.clone_into(text);
                    }
                }
            });
            let response = response.labelled_by(label.id);
            if !part.hint.is_empty() {
                response.on_hover_text(part.hint);
            }
        }
        (PartKind::Operands(wants), Answer::Ids(ids)) => {
            ui.vertical(|ui| {
                let fitting =
                    candidates.iter().filter(|candidate| candidate.fits(wants) || ids.contains(&candidate.id));
                let fitting: Vec<&Candidate> = fitting.take(MOST_OFFERED).collect();
                // One as on another day than that which is shown stays, and can be taken away.
                let others = ids.iter().filter(|id| !candidates.iter().any(|candidate| candidate.id == **id));
                for other in others.cloned().collect::<Vec<_>>() {
                    let mut chosen = true;
                    if tick(ui, &mut chosen, &name_of_operand(&other, candidates)).changed() {
                        ids.retain(|id| *id != other);
                    }
                }
                if fitting.is_empty() {
                    ui.label(theme::second("There is none yet.", shade));
                }
                for candidate in fitting {
                    let mut chosen = ids.contains(&candidate.id);
                    if tick(ui, &mut chosen, &candidate.name).changed() {
                        ids.retain(|other| *other != candidate.id);
                        if chosen {
                            ids.push(candidate.id.clone());
                        }
                    }
                }
            });
        }
        (PartKind::OneOf(words), Answer::Text(text)) => {
            let shown = words.iter().find(|(word, _)| word == text).map_or(text.as_str(), |(_, meaning)| meaning);
            let combo = ComboBox::from_id_salt(id).selected_text(capital(shown)).width(width);
            let response = chrome::list_ui(ui, combo, |ui| {
                for (word, meaning) in words {
                    if chrome::choice_ui(ui, word == text, capital(meaning)) {
                        (*word).clone_into(text);
                    }
                }
            });
            response.labelled_by(label.id);
        }
        (PartKind::Flag, Answer::Flag(flag)) => {
            tick(ui, flag, part.hint).labelled_by(label.id);
        }
        (PartKind::Text | PartKind::Legs, Answer::Text(text)) => {
            let edit = TextEdit::multiline(text).desired_rows(4).desired_width(width).hint_text(part.hint).id(id);
            ui.add(edit).labelled_by(label.id);
        }
        (PartKind::Number(unit), Answer::Text(text)) => {
            ui.horizontal(|ui| {
                let edit = line_edit(text).desired_width(width - 30.0).hint_text(part.hint).id(id);
                ui.add(edit).labelled_by(label.id);
                ui.label(theme::second(unit, shade));
            });
        }
        (_, Answer::Text(text)) => {
            ui.add(line_edit(text).desired_width(width).hint_text(part.hint).id(id)).labelled_by(label.id);
        }
        _ => {}
    }
    ui.end_row();
}

/// Says what comes of the recipe; why it cannot be taken yet, if so.
fn outcome_ui(ui: &mut Ui, dialog: &RecipeDialog, missing: Option<&String>) -> Option<String> {
    let shade = theme::theme_of(ui.ctx());
    if let Some(missing) = missing {
        ui.label(theme::second(missing.as_str(), shade));
        return Some(missing.clone());
    }
    match dialog.outcome() {
        None => {
            ui.horizontal(|ui| {
                ui.add(Spinner::new().size(12.0));
                ui.label("Working it out…");
            });
            Some("It is still being worked out".to_owned())
        }
        Some(Err(why)) => {
            error_ui(ui, &capital(why));
            Some(why.clone())
        }
        Some(Ok((_, measure))) => {
            ui.label(words::measure(*measure));
            None
        }
    }
}

/// Draws a shape over the map, as outlines.
pub(crate) fn shape_on_map_ui(ui: &Ui, rect: egui::Rect, shape: &Shape, on_page: impl Fn(Coord<f64>) -> egui::Vec2) {
    let palette = theme::theme_of(ui.ctx()).palette();
    let painter = ui.painter_at(rect);
    let (accent, halo) = (theme::ink(palette.accent), theme::ink(palette.halo));
    let rings =
        shape.polygons().iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    for line in rings.chain(shape.lines()) {
        let mut points: Vec<egui::Pos2> = Vec::new();
        for at in &line.0 {
            let at = rect.min + on_page(*at);
            // What lies within a point of the last one is not seen.
            if points.last().is_none_or(|last| last.distance_sq(at) > 1.0) {
                points.push(at);
            }
        }
        if points.len() == 1 {
            painter.circle_filled(points[0], 2.0, accent);
        } else if egui::Rect::from_points(&points).expand(2.0).intersects(rect) {
            painter.line(points.clone(), egui::Stroke::new(4.5, halo));
            painter.line(points, egui::Stroke::new(2.5, accent));
        }
    }
    let places = shape.places().iter().map(|place| on_page(place.at));
    super::reading_dialog::places_on_map_ui(ui, rect, places);
}
