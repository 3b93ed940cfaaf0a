//! Whole files to and from the disk: read within bounds, and written whole or not at all.

use std::borrow::Cow;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::FileError;
use crate::basemap::ReadAt;
use crate::formats::geojson;
use crate::geometry::work::Watched;

/// A file that is read in parts, as an archive of tiles is.
#[derive(Debug)]
pub(super) struct FileReader {
    pub(super) file: std::sync::Mutex<fs::File>,
    pub(super) size: u64,
}

impl FileReader {
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let file = open(path)?;
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
    let file = open(path).map_err(failed)?;
    // Room for all of it at once, and for the byte that tells that there is no more.
    let size = file.metadata().map_or(0, |metadata| metadata.len()).min(most as u64);
    let mut bytes = Vec::with_capacity(size as usize + 1);
    Watched::new(file.take(most as u64 + 1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > most {
        return Err(failed(std::io::Error::other(format!("larger than {} MB", most >> 20))));
    }
    Ok(bytes)
}

/// As [`read_at_most`], of a file that need not be there.
pub(super) fn read_if_there(path: &Path, most: usize) -> Result<Option<Vec<u8>>, FileError> {
    match read_at_most(path, most) {
        Err(FileError::Read { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

/// Who may read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Those who may read the file that is replaced, or, where none is, any new file of the user's.
    Usual,
    /// The user alone.
    Private,
}

/// Writes a file whole or not at all: beside its place first, synced, then renamed. Where a link stands, what it leads
/// to is replaced, and in a folder that everybody may write to the link itself; permissions stay. What is no plain file (a
/// folder, a pipe, a device) is never replaced.
///
/// # Errors
/// [`FileError::Write`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, bytes, Access::Usual).map_err(|cause| FileError::Write { cause, path: path.to_owned() })
}

/// Writes a list of the program's own as JSON, for the user alone; its folder is made if it is not there.
///
/// # Errors
/// [`FileError::Write`].
pub(super) fn write_private_json(path: &Path, value: &impl serde::Serialize) -> Result<(), FileError> {
    let failed = |cause| FileError::Write { cause, path: path.to_owned() };
    if let Some(folder) = path.parent() {
        make_private_folder(folder).map_err(failed)?;
    }
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|cause| failed(cause.into()))?;
    bytes.push(b'\n');
    replace(path, &bytes, Access::Private).map_err(failed)
}

/// Writes as [`write()`] does, for the user alone. Where a link stands, the link is replaced: what is private is put where
/// only the program has something to put.
pub(super) fn replace(path: &Path, bytes: &[u8], access: Access) -> std::io::Result<()> {
    replace_with(path, access, |file| file.write_all(bytes))
}

/// Writes as [`write()`] does what comes bit by bit: whole, or not at all where that fails.
///
/// # Errors
/// What `fill` fails with, or [`FileError::Write`] within it.
pub fn write_with<E: From<FileError>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn std::io::Write) -> Result<(), E>,
) -> Result<(), E> {
    let mut failed = None;
    let written = replace_with(path, Access::Usual, |file| {
        let mut out = std::io::BufWriter::with_capacity(1 << 16, file);
        if let Err(error) = fill(&mut out) {
            failed = Some(error);
            return Err(std::io::Error::other("it was not written to its end"));
        }
        out.flush()
    });
    match (failed, written) {
        (Some(error), _) => Err(error),
        (None, written) => Ok(written.map_err(|cause| FileError::Write { cause, path: path.to_owned() })?),
    }
}

fn replace_with(
    path: &Path,
    access: Access,
    fill: impl FnOnce(&mut fs::File) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let target = match access {
        Access::Usual => target_of(path),
        Access::Private => path.to_owned(),
    };
    let folder = folder_of(&target);
    let name = target.file_name().ok_or_else(|| std::io::Error::other("the path does not name a file"))?;
    let before = match fs::symlink_metadata(&target) {
        // Of the program's own folders, or of one that everybody may write to: whoever planted it, it is not followed.
        Ok(link) if link.is_symlink() => None,
        Ok(before) => {
            check_is_file(&before)?;
            Some(before)
        }
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => None,
        Err(cause) => return Err(cause),
    };
    // Under a name that nobody can guess, made anew, and for the user alone as long as it is half written.
    let mut temporary = tempfile::Builder::new()
        .prefix(&format!("{}{}-", part_start(name), std::process::id()))
        .suffix(".part")
        .tempfile_in(folder)?;
    fill(temporary.as_file_mut())?;
    temporary.as_file().sync_all()?;
    // Only now, when it is whole, and to be seen under its own name at once.
    match (&before, access) {
        (_, Access::Private) => {}
        (Some(before), Access::Usual) => {
            keep_owner(temporary.as_file(), before);
            temporary.as_file().set_permissions(before.permissions())?;
        }
        (None, Access::Usual) => temporary.as_file().set_permissions(usual_permissions(folder, name)?)?,
    }
    // A file that fails to take its place is removed when it is dropped.
    temporary.persist(&target).map_err(|error| error.error)?;
    remove_stale(folder, name);
    sync_folder(folder);
    Ok(())
}

/// The permissions that the system gives to a new file in a folder, seen by one beside a file of this name.
pub(super) fn usual_permissions(folder: &Path, name: &std::ffi::OsStr) -> std::io::Result<fs::Permissions> {
    let mut builder = tempfile::Builder::new();
    // Where the program ends now, it goes as what is half written does.
    let start = format!("{}{}-", part_start(name), std::process::id());
    builder.prefix(&start).suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    Ok(builder.tempfile_in(folder)?.as_file().metadata()?.permissions())
}

/// What the names of half-written files begin with, of a file of this name. Of a long name only the start, so that what
/// follows has room.
fn part_start(name: &std::ffi::OsStr) -> String {
    const LONGEST: usize = 160;
    let name = name.to_string_lossy();
    format!(".{}.", &name[..name.floor_char_boundary(LONGEST)])
}

/// Refuses what is no plain file: to read it may wait for ever, and to replace it may break a machine.
pub(super) fn check_is_file(metadata: &fs::Metadata) -> std::io::Result<()> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    #[cfg(unix)]
    let is = {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_dir() {
            "it is a folder, not a file"
        } else if kind.is_fifo() {
            "it is a pipe, not a file"
        } else if kind.is_socket() {
            "it is a socket, not a file"
        } else {
            "it is a device, not a file"
        }
    };
    #[cfg(not(unix))]
    let is = if kind.is_dir() { "it is a folder, not a file" } else { "it is not a regular file" };
    Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, is))
}

