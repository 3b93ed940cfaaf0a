//! Document, dossier and basemap made into a display list, resolved, styled and labelled; and what lies under a point.

pub mod display_list;
pub mod labels;
pub mod palette;
pub mod style;
pub mod swatch;
pub mod text;
