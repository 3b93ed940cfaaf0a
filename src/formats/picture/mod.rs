//! Pictures that are placed on the map: how large they are, their pixels row by row, and what they and the files beside them
//! say of where they belong.

pub mod annotation;
pub mod geotiff;
pub mod ground_overlay;
pub mod orientation;
pub mod placement;
pub mod points;
mod rows;
#[cfg(test)]
mod tests;
pub mod tiff_parts;
mod tiff_rows;
pub mod world_file;

use std::io::{BufRead, Read as _, Seek};

use image::{ImageFormat, ImageReader};
use thiserror::Error;

use super::crs::CrsError;
use crate::geometry::georeference::GeoreferenceError;

pub use placement::{Mapping, Placement};
pub use rows::rows;

/// Pictures of more pixels are not read: four times a scanner's finest of a sheet of A3.
pub const MOST_PIXELS: u64 = 1 << 28;

/// Nor are those wider or higher: rows of so many pixels are held, not pictures.
pub const MOST_SIDE_PX: u32 = 100_000;

/// Files of more bytes are not read.
pub const MOST_BYTES: u64 = 4 << 30;

/// What a reader may hold of a picture at a time: all of one that can only be read as a whole, or a row of tiles.
const MOST_HELD_BYTES: u64 = 1 << 30;

/// The kinds of picture that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
    /// TIFF, of which GeoTIFF is one.
    Tiff,
}

impl PictureFormat {
    /// The kind of a file by its first bytes.
    pub fn of_start(bytes: &[u8]) -> Option<Self> {
        // BigTIFF has another number than the one that is looked for.
        if [b"II+\0".as_slice(), b"MM\0+"].iter().any(|start| bytes.starts_with(start)) {
            return Some(Self::Tiff);
        }
        match image::guess_format(bytes).ok()? {
            ImageFormat::Png => Some(Self::Png),
            ImageFormat::Jpeg => Some(Self::Jpeg),
            ImageFormat::WebP => Some(Self::WebP),
            ImageFormat::Tiff => Some(Self::Tiff),
            _ => None,
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
        }
    }
}

/// How the names of pictures end.
pub const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "webp", "tif", "tiff"];

/// What a picture's file says before its pixels are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Its kind.
    pub format: PictureFormat,
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// Where the file itself says that it belongs.
    pub placed: Option<geotiff::Georeferencing>,
}

