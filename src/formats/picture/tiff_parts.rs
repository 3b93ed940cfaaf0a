//! Parts of a TIFF and of the smaller copies in it, each from no more of the file than it needs: cloud-optimised GeoTIFFs (OGC
//! 21-026) are laid out for that, but any TIFF with smaller copies will do.

use std::io::{BufRead, Seek};
use std::ops::Range;
use std::sync::Arc;

use tiff::decoder::DecodingResult;
use tiff::tags::Tag;

use super::tiff_rows::{Colors, MOST_DIRECTORIES, Tiff, told};
use super::{Header, PictureError, PictureFormat, geotiff};

/// A strip or tile of the file takes no more bytes, unpacked.
const MOST_CHUNK_BYTES: u64 = 64 << 20;
/// Larger sides are those of no picture that is read.
const MOST_SIDE_PX: u32 = 1 << 20;
/// The smallest copy has no more pixels: it is read as a whole.
const MOST_PIXELS_OF_SMALLEST: u64 = 16 << 20;
/// So many bytes of strips and tiles are kept.
const KEPT_BYTES: usize = 64 << 20;

/// Told which bytes of the file are wanted next.
pub type Hint = Box<dyn FnMut(Range<u64>) + Send>;

/// A TIFF that is read in parts.
pub struct TiffParts<R: BufRead + Seek> {
    tiff: Tiff<R>,
    levels: Vec<Level>,
    /// Which of them the decoder is at.
    at: usize,
    hint: Hint,
    /// Strips and tiles by level and number, those used last behind; all of them take no more than [`KEPT_BYTES`].
    kept: Vec<((usize, u32), Chunk)>,
}

/// A picture of the file: the whole, or a smaller copy.
struct Level {
    directory: usize,
    size_px: (u32, u32),
    chunk_px: (u32, u32),
    /// Where its strips or tiles are in the file, once it has been looked at.
    places: Option<Vec<Range<u64>>>,
}

/// A strip or tile: its width, and red, green, blue and opacity of its pixels.
type Chunk = (u32, Arc<[u8]>);

impl<R: BufRead + Seek> TiffParts<R> {
    /// Looks at the directories of a file.
    ///
    /// # Errors
    /// [`PictureError`]: it is no TIFF, or one of which nothing but the whole could be read.
    pub fn open(mut source: R, hint: Hint) -> Result<(Self, Header), PictureError> {
        if PictureFormat::of_start(source.fill_buf()?) != Some(PictureFormat::Tiff) {
            return Err(PictureError::Unknown);
        }
        let mut tiff = Tiff::open_within(source, MOST_CHUNK_BYTES)?;
        let (width_px, height_px) = tiff.size_px();
        if width_px == 0 || height_px == 0 {
            return Err(PictureError::Damaged("it has no pixels".to_owned()));
        }
        if width_px.max(height_px) > MOST_SIDE_PX {
            return Err(PictureError::TooLarge { width_px, height_px });
        }
        let placed = geotiff::read(&mut tiff.decoder)?;
        let mut levels: Vec<Level> = Vec::new();
        for directory in 0..MOST_DIRECTORIES {
            // Smaller copies that are damaged are none.
            if directory > 0 && (!tiff.decoder.more_images() || tiff.decoder.seek_to_image(directory).is_err()) {
                break;
            }
            let size_px = tiff.decoder.dimensions().map_err(|error| told(&error))?;
            let kind = tiff.decoder.find_tag_unsigned::<u32>(Tag::NewSubfileType).ok().flatten().unwrap_or_default();
            let is_mask = kind & 4 != 0;
            let (width, height) = (u64::from(size_px.0), u64::from(size_px.1));
            let off = (width * u64::from(height_px)).abs_diff(height * u64::from(width_px));
            let is_copy = off <= 2 * u64::from(width_px.max(height_px)) && width > 0 && height > 0;
            let is_smaller = levels.last().is_none_or(|last| size_px.0 < last.size_px.0);
            if directory == 0 || !is_mask && is_copy && is_smaller {
                let chunk_px = tiff.decoder.chunk_dimensions();
                levels.push(Level { directory, size_px, chunk_px, places: None });
            }
        }
        tiff.decoder.seek_to_image(0).map_err(|error| told(&error))?;
        let smallest = levels.last().map_or(0, |level| u64::from(level.size_px.0) * u64::from(level.size_px.1));
        if smallest > MOST_PIXELS_OF_SMALLEST {
            return Err(PictureError::Unsupported(format!(
                "it has {width_px} × {height_px} pixels and no smaller copies in it, so that all of it would have to be fetched; \
                 download it and open the file, or have it made a cloud-optimised GeoTIFF (gdal_translate -of COG)"
            )));
        }
        let mut parts = Self { tiff, levels, at: 0, hint, kept: Vec::new() };
        for level in 0..parts.levels.len() {
            parts.go_to(level)?;
            let Tiff { decoder, palette, .. } = &mut parts.tiff;
            let colors = Colors::of(decoder, palette.as_deref())?;
            let (width, height) = parts.levels[level].chunk_px;
            let (own_width, own_height) = parts.levels[level].size_px;
            let bytes = u64::from(width.min(own_width.next_multiple_of(16)))
                * u64::from(height.min(own_height.next_multiple_of(16)))
                * colors.bytes().max(4);
            if width == 0 || height == 0 || bytes > MOST_CHUNK_BYTES {
                return Err(PictureError::Unsupported(
                    "it is stored in parts too large to be read one at a time; save it in tiles (gdal_translate -of COG)"
                        .to_owned(),
                ));
            }
        }
        parts.go_to(0)?;
        Ok((parts, Header { format: PictureFormat::Tiff, width_px, height_px, placed }))
    }

