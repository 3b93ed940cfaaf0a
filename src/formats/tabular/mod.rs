//! Features from a table, of whatever kind of file: each row is one, with its place in two columns or in one, or its geometry
//! as well-known text or GeoJSON, and whatever else is said of it.
//!
//! Columns are known by their names in several languages, whatever their case; where no name tells, a column of which nearly
//! all cells are coordinates is taken, and that is said. `note`, `notes` or `comment` is the description of simplestyle. Of a
//! publication (`outlet` or `author`) with both a `name` and a `title`, the title is the publication's. All other columns are
//! properties as they stand; `link`, `outlet`, `author`, `date`, `accessed` and `archived` name the source, as
//! [`source_properties`](super::source_properties) says.

mod choice;
mod columns;
mod grid;
mod names;
mod place;
mod sample;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use geo::{BoundingRect as _, CoordsIter as _, Rect};
use serde_json::{Map, Value};

pub use self::choice::{First, PlaceColumns, TableChoice};
use self::columns::{Columns, Found};
pub(super) use self::grid::{Grid, Kind};
use self::place::Reader;
pub use self::sample::{Sample, sample};
use super::converter::{Converter, joined};
use super::crs::looks_like_degrees;
use super::csv;
use super::geojson::Order;
use super::number;
use super::number_style::NumberStyle;
use super::read::{FeatureLayer, Input, ReadError, TableRead, most_bytes, shortened};
use super::table::FeatureTable;

/// So many rows that were passed over are told one by one.
const MOST_WARNINGS: usize = 20;

/// The property of a row that says which place its name was found to be.
const FOUND: &str = "place_found";

const NOTE: [&str; 4] = ["note", "notes", "comment", "примітка"];

/// A table as a file has it.
pub(super) struct Table {
    pub(super) grid: Grid,
    /// How the file was read: encoding and separator of a text.
    pub(super) choice: TableChoice,
    /// What is to be said of how it was read, and whether that is in doubt.
    pub(super) warnings: Vec<String>,
    pub(super) is_guessed: bool,
    /// Whether the names of its columns may stand below a title.
    pub(super) has_title: bool,
    /// Whether it is a sheet that is hidden in its workbook.
    pub(super) is_hidden: bool,
    /// What the number of a row counts: "line", "row".
    pub(super) noun: &'static str,
}

/// Why there are no features in a table.
#[derive(Debug)]
pub(super) enum NoFeatures {
    /// No columns hold places; it has these.
    NoPlaces(Vec<String>),
    Wrong(ReadError),
}

impl From<NoFeatures> for ReadError {
    fn from(why: NoFeatures) -> Self {
        match why {
            NoFeatures::NoPlaces(columns) => Self::NoPlaces(listed(&columns)),
            NoFeatures::Wrong(error) => error,
        }
    }
}

/// The columns of a table.
struct Head {
    /// The row in which their names stand.
    row: usize,
    names: Vec<String>,
    /// By what each is chosen.
    labels: Vec<String>,
}

impl Head {
    /// `places` are the columns that are chosen, if some are: their names stand in the row.
    fn of(table: &Table, places: Option<&PlaceColumns>) -> Self {
        let grid = &table.grid;
        let names_in = |row: usize| -> Vec<String> {
            (0..grid.width(row))
                .map(|column| grid.words(row, column).trim_matches('\u{feff}').trim().to_owned())
                .collect()
        };
        let row = if table.has_title { columns::head_of(grid, names_in, places) } else { 0 };
        let mut names = names_in(row);
        // What stands beyond the last name is kept as well.
        let width = (row + 1..grid.count()).map(|row| grid.width(row)).max().unwrap_or_default();
        names.resize(names.len().max(width), String::new());
        Self { row, labels: columns::labels(&names), names }
    }

