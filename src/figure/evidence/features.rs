//! What the features on the map of a figure rest on: the sources that their file names.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::others::{MOST_OF_FEATURES, Others, in_dossier};
use super::visible;
use crate::document::Document;
use crate::dossier::{Dossier, Overlay};
use crate::figure::pieces::legend::kinds_of;
use crate::figure::pieces::references::Cited;
use crate::formats::source_properties::PropertySource;
use crate::geometry::Frame;
use crate::geometry::boxes::is_within;

/// The sources of the features within the frame that are drawn.
pub(in crate::figure) struct Shown<'a> {
    dossier: &'a Dossier,
    layers: Vec<Layer<'a>>,
}

struct Layer<'a> {
    overlay: &'a Overlay,
    /// A kind and a source that some of its features rest on, each pair once, in the order of the file.
    pairs: Vec<(usize, &'a PropertySource)>,
}

impl<'a> Shown<'a> {
    /// Of these overlays, as far as their features are told apart.
    pub(in crate::figure) fn new(
        dossier: &'a Dossier,
        document: &Document,
        frame: &Frame,
        shown: &[&'a Overlay],
    ) -> Self {
        let bounds = frame.lon_lat_bounds();
        let layer = |overlay: &&'a Overlay| {
            let kinds = kinds_of(document, overlay);
            if !overlay.has_features(&kinds) {
                return None;
            }
            let sources = overlay.features.sources();
            let whole = is_within(overlay.bounds, bounds);
            let mut known = HashSet::new();
            let mut pairs = Vec::new();
            // One look at a feature's shape for all of its sources.
            let mut last = (usize::MAX, false);
            for (feature, source) in sources.pairs() {
                let Some(kind) = kinds.index_of(feature).filter(|kind| kinds.list()[*kind].shown) else { continue };
                if known.contains(&(kind, source)) {
                    continue;
                }
                if last.0 != feature {
                    last = (feature, whole || overlay.feature_reaches_into(feature, bounds));
                }
                if last.1 && known.insert((kind, source)) {
                    pairs.push((kind, &sources.list()[source]));
                }
            }
            (!pairs.is_empty()).then_some(Layer { overlay, pairs })
        };
        Self { dossier, layers: shown.iter().filter_map(layer).collect() }
    }

    fn all(&self) -> impl Iterator<Item = &'a PropertySource> + '_ {
        self.layers.iter().flat_map(|layer| layer.pairs.iter().map(|(_, source)| *source))
    }

    /// Adds those that are the dossier's own, each once.
    pub(in crate::figure) fn cite(&self, cited: &mut Cited<'a>) {
        self.in_dossier().for_each(|id| cited.add(id));
    }

    /// Those that are the dossier's own.
    pub(in crate::figure) fn in_dossier(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.all().filter_map(|source| in_dossier(self.dossier, source))
    }

    /// All others, each once.
    pub(in crate::figure) fn other_sources(&self) -> Vec<&'a PropertySource> {
        let mut known = HashSet::new();
        let is_new = |source: &&'a PropertySource| known.insert(source.key());
        self.all().filter(|source| in_dossier(self.dossier, source).is_none()).filter(is_new).collect()
    }

    /// How many of them have no number.
    pub(in crate::figure) fn left_out(&self) -> usize {
        self.other_sources().len().saturating_sub(MOST_OF_FEATURES)
    }

    /// The numbers of the sources that some kinds of an overlay rest on, `None` for all kinds.
    pub(in crate::figure) fn numbers(
        &self,
        overlay: &Overlay,
        kinds: Option<&[usize]>,
        cited: &Cited<'_>,
        others: &Others<'_>,
    ) -> Vec<usize> {
        let Some(layer) = self.layers.iter().find(|layer| layer.overlay.id == overlay.id) else { return Vec::new() };
        let of_kinds = layer.pairs.iter().filter(|(kind, _)| kinds.is_none_or(|kinds| kinds.contains(kind)));
        let mut numbers: Vec<usize> = of_kinds
            .filter_map(|(_, source)| match in_dossier(self.dossier, source) {
                Some(id) => cited.number(id),
                None => others.number(source),
            })
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Those that have a number, and how many more there are; nothing if there are none.
    pub(in crate::figure) fn provenance(&self) -> Option<Value> {
        let others = self.other_sources();
        let listed: Vec<Value> = others.iter().take(MOST_OF_FEATURES).map(|source| visible::cited(source)).collect();
        let mut own = Cited::default();
        self.cite(&mut own);
        let own = own.list();
        let is_empty = listed.is_empty() && own.is_empty();
        (!is_empty).then(|| json!({ "of_dossier": own, "others": listed, "more": self.left_out() }))
    }
}
