//! Finds out what map an address or a file holds: what its server says of it, or what the file says of itself.

use std::time::Duration;

use super::address::Client;
use super::archives::open_archive_of;
use super::servers::{Secret, Server, Servers};
use crate::basemap::sources::tilejson;
use crate::basemap::sources::typed::{self, Typed};
use crate::basemap::{Archive, MapKind, MapSource, TileContent, TileFormat, TileId, raster};
use crate::formats::language::Text;
use crate::formats::map_service::{self, MapService};
use crate::geometry::{Coord, work, world_from_lon_lat};

/// The longest description that is read: lists of what services offer can be long.
const MOST_BYTES: u64 = 48 << 20;
/// For so long a server may send nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Looked {
    /// One map, and what is to be said of its archive, if anything, such as that its file is cut short.
    Map(Box<MapSource>, Option<String>),
    /// A service that offers several, with the keys for it as far as they are known.
    Service(Box<MapService>, Vec<String>),
}

/// Looks what map something typed leads to. It may take long and can be cancelled; the user has agreed to the server.
///
/// # Errors
/// In words: what was found instead, or why nothing was.
pub fn look(typed: &Typed, servers: &Servers) -> Result<Looked, String> {
    let source = &typed.source;
    let map = |source: MapSource| Looked::Map(Box::new(source), None);
    if !typed.is_to_be_asked {
        return Ok(map(source.clone()));
    }
    match source.kind {
        MapKind::Wms => {
            service(&map_service::with_query(&source.address, "SERVICE=WMS&REQUEST=GetCapabilities"), source, servers)
        }
        MapKind::Wmts if source.address.to_lowercase().contains("service=wmts") => {
            let asked = map_service::with_query(&source.address, "REQUEST=GetCapabilities");
            service(
                if source.address.to_lowercase().contains("request=") { &source.address } else { &asked },
                source,
                servers,
            )
        }
        MapKind::Wmts => service(&source.address, source, servers),
        MapKind::Pmtiles | MapKind::Mbtiles => {
            archive(source, servers).map(|(source, warning)| Looked::Map(Box::new(source), warning))
        }
        _ => match plain(source, servers) {
            Ok(found) => Ok(found),
            // A WMS answers its bare address with a page for people, or a fault.
            Err(why) => service(
                &map_service::with_query(&source.address, "SERVICE=WMS&REQUEST=GetCapabilities"),
                source,
                servers,
            )
            .map_err(|_| why),
        },
    }
}

/// What an address that says nothing of its kind holds.
fn plain(source: &MapSource, servers: &Servers) -> Result<Looked, String> {
    let bytes = fetch(&source.address, servers)?;
    if map_service::is_one(&bytes) {
        return offered(&bytes, source, servers);
    }
    described(&bytes, source).map(|map| Looked::Map(Box::new(map), None))
}

fn fetch(address: &str, servers: &Servers) -> Result<Vec<u8>, String> {
    let (url, headers) = servers.with_key(address)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let says = move |of| work::begin(|| format!("Asking {host} what it offers"), of);
    let client = Client::new(&url, PATIENCE, Some(Box::new(says)))?;
    let bytes = client.whole_with(&url, headers, MOST_BYTES)?;
    if map_service::is_web_page(&bytes) {
        return Err("the server answers with a web page, not with a map; copy the address of the map itself".to_owned());
    }
    Ok(bytes)
}

fn service(address: &str, source: &MapSource, servers: &Servers) -> Result<Looked, String> {
    let bytes = fetch(address, servers)?;
    offered(&bytes, source, servers)
}

fn offered(bytes: &[u8], source: &MapSource, servers: &Servers) -> Result<Looked, String> {
    let mut service = map_service::read(bytes, &source.address).map_err(|error| error.to_string())?;
    // A service tells everybody his own key, or the one that all share: neither goes into a record.
    let known = Server::of(&source.address).and_then(|server| servers.secret(&server).map(Secret::keys));
    let keys = service.take_keys(&source.address, &known.unwrap_or_default());
    Ok(Looked::Service(Box::new(service), keys))
}

