//! Archives of tiles: what they say of themselves, and one tile at a time, whatever the container is.
//!
//! [`Archive`] is any of them: [`super::pmtiles`], read from anything that can be read at an offset, and
//! [`super::mbtiles`], read from a database. An archive may come from anywhere: every offset, count and length in it is
//! checked against what is there before it is used, and everything unpacked is cut off at a limit.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::Arc;

use kurbo::Rect;
use thiserror::Error;

use super::mbtiles::Mbtiles;
use super::pmtiles::Pmtiles;
use crate::basemap::id::TileId;
use crate::basemap::vector::schema::Schema;
use crate::geometry::world_rect_of;

/// Bytes that can be read at any offset: a file, a file on a server, a constant.
pub trait ReadAt: Send + Sync {
    /// The `length` bytes at `offset`; an error if they are not all there.
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>>;

    /// How many bytes there are.
    fn size(&self) -> u64;

    /// Whether these bytes can be read without waiting for a server.
    fn is_at_hand(&self, _offset: u64, _length: u64) -> bool {
        true
    }
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

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>> {
        (**self).read_at(offset, length)
    }

    fn size(&self) -> u64 {
        (**self).size()
    }

    fn is_at_hand(&self, offset: u64, length: u64) -> bool {
        (**self).is_at_hand(offset, length)
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
    /// It is a database without the tables of MBTiles, or one that cannot be read.
    #[error("this is not an MBTiles archive that can be read: {0}")]
    NotMbtiles(String),
    /// A tile of it cannot be had from its database.
    #[error("the archive could not be read: {0}")]
    Database(String),
    /// It is of a version other than 3.
    #[error("PMTiles version {0} is not supported, only version 3")]
    Version(u8),
    /// It holds tiles that nothing here can draw.
    #[error("the archive holds {0} tiles; only vector tiles (MVT) and PNG, JPEG and WebP pictures can be drawn")]
    UnknownTiles(String),
    /// It holds pictures where vector tiles are wanted.
    #[error("the archive holds {0} pictures; only vector tiles (MVT) can be laid over the built-in map")]
    NotVector(&'static str),
    /// Its vector tiles are in a schema that our style does not know.
    #[error(
        "the archive's vector tiles are in a schema that cannot be drawn (its layers: {0}); Protomaps, OpenMapTiles and \
         Shortbread can be"
    )]
    UnknownSchema(String),
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

impl ArchiveError {
    /// Whether the same may succeed another time: the bytes were not to be had now.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Read(cause) if cause.kind() != io::ErrorKind::UnexpectedEof)
    }
}

/// One MiB in bytes.
pub(super) const MIB: usize = 1 << 20;
/// Packed and unpacked size of a tile. Map makers keep tiles under half a MiB.
pub(super) const TILE_LIMIT: usize = 32 * MIB;

/// What gzip packed, up to a limit.
pub(super) fn inflate(bytes: &[u8], limit: usize, part: &'static str) -> Result<Vec<u8>, ArchiveError> {
    let mut unpacked = Vec::with_capacity((bytes.len() * 3).min(limit));
    flate2::read::MultiGzDecoder::new(bytes)
        .take(limit as u64 + 1)
        .read_to_end(&mut unpacked)
        .map_err(|_| ArchiveError::Damaged("a part of it cannot be unpacked"))?;
    if unpacked.len() > limit {
        return Err(ArchiveError::TooLarge { part, limit_mib: limit / MIB });
    }
    Ok(unpacked)
}

/// What the tiles of an archive are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum TileFormat {
    /// Vector tiles (MVT).
    #[default]
    Vector,
    Png,
    Jpeg,
    Webp,
}

