//! A picture of any size as tiles, each zoom half as fine as the one before, so that any part of it is drawn from about as
//! many pixels as the page has. It is made from rows, of which no more than a band of tiles is held, and read in parts.
//!
//! # The file
//! A mark of eight bytes; the tiles, each deflated red, green, blue and opacity; the directory: width and height, then for
//! each tile of each level, row by row, offset (8 bytes) and length (4); the directory's offset (8) and the mark again.
//! Numbers are little-endian. It is a cache: what is not whole is made anew.

use std::fmt;
use std::io::{self, Read as _, Write};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Compression;
use flate2::bufread::ZlibDecoder;
use flate2::write::ZlibEncoder;

use crate::basemap::{BoundedCache, ReadAt};

/// How wide and high a tile is, but at the right and lower edge.
pub const TILE_PX: u32 = 256;

const MARK: &[u8; 8] = b"CLPYR\0\0\x01";
/// An entry of the directory.
const ENTRY_BYTES: usize = 12;
/// Bytes of decoded tiles kept of a picture.
const TILE_CACHE: usize = 96 << 20;
/// Larger sides are those of no picture that is read.
const MOST_SIDE_PX: u32 = 1 << 20;

/// The levels of a picture of that size, finest first: pixels across and down.
pub fn levels(width_px: u32, height_px: u32) -> Vec<(u32, u32)> {
    let mut all = vec![(width_px, height_px)];
    while let Some(&(width, height)) = all.last()
        && width.max(height) > TILE_PX
    {
        all.push((width.div_ceil(2), height.div_ceil(2)));
    }
    all
}

/// Makes a pyramid of rows.
pub struct PyramidWriter<W: Write> {
    to: W,
    at: u64,
    levels: Vec<Building>,
}

struct Building {
    size: (u32, u32),
    /// The rows of the tiles that are not written yet.
    band: Vec<u8>,
    /// A row that waits for its neighbour, to be halved with it.
    waiting: Option<Vec<u8>>,
    rows: u32,
    directory: Vec<(u64, u32)>,
}

impl<W: Write> PyramidWriter<W> {
    /// Of a picture of that size.
    ///
    /// # Errors
    /// Of the disk.
    pub fn new(mut to: W, width_px: u32, height_px: u32) -> io::Result<Self> {
        to.write_all(MARK)?;
        let level = |size| Building { size, band: Vec::new(), waiting: None, rows: 0, directory: Vec::new() };
        Ok(Self { to, at: MARK.len() as u64, levels: levels(width_px, height_px).into_iter().map(level).collect() })
    }

    /// Takes the next row: red, green, blue and opacity of each pixel.
    ///
    /// # Errors
    /// Of the disk; or the row has another width.
    pub fn row(&mut self, rgba: &[u8]) -> io::Result<()> {
        let width = self.levels.first().map_or(0, |level| level.size.0);
        if rgba.len() != width as usize * 4 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row of another width"));
        }
        self.push(0, rgba)
    }

    fn push(&mut self, at: usize, row: &[u8]) -> io::Result<()> {
        let Some(level) = self.levels.get_mut(at) else { return Ok(()) };
        if level.rows == level.size.1 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "more rows than it has"));
        }
        level.band.extend_from_slice(row);
        level.rows += 1;
        let is_last = level.rows == level.size.1;
        if level.rows.is_multiple_of(TILE_PX) || is_last {
            let band = std::mem::take(&mut level.band);
            let (directory, width) = (&mut level.directory, level.size.0 as usize);
            for from in (0..width).step_by(TILE_PX as usize) {
                let to = (from + TILE_PX as usize).min(width);
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                for row in band.chunks_exact(width * 4) {
                    encoder.write_all(&row[from * 4..to * 4])?;
                }
                let bytes = encoder.finish()?;
                self.to.write_all(&bytes)?;
                directory.push((self.at, bytes.len() as u32));
                self.at += bytes.len() as u64;
            }
        }
        if at + 1 == self.levels.len() {
            return Ok(());
        }
        let level = &mut self.levels[at];
        let halved = match level.waiting.take() {
            Some(above) => half(&above, row),
            // The last row of an odd number stands for two.
            None if is_last => half(row, row),
            None => {
                level.waiting = Some(row.to_vec());
                return Ok(());
            }
        };
        self.push(at + 1, &halved)
    }

    /// Writes the directory.
    ///
    /// # Errors
    /// Of the disk; or rows are missing.
    pub fn finish(mut self) -> io::Result<W> {
        if self.levels.iter().any(|level| level.rows != level.size.1) {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "rows are missing"));
        }
        let mut directory = Vec::new();
        let (width, height) = self.levels.first().map_or((0, 0), |level| level.size);
        directory.extend(width.to_le_bytes());
        directory.extend(height.to_le_bytes());
        for (offset, length) in self.levels.iter().flat_map(|level| &level.directory) {
            directory.extend(offset.to_le_bytes());
            directory.extend(length.to_le_bytes());
        }
        directory.extend(self.at.to_le_bytes());
        directory.extend(MARK);
        self.to.write_all(&directory)?;
        self.to.flush()?;
        Ok(self.to)
    }
}

