//! What is wrong with a text that should be JSON, in words for people: where, in which feature, and what to do.

use serde_json::Error;

/// What a text breaks the rules of JSON with, where a reader of JSON stopped with `error`; never that reader's own words.
pub(crate) fn fault(text: &str, error: &Error) -> String {
    let start = text.trim_start();
    if start.is_empty() {
        return "it is empty; fetch or save it again".to_owned();
    }
    if start.starts_with('<') {
        return "it begins as a web page or as XML does; fetch the data itself, not the page that shows it".to_owned();
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
        return format!("{place}: the text breaks off, as if the file had been cut short; fetch or save it again");
    }
    let what = match (around.before, text.as_bytes().get(at).copied().unwrap_or(b' ')) {
        _ if around.depth >= DEEPEST => "brackets are nested deeper than any map needs; save it from another program",
        (b',', b']' | b'}') => "a comma stands before the closing bracket; take that comma out",
        (b']' | b'}' | b'"' | b'0'..=b'9', b'{' | b'[' | b'"') if around.depth > 0 => {
            "a comma is missing here; put one in"
        }
        (_, b'N' | b'I') => "“NaN” and “Infinity” are no numbers in JSON; put null in their place, or leave them out",
        (_, b'\'') => "names and texts stand in double quotation marks; put those in place of the single ones",
        (_, b'/') => "JSON has no comments; take them out",
        (_, b'0'..=b'9' | b'-' | b'.' | b'e' | b'E' | b'+') => {
            "a number is not as JSON has it, or too large; correct it"
        }
        _ if around.depth == 0 && around.before == b'}' => "more follows where the JSON ends; take it out",
        _ => {
            "something else stands here than JSON allows; correct it, or save the file anew from the program that made it"
        }
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
            ("{\"features\":[\n{\"a\":[1]},\n]}", "line 3, column 1, after feature 1: a comma stands before"),
            ("{\"features\":[{\"a\":1,}]}", "in feature 1: a comma stands before"),
            ("{\"features\":[{\"a\":1}, {\"b\":[1.5", "in feature 2: the text breaks off"),
            ("{\"features\":[{\"a\":1} {\"b\":1}]}", "after feature 1: a comma is missing"),
            ("{\"features\":[{\"a\":NaN}]}", "in feature 1: “NaN”"),
            ("{\"features\":[{'a':1}]}", "in feature 1: names and texts stand in double"),
            ("{\"a\":1e999}", "a number is not as JSON has it, or too large"),
            ("{\"a\":1} x", "more follows where the JSON ends"),
            ("<!doctype html><p>Not found", "as a web page"),
            ("  \n", "it is empty"),
            ("hello", "line 1, column 1: something else stands here"),
        ];
        for (text, expected) in cases {
            let fault = fault_of(text);
            assert!(fault.contains(expected), "{text}: {fault}");
        }
        let deep = "[".repeat(5000);
        assert!(fault_of(&deep).contains("nested deeper"), "{}", fault_of(&deep));
    }
}
