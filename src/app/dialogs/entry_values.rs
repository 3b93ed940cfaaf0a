//! What stands in the fields of an entry's form: how it is taken from what is written, what is wrong with it, and how it is
//! written.

use serde_json::{Map, Value, json};

use crate::dossier::manuscript::fields::{Field, FieldKind};
use crate::dossier::{Capture, Captures, Manuscript};
use crate::formats::country;
use crate::formats::day::Day;
use crate::formats::language::Language;
use crate::formats::link;
use crate::formats::one_line::{lines, one_line};

/// What is typed in a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Typed {
    Text(String),
    /// By the tag of a language.
    Words(Vec<(String, String)>),
    Flag(bool),
    /// Ids, in their order.
    Ids(Vec<String>),
    /// A day, a reason, an address.
    Correction([String; 3]),
}

impl Typed {
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Words(words) => words.iter().all(|(_, words)| words.trim().is_empty()),
            Self::Flag(_) => false,
            Self::Ids(ids) => ids.is_empty(),
            Self::Correction(parts) => parts.iter().all(|part| part.trim().is_empty()),
        }
    }
}

/// Why what is typed cannot be taken yet.
pub(super) fn why_not(field: &Field, typed: &Typed) -> Option<String> {
    let name = field.label;
    if typed.is_empty() {
        return field.is_needed.then(|| format!("{name} is missing"));
    }
    let no_address = || format!("{name}: an address begins with https:// and names a site");
    match (field.kind, typed) {
        (FieldKind::Day, Typed::Text(text)) if !is_day(text) => {
            Some(format!("{name}: a day is written such as 2025-12-15"))
        }
        (FieldKind::Correction, Typed::Correction([on, why, url])) => {
            if !is_day(on) {
                Some(format!("{name}: give the day, such as 2025-12-15"))
            } else if why.trim().is_empty() {
                Some(format!("{name}: say why, and what stands instead"))
            } else if let Err(control) = one_line(why) {
                Some(format!("{name}: {control}"))
            } else {
                (!url.trim().is_empty() && link::followable(url.trim()).is_none()).then(no_address)
            }
        }
        (FieldKind::Address | FieldKind::Archived, Typed::Text(text)) if link::followable(text.trim()).is_none() => {
            Some(no_address())
        }
        (FieldKind::Address | FieldKind::Archived, Typed::Text(text)) if text.trim().contains(char::is_whitespace) => {
            Some(format!("{name}: an address has no white space, which is written %20"))
        }
        (FieldKind::Number, Typed::Text(text)) if number(text).is_none() => {
            Some(format!("{name}: expected a number, such as 5600 or 0.5"))
        }
        (FieldKind::Country, Typed::Text(text)) => {
            let code = text.trim().to_uppercase();
            (!country::is_code(&code)).then(|| format!("{name}: {}", country::no_code(&code)))
        }
        // Words of a source are as they stand there.
        (_, Typed::Text(_)) if field.member == "exact" => None,
        (FieldKind::Lines, Typed::Text(text)) => lines(text).err().map(|control| format!("{name}: {control}")),
        (FieldKind::Names(_), Typed::Text(text)) => {
            let wrong = text.lines().find_map(|line| one_line(line).err());
            wrong.map(|control| format!("{name}: {control}"))
        }
        (_, Typed::Text(text)) => one_line(text).err().map(|control| format!("{name}: {control}")),
        (kind, Typed::Words(words)) => {
            let wrong = |words: &str| match kind {
                FieldKind::Paragraphs => lines(words).err(),
                _ => one_line(words).err(),
            };
            let wrong = words.iter().find_map(|(_, words)| wrong(words));
            wrong.map(|control| format!("{name}: {control}"))
        }
        _ => None,
    }
}

fn is_day(text: &str) -> bool {
    text.trim().parse::<Day>().is_ok_and(|day| day.is_whole())
}

/// Words as they are written on one line; those with a control character, which are not taken, as they are.
fn on_one_line(words: &str) -> String {
    one_line(words).map_or_else(|_| words.trim().to_owned(), |line| line.words)
}

fn number(text: &str) -> Option<f64> {
    text.trim().replace([' ', '\u{a0}', ','], "").parse().ok().filter(|number: &f64| number.is_finite())
}

