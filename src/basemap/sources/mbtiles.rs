//! MBTiles 1.3: tiles in a database of SQLite, one at a time. The file is never read as a whole.
//!
//! Who touches the disk gives the connections; what a hostile database could do with them is taken from them first
//! ([`crate::formats::sqlite`]). Each thread that asks for a tile has a connection of its own meanwhile.
//!
//! # References
//! <https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md>

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _};

use super::archive::{ArchiveError, ArchiveInfo, TILE_LIMIT, TileArchive, TileFormat, inflate, plain_text};
use crate::basemap::id::{DEEPEST_ZOOM, TileId};
use crate::formats::{gzip, sqlite};

/// So many connections are kept for the next tile.
const MOST_IDLE: usize = 8;
/// So long one question may take: with the index that the specification asks for it takes less than a thousandth of it.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many rows of metadata are read; the specification names about ten.
const MOST_METADATA: usize = 200;

/// Opens the database once more.
pub type Connect = Box<dyn Fn() -> rusqlite::Result<Connection> + Send + Sync>;

/// An MBTiles archive.
pub struct Mbtiles {
    connect: Connect,
    idle: Mutex<Vec<Connection>>,
    info: ArchiveInfo,
    warning: Option<String>,
}

impl std::fmt::Debug for Mbtiles {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Mbtiles").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Mbtiles {
    /// Reads the metadata. `warning` is what is to be said of the file besides.
    ///
    /// # Errors
    /// [`ArchiveError::NotMbtiles`], [`ArchiveError::UnknownTiles`].
    pub fn open(connect: Connect, warning: Option<String>) -> Result<Self, ArchiveError> {
        let mut archive = Self { connect, idle: Mutex::default(), info: ArchiveInfo::default(), warning };
        let read = archive.with_connection(|connection| {
            has_tiles(connection)?;
            Ok((metadata(connection)?, zooms(connection)?, first_tile(connection)?))
        });
        let (metadata, zooms, first) = read.map_err(|error| ArchiveError::NotMbtiles(error_words(&error)))?;
        let Some((zooms, first)) = zooms.zip(first) else {
            return Err(ArchiveError::NotMbtiles("it holds no tiles".to_owned()));
        };
        archive.info = info(&metadata, zooms, &first)?;
        Ok(archive)
    }

    fn with_connection<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match kept {
            Some(connection) => connection,
            None => {
                let mut connection = (self.connect)()?;
                sqlite::contain(&connection, TILE_LIMIT as i32)?;
                sqlite::close(&mut connection)?;
                connection
            }
        };
        sqlite::within(&mut connection, PATIENCE)?;
        let read = read(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(connection);
        }
        read
    }

    /// What one question about one tile gives.
    fn ask<T>(
        &self,
        id: TileId,
        what: &str,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, ArchiveError> {
        if id.z < self.info.min_zoom || id.z > self.info.max_zoom {
            return Ok(None);
        }
        // Rows are counted from the south.
        let row = (1_u64 << id.z) - 1 - u64::from(id.y);
        let query =
            format!("SELECT {what} FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3 LIMIT 1");
        let place = (i64::from(id.z), i64::from(id.x), row as i64);
        self.with_connection(|connection| connection.query_row(&query, place, read).optional())
            .map_err(|error| ArchiveError::Database(sqlite::words(&error)))
    }
}

impl TileArchive for Mbtiles {
    fn info(&self) -> &ArchiveInfo {
        &self.info
    }

    fn tile_bytes(&self, id: TileId) -> Result<Option<Cow<'_, [u8]>>, ArchiveError> {
        let bytes = self.ask(id, "tile_data", |row| bytes_of(row.get_ref(0)?))?.flatten();
        match bytes {
            Some(bytes) if self.info.tiles == TileFormat::Vector && gzip::is_gzip(&bytes) => {
                inflate(&bytes, TILE_LIMIT, "tile").map(|bytes| Some(Cow::Owned(bytes)))
            }
            bytes => Ok(bytes.map(Cow::Owned)),
        }
    }

    fn contains(&self, id: TileId) -> Result<bool, ArchiveError> {
        Ok(self.ask(id, "1", |_| Ok(()))?.is_some())
    }

    fn may_have_whole(&self, id: TileId) -> bool {
        // To know more, the database would have to be asked, which takes long where it has no index.
        (self.info.min_zoom..=self.info.max_zoom).contains(&id.z)
    }

    fn warning(&self) -> Option<String> {
        self.warning.clone()
    }
}

