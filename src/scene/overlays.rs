//! Overlays as items of the display list: whole, or feature by feature, each in the style of its kind.
//!
//! Within an overlay later features lie above earlier ones, as in their file; across overlays areas lie under lines, and
//! lines under points.

mod clusters;
mod layers;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use kurbo::{Affine, Line, Rect};

use self::clusters::{Cluster, clusters};
use self::layers::Stamp;
use super::annotations::MarkerStyle;
use super::apart::kinds_in;
use super::barriers::{edges_of, in_pieces};
use super::covering::{covers, stepped_back};
use super::display_list::{Cap, Color, Face, Group, Item, Path, Stroke};
use super::labels::{self, Anchor, LabelCandidate, LabelLine, PIECE_PT};
use super::palette::Theme;
use super::style::OverlayStyle;
use super::swatch::SwatchStyle;
use super::{ANCHOR, Look, PlacedNames, Scene, add_ring, is_named, is_near_page, radius_pt, style_of};
use crate::document::{Shown, shown};
use crate::dossier::styling::LabelPlacement;
use crate::dossier::{Dimension, Kind, Kinds, Overlay, Shape, Style, Styling};
use crate::formats::table::parts_of;
use crate::formats::written::Finder;
use crate::geometry::boxes::is_within;
use crate::geometry::derive::largest_label_point;
use crate::geometry::measure::line_length_m;
use crate::geometry::simplify::{Levels, tolerance_world};
use crate::geometry::{Coord, Frame, LineString, MultiPolygon, Point};

/// At most so many labels of one overlay are tried for room.
const MOST_LABELS: usize = 2000;

/// The dashes of the outline of what is selected and not reported of the day that is shown, in points.
const SELECTED_DASH_PT: [f64; 2] = [7.0, 5.0];

/// How the points of a kind are drawn.
pub(super) enum PointLook {
    /// As discs of the place's own size, or of this radius.
    Dots(OverlayStyle, Option<f64>),
    /// As a marker with a symbol.
    Marker(MarkerStyle),
}

impl PointLook {
    /// Of a style made ready for a theme. Points of the user's files have a size of their own.
    pub(super) fn of(style: &Style, theme: Theme, is_own: bool) -> Self {
        match MarkerStyle::of_simple(style, theme) {
            Some(marker) => Self::Marker(marker),
            None => Self::Dots(style_of(style, theme), is_own.then_some(3.6)),
        }
    }

    /// What colour stands for it.
    fn color(&self, theme: Theme) -> Color {
        match self {
            Self::Dots(style, _) => style.dot.map_or(theme.palette().ink, |dot| dot.fill),
            Self::Marker(marker) => marker.color,
        }
    }

    /// Half the width of what is drawn for a place.
    fn radius_pt(&self, place: &crate::dossier::Place, frame: &Frame) -> f64 {
        match self {
            Self::Dots(_, Some(radius_pt)) if place.population.is_none() => *radius_pt,
            Self::Dots(..) => radius_pt(place, frame),
            Self::Marker(marker) => marker.radius_pt,
        }
    }
}

impl Scene {
    /// The visible overlays alone, one group each, bottom first: areas, lines, places.
    /// The dot of a town is drawn only where its name is among `names`.
    pub fn overlays(&self, look: &Look, frame: &Frame, names: &PlacedNames) -> [Vec<Item>; 3] {
        let mut tiers: [Vec<Item>; 3] = Default::default();
        for Shown { overlay, state, .. } in shown(self.dossier(), &look.overlays) {
            let kinds = overlay.kinds(&state.styling);
            let pixels_per_pt = look.pixels_per_pt;
            let chosen = look.place.filter(|_| look.highlighted.contains(&overlay.id));
            let in_clusters = state.styling.clusters && overlay.opened_from.is_some();
            let clusters = in_clusters.then(|| self.clusters(overlay, &kinds, frame));
            let drawn =
                Drawn { overlay, kinds: &kinds, theme: look.theme, frame, pixels_per_pt, names, chosen, clusters };
            for (tier, items) in drawn.tiers().into_iter().enumerate().filter(|(_, items)| !items.is_empty()) {
                let title = overlay.title.get(look.names.first.tag()).unwrap_or_else(|| overlay.title.main());
                let mut group = Group::new(&overlay.id, title, items);
                group.opacity = state.opacity;
                tiers[tier].push(Item::Group(group));
            }
        }
        tiers
    }

