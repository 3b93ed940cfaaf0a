//! A dossier that is written: read with all its files, and saved to its folder or as one file, never over what someone else
//! has written.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::disk::{Access, folder_of, make_folder, replace};
use super::project::SaveError;
use super::{FileError, MOST_OF_A_DOSSIER, read};
use crate::dossier::manuscript::{DESCRIPTION, Files};
use crate::dossier::{Manuscript, builtin};
use crate::formats::bundle::{self, Bundle};

/// How the name of a dossier's one file ends.
pub const ENDING: &str = ".claimline";

/// Reads the text of a dossier and its files: from its folder, from its `dossier.json`, or from one file.
///
/// # Errors
/// [`FileError`] says what is wrong, and the path last.
pub fn open(path: &Path) -> Result<Manuscript, FileError> {
    let failed = |cause| FileError::Dossier { cause, path: path.to_owned() };
    let json = if path.is_dir() { path.join(DESCRIPTION) } else { path.to_owned() };
    let bytes = read(&json)?;
    if bytes.starts_with(b"PK") {
        let broken = |cause| FileError::Bundle { cause, path: path.to_owned() };
        let mut bundle = Bundle::open(bytes, DESCRIPTION).map_err(broken)?;
        let names: Vec<String> = bundle.names().map(str::to_owned).collect();
        let (mut json, mut files) = (Vec::new(), Files::new());
        for name in names {
            let bytes = bundle.read(&name).map_err(broken)?;
            if name == DESCRIPTION {
                json = bytes;
            } else {
                files.insert(name, Arc::from(bytes));
            }
        }
        return Manuscript::open(&json, files).map_err(failed);
    }
    let folder = folder_of(&json);
    let bare = Manuscript::open(&bytes, Files::new()).map_err(failed)?;
    let (mut files, mut total) = (Files::new(), bytes.len());
    for name in bare.files_named().collect::<BTreeSet<_>>() {
        if !Path::new(&name).components().all(|part| matches!(part, Component::Normal(_))) {
            continue;
        }
        // What is not there is said when the dossier is read.
        let Ok(bytes) = read(&folder.join(&name)) else { continue };
        total += bytes.len();
        if total > MOST_OF_A_DOSSIER {
            let cause =
                io::Error::other(format!("with {name}, more than {} MB would be read", MOST_OF_A_DOSSIER >> 20));
            return Err(FileError::Read { cause, path: path.to_owned() });
        }
        files.insert(name, Arc::from(bytes));
    }
    Manuscript::open(&bytes, files).map_err(failed)
}

/// The dossier that comes with the program, to be copied.
///
/// # Errors
/// None in a program that passes its tests.
pub fn builtin() -> Result<Manuscript, FileError> {
    let mut files: Files = builtin::files().map(|(name, bytes)| (name.to_owned(), Arc::from(bytes))).collect();
    let json = files.remove(DESCRIPTION).unwrap_or_default();
    Manuscript::open(&json, files).map_err(|cause| FileError::Dossier { cause, path: "built-in dossier".into() })
}

/// Whether a dossier may be at a place: a folder that has a description, or a file.
pub fn is_there(place: &Path) -> bool {
    if place.is_dir() { place.join(DESCRIPTION).is_file() } else { place.is_file() }
}

/// Whether a path is meant for one file, not for a folder.
pub fn is_bundle(place: &Path) -> bool {
    place.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("claimline"))
}

/// The place that a path names: a `dossier.json` stands for its folder.
pub fn place_of(path: &Path) -> PathBuf {
    let is_description = path.file_name().is_some_and(|name| name == DESCRIPTION);
    if is_description { folder_of(path).to_owned() } else { path.to_owned() }
}

/// The same wherever the program is run from, to be remembered: work that is recovered is saved there.
pub fn lasting_place_of(path: &Path) -> PathBuf {
    super::layers::place(&place_of(path))
}

