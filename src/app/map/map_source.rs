//! The map under the overlays as the window holds it: the built-in map, files, and a server when asked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eframe::egui::Context;

use crate::basemap::raster::RasterSource;
use crate::basemap::raster::pyramid::Pyramid;
use crate::basemap::{Archive, MapKind, MapSource, sources};
use crate::document::{Document, Picture};
use crate::dossier::{Dossier, FileRecord, words};
use crate::files::servers::{Server, Servers};
use crate::files::tile_server::{Arrival, TileServer, TileServerOptions, TileServerStatus as Status};
use crate::formats::visible::visible;
use crate::geometry::Frame;
use crate::scene::ground::Ground;

/// The map's sources and what has changed of them.
pub(crate) struct WindowMap {
    ground: Ground,
    /// What asks the servers of maps, by the maps' ids: each with the address that it was started for, or why there is none.
    started: BTreeMap<String, (String, Result<Arc<TileServer>, String>)>,
    /// Which servers the user allows. What a project names is not fetched before: the file may come from anybody, and a
    /// server learns who looks at what.
    servers: Servers,
    /// Where that is remembered, if anywhere.
    servers_file: Option<PathBuf>,
    /// Where tiles are kept between starts, if anywhere.
    tiles: Option<PathBuf>,
    changes: Arc<AtomicU64>,
    ctx: Context,
}

/// A server that may be asked for the map of a document only if the user says so.
pub(crate) struct AskedServer {
    /// Which.
    pub(crate) server: Server,
    /// What the map is called.
    title: String,
}

impl AskedServer {
    /// What the user is asked.
    pub(crate) fn words(&self) -> String {
        let Self { server, title } = self;
        let others = if server.is_open_to_others() {
            " So will others on the way: the connection is not encrypted."
        } else {
            ""
        };
        format!(
            "This project shows {title}. Its server, {}, will see your address and the area you look at.{others}",
            server.name()
        )
    }
}

impl WindowMap {
    pub(crate) fn new(ground: Ground, ctx: Context) -> Self {
        let servers = Servers::default();
        Self {
            ground,
            started: BTreeMap::new(),
            servers,
            servers_file: None,
            tiles: None,
            changes: Arc::default(),
            ctx,
        }
    }

    /// What the painter draws from.
    pub(crate) fn ground(&self) -> &Ground {
        &self.ground
    }

