//! PDF from a display list, by krilla: vector paths, real text in embedded subsets of our own faces, links, tags.
//!
//! Paths are cut to what can be seen and written in hundredths of a PDF point. Hatches and dots are lines and dashes
//! clipped to their area, not tiles: tiles show seams in most viewers. A halo is an outline, so that text is in the
//! file, and copied out of it, once. The same list gives the same bytes: there is no date, and the identifier is made of
//! the content.
//!
//! # Tags
//! The map is one figure with an alternative text; the title a heading; every other group of text a paragraph with its
//! links; all else an artifact. Where nothing stands in the way (a character that the faces lack does) the file keeps to
//! PDF/UA-1.
//!
//! # What it does not do
//! krilla 0.8 writes no optional content, so the overlays are not layers that a reader can switch off; the SVG has them
//! as named groups.

use std::collections::HashMap;
use std::num::NonZeroU16;
use std::sync::Arc;

use krilla::Data;
use krilla::action::LinkAction;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::configure::{Accessibility, Configuration, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::error::KrillaError;
use krilla::geom::{self, PathBuilder, Quadrilateral, Transform};
use krilla::image::{BitsPerComponent, CustomImage, Image, ImageColorspace};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, BBox, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use kurbo::{Affine, PathEl, Point, Rect, Shape as _};
use thiserror::Error;

use super::cut;
use super::encoding::nearest;
use crate::figure::words::FigureLanguage;
use crate::formats::direction;
use crate::scene::display_list::{Bitmap, Cap, Color, DisplayList, Group, Item, Mark, Path, Pattern, Stroke, Text};
use crate::scene::text::{self, FontId, language_of};

/// PDF points (1/72 inch) in a page point (1/96 inch).
const SCALE: f64 = 0.75;

/// How far beyond the visible part geometry is kept, in PDF points.
const MARGIN: f64 = 24.0;

/// The longest side that viewers take, in PDF points: 200 inches.
const MAX_SIDE: f64 = 14_400.0;

/// Dots of one pattern beyond which an even tint takes their place.
const MAX_ROWS: f64 = 20_000.0;

/// The name under which the provenance is attached.
pub const PROVENANCE_NAME: &str = "claimline.json";

/// What the file says about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PdfInfo {
    /// Title.
    pub title: String,
    /// What the map shows, for those who cannot see it.
    pub description: String,
    /// The language of the page's own words.
    pub language: FigureLanguage,
    /// Provenance as JSON, attached as [`PROVENANCE_NAME`].
    pub provenance: Option<String>,
}

/// Why a page cannot become a PDF.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PdfError {
    /// No size, or more than viewers take.
    #[error("a page of {width_pt} × {height_pt} pt cannot be a PDF: both sides must be more than 0 and at most {} pt", MAX_SIDE / SCALE)]
    Size {
        /// Width of the page in points.
        width_pt: f64,
        /// Height of the page in points.
        height_pt: f64,
    },
    /// krilla refuses it.
    #[error("the PDF cannot be written: {0}")]
    Krilla(String),
}

/// Writes a page over `background`.
///
/// # Errors
/// [`PdfError`] when the page has no size or too much.
pub fn write(list: &DisplayList, info: &PdfInfo, background: Color) -> Result<Vec<u8>, PdfError> {
    let accessible = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let Ok(accessible) = accessible else {
        return written(list, info, background, Configuration::default());
    };
    // Some text cannot keep to the standard, such as characters that the faces lack; it is no reason to write nothing.
    written(list, info, background, accessible).or_else(|error| match error {
        PdfError::Krilla(_) => written(list, info, background, Configuration::default()),
        PdfError::Size { .. } => Err(error),
    })
}

