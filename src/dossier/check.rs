//! Finds the excerpts of a dossier in a text, and never moves one silently.
//!
//! # What counts as found
//! Both sides are normalised as [`text`](crate::formats::text) says, and then *folded* for the search:
//! * curly, low, angled and full-width quotation marks, primes and apostrophes become `"` or `'`; double stay double;
//! * hyphens, dashes and minus signs become `-`, several in a row one; an ellipsis becomes three dots;
//! * zero-width characters, soft hyphens, direction marks and variation selectors are left out;
//! * compatibility letters (ligatures, full width, superscripts) become what they stand for (NFKC).
//!
//! Nothing else is forgiven: letters keep their case and their marks, and no word may differ. A place counts only if
//! it starts and ends where whole letters do, marks included, and not within a word or a number that the excerpt does
//! not have (5,600 is not found in 15,600), unless its prefix or suffix says that it was cut out of one.
//!
//! # Words divided at a line's end
//! Where the words stand nowhere, they are looked for once more with words joined that a hyphen at the end of a line may
//! have divided ("kilo-", "metres"). Whether the hyphen belongs to the word no rule can tell, so that both count, and what is
//! found so has a state of its own: [`CheckState::Divided`], never exact.
//!
//! # What decides among several places
//! The stated position, if the words stand there. Otherwise the prefix and suffix: a place is chosen if at least half
//! of them stands next to it, and a quarter of them more than next to any other place.

use std::collections::BTreeSet;
use std::ops::Range;

use memchr::memmem;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

use super::model::{Excerpt, Source};
use crate::formats::text::{NormalizedText, normalize};

/// Places beyond this many are not looked at: no context could decide among them.
const MAX_PLACES: usize = 1000;

/// How an excerpt was found. Ranges are code points of the normalised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckState {
    /// Word for word, where the dossier says; or, where it states no position, in one place.
    Exact {
        /// Where.
        at: Range<usize>,
    },
    /// Where the dossier says, but white space, quotation marks, dashes or the like differ.
    Normalized {
        /// Where.
        at: Range<usize>,
    },
    /// Elsewhere than the dossier says.
    Moved {
        /// Where.
        at: Range<usize>,
        /// Whether it stands there word for word and mark for mark.
        verbatim: bool,
    },
    /// With a word that a line's end divides.
    Divided {
        /// Where.
        at: Range<usize>,
    },
    /// In several places, and neither position nor context decides among them.
    Ambiguous {
        /// How many; no more than 1,000 are counted.
        places: usize,
    },
    /// It was taken from a text that is not its source's, whatever text is at hand now.
    OtherText {
        /// Where its words stand in the text at hand, if they do in one place.
        at: Option<Range<usize>>,
    },
    /// Nowhere.
    NotFound,
    /// No text of its source is at hand.
    NoText,
}

impl CheckState {
    /// The state in a word or two, as people and programs read it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Exact { .. } => "exact",
            Self::Normalized { .. } => "normalised",
            Self::Moved { .. } => "moved",
            Self::Divided { .. } => "divided at a line's end",
            Self::Ambiguous { .. } => "ambiguous",
            Self::OtherText { .. } => "from another text",
            Self::NotFound => "not found",
            Self::NoText => "no text at hand",
        }
    }

    /// Where the words stand, if they were found in one place.
    pub fn at(&self) -> Option<Range<usize>> {
        match self {
            Self::Exact { at } | Self::Normalized { at } | Self::Moved { at, .. } | Self::Divided { at } => {
                Some(at.clone())
            }
            Self::OtherText { at } => at.clone(),
            Self::Ambiguous { .. } | Self::NotFound | Self::NoText => None,
        }
    }
}

/// What a check of one excerpt comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How it was found.
    pub state: CheckState,
    /// Whether the stated prefix and suffix stand around the place; true if there is no place.
    pub context_agrees: bool,
}

/// How a text compares with the fingerprint that a dossier has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fingerprint {
    /// The very text.
    Same,
    /// Another text, or the same one edited.
    Different,
    /// The dossier has no fingerprint of this source.
    NotStated,
}

/// Whether a text is that of a source, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It has the source's fingerprint, or an excerpt of the source stands in it, or nothing is known that could tell.
    Fits,
    /// It has not the fingerprint, and none of the excerpts stands in it.
    Other {
        /// How many excerpts of the source there are.
        excerpts: usize,
        /// Whether the source has a fingerprint, which differs.
        differs: bool,
    },
}

