//! What crosses rooms and needs no window and no process of its own: one program, because each is linked anew.
//!
//! A new test is a module here. Beside it stand only what cannot share a process: the window without a display
//! (`tests/app/`), a window that is killed (`tests/recovery/`), damaged files (`tests/fuzz/`) and the real one (`tests/window.rs`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod addresses;
mod annotations;
mod archives;
mod areas;
mod assets;
mod bidi;
mod captures;
mod cli;
mod common;
mod comparing;
mod days;
mod directions;
mod docs;
mod documents;
mod dossier;
mod evidence;
mod feature_sources;
mod features;
mod figure_files;
mod figures_of_days;
mod formats;
mod glyphs;
mod goldens;
mod hostile;
mod label_sides;
mod layers;
mod layers_in_figures;
mod layers_of_projects;
mod line_evidence;
mod opening;
mod own_line;
mod pictures;
mod places;
mod positions;
mod postgis;
mod project;
mod script;
mod search;
#[cfg(target_os = "linux")]
mod sockets;
mod styling;
mod tables;
mod terminal;
mod working;
mod writing;
