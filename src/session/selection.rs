//! What is selected, and how a click finds it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Session;
use crate::document::AnnotationId;
use crate::document::annotation::Annotation;
use crate::dossier::{Kinds, Overlay, Shape, Styling};
use crate::geometry::{Coord, Point};
use crate::scene::hit::{Hit, Reach};
use crate::tools::{Gesture, Tool};

/// How far a second click may be from the first and still step down through the same stack, in points.
const SAME_PLACE_PT: f64 = 4.0;

/// What is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Nothing.
    None,
    /// An overlay, or one of its features or places.
    Overlay {
        /// Id.
        id: String,
        /// Which of its features.
        feature: Option<usize>,
        /// Which place of an overlay of places.
        place: Option<usize>,
    },
    /// An excerpt, and with it the overlays that it speaks of.
    Excerpt {
        /// Id.
        id: String,
    },
    /// Annotations, at least one.
    Annotations(Vec<AnnotationId>),
}

/// A click on the map and the overlays under it, smallest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// Where.
    pub at: Coord<f64>,
    /// What lies there.
    pub hits: Vec<Hit>,
    /// Which of them is selected.
    pub index: usize,
}

impl Session {
    /// What is selected.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The last click, while it holds.
    pub fn pick(&self) -> Option<&Pick> {
        self.pick.as_ref()
    }

    /// The overlay that the inspector shows.
    pub fn selected_overlay(&self) -> Option<&Overlay> {
        match &self.selection {
            Selection::Overlay { id, .. } => self.dossier().overlay(id),
            Selection::Excerpt { id } => {
                let excerpt = self.excerpt(id)?;
                excerpt.overlays.first().and_then(|id| self.dossier().overlay(id))
            }
            Selection::None | Selection::Annotations(_) => None,
        }
    }

    /// The feature that is selected, with its overlay.
    pub fn selected_feature(&self) -> Option<(&Overlay, usize)> {
        match &self.selection {
            Selection::Overlay { id, feature: Some(feature), .. } => Some((self.dossier().overlay(id)?, *feature)),
            Selection::Overlay { .. } | Selection::None | Selection::Excerpt { .. } | Selection::Annotations(_) => None,
        }
    }

    /// How an overlay's features are told apart and drawn.
    pub fn styling(&self, id: &str) -> Arc<Styling> {
        self.document().styling(id)
    }

    /// The kinds that an overlay's features fall into; those of before while many features are sorted anew.
    pub fn kinds(&self, overlay: &Overlay) -> Arc<Kinds> {
        overlay.kinds_at_hand(&self.styling(&overlay.id)).0
    }

    /// The smallest visible area around a place of an overlay of places.
    pub fn around(&self, place: Coord<f64>) -> Option<&Overlay> {
        let is_area =
            |id: &str| matches!(self.dossier().overlay(id).map(|overlay| &*overlay.shape), Some(Shape::Area(_)));
        let hits = self.scene.hits(place, Reach::ON_THE_GROUND, |id| self.styling_shown(id).filter(|_| is_area(id)));
        hits.first().and_then(|hit| self.dossier().overlay(&hit.overlay))
    }

    /// The overlays that are outlined.
    pub fn highlighted(&self) -> Vec<String> {
        match &self.selection {
            Selection::None | Selection::Annotations(_) => Vec::new(),
            Selection::Overlay { id, .. } => vec![id.clone()],
            Selection::Excerpt { id } => self.excerpt(id).map(|excerpt| excerpt.overlays.clone()).unwrap_or_default(),
        }
    }

    /// The overlays that the map marks: those that the selection is about, or what is drawn of their change.
    pub fn marked(&self) -> Vec<String> {
        self.marks_of(self.highlighted())
    }

    /// What a hover or a click at a page position finds among the visible overlays, smallest first.
    pub fn hits_at(&self, page: Point) -> Vec<Hit> {
        // What is open lies under cells that are none of it.
        if self.agreement().is_some_and(|shown| shown.map.is_some()) {
            return Vec::new();
        }
        let frame = self.frame();
        let at = frame.lon_lat_from_page(page);
        self.scene.hits(at, Reach::OnScreen(frame), |id| self.styling_shown(id))
    }