/// What stands in a field for what is written.
pub(super) fn typed(manuscript: &Manuscript, field: &Field, value: Option<&Value>) -> Typed {
    let text = || match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let ids = || match value {
        Some(Value::Array(all)) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    match field.kind {
        FieldKind::Words | FieldKind::Paragraphs => {
            let mut words: Vec<(String, String)> = match value {
                Some(Value::Object(words)) => words
                    .iter()
                    .map(|(tag, words)| (tag.clone(), words.as_str().unwrap_or_default().to_owned()))
                    .collect(),
                Some(Value::String(words)) => vec![(Language::UNDETERMINED.to_owned(), words.clone())],
                _ => Vec::new(),
            };
            let asked = manuscript.languages();
            let asked = if asked.is_empty() { vec![Language::WINDOW.to_owned()] } else { asked };
            for tag in asked {
                if !words.iter().any(|(other, _)| *other == tag) {
                    words.push((tag, String::new()));
                }
            }
            Typed::Words(words)
        }
        FieldKind::Archived => {
            let captures: Captures =
                value.and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default();
            Typed::Text(captures.on_the_web().and_then(|capture| capture.url.clone()).unwrap_or_default())
        }
        FieldKind::Correction => {
            let part =
                |name: &str| value.and_then(|value| value.get(name)?.as_str().map(str::to_owned)).unwrap_or_default();
            Typed::Correction(["on", "why", "url"].map(part))
        }
        FieldKind::Flag(usual) => Typed::Flag(value.and_then(Value::as_bool).unwrap_or(usual)),
        FieldKind::Entries(_) => Typed::Ids(ids()),
        FieldKind::Names(_) => Typed::Text(ids().join("\n")),
        FieldKind::OneOf(words) if value.is_none() => {
            Typed::Text(words.first().map_or("", |(word, _)| word).to_owned())
        }
        _ => Typed::Text(text()),
    }
}

/// What is written for what stands in a field; null where that is nothing.
pub(super) fn written(field: &Field, typed: &Typed, stood: Option<&Value>) -> Value {
    match typed {
        Typed::Text(text) => match (field.kind, text.trim()) {
            (FieldKind::Archived, url) => archived(url, stood),
            (_, "") => Value::Null,
            (FieldKind::Number, text) => number(text).map_or(Value::Null, |number| match number {
                whole if whole.fract() == 0.0 && whole.abs() < 1e15 => json!(whole as i64),
                number => json!(number),
            }),
            (FieldKind::Country, text) => json!(text.to_uppercase()),
            (FieldKind::Names(_), text) => text.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
            (FieldKind::Lines, text) => json!(text),
            (_, text) => json!(on_one_line(text)),
        },
        Typed::Words(words) => {
            let said = words.iter().filter(|(tag, words)| !words.trim().is_empty() && !tag.trim().is_empty());
            let as_written = |words: &str| match field.kind {
                FieldKind::Paragraphs => words.trim().to_owned(),
                _ => on_one_line(words),
            };
            let words: Map<String, Value> =
                said.map(|(tag, words)| (tag.trim().to_owned(), json!(as_written(words)))).collect();
            match words.get(Language::UNDETERMINED) {
                _ if words.is_empty() => Value::Null,
                // Bare, as they were.
                Some(bare) if words.len() == 1 && stood.is_some_and(Value::is_string) => bare.clone(),
                _ => Value::Object(words),
            }
        }
        Typed::Flag(flag) => json!(flag),
        Typed::Ids(ids) => json!(ids),
        Typed::Correction(parts) if parts.iter().all(|part| part.trim().is_empty()) => Value::Null,
        Typed::Correction(parts) => {
            let parts = ["on", "why", "url"].into_iter().zip(parts.iter().map(|part| on_one_line(part)));
            let said = parts.filter(|(_, part)| !part.is_empty()).map(|(name, part)| (name.to_owned(), json!(part)));
            Value::Object(said.collect())
        }
    }
}

/// The copies of a source with another address of the one on the web; those that lie in the folder stay.
fn archived(url: &str, stood: Option<&Value>) -> Value {
    let mut captures: Captures = stood.and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default();
    let on_the_web = captures.0.iter_mut().find(|capture| capture.is_on_the_web());
    match (on_the_web, url) {
        (Some(capture), "") => capture.url = None,
        (Some(capture), url) => capture.url = Some(url.to_owned()),
        (None, "") => {}
        (None, url) => captures.0.push(Capture::on_the_web(url)),
    }
    captures.0.retain(|capture| capture.url.is_some() || capture.file.is_some());
    if captures.is_empty() { Value::Null } else { json!(captures) }
}
