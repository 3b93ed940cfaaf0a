//! *Keep this area offline*: the tiles of an area out of an archive, on the disk or on a server, into a new one.
//!
//! What is written so far lies in a `.part` beside the target. Its last bytes say of which extract of which state of the
//! source it is and how many requests are done, so that what was interrupted goes on where it ended, whoever ended it and
//! how. Only whole and looked at, it takes the place of the target.

use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::FileError;
use super::address::{is_address, told};
use super::archives::start;
use super::disk::{self, FileReader, check_is_file, check_replaceable, folder_of, sync_folder, usual_permissions};
use super::ranges::{RemoteFile, is_template};
use crate::basemap::sources::pmtiles::extract::Request;
use crate::basemap::{
    Archive, ArchiveError, ArchiveInfo, ExtractError, Plan, Pmtiles, ReadAt, TileArchive as _, Wanted,
};
use crate::formats::format::{self, Candidate};
use crate::geometry::work;

/// How often a request is made that fails, with these pauses before.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(4)];

/// With what the state of a `.part` begins.
const MAGIC: &[u8; 8] = b"CLAIMXT1";
/// How long it is: that, a fingerprint, how many requests are done.
const STATE: u64 = 48;

/// Where the tiles come from.
enum Source {
    File(Arc<FileReader>),
    Web(Arc<RemoteFile>),
}

impl Source {
    fn read(&self, request: &Request) -> io::Result<Vec<u8>> {
        match self {
            Self::File(file) => {
                let read = file.read_at(request.source.start, request.bytes() as usize);
                read.map(std::borrow::Cow::into_owned)
            }
            Self::Web(file) => file.fetch(request.source.clone()),
        }
    }

    /// By what its state is known again.
    fn fingerprint(&self) -> Vec<u8> {
        match self {
            Self::File(file) => {
                let changed = file.file.lock().ok().and_then(|file| file.metadata().ok()?.modified().ok());
                let since = changed.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
                [file.size.to_le_bytes(), (since.as_nanos() as u64).to_le_bytes()].concat()
            }
            Self::Web(file) => file.fingerprint().to_vec(),
        }
    }
}

/// An extract that may be written.
pub struct Extract {
    source: Source,
    from: PathBuf,
    info: ArchiveInfo,
    plan: Plan,
    /// Requests and bytes that it took to know that, of a server.
    asked: Option<[u64; 2]>,
    /// Of the source, its state and the plan.
    key: [u8; 32],
}

impl std::fmt::Debug for Extract {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Extract").field("from", &self.from).finish_non_exhaustive()
    }
}

/// How far an extract has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes that have been read.
    pub done: u64,
    /// Bytes that are to be read in all.
    pub of: u64,
}

/// What came of writing an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Requests that were made now.
    pub requests: u64,
    /// Those that an earlier run had made already.
    pub resumed: u64,
    /// Bytes that were read now.
    pub bytes: u64,
}

/// Opens an archive, by its path or address, and finds out what an extract of it needs: directories are read, and no tile.
/// Somebody has asked for it. Ends early where the work on this thread is cancelled.
///
/// # Errors
/// [`FileError`].
pub fn prepare(from: &Path, wanted: &Wanted) -> Result<Extract, FileError> {
    let (source, archive) = open(from)?;
    let from = told_path(from);
    let plan = archive.plan(wanted).map_err(|cause| FileError::Extract { cause, path: from.clone() })?;
    let key = Sha256::digest([source.fingerprint(), plan.start.clone()].concat()).into();
    let asked = match &source {
        Source::File(_) => None,
        Source::Web(file) => Some(file.asked()),
    };
    Ok(Extract { source, from, info: archive.info().clone(), plan, asked, key })
}

fn told_path(from: &Path) -> PathBuf {
    if is_address(from) { told(from) } else { from.to_owned() }
}

fn open(from: &Path) -> Result<(Source, Pmtiles), FileError> {
    let failed = |cause| FileError::Map { cause, path: told_path(from) };
    if is_address(from) || is_template(&from.to_string_lossy()) {
        let file = Arc::new(RemoteFile::open(from)?);
        let archive = Pmtiles::open(file.clone()).map_err(failed)?;
        return Ok((Source::Web(file), archive));
    }
    let bytes = start(from)?;
    if (format::MBTILES.sniff)(&Candidate { name: "a.mbtiles", bytes: &bytes }) {
        let what = "it is a database (MBTiles); extracts are made of PMTiles".to_owned();
        return Err(failed(ArchiveError::NotMbtiles(what)));
    }
    let read = |cause| FileError::Read { cause, path: from.to_owned() };
    let file = Arc::new(FileReader::open(from).map_err(read)?);
    let archive = Pmtiles::open(file.clone()).map_err(failed)?;
    Ok((Source::File(file), archive))
}

impl Extract {
    /// What it needs: how many tiles and bytes, in how many requests.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the archive says of itself.
    pub fn info(&self) -> &ArchiveInfo {
        &self.info
    }

    /// Requests made of a server for the directories, and bytes that came; nothing of a file.
    pub fn asked(&self) -> Option<[u64; 2]> {
        self.asked
    }

