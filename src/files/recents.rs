//! The projects and dossiers that were open last.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk::{read_if_there, write_private_json};
use super::{FileError, state_folder};

/// How many are remembered.
pub const MOST: usize = 12;

/// A list longer than this is none of ours, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// The projects and dossiers that were open last, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recents {
    paths: Vec<PathBuf>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    /// Where.
    pub path: PathBuf,
    /// Whether it is there now.
    pub exists: bool,
}

/// Where they are usually kept.
pub fn default_file() -> Option<PathBuf> {
    Some(state_folder()?.join("recents.json"))
}

impl Recents {
    /// Reads them; none where there is no such file. One that cannot be read is put aside as `….unreadable`, and a word
    /// on it comes back.
    pub fn load(file: &Path) -> (Self, Option<String>) {
        let bytes = match read_if_there(file, MOST_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return (Self::default(), None),
            Err(error) => return (Self::default(), Some(format!("cannot read the list of recent projects: {error}"))),
        };
        match serde_json::from_slice::<Self>(&bytes) {
            Ok(mut recents) => {
                recents.paths.truncate(MOST);
                (recents, None)
            }
            Err(cause) => {
                let mut aside = file.as_os_str().to_owned();
                aside.push(".unreadable");
                let kept = match fs::rename(file, &aside) {
                    Ok(()) => format!("it is kept as {}", Path::new(&aside).display()),
                    Err(cause) => format!("it could not be moved aside: {cause}"),
                };
                let what = format!(
                    "the list of recent projects cannot be read and starts empty; {kept}: {cause}: {}",
                    file.display()
                );
                (Self::default(), Some(what))
            }
        }
    }

    /// Puts a project or dossier first, and writes the list. What other windows have added is kept.
    ///
    /// # Errors
    /// [`FileError::Write`].
    pub fn note(file: &Path, path: &Path) -> Result<Self, FileError> {
        let (mut recents, _) = Self::load(file);
        recents.add(path);
        recents.store(file)?;
        Ok(recents)
    }

    /// Puts a project or dossier first.
    pub fn add(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // JSON holds no other names.
        if path.to_str().is_none() {
            return;
        }
        self.paths.retain(|known| *known != path);
        self.paths.insert(0, path);
        self.paths.truncate(MOST);
    }

    /// Takes one from the list.
    pub fn remove(&mut self, path: &Path) {
        self.paths.retain(|known| known != path);
    }

    /// All, newest first. Looks at the disk, which may take long where a drive is far away.
    pub fn entries(&self) -> Vec<Recent> {
        self.paths.iter().map(|path| Recent { path: path.clone(), exists: path.exists() }).collect()
    }

    /// All paths, newest first.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Writes the list.
    ///
    /// # Errors
    /// [`FileError::Write`].
    pub fn store(&self, file: &Path) -> Result<(), FileError> {
        write_private_json(file, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_first_and_twelve_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/recents.json");
        let there = folder.path().join("there.claimline.geojson");
        fs::write(&there, "{}").unwrap();
        for index in 0..15 {
            Recents::note(&file, &folder.path().join(format!("{index}.claimline.geojson"))).unwrap();
        }
        Recents::note(&file, &there).unwrap();
        let recents = Recents::note(&file, &folder.path().join("14.claimline.geojson")).unwrap();
        assert_eq!(recents.paths().len(), MOST);
        assert_eq!(recents.entries()[1], Recent { path: there.clone(), exists: true });
        assert!(recents.paths()[0].ends_with("14.claimline.geojson") && !recents.entries()[0].exists);
        let (mut read, problem) = Recents::load(&file);
        assert_eq!((&read, problem), (&recents, None));
        read.remove(&there);
        assert_eq!(read.paths().len(), MOST - 1);
    }

    #[cfg(unix)]
    #[test]
    fn the_list_is_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/claimline/recents.json");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        Recents::note(&file, Path::new("/a.claimline.geojson")).unwrap();
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
        // As a program that did not care has left it.
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        Recents::note(&file, Path::new("/b.claimline.geojson")).unwrap();
        assert_eq!(mode(&file), 0o600);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("recents.json");
        assert_eq!(Recents::load(&file), (Recents::default(), None));
        fs::write(&file, "{\"paths\": [").unwrap();
        let (recents, problem) = Recents::load(&file);
        assert_eq!(recents, Recents::default());
        assert!(problem.unwrap().contains("starts empty"));
        assert_eq!(fs::read(folder.path().join("recents.json.unreadable")).unwrap(), b"{\"paths\": [");
    }
}
