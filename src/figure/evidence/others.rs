//! The sources of a figure that are none of its dossier's: those that features of files name, then those that annotations
//! cite.

use std::collections::HashMap;

use super::{annotations, features};
use crate::dossier::feature_sources::as_source;
use crate::dossier::{Dossier, Source};
use crate::figure::pieces::references::Reference;
use crate::figure::words::Words;
use crate::formats::source_properties::{PropertySource, SourceKey};

/// So many sources of features are numbered: more would leave a page no room for its map.
pub(in crate::figure) const MOST_OF_FEATURES: usize = 60;

/// Sources by which a number stands, each once.
#[derive(Debug, Clone, Default)]
pub(in crate::figure) struct Others<'a> {
    list: Vec<&'a PropertySource>,
    /// Where each stands, by its address or, without one, its words.
    places: HashMap<SourceKey<'a>, usize>,
    /// The number of the first.
    first: usize,
}

impl<'a> Others<'a> {
    /// Those of a line of the user's own that are none of the dossier's, those of features, as far as they have numbers, and those of
    /// annotations; `first` is the number of the first.
    pub(in crate::figure) fn new(
        of_line: impl IntoIterator<Item = &'a PropertySource>,
        features: &features::Shown<'a>,
        drawn: &annotations::Shown<'a>,
        first: usize,
    ) -> Self {
        let mut others = Self::default();
        others.extend(of_line);
        others.extend(features.other_sources().into_iter().take(MOST_OF_FEATURES));
        others.extend(drawn.other_sources());
        others.number_from(first);
        others
    }

    /// Adds those that are not there yet.
    pub(in crate::figure) fn extend(&mut self, sources: impl IntoIterator<Item = &'a PropertySource>) {
        for source in sources {
            let next = self.list.len();
            if *self.places.entry(source.key()).or_insert(next) == next {
                self.list.push(source);
            }
        }
    }

    /// Has the first of them that number.
    pub(in crate::figure) fn number_from(&mut self, first: usize) {
        self.first = first;
    }

    /// The number of a source.
    pub(in crate::figure) fn number(&self, source: &PropertySource) -> Option<usize> {
        self.places.get(&source.key()).map(|place| self.first + place)
    }

    /// All of them as they are printed.
    pub(in crate::figure) fn references(&self, words: &'static Words) -> impl Iterator<Item = Reference> + '_ {
        self.list.iter().enumerate().map(move |(index, source)| {
            let source = as_source(source, String::new());
            Reference {
                number: self.first + index,
                id: None,
                outlet: source.outlet,
                title: source.title,
                date: words.published(source.published.as_deref()),
                url: source.url,
                quotes: Vec::new(),
            }
        })
    }

    /// All of them as sources, for those who cite them in turn.
    pub(in crate::figure) fn sources(&self) -> Vec<Source> {
        let source = |(index, source): (usize, &&PropertySource)| {
            let mut source = as_source(source, format!("link-{}", index + 1));
            if source.title.is_empty() {
                source.title = match crate::dossier::feature_sources::short_address(&source.url) {
                    "" => source.outlet.clone(),
                    address => address.to_owned(),
                };
            }
            source
        };
        self.list.iter().enumerate().map(source).collect()
    }
}

/// The source of the dossier that has the address of one that a feature or an annotation names.
pub(in crate::figure) fn in_dossier<'a>(dossier: &'a Dossier, cited: &PropertySource) -> Option<&'a str> {
    let url = cited.url.as_deref()?;
    dossier.source_at(url).map(|source| source.id.as_str())
}