/// How a text is another than that of a source, in words that follow its name: “is not the one that …”.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its length in code points, and the one that is stated.
    lengths: [usize; 2],
    /// The beginning of its SHA-256, and of the one that is stated.
    sums: [String; 2],
    /// How many excerpts of the source stand in it, and how many there are.
    excerpts: [usize; 2],
}

impl Difference {
    /// Compares a text with the fingerprint of a source, of which these are the excerpts; `None` where there is none, or it is the
    /// same.
    pub fn of<'a>(source: &Source, excerpts: impl Iterator<Item = &'a Excerpt>, text: &TextAtHand) -> Option<Self> {
        let stated = source.text.as_ref().filter(|_| fingerprint(source, &text.text) == Fingerprint::Different)?;
        let (mut all, mut found) = (0, 0);
        for excerpt in excerpts.filter(|excerpt| excerpt.source == source.id) {
            all += 1;
            found += usize::from(text.check(excerpt).state.at().is_some());
        }
        let short = |sha256: &str| sha256.chars().take(12).chain(['…']).collect::<String>();
        Some(Self {
            lengths: [text.text.length(), stated.length],
            sums: [short(text.text.sha256()), short(&stated.sha256)],
            excerpts: [found, all],
        })
    }

    /// Whether all that is quoted stands in it all the same, and something is.
    pub fn has_all(&self) -> bool {
        let [found, all] = self.excerpts;
        all > 0 && found == all
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ([length, stated], [sum, stated_sum]) = (self.lengths, &self.sums);
        write!(
            out,
            "is not the one that the dossier was made from: {length} code points instead of {stated}, SHA-256 {sum} instead of \
             {stated_sum}"
        )?;
        match self.excerpts {
            [_, 0] => Ok(()),
            [1, 1] => write!(out, "; its excerpt stands in it"),
            [0, 1] => write!(out, "; its excerpt does not stand in it"),
            [found, all] => write!(out, "; {found} of its {all} excerpts stand in it"),
        }
    }
}

/// Compares a text with a source's fingerprint.
pub fn fingerprint(source: &Source, text: &NormalizedText) -> Fingerprint {
    match &source.text {
        None => Fingerprint::NotStated,
        Some(stated) if stated.sha256.eq_ignore_ascii_case(text.sha256()) && stated.length == text.length() => {
            Fingerprint::Same
        }
        Some(_) => Fingerprint::Different,
    }
}

/// A quotation with its selectors, for an excerpt of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The words.
    pub exact: String,
    /// Up to 32 code points before them.
    pub prefix: String,
    /// Up to 32 code points after them.
    pub suffix: String,
    /// Where they stand, in code points.
    pub at: Range<usize>,
}

/// How many code points of context a new quotation keeps on either side.
const CONTEXT: usize = 32;

/// How many excerpts are tried to find a source's own text in a longer one.
pub(super) const MOST_TRIES: usize = 16;

/// So many bytes of the folded words tell where an excerpt may begin.
pub(super) const START: usize = 12;

/// How an excerpt begins, folded; nothing of one that is shorter.
pub(super) fn start_of(excerpt: &Excerpt) -> Option<[u8; START]> {
    Needle::new(excerpt).folded.as_bytes().first_chunk().copied()
}

/// A normalised text ready to be searched.
#[derive(Debug, Clone)]
pub struct TextAtHand {
    text: NormalizedText,
    folded: Folded,
    is_capture: bool,
}

impl TextAtHand {
    /// Folds a text once, for all excerpts.
    pub fn new(text: NormalizedText) -> Self {
        let folded = Folded::new(text.as_str());
        Self { text, folded, is_capture: false }
    }

    /// The same as what a copy has that the dossier keeps of a source: a page on a day, which may have more than the article, or
    /// the article in other words.
    #[must_use]
    pub fn of_capture(self) -> Self {
        Self { is_capture: true, ..self }
    }

    /// Whether it is what such a copy has.
    pub fn is_capture(&self) -> bool {
        self.is_capture
    }

    /// The text that positions count in.
    pub fn text(&self) -> &NormalizedText {
        &self.text
    }

    /// Whatever an excerpt in it may begin with.
    pub(super) fn starts(&self) -> impl Iterator<Item = &[u8; START]> {
        self.folded.text.as_bytes().windows(START).filter_map(|window| window.first_chunk())
    }

