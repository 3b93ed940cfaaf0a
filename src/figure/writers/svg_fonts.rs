//! The letters that a page uses, as fonts inside its SVG file, so that a browser shows it in our faces wherever it is.
//!
//! Programs that do not read fonts from a file fall back to a common one; each line says how long it is, so that they
//! fit it in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use skrifa::{FontRef, MetadataProvider as _};
use subsetter::GlyphRemapper;
use write_fonts::FontBuilder;
use write_fonts::read::{FontRef as Sfnt, TableProvider as _};
use write_fonts::tables::cmap::Cmap;
use write_fonts::types::{GlyphId, Tag};

use super::encoding::base64;
use super::svg::css_font;
use crate::scene::display_list::{Face, Item};
use crate::scene::text::{FACES, font_bytes};

/// A style sheet with a font for each face that the items use; empty if they have no letters.
pub(in crate::figure) fn style(items: &[Item]) -> String {
    let mut used = BTreeMap::new();
    collect(items, &mut used);
    let mut out = String::new();
    for (index, characters) in used {
        let face = FACES[index];
        let Some(font) = subset(face, &characters) else {
            continue;
        };
        let (families, weight, slant) = css_font(face);
        let family = families.split(',').next().unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "@font-face{{font-family:\"{family}\";font-weight:{weight};font-style:{slant};\
             src:url(data:font/ttf;base64,{}) format(\"truetype\")}}",
            base64(&font)
        );
    }
    if out.is_empty() { out } else { format!("<style>\n{out}</style>\n") }
}

/// The characters by the place of their face in [`FACES`].
fn collect(items: &[Item], used: &mut BTreeMap<usize, BTreeSet<char>>) {
    for item in items {
        match item {
            Item::Group(group) => collect(&group.items, used),
            // What cannot be seen is only a halo, which is written as an outline.
            Item::Text(text) if text.color.a > 0 => {
                let index = FACES.iter().position(|face| *face == text.face).unwrap_or_default();
                used.entry(index).or_default().extend(text.text.chars());
            }
            _ => {}
        }
    }
}

/// A TrueType font of some characters of a face; `None` if it has none of them.
fn subset(face: Face, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let whole = font_bytes(face);
    let charmap = FontRef::new(whole).ok()?.charmap();
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
    let small = subsetter::subset(whole, 0, &glyphs).ok()?;
    let mut builder = FontBuilder::new();
    builder.add_table(&Cmap::from_mappings(mappings).ok()?).ok()?;
    // Browsers take line heights and the licence from these.
    let original = Sfnt::new(whole).ok()?;
    for tag in [b"OS/2", b"name"].map(Tag::new) {
        builder.add_raw(tag, original.data_for_tag(tag)?.as_bytes());
    }
    builder.copy_missing_tables(Sfnt::new(&small).ok()?);
    Some(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

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