    /// Pixels across and down of the whole and of its smaller copies, the largest first.
    pub fn levels(&self) -> Vec<(u32, u32)> {
        self.levels.iter().map(|level| level.size_px).collect()
    }

    fn go_to(&mut self, level: usize) -> Result<(), PictureError> {
        if self.at != level {
            let directory = self.levels[level].directory;
            self.tiff.decoder.seek_to_image(directory).map_err(|error| told(&error))?;
            self.at = level;
        }
        Ok(())
    }

    /// Red, green, blue and opacity of a part of a level, row by row; nothing where that reaches beyond it.
    ///
    /// # Errors
    /// [`PictureError`]: of the file, or of what reads it.
    pub fn region(&mut self, level: usize, x: Range<u32>, y: Range<u32>) -> Result<Vec<u8>, PictureError> {
        let Some(own) = self.levels.get(level) else { return Ok(Vec::new()) };
        let ((width, height), (chunk_width, chunk_height)) = (own.size_px, own.chunk_px);
        let (x, y) = (x.start.min(width)..x.end.min(width), y.start.min(height)..y.end.min(height));
        let stride = x.len() * 4;
        let mut rgba = vec![0; stride * y.len()];
        if rgba.is_empty() {
            return Ok(rgba);
        }
        for row in y.start / chunk_height..=(y.end - 1) / chunk_height {
            for column in x.start / chunk_width..=(x.end - 1) / chunk_width {
                let (own_width, chunk) = self.chunk(level, column, row)?;
                let (left, top) = (column * chunk_width, row * chunk_height);
                let from = x.start.max(left)..x.end.min(left.saturating_add(own_width));
                for line in y.start.max(top)..y.end.min(top.saturating_add(chunk_height)) {
                    let at = ((line - top) as usize * own_width as usize + (from.start - left) as usize) * 4;
                    let to = (line - y.start) as usize * stride + (from.start - x.start) as usize * 4;
                    let length = from.len() * 4;
                    if let (Some(to), Some(from)) = (rgba.get_mut(to..to + length), chunk.get(at..at + length)) {
                        to.copy_from_slice(from);
                    }
                }
            }
        }
        Ok(rgba)
    }

