//! Which features of a file count as the line of contact or as the ground whose outline it is, and a guess at it.
//!
//! # The guess
//! A file has several kinds of features (by style and title as they stand, or by a property such as `status`). What each
//! kind says of itself, in its title and in [`TELLING`] properties, is looked through for the beginnings of words in
//! [`HELD`] and in [`NOT_HELD`]. A kind *is held* if every feature of it says a word of the first table and none a word of
//! the second. “Held” and “controlled” say nothing of who holds: where the other side is named beside them, the kind is
//! not held. Exactly one kind that is held is the guess; with none or several there is none, and the user is asked.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dossier::features::{Dimension, Size};
use crate::dossier::kinds::{self, Kind, Kinds};
use crate::dossier::model::SideNames;
use crate::dossier::series::pattern::{NameDay, Pattern};
use crate::dossier::styling::{By, Categories, Styling};
use crate::dossier::{Overlay, Shape, name_of, words};
use crate::formats::edtf::Edtf;
use crate::formats::filter::Filter;

/// Beginnings of words of ground that is occupied, held or controlled: English, Ukrainian, Russian.
pub const HELD: [&[&str]; 3] = [
    &["occupied", "occupation", "held", "control"],
    &["окупован", "окупац", "контрол", "утримува", "утримує", "зайнят"],
    &["оккупирован", "оккупац", "контрол", "удержива", "занят"],
];

/// Beginnings of words of ground that is not, not any more, or not for certain: English, Ukrainian, Russian.
pub const NOT_HELD: [&[&str]; 3] = [
    &[
        "liberat",
        "return",
        "recaptur",
        "retak",
        "regain",
        "deoccup",
        "unoccup",
        "uncontrol",
        "contest",
        "grey",
        "gray",
        "disput",
        "unknown",
        "unclear",
        "former",
        "claim",
        "not",
    ],
    &[
        "звільн",
        "деокуп",
        "поверн",
        "відбит",
        "сіра",
        "сірий",
        "сірої",
        "сіру",
        "спірн",
        "невідом",
        "неокупов",
        "непідконтр",
        "колишн",
        "не",
    ],
    &[
        "освобо",
        "деоккуп",
        "возвра",
        "отбит",
        "серая",
        "серый",
        "серой",
        "серую",
        "спорн",
        "неизвест",
        "неоккуп",
        "неподконтр",
        "бывш",
        "не",
    ],
];

/// Of those in [`NOT_HELD`], words that count only as a whole.
const WHOLE: [&str; 2] = ["not", "не"];

/// Beginnings of words in [`HELD`] that say by themselves that the ground is another's.
const OCCUPIED: [&str; 3] = ["occup", "окуп", "оккуп"];

/// “Ukrainian” in Ukrainian and Russian, which the dossier's names of the sides, in English, do not have.
const UKRAINIAN: [&str; 2] = ["україн", "украин"];

/// Properties that say what a feature is, besides its name.
pub const TELLING: [&str; 10] =
    ["status", "Status", "state", "control", "side", "type", "kind", "category", "class", "layer"];

/// In a kind of more features not all are read for a guess, and none is made.
const MOST_READ: usize = 20_000;

/// Which features of a file count.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counting {
    /// All.
    #[default]
    All,
    /// Those that fit a filter.
    Where(Filter),
    /// Those of these kinds, by their [`Candidate::label`].
    Kinds(Vec<String>),
}

impl Counting {
    /// What counts, in words, such as “counts features where name ~ occupied”; nothing where all of a file does.
    pub fn words(&self) -> Option<String> {
        match self {
            Self::All => None,
            Self::Where(filter) => Some(format!("counts features where {filter}")),
            Self::Kinds(labels) => Some(format!("counts {}", quoted(labels.iter().map(String::as_str)))),
        }
    }

    /// The day of the features that count, or of the whole file: as they say it themselves, or else as it stands in the name of
    /// the file.
    pub fn as_of(&self, overlay: &Overlay) -> String {
        let only = match self {
            Self::Where(filter) => overlay.only(filter).ok(),
            Self::All | Self::Kinds(_) => None,
        };
        let said = only.map_or_else(|| overlay.as_of.clone(), |only| only.as_of);
        let of_name = || Some(day_in_name(overlay.opened_from.as_deref()?)?.iso());
        if said.is_empty() { of_name().unwrap_or_default() } else { said }
    }

