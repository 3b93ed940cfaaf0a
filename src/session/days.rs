//! The day that the map shows, and what is reported of which days.

use std::sync::Arc;

use super::{Selection, Session};
use crate::dossier::series::Standing;
use crate::dossier::{Dated, Overlay};
use crate::formats::day::Day;

/// What somebody reports of an overlay, day by day.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Id of the overlay.
    pub overlay: String,
    /// What it is called.
    pub title: String,
    /// As reports have it.
    pub dated: Arc<Dated>,
    /// Whether it is shown on the map.
    pub is_shown: bool,
}

impl Lane {
    /// How it stands on a day.
    pub fn on(&self, day: Day) -> Option<Standing<'_>> {
        self.dated.series().on(day, None).standing()
    }
}

impl Session {
    /// What is reported of several days, in the order in which the overlays lie.
    pub fn lanes(&self) -> Vec<Lane> {
        let lane = |overlay: &Arc<Overlay>| {
            Some(Lane {
                overlay: overlay.id.clone(),
                title: overlay.title.main().to_owned(),
                dated: Arc::clone(overlay.dated.as_ref()?),
                is_shown: self.document().is_visible(&overlay.id),
            })
        };
        self.dossier().overlays.iter().filter_map(lane).collect()
    }

    /// Shows the map as it was reported on a day; without one, as it was last. Not a step.
    pub(super) fn show_day(&mut self, day: Option<Day>) {
        let day = day.filter(|day| day.is_whole());
        if day == self.document().day {
            return;
        }
        self.history.look_at(day);
        self.dress();
        // The features of another day are others.
        if let Selection::Overlay { feature, place, .. } = &mut self.selection {
            (*feature, *place) = (None, None);
        }
    }
}
