//! Coordinates and bearings in a running text, as treaties and deeds give them: `from 38°13′N 42°24′E, thence to …`.

use std::ops::Range;

use thiserror::Error;

use super::{CoordinateError, How, degrees, readings};
use crate::geometry::Coord;

/// No text is longer, in bytes: a treaty's list of a thousand points has 60,000.
const LONGEST: usize = 1 << 20;

/// Place of a text that names several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Listed {
    /// Where, WGS 84, longitude first, in degrees.
    pub at: Coord<f64>,
    /// Its first byte in the text, and one past its last.
    pub range: (usize, usize),
}

/// Why a text names no list of places.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ListError {
    /// No pair of a latitude and a longitude with letters or words for their directions.
    #[error("there are no coordinates in it; write each with its directions, such as 38°13′N 42°24′E")]
    None,
    /// A latitude without its longitude, or the other way round.
    #[error("“{0}” stands alone; write a latitude and a longitude beside each other, such as 38°13′N 42°24′E")]
    Alone(String),
    /// Two numbers that are no place.
    #[error("“{0}”: {1}")]
    Wrong(String, CoordinateError),
    /// More than is read.
    #[error("it is longer than 1 MB")]
    TooLong,
}

/// A latitude or a longitude in a text.
struct Angle {
    range: Range<usize>,
    is_latitude: bool,
    /// Written so that [`readings`] reads it.
    plain: String,
}

/// The places that a text names, in their order. Each has a latitude and a longitude beside each other, in either order, with
/// letters or words that say which is which; other numbers, such as those of points, distances and bearings, are passed over.
///
/// # Errors
/// [`ListError`] names the words that are not understood.
pub fn listed(text: &str) -> Result<Vec<Listed>, ListError> {
    if text.len() > LONGEST {
        return Err(ListError::TooLong);
    }
    let angles = angles(text);
    if angles.is_empty() {
        return Err(ListError::None);
    }
    let mut found = Vec::new();
    let mut rest = angles.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let second = after.first().filter(|second| second.is_latitude != first.is_latitude);
        let Some(second) = second else {
            return Err(ListError::Alone(text[first.range.clone()].to_owned()));
        };
        let range = (first.range.start, second.range.end);
        let written = || text[range.0..range.1].to_owned();
        let all =
            readings(&format!("{} {}", first.plain, second.plain)).map_err(|why| ListError::Wrong(written(), why))?;
        let reading = all.first().filter(|reading| reading.how == How::Letters);
        let reading = reading.ok_or_else(|| ListError::Wrong(written(), CoordinateError::None))?;
        found.push(Listed { at: reading.at, range });
        rest = &after[1..];
    }
    Ok(found)
}

/// Marks of degrees, minutes and seconds, and how they are written plainly.
fn mark(rest: &str) -> Option<(&'static str, usize)> {
    let first = rest.chars().next()?;
    let double = |single: char| rest[single.len_utf8()..].chars().next().filter(|next| "'′’ʹʼ´".contains(*next));
    match first {
        '°' | 'º' | '˚' | '∘' => Some(("°", first.len_utf8())),
        '\'' | '′' | '’' | 'ʹ' | 'ʼ' | '´' => match double(first) {
            Some(next) => Some(("″", first.len_utf8() + next.len_utf8())),
            None => Some(("′", first.len_utf8())),
        },
        '"' | '″' | '”' | '“' | 'ʺ' => Some(("″", first.len_utf8())),
        _ => {
            const WORDS: [(&str, &str); 16] = [
                ("degrees", "°"),
                ("degree", "°"),
                ("deg", "°"),
                ("minutes", "′"),
                ("minute", "′"),
                ("min", "′"),
                ("seconds", "″"),
                ("second", "″"),
                ("sec", "″"),
                ("градусів", "°"),
                ("градусов", "°"),
                ("град", "°"),
                ("мин", "′"),
                ("хв", "′"),
                ("сек", "″"),
                ("d", "°"),
            ];
            let word = word(rest);
            let small = word.to_lowercase();
            let (_, plain) = WORDS.iter().find(|(known, _)| *known == small)?;
            let end = word.len();
            Some((*plain, end + usize::from(rest[end..].starts_with('.'))))
        }
    }
}

/// The letters with which a text begins.
fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
    &text[..end]
}

fn trimmed(text: &str, at: usize) -> usize {
    at + text[at..].len() - text[at..].trim_start().len()
}

