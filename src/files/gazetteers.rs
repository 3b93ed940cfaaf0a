//! Gazetteers of the user's own: dumps of GeoNames as they are downloaded, and layers with names; indexed once, and kept in
//! the cache until the file changes.

use std::fs;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use thiserror::Error;
use zip::ZipArchive;

use super::disk::{self, Access, make_private_folder, read_at_most, replace};
use super::error::to_read;
use super::{Content, FileError, Taken, open_as};
use crate::dossier::fingerprint;
use crate::gazetteer::{Gazetteer, GeoNames, is_geonames, seal, unseal};
use crate::geometry::work;
use crate::session::Part;
use crate::session::places::gazetteer_of;

/// A dump is read up to so many bytes, unpacked: `allCountries.txt` has 1.7 GB.
const MOST_BYTES: u64 = 8 << 30;

/// A line of a dump is no longer, in bytes; longer ones are passed over.
const LONGEST_LINE: usize = 64 << 10;

/// A sealed gazetteer in the cache is no longer, in bytes.
const MOST_SEALED: usize = 512 << 20;

/// So many gazetteers are kept in the cache; those written longest ago go first.
const MOST_KEPT: usize = 12;

/// What the files of the cache end in.
const ENDING: &str = "gaz";

/// Why a file is no gazetteer.
#[derive(Debug, Error)]
pub enum GazetteerError {
    /// It cannot be read.
    #[error("cannot read it: {}: {}", to_read(cause), path.display())]
    Read {
        /// The system's word.
        cause: std::io::Error,
        /// Which file.
        path: PathBuf,
    },
    /// A zip without a dump in it, or broken.
    #[error("{what}; expected a dump of GeoNames as it is downloaded, such as UA.zip: {}", path.display())]
    Zip {
        /// What is wrong.
        what: String,
        /// Which file.
        path: PathBuf,
    },
    /// Nothing in it has a name and a place.
    #[error(
        "nothing in it has a name and a position; expected a dump of GeoNames (UA.zip, UA.txt) or a layer whose features \
         have names: {}",
        path.display()
    )]
    Empty {
        /// Which file.
        path: PathBuf,
    },
    /// It is no layer either.
    #[error(transparent)]
    File(#[from] FileError),
    /// The user no longer wants it.
    #[error("it was cancelled before all of it was read: {}", path.display())]
    Cancelled {
        /// Which file.
        path: PathBuf,
    },
}

/// Where indexed gazetteers are usually kept.
pub fn default_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "claimline")?;
    Some(folders.cache_dir().join("gazetteers"))
}

/// Reads a gazetteer: from the cache folder if it has been indexed and has not changed since. What is read anew is put
/// there; where that fails, it is read anew the next time.
///
/// # Errors
/// [`GazetteerError`] says what is wrong, and the path last.
pub fn open(path: &Path, cache: Option<&Path>) -> Result<Gazetteer, GazetteerError> {
    let kept = cache.and_then(|folder| Some((folder, kept_name(path)?)));
    if let Some((folder, (_, name))) = &kept
        && let Ok(bytes) = read_at_most(&folder.join(name), MOST_SEALED)
        && let Ok(gazetteer) = unseal(&bytes)
    {
        return Ok(gazetteer);
    }
    let gazetteer = read(path)?;
    if gazetteer.count() == 0 {
        return Err(GazetteerError::Empty { path: path.to_owned() });
    }
    if let Some((folder, (of_path, name))) = kept
        && make_private_folder(folder).is_ok()
    {
        // A cache that cannot be written is no harm.
        let _ = replace(&folder.join(&name), &seal(&gazetteer), Access::Private);
        clear_out(folder, &of_path, &name);
    }
    Ok(gazetteer)
}

/// How a file is named in the cache: by its path, and by its size and the time of its last change. `None` where these
/// cannot be had, or it is an address.
fn kept_name(path: &Path) -> Option<(String, String)> {
    let whole = fs::canonicalize(path).ok()?;
    let metadata = fs::metadata(&whole).ok().filter(fs::Metadata::is_file)?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let of_path = fingerprint::bytes(whole.as_os_str().as_encoded_bytes()).get(..24)?.to_owned();
    let state = format!("{} {}", metadata.len(), changed.as_nanos());
    let state = fingerprint::bytes(state.as_bytes());
    Some((of_path.clone(), format!("{of_path}-{}.{ENDING}", state.get(..24)?)))
}

