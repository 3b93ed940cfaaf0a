//! Unicode's conformance tests of the bidirectional algorithm, BidiTest.txt and BidiCharacterTest.txt: levels and order as we
//! have them of unicode-bidi, the runs that are shaped, and lines with no more marks than they need.

use std::io::Write as _;
use std::path::Path;

use claimline::formats::direction::is_mark;
use claimline::scene::text::{as_line, visual_runs};
use unicode_bidi::{BidiInfo, Level};

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
    let sample = include_str!("../data/bidi/characters.txt");
    all_are_right("BidiCharacterTest, the sample", sample.lines().filter(is_test).map(of_characters));
}

#[test]
fn the_sample_of_unicodes_tests_of_classes_comes_out_right() {
    let sample = include_str!("../data/bidi/classes.txt");
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
