//! How the map under the overlays looks: quiet paper, in ink or in white, drawn from vector tiles.
//!
//! The overlays are the only colour. Everything here is a shade of the page, so that a shape laid over it is read
//! first; water is the one hue. Ways, borders and names come by scale as on a printed atlas: few and thin from afar.
//!
//! # Seams
//! Each tile carries a margin of its neighbours' ground. Areas are cut to the tile and a hair beyond, and their
//! colours are opaque, so that neighbours overlap unseen and no seam shows; outlines are not drawn along the cut.

use std::collections::BTreeMap;
use std::sync::Arc;

use kurbo::{Affine, Point, Rect};

use super::display_list::{Bitmap, Cap, Color, Face, Group, Item, Path, Stroke};
use super::labels::{Anchor, LabelCandidate, LabelLine, SAME_PLACE_PT};
use super::palette::{Palette, Theme, grey};
use crate::basemap::raster::RasterPlacement;
use crate::basemap::{
    BorderRank, BoundaryView, Hillshade, HillshadeTone, LandKind, LocalNames, Place, PlaceKind, RoadKind, Shape,
    TilePlacement, WaterKind, WaterName,
};
use crate::document::Names;
use crate::geometry::{Frame, clip};

/// Choices that the reader makes about the map.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct BasemapStyle {
    /// Light or dark.
    pub theme: Theme,
    /// Language of the labels.
    pub names: Names,
    /// Whose view of the borders is drawn.
    pub boundary_view: BoundaryView,
}

/// Relief tinted for one theme. Made once and kept: see [`Relief::new`].
#[derive(Debug, Clone)]
pub struct Relief {
    bitmap: Arc<Bitmap>,
    world_rect: Rect,
}

impl Relief {
    /// Tints relief for a theme.
    pub fn new(hillshade: &Hillshade, theme: Theme) -> Self {
        let tone = match theme {
            Theme::Light => HillshadeTone { shadow: 0.12, light: 0.10 },
            Theme::Dark => HillshadeTone { shadow: 0.20, light: 0.035 },
            Theme::Grey => HillshadeTone { shadow: 0.09, light: 0.10 },
            Theme::HighContrast => HillshadeTone { shadow: 0.05, light: 0.0 },
        };
        Self { bitmap: Arc::new(hillshade.bitmap(tone)), world_rect: hillshade.world_rect() }
    }
}

/// Draws the tiles of a frame into `out`, bottom first, and adds the names that want a place to `labels`.
pub fn draw(
    tiles: &[TilePlacement],
    relief: Option<&Relief>,
    frame: &Frame,
    style: BasemapStyle,
    out: &mut Vec<Item>,
    labels: &mut Vec<LabelCandidate>,
) {
    // Style zooms are those of 512-point tiles, as map makers count them.
    let zoom = frame.view.zoom - 1.0;
    let sheet = Sheet::new(style.theme);
    let painter = Painter { tiles, frame, zoom, sheet, style };
    painter.ground(out);
    painter.land(out);
    painter.relief(relief, out);
    painter.waterways(out);
    painter.water(out);
    painter.buildings(out);
    painter.roads(out);
    painter.borders(out);
    painter.labels(labels);
}

/// Draws raster tiles over what is there. Each is cut to its own square, where an ancestor stands in for it.
pub fn draw_raster(tiles: &[RasterPlacement], out: &mut Vec<Item>) {
    for tile in tiles {
        // A hair larger than it is, so that no seam shows between neighbours.
        let image = Item::Image { image: tile.bitmap.clone(), to: tile.to.inflate(0.15, 0.15), opacity: 1.0 };
        if tile.to == tile.clip {
            out.push(image);
        } else {
            let mut group = Group::new("raster-tile", "Map tile", vec![image]);
            group.clip = Some(tile.clip);
            out.push(Item::Group(group));
        }
    }
}

/// The colours of the map that are not in the palette, because nothing else uses them.
#[derive(Debug, Clone, Copy)]
struct Sheet {
    palette: Palette,
    /// Thin lines of water: darker than areas, or they would not be seen.
    stream: Color,
    building: Color,
    building_line: Color,
    /// Street-level roads: fill and casing.
    street: Color,
    main_street: Color,
    casing: Color,
    path: Color,
    second_label: Color,
    theme: Theme,
}

