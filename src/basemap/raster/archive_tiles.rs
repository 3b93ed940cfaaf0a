//! Pictures out of an archive of tiles, as a source of raster tiles.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Bitmap, RasterSource};
use crate::basemap::cache::BoundedCache;
use crate::basemap::id::TileId;
use crate::basemap::sources::archive::{Archive, ArchiveError, TileFormat};
use crate::geometry::Coord;
use crate::geometry::world_from_lon_lat;

/// Bytes of decoded pictures kept.
const CACHE: usize = 96 << 20;

/// The pictures of an archive. Tiles are read and decoded as they are wanted, on the thread that wants them: from a file,
/// that takes a millisecond each.
#[derive(Debug)]
pub struct ArchiveTiles {
    archive: Archive,
    tile_size_px: u32,
    /// None: the archive lacks the tile, or it is damaged.
    tiles: Mutex<BoundedCache<TileId, Option<Arc<Bitmap>>>>,
}

impl ArchiveTiles {
    /// The pictures of an archive that holds such. Looks at one of them for their size.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownTiles`] of vector tiles.
    pub fn new(archive: Archive) -> Result<Self, ArchiveError> {
        let info = archive.info();
        if info.tiles == TileFormat::Vector {
            return Err(ArchiveError::UnknownTiles("vector".to_owned()));
        }
        let [west, south, east, north] = info.bounds;
        let middle = world_from_lon_lat(Coord { x: (west + east) / 2.0, y: (south + north) / 2.0 });
        let at = |z: u8| {
            let side = f64::from(z).exp2();
            TileId::new(z, (middle.x * side) as u32, (middle.y * side) as u32)
        };
        let mut ids = (info.min_zoom..=info.max_zoom).filter_map(at);
        let first = ids.find_map(|id| archive.tile_bytes(id).ok().flatten());
        let width = first.and_then(|bytes| super::size(&bytes).ok()).map_or(256, |(width, _)| width);
        let tile_size_px = if width >= 512 { 512 } else { 256 };
        Ok(Self { archive, tile_size_px, tiles: Mutex::new(BoundedCache::new(CACHE)) })
    }

    /// The archive.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    fn read(&self, id: TileId) {
        let info = self.archive.info();
        let is_kept = || self.tiles.lock().unwrap_or_else(PoisonError::into_inner).contains(&id);
        if !(info.min_zoom..=info.max_zoom).contains(&id.z) || is_kept() {
            return;
        }
        let tile = match self.archive.tile_bytes(id) {
            // Another time it may be there.
            Err(error) if error.is_passing() => return,
            read => read.ok().flatten().and_then(|bytes| Bitmap::decode_tile(&bytes, self.tile_size_px).ok()),
        };
        let tile = tile.map(Arc::new);
        let weight = tile.as_ref().map_or(64, |tile| tile.rgba.len());
        self.tiles.lock().unwrap_or_else(PoisonError::into_inner).insert(id, tile, weight);
    }
}

impl RasterSource for ArchiveTiles {
    fn get(&self, id: TileId) -> Option<Arc<Bitmap>> {
        self.tiles.lock().unwrap_or_else(PoisonError::into_inner).get(&id).flatten()
    }

    fn want(&self, ids: &[TileId]) {
        for id in ids {
            self.read(*id);
            // Where the archive lacks it, what stands in is wanted.
            let mut above = id.parent();
            while let Some(parent) = above.filter(|_| self.get(*id).is_none()) {
                self.read(parent);
                above = parent.parent().filter(|_| self.get(parent).is_none());
            }
        }
    }

    fn max_zoom(&self) -> u8 {
        self.archive.info().max_zoom
    }

    fn tile_size_px(&self) -> u32 {
        self.tile_size_px
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basemap::raster::raster_tiles_for;
    use crate::basemap::sources::pmtiles::tests::{archive, with_format};
    use crate::geometry::{Frame, View};

    fn picture(side: u32, shade: u8) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(side, side, image::Rgb([shade; 3]));
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn the_pictures_of_an_archive_are_laid_on_the_page_and_ancestors_stand_in() {
        let (world, quarter) = (picture(512, 10), picture(512, 20));
        let tiles = [(TileId { z: 0, x: 0, y: 0 }, &world[..]), (TileId { z: 1, x: 1, y: 0 }, &quarter[..])];
        let bytes = with_format(archive(&tiles, [-180.0, -85.0, 180.0, 85.0]), TileFormat::Png);
        let source = ArchiveTiles::new(Archive::open(bytes).unwrap()).unwrap();
        assert_eq!((source.tile_size_px(), source.max_zoom()), (512, 1));
        let frame = Frame::new(View { center: Coord { x: 0.0, y: 0.0 }, zoom: 2.0 }, 1024.0, 1024.0);
        let tiles = raster_tiles_for(&source, &frame, 1.0);
        let mut shades: Vec<u8> = tiles.placements.iter().map(|tile| tile.bitmap.rgba[0]).collect();
        shades.sort_unstable();
        assert_eq!((shades, tiles.missing), (vec![10, 10, 10, 20], 3));
    }

    #[test]
    fn vector_tiles_are_no_pictures() {
        let bytes = archive(&[(TileId { z: 0, x: 0, y: 0 }, b"x")], [-180.0, -85.0, 180.0, 85.0]);
        assert!(ArchiveTiles::new(Archive::open(bytes).unwrap()).is_err());
    }
}
