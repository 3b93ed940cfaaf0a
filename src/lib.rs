//! Claimline: a map on which every shape answers "says who?".

pub mod app;
pub mod basemap;
pub mod document;
pub mod dossier;
pub mod figure;
pub mod files;
pub mod formats;
pub mod geometry;
pub mod scene;
pub mod session;
