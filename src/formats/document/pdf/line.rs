//! One line: its letters from left to right, as they stand on the page, to its words in the order in which they are read.
//!
//! # References
//! Unicode Standard Annex 9, whose rules are turned round here: the page has the letters in the order in which they are seen.

use unicode_normalization::char::is_combining_mark;

use super::layout::Placed;

/// A gap as wide as this part of the size of the letters separates words.
const WORD_GAP: f64 = 0.17;

/// A letter with the marks that stand on it, and where it stands in the frame of its direction: from the left to the right, and
/// from the top to the bottom. A space takes no room.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) at: Option<[f64; 4]>,
}

/// How far letters reach above and below their base line, in their sizes.
const ABOVE: f64 = 0.8;
const BELOW: f64 = 0.22;

impl Cell {
    fn of(glyph: &Placed) -> Self {
        let at = [glyph.from, glyph.base - ABOVE * glyph.size, glyph.to, glyph.base + BELOW * glyph.size];
        Self { text: glyph.text.clone(), at: Some(at) }
    }

    fn letters(text: &str) -> Self {
        Self { text: text.to_owned(), at: None }
    }
}

/// The letters of a line in the order in which they are read.
pub(super) fn cells_of(mut glyphs: Vec<&Placed>) -> Vec<Cell> {
    glyphs.sort_by(|one, other| one.from.total_cmp(&other.from));
    in_order(spaced(&glyphs))
}

