//! Why a published figure rests on a source, an excerpt or an overlay: by what its provenance names, by the fingerprints and
//! addresses in it, and by what recipes make of what it shows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::dossier::affected::{self, Affected};
use crate::dossier::{About, Dossier, Excerpt, fingerprint};

/// What figures are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The source of that id.
    Source(String),
    /// The excerpt of that id.
    Excerpt(String),
    /// The overlay of that id.
    Overlay(String),
}

/// Why a figure rests on what it was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Its list of sources has it.
    Cites {
        /// Id of the source.
        source: String,
        /// The number there, where the figure says it.
        number: Option<u64>,
    },
    /// It shows what the excerpt is about, or an annotation cites that.
    Quotes {
        /// Id of the excerpt.
        excerpt: String,
        /// Id of its source.
        source: String,
        /// Whether its words are still the same.
        is_same: bool,
    },
    /// It shows an overlay that rests on it.
    Shows {
        /// Id of the overlay, as the figure has it.
        overlay: String,
        /// The parts between, the one that it rests on itself last.
        through: Vec<About>,
    },
    /// What the features of a file, an annotation or a layer rest on.
    Linked {
        /// Id of the source.
        source: String,
    },
}

impl Reason {
    /// In words, after “it”.
    pub fn words(&self) -> String {
        match self {
            Self::Cites { source, number: Some(number) } => format!("cites source '{source}' [{number}]"),
            Self::Cites { source, number: None } => format!("cites source '{source}'"),
            Self::Quotes { excerpt, source, is_same } => {
                let changed = if *is_same { "" } else { ", as it was before it was changed" };
                format!("rests on excerpt '{excerpt}' of source '{source}'{changed}")
            }
            Self::Shows { overlay, through } => {
                let mut words = format!("shows overlay '{overlay}'");
                let mut parts = through.iter().rev();
                let mut rests = Vec::new();
                for part in parts.by_ref() {
                    match part {
                        About::Overlay(id) => rests.push(format!("derived from '{id}'")),
                        other => rests.push(format!("which {other} is about")),
                    }
                }
                for part in rests {
                    words = format!("{words}, {part}");
                }
                words
            }
            Self::Linked { source } => format!("has features or annotations that rest on source '{source}'"),
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let words = self.words();
        match self {
            Self::Cites { source, number } => {
                json!({ "how": "cites", "source": source, "number": number, "words": words })
            }
            Self::Quotes { excerpt, source, is_same } => {
                json!({ "how": "quotes", "excerpt": excerpt, "source": source, "same": is_same, "words": words })
            }
            Self::Shows { overlay, through } => {
                let through: Vec<String> = through.iter().map(ToString::to_string).collect();
                json!({ "how": "shows", "overlay": overlay, "through": through, "words": words })
            }
            Self::Linked { source } => json!({ "how": "linked", "source": source, "words": words }),
        }
    }
}

/// What is asked about, with all that rests on it in a dossier.
#[derive(Debug, Clone)]
pub struct Question {
    dossier: String,
    /// The source, by id and address; `None` where an overlay is asked about.
    source: Option<(String, String)>,
    /// The excerpts that count, with their sources and fingerprints.
    excerpts: BTreeMap<String, (String, String)>,
    /// The overlays that rest on it, with the parts between.
    overlays: BTreeMap<String, Vec<About>>,
    /// By fingerprint of its shape, an overlay.
    shapes: BTreeMap<String, String>,
    /// Whether the list of sources is looked through: it does not say which excerpt it is for.
    by_source: bool,
}

impl Question {
    /// About a part of a dossier; `None` where it has none of that id.
    pub fn new(dossier: &Dossier, asked: &Asked) -> Option<Self> {
        let (found, source, excerpts): (Vec<Affected>, _, Vec<&Excerpt>) = match asked {
            Asked::Source(id) => {
                let source = dossier.source(id)?;
                let excerpts = dossier.excerpts.iter().filter(|excerpt| excerpt.source == *id).collect();
                (affected::affected(dossier, id)?, Some((id.clone(), source.url.clone())), excerpts)
            }
            Asked::Excerpt(id) => {
                let excerpt = dossier.excerpt(id)?;
                (affected::of_excerpt(dossier, excerpt), Some((excerpt.source.clone(), String::new())), vec![excerpt])
            }
            Asked::Overlay(id) => (affected::of_overlay(dossier, id)?, None, Vec::new()),
        };
        let overlays: BTreeMap<String, Vec<About>> = found
            .into_iter()
            .filter_map(|one| match one.part {
                About::Overlay(id) => Some((id, one.through)),
                _ => None,
            })
            .collect();
        let shape = |id: &String| Some((fingerprint::geometry(&dossier.overlay(id)?.shape), id.clone()));
        Some(Self {
            dossier: dossier.id.clone(),
            by_source: matches!(asked, Asked::Source(_)),
            source,
            excerpts: excerpts
                .into_iter()
                .map(|excerpt| (excerpt.id.clone(), (excerpt.source.clone(), fingerprint::excerpt(excerpt))))
                .collect(),
            shapes: overlays.keys().filter_map(shape).collect(),
            overlays,
        })
    }

