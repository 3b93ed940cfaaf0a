//! The folders in which the system has pictures, documents, and what programs keep.

use std::path::PathBuf;

/// A path with `~` for the home folder made whole.
pub fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::UserDirs::new()) {
        (Some(rest), Some(user)) => user.home_dir().join(rest),
        _ => PathBuf::from(path),
    }
}

/// Where figures are usually put.
pub fn pictures_folder() -> Option<PathBuf> {
    let user = directories::UserDirs::new()?;
    let folder = user.picture_dir().filter(|folder| folder.is_dir()).unwrap_or_else(|| user.home_dir());
    Some(folder.to_owned())
}

/// Where tiles from servers are kept. Nobody but the user may look into it or the folder around it, whatever made them.
pub fn tile_folder() -> Option<PathBuf> {
    cache_folder("tiles")
}

/// Where large pictures are kept in tiles; for the user alone as well.
pub fn pyramid_folder() -> Option<PathBuf> {
    cache_folder("pictures")
}

fn cache_folder(name: &str) -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "claimline")?;
    let cache = folders.cache_dir();
    let tiles = cache.join(name);
    for folder in [cache, &tiles].into_iter().filter(|folder| folder.is_dir()) {
        super::disk::make_private_folder(folder).ok()?;
    }
    Some(tiles)
}

/// Where what must not be lost is kept: recovery, recent files.
pub fn state_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "claimline")?;
    Some(folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned())
}

/// The user's folder of documents.
pub fn documents_folder() -> Option<PathBuf> {
    let folders = directories::UserDirs::new()?;
    Some(folders.document_dir().unwrap_or_else(|| folders.home_dir()).to_owned())
}