fn written(
    list: &DisplayList,
    info: &PdfInfo,
    background: Color,
    configuration: Configuration,
) -> Result<Vec<u8>, PdfError> {
    let (width_pt, height_pt) = (list.width_pt, list.height_pt);
    let fits = |side_pt: f64| side_pt.is_finite() && side_pt > 0.0 && side_pt * SCALE <= MAX_SIDE;
    let settings = PageSettings::from_wh(coordinate(width_pt * SCALE), coordinate(height_pt * SCALE));
    let Some(settings) = settings.filter(|_| fits(width_pt) && fits(height_pt)) else {
        return Err(PdfError::Size { width_pt, height_pt });
    };
    let failed = |error: KrillaError| PdfError::Krilla(format!("{error:?}"));
    // Colours are said to be sRGB, not left to the printer.
    let serialize = krilla::SerializeSettings { configuration, no_device_cs: true, ..Default::default() };
    let mut document = krilla::Document::new_with(serialize);
    let mut page = document.start_page_with(settings);
    let blocks = painted(page.surface(), list, background);
    let mut tree = TagTree::new();
    for block in blocks {
        let mut group = TagGroup::new(match block.kind {
            BlockKind::Map(bounds) => {
                let alt = if info.description.is_empty() { "Map" } else { &info.description };
                Tag::Figure(Some(alt.to_owned())).with_bbox(rect(bounds).map(|bounds| BBox::new(0, bounds))).into()
            }
            BlockKind::Title(title) => Tag::Hn(NonZeroU16::MIN, Some(title)).into(),
            BlockKind::Words => krilla::tagging::TagKind::from(Tag::P),
        });
        for part in block.parts {
            match part {
                Part::Plain(identifier) => group.push(identifier),
                Part::Mixed(identifier, words) => {
                    let mut tags = TagGroup::new(Tag::Span.with_actual_text(Some(words)));
                    tags.push(identifier);
                    group.push(tags);
                }
                Part::Link { address, quads, identifiers } => {
                    let target = Target::Action(LinkAction::new(address.clone()).into());
                    let link = LinkAnnotation::new_with_quad_points(quads, target);
                    let mut tags = TagGroup::new(Tag::Link);
                    tags.push(page.add_tagged_annotation(Annotation::new_link(link, Some(address))));
                    identifiers.into_iter().for_each(|identifier| tags.push(identifier));
                    group.push(tags);
                }
            }
        }
        tree.push(group);
    }
    page.finish();
    document.set_tag_tree(tree.with_lang(Some(info.language.tag().to_owned())));
    let top = krilla::destination::XyzDestination::new(0, geom::Point::from_xy(0.0, 0.0));
    let name = if info.title.trim().is_empty() { "Figure" } else { &info.title };
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(name.to_owned(), top));
    document.set_outline(outline);
    let program = concat!("Claimline ", env!("CARGO_PKG_VERSION"));
    document.set_metadata(
        Metadata::new()
            .title(name.to_owned())
            .description(info.description.clone())
            .creator(program.to_owned())
            .producer(program.to_owned())
            .language(info.language.tag().to_owned()),
    );
    if let Some(provenance) = &info.provenance {
        document.embed_file(EmbeddedFile {
            path: PROVENANCE_NAME.to_owned(),
            mime_type: MimeType::new("application/json"),
            description: Some("Where the figure comes from: dossier, overlays, excerpts, view".to_owned()),
            association_kind: AssociationKind::Data,
            data: Data::from(provenance.clone().into_bytes()),
            modification_date: None,
            // A few kilobytes, left plain so that they can be found with any tool.
            compress: Some(false),
            location: None,
        });
    }
    document.finish().map_err(failed)
}

/// Paints the page; the blocks that its tags are made of.
fn painted(surface: Surface<'_>, list: &DisplayList, background: Color) -> Vec<Block> {
    let mut painter =
        Painter { surface, fonts: HashMap::new(), path: Path::new(), blocks: Vec::new(), covered: false, map: None };
    let whole = Rect::new(0.0, 0.0, list.width_pt * SCALE, list.height_pt * SCALE);
    painter.artifact(|painter| {
        painter.plain(path_of(whole.path_elements(0.1)), Color { a: 255, ..background }, FillRule::NonZero)
    });
    painter.page(&list.items, whole);
    painter.surface.finish();
    painter.blocks
}

/// A piece of the page in the order in which it is read.
struct Block {
    kind: BlockKind,
    parts: Vec<Part>,
}

enum BlockKind {
    /// The map, and where it is, in PDF points.
    Map(Rect),
    /// The heading.
    Title(String),
    /// Text.
    Words,
}

enum Part {
    Plain(Identifier),
    /// A line that has words which are read from the right, as it was written: from where its letters stand programs only guess.
    Mixed(Identifier, String),
    Link {
        address: String,
        quads: Vec<Quadrilateral>,
        identifiers: Vec<Identifier>,
    },
}

