//! The page: what a figure shows beside its map, and its way to pixels and to SVG.
//!
//! ```text
//! FigureSpec ─layout─> Layout ─┐
//! map as a DisplayList ────────┴─compose─> DisplayList ─┬─ raster ─> pixels ─ png ─> PNG
//!                                                       └─ svg ───> SVG
//! ```

mod cut;
pub mod page;
pub mod png;
pub mod raster;
mod stroker;
pub mod svg;
