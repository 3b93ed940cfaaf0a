//! Members of JSON objects, written one by one.

use std::io::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

/// An object in the making.
pub(super) struct Members<'a> {
    pub(super) out: &'a mut Vec<u8>,
    /// Put before each member, such as a line break.
    pub(super) before: &'static str,
    pub(super) any: bool,
}

impl<'a> Members<'a> {
    pub(super) fn begin(out: &'a mut Vec<u8>, before: &'static str) -> Self {
        out.push(b'{');
        Self { out, before, any: false }
    }

    /// A member whose value the caller writes.
    pub(super) fn key(&mut self, name: &str) -> &mut Vec<u8> {
        if std::mem::replace(&mut self.any, true) {
            self.out.push(b',');
        }
        self.out.extend_from_slice(self.before.as_bytes());
        json(self.out, name);
        self.out.push(b':');
        self.out
    }

    pub(super) fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        json(self.key(name), value);
    }

    pub(super) fn number(&mut self, name: &str, value: f64) {
        number(self.key(name), value);
    }

    /// All of `kept` but what has a meaning here.
    pub(super) fn rest(&mut self, kept: &Map<String, Value>, taken: &[&str]) {
        for (name, value) in kept {
            if !taken.contains(&name.as_str()) {
                self.put(name, value);
            }
        }
    }

    pub(super) fn end(self) {
        self.out.push(b'}');
    }
}

pub(super) fn json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        // Names and values that cannot be written do not exist among what is written here.
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// The shortest decimals that give the number again; what is no number is 0.
pub(super) fn number(out: &mut Vec<u8>, value: f64) {
    let value = if value.is_finite() { value } else { 0.0 };
    // A vector takes all that is written to it.
    let _ = write!(out, "{value}");
}

/// Units of 1e-7 as decimals, without zeros at the end. Half of the time of a save is spent here, so that the digits are
/// found in 32 bits and pushed together.
pub(super) fn decimal(out: &mut Vec<u8>, units: i64) {
    let mut digits = [b'0'; 24];
    let size = units.unsigned_abs();
    let (mut degrees, mut rest) = (size / 10_000_000, (size % 10_000_000) as u32);
    let mut end = 16;
    if rest == 0 {
        end -= 1;
    } else {
        digits[end - 1] = b'.';
        for place in (end..end + 7).rev() {
            digits[place] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        end += 7;
        while digits[end - 1] == b'0' {
            end -= 1;
        }
    }
    let mut start = 15;
    if let Ok(mut few) = u32::try_from(degrees) {
        while few > 9 {
            start -= 1;
            digits[start] = b'0' + (few % 10) as u8;
            few /= 10;
        }
        degrees = u64::from(few);
    }
    // No place on the earth comes here with more than one digit left.
    while degrees > 9 {
        start -= 1;
        digits[start] = b'0' + (degrees % 10) as u8;
        degrees /= 10;
    }
    start -= 1;
    digits[start] = b'0' + degrees as u8;
    if units < 0 {
        start -= 1;
        digits[start] = b'-';
    }
    out.extend_from_slice(&digits[start..end]);
}
