//! What can be changed of annotations, of their style and of layers.

use crate::document::annotation::{Citation, Dash, Hatch, MarkerSize, Rgb, Style, Symbol};
use crate::document::step::StylePart;
use crate::document::{AnnotationId, LayerId};
use crate::geometry::Coord;

/// A change of annotations.
#[derive(Debug, Clone, PartialEq)]
pub enum Annotate {
    /// Other words on the map.
    Title(String),
    /// Other longer words.
    Description(String),
    /// Another look.
    Restyle(StyleChange),
    /// Draw them or not.
    Show(bool),
    /// Keep them from being changed or not.
    Lock(bool),
    /// Rest them on this.
    Cite(Citation),
    /// Rest them on this no longer.
    Uncite(Citation),
    /// Rest them on this in the place of another, which comes first.
    Recite(Citation, Citation),
    /// Say of them that they were not traced on a picture.
    Untrace,
    /// Put one of them at this place: a marker, words, a circle's middle, what a callout points at.
    PutAt(Coord<f64>),
    /// Put them into a layer.
    ToLayer(LayerId),
    /// Put them below this one, or on top of all.
    Below(Option<AnnotationId>),
    /// Draw them above their neighbour.
    Raise,
    /// Draw them below their neighbour.
    Lower,
    /// Take them away.
    Remove,
    /// Add the area within this distance of them, in metres.
    Buffer(f64),
    /// Leave out points, within this distance of the old line, in metres.
    Simplify(f64),
}

/// A change of one thing about a style.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StyleChange {
    /// Colour of lines and outlines.
    Stroke(Rgb),
    /// Width of lines and outlines in points.
    StrokeWidth(f64),
    /// Opacity of lines and outlines, 0 to 1.
    StrokeOpacity(f64),
    /// How lines are broken.
    Dash(Dash),
    /// Colour of areas.
    Fill(Rgb),
    /// Opacity of areas, 0 to 1.
    FillOpacity(f64),
    /// Hatch of areas.
    Hatch(Hatch),
    /// Symbol of markers.
    Symbol(Symbol),
    /// Size of markers.
    MarkerSize(MarkerSize),
    /// Colour of markers.
    Marker(Rgb),
    /// Number on a marker.
    Number(Option<u32>),
    /// Colour of words.
    Text(Option<Rgb>),
    /// Size of words in points.
    TextSize(f64),
    /// Where words wrap, in points.
    TextWidth(Option<f64>),
    /// Whether the map shows the title.
    ShowTitle(bool),
    /// Whether the map shows length or area.
    ShowMeasure(bool),
}

impl StyleChange {
    /// Makes the change.
    pub fn apply(self, style: &mut Style) {
        match self {
            Self::Stroke(color) => style.stroke = color,
            Self::StrokeWidth(width_pt) => style.stroke_width_pt = width_pt,
            Self::StrokeOpacity(opacity) => style.stroke_opacity = opacity,
            Self::Dash(dash) => style.dash = dash,
            Self::Fill(color) => style.fill = color,
            Self::FillOpacity(opacity) => style.fill_opacity = opacity,
            Self::Hatch(hatch) => style.hatch = hatch,
            Self::Symbol(symbol) => style.symbol = symbol,
            Self::MarkerSize(size) => style.marker_size = size,
            Self::Marker(color) => style.marker = color,
            Self::Number(number) => style.number = number,
            Self::Text(color) => style.text = color,
            Self::TextSize(size_pt) => style.text_size_pt = size_pt,
            Self::TextWidth(width_pt) => style.text_width_pt = width_pt,
            Self::ShowTitle(show) => style.show_title = show,
            Self::ShowMeasure(show) => style.show_measure = show,
        }
    }

    /// What it changes.
    pub fn part(self) -> StylePart {
        match self {
            Self::Stroke(_) => StylePart::Stroke,
            Self::StrokeWidth(_) => StylePart::StrokeWidth,
            Self::StrokeOpacity(_) => StylePart::StrokeOpacity,
            Self::Dash(_) => StylePart::Dash,
            Self::Fill(_) => StylePart::Fill,
            Self::FillOpacity(_) => StylePart::FillOpacity,
            Self::Hatch(_) => StylePart::Hatch,
            Self::Symbol(_) => StylePart::Symbol,
            Self::MarkerSize(_) => StylePart::MarkerSize,
            Self::Marker(_) => StylePart::Marker,
            Self::Number(_) => StylePart::Number,
            Self::Text(_) => StylePart::Text,
            Self::TextSize(_) => StylePart::TextSize,
            Self::TextWidth(_) => StylePart::TextWidth,
            Self::ShowTitle(_) => StylePart::ShowTitle,
            Self::ShowMeasure(_) => StylePart::ShowMeasure,
        }
    }
}

/// A change of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayerChange {
    /// Another name.
    Rename(String),
    /// Draw it or not.
    Show(bool),
    /// Keep its annotations from being changed or not.
    Lock(bool),
    /// Move it by so many rows; negative is up.
    Move(i64),
    /// Take it away; its annotations go to a neighbour.
    Remove,
}
