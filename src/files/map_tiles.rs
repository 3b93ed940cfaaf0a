//! The tiles of a map by its record, wherever they come from: a server, or an archive.

mod archive_tiles;
mod figure_tiles;
mod of_days;

use std::path::PathBuf;
use std::sync::Arc;

use crate::basemap::{Bitmap, MapKind, MapSource, Tile, TileContent};
use crate::files::servers::{Server, Servers};
use crate::files::tile_server::{Arrival, TilePayload, TileServer, TileServerOptions, TileServerStatus as Status};
use crate::scene::ground::MapTiles;

use self::archive_tiles::ArchiveTiles;

pub use self::figure_tiles::{Cancelled, Lacking, draw_with_tiles};
pub use self::of_days::DayMaps;

/// Called from a thread of the background whenever a tile is at hand or the status has changed.
pub type Arrived = Arc<dyn Fn(Arrival) + Send + Sync>;

/// A map whose tiles are fetched or read as they are wanted.
#[derive(Clone)]
pub struct RunningMap {
    tiles: MapTiles,
    from: From,
}

#[derive(Clone)]
enum From {
    Rasters(Arc<TileServer<Bitmap>>),
    Vectors(Arc<TileServer<Tile>>),
    RasterArchive(Arc<ArchiveTiles<Bitmap>>),
    VectorArchive(Arc<ArchiveTiles<Tile>>),
}

impl RunningMap {
    /// Starts what brings the tiles of a map; nothing is fetched before it is wanted.
    ///
    /// # Errors
    /// In words: the map has no tiles of its own, or they cannot be had.
    pub fn start(
        source: &MapSource,
        servers: &Servers,
        cache_folder: Option<PathBuf>,
        arrived: Arrived,
    ) -> Result<Self, String> {
        fn server<T: TilePayload>(options: TileServerOptions, arrived: Arrived) -> Result<Arc<TileServer<T>>, String> {
            let server = TileServer::start(options, move |arrival| arrived(arrival));
            server.map(Arc::new).map_err(|error| error.to_string())
        }
        match source.kind {
            MapKind::Builtin | MapKind::None => Err("it has no tiles of its own".to_owned()),
            MapKind::Pmtiles | MapKind::Mbtiles => match source.tiles {
                TileContent::Raster => {
                    let archive = Arc::new(ArchiveTiles::<Bitmap>::start(source, servers, arrived)?);
                    let tiles = MapTiles::Raster(Arc::clone(&archive) as _);
                    Ok(Self { tiles, from: From::RasterArchive(archive) })
                }
                TileContent::Vector => {
                    let archive = Arc::new(ArchiveTiles::<Tile>::start(source, servers, arrived)?);
                    let tiles = MapTiles::Vector(Arc::clone(&archive) as _);
                    Ok(Self { tiles, from: From::VectorArchive(archive) })
                }
            },
            _ => {
                let options = TileServerOptions { cache_folder, ..TileServerOptions::of(source, servers.clone()) };
                match source.tiles {
                    TileContent::Raster => {
                        let server = server::<Bitmap>(options, arrived)?;
                        Ok(Self { tiles: MapTiles::Raster(Arc::clone(&server) as _), from: From::Rasters(server) })
                    }
                    TileContent::Vector => {
                        let server = server::<Tile>(options, arrived)?;
                        Ok(Self { tiles: MapTiles::Vector(Arc::clone(&server) as _), from: From::Vectors(server) })
                    }
                }
            }
        }
    }

    /// What the painter draws from.
    pub fn tiles(&self) -> MapTiles {
        self.tiles.clone()
    }

    /// What it is doing.
    pub fn status(&self) -> Status {
        match &self.from {
            From::Rasters(server) => server.status(),
            From::Vectors(server) => server.status(),
            From::RasterArchive(archive) => archive.status(),
            From::VectorArchive(archive) => archive.status(),
        }
    }

    /// Asks for nothing any more, whoever still holds on to it.
    pub fn stop(&self) {
        match &self.from {
            From::Rasters(server) => server.stop(),
            From::Vectors(server) => server.stop(),
            From::RasterArchive(archive) => archive.stop(),
            From::VectorArchive(archive) => archive.stop(),
        }
    }
}

/// Whether the user allows all servers that a map comes from; those that nothing has been said of, and those that are not to
/// be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// It comes from no server, or all of them may be asked.
    Given,
    /// Nothing has been said of this one.
    Wanted(Server),
    /// This one is not to be asked.
    Refused(Server),
    /// Which servers it comes from cannot be told.
    Unknown,
}

impl Consent {
    /// Of a map.
    pub fn to(source: &MapSource, servers: &Servers) -> Self {
        if !source.is_online() {
            return Self::Given;
        }
        let all = Server::all_of(source);
        if all.is_empty() {
            return Self::Unknown;
        }
        if let Some(refused) = all.iter().find(|server| servers.said(server) == Some(false)) {
            return Self::Refused(refused.clone());
        }
        match all.into_iter().find(|server| servers.said(server).is_none()) {
            Some(server) => Self::Wanted(server),
            None => Self::Given,
        }
    }
}