    /// The columns that have no name and something in them, by their numbers.
    fn nameless(&self, grid: &Grid) -> Vec<usize> {
        let mut has_cells: Vec<bool> = self.names.iter().map(|_| false).collect();
        for row in self.row + 1..grid.count() {
            for column in 0..grid.width(row).min(has_cells.len()) {
                has_cells[column] |= self.names[column].is_empty() && grid.get(row, column).is_some();
            }
        }
        (0..has_cells.len()).filter(|column| has_cells[*column]).collect()
    }
}

/// The features of a table.
pub(super) fn features(table: &Table, input: &Input<'_>) -> Result<FeatureLayer, NoFeatures> {
    let failed = |what: String| NoFeatures::Wrong(ReadError::Unusable(what));
    let grid = &table.grid;
    if grid.count() == 0 {
        return Err(failed("the table is empty".to_owned()));
    }
    let wanted = input.table.unwrap_or(
        const { &TableChoice { encoding: None, separator: None, places: None, first: None, decimal_comma: None } },
    );
    let head = Head::of(table, wanted.places.as_ref());
    let Found { columns, doubt } = match &wanted.places {
        Some(places) => Found { columns: columns::chosen(places, &head.labels).map_err(failed)?, doubt: None },
        None => columns::find(grid, head.row, &head.names, false)
            .ok_or_else(|| NoFeatures::NoPlaces(head.labels.clone()))?,
    };
    let mut read = FeatureLayer { warnings: table.warnings.clone(), ..FeatureLayer::default() };
    let (columns, doubt) = match (columns, wanted.first) {
        (Columns::One(column, _), Some(first)) if wanted.places.is_none() => (Columns::One(column, first), None),
        _ => (columns, doubt),
    };
    let mut reader = Reader::new(columns, input, wanted.places.is_some() || wanted.first.is_some());
    // That a column is called as some village is says nothing.
    let is_by_name = matches!(columns, Columns::Names(..));
    let names_are_place = !is_by_name && reader.read(grid, head.row).is_ok_and(|at| at.is_some());
    let is_certain = doubt.is_none() && !table.is_guessed && !names_are_place;
    // Where they are exchanged, it is said as what they are taken.
    read.warnings.extend(exchange(columns, &head, input).or(doubt));
    if names_are_place {
        read.warnings.push(format!(
            "the {} {}, which has a place itself, is taken for the names of the columns ({}) and is no feature; put a row of \
             names above it",
            table.noun,
            grid.number(head.row),
            listed(&head.names)
        ));
    }
    let named = named(&head, &head.nameless(grid), columns, &mut read.warnings);
    let found_key = is_by_name.then(|| {
        let is_taken = |key: &str| named.iter().any(|(_, name)| name == key);
        let numbered = (2..).map(|number| format!("{FOUND} ({number})"));
        std::iter::once(FOUND.to_owned()).chain(numbered).find(|key| !is_taken(key)).unwrap_or_default()
    });
    let styles = number_styles(table, &head, &named, wanted.decimal_comma);
    for (has_thousands, what) in [
        (false, "numbers with decimal commas, 3,5 for 3.5,"),
        (true, "numbers with signs between thousands, such as 1 234 or 1.234,5,"),
    ] {
        let is_so = |column: &usize| styles.get(column).is_some_and(|style| style.has_thousands() == has_thousands);
        let of: Vec<String> = named.iter().filter(|(column, _)| is_so(column)).map(|(_, name)| name.clone()).collect();
        if !of.is_empty() {
            read.warnings.push(format!("{what} are read as numbers: {}", listed(&of)));
        }
    }
    read.table = Some(TableRead {
        choice: TableChoice {
            places: Some(columns::as_choice(columns, &head.labels)),
            decimal_comma: wanted.decimal_comma.or(Some(styles.values().any(|style| style.has_decimal_comma()))),
            ..table.choice.clone()
        },
        is_certain,
        is_hidden: table.is_hidden,
    });
    if table.is_hidden {
        read.warnings.push("the sheet is hidden in its workbook".to_owned());
    }
    if input.crs.is_none() {
        check_degrees(table, &head, &reader)?;
    }
    let numeric = numeric(table, &head, &named);
    let keys: Vec<(usize, String)> =
        named.into_iter().map(|(column, name)| (column, Value::from(name).to_string())).collect();
    let before = read.warnings.len();
    let most = most_bytes(input.bytes.len()).saturating_sub(grid.bytes()).max(64 << 20);
    let (mut features, mut passed_over) = (FeatureTable::default(), 0);
    let mut faults: Vec<(String, usize)> = Vec::new();
    if is_by_name && input.crs.is_some() {
        read.warnings.push("the coordinate system is not used: its places are looked up by their names".to_owned());
    }
    let mut converter = input.crs.filter(|_| !is_by_name).and_then(Converter::chosen);
    let (mut json, mut positions) = (String::new(), 0);
    for row in head.row + 1..grid.count() {
        let number = grid.number(row);
        let at = reader.read(grid, row).and_then(|mut at| {
            positions += at.as_ref().map_or(0, |at| at.coords_count());
            if features.rows.size_bytes() + 16 * positions > most {
                return Err("the table says so much that it has no room in memory".to_owned());
            }
            if let (Some(converter), Some(at)) = (&mut converter, &mut at) {
                converter.convert(number, at).map_err(|error| error.to_string())?;
            }
            at.map(place::on_earth).transpose()
        });
        match at {
            Ok(at) => {
                json.clear();
                push_properties(grid, row, &keys, (&styles, &numeric), &mut faults, &mut json);
                if let (Some(key), Some(what)) = (&found_key, reader.what()) {
                    push_found(key, what, &mut json);
                }
                features.push(at, &json, None, Map::new());
            }
            Err(why) => {
                passed_over += 1;
                if passed_over <= MOST_WARNINGS {
                    read.warnings.push(format!("{} {number}: skipped: {why}", table.noun));
                }
            }
        }
    }
    if features.rows.count() == 0 {
        let why = read.warnings.get(before).map_or_else(|| "it has only its first row".to_owned(), Clone::clone);
        return Err(failed(format!("the table has no row that can be drawn; {why}")));
    }
    if passed_over > MOST_WARNINGS {
        read.warnings.push(format!("{} more rows were skipped", passed_over - MOST_WARNINGS));
    }
    if !faults.is_empty() {
        let all: Vec<String> = faults.iter().take(6).map(|(word, count)| format!("{word} in {count}")).collect();
        read.warnings
            .push(format!("cells that hold an error of a formula are read as empty (null): {}", all.join(", ")));
    }
    features.notes.extend(converter.into_iter().flat_map(Converter::notes));
    read.features = features;
    reader.say(&mut read);
    Ok(read)
}

