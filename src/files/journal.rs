//! The journal: what is not saved yet, on the disk within a second of each edit, and offered again after a crash.
//!
//! Each window has one [`Journal`], which keeps one recovery file in a folder beside the user's data: the project as it
//! would be saved, after one line that says what it is, with its length and SHA-256. It is written beside its place,
//! synced, renamed, its folder synced, on a thread of its own; edits that follow each other quickly are written once.
//!
//! What cannot be written (the disk is full, the folder is gone) is tried again every second, and said until it works;
//! the folder is made anew.
//!
//! A window that lives holds a lock, so that nobody else is offered its work. What a window left behind stays until
//! [`discard`] is called; a recovery file that is torn or cannot be read is reported ([`Recovered::problem`]) and stays.

mod claim;
mod recovery;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::disk::{Access, folder_of, make_private_folder, private_options, replace, sync_folder};
use super::error::not_written;
use super::state_folder;
use crate::document::Document;
use crate::document::project::{self, ProjectError, Reference};
use crate::dossier::fingerprint;
use crate::formats::number;

pub use self::claim::Claim;
pub use self::recovery::{OpenedRecovery, Recovered, discard, open, recoverable};

/// How long edits are gathered before they are written.
pub const GATHER: Duration = Duration::from_millis(250);

/// How long after a failure it is tried again.
pub const RETRY: Duration = Duration::from_secs(1);

/// What the first line of a recovery file begins with.
const FORMAT: u32 = 1;

/// A line longer than this is none of ours, in bytes.
const LONGEST_HEADER: usize = 64 * 1024;

/// Why a journal or a recovery file cannot be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The folder or a file cannot be read or written.
    #[error("recovery: {cause}: {}", path.display())]
    Disk {
        /// The system's word.
        cause: io::Error,
        /// Which file or folder.
        path: PathBuf,
    },
    /// Not what was written.
    #[error("the recovery file is incomplete or has been changed ({what}); it is kept: {}", path.display())]
    Torn {
        /// How that is known.
        what: String,
        /// Which file.
        path: PathBuf,
    },
    /// Whole, but no project.
    #[error("the recovery file cannot be read: {cause}; it is kept: {}", path.display())]
    Unreadable {
        /// What is wrong.
        cause: ProjectError,
        /// Which file.
        path: PathBuf,
    },
    /// The window that writes it still lives.
    #[error("another window is still using it: {}", path.display())]
    InUse {
        /// Which file.
        path: PathBuf,
    },
}

/// The first line of a recovery file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Header {
    claimline_recovery: u32,
    /// The project's own file; none of an untitled document.
    original: Option<String>,
    /// Of the project's own file when it was last read or written here.
    #[serde(default)]
    original_sha256: Option<String>,
    revision: u64,
    saved_at_ms: u64,
    annotations: usize,
    /// Of the dossier that is edited, if it is in no place as it is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dossier: Option<String>,
    bytes: u64,
    sha256: String,
}

/// Where recovery files are usually kept.
pub fn default_folder() -> Option<PathBuf> {
    Some(state_folder()?.join("recovery"))
}

/// What the journal is to write next.
struct Snapshot {
    document: Document,
    reference: Reference,
    revision: u64,
    /// When the first edit was made that is not on the disk.
    due: Instant,
}

#[derive(Default)]
struct State {
    original: Option<PathBuf>,
    original_sha256: Option<String>,
    pending: Option<Snapshot>,
    /// Revisions up to this one need no recovery any more.
    forget: Option<u64>,
    /// The revision on the disk.
    written: Option<u64>,
    writing: bool,
    problem: Option<String>,
    stop: bool,
    /// Held as long as the window lives; the system lets it go when the process ends, however it ends.
    lock: Option<File>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a journal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The newest revision on the disk, if any is.
    pub written: Option<u64>,
    /// Whether something waits to be written.
    pub waiting: bool,
    /// Why the last attempt failed; it is tried again every second.
    pub problem: Option<String>,
}

