//! Raster tiles: pictures of the map, such as those of tile.openstreetmap.org, and where they lie on the page.

mod hillshade;

use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use kurbo::Rect;
use thiserror::Error;

use crate::basemap::id::TileId;
use crate::basemap::{MOST_TILES, covering};
use crate::geometry::Frame;

pub use hillshade::{Hillshade, HillshadeError, HillshadeTone};

/// Pixels: RGBA, eight bits a channel, not premultiplied, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `4 · width · height` bytes.
    pub rgba: Vec<u8>,
}

/// Largest width and height of a tile, in pixels.
pub const LARGEST_TILE_PX: u32 = 2048;

/// Why a picture could not be decoded.
#[derive(Debug, Error)]
pub enum BitmapError {
    /// It is of no kind that we read.
    #[error("not a PNG, JPEG or WebP picture")]
    Unknown,
    /// It is damaged, or larger than the limit.
    #[error("the picture is damaged or larger than {limit} × {limit} pixels: {source}")]
    Damaged {
        /// The limit.
        limit: u32,
        /// What the decoder said.
        source: image::ImageError,
    },
}

impl Bitmap {
    /// Decodes a PNG, JPEG or WebP picture no larger than [`LARGEST_TILE_PX`] each way.
    pub fn decode_tile(bytes: &[u8]) -> Result<Self, BitmapError> {
        Self::decode(bytes, LARGEST_TILE_PX)
    }

    /// Decodes a PNG, JPEG or WebP picture no larger than `limit` pixels each way.
    pub fn decode(bytes: &[u8], limit: u32) -> Result<Self, BitmapError> {
        let picture = decoded(bytes, limit)?.into_rgba8();
        Ok(Self { width: picture.width(), height: picture.height(), rgba: picture.into_raw() })
    }
}

/// The picture in a PNG, JPEG or WebP file, no larger than `limit` pixels each way.
pub(super) fn decoded(bytes: &[u8], limit: u32) -> Result<DynamicImage, BitmapError> {
    let format = image::guess_format(bytes).map_err(|_| BitmapError::Unknown)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(BitmapError::Unknown);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(limit);
    limits.max_image_height = Some(limit);
    // Sixteen bits a channel, and as much again for the decoder's own work.
    limits.max_alloc = Some(u64::from(limit) * u64::from(limit) * 16);
    reader.limits(limits);
    reader.decode().map_err(|source| BitmapError::Damaged { limit, source })
}

/// Where raster tiles come from. Never waits: what is not at hand is fetched meanwhile, if it can be.
pub trait RasterSource: Send + Sync {
    /// The tile, if it is at hand.
    fn get(&self, id: TileId) -> Option<Arc<Bitmap>>;

    /// Says which tiles are wanted now, the most urgent first.
    fn want(&self, ids: &[TileId]);

    /// Largest zoom that has tiles.
    fn max_zoom(&self) -> u8;

    /// How wide a tile is, in pixels.
    fn tile_size_px(&self) -> u32 {
        256
    }
}

/// A raster tile, or the part of one, laid on the page.
#[derive(Debug, Clone)]
pub struct RasterPlacement {
    /// The pixels.
    pub bitmap: Arc<Bitmap>,
    /// Where the whole picture lies, in page points.
    pub to: Rect,
    /// The part to draw, in page points: within `to`.
    pub clip: Rect,
}

/// The raster tiles of a frame.
#[derive(Debug, Clone, Default)]
pub struct RasterTiles {
    /// What is at hand, ancestors standing in for tiles that are not.
    pub placements: Vec<RasterPlacement>,
    /// How many tiles are still missing or stood in for.
    pub missing: usize,
}

