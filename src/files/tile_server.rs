//! Raster tiles from a server, in the manner that tile.openstreetmap.org asks for.
//!
//! One background thread fetches at most four tiles at a time, under our own User-Agent, through a cache on disk that
//! honours the server's headers, asks again with conditional requests, and keeps tiles seven days where the server
//! says nothing. What fails is tried again after 1, 4, 16 and then every 60 seconds, for as long as it is wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use http_cache_reqwest::{CACacheManager, Cache, CacheMode, CacheOptions, HttpCache, HttpCacheOptions};
use reqwest::header::HeaderMap;
use reqwest::{Request, Response, ResponseBuilderExt, StatusCode, Url};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use thiserror::Error;
use tokio::sync::Notify;

use crate::basemap::raster::{Bitmap, RasterSource};
use crate::basemap::{BoundedCache, MapSource, TileId};

/// Requests in flight at a time.
const PARALLEL: usize = 4;
/// Largest answer taken.
const LARGEST_ANSWER: usize = 4 << 20;
/// Tiles kept for at least this long where the server does not say.
const FRESH_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Bytes of decoded tiles kept in memory.
const MEMORY: usize = 128 << 20;
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
    arrived: Box<dyn Fn() + Send + Sync>,
}

struct State {
    memory: BoundedCache<TileId, Arc<Bitmap>>,
    /// Wanted tiles, the most urgent first, with the count of `want` calls when each was last asked for.
    queue: Vec<(TileId, u64)>,
    wants: u64,
    in_flight: BTreeSet<TileId>,
    failures: BTreeMap<TileId, Failure>,
    trouble: Option<String>,
    /// Until when the server asks to be left alone.
    not_before: Option<Instant>,
    closing: bool,
}

#[derive(Clone, Copy)]
struct Failure {
    tries: u32,
    again: Instant,
    kind: FailureKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FailureKind {
    /// The server has no such tile: not asked for again for a long while.
    Missing,
    /// What came is no picture: the cache must not answer the next time.
    Garbled,
    /// Anything else.
    Passing,
}

impl Failure {
    fn is_missing(&self) -> bool {
        self.kind == FailureKind::Missing && self.again > Instant::now()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TileServer {
    /// Starts the background thread; nothing is fetched until something is wanted. `arrived` is called from that
    /// thread whenever a tile is at hand or the status changes.
    pub fn start(
        options: TileServerOptions,
        arrived: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, TileServerError> {
        check_template(&options.url_template)?;
        let client = client(&options)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| TileServerError::Start(error.to_string()))?;
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                memory: BoundedCache::new(MEMORY),
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
                runtime.block_on(serve(&theirs, &client, &template, retry));
                runtime.shutdown_background();
            })
            .map_err(|error| TileServerError::Start(error.to_string()))?;
        Ok(Self { options, shared, thread: Some(thread) })
    }

