//! JSON as it stands in a file: where members and values begin and end, and a value with every digit of its numbers.
//!
//! All of it takes text that somebody has read as JSON before, so that it needs no second look at what stands there. Of other
//! text it finds some or nothing.

use std::borrow::Cow;

use memchr::memmem;
use serde_json::{Number, Value};

use super::{exact, number};

/// A member of an object, as it stands in the text.
pub(super) struct Member<'a> {
    /// Between its quotes, with its escapes.
    pub(super) name: &'a str,
    /// As JSON.
    pub(super) value: &'a str,
}

/// The members of an object: this takes a fifth of the time of a reader of any JSON.
pub(super) fn members(object: &str) -> impl Iterator<Item = Member<'_>> {
    let bytes = object.as_bytes();
    let mut at = 0;
    let to = move |from: usize, wanted: u8| Some(from + memchr::memchr(wanted, bytes.get(from..)?)?);
    std::iter::from_fn(move || {
        let name_start = to(at, b'"')? + 1;
        let name_end = string_end(bytes, name_start)?;
        let start = after_space(bytes, to(name_end, b':')? + 1);
        let end = value_end(bytes, start)?;
        at = end;
        Some(Member { name: object.get(name_start..name_end)?, value: object.get(start..end)? })
    })
}

/// The items of a list.
pub(super) fn items(list: &str) -> impl Iterator<Item = &str> {
    let bytes = list.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        // After the bracket, or after a comma.
        at = after_space(bytes, at);
        if !matches!(bytes.get(at)?, b'[' | b',') {
            return None;
        }
        let start = after_space(bytes, at + 1);
        let end = value_end(bytes, start).filter(|end| *end > start)?;
        at = end;
        list.get(start..end)
    })
}

fn after_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The place of the quote that ends a string which begins before `at`.
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// Where a value ends.
pub(super) fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    match bytes.get(start)? {
        b'"' => Some(string_end(bytes, start + 1)? + 1),
        b'{' | b'[' => {
            let (mut depth, mut at) = (0_usize, start);
            loop {
                match bytes.get(at)? {
                    b'"' => at = string_end(bytes, at + 1)?,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' if depth == 1 => return Some(at + 1),
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
            }
        }
        _ => {
            let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
            Some(start + bytes[start..].iter().position(is_end)?)
        }
    }
}

/// A value that is a string; its own text where that has no escapes.
pub fn words_of(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { unescaped(inner).map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

/// Whether a name as it stands in a text, with its escapes, is this one.
pub(super) fn is_name(written: &str, name: &str) -> bool {
    written == name
        || written.len() > name.len() && written.contains('\\') && unescaped(written).as_deref() == Some(name)
}

/// What stands between the quotes of a string without its escapes.
pub(super) fn unescaped(written: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{written}\"")).ok()
}

/// The last member of a name, as JSON.
pub(super) fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    members(object).filter(|member| is_name(member.name, name)).last().map(|member| member.value)
}

/// Looks for one member in many objects.
#[derive(Debug, Clone)]
pub struct Finder {
    name: String,
    /// The name in its quotes; none where it may be other than it is, or stand between two strings.
    quoted: Option<memmem::Finder<'static>>,
}

impl Finder {
    /// Of members of this name.
    pub fn new(name: &str) -> Self {
        // A quote that ends a string and the next that begins one always have one of these between them.
        let is_plain = !name.contains(|letter: char| ":,[]{}\"\\".contains(letter) || letter.is_control());
        let quoted = is_plain.then(|| memmem::Finder::new(format!("\"{name}\"").as_bytes()).into_owned());
        Self { name: name.to_owned(), quoted }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last member of the name in an object, as JSON. In an object that holds no other and has no escapes, what is not
    /// looked for is passed over at the speed of memory: a tenth of the time of a look at each member.
    pub fn find<'a>(&self, object: &'a str) -> Option<&'a str> {
        let bytes = object.as_bytes();
        let Some(quoted) = self
            .quoted
            .as_ref()
            .filter(|_| bytes.first() == Some(&b'{') && memchr::memchr3(b'{', b'[', b'\\', &bytes[1..]).is_none())
        else {
            return member(object, &self.name);
        };
        let mut found = None;
        let mut at = 0;
        while let Some(next) = quoted.find(&bytes[at..]) {
            at += next + quoted.needle().len();
            let colon = after_space(bytes, at);
            // Else it is a value of these letters.
            if bytes.get(colon) == Some(&b':') {
                let start = after_space(bytes, colon + 1);
                let end = value_end(bytes, start)?;
                found = object.get(start..end);
                at = end;
            }
        }
        found
    }
}

