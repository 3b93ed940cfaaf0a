//! Words broken into lines.
//!
//! # References
//! * Unicode Standard Annex 14, line breaking, and models of Thai, Lao, Khmer and Burmese words, by the crate icu_segmenter:
//!   for scripts that break without spaces.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock, RwLock};

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use unicode_segmentation::UnicodeSegmentation as _;

use super::faces::{cached, units_per_em};
use super::shaping::{ShapedLine, shape};
use super::{as_set, bidi, scripts};
use crate::scene::display_list::Face;

/// More letters than this are never set as one text: no page has room for them, and a page is laid out many times over.
const MOST_LETTERS: usize = 20_000;

/// Breaks `text` into lines no wider than `width_pt`: at spaces, where a script breaks without them, or after
/// `/ - . ? & = _` and then anywhere in words that are wider than a line, between letters with their marks. A line break
/// in the text stays one. No-break and thin spaces do not break, nor do the spaces that [`is_tied`] names, unless what
/// they tie is wider than a line. A line that by itself would stand in another order than in its paragraph has marks of
/// direction. Of a text that is longer than any page the beginning is taken, with a mark of omission.
pub fn wrap(text: &str, face: Face, size_pt: f64, width_pt: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let text = match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => &format!("{}…", &text[..end]),
        None => text,
    };
    for paragraph in text.lines() {
        let paragraph: String = paragraph.chars().map(as_set).collect();
        lines.extend(bidi::lines(&paragraph, &breaks(&paragraph, face, size_pt, width_pt)));
    }
    lines
}

/// A paragraph that is broken into lines by somebody else, as texts that stand by themselves in the order that they have in
/// it; a line is the bytes of it.
pub fn lines_of(paragraph: &str, lines: &[Range<usize>]) -> Vec<String> {
    bidi::lines(paragraph, lines)
}

/// What follows a number on its line: units, and words that say by how much the number is to be multiplied.
const UNITS: [&str; 34] = [
    "%", "°", "°N", "°E", "°S", "°W", "km", "km²", "km2", "m", "m²", "m2", "cm", "mm", "ha", "mi", "mi²", "ft", "pt",
    "px", "dpi", "kB", "MB", "sq", "thousand", "million", "billion", "trillion", "км", "км²", "м", "га", "тис", "млн",
];

/// Signs and words that are nothing without the number after them.
const BEFORE_NUMBERS: [&str; 9] = ["±", "≈", "~", "<", ">", "≤", "≥", "№", "−"];

/// Whether a space at a byte of a text holds what stands on both sides of it together, as in `5,600 km²`, `± 2 km` and
/// `≈ 5,600`: a number never parts from its unit, nor a sign from its number.
pub fn is_tied(text: &str, space: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..space), text.get(space + 1..)) else { return false };
    let before = before.rsplit([' ', '\u{a0}']).next().unwrap_or_default();
    let after = after.split([' ', '\u{a0}']).next().unwrap_or_default();
    let opening = before.trim_start_matches(['(', '[', '“', '„', '«', '"']);
    if BEFORE_NUMBERS.contains(&opening) {
        return after.starts_with(|c: char| c.is_ascii_digit());
    }
    let bare = after.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '°' | '²'));
    // Of a square unit the second word as well.
    let is_square = before == "sq" && matches!(bare, "km" | "m" | "mi" | "ft");
    let ends_number = |word: &str| word.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾'));
    is_square || UNITS.contains(&bare) && ends_number(before)
}

/// The words of a line between the spaces at which it may break, in turn.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    word_ranges(text).map(|word| &text[word])
}

/// The bytes of the same words.
pub fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let breaks = text.match_indices(' ').map(|(at, _)| at).filter(|at| !is_tied(text, *at)).chain([text.len()]);
    breaks.map(move |at| std::mem::replace(&mut start, (at + 1).min(text.len()))..at).filter(|word| !word.is_empty())
}

/// Where the pen stands before the character at each byte, as if all were set from the left one after the other;
/// characters that share a glyph share its start.
fn pen_positions(text: &str, line: &ShapedLine, scale: f64) -> Vec<f64> {
    let mut pen_pt = vec![f64::NAN; text.len() + 1];
    if let [run] = &line.runs[..]
        && !run.is_rtl
    {
        for glyph in &line.glyphs {
            if pen_pt[glyph.byte].is_nan() {
                pen_pt[glyph.byte] = f64::from(glyph.x) * scale;
            }
        }
    } else {
        let mut runs: Vec<_> = line.runs.iter().collect();
        runs.sort_by_key(|run| run.bytes.start);
        let mut before = 0;
        for run in runs {
            // The width of each group of glyphs, in the order of the text.
            let mut widths: Vec<(usize, i32)> = Vec::new();
            for index in run.glyphs.clone() {
                // Marks stand beside the pen, so that it is not known by where they are.
                let (byte, advance) = (line.glyphs[index].byte, line.advances[index]);
                match widths.last_mut() {
                    Some((last, width)) if *last == byte => *width += advance,
                    _ => widths.push((byte, advance)),
                }
            }
            if run.is_rtl {
                widths.reverse();
            }
            for (byte, width) in widths {
                pen_pt[byte] = f64::from(before) * scale;
                before += width;
            }
        }
    }
    pen_pt[text.len()] = f64::from(line.advance) * scale;
    for byte in (0..text.len()).rev() {
        if pen_pt[byte].is_nan() {
            pen_pt[byte] = pen_pt[byte + 1];
        }
    }
    pen_pt
}

