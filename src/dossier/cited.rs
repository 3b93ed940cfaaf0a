//! Sources of a dossier from lists and citations that people have already.

use std::collections::BTreeSet;

use super::manuscript::id_from;
use super::model::{Captures, Source};
use crate::formats::citations::CitedWork;

/// A source of a dossier that says what a citation says. Its id is made of its key, else of the outlet and the year, and is none
/// that is taken; the new one is taken then.
pub fn source_of(work: &CitedWork, taken: &mut BTreeSet<String>) -> Source {
    let words = |words: &Option<String>| words.clone().unwrap_or_default();
    let year = work.published.map(|day| day.year().to_string());
    let name = [&work.outlet, &work.title].into_iter().flatten().map(|words| id_of(words)).find(|id| !id.is_empty());
    let of_words = || match (name, &year) {
        (Some(name), Some(year)) => format!("{name}-{year}"),
        (Some(name), None) => name,
        (None, _) => "source".to_owned(),
    };
    let wanted = Some(id_of(&work.key)).filter(|id| !id.is_empty()).unwrap_or_else(of_words);
    let mut id = wanted.clone();
    for count in 2.. {
        if taken.insert(id.clone()) {
            break;
        }
        id = format!("{wanted}-{count}");
    }
    Source {
        id,
        outlet: words(&work.outlet),
        title: words(&work.title),
        url: work.url.clone().or_else(|| work.archived.clone()).unwrap_or_default(),
        author: work.author.clone(),
        published: work.published.map(|day| day.iso()),
        retrieved: work.retrieved.map(|day| day.iso()),
        archived: Captures::at(work.archived.clone()),
        ..Source::default()
    }
}

/// Words as an id has them: small letters, digits and hyphens. Empty of words in other letters alone.
fn id_of(words: &str) -> String {
    // The last part of an address, which Zotero has for a key.
    let words = words.rsplit('/').find(|part| !part.is_empty()).unwrap_or(words);
    id_from(words).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::day::Day;

    #[test]
    fn a_source_has_what_its_citation_says_and_an_id_of_its_own() {
        let work = CitedWork {
            key: "http://zotero.org/users/1/items/ABC_1".to_owned(),
            title: Some("A plan".to_owned()),
            published: Day::new(2025, Some(12), None),
            archived: Some("https://archive.ph/AbC12".to_owned()),
            ..CitedWork::default()
        };
        let mut taken = BTreeSet::from(["abc-1".to_owned()]);
        let source = source_of(&work, &mut taken);
        assert_eq!((source.id.as_str(), source.published.as_deref()), ("abc-1-2", Some("2025-12")));
        // Without another address, that of the copy is where it can be read.
        assert_eq!(
            (source.url.as_str(), source.archived_url()),
            ("https://archive.ph/AbC12", Some("https://archive.ph/AbC12"))
        );
        assert!(taken.contains("abc-1-2"));
        let nameless = CitedWork { key: String::new(), outlet: Some("The Quill Post".to_owned()), ..work };
        assert_eq!(source_of(&nameless, &mut taken).id, "the-quill-post-2025");
        let other = CitedWork { title: Some("Лінія".to_owned()), ..CitedWork::default() };
        assert_eq!(source_of(&other, &mut taken).id, "source");
    }
}
