//! The evidence: overlays, the sources that speak of them, and what they say; read-only once read.
//!
//! A dossier is a folder with a `dossier.json` ([`model`]) and GeoJSON files. [`read`] checks it, works out the
//! recipes ([`resolve`]) and measures every shape. A part that is broken is left out and reported as a [`Problem`];
//! only a dossier that cannot be read at all is an error.

pub mod about;
pub mod builtin;
pub mod check;
pub mod classes;
pub mod compare;
pub mod coverage;
pub mod feature_search;
pub mod feature_sources;
pub mod features;
pub mod fingerprint;
pub mod gaps;
pub mod kinds;
pub mod model;
mod only;
pub mod origin;
pub mod own_line;
mod prepared;
pub mod ramps;
mod read_style;
pub mod resolve;
pub mod rules;
mod schema_check;
pub mod stated;
pub mod styling;
pub mod table_view;
pub mod verify;
pub mod words;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use geo::{Coord, CoordsIter as _, Geometry, Intersects as _, LineString, MultiLineString, MultiPolygon, Polygon};
use thiserror::Error;

use crate::formats::language::Text;
use crate::formats::table::FeatureTable;
use crate::geometry::crossing::{first_crossing, first_jump, first_overlap};
use crate::geometry::derive::union_all;
use crate::geometry::measure::area_m2;

pub use about::About;
pub use compare::{Comparison, Verdict};
pub use features::{Dimension, Features, Size};
pub use kinds::{Kind, Kinds};
pub use model::{Accuracy, Does, Excerpt, Group, HiddenLayer, Note, Position, Quantity, ReportedFigure, Source, Style};
pub use origin::{Facts, FileRecord, KEPT_BYTES, Origin};
pub use own_line::counting;
pub use own_line::{COMPARISON_GROUP, Choice, Counting, Dropped, OwnLine};
pub use prepared::{MANY_FEATURES, Property};
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
    #[error("dossier.json is of format '{0}'; this version reads '{expected}'", expected = model::FORMAT)]
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

/// A point of an overlay of places. What is known of it stands apart, so that one of which nothing is, as those of large files are, takes 24
/// bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Where.
    pub at: Coord<f64>,
    known: Option<Box<Known>>,
}

/// What is known of a [`Place`], which gives it as its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Name.
    pub name: Text,
    /// Inhabitants, where known.
    pub population: Option<u64>,
    /// Status, note, date and the like, as the file gives them.
    pub details: BTreeMap<String, String>,
}

impl Place {
    /// A place of which this is known.
    pub fn new(at: Coord<f64>, known: Known) -> Self {
        Self { at, known: Some(Box::new(known)) }
    }

    /// A place without a name.
    pub fn unnamed(at: Coord<f64>) -> Self {
        Self { at, known: None }
    }
}

impl std::ops::Deref for Place {
    type Target = Known;

    fn deref(&self) -> &Known {
        static NOTHING: LazyLock<Known> = LazyLock::new(Known::default);
        self.known.as_deref().unwrap_or(&NOTHING)
    }
}

/// The geometry of an overlay, WGS 84, longitude first.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// An area.
    Area(MultiPolygon<f64>),
    /// A line, directed.
    Line(MultiLineString<f64>),
    /// Places.
    Places(Vec<Place>),
    /// More than one of these, as a file of the user's may have them.
    Mixed(Box<Mixed>),
}

/// Areas, lines and places of one overlay.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixed {
    /// Areas.
    pub areas: MultiPolygon<f64>,
    /// Lines.
    pub lines: MultiLineString<f64>,
    /// Places.
    pub places: Vec<Place>,
}

impl Shape {
    /// Of the parts that there are: of one dimension where it can be; `None` where there are none.
    pub fn of(areas: MultiPolygon<f64>, lines: MultiLineString<f64>, places: Vec<Place>) -> Option<Self> {
        match (areas.0.is_empty(), lines.0.is_empty(), places.is_empty()) {
            (true, true, true) => None,
            (false, true, true) => Some(Self::Area(areas)),
            (true, false, true) => Some(Self::Line(lines)),
            (true, true, false) => Some(Self::Places(places)),
            _ => Some(Self::Mixed(Box::new(Mixed { areas, lines, places }))),
        }
    }

