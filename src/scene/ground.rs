//! The map under the overlays: which archives, relief and raster tiles it is drawn from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use kurbo::{Line, Point, Rect};

use super::Look;
use super::basemap_style::{self, BasemapStyle, Relief, Shores};
use super::display_list::{Group, Item};
use super::labels::LabelCandidate;
use super::pictures::PicturesAtHand;
use crate::basemap::raster::{RasterPlacement, RasterSource, raster_tiles_for};
use crate::basemap::sources::{self, LaidMap};
use crate::basemap::vector::countries::Countries;
use crate::basemap::{
    self, Archive, Basemap, Bitmap, BoundaryView, BoundedCache, MapKind, MapSource, Tile, TileExtent, TileSource,
};
use crate::document::Document;
use crate::dossier::Problem;
use crate::formats::day::Day;
use crate::geometry::{Frame, share_ground, world_from_lon_lat};

/// The map's sources. Cheap to clone.
#[derive(Clone)]
pub struct Ground {
    basemap: Option<Basemap>,
    /// For each theme, made when it is first drawn.
    relief: Arc<[OnceLock<Option<Relief>>; 4]>,
    /// Where the tiles of maps of the document come from, by the maps' ids.
    tiles: BTreeMap<String, MapTiles>,
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

    /// Takes the tiles of the map of that id from here, or from nowhere.
    pub fn set_tiles(&mut self, id: &str, tiles: Option<MapTiles>) {
        match tiles {
            Some(tiles) => self.tiles.insert(id.to_owned(), tiles),
            None => self.tiles.remove(id),
        };
    }

    /// The same ground with the tiles of each map taken from what `wrap` makes of where they came from.
    #[must_use]
    pub fn with_tiles(&self, wrap: impl Fn(&str, &MapTiles) -> MapTiles) -> Self {
        let tiles = self.tiles.iter().map(|(id, tiles)| (id.clone(), wrap(id, tiles))).collect();
        Self { tiles, ..self.clone() }
    }

