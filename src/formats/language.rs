//! Words by language: a name in as many languages as somebody gave it.

use std::fmt;

use icu_properties::CodePointMapData;
use icu_properties::props::Script;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap as _, Serializer};
use serde::{Deserialize, Serialize};

use super::official;
use super::visible::visible;

/// A language by its BCP 47 tag (RFC 5646), such as `en`, `uk` or `az-Arab`; `und` where nobody says which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(Box<str>);

impl Language {
    /// The tag of words whose language nobody states.
    pub const UNDETERMINED: &'static str = "und";

    /// The tag of the language in which the window and the command line speak.
    pub const WINDOW: &'static str = "en";

    /// The tag of the language in which a figure's own words are set: those of its legend, its notes and its captions.
    pub const FIGURE: &'static str = "en";

    /// The language of a tag, which has the shape that RFC 5646 asks for: groups of one to eight letters or digits,
    /// joined by hyphens, the first of letters only. `None` for anything else.
    pub fn new(tag: &str) -> Option<Self> {
        let mut groups = tag.split('-');
        let first = groups.next()?;
        let is_group =
            |group: &str| (1..=8).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_language = is_group(first) && first.len() >= 2 && first.bytes().all(|byte| byte.is_ascii_alphabetic());
        (is_language && tag.len() <= 64 && groups.all(is_group)).then(|| Self(tag.into()))
    }

    /// The language that the letters of words speak for: the commonest one of their script, or the one whose letters are
    /// among them. `None` where many share the script, as with Latin, and where no letter is.
    ///
    /// # Examples
    /// ```
    /// use claimline::formats::language::Language;
    ///
    /// let of = |words| Language::of_letters(words).map(|language| language.tag().to_owned());
    /// assert_eq!(of("Վերին արոտավայր"), Some("hy".to_owned()));
    /// assert_eq!(of("Верхнє пасовище"), Some("uk".to_owned()));
    /// assert_eq!(of("Upper pasture"), None);
    /// ```
    pub fn of_letters(words: &str) -> Option<Self> {
        let has = |letters: &str| words.chars().any(|letter| letters.contains(letter));
        let scripts = CodePointMapData::<Script>::new();
        let tag = words.chars().find_map(|letter| {
            Some(match scripts.get(letter) {
                Script::Cyrillic if has("іїєґІЇЄҐ") => "uk",
                Script::Cyrillic if has("ыэёъЫЭЁЪ") => "ru",
                Script::Arabic if has("ٹڈڑے") => "ur",
                Script::Arabic if has("پچژگی") => "fa",
                Script::Arabic => "ar",
                Script::Armenian => "hy",
                Script::Bengali => "bn",
                Script::Devanagari => "hi",
                Script::Ethiopic => "am",
                Script::Georgian => "ka",
                Script::Greek => "el",
                Script::Hangul => "ko",
                Script::Hebrew => "he",
                Script::Hiragana | Script::Katakana => "ja",
                Script::Khmer => "km",
                Script::Myanmar => "my",
                Script::Sinhala => "si",
                Script::Tamil => "ta",
                Script::Thai => "th",
                _ => return None,
            })
        });
        Self::new(tag?)
    }

    /// English.
    pub fn english() -> Self {
        Self("en".into())
    }

    /// The tag.
    pub fn tag(&self) -> &str {
        &self.0
    }
}

/// The same words in one or more languages, in the order in which they were given.
///
/// # Examples
/// ```
/// use claimline::formats::language::Text;
///
/// let name = Text::new("en", "Abyei").with("ar", "أبيي");
/// assert_eq!(name.main(), "Abyei");
/// assert_eq!(name.get("ar"), Some("أبيي"));
/// assert_eq!(name.second(), Some("أبيي"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    words: Vec<(Language, String)>,
}

impl Text {
    /// Words in the language of a tag; those of a tag that is none count as in no stated language.
    pub fn new(tag: &str, words: impl Into<String>) -> Self {
        Self::default().with(tag, words)
    }

