//! Claimline: a map on which every shape answers "says who?".
//!
//! # The way of the data
//! ```text
//! assets, files ─bytes─> formats ─> dossier (evidence: read-only) ─┐
//!                          └──────> document (the user's) ─────────┼─> scene (display list)
//! tiles ──────────────────────────> basemap ───────────────────────┘    ├─> app paints it in the window
//! menu / key / panel / click ─> Action ─> session ─> Effect ─> app      └─> figure lays it on a page ─> PNG, SVG, PDF
//! ```
//! Everything flows one way. What is drawn, what is clicked and what is exported come from the same [`scene::Scene`]
//! and are painted by the same painter ([`figure::raster`]), so that they cannot disagree: the window shows a picture
//! that a background thread has painted, moved and scaled while the next is on its way.
//!
//! # The rooms, in order: each uses only those to its left
//! [`geometry`] < [`formats`] < [`dossier`] < [`document`] < [`basemap`] < [`gazetteer`] < [`scene`] < [`tools`] < [`figure`] <
//! [`session`] < [`files`] < [`app`]
//!
//! | room | what lives here |
//! |---|---|
//! | [`geometry`] | Web Mercator frame, geodesic measure, simplification, hit index, derived shapes |
//! | [`formats`] | bytes to features: one file for each format |
//! | [`dossier`] | overlays, recipes, sources, excerpts, positions, reported figures; reading and checking them |
//! | [`document`] | what the user makes: annotations, how overlays are shown, the view; one function for each edit; history |
//! | [`basemap`] | tiles and relief, decoded; shared by screen and page |
//! | [`gazetteer`] | places by their names: the built-in ones, dumps of GeoNames, and the search in them |
//! | [`scene`] | all of these made into a display list, styled and labelled; what lies under a point |
//! | [`tools`] | each tool a state machine over gestures in page points; drafts |
//! | [`figure`] | the page around the map: its size and furniture, checks before it goes out; PNG, SVG, PDF, evidence packs |
//! | [`session`] | the whole editor without a window: actions in, effects out |
//! | [`files`] | the only disk and network: opening, atomic writing, the tile server |
//! | [`app`] | eframe, egui and walkers: map view, panels, keys, dialogs, background jobs |
//!
//! `tests/it/layers.rs` reads the sources and fails when a room looks to its right.
//!
//! # Where to start
//! A new overlay or another dispute is data: see `assets/dossiers/schema.json` and [`dossier::model`]. A new command is
//! a line in each table of [`session::Command`]. How things look is in [`scene::palette`], [`scene::style`] and
//! [`scene::basemap_style`].
//!
//! # Examples
//! ```
//! use claimline::dossier::{self, words};
//!
//! let (dossier, problems) = dossier::builtin::berlin()?;
//! assert!(problems.is_empty());
//! let area = dossier.overlay("withdrawal-area").expect("the built-in dossier has it");
//! println!("{}: {}", area.title.main(), words::measure(area.measure));
//! for comparison in dossier.comparisons_of(area) {
//!     println!("  {}: {}", words::figure(comparison.figure), words::verdict(&comparison));
//! }
//! # Ok::<(), dossier::DossierError>(())
//! ```

pub mod app;
pub mod basemap;
pub mod document;
pub mod dossier;
pub mod figure;
pub mod files;
pub mod formats;
pub mod gazetteer;
pub mod geometry;
pub mod scene;
pub mod session;
pub mod tools;