    /// Writes it, or goes on where an earlier run of the same was interrupted; says how far it is after each request. Ends
    /// early where the work on this thread is cancelled: what is there stays for the next time.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn write(&self, to: &Path, says: &mut dyn FnMut(Progress)) -> Result<Written, FileError> {
        check_replaceable(to)?;
        let to_write = |cause| FileError::Write { cause, path: to.to_owned() };
        let mut part = Part::open(to, &self.plan, self.key).map_err(to_write)?;
        let requests = &self.plan.requests;
        let resumed = part.done.min(requests.len() as u64);
        let of = self.plan.fetched();
        let before: u64 = requests.iter().take(resumed as usize).map(Request::bytes).sum();
        let mut progress = Progress { done: before, of };
        work::begin(|| "Fetching tiles".to_owned(), of);
        says(progress);
        for request in &requests[resumed as usize..] {
            let bytes = self.read(request)?;
            for (at, piece) in self.plan.pieces(request, &bytes) {
                part.put(at, piece).map_err(to_write)?;
            }
            part.advance().map_err(to_write)?;
            progress.done += request.bytes();
            says(progress);
            if !work::advance(progress.done) {
                return Err(self.failed(ExtractError::Cancelled));
            }
        }
        part.finish(to)?;
        Ok(Written { requests: requests.len() as u64 - resumed, resumed, bytes: of - before })
    }

    fn failed(&self, cause: ExtractError) -> FileError {
        FileError::Extract { cause, path: self.from.clone() }
    }

    fn read(&self, request: &Request) -> Result<Vec<u8>, FileError> {
        let mut last = None;
        for pause in PAUSES {
            let until = Instant::now() + pause;
            while Instant::now() < until && !work::is_cancelled() {
                std::thread::sleep(Duration::from_millis(50));
            }
            if work::is_cancelled() {
                return Err(self.failed(ExtractError::Cancelled));
            }
            match self.source.read(request) {
                Ok(bytes) => return Ok(bytes),
                Err(_) if work::is_cancelled() => return Err(self.failed(ExtractError::Cancelled)),
                Err(cause) => {
                    let is_final = matches!(cause.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof);
                    last = Some(cause);
                    // The file has changed: its tiles are others now.
                    if is_final {
                        break;
                    }
                }
            }
        }
        let cause = last.unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into());
        Err(self.failed(ExtractError::Archive(ArchiveError::Read(cause))))
    }
}

/// An extract that is being written.
struct Part {
    file: fs::File,
    path: PathBuf,
    /// How large the extract will be.
    size: u64,
    done: u64,
}

impl Part {
    /// Takes up what was interrupted, or begins anew.
    fn open(to: &Path, plan: &Plan, key: [u8; 32]) -> io::Result<Self> {
        let path = part_path(to);
        let mut options = disk::private_options();
        let file = options.read(true).create(true).truncate(false).open(&path)?;
        check_is_file(&file.metadata()?)?;
        if file.try_lock().is_err() {
            return Err(io::Error::other("another program writes it just now; wait for that one, or end it"));
        }
        let mut part = Self { file, path, size: plan.size, done: 0 };
        match part.state()? {
            Some((known, done)) if known == key => part.done = done,
            _ => {
                part.file.set_len(0)?;
                part.put(0, &plan.start)?;
                part.file.set_len(plan.size + STATE)?;
                let state = [&MAGIC[..], &key, &0_u64.to_le_bytes()].concat();
                part.file.sync_data()?;
                part.put(plan.size, &state)?;
            }
        }
        Ok(part)
    }

    /// Of which extract what is there is, and how many of its requests are done.
    fn state(&mut self) -> io::Result<Option<([u8; 32], u64)>> {
        if self.file.metadata()?.len() != self.size + STATE {
            return Ok(None);
        }
        let mut state = [0; STATE as usize];
        self.file.seek(SeekFrom::Start(self.size))?;
        self.file.read_exact(&mut state)?;
        let (Some(rest), Some(done)) = (state.strip_prefix(&MAGIC[..]), state.last_chunk::<8>()) else {
            return Ok(None);
        };
        Ok(rest.first_chunk::<32>().map(|key| (*key, u64::from_le_bytes(*done))))
    }

    fn put(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        self.file.write_all(bytes)
    }

    /// One more request is done; that is written only when what it brought is safe.
    fn advance(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        self.done += 1;
        let done = self.done.to_le_bytes();
        self.put(self.size + STATE - 8, &done)
    }

    /// Looks at what is whole now and puts it in its place.
    fn finish(self, to: &Path) -> Result<(), FileError> {
        let failed = |cause| FileError::Write { cause, path: to.to_owned() };
        let put = || {
            self.file.set_len(self.size)?;
            let name = to.file_name().unwrap_or_default();
            let permissions = match fs::metadata(to) {
                Ok(before) => before.permissions(),
                Err(_) => usual_permissions(folder_of(to), name)?,
            };
            self.file.set_permissions(permissions)?;
            self.file.sync_all()
        };
        put().map_err(failed)?;
        let made = FileReader::open(&self.path).map_err(failed)?;
        let archive = Archive::open(made).map_err(|cause| FileError::Map { cause, path: to.to_owned() })?;
        if archive.warning().is_some() {
            return Err(failed(io::Error::other("the extract is not whole; write it again")));
        }
        drop(archive);
        fs::rename(&self.path, to).map_err(failed)?;
        sync_folder(folder_of(to));
        Ok(())
    }
}

/// Where an extract is written until it is whole.
pub fn part_path(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
