//! The page: the same scene as on screen, laid out with title, legend, scale bar, sources and credits; PNG and SVG.

pub mod assemble;
mod cut;
pub mod page;
pub mod png;
pub mod raster;
mod stroker;
pub mod svg;

pub use assemble::{Drawn, FigureOptions, OutputFormat, Shows, draw};
pub use page::scale_bar;
