//! Unicode's conformance tests of the bidirectional algorithm, and lines that keep the order of their paragraph.

use std::io::Write as _;
use std::path::Path;

use unicode_bidi::{BidiInfo, Level};

use super::{as_line, by_itself, letters as letters_of, lines, order, visual_runs};
use crate::formats::direction::{is_mark, isolated, isolated_from_left, without_marks};

/// Direction that is asked for, level of the paragraph where it is known, levels (none for what rule X9 takes away), order.
struct Case {
    text: String,
    asked: Option<Level>,
    paragraph: Option<u8>,
    levels: Vec<Option<u8>>,
    order: Vec<usize>,
}

fn numbers(words: &str) -> Vec<Option<u8>> {
    words.split_whitespace().map(|word| word.parse().ok()).collect()
}

fn places(words: &str) -> Vec<usize> {
    words.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

fn of_characters(line: &str) -> Case {
    let parts: Vec<&str> = line.split(';').collect();
    let [codes, asked, paragraph, levels, order] = parts[..] else { panic!("{line}") };
    let letter = |code: &str| char::from_u32(u32::from_str_radix(code, 16).expect("a number")).expect("a letter");
    Case {
        text: codes.split_whitespace().map(letter).collect(),
        asked: match asked {
            "0" => Some(Level::ltr()),
            "1" => Some(Level::rtl()),
            _ => None,
        },
        paragraph: paragraph.parse().ok(),
        levels: numbers(levels),
        order: places(order),
    }
}

/// A letter of each class.
fn of_class(class: &str) -> char {
    match class {
        "L" => 'a',
        "R" => 'א',
        "AL" => 'ب',
        "EN" => '1',
        "ES" => '+',
        "ET" => '#',
        "AN" => '١',
        "CS" => ',',
        "NSM" => '\u{300}',
        "BN" => '\u{AD}',
        "B" => '\u{2029}',
        "S" => '\t',
        "WS" => ' ',
        "ON" => '!',
        "LRE" => '\u{202A}',
        "RLE" => '\u{202B}',
        "PDF" => '\u{202C}',
        "LRO" => '\u{202D}',
        "RLO" => '\u{202E}',
        "LRI" => '\u{2066}',
        "RLI" => '\u{2067}',
        "FSI" => '\u{2068}',
        "PDI" => '\u{2069}',
        other => panic!("the class {other}"),
    }
}

fn of_classes(classes: &str, bits: &str, levels: &str, order: &str) -> Vec<Case> {
    let bits: u8 = u8::from_str_radix(bits.trim(), 16).expect("bits");
    let asked = [(1, None), (2, Some(Level::ltr())), (4, Some(Level::rtl()))];
    let asked = asked.into_iter().filter(|(bit, _)| bits & bit != 0);
    let case = |(_, asked)| Case {
        text: classes.split_whitespace().map(of_class).collect(),
        asked,
        paragraph: None,
        levels: numbers(levels),
        order: places(order),
    };
    asked.map(case).collect()
}

/// What is wrong with a case: the levels, the order, or the order of the lines that are made of it.
fn wrong(case: &Case) -> Option<&'static str> {
    let info = BidiInfo::new(&case.text, case.asked);
    let [one] = &info.paragraphs[..] else { return Some("several paragraphs") };
    if case.paragraph.is_some_and(|level| level != one.level.number()) {
        return Some("the level of the paragraph");
    }
    let levels = info.reordered_levels_per_char(one, one.range.clone());
    if case.levels.len() != levels.len() {
        return Some("the number of letters");
    }
    if case
        .levels
        .iter()
        .zip(&levels)
        .any(|(expected, level)| expected.is_some_and(|expected| expected != level.number()))
    {
        return Some("the levels");
    }
    let kept: Vec<usize> = (0..levels.len()).filter(|place| case.levels[*place].is_some()).collect();
    let of_kept: Vec<Level> = kept.iter().map(|place| levels[*place]).collect();
    let visual: Vec<usize> = BidiInfo::reorder_visual(&of_kept).into_iter().map(|place| kept[place]).collect();
    if visual != case.order {
        return Some("the order");
    }
    // As lines are set: the letters alone, in the same order.
    let letters: Vec<char> = case.text.chars().collect();
    let has_end = letters.iter().any(|letter| matches!(letter, '\u{2029}' | '\u{AD}' | '\t'));
    if has_end || case.asked.is_some() {
        return None;
    }
    if runs_in_order(&case.text).into_iter().filter(|place| case.levels[*place].is_some()).collect::<Vec<_>>()
        != case.order
    {
        return Some("the order of the runs");
    }
    let seen = |place: &&usize| !is_mark(letters[**place]);
    let expected: Vec<char> = case.order.iter().filter(seen).map(|place| letters[*place]).collect();
    let line = as_line(&case.text);
    let ours: Vec<char> = line.chars().collect();
    let ours: Vec<char> =
        runs_in_order(&line).into_iter().map(|place| ours[place]).filter(|one| !is_mark(*one)).collect();
    (ours != expected).then_some("the order of its line")
}

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