/// Saves a dossier: as one file where the place ends in `.claimline`, or else as a folder, of which only what has changed is
/// written, `dossier.json` last. `known` is what stood there when it was last read or saved here; where something else
/// stands there now, nothing is written, unless that has been `agreed`.
///
/// Files that `known` has and the dossier names no longer are removed; others in the folder stay.
///
/// # Errors
/// [`SaveError`]; its text says what to do.
pub fn save(manuscript: &Manuscript, place: &Path, known: Option<&Manuscript>, agreed: bool) -> Result<(), SaveError> {
    // Of two that save at once the second sees what the first has written. Where the system locks no folder, or the disk is
    // read-only, it goes without.
    let folder = if place.is_dir() { place } else { folder_of(place) };
    let _alone = fs::File::open(folder).ok().filter(|folder| folder.lock().is_ok());
    let is_changed = match open(place) {
        Ok(there) => Some(&there) != known && there != *manuscript,
        Err(FileError::Read { cause, .. }) if cause.kind() == ErrorKind::NotFound => false,
        // A folder or a file of something else.
        Err(_) => true,
    };
    if is_changed && !agreed {
        return Err(SaveError::ChangedOnDisk { path: place.to_owned() });
    }
    if is_bundle(place) {
        let bytes = bundle::write(&manuscript.folder());
        let bytes = bytes.map_err(|error| SaveError::of(io::Error::other(error.to_string()), place))?;
        return replace(place, &bytes, Access::Usual).map_err(|cause| SaveError::of(cause, place));
    }
    let write = |name: &str, bytes: &[u8]| {
        let path = place.join(name);
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        make_folder(folder_of(&path)).map_err(|error| SaveError::of(io::Error::other(error.to_string()), &path))?;
        replace(&path, bytes, Access::Usual).map_err(|cause| SaveError::of(cause, &path))
    };
    for (name, bytes) in manuscript.files() {
        write(name, bytes)?;
    }
    write(DESCRIPTION, manuscript.json().as_bytes())?;
    for gone in known.into_iter().flat_map(|known| known.files().keys()) {
        if !manuscript.files().contains_key(gone) {
            // It was ours; if it is gone already, so much the better.
            let _ = fs::remove_file(place.join(gone));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::manuscript::List;
    use serde_json::json;

    #[test]
    fn a_dossier_is_saved_as_a_folder_and_as_a_file_and_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let manuscript = builtin().unwrap();
        for place in ["berlin", "berlin.claimline"].map(|name| folder.path().join(name)) {
            save(&manuscript, &place, None, false).unwrap();
            let there = open(&place).unwrap();
            assert_eq!((there.json(), there.files()), (manuscript.json(), manuscript.files()), "{}", place.display());
            let opened = super::super::open(&place);
            assert!(opened.is_ok(), "{}", place.display());
        }
    }

    #[test]
    fn of_several_that_save_at_once_nobody_undoes_what_another_has_written() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("d");
        save(&builtin().unwrap(), &place, None, false).unwrap();
        let before = open(&place).unwrap().entries(List::Sources).count();
        std::thread::scope(|scope| {
            for number in 0..4 {
                let place = &place;
                scope.spawn(move || {
                    let source =
                        json!({ "id": format!("s{number}"), "outlet": "O", "title": "T", "url": "https://o.example" });
                    // Whoever is refused reads what is there now.
                    for _ in 0..200 {
                        let Ok(known) = open(place) else { continue };
                        let mut changed = known.clone();
                        changed.put(List::Sources, source.as_object().unwrap().clone()).unwrap();
                        if save(&changed, place, Some(&known), false).is_ok() {
                            return;
                        }
                    }
                    panic!("it was refused 200 times");
                });
            }
        });
        assert_eq!(open(&place).unwrap().entries(List::Sources).count(), before + 4);
    }

    #[test]
    fn only_what_has_changed_is_written_and_what_is_gone_goes() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("own");
        let known = builtin().unwrap();
        save(&known, &place, None, false).unwrap();
        fs::write(place.join("README"), "mine").unwrap();
        let time = |name: &str| fs::metadata(place.join(name)).unwrap().modified().unwrap();
        let before = (time(DESCRIPTION), time("overlays/donetsk.geojson"));
        let mut manuscript = known.clone();
        manuscript.remove(List::Layers, "donetsk-places").unwrap_err();
        let file = "overlays/extra.geojson";
        manuscript.put_file(file, b"{}".to_vec()).unwrap();
        manuscript.put(List::Layers, json!({ "id": "extra", "file": file }).as_object().unwrap().clone()).unwrap();
        save(&manuscript, &place, Some(&known), false).unwrap();
        assert!(time(DESCRIPTION) > before.0 && time("overlays/donetsk.geojson") == before.1);
        assert!(place.join(file).exists());
        let with = manuscript.clone();
        manuscript.remove(List::Layers, "extra").unwrap();
        save(&manuscript, &place, Some(&with), false).unwrap();
        assert!(!place.join(file).exists() && place.join("README").exists());
    }

    #[test]
    fn what_someone_else_has_written_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("own");
        let known = builtin().unwrap();
        save(&known, &place, None, false).unwrap();
        let mut theirs = known.clone();
        theirs.set("summary", json!("Theirs"));
        save(&theirs, &place, Some(&known), false).unwrap();
        let mut ours = known.clone();
        ours.set("summary", json!("Ours"));
        assert!(matches!(save(&ours, &place, Some(&known), false), Err(SaveError::ChangedOnDisk { .. })));
        assert_eq!(open(&place).unwrap(), theirs);
        save(&ours, &place, Some(&known), true).unwrap();
        assert_eq!(open(&place).unwrap(), ours);
        // A folder of other things is none of ours.
        fs::create_dir(folder.path().join("other")).unwrap();
        fs::write(folder.path().join("other/dossier.json"), "{}").unwrap();
        assert!(save(&ours, &folder.path().join("other"), None, false).is_err());
    }
}
