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
    /// Files of layers of the user's that rest on nothing else, each once: their numbers follow.
    files: Vec<PropertySource>,
    /// Which of these each such layer rests on, by its id.
    of_layers: Vec<(&'a str, usize)>,
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

    /// Has layers that rest on nothing else rest on their files: of a series of reports on that of the one that is shown.
    pub(in crate::figure) fn rest_on_files(&mut self, layers: impl IntoIterator<Item = &'a Overlay>) {
        for layer in layers {
            let Some(file) = file_of(layer) else { continue };
            let place = self.files.iter().position(|known| *known == file).unwrap_or_else(|| {
                self.files.push(file);
                self.files.len() - 1
            });
            self.of_layers.push((&layer.id, place));
        }
    }

    /// The number of the file on which a layer rests.
    pub(in crate::figure) fn number_of_file(&self, layer: &str) -> Option<usize> {
        let (_, place) = self.of_layers.iter().find(|(id, _)| *id == layer)?;
        Some(self.first + self.list.len() + place)
    }

    fn all(&self) -> impl Iterator<Item = &PropertySource> {
        self.list.iter().copied().chain(&self.files)
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

/// The file that a layer of the user's is of, as a source: of several reports that of the one that is shown.
fn file_of(layer: &Overlay) -> Option<PropertySource> {
    let are_reports = layer.dated.as_ref().is_some_and(|dated| !dated.are_events());
    if let Some(report) = layer.shown_report().filter(|_| are_reports) {
        let title = Some(visible(&report.from));
        let date = report.when.map(|when| when.iso());
        let outlet = report.who.as_deref().map(visible);
        return Some(PropertySource { title, date, outlet, ..PropertySource::default() });
    }
    let title = layer.opened_from.as_deref().map(visible)?;
    let date = Some(layer.as_of.clone()).filter(|day| !day.is_empty());
    Some(PropertySource { title: Some(title), date, ..PropertySource::default() })
}

/// The source of the dossier that has the address of one that a feature or an annotation names.
pub(in crate::figure) fn in_dossier<'a>(dossier: &'a Dossier, cited: &PropertySource) -> Option<&'a str> {
    let url = cited.url.as_deref()?;
    dossier.source_at(url).map(|source| source.id.as_str())
}
