//! What is wrong with a text that should be JSON, in words for people: where, in which feature, and what to do.

use serde_json::Error;

/// What a text breaks the rules of JSON with, where a reader of JSON stopped with `error`; never that reader's own words.
pub(crate) fn fault(text: &str, error: &Error) -> String {
    let start = text.trim_start();
    if start.is_empty() {
        return "it is empty; download or save it again".to_owned();
    }
    if start.starts_with('<') {
        return "it looks like a web page or XML; download the data itself, not the page that shows it".to_owned();
    }
    let at = place(text, error.line(), error.column());
    let around = Around::of(text, at);
    let (line, column) = (error.line(), error.column().max(1));
    let place = match around.feature {
        0 => format!("line {line}, column {column}"),
        feature if around.within => format!("line {line}, column {column}, in feature {feature}"),
        feature => format!("line {line}, column {column}, after feature {feature}"),
    };
    if error.is_eof() {
        return format!(
            "{place}: the text ends too soon, as if the file had been cut short; download or save it again"
        );
    }
    let what = match (around.before, text.as_bytes().get(at).copied().unwrap_or(b' ')) {
        _ if around.depth >= DEEPEST => "brackets are nested deeper than any map needs; save it from another program",
        (b',', b']' | b'}') => "there is a comma before the closing bracket; remove it",
        (b']' | b'}' | b'"' | b'0'..=b'9', b'{' | b'[' | b'"') if around.depth > 0 => {
            "a comma is missing here; put one in"
        }
        (_, b'N' | b'I') => "“NaN” and “Infinity” are not numbers in JSON; write null instead, or leave them out",
        (_, b'\'') => "names and texts need double quotation marks; use them instead of the single ones",
        (_, b'/') => "JSON has no comments; remove them",
        (_, b'0'..=b'9' | b'-' | b'.' | b'e' | b'E' | b'+') => "a number is not valid JSON, or too large; correct it",
        _ if around.depth == 0 && around.before == b'}' => "there is more text after the end of the JSON; remove it",
        _ => "JSON does not allow what is here; correct it, or save the file again from the program that made it",
    };
    format!("{place}: {what}")
}

/// Brackets within brackets that a reader follows, with some to spare.
const DEEPEST: usize = 120;

/// The byte of a line and a column that are counted from 1.
fn place(text: &str, line: usize, column: usize) -> usize {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes());
    let start = if line > 1 { lines.take(line - 1).last().map_or(0, |end| end + 1) } else { 0 };
    (start + column.saturating_sub(1)).min(text.len())
}

/// What stands before a place in a text.
struct Around {
    /// How many brackets are open.
    depth: usize,
    /// How many objects have begun in a list of the outermost object, or one after the other.
    feature: usize,
    /// Whether the last of them has not ended.
    within: bool,
    /// The last byte that is no white space.
    before: u8,
}

impl Around {
    fn of(text: &str, at: usize) -> Self {
        let mut around = Self { depth: 0, feature: 0, within: false, before: b' ' };
        // The depth that features stand in: 2 within a collection's list.
        let mut feature_depth = 2;
        let bytes = text.as_bytes().get(..at).unwrap_or_default();
        let mut index = 0;
        while let Some(&byte) = bytes.get(index) {
            match byte {
                b'"' => {
                    index += 1;
                    while bytes.get(index).is_some_and(|byte| *byte != b'"') {
                        index += if bytes[index] == b'\\' { 2 } else { 1 };
                    }
                }
                b'{' | b'[' => {
                    if byte == b'{' && around.depth == 0 && around.before == b'}' {
                        // One object follows another: each is a feature.
                        feature_depth = 0;
                        around.feature = around.feature.max(1);
                    }
                    if byte == b'{' && around.depth == feature_depth {
                        around.feature += 1;
                        around.within = true;
                    }
                    around.depth += 1;
                }
                b'}' | b']' => {
                    around.depth = around.depth.saturating_sub(1);
                    if around.depth == feature_depth {
                        around.within = false;
                    }
                }
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                around.before = byte;
            }
            index += 1;
        }
        around
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(text: &str) -> String {
        fault(text, &serde_json::from_str::<serde_json::Value>(text).expect_err("it is no JSON"))
    }

    #[test]
    fn it_is_said_where_in_which_feature_and_what_to_do() {
        let cases = [
            ("{\"features\":[\n{\"a\":[1]},\n]}", "line 3, column 1, after feature 1: there is a comma before"),
            ("{\"features\":[{\"a\":1,}]}", "in feature 1: there is a comma before"),
            ("{\"features\":[{\"a\":1}, {\"b\":[1.5", "in feature 2: the text ends too soon"),
            ("{\"features\":[{\"a\":1} {\"b\":1}]}", "after feature 1: a comma is missing"),
            ("{\"features\":[{\"a\":NaN}]}", "in feature 1: “NaN”"),
            ("{\"features\":[{'a':1}]}", "in feature 1: names and texts need double"),
            ("{\"a\":1e999}", "a number is not valid JSON, or too large"),
            ("{\"a\":1} x", "there is more text after the end of the JSON"),
            ("<!doctype html><p>Not found", "like a web page"),
            ("  \n", "it is empty"),
            ("hello", "line 1, column 1: JSON does not allow what is here"),
        ];
        for (text, expected) in cases {
            let fault = fault_of(text);
            assert!(fault.contains(expected), "{text}: {fault}");
        }
        let deep = "[".repeat(5000);
        assert!(fault_of(&deep).contains("nested deeper"), "{}", fault_of(&deep));
    }
}