/// Two rows as one of half the width: the mean of four pixels, each by its opacity.
fn half(above: &[u8], below: &[u8]) -> Vec<u8> {
    let width = above.len() / 4;
    let mut halved = Vec::with_capacity(width.div_ceil(2) * 4);
    for x in (0..width).step_by(2) {
        let next = (x + 1).min(width - 1);
        let four = [(above, x), (above, next), (below, x), (below, next)];
        let pixel = |(row, x): (&[u8], usize), channel: usize| u32::from(row[x * 4 + channel]);
        let opacity: u32 = four.iter().map(|at| pixel(*at, 3)).sum();
        for channel in 0..3 {
            let sum: u32 = four.iter().map(|at| pixel(*at, channel) * pixel(*at, 3)).sum();
            halved.push((sum + opacity / 2).checked_div(opacity).unwrap_or(0) as u8);
        }
        halved.push(((opacity + 2) / 4) as u8);
    }
    halved
}

/// Bytes of a decoded tile; none of one that cannot be read.
type CachedTile = Option<Arc<[u8]>>;

/// Tiles that come as they are wanted.
pub trait LiveTiles: Send + Sync {
    /// A tile by level, column and row, as [`Pyramid`] lays them; `None` where it is not there yet, and then it comes.
    fn tile(&self, level: u8, column: u32, row: u32) -> Option<Arc<[u8]>>;

    /// Counts what has come.
    fn version(&self) -> u64;

    /// How many tiles are still coming.
    fn coming(&self) -> usize;

    /// Why some of them did not come.
    fn trouble(&self) -> Option<String>;

    /// What is called whenever one has come, from a thread of the background.
    fn on_arrival(&self, call: Box<dyn Fn() + Send + Sync>);
}

enum Source {
    Parts(Box<dyn ReadAt>),
    Live(Arc<dyn LiveTiles>),
}

/// A picture in tiles.
pub struct Pyramid {
    source: Source,
    levels: Vec<Level>,
    tiles: Mutex<BoundedCache<(u8, u32), CachedTile>>,
}

struct Level {
    size: (u32, u32),
    directory: Vec<(u64, u32)>,
}

impl fmt::Debug for Pyramid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pyramid").field("size_px", &self.size_px()).finish_non_exhaustive()
    }
}