/// Keeps what is not saved on the disk, for one window.
///
/// Dropping it writes what is left and keeps the recovery file; [`Journal::close`] takes the file away.
pub struct Journal {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    recovery: PathBuf,
    lock_path: PathBuf,
}

impl Journal {
    /// Begins a journal in that folder, which is made if it is not there, for a project with a file of its own or
    /// without.
    ///
    /// # Errors
    /// [`JournalError::Disk`]: nothing would be recovered.
    pub fn start(folder: &Path, original: Option<PathBuf>) -> Result<Self, JournalError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let failed = |cause| JournalError::Disk { cause, path: folder.to_owned() };
        make_private_folder(folder).map_err(failed)?;
        let (lock, id) = loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let id = format!("{:x}-{:x}-{count:x}", milliseconds(SystemTime::now()), std::process::id());
            if let Some(lock) = own_lock(&folder.join(format!("{id}.lock"))).map_err(failed)? {
                break (lock, id);
            }
        };
        let original = original.map(|path| super::layers::place(&path));
        let state = State { original, lock: Some(lock), ..State::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), ..Shared::default() });
        let recovery = folder.join(format!("{id}.recovery"));
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn({
                let (shared, recovery) = (Arc::clone(&shared), recovery.clone());
                move || keep(&shared, &recovery)
            })
            .map_err(failed)?;
        Ok(Self { shared, thread: Some(thread), recovery, lock_path: folder.join(format!("{id}.lock")) })
    }

    /// Takes a revision that differs from the file; returns at once. It is on the disk within a second.
    pub fn record(&self, document: &Document, reference: &Reference, revision: u64) {
        let mut state = self.shared.lock();
        let due = state.pending.as_ref().map_or_else(|| Instant::now() + GATHER, |pending| pending.due);
        let (document, reference) = (document.clone(), reference.clone());
        state.pending = Some(Snapshot { document, reference, revision, due });
        self.shared.changed.notify_all();
    }

    /// The project has another file from now on, or none, or the file has been written; `sha256` is of what it holds.
    pub fn set_original(&self, original: Option<PathBuf>, sha256: Option<[u8; 32]>) {
        let mut state = self.shared.lock();
        state.original = original.map(|path| super::layers::place(&path));
        state.original_sha256 = sha256.map(|sum| number::hex(&sum));
    }

    /// The revision is saved: what was recorded up to it is not needed any more. Later ones stay.
    pub fn forget(&self, revision: u64) {
        let mut state = self.shared.lock();
        state.forget = state.forget.max(Some(revision));
        if state.pending.as_ref().is_some_and(|pending| pending.revision <= revision) {
            state.pending = None;
        }
        self.shared.changed.notify_all();
    }

    /// Nothing of what was recorded is needed any more, as when another document takes this one's place.
    pub fn forget_all(&self) {
        self.forget(u64::MAX);
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        let state = self.shared.lock();
        let dead = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
        let problem = if dead {
            Some("the backup of unsaved changes has stopped; save your work".to_owned())
        } else {
            state.problem.clone()
        };
        Standing { written: state.written, waiting: state.pending.is_some() || state.writing, problem }
    }

    /// Waits until all that was recorded is on the disk; whether it is.
    pub fn flush(&self, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        let mut state = self.shared.lock();
        if let Some(pending) = &mut state.pending {
            pending.due = Instant::now();
            self.shared.changed.notify_all();
        }
        while state.pending.is_some() || state.writing || state.forget.is_some() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let (next, _) = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
            state = next;
        }
        true
    }

    /// Ends it after a clean close: the recovery file goes.
    pub fn close(self) {
        self.forget_all();
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        {
            let mut state = self.shared.lock();
            state.stop = true;
            self.shared.changed.notify_all();
        }
        if let Some(thread) = self.thread.take() {
            // A thread that has panicked has nothing to say any more.
            let _ = thread.join();
        }
        if !self.recovery.exists() {
            // The lock is held until after this, so that no other window can have taken it.
            let _ = fs::remove_file(&self.lock_path);
        }
    }
}

