//! How the excerpts of a source stand in its page as it is now, and in the copies that are kept of it.

use std::collections::BTreeMap;

use super::captures::Capture;
use super::check::{self, CheckState, TextAtHand};
use super::model::{Excerpt, Source};
use super::verify::{Finding, Severity, Texts};
use super::{About, Dossier, rewording};
use crate::formats::document::Other;

/// What came of asking for the page of a source now.
#[derive(Debug, Clone)]
pub enum LivePage {
    /// Its text.
    Text(Box<TextAtHand>),
    /// Its server says that there is none.
    Gone(String),
    /// It was not to be had, which says nothing about whether it is there: why.
    NotReached(String),
}

impl LivePage {
    /// In a word, as programs read it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "answered",
            Self::Gone(_) => "gone",
            Self::NotReached(_) => "not-reached",
        }
    }

    /// Why there is no text.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Gone(why) | Self::NotReached(why) => Some(why),
        }
    }
}

/// How the bytes of a copy compare with what the dossier says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bytes {
    /// They are those.
    Same,
    /// They are others, of this SHA-256.
    Different(String),
    /// The dossier does not say.
    NotStated,
    /// The file is not there.
    Missing,
}

impl Bytes {
    /// In a word, as programs read it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different(_) => "different",
            Self::NotStated => "no-fingerprint",
            Self::Missing => "missing",
        }
    }
}

/// A copy of a source that is kept, as it was found.
#[derive(Debug, Clone)]
pub struct HeldText {
    /// Id of the source.
    pub source: String,
    /// What the dossier says of it.
    pub capture: Capture,
    /// Its bytes.
    pub bytes: Bytes,
    /// Its text, or why there is none.
    pub text: Result<TextAtHand, String>,
    /// The pages of an archive that has several.
    pub pages: Vec<Other>,
    /// The address of the one that was read.
    pub page: String,
    /// What is doubtful of how it was read, each the part of a sentence.
    pub notes: Vec<String>,
}

/// What is wrong with copies.
pub fn findings(held: &[HeldText]) -> Vec<Finding> {
    let wrong = |held: &HeldText| {
        let file = held.capture.file.as_deref().unwrap_or_default();
        let stated = held.capture.sha256.as_deref().unwrap_or_default();
        let short = |sum: &str| sum.chars().take(12).chain(['…']).collect::<String>();
        let (severity, what) = match (&held.bytes, &held.text) {
            (Bytes::Different(sum), _) => {
                let (sum, stated) = (short(sum), short(stated));
                (Severity::Error, format!("its capture {file} was changed: its SHA-256 is {sum} instead of {stated}"))
            }
            (Bytes::Missing, _) => (Severity::Warning, format!("its capture {file} is not among the dossier's files")),
            (Bytes::NotStated, _) => {
                (Severity::Warning, format!("its capture {file} has no sha256; a change of it would not be noticed"))
            }
            (Bytes::Same, Err(why)) => (Severity::Info, format!("the text of its capture {file} was not read: {why}")),
            (Bytes::Same, Ok(_)) => return None,
        };
        Some(Finding { severity, part: About::Source(held.source.clone()), what, advice: None })
    };
    let doubts = held.iter().flat_map(|held| {
        let file = held.capture.file.as_deref().unwrap_or_default();
        let doubt = move |note: &String| Finding {
            severity: Severity::Warning,
            part: About::Source(held.source.clone()),
            what: format!("its capture {file}: {note}"),
            advice: None,
        };
        held.notes.iter().map(doubt)
    });
    held.iter().filter_map(wrong).chain(doubts).collect()
}

/// Takes the copies as the texts of sources that have none at hand: of a source the one that has the text of its fingerprint, or
/// else the one with most of its excerpts, the latest of equals. Returns the file of each that was taken, by source.
pub fn take_as_texts(dossier: &Dossier, held: &[HeldText], texts: &mut Texts) -> BTreeMap<String, String> {
    let excerpts = dossier.excerpts_by_source();
    let mut taken = BTreeMap::new();
    for source in dossier.sources.iter().filter(|source| !texts.contains_key(&source.id)).collect::<Vec<_>>() {
        let of_source = excerpts.get(source.id.as_str()).map_or(&[][..], Vec::as_slice);
        let mut copies: Vec<&HeldText> = held.iter().filter(|held| held.source == source.id).collect();
        copies.sort_by(|one, other| other.capture.at.cmp(&one.capture.at));
        let rated = copies.into_iter().filter_map(|held| {
            let text = held.text.as_ref().ok()?;
            let own = text.own_text(source, of_source.iter().copied());
            let found = of_source.iter().filter(|excerpt| holds(text, excerpt)).count();
            let rank = (own.is_some(), found);
            Some((rank, own.unwrap_or_else(|| text.clone()), held.capture.file.clone().unwrap_or_default()))
        });
        // The last of equals would be the earliest.
        let best = rated.reduce(|best, other| if other.0 > best.0 { other } else { best });
        if let Some((_, text, file)) = best {
            texts.insert(source.id.clone(), text.of_capture());
            taken.insert(source.id.clone(), file);
        }
    }
    taken
}

/// Whether a text has the words of an excerpt; in how many places is of no account.
fn holds(text: &TextAtHand, excerpt: &Excerpt) -> bool {
    match check::check(excerpt, Some(text)).state {
        CheckState::NotFound | CheckState::NoText => false,
        CheckState::OtherText { at } => at.is_some(),
        _ => true,
    }
}