struct Painter<'a> {
    surface: Surface<'a>,
    fonts: HashMap<FontId, Option<Font>>,
    /// Scratch, kept for its memory.
    path: Path,
    blocks: Vec<Block>,
    /// Whether what is painted is already part of a tag, which may hold no other.
    covered: bool,
    /// The parts of the map so far: it is one figure, made of several where a word along a curve stands by itself.
    map: Option<Vec<Part>>,
}

impl Painter<'_> {
    /// Paints within a tag of its own.
    fn tagged(&mut self, tag: ContentTag<'_>, paint: impl FnOnce(&mut Self)) -> Identifier {
        let identifier = self.surface.start_tagged(tag);
        self.covered = true;
        paint(self);
        self.covered = false;
        self.surface.end_tagged();
        identifier
    }

    /// Paints what a screen reader passes over, unless it is part of something that is read.
    fn artifact(&mut self, paint: impl FnOnce(&mut Self)) {
        if self.covered {
            paint(self);
        } else {
            self.tagged(ContentTag::Artifact(Artifact::default()), paint);
        }
    }

    /// The groups of the page: each is a block of text, or the map.
    fn page(&mut self, items: &[Item], visible: Rect) {
        for item in items {
            match item {
                Item::Group(group) if group.id == "map" => {
                    let bounds = group.clip.map_or(visible, |clip| scaled(clip).intersect(visible));
                    self.map = (group.opacity >= 1.0).then(Vec::new);
                    let identifier = self.tagged(ContentTag::Other, |painter| painter.group(group, visible));
                    let mut parts = self.map.take().unwrap_or_default();
                    parts.insert(0, Part::Plain(identifier));
                    self.blocks.push(Block { kind: BlockKind::Map(bounds), parts });
                }
                Item::Group(group) => {
                    self.blocks.push(Block { kind: BlockKind::Words, parts: Vec::new() });
                    let count = self.blocks.len();
                    // A group that is faded as a whole is a picture of its own, within which there are no tags.
                    if group.opacity < 1.0 {
                        let identifier = self.tagged(ContentTag::Other, |painter| painter.group(group, visible));
                        self.part(Part::Plain(identifier));
                    } else {
                        self.group(group, visible);
                    }
                    if group.id == "title" && self.blocks.len() == count {
                        self.split_title(group);
                    }
                }
                _ => {
                    self.blocks.push(Block { kind: BlockKind::Words, parts: Vec::new() });
                    self.item(item, visible);
                }
            }
        }
        self.blocks.retain(|block| !block.parts.is_empty());
    }

    /// The first line of the title's group is the heading.
    fn split_title(&mut self, group: &Group) {
        let first = group.items.iter().find_map(|item| match item {
            Item::Text(text) => Some(direction::without_marks(&text.text).into_owned()),
            _ => None,
        });
        let (Some(first), Some(block)) = (first, self.blocks.last_mut()) else { return };
        if block.parts.is_empty() {
            return;
        }
        let rest = block.parts.split_off(1);
        block.kind = BlockKind::Title(first);
        self.blocks.push(Block { kind: BlockKind::Words, parts: rest });
    }

    fn part(&mut self, part: Part) {
        let Some(block) = self.blocks.last_mut() else { return };
        match (block.parts.last_mut(), part) {
            // An address that is broken into lines is one link.
            (
                Some(Part::Link { address, quads, identifiers }),
                Part::Link { address: same, quads: more, identifiers: with },
            ) if *address == same => {
                quads.extend(more);
                identifiers.extend(with);
            }
            (_, part) => block.parts.push(part),
        }
    }

    fn items(&mut self, items: &[Item], visible: Rect) {
        let mut rest = items.iter();
        while let Some(item) = rest.next() {
            if let (Item::Fill { path, color }, Some(Item::Stroke { path: outline, stroke })) =
                (item, rest.as_slice().first())
                && Arc::ptr_eq(path, outline)
                && self.filled_and_stroked(path, *color, stroke, visible)
            {
                rest.next();
            } else {
                self.item(item, visible);
            }
        }
    }

    /// An area and its outline in one, so that its path is written once: packing what is written takes most of the time
    /// of a large page. Whether that could be done; a faint outline would not show the area beneath it.
    fn filled_and_stroked(&mut self, path: &Path, color: Color, stroke: &Stroke, visible: Rect) -> bool {
        let width = stroke.width_pt * SCALE;
        let is_plain = color.a > 0 && stroke.color.a == 255 && stroke.dash_pt.is_empty() && width.is_finite();
        let is_whole = visible.inflate(MARGIN, MARGIN).contains_rect(scaled(path.control_box()));
        if !is_plain || !is_whole || width <= 0.0 || !self.cut_area(path, visible) {
            return false;
        }
        self.artifact(|painter| {
            // In hundredths of a point, which are whole numbers: a page of a million corners is written and packed in less
            // time, and takes less room.
            let Some(path) = path_in(painter.path.elements(), hundredths) else { return };
            let cap = if stroke.cap == Cap::Round { LineCap::Round } else { LineCap::Butt };
            painter.surface.push_transform(&Transform::from_scale(0.01, 0.01));
            painter.surface.set_fill(Some(fill_of(color, FillRule::EvenOdd)));
            painter.surface.set_stroke(Some(line_of(stroke.color, 100.0 * width, cap, None)));
            painter.surface.draw_path(&path);
            painter.surface.pop();
        });
        true
    }

    fn item(&mut self, item: &Item, visible: Rect) {
        match item {
            Item::Group(group) => self.group(group, visible),
            Item::Fill { path, color } => {
                self.artifact(|painter| {
                    if color.a > 0 && painter.cut_area(path, visible) {
                        painter.plain(path_of(painter.path.elements()), *color, FillRule::EvenOdd);
                    }
                });
            }
            Item::Pattern { path, pattern } => self.artifact(|painter| painter.pattern(path, pattern, visible)),
            Item::Stroke { path, stroke } => self.artifact(|painter| painter.stroke(path, stroke, visible)),
            Item::Text(text) => self.text(text, visible),
            Item::Image { image, to, opacity } => {
                self.artifact(|painter| painter.image(image, *to, *opacity, visible));
            }
        }
    }

    fn group(&mut self, group: &Group, visible: Rect) {
        let opacity = if group.opacity.is_nan() { 0.0 } else { group.opacity.clamp(0.0, 1.0) };
        let seen = group.clip.map_or(visible, |clip| scaled(clip.abs()).intersect(visible));
        let empty = !seen.is_finite() || seen.width() <= 0.0 || seen.height() <= 0.0;
        if opacity == 0.0 || group.items.is_empty() || empty {
            return;
        }
        let clip = (group.clip.is_some() && seen != visible).then(|| path_of(seen.path_elements(0.1))).flatten();
        if let Some(clip) = &clip {
            self.surface.push_clip_path(clip, &FillRule::NonZero);
        }
        let fades = opacity < 1.0;
        if let Some(word) = &group.word {
            self.word(word, &group.items, seen);
        } else if fades && !self.covered {
            // Tags within a faded group would be lost.
            self.artifact(|painter| painter.faded(&group.items, opacity, seen));
        } else if fades {
            self.faded(&group.items, opacity, seen);
        } else {
            self.items(&group.items, seen);
        }
        if clip.is_some() {
            self.surface.pop();
        }
    }

    fn faded(&mut self, items: &[Item], opacity: f64, visible: Rect) {
        // Within a picture of its own there are no tags.
        let map = self.map.take();
        self.surface.push_opacity(normalized(opacity));
        self.items(items, visible);
        self.surface.pop();
        self.map = map;
    }

    /// Letters that spell a word along a curve: a viewer would copy them one by one, so the file says the word.
    fn word(&mut self, word: &str, letters: &[Item], visible: Rect) {
        let span = SpanTag::empty().with_lang(Some(language_of(word))).with_actual_text(Some(word));
        if !self.covered {
            let identifier = self.tagged(ContentTag::Span(span), |painter| painter.items(letters, visible));
            self.part(Part::Plain(identifier));
        } else if self.map.is_some() {
            // A tag may hold no other: the map's ends here and goes on after the word.
            self.surface.end_tagged();
            let identifier = self.surface.start_tagged(ContentTag::Span(span));
            self.items(letters, visible);
            self.surface.end_tagged();
            let after = self.surface.start_tagged(ContentTag::Other);
            if let Some(parts) = &mut self.map {
                parts.extend([Part::Plain(identifier), Part::Plain(after)]);
            }
        } else {
            self.items(letters, visible);
        }
    }

    fn cut_area(&mut self, path: &Path, visible: Rect) -> bool {
        cut::area(path, SCALE, visible.inflate(MARGIN, MARGIN), MARGIN, &mut self.path)
    }

    /// Fills a path that is in PDF points already.
    fn plain(&mut self, path: Option<geom::Path>, color: Color, rule: FillRule) {
        if let Some(path) = path {
            self.surface.set_stroke(None);
            self.surface.set_fill(Some(fill_of(color, rule)));
            self.surface.draw_path(&path);
        }
    }

    fn stroke(&mut self, path: &Path, stroke: &Stroke, visible: Rect) {
        let width = stroke.width_pt * SCALE;
        if stroke.color.a == 0 || !width.is_finite() || width <= 0.0 {
            return;
        }
        let window = visible.inflate(MARGIN + width, MARGIN + width);
        let lengths: Vec<f64> = stroke.dash_pt.iter().map(|length| length * SCALE).collect();
        let offset = stroke.dash_offset_pt * SCALE;
        let sound = lengths.iter().all(|length| length.is_finite() && *length >= 0.0) && offset.is_finite();
        let dashed = sound && lengths.iter().sum::<f64>() > 0.0;
        let dashes = dashed.then_some((lengths.as_slice(), offset));
        // A line that is cut short would begin its dashes anew: such dashes are written out one by one.
        let Some(whole) = cut::line(path, SCALE, window, MARGIN, dashes, false, &mut self.path) else {
            return;
        };
        let dash = (dashed && whole).then(|| StrokeDash {
            array: lengths.iter().map(|&length| coordinate(length)).collect(),
            offset: coordinate(offset),
        });
        let cap = if stroke.cap == Cap::Round { LineCap::Round } else { LineCap::Butt };
        if let Some(path) = path_of(self.path.elements()) {
            self.line(&path, stroke.color, width, cap, dash);
        }
    }

    fn line(&mut self, path: &geom::Path, color: Color, width: f64, cap: LineCap, dash: Option<StrokeDash>) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(line_of(color, width, cap, dash)));
        self.surface.draw_path(path);
    }

    /// Hatches are lines, dots are dashes of no length with round ends; both clipped to the area.
    fn pattern(&mut self, path: &Path, pattern: &Pattern, visible: Rect) {
        let Pattern { mark, color, .. } = *pattern;
        let (spacing, size) = (pattern.spacing_pt * SCALE, pattern.size_pt * SCALE);
        let sound = [spacing, size].into_iter().all(|length| length.is_finite() && length > 0.0);
        if !sound || !pattern.origin.is_finite() || color.a == 0 || !self.cut_area(path, visible) {
            return;
        }
        let area = self.path.control_box().intersect(visible);
        let Some(clip) = path_of(self.path.elements()).filter(|_| area.width() > 0.0 && area.height() > 0.0) else {
            return;
        };
        let turn = match mark {
            Mark::Lines { angle_deg } if angle_deg.is_finite() => -angle_deg.to_radians(),
            Mark::Lines { .. } => 0.0,
            Mark::Dots => std::f64::consts::FRAC_PI_4,
        };
        if area.width().hypot(area.height()) / spacing > MAX_ROWS {
            let share = match mark {
                Mark::Lines { .. } => size / spacing,
                Mark::Dots => (size / spacing).powi(2) * std::f64::consts::FRAC_PI_4,
            };
            self.plain(path_of(self.path.elements()), color.with_opacity(share.min(1.0)), FillRule::EvenOdd);
            return;
        }
        // Coordinates along and across the rows, with the pattern's origin as theirs.
        let to_page = Affine::translate(pattern.origin.to_vec2() * SCALE) * Affine::rotate(turn);
        let local = to_page.inverse().transform_rect_bbox(area.inflate(size, size));
        let (first, last) = ((local.y0 / spacing).ceil() as i64, (local.y1 / spacing).floor() as i64);
        // Rows begin on the grid, so that dots do.
        let from = (local.x0 / spacing).floor() * spacing;
        let mut rows = PathBuilder::new();
        for row in first..=last {
            let y = row as f64 * spacing;
            let (a, b) = (to_page * Point::new(from, y), to_page * Point::new(local.x1, y));
            rows.move_to(a.x as f32, a.y as f32);
            rows.line_to(b.x as f32, b.y as f32);
        }
        let Some(rows) = rows.finish() else { return };
        let (cap, dash) = match mark {
            Mark::Lines { .. } => (LineCap::Butt, None),
            Mark::Dots => (LineCap::Round, Some(StrokeDash { array: vec![0.0, spacing as f32], offset: 0.0 })),
        };
        self.surface.push_clip_path(&clip, &FillRule::EvenOdd);
        self.line(&rows, color, size, cap, dash);
        self.surface.pop();
    }

    fn text(&mut self, line: &Text, visible: Rect) {
        let bounds = scaled(text::bounds(line));
        let numbers = [line.origin.x, line.origin.y, line.size_pt, line.rotation_rad, line.letter_spacing_pt];
        let sound = numbers.iter().all(|number| number.is_finite()) && line.size_pt > 0.0;
        let near = visible.inflate(line.size_pt, line.size_pt);
        if !sound || line.text.trim().is_empty() || bounds.intersect(near).area() <= 0.0 {
            return;
        }
        if let Some((color, width_pt)) =
            line.halo.filter(|(color, width)| color.a > 0 && width.is_finite() && *width > 0.0)
        {
            let outline = text::outline(line);
            self.artifact(|painter| {
                if let Some(path) = path_of(outline.into_iter().map(|element| Affine::scale(SCALE) * element)) {
                    painter.line(&path, color, 2.0 * width_pt * SCALE, LineCap::Round, None);
                }
            });
        }
        if line.color.a == 0 {
            return;
        }
        if self.covered {
            self.glyphs(line);
            return;
        }
        let span = SpanTag::empty().with_lang(Some(language_of(&line.text)));
        let identifier = self.tagged(ContentTag::Span(span), |painter| painter.glyphs(line));
        self.part(match &line.link {
            Some(address) => {
                Part::Link { address: address.clone(), quads: vec![quad(line)], identifiers: vec![identifier] }
            }
            None if text::has_rtl(&line.text) => {
                let words = line.text.chars().filter(|letter| !direction::is_mark(*letter)).collect();
                Part::Mixed(identifier, words)
            }
            None => Part::Plain(identifier),
        });
    }

    fn glyphs(&mut self, line: &Text) {
        let units = text::units_per_em(line.face);
        let shaped = text::shape(&line.text, line.face, line.letter_spacing_pt == 0.0);
        let spacing = shaped.spacing(line.letter_spacing_pt) / line.size_pt;
        let (x, y) = (coordinate(line.origin.x * SCALE), coordinate(line.origin.y * SCALE));
        let turned = line.rotation_rad != 0.0;
        if turned {
            let turn = Transform::from_rotate_at(line.rotation_rad.to_degrees() as f32, x, y);
            self.surface.push_transform(&turn);
        }
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill_of(line.color, FillRule::NonZero)));
        let size = (line.size_pt * SCALE * 1000.0).round() as f32 / 1000.0;
        for run in &shaped.runs {
            let Some(font) = self.font(run.font) else { continue };
            let at = |index: usize| {
                let from_origin = f64::from(shaped.glyphs[index].x) / units + spacing * index as f64;
                geom::Point::from_xy(x + (from_origin * f64::from(size)) as f32, y)
            };
            let glyph = |index: usize, next_x: i32| {
                let glyph = shaped.glyphs[index];
                KrillaGlyph::new(
                    GlyphId::new(glyph.id),
                    (f64::from(next_x - glyph.x) / units + spacing) as f32,
                    0.0,
                    (f64::from(glyph.y) / units) as f32,
                    0.0,
                    shaped.text_range(run, index),
                    None,
                )
            };
            // Marks that share their characters with a letter are shapes beside it, and the letter stands for all: programs
            // that copy text take marks off the baseline for words of their own.
            let is_mark = |index: usize| {
                let shares = |other: usize| {
                    shaped.advances[other] != 0 && shaped.glyphs[other].byte == shaped.glyphs[index].byte
                };
                run.font.face().is_none() && shaped.advances[index] == 0 && run.glyphs.clone().any(shares)
            };
            // What only says which way words run has done so: nobody who searches or copies the text wants it.
            let is_steering = |index: usize| {
                let words = &line.text[shaped.text_range(run, index)];
                shaped.advances[index] == 0 && !words.is_empty() && words.chars().all(direction::is_mark)
            };
            let drawn = run.glyphs.clone().filter(|index| !is_steering(*index));
            let (marks, letters): (Vec<usize>, Vec<usize>) = drawn.partition(|index| is_mark(*index));
            for index in marks {
                let mark = glyph(index, shaped.glyphs[index].x);
                self.surface.draw_glyphs(at(index), &[mark], font.clone(), &line.text, size, true);
            }
            let next = |place: usize| letters.get(place + 1).map_or(run.x + run.advance, |next| shaped.glyphs[*next].x);
            let glyphs: Vec<KrillaGlyph> =
                letters.iter().enumerate().map(|(place, index)| glyph(*index, next(place))).collect();
            if let Some(first) = letters.first() {
                self.surface.draw_glyphs(at(*first), &glyphs, font, &line.text, size, false);
            }
        }
        if turned {
            self.surface.pop();
        }
    }

    fn font(&mut self, id: FontId) -> Option<Font> {
        if let Some(font) = self.fonts.get(&id) {
            return font.clone();
        }
        let file = text::font_file(id);
        let font = Font::new(Data::from(file.bytes), file.index);
        self.fonts.insert(id, font.clone());
        font
    }

    fn image(&mut self, bitmap: &Arc<Bitmap>, to: Rect, opacity: f64, visible: Rect) {
        let to = scaled(to.abs());
        let pixels = bitmap.width as usize * bitmap.height as usize;
        let shown = to.is_finite() && to.intersect(visible).area() > 0.0 && opacity > 0.0;
        if !shown || pixels == 0 || bitmap.rgba.len() != 4 * pixels {
            return;
        }
        let size = geom::Size::from_wh(to.width() as f32, to.height() as f32);
        let (Some(size), Ok(image)) = (size, Image::from_custom(Picture::of(bitmap), true)) else {
            return;
        };
        self.surface.push_transform(&Transform::from_translate(to.x0 as f32, to.y0 as f32));
        if opacity < 1.0 {
            self.surface.push_opacity(normalized(opacity));
        }
        self.surface.draw_image(image, size);
        if opacity < 1.0 {
            self.surface.pop();
        }
        self.surface.pop();
    }
}

