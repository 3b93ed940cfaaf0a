//! The search for places beside the window: the built-in gazetteer, those that the user has added, and what is open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use eframe::egui;

use super::latest::Latest;
use crate::formats::coordinates::{CoordinateError, Reading, readings as readings_of};
use crate::gazetteer::{FoundPlace, Gazetteer, builtin, search};
use crate::geometry::Coord;
use crate::scene::Scene;
use crate::session::Session;
use crate::session::places::{coordinates, gazetteer_of};

/// So many files are remembered.
const MOST_FILES: usize = 12;

/// So many places are found.
pub(crate) const MOST_FOUND: usize = 30;

/// What was found, and by what.
struct Found {
    asked: Asked,
    places: Vec<FoundPlace>,
    readings: Vec<Reading>,
}

/// What is looked for.
#[derive(Clone)]
struct Asked {
    wanted: String,
    scene: Weak<Scene>,
    /// How many gazetteers had been read.
    gazetteers: usize,
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        // The weak reference keeps the place in memory, so that another scene cannot have it.
        self.wanted == other.wanted && self.gazetteers == other.gazetteers && Weak::ptr_eq(&self.scene, &other.scene)
    }
}

struct Request {
    asked: Asked,
    scene: Arc<Scene>,
    near: Coord<f64>,
    added: Vec<Arc<Gazetteer>>,
}

/// How a gazetteer of the user's stands.
pub(crate) enum Standing {
    /// It is being read, or is to be.
    Reading,
    /// It is searched.
    Read(Arc<Gazetteer>),
    /// It could not be read, for this reason.
    Failed(String),
}

/// The search, and its thread once somebody has searched.
#[derive(Default)]
pub(crate) struct Places {
    worker: Option<Latest<Request, Found>>,
    asked: Option<Asked>,
    found: Option<Found>,
    /// The user's gazetteers, in the order in which they were added.
    files: Vec<PathBuf>,
    standing: BTreeMap<PathBuf, Standing>,
    /// Where indexed gazetteers are kept; `None` where nothing is.
    cache: Option<PathBuf>,
}

impl Places {
    /// With the gazetteers of the last time, which are read once somebody searches.
    pub(crate) fn with(mut files: Vec<PathBuf>, cache: Option<PathBuf>) -> Self {
        files.truncate(MOST_FILES);
        Self { files, cache, ..Self::default() }
    }

    /// Where indexed gazetteers are kept.
    pub(crate) fn cache(&self) -> Option<PathBuf> {
        self.cache.clone()
    }

    /// The user's gazetteers.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// How one of them stands.
    pub(crate) fn standing(&self, path: &Path) -> &Standing {
        self.standing.get(path).unwrap_or(&Standing::Reading)
    }

    /// The files that are to be read now, each once.
    pub(crate) fn take_unread(&mut self) -> Vec<PathBuf> {
        let new: Vec<PathBuf> = self.files.iter().filter(|path| !self.standing.contains_key(*path)).cloned().collect();
        self.standing.extend(new.iter().map(|path| (path.clone(), Standing::Reading)));
        new
    }

    /// Adds a file, or reads it anew.
    pub(crate) fn add(&mut self, path: PathBuf) {
        self.standing.remove(&path);
        self.files.retain(|known| *known != path);
        self.files.insert(0, path);
        self.files.truncate(MOST_FILES);
    }

    /// Takes a file from the list.
    pub(crate) fn remove(&mut self, path: &Path) {
        self.files.retain(|known| known != path);
        self.standing.remove(path);
    }

    /// Takes what has been read of a file.
    pub(crate) fn take(&mut self, path: PathBuf, read: Result<Arc<Gazetteer>, String>) {
        if self.files.contains(&path) {
            let standing = read.map_or_else(Standing::Failed, Standing::Read);
            self.standing.insert(path, standing);
        }
    }

    /// What is found: places, and places by their coordinates. `None` while it is looked for.
    pub(crate) fn find(
        &mut self,
        ctx: &egui::Context,
        session: &Session,
        wanted: &str,
    ) -> Option<(&[FoundPlace], &[Reading])> {
        let added = self.files.iter().filter_map(|path| match self.standing.get(path) {
            Some(Standing::Read(gazetteer)) => Some(Arc::clone(gazetteer)),
            _ => None,
        });
        let added: Vec<Arc<Gazetteer>> = added.collect();
        let scene = session.scene();
        let asked = Asked { wanted: wanted.to_owned(), scene: Arc::downgrade(scene), gazetteers: added.len() };
        if self.worker.is_none() {
            let ctx = ctx.clone();
            let mut of_scene = OfScene::default();
            // Without a thread there are no finds; all else goes on.
            self.worker =
                Latest::start("places", move || ctx.request_repaint(), move |request| Some(of_scene.answer(request)))
                    .ok();
        }
        let worker = self.worker.as_ref()?;
        if let Some(found) = worker.take() {
            self.found = Some(found);
        }
        let is_there = self.found.as_ref().is_some_and(|found| found.asked == asked);
        let is_asked = self.asked.as_ref() == Some(&asked) && worker.is_busy();
        if !is_there && !is_asked {
            let near = session.document().view.center;
            worker.request(Request { asked: asked.clone(), scene: Arc::clone(scene), near, added });
            self.asked = Some(asked.clone());
        }
        let found = self.found.as_ref().filter(|found| found.asked == asked)?;
        Some((&found.places, &found.readings))
    }
}

/// The gazetteer of what is open, kept from one search to the next.
#[derive(Default)]
struct OfScene {
    known: Option<(Weak<Scene>, Gazetteer)>,
}

impl OfScene {
    fn answer(&mut self, request: Request) -> Found {
        let Request { asked, scene, near, added } = request;
        if !self.known.as_ref().is_some_and(|(known, _)| Weak::ptr_eq(known, &asked.scene)) {
            let gazetteer = gazetteer_of(scene.dossier().overlays.iter().map(AsRef::as_ref));
            self.known = Some((asked.scene.clone(), gazetteer));
        }
        let builtin = builtin();
        let mut all: Vec<&Gazetteer> = vec![&builtin];
        all.extend(added.iter().map(AsRef::as_ref));
        all.extend(self.known.as_ref().map(|(_, gazetteer)| gazetteer));
        let readings = coordinates(&asked.wanted, &all, Some(near));
        // Of an address no place is called.
        let is_address = matches!(readings_of(&asked.wanted), Err(CoordinateError::Link | CoordinateError::System(_)));
        let has_none = is_address || !readings.is_empty();
        let places = if has_none { Vec::new() } else { search(&all, &asked.wanted, Some(near), MOST_FOUND) };
        Found { asked, places, readings }
    }
}
