//! The evidence that goes with a figure: what it was made from, its sources as citations, what it shows as data, and
//! the pack of all.

pub(in crate::figure) mod annotations;
pub(in crate::figure) mod by_day;
pub mod citations;
pub(in crate::figure) mod features;
pub(in crate::figure) mod maps;
pub(in crate::figure) mod others;
pub mod pack;
pub(in crate::figure) mod pictures;
pub mod provenance;
pub mod resting;
pub mod visible;