    /// The lines or the areas of an overlay that count.
    ///
    /// # Errors
    /// In words: nothing fits, or areas and lines together.
    pub fn shape(&self, overlay: &Overlay) -> Result<Shape, String> {
        let keep: Box<dyn Fn(usize) -> bool> = match self {
            Self::All => {
                // Of what a file has beside a line, the line is meant.
                return Ok(match overlay.shape.multi_line() {
                    Some(line) => Shape::Line(line.clone()),
                    None => (*overlay.shape).clone(),
                });
            }
            Self::Where(filter) => {
                let matcher = overlay.matcher(filter);
                Box::new(move |feature| matcher.matches(feature))
            }
            Self::Kinds(labels) => {
                let choice = Choice::of(overlay, None);
                let gone: Vec<&str> =
                    labels.iter().filter(|label| choice.find(label).is_none()).map(String::as_str).collect();
                if !gone.is_empty() {
                    return Err(format!("it no longer has the kind {}; choose again", quoted(gone)));
                }
                let chosen: Vec<usize> =
                    labels.iter().flat_map(|label| choice.find(label)).map(|candidate| candidate.place).collect();
                let kinds = choice.kinds;
                Box::new(move |feature| kinds.index_of(feature).is_some_and(|place| chosen.contains(&place)))
            }
        };
        let none = || match self {
            Self::Where(filter) => format!("none of its lines and areas matches {filter}"),
            Self::All | Self::Kinds(_) => "no kind is chosen".to_owned(),
        };
        if overlay.features.count() == 0 {
            return Err("it has no features to choose from".to_owned());
        }
        let (shape, _) = overlay.features.select(&overlay.shape, keep).ok_or_else(none)?;
        match (shape.areas(), shape.multi_line()) {
            (Some(_), Some(_)) => {
                Err("both areas and lines are chosen, but only one or the other can be the line of contact".to_owned())
            }
            (Some(areas), None) => Ok(Shape::Area(areas.clone())),
            (None, Some(line)) => Ok(Shape::Line(line.clone())),
            (None, None) => Err(none()),
        }
    }
}

/// A kind of lines or areas that can count.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// By which it is called and chosen: its title, or how it is drawn where it has none.
    pub label: String,
    /// The kind.
    pub kind: Kind,
    /// What it says of itself.
    pub says: Says,
    /// Its place among the kinds.
    place: usize,
}

/// What a kind says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// That it is occupied or held.
    Held,
    /// That it is not, or not for certain.
    NotHeld,
    /// Nothing of it.
    Nothing,
}

/// The kinds of an overlay's features among which those that count are chosen.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    kinds: Kinds,
    candidates: Vec<Candidate>,
}

impl Choice {
    /// The kinds of an overlay; `sides` are those of the line that it stands in for.
    pub fn of(overlay: &Overlay, sides: Option<&SideNames>) -> Self {
        let kinds = told_apart(overlay);
        let others = sides.map(words_of_the_other).unwrap_or_default();
        let says = said(overlay, &kinds, &others);
        let mut candidates: Vec<Candidate> = (kinds.list().iter().zip(says).enumerate())
            .filter(|(_, (kind, _))| kind.dimension != Dimension::Point && kind.features > 0)
            .map(|(place, (kind, says))| {
                let label = if kind.title.is_empty() { drawn(kind) } else { kind.title.clone() };
                Candidate { label, kind: kind.clone(), says, place }
            })
            .collect();
        if let [only] = candidates.as_mut_slice()
            && only.kind.title.is_empty()
            && let Some(name) = (0..overlay.features.count()).find_map(|feature| overlay.features.name(feature))
        {
            only.label = name;
        }
        let labels: Vec<String> = candidates.iter().map(|candidate| candidate.label.clone()).collect();
        for candidate in &mut candidates {
            if labels.iter().filter(|label| **label == candidate.label).count() > 1 {
                candidate.label = format!("{} ({})", candidate.label, drawn(&candidate.kind));
            }
        }
        Self { kinds, candidates }
    }

