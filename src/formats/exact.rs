//! JSON values whose numbers stand as a file writes them.
//!
//! What `serde_json` reads as a number is one that a computer reckons with: of 12345678901234567890123 its last digits
//! are lost, and 1.50, which says how exactly something is known, becomes 1.5. Here such a number is a string with a mark before it, and [`text`] and [`pretty`] write it as the number that
//! it was. A value of this kind is only for being written: who reckons reads the value in the usual way.

use std::borrow::Cow;
use std::io;

use serde::Serialize as _;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use serde_json::{Map, Value};

use super::number;
use super::written::{string_end, value_end};

/// What stands before the digits of a number. The first sign is none of any language: files are not meant to hold it, and
/// one that does has a mark of replacement there.
const MARK: &str = "\u{fdd0}number ";

/// A value of which every number can be written as it is in its JSON; `null` of text that is none.
pub fn value(json: &str) -> Value {
    serde_json::from_str(&marked(json)).unwrap_or_default()
}

/// Whether a JSON text has a number that would be written in another way.
pub(super) fn has_changed_numbers(json: &str) -> bool {
    matches!(marked(json), Cow::Owned(_))
}

/// The text with marked strings in place of such numbers as would be written in another way.
fn marked(json: &str) -> Cow<'_, str> {
    let bytes = json.as_bytes();
    let mut out = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => match string_end(bytes, at + 1) {
                Some(end) => at = end + 1,
                None => break,
            },
            b'-' | b'0'..=b'9' => {
                let end = value_end(bytes, at).unwrap_or(bytes.len());
                if let Some(digits) = json.get(at..end).filter(|digits| number::is_changed_in_json(digits)) {
                    out.push_str(&json[copied..at]);
                    out.push_str(&format!("\"{MARK}{digits}\""));
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if json.contains(&MARK[..3]) {
        return Cow::Owned(json.replace(&MARK[..3], "\u{fffd}"));
    }
    if copied == 0 { Cow::Borrowed(json) } else { Cow::Owned(out + &json[copied..]) }
}

/// The digits of such a number.
pub fn digits(value: &Value) -> Option<&str> {
    value.as_str()?.strip_prefix(MARK)
}

/// The same properties for one who reckons, with numbers as a computer has them.
pub(super) fn reckoned(properties: &Map<String, Value>) -> Cow<'_, Map<String, Value>> {
    if properties.values().all(|value| digits(value).is_none()) {
        return Cow::Borrowed(properties);
    }
    let value = |value: &Value| match digits(value) {
        Some(digits) => number::of_text(digits).map_or(Value::Null, Value::from),
        None => value.clone(),
    };
    Cow::Owned(properties.iter().map(|(name, one)| (name.clone(), value(one))).collect())
}

/// As compact JSON.
pub fn text(value: &Value) -> String {
    written(value, CompactFormatter)
}

/// As JSON for people, two blanks a level.
pub fn pretty(value: &Value) -> String {
    written(value, PrettyFormatter::new())
}

fn written(value: &Value, formatter: impl Formatter) -> String {
    let mut bytes = Vec::new();
    let exact = Exact { formatter, begun: false, is_number: false };
    // Values have no keys but strings, and a list of bytes takes all that is written.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, exact));
    String::from_utf8(bytes).unwrap_or_default()
}

/// Writes marked strings without their quotes and their mark.
struct Exact<F> {
    formatter: F,
    /// Whether a string has begun of which nothing has been written, its quote either.
    begun: bool,
    /// Whether it is a number.
    is_number: bool,
}

impl<F: Formatter> Exact<F> {
    fn quote<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        if std::mem::take(&mut self.begun) { self.formatter.begin_string(writer) } else { Ok(()) }
    }
}

/// Hands on what has nothing to do with strings.
macro_rules! hand_on {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        $(fn $name<W: io::Write + ?Sized>(&mut self, writer: &mut W $(, $argument: $kind)*) -> io::Result<()> {
            self.formatter.$name(writer $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Exact<F> {
    hand_on! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn begin_string<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        (self.begun, self.is_number) = (true, false);
        Ok(())
    }

    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let digits = fragment.strip_prefix(MARK).filter(|digits| self.begun && number::is_changed_in_json(digits));
        if let Some(digits) = digits {
            (self.begun, self.is_number) = (false, true);
            return writer.write_all(digits.as_bytes());
        }
        self.quote(writer)?;
        self.formatter.write_string_fragment(writer, fragment)
    }

    fn write_char_escape<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        escape: serde_json::ser::CharEscape,
    ) -> io::Result<()> {
        self.quote(writer)?;
        self.formatter.write_char_escape(writer, escape)
    }

    fn end_string<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.quote(writer)?;
        if std::mem::take(&mut self.is_number) { Ok(()) } else { self.formatter.end_string(writer) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_were() {
        for json in [
            r#"{"id":12345678901234567890123,"a":[-0.12345678901234567890,{"b":1e+23,"c":98765432109876543210987}],"d":"5"}"#,
            r#"{"12345678901234567890123":"12345678901234567890123","e\"":"\\\" 12345678901234567890123"}"#,
            r#"[1,-2.5,1e+300,"",null,true,18446744073709551615]"#,
            "12345678901234567890123",
            r#"{"a":1.50,"b":[1E+2,-0,4.0,0.10,1e-7],"c":"1.50"}"#,
        ] {
            assert_eq!(text(&value(json)), json);
            let usual: Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&pretty(&value(json))).unwrap(), usual);
            if !has_changed_numbers(json) {
                assert_eq!(pretty(&value(json)), serde_json::to_string_pretty(&usual).unwrap());
            }
        }
    }

    #[test]
    fn a_number_beyond_64_bits_takes_nothing_else_with_it() {
        assert_eq!(text(&value(r#"{"a":1e400,"b":2}"#)), r#"{"a":1e400,"b":2}"#);
    }

    #[test]
    fn no_text_of_a_file_becomes_a_number() {
        let text_of = |words: &str| text(&value(&Value::from(words).to_string()));
        assert_eq!(text_of("\u{fdd0}number 12345678901234567890123"), "\"\u{fffd}number 12345678901234567890123\"");
        let odd = Value::from("\u{fdd0}number 1,\"a\":2");
        assert_eq!(text(&odd), odd.to_string(), "what is no number stays a text");
        assert_eq!(value("{\"a\": 1"), Value::Null);
    }
}
