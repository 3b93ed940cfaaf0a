//! Text as a search looks at it: without case, without the marks of letters, without apostrophes.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A text without what a search does not tell apart: case, marks (é as e, й as и, ї as і), apostrophes of any kind, ways to
/// write one letter (ß as ss, ł as l, ґ as г), kinds of dash and of space. An empty text stays one.
///
/// ```
/// use claimline::formats::plain::plain;
///
/// assert_eq!(plain("Слов’янськ"), plain("СЛОВЯНСЬК"));
/// assert_eq!(plain("Łódź"), "lodz");
/// ```
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_plain(text, &mut out);
    out
}

/// The same, added to what is there.
pub fn push_plain(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.bytes().filter(|byte| !matches!(byte, b'\'' | b'`')).map(|byte| match byte {
            b'\t' | b'\n' | b'\r' => ' ',
            byte => char::from(byte.to_ascii_lowercase()),
        }));
        return;
    }
    for letter in text.chars() {
        match letter {
            '\'' | '`' => {}
            '\u{0}'..='\u{7f}' => {
                out.push(if letter.is_ascii_whitespace() { ' ' } else { letter.to_ascii_lowercase() })
            }
            // The letters of Ukrainian and Russian come by the million, and the tables of Unicode are slow.
            'а'..='я' if letter != 'й' => out.push(letter),
            'А'..='Я' if letter != 'Й' => out.push(char::from_u32(letter as u32 + 0x20).unwrap_or(letter)),
            'й' | 'Й' => out.push('и'),
            'ї' | 'Ї' | 'і' | 'І' => out.push('і'),
            'ё' | 'Ё' => out.push('е'),
            'є' | 'Є' => out.push('є'),
            'ґ' | 'Ґ' => out.push('г'),
            _ => push_other(letter, out),
        }
    }
}

fn push_other(letter: char, out: &mut String) {
    // Unicode takes these for a space with a mark.
    if matches!(letter, '´' | '｀') {
        return;
    }
    for part in std::iter::once(letter).nfkd().flat_map(char::to_lowercase) {
        match part {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            '\'' | '`' | '’' | '‘' | 'ʼ' | 'ʹ' | '′' | 'ʻ' => {}
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => out.push('-'),
            'ґ' => out.push('г'),
            part if part.is_whitespace() => out.push(' '),
            part if is_combining_mark(part) || is_unseen(part) => {}
            part => out.push(part),
        }
    }
}

/// Joiners, soft hyphens and marks of direction.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The words that are looked for in a text, each [plain](plain).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(Vec<String>);

impl Words {
    /// The words of what somebody typed.
    pub fn of(text: &str) -> Self {
        Self(plain(text).split_whitespace().map(str::to_owned).collect())
    }

    /// Whether there are none: then all is found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words.
    pub fn list(&self) -> &[String] {
        &self.0
    }

    /// How well a title and what else is said fit, the least being the best: the title begins with the first word, a word
    /// of it does, all words are within it, or some are elsewhere. `None` where a word is missing.
    pub fn rank(&self, title: &str, also: &str) -> Option<u8> {
        self.rank_plain(&plain(title), || Cow::Owned(plain(also)))
    }

    /// The same of texts that are plain already; the second is only asked for where the first is not enough.
    pub fn rank_plain<'a>(&self, title: &str, also: impl FnOnce() -> Cow<'a, str>) -> Option<u8> {
        let Some(first) = self.0.first() else { return Some(0) };
        if self.0.iter().all(|word| title.contains(word.as_str())) {
            let begins_word = || {
                let after = |at: usize| !title[..at].ends_with(char::is_alphanumeric);
                title.match_indices(first.as_str()).any(|(at, _)| after(at))
            };
            return Some(if title.starts_with(first.as_str()) {
                0
            } else if begins_word() {
                1
            } else {
                2
            });
        }
        let also = also();
        self.0.iter().all(|word| title.contains(word.as_str()) || also.contains(word.as_str())).then_some(3)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_marks_and_apostrophes_make_no_difference() {
        for (text, expected) in [
            ("Kramatorsk", "kramatorsk"),
            ("Čáslav, Łódź, Straße, ŒUVRE, Ålesund, Đà Nẵng", "caslav, lodz, strasse, oeuvre, alesund, da nang"),
            ("Їжак і Йосип, Ґудзь, Єнакієве, Ёлка", "іжак і иосип, гудзь, єнакієве, елка"),
            ("Слов’янськ", "словянськ"),
            ("Слов'янськ", "словянськ"),
            ("и\u{306}", "и"),
            ("5,600\u{a0}km²", "5,600 km2"),
            ("a—b\u{ad}c", "a-bc"),
            ("İstanbul", "istanbul"),
            ("", ""),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn titles_that_begin_so_come_first() {
        let rank = |wanted: &str, title: &str, also: &str| Words::of(wanted).rank(title, also);
        assert_eq!(rank("kram", "Kramatorsk", ""), Some(0));
        assert_eq!(rank("kram", "Area of Kramatorsk", ""), Some(1));
        assert_eq!(rank("mator", "Kramatorsk", ""), Some(2));
        assert_eq!(rank("kram donetsk", "Kramatorsk", "Donetsk oblast"), Some(3));
        assert_eq!(rank("kram luhansk", "Kramatorsk", "Donetsk oblast"), None);
        assert_eq!(rank("словянськ", "Sloviansk", "Слов’янськ"), Some(3));
        assert_eq!(rank("  ", "Kramatorsk", ""), Some(0));
    }

    proptest! {
        #[test]
        fn what_is_plain_stays_so(text in "\\PC{0,40}") {
            let once = plain(&text);
            prop_assert_eq!(plain(&once), once);
        }
    }
}
