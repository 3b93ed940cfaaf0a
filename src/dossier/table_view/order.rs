//! The order of rows by a column: numbers as numbers, days as days, text by its folded letters, what is empty last.

use serde_json::Value;

use super::statistics::values;
use super::work::CHUNK;
use super::{ColumnId, Layer, Work};
use crate::formats::columns::{self, ColumnKind, is_null, number_of};
use crate::formats::day::Day;
use crate::formats::filter::folded;

/// By which column, and which way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: ColumnId,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The rank of an empty cell.
const EMPTY: u32 = u32::MAX;

/// The ranks of all features by one column: equal where their values are.
#[derive(Debug)]
pub struct Order {
    ranks: Vec<u32>,
    /// What all values of the column are.
    pub kind: ColumnKind,
}

/// The keys of a chunk of rows: bytes that compare as the values do, one after the other.
struct Keys {
    bytes: Vec<u8>,
    /// Where they end; nothing for an empty cell.
    ends: Vec<Option<u32>>,
}

impl Order {
    /// By a column of a layer; `None` once the work is cancelled.
    pub fn of(layer: &Layer, column: &ColumnId, work: &Work) -> Option<Self> {
        let chunks = values(layer, column, None, work)?;
        let kind = columns::summarize(chunks.iter().flatten().map(Option::as_ref)).kind;
        let keys = work.in_chunks(chunks.iter().map(Vec::len).sum(), |rows| {
            let mut keys = Keys { bytes: Vec::new(), ends: Vec::with_capacity(rows.len()) };
            // The values stand in chunks of the same rows.
            for value in chunks.get(rows.start / CHUNK).into_iter().flatten() {
                let value = value.as_ref().filter(|value| !is_null(value));
                keys.ends.push(value.map(|value| {
                    push_key(value, kind, &mut keys.bytes);
                    keys.bytes.len() as u32
                }));
            }
            keys
        })?;
        drop(chunks);
        // The first eight bytes, the rest, and whose they are: most pairs are told apart by the first.
        let mut entries: Vec<(u64, &[u8], u32)> = Vec::new();
        let mut feature = 0;
        for keys in &keys {
            let mut start = 0;
            for end in &keys.ends {
                if let Some(end) = end {
                    let key = &keys.bytes[start..*end as usize];
                    start = *end as usize;
                    let (first, rest) = key.split_at(key.len().min(8));
                    let mut prefix = [0; 8];
                    prefix[..first.len()].copy_from_slice(first);
                    entries.push((u64::from_be_bytes(prefix), rest, feature));
                }
                feature += 1;
            }
        }
        if work.is_cancelled() {
            return None;
        }
        entries.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let mut ranks = vec![EMPTY; feature as usize];
        let (mut rank, mut before) = (0, None);
        for (prefix, rest, feature) in entries {
            if before.is_some_and(|before| before != (prefix, rest)) {
                rank += 1;
            }
            before = Some((prefix, rest));
            ranks[feature as usize] = rank;
        }
        Some(Self { ranks, kind })
    }

    /// Puts features in order: those that are equal stay as they are, and those without a value come last either way.
    pub fn sort(&self, features: &mut [u32], descending: bool) {
        let rank = |feature: &u32| self.ranks.get(*feature as usize).copied().unwrap_or(EMPTY);
        if descending {
            features.sort_by_key(|feature| match rank(feature) {
                EMPTY => EMPTY,
                // Ranks are fewer than rows, so none becomes that of an empty cell.
                rank => EMPTY - 1 - rank,
            });
        } else {
            features.sort_by_key(rank);
        }
    }
}

/// Adds the bytes of a value's key. Text holds no byte 0, so that a shorter text comes before a longer one.
fn push_key(value: &Value, kind: ColumnKind, key: &mut Vec<u8>) {
    match kind {
        ColumnKind::Number => push_number(number_of(value).unwrap_or_default(), key),
        ColumnKind::Date => {
            let text = value.as_str().unwrap_or_default();
            if let Ok(day) = Day::in_text(text) {
                key.extend_from_slice(&day.year().to_be_bytes());
                key.extend_from_slice(&[day.month().unwrap_or_default(), day.day().unwrap_or_default()]);
            }
            // Within a day by the hour, as it is written.
            push_text(text.split_once(['T', 't', ' ']).map_or("", |(_, hour)| hour), key);
        }
        ColumnKind::Empty | ColumnKind::Bool | ColumnKind::Link | ColumnKind::Text => match value {
            Value::String(text) => push_text(text.trim(), key),
            other => push_text(&other.to_string(), key),
        },
        ColumnKind::Mixed => match value {
            Value::Number(number) => {
                key.push(1);
                push_number(number.as_f64().unwrap_or_default(), key);
            }
            Value::Bool(value) => key.extend_from_slice(&[2, u8::from(*value)]),
            Value::String(text) => {
                key.push(3);
                push_text(text.trim(), key);
            }
            other => {
                key.push(4);
                push_text(&other.to_string(), key);
            }
        },
    }
}

/// A number as bytes in its order, −0 as 0.
fn push_number(number: f64, key: &mut Vec<u8>) {
    let bits = (number + 0.0).to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    key.extend_from_slice(&ordered.to_be_bytes());
}

fn push_text(text: &str, key: &mut Vec<u8>) {
    if text.is_ascii() {
        key.extend(text.bytes().map(|byte| byte.to_ascii_lowercase().max(1)));
    } else {
        key.extend(folded(text).bytes().map(|byte| byte.max(1)));
    }
}
