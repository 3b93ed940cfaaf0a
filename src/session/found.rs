//! The place that a search has found: looked at, and marked on the map until it is dismissed.

use super::view::PLACE_ZOOM;
use super::{Effect, Session};
use crate::dossier::words;
use crate::formats::visible::visible;
use crate::gazetteer::{FoundPlace, PlaceKind};
use crate::geometry::View;

/// What is said of a place in a line: what it is, where, and how many people.
pub fn note_on(place: &FoundPlace) -> String {
    let people = place.population.map(|people| format!("{} people", words::number(f64::from(people), 0)));
    let parts = [Some(place.kind.words().to_owned()), Some(place.within.clone()), people];
    visible(&parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
}

/// The name of a place, and in brackets the one that was looked for.
pub fn title_of(place: &FoundPlace) -> String {
    visible(&match &place.matched {
        Some(matched) => format!("{} ({matched})", place.name),
        None => place.name.clone(),
    })
}

/// As near as a place is looked at, by what it is; at least as near as `least` where it is a place within a region.
pub fn zoom_of(place: &FoundPlace, least: f64) -> f64 {
    match place.kind {
        PlaceKind::Sea => 5.0,
        PlaceKind::Country => 6.0,
        PlaceKind::Region => 8.0,
        PlaceKind::River | PlaceKind::Lake => 9.0,
        _ => least.max(PLACE_ZOOM),
    }
}

impl Session {
    /// The place that was found last and is marked on the map.
    pub fn found_place(&self) -> Option<&FoundPlace> {
        self.found.as_deref()
    }

    /// Looks at a place, as near as its kind asks for, and marks it.
    pub(super) fn show_found(&mut self, place: Box<FoundPlace>) {
        let zoom = zoom_of(&place, self.document().view.zoom);
        self.set_view(View { center: place.at, zoom });
        self.found = Some(place);
    }

    /// Makes a marker of the place that is marked, with its name.
    pub(super) fn mark_found(&mut self) -> Vec<Effect> {
        match self.found.take() {
            Some(place) => self.place_named_marker(place.at, &place.name),
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::builtin;
    use crate::geometry::Coord;
    use crate::scene::Scene;
    use crate::session::{Action, Command};

    fn session() -> Session {
        let (dossier, _) = builtin::berlin().unwrap();
        let mut session = Session::new(Scene::new(dossier).into(), Vec::new());
        let _ = session.apply(Action::SetPage { width_pt: 800.0, height_pt: 600.0 });
        session
    }

    fn bakhmut(kind: PlaceKind) -> Box<FoundPlace> {
        Box::new(FoundPlace {
            name: "Bakhmut".to_owned(),
            names: vec!["Bakhmut".to_owned(), "Artemivsk".to_owned()],
            matched: Some("Artemivsk".to_owned()),
            kind,
            at: Coord { x: 37.99886, y: 48.59419 },
            population: Some(80_500),
            within: "Donetsk, Ukraine".to_owned(),
            gazetteer: 0,
            edits: 0,
            score: 1.0,
        })
    }

    #[test]
    fn a_found_place_is_looked_at_and_marked_until_it_is_dismissed() {
        let mut session = session();
        let _ = session.apply(Action::ShowFound(bakhmut(PlaceKind::DistrictSeat)));
        let place = session.found_place().unwrap();
        assert_eq!(title_of(place), "Bakhmut (Artemivsk)");
        assert_eq!(note_on(place), "seat of a district · Donetsk, Ukraine · 80,500 people");
        let center = session.document().view.center;
        assert!((center.x - 37.99886).abs() < 1e-6 && (center.y - 48.59419).abs() < 1e-6);
        assert!(session.history().undo_step().is_none(), "to look at a place is no step");
        let _ = session.apply(Action::Command(Command::ClearSelection));
        assert!(session.found_place().is_none());
        let _ = session.apply(Action::ShowFound(bakhmut(PlaceKind::Region)));
        assert!((session.document().view.zoom - 8.0).abs() < 1e-9, "a region is looked at from afar");
    }

    #[test]
    fn a_found_place_becomes_a_marker_with_its_name_in_one_step() {
        let mut session = session();
        let _ = session.apply(Action::ShowFound(bakhmut(PlaceKind::Populated)));
        let _ = session.apply(Action::MarkFound);
        assert!(session.found_place().is_none());
        let titles: Vec<_> = session.document().annotations.iter().map(|one| one.title.clone()).collect();
        assert_eq!(titles, ["Bakhmut"]);
        let _ = session.apply(Action::Command(Command::Undo));
        assert_eq!(session.document().annotations.iter().count(), 0);
    }
}
