//! Words set in our own faces: shaping, measuring, breaking into lines, and outlines for the painters.
//!
//! Nothing here asks the system for a font, so that text looks the same on every machine, and a label takes the same
//! room in the window as in a figure.
//!
//! # Units
//! Sizes and distances are page points, y downwards; glyphs are kept in font units, y upwards.
//!
//! # References
//! * OpenType 1.9, `GPOS` and `kern`: kerning, applied by harfrust as HarfBuzz would.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use geo::bool_ops::{BooleanOps, FillRule, OpType};
use geo::{Coord, MultiPolygon, Polygon, Simplify};
use harfrust::{Direction, Feature, Script, ShapeOptions, ShapePlan, Shaper, ShaperData, Tag, UnicodeBuffer};
use kurbo::{Affine, BezPath, Join, PathEl, Point, Rect, StrokeOpts};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::display_list::{Face, Text};

/// Every face, in the order of [`Face`].
pub const FACES: [Face; 5] = [Face::Sans, Face::SansSemiBold, Face::Serif, Face::SerifItalic, Face::Mono];

/// Shaped lines kept per face. A busy map shows about three hundred labels; past this the cache starts afresh.
const SHAPED_LIMIT: usize = 4096;

/// Halo outlines kept per face: some two hundred characters in a handful of relative widths.
const HALO_LIMIT: usize = 4096;

/// The space that a line of text takes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TextMetrics {
    /// How far the pen moves along the baseline.
    pub advance_pt: f64,
    /// From the baseline up to the top of the face's tallest usual letters.
    pub ascent_pt: f64,
    /// From the baseline down to the bottom of the face's lowest usual letters; positive.
    pub descent_pt: f64,
    /// Height of a capital letter.
    pub cap_height_pt: f64,
}

/// A glyph of a shaped line, in font units (y up) from the line's origin.
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

/// A line of text turned into glyphs, in font units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShapedLine {
    /// Glyphs from left to right.
    pub glyphs: Vec<Glyph>,
    /// How far the pen moves along the baseline.
    pub advance: i32,
}

/// The bytes of the TrueType file of a face, for the window and for formats that embed fonts.
pub fn font_bytes(face: Face) -> &'static [u8] {
    match face {
        Face::Sans => include_bytes!("../../assets/fonts/IBMPlexSans-Regular.ttf"),
        Face::SansSemiBold => include_bytes!("../../assets/fonts/IBMPlexSans-SemiBold.ttf"),
        Face::Serif => include_bytes!("../../assets/fonts/IBMPlexSerif-Regular.ttf"),
        Face::SerifItalic => include_bytes!("../../assets/fonts/IBMPlexSerif-Italic.ttf"),
        Face::Mono => include_bytes!("../../assets/fonts/IBMPlexMono-Regular.ttf"),
    }
}

/// Font units in the em of a face.
pub fn units_per_em(face: Face) -> f64 {
    typeface(face).units_per_em
}

/// How much room `text` takes. Sizes that are not finite measure as nothing.
pub fn measure(text: &str, face: Face, size_pt: f64, letter_spacing_pt: f64) -> TextMetrics {
    if !size_pt.is_finite() || !letter_spacing_pt.is_finite() {
        return TextMetrics::default();
    }
    let typeface = typeface(face);
    let line = typeface.shape(text, letter_spacing_pt == 0.0);
    let scale = size_pt / typeface.units_per_em;
    TextMetrics {
        advance_pt: f64::from(line.advance) * scale + letter_spacing_pt * line.glyphs.len() as f64,
        ascent_pt: typeface.ascent * scale,
        descent_pt: typeface.descent * scale,
        cap_height_pt: typeface.cap_height * scale,
    }
}

/// The glyphs of a line. Ligatures are left out where letters are spaced, as typesetters do.
pub fn shape(text: &str, face: Face, ligatures: bool) -> Arc<ShapedLine> {
    typeface(face).shape(text, ligatures)
}

/// The outline of the glyphs in page points, at the text's origin and turned. Fill it non-zero.
pub fn outline(text: &Text) -> BezPath {
    place_glyphs(text, |typeface, glyph| typeface.outline(glyph))
}

