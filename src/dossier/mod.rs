//! The evidence: overlays, the sources that speak of them, and what they say; read-only once read.
//!
//! A dossier is a folder with a `dossier.json` ([`model`]) and GeoJSON files. [`read()`] checks it, works out the
//! recipes ([`resolve`]) and measures every shape. A part that is broken is left out and reported as a [`Problem`];
//! only a dossier that cannot be read at all is an error.

pub mod about;
pub mod affected;
pub mod agreed;
pub mod builtin;
mod captures;
pub mod check;
pub mod cited;
pub mod classes;
pub mod compare;
pub mod compared;
pub mod coverage;
mod crossing;
mod dated;
pub mod diff;
mod faults;
mod feature_days;
pub mod feature_search;
pub mod feature_sources;
pub mod features;
pub mod fingerprint;
mod fonts;
pub mod gaps;
mod index;
pub mod kinds;
mod layer_days;
pub mod manuscript;
pub mod model;
mod only;
mod origin;
mod overlay;
mod own_layer;
pub mod own_line;
mod prepared;
pub mod ramps;
mod read;
mod read_entries;
mod read_style;
pub mod reliance;
pub mod resolve;
pub mod rewording;
pub mod rules;
pub mod series;

mod schema_check;
mod shape;
pub mod standing;
pub mod stated;
pub mod styling;
pub mod table_view;
mod titles;
pub mod verify;
pub mod words;

use std::collections::HashMap;
use std::sync::Arc;

use thiserror::Error;

use self::titles::told_apart;
use crate::formats::closest::closest;
use crate::formats::language::Text;
use crate::geometry::work;

pub use about::About;
pub use compare::{Comparison, Verdict};
pub(crate) use crossing::SOON_CHECKED;
pub use crossing::{Crossing, CrossingKind, Merged};
pub use dated::{AsOn, Dated, Unreported, layer_of_reports};
pub use feature_days::{ByDays, DayShows, EventDays};
pub use features::{Dimension, Features, Size};
pub use fonts::{DossierFont, MOST_FONT_BYTES, look_at_font};
pub use kinds::{Kind, Kinds};
pub use layer_days::{LayerDay, LayerReport};
pub use manuscript::Manuscript;
pub use model::{
    Accuracy, Acknowledged, Capture, Captures, Correction, Does, Excerpt, Group, HiddenLayer, Note, Position, Quantity,
    ReportedFigure, Source, Style,
};
pub use origin::{Facts, FileRecord, KEPT_BYTES, Origin, name_of};
pub use overlay::Overlay;
pub use own_layer::{OWN_GROUP, USUAL_COLORS, layer_id, own_layer};
pub use own_line::counting;
pub use own_line::{COMPARISON_GROUP, Choice, Counting, Dropped, OwnLine};
pub use prepared::{MANY_FEATURES, Property};
pub use read::{Open, files_named, read, rest_title};
pub use shape::{BesideLine, Known, Measure, Mixed, Place, Shape};
pub use stated::Stated;
pub use styling::Styling;

/// Why a dossier cannot be read at all.
#[derive(Debug, Error, PartialEq)]
pub enum DossierError {
    /// `dossier.json` is not there or cannot be opened.
    #[error("dossier.json cannot be opened: {0}")]
    Missing(String),
    /// `dossier.json` breaks off, is no JSON, or lacks a member.
    #[error("dossier.json cannot be read: {0}")]
    Json(String),
    /// Another format or a later version of it.
    #[error("dossier.json has the format '{0}'; this version reads '{expected}'", expected = model::FORMAT)]
    Format(String),
    /// No overlay could be read.
    #[error("none of the dossier's overlays can be drawn: {0}")]
    Empty(String),
}

/// A part of a dossier that is wrong and was left out, or a statement that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which part.
    pub part: About,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.part, self.what)
    }
}

