//! PMTiles v3 archives, read from anything that can be read at an offset.
//!
//! The reader is our own: see [`super::archive`] for what it guards against.
//!
//! # References
//! PMTiles specification, version 3: <https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>

pub mod extract;
mod layout;
#[cfg(test)]
pub(crate) mod tests;

use std::borrow::Cow;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use self::layout::{DIRECTORY_LIMIT, Entry, HEADER_LENGTH, Header, Packing, Place, parse_directory};
use super::archive::{ArchiveError, ArchiveInfo, MIB, ReadAt, TILE_LIMIT, TileArchive};
use crate::basemap::cache::BoundedCache;
use crate::basemap::id::TileId;

const METADATA_LIMIT: usize = 16 * MIB;
/// Directories below directories: the specification allows one, writers of huge archives use two.
const DIRECTORY_DEPTH: usize = 4;
/// Bytes of directories kept unpacked.
const DIRECTORY_CACHE: usize = 32 * MIB;

type Directory = Arc<[Entry]>;

/// A PMTiles v3 archive.
pub struct Pmtiles {
    bytes: Box<dyn ReadAt>,
    header: Header,
    info: ArchiveInfo,
    root: Directory,
    leaves: Mutex<BoundedCache<u64, Directory>>,
}

impl std::fmt::Debug for Pmtiles {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pmtiles").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Pmtiles {
    /// Reads the header, the root directory and the metadata.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn open(bytes: impl ReadAt + 'static) -> Result<Self, ArchiveError> {
        if bytes.size() < HEADER_LENGTH as u64 {
            return Err(ArchiveError::NotPmtiles);
        }
        let header = Header::parse(&bytes.read_at(0, HEADER_LENGTH)?)?;
        let root = read_part(&bytes, header.root, header.directory_packing, DIRECTORY_LIMIT, "root directory")?;
        let root = parse_directory(&root)?.into();
        let [min_zoom, max_zoom] = header.zooms;
        let mut info =
            ArchiveInfo { tiles: header.tiles, min_zoom, max_zoom, bounds: header.bounds, ..ArchiveInfo::default() };
        // Metadata is for people: without it the tiles can still be drawn.
        if let Ok(metadata) = read_part(&bytes, header.metadata, header.directory_packing, METADATA_LIMIT, "metadata") {
            info.read_json(&metadata);
        }
        let leaves = Mutex::new(BoundedCache::new(DIRECTORY_CACHE));
        Ok(Self { info, root, leaves, header, bytes: Box::new(bytes) })
    }

    fn find(&self, id: TileId) -> Result<Option<Entry>, ArchiveError> {
        self.find_by(id, |entry| self.leaf(entry))
    }

    /// The same by directories that somebody gives.
    fn find_by(
        &self,
        id: TileId,
        leaf: impl Fn(Entry) -> Result<Directory, ArchiveError>,
    ) -> Result<Option<Entry>, ArchiveError> {
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
            directory = leaf(entry)?;
        }
        Err(ArchiveError::Damaged("its directories are nested too deeply"))
    }

    fn leaf(&self, entry: Entry) -> Result<Directory, ArchiveError> {
        let offset = self.leaf_place(entry)?.0;
        let kept = self.leaves.lock().unwrap_or_else(PoisonError::into_inner).get(&offset);
        if let Some(directory) = kept {
            return Ok(directory);
        }
        let place = (offset, u64::from(entry.length));
        let bytes = read_part(self.bytes.as_ref(), place, self.header.directory_packing, DIRECTORY_LIMIT, "directory")?;
        let directory: Directory = parse_directory(&bytes)?.into();
        let weight = directory.len() * size_of::<Entry>();
        self.leaves.lock().unwrap_or_else(PoisonError::into_inner).insert(offset, directory.clone(), weight);
        Ok(directory)
    }

    /// Where the directory lies to which an entry leads.
    fn leaf_place(&self, entry: Entry) -> Result<Place, ArchiveError> {
        let offset = self.header.leaves.0.checked_add(entry.offset);
        let offset = offset.ok_or(ArchiveError::Damaged("a directory lies beyond the end"))?;
        Ok((offset, u64::from(entry.length)))
    }
}

impl TileArchive for Pmtiles {
    fn info(&self) -> &ArchiveInfo {
        &self.info
    }

    fn warning(&self) -> Option<String> {
        let (stated, there) = (self.header.stated_size(), self.bytes.size());
        (stated > there).then(|| {
            format!(
                "the file is cut short: its header states {stated} bytes, but there are {there}; missing \
                 tiles are taken from the built-in map. Copy or download it again"
            )
        })
    }

    fn may_have_whole(&self, id: TileId) -> bool {
        let found = self.find_by(id, |entry| {
            let (offset, length) = self.leaf_place(entry)?;
            let is_kept = self.leaves.lock().unwrap_or_else(PoisonError::into_inner).contains(&offset);
            if !is_kept && !self.bytes.is_at_hand(offset, length) {
                return Err(io::Error::from(io::ErrorKind::WouldBlock).into());
            }
            self.leaf(entry)
        });
        let entry = match found {
            Ok(Some(entry)) => entry,
            Err(ArchiveError::Read(cause)) if cause.kind() == io::ErrorKind::WouldBlock => return true,
            Ok(None) | Err(_) => return false,
        };
        let end = self.header.data.0.checked_add(entry.offset).and_then(|at| at.checked_add(u64::from(entry.length)));
        end.is_some_and(|end| end <= self.bytes.size())
    }

    fn contains(&self, id: TileId) -> Result<bool, ArchiveError> {
        Ok(self.find(id)?.is_some())
    }

    fn tile_bytes(&self, id: TileId) -> Result<Option<Cow<'_, [u8]>>, ArchiveError> {
        let Some(entry) = self.find(id)? else {
            return Ok(None);
        };
        let place = (self.header.data.0.checked_add(entry.offset), u64::from(entry.length));
        let (Some(offset), length) = place else {
            return Err(ArchiveError::Damaged("a tile lies beyond the end"));
        };
        read_part(self.bytes.as_ref(), (offset, length), self.header.tile_packing, TILE_LIMIT, "tile").map(Some)
    }
}

fn read_part<'a>(
    bytes: &'a dyn ReadAt,
    (offset, length): Place,
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
