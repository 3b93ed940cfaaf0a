//! Sheets of Office Open XML (ISO/IEC 29500-1, part 18): a workbook that names them, strings and formats that they share.

use std::collections::HashMap;

use super::parts::{Node, Parts, Tag, Xml};
use super::serial::Shown;
use super::{Each, MOST_COLUMNS, MOST_ROWS};
use crate::formats::read::{ReadError, shortened};
use crate::formats::tabular::{Grid, Kind};

/// So many formats of cells a workbook has at most (Excel: 65 490).
const MOST_FORMATS: usize = 100_000;

/// What the sheets of a workbook share.
#[derive(Default)]
struct Workbook {
    /// All strings, one after the other, and where each ends.
    strings: String,
    ends: Vec<u32>,
    shown: Vec<Shown>,
    is_1904: bool,
}

impl Workbook {
    fn string(&self, index: usize) -> Option<&str> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or_default());
        self.strings.get(start as usize..*self.ends.get(index)? as usize)
    }
}

/// Calls for each sheet; gives what is to be said of the workbook as a whole.
pub(super) fn sheets(
    parts: &mut Parts<'_>,
    begin: &mut dyn FnMut() -> Grid,
    each: &mut Each<'_>,
) -> Result<Vec<String>, ReadError> {
    let roots = relations(parts, "_rels/.rels", "")?;
    let by_kind = |all: &HashMap<String, Relation>, kind: &str| {
        all.values().filter(|one| one.kind == kind).map(|one| one.target.clone()).min()
    };
    let main = by_kind(&roots, "officeDocument").unwrap_or_else(|| "xl/workbook.xml".to_owned());
    if !parts.has(&main) {
        let what = if parts.has("xl/workbook.bin") {
            "it is a binary workbook (.xlsb); save it as .xlsx"
        } else {
            "the zip holds no workbook; it is no .xlsx, or it is broken"
        };
        return Err(ReadError::Unusable(what.to_owned()));
    }
    let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
    let related = relations(parts, &joined(folder, &format!("_rels/{name}.rels")), folder)?;
    let mut workbook = Workbook::default();
    let part = |kind: &str, usual: &str| by_kind(&related, kind).unwrap_or_else(|| joined(folder, usual));
    let most = usize::try_from(u32::MAX).unwrap_or(usize::MAX).min(begin().room());
    parts.xml(&part("sharedStrings", "sharedStrings.xml"), |xml| strings(xml, most, &mut workbook))?;
    parts.xml(&part("styles", "styles.xml"), |xml| formats(xml, &mut workbook))?;
    let mut named: Vec<(String, String, bool)> = Vec::new();
    parts.xml(&main, |xml| {
        each_element(xml, |tag| match tag.name() {
            b"workbookPr" => {
                workbook.is_1904 = tag.attribute(b"date1904").is_some_and(|value| value == "1" || value == "true");
            }
            b"sheet" => {
                let is_hidden = tag.attribute(b"state").is_some_and(|state| state != "visible");
                let id = tag.attribute(b"r:id").or_else(|| tag.attribute(b"id"));
                named.extend(id.map(|id| (tag.attribute(b"name").unwrap_or_default(), id, is_hidden)));
            }
            _ => {}
        })
    })?;
    let mut notes = Vec::new();
    let mut unsaved = 0;
    for (name, id, is_hidden) in named {
        // A sheet of charts alone, or one that is not there, has no cells.
        let Some(sheet) = related.get(&id).filter(|one| one.kind == "worksheet") else { continue };
        let mut grid = begin();
        let (mut has_lost, mut last) = (false, 0);
        let read =
            parts.xml(&sheet.target, |xml| cells(xml, &workbook, &mut grid, &mut last, &mut has_lost, &mut unsaved));
        grid.close();
        if has_lost {
            notes.push(format!("sheet “{}” has cells beyond the last of a sheet; they are left out", shortened(&name)));
        }
        each(&name, is_hidden, read.map(|_| grid));
    }
    notes.extend(super::unsaved(unsaved));
    Ok(notes)
}

/// A part that another one names.
struct Relation {
    /// The last word of its kind: `worksheet`.
    kind: String,
    target: String,
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn relations(parts: &mut Parts<'_>, name: &str, folder: &str) -> Result<HashMap<String, Relation>, ReadError> {
    let mut all = HashMap::new();
    parts.xml(name, |xml| {
        each_element(xml, |tag| {
            let (Some(id), Some(kind), Some(target)) =
                (tag.attribute(b"Id"), tag.attribute(b"Type"), tag.attribute(b"Target"))
            else {
                return;
            };
            let target = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => joined(folder, target.trim_start_matches("./")),
            };
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            if all.len() < MOST_FORMATS {
                all.insert(id, Relation { kind, target });
            }
        })
    })?;
    Ok(all)
}

/// Calls for each element of a part.
fn each_element(xml: &mut Xml<'_>, mut each: impl FnMut(&Tag)) -> Result<(), ReadError> {
    loop {
        match xml.next()? {
            Node::Start(tag) => each(&tag),
            Node::Over => return Ok(()),
            Node::End | Node::Text(_) => {}
        }
    }
}

/// Is passed over in a string: how its letters are spoken.
fn is_spoken(name: &[u8]) -> bool {
    name == b"rPh"
}

