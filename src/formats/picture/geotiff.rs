//! Where a TIFF says that it belongs, and pictures written as such: GeoTIFF 1.1 (OGC 19-008r4), with the codes of EPSG.

use std::io::{Read, Seek, SeekFrom, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::PictureError;
use crate::formats::crs::Crs;

/// What the fourth number of a pixel is: opacity, which colours are not multiplied by.
const UNASSOCIATED_ALPHA: u16 = 2;
const MODEL_TYPE: u16 = 1024;
const RASTER_TYPE: u16 = 1025;
const GEOGRAPHIC_TYPE: u16 = 2048;
const PROJECTED_TYPE: u16 = 3072;
/// Where GDAL and Esri write the whole system as well-known text.
const CITATIONS: [u16; 3] = [1026, 3073, 2049];
/// What stands before such a text.
const TEXT_START: &str = "ESRI PE String = ";

/// What a picture says of where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Georeferencing {
    /// Its coordinate system, as [`Crs::parse`] reads it; none where it says none.
    pub system: Option<String>,
    /// How pixels come there.
    pub way: Way,
}

/// How the pixels of a picture come to the plane of its coordinate system.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// `x = a[0] + a[1]·column + a[2]·row` and `y = a[3] + a[4]·column + a[5]·row`, from the outer corner of the first pixel:
    /// GDAL's order.
    Affine([f64; 6]),
    /// Control points: column, row, x, y.
    Points(Vec<[f64; 4]>),
}

/// Reads what a TIFF says; nothing where it is only a picture.
///
/// # Errors
/// [`PictureError::Unsupported`] of a system that is described in no way that is read.
pub(super) fn read<R: Read + Seek>(decoder: &mut Decoder<R>) -> Result<Option<Georeferencing>, PictureError> {
    let mut numbers = |tag: Tag| decoder.get_tag_f64_vec(tag).unwrap_or_default();
    let matrix = numbers(Tag::ModelTransformationTag);
    let scale = numbers(Tag::ModelPixelScaleTag);
    let ties = numbers(Tag::ModelTiepointTag);
    let keys = decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default();
    let ascii = decoder.get_tag_ascii_string(Tag::GeoAsciiParamsTag).unwrap_or_default();
    let key = |wanted: u16| keys.get(4..)?.chunks_exact(4).find(|entry| entry[0] == wanted);
    let short = |wanted: u16| key(wanted).filter(|entry| entry[1] == 0).map(|entry| entry[3]);
    let way = if let (16.., [a, b, _, c, d, e, _, f, ..]) = (matrix.len(), matrix.as_slice()) {
        Way::Affine([*c, *a, *b, *f, *d, *e])
    } else if let ([across, down, ..], [column, row, _, x, y, ..]) = (scale.as_slice(), ties.as_slice())
        && *across != 0.0
        && *down != 0.0
    {
        Way::Affine([x - column * across, *across, 0.0, y + row * down, 0.0, -down])
    } else if ties.len() >= 18 {
        let points = ties.chunks_exact(6).map(|tie| [tie[0], tie[1], tie[3], tie[4]]);
        Way::Points(points.collect())
    } else {
        return Ok(None);
    };
    // The positions are then those of the middles of pixels.
    let is_point = short(RASTER_TYPE) == Some(2);
    let way = match way {
        Way::Affine([x, a, b, y, c, d]) if is_point => Way::Affine([x - (a + b) / 2.0, a, b, y - (c + d) / 2.0, c, d]),
        Way::Points(points) if is_point => {
            Way::Points(points.into_iter().map(|[column, row, x, y]| [column + 0.5, row + 0.5, x, y]).collect())
        }
        way => way,
    };
    let code = match short(MODEL_TYPE) {
        Some(1) => short(PROJECTED_TYPE),
        Some(2) => short(GEOGRAPHIC_TYPE),
        _ => short(PROJECTED_TYPE).or(short(GEOGRAPHIC_TYPE)),
    };
    let text = |wanted: u16| {
        let entry = key(wanted)?;
        let (count, from) = (usize::from(entry[2]), usize::from(entry[3]));
        let text = ascii.get(from..from.checked_add(count)?)?.trim_end_matches(['|', '\0']);
        text.strip_prefix(TEXT_START).map(str::to_owned)
    };
    let system = match code {
        Some(code) if code != 0 && code != 32_767 => Some(format!("EPSG:{code}")),
        _ => CITATIONS.iter().find_map(|wanted| text(*wanted)),
    };
    if system.is_none() && code == Some(32_767) {
        return Err(PictureError::Unsupported(
            "its coordinate system is described by numbers of its own, not by a code; reproject it \
             (gdalwarp -t_srs EPSG:3857), or place it by control points"
                .to_owned(),
        ));
    }
    Ok(Some(Georeferencing { system, way }))
}

/// A picture to be written as GeoTIFF.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// As [`Way::Affine`]; not turned.
    pub affine: [f64; 6],
    /// Code of its coordinate system.
    pub epsg: u16,
}

/// So many rows are asked for at a time.
pub const ROWS_AT_A_TIME: u32 = 64;

