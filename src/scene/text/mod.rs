//! Words of any script set in our own faces and in those that stand in for them: shaping, measuring, breaking into lines,
//! and outlines for the painters.
//!
//! Text looks the same on every machine, and a label takes the same room in the window as in a figure: all scripts but
//! Chinese, Japanese and Korean are drawn with fonts of the program, and where a font of the computer has to serve, a
//! figure names it.
//!
//! Laid out here and not by a library such as parley, as measured in 2026: three hundred labels take parley 2 to 7 ms each
//! time, and take less than 0.05 ms from the cache of this module; parley looks through all fonts of a computer when it
//! starts (23 ms) and falls back to them, so that a figure would differ from one computer to the next. What it is made of
//! is the same: harfrust, skrifa, icu_segmenter.
//!
//! # Units
//! Sizes and distances are page points, y downwards; glyphs are kept in font units, y upwards.

mod bidi;
mod breaking;
mod faces;
mod outlines;
mod scripts;
mod shaping;
#[cfg(test)]
mod tests;
mod woff;

use std::borrow::Cow;

use kurbo::{Affine, Rect};
use skrifa::GlyphId;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

pub use self::bidi::{DirectionRun, as_line, visual_runs};
pub use self::breaking::{breaks, is_tied, lines_of, word_ranges, words, wrap};
pub use self::faces::{
    AddedFont, FACES, FontError, FontFile, FontFinder, FontId, FoundFont, add_font, add_font_of_dossier, added_count,
    added_font, font_bytes, font_file, font_of, in_weight, set_font_finder, units_per_em,
};
pub use self::outlines::{halo, outline};
pub use self::scripts::language_of;
pub use self::shaping::{Glyph, GlyphRun, ShapedLine, shape};
use super::display_list::{Face, Text};
pub use crate::formats::direction::{has_rtl, is_rtl};

/// The space that a line of text takes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TextMetrics {
    /// How far the pen moves along the baseline.
    pub advance_pt: f64,
    /// From the baseline up to the top of the tallest usual letters of the fonts that the line is drawn with.
    pub ascent_pt: f64,
    /// From the baseline down to the bottom of their lowest usual letters; positive.
    pub descent_pt: f64,
    /// Height of a capital letter of the face.
    pub cap_height_pt: f64,
    /// The extra space that follows each glyph, the last one too: none where letters join.
    pub spacing_pt: f64,
}

/// How much room `text` takes. Sizes that are not finite measure as nothing.
pub fn measure(text: &str, face: Face, size_pt: f64, letter_spacing_pt: f64) -> TextMetrics {
    if !size_pt.is_finite() || !letter_spacing_pt.is_finite() {
        return TextMetrics::default();
    }
    let typeface = faces::typeface(FontId::of(face));
    let line = shape(text, face, letter_spacing_pt == 0.0);
    let scale = size_pt / typeface.units_per_em;
    let (mut ascent_pt, mut descent_pt) = (typeface.ascent * scale, typeface.descent * scale);
    for run in line.runs.iter().filter(|run| run.font != FontId::of(face)) {
        let other = faces::typeface(run.font);
        ascent_pt = ascent_pt.max(other.ascent * size_pt / other.units_per_em);
        descent_pt = descent_pt.max(other.descent * size_pt / other.units_per_em);
    }
    let spacing_pt = line.spacing(letter_spacing_pt);
    TextMetrics {
        advance_pt: f64::from(line.advance) * scale + spacing_pt * line.glyphs.len() as f64,
        ascent_pt,
        descent_pt,
        cap_height_pt: typeface.cap_height * scale,
        spacing_pt,
    }
}

/// The page rectangle that the text and its halo may touch, by the fonts' ascent and descent.
pub fn bounds(text: &Text) -> Rect {
    let size = measure(&text.text, text.face, text.size_pt, text.letter_spacing_pt);
    let halo_pt = text.halo.map_or(0.0, |(_, width_pt)| width_pt.max(0.0));
    let flat = Rect::new(0.0, -size.ascent_pt, size.advance_pt, size.descent_pt).inflate(halo_pt, halo_pt);
    (Affine::translate(text.origin.to_vec2()) * Affine::rotate(text.rotation_rad)).transform_rect_bbox(flat)
}

/// A character as it is set: a tab or another control character as a space.
fn as_set(character: char) -> char {
    let is_space = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    if is_space { ' ' } else { character }
}

/// Words as [`breaks`] takes them: control characters as spaces.
pub fn without_control(words: &str) -> String {
    words.chars().map(as_set).collect()
}

/// Whether every letter of `text` may be set by itself: not where letters join or are read from the right.
pub fn can_be_parted(text: &str) -> bool {
    text.chars().all(scripts::is_spaced) && !has_rtl(text)
}

/// Whether `text` is of Latin, Cyrillic and Greek letters and of signs that all scripts share.
pub fn is_plain(text: &str) -> bool {
    text.chars().all(scripts::is_plain)
}

/// Whether all of `text` is drawn with the font of its face, boxes for what it lacks included.
pub fn is_of_face(text: &str, face: Face) -> bool {
    let own = FontId::of(face);
    text.chars().all(|letter| letter < '\u{370}') || shape(text, face, true).runs.iter().all(|run| run.font == own)
}

/// The same name with plain letters in the place of those whose marks no font has: “Rehovot” of “Reẖovot”.
pub fn without_lacking_marks(name: &str, face: Face) -> Cow<'_, str> {
    let own = faces::typeface(FontId::of(face));
    let has = |letter: char| own.has(as_set(letter)) || !scripts::is_common(letter) && faces::has_font(letter, face);
    if name.is_ascii() || name.chars().all(has) {
        return Cow::Borrowed(name);
    }
    let plain = name.chars().filter_map(|letter| match letter {
        letter if has(letter) => Some(letter),
        mark if is_combining_mark(mark) => None,
        letter => std::iter::once(letter).nfd().next().filter(|base| has(*base)).or(Some(letter)),
    });
    Cow::Owned(plain.collect())
}

/// The characters of `text` that no font can draw: boxes stand for them.
pub fn missing_glyphs(text: &str, face: Face) -> Vec<char> {
    let line = shape(text, face, true);
    let mut missing: Vec<char> = Vec::new();
    for run in &line.runs {
        let typeface = faces::typeface(run.font);
        // What joins or varies other characters is never drawn itself.
        let lacks = |c: &char| !scripts::joins(*c) && !typeface.has(as_set(*c));
        let glyphs = &line.glyphs[run.glyphs.clone()];
        for box_at in glyphs.iter().filter(|glyph| glyph.id == GlyphId::NOTDEF.to_u32()).map(|glyph| glyph.byte) {
            let end = glyphs.iter().map(|glyph| glyph.byte).filter(|byte| *byte > box_at).min();
            missing.extend(text[box_at..end.unwrap_or(run.bytes.end)].chars().filter(lacks));
        }
    }
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// The fonts that are no part of the program and that `text` is drawn with.
pub fn added_fonts_of(text: &str, face: Face) -> Vec<AddedFont> {
    if is_plain(text) {
        return Vec::new();
    }
    let mut fonts: Vec<AddedFont> =
        shape(text, face, true).runs.iter().filter_map(|run| added_font(run.font)).collect();
    fonts.sort_unstable();
    fonts.dedup();
    fonts
}
