//! What the user draws on the map: shapes with words, style and citations. Nothing here knows how they look in pixels.
//!
//! The words that the map shows are an annotation's [`title`](Annotation::title), for every kind; the longer
//! [`description`](Annotation::description) is read in the inspector and in other programs.

use std::sync::Arc;

use geo::{CoordsIter as _, Destination as _, Geodesic};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::dossier::FileRecord;
use crate::formats::color::Rgba;
use crate::formats::source_properties::PropertySource;
use crate::geometry::{Coord, Geometry, LineString, MultiPolygon};

/// Names an annotation within its document, for as long as the document lives; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AnnotationId(pub u64);

/// Names a layer within its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LayerId(pub u64);

/// A named group of annotations that are shown, hidden and locked together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Its id.
    pub id: LayerId,
    /// Its name.
    pub title: String,
    /// Whether its annotations are drawn and can be clicked.
    #[serde(default = "yes")]
    pub visible: bool,
    /// Whether its annotations are kept from being changed.
    #[serde(default)]
    pub locked: bool,
}

fn yes() -> bool {
    true
}

/// Something drawn by the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// Its id within the document.
    pub id: AnnotationId,
    /// The layer that it belongs to.
    pub layer: LayerId,
    /// Where it is and what it is.
    pub shape: Shape,
    /// The words that the map shows; may have several lines.
    pub title: String,
    /// Longer words for the inspector and for other programs.
    pub description: String,
    /// How it is drawn.
    pub style: Style,
    /// Whether it is drawn and can be clicked.
    pub visible: bool,
    /// Whether it is kept from being changed.
    pub locked: bool,
    /// What it rests on, in the user's order.
    pub citations: Vec<Citation>,
    /// The photo that was taken there.
    pub photo: Option<Arc<FileRecord>>,
    /// On which placed picture it was drawn.
    pub traced: Option<Traced>,
    /// What a file said of it that we do not know, kept for when it is written again.
    pub kept: Kept,
}

/// The picture that an annotation was drawn on, as it was then: what is drawn stays where it is if the picture is placed
/// anew or taken away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Traced {
    /// What it was called.
    pub picture: String,
    /// The fingerprint of its file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// How exact places on it were, in metres; `None` where that was not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
}

/// What a file's feature carried beyond what we understand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// The feature's own id, if it is not one of ours.
    pub id: Option<Value>,
    /// Properties.
    pub properties: Map<String, Value>,
    /// Foreign members of the feature.
    pub members: Map<String, Value>,
}

/// Where an annotation is, in WGS 84 degrees with longitude first, and what kind it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A pin, or words.
    Point {
        /// Where.
        at: Coord<f64>,
        /// Which of them.
        kind: PointKind,
    },
    /// Words that stand apart and lead to a place.
    Callout {
        /// The place.
        target: Coord<f64>,
        /// The middle of the words.
        text_at: Coord<f64>,
    },
    /// A line of two points or more.
    Path {
        /// The line.
        line: LineString<f64>,
        /// Which kind.
        kind: PathKind,
    },
    /// One area or several, with holes.
    Area {
        /// The area; rings are closed, outer rings anticlockwise.
        area: MultiPolygon<f64>,
        /// Which kind.
        kind: AreaKind,
    },
    /// All places at one distance along the geodesic.
    Circle {
        /// Middle.
        center: Coord<f64>,
        /// Radius on the ground, in metres.
        radius_m: f64,
    },
    /// What a file brought that none of the tools makes, such as many points; drawn plainly and moved as a whole.
    /// `None` where the file said `null`.
    Other(Option<Geometry<f64>>),
}

/// What stands at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointKind {
    /// A symbol.
    Marker,
    /// Words alone.
    Text,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathKind {
    /// A line.
    Line,
    /// A line with a head at its end.
    Arrow,
    /// A line drawn by hand and smoothed.
    Freehand,
    /// A line that says how long it is.
    Distance,
}

