//! Words turned into glyphs: runs of one direction, one script and one font, each shaped as HarfBuzz would.
//!
//! Words in our own faces alone, as nearly all are, are one run and take the short way.
//!
//! # References
//! * OpenType 1.9, `GPOS` and `kern`: kerning, applied by harfrust as HarfBuzz would.
//! * Unicode Standard Annex 9, the bidirectional algorithm, by the crate unicode-bidi.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use harfrust::{Direction, Feature, Script, ShapeOptions, ShapePlan, Tag, UnicodeBuffer};
use unicode_segmentation::UnicodeSegmentation as _;

use super::faces::{FontId, Typeface, cached, font_for, typeface};
use super::{as_set, bidi, scripts};
use crate::scene::display_list::Face;

/// Shaped lines kept per face. A busy map shows about three hundred labels; past this the cache starts afresh.
const SHAPED_LIMIT: usize = 4096;

/// A glyph of a shaped line, in the units of the line's face (y up) from the line's origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// Index in the font file.
    pub id: u32,
    /// Pen position along the baseline, kerning included, letter spacing not.
    pub x: i32,
    /// Height over the baseline.
    pub y: i32,
    /// Byte of the text at which the characters of this glyph begin.
    pub byte: usize,
}

/// Glyphs of one font and one direction that stand together.
#[derive(Debug, Clone, PartialEq)]
pub struct GlyphRun {
    /// The font.
    pub font: FontId,
    /// Which glyphs of the line.
    pub glyphs: Range<usize>,
    /// Which bytes of the text.
    pub bytes: Range<usize>,
    /// Whether the text runs from right to left; its glyphs stand from left to right all the same.
    pub is_rtl: bool,
    /// How far the pen stands from the line's origin when the run begins.
    pub x: i32,
    /// How far the pen moves.
    pub advance: i32,
}

/// A line of text turned into glyphs, in the units of its face.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShapedLine {
    /// Glyphs from left to right.
    pub glyphs: Vec<Glyph>,
    /// How far the pen moves at each glyph; not at all at marks, which stand over others.
    pub advances: Vec<i32>,
    /// Runs from left to right.
    pub runs: Vec<GlyphRun>,
    /// How far the pen moves along the baseline.
    pub advance: i32,
    /// Whether letters may be spaced: not where letters join.
    pub is_spaced: bool,
}

impl ShapedLine {
    /// The extra space after each glyph of a text that asks for `spacing_pt`.
    pub fn spacing(&self, spacing_pt: f64) -> f64 {
        if self.is_spaced { spacing_pt } else { 0.0 }
    }

    /// Where the characters of each glyph end, for those that copy text.
    pub fn text_range(&self, run: &GlyphRun, glyph: usize) -> Range<usize> {
        let start = self.glyphs[glyph].byte;
        let end = if run.is_rtl {
            let before = &self.glyphs[run.glyphs.start..glyph];
            before.iter().rev().map(|other| other.byte).find(|byte| *byte > start)
        } else {
            self.glyphs[glyph..run.glyphs.end].iter().map(|other| other.byte).find(|byte| *byte > start)
        };
        start..end.unwrap_or(run.bytes.end)
    }
}

