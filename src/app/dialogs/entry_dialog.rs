//! The form of an entry of the dossier that is written, made from the table of its fields; also that of the dossier as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{self, ComboBox, Grid, Id, ScrollArea, TextEdit, Ui};
use serde_json::{Map, Value, json};

use super::entry_values::{self, Typed, typed, written};
use super::figure_offer::FigureOffer;
use super::pasted_citation::{self, PastedCitation};
use super::{Decision, buttons_unless_ui, width_ui};
use crate::app::reading_order::words_field;
use crate::app::widgets::{capital, ended, goes_on, line_edit, small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::dossier::manuscript::fields::{Field, FieldKind, WHOLE};
use crate::dossier::manuscript::{List, id_of};
use crate::dossier::{Manuscript, words};
use crate::formats::direction::in_sentence;
use crate::formats::language::Language;
use crate::session::{Action, DraftEntry, Drawings, EvidenceEdit, Session};

/// How wide the names of the fields are, and how far from their fields, in points.
const NAMES_PT: f32 = 132.0;
const GAP_PT: f32 = 10.0;

/// So many entries are offered to be chosen from by a list; beyond, their ids are typed.
const MOST_OFFERED: usize = 200;

/// A form.
pub(crate) struct EntryDialog {
    /// Of which list; `None` for the dossier as a whole.
    list: Option<List>,
    /// The id of an entry that is there.
    id: Option<String>,
    /// Members that go along and are not asked for.
    given: Map<String, Value>,
    /// The entry as it was.
    stood: Map<String, Value>,
    /// The text of the geometry's file of a new overlay.
    geometry: Option<Arc<[u8]>>,
    /// What was drawn for it.
    drawings: Drawings,
    /// Whether that stays in the project too.
    keeps_drawings: bool,
    /// The citation of which the fields of a source are filled.
    pasted: PastedCitation,
    /// What the words of a new excerpt state.
    figures: FigureOffer,
    /// What is typed, by member.
    typed: BTreeMap<&'static str, Typed>,
    /// What was there at first.
    former: BTreeMap<&'static str, Typed>,
}

fn field_id(field: &Field) -> Id {
    Id::unique(("entry", field.member))
}

impl EntryDialog {
    /// The form of an entry that is there, or of a new one.
    pub(crate) fn new(manuscript: &Manuscript, list: List, id: Option<String>) -> Self {
        let entry = id.as_deref().and_then(|id| manuscript.entry(list, id)).cloned().unwrap_or_default();
        Self::of(manuscript, Some(list), id, &entry)
    }

    /// The form of a new entry of which something is known already; members that the form does not ask for go along.
    pub(crate) fn begun(manuscript: &Manuscript, draft: DraftEntry) -> Self {
        let DraftEntry { list, entry, geometry, drawings } = draft;
        let form = Self::of(manuscript, Some(list), None, &entry);
        Self { given: entry, geometry, keeps_drawings: drawings.hold_more, drawings, ..form }.with_offers()
    }

    /// The form of the dossier as a whole.
    pub(crate) fn whole(manuscript: &Manuscript) -> Self {
        let members =
            WHOLE.iter().filter_map(|field| Some((field.member.to_owned(), manuscript.member(field.member)?.clone())));
        Self::of(manuscript, None, None, &members.collect())
    }

    fn of(manuscript: &Manuscript, list: Option<List>, id: Option<String>, entry: &Map<String, Value>) -> Self {
        let typed = fields(list).iter().map(|field| (field.member, typed(manuscript, field, entry.get(field.member))));
        let typed: BTreeMap<_, _> = typed.collect();
        Self {
            list,
            id,
            given: Map::new(),
            stood: entry.clone(),
            geometry: None,
            drawings: Drawings::default(),
            keeps_drawings: false,
            figures: FigureOffer::default(),
            pasted: PastedCitation::default(),
            former: typed.clone(),
            typed,
        }
    }

    /// The same, with the figures that the words of a new excerpt state.
    fn with_offers(mut self) -> Self {
        if let (Some(List::Excerpts), None, Some(Typed::Text(words))) = (self.list, &self.id, self.typed.get("exact")) {
            self.figures.look(words);
        }
        self
    }

    /// The field that has the keys at first.
    pub(super) fn first_field(&self) -> Id {
        if self.list == Some(List::Sources) && self.id.is_none() {
            return pasted_citation::field();
        }
        fields(self.list).first().map_or_else(|| Id::unique("entry"), field_id)
    }

    /// Why it cannot be taken yet.
    fn why_not(&self) -> Option<String> {
        let typed = |field: &'static Field| Some((field, self.typed.get(field.member)?));
        let wrong = |(field, typed): (&Field, &Typed)| entry_values::why_not(field, typed);
        fields(self.list).iter().filter_map(typed).find_map(wrong)
    }

    /// The members that differ from what was there, as they are written; null takes one away.
    fn changed(&self) -> Map<String, Value> {
        let mut entry = self.given.clone();
        for field in fields(self.list) {
            let (Some(typed), former) = (self.typed.get(field.member), self.former.get(field.member)) else { continue };
            if Some(typed) != former || (self.id.is_none() && self.list.is_some()) {
                entry.insert(field.member.to_owned(), written(field, typed, self.stood.get(field.member)));
            }
        }
        entry
    }

    /// In what it repeats another entry, as a clause.
    fn repeats(&self, manuscript: &Manuscript) -> Option<String> {
        let list = self.list.filter(|list| matches!(list, List::Sources | List::Excerpts))?;
        let mut entry = self.stood.clone();
        entry.extend(self.changed());
        entry.insert("id".to_owned(), json!(self.id.as_deref().unwrap_or_default()));
        manuscript.repeats(list, &entry)
    }

    /// What is done with what is typed.
    fn actions(&self, manuscript: &Manuscript) -> Vec<Action> {
        let mut entry = self.changed();
        let Some(list) = self.list else {
            let edits = entry.into_iter().map(|(name, value)| EvidenceEdit::Whole(name, value));
            return edits.map(Action::EditEvidence).collect();
        };
        let id = self.id.clone().unwrap_or_else(|| manuscript.free_id(list, &self.words()));
        entry.insert("id".to_owned(), json!(id));
        // The id stands first, where it is looked for.
        let mut ordered = Map::from_iter([("id".to_owned(), json!(id))]);
        ordered.extend(entry.into_iter().filter(|(name, _)| name != "id"));
        if self.id.is_some() && ordered.len() == 1 {
            return Vec::new();
        }
        let mut also = Vec::new();
        let mut files = Vec::new();
        if let Some(geometry) = &self.geometry {
            let file = format!("overlays/{id}.geojson");
            ordered.insert("geometry".to_owned(), json!({ "file": file }));
            files.push((file, Arc::clone(geometry)));
        }
        if list == List::Overlays && ordered.get("group").is_none_or(Value::is_null) && self.id.is_none() {
            // The panel and the legend list overlays by their groups.
            let group = manuscript.free_id(List::Groups, "shapes");
            let title = json!({ Language::WINDOW: "Shapes" });
            let entry = Map::from_iter([("id".to_owned(), json!(group)), ("title".to_owned(), title)]);
            also.push(EvidenceEdit::put(List::Groups, entry));
            ordered.insert("group".to_owned(), json!(group));
        }
        if list == List::Excerpts {
            let figures = self.figures.entries(manuscript, &ordered).into_iter();
            also.extend(figures.map(|figure| EvidenceEdit::put(List::Figures, figure)));
        }
        // The excerpts that a drawing cites speak of the overlay that is made of it.
        for excerpt in &self.drawings.excerpts {
            let about = manuscript.entry(List::Excerpts, excerpt).and_then(|excerpt| excerpt.get("overlays"));
            let mut about = about.and_then(Value::as_array).cloned().unwrap_or_default();
            about.push(json!(id));
            let members = [("id".to_owned(), json!(excerpt)), ("overlays".to_owned(), Value::Array(about))];
            also.push(EvidenceEdit::put(List::Excerpts, Map::from_iter(members)));
        }
        let mut edits = vec![EvidenceEdit::Put { list, entry: ordered, files }];
        edits.append(&mut also);
        let edit = if edits.len() == 1 { edits.remove(0) } else { EvidenceEdit::Several(edits) };
        let goes = !self.keeps_drawings && !self.drawings.ids.is_empty();
        let edit = if goes { EvidenceEdit::InsteadOf(self.drawings.ids.clone(), Box::new(edit)) } else { edit };
        vec![Action::EditEvidence(edit)]
    }

    /// Shows what fills the fields of a source from a citation.
    fn pasted_ui(&mut self, ui: &mut Ui, width: f32) {
        if self.list != Some(List::Sources) {
            return;
        }
        let Some(work) = self.pasted.ui(ui, width) else { return };
        for (member, words) in pasted_citation::said(&work) {
            if let (Some(words), Some(Typed::Text(text))) = (words, self.typed.get_mut(member)) {
                *text = words;
            }
        }
    }

    /// Shows what is offered besides the fields.
    fn offers_ui(&mut self, ui: &mut Ui) {
        if let (Some(List::Excerpts), None, Some(Typed::Text(words))) = (self.list, &self.id, self.typed.get("exact")) {
            self.figures.look(words);
            self.figures.ui(ui);
        }
        if !self.drawings.ids.is_empty() {
            ui.label("");
            let kept = tick(ui, &mut self.keeps_drawings, "Keep the drawing among the annotations too");
            tip(kept, "Else the overlay takes its place, and undo brings it back");
            ui.end_row();
        }
    }

    /// Words of which a new id is made.
    fn words(&self) -> String {
        let of = |member: &str| match self.typed.get(member) {
            Some(Typed::Text(text)) => text.clone(),
            Some(Typed::Words(words)) => {
                let english = words.iter().find(|(tag, _)| tag == Language::WINDOW);
                english.or_else(|| words.first()).map(|(_, words)| words.clone()).unwrap_or_default()
            }
            _ => String::new(),
        };
        match self.list {
            Some(List::Sources) => format!("{} {}", of("outlet"), of("published")),
            Some(List::Positions) => format!("{} {}", of("who"), of("overlay")),
            Some(List::Figures) => format!("{} {} {}", of("reported_by"), of("quantity"), of("value")),
            Some(List::Excerpts) => {
                let first: Vec<String> = of("exact").split_whitespace().take(3).map(str::to_owned).collect();
                format!("{} {}", of("source"), first.join(" "))
            }
            Some(List::Notes) => of("text").split_whitespace().take(4).collect::<Vec<_>>().join(" "),
            _ => of("title"),
        }
    }
}

fn fields(list: Option<List>) -> &'static [Field] {
    list.map_or(WHOLE, List::fields)
}

