//! What can go wrong with a file, said with what to do.

use std::io::ErrorKind;
use std::path::PathBuf;

use thiserror::Error;

use super::documents::ReadingError;
use crate::basemap::{ArchiveError, ExtractError};
use crate::document::project::ProjectError;
use crate::dossier::DossierError;
use crate::formats::bundle::BundleError;
use crate::formats::format;
use crate::formats::gzip::GzipError;
use crate::formats::picture::PictureError;
use crate::formats::read::ReadError;

/// Why a file cannot be used. The text holds its cause, so the cause is not given a second time as the error's source.
#[derive(Debug, Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read it: {}: {}", to_read(cause), path.display())]
    Read {
        /// The system's word.
        cause: std::io::Error,
        /// Which file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("cannot write it: {}: {}", to_write(cause), path.display())]
    Write {
        /// The system's word.
        cause: std::io::Error,
        /// Which file.
        path: PathBuf,
    },
    /// It could not be fetched.
    #[error("{what}: {}", path.display())]
    Address {
        /// What is wrong.
        what: String,
        /// Its address, without secrets.
        path: PathBuf,
    },
    /// Its name does not tell what it is.
    #[error("expected {}; this is none of them: {}", format::expected(), path.display())]
    UnknownKind {
        /// Which file.
        path: PathBuf,
    },
    /// No features can be read from it.
    #[error("{cause}: {}", path.display())]
    Features {
        /// What is wrong.
        cause: ReadError,
        /// Which file.
        path: PathBuf,
    },
    /// It is packed, and cannot be unpacked.
    #[error("{cause}: {}", path.display())]
    Gzip {
        /// What is wrong.
        cause: GzipError,
        /// Which file.
        path: PathBuf,
    },
    /// It is no project.
    #[error("{cause}: {}", path.display())]
    Project {
        /// What is wrong.
        cause: ProjectError,
        /// Which file.
        path: PathBuf,
    },
    /// It was read well, and has no features, or none of them has a shape.
    #[error("{what}: {}", path.display())]
    Empty {
        /// Which of these.
        what: String,
        /// Which file.
        path: PathBuf,
    },
    /// It has features, but nothing of them can be drawn.
    #[error("{what}: {}", path.display())]
    NoShape {
        /// What is wrong.
        what: String,
        /// Which file.
        path: PathBuf,
    },
    /// It is no dossier.
    #[error("{cause}: {}", path.display())]
    Dossier {
        /// What is wrong.
        cause: DossierError,
        /// Which file.
        path: PathBuf,
    },
    /// It is no zip of a folder.
    #[error("{cause}: {}", path.display())]
    Bundle {
        /// What is wrong.
        cause: BundleError,
        /// Which file.
        path: PathBuf,
    },
    /// No text can be read from it.
    #[error("{cause}: {}", path.display())]
    Document {
        /// What is wrong.
        cause: ReadingError,
        /// Which file.
        path: PathBuf,
    },
    /// There is no extract of it.
    #[error("{cause}: {}", path.display())]
    Extract {
        /// What is wrong.
        cause: ExtractError,
        /// Which archive.
        path: PathBuf,
    },
    /// It is no picture, or one that is not placed.
    #[error("{cause}: {}", path.display())]
    Picture {
        /// What is wrong.
        cause: PictureError,
        /// Which file.
        path: PathBuf,
    },
    /// It is no map file.
    #[error("{cause}: {}", path.display())]
    Map {
        /// What is wrong.
        cause: ArchiveError,
        /// Which file.
        path: PathBuf,
    },
}

/// Why something cannot be read, and what to do, where the system's word says too little.
pub(super) fn to_read(cause: &std::io::Error) -> String {
    match cause.kind() {
        ErrorKind::NotFound => "No such file or folder; check the spelling of the path".to_owned(),
        ErrorKind::PermissionDenied => "you have no permission to read it; allow it, or copy it elsewhere".to_owned(),
        ErrorKind::IsADirectory => "it is a folder; name a file in it".to_owned(),
        _ => cause.to_string(),
    }
}

/// The same of what cannot be written.
pub(super) fn to_write(cause: &std::io::Error) -> String {
    let advice = match cause.kind() {
        ErrorKind::NotFound => "create it, or write elsewhere",
        ErrorKind::NotADirectory | ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "write elsewhere",
        ErrorKind::IsADirectory => "choose another name",
        ErrorKind::StorageFull => "free some space, or write elsewhere",
        _ => return not_written(cause),
    };
    format!("{}; {advice}", not_written(cause))
}

/// Why something cannot be written, without what to do.
pub(super) fn not_written(cause: &std::io::Error) -> String {
    match cause.kind() {
        ErrorKind::NotFound => "its folder does not exist".to_owned(),
        ErrorKind::NotADirectory => "what should be its folder is a file".to_owned(),
        ErrorKind::IsADirectory => "a folder has that name".to_owned(),
        ErrorKind::PermissionDenied => "you have no permission to write there".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        // What adds the path of a temporary file to the system's word holds that word.
        _ => cause.get_ref().and_then(std::error::Error::source).map_or_else(|| cause.to_string(), ToString::to_string),
    }
}
