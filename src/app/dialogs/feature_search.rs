//! Features by a few letters of their names: looked for beside the window, in a list that is made when it is first asked
//! for, because a million names take a second to read.

use std::sync::{Arc, Weak};

use eframe::egui;

use crate::app::latest::Latest;
use crate::scene::Scene;

/// So many features are looked through at most.
pub(crate) const MOST_FEATURES: usize = 2_000_000;

/// So many finds are given.
const MOST_FOUND: usize = 40;

/// Fewer letters would find nearly everything.
pub(crate) const LEAST_LETTERS: usize = 2;

/// A feature whose name has what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundFeature {
    /// Id of its overlay.
    pub(crate) overlay: String,
    /// Which feature.
    pub(crate) feature: usize,
}

/// What was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    wanted: String,
    scene: Weak<Scene>,
    /// The features, those whose names begin so first.
    pub(crate) features: Vec<FoundFeature>,
    /// Whether there are more features than are looked through.
    pub(crate) is_partial: bool,
}

struct Request {
    scene: Arc<Scene>,
    wanted: String,
}

/// The search, and its thread once somebody has searched.
#[derive(Default)]
pub(crate) struct FeatureSearch {
    worker: Option<Latest<Request, Found>>,
    asked: String,
    found: Option<Found>,
}

impl FeatureSearch {
    /// What features have that name: `None` while they are looked for.
    pub(crate) fn find(&mut self, ctx: &egui::Context, scene: &Arc<Scene>, wanted: &str) -> Option<&Found> {
        let wanted = wanted.trim().to_lowercase();
        if self.worker.is_none() {
            let ctx = ctx.clone();
            let mut names = Names::default();
            let work = move |request: Request| {
                names.follow(&request.scene);
                Some(names.found(&request))
            };
            // Without a thread there are no finds; all else goes on.
            self.worker = Latest::start("feature names", move || ctx.request_repaint(), work).ok();
        }
        let worker = self.worker.as_ref()?;
        if let Some(found) = worker.take() {
            self.found = Some(found);
        }
        let is_of = |found: &&Found| found.wanted == wanted && std::ptr::eq(found.scene.as_ptr(), Arc::as_ptr(scene));
        let is_there = self.found.as_ref().filter(is_of).is_some();
        if !is_there && (self.asked != wanted || !worker.is_busy()) {
            worker.request(Request { scene: Arc::clone(scene), wanted: wanted.clone() });
            self.asked.clone_from(&wanted);
        }
        self.found.as_ref().filter(is_of)
    }
}

/// The names of all features of a scene, in small letters.
#[derive(Default)]
struct Names {
    scene: Weak<Scene>,
    text: String,
    /// Where each name ends, and whose it is: the overlay by its place in the dossier.
    ends: Vec<(u32, u16, u32)>,
    is_partial: bool,
}

impl Names {
    fn follow(&mut self, scene: &Arc<Scene>) {
        // The weak reference keeps the place in memory, so that another scene cannot have it.
        if std::ptr::eq(self.scene.as_ptr(), Arc::as_ptr(scene)) {
            return;
        }
        *self = Self { scene: Arc::downgrade(scene), ..Self::default() };
        for (place, overlay) in scene.dossier().overlays.iter().enumerate() {
            for feature in 0..overlay.features.count() {
                let Some(name) = overlay.features.name(feature) else { continue };
                let (Ok(place), Ok(feature)) = (u16::try_from(place), u32::try_from(feature)) else { continue };
                self.text.extend(name.chars().take(200).flat_map(char::to_lowercase));
                let Some(end) = u32::try_from(self.text.len()).ok().filter(|_| self.ends.len() < MOST_FEATURES) else {
                    self.is_partial = true;
                    return;
                };
                self.ends.push((end, place, feature));
            }
        }
    }

    fn found(&self, request: &Request) -> Found {
        let words: Vec<&str> = request.wanted.split_whitespace().collect();
        let (mut first, mut others) = (Vec::new(), Vec::new());
        let mut start = 0;
        if !words.is_empty() {
            let finders: Vec<_> = words.iter().map(|word| memchr::memmem::Finder::new(word.as_bytes())).collect();
            for (end, overlay, feature) in &self.ends {
                let name = &self.text.as_bytes()[start..*end as usize];
                start = *end as usize;
                if finders.iter().all(|finder| finder.find(name).is_some()) {
                    let begins = name.starts_with(words[0].as_bytes());
                    let into = if begins { &mut first } else { &mut others };
                    if into.len() < MOST_FOUND {
                        into.push((*overlay, *feature));
                    }
                }
            }
        }
        let overlays = &request.scene.dossier().overlays;
        let feature = |(overlay, feature): (u16, u32)| {
            let overlay = overlays.get(usize::from(overlay))?;
            Some(FoundFeature { overlay: overlay.id.clone(), feature: feature as usize })
        };
        Found {
            wanted: request.wanted.clone(),
            scene: self.scene.clone(),
            features: first.into_iter().chain(others).take(MOST_FOUND).filter_map(feature).collect(),
            is_partial: self.is_partial,
        }
    }
}