fn strings(xml: &mut Xml<'_>, most: usize, workbook: &mut Workbook) -> Result<(), ReadError> {
    loop {
        match xml.next()? {
            Node::Start(tag) if tag.name() == b"si" => {
                xml.words(&mut workbook.strings, is_spoken)?;
                workbook.ends.push(workbook.strings.len() as u32);
                if workbook.strings.len() + 4 * workbook.ends.len() > most {
                    let what = "its texts say so much by so few letters that they have no room in memory";
                    return Err(ReadError::Unusable(what.to_owned()));
                }
            }
            Node::Over => return Ok(()),
            _ => {}
        }
    }
}

fn formats(xml: &mut Xml<'_>, workbook: &mut Workbook) -> Result<(), ReadError> {
    let mut codes: HashMap<u32, Shown> = HashMap::new();
    let mut is_of_cells = false;
    loop {
        match xml.next()? {
            Node::Start(tag) => match tag.name() {
                b"cellXfs" => is_of_cells = true,
                b"cellStyleXfs" | b"cellStyles" | b"dxfs" => is_of_cells = false,
                b"numFmt" => {
                    let id = tag.attribute(b"numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, tag.attribute(b"formatCode"))
                        && codes.len() < MOST_FORMATS
                    {
                        codes.insert(id, Shown::of_code(&code));
                    }
                }
                b"xf" if is_of_cells && workbook.shown.len() < MOST_FORMATS => {
                    let id: u32 = tag.attribute(b"numFmtId").and_then(|id| id.parse().ok()).unwrap_or_default();
                    workbook.shown.push(codes.get(&id).copied().unwrap_or_else(|| Shown::built_in(id)));
                }
                _ => {}
            },
            Node::Over => return Ok(()),
            Node::End | Node::Text(_) => {}
        }
    }
}

/// Reads the cells of a sheet; `last` is the last row that was begun, `unsaved` counts formulas without a value.
fn cells(
    xml: &mut Xml<'_>,
    workbook: &Workbook,
    grid: &mut Grid,
    last: &mut usize,
    has_lost: &mut bool,
    unsaved: &mut usize,
) -> Result<(), ReadError> {
    let (mut column, mut value) = (0, String::new());
    let mut is_data = false;
    loop {
        match xml.next()? {
            Node::Start(tag) => match tag.name() {
                b"sheetData" => is_data = true,
                b"row" if is_data => {
                    let number = tag.attribute(b"r").and_then(|number| number.parse().ok()).unwrap_or(*last + 1);
                    // Rows come one after the other.
                    if number <= *last || number > MOST_ROWS || !grid.row(number) {
                        *has_lost |= !grid.is_full;
                        return Ok(());
                    }
                    (*last, column) = (number, 0);
                }
                b"c" if is_data && *last > 0 => {
                    column = tag.attribute(b"r").and_then(|place| column_of(&place)).unwrap_or(column);
                    let style = tag.attribute(b"s").and_then(|style| style.parse::<usize>().ok()).unwrap_or_default();
                    let kind = tag.attribute(b"t").unwrap_or_default();
                    value.clear();
                    let is_formula = value_of(xml, &mut value)?;
                    // An empty text is a value.
                    *unsaved += usize::from(is_formula && kind != "str" && value.trim().is_empty());
                    if column >= MOST_COLUMNS {
                        *has_lost = true;
                    } else {
                        let shown = workbook.shown.get(style).copied().unwrap_or_default();
                        push(workbook, grid, column, &kind, &value, shown);
                    }
                    column += 1;
                }
                _ => {}
            },
            Node::End if is_data && xml.depth() == 1 => return Ok(()),
            Node::Over => return Ok(()),
            Node::End | Node::Text(_) => {}
        }
        if grid.is_full {
            return Ok(());
        }
    }
}

/// The text of a cell's value, without its formula; whether it has one.
fn value_of(xml: &mut Xml<'_>, value: &mut String) -> Result<bool, ReadError> {
    let is_formula = std::cell::Cell::new(false);
    xml.words(value, |name| {
        is_formula.set(is_formula.get() || name == b"f");
        name == b"f" || is_spoken(name)
    })?;
    Ok(is_formula.get())
}

fn push(workbook: &Workbook, grid: &mut Grid, column: usize, kind: &str, value: &str, shown: Shown) {
    match kind {
        "s" => {
            let text = value.trim().parse().ok().and_then(|index| workbook.string(index)).unwrap_or_default();
            grid.cell(column, Kind::Text, text);
        }
        "str" | "inlineStr" | "d" => grid.cell(column, Kind::Text, &escaped(value)),
        "b" => grid.cell(column, Kind::Bool, if matches!(value.trim(), "1" | "true") { "true" } else { "false" }),
        "e" => grid.cell(column, Kind::Fault, value.trim()),
        _ => {
            let Some(number) = value.trim().parse().ok().filter(|number: &f64| number.is_finite()) else {
                return grid.cell(column, Kind::Text, value.trim());
            };
            match shown.iso(number, workbook.is_1904) {
                Some(day) => grid.cell(column, Kind::Text, &day),
                None => grid.cell(column, Kind::Number, &super::number_text(number)),
            }
        }
    }
}

/// Letters that XML has none of stand as `_x000D_`.
fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains("_x") { text.replace("_x000D_", "").into() } else { text.into() }
}

/// The column of a place such as `AB12`, counted from 0.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let column = letters.fold(0, |column, letter| column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_by_letters() {
        for (place, column) in [("A1", 0), ("Z9", 25), ("AA1", 26), ("XFD1048576", 16_383), ("$", usize::MAX)] {
            assert_eq!(column_of(place).unwrap_or(usize::MAX), column, "{place}");
        }
    }
}
