//! The maps that the command line is told to show: files, addresses and the maps that come with the program.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{anyhow, bail};

use super::Usage;
use claimline::basemap::sources::{self, typed};
use claimline::basemap::{MapKind, MapSource};
use claimline::document::Document;
use claimline::dossier::words;
use claimline::files::map_look::{self, Looked};
use claimline::files::map_tiles::{self, DayMaps, RunningMap};
use claimline::files::servers::{self, Server, Servers};
use claimline::files::{self, Content, tile_server};
use claimline::formats::day::Day;
use claimline::formats::map_source::ShownMap;
use claimline::scene::ground::Ground;

/// What brings the tiles of the maps of a figure, for as long as it is drawn.
#[derive(Default)]
pub(super) struct Maps {
    running: Vec<RunningMap>,
    /// Ids of the maps that are another one on each day: their tiles are asked for when the day of a figure is known.
    by_day: Vec<String>,
    /// What brings theirs.
    days: Option<DayMaps>,
    /// Of which maps it has been said that they need a day, and what else has been said.
    said: RefCell<Vec<String>>,
}

/// Those of the maps that are told which are files.
pub(super) fn files_of(maps: &[String]) -> impl Iterator<Item = &Path> {
    maps.iter().map(Path::new).filter(|path| path.is_file())
}

impl Maps {
    /// Lays the maps that are told over the built-in one, in their order, in the place of those of a project; and takes away
    /// what a project shows from the network, for nobody has named its server here.
    pub(super) fn lay(
        ground: &mut Ground,
        document: &mut Document,
        told: &[String],
        no_map: bool,
    ) -> anyhow::Result<Self> {
        let mut servers = servers::default_file().map(|file| Servers::load(&file).0).unwrap_or_default();
        tile_server::set_contact(servers.contact());
        let mut records: Vec<MapSource> = Vec::new();
        for map in told {
            if let Some(record) = record(map, document, &mut servers, ground)? {
                records.push(record);
            }
        }
        if !told.is_empty() || no_map {
            let lowest = if no_map { MapSource::NONE } else { MapSource::BUILTIN };
            document.maps = vec![ShownMap::plain(lowest)];
        }
        for record in records {
            if record.kind == MapKind::None {
                document.maps = vec![ShownMap::plain(MapSource::NONE)];
            } else if record.kind != MapKind::Builtin {
                document.maps.push(ShownMap::plain(record.id.as_str()));
                if !sources::is_supplied(&record.id) {
                    document.map_sources.retain(|known| known.id != record.id);
                    document.map_sources.push(Arc::new(record));
                }
            }
        }
        let laid = sources::laid(&document.maps, &document.map_sources, document.day);
        let mut kept = Vec::new();
        let mut maps = Self::default();
        for map in laid {
            let source = &map.source;
            if map.shown.visible && source.is_online() && told.is_empty() {
                say!(
                    "warning: the built-in map is used instead of the project's tiles of {}, which need the network; --map names a \
                     map that may be fetched",
                    source.title.main()
                );
                if kept.is_empty() {
                    kept.push(ShownMap::plain(MapSource::BUILTIN));
                }
                continue;
            }
            let is_by_day = sources::find_or_builtin(&source.id, &document.map_sources).is_by_day();
            if map.shown.visible && is_by_day {
                maps.by_day.push(source.id.clone());
            } else if map.shown.visible && !matches!(source.kind, MapKind::Builtin | MapKind::None) {
                let tiles = files::tile_folder();
                match RunningMap::start(source, &servers, tiles, Arc::new(|_| ())) {
                    Ok(running) => {
                        ground.set_tiles(map.key(), Some(running.tiles()));
                        maps.running.push(running);
                    }
                    Err(why) if told.is_empty() => {
                        say!("warning: {} is not shown: {why}", source.title.main());
                    }
                    Err(why) => bail!("{} cannot be shown: {why}", source.title.main()),
                }
            }
            kept.push(map.shown);
        }
        document.maps = kept;
        maps.days = Some(DayMaps::new(servers, files::tile_folder()));
        Ok(maps)
    }

    /// The ground with the tiles of the maps that are another one on each day, of these days. One that has to be asked for a day
    /// is left out where there is none, and named.
    fn on_days(&self, ground: &Ground, document: &Document, days: &[Option<Day>]) -> anyhow::Result<Ground> {
        for day in days {
            let laid = sources::laid(&document.maps, &document.map_sources, *day);
            for map in laid.iter().filter(|map| self.by_day.contains(&map.source.id) && map.source.lacks_day()) {
                let source = &map.source;
                let mut said = self.said.borrow_mut();
                if !said.contains(&source.id) {
                    said.push(source.id.clone());
                    say!(
                        "warning: {} is not shown: it has pictures of each day, and no day is chosen; give --day",
                        source.title.main()
                    );
                }
            }
        }
        match &self.days {
            Some(maps) => maps.ground(ground, document, days).map_err(|why| anyhow!(why)),
            None => Ok(ground.clone()),
        }
    }