    /// The outlines of what is selected, the accent over a casing: of areas, which lie under the lines, and of the rest. Dashed where
    /// no report is surely of the day that is shown, as what is outlined is.
    pub(super) fn selection(&self, look: &Look, frame: &Frame) -> (Option<Item>, Option<Item>) {
        let mut areas = Vec::new();
        let mut marks = Vec::new();
        for id in &look.highlighted {
            let Some(overlay) = self.dossier().overlay(id).filter(|overlay| !overlay.is_of_other_days()) else {
                continue;
            };
            let is_dashed = overlay.unreported.is_some();
            let owners = overlay.features.owners();
            let only =
                |owners: &[u32], count: usize| look.feature.map_or(0..count, |feature| parts_of(owners, feature));
            let polygons = overlay.shape.polygons().len();
            let lines = overlay.shape.lines().len();
            let wanted_areas = only(&owners.areas, polygons);
            let wanted_lines = only(&owners.lines, lines);
            let page_from_world = frame.page_from_world();
            let ring_path = |wanted: std::ops::Range<usize>, closed: bool| {
                let mut path = Path::new();
                for ring in overlay.levels().at_zoom(frame.view.zoom) {
                    if ring.closed == closed && ring.points.len() > 1 && wanted.contains(&ring.part) {
                        add_ring(&ring.points, closed, page_from_world, &mut path);
                    }
                }
                (!path.is_empty()).then(|| Arc::new(path))
            };
            areas.extend(ring_path(wanted_areas, true).map(|path| (path, is_dashed)));
            let wanted_lines = wanted_lines.start + polygons..wanted_lines.end + polygons;
            marks.extend(ring_path(wanted_lines, false).map(|path| (path, is_dashed)));
            let places = overlay.shape.places();
            let wanted = only(&owners.points, places.len());
            let is_own = overlay.opened_from.is_some();
            let mut rings = Path::new();
            let mut ring = |at: Point, radius_pt: f64| {
                let circle = kurbo::Circle::new(at, radius_pt + 3.5);
                rings.extend(kurbo::Shape::path_elements(&circle, 0.1));
            };
            let styling = look.overlays.iter().find(|state| state.id == *id).map(|state| &state.styling);
            if let Some(styling) = styling.filter(|styling| styling.clusters && is_own) {
                // Around what stands for them.
                for cluster in self.clusters(overlay, &overlay.kinds(styling), frame).iter() {
                    if cluster.points.iter().any(|point| wanted.contains(&(*point as usize))) {
                        ring(cluster.at, cluster.radius_pt().max(6.5));
                    }
                }
            } else {
                for (index, place) in places.iter().enumerate() {
                    if wanted.contains(&index) && look.place.is_none_or(|only| only == index) {
                        let radius_pt = if is_own { radius_pt(place, frame).max(6.5) } else { radius_pt(place, frame) };
                        ring(frame.page_from_lon_lat(place.at), radius_pt);
                    }
                }
            }
            if !rings.is_empty() {
                marks.push((Arc::new(rings), is_dashed));
            }
        }
        let palette = look.theme.palette();
        let outline = |paths: Vec<(Arc<Path>, bool)>| {
            let casing = |(path, _): &(Arc<Path>, bool)| Item::Stroke {
                path: Arc::clone(path),
                stroke: Stroke::solid(palette.halo, 6.0),
            };
            let line = |(path, is_dashed): &(Arc<Path>, bool)| {
                let solid = Stroke::solid(palette.accent, 3.0);
                let dashed = || Stroke { dash_pt: SELECTED_DASH_PT.to_vec(), cap: Cap::Butt, ..solid.clone() };
                Item::Stroke { path: Arc::clone(path), stroke: if *is_dashed { dashed() } else { solid } }
            };
            let items: Vec<Item> = paths.iter().map(casing).chain(paths.iter().map(line)).collect();
            (!items.is_empty()).then(|| Item::Group(Group::new("selection", "Selection", items)))
        };
        (outline(areas), outline(marks))
    }

    /// The visible lines in small pieces, which names do well not to cover.
    pub(super) fn lines_kept_clear(&self, look: &Look, frame: &Frame) -> Vec<Line> {
        let with_lines = shown(self.dossier(), &look.overlays).rev().filter(|it| !it.overlay.shape.lines().is_empty());
        with_lines.flat_map(|it| small_pieces(it.overlay, frame, false, usize::MAX)).collect()
    }

    /// The outlines of the user's areas in small pieces; none where they are so many that names cannot keep off them.
    pub(super) fn outlines_kept_clear(&self, look: &Look, frame: &Frame) -> Vec<Line> {
        const MOST: usize = 1500;
        let mut pieces = Vec::new();
        for it in shown(self.dossier(), &look.overlays).filter(|it| it.overlay.opened_from.is_some()) {
            if has_more_outlines_in(it.overlay, frame, MOST) {
                return Vec::new();
            }
            pieces.extend(small_pieces(it.overlay, frame, true, MOST));
            if pieces.len() > MOST {
                return Vec::new();
            }
        }
        pieces
    }