    /// The source's own text, if this is it, or if it stands word for word within this one, as an article stands in a
    /// saved page between menus and advertisements.
    pub fn own_text<'a>(&self, source: &Source, excerpts: impl IntoIterator<Item = &'a Excerpt>) -> Option<Self> {
        let stated = source.text.as_ref()?;
        if fingerprint(source, &self.text) == Fingerprint::Same {
            return Some(self.clone());
        }
        if stated.length >= self.text.length() {
            return None;
        }
        let mut tried = BTreeSet::new();
        for excerpt in excerpts.into_iter().filter(|excerpt| excerpt.source == source.id).take(MOST_TRIES) {
            // Where the whole would start, if this excerpt stands where the dossier says.
            let found = self.check(excerpt).state.at();
            let Some(start) = found.zip(excerpt.start).and_then(|(at, start)| at.start.checked_sub(start)) else {
                continue;
            };
            let part = || start.checked_add(stated.length).and_then(|end| self.text.part(start..end));
            if tried.insert(start)
                && let Some(text) = part()
                && fingerprint(source, &text) == Fingerprint::Same
            {
                return Some(Self::new(text));
            }
        }
        None
    }

    /// Where words stand, letter for letter once both are normalised, in code points; at most a thousand places.
    pub fn places_of(&self, words: &str) -> Vec<Range<usize>> {
        let words = normalize(words);
        if words.is_empty() {
            return Vec::new();
        }
        let at = |byte: usize| self.text().code_point_at(byte);
        let found = self.text().as_str().match_indices(&words).take(1_000);
        found.map(|(byte, found)| at(byte)..at(byte + found.len())).collect()
    }

    /// The quotation at a range of code points, without white space at its ends; `None` if nothing is left of it.
    pub fn quote(&self, range: Range<usize>) -> Option<Quote> {
        let words = self.text.slice(range.clone())?;
        let start = range.start + usize::from(words.starts_with(' '));
        let exact = words.trim().to_owned();
        let end = start + exact.chars().count();
        if exact.is_empty() {
            return None;
        }
        let prefix = self.text.slice(start.saturating_sub(CONTEXT)..start)?.to_owned();
        let suffix = self.text.slice(end..(end + CONTEXT).min(self.text.length()))?.to_owned();
        Some(Quote { exact, prefix, suffix, at: start..end })
    }

    /// Finds an excerpt. One that was taken from a text other than its source's is said to be so, wherever its words stand.
    pub fn check(&self, excerpt: &Excerpt) -> Check {
        let check = self.found(excerpt);
        match excerpt.other_text {
            Some(_) => Check { state: CheckState::OtherText { at: check.state.at() }, ..check },
            None => check,
        }
    }

    /// How well this is the text of a source, whose excerpts these are.
    pub fn fit<'a>(&self, source: &Source, excerpts: impl Iterator<Item = &'a Excerpt>) -> Fit {
        let of_source = excerpts.filter(|excerpt| excerpt.source == source.id && excerpt.other_text.is_none());
        let (mut all, mut found) = (0, 0);
        for excerpt in of_source {
            all += 1;
            found += usize::from(self.check(excerpt).state != CheckState::NotFound);
        }
        match fingerprint(source, &self.text) {
            Fingerprint::Same => Fit::Fits,
            _ if found > 0 => Fit::Fits,
            Fingerprint::NotStated if all == 0 => Fit::Fits,
            fingerprint => Fit::Other { excerpts: all, differs: fingerprint == Fingerprint::Different },
        }
    }

    fn found(&self, excerpt: &Excerpt) -> Check {
        let needle = Needle::new(excerpt);
        if let Some(check) = self.verbatim_at_stated_position(excerpt, &needle) {
            return check;
        }
        if needle.folded.is_empty() {
            return Check { state: CheckState::NotFound, context_agrees: true };
        }
        if let Some(check) = self.at_stated_position(excerpt, &needle) {
            return check;
        }
        let places = self.places(&needle);
        let place = match places.as_slice() {
            [] => return self.divided(excerpt, &needle),
            [only] => *only,
            several => match self.decide(several, &needle) {
                Some(place) => place,
                None => {
                    let state = CheckState::Ambiguous { places: several.len() };
                    return Check { state, context_agrees: true };
                }
            },
        };
        let (bytes, at) = self.original(place, &needle);
        let verbatim = self.text.as_str().get(bytes).is_some_and(|words| words == excerpt.exact);
        let state = match (excerpt.start, verbatim) {
            (Some(_), _) => CheckState::Moved { at, verbatim },
            (None, true) => CheckState::Exact { at },
            (None, false) => CheckState::Normalized { at },
        };
        Check { state, context_agrees: self.context_agrees(place, &needle) }
    }

    /// The excerpt with words that the ends of lines divide, if it stands so in one place, or at the one that it states.
    fn divided(&self, excerpt: &Excerpt, needle: &Needle) -> Check {
        let not_found = Check { state: CheckState::NotFound, context_agrees: true };
        let spaces = self.text.divided().iter().filter_map(|at| self.folded.folded_from_original(*at));
        let spaces: Vec<usize> = spaces.collect();
        let (text, wanted) = (self.folded.text.as_bytes(), needle.folded.as_bytes());
        let Some(first) = wanted.first() else { return not_found };
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut left = MOST_STEPS;
        // Where the words that a line's end divides may begin: each place once.
        let mut tried = 0;
        for &space in &spaces {
            // Every line's end that is joined takes up to a hyphen and a space more than the words.
            let ends = spaces.partition_point(|other| *other <= space)
                - spaces.partition_point(|other| *other + 3 * wanted.len() < space);
            let from = space.saturating_sub(wanted.len() + 2 * ends).max(tried);
            tried = space;
            let Some(part) = text.get(from..space) else { continue };
            for start in memchr::memchr_iter(*first, part).map(|offset| from + offset) {
                let Some(end) = joined_end(text, start, wanted, &spaces, &mut left) else { continue };
                if self.is_whole(start..end, needle, true) && found.len() < MAX_PLACES {
                    found.push(start..end);
                }
            }
            if left == 0 {
                break;
            }
        }
        let original = |place: &Range<usize>| {
            let (start, end) = (self.folded.start_in_original(place.start), self.folded.end_in_original(place.end));
            self.text.code_point_at(start)..self.text.code_point_at(end)
        };
        let stated = found.iter().find(|place| Some(original(place).start) == excerpt.start);
        match (stated, found.as_slice()) {
            (_, []) => not_found,
            (Some(place), _) | (None, [place]) => {
                // What stands around it may be divided as well.
                Check { state: CheckState::Divided { at: original(place) }, context_agrees: true }
            }
            (None, several) => Check { state: CheckState::Ambiguous { places: several.len() }, context_agrees: true },
        }
    }

    /// The words at the stated position, if they are the excerpt's to the letter.
    fn verbatim_at_stated_position(&self, excerpt: &Excerpt, needle: &Needle) -> Option<Check> {
        let at = excerpt.start?..excerpt.end?;
        if excerpt.exact.is_empty() || self.text.slice(at.clone())? != excerpt.exact {
            return None;
        }
        let (start, end) = (self.text.byte_at(at.start)?, self.text.byte_at(at.end)?);
        let (before, after) = (self.text.as_str().get(..start)?, self.text.as_str().get(end..)?);
        if after.starts_with(is_combining_mark) {
            return None;
        }
        let to_the_letter = before.ends_with(&excerpt.prefix) && after.starts_with(&excerpt.suffix);
        let context_agrees = to_the_letter
            || self.folded.folded_from_original(start).is_some_and(|place| self.context_agrees(place, needle));
        Some(Check { state: CheckState::Exact { at }, context_agrees })
    }

    /// The words at the stated position, if they are the excerpt's.
    fn at_stated_position(&self, excerpt: &Excerpt, needle: &Needle) -> Option<Check> {
        let start = excerpt.start?;
        let place = self.folded.folded_from_original(self.text.byte_at(start)?)?;
        if !self.folded.text.get(place..)?.starts_with(&needle.folded) || !self.whole(place, needle, false) {
            return None;
        }
        let (bytes, at) = self.original(place, needle);
        if at.start != start {
            return None;
        }
        let verbatim = self.text.as_str().get(bytes)? == excerpt.exact;
        let state = match (verbatim, excerpt.end == Some(at.end)) {
            (true, true) => CheckState::Exact { at },
            (true, false) => CheckState::Moved { at, verbatim },
            (false, _) => CheckState::Normalized { at },
        };
        Some(Check { state, context_agrees: self.context_agrees(place, needle) })
    }

    /// The places of the words in the folded text, in order.
    fn places(&self, needle: &Needle) -> Vec<usize> {
        memmem::find_iter(self.folded.text.as_bytes(), needle.folded.as_bytes())
            .filter(|place| self.whole(*place, needle, true))
            .take(MAX_PLACES)
            .collect()
    }

    /// Whether a place starts and ends where letters do, and, if asked, where words do.
    fn whole(&self, place: usize, needle: &Needle, words: bool) -> bool {
        self.is_whole(place..place + needle.folded.len(), needle, words)
    }

    fn is_whole(&self, Range { start: place, end }: Range<usize>, needle: &Needle, words: bool) -> bool {
        let text = &self.folded.text;
        let (Some(before), Some(inside), Some(after)) = (text.get(..place), text.get(place..end), text.get(end..))
        else {
            return false;
        };
        if !self.folded.is_boundary(place) || !self.folded.is_boundary(end) {
            return false;
        }
        if after.starts_with(is_combining_mark) {
            return false;
        }
        let cut_at_start = !needle.opens_within_word && cuts(before, inside);
        let cut_at_end = !needle.closes_within_word && cuts(inside, after);
        !(words && (cut_at_start || cut_at_end))
    }

    /// The place that the context decides for, among several.
    fn decide(&self, places: &[usize], needle: &Needle) -> Option<usize> {
        let whole = needle.prefix.len() + needle.suffix.len();
        let (mut best, mut second, mut chosen) = (0, 0, None);
        for place in places {
            let agreeing = self.agreeing(*place, needle);
            if agreeing > best {
                (best, second, chosen) = (agreeing, best, Some(*place));
            } else {
                second = second.max(agreeing);
            }
        }
        chosen.filter(|_| best * 2 >= whole && (best - second) * 4 >= whole)
    }

    /// How many bytes of the folded prefix and suffix stand next to a place.
    fn agreeing(&self, place: usize, needle: &Needle) -> usize {
        let text = self.folded.text.as_bytes();
        let after = text.get(place + needle.folded.len()..).unwrap_or_default();
        let before = text.get(..place).unwrap_or_default();
        let prefix = before.iter().rev().zip(needle.prefix.bytes().rev()).take_while(|(a, b)| **a == *b).count();
        let suffix = after.iter().zip(needle.suffix.bytes()).take_while(|(a, b)| **a == *b).count();
        prefix + suffix
    }

    fn context_agrees(&self, place: usize, needle: &Needle) -> bool {
        self.agreeing(place, needle) == needle.prefix.len() + needle.suffix.len()
    }

    /// A place in the folded text as bytes and as code points of the normalised text.
    fn original(&self, place: usize, needle: &Needle) -> (Range<usize>, Range<usize>) {
        let start = self.folded.start_in_original(place);
        let end = self.folded.end_in_original(place + needle.folded.len());
        (start..end, self.text.code_point_at(start)..self.text.code_point_at(end))
    }
}

