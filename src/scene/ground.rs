//! The map under the overlays: which archives, relief and raster tiles it is drawn from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use kurbo::{Line, Point, Rect};

use super::Look;
use super::basemap_style::{self, BasemapStyle, Relief, Shores};
use super::display_list::{Color, Group, Item};
use super::labels::LabelCandidate;
use super::palette::Theme;
use super::pictures::PicturesAtHand;
use crate::basemap::raster::{RasterPlacement, RasterSource, has_raster_tiles, raster_tiles_for};
use crate::basemap::sources::{self, LaidMap, MapKey};
use crate::basemap::vector::countries::Countries;
use crate::basemap::{
    self, Archive, Basemap, Bitmap, BoundaryView, BoundedCache, Days, MapKind, MapSource, Tile, TileExtent,
    TilePlacement, TileSource,
};
use crate::document::Document;
use crate::dossier::Problem;
use crate::formats::day::Day;
use crate::formats::map_source::ShownMap;
use crate::geometry::{Frame, share_ground, world_from_lon_lat};

/// The map's sources. Cheap to clone.
#[derive(Clone)]
pub struct Ground {
    basemap: Option<Basemap>,
    /// For each theme, made when it is first drawn.
    relief: Arc<[OnceLock<Option<Relief>>; 4]>,
    /// Where the tiles of maps of the document come from.
    tiles: BTreeMap<MapKey, MapTiles>,
    /// Pictures of maps as they are shown where that is not as they came.
    tinted: Arc<Mutex<Tinted>>,
    /// The pixels of pictures that are placed on it.
    pub pictures: PicturesAtHand,
    /// Whose view of borders is drawn.
    pub boundary_view: BoundaryView,
}

