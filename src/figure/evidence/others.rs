//! The sources of a figure that are none of its dossier's: those that features of files name, then those that annotations
//! cite.

use std::collections::HashMap;

use super::{annotations, features};
use crate::dossier::feature_sources::as_source;
use crate::dossier::{Dossier, Overlay, Source};
use crate::figure::pieces::references::Reference;
use crate::figure::words::Words;
use crate::formats::source_properties::{PropertySource, SourceKey};
use crate::formats::visible::visible;

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
    /// Reports of layers of the user's that rest on nothing else, by the ids of the layers: their numbers follow.
    reports: Vec<(&'a str, PropertySource)>,
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

    /// Has layers that rest on nothing else rest on the files of their reports that are shown.
    pub(in crate::figure) fn rest_on_reports(&mut self, layers: impl IntoIterator<Item = &'a Overlay>) {
        let source = |layer: &'a Overlay| {
            let report = layer.shown_report()?;
            let title = Some(visible(&report.from));
            let date = report.when.map(|when| when.iso());
            let outlet = report.who.as_deref().map(visible);
            Some((layer.id.as_str(), PropertySource { title, date, outlet, ..PropertySource::default() }))
        };
        self.reports = layers.into_iter().filter_map(source).collect();
    }

    /// The number of the report on which a layer rests.
    pub(in crate::figure) fn number_of_report(&self, layer: &str) -> Option<usize> {
        let place = self.reports.iter().position(|(id, _)| *id == layer)?;
        Some(self.first + self.list.len() + place)
    }

    fn all(&self) -> impl Iterator<Item = &PropertySource> {
        self.list.iter().copied().chain(self.reports.iter().map(|(_, source)| source))
    }

    /// All of them as they are printed.
    pub(in crate::figure) fn references(&self, words: &'static Words) -> impl Iterator<Item = Reference> + '_ {
        self.all().enumerate().map(move |(index, source)| {
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
        let source = |(index, source): (usize, &PropertySource)| {
            let mut source = as_source(source, format!("link-{}", index + 1));
            if source.title.is_empty() {
                source.title = match crate::dossier::feature_sources::short_address(&source.url) {
                    "" => source.outlet.clone(),
                    address => address.to_owned(),
                };
            }
            source
        };
        self.all().enumerate().map(source).collect()
    }
}

/// The source of the dossier that has the address of one that a feature or an annotation names.
pub(in crate::figure) fn in_dossier<'a>(dossier: &'a Dossier, cited: &PropertySource) -> Option<&'a str> {
    let url = cited.url.as_deref()?;
    dossier.source_at(url).map(|source| source.id.as_str())
}
