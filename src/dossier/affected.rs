//! What rests on a source or an excerpt: all that is to be looked at again when one is withdrawn or corrected.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Excerpt, Recipe};
use super::{About, Dossier};

/// Something that rests on a source or an excerpt, and by way of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// It.
    pub part: About,
    /// What it is called.
    pub name: String,
    /// The parts between, the one that it rests on itself last; empty where it rests on the source or excerpt itself.
    pub through: Vec<About>,
}

/// What rests on the source or the excerpt of that id: excerpts, overlays and what recipes make of them, figures, positions and
/// notes, each once, by the shortest way. `None` where there is no such source or excerpt.
pub fn affected(dossier: &Dossier, id: &str) -> Option<Vec<Affected>> {
    let mut list = List { dossier, found: Vec::new(), seen: BTreeSet::new() };
    if let Some(source) = dossier.source(id) {
        let excerpts: Vec<&Excerpt> = dossier.excerpts.iter().filter(|excerpt| excerpt.source == source.id).collect();
        for excerpt in &excerpts {
            list.add(About::Excerpt(excerpt.id.clone()), quoted(excerpt), Vec::new());
        }
        for citing in dossier.sources.iter().filter(|other| other.cites.contains(&source.id)) {
            list.add(About::Source(citing.id.clone()), format!("{}: {}", citing.outlet, citing.title), Vec::new());
        }
        for excerpt in excerpts {
            list.of_excerpt(excerpt, &[About::Excerpt(excerpt.id.clone())]);
        }
        // Ids are free for each list.
        if let Some(excerpt) = dossier.excerpt(id) {
            list.of_excerpt(excerpt, &[]);
        }
        return Some(list.found);
    }
    Some(of_excerpt(dossier, dossier.excerpt(id)?))
}

/// What rests on an excerpt, as [`affected`] lists it.
pub fn of_excerpt(dossier: &Dossier, excerpt: &Excerpt) -> Vec<Affected> {
    let mut list = List { dossier, found: Vec::new(), seen: BTreeSet::new() };
    list.of_excerpt(excerpt, &[]);
    list.found
}

/// An overlay and what recipes make of it, each once, by the shortest way. `None` where there is no such overlay.
pub fn of_overlay(dossier: &Dossier, id: &str) -> Option<Vec<Affected>> {
    dossier.overlay(id)?;
    let mut list = List { dossier, found: Vec::new(), seen: BTreeSet::new() };
    list.overlay(id, &[], &makers(dossier));
    Some(list.found)
}

struct List<'a> {
    dossier: &'a Dossier,
    found: Vec<Affected>,
    seen: BTreeSet<About>,
}

impl List<'_> {
    fn add(&mut self, part: About, name: String, through: Vec<About>) {
        if self.seen.insert(part.clone()) {
            self.found.push(Affected { part, name, through });
        }
    }

    fn of_excerpt(&mut self, excerpt: &Excerpt, through: &[About]) {
        let dossier = self.dossier;
        for figure in dossier.figures.iter().filter(|figure| figure.excerpt.as_deref() == Some(&excerpt.id)) {
            let name = format!("{} ({})", super::words::figure(figure), figure.reported_by);
            self.add(About::Figure(figure.id.clone()), name, through.to_vec());
        }
        for position in dossier.positions.iter().filter(|position| position.excerpt.as_deref() == Some(&excerpt.id)) {
            let name = format!("{}: {}", position.who, position.summary);
            self.add(About::Position(position.id.clone()), name, through.to_vec());
        }
        for note in dossier.notes.iter().filter(|note| note.accounts.contains(&excerpt.id)) {
            self.add(About::Note(note.id.clone()), note.text.clone(), through.to_vec());
        }
        let made = makers(dossier);
        for id in &excerpt.overlays {
            self.overlay(id, through, &made);
        }
    }

    /// An overlay and, one after the other, what recipes make of it.
    fn overlay(&mut self, id: &str, through: &[About], made: &BTreeMap<&str, Vec<&str>>) {
        let mut next = vec![(id, through.to_vec())];
        while let Some((id, through)) = next.pop() {
            let part = About::Overlay(id.to_owned());
            if self.seen.contains(&part) {
                continue;
            }
            let title =
                self.dossier.overlay(id).map_or_else(|| id.to_owned(), |overlay| overlay.title.main().to_owned());
            self.add(part.clone(), title, through.clone());
            let onward = [through.as_slice(), &[part]].concat();
            next.extend(made.get(id).into_iter().flatten().map(|made| (*made, onward.clone())));
        }
    }
}

/// By the id of an overlay or a layer, the overlays that recipes make of it.
fn makers(dossier: &Dossier) -> BTreeMap<&str, Vec<&str>> {
    let mut made: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in dossier.recipes() {
        for operand in entry.1.made_of() {
            made.entry(operand).or_default().push(entry.0);
        }
    }
    made
}

impl Dossier {
    /// The overlays that recipes make, by their ids.
    pub fn recipes(&self) -> impl Iterator<Item = (&str, &Recipe)> {
        self.groundwork.entries().iter().filter_map(|entry| Some((entry.id.as_str(), entry.recipe.as_ref()?)))
    }
}

fn quoted(excerpt: &Excerpt) -> String {
    let mut words = excerpt.exact.split_whitespace();
    let start: Vec<&str> = words.by_ref().take(8).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    format!("“{}{more}”", start.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::builtin;

    #[test]
    fn what_rests_on_a_source_reaches_as_far_as_what_recipes_make() {
        let (dossier, _) = builtin::berlin().unwrap();
        let of = |id: &str| affected(&dossier, id).unwrap();
        let line = of("tfiglobal-2025-12-15");
        let overlay = |id: &str| line.iter().find(|one| one.part == About::Overlay(id.to_owned()));
        let corridor = overlay("corridor-5km").expect("it is worked out from the line, or named by an excerpt");
        assert!(matches!(corridor.through.first(), Some(About::Excerpt(_))), "{corridor:?}");
        assert!(line.iter().any(|one| matches!(one.part, About::Figure(_))));
        let parts: BTreeSet<&About> = line.iter().map(|one| &one.part).collect();
        assert_eq!(parts.len(), line.len(), "each once");
        assert!(affected(&dossier, "nothing").is_none());
    }

    #[test]
    fn an_overlay_that_is_made_of_another_names_the_way() {
        let (dossier, _) = builtin::berlin().unwrap();
        // An excerpt about the line alone.
        let excerpt = dossier.excerpts.iter().find(|excerpt| excerpt.overlays == ["line-of-contact"]);
        let Some(excerpt) = excerpt else { return };
        let made = affected(&dossier, &excerpt.id).unwrap();
        let area = made.iter().find(|one| one.part == About::Overlay("withdrawal-area".to_owned())).unwrap();
        assert_eq!(area.through, [About::Overlay("line-of-contact".to_owned())]);
    }
}
