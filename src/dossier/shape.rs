//! The geometry of an overlay: areas, lines and places; and how large it is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};

use super::features::{Dimension, Size};
use super::model::SideNames;
use crate::formats::language::Text;

/// A point of an overlay of places. What is known of it stands apart, so that one of which nothing is, as those of large files are, takes 24
/// bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Where.
    pub at: Coord<f64>,
    known: Option<Box<Known>>,
}

/// What is known of a [`Place`], which gives it as its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Name.
    pub name: Text,
    /// Inhabitants, where known.
    pub population: Option<u64>,
    /// Status, note, date and the like, as the file gives them.
    pub details: BTreeMap<String, String>,
}

impl Place {
    /// A place of which this is known.
    pub fn new(at: Coord<f64>, known: Known) -> Self {
        Self { at, known: Some(Box::new(known)) }
    }

    /// A place without a name.
    pub fn unnamed(at: Coord<f64>) -> Self {
        Self { at, known: None }
    }
}

impl std::ops::Deref for Place {
    type Target = Known;

    fn deref(&self) -> &Known {
        static NOTHING: LazyLock<Known> = LazyLock::new(Known::default);
        self.known.as_deref().unwrap_or(&NOTHING)
    }
}

/// The geometry of an overlay, WGS 84, longitude first.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// An area.
    Area(MultiPolygon<f64>),
    /// A line, directed.
    Line(MultiLineString<f64>),
    /// Places.
    Places(Vec<Place>),
    /// More than one of these, as a file of the user's may have them.
    Mixed(Box<Mixed>),
}

/// Areas, lines and places of one overlay.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixed {
    /// Areas.
    pub areas: MultiPolygon<f64>,
    /// Lines.
    pub lines: MultiLineString<f64>,
    /// Places.
    pub places: Vec<Place>,
}

impl Shape {
    /// Of the parts that there are: of one dimension where it can be; `None` where there are none.
    pub fn of(areas: MultiPolygon<f64>, lines: MultiLineString<f64>, places: Vec<Place>) -> Option<Self> {
        match (areas.0.is_empty(), lines.0.is_empty(), places.is_empty()) {
            (true, true, true) => None,
            (false, true, true) => Some(Self::Area(areas)),
            (true, false, true) => Some(Self::Line(lines)),
            (true, true, false) => Some(Self::Places(places)),
            _ => Some(Self::Mixed(Box::new(Mixed { areas, lines, places }))),
        }
    }

    /// Its areas, if it has any.
    pub fn areas(&self) -> Option<&MultiPolygon<f64>> {
        match self {
            Self::Area(areas) => Some(areas),
            Self::Mixed(mixed) => Some(&mixed.areas).filter(|areas| !areas.0.is_empty()),
            Self::Line(_) | Self::Places(_) => None,
        }
    }

    /// Its polygons one by one.
    pub fn polygons(&self) -> &[Polygon<f64>] {
        self.areas().map_or(&[], |areas| &areas.0)
    }

    /// Its lines together, if it has any.
    pub fn multi_line(&self) -> Option<&MultiLineString<f64>> {
        match self {
            Self::Line(lines) => Some(lines),
            Self::Mixed(mixed) => Some(&mixed.lines).filter(|lines| !lines.0.is_empty()),
            Self::Area(_) | Self::Places(_) => None,
        }
    }

    /// Its lines one by one.
    pub fn lines(&self) -> &[LineString<f64>] {
        self.multi_line().map_or(&[], |lines| &lines.0)
    }

    /// Its places.
    pub fn places(&self) -> &[Place] {
        match self {
            Self::Places(places) => places,
            Self::Mixed(mixed) => &mixed.places,
            Self::Area(_) | Self::Line(_) => &[],
        }
    }

    /// The highest of its dimensions: areas, then lines, then points.
    pub fn dimension(&self) -> Dimension {
        match self {
            Self::Area(_) => Dimension::Area,
            Self::Line(_) => Dimension::Line,
            Self::Places(_) => Dimension::Point,
            Self::Mixed(mixed) if !mixed.areas.0.is_empty() => Dimension::Area,
            Self::Mixed(_) => Dimension::Line,
        }
    }
}

/// The size of an overlay on the WGS 84 ellipsoid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// Square kilometres.
    Area {
        /// The shape as drawn.
        km2: f64,
        /// Least and most, if the line that bounds it runs elsewhere within its stated accuracy.
        range_km2: Option<(f64, f64)>,
    },
    /// Kilometres along the line.
    Length {
        /// The line as drawn.
        km: f64,
    },
    /// How many places.
    Count {
        /// Places.
        places: usize,
    },
    /// More than one of these.
    Mixed(Size),
}

impl Measure {
    /// Smaller sorts first among shapes under one point: places, then lines, then areas by size.
    pub fn rank(self) -> f64 {
        match self {
            Self::Count { .. } => -2.0,
            Self::Length { .. } => -1.0,
            Self::Area { km2, .. } | Self::Mixed(Size { km2, .. }) => km2,
        }
    }

    /// The same with all dimensions.
    pub fn size(self) -> Size {
        match self {
            Self::Area { km2, .. } => Size { km2, ..Size::default() },
            Self::Length { km } => Size { km, ..Size::default() },
            Self::Count { places } => Size { points: places, ..Size::default() },
            Self::Mixed(size) => size,
        }
    }
}

/// How much of a corridor lies on each side of its line.
#[derive(Debug, Clone, PartialEq)]
pub struct BesideLine {
    /// Square kilometres to the left of the line.
    pub left_km2: f64,
    /// Square kilometres to the right of it.
    pub right_km2: f64,
    /// What the dossier calls the two sides.
    pub names: Option<SideNames>,
}
