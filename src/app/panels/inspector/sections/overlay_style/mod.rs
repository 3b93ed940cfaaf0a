//! How the features of an overlay are told apart, drawn, named and filtered: a display setting, evidence untouched.

mod by;
mod colors;
mod filter;
mod graduated;
mod kinds;
mod labels;
mod part;
mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{self, Button, ComboBox, RichText, Role, Ui, WidgetInfo};

use self::by::by_ui;
use self::filter::filter_ui;
use self::kinds::kinds_ui;
use self::labels::labels_ui;
use self::part::part_ui;
use super::kind_swatches::KindSwatches;
use super::style::{percent_ui, row_ui};
use super::{Subject, Typed};
use crate::app::reading_order::words_field;
use crate::app::widgets::{line_edit, small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::document::OverlayState;
use crate::dossier::model::StylePart;
use crate::dossier::styling::{By, KindChange, Styling, property_in_words};
use crate::dossier::{Dimension, Kind, Kinds, Overlay, Property};
use crate::formats::columns::ColumnKind;
use crate::formats::table::SIMPLESTYLE;
use crate::scene::palette::Theme;
use crate::session::Action;

/// What is typed and has not been applied yet, of the overlay that is selected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Styled {
    overlay: String,
    /// By the names of their fields.
    texts: BTreeMap<String, String>,
    /// The kind whose style is open, by its key.
    open: Option<String>,
    swatches: KindSwatches,
}

/// Whose style is changed.
#[derive(Clone, Copy)]
enum Whose<'a> {
    All,
    Kind(&'a Kind),
}

/// A styling on its way to another one.
struct Editor<'a> {
    overlay: &'a Overlay,
    state: &'a OverlayState,
    kinds: Arc<Kinds>,
    properties: Option<&'a [Property]>,
    shade: Theme,
    made: Option<Styling>,
    /// Whether the change is a step of its own, not part of a drag.
    is_step: bool,
}

impl Editor<'_> {
    fn styling(&self) -> &Styling {
        self.made.as_ref().unwrap_or(&self.state.styling)
    }

    /// Changes something as part of a gesture.
    fn drag(&mut self, change: impl FnOnce(&mut Styling)) {
        let mut styling = self.styling().clone();
        change(&mut styling);
        self.made = Some(styling);
    }

    /// Changes something as a step of its own.
    fn step(&mut self, change: impl FnOnce(&mut Styling)) {
        self.drag(change);
        self.is_step = true;
    }

    fn part(&self, whose: Whose<'_>) -> StylePart {
        match whose {
            Whose::All => self.styling().change.clone(),
            Whose::Kind(kind) => {
                self.styling().kinds.get(&kind.key).map(|change| change.style.clone()).unwrap_or_default()
            }
        }
    }

    fn set_part(&mut self, whose: Whose<'_>, is_step: bool, change: impl FnOnce(&mut StylePart)) {
        let edit = |styling: &mut Styling| match whose {
            Whose::All => change(&mut styling.change),
            Whose::Kind(kind) => {
                let of_kind = styling.kinds.entry(kind.key.clone()).or_default();
                change(&mut of_kind.style);
                if *of_kind == KindChange::default() {
                    styling.kinds.remove(&kind.key);
                }
            }
        };
        if is_step { self.step(edit) } else { self.drag(edit) }
    }

    fn has(&self, dimension: Dimension) -> bool {
        let shape = &self.overlay.shape;
        match dimension {
            Dimension::Area => !shape.polygons().is_empty(),
            Dimension::Line => !shape.lines().is_empty(),
            Dimension::Point => !shape.places().is_empty(),
        }
    }

    /// Names of properties that can be chosen, simplestyle's aside, with what their values are.
    fn choices(&self, fits: impl Fn(ColumnKind) -> bool) -> Vec<(String, &'static str)> {
        let properties = self.properties.unwrap_or_default().iter();
        let own = properties.filter(|one| !SIMPLESTYLE.contains(&one.name.as_str()) && fits(one.kind));
        own.map(|one| (one.name.clone(), kind_in_words(one.kind))).collect()
    }

    fn values(&self) -> Vec<(String, &'static str)> {
        self.choices(|kind| kind != ColumnKind::Empty)
    }

    fn numbers(&self) -> Vec<(String, &'static str)> {
        let mut numbers = self.choices(|kind| matches!(kind, ColumnKind::Number | ColumnKind::Mixed));
        for (name, dimension) in [("km2", Dimension::Area), ("km", Dimension::Line)] {
            if self.has(dimension) && numbers.iter().all(|(known, _)| known != name) {
                numbers.push((name.to_owned(), "size"));
            }
        }
        numbers
    }
}