/// A dossier that has been read, checked and measured.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// Stable name.
    pub id: String,
    /// Version.
    pub version: String,
    /// [`fingerprint::folder`] of `dossier.json` and of the files that it names.
    pub sha256: String,
    /// Name.
    pub title: Text,
    /// What it is about.
    pub summary: String,
    /// Day that the whole describes, ISO 8601.
    pub as_of: String,
    /// Country that it is about, ISO 3166-1 alpha-2: the map tells its ground from that of others.
    pub country: Option<String>,
    /// `[west, south, east, north]` that the opening view fits.
    pub home: [f64; 4],
    /// `[west, south, east, north]` of what the dossier and the user's layers are about.
    pub limits: [f64; 4],
    /// Printed under every figure.
    pub disclaimer: Text,
    /// The same in one short sentence, for narrow columns.
    pub disclaimer_short: Option<Text>,
    /// Whose borders are drawn.
    pub boundary_view: Text,
    /// Fonts for letters that the program's own lack.
    pub fonts: Arc<[DossierFont]>,
    /// Groups, top first.
    pub groups: Vec<Group>,
    /// Overlays, top first.
    pub overlays: Vec<Arc<Overlay>>,
    /// Geometry that recipes use and that is no overlay itself.
    pub layers: Vec<HiddenLayer>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Excerpts, each of a source in [`Dossier::sources`].
    pub excerpts: Vec<Excerpt>,
    /// Who holds what.
    pub positions: Vec<Position>,
    /// Figures that others report.
    pub figures: Vec<ReportedFigure>,
    /// Editor's notes.
    pub notes: Vec<Note>,
    /// Advice of `verify` that the author has answered.
    pub acknowledged: Vec<Acknowledged>,
    /// Languages in which its titles are given, as tags of BCP 47.
    pub languages: Vec<String>,
    /// The line of the user's own that stands in for one of the dossier's, if one does.
    pub own_line: Option<OwnLine>,
    /// Of a dossier that shows what changed, between which two.
    pub compared: Option<Arc<compared::Compared>>,
    /// Of a dossier that shows which accounts agree, which accounts these are.
    pub agreed: Option<Arc<agreed::Agreed>>,
    /// What recipes are worked out anew from.
    groundwork: Arc<own_line::Groundwork>,
    /// Where sources and excerpts stand.
    index: index::Index,
}

impl Dossier {
    /// A dossier of nothing, so that a window without one can still show files.
    pub fn empty() -> Self {
        let everywhere = [20.0, 42.0, 52.0, 56.0];
        Self {
            id: "empty".to_owned(),
            version: String::new(),
            sha256: String::new(),
            title: Text::new("en", "No dossier"),
            summary: String::new(),
            as_of: String::new(),
            country: None,
            home: everywhere,
            limits: everywhere,
            disclaimer: Text::default(),
            disclaimer_short: None,
            boundary_view: Text::default(),
            fonts: Arc::default(),
            groups: Vec::new(),
            overlays: Vec::new(),
            layers: Vec::new(),
            sources: Vec::new(),
            excerpts: Vec::new(),
            positions: Vec::new(),
            figures: Vec::new(),
            notes: Vec::new(),
            acknowledged: Vec::new(),
            languages: Vec::new(),
            own_line: None,
            compared: None,
            agreed: None,
            groundwork: Arc::default(),
            index: index::Index::default(),
        }
    }

    /// The overlay of that id.
    pub fn overlay(&self, id: &str) -> Option<&Overlay> {
        self.overlays.iter().find(|overlay| overlay.id == id).map(Arc::as_ref)
    }

    /// The shape of the overlay of that id, or of the layer that a recipe has used.
    pub fn shape_by_id(&self, id: &str) -> Option<&Shape> {
        self.overlay(id).map(|overlay| &*overlay.shape).or_else(|| self.groundwork.shape(id))
    }

