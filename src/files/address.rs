//! Addresses in place of files: where `https://…` is named as a file is, its features are fetched and opened.
//!
//! An address is a path as far as the rest of the program is concerned: it is typed, kept by projects and told as one.
//! Nothing here is fetched unless somebody has asked for it: the command line by naming the address, the window by asking its
//! user about each server once. A project only names an address; see [`From`](super::layers::From).

pub(super) mod fetch;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use geo::Rect;
use reqwest::Url;
use thiserror::Error;

pub(in crate::files) use self::fetch::Client;

use self::fetch::{Answer, CHANGED};
use super::servers::Server;
use super::{Content, FileError, Opened, Taken};
use crate::dossier::{About, Problem, name_of};
use crate::formats::flatgeobuf::part::{self, PartError};
use crate::formats::geojson::MAX_BYTES;
use crate::formats::secrets;
use crate::geometry::work;
use crate::session::Part;

/// What stands in place of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Address {
    /// A file on the web.
    Web(WebAddress),
}

/// The address of a file on the web.
#[derive(Debug, Clone, PartialEq)]
pub struct WebAddress {
    url: Url,
    /// The part of the map that is wanted, as `#bbox=W,S,E,N` at the end of the address says.
    within: Option<Rect<f64>>,
    /// Which of its parameters are secrets.
    secrets: Vec<String>,
}

/// Why an address cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is none.
    #[error("it is not an address that can be asked; write https://, the server, and where the file is")]
    Broken,
    /// Others on the way would see what is asked.
    #[error("it is not encrypted (http://), which is for servers on this computer alone; try https://")]
    Open,
    /// It holds a user's name or password.
    #[error("it has a user's name or password in it, which is sent to no server; leave out what stands before the @")]
    Password,
    /// The part of the map that is wanted is none.
    #[error("the part of the map after #bbox= is not W,S,E,N in degrees, such as #bbox=37,48,38,49")]
    Bounds,
}

/// Whether a path is an address. What is none is a file, whatever its name.
pub fn is_address(path: &Path) -> bool {
    let text = path.to_string_lossy();
    ["https://", "http://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

impl Address {
    /// The address that a path is; `None` where it is a file.
    ///
    /// # Errors
    /// [`AddressError`], of an address that is not opened.
    pub fn of(path: &Path) -> Option<Result<Self, AddressError>> {
        is_address(path).then(|| WebAddress::of(&path.to_string_lossy()).map(Self::Web))
    }

    /// The server that is asked.
    pub fn server(&self) -> Option<Server> {
        let Self::Web(address) = self;
        Server::of(address.url.as_str())
    }
}

impl WebAddress {
    fn of(text: &str) -> Result<Self, AddressError> {
        let mut url = Url::parse(text.trim()).map_err(|_| AddressError::Broken)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(AddressError::Broken)?;
        // What is no name is a number, which the parser writes in one way.
        let is_here = matches!(host, "localhost" | "[::1]") || url.domain().is_none() && host.starts_with("127.");
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Password);
        }
        if url.scheme() != "https" && !is_here {
            return Err(AddressError::Open);
        }
        let within = match url.fragment().and_then(|fragment| fragment.strip_prefix("bbox=")) {
            None => None,
            Some(bounds) => Some(bounds_of(bounds).ok_or(AddressError::Bounds)?),
        };
        url.set_fragment(None);
        let secrets =
            url.query_pairs().filter(|(name, _)| secrets::is_secret(name)).map(|(name, _)| name.into_owned()).collect();
        Ok(Self { url, within, secrets })
    }

    /// That it is kept without secrets, if it has any.
    pub(super) fn secrets_note(&self) -> Option<String> {
        (!self.secrets.is_empty()).then(|| {
            let secrets = self.secrets.join(", ");
            format!("its address is kept without what opens doors ({secrets}): to fetch it again, name it in full")
        })
    }

    /// The names of those of its parameters that open doors, if there are any.
    pub(super) fn secret_names(&self) -> Option<String> {
        (!self.secrets.is_empty()).then(|| self.secrets.join(", "))
    }

    /// What is asked.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The address as a project keeps it and as it is told: without secrets.
    pub(super) fn told(&self) -> PathBuf {
        let mut url = self.url.clone();
        if !self.secrets.is_empty() {
            let kept: Vec<(String, String)> = self
                .url
                .query_pairs()
                .filter(|(name, _)| !self.secrets.iter().any(|secret| secret == name))
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.set_query(None);
            if !kept.is_empty() {
                url.query_pairs_mut().extend_pairs(kept);
            }
        }
        if let Some(within) = self.within {
            url.set_fragment(Some(&fragment(within)));
        }
        PathBuf::from(String::from(url))
    }
}

fn fragment(view: Rect<f64>) -> String {
    // A millionth of a degree is a tenth of a metre.
    let [w, s, e, n] = [view.min().x, view.min().y, view.max().x, view.max().y].map(|one| (one * 1e6).round() / 1e6);
    format!("bbox={w},{s},{e},{n}")
}

fn bounds_of(text: &str) -> Option<Rect<f64>> {
    let numbers: Vec<f64> = text.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let [west, south, east, north] = numbers[..] else { return None };
    (-180.0 <= west && west < east && east <= 180.0 && -90.0 <= south && south < north && north <= 90.0)
        .then(|| Rect::new((west, south), (east, north)))
}

