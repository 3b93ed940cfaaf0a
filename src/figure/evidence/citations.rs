//! Sources as citations: CSL-JSON 1.0.2 for reference managers, BibTeX for LaTeX.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::dossier::Source;
use crate::formats::day::Day;

/// The sources as a CSL-JSON list.
pub fn csl_json(sources: &[&Source]) -> Value {
    Value::Array(sources.iter().map(|source| csl_item(source)).collect())
}

fn csl_item(source: &Source) -> Value {
    let mut item = Map::new();
    let mut put = |key: &str, value: Value| item.insert(key.to_owned(), value);
    put("id", json!(source.id));
    put("type", json!("webpage"));
    put("title", json!(source.title));
    put("container-title", json!(source.outlet));
    if let Some(author) = source.author.as_deref().filter(|author| !author.trim().is_empty()) {
        // Names come in every order and script: as they stand.
        put("author", json!([{ "literal": author }]));
    }
    for (key, date) in [("issued", &source.published), ("accessed", &source.retrieved)] {
        if let Some(parts) = date.as_deref().and_then(date_parts) {
            put(key, json!({ "date-parts": [parts] }));
        }
    }
    put("URL", json!(source.url));
    if let Some(archived) = source.archived_url() {
        put("archive_location", json!(archived));
    }
    let notes = [&source.title_note, &source.published_note].into_iter().flatten().cloned().collect::<Vec<_>>();
    if !notes.is_empty() {
        put("note", json!(notes.join("; ")));
    }
    Value::Object(item)
}

/// Year, month and day, as far as they are stated; nothing of a text that is no day.
fn date_parts(text: &str) -> Option<Vec<u16>> {
    let day = Day::in_text(text).ok()?;
    Some([Some(day.year()), day.month().map(u16::from), day.day().map(u16::from)].into_iter().flatten().collect())
}

/// The sources as BibTeX entries, in UTF-8.
pub fn bibtex(sources: &[&Source]) -> String {
    let mut out = String::new();
    let mut keys = BTreeSet::new();
    for source in sources {
        let wanted: String =
            source.id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
        let mut key = wanted.clone();
        for count in 2.. {
            if keys.insert(key.clone()) {
                break;
            }
            key = format!("{wanted}-{count}");
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "@misc{{{key},");
        let mut field = |name: &str, value: &str| {
            if !value.trim().is_empty() {
                let _ = writeln!(out, "  {name} = {{{value}}},");
            }
        };
        if let Some(author) = &source.author {
            field("author", &format!("{{{}}}", escaped(author)));
        }
        field("title", &format!("{{{}}}", escaped(&source.title)));
        field("howpublished", &escaped(&source.outlet));
        if let Some(parts) = source.published.as_deref().and_then(date_parts) {
            for (name, part) in ["year", "month", "day"].into_iter().zip(parts) {
                field(name, &part.to_string());
            }
        }
        field("url", &address(&source.url));
        if let Some(archived) = source.archived_url() {
            field("note", &format!("Archived: {}", address(archived)));
        }
        if let Some(day) = source.retrieved.as_deref().and_then(|text| Day::in_text(text).ok()) {
            field("urldate", &day.iso());
        }
        out.push_str("}\n\n");
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// An address as the `url` field takes it: braces and backslashes, which would end the field, percent-encoded.
fn address(url: &str) -> String {
    url.replace('\\', "%5C").replace('{', "%7B").replace('}', "%7D")
}

/// Text with the characters that TeX takes for orders written so that it prints them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str) -> Source {
        Source {
            id: id.to_owned(),
            outlet: "Invented & Sons".to_owned(),
            title: "100% of {it}: “Краматорськ”_\\".to_owned(),
            title_note: None,
            url: "https://example.org/a_b?c={d}".to_owned(),
            author: Some("Ada Lovelace".to_owned()),
            published: Some("2025-12-15".to_owned()),
            published_note: Some("from the page".to_owned()),
            retrieved: Some("2025-12".to_owned()),
            archived: crate::dossier::Captures::at(Some("https://archive.example/1".to_owned())),
            cites: Vec::new(),
            withdrawn: None,
            text: None,
        }
    }

    #[test]
    fn csl_has_the_members_that_reference_managers_read() {
        let other = Source { author: None, published: Some("soon".to_owned()), ..source("b") };
        let list = csl_json(&[&source("a"), &other]);
        assert_eq!(
            list[0],
            json!({
                "id": "a", "type": "webpage", "title": "100% of {it}: “Краматорськ”_\\",
                "container-title": "Invented & Sons", "author": [{ "literal": "Ada Lovelace" }],
                "issued": { "date-parts": [[2025, 12, 15]] }, "accessed": { "date-parts": [[2025, 12]] },
                "URL": "https://example.org/a_b?c={d}", "archive_location": "https://archive.example/1", "note": "from the page",
            })
        );
        assert!(list[1].get("issued").is_none() && list[1].get("author").is_none());
    }

    #[test]
    fn bibtex_is_balanced_and_escaped_with_keys_of_its_own() {
        let text = bibtex(&[&source("Ж a"), &source("é a")]);
        assert!(text.starts_with("@misc{--a,\n") && text.contains("@misc{--a-2,\n"), "{text}");
        assert!(text.contains("title = {{100\\% of \\{it\\}: “Краматорськ”\\_\\textbackslash{}}},"), "{text}");
        assert!(text.contains("url = {https://example.org/a_b?c=%7Bd%7D},"), "{text}");
        assert!(text.contains("year = {2025},\n  month = {12},\n  day = {15},"), "{text}");
        let bare = text.replace("\\{", "").replace("\\}", "");
        let depth = bare.chars().fold(0_i32, |depth, letter| match letter {
            '{' => depth + 1,
            '}' => depth - 1,
            _ => depth,
        });
        assert_eq!(depth, 0);
        assert_eq!(bibtex(&[]), "");
    }

    #[test]
    fn what_is_written_is_read_again_with_the_address_of_its_copy() {
        let sources = [
            Source {
                published: Some("2025".to_owned()), author: Some("Дослідники й К°".to_owned()), ..source("a")
            },
            Source { archived: Default::default(), author: None, published: None, ..source("b") },
        ];
        let sources: Vec<&Source> = sources.iter().collect();
        for (name, text) in [("x.json", csl_json(&sources).to_string()), ("x.bib", bibtex(&sources))] {
            let (works, warnings) = crate::formats::citations::read(name, text.as_bytes()).unwrap();
            assert_eq!((works.len(), warnings.len()), (2, 0), "{name}");
            for (work, source) in works.iter().zip(&sources) {
                let words = |words: &str| Some(words.to_owned());
                assert_eq!((&work.key, &work.title), (&source.id, &words(&source.title)), "{name}");
                assert_eq!((&work.outlet, &work.author), (&words(&source.outlet), &source.author), "{name}");
                assert_eq!(work.published.map(|day| day.iso()), source.published, "{name}");
                assert_eq!(work.retrieved.map(|day| day.iso()), source.retrieved, "{name}");
                assert_eq!(work.archived.as_deref(), source.archived_url(), "{name}");
                let braces = |url: &str| url.replace("%7B", "{").replace("%7D", "}");
                assert_eq!(work.url.as_deref().map(braces), words(&source.url), "{name}");
            }
        }
    }
}