/// The record of a map that TileJSON describes: it is described anew at each start, since tiles may move.
fn described(bytes: &[u8], source: &MapSource) -> Result<MapSource, String> {
    let found = tilejson::read(bytes, &source.address).map_err(|error| {
        format!("the address holds neither TileJSON nor what a WMS or WMTS says that it offers ({error})")
    })?;
    let mut source = source.clone();
    source.kind = MapKind::Tilejson;
    if !found.name.is_empty() {
        source.title = Text::plain(found.name.chars().take(80).collect::<String>());
    }
    (source.zooms, source.bounds, source.tiles) = (found.zooms, found.bounds, found.content);
    source.attribution.clone_from(&found.attribution);
    if let Some(size) = found.tile_size_px {
        source.tile_size_px = size;
    }
    source.check().map_err(|error| error.to_string())?;
    // That the tiles can be asked for is seen now, not when they are first missed.
    let tiles = found.of_tiles(&source).map_err(|error| error.to_string())?;
    let own = Server::all_of(&source);
    if let Some(other) = Server::all_of(&tiles).iter().find(|server| !own.contains(server)) {
        // The tiles have a server of their own: it is named in the record, and asked about as the first was.
        let mut tiles = tiles;
        // A record goes into projects, and no key with it.
        if let Ok(Typed { source: plain, keys, .. }) = typed::read(&tiles.address)
            && !keys.is_empty()
        {
            let server = other.name();
            return Err(format!(
                "its tiles come from {server}, with a key in their address; add the address of the tiles with your key instead: {}",
                plain.address
            ));
        }
        tiles.title = source.title.clone();
        tiles.id.clone_from(&source.id);
        work::begin(|| format!("Its tiles come from {}", other.name()), 0);
        return Ok(tiles);
    }
    Ok(source)
}

/// The record of the map in an archive, here or at an address, and what is to be said of its file.
fn archive(source: &MapSource, servers: &Servers) -> Result<(MapSource, Option<String>), String> {
    let archive = open_archive_of(source, servers).map_err(|error| error.to_string())?;
    let mut source = source.clone();
    let info = archive.info();
    if info.tiles == TileFormat::Vector {
        // Refuses, by name, what is drawn in no style of ours.
        archive.clone().into_drawable().map_err(|error| error.to_string())?;
        (source.tiles, source.tile_size_px) = (TileContent::Vector, 512);
    } else {
        source.tiles = TileContent::Raster;
        source.tile_size_px = if width_in(&archive).is_some_and(|width| width >= 512) { 512 } else { 256 };
    }
    source.zooms = [info.min_zoom, info.max_zoom];
    let [west, south, east, north] = info.bounds;
    let is_world = west <= -179.9 && east >= 179.9 && south <= -85.0 && north >= 85.0;
    source.bounds = (!is_world && west < east && south < north).then_some([
        west.max(-180.0),
        south.max(-90.0),
        east.min(180.0),
        north.min(90.0),
    ]);
    if !info.name.is_empty() {
        source.title = Text::plain(info.name.chars().take(80).collect::<String>());
    }
    source.attribution.clone_from(&info.attribution);
    source.check().map_err(|error| error.to_string())?;
    Ok((source, archive.warning()))
}

/// How wide the pictures of an archive are, by the first that is there in its middle.
fn width_in(archive: &Archive) -> Option<u32> {
    let info = archive.info();
    let [west, south, east, north] = info.bounds;
    let middle = world_from_lon_lat(Coord { x: (west + east) / 2.0, y: (south + north) / 2.0 });
    let at = |z: u8| {
        let side = f64::from(z).exp2();
        TileId::new(z, (middle.x * side) as u32, (middle.y * side) as u32)
    };
    let mut ids = (info.min_zoom..=info.max_zoom).filter_map(at);
    raster::width_of(&ids.find_map(|id| archive.tile_bytes(id).ok().flatten())?)
}

#[cfg(test)]
mod tests;
