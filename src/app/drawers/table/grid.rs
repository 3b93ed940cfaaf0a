//! The rows and their head, by pointer and by keyboard.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    self, Align2, EventFilter, FontId, Key, Modifiers, Rect, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, Vec2,
    WidgetInfo,
};
use egui_table::{CellInfo, Column, HeaderCellInfo, HeaderRow, TableDelegate};

use super::Table;
use crate::app::theme;
use crate::dossier::table_view::{Arranged, ColumnId, Sort};
use crate::dossier::words;
use crate::formats::columns::ColumnKind;
use crate::formats::day::Day;
use crate::formats::visible::visible;
use crate::formats::written::Written;
use crate::scene::palette::Theme;
use crate::session::Action;

const ROW_PT: f32 = 22.0;
const HEAD_PT: f32 = 26.0;
/// On either side of what stands in a cell.
const MARGIN_PT: f32 = 8.0;
/// Columns are at first as wide as what they show, up to this.
const WIDEST_PT: f32 = 260.0;
/// Letters of a cell that are laid out, and those that a tip shows.
const MOST_LETTERS: usize = 200;
const MOST_LETTERS_OF_TIP: usize = 1200;
/// The decimals of km² and km.
const DECIMALS: usize = 3;

/// What the pointer has asked for.
enum Asked {
    Sort(Option<Sort>),
    Hide(ColumnId),
    Click { row: usize, column: Option<ColumnId>, held: Modifiers },
    ZoomTo(usize),
}

struct Grid<'a> {
    shown: &'a Arranged,
    columns: &'a [ColumnId],
    kinds: &'a BTreeMap<ColumnId, ColumnKind>,
    selected: &'a BTreeSet<u32>,
    cursor: Option<usize>,
    column: Option<&'a ColumnId>,
    sort: Option<&'a Sort>,
    has_keys: bool,
    shade: Theme,
    asked: Vec<Asked>,
    page: usize,
}

/// How a value is shown.
struct Cell {
    text: String,
    is_number: bool,
}

fn cell(value: Option<Written<'_>>, column: &ColumnId, kind: Option<ColumnKind>) -> Cell {
    let Some(value) = value else { return Cell { text: String::new(), is_number: false } };
    match (column, &value) {
        (ColumnId::Km2 | ColumnId::Km, Written::Number(_)) => {
            Cell { text: words::number(value.as_number().unwrap_or_default(), DECIMALS), is_number: true }
        }
        (_, Written::Number(_)) => Cell { text: value.words().into_owned(), is_number: true },
        (_, Written::Text(text)) => match kind {
            Some(ColumnKind::Number) if value.as_number().is_some() => {
                Cell { text: text.trim().to_owned(), is_number: true }
            }
            // A text that says an hour too is left as it is.
            // A column is as wide as its days before it is known that it has days.
            None if Day::in_text(text.trim()).is_ok_and(|day| day.is_whole()) && text.trim().len() <= 10 => Cell {
                text: Day::in_text(text).map_or_else(|_| text.to_string(), |day| day.to_string()),
                is_number: false,
            },
            Some(ColumnKind::Date) if text.trim().len() <= 10 => Cell {
                text: Day::in_text(text).map_or_else(|_| text.to_string(), |day| day.to_string()),
                is_number: false,
            },
            _ => Cell { text: text.to_string(), is_number: false },
        },
        (_, value) => Cell { text: value.words().into_owned(), is_number: false },
    }
}

/// The first letters of a text, in one line.
fn in_one_line(text: &str, most: usize) -> String {
    let mut letters = text.trim().chars();
    let line: String = letters.by_ref().take(most).map(|one| if one.is_whitespace() { ' ' } else { one }).collect();
    let mut line = visible(&line);
    if letters.next().is_some() {
        line.push('…');
    }
    line
}

impl Grid<'_> {
    /// Paints a text in a cell; whether all of it could be seen.
    fn paint(&self, ui: &mut Ui, text: &str, font: FontId, color: egui::Color32, right: bool) -> bool {
        let rect = ui.max_rect().shrink2(Vec2::new(MARGIN_PT, 0.0));
        let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
        if ui.is_sizing_pass() {
            let width = ui.painter().layout_job(job).size().x.ceil() + 1.0;
            ui.allocate_space(Vec2::new(width.min(WIDEST_PT) + 2.0 * MARGIN_PT, 1.0));
            return true;
        }
        // What is scrolled out of view in part is cut off with a sign, too.
        let seen = rect.intersect(ui.clip_rect().shrink2(Vec2::new(2.0, 0.0)));
        let rect = if seen.width() < 2.0 * MARGIN_PT { rect } else { seen };
        job.wrap = TextWrapping::truncate_at_width(rect.width());
        let galley = ui.painter().layout_job(job);
        let (at, anchor) =
            if right { (rect.right_center(), Align2::RIGHT_CENTER) } else { (rect.left_center(), Align2::LEFT_CENTER) };
        let elided = galley.elided;
        let at = anchor.anchor_size(at, galley.size()).min;
        ui.painter().galley(at, galley, color);
        !elided
    }

    fn sort_of(&self, column: &ColumnId) -> Option<bool> {
        self.sort.filter(|sort| sort.column == *column).map(|sort| sort.descending)
    }
}