    /// Its areas, if it has any.
    pub fn areas(&self) -> Option<&MultiPolygon<f64>> {
        match self {
            Self::Area(areas) => Some(areas),
            Self::Mixed(mixed) => Some(&mixed.areas).filter(|areas| !areas.0.is_empty()),
            Self::Line(_) | Self::Places(_) => None,
        }
    }

    /// Its polygons one by one.
    pub fn polygons(&self) -> &[Polygon<f64>] {
        self.areas().map_or(&[], |areas| &areas.0)
    }

    /// Its lines together, if it has any.
    pub fn multi_line(&self) -> Option<&MultiLineString<f64>> {
        match self {
            Self::Line(lines) => Some(lines),
            Self::Mixed(mixed) => Some(&mixed.lines).filter(|lines| !lines.0.is_empty()),
            Self::Area(_) | Self::Places(_) => None,
        }
    }

    /// Its lines one by one.
    pub fn lines(&self) -> &[LineString<f64>] {
        self.multi_line().map_or(&[], |lines| &lines.0)
    }

    /// Its places.
    pub fn places(&self) -> &[Place] {
        match self {
            Self::Places(places) => places,
            Self::Mixed(mixed) => &mixed.places,
            Self::Area(_) | Self::Line(_) => &[],
        }
    }

    /// The highest of its dimensions: areas, then lines, then points.
    pub fn dimension(&self) -> Dimension {
        match self {
            Self::Area(_) => Dimension::Area,
            Self::Line(_) => Dimension::Line,
            Self::Places(_) => Dimension::Point,
            Self::Mixed(mixed) if !mixed.areas.0.is_empty() => Dimension::Area,
            Self::Mixed(_) => Dimension::Line,
        }
    }
}

/// The size of an overlay on the WGS 84 ellipsoid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// Square kilometres.
    Area {
        /// The shape as drawn.
        km2: f64,
        /// Least and most, if the line that bounds it runs elsewhere within its stated accuracy.
        range_km2: Option<(f64, f64)>,
    },
    /// Kilometres along the line.
    Length {
        /// The line as drawn.
        km: f64,
    },
    /// How many places.
    Count {
        /// Places.
        places: usize,
    },
    /// More than one of these.
    Mixed(Size),
}

impl Measure {
    /// Smaller sorts first among shapes under one point: places, then lines, then areas by size.
    pub fn rank(self) -> f64 {
        match self {
            Self::Count { .. } => -2.0,
            Self::Length { .. } => -1.0,
            Self::Area { km2, .. } | Self::Mixed(Size { km2, .. }) => km2,
        }
    }

    /// The same with all dimensions.
    pub fn size(self) -> Size {
        match self {
            Self::Area { km2, .. } => Size { km2, ..Size::default() },
            Self::Length { km } => Size { km, ..Size::default() },
            Self::Count { places } => Size { points: places, ..Size::default() },
            Self::Mixed(size) => size,
        }
    }
}

/// How much of a corridor lies on each side of its line.
#[derive(Debug, Clone, PartialEq)]
pub struct BesideLine {
    /// Square kilometres to the left of the line.
    pub left_km2: f64,
    /// Square kilometres to the right of it.
    pub right_km2: f64,
    /// What the dossier calls the two sides.
    pub names: Option<model::SideNames>,
}

/// Vertices that are looked through for crossings in a twentieth of a second.
pub(crate) const SOON_CHECKED: usize = 100_000;

/// Parts of an area that share less than this part of it are neighbours that were drawn by two hands.
const SHARED: f64 = 1e-4;

/// Parts of an opened file that share more than this part of it are drawn and measured as one.
const MERGED: f64 = 0.01;

/// An outline whose size is in doubt, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// The first such place.
    pub at: Coord<f64>,
    /// Why.
    pub kind: CrossingKind,
}

