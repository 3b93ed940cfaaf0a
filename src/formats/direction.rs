//! Which way words run, and words set apart so that what runs the other way beside them does not move their signs.
//!
//! Words that are put into a sentence of another script (a title, a place, an address, a number with its unit) stand in it as
//! an isolate: a first strong isolate and its end, characters that are not seen. What is laid out keeps as few of them as a
//! line needs, and what leaves a page for other programs to read has none ([`without_marks`]).
//!
//! # References
//! * Unicode Standard Annex 9, the bidirectional algorithm: isolates, and rules P2 and P3 for the first strong letter.

use std::borrow::Cow;

use unicode_bidi::{BidiClass, bidi_class};

/// Begins words that run as their first strong letter does.
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
/// Begins words that run from the left, whatever is in them.
const LEFT_TO_RIGHT_ISOLATE: char = '\u{2066}';
/// Ends either.
const POP_ISOLATE: char = '\u{2069}';

/// Whether a character only says which way words run: a mark, an embedding, an override, an isolate, or the end of one.
pub fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether words hold others that are set apart.
pub fn has_isolates(words: &str) -> bool {
    words.contains(|letter| matches!(letter, '\u{2066}'..='\u{2068}'))
}

/// Words set apart, which run as their first strong letter does, and from the left if they have none.
pub fn isolated(words: &str) -> String {
    format!("{FIRST_STRONG_ISOLATE}{words}{POP_ISOLATE}")
}

/// Words set apart that run from the left, as addresses do.
pub fn isolated_from_left(words: &str) -> String {
    format!("{LEFT_TO_RIGHT_ISOLATE}{words}{POP_ISOLATE}")
}

/// Words for a sentence that runs from the left: set apart where anything in them runs from the right.
pub fn in_sentence(words: &str) -> Cow<'_, str> {
    if has_rtl(words) && !has_isolates(words) { Cow::Owned(isolated(words)) } else { Cow::Borrowed(words) }
}

/// Words without what only says which way they run: as they are searched, copied and kept.
pub fn without_marks(words: &str) -> Cow<'_, str> {
    if words.contains(is_mark) { Cow::Owned(words.replace(is_mark, "")) } else { Cow::Borrowed(words) }
}

/// Whether anything in `text` is read from the right, or asks for it.
pub fn has_rtl(text: &str) -> bool {
    text.chars().any(|letter| {
        letter >= '\u{590}'
            && matches!(
                bidi_class(letter),
                BidiClass::R
                    | BidiClass::AL
                    | BidiClass::AN
                    | BidiClass::RLE
                    | BidiClass::RLO
                    | BidiClass::RLI
                    | BidiClass::FSI
            )
    })
}

/// Whether anything in `text` is a letter that is read from the left.
pub fn has_ltr(text: &str) -> bool {
    text.chars().any(|letter| bidi_class(letter) == BidiClass::L)
}

/// Whether words as a whole are read from the right: their first letter that runs either way does.
pub fn is_rtl(text: &str) -> bool {
    first_strong(text).unwrap_or(false)
}

/// Whether the first letter that runs one way or the other runs from the right; letters within isolates aside.
pub fn first_strong(text: &str) -> Option<bool> {
    let mut depth = 0usize;
    for letter in text.chars() {
        if letter.is_ascii() && !letter.is_ascii_alphabetic() {
            continue;
        }
        match bidi_class(letter) {
            BidiClass::LRI | BidiClass::RLI | BidiClass::FSI => depth += 1,
            BidiClass::PDI => depth = depth.saturating_sub(1),
            BidiClass::L if depth == 0 => return Some(false),
            BidiClass::R | BidiClass::AL if depth == 0 => return Some(true),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_strong_letter_outside_isolates_decides() {
        for (words, is) in [
            ("Kyiv – דונצק", Some(false)),
            ("12 – דונצק, Kyiv", Some(true)),
            ("12 – 13", None),
            ("\u{2068}דונצק\u{2069}: Kyiv", Some(false)),
            ("\u{2068}Kyiv\u{2069}", None),
        ] {
            assert_eq!(first_strong(words), is, "{words:?}");
        }
    }

    #[test]
    fn what_leaves_a_page_has_no_marks() {
        let title = "حتى 15";
        assert_eq!(in_sentence(title), format!("\u{2068}{title}\u{2069}"));
        assert_eq!(in_sentence(&in_sentence(title)), in_sentence(title));
        assert_eq!(in_sentence("Kyiv"), "Kyiv");
        assert_eq!(without_marks(&in_sentence(title)), title);
        assert_eq!(without_marks("\u{200F}\u{2066}a.org\u{2069}"), "a.org");
    }
}
