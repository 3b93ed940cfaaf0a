//! PMTiles v3 archives of vector tiles, read from anything that can be read at an offset.
//!
//! The reader is our own: an archive may come from anywhere, and every offset, count and length in it is checked
//! against what is there before it is used, and everything unpacked is cut off at a limit.
//!
//! # References
//! PMTiles specification, version 3: <https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use kurbo::Rect;
use thiserror::Error;

use crate::basemap::cache::BoundedCache;
use crate::basemap::id::{DEEPEST_ZOOM, TileId};
use crate::geometry::{Coord, world_from_lon_lat};

/// Bytes that can be read at any offset: a file, a mapped file, a constant.
pub trait ReadAt: Send + Sync {
    /// The `length` bytes at `offset`; an error if they are not all there.
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>>;

    /// How many bytes there are.
    fn size(&self) -> u64;
}

fn part_of(bytes: &[u8], offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>> {
    usize::try_from(offset)
        .ok()
        .and_then(|from| bytes.get(from..from.checked_add(length)?))
        .map(Cow::Borrowed)
        .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

impl ReadAt for &'static [u8] {
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>> {
        part_of(self, offset, length)
    }

    fn size(&self) -> u64 {
        self.len() as u64
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>> {
        part_of(self, offset, length)
    }

    fn size(&self) -> u64 {
        self.len() as u64
    }
}

/// Why an archive, or a tile in it, could not be read.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The bytes could not be had.
    #[error("the archive could not be read: {0}")]
    Read(#[from] io::Error),
    /// It does not begin as PMTiles do.
    #[error("this is not a PMTiles archive")]
    NotPmtiles,
    /// It is of a version other than 3.
    #[error("PMTiles version {0} is not supported, only version 3")]
    Version(u8),
    /// It holds something other than vector tiles.
    #[error("the archive holds {0} tiles; only vector tiles (MVT) can be drawn as a map here")]
    NotVector(&'static str),
    /// It is packed in a way that we cannot unpack.
    #[error("the {part} of the archive is packed with {packing}; only gzip and no compression are supported")]
    Compression {
        /// Which part.
        part: &'static str,
        /// The name of the compression.
        packing: &'static str,
    },
    /// Something in it is longer than anything sensible.
    #[error("the {part} of the archive is larger than {limit_mib} MiB")]
    TooLarge {
        /// Which part.
        part: &'static str,
        /// The limit in MiB.
        limit_mib: usize,
    },
    /// It contradicts itself.
    #[error("the archive is damaged: {0}")]
    Damaged(&'static str),
}

const HEADER_LENGTH: usize = 127;
const MIB: usize = 1 << 20;
/// Unpacked size of a directory: some 700,000 entries, where writers put a few thousand.
const DIRECTORY_LIMIT: usize = 16 * MIB;
const METADATA_LIMIT: usize = 16 * MIB;
/// Packed and unpacked size of a tile. Map makers keep tiles under half a MiB.
const TILE_LIMIT: usize = 32 * MIB;
/// Directories below directories: the specification allows one, writers of huge archives use two.
const DIRECTORY_DEPTH: usize = 4;
/// Bytes of directories kept unpacked.
const DIRECTORY_CACHE: usize = 32 * MIB;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
}

impl Packing {
    fn from_byte(byte: u8, part: &'static str) -> Result<Self, ArchiveError> {
        let packing = match byte {
            1 => return Ok(Self::None),
            2 => return Ok(Self::Gzip),
            3 => "brotli",
            4 => "zstd",
            _ => "an unknown method",
        };
        Err(ArchiveError::Compression { part, packing })
    }

    fn unpack<'a>(self, bytes: Cow<'a, [u8]>, limit: usize, part: &'static str) -> Result<Cow<'a, [u8]>, ArchiveError> {
        let too_large = ArchiveError::TooLarge { part, limit_mib: limit / MIB };
        match self {
            Self::None if bytes.len() > limit => Err(too_large),
            Self::None => Ok(bytes),
            Self::Gzip => {
                let mut unpacked = Vec::with_capacity((bytes.len() * 3).min(limit));
                let limit_and_one = limit as u64 + 1;
                flate2::read::MultiGzDecoder::new(&bytes[..]).take(limit_and_one).read_to_end(&mut unpacked)?;
                if unpacked.len() > limit { Err(too_large) } else { Ok(Cow::Owned(unpacked)) }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    tile: u64,
    offset: u64,
    length: u32,
    /// 0: the entry leads to another directory.
    run: u32,
}

type Directory = Arc<[Entry]>;

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArchiveInfo {
    /// Name from the metadata, or empty.
    pub name: String,
    /// Attribution from the metadata, as plain text: markup is taken out.
    pub attribution: String,
    /// Smallest zoom that has tiles.
    pub min_zoom: u8,
    /// Largest zoom that has tiles.
    pub max_zoom: u8,
    /// `[west, south, east, north]` in degrees.
    pub bounds: [f64; 4],
    /// Names of the layers from the metadata.
    pub layers: Vec<String>,
}

/// A PMTiles v3 archive of vector tiles.
pub struct Archive {
    bytes: Box<dyn ReadAt>,
    info: ArchiveInfo,
    root: Directory,
    leaves: Mutex<BoundedCache<u64, Directory>>,
    leaf_offset: u64,
    data_offset: u64,
    directory_packing: Packing,
    tile_packing: Packing,
    /// Bytes that the header speaks of.
    stated_size: u64,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Archive").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Archive {
    /// Reads the header, the root directory and the metadata.
    pub fn open(bytes: impl ReadAt + 'static) -> Result<Self, ArchiveError> {
        if bytes.size() < HEADER_LENGTH as u64 {
            return Err(ArchiveError::NotPmtiles);
        }
        let header = Header::parse(&bytes.read_at(0, HEADER_LENGTH)?)?;
        let root = read_part(&bytes, header.root, header.directory_packing, DIRECTORY_LIMIT, "root directory")?;
        let root = parse_directory(&root)?;
        let mut info = header.info;
        // Metadata is for people: without it the tiles can still be drawn.
        if let Ok(metadata) = read_part(&bytes, header.metadata, header.directory_packing, METADATA_LIMIT, "metadata") {
            read_metadata(&metadata, &mut info);
        }
        Ok(Self {
            info,
            root,
            leaves: Mutex::new(BoundedCache::new(DIRECTORY_CACHE)),
            leaf_offset: header.leaf_offset,
            data_offset: header.data_offset,
            directory_packing: header.directory_packing,
            tile_packing: header.tile_packing,
            stated_size: header.stated_size,
            bytes: Box::new(bytes),
        })
    }

    /// What the archive says of itself.
    pub fn info(&self) -> &ArchiveInfo {
        &self.info
    }

    /// That the archive is not whole, if it is not: its header speaks of more than is there.
    pub fn warning(&self) -> Option<String> {
        let (stated, there) = (self.stated_size, self.bytes.size());
        (stated > there).then(|| {
            format!(
                "the file is cut short: its header states {stated} bytes, but there are {there}; missing \
                 tiles are taken from the built-in map. Copy or download it again"
            )
        })
    }

    /// Whether the archive has this tile and all of its bytes are there, which says nothing of what they hold.
    pub fn has_whole(&self, id: TileId) -> bool {
        let Ok(Some(entry)) = self.find(id) else { return false };
        let end = self.data_offset.checked_add(entry.offset).and_then(|at| at.checked_add(u64::from(entry.length)));
        end.is_some_and(|end| end <= self.bytes.size())
    }

    /// Its bounds in the unit square of Web Mercator.
    pub fn world_bounds(&self) -> Rect {
        let [west, south, east, north] = self.info.bounds;
        Rect::from_points(
            world_from_lon_lat(Coord { x: west, y: north }),
            world_from_lon_lat(Coord { x: east, y: south }),
        )
    }

    /// Whether the archive has this tile.
    pub fn contains(&self, id: TileId) -> Result<bool, ArchiveError> {
        Ok(self.find(id)?.is_some())
    }

    /// The unpacked bytes of a tile, if the archive has it.
    pub fn tile_bytes(&self, id: TileId) -> Result<Option<Cow<'_, [u8]>>, ArchiveError> {
        let Some(entry) = self.find(id)? else {
            return Ok(None);
        };
        let place = (self.data_offset.checked_add(entry.offset), u64::from(entry.length));
        let (Some(offset), length) = place else {
            return Err(ArchiveError::Damaged("a tile lies beyond the end"));
        };
        read_part(self.bytes.as_ref(), (offset, length), self.tile_packing, TILE_LIMIT, "tile").map(Some)
    }

    fn find(&self, id: TileId) -> Result<Option<Entry>, ArchiveError> {
        if id.z < self.info.min_zoom || id.z > self.info.max_zoom {
            return Ok(None);
        }
        let number = id.hilbert();
        let mut directory = self.root.clone();
        for _ in 0..DIRECTORY_DEPTH {
            let after = directory.partition_point(|entry| entry.tile <= number);
            let Some(entry) = after.checked_sub(1).and_then(|at| directory.get(at)).copied() else {
                return Ok(None);
            };
            if entry.run > 0 {
                return Ok((number - entry.tile < u64::from(entry.run)).then_some(entry));
            }
            directory = self.leaf(entry)?;
        }
        Err(ArchiveError::Damaged("its directories are nested too deeply"))
    }

    fn leaf(&self, entry: Entry) -> Result<Directory, ArchiveError> {
        let offset = self
            .leaf_offset
            .checked_add(entry.offset)
            .ok_or(ArchiveError::Damaged("a directory lies beyond the end"))?;
        let kept = self.leaves.lock().unwrap_or_else(PoisonError::into_inner).get(&offset);
        if let Some(directory) = kept {
            return Ok(directory);
        }
        let place = (offset, u64::from(entry.length));
        let bytes = read_part(self.bytes.as_ref(), place, self.directory_packing, DIRECTORY_LIMIT, "directory")?;
        let directory = parse_directory(&bytes)?;
        let weight = directory.len() * size_of::<Entry>();
        self.leaves.lock().unwrap_or_else(PoisonError::into_inner).insert(offset, directory.clone(), weight);
        Ok(directory)
    }
}

struct Header {
    info: ArchiveInfo,
    root: (u64, u64),
    metadata: (u64, u64),
    leaf_offset: u64,
    data_offset: u64,
    directory_packing: Packing,
    tile_packing: Packing,
    stated_size: u64,
}

impl Header {
    fn parse(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let bytes: &[u8; HEADER_LENGTH] = bytes.try_into().map_err(|_| ArchiveError::NotPmtiles)?;
        if !bytes.starts_with(b"PMTiles") {
            return Err(if bytes.starts_with(b"PM") {
                ArchiveError::Version(bytes[2])
            } else {
                ArchiveError::NotPmtiles
            });
        }
        if bytes[7] != 3 {
            return Err(ArchiveError::Version(bytes[7]));
        }
        let long = |at: usize| bytes[at..at + 8].iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let degrees =
            |at: usize| f64::from(i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])) / 1e7;
        match bytes[99] {
            1 => {}
            2 => return Err(ArchiveError::NotVector("PNG")),
            3 => return Err(ArchiveError::NotVector("JPEG")),
            4 => return Err(ArchiveError::NotVector("WebP")),
            5 => return Err(ArchiveError::NotVector("AVIF")),
            _ => return Err(ArchiveError::NotVector("unknown")),
        }
        let (min_zoom, max_zoom) = (bytes[100], bytes[101].min(DEEPEST_ZOOM));
        if min_zoom > max_zoom {
            return Err(ArchiveError::Damaged("its lowest zoom is above its highest"));
        }
        let mut bounds = [degrees(102), degrees(106), degrees(110), degrees(114)];
        if bounds[0] >= bounds[2] || bounds[1] >= bounds[3] {
            bounds = [-180.0, -90.0, 180.0, 90.0];
        }
        Ok(Self {
            info: ArchiveInfo { min_zoom, max_zoom, bounds, ..ArchiveInfo::default() },
            root: (long(8), long(16)),
            metadata: (long(24), long(32)),
            leaf_offset: long(40),
            data_offset: long(56),
            directory_packing: Packing::from_byte(bytes[97], "directory")?,
            tile_packing: Packing::from_byte(bytes[98], "tiles")?,
            stated_size: [8, 24, 40, 56].map(|at| long(at).saturating_add(long(at + 8))).into_iter().max().unwrap_or(0),
        })
    }
}

fn read_part<'a>(
    bytes: &'a dyn ReadAt,
    (offset, length): (u64, u64),
    packing: Packing,
    limit: usize,
    part: &'static str,
) -> Result<Cow<'a, [u8]>, ArchiveError> {
    let length = usize::try_from(length).ok().filter(|length| *length <= limit);
    let Some(length) = length else {
        return Err(ArchiveError::TooLarge { part, limit_mib: limit / MIB });
    };
    if offset.checked_add(length as u64).is_none_or(|end| end > bytes.size()) {
        return Err(ArchiveError::Damaged("a part of it lies beyond the end"));
    }
    packing.unpack(bytes.read_at(offset, length)?, limit, part)
}

fn parse_directory(bytes: &[u8]) -> Result<Directory, ArchiveError> {
    const SHORT: ArchiveError = ArchiveError::Damaged("a directory ends too early");
    let mut rest = bytes;
    let mut next = || -> Result<u64, ArchiveError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, after) = rest.split_first().ok_or(SHORT)?;
            rest = after;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ArchiveError::Damaged("a number in a directory is too long"))
    };
    let count = next()?;
    // Each entry takes four bytes at least, so that a false count cannot ask for more than is there.
    let count = usize::try_from(count).ok().filter(|count| *count <= bytes.len() / 4).ok_or(SHORT)?;
    let mut entries = vec![Entry { tile: 0, offset: 0, length: 0, run: 0 }; count];
    let mut tile = 0_u64;
    for (at, entry) in entries.iter_mut().enumerate() {
        let step = next()?;
        tile = tile
            .checked_add(step)
            .filter(|_| at == 0 || step > 0)
            .ok_or(ArchiveError::Damaged("a directory is out of order"))?;
        entry.tile = tile;
    }
    let short =
        |value: u64| u32::try_from(value).map_err(|_| ArchiveError::Damaged("a number in a directory is too large"));
    for entry in &mut entries {
        entry.run = short(next()?)?;
    }
    for entry in &mut entries {
        entry.length = short(next()?)?;
    }
    let mut follows = 0_u64;
    for entry in &mut entries {
        let value = next()?;
        entry.offset = value.checked_sub(1).unwrap_or(follows);
        follows = entry.offset.saturating_add(u64::from(entry.length));
    }
    Ok(entries.into())
}

