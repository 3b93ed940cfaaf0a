//! Text of others made harmless for the eye: what steers a terminal or turns the direction of reading is shown, not obeyed.

/// Whether a letter does something instead of being seen: control characters but for line ends and tabs (C0, DEL, C1), the
/// two separators of lines and paragraphs, and those that turn the direction of reading (UAX #9: marks, embeddings,
/// overrides and isolates).
pub fn is_steering(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\n' | '\t'))
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// A text, of several lines maybe, in which every letter can be seen: those that steer stand as their numbers.
///
/// ```
/// use claimline::formats::visible::visible;
///
/// assert_eq!(visible("Lyman\u{1b}[2J"), "Lyman‹U+001B›[2J");
/// assert_eq!(visible("abc\u{202e}gnp.exe"), "abc‹U+202E›gnp.exe");
/// ```
pub fn visible(text: &str) -> String {
    escaped(text, |letter| format!("‹U+{:04X}›", u32::from(letter)))
}

/// JSON in which such letters stand as JSON writes them, `\u001b`: the same values for whoever reads it.
pub fn visible_json(json: &str) -> String {
    // None of them lies beyond U+FFFF.
    escaped(json, |letter| format!("\\u{:04x}", u32::from(letter)))
}

fn escaped(text: &str, escape: impl Fn(char) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(is_steering) {
        match part.chars().next_back().filter(|last| is_steering(*last)) {
            Some(last) => {
                out.push_str(&part[..part.len() - last.len_utf8()]);
                out.push_str(&escape(last));
            }
            None => out.push_str(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_shown_and_the_rest_stays() {
        for plain in ["", "Слов’янськ\nрядок\t2", "שלום عالم", "e\u{301} 👩\u{200d}🌾"] {
            assert_eq!(visible(plain), plain);
        }
        let shown = "a‹U+0007›‹U+009B›31m‹U+000D›‹U+2028›‹U+2066›‹U+200F›b";
        assert_eq!(visible("a\u{7}\u{9b}31m\r\u{2028}\u{2066}\u{200f}b"), shown);
    }

    #[test]
    fn json_keeps_its_values() {
        let value = serde_json::json!({ "title": "a\u{1b}]0;x\u{7}\u{9b}\u{202e}\u{7f}", "next": "b\nc" });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let shown = visible_json(&text);
        assert!(!shown.contains(is_steering), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
