//! A display list as a file: pixels and PNG, SVG, PDF, and the files that say where a picture lies on the ground.
//!
//! Each writer draws what the list says and knows nothing of figures; what all of them need is in leaves of its own.

pub(in crate::figure) mod cut;
pub mod encoding;
pub mod georeference;
mod marks;
pub mod pdf;
pub mod png;
pub mod raster;
#[cfg(test)]
mod scripts_tests;
mod stretch;
mod stroker;
pub mod svg;
mod svg_fonts;