/// What the thread does.
fn keep(shared: &Shared, recovery: &Path) {
    let mut state = shared.lock();
    loop {
        if let Some(forget) = state.forget.take() {
            if state.written.is_some_and(|written| written <= forget) {
                match fs::remove_file(recovery) {
                    Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                        state.problem = Some(format!("cannot remove it: {cause}: {}", recovery.display()));
                    }
                    _ => {
                        sync_folder(folder_of(recovery));
                        state.written = None;
                    }
                }
            }
            shared.changed.notify_all();
        }
        let now = Instant::now();
        let wait = match &state.pending {
            None if state.stop => return,
            None => None,
            Some(pending) if !state.stop && pending.due > now => Some(pending.due - now),
            Some(_) => {
                let Some(snapshot) = state.pending.take() else { continue };
                let (original, original_sha256) = (state.original.clone(), state.original_sha256.clone());
                state.writing = true;
                drop(state);
                let anew = folder_anew(recovery);
                let result = write(recovery, &snapshot, original.as_deref(), original_sha256);
                state = shared.lock();
                state.writing = false;
                state.lock = anew.or(state.lock.take());
                match result {
                    Ok(()) => {
                        state.written = Some(snapshot.revision);
                        state.problem = None;
                    }
                    Err(cause) => {
                        let what =
                            format!("cannot write the recovery file: {}: {}", not_written(&cause), recovery.display());
                        state.problem = Some(what);
                        let needed = state.forget.is_none_or(|forget| forget < snapshot.revision);
                        if needed && !state.stop {
                            let due = Instant::now() + RETRY;
                            let newest = state.pending.take().unwrap_or(snapshot);
                            state.pending = Some(Snapshot { due, ..newest });
                        }
                    }
                }
                shared.changed.notify_all();
                continue;
            }
        };
        state = match wait {
            None => shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            Some(wait) => shared.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0,
        };
    }
}

/// Makes the folder and the lock of a recovery file once more, if somebody has removed them; the new lock. Whatever keeps
/// it from being made keeps the file from being written too, and that is told.
fn folder_anew(recovery: &Path) -> Option<File> {
    let lock = recovery.with_extension("lock");
    if lock.exists() {
        return None;
    }
    make_private_folder(folder_of(recovery)).ok()?;
    own_lock(&lock).ok().flatten()
}

fn write(
    recovery: &Path,
    snapshot: &Snapshot,
    original: Option<&Path>,
    original_sha256: Option<String>,
) -> io::Result<()> {
    let body = project::write(&snapshot.document, &snapshot.reference);
    let header = Header {
        claimline_recovery: FORMAT,
        original: original.and_then(Path::to_str).map(str::to_owned),
        original_sha256,
        revision: snapshot.revision,
        saved_at_ms: milliseconds(SystemTime::now()),
        annotations: snapshot.document.annotations.len(),
        dossier: snapshot.document.manuscript.as_ref().map(|manuscript| manuscript.title()),
        bytes: body.len() as u64,
        sha256: fingerprint::bytes(&body),
    };
    let mut bytes = serde_json::to_vec(&header)?;
    bytes.reserve(body.len() + 1);
    bytes.push(b'\n');
    bytes.extend_from_slice(&body);
    replace(recovery, &bytes, Access::Private)
}

fn milliseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A lock of that name that nobody had; `None` if somebody did.
fn own_lock(path: &Path) -> io::Result<Option<File>> {
    let file = match private_options().create_new(true).open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        Err(cause) => return Err(cause),
    };
    // Between the two another window may have found it unlocked and have cleared it away.
    Ok((try_lock(&file)? && path.exists()).then_some(file))
}

/// Whether the lock is ours now. Where a file system knows no locks, it always is.
fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => Ok(true),
        Err(TryLockError::Error(cause)) => Err(cause),
    }
}

/// The lock of a recovery file whose window lives no more; `None` if it lives.
fn lock_of_the_dead(recovery: &Path) -> io::Result<Option<File>> {
    let file = private_options().create(true).truncate(false).open(recovery.with_extension("lock"))?;
    Ok(try_lock(&file)?.then_some(file))
}

#[cfg(test)]
mod tests;