/// A bitmap in the form that krilla takes: colours and, where any pixel is not opaque, opacity apart.
#[derive(Clone, Hash)]
struct Picture {
    rgb: Arc<[u8]>,
    alpha: Option<Arc<[u8]>>,
    size: (u32, u32),
}

impl Picture {
    fn of(bitmap: &Bitmap) -> Self {
        let pixels = || bitmap.rgba.chunks_exact(4);
        let opaque = pixels().all(|pixel| pixel[3] == 255);
        Self {
            rgb: pixels().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(),
            alpha: (!opaque).then(|| pixels().map(|pixel| pixel[3]).collect()),
            size: (bitmap.width, bitmap.height),
        }
    }
}

impl CustomImage for Picture {
    fn color_channel(&self) -> &[u8] {
        &self.rgb
    }

    fn alpha_channel(&self) -> Option<&[u8]> {
        self.alpha.as_deref()
    }

    fn bits_per_component(&self) -> BitsPerComponent {
        BitsPerComponent::Eight
    }

    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn icc_profile(&self) -> Option<&[u8]> {
        None
    }

    fn color_space(&self) -> ImageColorspace {
        ImageColorspace::Rgb
    }
}

/// The corners of a line of text, for its link.
fn quad(line: &Text) -> Quadrilateral {
    let size = text::measure(&line.text, line.face, line.size_pt, line.letter_spacing_pt);
    let place = Affine::scale(SCALE) * Affine::translate(line.origin.to_vec2()) * Affine::rotate(line.rotation_rad);
    let corner = |x: f64, y: f64| {
        let at = place * Point::new(x, y);
        geom::Point::from_xy(coordinate(at.x), coordinate(at.y))
    };
    let (right, up, down) = (size.advance_pt, -size.ascent_pt, size.descent_pt);
    Quadrilateral([corner(0.0, down), corner(right, down), corner(right, up), corner(0.0, up)])
}