/// The text of a line.
pub(super) fn text_of(cells: &[Cell]) -> String {
    let text: String = cells.iter().map(|cell| cell.text.as_str()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The letters with the marks that stand on them, and spaces where there is a gap.
fn spaced(glyphs: &[&Placed]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::with_capacity(glyphs.len() + 8);
    let mut last: Option<&Placed> = None;
    for glyph in glyphs {
        let is_mark = !glyph.text.is_empty() && glyph.text.chars().all(is_combining_mark);
        if is_mark && let Some(cell) = cells.last_mut() {
            cell.text.push_str(&glyph.text);
            continue;
        }
        if let Some(last) = last {
            let gap = glyph.from - last.to;
            let size = last.size.min(glyph.size);
            if gap > size * WORD_GAP && !cells.last().is_some_and(|cell| cell.text.trim().is_empty()) {
                cells.push(Cell::letters(" "));
            }
        }
        cells.push(Cell::of(glyph));
        last = Some(last.filter(|last| last.to > glyph.to && glyph.text.trim().is_empty()).unwrap_or(glyph));
    }
    cells
}

/// Which way a letter runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Right,
    Left,
    Number,
    Neutral,
}

fn way_of(cell: &str) -> Way {
    let Some(letter) = cell.chars().find(|letter| letter.is_alphanumeric()) else { return Way::Neutral };
    match letter {
        '\u{590}'..='\u{65f}'
        | '\u{66a}'..='\u{6ef}'
        | '\u{6fa}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}' => Way::Left,
        _ if letter.is_numeric() => Way::Number,
        _ => Way::Right,
    }
}

/// Letters as they stand from left to right, in the order in which they are read.
fn in_order(cells: Vec<Cell>) -> Vec<Cell> {
    let ways: Vec<Way> = cells.iter().map(|cell| way_of(&cell.text)).collect();
    let count = |wanted: Way| ways.iter().filter(|way| **way == wanted).count();
    let (left, right) = (count(Way::Left), count(Way::Right));
    if left == 0 {
        return cells;
    }
    // A line of Arabic with a Latin name in it runs to the left, one of English with a Hebrew word does not.
    // A stop on the right of Hebrew words ends a line that runs to the right: so programs set them that were not told better.
    let ends_sentence = |cell: Option<&Cell>| cell.is_some_and(|cell| ".,!?;:،؛؟".contains(cell.text.as_str()));
    let is_set_to_right = ends_sentence(cells.last()) && !ends_sentence(cells.first());
    let base = if left >= right && !is_set_to_right { Way::Left } else { Way::Right };
    if base == Way::Left {
        return to_left(&cells);
    }
    // Each stretch from one letter that runs to the left to another, with nothing between that runs to the right, is turned as
    // a whole, its numbers included.
    let mut out = Vec::with_capacity(cells.len());
    let mut at = 0;
    while at < cells.len() {
        if ways[at] != Way::Left {
            out.push(cells[at].clone());
            at += 1;
            continue;
        }
        let end = ways[at..].iter().position(|way| *way == Way::Right).map_or(cells.len(), |length| at + length);
        let last = ways[at..end].iter().rposition(|way| *way == Way::Left).map_or(at, |length| at + length);
        out.extend(to_left(&cells[at..=last]));
        at = last + 1;
    }
    out
}

/// Letters of a line or stretch that runs to the left, in the order in which they are read.
fn to_left(cells: &[Cell]) -> Vec<Cell> {
    let ways: Vec<Way> = cells.iter().map(|cell| way_of(&cell.text)).collect();
    let mut runs: Vec<(bool, Vec<Cell>)> = Vec::new();
    for (cell, is_left) in cells.iter().zip(resolve(cells, &ways)) {
        match runs.last_mut() {
            Some((same, run)) if *same == is_left => run.push(cell.clone()),
            _ => runs.push((is_left, vec![cell.clone()])),
        }
    }
    let mut out = Vec::with_capacity(cells.len());
    for (is_left, mut run) in runs.into_iter().rev() {
        if is_left {
            run.reverse();
            run.iter_mut().for_each(|cell| mirror(&mut cell.text));
        }
        out.append(&mut run);
    }
    out
}

/// Which letters of a line that runs to the left do so: signs go with what stands on both sides of them, or else with the line; numbers run to the
/// right in any line, with the point, the comma and the colon within them.
fn resolve(cells: &[Cell], ways: &[Way]) -> Vec<bool> {
    let mut out = vec![true; ways.len()];
    let neighbour = |index: usize, step: isize| -> Option<Way> {
        let mut at = index as isize + step;
        while let Some(way) = usize::try_from(at).ok().and_then(|at| ways.get(at)) {
            if *way != Way::Neutral {
                return Some(*way);
            }
            at += step;
        }
        None
    };
    for (index, way) in ways.iter().enumerate() {
        out[index] = match way {
            Way::Left => true,
            Way::Right | Way::Number => false,
            Way::Neutral => {
                let (before, after) = (neighbour(index, -1), neighbour(index, 1));
                let beside = |at: Option<usize>| at.and_then(|at| ways.get(at)) == Some(&Way::Number);
                let is_within_number = beside(index.checked_sub(1))
                    && beside(Some(index + 1))
                    && ".,:/".contains(cells[index].text.as_str());
                let is_of_number = (beside(index.checked_sub(1)) || beside(Some(index + 1)))
                    && "%€$£°".contains(cells[index].text.as_str());
                if is_within_number || is_of_number {
                    false
                } else {
                    // Numbers count as letters that run to the left between others that do.
                    (before, after) != (Some(Way::Right), Some(Way::Right))
                }
            }
        };
    }
    out
}

/// A bracket in text that runs to the left is drawn as its mirror image.
fn mirror(cell: &mut String) {
    const PAIRS: [(&str, &str); 5] = [("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ("«", "»")];
    for (open, close) in PAIRS {
        if cell == open {
            close.clone_into(cell);
            return;
        } else if cell == close {
            open.clone_into(cell);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(seen: &str) -> String {
        in_order(seen.chars().map(|letter| Cell::letters(&letter.to_string())).collect())
            .into_iter()
            .map(|cell| cell.text)
            .collect()
    }

    #[test]
    fn what_runs_to_the_left_is_read_from_there() {
        let turned = |text: &str| text.chars().rev().collect::<String>();
        assert_eq!(read("plain text"), "plain text");
        let hebrew = "שלום עולם";
        assert_eq!(read(&turned(hebrew)), hebrew);
        // Seen: the number keeps its digits in order.
        assert_eq!(read(&format!("2025 {}", turned("בדצמבר"))), "בדצמבר 2025");
        assert_eq!(read(&format!("{} 12.5 {}", turned("מ"), turned("כ"))), "כ 12.5 מ");
        assert_eq!(read(&format!("the word {} is Hebrew", turned("שלום"))), "the word שלום is Hebrew");
        assert_eq!(read(&format!(".{}", turned("שלום"))), "שלום.");
        assert_eq!(read(&format!("{}.", turned("שלום"))), "שלום.", "set as if it ran to the right");
        assert_eq!(read(&format!("{} 12 {}.", turned("ב"), turned("א"))), "א 12 ב.");
        // The bracket that opens stands to the right of its words, drawn as its mirror image.
        assert_eq!(read(&format!("({}) {}", turned("אחד"), turned("שתיים"))), "שתיים (אחד)");
    }
}
