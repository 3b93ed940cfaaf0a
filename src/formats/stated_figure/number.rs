//! Numbers in digits, by the habits of languages, and German numbers in one word.

/// How a language writes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    /// What stands before the decimals.
    pub(super) decimal: char,
    /// Whether one comma or one point before three digits may be meant the other way.
    pub(super) is_doubtful: bool,
}

/// A number in digits: `5600` for `5,600` in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digits {
    /// Digits with a point before the decimals.
    pub(super) plain: String,
    /// What else they may be.
    pub(super) other: Option<String>,
}

/// No number has more letters.
const LONGEST: usize = 24;

/// What digits stand for; `None` of a date, a version, or digits in other groups.
pub(super) fn digits(written: &str, style: Style) -> Option<Digits> {
    if written.len() > LONGEST * 2 || written.chars().count() > LONGEST {
        return None;
    }
    let sign = |letter: char| match letter {
        ',' | '.' => letter,
        '\'' | '’' => '\'',
        _ => ' ',
    };
    let groups: Vec<&str> = written.split(|letter: char| !letter.is_ascii_digit()).collect();
    let signs: Vec<char> = written.chars().filter(|letter| !letter.is_ascii_digit()).map(sign).collect();
    let (Some(&last), Some(lead)) = (signs.last(), groups.first()) else {
        return Some(Digits { plain: written.to_owned(), other: None });
    };
    let are_thousands = |groups: &[&str]| {
        (1..=3).contains(&lead.len()) && !lead.starts_with('0') && groups.iter().skip(1).all(|group| group.len() == 3)
    };
    let (whole, decimals) = groups.split_at(groups.len() - 1);
    let with_decimals = || format!("{}.{}", whole.concat(), decimals.concat());
    if signs.iter().all(|sign| *sign == last) {
        let is_point = matches!(last, ',' | '.');
        if signs.len() > 1 || !is_point {
            return are_thousands(&groups).then(|| Digits { plain: groups.concat(), other: None });
        }
        if !are_thousands(&groups) {
            return Some(Digits { plain: with_decimals(), other: None });
        }
        let (decimal, joined) = (with_decimals(), groups.concat());
        let (plain, other) = if last == style.decimal { (decimal, joined) } else { (joined, decimal) };
        return Some(Digits { plain, other: style.is_doubtful.then_some(other) });
    }
    let thousands = &signs[..signs.len() - 1];
    let is_sound = matches!(last, ',' | '.')
        && thousands.iter().all(|sign| Some(sign) == thousands.first() && *sign != last)
        && are_thousands(whole);
    is_sound.then(|| Digits { plain: with_decimals(), other: None })
}

/// German units and tens, and the words of ten to nineteen.
const GERMAN: [(&str, u32); 33] = [
    ("null", 0),
    ("eins", 1),
    ("eine", 1),
    ("einen", 1),
    ("einem", 1),
    ("einer", 1),
    ("ein", 1),
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("fünf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("elf", 11),
    ("zwölf", 12),
    ("dreizehn", 13),
    ("vierzehn", 14),
    ("fünfzehn", 15),
    ("sechzehn", 16),
    ("siebzehn", 17),
    ("achtzehn", 18),
    ("neunzehn", 19),
    ("zwanzig", 20),
    ("dreißig", 30),
    ("vierzig", 40),
    ("fünfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
];

/// No German number in one word has more bytes, as far as newspapers write them out.
const LONGEST_GERMAN: usize = 64;

/// A German number in one word, in small letters: `zweiundzwanzig`, `fünftausendsechshundert`, `fünfeinhalb`.
pub(super) fn german(word: &str) -> Option<f64> {
    if word.len() > LONGEST_GERMAN {
        return None;
    }
    if let Some(whole) = word.strip_suffix("einhalb") {
        return Some(f64::from(german_below(whole, 1_000)?) + 0.5);
    }
    german_below(word, 1_000_000).map(f64::from)
}

fn german_below(word: &str, limit: u32) -> Option<u32> {
    if let Some((_, value)) = GERMAN.iter().find(|(known, _)| *known == word) {
        return Some(*value);
    }
    for (name, size) in [("tausend", 1_000), ("hundert", 100)] {
        if size < limit
            && let Some((times, rest)) = word.split_once(name)
        {
            let times = if times.is_empty() { 1 } else { german_below(times, size)? };
            let rest = rest.strip_prefix("und").filter(|rest| german_below(rest, 100).is_some()).unwrap_or(rest);
            let rest = if rest.is_empty() { 0 } else { german_below(rest, size)? };
            return Some(times * size + rest);
        }
    }
    let (unit, tens) = word.split_once("und")?;
    let known = |word: &str| GERMAN.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
    let (unit, tens) = (known(unit)?, known(tens)?);
    ((1..10).contains(&unit) && tens >= 20).then_some(unit + tens)
}
