//! The map under the overlays: tiles, where they come from and where they lie on the page; not how they look.
//!
//! A [`Basemap`] is a built-in archive with, perhaps, one of the user's over it. For a [`Frame`] it answers with the
//! tiles to draw, from memory where it has them. Everything is synchronous: call it from a background thread.
//! The maps that can be chosen, and archives of tiles, are in [`sources`], what is in a vector tile in [`vector`], and
//! raster tiles from a server and the relief in [`raster`].

mod cache;
mod id;
pub mod raster;
pub mod sources;
mod tile_source;
pub mod vector;

use std::sync::{Arc, Mutex, PoisonError};

use kurbo::{Affine, Point, Rect};

pub use cache::BoundedCache;
pub use id::{DEEPEST_ZOOM, TileId};
pub use raster::{Bitmap, Hillshade, HillshadeError, HillshadeTone};
pub use sources::archive::{Archive, ArchiveError, ArchiveInfo, ReadAt, TileArchive, TileFormat, plain_text};
pub use sources::pmtiles::Pmtiles;
pub use sources::pmtiles::extract::{ExtractError, Plan, Wanted};
pub use sources::{MapKind, MapSource, ServiceRequest, TileAddresses, TileContent};
pub use tile_source::{Standing, TileExtent, TileSource};
pub use vector::schema::Schema;
pub use vector::tile::{
    Border, BorderRank, BoundaryView, Days, LOCAL_NAMES, LandArea, LandKind, LocalNames, NAME_LANGUAGES, Place,
    PlaceKind, Road, RoadKind, Shape, Tile, TileError, WaterArea, WaterKind, WaterName, Waterway,
};

#[cfg(test)]
pub(crate) use vector::tile::tests::{TestFeature, layer as test_layer};

use crate::geometry::Frame;

/// Bytes of decoded tiles kept for each archive.
const TILE_CACHE: usize = 96 << 20;

/// Most tiles that one frame is drawn from; beyond it a smaller zoom is taken.
pub const MOST_TILES: u64 = 96;

/// The map that the program brings along.
pub fn builtin() -> Result<Archive, ArchiveError> {
    Archive::open(include_bytes!("../../assets/basemap/builtin.pmtiles").as_slice())
}

/// The relief that the program brings along.
pub fn builtin_hillshade() -> Result<Hillshade, HillshadeError> {
    Hillshade::read(
        include_bytes!("../../assets/basemap/hillshade.png"),
        include_bytes!("../../assets/basemap/hillshade.json"),
    )
}

/// A tile, or the part of one, laid on the page.
#[derive(Debug, Clone)]
pub struct TilePlacement {
    /// The tile; an ancestor of the wanted one where that is missing.
    pub tile: Arc<Tile>,
    /// Tile units to page points: a scale and a shift.
    pub page_from_tile: Affine,
    /// The part of the tile to draw, in tile units: all of it, unless it stands in for a smaller tile.
    pub part: Rect,
}

impl TilePlacement {
    /// The part to draw, on the page.
    pub fn page_rect(&self) -> Rect {
        self.page_from_tile.transform_rect_bbox(self.part)
    }
}

/// Archives of vector tiles one over the other, with their decoded tiles in memory. Cheap to clone; clones share.
#[derive(Debug, Clone)]
pub struct Basemap {
    /// The user's first, the built-in one last.
    sources: Vec<Arc<Source>>,
}

struct Source {
    from: From,
    info: ArchiveInfo,
    bounds: Rect,
}

/// Where the tiles of a source come from.
enum From {
    /// An archive that is read when a tile is asked for.
    Archive {
        archive: Archive,
        /// As its metadata tell it.
        schema: Option<Schema>,
        /// None: the archive lacks the tile, or it is damaged.
        tiles: Mutex<BoundedCache<TileId, Option<Arc<Tile>>>>,
    },
    /// What is at hand of tiles that are fetched meanwhile.
    Live(Arc<dyn TileSource<Tile>>),
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Source").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Source {
    fn new(archive: Archive) -> Arc<Self> {
        let (bounds, info, schema) = (archive.world_bounds(), archive.info().clone(), archive.info().schema());
        let from = From::Archive { archive, schema, tiles: Mutex::new(BoundedCache::new(TILE_CACHE)) };
        Arc::new(Self { from, info, bounds })
    }