impl Ground {
    /// The built-in map; what of it cannot be read is reported and left out.
    pub fn builtin() -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut report = |what: String| problems.push(Problem { part: "built-in map".into(), what });
        let basemap = Basemap::builtin().map_err(|error| report(error.to_string())).ok();
        (Self { basemap, ..Self::blank() }, problems)
    }

    /// No map at all.
    pub fn blank() -> Self {
        Self {
            basemap: None,
            relief: Arc::default(),
            tiles: BTreeMap::new(),
            tinted: Arc::new(Mutex::new(Tinted::new(TINTED_BYTES))),
            pictures: PicturesAtHand::default(),
            boundary_view: BoundaryView::default(),
        }
    }

    /// Lays a map file over the built-in map and those that lie over it already.
    pub fn set_archive(&mut self, archive: Archive) {
        self.basemap = Some(match &self.basemap {
            Some(basemap) => basemap.with_archive(archive),
            None => Basemap::new(archive),
        });
    }

    /// Takes the tiles of a map from here, or from nowhere.
    pub fn set_tiles(&mut self, map: MapKey, tiles: Option<MapTiles>) {
        match tiles {
            Some(tiles) => self.tiles.insert(map, tiles),
            None => self.tiles.remove(&map),
        };
    }

    /// The same ground with the tiles of each map taken from what `wrap` makes of where they came from.
    #[must_use]
    pub fn with_tiles(&self, wrap: impl Fn(&MapKey, &MapTiles) -> MapTiles) -> Self {
        let tiles = self.tiles.iter().map(|(map, tiles)| (map.clone(), wrap(map, tiles))).collect();
        Self { tiles, ..self.clone() }
    }

    /// Whether more of it may come while it is drawn.
    pub fn is_live(&self) -> bool {
        !self.tiles.is_empty() || self.pictures.are_live()
    }

    /// The maps that are shown, in their order. `compared`: a line divides the topmost from what lies beneath it.
    fn stack<'a>(&'a self, maps: &'a [LaidMap], compared: bool) -> Stack<'a> {
        let is_bare = maps.first().is_some_and(|map| map.source.kind == MapKind::None);
        let mut stack = Stack { base: self.basemap.clone().filter(|_| !is_bare), over: Vec::new() };
        let shown = maps.iter().filter(|map| map.shown.visible);
        let shown: Vec<_> = shown.filter_map(|map| Some((map, self.tiles.get(&map.key())?))).collect();
        for (index, (map, tiles)) in shown.iter().enumerate() {
            let is_compared = compared && index + 1 == shown.len();
            match tiles {
                MapTiles::Raster(tiles) => stack.over.push((map, Over::Pictures(&**tiles))),
                // One that hides all beneath it is drawn in one with the built-in map, square by square the deeper.
                MapTiles::Vector(tiles) if stack.over.is_empty() && is_as_it_came(&map.shown) && !is_compared => {
                    let under = stack.base.unwrap_or_else(Basemap::empty);
                    stack.base = Some(under.with_live(Arc::clone(tiles), &map.source));
                }
                MapTiles::Vector(tiles) => {
                    let basemap = Basemap::empty().with_live(Arc::clone(tiles), &map.source);
                    stack.over.push((map, Over::Shapes(basemap)));
                }
            }
        }
        stack
    }

    /// When the tiles of a map were fetched, first and last, as far as that has been noted for one figure.
    pub fn fetched_between(&self, map: &LaidMap) -> Option<(SystemTime, SystemTime)> {
        match self.tiles.get(&map.key())? {
            MapTiles::Raster(tiles) => tiles.fetched_between(),
            MapTiles::Vector(tiles) => tiles.fetched_between(),
        }
    }

    /// The deepest zoom of tiles that the maps which are shown have in the middle of a document's view.
    pub fn deepest_at(&self, document: &Document) -> u8 {
        let at = world_from_lon_lat(document.view.center);
        let maps = sources::laid(&document.maps, &document.map_sources, document.day);
        let stack = self.stack(&maps, false);
        let of_map = |over: &Over<'_>| match over {
            Over::Shapes(basemap) => basemap.deepest_at(at),
            Over::Pictures(tiles) => {
                let extent = tiles.extent();
                if extent.world_bounds.contains(at) { extent.zooms[1] } else { 0 }
            }
        };
        let of_base = stack.base.as_ref().map_or(0, |basemap| basemap.deepest_at(at));
        stack.over.iter().map(|(_, over)| of_map(over)).fold(of_base, u8::max)
    }

    /// Whether there are tiles of a map to be drawn in a frame.
    pub fn has_tiles_in(&self, map: &LaidMap, frame: &Frame) -> bool {
        match self.tiles.get(&map.key()) {
            Some(MapTiles::Raster(tiles)) => has_raster_tiles(&**tiles, frame),
            Some(MapTiles::Vector(_)) => true,
            None => false,
        }
    }

    /// The credits that the maps ask for, each with an address or none, for a frame as it is drawn: of map files, those
    /// of which anything is drawn. Decodes the frame's tiles.
    pub fn credits(&self, frame: &Frame, maps: &[LaidMap]) -> Vec<(String, String)> {
        self.credits_with(frame, maps, false, |basemap| basemap.attributions(frame))
    }

    /// The same for what is drawn on several days: of a map that is another one on each day, one credit with all days of which
    /// anything of it is drawn.
    pub fn credits_of_days(&self, frame: &Frame, days: &[Vec<LaidMap>]) -> Vec<(String, String)> {
        let mut credits: Vec<(String, String)> = Vec::new();
        for laid in days {
            for (credit, page) in self.credits(frame, laid) {
                if credits.iter().all(|(known, _)| *known != credit) {
                    credits.push((credit, page));
                }
            }
        }
        let mut told: Vec<&str> = Vec::new();
        for map in days.iter().flatten().filter(|map| map.day.is_some()) {
            if told.contains(&map.source.id.as_str()) {
                continue;
            }
            told.push(&map.source.id);
            let of_map = days.iter().flatten().filter(|other| other.source.id == map.source.id);
            let of_days: Vec<(&str, String)> =
                of_map.map(|other| (other.source.imagery_date.as_str(), credit_of(&other.source))).collect();
            let is_of_map = |credit: &str| of_days.iter().any(|(_, of_day)| of_day == credit);
            let Some(first) = credits.iter().position(|(credit, _)| is_of_map(credit)) else { continue };
            let mut drawn: Vec<&str> = of_days
                .iter()
                .filter(|(_, of_day)| credits.iter().any(|(credit, _)| credit == of_day))
                .map(|(day, _)| *day)
                .collect();
            drawn.sort_unstable();
            drawn.dedup();
            let of_all = MapSource { imagery_date: drawn.join(", "), ..(*map.source).clone() };
            credits[first].0 = credit_of(&of_all);
            let mut place = 0;
            credits.retain(|(credit, _)| {
                place += 1;
                place == first + 1 || !is_of_map(credit)
            });
        }
        credits
    }

    /// The same without waiting for tiles that are not decoded yet. `compared`: a line divides the topmost map from what lies
    /// beneath it.
    pub fn credits_at_once(&self, frame: &Frame, maps: &[LaidMap], compared: bool) -> Vec<(String, String)> {
        self.credits_with(frame, maps, compared, |basemap| basemap.attributions_at_once(frame))
    }

    fn credits_with(
        &self,
        frame: &Frame,
        maps: &[LaidMap],
        compared: bool,
        of_files: impl Fn(&Basemap) -> Vec<String>,
    ) -> Vec<(String, String)> {
        let in_view = |extent: TileExtent| share_ground(frame.world_bounds(), extent.world_bounds);
        let mut credits: Vec<(String, String)> = Vec::new();
        let mut add = |credit: String, page: &str| {
            if !credit.is_empty() && credits.iter().all(|(known, _)| *known != credit) {
                credits.push((credit, page.to_owned()));
            }
        };
        let of_shapes = |basemap: &Basemap, add: &mut dyn FnMut(String, &str)| {
            for text in of_files(basemap) {
                let named = maps.iter().find(|map| map.source.attribution == text);
                add(text, named.map_or("", |map| map.source.attribution_page.as_str()));
            }
        };
        let stack = self.stack(maps, compared);
        // Pictures first, the topmost of them before all: they are what is seen.
        for (map, over) in stack.over.iter().rev().filter(|(map, _)| map.shown.opacity > 0.0) {
            if let Over::Pictures(tiles) = over
                && in_view(tiles.extent())
                && has_raster_tiles(*tiles, frame)
            {
                add(credit_of(&map.source), &map.source.attribution_page);
            }
        }
        for (_, over) in stack.over.iter().rev().filter(|(map, _)| map.shown.opacity > 0.0) {
            if let Over::Shapes(basemap) = over {
                of_shapes(basemap, &mut add);
            }
        }
        if let Some(basemap) = &stack.base {
            of_shapes(basemap, &mut add);
        }
        credits
    }

    /// Draws the map of a frame and collects its labels. It tells the ground of a country from that of others.
    pub(super) fn draw(&self, look: &Look, frame: &Frame, about: About<'_>) -> DrawnGround {
        let mut ground = DrawnGround { day: about.day, ..DrawnGround::default() };
        let mut drawn = Vec::new();
        let stack = self.stack(&look.maps, look.swipe.is_some());
        if let Some(basemap) = &stack.base {
            let style = self.style(look, frame, about);
            ground.wants_grounds = style.grounds_named;
            let tiles = basemap.tiles_for(frame);
            ground.add_days(&tiles);
            let DrawnGround { borders, labels, border_pieces, shores, .. } = &mut ground;
            basemap_style::draw(&tiles, self.relief(look.theme), frame, style.clone(), &mut drawn, borders);
            basemap_style::names(&tiles, frame, style, labels, border_pieces);
            *shores = basemap_style::shores(&tiles, frame, about.day);
        }
        for (index, (map, over)) in stack.over.iter().enumerate() {
            let right = look.swipe.filter(|_| index + 1 == stack.over.len());
            let right = right.map(|part| Rect::new(part * frame.width_pt, 0.0, frame.width_pt, frame.height_pt));
            let mut items = match over {
                Over::Pictures(source) => self.pictures_over(look, frame, map, *source, right, &mut ground, &mut drawn),
                Over::Shapes(basemap) => {
                    let style = self.style(look, frame, about);
                    self.shapes_over(look, frame, map, basemap, style, right, &mut ground, &mut drawn)
                }
            };
            if map.shown.opacity < 1.0 {
                let mut group = Group::new(map.source.id.clone(), map.source.title.main(), items);
                group.opacity = map.shown.opacity;
                items = vec![Item::Group(group)];
            }
            drawn.append(&mut items);
        }
        ground.map = Some(Item::Group(Group::new("map", "Map", drawn)));
        ground.pictures = self.pictures.items(&look.pictures, frame, look.pixels_per_pt);
        ground
    }

    fn relief(&self, theme: Theme) -> Option<&Relief> {
        // Without its relief the map is flat, and no worse.
        let made = || Some(Relief::new(&basemap::builtin_hillshade().ok()?, theme));
        self.relief[theme as usize].get_or_init(made).as_ref()
    }

    /// A map of pictures over what is drawn, at the right of a line if there is one.
    #[expect(clippy::too_many_arguments, reason = "what a map is drawn with, and what it is drawn into")]
    fn pictures_over(
        &self,
        look: &Look,
        frame: &Frame,
        map: &LaidMap,
        source: &RasterSource,
        right: Option<Rect>,
        ground: &mut DrawnGround,
        drawn: &mut Vec<Item>,
    ) -> Vec<Item> {
        let mut tiles = raster_tiles_for(source, frame, look.pixels_per_pt);
        if let Some(right) = right {
            for placement in &mut tiles.placements {
                placement.clip = placement.clip.intersect(right);
            }
            tiles.placements.retain(|placement| placement.clip.width() > 0.0);
        }
        if covers_names(map) {
            // The pictures carry their own names and borders.
            let placements = &tiles.placements;
            let is_covered = |at: Point| placements.iter().any(|placement| is_opaque_at(placement, at));
            ground.give_way_where(is_covered, tiles.missing == 0 && right.is_none());
        }
        // The borders of what shows between its tiles lie under it.
        drawn.append(&mut ground.borders);
        if map.shown.grey || map.shown.dim > 0.0 {
            let mut tinted = self.tinted.lock().unwrap_or_else(PoisonError::into_inner);
            for placement in &mut tiles.placements {
                placement.bitmap = tint(&mut tinted, &placement.bitmap, map.shown.grey, map.shown.dim);
            }
        }
        let mut items = Vec::new();
        basemap_style::draw_raster(&tiles.placements, &mut items);
        items
    }

    /// A map of shapes over what is drawn, at the right of a line if there is one.
    #[expect(clippy::too_many_arguments, reason = "what a map is drawn with, and what it is drawn into")]
    fn shapes_over(
        &self,
        look: &Look,
        frame: &Frame,
        map: &LaidMap,
        basemap: &Basemap,
        style: BasemapStyle,
        right: Option<Rect>,
        ground: &mut DrawnGround,
        drawn: &mut Vec<Item>,
    ) -> Vec<Item> {
        let tiles = basemap.tiles_for(frame);
        ground.add_days(&tiles);
        let squares: Vec<Rect> = tiles.iter().map(|tile| tile.page_rect().intersect(frame.page())).collect();
        let covered: f64 = squares.iter().map(|square| square.area()).sum();
        let is_whole = covered > 0.999 * frame.page().area();
        // The borders of what shows between its tiles lie under it.
        drawn.append(&mut ground.borders);
        let (mut items, mut borders) = (Vec::new(), Vec::new());
        let relief = self.relief(look.theme);
        basemap_style::draw_over(&tiles, relief, frame, style.clone(), is_whole, &mut items, &mut borders);
        if covers_names(map) {
            let is_here = |at: Point| right.is_none_or(|right| right.contains(at));
            ground.give_way_where(|at| is_here(at) && squares.iter().any(|square| square.contains(at)), false);
            let (mut labels, mut pieces) = (Vec::new(), Vec::new());
            basemap_style::names(&tiles, frame, style.clone(), &mut labels, &mut pieces);
            labels.retain(|label| label.anchor.middle().is_none_or(is_here));
            pieces.retain(|piece| is_here(piece.midpoint()));
            ground.labels.append(&mut labels);
            ground.border_pieces.append(&mut pieces);
            if is_whole && right.is_none() {
                ground.shores = basemap_style::shores(&tiles, frame, style.day);
                ground.wants_grounds = style.grounds_named;
            }
        }
        if is_as_it_came(&map.shown) && is_whole && right.is_none() {
            ground.borders = borders;
        } else {
            items.append(&mut borders);
        }
        if map.shown.grey || map.shown.dim > 0.0 {
            tint_items(&mut items, map.shown.grey, map.shown.dim);
        }
        match right {
            Some(right) => {
                let mut group = Group::new("compared", map.source.title.main(), items);
                group.clip = Some(right);
                vec![Item::Group(group)]
            }
            None => items,
        }
    }

    /// The names of a frame without the map that [`Self::draw`] makes; those of a raster map are in its picture.
    pub(super) fn names(&self, look: &Look, frame: &Frame, about: About<'_>) -> DrawnGround {
        let mut ground = DrawnGround::default();
        let stack = self.stack(&look.maps, look.swipe.is_some());
        let naming = stack.over.iter().rev().find(|(map, _)| covers_names(map));
        let basemap = match naming {
            Some((_, Over::Pictures(_))) => None,
            Some((_, Over::Shapes(basemap))) => Some(basemap),
            None => stack.base.as_ref(),
        };
        if let Some(basemap) = basemap {
            let style = self.style(look, frame, about);
            ground.wants_grounds = style.grounds_named;
            let DrawnGround { labels, border_pieces, shores, .. } = &mut ground;
            let tiles = basemap.tiles_for(frame);
            basemap_style::names(&tiles, frame, style, labels, border_pieces);
            *shores = basemap_style::shores(&tiles, frame, about.day);
        }
        ground
    }

    fn style(&self, look: &Look, frame: &Frame, about: About<'_>) -> BasemapStyle {
        BasemapStyle {
            theme: look.theme,
            names: look.names.clone(),
            boundary_view: self.boundary_view,
            country: about.country.map(str::to_owned),
            day: about.day,
            grounds_named: Countries::builtin().are_known_in(frame.lon_lat_bounds()),
        }
    }
}

