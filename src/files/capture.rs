//! Captures of pages: what a server answers now, kept to the byte with what it was asked, as an archive of the web.
//!
//! Nothing here is fetched unless somebody has asked for this very page.

mod beside;
mod held;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HOST, HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Response, Url};
use thiserror::Error;
use tokio::runtime::Runtime;

pub use self::beside::Beside;
pub use self::held::{SavedFile, from_file, held, held_but};

use super::address::{Address, AddressError, is_address, told};
use super::documents::{self, ReadingError};
use super::servers::Server;
use super::tile_server::{Gate, gate, innermost, install_provider, user_agent};
use crate::dossier::check::TextAtHand;
use crate::dossier::manuscript::NewCapture;
use crate::dossier::standing::LivePage;
use crate::formats::bundle::MAX_FILE_BYTES;
use crate::formats::day::Day;
use crate::formats::document::ReadDocument;
use crate::formats::web_archive::{self, Captured, Exchange, Fields};
use crate::geometry::work;

/// How long a page may take, and how large it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For so long a server may send nothing.
    pub patience: Duration,
    /// From the first request to the last byte.
    pub longest: Duration,
    /// The largest page, in bytes.
    pub most_bytes: u64,
    /// How often one is sent on.
    pub most_redirects: usize,
}

/// What any page gets along with that has been published to be read.
pub const LIMITS: Limits = Limits {
    patience: Duration::from_secs(30),
    longest: Duration::from_secs(300),
    most_bytes: 64 << 20,
    most_redirects: 8,
};

/// How often is looked whether the work is still wanted.
const STEP: Duration = Duration::from_millis(50);

/// A page that was fetched.
#[derive(Debug, Clone)]
pub struct Page {
    /// The requests and answers.
    pub captured: Captured,
    /// Its text, as the archive gives it; or why it has none that is read.
    pub text: Result<ReadDocument, ReadingError>,
    /// The archive: a WACZ.
    pub archive: Vec<u8>,
    /// What came of asking for its pictures and style sheets.
    pub beside: Beside,
}

/// What is fetched of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// The page as the server sends it.
    #[default]
    Page,
    /// Its pictures and style sheets too, from whatever servers have them.
    WithResources,
}

impl Page {
    /// The address from which it came in the end.
    pub fn address(&self) -> &str {
        self.captured.page().map_or("", |page| &page.url)
    }
}

impl From<Page> for NewCapture {
    fn from(page: Page) -> Self {
        let url = Some(page.address().to_owned());
        Self {
            kind: "wacz".to_owned(),
            ending: "wacz".to_owned(),
            bytes: page.archive.into(),
            url,
            at: page.captured.at,
        }
    }
}

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CaptureError {
    /// It is no address of a page that is asked for.
    #[error("{0}")]
    Address(#[from] AddressError),
    /// What opens doors would be handed on with the capture.
    #[error(
        "its address holds what opens doors ({0}), and a capture hands that on; save the page in the browser and keep that file"
    )]
    Secret(String),
    /// The server says that there is no such page.
    #[error("the server has no such page any more ({0})")]
    Gone(u16),
    /// The server gives something else.
    #[error("the server answers {0} instead of the page; open it in the browser, save it there and keep that file")]
    Refused(u16),
    /// It leads on to what is not followed.
    #[error("the server sends us on to {0}, which is not followed")]
    Redirect(String),
    /// It is too large.
    #[error("the page has more than {0} MB, which is the limit")]
    TooLarge(u64),
    /// Nothing comes, or not all of it.
    #[error("{0}")]
    Unreached(String),
    /// The user does not want it any more.
    #[error("it was cancelled")]
    Cancelled,
    /// It cannot be kept.
    #[error("the archive cannot be written: {0}")]
    NotWritten(String),
}

/// The server that an address of a page asks; none where it is no address that can be captured.
pub fn server_of(url: &str) -> Option<Server> {
    Address::of(Path::new(url.trim()))?.ok()?.server()
}

/// Fetches a page and makes an archive of it, which is read as any other.
///
/// # Errors
/// [`CaptureError`].
pub fn fetch(url: &str, extent: Extent) -> Result<Page, CaptureError> {
    fetch_within(url, extent, LIMITS)
}

