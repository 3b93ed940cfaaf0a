//! Which statements are on the map, which shapes rest on statements, and what is left over on either side.

use super::model::{Does, Excerpt, Source};
use super::{Dossier, OWN_GROUP, Overlay};

/// Statements and shapes, side by side.
#[derive(Debug, Clone)]
pub struct Coverage<'a> {
    /// Excerpts that speak of overlays, by source.
    pub territorial: Vec<(&'a Source, Vec<&'a Excerpt>)>,
    /// Excerpts with no place on the earth.
    pub context: Vec<&'a Excerpt>,
    /// Overlays with the excerpts that speak of them.
    pub overlays: Vec<(&'a Overlay, Vec<&'a Excerpt>)>,
    /// Excerpts that speak of no overlay, though they are more than context.
    pub statements_left_over: Vec<&'a Excerpt>,
    /// Overlays of which no excerpt speaks.
    pub overlays_left_over: Vec<&'a Overlay>,
}

impl<'a> Coverage<'a> {
    /// Lists both sides of a dossier. Shapes that the user opened are not part of it.
    pub fn of(dossier: &'a Dossier) -> Self {
        let mut context = Vec::new();
        let mut statements_left_over = Vec::new();
        for excerpt in dossier.excerpts.iter().filter(|excerpt| excerpt.overlays.is_empty()) {
            if excerpt.does == Does::Context { &mut context } else { &mut statements_left_over }.push(excerpt);
        }
        let by_source = dossier.excerpts_by_source();
        let territorial = dossier.sources.iter().map(|source| {
            let of_source = by_source.get(source.id.as_str()).into_iter().flatten().copied();
            (source, of_source.filter(|excerpt| !excerpt.overlays.is_empty()).collect())
        });
        let mut by_overlay = dossier.excerpts_by_overlay();
        let overlays: Vec<(&Overlay, Vec<&Excerpt>)> = (dossier.overlays.iter())
            .filter(|overlay| overlay.group != OWN_GROUP && !overlay.is_comparison())
            .map(|overlay| (overlay.as_ref(), by_overlay.remove(overlay.id.as_str()).unwrap_or_default()))
            .collect();
        let overlays_left_over =
            overlays.iter().filter(|(_, excerpts)| excerpts.is_empty()).map(|(overlay, _)| *overlay).collect();
        Self { territorial: territorial.collect(), context, overlays, statements_left_over, overlays_left_over }
    }

    /// Whether nothing is left over on either side.
    pub fn is_complete(&self) -> bool {
        self.statements_left_over.is_empty() && self.overlays_left_over.is_empty()
    }
}