/// The maps under a frame, in their order.
struct Stack<'a> {
    /// What lies beneath all, unless the lowest is none: the built-in map, with the maps of shapes that lie on it as they came.
    base: Option<Basemap>,
    /// What lies over it, bottom first.
    over: Vec<(&'a LaidMap, Over<'a>)>,
}

/// A map that lies over others.
enum Over<'a> {
    Pictures(&'a RasterSource),
    Shapes(Basemap),
}

/// Whether a map is shown with all its colours, and hides what lies beneath it.
fn is_as_it_came(shown: &ShownMap) -> bool {
    shown.opacity >= 1.0 && shown.dim <= 0.0 && !shown.grey
}

/// Whom a map credits, with the date of its pictures where that is known.
fn credit_of(map: &MapSource) -> String {
    let MapSource { attribution, imagery_date, .. } = map;
    match (attribution.is_empty(), imagery_date.is_empty()) {
        (false, false) if !attribution.contains(imagery_date) => format!("{attribution} (imagery: {imagery_date})"),
        (true, false) => format!("{} (imagery: {imagery_date})", map.title.main()),
        _ => attribution.clone(),
    }
}

/// Where the tiles of a map come from.
#[derive(Clone)]
pub enum MapTiles {
    /// Pictures.
    Raster(Arc<RasterSource>),
    /// Shapes, drawn in the style of the built-in map.
    Vector(Arc<dyn TileSource<Tile>>),
}