/// What an area is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AreaKind {
    /// Any outline.
    Polygon,
    /// Four corners at right angles on the map; may be turned.
    Rectangle,
    /// An area that says how large it is.
    Measured,
}

impl Shape {
    /// What a person calls this kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Point { kind: PointKind::Marker, .. } => "Marker",
            Self::Point { kind: PointKind::Text, .. } => "Text",
            Self::Callout { .. } => "Callout",
            Self::Path { kind: PathKind::Line, .. } => "Line",
            Self::Path { kind: PathKind::Arrow, .. } => "Arrow",
            Self::Path { kind: PathKind::Freehand, .. } => "Freehand line",
            Self::Path { kind: PathKind::Distance, .. } => "Measured line",
            Self::Area { kind: AreaKind::Polygon, .. } => "Polygon",
            Self::Area { kind: AreaKind::Rectangle, .. } => "Rectangle",
            Self::Area { kind: AreaKind::Measured, .. } => "Measured area",
            Self::Circle { .. } => "Circle",
            Self::Other(_) => "Shape",
        }
    }

    /// Places on it by which it is known where all of it lies: its vertices, or some around a circle.
    pub fn outline(&self) -> Vec<Coord<f64>> {
        match self {
            Self::Point { at, .. } => vec![*at],
            Self::Callout { target, .. } => vec![*target],
            Self::Path { line, .. } => line.0.clone(),
            Self::Area { area, .. } => area.coords_iter().collect(),
            Self::Circle { center, radius_m } => (0..16)
                .map(|step| Geodesic.destination((*center).into(), f64::from(step) * 22.5, *radius_m).0)
                .collect(),
            Self::Other(geometry) => geometry.iter().flat_map(|geometry| geometry.coords_iter()).collect(),
        }
    }

    /// Whether it has an inside that can be filled.
    pub fn is_area(&self) -> bool {
        matches!(self, Self::Area { .. } | Self::Circle { .. })
    }

    /// Whether words are all that it shows.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Point { kind: PointKind::Text, .. } | Self::Callout { .. })
    }
}

/// A colour without opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl Rgb {
    /// `0xRRGGBB`.
    pub const fn new(hex: u32) -> Self {
        Self { r: (hex >> 16) as u8, g: (hex >> 8) as u8, b: hex as u8 }
    }

    /// `#rrggbb`.
    pub fn to_hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

impl From<Rgba> for Rgb {
    /// Without the opacity, which styles have beside the colour.
    fn from(Rgba { r, g, b, .. }: Rgba) -> Self {
        Self { r, g, b }
    }
}

/// The colours that stay apart for colour-blind readers, after Okabe and Ito (2008), with the names shown to users.
pub const SAFE_COLORS: [(&str, Rgb); 8] = [
    ("Black", Rgb::new(0x000000)),
    ("Blue", Rgb::new(0x0072B2)),
    ("Vermillion", Rgb::new(0xD55E00)),
    ("Bluish green", Rgb::new(0x009E73)),
    ("Orange", Rgb::new(0xE69F00)),
    ("Sky blue", Rgb::new(0x56B4E9)),
    ("Reddish purple", Rgb::new(0xCC79A7)),
    ("Yellow", Rgb::new(0xF0E442)),
];

/// How a line is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dash {
    /// Not at all.
    #[default]
    Solid,
    /// Into dashes.
    Dashed,
    /// Into dots.
    Dotted,
}

/// What fills an area besides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hatch {
    /// Nothing.
    #[default]
    None,
    /// Lines rising to the right.
    Rising,
    /// Lines falling to the right.
    Falling,
    /// Horizontal lines.
    Level,
    /// Dots.
    Dots,
}

/// What a marker looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Symbol {
    /// A pin whose tip is the place.
    #[default]
    Pin,
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A triangle that points up.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// A star with five points.
    Star,
    /// Two crossed strokes.
    Cross,
}

