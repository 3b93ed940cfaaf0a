//! Excerpts of sources, the dossier's and the user's own, and the texts that they are checked against.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{AttachedTexts, Cited, Effect, EvidenceEdit, Selection, Session};
use crate::document::{Step, edit};
use crate::dossier::check::{Fingerprint, Fit, TextAtHand};
use crate::dossier::manuscript::List;
use crate::dossier::model::SourceText;
use crate::dossier::standing::Standing;
use crate::dossier::verify::{MAX_WORDS, MatchedBy, Texts};
use crate::dossier::{Does, Excerpt, OWN_SOURCE, Source, feature_sources};
use crate::formats::source_properties::PropertySource;

impl Session {
    /// The texts of sources that were attached in this session.
    pub fn texts(&self) -> &AttachedTexts {
        &self.texts
    }

    /// Takes how the excerpts stand in the pages of their sources, by excerpt, as they were looked at at that time.
    pub fn set_standings(&mut self, at: String, standings: BTreeMap<String, Standing>) {
        self.texts.set_standings(at, standings);
    }

    /// Every excerpt: the dossier's, then those that the user added.
    pub fn excerpts(&self) -> impl Iterator<Item = &Excerpt> {
        let own = self.document().own_excerpts.iter().filter(|own| self.dossier().source(&own.source).is_some());
        self.dossier().excerpts.iter().chain(own)
    }

    /// The excerpt of that id.
    pub fn excerpt(&self, id: &str) -> Option<&Excerpt> {
        self.excerpts().find(|excerpt| excerpt.id == id)
    }

    /// The excerpts that speak of an overlay.
    pub fn excerpts_of<'a>(&'a self, overlay: &'a str) -> impl Iterator<Item = &'a Excerpt> {
        self.excerpts().filter(move |excerpt| excerpt.overlays.iter().any(|id| id == overlay))
    }

    /// Whether the user added this excerpt.
    pub fn is_own(&self, id: &str) -> bool {
        self.document().own_excerpts.iter().any(|excerpt| excerpt.id == id)
    }

    /// Takes a text for a source's and checks its excerpts; says in a line how they stand.
    ///
    /// `matched` is `None` if the user chose the source. A text that is not the source's is attached all the same, and
    /// excerpts that are made from it say so: whoever does not want that asks [`TextAtHand::fit`] first.
    pub fn attach(&mut self, source: &str, file: String, matched: Option<MatchedBy>, text: TextAtHand) -> String {
        let Some(outlet) = self.dossier().source(source).map(|source| source.outlet.clone()) else {
            return format!("No source is called '{source}', so {file} was not attached");
        };
        let fit = self.dossier().source(source).map(|source| text.fit(source, self.excerpts()));
        let other = matches!(fit, Some(Fit::Other { .. }));
        self.note_text(source, &text, other);
        self.texts.attach(source.to_owned(), file, matched, other, text);
        self.check_texts();
        let tally = self.texts.tally(source, self.excerpts());
        let note = match self.texts.attached(source).map(|attached| attached.fingerprint) {
            _ if other => ". It is not the text of this source, but was attached anyway",
            Some(Fingerprint::Different) => ". It is not the text that the dossier was made from: its SHA-256 differs",
            Some(Fingerprint::NotStated) => ". The dossier has no SHA-256 to compare it with",
            Some(Fingerprint::Same) | None => "",
        };
        format!("{outlet}: {tally}{note}")
    }

    /// Takes the texts of copies that the dossier keeps of its sources, each with its file, for those that have none at hand.
    pub fn take_captured(&mut self, texts: Texts, files: &BTreeMap<String, String>) {
        self.texts.take_captured(texts, files);
        self.check_texts();
    }

    /// Adds a source of the user's own, under an id of its own, and its text; the id, and how the text stands.
    pub fn add_source(&mut self, source: Source, file: String, text: TextAtHand) -> (String, String) {
        let is_free = |id: &String| self.dossier().source(id).is_none();
        let id = (1..).map(|number: usize| format!("{OWN_SOURCE}{number}")).find(is_free).unwrap_or_default();
        if self.manuscript().is_some() {
            return self.write_source(source, file, text);
        }
        let stated = SourceText { sha256: text.text().sha256().to_owned(), length: text.text().length() };
        let source = Source { id: id.clone(), text: Some(stated), ..source };
        self.history.edit(Step::AddSource, |document| edit::add_source(document, source));
        self.dress();
        let told = self.attach(&id, file, None, text);
        (id, told)
    }

    /// Writes down the fingerprint of a text for a source of the dossier that is written and has none yet.
    fn note_text(&mut self, source: &str, text: &TextAtHand, is_other: bool) {
        let written = self.manuscript().and_then(|manuscript| manuscript.entry(List::Sources, source));
        if is_other || written.is_none_or(|written| written.get("text").is_some_and(|text| !text.is_null())) {
            return;
        }
        let stated = serde_json::json!({ "sha256": text.text().sha256(), "length": text.text().length() });
        let entry = serde_json::Map::from_iter([("id".to_owned(), source.into()), ("text".to_owned(), stated)]);
        let _ = self.edit_evidence(&EvidenceEdit::put(List::Sources, entry));
    }

    /// Adds a source to the dossier that is written, and its text.
    fn write_source(&mut self, source: Source, file: String, text: TextAtHand) -> (String, String) {
        let stated = SourceText { sha256: text.text().sha256().to_owned(), length: text.text().length() };
        let words = format!("{} {}", source.outlet, source.published.as_deref().unwrap_or_default());
        let entry = match serde_json::to_value(Source { text: Some(stated), ..source }) {
            Ok(serde_json::Value::Object(entry)) => entry,
            _ => Default::default(),
        };
        let (id, _) = self.add_evidence(List::Sources, &words, entry);
        let told = self.attach(&id, file, None, text);
        (id, told)
    }

