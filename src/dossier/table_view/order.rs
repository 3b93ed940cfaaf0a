//! The order of rows by a column: see [`order`](crate::formats::order), and what is empty last.
//!
//! A column is read once, by a few threads, into numbers and keys that compare as the values do; kept is only which feature
//! comes after which, four bytes a feature.

use super::work::{CHUNK, sorted_in_parts};
use super::{Cells, ColumnId, Layer, Work};
use crate::formats::number;
use crate::formats::order::{self, Rule, compare_digits, number_key};
use crate::formats::written::Written;

/// By which column, and which way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: ColumnId,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The order of all features by one column.
#[derive(Debug)]
pub struct Order {
    /// Those that have a value, from the least on; equal ones as in the file.
    rising: Vec<u32>,
    /// Whether each of them is more than the one before it.
    rises: Bits,
    /// Those without a value.
    blank: Vec<u32>,
}

/// What a chunk of rows has in a column.
#[derive(Default)]
struct Part {
    /// Numbers as [`number_key`] has them, and whose they are.
    numbers: Vec<(u64, u32)>,
    /// Whether one of them has more digits than that.
    has_long: bool,
    /// The keys of all else, one after the other.
    bytes: Vec<u8>,
    /// Where each of them ends, and whose it is.
    ends: Vec<(u32, u32)>,
    /// Whether one of them is a day and no number.
    has_day: bool,
    blank: Vec<u32>,
}

impl Order {
    /// By a column of a layer; `None` once the work is cancelled.
    pub fn of(layer: &Layer, column: &ColumnId, work: &Work) -> Option<Self> {
        let cells = layer.cells(column);
        // That all are days can only be where the first of them is.
        let first = (0..layer.count()).find_map(|feature| cells.written(feature).filter(|value| !value.is_blank()));
        let mut parts = None;
        if first.is_some_and(|first| order::day_of(&first).is_some()) {
            let days = work.in_chunks(layer.count(), |rows| read_days(&cells, rows))?;
            parts =
                days.into_iter().collect::<Option<Vec<Part>>>().filter(|parts| parts.iter().any(|part| part.has_day));
        }
        let parts = match parts {
            Some(parts) => parts,
            None => work.in_chunks(layer.count(), |rows| read(&cells, rows))?,
        };
        let mut numbers: Vec<(u64, u32)> = parts.iter().flat_map(|part| part.numbers.iter().copied()).collect();
        if !numbers.is_sorted() {
            numbers = sorted_in_parts(numbers, Ord::cmp);
        }
        if work.is_cancelled() {
            return None;
        }
        let mut rises = Bits::new(layer.count());
        let mut rising = Vec::with_capacity(layer.count());
        let has_long = parts.iter().any(|part| part.has_long);
        let digits = |one: u32, other: u32| {
            let [one, other] = [one, other].map(|feature| cells.written(feature as usize));
            one.zip(other).map_or(std::cmp::Ordering::Equal, |(one, other)| compare_digits(&one, &other))
        };
        for equal in numbers.chunk_by_mut(|one, other| one.0 == other.0) {
            rises.set(rising.len());
            if has_long && equal.len() > 1 {
                equal.sort_by(|one, other| digits(one.1, other.1));
            }
            for place in 0..equal.len() {
                if has_long && place > 0 && digits(equal[place - 1].1, equal[place].1).is_ne() {
                    rises.set(rising.len());
                }
                rising.push(equal[place].1);
            }
        }
        drop(numbers);
        // What all keys begin with tells none apart; the eight bytes after that most, and where no key is longer, all: no two
        // keys differ in zeros at their end alone, so that they can be filled up with them.
        let keys: Vec<(&[u8], u32)> = parts.iter().flat_map(Part::keys).collect();
        let common = keys.iter().map(|(key, _)| *key).reduce(common_start).map_or(0, <[u8]>::len);
        let is_short = keys.iter().all(|(key, _)| key.len() <= common + 8);
        let rest = |index: u32| &keys[index as usize].0[common..];
        let entry = |index: usize| {
            let rest = rest(index as u32);
            let mut first = [0; 8];
            let length = rest.len().min(8);
            first[..length].copy_from_slice(&rest[..length]);
            // The index, by which those that are equal stay in the order of the file, and whose it is.
            (u64::from_be_bytes(first), index as u32, keys[index].1)
        };
        let entries: Vec<(u64, u32, u32)> = (0..keys.len()).map(entry).collect();
        let entries = if is_short {
            sorted_in_parts(entries, Ord::cmp)
        } else {
            sorted_in_parts(entries, |one, other| {
                one.0.cmp(&other.0).then_with(|| rest(one.1).cmp(rest(other.1))).then(one.1.cmp(&other.1))
            })
        };
        let mut before: Option<(u64, u32, u32)> = None;
        for entry in entries {
            let is_same =
                |before: (u64, u32, u32)| before.0 == entry.0 && (is_short || rest(before.1) == rest(entry.1));
            if !before.is_some_and(is_same) {
                rises.set(rising.len());
            }
            before = Some(entry);
            rising.push(entry.2);
        }
        if work.is_cancelled() {
            return None;
        }
        let blank = parts.iter().flat_map(|part| part.blank.iter().copied()).collect();
        Some(Self { rising, rises, blank })
    }

