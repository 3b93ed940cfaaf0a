//! The map under the overlays as the window holds it: the built-in map, files, and a server when asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eframe::egui::Context;

use crate::basemap::Archive;
use crate::basemap::raster::RasterSource;
use crate::document::MapChoice;
use crate::dossier::{Dossier, words};
use crate::files;
use crate::files::tile_server::{TileServer, TileServerOptions, TileServerStatus as Status};
use crate::geometry::Frame;
use crate::scene::ground::Ground;

/// The pages that credits lead to; OpenStreetMap asks for its own.
const PAGES: [(&str, &str); 3] = [
    ("OpenStreetMap", "https://www.openstreetmap.org/copyright"),
    ("GeoNames", "https://www.geonames.org/"),
    ("Natural Earth", "https://www.naturalearthdata.com/"),
];

/// The map's sources and what has changed of them.
pub(crate) struct MapSource {
    ground: Ground,
    server: Option<Arc<TileServer>>,
    /// Why there is no server, once that was tried.
    refused: Option<String>,
    changes: Arc<AtomicU64>,
    ctx: Context,
}

impl MapSource {
    pub(crate) fn new(ground: Ground, ctx: Context) -> Self {
        Self { ground, server: None, refused: None, changes: Arc::default(), ctx }
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

    /// Starts the tile server's thread when it is first wanted; nothing touches the network before.
    pub(crate) fn prepare(&mut self, map: MapChoice) {
        if map != MapChoice::OpenStreetMap || self.server.is_some() || self.refused.is_some() {
            return;
        }
        let (changes, ctx) = (Arc::clone(&self.changes), self.ctx.clone());
        let arrived = move || {
            changes.fetch_add(1, Ordering::Relaxed);
            ctx.request_repaint();
        };
        let cache_folder = files::cache_folder().map(|folder| folder.join("tiles"));
        match TileServer::start(TileServerOptions { cache_folder, ..TileServerOptions::default() }, arrived) {
            Ok(server) => {
                let server = Arc::new(server);
                self.ground.set_raster(Some(Arc::clone(&server) as Arc<dyn RasterSource>));
                self.server = Some(server);
            }
            Err(error) => self.refused = Some(error.to_string()),
        }
    }

    /// A quiet note on how the map is doing; empty when there is nothing to say.
    pub(crate) fn status(&self, map: MapChoice) -> String {
        if map != MapChoice::OpenStreetMap {
            return String::new();
        }
        if let Some(why) = &self.refused {
            return format!("OpenStreetMap tiles cannot be fetched ({why}); the built-in map is shown");
        }
        match self.server.as_ref().map(|server| server.status()) {
            Some(Status::Loading(tiles)) => format!("Loading {tiles} map tiles…"),
            Some(Status::Offline(_)) => "OpenStreetMap is out of reach; the built-in map stays beneath".to_owned(),
            Some(Status::Idle) | None => String::new(),
        }
    }

    /// Whom to credit for what is on screen, each with a page or none.
    pub(crate) fn credits(&self, frame: &Frame, map: MapChoice, dossier: &Dossier) -> Vec<(String, String)> {
        let ground = self.ground.credits(frame, map);
        let own = dossier.overlays.iter().filter_map(|overlay| overlay.credit.as_deref());
        let clauses = words::credit_clauses(ground.iter().map(|(credit, _)| credit.as_str()).chain(own));
        let page_of = |clause: &str| {
            let named = ground.iter().find(|(credit, url)| credit == clause && !url.is_empty());
            let known = PAGES.iter().find(|(name, _)| clause.contains(name)).map(|(_, url)| (*url).to_owned());
            named.map(|(_, url)| url.clone()).or(known).unwrap_or_default()
        };
        clauses.into_iter().map(|clause| (clause.to_owned(), page_of(clause))).collect()
    }
}
