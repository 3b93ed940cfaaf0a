//! A folder in one zip: its files by name, with guards against names that lead out of it and against zip bombs.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use thiserror::Error;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime, ZipArchive};

use crate::geometry::work::Revocable;

/// Most files that a zip may hold.
pub const MAX_FILES: usize = 4096;

/// The largest file within, unpacked, in bytes.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// All that is unpacked in one opening, in bytes.
pub const MAX_TOTAL_BYTES: u64 = 256 * 1024 * 1024;

/// Why a zip, or a file within, cannot be read.
#[derive(Debug, Error)]
pub enum BundleError {
    /// No zip, or broken.
    #[error("not a zip that can be read: {0}")]
    Zip(String),
    /// More than [`MAX_FILES`].
    #[error("the zip holds {0} files; at most {MAX_FILES} are read")]
    TooMany(usize),
    /// A name such as `../x`, `/x` or `C:\x`.
    #[error("the zip contains '{0}', which points outside its folder")]
    Outside(String),
    /// Two files of one name: which of them is meant?
    #[error("the zip holds '{0}' twice")]
    Twice(String),
    /// A link, which may lead anywhere.
    #[error("'{0}' in the zip is a link, not a file")]
    Link(String),
    /// No file of that name.
    #[error("there is no '{0}' in the zip")]
    Absent(String),
    /// Unpacks to more than [`MAX_FILE_BYTES`].
    #[error("'{0}' in the zip unpacks to more than {limit} MB", limit = MAX_FILE_BYTES >> 20)]
    FileTooLarge(String),
    /// Unpacks to more megabytes than are read.
    #[error("'{0}' in the zip unpacks to more than {1} MB")]
    LargerThan(String, u64),
    /// All together unpack to more than [`MAX_TOTAL_BYTES`].
    #[error("the files in the zip unpack to more than {limit} MB", limit = MAX_TOTAL_BYTES >> 20)]
    TotalTooLarge,
}

/// A zip whose files are unpacked when they are asked for.
pub struct Bundle {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    /// Places in the archive by name within the folder.
    files: BTreeMap<String, usize>,
    unpacked: u64,
}

impl Bundle {
    /// Reads the list of files. `marker` names a file that marks the folder: it stands at the top, or in the only
    /// folder that stands there, whose name is then left out of all names.
    ///
    /// # Errors
    /// [`BundleError`] if it is no zip, or if a name in it is not the plain name of a file.
    pub fn open(bytes: Vec<u8>, marker: &str) -> Result<Self, BundleError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| BundleError::Zip(error.to_string()))?;
        if archive.len() > MAX_FILES {
            return Err(BundleError::TooMany(archive.len()));
        }
        // Names given twice are one entry to the zip library; they would hide one file behind the other.
        if archive.has_duplicate_names() {
            return Err(BundleError::Twice("a file".to_owned()));
        }
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let Some(name) = archive.name_for_index(index) else { continue };
            let name = name.map_err(|error| BundleError::Zip(error.to_string()))?.into_owned();
            if !is_plain(&name) {
                return Err(BundleError::Outside(name));
            }
            if !name.ends_with('/') && files.insert(name.clone(), index).is_some() {
                return Err(BundleError::Twice(name));
            }
        }
        if !files.contains_key(marker) {
            files = without_top_folder(files, marker);
        }
        Ok(Self { archive, files, unpacked: 0 })
    }

    /// The names of the files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Unpacks a file.
    ///
    /// # Errors
    /// [`BundleError`] if there is none of that name, if it is too large or broken.
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, BundleError> {
        let index = *self.files.get(name).ok_or_else(|| BundleError::Absent(name.to_owned()))?;
        let broken = |error: ZipError| BundleError::Zip(format!("{name}: {error}"));
        let file = self.archive.by_index(index).map_err(broken)?;
        if file.is_symlink() {
            return Err(BundleError::Link(name.to_owned()));
        }
        // The sizes that a zip states may be untrue; what counts is what comes out.
        let limit = MAX_FILE_BYTES.min(MAX_TOTAL_BYTES - self.unpacked);
        let mut bytes = Vec::new();
        let unpacked = Revocable(file).take(limit + 1).read_to_end(&mut bytes);
        unpacked.map_err(|error| BundleError::Zip(format!("{name}: {error}")))?;
        if bytes.len() as u64 > limit {
            let whole = limit < MAX_FILE_BYTES;
            return Err(if whole { BundleError::TotalTooLarge } else { BundleError::FileTooLarge(name.to_owned()) });
        }
        self.unpacked += bytes.len() as u64;
        Ok(bytes)
    }
}

