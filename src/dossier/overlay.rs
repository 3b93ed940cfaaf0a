//! An overlay: a shape with its name, its evidence and its size.

use std::sync::{Arc, OnceLock};

use geo::{Coord, CoordsIter as _, Intersects as _};

use super::feature_days::EventDays;
use super::prepared::Prepared;
use super::styling::{By, Categories, Rule, Styling};
use super::{
    About, Accuracy, BesideLine, Crossing, Dated, Features, Measure, Merged, Origin, Place, Problem, SOON_CHECKED,
    Shape, Style, Unreported, words,
};
use crate::formats::day::Day;
use crate::formats::feature::Feature;
use crate::formats::language::Text;
use crate::geometry::boxes::is_within;

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
    pub rules: Vec<Rule>,
    /// Its geometry: the parts of its features, in their order.
    pub shape: Arc<Shape>,
    /// Its features.
    pub features: Arc<Features>,
    /// Its size.
    pub measure: Measure,
    /// Of a corridor on both sides of a line: how much lies on each, once it has been asked for.
    pub(super) beside: Arc<OnceLock<Option<BesideLine>>>,
    /// Of an area: where its outline crosses itself or its parts lie over each other, once it has been looked for.
    pub(super) crossing: Arc<OnceLock<Option<Crossing>>>,
    /// `[west, south, east, north]`, degrees.
    pub bounds: [f64; 4],
    /// What it was derived from, in words; `None` for a shape with a file of its own.
    pub recipe: Option<String>,
    /// What it was derived from as that was last reported on a day of its own: the ids of overlays, and the days. It does not follow
    /// the timeline.
    pub(super) operand_days: Vec<(String, Day)>,
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
    /// Which of [`USUAL_COLORS`](super::USUAL_COLORS) what has no style of its own is drawn in, of the user's layers.
    pub usual_color: u8,
    /// The filter by which its features were chosen when it was opened, as it was written; the others are not in it.
    pub only: Option<String>,
    /// Of events: of which days those are that are in it, where it is not all of them.
    pub only_of: Option<EventDays>,
    /// Of a shape of the user's own: the property by which its features are told apart unless the user says otherwise.
    pub told_by: Option<String>,
    /// Of a shape of the user's own: where it comes from.
    pub origin: Option<Arc<Origin>>,
    /// Of a shape of the user's own: that parts of it lay over each other.
    pub merged: Option<Merged>,
    /// As reports of several days have it, if they do.
    pub dated: Option<Arc<Dated>>,
    /// That no report is surely of the day that is shown, and which stands for one.
    pub unreported: Option<Unreported>,
    /// Its title as it would be, were there no other of the same; see [`Self::title_alone`].
    pub(super) title_alone: Option<Text>,
    /// What is worked out of it for drawing and for clicks.
    pub(super) prepared: Prepared,
}

impl Overlay {
    /// An overlay of a shape of which nothing else is known: it is shown, in the plain style, with `bounds` and `measure` of the shape.
    pub(super) fn bare(id: impl Into<String>, shape: Arc<Shape>, (bounds, measure): ([f64; 4], Measure)) -> Self {
        Self {
            id: id.into(),
            title: Text::default(),
            gist: String::new(),
            headline: None,
            kind: String::new(),
            group: String::new(),
            as_of: String::new(),
            visible: true,
            style: Style::default(),
            rules: Vec::new(),
            shape,
            features: Arc::default(),
            measure,
            beside: Arc::default(),
            crossing: Arc::default(),
            bounds,
            recipe: None,
            operand_days: Vec::new(),
            accuracy_m: None,
            accuracy: None,
            contested_km2: None,
            method: None,
            license: None,
            credit: None,
            opened_from: None,
            usual_color: 0,
            only: None,
            only_of: None,
            told_by: None,
            origin: None,
            merged: None,
            dated: None,
            unreported: None,
            title_alone: None,
            prepared: Prepared::default(),
        }
    }

