//! Positions as a table of who and what: a row for each who, a column for each overlay, in the cells what is done about it.

use eframe::egui::{Button, Grid, Label, Role, ScrollArea, Ui, WidgetInfo};
use serde_json::{Map, Value, json};

use crate::app::dialogs::entry_dialog::name_of;
use crate::app::widgets::{capital, tip};
use crate::app::{chrome, theme};
use crate::dossier::Manuscript;
use crate::dossier::manuscript::{List, id_of};
use crate::session::{Action, DraftEntry};

/// A wider column would leave no room for the others, in points.
const COLUMN_PT: f32 = 150.0;

/// The table: names by row and by column, and in each cell the positions, by id and stance.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    rows: Vec<String>,
    /// Id and title.
    columns: Vec<(String, String)>,
    cells: Vec<Vec<Vec<(String, String)>>>,
}

impl Table {
    /// Rows in the order of the positions, columns in that of the overlays; those without positions have none.
    fn of(manuscript: &Manuscript) -> Self {
        let text = |entry: &Map<String, Value>, member: &str| {
            entry.get(member).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
        };
        let positions: Vec<&Map<String, Value>> = manuscript.entries(List::Positions).collect();
        let mut rows: Vec<String> = Vec::new();
        for who in positions.iter().map(|position| text(position, "who")) {
            if !rows.contains(&who) {
                rows.push(who);
            }
        }
        let has = |id: &str| positions.iter().any(|position| text(position, "overlay") == id);
        let columns: Vec<(String, String)> = manuscript
            .entries(List::Overlays)
            .filter(|overlay| has(id_of(overlay)))
            .map(|overlay| (id_of(overlay).to_owned(), name_of(List::Overlays, overlay)))
            .collect();
        let cell = |who: &String, id: &String| -> Vec<(String, String)> {
            let here = positions.iter().filter(|one| text(one, "who") == *who && text(one, "overlay") == *id);
            here.map(|position| (id_of(position).to_owned(), text(position, "stance"))).collect()
        };
        let cells = rows.iter().map(|who| columns.iter().map(|(id, _)| cell(who, id)).collect()).collect();
        Self { rows, columns, cells }
    }
}

/// Shows the table. Each cell is a button: it opens what stands there, or adds it.
pub(super) fn table_ui(ui: &mut Ui, manuscript: &Manuscript, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let table = Table::of(manuscript);
    ScrollArea::horizontal().auto_shrink([false, true]).id_salt("positions").show(ui, |ui| {
        let grid = Grid::new("who and what").striped(true).spacing([12.0, 4.0]).min_row_height(24.0);
        grid.max_col_width(COLUMN_PT).show(ui, |ui| {
            ui.label("");
            for (_, title) in &table.columns {
                ui.add(Label::new(theme::section(title, shade)).wrap());
            }
            ui.end_row();
            for (who, cells) in table.rows.iter().zip(&table.cells) {
                ui.add(Label::new(if who.is_empty() { "nobody named" } else { who }).wrap());
                for ((overlay, title), positions) in table.columns.iter().zip(cells) {
                    ui.push_id(overlay, |ui| {
                        ui.vertical(|ui| cell_ui(ui, (who, overlay, title), positions, actions));
                    });
                }
                ui.end_row();
            }
        });
        chrome::follow_focus(ui);
    });
}

fn cell_ui(
    ui: &mut Ui,
    (who, overlay, title): (&str, &str, &str),
    positions: &[(String, String)],
    actions: &mut Vec<Action>,
) {
    for (id, stance) in positions {
        let button = ui.add(Button::new(capital(stance)).frame(false));
        let name = format!("Position of {who} on {title}: {stance}");
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if tip(button, "Edit it").clicked() {
            actions.push(Action::AskEntry(List::Positions, Some(id.clone())));
        }
    }
    if positions.is_empty() {
        let button = ui.add(Button::new("+").frame(false).min_size(eframe::egui::Vec2::splat(24.0)));
        let name = format!("Add the position of {who} on {title}");
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if tip(button, name.clone()).clicked() {
            let entry = Map::from_iter([("who".to_owned(), json!(who)), ("overlay".to_owned(), json!(overlay))]);
            actions.push(Action::AskDraft(Box::new(DraftEntry::new(List::Positions, entry))));
        }
    }
}