/// Removes what the cache has of the same file as it was before, and what is too much.
fn clear_out(folder: &Path, of_path: &str, keep: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut others = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.ends_with(&format!(".{ENDING}")) && *name != keep) else {
            continue;
        };
        if name.starts_with(of_path) {
            let _ = fs::remove_file(entry.path());
        } else {
            others.push((entry.metadata().and_then(|metadata| metadata.modified()).ok(), entry.path()));
        }
    }
    others.sort();
    let too_many = (others.len() + 1).saturating_sub(MOST_KEPT);
    for (_, path) in others.into_iter().take(too_many) {
        let _ = fs::remove_file(path);
    }
}

/// Forgets what the cache has of a file.
pub fn forget(path: &Path, cache: &Path) {
    if let Some((of_path, _)) = kept_name(path) {
        clear_out(cache, &of_path, "");
    }
}

fn read(path: &Path) -> Result<Gazetteer, GazetteerError> {
    let failed = |cause| GazetteerError::Read { cause, path: path.to_owned() };
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    if is_file && name.ends_with(".zip") {
        return read_zip(path);
    }
    if is_file {
        let mut file = disk::open(path).map_err(failed)?;
        let mut start = vec![0; LONGEST_LINE];
        let length = read_up_to(&mut file, &mut start).map_err(failed)?;
        if starts_a_dump(&start[..length]) {
            let size = file.metadata().map_or(0, |metadata| metadata.len());
            let whole = std::io::Cursor::new(start[..length].to_vec()).chain(file);
            return read_dump(path, size, whole);
        }
    }
    read_layers(path)
}

/// The places of a file that is no dump.
fn read_layers(path: &Path) -> Result<Gazetteer, GazetteerError> {
    let parts = match open_as(path, Taken { no_project: true, ..Taken::default() })?.content {
        Content::Evidence(part) => vec![part],
        Content::Layers(parts) => parts,
        Content::Map(_) | Content::Picture | Content::Project(_) => Vec::new(),
    };
    Ok(gazetteer_of(parts.iter().flat_map(|part| match part {
        Part::Layer(layer, _) => vec![&**layer],
        Part::Dossier(dossier, _) => dossier.overlays.iter().map(AsRef::as_ref).collect(),
    })))
}

