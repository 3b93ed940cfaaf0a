//! Claimline: a map on which every shape answers "says who?".

pub mod formats;
pub mod geometry;
pub mod scene;
