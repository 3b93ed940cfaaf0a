//! The words that the tables of the languages list, ready to be found.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Unit;
use super::tokens::{Kind, tokens};

/// The languages in the order in which one is taken where a text does not tell.
pub(super) const LANGUAGES: [&str; 6] = ["en", "uk", "ru", "de", "fr", "es"];

const TABLES: [&str; 6] = [
    include_str!("en.tsv"),
    include_str!("uk.tsv"),
    include_str!("ru.tsv"),
    include_str!("de.tsv"),
    include_str!("fr.tsv"),
    include_str!("es.tsv"),
];

const COMMON: &str = include_str!("common.tsv");

/// By what a number is multiplied to be in km², km or percent: a whole number times a power of ten, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Factor {
    pub(super) whole: u64,
    pub(super) power: i32,
}

/// What words mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    /// A number below twenty.
    Small(f64),
    /// A number from 21 to 29 in one word.
    Full(f64),
    /// A ten from twenty.
    Ten(f64),
    /// A hundred that numbers stand before.
    Hundred,
    /// Hundreds in one word.
    Hundreds(f64),
    /// A number that is meant roughly: `une dizaine`.
    About(f64),
    /// A power of ten that numbers stand before.
    Times(i32),
    /// What joins hundreds, tens and units.
    Join,
    /// That a hyphen joins tens and units.
    Hyphen,
    /// "And a half".
    Half,
    /// "Half a", before a unit.
    HalfOf,
    /// What stands between a number and its unit.
    Link,
    /// A unit in words.
    Unit(Unit, Factor),
    /// A unit as a symbol, in small letters.
    Symbol(Unit, Factor),
    /// Before the first of two bounds, with [`Self::And`] between them.
    Between,
    /// Before the first of two bounds, with [`Self::To`] between them.
    From,
    /// Between two bounds.
    To,
    /// The same only after [`Self::From`].
    ToLed,
    /// Between two numbers of which one is meant.
    Or,
    /// Between the bounds of [`Self::Between`].
    And,
    /// A hedge before the number.
    Hedge,
    /// A hedge after the unit.
    After,
    /// What may stand between a hedge and its number.
    Determiner,
    /// After a unit: it is no size.
    Not,
    /// Before a number: it is no size.
    NotBefore,
    /// Between the length and the width of something.
    By,
    /// Before a number: it is the size of something that others are counted by.
    Per,
    /// A part of a whole: `fifth`.
    Fraction(f64),
    /// One, before a part.
    Numerator(f64),
    /// Between a part and its whole.
    Of,
    /// A whole that has a size on the ground.
    Share,
    /// A common word of the language.
    Tell,
}

#[derive(Debug)]
struct Pattern {
    /// Numbers of the words, each with whether nothing may stand before it.
    ids: Box<[(u32, bool)]>,
    meaning: Meaning,
}

/// The words of a language.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    starts: HashMap<u32, Vec<Pattern>>,
    ends: HashMap<u32, Vec<Pattern>>,
    /// Whether a hyphen joins tens and units, and does not stand between two numbers.
    pub(super) hyphen_joins: bool,
    /// Whether a word stands between a number and its unit, as in French and Spanish.
    pub(super) links: bool,
}

/// All words of all tables.
#[derive(Debug)]
pub(super) struct Words {
    ids: HashMap<Box<str>, u32>,
    /// By the number of a word, in which languages it is, a bit each.
    pub(super) languages: Vec<u8>,
    pub(super) lexicons: Vec<Lexicon>,
}

impl Words {
    /// The number of a word in small letters.
    pub(super) fn id(&self, word: &str) -> u32 {
        self.ids.get(word).copied().unwrap_or(0)
    }
}

/// The tables, read once.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut ids: HashMap<Box<str>, u32> = HashMap::new();
    let mut languages = vec![0_u8];
    let mut lexicons = Vec::new();
    for (index, table) in TABLES.iter().enumerate() {
        let mut lexicon = Lexicon::default();
        let lines = table.lines().map(|line| (line, true)).chain(COMMON.lines().map(|line| (line, false)));
        for (line, is_own) in lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let (Some(kind), Some(value), Some(forms)) = (cells.next(), cells.next(), cells.next()) else { continue };
            let Some(meaning) = meaning(kind, value) else { continue };
            lexicon.hyphen_joins |= meaning == Meaning::Hyphen;
            lexicon.links |= meaning == Meaning::Link;
            for form in forms.split('|').flat_map(expanded) {
                let mut intern = |word: &str| match ids.get(word) {
                    Some(id) => *id,
                    None => {
                        let id = languages.len() as u32;
                        ids.insert(word.into(), id);
                        languages.push(0);
                        id
                    }
                };
                // A word with an apostrophe at its end is one only where letters follow.
                let is_elided = form.ends_with('\'');
                let mut found = tokens(&if is_elided { form + "x" } else { form }, &mut intern);
                if is_elided {
                    found.pop();
                }
                let stuck = |kind: Kind, glued: bool| glued && kind != Kind::Word;
                let pattern: Box<[(u32, bool)]> =
                    found.iter().map(|token| (token.id, stuck(token.kind, token.glued))).collect();
                if is_own {
                    found.iter().filter(|token| token.kind == Kind::Word).for_each(|token| {
                        languages[token.id as usize] |= 1 << index;
                    });
                }
                let (Some(first), Some(last)) = (pattern.first(), pattern.last()) else { continue };
                if matches!(
                    meaning,
                    Meaning::Hedge | Meaning::NotBefore | Meaning::Per | Meaning::By | Meaning::Determiner
                ) {
                    let pattern = Pattern { ids: pattern.clone(), meaning };
                    lexicon.ends.entry(last.0).or_default().push(pattern);
                }
                lexicon.starts.entry(first.0).or_default().push(Pattern { ids: pattern, meaning });
            }
        }
        for patterns in lexicon.starts.values_mut().chain(lexicon.ends.values_mut()) {
            patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.ids.len()));
        }
        lexicons.push(lexicon);
    }
    Words { ids, languages, lexicons }
});

