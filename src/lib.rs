//! Claimline: a map on which every shape answers "says who?".

pub mod basemap;
pub mod figure;
pub mod files;
pub mod geometry;
pub mod scene;
