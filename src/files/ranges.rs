//! A file on a server, read in parts where it is: HTTP range requests (RFC 9110, section 14).
//!
//! Who reads waits, so that this is for a thread in the background. A file that changes meanwhile is noticed by its `ETag`,
//! its date or its length, since parts of two states would make one that never was. A server that does not send parts is
//! refused before it sends the whole.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;
use reqwest::Url;
use sha2::{Digest as _, Sha256};

use super::FileError;
use super::address::fetch::{Answer, CHANGED, Client, Version};
use super::address::{Address, AddressError, told};
use crate::basemap::{BoundedCache, ReadAt};
use crate::dossier::name_of;
use crate::formats::format;
use crate::geometry::work;

/// Parts are kept in blocks of so many bytes: the header of PMTiles and their root directory lie in the first.
const BLOCK: u64 = 16 << 10;
/// So many bytes of blocks are kept.
const KEPT: usize = 32 << 20;
/// What is longer is read once and not kept.
const LONGEST_KEPT: usize = 4 << 20;
/// For so long a server may send nothing.
const PATIENCE: Duration = Duration::from_secs(20);
/// So long nothing is asked of a server that has failed, so that a map is not held up tile by tile.
const REST: Duration = Duration::from_secs(5);
/// How often who waits for another's blocks looks whether they are still wanted.
const STEP: Duration = Duration::from_millis(50);

/// Whether an address is one of an archive of tiles, which is read in parts.
pub(super) fn is_archive(path: &Path) -> bool {
    let name = told(path);
    format::PMTILES.is_named(&name_of(&name).to_lowercase())
}

/// A file on a server.
#[derive(Debug)]
pub(super) struct RemoteFile {
    client: Client,
    url: Url,
    size: u64,
    version: Version,
    blocks: Mutex<BoundedCache<u64, Arc<[u8]>>>,
    coming: Coming,
    /// When the server failed last, and how.
    failed: Mutex<Option<(Instant, String)>>,
    requests: AtomicU64,
    bytes: AtomicU64,
}

/// The blocks that are being fetched, so that no two who read at a time ask for one twice.
#[derive(Debug, Default)]
struct Coming {
    blocks: Mutex<BTreeSet<u64>>,
    come: Condvar,
}

/// Blocks that one reader fetches.
struct Claim<'a> {
    coming: &'a Coming,
    blocks: RangeInclusive<u64>,
}

impl Coming {
    /// Waits until nobody else fetches any of these blocks, and claims them.
    fn claim(&self, blocks: RangeInclusive<u64>) -> io::Result<Claim<'_>> {
        let mut coming = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        while coming.range(blocks.clone()).next().is_some() {
            if work::is_cancelled() {
                return Err(io::Error::other("it was cancelled"));
            }
            coming = self.come.wait_timeout(coming, STEP).unwrap_or_else(PoisonError::into_inner).0;
        }
        coming.extend(blocks.clone());
        Ok(Claim { coming: self, blocks })
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut coming = self.coming.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        coming.retain(|block| !self.blocks.contains(block));
        drop(coming);
        self.coming.come.notify_all();
    }
}

impl RemoteFile {
    /// Asks for the beginning of a file. Somebody has asked for it.
    ///
    /// # Errors
    /// [`FileError::Address`].
    pub(super) fn open(path: &Path) -> Result<Self, FileError> {
        Self::open_with(path, HeaderMap::new())
    }

    /// The same with headers of the user's own for the server.
    ///
    /// # Errors
    /// [`FileError::Address`].
    pub(super) fn open_with(path: &Path, headers: HeaderMap) -> Result<Self, FileError> {
        Self::open_within(path, headers, PATIENCE)
    }

    pub(super) fn open_within(path: &Path, headers: HeaderMap, patience: Duration) -> Result<Self, FileError> {
        let failed = |what: String, path: PathBuf| FileError::Address { what, path };
        if is_template(&path.to_string_lossy()) {
            let what = "this is the address of a tile server, which gives its tiles one by one and is not copied from; name that of \
                        an archive (.pmtiles)";
            return Err(failed(what.to_owned(), path.to_owned()));
        }
        let address = match Address::of(path) {
            Some(Ok(Address::Web(address))) => address,
            Some(Err(error)) => return Err(failed(error.to_string(), told(path))),
            None => return Err(failed(AddressError::Broken.to_string(), path.to_owned())),
        };
        let open = || {
            let client = Client::new(address.url(), patience, None)?.with_headers(headers);
            let Answer::Part { bytes, of, version } = client.range(address.url(), 0..BLOCK, 0, None)? else {
                return Err(CHANGED.to_owned());
            };
            let mut blocks = BoundedCache::new(KEPT);
            let fetched = bytes.len();
            blocks.insert(0, Arc::from(bytes), fetched);
            Ok(Self {
                client,
                url: address.url().clone(),
                size: of,
                version,
                blocks: Mutex::new(blocks),
                coming: Coming::default(),
                failed: Mutex::default(),
                requests: AtomicU64::new(1),
                bytes: AtomicU64::new(fetched as u64),
            })
        };
        open().map_err(|what| failed(what, address.told()))
    }

