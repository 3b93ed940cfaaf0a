//! What is open as it stands on one day.

use std::borrow::Cow;
use std::sync::Arc;

use crate::basemap::sources;
use crate::document::Document;
use crate::dossier::{Dossier, Overlay};
use crate::figure::contents::shown;
use crate::formats::day::Day;
use crate::geometry::Frame;
use crate::scene::Scene;

/// What is open as it stands on one day; without one, as it is shown.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The day.
    pub day: Option<Day>,
    /// All as it was reported on that day.
    pub scene: Arc<Scene>,
}

impl Moment {
    /// As it is shown.
    pub fn shown(scene: &Arc<Scene>) -> Self {
        Self { day: None, scene: Arc::clone(scene) }
    }

    /// As it stands on a day, or at the end of a month as it is reported of the month.
    pub fn on(scene: &Arc<Scene>, day: Day) -> Self {
        let then = match day.is_whole() {
            true => scene.dossier().all_on(Some(day)),
            false => Some(scene.dossier().all_of_month(day)),
        };
        let scene = match then {
            Some(dossier) => Arc::new(Scene::new(dossier)),
            None => Arc::clone(scene),
        };
        Self { day: Some(day), scene }
    }

    /// The evidence as it stands.
    pub fn dossier(&self) -> &Dossier {
        self.scene.dossier()
    }

    /// What the user made as it is on that day: which pictures a map has that is another one on each day.
    pub(in crate::figure) fn document<'a>(&self, document: &'a Document) -> Cow<'a, Document> {
        match self.day.map(|day| day.last()) {
            Some(day) if document.day != Some(day) && sources::are_by_day(&document.maps, &document.map_sources) => {
                Cow::Owned(Document { day: Some(day), ..document.clone() })
            }
            _ => Cow::Borrowed(document),
        }
    }

    /// The overlays that a map of this frame shows.
    pub(in crate::figure) fn overlays<'a>(&'a self, document: &'a Document, frame: &Frame) -> Vec<&'a Overlay> {
        shown(self.dossier(), document, frame)
    }
}
