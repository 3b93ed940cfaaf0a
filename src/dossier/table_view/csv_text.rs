//! Rows as CSV (RFC 4180): a head, commas, quotes where they are needed, CR LF.

use super::{Cells, ColumnId, Layer, Work};
use crate::formats::csv;

/// No more bytes than this are made into one text: a clipboard takes no more with good grace.
pub const MOST_BYTES: usize = 128 << 20;

/// Columns of these features, or of all, as CSV; `None` once the work is cancelled.
///
/// # Errors
/// When it would be longer than [`MOST_BYTES`].
pub fn csv_text(
    layer: &Layer,
    columns: &[ColumnId],
    features: Option<&[u32]>,
    work: &Work,
) -> Option<Result<String, String>> {
    let count = features.map_or(layer.count(), <[u32]>::len);
    let cells: Vec<Cells<'_>> = columns.iter().map(|column| layer.cells(column)).collect();
    let length = std::sync::atomic::AtomicUsize::new(0);
    let chunks = work.in_chunks(count, |rows| {
        let before = length.load(std::sync::atomic::Ordering::Relaxed);
        if before > MOST_BYTES {
            return String::new();
        }
        let records = rows.map(|row| {
            let feature = features.map_or(row, |features| features[row] as usize);
            let in_full = move |cells: &Cells<'_>| {
                cells.written(feature).map_or_else(String::new, |value| value.words().into_owned())
            };
            cells.iter().map(in_full)
        });
        let text = csv::write(records);
        length.fetch_add(text.len(), std::sync::atomic::Ordering::Relaxed);
        text
    })?;
    let head = csv::row(columns.iter().map(|column| column.name().to_owned()));
    if length.into_inner() + head.len() > MOST_BYTES {
        let what = format!(
            "{count} rows are more than {} MB of CSV: select fewer rows or hide columns, then copy again",
            MOST_BYTES >> 20
        );
        return Some(Err(what));
    }
    Some(Ok(head + &chunks.concat()))
}
