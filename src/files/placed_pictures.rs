//! Placed pictures as files for other programs: GeoTIFF, warped to where they belong, and Georeference Annotations.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use super::FileError;
use super::disk;
use crate::basemap::raster::placed::PlacedPicture;
use crate::basemap::raster::pyramid::Pyramid;
use crate::document::Picture;
use crate::dossier::name_of;
use crate::formats::picture::PictureError;
use crate::formats::picture::geotiff::{self, Grid};
use crate::formats::picture::points::{self, NotedPoint};
use crate::geometry::frame::EARTH_RADIUS_M;
use crate::geometry::{Coord, Point, lon_lat_from_world, work, world_from_lon_lat};

/// A written picture has no more pixels; it is made coarser.
const MOST_PIXELS: f64 = 128e6;

/// What a placed picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenAs {
    /// Pixels where they belong.
    GeoTiff,
    /// The control points.
    Annotation,
}

impl WrittenAs {
    /// What a file of that name is to be.
    ///
    /// # Errors
    /// In words, where the name ends in none of theirs.
    pub fn of_path(path: &Path) -> Result<Self, String> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match ending.as_str() {
            "tif" | "tiff" => Ok(Self::GeoTiff),
            "json" => Ok(Self::Annotation),
            _ => Err("a placed picture is written as .tif or .json: a GeoTIFF or a Georeference Annotation".to_owned()),
        }
    }
}

/// A picture warped onto a grid of about its own fineness, and how many times coarser than that the grid had to be, if it
/// had. The system is EPSG:3857 or EPSG:4326.
///
/// # Errors
/// [`PictureError`]: it is too large for a TIFF, or the work was cancelled.
pub fn geotiff(placed: &PlacedPicture, epsg: u16) -> Result<(Vec<u8>, Option<f64>), PictureError> {
    let bounds = placed.world_bounds();
    let step = placed.pixel_in_world();
    let around_m = std::f64::consts::TAU * EARTH_RADIUS_M;
    let is_degrees = epsg == 4326;
    let (west_north, east_south) = (Point::new(bounds.x0, bounds.y0), Point::new(bounds.x1, bounds.y1));
    let plane = |world: Point| match is_degrees {
        true => {
            let at = lon_lat_from_world(world);
            Point::new(at.x, at.y)
        }
        false => Point::new((world.x - 0.5) * around_m, (0.5 - world.y) * around_m),
    };
    let (corner, opposite) = (plane(west_north), plane(east_south));
    // As many rows and columns as the picture's own pixels ask for, and square pixels on the plane.
    let across = bounds.width() / step;
    let side = (opposite.x - corner.x) / across;
    let rows = (corner.y - opposite.y) / side;
    let coarser = (across * rows / MOST_PIXELS).sqrt().max(1.0);
    let side = side * coarser;
    let (width_px, height_px) = ((across / coarser).ceil().max(1.0) as u32, (rows / coarser).ceil().max(1.0) as u32);
    let affine = [corner.x, side, 0.0, corner.y, 0.0, -side];
    let grid = Grid { width_px, height_px, affine, epsg };
    let world = |column: f64, row: f64| {
        let (x, y) = (corner.x + column * side, corner.y - row * side);
        Some(match is_degrees {
            true => world_from_lon_lat(Coord { x, y }),
            false => Point::new(x / around_m + 0.5, 0.5 - y / around_m),
        })
    };
    work::begin(|| "Warping the picture".to_owned(), height_px.into());
    let mut bytes = Cursor::new(Vec::new());
    geotiff::write(&mut bytes, &grid, &mut |first, count| {
        if !work::advance(count.into()) {
            return Err(PictureError::Cancelled);
        }
        Ok(placed.warp(width_px, count, &|column, row| world(column, row + f64::from(first))))
    })?;
    Ok((bytes.into_inner(), (coarser > 1.0).then_some(coarser)))
}

/// What to say of a GeoTIFF that is coarser than its picture.
pub fn coarser_words(coarser: f64) -> String {
    format!("the GeoTIFF is {coarser:.1} times coarser than the picture, which would be too large in this grid")
}

/// Writes a placed picture as its name says; what to say of that.
///
/// # Errors
/// [`FileError`].
pub fn write(
    picture: &Picture,
    pyramid: Arc<Pyramid>,
    (path, as_what): (&Path, WrittenAs),
) -> Result<Vec<String>, FileError> {
    let failed = |cause: PictureError| FileError::Picture { cause, path: path.to_owned() };
    let (bytes, coarser) = match as_what {
        WrittenAs::GeoTiff => {
            let placed = PlacedPicture::new(pyramid, &picture.placement, &picture.crop).map_err(failed)?;
            geotiff(&placed, 3857).map_err(failed)?
        }
        WrittenAs::Annotation => (picture.annotation(None).map_err(failed)?.into_bytes(), None),
    };
    disk::write(path, &bytes)?;
    Ok(coarser.map(coarser_words).into_iter().collect())
}

/// Reads control points of QGIS or GDAL.
///
/// # Errors
/// [`FileError`].
pub fn read_points(path: &Path) -> Result<Vec<NotedPoint>, FileError> {
    work::begin(|| format!("Reading {}", name_of(path)), 0);
    let bytes = disk::read_at_most(path, points::MOST_BYTES)?;
    points::read(&bytes).map_err(|cause| FileError::Picture { cause, path: path.to_owned() })
}

/// Writes control points as QGIS does.
///
/// # Errors
/// [`FileError`].
pub fn write_points(path: &Path, noted: &[NotedPoint]) -> Result<(), FileError> {
    disk::write(path, points::write(noted).as_bytes())
}
