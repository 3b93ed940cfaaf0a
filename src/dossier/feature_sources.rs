//! The sources that the features of a layer name: each once, and which feature rests on which.

use std::collections::HashMap;

use super::{Captures, Source};
use crate::formats::day::Day;
use crate::formats::source_properties::{self, PropertySource, SourceKey};
use crate::formats::table::Rows;

/// The sources of a layer's features.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeatureSources {
    list: Vec<PropertySource>,
    /// A feature and the place of a source in [`Self::list`]: ascending by feature.
    of: Vec<(u32, u32)>,
}

/// So many features are looked at at once: their text stays in the cache of the processor meanwhile.
const BATCH: usize = 256;

impl FeatureSources {
    /// Those that these rows name. Of one that is described in several ways the first description counts; where features
    /// give it several days, it is of the time from the first to the last.
    pub(super) fn of(rows: &Rows) -> Self {
        let mut all = Self::default();
        let mut known: HashMap<SourceKey<'static>, u32> = HashMap::new();
        let mut days: HashMap<u32, (Day, Day)> = HashMap::new();
        // Most files name no sources: a look at many features at once costs a million of them a twentieth of a second,
        // one by one half a second.
        let batches = (0..rows.count()).step_by(BATCH).map(|start| start..(start + BATCH).min(rows.count()));
        let with_sources = batches.filter(|batch| source_properties::may_name_one(rows.text_of(batch.clone())));
        for feature in with_sources.flatten() {
            for source in of_feature(rows, feature) {
                let next = all.list.len() as u32;
                let place = *known.entry(source.key().into_owned()).or_insert(next);
                if let Some(day) = source.date.as_deref().and_then(|date| Day::in_text(date).ok()) {
                    let (first, last) = days.entry(place).or_insert((day, day));
                    (*first, *last) = ((*first).min(day), (*last).max(day));
                }
                if place == next {
                    all.list.push(source);
                }
                all.of.push((feature as u32, place));
            }
        }
        for (place, (first, last)) in days.into_iter().filter(|(_, (first, last))| first != last) {
            // As ISO 8601 has a time between two days.
            all.list[place as usize].date = Some(format!("{}/{}", first.iso(), last.iso()));
        }
        all
    }

    /// All of them, in the order of the file.
    pub fn list(&self) -> &[PropertySource] {
        &self.list
    }

    /// The features that rest on a source, with the place of that source in [`Self::list`]; ascending by feature.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.of.iter().map(|(feature, source)| (*feature as usize, *source as usize))
    }
}

/// The sources that one feature names, in its own order.
pub fn of_feature(rows: &Rows, feature: usize) -> Vec<PropertySource> {
    if !source_properties::may_name_one(rows.text(feature)) {
        return Vec::new();
    }
    source_properties::read(&rows.properties_named(feature, &source_properties::NAMES)).0
}

/// A source as those of a dossier are, for who prints and cites it: a host stands for an outlet that nobody named, and
/// nothing for a title.
pub fn as_source(cited: &PropertySource, id: String) -> Source {
    let given = |words: &Option<String>| words.clone().filter(|words| !words.trim().is_empty());
    let url = cited.url.clone().unwrap_or_default();
    let outlet = given(&cited.outlet).or_else(|| given(&cited.author)).or_else(|| host(&url).map(str::to_owned));
    let title = given(&cited.title);
    // What words alone name has its title in the place of an outlet.
    let (outlet, title) = if outlet.is_none() { (title, None) } else { (outlet, title) };
    Source {
        id,
        outlet: outlet.unwrap_or_default(),
        title: title.unwrap_or_default(),
        url,
        author: given(&cited.author),
        published: given(&cited.date),
        retrieved: given(&cited.accessed),
        archived: Captures::at(given(&cited.archived)),
        ..Source::default()
    }
}