    /// The source of that id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.index.source(&self.sources, id)
    }

    /// The first source at an address.
    pub fn source_at(&self, url: &str) -> Option<&Source> {
        self.index.source_at(&self.sources, url)
    }

    /// Where what its sources say comes from first.
    pub fn reliance(&self) -> &reliance::Reliance {
        self.index.reliance(&self.sources)
    }

    /// The excerpt of that id.
    pub fn excerpt(&self, id: &str) -> Option<&Excerpt> {
        self.index.excerpt(&self.excerpts, id)
    }

    /// The excerpts of each source, in their order, by its id.
    pub fn excerpts_by_source(&self) -> HashMap<&str, Vec<&Excerpt>> {
        let mut of: HashMap<&str, Vec<&Excerpt>> = HashMap::new();
        for excerpt in &self.excerpts {
            of.entry(excerpt.source.as_str()).or_default().push(excerpt);
        }
        of
    }

    /// The excerpts that speak of each overlay, in their order, by its id: for who asks of all of them.
    pub fn excerpts_by_overlay(&self) -> HashMap<&str, Vec<&Excerpt>> {
        let mut of: HashMap<&str, Vec<&Excerpt>> = HashMap::new();
        for excerpt in &self.excerpts {
            for overlay in &excerpt.overlays {
                let all = of.entry(overlay.as_str()).or_default();
                // One may be named twice.
                if all.last().is_none_or(|last| !std::ptr::eq(*last, excerpt)) {
                    all.push(excerpt);
                }
            }
        }
        of
    }

    /// The excerpts that speak of an overlay.
    pub fn excerpts_of<'a>(&'a self, overlay: &'a str) -> impl Iterator<Item = &'a Excerpt> {
        self.excerpts.iter().filter(move |excerpt| excerpt.overlays.iter().any(|id| id == overlay))
    }

    /// The positions about an overlay.
    pub fn positions_of<'a>(&'a self, overlay: &'a str) -> impl Iterator<Item = &'a Position> {
        self.positions.iter().filter(move |position| position.overlay == overlay)
    }

    /// The editor's notes on an overlay.
    pub fn notes_of<'a>(&'a self, overlay: &'a str) -> impl Iterator<Item = &'a Note> {
        self.notes.iter().filter(move |note| note.overlays.iter().any(|id| id == overlay))
    }

    /// The figures reported about an overlay, beside what is measured.
    pub fn comparisons_of<'a>(&'a self, overlay: &'a Overlay) -> impl Iterator<Item = Comparison<'a>> {
        self.figures
            .iter()
            .filter(move |figure| figure.overlay.as_deref() == Some(&overlay.id))
            .map(move |figure| compare::compare(self, overlay, figure))
    }

    /// How much of a corridor on both sides of a line lies on each; `None` for other overlays.
    ///
    /// Worked out when first asked for: it takes as long as all other recipes together.
    pub fn beside<'a>(&self, overlay: &'a Overlay) -> Option<&'a BesideLine> {
        if overlay.beside.get().is_none() {
            let sides = self.groundwork.beside(self, overlay);
            // What was cancelled is asked for again.
            if sides.is_none() && work::is_cancelled() {
                return None;
            }
            let _ = overlay.beside.set(sides);
        }
        overlay.beside.get()?.as_ref()
    }

    /// The smallest box around several overlays; the home box when there are none.
    pub fn bounds_of<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> [f64; 4] {
        ids.into_iter()
            .filter_map(|id| self.overlay(id))
            .map(|overlay| overlay.bounds)
            .reduce(join_bounds)
            .unwrap_or(self.home)
    }

    /// Whether a box, `[west, south, east, north]`, lies outside all that the dossier shows, and would lie within it with
    /// longitude and latitude exchanged: then they most likely stand the other way round in the file that it is of.
    pub fn looks_exchanged(&self, [west, south, east, north]: [f64; 4]) -> bool {
        let evidence = self.overlays.iter().filter(|overlay| overlay.group != OWN_GROUP).map(|overlay| overlay.bounds);
        let [least_lon, least_lat, most_lon, most_lat] = evidence.reduce(join_bounds).unwrap_or(self.home);
        let meets = west <= most_lon && east >= least_lon && south <= most_lat && north >= least_lat;
        let lies_within = south >= least_lon && north <= most_lon && west >= least_lat && east <= most_lat;
        !meets && lies_within
    }

    /// Adds an overlay of the user's own on top; one of the same id takes the place of the former. Its id from now on:
    /// an overlay of the dossier that has the same keeps it.
    pub fn add(&mut self, overlay: Overlay) -> String {
        if !self.groups.iter().any(|group| group.id == OWN_GROUP) {
            // In another language only where the dossier speaks that.
            let mut title = Text::new("en", "Your files");
            if self.groups.iter().any(|group| group.title.get("uk").is_some()) {
                title = title.with("uk", "Ваші файли");
            }
            self.groups.insert(0, Group { id: OWN_GROUP.to_owned(), title, note: None });
        }
        let is_same = |other: &&Arc<Overlay>| other.id == overlay.id;
        let color = self.own_layers().find(is_same).map(|same| same.usual_color);
        let color = color.unwrap_or_else(|| own_layer::free_color(self.own_layers()));
        let mut overlay = if color == overlay.usual_color { overlay } else { overlay.in_usual_color(color) };
        self.overlays.retain(|other| other.id != overlay.id || other.group != OWN_GROUP);
        while self.overlays.iter().any(|other| other.id == overlay.id) {
            overlay.id.push_str("-file");
        }
        self.limits = join_bounds(self.limits, overlay.bounds);
        let id = overlay.id.clone();
        self.overlays.insert(0, Arc::new(overlay));
        told_apart(&mut self.overlays);
        id
    }

    /// Gives layers of the user's own the usual colours that are known of them, and the others the first that are free.
    pub fn set_usual_colors(&mut self, known: impl Fn(&str) -> Option<u8>) {
        let own = self.overlays.iter_mut().filter(|overlay| overlay.group == OWN_GROUP);
        let (told, free): (Vec<_>, Vec<_>) = own.partition(|layer| known(&layer.id).is_some());
        let mut settled: Vec<Arc<Overlay>> = Vec::new();
        // The oldest lies at the bottom.
        for layer in told.into_iter().rev().chain(free.into_iter().rev()) {
            let color = known(&layer.id).unwrap_or_else(|| own_layer::free_color(settled.iter()));
            if color != layer.usual_color {
                *layer = Arc::new(layer.in_usual_color(color));
            }
            settled.push(Arc::clone(layer));
        }
    }

    /// The layers of the user's own.
    pub fn own_layers(&self) -> impl Iterator<Item = &Arc<Overlay>> {
        self.overlays.iter().filter(|overlay| overlay.group == OWN_GROUP)
    }

    /// The dossier with these layers of the user's own and no others; `None` where it has just these. Those that it has
    /// stay where they are, others come on top.
    #[must_use]
    pub fn with_own_layers(&self, layers: &[Arc<Overlay>]) -> Option<Self> {
        let of_id = |id: &str| layers.iter().find(|layer| layer.id == id);
        let mut dossier = self.clone();
        dossier.overlays.clear();
        let is_new = |layer: &&Arc<Overlay>| !self.own_layers().any(|own| own.id == layer.id);
        dossier.overlays.extend(layers.iter().filter(is_new).cloned());
        dossier.overlays.extend(self.overlays.iter().filter_map(|overlay| match overlay.group == OWN_GROUP {
            true => of_id(&overlay.id).cloned(),
            false => Some(Arc::clone(overlay)),
        }));
        told_apart(&mut dossier.overlays);
        let is_there = |layer: &Arc<Overlay>| self.own_layers().any(|own| own.is_said_as(layer));
        let is_same = self.own_layers().count() == layers.len() && dossier.own_layers().all(is_there);
        (!is_same).then_some(dossier)
    }

    /// The dossier with these sources of the user's own and no others; `None` where it has just these.
    #[must_use]
    pub fn with_own_sources(&self, sources: &[Source]) -> Option<Self> {
        let is_own = |source: &&Source| source.id.starts_with(OWN_SOURCE);
        if self.sources.iter().filter(is_own).eq(sources) {
            return None;
        }
        let mut dossier = self.clone();
        dossier.sources.retain(|source| !is_own(&source));
        dossier.sources.extend(sources.iter().cloned());
        Some(dossier)
    }

    /// The closest overlay id to what was typed, if one is close.
    pub fn closest_overlay(&self, typed: &str) -> Option<&str> {
        closest(self.overlays.iter().map(|overlay| overlay.id.as_str()), typed)
    }
}

/// What [`Dossier::looks_exchanged`] comes to, in words.
pub const EXCHANGED: &str = "it lies outside the dossier's area, and would lie inside with longitude and latitude \
     swapped: they seem to be the wrong way round in the file";

/// With this the ids of sources begin that the user added.
pub const OWN_SOURCE: &str = "own-source-";

/// The smallest box around two boxes.
pub fn join_bounds(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}
