//! The text of a `dossier.json` that is written again: what did not change stays as it stood, letter for letter, so that
//! versions of a dossier differ where it was edited and nowhere else.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize as _};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// How far each level is indented where nothing says otherwise.
const INDENT: &str = "  ";

/// The members of an object in their order, each as it was written.
struct Written<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Written<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Written<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &RawValue>()? {
                    members.push(member);
                }
                Ok(Written(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// The members as a text, with each member and each entry of a list that is as in `former` written as it stands there.
pub(super) fn rewritten(former: &str, members: &Map<String, Value>) -> String {
    let Ok(Written(written)) = serde_json::from_str::<Written<'_>>(former) else { return fresh(members) };
    let start = former.find('{').map_or(0, |at| at + 1);
    let between = white_space_after(former, start);
    // A text on one line is written anew: there is nothing in it to stay in its place.
    if !between.contains('\n') {
        return fresh(members);
    }
    let mut out = former[..start].to_owned();
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(between);
        out.push_str(&quoted(name));
        out.push_str(": ");
        match written.iter().rev().find(|(other, _)| other == name).map(|(_, raw)| raw.get()) {
            Some(raw) if is(raw, value) => out.push_str(raw),
            Some(raw) => list(&mut out, raw, value, between),
            None => pretty(&mut out, value, between),
        }
    }
    let end = former.rfind('}').unwrap_or(former.len());
    let kept = former[..end].len() - former[..end].trim_end().len();
    out.push_str(&former[end - kept..]);
    out
}

/// The members as a text of their own.
pub(super) fn fresh(members: &Map<String, Value>) -> String {
    // Strings alone are keys, so that nothing here can fail.
    let mut text = serde_json::to_string_pretty(members).unwrap_or_default();
    text.push('\n');
    text
}

/// A list whose entries are as they stood where they did not change; any other value is written anew.
fn list(out: &mut String, former: &str, value: &Value, indent: &str) {
    let (Ok(entries), Some(now)) = (serde_json::from_str::<Vec<&RawValue>>(former), value.as_array()) else {
        return pretty(out, value, indent);
    };
    let inner = match white_space_after(former, 1) {
        between if between.contains('\n') && !entries.is_empty() => between.to_owned(),
        _ => format!("{indent}{INDENT}"),
    };
    let mut stood: HashMap<String, Vec<&str>> = HashMap::new();
    for entry in &entries {
        stood.entry(plain(entry.get())).or_default().push(entry.get());
    }
    if now.is_empty() {
        return out.push_str("[]");
    }
    out.push('[');
    for (index, entry) in now.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&inner);
        match stood.get(&entry.to_string()).and_then(|same| same.first()) {
            Some(raw) => out.push_str(raw),
            None => pretty(out, entry, &inner),
        }
    }
    out.push_str(indent);
    out.push(']');
}

/// A value in lines, those after the first indented as what stands in `indent`, a line feed and spaces.
fn pretty(out: &mut String, value: &Value, indent: &str) {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push_str(indent);
        }
        out.push_str(line);
    }
}

fn is(raw: &str, value: &Value) -> bool {
    serde_json::from_str::<Value>(raw).is_ok_and(|was| was == *value)
}

/// A value without white space, to be compared; its own text if it is none.
fn plain(raw: &str) -> String {
    serde_json::from_str::<Value>(raw).map_or_else(|_| raw.to_owned(), |value| value.to_string())
}

fn quoted(name: &str) -> String {
    let mut out = Vec::new();
    let mut writer = serde_json::Serializer::new(&mut out);
    match name.serialize(&mut writer) {
        Ok(()) => String::from_utf8(out).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

fn white_space_after(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    &rest[..rest.len() - rest.trim_start().len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMER: &str = r#"{
  "id": "quill",  "limits_bbox": [-28.2, 39.9,
     -27.8, 40.1],
  "sources": [
    { "id": "post", "url": "https://post.example/1",   "own": 0.30 },
    { "id": "other", "cites": [] }
  ],
  "notes": []
}
"#;

    fn members(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_did_not_change_stays_letter_for_letter() {
        let mut now = members(FORMER);
        now["sources"][1]["cites"] = serde_json::json!(["post"]);
        let text = rewritten(FORMER, &now);
        assert_eq!(members(&text), now);
        assert!(text.contains(r#"    { "id": "post", "url": "https://post.example/1",   "own": 0.30 },"#), "{text}");
        assert!(text.contains("\"limits_bbox\": [-28.2, 39.9,\n     -27.8, 40.1],"), "{text}");
        assert!(text.ends_with("  ],\n  \"notes\": []\n}\n"), "{text}");
    }

    #[test]
    fn entries_are_added_moved_and_taken_away() {
        let mut now = members(FORMER);
        let sources = now["sources"].as_array_mut().unwrap();
        sources.swap(0, 1);
        sources.push(serde_json::json!({ "id": "third", "title": "Ձմեռ" }));
        now["notes"] = serde_json::json!([{ "id": "n" }]);
        now.insert("kept".to_owned(), serde_json::json!({ "a": 1 }));
        let text = rewritten(FORMER, &now);
        assert_eq!(members(&text), now);
        assert!(text.contains("[\n    { \"id\": \"other\", \"cites\": [] },\n    { \"id\": \"post\""), "{text}");
        assert!(text.contains("    {\n      \"id\": \"third\",\n      \"title\": \"Ձմեռ\"\n    }\n  ],"), "{text}");
        assert!(text.ends_with("  \"kept\": {\n    \"a\": 1\n  }\n}\n"), "{text}");
        now["sources"] = serde_json::json!([]);
        assert!(rewritten(FORMER, &now).contains("\"sources\": [],"));
    }

    #[test]
    fn a_text_on_one_line_or_of_another_kind_is_written_anew() {
        let now = members(r#"{"b":1,"a":[2]}"#);
        for former in ["", "[]", r#"{"b":1}"#] {
            assert_eq!(rewritten(former, &now), "{\n  \"b\": 1,\n  \"a\": [\n    2\n  ]\n}\n");
        }
    }
}
