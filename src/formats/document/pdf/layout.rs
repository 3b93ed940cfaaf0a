//! The letters of a page to lines, columns and paragraphs, in the order in which they are read.
//!
//! Letters are sorted by the direction in which they run, what runs as most letters do first. Rows are letters on one base
//! line, raised and lowered ones included. Where the same white gap goes through several rows, and both sides hold lines of
//! running text, they are columns, and each is read before the next; the rows of a table are read across. The rest is read
//! from the top.

use hayro::kurbo::{Affine, Point};

use super::glyphs::Glyph;
use super::line::{self, Cell};

/// A letter in the frame of its direction: its line runs to the right, and the next line lies below.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) text: String,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) base: f64,
    pub(super) size: f64,
}

/// Letters on one line without a wide gap.
#[derive(Debug, Clone)]
struct Segment {
    glyphs: Vec<usize>,
    from: f64,
    to: f64,
}

/// What stands on one base line.
#[derive(Debug, Clone)]
struct Row {
    segments: Vec<Segment>,
    base: f64,
    size: f64,
}

/// White at least this wide, in sizes of the letters, may be the gap between columns.
const GUTTER: f64 = 0.75;

/// Fewer rows on one side are no column.
const FEWEST_ROWS: usize = 3;

/// Lines of a column have at least so many letters, on average.
const FEWEST_LETTERS: usize = 14;

/// Rows of a page among which columns are looked for.
const MOST_ROWS: usize = 600;

/// A line as it is read.
pub(super) type Line = Vec<Cell>;

/// The paragraphs of a page, each as the words of its lines.
pub(super) fn paragraphs(glyphs: Vec<Glyph>) -> Vec<Vec<String>> {
    let lines = |lines: Vec<Line>| lines.iter().map(|line| line::text_of(line)).collect();
    paragraphs_of_letters(glyphs).into_iter().map(lines).collect()
}

/// The same as letters, each with where it stands on the page: left, top, right, bottom, in points from its top left.
pub(super) fn paragraphs_of_letters(glyphs: Vec<Glyph>) -> Vec<Vec<Line>> {
    let mut by_direction: Vec<(i32, Vec<Glyph>)> = Vec::new();
    for glyph in glyphs {
        let along = glyph.to - glyph.from;
        let degrees = along.y.atan2(along.x).to_degrees();
        // Letters that take no room stand as those before them.
        let direction = if along.hypot() < 1e-6 {
            by_direction.last().map_or(0, |(direction, _)| *direction)
        } else {
            ((degrees / 5.0).round() as i32 * 5).rem_euclid(360)
        };
        match by_direction.iter_mut().find(|(other, _)| *other == direction) {
            Some((_, same)) => same.push(glyph),
            None => by_direction.push((direction, vec![glyph])),
        }
    }
    by_direction.sort_by_key(|(_, glyphs)| std::cmp::Reverse(glyphs.len()));
    let mut out = Vec::new();
    for (direction, glyphs) in by_direction {
        let turn = Affine::rotate(-f64::from(direction).to_radians());
        let placed = glyphs.into_iter().map(|glyph| place(glyph, turn)).collect();
        let first = out.len();
        of_one_direction(without_doubles(placed), &mut out);
        let back = Affine::rotate(f64::from(direction).to_radians());
        for at in out[first..].iter_mut().flatten().flatten().filter_map(|cell: &mut Cell| cell.at.as_mut()) {
            let [left, top, right, bottom] = *at;
            let corners = back.transform_rect_bbox(hayro::kurbo::Rect::new(left, top, right, bottom));
            *at = [corners.x0, corners.y0, corners.x1, corners.y1];
        }
    }
    out
}

fn place(glyph: Glyph, turn: Affine) -> Placed {
    let (from, to): (Point, Point) = (turn * glyph.from, turn * glyph.to);
    Placed { text: glyph.text, from: from.x.min(to.x), to: from.x.max(to.x), base: from.y, size: glyph.size }
}

