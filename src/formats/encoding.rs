//! The letters of a text whose encoding nobody may have said: by its mark, as UTF-8 where it is that, and otherwise by a guess
//! that is always named.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// From so many bytes an encoding is guessed.
const MOST_BYTES: usize = 1 << 20;

/// A text, and how its bytes were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// Without the mark of its encoding.
    pub text: Cow<'a, str>,
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Whether nothing says that it is this one.
    pub is_guessed: bool,
}

impl Decoded<'_> {
    /// What to say of a guess; nothing where the text itself says how it is to be read.
    pub fn note(&self) -> Option<String> {
        let name = self.encoding.name();
        self.is_guessed.then(|| {
            format!("the text does not say its encoding; it is read as {name}, guessed; if letters look wrong, save it as UTF-8")
        })
    }
}

/// The text of bytes; `chosen` is the encoding that somebody has chosen for it, and counts before all that is guessed.
pub fn decode<'a>(bytes: &'a [u8], chosen: Option<&'static Encoding>) -> Decoded<'a> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let text = encoding.decode_without_bom_handling(&bytes[length..]).0;
        return Decoded { text, encoding, is_guessed: false };
    }
    if let Some(encoding) = chosen {
        return Decoded { text: encoding.decode_without_bom_handling(bytes).0, encoding, is_guessed: false };
    }
    if let Some(encoding) = wide(bytes) {
        return Decoded { text: encoding.decode_without_bom_handling(bytes).0, encoding, is_guessed: true };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: Cow::Borrowed(text), encoding: UTF_8, is_guessed: false },
        Err(_) => {
            let encoding = guess([bytes]);
            Decoded { text: encoding.decode_without_bom_handling(bytes).0, encoding, is_guessed: true }
        }
    }
}

/// The encoding of that name, as a choice names it.
pub fn named(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(name.as_bytes())
}

/// In which encoding texts are likely that are not UTF-8.
pub fn guess<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut left = MOST_BYTES;
    for text in texts {
        if left == 0 {
            break;
        }
        // Among much that is ASCII, what is not may come late.
        let start = text.iter().position(|byte| !byte.is_ascii()).map_or(text.len(), |at| at.saturating_sub(100));
        let part = &text[start..text.len().min(start + left)];
        left -= part.len();
        detector.feed(part, false);
        detector.feed(b"\n", false);
    }
    detector.feed(b"", true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without its mark: nearly every other byte of its first line is 0.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..400).unwrap_or(bytes);
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = start.len() / 2;
    match half >= 4 {
        true if odd * 4 > half && even == 0 => Some(UTF_16LE),
        true if even * 4 > half && odd == 0 => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "name;lat;lon\nМіст у Краматорську, пошкоджено;48,74;37,58\nШкола 5, Бахмут;48,6;38,0\n";

    #[test]
    fn texts_are_read_in_the_encoding_that_they_have() {
        for (name, is_guessed) in [("windows-1251", true), ("koi8-u", true), ("utf-8", false)] {
            let encoding = named(name).unwrap();
            let (bytes, ..) = encoding.encode(WORDS);
            let bytes = bytes.into_owned();
            let read = decode(&bytes, None);
            assert_eq!((read.text.as_ref(), read.is_guessed), (WORDS, is_guessed), "{name}");
            assert_eq!(read.note().is_some(), is_guessed);
            assert!(read.note().is_none_or(|note| note.contains(read.encoding.name())), "{name}");
        }
        let western = named("windows-1252")
            .unwrap()
            .encode("Straße;Länge;Größe\nMünchner Straße;1;2\nÖlmühle;3;4")
            .0
            .into_owned();
        assert_eq!(decode(&western, None).text, "Straße;Länge;Größe\nMünchner Straße;1;2\nÖlmühle;3;4");
    }

    #[test]
    fn utf_16_is_known_with_and_without_its_mark() {
        let little: Vec<u8> = WORDS.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = WORDS.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, mark) in [(&little, [0xff, 0xfe]), (&big, [0xfe, 0xff])] {
            let read = decode(bytes, None);
            assert_eq!((read.text.as_ref(), read.is_guessed), (WORDS, true));
            let marked = [&mark[..], bytes].concat();
            let read = decode(&marked, None);
            assert_eq!((read.text.as_ref(), read.is_guessed), (WORDS, false));
        }
    }

    #[test]
    fn what_is_chosen_counts_before_a_guess() {
        let (bytes, ..) = named("windows-1251").unwrap().encode("Бахмут");
        let read = decode(&bytes, named("koi8-r"));
        assert!(read.text != "Бахмут" && !read.is_guessed);
        assert_eq!(decode("Бахмут".as_bytes(), named("windows-1252")).text.chars().count(), 12);
    }
}
