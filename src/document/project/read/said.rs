//! What the JSON parser says, in words for a person: without the names of our types.

use crate::dossier::words;

/// What the parser says of a value, without the names of our types.
pub(crate) fn plain(error: &serde_json::Error) -> String {
    let said = error.to_string();
    if let Some(rest) = said.strip_prefix("missing field ") {
        return format!("its member {} is missing", rest.replace('`', "'"));
    }
    if let Some((found, known)) = said.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected "))
    {
        let known = known.strip_prefix("one of ").unwrap_or(known);
        return format!("{found} is not one of the words known here: {known}").replace('`', "'");
    }
    let found_and_wanted = said
        .strip_prefix("invalid type: ")
        .or(said.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "));
    match found_and_wanted.map(|(found, wanted)| (found_in_words(found), wanted_in_words(wanted))) {
        Some((found, Some(wanted))) => format!("{found} is here instead of {wanted}"),
        Some((found, None)) => format!("{found} does not belong there"),
        None => "its form is not known to this version".to_owned(),
    }
}

/// What the parser has found, as a person would say it.
fn found_in_words(found: &str) -> String {
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    match kind {
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        "null" => "null".to_owned(),
        "string" => {
            let text = value.trim_matches('"');
            let more = if text.chars().count() > 40 { " …" } else { "" };
            format!("the text {}", words::quoted(&(text.chars().take(40).collect::<String>() + more)))
        }
        "boolean" => value.trim_matches('`').to_owned(),
        "integer" | "floating" => {
            let number = value.rsplit(' ').next().unwrap_or_default().trim_matches('`');
            number.parse().map_or_else(|_| "a number".to_owned(), |number| format!("the number {}", short(number)))
        }
        _ => "what is there".to_owned(),
    }
}

/// What the parser wants, in the same way.
fn wanted_in_words(wanted: &str) -> Option<&'static str> {
    match wanted {
        "f32" | "f64" => Some("a number"),
        "u8" | "u16" | "u32" | "u64" | "usize" => Some("a whole number"),
        "a sequence" => Some("a list"),
        "a map" => Some("an object"),
        "a boolean" => Some("true or false"),
        "a string" | "a borrowed string" => Some("text"),
        _ if wanted.starts_with("an array of length") => Some("a list of numbers"),
        _ if wanted.starts_with("struct ") => Some("an object"),
        _ => None,
    }
}

/// A number as it was said, but never in hundreds of digits.
pub(crate) fn short(number: f64) -> String {
    let is_plain = number == 0.0 || (1e-9..1e15).contains(&number.abs()) || !number.is_finite();
    if is_plain { number.to_string() } else { format!("{number:e}") }
}
