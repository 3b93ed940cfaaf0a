//! Fonts that a dossier brings for letters that the program's own lack, such as Chinese, Japanese and Korean ones: read, bounded
//! and looked at before anything is drawn with them.
//!
//! Their tables are read by skrifa and shaped by harfrust, in memory-safe code; yet a damaged table may make these panic, and
//! letters made of letters made of letters may take for ever. So each letter of such a font is drawn once when the dossier is
//! read, within a time, and a font that does not bear it is refused. Only TrueType outlines are taken: those of CFF are programs
//! whose length nothing bounds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use harfrust::{ShapeOptions, ShaperData, UnicodeBuffer};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::raw::TableProvider as _;
use skrifa::raw::tables::glyf::Glyph;
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

use super::model::FontEntry;
use super::read::Open;
use super::{About, Problem, fingerprint};
use crate::geometry::caught::caught;

/// A larger font is not taken, in bytes: one of all of Chinese takes some 16 MB.
pub const MOST_FONT_BYTES: usize = 32 << 20;

/// More fonts than these are not taken of one dossier.
pub(super) const MOST_FONTS: usize = 8;

/// A font that a dossier brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierFont {
    /// The path of its file within the dossier.
    pub file: String,
    /// The file.
    pub bytes: Arc<[u8]>,
    /// Whether licence and credit are stated.
    pub is_credited: bool,
}

/// The fonts that can be used; what is wrong with the others is added to the problems.
pub(super) fn read(entries: &[FontEntry], open: Open<'_>, problems: &mut Vec<Problem>) -> Vec<DossierFont> {
    let mut fonts = Vec::new();
    for entry in entries {
        let checked = if fonts.len() < MOST_FONTS {
            checked(entry, open)
        } else {
            Err(format!("a dossier brings at most {MOST_FONTS} fonts; this one is left out"))
        };
        match checked {
            Ok(font) => fonts.push(font),
            Err(what) => problems.push(Problem { part: About::from(format!("font {}", entry.file)), what }),
        }
    }
    fonts
}

fn checked(entry: &FontEntry, open: Open<'_>) -> Result<DossierFont, String> {
    let bytes = open(&entry.file)?;
    if bytes.len() > MOST_FONT_BYTES {
        return Err(format!("it is larger than {} MB; bring the letters that are needed alone", MOST_FONT_BYTES >> 20));
    }
    let sha256 = fingerprint::bytes(&bytes);
    if entry.sha256.as_ref().is_some_and(|stated| !stated.eq_ignore_ascii_case(&sha256)) {
        return Err(format!("its bytes are not those that the dossier states: their SHA-256 is {sha256}"));
    }
    look_at_font(&bytes)?;
    let is_said = |words: &Option<String>| words.as_ref().is_some_and(|words| !words.trim().is_empty());
    let is_credited = is_said(&entry.license) && is_said(&entry.credit);
    Ok(DossierFont { file: entry.file.clone(), bytes: Arc::from(&*bytes), is_credited })
}

/// The longest that the letters of a font may take to be drawn once.
const MOST_TIME: Duration = Duration::from_secs(8);

/// The most letters of which a letter is made, and how deep they may lie within each other; of real ones some ten, and three.
const MOST_PARTS: u32 = 128;
const MOST_DEPTH: usize = 16;

/// Letters that are shaped, from all over a font.
const SHAPED: usize = 2048;

/// Draws every letter of a font once.
///
/// # Errors
/// What is wrong with it, in words.
pub fn look_at_font(bytes: &[u8]) -> Result<(), String> {
    // Where the crates that read fonts trip over a damaged one, nothing of theirs is left.
    caught(|| drawn_once(bytes)).unwrap_or_else(|| Err("it is damaged".to_owned()))
}

