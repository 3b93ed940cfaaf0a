//! The pieces of furniture that stand on and around the map of a figure: each says what it has to say of what is open,
//! and how that is set.

pub mod comparison;
pub(in crate::figure) mod credits;
pub mod graticule;
pub(in crate::figure) mod inset;
pub mod legend;
pub(in crate::figure) mod notes;
pub(in crate::figure) mod numbers;
pub mod references;
pub mod scale_bar;
pub(in crate::figure) mod title;
