//! Features by a few letters of their names or of what they say, looked for beside the window: the latest wish counts, and
//! ends the one before it.

use std::sync::{Arc, Weak};

use eframe::egui;

use crate::app::latest::Latest;
use crate::dossier::feature_search::{FeatureNames, FoundFeatures};
use crate::dossier::table_view::Work;
use crate::formats::plain::Words;
use crate::scene::Scene;
use crate::session::search::MOST_OF_GROUP;

/// Fewer letters would find nearly everything.
pub(crate) const LEAST_LETTERS: usize = 2;

/// What was found, and by what.
struct Found {
    words: Words,
    scene: Weak<Scene>,
    features: FoundFeatures,
}

struct Request {
    scene: Arc<Scene>,
    words: Words,
    work: Arc<Work>,
}

/// The search, and its thread once somebody has searched.
#[derive(Default)]
pub(crate) struct FeatureSearch {
    worker: Option<Latest<Request, Found>>,
    asked: Option<(Words, Weak<Scene>)>,
    work: Arc<Work>,
    found: Option<Found>,
}

impl FeatureSearch {
    /// What features have these words: `None` while they are looked for.
    pub(crate) fn find(&mut self, ctx: &egui::Context, scene: &Arc<Scene>, wanted: &str) -> Option<&FoundFeatures> {
        let words = Words::of(wanted);
        if self.worker.is_none() {
            let ctx = ctx.clone();
            let mut names = FeatureNames::default();
            let work = move |request: Request| {
                let dossier = request.scene.dossier();
                let features = names.find(dossier, &request.words, MOST_OF_GROUP, &request.work)?;
                Some(Found { words: request.words, scene: Arc::downgrade(&request.scene), features })
            };
            // Without a thread there are no finds; all else goes on.
            self.worker = Latest::start("feature names", move || ctx.request_repaint(), work).ok();
        }
        let worker = self.worker.as_ref()?;
        if let Some(found) = worker.take() {
            self.found = Some(found);
        }
        // The weak reference keeps the place in memory, so that another scene cannot have it.
        let is_of = |known: &Words, of: &Weak<Scene>| *known == words && std::ptr::eq(of.as_ptr(), Arc::as_ptr(scene));
        let is_there = self.found.as_ref().is_some_and(|found| is_of(&found.words, &found.scene));
        let is_asked = self.asked.as_ref().is_some_and(|(known, of)| is_of(known, of)) && worker.is_busy();
        if !is_there && !is_asked {
            self.work.cancel();
            self.work = Arc::default();
            worker.request(Request { scene: Arc::clone(scene), words: words.clone(), work: Arc::clone(&self.work) });
            self.asked = Some((words.clone(), Arc::downgrade(scene)));
        }
        self.found.as_ref().filter(|found| is_of(&found.words, &found.scene)).map(|found| &found.features)
    }

    /// Ends what is looked for: nobody waits for it any more.
    pub(crate) fn stop(&self) {
        self.work.cancel();
    }
}

impl Drop for FeatureSearch {
    fn drop(&mut self) {
        self.work.cancel();
    }
}