/// A value as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub enum Written<'a> {
    /// `null`.
    Null,
    /// True or false.
    Bool(bool),
    /// A number as it is written.
    Number(Cow<'a, str>),
    /// Text.
    Text(Cow<'a, str>),
    /// A list or an object, as JSON.
    Nested(&'a str),
}

impl<'a> Written<'a> {
    /// Of its JSON; `None` of text that is none.
    pub fn of(json: &'a str) -> Option<Self> {
        Some(match json.as_bytes().first()? {
            b'n' => Self::Null,
            b't' => Self::Bool(true),
            b'f' => Self::Bool(false),
            b'"' => Self::Text(words_of(json)?),
            b'{' | b'[' => Self::Nested(json),
            _ => Self::Number(Cow::Borrowed(json)),
        })
    }

    /// Of a number that is not from a file.
    pub fn number(value: f64) -> Self {
        Self::Number(Cow::Owned(value.to_string()))
    }

    /// Whether it says nothing: `null` or blank text.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim_start().is_empty(),
            Self::Bool(_) | Self::Number(_) | Self::Nested(_) => false,
        }
    }

    /// In words: text as it stands, nothing for `null`, numbers as they are written, lists and objects as JSON.
    pub fn words(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Number(text) => Cow::Borrowed(text),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Nested(json) => Cow::Owned(exact::text(&exact::value(json))),
        }
    }

    /// What tells it from other values: as [`Self::words`], but a number in its shortest form, for 1.50 is 1.5. One with
    /// more digits than a computer's number has stands as it is written.
    pub fn key(&self) -> Cow<'_, str> {
        match self {
            Self::Number(text) if !number::is_lossy(text) => serde_json::from_str::<Number>(text)
                .map_or(Cow::Borrowed(text), |number| Cow::Owned(number.to_string())),
            other => other.words(),
        }
    }

    /// The number that it is, or that its text seems to be, as it is written. A text with a plus is none.
    pub fn number_text(&self) -> Option<&str> {
        match self {
            Self::Number(text) => Some(text),
            Self::Text(text) => {
                let text = text.trim();
                text.starts_with(|first: char| first.is_ascii_digit() || "-.".contains(first)).then_some(text)
            }
            Self::Null | Self::Bool(_) | Self::Nested(_) => None,
        }
    }

    /// The same as the nearest number that a computer reckons with; a text with a 0 before its digits is a code and none.
    pub fn as_number(&self) -> Option<f64> {
        let text = self.number_text()?;
        let digits = text.trim_start_matches('-').as_bytes();
        let is_code = digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit();
        if is_code { None } else { number::of_text(text) }
    }

    /// As JSON is read by programs: numbers of more than 17 digits lose some.
    pub fn value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(text) => serde_json::from_str(text).unwrap_or_default(),
            Self::Text(text) => Value::String(text.to_string()),
            Self::Nested(json) => serde_json::from_str(json).unwrap_or_default(),
        }
    }

    /// The same, a number that would lose digits as text: so that every digit counts where it is compared.
    pub fn comparable(&self) -> Value {
        match self {
            Self::Number(text) if number::is_lossy(text) => Value::String(text.to_string()),
            other => other.value(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    const ODD: &str = r#"{ "a" : "x\"},\\" , "b":[1,{"a":"]"}, [ ]],"c":{"a":{"b":"}"}},
            "a\u0062":3,"":0 ,"e":-1.5e3	,"f":null,"b":true,"long\\\"name":"y"}"#;

    #[test]
    fn members_are_those_that_serde_json_finds() {
        let all: Map<String, Value> = serde_json::from_str(ODD).unwrap();
        for (name, value) in &all {
            let found = member(ODD, name).unwrap_or_else(|| panic!("no {name}"));
            assert_eq!(serde_json::from_str::<Value>(found).unwrap(), *value, "{name}");
            assert_eq!(words_of(found).as_deref(), value.as_str(), "{name}");
        }
        assert_eq!((members(ODD).count(), member(ODD, "d").is_none()), (9, true));
        // Of what nobody has read as JSON little can be said, but that it ends.
        for end in (0..ODD.len()).filter(|end| ODD.is_char_boundary(*end)) {
            assert!(members(&ODD[..end]).count() <= 9 && members(&ODD[end..]).count() <= 9);
        }
    }

    #[test]
    fn a_finder_finds_the_member_that_a_look_at_each_finds() {
        let plain = r#"{"a":"b","b" : "a" ,"n":12,"twice":1,"\t":2,"twice" :2.5,"x":",","y":":","long name":true}"#;
        let flat = r#"{"a":"b","b" : "a" ,"n":12,"twice":1,"twice" :2.5,"x":",","y":":","long name":true}"#;
        for object in [ODD, plain, flat, "{}", "", r#"{"n": {"n": 3}}"#, r#"{"n": [ "n" ], "b": "{"}"#] {
            for name in ["a", "b", "n", "twice", "x", "y", "long name", ",", ":", "ab", "", "e", "f", "\t", "missing"] {
                assert_eq!(Finder::new(name).find(object), member(object, name), "{name} in {object}");
            }
            for end in (0..object.len()).filter(|end| object.is_char_boundary(*end)) {
                let _ = Finder::new("n").find(&object[..end]);
            }
        }
    }

    #[test]
    fn items_are_those_of_a_list() {
        assert_eq!(
            items(r#" [ 1,"a,]" ,{"b":[2]}, [ ] ]"#).collect::<Vec<_>>(),
            ["1", "\"a,]\"", "{\"b\":[2]}", "[ ]"]
        );
        assert_eq!((items("[]").count(), items("[ ]").count(), items("").count(), items("{}").count()), (0, 0, 0, 0));
    }

    #[test]
    fn numbers_stand_as_they_are_written() {
        for (json, words) in [
            ("12345678901234567890123", "12345678901234567890123"),
            ("-12345678901234567890123", "-12345678901234567890123"),
            ("0.12345678901234567890", "0.12345678901234567890"),
            ("18446744073709551615", "18446744073709551615"),
            ("100000000000000000000000", "100000000000000000000000"),
            ("1.50", "1.50"),
            ("1E+2", "1E+2"),
            ("true", "true"),
            ("null", ""),
            ("\"a\\u0062\"", "ab"),
            ("[ 12345678901234567890123, \"a\" ]", "[12345678901234567890123,\"a\"]"),
        ] {
            assert_eq!(Written::of(json).unwrap().words(), words, "{json}");
        }
        for (json, key) in [("1.50", "1.5"), ("1e3", "1000.0"), ("12345678901234567890123", "12345678901234567890123")]
        {
            assert_eq!(Written::of(json).unwrap().key(), key, "{json}");
        }
    }

    #[test]
    fn a_text_that_is_a_number_is_told_from_a_code() {
        for (text, number) in [
            ("12", Some(12.0)),
            (" -2.5 ", Some(-2.5)),
            (".5", Some(0.5)),
            ("0", Some(0.0)),
            ("0.5", Some(0.5)),
            ("007", None),
            ("-007", None),
            ("+380441234567", None),
            ("2025-02-01", None),
            ("inf", None),
            ("", None),
        ] {
            assert_eq!(Written::Text(text.into()).as_number(), number, "{text}");
        }
    }
}
