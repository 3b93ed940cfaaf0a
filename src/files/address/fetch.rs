//! Asks a server for a file or for parts of it, within bounds, until the work is cancelled.

use std::future::Future;
use std::ops::Range;
use std::time::Duration;

use reqwest::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_MATCH, LAST_MODIFIED, RANGE,
};
use reqwest::{Response, StatusCode, Url};
use tokio::runtime::Runtime;
use tokio::sync::OwnedSemaphorePermit;

use crate::files::tile_server::{Gate, gate, innermost, install_provider, refusal, user_agent};
use crate::geometry::work;

/// How often is looked whether the work is still wanted.
const STEP: Duration = Duration::from_millis(100);

/// However slowly a server sends, it has to have come to an end by then.
const LONGEST: Duration = Duration::from_secs(3600);

/// What is said of a file of which another state is there now.
pub(in crate::files) const CHANGED: &str = "the file on the server changes while it is read; try again";

/// What asks one server.
pub(in crate::files) struct Client {
    client: reqwest::Client,
    runtime: Runtime,
    patience: Duration,
    says: Option<Says>,
    headers: HeaderMap,
}

/// Says how many bytes come next; who has none says himself how far the whole is.
pub(in crate::files) type Says = Box<dyn Fn(u64) + Send + Sync>;

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Client").field("patience", &self.patience).finish_non_exhaustive()
    }
}

/// By what a server tells one state of a file from another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::files) struct Version {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

impl Version {
    fn of(headers: &HeaderMap) -> Self {
        let said = |name: HeaderName| headers.get(name).cloned();
        Self { etag: said(ETAG), modified: said(LAST_MODIFIED) }
    }

    /// Whether another may be of the same state: what only one of two answers says tells nothing.
    fn may_be(&self, other: &Self) -> bool {
        let differ =
            |one: &Option<HeaderValue>, two: &Option<HeaderValue>| one.is_some() && two.is_some() && one != two;
        !differ(&self.etag, &other.etag) && !differ(&self.modified, &other.modified)
    }

    /// What a server may be asked to compare: a weak mark says only that two states mean the same.
    fn strong(&self) -> Option<&HeaderValue> {
        self.etag.as_ref().filter(|etag| !etag.as_bytes().starts_with(b"W/"))
    }

    /// As bytes, for a fingerprint.
    pub(in crate::files) fn bytes(&self) -> Vec<u8> {
        let of = |value: &Option<HeaderValue>| value.as_ref().map_or(Vec::new(), |value| value.as_bytes().to_vec());
        [of(&self.etag), vec![0], of(&self.modified)].concat()
    }
}

/// What a server answers to who asks for a part.
pub(in crate::files) enum Answer {
    /// The part, of a file of so many bytes.
    Part {
        /// Its bytes.
        bytes: Vec<u8>,
        /// How long the file is.
        of: u64,
        /// Which state of it this is.
        version: Version,
    },
    /// The whole file.
    Whole(Vec<u8>),
}

