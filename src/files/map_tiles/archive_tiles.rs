//! Tiles of an archive, read and decoded in the background as they are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use kurbo::Rect;

use super::Arrived;
use crate::basemap::{Archive, BoundedCache, MapKind, MapSource, Standing, TileId, TileSource};
use crate::files::servers::Servers;
use crate::files::tile_server::{Arrival, Decoding, TilePayload, TileServerStatus as Status};

/// Bytes of decoded tiles kept in memory.
const MEMORY: usize = 128 << 20;
/// Most tiles that may wait, and most that are remembered as not there.
const MOST: usize = 4096;
/// Threads that read: one would leave the other core idle while it decodes.
const READERS: usize = 2;

/// Tiles of an archive.
pub(super) struct ArchiveTiles<T> {
    shared: Arc<Shared<T>>,
    threads: Vec<JoinHandle<()>>,
    zooms: [u8; 2],
    tile_size_px: u32,
    bounds: Rect,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    wake: Condvar,
}

struct State<T> {
    memory: BoundedCache<TileId, Arc<T>>,
    queue: Vec<TileId>,
    reading: BTreeSet<TileId>,
    /// What is not there, or why it could not be read.
    failed: BTreeMap<TileId, Option<String>>,
    trouble: Option<String>,
    closing: bool,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: TilePayload> ArchiveTiles<T> {
    /// Opens an archive and starts what reads it.
    pub(super) fn start(source: &MapSource, _servers: &Servers, arrived: Arrived) -> Result<Self, String> {
        let archive = match source.kind {
            MapKind::Pmtiles => {
                crate::files::open_archive(source.address.as_ref()).map_err(|error| error.to_string())?
            }
            _ => return Err("such archives cannot be read yet".to_owned()),
        };
        let archive: Arc<Archive> = Arc::new(archive);
        let state = State {
            memory: BoundedCache::new(MEMORY),
            queue: Vec::new(),
            reading: BTreeSet::new(),
            failed: BTreeMap::new(),
            trouble: None,
            closing: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), wake: Condvar::new() });
        let (info, bounds) = (archive.info(), archive.world_bounds());
        let (zooms, tile_size_px) = ([info.min_zoom, info.max_zoom], source.tile_size_px);
        let mut threads = Vec::new();
        for _ in 0..READERS {
            let (shared, archive, arrived) = (Arc::clone(&shared), Arc::clone(&archive), Arc::clone(&arrived));
            let thread = std::thread::Builder::new()
                .name("archive-tiles".into())
                .spawn(move || read_on(&shared, &archive, tile_size_px, &arrived))
                .map_err(|error| error.to_string())?;
            threads.push(thread);
        }
        Ok(Self { shared, threads, zooms, tile_size_px, bounds })
    }

    pub(super) fn status(&self) -> Status {
        let state = self.shared.lock();
        match (&state.trouble, state.queue.len() + state.reading.len()) {
            (Some(why), _) => Status::Unusable(why.clone()),
            (None, 0) => Status::Idle,
            (None, count) => Status::Loading(count),
        }
    }
}

impl<T> ArchiveTiles<T> {
    pub(super) fn stop(&self) {
        self.shared.lock().closing = true;
        self.shared.wake.notify_all();
    }

    fn may_have(&self, id: TileId) -> bool {
        let both = id.world_rect().intersect(self.bounds);
        (self.zooms[0]..=self.zooms[1]).contains(&id.z) && both.width() > 0.0 && both.height() > 0.0
    }
}

fn read_on<T: TilePayload>(shared: &Shared<T>, archive: &Archive, tile_size_px: u32, arrived: &Arrived) {
    loop {
        let id = {
            let mut state = shared.lock();
            loop {
                if state.closing {
                    return;
                }
                if !state.queue.is_empty() {
                    let id = state.queue.remove(0);
                    state.reading.insert(id);
                    break id;
                }
                state = shared.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        };
        let decoding = Decoding { id, tile_size_px, is_in_latitudes: false };
        let tile = match archive.tile_bytes(id) {
            Ok(Some(bytes)) => T::decode(&bytes, decoding).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error.to_string()),
        };
        let mut state = shared.lock();
        state.reading.remove(&id);
        if state.failed.len() >= MOST {
            state.failed.clear();
        }
        let arrival = match tile {
            Ok(Some(tile)) => {
                let weight = tile.weight();
                state.memory.insert(id, Arc::new(tile), weight);
                Arrival::Tile
            }
            Ok(None) => {
                state.failed.insert(id, None);
                Arrival::Status
            }
            Err(why) => {
                state.failed.insert(id, Some(why.clone()));
                state.trouble = Some(why);
                Arrival::Status
            }
        };
        drop(state);
        arrived(arrival);
    }
}

impl<T: TilePayload> TileSource<T> for ArchiveTiles<T> {
    fn get(&self, id: TileId) -> Option<Arc<T>> {
        self.shared.lock().memory.get(&id)
    }

    fn want(&self, ids: &[TileId]) {
        let mut state = self.shared.lock();
        let wanted = ids.iter().copied().filter(|id| {
            self.may_have(*id)
                && !state.memory.contains(id)
                && !state.reading.contains(id)
                && !state.failed.contains_key(id)
        });
        let mut queue: Vec<TileId> = wanted.collect();
        // What a second page, a figure, asked for before is read after it.
        let fresh: BTreeSet<TileId> = queue.iter().copied().collect();
        queue.extend(state.queue.iter().filter(|id| !fresh.contains(id)).take(MOST / 8));
        queue.truncate(MOST);
        state.queue = queue;
        drop(state);
        self.shared.wake.notify_all();
    }

    fn zooms(&self) -> [u8; 2] {
        self.zooms
    }

    fn tile_size_px(&self) -> u32 {
        self.tile_size_px
    }

    fn world_bounds(&self) -> Rect {
        self.bounds
    }

    fn standing(&self, id: TileId) -> Standing {
        if !self.may_have(id) {
            return Standing::Absent;
        }
        let state = self.shared.lock();
        match state.failed.get(&id) {
            _ if state.memory.contains(&id) => Standing::AtHand,
            Some(None) => Standing::Absent,
            Some(Some(why)) => Standing::Failed(why.clone()),
            None => Standing::Coming,
        }
    }
}

impl<T> Drop for ArchiveTiles<T> {
    fn drop(&mut self) {
        self.stop();
        for thread in self.threads.drain(..) {
            // The last owner may be the thread's own callback: it cannot wait for itself.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}
