//! SVG text from a display list: real text, named groups, titles for screen readers.
//!
//! Paths are cut to what can be seen and written in hundredths of a point. The same list gives the same text. Links are
//! written as SVG 1.1 has them, for programs such as Inkscape 1.2 read no others.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use kurbo::{PathEl, Point, Rect};

use super::encoding::{base64, nearest};
use super::{cut, png, svg_fonts};
use crate::figure::paper::Unit;
use crate::figure::words::FigureLanguage;
use crate::scene::display_list::{
    Bitmap, Cap, Color, DisplayList, Face, Group, Item, Mark, Path, Pattern, Stroke, Text,
};
use crate::scene::text;

/// About how long the text of an element of a path is.
const USUAL_STEP_BYTES: usize = 10;

/// How far beyond the visible part geometry is kept, in points.
const MARGIN_PT: f64 = 32.0;

/// So many ways in which outlined fills end are remembered.
const MOST_OUTLINED: usize = 16;

/// What the file says about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SvgInfo {
    /// Title.
    pub title: String,
    /// What a screen reader says after the title.
    pub description: String,
    /// The language of the page's own words.
    pub language: FigureLanguage,
    /// Provenance as JSON.
    pub provenance: Option<String>,
    /// The unit in which width and height are given, so that a program that lays out paper takes the page at its size.
    pub unit: Unit,
}

/// Writes a page over `background`.
pub fn write(list: &DisplayList, info: &SvgInfo, background: Color) -> Vec<u8> {
    let (width, height) = (number(list.width_pt), number(list.height_pt));
    let mut svg = Svg { out: Vec::new(), ids: HashSet::new(), defs: 0, path: Path::new(), outlined: Vec::new() };
    let language = if info.language.is_usual() { String::new() } else { format!(" lang=\"{}\"", info.language.tag()) };
    // Writing to memory cannot fail.
    let _ = writeln!(
        svg.out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" aria-labelledby=\"figure-title figure-description\"{language}>",
        in_unit(list.width_pt, info.unit),
        in_unit(list.height_pt, info.unit)
    );
    let _ = writeln!(svg.out, "<title id=\"figure-title\">{}</title>", escaped(&info.title));
    let _ = writeln!(svg.out, "<desc id=\"figure-description\">{}</desc>", escaped(&info.description));
    if let Some(provenance) = &info.provenance {
        let _ = writeln!(svg.out, "<metadata id=\"claimline\">{}</metadata>", escaped(provenance));
    }
    svg.out.extend_from_slice(svg_fonts::style(&list.items).as_bytes());
    svg.ids.extend(["figure-title", "figure-description", "claimline"].map(str::to_owned));
    let _ = writeln!(svg.out, "<rect width=\"{width}\" height=\"{height}\"{}/>", paint("fill", background));
    svg.items(&list.items, Rect::new(0.0, 0.0, list.width_pt, list.height_pt));
    svg.out.extend_from_slice(b"</svg>\n");
    svg.out
}

/// A length in points in another unit; pixels are bare numbers, as SVG has them.
fn in_unit(length_pt: f64, unit: Unit) -> String {
    let name = if unit == Unit::Px { "" } else { unit.name() };
    format!("{}{name}", number3(length_pt / unit.points()))
}

/// The family that CSS knows a face by, with a common one after it, and its weight and slant.
pub fn css_font(face: Face) -> (&'static str, u16, &'static str) {
    match face {
        Face::Sans => ("IBM Plex Sans, Helvetica, Arial, sans-serif", 400, "normal"),
        Face::SansSemiBold => ("IBM Plex Sans, Helvetica, Arial, sans-serif", 600, "normal"),
        Face::Serif => ("IBM Plex Serif, Georgia, serif", 400, "normal"),
        Face::SerifItalic => ("IBM Plex Serif, Georgia, serif", 400, "italic"),
        Face::Mono => ("IBM Plex Mono, Menlo, monospace", 400, "normal"),
    }
}

