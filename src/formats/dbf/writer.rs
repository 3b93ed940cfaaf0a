//! A table of dBASE III for the features of a shapefile, in UTF-8.

use std::collections::HashSet;

use serde_json::Value;

use crate::formats::feature::Feature;
use crate::formats::read::shortened;
use crate::formats::shapefile::short_names;
use crate::formats::typed::{self, Column, Kind};
use crate::formats::write::CannotHold;

/// The longest text, in bytes.
const MOST_TEXT: usize = 254;

/// The widest number that GDAL and others keep as a whole one.
const MOST_DIGITS: usize = 18;

/// The widest number with decimals, and the most of those.
const MOST_WIDTH: usize = 24;
const MOST_DECIMALS: usize = 15;

/// So many fields a table has at most.
const MOST_FIELDS: usize = 255;

/// So many fields that have another name are named.
const MOST_NAMED: usize = 10;

/// The names of the fields, and what is to be said of them.
pub(in crate::formats) struct Names {
    /// The field that features are called by: that of their ids, or their numbers where there is nothing else.
    id: Option<String>,
    /// Whether all ids are whole numbers.
    has_number_ids: bool,
    /// Of the properties.
    fields: Vec<String>,
    renamed: Vec<String>,
}

impl Names {
    pub(in crate::formats) fn of(columns: &[Column<'_>], features: &[Feature]) -> Self {
        let has_ids = features.iter().any(|feature| feature.id.is_some());
        let id = (has_ids || columns.is_empty()).then(|| typed::free_name("id", columns));
        let wanted = id.as_deref().into_iter().chain(columns.iter().map(|column| column.name));
        let mut fields = short_names(wanted.take(MOST_FIELDS));
        let id = id.map(|_| fields.remove(0));
        let renamed = columns.iter().zip(&fields).filter(|(column, field)| column.name != **field);
        let renamed = renamed.map(|(column, field)| format!("“{}” is {field}", shortened(column.name))).collect();
        let is_number = |id: &str| id.len() <= MOST_DIGITS && id.parse().is_ok_and(|one: i64| one.to_string() == *id);
        let mut ids = features.iter().filter_map(|feature| typed::text(feature.id.as_ref()?));
        let has_number_ids = ids.all(|id| is_number(&id));
        Self { id, has_number_ids, fields, renamed }
    }

    /// Which fields have another name than the property that they hold.
    pub(in crate::formats) fn words(&self) -> Option<String> {
        let more = if self.renamed.len() > MOST_NAMED { ", …" } else { "" };
        let named = self.renamed.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
        (!named.is_empty()).then(|| format!("A shapefile holds names of 10 bytes, each once: {named}{more}"))
    }
}

/// How a field is written.
struct Field {
    kind: u8,
    width: usize,
    decimals: usize,
}

/// The bytes of the table, with a row for each feature.
pub(in crate::formats) fn table(
    features: &[&Feature],
    columns: &[Column<'_>],
    names: &Names,
    cannot_hold: &mut CannotHold,
) -> Vec<u8> {
    let (columns, left_out) = columns.split_at(names.fields.len());
    let left_out: HashSet<&str> = left_out.iter().map(|column| column.name).collect();
    let of_id = |index: usize, feature: &Feature| match &feature.id {
        Some(id) => typed::text(id).unwrap_or_default(),
        None if columns.is_empty() => (index + 1).to_string(),
        None => String::new(),
    };
    let mut fields = Vec::new();
    if let Some(name) = &names.id {
        let ids: Vec<String> = features.iter().enumerate().map(|(index, feature)| of_id(index, feature)).collect();
        let width = ids.iter().map(String::len).max().unwrap_or_default().clamp(1, MOST_TEXT);
        fields.push((name, Field { kind: if names.has_number_ids { b'N' } else { b'C' }, width, decimals: 0 }));
    }
    let values = |column: &Column<'_>| -> Vec<Option<&Value>> {
        features.iter().map(|feature| feature.properties.get(column.name).filter(|value| !value.is_null())).collect()
    };
    fields
        .extend(names.fields.iter().zip(columns).map(|(name, column)| (name, Field::of(column.kind, &values(column)))));

    let row_bytes = 1 + fields.iter().map(|(_, field)| field.width).sum::<usize>();
    let head_bytes = 32 + 32 * fields.len() + 1;
    let mut out = Vec::with_capacity(head_bytes + row_bytes * features.len() + 1);
    // dBASE III without memos; no clock gets in.
    out.extend_from_slice(&[3, 80, 1, 1]);
    out.extend_from_slice(&(features.len() as u32).to_le_bytes());
    out.extend_from_slice(&(head_bytes as u16).to_le_bytes());
    out.extend_from_slice(&(row_bytes as u16).to_le_bytes());
    out.resize(32, 0);
    for (name, field) in &fields {
        let start = out.len();
        out.extend_from_slice(name.as_bytes());
        out.resize(start + 11, 0);
        out.push(field.kind);
        out.resize(start + 16, 0);
        out.extend_from_slice(&[field.width as u8, field.decimals as u8]);
        out.resize(start + 32, 0);
    }
    out.push(b'\r');
    for (index, feature) in features.iter().enumerate() {
        out.push(b' ');
        let (mut is_cut, mut is_long, mut all) = (false, false, fields.iter());
        if names.id.is_some()
            && let Some((_, field)) = all.next()
        {
            is_cut |= field.push(&of_id(index, feature), &mut out);
        }
        for ((_, field), column) in all.zip(columns) {
            let value = feature.properties.get(column.name).filter(|value| !value.is_null());
            is_long |= value.is_some() && column.kind == Kind::Integer && field.kind == b'C';
            is_cut |= field.push(&value.and_then(|value| field.words(value)).unwrap_or_default(), &mut out);
        }
        if is_cut {
            cannot_hold.change(("holds texts of at most 254 bytes", "longer ones are cut"));
        }
        if is_long {
            cannot_hold.change(("holds whole numbers of 18 digits", "longer ones are written as text"));
        }
        if feature.properties.keys().any(|name| left_out.contains(name.as_str())) {
            cannot_hold.change(("holds at most 255 columns", "the others are left out"));
        }
    }
    out.push(0x1a);
    out
}

impl Field {
    /// The narrowest that holds all values of a column.
    fn of(kind: Kind, values: &[Option<&Value>]) -> Self {
        let values = || values.iter().filter_map(|value| *value);
        let widest = |words: &dyn Fn(&Value) -> usize| values().map(words).max().unwrap_or_default();
        let text = || {
            let width = widest(&|value| typed::text(value).map_or(0, |text| text.len()));
            Self { kind: b'C', width: width.clamp(1, MOST_TEXT), decimals: 0 }
        };
        match kind {
            Kind::Bool => Self { kind: b'L', width: 1, decimals: 0 },
            Kind::Day => Self { kind: b'D', width: 8, decimals: 0 },
            Kind::Integer => match widest(&|value| typed::number_text(value).map_or(0, |digits| digits.len())) {
                width @ ..=MOST_DIGITS => Self { kind: b'N', width: width.max(1), decimals: 0 },
                _ => text(),
            },
            Kind::Real => {
                let plain = |value: &Value| typed::real(value).map(|number| number.to_string()).unwrap_or_default();
                let decimals = widest(&|value| plain(value).split_once('.').map_or(1, |(_, part)| part.len())).max(1);
                let whole = widest(&|value| plain(value).split('.').next().map_or(0, str::len));
                let width = whole + 1 + decimals;
                if decimals <= MOST_DECIMALS && width <= MOST_WIDTH {
                    return Self { kind: b'N', width, decimals };
                }
                // Written with a power of ten.
                Self { kind: b'F', width: MOST_WIDTH, decimals: MOST_DECIMALS }
            }
            Kind::Moment | Kind::Nested | Kind::Text => text(),
        }
    }

