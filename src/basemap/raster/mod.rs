//! Raster tiles: pictures of the map, such as those of tile.openstreetmap.org, and where they lie on the page.

mod hillshade;
pub mod placed;
pub mod pyramid;

use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use kurbo::Rect;
use thiserror::Error;

use crate::basemap::covering;
use crate::basemap::id::TileId;
use crate::basemap::tile_source::{Standing, TileSource};
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
    /// It has another size than tiles of its map.
    #[error("the picture is {width} × {height} pixels, which is no tile of a map of tiles of {tile} × {tile}")]
    NoTile {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// How wide tiles of the map are.
        tile: u32,
    },
}

impl Bitmap {
    /// Decodes a tile of a map whose tiles are `tile_size_px` wide: a PNG, JPEG or WebP picture that is square, and from half
    /// to four times as wide. What is wider than it should be is made smaller: it shows no more, and would take more memory
    /// than tiles are meant to. The size is looked at before anything is decoded.
    pub fn decode_tile(bytes: &[u8], tile_size_px: u32) -> Result<Self, BitmapError> {
        let most = tile_size_px.saturating_mul(4);
        let (width, height) = size(bytes)?;
        if width != height || !(tile_size_px / 2..=most).contains(&width) {
            return Err(BitmapError::NoTile { width, height, tile: tile_size_px });
        }
        let tile = Self::decode(bytes, most)?;
        if width <= tile_size_px {
            return Ok(tile);
        }
        let Some(large) = image::RgbaImage::from_raw(width, height, tile.rgba) else {
            return Err(BitmapError::NoTile { width, height, tile: tile_size_px });
        };
        let small = image::imageops::thumbnail(&large, tile_size_px, tile_size_px);
        Ok(Self { width: tile_size_px, height: tile_size_px, rgba: small.into_raw() })
    }

    /// The same picture with its rows as a tile has them: of a square whose rows were spaced evenly in latitude. Each row is
    /// the one whose middle is nearest, which is at most half a row off.
    #[must_use]
    pub fn rows_in_mercator(&self, id: TileId) -> Self {
        let rect = id.world_rect();
        let lat = |y: f64| crate::geometry::lon_lat_from_world(kurbo::Point::new(0.5, y)).y;
        let (north, south) = (lat(rect.y0), lat(rect.y1));
        let (rows, stride) = (self.height as usize, 4 * self.width as usize);
        let mut rgba = Vec::with_capacity(self.rgba.len());
        for row in 0..rows {
            let y = rect.y0 + rect.height() * (row as f64 + 0.5) / rows as f64;
            let from = ((north - lat(y)) / (north - south) * rows as f64).clamp(0.0, rows as f64 - 1.0) as usize;
            rgba.extend_from_slice(self.rgba.get(from * stride..(from + 1) * stride).unwrap_or_default());
        }
        rgba.resize(self.rgba.len(), 0);
        Self { width: self.width, height: self.height, rgba }
    }

    /// Decodes a PNG, JPEG or WebP picture no larger than `limit` pixels each way.
    pub fn decode(bytes: &[u8], limit: u32) -> Result<Self, BitmapError> {
        let picture = decoded(bytes, limit)?.into_rgba8();
        Ok(Self { width: picture.width(), height: picture.height(), rgba: picture.into_raw() })
    }
}

fn reader(bytes: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, BitmapError> {
    let format = image::guess_format(bytes).map_err(|_| BitmapError::Unknown)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(BitmapError::Unknown);
    }
    Ok(ImageReader::with_format(Cursor::new(bytes), format))
}

/// How wide a picture is, if it is a PNG, JPEG or WebP; nothing is decoded.
pub fn width_of(bytes: &[u8]) -> Option<u32> {
    size(bytes).ok().map(|(width, _)| width)
}

/// How many pixels a PNG, JPEG or WebP picture says it has, across and down; nothing is decoded.
fn size(bytes: &[u8]) -> Result<(u32, u32), BitmapError> {
    reader(bytes)?.into_dimensions().map_err(|source| BitmapError::Damaged { limit: u32::MAX, source })
}

/// The picture in a PNG, JPEG or WebP file, no larger than `limit` pixels each way.
pub(super) fn decoded(bytes: &[u8], limit: u32) -> Result<DynamicImage, BitmapError> {
    let mut reader = reader(bytes)?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(limit);
    limits.max_image_height = Some(limit);
    // Sixteen bits a channel, and as much again for the decoder's own work.
    limits.max_alloc = Some(u64::from(limit) * u64::from(limit) * 16);
    reader.limits(limits);
    reader.decode().map_err(|source| BitmapError::Damaged { limit, source })
}

/// Where raster tiles come from.
pub type RasterSource = dyn TileSource<Bitmap>;

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
    /// How many tiles are still missing or stood in for, those apart that there are not.
    pub missing: usize,
}

/// Most raster tiles that one picture is drawn from, of tiles of 256 × 256; beyond it a smaller zoom is taken. A picture of
/// 4096 × 4096 pixels has as many.
const MOST_RASTER_TILES: u64 = 320;