    /// Why a figure with this provenance rests on it; empty where nothing says so.
    pub fn reasons(&self, provenance: &Value) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let is_same_dossier = provenance.pointer("/dossier/id").and_then(Value::as_str) == Some(&self.dossier);
        self.sources(provenance, is_same_dossier, &mut reasons);
        let own: BTreeSet<&str> = strings(provenance.get("own_excerpts")).collect();
        for sums in [provenance.get("excerpts_sha256"), provenance.pointer("/compared_with/excerpts_sha256")] {
            for (id, sum) in sums.and_then(Value::as_object).into_iter().flatten() {
                let by_id = self.excerpts.get(id).filter(|_| is_same_dossier && !own.contains(id.as_str()));
                let by_sum = || self.excerpts.iter().find(|(_, (_, known))| Some(known.as_str()) == sum.as_str());
                let found = by_id.map(|(source, known)| (id, source, Some(known.as_str()) == sum.as_str()));
                let found = found.or_else(|| by_sum().map(|(id, (source, _))| (id, source, true)));
                if let Some((excerpt, source, is_same)) = found {
                    let reason = Reason::Quotes { excerpt: excerpt.clone(), source: source.clone(), is_same };
                    push(&mut reasons, reason);
                }
            }
        }
        self.shown(provenance, is_same_dossier, &mut reasons);
        reasons
    }

    /// By the numbered sources, and by what features and annotations rest on.
    fn sources(&self, provenance: &Value, is_same_dossier: bool, reasons: &mut Vec<Reason>) {
        let Some((id, url)) = self.source.as_ref().filter(|_| self.by_source) else { return };
        let is_it = |entry: &Value| {
            let of = |member: &str| entry.get(member).and_then(Value::as_str);
            (is_same_dossier && of("id") == Some(id)) || (!url.is_empty() && of("url") == Some(url))
        };
        let listed = provenance.get("sources").and_then(Value::as_array).into_iter().flatten();
        for entry in listed.filter(|entry| is_it(entry)) {
            let number = entry.get("number").and_then(Value::as_u64);
            push(reasons, Reason::Cites { source: id.clone(), number });
        }
        let of_features = provenance.get("feature_sources");
        let named =
            strings(of_features.and_then(|of| of.get("of_dossier"))).any(|named| is_same_dossier && named == id);
        let others = of_features.and_then(|of| of.get("others")).and_then(Value::as_array);
        let mut linked = named || others.into_iter().flatten().any(is_it);
        let layers = provenance.get("layers").and_then(Value::as_object).into_iter().flatten().map(|(_, layer)| layer);
        let holders = layers.chain(provenance.get("annotations"));
        let cited = holders.filter_map(|holder| holder.get("citations")?.as_array()).flatten();
        linked |= cited.into_iter().any(is_it);
        if linked {
            push(reasons, Reason::Linked { source: id.clone() });
        }
    }

