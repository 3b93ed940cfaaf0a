//! A project's file: opened with a stamp, saved whole or not at all, never over what someone else has written.
//!
//! All of it takes what it needs by value or by reference and can run in the background: a [`Document`] is cheap to
//! clone. After an error the file is as it was, and the document stays what it is: unsaved.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::disk::{Access, folder_of, replace, target_of};
use super::{FileError, layers, read, shares};
use crate::basemap::sources;
use crate::document::Document;
use crate::document::project::{self, Project, Reference};
use crate::dossier::Problem;

/// What a file was when we last read or wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// In bytes.
    pub length: u64,
    /// When it was written, if the file system says.
    pub modified: Option<SystemTime>,
    /// Of its bytes.
    pub sha256: [u8; 32],
}

impl Stamp {
    /// Of a file as it is now.
    ///
    /// # Errors
    /// [`FileError::Read`].
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Ok(Self::of(path, &read(path)?))
    }

    fn of(path: &Path, bytes: &[u8]) -> Self {
        let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        Self { length: bytes.len() as u64, modified, sha256: Sha256::digest(bytes).into() }
    }

    /// Whether the file seems to have been written by someone else since: a quick look, for when the window gets the
    /// focus. [`save`] compares the bytes themselves.
    pub fn seems_changed(&self, path: &Path) -> bool {
        match fs::metadata(path) {
            Ok(metadata) => metadata.len() != self.length || metadata.modified().ok() != self.modified,
            Err(_) => true,
        }
    }
}

/// A project as it stands in its file.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedProject {
    /// What is in it.
    pub project: Project,
    /// What the file is now, for [`Over::Known`].
    pub stamp: Stamp,
}

/// Opens a project, or the GeoJSON of another program as one.
///
/// # Errors
/// [`FileError::Read`], [`FileError::Project`].
pub fn open(path: &Path) -> Result<OpenedProject, FileError> {
    from_bytes(path, &read(path)?)
}

/// As [`open`], but `None` for what is no project by its own word.
///
/// # Errors
/// [`FileError::Read`], [`FileError::Project`].
pub fn open_if_project(path: &Path) -> Result<Option<OpenedProject>, FileError> {
    let bytes = read(path)?;
    if project::is_project(&bytes) { from_bytes(path, &bytes).map(Some) } else { Ok(None) }
}

/// Opens a project whose file has been read.
pub(super) fn from_bytes(path: &Path, bytes: &[u8]) -> Result<OpenedProject, FileError> {
    let mut project = project::read(bytes).map_err(|cause| FileError::Project { cause, path: path.to_owned() })?;
    shares::note(path);
    project.document = layers::placed_from(&project.document, path);
    let place = project.reference.dossier_place.take();
    project.reference.dossier_place = place.map(|place| layers::place_placed_from(&place, path));
    let maps = sources::problems(&project.document.maps, &project.document.map_sources);
    project.warnings.extend(maps.into_iter().map(|what| Problem { part: "maps".into(), what }));
    Ok(OpenedProject { project, stamp: Stamp::of(path, bytes) })
}

/// What may be replaced by a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// The file that was opened or saved last, if it is still as it was.
    Known(Stamp),
    /// Nothing, or a file that the user chose in a dialog which asks before replacing.
    Chosen,
    /// Anything: the user has been asked after [`SaveError::ChangedOnDisk`] or [`SaveError::NewerVersion`].
    Agreed,
}

/// A project on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Where.
    pub path: PathBuf,
    /// What the file is now, for [`Over::Known`].
    pub stamp: Stamp,
}