/// Bytes of pictures kept as they are shown.
const TINTED_BYTES: usize = 64 << 20;

/// Pictures as they are shown, by the place in memory of the picture that came, which is kept so that no other takes its
/// place, and by how they are shown.
type Tinted = BoundedCache<(usize, bool, u8), (Arc<Bitmap>, Arc<Bitmap>)>;

/// A picture without its colours, or darker.
fn tint(kept: &mut Tinted, bitmap: &Arc<Bitmap>, grey: bool, dim: f64) -> Arc<Bitmap> {
    let dim = (dim.clamp(0.0, 1.0) * 255.0).round() as u8;
    let key = (Arc::as_ptr(bitmap) as usize, grey, dim);
    if let Some((_, tinted)) = kept.get(&key) {
        return tinted;
    }
    let mut rgba = bitmap.rgba.clone();
    for pixel in rgba.chunks_exact_mut(4) {
        let [r, g, b, _] = pixel else { continue };
        [*r, *g, *b] = tinted([*r, *g, *b], grey, dim);
    }
    let tinted = Arc::new(Bitmap { width: bitmap.width, height: bitmap.height, rgba });
    kept.insert(key, (Arc::clone(bitmap), Arc::clone(&tinted)), 2 * bitmap.rgba.len());
    tinted
}