fn read_metadata(bytes: &[u8], info: &mut ArchiveInfo) {
    let Ok(metadata) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return;
    };
    let text = |key: &str| metadata.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    info.name = plain_text(text("name"));
    info.attribution = plain_text(text("attribution"));
    info.layers = metadata
        .get("vector_layers")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|layer| layer.get("id")?.as_str().map(str::to_owned))
        .collect();
}

/// Text without HTML: tags dropped, the common entities read, at most 400 characters.
pub fn plain_text(markup: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for character in markup.chars() {
        match character {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            _ if character.is_control() || character.is_whitespace() => text.push(' '),
            _ => text.push(character),
        }
    }
    for (entity, character) in [
        ("&copy;", "©"),
        ("&#169;", "©"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(400).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use super::*;

    pub(crate) fn varint(mut value: u64, out: &mut Vec<u8>) {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("into memory");
        encoder.finish().expect("into memory")
    }

    fn directory(entries: &[Entry]) -> Vec<u8> {
        let mut out = Vec::new();
        varint(entries.len() as u64, &mut out);
        let mut last = 0;
        for entry in entries {
            varint(entry.tile - last, &mut out);
            last = entry.tile;
        }
        entries.iter().for_each(|entry| varint(entry.run.into(), &mut out));
        entries.iter().for_each(|entry| varint(entry.length.into(), &mut out));
        entries.iter().for_each(|entry| varint(entry.offset + 1, &mut out));
        out
    }

    /// An archive of these tiles, whose directory has one leaf.
    pub(crate) fn archive(tiles: &[(TileId, &[u8])], bounds: [f64; 4]) -> Vec<u8> {
        let mut tiles = tiles.to_vec();
        tiles.sort_by_key(|(id, _)| id.hilbert());
        let mut data = Vec::new();
        let mut entries = Vec::new();
        for (id, bytes) in &tiles {
            let packed = gzip(bytes);
            entries.push(Entry { tile: id.hilbert(), offset: data.len() as u64, length: packed.len() as u32, run: 1 });
            data.extend(packed);
        }
        let leaf = gzip(&directory(&entries));
        let first = entries.first().map_or(0, |entry| entry.tile);
        let root = gzip(&directory(&[Entry { tile: first, offset: 0, length: leaf.len() as u32, run: 0 }]));
        let metadata = gzip(
            br#"{"name":"Test","attribution":"<a href=\"x\">&copy; OpenStreetMap</a>","vector_layers":[{"id":"earth"}]}"#,
        );
        let mut out = b"PMTiles\x03".to_vec();
        let mut at = HEADER_LENGTH as u64;
        for length in [root.len(), metadata.len(), leaf.len(), data.len()] {
            out.extend(at.to_le_bytes());
            out.extend((length as u64).to_le_bytes());
            at += length as u64;
        }
        out.extend([0; 24]);
        let zooms = tiles.iter().map(|(id, _)| id.z);
        out.extend([1, 2, 2, 1, zooms.clone().min().unwrap_or(0), zooms.max().unwrap_or(0)]);
        bounds.iter().for_each(|degrees| out.extend(((degrees * 1e7) as i32).to_le_bytes()));
        out.extend([0; 9]);
        assert_eq!(out.len(), HEADER_LENGTH);
        for part in [root, metadata, leaf, data] {
            out.extend(part);
        }
        out
    }

    const WORLD: [f64; 4] = [-180.0, -85.0, 180.0, 85.0];

    #[test]
    fn tiles_come_back_through_a_leaf_directory() {
        let (a, b) = (TileId { z: 3, x: 4, y: 2 }, TileId { z: 5, x: 19, y: 10 });
        let archive = Archive::open(archive(&[(a, b"one"), (b, b"two")], WORLD)).expect("a good archive");
        assert_eq!(archive.tile_bytes(a).expect("a").as_deref(), Some(&b"one"[..]));
        assert_eq!(archive.tile_bytes(b).expect("b").as_deref(), Some(&b"two"[..]));
        assert!(archive.tile_bytes(TileId { z: 5, x: 0, y: 0 }).expect("none").is_none());
        assert_eq!((archive.info().min_zoom, archive.info().max_zoom), (3, 5));
        assert_eq!(archive.info().attribution, "© OpenStreetMap");
        assert_eq!(archive.info().layers, ["earth"]);
    }

    #[test]
    fn an_archive_that_breaks_off_says_so() {
        let id = TileId { z: 3, x: 4, y: 2 };
        let whole = archive(&[(id, b"one")], WORLD);
        let good = Archive::open(whole.clone()).expect("a good archive");
        assert_eq!((good.warning(), good.has_whole(id)), (None, true));
        let cut = Archive::open(whole[..whole.len() - 1].to_vec()).expect("its directories are there");
        let what = cut.warning().expect("a warning");
        assert!(what.contains(&format!("states {} bytes, but there are {};", whole.len(), whole.len() - 1)), "{what}");
        assert!(!cut.has_whole(id) && cut.tile_bytes(id).is_err());
    }

    #[test]
    fn other_files_are_refused_with_a_reason() {
        let good = archive(&[(TileId { z: 0, x: 0, y: 0 }, b"x")], WORLD);
        let with = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            Archive::open(bytes).expect_err("refused")
        };
        assert!(matches!(Archive::open(b"GIF89a".to_vec()), Err(ArchiveError::NotPmtiles)));
        assert!(matches!(with(0, b'X'), ArchiveError::NotPmtiles));
        assert!(matches!(with(7, 2), ArchiveError::Version(2)));
        assert!(matches!(with(99, 2), ArchiveError::NotVector("PNG")));
        assert!(matches!(with(98, 4), ArchiveError::Compression { packing: "zstd", .. }));
    }

    #[test]
    fn no_damaged_byte_makes_it_panic() {
        let good = archive(&[(TileId { z: 0, x: 0, y: 0 }, b"x"), (TileId { z: 2, x: 1, y: 3 }, b"yy")], WORLD);
        for at in 0..good.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[at] = byte;
                if let Ok(archive) = Archive::open(bytes) {
                    let _ = archive.tile_bytes(TileId { z: 2, x: 1, y: 3 });
                }
            }
            if let Ok(archive) = Archive::open(good[..at].to_vec()) {
                let _ = archive.tile_bytes(TileId { z: 0, x: 0, y: 0 });
            }
        }
    }

    #[test]
    fn a_directory_cannot_ask_for_more_than_it_holds() {
        let mut bytes = Vec::new();
        varint(u64::MAX / 2, &mut bytes);
        bytes.extend([1; 64]);
        assert!(parse_directory(&bytes).is_err());
    }

    #[test]
    fn a_gzip_bomb_is_cut_off() {
        let bomb = gzip(&vec![0; TILE_LIMIT + 1]);
        assert!(bomb.len() < MIB);
        let refused = Packing::Gzip.unpack(Cow::Owned(bomb), TILE_LIMIT, "tile");
        assert!(matches!(refused, Err(ArchiveError::TooLarge { .. })));
    }
}
