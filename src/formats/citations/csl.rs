//! CSL-JSON 1.0.2, as Zotero, Mendeley and pandoc write it, and Crossref in its own way.

use serde_json::Value;

use super::work::{Fields, Names, joined};
use super::{CitationError, CitationWarning, CitedWork, add, warn_of_twins};

const NAMES: Names = Names {
    title: &["title"],
    subtitle: &["subtitle"],
    outlet: &["container-title", "event-title", "publisher", "authority"],
    published: &["issued", "published"],
    retrieved: &["accessed"],
    address: &["url"],
    archived: &["archive_location", "archive-url", "archive"],
    doi: &["doi"],
    notes: &["note", "annote", "abstract-note"],
};

/// The works of a text.
pub(super) fn read(text: &str, warnings: &mut Vec<CitationWarning>) -> Result<Vec<CitedWork>, CitationError> {
    let value: Value = serde_json::from_str(text).map_err(|_| CitationError::Json)?;
    let items = match value {
        Value::Array(items) => items,
        Value::Object(mut object) => match object.remove("items").or_else(|| object.remove("references")) {
            Some(Value::Array(items)) => items,
            // GeoJSON and TopoJSON may have titles too.
            _ if ["features", "geometry", "objects"].iter().any(|member| object.contains_key(*member)) => {
                return Err(CitationError::Json);
            }
            _ if object.contains_key("title") || object.contains_key("URL") || object.contains_key("DOI") => {
                vec![Value::Object(object)]
            }
            _ => return Err(CitationError::Json),
        },
        _ => return Err(CitationError::Json),
    };
    let is_work = |item: &Value| item.is_object();
    if !items.iter().any(is_work) {
        return Err(if items.is_empty() { CitationError::None } else { CitationError::Json });
    }
    let mut works = Vec::new();
    for item in &items {
        let (work, faults) = work(item);
        let name = if work.key.is_empty() { format!("entry {}", works.len() + 1) } else { work.key.clone() };
        warnings.extend(faults.into_iter().map(|what| CitationWarning { entry: name.clone(), what }));
        add(&mut works, work, warnings);
    }
    warn_of_twins(&works, warnings);
    Ok(works)
}

fn work(item: &Value) -> (CitedWork, Vec<super::Fault>) {
    let mut fields = Fields::default();
    for (name, value) in item.as_object().into_iter().flatten() {
        let name = name.to_lowercase();
        let words = match (name.as_str(), value) {
            ("issued" | "accessed" | "published", value) => day_words(value),
            (_, Value::String(words)) => Some(plain(words)),
            (_, Value::Number(number)) => Some(number.to_string()),
            // Crossref has lists of titles.
            (_, Value::Array(list)) => list.first().and_then(Value::as_str).map(plain),
            _ => None,
        };
        fields.0.extend(words.map(|words| (name, words)));
    }
    let names = |role: &str| -> Vec<String> {
        item.get(role).and_then(Value::as_array).into_iter().flatten().filter_map(name).collect()
    };
    let authors = joined(names("author")).or_else(|| joined(names("editor")));
    let key = match item.get("id").or_else(|| item.get("citation-key")) {
        Some(Value::String(key)) => key.clone(),
        Some(Value::Number(key)) => key.to_string(),
        _ => String::new(),
    };
    fields.work(&key, authors, &NAMES)
}

/// A name with its particles.
fn name(value: &Value) -> Option<String> {
    let part = |key: &str| value.get(key).and_then(Value::as_str).map(str::trim).filter(|part| !part.is_empty());
    if let Some(whole) = part("literal").or_else(|| part("name")) {
        return Some(whole.to_owned());
    }
    let parts = ["given", "dropping-particle", "non-dropping-particle", "family"].into_iter().filter_map(part);
    let name = parts.collect::<Vec<_>>().join(" ");
    let with_suffix = match part("suffix") {
        Some(suffix) => format!("{name}, {suffix}"),
        None => name,
    };
    (!with_suffix.is_empty()).then_some(with_suffix)
}

/// A date in parts, or as it is written.
fn day_words(value: &Value) -> Option<String> {
    if let Some(parts) = value.get("date-parts").and_then(|list| list.get(0)).and_then(Value::as_array) {
        let number = |part: &Value| {
            part.as_u64().or_else(|| part.as_str().and_then(|part| part.trim().parse().ok())).filter(|part| *part > 0)
        };
        let numbers: Vec<u64> = parts.iter().map_while(number).take(3).collect();
        let (year, rest) = numbers.split_first()?;
        let rest: String = rest.iter().map(|part| format!("-{part:02}")).collect();
        return Some(format!("{year:04}{rest}"));
    }
    let written = value.as_str().or_else(|| ["raw", "literal"].iter().find_map(|key| value.get(key)?.as_str()));
    written.map(str::to_owned)
}

/// Words without the marks of HTML that CSL allows in them.
fn plain(words: &str) -> String {
    const MARKS: [&str; 8] = ["<i>", "</i>", "<b>", "</b>", "<sup>", "</sup>", "<sub>", "</sub>"];
    let mut out = words.to_owned();
    if out.contains('<') {
        MARKS.iter().for_each(|mark| out = out.replace(mark, ""));
        for open in [
            "<span class=\"nocase\">",
            "<span style=\"font-variant:small-caps;\">",
            "<span style=\"font-variant: small-caps;\">",
        ] {
            if out.contains(open) {
                out = out.replace(open, "").replace("</span>", "");
            }
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