/// How large a marker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkerSize {
    /// Small.
    Small,
    /// As usual.
    #[default]
    Medium,
    /// Large.
    Large,
}

/// How an annotation is drawn. Lengths are page points, so that they stay at every zoom and in every figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// Lines and outlines.
    pub stroke: Rgb,
    /// Their width in points; 0 draws none.
    pub stroke_width_pt: f64,
    /// 0 to 1.
    pub stroke_opacity: f64,
    /// How they are broken.
    pub dash: Dash,
    /// Areas.
    pub fill: Rgb,
    /// 0 to 1.
    pub fill_opacity: f64,
    /// What else fills areas, in the fill's colour.
    pub hatch: Hatch,
    /// Symbol of a marker.
    pub symbol: Symbol,
    /// Size of a marker.
    pub marker_size: MarkerSize,
    /// Colour of a marker.
    pub marker: Rgb,
    /// The number that a marker shows instead of its symbol's inside.
    pub number: Option<u32>,
    /// Colour of words; `None` is the theme's ink.
    pub text: Option<Rgb>,
    /// Size of words in points.
    pub text_size_pt: f64,
    /// Where words wrap, in points; `None` breaks only where the user did.
    pub text_width_pt: Option<f64>,
    /// Whether the map shows the title. Text and callouts always show it.
    pub show_title: bool,
    /// Whether the map shows length or area. Measured lines and areas always show it.
    pub show_measure: bool,
    /// Which way a marker looks, in degrees clockwise from north; `None` shows none.
    pub direction_deg: Option<f64>,
}

/// The smallest and largest text, in points.
pub const TEXT_SIZE_PT: std::ops::RangeInclusive<f64> = 6.0..=96.0;

/// The narrowest and widest block of words, in points.
pub const TEXT_WIDTH_PT: std::ops::RangeInclusive<f64> = 20.0..=2_000.0;

/// The thinnest and widest line, in points.
pub const STROKE_WIDTH_PT: std::ops::RangeInclusive<f64> = 0.0..=40.0;

impl Default for Style {
    /// A strong line in blue, a faint fill: 3 : 1 against pale land.
    fn default() -> Self {
        let blue = SAFE_COLORS[1].1;
        Self {
            stroke: blue,
            stroke_width_pt: 2.5,
            stroke_opacity: 1.0,
            dash: Dash::default(),
            fill: blue,
            fill_opacity: 0.2,
            hatch: Hatch::default(),
            symbol: Symbol::default(),
            marker_size: MarkerSize::default(),
            marker: SAFE_COLORS[2].1,
            number: None,
            text: None,
            text_size_pt: 14.0,
            text_width_pt: None,
            show_title: true,
            show_measure: false,
            direction_deg: None,
        }
    }
}

/// What an annotation rests on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Citation {
    /// An excerpt of the dossier or of the user's own.
    Excerpt {
        /// Its id.
        excerpt: String,
    },
    /// A page on the web, or words that name a source.
    Source(#[serde(deserialize_with = "says_something")] PropertySource),
}

/// A source of which nothing is said could not be found by anyone.
fn says_something<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PropertySource, D::Error> {
    let source = PropertySource::deserialize(deserializer)?;
    let nothing = || D::Error::custom("a citation must have an excerpt, an address or text");
    if source.says_anything() { Ok(source) } else { Err(nothing()) }
}

impl Annotation {
    /// A shape with the default style and no words.
    pub fn new(id: AnnotationId, layer: LayerId, shape: Shape) -> Self {
        Self {
            id,
            layer,
            shape,
            title: String::new(),
            description: String::new(),
            style: Style::default(),
            visible: true,
            locked: false,
            citations: Vec::new(),
            photo: None,
            traced: None,
            kept: Kept::default(),
        }
    }

    /// What a list calls it: the first line of its title, or what it is and its number.
    pub fn label(&self) -> String {
        match self.title.lines().map(str::trim).find(|line| !line.is_empty()) {
            Some(line) => line.to_owned(),
            None => format!("{} {}", self.shape.name(), self.id.0),
        }
    }
}

