//! Lists of sources on the disk, as other programs keep them.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::disk::read_at_most;
use super::error::FileError;
use crate::formats::citations::{self, CitationError, CitationWarning, CitedWork};

/// Endings of files that hold nothing but lists of sources, in small letters.
pub const ENDINGS: [&str; 3] = ["bib", "bibtex", "ris"];

/// The ending of CSL-JSON, which other files have too.
pub const MAYBE: &str = "json";

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
