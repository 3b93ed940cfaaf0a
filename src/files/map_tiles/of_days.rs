//! The tiles of maps that are another one on each day, for figures of several days.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Consent, RunningMap};
use crate::basemap::sources::{self, LaidMap};
use crate::document::Document;
use crate::files::servers::Servers;
use crate::formats::day::Day;
use crate::scene::ground::Ground;

/// What brings the tiles of maps that are another one on each day, of the days that a figure shows.
pub struct DayMaps {
    servers: Servers,
    /// Where tiles are kept, if anywhere.
    folder: Option<PathBuf>,
    /// What is running, with the map that it was started for.
    running: Mutex<Vec<(LaidMap, RunningMap)>>,
}

impl DayMaps {
    /// With what is known of servers, which are asked only where the user allows it.
    pub fn new(servers: Servers, folder: Option<PathBuf>) -> Self {
        Self { servers, folder, running: Mutex::default() }
    }

    /// The ground with the tiles of such maps of a document, of all of these days. What brings those of other days ends.
    ///
    /// # Errors
    /// In words: which map cannot be shown, and why.
    pub fn ground(&self, ground: &Ground, document: &Document, days: &[Option<Day>]) -> Result<Ground, String> {
        let mut ground = ground.clone();
        let mut wanted: Vec<LaidMap> = Vec::new();
        for day in days {
            let laid = sources::laid(&document.maps, &document.map_sources, *day);
            let of_day = laid.into_iter().filter(|map| map.shown.visible && map.day.is_some());
            let may = |map: &LaidMap| Consent::to(&map.source, &self.servers) == Consent::Given;
            wanted.extend(of_day.filter(may).filter(|map| !wanted.contains(map)).collect::<Vec<_>>());
        }
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|(map, running)| {
            let is_wanted = wanted.contains(map);
            if !is_wanted {
                running.stop();
            }
            is_wanted
        });
        for map in wanted {
            let known = running.iter().find(|(known, _)| *known == map).map(|(_, running)| running.tiles());
            let tiles = match known {
                Some(tiles) => tiles,
                None => {
                    let started = RunningMap::start(&map.source, &self.servers, self.folder.clone(), Arc::new(|_| ()));
                    let started =
                        started.map_err(|why| format!("{} cannot be shown: {why}", map.source.title.main()))?;
                    let tiles = started.tiles();
                    running.push((map.clone(), started));
                    tiles
                }
            };
            ground.set_tiles(map.key(), Some(tiles));
        }
        Ok(ground)
    }
}