/// Whether with ligatures, which way, for which script and language, and how to shape such text.
pub(super) type KnownPlan = (bool, bool, Option<Script>, &'static str, Arc<ShapePlan>);

/// The glyphs of a line. Ligatures are left out where letters are spaced, as typesetters do.
pub fn shape(text: &str, face: Face, ligatures: bool) -> Arc<ShapedLine> {
    let own = typeface(FontId::of(face));
    cached(&own.shaped[usize::from(ligatures)], text, SHAPED_LIMIT, || Arc::new(shape_afresh(text, face, ligatures)))
}

fn shape_afresh(text: &str, face: Face, ligatures: bool) -> ShapedLine {
    let own = typeface(FontId::of(face));
    let mut line = ShapedLine { is_spaced: text.chars().all(scripts::is_spaced), ..ShapedLine::default() };
    if text.chars().all(|letter| scripts::is_plain(letter) && own.has(as_set(letter))) {
        let item = Item { bytes: 0..text.len(), font: FontId::of(face), is_plain: true };
        shape_item(text, &item, false, ligatures, "", own.units_per_em, &mut line);
        return line;
    }
    let language = scripts::language_of(text);
    for run in bidi::visual_runs(text) {
        let items = items(text, run.bytes, face);
        let mut shape = |item: &Item| {
            let tag = if item.is_plain { "" } else { language };
            shape_item(text, item, run.is_rtl, ligatures, tag, own.units_per_em, &mut line);
        };
        if run.is_rtl { items.iter().rev().for_each(&mut shape) } else { items.iter().for_each(&mut shape) }
    }
    line
}

/// Characters of one font and one script.
struct Item {
    bytes: Range<usize>,
    font: FontId,
    /// Whether they are of the scripts of our own faces, which are shaped together.
    is_plain: bool,
}

/// The items of a run of one direction, in the order of the text.
fn items(text: &str, run: Range<usize>, face: Face) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut script = None;
    let own = typeface(FontId::of(face));
    let is_greek_foreign = text.chars().any(|letter| scripts::is_greek(letter) && !own.has(letter));
    for (at, cluster) in text[run.clone()].grapheme_indices(true) {
        let start = run.start + at;
        let joins_alone = cluster.chars().all(scripts::joins);
        let own_script = cluster.chars().find(|letter| !scripts::is_common(*letter)).map(scripts::of);
        let font = match items.last() {
            // What joins letters stays with them.
            Some(last) if joins_alone => last.font,
            _ => font_for(cluster, face, text, is_greek_foreign),
        };
        let is_plain = font == FontId::of(face) && cluster.chars().all(scripts::is_plain);
        let differs = |script: Option<icu_properties::props::Script>| {
            !is_plain && own_script.is_some() && script.is_some() && own_script != script
        };
        match items.last_mut() {
            Some(last)
                if last.font == font
                    && (joins_alone || last.is_plain == is_plain || own_script.is_none())
                    && !differs(script) =>
            {
                last.bytes.end = start + cluster.len();
            }
            _ => {
                items.push(Item { bytes: start..start + cluster.len(), font, is_plain });
                script = None;
            }
        }
        script = own_script.or(script);
    }
    items
}

fn shape_item(
    text: &str,
    item: &Item,
    is_rtl: bool,
    ligatures: bool,
    language: &'static str,
    line_units: f64,
    line: &mut ShapedLine,
) {
    let typeface = typeface(item.font);
    let mut buffer = UnicodeBuffer::new();
    for (byte, character) in text[item.bytes.clone()].char_indices() {
        buffer.add(as_set(character), (item.bytes.start + byte) as u32);
    }
    if !language.is_empty() {
        // How letters join goes by what stands beside them, in whatever font.
        buffer.set_pre_context(&text[..item.bytes.start]);
        buffer.set_post_context(&text[item.bytes.end..]);
        if let Ok(language) = language.parse() {
            buffer.set_language(language);
        }
    }
    buffer.guess_segment_properties();
    buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
    let off = [Feature::new(Tag::new(b"liga"), 0, ..), Feature::new(Tag::new(b"clig"), 0, ..)];
    let features: &[Feature] = if ligatures || !line.is_spaced { &[] } else { &off };
    let script = Some(buffer.script()).filter(|&script| script != harfrust::script::UNKNOWN);
    let plan = typeface.plan(features, is_rtl, script, language, buffer.language().as_ref());
    let shaped = typeface.shaper.shape(buffer, ShapeOptions::new().plan(Some(&plan)).features(features));
    // Fonts of other ems are brought to the line's.
    let same = typeface.units_per_em == line_units;
    let scale = line_units / typeface.units_per_em;
    let units = |units: i32| if same { units } else { (f64::from(units) * scale).round() as i32 };
    let (first, x) = (line.glyphs.len(), line.advance);
    for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        line.glyphs.push(Glyph {
            id: info.glyph_id,
            x: line.advance + units(position.x_offset),
            y: units(position.y_offset),
            byte: info.cluster as usize,
        });
        line.advances.push(units(position.x_advance));
        line.advance += units(position.x_advance);
    }
    line.runs.push(GlyphRun {
        font: item.font,
        glyphs: first..line.glyphs.len(),
        bytes: item.bytes.clone(),
        is_rtl,
        x,
        advance: line.advance - x,
    });
}

impl Typeface {
    fn plan(
        &self,
        features: &[Feature],
        is_rtl: bool,
        script: Option<Script>,
        tag: &'static str,
        language: Option<&harfrust::Language>,
    ) -> Arc<ShapePlan> {
        let ligatures = features.is_empty();
        let known = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        let same = |(l, r, s, t, _): &&KnownPlan| *l == ligatures && *r == is_rtl && *s == script && *t == tag;
        if let Some((.., plan)) = known.iter().find(same) {
            return plan.clone();
        }
        drop(known);
        let direction = if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        let plan = Arc::new(ShapePlan::new(&self.shaper, direction, script, language, features));
        let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        plans.push((ligatures, is_rtl, script, tag, plan.clone()));
        plan
    }
}
