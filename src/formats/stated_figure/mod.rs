//! Figures that a text states in words: areas, lengths and shares, with their units and hedges.
//!
//! Read are the habits of English, Ukrainian, Russian, German, French and Spanish: digits with any grouping, decimals,
//! `5.6 thousand`, numbers in words, ranges, parts of a territory (`a fifth of the country`). What the words of a language
//! are is in the table beside this file, one for each.
//!
//! # What is a figure
//! A number with a unit of area or length, or with a word for percent; or a part, such as a fifth, of something that has a
//! size on the ground. Of what it is the figure, the text has to be read for: a percentage may be one of people asked.
//!
//! # What is none
//! * Numbers without a unit: years, dates, money, ages, scores, calibres.
//! * What happens in a time (`5 km/h`, `10 km per day`, `3 percent a year`), percentage points, fuel per distance.
//! * Heights and altitudes; races; posts beside a road.
//! * Metres below 100, square metres below a hectare: no dossier's map shows them, and most are of houses.
//! * Numbers glued to letters (`T-72`), negative ones, digits in groups that no habit has (`12.12.2025`).
//! * A part of what has no size on the ground (`a third of voters`), and ordinals (`the third region`).
//!
//! # Doubt
//! `1,234` is a thousand in English and a little more than one elsewhere. The language decides; where it is not told, and in
//! languages whose newspapers write both, [`StatedFigure::other_reading`] has the other one.

mod grammar;
mod lexicon;
mod number;
#[cfg(test)]
mod tests;
mod tokens;

use std::ops::Range;

use self::grammar::Reader;
use self::lexicon::{LANGUAGES, WORDS};
use self::number::Style;
use self::tokens::{Kind, Token, tokens};

/// What a figure counts, in the unit in which it is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// km².
    SquareKilometres,
    /// km.
    Kilometres,
    /// Hundredths of a whole.
    Percent,
}

impl Unit {
    /// As figures of a dossier have it: `km2`, `km`, `percent`.
    pub fn id(self) -> &'static str {
        match self {
            Self::SquareKilometres => "km2",
            Self::Kilometres => "km",
            Self::Percent => "percent",
        }
    }
}

/// A figure that a text states.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedFigure {
    /// Where it stands, its hedge included: bytes of the text, on the borders of letters.
    pub range: Range<usize>,
    /// The number in [`unit`](Self::unit), or the lower bound of a range.
    pub low: f64,
    /// The upper bound of a range.
    pub high: Option<f64>,
    /// Of what it is.
    pub unit: Unit,
    /// The unit as written: `hectares`, `sq. miles`; of a part (`a fifth`) the part.
    pub stated_unit: String,
    /// The number or the lower bound in the unit as written.
    pub stated_low: f64,
    /// The upper bound in the unit as written.
    pub stated_high: Option<f64>,
    /// The hedge as written: `roughly`, `up to`, `~`.
    pub hedge: Option<String>,
    /// What the number, or the lower bound, is if its comma or point is meant the other way, where that is open.
    pub other_reading: Option<f64>,
}

/// So many tokens tell in which language a text is.
const TELLING: usize = 20_000;

/// Spanish of these countries has a point before its decimals, as English does.
const POINT_IN_SPANISH: [&str; 9] = ["do", "gt", "hn", "mx", "ni", "pa", "pr", "sv", "us"];

/// The figures that a text states, in their order. `language` is a BCP 47 tag; without one, or with that of another language
/// than the six, the text tells by its words, and English is taken where it does not.
///
/// Takes time in proportion to the length of the text.
pub fn find(text: &str, language: Option<&str>) -> Vec<StatedFigure> {
    let words = &*WORDS;
    let tokens = tokens(text, |word| words.id(word));
    let tag = language.unwrap_or_default().to_ascii_lowercase();
    let mut subtags = tag.split(['-', '_']);
    let given = subtags.next().and_then(|main| LANGUAGES.iter().position(|known| *known == main));
    let (index, is_told) = match given {
        Some(index) => (index, true),
        None => told(text, &tokens),
    };
    let is_region = |regions: &[&str]| subtags.clone().any(|subtag| regions.contains(&subtag));
    let has_point = match LANGUAGES[index] {
        "en" => true,
        "es" => is_region(&POINT_IN_SPANISH),
        "de" => is_region(&["ch", "li"]),
        _ => false,
    };
    let is_doubtful =
        !is_told || matches!(LANGUAGES[index], "uk" | "ru" | "fr") || LANGUAGES[index] == "es" && !has_point;
    let style = Style { decimal: if has_point { '.' } else { ',' }, is_doubtful };
    Reader::new(text, &tokens, &words.lexicons[index], style, LANGUAGES[index] == "de").figures()
}

/// The language that a text tells by its words, as its place among [`LANGUAGES`], and whether no other is as likely.
fn told(text: &str, tokens: &[Token]) -> (usize, bool) {
    let mut points = [0_u32; LANGUAGES.len()];
    for token in tokens.iter().take(TELLING).filter(|token| token.kind == Kind::Word) {
        let languages = WORDS.languages.get(token.id as usize).copied().unwrap_or(0);
        if languages != 0 {
            // A word of one language says more than one of five.
            let share = 12 / languages.count_ones();
            points.iter_mut().enumerate().filter(|(index, _)| languages & (1 << index) != 0).for_each(|(_, points)| {
                *points += share;
            });
        }
        let letters = &text[token.start..token.end];
        if letters.contains(['і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є', 'Ґ']) {
            points[1] += 12;
        } else if letters.contains(['ы', 'э', 'ё', 'ъ', 'Э', 'Ё']) {
            points[2] += 12;
        }
    }
    let most = points.iter().max().copied().unwrap_or(0);
    let mut best = points.iter().enumerate().filter(|(_, points)| **points == most).map(|(index, _)| index);
    let first = best.next().unwrap_or(0);
    (first, most > 0 && best.next().is_none())
}