    /// The dots of visible places, which no name may cover.
    pub(super) fn dots(&self, look: &Look, frame: &Frame) -> Vec<Dot> {
        let mut dots = Vec::new();
        for Shown { overlay, state, .. } in shown(self.dossier(), &look.overlays).rev() {
            let places = overlay.shape.places();
            if state.styling.clusters && overlay.opened_from.is_some() {
                let found = self.clusters(overlay, &overlay.kinds(&state.styling), frame);
                let rects = found.iter().map(Cluster::rect).filter(|rect| rect.overlaps(frame.page()));
                dots.extend(rects.map(|rect| Dot { rect, goes_with_name: false, population: 0 }));
                continue;
            }
            // Names cannot keep clear of a ground that is full of dots.
            if places.is_empty() || places.len() > MOST_LABELS && overlay.opened_from.is_some() {
                continue;
            }
            let kinds = overlay.kinds(&state.styling);
            let looks = point_looks(overlay, &kinds, look.theme);
            let owners = &overlay.features.owners().points;
            for (index, place) in places.iter().enumerate() {
                let kind = owners.get(index).map_or(Some(0), |owner| kinds.index_of(*owner as usize));
                let Some(point_look) = kind.filter(|kind| kinds.list()[*kind].shown).and_then(|kind| looks.get(kind))
                else {
                    continue;
                };
                if overlay.is_town(place) && !is_named(place, frame) {
                    continue;
                }
                let half = point_look.radius_pt(place, frame);
                let rect = Rect::from_center_size(frame.page_from_lon_lat(place.at), (2.0 * half, 2.0 * half));
                if rect.overlaps(frame.page()) {
                    let population = place.population.unwrap_or(0);
                    dots.push(Dot { rect, goes_with_name: overlay.is_town(place), population });
                }
            }
        }
        dots
    }

    /// The words that a styling puts beside features.
    pub(super) fn feature_labels(&self, look: &Look, frame: &Frame, candidates: &mut Vec<LabelCandidate>) {
        let palette = look.theme.palette();
        for Shown { overlay, state, .. } in shown(self.dossier(), &look.overlays).rev() {
            let Some(labels) = &state.styling.labels else { continue };
            let kinds = overlay.kinds(&state.styling);
            let near = frame.page().inflate(40.0, 40.0);
            let mut tried = 0;
            // A point within a ring has no words of its own.
            let owners = &overlay.features.owners().points;
            let alone: Option<HashSet<usize>> = state.styling.clusters.then(|| {
                let found = self.clusters(overlay, &kinds, frame);
                let points = found.iter().filter(|cluster| cluster.is_alone()).flat_map(|cluster| &cluster.points);
                points.filter_map(|point| owners.get(*point as usize).map(|owner| *owner as usize)).collect()
            });
            let finder = Finder::new(&labels.property);
            for feature in 0..overlay.features.count() {
                if tried == MOST_LABELS {
                    break;
                }
                // A look at its bounds is quicker than one at its words, and far quicker than one at its middle.
                let is_near = |bounds: [f64; 4]| near.overlaps(page_bounds(frame, bounds));
                if !kinds.shows(feature) || !overlay.feature_bounds(feature).is_some_and(is_near) {
                    continue;
                }
                let Some(words) = overlay.written(feature, &finder).map(|value| value.words().trim().to_owned()) else {
                    continue;
                };
                let Some(at) = label_place(overlay, feature).filter(|_| !words.is_empty()) else { continue };
                let page = frame.page_from_lon_lat(at);
                if !near.contains(page) {
                    continue;
                }
                tried += 1;
                let is_point = overlay.features.dimension(feature) == Some(Dimension::Point);
                if is_point && alone.as_ref().is_some_and(|alone| !alone.contains(&feature)) {
                    continue;
                }
                let shift = |down_pt: f64| Point::new(page.x, page.y + down_pt);
                let anchor = match labels.placement {
                    LabelPlacement::Auto if is_point => Anchor::Around { point: page, radius_pt: 6.5 },
                    LabelPlacement::Auto | LabelPlacement::Over => Anchor::Centered(page),
                    LabelPlacement::Above => Anchor::Centered(shift(-0.9 * labels.size_pt - 4.0)),
                    LabelPlacement::Below => Anchor::Centered(shift(0.9 * labels.size_pt + 4.0)),
                };
                let line = LabelLine {
                    text: words.clone(),
                    face: Face::Sans,
                    size_pt: labels.size_pt,
                    color: palette.label,
                    letter_spacing_pt: 0.0,
                };
                // What the user asked for goes before what the map has, in the order of the file; but a pin's label gives
                // way to the names of towns, by which readers find their way.
                let order = feature.min(100_000) as f64;
                candidates.push(LabelCandidate {
                    priority: if is_point { labels::BELOW_CITIES - 1e-3 * order } else { 2e9 - order },
                    lines: vec![line],
                    anchor,
                    halo: palette.halo,
                    dot: None,
                    key: format!("{} {feature} {words}", overlay.id),
                    repeat_pt: 0.0,
                    leader_pt: 0.0,
                });
            }
        }
    }
}

