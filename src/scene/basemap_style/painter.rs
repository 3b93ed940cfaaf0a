//! Tiles made into items and names, layer by layer.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use kurbo::{Line, Point, Rect, Vec2};

use crate::basemap::vector::countries::Countries;
use crate::basemap::{
    Border, BorderRank, BoundaryView, Days, LandArea, LandKind, LocalNames, Place, PlaceKind, RoadKind, Shape,
    TilePlacement, WaterArea, WaterKind, WaterName,
};
use crate::document::Names;
use crate::geometry::Frame;
use crate::geometry::simplify::Levels;
use crate::scene::display_list::{Cap, Color, Face, Item, Path, Stroke};
use crate::scene::labels::{Anchor, LabelCandidate, LabelLine, PIECE_PT, SAME_PLACE_PT};
use crate::scene::text;

use super::cutter::*;
use super::sheet::*;
use super::{BasemapStyle, Relief};

pub(super) struct Painter<'a> {
    pub(super) tiles: &'a [TilePlacement],
    pub(super) frame: &'a Frame,
    pub(super) zoom: f64,
    pub(super) sheet: Sheet,
    pub(super) style: BasemapStyle,
}

impl Painter<'_> {
    /// Each tile with the rectangle to which it is cut: its own square and `beyond`, as far as the page shows it.
    pub(super) fn cut_tiles(&self, beyond_pt: f64) -> impl Iterator<Item = (&TilePlacement, Cutter)> {
        cut_tiles(self.tiles, self.frame, beyond_pt)
    }

    /// Whether a thing is there on the day of the map.
    fn is_there(&self, days: Days) -> bool {
        days.hold(self.style.day)
    }

    pub(super) fn ground(&self, out: &mut Vec<Item>) {
        out.push(Item::Fill { path: Arc::new(rect_path(self.frame.page())), color: self.sheet.palette.land });
    }

    /// The land under the tiles alone.
    pub(super) fn ground_of_tiles(&self, out: &mut Vec<Item>) {
        for (_, cutter) in self.cut_tiles(SEAM_PT) {
            out.push(Item::Fill { path: Arc::new(rect_path(cutter.clip)), color: self.sheet.palette.land });
        }
    }

    pub(super) fn land(&self, out: &mut Vec<Item>) {
        for (placement, mut cutter) in self.cut_tiles(SEAM_PT) {
            // Areas of one kind that do not touch share a path; where they might overlap, even-odd would make holes.
            let mut run: Option<(Color, Path, Vec<Rect>)> = None;
            for LandArea { kind, days, shape } in &placement.tile.land {
                let Some(color) = self.sheet.land(*kind) else {
                    continue;
                };
                let shown = land_shown(*kind, self.zoom);
                if shown == 0.0 || !self.is_there(*days) {
                    continue;
                }
                // Towards the land's own colour, and opaque: neighbouring tiles overlap.
                let color = mix(self.sheet.palette.land, color, shown);
                let mut path = Path::new();
                let Some(bounds) = cutter.area(shape, &mut path) else {
                    continue;
                };
                match &mut run {
                    Some((same, merged, boxes))
                        if *same == color && boxes.len() < 24 && boxes.iter().all(|other| !overlap(*other, bounds)) =>
                    {
                        merged.extend(path.elements());
                        boxes.push(bounds);
                    }
                    _ => {
                        if let Some((color, path, _)) = run.replace((color, path, vec![bounds])) {
                            out.push(Item::Fill { path: Arc::new(path), color });
                        }
                    }
                }
            }
            if let Some((color, path, _)) = run {
                out.push(Item::Fill { path: Arc::new(path), color });
            }
        }
    }

    pub(super) fn relief(&self, relief: Option<&Relief>, out: &mut Vec<Item>) {
        let Some(relief) = relief else { return };
        // Coarser than the page from there on: it would only look dirty.
        let opacity = ramp(self.zoom, 4.5, 5.5) * (1.0 - ramp(self.zoom, 8.5, 10.5));
        let to = self.frame.page_from_world().transform_rect_bbox(relief.world_rect);
        if opacity > 0.0 && overlap(to, self.frame.page()) {
            out.push(Item::Image { image: relief.bitmap.clone(), to, opacity });
        }
    }

    pub(super) fn waterways(&self, out: &mut Vec<Item>) {
        let mut paths: BTreeMap<u32, Path> = BTreeMap::new();
        for (placement, cutter) in self.cut_tiles(SEAM_PT) {
            for line in &placement.tile.waterways {
                let Some(width_pt) = self.waterway_width(line.kind, line.min_zoom) else {
                    continue;
                };
                // Hundredths of a point, so that lines of one width share a path.
                cutter.lines(&line.shape, paths.entry((width_pt * 100.0) as u32).or_default());
            }
        }
        for (width, path) in paths {
            push_stroke(out, path, Stroke::solid(self.sheet.stream, f64::from(width) / 100.0));
        }
    }

    pub(super) fn waterway_width(&self, kind: WaterKind, min_zoom: u8) -> Option<f64> {
        let zoom = self.zoom;
        match kind {
            WaterKind::Stream => (zoom >= 12.0).then(|| width_at(zoom, &[(12.0, 0.5), (15.0, 1.2), (18.0, 3.0)])),
            WaterKind::Canal => (zoom >= 8.0).then(|| width_at(zoom, &[(8.0, 0.6), (12.0, 1.2), (16.0, 4.0)])),
            _ => {
                // A river that shows from afar is a large one. Tiles of other makers do not say: theirs are middling.
                let from = if min_zoom == 0 { 6.0 } else { f64::from(min_zoom.min(9)) };
                let age = zoom - from;
                let large = 1.0 - ramp(from, 2.0, 7.0);
                let grown = width_at(age, &[(-1.0, 0.45), (0.0, 0.6), (2.0, 1.0), (5.0, 1.9), (9.0, 4.0)]);
                (age > -1.2).then_some(grown * (1.0 + 0.25 * large))
            }
        }
    }

    pub(super) fn water(&self, out: &mut Vec<Item>) {
        let mut shore = Path::new();
        for (placement, mut cutter) in self.cut_tiles(SEAM_PT) {
            for WaterArea { kind, days, shape } in &placement.tile.water {
                let mut path = Path::new();
                let is_hidden = *kind == WaterKind::Pool && self.zoom < 14.0 || !self.is_there(*days);
                if is_hidden || cutter.area(shape, &mut path).is_none() {
                    continue;
                }
                out.push(Item::Fill { path: Arc::new(path), color: self.sheet.palette.water });
            }
        }
        let mut former = Path::new();
        for (placement, cutter) in self.cut_tiles(0.0) {
            for area in placement.tile.water.iter().filter(|area| self.is_there(area.days)) {
                cutter.outlines(&area.shape, &mut shore);
            }
            let beds = placement.tile.land.iter().filter(|area| area.kind == LandKind::DryBed);
            for area in beds.filter(|area| self.is_there(area.days)) {
                cutter.outlines(&area.shape, &mut former);
            }
        }
        let width_pt = width_at(self.zoom, &[(2.0, 0.35), (6.0, 0.6), (10.0, 0.9), (16.0, 1.0)]);
        let color = self.sheet.palette.shore;
        push_stroke(out, shore, Stroke::solid(color, width_pt));
        // The shore that was.
        let dash_pt = vec![4.0 * width_pt, 3.0 * width_pt];
        push_stroke(out, former, Stroke { color, width_pt, dash_pt, dash_offset_pt: 0.0, cap: Cap::Butt });
    }

    pub(super) fn buildings(&self, out: &mut Vec<Item>) {
        let shown = ramp(self.zoom, 12.8, 14.0);
        if shown == 0.0 {
            return;
        }
        let mut outlines = Path::new();
        for (placement, mut cutter) in self.cut_tiles(SEAM_PT) {
            let mut path = Path::new();
            for shape in &placement.tile.buildings {
                cutter.area(shape, &mut path);
                if self.zoom >= 14.5 {
                    cutter.outlines(shape, &mut outlines);
                }
            }
            if !path.is_empty() {
                let color = mix(self.sheet.palette.land, self.sheet.building, shown);
                out.push(Item::Fill { path: Arc::new(path), color });
            }
        }
        push_stroke(out, outlines, Stroke::solid(self.sheet.building_line, 0.6));
    }

    pub(super) fn roads(&self, out: &mut Vec<Item>) {
        /// Layers in which ways cross: tunnels under, bridges over.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        enum Level {
            Tunnel,
            Ground,
            Bridge,
        }
        self.schematic_ways(out);
        let mut paths: BTreeMap<(Level, RoadKind, bool), Path> = BTreeMap::new();
        for (placement, cutter) in self.cut_tiles(SEAM_PT) {
            for road in placement.tile.roads.iter().filter(|road| !road.schematic) {
                let (from, _) = road_widths(road.kind);
                if self.zoom < from || f64::from(road.min_zoom) > self.zoom + 1.1 || (road.link && self.zoom < 11.0) {
                    continue;
                }
                let level = match (road.tunnel, road.bridge) {
                    (true, _) => Level::Tunnel,
                    (_, true) if self.zoom >= 13.0 => Level::Bridge,
                    _ => Level::Ground,
                };
                cutter.lines(&road.shape, paths.entry((level, road.kind, road.link)).or_default());
            }
        }
        // From lines of the paper's own shade to streets in white with an edge, as the scale grows.
        let street = ramp(self.zoom, 10.3, 12.3);
        let cased = ramp(self.zoom, 11.0, 12.5);
        for level in [Level::Tunnel, Level::Ground, Level::Bridge] {
            let ways: Vec<(RoadKind, f64, Arc<Path>)> = paths
                .iter()
                .filter(|((at, ..), _)| *at == level)
                .map(|((_, kind, link), path)| {
                    let width_pt = width_at(self.zoom, road_widths(*kind).1) * if *link { 0.65 } else { 1.0 };
                    (*kind, width_pt, Arc::new(path.clone()))
                })
                .collect();
            let is_street = |kind: RoadKind| !matches!(kind, RoadKind::Rail | RoadKind::Path | RoadKind::Ferry);
            let faint = |color: Color| {
                if level == Level::Tunnel { mix(color, self.sheet.palette.land, 0.55) } else { color }
            };
            for (kind, width_pt, path) in &ways {
                if cased > 0.0 && is_street(*kind) && *kind != RoadKind::Aeroway && *width_pt > 1.0 {
                    let edge = width_at(self.zoom, &[(11.0, 0.5), (14.0, 0.7), (18.0, 1.0)]);
                    let mut stroke = Stroke::solid(
                        faint(mix(self.sheet.palette.land, self.sheet.casing, cased)),
                        width_pt + 2.0 * edge,
                    );
                    if level != Level::Ground {
                        stroke.cap = Cap::Butt;
                    }
                    out.push(Item::Stroke { path: path.clone(), stroke });
                }
            }
            for (kind, width_pt, path) in &ways {
                let (color, dash_pt, cap) = match kind {
                    RoadKind::Rail => continue,
                    RoadKind::Path => (self.sheet.path, vec![2.4, 2.0], Cap::Butt),
                    RoadKind::Ferry => (self.sheet.palette.shore, vec![3.0, 4.0], Cap::Butt),
                    RoadKind::Aeroway => (mix(self.sheet.palette.road, self.sheet.casing, 0.5), Vec::new(), Cap::Butt),
                    _ => {
                        let main = *kind >= RoadKind::Trunk;
                        let near = if main { self.sheet.main_street } else { self.sheet.street };
                        let far = if *kind >= RoadKind::Trunk {
                            mix(self.sheet.palette.road, self.sheet.palette.rail, 0.25)
                        } else {
                            self.sheet.palette.road
                        };
                        // White without an edge would be lost on the paper.
                        let edged = street * ramp(*width_pt, 0.8, 1.6);
                        (mix(far, near, edged), Vec::new(), Cap::Round)
                    }
                };
                let stroke = Stroke { color: faint(color), width_pt: *width_pt, dash_pt, dash_offset_pt: 0.0, cap };
                out.push(Item::Stroke { path: path.clone(), stroke });
            }
            for (_, width_pt, path) in ways.iter().filter(|(kind, ..)| *kind == RoadKind::Rail) {
                self.railway(faint(self.sheet.palette.rail), *width_pt, path, out);
            }
        }
    }

    /// Ways that lead from junction to junction and do not follow the ground: thin and pale, in long dashes once they can
    /// be told from the way itself, and gone where streets would be looked for.
    fn schematic_ways(&self, out: &mut Vec<Item>) {
        let mut paths: BTreeMap<RoadKind, Path> = BTreeMap::new();
        for (placement, cutter) in self.cut_tiles(SEAM_PT) {
            for road in placement.tile.roads.iter().filter(|road| road.schematic) {
                let (from, _) = road_widths(road.kind);
                if self.zoom >= from && f64::from(road.min_zoom) <= self.zoom + 1.1 {
                    cutter.lines(&road.shape, paths.entry(road.kind).or_default());
                }
            }
        }
        for (kind, path) in paths {
            let is_rail = kind == RoadKind::Rail;
            let shown = schematic_shown(kind, self.zoom);
            if shown == 0.0 {
                continue;
            }
            let palette = &self.sheet.palette;
            let full = match kind {
                RoadKind::Rail => palette.rail,
                _ if kind >= RoadKind::Trunk => mix(palette.road, palette.rail, 0.25),
                _ => palette.road,
            };
            let width_pt = width_at(self.zoom.min(8.0), road_widths(kind).1) * if is_rail { 0.85 } else { 0.75 };
            // As gaps open slowly, no zoom shows a line change at once.
            let gap_pt = 2.2 * ramp(self.zoom, 6.0, 7.5);
            let dash_pt = match (gap_pt > 0.0, is_rail) {
                (false, _) => Vec::new(),
                (true, false) => vec![7.0, gap_pt],
                (true, true) => vec![4.0, gap_pt, 1.0, gap_pt],
            };
            let color = full.with_opacity(shown);
            push_stroke(out, path, Stroke { color, width_pt, dash_pt, dash_offset_pt: 0.0, cap: Cap::Butt });
        }
    }

    /// A thin line, with sleepers once there is room for them.
    pub(super) fn railway(&self, color: Color, width_pt: f64, path: &Arc<Path>, out: &mut Vec<Item>) {
        out.push(Item::Stroke { path: path.clone(), stroke: Stroke::solid(color, width_pt) });
        if self.zoom > 8.6 {
            let sleepers = Stroke {
                color,
                width_pt: width_pt + width_at(self.zoom, &[(8.6, 1.6), (14.0, 2.8)]),
                dash_pt: vec![width_pt * 0.9, width_at(self.zoom, &[(8.6, 7.0), (14.0, 9.0)])],
                dash_offset_pt: 0.0,
                cap: Cap::Butt,
            };
            out.push(Item::Stroke { path: path.clone(), stroke: sleepers });
        }
    }

    /// The ground of other countries, a shade apart, where the border of the one that the map is about is in view. Views
    /// that draw this border elsewhere have none.
    pub(super) fn abroad(&self, out: &mut Vec<Item>) {
        let Some(ground) = self.home() else { return };
        let page = self.frame.page().inflate(8.0, 8.0);
        let page_from_world = self.frame.page_from_world();
        let mut path = rect_path(page);
        let mut spare = Vec::new();
        let mut any = false;
        for ring in ground.at_zoom(self.frame.view.zoom) {
            let mut points: Vec<Point> = ring.points.iter().map(|point| page_from_world * *point).collect();
            cut_ring(&mut points, &mut spare, page);
            if points.len() > 2 {
                any = true;
                path.add_polyline(points.iter().copied(), true);
            }
        }
        if any {
            out.push(Item::Fill { path: Arc::new(path), color: self.sheet.abroad });
        }
    }

    /// The ground of the country that the map is about.
    fn home(&self) -> Option<&'static Levels> {
        let agrees = matches!(self.style.boundary_view, BoundaryView::UnitedNations | BoundaryView::Ukraine);
        let country = self.style.country.as_deref().filter(|_| agrees)?;
        Countries::builtin().find(country)?.ground.as_ref()
    }

    pub(super) fn borders(&self, out: &mut Vec<Item>, above: &mut Vec<Item>) {
        let view = BoundaryView::ALL.iter().position(|view| *view == self.style.boundary_view).unwrap_or(0);
        let palette = &self.sheet.palette;
        let state_pt = width_at(self.zoom, &[(1.0, 0.5), (4.0, 0.8), (7.0, 1.4), (11.0, 1.9)]);
        let region_pt = width_at(self.zoom, &[(3.0, 0.5), (6.0, 0.8), (9.0, 1.1), (13.0, 1.4)]);
        let local_pt = 0.7;
        // From afar borders are close together: paler, or they would be all that one sees.
        let grown = ramp(self.zoom, 2.5, 6.5);
        let state_color = mix(palette.region_border, palette.state_border, grown);
        let dotted = |color: Color, width_pt: f64| Stroke {
            color,
            width_pt: width_pt * 1.15,
            dash_pt: vec![0.01, width_pt * 2.6],
            dash_offset_pt: 0.0,
            cap: Cap::Round,
        };
        let dashed = |color: Color, width_pt: f64, dash_pt: Vec<f64>| Stroke {
            color,
            width_pt,
            dash_pt,
            dash_offset_pt: 0.0,
            cap: Cap::Butt,
        };
        // A band under a line of long and short dashes: seen beside whatever outline runs along it.
        let state = if grown < 0.5 {
            Stroke::solid(state_color, state_pt)
        } else {
            dashed(state_color, state_pt, vec![7.0 * state_pt, 2.2 * state_pt, 1.6 * state_pt, 2.2 * state_pt])
        };
        let mut band = Path::new();
        let mut lines = Vec::new();
        for (placement, cutter) in self.cut_tiles(0.0) {
            for border in &placement.tile.borders {
                let Some(rank) = border.ranks[view].filter(|_| self.is_there(border.days)) else {
                    continue;
                };
                if f64::from(border.min_zoom) > self.zoom + 1.1 {
                    continue;
                }
                let region_color = palette.region_border.with_opacity(region_shown(border.min_zoom, self.zoom));
                let stroke = match (rank, border.disputed) {
                    (BorderRank::Local, _) if self.zoom < 10.0 => continue,
                    (BorderRank::Region, _) if region_color.a == 0 => continue,
                    (BorderRank::State, disputed) => {
                        cutter.lines(&border.shape, &mut band);
                        let stroke = if disputed { dotted(state_color, state_pt) } else { state.clone() };
                        cutter.broken_lines(&border.shape, &stroke, &mut lines);
                        continue;
                    }
                    (BorderRank::Region, true) => dotted(region_color, region_pt),
                    (BorderRank::Region, false) => dashed(region_color, region_pt, vec![5.0, 3.0]),
                    (BorderRank::Local, _) => dashed(palette.region_border, local_pt, vec![2.0, 3.0]),
                };
                cutter.broken_lines(&border.shape, &stroke, out);
            }
        }
        let band_pt = width_at(self.zoom, &[(1.0, 1.0), (4.0, 2.0), (7.0, 5.2), (11.0, 8.0)]);
        let band = Arc::new(band);
        if !band.is_empty() {
            let halo = Stroke::solid(palette.halo.with_opacity(0.75), band_pt);
            above.push(Item::Stroke { path: band.clone(), stroke: halo });
            let color = self.sheet.border_band;
            above.push(Item::Stroke { path: band, stroke: Stroke::solid(color, band_pt) });
        }
        above.extend(lines);
    }

    /// The borders of states in pieces that names can keep clear of.
    pub(super) fn border_pieces(&self, pieces: &mut Vec<Line>) {
        let view = BoundaryView::ALL.iter().position(|view| *view == self.style.boundary_view).unwrap_or(0);
        for (placement, cutter) in self.cut_tiles(0.0) {
            let is_of_state = |it: &&Border| it.ranks[view] == Some(BorderRank::State) && self.is_there(it.days);
            for border in placement.tile.borders.iter().filter(is_of_state) {
                cutter.runs(&border.shape, false, |run, _| {
                    for pair in run.windows(2) {
                        let steps = (pair[0].distance(pair[1]) / PIECE_PT).ceil().clamp(1.0, 1000.0);
                        let at = |step: usize| pair[0].lerp(pair[1], step as f64 / steps);
                        pieces.extend((0..steps as usize).map(|step| Line::new(at(step), at(step + 1))));
                    }
                });
            }
        }
    }

    pub(super) fn labels(&self, labels: &mut Vec<LabelCandidate>) {
        let near_page = self.frame.page().inflate(4.0, 4.0);
        for placement in self.tiles {
            // A point in the margin belongs to the neighbour.
            let own = |at: [f32; 2]| -> Option<Point> {
                let [x, y] = at.map(f64::from);
                let part = placement.part;
                let inside = x >= part.x0 && x < part.x1 && y >= part.y0 && y < part.y1;
                Some(placement.page_from_tile * Point::new(x, y)).filter(|at| inside && near_page.contains(*at))
            };
            for place in &placement.tile.places {
                if let Some(at) = own(place.at) {
                    labels.extend(self.place_label(place, at));
                }
            }
            for name in placement.tile.water_names.iter().filter(|name| self.is_there(name.days)) {
                labels.extend(self.water_label(name, placement, &own));
            }
        }
        self.give_way(labels);
    }

    /// Leaves out towns abroad that bear the name of a larger one in view, in the country that the map is about.
    fn give_way(&self, labels: &mut Vec<LabelCandidate>) {
        let Some(ground) = self.home() else { return };
        let world_from_page = self.frame.page_from_world().inverse();
        let rings = ground.at_zoom(self.frame.view.zoom);
        let is_home =
            |at: Point| rings.iter().filter(|ring| holds(&ring.points, world_from_page * at)).count() % 2 == 1;
        let mut first: HashMap<&str, (Point, f64)> = HashMap::new();
        let mut namesakes: HashSet<&str> = HashSet::new();
        for label in labels.iter() {
            let Some(at) = label.place() else { continue };
            match first.entry(&label.key) {
                Entry::Vacant(entry) => drop(entry.insert((at, label.priority))),
                Entry::Occupied(_) => drop(namesakes.insert(&label.key)),
            }
        }
        if namesakes.is_empty() {
            return;
        }
        let mut highest_at_home: HashMap<String, f64> = HashMap::new();
        let mut abroad = vec![false; labels.len()];
        for (index, label) in labels.iter().enumerate() {
            let Some(at) = label.place().filter(|_| namesakes.contains(label.key.as_str())) else { continue };
            if is_home(at) {
                let highest = highest_at_home.entry(label.key.clone()).or_insert(label.priority);
                *highest = highest.max(label.priority);
            } else {
                abroad[index] = true;
            }
        }
        let mut index = 0;
        labels.retain(|label| {
            let gives_way = abroad[index] && highest_at_home.get(&label.key).is_some_and(|it| *it >= label.priority);
            index += 1;
            !gives_way
        });
    }

    pub(super) fn place_label(&self, place: &Place, at: Point) -> Option<LabelCandidate> {
        if place.kind == PlaceKind::Country && self.style.grounds_named {
            return None;
        }
        let zoom = self.zoom;
        let palette = &self.sheet.palette;
        let rank = f64::from(place.population_rank);
        let people = f64::from(place.population.max(1)).log10() / 10.0;
        // Names come in a little before their own zoom: the greedy pass thins them where it is crowded.
        if f64::from(place.min_zoom) > zoom + 1.25 {
            return None;
        }
        let line = |size_pt: f64, face: Face, color: Color, spacing_em: f64| Type { size_pt, face, color, spacing_em };
        // A name that ends at a zoom goes within the last quarter of a zoom before it.
        let faded = |color: Color, until: f64| color.with_opacity(1.0 - ramp(zoom, until - 0.25, until));
        let million = place.population >= 1_000_000;
        let (first, priority, dot_pt, second_from) = match place.kind {
            PlaceKind::Country if (1.0..6.2).contains(&zoom) => {
                let size = width_at(zoom, &[(1.0, 10.0), (5.0, 15.0)]);
                (line(size, Face::SansSemiBold, faded(palette.region_label, 6.2), 0.12), 620.0, None, 3.6)
            }
            PlaceKind::Region if (4.4..9.0).contains(&zoom) => {
                let size = width_at(zoom, &[(4.5, 9.5), (8.0, 11.5)]);
                (line(size, Face::Sans, faded(palette.region_label, 9.0), 0.08), 350.0, None, 99.0)
            }
            PlaceKind::City => {
                let grown = width_at(zoom, &[(3.0, 0.8), (6.0, 1.0), (11.0, 1.15)]);
                let base = if million {
                    14.5
                } else if place.population >= 300_000 {
                    13.5
                } else {
                    12.5
                };
                let dot = if million { 3.0 } else { 2.6 };
                (line(base * grown, Face::SansSemiBold, palette.label, 0.0), 600.0, Some(dot), 4.8)
            }
            PlaceKind::Town => {
                let size = width_at(zoom, &[(5.0, 10.5), (8.0, 11.5), (11.0, 13.0)]);
                (line(size, Face::Sans, palette.label, 0.0), 400.0, Some(2.0), 6.6)
            }
            PlaceKind::Village if zoom >= 6.0 => {
                let size = width_at(zoom, &[(8.0, 10.0), (11.0, 10.5), (13.0, 12.0)]);
                (line(size, Face::Sans, mix(palette.label, self.sheet.second_label, 0.5), 0.0), 200.0, Some(1.5), 8.6)
            }
            PlaceKind::Quarter if zoom >= 11.5 => {
                let size = width_at(zoom, &[(11.5, 10.0), (15.0, 12.0)]);
                (line(size, Face::Sans, self.sheet.second_label, 0.06), 100.0, None, 13.0)
            }
            _ => return None,
        };
        let (lines, key) = self.lines(&place.names, first, zoom >= second_from, self.sheet.second_label)?;
        let dot_pt = dot_pt.filter(|_| zoom < 12.2);
        let shrunk = 1.0 - 0.9 * ramp(zoom, 11.4, 12.2);
        let dot = dot_pt.map(|radius_pt| (radius_pt * shrunk, mix(palette.label, palette.land, 0.15), palette.halo));
        let anchor = match dot_pt {
            Some(radius_pt) => Anchor::Around { point: at, radius_pt: radius_pt + 0.5 },
            None if place.kind == PlaceKind::Country => Anchor::Centered(at),
            None if place.kind == PlaceKind::Region => {
                Anchor::AnyOf([0.0, 22.0, -22.0, 44.0, -44.0].map(|down| at + Vec2::new(0.0, down)).into())
            }
            None => Anchor::Over(at),
        };
        let leader_pt = if place.kind == PlaceKind::City { 30.0 } else { 0.0 };
        let early = f64::from(place.min_zoom.min(20));
        let priority = priority + 6.0 * rank - 4.0 * early + people;
        let repeat_pt =
            if matches!(place.kind, PlaceKind::Country | PlaceKind::Region) { 300.0 } else { SAME_PLACE_PT };
        let shown = lines.first().map_or(1.0, |line| f64::from(line.color.a) / 255.0);
        let halo = palette.halo.with_opacity(0.9 * shown);
        Some(LabelCandidate { priority, lines, anchor, halo, dot, key, repeat_pt, leader_pt })
    }

    pub(super) fn water_label(
        &self,
        name: &WaterName,
        placement: &TilePlacement,
        own: &dyn Fn([f32; 2]) -> Option<Point>,
    ) -> Option<LabelCandidate> {
        let zoom = self.zoom;
        if f64::from(name.min_zoom) > zoom + 0.75 || name.kind == WaterKind::Sea && self.style.grounds_named {
            return None;
        }
        let color = self.sheet.palette.water_ink;
        let of = |size_pt: f64, spacing_em: f64| Type { size_pt, face: Face::SerifItalic, color, spacing_em };
        let (first, priority, repeat_pt) = match name.kind {
            WaterKind::Ocean => (of(width_at(zoom, &[(1.0, 12.0), (4.0, 18.0)]), 0.2), 630.0, 900.0),
            WaterKind::Sea => (of(width_at(zoom, &[(2.0, 10.5), (5.0, 14.0), (8.0, 19.0)]), 0.14), 615.0, 600.0),
            WaterKind::Bay => (of(width_at(zoom, &[(5.0, 10.0), (9.0, 13.0)]), 0.06), 300.0, 300.0),
            WaterKind::Lake | WaterKind::Pool => (of(width_at(zoom, &[(6.0, 10.0), (12.0, 12.5)]), 0.02), 230.0, 200.0),
            WaterKind::River | WaterKind::Canal | WaterKind::Stream => {
                let from = if name.min_zoom == 0 { 7.0 } else { f64::from(name.min_zoom) };
                let size = width_at(zoom - from, &[(0.0, 10.0), (3.0, 11.5), (6.0, 13.0)]);
                (of(size, 0.06), 320.0 - 10.0 * f64::from(name.min_zoom.min(20)), 420.0)
            }
        };
        let halo = if matches!(name.kind, WaterKind::River | WaterKind::Canal | WaterKind::Stream) {
            self.sheet.palette.land.with_opacity(0.85)
        } else {
            self.sheet.palette.water.with_opacity(0.85)
        };
        let (lines, key, anchor) = if let [at] = name.shape.positions() {
            let (lines, key) = self.lines(&name.names, first, zoom >= 4.0, color)?;
            (lines, key, Anchor::Centered(own(*at)?))
        } else {
            if zoom < 5.0 {
                return None;
            }
            let course = self.course(&name.shape, placement)?;
            let (mut lines, key) = self.lines(&name.names, first, false, color)?;
            lines.truncate(1);
            (lines, key, Anchor::Along(course))
        };
        Some(LabelCandidate { priority, lines, anchor, halo, dot: None, key, repeat_pt, leader_pt: 0.0 })
    }

    /// The longest stretch of a river within its tile, on the page.
    pub(super) fn course(&self, shape: &Shape, placement: &TilePlacement) -> Option<Arc<[Point]>> {
        // The whole square and not what the page shows of it, so that panning does not shift the name.
        let cutter = Cutter::new(placement.page_from_tile, placement.page_rect());
        if !overlap(cutter.clip, self.frame.page()) {
            return None;
        }
        let mut longest: Vec<Point> = Vec::new();
        let mut longest_pt = 0.0;
        cutter.runs(shape, false, |run, _| {
            let length_pt: f64 = run.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
            if length_pt > longest_pt {
                longest_pt = length_pt;
                longest = run.to_vec();
            }
        });
        (longest_pt > 60.0).then(|| longest.into())
    }

    /// The lines of a label in the reader's language, and its key: the English name if there is one.
    pub(super) fn lines(
        &self,
        names: &LocalNames,
        first: Type,
        with_second: bool,
        second_color: Color,
    ) -> Option<(Vec<LabelLine>, String)> {
        let Names { first: language, second } = &self.style.names;
        let key = names.in_language_or_local("en")?.to_owned();
        let main = names.in_language_or_its_fallback(language.tag())?;
        let under = second.as_ref().filter(|_| with_second).and_then(|language| names.get(language.tag()));
        let line = |text: &str, size_pt: f64, face: Face, color: Color| LabelLine {
            text: text::without_lacking_marks(text, face).into_owned(),
            face,
            size_pt: (size_pt * 4.0).round() / 4.0,
            color,
            letter_spacing_pt: size_pt * first.spacing_em,
        };
        let mut lines = vec![line(main, first.size_pt, first.face, first.color)];
        if let Some(under) = under.filter(|under| *under != main) {
            let face = if first.face == Face::SansSemiBold { Face::Sans } else { first.face };
            lines.push(line(under, (first.size_pt * 0.82).max(9.0), face, second_color));
        }
        Some((lines, key))
    }
}

