//! Rules that tell features apart: a filter for each, in the order in which they count.

use eframe::egui::{self, RichText, Role, Ui, WidgetInfo};

use super::filter::{doubts_of_filter_ui, error_ui};
use super::kinds::kind_ui;
use super::{Editor, Styled, text_ui};
use crate::app::widgets::tip;
use crate::app::{icons, theme, widgets};
use crate::dossier::rules::{new_rule, rule_key};
use crate::dossier::styling::By;
use crate::dossier::{Kind, words};
use crate::formats::filter::Filter;

/// So many rules can be edited; a project or a dossier may have more.
const MOST: usize = 64;

/// The name of the field for another rule.
const NEW: &str = "Filter of a new rule";

/// What is done with a rule beside its filter.
enum Change {
    Up,
    Down,
    Remove,
}

/// The rules with what they draw, then what fits none of them, and room for another.
pub(super) fn rules_ui(ui: &mut Ui, editor: &mut Editor<'_>, typed: &mut Styled) {
    let By::Rules(rules) = editor.styling().by.clone() else { return };
    let kinds = std::sync::Arc::clone(&editor.kinds);
    let of_key = |key: &str| kinds.list().iter().find(|kind| kind.key == key);
    let hint = match rules.is_empty() {
        true => "A rule draws the features that match a filter. The first rule that a feature matches counts.",
        false => "The first rule that a feature matches counts.",
    };
    ui.label(theme::second(hint, editor.shade));
    for (index, rule) in rules.iter().enumerate().take(MOST) {
        ui.push_id(("rule", index), |ui| {
            if let Some(kind) = of_key(&rule_key(index)) {
                kind_ui(ui, editor, kind, typed);
            }
            let field = format!("Filter of rule {}", index + 1);
            let now = rule.when.as_ref().map_or_else(String::new, Filter::to_string);
            if let Some(change) = rule_ui(ui, &field, &now, (index, rules.len()), editor, typed) {
                // What has been typed belonged to the places that rules had.
                typed.texts.clear();
                typed.open = None;
                editor.step(|styling| match change {
                    Change::Up => styling.move_rule(index, index.saturating_sub(1)),
                    Change::Down => styling.move_rule(index, index + 1),
                    Change::Remove => styling.remove_rule(index),
                });
            }
        });
    }
    if rules.len() > MOST {
        ui.label(theme::second(format!("and {} more rules", rules.len() - MOST), editor.shade));
    }
    let is_of_rule = |kind: &Kind| (0..rules.len()).any(|index| rule_key(index) == kind.key);
    if !rules.is_empty() {
        for kind in kinds.list().iter().filter(|kind| kind.features > 0 && !is_of_rule(kind)) {
            ui.label(theme::second("What matches no rule", editor.shade));
            kind_ui(ui, editor, kind, typed);
        }
    }
    new_rule_ui(ui, rules.len(), editor, typed);
}

/// The filter of a rule, and what moves it or takes it away.
fn rule_ui(
    ui: &mut Ui,
    field: &str,
    now: &str,
    (index, count): (usize, usize),
    editor: &mut Editor<'_>,
    typed: &mut Styled,
) -> Option<Change> {
    let number = index + 1;
    let mut change = None;
    ui.horizontal(|ui| {
        ui.label(theme::second("where", editor.shade));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            // Clear of the bar that scrolls the inspector.
            ui.add_space(10.0);
            if widgets::icon_button(ui, icons::X, &format!("Remove rule {number}"), true).clicked() {
                change = Some(Change::Remove);
            }
            let mut arrow = |ui: &mut Ui, sign: &str, way: &str, can: bool, made: Change| {
                let button = ui.add_enabled(can, egui::Button::new(RichText::new(sign)).frame(false));
                let name = format!("Move rule {number} {way}");
                button.widget_info(|| WidgetInfo::labeled(Role::Button, can, &name));
                let first_or_last = if matches!(made, Change::Up) { "first" } else { "last" };
                let why_not = format!("{name}. It is the {first_or_last} already");
                if tip(button, &name).on_disabled_hover_text(why_not).clicked() {
                    change = Some(made);
                }
            };
            arrow(ui, "↓", "down", index + 1 < count, Change::Down);
            arrow(ui, "↑", "up", index > 0, Change::Up);
            if let Some(text) = text_ui(ui, field, now, "all the others", f32::INFINITY, &mut typed.texts) {
                let made = match text.trim() {
                    "" => Ok(None),
                    text => Filter::parse(text).map(Some),
                };
                if let Ok(when) = made {
                    editor.step(|styling| styling.set_rule_filter(index, when));
                    typed.texts.remove(field);
                }
            }
        });
    });
    match typed.texts.get(field).filter(|text| !text.trim().is_empty()).map(|text| Filter::parse(text)) {
        Some(Err(error)) => error_ui(ui, &error),
        Some(Ok(filter)) => doubts_of_filter_ui(ui, editor, &filter),
        None => {
            if let Ok(filter) = Filter::parse(now) {
                doubts_of_filter_ui(ui, editor, &filter);
            }
        }
    }
    ui.add_space(2.0);
    change
}

/// A field that adds a rule once a filter has been entered.
fn new_rule_ui(ui: &mut Ui, count: usize, editor: &mut Editor<'_>, typed: &mut Styled) {
    if count >= MOST {
        return;
    }
    let mut added = None;
    ui.horizontal(|ui| {
        ui.label(theme::second("where", editor.shade));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(10.0);
            let clicked =
                ui.button("Add rule").on_hover_text("Draw what matches this filter in a colour of its own").clicked();
            let entered = text_ui(ui, NEW, "", "status = occupied", f32::INFINITY, &mut typed.texts);
            let text = entered.or_else(|| typed.texts.get(NEW).filter(|_| clicked).cloned());
            added = text.and_then(|text| Filter::parse(text.trim()).ok());
        });
    });
    if let Some(filter) = added {
        typed.texts.remove(NEW);
        let rule = new_rule(editor.overlay, filter, count);
        editor.step(|styling| styling.add_rule(rule));
        return;
    }
    let typed = typed.texts.get(NEW).filter(|text| !text.trim().is_empty());
    match typed.map(|text| Filter::parse(text)) {
        Some(Err(error)) => error_ui(ui, &error),
        Some(Ok(filter)) => doubts_of_filter_ui(ui, editor, &filter),
        None if count == 0 => {
            let example = format!("such as {}", words::quoted("km2 > 10 and name ~ Kupiansk"));
            ui.label(theme::second(example, editor.shade));
        }
        None => {}
    }
}
