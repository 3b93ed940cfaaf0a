//! The plainest GeoJSON, a collection of features without any oddity, read byte by byte: coordinates straight into
//! numbers, in a third of the time that a reader of any JSON takes.
//!
//! Whatever is out of the ordinary makes it give up, and the whole text is read again by those who can say what is wrong
//! with it. It never accepts what they would not, and gives the same numbers to the last bit.

use std::io::Read;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::exact;
use super::feature::Feature;
use super::table::FeatureTable;
use super::wire::{Nested, Object};
use crate::geometry::{Coord, Geometry};

/// What to say of positions with a third number.
pub(super) const HEIGHTS: &str = "heights are left out: the map is flat";

/// What takes features as they are read.
pub(super) trait Taker: Default {
    /// Takes one; `None` where it cannot.
    fn take(&mut self, feature: Scanned<'_>) -> Option<()>;
}

/// A feature that has been read but for its properties.
pub(super) struct Scanned<'a> {
    geometry: Geometry<f64>,
    /// Whether a ring of it had to be closed.
    is_open: bool,
    /// Whether a position of it, or of one before it, had a height.
    has_heights: bool,
    /// The JSON text of an object or `null`, or nothing.
    properties: &'a str,
    /// The JSON text of a string or a number.
    id: Option<&'a str>,
    /// As [`exact`] has values.
    members: Map<String, Value>,
}

impl Taker for Vec<Feature> {
    fn take(&mut self, feature: Scanned<'_>) -> Option<()> {
        let Scanned { geometry, properties, id, members, .. } = feature;
        let properties: Option<Map<String, Value>> =
            if properties.is_empty() { None } else { serde_json::from_str(properties).ok()? };
        let properties = properties.unwrap_or_default();
        let id = id.map(serde_json::from_str).transpose().ok()?;
        self.push(Feature { geometry: Some(geometry), properties, id, members });
        Some(())
    }
}

impl Taker for FeatureTable {
    fn take(&mut self, feature: Scanned<'_>) -> Option<()> {
        let Scanned { geometry, properties, id, members, is_open, has_heights } = feature;
        let properties = if properties == "null" { "" } else { properties };
        if is_open {
            self.unclosed.push(self.rows.count() as u32);
        }
        if has_heights && !self.notes.iter().any(|note| note == HEIGHTS) {
            self.notes.push(HEIGHTS.to_owned());
        }
        self.push(Some(geometry), properties, id, members);
        Some(())
    }
}

/// Features and foreign members of a FeatureCollection; `None` where anything is out of the ordinary.
pub(super) fn collection<T: Taker>(text: &str) -> Option<(T, Map<String, Value>)> {
    let mut scan = Scan::new(text);
    let mut found = Collection::default();
    while found.step(&mut scan).is_some() {}
    scan.space();
    found.finished().filter(|_| scan.at == scan.bytes.len())
}

/// What is read at a time: little enough to stay near the processor while it is looked through.
const BLOCK: usize = 256 * 1024;

/// The same of a text that is not at hand as a whole, and never need be: it is read in blocks, each over the one before.
/// `None` also where it cannot be read, and where `stop` finds something in it.
pub(super) fn collection_in_blocks<T: Taker>(
    mut source: impl Read,
    stop: impl Fn(&[u8]) -> bool,
) -> Option<(T, Map<String, Value>)> {
    let mut buffer = vec![0; BLOCK];
    let mut filled = 0;
    let mut found = Collection::default();
    // A scan of nothing; what it keeps for its memory goes from block to block.
    let mut kept = Scan::new("");
    loop {
        filled += read_into(&mut source, &mut buffer[filled..]).ok()?;
        let ended = filled < buffer.len();
        let text = match std::str::from_utf8(&buffer[..filled]) {
            Ok(text) => text,
            // A letter of several bytes, of which the rest is still to come.
            Err(error) if error.error_len().is_none() && !ended => {
                std::str::from_utf8(&buffer[..error.valid_up_to()]).ok()?
            }
            Err(_) => return None,
        };
        if stop(text.as_bytes()) {
            return None;
        }
        let tried = if ended { text.len() } else { last_end(text.as_bytes()) };
        let mut scan = Scan { text, bytes: text.as_bytes(), at: 0, ..kept };
        let mut done = 0;
        while done < tried && found.step(&mut scan).is_some() {
            done = scan.at;
        }
        kept = Scan { text: "", bytes: b"", ..scan };
        if ended {
            let only_space = buffer[done..filled].iter().all(|byte| is_space(*byte));
            return found.finished().filter(|_| only_space);
        }
        if found.next == Next::Nothing {
            done += buffer[done..filled].iter().take_while(|byte| is_space(**byte)).count();
        }
        buffer.copy_within(done..filled, 0);
        filled -= done;
        if filled > buffer.len() / 2 {
            buffer.resize(2 * buffer.len(), 0);
        }
    }
}