/// Refuses a table of which most places are not in degrees, where nobody says what they are in.
fn check_degrees(table: &Table, head: &Head, reader: &Reader) -> Result<(), NoFeatures> {
    let (mut fits, mut others) = (0_usize, 0_usize);
    let mut bounds: Option<Rect<f64>> = None;
    for row in head.row + 1..table.grid.count() {
        let Some(own) = reader.numbers(&table.grid, row).and_then(|shape| shape.bounding_rect()) else { continue };
        if looks_like_degrees(own) {
            fits += 1;
        } else {
            others += 1;
            bounds = joined(bounds, Some(own));
        }
    }
    match bounds {
        Some(bounds) if others > fits && !looks_near_degrees(bounds) => {
            Err(NoFeatures::Wrong(ReadError::NotDegrees(bounds)))
        }
        _ => Ok(()),
    }
}

/// Whether numbers are so small that they are rather degrees with a slip than metres.
fn looks_near_degrees(bounds: Rect<f64>) -> bool {
    let (low, high) = (bounds.min(), bounds.max());
    [low.x, low.y, high.x, high.y].iter().all(|number| number.abs() <= 1000.0)
}

/// The columns of text in which numbers have decimal commas or signs between thousands, and how. `wanted` is whether somebody
/// has chosen that `3,5` is a number.
fn number_styles(
    table: &Table,
    head: &Head,
    named: &[(usize, String)],
    wanted: Option<bool>,
) -> BTreeMap<usize, NumberStyle> {
    // Where a comma separates the fields, 3,5 is rather two numbers in one field.
    let no_commas = wanted == Some(false) || wanted.is_none() && table.choice.separator == Some(',');
    let grid = &table.grid;
    let rows = || head.row + 1..grid.count();
    let of = |column: usize| {
        let cells = rows().filter_map(|row| grid.get(row, column)).filter(|(kind, _)| *kind == Kind::Words);
        let fields = cells.map(|(_, text)| text.trim()).filter(|field| !field.is_empty());
        let is_forced = || fields.clone().any(|field| field.contains(',') && csv::number(field).is_some());
        match NumberStyle::of_column(fields.clone()) {
            Some(style) if no_commas && (style == NumberStyle::DECIMAL_COMMA || wanted.is_some()) => {
                // Without any comma it is the same number in either style.
                (style.has_thousands() && !fields.clone().any(|field| field.contains(','))).then_some(style)
            }
            Some(style) => Some(style),
            None => (wanted == Some(true) && is_forced()).then_some(NumberStyle::DECIMAL_COMMA),
        }
    };
    named.iter().filter_map(|(column, _)| Some((*column, of(*column)?))).collect()
}

