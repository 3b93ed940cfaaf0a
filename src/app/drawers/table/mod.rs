//! The features of a layer as a table: a head to choose, search and filter, the rows, and the statistics of a column.
//!
//! Rows are searched, filtered and sorted in a thread of their own; until it has done so, the table shows what it showed
//! before, at first all features as the file has them. Only the cells that are seen are read.

mod foot;
mod grid;
mod head;
mod task;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use eframe::egui::{self, Context, Ui, UiBuilder};

use self::task::Task;
use crate::dossier::Overlay;
use crate::dossier::table_view::{
    Arranged, Arranger, ColumnId, Layer, Sort, Statistics, Wanted, Work, csv_text, is_shown_at_first, statistics,
};
use crate::dossier::words;
use crate::formats::columns::ColumnKind;
use crate::formats::filter::{Filter, FilterError};
use crate::session::{Action, Selection, Session};

/// By which the drawer is opened and remembered.
pub(super) const ID: &str = "table";

/// Height of the line below the rows.
const FOOT_PT: f32 = 24.0;

/// Below this height there is no room for that line.
const LOW_PT: f32 = 110.0;

/// What the statistics are of.
#[derive(Clone)]
struct Summed {
    layer: Layer,
    column: ColumnId,
    /// The features; `None` for all.
    rows: Option<Arc<[u32]>>,
}

impl PartialEq for Summed {
    fn eq(&self, other: &Self) -> bool {
        self.layer == other.layer && self.column == other.column && is_same(&self.rows, &other.rows)
    }
}

fn is_same(one: &Option<Arc<[u32]>>, other: &Option<Arc<[u32]>>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}

fn summed(summed: Summed, work: &Work) -> Option<(Summed, Statistics)> {
    let found = statistics(&summed.layer, &summed.column, summed.rows.as_deref(), work)?;
    Some((summed, found))
}

/// What is copied as CSV.
#[derive(Clone)]
struct Copied {
    layer: Layer,
    columns: Vec<ColumnId>,
    rows: Option<Arc<[u32]>>,
    /// Tells one wish to copy from the next.
    number: u64,
}

impl PartialEq for Copied {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

/// The field of the filter.
#[derive(Default)]
struct FilterField {
    text: String,
    filter: Option<Filter>,
    error: Option<FilterError>,
}

/// The table, and what it holds while the window is open.
pub(super) struct Table {
    /// Id of the layer; `None` until one is chosen.
    layer: Option<String>,
    search: String,
    filter: FilterField,
    sort: Option<Sort>,
    /// Which columns the user has shown or hidden.
    choices: BTreeMap<ColumnId, bool>,
    shown: Option<Arc<Arranged>>,
    arranging: Task<Wanted, Arranged>,
    /// What all values of a column are, where it is known.
    kinds: BTreeMap<ColumnId, ColumnKind>,
    statistics: Option<(Summed, Statistics)>,
    summing: Task<Summed, (Summed, Statistics)>,
    /// What the columns seen hold, one after the other.
    typing: Task<Summed, (Summed, Statistics)>,
    copying: Task<Copied, Result<String, String>>,
    copies: u64,
    /// The features that are selected here; the map outlines the one where the cursor is.
    selected: BTreeSet<u32>,
    /// The same in the order of the rows.
    selected_rows: Arc<[u32]>,
    /// The feature where a range of rows begins.
    anchor: Option<usize>,
    /// The feature where the keyboard is.
    cursor: Option<usize>,
    /// The column where the keyboard is, of which the foot says the statistics.
    column: Option<ColumnId>,
    /// The feature that was selected on the map when it was last looked at.
    on_map: Option<usize>,
    /// The row, and whether in the middle, and the column that are to be seen.
    scroll: (Option<(usize, bool)>, Option<usize>),
    /// Whether the rows take the keyboard when they are next shown.
    takes_keys: bool,
    message: Option<String>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            layer: None,
            search: String::new(),
            filter: FilterField::default(),
            sort: None,
            choices: BTreeMap::new(),
            shown: None,
            arranging: Task::new("table rows", || {
                let mut arranger = Arranger::default();
                Box::new(move |wanted, work| arranger.arrange(wanted, work))
            }),
            kinds: BTreeMap::new(),
            statistics: None,
            summing: Task::new("table statistics", || Box::new(summed)),
            typing: Task::new("table columns", || Box::new(summed)),
            copying: Task::new("table copy", || {
                Box::new(|copied: Copied, work| csv_text(&copied.layer, &copied.columns, copied.rows.as_deref(), work))
            }),
            copies: 0,
            selected: BTreeSet::new(),
            selected_rows: Arc::default(),
            anchor: None,
            cursor: None,
            column: None,
            on_map: None,
            scroll: (None, None),
            takes_keys: false,
            message: None,
        }
    }
}