    fn live(tiles: Arc<dyn TileSource<Tile>>, map: &MapSource) -> Arc<Self> {
        let TileExtent { zooms: [min_zoom, max_zoom], world_bounds: bounds, .. } = tiles.extent();
        let (name, attribution) = (map.title.main().to_owned(), map.attribution.clone());
        let info = ArchiveInfo { name, attribution, min_zoom, max_zoom, ..ArchiveInfo::default() };
        Arc::new(Self { info, bounds, from: From::Live(tiles) })
    }

    /// Says which of these tiles are wanted, of a source whose tiles are fetched.
    fn want(&self, ids: &[TileId]) {
        let From::Live(tiles) = &self.from else { return };
        let mut wanted = Vec::new();
        for id in ids {
            let id = id.ancestor_at(self.info.max_zoom);
            if id.z >= self.info.min_zoom && self.cover(id) > 0.0 && !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        tiles.want(&wanted);
    }

    fn tile(&self, id: TileId) -> Option<Arc<Tile>> {
        let (archive, schema, tiles) = match &self.from {
            From::Archive { archive, schema, tiles } => (archive, schema, tiles),
            From::Live(tiles) => return tiles.get(id),
        };
        let kept = tiles.lock().unwrap_or_else(PoisonError::into_inner).get(&id);
        if let Some(kept) = kept {
            return kept;
        }
        // A damaged tile counts as a missing one: its ancestor is drawn in its place. One whose bytes cannot be had now is
        // asked for again another time.
        let bytes = match archive.tile_bytes(id) {
            Err(error) if error.is_passing() => return None,
            read => read.ok().flatten(),
        };
        let tile = bytes.and_then(|bytes| Tile::decode_in(*schema, id, &bytes).ok()).map(Arc::new);
        let weight = tile.as_ref().map_or(64, |tile| tile.bytes());
        tiles.lock().unwrap_or_else(PoisonError::into_inner).insert(id, tile.clone(), weight);
        tile
    }

    /// Whether a tile has anything to draw, without decoding it: of one that has not been yet, whether it is whole.
    fn may_draw(&self, id: TileId) -> Option<bool> {
        let (archive, tiles) = match &self.from {
            From::Archive { archive, tiles, .. } => (archive, tiles),
            From::Live(tiles) => return tiles.get(id).map(|tile| !tile.is_empty()),
        };
        let kept = tiles.lock().unwrap_or_else(PoisonError::into_inner).get(&id);
        match kept {
            Some(tile) => tile.map(|tile| !tile.is_empty()),
            None => archive.may_have_whole(id).then_some(true),
        }
    }

    /// The zoom of the tile itself, or of its nearest ancestor, and what `draws` says of it.
    fn nearest_that(&self, id: TileId, draws: impl Fn(&Self, TileId) -> Option<bool>) -> Option<(u8, bool)> {
        let mut next = Some(id.ancestor_at(self.info.max_zoom));
        while let Some(id) = next.filter(|id| id.z >= self.info.min_zoom) {
            if let Some(draws) = draws(self, id) {
                return Some((id.z, draws));
            }
            next = id.parent();
        }
        None
    }

    /// The tile itself, or its nearest ancestor.
    fn nearest(&self, id: TileId) -> Option<Arc<Tile>> {
        let mut next = Some(id.ancestor_at(self.info.max_zoom));
        while let Some(id) = next.filter(|id| id.z >= self.info.min_zoom) {
            if let Some(tile) = self.tile(id) {
                return Some(tile);
            }
            next = id.parent();
        }
        None
    }

    /// How much of a tile's square lies within the archive's bounds, 0 to 1.
    fn cover(&self, id: TileId) -> f64 {
        let rect = id.world_rect();
        let both = rect.intersect(self.bounds);
        if both.is_zero_area() { 0.0 } else { both.area() / rect.area() }
    }
}

impl Basemap {
    /// A map of one archive.
    pub fn new(archive: Archive) -> Self {
        Self { sources: vec![Source::new(archive)] }
    }

    /// The built-in map.
    pub fn builtin() -> Result<Self, ArchiveError> {
        builtin().map(Self::new)
    }

    /// The same map with another archive over all of it: where that one has tiles, they are shown. An archive that says
    /// the same of itself goes, for it is the same one opened again.
    pub fn with_archive(&self, archive: Archive) -> Self {
        let last = self.sources.len().saturating_sub(1);
        let is_other = |at: usize, source: &Source| at == last || source.info != *archive.info();
        let others = self.sources.iter().enumerate().filter(|(at, source)| is_other(*at, source));
        let others: Vec<Arc<Source>> = others.map(|(_, source)| source.clone()).collect();
        let mut sources = vec![Source::new(archive)];
        sources.extend(others);
        Self { sources }
    }

