//! Sources of a dossier that is written, from works that a list or a pasted citation names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{List, Manuscript, id_of};
use crate::dossier::cited::source_of;
use crate::formats::citations::CitedWork;
use crate::formats::cited_page::page_key;

/// What works become.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CitedSources {
    /// Entries of the list of sources, each with an id that none has.
    pub entries: Vec<Map<String, Value>>,
    /// What was left out, or is still to be filled in, by the key in the list and with the reason.
    pub told: Vec<String>,
}

/// The sources that works become; one whose address is that of a source already is left out.
pub fn entries_of(manuscript: &Manuscript, works: &[CitedWork]) -> CitedSources {
    let mut taken: BTreeSet<String> = manuscript.entries(List::Sources).map(|entry| id_of(entry).to_owned()).collect();
    let address = |entry: &Map<String, Value>| entry.get("url").and_then(Value::as_str).map(page_key);
    let known = manuscript.entries(List::Sources).filter_map(|entry| Some((address(entry)?, id_of(entry).to_owned())));
    let mut known: BTreeMap<String, String> = known.filter(|(address, _)| address != "/").collect();
    let mut all = CitedSources::default();
    for (index, work) in works.iter().enumerate() {
        let key = if work.key.is_empty() { format!("entry {}", index + 1) } else { work.key.clone() };
        let address = work.url.as_deref().or(work.archived.as_deref()).map(page_key);
        if let Some(id) = address.as_ref().and_then(|address| known.get(address)) {
            all.told.push(format!("{key} is left out: its address is that of the source '{id}'"));
            continue;
        }
        let entry = entry_of(work, &mut taken);
        if let Some(address) = address {
            known.insert(address, id_of(&entry).to_owned());
        }
        let is_empty = |member: &&&str| entry.get(**member).and_then(Value::as_str).is_none_or(str::is_empty);
        let named = [("title", "title"), ("outlet", "outlet"), ("url", "address")];
        let missing: Vec<&str> = named.iter().filter(|(member, _)| is_empty(&member)).map(|(_, name)| *name).collect();
        if !missing.is_empty() {
            all.told.push(format!("{key} is added without {}; fill it in", missing.join(" and ")));
        }
        all.entries.push(entry);
    }
    all
}

/// The entry of one work.
fn entry_of(work: &CitedWork, taken: &mut BTreeSet<String>) -> Map<String, Value> {
    let source = source_of(work, taken);
    let archived = source.archived_url().map(str::to_owned);
    let (published, note) = match work.published {
        Some(day) if day.is_whole() => (Some(day), None),
        // A dossier has whole days; what is known instead is a remark.
        Some(day) => (None, Some(format!("{}, says the citation", day.iso()))),
        None => (None, None),
    };
    let members = [
        ("id", json!(source.id)),
        ("outlet", json!(source.outlet)),
        ("title", json!(source.title)),
        ("url", json!(source.url)),
        ("author", json!(source.author)),
        ("published", json!(published.map(|day| day.iso()))),
        ("published_note", json!(note)),
        ("retrieved", json!(work.retrieved.filter(|day| day.is_whole()).map(|day| day.iso()))),
        ("archived", json!(archived)),
    ];
    let said = members.into_iter().filter(|(_, value)| !value.is_null());
    said.map(|(member, value)| (member.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::citations::read;

    #[test]
    fn works_become_sources_and_what_is_there_already_is_told() {
        let list = "@article{lee, title={A plan}, journal={Quill Post}, year={2025}, month=dec, url={https://post.example/2}}\n\
                    @misc{again, title={The first}, howpublished={Quill Post}, url={http://www.post.example/1/}}\n\
                    @misc{bare, title={No outlet}, url={https://other.example/x}, date={2025-12-15}}";
        let (works, warnings) = read("library.bib", list.as_bytes()).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        let mut manuscript = Manuscript::of_quill();
        let post = json!({ "id": "post", "outlet": "Post", "title": "T", "url": "https://post.example/1" });
        manuscript.put(List::Sources, post.as_object().unwrap().clone()).unwrap();
        let CitedSources { entries, told } = entries_of(&manuscript, &works);
        assert_eq!(
            Value::from_iter(entries),
            json!([
                {
                    "id": "lee", "outlet": "Quill Post", "title": "A plan", "url": "https://post.example/2",
                    "published_note": "2025-12, says the citation",
                },
                {
                    "id": "bare", "outlet": "", "title": "No outlet", "url": "https://other.example/x",
                    "published": "2025-12-15",
                },
            ])
        );
        assert_eq!(
            told,
            ["again is left out: its address is that of the source 'post'", "bare is added without outlet; fill it in",]
        );
    }
}