/// Fills a buffer as far as there is something to fill it with, and says how far.
fn read_into(source: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Where what is probably the last whole feature in a part of a text ends, as most programs write them: to try the one after
/// it would be in vain. Nothing worse comes of a mistake than trying later.
fn last_end(bytes: &[u8]) -> usize {
    let mut later = usize::MAX;
    for at in memchr::memrchr_iter(b'}', bytes) {
        if later == at + 1 || (later == at + 2 && bytes[at + 1] == b' ') {
            return at;
        }
        later = at;
    }
    0
}

/// A FeatureCollection of which a part has been read.
#[derive(Default)]
struct Collection<T> {
    next: Next,
    is_collection: Option<bool>,
    features: Option<T>,
    rest: Map<String, Value>,
}

/// What comes next in the text of a collection.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Next {
    #[default]
    Brace,
    MemberOrEnd,
    Member,
    AfterMember,
    FeatureOrEnd,
    Feature,
    AfterFeature,
    Nothing,
}

impl<T: Taker> Collection<T> {
    /// Takes the next piece. Where that fails nothing has changed but the place in the text, so that it can be tried again
    /// with more of the text at hand.
    fn step(&mut self, scan: &mut Scan<'_>) -> Option<()> {
        self.next = match self.next {
            Next::Brace => scan.take(b'{').map(|()| Next::MemberOrEnd)?,
            Next::MemberOrEnd if scan.take(b'}').is_some() => Next::Nothing,
            Next::MemberOrEnd | Next::Member => self.member(scan)?,
            Next::AfterMember if scan.take(b',').is_some() => Next::Member,
            Next::AfterMember => scan.take(b'}').map(|()| Next::Nothing)?,
            Next::FeatureOrEnd if scan.take(b']').is_some() => Next::AfterMember,
            Next::FeatureOrEnd | Next::Feature => {
                let feature = scan.feature()?;
                self.features.get_or_insert_default().take(feature)?;
                Next::AfterFeature
            }
            Next::AfterFeature if scan.take(b',').is_some() => Next::Feature,
            Next::AfterFeature => scan.take(b']').map(|()| Next::AfterMember)?,
            Next::Nothing => return None,
        };
        Some(())
    }

    fn member(&mut self, scan: &mut Scan<'_>) -> Option<Next> {
        let key = scan.key()?;
        match key {
            "type" => {
                let is_collection = scan.string()? == "FeatureCollection";
                once(&mut self.is_collection, is_collection)?;
            }
            "features" => {
                scan.take(b'[')?;
                once(&mut self.features, T::default())?;
                return Some(Next::FeatureOrEnd);
            }
            "geometry" | "properties" | "id" | "coordinates" | "geometries" => return None,
            other => {
                let value = scan.value()?;
                // The digits of a number may go on.
                scan.space();
                scan.bytes.get(scan.at)?;
                if other != "bbox" {
                    self.rest.insert(other.to_owned(), value);
                }
            }
        }
        Some(Next::AfterMember)
    }

