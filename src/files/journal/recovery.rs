//! What a journal left behind: found, opened, thrown away.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::claim::is_claim;
use super::{Header, JournalError, LONGEST_HEADER, lock_of_the_dead, try_lock};
use crate::document::project::{self, Project};
use crate::dossier::fingerprint;
use crate::files::disk::{self, check_is_file, folder_of, private_options, sync_folder};
use crate::files::read;

/// Work that a window left behind.
#[derive(Debug)]
pub struct Recovered {
    /// The recovery file.
    pub path: PathBuf,
    /// The project's own file; none of an untitled document.
    pub original: Option<PathBuf>,
    /// The revision of the document, counted by its window.
    pub revision: u64,
    /// When it was written.
    pub saved_at: SystemTime,
    /// Size of the project.
    pub bytes: u64,
    /// How many annotations there are in it.
    pub annotations: usize,
    /// What the dossier is called that is edited in it, if one is.
    pub dossier: Option<String>,
    /// Why it cannot be opened, if so; it stays where it is.
    pub problem: Option<JournalError>,
}

/// The work that windows left behind which live no more, newest first. Looks at all of it, so that what is offered can
/// be opened.
///
/// # Errors
/// [`JournalError::Disk`], if the folder cannot be read; one that is not there holds nothing.
pub fn recoverable(folder: &Path) -> Result<Vec<Recovered>, JournalError> {
    let failed = |cause| JournalError::Disk { cause, path: folder.to_owned() };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(failed(cause)),
    };
    let mut found = Vec::new();
    let (mut locks, mut parts) = (Vec::new(), Vec::new());
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("recovery") => match lock_of_the_dead(&path) {
                Ok(None) => {}
                Ok(Some(_lock)) => found.extend(describe(path)),
                Err(cause) => {
                    let problem = Some(JournalError::Disk { cause, path: path.clone() });
                    found.extend(describe(path).map(|recovered| Recovered { problem, ..recovered }));
                }
            },
            Some("lock") => locks.push(path),
            Some("part") => parts.push(path),
            _ => {}
        }
    }
    for path in parts {
        clear_part(&path);
    }
    // Locks that a killed window has left beside nothing.
    for path in locks {
        if !path.with_extension("recovery").exists() && !is_claim(&path) {
            clear_lock(&path);
        }
    }
    found.sort_by_key(|recovered| std::cmp::Reverse(recovered.saved_at));
    Ok(found)
}

/// Removes what a killed window was writing: the half of a recovery file that never took its place. The one before it,
/// which it was to replace, is whole.
pub(super) fn clear_part(path: &Path) {
    let Some(recovery) = part_of(path) else {
        return;
    };
    if let Ok(Some(_lock)) = lock_of_the_dead(&recovery) {
        // Whatever cannot be removed lies there for another time.
        let _ = fs::remove_file(path);
        if !recovery.exists() {
            let _ = fs::remove_file(recovery.with_extension("lock"));
        }
    }
}

/// The recovery file that this half-written one was to replace, if that is what it is.
fn part_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix(".part")?;
    let (id, _) = name.strip_prefix('.')?.split_once(".recovery.")?;
    Some(path.with_file_name(format!("{id}.recovery")))
}

/// Removes a lock that nobody holds, while holding it.
pub(super) fn clear_lock(path: &Path) {
    if let Ok(file) = private_options().open(path)
        && matches!(try_lock(&file), Ok(true))
    {
        // If it cannot be removed, it lies there for another time.
        let _ = fs::remove_file(path);
    }
}

/// What a recovery file says of itself, and whether it is whole; `None` if it has gone in the meantime.
pub(super) fn describe(path: PathBuf) -> Option<Recovered> {
    let metadata = fs::symlink_metadata(&path).ok()?;
    if let Err(cause) = check_is_file(&metadata) {
        let problem = Some(JournalError::Disk { cause, path: path.clone() });
        let saved_at = metadata.modified().unwrap_or(UNIX_EPOCH);
        let nothing =
            Recovered { original: None, revision: 0, saved_at, bytes: 0, annotations: 0, dossier: None, problem, path };
        return Some(nothing);
    }
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    Some(match whole(&path) {
        Ok((header, _)) => Recovered {
            original: header.original.map(PathBuf::from),
            revision: header.revision,
            saved_at: UNIX_EPOCH + Duration::from_millis(header.saved_at_ms),
            bytes: header.bytes,
            annotations: header.annotations,
            dossier: header.dossier,
            problem: None,
            path,
        },
        Err(problem) => {
            // The first line may still say whose it is.
            let header = header(&path).ok();
            let (revision, annotations) =
                header.as_ref().map_or((0, 0), |header| (header.revision, header.annotations));
            let (original, dossier) = header.map_or((None, None), |header| (header.original, header.dossier));
            let (original, bytes) = (original.map(PathBuf::from), metadata.len());
            let problem = Some(problem);
            Recovered { original, revision, saved_at: modified, bytes, annotations, dossier, problem, path }
        }
    })
}

