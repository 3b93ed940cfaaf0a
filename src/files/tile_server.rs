//! Tiles from a server, in the manner that tile.openstreetmap.org asks for.
//!
//! One background thread for each map fetches tiles, at most four at a time from a host, under our own User-Agent, through
//! a cache on disk that honours the server's headers, asks again with conditional requests, and keeps tiles seven days
//! where the server says nothing. What fails is tried again after 1, 4, 16 and then every 60 seconds, for as long as it is
//! wanted; what is no tile (another kind of file, a picture of another size) three times, and then once an hour.
//!
//! A map that is described by its server (TileJSON) is asked for its description first, through the same cache.

mod fetch;
mod hosts;
mod payload;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use thiserror::Error;
use tokio::sync::Notify;

use self::fetch::{Fetched, Fetcher, Trouble};
use super::servers::{Secret, Server, Servers};
use crate::basemap::sources::tilejson;
use crate::basemap::{
    BoundedCache, MOST_TILES, MapKind, MapSource, Standing, TileAddresses, TileExtent, TileId, TileSource,
};
use crate::formats::{percent, secrets};

pub use self::fetch::{has_contact, set_contact, user_agent};
pub(in crate::files) use self::fetch::{innermost, install_provider, refusal};
pub(in crate::files) use self::hosts::{Gate, PARALLEL, gate};
pub use self::payload::{Decoding, TilePayload};
pub use self::store::{clear, size as cache_size};

/// Bytes of decoded tiles kept in memory, unless two pages have more: what is shown must not push out what is shown beside
/// it, for both would be fetched for ever.
const MEMORY: usize = 128 << 20;
/// After so many tries what is no tile is left alone.
const BAD_TRIES: u32 = 3;
/// Tiles that the last so many calls of `want` asked for are still fetched; the page that is shown asks again and
/// again, and a second page, a figure, may ask in between.
const REMEMBERED_WANTS: u64 = 6;
/// How often is looked whether a server is still wanted while its description is waited for.
const CLOSING_STEP: Duration = Duration::from_millis(20);
/// What a server that asks to be left alone for longer than this has not sent is taken for failed.
const LONG_REST: Duration = Duration::from_secs(20);
/// Most tiles that may wait.
const LONGEST_QUEUE: usize = 2048;

/// Which server, and how.
#[derive(Debug, Clone)]
pub struct TileServerOptions {
    /// The map's record.
    pub source: MapSource,
    /// What the user has said of servers, and the keys for them.
    pub servers: Servers,
    /// Folder for the cache; none: memory only.
    pub cache_folder: Option<PathBuf>,
    /// Longest wait for an answer.
    pub timeout: Duration,
    /// First wait before another try; the next are 4, 16 and 60 times as long.
    pub retry: Duration,
}

impl TileServerOptions {
    /// The server of a map's record.
    pub fn of(source: &MapSource, servers: Servers) -> Self {
        Self {
            source: source.clone(),
            servers,
            cache_folder: None,
            timeout: Duration::from_secs(20),
            retry: Duration::from_secs(1),
        }
    }
}