/// The layers that have features, in the order of the dossier.
fn layers(session: &Session) -> impl DoubleEndedIterator<Item = &Arc<Overlay>> {
    session.dossier().overlays.iter().filter(|overlay| overlay.features.count() > 0)
}

impl Table {
    /// Shows this layer when it is next shown, or that of what is selected; takes the keyboard.
    pub(super) fn open(&mut self, overlay: Option<String>) {
        self.takes_keys = true;
        // Which one is selected is seen when it is shown.
        self.choose(overlay);
    }

    fn choose(&mut self, overlay: Option<String>) {
        if self.layer != overlay {
            self.layer = overlay;
            self.search.clear();
            self.filter = FilterField::default();
            self.sort = None;
            self.choices.clear();
            self.shown = None;
            self.forget();
        }
    }

    /// Lets go of what was said of the features before.
    fn forget(&mut self) {
        self.kinds.clear();
        self.statistics = None;
        self.selected.clear();
        self.selected_rows = Arc::default();
        (self.anchor, self.cursor, self.on_map, self.column) = (None, None, None, None);
        self.message = None;
    }

    /// The layer that is shown; `None` where none has features.
    fn overlay(&mut self, session: &Session) -> Option<Arc<Overlay>> {
        let find = |id: &str| layers(session).find(|overlay| overlay.id == id);
        if let Some(overlay) = self.layer.as_deref().and_then(find) {
            return Some(Arc::clone(overlay));
        }
        // The table of a line that the user's own has replaced goes on with the layer that this is from.
        let line = self.lost_line(session).and_then(|_| session.document().chosen_line.as_ref());
        let of_line = line.and_then(|line| find(&line.overlay));
        let selected = session.selected_overlay().and_then(|overlay| find(&overlay.id));
        let own = || layers(session).rev().find(|overlay| overlay.opened_from.is_some());
        let overlay = Arc::clone(of_line.or(selected).or_else(own).or_else(|| layers(session).next())?);
        self.choose(Some(overlay.id.clone()));
        Some(overlay)
    }

