//! What is open as it stands on one day, or as it was last reported in a week or a month.

use std::borrow::Cow;
use std::sync::Arc;

use crate::basemap::sources;
use crate::document::Document;
use crate::dossier::{Dossier, Overlay};
use crate::figure::contents::shown;
use crate::formats::edtf::Edtf;
use crate::geometry::Frame;
use crate::scene::Scene;

/// What is open as it stands on one day, or as it was last reported in a stretch of days; without either, as it is shown.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The day, the week or the month.
    pub when: Option<Edtf>,
    /// All as it was reported then.
    pub scene: Arc<Scene>,
}

impl Moment {
    /// As it is shown.
    pub fn shown(scene: &Arc<Scene>) -> Self {
        Self { when: None, scene: Arc::clone(scene) }
    }

    /// As it stands on a day, or as it was last reported in a week or a month.
    pub fn on(scene: &Arc<Scene>, when: impl Into<Edtf>) -> Self {
        let when = when.into();
        let then = match when.day() {
            Some(day) => scene.dossier().all_on(Some(day)),
            None => Some(scene.dossier().all_of(when)),
        };
        let scene = match then {
            Some(dossier) => Arc::new(Scene::new(dossier)),
            None => Arc::clone(scene),
        };
        Self { when: Some(when), scene }
    }

    /// The evidence as it stands.
    pub fn dossier(&self) -> &Dossier {
        self.scene.dossier()
    }

    /// What the user made as it is on that day: which pictures a map has that is another one on each day.
    pub(in crate::figure) fn document<'a>(&self, document: &'a Document) -> Cow<'a, Document> {
        match self.when.and_then(|when| when.latest()) {
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
