//! One tile or description: from what is kept of it on the disk, or asked of its server and read within bounds.

use std::sync::{Once, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use http_cache_semantics::{AfterResponse, BeforeRequest, CacheOptions, CachePolicy};
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Client, Response, StatusCode, Url};

use super::hosts::{self, Gate};
use super::payload::{Decoding, TilePayload};
use super::store::{self, Kept, Store};
use super::{FailureKind, TileServerError, TileServerOptions};
use crate::files::servers::Servers;
use crate::formats::secrets;

/// Largest answer taken.
pub(super) const LARGEST_ANSWER: usize = 8 << 20;
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
    servers: Servers,
    pub(super) tile_size_px: u32,
}

/// A tile that came.
pub(super) struct Fetched<T> {
    pub(super) tile: T,
    /// When its server was last asked for it.
    pub(super) at: SystemTime,
}

/// Why one tile did not come, and what to say of it.
pub(super) struct Trouble {
    pub(super) kind: FailureKind,
    pub(super) reason: String,
    /// How long the server asks to be left alone.
    pub(super) pause: Option<Duration>,
}

impl Trouble {
    pub(super) fn new(kind: FailureKind, reason: String) -> Self {
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
        Ok(Self { client, store, servers: options.servers.clone(), tile_size_px: options.source.tile_size_px })
    }

    /// The tile of an address. Only what can be shown is kept on the disk.
    pub(super) async fn tile<T: TilePayload>(&self, address: &str, decoding: Decoding) -> Result<Fetched<T>, Trouble> {
        let decode =
            |bytes: &[u8]| T::decode(bytes, decoding).map_err(|reason| Trouble::new(FailureKind::Garbled, reason));
        let (tile, at) = self.fetch(address, true, decode).await?;
        Ok(Fetched { tile, at })
    }

