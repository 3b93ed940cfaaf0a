//! The rows of a TIFF, in strips or tiles: greys, colours, palettes; one to sixteen bits. TIFF 6.0, and BigTIFF.

use std::io::{BufRead, Read, Seek, SeekFrom};

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::{MOST_HELD_BYTES, PictureError, check_size, damaged};

/// A tag's value may take so many bytes: the offsets of the tiles of the largest picture.
const MOST_TAG_BYTES: usize = 16 << 20;

/// A TIFF whose first picture is read; those behind it are smaller copies.
pub(super) struct Tiff<R: Read + Seek> {
    pub(super) decoder: Decoder<AsGrey<R>>,
    size_px: (u32, u32),
    /// Red, green and blue of each number, where numbers stand for colours.
    pub(super) palette: Option<Vec<u16>>,
}

/// A TIFF's bytes, with those of one tag exchanged: the decoder refuses palettes, whose numbers are read as greys are.
pub(super) struct AsGrey<R> {
    inner: R,
    /// Where two bytes each are, and what they become.
    exchanged: Vec<(u64, [u8; 2])>,
    at: u64,
}

impl<R: Read> Read for AsGrey<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for (from, bytes) in &self.exchanged {
            for (at, byte) in (*from..).zip(*bytes) {
                if let Some(place) = at.checked_sub(self.at).and_then(|place| usize::try_from(place).ok())
                    && place < count
                {
                    buffer[place] = byte;
                }
            }
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for AsGrey<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = self.inner.seek(to)?;
        Ok(self.at)
    }
}

/// So many directories are looked through: a picture, its smaller copies and their masks.
pub(super) const MOST_DIRECTORIES: usize = 64;

/// Where the directories say that numbers stand for colours of a palette, and what says instead that they are greys.
fn palette_tags<R: Read + Seek>(source: &mut R) -> std::io::Result<Vec<(u64, [u8; 2])>> {
    source.rewind()?;
    let mut head = [0; 16];
    source.read_exact(&mut head[..8])?;
    let is_little = head[0] == b'I';
    let number = |bytes: &[u8]| {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if is_little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) }
    };
    let is_big = number(&head[2..4]) == 43;
    let (mut directory, count_bytes, entry_bytes) = if is_big {
        source.read_exact(&mut head[8..])?;
        (number(&head[8..16]), 8, 20)
    } else {
        (number(&head[4..8]), 2, 12)
    };
    let place_bytes = if is_big { 8 } else { 4 };
    let mut tags = Vec::new();
    for _ in 0..MOST_DIRECTORIES {
        source.seek(SeekFrom::Start(directory))?;
        let mut entry = [0; 20];
        source.read_exact(&mut entry[..count_bytes])?;
        let count = number(&entry[..count_bytes]).min(4096);
        for at in 0..count {
            source.read_exact(&mut entry[..entry_bytes])?;
            let value = entry_bytes - place_bytes;
            if number(&entry[..2]) == 262 && number(&entry[value..value + 2]) == 3 {
                let place = directory + count_bytes as u64 + at * entry_bytes as u64 + value as u64;
                tags.push((place, if is_little { [1, 0] } else { [0, 1] }));
            }
        }
        // Without a palette in the first, none is looked for in its copies; what stands behind may be cut off.
        if tags.is_empty() || source.read_exact(&mut entry[..place_bytes]).is_err() {
            break;
        }
        directory = number(&entry[..place_bytes]);
        if directory == 0 {
            break;
        }
    }
    Ok(tags)
}

impl<R: BufRead + Seek> Tiff<R> {
    pub(super) fn open(source: R) -> Result<Self, PictureError> {
        Self::open_within(source, MOST_HELD_BYTES)
    }

    /// The same with no more of it held than so many bytes.
    pub(super) fn open_within(mut source: R, most_bytes: u64) -> Result<Self, PictureError> {
        let exchanged = palette_tags(&mut source).map_err(|error| damaged(&error))?;
        source.rewind()?;
        let is_palette = !exchanged.is_empty();
        let mut limits = Limits::default();
        limits.decoding_buffer_size = most_bytes as usize;
        limits.intermediate_buffer_size = most_bytes as usize;
        limits.ifd_value_size = MOST_TAG_BYTES;
        let decoder = Decoder::new(AsGrey { inner: source, exchanged, at: 0 }).map_err(|error| told(&error))?;
        let mut decoder = decoder.with_limits(limits);
        let size_px = decoder.dimensions().map_err(|error| told(&error))?;
        let palette = match is_palette {
            true => Some(decoder.get_tag_u16_vec(Tag::ColorMap).map_err(|error| told(&error))?),
            false => None,
        };
        Ok(Self { decoder, size_px, palette })
    }