impl Lexicon {
    /// The longest words from this token that mean one of what is wanted, and where the next token is.
    pub(super) fn at<T>(
        &self,
        tokens: &[super::tokens::Token],
        at: usize,
        wanted: impl Fn(Meaning) -> Option<T>,
    ) -> Option<(T, usize)> {
        let patterns = self.starts.get(&tokens.get(at)?.id)?;
        patterns.iter().find_map(|pattern| {
            let found = wanted(pattern.meaning)?;
            let there = tokens.get(at..at + pattern.ids.len())?;
            let fits =
                there.iter().zip(&*pattern.ids).all(|(token, (id, glued))| token.id == *id && (!glued || token.glued));
            fits.then_some((found, at + pattern.ids.len()))
        })
    }

    /// The first token of the longest words of this meaning that end before a token.
    pub(super) fn before(&self, tokens: &[super::tokens::Token], end: usize, wanted: Meaning) -> Option<usize> {
        let patterns = self.ends.get(&tokens.get(end.checked_sub(1)?)?.id)?;
        patterns.iter().filter(|pattern| pattern.meaning == wanted).find_map(|pattern| {
            let start = end.checked_sub(pattern.ids.len())?;
            let there = tokens.get(start..end)?;
            there.iter().zip(&*pattern.ids).all(|(token, (id, _))| token.id == *id).then_some(start)
        })
    }
}

/// The forms that braces stand for: `mile{,s}` for `mile` and `miles`.
fn expanded(form: &str) -> Vec<String> {
    let Some((before, rest)) = form.split_once('{') else { return vec![form.to_owned()] };
    let Some((endings, after)) = rest.split_once('}') else { return vec![form.to_owned()] };
    let afters = expanded(after);
    endings.split(',').flat_map(|ending| afters.iter().map(move |after| format!("{before}{ending}{after}"))).collect()
}

fn meaning(kind: &str, value: &str) -> Option<Meaning> {
    let number = || value.parse::<f64>().ok();
    let unit = || {
        let (unit, factor) = value.split_once(' ')?;
        let unit = match unit {
            "km2" => Unit::SquareKilometres,
            "km" => Unit::Kilometres,
            "percent" => Unit::Percent,
            _ => return None,
        };
        let (whole, power) = factor.split_once('e')?;
        let factor = Factor { whole: whole.parse().ok()?, power: power.parse().ok()? };
        Some((unit, factor))
    };
    Some(match kind {
        "small" => Meaning::Small(number()?),
        "full" => Meaning::Full(number()?),
        "ten" => Meaning::Ten(number()?),
        "hundred" => Meaning::Hundred,
        "hundreds" => Meaning::Hundreds(number()?),
        "about" => Meaning::About(number()?),
        "times" => Meaning::Times(value.parse().ok()?),
        "join" => Meaning::Join,
        "hyphen" => Meaning::Hyphen,
        "half" => Meaning::Half,
        "halfof" => Meaning::HalfOf,
        "link" => Meaning::Link,
        "unit" => unit().map(|(unit, factor)| Meaning::Unit(unit, factor))?,
        "symbol" => unit().map(|(unit, factor)| Meaning::Symbol(unit, factor))?,
        "between" => Meaning::Between,
        "from" => Meaning::From,
        "to" => Meaning::To,
        "toled" => Meaning::ToLed,
        "or" => Meaning::Or,
        "and" => Meaning::And,
        "hedge" => Meaning::Hedge,
        "after" => Meaning::After,
        "det" => Meaning::Determiner,
        "not" => Meaning::Not,
        "notbefore" => Meaning::NotBefore,
        "by" => Meaning::By,
        "per" => Meaning::Per,
        "frac" => Meaning::Fraction(number()?),
        "numerator" => Meaning::Numerator(number()?),
        "of" => Meaning::Of,
        "share" => Meaning::Share,
        "tell" => Meaning::Tell,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_tables_says_what_it_means() {
        for table in TABLES.iter().chain([&COMMON]) {
            for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                let cells: Vec<&str> = line.split('\t').collect();
                assert!(cells.len() == 3 && meaning(cells[0], cells[1]).is_some(), "{line}");
                assert_eq!(cells[2].matches('{').count(), cells[2].matches('}').count(), "{line}");
            }
        }
    }
}