/// Where rings with numbers are drawn in a frame in place of points of an overlay.
pub fn rings(overlay: &Overlay, styling: &Arc<Styling>, frame: &Frame) -> Vec<Rect> {
    if !styling.clusters || overlay.opened_from.is_none() {
        return Vec::new();
    }
    let found = clusters(overlay, &overlay.kinds(styling), frame);
    found.iter().filter(|cluster| !cluster.is_alone()).map(Cluster::rect).collect()
}

/// The rings of an overlay in a frame, and of which kinds its features were then.
#[derive(Debug)]
pub(super) struct KnownRings {
    overlay: String,
    kinds: Arc<Kinds>,
    frame: Frame,
    found: Arc<Vec<Cluster>>,
}

impl Scene {
    /// The rings and the lone points of an overlay in a frame.
    fn clusters(&self, overlay: &Overlay, kinds: &Arc<Kinds>, frame: &Frame) -> Arc<Vec<Cluster>> {
        // What a thread has left half done is nothing.
        let known = || self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known =
            |it: &&KnownRings| it.overlay == overlay.id && Arc::ptr_eq(&it.kinds, kinds) && it.frame == *frame;
        if let Some(it) = known().as_ref().filter(is_known) {
            return Arc::clone(&it.found);
        }
        // Nobody waits meanwhile.
        let found = Arc::new(clusters(overlay, kinds, frame));
        let (overlay, kinds, frame) = (overlay.id.clone(), Arc::clone(kinds), *frame);
        *known() = Some(KnownRings { overlay, kinds, frame, found: Arc::clone(&found) });
        found
    }

    /// The points of a file that the ring or the dot at a place stands for, on screen.
    pub(super) fn points_of_ring(
        &self,
        overlay: &Overlay,
        kinds: &Arc<Kinds>,
        frame: &Frame,
        at: Coord<f64>,
    ) -> Vec<usize> {
        let found = self.clusters(overlay, kinds, frame);
        let page = frame.page_from_lon_lat(at);
        // The largest lie on top.
        let under = found.iter().rev().find(|cluster| cluster.at.distance(page) <= cluster.radius_pt() + 1.0);
        under.map_or_else(Vec::new, |cluster| cluster.points.iter().map(|point| *point as usize).collect())
    }
}

/// The lines of an overlay, or the outlines of its areas, on and near the page in small pieces, until there are more than
/// `most`.
fn small_pieces(overlay: &Overlay, frame: &Frame, closed: bool, most: usize) -> Vec<Line> {
    let near = frame.page().inflate(PIECE_PT, PIECE_PT);
    let mut pieces = Vec::new();
    for edge in edges_of(overlay, frame, closed) {
        // What reaches far beyond the page is left alone: it has few corners, and countless steps.
        let length = edge.p0.distance(edge.p1);
        if !length.is_finite() || length > 4000.0 || !Rect::from_points(edge.p0, edge.p1).overlaps(near) {
            continue;
        }
        if pieces.len() > most {
            break;
        }
        pieces.extend(in_pieces(edge, PIECE_PT));
    }
    pieces
}

/// Whether the outlines of the areas of an overlay that lie all within a frame are more than so many pieces, for each has
/// three: a look at their corners is quicker than the outlines of all.
fn has_more_outlines_in(overlay: &Overlay, frame: &Frame, most: usize) -> bool {
    let (polygons, most) = (overlay.shape.polygons(), most / 3);
    if polygons.len() <= most {
        return false;
    }
    let bounds = frame.lon_lat_bounds();
    let is_in = |at: &Coord<f64>| is_within([at.x, at.y, at.x, at.y], bounds);
    polygons.iter().filter(|polygon| polygon.exterior().0.iter().all(is_in)).nth(most).is_some()
}

