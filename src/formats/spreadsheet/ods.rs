//! Sheets of OpenDocument (ISO/IEC 26300-1, 9.1): all of them in one part, in which cells and rows that are alike stand once
//! with a number.

use super::parts::{Node, Parts, Tag, Xml};
use super::{Each, MOST_COLUMNS, MOST_ROWS};
use crate::formats::read::{ReadError, shortened};
use crate::formats::tabular::{Grid, Kind};

/// Of the room that a file has, rows that stand once with a number may fill so small a part with their copies: a few letters
/// say a million of them, each of which is looked at as if it stood there.
const PART_OF_REPEATS: usize = 64;

/// Calls for each sheet; gives what is to be said of the workbook as a whole.
pub(super) fn sheets(
    parts: &mut Parts<'_>,
    begin: &mut dyn FnMut() -> Grid,
    each: &mut Each<'_>,
) -> Result<Vec<String>, ReadError> {
    let is_locked = parts.xml("META-INF/manifest.xml", |xml| {
        loop {
            match xml.next()? {
                Node::Start(tag) if tag.name() == b"encryption-data" => return Ok(true),
                Node::Over => return Ok(false),
                _ => {}
            }
        }
    })?;
    if is_locked == Some(true) {
        return Err(ReadError::Unusable("it is locked by a password; save it without one".to_owned()));
    }
    let mut notes = Vec::new();
    let mut unsaved = 0;
    let mut room = begin().room() / PART_OF_REPEATS;
    let read = parts.xml("content.xml", |xml| {
        loop {
            match xml.next()? {
                Node::Start(tag) if tag.name() == b"table" => {
                    let name = tag.attribute(b"table:name").unwrap_or_default();
                    let mut grid = begin();
                    let lost = table(xml, &mut grid, &mut room)?;
                    grid.close();
                    let short = shortened(&name);
                    if lost.is_beyond {
                        notes.push(format!("sheet “{short}” has cells beyond the last of a sheet; they are left out"));
                    }
                    if lost.repeats > 0 {
                        let count = lost.repeats;
                        notes.push(format!(
                            "sheet “{short}” repeats a row so often that {count} of its copies are left out"
                        ));
                    }
                    unsaved += lost.unsaved;
                    each(&name, false, Ok(grid));
                }
                Node::Over => return Ok(()),
                _ => {}
            }
        }
    })?;
    match read {
        Some(()) => {
            notes.extend(super::unsaved(unsaved));
            Ok(notes)
        }
        None => Err(ReadError::Unusable("the zip holds no content.xml; it is no .ods, or it is broken".to_owned())),
    }
}

/// A cell that stands in a row.
struct Cell {
    column: usize,
    count: usize,
    kind: Kind,
    text: String,
}

fn repeats(tag: &Tag, name: &[u8]) -> usize {
    tag.attribute(name).and_then(|number| number.parse().ok()).unwrap_or(1).max(1)
}

/// What of a sheet is not read.
#[derive(Default)]
struct Lost {
    /// Whether cells lie beyond its end.
    is_beyond: bool,
    /// How many copies of rows had no room.
    repeats: usize,
    /// How many formulas have no value.
    unsaved: usize,
}

/// Reads the rows of a sheet, with so many bytes of `room` left for copies of rows.
fn table(xml: &mut Xml<'_>, grid: &mut Grid, room: &mut usize) -> Result<Lost, ReadError> {
    let depth = xml.depth();
    let (mut number, mut lost) = (0_usize, Lost::default());
    let mut cells: Vec<Cell> = Vec::new();
    while xml.depth() >= depth {
        match xml.next()? {
            Node::Start(tag) if tag.name() == b"table-row" => {
                let count = repeats(&tag, b"table:number-rows-repeated");
                row(xml, &mut cells, &mut lost)?;
                let (first, last) = (number + 1, number.saturating_add(count).min(MOST_ROWS));
                number = number.saturating_add(count);
                if cells.is_empty() {
                    continue;
                }
                lost.is_beyond |= number > MOST_ROWS;
                let bytes = 64 + cells.iter().map(|cell| cell.count * (16 + cell.text.len())).sum::<usize>();
                let copies = (last + 1).saturating_sub(first).saturating_sub(1);
                let read = copies.min(*room / bytes);
                *room -= read * bytes;
                lost.repeats += copies - read;
                // What is full is told once; the rest is passed over.
                for number in first..=last.min(first + read) {
                    if grid.is_full || !grid.row(number) {
                        break;
                    }
                    for cell in &cells {
                        (cell.column..cell.column + cell.count)
                            .for_each(|column| grid.cell(column, cell.kind, &cell.text));
                    }
                }
            }
            Node::Over => break,
            _ => {}
        }
    }
    Ok(lost)
}