/// Why a server cannot be used at all.
#[derive(Debug, Error)]
pub enum TileServerError {
    /// The record is not one of tiles of a server.
    #[error("{0}")]
    Record(String),
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

/// Tiles from a server, fetched in the background.
pub struct TileServer<T> {
    extent: TileExtent,
    shared: Arc<Shared<T>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    wake: Notify,
    arrived: Box<dyn Fn(Arrival) + Send + Sync>,
}

struct State<T> {
    memory: BoundedCache<TileId, (Arc<T>, SystemTime)>,
    /// Wanted tiles, the most urgent first, with the count of `want` calls when each was last asked for.
    queue: Vec<(TileId, u64)>,
    wants: u64,
    in_flight: BTreeSet<TileId>,
    failures: BTreeMap<TileId, Failure>,
    /// What went wrong last, unless a tile has come since.
    trouble: Option<(FailureKind, String)>,
    /// Why the map's description could not be had, if it is described elsewhere.
    undescribed: Option<String>,
    /// Until when the server asks to be left alone.
    not_before: Option<Instant>,
    closing: bool,
}

#[derive(Clone)]
struct Failure {
    kind: FailureKind,
    reason: String,
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

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: TilePayload> TileServer<T> {
    /// Starts the background thread; nothing is fetched until something is wanted. `arrived` is called from that
    /// thread whenever a tile is at hand or the status changes. Where tiles cannot be kept on the disk, they are fetched
    /// anew at each start.
    ///
    /// # Errors
    /// [`TileServerError`]: no tile would ever come.
    pub fn start(
        options: TileServerOptions,
        arrived: impl Fn(Arrival) + Send + Sync + 'static,
    ) -> Result<Self, TileServerError> {
        let source = &options.source;
        source.check().map_err(|error| TileServerError::Record(error.to_string()))?;
        if !source.kind.is_tiled() && source.kind != MapKind::Tilejson {
            return Err(TileServerError::Record("the map comes from no server of tiles".to_owned()));
        }
        let fetcher = Arc::new(Fetcher::new(&options)?);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| TileServerError::Start(error.to_string()))?;
        let tile_bytes = 4 * source.tile_size_px as usize * source.tile_size_px as usize;
        let memory = MEMORY.max(2 * MOST_TILES as usize * tile_bytes);
        let extent = TileExtent::of(source);
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                memory: BoundedCache::new(memory),
                queue: Vec::new(),
                wants: 0,
                in_flight: BTreeSet::new(),
                failures: BTreeMap::new(),
                trouble: None,
                undescribed: None,
                not_before: None,
                closing: false,
            }),
            wake: Notify::new(),
            arrived: Box::new(arrived),
        });
        let theirs = shared.clone();
        let thread = std::thread::Builder::new()
            .name("tile-server".into())
            .spawn(move || {
                runtime.block_on(serve(&theirs, &fetcher, &options));
                runtime.shutdown_background();
            })
            .map_err(|error| TileServerError::Start(error.to_string()))?;
        Ok(Self { extent, shared, thread: Some(thread) })
    }
}

impl<T> TileServer<T> {
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

impl<T: TilePayload> TileSource<T> for TileServer<T> {
    fn get(&self, id: TileId) -> Option<Arc<T>> {
        self.shared.lock().memory.get(&id).map(|(tile, _)| tile)
    }