/// The same within other limits.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_within(url: &str, extent: Extent, limits: Limits) -> Result<Page, CaptureError> {
    let url = url.trim();
    let address = match Address::of(Path::new(url)) {
        Some(Ok(Address::Web(address))) => address,
        Some(Err(error)) => return Err(error.into()),
        None => return Err(AddressError::Broken.into()),
    };
    if let Some(names) = address.secret_names() {
        return Err(CaptureError::Secret(names));
    }
    let fetcher = Fetcher::new(limits)?;
    let exchanges = fetcher.run(address.url().clone())?;
    let at = now();
    let mut beside = match (extent, exchanges.last()) {
        (Extent::WithResources, Some(page)) if is_html(page) => fetcher.runtime.block_on(beside::fetch(&fetcher, page)),
        _ => Beside::default(),
    };
    if work::is_cancelled() {
        return Err(CaptureError::Cancelled);
    }
    let of_beside = std::mem::take(&mut beside.exchanges);
    let mut captured = Captured { exchanges, beside: of_beside, at, title: String::new() };
    let mut archive = web_archive::write(&captured).map_err(CaptureError::NotWritten)?;
    let page = captured.page().map(|page| page.url.clone()).unwrap_or_default();
    // What is kept is what is read, so that nobody else has to find other words in it.
    let text = documents::read_bytes("page.wacz", archive.clone(), Some(&page), documents::LIMITS);
    if let Ok(ReadDocument { said, .. }) = &text
        && let Some(title) = said.title.as_ref().filter(|title| !title.is_empty())
    {
        captured.title.clone_from(title);
        archive = web_archive::write(&captured).map_err(CaptureError::NotWritten)?;
    }
    // A dossier's one file holds none that is larger.
    if archive.len() as u64 > MAX_FILE_BYTES {
        return Err(CaptureError::TooLarge(MAX_FILE_BYTES >> 20));
    }
    Ok(Page { captured, text, archive, beside })
}

/// What the page of an address has now. It is kept nowhere.
pub fn live(url: &str, limits: Limits) -> LivePage {
    match fetch_within(url, Extent::Page, limits) {
        Ok(page) => match page.text {
            Ok(text) => LivePage::Text(Box::new(TextAtHand::new(text.normalized))),
            Err(why) => LivePage::NotReached(format!("the page answers, but {why}")),
        },
        Err(error @ CaptureError::Gone(_)) => LivePage::Gone(error.to_string()),
        Err(error) => LivePage::NotReached(error.to_string()),
    }
}

/// The time in UTC: `2026-11-29T12:00:00Z`.
pub fn now() -> String {
    utc(SystemTime::now())
}

/// A time in UTC: `2026-11-29T12:00:00Z`.
pub fn utc(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let day = i64::try_from(seconds / 86_400).ok().and_then(Day::of_days).map(|day| day.iso()).unwrap_or_default();
    let [hours, minutes] = [seconds / 3600 % 24, seconds / 60 % 60];
    format!("{day}T{hours:02}:{minutes:02}:{:02}Z", seconds % 60)
}

/// What asks, hop by hop.
struct Fetcher {
    client: reqwest::Client,
    runtime: Runtime,
    limits: Limits,
    until: Instant,
}