/// Letters that are drawn twice in nearly the same place, to look bold or to have an outline, are one.
fn without_doubles(glyphs: Vec<Placed>) -> Vec<Placed> {
    use std::collections::HashMap;
    let cell = |value: f64| (value / 2.0).floor() as i64;
    let mut seen: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    let mut out: Vec<Placed> = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        if glyph.text.trim().is_empty() {
            out.push(glyph);
            continue;
        }
        let (column, row) = (cell(glyph.from), cell(glyph.base));
        let near = glyph.size * 0.1;
        let is_double = (-1..=1).any(|x| {
            (-1..=1).any(|y| {
                seen.get(&(column + x, row + y)).is_some_and(|found| {
                    // A page may heap letters upon one place.
                    found.iter().rev().take(20).any(|index| {
                        out.get(*index).is_some_and(|other| {
                            other.text == glyph.text
                                && (other.from - glyph.from).abs() < near
                                && (other.base - glyph.base).abs() < near
                        })
                    })
                })
            })
        });
        if !is_double {
            seen.entry((column, row)).or_default().push(out.len());
            out.push(glyph);
        }
    }
    out
}

fn of_one_direction(glyphs: Vec<Placed>, out: &mut Vec<Vec<Line>>) {
    let rows = rows_of(&glyphs);
    let mut sizes: Vec<f64> = glyphs.iter().map(|glyph| glyph.size).collect();
    sizes.sort_by(f64::total_cmp);
    let page = Page { glyphs: &glyphs, size: sizes.get(sizes.len() / 2).copied().unwrap_or(10.0) };
    for rows in rows.chunks(MOST_ROWS) {
        page.read(rows.to_vec(), 0, out);
    }
}

/// Letters on nearly one base line, from the top; those that are raised or lowered go with the line that they stand beside.
fn rows_of(glyphs: &[Placed]) -> Vec<Row> {
    let mut order: Vec<usize> = (0..glyphs.len()).filter(|index| !glyphs[*index].text.trim().is_empty()).collect();
    order.sort_by(|one, other| glyphs[*one].base.total_cmp(&glyphs[*other].base));
    let mut lines: Vec<(f64, f64, Vec<usize>)> = Vec::new();
    for index in order {
        let glyph = &glyphs[index];
        match lines.last_mut() {
            Some((base, size, line)) if (glyph.base - *base).abs() < 0.25 * size.min(glyph.size) => {
                // The base line is that of the largest letters.
                if glyph.size > *size {
                    (*base, *size) = (glyph.base, glyph.size);
                }
                line.push(index);
            }
            _ => lines.push((glyph.base, glyph.size, vec![index])),
        }
    }
    let segments = |line: &[usize]| {
        let mut line = line.to_vec();
        line.sort_by(|one, other| glyphs[*one].from.total_cmp(&glyphs[*other].from));
        let mut segments: Vec<Segment> = Vec::new();
        let mut before = f64::INFINITY;
        for index in line {
            let glyph = &glyphs[index];
            let size = before.min(glyph.size);
            before = glyph.size;
            match segments.last_mut() {
                // A heading beside the text of another column does not make the gap between them narrower.
                Some(last) if glyph.from - last.to < GUTTER * size => {
                    last.glyphs.push(index);
                    last.to = last.to.max(glyph.to);
                }
                _ => segments.push(Segment { glyphs: vec![index], from: glyph.from, to: glyph.to }),
            }
        }
        segments
    };
    let mut rows: Vec<Row> =
        lines.into_iter().map(|(base, size, line)| Row { segments: segments(&line), base, size }).collect();
    raise(&mut rows, glyphs);
    rows.retain(|row| !row.segments.is_empty());
    rows
}

/// Small letters right after or before those of a line near by, above or below its base line, are put into it.
fn raise(rows: &mut [Row], glyphs: &[Placed]) {
    for index in 0..rows.len() {
        let segments = std::mem::take(&mut rows[index].segments);
        let mut left = Vec::new();
        'segments: for segment in segments {
            let few = segment.glyphs.len() <= 8;
            let (base, size) = measure(&segment.glyphs, glyphs);
            // Lines of other columns may lie between.
            for step in [1, -1, 2, -2, 3, -3, 4, -4] {
                let Some(other) =
                    usize::try_from(index as isize + step).ok().filter(|_| few).and_then(|at| rows.get_mut(at))
                else {
                    continue;
                };
                let beside = other.segments.iter_mut().find(|beside| {
                    let (other_base, other_size) = measure(&beside.glyphs, glyphs);
                    let is_near = (other_base - base).abs() < 0.6 * other_size && size < 0.85 * other_size;
                    let limit = 0.4 * other_size;
                    is_near && segment.from - beside.to < limit && beside.from - segment.to < limit
                });
                if let Some(beside) = beside {
                    beside.from = beside.from.min(segment.from);
                    beside.to = beside.to.max(segment.to);
                    beside.glyphs.extend(&segment.glyphs);
                    continue 'segments;
                }
            }
            left.push(segment);
        }
        rows[index].segments = left;
    }
}

