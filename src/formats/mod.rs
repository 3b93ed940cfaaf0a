//! Bytes to features and back, one file for each format; no opinion about what the features mean.

pub mod bundle;
pub mod csv;
pub mod day;
pub mod geojson;
pub mod language;
pub mod link;
pub mod map_source;
pub mod number;
mod scan;
pub mod text;
pub(crate) mod wire;