    /// Draws something once its tiles are there, and tells what did not come.
    pub(super) fn draw<R>(
        &self,
        ground: &Ground,
        document: &Document,
        draw: impl Fn(&Ground) -> R,
    ) -> anyhow::Result<R> {
        self.draw_of_days(ground, document, &[document.day], draw)
    }

    /// The same of something that shows several days.
    pub(super) fn draw_of_days<R>(
        &self,
        ground: &Ground,
        document: &Document,
        days: &[Option<Day>],
        draw: impl Fn(&Ground) -> R,
    ) -> anyhow::Result<R> {
        if self.running.is_empty() && self.by_day.is_empty() && !ground.pictures.are_live() {
            return Ok(draw(ground));
        }
        let ground = &self.on_days(ground, document, days)?;
        let Ok((drawn, lacking)) = map_tiles::draw_with_tiles(ground, draw) else { bail!("it was cancelled") };
        for lacking in lacking.iter().map(|lacking| lacking.words(document)) {
            let mut said = self.said.borrow_mut();
            if !said.contains(&lacking) {
                say!("warning: {lacking}");
                said.push(lacking);
            }
        }
        for picture in &document.pictures {
            if let Some(why) = ground.pictures.trouble(picture) {
                say!("warning: parts of the picture {} did not come: {why}", words::quoted(&picture.title));
            }
        }
        Ok(drawn)
    }
}

/// The record of a map that was told; `None` of a file that is laid over the built-in map at once.
fn record(
    told: &str,
    document: &Document,
    servers: &mut Servers,
    ground: &mut Ground,
) -> anyhow::Result<Option<MapSource>> {
    let path = PathBuf::from(told);
    if path.is_file() {
        if let Ok(opened) = files::open(&path)
            && let Content::Map(archive) = opened.content
        {
            super::open::lay_over(ground, *archive, &path);
            return Ok(None);
        }
    } else if let Some(known) = sources::find(told, &document.map_sources) {
        refuse_headless(&known)?;
        allow(&known, servers);
        return Ok(Some((*known).clone()));
    }
    let typed = typed::read(told).map_err(|error| Usage(error.to_string()))?;
    set_keys(&typed.source, &typed.keys, servers);
    refuse_headless(&typed.source)?;
    allow(&typed.source, servers);
    let found = match map_look::look(&typed, servers) {
        Ok(Looked::Map(map, warning)) => {
            if let Some(what) = warning {
                say!("warning: {}: {what}", map.title.main());
            }
            *map
        }
        Ok(Looked::Service(service, keys)) => {
            for layer in &service.layers {
                set_keys(&layer.record(None, None, None), &keys, servers);
            }
            if let [only] = service.layers.as_slice() {
                only.record(None, None, None)
            } else {
                let layers: Vec<String> = (service.layers.iter().take(12))
                    .map(|layer| layer.record(None, None, None).request.layers.join(","))
                    .collect();
                let more = service.layers.len().saturating_sub(layers.len());
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                bail!(Usage(format!(
                    "this service offers several layers: {}{more}; name one in the address, as in '…?SERVICE=WMS&LAYERS={}'",
                    layers.join(", "),
                    layers.first().map_or("", String::as_str)
                )));
            }
        }
        // As it is kept: without keys.
        Err(why) => bail!("the map {} cannot be shown: {why}", typed.source.address),
    };
    refuse_headless(&found)?;
    allow(&found, servers);
    Ok(Some(found))
}

/// Takes the keys that were told with a map for its servers. Nothing of them is remembered.
fn set_keys(map: &MapSource, keys: &[String], servers: &mut Servers) {
    for server in Server::all_of(map) {
        let secret = servers.secret(&server).cloned().unwrap_or_default().with_keys(keys);
        servers.set_secret(&server, secret);
    }
}

/// Somebody has named the server: it may be asked now. Nothing of it is remembered.
fn allow(map: &MapSource, servers: &mut Servers) {
    for server in Server::all_of(map) {
        servers.say(&server, Some(true));
    }
}

/// Refuses maps whose providers do not want programs without a window to fetch their tiles.
fn refuse_headless(map: &MapSource) -> anyhow::Result<()> {
    let own = Server::all_of(map);
    let same = |other: &&Arc<MapSource>| Server::all_of(other).iter().any(|server| own.contains(server));
    let provider = sources::supplied().iter().filter(|known| !known.headless_allowed).find(same);
    match provider {
        Some(provider) => bail!(Usage(format!(
            "the terms of {} do not allow a program to fetch its tiles without a window; export the figure from the window{}",
            provider.title.main(),
            if provider.terms_page.is_empty() { String::new() } else { format!(" (see {})", provider.terms_page) }
        ))),
        None => Ok(()),
    }
}