/// A colour without its hue, or darker; `dim` of 255.
fn tinted([r, g, b]: [u8; 3], grey: bool, dim: u8) -> [u8; 3] {
    // Luma of ITU-R BT.709, as sRGB values: 0.2126, 0.7152, 0.0722.
    let luma = (54 * u32::from(r) + 183 * u32::from(g) + 19 * u32::from(b)) >> 8;
    let left = u32::from(255 - dim);
    [r, g, b].map(|part| (if grey { luma } else { u32::from(part) } * left / 255) as u8)
}

/// The same of all that a map of shapes draws.
fn tint_items(items: &mut [Item], grey: bool, dim: f64) {
    let dim = (dim.clamp(0.0, 1.0) * 255.0).round() as u8;
    let tint = |color: &mut Color| {
        let [r, g, b] = tinted([color.r, color.g, color.b], grey, dim);
        *color = Color { r, g, b, a: color.a };
    };
    for item in items {
        match item {
            Item::Group(group) => tint_items(&mut group.items, grey, f64::from(dim) / 255.0),
            Item::Fill { color, .. } => tint(color),
            Item::Pattern { pattern, .. } => tint(&mut pattern.color),
            Item::Stroke { stroke, .. } => tint(&mut stroke.color),
            Item::Text(text) => tint(&mut text.color),
            // The relief: shadows and lights without a hue.
            Item::Image { .. } => {}
        }
    }
}

