//! The texts of sources that were attached in this session, and how the excerpts stand in them; never saved or sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::dossier::check::{self, CheckState, Fingerprint, TextAtHand};
use crate::dossier::standing::Standing;
use crate::dossier::verify::{MatchedBy, Texts};
use crate::dossier::{Dossier, Excerpt};

/// A file that was attached as the text of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name, without its folder.
    pub file: String,
    /// How it was matched with the source; `None` if the user chose the source.
    pub matched: Option<MatchedBy>,
    /// How its text compares with the dossier's fingerprint.
    pub fingerprint: Fingerprint,
    /// Whether it is not the text of the source, and was attached all the same.
    pub other: bool,
}

/// The texts at hand.
#[derive(Debug, Clone, Default)]
pub struct AttachedTexts {
    /// By source; shared with whoever checks in the background.
    texts: Arc<Texts>,
    attached: BTreeMap<String, Attached>,
    /// By excerpt; those whose source has no text are not in it.
    states: BTreeMap<String, CheckState>,
    /// When the pages of sources were looked at, and how each excerpt stood in them.
    checked_at: String,
    standings: BTreeMap<String, Standing>,
}

impl AttachedTexts {
    /// Takes a text for a source's, in place of another.
    pub(super) fn attach(
        &mut self,
        source: String,
        file: String,
        matched: Option<MatchedBy>,
        other: bool,
        text: TextAtHand,
    ) {
        Arc::make_mut(&mut self.texts).insert(source.clone(), text);
        self.attached.insert(source, Attached { file, matched, fingerprint: Fingerprint::NotStated, other });
    }

    /// Takes the texts of copies that the dossier keeps, each with its file, for sources without a text that was attached; those
    /// of copies that were taken before go.
    pub(super) fn take_captured(&mut self, captured: Texts, files: &BTreeMap<String, String>) {
        let is_captured = |attached: &Attached| attached.matched == Some(MatchedBy::Capture);
        let former: Vec<String> =
            self.attached.iter().filter(|(_, attached)| is_captured(attached)).map(|(id, _)| id.clone()).collect();
        let texts = Arc::make_mut(&mut self.texts);
        for id in former {
            texts.remove(&id);
            self.attached.remove(&id);
        }
        for (id, text) in captured {
            if texts.contains_key(&id) {
                continue;
            }
            let file = files.get(&id).cloned().unwrap_or_default();
            texts.insert(id.clone(), text);
            let matched = Some(MatchedBy::Capture);
            self.attached.insert(id, Attached { file, matched, fingerprint: Fingerprint::NotStated, other: false });
        }
    }

    /// Checks all anew; what belongs to sources that are not there any more is let go.
    pub(super) fn refresh<'a>(&mut self, dossier: &Dossier, excerpts: impl Iterator<Item = &'a Excerpt>) {
        if self.texts.keys().any(|id| dossier.source(id).is_none()) {
            Arc::make_mut(&mut self.texts).retain(|id, _| dossier.source(id).is_some());
        }
        self.attached.retain(|id, _| dossier.source(id).is_some());
        self.standings.retain(|id, _| dossier.excerpt(id).is_some());
        for (id, attached) in &mut self.attached {
            if let (Some(source), Some(text)) = (dossier.source(id), self.texts.get(id)) {
                attached.fingerprint = check::fingerprint(source, text.text());
            }
        }
        let checked = excerpts.filter_map(|excerpt| {
            let text = self.texts.get(&excerpt.source);
            let is_known = text.is_some() || excerpt.other_text.is_some();
            is_known.then(|| (excerpt.id.clone(), check::check(excerpt, text).state))
        });
        self.states = checked.collect();
    }

    pub(super) fn set_standings(&mut self, at: String, standings: BTreeMap<String, Standing>) {
        (self.checked_at, self.standings) = (at, standings);
    }

    /// How an excerpt stood in the page of its source when that was looked at last, if it was.
    pub fn standing(&self, excerpt: &str) -> Option<&Standing> {
        self.standings.get(excerpt)
    }

    /// When the pages of sources were looked at last.
    pub fn checked_at(&self) -> &str {
        &self.checked_at
    }

    /// All texts, by source.
    pub fn all(&self) -> &Texts {
        &self.texts
    }

    /// The text of a source.
    pub fn of(&self, source: &str) -> Option<&TextAtHand> {
        self.texts.get(source)
    }

    /// The file that was attached for a source, or the copy of it from which its text is.
    pub fn attached(&self, source: &str) -> Option<&Attached> {
        self.attached.get(source)
    }

    /// How an excerpt stands in the text of its source.
    pub fn state(&self, excerpt: &str) -> &CheckState {
        self.states.get(excerpt).unwrap_or(&CheckState::NoText)
    }

    /// How the excerpts of a source stand in its text: `12 of 12 excerpts exact`.
    pub fn tally<'a>(&self, source: &str, excerpts: impl Iterator<Item = &'a Excerpt>) -> String {
        let (mut exact, mut all, mut others) = (0, 0, BTreeMap::new());
        for excerpt in excerpts.filter(|excerpt| excerpt.source == source) {
            all += 1;
            match self.state(&excerpt.id) {
                CheckState::Exact { .. } => exact += 1,
                other => *others.entry(other.name()).or_insert(0) += 1,
            }
        }
        let mut text = match all {
            0 => return "no excerpts yet".to_owned(),
            1 => format!("{exact} of 1 excerpt exact"),
            _ => format!("{exact} of {all} excerpts exact"),
        };
        for (name, count) in others {
            let _ = write!(text, ", {count} {name}");
        }
        text
    }
}