/// What an entry is called where it is chosen.
pub(crate) fn name_of(list: List, entry: &Map<String, Value>) -> String {
    let text = |member: &str| match entry.get(member) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(words)) => {
            let words = words.get(Language::WINDOW).or_else(|| words.values().next());
            words.and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let short = |words: String| match words.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    };
    let name = match list {
        List::Sources => format!("{}: {}", in_sentence(&text("outlet")), in_sentence(&text("title"))),
        List::Excerpts => words::quoted(&short(text("exact"))),
        List::Positions => format!("{} {} {}", in_sentence(&text("who")), text("stance"), text("overlay")),
        List::Figures => format!("{} {} ({})", text("value"), text("unit"), text("reported_by")),
        List::Notes => short(text("text")),
        List::Groups | List::Layers | List::Overlays => text("title"),
    };
    if name.trim().is_empty() { id_of(entry).to_owned() } else { name }
}

/// Shows the form.
pub(super) fn entry_ui(
    ui: &mut Ui,
    session: &Session,
    dialog: &mut EntryDialog,
    decision: &mut Option<Decision>,
    actions: &mut Vec<Action>,
) {
    let Some(manuscript) = session.manuscript() else {
        *decision = Some(Decision::Close);
        return;
    };
    width_ui(ui, 560.0);
    ui.heading(match (dialog.list, &dialog.id) {
        (None, _) => "About the dossier".to_owned(),
        (Some(list), Some(_)) => format!("Edit {}", list.noun()),
        (Some(list), None) => format!("New {}", list.noun()),
    });
    ui.add_space(8.0);
    let most_pt = (ui.ctx().content_rect().height() - 170.0).max(120.0);
    // As high as it is from the first frame on: a form that grows moves its buttons away from who presses them.
    let area = ScrollArea::vertical().max_height(most_pt).min_scrolled_height(most_pt);
    let area = area.auto_shrink([false, true]).id_salt("entry");
    let mut goes_on_now = false;
    area.show(ui, |ui| {
        // In the grid only the last column knows how much room there is.
        let width = (ui.available_width() - NAMES_PT - GAP_PT).max(160.0);
        Grid::new("entry").num_columns(2).min_col_width(NAMES_PT).spacing([GAP_PT, 6.0]).show(ui, |ui| {
            dialog.pasted_ui(ui, width);
            for field in fields(dialog.list) {
                if let Some(typed) = dialog.typed.get_mut(field.member) {
                    goes_on_now |= field_ui(ui, manuscript, field, typed, width);
                }
            }
            dialog.offers_ui(ui);
        });
        chrome::follow_focus(ui);
    });
    if !ui.memory(|memory| memory.focused().is_some()) {
        ui.memory_mut(|memory| memory.request_focus(dialog.first_field()));
    }
    ui.add_space(12.0);
    let why_not = dialog.why_not();
    if let Some(told) = dialog.repeats(manuscript) {
        small_warning_ui(ui, &ended(&told));
        ui.add_space(6.0);
    }
    let mut chosen = None;
    buttons_unless_ui(
        ui,
        if dialog.id.is_some() || dialog.list.is_none() { "Save changes" } else { "Add" },
        why_not.as_deref(),
        &mut chosen,
    );
    if goes_on_now && why_not.is_none() {
        chosen = Some(Decision::Accept);
    }
    match chosen {
        Some(Decision::Accept) => {
            actions.extend(dialog.actions(manuscript));
            *decision = Some(Decision::Close);
        }
        Some(other) => *decision = Some(other),
        None => {}
    }
}

