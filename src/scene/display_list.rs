//! The display list: what is drawn, already resolved and in page points, so that every painter draws the same.

use std::sync::Arc;

use kurbo::{Point, Rect};

pub use super::path::Path;
pub use crate::basemap::Bitmap;
use crate::formats::color::Rgba;
use crate::formats::direction::without_marks;

/// A colour, not premultiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// Opacity: 255 is opaque.
    pub a: u8,
}

impl Color {
    /// An opaque colour from 0xRRGGBB.
    pub const fn rgb(hex: u32) -> Self {
        Self { r: (hex >> 16) as u8, g: (hex >> 8) as u8, b: hex as u8, a: 255 }
    }

    /// The same colour with its opacity multiplied by `opacity` (0 to 1).
    pub fn with_opacity(self, opacity: f64) -> Self {
        Self { a: (f64::from(self.a) * opacity.clamp(0.0, 1.0)).round() as u8, ..self }
    }

    /// A colour of a style: none where there is none, or `none`, and simplestyle's default for what is no colour, as
    /// reading a file says with a warning.
    pub fn of_style(text: Option<&str>) -> Option<Self> {
        const DEFAULT: Color = Color::rgb(0x555555);
        text.filter(|text| !text.is_empty() && *text != "none")
            .map(|text| Rgba::parse(text).map_or(DEFAULT, Self::from))
    }
}

impl From<Rgba> for Color {
    fn from(Rgba { r, g, b, a }: Rgba) -> Self {
        Self { r, g, b, a }
    }
}

/// How the end of an open line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cap {
    /// Cut off at the end point.
    Butt,
    /// Rounded beyond the end point.
    Round,
}

/// A line style. Joins are always round: outlines of real borders have very sharp corners.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub color: Color,
    /// Width in points.
    pub width_pt: f64,
    /// Lengths of dash and gap in turn, in points; empty for a solid line.
    pub dash_pt: Vec<f64>,
    /// Where in the dash pattern the path begins, in points.
    pub dash_offset_pt: f64,
    /// Line ends.
    pub cap: Cap,
}

impl Stroke {
    /// A solid line with round ends.
    pub fn solid(color: Color, width_pt: f64) -> Self {
        Self { color, width_pt, dash_pt: Vec::new(), dash_offset_pt: 0.0, cap: Cap::Round }
    }
}

/// A fill of repeated marks, held to the ground by `origin` so that it stays still while the map moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pattern {
    /// Lines or dots.
    pub mark: Mark,
    /// Colour of the marks.
    pub color: Color,
    /// Distance between neighbouring marks, in points, at right angles to the lines.
    pub spacing_pt: f64,
    /// Width of a line or diameter of a dot, in points.
    pub size_pt: f64,
    /// Page position through which a line, or on which a dot, lies.
    pub origin: Point,
}

/// The mark that a [`Pattern`] repeats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mark {
    /// Parallel lines at this angle, in degrees, anticlockwise from the x axis as a reader sees it.
    Lines {
        /// Angle in degrees.
        angle_deg: f64,
    },
    /// Dots on a square grid turned by 45°.
    Dots,
}

/// The faces of our own font family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// IBM Plex Sans Regular: interface and map labels.
    Sans,
    /// IBM Plex Sans SemiBold: titles and cities.
    SansSemiBold,
    /// IBM Plex Serif Regular: quoted words.
    Serif,
    /// IBM Plex Serif Italic: water.
    SerifItalic,
    /// IBM Plex Mono Regular: coordinates and figures.
    Mono,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The characters.
    pub text: String,
    /// Face.
    pub face: Face,
    /// Size of the em in points.
    pub size_pt: f64,
    /// Colour.
    pub color: Color,
    /// Left end of the baseline.
    pub origin: Point,
    /// Turn about `origin`, in radians, clockwise as a reader sees it.
    pub rotation_rad: f64,
    /// Extra space after each glyph, in points.
    pub letter_spacing_pt: f64,
    /// Colour and width (in points, each side) of the halo under the glyphs.
    pub halo: Option<(Color, f64)>,
    /// Address that the text links to, in formats that have links: see [`crate::formats::link::followable`].
    pub link: Option<String>,
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Several things under one name.
    Group(Group),
    /// A filled area, even–odd.
    Fill {
        /// Outline.
        path: Arc<Path>,
        /// Colour.
        color: Color,
    },
    /// An area filled with a pattern, even–odd.
    Pattern {
        /// Outline.
        path: Arc<Path>,
        /// What fills it.
        pattern: Pattern,
    },
    /// A line.
    Stroke {
        /// Path.
        path: Arc<Path>,
        /// Style.
        stroke: Stroke,
    },
    /// Text.
    Text(Text),
    /// A picture stretched over a rectangle, sampled smoothly.
    Image {
        /// Pixels.
        image: Arc<Bitmap>,
        /// Where on the page.
        to: Rect,
        /// 0 to 1.
        opacity: f64,
    },
}

/// A named part of the list: an overlay, the basemap, a piece of a figure's furniture.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Stable name, such as an overlay's id.
    pub id: String,
    /// What a person would call it; titles in SVG, read by screen readers.
    pub title: String,
    /// 0 to 1, applied to the group as a whole, so that shapes inside it do not show through each other.
    pub opacity: f64,
    /// Nothing outside this rectangle is drawn.
    pub clip: Option<Rect>,
    /// The word that the texts inside spell, each a letter or two along a curve: what is copied and read aloud.
    pub word: Option<String>,
    /// The contents, bottom first.
    pub items: Vec<Item>,
}

impl Group {
    /// An opaque, unclipped group; its title is read out and has no marks of direction.
    pub fn new(id: impl Into<String>, title: impl Into<String>, items: Vec<Item>) -> Self {
        let title = without_marks(&title.into()).into_owned();
        Self { id: id.into(), title, opacity: 1.0, clip: None, word: None, items }
    }
}

/// A page of items, bottom first, in page points.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DisplayList {
    /// Width of the page in points.
    pub width_pt: f64,
    /// Height of the page in points.
    pub height_pt: f64,
    /// The contents, bottom first.
    pub items: Vec<Item>,
}

/// The texts of a page, but for those in the group of that id.
pub fn texts_but<'a>(items: &'a [Item], id: &str) -> Vec<&'a Text> {
    let mut texts = Vec::new();
    for item in items {
        match item {
            Item::Group(group) if group.id != id => texts.extend(texts_but(&group.items, id)),
            Item::Text(text) => texts.push(text),
            _ => {}
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_a_style_are_read_as_css_has_them() {
        let read = |text: &str| Color::of_style(Some(text));
        assert_eq!(read("#D98E04"), Some(Color::rgb(0xD98E04)));
        assert_eq!(read("555"), Some(Color::rgb(0x555555)));
        assert_eq!(read("red"), Some(Color::rgb(0xFF0000)));
        assert_eq!(read("rgb(220 20 60 / 50%)"), Some(Color { a: 128, ..Color::rgb(0xDC143C) }));
        assert_eq!((Color::of_style(None), read("none"), read("")), (None, None, None));
        assert_eq!((read("#12345"), read("жжж")), (Some(Color::rgb(0x555555)), Some(Color::rgb(0x555555))));
    }
}