/// The base line and size of the largest of some letters.
fn measure(indices: &[usize], glyphs: &[Placed]) -> (f64, f64) {
    let largest = indices.iter().map(|index| &glyphs[*index]).max_by(|one, other| one.size.total_cmp(&other.size));
    largest.map_or((0.0, 1.0), |glyph| (glyph.base, glyph.size))
}

struct Page<'a> {
    glyphs: &'a [Placed],
    /// The size of most letters.
    size: f64,
}

impl Page<'_> {
    /// Reads rows: those above columns, the columns one after the other, and those below.
    fn read(&self, rows: Vec<Row>, depth: usize, out: &mut Vec<Vec<Line>>) {
        if rows.is_empty() {
            return;
        }
        let columns = if depth < 12 { self.columns(&rows) } else { None };
        let Some(Columns { rows: range, gutter }) = columns else {
            return self.read_across(&rows, out);
        };
        let mut above = rows;
        let mut within = above.split_off(range.start);
        let below = within.split_off(range.len());
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for row in within {
            let (on_left, on_right): (Vec<_>, Vec<_>) =
                row.segments.into_iter().partition(|segment| (segment.from + segment.to) / 2.0 < gutter);
            for (segments, side) in [(on_left, &mut left), (on_right, &mut right)] {
                let all: Vec<usize> = segments.iter().flat_map(|segment: &Segment| segment.glyphs.clone()).collect();
                if !all.is_empty() {
                    let (base, size) = measure(&all, self.glyphs);
                    side.push(Row { segments, base, size });
                }
            }
        }
        self.read(above, depth + 1, out);
        // Columns of Arabic or Hebrew begin on the right.
        let sides = if self.runs_to_left(&left) && self.runs_to_left(&right) { [right, left] } else { [left, right] };
        for side in sides {
            self.read(side, depth + 1, out);
        }
        self.read(below, depth + 1, out);
    }

    fn runs_to_left(&self, rows: &[Row]) -> bool {
        let letters = rows.iter().flat_map(|row| &row.segments).flat_map(|segment| &segment.glyphs);
        let (mut left, mut all) = (0_usize, 0_usize);
        for letter in letters.flat_map(|glyph| self.glyphs[*glyph].text.chars()).filter(|letter| letter.is_alphabetic())
        {
            all += 1;
            left += usize::from(matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fefc}'));
        }
        left * 2 > all
    }

    /// The longest stretch of rows through which a white gap goes, with running text on both sides.
    fn columns(&self, rows: &[Row]) -> Option<Columns> {
        // No page of text has rows of so many pieces; one that has would take long.
        if rows.iter().map(|row| row.segments.len()).sum::<usize>() > 20 * MOST_ROWS {
            return None;
        }
        let mut best: Option<Columns> = None;
        for start in 0..rows.len() {
            if best.as_ref().is_some_and(|best| rows.len() - start <= best.rows.len()) {
                break;
            }
            // Only a row with two segments, or two rows beside each other, can begin columns: one gap after the other is tried.
            let mut gaps = vec![(f64::NEG_INFINITY, f64::INFINITY)];
            let mut end = start;
            let mut found = None;
            for row in &rows[start..] {
                gaps = narrowed(&gaps, row, GUTTER * self.size.min(row.size));
                if gaps.is_empty() {
                    break;
                }
                end += 1;
                if end - start >= FEWEST_ROWS && best.as_ref().is_none_or(|best| end - start > best.rows.len()) {
                    found = Some((end, gaps.clone())).filter(|_| gaps.len() > 2).or(found);
                }
            }
            if let Some((end, gaps)) = found {
                let gutter = gaps.iter().filter_map(|(from, to)| {
                    let is_inner = from.is_finite() && to.is_finite();
                    let middle = f64::midpoint(*from, *to);
                    (is_inner && self.is_running_text(&rows[start..end], middle)).then_some((to - from, middle))
                });
                if let Some((_, gutter)) = gutter.max_by(|one, other| one.0.total_cmp(&other.0)) {
                    best = Some(Columns { rows: start..end, gutter });
                }
            }
        }
        best
    }

    /// Whether both sides of a gap hold lines of running text, not the cells of a table.
    fn is_running_text(&self, rows: &[Row], gutter: f64) -> bool {
        let side = |is_left: bool| {
            let (mut count, mut letters, mut filled, mut from, mut to) =
                (0_usize, 0_usize, 0.0, f64::INFINITY, f64::NEG_INFINITY);
            for row in rows {
                let mut is_here = false;
                for segment in
                    row.segments.iter().filter(|segment| ((segment.from + segment.to) / 2.0 < gutter) == is_left)
                {
                    is_here = true;
                    letters += segment.glyphs.len();
                    filled += segment.to - segment.from;
                    from = from.min(segment.from);
                    to = to.max(segment.to);
                }
                count += usize::from(is_here);
            }
            count >= FEWEST_ROWS && letters >= FEWEST_LETTERS * count && filled >= 0.55 * (to - from) * count as f64
        };
        side(true) && side(false)
    }

    /// Reads rows from the top, each across its whole width.
    fn read_across(&self, rows: &[Row], out: &mut Vec<Vec<Line>>) {
        let pitch = usual_pitch(rows);
        let left = rows.iter().flat_map(|row| &row.segments).map(|segment| segment.from).fold(f64::INFINITY, f64::min);
        let mut last: Option<&Row> = None;
        let mut paragraph: Vec<Line> = Vec::new();
        for row in rows {
            let glyphs = row.segments.iter().flat_map(|segment| &segment.glyphs).map(|index| &self.glyphs[*index]);
            let cells = line::cells_of(glyphs.collect());
            if cells.iter().all(|cell| cell.text.trim().is_empty()) {
                continue;
            }
            let begins = last.is_some_and(|last| {
                let start = row.segments.first().map_or(left, |segment| segment.from);
                let before = last.segments.first().map_or(left, |segment| segment.from);
                let is_indented =
                    start > left + row.size * 0.8 && before < left + row.size * 0.5 && start < left + row.size * 4.0;
                let is_table = wide_gaps(row) > 1 || wide_gaps(last) > 1;
                row.base - last.base > 1.3 * pitch
                    || (row.size - last.size).abs() > 0.15 * row.size
                    || is_indented
                    || is_table
            });
            if begins {
                out.push(std::mem::take(&mut paragraph));
            }
            paragraph.push(cells);
            last = Some(row);
        }
        if !paragraph.is_empty() {
            out.push(paragraph);
        }
    }
}

