//! The reports and the stated figures as a list, for the keyboard and for readers who do not see the curves.

use eframe::egui::{Align, Button, Label, Layout, Role, ScrollArea, Ui, WidgetInfo, vec2};

use super::{name_of, said, size_words, swatch};
use crate::app::{chrome, theme};
use crate::dossier::series::curve::AreaOverTime;
use crate::dossier::words;
use crate::formats::day::Day;
use crate::scene::display_list::Color;
use crate::session::{Action, Session};

/// A row: the heading of a curve, a report of it, the heading of what is stated, or a stated figure.
#[derive(Clone, Copy)]
enum Row {
    Curve(usize),
    Report(usize, usize),
    StatedHead,
    Stated(usize),
}

pub(super) fn list_ui(ui: &mut Ui, session: &Session, all: &AreaOverTime, actions: &mut Vec<Action>) {
    let mut rows = Vec::new();
    for (index, curve) in all.curves.iter().enumerate() {
        rows.push(Row::Curve(index));
        // The last one is looked for first.
        rows.extend((0..curve.points.len()).rev().map(|point| Row::Report(index, point)));
    }
    if !all.stated.is_empty() {
        rows.push(Row::StatedHead);
        rows.extend((0..all.stated.len()).rev().map(Row::Stated));
    }
    let colors = super::colors(session, all, theme::theme_of(ui.ctx()));
    let shown = session.document().day.and_then(|day| day.since_1970());
    let height = ui.spacing().interact_size.y;
    ScrollArea::vertical().auto_shrink(false).id_salt("reports of areas").show_rows(
        ui,
        height,
        rows.len(),
        |ui, seen| {
            for row in rows.get(seen).unwrap_or_default() {
                match *row {
                    Row::Curve(index) => {
                        head_ui(ui, &name_of(&all.curves[index]), height, Some((index, colors[index])))
                    }
                    Row::StatedHead => head_ui(ui, "Stated", height, None),
                    Row::Report(curve, point) => {
                        let (curve, point) = (&all.curves[curve], &all.curves[curve].points[point]);
                        let text = format!("{}  ·  {}", point.when, size_words(all, point.km2));
                        let is_shown = shown.is_some_and(|day| point.days.contains(&day));
                        row_ui(ui, &text, &said(all, curve, point), *point.days.start(), is_shown, actions);
                    }
                    Row::Stated(index) => {
                        let stated = &all.stated[index];
                        let figure = &stated.figure;
                        let when = figure.date.as_deref().map(words::date).unwrap_or_default();
                        let text = format!("{when}  ·  {}, {}", words::figure(figure), figure.reported_by);
                        let traced =
                            figure.traced_to.as_ref().map_or_else(String::new, |name| format!(", traced to {name}"));
                        let told = format!(
                            "{when}: {} stated by {}{traced}; as an area {}",
                            words::figure(figure),
                            figure.reported_by,
                            size_words(all, stated.km2)
                        );
                        let is_shown = shown.is_some_and(|day| stated.days.contains(&day));
                        row_ui(ui, &text, &told, *stated.days.start(), is_shown, actions);
                    }
                }
            }
            chrome::follow_focus(ui);
        },
    );
}

/// What a curve is called beside its sample; without a curve, what is stated.
fn head_ui(ui: &mut Ui, words: &str, height: f32, curve: Option<(usize, Color)>) {
    let shade = theme::theme_of(ui.ctx());
    let size = vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        match curve {
            Some(curve) => swatch::curve_ui(ui, curve, shade),
            None => swatch::stated_ui(ui, shade),
        }
        ui.add(Label::new(theme::section(words, shade)).truncate());
    });
}

/// A row as a button that goes to its day.
fn row_ui(ui: &mut Ui, text: &str, told: &str, day: i64, is_shown: bool, actions: &mut Vec<Action>) {
    let row = ui.add(Button::selectable(is_shown, text).truncate());
    row.widget_info(|| {
        WidgetInfo::selected(Role::Button, true, is_shown, format!("Go to {}", told.replace('\n', "; ")))
    });
    if row.on_hover_text(told).clicked() {
        actions.extend(Day::of_days(day).map(|day| Action::ShowDay(Some(day))));
    }
}