    /// All that can count, in the order of the file.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Whether it takes a choice: there are several kinds, or the only one says that it is not held.
    pub fn is_open(&self) -> bool {
        self.candidates.len() > 1 || self.candidates.iter().any(|one| one.says == Says::NotHeld)
    }

    /// The only kind that is held, if it takes a choice.
    pub fn guess(&self) -> Option<&Candidate> {
        let mut held = self.candidates.iter().filter(|candidate| candidate.says == Says::Held);
        let only = held.next()?;
        (self.is_open() && held.next().is_none()).then_some(only)
    }

    /// What counts without a word from the user.
    ///
    /// # Errors
    /// The kinds, where nobody can tell.
    pub fn counting(&self) -> Result<Counting, String> {
        if !self.is_open() {
            return Ok(Counting::All);
        }
        match self.guess() {
            Some(guess) => Ok(Counting::Kinds(vec![guess.label.clone()])),
            None => Err(format!("it is not clear which features count: it has {}", self.in_words(|_| true))),
        }
    }

    /// What a choice counts and what it leaves out, in words.
    pub fn told(&self, labels: &[String]) -> String {
        let counts = self.in_words(|candidate| labels.contains(&candidate.label));
        let rest = self.in_words(|candidate| !labels.contains(&candidate.label));
        if rest.is_empty() { format!("counts {counts}") } else { format!("counts {counts}; leaves out {rest}") }
    }

    fn find(&self, label: &str) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.label == label)
    }

    /// Some kinds with their sizes, such as “Occupied” (1 feature, 120 km²).
    fn in_words(&self, wanted: impl Fn(&Candidate) -> bool) -> String {
        let all: Vec<&Candidate> = self.candidates.iter().filter(|candidate| wanted(candidate)).collect();
        let mut said: Vec<String> = all.iter().take(kinds::ROWS).map(|one| in_words(one)).collect();
        if all.len() > said.len() {
            said.push(format!("{} more", all.len() - said.len()));
        }
        said.join(", ")
    }
}

fn in_words(candidate: &Candidate) -> String {
    let features = match candidate.kind.features {
        1 => "1 feature".to_owned(),
        count => format!("{} features", words::number(count as f64, 0)),
    };
    format!("“{}” ({features}, {})", candidate.label, size(candidate.kind.size))
}

/// The size of what can count.
pub fn size(size: Size) -> String {
    words::size(Size { points: 0, ..size })
}

fn quoted<'a>(labels: impl IntoIterator<Item = &'a str>) -> String {
    labels.into_iter().map(|label| format!("“{label}”")).collect::<Vec<_>>().join(", ")
}

/// A kind by how it is drawn.
fn drawn(kind: &Kind) -> String {
    let (what, color) = match kind.dimension {
        Dimension::Area => ("areas", &kind.style.fill),
        Dimension::Line | Dimension::Point => ("lines", &kind.style.stroke),
    };
    color.as_ref().map_or_else(|| what.to_owned(), |color| format!("{what} {color}"))
}

/// The kinds as they stand; where all features are drawn alike and have no names, by the first property that tells a few
/// apart.
fn told_apart(overlay: &Overlay) -> Kinds {
    let given = kinds::kinds(overlay, &Styling::default());
    if given.list().len() > 1 || overlay.features.count() < 2 {
        return given;
    }
    let by = |property: &&str| {
        let by = By::Property(Categories::of(*property));
        let kinds = kinds::kinds(overlay, &Styling { by, ..Styling::default() });
        (2..=kinds::ROWS).contains(&kinds.list().len()).then_some(kinds)
    };
    // What none of the first features has is not looked for in all of them.
    let first: Vec<_> =
        (0..overlay.features.count().min(100)).map(|feature| overlay.features.rows().properties(feature)).collect();
    let is_there = |property: &&&str| first.iter().any(|properties| properties.contains_key(**property));
    TELLING.iter().filter(is_there).find_map(by).unwrap_or(given)
}

/// Words that only the name of the right side has, by their first letters: those of who is not meant by “held”.
fn words_of_the_other(sides: &SideNames) -> Vec<String> {
    let words = |name: &str| -> Vec<String> {
        let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.chars().count() >= 5);
        words.map(|word| word.to_lowercase().chars().take(5).collect()).collect()
    };
    let left = words(&sides.left);
    words(&sides.right).into_iter().filter(|word| !left.contains(word)).collect()
}