/// Shows the section.
pub(crate) fn overlay_style_ui(ui: &mut Ui, subject: &Subject<'_>, typed: &mut Typed, actions: &mut Vec<Action>) {
    let Some(overlay) = subject.overlay() else { return };
    let Some(state) = subject.session.document().overlay(&overlay.id) else { return };
    let typed = &mut typed.styled;
    if typed.overlay != overlay.id {
        typed.overlay.clone_from(&overlay.id);
        typed.texts.clear();
        typed.open = None;
    }
    let (kinds, is_sorted) = overlay.kinds_at_hand(&state.styling);
    let properties = overlay.properties_at_hand();
    let shade = subject.shade;
    let mut editor = Editor { overlay, state, kinds, properties, shade, made: None, is_step: false };
    let has_features = overlay.features.count() > 0;
    if has_features {
        by_ui(ui, &mut editor);
        if !is_sorted {
            wait_ui(ui, "Sorting the features…");
        }
        if !matches!(state.styling.by, By::AsGiven | By::One) {
            editor.kinds.problems().iter().for_each(|problem| small_warning_ui(ui, &problem.what));
        }
        kinds_ui(ui, &mut editor, typed);
    }
    let title = if editor.kinds.is_told_apart() { "All kinds" } else { "Look" };
    ui.add_space(4.0);
    ui.label(RichText::new(title).family(theme::semi_bold()));
    part_ui(ui, &mut editor, Whose::All, typed);
    percent_ui(ui, "Overall", "Opacity of the overlay", state.opacity, |opacity| {
        actions.push(Action::SetOpacity(overlay.id.clone(), opacity));
    });
    if overlay.opened_from.is_some() && overlay.shape.places().len() > 1 {
        let mut clusters = editor.styling().clusters;
        let tick = tick(ui, &mut clusters, "Group points that lie close together");
        if tip(tick, "A ring with their number stands for them; its colours are those of their kinds").changed() {
            editor.step(|styling| styling.clusters = clusters);
        }
    }
    if has_features {
        labels_ui(ui, &mut editor);
        filter_ui(ui, &mut editor, typed);
    }
    ui.add_space(4.0);
    let reset = ui.add_enabled(!editor.styling().is_plain(), Button::new("Reset style"));
    let reset = reset.on_disabled_hover_text("It has its original style");
    if reset.on_hover_text("Draw it in its original style, with all its features").clicked() {
        editor.step(|styling| *styling = Styling::default());
        typed.texts.clear();
        typed.open = None;
    }
    let Editor { made, is_step, .. } = editor;
    let made = made.filter(|made| *made != *state.styling);
    if let Some(made) = made {
        if is_step {
            actions.push(Action::EndGesture);
        }
        actions.push(Action::SetStyling(overlay.id.clone(), Arc::new(made)));
        if is_step {
            actions.push(Action::EndGesture);
        }
    }
    if ui.input(|input| input.pointer.any_released()) {
        actions.push(Action::EndGesture);
    }
}

fn wait_ui(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        ui.spinner();
        ui.label(theme::second(text, theme::theme_of(ui.ctx())));
    });
}

fn kind_in_words(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Empty => "empty",
        ColumnKind::Number => "number",
        ColumnKind::Date => "date",
        ColumnKind::Bool => "yes or no",
        ColumnKind::Link => "link",
        ColumnKind::Text => "text",
        ColumnKind::Mixed => "mixed",
    }
}

/// A list to choose from by number; the number that has been chosen.
fn list_ui(ui: &mut Ui, name: &str, now: &str, choices: &[(String, bool)]) -> Option<usize> {
    let mut chosen = None;
    let width = (ui.available_width() - 8.0).clamp(96.0, 190.0);
    let list = ComboBox::from_id_salt(name).selected_text(now).width(width).truncate();
    let list = chrome::list_ui(ui, list, |ui| {
        for (index, (text, is_current)) in choices.iter().enumerate() {
            if chrome::choice_ui(ui, *is_current, text) {
                chosen = Some(index);
            }
        }
    });
    list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
    chosen
}

fn property_ui(ui: &mut Ui, name: &str, now: &str, choices: &[(String, &'static str)], chosen: impl FnOnce(String)) {
    row_ui(ui, "Property", |ui, _| {
        let listed: Vec<_> = choices
            .iter()
            .map(|(property, kind)| (format!("{} · {kind}", property_in_words(property)), property == now))
            .collect();
        if let Some(index) = list_ui(ui, name, &property_in_words(now), &listed) {
            chosen(choices[index].0.clone());
        }
    });
}

/// A field that gives what was typed once it is left or entered; until then it is kept in `texts`.
fn text_ui(
    ui: &mut Ui,
    name: &str,
    now: &str,
    hint: &str,
    width_pt: f32,
    texts: &mut BTreeMap<String, String>,
) -> Option<String> {
    let mut text = texts.get(name).cloned().unwrap_or_else(|| now.to_owned());
    let field = line_edit(&mut text).hint_text(hint).desired_width(width_pt);
    let response = words_field(ui, field, false);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    if response.changed() {
        texts.insert(name.to_owned(), text.clone());
    }
    let is_done = response.lost_focus() && texts.contains_key(name);
    if is_done && ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        texts.remove(name);
        return None;
    }
    is_done.then_some(text)
}
