//! The map under the overlays as the window holds it: the built-in map, files, and a server when asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eframe::egui::Context;

use crate::basemap::raster::RasterSource;
use crate::basemap::{Archive, MapKind, MapSource, sources};
use crate::document::Document;
use crate::dossier::{Dossier, words};
use crate::files;
use crate::files::tile_server::{Arrival, TileServer, TileServerOptions, TileServerStatus as Status};
use crate::geometry::Frame;
use crate::scene::ground::Ground;

/// The map's sources and what has changed of them.
pub(crate) struct WindowMap {
    ground: Ground,
    /// The servers of maps by id, each with the address that it was started for, or why there is none.
    servers: BTreeMap<String, (String, Result<Arc<TileServer>, String>)>,
    /// Addresses of the user's own maps that were chosen here. What a project names is not fetched before: the file may
    /// come from anybody, and a server learns who looks at what.
    chosen: BTreeSet<String>,
    changes: Arc<AtomicU64>,
    ctx: Context,
}

impl WindowMap {
    pub(crate) fn new(ground: Ground, ctx: Context) -> Self {
        Self { ground, servers: BTreeMap::new(), chosen: BTreeSet::new(), changes: Arc::default(), ctx }
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

    /// The user has chosen this map of a document: its server may be asked.
    pub(crate) fn choose(&mut self, id: &str, document: &Document) {
        if let Some(map) = sources::find(id, &document.map_sources) {
            self.chosen.insert(map.address.clone());
        }
    }

    /// Whether tiles of a map may be fetched.
    fn may_fetch(&self, map: &MapSource) -> bool {
        sources::is_supplied(&map.id) || self.chosen.contains(&map.address)
    }

    /// Starts the tile server's thread when it is first wanted; nothing touches the network before.
    pub(crate) fn prepare(&mut self, document: &Document) {
        let map = map_of(document);
        let is_ready = self.servers.get(&map.id).is_some_and(|(address, _)| *address == map.address);
        if map.kind != MapKind::Xyz || is_ready || !self.may_fetch(&map) {
            return;
        }
        let (changes, ctx) = (Arc::clone(&self.changes), self.ctx.clone());
        let arrived = move |arrival| {
            if arrival == Arrival::Tile {
                changes.fetch_add(1, Ordering::Relaxed);
            }
            ctx.request_repaint();
        };
        let cache_folder = files::cache_folder().map(|folder| folder.join("tiles"));
        let started = TileServer::start(TileServerOptions { cache_folder, ..TileServerOptions::of(&map) }, arrived);
        let server = started.map(Arc::new).map_err(|error| error.to_string());
        self.ground.set_raster(&map.id, server.clone().ok().map(|server| server as Arc<dyn RasterSource>));
        self.servers.insert(map.id.clone(), (map.address.clone(), server));
    }

    /// A quiet note on how the map is doing; empty when there is nothing to say.
    pub(crate) fn status(&self, document: &Document) -> String {
        let map = map_of(document);
        if map.kind != MapKind::Xyz {
            return String::new();
        }
        let title = map.title.main();
        if !self.may_fetch(&map) {
            return format!(
                "{title} tiles are fetched only when you choose this map under View, Map under the overlays"
            );
        }
        match self.servers.get(&map.id).map(|(_, server)| server.as_ref().map(|server| server.status())) {
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