/// The dot of a place on the page.
#[derive(Debug, Clone)]
pub(super) struct Dot {
    pub(super) rect: Rect,
    /// Whether it is a town's, which gives way to the names of others where there is no room for its own.
    pub(super) goes_with_name: bool,
    /// Inhabitants of the place, if it is a town of which they are known.
    pub(super) population: u64,
}

/// Where the words of a feature stand: within its largest polygon, at the middle of its longest line, at its first point.
fn label_place(overlay: &Overlay, feature: usize) -> Option<Coord<f64>> {
    let (polygons, lines, points) = overlay.features.parts(&overlay.shape, feature);
    if !polygons.is_empty() {
        return largest_label_point(&MultiPolygon(polygons.to_vec()), 200.0);
    }
    let longest = lines.iter().map(|line| (line_length_m(line), line)).max_by(|(a, _), (b, _)| a.total_cmp(b));
    if let Some((length_m, line)) = longest {
        return middle_of(line, length_m);
    }
    points.first().copied()
}

/// Half way along a line.
fn middle_of(line: &LineString<f64>, length_m: f64) -> Option<Coord<f64>> {
    let mut left_m = length_m / 2.0;
    for pair in line.0.windows(2) {
        let step_m = line_length_m(&LineString(pair.to_vec()));
        if step_m >= left_m && step_m > 0.0 {
            return Some(pair[0] + (pair[1] - pair[0]) * (left_m / step_m));
        }
        left_m -= step_m;
    }
    line.0.last().copied()
}

/// What a rectangle of degrees takes of the page.
fn page_bounds(frame: &Frame, [west, south, east, north]: [f64; 4]) -> Rect {
    let corner = |x: f64, y: f64| frame.page_from_lon_lat(Coord { x, y });
    // A point has no extent, and overlaps nothing.
    Rect::from_points(corner(west, north), corner(east, south)).inflate(0.5, 0.5)
}

fn point_looks(overlay: &Overlay, kinds: &Kinds, theme: Theme) -> Vec<PointLook> {
    kinds_in(kinds, theme).iter().map(|kind| PointLook::of(&kind.style, theme, overlay.opened_from.is_some())).collect()
}

/// An overlay on its way to the display list.
struct Drawn<'a> {
    overlay: &'a Overlay,
    kinds: &'a Kinds,
    theme: Theme,
    frame: &'a Frame,
    pixels_per_pt: f64,
    names: &'a PlacedNames,
    /// The place that is selected: it is drawn in any case.
    chosen: Option<usize>,
    /// Its points, where those that lie close together are one ring.
    clusters: Option<Arc<Vec<Cluster>>>,
}