/// The columns of text all of which are numbers of JSON as they stand, such as 1.50 and 2.25: they keep their digits.
fn numeric(table: &Table, head: &Head, named: &[(usize, String)]) -> HashSet<usize> {
    let grid = &table.grid;
    let mut columns: Vec<usize> = named.iter().map(|(column, _)| *column).collect();
    for row in head.row + 1..grid.count() {
        columns.retain(|column| match grid.get(row, *column) {
            Some((Kind::Words, text)) => is_json_number(text.trim()),
            _ => true,
        });
    }
    columns.into_iter().collect()
}

/// Whether a text is a number of JSON, or nothing.
fn is_json_number(words: &str) -> bool {
    words.is_empty() || number::of_text(words).is_some() && serde_json::from_str::<serde_json::Number>(words).is_ok()
}

/// What to say where two columns are exchanged, as somebody has asked.
fn exchange(columns: Columns, head: &Head, input: &Input<'_>) -> Option<String> {
    let Columns::Two { lat, lon } = columns else { return None };
    let name = |column: usize| head.labels.get(column).map(|label| shortened(label)).unwrap_or_default();
    let (lon_word, lat_word) = match input.crs.is_some_and(|crs| !crs.is_angles()) {
        true => ("easting", "northing"),
        false => ("longitude", "latitude"),
    };
    (input.order == Order::LatLon).then(|| {
        format!("“{}” is taken for the {lon_word} and “{}” for the {lat_word}, as asked", name(lat), name(lon))
    })
}

/// The properties of a row as JSON.
fn push_properties(
    grid: &Grid,
    row: usize,
    keys: &[(usize, String)],
    (styles, numeric): (&BTreeMap<usize, NumberStyle>, &HashSet<usize>),
    faults: &mut Vec<(String, usize)>,
    json: &mut String,
) {
    let mut separator = '{';
    for (column, key) in keys {
        let Some((kind, text)) = grid.get(row, *column) else { continue };
        let words = text.trim();
        if words.is_empty() {
            continue;
        }
        json.push(separator);
        separator = ',';
        json.push_str(key);
        json.push(':');
        match kind {
            Kind::Words => match styles.get(column).and_then(|style| style.json(words)) {
                Some(number) => json.push_str(&number),
                None if numeric.contains(column) || is_same_number(words) => json.push_str(words),
                None => json.push_str(&Value::from(words).to_string()),
            },
            Kind::Text => json.push_str(&Value::from(words).to_string()),
            Kind::Number | Kind::Bool => json.push_str(words),
            Kind::Fault => {
                json.push_str("null");
                let known = faults.iter().position(|(word, _)| word == words);
                match known {
                    Some(known) => faults[known].1 += 1,
                    None if faults.len() < 100 => faults.push((words.to_owned(), 1)),
                    None => {}
                }
            }
        }
    }
    if separator == ',' {
        json.push('}');
    }
}

