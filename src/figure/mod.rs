//! The page: what a figure shows beside its map, its way to PNG, SVG and PDF, and the evidence that goes with it.
//!
//! ```text
//! document, dossier ─assemble─> FigureSpec ─layout─> Layout ─┐
//! FigureOptions ────────┘                                     │
//!                        map as a DisplayList ───────────────┴─compose─> DisplayList ─┬─ raster ─> pixels ─ png ─> PNG
//!                                                                                     ├─ svg ────> SVG
//!                                                                                     ├─ pdf ────> PDF
//!                                                                                     └─ checks ─> warnings
//! overlays in the frame ─┬─ visible ──────> GeoJSON
//!                        ├─ provenance ───> JSON inside each of these
//!                        └─ pack ─────────> a zip of all, with excerpts and citations
//! ```
//! What the user decides is in [`options`], the frame on the ground in [`framing`], the places on the map in
//! [`placing`]; what stands beside the map is in [`page`], and what stands on it in [`furniture`].

mod annotations;
pub mod assemble;
pub mod checks;
pub mod citations;
mod covering;
mod cut;
pub mod framing;
pub mod furniture;
pub mod georeference;
mod likeness;
pub mod options;
pub mod pack;
pub mod page;
pub mod pdf;
pub mod placing;
pub mod png;
pub mod provenance;
pub mod raster;
pub mod saved;
mod stretch;
mod stroker;
pub mod svg;
mod svg_fonts;
pub mod visible;

pub use assemble::{Drawn, OutputFormat, draw};
pub use framing::Grip;
pub use options::{Corner, FigureOptions, Furniture, PageSetup, PageSize, Piece, Shows};
pub use page::Standing;
pub use page::scale_bar;
pub use placing::{Place, Spot};