/// The families that a text in a face is set in: its own, those that stand in for it, and common ones.
fn families(text: &str, face: Face) -> Cow<'static, str> {
    let (own, ..) = css_font(face);
    if text::is_of_face(text, face) {
        return Cow::Borrowed(own);
    }
    let mut others: Vec<String> = Vec::new();
    for run in text::shape(text, face, true).runs.iter().filter(|run| run.font.face().is_none()) {
        let family = stand_in_family(text::font_file(run.font).name);
        if !others.contains(&family) {
            others.push(family);
        }
    }
    match own.split_once(", ") {
        Some((first, rest)) if !others.is_empty() => Cow::Owned(format!("{first}, {}, {rest}", others.join(", "))),
        _ => Cow::Borrowed(own),
    }
}

/// The family of a font that stands in for a face, “Noto Sans Arabic”.
pub(super) fn stand_in_family(name: &str) -> String {
    let words = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-').split('-');
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    if name.starts_with("added-") {
        return format!("Claimline {name}");
    }
    words.map(capital).collect::<Vec<_>>().join(" ")
}

struct Svg {
    out: Vec<u8>,
    ids: HashSet<String>,
    defs: usize,
    path: Path,
    /// How the last outlined fills end, for there may be thousands of a few colours.
    outlined: Vec<(Color, Stroke, String)>,
}

impl Svg {
    fn items(&mut self, mut items: &[Item], visible: Rect) {
        while let [item, rest @ ..] = items {
            items = rest;
            match item {
                Item::Group(group) => self.group(group, visible),
                Item::Fill { path, color } => {
                    if let [Item::Stroke { path: outline, stroke }, after @ ..] = rest
                        && Arc::ptr_eq(path, outline)
                        && self.outlined_fill(path, *color, stroke, visible)
                    {
                        items = after;
                    } else if color.a > 0 && cut::area(path, 1.0, near(visible), MARGIN_PT, &mut self.path) {
                        let fill = paint("fill", *color);
                        self.out.extend_from_slice(b"<path d=\"");
                        push_path(&mut self.out, self.path.elements());
                        let _ = writeln!(self.out, "\"{fill} fill-rule=\"evenodd\"/>");
                    }
                }
                Item::Pattern { path, pattern } => self.pattern(path, pattern, visible),
                Item::Stroke { path, stroke } => self.stroke(path, stroke, visible),
                Item::Text(text) => self.text(text, visible),
                Item::Image { image, to, opacity } => self.image(image, *to, *opacity, visible),
            }
        }
    }

    fn group(&mut self, group: &Group, visible: Rect) {
        let seen = group.clip.map_or(visible, |clip| clip.abs().intersect(visible));
        if !seen.is_finite() || seen.width() <= 0.0 || seen.height() <= 0.0 || group.items.is_empty() {
            return;
        }
        if let Some(word) = &group.word
            && self.word(word, &group.items, seen)
        {
            return;
        }
        let id = self.id(&group.id);
        let clip = if group.clip.is_some() && seen != visible {
            self.defs += 1;
            let name = format!("clip-{}", self.defs);
            let _ = writeln!(self.out, "<clipPath id=\"{name}\"><rect{}/></clipPath>", rect_attributes(seen));
            format!(" clip-path=\"url(#{name})\"")
        } else {
            String::new()
        };
        let opacity = if group.opacity < 1.0 {
            format!(" opacity=\"{}\"", number(group.opacity.clamp(0.0, 1.0)))
        } else {
            String::new()
        };
        let _ = writeln!(self.out, "<g id=\"{id}\"{opacity}{clip}>");
        if !group.title.is_empty() {
            let _ = writeln!(self.out, "<title>{}</title>", escaped(&group.title));
        }
        self.items(&group.items, seen);
        self.out.extend_from_slice(b"</g>\n");
    }