/// What each kind says of itself.
fn said(overlay: &Overlay, kinds: &Kinds, others: &[String]) -> Vec<Says> {
    let features = &overlay.features;
    let mut all: Vec<Option<Says>> =
        kinds.list().iter().map(|kind| (kind.features > MOST_READ).then_some(Says::Nothing)).collect();
    for feature in 0..features.count() {
        let Some(place) = kinds.index_of(feature).filter(|place| kinds.list()[*place].features <= MOST_READ) else {
            continue;
        };
        let mut text = kinds.list()[place].title.clone();
        let values = TELLING.iter().filter_map(|name| match features.rows().value(feature, name)? {
            Value::String(words) => Some(words),
            _ => None,
        });
        for words in features.name(feature).into_iter().chain(values) {
            text.push(' ');
            text.push_str(&words);
        }
        let says = of_text(&text, others);
        // A kind says what all its features say.
        all[place] = match all[place] {
            None => Some(says),
            Some(before) if before == says => Some(says),
            Some(_) => Some(Says::Nothing),
        };
    }
    if features.count() == 0 {
        let says = of_text(overlay.title.main(), others);
        all = vec![Some(says); kinds.list().len()];
    }
    all.into_iter().map(|says| says.unwrap_or(Says::Nothing)).collect()
}

/// What a text says of the ground that it is beside.
fn of_text(text: &str, others: &[String]) -> Says {
    let text = text.to_lowercase().replace("de-occup", "deoccup").replace("un-occup", "unoccup");
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
    let begins = |word: &str, beginnings: &[&str]| {
        let is_it =
            |beginning: &&str| if WHOLE.contains(beginning) { word == *beginning } else { word.starts_with(beginning) };
        beginnings.iter().any(is_it)
    };
    let says = |table: &[&[&str]]| words.iter().any(|word| table.iter().any(|beginnings| begins(word, beginnings)));
    if says(&NOT_HELD) {
        return Says::NotHeld;
    }
    if !says(&HELD) {
        return Says::Nothing;
    }
    let of_another =
        |word: &&str| others.iter().any(|other| word.starts_with(other.as_str())) || begins(word, &UKRAINIAN);
    let is_occupied = words.iter().any(|word| begins(word, &OCCUPIED));
    if !is_occupied && words.iter().any(of_another) { Says::NotHeld } else { Says::Held }
}

