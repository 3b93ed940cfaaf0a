//! GeoJSON features one after the other: one a line, or each after a record separator (RFC 8142).

use serde_json::Value;

use super::format::{Candidate, Format, Holds};
use super::geojson::{Slow, mended, push_feature, text_of};
use super::json;
use super::read::{FeatureLayer, Input, Read, ReadError};
use super::wire::{self, Object};
use super::write::{Outgoing, WrittenFile};

/// GeoJSON as a sequence of texts.
pub const FORMAT: Format = Format {
    id: "geojson-lines",
    label: "GeoJSON, one feature a line",
    noun: "GeoJSON with one feature a line",
    extensions: &["geojsonl", "geojsons", "geojsonseq", "ndjson", "jsonl"],
    sniff,
    holds: Holds::Features(|input| read(input).map(Read::from)),
    write: Some(write),
};

/// The endings of files whose texts have record separators before them (RFC 8142); those of others have only lines.
const OF_RECORDS: [&str; 2] = ["geojsons", "geojsonseq"];

fn write(outgoing: &Outgoing<'_>) -> WrittenFile {
    let separator = OF_RECORDS.contains(&outgoing.ending).then_some(char::from(RECORD_SEPARATOR));
    let mut text = String::new();
    for feature in outgoing.features {
        text.extend(separator);
        push_feature(feature, &mut text);
        text.push('\n');
    }
    WrittenFile { bytes: text.into_bytes(), cannot_hold: Vec::new() }
}

/// What RFC 8142 puts before each text.
const RECORD_SEPARATOR: u8 = 0x1e;

/// A first line that is an object of GeoJSON, and another object in the next.
fn sniff(candidate: &Candidate<'_>) -> bool {
    if candidate.begins_with(RECORD_SEPARATOR) {
        return true;
    }
    if !candidate.begins_with(b'{') {
        return false;
    }
    let bytes = candidate.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(candidate.bytes).trim_ascii_start();
    let Some(end) = memchr::memchr(b'\n', bytes) else { return false };
    let (first, rest) = bytes.split_at(end);
    rest.trim_ascii_start().first() == Some(&b'{')
        && ["Feature", "FeatureCollection", "coordinates"].iter().any(|name| wire::names(first, name))
        && serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok()
}

/// Reads features, and collections and geometries as well, in the order of the file.
fn read(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    let text = text_of(input.bytes)?;
    let mut slow = Slow::in_system(input);
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| Some(at + rest.find(|letter: char| !is_between(letter))?)) {
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Object>();
        let (object, length) = match values.next() {
            Some(Ok(object)) => (object, values.byte_offset()),
            Some(Err(error)) if error.is_data() => {
                let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
                match values.next() {
                    Some(Ok(value)) => (mended(value)?, values.byte_offset()),
                    Some(Err(error)) => return Err(not_json(&text[start..], &error, slow.count(), text, start)),
                    None => break,
                }
            }
            Some(Err(error)) => return Err(not_json(&text[start..], &error, slow.count(), text, start)),
            None => break,
        };
        slow.add(object, &text[start..start + length])?;
        at = start + length.max(1);
    }
    Ok(slow.finished())
}

fn is_between(letter: char) -> bool {
    letter.is_ascii_whitespace() || letter == char::from(RECORD_SEPARATOR)
}

/// What is wrong with the text that comes after `count` features, which begins at `start` of the whole.
fn not_json(text: &str, error: &serde_json::Error, count: usize, whole: &str, start: usize) -> ReadError {
    let lines = memchr::memchr_iter(b'\n', &whole.as_bytes()[..start]).count();
    // A text ends with its line, unless it goes on for several; what is wrong in it is in the first that is left.
    let end = text.find(char::from(RECORD_SEPARATOR)).unwrap_or(text.len());
    ReadError::NotJson(format!(
        "feature {}, which begins in line {}: {}",
        count + 1,
        lines + 1,
        json::fault(&text[..end], error)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(name: &str, west: f64) -> String {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},48.5],[37.2,48.5],[37.2,48.8],[{west},48.8],[{west},48.5]]]}}}}"#
        )
    }

    fn names(text: &str) -> Vec<String> {
        let read = read(&Input::of(text.as_bytes())).expect("they can be read");
        (0..read.features.rows.count()).map(|feature| read.features.rows.text(feature).to_owned()).collect()
    }

    #[test]
    fn lines_and_records_give_the_same_features() {
        let cells = [cell("a", 37.0), cell("b", 37.1), cell("c", 36.9)];
        let lines = names(&cells.join("\n"));
        assert_eq!(lines, [r#"{"name":"a"}"#, r#"{"name":"b"}"#, r#"{"name":"c"}"#]);
        let records: String = cells.iter().map(|cell| format!("\u{1e}{cell}\n")).collect();
        assert_eq!(names(&records), lines);
        // RFC 8142, section 2: a text may take several lines.
        let spread = records.replace(",\"geometry\"", ",\n  \"geometry\"");
        assert_eq!(names(&spread), lines);
        assert_eq!(names(&format!("\u{feff}{}\r\n\r\n", cells[0])), lines[..1]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_feature_and_line() {
        let cases = [
            (
                format!("{}\n{}", cell("a", 37.0), &cell("b", 37.0)[..60]),
                "feature 2, which begins in line 2",
                "ends too soon",
            ),
            (format!("{}\n{{\"type\":\"Feature\",}}", cell("a", 37.0)), "feature 2, which begins in line 2", "a comma"),
            (format!("{}\n{}", cell("a", 37.0), cell("b", 437.0)), "feature 2", "not a longitude and latitude"),
            (format!("{}\n[1]", cell("a", 37.0)), "it is a list", ""),
        ];
        for (text, expected, also) in cases {
            let error = read(&Input::of(text.as_bytes())).expect_err("something is wrong").to_string();
            assert!(error.contains(expected) && error.contains(also), "{error}");
        }
    }
}