/// The outline of the text's halo in page points, empty where there is none. Fill it non-zero.
pub fn halo(text: &Text) -> BezPath {
    let Some((_, width_pt)) = text.halo.filter(|&(_, width_pt)| width_pt > 0.0 && width_pt.is_finite()) else {
        return BezPath::new();
    };
    if text.size_pt <= 0.0 || !text.size_pt.is_finite() {
        return BezPath::new();
    }
    // In whole font units, so that labels of one size share their halos.
    let width = (width_pt / text.size_pt * units_per_em(text.face)).round().clamp(1.0, 4000.0) as u32;
    place_glyphs(text, |typeface, glyph| typeface.halo(glyph, width))
}

/// The page rectangle that the text and its halo may touch, by the face's ascent and descent.
pub fn bounds(text: &Text) -> Rect {
    let size = measure(&text.text, text.face, text.size_pt, text.letter_spacing_pt);
    let halo_pt = text.halo.map_or(0.0, |(_, width_pt)| width_pt.max(0.0));
    let flat = Rect::new(0.0, -size.ascent_pt, size.advance_pt, size.descent_pt).inflate(halo_pt, halo_pt);
    (Affine::translate(text.origin.to_vec2()) * Affine::rotate(text.rotation_rad)).transform_rect_bbox(flat)
}

/// More letters than this are never set as one text: no page has room for them, and a page is laid out many times over.
const MOST_LETTERS: usize = 20_000;

/// Breaks `text` into lines no wider than `width_pt`: at spaces, or after `/ - . ? & = _` and then anywhere in words
/// that are wider than a line. A line break in the text stays one. No-break and thin spaces do not break, nor do the
/// spaces that [`is_tied`] names, unless what they tie is wider than a line. Of a text that is longer than any page the
/// beginning is taken, with a mark of omission.
pub fn wrap(text: &str, face: Face, size_pt: f64, width_pt: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let text = match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => &format!("{}…", &text[..end]),
        None => text,
    };
    for paragraph in text.lines() {
        let paragraph: String = paragraph.chars().map(as_set).collect();
        wrap_paragraph(&paragraph, face, size_pt, width_pt, &mut lines);
    }
    lines
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
    let mut start = 0;
    let breaks = text.match_indices(' ').map(|(at, _)| at).filter(|at| !is_tied(text, *at)).chain([text.len()]);
    breaks
        .map(move |at| &text[std::mem::replace(&mut start, (at + 1).min(text.len()))..at])
        .filter(|word| !word.is_empty())
}

/// A character as it is set: a tab or another control character as a space.
fn as_set(character: char) -> char {
    let is_space = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    if is_space { ' ' } else { character }
}

/// The same name with plain letters in the place of those whose marks the face lacks: “Rehovot” of “Reẖovot”.
pub fn without_lacking_marks(name: &str, face: Face) -> Cow<'_, str> {
    let charmap = typeface(face).font.charmap();
    let has = |letter: char| charmap.map(as_set(letter)).is_some_and(|id| id != GlyphId::NOTDEF);
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

/// The characters of `text` that the face cannot draw: boxes stand for them.
pub fn missing_glyphs(text: &str, face: Face) -> Vec<char> {
    let typeface = typeface(face);
    let line = typeface.shape(text, true);
    let charmap = typeface.font.charmap();
    // What joins or varies other characters is never drawn itself.
    let joins = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}');
    let lacks = |c: &char| !joins(*c) && charmap.map(as_set(*c)).is_none_or(|id| id == GlyphId::NOTDEF);
    let mut missing: Vec<char> = Vec::new();
    for box_at in line.glyphs.iter().filter(|glyph| glyph.id == GlyphId::NOTDEF.to_u32()).map(|glyph| glyph.byte) {
        let end = line.glyphs.iter().map(|glyph| glyph.byte).filter(|byte| *byte > box_at).min();
        missing.extend(text[box_at..end.unwrap_or(text.len())].chars().filter(lacks));
    }
    missing.sort_unstable();
    missing.dedup();
    missing
}

