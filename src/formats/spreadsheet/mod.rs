//! Spreadsheets as Excel and LibreOffice save them: Office Open XML (ISO/IEC 29500, `.xlsx`) and OpenDocument (ISO/IEC 26300,
//! `.ods`). Each sheet whose columns hold places is a layer, read as [`tabular`](super::tabular) says; the others are named.
//!
//! Read are the values of cells, those of formulas as they were last reckoned: whole and decimal numbers, text, true and
//! false, days (as ISO 8601), and errors, which become null.
//!
//! What is unpacked of a file is bounded before it is parsed, by the sizes that the zip states and by what comes out of it. The
//! parsers are ours: `calamine` 0.38, as it was measured, panics on a number of shared strings that a file only claims and
//! on a cell in the last corner of a sheet, and takes 2.8 GB for 2 KB of repeated cells in an `.ods`.

mod ods;
mod parts;
mod serial;
#[cfg(test)]
mod tests;
mod xlsx;

use self::parts::Parts;
use super::format::{Candidate, Format, Holds};
use super::read::{FeatureLayer, Input, Read, ReadError, most_bytes, shortened};
use super::tabular::{self, Grid, NoFeatures, Table, TableChoice};

/// Excel's.
pub const XLSX: Format = Format {
    id: "xlsx",
    label: "Excel workbook",
    noun: "a spreadsheet",
    extensions: &["xlsx", "xlsm"],
    sniff: |candidate| is_zip_of(candidate, &["xlsx", "xlsm"], b"xl/workbook.xml"),
    holds: Holds::Features(|input| read(input, xlsx::sheets)),
    write: None,
};

