//! Lines that keep the order of their paragraph.

use unicode_bidi::BidiInfo;

use super::{as_line, by_itself, letters as letters_of, lines, order, visual_runs};
use crate::formats::direction::{is_mark, isolated, isolated_from_left, without_marks};

/// The places of the letters of a text from left to right, by the runs that are shaped.
fn runs_in_order(text: &str) -> Vec<usize> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let mut all = Vec::new();
    for run in visual_runs(text) {
        let mut inside: Vec<usize> = (0..starts.len()).filter(|place| run.bytes.contains(&starts[*place])).collect();
        if run.is_rtl {
            inside.reverse();
        }
        all.extend(inside);
    }
    all
}

/// The letters of a text as they are seen from left to right, brackets turned where they are.
fn seen(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    runs_in_order(text).into_iter().map(|place| letters[place]).filter(|one| !is_mark(*one)).collect()
}

#[test]
fn foreign_words_keep_their_signs_on_their_side() {
    let title = isolated("Peace talks (Berlin).");
    let address = isolated_from_left("example.org/a-b/");
    let words = format!("\u{200F}«{title}»، 15 {address}");
    assert_eq!(seen(&as_line(&words)), "example.org/a-b/ 15 ،»Peace talks (Berlin).«");
    // Broken within them, the end of each line stays where it is read.
    let at = words.find("(Berlin)").expect("there");
    let slash = words.find("a-b").expect("there") + 2;
    let broken = lines(&words, &[0..at - 1, at..slash, slash..words.len()]);
    let all: Vec<String> = broken.iter().map(|line| seen(line)).collect();
    assert_eq!(all, ["Peace talks«", "example.org/a- 15 ،»(Berlin).", "b/"]);
    assert_eq!(broken[2], "b/", "what runs one way needs no marks");
    // Within words that run from the left it is the same.
    let line = as_line(&format!("Outlet, “{}”, 15 December", isolated("عنوان (حتى) 12.")));
    assert_eq!(seen(&line), format!("Outlet, “{}”, 15 December", seen("عنوان (حتى) 12.")));
}

#[test]
fn lines_of_any_paragraph_stand_as_they_do_in_it() {
    // Letters of all kinds in an order that nobody thought of, broken anywhere.
    let letters = [
        'a', 'א', 'ب', '1', '٢', '+', '%', ',', '.', ' ', '(', ')', '-', '«', '\u{2068}', '\u{2066}', '\u{2067}',
        '\u{2069}', '\u{200F}', '\u{202B}', '\u{202D}', '\u{202C}',
    ];
    let mut state = 7u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..20_000 {
        let text: String = (0..4 + next(20)).map(|_| letters[next(letters.len())]).collect();
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = starts[next(starts.len())];
        let info = BidiInfo::new(&text, None);
        let one = &info.paragraphs[0];
        for line in [0..at, at..text.len()] {
            let expected = letters_of(&info, one, &line);
            // Spaces at its end are cut off a line.
            if expected.iter().rev().find_map(|(letter, _)| *letter) == Some(' ') {
                continue;
            }
            let made = by_itself(&expected, one.level);
            assert_eq!(without_marks(&made), without_marks(&text[line.clone()]));
            let bare: Vec<char> = expected.iter().filter_map(|(letter, _)| *letter).collect();
            let wanted: String = order(&expected).into_iter().map(|(place, _)| bare[place]).collect();
            assert_eq!(seen(&made), wanted, "{} of {}", text[line].escape_unicode(), text.escape_unicode());
        }
    }
}
