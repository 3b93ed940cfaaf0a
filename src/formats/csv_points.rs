//! Tables as text ([`csv`](super::csv)) of features, and features as such: points by their longitude and latitude, all else as
//! well-known text. How a table is read, [`tabular`](super::tabular) says.

use std::collections::HashSet;

use geo::Geometry;

use super::csv;
use super::encoding;
use super::feature::Feature;
use super::format::{Format, Holds};
use super::geojson::MAX_BYTES;
use super::read::{FeatureLayer, Input, Read, ReadError};
use super::tabular::{self, Grid, Kind, Table, TableChoice};
use super::wkt;
use super::write::{CannotHold, Outgoing, WrittenFile, words_of_value};

/// A table of points.
pub const FORMAT: Format = Format {
    id: "csv",
    label: "CSV table",
    noun: "a table of points or WKT",
    extensions: &["csv", "tsv"],
    // Any text might be one.
    sniff: |_| false,
    holds: Holds::Features(|input| read(input).map(Read::from)),
    write: Some(write),
};

fn read(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    Ok(tabular::features(&table(input)?, input)?)
}

/// A text as a table.
pub(super) fn table(input: &Input<'_>) -> Result<Table, ReadError> {
    if input.bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(input.bytes.len()));
    }
    let wanted = input.table.cloned().unwrap_or_default();
    let chosen = wanted.encoding.as_deref().and_then(encoding::named);
    let decoded = encoding::decode(input.bytes, chosen);
    let separator = wanted.separator.and_then(|separator| u8::try_from(separator).ok());
    let separator = separator.unwrap_or_else(|| csv::separator_of(&decoded.text));
    // It is no larger than the text and a number for each of its fields.
    let mut grid = Grid::new(usize::MAX);
    let wrong = |error: csv::CsvError| ReadError::Unusable(error.to_string());
    csv::each_row(&decoded.text, separator, |line, fields| {
        grid.row(line);
        fields.for_each(|(column, field)| grid.cell(column, Kind::Words, field));
    })
    .map_err(wrong)?;
    grid.close();
    Ok(Table {
        grid,
        choice: TableChoice {
            encoding: Some(decoded.encoding.name().to_owned()),
            separator: Some(char::from(separator)),
            ..TableChoice::default()
        },
        warnings: decoded.note().into_iter().collect(),
        is_guessed: decoded.is_guessed,
        has_title: false,
        is_hidden: false,
        noun: "line",
    })
}

/// A table of features: points by `lon` and `lat`; if any is no point, all as well-known text.
fn write(outgoing: &Outgoing<'_>) -> WrittenFile {
    let features = outgoing.features;
    let is_point = |feature: &Feature| matches!(feature.geometry, None | Some(Geometry::Point(_)));
    let all_points = features.iter().all(is_point);
    let mut names: Vec<&str> = Vec::new();
    let mut known: HashSet<&str> = HashSet::new();
    for name in features.iter().flat_map(|feature| feature.properties.keys()) {
        if known.insert(name) {
            names.push(name);
        }
    }
    let own: &[&str] = if all_points { &["lon", "lat"] } else { &["WKT"] };
    let has_ids = features.iter().any(|feature| feature.id.is_some()) && !known.contains("id");
    let mut head: Vec<String> = own.iter().map(|name| (*name).to_owned()).collect();
    head.extend(has_ids.then(|| "id".to_owned()));
    // A property that has the name of such a column would be taken for it.
    let clash = |name: &str| own.iter().any(|own| own.eq_ignore_ascii_case(name));
    head.extend(names.iter().map(|name| if clash(name) { format!("properties.{name}") } else { (*name).to_owned() }));
    let separator = if outgoing.ending == "tsv" { b'\t' } else { b',' };
    let rows = features.iter().map(|feature| {
        let mut row: Vec<String> = match &feature.geometry {
            Some(Geometry::Point(at)) if all_points => vec![at.x().to_string(), at.y().to_string()],
            None if all_points => vec![String::new(), String::new()],
            geometry => {
                let mut text = String::new();
                geometry.iter().for_each(|geometry| wkt::push(geometry, &mut text));
                vec![text]
            }
        };
        row.extend(has_ids.then(|| feature.id.as_ref().map(words_of_value).unwrap_or_default().into_owned()));
        row.extend(names.iter().map(|name| {
            let value = feature.properties.get(*name);
            value.map(words_of_value).unwrap_or_default().into_owned()
        }));
        row
    });
    let text = csv::write_with(separator, std::iter::once(head).chain(rows));
    let mut cannot_hold = CannotHold::default();
    features.iter().for_each(|feature| cannot_hold.lists(feature));
    WrittenFile { bytes: text.into_bytes(), cannot_hold: cannot_hold.words("A table", features.len()) }
}