fn all_are_right(name: &str, cases: impl Iterator<Item = Case>) {
    let (mut count, mut failed) = (0usize, Vec::new());
    for case in cases {
        count += 1;
        if let Some(what) = wrong(&case) {
            failed.push(format!("{what}: {} {:?}", case.text.escape_unicode(), case.asked));
        }
    }
    // With `--nocapture` the numbers are seen.
    let _ = writeln!(std::io::stderr(), "{name}: {count} cases, {} wrong", failed.len());
    assert!(failed.is_empty(), "{} of {count} of {name}:\n{}", failed.len(), failed[..failed.len().min(20)].join("\n"));
    assert!(count > 900, "{count} of {name}");
}

fn is_test(line: &&str) -> bool {
    !line.is_empty() && !line.starts_with('#')
}

#[test]
fn the_sample_of_unicodes_tests_of_characters_comes_out_right() {
    let sample = include_str!("../../../../tests/data/bidi/characters.txt");
    all_are_right("BidiCharacterTest, the sample", sample.lines().filter(is_test).map(of_characters));
}

#[test]
fn the_sample_of_unicodes_tests_of_classes_comes_out_right() {
    let sample = include_str!("../../../../tests/data/bidi/classes.txt");
    let cases = sample.lines().filter(is_test).flat_map(|line| {
        let parts: Vec<&str> = line.split(';').collect();
        let [classes, bits, levels, order] = parts[..] else { panic!("{line}") };
        of_classes(classes, bits, levels, order)
    });
    all_are_right("BidiTest, the sample", cases);
}

/// The whole files where `CLAIMLINE_BIDI_TESTS` names their folder, such as `/usr/share/unicode` of Debian's unicode-data.
#[test]
fn all_of_unicodes_tests_come_out_right_where_they_are() {
    let Some(folder) = std::env::var_os("CLAIMLINE_BIDI_TESTS") else { return };
    let read = |name: &str| std::fs::read_to_string(Path::new(&folder).join(name)).expect("Unicode's file");
    let characters = read("BidiCharacterTest.txt");
    all_are_right("BidiCharacterTest", characters.lines().filter(is_test).map(of_characters));
    let classes = read("BidiTest.txt");
    let (mut levels, mut order) = ("", "");
    let mut cases = Vec::new();
    for line in classes.lines().filter(is_test) {
        if let Some(said) = line.strip_prefix("@Levels:") {
            levels = said;
        } else if let Some(said) = line.strip_prefix("@Reorder:") {
            order = said;
        } else if let Some((classes, bits)) = line.split_once(';') {
            cases.extend(of_classes(classes, bits, levels, order));
        }
    }
    all_are_right("BidiTest", cases.into_iter());
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
