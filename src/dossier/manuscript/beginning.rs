//! How a new dossier begins.

use serde_json::{Map, Value, json};

use super::{Manuscript, id_from};
use crate::dossier::model::FORMAT;
use crate::dossier::{builtin, fingerprint};
use crate::formats::day::Day;
use crate::formats::language::{Language, Text};

/// What is asked for a new dossier.
#[derive(Debug, Clone, PartialEq)]
pub struct Beginning {
    /// Its name, in as many languages as there are.
    pub title: Text,
    /// The day that it describes.
    pub day: Day,
    /// The languages in which titles are asked for, the first of them first.
    pub languages: Vec<Language>,
    /// `[west, south, east, north]` of the place that it is about, in degrees.
    pub bounds: Option<[f64; 4]>,
    /// The country that it is about, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// What stands in a new dossier for whoever prints a figure of it, until its author says it in other words.
const DISCLAIMER: &str = "The names and boundaries shown imply no opinion on the legal status of any country, territory, city \
                          or area, or of its authorities.";

/// The same in those of the dossier's languages in which the built-in dossier says it.
fn disclaimer(languages: &[Language]) -> Value {
    let known = builtin::disclaimer();
    let others = languages.iter().map(Language::tag).filter(|tag| *tag != Language::WINDOW);
    let said: Vec<(&str, &str)> = others.filter_map(|tag| Some((tag, known.get(tag)?))).collect();
    match said.is_empty() {
        true => json!(DISCLAIMER),
        false => {
            let english = Text::new(Language::WINDOW, known.main());
            json!(said.into_iter().fold(english, |all, (tag, words)| all.with(tag, words)))
        }
    }
}

#[cfg(test)]
impl Manuscript {
    /// A dossier with nothing in it yet, for tests.
    pub(super) fn of_quill() -> Self {
        Self::new(&Beginning {
            title: Text::default().with("en", "Quill"),
            day: "2026-11-02".parse().expect("a day"),
            languages: vec![Language::english()],
            bounds: None,
            country: None,
        })
    }
}

impl Manuscript {
    /// A dossier with nothing in it yet. Its id is made of the Latin letters and digits of its title, in English before other
    /// languages; it stays the same wherever the dossier is saved.
    pub fn new(beginning: &Beginning) -> Self {
        let Beginning { title, day, languages, bounds, country } = beginning;
        let words = [title.get("en").unwrap_or_default(), title.main()];
        // Projects and figures know a dossier by its id: two whose titles have no Latin letters differ by their fingerprints.
        let of_fingerprint = || format!("dossier-{:.8}", fingerprint::bytes(title.main().as_bytes()));
        let id = words.iter().find_map(|words| id_from(words)).unwrap_or_else(of_fingerprint);
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
        put("format", json!(FORMAT));
        put("id", json!(id));
        put("version", json!("0.1.0"));
        put("title", json!(title));
        put("summary", json!(""));
        put("as_of", json!(day.iso()));
        if languages.len() > 1 || languages.first().is_some_and(|language| language.tag() != Language::WINDOW) {
            put("languages", languages.iter().map(Language::tag).collect());
        }
        if let Some(country) = country {
            put("country", json!(country));
        }
        if let Some(bounds) = bounds {
            put("limits_bbox", json!(bounds));
        }
        put("disclaimer", disclaimer(languages));
        put("boundary_view", json!(""));
        for list in super::List::ALL {
            put(list.member(), json!([]));
        }
        Self::of(members)
    }

    /// The same as a dossier of its own, with an id of its own.
    #[must_use]
    pub fn copied(mut self) -> Self {
        let id = format!("{}-copy", self.id());
        self.set("id", json!(id));
        self.set("version", json!("0.1.0"));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_the_title_and_tells_titles_without_latin_letters_apart() {
        let id = |titles: &[(&str, &str)]| {
            let title = titles.iter().fold(Text::default(), |all, (tag, words)| all.with(tag, *words));
            let languages = titles.iter().filter_map(|(tag, _)| Language::new(tag)).collect();
            let day = "2026-11-02".parse().expect("a day");
            Manuscript::new(&Beginning { title, day, languages, bounds: None, country: None }).id().to_owned()
        };
        assert_eq!(id(&[("hy", "Արցախ"), ("en", "Artsakh, 2020")]), "artsakh-2020");
        let [armenian, arabic] = [id(&[("hy", "Արցախ")]), id(&[("ar", "أبيي")])];
        for id in [&armenian, &arabic] {
            assert!(id.starts_with("dossier-") && id.len() == 16 && super::super::is_id(id), "{id}");
        }
        assert_ne!(armenian, arabic);
        assert_eq!(armenian, id(&[("hy", "Արցախ")]));
    }
}