/// Whether the names of what lies beneath a map give way to those in its pictures.
fn covers_names(map: &LaidMap) -> bool {
    map.source.has_names && map.shown.opacity >= 0.5
}

/// Whether a picture hides what lies beneath at a place.
fn is_opaque_at(placement: &RasterPlacement, at: Point) -> bool {
    if !placement.clip.contains(at) {
        return false;
    }
    let RasterPlacement { bitmap, to, .. } = placement;
    let pixel = |from_start: f64, length: f64, count: u32| {
        (from_start / length * f64::from(count)).clamp(0.0, f64::from(count.max(1) - 1)) as usize
    };
    let column = pixel(at.x - to.x0, to.width(), bitmap.width);
    let row = pixel(at.y - to.y0, to.height(), bitmap.height);
    bitmap.rgba.get(4 * (row * bitmap.width as usize + column) + 3).is_some_and(|alpha| *alpha >= 128)
}

impl DrawnGround {
    /// The map and the pictures on it, which lie under all overlays, for whom nobody else has them.
    pub(super) fn take_items(&mut self) -> Vec<Item> {
        self.map.take().into_iter().chain(std::mem::take(&mut self.pictures)).collect()
    }

    /// The map and the pictures on it, which lie under all overlays.
    pub fn items(&self) -> Vec<Item> {
        self.map.iter().chain(&self.pictures).cloned().collect()
    }

    /// Whether all that it shows is there on a day as well, and nothing else.
    pub(super) fn is_of(&self, day: Option<Day>) -> bool {
        day == self.day || self.days.iter().all(|days| days.hold(day) == days.hold(self.day))
    }

    fn add_days(&mut self, tiles: &[TilePlacement]) {
        for days in tiles.iter().flat_map(|placement| placement.tile.days()).filter(|days| *days != Days::default()) {
            if !self.days.contains(&days) {
                self.days.push(days);
            }
        }
    }

