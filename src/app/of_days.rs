//! What is worked out of the reports of all days, kept while these are the same.

use std::sync::Arc;

use crate::session::{DaysVersion, Session};

/// Something made of the reports, and of which.
pub(crate) struct OfDays<T> {
    known: Option<(DaysVersion, Arc<T>)>,
}

impl<T> Default for OfDays<T> {
    fn default() -> Self {
        Self { known: None }
    }
}

impl<T> OfDays<T> {
    /// What was made before, or made anew if anything is reported otherwise since. Another day that the map shows changes nothing.
    pub(crate) fn get(&mut self, session: &Session, make: impl FnOnce(&Session) -> T) -> Arc<T> {
        let now = session.days_version();
        match &self.known {
            Some((version, made)) if *version == now => Arc::clone(made),
            _ => {
                let made = Arc::new(make(session));
                self.known = Some((now, Arc::clone(&made)));
                made
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{Dossier, LayerDay, own_layer};
    use crate::formats::geojson;
    use crate::scene::Scene;
    use crate::session::{Action, OwnLayerChange, Part};

    #[test]
    fn another_day_makes_nothing_anew_and_another_report_does() {
        let mut session = Session::new(Arc::new(Scene::new(Dossier::empty())), Vec::new());
        for (name, east) in [("a", 38), ("b", 39)] {
            let text =
                format!(r#"{{"type":"Polygon","coordinates":[[[37,48],[{east},48],[{east},49],[37,49],[37,48]]]}}"#);
            let (layer, problems) = own_layer(name, geojson::read_table(text.as_bytes()).unwrap()).unwrap();
            let _ = session.open(vec![Part::Layer(Box::new(layer), problems)]);
        }
        let mut kept = OfDays::default();
        let mut made = 0;
        let mut lanes = |session: &Session| {
            let count = kept.get(session, |session| {
                made += 1;
                session.lanes().len()
            });
            (*count, made)
        };
        assert_eq!([lanes(&session), lanes(&session)], [(0, 1), (0, 1)]);
        let report = |layer: &str, day: &str| LayerDay { layer: layer.to_owned(), day: day.parse().unwrap() };
        let reports = vec![report("a", "2025-02-01"), report("b", "2025-02-02")];
        let series = OwnLayerChange::Series { title: String::new(), reports };
        let _ = session.apply(Action::OwnLayer("a".to_owned(), series));
        assert_eq!(lanes(&session), (1, 2));
        for day in ["2025-02-01", "2025-02-02"] {
            let _ = session.apply(Action::ShowDay(Some(day.parse().unwrap())));
            assert_eq!(lanes(&session), (1, 2), "{day}");
        }
        let _ = session.apply(Action::OwnLayer("a".to_owned(), OwnLayerChange::Rename("Front".to_owned())));
        assert_eq!(lanes(&session), (1, 3));
    }
}
