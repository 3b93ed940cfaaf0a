//! Shapes on the earth and on the page: projection, geodesic measure, simplification, hit testing, derived shapes.
//!
//! # Units
//! * `lon_lat`: WGS 84 degrees, longitude first, as [`Coord`].
//! * `world`: Web Mercator with the whole world as the unit square, x east, y south, as [`Point`].
//! * `page`: points (1/96 inch on screen at 1x), x right, y down, as [`Point`].

pub mod agreement;
pub mod boxes;
pub mod buffer;
pub(crate) mod caught;
pub(crate) mod chain;
pub mod change;
mod circle;
pub mod clip;
pub mod crossing;
pub mod derive;
pub mod frame;
pub mod geodesic;
pub mod georeference;
pub mod hit;
pub mod measure;
mod near;
mod planar;
pub mod reshape;
pub(crate) mod ring_index;
pub mod simplify;
pub mod sketch;
pub mod slivers;
mod straighten;
mod strand;
#[cfg(test)]
mod trial;
pub mod work;

pub use chain::ShapeRef;
pub use circle::{CIRCLE_CORNERS, circle};
pub use frame::{Frame, View, lon_lat_from_world, position_in_words, share_ground, world_from_lon_lat, world_rect_of};
pub use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon};
pub use kurbo::{BezPath, Point, Rect};