impl TableDelegate for Grid<'_> {
    fn prepare(&mut self, info: &egui_table::PrefetchInfo) {
        self.page = (info.visible_rows.end - info.visible_rows.start).saturating_sub(2).max(1) as usize;
    }

    fn default_row_height(&self) -> f32 {
        ROW_PT
    }

    fn header_cell_ui(&mut self, ui: &mut Ui, head: &HeaderCellInfo) {
        let palette = self.shade.palette();
        let rect = ui.max_rect();
        let font = FontId::new(12.0, theme::semi_bold());
        ui.painter().hline(rect.x_range(), rect.max.y, Stroke::new(1.0, theme::ink(palette.line)));
        let Some(column) = head.col_range.start.checked_sub(1).and_then(|index| self.columns.get(index)) else {
            let order = ui.interact(rect, ui.scope_id().with("head"), Sense::CLICK);
            order.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, "File order"));
            self.paint(ui, "#", font, theme::ink(palette.second), true);
            if order.on_hover_text("Rows in file order").clicked() {
                self.asked.push(Asked::Sort(None));
            }
            return;
        };
        let sorted = self.sort_of(column);
        // By keys a column is sorted from its cells, for a head that is scrolled away can't be gone to.
        let response = ui.interact(rect, ui.scope_id().with("head"), Sense::CLICK);
        let said = match sorted {
            None => format!("Column {}", column.heading()),
            Some(false) => format!("Column {}, ascending", column.heading()),
            Some(true) => format!("Column {}, descending", column.heading()),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &said));
        if response.hovered() {
            ui.painter().rect_filled(rect, 0.0, theme::ink(palette.ink.with_opacity(0.05)));
        }
        let is_number = matches!(column, ColumnId::Km2 | ColumnId::Km)
            || self.kinds.get(column).is_some_and(|kind| *kind == ColumnKind::Number);
        let arrow = match sorted {
            None => "",
            Some(false) => " ↑",
            Some(true) => " ↓",
        };
        let is_here = self.column == Some(column);
        let color = theme::ink(if is_here { palette.ink } else { palette.second });
        let text = format!("{}{arrow}", in_one_line(column.heading(), MOST_LETTERS));
        self.paint(ui, &text, font, color, is_number);
        response.context_menu(|ui| {
            for (label, asked) in [
                ("Ascending", Asked::Sort(Some(Sort { column: column.clone(), descending: false }))),
                ("Descending", Asked::Sort(Some(Sort { column: column.clone(), descending: true }))),
                ("File order", Asked::Sort(None)),
                ("Hide column", Asked::Hide(column.clone())),
            ] {
                if ui.button(label).clicked() {
                    self.asked.push(asked);
                    ui.close();
                }
            }
        });
        let tip =
            format!("{}: click to sort ascending, again for descending, a third time for file order", column.heading());
        if response.on_hover_text(tip).clicked() {
            self.asked.push(Asked::Sort(next_sort(column, sorted)));
        }
    }

    fn row_ui(&mut self, ui: &mut Ui, row: u64) {
        let Some(feature) = self.shown.feature(row as usize) else { return };
        let palette = self.shade.palette();
        let rect = ui.max_rect();
        let is_selected = self.selected.contains(&(feature as u32));
        let response = ui.interact(rect, ui.scope_id().with("row"), Sense::CLICK);
        response.widget_info(|| {
            let label = format!("Row {}: {}", row + 1, self.shown.layer.overlay().features.label(feature));
            WidgetInfo::selected(Role::Row, true, is_selected, label)
        });
        if response.clicked() {
            let held = ui.input(|input| input.modifiers);
            self.asked.push(Asked::Click { row: row as usize, column: None, held });
        }
        if is_selected {
            ui.painter().rect_filled(rect, 0.0, ui.visuals().selection.bg_fill);
        } else if ui.rect_contains_pointer(rect.intersect(ui.clip_rect())) {
            ui.painter().rect_filled(rect, 0.0, theme::ink(palette.ink.with_opacity(0.05)));
        }
        if self.cursor == Some(feature) && self.has_keys {
            ui.painter().rect_stroke(
                rect.shrink(0.5),
                0.0,
                Stroke::new(1.0, theme::ink(palette.accent)),
                StrokeKind::Inside,
            );
        }
    }

    fn cell_ui(&mut self, ui: &mut Ui, place: &CellInfo) {
        let row = place.row_nr as usize;
        let Some(feature) = self.shown.feature(row) else { return };
        let palette = self.shade.palette();
        let rect = ui.max_rect();
        let mono = TextStyle::Monospace.resolve(ui.style());
        let column = place.col_nr.checked_sub(1).and_then(|index| self.columns.get(index));
        let response = ui.interact(rect, ui.scope_id().with("cell"), Sense::CLICK);
        if response.double_clicked() {
            self.asked.push(Asked::ZoomTo(row));
        } else if response.clicked() {
            let held = ui.input(|input| input.modifiers);
            self.asked.push(Asked::Click { row, column: column.cloned(), held });
        }
        let Some(column) = column else {
            self.paint(ui, &(feature + 1).to_string(), mono, theme::ink(palette.second), true);
            return;
        };
        let Cell { text, is_number } =
            cell(self.shown.layer.written(feature, column), column, self.kinds.get(column).copied());
        // What the map does not show is fainter here too.
        let color = theme::ink(if self.shown.layer.is_drawn(feature) { palette.ink } else { palette.second });
        let font = if is_number { mono } else { TextStyle::Body.resolve(ui.style()) };
        let is_whole = self.paint(ui, &in_one_line(&text, MOST_LETTERS), font, color, is_number);
        if self.has_keys && self.cursor == Some(feature) && self.column == Some(column) {
            ui.painter().rect_stroke(rect.shrink(1.0), 2.0, ui.visuals().selection.stroke, StrokeKind::Inside);
        }
        if !is_whole {
            response.on_hover_ui(|ui| {
                ui.label(text.chars().take(MOST_LETTERS_OF_TIP).collect::<String>());
            });
        }
    }
}

