//! Map tiles kept on the disk between starts, for the user alone: one file for each, and no more than so many bytes of them.
//!
//! A file is named by the SHA-256 of the tile's address. Its first line is JSON: the address, what the server said of how
//! long the tile may be kept, and the length and SHA-256 of the picture, which is the rest. What is not as its first line
//! says (a power cut in the midst of writing, a fault of the disk) counts as not there. What was used longest ago goes
//! first.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http_cache_semantics::CachePolicy;
use serde::{Deserialize, Serialize};

use crate::dossier::fingerprint;
use crate::files::disk::{is_gone, make_private_folder, private_options, read_at_most};

/// Bytes of tiles kept on the disk.
pub(super) const MOST_BYTES: u64 = 256 << 20;
/// Tiles kept on the disk.
const MOST_FILES: usize = 40_000;
/// The longest that the first line may be.
const LONGEST_HEAD: usize = 64 << 10;
/// What files of tiles end in.
const ENDING: &str = ".tile";
/// What half-written files end in.
const PART: &str = ".part";
/// Folders of tiles as they were kept before, which nothing reads any longer: they tell where the user has looked.
const FORMER: [&str; 3] = ["content-v2", "index-v5", "tmp"];
/// A tile counts as used again after so long, so that reading does not write each time.
const USED_AGAIN: Duration = Duration::from_secs(12 * 60 * 60);

/// The tiles in a folder. Several programs may use the same one.
pub(super) struct Store {
    folder: PathBuf,
    most_bytes: u64,
    /// Bytes written since the folder was last looked through.
    written: AtomicU64,
}

/// A tile that is kept.
pub(super) struct Kept {
    /// How long it may be used without asking, and how to ask.
    pub(super) policy: CachePolicy,
    /// The picture as it came.
    pub(super) picture: Vec<u8>,
}

/// The first line of a file.
#[derive(Serialize, Deserialize)]
struct Head<P> {
    address: String,
    length: usize,
    sha256: String,
    policy: P,
}

impl Store {
    /// Makes the folder, for the user alone, and takes out of it what is too much.
    pub(super) fn open(folder: &Path, most_bytes: u64) -> std::io::Result<Self> {
        make_private_folder(folder)?;
        for former in FORMER {
            // What is not there need not go.
            let _ = fs::remove_dir_all(folder.join(former));
        }
        let store = Self { folder: folder.to_owned(), most_bytes, written: AtomicU64::new(0) };
        store.sweep();
        Ok(store)
    }

    fn path(&self, address: &str) -> PathBuf {
        self.folder.join(format!("{}{ENDING}", fingerprint::bytes(address.as_bytes())))
    }

    /// The tile of that address, if it is kept whole.
    pub(super) fn read(&self, address: &str) -> Option<Kept> {
        let path = self.path(address);
        let metadata = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
        let mut bytes = read_at_most(&path, super::fetch::LARGEST_ANSWER + LONGEST_HEAD).ok()?;
        let kept = kept_in(&mut bytes, address);
        if kept.is_none() {
            self.forget(address);
        } else if metadata.modified().ok().and_then(|at| at.elapsed().ok()).is_some_and(|idle| idle > USED_AGAIN) {
            // Where that fails, the tile goes a little earlier.
            let _ = private_options().open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        }
        kept
    }

    /// Keeps a tile in the place of what was kept of it.
    pub(super) fn write(&self, address: &str, policy: &CachePolicy, picture: &[u8]) -> std::io::Result<()> {
        let sha256 = fingerprint::bytes(picture);
        let head = Head { address: address.to_owned(), length: picture.len(), sha256, policy };
        let mut bytes = serde_json::to_vec(&head)?;
        if bytes.len() > LONGEST_HEAD {
            return Err(std::io::Error::other("the server says too much of it"));
        }
        bytes.push(b'\n');
        bytes.extend_from_slice(picture);
        // For the user alone: such are the files that this makes. Not synced: a tile that is torn is fetched again.
        let mut file = tempfile::Builder::new()
            .prefix(&format!("{}-", std::process::id()))
            .suffix(PART)
            .tempfile_in(&self.folder)?;
        file.write_all(&bytes)?;
        file.persist(self.path(address)).map_err(|error| error.error)?;
        let written = self.written.fetch_add(bytes.len() as u64, Ordering::Relaxed) + bytes.len() as u64;
        if written > self.most_bytes / 16 {
            self.sweep();
        }
        Ok(())
    }

    /// Keeps the tile of that address no longer.
    pub(super) fn forget(&self, address: &str) {
        let _ = fs::remove_file(self.path(address));
    }

    /// Takes out what is too much, and what was left half written.
    fn sweep(&self) {
        self.written.store(0, Ordering::Relaxed);
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut tiles = Vec::new();
        let mut total = 0;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(metadata) = entry.metadata() else { continue };
            if !metadata.is_file() {
                continue;
            }
            if let Some(part) = name.strip_suffix(PART) {
                let process = part.split_once('-').and_then(|(process, _)| process.parse().ok());
                if process.is_some_and(is_gone) {
                    let _ = fs::remove_file(entry.path());
                }
            } else if name.ends_with(ENDING) {
                total += metadata.len();
                tiles.push((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len(), entry.path()));
            }
        }
        if total <= self.most_bytes && tiles.len() <= MOST_FILES {
            return;
        }
        // A little more than has to go, so that not each tile that comes has the folder looked through.
        let (most_bytes, most_files) = (self.most_bytes / 8 * 7, MOST_FILES / 8 * 7);
        tiles.sort();
        let mut left = tiles.len();
        for (_, bytes, path) in tiles {
            if total <= most_bytes && left <= most_files {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total -= bytes;
                left -= 1;
            }
        }
    }
}