    /// A map without a tile.
    pub fn empty() -> Self {
        Self { sources: Vec::new() }
    }

    /// The same map with the tiles of another over it, as far as they are at hand.
    #[must_use]
    pub fn with_live(&self, tiles: Arc<dyn TileSource<Tile>>, map: &MapSource) -> Self {
        let mut sources = vec![Source::live(tiles, map)];
        sources.extend(self.sources.iter().cloned());
        Self { sources }
    }

    /// The same map without the archives over it.
    pub fn without_archive(&self) -> Self {
        Self { sources: self.sources.last().cloned().into_iter().collect() }
    }

    /// What its archives say of themselves, the topmost first.
    pub fn archives(&self) -> impl Iterator<Item = &ArchiveInfo> {
        self.sources.iter().map(|source| &source.info)
    }

    /// What its archives ask to be named in a caption, those of which anything is drawn in this frame, each once.
    /// Decodes the frame's tiles.
    pub fn attributions(&self, frame: &Frame) -> Vec<String> {
        self.attributions_where(frame, |source, id| source.tile(id).map(|tile| !tile.is_empty()))
    }

    /// The same without waiting for tiles that are not decoded yet: an archive that has such a tile is named.
    pub fn attributions_at_once(&self, frame: &Frame) -> Vec<String> {
        self.attributions_where(frame, Source::may_draw)
    }

    fn attributions_where(&self, frame: &Frame, draws: impl Fn(&Source, TileId) -> Option<bool>) -> Vec<String> {
        let mut is_drawn = vec![false; self.sources.len()];
        for id in covering(frame, tile_zoom(frame), self.deepest(), MOST_TILES) {
            let best = self.best_by(id, |source| source.nearest_that(id, &draws), |(z, _)| *z);
            if let Some((at, (_, true))) = best {
                is_drawn[at] = true;
            }
        }
        let mut all = Vec::new();
        for (source, _) in self.sources.iter().zip(is_drawn).filter(|(_, is_drawn)| *is_drawn) {
            let text = &source.info.attribution;
            if !text.is_empty() && !all.contains(text) {
                all.push(text.clone());
            }
        }
        all
    }

    fn deepest(&self) -> u8 {
        self.sources.iter().map(|source| source.info.max_zoom).max().unwrap_or(0)
    }

    /// The deepest zoom of tiles of its archives that reach a place of the world.
    pub fn deepest_at(&self, world: Point) -> u8 {
        let there = self.sources.iter().filter(|source| source.bounds.contains(world));
        there.map(|source| source.info.max_zoom).max().unwrap_or(0)
    }

    /// The tiles of a frame and where they lie, from the north-west, row by row.
    ///
    /// A vector tile of this schema is meant to be shown 512 points wide, twice as wide as a raster tile of the same
    /// zoom, so that the tile zoom is about the view's less one. Ours goes to the next zoom half a step earlier: tiles
    /// are shown 362 to 724 points wide, since a map for annotation is read closely and wants its towns named.
    pub fn tiles_for(&self, frame: &Frame) -> Vec<TilePlacement> {
        let page_from_world = frame.page_from_world();
        let mut placements = Vec::new();
        let ids = covering(frame, tile_zoom(frame), self.deepest(), MOST_TILES);
        for source in &self.sources {
            source.want(&ids);
        }
        for id in ids {
            let best = self.best_by(id, |source| source.nearest(id), |tile| tile.id.z);
            let Some((_, tile)) = best else { continue };
            let page_from_tile = page_from_world * affine_to(tile.id.world_rect());
            let part = id.rect_in(tile.id);
            placements.push(TilePlacement { tile, page_from_tile, part });
        }
        placements
    }

