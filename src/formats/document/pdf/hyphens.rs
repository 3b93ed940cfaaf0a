//! Lines to paragraphs: hyphens that divide a word at the end of a line go, those that belong to it stay.
//!
//! A soft hyphen (U+00AD) and a hyphen that only typesetting sets (U+2010 after which the word goes on) always divide. A plain
//! one is judged by the words of the document: it goes if the word stands elsewhere without it, stays if it stands elsewhere
//! with it, or if both halves stand elsewhere as words and the whole does not. Where the document does not tell, it stays
//! before capitals and digits and after short words that seldom begin others (*self-*, *well-*); else it goes.

use std::collections::HashSet;
use std::fmt::Write as _;

/// What may divide a word at the end of a line.
const HYPHENS: [char; 3] = ['-', '‐', '\u{ad}'];

/// Words that are joined to others with a hyphen, in English and some other languages, and hardly ever begin a longer word.
const JOINING: [&str; 14] =
    ["self", "well", "ill", "ex", "non", "all", "half", "cross", "vice", "north", "south", "east", "west", "mid"];

/// The words of a document that stand within lines.
struct Vocabulary {
    words: HashSet<String>,
}

impl Vocabulary {
    fn of(pages: &[Vec<Vec<String>>]) -> Self {
        let mut words = HashSet::new();
        for line in pages.iter().flatten().flatten() {
            // The last of a line may be half a word, and the first its other half.
            let mut within: Vec<&str> = line.split_whitespace().collect();
            if within.last().is_some_and(|word| word.ends_with(HYPHENS)) {
                within.pop();
            }
            for word in within.into_iter().map(bare) {
                if word.chars().any(char::is_alphabetic) {
                    words.insert(word.to_lowercase());
                }
            }
        }
        Self { words }
    }

    fn has(&self, word: &str) -> bool {
        self.words.contains(&word.to_lowercase())
    }

    /// Whether the hyphen between the end of a line and the start of the next belongs to the word.
    fn keeps(&self, before: &str, after: &str) -> bool {
        let (Some(last), Some(first)) = (before.chars().next_back(), after.chars().next()) else { return true };
        if !last.is_alphabetic() || !first.is_lowercase() && first.is_alphanumeric() && !first.is_alphabetic() {
            return true;
        }
        if !first.is_alphabetic() {
            return true;
        }
        let (mut whole, mut with) = (before.to_owned(), before.to_owned());
        whole.push_str(after);
        let _ = write!(with, "-{after}");
        if self.has(&whole) {
            return false;
        }
        if self.has(&with) {
            return true;
        }
        if first.is_uppercase() && before.chars().any(char::is_lowercase) {
            return true;
        }
        let start = before.rsplit(HYPHENS).next().unwrap_or(before);
        JOINING.contains(&start.to_lowercase().as_str())
            || (before.chars().count() > 3 && after.chars().count() > 3 && self.has(before) && self.has(after))
    }
}

/// A word without the signs around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
}

/// The text of each page; paragraphs are separated by an empty line.
pub(super) fn joined(pages: &[Vec<Vec<String>>]) -> Vec<String> {
    let vocabulary = Vocabulary::of(pages);
    let page = |paragraphs: &Vec<Vec<String>>| {
        let mut out = String::new();
        for paragraph in paragraphs {
            let first = paragraph.first().map(String::as_str).unwrap_or_default();
            if !out.is_empty() {
                // A word may go on in the next column.
                let goes_on = out.ends_with(HYPHENS)
                    && out.trim_end_matches(HYPHENS).ends_with(char::is_alphabetic)
                    && first.starts_with(char::is_lowercase);
                if goes_on { join(&mut out, first, &vocabulary) } else { out.push_str("\n\n") }
            }
            for (index, line) in paragraph.iter().enumerate() {
                if index > 0 {
                    join(&mut out, line, &vocabulary);
                }
                out.push_str(line);
            }
        }
        out
    };
    pages.iter().map(page).collect()
}

/// Ends a line, before another of the same paragraph.
fn join(out: &mut String, next: &str, vocabulary: &Vocabulary) {
    let last = out.chars().next_back();
    let first = next.chars().next();
    if let (Some(hyphen), Some(first)) = (last, first)
        && HYPHENS.contains(&hyphen)
    {
        let line_start = out.rfind('\n').map_or(0, |at| at + 1);
        let stem = out[line_start..].trim_end_matches(HYPHENS);
        let before = stem.split_whitespace().next_back().unwrap_or_default();
        let before = before.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        if before.is_empty() || stem.ends_with(char::is_whitespace) {
            out.push('\n');
            return;
        }
        let after = next.split_whitespace().next().unwrap_or_default();
        let after = after.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        // What is not a letter after a hyphen is a range of numbers, or a list.
        let divides = match hyphen {
            '\u{ad}' => true,
            '‐' => first.is_alphabetic() && !vocabulary.has(&format!("{before}‐{after}")),
            _ => !vocabulary.keeps(before, after),
        };
        if divides {
            out.pop();
        }
        return;
    }
    // Chinese and Japanese words are not separated.
    if !(last.is_some_and(is_ideograph) && first.is_some_and(is_ideograph)) {
        out.push('\n');
    }
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    fn joined(lines: &[&str]) -> String {
        super::joined(&[vec![lines.iter().map(|line| (*line).to_owned()).collect()]]).concat()
    }

    #[test]
    fn hyphens_that_divide_go_and_those_of_words_stay() {
        assert_eq!(joined(&["the sur-", "vey was made"]), "the survey was made");
        assert_eq!(joined(&["a self-", "contained area"]), "a self-contained area");
        assert_eq!(
            joined(&["a re-examination; an independent re-", "examination"]),
            "a re-examination; an independent re-examination"
        );
        assert_eq!(
            joined(&["re-examination of a reexamination, a re-", "examination"]).matches("reexamination").count(),
            2
        );
        assert_eq!(joined(&["the Anglo-", "Saxon"]), "the Anglo-Saxon");
        assert_eq!(joined(&["1914-", "1918"]), "1914-1918");
        assert_eq!(joined(&["a soft\u{ad}", "ening"]), "a softening");
        assert_eq!(joined(&["rise -", "and fall"]), "rise -\nand fall");
        assert_eq!(joined(&["flood plain of a flood-", "plain here"]), "flood plain of a flood-plain here");
        assert_eq!(joined(&["日本", "語"]), "日本語");
        let columns =
            [vec![vec!["it runs notice-".to_owned()], vec!["ably farther".to_owned()], vec!["Next".to_owned()]]];
        assert_eq!(super::joined(&columns), ["it runs noticeably farther\n\nNext"]);
    }
}