/// Annotations, bottom first. Cheap to clone: clones share all that none of them has changed.
#[derive(Debug, Clone, Default)]
pub struct Annotations(Arc<Vec<Arc<Annotation>>>);

impl Annotations {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, bottom first.
    pub fn iter(&self) -> std::slice::Iter<'_, Arc<Annotation>> {
        self.0.iter()
    }

    /// All of them, bottom first, by position.
    pub fn list(&self) -> &[Arc<Annotation>] {
        &self.0
    }

    /// The one of that id.
    pub fn get(&self, id: AnnotationId) -> Option<&Arc<Annotation>> {
        self.0.iter().find(|annotation| annotation.id == id)
    }

    /// Where it stands in the order.
    pub fn position(&self, id: AnnotationId) -> Option<usize> {
        self.0.iter().position(|annotation| annotation.id == id)
    }

    /// The one of that id, to be changed; clones keep the old one.
    pub fn get_mut(&mut self, id: AnnotationId) -> Option<&mut Annotation> {
        let index = self.position(id)?;
        Some(Arc::make_mut(&mut Arc::make_mut(&mut self.0)[index]))
    }

    /// The list itself, to be changed; clones keep the old one.
    pub fn list_mut(&mut self) -> &mut Vec<Arc<Annotation>> {
        Arc::make_mut(&mut self.0)
    }

    /// Whether both are one list in memory, and therefore equal without a look.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for Annotations {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Arc<Annotation>, &Arc<Annotation>)| Arc::ptr_eq(a, b) || a == b;
        self.is_same(other) || self.len() == other.len() && self.iter().zip(other.iter()).all(same)
    }
}

impl FromIterator<Annotation> for Annotations {
    fn from_iter<T: IntoIterator<Item = Annotation>>(annotations: T) -> Self {
        Self(Arc::new(annotations.into_iter().map(Arc::new).collect()))
    }
}

impl<'a> IntoIterator for &'a Annotations {
    type Item = &'a Arc<Annotation>;
    type IntoIter = std::slice::Iter<'a, Arc<Annotation>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(id: u64) -> Annotation {
        let at = Coord { x: 37.5, y: 48.7 };
        Annotation::new(AnnotationId(id), LayerId(0), Shape::Point { at, kind: PointKind::Marker })
    }

    #[test]
    fn a_clone_keeps_what_the_other_changes() {
        let mut annotations: Annotations = [marker(1), marker(2)].into_iter().collect();
        let before = annotations.clone();
        annotations.get_mut(AnnotationId(2)).unwrap().title = "Kramatorsk".to_owned();
        assert_eq!(before.get(AnnotationId(2)).unwrap().title, "");
        assert!(Arc::ptr_eq(before.iter().next().unwrap(), annotations.iter().next().unwrap()));
        assert_ne!(before, annotations);
    }

    #[test]
    fn colours_survive_being_written() {
        for (_, color) in SAFE_COLORS {
            assert_eq!(Rgba::parse(&color.to_hex()).map(Rgb::from), Some(color));
        }
    }

    #[test]
    fn the_list_calls_a_shape_by_its_first_words() {
        let mut annotation = marker(4);
        assert_eq!(annotation.label(), "Marker 4");
        annotation.title = "\n Advance \nin May".to_owned();
        assert_eq!(annotation.label(), "Advance");
    }

    #[test]
    fn the_safe_colours_are_those_of_okabe_and_ito() {
        let ramp = crate::dossier::ramps::Ramp::CATEGORIES.colors(usize::MAX);
        let theirs: std::collections::BTreeSet<_> = ramp.iter().map(|color| (color.r, color.g, color.b)).collect();
        let ours = SAFE_COLORS.map(|(_, rgb)| (rgb.r, rgb.g, rgb.b));
        assert_eq!(theirs, std::collections::BTreeSet::from(ours));
    }
}
