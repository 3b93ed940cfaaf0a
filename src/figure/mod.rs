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
//! [`placing`]; what each piece says is in [`pieces`], and where it stands in [`page`]. Several maps on a page are in
//! [`panels`], pages one after the other in [`animation`].

pub mod agreement;
pub mod animation;
pub mod assemble;
pub mod changes;
pub mod chart;
pub mod checks;
mod contents;
mod crowd;
mod evidence;
pub mod framing;
pub mod furniture;
mod grey;
pub mod options;
pub mod output;
mod own_line;
pub mod page;
pub mod panels;
pub mod paper;
pub mod pieces;
pub mod placing;
pub mod saved;
mod sheet;
pub mod subject;
pub mod words;
mod writers;
mod written_page;

pub use assemble::{Drawn, draw};
pub use evidence::{citations, pack, provenance, resting, visible};
pub use framing::Grip;
pub use furniture::Furniture;
pub use options::{FigureOptions, Shows};
pub use output::OutputFormat;
pub use page::Standing;
pub use panels::{Moment, Panels};
pub use paper::{PageSetup, PageSize};
pub use pieces::scale_bar::scale_bar;
pub use pieces::{Piece, PlacedPiece};
pub use placing::{Corner, Place, Spot};
pub use words::FigureLanguage;
pub use writers::{encoding, georeference, pdf, png, raster, svg};