/// LibreOffice's.
pub const ODS: Format = Format {
    id: "ods",
    label: "OpenDocument spreadsheet",
    noun: "an OpenDocument spreadsheet",
    extensions: &["ods"],
    sniff: |candidate| is_zip_of(candidate, &["ods"], b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
    holds: Holds::Features(|input| read(input, ods::sheets)),
    write: None,
};

/// So many sheets are read.
const MOST_SHEETS: usize = 100;

/// The last column of a sheet, and its last row, and one more.
const MOST_COLUMNS: usize = 16_384;
const MOST_ROWS: usize = 1_048_576;

/// A zip that has a name in it near its beginning or in its directory, or that is called so.
fn is_zip_of(candidate: &Candidate<'_>, ends: &[&str], name: &[u8]) -> bool {
    let bytes = candidate.bytes;
    let is_named = ends.iter().any(|end| candidate.name.strip_suffix(end).is_some_and(|stem| stem.ends_with('.')));
    let tail = &bytes[bytes.len().saturating_sub(100_000)..];
    let has = |part: &[u8]| memchr::memmem::find(part, name).is_some();
    bytes.starts_with(b"PK\x03\x04") && (is_named || has(candidate.start()) || has(tail))
}

/// What is done with each sheet: its name, whether it is hidden, and its cells.
type Each<'a> = dyn FnMut(&str, bool, Result<Grid, ReadError>) + 'a;

/// Calls for each sheet of a file in its order; `room` gives how many bytes the next may take.
type Sheets = fn(&mut Parts<'_>, &mut dyn FnMut() -> Grid, &mut Each<'_>) -> Result<Vec<String>, ReadError>;

fn read(input: &Input<'_>, sheets: Sheets) -> Result<Read, ReadError> {
    let mut parts = Parts::open(input.bytes)?;
    let mut read = Read::default();
    let mut without: Vec<(String, Vec<String>)> = Vec::new();
    let mut wrong: Vec<(String, ReadError)> = Vec::new();
    let mut count = 0;
    let room = std::cell::Cell::new(most_bytes(input.bytes.len()));
    let mut begin = || Grid::new(room.get());
    let notes = sheets(&mut parts, &mut begin, &mut |name, is_hidden, grid| {
        count += 1;
        if count > MOST_SHEETS {
            return;
        }
        let name = shortened(name);
        let grid = match grid {
            Ok(grid) if grid.is_full => {
                let what = "it says so much by so few letters that it has no room in memory".to_owned();
                return wrong.push((name, ReadError::Unusable(what)));
            }
            Ok(grid) => grid,
            Err(why) => return wrong.push((name, why)),
        };
        if grid.count() == 0 {
            return;
        }
        match tabular::features(&table_of(grid, is_hidden), input) {
            Ok(layer) => {
                let taken = layer.features.rows.size_bytes() + 16 * layer.features.points.len();
                room.set(room.get().saturating_sub(taken));
                read.layers.push(FeatureLayer { name: Some(name), ..layer });
            }
            Err(NoFeatures::NoPlaces(columns)) => without.push((name, columns)),
            Err(NoFeatures::Wrong(why)) => wrong.push((name, why)),
        }
    })?;
    let quoted = |name: &str| format!("“{name}”");
    if read.layers.is_empty() {
        return Err(match (wrong.into_iter().next(), without.into_iter().next()) {
            (Some((_, why @ ReadError::NotDegrees(_))), _) => why,
            (Some((name, why)), _) => ReadError::Unusable(format!("sheet {}: {why}", quoted(&name))),
            (None, Some((_, columns))) => NoFeatures::NoPlaces(columns).into(),
            (None, None) => ReadError::Unusable("all of its sheets are empty".to_owned()),
        });
    }
    read.warnings.extend(notes);
    if !without.is_empty() {
        let names: Vec<String> = without.iter().take(10).map(|(name, _)| quoted(name)).collect();
        let more = if without.len() > 10 { ", …" } else { "" };
        read.warnings.push(format!("sheets whose columns hold no places are left out: {}{more}", names.join(", ")));
    }
    read.warnings.extend(wrong.iter().take(10).map(|(name, why)| format!("sheet {} is not read: {why}", quoted(name))));
    if count > MOST_SHEETS {
        read.warnings.push(format!("of its {count} sheets the first {MOST_SHEETS} are read"));
    }
    if read.layers.len() == 1 && count == 1 {
        // The name of the file says more than “Sheet1”.
        read.layers.iter_mut().for_each(|layer| layer.name = None);
    }
    Ok(read)
}

fn table_of(grid: Grid, is_hidden: bool) -> Table {
    Table {
        grid,
        choice: TableChoice::default(),
        warnings: Vec::new(),
        is_guessed: false,
        has_title: true,
        is_hidden,
        noun: "row",
    }
}

/// The sheet of a name, or the first that is not empty, as a table; nothing of a kind of file that has no sheets.
pub(super) fn table(id: &str, input: &Input<'_>, name: Option<&str>) -> Option<Result<Table, ReadError>> {
    let all = [(XLSX.id, xlsx::sheets as Sheets), (ODS.id, ods::sheets)];
    let (_, sheets) = all.into_iter().find(|(own, _)| *own == id)?;
    Some(sheet(input, sheets, name))
}

fn sheet(input: &Input<'_>, sheets: Sheets, name: Option<&str>) -> Result<Table, ReadError> {
    let mut parts = Parts::open(input.bytes)?;
    let mut found: Option<Table> = None;
    let room = most_bytes(input.bytes.len());
    sheets(&mut parts, &mut || Grid::new(room), &mut |own, is_hidden, grid| {
        if let Ok(grid) = grid
            && found.is_none()
            && grid.count() > 0
            && name.is_none_or(|name| name == shortened(own))
        {
            found = Some(table_of(grid, is_hidden));
        }
    })?;
    found.ok_or_else(|| ReadError::Unusable("all of its sheets are empty".to_owned()))
}

/// What to say of so many formulas that a program has written without what they come to.
fn unsaved(formulas: usize) -> Option<String> {
    let have = if formulas == 1 { "formula has" } else { "formulas have" };
    (formulas > 0).then(|| {
        format!("{formulas} {have} no saved value, which is read as empty: open and save it in a spreadsheet program")
    })
}

/// A number as JSON: whole ones without a point.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        (number as i64).to_string()
    } else {
        serde_json::Number::from_f64(number).map_or_else(String::new, |number| number.to_string())
    }
}
