//! WARC: what crawlers saved of the web, record by record; and the same with each record packed.
//!
//! Read is the first page that was answered with success, or the one whose address is asked for. Of a record that says "as
//! before" (a revisit), the record that it means is read where the file has it.
//!
//! # References
//! ISO 28500:2017 “WARC file format”, 5 “Named fields”, 6 “WARC record types”.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read as _};

use flate2::bufread::MultiGzDecoder;

use super::http::{self, Head};
use super::{Content, DocumentError, Input, Kind, Other, Said};

/// Records as they are.
pub(super) const KIND: Kind = Kind {
    id: "warc",
    label: "Web archive (WARC)",
    extensions: &["warc"],
    sniff: |candidate| candidate.bytes.starts_with(b"WARC/") && !candidate.is_named_as_text(),
    read,
    most_bytes: super::MAX_BYTES,
    is_apart: true,
};

/// Each record packed with gzip.
pub(super) const PACKED: Kind = Kind {
    id: "warc-gz",
    label: "Web archive (WARC), packed",
    extensions: &["gz"],
    sniff: |candidate| candidate.is_named(&["warc.gz"]) && candidate.bytes.starts_with(b"\x1f\x8b"),
    ..KIND
};

/// Records that are looked at.
const MOST_RECORDS: usize = 1_000_000;

/// Other pages that are listed.
const MOST_OTHERS: usize = 5000;

/// All that is unpacked while a page is looked for, in bytes.
const MOST_UNPACKED: u64 = 4 << 30;

/// A page as it was saved.
#[derive(Debug, Clone, Default)]
pub(super) struct Saved {
    pub(super) address: String,
    /// As the record says it.
    pub(super) date: String,
    media_type: String,
    encoding: Option<&'static encoding_rs::Encoding>,
    body: Vec<u8>,
}

/// What is wanted of an archive.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// The first page.
    First,
    /// The page from an address, at a time where several are.
    From(&'a str, Option<&'a str>),
}

/// What was found in an archive.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) page: Option<Saved>,
    pub(super) others: Vec<Other>,
    pub(super) warnings: Vec<String>,
}

fn read(input: &Input<'_>) -> Result<Content, DocumentError> {
    let wanted = input.address.map_or(Wanted::First, |address| Wanted::From(address, None));
    let Found { page, mut others, warnings } = find(input.bytes, wanted)?;
    let page = page.ok_or_else(|| none(input.address))?;
    others.retain(|other| other.address != page.address);
    let mut content = page.read(input.depth)?;
    content.others = others;
    content.warnings.extend(warnings);
    Ok(content)
}

/// Why there is no page.
pub(super) fn none(address: Option<&str>) -> DocumentError {
    address.map_or(DocumentError::NoPages, |address| DocumentError::NoAddress(address.to_owned()))
}

impl Saved {
    /// Reads the document that was saved.
    pub(super) fn read(&self, depth: usize) -> Result<Content, DocumentError> {
        let path = self.address.split(['?', '#']).next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        let name = match self.media_type.as_str() {
            "text/html" | "application/xhtml+xml" => "page.html",
            "text/plain" => "page.txt",
            "application/pdf" => "page.pdf",
            _ => last,
        };
        let input =
            Input { file_name: name, bytes: &self.body, address: None, encoding: self.encoding, depth: depth + 1 };
        let mut content = super::read_input(&input)?;
        let said = Said { address: Some(self.address.clone()), saved: Some(self.date.clone()), ..Said::default() };
        content.said = said.or(content.said).tidied();
        Ok(content)
    }
}

/// Looks for a page through the records of an archive.
pub(super) fn find(bytes: &[u8], wanted: Wanted<'_>) -> Result<Found, DocumentError> {
    if bytes.starts_with(b"\x1f\x8b") {
        find_in(BufReader::new(MultiGzDecoder::new(bytes).take(MOST_UNPACKED)), wanted)
    } else {
        find_in(bytes, wanted)
    }
}

