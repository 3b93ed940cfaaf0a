//! Which way words run: from the left or from the right, and in what order the parts of a line stand.
//!
//! # References
//! * Unicode Standard Annex 9, the bidirectional algorithm, by the crate unicode-bidi. A line is taken as a paragraph of its
//!   own; [`marked`] keeps the direction of a paragraph that was broken into lines.

use std::borrow::Cow;
use std::ops::Range;

use unicode_bidi::{BidiClass, BidiInfo, bidi_class};

/// A part of a line whose characters run one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectionRun {
    /// Its bytes.
    pub bytes: Range<usize>,
    /// Whether it is read from the right.
    pub is_rtl: bool,
}

/// Whether anything in `text` is read from the right, or asks for it.
pub fn has_rtl(text: &str) -> bool {
    text.chars().any(|letter| {
        letter >= '\u{590}'
            && matches!(
                bidi_class(letter),
                BidiClass::R
                    | BidiClass::AL
                    | BidiClass::AN
                    | BidiClass::RLE
                    | BidiClass::RLO
                    | BidiClass::RLI
                    | BidiClass::FSI
            )
    })
}

/// Whether words as a whole are read from the right: their first letter that runs either way does.
pub fn is_rtl(text: &str) -> bool {
    first_strong(text).unwrap_or(false)
}

/// Whether the first letter that runs one way or the other runs from the right; letters within isolates aside.
fn first_strong(text: &str) -> Option<bool> {
    let mut depth = 0usize;
    for letter in text.chars() {
        if letter.is_ascii() && !letter.is_ascii_alphabetic() {
            continue;
        }
        match bidi_class(letter) {
            BidiClass::LRI | BidiClass::RLI | BidiClass::FSI => depth += 1,
            BidiClass::PDI => depth = depth.saturating_sub(1),
            BidiClass::L if depth == 0 => return Some(false),
            BidiClass::R | BidiClass::AL if depth == 0 => return Some(true),
            _ => {}
        }
    }
    None
}

/// The parts of a line from left to right.
pub fn visual_runs(text: &str) -> Vec<DirectionRun> {
    if !has_rtl(text) {
        return vec![DirectionRun { bytes: 0..text.len(), is_rtl: false }];
    }
    let info = BidiInfo::new(text, None);
    let mut runs = Vec::new();
    for paragraph in &info.paragraphs {
        let (levels, visual) = info.visual_runs(paragraph, paragraph.range.clone());
        runs.extend(visual.into_iter().filter(|run| !run.is_empty()).map(|bytes| {
            let is_rtl = levels.get(bytes.start).is_some_and(|level| level.is_rtl());
            DirectionRun { bytes, is_rtl }
        }));
    }
    runs
}

/// A line of a paragraph that runs one way, with a mark before it where it would by itself run the other.
pub(super) fn marked(line: &str, paragraph_is_rtl: bool) -> Cow<'_, str> {
    match first_strong(line) {
        Some(is_rtl) if is_rtl == paragraph_is_rtl => Cow::Borrowed(line),
        None if !paragraph_is_rtl => Cow::Borrowed(line),
        _ => Cow::Owned(format!("{}{line}", if paragraph_is_rtl { '\u{200F}' } else { '\u{200E}' })),
    }
}