    /// How many requests have been made, and how many bytes have come.
    pub(super) fn asked(&self) -> [u64; 2] {
        [&self.requests, &self.bytes].map(|count| count.load(Ordering::Relaxed))
    }

    /// By what this state of the file is known again.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        let parts = [self.url.as_str().as_bytes(), &[0], &self.size.to_le_bytes(), &self.version.bytes()].concat();
        Sha256::digest(parts).into()
    }

    /// A part of the file, asked for in one request.
    pub(super) fn fetch(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let length = range.end.saturating_sub(range.start);
        if range.end > self.size || length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        match self.client.range(&self.url, range, 0, Some(&self.version)) {
            Ok(Answer::Part { bytes, of, .. }) if of == self.size && bytes.len() as u64 == length => {
                self.bytes.fetch_add(length, Ordering::Relaxed);
                Ok(bytes)
            }
            Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidData, CHANGED)),
            Err(what) if what == CHANGED => Err(io::Error::new(io::ErrorKind::InvalidData, what)),
            Err(what) => Err(io::Error::other(what)),
        }
    }

    /// The same, unless the server has failed just now.
    fn fetch_patiently(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let failed = || self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, what)) = &*failed()
            && at.elapsed() < REST
        {
            return Err(io::Error::other(what.clone()));
        }
        let fetched = self.fetch(range);
        *failed() = fetched.as_ref().err().map(|why| (Instant::now(), why.to_string()));
        fetched
    }

    fn kept(&self, block: u64) -> Option<Arc<[u8]>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner).get(&block)
    }
}

impl ReadAt for RemoteFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn is_at_hand(&self, offset: u64, length: u64) -> bool {
        let Some(last) = offset.checked_add(length).and_then(|end| end.checked_sub(1)) else { return true };
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        (offset / BLOCK..=last / BLOCK).take(KEPT / BLOCK as usize).all(|block| blocks.contains(&block))
    }

    fn read_at(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>> {
        let end = offset.checked_add(length as u64).filter(|end| *end <= self.size);
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        if length == 0 {
            return Ok(Cow::Borrowed(&[]));
        }
        if length > LONGEST_KEPT {
            return self.fetch_patiently(offset..end).map(Cow::Owned);
        }
        let (first, last) = (offset / BLOCK, (end - 1) / BLOCK);
        let is_there = |block: u64| self.blocks.lock().unwrap_or_else(PoisonError::into_inner).contains(&block);
        let _claim = if (first..=last).all(is_there) { None } else { Some(self.coming.claim(first..=last)?) };
        let mut blocks: Vec<Option<Arc<[u8]>>> = (first..=last).map(|block| self.kept(block)).collect();
        let missing = |block: &Option<Arc<[u8]>>| block.is_none();
        if let (Some(from), Some(to)) = (blocks.iter().position(missing), blocks.iter().rposition(missing)) {
            let start = (first + from as u64) * BLOCK;
            let bytes = self.fetch_patiently(start..((first + to as u64 + 1) * BLOCK).min(self.size))?;
            for (at, block) in bytes.chunks(BLOCK as usize).enumerate() {
                let block: Arc<[u8]> = Arc::from(block);
                let number = first + (from + at) as u64;
                self.blocks.lock().unwrap_or_else(PoisonError::into_inner).insert(number, block.clone(), block.len());
                blocks[from + at] = Some(block);
            }
        }
        let mut read = Vec::with_capacity(length);
        for (block, number) in blocks.iter().zip(first..) {
            let Some(block) = block else { return Err(io::ErrorKind::UnexpectedEof.into()) };
            let begins = number * BLOCK;
            let from = offset.saturating_sub(begins) as usize;
            let to = (end - begins).min(block.len() as u64) as usize;
            read.extend_from_slice(block.get(from..to).unwrap_or_default());
        }
        if read.len() == length { Ok(Cow::Owned(read)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// Whether an address has a place for the numbers of a tile.
pub(super) fn is_template(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["{z}", "{x}", "{y}", "{-y}", "{q}", "%7bz%7d"].iter().any(|place| text.contains(place))
}

#[cfg(test)]
mod tests;