/// The address of a file of which a part can be read, with the part of the map that is wanted of it, if it does not say so
/// already. Other paths stay as they are.
pub fn within(path: &Path, view: Rect<f64>) -> PathBuf {
    let text = path.to_string_lossy();
    let may_be_in_parts = is_address(path) && name_of(path).to_lowercase().ends_with(".fgb");
    let has_fragment = text.contains('#');
    // A window shows more than the world has.
    let (low, high) = (view.min(), view.max());
    let clamped = [low.x.max(-180.0), low.y.max(-90.0), high.x.min(180.0), high.y.min(90.0)];
    let view = bounds_of(&clamped.map(|one| one.to_string()).join(","));
    match view.filter(|_| may_be_in_parts && !has_fragment) {
        Some(view) => PathBuf::from(format!("{text}#{}", fragment(view))),
        None => path.to_owned(),
    }
}

/// A file that is fetched as a whole because its server sends no parts may be so large.
const MOST_INSTEAD_OF_A_PART: u64 = 64 << 20;

/// So much of a file is asked for first where a part is wanted: its head and, mostly, the top of its index.
const START: u64 = 32 << 10;

/// For so long a server may send nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was fetched of an address.
struct Fetched {
    bytes: Vec<u8>,
    /// What is to be said of it.
    notes: Vec<String>,
}

/// Fetches a file and opens it. Somebody has asked for it.
pub(super) fn open(path: &Path, taken: Taken) -> Result<Opened, FileError> {
    open_within(path, taken, PATIENCE)
}

fn open_within(path: &Path, taken: Taken, patience: Duration) -> Result<Opened, FileError> {
    let failed = |what: String, path: PathBuf| FileError::Address { what, path };
    let address = match Address::of(path) {
        Some(Ok(Address::Web(address))) => address,
        Some(Err(error)) => return Err(failed(error.to_string(), told(path))),
        None => return Err(failed(AddressError::Broken.to_string(), path.to_owned())),
    };
    let told = address.told();
    let host = address.url.host_str().unwrap_or_default().to_owned();
    let name = name_of(&told);
    let says = name.clone();
    let says = move |of| work::begin(|| format!("Fetching {says} from {host}"), of);
    let fetched = Client::new(&address.url, patience, Some(Box::new(says)))
        .and_then(|client| fetch(&client, &address))
        .map_err(|what| failed(what, told.clone()))?;
    if is_page(&fetched.bytes) {
        let what = "the server answers with a web page, not with data; it may be a page about the file, or one to sign in: copy the \
                    address of the download itself";
        return Err(failed(what.to_owned(), told));
    }
    let mut notes = fetched.notes;
    notes.extend(address.secrets_note());
    let mut opened = super::open_bytes(&told, &name.to_lowercase(), fetched.bytes, taken)?;
    match &mut opened.content {
        Content::Evidence(Part::Layer(layer, problems)) => {
            let part = || About::Overlay(layer.id.clone());
            problems.extend(notes.into_iter().map(|what| Problem { part: part(), what }));
        }
        Content::Layers(parts) => super::say_of_file(&told, parts, notes),
        Content::Evidence(Part::Dossier(..)) | Content::Map(_) | Content::Picture | Content::Project(_) => {}
    }
    Ok(opened)
}

/// An address that is not opened as it may be told: without what stands before the @ and after the ?.
pub fn told(path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let (host, behind) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or_default();
    PathBuf::from(format!("{scheme}://{host}/{behind}"))
}

fn is_page(bytes: &[u8]) -> bool {
    let start = bytes.get(..1000).unwrap_or(bytes).trim_ascii_start().to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<") && memchr::memmem::find(&start, b"<html").is_some()
}

fn fetch(client: &Client, address: &WebAddress) -> Result<Fetched, String> {
    let most = MAX_BYTES as u64;
    let whole =
        |bytes: Vec<u8>, note: Option<&str>| Fetched { bytes, notes: note.map(str::to_owned).into_iter().collect() };
    let Some(view) = address.within else { return Ok(whole(client.whole(&address.url, most)?, None)) };
    let no_parts = "the server sends no parts of files: the whole file is read";
    let (start, length, version) = match client.range(&address.url, 0..START, MOST_INSTEAD_OF_A_PART, None)? {
        Answer::Whole(bytes) => return Ok(whole(bytes, Some(no_parts))),
        Answer::Part { bytes, of, version } => (bytes, of, version),
    };
    let (mut asked, mut got) = (1, start.len());
    let mut get = |range: std::ops::Range<u64>| match client.range(&address.url, range, 0, Some(&version))? {
        Answer::Part { bytes, of, .. } if of == length => {
            asked += 1;
            got += bytes.len();
            Ok(bytes)
        }
        _ => Err(CHANGED.to_owned()),
    };
    match part::part(&start, length, view, &mut get) {
        Ok(part) => {
            let kilobytes = got.div_ceil(1000);
            let note = format!(
                "{} of its {} features are read, those in {}: {asked} requests, {kilobytes} kB of {} kB",
                part.count,
                part.of,
                &fragment(view)["bbox=".len()..],
                length.div_ceil(1000)
            );
            Ok(whole(part.bytes, Some(&note)))
        }
        Err(PartError::NoIndex) if start.len() as u64 == length => Ok(whole(start, None)),
        Err(PartError::NoIndex) => {
            let note = "it has no index by which a part could be read: the whole file is";
            Ok(whole(client.whole(&address.url, most)?, Some(note)))
        }
        Err(error) => Err(error.to_string()),
    }
}
