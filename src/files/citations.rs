//! Lists of sources on the disk, as other programs keep them.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::disk::read_at_most;
use super::error::FileError;
use crate::formats::citations::{self, CitationError, CitationWarning, CitedWork};

/// Endings of files that hold nothing but lists of sources, in small letters.
pub const ENDINGS: [&str; 3] = ["bib", "bibtex", "ris"];

/// Endings that lists of sources and other files have: CSL-JSON, and citations in plain text.
pub const MAYBE: [&str; 2] = ["json", "txt"];

/// Why a file gives no sources.
#[derive(Debug, Error)]
pub enum CitationsError {
    /// It could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It holds none.
    #[error("{cause}: {}", path.display())]
    None {
        /// Why.
        cause: CitationError,
        /// Which file.
        path: PathBuf,
    },
}

/// Reads a list of sources, and what of it cannot be used.
///
/// # Errors
/// [`CitationsError`] if it cannot be read, or holds no citation.
pub fn read(path: &Path) -> Result<(Vec<CitedWork>, Vec<CitationWarning>), CitationsError> {
    let bytes = read_at_most(path, citations::LARGEST)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    citations::read(&name, &bytes).map_err(|cause| CitationsError::None { cause, path: path.to_owned() })
}

/// Reads a list of sources from a file that may hold something else, as its ending is one of [`MAYBE`]; `None` if it is none, or
/// not for certain.
pub fn read_if_certain(path: &Path) -> Option<(Vec<CitedWork>, Vec<CitationWarning>)> {
    let is_text = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
    if is_text {
        return citations::read_if_certain(&read_at_most(path, citations::LARGEST).ok()?);
    }
    read(path).ok().filter(|(works, _)| !works.is_empty())
}