    fn want(&self, ids: &[TileId]) {
        let mut state = self.shared.lock();
        state.wants += 1;
        let now = state.wants;
        let mut queue: Vec<(TileId, u64)> = ids
            .iter()
            .filter(|id| self.extent.may_have(**id) && !state.memory.contains(id) && !state.in_flight.contains(id))
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

    fn extent(&self) -> TileExtent {
        self.extent
    }

    fn standing(&self, id: TileId) -> Standing {
        if !self.extent.may_have(id) {
            return Standing::Absent;
        }
        let state = self.shared.lock();
        if state.memory.contains(&id) {
            return Standing::AtHand;
        }
        match state.failures.get(&id) {
            Some(Failure { kind: FailureKind::Missing, .. }) => Standing::Absent,
            Some(failure) => Standing::Failed(failure.reason.clone()),
            None => match (&state.undescribed, &state.trouble) {
                (Some(why), _) => Standing::Failed(why.clone()),
                // The server asks to be left alone: nobody waits so long for a tile.
                (None, Some((_, why))) if state.not_before.is_some_and(|at| at > Instant::now() + LONG_REST) => {
                    Standing::Failed(why.clone())
                }
                (None, _) => Standing::Coming,
            },
        }
    }

    fn fetched_at(&self, id: TileId) -> Option<SystemTime> {
        self.shared.lock().memory.get(&id).map(|(_, at)| at)
    }
}

impl<T> Drop for TileServer<T> {
    fn drop(&mut self) {
        self.stop();
        // The last owner may be the thread's own callback: it cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

/// The map with the addresses of its tiles: of one that is described elsewhere, as its description says.
async fn described(fetcher: &Fetcher, options: &TileServerOptions) -> Result<TileAddresses, Trouble> {
    let source = &options.source;
    if source.kind != MapKind::Tilejson {
        return Ok(TileAddresses::of(source));
    }
    let garbled = |reason: String| Trouble::new(FailureKind::Garbled, reason);
    let bytes = fetcher.document(&source.address).await?;
    let tiles = tilejson::read(&bytes, &source.address).and_then(|description| description.of_tiles(source));
    let mut tiles = tiles.map_err(|error| garbled(error.to_string()))?;
    for server in Server::all_of(&tiles) {
        // Servers write the key into the addresses that they name; what is kept of tiles on the disk has none.
        let keys = options.servers.secret(&server).map(Secret::keys).unwrap_or_default();
        for (index, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
            let place = secrets::placeholder(index);
            let encoded = percent::encoded(key.as_bytes(), percent::is_unreserved);
            tiles.address = tiles.address.replace(&encoded, &place).replace(key, &place);
        }
        if !options.servers.may_ask(&server) {
            return Err(garbled(format!(
                "its description sends us on to {}, which you have not allowed; add the map again to be asked",
                server.name()
            )));
        }
    }
    Ok(TileAddresses::of(&tiles))
}

/// What comes of something, unless nobody wants it meanwhile: whoever lets go of a server waits for its thread.
async fn unless_closing<T, F: Future>(shared: &Shared<T>, future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    loop {
        match tokio::time::timeout(CLOSING_STEP, future.as_mut()).await {
            Ok(output) => return Some(output),
            Err(_) if shared.lock().closing => return None,
            Err(_) => {}
        }
    }
}

async fn serve<T: TilePayload>(shared: &Arc<Shared<T>>, fetcher: &Arc<Fetcher>, options: &TileServerOptions) {
    let retry = options.retry;
    let mut addresses: Option<Arc<TileAddresses>> = None;
    let (mut tries, mut described_again) = (0_u32, Instant::now());
    loop {
        let mut pause = Duration::from_secs(3600);
        let mut start = Vec::new();
        let is_wanted = {
            let state = shared.lock();
            if state.closing {
                return;
            }
            !state.queue.is_empty()
        };
        if addresses.is_none() && is_wanted {
            if described_again > Instant::now() {
                pause = described_again.saturating_duration_since(Instant::now());
            } else {
                let Some(description) = unless_closing(shared, described(fetcher, options)).await else { return };
                match description {
                    Ok(found) => {
                        addresses = Some(Arc::new(found));
                        let mut state = shared.lock();
                        state.undescribed = None;
                        state.trouble = None;
                    }
                    Err(Trouble { kind, reason, pause: asked }) => {
                        let factor = [1, 4, 16].get(tries as usize).copied().unwrap_or(60);
                        tries += 1;
                        pause = (retry * factor).max(asked.unwrap_or_default());
                        described_again = Instant::now() + pause;
                        let reason = if reason.is_empty() { "its description is not there".to_owned() } else { reason };
                        let kind = if kind == FailureKind::Missing { FailureKind::Passing } else { kind };
                        let mut state = shared.lock();
                        state.undescribed = Some(reason.clone());
                        state.trouble = Some((kind, reason));
                        drop(state);
                        (shared.arrived)(Arrival::Status);
                    }
                }
            }
        }
        if addresses.is_some() {
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
                if in_flight.len() >= hosts::PARALLEL {
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
            let Some(addresses) = addresses.clone() else { break };
            let (shared, fetcher) = (shared.clone(), fetcher.clone());
            tokio::spawn(async move {
                let decoding =
                    Decoding { id, tile_size_px: fetcher.tile_size_px, is_in_latitudes: addresses.is_in_latitudes() };
                let result = match addresses.of_tile(id) {
                    Some(address) => fetcher.tile::<T>(&address, decoding).await,
                    None => Err(Trouble::new(FailureKind::Missing, String::new())),
                };
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

fn settle<T: TilePayload>(shared: &Shared<T>, id: TileId, result: Result<Fetched<T>, Trouble>, retry: Duration) {
    let mut state = shared.lock();
    state.in_flight.remove(&id);
    match result {
        Ok(Fetched { tile, at }) => {
            state.failures.remove(&id);
            state.trouble = None;
            let weight = tile.weight();
            state.memory.insert(id, (Arc::new(tile), at), weight);
        }
        Err(Trouble { kind, reason, pause }) => {
            let before = state.failures.get(&id).cloned();
            let tries = before.as_ref().map_or(0, |failure| failure.tries);
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
            let tries = tries.saturating_add(1);
            state.failures.insert(id, Failure { kind, reason: reason.clone(), tries, bad, again, rests });
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