    /// Takes out the names and borders that are covered; the shores too, where all of the frame is.
    fn give_way_where(&mut self, is_covered: impl Fn(Point) -> bool, is_whole: bool) {
        self.labels.retain(|label| !label.anchor.middle().is_some_and(&is_covered));
        self.border_pieces.retain(|piece| !is_covered(piece.midpoint()));
        if is_whole {
            self.shores = Shores::default();
            self.wants_grounds = false;
        }
    }
}

/// What the map is about, as far as the ground is drawn by it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About<'a> {
    /// The code of the country whose ground is told from that of others.
    pub(super) country: Option<&'a str>,
    /// The day of which the map shows what has changed since or before; none for today.
    pub(super) day: Option<Day>,
}

/// The map of a frame, with the pictures that are placed on it and what it brings to be named.
#[derive(Debug, Clone, Default)]
pub struct DrawnGround {
    /// The day that it was drawn for.
    day: Option<Day>,
    /// Of when things are of which not all are always there.
    days: Vec<Days>,
    /// The map itself, under all overlays.
    pub(super) map: Option<Item>,
    /// The pictures that are placed on it.
    pub(super) pictures: Vec<Item>,
    /// The borders of states, which lie over the areas of overlays.
    pub(super) borders: Vec<Item>,
    /// Names that want a place.
    pub(super) labels: Vec<LabelCandidate>,
    /// Whether countries, seas and regions are to be named besides.
    pub(super) wants_grounds: bool,
    /// The borders of states in short pieces, which names do well not to cover.
    pub(super) border_pieces: Vec<Line>,
    /// The shores that the names of towns on them keep off.
    pub(super) shores: Shores,
}

impl DrawnGround {
    /// A copy of what it has to do with names alone, with these in the place of its own.
    pub(super) fn for_names(&self, labels: Vec<LabelCandidate>) -> Self {
        let Self { wants_grounds, border_pieces, shores, .. } = self;
        let (border_pieces, shores) = (border_pieces.clone(), shores.clone());
        Self { labels, wants_grounds: *wants_grounds, border_pieces, shores, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basemap::{Standing, TileId, test_layer};
    use crate::formats::map_source::TileContent;
    use crate::geometry::{Coord, View};

    /// A lake in each tile.
    struct Lakes;

    impl TileSource<Tile> for Lakes {
        fn get(&self, id: TileId) -> Option<Arc<Tile>> {
            let square: &[&[(i32, i32)]] = &[&[(1000, 1000), (3000, 1000), (3000, 3000), (1000, 3000)]];
            let bytes = test_layer("water", &[(3, square, &[("kind", "lake")])]);
            (id.z == 8).then(|| Arc::new(Tile::decode(id, &bytes).expect("a tile")))
        }

        fn want(&self, _: &[TileId]) {}

        fn extent(&self) -> TileExtent {
            TileExtent { zooms: [8, 8], tile_size_px: 512, world_bounds: Rect::new(0.0, 0.0, 1.0, 1.0) }
        }

        fn standing(&self, _: TileId) -> Standing {
            Standing::AtHand
        }
    }

    /// A picture of one colour in each tile.
    struct Plain;

    impl TileSource<Bitmap> for Plain {
        fn get(&self, _: TileId) -> Option<Arc<Bitmap>> {
            Some(Arc::new(Bitmap { width: 1, height: 1, rgba: vec![9, 9, 9, 255] }))
        }

        fn want(&self, _: &[TileId]) {}

        fn extent(&self) -> TileExtent {
            TileExtent { zooms: [0, 19], tile_size_px: 256, world_bounds: Rect::new(0.0, 0.0, 1.0, 1.0) }
        }

        fn standing(&self, _: TileId) -> Standing {
            Standing::AtHand
        }
    }

    fn map(id: &str, tiles: TileContent, change: impl FnOnce(&mut ShownMap)) -> LaidMap {
        let attribution = format!("© {id}");
        let source = MapSource {
            id: id.to_owned(),
            kind: MapKind::Xyz,
            address: "https://h/{z}/{x}/{y}".to_owned(),
            tiles,
            attribution,
            ..MapSource::builtin()
        };
        let mut shown = ShownMap::plain(id);
        change(&mut shown);
        LaidMap { source: Arc::new(source), shown, day: None }
    }

    /// What is drawn of some maps, and with which line between them.
    fn drawn(maps: Vec<LaidMap>, swipe: Option<f64>) -> Vec<Item> {
        let mut ground = Ground::blank();
        ground.set_tiles(("lakes".to_owned(), None), Some(MapTiles::Vector(Arc::new(Lakes))));
        ground.set_tiles(("plain".to_owned(), None), Some(MapTiles::Raster(Arc::new(Plain))));
        let document = crate::document::Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 9.0 });
        let mut look = Look::of(&document, Theme::Light, 1.0);
        (look.maps, look.swipe) = (maps, swipe);
        let frame = Frame::new(document.view, 600.0, 400.0);
        match ground.draw(&look, &frame, About::default()).map {
            Some(Item::Group(group)) => group.items,
            other => panic!("{other:?}"),
        }
    }

