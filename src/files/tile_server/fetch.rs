//! One tile: from what is kept of it on the disk, or asked of its server and read within bounds.

use std::sync::Once;
use std::time::{Duration, SystemTime};

use http_cache_semantics::{AfterResponse, BeforeRequest, CacheOptions, CachePolicy};
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Client, Response, StatusCode, Url};

use super::store::{self, Kept, Store};
use super::{FailureKind, TileServerError, TileServerOptions};
use crate::basemap::raster::Bitmap;

/// Largest answer taken.
pub(super) const LARGEST_ANSWER: usize = 4 << 20;
/// Tiles are kept for so long where the server does not say, in seconds: a week.
const FRESH_FOR_S: u32 = 7 * 24 * 60 * 60;

/// Headers of an answer that say how long it may be kept and how to ask for it again; nothing else of them is.
const KEPT_HEADERS: [HeaderName; 9] = [
    header::AGE,
    header::CACHE_CONTROL,
    header::DATE,
    header::ETAG,
    header::EXPIRES,
    header::LAST_MODIFIED,
    header::PRAGMA,
    header::VARY,
    header::CONTENT_TYPE,
];

/// What asks a server for tiles.
pub(super) struct Fetcher {
    client: Client,
    store: Option<Store>,
    tile_size_px: u32,
}

/// Why one tile did not come, and what to say of it.
pub(super) struct Trouble {
    pub(super) kind: FailureKind,
    pub(super) reason: String,
    /// How long the server asks to be left alone.
    pub(super) pause: Option<Duration>,
}

impl Trouble {
    fn new(kind: FailureKind, reason: String) -> Self {
        Self { kind, reason, pause: None }
    }

    fn passing(error: &dyn std::error::Error) -> Self {
        Self::new(FailureKind::Passing, innermost(error))
    }
}

impl Fetcher {
    pub(super) fn new(options: &TileServerOptions) -> Result<Self, TileServerError> {
        install_provider();
        let client = Client::builder()
            .user_agent(user_agent())
            .timeout(options.timeout)
            .connect_timeout(options.timeout.min(Duration::from_secs(10)))
            .redirect(reqwest::redirect::Policy::custom(|attempt| match refusal(attempt.previous(), attempt.url()) {
                Some(why) => attempt.error(why),
                None => attempt.follow(),
            }))
            .build()
            .map_err(|error| TileServerError::Start(error.to_string()))?;
        // Without a folder that can be written, tiles come from the server each time.
        let store = options.cache_folder.as_ref().and_then(|folder| Store::open(folder, store::MOST_BYTES).ok());
        Ok(Self { client, store, tile_size_px: options.tile_size_px })
    }

    /// The tile of an address. Only what can be shown is kept on the disk.
    pub(super) async fn fetch(&self, address: &str) -> Result<Bitmap, Trouble> {
        let url = Url::parse(address).map_err(|error| Trouble::passing(&error))?;
        let request = http::Request::get(url.as_str()).body(()).map_err(|error| Trouble::passing(&error))?;
        let mut kept = self.store.as_ref().and_then(|store| store.read(url.as_str()));
        let mut conditions = HeaderMap::new();
        if let Some(tile) = &kept {
            match tile.policy.before_request(&request, SystemTime::now()) {
                BeforeRequest::Fresh(_) => match self.decoded(&tile.picture) {
                    Ok(bitmap) => return Ok(bitmap),
                    // Another size was asked for when it was kept.
                    Err(_) => kept = None,
                },
                BeforeRequest::Stale { request, matches: true } => conditions = request.headers,
                BeforeRequest::Stale { .. } => kept = None,
            }
        }
        let asked = self.client.get(url.clone()).headers(conditions.clone()).send();
        let response = match (asked.await, kept.as_ref().filter(|tile| may_be_stale(&tile.policy, &url))) {
            (Ok(response), _) => response,
            // Without the network an old tile is better than none (RFC 9111, section 4.2.4).
            (Err(error), Some(tile)) => return self.decoded(&tile.picture).map_err(|_| Trouble::passing(&error)),
            (Err(error), None) => return Err(Trouble::passing(&error)),
        };
        let now = SystemTime::now();
        let kept_headers = kept_headers(response.headers());
        match (response.status(), kept) {
            (StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::NO_CONTENT, _) => {
                Err(Trouble::new(FailureKind::Missing, String::new()))
            }
            (StatusCode::NOT_MODIFIED, Some(Kept { policy, picture })) => {
                let mut again = http::Request::get(url.as_str()).body(()).map_err(|error| Trouble::passing(&error))?;
                *again.headers_mut() = conditions;
                let mut answer = http::Response::new(());
                *answer.status_mut() = StatusCode::NOT_MODIFIED;
                *answer.headers_mut() = kept_headers;
                match policy.after_response(&again, &answer, now) {
                    AfterResponse::NotModified(policy, _) => {
                        let bitmap = self.decoded(&picture)?;
                        self.keep(url.as_str(), &policy, &picture);
                        Ok(bitmap)
                    }
                    AfterResponse::Modified(..) => {
                        self.forget(url.as_str());
                        let reason = "the tile server says of another tile that it is unchanged".to_owned();
                        Err(Trouble::new(FailureKind::Passing, reason))
                    }
                }
            }
            (status, _) if !status.is_success() => {
                let pause = pause_of(response.headers());
                let reason = format!("the tile server answers {status}");
                Err(Trouble { pause, ..Trouble::new(FailureKind::Passing, reason) })
            }
            (status, _) => {
                let picture = read(response).await?;
                let bitmap = self.decoded(&picture)?;
                let mut answer = http::Response::new(());
                *answer.status_mut() = status;
                *answer.headers_mut() = kept_headers;
                let options = CacheOptions { shared: false, ..CacheOptions::default() };
                let policy = CachePolicy::new_options(&request, &answer, now, options);
                if policy.is_storable() {
                    self.keep(url.as_str(), &policy, &picture);
                } else {
                    self.forget(url.as_str());
                }
                Ok(bitmap)
            }
        }
    }

