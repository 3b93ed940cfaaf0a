//! Latitude and longitude in degrees, with minutes and seconds or without, marked by signs, letters or words of several
//! languages, or by nothing.

use super::{CoordinateError, How, Reading, place};

/// Which of the two a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    Latitude,
    Longitude,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Degree,
    Minute,
    Second,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Number {
        value: f64,
        /// As it is signed, if it is.
        sign: Option<bool>,
        /// Whether it has no decimals.
        whole: bool,
    },
    Unit(Unit),
    /// A letter or word for a direction: which, and whether it counts downwards (south, west).
    Side(Axis, bool),
    /// A word for latitude or longitude alone.
    Label(Axis),
    /// What stands between two coordinates.
    Break,
}

/// What a comma between two digits is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comma {
    Decimal,
    Break,
}

/// The readings of a text, latitude first before longitude first.
pub(super) fn readings(text: &str) -> Result<Vec<Reading>, CoordinateError> {
    if let Some(rest) = well_known_text(text) {
        let [lon, lat] = pair(&rest, Comma::Break)?.map(|one| one.degrees);
        let at = place(lat, lon).ok_or(CoordinateError::Beyond)?;
        return Ok(vec![Reading { at, how: How::WellKnownText }]);
    }
    let has_points =
        text.as_bytes().windows(3).any(|it| it[1] == b'.' && it[0].is_ascii_digit() && it[2].is_ascii_digit());
    let has_commas =
        text.as_bytes().windows(3).any(|it| it[1] == b',' && it[0].is_ascii_digit() && it[2].is_ascii_digit());
    let angles = match (has_commas, has_points) {
        (true, false) => pair(text, Comma::Decimal).or_else(|_| pair(text, Comma::Break)),
        _ => pair(text, Comma::Break),
    };
    let [first, second] = angles?;
    let axis = match (first.axis, second.axis) {
        (Some(Axis::Latitude), Some(Axis::Latitude)) => return Err(CoordinateError::Twice("latitude")),
        (Some(Axis::Longitude), Some(Axis::Longitude)) => return Err(CoordinateError::Twice("longitude")),
        (Some(axis), _) => Some(axis),
        (None, Some(Axis::Latitude)) => Some(Axis::Longitude),
        (None, Some(Axis::Longitude)) => Some(Axis::Latitude),
        (None, None) => None,
    };
    let (one, other) = (first.degrees, second.degrees);
    let of = |lat, lon, how| place(lat, lon).map(|at| Reading { at, how });
    let found: Vec<Reading> = match axis {
        Some(Axis::Latitude) => of(one, other, How::Letters).into_iter().collect(),
        Some(Axis::Longitude) => of(other, one, How::Letters).into_iter().collect(),
        None => {
            let exchanged = of(other, one, How::LongitudeFirst).filter(|_| one != other);
            of(one, other, How::LatitudeFirst).into_iter().chain(exchanged).collect()
        }
    };
    if found.is_empty() { Err(CoordinateError::Beyond) } else { Ok(found) }
}

/// What stands in the brackets of `POINT (37.55 48.62)`, in which the longitude is first.
fn well_known_text(text: &str) -> Option<String> {
    let rest = text.get(..5).filter(|start| start.eq_ignore_ascii_case("point")).map(|_| &text[5..])?;
    rest.trim().strip_prefix('(')?.strip_suffix(')').map(str::to_owned)
}

/// A number of degrees, and what is said of it.
#[derive(Debug, Clone, Copy)]
struct Angle {
    degrees: f64,
    axis: Option<Axis>,
}

/// The numbers of one angle while it is read.
#[derive(Debug, Clone, Default)]
struct Open {
    parts: Vec<(f64, bool, Option<Unit>)>,
    negative: Option<bool>,
    side: Option<(Axis, Option<bool>)>,
}