/// Why the size of an area is in doubt. Where it is a matter of the rule, `filled_km2` are the square kilometres of all
/// that the outlines go round, once each (the non-zero rule). What is measured counts parts that are gone round the
/// other way against the rest, and what several parts share for each of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CrossingKind {
    /// An edge goes the long way round the world, past the meridian of 180° on the other side: see [`first_jump`].
    LongWay,
    /// An outline crosses itself.
    Itself {
        /// By the non-zero rule.
        filled_km2: f64,
    },
    /// No outline crosses itself, but parts lie over each other.
    Parts {
        /// By the non-zero rule.
        filled_km2: f64,
    },
}

impl Crossing {
    /// Looks for it in an area, in time that grows with its vertices: see [`first_jump`], [`first_crossing`] and
    /// [`first_overlap`].
    pub fn of(area: &MultiPolygon<f64>) -> Option<Self> {
        if let Some(at) = first_jump(area) {
            return Some(Self { at, kind: CrossingKind::LongWay });
        }
        if let Some(at) = first_crossing(&Geometry::MultiPolygon(area.clone())) {
            let filled_km2 = area_m2(&union_all([area])) / 1e6;
            return Some(Self { at, kind: CrossingKind::Itself { filled_km2 } });
        }
        Overlap::of(area).map(|overlap| overlap.crossing)
    }
}

/// Parts of an area that lie over each other, none of which crosses itself.
struct Overlap {
    crossing: Crossing,
    /// All of them, once.
    merged: MultiPolygon<f64>,
    /// What they share, as a part of the merged area.
    shared: f64,
}

impl Overlap {
    fn of(area: &MultiPolygon<f64>) -> Option<Self> {
        let at = first_overlap(area)?;
        let merged = union_all([area]);
        let (apart_m2, filled_m2) = (area_m2(area), area_m2(&merged));
        let shared = apart_m2 / filled_m2 - 1.0;
        let crossing = Crossing { at, kind: CrossingKind::Parts { filled_km2: filled_m2 / 1e6 } };
        (shared > SHARED).then_some(Self { crossing, merged, shared })
    }
}

/// Parts of an opened file that lay over each other and are one now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merged {
    /// A place where they did.
    pub at: Coord<f64>,
    /// Square kilometres of the parts as the file has them, what they share counted for each.
    pub apart_km2: f64,
}

/// A shape with its name, its evidence and its size.
#[derive(Debug, Clone)]
pub struct Overlay {
    /// Stable name, used on the command line too.
    pub id: String,
    /// Name.
    pub title: Text,
    /// One line for a hover tip.
    pub gist: String,
    /// What a figure about it has for its headline.
    pub headline: Option<Text>,
    /// What kind of thing it is.
    pub kind: String,
    /// Id of its group.
    pub group: String,
    /// Day that it describes, ISO 8601.
    pub as_of: String,
    /// Whether it is shown at first.
    pub visible: bool,
    /// How it is drawn, where nothing is said of its features.
    pub style: Style,
    /// Kinds of its features, each drawn in its own style.
    pub rules: Vec<styling::Rule>,
    /// Its geometry: the parts of its features, in their order.
    pub shape: Arc<Shape>,
    /// Its features.
    pub features: Arc<Features>,
    /// Its size.
    pub measure: Measure,
    /// Of a corridor on both sides of a line: how much lies on each, once it has been asked for.
    beside: Arc<OnceLock<Option<BesideLine>>>,
    /// Of an area: where its outline crosses itself or its parts lie over each other, once it has been looked for.
    crossing: Arc<OnceLock<Option<Crossing>>>,
    /// `[west, south, east, north]`, degrees.
    pub bounds: [f64; 4],
    /// What it was derived from, in words; `None` for a shape with a file of its own.
    pub recipe: Option<String>,
    /// Stated accuracy, in metres; the coarsest where it differs from stretch to stretch.
    pub accuracy_m: Option<f64>,
    /// Stated accuracy where it differs from stretch to stretch.
    pub accuracy: Option<Accuracy>,
    /// Of an area: its size in km² without contested ground and with it.
    pub contested_km2: Option<(f64, f64)>,
    /// How it was made.
    pub method: Option<String>,
    /// Licence of the geometry.
    pub license: Option<String>,
    /// Credit that the licence asks for.
    pub credit: Option<String>,
    /// Of a shape of the user's own: the name of its file.
    pub opened_from: Option<String>,
    /// Of a shape of the user's own: where it comes from.
    pub origin: Option<Arc<Origin>>,
    /// Of a shape of the user's own: that parts of it lay over each other.
    pub merged: Option<Merged>,
    /// What is worked out of it for drawing and for clicks.
    prepared: prepared::Prepared,
}

