//! In which languages the map names places: one choice of three, beside the window's language and the figure's.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::formats::language::{Language, Text};

/// In which languages places are named on the map.
///
/// Written as a word where there is one for it, as it always was (`"english"`, `"ukrainian"`, `"both"`), or else as a
/// list of one or two language tags; `local` stands among them for the name that each place has where it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Names {
    /// The language of each name, if it has one in it.
    pub first: Language,
    /// The language of a second name beneath, of places that have one.
    pub second: Option<Language>,
}

/// Those that are written as a word: the word, and the tags.
const WORDS: [(&str, &[&str]); 3] = [("both", &["en", "uk"]), ("english", &["en"]), ("ukrainian", &["uk"])];

impl Names {
    /// Of one or two tags; `None` if they are none, or not so many.
    pub fn of_tags(tags: &[&str]) -> Option<Self> {
        let second = match tags {
            [_] => None,
            [_, second] => Some(Language::new(second)?),
            _ => return None,
        };
        Some(Self { first: Language::new(tags.first()?)?, second })
    }

    /// Of a word: `english`, `ukrainian` or `both`.
    pub fn of_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(known, _)| *known == word).and_then(|(_, tags)| Self::of_tags(tags))
    }

    /// Stands for the name that a place has where it is.
    pub const LOCAL: &'static str = Text::LOCAL;

    /// The tags, the first language's first.
    pub fn tags(&self) -> Vec<&str> {
        std::iter::once(&self.first).chain(&self.second).map(Language::tag).collect()
    }
}

impl Default for Names {
    /// English with Ukrainian beneath.
    fn default() -> Self {
        Self { first: Language::english(), second: Language::new("uk") }
    }
}

/// As the command line takes them: a word, or one or two tags with a comma between them.
impl std::str::FromStr for Names {
    type Err = String;

    fn from_str(said: &str) -> Result<Self, String> {
        let tags: Vec<&str> = said.split(',').map(str::trim).collect();
        Self::of_word(said.trim()).or_else(|| Self::of_tags(&tags)).ok_or_else(|| {
            format!(
                "'{said}' is no language of names: expected english, ukrainian, both, local, a language tag such as ar or zh-Hant, or two with a comma, of which the second stands beneath: he,en"
            )
        })
    }
}

impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tags = self.tags();
        match WORDS.iter().find(|(_, known)| *known == tags) {
            Some((word, _)) => serializer.serialize_str(word),
            None => tags.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Word(String),
            Tags(Vec<String>),
        }
        let read = match Written::deserialize(deserializer).ok() {
            Some(Written::Word(word)) => Self::of_word(&word),
            Some(Written::Tags(tags)) => Self::of_tags(&tags.iter().map(String::as_str).collect::<Vec<_>>()),
            None => None,
        };
        read.ok_or_else(|| {
            D::Error::custom("expected english, ukrainian, both, or one or two language tags such as [\"en\", \"uk\"]")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_they_always_were_and_otherwise_as_tags() {
        for (json, tags) in [
            (r#""both""#, vec!["en", "uk"]),
            (r#""english""#, vec!["en"]),
            (r#""ukrainian""#, vec!["uk"]),
            (r#"["uk","en"]"#, vec!["uk", "en"]),
            (r#"["az-Arab"]"#, vec!["az-Arab"]),
        ] {
            let names: Names = serde_json::from_str(json).unwrap();
            assert_eq!(names.tags(), tags);
            assert_eq!(serde_json::to_string(&names).unwrap(), json);
        }
        assert_eq!(serde_json::from_str::<Names>(r#"["en","uk"]"#).unwrap(), Names::default());
        for (said, tags) in
            [("both", vec!["en", "uk"]), ("ar", vec!["ar"]), ("he, en", vec!["he", "en"]), ("local", vec!["local"])]
        {
            assert_eq!(said.parse::<Names>().unwrap().tags(), tags);
        }
        for said in ["", "klingon language", "ar,he,en", "en_GB"] {
            assert!(said.parse::<Names>().unwrap_err().contains("he,en"), "{said}");
        }
        for json in ["[]", r#"["en","uk","ru"]"#, r#"["en_GB"]"#, r#""klingon""#, "7", "null"] {
            let what = serde_json::from_str::<Names>(json).unwrap_err().to_string();
            assert!(what.contains("ukrainian"), "{json}: {what}");
        }
    }
}