fn find_in(mut reader: impl BufRead, wanted: Wanted<'_>) -> Result<Found, DocumentError> {
    let mut found = Found::default();
    let mut listed = BTreeSet::new();
    let mut revisit: Option<Head> = None;
    // What is answered as plain text is more often made for programs than a page.
    let mut plain: Option<Saved> = None;
    let mut records = 0;
    let broken = |_| DocumentError::Broken("it is cut short, or its packing is damaged".into());
    loop {
        let head = match head(&mut reader) {
            Ok(Some(head)) => head,
            Ok(None) => break,
            // What came before a fault was read.
            Err(_) if records > 0 => {
                found.warnings.push("the archive is cut short or damaged; what comes before that was read".into());
                break;
            }
            Err(error) => return Err(broken(error)),
        };
        records += 1;
        if records > MOST_RECORDS {
            found.warnings.push(format!("it has more than {MOST_RECORDS} records; the first ones were looked at"));
            break;
        }
        let length: u64 = head.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let kind = head.get("warc-type").unwrap_or_default().to_ascii_lowercase();
        let address = head.get("warc-target-uri").unwrap_or_default().trim_matches(['<', '>']).to_owned();
        let mut block = (&mut reader).take(length);
        let is_page = matches!(kind.as_str(), "response" | "resource") && length <= http::MOST_BODY as u64;
        let is_it = match wanted {
            Wanted::First => found.page.is_none(),
            Wanted::From(address_wanted, _) => is_same(&address, address_wanted),
        };
        if is_page && address.starts_with("http") {
            // Its kind is told by its head, which is at the start of it.
            let mut start = Vec::new();
            let most = if is_it { u64::MAX } else { 16_384 };
            if (&mut block).take(most).read_to_end(&mut start).is_err() {
                found.warnings.push("the archive is cut short or damaged; what comes before that was read".into());
                break;
            }
            if let Some(page) = saved(&head, &kind, address.clone(), &start) {
                let is_plain = matches!(wanted, Wanted::First) && page.media_type == "text/plain";
                if is_it && is_plain && plain.is_none() {
                    plain = Some(page);
                } else if is_it && !is_plain && closer(&found, &page, wanted) {
                    found.page = Some(page);
                } else if listed.insert(address.clone()) && found.others.len() < MOST_OTHERS {
                    found.others.push(Other { address, title: String::new(), saved: page.date });
                }
            }
        } else if kind == "revisit" && is_it && matches!(wanted, Wanted::From(..)) {
            revisit = Some(head);
        }
        if std::io::copy(&mut block, &mut std::io::sink()).is_err() || block.limit() > 0 {
            found.warnings.push("the archive is cut short or damaged; what comes before that was read".into());
            break;
        }
    }
    if records == 0 {
        return Err(DocumentError::Broken("it holds no record of a web archive".into()));
    }
    found.page = found.page.or(plain);
    if let Some(head) = revisit {
        let day = head.get("warc-date").unwrap_or_default().to_owned();
        match &found.page {
            Some(page) => found.warnings.push(format!("it was saved again on {day}, unchanged since {}", page.date)),
            None => {
                found.warnings.push(format!("saved again on {day} as unchanged, but what it was is in another file"))
            }
        }
    }
    Ok(found)
}

/// Whether a page is nearer to what is wanted than the one that was found before it.
fn closer(found: &Found, page: &Saved, wanted: Wanted<'_>) -> bool {
    match (&found.page, wanted) {
        (None, _) => true,
        (Some(before), Wanted::From(_, Some(date))) => {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(14).collect::<String>();
            digits(&before.date) != digits(date) && digits(&page.date) == digits(date)
        }
        _ => false,
    }
}

/// Whether two addresses lead to the same page; what follows # is a place on it.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let bare = |address: &str| address.split('#').next().unwrap_or_default().trim_end_matches('/').to_owned();
    bare(one) == bare(other)
}

/// A record's head; nothing at the end of the file.
fn head(reader: &mut impl BufRead) -> std::io::Result<Option<Head>> {
    /// The longest head, in bytes.
    const LONGEST: u64 = 1 << 20;
    let mut bytes = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            return if bytes.is_empty() { Ok(None) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) };
        }
        let is_empty = line.trim_ascii().is_empty();
        if bytes.is_empty() {
            // Empty lines stand between records.
            if is_empty {
                continue;
            }
            if !line.starts_with(b"WARC/") {
                return Err(std::io::ErrorKind::InvalidData.into());
            }
        } else if is_empty {
            return Ok(Some(Head::read(&bytes)));
        }
        bytes.extend_from_slice(&line);
        if bytes.len() as u64 > LONGEST {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
    }
}

/// The page that a record holds: an answer with success, of a kind that is read.
fn saved(record: &Head, kind: &str, address: String, block: &[u8]) -> Option<Saved> {
    let date = record.get("warc-date").unwrap_or_default().to_owned();
    let is_readable = |media_type: &str| {
        matches!(
            media_type,
            "text/html" | "application/xhtml+xml" | "application/pdf" | "text/plain" | "application/rtf" | "text/rtf"
        ) || media_type.ends_with("wordprocessingml.document")
            || media_type.ends_with("opendocument.text")
    };
    if kind == "resource" {
        let media_type = record.media_type();
        let saved = Saved { address, date, encoding: record.encoding(), body: block.to_vec(), media_type };
        return is_readable(&saved.media_type).then_some(saved);
    }
    let (head, body) = http::split(block);
    let status = head.split(|byte| *byte == b'\n').next()?;
    let status = String::from_utf8_lossy(status).split_whitespace().nth(1)?.to_owned();
    let head = Head::read(head);
    let media_type = head.media_type();
    // Robots and scripts answer as plain text; a page is what somebody looked at.
    if status != "200" || !is_readable(&media_type) || address.ends_with("/robots.txt") {
        return None;
    }
    let body = http::body(&head, body)?;
    Some(Saved { address, date, encoding: head.encoding(), body, media_type })
}
