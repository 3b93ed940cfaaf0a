//! Raster tiles from a server, in the manner that tile.openstreetmap.org asks for.
//!
//! One background thread fetches at most four tiles at a time, under our own User-Agent, through a cache on disk that
//! honours the server's headers, asks again with conditional requests, and keeps tiles seven days where the server
//! says nothing. What fails is tried again after 1, 4, 16 and then every 60 seconds, for as long as it is wanted; what is
//! no tile (another kind of file, a picture of another size) three times, and then once an hour.

mod fetch;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use reqwest::Url;
use thiserror::Error;
use tokio::sync::Notify;

use self::fetch::{Fetcher, Trouble};
use crate::basemap::raster::{Bitmap, RasterSource};
use crate::basemap::{BoundedCache, MOST_TILES, MapSource, TileId};

pub use self::fetch::user_agent;
pub(in crate::files) use self::fetch::{innermost, install_provider, refusal};

/// Requests in flight at a time.
const PARALLEL: usize = 4;
/// Bytes of decoded tiles kept in memory, unless two pages have more: what is shown must not push out what is shown beside
/// it, for both would be fetched for ever.
const MEMORY: usize = 128 << 20;
/// After so many tries what is no tile is left alone.
const BAD_TRIES: u32 = 3;
/// Tiles that the last so many calls of `want` asked for are still fetched; the page that is shown asks again and
/// again, and a second page, a figure, may ask in between.
const REMEMBERED_WANTS: u64 = 6;
/// Most tiles that may wait.
const LONGEST_QUEUE: usize = 512;

/// Which server, and how.
#[derive(Debug, Clone)]
pub struct TileServerOptions {
    /// Address of a tile, with `{z}`, `{x}` and `{y}`.
    pub url_template: String,
    /// Largest zoom that has tiles.
    pub max_zoom: u8,
    /// How wide a tile is, in pixels.
    pub tile_size_px: u32,
    /// Folder for the cache; none: memory only.
    pub cache_folder: Option<PathBuf>,
    /// Longest wait for an answer.
    pub timeout: Duration,
    /// First wait before another try; the next are 4, 16 and 60 times as long.
    pub retry: Duration,
}

impl Default for TileServerOptions {
    fn default() -> Self {
        Self {
            url_template: String::new(),
            max_zoom: 19,
            tile_size_px: 256,
            cache_folder: None,
            timeout: Duration::from_secs(20),
            retry: Duration::from_secs(1),
        }
    }
}

impl TileServerOptions {
    /// The server of a map's record.
    pub fn of(source: &MapSource) -> Self {
        Self {
            url_template: source.address.clone(),
            max_zoom: source.zooms[1],
            tile_size_px: source.tile_size_px,
            ..Self::default()
        }
    }
}

/// Why a server cannot be used at all.
#[derive(Debug, Error)]
pub enum TileServerError {
    /// The address is not one of tiles.
    #[error("a tile address must begin with http:// or https:// and contain {{z}}, {{x}} and {{y}}: {0}")]
    Template(String),
    /// The thread or the client could not be started.
    #[error("the tile server client could not be started: {0}")]
    Start(String),
}

/// What the server is doing, for the status bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TileServerStatus {
    /// Nothing is wanted.
    Idle,
    /// So many tiles are on their way.
    Loading(usize),
    /// The last try failed, for this reason; it goes on trying.
    Offline(String),
    /// What came last is no tile, for this reason.
    Unusable(String),
}

/// Tiles from a server over HTTPS, fetched in the background.
pub struct TileServer {
    options: TileServerOptions,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    wake: Notify,
    arrived: Box<dyn Fn(Arrival) + Send + Sync>,
}

struct State {
    memory: BoundedCache<TileId, Arc<Bitmap>>,
    /// Wanted tiles, the most urgent first, with the count of `want` calls when each was last asked for.
    queue: Vec<(TileId, u64)>,
    wants: u64,
    in_flight: BTreeSet<TileId>,
    failures: BTreeMap<TileId, Failure>,
    /// What went wrong last, unless a tile has come since.
    trouble: Option<(FailureKind, String)>,
    /// Until when the server asks to be left alone.
    not_before: Option<Instant>,
    closing: bool,
}

