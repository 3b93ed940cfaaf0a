//! The words of annotations: laid out once, in points, and then set down wherever they belong.

use std::f64::consts::PI;
use std::sync::Arc;

use kurbo::{Affine, Point, Rect, Size, Vec2};

use crate::document::annotation::{PointKind, Rgb, Shape};
use crate::document::{Annotation, annotation};
use crate::scene::display_list::{Color, Face, Item, Text};
use crate::scene::palette::{Theme, contrast};
use crate::scene::text;

/// From one baseline to the next, in ems.
pub(super) const LEADING_EM: f64 = 1.24;

/// How the lines of a block stand under each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Align {
    Left,
    Center,
}

/// Lines of words under each other, from (0, 0) at the upper left.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) size: Size,
    pub(super) size_pt: f64,
    lines: Vec<Line>,
    /// Middle of the first line's capitals, from the top.
    pub(super) first_middle: f64,
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    words: String,
    face: Face,
    size_pt: f64,
    /// Left end of the baseline.
    at: Point,
}

/// Words in one face and size; several lines if they hold line breaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) words: &'a str,
    pub(super) face: Face,
    pub(super) size_pt: f64,
    pub(super) width_pt: Option<f64>,
}

impl Block {
    /// Sets words under each other. Lines break where the words do, and at `width_pt`.
    pub(super) fn set(settings: &[Setting<'_>], align: Align) -> Self {
        let mut lines: Vec<(f64, Line)> = Vec::new();
        let mut width: f64 = 0.0;
        let (mut baseline, mut descent, mut first_middle) = (0.0, 0.0, 0.0);
        for Setting { words, face, size_pt, width_pt } in settings {
            for paragraph in words.trim_end().split('\n').map(str::trim_end) {
                let wrapped = match width_pt {
                    Some(width_pt) if !paragraph.trim().is_empty() => text::wrap(paragraph, *face, *size_pt, *width_pt),
                    _ => vec![paragraph.to_owned()],
                };
                for words in wrapped {
                    let metrics = text::measure(&words, *face, *size_pt, 0.0);
                    if lines.is_empty() {
                        baseline = metrics.ascent_pt;
                        first_middle = baseline - metrics.cap_height_pt / 2.0;
                    } else {
                        baseline += LEADING_EM * size_pt;
                    }
                    descent = metrics.descent_pt;
                    width = width.max(metrics.advance_pt);
                    let at = Point::new(0.0, baseline);
                    lines.push((metrics.advance_pt, Line { words, face: *face, size_pt: *size_pt, at }));
                }
            }
        }
        let lines = lines
            .into_iter()
            .map(|(own, mut line)| {
                line.at.x = if align == Align::Center { (width - own) / 2.0 } else { 0.0 };
                line
            })
            .collect();
        let size_pt = settings.first().map_or(0.0, |setting| setting.size_pt);
        Self { size: Size::new(width, baseline + descent), size_pt, lines, first_middle }
    }

    /// Width of a halo that suits the size of the words.
    pub(super) fn halo_pt(&self) -> f64 {
        (0.12 * self.size_pt).clamp(1.2, 4.0)
    }
}

/// A block set down on the page.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) block: Arc<Block>,
    pub(super) center: Point,
    pub(super) rotation_rad: f64,
    /// Whether it is drawn whatever it covers.
    pub(super) required: bool,
}

impl Label {
    /// A level block about a point.
    pub(super) fn level(block: &Arc<Block>, center: Point) -> Self {
        Self { block: block.clone(), center, rotation_rad: 0.0, required: true }
    }

    /// A level block with its upper left corner here.
    pub(super) fn from_top_left(block: &Arc<Block>, top_left: Point) -> Self {
        Self::level(block, top_left + block.size.to_vec2() / 2.0)
    }

    /// A block along a line, as far above it as `away_pt`, or below it where that is negative.
    pub(super) fn along(block: &Arc<Block>, on_line: Point, direction: Vec2, away_pt: f64) -> Self {
        let mut angle = direction.atan2();
        if angle.is_nan() {
            angle = 0.0;
        }
        if !(-PI / 2.0..=PI / 2.0).contains(&angle) {
            angle -= angle.signum() * PI;
        }
        let up = Vec2::new(angle.sin(), -angle.cos());
        let half = away_pt.signum() * block.size.height / 2.0;
        Self { block: block.clone(), center: on_line + up * (away_pt + half), rotation_rad: angle, required: true }
    }

    fn to_page(&self) -> Affine {
        Affine::translate(self.center.to_vec2())
            * Affine::rotate(self.rotation_rad)
            * Affine::translate(-self.block.size.to_vec2() / 2.0)
    }

    /// The page rectangle that holds it.
    pub(super) fn bounds(&self) -> Rect {
        self.to_page().transform_rect_bbox(Rect::from_origin_size(Point::ZERO, self.block.size))
    }

    /// Whether a page point lies in its box, as it is turned.
    pub(super) fn contains(&self, at: Point) -> bool {
        let inside = self.to_page().inverse() * at;
        Rect::from_origin_size(Point::ZERO, self.block.size).inflate(2.0, 2.0).contains(inside)
    }