/// The day that stands in the name of a file, if it can be read in one way only.
fn day_in_name(file: &str) -> Option<Edtf> {
    let name = name_of(file.as_ref());
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    match Pattern::find(&[stem]).ok()?.when(stem) {
        NameDay::When(when) => Some(when),
        NameDay::Impossible | NameDay::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::own_layer;
    use crate::formats::geojson;

    fn sides() -> SideNames {
        SideNames {
            left: "side reported as held by Russia".to_owned(),
            right: "side reported as held by Ukraine".to_owned(),
        }
    }

    /// A layer of unit squares with these properties.
    fn layer(all: &[serde_json::Value]) -> Overlay {
        let features: Vec<serde_json::Value> = all
            .iter()
            .enumerate()
            .map(|(place, properties)| {
                let x = 37.0 + place as f64 / 10.0;
                let ring = [[x, 48.0], [x + 0.1, 48.0], [x + 0.1, 48.1], [x, 48.1], [x, 48.0]];
                let geometry = serde_json::json!({ "type": "Polygon", "coordinates": [ring] });
                serde_json::json!({ "type": "Feature", "properties": properties, "geometry": geometry })
            })
            .collect();
        let text = serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string();
        own_layer("day", geojson::read_table(text.as_bytes()).expect("it is GeoJSON")).expect("it has shapes").0
    }

    #[test]
    fn words_of_three_languages_say_what_is_held() {
        let says = |text: &str| of_text(text, &words_of_the_other(&sides()));
        for text in [
            "Окуповано /// Occupied",
            "Russian-occupied",
            "тимчасово окупована територія",
            "Оккупированные территории",
            "Held by Russia",
            "Russian control",
            "Территория под контролем РФ",
            "Occupied part of Ukraine",
        ] {
            assert_eq!(says(text), Says::Held, "{text}");
        }
        for text in [
            "Звільнено /// Liberated",
            "Returned in 2022",
            "De-occupied",
            "Unoccupied",
            "not occupied",
            "не окуповано",
            "Освобождено от оккупации",
            "Contested, partly occupied",
            "Сіра зона",
            "серая зона",
            "Held by Ukraine",
            "Ukrainian control",
            "під контролем України",
        ] {
            assert_eq!(says(text), Says::NotHeld, "{text}");
        }
        for text in ["", "Donetsk", "Theldon", "North", "Серпень"] {
            assert_eq!(says(text), Says::Nothing, "{text}");
        }
    }

    #[test]
    fn one_kind_that_is_held_is_the_guess_and_none_or_several_are_none() {
        let choice = |all: &[serde_json::Value]| Choice::of(&layer(all), Some(&sides()));
        let named = |name: &str, fill: &str| serde_json::json!({ "name": name, "fill": fill });
        let both = [named("Окуповано /// Occupied", "#a52714"), named("Звільнено /// Liberated", "#0f9d58")];
        let guess = choice(&both);
        assert_eq!(guess.counting(), Ok(Counting::Kinds(vec!["Окуповано /// Occupied".to_owned()])));
        let told = guess.told(&["Окуповано /// Occupied".to_owned()]);
        assert!(told.starts_with("counts “Окуповано /// Occupied” (1 feature, "), "{told}");
        assert!(told.contains("; leaves out “Звільнено /// Liberated” (1 feature, "), "{told}");
        // By a property where all look alike and have no names.
        let status = |status: &str| serde_json::json!({ "status": status });
        let by_status = choice(&[status("occupied"), status("liberated"), status("occupied")]);
        assert_eq!(by_status.counting(), Ok(Counting::Kinds(vec!["occupied".to_owned()])));
        // Several, none, and a kind of features that say different things.
        let two = choice(&[named("Occupied", "#a00"), named("Occupied before 2022", "#b00")]);
        let error = two.counting().expect_err("two are possible");
        assert!(error.contains("“Occupied” (1 feature, ") && error.contains("“Occupied before 2022”"), "{error}");
        assert!(choice(&[named("North", "#a00"), named("South", "#b00")]).counting().is_err());
        // One kind needs no choice, unless it says that it is not held.
        assert_eq!(choice(&[named("Area", "#a00"), named("Area", "#a00")]).counting(), Ok(Counting::All));
        assert_eq!(choice(&[serde_json::json!({}), serde_json::json!({})]).counting(), Ok(Counting::All));
        let error = choice(&[named("Liberated", "#0f0")]).counting().expect_err("it is not held");
        assert!(error.contains("it has “Liberated” (1 feature, "), "{error}");
        // Kinds without names are called by how they look.
        let plain = choice(&[serde_json::json!({ "fill": "#aa0000" }), serde_json::json!({ "fill": "#00aa00" })]);
        assert_eq!(plain.candidates()[0].label, "areas #aa0000");
    }

    #[test]
    fn the_features_that_count_make_the_shape() {
        let overlay = layer(&[
            serde_json::json!({ "name": "Occupied" }),
            serde_json::json!({ "name": "Liberated" }),
            serde_json::json!({ "name": "Occupied" }),
        ]);
        let areas = |counting: &Counting| counting.shape(&overlay).map(|shape| shape.polygons().len());
        assert_eq!(areas(&Counting::All), Ok(3));
        assert_eq!(areas(&Counting::Kinds(vec!["Occupied".to_owned()])), Ok(2));
        assert_eq!(areas(&Counting::Where(Filter::parse("name ~ liber").expect("a filter"))), Ok(1));
        let error = areas(&Counting::Where(Filter::parse("name ~ nowhere").expect("a filter")));
        assert_eq!(error, Err("none of its lines and areas matches name ~ nowhere".to_owned()));
        let error = areas(&Counting::Kinds(vec!["Gone".to_owned()])).expect_err("it is gone");
        assert!(error.contains("no longer has the kind “Gone”"), "{error}");
    }
}
