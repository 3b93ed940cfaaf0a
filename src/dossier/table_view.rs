//! A layer as a table: its columns, which of its features are shown and in which order, the statistics of a column, and CSV.
//!
//! A million rows take a second or so. So whatever reads all of them takes a [`Work`], by which another thread sees how
//! far it has come and ends it, and shares the rows among a few threads.

mod arrange;
mod csv_text;
mod order;
mod search;
mod statistics;
mod work;

use std::ops::Range;
use std::sync::Arc;

pub use self::arrange::{Arranged, Arranger, Wanted};
pub use self::csv_text::{MOST_BYTES, csv_text};
pub use self::order::{Order, Sort};
pub use self::search::Search;
pub use self::statistics::{Statistics, statistics};
pub(super) use self::work::CHUNK;
pub use self::work::Work;
use super::features::NAMES;
use super::kinds::Kinds;
use super::{Overlay, Styling};
use crate::formats::table::SIMPLESTYLE;
use crate::formats::written::{Finder, Written};

/// So many features are looked at for the columns that are shown at once, before all have been read.
const SAMPLE: usize = 500;

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnId {
    /// The name that a feature gives itself.
    Title,
    /// What the legend calls its kind.
    Kind,
    /// The size of its areas, in square kilometres.
    Km2,
    /// The length of its lines, in kilometres.
    Km,
    /// A property, by its name in the file.
    Property(String),
}

impl ColumnId {
    /// What stands above the column.
    pub fn heading(&self) -> &str {
        match self {
            Self::Title => "Title",
            Self::Kind => "Kind",
            Self::Km2 => "Area, km²",
            Self::Km => "Length, km",
            Self::Property(name) => name,
        }
    }

    /// What the head of a CSV file calls it: of a size as filters do.
    pub fn name(&self) -> &str {
        match self {
            Self::Title => "title",
            Self::Kind => "kind",
            Self::Km2 => "km2",
            Self::Km => "km",
            Self::Property(name) => name,
        }
    }
}

/// A layer, with the kinds that its features fall into now.
#[derive(Debug, Clone)]
pub struct Layer {
    overlay: Arc<Overlay>,
    kinds: Arc<Kinds>,
}

impl PartialEq for Layer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.overlay, &other.overlay) && Arc::ptr_eq(&self.kinds, &other.kinds)
    }
}

impl Layer {
    /// An overlay, its features told apart as a styling says.
    pub fn new(overlay: Arc<Overlay>, styling: &Arc<Styling>) -> Self {
        let kinds = overlay.kinds(styling);
        Self { overlay, kinds }
    }

    /// An overlay before its kinds are known.
    pub fn without_kinds(overlay: Arc<Overlay>) -> Self {
        Self { overlay, kinds: Arc::default() }
    }

    /// The overlay.
    pub fn overlay(&self) -> &Arc<Overlay> {
        &self.overlay
    }

    /// How many features there are.
    pub fn count(&self) -> usize {
        self.overlay.features.count()
    }

    /// Whether the map shows a feature; all of them before the kinds are known.
    pub fn is_drawn(&self, feature: usize) -> bool {
        self.kinds.list().is_empty() || self.kinds.shows(feature)
    }

    /// What stands in the cells of a column.
    pub fn cells<'a>(&'a self, column: &'a ColumnId) -> Cells<'a> {
        let finder = if let ColumnId::Property(name) = column { Some(Finder::new(name)) } else { None };
        Cells { layer: self, column, finder }
    }

    /// What stands in one cell, if anything.
    pub fn written<'a>(&'a self, feature: usize, column: &'a ColumnId) -> Option<Written<'a>> {
        self.cells(column).written(feature)
    }

    /// The columns that the first features have: what is shown until [`Self::columns`] has read all.
    pub fn first_columns(&self) -> Vec<ColumnId> {
        self.with_names(self.overlay.features.rows().names_in(0..self.count().min(SAMPLE)))
    }

    /// All columns: what is known of the features beside their properties, then these in the order of the file. `None`
    /// once the work is cancelled.
    pub fn columns(&self, work: &Work) -> Option<Vec<ColumnId>> {
        let rows = self.overlay.features.rows();
        let found = work.in_chunks(self.count(), |features: Range<usize>| rows.names_in(features))?;
        let mut names: Vec<String> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for name in found.into_iter().flatten() {
            if known.insert(name.clone()) {
                names.push(name);
            }
        }
        Some(self.with_names(names))
    }

    fn with_names(&self, names: Vec<String>) -> Vec<ColumnId> {
        let shape = &self.overlay.shape;
        let mut columns = vec![ColumnId::Title];
        if self.kinds.is_told_apart() {
            columns.push(ColumnId::Kind);
        }
        if !shape.polygons().is_empty() {
            columns.push(ColumnId::Km2);
        }
        if !shape.lines().is_empty() {
            columns.push(ColumnId::Km);
        }
        columns.extend(names.into_iter().map(ColumnId::Property));
        columns
    }
}

/// The cells of a column, which are read when they are asked for.
#[derive(Debug)]
pub struct Cells<'a> {
    layer: &'a Layer,
    column: &'a ColumnId,
    /// Of a property.
    finder: Option<Finder>,
}

impl<'a> Cells<'a> {
    /// What stands in that of a feature, if anything.
    pub fn written(&self, feature: usize) -> Option<Written<'a>> {
        let features = &self.layer.overlay.features;
        if let Some(finder) = &self.finder {
            return features.rows().found(feature, finder);
        }
        let size = || features.sizes(&self.layer.overlay.shape).get(feature);
        let number = |value: f64| (value > 0.0).then(|| Written::number(value));
        match self.column {
            ColumnId::Title => features.name(feature).map(|name| Written::Text(name.into())),
            ColumnId::Kind => {
                let kind = self.layer.kinds.of(feature).filter(|kind| !kind.title.is_empty())?;
                Some(Written::Text(kind.title.as_str().into()))
            }
            ColumnId::Km2 => number(size()?.km2),
            ColumnId::Km => number(size()?.km),
            ColumnId::Property(_) => None,
        }
    }
}

/// Whether a column of these is shown before anybody chooses: not how features are drawn, which the map shows, nor the
/// title where a property says the same.
pub fn is_shown_at_first(column: &ColumnId, columns: &[ColumnId]) -> bool {
    let is_name = |column: &&ColumnId| matches!(column, ColumnId::Property(name) if NAMES.contains(&name.as_str()));
    match column {
        ColumnId::Title => columns.iter().filter(is_name).count() != 1,
        ColumnId::Property(name) => !SIMPLESTYLE.contains(&name.as_str()),
        ColumnId::Kind | ColumnId::Km2 | ColumnId::Km => true,
    }
}

#[cfg(test)]
mod tests;
