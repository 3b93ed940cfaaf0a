//! Reading the file that the program is started with while its window is still being made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::files::{self, FileError, Opened, Taken};
use crate::geometry::work::Work;

/// A file that is being read before anybody has asked for it.
pub(crate) struct Early {
    path: PathBuf,
    /// By which it is watched.
    pub(super) work: Work,
    pub(super) since: Instant,
    reading: JoinHandle<Result<Opened, FileError>>,
}

impl Early {
    /// Begins with the only file, if it is one of features: others may ask for something before they are read.
    pub(crate) fn start(files: &[PathBuf]) -> Option<Self> {
        let [path] = files else { return None };
        let is_of_features = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("geojson"));
        if !is_of_features || !path.is_file() {
            return None;
        }
        let (work, path) = (Work::sketching(), path.clone());
        let reading = {
            let (work, path) = (work.clone(), path.clone());
            let read = move || work.run(|| files::open_as(&path, Taken::default()));
            std::thread::Builder::new().name("opening".to_owned()).spawn(read).ok()?
        };
        Some(Self { path, work, since: Instant::now(), reading })
    }

    /// Whether it is what these files come to, read as `known` has them; if not, nobody waits for it.
    pub(super) fn is_of(&self, paths: &[PathBuf], known: &BTreeMap<PathBuf, Taken>) -> bool {
        let is_it = paths == [self.path.as_path()].map(Path::to_owned)
            && !known.contains_key(&files::layers::place(&self.path));
        if !is_it {
            self.work.cancel();
        }
        is_it
    }

    /// Waits for it; `None` where its thread has ended before its time.
    pub(super) fn finished(self) -> Option<Result<Opened, FileError>> {
        self.reading.join().ok()
    }
}