    /// Its lines, to be drawn.
    pub(super) fn items(&self, color: Color, halo: Option<Color>) -> impl Iterator<Item = Item> + '_ {
        let to_page = self.to_page();
        let halo = halo.map(|halo| (halo, self.block.halo_pt()));
        let lines = self.block.lines.iter().filter(|line| !line.words.trim().is_empty());
        lines.map(move |line| {
            Item::Text(Text {
                text: line.words.clone(),
                face: line.face,
                size_pt: line.size_pt,
                color,
                origin: to_page * line.at,
                rotation_rad: self.rotation_rad,
                letter_spacing_pt: 0.0,
                halo,
                link: None,
            })
        })
    }
}

/// The face in which an annotation's words are set: strong for names on the map, quiet within a box and for running
/// text, which is what has a width to wrap at.
pub fn face(annotation: &Annotation) -> Face {
    match annotation.shape {
        Shape::Callout { .. } => Face::Sans,
        Shape::Point { kind: PointKind::Text, .. } if annotation.style.text_width_pt.is_some() => Face::Sans,
        _ => Face::SansSemiBold,
    }
}

/// Size of an annotation's words, within what can be set.
pub(super) fn size_pt(annotation: &Annotation) -> f64 {
    let size_pt = annotation.style.text_size_pt;
    if size_pt.is_nan() {
        return 14.0;
    }
    size_pt.clamp(*annotation::TEXT_SIZE_PT.start(), *annotation::TEXT_SIZE_PT.end())
}

/// The title as the map shows it, if it does.
pub(super) fn title_block(annotation: &Annotation) -> Option<Block> {
    let align = match annotation.shape {
        Shape::Point { kind: PointKind::Marker, .. } | Shape::Callout { .. } => Align::Left,
        _ => Align::Center,
    };
    let shown = annotation.shape.is_text() || annotation.style.show_title;
    (shown && !annotation.title.trim().is_empty()).then(|| Block::set(&[title(annotation)], align))
}

pub(super) fn title(annotation: &Annotation) -> Setting<'_> {
    let width_pt = annotation.style.text_width_pt.filter(|width_pt| width_pt.is_finite()).map(|width| width.max(1.0));
    Setting { words: &annotation.title, face: face(annotation), size_pt: size_pt(annotation), width_pt }
}

/// A measure under a title, or alone.
pub(super) fn measure_setting<'a>(annotation: &Annotation, words: &'a str, titled: bool) -> Setting<'a> {
    let size = size_pt(annotation);
    let small = if titled { 0.86 * size } else { size };
    Setting {
        words,
        face: if titled { Face::Sans } else { Face::SansSemiBold },
        size_pt: small.max(6.0),
        width_pt: None,
    }
}

/// An annotation's colour, which is the user's in light and dark, and made fit for print and weak eyes in the others.
pub(super) fn color(rgb: Rgb, theme: Theme) -> Color {
    let color = Color { r: rgb.r, g: rgb.g, b: rgb.b, a: 255 };
    match theme {
        Theme::Light | Theme::Dark => color,
        Theme::Grey | Theme::HighContrast => theme.line(color),
    }
}

/// Colour of an annotation's words.
pub(super) fn ink(annotation: &Annotation, theme: Theme) -> Color {
    annotation.style.text.map_or(theme.palette().ink, |rgb| color(rgb, theme))
}

/// What lies under a colour so that it can be seen on any ground: the theme's halo, unless the colour would vanish in
/// it. Then the other theme's.
pub(super) fn halo_for(over: Color, theme: Theme) -> Color {
    let own = theme.palette().halo;
    let other = match theme {
        Theme::Light | Theme::Grey | Theme::HighContrast => Theme::Dark,
        Theme::Dark => Theme::Light,
    };
    if contrast(own, over) < 1.6 { other.palette().halo } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_agrees_with_the_guideline() {
        assert!((contrast(Color::rgb(0), Color::rgb(0xFFFFFF)) - 21.0).abs() < 1e-9);
        // WCAG's own example of a grey that just passes on white.
        assert!((contrast(Color::rgb(0x767676), Color::rgb(0xFFFFFF)) - 4.54).abs() < 0.01);
    }

    #[test]
    fn words_along_a_line_are_never_upside_down() {
        let setting = Setting { words: "12 km", face: Face::Sans, size_pt: 12.0, width_pt: None };
        let block = Arc::new(Block::set(&[setting], Align::Center));
        for degrees in -180..180 {
            let direction = Vec2::from_angle(f64::from(degrees).to_radians());
            let label = Label::along(&block, Point::ZERO, direction, 3.0);
            assert!(label.rotation_rad.abs() <= PI / 2.0 + 1e-9);
            assert!(label.rotation_rad.abs() > 1.5 || label.center.y < 0.0, "above the line");
        }
    }

    #[test]
    fn blank_lines_of_the_user_stay() {
        let set = |words| {
            let setting = Setting { words, face: Face::Sans, size_pt: 10.0, width_pt: Some(60.0) };
            Block::set(&[setting], Align::Left)
        };
        assert_eq!(set("a\n\nb").lines.len(), 3);
        assert!(set("one two three four five").lines.len() > 1);
        assert_eq!(set("a\n").lines.len(), 1);
    }
}
