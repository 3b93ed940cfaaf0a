//! Tables of dBASE (III to 7, FoxPro and Visual FoxPro), as they lie beside shapefiles: rows of fixed length, as JSON.
//!
//! Numbers keep their digits, but for the zeros with which programs fill up columns of many decimals; days are ISO text, and
//! what is empty is absent. Memos stand in files of their own and are not read. See <https://www.clicketyclick.dk/databases/xbase/format/> and "Table File Structure" of Visual FoxPro.

mod encoding;
pub(super) mod writer;

use std::collections::HashMap;

use serde_json::Value;

use super::number;
use super::read::shortened;
use encoding::Encoded;

/// A table and what was passed over in it.
pub(super) struct Table<'a> {
    /// All rows, each as long as the others.
    rows: &'a [u8],
    row_bytes: usize,
    columns: Vec<Column>,
    encoding: Encoded,
    /// Numbers follow Visual FoxPro.
    is_fox: bool,
    /// In words.
    pub(super) warnings: Vec<String>,
}

struct Column {
    /// Its name as JSON, with the colon.
    key: String,
    kind: u8,
    from: usize,
    to: usize,
    /// Whether its numbers end in zeros that say nothing.
    is_padded: bool,
}

/// Columns of more decimals are made by programs, which fill them up with zeros (ogr2ogr: 15, ArcGIS: 11), not by people.
const MOST_DECIMALS: usize = 8;

/// A row of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// Marked as deleted: only packing the table removes it.
    Deleted,
    /// The JSON text of an object; nothing where all is empty.
    Properties(String),
}

/// So many columns that are not read are named.
const MOST_NAMED: usize = 10;

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