    /// The name of the line that is shown, if one of the user's own, which has no features, has taken its place.
    fn lost_line<'a>(&self, session: &'a Session) -> Option<&'a str> {
        let own = session.dossier().own_line.as_ref().filter(|own| self.layer.as_ref() == Some(&own.overlay))?;
        layers(session).all(|overlay| overlay.id != own.overlay).then_some(own.title.as_str())
    }

    /// Follows the session and the threads; what is shown now.
    fn follow(&mut self, ctx: &Context, session: &Session) -> Option<Arc<Arranged>> {
        let lost = self.lost_line(session);
        let overlay = self.overlay(session)?;
        let styling = session.styling(&overlay.id);
        if self.shown.as_ref().is_none_or(|shown| !Arc::ptr_eq(shown.layer.overlay(), &overlay)) {
            self.forget();
            let shown = || words::quoted(overlay.title.main());
            self.message =
                lost.map(|lost| format!("{lost} is now your own line; these are the features of {}", shown()));
            self.shown = Some(Arc::new(Arranged::at_first(Arc::clone(&overlay), Arc::clone(&styling))));
        }
        self.arranging.ask(
            ctx,
            Wanted {
                overlay: Arc::clone(&overlay),
                styling,
                search: self.search.trim().to_owned(),
                filter: self.filter.filter.clone(),
                sort: self.sort.clone(),
            },
        );
        if let Some(arranged) = self.arranging.take()
            && Arc::ptr_eq(arranged.layer.overlay(), &overlay)
        {
            self.shown = Some(Arc::new(arranged));
            self.statistics = None;
            let kept = std::mem::take(&mut self.selected);
            self.select(kept);
            let cursor = self.cursor.and_then(|feature| self.shown.as_ref()?.row_of(feature));
            self.scroll.0 = cursor.map(|row| (row, true)).or(self.scroll.0);
        }
        self.follow_map(session, &overlay.id);
        self.statistics = self.summing.take().or(self.statistics.take());
        if let Some((summed, found)) = self.typing.take()
            && Arc::ptr_eq(summed.layer.overlay(), &overlay)
        {
            self.kinds.insert(summed.column, found.column.kind);
        }
        match self.copying.take() {
            Some(Ok(text)) => {
                self.message = Some(format!("Copied {} rows as CSV", text.lines().count().saturating_sub(1)));
                ctx.copy_text(text);
            }
            Some(Err(what)) => self.message = Some(what),
            None => {}
        }
        self.shown.clone()
    }

    /// Selects here what has been selected on the map.
    fn follow_map(&mut self, session: &Session, id: &str) {
        let on_map = match session.selection() {
            Selection::Overlay { id: selected, feature, .. } if selected == id => *feature,
            _ => None,
        };
        if std::mem::replace(&mut self.on_map, on_map) == on_map || on_map == self.cursor {
            return;
        }
        let Some(feature) = on_map else { return };
        self.cursor = Some(feature);
        self.anchor = Some(feature);
        self.message = None;
        match self.shown.as_ref().and_then(|shown| shown.row_of(feature)) {
            Some(row) => {
                self.select(BTreeSet::from([feature as u32]));
                self.scroll.0 = Some((row, true));
            }
            None => {
                self.select(BTreeSet::new());
                self.message = Some("The selection on the map is not in the rows shown".to_owned());
            }
        }
    }

    /// Selects these features as far as they are shown.
    fn select(&mut self, features: BTreeSet<u32>) {
        let Some(shown) = &self.shown else { return };
        let rows: Vec<u32> = match &shown.rows {
            None => features.into_iter().filter(|feature| (*feature as usize) < shown.layer.count()).collect(),
            Some(_) if features.is_empty() => Vec::new(),
            Some(rows) => rows.iter().copied().filter(|feature| features.contains(feature)).collect(),
        };
        self.selected = rows.iter().copied().collect();
        self.selected_rows = rows.into();
    }

    /// The columns that are shown.
    fn columns(&self, shown: &Arranged) -> Vec<ColumnId> {
        shown.columns.iter().filter(|column| self.is_shown(column, &shown.columns)).cloned().collect()
    }

    fn is_shown(&self, column: &ColumnId, columns: &[ColumnId]) -> bool {
        self.choices.get(column).copied().unwrap_or_else(|| is_shown_at_first(column, columns))
    }

    /// The rows that statistics and copies are of: those selected, where there are several, or all that are shown.
    fn rows_meant(&self, shown: &Arranged) -> Option<Arc<[u32]>> {
        if self.selected.len() > 1 { Some(Arc::clone(&self.selected_rows)) } else { shown.rows.clone() }
    }

    /// Asks for the statistics of the column in focus; then, one after the other, what the columns seen hold.
    fn ask_statistics(&mut self, ctx: &Context, shown: &Arranged, columns: &[ColumnId]) {
        if self.arranging.is_busy() {
            return;
        }
        let of = |column: &ColumnId, rows| Summed { layer: shown.layer.clone(), column: column.clone(), rows };
        if let Some(column) = self.column.as_ref().filter(|column| columns.contains(column)) {
            let wanted = of(column, self.rows_meant(shown));
            if self.statistics.as_ref().is_none_or(|(summed, _)| *summed != wanted) {
                self.summing.ask(ctx, wanted);
            }
        } else {
            self.column = columns.first().cloned();
        }
        if !self.summing.is_busy()
            && !self.typing.is_busy()
            && let Some(column) = columns.iter().find(|column| !self.kinds.contains_key(column))
        {
            self.typing.ask(ctx, of(column, None));
        }
    }

    /// Shows the rows, with the fields above and the statistics below.
    pub(super) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(shown) = self.shown.clone().filter(|_| layers(session).next().is_some()) else {
            ui.label("No layer has features. Open a file of features (Ctrl+O) to see them as a table.");
            return;
        };
        let columns = self.columns(&shown);
        let height = ui.available_height();
        self.fields_ui(ui, session, &shown, actions);
        let area = ui.available_rect_before_wrap();
        let foot_pt = if height > LOW_PT { FOOT_PT } else { 0.0 };
        let (mut rows, mut foot) = (area, area);
        rows.max.y = (area.max.y - foot_pt).max(area.min.y + 1.0);
        foot.min.y = rows.max.y;
        ui.scope_builder(UiBuilder::new().max_rect(rows).id_salt("rows"), |ui| {
            self.grid_ui(ui, &shown, &columns, actions);
        });
        self.ask_statistics(ui.ctx(), &shown, &columns);
        if foot_pt > 0.0 {
            let layout = egui::Layout::left_to_right(egui::Align::Center);
            ui.scope_builder(UiBuilder::new().max_rect(foot).layout(layout).id_salt("foot"), |ui| {
                self.foot_ui(ui, &shown)
            });
        }
    }
}
