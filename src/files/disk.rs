//! Whole files to and from the disk: read within bounds, and written whole or not at all.

use std::borrow::Cow;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::error::FileError;
use crate::basemap::ReadAt;
use crate::formats::geojson;

/// A file that is read in parts, as an archive of tiles is.
#[derive(Debug)]
pub(super) struct FileReader {
    pub(super) file: std::sync::Mutex<fs::File>,
    pub(super) size: u64,
}

impl FileReader {
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let file = fs::File::open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { file: std::sync::Mutex::new(file), size })
    }
}

impl ReadAt for FileReader {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, length: usize) -> std::io::Result<Cow<'_, [u8]>> {
        use std::io::{Seek as _, SeekFrom};
        if offset.checked_add(length as u64).is_none_or(|end| end > self.size) {
            return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "beyond the end of the file"));
        }
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    }
}

/// Reads a whole file of at most [`geojson::MAX_BYTES`] bytes.
///
/// # Errors
/// [`FileError::Read`].
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    read_at_most(path, geojson::MAX_BYTES)
}

pub(super) fn read_at_most(path: &Path, most: usize) -> Result<Vec<u8>, FileError> {
    let failed = |cause| FileError::Read { cause, path: path.to_owned() };
    let file = fs::File::open(path).map_err(failed)?;
    // Room for all of it at once, and for the byte that tells that there is no more.
    let size = file.metadata().map_or(0, |metadata| metadata.len()).min(most as u64);
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > most {
        return Err(failed(std::io::Error::other(format!("larger than {} MB", most >> 20))));
    }
    Ok(bytes)
}

/// Writes a file whole or not at all: beside its place first, synced, then renamed. Where a link stands, what it leads
/// to is replaced; permissions stay.
///
/// # Errors
/// [`FileError::Write`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, bytes).map_err(|cause| FileError::Write { cause, path: path.to_owned() })
}

pub(super) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let target = target_of(path);
    let folder = folder_of(&target);
    let name = target.file_name().ok_or_else(|| std::io::Error::other("the path names no file"))?;
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    temporary.push(format!(".{}-{count}.part", std::process::id()));
    let temporary = folder.join(temporary);
    let before = fs::metadata(&target).ok();
    let written = fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        if let Some(before) = &before {
            keep_owner(&temporary, before);
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&temporary, &target));
    if renamed.is_err() {
        // What is half written must not stay; that it was never there is no further error.
        let _ = fs::remove_file(&temporary);
    }
    renamed?;
    remove_stale(folder, name);
    sync_folder(folder);
    Ok(())
}

/// Removes what programs that were ended in the midst of writing a file of this name left beside it: their process is
/// gone, or nothing was written for an hour.
pub(super) fn remove_stale(folder: &Path, name: &std::ffi::OsStr) {
    let start = format!(".{}.", name.to_string_lossy());
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let part = entry.file_name();
        let part = part.to_string_lossy();
        let numbers = part.strip_prefix(&start).and_then(|rest| rest.strip_suffix(".part")?.split_once('-'));
        let Some((Ok(process), Ok(_))) = numbers.map(|(a, b)| (a.parse::<u32>(), b.parse::<u32>())) else { continue };
        let Ok(metadata) = entry.metadata() else { continue };
        let idle_s = metadata.modified().ok().and_then(|at| at.elapsed().ok()).map_or(0, |idle| idle.as_secs());
        // On a shared disk the process may be another machine's, which is still writing.
        let is_stale = process != std::process::id() && (idle_s >= 3600 || idle_s >= 60 && is_gone(process));
        if is_stale && metadata.is_file() {
            // What cannot be removed harms nobody.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether no such process runs, where the system shows its processes as files.
pub(super) fn is_gone(process: u32) -> bool {
    let processes = Path::new("/proc");
    processes.join("self").exists() && !processes.join(process.to_string()).exists()
}

/// What a path leads to, by way of links, even where nothing is there yet.
pub(super) fn target_of(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => break,
        }
    }
    target
}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Gives the new file to whom the old one belonged, as far as the system allows it.
pub(super) fn keep_owner(temporary: &Path, before: &fs::Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, chown};
        // Only the administrator may give files away; for others the file is their own already.
        let _ = chown(temporary, Some(before.uid()), Some(before.gid()));
    }
    #[cfg(not(unix))]
    let _ = (temporary, before);
}

/// Makes sure that a rename or a removal outlives a power cut.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        // Some file systems cannot sync a folder; the file itself is safe.
        let _ = folder.sync_all();
    }
}

/// Makes a folder, and those that it lies in, unless it is there.
///
/// # Errors
/// [`FileError::Write`].
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|cause| FileError::Write { cause, path: path.to_owned() })
}

/// Whether something is at this path, so that writing would replace it.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// Whether two paths lead to one file, by links of either kind or by other names of its folders.
pub fn is_same(a: &Path, b: &Path) -> bool {
    let (Ok(there), Ok(other)) = (fs::canonicalize(a), fs::canonicalize(b)) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if let (Ok(there), Ok(other)) = (fs::metadata(&there), fs::metadata(&other)) {
            return (there.dev(), there.ino()) == (other.dev(), other.ino());
        }
    }
    there == other
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn what_a_program_that_was_ended_left_goes_with_the_next_write() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, idle_s: u64| {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(idle_s)).unwrap();
        };
        // No system numbers a process so high; process 1 always runs.
        for (name, idle_s) in [
            (".figure.png.4294967295-0.part", 4000),
            (".figure.png.1-0.part", 4000),
            (".figure.png.4294967294-0.part", 0),
            (".figure.png.1-1.part", 120),
            (".other.png.4294967295-0.part", 4000),
            (".figure.png.mine.part", 4000),
        ] {
            put(name, idle_s);
        }
        if cfg!(target_os = "linux") {
            put(".figure.png.4294967293-7.part", 120);
        }
        write(&folder.path().join("figure.png"), b"a picture").unwrap();
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        let kept = [
            ".figure.png.1-1.part",
            ".figure.png.4294967294-0.part",
            ".figure.png.mine.part",
            ".other.png.4294967295-0.part",
            "figure.png",
        ];
        assert_eq!(left, kept);
    }
}