    /// All of it.
    fn finished(self) -> Option<(T, Map<String, Value>)> {
        (self.next == Next::Nothing && self.is_collection?).then_some((self.features?, self.rest))
    }
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Scratch, kept for its memory.
    line: Vec<Coord<f64>>,
    /// Whether a position had a height.
    has_heights: bool,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, line: Vec::new(), has_heights: false }
    }

    fn feature(&mut self) -> Option<Scanned<'a>> {
        let (mut kind, mut geometry, mut properties, mut id) = (None, None, None, None);
        let mut members = Map::new();
        self.members(|scan, key| match key {
            "type" => once(&mut kind, scan.string()?),
            "geometry" => once(&mut geometry, scan.geometry()?),
            "properties" => once(&mut properties, scan.properties()?),
            "id" => {
                let (text, value) = scan.value_text()?;
                once(&mut id, (value.is_string() || value.is_number()).then_some(text)?)
            }
            "features" | "coordinates" | "geometries" | "crs" => None,
            "bbox" => scan.value::<Value>().map(drop),
            other => {
                let (text, _) = scan.value_text()?;
                members.insert(other.to_owned(), exact::value(text));
                Some(())
            }
        })?;
        let object: Object = geometry?;
        let is_open = object.has_open_ring();
        let geometry = object.into_geometry().ok()?;
        let properties = properties.unwrap_or_default();
        (kind? == "Feature").then_some(Scanned {
            geometry,
            is_open,
            has_heights: self.has_heights,
            properties,
            id,
            members,
        })
    }

    /// The text of a feature's properties: to make a map of all takes longer than a small area's coordinates.
    fn properties(&mut self) -> Option<&'a str> {
        let start = self.at;
        if self.bytes.get(start) != Some(&b'{') || self.members(|scan, _| scan.pass_over()).is_none() {
            // `null`, or an object with a name that has an escape in it.
            self.at = start;
            self.value::<Option<Map<String, Value>>>()?;
        }
        Some(self.text[start..self.at].trim_ascii())
    }

    /// Any value, with its text.
    fn value_text(&mut self) -> Option<(&'a str, Value)> {
        let start = self.at;
        let value = self.value()?;
        Some((self.text[start..self.at].trim_ascii(), value))
    }

    /// A value that nobody asks for.
    fn pass_over(&mut self) -> Option<()> {
        let start = self.at;
        let plain = match self.bytes.get(start)? {
            b'"' => self.string().is_some(),
            b'-' | b'0'..=b'9' => self.number().is_some(),
            _ => false,
        };
        if plain {
            return Some(());
        }
        self.at = start;
        self.value::<Value>().map(drop)
    }

    fn geometry(&mut self) -> Option<Object> {
        let (mut kind, mut coordinates) = (None, None);
        self.members(|scan, key| match key {
            "type" => once(&mut kind, scan.string()?),
            "coordinates" => once(&mut coordinates, scan.nested()?),
            _ => None,
        })?;
        Some(Object { kind: Some(kind?.to_owned()), coordinates: Some(coordinates?), ..Object::default() })
    }

    /// Coordinates as deep as the brackets before their first number.
    fn nested(&mut self) -> Option<Nested> {
        let start = self.at;
        let mut depth = 0;
        while self.take(b'[').is_some() {
            depth += 1;
        }
        self.at = start;
        match depth {
            1 => self.position().map(Nested::Position),
            2 => self.line().map(Nested::Line),
            3 => self.lines().map(Nested::Lines),
            4 => {
                let mut areas = Vec::new();
                self.list(|scan| {
                    areas.push(scan.lines()?);
                    Some(())
                })?;
                Some(Nested::Areas(areas))
            }
            _ => None,
        }
    }

    fn lines(&mut self) -> Option<Vec<Vec<Coord<f64>>>> {
        let mut lines = Vec::new();
        self.list(|scan| {
            lines.push(scan.line()?);
            Some(())
        })?;
        Some(lines)
    }

    fn line(&mut self) -> Option<Vec<Coord<f64>>> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let read = self.list(|scan| {
            line.push(scan.position()?);
            Some(())
        });
        // No more memory than it takes.
        let exact = line.as_slice().to_vec();
        self.line = line;
        read.map(|()| exact)
    }

    /// Longitude and latitude of a place on the earth; numbers after them are passed over.
    fn position(&mut self) -> Option<Coord<f64>> {
        if let Some((place, length)) = self.bytes.get(self.at..).and_then(plain_position) {
            self.at += length;
            return Some(place);
        }
        self.take(b'[')?;
        let x = self.number()?;
        self.take(b',')?;
        let y = self.number()?;
        while self.take(b',').is_some() {
            self.number()?;
            self.has_heights = true;
        }
        self.take(b']')?;
        (x.abs() <= 180.0 && y.abs() <= 90.0).then_some(Coord { x, y })
    }

    /// A JSON number as the nearest f64.
    fn number(&mut self) -> Option<f64> {
        self.space();
        let start = self.at;
        let negative = self.bytes.get(start) == Some(&b'-');
        self.at += usize::from(negative);
        let (mut digits, first) = (0, self.at);
        let whole = self.digits(&mut digits);
        if whole == 0 || (whole > 1 && self.bytes[first] == b'0') {
            return None;
        }
        let mut decimals = 0;
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            decimals = self.digits(&mut digits);
            if decimals == 0 {
                return None;
            }
        }
        let has_exponent = matches!(self.bytes.get(self.at), Some(b'e' | b'E'));
        // Both numbers are exact, so that their quotient is the nearest there is (Clinger 1990,
        // doi:10.1145/93542.93557). More than 19 digits may have overflowed.
        if !has_exponent && whole + decimals <= 19 && digits <= 1 << 53 {
            let value = digits as f64 / POWERS_OF_TEN[decimals];
            return Some(if negative { -value } else { value });
        }
        if has_exponent {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            if self.digits(&mut digits) == 0 {
                return None;
            }
        }
        self.text[start..self.at].parse().ok().filter(|value: &f64| value.is_finite())
    }

    /// Takes decimal digits, adds them to `value` at its end, and says how many there were.
    fn digits(&mut self, value: &mut u64) -> usize {
        let start = self.at;
        while let Some(&eight) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            let (count, number) = leading_digits(u64::from_le_bytes(eight));
            *value = value.wrapping_mul(SMALL_POWERS_OF_TEN[count]).wrapping_add(number);
            self.at += count;
            if count < 8 {
                return self.at - start;
            }
        }
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            *value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        self.at - start
    }

    /// A text without escapes.
    fn string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let start = self.at;
        let end = start + memchr::memchr2(b'"', b'\\', &self.bytes[start..])?;
        let text = &self.text[start..end];
        if self.bytes[end] != b'"' || text.bytes().any(|byte| byte < b' ') {
            return None;
        }
        self.at = end + 1;
        Some(text)
    }

    /// A value of any kind.
    fn value<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter();
        let value = values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(value)
    }

    /// An object; `each` is given the names of its members and takes their values.
    fn members(&mut self, mut each: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.key()?;
            each(self, key)?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    /// The name of a member, to the beginning of its value.
    fn key(&mut self) -> Option<&'a str> {
        self.space();
        let key = self.string()?;
        self.take(b':')?;
        self.space();
        Some(key)
    }

    /// A list; `each` takes its items.
    fn list(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            each(self)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    /// This byte, after white space.
    fn take(&mut self, byte: u8) -> Option<()> {
        if self.bytes.get(self.at) != Some(&byte) {
            self.space();
            if self.bytes.get(self.at) != Some(&byte) {
                return None;
            }
        }
        self.at += 1;
        Some(())
    }

    fn space(&mut self) {
        while self.bytes.get(self.at).copied().is_some_and(is_space) {
            self.at += 1;
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Puts a value where there is none yet: of members that are given twice, readers take one or the other.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// A place at the beginning of a text, as nearly all programs write it: `[37.5,48.25]`, with at most one space after the
/// comma. With it how many bytes it takes. What is written otherwise is none, and left to [`Scan::position`].
fn plain_position(bytes: &[u8]) -> Option<(Coord<f64>, usize)> {
    let (x, comma) = plain_number(bytes.strip_prefix(b"[")?)?;
    let after = bytes.get(1 + comma..)?.strip_prefix(b",")?;
    let space = usize::from(after.first() == Some(&b' '));
    let (y, end) = plain_number(&after[space..])?;
    let is_place = x.abs() <= 180.0 && y.abs() <= 90.0 && after.get(space + end) == Some(&b']');
    is_place.then_some((Coord { x, y }, 3 + comma + space + end))
}

/// A number of up to three digits before its point and up to fifteen after it, and how many bytes it takes. What follows
/// must be looked at: it may go on.
fn plain_number(bytes: &[u8]) -> Option<(f64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let first = usize::from(negative);
    let digit = |at: usize| bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9);
    let mut digits = u64::from(digit(first)?);
    let mut at = first + 1;
    if digits > 0 {
        while let Some(next) = digit(at).filter(|_| at < first + 3) {
            digits = 10 * digits + u64::from(next);
            at += 1;
        }
    }
    if bytes.get(at) != Some(&b'.') {
        return None;
    }
    at += 1;
    let (mut decimals, number) = leading_digits(u64::from_le_bytes(*bytes.get(at..)?.first_chunk::<8>()?));
    digits = digits * SMALL_POWERS_OF_TEN[decimals] + number;
    if decimals == 8 {
        let (more, number) = leading_digits(u64::from_le_bytes(*bytes.get(at + 8..)?.first_chunk::<8>()?));
        if more == 8 {
            return None;
        }
        digits = digits * SMALL_POWERS_OF_TEN[more] + number;
        decimals += more;
    }
    // As in `Scan::number`: of more digits the quotient need not be the nearest.
    if decimals == 0 || digits > 1 << 53 {
        return None;
    }
    let value = digits as f64 / POWERS_OF_TEN[decimals];
    Some((if negative { -value } else { value }, at + decimals))
}

/// How many of eight bytes, the first lowest, are decimal digits before one is not, and their number.
fn leading_digits(eight: u64) -> (usize, u64) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let nibbles = eight ^ (ONES * u64::from(b'0'));
    // The highest bit of a byte of more than 9. A carry reaches later bytes only.
    let others = (nibbles.wrapping_add(ONES * 0x76) | nibbles) & (ONES * 0x80);
    let count = (others.trailing_zeros() / 8) as usize;
    if count == 0 {
        return (0, 0);
    }
    // Eight digits, with noughts before those there are; then pairs, fours and all of them.
    let pairs = nibbles << (64 - 8 * count);
    let pairs = pairs.wrapping_mul(10).wrapping_add(pairs >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    let all = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    (count, all)
}

const SMALL_POWERS_OF_TEN: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Those that have an f64 of their own and can divide nineteen digits.
const POWERS_OF_TEN: [f64; 20] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19];

#[cfg(test)]
mod tests;