    /// A name that XML takes and that nothing else in the file has.
    fn id(&mut self, wanted: &str) -> String {
        let mut name: String =
            wanted.chars().map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' }).collect();
        if !name.starts_with(|c: char| c.is_alphabetic()) {
            name.insert_str(0, "g-");
        }
        let mut unique = name.clone();
        let mut count = 1;
        while !self.ids.insert(unique.clone()) {
            count += 1;
            unique = format!("{name}-{count}");
        }
        unique
    }

    fn pattern(&mut self, path: &Path, pattern: &Pattern, visible: Rect) {
        let Pattern { mark, color, spacing_pt, size_pt, origin } = *pattern;
        let sound = [spacing_pt, size_pt].into_iter().all(|length| length.is_finite() && length > 0.0);
        if !sound || !origin.is_finite() || color.a == 0 {
            return;
        }
        if !cut::area(path, 1.0, near(visible), MARGIN_PT, &mut self.path) {
            return;
        }
        self.defs += 1;
        let name = format!("pattern-{}", self.defs);
        let turn_deg = match mark {
            Mark::Lines { angle_deg } if angle_deg.is_finite() => -angle_deg,
            Mark::Lines { .. } => 0.0,
            Mark::Dots => 45.0,
        };
        // The tile nearest to the page's corner, so that no precision is lost on an origin far away.
        let turned = kurbo::Affine::rotate(turn_deg.to_radians());
        let local = turned.inverse() * origin;
        let origin = turned * Point::new(local.x.rem_euclid(spacing_pt), local.y.rem_euclid(spacing_pt));
        let (x, y) = (precise(origin.x), precise(origin.y));
        let tile = precise(spacing_pt);
        let fill = paint("fill", color);
        let half = precise(-size_pt / 2.0);
        let place = format!("translate({x} {y}) rotate({}) ", precise(turn_deg));
        let _ = match mark {
            Mark::Lines { .. } => writeln!(
                self.out,
                "<pattern id=\"{name}\" patternUnits=\"userSpaceOnUse\" width=\"{tile}\" height=\"{tile}\" \
                 patternTransform=\"{place}translate(0 {half})\"><rect width=\"{tile}\" height=\"{}\"{fill}/></pattern>",
                precise(size_pt)
            ),
            Mark::Dots => {
                let middle = precise(spacing_pt / 2.0);
                let back = precise(-spacing_pt / 2.0);
                writeln!(
                    self.out,
                    "<pattern id=\"{name}\" patternUnits=\"userSpaceOnUse\" width=\"{tile}\" height=\"{tile}\" \
                     patternTransform=\"{place}translate({back} {back})\"><circle cx=\"{middle}\" cy=\"{middle}\" \
                     r=\"{}\"{fill}/></pattern>",
                    precise(size_pt / 2.0)
                )
            }
        };
        self.out.extend_from_slice(b"<path d=\"");
        push_path(&mut self.out, self.path.elements());
        let _ = writeln!(self.out, "\" fill=\"url(#{name})\" fill-rule=\"evenodd\"/>");
    }

    /// A fill and a stroke of the same path, which is painted over it, as one element; false, and nothing written, where
    /// only one of them can be seen or the path is to be cut.
    fn outlined_fill(&mut self, path: &Path, color: Color, stroke: &Stroke, visible: Rect) -> bool {
        if color.a == 0 || !can_be_seen(stroke) || !cut::is_whole(path, 1.0, near(visible), MARGIN_PT) {
            return false;
        }
        self.out.extend_from_slice(b"<path d=\"");
        push_path(&mut self.out, path.elements());
        let known = self.outlined.iter().position(|(fill, outline, _)| *fill == color && outline == stroke);
        let known = known.unwrap_or_else(|| {
            let end = format!(
                "\"{} fill-rule=\"evenodd\"{}/>\n",
                paint("fill", color),
                stroke_attributes(stroke, is_dashed(stroke))
            );
            if self.outlined.len() == MOST_OUTLINED {
                self.outlined.clear();
            }
            self.outlined.push((color, stroke.clone(), end));
            self.outlined.len() - 1
        });
        self.out.extend_from_slice(self.outlined[known].2.as_bytes());
        true
    }