/// Why a project was not saved. The file is as it was.
#[derive(Debug, Error)]
pub enum SaveError {
    /// Someone else has written the file since it was opened or saved.
    #[error(
        "not saved: another program or window has changed the file since it was opened; save under another name, or replace it: {}",
        path.display()
    )]
    ChangedOnDisk {
        /// Which file.
        path: PathBuf,
    },
    /// The file is from a newer version of the program, which may keep more in it.
    #[error(
        "not saved: the file is of format version {version}, newer than this program's {}, and would lose what the \
         newer version added; save under another name, or replace it: {}",
        project::VERSION,
        path.display()
    )]
    NewerVersion {
        /// The file's version.
        version: u64,
        /// Which file.
        path: PathBuf,
    },
    /// No room.
    #[error("not saved: the disk is full; free some space and save again, or save to another disk: {}", path.display())]
    DiskFull {
        /// Which file.
        path: PathBuf,
    },
    /// The folder or its drive is gone.
    #[error(
        "not saved: its folder is missing; bring back the folder or the drive and save again, or save elsewhere: {}",
        path.display()
    )]
    FolderGone {
        /// Which file.
        path: PathBuf,
    },
    /// The file is marked as not to be written.
    #[error(
        "not saved: the file is marked read-only; save under another name, or allow writing to it and save again: {}",
        path.display()
    )]
    ReadOnlyFile {
        /// Which file.
        path: PathBuf,
    },
    /// The disk cannot be written.
    #[error("not saved: the disk is read-only; save to another disk: {}", path.display())]
    ReadOnlyDisk {
        /// Which file.
        path: PathBuf,
    },
    /// The folder is not ours to write.
    #[error("not saved: you have no permission to write in its folder; save elsewhere: {}", path.display())]
    NoPermission {
        /// Which file.
        path: PathBuf,
    },
    /// Anything else.
    #[error("not saved: {cause}; save elsewhere: {}", path.display())]
    Other {
        /// The system's word.
        cause: io::Error,
        /// Which file.
        path: PathBuf,
    },
}

impl SaveError {
    /// The file that was not saved.
    pub fn path(&self) -> &Path {
        match self {
            Self::ChangedOnDisk { path }
            | Self::NewerVersion { path, .. }
            | Self::DiskFull { path }
            | Self::FolderGone { path }
            | Self::ReadOnlyFile { path }
            | Self::ReadOnlyDisk { path }
            | Self::NoPermission { path }
            | Self::Other { path, .. } => path,
        }
    }

    pub(super) fn of(cause: io::Error, path: &Path) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::DiskFull { path },
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::StaleNetworkFileHandle => {
                Self::FolderGone { path }
            }
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnlyDisk { path },
            ErrorKind::PermissionDenied => Self::NoPermission { path },
            // A drive that was pulled out: EIO, ENXIO, ENODEV.
            _ if cfg!(unix) && matches!(cause.raw_os_error(), Some(5 | 6 | 19)) => Self::FolderGone { path },
            _ => Self::Other { cause, path },
        }
    }
}

/// Saves a project whole or not at all: written beside its place, synced, renamed, its folder synced.
///
/// # Errors
/// [`SaveError`]; its text says what to do.
pub fn save(path: &Path, document: &Document, reference: &Reference, over: &Over) -> Result<Saved, SaveError> {
    check(path, over)?;
    let dossier_place = reference.dossier_place.as_ref().map(|place| layers::place_named_from(place, path));
    let bytes = project::write(&layers::named_from(document, path), &Reference { dossier_place, ..reference.clone() });
    replace(path, &bytes, Access::Usual).map_err(|cause| SaveError::of(cause, path))?;
    Ok(Saved { path: path.to_owned(), stamp: Stamp::of(path, &bytes) })
}

