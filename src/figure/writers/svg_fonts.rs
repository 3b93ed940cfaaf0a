//! The letters that a page uses, as fonts inside its SVG file, so that a browser shows it in our faces wherever it is.
//!
//! Programs that do not read fonts from a file fall back to a common one; each line says how long it is, so that they
//! fit it in.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use skrifa::{FontRef, MetadataProvider as _};
use subsetter::GlyphRemapper;
use write_fonts::FontBuilder;
use write_fonts::read::{FontRef as Sfnt, TableProvider as _};
use write_fonts::tables::cmap::Cmap;
use write_fonts::types::{GlyphId, Tag};

use super::encoding::base64;
use super::svg::{css_font, stand_in_family};
use crate::scene::display_list::{Face, Item};
use crate::scene::text::{self, FontFile, FontId};

/// A style sheet with a font for each that the items use; empty if they have no letters. Of our own faces and of fonts that
/// were added, the letters that are used; the fonts for other scripts are there whole, for their letters join and change.
pub(in crate::figure) fn style(items: &[Item]) -> String {
    let mut used = BTreeMap::new();
    collect(items, &mut used);
    let mut out = String::new();
    for ((font, face), characters) in used {
        let file = text::font_file(font);
        let (families, weight, slant) = css_font(face);
        let own = families.split(',').next().unwrap_or_default();
        let (family, kind, bytes) = match file.woff {
            Some(woff) => (stand_in_family(file.name), "woff", Cow::Borrowed(woff)),
            None => {
                let Some(font) = subset(&file, &characters) else {
                    continue;
                };
                let family = if file.is_added { stand_in_family(file.name) } else { own.to_owned() };
                (family, if font.starts_with(b"OTTO") { "otf" } else { "ttf" }, Cow::Owned(font))
            }
        };
        let format = match kind {
            "ttf" => "truetype",
            "otf" => "opentype",
            other => other,
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "@font-face{{font-family:\"{family}\";font-weight:{weight};font-style:{slant};\
             src:url(data:font/{kind};base64,{}) format(\"{format}\")}}",
            base64(&bytes)
        );
    }
    if out.is_empty() { out } else { format!("<style>\n{out}</style>\n") }
}

/// The characters by the font that draws them and the face that it stands in for.
fn collect(items: &[Item], used: &mut BTreeMap<(FontId, Face), BTreeSet<char>>) {
    for item in items {
        match item {
            Item::Group(group) => collect(&group.items, used),
            // What cannot be seen is only a halo, which is written as an outline.
            Item::Text(text) if text.color.a > 0 => {
                let face = text.face;
                if text::is_of_face(&text.text, face) {
                    used.entry((FontId::of(face), face)).or_default().extend(text.text.chars());
                    continue;
                }
                for run in &text::shape(&text.text, face, text.letter_spacing_pt == 0.0).runs {
                    let characters = text.text.get(run.bytes.clone()).unwrap_or_default().chars();
                    used.entry((run.font, face)).or_default().extend(characters);
                }
            }
            _ => {}
        }
    }
}

/// A font of some characters of another; `None` if it has none of them.
fn subset(file: &FontFile, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let charmap = FontRef::from_index(file.bytes, file.index).ok()?.charmap();
    let mut glyphs = GlyphRemapper::new();
    let mut mappings = Vec::new();
    for &character in characters {
        if let Some(glyph) = charmap.map(character).and_then(|glyph| u16::try_from(glyph.to_u32()).ok()) {
            mappings.push((character, GlyphId::new(u32::from(glyphs.remap(glyph)))));
        }
    }
    if mappings.is_empty() {
        return None;
    }
    let small = subsetter::subset(file.bytes, file.index, &glyphs).ok()?;
    let mut builder = FontBuilder::new();
    builder.add_table(&Cmap::from_mappings(mappings).ok()?).ok()?;
    // Browsers take line heights and the licence from these.
    let original = Sfnt::from_index(file.bytes, file.index).ok()?;
    for tag in [b"OS/2", b"name"].map(Tag::new) {
        if let Some(table) = original.data_for_tag(tag) {
            builder.add_raw(tag, table.as_bytes());
        }
    }
    builder.copy_missing_tables(Sfnt::new(&small).ok()?);
    Some(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::text::{FACES, font_bytes};

    fn subset(face: Face, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
        super::subset(&text::font_file(FontId::of(face)), characters)
    }

    #[test]
    fn a_font_has_the_letters_that_are_used_and_no_others() {
        let characters: BTreeSet<char> = "Київ — Kyiv 5,600 km²".chars().collect();
        for face in FACES {
            let font = subset(face, &characters).expect("the face has these letters");
            assert!(font.len() < font_bytes(face).len() / 5, "{} bytes", font.len());
            let (small, whole) =
                (FontRef::new(&font).expect("a font"), FontRef::new(font_bytes(face)).expect("a font"));
            for character in '\u{20}'..'\u{2200}' {
                assert_eq!(small.charmap().map(character).is_some(), characters.contains(&character), "{character:?}");
            }
            let advance = |font: &FontRef<'_>, character: char| {
                let glyph = font.charmap().map(character)?;
                font.glyph_metrics(skrifa::instance::Size::unscaled(), skrifa::instance::LocationRef::default())
                    .advance_width(glyph)
            };
            for &character in &characters {
                assert_eq!(advance(&small, character), advance(&whole, character), "{character:?}");
            }
        }
    }

    #[test]
    fn a_font_without_any_of_the_letters_is_left_out() {
        assert_eq!(subset(Face::Sans, &BTreeSet::from(['漢'])), None);
        assert_eq!(style(&[]), "");
    }
}