/// Shows a field; whether it has been left by the key that goes on.
fn field_ui(ui: &mut Ui, manuscript: &Manuscript, field: &Field, typed: &mut Typed, width: f32) -> bool {
    let mut goes_on_now = false;
    let shade = theme::theme_of(ui.ctx());
    let label = ui.label(field.label);
    match (field.kind, typed) {
        (FieldKind::Lines | FieldKind::Names(_), Typed::Text(text)) => {
            let edit = TextEdit::multiline(text)
                .desired_rows(2)
                .desired_width(width)
                .hint_text(field.hint)
                .id(field_id(field));
            words_field(ui, edit, true).labelled_by(label.id);
        }
        (FieldKind::OneOf(words), Typed::Text(text)) => {
            let shown = words.iter().find(|(word, _)| word == text).map_or(text.as_str(), |(_, meaning)| meaning);
            let list = ComboBox::from_id_salt(field_id(field)).selected_text(capital(shown)).width(width);
            let response = chrome::list_ui(ui, list, |ui| {
                for (word, meaning) in words {
                    if chrome::choice_ui(ui, word == text, capital(meaning)) {
                        (*word).clone_into(text);
                    }
                }
            });
            response.labelled_by(label.id);
        }
        (FieldKind::Entry(list), Typed::Text(text)) => {
            let name =
                |id: &str| manuscript.entry(list, id).map_or_else(|| id.to_owned(), |entry| name_of(list, entry));
            let shown = if text.is_empty() { "none".to_owned() } else { name(text) };
            let combo = ComboBox::from_id_salt(field_id(field)).selected_text(shown).width(width).truncate();
            let response = chrome::list_ui(ui, combo, |ui| {
                if !field.is_needed && chrome::choice_ui(ui, text.is_empty(), "none") {
                    text.clear();
                }
                for entry in manuscript.entries(list).take(MOST_OFFERED) {
                    if chrome::choice_ui(ui, id_of(entry) == text, name_of(list, entry)) {
                        id_of(entry).clone_into(text);
                    }
                }
            });
            response.labelled_by(label.id);
        }
        (FieldKind::Entries(list), Typed::Ids(ids)) => {
            ui.vertical(|ui| {
                for entry in manuscript.entries(list).take(MOST_OFFERED) {
                    let id = id_of(entry);
                    let mut chosen = ids.iter().any(|other| other == id);
                    if tick(ui, &mut chosen, &name_of(list, entry)).changed() {
                        ids.retain(|other| other != id);
                        if chosen {
                            ids.push(id.to_owned());
                        }
                    }
                }
                if manuscript.entries(list).next().is_none() {
                    ui.label(theme::second(format!("There is no {} yet.", list.noun()), shade));
                }
            });
        }
        (FieldKind::Words | FieldKind::Paragraphs, Typed::Words(words)) => {
            let has_rows = field.kind == FieldKind::Paragraphs;
            ui.vertical(|ui| {
                for (index, (tag, words)) in words.iter_mut().enumerate() {
                    ui.horizontal(|ui| {
                        let id = if index == 0 { field_id(field) } else { field_id(field).with(tag.as_str()) };
                        let edit = if has_rows { TextEdit::multiline(words).desired_rows(2) } else { line_edit(words) };
                        let edit = edit.desired_width(width - 52.0).hint_text(field.hint).id(id);
                        let edit = words_field(ui, edit, has_rows);
                        goes_on_now |= goes_on(&edit);
                        let name = format!("{} in {tag}", field.label);
                        edit.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, name.clone()));
                        ui.label(theme::second(tag.as_str(), shade));
                    });
                }
            });
        }
        (FieldKind::Correction, Typed::Correction(parts)) => {
            ui.vertical(|ui| {
                let names = [("Day", "such as 2025-12-15"), ("Reason", field.hint), ("Notice", "https://…")];
                for ((name, hint), part) in names.into_iter().zip(parts) {
                    let id = field_id(field).with(name);
                    let edit = ui.add(line_edit(part).desired_width(width).hint_text(format!("{name}: {hint}")).id(id));
                    edit.widget_info(|| {
                        egui::WidgetInfo::labeled(egui::Role::TextInput, true, format!("{}: {name}", field.label))
                    });
                    goes_on_now |= goes_on(&edit);
                }
            });
        }
        (FieldKind::Flag(_), Typed::Flag(flag)) => {
            tick(ui, flag, field.hint).labelled_by(label.id);
        }
        (_, Typed::Text(text)) => {
            let edit = line_edit(text).desired_width(width).hint_text(field.hint).id(field_id(field));
            goes_on_now = goes_on(&words_field(ui, edit, false).labelled_by(label.id));
        }
        _ => {}
    }
    ui.end_row();
    goes_on_now
}