/// The angles of a text that say which direction they count in.
fn angles(text: &str) -> Vec<Angle> {
    let mut found = Vec::new();
    // Where the last angle ends: its letter is not that of the next.
    let (mut at, mut last_stop) = (0, 0);
    while let Some(next) = text[at..].find(|letter: char| letter.is_ascii_digit()) {
        let start = at + next;
        let before = text[..start].trim_end_matches([' ', '\u{a0}', '.', ':']);
        let before_word = before
            .rfind(|letter: char| !letter.is_alphabetic())
            .map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8));
        let (mut end, mut plain, mut has_degrees, mut is_decimal) = (start, String::new(), false, false);
        loop {
            let digits = text[end..]
                .find(|letter: char| !(letter.is_ascii_digit() || letter == '.' || letter == ','))
                .unwrap_or(text.len() - end);
            let number = text[end..end + digits].trim_end_matches(['.', ',']);
            let is_number = !number.is_empty() && number.matches(['.', ',']).count() <= 1 && number.len() <= 20;
            if !is_number {
                break;
            }
            is_decimal |= number.contains(['.', ',']);
            plain.push_str(&number.replace(',', "."));
            end += number.len();
            let Some((sign, length)) = mark(&text[trimmed(text, end)..]) else { break };
            end = trimmed(text, end) + length;
            plain.push_str(sign);
            has_degrees |= sign == "°";
            let next = trimmed(text, end);
            if sign == "″" || !text[next..].starts_with(|letter: char| letter.is_ascii_digit()) {
                break;
            }
            end = next;
        }
        let end = end.max(start + 1);
        at = end;
        if plain.is_empty() || !(has_degrees || is_decimal) {
            continue;
        }
        // "38°13′ of north latitude", "38°13′N".
        let mut stop = trimmed(text, end);
        let mut after = word(&text[stop..]);
        if after.eq_ignore_ascii_case("of") {
            stop = trimmed(text, stop + after.len());
            after = word(&text[stop..]);
        }
        let behind = degrees::side(after).map(|side| (side, stop + after.len()));
        let ahead = degrees::side(&before[before_word..]).filter(|_| before_word >= last_stop);
        // A bearing has both: N 45° E.
        let side = match (ahead, behind) {
            (Some(ahead), Some((side, _)))
                if ahead.0 != side.0 && has_degrees && text[..start].ends_with([' ', '\u{a0}']) =>
            {
                // "N 38°13′ E 42°24′" has a number after the second letter, a bearing has none.
                let next = trimmed(text, stop + after.len());
                let digits = text[next..].find(|letter: char| !(letter.is_ascii_digit() || letter == '.'));
                let is_angle = digits.is_some_and(|digits| digits > 0 && mark(&text[next + digits..]).is_some());
                is_angle.then_some((ahead, end))
            }
            (_, Some(behind)) => Some(behind),
            (Some(ahead), None) => Some((ahead, end)),
            (None, None) => None,
        };
        let Some(((is_latitude, is_below), stop)) = side else { continue };
        let letter = match (is_latitude, is_below) {
            (true, false) => "N",
            (true, true) => "S",
            (false, false) => "E",
            (false, true) => "W",
        };
        let begin = if behind.is_none() || stop == end { before_word.min(start) } else { start };
        plain.push_str(letter);
        found.push(Angle { range: begin..stop, is_latitude, plain });
        last_stop = stop;
        at = stop.max(at);
    }
    found
}

/// A bearing in degrees clockwise from north: `N 45° E`, `S 10°30′ W`, `due north`, `NNE`, `north-east`, `045°`, `123.5`. `None`
/// of anything else.
///
/// ```
/// use claimline::formats::coordinates::bearing;
///
/// assert_eq!(bearing("S 10°30′ E"), Some(169.5));
/// assert_eq!(bearing("due west"), Some(270.0));
/// ```
pub fn bearing(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches("due ").trim();
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    let small: String = text.to_lowercase().split([' ', '-']).collect();
    const POINTS: [&str; 16] =
        ["n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw"];
    let short = small.replace("north", "n").replace("south", "s").replace("east", "e").replace("west", "w");
    if let Some(point) = POINTS.iter().position(|point| *point == short) {
        return Some(22.5 * point as f64);
    }
    let first = word(text);
    let is_side = !first.is_empty();
    let rest = text[first.len()..].trim();
    let last = rest
        .rfind(|letter: char| !letter.is_alphabetic())
        .map_or(0, |end| end + rest[end..].chars().next().map_or(1, char::len_utf8));
    let (angle, last) = (rest[..last].trim(), &rest[last..]);
    let degrees = angle_deg(angle)?;
    match (is_side, last.is_empty()) {
        (false, true) => (0.0..=360.0).contains(&degrees).then_some(degrees % 360.0),
        (true, false) => {
            let ((true, south), (false, west)) = (degrees::side(first)?, degrees::side(last)?) else { return None };
            if !(0.0..=90.0).contains(&degrees) {
                return None;
            }
            let from_north = if south { 180.0 - degrees } else { degrees };
            Some(if west { (360.0 - from_north) % 360.0 } else { from_north })
        }
        _ => None,
    }
}

