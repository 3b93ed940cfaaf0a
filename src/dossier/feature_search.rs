//! Features by words of their names and of what they say of themselves, among millions.
//!
//! The names of a million features take a second to read, and are kept; what features say otherwise is read each time, by
//! a few threads.

use std::borrow::Cow;
use std::sync::{Arc, Weak};

use serde_json::Value;

use super::table_view::{CHUNK, Work};
use super::{Dossier, Features, OWN_GROUP, Shape};
use crate::formats::plain::{Words, plain, push_plain};
use crate::formats::table::SIMPLESTYLE;
use crate::formats::written::Written;

/// Of a name or a text no more letters are looked at.
const MOST_LETTERS: usize = 2000;

/// A feature that has the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFeature {
    /// Id of its overlay.
    pub overlay: String,
    /// Which feature.
    pub feature: usize,
    /// The property in which the words are, and what it says, where they are not all in the name.
    pub said: Option<(String, String)>,
}

/// The features that have the words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundFeatures {
    /// The best of them: those whose names begin so first, those that say so elsewhere last.
    pub features: Vec<FoundFeature>,
    /// How many there are in all.
    pub count: usize,
}

/// The names of the features of a dossier, kept from one search to the next.
#[derive(Debug, Default)]
pub struct FeatureNames {
    known: Vec<(Weak<Features>, Names)>,
}

/// The plain names of the features of one overlay, in chunks: all names of a chunk, and where each ends.
type Names = Arc<Vec<(String, Vec<u32>)>>;

impl FeatureNames {
    /// The features of a dossier that have all the words, the best first, at most so many of them; `None` once the work is
    /// cancelled.
    pub fn find(&mut self, dossier: &Dossier, words: &Words, most: usize, work: &Work) -> Option<FoundFeatures> {
        self.known.retain(|(features, _)| features.strong_count() > 0);
        let mut found: Vec<(u8, usize, usize)> = Vec::new();
        let mut count = 0;
        if words.is_empty() {
            return Some(FoundFeatures::default());
        }
        for (place, overlay) in dossier.overlays.iter().enumerate() {
            let features = &overlay.features;
            // The places of a dossier are found as such.
            let is_of_places = overlay.group != OWN_GROUP && matches!(*overlay.shape, Shape::Places(_));
            if features.count() == 0 || is_of_places {
                continue;
            }
            let names = self.names(features, work)?;
            let chunks = work.in_chunks(features.count(), |rows| {
                let (mut best, mut count) = (Vec::new(), 0);
                let mut start = 0;
                let Some((text, ends)) = names.get(rows.start / CHUNK) else { return (best, count) };
                let mut json = String::new();
                for (feature, end) in rows.zip(ends) {
                    let name = text.get(start..*end as usize).unwrap_or_default();
                    start = *end as usize;
                    if let Some(rank) = rank(features, feature, name, words, &mut json) {
                        count += 1;
                        best.push((rank, feature));
                    }
                }
                // The order of the file decides among those of one rank.
                best.sort_by_key(|(rank, _)| *rank);
                best.truncate(most);
                (best, count)
            })?;
            for (best, more) in chunks {
                count += more;
                found.extend(best.into_iter().map(|(rank, feature)| (rank, place, feature)));
                found.sort();
                found.truncate(most);
            }
        }
        let features = found.into_iter().map(|(rank, place, feature)| {
            let overlay = &dossier.overlays[place];
            let said = (rank == ELSEWHERE).then(|| said(&overlay.features, feature, words)).flatten();
            FoundFeature { overlay: overlay.id.clone(), feature, said }
        });
        Some(FoundFeatures { features: features.collect(), count })
    }

    fn names(&mut self, features: &Arc<Features>, work: &Work) -> Option<Names> {
        // The weak reference keeps the place in memory, so that other features cannot have it.
        let is_of = |known: &Weak<Features>| std::ptr::eq(known.as_ptr(), Arc::as_ptr(features));
        if let Some((_, names)) = self.known.iter().find(|(known, _)| is_of(known)) {
            return Some(Arc::clone(names));
        }
        let names = work.in_chunks(features.count(), |rows| {
            let (mut text, mut ends) = (String::new(), Vec::with_capacity(rows.len()));
            for feature in rows {
                if let Some(name) = features.name(feature) {
                    push_plain(beginning(&name, 200), &mut text);
                }
                // A chunk has at most 4,096 names of a few kB.
                ends.push(text.len() as u32);
            }
            (text, ends)
        })?;
        let names = Arc::new(names);
        self.known.push((Arc::downgrade(features), Arc::clone(&names)));
        Some(names)
    }
}

/// The rank of features that say the words elsewhere than in their names.
const ELSEWHERE: u8 = 3;

fn rank(features: &Features, feature: usize, name: &str, words: &Words, json: &mut String) -> Option<u8> {
    let rank = words.rank_plain(name, || Cow::Borrowed(""));
    rank.or_else(|| says_all(features, feature, name, words, json).then_some(ELSEWHERE))
}

/// Whether a word may be in the values of a plain JSON text: signs that JSON writes in its own way are not looked at.
fn is_in_json(text: &str, word: &str) -> bool {
    word.contains(['"', '\\', '/']) || text.contains(word)
}

