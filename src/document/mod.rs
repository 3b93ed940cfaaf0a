//! What the user makes: annotations, which overlays are shown and how, the view; one function for each edit, and history.

pub mod agreement;
pub mod annotation;
pub mod comparison;
pub mod edit;
pub mod history;
mod layer_info;
mod names;
pub mod picture;
pub mod project;
pub mod project_diff;
mod shown;
pub mod step;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use annotation::{Annotation, AnnotationId, Annotations, Layer, LayerId};
pub use history::History;
pub use layer_info::LayerInfo;
pub use names::Names;
pub use picture::Picture;
pub use shown::{Shown, shown};
pub use step::Step;

use crate::dossier::{Counting, Dossier, Excerpt, Manuscript, Overlay, Shape, Source, Styling};
use crate::formats::day::Day;
use crate::formats::map_source::{MapSource, ShownMap};
use crate::geometry::{Geometry, View};

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
    /// How its features are told apart and drawn.
    #[serde(default, skip_serializing_if = "is_plain")]
    pub styling: Arc<Styling>,
    /// Of a layer from a file: what the user says of it, and where the file is.
    #[serde(default, skip_serializing_if = "is_bare")]
    pub layer: Arc<LayerInfo>,
}

impl OverlayState {
    /// Shown whole, as it was given.
    pub fn new(id: impl Into<String>, group: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            group: group.into(),
            visible: true,
            opacity: 1.0,
            styling: Arc::default(),
            layer: Arc::default(),
        }
    }
}

fn is_bare(layer: &Arc<LayerInfo>) -> bool {
    layer.is_bare()
}

fn is_plain(styling: &Arc<Styling>) -> bool {
    styling.is_plain()
}

/// The state of the map that the user works on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Id of the dossier.
    pub dossier: String,
    /// What is looked at.
    pub view: View,
    /// The day that the map shows, of overlays that are reported on several; `None` is the last of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// Overlays, top first.
    pub overlays: Vec<OverlayState>,
    /// Languages of the map's names.
    pub names: Names,
    /// The maps under the overlays, bottom first, never none: those that come with the program, or of [`Self::map_sources`].
    /// The built-in map lies beneath all, unless the lowest is no map.
    pub maps: Vec<ShownMap>,
    /// Maps of the user's own, besides those that come with the program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub map_sources: Vec<Arc<MapSource>>,
    /// Pictures that are placed on the map, top first.
    #[serde(skip)]
    pub pictures: Vec<Arc<Picture>>,
    /// Sources that the user added to those of the dossier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_sources: Vec<Source>,
    /// Excerpts that the user added, of sources of this dossier or of others that were open before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_excerpts: Vec<Excerpt>,
    /// What the user drew, bottom first.
    #[serde(skip)]
    pub annotations: Annotations,
    /// The layers of what the user drew, bottom first; never none.
    #[serde(skip, default = "first_layers")]
    pub layers: Vec<Layer>,
    /// The number that the next annotation or layer takes.
    #[serde(skip, default = "first_number")]
    pub next_number: u64,
    /// The user's own line of contact, in place of the dossier's.
    #[serde(skip)]
    pub chosen_line: Option<Arc<ChosenLine>>,
    /// The dossier as it is written, while it is.
    #[serde(skip)]
    pub manuscript: Option<Arc<Manuscript>>,
    /// How its figure is set up, in the words of the room `figure` (its `saved.rs`); empty until one has been made.
    #[serde(skip)]
    pub figure: Arc<Map<String, Value>>,
    /// What the project's file carried that we do not know, kept for when it is written again.
    #[serde(skip)]
    pub kept: Map<String, Value>,
}

/// A line of the user's own in place of the dossier's line of contact.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenLine {
    /// Id of the overlay that it came as.
    pub overlay: String,
    /// The file that it came from, without its folder.
    pub from: String,
    /// Which features of that file count.
    pub counting: Counting,
    /// The line, or the areas whose border it is, in WGS 84 degrees: of the features that count alone.
    pub geometry: Geometry<f64>,
}

impl ChosenLine {
    /// The features of an overlay that count as line of contact.
    ///
    /// # Errors
    /// In words, if nothing of it counts, or only places.
    pub fn of(overlay: &Overlay, counting: Counting) -> Result<Self, String> {
        let geometry = match counting.shape(overlay)? {
            Shape::Area(area) => Geometry::MultiPolygon(area),
            Shape::Line(line) => Geometry::MultiLineString(line),
            Shape::Mixed(mixed) if !mixed.areas.0.is_empty() => Geometry::MultiPolygon(mixed.areas.clone()),
            Shape::Mixed(mixed) => Geometry::MultiLineString(mixed.lines.clone()),
            Shape::Places(_) => return Err("places are not a line; expected a line, or occupied areas".to_owned()),
        };
        Ok(Self {
            overlay: overlay.id.clone(),
            from: overlay.opened_from.as_deref().unwrap_or(overlay.title.main()).to_owned(),
            counting,
            geometry,
        })
    }