impl Fetcher {
    fn new(limits: Limits) -> Result<Self, CaptureError> {
        install_provider();
        let failed = |why: String| CaptureError::Unreached(format!("the network cannot be used: {why}"));
        // What was asked is kept in the words of HTTP/1.1, so that is what is spoken.
        let client = reqwest::Client::builder()
            .http1_only()
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .referer(false)
            .connect_timeout(limits.patience.min(Duration::from_secs(10)))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| failed(innermost(&error)))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        Ok(Self { client, runtime, limits, until: Instant::now() + limits.longest })
    }

    /// The page, after those that led to it.
    fn run(&self, first: Url) -> Result<Vec<Exchange>, CaptureError> {
        self.runtime.block_on(async {
            let (mut exchanges, mut url) = (Vec::new(), first);
            loop {
                let host = url.host_str().unwrap_or_default().to_owned();
                work::begin(|| format!("Fetching the page from {host}"), 0);
                let exchange = self.exchange(&url, Wanted::Page).await?;
                let status = exchange.status;
                let next = matches!(status, 301 | 302 | 303 | 307 | 308).then(|| location(&exchange)).flatten();
                exchanges.push(exchange);
                match (status, next) {
                    (200, _) => return Ok(exchanges),
                    (404 | 410, _) => return Err(CaptureError::Gone(status)),
                    (_, Some(to)) => {
                        let next = url.join(&to).map_err(|_| CaptureError::Redirect(shown(&to)))?;
                        if exchanges.len() > self.limits.most_redirects || !may_follow(&url, &next) {
                            return Err(CaptureError::Redirect(shown(next.as_str())));
                        }
                        url = next;
                        url.set_fragment(None);
                    }
                    _ => return Err(CaptureError::Refused(status)),
                }
            }
        })
    }

    async fn exchange(&self, url: &Url, wanted: Wanted) -> Result<Exchange, CaptureError> {
        let _turn = match gate(url) {
            Gate::Open(semaphore) => self.patiently(semaphore.acquire_owned()).await?.ok(),
            Gate::None => None,
        };
        let headers = headers_for(url, wanted)?;
        let request = fields(&headers);
        let sent = self.client.get(url.clone()).headers(headers).send();
        let mut response = self.patiently(sent).await?.map_err(|error| in_vain(&error))?;
        let status = response.status();
        let reason = status.canonical_reason().unwrap_or_default().to_owned();
        let head = fields(response.headers());
        let most = match wanted {
            Wanted::Page => self.limits.most_bytes,
            Wanted::Beside(most) => most.min(self.limits.most_bytes),
        };
        let body = self.body(&mut response, most).await?;
        Ok(Exchange { url: url.as_str().to_owned(), request, status: status.as_u16(), reason, response: head, body })
    }

    async fn body(&self, response: &mut Response, most: u64) -> Result<Vec<u8>, CaptureError> {
        let said = response.content_length();
        if said.is_some_and(|said| said > most) {
            return Err(CaptureError::TooLarge(most >> 20));
        }
        let mut body = Vec::new();
        while let Some(chunk) = self.patiently(response.chunk()).await?.map_err(|error| in_vain(&error))? {
            if (body.len() + chunk.len()) as u64 > most {
                return Err(CaptureError::TooLarge(most >> 20));
            }
            body.extend_from_slice(&chunk);
            work::advance(body.len() as u64);
        }
        Ok(body)
    }

    /// Waits for something for as long as patience goes and it is wanted.
    async fn patiently<F: Future>(&self, future: F) -> Result<F::Output, CaptureError> {
        let mut future = std::pin::pin!(future);
        let begun = Instant::now();
        loop {
            match tokio::time::timeout(STEP, future.as_mut()).await {
                Ok(output) => return Ok(output),
                Err(_) if work::is_cancelled() => return Err(CaptureError::Cancelled),
                Err(_) if begun.elapsed() >= self.limits.patience => {
                    let seconds = self.limits.patience.as_secs().max(1);
                    let what = format!("the server has sent nothing for {seconds} seconds; try again later");
                    return Err(CaptureError::Unreached(what));
                }
                Err(_) if Instant::now() >= self.until => {
                    let seconds = self.limits.longest.as_secs().max(1);
                    let what = format!("the server has not sent all of it within {seconds} seconds; try again later");
                    return Err(CaptureError::Unreached(what));
                }
                Err(_) => {}
            }
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Page,
    /// A picture or a style sheet of at most so many bytes.
    Beside(u64),
}

/// Whether the answer is a page with tags.
fn is_html(page: &Exchange) -> bool {
    let field = page.response.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let kind = field.map(|(_, value)| String::from_utf8_lossy(value).to_ascii_lowercase()).unwrap_or_default();
    kind.is_empty() || kind.contains("html")
}

/// All that a server is told: who asks, and that the page is wanted as it is.
fn headers_for(url: &Url, wanted: Wanted) -> Result<HeaderMap, CaptureError> {
    let host = url.host_str().ok_or(AddressError::Broken)?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| CaptureError::from(AddressError::Broken));
    let mut headers = HeaderMap::new();
    headers.insert(HOST, value(&host)?);
    headers.insert(USER_AGENT, value(&user_agent())?);
    headers.insert(
        ACCEPT,
        HeaderValue::from_static(match wanted {
            Wanted::Page => "text/html,application/xhtml+xml,application/pdf,*/*;q=0.8",
            Wanted::Beside(_) => "text/css,image/*,*/*;q=0.5",
        }),
    );
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(headers)
}

fn fields(headers: &HeaderMap) -> Fields {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}

fn location(exchange: &Exchange) -> Option<String> {
    let field = exchange.response.iter().find(|(name, _)| *name == LOCATION.as_str());
    field.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}

/// Whether one is led on: within the web, never from an encrypted page to an open one, never with a password, and from no server
/// to this computer.
fn may_follow(from: &Url, to: &Url) -> bool {
    let is_web = matches!(to.scheme(), "http" | "https") && (to.scheme() == "https" || from.scheme() == "http");
    let is_here = |url: &Url| Server::of(url.as_str()).is_some_and(|server| server.is_here());
    is_web && to.username().is_empty() && to.password().is_none() && (is_here(from) || !is_here(to))
}

/// An address as it may be told.
fn shown(address: &str) -> String {
    if is_address(Path::new(address)) {
        told(Path::new(address)).display().to_string()
    } else {
        address.chars().filter(|letter| !letter.is_control()).take(100).collect()
    }
}

fn in_vain(error: &reqwest::Error) -> CaptureError {
    let why = innermost(error);
    CaptureError::Unreached(if error.is_connect() {
        format!("the server cannot be reached: {why}")
    } else {
        format!("the server was asked in vain: {why}")
    })
}