/// Reads the cells of a row that hold something.
fn row(xml: &mut Xml<'_>, cells: &mut Vec<Cell>, lost: &mut Lost) -> Result<(), ReadError> {
    cells.clear();
    let depth = xml.depth();
    let mut column = 0_usize;
    while xml.depth() >= depth {
        match xml.next()? {
            Node::Start(tag) if matches!(tag.name(), b"table-cell" | b"covered-table-cell") => {
                let count = repeats(&tag, b"table:number-columns-repeated");
                let (kind, text) = value(xml, &tag)?;
                let has_value = !text.is_empty() || tag.attribute(b"office:value-type").is_some();
                lost.unsaved += usize::from(!has_value && tag.attribute(b"table:formula").is_some());
                if !text.is_empty() {
                    let room = MOST_COLUMNS.saturating_sub(column);
                    lost.is_beyond |= count > room;
                    if room > 0 {
                        cells.push(Cell { column, count: count.min(room), kind, text });
                    }
                }
                column = column.saturating_add(count);
            }
            Node::Over => break,
            _ => {}
        }
    }
    Ok(())
}

/// What a cell holds: what it says of its value, otherwise its paragraphs.
fn value(xml: &mut Xml<'_>, tag: &Tag) -> Result<(Kind, String), ReadError> {
    let words = paragraphs(xml)?;
    let is_fault = tag.attribute(b"calcext:value-type").is_some_and(|kind| kind == "error")
        || words.starts_with("#") && words.ends_with(['!', '?', 'A']) && tag.attribute(b"table:formula").is_some();
    if is_fault {
        return Ok((Kind::Fault, words.trim().to_owned()));
    }
    let said = |name: &[u8]| tag.attribute(name);
    Ok(match said(b"office:value-type").as_deref() {
        Some("float" | "percentage" | "currency") => match said(b"office:value").and_then(|value| value.parse().ok()) {
            Some(number) if f64::is_finite(number) => (Kind::Number, super::number_text(number)),
            _ => (Kind::Text, words),
        },
        Some("date") => (Kind::Text, said(b"office:date-value").map_or(words, |day| without_midnight(&day).to_owned())),
        Some("time") => (Kind::Text, said(b"office:time-value").and_then(|time| hour_of(&time)).unwrap_or(words)),
        Some("boolean") => {
            let is_true = said(b"office:boolean-value").is_some_and(|value| value == "true");
            (Kind::Bool, is_true.to_string())
        }
        _ => (Kind::Text, said(b"office:string-value").filter(|text| !text.is_empty()).unwrap_or(words)),
    })
}

/// `2025-02-01T00:00:00` is a day alone.
fn without_midnight(day: &str) -> &str {
    day.strip_suffix("T00:00:00").unwrap_or(day)
}

/// `PT12H05M00S` as an hour of the day.
fn hour_of(time: &str) -> Option<String> {
    let (hour, rest) = time.strip_prefix("PT")?.split_once('H')?;
    let (minute, rest) = rest.split_once('M')?;
    let second = rest.strip_suffix('S')?.split(['.', ',']).next()?;
    let of = |text: &str, most: u32| text.parse::<u32>().ok().filter(|number| *number < most);
    Some(format!("{:02}:{:02}:{:02}", of(hour, 24)?, of(minute, 60)?, of(second, 60)?))
}

/// The paragraphs of a cell, one a line, without what is noted beside it.
fn paragraphs(xml: &mut Xml<'_>) -> Result<String, ReadError> {
    let depth = xml.depth();
    let mut words = String::new();
    let mut noted = None;
    while xml.depth() >= depth {
        match xml.next()? {
            Node::Start(tag) => {
                let at = xml.depth();
                match tag.name() {
                    b"annotation" if noted.is_none() => noted = Some(at),
                    b"p" if noted.is_none() && !words.is_empty() => words.push('\n'),
                    b"s" if noted.is_none() => {
                        let count = repeats(&tag, b"text:c").min(100);
                        words.extend(std::iter::repeat_n(' ', count));
                    }
                    b"tab" if noted.is_none() => words.push('\t'),
                    b"line-break" if noted.is_none() => words.push('\n'),
                    _ => {}
                }
            }
            Node::End => noted = noted.filter(|at| xml.depth() >= *at),
            Node::Text(text) => {
                // Text stands in paragraphs, not between them.
                if noted.is_none() && xml.depth() > depth && words.len() + text.len() <= super::parts::LONGEST {
                    words.push_str(&text);
                }
            }
            Node::Over => break,
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_from_lengths_of_time() {
        assert_eq!(hour_of("PT12H05M00S").as_deref(), Some("12:05:00"));
        assert_eq!(hour_of("PT1H2M3.500000S").as_deref(), Some("01:02:03"));
        for text in ["PT30H00M00S", "PT", "x", "PT1H"] {
            assert_eq!(hour_of(text), None, "{text}");
        }
    }
}