impl Sheet {
    fn new(theme: Theme) -> Self {
        let palette = theme.palette();
        let pick = |light: u32, night: u32| match theme {
            Theme::Light | Theme::HighContrast => Color::rgb(light),
            Theme::Dark => Color::rgb(night),
            Theme::Grey => grey(Color::rgb(light)),
        };
        Self {
            palette,
            stream: pick(0xABC8D7, 0x23485A),
            building: pick(0xE7E2D7, 0x272B2F),
            building_line: pick(0xD9D3C5, 0x32373C),
            street: pick(0xFFFFFF, 0x393D42),
            main_street: pick(0xFFFCF3, 0x474C51),
            casing: pick(0xDDD6C8, 0x17191C),
            path: pick(0xDAD2C2, 0x3A3E42),
            second_label: if theme == Theme::HighContrast { palette.second } else { pick(0x6E6B66, 0xA09D97) },
            theme,
        }
    }

    fn land(&self, kind: LandKind) -> Option<Color> {
        let (light, dark) = match kind {
            LandKind::Farmland | LandKind::NatureReserve => return None,
            LandKind::Grass => (0xEEEEE2, 0x1F2322),
            LandKind::Barren => (0xEFEAE0, 0x232424),
            LandKind::Ice => (0xF9FAFA, 0x2B3034),
            LandKind::Wood => (0xE7EADC, 0x1D2522),
            LandKind::Urban => (0xECE7DD, 0x25282B),
            LandKind::Residential => (0xEFEBE3, 0x222528),
            LandKind::Industrial => (0xEBE6DD, 0x25272A),
            LandKind::Institution => (0xEFE9DF, 0x26272A),
            LandKind::Military => (0xECE5DC, 0x282627),
            LandKind::Park => (0xE4EAD8, 0x1E2823),
            LandKind::Cemetery => (0xE5E9DC, 0x202723),
            LandKind::Sand => (0xF4EDDB, 0x28271F),
            LandKind::Aerodrome => (0xE9E7E2, 0x272A2D),
            LandKind::Pedestrian => (0xF7F5F0, 0x26292C),
            LandKind::Pitch => (0xDFE7D2, 0x202B25),
        };
        match self.theme {
            Theme::Light => Some(Color::rgb(light)),
            Theme::Dark => Some(Color::rgb(dark)),
            Theme::Grey => Some(grey(Color::rgb(light))),
            // Nothing but water and white.
            Theme::HighContrast => None,
        }
    }
}

/// Width by style zoom: geometric between the stops, as scale itself is.
fn width_at(zoom: f64, stops: &[(f64, f64)]) -> f64 {
    let Some(&(first, narrowest)) = stops.first() else {
        return 0.0;
    };
    if zoom.is_nan() || zoom <= first {
        return narrowest;
    }
    for pair in stops.windows(2) {
        let ((from, narrow), (to, wide)) = (pair[0], pair[1]);
        if zoom < to {
            return narrow * (wide / narrow).powf((zoom - from) / (to - from));
        }
    }
    stops.last().map_or(0.0, |(_, width)| *width)
}

/// 0 before `from`, 1 after `to`.
fn ramp(zoom: f64, from: f64, to: f64) -> f64 {
    ((zoom - from) / (to - from)).clamp(0.0, 1.0)
}

fn mix(a: Color, b: Color, share: f64) -> Color {
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share.clamp(0.0, 1.0)).round() as u8;
    Color { r: channel(a.r, b.r), g: channel(a.g, b.g), b: channel(a.b, b.b), a: channel(a.a, b.a) }
}

