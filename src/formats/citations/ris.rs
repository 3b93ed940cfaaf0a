//! RIS: a tag of two letters, two blanks, a hyphen, a blank and a value in each line; `TY` begins a record, `ER` ends it.
//!
//! Reference Manager's specification (2001, and its form of 2011), and what Zotero, EndNote and Mendeley write of it.

use super::work::{Fields, Names, joined, spoken};
use super::{CitationWarning, CitedWork, add, warn_of_twins};

const NAMES: Names = Names {
    title: &["ti", "t1", "ct", "bt"],
    subtitle: &[],
    outlet: &["t2", "jo", "jf", "ja", "j1", "j2", "bt", "pb", "dp"],
    published: &["da", "y1", "py"],
    retrieved: &["y2", "rd"],
    address: &["ur", "lk", "l2"],
    archived: &["archived"],
    doi: &["do", "di", "m3"],
    notes: &["n1", "no", "an", "av", "c1"],
};

/// Whether a text begins with a record.
pub(super) fn is_one(text: &str) -> bool {
    let lines = text.lines().map(|line| line.trim_start_matches('\u{feff}').trim_end()).filter(|line| !line.is_empty());
    lines.take(20).filter_map(tagged).any(|(tag, _)| tag == "TY")
}

/// The tag and the value of a line.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(2)?;
    let bytes = tag.as_bytes();
    let is_tag = bytes[0].is_ascii_uppercase() && (bytes[1].is_ascii_uppercase() || bytes[1].is_ascii_digit());
    let value = rest.trim_start().strip_prefix('-')?;
    // "AI-made" is no tag.
    (is_tag && (rest.starts_with(' ') || value.is_empty() || value.starts_with(' '))).then(|| (tag, value.trim()))
}

/// The fields of each record, tags in small letters. A line without a tag goes on with the one before.
pub(in crate::formats) fn records(text: &str) -> Vec<Fields> {
    let mut records: Vec<Fields> = Vec::new();
    let mut is_open = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match tagged(line) {
            Some(("TY", value)) => {
                records.push(Fields(vec![("ty".to_owned(), value.to_owned())]));
                is_open = true;
            }
            Some(("ER", _)) => is_open = false,
            Some((tag, value)) if is_open => {
                if let Some(record) = records.last_mut() {
                    record.0.push((tag.to_ascii_lowercase(), value.to_owned()));
                }
            }
            None if is_open => {
                if let Some((_, value)) = records.last_mut().and_then(|record| record.0.last_mut()) {
                    value.push(' ');
                    value.push_str(line);
                }
            }
            _ => {}
        }
    }
    records
}

/// Names of the authors of a record.
pub(in crate::formats) fn authors(record: &Fields) -> Vec<String> {
    let names = |tags: &[&str]| record.all(tags).map(spoken).collect::<Vec<_>>();
    let authors = names(&["au", "a1"]);
    if authors.is_empty() { names(&["ed"]) } else { authors }
}

/// The works of a text.
pub(super) fn read(text: &str, warnings: &mut Vec<CitationWarning>) -> Vec<CitedWork> {
    let mut works = Vec::new();
    for (index, record) in records(text).into_iter().enumerate() {
        let (work, faults) = work(record);
        let name = if work.key.is_empty() { format!("record {}", index + 1) } else { work.key.clone() };
        warnings.extend(faults.into_iter().map(|what| CitationWarning { entry: name.clone(), what }));
        let nameless = work.key.is_empty();
        let work = CitedWork { key: name, ..work };
        add(&mut works, work, warnings);
        if nameless && let Some(last) = works.last_mut().filter(|last| last.key == format!("record {}", index + 1)) {
            last.key.clear();
        }
    }
    warn_of_twins(&works, warnings);
    works
}

fn work(mut record: Fields) -> (CitedWork, Vec<super::Fault>) {
    let mut more = Vec::new();
    record.0.retain_mut(|(tag, value)| {
        match tag.as_str() {
            // Several addresses stand in one field, too.
            "ur" if value.contains(';') || value.contains(' ') => {
                let addresses = crate::formats::source_properties::addresses_in(value);
                more.extend(addresses.iter().map(|address| ("ur".to_owned(), (*address).to_owned())));
                addresses.is_empty()
            }
            "da" | "y1" | "py" | "y2" | "rd" => {
                *value = day_of_ris(value);
                true
            }
            // A type of work stands there, too.
            "m3" => value.contains("10."),
            _ => true,
        }
    });
    record.0.extend(more);
    let key = record.of(&["id", "lb"]).unwrap_or_default().to_owned();
    let author = joined(authors(&record));
    // A day says more than the year that stands beside it.
    record.work(&key, author, &NAMES)
}

/// `2025/12/15/` and `2025///` with hyphens, hours and words after the day left out.
pub(in crate::formats) fn day_of_ris(value: &str) -> String {
    let parts: Vec<&str> = value.split('/').map(str::trim).collect();
    let is_year = parts.first().is_some_and(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_year || parts.len() < 2 {
        return value.to_owned();
    }
    let is_number =
        |part: &&&str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = parts.iter().skip(1).take(2).take_while(|part| is_number(part)).copied().collect();
    std::iter::once(parts[0]).chain(rest).collect::<Vec<_>>().join("-")
}