impl<'a> Table<'a> {
    /// Reads what the table says of itself. `cpg` is the name of the encoding, of a file beside it.
    ///
    /// # Errors
    /// A text that says why it is no such table.
    pub(super) fn of(bytes: &'a [u8], cpg: Option<&[u8]>) -> Result<Self, String> {
        let broken = || "it is cut short or is no dBASE table".to_owned();
        let head = bytes.get(..32).ok_or_else(broken)?;
        let head_bytes = u16_at(head, 8).ok_or_else(broken)?;
        let row_bytes = u16_at(head, 10).ok_or_else(broken)?;
        let said = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let is_seven = head[0] & 7 == 4;
        let (first, step) = if is_seven { (68, 48) } else { (32, 32) };
        if head_bytes <= first || row_bytes == 0 {
            return Err(broken());
        }
        let fields: Vec<&[u8]> = bytes
            .get(first..head_bytes)
            .ok_or_else(broken)?
            .chunks_exact(step)
            .take_while(|field| field[0] != b'\r')
            .collect();
        let mut warnings = Vec::new();
        let all = &bytes[head_bytes..];
        let there = all.len() / row_bytes;
        if there < said {
            warnings.push(format!("the table (.dbf) is cut short: {there} of its {said} rows are there"));
        }
        let rows = &all[..there.min(said) * row_bytes];
        // The name, the type, the length and, of text, its higher half, which stands where numbers have their decimals.
        let parts = |field: &[u8]| match is_seven {
            true => (field[..32].to_vec(), field[32], usize::from(field[33]), usize::from(field[34])),
            false => (field[..11].to_vec(), field[11], usize::from(field[16]), usize::from(field[17])),
        };
        let fields: Vec<_> = fields.into_iter().map(parts).collect();
        let length = |(_, kind, length, more): &(Vec<u8>, u8, usize, usize), is_long: bool| match kind {
            b'C' if is_long => length + 256 * more,
            _ => *length,
        };
        let total = |is_long: bool| 1 + fields.iter().map(|field| length(field, is_long)).sum::<usize>();
        let is_long = total(false) != row_bytes && total(true) == row_bytes;
        if total(is_long) > row_bytes {
            return Err("its columns together are longer than its rows".to_owned());
        }
        let is_fox = matches!(head[0], 0x30..=0x32);
        let mut columns = Vec::new();
        let mut left_out = Vec::new();
        let mut from = 1;
        for field in &fields {
            let to = from + length(field, is_long);
            let is_read = match field.1 {
                b'C' | b'N' | b'F' | b'D' | b'L' => true,
                b'I' | b'+' => to - from == 4,
                b'O' => to - from == 8 && is_seven,
                b'B' => to - from == 8 && is_fox,
                b'@' | b'T' => to - from == 8 && (is_fox || is_seven),
                _ => false,
            };
            let name = field.0.split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
            // Visual FoxPro's own column of what is null.
            if is_read {
                columns.push((name, field.1, from, to, field.3));
            } else if field.1 != b'0' {
                left_out.push((name, field.1));
            }
            from = to;
        }
        let texts = columns.iter().filter(|column| column.1 == b'C').map(|column| column.2..column.3);
        let texts: Vec<_> = texts.collect();
        let sample = rows.chunks_exact(row_bytes).take(20_000).flat_map(|row| texts.iter().map(|at| &row[at.clone()]));
        let sample = columns.iter().map(|column| column.0.as_slice()).chain(sample);
        let (encoding, note) = encoding::of(cpg, head[29], sample);
        warnings.extend(note);
        let mut names: HashMap<String, usize> = HashMap::new();
        let columns = columns.into_iter().enumerate().map(|(index, (name, kind, from, to, decimals))| {
            let name = encoding.text(&name).trim().to_owned();
            let name = if name.is_empty() { format!("column {}", index + 1) } else { name };
            let mut own = name.clone();
            let mut number = names.get(&name).copied().unwrap_or(2);
            while names.contains_key(&own) {
                own = format!("{name} ({number})");
                number += 1;
            }
            // From where to count on if the name comes again.
            names.insert(name, number);
            let key = format!("{}:", Value::from(own.as_str()));
            names.entry(own).or_insert(2);
            Column { key, kind, from, to, is_padded: decimals > MOST_DECIMALS }
        });
        let columns = columns.collect();
        if !left_out.is_empty() {
            let named = left_out.iter().take(MOST_NAMED).map(|(name, kind)| {
                let what = match kind {
                    b'M' | b'G' | b'P' | b'B' => "a memo, which stands in another file",
                    _ => "of a type that is not known",
                };
                format!("“{}” ({what})", shortened(encoding.text(name).trim()))
            });
            let named = named.collect::<Vec<_>>().join(", ");
            let more = if left_out.len() > MOST_NAMED { ", …" } else { "" };
            warnings.push(format!("columns of the table that are not read: {named}{more}"));
        }
        Ok(Self { rows, row_bytes, columns, encoding, is_fox, warnings })
    }

    /// How many rows there are, deleted ones among them.
    pub(super) fn count(&self) -> usize {
        self.rows.len() / self.row_bytes
    }

    /// The row of a number, counted from 0.
    pub(super) fn row(&self, number: usize) -> Option<Row> {
        let from = number.checked_mul(self.row_bytes)?;
        let row = self.rows.get(from..from.checked_add(self.row_bytes)?)?;
        if row[0] == b'*' {
            return Some(Row::Deleted);
        }
        let mut json = String::new();
        for column in &self.columns {
            if let Some(value) = self.value(column, &row[column.from..column.to]) {
                json.push(if json.is_empty() { '{' } else { ',' });
                json.push_str(&column.key);
                json.push_str(&value);
            }
        }
        if !json.is_empty() {
            json.push('}');
        }
        Some(Row::Properties(json))
    }