    /// What it is doing.
    pub fn status(&self) -> TileServerStatus {
        let state = self.shared.lock();
        match (&state.trouble, state.queue.len() + state.in_flight.len()) {
            (_, 0) => TileServerStatus::Idle,
            (Some(trouble), _) => TileServerStatus::Offline(trouble.clone()),
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
            .filter(|id| state.failures.get(id).is_none_or(|failure| !failure.is_missing()))
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
        self.shared.lock().closing = true;
        self.shared.wake.notify_one();
        // The last owner may be the thread's own callback: it cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

/// The name under which we ask: the program, its version, and where its makers can be found.
pub fn user_agent() -> String {
    let contact = env!("CARGO_PKG_REPOSITORY");
    let program = concat!("Claimline/", env!("CARGO_PKG_VERSION"));
    if contact.is_empty() { program.to_owned() } else { format!("{program} (+{contact})") }
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

fn client(options: &TileServerOptions) -> Result<ClientWithMiddleware, TileServerError> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // An error only says that another part of the program has installed one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let client = reqwest::Client::builder()
        .user_agent(user_agent())
        .timeout(options.timeout)
        .connect_timeout(options.timeout.min(Duration::from_secs(10)))
        .redirect(reqwest::redirect::Policy::custom(|attempt| match refusal(attempt.previous(), attempt.url()) {
            Some(why) => attempt.error(why),
            None => attempt.follow(),
        }))
        .build()
        .map_err(|error| TileServerError::Start(error.to_string()))?;
    let mut builder = ClientBuilder::new(client);
    if let Some(folder) = &options.cache_folder {
        builder = builder.with(Cache(HttpCache {
            mode: CacheMode::Default,
            manager: CACacheManager::new(folder.clone(), true),
            options: HttpCacheOptions {
                cache_options: Some(CacheOptions { shared: false, ..CacheOptions::default() }),
                default_ttl: Some(FRESH_FOR),
                ..HttpCacheOptions::default()
            },
        }));
    }
    // Nearest to the network, so that the cache never holds more than the limit.
    Ok(builder.with(Limit).build())
}

/// Why a redirect is not followed, if so: who asked one server, in the manner that its map's record says, agreed to no other
/// server without encryption, and to no other way of asking.
fn refusal(previous: &[Url], next: &Url) -> Option<String> {
    const MOST: usize = 4;
    let first = previous.first()?;
    let is_same_server = (first.scheme(), first.host_str(), first.port_or_known_default())
        == (next.scheme(), next.host_str(), next.port_or_known_default());
    if previous.len() > MOST {
        Some(format!("the tile server sends us on more than {MOST} times"))
    } else if next.scheme() == "https" || (next.scheme() == "http" && is_same_server) {
        None
    } else {
        let host = next.host_str().unwrap_or_default();
        Some(format!("the tile server sends us on to {}://{host}, which is not followed", next.scheme()))
    }
}

/// Reads answers whole, up to the limit.
struct Limit;

#[async_trait::async_trait]
impl Middleware for Limit {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let mut response = next.run(request, extensions).await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(reqwest_middleware::Error::Middleware(anyhow::anyhow!(
                    "the answer is too large for a tile"
                )));
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = http::Response::builder()
            .status(response.status())
            .version(response.version())
            .url(response.url().clone())
            .body(body)
            .map_err(|error| reqwest_middleware::Error::Middleware(error.into()))?;
        *whole.headers_mut() = lengthless(response.headers());
        Ok(whole.into())
    }
}

/// The headers without those about the way, which is behind us.
fn lengthless(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(reqwest::header::TRANSFER_ENCODING);
    headers
}

async fn serve(shared: &Arc<Shared>, client: &ClientWithMiddleware, template: &str, retry: Duration) {
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
                    let garbled = failures.get(id).is_some_and(|failure| failure.kind == FailureKind::Garbled);
                    start.push((*id, garbled));
                    return false;
                }
                pause = pause.min(wait);
                true
            });
        }
        for (id, anew) in start {
            let (shared, client, url) = (shared.clone(), client.clone(), address(template, id));
            tokio::spawn(async move {
                let result = fetch(&client, &url, anew).await;
                settle(&shared, id, result, retry);
                shared.wake.notify_one();
                (shared.arrived)();
            });
        }
        // Woken by a wanted tile, by one that came, or by the clock.
        let _ = tokio::time::timeout(pause, shared.wake.notified()).await;
    }
}

/// Why one tile did not come, and what to say of it.
struct Trouble {
    kind: FailureKind,
    reason: String,
    /// How long the server asks to be left alone.
    pause: Option<Duration>,
}

impl Trouble {
    fn new(kind: FailureKind, reason: String) -> Self {
        Self { kind, reason, pause: None }
    }
}

/// How long a server asks to be left alone (RFC 9110, section 10.2.3), at most an hour: so many seconds, or until a time.
fn pause_of(headers: &HeaderMap) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(3600);
    let text = headers.get(reqwest::header::RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(text).ok()?;
            until.duration_since(std::time::SystemTime::now()).unwrap_or_default()
        }
    };
    Some(pause.min(LONGEST))
}

async fn fetch(client: &ClientWithMiddleware, url: &str, anew: bool) -> Result<Bitmap, Trouble> {
    let passing = |error: &dyn std::error::Error| Trouble::new(FailureKind::Passing, innermost(error));
    let mut request = client.get(url);
    if anew {
        request = request.with_extension(CacheMode::Reload);
    }
    let response = request.send().await.map_err(|error| passing(&error))?;
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::NO_CONTENT => {
            return Err(Trouble::new(FailureKind::Missing, String::new()));
        }
        status if !status.is_success() => {
            let pause = pause_of(response.headers());
            return Err(Trouble {
                pause,
                ..Trouble::new(FailureKind::Passing, format!("the tile server answers {status}"))
            });
        }
        _ => {}
    }
    let body = response.bytes().await.map_err(|error| passing(&error))?;
    Bitmap::decode_tile(&body).map_err(|error| Trouble::new(FailureKind::Garbled, error.to_string()))
}

/// The last cause, which says the most: "connection refused" rather than "error sending request".
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
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
            let tries = state.failures.get(&id).map_or(0, |failure| failure.tries);
            let factor = match (kind, tries) {
                (FailureKind::Missing, _) => 3600,
                (_, 0) => 1,
                (_, 1) => 4,
                (_, 2) => 16,
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
            state.failures.insert(id, Failure { tries: tries.saturating_add(1), again, kind });
            if kind != FailureKind::Missing {
                state.trouble = Some(reason);
                let wants = state.wants;
                state.queue.push((id, wants));
            }
        }
    }
}

#[cfg(test)]
mod tests;
