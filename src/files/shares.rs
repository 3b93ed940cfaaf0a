//! Files of other machines, `\\machine\share\…`: whoever looks whether one is there asks that machine, under the user's
//! name. What a project names is therefore looked for only on machines from which the user has opened something.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::dated;
use crate::dossier::FileRecord;
use crate::formats::reach::{Reach, reach};

/// Machines from which the user has opened something since the program was started.
static ASKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Takes note of a path that the user has named.
pub(super) fn note(path: &Path) {
    if let Reach::Share(machine) = reach(&path.to_string_lossy()) {
        ASKED.lock().unwrap_or_else(PoisonError::into_inner).insert(machine);
    }
}

/// Why a path that a project names is not even looked at, if so.
fn refusal(path: &Path) -> Option<String> {
    match reach(&path.to_string_lossy()) {
        Reach::Here => None,
        Reach::Share(machine) if ASKED.lock().unwrap_or_else(PoisonError::into_inner).contains(&machine) => None,
        Reach::Share(machine) => Some(format!(
            "it lies on {machine}, which is asked only if you say so; open the file to read it: {}",
            path.display()
        )),
        Reach::Device => Some(format!("its path leads to no file: {}", path.display())),
    }
}

/// Where the file of a record is now: where it was, or else where it may be; where it was, if it is at neither.
///
/// # Errors
/// In words: it would be on a machine that the user has not named, and was not looked for there.
pub(super) fn there(file: &FileRecord) -> Result<PathBuf, String> {
    let both = || std::iter::once(&file.path).chain(&file.elsewhere);
    match both().find(|path| refusal(path).is_none() && (path.is_file() || dated::is_series(path))) {
        Some(path) => Ok(path.clone()),
        None => both().find_map(|path| refusal(path)).map_or_else(|| Ok(file.path.clone()), Err),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str, elsewhere: Option<&Path>) -> FileRecord {
        let record = serde_json::json!({ "path": path, "absolute": elsewhere });
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn a_machine_that_only_a_project_names_is_not_asked_for_files() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join("a.geojson");
        std::fs::write(&here, "{}").unwrap();
        for path in [r"\\Nas-of-others\maps\a.geojson", r"\\?\UNC\nas-of-others\maps\a.geojson"] {
            let why = there(&record(path, None)).unwrap_err();
            assert!(why.contains("lies on nas-of-others, which is asked only if you say so"), "{why}");
            assert_eq!(there(&record(path, Some(&here))).unwrap(), here);
        }
        assert!(there(&record(r"\\.\pipe\a", None)).unwrap_err().contains("no file"));
        // What the user has opened from there is a yes.
        let other = r"\\nas-of-ours\maps\a.geojson";
        assert!(there(&record(other, None)).is_err());
        note(Path::new(r"\\NAS-of-ours\maps\b.claimline.geojson"));
        assert_eq!(there(&record(other, None)).unwrap(), Path::new(other));
        let gone = folder.path().join("gone.geojson");
        assert_eq!(there(&record(&gone.to_string_lossy(), None)).unwrap(), gone);
    }
}