/// How many bytes are compared, at most, to find words that lines divide: a text made for it could take hours.
const MOST_STEPS: usize = 200_000_000;

/// Where `wanted` ends that stands in `text` from `start` on, if it does with at least one of the ends of lines joined
/// whose spaces are given, in order.
fn joined_end(text: &[u8], start: usize, wanted: &[u8], spaces: &[usize], left: &mut usize) -> Option<usize> {
    let (mut at, mut is_joined) = (start, false);
    let mut next = spaces.partition_point(|space| *space < start);
    let mut letters = wanted.iter().copied().enumerate().peekable();
    while let Some(&(_, letter)) = letters.peek() {
        *left = left.checked_sub(1)?;
        let space = spaces.get(next).copied().unwrap_or(usize::MAX);
        if at == space || (at + 1 == space && text.get(at) == Some(&b'-')) {
            // A hyphen of the words is that of the line's end; any other is only of the line's end.
            if at < space && letter == b'-' {
                letters.next();
            }
            (at, is_joined, next) = (space + 1, true, next + 1);
        } else if text.get(at) == Some(&letter) {
            letters.next();
            at += 1;
        } else {
            return None;
        }
    }
    is_joined.then_some(at)
}

/// Finds an excerpt in the text of its source, if there is one.
pub fn check(excerpt: &Excerpt, text: Option<&TextAtHand>) -> Check {
    match text {
        Some(text) => text.check(excerpt),
        None if excerpt.other_text.is_some() => {
            Check { state: CheckState::OtherText { at: None }, context_agrees: true }
        }
        None => Check { state: CheckState::NoText, context_agrees: true },
    }
}

