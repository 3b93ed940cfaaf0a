//! Writes archives of the web: what a server was asked and what it answered, to the byte, as one WACZ that other programs replay
//! and check.
//!
//! No clock gets in but the time that is given, and names are made of what they name: the same exchange gives the same bytes.
//!
//! # References
//! Web Archive Collection Zipped 1.1.1, CDXJ 0.1 and 5.4 “pages.jsonl” (Webrecorder); ISO 28500:2017 “WARC file format”, 5 “Named
//! fields”, 6 “WARC record types”; RFC 9112, 3 “Request line”, 4 “Status line”.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use flate2::{Compression, GzBuilder};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::number::hex;

/// The fields of a head in their order, names as they are sent.
pub type Fields = Vec<(String, Vec<u8>)>;

/// What a server was asked, and what it answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// The address, whole.
    pub url: String,
    /// What the request said, `Host` included.
    pub request: Fields,
    /// Such as 200.
    pub status: u16,
    /// Such as `OK`.
    pub reason: String,
    /// What the answer's head said.
    pub response: Fields,
    /// Its body as it came, unpacked nowhere, though no longer cut into chunks.
    pub body: Vec<u8>,
}

/// A page as a server sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// From the first that was asked, by way of those that led on, to the page, which is the last.
    pub exchanges: Vec<Exchange>,
    /// The pictures and style sheets that the page names, where they were asked for.
    pub beside: Vec<Exchange>,
    /// When, in UTC: `2026-11-29T12:00:00Z`.
    pub at: String,
    /// What the page calls itself; empty where it does not.
    pub title: String,
}

impl Captured {
    /// The page itself.
    pub fn page(&self) -> Option<&Exchange> {
        self.exchanges.last()
    }
}

/// The name of the archive within.
const WARC: &str = "data.warc.gz";

/// What the program calls itself in files.
const SOFTWARE: &str = concat!("Claimline ", env!("CARGO_PKG_VERSION"));

/// Fields that speak of how a body came and not of what it is: what is kept is no longer cut into chunks.
const OF_THE_WAY: &str = "transfer-encoding";

/// Writes the archive.
///
/// # Errors
/// In words: there is nothing to write, or it is larger than a zip holds.
pub fn write(captured: &Captured) -> Result<Vec<u8>, String> {
    let page = captured.page().ok_or("there is no page to keep")?;
    let stamp: String = captured.at.chars().filter(char::is_ascii_digit).take(14).collect();
    let mut warc = Vec::new();
    let info = format!("software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\nisPartOf: {}\r\n", one_line(&page.url));
    let fields = [("WARC-Filename", WARC.to_owned()), ("Content-Type", "application/warc-fields".to_owned())];
    warc.extend(record("warcinfo", &captured.at, &fields, info.as_bytes())?);
    let mut index = Vec::new();
    for (number, exchange) in captured.exchanges.iter().chain(&captured.beside).enumerate() {
        let (url, answer) = (one_line(&exchange.url), answer_block(exchange));
        let digest = sum(&exchange.body);
        let fields = [
            ("WARC-Target-URI", url.clone()),
            ("WARC-Payload-Digest", digest.clone()),
            ("Content-Type", "application/http; msgtype=response".to_owned()),
        ];
        let id = id_of("response", &captured.at, &fields, &answer);
        let packed = record("response", &captured.at, &fields, &answer)?;
        let (offset, length) = (warc.len(), packed.len());
        warc.extend(packed);
        let fields = [
            ("WARC-Target-URI", url.clone()),
            ("WARC-Concurrent-To", id),
            ("Content-Type", "application/http; msgtype=request".to_owned()),
        ];
        warc.extend(record("request", &captured.at, &fields, &request_block(exchange))?);
        let mut said = json!({
            "url": url, "mime": media_type(exchange), "status": exchange.status.to_string(), "digest": digest,
            "length": length.to_string(), "offset": offset.to_string(), "filename": WARC,
        });
        if let Some(said) = said.as_object_mut() {
            said.retain(|_, value| *value != "");
        }
        index.push((format!("{} {stamp}", sort_key(&url)), number, said));
    }
    index.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    let lines: String = index.iter().map(|(key, _, said)| format!("{key} {said}\n")).collect();
    let cdx = gzip(lines.as_bytes())?;
    let mut idx = "!meta 0 {\"format\": \"cdxj-gzip-1.0\", \"filename\": \"index.cdx.gz\"}\n".to_owned();
    if let Some((key, _, _)) = index.first() {
        let said = json!({ "offset": 0, "length": cdx.len(), "digest": sum(&cdx), "filename": "index.cdx.gz" });
        let _ = writeln!(idx, "{key} {said}");
    }
    let url = one_line(&page.url);
    let mut listed = json!({ "id": page_id(&url, &captured.at), "url": url, "ts": captured.at });
    if !captured.title.is_empty() {
        listed["title"] = json!(captured.title);
    }
    let pages = format!("{}\n{listed}\n", json!({ "format": "json-pages-1.0", "id": "pages", "title": "All Pages" }));
    let files = [
        (format!("archive/{WARC}"), warc),
        ("indexes/index.cdx.gz".to_owned(), cdx),
        ("indexes/index.idx".to_owned(), idx.into_bytes()),
        ("pages/pages.jsonl".to_owned(), pages.into_bytes()),
    ];
    let resources: Vec<_> = files
        .iter()
        .map(|(path, bytes)| {
            let name = path.rsplit('/').next();
            json!({ "name": name, "path": path, "hash": sum(bytes), "bytes": bytes.len() })
        })
        .collect();
    let title = if captured.title.is_empty() { &url } else { &captured.title };
    let package = json!({
        "profile": "data-package", "wacz_version": "1.1.1", "title": title, "created": captured.at, "software": SOFTWARE,
        "mainPageUrl": url, "mainPageDate": captured.at, "resources": resources,
    });
    let package = format!("{package:#}\n").into_bytes();
    let digest = format!("{:#}\n", json!({ "path": "datapackage.json", "hash": sum(&package) }));
    let last = [("datapackage.json".to_owned(), package), ("datapackage-digest.json".to_owned(), digest.into_bytes())];
    zipped(files.into_iter().chain(last))
}

