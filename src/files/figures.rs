//! The figures of a folder: what may be one by its name, in all folders within, links not followed.

use std::fs;
use std::path::{Path, PathBuf};

use super::FileError;
use super::disk::read_at_most;
use crate::figure::provenance::{self, Found, ProvenanceError};

/// Endings of what may be a figure.
const ENDINGS: [&str; 11] = ["png", "apng", "gif", "svg", "pdf", "html", "htm", "xhtml", "geojson", "json", "zip"];

/// So many folders are gone down, and so many files and folders looked at, at most.
const MOST_DEEP: usize = 32;
const MOST_ENTRIES: usize = 200_000;

/// A larger file is not looked into, in bytes.
const MOST_BYTES: usize = 256 << 20;

/// What a folder holds.
#[derive(Debug, Default)]
pub struct FiguresFound {
    /// Files that may be figures, in the order of their names.
    pub files: Vec<PathBuf>,
    /// Folders that cannot be read, and why; and what was left out because there is too much.
    pub left_out: Vec<String>,
}

/// What may be a figure in a folder and those within.
///
/// # Errors
/// [`FileError::Read`] where the folder itself cannot be read.
pub fn figures_in(folder: &Path) -> Result<FiguresFound, FileError> {
    let failed = |cause| FileError::Read { cause, path: folder.to_owned() };
    fs::read_dir(folder).map_err(failed)?;
    let mut found = FiguresFound::default();
    let mut pending = vec![(folder.to_owned(), 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = pending.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                found.left_out.push(format!("{error}: {}", folder.display()));
                continue;
            }
        };
        for entry in entries.flatten() {
            seen += 1;
            if seen > MOST_ENTRIES {
                found.left_out.push(format!("more than {MOST_ENTRIES} files: the rest was not looked at"));
                found.files.sort();
                return Ok(found);
            }
            // Of a link this is the link itself: neither a file nor a folder.
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() {
                if depth + 1 > MOST_DEEP {
                    found.left_out.push(format!("too many folders within each other: {}", path.display()));
                } else {
                    pending.push((path, depth + 1));
                }
            } else if kind.is_file() && is_named_as_figure(&path) {
                found.files.push(path);
            }
        }
    }
    found.files.sort();
    Ok(found)
}

fn is_named_as_figure(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ENDINGS.contains(&ending.as_str())
}

/// What a file carries; `None` where it is whole and carries no provenance.
///
/// # Errors
/// In words, without the path, where it cannot be read or is damaged.
pub fn provenance_of(path: &Path) -> Result<Option<Found>, String> {
    let bytes = read_at_most(path, MOST_BYTES).map_err(|error| {
        let what = error.to_string();
        what.strip_suffix(&format!(": {}", path.display())).unwrap_or(&what).to_owned()
    })?;
    match provenance::find(bytes) {
        Ok(found) => Ok(Some(found)),
        Err(ProvenanceError::None(_) | ProvenanceError::UnknownKind | ProvenanceError::Project) => Ok(None),
        Err(ProvenanceError::Damaged { kind: "GeoJSON", .. })
            if path.extension().is_none_or(|end| end != "geojson") =>
        {
            Ok(None)
        }
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_within_are_gone_through_and_links_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("a/b")).unwrap();
        for name in ["a/b/deep.PNG", "top.svg", "notes.txt"] {
            fs::write(at(name), b"").unwrap();
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), at("a/round")).unwrap();
            std::os::unix::fs::symlink(at("top.svg"), at("linked.svg")).unwrap();
        }
        let found = figures_in(folder.path()).unwrap();
        assert_eq!(found.files, [at("a/b/deep.PNG"), at("top.svg")]);
        assert!(found.left_out.is_empty());
        assert!(figures_in(&at("nothing")).is_err());
    }

    #[test]
    fn what_is_cut_short_is_damaged_and_what_is_anothers_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        fs::write(&path, b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR").unwrap();
        assert!(provenance_of(&path).unwrap_err().contains("cut short"));
        fs::write(&path, b"BM\0\0").unwrap();
        assert_eq!(provenance_of(&path), Ok(None));
    }
}