impl Overlay {
    /// Whether it is a line between what two sides hold: the name of a place stands wholly on one side of it.
    pub fn is_line_of_contact(&self) -> bool {
        self.kind == "line" && !self.shape.lines().is_empty()
    }

    /// Whether it is an area by who holds it.
    pub fn is_held_area(&self) -> bool {
        self.kind == "control" && !self.shape.polygons().is_empty()
    }

    /// Whether it is a region by its administrative border.
    pub fn is_region(&self) -> bool {
        self.kind == "region" && !self.shape.polygons().is_empty()
    }

    /// Whether a place of it is a town, whose dot says nothing without a name: an inhabited place of a dossier.
    pub fn is_town(&self, place: &Place) -> bool {
        self.opened_from.is_none() && place.population.is_some()
    }

    /// Whether its stated accuracy is so coarse (500 m or more) that a figure has to say so.
    pub fn is_approximate(&self) -> bool {
        self.accuracy_m.is_some_and(|accuracy_m| accuracy_m >= 500.0)
    }

    /// Where the outline of an area crosses itself or its parts lie over each other, if so. Looked for when first asked for: half a second for a
    /// million vertices.
    pub fn crossing(&self) -> Option<&Crossing> {
        let area = self.shape.areas()?;
        self.crossing.get_or_init(|| Crossing::of(area)).as_ref()
    }

    /// The same, if it has been looked for already.
    pub fn known_crossing(&self) -> Option<&Crossing> {
        self.crossing.get()?.as_ref()
    }

    /// Whether nobody has looked yet for a [`Crossing`].
    pub fn may_cross(&self) -> bool {
        self.shape.areas().is_some() && self.crossing.get().is_none()
    }

    /// Whether any of it lies within `[west, south, east, north]`, in degrees.
    pub fn reaches_into(&self, [west, south, east, north]: [f64; 4]) -> bool {
        let [w, s, e, n] = self.bounds;
        // Where all of it is within there is no need to look at each vertex.
        if w >= west && s >= south && e <= east && n <= north {
            return true;
        }
        let within = geo::Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
        self.shape.polygons().iter().any(|polygon| polygon.intersects(&within))
            || self.shape.lines().iter().any(|line| line.intersects(&within))
            || self.shape.places().iter().any(|place| within.intersects(&place.at))
    }

    /// How many vertices it has.
    pub fn vertices(&self) -> usize {
        match &*self.shape {
            Shape::Area(area) => area.coords_count(),
            Shape::Line(line) => line.coords_count(),
            Shape::Places(places) => places.len(),
            Shape::Mixed(mixed) => mixed.areas.coords_count() + mixed.lines.coords_count() + mixed.places.len(),
        }
    }

    /// What is doubtful about its size, in words: that its outline crosses itself, or that its parts lie over each other
    /// or did. What is known already.
    pub fn doubt(&self) -> Option<String> {
        let merged = || self.merged.map(|merged| words::merged(merged, self.measure));
        self.known_crossing().map(|crossing| words::crossing(crossing, self.measure)).or_else(merged)
    }