    /// Counts tiles that came and files that were opened.
    pub(crate) fn version(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Lays a map file over the built-in map.
    pub(crate) fn set_archive(&mut self, archive: Archive) {
        self.ground.set_archive(archive);
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Draws pictures of this file from these pixels.
    pub(crate) fn set_picture(&mut self, file: &FileRecord, pyramid: Arc<Pyramid>) {
        self.ground.pictures.set(file, pyramid);
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Which servers the user allows.
    pub(crate) fn servers(&self) -> &Servers {
        &self.servers
    }

    /// Remembers in a file which servers the user allows, and keeps their tiles in a folder, if there is one; what is wrong
    /// with the file, if anything is.
    pub(crate) fn keep_in(&mut self, file: &Path, tiles: Option<PathBuf>) -> Option<String> {
        let (servers, trouble) = Servers::load(file);
        (self.servers, self.tiles) = (servers, tiles);
        self.servers_file = Some(file.to_owned());
        trouble
    }

    /// The user has chosen this map of a document: its server may be asked. What went wrong with remembering it, if
    /// anything did.
    pub(crate) fn choose(&mut self, id: &str, document: &Document) -> Option<String> {
        let map = sources::find(id, &document.map_sources).filter(|map| map.kind == MapKind::Xyz)?;
        let server = Server::of(&map.address).filter(|server| self.servers.said(server) != Some(true))?;
        self.say(&server, Some(true))
    }

    /// Takes what the user says of a server, or with `None` that it is to be asked about again. What went wrong with
    /// remembering it, if anything did.
    pub(crate) fn say(&mut self, server: &Server, said: Option<bool>) -> Option<String> {
        self.servers.say(server, said);
        let file = self.servers_file.as_ref()?;
        match Servers::note(file, server, said) {
            // Other windows may have noted something too, but what is said here holds here.
            Ok(servers) => {
                self.servers = servers;
                None
            }
            Err(error) => Some(format!("It holds until the window closes: {error}")),
        }
    }

    /// Whether tiles of a map may be fetched.
    fn may_fetch(&self, map: &MapSource) -> bool {
        Server::of(&map.address).is_some_and(|server| self.servers.said(&server) == Some(true))
    }

    /// The server of a document's map, if the user has said nothing of it yet.
    pub(crate) fn asked(&self, document: &Document) -> Option<AskedServer> {
        let map = map_of(document);
        let server = Server::of(&map.address).filter(|_| map.kind == MapKind::Xyz)?;
        let title = map.title.main();
        let title = if sources::is_supplied(&map.id) {
            title.to_owned()
        } else {
            // A file may call its map anything: where the name ends can be seen.
            let short: String = title.chars().take(60).collect();
            words::quoted(&visible(&short))
        };
        self.servers.said(&server).is_none().then_some(AskedServer { server, title })
    }

    /// Ends what asks a server that is no longer allowed, or the server of another map of the same id.
    fn end_forbidden(&mut self, map: &MapSource) {
        let servers = &self.servers;
        let (ground, changes) = (&mut self.ground, &self.changes);
        self.started.retain(|id, (address, server)| {
            let is_other = *id == map.id && *address != map.address;
            let is_allowed = Server::of(address).is_some_and(|server| servers.said(&server) == Some(true));
            if is_allowed && !is_other {
                return true;
            }
            if let Ok(server) = server {
                // A picture that is being painted may hold on to it for a while.
                server.stop();
            }
            ground.set_raster(id, None);
            changes.fetch_add(1, Ordering::Relaxed);
            false
        });
    }

    /// Starts the tile server's thread when it is first wanted; nothing touches the network before.
    pub(crate) fn prepare(&mut self, document: &Document) {
        let map = map_of(document);
        self.end_forbidden(&map);
        if map.kind != MapKind::Xyz || self.started.contains_key(&map.id) || !self.may_fetch(&map) {
            return;
        }
        let (changes, ctx) = (Arc::clone(&self.changes), self.ctx.clone());
        let arrived = move |arrival| {
            if arrival == Arrival::Tile {
                changes.fetch_add(1, Ordering::Relaxed);
            }
            ctx.request_repaint();
        };
        let options = TileServerOptions { cache_folder: self.tiles.clone(), ..TileServerOptions::of(&map) };
        let server = TileServer::start(options, arrived).map(Arc::new).map_err(|error| error.to_string());
        self.ground.set_raster(&map.id, server.clone().ok().map(|server| server as Arc<dyn RasterSource>));
        self.started.insert(map.id.clone(), (map.address.clone(), server));
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// A quiet note on how the map is doing; empty when there is nothing to say.
    pub(crate) fn status(&self, document: &Document) -> String {
        let map = map_of(document);
        if map.kind != MapKind::Xyz {
            return String::new();
        }
        let title = visible(map.title.main());
        match Server::of(&map.address) {
            None => return format!("{title} is not shown: which server it would ask depends on the place"),
            Some(server) => match self.servers.said(&server) {
                // The banner asks.
                None => return String::new(),
                Some(false) => {
                    return format!(
                        "{title} is not shown: you do not have {} asked. Map servers… in the View menu changes that",
                        server.name()
                    );
                }
                Some(true) => {}
            },
        }
        match self.started.get(&map.id).map(|(_, server)| server.as_ref().map(|server| server.status())) {
            Some(Err(why)) => format!("{title} tiles cannot be fetched ({why}); the built-in map is shown"),
            Some(Ok(Status::Loading(tiles))) => format!("Loading {tiles} map tiles…"),
            Some(Ok(Status::Unusable(why))) => {
                format!("{title} sends what is no map tile ({why}); the built-in map is shown")
            }
            Some(Ok(Status::Offline(_))) => format!("{title} cannot be reached; the built-in map is shown"),
            Some(Ok(Status::Idle)) | None => String::new(),
        }
    }

    /// Whom to credit for what is on screen, each with a page or none.
    pub(crate) fn credits(&self, frame: &Frame, document: &Document, dossier: &Dossier) -> Vec<(String, String)> {
        let map = map_of(document);
        let ground = self.ground.credits_at_once(frame, &map);
        let own = dossier.overlays.iter().filter_map(|overlay| overlay.credit.as_deref());
        let pictures = self.ground.pictures.shown(&document.pictures, frame);
        let pictures: Vec<String> = pictures.into_iter().filter_map(Picture::credit_line).collect();
        let own = own.chain(pictures.iter().map(String::as_str));
        let clauses = words::credit_clauses(ground.iter().map(|(credit, _)| credit.as_str()).chain(own));
        let page_of = |clause: &str| {
            let named = ground.iter().find(|(credit, url)| credit == clause && !url.is_empty());
            named.map(|(_, url)| url.as_str()).or_else(|| sources::page_of(clause, &map)).unwrap_or_default().to_owned()
        };
        clauses.into_iter().map(|clause| (clause.to_owned(), page_of(clause))).collect()
    }
}

/// The map of a document.
fn map_of(document: &Document) -> Arc<MapSource> {
    sources::find_or_builtin(&document.map, &document.map_sources)
}