    fn has_water(items: &[Item], color: Color) -> bool {
        items.iter().any(|item| match item {
            Item::Group(group) => has_water(&group.items, color),
            Item::Fill { color: fill, .. } => *fill == color,
            _ => false,
        })
    }

    #[test]
    fn a_map_of_shapes_is_shown_through_darker_and_without_colours_as_one_of_pictures_is() {
        let water = Theme::Light.palette().water;
        let lakes = |change: fn(&mut ShownMap)| vec![map("lakes", TileContent::Vector, change)];
        assert!(has_water(&drawn(lakes(|_| ()), None), water));
        let half = drawn(lakes(|shown| shown.opacity = 0.5), None);
        let group = half.iter().find_map(|item| match item {
            Item::Group(group) if group.id == "lakes" => Some(group),
            _ => None,
        });
        let group = group.expect("a group of its own");
        assert!(group.opacity == 0.5 && has_water(&group.items, water));
        let grey = drawn(lakes(|shown| shown.grey = true), None);
        let luma = ((54 * u32::from(water.r) + 183 * u32::from(water.g) + 19 * u32::from(water.b)) >> 8) as u8;
        assert!(has_water(&grey, Color { r: luma, g: luma, b: luma, a: 255 }) && !has_water(&grey, water));
        let dark = drawn(lakes(|shown| shown.dim = 1.0), None);
        assert!(has_water(&dark, Color::rgb(0)) && !has_water(&dark, water));
    }

    #[test]
    fn a_line_divides_a_map_of_shapes_from_what_lies_beneath_it() {
        let items = drawn(vec![map("lakes", TileContent::Vector, |_| ())], Some(0.25));
        let clips: Vec<Rect> = items
            .iter()
            .filter_map(|item| match item {
                Item::Group(group) => group.clip,
                _ => None,
            })
            .collect();
        assert_eq!(clips, [Rect::new(150.0, 0.0, 600.0, 400.0)]);
    }

    #[test]
    fn maps_lie_over_each_other_in_their_order_whatever_they_are_of() {
        let (lakes, plain) =
            (|| map("lakes", TileContent::Vector, |_| ()), || map("plain", TileContent::Raster, |_| ()));
        let last_is_image = |items: &[Item]| matches!(items.last(), Some(Item::Image { .. } | Item::Group(_)));
        assert!(last_is_image(&drawn(vec![lakes(), plain()], None)));
        let over = drawn(vec![plain(), lakes()], None);
        assert!(!last_is_image(&over) && has_water(&over, Theme::Light.palette().water));
        // Both are credited, the pictures first.
        let mut ground = Ground::blank();
        ground.set_tiles(("lakes".to_owned(), None), Some(MapTiles::Vector(Arc::new(Lakes))));
        ground.set_tiles(("plain".to_owned(), None), Some(MapTiles::Raster(Arc::new(Plain))));
        let frame = Frame::new(View { center: Coord { x: 37.0, y: 48.0 }, zoom: 9.0 }, 600.0, 400.0);
        let credits = ground.credits(&frame, &[plain(), lakes()]);
        let credits: Vec<&str> = credits.iter().map(|(credit, _)| credit.as_str()).collect();
        assert_eq!(credits, ["© plain", "© lakes"]);
    }
}
