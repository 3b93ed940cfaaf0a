//! The values of a column taken together.

use serde_json::Value;

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

/// The values of a column, in chunks of the features' order: of these features, or of all.
pub(super) fn values(
    layer: &Layer,
    column: &ColumnId,
    features: Option<&[u32]>,
    work: &Work,
) -> Option<Vec<Vec<Option<Value>>>> {
    let count = features.map_or(layer.count(), <[u32]>::len);
    work.in_chunks(count, |rows| {
        rows.map(|row| layer.value(features.map_or(row, |features| features[row] as usize), column)).collect()
    })
}

/// The statistics of a column over these features, or over all; `None` once the work is cancelled.
pub fn statistics(layer: &Layer, column: &ColumnId, features: Option<&[u32]>, work: &Work) -> Option<Statistics> {
    let chunks = values(layer, column, features, work)?;
    let column = columns::summarize(chunks.iter().flatten().map(Option::as_ref));
    let overlay = &layer.overlay;
    let sizes = overlay.features.sizes(&overlay.shape);
    let size = match features {
        Some(features) => features.iter().filter_map(|feature| sizes.get(*feature as usize)).copied().sum(),
        None => sizes.iter().copied().sum(),
    };
    Some(Statistics { column, features: features.map_or(layer.count(), <[u32]>::len), size })
}