/// An excerpt folded as the text is.
struct Needle {
    folded: String,
    prefix: String,
    suffix: String,
    /// Whether the prefix says that the excerpt starts within a word.
    opens_within_word: bool,
    closes_within_word: bool,
}

impl Needle {
    fn new(excerpt: &Excerpt) -> Self {
        // White space at the ends of a context is kept, as one space: it stands in the text.
        let context = |words: &str| {
            let space = |is: bool| if is { " " } else { "" };
            let (start, end) = (words.starts_with(char::is_whitespace), words.ends_with(char::is_whitespace));
            Folded::new(&format!("{}{}{}", space(start), normalize(words), space(end))).text
        };
        let folded = Folded::new(&normalize(&excerpt.exact)).text;
        let (prefix, suffix) = (context(&excerpt.prefix), context(&excerpt.suffix));
        let (opens_within_word, closes_within_word) = (cuts(&prefix, &folded), cuts(&folded, &suffix));
        Self { folded, prefix, suffix, opens_within_word, closes_within_word }
    }
}

/// Whether a cut between two texts goes through a word or a number.
fn cuts(before: &str, after: &str) -> bool {
    let (mut back, mut on) = (before.chars().rev(), after.chars());
    let (Some(last), Some(first)) = (back.next(), on.next()) else {
        return false;
    };
    // Scripts from Thai on write words without spaces between them.
    let in_word = |letter: char| letter.is_alphanumeric() && letter < '\u{e00}';
    let joins = |letter: char| matches!(letter, '.' | ',');
    in_word(last) && in_word(first)
        || last.is_ascii_digit() && joins(first) && on.next().is_some_and(|next| next.is_ascii_digit())
        || joins(last) && first.is_ascii_digit() && back.next().is_some_and(|next| next.is_ascii_digit())
}