/// A source as a page that can be described; [`as_source`] makes the same source of it.
pub fn as_page(source: &Source) -> PropertySource {
    let given = |words: &str| Some(words.to_owned()).filter(|words| !words.trim().is_empty());
    // An author in the place of an outlet was not given as one.
    let outlet = given(&source.outlet).filter(|outlet| source.author.as_ref() != Some(outlet));
    PropertySource {
        title: given(&source.title),
        outlet,
        author: source.author.clone(),
        date: source.published.clone(),
        accessed: source.retrieved.clone(),
        url: given(&source.url),
        archived: source.archived_url().map(str::to_owned),
    }
}

/// An address without what every address begins with.
pub fn short_address(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/')
}

/// The host that an address names.
pub fn host(url: &str) -> Option<&str> {
    short_address(url).split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dossier::words;
    use crate::formats::feature::Feature;
    use crate::formats::table::FeatureTable;

    fn rows(all: &[serde_json::Value]) -> Rows {
        let feature = |value: &serde_json::Value| Feature {
            geometry: None,
            properties: value.as_object().cloned().unwrap_or_default(),
            id: None,
            members: serde_json::Map::new(),
        };
        FeatureTable::of(all.iter().map(feature).collect()).rows
    }

    #[test]
    fn a_source_of_several_features_is_one() {
        let rows = rows(&[
            json!({"name": "A", "url": "https://a.example/1", "date": "2025-12-01"}),
            json!({"name": "B"}),
            json!({"sources_url": ["https://b.example/2", "https://a.example/1"], "date": "2025-12-02"}),
            json!({"source": "Field notes", "date": "2025-12-03"}),
            json!({"source": "Field notes", "date": "2025-11-30"}),
        ]);
        let sources = FeatureSources::of(&rows);
        let names: Vec<_> = sources.list().iter().map(|one| one.url.as_deref().or(one.outlet.as_deref())).collect();
        assert_eq!(names, ["https://a.example/1", "https://b.example/2", "Field notes"].map(Some));
        let days: Vec<_> = sources.list().iter().map(|one| one.date.as_deref().unwrap_or_default()).collect();
        assert_eq!(days, ["2025-12-01/2025-12-02", "2025-12-02", "2025-11-30/2025-12-03"]);
        assert_eq!(words::date(days[2]), "30 Nov – 3 Dec 2025");
        assert_eq!(sources.pairs().collect::<Vec<_>>(), [(0, 0), (2, 1), (2, 0), (3, 2), (4, 2)]);
    }

    #[test]
    fn a_source_is_called_by_what_is_known_of_it() {
        let named = |cited: PropertySource| {
            let source = as_source(&cited, String::new());
            (source.outlet, source.title)
        };
        let pair = |outlet: &str, title: &str| (outlet.to_owned(), title.to_owned());
        assert_eq!(named(PropertySource::page("https://www.a.example/b?c")), pair("a.example", ""));
        let words = |title: &str| Some(title.to_owned());
        assert_eq!(named(PropertySource { title: words("Notes"), ..Default::default() }), pair("Notes", ""));
        let author = PropertySource { author: words("A. B."), title: words("Notes"), ..Default::default() };
        assert_eq!(named(author), pair("A. B.", "Notes"));
    }

    #[test]
    fn a_source_that_is_described_as_a_page_is_the_same_source_again() {
        let words = |words: &str| Some(words.to_owned());
        let bare = PropertySource::page("https://www.a.example/b?c");
        let notes = PropertySource { title: words("Notes"), ..Default::default() };
        let author = PropertySource { author: words("A. B."), ..notes.clone() };
        let whole = PropertySource {
            outlet: words("The Post"),
            date: words("2025-12-15"),
            accessed: words("2025-12-16"),
            archived: words("https://web.archive.org/web/2025/https://a.example"),
            ..author.clone()
        };
        for page in [bare, notes, author, whole] {
            let source = as_source(&page, "own-1".to_owned());
            assert_eq!(as_source(&as_page(&source), "own-1".to_owned()), source);
        }
    }
}
