//! Damage to files: of JSON by its parts, of all else by its bytes. What is done follows from a number.

use serde_json::{Map, Value, json};

/// Numbers that follow from a seed (xorshift64).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        // The first numbers of seeds beside each other must not lie beside each other.
        let mut numbers = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..4).for_each(|_| {
            numbers.next();
        });
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// 0 to `most` − 1; 0 if there is nothing to choose from.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        if most == 0 { 0 } else { ((self.next() >> 11) % most as u64) as usize }
    }

    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// Words that have broken readers before.
const WORDS: [&str; 34] = [
    "",
    " ",
    "\u{0}",
    "\u{1b}[31m\u{7}",
    "\u{202e}abc\u{2066}",
    "\u{feff}",
    "é\u{301}\u{301}\u{301}\u{301}",
    "👩‍👩‍👧‍👦",
    "null",
    "-1",
    "1e308",
    "NaN",
    "0x10",
    "#",
    "#12345",
    "rgb(999,0,0)",
    "rgba(1,2,3,1e400)",
    "hsl(1e9deg 50% 50%)",
    "../../etc/passwd",
    "/dev/zero",
    "shapes/../../x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "https://[::1]:99999/",
    "0000-00-00",
    "2025-13-41",
    "9999999-12",
    "<script>&#x110000;&amp",
    "]]>",
    "urn:ogc:def:crs:EPSG::4326",
    "((((((((((",
    "km2 > 1e999 and not (",
    "a = b or a = b or",
];

const NUMBERS: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    1e-9,
    5e-324,
    1e308,
    -1e308,
    f64::MAX,
    90.0,
    -90.0,
    90.000_000_1,
    180.0,
    -180.0,
    180.000_000_1,
    360.0,
    1e9,
    85.051_128_78,
    255.0,
    256.0,
    4_294_967_296.0,
    9_007_199_254_740_993.0,
    37.5,
];

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// The node of this number, counted as [`count`] does.
fn node(value: &mut Value, mut number: usize) -> Option<&mut Value> {
    if number == 0 {
        return Some(value);
    }
    number -= 1;
    let inner: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(members) => Box::new(members.values_mut()),
        _ => return None,
    };
    for one in inner {
        let size = count(one);
        if number < size {
            return node(one, number);
        }
        number -= size;
    }
    None
}

fn word(numbers: &mut Numbers) -> String {
    match numbers.below(8) {
        0 => numbers.of(&WORDS).repeat(numbers.below(2000)),
        1 => format!("{}{}", numbers.of(&WORDS), numbers.of(&WORDS)),
        _ => (*numbers.of(&WORDS)).to_owned(),
    }
}

fn any(numbers: &mut Numbers) -> Value {
    match numbers.below(9) {
        0 => Value::Null,
        1 => Value::Bool(numbers.one_in(2)),
        2 | 3 => json!(numbers.of(&NUMBERS)),
        4 => json!(*numbers.of(&[0_i64, -1, i64::MIN, i64::MAX])),
        5 => json!(u64::MAX),
        6 => json!([]),
        7 => json!({}),
        _ => Value::String(word(numbers)),
    }
}

/// One damage to a tree. `donor` gives parts that make sense elsewhere.
fn damage_tree(root: &mut Value, donor: &Value, numbers: &mut Numbers) {
    let total = count(root);
    let choice = numbers.below(14);
    let taken = node(&mut donor.clone(), numbers.below(count(donor))).map(|node| node.clone());
    let other = node(root, numbers.below(total)).map(|node| node.clone());
    let Some(target) = node(root, numbers.below(total)) else { return };
    match (choice, &mut *target) {
        // Members and items go, come twice, change places, change names.
        (0 | 1, Value::Array(items)) if !items.is_empty() => drop(items.remove(numbers.below(items.len()))),
        (0 | 1, Value::Object(members)) if !members.is_empty() => {
            let key = members.keys().nth(numbers.below(members.len())).cloned();
            key.map(|key| members.shift_remove(&key));
        }
        (2, Value::Array(items)) if !items.is_empty() => {
            let item = items[numbers.below(items.len())].clone();
            let times = if count(&item) < 40 { 1 + numbers.below(60) } else { 1 };
            items.extend(std::iter::repeat_n(item, times));
        }
        (3, Value::Array(items)) if items.len() > 1 => {
            let (a, b) = (numbers.below(items.len()), numbers.below(items.len()));
            items.swap(a, b);
        }
        (3, Value::Object(members)) if members.len() > 1 => {
            let keys: Vec<String> = members.keys().cloned().collect();
            let (a, b) = (numbers.of(&keys).clone(), numbers.of(&keys).clone());
            let (first, second) = (members[&a].clone(), members[&b].clone());
            members.insert(a, second);
            members.insert(b, first);
        }
        (4, Value::Object(members)) if !members.is_empty() => {
            let renamed = numbers.below(members.len());
            let name = word(numbers);
            let old = std::mem::replace(members, Map::new());
            *members = old
                .into_iter()
                .enumerate()
                .map(|(index, (key, value))| if index == renamed { (name.clone(), value) } else { (key, value) })
                .collect();
        }
        (5, Value::Object(members)) => {
            members.insert(word(numbers), any(numbers));
        }
        // Numbers move a little, or to where numbers end.
        (6 | 7, Value::Number(number)) => {
            let was = number.as_f64().unwrap_or(0.0);
            *target = match numbers.below(4) {
                0 => json!(was + (numbers.below(2001) as f64 - 1000.0) * 1e-3),
                1 => json!(-was),
                2 => json!(was * 1e6),
                _ => json!(numbers.of(&NUMBERS)),
            };
        }
        (6 | 7, Value::String(text)) => {
            let cut = text.char_indices().map(|(at, _)| at).nth(numbers.below(text.chars().count().max(1)));
            let more = word(numbers);
            text.insert_str(cut.unwrap_or(0), &more);
        }
        (8, _) => {
            let levels = if numbers.one_in(6) { 1 + numbers.below(400) } else { 1 + numbers.below(3) };
            for _ in 0..levels {
                let inner = target.take();
                *target = if numbers.one_in(2) { json!([inner]) } else { json!({ "nest": inner }) };
            }
        }
        (9, _) => {
            if let Some(taken) = taken {
                *target = taken;
            }
        }
        (10, _) => {
            if let Some(other) = other.filter(|other| count(other) < 4000) {
                *target = other;
            }
        }
        _ => *target = any(numbers),
    }
}