/// Smallest style zoom at which a class of road shows, and its width by zoom.
fn road_widths(kind: RoadKind) -> (f64, &'static [(f64, f64)]) {
    match kind {
        RoadKind::Motorway => (3.0, &[(4.0, 0.7), (8.0, 1.7), (11.0, 2.8), (13.0, 5.0), (15.0, 10.0), (18.0, 32.0)]),
        RoadKind::Trunk => (3.5, &[(5.0, 0.7), (8.0, 1.5), (11.0, 2.4), (13.0, 4.4), (15.0, 9.0), (18.0, 28.0)]),
        RoadKind::Primary => (6.0, &[(7.0, 0.6), (9.0, 1.1), (11.0, 1.9), (13.0, 3.8), (15.0, 8.0), (18.0, 26.0)]),
        RoadKind::Secondary => (6.0, &[(7.0, 0.5), (9.0, 0.8), (11.0, 1.5), (13.0, 3.2), (15.0, 7.0), (18.0, 24.0)]),
        RoadKind::Tertiary => (9.0, &[(10.0, 0.5), (12.0, 1.3), (13.0, 2.5), (15.0, 6.0), (18.0, 20.0)]),
        RoadKind::Minor => (11.5, &[(12.0, 0.5), (13.0, 1.3), (14.0, 2.4), (15.0, 4.4), (18.0, 16.0)]),
        RoadKind::Service => (13.5, &[(13.5, 0.6), (15.0, 2.0), (18.0, 8.0)]),
        RoadKind::Path => (13.5, &[(14.0, 0.7), (16.0, 1.1), (18.0, 2.0)]),
        RoadKind::Aeroway => (10.0, &[(10.0, 0.6), (12.0, 2.0), (14.0, 7.0), (18.0, 50.0)]),
        RoadKind::Rail => (5.0, &[(5.0, 0.55), (8.0, 0.75), (11.0, 0.9), (14.0, 1.3), (18.0, 2.4)]),
        RoadKind::Ferry => (7.0, &[(7.0, 0.6), (14.0, 1.0)]),
    }
}

struct Painter<'a> {
    tiles: &'a [TilePlacement],
    frame: &'a Frame,
    zoom: f64,
    sheet: Sheet,
    style: BasemapStyle,
}

