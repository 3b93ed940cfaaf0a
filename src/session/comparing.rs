//! What is open beside another dossier or project: while it is compared, the map and the figure show what changed, and nothing of
//! the document is otherwise.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::Session;
use crate::document::Document;
use crate::document::agreement::Agreement;
use crate::document::comparison::Comparison;
use crate::document::project::settled;
use crate::dossier::compared::Shaded;
use crate::dossier::diff::ShapeChange;
use crate::dossier::{Shape, join_bounds};
use crate::figure::{FigureOptions, PageSetup, changes};
use crate::geometry::{Coord, View};
use crate::scene::Scene;

/// In so many frames at most the drawer comes to its height.
const FRAMES_OF_DRAWER: u8 = 3;

/// A comparison while it is shown.
#[derive(Debug, Clone)]
pub struct ShownComparison {
    /// What differs.
    pub comparison: Arc<Comparison>,
    /// With what is compared.
    pub path: PathBuf,
    /// Ids of the shapes that the map shows, of those that differ.
    pub on_map: BTreeSet<String>,
    /// What the map shows of it; nothing where no shape does.
    pub map: Option<(Arc<Scene>, Document)>,
    /// What is to be said of how it was read.
    pub notes: Vec<String>,
}

impl ShownComparison {
    /// Draws it up: what the map shows of these shapes.
    pub fn new(comparison: Arc<Comparison>, path: PathBuf, on_map: BTreeSet<String>, notes: Vec<String>) -> Self {
        let map = changes::map(&comparison, |shaded| on_map.contains(&shaded.id));
        let map = map.map(|(dossier, document)| (Arc::new(Scene::new(dossier)), document));
        Self { comparison, path, on_map, map, notes }
    }

    /// The box around what was gained and lost of a shape, or around the shape.
    pub fn bounds_of(shaded: &Shaded) -> Option<[f64; 4]> {
        let of_change = |change: &ShapeChange| change.shapes().iter().flatten().filter_map(bounds).reduce(join_bounds);
        let whole = || shaded.shapes.iter().flatten().filter_map(|shape| bounds(shape)).reduce(join_bounds);
        of_change(&shaded.change).or_else(whole)
    }
}