    /// One of its features with every digit of its properties, for being written.
    pub fn exact_feature(&self, feature: usize) -> Feature {
        self.features.rows().exact_feature(feature, self.features.geometry(&self.shape, feature))
    }

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
    /// million vertices. It stays unknown if the work is cancelled before.
    pub fn crossing(&self) -> Option<&Crossing> {
        let area = self.shape.areas()?;
        if self.crossing.get().is_none()
            && let Ok(found) = Crossing::of(area)
        {
            let owners = &self.features.owners().areas;
            let _ = self.crossing.set(found.map(|found| found.with_features(area, owners)));
        }
        self.known_crossing()
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
    pub fn reaches_into(&self, bounds: [f64; 4]) -> bool {
        // Where all of it is within there is no need to look at each vertex.
        if is_within(self.bounds, bounds) {
            return true;
        }
        let [west, south, east, north] = bounds;
        let within = geo::Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
        self.shape.polygons().iter().any(|polygon| polygon.intersects(&within))
            || self.shape.lines().iter().any(|line| line.intersects(&within))
            || self.shape.places().iter().any(|place| within.intersects(&place.at))
    }

    /// The same of one of its features.
    pub fn feature_reaches_into(&self, feature: usize, bounds: [f64; 4]) -> bool {
        let Some(own) = self.feature_bounds(feature) else { return false };
        if is_within(own, bounds) {
            return true;
        }
        let [west, south, east, north] = bounds;
        let within = geo::Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
        let (polygons, lines, places) = self.features.parts(&self.shape, feature);
        polygons.iter().any(|polygon| polygon.intersects(&within))
            || lines.iter().any(|line| line.intersects(&within))
            || places.iter().any(|place| within.intersects(place))
    }

    /// How its features are told apart unless the user says otherwise.
    pub fn usual_styling(&self) -> Arc<Styling> {
        let by = self.told_by.as_ref().map(|property| By::Property(Categories::of(property)));
        Arc::new(Styling { by: by.unwrap_or_default(), ..Styling::default() })
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
        let by_features = self.opened_from.is_some() && self.features.count() > 1;
        let merged = || {
            let merged = self.merged?;
            let more = if merged.features > 1 { format!(" and {} more", merged.features - 1) } else { String::new() };
            Some((words::merged(merged, self.measure), self.quoted(merged.feature) + &more))
        };
        let is_told = |crossing: &&Crossing| !words::counts_alike(crossing, self.measure);
        let crossing = self.known_crossing().filter(is_told).map(|crossing| {
            let which: Vec<String> = crossing.features.into_iter().flatten().map(|one| self.quoted(one)).collect();
            let mut what = words::crossing(crossing, self.measure, by_features);
            // Nobody can correct what is worked out: what it is from may be.
            if self.recipe.is_some()
                && let Some(said) = [". Correct the outline there", ". Correct the outlines", ". Merge them into one"]
                    .into_iter()
                    .find_map(|advice| what.strip_suffix(advice))
            {
                what = format!("{said}. It is worked out from other shapes");
            }
            (what, which.join(" and "))
        });
        let (what, which) = crossing.or_else(merged)?;
        Some(if self.opened_from.is_some() && !which.is_empty() { format!("{what} ({which})") } else { what })
    }

    /// What a feature is called, in quotation marks.
    fn quoted(&self, feature: u32) -> String {
        words::quoted(&self.features.label(feature as usize))
    }

    /// Its title without what tells it from another of the same: of a layer of the user's, the name of its file may do so.
    pub fn title_alone(&self) -> &Text {
        self.title_alone.as_ref().unwrap_or(&self.title)
    }

    /// The same, looked for at once in shapes of at most [`SOON_CHECKED`] vertices.
    pub fn warning(&self) -> Option<Problem> {
        if self.vertices() <= SOON_CHECKED {
            self.crossing();
        }
        self.doubt().map(|what| Problem { part: About::Overlay(self.id.clone()), what })
    }
}
