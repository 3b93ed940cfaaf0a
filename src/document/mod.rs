//! What the user makes: which overlays are shown and how, the view, and later the annotations.

pub mod edit;

use serde::{Deserialize, Serialize};

use crate::dossier::{Dossier, Excerpt};
use crate::geometry::View;

/// How an overlay is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OverlayState {
    /// Id of the overlay.
    pub id: String,
    /// Id of its group in the panel.
    pub group: String,
    /// Whether it is drawn and can be clicked.
    pub visible: bool,
    /// 0 to 1.
    pub opacity: f64,
}

/// In which languages places are named on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Names {
    /// English.
    English,
    /// Ukrainian.
    Ukrainian,
    /// English with Ukrainian beneath.
    #[default]
    Both,
}

/// The map under the overlays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum MapChoice {
    /// The map in the program, or a file that the user opened over it.
    #[default]
    BuiltIn,
    /// Raster tiles from OpenStreetMap's server, over the built-in map.
    OpenStreetMap,
    /// Nothing but the ground.
    Blank,
}

/// The state of the map that the user works on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Id of the dossier.
    pub dossier: String,
    /// What is looked at.
    pub view: View,
    /// Overlays, top first.
    pub overlays: Vec<OverlayState>,
    /// Languages of the map's names.
    pub names: Names,
    /// The map under the overlays.
    pub map: MapChoice,
    /// Excerpts that the user added, of sources of this dossier or of others that were open before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_excerpts: Vec<Excerpt>,
}

impl Document {
    /// The document that a dossier opens with: its own order and visibility, fitted to its home.
    pub fn new(dossier: &Dossier, width_pt: f64, height_pt: f64) -> Self {
        Self {
            dossier: dossier.id.clone(),
            view: View::fit(dossier.home, width_pt, height_pt, 24.0),
            overlays: dossier
                .overlays
                .iter()
                .map(|overlay| OverlayState {
                    id: overlay.id.clone(),
                    group: overlay.group.clone(),
                    visible: overlay.visible,
                    opacity: 1.0,
                })
                .collect(),
            names: Names::default(),
            map: MapChoice::default(),
            own_excerpts: Vec::new(),
        }
    }

    /// How an overlay is shown.
    pub fn overlay(&self, id: &str) -> Option<&OverlayState> {
        self.overlays.iter().find(|state| state.id == id)
    }

    /// Whether an overlay is shown.
    pub fn is_visible(&self, id: &str) -> bool {
        self.overlay(id).is_some_and(|state| state.visible)
    }

    /// The overlays of a group, top first.
    pub fn group<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a OverlayState> {
        self.overlays.iter().filter(move |state| state.group == group)
    }
}