impl Drawn<'_> {
    /// Its areas, lines and places.
    fn tiers(&self) -> [Vec<Item>; 3] {
        let shape = &*self.overlay.shape;
        // Features that lie over each other would make holes in one path.
        let as_one = self.kinds.is_one() && (self.overlay.opened_from.is_none() || self.overlay.features.count() == 1);
        match (self.kinds.list(), shape) {
            ([kind], Shape::Area(_)) if as_one => {
                let style = style_in(self.overlay, kind, self.theme, self.frame);
                let path = self.path_of_areas();
                [path.map_or_else(Vec::new, |path| style.items_for_area(path, self.origin())), Vec::new(), Vec::new()]
            }
            ([kind], Shape::Line(_)) if as_one => {
                let style = style_of(&kind.style, self.theme);
                let path = path_of(self.overlay.levels(), self.frame);
                [Vec::new(), path.map_or_else(Vec::new, |path| style.items_for_line(path)), Vec::new()]
            }
            _ => {
                let [areas, lines] = self.by_feature();
                [areas, lines, self.points()]
            }
        }
    }

    fn origin(&self) -> Point {
        self.frame.page_from_world() * ANCHOR
    }

    /// The areas as one path. Where they are drawn for the first time nothing of them is kept.
    fn path_of_areas(&self) -> Option<Arc<Path>> {
        let (overlay, frame) = (self.overlay, self.frame);
        if overlay.is_first_drawn() {
            let page_from_world = frame.page_from_world();
            let mut path = Path::new();
            let add = |points: &[Point], closed: bool, _: usize| add_ring(points, closed, page_from_world, &mut path);
            if let Some(bounds) = overlay.at_one_zoom(frame.view.zoom, add) {
                return is_near_page(bounds, frame).then(|| Arc::new(path));
            }
        }
        path_of(overlay.levels(), frame)
    }

    /// Areas and lines, feature by feature.
    fn by_feature(&self) -> [Vec<Item>; 2] {
        let (overlay, frame) = (self.overlay, self.frame);
        if overlay.shape.polygons().is_empty() && overlay.shape.lines().is_empty() {
            return Default::default();
        }
        let mut features = ByFeature {
            styles: kinds_in(self.kinds, self.theme).iter().map(|kind| style_of(&kind.style, self.theme)).collect(),
            drawn: self,
            page_from_world: frame.page_from_world(),
            near: frame.page().inflate(32.0, 32.0),
            polygons: overlay.shape.polygons().len(),
            open: None,
            path: Path::new(),
            bounds: None,
            items: Default::default(),
        };
        if let Some(tolerance) = tolerance_world(frame.view.zoom, self.pixels_per_pt)
            && overlay.is_first_drawn()
        {
            // Where it is drawn for the first time nothing of it is kept.
            overlay.at_tolerance(tolerance, |points, closed, part| features.add(points, closed, part));
        } else {
            for ring in overlay.levels().at_zoom(frame.view.zoom).iter().filter(|ring| ring.points.len() > 1) {
                features.add(&ring.points, ring.closed, ring.part);
            }
        }
        features.finish();
        features.items
    }

    fn points(&self) -> Vec<Item> {
        let places = self.overlay.shape.places();
        if places.is_empty() {
            return Vec::new();
        }
        let looks = point_looks(self.overlay, self.kinds, self.theme);
        let owners = &self.overlay.features.owners().points;
        let is_own = self.overlay.opened_from.is_some();
        if let Some(clusters) = &self.clusters {
            return self.points_in_clusters(clusters, &looks);
        }
        let page = self.frame.page().inflate(24.0, 24.0);
        if let Some(items) = is_own.then(|| self.marks_in_layers(&looks, page)).flatten() {
            return items;
        }
        let mut items = Vec::new();
        let mut dots: Vec<(Point, f64)> = Vec::new();
        let mut dots_of: Option<usize> = None;
        fn flush(items: &mut Vec<Item>, look: Option<&PointLook>, dots: &mut Vec<(Point, f64)>) {
            if let Some(PointLook::Dots(style, _)) = look {
                items.extend(style.items_for_points(dots));
            }
            dots.clear();
        }
        for (index, place) in places.iter().enumerate() {
            let kind = owners.get(index).map_or(Some(0), |owner| self.kinds.index_of(*owner as usize));
            let Some(kind) = kind.filter(|kind| self.kinds.list()[*kind].shown) else { continue };
            let at = self.frame.page_from_lon_lat(place.at);
            if is_own && !page.contains(at) {
                continue;
            }
            let is_left_out = || !is_named(place, self.frame) || self.names.hides(at);
            if self.overlay.is_town(place) && self.chosen != Some(index) && is_left_out() {
                continue;
            }
            if dots_of != Some(kind) {
                flush(&mut items, dots_of.map(|kind| &looks[kind]), &mut dots);
                dots_of = Some(kind);
            }
            match &looks[kind] {
                look @ PointLook::Dots(..) => dots.push((at, look.radius_pt(place, self.frame))),
                PointLook::Marker(marker) => items.extend(marker.items(at)),
            }
        }
        flush(&mut items, dots_of.map(|kind| &looks[kind]), &mut dots);
        items
    }

    /// The points of a file, those that lie close together as one ring.
    fn points_in_clusters(&self, clusters: &[Cluster], looks: &[PointLook]) -> Vec<Item> {
        let places = self.overlay.shape.places();
        let owners = &self.overlay.features.owners().points;
        let kind_of = |point: u32| self.kinds.index_of(*owners.get(point as usize)? as usize);
        let colors: Vec<Color> = looks.iter().map(|look| look.color(self.theme)).collect();
        let mut items = Vec::new();
        for cluster in clusters {
            if !cluster.is_alone() {
                items.extend(cluster.items(self.theme, &colors, kind_of));
                continue;
            }
            for point in cluster.points.iter().copied() {
                let look = kind_of(point).and_then(|kind| looks.get(kind));
                match (look, places.get(point as usize)) {
                    (Some(PointLook::Dots(style, own_pt)), Some(place)) => {
                        let radius_pt = own_pt.unwrap_or_else(|| radius_pt(place, self.frame));
                        items.extend(style.items_for_points(&[(cluster.at, radius_pt)]));
                    }
                    (Some(PointLook::Marker(marker)), _) => items.extend(marker.items(cluster.at)),
                    (None, _) | (_, None) => {}
                }
            }
        }
        items
    }

    /// The points of a file as few paths; `None` where some have words in them.
    fn marks_in_layers(&self, looks: &[PointLook], page: Rect) -> Option<Vec<Item>> {
        let owners = &self.overlay.features.owners().points;
        let mut stamps: Vec<Stamp> = Vec::new();
        let mut known: HashMap<(usize, u64), usize> = HashMap::new();
        let mut marks = Vec::new();
        for (place, owner) in self.overlay.shape.places().iter().zip(owners) {
            let Some(kind) = self.kinds.index_of(*owner as usize).filter(|kind| self.kinds.list()[*kind].shown) else {
                continue;
            };
            let at = self.frame.page_from_lon_lat(place.at);
            if !page.contains(at) {
                continue;
            }
            let radius_pt = looks[kind].radius_pt(place, self.frame);
            let stamp = match known.entry((kind, radius_pt.to_bits())) {
                Entry::Occupied(entry) => *entry.get(),
                Entry::Vacant(entry) => {
                    stamps.push(Stamp::of(match &looks[kind] {
                        PointLook::Dots(style, _) => style.items_for_points(&[(Point::ZERO, radius_pt)]),
                        PointLook::Marker(marker) => marker.items(Point::ZERO),
                    })?);
                    *entry.insert(stamps.len() - 1)
                }
            };
            marks.push((stamp, at));
        }
        Some(layers::of_marks(&stamps, &marks))
    }
}