    /// Words in no stated language, such as the name of a file.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::new(Language::UNDETERMINED, words)
    }

    /// The same with words in one more language; those that it has in it already go.
    #[must_use]
    pub fn with(mut self, tag: &str, words: impl Into<String>) -> Self {
        let language = Language::new(tag).unwrap_or_else(|| Language(Language::UNDETERMINED.into()));
        match self.words.iter_mut().find(|(other, _)| *other == language) {
            Some((_, there)) => *there = words.into(),
            None => self.words.push((language, words.into())),
        }
        self
    }

    /// The same with every letter to be seen: see [`visible()`](super::visible::visible).
    #[must_use]
    pub fn visible(mut self) -> Self {
        self.words.iter_mut().for_each(|(_, words)| *words = visible(words));
        self
    }

    /// The same with no words longer than so many letters, and whether some were.
    #[must_use]
    pub fn cut(mut self, letters: usize) -> (Self, bool) {
        let mut was_longer = false;
        for (_, words) in &mut self.words {
            if let Some((end, _)) = words.char_indices().nth(letters) {
                words.truncate(end);
                words.push('…');
                was_longer = true;
            }
        }
        (self, was_longer)
    }

    /// The words in the language of a tag.
    pub fn get(&self, tag: &str) -> Option<&str> {
        self.words.iter().find(|(language, _)| language.tag() == tag).map(|(_, words)| words.as_str())
    }

    /// Stands in the place of a language tag for the name that a place has where it is.
    pub const LOCAL: &'static str = "local";

    /// As a name on a map: in the language of exactly that tag, or else of its language alone (`zh` of `zh-Hant`), or else of
    /// the first tag that says more (`zh-Hans` of `zh`). That of [`Self::LOCAL`] is the one so marked.
    pub fn name_in(&self, tag: &str) -> Option<&str> {
        if tag == Self::LOCAL {
            return self.get(tag);
        }
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let of = |fits: &dyn Fn(&str) -> bool| self.iter().find(|(own, _)| fits(own.tag())).map(|(_, words)| words);
        let wanted = primary(tag);
        of(&|own| own.eq_ignore_ascii_case(tag))
            .or_else(|| of(&|own| own.eq_ignore_ascii_case(&wanted)))
            .or_else(|| of(&|own| primary(own) == wanted))
    }

    /// The same of a place in a country (ISO 3166-1 alpha-2). That of [`Self::LOCAL`] is the one so marked, or else the one in a
    /// language that is [official](official::languages) there, of those that are not English. Where the country is not known, or
    /// several of its languages are among them, nobody says which is that of the place: a name in the language of somebody else
    /// would be worse than none.
    pub fn name_at(&self, tag: &str, country: Option<&str>) -> Option<&str> {
        let official = || {
            let known: Vec<&str> = country.into_iter().flat_map(official::languages).collect();
            let is_official = |language: &Language| {
                let primary = language.tag().split('-').next().unwrap_or_default();
                primary != Language::WINDOW && known.contains(&primary)
            };
            let mut names = self.iter().filter(|(language, _)| is_official(language)).map(|(_, words)| words);
            names.next().filter(|_| names.next().is_none())
        };
        self.name_in(tag).or_else(|| if tag == Self::LOCAL { official() } else { None })
    }

    /// The words in the first of these languages that it has, or else as [`Self::main`].
    pub fn in_one_of(&self, languages: &[Language]) -> &str {
        languages.iter().find_map(|language| self.get(language.tag())).unwrap_or_else(|| self.main())
    }

    /// The words that stand for it where there is room for one language: the English ones, in which the window speaks,
    /// or else the first. Empty where there are none.
    pub fn main(&self) -> &str {
        self.words.get(self.main_index()).map_or("", |(_, words)| words.as_str())
    }

    /// The words to be set beside [`Self::main`]: the first of those in another language.
    pub fn second(&self) -> Option<&str> {
        let main = self.main_index();
        self.words.iter().enumerate().find(|(index, _)| *index != main).map(|(_, (_, words))| words.as_str())
    }

    fn main_index(&self) -> usize {
        self.words.iter().position(|(language, _)| language.tag() == Language::WINDOW).unwrap_or(0)
    }

    /// Every language with its words.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &str)> {
        self.words.iter().map(|(language, words)| (language, words.as_str()))
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.words.len()))?;
        for (language, words) in &self.words {
            map.serialize_entry(language.tag(), words)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Text;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("words by language, such as {\"en\": \"Abyei\"}")
            }

            fn visit_str<E: de::Error>(self, words: &str) -> Result<Text, E> {
                Ok(Text::plain(words))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let mut text = Text::default();
                while let Some((tag, words)) = map.next_entry::<String, Option<String>>()? {
                    if Language::new(&tag).is_none() {
                        let what = format!("'{tag}' is not a language tag; expected one such as en, uk or az-Arab");
                        return Err(de::Error::custom(what));
                    }
                    if let Some(words) = words {
                        text = text.with(&tag, words);
                    }
                }
                Ok(text)
            }
        }
        deserializer.deserialize_any(Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_speak_for_a_language_where_its_script_does() {
        for (words, tag) in [
            ("مراعي كويل العليا", "ar"),
            ("مرتع بالایی کوئیل", "fa"),
            ("کوئل کی بالائی چراگاہ ہے", "ur"),
            ("Quill: Քուիլ", "hy"),
            ("המרעה העליון", "he"),
            ("Верхнее пастбище, съёмка", "ru"),
            ("上の牧草地", "ja"),
        ] {
            assert_eq!(Language::of_letters(words), Language::new(tag), "{words}");
        }
        for words in ["", "1911", "Upper pasture", "Спор", "上牧场"] {
            assert_eq!(Language::of_letters(words), None, "{words}");
        }
    }

    #[test]
    fn words_come_back_in_the_order_of_their_languages() {
        let json = r#"{"hy":"Արցախ","az":"Qarabağ","en":"Karabakh"}"#;
        let text: Text = serde_json::from_str(json).unwrap();
        assert_eq!((text.main(), text.second()), ("Karabakh", Some("Արցախ")));
        assert_eq!(serde_json::to_string(&text).unwrap(), json);
        let wanted = [Language::new("ru").unwrap(), Language::new("az").unwrap()];
        assert_eq!(text.in_one_of(&wanted), "Qarabağ");
        assert_eq!(text.in_one_of(&wanted[..1]), "Karabakh");
    }

    #[test]
    fn words_without_english_are_led_by_their_first_language() {
        let text = Text::new("ar", "أبيي").with("fr", "Abyei");
        assert_eq!((text.main(), text.second()), ("أبيي", Some("Abyei")));
        assert_eq!((Text::default().main(), Text::default().second()), ("", None));
    }

    #[test]
    fn the_local_name_is_the_one_marked_or_in_the_language_of_the_country() {
        let name = Text::new("en", "Donetsk").with("uk", "Донецьк");
        let local = |name: &Text, country: Option<&str>| name.name_at("local", country).map(str::to_owned);
        assert_eq!(local(&name, Some("UA")).as_deref(), Some("Донецьк"));
        assert_eq!((local(&name, None), local(&name, Some("SD")), local(&name, Some("??"))), (None, None, None));
        // Another language beside it makes nothing doubtful, and is never that of the place.
        let name = name.with("ru", "Донецк");
        assert_eq!(local(&name, Some("UA")).as_deref(), Some("Донецьк"));
        assert_eq!(name.clone().with("local", "Б").name_at("local", Some("UA")), Some("Б"));
        assert_eq!(local(&Text::new("en", "Rostov").with("uk", "Ростов"), Some("RU")), None);
        let two = Text::new("en", "Hebron").with("he", "חברון").with("ar", "الخليل");
        assert_eq!((local(&two, Some("IL")), local(&two, Some("PS")).as_deref()), (None, Some("الخليل")));
        assert_eq!(local(&Text::new("en", "Abyei").with("ar-SD", "أبيي"), Some("sd")).as_deref(), Some("أبيي"));
        assert_eq!(two.name_at("he", None), Some("חברון"));
        assert_eq!(Text::new("ar", "أبيي").name_in("local"), None);
    }

    #[test]
    fn a_name_in_another_script_or_region_stands_in() {
        let name = Text::new("en", "Taipei").with("zh-Hant", "臺北");
        assert_eq!(
            (name.name_in("zh"), name.name_in("ZH-hant"), name.name_in("zh-Hans")),
            (Some("臺北"), Some("臺北"), Some("臺北"))
        );
        assert_eq!(name.name_in("uk"), None);
    }

    #[test]
    fn bare_words_are_in_no_stated_language() {
        let text: Text = serde_json::from_str("\"control\"").unwrap();
        assert_eq!((text.main(), text.get("und"), text.second()), ("control", Some("control"), None));
    }

    #[test]
    fn a_tag_that_is_none_is_named() {
        for tag in ["", "e", "en_GB", "-en", "1en", "en-", "toolonglanguage"] {
            assert_eq!(Language::new(tag), None, "{tag}");
        }
        assert!(Language::new("az-Arab-AZ").is_some());
        let error = serde_json::from_str::<Text>(r#"{"en_GB":"x"}"#).unwrap_err().to_string();
        assert!(error.contains("en_GB") && error.contains("language tag"), "{error}");
    }
}
