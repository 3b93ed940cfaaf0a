//! Features as the bytes of a file: what a writer is given, and what it cannot hold.

use std::collections::BTreeMap;

use super::feature::Feature;

/// How features are written in a format.
pub type Write = fn(&Outgoing<'_>) -> WrittenFile;

/// Features to be written.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// What they are called together.
    pub title: &'a str,
    /// The features; values of their properties may be [`super::exact`] ones.
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