/// Adds to the properties of a row which place its name was found to be.
fn push_found(key: &str, what: &str, json: &mut String) {
    let start = match json.pop() {
        Some('}') => ',',
        _ => '{',
    };
    json.push(start);
    json.push_str(&format!("{}:{}}}", Value::from(key), Value::from(what)));
}

/// Whether a text is a number and would be written so again; codes keep their zeros as text.
fn is_same_number(words: &str) -> bool {
    let same = |number: &serde_json::Number| number.to_string() == words;
    number::of_text(words).is_some_and(|number| match number.fract() == 0.0 && number.abs() < 1e15 {
        true => same(&serde_json::Number::from(number as i64)),
        false => serde_json::Number::from_f64(number).as_ref().is_some_and(same),
    })
}

/// The columns that are properties, with the names that those have: of columns of one name, the later ones have a number, and
/// so have those of no name that have something in them (`nameless`).
fn named(
    Head { names, labels, .. }: &Head,
    nameless: &[usize],
    columns: Columns,
    warnings: &mut Vec<String>,
) -> Vec<(usize, String)> {
    let has_description = names.iter().any(|name| name.eq_ignore_ascii_case("description"));
    let is_place = |column: usize| match columns {
        Columns::Two { lat, lon } => column == lat || column == lon,
        Columns::One(only, _) | Columns::Geometry(only) => column == only,
        Columns::Names(..) => false,
    };
    let mut taken: HashSet<String> = HashSet::new();
    // By name, the number that the next of it may have: each is looked for once, however many have one name.
    let mut next: HashMap<String, usize> = HashMap::new();
    let mut named = Vec::new();
    let mut renamed = 0;
    let nameless: Vec<usize> = nameless.iter().copied().filter(|column| !is_place(*column)).collect();
    if !nameless.is_empty() {
        let of: Vec<String> = nameless.iter().map(|column| labels[*column].clone()).collect();
        warnings.push(format!("columns without a name above them are called by their numbers: {}", listed(&of)));
    }
    let is_kept =
        |column: usize| !is_place(column) && (!names[column].is_empty() || nameless.binary_search(&column).is_ok());
    for column in (0..names.len()).filter(|column| is_kept(*column)) {
        let name = if names[column].is_empty() { &labels[column] } else { &names[column] };
        let small = name.to_lowercase();
        let name = match small.as_str() {
            note if NOTE.contains(&note) && !has_description => "description".to_owned(),
            "title" | "name" | "description" | "source" | "sources" | "source_url" | "sources_url" | "url" | "link"
            | "sources_date" | "date" | "outlet" | "author" | "accessed" | "archived" => small,
            _ => name.clone(),
        };
        let mut own = name.clone();
        if taken.contains(&own) {
            let number = next.entry(name.clone()).or_insert(2);
            while taken.contains(&own) {
                own = format!("{name} ({number})");
                *number += 1;
            }
            renamed += 1;
            if renamed <= MOST_WARNINGS {
                warnings.push(format!("more than one column is called “{name}”; column {} is “{own}”", column + 1));
            }
        }
        taken.insert(own.clone());
        named.push((column, own));
    }
    if renamed > MOST_WARNINGS {
        warnings.push(format!("{} more columns have the name of another", renamed - MOST_WARNINGS));
    }
    named
}

fn listed(names: &[String]) -> String {
    const MOST: usize = 12;
    let more = if names.len() > MOST { ", …" } else { "" };
    let shown: Vec<String> =
        names.iter().take(MOST).map(|name| shortened(&name.chars().take(30).collect::<String>())).collect();
    format!("{}{more}", shown.join(", "))
}