impl Pyramid {
    /// Opens one; its tiles are read as they are asked for.
    ///
    /// # Errors
    /// It is not whole.
    pub fn open(source: impl ReadAt + 'static) -> io::Result<Self> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "not a whole pyramid");
        let size = source.size();
        let trailer_at = size.checked_sub(16).ok_or_else(broken)?;
        let trailer = source.read_at(trailer_at, 16)?.into_owned();
        let from = u64::from_le_bytes(trailer[..8].try_into().map_err(|_| broken())?);
        if trailer[8..] != MARK[..] || from > trailer_at {
            return Err(broken());
        }
        let sides = source.read_at(from, 8)?.into_owned();
        let side = |at: usize| u32::from_le_bytes([sides[at], sides[at + 1], sides[at + 2], sides[at + 3]]);
        let (width, height) = (side(0), side(4));
        if width == 0 || height == 0 || width.max(height) > MOST_SIDE_PX {
            return Err(broken());
        }
        let sizes = levels(width, height);
        let tiles =
            |(width, height): (u32, u32)| u64::from(width.div_ceil(TILE_PX)) * u64::from(height.div_ceil(TILE_PX));
        let count: u64 = sizes.iter().map(|size| tiles(*size)).sum();
        // The directory is as long as what lies between: no more is read than there is.
        if from.checked_add(8 + count * ENTRY_BYTES as u64) != Some(trailer_at) {
            return Err(broken());
        }
        let bytes = source.read_at(from + 8, count as usize * ENTRY_BYTES)?.into_owned();
        let mut entries = bytes.chunks_exact(ENTRY_BYTES).map(|entry| {
            let (offset, length) = entry.split_at(8);
            let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            (number(offset), number(length) as u32)
        });
        let levels: Vec<Level> = sizes
            .into_iter()
            .map(|size| Level { size, directory: entries.by_ref().take(tiles(size) as usize).collect() })
            .collect();
        drop(entries);
        let source = Source::Parts(Box::new(source));
        Ok(Self { source, levels, tiles: Mutex::new(BoundedCache::new(TILE_CACHE)) })
    }

    /// One whose tiles come as they are wanted, of a picture of that size.
    pub fn live(width_px: u32, height_px: u32, tiles: Arc<dyn LiveTiles>) -> Self {
        let level = |size| Level { size, directory: Vec::new() };
        let levels = levels(width_px, height_px).into_iter().map(level).collect();
        Self { source: Source::Live(tiles), levels, tiles: Mutex::new(BoundedCache::new(TILE_CACHE)) }
    }

    /// What brings its tiles, if they come as they are wanted.
    pub fn live_tiles(&self) -> Option<&dyn LiveTiles> {
        match &self.source {
            Source::Parts(_) => None,
            Source::Live(tiles) => Some(&**tiles),
        }
    }

    /// Pixels across and down.
    pub fn size_px(&self) -> (u32, u32) {
        self.levels.first().map_or((0, 0), |level| level.size)
    }

    /// The coarsest level.
    pub(super) fn coarsest(&self) -> u8 {
        (self.levels.len() - 1) as u8
    }

    /// Pixels across and down of a level.
    pub(super) fn level_px(&self, level: u8) -> (u32, u32) {
        self.levels.get(usize::from(level)).map_or((0, 0), |level| level.size)
    }

    /// How wide a tile of a column is.
    pub(super) fn tile_width_px(&self, level: u8, column: u32) -> u32 {
        self.level_px(level).0.saturating_sub(column * TILE_PX).min(TILE_PX)
    }