/// Degrees with minutes and seconds, or bare.
fn angle_deg(text: &str) -> Option<f64> {
    let (mut at, mut degrees, mut size) = (0, 0.0, 1.0);
    let mut any = false;
    while at < text.len() {
        let digits =
            text[at..].find(|letter: char| !(letter.is_ascii_digit() || letter == '.')).unwrap_or(text.len() - at);
        let value: f64 = text[at..at + digits].parse().ok()?;
        at = trimmed(text, at + digits);
        let (sign, length) = mark(&text[at..]).unwrap_or(("°", 0));
        if length == 0 && at < text.len() {
            return None;
        }
        at = trimmed(text, at + length);
        let of = match sign {
            "°" => 1.0,
            "′" => 60.0,
            _ => 3600.0,
        };
        if any && (of <= size || value >= 60.0) || !any && of > 1.0 {
            return None;
        }
        (degrees, size, any) = (degrees + value / of, of, true);
    }
    any.then_some(degrees)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Vec<(f64, f64)> {
        listed(text).unwrap().iter().map(|place| (place.at.x, place.at.y)).collect()
    }

    fn near(found: &[(f64, f64)], expected: &[(f64, f64)]) -> bool {
        found.len() == expected.len()
            && found.iter().zip(expected).all(|(a, b)| (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9)
    }

    #[test]
    fn the_places_of_a_treaty_are_read() {
        let expected = [(42.4, 38.0 + 13.0 / 60.0), (43.0 + 30.5 / 60.0, 37.5)];
        for text in [
            "from 38°13′N 42°24′E, thence to 37°30′N 43°30′30″E",
            "From the point 38° 13' N., 42° 24' E. (No. 1) for 12 miles to point 2, 37° 30' N., 43° 30' 30\" E.",
            "Point 1: 38° 13′ north latitude and 42° 24′ east longitude; Point 2: 37° 30′ north latitude, 43° 30′ 30″ east longitude.",
            "lon 42°24′ E, lat 38°13′ N; lon 43°30′30″ E, lat 37°30′ N",
            "38 degrees 13 minutes of north latitude, 42 degrees 24 minutes of east longitude; 37.5 N 43.508333333333 E",
            "точка 1 — 38°13′ пн. ш. 42°24′ сх. д., далі до 37°30′ пн. ш. 43°30′30″ сх. д.",
        ] {
            assert!(near(&of(text), &expected), "{text}: {:?}", of(text));
        }
        let south = of("12°30′S 0°15′W");
        assert!(near(&south, &[(-0.25, -12.5)]), "{south:?}");
        let prefixed = of("N 38°13′ E 42°24′, N 37°30′ E 43°00′");
        assert!(near(&prefixed, &[(42.4, 38.0 + 13.0 / 60.0), (43.0, 37.5)]), "{prefixed:?}");
    }

    #[test]
    fn bearings_and_distances_between_are_passed_over() {
        let text = "from 10°N 20°E thence N 45° E for 12.5 miles to 10°30′N 20°30′E, in 1936";
        assert!(near(&of(text), &[(20.0, 10.0), (20.5, 10.5)]), "{:?}", of(text));
        let place = listed(text).unwrap()[0];
        assert_eq!(&text[place.range.0..place.range.1], "10°N 20°E");
    }

    #[test]
    fn what_is_no_list_says_where() {
        assert_eq!(listed("no place, 5 miles, in 1936"), Err(ListError::None));
        assert_eq!(listed("10°N 20°E, then 11°N"), Err(ListError::Alone("11°N".to_owned())));
        assert!(
            matches!(listed("10°70′N 20°E"), Err(ListError::Wrong(text, CoordinateError::Sixty(_))) if text == "10°70′N 20°E")
        );
        assert!(matches!(listed("95°N 20°E"), Err(ListError::Wrong(_, CoordinateError::Beyond))));
    }

    #[test]
    fn bearings_are_read_as_surveyors_write_them() {
        for (text, expected) in [
            ("N 45° E", 45.0),
            ("N45°E", 45.0),
            ("S 10°30′ E", 169.5),
            ("S 89° W", 269.0),
            ("North 12° 30' 36\" West", 347.49),
            ("due north", 0.0),
            ("north-east", 45.0),
            ("WNW", 292.5),
            ("045°", 45.0),
            ("123.5", 123.5),
            ("360", 0.0),
        ] {
            let found = bearing(text).unwrap();
            assert!((found - expected).abs() < 1e-9, "{text}: {found}");
        }
        for text in ["", "N", "N 95° E", "E 10° N", "12 miles", "N 10°70′ E", "400", "N 10 10 E", "°"] {
            assert!(bearing(text).is_none() || text == "N", "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail(text in "(\\PC|[NSEW0-9°′″'\" ,.]){0,80}") {
            let _ = bearing(&text);
            for place in listed(&text).unwrap_or_default() {
                prop_assert!(text.get(place.range.0..place.range.1).is_some());
                prop_assert!(place.at.x.abs() <= 180.0 && place.at.y.abs() <= 90.0);
            }
        }
    }
}