/// Lays the tiles of a source on a page, and tells the source which it lacks, from the middle of the page outwards.
/// `pixels_per_pt` picks the zoom: 1 on a plain screen, 2 on a dense one or in a fine figure.
pub fn raster_tiles_for(source: &RasterSource, frame: &Frame, pixels_per_pt: f64) -> RasterTiles {
    // Tiles twice as wide are as fine one zoom earlier.
    let extent = source.extent();
    let wider = f64::from(extent.tile_size_px.max(1)) / 256.0;
    let zoom = (frame.view.zoom + (pixels_per_pt.max(0.1) / wider).log2()).round().clamp(0.0, 30.0);
    let most_tiles = ((MOST_RASTER_TILES as f64 / (wider * wider)) as u64).max(64);
    let mut ids = covering(frame, zoom as u8, extent.zooms[1], most_tiles);
    ids.retain(|id| extent.may_have(*id));
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
        if standing_in != Some(id) && source.standing(id) != Standing::Absent {
            tiles.missing += 1;
        }
    }
    tiles
}

/// How many zooms beyond that of a plain screen a fine figure takes its tiles from, at most.
const FINER_ZOOMS: f64 = 3.0;

/// Whether anything of a raster map is at hand for a frame, as fine as a figure may take it or coarser. Asks for nothing.
pub fn has_raster_tiles(source: &RasterSource, frame: &Frame) -> bool {
    let extent = source.extent();
    let deepest = (frame.view.zoom.round() + FINER_ZOOMS).clamp(0.0, f64::from(extent.zooms[1])) as u8;
    (extent.zooms[0]..=deepest).rev().any(|zoom| {
        let ids = covering(frame, zoom, extent.zooms[1], MOST_RASTER_TILES);
        ids.into_iter().any(|id| extent.may_have(id) && source.get(id).is_some())
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::basemap::{MapSource, TileExtent};
    use crate::geometry::{Coord, View};

    struct OneTile(TileId, Arc<Bitmap>, Mutex<Vec<TileId>>);

    impl TileSource<Bitmap> for OneTile {
        fn get(&self, id: TileId) -> Option<Arc<Bitmap>> {
            (id == self.0).then(|| self.1.clone())
        }
        fn want(&self, ids: &[TileId]) {
            *self.2.lock().expect("not poisoned") = ids.to_vec();
        }
        fn extent(&self) -> TileExtent {
            TileExtent::of(&MapSource::builtin())
        }
        fn standing(&self, id: TileId) -> Standing {
            if id == self.0 { Standing::AtHand } else { Standing::Coming }
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
        let bitmap = Bitmap::decode(&png, 8).expect("a good picture");
        assert_eq!((bitmap.width, bitmap.height, bitmap.rgba.len()), (8, 4, 128));
        assert!(matches!(Bitmap::decode(&png, 7), Err(BitmapError::Damaged { .. })));
        assert!(matches!(Bitmap::decode(b"<html>Not found</html>", 8), Err(BitmapError::Unknown)));
        for end in 0..png.len() {
            assert!(Bitmap::decode(&png[..end], 8).is_err() || end > 40);
        }
    }

    #[test]
    fn a_tile_is_square_and_about_as_wide_as_its_map_says() {
        let picture = |width: u32, height: u32, format: ImageFormat| {
            let mut bytes = Vec::new();
            let picture = image::RgbImage::from_pixel(width, height, image::Rgb([200, 100, 50]));
            picture.write_to(&mut Cursor::new(&mut bytes), format).expect("into memory");
            bytes
        };
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            for (wide, tile) in [(256, 256), (128, 256), (512, 256), (1024, 256), (512, 512), (256, 512)] {
                let bitmap = Bitmap::decode_tile(&picture(wide, wide, format), tile).expect("a tile");
                let width = wide.min(tile);
                assert_eq!(
                    (bitmap.width, bitmap.height, bitmap.rgba.len()),
                    (width, width, (4 * width * width) as usize)
                );
                let middle = bitmap.rgba.len() / 2;
                assert!(bitmap.rgba[middle].abs_diff(200) < 4, "{:?}", &bitmap.rgba[middle..middle + 4]);
            }
            for (width, height) in [(1, 1), (127, 127), (1025, 1025), (256, 255), (256, 512)] {
                let error = Bitmap::decode_tile(&picture(width, height, format), 256).expect_err("no tile");
                assert!(error.to_string().starts_with(&format!("the picture is {width} × {height} pixels")), "{error}");
            }
        }
        // A small file that would take 400 MB: it is not decoded.
        let mut huge = picture(1, 1, ImageFormat::Png);
        huge[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
        let sum = crc32(&huge[12..29]);
        huge[29..33].copy_from_slice(&sum.to_be_bytes());
        let error = Bitmap::decode_tile(&huge, 256).expect_err("no tile");
        assert!(error.to_string().contains("10000 × 10000"), "{error}");
    }

    /// The sum at the end of a PNG's chunk.
    fn crc32(bytes: &[u8]) -> u32 {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        sum.sum()
    }
}