/// Texts whose breaks are kept: a page lays out each of its texts a dozen times.
const BREAKS_LIMIT: usize = 512;

/// Where lines of scripts that break without spaces may, as bytes of the text in order.
fn breaks_without_spaces(text: &str) -> Arc<Vec<usize>> {
    // To find the words of 780 letters of Thai takes 8 ms.
    static KNOWN: LazyLock<RwLock<HashMap<String, Arc<Vec<usize>>>>> = LazyLock::new(RwLock::default);
    static SEGMENTER: OnceLock<LineSegmenterBorrowed<'static>> = OnceLock::new();
    if !text.chars().any(scripts::breaks_without_space) {
        return Arc::default();
    }
    cached(&KNOWN, text, BREAKS_LIMIT, || {
        let segmenter = SEGMENTER.get_or_init(|| LineSegmenter::new_lstm(LineBreakOptions::default()));
        let may_break = |at: &usize| {
            let (before, after) = (text[..*at].chars().next_back(), text[*at..].chars().next());
            let (Some(before), Some(after)) = (before, after) else { return false };
            let breaks = scripts::breaks_without_space(before) || scripts::breaks_without_space(after);
            breaks && before != ' ' && !(scripts::is_korean(before) && scripts::is_korean(after))
        };
        Arc::new(segmenter.segment_str(text).filter(may_break).collect())
    })
}

/// The bytes of the lines into which [`wrap`] breaks a paragraph without control characters.
pub fn breaks(text: &str, face: Face, size_pt: f64, width_pt: f64) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut push = |start: usize, end: usize| {
        let line = text[start..end].trim_end_matches(' ');
        // A dot between two parts says nothing where a line parts them.
        let line = line.strip_suffix(" ·").filter(|_| end < text.len()).unwrap_or(line);
        lines.push(start..start + line.len());
    };
    let line = shape(text, face, true);
    let pen_pt = pen_positions(text, &line, size_pt / units_per_em(face));
    let spaceless = breaks_without_spaces(text);
    let mut spaceless = spaceless.iter().copied().peekable();
    // Nothing parts a letter from its marks.
    let is_plain = text.chars().all(scripts::is_plain);
    let whole: Vec<usize> = if is_plain { Vec::new() } else { text.grapheme_indices(true).map(|(at, _)| at).collect() };
    let may_part = |at: usize| is_plain || whole.binary_search(&at).is_ok();

    let mut start = 0;
    let mut soft_break = None; // (end of this line, start of the next)
    let mut word_break = None; // the same, inside a word
    let mut tied_break = None; // the same, where nothing but what is tied would fill the line
    for (byte, character) in text.char_indices() {
        if byte < start {
            continue;
        }
        while spaceless.next_if(|at| *at < byte).is_some() {}
        if spaceless.next_if_eq(&byte).is_some() && byte > start {
            soft_break = Some((byte, byte));
            word_break = None;
        }
        if character == ' ' {
            if byte > start && is_tied(text, byte) {
                tied_break = Some((byte, byte + 1));
            } else if byte > start {
                soft_break = Some((byte, byte + 1));
                word_break = None;
            } else {
                start = byte + 1;
            }
            continue;
        }
        let end = byte + character.len_utf8();
        while pen_pt[end] - pen_pt[start] > width_pt && byte > start {
            let breaks = [soft_break.take(), tied_break.take(), word_break.take()];
            let chosen = breaks.into_iter().flatten().find(|at| at.0 > start);
            let Some((line_end, next)) = chosen.or_else(|| may_part(byte).then_some((byte, byte))) else { break };
            push(start, line_end);
            start = next + text[next..byte.max(next)].bytes().take_while(|&b| b == b' ').count();
            // A break inside the words that follow the one just taken is still of use.
            let tied = text[start..byte.max(start)].rfind(' ').map(|at| start + at).filter(|at| is_tied(text, *at));
            tied_break = tied.map(|at| (at, at + 1));
            word_break = text[start..byte.max(start)]
                .rfind(['/', '-', '.', '?', '&', '=', '_', '—'])
                .map(|at| start + at + text[start + at..].chars().next().map_or(1, char::len_utf8))
                .map(|at| (at, at));
        }
        if matches!(character, '/' | '-' | '.' | '?' | '&' | '=' | '_' | '—') {
            word_break = Some((end, end));
        }
    }
    if !text[start..].trim_end_matches(' ').is_empty() {
        push(start, text.len());
    }
    lines
}
