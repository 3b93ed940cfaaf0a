//! In which encoding the texts of a dBASE table are: what a file beside it says, or its language driver, or a guess.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::formats::encoding::guess;
use crate::formats::read::shortened;

/// An encoding in which texts of a table are read.
#[derive(Clone, Copy)]
pub(super) struct Encoded(&'static Encoding);

impl Encoded {
    /// A text as it stands in a row.
    pub(super) fn text<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        if bytes.is_ascii() {
            return String::from_utf8_lossy(bytes);
        }
        let bytes = if self.0 == UTF_8 { whole_letters(bytes) } else { bytes };
        self.0.decode_without_bom_handling(bytes).0
    }
}

/// From so many texts an encoding is guessed.
const MOST_TEXTS: usize = 200_000;

/// A text of UTF-8 without a letter that the width of its column has cut off.
fn whole_letters(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

/// The encoding of a table, and what to say of it where it is not said or cannot be.
pub(super) fn of<'a>(
    cpg: Option<&[u8]>,
    driver: u8,
    texts: impl Iterator<Item = &'a [u8]>,
) -> (Encoded, Option<String>) {
    let cpg = cpg.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let cpg = cpg.as_deref().and_then(|text| text.lines().next()).unwrap_or_default();
    let cpg = cpg.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}' || letter == '\0');
    let foreign: Vec<&[u8]> = texts.filter(|text| !text.is_ascii()).take(MOST_TEXTS).collect();
    let said = named(cpg);
    if foreign.is_empty() {
        // Beyond the rows that were looked through there may be others.
        return (Encoded(said.or_else(|| of_driver(driver)).unwrap_or(UTF_8)), None);
    }
    let is_utf8 = foreign.iter().all(|text| std::str::from_utf8(whole_letters(text)).is_ok());
    let guessed = if is_utf8 { UTF_8 } else { guess(foreign.iter().copied()) };
    let what_to_do = "if letters look wrong, put a file of the same name with the ending .cpg beside it that says, for \
                      example, UTF-8 or windows-1251";
    let taken = |why: String| {
        (Encoded(guessed), Some(format!("{why}; its letters are read as {}, guessed; {what_to_do}", guessed.name())))
    };
    match said {
        Some(encoding) if encoding == UTF_8 && !is_utf8 => {
            taken(format!("the table (.dbf) is not in {}, which its .cpg names", shortened(cpg)))
        }
        Some(encoding) => (Encoded(encoding), None),
        None if !cpg.is_empty() => taken(format!("its .cpg names an encoding that is not known, {}", shortened(cpg))),
        None => match of_driver(driver) {
            Some(encoding) => (Encoded(encoding), None),
            None => taken("the table (.dbf) does not say which encoding it is in".to_owned()),
        },
    }
}

/// The encoding of a name as programs write it into a `.cpg`: `UTF-8`, `1251`, `ANSI 1251`, `CP866`, `ISO-8859-1`, `LDID/201`.
fn named(name: &str) -> Option<&'static Encoding> {
    if name.is_empty() || name.len() > 40 {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    if let Some(driver) = lower.strip_prefix("ldid/") {
        return of_driver(driver.parse().ok()?);
    }
    let bare = ["ansi", "oem", "windows", "cp", "ibm", "ms"].iter().find_map(|start| lower.strip_prefix(start));
    let bare = bare.unwrap_or(&lower).trim_start_matches([' ', '-', '_']);
    if let Ok(code) = bare.parse() {
        return of_page(code);
    }
    let iso = lower.strip_prefix("iso").unwrap_or(&lower).trim_start_matches([' ', '-', '_']);
    let iso = iso.strip_prefix("8859").map(|part| format!("iso-8859-{}", part.trim_start_matches(['-', '_', ' '])));
    Encoding::for_label(lower.as_bytes()).or_else(|| Encoding::for_label(iso?.as_bytes()))
}

/// That of a code page of Windows.
fn of_page(code: u32) -> Option<&'static Encoding> {
    let label = match code {
        65001 => "utf-8",
        866 => "ibm866",
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        10000 => "macintosh",
        10007 => "x-mac-cyrillic",
        20866 => "koi8-r",
        21866 => "koi8-u",
        1250..=1258 => return Encoding::for_label(format!("windows-{code}").as_bytes()),
        28591..=28606 => return Encoding::for_label(format!("iso-8859-{}", code - 28590).as_bytes()),
        // Of Esri, without the hyphen.
        88591..=88599 => return Encoding::for_label(format!("iso-8859-{}", code - 88590).as_bytes()),
        885_910..=885_916 => return Encoding::for_label(format!("iso-8859-{}", code - 885_900).as_bytes()),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// That of the language driver in the head of a table, where it says one: 0 and 0x57 ("the system's own") do not.
fn of_driver(driver: u8) -> Option<&'static Encoding> {
    of_page(match driver {
        0x03 | 0x58 | 0x59 => 1252,
        0x04 => 10000,
        0x13 | 0x7b => 932,
        0x26 | 0x65 => 866,
        0x4d | 0x7a => 936,
        0x4e | 0x79 => 949,
        0x4f | 0x78 => 950,
        0x50 | 0x7c => 874,
        0x7d => 1255,
        0x7e => 1256,
        0x96 => 10007,
        0xc8 => 1250,
        0xc9 => 1251,
        0xca => 1254,
        0xcb => 1253,
        0xcc => 1257,
        _ => return None,
    })
}