#[derive(Clone, Copy)]
struct Failure {
    tries: u32,
    /// How often what came was no tile.
    bad: u32,
    again: Instant,
    /// Whether it is not asked for before then, however much it is wanted.
    rests: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FailureKind {
    /// The server has no such tile: not asked for again for a long while.
    Missing,
    /// What came is no tile of such a map.
    Garbled,
    /// Anything else.
    Passing,
}

impl Failure {
    fn is_left_alone(&self) -> bool {
        self.rests && self.again > Instant::now()
    }
}

/// What the background thread has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Another tile is at hand: what shows it is to be painted anew.
    Tile,
    /// Only the status has changed.
    Status,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TileServer {
    /// Starts the background thread; nothing is fetched until something is wanted. `arrived` is called from that
    /// thread whenever a tile is at hand or the status changes. Where tiles cannot be kept on the disk, they are fetched
    /// anew at each start.
    pub fn start(
        options: TileServerOptions,
        arrived: impl Fn(Arrival) + Send + Sync + 'static,
    ) -> Result<Self, TileServerError> {
        check_template(&options.url_template)?;
        let fetcher = Arc::new(Fetcher::new(&options)?);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| TileServerError::Start(error.to_string()))?;
        let tile_bytes = 4 * options.tile_size_px as usize * options.tile_size_px as usize;
        let memory = MEMORY.max(2 * MOST_TILES as usize * tile_bytes);
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                memory: BoundedCache::new(memory),
                queue: Vec::new(),
                wants: 0,
                in_flight: BTreeSet::new(),
                failures: BTreeMap::new(),
                trouble: None,
                not_before: None,
                closing: false,
            }),
            wake: Notify::new(),
            arrived: Box::new(arrived),
        });
        let (theirs, template, retry) = (shared.clone(), options.url_template.clone(), options.retry);
        let thread = std::thread::Builder::new()
            .name("tile-server".into())
            .spawn(move || {
                runtime.block_on(serve(&theirs, &fetcher, &template, retry));
                runtime.shutdown_background();
            })
            .map_err(|error| TileServerError::Start(error.to_string()))?;
        Ok(Self { options, shared, thread: Some(thread) })
    }

    /// Asks for nothing any more, whoever still holds on to it.
    pub fn stop(&self) {
        self.shared.lock().closing = true;
        self.shared.wake.notify_one();
    }

    /// What it is doing.
    pub fn status(&self) -> TileServerStatus {
        let state = self.shared.lock();
        match (&state.trouble, state.queue.len() + state.in_flight.len()) {
            (Some((FailureKind::Garbled, why)), _) => TileServerStatus::Unusable(why.clone()),
            (_, 0) => TileServerStatus::Idle,
            (Some((_, why)), _) => TileServerStatus::Offline(why.clone()),
            (None, count) => TileServerStatus::Loading(count),
        }
    }
}

impl RasterSource for TileServer {
    fn get(&self, id: TileId) -> Option<Arc<Bitmap>> {
        self.shared.lock().memory.get(&id)
    }

    fn want(&self, ids: &[TileId]) {
        let mut state = self.shared.lock();
        state.wants += 1;
        let now = state.wants;
        let mut queue: Vec<(TileId, u64)> = ids
            .iter()
            .filter(|id| id.z <= self.options.max_zoom && !state.memory.contains(id) && !state.in_flight.contains(id))
            .filter(|id| state.failures.get(id).is_none_or(|failure| !failure.is_left_alone()))
            .map(|id| (*id, now))
            .collect();
        let fresh: BTreeSet<TileId> = queue.iter().map(|(id, _)| *id).collect();
        let older = state.queue.iter().filter(|(id, when)| !fresh.contains(id) && now - when < REMEMBERED_WANTS);
        queue.extend(older.copied());
        queue.truncate(LONGEST_QUEUE);
        state.queue = queue;
        drop(state);
        self.shared.wake.notify_one();
    }