    /// A tile by column and row; `None` where there is none, or it cannot be read.
    pub(super) fn tile(&self, level: u8, column: u32, row: u32) -> Option<Arc<[u8]>> {
        let own = self.levels.get(usize::from(level))?;
        let (width, height) = own.size;
        let across = width.div_ceil(TILE_PX);
        let key = (level, row.checked_mul(across)?.checked_add(column).filter(|_| column < across)?);
        let source = match &self.source {
            Source::Parts(source) => source,
            Source::Live(tiles) => return tiles.tile(level, column, row).filter(|_| row * TILE_PX < height),
        };
        let lock = || self.tiles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = lock().get(&key) {
            return kept;
        }
        let rows = height.checked_sub(row * TILE_PX)?.min(TILE_PX);
        let bytes = self.tile_width_px(level, column) as usize * rows as usize * 4;
        let read = || {
            let (offset, length) = *own.directory.get(key.1 as usize)?;
            let packed = source.read_at(offset, length as usize).ok()?;
            let mut tile = Vec::with_capacity(bytes);
            ZlibDecoder::new(&*packed).take(bytes as u64 + 1).read_to_end(&mut tile).ok()?;
            (tile.len() == bytes).then(|| Arc::from(tile))
        };
        let tile: Option<Arc<[u8]>> = read();
        lock().insert(key, tile.clone(), bytes);
        tile
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A pyramid in memory.
    pub(crate) fn pyramid(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 4]) -> Pyramid {
        let mut writer = PyramidWriter::new(Vec::new(), width, height).unwrap();
        for y in 0..height {
            writer.row(&(0..width).flat_map(|x| color(x, y)).collect::<Vec<u8>>()).unwrap();
        }
        Pyramid::open(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn every_level_is_the_picture_at_its_size() {
        let made = pyramid(700, 301, |x, y| [(x / 3) as u8, (y / 2) as u8, 7, 255]);
        assert_eq!((made.size_px(), made.coarsest()), ((700, 301), 2));
        assert_eq!((made.level_px(1), made.level_px(2)), ((350, 151), (175, 76)));
        let pixel = |level: u8, x: u32, y: u32| {
            let (column, row) = (x / TILE_PX, y / TILE_PX);
            let tile = made.tile(level, column, row).unwrap();
            let at = ((y % TILE_PX) * made.tile_width_px(level, column) + x % TILE_PX) as usize * 4;
            [tile[at], tile[at + 1], tile[at + 2], tile[at + 3]]
        };
        assert_eq!(pixel(0, 699, 300), [233, 150, 7, 255]);
        assert_eq!(pixel(0, 255, 256), [85, 128, 7, 255]);
        for (level, x, y) in [(1, 300, 140), (2, 170, 70)] {
            let (fine_x, fine_y) = ((x << level) + (1 << level) / 2, (y << level) + (1 << level) / 2);
            let [red, green, ..] = pixel(level, x, y);
            assert!(
                red.abs_diff((fine_x / 3) as u8) <= 1 && green.abs_diff((fine_y / 2) as u8) <= 1,
                "{level}: {red} {green}"
            );
        }
        assert!([(0, 3, 0), (0, 0, 2), (3, 0, 0)].iter().all(|(level, x, y)| made.tile(*level, *x, *y).is_none()));
    }

    #[test]
    fn what_cannot_be_seen_has_no_colour_when_it_is_halved() {
        let made = pyramid(512, 2, |x, _| if x % 2 == 0 { [200, 0, 0, 255] } else { [0, 255, 255, 0] });
        assert_eq!(made.tile(1, 0, 0).unwrap()[..4], [200, 0, 0, 128]);
    }

    #[test]
    fn a_pyramid_that_is_not_whole_is_refused() {
        let mut writer = PyramidWriter::new(Vec::new(), 300, 2).unwrap();
        assert!(writer.row(&[0; 4]).is_err());
        writer.row(&[9; 1200]).unwrap();
        assert!(PyramidWriter::new(Vec::new(), 300, 2).unwrap().finish().is_err());
        writer.row(&[9; 1200]).unwrap();
        let bytes = writer.finish().unwrap();
        for end in [0, 7, 20, bytes.len() - 1] {
            assert!(Pyramid::open(bytes[..end].to_vec()).is_err(), "{end}");
        }
        // A tile that is damaged is a tile that is missing.
        let mut damaged = bytes.clone();
        damaged[12] ^= 0xFF;
        assert!(Pyramid::open(damaged).unwrap().tile(0, 0, 0).is_none());
        let mut huge = bytes;
        let directory = u64::from_le_bytes(huge[huge.len() - 16..huge.len() - 8].try_into().unwrap()) as usize;
        huge[directory..directory + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(Pyramid::open(huge).is_err());
    }
}