impl Open {
    fn angle(&self) -> Result<Angle, CoordinateError> {
        let mut degrees = 0.0;
        let mut unit = Unit::Degree;
        for (index, (value, whole, said)) in self.parts.iter().enumerate() {
            let of = said.unwrap_or(unit);
            if index >= 3 || of < unit || (index == 0 && of != Unit::Degree) {
                return Err(CoordinateError::TooMany);
            }
            if index + 1 < self.parts.len() && !whole {
                return Err(CoordinateError::Decimals(*value));
            }
            if of != Unit::Degree && *value >= 60.0 {
                return Err(CoordinateError::Sixty(*value));
            }
            degrees += match of {
                Unit::Degree => *value,
                Unit::Minute => *value / 60.0,
                Unit::Second => *value / 3600.0,
            };
            unit = if of == Unit::Degree { Unit::Minute } else { Unit::Second };
        }
        let below = self.side.and_then(|(_, below)| below);
        if self.negative == Some(true) && below.is_some() {
            return Err(CoordinateError::Sign);
        }
        let negative = self.negative == Some(true) || below == Some(true);
        Ok(Angle { degrees: if negative { -degrees } else { degrees }, axis: self.side.map(|(axis, _)| axis) })
    }
}

/// The two angles of a text.
fn pair(text: &str, comma: Comma) -> Result<[Angle; 2], CoordinateError> {
    let tokens = tokens(text, comma)?;
    let groups = groups(&tokens);
    let mut groups: Vec<Open> = groups.into_iter().filter(|group| !group.parts.is_empty()).collect();
    let has_units = tokens.iter().any(|token| matches!(token, Token::Unit(_)));
    if let [only] = groups.as_slice()
        && !has_units
        && only.parts.len() > 1
        && only.parts.len().is_multiple_of(2)
    {
        let (mut first, mut second) = (only.clone(), Open::default());
        second.parts = first.parts.split_off(only.parts.len() / 2);
        // A letter before the first number is the first one's, one after the last the last one's.
        if !is_prefixed(&tokens) {
            second.side = first.side.take();
        }
        groups = vec![first, second];
    }
    match groups.as_slice() {
        [] => Err(CoordinateError::None),
        [one] if one.parts.len() == 1 => Err(CoordinateError::One),
        [one] if !has_units && one.parts.len() > 2 => Err(CoordinateError::TooMany),
        [_] => one_of_several(&groups),
        [first, second] => Ok([first.angle()?, second.angle()?]),
        _ => Err(CoordinateError::TooMany),
    }
}

fn one_of_several(groups: &[Open]) -> Result<[Angle; 2], CoordinateError> {
    // What is wrong with it says more than that the other is missing.
    groups.iter().try_for_each(|group| group.angle().map(|_| ()))?;
    Err(CoordinateError::One)
}

/// Whether letters and words stand before their numbers.
fn is_prefixed(tokens: &[Token]) -> bool {
    matches!(tokens.iter().find(|token| **token != Token::Break), Some(Token::Side(..) | Token::Label(_)))
}

/// The numbers, by the angle that each belongs to.
fn groups(tokens: &[Token]) -> Vec<Open> {
    let is_prefixed = is_prefixed(tokens);
    let has_units = tokens.iter().any(|token| matches!(token, Token::Unit(_)));
    let mut groups = vec![Open::default()];
    for (index, token) in tokens.iter().enumerate() {
        let open = groups.len() - 1;
        match *token {
            Token::Break => {
                if !groups[open].parts.is_empty() {
                    groups.push(Open::default());
                }
            }
            Token::Unit(_) => {}
            Token::Side(axis, below) => say(&mut groups, is_prefixed, axis, Some(below)),
            Token::Label(axis) => {
                // "North latitude" says one thing in two words.
                let follows = index.checked_sub(1).map(|before| tokens[before]);
                if !matches!(follows, Some(Token::Side(before, _)) if before == axis) {
                    say(&mut groups, is_prefixed, axis, None);
                }
            }
            Token::Number { value, sign, whole } => {
                let said = tokens.get(index + 1).and_then(|next| match next {
                    Token::Unit(unit) => Some(*unit),
                    _ => None,
                });
                let last = groups[open].parts.last().copied();
                let goes_on = match (last, said) {
                    (None, _) => true,
                    _ if sign.is_some() => false,
                    (Some((_, whole, Some(unit))), None) => whole && unit != Unit::Second,
                    (Some((_, _, unit)), Some(said)) => unit.is_none_or(|unit| unit < said),
                    (Some(_), None) => true,
                };
                if !goes_on {
                    groups.push(Open::default());
                }
                let group = groups.len() - 1;
                let group = &mut groups[group];
                let next = match (said, group.parts.last()) {
                    (Some(unit), _) => Some(unit),
                    (None, _) if !has_units => None,
                    (None, None) => Some(Unit::Degree),
                    (None, Some((_, _, Some(Unit::Degree)))) => Some(Unit::Minute),
                    (None, Some(_)) => Some(Unit::Second),
                };
                group.negative = group.negative.or(sign);
                group.parts.push((value, whole, next));
            }
        }
    }
    groups
}

