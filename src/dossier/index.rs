//! Where a dossier's sources and excerpts stand, by id and address: of tens of thousands, each is asked for by many.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::reliance::Reliance;
use super::{Excerpt, Source};

/// Worked out when first asked for; a copy of a dossier, which may then be changed, works out its own.
#[derive(Debug, Default)]
pub(super) struct Index {
    sources: OnceLock<Places>,
    addresses: OnceLock<Places>,
    excerpts: OnceLock<Places>,
    reliance: OnceLock<Reliance>,
}

/// The first of a name, by name, in a list of that length.
type Places = (usize, HashMap<String, usize>);

impl Clone for Index {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Index {
    pub(super) fn source<'a>(&self, sources: &'a [Source], id: &str) -> Option<&'a Source> {
        find(&self.sources, sources, id, |source| &source.id)
    }

    pub(super) fn source_at<'a>(&self, sources: &'a [Source], url: &str) -> Option<&'a Source> {
        find(&self.addresses, sources, url, |source| &source.url)
    }

    pub(super) fn excerpt<'a>(&self, excerpts: &'a [Excerpt], id: &str) -> Option<&'a Excerpt> {
        find(&self.excerpts, excerpts, id, |excerpt| &excerpt.id)
    }

    pub(super) fn reliance(&self, sources: &[Source]) -> &Reliance {
        self.reliance.get_or_init(|| Reliance::of(sources))
    }
}

fn find<'a, T>(places: &OnceLock<Places>, all: &'a [T], name: &str, name_of: impl Fn(&T) -> &String) -> Option<&'a T> {
    let (length, places) = places.get_or_init(|| {
        let mut places = HashMap::with_capacity(all.len());
        for (place, one) in all.iter().enumerate() {
            places.entry(name_of(one).clone()).or_insert(place);
        }
        (all.len(), places)
    });
    // Of a list that was changed since, nothing is known.
    let look_at_all = || all.iter().find(|one| name_of(one) == name);
    match places.get(name) {
        Some(place) => all.get(*place).filter(|one| name_of(one) == name).or_else(look_at_all),
        None if *length == all.len() => None,
        None => look_at_all(),
    }
}

#[cfg(test)]
mod tests {
    use crate::dossier::builtin;

    #[test]
    fn sources_and_excerpts_are_found_as_they_are_changed() {
        let (mut dossier, _) = builtin::berlin().unwrap();
        for source in &dossier.sources {
            assert_eq!(dossier.source(&source.id), Some(source));
            assert!(dossier.source_at(&source.url).is_some_and(|found| found.url == source.url));
        }
        assert!(dossier.source("no such").is_none() && dossier.excerpt("no such").is_none());
        let mut more = dossier.sources[0].clone();
        more.id = "more".to_owned();
        dossier.sources.push(more);
        assert_eq!(dossier.source("more"), dossier.sources.last());
        dossier.sources.remove(0);
        let first = dossier.sources[0].id.clone();
        assert_eq!(dossier.clone().source(&first), dossier.sources.first());
        assert_eq!(dossier.source(&first), dossier.sources.first());
        let excerpt = dossier.excerpts.pop().unwrap();
        assert!(dossier.excerpt(&excerpt.id).is_none());
    }
}