fn drawn_once(bytes: &[u8]) -> Result<(), String> {
    let none = "it is no TrueType font with letters (.ttf, .ttc); outlines of CFF (.otf) are not taken";
    let font = FontRef::from_index(bytes, 0).map_err(|_| none.to_owned())?;
    let (Ok(glyf), Ok(loca), Ok(maxp)) = (font.glyf(), font.loca(None), font.maxp()) else {
        return Err(none.to_owned());
    };
    let letters: Vec<char> =
        font.charmap().mappings().take(200_000).filter_map(|(code, _)| char::from_u32(code)).collect();
    if letters.is_empty() || font.metrics(Size::unscaled(), LocationRef::default()).units_per_em == 0 {
        return Err(none.to_owned());
    }
    let count = u32::from(maxp.num_glyphs());
    let components = |glyph: u32| match loca.get_glyf(GlyphId::new(glyph), &glyf) {
        Ok(Some(Glyph::Composite(whole))) => whole.components().map(|part| u32::from(part.glyph.to_u16())).collect(),
        _ => Vec::new(),
    };
    let mut known = vec![0; count as usize];
    if (0..count).any(|glyph| parts(glyph, 0, &components, &mut known).is_none_or(|parts| parts > MOST_PARTS)) {
        return Err("one of its letters is made of too many others".to_owned());
    }
    let end = Instant::now() + MOST_TIME;
    let too_long = || format!("its letters take longer than {} s to draw", MOST_TIME.as_secs());
    let outlines = font.outline_glyphs();
    for glyph in 0..count {
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        if let Some(outline) = outlines.get(GlyphId::new(glyph)) {
            // One that cannot be drawn stays empty.
            let _ = outline.draw(settings, &mut Unseen);
        }
        if Instant::now() > end {
            return Err(too_long());
        }
    }
    let data = ShaperData::new(&font);
    let shaper = data.shaper(&font).build();
    let some: Vec<char> = letters.iter().step_by(letters.len().div_ceil(SHAPED)).copied().collect();
    for letters in some.chunks(32) {
        let mut buffer = UnicodeBuffer::new();
        letters.iter().enumerate().for_each(|(place, letter)| buffer.add(*letter, place as u32));
        buffer.guess_segment_properties();
        shaper.shape(buffer, ShapeOptions::new());
        if Instant::now() > end {
            return Err(too_long());
        }
    }
    Ok(())
}

/// Of how many letters a letter is made, itself and those within its parts included; none where they lie too deep.
fn parts(glyph: u32, depth: usize, components: &dyn Fn(u32) -> Vec<u32>, known: &mut [u32]) -> Option<u32> {
    match known.get(glyph as usize) {
        None => return Some(1),
        Some(0) if depth < MOST_DEPTH => {}
        Some(0) => return None,
        Some(parts) => return Some(*parts),
    }
    let mut all = 1u32;
    for part in components(glyph) {
        all = all.saturating_add(parts(part, depth + 1, components, known)?);
    }
    known[glyph as usize] = all;
    Some(all)
}

/// Draws nothing.
struct Unseen;

impl OutlinePen for Unseen {
    fn move_to(&mut self, _: f32, _: f32) {}

    fn line_to(&mut self, _: f32, _: f32) {}

    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}

    fn close(&mut self) {}
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn letters_made_of_letters_are_counted_before_they_are_drawn() {
        // Twice the next, forty times: a thousand million letters.
        let doubled = |glyph: u32| if glyph < 39 { vec![glyph + 1, glyph + 1] } else { Vec::new() };
        assert_eq!(parts(0, 0, &doubled, &mut [0; 40]), None);
        assert_eq!(parts(32, 0, &doubled, &mut [0; 40]), Some(255));
        // In a circle.
        assert_eq!(parts(0, 0, &|glyph| vec![1 - glyph], &mut [0; 2]), None);
        assert_eq!(parts(0, 0, &|_| Vec::new(), &mut [0; 2]), Some(1));
    }

    #[test]
    fn fonts_are_looked_at_before_they_are_used() {
        let goose: &[u8] = include_bytes!("../../tests/data/fonts/goose.ttf");
        let large = vec![0; MOST_FONT_BYTES + 1];
        let open = |name: &str| match name {
            "goose.ttf" => Ok(Cow::Borrowed(goose)),
            "large.ttf" => Ok(Cow::Owned(large.clone())),
            "no.ttf" => Ok(Cow::Borrowed(&b"no font"[..])),
            _ => Err("it is not there".to_owned()),
        };
        let entry =
            |file: &str, sha256: Option<String>| FontEntry { file: file.to_owned(), sha256, ..FontEntry::default() };
        let read = |entries: &[FontEntry]| {
            let mut problems = Vec::new();
            let fonts = read(entries, &open, &mut problems);
            (fonts.len(), problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        };
        let sum = fingerprint::bytes(goose);
        assert_eq!(read(&[entry("goose.ttf", None), entry("goose.ttf", Some(sum.to_uppercase()))]), (2, String::new()));
        for (file, stated, says) in [
            ("goose.ttf", Some("00"), sum.as_str()),
            ("large.ttf", None, "larger than 32 MB"),
            ("no.ttf", None, "no TrueType font"),
            ("away.ttf", None, "not there"),
        ] {
            let (count, problems) = read(&[entry(file, stated.map(str::to_owned))]);
            assert!(count == 0 && problems.contains(says) && problems.contains(file), "{problems}");
        }
        let many: Vec<FontEntry> = (0..9).map(|_| entry("goose.ttf", None)).collect();
        let (count, problems) = read(&many);
        assert!(count == 8 && problems.contains("at most 8"), "{problems}");
    }
}
