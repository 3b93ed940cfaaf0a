//! The map under the overlays as the window holds it: the built-in map, files, and a server when asked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eframe::egui::Context;

use crate::app::words::sees_area;
use crate::basemap::raster::pyramid::Pyramid;
use crate::basemap::sources::{self, LaidMap, MapKey};
use crate::basemap::{Archive, MapKind, MapSource};
use crate::document::{Document, Picture};
use crate::dossier::{Dossier, FileRecord, words};
use crate::figure::Panels;
use crate::files::map_tiles::{Arrived, Consent, DayMaps, RunningMap};
use crate::files::own_maps;
use crate::files::servers::{Secret, Server, Servers};
use crate::files::tile_server::{self, Arrival, TileServerStatus as Status};
use crate::formats::visible::visible;
use crate::geometry::Frame;
use crate::scene::ground::Ground;

/// The map's sources and what has changed of them.
pub(crate) struct WindowMap {
    ground: Ground,
    /// What brings the tiles of maps: each with the record that it was started for, or why there is none.
    started: BTreeMap<MapKey, (Arc<MapSource>, Result<RunningMap, String>)>,
    /// Which servers the user allows. What a project names is not fetched before: the file may come from anybody, and a
    /// server learns who looks at what.
    servers: Servers,
    /// Where that is remembered, if anywhere.
    servers_file: Option<PathBuf>,
    /// Where tiles are kept between starts, if anywhere.
    tiles: Option<PathBuf>,
    /// The maps of the user's own.
    own: Vec<Arc<MapSource>>,
    /// Where they are kept, if anywhere.
    own_file: Option<PathBuf>,
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
        format!("This project shows {title}. Its server, {}, {}", server.name(), sees_area(server))
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
            own: Vec::new(),
            own_file: None,
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
        if let Some(tiles) = pyramid.live_tiles() {
            let (changes, ctx) = (Arc::clone(&self.changes), self.ctx.clone());
            tiles.on_arrival(Box::new(move || {
                changes.fetch_add(1, Ordering::Relaxed);
                ctx.request_repaint();
            }));
        }
        self.ground.pictures.set(file, pyramid);
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Which servers the user allows.
    pub(crate) fn servers(&self) -> &Servers {
        &self.servers
    }

    /// Where tiles are kept between starts, if anywhere.
    pub(crate) fn tiles_folder(&self) -> Option<&Path> {
        self.tiles.as_deref()
    }

    /// Remembers in a file which servers the user allows, and keeps their tiles in a folder, if there is one; what is wrong
    /// with the file, if anything is.
    pub(crate) fn keep_in(&mut self, file: &Path, tiles: Option<PathBuf>) -> Option<String> {
        let (servers, trouble) = Servers::load(file);
        tile_server::set_contact(servers.contact());
        (self.servers, self.tiles) = (servers, tiles);
        self.servers_file = Some(file.to_owned());
        let own_file = file.with_file_name("maps.json");
        let (own, word) = own_maps::load(&own_file);
        (self.own, self.own_file) = (own.into_iter().map(Arc::new).collect(), Some(own_file));
        trouble.or(word)
    }

    /// All maps that can be chosen: those that come with the program, the document's, and those of the user's own.
    pub(crate) fn known_maps(&self, document: &Document) -> Vec<Arc<MapSource>> {
        let mut all: Vec<Arc<MapSource>> = sources::all(&document.map_sources).cloned().collect();
        for map in &self.own {
            if all.iter().all(|known| known.id != map.id) {
                all.push(Arc::clone(map));
            }
        }
        all
    }

    /// Keeps a map of the user's own for other projects. What went wrong, if anything did.
    pub(crate) fn keep(&mut self, map: &MapSource) -> Option<String> {
        self.own.retain(|known| known.id != map.id);
        self.own.push(Arc::new(map.clone()));
        self.note_own(&map.id, Some(map))
    }

    /// Takes a map off the list of the user's own. What went wrong, if anything did.
    pub(crate) fn forget(&mut self, id: &str) -> Option<String> {
        self.own.retain(|known| known.id != id);
        self.note_own(id, None)
    }

    fn note_own(&mut self, id: &str, map: Option<&MapSource>) -> Option<String> {
        match own_maps::note(self.own_file.as_ref()?, id, map) {
            Ok(own) => {
                self.own = own.into_iter().map(Arc::new).collect();
                None
            }
            Err(error) => Some(format!("It holds until the window closes: {error}")),
        }
    }

    /// The user has agreed to the servers of a map, which have been named, and has given keys for some. What went wrong with
    /// remembering it, if anything did.
    pub(crate) fn agree(&mut self, map: &MapSource, keys: Vec<(Server, Vec<String>)>) -> Option<String> {
        let mut trouble = None;
        for server in Server::all_of(map) {
            if !self.servers.may_ask(&server) {
                trouble = self.say(&server, Some(true)).or(trouble);
            }
        }
        for (server, keys) in keys {
            let before = self.servers.secret(&server).cloned().unwrap_or_default();
            let secret = before.clone().with_keys(&keys);
            if before != secret {
                trouble = self.set_secret(&server, &secret).or(trouble);
            }
        }
        trouble
    }