/// See [`Painter::cut_tiles`].
pub(super) fn cut_tiles<'a>(
    tiles: &'a [TilePlacement],
    frame: &Frame,
    beyond_pt: f64,
) -> impl Iterator<Item = (&'a TilePlacement, Cutter)> + use<'a> {
    let page = frame.page().inflate(32.0, 32.0);
    tiles.iter().filter_map(move |placement| {
        let square = placement.page_rect().inflate(beyond_pt, beyond_pt);
        let clip = square.intersect(page);
        (!clip.is_zero_area()).then(|| (placement, Cutter::new(placement.page_from_tile, clip)))
    })
}

/// How a name is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) size_pt: f64,
    pub(super) face: Face,
    pub(super) color: Color,
    pub(super) spacing_em: f64,
}

/// How far neighbouring tiles overlap, in points: enough to hide the antialiased edge.
pub(super) const SEAM_PT: f64 = 0.5;

pub(super) fn push_stroke(out: &mut Vec<Item>, path: Path, stroke: Stroke) {
    if !path.is_empty() {
        out.push(Item::Stroke { path: Arc::new(path), stroke });
    }
}

pub(super) fn rect_path(rect: Rect) -> Path {
    let mut path = Path::new();
    path.move_to((rect.x0, rect.y0));
    path.line_to((rect.x1, rect.y0));
    path.line_to((rect.x1, rect.y1));
    path.line_to((rect.x0, rect.y1));
    path.close_path();
    path
}

/// Whether a ring holds a point.
fn holds(ring: &[Point], at: Point) -> bool {
    let crossed =
        |a: Point, b: Point| (a.y > at.y) != (b.y > at.y) && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x);
    ring.windows(2).filter(|pair| crossed(pair[0], pair[1])).count() % 2 == 1
}

pub(super) fn overlap(a: Rect, b: Rect) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}
