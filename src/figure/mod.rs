//! The page: what a figure shows beside its map, and its way to pixels and to SVG.

mod cut;
pub mod raster;
mod stroker;