/// Opens a plain file for reading; never waits for somebody to write into a pipe.
pub(super) fn open(path: &Path) -> std::io::Result<fs::File> {
    // Looked at first, for to open a device may do something to it.
    check_is_file(&fs::metadata(path)?)?;
    let mut options = fs::File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let file = options.open(path)?;
    // Another may have come to its place meanwhile.
    check_is_file(&file.metadata()?)?;
    Ok(file)
}

/// How a file of the program's own is opened for writing: for the user alone, and by no link.
pub(super) fn private_options() -> fs::OpenOptions {
    let mut options = fs::File::options();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    options
}

/// Makes a folder of the program's own, and those that it lies in, unless it is there; nobody but the user may look into it.
pub(crate) fn make_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
        builder.mode(0o700).create(path)?;
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            // What is in a folder of somebody else's is for the user alone all the same.
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
        }
        Ok(())
    }
    #[cfg(not(unix))]
    builder.create(path)
}

/// Removes what programs that were ended in the midst of writing a file of this name left beside it: their process is
/// gone, or nothing was written for an hour.
pub(super) fn remove_stale(folder: &Path, name: &std::ffi::OsStr) {
    let start = part_start(name);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let part = entry.file_name();
        let part = part.to_string_lossy();
        let numbers = part.strip_prefix(&start).and_then(|rest| rest.strip_suffix(".part")?.split_once('-'));
        let Some(Ok(process)) = numbers.map(|(process, _)| process.parse::<u32>()) else { continue };
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

/// What a path leads to, by way of links, even where nothing is there yet. A link in a folder that everybody may write to
/// (`/tmp`) may have been planted, and is not followed, as Linux does not follow one of somebody else's there.
pub(super) fn target_of(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        if is_open_to_all(folder_of(&target)) {
            break;
        }
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => break,
        }
    }
    target
}

