//! Days in words, by the names of their months.

use super::day::Day;

/// A day in numbers or with the name of its month: `15 December 2025`, `December 15, 2025`, `15 грудня 2025`.
pub(super) fn day_in_words(text: &str) -> Option<Day> {
    if let Ok(day) = Day::in_text(text) {
        return Some(day);
    }
    let parts: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || letter == ',' || letter == '.')
        .filter(|part| !part.is_empty())
        .collect();
    let number = |text: &str| text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<u16>().ok();
    let (day, month, year) = match parts.as_slice() {
        [day, month, year] if number(day).is_some() => (Some(*day), *month, *year),
        [month, day, year] => (Some(*day), *month, *year),
        [month, year] => (None, *month, *year),
        _ => return None,
    };
    let year = year.parse::<u16>().ok().filter(|year| (1000..=9999).contains(year))?;
    let day = match day {
        Some(day) => Some(u8::try_from(number(day)?).ok()?),
        None => None,
    };
    Day::new(year, Some(month_number(month)?), day)
}

/// The number of a month by its name, in English, Ukrainian, Russian, German, French or Spanish; `None` for anything else.
pub(super) fn month_number(text: &str) -> Option<u8> {
    const STARTS: [&[&str]; 12] = [
        &["jan", "jän", "ene", "січ", "янв"],
        &["feb", "fév", "fev", "лют", "фев"],
        &["mar", "mär", "бер", "мар"],
        &["apr", "avr", "abr", "кві", "апр"],
        &["may", "mai", "тра", "мая", "май"],
        &["jun", "juin", "чер", "июн"],
        &["jul", "juil", "лип", "июл"],
        &["aug", "aoû", "aou", "ago", "сер", "авг"],
        &["sep", "вер", "сен"],
        &["oct", "okt", "жов", "окт"],
        &["nov", "лис", "ноя"],
        &["dec", "dez", "déc", "dic", "гру", "дек"],
    ];
    let name = text.trim_end_matches('.').to_lowercase();
    let letters = name.chars().all(char::is_alphabetic);
    let place = STARTS.iter().position(|starts| letters && starts.iter().any(|start| name.starts_with(start)))?;
    Some(place as u8 + 1)
}