    fn tile_size_px(&self) -> u32 {
        self.options.tile_size_px
    }

    fn max_zoom(&self) -> u8 {
        self.options.max_zoom
    }
}

impl Drop for TileServer {
    fn drop(&mut self) {
        self.stop();
        // The last owner may be the thread's own callback: it cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

fn check_template(template: &str) -> Result<(), TileServerError> {
    let refused = || TileServerError::Template(template.to_owned());
    let complete = ["{z}", "{x}", "{y}"].iter().all(|part| template.contains(part));
    let url = Url::parse(&address(template, TileId { z: 0, x: 0, y: 0 })).map_err(|_| refused())?;
    if complete && matches!(url.scheme(), "http" | "https") { Ok(()) } else { Err(refused()) }
}

fn address(template: &str, id: TileId) -> String {
    template.replace("{z}", &id.z.to_string()).replace("{x}", &id.x.to_string()).replace("{y}", &id.y.to_string())
}

async fn serve(shared: &Arc<Shared>, fetcher: &Arc<Fetcher>, template: &str, retry: Duration) {
    loop {
        let mut pause = Duration::from_secs(3600);
        let mut start = Vec::new();
        {
            let mut state = shared.lock();
            if state.closing {
                return;
            }
            let now = Instant::now();
            let State { queue, in_flight, failures, not_before, .. } = &mut *state;
            let rest = not_before.map_or(Duration::ZERO, |not_before| not_before.saturating_duration_since(now));
            queue.retain(|(id, _)| {
                let wait =
                    failures.get(id).map_or(Duration::ZERO, |failure| failure.again.saturating_duration_since(now));
                if in_flight.len() >= PARALLEL {
                    return true;
                }
                let wait = wait.max(rest);
                if wait.is_zero() {
                    in_flight.insert(*id);
                    start.push(*id);
                    return false;
                }
                pause = pause.min(wait);
                true
            });
        }
        for id in start {
            let (shared, fetcher, url) = (shared.clone(), fetcher.clone(), address(template, id));
            tokio::spawn(async move {
                let result = fetcher.fetch(&url).await;
                let arrival = if result.is_ok() { Arrival::Tile } else { Arrival::Status };
                settle(&shared, id, result, retry);
                shared.wake.notify_one();
                (shared.arrived)(arrival);
            });
        }
        // Woken by a wanted tile, by one that came, or by the clock.
        let _ = tokio::time::timeout(pause, shared.wake.notified()).await;
    }
}

fn settle(shared: &Shared, id: TileId, result: Result<Bitmap, Trouble>, retry: Duration) {
    let mut state = shared.lock();
    state.in_flight.remove(&id);
    match result {
        Ok(bitmap) => {
            state.failures.remove(&id);
            state.trouble = None;
            let weight = bitmap.rgba.len();
            state.memory.insert(id, Arc::new(bitmap), weight);
        }
        Err(Trouble { kind, reason, pause }) => {
            let before = state.failures.get(&id).copied();
            let tries = before.map_or(0, |failure| failure.tries);
            let bad = before.map_or(0, |failure| failure.bad) + u32::from(kind == FailureKind::Garbled);
            let rests = kind == FailureKind::Missing || bad >= BAD_TRIES;
            let factor = match tries {
                _ if rests => 3600,
                0 => 1,
                1 => 4,
                2 => 16,
                _ => 60,
            };
            let now = Instant::now();
            let again = now + (retry * factor).max(pause.unwrap_or_default());
            if let Some(pause) = pause {
                // It is meant for all tiles of that server.
                state.not_before = state.not_before.max(Some(now + pause));
            }
            if state.failures.len() > 4 * LONGEST_QUEUE {
                state.failures.clear();
            }
            state.failures.insert(id, Failure { tries: tries.saturating_add(1), bad, again, rests });
            if kind != FailureKind::Missing {
                state.trouble = Some((kind, reason));
            }
            if !rests {
                let wants = state.wants;
                state.queue.push((id, wants));
            }
        }
    }
}

#[cfg(test)]
mod tests;