/// Gives a direction to the angle that it stands before or after.
fn say(groups: &mut Vec<Open>, is_prefixed: bool, axis: Axis, below: Option<bool>) {
    let open = groups.len() - 1;
    if is_prefixed {
        if groups[open].parts.is_empty() {
            let known = groups[open].side.and_then(|(_, below)| below);
            groups[open].side = Some((axis, below.or(known)));
        } else {
            groups.push(Open { side: Some((axis, below)), ..Open::default() });
        }
        return;
    }
    let of = if groups[open].parts.is_empty() { open.saturating_sub(1) } else { open };
    let known = groups[of].side.and_then(|(_, below)| below);
    groups[of].side = Some((axis, below.or(known)));
    if of == open {
        groups.push(Open::default());
    }
}

/// Words for directions and axes, in small letters.
const WORDS: &[(&str, Token)] = {
    use Axis::{Latitude, Longitude};
    use Token::{Label, Side};
    &[
        ("n", Side(Latitude, false)),
        ("north", Side(Latitude, false)),
        ("s", Side(Latitude, true)),
        ("south", Side(Latitude, true)),
        ("e", Side(Longitude, false)),
        ("east", Side(Longitude, false)),
        ("w", Side(Longitude, true)),
        ("west", Side(Longitude, true)),
        // Ukrainian.
        ("пн", Side(Latitude, false)),
        ("північ", Side(Latitude, false)),
        ("північної", Side(Latitude, false)),
        ("північна", Side(Latitude, false)),
        ("пд", Side(Latitude, true)),
        ("південь", Side(Latitude, true)),
        ("південної", Side(Latitude, true)),
        ("південна", Side(Latitude, true)),
        ("сх", Side(Longitude, false)),
        ("схід", Side(Longitude, false)),
        ("східної", Side(Longitude, false)),
        ("східна", Side(Longitude, false)),
        ("зх", Side(Longitude, true)),
        ("захід", Side(Longitude, true)),
        ("західної", Side(Longitude, true)),
        ("західна", Side(Longitude, true)),
        ("пнш", Side(Latitude, false)),
        ("схд", Side(Longitude, false)),
        // Russian.
        ("с", Side(Latitude, false)),
        ("северной", Side(Latitude, false)),
        ("ю", Side(Latitude, true)),
        ("южной", Side(Latitude, true)),
        ("в", Side(Longitude, false)),
        ("восточной", Side(Longitude, false)),
        ("з", Side(Longitude, true)),
        ("западной", Side(Longitude, true)),
        ("сш", Side(Latitude, false)),
        ("вд", Side(Longitude, false)),
        // Axes.
        ("lat", Label(Latitude)),
        ("latitude", Label(Latitude)),
        ("широта", Label(Latitude)),
        ("широти", Label(Latitude)),
        ("широты", Label(Latitude)),
        ("ш", Label(Latitude)),
        ("lon", Label(Longitude)),
        ("lng", Label(Longitude)),
        ("long", Label(Longitude)),
        ("longitude", Label(Longitude)),
        ("довгота", Label(Longitude)),
        ("довготи", Label(Longitude)),
        ("долгота", Label(Longitude)),
        ("долготы", Label(Longitude)),
        ("д", Label(Longitude)),
        ("deg", Token::Unit(Unit::Degree)),
        ("min", Token::Unit(Unit::Minute)),
        ("sec", Token::Unit(Unit::Second)),
    ]
};