    fn decoded(&self, picture: &[u8]) -> Result<Bitmap, Trouble> {
        Bitmap::decode_tile(picture, self.tile_size_px)
            .map_err(|error| Trouble::new(FailureKind::Garbled, error.to_string()))
    }

    fn keep(&self, address: &str, policy: &CachePolicy, picture: &[u8]) {
        if let Some(store) = &self.store {
            // On a full disk the tile is fetched again another time.
            let _ = store.write(address, policy, picture);
        }
    }

    fn forget(&self, address: &str) {
        if let Some(store) = &self.store {
            store.forget(address);
        }
    }
}

/// Has rustls take its arithmetic from ring.
pub(in crate::files) fn install_provider() {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // An error only says that another part of the program has installed one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// The name under which we ask: the program, its version, and where its makers can be found.
pub fn user_agent() -> String {
    let contact = env!("CARGO_PKG_REPOSITORY");
    let program = concat!("Claimline/", env!("CARGO_PKG_VERSION"));
    if contact.is_empty() { program.to_owned() } else { format!("{program} (+{contact})") }
}

/// Whether a tile may be shown that is older than its server says, where that cannot be asked.
fn may_be_stale(policy: &CachePolicy, url: &Url) -> bool {
    let any_age = http::Request::get(url.as_str()).header(header::CACHE_CONTROL, "max-stale").body(());
    any_age.is_ok_and(|request| policy.before_request(&request, SystemTime::now()).satisfies_without_revalidation())
}

/// Why a redirect is not followed, if so: who agreed to one server has been told of no other, and who asked for encryption
/// agreed to nothing less.
pub(in crate::files) fn refusal(previous: &[Url], next: &Url) -> Option<String> {
    const MOST: usize = 4;
    let first = previous.first()?;
    let is_same_server = (first.scheme(), first.host_str(), first.port_or_known_default())
        == (next.scheme(), next.host_str(), next.port_or_known_default());
    let is_encrypted_now = first.host_str() == next.host_str()
        && (first.scheme(), next.scheme()) == ("http", "https")
        && (first.port(), next.port()) == (None, None);
    if previous.len() > MOST {
        Some(format!("the tile server sends us on more than {MOST} times"))
    } else if is_same_server || is_encrypted_now {
        None
    } else {
        let host = next.host_str().unwrap_or_default();
        Some(format!("the tile server sends us on to {}://{host}, which is not followed", next.scheme()))
    }
}

/// The whole answer, up to the limit.
async fn read(mut response: Response) -> Result<Vec<u8>, Trouble> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Trouble::passing(&error))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Trouble::new(FailureKind::Garbled, "the answer is too large for a tile".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What an answer says of how long it may be kept: a week, if it does not say.
fn kept_headers(headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in KEPT_HEADERS {
        for value in headers.get_all(&name) {
            kept.append(name.clone(), value.clone());
        }
    }
    // An age beyond all measure is none: it would be added to another.
    let is_age = |age: &header::HeaderValue| age.to_str().is_ok_and(|age| age.trim().parse::<u32>().is_ok());
    if !kept.get_all(header::AGE).iter().all(is_age) {
        kept.remove(header::AGE);
    }
    let says = [header::CACHE_CONTROL, header::EXPIRES, header::PRAGMA].iter().any(|name| kept.contains_key(name));
    if !says {
        let week = header::HeaderValue::from_str(&format!("max-age={FRESH_FOR_S}"));
        kept.extend(week.ok().map(|week| (header::CACHE_CONTROL, week)));
    }
    kept
}

/// How long a server asks to be left alone (RFC 9110, section 10.2.3), at most an hour: so many seconds, or until a time.
pub(super) fn pause_of(headers: &HeaderMap) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(3600);
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(text).ok()?;
            until.duration_since(SystemTime::now()).unwrap_or_default()
        }
    };
    Some(pause.min(LONGEST))
}

/// The last cause, which says the most: "connection refused" rather than "error sending request".
pub(in crate::files) fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
