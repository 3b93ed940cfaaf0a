//! Features as the bytes of a file: what a writer is given, and what it cannot hold.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::exact;
use super::feature::Feature;
use super::table::FeatureTable;

/// How features are written in a format.
pub type Write = fn(&Outgoing<'_>) -> WrittenFile;

/// Features to be written.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// What they are called together.
    pub title: &'a str,
    /// What the name of the file ends in, in small letters without the dot: some kinds of file differ by that.
    pub ending: &'a str,
    /// The features; values of their properties may be [`exact`] ones.
    pub features: &'a [Feature],
}

/// A file as it is to be written.
#[derive(Debug, Default)]
pub struct WrittenFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the format cannot hold of the features, in words: "GPX holds no areas: 3 of 12 features are left out".
    pub cannot_hold: Vec<String>,
}

/// The features of a table with every digit of their properties, to be written.
pub fn features_of(table: &FeatureTable) -> Vec<Feature> {
    let all = 0..table.rows.count();
    all.map(|feature| Feature {
        geometry: table.geometry(feature),
        properties: table.rows.exact_properties(feature),
        id: table.rows.id_text(feature).map(exact::value),
        members: table.rows.members(feature).cloned().unwrap_or_default(),
    })
    .collect()
}

/// A value as text: text as it stands, nothing for null, all else as JSON with every digit.
pub(super) fn words_of_value(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(exact::text(other)),
    }
}

/// Counts what a format cannot hold.
#[derive(Debug, Default)]
pub(super) struct CannotHold {
    counts: BTreeMap<&'static str, usize>,
}

impl CannotHold {
    /// One feature is left out, wholly or in part, because of `what`: "holds no areas".
    pub(super) fn add(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// In words, for a format of this name, of `all` features.
    pub(super) fn words(self, format: &str, all: usize) -> Vec<String> {
        let words = self.counts.into_iter().map(|(what, count)| {
            let are = if count == 1 { "is" } else { "are" };
            format!("{format} {what}: {count} of {all} features {are} left out")
        });
        words.collect()
    }
}