/// A text folded for the search, and the way back.
#[derive(Debug, Clone)]
struct Folded {
    text: String,
    /// Stretches in order: within a `kept` one, bytes are the same in both texts; the others are one letter each.
    stretches: Vec<Stretch>,
    original_length: usize,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// Bytes, as `original`; 32 bits, for there may be as many stretches as letters.
    folded: u32,
    original: u32,
    kept: bool,
}

impl Stretch {
    fn folded(self) -> usize {
        self.folded as usize
    }

    fn original(self) -> usize {
        self.original as usize
    }
}

impl Folded {
    fn new(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), stretches: Vec::new(), original_length: 0 };
        folded.original_length = text.len();
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut kept_from = 0;
        while let Some(byte) = bytes.get(at) {
            if byte.is_ascii() && !matches!(byte, b'`' | b'-' | b' ') {
                at += 1;
                continue;
            }
            let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
            let before = match kept_from < at {
                true => bytes[at - 1],
                false => folded.text.as_bytes().last().copied().unwrap_or_default(),
            };
            let length = letter.len_utf8();
            if let Some(words) = fold(letter, before) {
                folded.keep(text, kept_from..at);
                folded.start(at, false);
                words.push_to(&mut folded.text);
                kept_from = at + length;
            }
            at += length;
        }
        folded.keep(text, kept_from..text.len());
        folded
    }

    fn keep(&mut self, text: &str, range: Range<usize>) {
        if let Some(words) = text.get(range.clone()).filter(|words| !words.is_empty()) {
            self.start(range.start, true);
            self.text.push_str(words);
        }
    }

    /// Starts a stretch. A text has at most [`MAX_BYTES`](crate::formats::text::MAX_BYTES), and no letter becomes more
    /// than eleven times as long: 32 bits are enough.
    fn start(&mut self, original: usize, kept: bool) {
        self.stretches.push(Stretch { folded: self.text.len() as u32, original: original as u32, kept });
    }

    /// Whether a byte is where a letter of the original starts.
    fn is_boundary(&self, folded: usize) -> bool {
        let next = self.stretches.partition_point(|stretch| stretch.folded() <= folded);
        let stretch = next.checked_sub(1).and_then(|index| self.stretches.get(index));
        let inside = stretch.is_some_and(|stretch| !stretch.kept && stretch.folded() < folded);
        // At the end of the text, a letter that became several has ended too.
        !inside || folded == self.text.len()
    }

    /// Where, in the original, what starts at a byte starts: after what was left out there.
    fn start_in_original(&self, folded: usize) -> usize {
        let next = self.stretches.partition_point(|stretch| stretch.folded() <= folded);
        match next.checked_sub(1).and_then(|index| self.stretches.get(index)) {
            Some(stretch) if stretch.kept => stretch.original() + (folded - stretch.folded()),
            Some(stretch) => stretch.original(),
            None => 0,
        }
    }

    /// Where, in the original, what ends at a byte ends: before what was left out there.
    fn end_in_original(&self, folded: usize) -> usize {
        let here = self.stretches.partition_point(|stretch| stretch.folded() < folded);
        match here.checked_sub(1).and_then(|index| self.stretches.get(index)) {
            Some(stretch) if stretch.kept => stretch.original() + (folded - stretch.folded()),
            // One letter that became several ends where the next stretch starts.
            Some(_) => self.stretches.get(here).map_or(self.original_length, |next| next.original()),
            None => 0,
        }
    }

    /// Where a byte of the original went; `None` if it is past the end.
    fn folded_from_original(&self, original: usize) -> Option<usize> {
        let next = self.stretches.partition_point(|stretch| stretch.original() <= original);
        let stretch = self.stretches.get(next.checked_sub(1)?)?;
        Some(if stretch.kept { stretch.folded() + (original - stretch.original()) } else { stretch.folded() })
    }
}