/// How an excerpt stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Its words are in the page as it is now.
    Live,
    /// The page has it in other words.
    Reworded {
        /// Those.
        now: String,
        /// The share of the quoted words that stand in them, from 0 to 1.
        kept: f64,
        /// The last day on which the words are known to have stood as they are quoted, if any is.
        since: Option<String>,
    },
    /// The page has it no more, a copy has.
    Held,
    /// The page has it no more, and neither has a copy.
    Gone,
    /// The page was not to be had.
    NotReached,
}

impl State {
    /// In a few words.
    pub fn phrase(&self) -> String {
        match self {
            Self::Live => "live".to_owned(),
            Self::Reworded { since: Some(since), .. } => format!("reworded since {since}"),
            Self::Reworded { since: None, .. } => "reworded".to_owned(),
            Self::Held => "gone, held in capture".to_owned(),
            Self::Gone => "gone".to_owned(),
            Self::NotReached => "page not reached".to_owned(),
        }
    }

    /// In a word, as programs read it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Reworded { .. } => "reworded",
            Self::Held => "gone-held-in-capture",
            Self::Gone => "gone",
            Self::NotReached => "not-reached",
        }
    }
}

/// An excerpt as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// How.
    pub state: State,
    /// The files of the copies that have its words.
    pub held_in: Vec<String>,
}

/// How an excerpt of a source stands in its page and in its copies.
pub fn standing(source: &Source, excerpt: &Excerpt, live: &LivePage, held: &[HeldText]) -> Standing {
    let holds = |text: &TextAtHand| holds(text, excerpt);
    let of_source = held.iter().filter(|held| held.source == source.id);
    let holding: Vec<&HeldText> = of_source.filter(|held| held.text.as_ref().is_ok_and(holds)).collect();
    let gone = if holding.is_empty() { State::Gone } else { State::Held };
    let state = match live {
        LivePage::Text(text) if holds(text) => State::Live,
        LivePage::Text(text) => match rewording::nearest(&excerpt.exact, text.text().as_str()) {
            None => gone,
            Some(found) => {
                let now = text.text().as_str().get(found.bytes).unwrap_or_default().to_owned();
                State::Reworded { now, kept: found.kept, since: since(source, &holding) }
            }
        },
        LivePage::Gone(_) => gone,
        LivePage::NotReached(_) => State::NotReached,
    };
    Standing { state, held_in: holding.into_iter().filter_map(|held| held.capture.file.clone()).collect() }
}

/// The last day on which words are known to have stood in a source.
fn since(source: &Source, holding: &[&HeldText]) -> Option<String> {
    let days = holding.iter().filter_map(|held| held.capture.day());
    days.max().or(source.retrieved.as_deref()).or(source.published.as_deref()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::text::NormalizedText;

    fn text(words: &str) -> TextAtHand {
        TextAtHand::new(NormalizedText::new(words))
    }

    #[test]
    fn each_way_in_which_an_excerpt_may_stand_is_told_from_the_others() {
        let (dossier, _) = crate::dossier::builtin::berlin().unwrap();
        let source = Source { retrieved: Some("2026-01-02".to_owned()), ..dossier.sources[0].clone() };
        let exact = "the ferry runs again from 3 May".to_owned();
        let excerpt = Excerpt {
            exact,
            prefix: String::new(),
            suffix: String::new(),
            start: None,
            end: None,
            ..dossier.excerpts[0].clone()
        };
        let held = |at: &str, words: &str| HeldText {
            pages: Vec::new(),
            page: String::new(),
            notes: Vec::new(),
            capture: Capture {
                kind: "wacz".to_owned(),
                file: Some(format!("captures/{at}.wacz")),
                at: Some(format!("{at}T10:00:00Z")),
                ..Capture::default()
            },
            source: source.id.clone(),
            bytes: Bytes::Same,
            text: Ok(text(words)),
        };
        let page = |words: &str| LivePage::Text(Box::new(text(words)));
        let with = "Menu. The mayor says the ferry runs again from 3 May, weather permitting.";
        let reworded = "Menu. The mayor says the ferry runs again from 9 June, weather permitting.";
        let other = "An article about the harbour.";
        let copies = [held("2026-03-01", with), held("2026-02-01", with), held("2026-04-01", reworded)];
        let state = |live: &LivePage, held: &[HeldText]| standing(&source, &excerpt, live, held).state;
        assert_eq!(state(&page(with), &[]), State::Live);
        let now = "the ferry runs again from 9 June,".to_owned();
        let kept = 5.0 / 7.0;
        let since = |day: &str| Some(day.to_owned());
        assert_eq!(
            state(&page(reworded), &copies),
            State::Reworded { now: now.clone(), kept, since: since("2026-03-01") }
        );
        assert_eq!(state(&page(reworded), &[]), State::Reworded { now, kept, since: since("2026-01-02") });
        assert_eq!((state(&page(other), &copies), state(&page(other), &[])), (State::Held, State::Gone));
        let gone = LivePage::Gone("404".to_owned());
        assert_eq!((state(&gone, &copies), state(&gone, &copies[2..])), (State::Held, State::Gone));
        let silent = LivePage::NotReached("it is silent".to_owned());
        assert_eq!(state(&silent, &copies), State::NotReached);
        let files = ["captures/2026-03-01.wacz", "captures/2026-02-01.wacz"];
        assert_eq!(standing(&source, &excerpt, &silent, &copies).held_in, files);
    }
}