fn bytes_of(value: ValueRef<'_>) -> rusqlite::Result<Option<Vec<u8>>> {
    Ok(match value {
        ValueRef::Blob(bytes) if !bytes.is_empty() => Some(bytes.to_vec()),
        _ => None,
    })
}

fn error_words(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::QueryReturnedNoRows => {
            "it is a database without the table of tiles that MBTiles have".to_owned()
        }
        error => sqlite::words(error),
    }
}

/// Fails where there are no tiles by name.
fn has_tiles(connection: &Connection) -> rusqlite::Result<()> {
    let query = "SELECT 1 FROM sqlite_master WHERE name = 'tiles' AND type IN ('table', 'view')";
    connection.query_row(query, [], |_| Ok(()))
}

/// Names and values. A file without that table has its tiles all the same.
fn metadata(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let Ok(mut statement) = connection.prepare("SELECT name, value FROM metadata") else { return Ok(Vec::new()) };
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        if all.len() >= MOST_METADATA {
            break;
        }
        let text = |value: ValueRef<'_>| match value {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Blob(_) | ValueRef::Null => String::new(),
        };
        all.push((text(row.get_ref(0)?).to_lowercase(), text(row.get_ref(1)?)));
    }
    Ok(all)
}

/// The smallest and the largest zoom that has tiles.
fn zooms(connection: &Connection) -> rusqlite::Result<Option<[u8; 2]>> {
    // One at a time, each is the end of an index.
    let end = |which: &str| {
        connection.query_row(&format!("SELECT {which}(zoom_level) FROM tiles"), [], |row| {
            Ok(match row.get_ref(0)? {
                ValueRef::Integer(zoom) => Some(zoom.clamp(0, DEEPEST_ZOOM.into()) as u8),
                _ => None,
            })
        })
    };
    Ok(end("min")?.zip(end("max")?).map(|(min, max)| [min, max]))
}

fn first_tile(connection: &Connection) -> rusqlite::Result<Option<Vec<u8>>> {
    let first = connection.query_row("SELECT tile_data FROM tiles LIMIT 1", [], |row| bytes_of(row.get_ref(0)?));
    Ok(first.optional()?.flatten())
}

fn info(metadata: &[(String, String)], has: [u8; 2], first: &[u8]) -> Result<ArchiveInfo, ArchiveError> {
    let said = |key: &str| metadata.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim());
    let tiles = match said("format").map(str::to_lowercase).as_deref() {
        Some("pbf" | "mvt") => TileFormat::Vector,
        Some("png") => TileFormat::Png,
        Some("jpg" | "jpeg") => TileFormat::Jpeg,
        Some("webp") => TileFormat::Webp,
        None | Some("") => match image::guess_format(first) {
            Ok(image::ImageFormat::Png) => TileFormat::Png,
            Ok(image::ImageFormat::Jpeg) => TileFormat::Jpeg,
            Ok(image::ImageFormat::WebP) => TileFormat::Webp,
            _ if gzip::is_gzip(first) => TileFormat::Vector,
            _ => return Err(ArchiveError::UnknownTiles("unknown (its metadata name no format)".to_owned())),
        },
        Some(other) => return Err(ArchiveError::UnknownTiles(plain_text(other))),
    };
    let mut info = ArchiveInfo { tiles, bounds: [-180.0, -85.0, 180.0, 85.0], ..ArchiveInfo::default() };
    info.read_json(said("json").unwrap_or_default().as_bytes());
    if let Some(name) = said("name") {
        info.name = plain_text(name);
    }
    if let Some(attribution) = said("attribution") {
        info.attribution = plain_text(attribution);
    }
    // What the metadata say may be older than the tiles: of both the narrower is true of either.
    let zoom = |key: &str| said(key).and_then(|zoom| zoom.parse::<u8>().ok());
    info.min_zoom = zoom("minzoom").unwrap_or(0).clamp(has[0], has[1]);
    info.max_zoom = zoom("maxzoom").unwrap_or(has[1]).clamp(info.min_zoom, has[1]);
    let bounds: Option<Vec<f64>> =
        said("bounds").and_then(|text| text.split(',').map(|one| one.trim().parse().ok()).collect());
    if let Some([west, south, east, north]) = bounds.as_deref().and_then(|all| <[f64; 4]>::try_from(all).ok())
        && [west, south, east, north].iter().all(|one| one.is_finite())
        && west < east
        && south < north
    {
        info.bounds = [west.max(-180.0), south.max(-90.0), east.min(180.0), north.min(90.0)];
    }
    Ok(info)
}

#[cfg(test)]
mod tests;