fn read_up_to(file: &mut impl Read, room: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < room.len() {
        match file.read(&mut room[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

fn starts_a_dump(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    std::str::from_utf8(line).is_ok_and(is_geonames)
}

/// A zip of GeoNames: a dump, and a readme beside it. Any other zip is opened as what it is.
fn read_zip(path: &Path) -> Result<Gazetteer, GazetteerError> {
    let failed = |cause| GazetteerError::Read { cause, path: path.to_owned() };
    let broken = |what: String| GazetteerError::Zip { what, path: path.to_owned() };
    let file = disk::open(path).map_err(failed)?;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|cause| broken(format!("it is no whole zip ({cause})")))?;
    let mut dumps = Vec::new();
    for index in 0..archive.len().min(1000) {
        let Ok(entry) = archive.by_index(index) else { continue };
        let name = entry.name().map(|name| name.to_lowercase()).unwrap_or_default();
        if entry.is_file() && name.ends_with(".txt") && !name.ends_with("readme.txt") {
            dumps.push((entry.size(), index));
        }
    }
    let Some((size, index)) = dumps.into_iter().max() else {
        return read_layers(path);
    };
    let entry = archive.by_index(index).map_err(|cause| broken(format!("it is no whole zip ({cause})")))?;
    read_dump(path, size, entry)
}

/// Reads the lines of a dump.
fn read_dump(path: &Path, size: u64, source: impl Read) -> Result<Gazetteer, GazetteerError> {
    let failed = |cause| GazetteerError::Read { cause, path: path.to_owned() };
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    work::begin(|| format!("Indexing {name}"), size);
    let mut source = source.take(MOST_BYTES);
    let mut dump = GeoNames::default();
    let mut block = vec![0; 1 << 20];
    let (mut held, mut is_too_long) = (Vec::new(), false);
    loop {
        let length = source.read(&mut block).map_err(failed)?;
        if length == 0 {
            break;
        }
        if !work::advance(length as u64) {
            return Err(GazetteerError::Cancelled { path: path.to_owned() });
        }
        let mut lines = block[..length].split(|byte| *byte == b'\n');
        let last = lines.next_back().unwrap_or_default();
        for line in lines {
            if held.is_empty() && !is_too_long {
                push(&mut dump, line);
            } else {
                held.extend_from_slice(&line[..line.len().min(LONGEST_LINE)]);
                if !is_too_long {
                    push(&mut dump, &held);
                }
                held.clear();
                is_too_long = false;
            }
        }
        held.extend_from_slice(last);
        if held.len() > LONGEST_LINE {
            held.clear();
            is_too_long = true;
        }
    }
    if !is_too_long {
        push(&mut dump, &held);
    }
    if dump.count() == 0 {
        return Err(GazetteerError::Empty { path: path.to_owned() });
    }
    Ok(dump.finish())
}

fn push(dump: &mut GeoNames, line: &[u8]) {
    dump.push_line(&String::from_utf8_lossy(&line[..line.len().min(LONGEST_LINE)]));
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::gazetteer::search;

    fn line(number: u32, name: &str, lon: f64) -> String {
        format!(
            "{number}\t{name}\t{name}\t\t48.5\t{lon}\tP\tPPL\tUA\t\t05\t1402\t\t\t80500\t\t100\tEurope/Kyiv\t2026-04-17\n"
        )
    }

    fn zipped(path: &Path, text: &str) {
        let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        for (name, text) in
            [("readme.txt", "no table, but words that are many, ".repeat(1000)), ("XX.txt", text.to_owned())]
        {
            zip.start_file(name, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
    }

    fn first(gazetteer: &Gazetteer, wanted: &str) -> String {
        search(&[gazetteer], wanted, None, 1).first().map(|found| found.name.clone()).unwrap_or_default()
    }

    #[test]
    fn dumps_are_read_as_they_are_downloaded() {
        let folder = tempfile::tempdir().unwrap();
        let text = line(1, "Firsttown", 37.0) + &line(2, "Secondville", 38.0);
        let (zip, plain) = (folder.path().join("XX.zip"), folder.path().join("XX.txt"));
        zipped(&zip, &text);
        fs::write(&plain, &text).unwrap();
        for path in [&zip, &plain] {
            let gazetteer = open(path, None).unwrap();
            assert_eq!(gazetteer.count(), 2);
            assert_eq!(first(&gazetteer, "secondvile"), "Secondville");
        }
    }

    #[test]
    fn a_dump_is_indexed_once_and_again_when_it_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, cache) = (folder.path().join("XX.txt"), folder.path().join("cache"));
        fs::write(&path, line(1, "Firsttown", 37.0)).unwrap();
        assert_eq!(open(&path, Some(&cache)).unwrap().count(), 1);
        let kept: Vec<_> = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(kept.len(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&cache), mode(&kept[0])), (0o700, 0o600));
        }
        // What is in the cache is what is taken: here something else stands in it.
        let mut other = GeoNames::default();
        other.push_line(line(9, "Otherplace", 30.0).trim_end());
        fs::write(&kept[0], seal(&other.finish())).unwrap();
        assert_eq!(first(&open(&path, Some(&cache)).unwrap(), "other"), "Otherplace");
        // Half of one counts as none.
        let half = fs::read(&kept[0]).unwrap();
        fs::write(&kept[0], &half[..half.len() / 2]).unwrap();
        assert_eq!(first(&open(&path, Some(&cache)).unwrap(), "first"), "Firsttown");
        // The file has changed.
        fs::write(&path, line(1, "Firsttown", 37.0) + &line(2, "Secondville", 38.0)).unwrap();
        assert_eq!(open(&path, Some(&cache)).unwrap().count(), 2);
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 1, "what it was before is not kept");
        forget(&path, &cache);
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 0);
    }

    #[test]
    fn a_layer_with_names_is_a_gazetteer_and_other_files_say_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let point = |name: &str| {
            format!(
                r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Point","coordinates":[37,48]}}}}"#
            )
        };
        let layer = write("layer.geojson", point("Old mill").as_bytes());
        assert_eq!(first(&open(&layer, None).unwrap(), "old mil"), "Old mill");
        let said = |path: &Path| open(path, None).unwrap_err().to_string();
        assert!(
            said(&write("none.geojson", point("").as_bytes())).starts_with("nothing in it has a name and a position")
        );
        assert!(said(&write("bad.zip", b"PK\x03\x04 no zip")).starts_with("it is no whole zip"));
        assert!(said(&folder.path().join("absent.zip")).starts_with("cannot read it: No such file"));
        assert!(said(&write("notes.txt", b"words\nand words\n")).ends_with("notes.txt"));
    }

    #[test]
    fn lines_without_end_and_what_is_cancelled_are_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("XX.txt");
        let long = "x".repeat(3 << 20);
        fs::write(&path, line(1, "Firsttown", 37.0) + &long + "\n" + &line(2, "Secondville", 38.0) + &long).unwrap();
        assert_eq!(open(&path, None).unwrap().count(), 2);
        let work = work::Work::default();
        work.cancel();
        let error = work.run(|| open(&path, None)).unwrap_err();
        assert!(matches!(error, GazetteerError::Cancelled { .. }), "{error}");
    }
}