/// Whether everybody may put something into a folder.
fn is_open_to_all(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & 0o002 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Gives the new file to whom the old one belonged, as far as the system allows it.
fn keep_owner(new: &fs::File, before: &fs::Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        // Only the administrator may give files away; for others the file is their own already.
        let _ = fchown(new, Some(before.uid()), Some(before.gid()));
    }
    #[cfg(not(unix))]
    let _ = (new, before);
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

/// Whether something is at this path, so that writing would replace it: a link too, whether it leads anywhere or not.
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether [`write()`] would replace what is at this path, if anything is: for who has many files to write, before the first.
///
/// # Errors
/// [`FileError::Write`]: it is no plain file.
pub fn check_replaceable(path: &Path) -> Result<(), FileError> {
    match fs::symlink_metadata(target_of(path)) {
        Ok(there) if !there.is_symlink() => {
            check_is_file(&there).map_err(|cause| FileError::Write { cause, path: path.to_owned() })
        }
        _ => Ok(()),
    }
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

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_as_the_system_makes_it_and_one_that_is_replaced_stays_as_it_was() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
        fs::write(at("by the system"), "").unwrap();
        write(&at("figure.png"), b"one").unwrap();
        assert_eq!(mode("figure.png"), mode("by the system"));
        fs::set_permissions(at("figure.png"), fs::Permissions::from_mode(0o640)).unwrap();
        write(&at("figure.png"), b"two").unwrap();
        assert_eq!((mode("figure.png"), fs::read(at("figure.png")).unwrap()), (0o640, b"two".to_vec()));
        replace(&at("private"), b"three", Access::Private).unwrap();
        assert_eq!(mode("private"), 0o600);
        // The longest name that the system takes.
        let long = format!("{}.png", "ü".repeat(125));
        write(&at(&long), b"four").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_half_written_is_for_the_user_alone_under_a_name_of_its_own() {
        use std::collections::BTreeSet;
        use std::os::unix::fs::PermissionsExt as _;
        use std::sync::atomic::{AtomicBool, Ordering};

        let folder = tempfile::tempdir().unwrap();
        let bytes = vec![7; 8 << 20];
        let is_over = AtomicBool::new(false);
        let mut names = BTreeSet::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for name in ["figure.png", "talks.claimline.geojson", "figure.png"] {
                    write(&folder.path().join(name), &bytes).unwrap();
                }
                replace(&folder.path().join("private"), &bytes, Access::Private).unwrap();
                is_over.store(true, Ordering::Relaxed);
            });
            while !is_over.load(Ordering::Relaxed) {
                for entry in fs::read_dir(folder.path()).unwrap().flatten() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let Ok(metadata) = entry.metadata() else { continue };
                    // One that stays empty only shows which permissions the system gives.
                    if !name.ends_with(".part") || metadata.len() == 0 {
                        continue;
                    }
                    // When it is whole, it has those of the file that it takes the place of.
                    if metadata.len() < bytes.len() as u64 {
                        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
                    }
                    names.insert(name);
                }
            }
        });
        // None is like another, though the file is.
        assert!(names.len() >= 2, "{names:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_somebody_planted_is_not_followed() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = tempfile::tempdir().unwrap();
        let (shared, link) = (folder.path().join("shared"), folder.path().join("shared/figure.png"));
        let (precious, new) = (folder.path().join("precious"), folder.path().join("new"));
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
        fs::write(&precious, "precious").unwrap();
        for target in [&precious, &new] {
            symlink(target, &link).unwrap();
            assert!(exists(&link), "nobody is surprised by it");
            check_replaceable(&link).unwrap();
            write(&link, b"a picture").unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_file());
            fs::remove_file(&link).unwrap();
        }
        assert_eq!((fs::read_to_string(&precious).unwrap().as_str(), new.exists()), ("precious", false));
        // In a folder of the user's own it is the user's.
        let own = folder.path().join("own.png");
        symlink(&precious, &own).unwrap();
        write(&own, b"a picture").unwrap();
        assert!(fs::symlink_metadata(&own).unwrap().is_symlink() && fs::read(&precious).unwrap() == b"a picture");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_plain_file_is_neither_read_nor_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _bound = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for (path, is) in
            [(socket.as_path(), "a socket"), (folder.path(), "a folder"), (Path::new("/dev/null"), "a device")]
        {
            let errors =
                [write(path, b"x").unwrap_err(), read(path).unwrap_err(), check_replaceable(path).unwrap_err()];
            for error in errors {
                assert!(error.to_string().contains(&format!("it is {is}, not a file")), "{error}");
            }
        }
        assert!(std::os::unix::fs::FileTypeExt::is_char_device(&fs::metadata("/dev/null").unwrap().file_type()));
    }
}