fn wrap_paragraph(text: &str, face: Face, size_pt: f64, width_pt: f64, lines: &mut Vec<String>) {
    let typeface = typeface(face);
    let line = typeface.shape(text, true);
    let scale = size_pt / typeface.units_per_em;
    // Where the pen stands before the character at each byte; characters inside a ligature share its start.
    let mut pen_pt = vec![f64::NAN; text.len() + 1];
    for glyph in &line.glyphs {
        if pen_pt[glyph.byte].is_nan() {
            pen_pt[glyph.byte] = f64::from(glyph.x) * scale;
        }
    }
    pen_pt[text.len()] = f64::from(line.advance) * scale;
    for byte in (0..text.len()).rev() {
        if pen_pt[byte].is_nan() {
            pen_pt[byte] = pen_pt[byte + 1];
        }
    }

    let mut start = 0;
    let mut soft_break = None; // (end of this line, start of the next)
    let mut word_break = None; // the same, inside a word
    let mut tied_break = None; // the same, where nothing but what is tied would fill the line
    for (byte, character) in text.char_indices() {
        if byte < start {
            continue;
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
            let (line_end, next) = breaks.into_iter().flatten().find(|at| at.0 > start).unwrap_or((byte, byte));
            lines.push(text[start..line_end].trim_end_matches(' ').to_owned());
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
    let rest = text[start..].trim_end_matches(' ');
    if !rest.is_empty() {
        lines.push(rest.to_owned());
    }
}

fn place_glyphs(text: &Text, path_of: impl Fn(&Typeface, u32) -> Arc<BezPath>) -> BezPath {
    let mut all = BezPath::new();
    let placed = [text.size_pt, text.origin.x, text.origin.y, text.rotation_rad, text.letter_spacing_pt];
    if placed.iter().any(|number| !number.is_finite()) || text.size_pt <= 0.0 {
        return all;
    }
    let typeface = typeface(text.face);
    let line = typeface.shape(&text.text, text.letter_spacing_pt == 0.0);
    let scale = text.size_pt / typeface.units_per_em;
    let to_page = Affine::translate(text.origin.to_vec2())
        * Affine::rotate(text.rotation_rad)
        * Affine::scale_non_uniform(scale, -scale);
    for (index, glyph) in line.glyphs.iter().enumerate() {
        let x = f64::from(glyph.x) + text.letter_spacing_pt / scale * index as f64;
        let placed = to_page * Affine::translate((x, f64::from(glyph.y)));
        all.extend(path_of(typeface, glyph.id).elements().iter().map(|&element| placed * element));
    }
    all
}

/// Whether with ligatures, for which script, and how to shape such text.
type KnownPlan = (bool, Option<Script>, Arc<ShapePlan>);

/// A parsed face with what has been worked out about it so far.
struct Typeface {
    font: FontRef<'static>,
    shaper: Shaper<'static>,
    units_per_em: f64,
    ascent: f64,
    descent: f64,
    cap_height: f64,
    plans: RwLock<Vec<KnownPlan>>,
    // Three hundred labels are measured in less than 0.05 ms from here.
    shaped: [RwLock<HashMap<String, Arc<ShapedLine>>>; 2],
    outlines: RwLock<HashMap<u32, Arc<BezPath>>>,
    halos: RwLock<HashMap<(u32, u32), Arc<BezPath>>>,
}

fn typeface(face: Face) -> &'static Typeface {
    static TYPEFACES: [OnceLock<Typeface>; 5] = [const { OnceLock::new() }; 5];
    static SHAPERS: [OnceLock<ShaperData>; 5] = [const { OnceLock::new() }; 5];
    let index = face as usize;
    TYPEFACES[index].get_or_init(|| {
        let font = FontRef::new(font_bytes(face)).expect("the bundled fonts are sound");
        let shaper = SHAPERS[index].get_or_init(|| ShaperData::new(&font)).shaper(&font).build();
        let metrics = font.metrics(Size::unscaled(), LocationRef::default());
        Typeface {
            shaper,
            units_per_em: f64::from(metrics.units_per_em),
            ascent: f64::from(metrics.ascent),
            descent: f64::from(-metrics.descent),
            cap_height: f64::from(metrics.cap_height.unwrap_or(0.7 * f32::from(metrics.units_per_em))),
            font,
            plans: RwLock::default(),
            shaped: Default::default(),
            outlines: RwLock::default(),
            halos: RwLock::default(),
        }
    })
}

/// Looks in a cache, or works the value out and keeps it. A poisoned lock still guards a sound map: entries are whole.
fn cached<K, Q, V: Clone>(cache: &RwLock<HashMap<K, V>>, key: &Q, limit: usize, make: impl FnOnce() -> V) -> V
where
    K: std::hash::Hash + Eq + std::borrow::Borrow<Q>,
    Q: std::hash::Hash + Eq + ToOwned<Owned = K> + ?Sized,
{
    if let Some(found) = cache.read().unwrap_or_else(PoisonError::into_inner).get(key) {
        return found.clone();
    }
    let made = make();
    let mut cache = cache.write().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= limit {
        cache.clear();
    }
    cache.insert(key.to_owned(), made.clone());
    made
}

impl Typeface {
    fn shape(&self, text: &str, ligatures: bool) -> Arc<ShapedLine> {
        cached(&self.shaped[usize::from(ligatures)], text, SHAPED_LIMIT, || {
            Arc::new(self.shape_afresh(text, ligatures))
        })
    }

    fn shape_afresh(&self, text: &str, ligatures: bool) -> ShapedLine {
        let mut buffer = UnicodeBuffer::new();
        text.char_indices().for_each(|(byte, character)| buffer.add(as_set(character), byte as u32));
        buffer.guess_segment_properties();
        // Our faces hold no script that runs from the right; such text shows as missing glyphs, in reading order.
        buffer.set_direction(Direction::LeftToRight);
        let off = [Feature::new(Tag::new(b"liga"), 0, ..), Feature::new(Tag::new(b"clig"), 0, ..)];
        let features: &[Feature] = if ligatures { &[] } else { &off };
        let script = Some(buffer.script()).filter(|&script| script != harfrust::script::UNKNOWN);
        let plan = self.plan(ligatures, script, features, buffer.language().as_ref());
        let shaped = self.shaper.shape(buffer, ShapeOptions::new().plan(Some(&plan)).features(features));
        let mut line = ShapedLine::default();
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            line.glyphs.push(Glyph {
                id: info.glyph_id,
                x: line.advance + position.x_offset,
                y: position.y_offset,
                byte: info.cluster as usize,
            });
            line.advance += position.x_advance;
        }
        line
    }

    fn plan(
        &self,
        ligatures: bool,
        script: Option<Script>,
        features: &[Feature],
        language: Option<&harfrust::Language>,
    ) -> Arc<ShapePlan> {
        let known = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., plan)) = known.iter().find(|(l, s, _)| *l == ligatures && *s == script) {
            return plan.clone();
        }
        drop(known);
        let plan = Arc::new(ShapePlan::new(&self.shaper, Direction::LeftToRight, script, language, features));
        self.plans.write().unwrap_or_else(PoisonError::into_inner).push((ligatures, script, plan.clone()));
        plan
    }

    fn outline(&self, glyph: u32) -> Arc<BezPath> {
        cached(&self.outlines, &glyph, usize::MAX, || {
            let mut pen = Pen(BezPath::new());
            if let Some(outline) = self.font.outline_glyphs().get(GlyphId::new(glyph)) {
                let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
                if outline.draw(settings, &mut pen).is_err() {
                    pen.0 = BezPath::new();
                }
            }
            Arc::new(pen.0)
        })
    }

    fn halo(&self, glyph: u32, width: u32) -> Arc<BezPath> {
        cached(&self.halos, &(glyph, width), HALO_LIMIT, || {
            let outline = self.outline(glyph);
            let style = kurbo::Stroke::new(2.0 * f64::from(width)).with_join(Join::Round);
            let band = kurbo::stroke(outline.iter(), &style, &StrokeOpts::default(), 4.0);
            Arc::new(union(&band, &outline, f64::from(width) / 24.0))
        })
    }
}