pub(super) fn header(path: &Path) -> Result<Header, JournalError> {
    let failed = |cause| JournalError::Disk { cause, path: path.to_owned() };
    let mut bytes = Vec::new();
    let file = disk::open(path).map_err(failed)?;
    file.take(LONGEST_HEADER as u64).read_to_end(&mut bytes).map_err(failed)?;
    split(&bytes, path).map(|(header, _)| header)
}

/// The first line, and where the rest begins.
pub(super) fn split(bytes: &[u8], path: &Path) -> Result<(Header, usize), JournalError> {
    let torn = |what: &str| JournalError::Torn { what: what.to_owned(), path: path.to_owned() };
    let end = bytes.iter().take(LONGEST_HEADER).position(|byte| *byte == b'\n');
    let end = end.ok_or_else(|| torn("its first line is incomplete"))?;
    let header =
        serde_json::from_slice(&bytes[..end]).map_err(|_| torn("its first line was not written by Claimline"))?;
    Ok((header, end + 1))
}

/// A recovery file that is as it was written, and where the project begins in it.
pub(super) fn whole(path: &Path) -> Result<(Header, Vec<u8>), JournalError> {
    let torn = |what: String| JournalError::Torn { what, path: path.to_owned() };
    let mut bytes = read(path).map_err(|error| match error {
        crate::files::FileError::Read { cause, path } => JournalError::Disk { cause, path },
        other => torn(other.to_string()),
    })?;
    let (header, start) = split(&bytes, path)?;
    let body = bytes.split_off(start);
    if body.len() as u64 != header.bytes {
        return Err(torn(format!("{} of {} bytes are there", body.len(), header.bytes)));
    }
    if fingerprint::bytes(&body) != header.sha256 {
        return Err(torn("its SHA-256 differs".to_owned()));
    }
    Ok((header, body))
}

/// Work that was left behind, read again.
#[derive(Debug)]
pub struct OpenedRecovery {
    /// What is in it.
    pub project: Project,
    /// The project's own file; none of an untitled document.
    pub original: Option<PathBuf>,
    /// SHA-256 of that file when the window last read or wrote it, hexadecimal.
    pub original_sha256: Option<String>,
    /// The revision of the document, counted by its window.
    pub revision: u64,
    /// When it was written.
    pub saved_at: SystemTime,
}

/// Reads work that was left behind. The recovery file stays until [`discard`], which is best called when the document
/// has been saved or is on the disk in the new window's own journal ([`Journal::flush`]).
///
/// # Errors
/// [`JournalError`]; the file stays.
pub fn open(path: &Path) -> Result<OpenedRecovery, JournalError> {
    let (header, body) = whole(path)?;
    let project = project::read(&body).map_err(|cause| JournalError::Unreadable { cause, path: path.to_owned() })?;
    Ok(OpenedRecovery {
        project,
        original: header.original.map(PathBuf::from),
        original_sha256: header.original_sha256,
        revision: header.revision,
        saved_at: UNIX_EPOCH + Duration::from_millis(header.saved_at_ms),
    })
}

/// Removes work that was left behind, because the user said so, with what its window was writing when it was killed.
///
/// # Errors
/// [`JournalError::InUse`] if its window lives, [`JournalError::Disk`].
pub fn discard(path: &Path) -> Result<(), JournalError> {
    let failed = |cause| JournalError::Disk { cause, path: path.to_owned() };
    let Some(_lock) = lock_of_the_dead(path).map_err(failed)? else {
        return Err(JournalError::InUse { path: path.to_owned() });
    };
    fs::remove_file(path).map_err(failed)?;
    // Whoever looked for what can be recovered may have found the lock held for a moment, and have left this alone.
    // Should it stay, it is cleared away another time, as the lock is.
    for part in fs::read_dir(folder_of(path)).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if part_of(&part).as_deref() == Some(path) {
            let _ = fs::remove_file(part);
        }
    }
    // Held until after this. Should it stay, it is cleared away another time.
    let _ = fs::remove_file(path.with_extension("lock"));
    sync_folder(folder_of(path));
    Ok(())
}
