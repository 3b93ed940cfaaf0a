//! An entry that says what another says already.

use serde_json::{Map, Value};

use super::{List, Manuscript, id_of};
use crate::formats::cited_page::page_key;

impl Manuscript {
    /// In what an entry, new or changed, repeats another of its list, as a clause: “the source 'post' has this address already”.
    /// Of a source that is its address, of an excerpt its words for one of its overlays.
    pub fn repeats(&self, list: List, entry: &Map<String, Value>) -> Option<String> {
        let mut others = self.entries(list).filter(|other| id_of(other) != id_of(entry));
        match list {
            List::Sources => {
                let address = |entry: &Map<String, Value>| {
                    let url = entry.get("url").and_then(Value::as_str).map(str::trim)?;
                    (!url.is_empty()).then(|| page_key(url))
                };
                let wanted = address(entry)?;
                let other = others.find(|other| address(other).as_ref() == Some(&wanted))?;
                Some(format!("the source '{}' has this address already", id_of(other)))
            }
            List::Excerpts => {
                let wanted = words(entry);
                let about = overlays(entry);
                others.filter(|other| words(other) == wanted).find_map(|other| {
                    let both = overlays(other);
                    let of = match about.iter().find(|id| both.contains(id)) {
                        Some(id) => format!(" for the overlay '{id}'"),
                        None if about.is_empty() && both.is_empty() => String::new(),
                        None => return None,
                    };
                    Some(format!("the excerpt '{}' quotes these words already{of}", id_of(other)))
                })
            }
            _ => None,
        }
    }
}

/// Which words an excerpt quotes.
fn words(excerpt: &Map<String, Value>) -> [Option<&Value>; 3] {
    ["source", "exact", "start"].map(|member| excerpt.get(member).filter(|value| !value.is_null()))
}

/// Of which overlays it speaks.
fn overlays(excerpt: &Map<String, Value>) -> Vec<&str> {
    let ids = excerpt.get("overlays").and_then(Value::as_array);
    ids.into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_source_of_the_same_page_and_words_for_the_same_overlay_are_repetitions() {
        let mut manuscript = Manuscript::of_quill();
        let object = |value: Value| value.as_object().unwrap().clone();
        let source = |id: &str, url: &str| object(json!({ "id": id, "outlet": "O", "title": "T", "url": url }));
        manuscript.put(List::Sources, source("post", "https://post.example/1")).unwrap();
        let repeats = |url: &str| manuscript.repeats(List::Sources, &source("other", url));
        let told = repeats("http://www.Post.example/1/#top").unwrap();
        assert_eq!(told, "the source 'post' has this address already");
        assert_eq!((repeats("https://post.example/2"), repeats(" ")), (None, None));
        assert_eq!(manuscript.repeats(List::Sources, &source("post", "https://post.example/1")), None, "itself");

        let excerpt = |id: &str, start: usize, overlays: &[&str]| {
            object(json!({
                "id": id, "source": "post", "does": "context", "exact": "a word", "start": start, "end": start + 6,
                "overlays": overlays,
            }))
        };
        manuscript.put(List::Excerpts, excerpt("e", 4, &["pasture", "shore"])).unwrap();
        let repeats = |start, overlays: &[&str]| manuscript.repeats(List::Excerpts, &excerpt("new", start, overlays));
        assert_eq!(
            repeats(4, &["shore"]).unwrap(),
            "the excerpt 'e' quotes these words already for the overlay 'shore'"
        );
        assert_eq!((repeats(4, &["mill"]), repeats(40, &["shore"]), repeats(4, &[])), (None, None, None));
    }
}
