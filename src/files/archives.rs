//! Archives of tiles: PMTiles, read at offsets of a file or of one on a server, and MBTiles, read by way of SQLite. None is
//! read as a whole.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use http::HeaderMap;
use rusqlite::{Connection, OpenFlags};

use super::FileError;
use super::address::{is_address, told};
use super::disk::{self, FileReader};
use super::ranges::RemoteFile;
use super::servers::Servers;
use crate::basemap::sources::mbtiles::{Connect, Mbtiles};
use crate::basemap::{Archive, ArchiveError, MapSource};
use crate::formats::format::{self, Candidate};
use crate::formats::percent;

/// So many bytes tell what an archive is: SQLite says at byte 68 whose database it is.
pub(super) const START: u64 = 100;

/// The first bytes of a file.
pub(super) fn start(path: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |cause| FileError::Read { cause, path: path.to_owned() };
    let mut bytes = Vec::new();
    disk::open(path).map_err(failed)?.take(START).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Whether a file is an archive of tiles, by its name in small letters and its first bytes.
pub(super) fn is_archive(candidate: &Candidate<'_>) -> bool {
    [format::PMTILES, format::MBTILES].iter().any(|format| (format.sniff)(candidate))
        || format::PMTILES.is_named(candidate.name)
        || format::MBTILES.is_named(candidate.name)
}

/// Opens an archive of tiles, vector or pictures: a file on the disk, or by the address of PMTiles, of which the parts that
/// are looked at are fetched. Somebody has asked for it.
///
/// # Errors
/// [`FileError::Read`], [`FileError::Address`], [`FileError::Map`].
pub fn open_archive(path: &Path) -> Result<Archive, FileError> {
    if is_address(path) {
        return open_remote(path, HeaderMap::new());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let bytes = start(path)?;
    let candidate = Candidate { name: &name, bytes: &bytes };
    let is_pmtiles = (format::PMTILES.sniff)(&candidate);
    let opened = if !is_pmtiles && ((format::MBTILES.sniff)(&candidate) || format::MBTILES.is_named(&name)) {
        open_mbtiles(path).map(Archive::from)
    } else {
        let file = FileReader::open(path).map_err(|cause| FileError::Read { cause, path: path.to_owned() })?;
        Archive::open(file)
    };
    opened.map_err(|cause| FileError::Map { cause, path: path.to_owned() })
}

/// The same of the archive of a map's record: one on a server with the keys and headers that the user has for it.
///
/// # Errors
/// As [`open_archive`]; and where the key for its server is missing.
pub fn open_archive_of(map: &MapSource, servers: &Servers) -> Result<Archive, FileError> {
    let path = Path::new(&map.address);
    if !is_address(path) {
        return open_archive(path);
    }
    let filled = servers.with_key(&map.address).map_err(|what| FileError::Address { what, path: told(path) });
    let (url, headers) = filled?;
    open_remote(Path::new(url.as_str()), headers)
}

fn open_remote(path: &Path, headers: HeaderMap) -> Result<Archive, FileError> {
    let failed = |cause| FileError::Map { cause, path: told(path) };
    Archive::open(RemoteFile::open_with(path, headers)?).map_err(failed)
}

fn open_mbtiles(path: &Path) -> Result<Mbtiles, ArchiveError> {
    let address = unchanging(&fs::canonicalize(path)?)?;
    let connect: Connect = Box::new(move || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(&address, flags)
    });
    Mbtiles::open(connect, unsaved(path))
}

/// The address by which SQLite reads a file that nobody changes: it writes and locks nothing, and looks at no file beside
/// it, which might say what to write into it.
fn unchanging(path: &Path) -> Result<String, ArchiveError> {
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    #[cfg(not(unix))]
    let text = path.to_str().ok_or_else(|| ArchiveError::NotMbtiles("its path is not Unicode".to_owned()))?;
    #[cfg(not(unix))]
    let text = format!("/{}", text.trim_start_matches(r"\\?\").replace('\\', "/"));
    #[cfg(not(unix))]
    let bytes = text.as_bytes();
    let keeps = |byte: u8| percent::is_unreserved(byte) || b"/:".contains(&byte);
    Ok(format!("file:{}?mode=ro&immutable=1", percent::encoded(bytes, keeps)))
}

/// That the file has changes which lie beside it and are not read.
fn unsaved(path: &Path) -> Option<String> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        fs::metadata(PathBuf::from(name)).map_or(0, |metadata| metadata.len())
    };
    // So many bytes has a journal's head, and without more it is over.
    (beside("-wal") > 0 || beside("-journal") > 512).then(|| {
        "beside it lies a file with changes that are not in it yet (-wal or -journal), so that tiles may be missing or old. \
         Close the program that has it open, and open it here again"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basemap::TileId;
    use crate::files::{Content, open};

    /// An archive of one tile of pictures or of a vector tile, by the format.
    fn mbtiles(path: &Path, format: &str, data: &[u8]) {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE metadata (name text, value text);
                 CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);",
            )
            .unwrap();
        connection.execute("INSERT INTO metadata VALUES ('format', ?1)", [format]).unwrap();
        connection.execute("INSERT INTO tiles VALUES (1, 0, 0, ?1)", [data]).unwrap();
    }

    #[test]
    fn an_mbtiles_file_of_any_name_is_opened_and_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Стрий 50% #1?.mbtiles");
        mbtiles(&path, "png", b"picture");
        let before = fs::read(&path).unwrap();
        let archive = open_archive(&path).unwrap();
        let tile = archive.tile_bytes(TileId { z: 1, x: 0, y: 1 }).unwrap();
        assert_eq!(tile.as_deref(), Some(&b"picture"[..]));
        assert_eq!(archive.warning(), None);
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let log = folder.path().join("Стрий 50% #1?.mbtiles-wal");
        fs::write(log, b"changes").unwrap();
        assert!(open_archive(&path).unwrap().warning().unwrap().contains("-wal"));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_or_a_device_by_the_name_of_an_archive_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.pmtiles", "a.mbtiles"] {
            let pipe = folder.path().join(name);
            let made = std::process::Command::new("mkfifo").arg(&pipe).status();
            if !made.is_ok_and(|status| status.success()) {
                eprintln!("there is no mkfifo here; nothing is tested");
                return;
            }
            let why = open_archive(&pipe).unwrap_err().to_string();
            assert!(why.contains("it is a pipe, not a file"), "{why}");
        }
        let link = folder.path().join("link.pmtiles");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        let why = open_archive(&link).unwrap_err().to_string();
        assert!(why.contains("it is a device, not a file"), "{why}");
    }

    #[test]
    fn vector_tiles_are_opened_as_a_map_and_pictures_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let [vector, pictures, text] = ["a.mbtiles", "b.mbtiles", "c.mbtiles"].map(|name| folder.path().join(name));
        mbtiles(&vector, "pbf", b"");
        let why = open(&vector).err().unwrap().to_string();
        assert!(why.contains("no tiles"), "{why}");
        Connection::open(&vector).unwrap().execute_batch("UPDATE tiles SET tile_data = x'1a00'").unwrap();
        assert!(matches!(open(&vector).unwrap().content, Content::Map(_)));
        mbtiles(&pictures, "webp", b"x");
        let why = open(&pictures).err().unwrap().to_string();
        assert!(why.contains("WebP pictures") && why.contains("b.mbtiles"), "{why}");
        let layers = r#"INSERT INTO metadata VALUES ('json', '{"vector_layers":[{"id":"gas"},{"id":"pipes"}]}')"#;
        Connection::open(&vector).unwrap().execute_batch(layers).unwrap();
        let why = open(&vector).err().unwrap().to_string();
        assert!(why.contains("(its layers: gas, pipes)") && why.contains("Shortbread"), "{why}");
        fs::write(&text, b"SQLite format 3\0 and no more").unwrap();
        let why = open(&text).err().unwrap().to_string();
        assert!(why.contains("not an MBTiles archive"), "{why}");
    }
}