    /// The same, looked for at once in shapes of at most [`SOON_CHECKED`] vertices.
    pub fn warning(&self) -> Option<Problem> {
        if self.vertices() <= SOON_CHECKED {
            self.crossing();
        }
        self.doubt().map(|what| Problem { part: About::Overlay(self.id.clone()), what })
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
    pub disclaimer: String,
    /// The same in one short sentence, for narrow columns.
    pub disclaimer_short: Option<String>,
    /// Whose borders are drawn.
    pub boundary_view: String,
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
    /// The line of the user's own that stands in for one of the dossier's, if one does.
    pub own_line: Option<OwnLine>,
    /// What recipes are worked out anew from.
    groundwork: Arc<own_line::Groundwork>,
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
            disclaimer: String::new(),
            disclaimer_short: None,
            boundary_view: String::new(),
            groups: Vec::new(),
            overlays: Vec::new(),
            layers: Vec::new(),
            sources: Vec::new(),
            excerpts: Vec::new(),
            positions: Vec::new(),
            figures: Vec::new(),
            notes: Vec::new(),
            own_line: None,
            groundwork: Arc::default(),
        }
    }

    /// The overlay of that id.
    pub fn overlay(&self, id: &str) -> Option<&Overlay> {
        self.overlays.iter().find(|overlay| overlay.id == id).map(Arc::as_ref)
    }

    /// The source of that id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// The excerpt of that id.
    pub fn excerpt(&self, id: &str) -> Option<&Excerpt> {
        self.excerpts.iter().find(|excerpt| excerpt.id == id)
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
        overlay.beside.get_or_init(|| self.groundwork.beside(self, overlay)).as_ref()
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
            let title = Text::new("en", "Your files").with("uk", "Ваші файли");
            self.groups.insert(0, Group { id: OWN_GROUP.to_owned(), title, note: None });
        }
        self.overlays.retain(|other| other.id != overlay.id || other.group != OWN_GROUP);
        let mut overlay = overlay;
        while self.overlays.iter().any(|other| other.id == overlay.id) {
            overlay.id.push_str("-file");
        }
        self.limits = join_bounds(self.limits, overlay.bounds);
        let id = overlay.id.clone();
        self.overlays.insert(0, Arc::new(overlay));
        id
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
        let is_there = |layer: &&Arc<Overlay>| self.own_layers().any(|own| own.is_said_as(layer));
        if self.own_layers().count() == layers.len() && layers.iter().all(|layer| is_there(&layer)) {
            return None;
        }
        let mut dossier = self.clone();
        dossier.overlays.clear();
        let is_new = |layer: &&Arc<Overlay>| !self.own_layers().any(|own| own.id == layer.id);
        dossier.overlays.extend(layers.iter().filter(is_new).cloned());
        dossier.overlays.extend(self.overlays.iter().filter_map(|overlay| match overlay.group == OWN_GROUP {
            true => of_id(&overlay.id).cloned(),
            false => Some(Arc::clone(overlay)),
        }));
        Some(dossier)
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
        let typed = typed.to_lowercase();
        (self.overlays.iter())
            .map(|overlay| (strsim::damerau_levenshtein(&overlay.id, &typed), overlay.id.as_str()))
            .min()
            .filter(|(distance, id)| *distance <= 1 + id.len() / 4)
            .map(|(_, id)| id)
    }
}

/// What [`Dossier::looks_exchanged`] comes to, in words.
pub const EXCHANGED: &str = "it lies outside the dossier's area, and would lie within it with longitude and latitude \
     exchanged: they seem to stand the other way round in the file";

/// With this the ids of sources begin that the user added.
pub const OWN_SOURCE: &str = "own-source-";

/// The group of the shapes that the user opened.
pub const OWN_GROUP: &str = "own";