/// A box that is at least about a kilometre wide and high.
fn with_room([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    let room = |span: f64| ((0.01 - span) / 2.0).max(0.0);
    let (across, down) = (room(east - west), room(north - south));
    [west - across, south - down, east + across, north + down]
}

fn bounds(shape: &Shape) -> Option<[f64; 4]> {
    let polygons = shape.polygons().iter().flat_map(|polygon| polygon.exterior().0.iter().copied());
    let lines = shape.lines().iter().flat_map(|line| line.0.iter().copied());
    let places = shape.places().iter().map(|place| place.at);
    polygons.chain(lines).chain(places).map(|Coord { x, y }| [x, y, x, y]).reduce(join_bounds)
}

impl Session {
    /// What is compared, while it is.
    pub fn comparison(&self) -> Option<&ShownComparison> {
        self.comparison.as_deref()
    }

    /// Shows a comparison, and flies to what differs.
    pub fn compare(&mut self, shown: ShownComparison) {
        self.end_agreement();
        if let Some((scene, _)) = &shown.map {
            let bounds = shown.comparison.bounds(scene.dossier()).map(with_room);
            if let Some(bounds) = bounds {
                self.fit(bounds);
                self.fitted_changes = Some((bounds, self.document().view, 0));
            }
        }
        self.comparison = Some(Box::new(shown));
    }

    /// Says which shapes the map of what changed is to show; it does so once it is drawn anew.
    pub fn want_changes(&mut self, on_map: BTreeSet<String>) {
        if let Some(shown) = &mut self.comparison {
            shown.on_map = on_map;
        }
    }

    /// Shows what was drawn anew of the comparison that is shown, unless something else is wanted meanwhile.
    pub fn exchange_changes(&mut self, drawn: ShownComparison) {
        if self
            .comparison()
            .is_some_and(|shown| Arc::ptr_eq(&shown.comparison, &drawn.comparison) && shown.on_map == drawn.on_map)
        {
            self.comparison = Some(Box::new(drawn));
        }
    }

    /// Looks at a box, with room around what is small.
    pub(super) fn fit_with_room(&mut self, bounds: [f64; 4]) {
        self.fit(with_room(bounds));
    }

    /// Fits into a page of another size what was flown to, unless the user has looked elsewhere; whether it has.
    pub(super) fn fit_changes(&mut self) -> bool {
        let now = self.frame();
        // The map gives back the view that it was given but for rounding.
        let is_same = |view: View| {
            let (was, is) = (now.page_from_lon_lat(view.center), now.page_from_lon_lat(now.view.center));
            was.distance(is) < 2.0 && (view.zoom - now.view.zoom).abs() < 0.01
        };
        // The drawer makes room for itself in a few frames.
        let is_kept = |(_, view, times): &([f64; 4], View, u8)| *times < FRAMES_OF_DRAWER || is_same(*view);
        let Some((bounds, _, times)) = self.fitted_changes.filter(is_kept) else { return false };
        self.fit(bounds);
        self.fitted_changes = Some((bounds, self.document().view, times.saturating_add(1)));
        true
    }

    /// Takes the comparison away: map and figure show what is open again.
    pub fn end_comparison(&mut self) {
        (self.comparison, self.fitted_changes) = (None, None);
    }

    /// Whether what is open is no longer what was compared.
    pub fn is_comparison_old(&self) -> bool {
        self.comparison().is_some_and(|shown| {
            let after = &shown.comparison.editions[1];
            !after.sha256.is_empty() && after.sha256 != self.dossier().sha256
        })
    }

    /// What is shown in place of what is open: what changed, or who agrees.
    fn map_in_place(&self) -> Option<&(Arc<Scene>, Document)> {
        let compared = self.comparison().and_then(|shown| shown.map.as_ref());
        compared.or_else(|| self.agreement()?.map.as_ref())
    }

    /// What the map and the figure are drawn of.
    pub fn map_scene(&self) -> &Arc<Scene> {
        match self.map_in_place() {
            Some((scene, _)) => scene,
            None => &self.scene,
        }
    }

    /// The document that the map and the figure show.
    pub fn map_document(&self) -> Cow<'_, Document> {
        let document = self.document();
        match self.map_in_place() {
            Some((_, changed)) => Cow::Owned(Document {
                view: document.view,
                names: document.names.clone(),
                maps: document.maps.clone(),
                map_sources: document.map_sources.clone(),
                ..changed.clone()
            }),
            None => Cow::Borrowed(document),
        }
    }

    /// The same as a figure is drawn from it.
    pub fn drawn_map(&self) -> (Arc<Scene>, Document) {
        (Arc::clone(self.map_scene()), settled(&self.map_document()))
    }

    /// The figure of what changed, while that is shown.
    pub fn figure_of_changes(&self, page: PageSetup) -> Option<FigureOptions> {
        let shown = self.comparison()?;
        let (scene, _) = shown.map.as_ref()?;
        Some(changes::usual(&shown.comparison, scene.dossier(), page))
    }

    /// The overlays that the map marks while this one is selected: what is drawn of its change.
    pub(super) fn marks_of(&self, ids: Vec<String>) -> Vec<String> {
        if let Some(shown) = self.agreement().filter(|shown| shown.map.is_some()) {
            return shown.selected.map(Agreement::overlay_id).into_iter().collect();
        }
        let Some((scene, _)) = self.comparison().and_then(|shown| shown.map.as_ref()) else { return ids };
        let Some(compared) = &scene.dossier().compared else { return ids };
        let drawn = compared.derived.iter().filter(|(drawn, of)| ids.contains(of) && !drawn.starts_with("before-"));
        drawn.map(|(drawn, _)| drawn.clone()).collect()
    }
}