    fn stroke(&mut self, path: &Path, stroke: &Stroke, visible: Rect) {
        let width_pt = stroke.width_pt;
        if !can_be_seen(stroke) {
            return;
        }
        let window = near(visible).inflate(width_pt, width_pt);
        let dashed = is_dashed(stroke);
        // A line that is cut short would begin its dashes anew: such dashes are written out one by one.
        let dashes = dashed.then_some((stroke.dash_pt.as_slice(), stroke.dash_offset_pt));
        let Some(whole) = cut::line(path, 1.0, window, MARGIN_PT, dashes, false, &mut self.path) else {
            return;
        };
        self.out.extend_from_slice(b"<path d=\"");
        push_path(&mut self.out, self.path.elements());
        let _ = writeln!(self.out, "\" fill=\"none\"{}/>", stroke_attributes(stroke, dashed && whole));
    }

    /// A word along a curve as one text, with a place and a turn for each of its letters, so that it is found and copied
    /// whole. Whether that could be done: not where a letter is more than one character, or where they differ in style.
    fn word(&mut self, word: &str, letters: &[Item], visible: Rect) -> bool {
        let letters: Option<Vec<&Text>> =
            letters.iter().map(|item| if let Item::Text(text) = item { Some(text) } else { None }).collect();
        let Some((first, letters)) = letters.and_then(|letters| letters.first().map(|first| (*first, letters.clone())))
        else {
            return false;
        };
        let mut rest = letters.iter();
        let mut places = Vec::new();
        for character in word.chars() {
            // A space stands where the letter after it does.
            let letter = if character.is_whitespace() { rest.as_slice().first() } else { rest.next() };
            let Some(letter) = letter else { return false };
            let is_alike = letter.face == first.face && letter.size_pt == first.size_pt && letter.color == first.color;
            if !is_alike || !(character.is_whitespace() || letter.text.chars().eq([character])) {
                return false;
            }
            places.push(*letter);
        }
        let bounds = letters.iter().map(|letter| text::bounds(letter)).reduce(|a, b| a.union(b)).unwrap_or_default();
        let seen = visible.inflate(first.size_pt, first.size_pt);
        if rest.next().is_some() || first.color.a == 0 || bounds.intersect(seen).area() <= 0.0 {
            return false;
        }
        let list = |value: fn(&Text) -> String| places.iter().map(|letter| value(letter)).collect::<Vec<_>>().join(" ");
        let (_, weight, slant) = css_font(first.face);
        let family = families(word, first.face);
        let mut attributes = format!(
            "x=\"{}\" y=\"{}\" rotate=\"{}\" font-family=\"{family}\" font-size=\"{}\"",
            list(|letter| number(letter.origin.x)),
            list(|letter| number(letter.origin.y)),
            list(|letter| precise(letter.rotation_rad.to_degrees())),
            number(first.size_pt)
        );
        if weight != 400 {
            let _ = write!(attributes, " font-weight=\"{weight}\"");
        }
        if slant != "normal" {
            let _ = write!(attributes, " font-style=\"{slant}\"");
        }
        attributes.push_str(&paint("fill", first.color));
        let _ = writeln!(self.out, "<text {attributes}>{}</text>", escaped(word));
        true
    }