    /// The user has chosen this map of a document: its servers may be asked, but for those where others on the way would see
    /// what is asked, which takes a word of its own. What went wrong with remembering it, if anything did.
    pub(crate) fn choose(&mut self, id: &str, document: &Document) -> Option<String> {
        let map = sources::find(id, &document.map_sources)?;
        self.allow(&map)
    }

    /// The same of a map that is not in the document yet.
    pub(crate) fn allow(&mut self, map: &MapSource) -> Option<String> {
        let all = Server::all_of(map).into_iter();
        let allowed = all.filter(|server| !self.servers.may_ask(server));
        let allowed: Vec<Server> = allowed.filter(|server| !server.is_open_to_others() || server.is_here()).collect();
        allowed.iter().filter_map(|server| self.say(server, Some(true))).last()
    }

    /// Takes what the user says of a server, or with `None` that it is to be asked about again. What went wrong with
    /// remembering it, if anything did.
    pub(crate) fn say(&mut self, server: &Server, said: Option<bool>) -> Option<String> {
        self.change_servers(|servers| servers.say(server, said))
    }

    /// Takes whether pages of a server are captured without asking again. What went wrong with remembering it, if anything did.
    pub(crate) fn say_captured(&mut self, server: &Server, may: bool) -> Option<String> {
        self.change_servers(|servers| servers.say_captured(server, may))
    }

    /// Takes what opens a server's doors. What went wrong with remembering it, if anything did.
    pub(crate) fn set_secret(&mut self, server: &Server, secret: &Secret) -> Option<String> {
        let trouble = self.change_servers(|servers| servers.set_secret(server, secret.clone()));
        self.start_again();
        trouble
    }

    /// Takes whom servers can write to. What went wrong with remembering it, if anything did.
    pub(crate) fn set_contact(&mut self, contact: &str) -> Option<String> {
        let trouble = self.change_servers(|servers| servers.set_contact(contact));
        tile_server::set_contact(self.servers.contact());
        self.start_again();
        trouble
    }

    fn change_servers(&mut self, change: impl Fn(&mut Servers)) -> Option<String> {
        change(&mut self.servers);
        let file = self.servers_file.as_ref()?;
        match Servers::change(file, change) {
            // Other windows may have noted something too, but what is said here holds here.
            Ok(servers) => {
                self.servers = servers;
                None
            }
            Err(error) => Some(format!("It holds until the window closes: {error}")),
        }
    }