/// Damage that no tree can hold: names twice, numbers beyond all numbers, halves of letters, depth.
fn damage_text(text: &mut Vec<u8>, numbers: &mut Numbers) {
    let places: Vec<usize> =
        text.iter().enumerate().filter(|(_, byte)| matches!(byte, b':' | b'[' | b',')).map(|(at, _)| at + 1).collect();
    if places.is_empty() {
        return;
    }
    let at = *numbers.of(&places);
    let deep = 1 + numbers.below(4000);
    let more: Vec<u8> = match numbers.below(8) {
        0 => b"1e999,".to_vec(),
        1 => b"-1e-999,".to_vec(),
        2 => b"\"\\ud800\",".to_vec(),
        3 => b"\"\\u0000\",".to_vec(),
        4 => [b"[".repeat(deep), b"]".repeat(deep), b",".to_vec()].concat(),
        5 => [b"{\"a\":".repeat(deep), b"1".to_vec(), b"}".repeat(deep), b",".to_vec()].concat(),
        6 => b"[".repeat(deep),
        _ => [b"1".repeat(deep), b",".to_vec()].concat(),
    };
    text.splice(at..at, more);
}

/// One damage to bytes.
fn damage_bytes(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    let at = numbers.below(bytes.len().max(1)).min(bytes.len());
    let length = (1 + numbers.below(64)).min(bytes.len() - at);
    match numbers.below(11) {
        0 | 1 if !bytes.is_empty() => {
            let flipped = &mut bytes[at.min(at + length - 1)];
            *flipped ^= 1 << numbers.below(8);
        }
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..at + length)),
        4 => {
            let twice = bytes[at..at + length].to_vec();
            bytes.splice(at..at, twice);
        }
        5 => {
            let times = 1 + numbers.below(200);
            let again = bytes[at..at + length].repeat(times);
            bytes.splice(at..at, again);
        }
        // UTF-8 that is none.
        6 => {
            let broken: [&[u8]; 5] = [&[0xff], &[0xc0, 0x80], &[0xed, 0xa0, 0x80], &[0xf4, 0x90, 0x80, 0x80], &[0xe2]];
            let broken = *numbers.of(&broken);
            bytes.splice(at..at, broken.iter().copied());
        }
        7 => {
            let from = numbers.below(other.len().max(1)).min(other.len());
            let to = (from + numbers.below(400)).min(other.len());
            bytes.splice(at..at + length, other[from..to].iter().copied());
        }
        8 => {
            let number: [u8; 4] = numbers.of(&[0_u32, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]).to_le_bytes();
            for (byte, new) in bytes[at..].iter_mut().zip(number) {
                *byte = new;
            }
        }
        9 => {
            let word = word(numbers);
            bytes.splice(at..at, word.bytes());
        }
        _ => {
            for byte in &mut bytes[at..at + length] {
                *byte = numbers.below(256) as u8;
            }
        }
    }
}

/// A damaged copy of one of the seeds.
pub(crate) fn damaged(seeds: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let (seed, other) = (numbers.of(seeds).clone(), numbers.of(seeds));
    let tree: Option<Value> = if numbers.one_in(4) { None } else { serde_json::from_slice(&seed).ok() };
    let Some(mut tree) = tree else {
        let mut bytes = seed;
        (0..1 + numbers.below(4)).for_each(|_| damage_bytes(&mut bytes, other, numbers));
        return bytes;
    };
    let donor = serde_json::from_slice(other).unwrap_or(Value::Null);
    (0..1 + numbers.below(4)).for_each(|_| damage_tree(&mut tree, &donor, numbers));
    let mut text = tree.to_string().into_bytes();
    if numbers.one_in(6) {
        damage_text(&mut text, numbers);
    }
    if numbers.one_in(8) {
        damage_bytes(&mut text, other, numbers);
    }
    // Half of a file, rather than a fault in the middle of it, is what a full disk leaves.
    if numbers.one_in(30) {
        text.truncate(numbers.below(text.len()));
    }
    text
}

/// Makes the checksums of a PNG right again, so that damage reaches what lies behind them.
pub(crate) fn with_right_sums(mut png: Vec<u8>) -> Vec<u8> {
    let mut at = 8;
    while let Some(length) =
        png.get(at..at + 4).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    {
        let Some(end) = (at + 8).checked_add(length as usize).filter(|end| end + 4 <= png.len()) else { break };
        let mut sum = flate2::Crc::new();
        sum.update(&png[at + 4..end]);
        png[end..end + 4].copy_from_slice(&sum.sum().to_be_bytes());
        at = end + 4;
    }
    png
}