impl Table {
    /// Shows the rows that can be seen.
    pub(super) fn grid_ui(&mut self, ui: &mut Ui, shown: &Arranged, columns: &[ColumnId], actions: &mut Vec<Action>) {
        let area = ui.available_rect_before_wrap();
        let focus = ui.interact(area, ui.scope_id().with("keys"), Sense::FOCUSABLE);
        if std::mem::take(&mut self.takes_keys) {
            focus.request_focus();
        }
        let has_keys = focus.has_focus();
        let row = self.cursor.and_then(|feature| shown.row_of(feature));
        focus.widget_info(|| {
            let title = shown.layer.overlay().title.main();
            let said = self.said(shown, row);
            WidgetInfo {
                current_text_value: Some(said),
                ..WidgetInfo::labeled(Role::Table, true, format!("Table of {title}"))
            }
        });
        ui.spacing_mut().scroll.bar_outer_margin = 0.0;
        let digits = shown.layer.count().to_string().len() as f32;
        let number = Column::new(7.5 * digits + 2.0 * MARGIN_PT).resizable(false);
        let each = columns
            .iter()
            .map(|column| Column::new(120.0).range(40.0..=800.0).id(egui::Id::unique(("column of the table", column))));
        let all: Vec<Column> = std::iter::once(number).chain(each).collect();
        let mut table = egui_table::Table::new()
            .id_salt(("table of", &shown.layer.overlay().id))
            .num_rows(shown.count() as u64)
            .columns(all)
            .headers([HeaderRow::new(HEAD_PT)]);
        let (to_row, to_column) = std::mem::take(&mut self.scroll);
        if let Some((row, middle)) = to_row {
            table = table.scroll_to_row(row as u64, middle.then_some(egui::Align::Center));
        }
        if let Some(column) = to_column {
            table = table.scroll_to_column(column, None);
        }
        let mut grid = Grid {
            shown,
            columns,
            kinds: &self.kinds,
            selected: &self.selected,
            cursor: self.cursor,
            column: self.column.as_ref(),
            sort: self.sort.as_ref(),
            has_keys,
            shade: theme::theme_of(ui.ctx()),
            asked: Vec::new(),
            page: 1,
        };
        table.show(ui, &mut grid);
        let Grid { asked, page, .. } = grid;
        if has_keys {
            outline(ui, area);
            self.keys(ui, focus.id, shown, columns, row, page, actions);
        }
        for asked in asked {
            match asked {
                Asked::Sort(sort) => {
                    self.column = sort.as_ref().map(|sort| sort.column.clone()).or(self.column.take());
                    self.sort = sort;
                }
                Asked::Hide(column) => {
                    self.choices.insert(column, false);
                }
                Asked::Click { row, column, held } => {
                    self.column = column.or(self.column.take());
                    self.go_to(row, held.shift, held.command, shown, actions);
                    ui.memory_mut(|memory| memory.request_focus(focus.id));
                }
                Asked::ZoomTo(row) => self.zoom_to(row, shown, actions),
            }
            ui.ctx().request_repaint();
        }
    }