impl TileFormat {
    /// How it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vector => "vector (MVT)",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Webp => "WebP",
        }
    }
}

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArchiveInfo {
    /// What its tiles are.
    pub tiles: TileFormat,
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

impl ArchiveInfo {
    /// Its bounds in the unit square of Web Mercator.
    pub fn world_bounds(&self) -> Rect {
        world_rect_of(self.bounds)
    }

    /// The schema of its vector tiles, as its metadata tell it.
    pub fn schema(&self) -> Option<Schema> {
        Schema::of_layers(self.layers.iter().map(String::as_bytes))
    }

    /// Takes over what a metadata record in JSON says: name, attribution and layers, as both containers have it.
    pub(super) fn read_json(&mut self, bytes: &[u8]) {
        let Ok(metadata) = serde_json::from_slice::<serde_json::Value>(bytes) else { return };
        let text = |key: &str| metadata.get(key).and_then(serde_json::Value::as_str).map(plain_text);
        if let Some(name) = text("name") {
            self.name = name;
        }
        if let Some(attribution) = text("attribution") {
            self.attribution = attribution;
        }
        let layers = metadata.get("vector_layers").and_then(serde_json::Value::as_array);
        self.layers = layers
            .into_iter()
            .flatten()
            .filter_map(|layer| layer.get("id")?.as_str())
            .take(MOST_LAYERS)
            .map(plain_text)
            .collect();
    }
}

/// So many names of layers are kept; makers of maps have about twenty.
const MOST_LAYERS: usize = 1000;

/// So many of them are named where none is known.
const MOST_NAMED: usize = 8;

/// A container of tiles.
pub trait TileArchive: Send + Sync {
    /// What it says of itself.
    fn info(&self) -> &ArchiveInfo;

    /// The unpacked bytes of a tile, if the archive has it.
    fn tile_bytes(&self, id: TileId) -> Result<Option<Cow<'_, [u8]>>, ArchiveError>;

    /// Whether the archive has this tile.
    fn contains(&self, id: TileId) -> Result<bool, ArchiveError>;

    /// Whether the archive has this tile and all of its bytes are there, which says nothing of what they hold. Never waits:
    /// where that cannot be told at once, it may have it.
    fn may_have_whole(&self, id: TileId) -> bool;

    /// That the archive is not whole, or older than what lies beside it, in words.
    fn warning(&self) -> Option<String>;
}

/// An archive of tiles. Cheap to clone; clones share.
#[derive(Clone)]
pub struct Archive {
    info: Arc<ArchiveInfo>,
    tiles: Arc<dyn TileArchive>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Archive").field("info", &self.info).finish_non_exhaustive()
    }
}

impl From<Pmtiles> for Archive {
    fn from(archive: Pmtiles) -> Self {
        Self::new(archive)
    }
}

impl From<Mbtiles> for Archive {
    fn from(archive: Mbtiles) -> Self {
        Self::new(archive)
    }
}

impl Archive {
    /// An archive of any kind.
    pub fn new(archive: impl TileArchive + 'static) -> Self {
        Self { info: Arc::new(archive.info().clone()), tiles: Arc::new(archive) }
    }

    /// Opens PMTiles: reads the header, the root directory and the metadata.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn open(bytes: impl ReadAt + 'static) -> Result<Self, ArchiveError> {
        Pmtiles::open(bytes).map(Self::from)
    }

    /// What the archive says of itself.
    pub fn info(&self) -> &ArchiveInfo {
        &self.info
    }

    /// The archive, if it can lie over the built-in map: it holds vector tiles, in a schema that our style knows as far as
    /// its metadata tell.
    ///
    /// # Errors
    /// [`ArchiveError::NotVector`], [`ArchiveError::UnknownSchema`].
    pub fn into_drawable(self) -> Result<Self, ArchiveError> {
        if self.info.tiles != TileFormat::Vector {
            return Err(ArchiveError::NotVector(self.info.tiles.name()));
        }
        if self.info.schema().is_none() && !self.info.layers.is_empty() {
            let named: Vec<&str> = self.info.layers.iter().take(MOST_NAMED).map(String::as_str).collect();
            let more = if self.info.layers.len() > MOST_NAMED { ", …" } else { "" };
            return Err(ArchiveError::UnknownSchema(format!("{}{more}", named.join(", "))));
        }
        Ok(self)
    }

    /// That the archive is not whole, if it is not.
    pub fn warning(&self) -> Option<String> {
        self.tiles.warning()
    }

    /// Whether the archive has this tile and all of its bytes are there, which says nothing of what they hold. Never waits:
    /// where that cannot be told at once, it may have it.
    pub fn may_have_whole(&self, id: TileId) -> bool {
        self.tiles.may_have_whole(id)
    }

    /// Its bounds in the unit square of Web Mercator.
    pub fn world_bounds(&self) -> Rect {
        self.info.world_bounds()
    }

    /// Whether the archive has this tile.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn contains(&self, id: TileId) -> Result<bool, ArchiveError> {
        self.tiles.contains(id)
    }

    /// The unpacked bytes of a tile, if the archive has it.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn tile_bytes(&self, id: TileId) -> Result<Option<Cow<'_, [u8]>>, ArchiveError> {
        self.tiles.tile_bytes(id)
    }
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