    fn text(&mut self, line: &Text, visible: Rect) {
        let bounds = text::bounds(line);
        let numbers = [line.origin.x, line.origin.y, line.size_pt, line.rotation_rad, line.letter_spacing_pt];
        let sound = numbers.iter().all(|number| number.is_finite()) && line.size_pt > 0.0;
        let near = visible.inflate(line.size_pt, line.size_pt);
        if !sound || line.text.trim().is_empty() || bounds.intersect(near).area() <= 0.0 {
            return;
        }
        if line.color.a == 0 {
            self.halo(line);
            return;
        }
        let (_, weight, slant) = css_font(line.face);
        let family = families(&line.text, line.face);
        let size = text::measure(&line.text, line.face, line.size_pt, line.letter_spacing_pt);
        let is_rtl = text::is_rtl(&line.text);
        let mut attributes = format!(
            "x=\"{}\" y=\"{}\" font-family=\"{family}\" font-size=\"{}\"",
            number(line.origin.x),
            number(line.origin.y),
            number(line.size_pt)
        );
        if is_rtl {
            // What is read from the right ends at the left, where its origin is.
            attributes.push_str(" direction=\"rtl\" text-anchor=\"end\"");
        }
        if matches!(family, Cow::Owned(_)) {
            attributes.push_str(" style=\"font-synthesis:none\"");
        }
        if weight != 400 {
            let _ = write!(attributes, " font-weight=\"{weight}\"");
        }
        if slant != "normal" {
            let _ = write!(attributes, " font-style=\"{slant}\"");
        }
        if line.letter_spacing_pt != 0.0 && text::shape(&line.text, line.face, false).is_spaced {
            let _ = write!(attributes, " letter-spacing=\"{}\"", number(line.letter_spacing_pt));
        }
        // Keeps its place where another font has to stand in. Of letters that ours lacks the length is not known.
        if text::missing_glyphs(&line.text, line.face).is_empty() {
            let length = number(size.advance_pt);
            let _ = write!(attributes, " textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\"");
        }
        if line.text.contains("  ") || line.text.trim() != line.text {
            attributes.push_str(" xml:space=\"preserve\"");
        }
        if line.rotation_rad != 0.0 {
            let turn_deg = precise(line.rotation_rad.to_degrees());
            let (x, y) = (number(line.origin.x), number(line.origin.y));
            let _ = write!(attributes, " transform=\"rotate({turn_deg} {x} {y})\"");
        }
        attributes.push_str(&paint("fill", line.color));
        if let Some((color, width_pt)) = line.halo.filter(|(_, width_pt)| width_pt.is_finite() && *width_pt > 0.0) {
            let _ = write!(
                attributes,
                "{} stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
                paint("stroke", color),
                number(2.0 * width_pt)
            );
        }
        // The mark that a broken paragraph keeps its direction by is said by the attribute.
        let words = line.text.trim_start_matches(['\u{200E}', '\u{200F}']);
        let element = format!("<text {attributes}>{}</text>", escaped(words));
        let _ = match &line.link {
            Some(link) => writeln!(self.out, "<a xlink:href=\"{}\">{element}</a>", escaped(link)),
            None => writeln!(self.out, "{element}"),
        };
    }

    /// A halo whose letters come later: an outline, for text would be read and copied twice.
    fn halo(&mut self, line: &Text) {
        if let Some((color, width_pt)) = line.halo.filter(|(_, width_pt)| width_pt.is_finite() && *width_pt > 0.0) {
            self.out.extend_from_slice(b"<path d=\"");
            push_path(&mut self.out, text::outline(line).into_iter());
            let _ = writeln!(
                self.out,
                "\" fill=\"none\"{} stroke-width=\"{}\" stroke-linejoin=\"round\"/>",
                paint("stroke", color),
                number(2.0 * width_pt)
            );
        }
    }

    fn image(&mut self, bitmap: &Bitmap, to: Rect, opacity: f64, visible: Rect) {
        let to = to.abs();
        let pixels = bitmap.width as usize * bitmap.height as usize;
        let shown = to.is_finite() && to.intersect(visible).area() > 0.0 && opacity > 0.0;
        if !shown || pixels == 0 || bitmap.rgba.len() != 4 * pixels {
            return;
        }
        // A bitmap of a sound size always encodes.
        let Ok(file) = png::encode_rgba(bitmap) else {
            return;
        };
        let fade = if opacity < 1.0 { format!(" opacity=\"{}\"", number(opacity)) } else { String::new() };
        let _ = writeln!(
            self.out,
            "<image{} preserveAspectRatio=\"none\"{fade} xlink:href=\"data:image/png;base64,{}\"/>",
            rect_attributes(to),
            base64(&file)
        );
    }
}