/// Rings and lines on their way to one path for each feature.
struct ByFeature<'a> {
    drawn: &'a Drawn<'a>,
    styles: Vec<OverlayStyle>,
    page_from_world: Affine,
    near: Rect,
    /// Parts before this number are polygons, those from it on lines.
    polygons: usize,
    /// The feature and the dimension of the path.
    open: Option<(usize, Dimension)>,
    path: Path,
    bounds: Option<Rect>,
    items: [Vec<Item>; 2],
}

impl ByFeature<'_> {
    fn add(&mut self, points: &[Point], closed: bool, part: usize) {
        let owners = self.drawn.overlay.features.owners();
        let (owner, dimension) = match part.checked_sub(self.polygons) {
            None => (owners.areas.get(part), Dimension::Area),
            Some(line) => (owners.lines.get(line), Dimension::Line),
        };
        let feature = owner.map_or(0, |owner| *owner as usize);
        if self.open != Some((feature, dimension)) {
            self.finish();
            self.open = Some((feature, dimension));
        }
        if self.drawn.kinds.shows(feature) {
            add_ring(points, closed, self.page_from_world, &mut self.path);
            let around = bounds(points);
            self.bounds = Some(self.bounds.map_or(around, |bounds| bounds.union(around)));
        }
    }

    /// Draws the path of the feature that has been added last.
    fn finish(&mut self) {
        let bounds = self.bounds.take();
        let (Some((feature, dimension)), Some(bounds)) = (self.open.take(), bounds) else { return };
        // No more memory than it takes.
        let path = self.path.clone();
        self.path.clear();
        if !self.page_from_world.transform_rect_bbox(bounds).overlaps(self.near) {
            return;
        }
        let Some(style) = self.drawn.kinds.index_of(feature).and_then(|kind| self.styles.get(kind)) else { return };
        let path = Arc::new(path);
        match dimension {
            Dimension::Area => self.items[0].extend(style.items_for_area(path, self.drawn.origin())),
            Dimension::Line | Dimension::Point => self.items[1].extend(style.items_for_line(path)),
        }
    }
}

fn bounds(points: &[Point]) -> Rect {
    let first = points.first().copied().unwrap_or_default();
    points.iter().fold(Rect::from_points(first, first), |rect, point| rect.union_pt(*point))
}

/// A shape's outline on the page; `None` if none of it is near the page.
fn path_of(levels: &Levels, frame: &Frame) -> Option<Arc<Path>> {
    if !is_near_page(levels.bounds_world()?, frame) {
        return None;
    }
    let page_from_world = frame.page_from_world();
    let rings = levels.at_zoom(frame.view.zoom);
    let mut path = Path::with_capacity(rings.iter().map(|ring| ring.points.len() + 1).sum());
    rings.iter().for_each(|ring| add_ring(&ring.points, ring.closed, page_from_world, &mut path));
    Some(Arc::new(path))
}

/// The style of an area that is drawn as one: it steps back where it covers all of the frame.
fn style_in(overlay: &Overlay, kind: &Kind, theme: Theme, frame: &Frame) -> OverlayStyle {
    let style = style_of(&kind.style, theme);
    if covers(overlay, frame) { stepped_back(style) } else { style }
}

