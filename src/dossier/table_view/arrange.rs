//! Which features of a layer are shown, and in which order, remembering what took long to find out.

use std::sync::Arc;

use super::{ColumnId, Layer, Order, Search, Sort, Work};
use crate::dossier::{Overlay, Styling};
use crate::formats::filter::Filter;

/// So many orders are remembered: going back to a column is then quick.
const REMEMBERED: usize = 4;

/// What is to be shown of a layer.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The layer.
    pub overlay: Arc<Overlay>,
    /// How its features are told apart.
    pub styling: Arc<Styling>,
    /// Plain text that a feature must have in one of its properties; all of them where there is none.
    pub search: String,
    /// What a feature must fit.
    pub filter: Option<Filter>,
    /// In which order; that of the file where there is none.
    pub sort: Option<Sort>,
}

impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.overlay, &other.overlay)
            && self.styling == other.styling
            && self.search == other.search
            && self.filter == other.filter
            && self.sort == other.sort
    }
}

/// What is shown of a layer.
#[derive(Debug, Clone)]
pub struct Arranged {
    /// What was wanted.
    pub wanted: Wanted,
    /// The layer.
    pub layer: Layer,
    /// All of its columns.
    pub columns: Arc<[ColumnId]>,
    /// The features, in their order; `None` for all in that of the file.
    pub rows: Option<Arc<[u32]>>,
}

impl Arranged {
    /// All features as they stand in the file: what is shown before anything is known.
    pub fn at_first(overlay: Arc<Overlay>, styling: Arc<Styling>) -> Self {
        let layer = Layer::without_kinds(Arc::clone(&overlay));
        let columns = layer.first_columns().into();
        let wanted = Wanted { overlay, styling, search: String::new(), filter: None, sort: None };
        Self { wanted, layer, columns, rows: None }
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.rows.as_ref().map_or(self.layer.count(), |rows| rows.len())
    }

    /// The feature in a row.
    pub fn feature(&self, row: usize) -> Option<usize> {
        match &self.rows {
            Some(rows) => rows.get(row).map(|feature| *feature as usize),
            None => (row < self.layer.count()).then_some(row),
        }
    }

    /// The row of a feature, if it is shown: a millisecond among a million.
    pub fn row_of(&self, feature: usize) -> Option<usize> {
        match &self.rows {
            Some(rows) => rows.iter().position(|one| *one as usize == feature),
            None => (feature < self.layer.count()).then_some(feature),
        }
    }

    /// The features of these rows.
    pub fn features_in(&self, rows: std::ops::RangeInclusive<usize>) -> Vec<u32> {
        rows.filter_map(|row| self.feature(row)).map(|feature| feature as u32).collect()
    }
}

/// Arranges rows, and remembers columns, finds and orders as long as they hold.
#[derive(Debug, Default)]
pub struct Arranger {
    layer: Option<Layer>,
    columns: Arc<[ColumnId]>,
    /// What was found, and by which search and filter.
    found: Option<(String, Option<Filter>, Arc<[u32]>)>,
    orders: Vec<(ColumnId, Order)>,
}

impl Arranger {
    /// Does what is wanted; `None` once the work is cancelled.
    pub fn arrange(&mut self, wanted: Wanted, work: &Work) -> Option<Arranged> {
        let layer = Layer::new(Arc::clone(&wanted.overlay), &wanted.styling);
        if self.layer.as_ref().is_none_or(|before| *before != layer) {
            let same_overlay = self.layer.as_ref().is_some_and(|before| Arc::ptr_eq(&before.overlay, &layer.overlay));
            self.found = None;
            if same_overlay {
                self.orders.retain(|(column, _)| *column != ColumnId::Kind);
            } else {
                self.orders.clear();
            }
            self.layer = None;
            self.columns = layer.columns(work)?.into();
            self.layer = Some(layer.clone());
        }
        let found = self.find(&layer, &wanted, work)?;
        let rows = match &wanted.sort {
            None => found,
            Some(sort) => {
                let mut rows = match &found {
                    Some(rows) => rows.to_vec(),
                    None => (0..layer.count() as u32).collect(),
                };
                self.order(&layer, &sort.column, work)?.sort(&mut rows, sort.descending);
                Some(rows.into())
            }
        };
        Some(Arranged { wanted, layer, columns: Arc::clone(&self.columns), rows })
    }

    /// The features that fit search and filter, in the order of the file; `None` within for all.
    fn find(&mut self, layer: &Layer, wanted: &Wanted, work: &Work) -> Option<Option<Arc<[u32]>>> {
        let search = Search::new(&wanted.search, layer);
        if search.is_none() && wanted.filter.is_none() {
            return Some(None);
        }
        if let Some((searched, filter, found)) = &self.found
            && *searched == wanted.search
            && *filter == wanted.filter
        {
            return Some(Some(Arc::clone(found)));
        }
        let overlay = &layer.overlay;
        let matcher = wanted.filter.as_ref().map(|filter| overlay.matcher(filter));
        let chunks = work.in_chunks(layer.count(), |features| {
            let mut scratch = Vec::new();
            let fits = |feature: &usize| {
                search.as_ref().is_none_or(|search| search.finds(layer, *feature, &mut scratch))
                    && matcher.as_ref().is_none_or(|matcher| matcher.matches(*feature))
            };
            features.filter(fits).map(|feature| feature as u32).collect::<Vec<u32>>()
        })?;
        let found: Arc<[u32]> = chunks.concat().into();
        self.found = Some((wanted.search.clone(), wanted.filter.clone(), Arc::clone(&found)));
        Some(Some(found))
    }

    /// The order by a column.
    fn order(&mut self, layer: &Layer, column: &ColumnId, work: &Work) -> Option<&Order> {
        let place = match self.orders.iter().position(|(known, _)| known == column) {
            Some(place) => place,
            None => {
                let order = Order::of(layer, column, work)?;
                if self.orders.len() == REMEMBERED {
                    self.orders.remove(0);
                }
                self.orders.push((column.clone(), order));
                self.orders.len() - 1
            }
        };
        self.orders.get(place).map(|(_, order)| order)
    }
}