fn can_be_seen(stroke: &Stroke) -> bool {
    stroke.color.a > 0 && stroke.width_pt.is_finite() && stroke.width_pt > 0.0
}

fn is_dashed(stroke: &Stroke) -> bool {
    let sound = stroke.dash_pt.iter().all(|length| length.is_finite() && *length >= 0.0);
    sound && stroke.dash_offset_pt.is_finite() && stroke.dash_pt.iter().sum::<f64>() > 0.0
}

fn stroke_attributes(stroke: &Stroke, dashed: bool) -> String {
    let mut attributes = format!(
        "{} stroke-width=\"{}\" stroke-linejoin=\"round\"",
        paint("stroke", stroke.color),
        number(stroke.width_pt)
    );
    if stroke.cap == Cap::Round {
        attributes.push_str(" stroke-linecap=\"round\"");
    }
    if dashed {
        let lengths: Vec<String> = stroke.dash_pt.iter().map(|&length| number(length)).collect();
        let _ = write!(attributes, " stroke-dasharray=\"{}\"", lengths.join(" "));
        if stroke.dash_offset_pt != 0.0 {
            let _ = write!(attributes, " stroke-dashoffset=\"{}\"", number(stroke.dash_offset_pt));
        }
    }
    attributes
}

fn near(visible: Rect) -> Rect {
    visible.inflate(MARGIN_PT, MARGIN_PT)
}

fn rect_attributes(rect: Rect) -> String {
    format!(
        " x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
        number(rect.x0),
        number(rect.y0),
        number(rect.width()),
        number(rect.height())
    )
}

fn paint(name: &str, color: Color) -> String {
    let mut attribute = format!(" {name}=\"#{:02x}{:02x}{:02x}\"", color.r, color.g, color.b);
    if color.a < 255 {
        let _ = write!(attribute, " {name}-opacity=\"{}\"", number3(f64::from(color.a) / 255.0));
    }
    attribute
}

/// Path data in hundredths of a point, each step from the point before as it was written, so that errors do not add up.
fn push_path(out: &mut Vec<u8>, elements: impl Iterator<Item = PathEl>) {
    out.reserve(elements.size_hint().0 * USUAL_STEP_BYTES);
    let mut data = PathData { out, command: b' ', at: (0, 0) };
    let mut start = (0, 0);
    // A line without length still has caps.
    let mut still = false;
    for element in elements {
        match element {
            PathEl::MoveTo(p) => {
                if still && data.command == b'M' {
                    data.out.extend_from_slice(b"h0");
                }
                still = false;
                data.command = b' ';
                start = hundredths(p);
                data.at = (0, 0);
                data.step(b'M', [start]);
            }
            PathEl::LineTo(p) => {
                let to = hundredths(p);
                if to == data.at {
                    still = true;
                } else {
                    data.step(b'l', [to]);
                }
            }
            PathEl::QuadTo(a, p) => data.step(b'q', [a, p].map(hundredths)),
            PathEl::CurveTo(a, b, p) => data.step(b'c', [a, b, p].map(hundredths)),
            PathEl::ClosePath => {
                data.out.push(b'z');
                (data.command, data.at) = (b'z', start);
            }
        }
    }
    if still && data.command == b'M' {
        data.out.extend_from_slice(b"h0");
    }
}

struct PathData<'a> {
    out: &'a mut Vec<u8>,
    command: u8,
    /// Where the last step ended, in hundredths.
    at: (i64, i64),
}