    fn chunk(&mut self, level: usize, column: u32, row: u32) -> Result<Chunk, PictureError> {
        let Level { size_px: (width, height), chunk_px: (chunk_width, chunk_height), .. } = self.levels[level];
        let (across, down) = (width.div_ceil(chunk_width), height.div_ceil(chunk_height));
        let index = row * across + column;
        if let Some(at) = self.kept.iter().position(|(key, _)| *key == (level, index)) {
            let kept = self.kept.remove(at);
            let chunk = kept.1.clone();
            self.kept.push(kept);
            return Ok(chunk);
        }
        self.go_to(level)?;
        let Tiff { decoder, palette, .. } = &mut self.tiff;
        let places = self.levels[level].places.get_or_insert_with(|| {
            let mut numbers = |tags: [Tag; 2]| {
                tags.into_iter()
                    .find_map(|tag| decoder.find_tag_unsigned_vec::<u64>(tag).ok().flatten())
                    .unwrap_or_default()
            };
            let offsets = numbers([Tag::TileOffsets, Tag::StripOffsets]);
            let lengths = numbers([Tag::TileByteCounts, Tag::StripByteCounts]);
            offsets.into_iter().zip(lengths).map(|(from, length)| from..from.saturating_add(length)).collect()
        });
        let colors = Colors::of(decoder, palette.as_deref())?;
        let planes = if colors.is_planar { u32::from(colors.samples) } else { 1 };
        let mut data: Vec<(DecodingResult, u32)> = Vec::new();
        for plane in 0..planes {
            let index = plane * across * down + index;
            let place = places.get(index as usize).cloned().unwrap_or_default();
            let (own_width, own_height) = decoder.chunk_data_dimensions(index);
            // A part that is not written holds nothing: GDAL's sparse files.
            if place.is_empty() {
                let empty: Arc<[u8]> = vec![0; own_width as usize * own_height as usize * 4].into();
                return Ok((own_width, empty));
            }
            (self.hint)(place);
            let read = decoder.read_chunk(index).map_err(|error| told(&error))?;
            data.push((read, own_width));
        }
        let (own_width, own_height) = decoder.chunk_data_dimensions(index);
        let mut rgba = vec![0; own_width as usize * own_height as usize * 4];
        let planes: Vec<&(DecodingResult, u32)> = data.iter().collect();
        for (row, line) in rgba.chunks_exact_mut((own_width as usize * 4).max(1)).enumerate() {
            colors.convert(&planes, row, line)?;
        }
        let chunk: Chunk = (own_width, rgba.into());
        self.kept.push(((level, index), chunk.clone()));
        let mut bytes: usize = self.kept.iter().map(|(_, (_, rgba))| rgba.len()).sum();
        while bytes > KEPT_BYTES && self.kept.len() > 1 {
            let (_, (_, gone)) = self.kept.remove(0);
            bytes -= gone.len();
        }
        Ok(chunk)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::formats::picture::geotiff::{Grid, write};

    fn tiff(width_px: u32, height_px: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let grid = Grid { width_px, height_px, affine: [37.0, 0.001, 0.0, 49.0, 0.0, -0.001], epsg: 4326 };
        let row = |y: u32| (0..width_px).flat_map(move |x| [x as u8, y as u8, 7, 255]);
        write(&mut bytes, &grid, &mut |first, count| Ok((first..first + count).flat_map(row).collect())).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_part_is_what_the_whole_has_there() {
        let bytes = tiff(300, 200);
        let (mut parts, header) = TiffParts::open(Cursor::new(&bytes), Box::new(|_| ())).unwrap();
        assert_eq!((header.width_px, header.height_px, parts.levels()), (300, 200, vec![(300, 200)]));
        assert!(header.placed.is_some());
        let part = parts.region(0, 250..310, 60..70).unwrap();
        assert_eq!(part.len(), 50 * 10 * 4);
        assert_eq!(part[..4], [250, 60, 7, 255]);
        assert_eq!(part[part.len() - 4..], [(299 - 256) as u8, 69, 7, 255]);
        assert!(parts.region(0, 400..500, 0..9).unwrap().is_empty());
    }

    #[test]
    fn only_what_is_needed_is_asked_for() {
        let bytes = tiff(200, 640);
        let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
        let note = Arc::clone(&asked);
        let hint: Hint = Box::new(move |range| note.lock().unwrap().push(range));
        let (mut parts, _) = TiffParts::open(Cursor::new(&bytes), hint).unwrap();
        parts.region(0, 0..10, 130..140).unwrap();
        parts.region(0, 50..60, 130..140).unwrap();
        assert_eq!(asked.lock().unwrap().len(), 1, "one strip of ten, once");
    }

    #[test]
    fn what_is_cut_short_is_an_error() {
        let bytes = tiff(300, 200);
        for end in [0, 4, 9, bytes.len() / 2] {
            let opened = TiffParts::open(Cursor::new(&bytes[..end]), Box::new(|_| ()));
            assert!(opened.and_then(|(mut parts, _)| parts.region(0, 0..300, 0..200)).is_err(), "{end}");
        }
    }
}
