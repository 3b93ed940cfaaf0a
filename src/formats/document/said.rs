//! What a document says of itself: title, author, day, address.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What a document says of itself, in its own words; nothing of it is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// What it is called.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was published or made.
    pub date: Option<String>,
    /// Where it was on the web.
    pub address: Option<String>,
    /// When it was saved from there.
    pub saved: Option<String>,
}

/// No title is longer, in letters.
const LONGEST: usize = 2000;

impl Said {
    /// Without white space around the words, without empty words, and none of them without end.
    pub(super) fn tidied(self) -> Self {
        let tidy = |words: Option<String>| {
            let words = words?.split_whitespace().collect::<Vec<_>>().join(" ");
            let words: String = words.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
            Some(words).filter(|words| !words.is_empty())
        };
        Self {
            title: tidy(self.title),
            author: tidy(self.author),
            date: tidy(self.date),
            address: tidy(self.address),
            saved: tidy(self.saved),
        }
    }

    /// What this one leaves open, as another says it.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            author: self.author.or(other.author),
            date: self.date.or(other.date),
            address: self.address.or(other.address),
            saved: self.saved.or(other.saved),
        }
    }
}

/// A text string of a PDF: UTF-16 or UTF-8 with its mark, or else the encoding of PDF itself, which is Windows-1252 but for some
/// signs that no title needs (ISO 32000-2, 7.9.2.2).
pub fn decoded_pdf_string(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    Some(text.into_owned())
}
