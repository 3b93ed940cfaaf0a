//! The parts of PMTiles v3 as bytes: header and directories, read and written.
//!
//! # References
//! PMTiles specification, version 3: <https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>

use std::borrow::Cow;
use std::io::Write as _;
use std::ops::Range;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::archive::{ArchiveError, MIB, TileFormat, inflate};
use crate::basemap::id::DEEPEST_ZOOM;

/// Length of the header in bytes.
pub(in crate::basemap) const HEADER_LENGTH: usize = 127;
/// Header and root directory lie within so many bytes, so that one request gets both.
pub(super) const START_LENGTH: usize = 16_384;
/// Unpacked size of a directory: some 700,000 entries, where writers put a few thousand.
pub(super) const DIRECTORY_LIMIT: usize = 16 * MIB;

/// How a part is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
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

    fn byte(self) -> u8 {
        match self {
            Self::None => 1,
            Self::Gzip => 2,
        }
    }

    pub(super) fn unpack<'a>(
        self,
        bytes: Cow<'a, [u8]>,
        limit: usize,
        part: &'static str,
    ) -> Result<Cow<'a, [u8]>, ArchiveError> {
        match self {
            Self::None if bytes.len() > limit => Err(ArchiveError::TooLarge { part, limit_mib: limit / MIB }),
            Self::None => Ok(bytes),
            Self::Gzip => inflate(&bytes, limit, part).map(Cow::Owned),
        }
    }
}

/// Packs as [`Packing::Gzip`] has it.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    // Nothing fails that is written to memory.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// One row of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::basemap) struct Entry {
    /// The number of the first tile.
    pub(in crate::basemap) tile: u64,
    pub(in crate::basemap) offset: u64,
    pub(in crate::basemap) length: u32,
    /// So many tiles from that one on are the same; 0: the entry leads to another directory.
    pub(in crate::basemap) run: u32,
}

/// A place and a length in bytes.
pub(super) type Place = (u64, u64);

/// The header of an archive.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub(super) root: Place,
    pub(super) metadata: Place,
    pub(super) leaves: Place,
    pub(super) data: Place,
    /// Tiles that can be asked for, entries of directories for them, and different contents; 0 where not known.
    pub(super) counts: [u64; 3],
    /// Whether the tiles lie in the order of their numbers.
    pub(super) is_clustered: bool,
    pub(super) directory_packing: Packing,
    pub(super) tile_packing: Packing,
    pub(super) tiles: TileFormat,
    pub(super) zooms: [u8; 2],
    /// `[west, south, east, north]` in degrees.
    pub(super) bounds: [f64; 4],
    pub(super) center_zoom: u8,
    /// Longitude and latitude in degrees.
    pub(super) center: [f64; 2],
}

