//! Vector tiles: their format and the layers of the Protomaps schema, and the outlines of countries.

pub mod countries;
mod mvt;
mod protobuf;
mod protomaps;
pub(super) mod tile;