    /// Has what brings tiles started anew, as what it was started with has changed.
    fn start_again(&mut self) {
        for (map, (_, running)) in std::mem::take(&mut self.started) {
            if let Ok(running) = running {
                running.stop();
            }
            self.ground.set_tiles(map, None);
        }
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// The first server of a document's maps of which the user has said nothing yet.
    pub(crate) fn asked(&self, document: &Document) -> Option<AskedServer> {
        maps_of(document).into_iter().filter(|map| map.shown.visible).find_map(|LaidMap { source, .. }| {
            let Consent::Wanted(server) = Consent::to(&source, &self.servers) else { return None };
            let title = source.title.main();
            let title = if sources::is_supplied(&source.id) {
                title.to_owned()
            } else {
                // A file may call its map anything: where the name ends can be seen.
                let short: String = title.chars().take(60).collect();
                words::quoted(&visible(&short))
            };
            Some(AskedServer { server, title })
        })
    }

    /// Ends what brings tiles of maps that are no longer allowed, or of another map of the same id.
    fn end_forbidden(&mut self, maps: &[LaidMap]) {
        let servers = &self.servers;
        let (ground, changes) = (&mut self.ground, &self.changes);
        self.started.retain(|known, (record, running)| {
            let is_other = maps.iter().any(|map| map.key() == *known && map.source != *record);
            // Those of days that are no longer shown are not kept.
            let is_other = is_other || known.1.is_some() && maps.iter().all(|map| map.key() != *known);
            if !is_other && Consent::to(record, servers) == Consent::Given {
                return true;
            }
            if let Ok(running) = running {
                // A picture that is being painted may hold on to it for a while.
                running.stop();
            }
            ground.set_tiles(known.clone(), None);
            changes.fetch_add(1, Ordering::Relaxed);
            false
        });
    }

    /// Starts what brings the tiles of maps when they are first wanted; nothing touches the network before.
    pub(crate) fn prepare(&mut self, document: &Document) {
        let mut maps = maps_of(document);
        if sources::are_by_day(&document.maps, &document.map_sources) {
            // The maps of a figure are each of their own day.
            let panels =
                document.figure.get("panels").and_then(|panels| serde_json::from_value::<Panels>(panels.clone()).ok());
            for day in panels.iter().flat_map(Panels::days) {
                let laid = sources::laid(&document.maps, &document.map_sources, Some(day.last()));
                maps.extend(laid.into_iter().filter(|map| map.day.is_some()));
            }
        }
        self.end_forbidden(&maps);
        for map in maps {
            let (key, LaidMap { source, shown, .. }) = (map.key(), map);
            let has_none = matches!(source.kind, MapKind::Builtin | MapKind::None);
            let may_not = Consent::to(&source, &self.servers) != Consent::Given;
            let has_none = has_none || source.lacks_day();
            if has_none || !shown.visible || may_not || self.started.contains_key(&key) {
                continue;
            }
            let (changes, ctx) = (Arc::clone(&self.changes), self.ctx.clone());
            let arrived: Arrived = Arc::new(move |arrival| {
                if arrival == Arrival::Tile {
                    changes.fetch_add(1, Ordering::Relaxed);
                }
                ctx.request_repaint();
            });
            let running = RunningMap::start(&source, &self.servers, self.tiles.clone(), arrived);
            self.ground.set_tiles(key.clone(), running.as_ref().ok().map(RunningMap::tiles));
            self.started.insert(key, (source, running));
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A quiet note on how the maps are doing; empty when there is nothing to say.
    pub(crate) fn status(&self, document: &Document) -> String {
        let maps = maps_of(document);
        let mut notes = maps.iter().rev().filter(|map| map.shown.visible).map(|map| self.status_of(&map.source));
        notes.find(|note| !note.is_empty()).unwrap_or_default()
    }

    /// The same of one map.
    pub(crate) fn status_of(&self, map: &MapSource) -> String {
        if matches!(map.kind, MapKind::Builtin | MapKind::None) {
            return String::new();
        }
        let title = visible(map.title.main());
        if map.lacks_day() {
            return format!("{title} has pictures of each day: choose one in the timeline (Shift+F6)");
        }
        match Consent::to(map, &self.servers) {
            Consent::Unknown => return format!("{title} is not shown: which server it would ask depends on the place"),
            // The banner asks.
            Consent::Wanted(_) => return String::new(),
            Consent::Refused(server) => {
                return format!(
                    "{title} is not shown: you do not have {} asked. Map servers… in the View menu changes that",
                    server.name()
                );
            }
            Consent::Given => {}
        }
        match self.running_of(map).map(|running| running.as_ref().map(RunningMap::status)) {
            Some(Err(why)) => format!("{title} cannot be shown ({why}); what lies beneath it is"),
            Some(Ok(Status::Loading(tiles))) => format!("Loading {tiles} map tiles…"),
            Some(Ok(Status::Unusable(why))) => {
                format!("{title} sends what is no map tile ({why}); what lies beneath it is shown")
            }
            Some(Ok(Status::Offline(why))) => {
                format!("{title} cannot be reached ({why}); what lies beneath it is shown")
            }
            Some(Ok(Status::Idle)) | None => String::new(),
        }
    }

    /// What brings the tiles of a map, or why there is none.
    fn running_of(&self, map: &MapSource) -> Option<&Result<RunningMap, String>> {
        self.started.values().find(|(record, _)| **record == *map).map(|(_, running)| running)
    }

    /// What brings the tiles of the maps of other days than that which is shown.
    pub(crate) fn day_maps(&self) -> DayMaps {
        DayMaps::new(self.servers.clone(), self.tiles.clone())
    }

    /// Whom to credit for what is on screen, each with a page or none. `compared`: a line divides the topmost map from what lies
    /// beneath it.
    pub(crate) fn credits(
        &self,
        frame: &Frame,
        document: &Document,
        dossier: &Dossier,
        compared: bool,
    ) -> Vec<(String, String)> {
        let maps = maps_of(document);
        let ground = self.ground.credits_at_once(frame, &maps, compared);
        let own = dossier.overlays.iter().filter_map(|overlay| overlay.credit.as_deref());
        let pictures = self.ground.pictures.shown(&document.pictures, frame);
        let pictures: Vec<String> = pictures.into_iter().filter_map(Picture::credit_line).collect();
        let own = own.chain(pictures.iter().map(String::as_str));
        let clauses = words::credit_clauses(ground.iter().map(|(credit, _)| credit.as_str()).chain(own));
        let page_of = |clause: &str| {
            let named = ground.iter().find(|(credit, url)| credit == clause && !url.is_empty());
            let records = maps.iter().map(|map| &*map.source);
            let page = named.map(|(_, url)| url.as_str()).or_else(|| sources::page_of(clause, records));
            page.unwrap_or_default().to_owned()
        };
        clauses.into_iter().map(|clause| (clause.to_owned(), page_of(clause))).collect()
    }
}

/// The maps of a document, bottom first.
fn maps_of(document: &Document) -> Vec<LaidMap> {
    sources::laid(&document.maps, &document.map_sources, document.day)
}
