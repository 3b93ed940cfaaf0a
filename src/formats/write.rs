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
    all.map(|feature| table.rows.exact_feature(feature, table.geometry(feature))).collect()
}

/// A value as text: text as it stands, nothing for null, all else as JSON with every digit.
pub(super) fn words_of_value(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(exact::digits(value).unwrap_or(text)),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(exact::text(other)),
    }
}

/// Counts what a format cannot hold.
#[derive(Debug, Default)]
pub(super) struct CannotHold {
    /// Each with what becomes of it; nothing where such features are left out.
    counts: BTreeMap<(&'static str, &'static str), usize>,
}

/// What becomes of a list or an object where there are only words.
pub(super) const LISTS: (&str, &str) = ("holds no lists and objects", "they are written as text");

impl CannotHold {
    /// One feature is left out, wholly or in part, because of `what`: "holds no areas".
    pub(super) fn add(&mut self, what: &'static str) {
        self.change((what, ""));
    }

    /// One feature is written, but not as it is.
    pub(super) fn change(&mut self, what: (&'static str, &'static str)) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// Counts a feature with lists or objects among its properties, if they are not written as such.
    pub(super) fn lists(&mut self, feature: &Feature) {
        if feature.properties.values().any(|value| matches!(value, Value::Array(_) | Value::Object(_))) {
            self.change(LISTS);
        }
    }

    /// In words, for a format of this name, of `all` features.
    pub(super) fn words(self, format: &str, all: usize) -> Vec<String> {
        let words = self.counts.into_iter().map(|((what, becomes), count)| match becomes {
            "" => {
                let are = if count == 1 { "is" } else { "are" };
                format!("{format} {what}: {count} of {all} features {are} left out")
            }
            becomes => format!("{format} {what}: {becomes} ({count} of {all} features)"),
        });
        words.collect()
    }
}