/// The features of a file of the user's as a layer, an overlay without a source of the dossier's; and what is wrong with
/// them. Polygons of one feature that lie over each other become one ([`Merged`]), if none crosses itself and they have at
/// most [`SOON_CHECKED`] vertices: else what two of them share would be drawn as a hole and measured twice.
///
/// # Errors
/// A text that says why nothing of them can be drawn.
pub fn own_layer(name: &str, table: FeatureTable) -> Result<(Overlay, Vec<Problem>), String> {
    let id = layer_id(name);
    let mut problems = Vec::new();
    let without_shape = table.without_shape();
    let FeatureTable { areas, lines, points, mut owners, rows } = table;
    let (areas, merged) = with_parts_merged(areas, &mut owners.areas);
    let features = Features::new(owners, rows);
    let places = resolve::places(&points, &features);
    let shape = Shape::of(areas, lines, places).ok_or_else(|| match features.count() {
        0 => "it has no features; nothing can be drawn".to_owned(),
        _ => "no feature has a shape that can be drawn".to_owned(),
    })?;
    if !without_shape.is_empty() {
        let names: Vec<String> =
            without_shape.iter().take(3).map(|feature| words::quoted(&features.label(*feature))).collect();
        let more = without_shape.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let count = without_shape.len();
        let what = format!(
            "{count} of its {} features have no shape that can be drawn: {}{more}",
            features.count(),
            names.join(", ")
        );
        problems.push(Problem { part: About::Overlay(id.clone()), what });
    }
    let plain = Style::default();
    let style =
        Style { stroke: Some("#0072B2".to_owned()), fill: Some("#0072B2".to_owned()), fill_opacity: 0.2, ..plain };
    let bounds = resolve::bounds_of(&shape).ok_or("its shape is empty")?;
    let measure = features.sizes(&shape).iter().copied().sum::<Size>().measure();
    let Common { as_of, method } = Common::of(&features);
    let overlay = Overlay {
        id,
        title: Text::plain(name),
        gist: "Opened from a file; no source is linked to it".to_owned(),
        headline: None,
        kind: "own-data".to_owned(),
        group: OWN_GROUP.to_owned(),
        as_of,
        visible: true,
        style,
        rules: Vec::new(),
        shape: Arc::new(shape),
        features: Arc::new(features),
        measure,
        beside: Arc::default(),
        crossing: Arc::default(),
        bounds,
        recipe: None,
        accuracy_m: None,
        accuracy: None,
        contested_km2: None,
        method,
        license: None,
        credit: None,
        opened_from: Some(name.to_owned()),
        origin: None,
        merged,
        prepared: prepared::Prepared::default(),
    };
    problems.extend(overlay.kinds(&Arc::new(Styling::default())).problems().iter().cloned());
    Ok((overlay, problems))
}

/// The id that a layer has by the name of its file.
pub fn layer_id(name: &str) -> String {
    let id = name.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "-");
    if id.is_empty() { "layer".to_owned() } else { id }
}

/// What all features of a layer say alike.
struct Common {
    /// Of which day they are; empty where they differ.
    as_of: String,
    /// Where they are from.
    method: Option<String>,
}

impl Common {
    fn of(features: &Features) -> Self {
        let [sources_date, date, url] = features.rows().common_words(["sources_date", "date", "sources_url"]);
        Self {
            as_of: sources_date.or(date).unwrap_or_default(),
            method: url.map(|url| format!("Source named in the file: {url}")),
        }
    }
}

/// Polygons of one feature that lie over each other made one; `owners` is kept in step.
fn with_parts_merged(areas: MultiPolygon<f64>, owners: &mut Vec<u32>) -> (MultiPolygon<f64>, Option<Merged>) {
    let is_several = owners.windows(2).any(|pair| pair[0] == pair[1]);
    if !is_several || areas.coords_count() > SOON_CHECKED {
        return (areas, None);
    }
    let mut merged: Option<Merged> = None;
    let (mut all, mut owned) = (Vec::with_capacity(areas.0.len()), Vec::with_capacity(owners.len()));
    let mut polygons = areas.0.into_iter();
    for run in owners.chunk_by(|a, b| a == b) {
        let part = MultiPolygon(polygons.by_ref().take(run.len()).collect());
        let part = match overlapping_parts(&part) {
            Some(Overlap { crossing, merged: one, .. }) => {
                let apart_km2 = area_m2(&part) / 1e6;
                match &mut merged {
                    Some(merged) => merged.apart_km2 += apart_km2,
                    None => merged = Some(Merged { at: crossing.at, apart_km2 }),
                }
                one
            }
            None => part,
        };
        owned.extend(std::iter::repeat_n(run[0], part.0.len()));
        all.extend(part.0);
    }
    *owners = owned;
    (MultiPolygon(all), merged)
}

fn overlapping_parts(part: &MultiPolygon<f64>) -> Option<Overlap> {
    if part.0.len() < 2 || first_crossing(&Geometry::MultiPolygon(part.clone())).is_some() {
        return None;
    }
    Overlap::of(part).filter(|overlap| overlap.shared > MERGED)
}

