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
//! [`placing`]; what stands beside the map is in [`page`], and what stands on it in [`page::furniture`].

pub mod assemble;
pub mod checks;
mod evidence;
pub mod framing;
pub mod options;
pub mod page;
pub mod placing;
pub mod saved;
mod writers;

pub use assemble::{Drawn, OutputFormat, draw};
pub use evidence::{citations, pack, provenance, visible};
pub use framing::Grip;
pub use options::{Corner, FigureOptions, Furniture, PageSetup, PageSize, Piece, Shows};
pub use page::Standing;
pub use page::scale_bar;
pub use placing::{Place, Spot};
pub use writers::{georeference, pdf, png, raster, svg};