/// Lays the tiles of a source on a page, and tells the source which it lacks, from the middle of the page outwards.
/// `pixels_per_pt` picks the zoom: 1 on a plain screen, 2 on a dense one or in a fine figure.
pub fn raster_tiles_for(source: &dyn RasterSource, frame: &Frame, pixels_per_pt: f64) -> RasterTiles {
    // Tiles twice as wide are as fine one zoom earlier.
    let finer = (pixels_per_pt.max(0.1) * 256.0 / f64::from(source.tile_size_px().max(1))).log2();
    let zoom = (frame.view.zoom + finer).round().clamp(0.0, 30.0);
    let mut ids = covering(frame, zoom as u8, source.max_zoom());
    debug_assert!(ids.len() as u64 <= MOST_TILES, "covering keeps the number of tiles down");
    let page_from_world = frame.page_from_world();
    let on_page = |id: TileId| page_from_world.transform_rect_bbox(id.world_rect());
    let middle = frame.page().center();
    ids.sort_by(|a, b| {
        let far = |id: &TileId| on_page(*id).center().distance_squared(middle);
        far(a).total_cmp(&far(b)).then(a.cmp(b))
    });
    source.want(&ids);
    let mut tiles = RasterTiles::default();
    for id in ids {
        let mut standing_in = Some(id);
        while let Some(found) = standing_in {
            if let Some(bitmap) = source.get(found) {
                let clip = on_page(id);
                tiles.placements.push(RasterPlacement { bitmap, to: on_page(found), clip });
                break;
            }
            standing_in = found.parent();
        }
        if standing_in != Some(id) {
            tiles.missing += 1;
        }
    }
    tiles
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::geometry::{Coord, View};

    struct OneTile(TileId, Arc<Bitmap>, Mutex<Vec<TileId>>);

    impl RasterSource for OneTile {
        fn get(&self, id: TileId) -> Option<Arc<Bitmap>> {
            (id == self.0).then(|| self.1.clone())
        }
        fn want(&self, ids: &[TileId]) {
            *self.2.lock().expect("not poisoned") = ids.to_vec();
        }
        fn max_zoom(&self) -> u8 {
            19
        }
    }

    #[test]
    fn an_ancestor_stands_in_and_the_middle_is_wanted_first() {
        let ancestor = TileId { z: 5, x: 19, y: 11 };
        let bitmap = Arc::new(Bitmap { width: 1, height: 1, rgba: vec![0; 4] });
        let source = OneTile(ancestor, bitmap, Mutex::default());
        let frame = Frame::new(View { center: Coord { x: 38.0, y: 48.0 }, zoom: 8.0 }, 600.0, 400.0);
        let tiles = raster_tiles_for(&source, &frame, 1.0);
        assert!(!tiles.placements.is_empty() && tiles.missing >= tiles.placements.len());
        for placement in &tiles.placements {
            assert!((placement.to.width() - 2048.0).abs() < 1e-6 && (placement.clip.width() - 256.0).abs() < 1e-6);
            assert!(placement.to.inflate(1e-6, 1e-6).contains_rect(placement.clip));
        }
        let wanted = source.2.lock().expect("not poisoned").clone();
        let center = frame.page_from_world().inverse() * frame.page().center();
        assert!(wanted[0].world_rect().contains(center) && wanted[0].z == 8);
    }

    #[test]
    fn pictures_are_decoded_within_limits() {
        let mut png = Vec::new();
        image::GrayImage::new(8, 4).write_to(&mut Cursor::new(&mut png), ImageFormat::Png).expect("into memory");
        let bitmap = Bitmap::decode_tile(&png).expect("a good picture");
        assert_eq!((bitmap.width, bitmap.height, bitmap.rgba.len()), (8, 4, 128));
        assert!(matches!(Bitmap::decode(&png, 7), Err(BitmapError::Damaged { .. })));
        assert!(matches!(Bitmap::decode_tile(b"<html>Not found</html>"), Err(BitmapError::Unknown)));
        for end in 0..png.len() {
            assert!(Bitmap::decode_tile(&png[..end]).is_err() || end > 40);
        }
    }
}
