//! Tiles of an archive, read and decoded in the background as they are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Arrived;
use crate::basemap::{Archive, BoundedCache, MapSource, Standing, TileExtent, TileId, TileSource};
use crate::files::archives::open_archive_of;
use crate::files::servers::Servers;
use crate::files::tile_server::{Arrival, Decoding, PARALLEL, TilePayload, TileServerStatus as Status};
use crate::geometry::work::Work;

/// Bytes of decoded tiles kept in memory.
const MEMORY: usize = 128 << 20;
/// Most tiles that may wait, and most that are remembered as not there.
const MOST: usize = 4096;
/// How long after a failure it is tried again.
const RETRY: Duration = Duration::from_secs(5);
/// Looks again after so long, whether or not somebody has called.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// Threads that read a file: one would leave the other core idle while it decodes. Of a server as many as it may be asked
/// for parts at a time, for they wait most of the time.
const READERS: usize = 2;

/// Tiles of an archive.
pub(super) struct ArchiveTiles<T> {
    shared: Arc<Shared<T>>,
    threads: Vec<JoinHandle<()>>,
    extent: TileExtent,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    wake: Condvar,
    source: MapSource,
    /// What opens its server's doors.
    servers: Servers,
    /// Once it is open.
    archive: Mutex<Option<Archive>>,
    /// Ends what waits for a server.
    work: Work,
}

/// Whether what went wrong is tried again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Passing,
    Lasting,
}

struct State<T> {
    memory: BoundedCache<TileId, Arc<T>>,
    queue: Vec<TileId>,
    reading: BTreeSet<TileId>,
    /// What is not there, or why it could not be read.
    failed: BTreeMap<TileId, (Trouble, Option<String>)>,
    trouble: Option<(Trouble, String)>,
    /// When what failed for the time being is tried again.
    not_before: Option<Instant>,
    closing: bool,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: TilePayload> ArchiveTiles<T> {
    /// Starts what opens and reads the archive of a map's record; nothing is read before it is wanted.
    pub(super) fn start(source: &MapSource, servers: &Servers, arrived: Arrived) -> Result<Self, String> {
        let state = State {
            memory: BoundedCache::new(MEMORY),
            queue: Vec::new(),
            reading: BTreeSet::new(),
            failed: BTreeMap::new(),
            trouble: None,
            not_before: None,
            closing: false,
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            wake: Condvar::new(),
            source: source.clone(),
            servers: servers.clone(),
            archive: Mutex::new(None),
            work: Work::default(),
        });
        let extent = TileExtent::of(source);
        let mut threads = Vec::new();
        for _ in 0..if source.is_online() { PARALLEL } else { READERS } {
            let (shared, arrived) = (Arc::clone(&shared), Arc::clone(&arrived));
            let thread = std::thread::Builder::new()
                .name("archive-tiles".into())
                .spawn(move || shared.work.run(|| read_on(&shared, extent.tile_size_px, &arrived)))
                .map_err(|error| error.to_string())?;
            threads.push(thread);
        }
        Ok(Self { shared, threads, extent })
    }

    pub(super) fn status(&self) -> Status {
        let state = self.shared.lock();
        match (&state.trouble, state.queue.len() + state.reading.len()) {
            (Some((Trouble::Lasting, why)), _) => Status::Unusable(why.clone()),
            (Some((Trouble::Passing, why)), count) if count > 0 => Status::Offline(why.clone()),
            (_, 0) => Status::Idle,
            (_, count) => Status::Loading(count),
        }
    }
}

impl<T> ArchiveTiles<T> {
    pub(super) fn stop(&self) {
        self.shared.lock().closing = true;
        self.shared.work.cancel();
        self.shared.wake.notify_all();
    }
}

impl<T: TilePayload> Shared<T> {
    /// The archive, opened when it is first wanted: one on a server takes a while.
    fn archive(&self) -> Result<Archive, (Trouble, String)> {
        let mut archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(archive) = &*archive {
            return Ok(archive.clone());
        }
        match open_archive_of(&self.source, &self.servers) {
            Ok(opened) => Ok(archive.insert(opened).clone()),
            Err(error) => Err((Trouble::Passing, error.to_string())),
        }
    }

    fn read(&self, id: TileId, tile_size_px: u32) -> Result<Option<T>, (Trouble, String)> {
        let archive = self.archive()?;
        let decoding = Decoding { id, tile_size_px, is_in_latitudes: false };
        match archive.tile_bytes(id) {
            Ok(Some(bytes)) => T::decode(&bytes, decoding).map(Some).map_err(|why| (Trouble::Lasting, why)),
            Ok(None) => Ok(None),
            Err(error) if error.is_passing() => Err((Trouble::Passing, error.to_string())),
            Err(error) => Err((Trouble::Lasting, error.to_string())),
        }
    }

    /// The next tile that is wanted, once there is one; `None` when nobody wants any more.
    fn next(&self) -> Option<TileId> {
        let mut state = self.lock();
        loop {
            if state.closing {
                return None;
            }
            let rest = state.not_before.map(|at| at.saturating_duration_since(Instant::now())).unwrap_or_default();
            if rest.is_zero() && !state.queue.is_empty() {
                let id = state.queue.remove(0);
                state.reading.insert(id);
                return Some(id);
            }
            let pause = if state.queue.is_empty() { LONGEST_PAUSE } else { rest };
            state = self.wake.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes what came of a tile; whether there is another picture to show.
    fn settle(&self, id: TileId, tile: Result<Option<T>, (Trouble, String)>) -> Arrival {
        let mut state = self.lock();
        state.reading.remove(&id);
        if state.failed.len() >= MOST {
            state.failed.clear();
        }
        match tile {
            Ok(Some(tile)) => {
                let weight = tile.weight();
                state.memory.insert(id, Arc::new(tile), weight);
                state.failed.remove(&id);
                (state.trouble, state.not_before) = (None, None);
                Arrival::Tile
            }
            Ok(None) => {
                state.failed.insert(id, (Trouble::Lasting, None));
                Arrival::Status
            }
            Err((trouble, why)) => {
                state.failed.insert(id, (trouble, Some(why.clone())));
                state.trouble = Some((trouble, why));
                if trouble == Trouble::Passing {
                    state.not_before = Some(Instant::now() + RETRY);
                    state.queue.push(id);
                }
                Arrival::Status
            }
        }
    }
}

fn read_on<T: TilePayload>(shared: &Shared<T>, tile_size_px: u32, arrived: &Arrived) {
    while let Some(id) = shared.next() {
        let tile = shared.read(id, tile_size_px);
        arrived(shared.settle(id, tile));
    }
}

impl<T: TilePayload> TileSource<T> for ArchiveTiles<T> {
    fn get(&self, id: TileId) -> Option<Arc<T>> {
        self.shared.lock().memory.get(&id)
    }

    fn want(&self, ids: &[TileId]) {
        let mut state = self.shared.lock();
        let wanted = ids.iter().copied().filter(|id| {
            self.extent.may_have(*id)
                && !state.memory.contains(id)
                && !state.reading.contains(id)
                && !matches!(state.failed.get(id), Some((Trouble::Lasting, _)))
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

    fn extent(&self) -> TileExtent {
        self.extent
    }

    fn standing(&self, id: TileId) -> Standing {
        if !self.extent.may_have(id) {
            return Standing::Absent;
        }
        let state = self.shared.lock();
        match state.failed.get(&id) {
            _ if state.memory.contains(&id) => Standing::AtHand,
            Some((_, None)) => Standing::Absent,
            Some((_, Some(why))) => Standing::Failed(why.clone()),
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