/// Why a picture is not read or placed.
#[derive(Debug, Error)]
pub enum PictureError {
    /// Not one of the kinds that are read.
    #[error("it is not a PNG, JPEG, WebP or TIFF picture")]
    Unknown,
    /// More pixels than are read.
    #[error(
        "it has {width_px} × {height_px} pixels; pictures are read up to {} million pixels and {MOST_SIDE_PX} a side; \
         make it smaller", MOST_PIXELS / 1_000_000
    )]
    TooLarge {
        /// Pixels across.
        width_px: u32,
        /// Pixels down.
        height_px: u32,
    },
    /// More bytes than are read.
    #[error("it has {0} bytes; pictures are read up to {MOST_BYTES}")]
    TooManyBytes(u64),
    /// It is damaged, or of a kind within its kind that is not read.
    #[error("it cannot be read as a picture; it may be damaged: {0}")]
    Damaged(String),
    /// Numbers that are no colours, or stored in a way that is not read.
    #[error("{0}")]
    Unsupported(String),
    /// Nothing says where it belongs.
    #[error(
        "nothing says where it belongs: it has no world file beside it (such as .pgw, .jgw or .wld) and no positions inside; \
         place it by control points: 'Georeference a picture…' in the window, or 'claimline place'"
    )]
    NotPlaced,
    /// A world file or an annotation that is none.
    #[error("{0}")]
    Beside(String),
    /// Its coordinate system cannot be used.
    #[error("its coordinate system cannot be used: {0}; say which it is with --crs, or reproject it to EPSG:3857")]
    System(#[from] CrsError),
    /// Its control points fit no map.
    #[error(transparent)]
    Points(#[from] GeoreferenceError),
    /// Its numbers put it beyond the earth.
    #[error("its numbers put it beyond the earth; check its world file and its coordinate system")]
    BeyondTheEarth,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It was cancelled.
    #[error("it was cancelled")]
    Cancelled,
}

fn check_size(width_px: u32, height_px: u32) -> Result<(), PictureError> {
    let pixels = u64::from(width_px) * u64::from(height_px);
    if pixels == 0 {
        return Err(PictureError::Damaged("it has no pixels".to_owned()));
    }
    if pixels > MOST_PIXELS || width_px > MOST_SIDE_PX || height_px > MOST_SIDE_PX {
        return Err(PictureError::TooLarge { width_px, height_px });
    }
    Ok(())
}

/// Reads the beginning of a picture: nothing is decoded.
///
/// # Errors
/// [`PictureError`]: it is none, or too large.
pub fn header(mut source: impl BufRead + Seek) -> Result<Header, PictureError> {
    let start = source.fill_buf()?;
    let format = PictureFormat::of_start(start).ok_or(PictureError::Unknown)?;
    let ((width_px, height_px), placed) = match format {
        PictureFormat::Tiff => {
            let mut tiff = tiff_rows::Tiff::open(source)?;
            (tiff.size_px(), geotiff::read(&mut tiff.decoder)?)
        }
        _ => (image_reader(source, format).into_dimensions().map_err(|error| damaged(&error))?, None),
    };
    check_size(width_px, height_px)?;
    Ok(Header { format, width_px, height_px, placed })
}

/// Whether a JPEG ends before its end: parts of it are missing, which decoders pass over in silence.
///
/// # Errors
/// Those of reading.
pub fn jpeg_breaks_off(mut source: impl BufRead) -> std::io::Result<bool> {
    if PictureFormat::of_start(source.fill_buf()?) != Some(PictureFormat::Jpeg) {
        return Ok(false);
    }
    // Segments have a length, and what it spans may look like anything; pixels end at the next marker.
    loop {
        let found = memchr::memchr(0xFF, source.fill_buf()?);
        let Some(at) = found else {
            let passed = source.fill_buf()?.len();
            if passed == 0 {
                return Ok(true);
            }
            source.consume(passed);
            continue;
        };
        source.consume(at);
        let mut marker = Some(0xFF);
        while marker == Some(0xFF) {
            marker = next_byte(&mut source)?;
        }
        match marker {
            None => return Ok(true),
            Some(0xD9) => return Ok(false),
            // A byte of pixels, a restart, the beginning: no length follows them.
            Some(0x00 | 0x01 | 0xD0..=0xD8) => {}
            Some(_) => {
                let (Some(high), Some(low)) = (next_byte(&mut source)?, next_byte(&mut source)?) else {
                    return Ok(true);
                };
                let length = u64::from(u16::from_be_bytes([high, low])).saturating_sub(2);
                if std::io::copy(&mut source.by_ref().take(length), &mut std::io::sink())? < length {
                    return Ok(true);
                }
            }
        }
    }
}

fn next_byte(source: &mut impl BufRead) -> std::io::Result<Option<u8>> {
    let byte = source.fill_buf()?.first().copied();
    if byte.is_some() {
        source.consume(1);
    }
    Ok(byte)
}

fn image_reader<R: BufRead + Seek>(source: R, format: PictureFormat) -> ImageReader<R> {
    let format = match format {
        PictureFormat::Png => ImageFormat::Png,
        PictureFormat::Jpeg => ImageFormat::Jpeg,
        PictureFormat::WebP => ImageFormat::WebP,
        PictureFormat::Tiff => ImageFormat::Tiff,
    };
    ImageReader::with_format(source, format)
}

/// A parser's words, fit to be repeated.
fn damaged(error: &dyn std::fmt::Display) -> PictureError {
    PictureError::Damaged(super::read::shortened(&error.to_string()))
}