    /// What a screen reader says of where the keyboard is.
    fn said(&self, shown: &Arranged, row: Option<usize>) -> String {
        let (Some(row), Some(feature), Some(column)) = (row, self.cursor, &self.column) else {
            return format!("{} rows", shown.count());
        };
        let said = cell(shown.layer.written(feature, column), column, self.kinds.get(column).copied()).text;
        let said = if said.is_empty() { "empty".to_owned() } else { in_one_line(&said, MOST_LETTERS) };
        format!("Row {} of {}, {}: {said}", row + 1, shown.count(), column.heading())
    }

    /// Moves the cursor to a row, and selects it: with those since the last where `extends`, beside the others where `adds`.
    fn go_to(&mut self, row: usize, extends: bool, adds: bool, shown: &Arranged, actions: &mut Vec<Action>) {
        let Some(feature) = shown.feature(row) else { return };
        self.message = None;
        let mut selected = if adds { self.selected.clone() } else { BTreeSet::new() };
        if extends {
            let from = self.anchor.and_then(|anchor| shown.row_of(anchor)).unwrap_or(row);
            selected.extend(shown.features_in(from.min(row)..=from.max(row)));
        } else {
            self.anchor = Some(feature);
            if !selected.insert(feature as u32) {
                selected.remove(&(feature as u32));
            }
        }
        self.select(selected);
        self.cursor = Some(feature);
        actions.push(Action::SelectFeature { id: shown.layer.overlay().id.clone(), feature });
    }

    fn zoom_to(&mut self, row: usize, shown: &Arranged, actions: &mut Vec<Action>) {
        if let Some(feature) = shown.feature(row) {
            let id = shown.layer.overlay().id.clone();
            actions.push(Action::ZoomToFeature { id, feature });
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each says another thing of where the keyboard is")]
    fn keys(
        &mut self,
        ui: &Ui,
        focus: egui::Id,
        shown: &Arranged,
        columns: &[ColumnId],
        row: Option<usize>,
        page: usize,
        actions: &mut Vec<Action>,
    ) {
        let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(focus, arrows));
        let Some(last) = shown.count().checked_sub(1) else { return };
        let pressed = |held: Modifiers, key| ui.input_mut(|input| input.consume_key(held, key));
        let moves = [
            (Key::ArrowDown, Modifiers::NONE, row.map_or(0, |row| (row + 1).min(last))),
            (Key::ArrowUp, Modifiers::NONE, row.map_or(last, |row| row.saturating_sub(1))),
            (Key::PageDown, Modifiers::NONE, row.map_or(0, |row| (row + page).min(last))),
            (Key::PageUp, Modifiers::NONE, row.map_or(0, |row| row.saturating_sub(page))),
            (Key::Home, Modifiers::COMMAND, 0),
            (Key::End, Modifiers::COMMAND, last),
        ];
        for (key, held, to) in moves {
            for extends in [true, false] {
                let held = if extends { held | Modifiers::SHIFT } else { held };
                if pressed(held, key) {
                    self.go_to(to, extends, false, shown, actions);
                    self.scroll.0 = Some((to, false));
                }
            }
        }
        let here = self.column.as_ref().and_then(|column| columns.iter().position(|one| one == column)).unwrap_or(0);
        for (key, to) in [(Key::ArrowLeft, here.saturating_sub(1)), (Key::ArrowRight, here + 1)] {
            if pressed(Modifiers::NONE, key)
                && let Some(column) = columns.get(to)
            {
                self.column = Some(column.clone());
                self.scroll.1 = Some(to + 1);
            }
        }
        if pressed(Modifiers::NONE, Key::Space)
            && let Some(column) = columns.get(here)
        {
            let now = self.sort.as_ref().filter(|sort| sort.column == *column).map(|sort| sort.descending);
            self.sort = next_sort(column, now);
        }
        if pressed(Modifiers::NONE, Key::Enter)
            && let Some(row) = row
        {
            self.zoom_to(row, shown, actions);
        }
    }
}

/// The order that comes after this one: ascending, descending, file order.
fn next_sort(column: &ColumnId, descending: Option<bool>) -> Option<Sort> {
    let sort = |descending| Sort { column: column.clone(), descending };
    match descending {
        None => Some(sort(false)),
        Some(false) => Some(sort(true)),
        Some(true) => None,
    }
}

/// Shows that the keyboard is here.
fn outline(ui: &Ui, area: Rect) {
    let stroke = Stroke::new(1.0, ui.visuals().selection.stroke.color);
    ui.painter().rect_stroke(area, 2.0, stroke, StrokeKind::Inside);
}
