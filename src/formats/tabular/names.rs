//! Places of a table that are looked up by their names: each name once, and what is to be said of them together.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::formats::read::{FeatureLayer, NamedPlace, PlaceNames, shortened};

/// So many different names are looked up; a table with more has other things in that column.
const MOST_NAMES: usize = 50_000;

/// So many names that several places have are told one by one.
const MOST_TOLD: usize = 5;

/// Looks names up, and remembers what came of it.
pub(super) struct Names<'a> {
    gazetteer: Option<&'a dyn PlaceNames>,
    /// By name and region.
    known: HashMap<(String, String), Result<NamedPlace, String>>,
    /// What the last one is, and how many were found.
    last: Option<String>,
    found: usize,
    /// Whether a region was named with one of them.
    has_regions: bool,
    /// Names of several places, in the order of the table, each with the place that was taken.
    several: Vec<(String, NamedPlace)>,
}

impl<'a> Names<'a> {
    pub(super) fn new(gazetteer: Option<&'a dyn PlaceNames>) -> Self {
        Self { gazetteer, known: HashMap::new(), last: None, found: 0, has_regions: false, several: Vec::new() }
    }

    /// The place of a name, in a region if one is named, which may also follow the name after a comma.
    pub(super) fn find(&mut self, name: &str, within: &str) -> Result<NamedPlace, String> {
        self.last = None;
        let Some(gazetteer) = self.gazetteer else {
            return Err("there is no gazetteer to look its place up in".to_owned());
        };
        let (name, within) = (name.trim(), within.trim());
        self.has_regions |= !within.is_empty();
        if name.is_empty() {
            return Err("it names no place".to_owned());
        }
        let is_full = self.known.len() >= MOST_NAMES;
        let found = match self.known.entry((name.to_owned(), within.to_owned())) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if is_full => return Err(format!("only {MOST_NAMES} different names are looked up")),
            Entry::Vacant(new) => {
                let found = gazetteer.find(name, within);
                if let Ok(place) = &found
                    && place.others > 0
                {
                    self.several.push((name.to_owned(), place.clone()));
                }
                new.insert(found)
            }
        };
        if let Ok(place) = found {
            self.found += 1;
            self.last = Some(place.what.clone());
        }
        found.clone()
    }

    /// What the place that was found last is.
    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// What is to be said of all of them together.
    pub(super) fn say(self, read: &mut FeatureLayer) {
        if self.found == 0 {
            return;
        }
        if let Some(gazetteer) = self.gazetteer {
            read.credit = Some(format!("places: {}", gazetteer.credit()));
            read.warnings.push(format!(
                "places were looked up by their names and lie where {} has them, which may be some hundred metres off or more; \
                 the property place_found says which they are",
                gazetteer.credit()
            ));
        }
        if self.several.is_empty() {
            return;
        }
        let told: Vec<String> = self
            .several
            .iter()
            .take(MOST_TOLD)
            .map(|(name, place)| format!("“{}”: {}, of {}", shortened(name), place.what, place.others + 1))
            .collect();
        let more = if self.several.len() > MOST_TOLD { "; …" } else { "" };
        let count = self.several.len();
        let advice = if self.has_regions { "" } else { "; a column of regions tells them apart" };
        read.warnings.push(format!(
            "of {count} of the names there are several places, of which by far the largest was taken{advice}: {}{more}",
            told.join("; ")
        ));
    }
}