/// Whether a zip has a file whose name fits.
pub fn has_file(bytes: &[u8], wanted: &dyn Fn(&str) -> bool) -> bool {
    ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| archive.file_names().flatten().any(|name| wanted(&name)))
}

/// The files of a zip that need not be a folder of ours, unpacked one by one to no more than so many bytes in all.
pub(super) struct Files<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
    most: u64,
}

impl<'a> Files<'a> {
    /// Reads the list of files.
    pub(super) fn open(bytes: &'a [u8], most: u64) -> Result<Self, BundleError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| BundleError::Zip(error.to_string()))?;
        if archive.len() > MAX_FILES {
            return Err(BundleError::TooMany(archive.len()));
        }
        Ok(Self { archive, left: most, most })
    }

    /// Their places and names, in the order of the zip.
    pub(super) fn names(&self) -> Vec<(usize, String)> {
        let name = |index| Some((index, self.archive.name_for_index(index)?.ok()?.into_owned()));
        (0..self.archive.len()).filter_map(name).collect()
    }

    /// Unpacks the one at a place.
    pub(super) fn read(&mut self, index: usize) -> Result<Vec<u8>, BundleError> {
        let file = self.archive.by_index(index).map_err(|error| BundleError::Zip(error.to_string()))?;
        let name = file.name().unwrap_or_default().into_owned();
        let mut unpacked = Vec::new();
        let wrong = |error: std::io::Error| BundleError::Zip(format!("{name}: {error}"));
        Revocable(file).take(self.left + 1).read_to_end(&mut unpacked).map_err(wrong)?;
        let Some(left) = self.left.checked_sub(unpacked.len() as u64) else {
            return Err(BundleError::LargerThan(name, self.most >> 20));
        };
        self.left = left;
        Ok(unpacked)
    }
}

/// The first file of a zip whose name fits, with its name, unpacked to no more than `most` bytes; and the names of the
/// others that fit.
///
/// # Errors
/// [`BundleError`] if it is no zip, if the file is too large or broken.
#[expect(clippy::type_complexity, reason = "it is taken apart at once")]
pub fn first_file(
    bytes: &[u8],
    wanted: &dyn Fn(&str) -> bool,
    most: u64,
) -> Result<Option<(String, Vec<u8>, Vec<String>)>, BundleError> {
    let mut files = Files::open(bytes, most)?;
    let mut names = files.names().into_iter().filter(|(_, name)| wanted(name));
    let Some((index, name)) = names.next() else { return Ok(None) };
    let others = names.map(|(_, name)| name).collect();
    Ok(Some((name, files.read(index)?, others)))
}

/// Packs files into a zip, by name. No clock and no user gets in: the same files give the same bytes.
///
/// # Errors
/// [`BundleError`] if a name leads out of the folder, or if the whole is larger than a zip of this kind holds.
pub fn write(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, BundleError> {
    let failed = |error: ZipError| BundleError::Zip(error.to_string());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        if !is_plain(name) {
            return Err(BundleError::Outside(name.clone()));
        }
        // Pictures and PDFs are packed already.
        let packed = [".png", ".pdf"].iter().any(|end| name.ends_with(end));
        let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        writer.start_file(name.as_str(), options).map_err(failed)?;
        writer.write_all(bytes).map_err(|error| BundleError::Zip(error.to_string()))?;
    }
    Ok(writer.finish().map_err(failed)?.into_inner())
}

/// Whether a name stays within the folder on every system.
fn is_plain(name: &str) -> bool {
    let parts = name.strip_suffix('/').unwrap_or(name).split('/');
    !name.contains(['\\', ':', '\0']) && parts.into_iter().all(|part| !matches!(part, "" | "." | ".."))
}