/// Two areas made one, with few corners: what lies under a glyph is soft work, and every corner is paid for each time
/// that a label is painted. Without this a halo has four times as many.
fn union(a: &BezPath, b: &BezPath, tolerance: f64) -> BezPath {
    let rings = |path: &BezPath| {
        let mut rings: Vec<Polygon> = Vec::new();
        let mut ring: Vec<Coord> = Vec::new();
        kurbo::flatten(path.iter(), 4.0, |element| match element {
            PathEl::MoveTo(p) => ring = vec![Coord { x: p.x, y: p.y }],
            PathEl::ClosePath => rings.push(Polygon::new(std::mem::take(&mut ring).into(), Vec::new())),
            PathEl::LineTo(p) | PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => ring.push(Coord { x: p.x, y: p.y }),
        });
        MultiPolygon::<f64>(rings)
    };
    // The rule holds for each by itself.
    let whole = rings(a).boolean_op_with_fill_rule(&rings(b), OpType::Union, FillRule::NonZero).simplify(tolerance);
    let mut path = BezPath::new();
    for polygon in &whole {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for (index, at) in ring.coords().enumerate() {
                let at = (at.x, at.y);
                if index == 0 { path.move_to(at) } else { path.line_to(at) }
            }
            path.close_path();
        }
    }
    path
}