/// How many bytes of tiles are kept in a folder.
pub fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let tiles = entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(ENDING));
    tiles.filter_map(|entry| entry.metadata().ok()).filter(fs::Metadata::is_file).map(|metadata| metadata.len()).sum()
}

/// Takes all tiles out of a folder, and nothing else.
///
/// # Errors
/// What the system says of the first that could not be removed; the others are gone.
pub fn clear(folder: &Path) -> std::io::Result<()> {
    let mut failed = None;
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_string_lossy().ends_with(ENDING)
            && let Err(cause) = fs::remove_file(entry.path())
            && cause.kind() != std::io::ErrorKind::NotFound
        {
            failed = Some(cause);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// What the bytes of a file hold, if they are the tile of that address and whole.
fn kept_in(bytes: &mut Vec<u8>, address: &str) -> Option<Kept> {
    let end = bytes.iter().take(LONGEST_HEAD).position(|byte| *byte == b'\n')?;
    let picture = bytes.split_off(end + 1);
    let head: Head<CachePolicy> = serde_json::from_slice(bytes).ok()?;
    let is_whole =
        head.address == address && head.length == picture.len() && head.sha256 == fingerprint::bytes(&picture);
    is_whole.then_some(Kept { policy: head.policy, picture })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://tiles.example/7/77/44.png";

    fn policy() -> CachePolicy {
        let request = http::Request::get(ADDRESS).body(()).unwrap();
        let response = http::Response::builder().header("cache-control", "max-age=60").body(()).unwrap();
        CachePolicy::new(&request, &response)
    }

    #[test]
    fn a_tile_that_is_not_whole_or_not_the_one_that_is_asked_for_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("tiles"), MOST_BYTES).unwrap();
        assert!(store.read(ADDRESS).is_none());
        store.write(ADDRESS, &policy(), b"a picture").unwrap();
        assert_eq!(store.read(ADDRESS).unwrap().picture, b"a picture");
        let whole = fs::read(store.path(ADDRESS)).unwrap();
        let other = "https://tiles.example/7/77/45.png";
        fs::write(store.path(other), &whole).unwrap();
        assert!(store.read(other).is_none());
        for end in 0..whole.len() {
            fs::write(store.path(ADDRESS), &whole[..end]).unwrap();
            assert!(store.read(ADDRESS).is_none(), "cut after {end} bytes");
        }
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        fs::write(store.path(ADDRESS), changed).unwrap();
        assert!(store.read(ADDRESS).is_none());
        assert!(!store.path(ADDRESS).exists(), "it is not looked at again");
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), MOST_BYTES).unwrap();
        let address = |index: u64| format!("https://tiles.example/{index}");
        for index in 0..30 {
            store.write(&address(index), &policy(), &[7; 1000]).unwrap();
            let file = fs::File::options().write(true).open(store.path(&address(index))).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(1_000_000 - 1000 * index)).unwrap();
        }
        // Used again.
        assert!(store.read(&address(0)).is_some());
        fs::write(folder.path().join("4294967295-x.part"), b"half").unwrap();
        fs::write(folder.path().join("not-ours"), [0; 50_000]).unwrap();
        let store = Store::open(folder.path(), 40_000).unwrap();
        let kept = |store: &Store| (0..30).filter(|index| store.path(&address(*index)).exists()).collect::<Vec<_>>();
        let (after, bytes) = (kept(&store), fs::metadata(store.path(&address(29))).unwrap().len());
        assert!(after.len() as u64 * bytes <= 35_000 && (after.len() as u64 + 1) * bytes > 35_000, "{after:?}");
        assert_eq!(after[0], 0);
        assert_eq!(after[1..], *(30 - after.len() as u64 + 1..30).collect::<Vec<_>>());
        assert!(folder.path().join("not-ours").exists());
        assert_eq!(folder.path().join("4294967295-x.part").exists(), !cfg!(target_os = "linux"));
        // Writing keeps the limit too.
        for index in 100..200 {
            store.write(&address(index), &policy(), &[7; 1000]).unwrap();
        }
        let total: u64 = fs::read_dir(folder.path())
            .unwrap()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().ends_with(ENDING))
            .map(|entry| entry.metadata().unwrap().len())
            .sum();
        assert!(total <= 40_000 + 40_000 / 16 + bytes, "{total}");
    }

    #[cfg(unix)]
    #[test]
    fn tiles_can_be_read_by_the_user_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let tiles = folder.path().join("cache/tiles");
        // As a program that did not care has left it.
        fs::create_dir_all(tiles.join("index-v5/ab")).unwrap();
        fs::set_permissions(&tiles, fs::Permissions::from_mode(0o755)).unwrap();
        let store = Store::open(&tiles, MOST_BYTES).unwrap();
        store.write(ADDRESS, &policy(), b"a picture").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&tiles), mode(&store.path(ADDRESS))), (0o700, 0o600));
        assert!(!tiles.join("index-v5").exists());
        // A link in a tile's place is neither read nor written through.
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(store.path(ADDRESS), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, store.path(ADDRESS)).unwrap();
        assert!(store.read(ADDRESS).is_none());
        let before = fs::read(&elsewhere).unwrap();
        store.write(ADDRESS, &policy(), b"another").unwrap();
        assert_eq!(
            (fs::read(&elsewhere).unwrap(), store.read(ADDRESS).unwrap().picture),
            (before, b"another".to_vec())
        );
    }
}