    /// Whether the user added this source.
    pub fn is_own_source(&self, id: &str) -> bool {
        self.document().own_sources.iter().any(|source| source.id == id)
    }

    /// Asks how a page that is cited is to be described.
    pub(super) fn ask_cited(&self, cited: Cited) -> Vec<Effect> {
        let page = match &cited {
            Cited::By(_, page) => Some(page.clone()),
            Cited::Source(id) => {
                self.document().own_sources.iter().find(|source| source.id == *id).map(feature_sources::as_page)
            }
        };
        page.map(|page| Effect::AskCited(Box::new(cited), Box::new(page))).into_iter().collect()
    }

    /// Describes a source of the user's own otherwise; its text, and what is quoted from it, stay.
    pub(super) fn describe_source(&mut self, id: &str, page: &PropertySource) -> Vec<Effect> {
        let Some(former) = self.document().own_sources.iter().find(|source| source.id == id) else { return Vec::new() };
        let source = Source {
            title_note: former.title_note.clone(),
            published_note: former.published_note.clone(),
            cites: former.cites.clone(),
            text: former.text.clone(),
            ..feature_sources::as_source(page, id.to_owned())
        };
        self.history.edit(Step::EditSource, |document| edit::describe_source(document, source));
        self.dress();
        self.check_texts();
        Vec::new()
    }

    /// Takes a source of the user's own away, unless something is quoted from it.
    pub(super) fn remove_source(&mut self, id: &str) -> Vec<Effect> {
        if self.document().own_excerpts.iter().any(|excerpt| excerpt.source == id) {
            return vec![Effect::Tell("Remove the excerpts of the source first".to_owned())];
        }
        self.history.edit(Step::RemoveSource, |document| edit::remove_source(document, id));
        self.dress();
        self.check_texts();
        Vec::new()
    }

    pub(super) fn check_texts(&mut self) {
        let mut texts = std::mem::take(&mut self.texts);
        texts.refresh(self.dossier(), self.excerpts());
        self.texts = texts;
    }

    pub(super) fn follow_excerpt(&mut self, id: String) {
        let Some(excerpt) = self.excerpt(&id).cloned() else {
            return;
        };
        self.pick = None;
        self.selection = Selection::Excerpt { id };
        if excerpt.overlays.is_empty() {
            return;
        }
        self.history.edit(Step::FollowExcerpt, |document| {
            for overlay in &excerpt.overlays {
                edit::set_visible(document, overlay, true);
            }
        });
        let bounds = self.dossier().bounds_of(excerpt.overlays.iter().map(String::as_str));
        self.fit(bounds);
    }

    /// Adds a quotation of at most [`MAX_WORDS`] words and selects it; one that quotes the same words for the overlay already is
    /// selected instead.
    pub(super) fn add_excerpt(&mut self, source: String, at: Range<usize>, overlay: String) -> Vec<Effect> {
        let quote = self.texts.of(&source).and_then(|text| text.quote(at));
        let Some(quote) = quote.filter(|quote| quote.exact.split_whitespace().count() <= MAX_WORDS) else {
            return Vec::new();
        };
        let Some(title) = self.dossier().overlay(&overlay).map(|overlay| overlay.title.main().to_owned()) else {
            return Vec::new();
        };
        let is_same = |other: &&Excerpt| {
            let place = other.start.is_none_or(|start| start == quote.at.start);
            other.source == source && other.exact == quote.exact && place && other.overlays.contains(&overlay)
        };
        let same = self.excerpts().find(is_same).map(|excerpt| excerpt.id.clone());
        if let Some(id) = same {
            self.pick = None;
            self.selection = Selection::Excerpt { id };
            return vec![Effect::Tell(format!("These words are linked to {title} already"))];
        }
        let is_free = |id: &String| !self.is_own(id) && self.dossier().excerpt(id).is_none();
        let Some(id) = (1..).map(|number: usize| format!("own-{number}")).find(is_free) else {
            return Vec::new();
        };
        let excerpt = Excerpt {
            id: id.clone(),
            overlays: vec![overlay],
            // What it does is for its reader to judge.
            does: Does::Context,
            said_by: None,
            exact: quote.exact,
            prefix: quote.prefix,
            suffix: quote.suffix,
            start: Some(quote.at.start),
            end: Some(quote.at.end),
            page: self.texts.of(&source).and_then(|text| text.text().page_of(quote.at.start)),
            corrected: None,
            other_text: self
                .texts
                .attached(&source)
                .filter(|attached| attached.other)
                .and(self.texts.of(&source))
                .map(|text| text.text().sha256().to_owned()),
            source,
        };
        self.history.edit(Step::AddExcerpt, |document| edit::add_excerpt(document, excerpt));
        self.check_texts();
        self.pick = None;
        self.selection = Selection::Excerpt { id };
        Vec::new()
    }

    pub(super) fn remove_excerpt(&mut self, id: &str) {
        if self.selection == (Selection::Excerpt { id: id.to_owned() }) {
            let overlay = self.selected_overlay().map(|overlay| overlay.id.clone());
            self.selection =
                overlay.map_or(Selection::None, |id| Selection::Overlay { id, feature: None, place: None });
        }
        self.history.edit(Step::RemoveExcerpt, |document| edit::remove_excerpt(document, id));
        self.check_texts();
    }
}