impl PathData<'_> {
    fn step<const N: usize>(&mut self, letter: u8, points: [(i64, i64); N]) {
        // A letter parts numbers, as a minus does, and need not be repeated.
        let mut parted = self.command != letter;
        if parted {
            self.out.push(letter);
            self.command = letter;
        }
        let from = self.at;
        for point in points {
            for offset in [point.0 - from.0, point.1 - from.1] {
                match SHORT.get(offset.unsigned_abs() as usize) {
                    Some(short) => short.push(self.out, offset < 0, parted),
                    None => {
                        if offset >= 0 && !parted {
                            self.out.push(b' ');
                        }
                        push_hundredths(self.out, offset);
                    }
                }
                parted = false;
            }
            self.at = point;
        }
    }
}

/// Hundredths below this are looked up and not worked out: nearly all steps of outlines that are as fine as a page can show.
const FEW_HUNDREDTHS: usize = 1000;

static SHORT: [Short; FEW_HUNDREDTHS] = Short::all();

/// A number of hundredths as [`push_hundredths`] has it, of four letters at most.
#[derive(Debug, Clone, Copy)]
struct Short {
    text: [u8; 4],
    length: u8,
}

impl Short {
    const fn all() -> [Self; FEW_HUNDREDTHS] {
        let mut all = [Self { text: [b'0', 0, 0, 0], length: 1 }; FEW_HUNDREDTHS];
        let mut value = 1;
        while value < FEW_HUNDREDTHS {
            let (whole, tenth, hundredth) = ((value / 100) as u8, (value / 10 % 10) as u8, (value % 10) as u8);
            let mut text = [0; 4];
            let mut length = 0;
            if whole > 0 {
                text[length] = b'0' + whole;
                length += 1;
            }
            if tenth > 0 || hundredth > 0 {
                (text[length], text[length + 1]) = (b'.', b'0' + tenth);
                length += 2;
            }
            if hundredth > 0 {
                text[length] = b'0' + hundredth;
                length += 1;
            }
            all[value] = Self { text, length: length as u8 };
            value += 1;
        }
        all
    }

    /// Adds it with its sign, or with what parts it from the number before where a letter does not.
    fn push(self, out: &mut Vec<u8>, is_negative: bool, is_parted: bool) {
        let Self { text: [a, b, c, d], length } = self;
        let is_bare = is_parted && !is_negative;
        // All letters at once, and those back that are too many, which is quicker than as many as there are.
        let (letters, count) = match (is_bare, is_negative) {
            (true, _) => ([a, b, c, d, 0], length),
            (false, true) => ([b'-', a, b, c, d], length + 1),
            (false, false) => ([b' ', a, b, c, d], length + 1),
        };
        out.extend_from_slice(&letters);
        out.truncate(out.len() - (letters.len() - usize::from(count)));
    }
}

fn hundredths(point: Point) -> (i64, i64) {
    (nearest(point.x * 100.0), nearest(point.y * 100.0))
}

/// Writes whole hundredths as a decimal without needless zeros: −150 is "-1.5".
fn push_hundredths(out: &mut Vec<u8>, value: i64) {
    let mut text = [0; 24];
    let mut at = text.len();
    let mut put = |digit: u8| {
        at -= 1;
        text[at] = digit;
    };
    let (mut whole, part) = (value.unsigned_abs() / 100, (value.unsigned_abs() % 100) as u8);
    if part > 0 {
        if part % 10 > 0 {
            put(b'0' + part % 10);
        }
        put(b'0' + part / 10);
        put(b'.');
    }
    if whole == 0 && part == 0 {
        put(b'0');
    }
    while whole > 0 {
        put(b'0' + (whole % 10) as u8);
        whole /= 10;
    }
    if value < 0 {
        put(b'-');
    }
    out.extend_from_slice(&text[at..]);
}

fn number(value: f64) -> String {
    decimal(value, 2)
}

fn number3(value: f64) -> String {
    decimal(value, 3)
}