/// A page rectangle in PDF points.
fn scaled(rect: Rect) -> Rect {
    Rect::new(rect.x0 * SCALE, rect.y0 * SCALE, rect.x1 * SCALE, rect.y1 * SCALE)
}

fn rect(bounds: Rect) -> Option<geom::Rect> {
    let [left, top, right, bottom] = [bounds.x0, bounds.y0, bounds.x1, bounds.y1].map(coordinate);
    geom::Rect::from_ltrb(left, top, right, bottom)
}

/// In hundredths, which is finer than any printer.
fn coordinate(value: f64) -> f32 {
    (nearest(value * 100.0) as f64 / 100.0) as f32
}

fn hundredths(value: f64) -> f32 {
    nearest(value * 100.0) as f32
}

fn normalized(value: f64) -> NormalizedF32 {
    NormalizedF32::new((value.clamp(0.0, 1.0) * 1000.0).round() as f32 / 1000.0).unwrap_or(NormalizedF32::ONE)
}

fn rgb(color: Color) -> krilla::paint::Paint {
    krilla::color::rgb::Color::new(color.r, color.g, color.b).into()
}

fn line_of(color: Color, width: f64, cap: LineCap, dash: Option<StrokeDash>) -> krilla::paint::Stroke {
    krilla::paint::Stroke {
        paint: rgb(color),
        width: (width * 1000.0).round() as f32 / 1000.0,
        miter_limit: 10.0,
        line_cap: cap,
        line_join: LineJoin::Round,
        opacity: normalized(f64::from(color.a) / 255.0),
        dash,
    }
}