/// What a letter is folded to.
enum Fold {
    Words(&'static str),
    Compatible(char),
}

impl Fold {
    fn push_to(self, out: &mut String) {
        match self {
            Self::Words(words) => out.push_str(words),
            Self::Compatible(letter) => out.extend(std::iter::once(letter).nfkc()),
        }
    }
}

/// What a letter after another folded one becomes; `None` if it stays.
fn fold(letter: char, before: u8) -> Option<Fold> {
    let words = match letter {
        '\u{400}'..='\u{52f}' => return None,
        '-' => return (before == b'-').then_some(Fold::Words("")),
        ' ' => return (before == b' ').then_some(Fold::Words("")),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '⁃' | '−' | '﹘' | '﹣' | '－' | '⸺' | '⸻' if before == b'-' => {
            ""
        }
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '⁃' | '−' | '﹘' | '﹣' | '－' | '⸺' | '⸻' => "-",
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '‶' | '〝' | '〞' | '〟' | '＂' => "\"",
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '‵' | '`' | '´' | 'ʼ' | 'ʹ' | 'ʻ' | '＇' => "'",
        '…' => "...",
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' => "",
        '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "",
        _ if is_nfkc_quick(std::iter::once(letter)) == IsNormalized::No => return Some(Fold::Compatible(letter)),
        _ => return None,
    };
    Some(Fold::Words(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_the_way_back() {
        let original = "a—–b\u{ad}“ﬁn…”\u{200b}. км²";
        let folded = Folded::new(original);
        assert_eq!(folded.text, "a-b\"fin...\". км2");
        let find = |words: &str| {
            let start = folded.text.find(words).unwrap();
            &original[folded.start_in_original(start)..folded.end_in_original(start + words.len())]
        };
        assert_eq!(find("a-b"), "a—–b");
        assert_eq!(find("b\""), "b\u{ad}“");
        assert_eq!(find("b"), "b");
        assert_eq!(find("\"fin"), "“ﬁn");
        assert_eq!(find("...\"."), "…”\u{200b}.");
        assert_eq!(find("км2"), "км²");
        // Half a ligature or half an ellipsis is no place.
        assert!(!folded.is_boundary(folded.text.find("in").unwrap()));
        assert!(!folded.is_boundary(folded.text.find("..\"").unwrap()));
        assert!(folded.is_boundary(folded.text.len()));
    }

    #[test]
    fn words_and_numbers_are_not_cut() {
        assert!(cuts("1", "5"));
        assert!(cuts("15,", "600"));
        assert!(cuts("5", ",600"));
        assert!(cuts("терито", "рія"));
        assert!(!cuts("5", ", then"));
        assert!(!cuts("(", "5"));
        assert!(!cuts("在", "北"));
    }
}