    /// The document of an address, such as a description of a map. One that is asked for with a key is not kept on the disk:
    /// servers write the key into what they answer.
    pub(super) async fn document(&self, address: &str) -> Result<Vec<u8>, Trouble> {
        let decode = |bytes: &[u8]| match serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
            Ok(_) => Ok(bytes.to_vec()),
            Err(error) => Err(Trouble::new(FailureKind::Garbled, format!("its description is no JSON: {error}"))),
        };
        self.fetch(address, secrets::places(address).next().is_none(), decode).await.map(|(bytes, _)| bytes)
    }

    /// What an address holds, decoded, and when its server was last asked for it.
    async fn fetch<T>(
        &self,
        address: &str,
        may_keep: bool,
        decode: impl Fn(&[u8]) -> Result<T, Trouble>,
    ) -> Result<(T, SystemTime), Trouble> {
        // The address as it is kept and told has no key in it.
        let without_key = Url::parse(&address.replace(['{', '}'], "")).map_err(|error| Trouble::passing(&error))?;
        let request = http::Request::get(without_key.as_str()).body(());
        let request = request.map_err(|error| Trouble::passing(&error))?;
        let mut kept = self.store.as_ref().and_then(|store| store.read(address));
        let mut conditions = HeaderMap::new();
        if let Some(tile) = &kept {
            match tile.policy.before_request(&request, SystemTime::now()) {
                BeforeRequest::Fresh(_) => match decode(&tile.picture) {
                    Ok(decoded) => return Ok((decoded, asked_at(&tile.policy))),
                    // Another size was asked for when it was kept.
                    Err(_) => kept = None,
                },
                BeforeRequest::Stale { request, matches: true } => conditions = request.headers,
                BeforeRequest::Stale { .. } => kept = None,
            }
        }
        let (url, headers) =
            self.servers.with_key(address).map_err(|reason| Trouble::new(FailureKind::Garbled, reason))?;
        let _turn = match hosts::gate(&url) {
            Gate::Open(semaphore) => semaphore.acquire_owned().await.ok(),
            Gate::None => None,
        };
        let asked = self.client.get(url.clone()).headers(headers).headers(conditions.clone()).send();
        let response = match (asked.await, kept.as_ref().filter(|tile| may_be_stale(&tile.policy, &request))) {
            (Ok(response), _) => response,
            // Without the network an old tile is better than none (RFC 9111, section 4.2.4).
            (Err(error), Some(tile)) => {
                return decode(&tile.picture)
                    .map(|decoded| (decoded, asked_at(&tile.policy)))
                    .map_err(|_| Trouble::passing(&error.without_url()));
            }
            (Err(error), None) => return Err(Trouble::passing(&error.without_url())),
        };
        let now = SystemTime::now();
        let kept_headers = kept_headers(response.headers());
        match (response.status(), kept) {
            (StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::NO_CONTENT, _) => {
                Err(Trouble::new(FailureKind::Missing, String::new()))
            }
            (StatusCode::NOT_MODIFIED, Some(Kept { policy, picture })) => {
                let mut again = http::Request::new(());
                *again.uri_mut() = request.uri().clone();
                *again.headers_mut() = conditions;
                let mut answer = http::Response::new(());
                *answer.status_mut() = StatusCode::NOT_MODIFIED;
                *answer.headers_mut() = kept_headers;
                match policy.after_response(&again, &answer, now) {
                    AfterResponse::NotModified(policy, _) => {
                        let decoded = decode(&picture)?;
                        self.keep(address, &policy, &picture);
                        Ok((decoded, now))
                    }
                    AfterResponse::Modified(..) => {
                        self.forget(address);
                        let reason = "the tile server says of another tile that it is unchanged".to_owned();
                        Err(Trouble::new(FailureKind::Passing, reason))
                    }
                }
            }
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => {
                let pause = pause_of(response.headers());
                let reason = format!(
                    "the tile server answers {}: it may ask for a key, or refuse this program",
                    response.status()
                );
                Err(Trouble { pause, ..Trouble::new(FailureKind::Passing, reason) })
            }
            (status, _) if !status.is_success() => {
                let pause = pause_of(response.headers());
                let reason = format!("the tile server answers {status}");
                Err(Trouble { pause, ..Trouble::new(FailureKind::Passing, reason) })
            }
            (status, _) => {
                let picture = read(response).await?;
                let decoded = decode(&picture)?;
                let mut answer = http::Response::new(());
                *answer.status_mut() = status;
                *answer.headers_mut() = kept_headers;
                let options = CacheOptions { shared: false, ..CacheOptions::default() };
                let policy = CachePolicy::new_options(&request, &answer, now, options);
                if may_keep && policy.is_storable() {
                    self.keep(address, &policy, &picture);
                } else {
                    self.forget(address);
                }
                Ok((decoded, now))
            }
        }
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

/// Whom servers can write to, if the user has said so.
static CONTACT: RwLock<String> = RwLock::new(String::new());

/// Takes whom servers can write to about what this program asks of them, for all that is asked from now on.
pub fn set_contact(contact: &str) {
    // What is no header would keep every request from being made.
    let told = contact.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ').collect();
    *CONTACT.write().unwrap_or_else(PoisonError::into_inner) = told;
}

/// The name under which we ask: the program, its version, and whom to write to: what the user has set, or where the
/// program's makers can be found.
pub fn user_agent() -> String {
    let own = CONTACT.read().unwrap_or_else(PoisonError::into_inner);
    let contact = if own.is_empty() { env!("CARGO_PKG_REPOSITORY") } else { own.as_str() };
    let program = concat!("Claimline/", env!("CARGO_PKG_VERSION"));
    if contact.is_empty() { program.to_owned() } else { format!("{program} (+{contact})") }
}

/// Whether servers are told whom to write to.
pub fn has_contact() -> bool {
    user_agent().contains("(+")
}

/// When a server was last asked for what is kept of its answer.
fn asked_at(policy: &CachePolicy) -> SystemTime {
    let now = SystemTime::now();
    now.checked_sub(policy.age(now)).unwrap_or(now)
}

/// Whether a tile may be shown that is older than its server says, where that cannot be asked.
fn may_be_stale(policy: &CachePolicy, request: &http::Request<()>) -> bool {
    let any_age = http::Request::get(request.uri()).header(header::CACHE_CONTROL, "max-stale").body(());
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
