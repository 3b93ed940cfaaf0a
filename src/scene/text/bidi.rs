//! In what order the parts of a line stand, and lines that keep the order of the paragraph that was broken into them.
//!
//! # References
//! * Unicode Standard Annex 9, the bidirectional algorithm, by the crate unicode-bidi: the direction of each letter is found in
//!   the whole paragraph, and the letters of each line are then put in order (rules L1 and L2). A line is set and kept as a
//!   text of its own, so [`lines`] gives it the marks, if any, by which it comes out in that order by itself.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Level, ParagraphInfo};

use super::as_set;
use crate::formats::direction::{has_rtl, is_mark};

/// A part of a line whose characters run one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectionRun {
    /// Its bytes.
    pub bytes: Range<usize>,
    /// Whether it is read from the right.
    pub is_rtl: bool,
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

/// A line with no more marks of direction than it needs to be set as it is.
pub fn as_line(words: &str) -> String {
    if !words.contains(is_mark) {
        return words.to_owned();
    }
    let words: String = words.chars().map(as_set).collect();
    lines(&words, std::slice::from_ref(&(0..words.len()))).pop().unwrap_or_default()
}

/// The lines of a paragraph, each a text that by itself stands in the order that it has in the paragraph, and runs as the
/// paragraph does: mostly its bare letters, or these after a mark; otherwise with what runs another way set apart.
pub(super) fn lines(paragraph: &str, lines: &[Range<usize>]) -> Vec<String> {
    let whole = |line: &Range<usize>| paragraph[line.clone()].to_owned();
    if !has_rtl(paragraph) && !paragraph.contains(is_mark) {
        return lines.iter().map(whole).collect();
    }
    let info = BidiInfo::new(paragraph, None);
    let [one] = &info.paragraphs[..] else { return lines.iter().map(whole).collect() };
    lines.iter().map(|line| by_itself(&letters(&info, one, line), one.level)).collect()
}

/// A letter with its level, or the place of a mark of direction, which parts what stands beside it.
type Letter = (Option<char>, Level);

/// The letters of a line; what rule X9 takes away is not among them.
fn letters(info: &BidiInfo<'_>, paragraph: &ParagraphInfo, line: &Range<usize>) -> Vec<Letter> {
    let levels = info.reordered_levels(paragraph, line.clone());
    let all = info.text[line.clone()].char_indices().filter(|(_, letter)| !matches!(letter, '\u{202A}'..='\u{202E}'));
    all.map(|(at, letter)| (Some(letter).filter(|letter| !is_mark(*letter)), levels[line.start + at])).collect()
}

/// A text of letters that by itself gives them the order of their levels in a paragraph of some level.
fn by_itself(letters: &[Letter], paragraph: Level) -> String {
    let expected = order(letters);
    let bare: String = letters.iter().filter_map(|(letter, _)| *letter).collect();
    let mark = if paragraph.is_rtl() { '\u{200F}' } else { '\u{200E}' };
    let stands = |candidate: &String| {
        let info = BidiInfo::new(candidate, None);
        matches!(&info.paragraphs[..], [one] if order(&self::letters(&info, one, &one.range)) == expected)
    };
    [bare.clone(), format!("{mark}{bare}"), in_steps(letters, mark, false)]
        .into_iter()
        .find(stands)
        .unwrap_or_else(|| in_steps(letters, mark, true))
}

/// The letters with an isolate for each step of their levels: within it nothing has an order but its own. `forced` is for
/// letters that run against their nature.
fn in_steps(letters: &[Letter], mark: char, forced: bool) -> String {
    let lowest = u8::from(mark == '\u{200F}');
    let mut out = String::from(mark);
    let force = |out: &mut String, level: u8| {
        if forced {
            out.push(if level % 2 == 1 { '\u{202E}' } else { '\u{202D}' });
        }
    };
    force(&mut out, lowest);
    let mut now = lowest;
    for (letter, level) in letters {
        let level = level.number().max(lowest);
        while now < level {
            now += 1;
            out.push(if now % 2 == 1 { '\u{2067}' } else { '\u{2066}' });
            force(&mut out, now);
        }
        while now > level {
            now -= 1;
            out.push('\u{2069}');
        }
        out.extend(letter);
    }
    out.extend((lowest..now).map(|_| '\u{2069}'));
    out
}

/// The places of letters from left to right, and whether each runs from the right; which way a space runs is not seen.
fn order(letters: &[Letter]) -> Vec<(usize, bool)> {
    let levels: Vec<Level> = letters.iter().map(|(_, level)| *level).collect();
    // Marks have no place: they only part.
    let places = letters.iter().scan(0, |next, (letter, _)| {
        let place = letter.map(|_| *next);
        *next += usize::from(letter.is_some());
        Some(place)
    });
    let places: Vec<Option<usize>> = places.collect();
    let visual = BidiInfo::reorder_visual(&levels);
    let seen = |at: usize| Some((places[at]?, levels[at].is_rtl() && letters[at].0 != Some(' ')));
    visual.into_iter().filter_map(seen).collect()
}

#[cfg(test)]
mod tests;