    /// Puts features in order: those that are equal stay as they are in the file, and those without a value come last either
    /// way. In time that grows with all features, however few these are: milliseconds for a million.
    pub fn sort(&self, features: &mut [u32], descending: bool) {
        let mut wanted = Bits::new(self.rising.len() + self.blank.len());
        features.iter().for_each(|feature| wanted.set(*feature as usize));
        let mut places = features.iter_mut();
        let mut put = |feature: u32| {
            if wanted.has(feature as usize)
                && let Some(place) = places.next()
            {
                *place = feature;
            }
        };
        if descending {
            let mut end = self.rising.len();
            while let Some(start) = (0..end).rev().find(|place| self.rises.has(*place)) {
                self.rising[start..end].iter().copied().for_each(&mut put);
                end = start;
            }
        } else {
            self.rising.iter().copied().for_each(&mut put);
        }
        self.blank.iter().copied().for_each(put);
    }
}

impl Part {
    fn keys(&self) -> impl Iterator<Item = (&[u8], u32)> {
        let mut start = 0;
        self.ends.iter().map(move |(end, feature)| {
            let key = &self.bytes[start..*end as usize];
            start = *end as usize;
            (key, *feature)
        })
    }

    fn end_key(&mut self, feature: usize) {
        self.ends.push((self.bytes.len() as u32, feature as u32));
    }
}

fn read(cells: &Cells<'_>, rows: std::ops::Range<usize>) -> Part {
    let mut part = Part::default();
    for feature in rows {
        let Some(value) = cells.written(feature).filter(|value| !value.is_blank()) else {
            part.blank.push(feature as u32);
            continue;
        };
        match order::number_of(&value) {
            Some(number) => {
                part.has_long |= value.number_text().is_some_and(number::is_lossy);
                part.numbers.push((number_key(number), feature as u32));
            }
            None => {
                Rule::Values.push_key(&value, &mut part.bytes);
                part.end_key(feature);
            }
        }
    }
    part
}

/// The same where all are days; `None` where one is not.
fn read_days(cells: &Cells<'_>, rows: std::ops::Range<usize>) -> Option<Part> {
    let mut part = Part::default();
    for feature in rows {
        let Some(value) = cells.written(feature).filter(|value| !value.is_blank()) else {
            part.blank.push(feature as u32);
            continue;
        };
        let (day, Written::Text(text)) = (order::day_of(&value)?, &value) else { return None };
        part.has_day = part.has_day || order::number_of(&value).is_none();
        order::push_day(day, text, &mut part.bytes);
        part.end_key(feature);
    }
    Some(part)
}

fn common_start<'a>(one: &'a [u8], other: &'a [u8]) -> &'a [u8] {
    &one[..one.iter().zip(other).take_while(|(one, other)| one == other).count()]
}

/// One bit for each of many.
#[derive(Debug)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn set(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}

/// A chunk's keys are counted in 32 bits: [`CHUNK`] of the longest are far fewer.
const _: () = assert!(CHUNK * 1100 < u32::MAX as usize);