    pub(super) fn size_px(&self) -> (u32, u32) {
        self.size_px
    }

    /// See [`super::rows()`].
    pub(super) fn rows(mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), PictureError>) -> Result<(), PictureError> {
        let (width_px, height_px) = self.size_px;
        check_size(width_px, height_px)?;
        let colors = Colors::of(&mut self.decoder, self.palette.as_deref())?;
        let (chunk_width, chunk_height) = self.decoder.chunk_dimensions();
        if chunk_width == 0 || chunk_height == 0 {
            return Err(PictureError::Damaged("its parts have no size".to_owned()));
        }
        let across = width_px.div_ceil(chunk_width);
        let down = height_px.div_ceil(chunk_height);
        let held = u64::from(across) * u64::from(chunk_width) * u64::from(chunk_height.min(height_px)) * colors.bytes();
        if held > MOST_HELD_BYTES {
            return Err(PictureError::Unsupported(
                "it is stored in parts too large to be read one at a time; save it in tiles (gdal_translate -co TILED=YES)"
                    .to_owned(),
            ));
        }
        let planes = if colors.is_planar { u32::from(colors.samples) } else { 1 };
        let mut rgba = vec![255; width_px as usize * 4];
        for row_of_chunks in 0..down {
            let mut chunks = Vec::with_capacity((across * planes) as usize);
            for plane in 0..planes {
                for column in 0..across {
                    let index = plane * across * down + row_of_chunks * across + column;
                    let data = self.decoder.read_chunk(index).map_err(|error| told(&error))?;
                    chunks.push((data, self.decoder.chunk_data_dimensions(index).0));
                }
            }
            let rows = chunk_height.min(height_px - row_of_chunks * chunk_height);
            for row in 0..rows as usize {
                for column in 0..across as usize {
                    let from = column * chunk_width as usize;
                    let to = (from + chunk_width as usize).min(width_px as usize);
                    let planes: Vec<&(DecodingResult, u32)> =
                        (0..planes as usize).map(|plane| &chunks[plane * across as usize + column]).collect();
                    colors.convert(&planes, row, &mut rgba[from * 4..to * 4])?;
                }
                take(&rgba)?;
            }
        }
        Ok(())
    }
}

/// How the numbers of a TIFF become colours.
pub(super) struct Colors<'a> {
    kind: ColorType,
    palette: Option<&'a [u16]>,
    pub(super) samples: u16,
    bits: u8,
    pub(super) is_planar: bool,
    /// The number that stands for nothing, as GDAL writes it.
    nothing: Option<u8>,
}