/// Writes a picture of red, green, blue and opacity; `rows` gives some of its rows, from the first one for as many as is
/// said. The encoder of the crate that reads TIFFs packs a picture only as a whole.
///
/// # Errors
/// [`PictureError`] of `rows`, or of the disk.
pub fn write(
    mut to: impl Write + Seek,
    grid: &Grid,
    rows: &mut dyn FnMut(u32, u32) -> Result<Vec<u8>, PictureError>,
) -> Result<(), PictureError> {
    let is_degrees = Crs::from_epsg(grid.epsg.into())?.is_angles();
    let too_large = || PictureError::Unsupported("it takes more than 4 GB, which a TIFF cannot hold".to_owned());
    // Little-endian; where the directory is, is told when it is known.
    to.write_all(b"II*\0\0\0\0\0")?;
    let mut at = 8_u32;
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    let mut first = 0;
    while first < grid.height_px {
        let count = ROWS_AT_A_TIME.min(grid.height_px - first);
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&rows(first, count)?)?;
        let strip = encoder.finish()?;
        to.write_all(&strip)?;
        offsets.push(at);
        lengths.push(strip.len() as u32);
        at = u32::try_from(strip.len()).ok().and_then(|length| at.checked_add(length)).ok_or_else(too_large)?;
        first += count;
    }
    let (model, key) = if is_degrees { (2, GEOGRAPHIC_TYPE) } else { (1, PROJECTED_TYPE) };
    let keys = [1, 1, 0, 3, MODEL_TYPE, 0, 1, model, RASTER_TYPE, 0, 1, 1, key, 0, 1, grid.epsg];
    let [x, across, _, y, _, down] = grid.affine;
    let program = concat!("Claimline ", env!("CARGO_PKG_VERSION"), "\0").as_bytes();
    // By number, as TIFF wants them.
    let entries = [
        (Tag::ImageWidth, Values::Long(vec![grid.width_px])),
        (Tag::ImageLength, Values::Long(vec![grid.height_px])),
        (Tag::BitsPerSample, Values::Short(vec![8; 4])),
        (Tag::Compression, Values::Short(vec![8])),
        (Tag::PhotometricInterpretation, Values::Short(vec![2])),
        (Tag::StripOffsets, Values::Long(offsets)),
        (Tag::SamplesPerPixel, Values::Short(vec![4])),
        (Tag::RowsPerStrip, Values::Long(vec![ROWS_AT_A_TIME])),
        (Tag::StripByteCounts, Values::Long(lengths)),
        (Tag::PlanarConfiguration, Values::Short(vec![1])),
        (Tag::Software, Values::Text(program.to_vec())),
        (Tag::ExtraSamples, Values::Short(vec![UNASSOCIATED_ALPHA])),
        (Tag::ModelPixelScaleTag, Values::Double(vec![across, -down, 0.0])),
        (Tag::ModelTiepointTag, Values::Double(vec![0.0, 0.0, 0.0, x, y, 0.0])),
        (Tag::GeoKeyDirectoryTag, Values::Short(keys.to_vec())),
    ];
    // It begins at an even byte.
    if at % 2 == 1 {
        to.write_all(&[0])?;
        at = at.checked_add(1).ok_or_else(too_large)?;
    }
    let mut beyond = at.checked_add(2 + entries.len() as u32 * 12 + 4).ok_or_else(too_large)?;
    let mut directory = (entries.len() as u16).to_le_bytes().to_vec();
    let mut values = Vec::new();
    for (tag, value) in &entries {
        let (kind, size, mut bytes) = value.bytes();
        directory.extend(tag.to_u16().to_le_bytes());
        directory.extend(kind.to_le_bytes());
        directory.extend(((bytes.len() / size) as u32).to_le_bytes());
        if bytes.len() > 4 {
            directory.extend(beyond.to_le_bytes());
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            beyond = beyond.checked_add(bytes.len() as u32).ok_or_else(too_large)?;
            values.extend(bytes);
        } else {
            bytes.resize(4, 0);
            directory.extend(bytes);
        }
    }
    directory.extend([0; 4]);
    to.write_all(&directory)?;
    to.write_all(&values)?;
    to.seek(SeekFrom::Start(4))?;
    to.write_all(&at.to_le_bytes())?;
    to.flush()?;
    Ok(())
}

/// The values of an entry of a TIFF's directory.
enum Values {
    Text(Vec<u8>),
    Short(Vec<u16>),
    Long(Vec<u32>),
    Double(Vec<f64>),
}

impl Values {
    /// Number of the type, bytes of a value, and the bytes of all.
    fn bytes(&self) -> (u16, usize, Vec<u8>) {
        match self {
            Self::Text(bytes) => (2, 1, bytes.clone()),
            Self::Short(all) => (3, 2, all.iter().flat_map(|value| value.to_le_bytes()).collect()),
            Self::Long(all) => (4, 4, all.iter().flat_map(|value| value.to_le_bytes()).collect()),
            Self::Double(all) => (12, 8, all.iter().flat_map(|value| value.to_le_bytes()).collect()),
        }
    }
}
