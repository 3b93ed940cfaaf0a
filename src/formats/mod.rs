//! Bytes to features and back, one file for each format; no opinion about what the features mean.

pub mod bundle;
pub mod cited_page;
pub mod closest;
pub mod color;
pub mod columns;
pub mod coordinates;
pub mod crs;
pub mod csv;
pub mod csv_points;
pub mod day;
pub mod exact;
pub mod feature;
pub mod filter;
pub mod format;
pub mod geojson;
pub mod geojson_lines;
pub mod gzip;
pub(crate) mod json;
pub mod language;
pub mod link;
pub mod map_source;
pub mod number;
pub mod order;
pub mod plain;
mod scan;
pub mod simplestyle;
pub mod source_properties;
pub mod table;
pub mod text;
pub mod visible;
pub(crate) mod wire;
pub mod written;

pub use format::{FORMATS, Format};