/// [`kind_swatch`] of an overlay whose features are drawn as one, as they look in a frame: an area that covers all of it
/// has no more hatch there than on the map.
pub fn kind_swatch_in(overlay: &Overlay, kind: &Kind, theme: Theme, opacity: f64, frame: &Frame) -> SwatchStyle {
    match &*overlay.shape {
        Shape::Area(_) if overlay.opened_from.is_none() || overlay.features.count() == 1 => {
            SwatchStyle::Area(style_in(overlay, kind, theme, frame).with_opacity(opacity))
        }
        _ => kind_swatch(overlay, kind, theme, opacity),
    }
}

/// How a kind of an overlay's features is drawn at an opacity of 0 to 1, for a swatch.
pub fn kind_swatch(overlay: &Overlay, kind: &Kind, theme: Theme, opacity: f64) -> SwatchStyle {
    let style = || style_of(&kind.style, theme).with_opacity(opacity);
    match kind.dimension {
        Dimension::Area => SwatchStyle::Area(style()),
        Dimension::Line => SwatchStyle::Line(style()),
        Dimension::Point => match PointLook::of(&kind.style, theme, overlay.opened_from.is_some()) {
            PointLook::Dots(..) => SwatchStyle::Points(style()),
            PointLook::Marker(marker) => SwatchStyle::Marker(marker.with_opacity(opacity)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::dossier::{Dossier, LayerReport, own_layer};
    use crate::formats::geojson;
    use crate::geometry::View;
    use crate::scene::hit::Reach;

    /// So many squares in rows of 40.
    fn squares(count: usize) -> Overlay {
        let feature = |index: usize| {
            let (x, y) = (37.0 + 0.02 * (index % 40) as f64, 48.0 + 0.02 * (index / 40) as f64);
            let corners = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01), (0.0, 0.0)];
            let ring: Vec<String> =
                corners.iter().map(|(east, north)| format!("[{},{}]", x + east, y + north)).collect();
            let ring = ring.join(",");
            format!(
                r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
            )
        };
        let all = (0..count).map(feature).collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"type":"FeatureCollection","features":[{all}]}}"#);
        own_layer("squares", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0
    }

    /// The dashes of the outline of what is selected on a day, and what a click finds; `None` where nothing is outlined.
    fn selected_on(day: &str) -> (Option<bool>, usize) {
        let report =
            |day: &str| LayerReport { layer: Arc::new(squares(1)), day: day.parse().unwrap(), excerpts: Vec::new() };
        let reports = [report("2025-02-01"), report("2025-02-04")];
        let whole = reports[0].layer.of_layers(&reports, Vec::new()).unwrap();
        let layer = whole.on(Some(day.parse().unwrap())).unwrap_or(whole);
        let id = layer.id.clone();
        let dossier = Dossier::empty().with_own_layers(&[Arc::new(layer)]).unwrap();
        let document = Document::new(&dossier, 1000.0, 700.0);
        let look = Look { highlighted: vec![id], ..Look::of(&document, Theme::Light, 1.0) };
        let at = Coord { x: 37.005, y: 48.005 };
        let frame = Frame::new(View { center: at, zoom: 12.0 }, 1000.0, 700.0);
        let scene = Scene::new(dossier);
        let dashed = scene.selection(&look, &frame).0.map(|item| match item {
            Item::Group(group) => {
                let is_dashed = |item: &Item| matches!(item, Item::Stroke { stroke, .. } if !stroke.dash_pt.is_empty());
                group.items.iter().any(is_dashed)
            }
            other => panic!("{other:?}"),
        });
        (dashed, scene.hits_of_all(at, Reach::OnScreen(frame)).len())
    }

    #[test]
    fn what_is_selected_is_outlined_as_it_is_reported_and_before_all_reports_it_is_nowhere() {
        assert_eq!(selected_on("2025-02-04"), (Some(false), 1));
        assert_eq!(selected_on("2025-02-03"), (Some(true), 1), "the last report stands");
        assert_eq!(selected_on("2025-01-31"), (None, 0));
    }

    #[test]
    fn many_outlines_are_told_by_a_look_at_corners_as_by_their_pieces() {
        let frame = |lon: f64| Frame::new(View { center: Coord { x: lon, y: 48.2 }, zoom: 10.0 }, 1000.0, 700.0);
        for (count, lon, are_many) in [(600, 37.4, true), (100, 37.4, false), (600, 38.1, false), (600, 30.0, false)] {
            let (overlay, frame) = (squares(count), frame(lon));
            assert_eq!(has_more_outlines_in(&overlay, &frame, 1500), are_many, "{count} about {lon}");
            // What a look at corners calls many is many.
            assert!(!are_many || small_pieces(&overlay, &frame, true, 1500).len() > 1500, "{count} about {lon}");
        }
    }
}