struct Pen(BezPath);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to((f64::from(x), f64::from(y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to((f64::from(x), f64::from(y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to((f64::from(x1), f64::from(y1)), (f64::from(x), f64::from(y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let point = |x: f32, y: f32| Point::new(f64::from(x), f64::from(y));
        self.0.push(PathEl::CurveTo(point(x1, y1), point(x2, y2), point(x, y)));
    }

    fn close(&mut self) {
        self.0.close_path();
    }
}

#[cfg(test)]
mod tests {
    use kurbo::Shape;

    use super::*;
    use crate::scene::display_list::Color;

    fn text(words: &str) -> Text {
        Text {
            text: words.to_owned(),
            face: Face::Sans,
            size_pt: 20.0,
            color: Color::rgb(0),
            origin: Point::new(100.0, 50.0),
            rotation_rad: 0.0,
            letter_spacing_pt: 0.0,
            halo: None,
            link: None,
        }
    }

    #[test]
    fn widths_agree_with_harfbuzz() {
        // HarfBuzz 15.0.0 on the same files: sums of the advances, in thousandths of an em.
        for (words, face, units) in WIDTHS {
            let width = measure(words, face, 1000.0, 0.0).advance_pt;
            assert!((width - units).abs() < 0.5, "{words}: {width} is not {units}");
        }
    }

    const WIDTHS: [(&str, Face, f64); 5] = [
        ("Kramatorsk", Face::Sans, 5216.0),
        ("AVATAR To fi", Face::Sans, 5638.0),
        ("Донецька область", Face::SansSemiBold, 8879.0),
        ("Sea of Azov", Face::SerifItalic, 4788.0),
        ("48.7389° N", Face::Mono, 6000.0),
    ];

    #[test]
    fn letter_spacing_follows_every_letter() {
        let plain = measure("Donetsk", Face::Sans, 10.0, 0.0).advance_pt;
        let spaced = measure("Donetsk", Face::Sans, 10.0, 2.0).advance_pt;
        assert!((spaced - plain - 14.0).abs() < 1e-9);
    }

    #[test]
    fn an_outline_stands_on_its_baseline_and_turns_about_its_origin() {
        let flat = outline(&text("HH")).bounding_box();
        assert!(flat.x0 > 100.0 && flat.x1 < 132.0 && (flat.y1 - 50.0).abs() < 0.01);
        assert!((flat.height() - measure("H", Face::Sans, 20.0, 0.0).cap_height_pt).abs() < 0.1);
        let turned = outline(&Text { rotation_rad: std::f64::consts::FRAC_PI_2, ..text("HH") }).bounding_box();
        assert!(turned.y0 > 50.0 && (turned.x0 - 100.0).abs() < 0.01);
    }

    #[test]
    fn a_halo_reaches_its_width_beyond_the_glyphs() {
        let with_halo = Text { halo: Some((Color::rgb(0xFFFFFF), 2.0)), ..text("Краматорськ") };
        let (ink, around) = (outline(&with_halo).bounding_box(), halo(&with_halo).bounding_box());
        for difference in [ink.x0 - around.x0, ink.y0 - around.y0, around.x1 - ink.x1, around.y1 - ink.y1] {
            assert!((1.8..2.2).contains(&difference), "{difference}");
        }
        assert!(bounds(&with_halo).contains_rect(around));
        assert!(halo(&text("x")).is_empty());
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_where_they_must() {
        let words = "The area of roughly 5,600 km² that Ukraine would leave";
        let lines = wrap(words, Face::Sans, 10.0, 90.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.join(" "), words);
        for line in &lines {
            assert!(measure(line, Face::Sans, 10.0, 0.0).advance_pt <= 90.5, "{line}");
        }
        let url = "https://example.org/2025/12/15/a-very-long-address-that-goes-on-and-on.html";
        let lines = wrap(url, Face::Sans, 10.0, 110.0);
        assert_eq!(lines.concat(), url);
        assert_eq!(lines[0], "https://example.org/");
        assert!(lines.iter().all(|line| measure(line, Face::Sans, 10.0, 0.0).advance_pt <= 110.5));
        assert_eq!(wrap("a\nb", Face::Sans, 10.0, 90.0), ["a", "b"]);
        assert_eq!(wrap("абв", Face::Sans, 10.0, 0.0), ["а", "б", "в"]);
        assert!(wrap("", Face::Sans, 10.0, 90.0).is_empty());
        assert!(wrap("   ", Face::Sans, 10.0, 90.0).is_empty());
    }

    #[test]
    fn numbers_stay_with_their_units_and_signs_with_their_numbers() {
        let width = |words: &str| measure(words, Face::Sans, 10.0, 0.0).advance_pt + 0.1;
        let set = |words: &str, widest: &str| wrap(words, Face::Sans, 10.0, width(widest)).join("|");
        assert_eq!(set("measured 5,650 km²", "measured 5,650"), "measured|5,650 km²");
        assert_eq!(set("says ≈ 5,600 km² and", "says ≈ 5,600"), "says|≈ 5,600 km²|and");
        assert_eq!(set("about 20 sq km of it", "about 20 sq"), "about|20 sq km of|it");
        assert_eq!(set("(5 km each side)", "(5 km each"), "(5 km each|side)");
        // Only what is a number and a unit: a year and a word may part.
        assert_eq!(set("In 2025 many", "In 2025"), "In 2025|many");
        let note = "Approximate, ± 3.8 to 6.7 km, by stretch (≈ 5 %): area of about 5,600 km² and 12 million people";
        for width_pt in 60..300 {
            for line in wrap(note, Face::Sans, 10.0, f64::from(width_pt)) {
                let parts = ["km", "%", "million"].iter().any(|unit| line.starts_with(unit));
                assert!(!parts && !line.ends_with(['±', '≈']), "{width_pt} pt: {line}");
            }
        }
        // What is wider than a line still breaks, and there.
        assert_eq!(set("5,600 km²", "5,600"), "5,600|km²");
        assert_eq!(words("a  ± 2 km, b").collect::<Vec<_>>(), ["a", "± 2 km,", "b"]);
        assert!(words("").next().is_none());
    }

    #[test]
    fn a_mark_that_the_face_lacks_is_left_out_and_its_letter_stays() {
        for (name, drawn) in [
            ("Reẖovot", "Rehovot"),
            ("Rehi\u{331}ovot", "Rehiovot"),
            ("Ar Ramthā", "Ar Ramthā"),
            ("Слов’янськ", "Слов’янськ"),
            ("Białystok", "Białystok"),
            ("שלום", "שלום"),
        ] {
            assert_eq!(without_lacking_marks(name, Face::Sans), drawn);
        }
    }

    #[test]
    fn every_face_draws_ukrainian_and_says_what_it_lacks() {
        for face in FACES {
            let all = "АаБбВвГгҐґДдЕеЄєЖжЗзИиІіЇїЙйКкЛлМмНнОоПпРрСсТтУуФфХхЦцЧчШшЩщЬьЮюЯя ’“”≈≤²→′″";
            assert!(missing_glyphs(all, face).is_empty(), "{face:?}");
        }
        assert_eq!(missing_glyphs("a漢字", Face::Sans), ['字', '漢']);
        assert_eq!(missing_glyphs("שלום 🧑\u{200d}🌾", Face::Sans), ['ו', 'ל', 'ם', 'ש', '🌾', '🧑']);
        assert!(missing_glyphs("a\tb\u{85}c, и\u{306}", Face::Sans).is_empty());
    }

    #[test]
    fn control_characters_are_set_as_spaces() {
        let wide = |words: &str| measure(words, Face::Sans, 10.0, 0.0).advance_pt;
        assert_eq!(wide("a\tb\u{85}c\u{2028}d"), wide("a b c d"));
        assert_eq!(wrap("one\ttwo\u{7}three", Face::Sans, 10.0, 30.0), ["one", "two", "three"]);
    }

    #[test]
    fn numbers_that_are_not_finite_draw_nothing() {
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(outline(&Text { size_pt: bad, ..text("x") }).is_empty());
        }
        assert!(outline(&Text { origin: Point::new(f64::NAN, 0.0), ..text("x") }).is_empty());
        assert_eq!(measure("x", Face::Sans, f64::NAN, 0.0), TextMetrics::default());
    }
}