impl Client {
    pub(in crate::files) fn new(url: &Url, patience: Duration, says: Option<Says>) -> Result<Self, String> {
        install_provider();
        let client = reqwest::Client::builder()
            .user_agent(user_agent())
            .connect_timeout(patience.min(Duration::from_secs(10)))
            .timeout(LONGEST)
            .https_only(url.scheme() == "https")
            .redirect(reqwest::redirect::Policy::custom(|attempt| {
                match refusal(attempt.previous(), attempt.url()) {
                    None => attempt.follow(),
                    Some(_) if attempt.previous().len() > 4 => attempt.error("the server sends us on and on"),
                    Some(_) => {
                        let to = attempt.url().clone();
                        attempt.error(format!(
                            "the server sends us on to another one, which has not been named: {to}; open that address if you trust it"
                        ))
                    }
                }
            }))
            .build()
            .map_err(|error| format!("the network cannot be used: {}", innermost(&error)))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("the network cannot be used: {error}"))?;
        Ok(Self { client, runtime, patience, says, headers: HeaderMap::new() })
    }

    /// The same with headers of the user's own for the server.
    #[must_use]
    pub(in crate::files) fn with_headers(self, headers: HeaderMap) -> Self {
        Self { headers, ..self }
    }

    /// Waits for a turn: however many ask a host at a time, it has few requests to answer.
    async fn turn(&self, url: &Url) -> Result<Option<OwnedSemaphorePermit>, String> {
        let Gate::Open(semaphore) = gate(url) else { return Ok(None) };
        let mut turn = std::pin::pin!(semaphore.acquire_owned());
        loop {
            match tokio::time::timeout(STEP, turn.as_mut()).await {
                Ok(turn) => return Ok(turn.ok()),
                Err(_) if work::is_cancelled() => return Err("it was cancelled".to_owned()),
                Err(_) => {}
            }
        }
    }

    /// The whole file, of no more than `most` bytes.
    pub(in crate::files) fn whole(&self, url: &Url, most: u64) -> Result<Vec<u8>, String> {
        self.runtime.block_on(async {
            let _turn = self.turn(url).await?;
            let response = self.answer(self.client.get(url.clone())).await?;
            self.body(response, most).await
        })
    }

    /// The same with headers of the user's own for the server.
    pub(in crate::files) fn whole_with(&self, url: &Url, headers: HeaderMap, most: u64) -> Result<Vec<u8>, String> {
        self.runtime.block_on(async {
            let _turn = self.turn(url).await?;
            let response = self.answer(self.client.get(url.clone()).headers(headers)).await?;
            self.body(response, most).await
        })
    }

    /// A part of the file, of the state that was seen before, if one was; or the whole of it, if the server sends that and
    /// it has no more than `most` bytes.
    pub(in crate::files) fn range(
        &self,
        url: &Url,
        range: Range<u64>,
        most: u64,
        seen: Option<&Version>,
    ) -> Result<Answer, String> {
        let Some(last) = range.end.checked_sub(1) else { return Err("nothing is asked for".to_owned()) };
        self.runtime.block_on(async {
            let _turn = self.turn(url).await?;
            let mut request = self.client.get(url.clone()).headers(self.headers.clone());
            request = request.header(RANGE, format!("bytes={}-{last}", range.start));
            // What is packed on the way has other places.
            request = request.header(ACCEPT_ENCODING, "identity");
            if let Some(etag) = seen.and_then(Version::strong) {
                request = request.header(IF_MATCH, etag);
            }
            let response = self.answer(request).await?;
            if response.status() != StatusCode::PARTIAL_CONTENT {
                let takes_ranges = response.headers().get(ACCEPT_RANGES).is_some_and(|unit| unit == "bytes");
                if most == 0 {
                    return Err("the server sends no parts of files; download the file and open that".to_owned());
                }
                return match self.body(response, most).await {
                    Ok(bytes) => Ok(Answer::Whole(bytes)),
                    Err(why) if takes_ranges => Err(why),
                    Err(why) => Err(format!("the server sends no parts of files, and {why}")),
                };
            }
            let of = response.headers().get(CONTENT_RANGE).and_then(|said| said.to_str().ok()).and_then(parts_of);
            let is_packed = response.headers().get(CONTENT_ENCODING).is_some_and(|how| how != "identity");
            let Some((start, end, of)) =
                of.filter(|(start, end, of)| *start == range.start && end < of && *end <= last && !is_packed)
            else {
                return Err("the server sends another part of the file than it was asked for".to_owned());
            };
            let version = Version::of(response.headers());
            if seen.is_some_and(|seen| !seen.may_be(&version)) {
                return Err(CHANGED.to_owned());
            }
            let bytes = self.body(response, end - start + 1).await?;
            if bytes.len() as u64 != end - start + 1 {
                return Err("the server breaks off before it has sent all of it; try again later".to_owned());
            }
            Ok(Answer::Part { bytes, of, version })
        })
    }

    /// What a server answers, if that is what was asked for.
    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Response, String> {
        let response = self.patiently(request.send()).await?.map_err(|error| asked_in_vain(&error))?;
        let status = response.status();
        if status.is_success() && status != StatusCode::NO_CONTENT {
            return Ok(response);
        }
        Err(match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => "the server has no such file (404)".to_owned(),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                format!(
                    "the server gives it to nobody but those whom it knows ({}); download it and open the file",
                    status.as_u16()
                )
            }
            StatusCode::PRECONDITION_FAILED => CHANGED.to_owned(),
            StatusCode::TOO_MANY_REQUESTS => "the server is asked too often (429); try again later".to_owned(),
            _ => format!("the server answers {status} instead of the file; try again later"),
        })
    }

    /// All that is sent, up to a limit.
    async fn body(&self, mut response: Response, most: u64) -> Result<Vec<u8>, String> {
        let too_large = || format!("the file has more than {} MB, which is the limit", most >> 20);
        let said = response.content_length();
        if said.is_some_and(|said| said > most) {
            return Err(too_large());
        }
        if let Some(says) = &self.says {
            says(said.unwrap_or_default());
        }
        let mut body = Vec::new();
        while let Some(chunk) = self.patiently(response.chunk()).await?.map_err(|error| asked_in_vain(&error))? {
            if (body.len() + chunk.len()) as u64 > most {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
            if self.says.is_some() {
                work::advance(body.len() as u64);
            }
        }
        Ok(body)
    }

    /// Waits for something for as long as patience goes and it is wanted.
    async fn patiently<F: Future>(&self, future: F) -> Result<F::Output, String> {
        let mut future = std::pin::pin!(future);
        let mut waited = Duration::ZERO;
        loop {
            match tokio::time::timeout(STEP, future.as_mut()).await {
                Ok(output) => return Ok(output),
                Err(_) if work::is_cancelled() => return Err("it was cancelled".to_owned()),
                Err(_) if waited >= self.patience => {
                    return Err(format!(
                        "the server has sent nothing for {} seconds; try again later",
                        waited.as_secs().max(1)
                    ));
                }
                Err(_) => waited += STEP,
            }
        }
    }
}

/// What `bytes 0-99/1234` says: the first byte, the last and how many there are.
fn parts_of(text: &str) -> Option<(u64, u64, u64)> {
    let (part, of) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, end) = part.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (start, end, of) = (number(start)?, number(end)?, number(of)?);
    (start <= end).then_some((start, end, of))
}

fn asked_in_vain(error: &reqwest::Error) -> String {
    let why = innermost(error);
    if error.is_redirect() {
        why
    } else if error.is_connect() {
        format!("the server cannot be reached: {why}")
    } else {
        format!("the server was asked in vain: {why}")
    }
}
