//! Places by their names, for people and for programs.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{anyhow, bail};
use claimline::dossier::{Overlay, words};
use claimline::files::gazetteers;
use claimline::formats::coordinates::{CoordinateError, Reading, readings as readings_of};
use claimline::formats::number::round;
use claimline::gazetteer::{FoundPlace, Gazetteer, builtin, search};
use claimline::geometry::Coord;
use claimline::session::places::{coordinates, gazetteer_of};
use clap::Args;
use serde_json::{Value, json};

use super::arguments::{Output, OwnLine, file_or_address, lon_lat};
use super::layers::{LayerNames, OwnFiles};
use super::open::laid;
use super::terminal::print;
use super::{Usage, text};

/// What is looked for, and in what.
#[derive(Debug, Args)]
pub(super) struct Find {
    /// Name of the place, as you know it: in English, Ukrainian, Russian, an old name, the beginning of one, misspelt; a region after a comma; or coordinates
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    wanted: String,
    /// Gazetteer to look into as well: a dump of GeoNames as it is downloaded (UA.zip, UA.txt), or a file of features with names; may be repeated
    #[arg(long = "gazetteer", value_name = "FILE", value_parser = file_or_address())]
    gazetteers: Vec<PathBuf>,
    /// Of places that fit alike, those near to this come first
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true)]
    near: Option<Coord<f64>>,
    /// So many places at most
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    #[command(flatten)]
    own: OwnFiles,
    #[command(flatten)]
    output: Output,
}

/// Prints what is found.
pub(super) fn run(find: &Find) -> anyhow::Result<()> {
    // An address is no name of a place, however near some name comes to it.
    if let Err(error @ (CoordinateError::Link | CoordinateError::System(_))) = readings_of(&find.wanted) {
        bail!(Usage(error.to_string()));
    }
    let no_line = OwnLine { file: None, filter: None, layers: LayerNames::default() };
    let dossier = laid(&find.own, &no_line, &find.output)?;
    let mut all = vec![builtin()];
    for path in &find.gazetteers {
        let gazetteer = gazetteers::open(path, None).map_err(|error| anyhow!(error))?;
        if gazetteer.left_out() > 0 {
            say!(
                "{} places are more than are held; the {} that stand out most were read; a dump of one country has all of its own: {}",
                words::number((gazetteer.count() as u64 + gazetteer.left_out()) as f64, 0),
                words::number(gazetteer.count() as f64, 0),
                path.display()
            );
        }
        all.push(gazetteer.into());
    }
    all.push(gazetteer_of(dossier.overlays.iter().map(|overlay| -> &Overlay { overlay })).into());
    let all: Vec<&Gazetteer> = all.iter().map(AsRef::as_ref).collect();
    let readings = coordinates(&find.wanted, &all, find.near);
    let limit = usize::from(find.limit);
    let places = search(&all, &find.wanted, find.near, limit.saturating_sub(readings.len()));
    // Who types numbers means coordinates, and no place that is called so nearly.
    let places = if readings.is_empty() { places } else { Vec::new() };
    if find.output.json {
        let results: Vec<Value> =
            readings.iter().map(reading_json).chain(places.iter().map(place_json)).take(limit).collect();
        return print(&text::json(&json!({ "results": results })));
    }
    if readings.is_empty() && places.is_empty() {
        say!(
            "no place is called so; for more places, add a gazetteer with --gazetteer, such as a country's dump from GeoNames"
        );
        return Ok(());
    }
    print(&table(&readings, &places, limit))
}

fn degrees(value: f64) -> f64 {
    round(value, 6)
}

fn reading_json(reading: &Reading) -> Value {
    json!({
        "name": words::position(reading.at.x, reading.at.y),
        "names": [],
        "kind": "coordinates",
        "lon": degrees(reading.at.x),
        "lat": degrees(reading.at.y),
        "population": null,
        "in": null,
        "read": reading.how.phrase(),
    })
}

fn place_json(place: &FoundPlace) -> Value {
    json!({
        "name": place.name,
        "names": place.names,
        "kind": place.kind.words(),
        "lon": degrees(place.at.x),
        "lat": degrees(place.at.y),
        "population": place.population,
        "in": Some(&place.within).filter(|within| !within.is_empty()),
    })
}

/// A row for each result.
fn table(readings: &[Reading], places: &[FoundPlace], limit: usize) -> String {
    let mut rows = vec![["NAME", "KIND", "IN", "PEOPLE", "LON,LAT"].map(str::to_owned)];
    let at = |at: Coord<f64>| format!("{:.5},{:.5}", at.x, at.y);
    for reading in readings {
        rows.push([
            words::position(reading.at.x, reading.at.y),
            "coordinates".to_owned(),
            reading.how.phrase(),
            String::new(),
            at(reading.at),
        ]);
    }
    for place in places {
        let name = match &place.matched {
            Some(matched) => format!("{} ({matched})", place.name),
            None => place.name.clone(),
        };
        let people = place.population.map(|people| words::number(f64::from(people), 0)).unwrap_or_default();
        rows.push([name, place.kind.words().to_owned(), place.within.clone(), people, at(place.at)]);
    }
    rows.truncate(limit + 1);
    let widths: Vec<usize> =
        (0..5).map(|column| text::column_width(rows.iter().map(|row| row[column].as_str()))).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = text::padding(cell, widths[column]);
            // Writing to a String cannot fail.
            let _ = if column == 3 { write!(line, "{pad}{cell}  ") } else { write!(line, "{cell}{pad}  ") };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