/// Packs nothing once more: a replayer reads records from the middle of the file.
fn zipped(files: impl Iterator<Item = (String, Vec<u8>)>) -> Result<Vec<u8>, String> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        writer.start_file(name, options).map_err(|error| error.to_string())?;
        writer.write_all(&bytes).map_err(|error| error.to_string())?;
    }
    Ok(writer.finish().map_err(|error| error.to_string())?.into_inner())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut writer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    writer.write_all(bytes).and_then(|()| writer.finish()).map_err(|error| error.to_string())
}

fn sum(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// What would end a line of a head has no place in it.
fn one_line(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect::<String>().trim().to_owned()
}

/// The name of a record, made of all that it holds.
fn id_of(kind: &str, at: &str, fields: &[(&str, String)], block: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [kind, at].into_iter().chain(fields.iter().flat_map(|(name, value)| [*name, value.as_str()])) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(block);
    format!("<urn:uuid:{}>", uuid(&hash.finalize()))
}

/// The first bytes of a sum in the form of a UUID of version 8, which is for values of one's own making (RFC 9562, 5.8).
fn uuid(sum: &[u8]) -> String {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(sum).for_each(|(byte, of_sum)| *byte = *of_sum);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex(&bytes);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

fn page_id(url: &str, at: &str) -> String {
    uuid(&Sha256::digest(format!("{at} {url}")))
}

fn record(kind: &str, at: &str, fields: &[(&str, String)], block: &[u8]) -> Result<Vec<u8>, String> {
    let mut head = format!("WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {}\r\n", id_of(kind, at, fields, block));
    let _ = write!(head, "WARC-Date: {}\r\n", one_line(at));
    for (name, value) in fields {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "WARC-Block-Digest: {}\r\nContent-Length: {}\r\n\r\n", sum(block), block.len());
    gzip(&[head.as_bytes(), block, b"\r\n\r\n"].concat())
}

/// Fields as the lines of a head.
fn lines_of(fields: &[(String, Vec<u8>)], renamed: &str, out: &mut Vec<u8>) {
    for (name, value) in fields {
        if name.eq_ignore_ascii_case(renamed) {
            out.extend_from_slice(b"X-Archive-Orig-");
        }
        out.extend(name.bytes().filter(|byte| byte.is_ascii_graphic() && *byte != b':'));
        out.extend_from_slice(b": ");
        out.extend(value.iter().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)));
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

fn request_block(exchange: &Exchange) -> Vec<u8> {
    let url = one_line(&exchange.url);
    let behind = url.split_once("://").map_or(url.as_str(), |(_, behind)| behind);
    let path = behind.find(['/', '?']).map_or("", |at| &behind[at..]);
    let path = path.split('#').next().unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mut out = format!("GET {slash}{path} HTTP/1.1\r\n").into_bytes();
    lines_of(&exchange.request, "", &mut out);
    out
}

fn answer_block(exchange: &Exchange) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {:03} {}\r\n", exchange.status, one_line(&exchange.reason)).into_bytes();
    lines_of(&exchange.response, OF_THE_WAY, &mut out);
    out.extend_from_slice(&exchange.body);
    out
}

fn media_type(exchange: &Exchange) -> String {
    let field = exchange.response.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let value = field.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// An address in the order in which indexes list them, the host from its end: `org,example)/a?b=c`.
fn sort_key(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default().to_lowercase();
    let (scheme, behind) = url.split_once("://").unwrap_or(("http", &url));
    let (host, rest) = behind.split_at(behind.find(['/', '?']).unwrap_or(behind.len()));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.strip_suffix(usual).unwrap_or(host);
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    };
    let name = if name.starts_with('[') { name.to_owned() } else { reversed(name) };
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { "" };
    let mut parts: Vec<&str> = query.split('&').filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    let mut key = name;
    if let Some(port) = port {
        let _ = write!(key, ":{port}");
    }
    key.push(')');
    key.push_str(if path.is_empty() { "/" } else { path });
    if !parts.is_empty() {
        let _ = write!(key, "?{}", parts.join("&"));
    }
    key.replace(' ', "%20")
}

/// The parts of a host's name from the last to the first; `www` says nothing.
fn reversed(name: &str) -> String {
    let bare = name.strip_prefix("www").map(|rest| rest.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    let name = bare.and_then(|rest| rest.strip_prefix('.')).unwrap_or(name);
    let parts: Vec<&str> = name.split('.').rev().collect();
    parts.join(",")
}

#[cfg(test)]
mod tests;
