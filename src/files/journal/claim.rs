//! Which files other windows have open: a lock for each.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{JournalError, try_lock};
use crate::dossier::fingerprint;
use crate::files::disk::{folder_of, make_private_folder, private_options, target_of};

/// This window's hold on a project's file: while it lives, another window that asks for the same file is told.
///
/// The lock is in the recovery folder, under a name made from the file's real path: nothing lies beside the file.
#[derive(Debug)]
pub struct Claim {
    pub(super) path: PathBuf,
    pub(super) _lock: File,
}

/// What the names of claims begin with.
pub(super) const CLAIM: &str = "open-";

pub(super) fn is_claim(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(CLAIM))
}

impl Claim {
    /// Takes hold of a file, which need not be there yet; `None` if another window has it.
    ///
    /// # Errors
    /// [`JournalError::Disk`].
    pub fn take(folder: &Path, file: &Path) -> Result<Option<Self>, JournalError> {
        let failed = |cause| JournalError::Disk { cause, path: folder.to_owned() };
        make_private_folder(folder).map_err(failed)?;
        let path = folder
            .join(format!("{CLAIM}{}.lock", &fingerprint::bytes(real(file).as_os_str().as_encoded_bytes())[..32]));
        loop {
            let lock = private_options().create(true).truncate(false).open(&path).map_err(failed)?;
            if !try_lock(&lock).map_err(failed)? {
                return Ok(None);
            }
            // The one who had it before may have removed it between the two.
            if is_at(&lock, &path) {
                return Ok(Some(Self { path, _lock: lock }));
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Where it cannot be told whether an open file is still at its path, an empty file stays.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether that path leads to this open file.
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        match (file.metadata(), fs::metadata(path)) {
            (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        true
    }
}

/// The same for every way that leads to a file.
pub(super) fn real(file: &Path) -> PathBuf {
    let target = target_of(file);
    fs::canonicalize(&target).unwrap_or_else(|_| {
        let folder = folder_of(&target);
        let folder = fs::canonicalize(folder).or_else(|_| std::path::absolute(folder));
        match (folder, target.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => target.clone(),
        }
    })
}