/// Rows with a gap through all of them.
#[derive(Debug)]
struct Columns {
    rows: std::ops::Range<usize>,
    gutter: f64,
}

/// White gaps as far as a row leaves them, those that are wide enough to be between columns.
fn narrowed(gaps: &[(f64, f64)], row: &Row, least: f64) -> Vec<(f64, f64)> {
    let mut segments: Vec<(f64, f64)> = row.segments.iter().map(|segment| (segment.from, segment.to)).collect();
    segments.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut out = Vec::new();
    for (from, to) in gaps {
        let mut start = *from;
        for (left, right) in &segments {
            if *right <= start || *left >= *to {
                continue;
            }
            if *left - start >= least {
                out.push((start, *left));
            }
            start = start.max(*right);
        }
        if *to - start >= least {
            out.push((start, *to));
        }
    }
    // A page of dots has gaps without end.
    out.truncate(40);
    out
}

/// Gaps wider than any between the words of a justified line.
fn wide_gaps(row: &Row) -> usize {
    row.segments.windows(2).filter(|pair| pair[1].from - pair[0].to > 2.0 * GUTTER * row.size).count()
}

/// How far lines usually lie from each other.
fn usual_pitch(rows: &[Row]) -> f64 {
    let mut pitches: Vec<f64> =
        rows.windows(2).map(|pair| pair[1].base - pair[0].base).filter(|pitch| *pitch > 0.1).collect();
    pitches.sort_by(f64::total_cmp);
    let size = rows.first().map_or(10.0, |row| row.size);
    pitches.get(pitches.len() / 2).copied().unwrap_or(size * 1.3).clamp(size * 0.8, size * 2.5)
}