impl Header {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ArchiveError> {
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
        let place = |at: usize| (long(at), long(at + 8));
        let degrees =
            |at: usize| f64::from(i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])) / 1e7;
        let zooms = [bytes[100], bytes[101].min(DEEPEST_ZOOM)];
        if zooms[0] > zooms[1] {
            return Err(ArchiveError::Damaged("its lowest zoom is above its highest"));
        }
        let mut bounds = [degrees(102), degrees(106), degrees(110), degrees(114)];
        if bounds[0] >= bounds[2] || bounds[1] >= bounds[3] {
            bounds = [-180.0, -90.0, 180.0, 90.0];
        }
        Ok(Self {
            root: place(8),
            metadata: place(24),
            leaves: place(40),
            data: place(56),
            counts: [long(72), long(80), long(88)],
            is_clustered: bytes[96] == 1,
            directory_packing: Packing::from_byte(bytes[97], "directory")?,
            tile_packing: Packing::from_byte(bytes[98], "tiles")?,
            tiles: match bytes[99] {
                1 => TileFormat::Vector,
                2 => TileFormat::Png,
                3 => TileFormat::Jpeg,
                4 => TileFormat::Webp,
                5 => return Err(ArchiveError::UnknownTiles("AVIF".to_owned())),
                kind => return Err(ArchiveError::UnknownTiles(format!("unknown (kind {kind})"))),
            },
            zooms,
            bounds,
            center_zoom: bytes[118],
            center: [degrees(119), degrees(123)],
        })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = b"PMTiles\x03".to_vec();
        for (offset, length) in [self.root, self.metadata, self.leaves, self.data] {
            out.extend(offset.to_le_bytes());
            out.extend(length.to_le_bytes());
        }
        self.counts.iter().for_each(|count| out.extend(count.to_le_bytes()));
        let kind = match self.tiles {
            TileFormat::Vector => 1,
            TileFormat::Png => 2,
            TileFormat::Jpeg => 3,
            TileFormat::Webp => 4,
        };
        out.extend([u8::from(self.is_clustered), self.directory_packing.byte(), self.tile_packing.byte(), kind]);
        out.extend(self.zooms);
        let degrees = |degrees: f64| ((degrees * 1e7).round() as i32).to_le_bytes();
        self.bounds.iter().for_each(|one| out.extend(degrees(*one)));
        out.push(self.center_zoom);
        self.center.iter().for_each(|one| out.extend(degrees(*one)));
        debug_assert_eq!(out.len(), HEADER_LENGTH, "the specification says so");
        out
    }

    /// Bytes that the header speaks of.
    pub(super) fn stated_size(&self) -> u64 {
        let ends = [self.root, self.metadata, self.leaves, self.data].map(|(at, length)| at.saturating_add(length));
        ends.into_iter().max().unwrap_or(0)
    }
}

/// The rows of an unpacked directory.
pub(super) fn parse_directory(bytes: &[u8]) -> Result<Vec<Entry>, ArchiveError> {
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
    Ok(entries)
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Rows in the order of their tiles as an unpacked directory.
pub(in crate::basemap) fn directory_bytes(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::with_capacity(entries.len() * 6);
    varint(entries.len() as u64, &mut out);
    let mut last = 0;
    for entry in entries {
        varint(entry.tile - last, &mut out);
        last = entry.tile;
    }
    entries.iter().for_each(|entry| varint(entry.run.into(), &mut out));
    entries.iter().for_each(|entry| varint(entry.length.into(), &mut out));
    let mut follows = None;
    for entry in entries {
        // 0 stands for “right behind the one before”.
        varint(if follows == Some(entry.offset) { 0 } else { entry.offset + 1 }, &mut out);
        follows = Some(entry.offset.saturating_add(u64::from(entry.length)));
    }
    out
}

/// The root and the leaves, packed, of rows in the order of their tiles: the root fits beside the header, and there are no
/// leaves where it does so alone.
pub(super) fn directories(entries: &[Entry]) -> (Vec<u8>, Vec<u8>) {
    let most = START_LENGTH - HEADER_LENGTH;
    // More than so many rows never fit.
    if entries.len() < START_LENGTH {
        let root = gzip(&directory_bytes(entries));
        if root.len() <= most {
            return (root, Vec::new());
        }
    }
    let mut rows = 4096.max(entries.len() / 3500);
    loop {
        let (mut leaves, mut pointers) = (Vec::new(), Vec::new());
        for part in entries.chunks(rows) {
            let leaf = gzip(&directory_bytes(part));
            let tile = part.first().map_or(0, |entry| entry.tile);
            pointers.push(Entry { tile, offset: leaves.len() as u64, length: leaf.len() as u32, run: 0 });
            leaves.extend(leaf);
        }
        let root = gzip(&directory_bytes(&pointers));
        if root.len() <= most {
            return (root, leaves);
        }
        rows += rows / 5;
    }
}

/// A place as a range.
pub(super) fn range_of((offset, length): Place) -> Option<Range<u64>> {
    Some(offset..offset.checked_add(length)?)
}