impl<'a> Colors<'a> {
    pub(super) fn of<R: Read + Seek>(
        decoder: &mut Decoder<R>,
        palette: Option<&'a [u16]>,
    ) -> Result<Self, PictureError> {
        let kind = decoder.colortype().map_err(|error| told(&error))?;
        let samples = match kind {
            ColorType::Gray(_) | ColorType::Palette(_) => 1,
            ColorType::GrayA(_) => 2,
            ColorType::RGB(_) | ColorType::YCbCr(_) | ColorType::Lab(_) => 3,
            ColorType::RGBA(_) | ColorType::CMYK(_) => 4,
            ColorType::CMYKA(_) => 5,
            ColorType::Multiband { num_samples, .. } => num_samples,
            _ => 0,
        };
        let bits = kind.bit_depth();
        let is_known = !matches!(kind, ColorType::Lab(_)) && samples > 0 && samples <= 64;
        let is_whole = decoder.find_tag_unsigned_vec::<u16>(Tag::SampleFormat).ok().flatten();
        let is_whole = is_whole.unwrap_or_default().iter().all(|format| matches!(format, 1 | 4));
        if !is_known || !is_whole || !matches!(bits, 1 | 2 | 4 | 8 | 16) {
            return Err(PictureError::Unsupported(
                "its numbers are measurements, such as heights, not colours; make a picture of them \
                 (gdaldem, or gdal_translate -ot Byte -scale)"
                    .to_owned(),
            ));
        }
        let is_planar =
            samples > 1 && decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration).ok().flatten() == Some(2);
        let nothing = decoder.get_tag_ascii_string(Tag::GdalNodata).ok();
        let nothing = nothing.and_then(|text| text.trim_matches(['\0', ' ']).parse::<f64>().ok());
        let nothing = nothing.filter(|number| number.fract() == 0.0 && (0.0..=255.0).contains(number) && bits <= 8);
        Ok(Self { kind, palette, samples, bits, is_planar, nothing: nothing.map(|number| number as u8) })
    }

    /// Bytes of a pixel as it is held.
    pub(super) fn bytes(&self) -> u64 {
        u64::from(self.samples) * u64::from(self.bits.div_ceil(8))
    }

    /// Converts a row of a chunk, or of one for each plane.
    pub(super) fn convert(
        &self,
        planes: &[&(DecodingResult, u32)],
        row: usize,
        rgba: &mut [u8],
    ) -> Result<(), PictureError> {
        let broken = || PictureError::Damaged("a part of it has another size than it says".to_owned());
        let per_plane = if self.is_planar { 1 } else { usize::from(self.samples) };
        // A number of the picture as it stands, and stretched to eight bits.
        let sample = |x: usize, sample: usize| -> Option<(u16, u8)> {
            let (plane, sample) = if self.is_planar { (sample, 0) } else { (0, sample) };
            let (data, width) = planes.get(plane)?;
            let at = x * per_plane + sample;
            match data {
                DecodingResult::U8(bytes) if self.bits == 8 => {
                    let value = *bytes.get(row * *width as usize * per_plane + at)?;
                    Some((value.into(), value))
                }
                DecodingResult::U8(bytes) => {
                    let bits = usize::from(self.bits);
                    let stride = (*width as usize * per_plane * bits).div_ceil(8);
                    let byte = *bytes.get(row * stride + at * bits / 8)?;
                    let most = (1_u16 << bits) - 1;
                    let value = u16::from(byte) >> (8 - bits - at * bits % 8) & most;
                    Some((value, (value * 255 / most) as u8))
                }
                DecodingResult::U16(words) => {
                    let value = *words.get(row * *width as usize * per_plane + at)?;
                    Some((value, (value >> 8) as u8))
                }
                _ => None,
            }
        };
        for (x, to) in rgba.chunks_exact_mut(4).enumerate() {
            let get = |at: usize| sample(x, at).map(|(_, value)| value).ok_or_else(broken);
            let color = match (self.kind, self.palette) {
                (_, Some(palette)) => {
                    let index = usize::from(sample(x, 0).ok_or_else(broken)?.0);
                    let third = palette.len() / 3;
                    let of = |at: usize| palette.get(at * third + index).map_or(0, |value| (value >> 8) as u8);
                    [of(0), of(1), of(2), 255]
                }
                (ColorType::RGB(_), _) => [get(0)?, get(1)?, get(2)?, 255],
                (ColorType::RGBA(_), _) => [get(0)?, get(1)?, get(2)?, get(3)?],
                (ColorType::YCbCr(_), _) => of_luma([get(0)?, get(1)?, get(2)?]),
                (ColorType::CMYK(_) | ColorType::CMYKA(_), _) => {
                    let black = u16::from(255 - get(3)?);
                    let of = |ink: u8| (u16::from(255 - ink) * black / 255) as u8;
                    [of(get(0)?), of(get(1)?), of(get(2)?), 255]
                }
                (ColorType::Multiband { num_samples: 3.., .. }, _) => [get(0)?, get(1)?, get(2)?, 255],
                (ColorType::Multiband { num_samples: 2, .. } | ColorType::GrayA(_), _) => {
                    let grey = get(0)?;
                    [grey, grey, grey, get(1)?]
                }
                _ => {
                    let grey = get(0)?;
                    [grey, grey, grey, 255]
                }
            };
            to.copy_from_slice(&color);
            if let Some(nothing) = self.nothing {
                let colors = usize::from(self.samples).min(3);
                let is_nothing = |at: usize| sample(x, at).is_some_and(|(value, _)| value == u16::from(nothing));
                if (0..colors).all(is_nothing) {
                    to[3] = 0;
                }
            }
        }
        Ok(())
    }
}

/// JFIF's YCbCr, of the full range.
fn of_luma([y, cb, cr]: [u8; 3]) -> [u8; 4] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    let byte = |value: f32| value.round().clamp(0.0, 255.0) as u8;
    [byte(y + 1.402 * cr), byte(y - 0.344_136 * cb - 0.714_136 * cr), byte(y + 1.772 * cb), 255]
}

/// A decoder's error.
pub(super) fn told(error: &TiffError) -> PictureError {
    match error {
        TiffError::UnsupportedError(what) => PictureError::Unsupported(format!(
            "it is stored in a way that is not read ({}); save it anew (gdal_translate -co COMPRESS=DEFLATE -co TILED=YES)",
            crate::formats::read::shortened(&what.to_string())
        )),
        TiffError::LimitsExceeded => PictureError::Unsupported(
            "a part of it is too large to be read; save it in tiles (gdal_translate -co TILED=YES)".to_owned(),
        ),
        other => damaged(other),
    }
}