fn without_top_folder(files: BTreeMap<String, usize>, marker: &str) -> BTreeMap<String, usize> {
    // What macOS packs along is no part of the folder.
    let top = |name: &str| name.split_once('/').map(|(top, _)| top.to_owned()).filter(|top| top != "__MACOSX");
    let mut tops = files.keys().filter_map(|name| top(name));
    let Some(first) = tops.next() else { return files };
    if tops.any(|other| other != first) || !files.contains_key(&format!("{first}/{marker}")) {
        return files;
    }
    let prefix = first + "/";
    files.into_iter().filter_map(|(name, index)| Some((name.strip_prefix(&prefix)?.to_owned(), index))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_are_read_with_or_without_a_top_folder() {
        for prefix in ["", "folder/"] {
            let names = [format!("{prefix}a.json"), format!("{prefix}in/b.json"), "__MACOSX/x".to_owned()];
            let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), name.as_bytes())).collect();
            let mut bundle = Bundle::open(zip_of(&files), "a.json").unwrap();
            assert_eq!(bundle.read("in/b.json").unwrap(), names[1].as_bytes());
            assert!(matches!(bundle.read("c.json"), Err(BundleError::Absent(_))));
        }
    }

    #[test]
    fn what_is_packed_is_read_back_and_packed_the_same() {
        let files = BTreeMap::from([
            ("a.json".to_owned(), b"{}".to_vec()),
            ("figure.png".to_owned(), vec![7; 5000]),
            ("texts/б.txt".to_owned(), "слово ".repeat(300).into_bytes()),
        ]);
        let bytes = write(&files).unwrap();
        assert_eq!(bytes, write(&files).unwrap());
        let mut bundle = Bundle::open(bytes, "a.json").unwrap();
        for (name, contents) in &files {
            assert_eq!(bundle.read(name).unwrap(), *contents);
        }
        let outside = BTreeMap::from([("../a".to_owned(), Vec::new())]);
        assert!(matches!(write(&outside), Err(BundleError::Outside(_))));
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for name in ["../a", "/a", "a/../../b", "c:\\a", "a\\..\\b", "a//b", "./a"] {
            let opened = Bundle::open(zip_of(&[("a.json", b""), (name, b"")]), "a.json");
            assert!(matches!(opened, Err(BundleError::Outside(_))), "{name}");
        }
    }

    #[test]
    fn a_link_is_refused() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_symlink("a.json", "/etc/hostname", SimpleFileOptions::default()).unwrap();
        let mut bundle = Bundle::open(writer.finish().unwrap().into_inner(), "a.json").unwrap();
        assert!(matches!(bundle.read("a.json"), Err(BundleError::Link(_))));
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let zeros = vec![0; MAX_FILE_BYTES as usize + 1];
        let bytes = zip_of(&[("a.json", &zeros), ("b.json", &zeros[1..])]);
        assert!(bytes.len() < 1 << 20, "small as a bomb is");
        let mut bundle = Bundle::open(bytes, "a.json").unwrap();
        assert!(matches!(bundle.read("a.json"), Err(BundleError::FileTooLarge(_))));
        for _ in 0..4 {
            bundle.read("b.json").unwrap();
        }
        assert!(matches!(bundle.read("b.json"), Err(BundleError::TotalTooLarge)));
    }

    #[test]
    fn nothing_is_unpacked_once_nobody_wants_it() {
        let bytes = zip_of(&[("a.json", b"{}"), ("b.json", b"{}")]);
        let work = crate::geometry::work::Work::default();
        let mut bundle = Bundle::open(bytes.clone(), "a.json").unwrap();
        assert!(work.run(|| bundle.read("a.json")).is_ok());
        work.cancel();
        assert!(matches!(work.run(|| bundle.read("b.json")), Err(BundleError::Zip(why)) if why.contains("cancelled")));
        let mut files = Files::open(&bytes, 100).unwrap();
        assert!(work.run(|| files.read(0)).is_err() && files.read(1).is_ok());
    }

    #[test]
    fn broken_zips_are_errors() {
        let good = zip_of(&[("a.json", b"{\"some\": \"words to squeeze, words to squeeze\"}")]);
        for cut in 0..good.len() {
            if let Ok(mut bundle) = Bundle::open(good[..cut].to_vec(), "a.json") {
                let _ = bundle.read("a.json");
            }
            let mut bent = good.clone();
            bent[cut] ^= 0xff;
            if let Ok(mut bundle) = Bundle::open(bent, "a.json") {
                let _ = bundle.read("a.json");
            }
        }
        assert!(matches!(Bundle::open(b"PK\x03\x04".to_vec(), "a.json"), Err(BundleError::Zip(_))));
    }
}