/// Whether what is there may be replaced.
fn check(path: &Path, over: &Over) -> Result<(), SaveError> {
    let target = target_of(path);
    match fs::metadata(&target) {
        Ok(metadata) if metadata.is_dir() => {
            return Err(SaveError::Other { cause: io::Error::other("it is a folder"), path: path.to_owned() });
        }
        Ok(metadata) if metadata.permissions().readonly() => {
            return Err(SaveError::ReadOnlyFile { path: path.to_owned() });
        }
        Ok(_) => {}
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            let folder = folder_of(&target);
            return if folder.is_dir() { Ok(()) } else { Err(SaveError::FolderGone { path: path.to_owned() }) };
        }
        Err(cause) => return Err(SaveError::of(cause, path)),
    }
    if *over == Over::Agreed {
        return Ok(());
    }
    let bytes = match read(&target) {
        Ok(bytes) => bytes,
        // Too large, or it cannot be read: whatever it is, it is not what we know.
        Err(FileError::Read { cause, .. }) if *over == Over::Chosen => return Err(SaveError::of(cause, path)),
        Err(_) => return Err(SaveError::ChangedOnDisk { path: path.to_owned() }),
    };
    if let Over::Known(stamp) = over
        && <[u8; 32]>::from(Sha256::digest(&bytes)) != stamp.sha256
    {
        return Err(SaveError::ChangedOnDisk { path: path.to_owned() });
    }
    match project::version(&bytes) {
        Some(version) if version > project::VERSION => Err(SaveError::NewerVersion { version, path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// A path that ends as projects' files do.
pub fn with_ending(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.to_lowercase().ends_with(project::ENDING) {
        return path.to_owned();
    }
    let lower = name.to_lowercase();
    let bare = [".geojson", ".json", ".claimline"].iter().find(|end| lower.ends_with(*end)).map_or(0, |end| end.len());
    path.with_file_name(format!("{}{}", &name[..name.len() - bare], project::ENDING))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Annotation, AnnotationId, LayerId, annotation, edit};
    use crate::geometry::{Coord, View};

    fn document() -> Document {
        let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
        let shape = annotation::Shape::Point { at: Coord { x: 37.5, y: 48.7 }, kind: annotation::PointKind::Marker };
        edit::add(&mut document, Annotation::new(AnnotationId(0), LayerId(0), shape));
        document
    }

    fn save_at(path: &Path, over: &Over) -> Result<Saved, SaveError> {
        save(path, &document(), &Reference::default(), over)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_saved_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.claimline.geojson");
        let saved = save_at(&path, &Over::Chosen).unwrap();
        let opened = open(&path).unwrap();
        assert_eq!(opened.project.document, document());
        assert_eq!(opened.stamp, saved.stamp);
        assert!(open_if_project(&path).unwrap().is_some() && !saved.stamp.seems_changed(&path));
        save_at(&path, &Over::Known(saved.stamp)).unwrap();
        assert_eq!(names(folder.path()), ["a.claimline.geojson"]);
    }

    #[test]
    fn what_someone_else_has_written_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.claimline.geojson");
        let saved = save_at(&path, &Over::Chosen).unwrap();
        fs::write(&path, "mine").unwrap();
        assert!(saved.stamp.seems_changed(&path));
        let error = save_at(&path, &Over::Known(saved.stamp.clone())).unwrap_err();
        assert!(matches!(error, SaveError::ChangedOnDisk { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        save_at(&path, &Over::Agreed).unwrap();
        // What is gone is simply written again.
        fs::remove_file(&path).unwrap();
        save_at(&path, &Over::Known(saved.stamp)).unwrap();
    }

    #[test]
    fn a_newer_version_is_replaced_only_when_agreed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.claimline.geojson");
        fs::write(&path, r#"{"type":"FeatureCollection","claimline":{"version":3},"features":[]}"#).unwrap();
        let opened = open(&path).unwrap();
        assert!(opened.project.newer);
        for over in [Over::Known(opened.stamp), Over::Chosen] {
            let error = save_at(&path, &over).unwrap_err();
            assert!(matches!(error, SaveError::NewerVersion { version: 3, .. }), "{error}");
        }
        save_at(&path, &Over::Agreed).unwrap();
    }

    #[test]
    fn what_went_wrong_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone/a.claimline.geojson");
        assert!(matches!(save_at(&gone, &Over::Chosen), Err(SaveError::FolderGone { .. })));
        let path = folder.path().join("a.claimline.geojson");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(matches!(save_at(&path, &Over::Agreed), Err(SaveError::ReadOnlyFile { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert!(matches!(save_at(folder.path(), &Over::Agreed), Err(SaveError::Other { .. })));
        let kinds = [
            (ErrorKind::StorageFull, "the disk is full; free some space"),
            (ErrorKind::ReadOnlyFilesystem, "save to another disk"),
            (ErrorKind::PermissionDenied, "no permission to write in its folder; save elsewhere"),
            (ErrorKind::NotFound, "bring back the folder or the drive"),
            (ErrorKind::TimedOut, "save elsewhere"),
        ];
        for (kind, expected) in kinds {
            let text = SaveError::of(io::Error::from(kind), &path).to_string();
            assert!(text.contains(expected) && text.ends_with(&path.display().to_string()), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_a_link_leads_to_the_new_file() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.claimline.geojson"), folder.path().join("link.claimline.geojson"));
        symlink("a.claimline.geojson", &link).unwrap();
        let saved = save_at(&link, &Over::Chosen).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink() && path.is_file());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        save_at(&link, &Over::Known(saved.stamp)).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_project_is_named_as_one() {
        let cases = [
            ("/a/b", "/a/b.claimline.geojson"),
            ("/a/b.geojson", "/a/b.claimline.geojson"),
            ("/a/b.ClaimLine.geojson", "/a/b.ClaimLine.geojson"),
            ("мапа.json", "мапа.claimline.geojson"),
        ];
        for (path, expected) in cases {
            assert_eq!(with_ending(Path::new(path)), Path::new(expected));
        }
    }
}