    /// How an overlay that is shown is styled.
    fn styling_shown(&self, id: &str) -> Option<Arc<Styling>> {
        self.document().overlay(id).filter(|state| state.is_shown()).map(|state| Arc::clone(&state.styling))
    }

    pub(super) fn select_place(&mut self, id: String, place: usize) {
        let Some(overlay) = self.dossier().overlay(&id) else { return };
        let Some(at) = overlay.shape.places().get(place).map(|place| place.at) else { return };
        let feature = overlay.features.owners().points.get(place).map(|owner| *owner as usize);
        self.pick = None;
        self.selection = Selection::Overlay { id, feature, place: Some(place) };
        self.show_place(at);
    }

    pub(super) fn clear_selection(&mut self) {
        self.selection = Selection::None;
        self.pick = None;
    }

    pub(super) fn select_hit(&mut self, index: usize) {
        if let Some(pick) = &mut self.pick
            && let Some(hit) = pick.hits.get(index)
        {
            pick.index = index;
            self.selection = Selection::Overlay { id: hit.overlay.clone(), feature: hit.feature, place: hit.place };
        }
    }

    pub(super) fn click(&mut self, page: Point, below: bool) {
        if self.agreement().is_some_and(|shown| shown.map.is_some()) {
            self.select_cell(self.cell_at(page));
            return;
        }
        let hits = self.hits_at(page);
        if hits.is_empty() {
            self.clear_selection();
            return;
        }
        let frame = self.frame();
        let again = self
            .pick
            .as_ref()
            .is_some_and(|pick| pick.hits == hits && frame.page_from_lon_lat(pick.at).distance(page) <= SAME_PLACE_PT);
        let index = match &self.pick {
            Some(pick) if again => (pick.index + 1) % hits.len(),
            _ if below => 1 % hits.len(),
            _ => 0,
        };
        self.pick = Some(Pick { at: frame.lon_lat_from_page(page), hits, index });
        self.select_hit(index);
    }

    /// The selected annotations.
    pub fn selected_annotations(&self) -> &[AnnotationId] {
        match &self.selection {
            Selection::Annotations(ids) => ids,
            Selection::None | Selection::Overlay { .. } | Selection::Excerpt { .. } => &[],
        }
    }

    /// The annotation that is selected alone.
    pub fn selected_annotation(&self) -> Option<&Annotation> {
        match self.selected_annotations() {
            [id] => self.document().annotations.get(*id).map(AsRef::as_ref),
            _ => None,
        }
    }

    pub(super) fn select_annotations(&mut self, ids: Vec<AnnotationId>) {
        if self.typing.as_ref().is_some_and(|typing| ids != [typing.id]) {
            self.end_typing();
        }
        let mut seen = BTreeSet::new();
        let there: BTreeSet<AnnotationId> =
            self.document().annotations.iter().map(|annotation| annotation.id).collect();
        let ids: Vec<_> = ids.into_iter().filter(|id| there.contains(id) && seen.insert(*id)).collect();
        self.pick = None;
        self.selection = if ids.is_empty() { Selection::None } else { Selection::Annotations(ids) };
    }

    /// Lets go of a selection and of words whose annotation is gone.
    pub(super) fn forget_what_is_gone(&mut self) {
        let ids = self.selected_annotations().to_vec();
        if !ids.is_empty() {
            self.select_annotations(ids);
        }
        if let Selection::Excerpt { id } = &self.selection
            && self.excerpt(id).is_none()
        {
            self.selection = Selection::None;
        }
        if let Some(typing) = &self.typing
            && self.document().annotations.get(typing.id).is_none()
        {
            self.typing = None;
        }
    }

    /// Gives up one thing: the words that are typed, the sketch, the selection, the tool.
    pub(super) fn escape(&mut self) {
        if self.typing.is_some() {
            self.end_typing();
        } else if self.is_drafting() {
            let _ = self.gesture(Gesture::Cancel, self.modifiers);
        } else if self.found.take().is_some() {
            // The mark of what was found goes before the selection.
        } else if self.selection != Selection::None {
            self.clear_selection();
        } else if self.leave_cell() {
            // The reports that are side by side go before the cells.
        } else if self.agreement.is_some() {
            self.end_agreement();
        } else if self.comparison.is_some() {
            self.end_comparison();
        } else {
            self.hand.choose(Tool::Select);
        }
    }
}
