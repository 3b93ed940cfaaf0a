//! The page: what a figure shows beside its map, and its way to pixels and to SVG.
//!
//! ```text
//! document, dossier ─assemble─> FigureSpec ─layout─> Layout ─┐
//!                        map as a DisplayList ───────────────┴─compose─> DisplayList ─┬─ raster ─> pixels ─ png ─> PNG
//!                                                                                     └─ svg ───> SVG
//! ```

pub mod assemble;
mod cut;
pub mod page;
pub mod pdf;
pub mod png;
pub mod raster;
mod stroker;
pub mod svg;

pub use assemble::{Drawn, FigureOptions, OutputFormat, Shows, draw};
pub use page::scale_bar;