    /// The maps of pictures that are shown and whose tiles come from somewhere, bottom first.
    fn rasters<'a>(&'a self, maps: &'a [LaidMap]) -> impl Iterator<Item = (&'a LaidMap, &'a RasterSource)> {
        maps.iter().filter(|map| map.shown.visible).filter_map(|map| match self.tiles.get(&map.source.id)? {
            MapTiles::Raster(tiles) => Some((map, &**tiles)),
            MapTiles::Vector(_) => None,
        })
    }

    /// What lies beneath all maps, unless the lowest is none: the built-in map, with the maps of shapes over it.
    fn basemap(&self, maps: &[LaidMap]) -> Option<Basemap> {
        let is_bare = maps.first().is_some_and(|map| map.source.kind == MapKind::None);
        let mut basemap = self.basemap.clone().filter(|_| !is_bare);
        for map in maps.iter().filter(|map| map.shown.visible) {
            if let Some(MapTiles::Vector(tiles)) = self.tiles.get(&map.source.id) {
                let under = basemap.unwrap_or_else(Basemap::empty);
                basemap = Some(under.with_live(Arc::clone(tiles), &map.source));
            }
        }
        basemap
    }

    /// When the tiles of a map were fetched, first and last, as far as that has been noted for one figure.
    pub fn fetched_between(&self, map: &str) -> Option<(SystemTime, SystemTime)> {
        match self.tiles.get(map)? {
            MapTiles::Raster(tiles) => tiles.fetched_between(),
            MapTiles::Vector(tiles) => tiles.fetched_between(),
        }
    }

    /// The deepest zoom of tiles that the maps which are shown have in the middle of a document's view.
    pub fn deepest_at(&self, document: &Document) -> u8 {
        let at = world_from_lon_lat(document.view.center);
        let maps = sources::laid(&document.maps, &document.map_sources);
        let of_shapes = self.basemap(&maps).map_or(0, |basemap| basemap.deepest_at(at));
        let of_pictures = self.rasters(&maps).map(|(_, tiles)| tiles.extent());
        let of_pictures = of_pictures.filter(|extent| extent.world_bounds.contains(at)).map(|extent| extent.zooms[1]);
        of_pictures.fold(of_shapes, u8::max)
    }

    /// Whether the tiles of a map come from somewhere.
    pub fn has_tiles(&self, map: &str) -> bool {
        self.tiles.contains_key(map)
    }

    /// The credits that the maps ask for, each with an address or none, for a frame as it is drawn: of map files, those
    /// of which anything is drawn. Decodes the frame's tiles.
    pub fn credits(&self, frame: &Frame, maps: &[LaidMap]) -> Vec<(String, String)> {
        self.credits_with(frame, maps, |basemap| basemap.attributions(frame))
    }

    /// The same without waiting for tiles that are not decoded yet.
    pub fn credits_at_once(&self, frame: &Frame, maps: &[LaidMap]) -> Vec<(String, String)> {
        self.credits_with(frame, maps, |basemap| basemap.attributions_at_once(frame))
    }

    fn credits_with(
        &self,
        frame: &Frame,
        maps: &[LaidMap],
        of_files: impl Fn(&Basemap) -> Vec<String>,
    ) -> Vec<(String, String)> {
        let in_view = |extent: TileExtent| share_ground(frame.world_bounds(), extent.world_bounds);
        // The topmost first: it is what is seen.
        let rasters: Vec<_> = self.rasters(maps).filter(|(_, tiles)| in_view(tiles.extent())).collect();
        let mut credits: Vec<(String, String)> = Vec::new();
        for (map, _) in rasters.iter().rev().filter(|(map, _)| map.shown.opacity > 0.0) {
            let credit = (credit_of(&map.source), map.source.attribution_page.clone());
            if !credit.0.is_empty() && !credits.contains(&credit) {
                credits.push(credit);
            }
        }
        if let Some(basemap) = self.basemap(maps) {
            for text in of_files(&basemap) {
                let named = maps.iter().find(|map| map.source.attribution == text);
                let page = named.map(|map| map.source.attribution_page.clone()).unwrap_or_default();
                if !credits.iter().any(|(known, _)| *known == text) {
                    credits.push((text, page));
                }
            }
        }
        credits
    }

    /// Draws the map of a frame and collects its labels. It tells the ground of a country from that of others.
    pub(super) fn draw(&self, look: &Look, frame: &Frame, about: About<'_>) -> DrawnGround {
        let mut ground = DrawnGround::default();
        let mut drawn = Vec::new();
        if let Some(basemap) = self.basemap(&look.maps) {
            let style = self.style(look, frame, about);
            ground.wants_grounds = style.grounds_named;
            let kept = &self.relief[look.theme as usize];
            // Without its relief the map is flat, and no worse.
            let relief = kept.get_or_init(|| Some(Relief::new(&basemap::builtin_hillshade().ok()?, look.theme)));
            let tiles = basemap.tiles_for(frame);
            let DrawnGround { borders, labels, border_pieces, shores, .. } = &mut ground;
            basemap_style::draw(&tiles, relief.as_ref(), frame, style.clone(), &mut drawn, borders);
            basemap_style::names(&tiles, frame, style, labels, border_pieces);
            *shores = basemap_style::shores(&tiles, frame, about.day);
        }
        let rasters: Vec<_> = self.rasters(&look.maps).collect();
        for (index, (map, source)) in rasters.iter().enumerate() {
            let mut tiles = raster_tiles_for(*source, frame, look.pixels_per_pt);
            if let Some(part) = look.swipe.filter(|_| index + 1 == rasters.len()) {
                let right = Rect::new(part * frame.width_pt, 0.0, frame.width_pt, frame.height_pt);
                for placement in &mut tiles.placements {
                    placement.clip = placement.clip.intersect(right);
                }
                tiles.placements.retain(|placement| placement.clip.width() > 0.0);
            }
            if covers_names(map) {
                // The pictures carry their own names and borders.
                ground.give_way_to(&tiles.placements, tiles.missing == 0);
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

    /// The names of a frame without the map that [`Self::draw`] makes; those of a raster map are in its picture.
    pub(super) fn names(&self, look: &Look, frame: &Frame, about: About<'_>) -> DrawnGround {
        let mut ground = DrawnGround::default();
        let has_own = self.rasters(&look.maps).any(|(map, _)| covers_names(map));
        if let Some(basemap) = self.basemap(&look.maps).filter(|_| !has_own) {
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
    let left = u32::from(255 - dim);
    for pixel in rgba.chunks_exact_mut(4) {
        if grey {
            // Luma of ITU-R BT.709, as sRGB values: 0.2126, 0.7152, 0.0722.
            let luma = (54 * u32::from(pixel[0]) + 183 * u32::from(pixel[1]) + 19 * u32::from(pixel[2])) >> 8;
            pixel[..3].fill(luma as u8);
        }
        if dim > 0 {
            for part in &mut pixel[..3] {
                *part = (u32::from(*part) * left / 255) as u8;
            }
        }
    }
    let tinted = Arc::new(Bitmap { width: bitmap.width, height: bitmap.height, rgba });
    kept.insert(key, (Arc::clone(bitmap), Arc::clone(&tinted)), 2 * bitmap.rgba.len());
    tinted
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
    /// Takes out the names and borders that lie under pictures; the shores too, where these cover the frame.
    fn give_way_to(&mut self, placements: &[RasterPlacement], is_whole: bool) {
        let is_covered = |at: Point| placements.iter().any(|placement| is_opaque_at(placement, at));
        self.labels.retain(|label| !label.anchor.middle().is_some_and(is_covered));
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

/// The map of a frame.
#[derive(Default)]
pub(super) struct DrawnGround {
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
