//! Rows as CSV (RFC 4180): a head, commas, quotes where they are needed, CR LF.

use csv_core::{Terminator, WriteResult, WriterBuilder};
use serde_json::Value;

use super::{ColumnId, Layer, Work};

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
    let length = std::sync::atomic::AtomicUsize::new(0);
    let chunks = work.in_chunks(count, |rows| {
        let before = length.load(std::sync::atomic::Ordering::Relaxed);
        if before > MOST_BYTES {
            return Vec::new();
        }
        let records = rows.map(|row| {
            let feature = features.map_or(row, |features| features[row] as usize);
            columns.iter().map(move |column| layer.value(feature, column).map_or_else(String::new, in_full))
        });
        let text = written(records);
        length.fetch_add(text.len(), std::sync::atomic::Ordering::Relaxed);
        text
    })?;
    let head = written(std::iter::once(columns.iter().map(|column| column.name().to_owned())));
    if length.into_inner() + head.len() > MOST_BYTES {
        let what = format!(
            "{count} rows are more than {} MB of CSV: select fewer rows or hide columns, then copy again",
            MOST_BYTES >> 20
        );
        return Some(Err(what));
    }
    let mut bytes = head;
    chunks.iter().for_each(|chunk| bytes.extend_from_slice(chunk));
    // It is made of texts.
    Some(String::from_utf8(bytes).map_err(|error| error.to_string()))
}

fn written<R: IntoIterator<Item = String>>(records: impl IntoIterator<Item = R>) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).build();
    let mut text = Vec::new();
    for record in records {
        for (place, field) in record.into_iter().enumerate() {
            if place > 0 {
                write(&mut text, |room| writer.delimiter(room));
            }
            let mut rest = field.as_bytes();
            write(&mut text, |room| {
                let (result, read, written) = writer.field(rest, room);
                rest = &rest[read..];
                (result, written)
            });
        }
        write(&mut text, |room| writer.terminator(room));
    }
    text
}

/// Adds what `more` writes, piece by piece, until it has written all.
fn write(text: &mut Vec<u8>, mut more: impl FnMut(&mut [u8]) -> (WriteResult, usize)) {
    let mut room = [0; 256];
    loop {
        let (result, written) = more(&mut room);
        text.extend_from_slice(&room[..written]);
        if result == WriteResult::InputEmpty {
            return;
        }
    }
}

fn in_full(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}