impl Painter<'_> {
    /// Each tile with the rectangle to which it is cut: its own square and `beyond`, as far as the page shows it.
    fn cut_tiles(&self, beyond_pt: f64) -> impl Iterator<Item = (&TilePlacement, Cutter)> {
        let page = self.frame.page().inflate(32.0, 32.0);
        self.tiles.iter().filter_map(move |placement| {
            let square = placement.page_rect().inflate(beyond_pt, beyond_pt);
            let clip = square.intersect(page);
            (!clip.is_zero_area()).then(|| (placement, Cutter::new(placement.page_from_tile, clip)))
        })
    }

    fn ground(&self, out: &mut Vec<Item>) {
        out.push(Item::Fill { path: Arc::new(rect_path(self.frame.page())), color: self.sheet.palette.land });
    }

    fn land(&self, out: &mut Vec<Item>) {
        for (placement, mut cutter) in self.cut_tiles(SEAM_PT) {
            // Areas of one kind that do not touch share a path; where they might overlap, even-odd would make holes.
            let mut run: Option<(Color, Path, Vec<Rect>)> = None;
            for (kind, shape) in &placement.tile.land {
                let Some(color) = self.sheet.land(*kind) else {
                    continue;
                };
                if *kind == LandKind::Residential && self.zoom < 9.0 {
                    continue;
                }
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

    fn relief(&self, relief: Option<&Relief>, out: &mut Vec<Item>) {
        let Some(relief) = relief else { return };
        // Coarser than the page from there on: it would only look dirty.
        let opacity = ramp(self.zoom, 4.5, 5.5) * (1.0 - ramp(self.zoom, 8.5, 10.5));
        let to = self.frame.page_from_world().transform_rect_bbox(relief.world_rect);
        if opacity > 0.0 && overlap(to, self.frame.page()) {
            out.push(Item::Image { image: relief.bitmap.clone(), to, opacity });
        }
    }

    fn waterways(&self, out: &mut Vec<Item>) {
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

    fn waterway_width(&self, kind: WaterKind, min_zoom: u8) -> Option<f64> {
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

    fn water(&self, out: &mut Vec<Item>) {
        let mut shore = Path::new();
        for (placement, mut cutter) in self.cut_tiles(SEAM_PT) {
            for (kind, shape) in &placement.tile.water {
                let mut path = Path::new();
                if *kind == WaterKind::Pool && self.zoom < 14.0 || cutter.area(shape, &mut path).is_none() {
                    continue;
                }
                out.push(Item::Fill { path: Arc::new(path), color: self.sheet.palette.water });
            }
        }
        for (placement, cutter) in self.cut_tiles(0.0) {
            for (_, shape) in &placement.tile.water {
                cutter.outlines(shape, &mut shore);
            }
        }
        let width_pt = width_at(self.zoom, &[(2.0, 0.35), (6.0, 0.6), (10.0, 0.9), (16.0, 1.0)]);
        push_stroke(out, shore, Stroke::solid(self.sheet.palette.shore, width_pt));
    }

    fn buildings(&self, out: &mut Vec<Item>) {
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

    fn roads(&self, out: &mut Vec<Item>) {
        /// Layers in which ways cross: tunnels under, bridges over.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        enum Level {
            Tunnel,
            Ground,
            Bridge,
        }
        let mut paths: BTreeMap<(Level, RoadKind, bool), Path> = BTreeMap::new();
        for (placement, cutter) in self.cut_tiles(SEAM_PT) {
            for road in &placement.tile.roads {
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
                        (mix(far, near, street), Vec::new(), Cap::Round)
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

    /// A thin line, with sleepers once there is room for them.
    fn railway(&self, color: Color, width_pt: f64, path: &Arc<Path>, out: &mut Vec<Item>) {
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

    fn borders(&self, out: &mut Vec<Item>) {
        let view = BoundaryView::ALL.iter().position(|view| *view == self.style.boundary_view).unwrap_or(0);
        let palette = &self.sheet.palette;
        let state_pt = width_at(self.zoom, &[(1.0, 0.5), (4.0, 0.8), (7.0, 1.3), (11.0, 1.8)]);
        let region_pt = width_at(self.zoom, &[(3.0, 0.5), (6.0, 0.8), (9.0, 1.1), (13.0, 1.4)]);
        let local_pt = 0.7;
        // From afar borders are close together: paler, or they would be all that one sees.
        let state_color = mix(palette.region_border, palette.state_border, ramp(self.zoom, 2.5, 6.5));
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
        let mut casing = Path::new();
        let mut solid = Path::new();
        let mut broken = Vec::new();
        for (placement, cutter) in self.cut_tiles(0.0) {
            for border in &placement.tile.borders {
                let Some(rank) = border.ranks[view] else {
                    continue;
                };
                let stroke = match (rank, border.disputed) {
                    (BorderRank::Local, _) if self.zoom < 10.0 => continue,
                    (BorderRank::Region, _) if self.zoom < 3.5 => continue,
                    (BorderRank::State, false) => {
                        cutter.lines(&border.shape, &mut casing);
                        cutter.lines(&border.shape, &mut solid);
                        continue;
                    }
                    (BorderRank::State, true) => {
                        cutter.lines(&border.shape, &mut casing);
                        dotted(state_color, state_pt)
                    }
                    (BorderRank::Region, true) => dotted(palette.region_border, region_pt),
                    (BorderRank::Region, false) => dashed(palette.region_border, region_pt, vec![5.0, 3.0]),
                    (BorderRank::Local, _) => dashed(palette.region_border, local_pt, vec![2.0, 3.0]),
                };
                cutter.broken_lines(&border.shape, &stroke, &mut broken);
            }
        }
        push_stroke(out, casing, Stroke::solid(palette.halo.with_opacity(0.55), state_pt + 2.6));
        out.extend(broken);
        push_stroke(out, solid, Stroke::solid(state_color, state_pt));
    }

    fn labels(&self, labels: &mut Vec<LabelCandidate>) {
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
            for name in &placement.tile.water_names {
                labels.extend(self.water_label(name, placement, &own));
            }
        }
    }

    fn place_label(&self, place: &Place, at: Point) -> Option<LabelCandidate> {
        let zoom = self.zoom;
        let palette = &self.sheet.palette;
        let rank = f64::from(place.population_rank);
        let people = f64::from(place.population.max(1)).log10() / 10.0;
        // Names come in a little before their own zoom: the greedy pass thins them where it is crowded.
        if f64::from(place.min_zoom) > zoom + 1.25 {
            return None;
        }
        let line = |size_pt: f64, face: Face, color: Color, spacing_em: f64| Type { size_pt, face, color, spacing_em };
        let million = place.population >= 1_000_000;
        let (first, priority, dot_pt, second_from) = match place.kind {
            PlaceKind::Country if (1.0..6.2).contains(&zoom) => {
                let size = width_at(zoom, &[(1.0, 10.0), (5.0, 15.0)]);
                (line(size, Face::SansSemiBold, palette.region_label, 0.12), 620.0, None, 3.6)
            }
            PlaceKind::Region if (4.4..9.0).contains(&zoom) => {
                let size = width_at(zoom, &[(4.5, 10.0), (8.0, 13.0)]);
                (line(size, Face::Sans, palette.region_label, 0.14), 350.0, None, 99.0)
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
        let dot = dot_pt.map(|radius_pt| (radius_pt, mix(palette.label, palette.land, 0.15), palette.halo));
        let anchor = match dot_pt {
            Some(radius_pt) => Anchor::Around { point: at, radius_pt: radius_pt + 0.5 },
            None => Anchor::Centered(at),
        };
        let early = f64::from(place.min_zoom.min(20));
        let priority = priority + 6.0 * rank - 4.0 * early + people;
        let repeat_pt =
            if matches!(place.kind, PlaceKind::Country | PlaceKind::Region) { 300.0 } else { SAME_PLACE_PT };
        Some(LabelCandidate { priority, lines, anchor, halo: palette.halo.with_opacity(0.9), dot, key, repeat_pt })
    }

    fn water_label(
        &self,
        name: &WaterName,
        placement: &TilePlacement,
        own: &dyn Fn([f32; 2]) -> Option<Point>,
    ) -> Option<LabelCandidate> {
        let zoom = self.zoom;
        if f64::from(name.min_zoom) > zoom + 0.75 {
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
        Some(LabelCandidate { priority, lines, anchor, halo, dot: None, key, repeat_pt })
    }

    /// The longest stretch of a river within its tile, on the page.
    fn course(&self, shape: &Shape, placement: &TilePlacement) -> Option<Arc<[Point]>> {
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
    fn lines(
        &self,
        names: &LocalNames,
        first: Type,
        with_second: bool,
        second_color: Color,
    ) -> Option<(Vec<LabelLine>, String)> {
        let Names { first: language, second } = &self.style.names;
        let key = names.in_language_or_local("en")?.to_owned();
        let main = names.in_language_or_local(language.tag())?;
        let under = second.as_ref().filter(|_| with_second).and_then(|language| names.get(language.tag()));
        let line = |text: &str, size_pt: f64, face: Face, color: Color| LabelLine {
            text: text.to_owned(),
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

/// How a name is set.
#[derive(Debug, Clone, Copy)]
struct Type {
    size_pt: f64,
    face: Face,
    color: Color,
    spacing_em: f64,
}

/// How far neighbouring tiles overlap, in points: enough to hide the antialiased edge.
const SEAM_PT: f64 = 0.5;

fn push_stroke(out: &mut Vec<Item>, path: Path, stroke: Stroke) {
    if !path.is_empty() {
        out.push(Item::Stroke { path: Arc::new(path), stroke });
    }
}

fn rect_path(rect: Rect) -> Path {
    let mut path = Path::new();
    path.move_to((rect.x0, rect.y0));
    path.line_to((rect.x1, rect.y0));
    path.line_to((rect.x1, rect.y1));
    path.line_to((rect.x0, rect.y1));
    path.close_path();
    path
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}

/// Takes shapes from tile units to the page and cuts them to a rectangle on the way.
struct Cutter {
    page_from_tile: Affine,
    clip: Rect,
    ring: Vec<Point>,
    spare: Vec<Point>,
}

/// Positions nearer than this to the last one kept are left out, in points. No eye and no printer would see them.
const FINEST_PT: f64 = 0.18;

impl Cutter {
    fn new(page_from_tile: Affine, clip: Rect) -> Self {
        Self { page_from_tile, clip, ring: Vec::new(), spare: Vec::new() }
    }

    fn point(&self, [x, y]: [f32; 2]) -> Point {
        let [scale_x, _, _, scale_y, shift_x, shift_y] = self.page_from_tile.as_coeffs();
        Point::new(f64::from(x) * scale_x + shift_x, f64::from(y) * scale_y + shift_y)
    }

    /// Adds the cut rings to `path`; their bounds, unless nothing is left.
    fn area(&mut self, shape: &Shape, path: &mut Path) -> Option<Rect> {
        let mut bounds: Option<Rect> = None;
        for part in shape.parts() {
            self.ring.clear();
            for position in part {
                let point = self.point(*position);
                if self.ring.last().is_none_or(|last| last.distance_squared(point) > FINEST_PT * FINEST_PT) {
                    self.ring.push(point);
                }
            }
            if self.ring.len() < 3 {
                continue;
            }
            let extent = extent(&self.ring);
            if !overlap(extent, self.clip) {
                continue;
            }
            if !self.clip.contains_rect(extent) {
                cut_ring(&mut self.ring, &mut self.spare, self.clip);
                if self.ring.len() < 3 {
                    continue;
                }
            }
            let kept = extent.intersect(self.clip);
            bounds = Some(bounds.map_or(kept, |all| all.union(kept)));
            path.move_to(self.ring[0]);
            for point in &self.ring[1..] {
                path.line_to(*point);
            }
            path.close_path();
        }
        bounds
    }

    /// Adds the cut lines to `path`.
    fn lines(&self, shape: &Shape, path: &mut Path) {
        self.runs(shape, false, |run, _| add_line(run, path));
    }

    /// Adds the cut outlines of an area to `path`, without what was drawn only to close it at the tile's edge.
    fn outlines(&self, shape: &Shape, path: &mut Path) {
        self.runs(shape, true, |run, _| add_line(run, path));
    }

    /// Draws the cut lines as items of their own: the dashes of each begin where those of the whole line would be, so
    /// that they lie still on the ground while the map is panned.
    fn broken_lines(&self, shape: &Shape, stroke: &Stroke, out: &mut Vec<Item>) {
        let pattern: f64 = stroke.dash_pt.iter().sum();
        self.runs(shape, false, |run, from_start_pt| {
            let mut path = Path::new();
            add_line(run, &mut path);
            let dash_offset_pt = if pattern > 0.0 { from_start_pt.rem_euclid(pattern) } else { 0.0 };
            push_stroke(out, path, Stroke { dash_offset_pt, ..stroke.clone() });
        });
    }

    /// Calls `with` for each stretch of line within the rectangle, and how far along its line it begins.
    fn runs(&self, shape: &Shape, rings: bool, mut with: impl FnMut(&[Point], f64)) {
        let mut run: Vec<Point> = Vec::new();
        let mut run_from = 0.0;
        for part in shape.parts() {
            let closing = if rings { part.first() } else { None };
            let mut along = 0.0;
            let mut last: Option<([f32; 2], Point)> = None;
            for position in part.iter().chain(closing) {
                let point = self.point(*position);
                let Some((from_position, from)) = last else {
                    last = Some((*position, point));
                    continue;
                };
                let length = from.distance(point);
                if length < FINEST_PT && closing.is_none() {
                    continue;
                }
                let on_edge = rings && lies_on_edge(from_position, *position);
                match cut_segment(from, point, self.clip).filter(|_| !on_edge) {
                    Some((a, b)) => {
                        if run.last() != Some(&a) {
                            if run.len() > 1 {
                                with(&run, run_from);
                            }
                            run.clear();
                            run.push(a);
                            run_from = along + from.distance(a);
                        }
                        run.push(b);
                    }
                    None => {
                        if run.len() > 1 {
                            with(&run, run_from);
                        }
                        run.clear();
                    }
                }
                along += length;
                last = Some((*position, point));
            }
            if run.len() > 1 {
                with(&run, run_from);
            }
            run.clear();
        }
    }
}

fn add_line(run: &[Point], path: &mut Path) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return;
    };
    path.move_to(*first);
    if run.len() > 3 && first == last {
        run[1..run.len() - 1].iter().for_each(|point| path.line_to(*point));
        path.close_path();
    } else {
        run[1..].iter().for_each(|point| path.line_to(*point));
    }
}

fn extent(points: &[Point]) -> Rect {
    points.iter().fold(Rect::new(f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY), |rect, point| {
        Rect::new(rect.x0.min(point.x), rect.y0.min(point.y), rect.x1.max(point.x), rect.y1.max(point.y))
    })
}

/// Whether both ends lie on, or beyond, the same edge of the tile: where an area was cut, not where it ends.
fn lies_on_edge(a: [f32; 2], b: [f32; 2]) -> bool {
    (0..2).any(|axis| (a[axis] <= 0.0 && b[axis] <= 0.0) || (a[axis] >= 1.0 && b[axis] >= 1.0))
}

/// The part of a segment within a rectangle; none if it is but a point.
fn cut_segment(a: Point, b: Point, rect: Rect) -> Option<(Point, Point)> {
    if !a.is_finite() || !b.is_finite() {
        return None;
    }
    let (enter, leave) = clip::part_inside(a, b, rect).filter(|(enter, leave)| enter < leave)?;
    let start = if enter > 0.0 { a.lerp(b, enter) } else { a };
    let end = if leave < 1.0 { a.lerp(b, leave) } else { b };
    Some((start, end))
}

/// Cuts a ring to a rectangle, side by side, by Sutherland and Hodgman's method. Parts that fall asunder stay joined
/// by lines along the rectangle's sides, which even-odd filling does not show.
fn cut_ring(ring: &mut Vec<Point>, spare: &mut Vec<Point>, clip: Rect) {
    type Side = (fn(Point) -> f64, f64, f64);
    let sides: [Side; 4] = [
        (|point| point.x, clip.x0, 1.0),
        (|point| point.x, clip.x1, -1.0),
        (|point| point.y, clip.y0, 1.0),
        (|point| point.y, clip.y1, -1.0),
    ];
    for (coordinate, edge, sign) in sides {
        spare.clear();
        let Some(mut last) = ring.last().copied() else {
            return;
        };
        let inside = |point: Point| (coordinate(point) - edge) * sign;
        for &point in ring.iter() {
            let (before, now) = (inside(last), inside(point));
            if (before < 0.0) != (now < 0.0) {
                spare.push(last.lerp(point, before / (before - now)));
            }
            if now >= 0.0 {
                spare.push(point);
            }
            last = point;
        }
        std::mem::swap(ring, spare);
    }
}

#[cfg(test)]
mod tests {
    use kurbo::{BezPath, PathEl, Shape as _};

    use super::*;
    use crate::basemap::{Tile, TileId};

    fn area(path: &Path) -> f64 {
        BezPath::from(path).area().abs()
    }

    #[test]
    fn a_ring_is_cut_to_the_rectangle() {
        let clip = Rect::new(0.0, 0.0, 10.0, 10.0);
        let mut ring = vec![Point::new(-5.0, -5.0), Point::new(5.0, -5.0), Point::new(5.0, 5.0), Point::new(-5.0, 5.0)];
        cut_ring(&mut ring, &mut Vec::new(), clip);
        let mut path = Path::new();
        add_line(&ring, &mut path);
        path.close_path();
        assert!((area(&path) - 25.0).abs() < 1e-9);
        assert!(ring.iter().all(|point| clip.contains_rect(Rect::from_points(*point, *point))));
    }

    #[test]
    fn a_segment_is_cut_to_the_rectangle() {
        let clip = Rect::new(0.0, 0.0, 10.0, 10.0);
        let cut = cut_segment(Point::new(-10.0, 5.0), Point::new(20.0, 5.0), clip);
        assert_eq!(cut, Some((Point::new(0.0, 5.0), Point::new(10.0, 5.0))));
        assert_eq!(cut_segment(Point::new(-10.0, -5.0), Point::new(20.0, -5.0), clip), None);
        assert_eq!(cut_segment(Point::new(f64::NAN, 5.0), Point::new(20.0, 5.0), clip), None);
    }

    #[test]
    fn widths_grow_geometrically_between_their_stops() {
        let stops = [(10.0, 1.0), (12.0, 4.0)];
        assert_eq!(width_at(8.0, &stops), 1.0);
        assert!((width_at(11.0, &stops) - 2.0).abs() < 1e-12);
        assert_eq!(width_at(20.0, &stops), 4.0);
    }

    fn placement(scale: f64, shift: f64, bytes: &[u8]) -> TilePlacement {
        let tile = Tile::decode(TileId { z: 0, x: 0, y: 0 }, bytes).expect("a good tile");
        TilePlacement {
            tile: Arc::new(tile),
            page_from_tile: Affine::new([scale, 0.0, 0.0, scale, shift, shift]),
            part: Rect::new(0.0, 0.0, 1.0, 1.0),
        }
    }

    fn drawn(tiles: &[TilePlacement], zoom: f64) -> (Vec<Item>, Vec<LabelCandidate>) {
        let view = crate::geometry::View { center: crate::geometry::Coord { x: 0.0, y: 0.0 }, zoom };
        let frame = Frame::new(view, 512.0, 512.0);
        let (mut items, mut labels) = (Vec::new(), Vec::new());
        draw(tiles, None, &frame, BasemapStyle::default(), &mut items, &mut labels);
        (items, labels)
    }

    use crate::basemap::{TestFeature, test_layer as layer};

    #[test]
    fn the_cut_at_a_tile_edge_is_no_shore() {
        let sea: &[&[(i32, i32)]] = &[&[(-64, -64), (2048, -64), (2048, 4160), (-64, 4160)]];
        let bytes = layer("water", &[(3, sea, &[("kind", "ocean")])]);
        let (items, _) = drawn(&[placement(512.0, 0.0, &bytes)], 1.0);
        let shore = items.iter().rev().find_map(|item| match item {
            Item::Stroke { path, .. } => Some(path.clone()),
            _ => None,
        });
        let shore = shore.expect("the shore");
        let vertical = |point: Point| (point.x - 256.0).abs() < 1e-6;
        assert!(shore.elements().all(|element| match element {
            PathEl::MoveTo(point) | PathEl::LineTo(point) => vertical(point),
            _ => false,
        }));
    }

    #[test]
    fn dashes_lie_still_while_the_map_is_panned() {
        let line: &[&[(i32, i32)]] = &[&[(0, 2000), (4096, 2000)]];
        let bytes = layer("boundaries", &[(2, line, &[("kind", "region")])]);
        let phase = |shift: f64| {
            let (items, _) = drawn(&[placement(5120.0, shift, &bytes)], 5.0);
            items.iter().find_map(|item| match item {
                Item::Stroke { path, stroke } => match path.elements().next() {
                    Some(PathEl::MoveTo(point)) => Some((point.x - shift, stroke.dash_offset_pt)),
                    _ => None,
                },
                _ => None,
            })
        };
        for shift in [-2400.0, -2401.5, -2417.25] {
            let (start, offset) = phase(shift).expect("the border is drawn");
            assert!((start.rem_euclid(8.0) - offset).abs() < 1e-6);
        }
    }

    #[test]
    fn a_town_is_named_by_its_english_name_and_once() {
        let towns: &[TestFeature<'_>] = &[
            (
                1,
                &[&[(2048, 2048)]],
                &[("kind", "locality"), ("kind_detail", "city"), ("name:en", "Donetsk"), ("name:uk", "Донецьк")],
            ),
            (1, &[&[(4100, 2048)]], &[("kind", "locality"), ("kind_detail", "city"), ("name", "In the margin")]),
        ];
        let (_, labels) = drawn(&[placement(512.0, 0.0, &layer("places", towns))], 8.0);
        assert_eq!(labels.len(), 1);
        assert_eq!(labels[0].key, "Donetsk");
        let lines: Vec<&str> = labels[0].lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, ["Donetsk", "Донецьк"]);
    }

    #[test]
    fn each_view_draws_its_own_borders() {
        let line: &[&[(i32, i32)]] = &[&[(0, 2000), (4096, 2000)]];
        let words: &[(&str, &str)] = &[("kind", "country"), ("view_ru", "none")];
        let tiles = [placement(512.0, 0.0, &layer("boundaries", &[(2, line, words)]))];
        let count = |boundary_view: BoundaryView| {
            let view = crate::geometry::View { center: crate::geometry::Coord { x: 0.0, y: 0.0 }, zoom: 5.0 };
            let style = BasemapStyle { boundary_view, ..BasemapStyle::default() };
            let mut items = Vec::new();
            draw(&tiles, None, &Frame::new(view, 512.0, 512.0), style, &mut items, &mut Vec::new());
            items.len()
        };
        assert!(count(BoundaryView::Ukraine) > count(BoundaryView::Russia));
    }
}
