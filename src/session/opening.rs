//! What was read from files, merged into what is open: the window and the command line do it by the same function.

use std::sync::Arc;

use super::{Effect, Session};
use crate::dossier::{Dossier, Overlay, Problem};
use crate::scene::Scene;

/// Evidence as a file holds it, read without regard to what is open.
#[derive(Debug, Clone)]
pub enum Part {
    /// A dossier, with what was wrong in it. It takes the place of the one that is open.
    Dossier(Box<Dossier>, Vec<Problem>),
    /// Shapes of the user's own, the topmost first. They lie over what is open.
    Overlays(Vec<Overlay>),
}

/// What came of merging.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// Whether another dossier took the place of the one that was open.
    pub replaced: bool,
    /// The ids of the overlays that were added, as the dossier has them now: it sees to it that no two are the same.
    pub added: Vec<String>,
    /// What was wrong with what was read.
    pub problems: Vec<Problem>,
}

/// Merges parts into a dossier, one after the other, as if each had been opened once the one before it was there.
pub fn merge(dossier: &mut Dossier, parts: Vec<Part>) -> Merged {
    let mut merged = Merged::default();
    for part in parts {
        match part {
            Part::Dossier(read, problems) => {
                *dossier = *read;
                merged = Merged { replaced: true, added: Vec::new(), problems };
            }
            Part::Overlays(overlays) => {
                for overlay in overlays.into_iter().rev() {
                    merged.problems.extend(overlay.warning());
                    merged.added.push(dossier.add(overlay));
                }
            }
        }
    }
    merged
}

impl Session {
    /// Merges what was read from files into what is open, keeping the document and its past; what came of it, and what
    /// is to be done next.
    pub fn open(&mut self, parts: Vec<Part>) -> (Merged, Vec<Effect>) {
        let mut dossier = self.dossier().clone();
        let merged = merge(&mut dossier, parts);
        if !merged.replaced && merged.added.is_empty() {
            return (merged, Vec::new());
        }
        let mut problems = if merged.replaced { Vec::new() } else { self.problems.clone() };
        problems.extend(merged.problems.iter().cloned());
        let same = dossier.id == self.dossier().id;
        self.replace_scene(Arc::new(Scene::new(dossier)), problems);
        // A line of contact of the user's own was worked out with the dossier as it was before.
        let effects = if same { self.mend_line() } else { Vec::new() };
        (merged, effects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{self, OWN_PROPERTIES, own_overlays};
    use crate::formats::geojson;

    fn overlays(name: &str) -> Part {
        let text = br#"{"type":"LineString","coordinates":[[37.2,48.2],[37.9,48.9]]}"#;
        Part::Overlays(own_overlays(name, geojson::read_shapes(text, &OWN_PROPERTIES).unwrap()).unwrap())
    }

    fn session() -> Session {
        let (dossier, problems) = dossier::builtin::berlin().unwrap();
        Session::new(Arc::new(Scene::new(dossier)), problems)
    }

    #[test]
    fn what_two_jobs_have_read_is_merged_whichever_comes_first() {
        for names in [["a", "b"], ["b", "a"]] {
            let mut session = session();
            for name in names {
                let (merged, effects) = session.open(vec![overlays(name)]);
                assert_eq!((merged.added, effects), (vec![name.to_owned()], Vec::new()));
            }
            for name in names {
                assert!(session.dossier().overlay(name).is_some() && session.document().is_visible(name), "{name}");
            }
            assert_eq!(session.rows()[..2], [names[1], names[0]]);
        }
    }

    #[test]
    fn an_overlay_is_told_of_by_the_id_that_the_dossier_gives_it() {
        let mut session = session();
        let (merged, _) = session.open(vec![overlays("donetsk")]);
        assert_eq!(merged.added, ["donetsk-file"]);
    }

    #[test]
    fn a_dossier_takes_the_place_of_what_was_open_before_it() {
        let mut session = session();
        let (dossier, problems) = dossier::builtin::berlin().unwrap();
        let (merged, _) = session.open(vec![overlays("a"), Part::Dossier(Box::new(dossier), problems), overlays("b")]);
        assert!(merged.replaced);
        assert_eq!(merged.added, ["b"]);
        assert!(session.dossier().overlay("a").is_none() && session.dossier().overlay("b").is_some());
    }
}
