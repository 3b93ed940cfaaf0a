//! The letters of a page of a PDF, where they stand, taken from where they would be drawn.

use hayro::hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::hayro_syntax::object::dict::keys::ACTUAL_TEXT;
use hayro::hayro_interpret::hayro_syntax::object::{self, Dict};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt as _, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Point, Rect};
use unicode_normalization::UnicodeNormalization as _;

use super::super::decoded_pdf_string;

/// Letters of one page that are read.
const MOST_GLYPHS: usize = 400_000;

/// Parts of a font's em in which it is measured.
const UNITS_PER_EM: f64 = 1000.0;

/// A letter, or several that are drawn as one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// What it means.
    pub(super) text: String,
    /// Where it begins on its base line, in points from the top left of the page.
    pub(super) from: Point,
    /// Where the next would begin.
    pub(super) to: Point,
    /// The size of its font, in points.
    pub(super) size: f64,
}

/// What is on a page.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) glyphs: Vec<Glyph>,
    /// Letters whose meaning the file does not say.
    pub(super) unknown: usize,
    pub(super) has_picture: bool,
    /// Whether there are more than [`MOST_GLYPHS`].
    pub(super) is_cut: bool,
}

/// The letters of a page, in the order of the file.
pub(super) fn of_page<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>) -> Found {
    let (width, height) = page.render_dimensions();
    let sheet = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let transform = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(transform, sheet, cache, page.xref(), InterpreterSettings::default());
    let mut reader = Reader { found: Found::default(), sheet: sheet.inflate(1.0, 1.0), marks: Vec::new() };
    interpret_page(page, &mut context, &mut reader);
    reader.found
}

struct Reader {
    found: Found,
    sheet: Rect,
    /// The marked pieces that are open, with the text that stands for what is drawn in them, until it is taken.
    marks: Vec<Option<Option<String>>>,
}

impl Reader {
    /// What a letter means: what the piece that it stands in says, or else its font.
    fn meaning(&mut self, glyph: &Drawn<'_>) -> String {
        if let Some(replaced) = self.marks.iter_mut().find_map(Option::as_mut) {
            return replaced.take().unwrap_or_default();
        }
        match glyph.as_unicode() {
            Some(BfString::Char(letter)) => plain(letter.encode_utf8(&mut [0; 4])),
            Some(BfString::String(letters)) => plain(&letters),
            None => {
                self.found.unknown += 1;
                char::REPLACEMENT_CHARACTER.to_string()
            }
        }
    }
}

/// Letters without what steers programs, and without the forms that only drawing needs: ligatures, Arabic letters by their
/// place in a word.
fn plain(letters: &str) -> String {
    let mut out = String::with_capacity(letters.len());
    for letter in letters.chars() {
        match letter {
            '\t' | '\n' | '\r' => out.push(' '),
            _ if letter.is_control() => {}
            '\u{fb00}'..='\u{fb4f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => {
                out.extend(std::iter::once(letter).nfkc());
            }
            _ => out.push(letter),
        }
    }
    out
}

impl<'a> Device<'a> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            if self.found.glyphs.len() >= MOST_GLYPHS {
                self.found.is_cut = true;
                return;
            }
            let text = self.meaning(glyph);
            let placed: Affine = props.transform * glyph.transform();
            let advance = match &**glyph {
                Drawn::Outline(outline) => outline.advance_width(),
                Drawn::Type3(drawn) => drawn.advance_width(),
            };
            let advance = f64::from(advance.unwrap_or(500.0));
            let end = match run.writing_mode() {
                WritingMode::Horizontal => Point::new(advance, 0.0),
                WritingMode::Vertical => Point::new(0.0, -advance.abs()),
            };
            let from = placed * Point::ZERO;
            let size = (placed * Point::new(0.0, UNITS_PER_EM) - from).hypot();
            let to = placed * end;
            let is_placed = from.is_finite() && to.is_finite() && size.is_finite() && size > 0.01;
            if !is_placed || !self.sheet.contains(from) {
                continue;
            }
            if text.is_empty() {
                // What another text stands for is as wide as all that is drawn for it.
                if self.marks.iter().any(Option::is_some)
                    && let Some(last) = self.found.glyphs.last_mut()
                    && (last.to - from).hypot() < last.size
                {
                    last.to = to;
                }
                continue;
            }
            self.found.glyphs.push(Glyph { text, from, to, size });
        }
    }

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        let text = properties.and_then(|dict| dict.get::<object::String<'_>>(ACTUAL_TEXT));
        // A file may open pieces without end.
        if self.marks.len() < 1000 {
            self.marks.push(text.map(|text| decoded_pdf_string(text.as_bytes()).map(|text| plain(&text))));
        }
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.found.has_picture = true;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