    /// A value in the words of the field.
    fn words(&self, value: &Value) -> Option<String> {
        match self.kind {
            b'L' => value.as_bool().map(|value| if value { "T" } else { "F" }.to_owned()),
            b'D' => value.as_str().map(|day| day.replace('-', "")),
            b'N' if self.decimals > 0 => typed::real(value).map(|number| format!("{number:.*}", self.decimals)),
            b'N' => typed::number_text(value).map(Into::into),
            b'F' => typed::real(value).map(|number| format!("{number:e}")),
            _ => typed::text(value),
        }
    }

    /// Adds words as wide as the field, and says whether they had to be cut.
    fn push(&self, words: &str, out: &mut Vec<u8>) -> bool {
        let end = (0..=self.width.min(words.len())).rev().find(|end| words.is_char_boundary(*end)).unwrap_or_default();
        let blank = if self.kind == b'L' { b'?' } else { b' ' };
        let blanks = self.width - end;
        let is_right = matches!(self.kind, b'N' | b'F');
        if is_right {
            out.resize(out.len() + blanks, blank);
        }
        // A byte of 0 ends a text to many programs.
        out.extend(words.as_bytes()[..end].iter().map(|byte| if *byte == 0 { b' ' } else { *byte }));
        if !is_right {
            out.resize(out.len() + blanks, blank);
        }
        end < words.len()
    }
}