/// For patterns, whose errors repeat.
fn precise(value: f64) -> String {
    decimal(value, 5)
}

fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}

/// Text and attribute values; characters that XML 1.0 forbids become the replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use kurbo::{BezPath, Shape};

    use super::*;

    fn text_of(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).expect("SVG is text")
    }

    fn path_data(path: &BezPath) -> String {
        let mut out = Vec::new();
        push_path(&mut out, path.iter());
        text_of(out)
    }

    #[test]
    fn paths_are_written_in_hundredths_without_drift() {
        let mut path = BezPath::new();
        path.move_to((1.0, -2.5));
        for step in 1..=1000 {
            path.line_to((1.0 + f64::from(step) / 300.0, -2.5));
        }
        path.close_path();
        let data = path_data(&path);
        assert!(data.starts_with("M1-2.5l"), "{data}");
        let back = BezPath::from_svg(&data).expect("our own path");
        assert!((back.bounding_box().x1 - (1.0 + 1000.0 / 300.0)).abs() < 0.006);
        let mut curve = BezPath::new();
        curve.move_to((0.0, 0.0));
        curve.quad_to((0.5, -0.05), (1.0, 0.0));
        curve.curve_to((2.0, 1.0), (3.0, 1.0), (4.0, 0.0));
        assert_eq!(path_data(&curve), "M0 0q.5-.05 1 0c1 1 2 1 3 0");
    }

    #[test]
    fn numbers_that_are_looked_up_are_those_that_are_worked_out() {
        for value in 0..FEW_HUNDREDTHS as i64 {
            for (sign, is_parted) in [(1, true), (1, false), (-1, true), (-1, false)] {
                let (mut found, mut worked_out) = (Vec::new(), Vec::new());
                SHORT[value as usize].push(&mut found, sign < 0 && value > 0, is_parted);
                if !is_parted && sign * value >= 0 {
                    worked_out.push(b' ');
                }
                push_hundredths(&mut worked_out, sign * value);
                assert_eq!(text_of(found), text_of(worked_out));
            }
        }
    }

    #[test]
    fn words_cannot_break_out() {
        let list = DisplayList {
            width_pt: 10.0,
            height_pt: 10.0,
            items: vec![
                Item::Group(Group::new(
                    "a b\"><",
                    "<script>&\u{1}",
                    vec![Item::Fill {
                        path: Path::shared(Rect::new(0.0, 0.0, 5.0, 5.0).to_path(0.1)),
                        color: Color::rgb(0xFF0000).with_opacity(0.5),
                    }],
                )),
                Item::Group(Group::new(
                    "a b\"><",
                    "",
                    vec![Item::Fill {
                        path: Path::shared(Rect::new(0.0, 0.0, 5.0, 5.0).to_path(0.1)),
                        color: Color::rgb(0xFF0000),
                    }],
                )),
            ],
        };
        let info = SvgInfo { title: "\"</svg>".to_owned(), ..SvgInfo::default() };
        insta::assert_snapshot!(text_of(write(&list, &info, Color::rgb(0xFFFFFF))));
    }

    #[test]
    fn letters_that_no_font_has_are_not_squeezed() {
        let word = |text: &str| {
            let text = Text {
                text: text.to_owned(),
                face: Face::Sans,
                size_pt: 10.0,
                color: Color::rgb(0),
                origin: Point::new(5.0, 10.0),
                rotation_rad: 0.0,
                letter_spacing_pt: 0.0,
                halo: None,
                link: None,
            };
            let list = DisplayList { width_pt: 90.0, height_pt: 20.0, items: vec![Item::Text(text)] };
            text_of(write(&list, &SvgInfo::default(), Color::rgb(0xFFFFFF)))
        };
        assert!(word("Краматорськ").contains(" textLength="));
        assert!(word("שלום عربي").contains(" textLength="));
        assert!(!word("漢字").contains(" textLength="));
    }
}