    /// The deepest tile that stands for this square. The topmost archive wins when it is as deep as any, unless the
    /// square lies mostly outside its bounds, where an extract of a city has little but sea.
    ///
    /// `find` gives what an archive has, `zoom` how deep that is; with the place of the archive among the others.
    fn best_by<T>(
        &self,
        id: TileId,
        find: impl Fn(&Source) -> Option<T>,
        zoom: impl Fn(&T) -> u8,
    ) -> Option<(usize, T)> {
        let mut best: Option<(usize, T)> = None;
        let last = self.sources.len().saturating_sub(1);
        for (at, source) in self.sources.iter().enumerate() {
            let cover = source.cover(id);
            if cover == 0.0 || (at < last && cover < 0.5) {
                continue;
            }
            if let Some(found) = find(source)
                && best.as_ref().is_none_or(|(_, best)| zoom(best) < zoom(&found))
            {
                best = Some((at, found));
            }
        }
        best
    }
}

/// The zoom at which tiles are about 512 points wide.
fn tile_zoom(frame: &Frame) -> u8 {
    (frame.view.zoom - 0.5).floor().clamp(0.0, f64::from(DEEPEST_ZOOM)) as u8
}

/// Tile units to the unit square of the world.
fn affine_to(rect: Rect) -> Affine {
    Affine::new([rect.width(), 0.0, 0.0, rect.height(), rect.x0, rect.y0])
}

/// The tiles of a zoom that a frame shows. The zoom is lowered to `deepest`, and while there would be too many tiles.
fn covering(frame: &Frame, zoom: u8, deepest: u8, most: u64) -> Vec<TileId> {
    let world = frame.world_bounds().intersect(Rect::new(0.0, 0.0, 1.0, 1.0));
    if world.is_zero_area() || !world.is_finite() {
        return Vec::new();
    }
    for z in (0..=zoom.min(deepest).min(DEEPEST_ZOOM)).rev() {
        let side = f64::from(z).exp2();
        let range = |from: f64, to: f64| {
            let last = (to * side).ceil().min(side) as u32;
            (from * side).floor().max(0.0) as u32..last
        };
        let (columns, rows) = (range(world.x0, world.x1), range(world.y0, world.y1));
        if columns.len() as u64 * rows.len() as u64 <= most {
            return rows.flat_map(|y| columns.clone().map(move |x| TileId { z, x, y })).collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::sources::pmtiles::tests::archive;
    use super::vector::tile::tests::layer;
    use super::*;
    use crate::geometry::{Coord, View};

    const WORLD: [f64; 4] = [-180.0, -85.0, 180.0, 85.0];
    const SQUARE: &[&[(i32, i32)]] = &[&[(0, 0), (4096, 0), (4096, 4096), (0, 4096)]];

    fn sea() -> Vec<u8> {
        layer("water", &[(3, SQUARE, &[("kind", "ocean")])])
    }

    fn basemap(ids: &[TileId], bounds: [f64; 4]) -> Basemap {
        let sea = sea();
        let tiles: Vec<(TileId, &[u8])> = ids.iter().map(|id| (*id, sea.as_slice())).collect();
        Basemap::new(Archive::open(archive(&tiles, bounds)).expect("a good archive"))
    }

    fn frame(zoom: f64) -> Frame {
        Frame::new(View { center: Coord { x: 37.9, y: 48.0 }, zoom }, 1200.0, 800.0)
    }

    #[test]
    fn a_frame_is_covered_whole_even_where_tiles_are_missing() {
        let map = basemap(&[TileId { z: 0, x: 0, y: 0 }, TileId { z: 6, x: 38, y: 22 }], WORLD);
        for zoom in [3.0, 7.6, 12.0, 22.0] {
            let frame = frame(zoom);
            let tiles = map.tiles_for(&frame);
            let covered: f64 = tiles.iter().map(|tile| tile.page_rect().intersect(frame.page()).area()).sum();
            assert!((covered - frame.page().area()).abs() < 1e-3 * frame.page().area(), "zoom {zoom}");
            assert!(tiles.len() <= MOST_TILES as usize);
        }
        let ids: Vec<u8> = map.tiles_for(&frame(7.6)).iter().map(|tile| tile.tile.id.z).collect();
        assert!(ids.contains(&6) && ids.contains(&0));
    }

    #[test]
    fn the_page_place_of_a_tile_is_that_of_its_ground() {
        let id = TileId { z: 6, x: 38, y: 22 };
        let frame = frame(7.6);
        let map = basemap(&[TileId { z: 0, x: 0, y: 0 }, id], WORLD);
        let placement = map.tiles_for(&frame).into_iter().find(|tile| tile.tile.id == id).expect("shown");
        let expected = frame.page_from_world().transform_rect_bbox(id.world_rect());
        assert!((placement.page_rect().x0 - expected.x0).abs() < 1e-6);
        assert!((placement.page_rect().y1 - expected.y1).abs() < 1e-6);
    }

    #[test]
    fn an_opened_archive_shows_within_its_bounds_and_the_built_in_map_elsewhere() {
        let whole = basemap(&[TileId { z: 0, x: 0, y: 0 }, TileId { z: 6, x: 38, y: 22 }], WORLD);
        let city = [37.6, 47.9, 38.0, 48.1];
        let sea = sea();
        let at = |z: u8| {
            let world = crate::geometry::world_from_lon_lat(Coord { x: 37.8, y: 48.0 });
            let side = f64::from(z).exp2();
            TileId { z, x: (world.x * side) as u32, y: (world.y * side) as u32 }
        };
        let tiles: Vec<(TileId, &[u8])> = [0, 6, 12, 13].map(|z| (at(z), sea.as_slice())).to_vec();
        let map = whole.with_archive(Archive::open(archive(&tiles, city)).expect("good"));
        assert!(map.tiles_for(&frame(7.6)).iter().all(|tile| tile.tile.id.z <= 6));
        let close = Frame::new(View { center: Coord { x: 37.8, y: 48.0 }, zoom: 16.0 }, 200.0, 200.0);
        assert!(map.tiles_for(&close).iter().any(|tile| tile.tile.id == at(13)));
        let away = Frame::new(View { center: Coord { x: 36.0, y: 48.0 }, zoom: 16.0 }, 200.0, 200.0);
        assert!(map.tiles_for(&away).iter().all(|tile| tile.tile.id.z <= 6));
        assert_eq!(map.without_archive().tiles_for(&close)[0].tile.id.z, 6);
    }

    #[test]
    fn an_archive_is_credited_only_where_it_is_drawn() {
        let id = TileId { z: 6, x: 38, y: 22 };
        let whole = basemap(&[TileId { z: 0, x: 0, y: 0 }], WORLD);
        let sea = sea();
        let bytes = archive(&[(id, sea.as_slice())], WORLD);
        let cut = bytes[..bytes.len() - 1].to_vec();
        let empty = archive(&[(id, b"".as_slice())], WORLD);
        let named = |bytes: Vec<u8>, center: Coord<f64>| {
            // The test archives all ask for the same name; the built-in one here for none.
            let mut map = whole.with_archive(Archive::open(bytes).expect("its directories are there"));
            Arc::get_mut(&mut map.sources[0]).expect("nobody else has it").info.attribution = "Survey".to_owned();
            let frame = Frame::new(View { center, zoom: 7.6 }, 300.0, 200.0);
            let before = map.attributions_at_once(&frame).contains(&"Survey".to_owned());
            let exact = map.attributions(&frame).contains(&"Survey".to_owned());
            let after = map.attributions_at_once(&frame).contains(&"Survey".to_owned());
            assert_eq!(after, exact);
            (before, exact)
        };
        let (there, away) = (Coord { x: 36.5, y: 47.5 }, Coord { x: 100.0, y: 10.0 });
        assert_eq!(named(bytes.clone(), there), (true, true));
        assert_eq!(named(bytes, away), (false, false));
        assert_eq!(named(cut, there), (false, false));
        assert_eq!(named(empty, there), (true, false));
    }

    #[test]
    fn many_archives_lie_over_each_other_and_one_opened_again_takes_its_own_place() {
        let (a, b) = (TileId { z: 6, x: 38, y: 22 }, TileId { z: 7, x: 76, y: 44 });
        let sea = sea();
        let open = |id: TileId| Archive::open(archive(&[(id, sea.as_slice())], WORLD)).expect("good");
        let map = basemap(&[TileId { z: 0, x: 0, y: 0 }], WORLD).with_archive(open(a)).with_archive(open(b));
        assert_eq!(map.sources.len(), 3);
        assert_eq!(map.with_archive(open(a)).sources.len(), 3);
        assert_eq!(map.without_archive().sources.len(), 1);
    }

    #[test]
    fn a_frame_of_nothing_has_no_tiles() {
        let map = basemap(&[TileId { z: 0, x: 0, y: 0 }], WORLD);
        for zoom in [f64::NAN, f64::INFINITY, -40.0] {
            let frame =
                Frame { view: View { center: Coord { x: 0.0, y: 0.0 }, zoom }, width_pt: 10.0, height_pt: 10.0 };
            let _ = map.tiles_for(&frame);
        }
        let beyond = Frame::new(View { center: Coord { x: 900.0, y: 0.0 }, zoom: 5.0 }, 10.0, 10.0);
        assert!(map.tiles_for(&beyond).is_empty());
    }
}