/// The smallest box around two boxes.
pub fn join_bounds(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Gives the bytes of a file in the dossier's folder, or says why it can't.
pub type Open<'a> = &'a dyn Fn(&str) -> Result<Cow<'static, [u8]>, String>;

/// The files that a `dossier.json` names, by their paths within its folder; none if it cannot be read.
pub fn files_named(json: &[u8]) -> Vec<String> {
    let file: Option<model::DossierFile> = serde_json::from_slice(json).ok();
    file.map_or_else(Vec::new, |file| {
        let overlays = file.overlays.into_iter().filter_map(|overlay| Some(overlay.geometry?.file));
        overlays.chain(file.layers.into_iter().map(|layer| layer.file)).collect()
    })
}

/// Reads a dossier: `dossier.json` and, by `open`, the files that it names.
///
/// # Errors
/// [`DossierError`] when nothing of it can be used. What is only partly wrong comes back as problems.
pub fn read(json: &[u8], open: Open<'_>) -> Result<(Dossier, Vec<Problem>), DossierError> {
    let text = std::str::from_utf8(json).map_err(|error| DossierError::Json(format!("not UTF-8: {error}")))?;
    let format: FormatOnly = serde_json::from_str(text).map_err(|error| DossierError::Json(error.to_string()))?;
    if format.format != model::FORMAT {
        return Err(DossierError::Format(format.format));
    }
    let whole: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let file: model::DossierFile = serde_json::from_str(text)
        .map_err(|error| DossierError::Json(schema_check::first_wrong(&whole).unwrap_or_else(|| error.to_string())))?;
    let mut problems = schema_check::unknown(&whole);
    let sums = RefCell::new(BTreeMap::from([("dossier.json".to_owned(), fingerprint::bytes(json))]));
    let summed = |name: &str| {
        let bytes = open(name)?;
        sums.borrow_mut().insert(name.to_owned(), fingerprint::bytes(&bytes));
        Ok(bytes)
    };
    let (overlays, shapes, features) = resolve::overlays(&file, &summed, &mut problems);
    if overlays.is_empty() {
        let first = problems.first().map_or_else(|| "it has none".to_owned(), ToString::to_string);
        return Err(DossierError::Empty(first));
    }
    let all = overlays.iter().map(|overlay| overlay.bounds).reduce(join_bounds).unwrap_or([-180.0, -85.0, 180.0, 85.0]);
    let home = match file.home.as_deref().map(|id| (id, overlays.iter().find(|overlay| overlay.id == id))) {
        Some((_, Some(overlay))) => overlay.bounds,
        Some((id, None)) => {
            problems.push(Problem {
                part: "home".into(),
                what: format!("there is no overlay '{id}'; the opening view fits all overlays"),
            });
            all
        }
        None => all,
    };
    let limits = match file.limits_bbox {
        Some(limits @ [west, south, east, north]) if west < east && south < north => join_bounds(limits, all),
        Some(_) => {
            problems.push(Problem {
                part: "limits_bbox".into(),
                what: "expected [west, south, east, north] in degrees, west less than east".to_owned(),
            });
            all
        }
        None => all,
    };
    let groundwork = Arc::new(own_line::Groundwork::new(&file, shapes, features));
    let mut dossier = Dossier {
        id: file.id,
        version: file.version,
        sha256: fingerprint::folder(&sums.borrow()),
        title: file.title,
        summary: file.summary,
        as_of: file.as_of,
        country: file.country,
        home,
        limits,
        disclaimer: file.disclaimer,
        disclaimer_short: file.disclaimer_short,
        boundary_view: file.boundary_view,
        groups: file.groups,
        overlays: overlays.into_iter().map(Arc::new).collect(),
        layers: file.layers,
        sources: file.sources,
        excerpts: file.excerpts,
        positions: file.positions,
        figures: file.figures,
        notes: file.notes,
        own_line: None,
        groundwork,
    };
    resolve::check_links(&mut dossier, &mut problems);
    Ok((dossier, problems))
}

#[derive(serde::Deserialize)]
struct FormatOnly {
    format: String,
}
