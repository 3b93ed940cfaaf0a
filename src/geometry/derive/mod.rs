//! Shapes made from shapes: sides of a line, booleans, buffers, the points inside, medians, courses, the place for a label.
//!
//! Edges are straight in longitude and latitude, as in [`measure`](crate::geometry::measure). Vertices of the input
//! come out exactly as they went in; only crossings are new. They are found on a grid of 2⁻²⁹ to 2⁻³⁰ of half the
//! input's width (0.1 to 0.2 mm for an oblast) and then put onto the edges that cross, so that the parts of an area add
//! up to it within 1e-11. Results have outer rings counterclockwise and holes clockwise (RFC 7946).
//!
//! Coordinates that are no place are left out before anything else, and so are rings that they leave without three
//! corners. A ring that crosses itself counts as all that it goes round; overlapping polygons of one multi-polygon
//! count as their union.

mod boolean;
mod clip_line;
mod course;
mod label_point;
mod line_buffer;
mod line_difference;
#[cfg(test)]
mod line_tests;
mod median;
mod shore;
mod split;
#[cfg(test)]
mod tests;

use geo::MultiPolygon;
use thiserror::Error;

use crate::geometry::frame::position_in_words;

pub use boolean::{clip, difference, differences, intersection, points_within, union, union_all};
pub use clip_line::clip_line;
pub use course::{CourseError, course};
pub use label_point::largest_label_point;
pub use line_buffer::{buffer_line, buffer_sides};
pub use line_difference::line_difference;
pub use median::{EQUAL_BETWEEN_M, EQUAL_M, MedianError, bounds_of_shores, median, shores};
pub(crate) use split::inner_point;
pub use split::{is_simple, oriented, pieces, split_by_line};

/// Why a shape could not be derived.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum DeriveError {
    /// The area has no usable ring.
    #[error("The area is empty: it has no ring of three or more different corners")]
    EmptyArea,
    /// The line has no two usable vertices.
    #[error("The line is empty: it does not have two different points")]
    EmptyLine,
    /// The lines leave the area whole, or all of it on one side.
    #[error("The line does not cross the area from border to border, so there is no left and right part")]
    DoesNotCross,
    /// One face has lines to its left and to its right.
    #[error(
        "The lines disagree about the part of the area around {}: it lies to the left of one and to the right \
         of another. Reverse one of them, or close the gap between them",
        position_in_words(*lon_deg, *lat_deg)
    )]
    Contradiction {
        /// Longitude of a place in that part.
        lon_deg: f64,
        /// Latitude of a place in that part.
        lat_deg: f64,
    },
}

/// An area in two parts, as seen along a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// What lies to the left of the line when following it.
    pub left: MultiPolygon<f64>,
    /// What lies to the right of it.
    pub right: MultiPolygon<f64>,
}

/// Which sides of a line, when following it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// To the left only.
    Left,
    /// To the right only.
    Right,
    /// To the left and to the right.
    Both,
}