/// Whether the words that are not in its name are in what a feature says otherwise.
fn says_all(features: &Features, feature: usize, name: &str, words: &Words, json: &mut String) -> bool {
    let text = features.rows().text(feature);
    if text.is_empty() {
        return false;
    }
    json.clear();
    push_plain(text, json);
    let may_be = |word: &String| name.contains(word.as_str()) || is_in_json(json, word);
    if !text.contains('\\') && !words.list().iter().all(may_be) {
        return false;
    }
    let mut all = String::new();
    for_each_text(features, feature, |_, value| {
        push_plain(beginning(value, MOST_LETTERS), &mut all);
        // Words of two values are not one.
        all.push('\n');
    });
    words.list().iter().all(|word| name.contains(word.as_str()) || all.contains(word.as_str()))
}

/// What a feature says in words and numbers; how it is drawn is nothing that it says.
fn for_each_text(features: &Features, feature: usize, mut each: impl FnMut(&str, &str)) {
    for (name, value) in features.rows().written(feature) {
        let is_style = SIMPLESTYLE.contains(&name.as_str()) && !["title", "description"].contains(&name.as_str());
        match value {
            _ if is_style => {}
            Written::Text(_) | Written::Number(_) => each(&name, &value.words()),
            Written::Nested(json) if json.starts_with('[') => {
                let list = value.value();
                for text in list.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    each(&name, text);
                }
            }
            Written::Null | Written::Bool(_) | Written::Nested(_) => {}
        }
    }
}

/// The first property that has a word which the name has not.
fn said(features: &Features, feature: usize, words: &Words) -> Option<(String, String)> {
    let name = plain(&features.name(feature).unwrap_or_default());
    let missing: Vec<&String> = words.list().iter().filter(|word| !name.contains(word.as_str())).collect();
    let mut found = None;
    for_each_text(features, feature, |property, value| {
        let has = |word: &&String| plain(beginning(value, MOST_LETTERS)).contains(word.as_str());
        if found.is_none() && missing.iter().any(has) {
            found = Some((property.to_owned(), beginning(value, MOST_LETTERS).to_owned()));
        }
    });
    found
}

fn beginning(text: &str, letters: usize) -> &str {
    text.char_indices().nth(letters).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::own_layer;
    use crate::formats::geojson;

    fn dossier(features: &[(&str, &str)]) -> Dossier {
        let features: Vec<Value> = features
            .iter()
            .map(|(name, note)| {
                serde_json::json!({"type": "Feature", "properties": {"name": name, "note": note, "stroke": "#ff0000"},
                    "geometry": {"type": "Point", "coordinates": [37.5, 48.6]}})
            })
            .collect();
        let text = serde_json::json!({"type": "FeatureCollection", "features": features}).to_string();
        let (layer, _) = own_layer("layer", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        let mut dossier = Dossier::empty();
        dossier.add(layer);
        dossier
    }

    fn find(dossier: &Dossier, wanted: &str, most: usize) -> (Vec<usize>, usize) {
        let found = FeatureNames::default().find(dossier, &Words::of(wanted), most, &Work::default()).unwrap();
        (found.features.iter().map(|found| found.feature).collect(), found.count)
    }

    #[test]
    fn names_come_before_what_is_said_elsewhere() {
        let dossier = dossier(&[
            ("Depot", "near the Bridge"),
            ("Old bridge", ""),
            ("Bridge", ""),
            ("Міст у Слов’янську", "БРІДЖ \"quoted\""),
            ("Ford", "a \\ bridge / ferry"),
        ]);
        assert_eq!(find(&dossier, "bridge", 10), (vec![2, 1, 0, 4], 4));
        assert_eq!(find(&dossier, "bridge", 2), (vec![2, 1], 4));
        assert_eq!(find(&dossier, "depot bridge", 10), (vec![0], 1));
        assert_eq!(find(&dossier, "словянськ", 10), (vec![3], 1));
        assert_eq!(find(&dossier, "брідж", 10), (vec![3], 1));
        assert_eq!(find(&dossier, "\"quoted\"", 10), (vec![3], 1));
        assert_eq!(find(&dossier, "\\ bridge /", 10), (vec![4], 1));
        // Neither the names of properties nor how a feature is drawn is what it says.
        assert_eq!(find(&dossier, "note", 10), (vec![], 0));
        assert_eq!(find(&dossier, "ff0000", 10), (vec![], 0));
        assert_eq!(find(&dossier, "", 10), (vec![], 0));
        let found = FeatureNames::default().find(&dossier, &Words::of("ferry"), 10, &Work::default()).unwrap();
        let said = found.features[0].said.clone();
        assert_eq!(said, Some(("note".to_owned(), "a \\ bridge / ferry".to_owned())));
    }

    #[test]
    fn a_search_that_nobody_wants_any_more_ends() {
        let work = Work::default();
        work.cancel();
        let found = FeatureNames::default().find(&dossier(&[("a", "b")]), &Words::of("a"), 10, &work);
        assert_eq!(found, None);
    }
}
