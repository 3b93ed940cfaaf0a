//! The values of a column taken together.

use super::{ColumnId, Layer, Work};
use crate::dossier::Size;
use crate::formats::columns::{self, Column};

/// A column over some features, and how large these are.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// Count, sum, least, greatest, distinct values.
    pub column: Column,
    /// How many features there are.
    pub features: usize,
    /// Their size together.
    pub size: Size,
}

impl Statistics {
    /// The mean of a column of numbers.
    pub fn mean(&self) -> Option<f64> {
        self.column.numbers.map(|numbers| numbers.sum / self.column.count as f64)
    }
}

/// The statistics of a column over these features, or over all; `None` once the work is cancelled.
pub fn statistics(layer: &Layer, column: &ColumnId, features: Option<&[u32]>, work: &Work) -> Option<Statistics> {
    let count = features.map_or(layer.count(), <[u32]>::len);
    let cells = layer.cells(column);
    let chunks = work.in_chunks(count, |rows| {
        let written = |row: usize| cells.written(features.map_or(row, |features| features[row] as usize));
        rows.map(written).collect::<Vec<_>>()
    })?;
    let column = columns::summarize(chunks.into_iter().flatten());
    let overlay = &layer.overlay;
    let sizes = overlay.features.sizes(&overlay.shape);
    let size = match features {
        Some(features) => features.iter().filter_map(|feature| sizes.get(*feature as usize)).copied().sum(),
        None => sizes.iter().copied().sum(),
    };
    Some(Statistics { column, features: count, size })
}