    /// By the overlays that it shows, or whose change it shows.
    fn shown(&self, provenance: &Value, is_same_dossier: bool, reasons: &mut Vec<Reason>) {
        let own: BTreeSet<&str> = strings(provenance.get("own_files")).collect();
        let derived = provenance.pointer("/compared_with/derived").and_then(Value::as_object);
        // What is drawn of a change is told by the overlay whose change it is.
        let drawn = |id: &&str| !derived.is_some_and(|derived| derived.contains_key(*id));
        let changed = derived.into_iter().flatten().filter_map(|(_, of)| of.as_str());
        let sums = provenance.get("geometry_sha256").and_then(Value::as_object);
        for id in strings(provenance.get("overlays")).filter(drawn).chain(changed) {
            let by_id = self.overlays.get_key_value(id).filter(|_| is_same_dossier && !own.contains(id));
            let by_shape = || {
                let sum = sums?.get(id)?.as_str()?;
                self.overlays.get_key_value(self.shapes.get(sum)?)
            };
            if let Some((_, through)) = by_id.or_else(by_shape) {
                push(reasons, Reason::Shows { overlay: id.to_owned(), through: through.clone() });
            }
        }
    }
}

fn push(reasons: &mut Vec<Reason>, reason: Reason) {
    if !reasons.contains(&reason) {
        reasons.push(reason);
    }
}

fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The parts of a dossier that it marks as withdrawn or corrected, each with what it says of that.
pub fn doubted(dossier: &Dossier) -> Vec<(Asked, String)> {
    let told = |word: &str, on: &str, why: &str| match why {
        "" => format!("{word} on {on}"),
        why => format!("{word} on {on}: {why}"),
    };
    let sources = dossier.sources.iter().filter_map(|source| {
        let withdrawn = source.withdrawn.as_ref()?;
        Some((Asked::Source(source.id.clone()), told("withdrawn", &withdrawn.on, &withdrawn.why)))
    });
    let excerpts = dossier.excerpts.iter().filter_map(|excerpt| {
        let corrected = excerpt.corrected.as_ref()?;
        Some((Asked::Excerpt(excerpt.id.clone()), told("corrected", &corrected.on, &corrected.why)))
    });
    sources.chain(excerpts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::builtin;

    fn figure(overlays: &[&str]) -> Value {
        json!({
            "format": "claimline-figure/1", "dossier": { "id": "berlin-2025-12", "version": "1.0.0" },
            "overlays": overlays, "geometry_sha256": {}, "excerpts_sha256": {},
        })
    }

    #[test]
    fn an_overlay_counts_with_all_that_recipes_make_of_it() {
        let (dossier, _) = builtin::berlin().unwrap();
        let question = Question::new(&dossier, &Asked::Overlay("line-of-contact".to_owned())).unwrap();
        let words = |overlays: &[&str]| -> Vec<String> {
            question.reasons(&figure(overlays)).iter().map(Reason::words).collect()
        };
        assert_eq!(words(&["donetsk"]), [""; 0]);
        // dossier.json: corridor-5km is a buffer of line-of-contact, held-towns the points within withdrawal-area, a side of it.
        assert_eq!(words(&["corridor-5km"]), ["shows overlay 'corridor-5km', derived from 'line-of-contact'"]);
        assert_eq!(
            words(&["held-towns"]),
            ["shows overlay 'held-towns', derived from 'withdrawal-area', derived from 'line-of-contact'"]
        );
    }

    #[test]
    fn another_dossier_counts_by_address_and_fingerprint_only() {
        let (dossier, _) = builtin::berlin().unwrap();
        let source = &dossier.sources[0];
        let question = Question::new(&dossier, &Asked::Source(source.id.clone())).unwrap();
        let mut other = figure(&[]);
        other["dossier"]["id"] = json!("other");
        other["sources"] = json!([{ "number": 7, "id": source.id, "url": "https://elsewhere.example" }]);
        assert_eq!(question.reasons(&other), []);
        other["sources"] = json!([{ "number": 7, "id": "x", "url": source.url }]);
        assert_eq!(question.reasons(&other), [Reason::Cites { source: source.id.clone(), number: Some(7) }]);
        let excerpt = dossier.excerpts.iter().find(|excerpt| excerpt.source == source.id).unwrap();
        other["sources"] = json!([]);
        other["excerpts_sha256"] = json!({ "renamed": fingerprint::excerpt(excerpt) });
        let quotes = Reason::Quotes { excerpt: excerpt.id.clone(), source: source.id.clone(), is_same: true };
        assert_eq!(question.reasons(&other), [quotes]);
    }
}