    /// The line or the areas as an overlay has them; `None` if they are neither.
    pub fn shape(&self) -> Option<Shape> {
        match &self.geometry {
            Geometry::Polygon(area) => Some(Shape::Area(area.clone().into())),
            Geometry::MultiPolygon(area) => Some(Shape::Area(area.clone())),
            Geometry::LineString(line) => Some(Shape::Line(line.clone().into())),
            Geometry::MultiLineString(line) => Some(Shape::Line(line.clone())),
            _ => None,
        }
    }

    /// The dossier with this in place of its line of contact.
    ///
    /// # Errors
    /// In words, if nothing can be made with it.
    pub fn put_into(&self, dossier: &Dossier) -> Result<Dossier, String> {
        let shape = self.shape().ok_or("it is neither a line nor an area")?;
        let opened = dossier.overlay(&self.overlay);
        let as_of = opened.map_or_else(String::new, |overlay| self.counting.as_of(overlay));
        let mut made = dossier.with_own_shape(&shape, &self.from, &as_of)?;
        made.says_what_counts(&self.counting);
        if let Some(opened) = opened {
            made.cite_line(opened);
        }
        if let Some(opened) = opened.filter(|_| self.counting == Counting::All) {
            made.warn_of_merged(opened);
        }
        Ok(match opened {
            Some(opened) => made.with_days_of_line(opened, &self.counting),
            None => made,
        })
    }
}

fn first_layers() -> Vec<Layer> {
    vec![Layer { id: LayerId(0), title: "Annotations".to_owned(), visible: true, locked: false }]
}

fn first_number() -> u64 {
    1
}

impl Document {
    /// A document with nothing in it.
    pub fn empty(dossier: &str, view: View) -> Self {
        Self {
            dossier: dossier.to_owned(),
            view,
            day: None,
            overlays: Vec::new(),
            names: Names::default(),
            maps: vec![ShownMap::plain(MapSource::BUILTIN)],
            map_sources: Vec::new(),
            pictures: Vec::new(),
            own_sources: Vec::new(),
            own_excerpts: Vec::new(),
            annotations: Annotations::default(),
            layers: first_layers(),
            next_number: first_number(),
            chosen_line: None,
            manuscript: None,
            figure: Arc::default(),
            kept: Map::new(),
        }
    }

    /// The document that a dossier opens with: its own order and visibility, fitted to its home.
    pub fn new(dossier: &Dossier, width_pt: f64, height_pt: f64) -> Self {
        let overlays = dossier
            .overlays
            .iter()
            .map(|overlay| {
                let file = overlay.origin.as_ref().map(|origin| Arc::clone(&origin.file));
                let layer = Arc::new(LayerInfo { file, color: overlay.usual_color, ..LayerInfo::default() });
                let usual = OverlayState::new(&overlay.id, &overlay.group);
                OverlayState { visible: overlay.visible, layer, styling: overlay.usual_styling(), ..usual }
            })
            .collect();
        let view = View::fit(dossier.home, width_pt, height_pt, 24.0);
        Self { overlays, ..Self::empty(&dossier.id, view) }
    }

    /// How an overlay is shown.
    pub fn overlay(&self, id: &str) -> Option<&OverlayState> {
        self.overlays.iter().find(|state| state.id == id)
    }

    /// The placed picture of that id.
    pub fn picture(&self, id: &str) -> Option<&Arc<Picture>> {
        self.pictures.iter().find(|picture| picture.id == id)
    }

    /// How an overlay's features are told apart and drawn.
    pub fn styling(&self, id: &str) -> Arc<Styling> {
        self.overlay(id).map(|state| Arc::clone(&state.styling)).unwrap_or_default()
    }

    /// Whether an overlay's eye is open; it may be wholly transparent all the same, see [`Self::is_shown`].
    pub fn is_visible(&self, id: &str) -> bool {
        self.overlay(id).is_some_and(|state| state.visible)
    }

    /// The ids of the layers that are reports of a series for which another layer stands.
    pub fn in_series(&self) -> BTreeSet<&str> {
        let standing = self.overlays.iter().filter(|state| !state.layer.removed);
        standing
            .flat_map(|state| {
                state.layer.series.iter().map(|report| report.layer.as_str()).filter(|id| *id != state.id)
            })
            .collect()
    }

    /// The overlays of a group, top first, but for layers that were taken away or are reports of a series.
    pub fn group<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a OverlayState> {
        let in_series = self.in_series();
        self.overlays
            .iter()
            .filter(move |state| state.group == group && !state.layer.removed && !in_series.contains(state.id.as_str()))
    }

    /// The layer of that id.
    pub fn layer(&self, id: LayerId) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.id == id)
    }

    /// The annotations in the order in which they are drawn, bottom first: layer by layer.
    pub fn drawn(&self) -> impl Iterator<Item = &Arc<Annotation>> {
        self.layers
            .iter()
            .filter(|layer| layer.visible)
            .flat_map(|layer| self.annotations.iter().filter(move |annotation| annotation.layer == layer.id))
            .filter(|annotation| annotation.visible)
    }

    /// Whether an annotation, or its layer, is locked.
    pub fn is_locked(&self, annotation: &Annotation) -> bool {
        annotation.locked || self.layer(annotation.layer).is_some_and(|layer| layer.locked)
    }
}