    /// A value as JSON.
    fn value(&self, column: &Column, bytes: &[u8]) -> Option<String> {
        let words = || {
            let text = self.encoding.text(bytes);
            let text = text.trim_matches([' ', '\0']);
            (!text.is_empty()).then(|| Value::from(text).to_string())
        };
        match column.kind {
            b'N' | b'F' => {
                let text = String::from_utf8_lossy(bytes);
                let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
                // Asterisks stand where a number had no room.
                if text.is_empty() || text.bytes().all(|byte| byte == b'*') {
                    return None;
                }
                number_of(text, column.is_padded).or_else(|| Some(Value::from(text).to_string()))
            }
            b'D' => {
                day_of(bytes).map_or_else(|| words().filter(|_| !is_blank(bytes)), |day| Some(format!("\"{day}\"")))
            }
            b'L' => match bytes.first()? {
                b'Y' | b'y' | b'T' | b't' => Some("true".to_owned()),
                b'N' | b'n' | b'F' | b'f' => Some("false".to_owned()),
                _ => None,
            },
            b'I' | b'+' => {
                let four: [u8; 4] = bytes.try_into().ok()?;
                // dBASE 7 sorts them as bytes: the greatest first, its sign turned round.
                let number = match self.is_fox {
                    true => i32::from_le_bytes(four),
                    false if four == [0; 4] => return None,
                    false => (u32::from_be_bytes(four) ^ 0x8000_0000) as i32,
                };
                Some(number.to_string())
            }
            b'O' => {
                let raw = u64::from_be_bytes(bytes.try_into().ok()?);
                if raw == 0 {
                    return None;
                }
                let raw = if raw >> 63 == 1 { raw ^ (1 << 63) } else { !raw };
                finite(f64::from_bits(raw))
            }
            b'B' => finite(f64::from_le_bytes(bytes.try_into().ok()?)),
            b'T' | b'@' => self.moment_of(bytes),
            _ => words(),
        }
    }

    /// A day by its Julian number and the milliseconds since its midnight.
    fn moment_of(&self, bytes: &[u8]) -> Option<String> {
        let (days, ms) = if self.is_fox {
            let half = |at: usize| Some(i64::from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)));
            (half(0)?, half(4)?)
        } else {
            // A double of milliseconds since the day before the first of the year 1.
            let raw = u64::from_be_bytes(bytes.try_into().ok()?);
            let value = f64::from_bits(if raw >> 63 == 1 { raw ^ (1 << 63) } else { !raw });
            if raw == 0 || !(0.0..4e14).contains(&value) {
                return None;
            }
            let all = value as i64;
            (all.div_euclid(86_400_000) + 1_721_425, all.rem_euclid(86_400_000))
        };
        // FoxPro is off by a millisecond here and there.
        let seconds = (ms + 500) / 1000;
        let (year, month, day) = civil(days)?;
        if seconds >= 86_400 {
            return None;
        }
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        Some(format!("\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}\""))
    }
}

fn finite(value: f64) -> Option<String> {
    value.is_finite().then(|| Value::from(value).to_string())
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' ' | b'0' | b'\0'))
}

/// A day of eight digits as ISO text.
fn day_of(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() == 8)?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (month, day): (u8, u8) = (text[4..6].parse().ok()?, text[6..].parse().ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
}

/// Year, month and day of a Julian number, for the years 1 to 9999 (Richards, in the Explanatory Supplement to the
/// Astronomical Almanac, 3rd edition, 15.11.3).
fn civil(julian: i64) -> Option<(i64, i64, i64)> {
    if !(1_721_426..=5_373_484).contains(&julian) {
        return None;
    }
    let f = julian + 1401 + (((4 * julian + 274_277) / 146_097) * 3) / 4 - 38;
    let e = 4 * f + 3;
    let h = 5 * ((e % 1461) / 4) + 2;
    let month = (h / 153 + 2) % 12 + 1;
    Some((e / 1461 - 4716 + (14 - month) / 12, month, h % 153 / 5 + 1))
}

/// A number of a table as JSON has it, with its digits: without a plus or zeros before it, with a digit before its point,
/// and where a column is padded without the zeros at its end.
fn number_of(text: &str, is_padded: bool) -> Option<String> {
    number::of_text(text)?;
    let unsigned = text.trim_start_matches(['+', '-']);
    let sign = if text.starts_with('-') { "-" } else { "" };
    let (factor, power) = unsigned.find(['e', 'E']).map_or((unsigned, ""), |at| unsigned.split_at(at));
    let (whole, fraction) = factor.split_once('.').unwrap_or((factor, ""));
    let fraction = if is_padded { fraction.trim_end_matches('0') } else { fraction };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}{power}"))
}

#[cfg(test)]
mod tests;
