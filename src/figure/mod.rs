//! The page: what a figure shows beside its map, and its way to pixels and to SVG.
//!
//! ```text
//! document, dossier ─assemble─> FigureSpec ─layout─> Layout ─┐
//! FigureOptions ────────┘                                     │
//!                        map as a DisplayList ───────────────┴─compose─> DisplayList ─┬─ raster ─> pixels ─ png ─> PNG
//!                                                                                     ├─ svg ───> SVG
//!                                                                                     └─ checks ─> warnings
//! ```
//! What the user decides is in [`options`], what stands beside the map in [`page`], and what stands on it in
//! [`furniture`].

pub mod assemble;
pub mod checks;
mod cut;
pub mod furniture;
mod likeness;
pub mod options;
pub mod page;
pub mod png;
pub mod raster;
mod stroker;
pub mod svg;

pub use assemble::{Drawn, OutputFormat, draw};
pub use options::{Corner, FigureOptions, Furniture, PageSetup, PageSize, Piece, Shows};
pub use page::scale_bar;