fn fill_of(color: Color, rule: FillRule) -> Fill {
    Fill { paint: rgb(color), opacity: normalized(f64::from(color.a) / 255.0), rule }
}

/// A path that is in PDF points already; none where there is nothing to it.
fn path_of(elements: impl Iterator<Item = PathEl>) -> Option<geom::Path> {
    path_in(elements, coordinate)
}

/// The same in the unit that `in_unit` makes of PDF points.
fn path_in(elements: impl Iterator<Item = PathEl>, in_unit: impl Fn(f64) -> f32) -> Option<geom::Path> {
    let mut builder = PathBuilder::new();
    let at = |p: Point| (in_unit(p.x), in_unit(p.y));
    let mut last = None;
    for element in elements {
        match element {
            PathEl::MoveTo(p) => {
                let (x, y) = at(p);
                builder.move_to(x, y);
                last = Some((x, y));
            }
            PathEl::LineTo(p) => {
                let (x, y) = at(p);
                // Corners that fall together after rounding are one.
                if last != Some((x, y)) {
                    builder.line_to(x, y);
                    last = Some((x, y));
                }
            }
            PathEl::QuadTo(a, p) => {
                let ((ax, ay), (x, y)) = (at(a), at(p));
                builder.quad_to(ax, ay, x, y);
                last = Some((x, y));
            }
            PathEl::CurveTo(a, b, p) => {
                let ((ax, ay), (bx, by), (x, y)) = (at(a), at(b), at(p));
                builder.cubic_to(ax, ay, bx, by, x, y);
                last = Some((x, y));
            }
            PathEl::ClosePath => {
                builder.close();
                last = None;
            }
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_and_its_outline_are_written_once() {
        let mut path = Path::new();
        for step in 0..8000 {
            let (sin, cos) = (f64::from(step) * 0.000_7).sin_cos();
            let radius = 80.0 + 10.0 * (f64::from(step) * 0.7).sin();
            let at = Point::new(100.0 + radius * cos, 100.0 + radius * sin);
            if step == 0 { path.move_to(at) } else { path.line_to(at) }
        }
        path.close_path();
        let (color, one) = (Color::rgb(0x0072B2), Arc::new(path));
        let length = |outline: &Arc<Path>, edge: Color| {
            let fill = Item::Fill { path: one.clone(), color: color.with_opacity(0.4) };
            let line = Item::Stroke { path: outline.clone(), stroke: Stroke::solid(edge, 1.5) };
            let items = crate::figure::page::placed(vec![fill, line], 1.0, kurbo::Vec2::new(1.0, 0.0));
            let map = Item::Group(Group::new("map", "Map", items));
            let list = DisplayList { width_pt: 200.0, height_pt: 200.0, items: vec![map] };
            let info = PdfInfo { title: "Once".to_owned(), ..PdfInfo::default() };
            write(&list, &info, Color::rgb(0xFFFFFF)).expect("a small page").len()
        };
        let (shared, apart) = (length(&one, color), length(&Arc::new((*one).clone()), color));
        assert!(shared + 5000 < apart, "{shared} of {apart} bytes");
        // A faint outline shows the area beneath it, so that the two are painted after each other.
        assert!(length(&one, color.with_opacity(0.5)) + 1000 > apart);
    }
}
