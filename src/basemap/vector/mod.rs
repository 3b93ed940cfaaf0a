//! Vector tiles: their format and the schemas that are drawn, and the outlines of countries.

pub mod countries;
mod mvt;
mod openmaptiles;
mod protobuf;
mod protomaps;
pub mod schema;
mod shortbread;
pub(super) mod tile;