/// What a word says of a direction: whether it is of the latitude, and whether it counts downwards.
pub(super) fn side(word: &str) -> Option<(bool, bool)> {
    let small = word.to_lowercase();
    WORDS.iter().find(|(name, _)| *name == small).and_then(|(_, token)| match token {
        Token::Side(axis, below) => Some((*axis == Axis::Latitude, *below)),
        _ => None,
    })
}

fn tokens(text: &str, comma: Comma) -> Result<Vec<Token>, CoordinateError> {
    let letters: Vec<char> = text.chars().collect();
    let at = |index: usize| letters.get(index).copied();
    let digit = |index: usize| at(index).filter(char::is_ascii_digit);
    // ISO 6709 writes +48.62+037.55/, others 48-37-12.
    let is_signed = matches!(letters.first(), Some('+' | '-' | '−'));
    let mut tokens: Vec<Token> = Vec::new();
    let mut index = 0;
    while let Some(letter) = at(index) {
        let before = index.checked_sub(1).and_then(at);
        match letter {
            '+' | '-' | '−' | '–' => {
                let follows_digit = before.is_some_and(|before| before.is_ascii_digit());
                if digit(index + 1).is_some() && (!follows_digit || is_signed) {
                    let (token, end) = number(&letters, index + 1, comma, Some(letter != '+'));
                    tokens.extend(token);
                    index = end;
                    continue;
                } else if !follows_digit || digit(index + 1).is_none() {
                    tokens.push(Token::Break);
                }
            }
            '0'..='9' => {
                let (token, end) = number(&letters, index, comma, None);
                tokens.extend(token);
                index = end;
                continue;
            }
            '°' | 'º' | '˚' | '∘' => tokens.push(Token::Unit(Unit::Degree)),
            '\'' | '′' | '’' | '‘' | 'ʹ' | 'ʼ' | '`' | '´' | '＇' => {
                // Two of them stand for seconds.
                if at(index + 1).is_some_and(|next| "'′’‘ʹʼ`´＇".contains(next)) {
                    index += 1;
                    tokens.push(Token::Unit(Unit::Second));
                } else {
                    tokens.push(Token::Unit(Unit::Minute));
                }
            }
            '"' | '″' | '”' | '“' | '„' | 'ʺ' | '＂' => tokens.push(Token::Unit(Unit::Second)),
            ',' | ';' | '/' | '|' | '\n' | '\t' => tokens.push(Token::Break),
            '.' | ':' | '=' | '(' | ')' | '[' | ']' | '{' | '}' | '@' => {}
            _ if letter.is_whitespace() || is_unseen(letter) => {}
            _ if letter.is_alphabetic() => {
                let end = (index..letters.len()).find(|end| !letters[*end].is_alphabetic()).unwrap_or(letters.len());
                let word: String = letters[index..end].iter().flat_map(|letter| letter.to_lowercase()).collect();
                let known = WORDS.iter().find(|(name, _)| *name == word);
                let (_, token) = known.ok_or_else(|| CoordinateError::Word(shown(&letters[index..end])))?;
                tokens.push(*token);
                index = end;
                continue;
            }
            _ => return Err(CoordinateError::Word(letter.to_string())),
        }
        index += 1;
    }
    Ok(tokens)
}

fn shown(letters: &[char]) -> String {
    const MOST: usize = 30;
    letters.iter().take(MOST).chain((letters.len() > MOST).then_some(&'…')).collect()
}

/// Marks of direction and joiners, which come along when text is copied from a page.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The number that begins here, and where it ends.
fn number(letters: &[char], start: usize, comma: Comma, sign: Option<bool>) -> (Option<Token>, usize) {
    let mut end = start;
    let mut text = String::new();
    let mut whole = true;
    while let Some(letter) = letters.get(end) {
        let next_is_digit = letters.get(end + 1).is_some_and(char::is_ascii_digit);
        match letter {
            '0'..='9' => text.push(*letter),
            '.' if whole && next_is_digit => {
                whole = false;
                text.push('.');
            }
            ',' if whole && next_is_digit && comma == Comma::Decimal => {
                whole = false;
                text.push('.');
            }
            _ => break,
        }
        end += 1;
    }
    (text.parse().ok().map(|value| Token::Number { value, sign, whole }), end)
}
