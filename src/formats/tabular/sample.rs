//! The first rows of a table as they are read, for somebody who chooses how.

use super::{Head, Table, TableChoice};
use crate::formats::csv_points;
use crate::formats::read::{FeatureLayer, Input, ReadError};
use crate::formats::spreadsheet;
use crate::formats::visible::visible;

/// So many rows and columns are shown.
const ROWS: usize = 6;
const COLUMNS: usize = 8;

/// So much of a text is looked at, in bytes.
const LOOKED_AT: usize = 2 << 20;

/// A table as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What its columns are called.
    pub labels: Vec<String>,
    /// The column that is called as names of places are.
    pub place_name: Option<String>,
    /// Another that is called as regions are.
    pub region: Option<String>,
    /// The first rows below those names, as far as they are shown.
    pub rows: Vec<Vec<String>>,
    /// Encoding and separator, of a text.
    pub choice: TableChoice,
}

impl Sample {
    fn of(table: &Table, input: &Input<'_>) -> Self {
        let head = Head::of(table, input.table.and_then(|choice| choice.places.as_ref()));
        let columns = || 0..head.labels.len().min(COLUMNS);
        let cell = |row: usize, column: usize| {
            let words: String = table.grid.words(row, column).chars().take(60).collect();
            visible(&words)
        };
        let rows = head.row + 1..table.grid.count().min(head.row + 1 + ROWS);
        let rows = rows.map(|row| columns().map(|column| cell(row, column)).collect()).collect();
        let (place_name, region) = super::columns::likely_names(&head.names);
        let label = |column: usize| head.labels.get(column).cloned();
        let (place_name, region) = (place_name.and_then(label), region.and_then(label));
        Self { labels: head.labels, place_name, region, rows, choice: table.choice.clone() }
    }
}

/// A table of the kind of file of this id, and what is read of its beginning; nothing of a kind that is no table. Of several
/// sheets, it is the one of that name, or the first.
///
/// # Errors
/// [`ReadError`] where it is no table at all.
#[expect(clippy::type_complexity, reason = "it is taken apart at once")]
pub fn sample(
    id: &str,
    input: &Input<'_>,
    layer: Option<&str>,
) -> Option<Result<(Sample, Result<FeatureLayer, ReadError>), ReadError>> {
    let of = |table: Table, input: &Input<'_>| {
        let sample = Sample::of(&table, input);
        (sample, super::features(&table, input).map_err(ReadError::from))
    };
    if id == csv_points::FORMAT.id {
        let mut input = *input;
        if let Some(start) = input.bytes.get(..LOOKED_AT) {
            // To the end of a row, most likely.
            let end = start.iter().rposition(|byte| *byte == b'\n').map_or(start.len(), |end| end + 1);
            input.bytes = &start[..end];
        }
        return Some(csv_points::table(&input).map(|table| of(table, &input)));
    }
    Some(spreadsheet::table(id, input, layer)?.map(|table| of(table, input)))
}
