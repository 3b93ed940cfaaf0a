//! Whom sources rely on, as a chain: five outlets that quote one ministry are one origin.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Excerpt, Source};

/// Where what a source says comes from first, by names: of the dossier's sources by their ids, of others as they are called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// A source of the dossier that relies on no other.
    Source(String),
    /// Somebody who is no source of the dossier.
    Named(String),
}

/// The origins of every source.
#[derive(Debug, Clone, Default)]
pub struct Reliance {
    roots: BTreeMap<String, BTreeSet<Root>>,
}

impl Reliance {
    /// Follows whom each source cites, to the end.
    pub fn of(sources: &[Source]) -> Self {
        let by_id: BTreeMap<&str, &Source> = sources.iter().map(|source| (source.id.as_str(), source)).collect();
        let roots = sources.iter().map(|source| {
            let mut found = BTreeSet::new();
            let mut seen = BTreeSet::new();
            let mut next = vec![source];
            while let Some(one) = next.pop() {
                if !seen.insert(one.id.as_str()) {
                    continue;
                }
                if one.cites.is_empty() {
                    found.insert(Root::Source(one.id.clone()));
                }
                for cited in &one.cites {
                    match by_id.get(cited.as_str()) {
                        Some(cited) => next.push(cited),
                        None => drop(found.insert(Root::Named(origin_of(cited).to_owned()))),
                    }
                }
            }
            // Sources that cite each other in a ring are an origin together.
            if found.is_empty() {
                found.extend(seen.iter().min().map(|id| Root::Source((*id).to_owned())));
            }
            (source.id.clone(), found)
        });
        Self { roots: roots.collect() }
    }

    /// Where what a source says comes from first.
    pub fn roots(&self, source: &str) -> impl Iterator<Item = &Root> {
        self.roots.get(source).into_iter().flatten()
    }

    /// The origins of some excerpts together, and of how many sources they are.
    pub fn origins<'a>(&self, excerpts: impl IntoIterator<Item = &'a Excerpt>) -> (BTreeSet<&Root>, usize) {
        let sources: BTreeSet<&str> = excerpts.into_iter().map(|excerpt| excerpt.source.as_str()).collect();
        let roots = sources.iter().flat_map(|source| self.roots(source)).collect();
        (roots, sources.len())
    }
}

/// Who is first in a chain that is told in words: of `Bild, via Digi24.ro` it is Bild.
fn origin_of(cited: &str) -> &str {
    let end = cited.find(", via ").or_else(|| cited.find(" via ")).unwrap_or(cited.len());
    cited[..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str, cites: &[&str]) -> Source {
        Source { id: id.to_owned(), cites: cites.iter().map(|name| (*name).to_owned()).collect(), ..Source::default() }
    }

    fn named(name: &str) -> Root {
        Root::Named(name.to_owned())
    }

    #[test]
    fn outlets_that_quote_one_ministry_are_one_origin() {
        let outlets = ["a", "b", "c", "d"].map(|id| source(id, &["Ministry of Water"]));
        let chained = source("e", &["d", "Bild, via Digi24.ro"]);
        let sources: Vec<Source> = outlets.into_iter().chain([chained, source("own", &[])]).collect();
        let reliance = Reliance::of(&sources);
        let excerpt = |source: &str| Excerpt { source: source.to_owned(), ..excerpt() };
        let five = ["a", "b", "c", "d"].map(excerpt);
        assert_eq!(reliance.origins(&five), (BTreeSet::from([&named("Ministry of Water")]), 4));
        let roots: Vec<&Root> = reliance.roots("e").collect();
        assert_eq!(roots, [&named("Bild"), &named("Ministry of Water")]);
        assert_eq!(reliance.roots("own").collect::<Vec<_>>(), [&Root::Source("own".to_owned())]);
    }

    #[test]
    fn a_ring_ends() {
        let reliance = Reliance::of(&[source("a", &["b"]), source("b", &["a"])]);
        assert_eq!(reliance.roots("a").collect::<Vec<_>>(), reliance.roots("b").collect::<Vec<_>>());
        assert_eq!(reliance.roots("a").count(), 1);
    }

    fn excerpt() -> Excerpt {
        serde_json::from_str(r#"{ "id": "e", "does": "context", "exact": "x" }"#).unwrap()
    }
}
