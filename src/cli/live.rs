//! `claimline verify --live`: what has become of the pages of the sources, and of the words that are quoted from them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use claimline::dossier::standing::{HeldText, LivePage, Standing, State, standing};
use claimline::dossier::{Dossier, words};
use claimline::files::capture;
use claimline::formats::number::round;
use serde_json::{Value, json};

use super::text::{column_width, padding};

/// What was found.
pub(super) struct Checked<'a> {
    dossier: &'a Dossier,
    /// When the pages were asked for.
    at: String,
    /// By source, of those that are quoted.
    pages: BTreeMap<&'a str, LivePage>,
    held: Vec<HeldText>,
    /// In the dossier's order.
    excerpts: Vec<(&'a str, Standing)>,
}

impl<'a> Checked<'a> {
    /// Asks for the page of each source that is quoted, one after the other, and each page once.
    pub(super) fn now(dossier: &'a Dossier, held: Vec<HeldText>) -> Self {
        let by_source = dossier.excerpts_by_source();
        let (mut by_url, mut pages) = (BTreeMap::<&str, LivePage>::new(), BTreeMap::new());
        for source in dossier.sources.iter().filter(|source| by_source.contains_key(source.id.as_str())) {
            let page = by_url.entry(&source.url).or_insert_with(|| capture::live(&source.url, capture::LIMITS));
            pages.insert(source.id.as_str(), page.clone());
        }
        let of_excerpt = |excerpt: &'a claimline::dossier::Excerpt| {
            let (source, page) = (dossier.source(&excerpt.source)?, pages.get(excerpt.source.as_str())?);
            Some((excerpt.id.as_str(), standing(source, excerpt, page, &held)))
        };
        let excerpts = dossier.excerpts.iter().filter_map(of_excerpt).collect();
        Self { dossier, at: capture::now(), pages, held, excerpts }
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut text = format!("Pages as they are now ({})\n", self.at);
        for (id, page) in &self.pages {
            let url = self.dossier.source(id).map_or("", |source| &source.url);
            let state = page.why().unwrap_or("answered");
            let _ = writeln!(text, "  {id}: {state}: {url}");
        }
        text.push_str("\nExcerpts in them\n");
        let phrases: Vec<String> = self.excerpts.iter().map(|(_, standing)| standing.state.phrase()).collect();
        let width = column_width(phrases.iter().map(String::as_str));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for ((id, standing), phrase) in self.excerpts.iter().zip(&phrases) {
            *counts.entry(standing.state.name()).or_default() += 1;
            let held = match standing.held_in.as_slice() {
                [] => String::new(),
                files => format!("  ({})", files.join(", ")),
            };
            let _ = writeln!(text, "  {phrase}{}  {id}{held}", padding(phrase, width));
            if let State::Reworded { now, .. } = &standing.state {
                let quoted = self.dossier.excerpt(id).map_or("", |excerpt| &excerpt.exact);
                let _ = writeln!(text, "      quoted: {}", words::quoted(quoted));
                let _ = writeln!(text, "      now:    {}", words::quoted(now));
            }
        }
        let counts: Vec<String> = counts.into_iter().map(|(name, count)| format!("{count} {name}")).collect();
        let _ = writeln!(text, "\n{}", counts.join(", "));
        text
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let captures = |id: &str| -> Vec<Value> {
            let of_source = self.held.iter().filter(|held| held.source == id);
            of_source
                .map(|held| {
                    let capture = &held.capture;
                    json!({
                        "kind": capture.kind, "file": capture.file, "url": capture.url, "at": capture.at,
                        "sha256": capture.sha256, "bytes": held.bytes.name(), "not_read": held.text.as_ref().err(),
                    })
                })
                .collect()
        };
        let pages = self.pages.iter().map(|(id, page)| {
            let url = self.dossier.source(id).map(|source| &source.url);
            json!({ "id": id, "url": url, "state": page.name(), "why": page.why(), "captures": captures(id) })
        });
        let excerpts = self.excerpts.iter().map(|(id, standing)| {
            let excerpt = self.dossier.excerpt(id);
            let (now, kept, since) = match &standing.state {
                State::Reworded { now, kept, since } => (Some(now), Some(round(*kept, 4)), since.as_ref()),
                _ => (None, None, None),
            };
            json!({
                "id": id, "source": excerpt.map(|excerpt| &excerpt.source), "state": standing.state.name(),
                "since": since, "quoted": excerpt.map(|excerpt| &excerpt.exact), "now": now, "share_kept": kept,
                "held_in": standing.held_in,
            })
        });
        json!({
            "at": self.at,
            "sources": pages.collect::<Vec<_>>(),
            "excerpts": excerpts.collect::<Vec<_>>(),
        })
    }
}
