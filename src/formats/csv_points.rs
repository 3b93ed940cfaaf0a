//! Features from a table, and as one: a row for each, with its coordinates in two columns or in one, or its geometry as
//! well-known text, or well-known binary in hexadecimal digits as databases show it, in a column `wkt`, `geom`, `geometry`,
//! `the_geom` or `wkb_geometry`, or in the first column that has such values; and whatever else is said of it. `SRID=…;` and
//! the number in the binary name another coordinate system, from which positions are converted.
//!
//! Columns are known by their names, whatever their case: `lat` or `latitude` or `y`, and `lon`, `lng`, `long`, `longitude`
//! or `x`; or one of `coordinates`, `coords`, `location`, `position`, `geo`, `mgrs`, `utm`, with coordinates in any form that
//! [`coordinates`](super::coordinates) reads. `note`, `notes` or `comment` is the description of simplestyle. Of a publication
//! (`outlet` or `author`) with both a `name` and a `title`, the title is the publication's. All other columns are properties
//! as they stand; `link`, `outlet`, `author`, `date`, `accessed` and `archived` name the source, as
//! [`source_properties`](super::source_properties) says.

use std::collections::{HashMap, HashSet};

use geo::Geometry;
use serde_json::{Map, Value};

use super::converter::Systems;
use super::coordinates::{How, readings};
use super::csv;
use super::exact;
use super::feature::Feature;
use super::format::{Format, Holds};
use super::number;
use super::read::{FeatureLayer, Input, Read, ReadError, is_place};
use super::table::FeatureTable;
use super::wkb;
use super::wkt;
use super::write::{CannotHold, Outgoing, WrittenFile, words_of_value};
use crate::geometry::Coord;

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

/// So many rows that were passed over are told one by one.
const MOST_WARNINGS: usize = 20;

const LATITUDE: [&str; 5] = ["lat", "latitude", "y", "широта", "lat_deg"];
const LONGITUDE: [&str; 7] = ["lon", "lng", "long", "longitude", "x", "довгота", "lon_deg"];
const PLACE: [&str; 8] = ["coordinates", "coords", "location", "position", "geo", "mgrs", "utm", "координати"];
const GEOMETRY: [&str; 11] =
    ["wkt", "geom", "geometry", "the_geom", "geometry_wkt", "wkb", "ewkb", "ewkt", "wkb_geometry", "geog", "geography"];
const NOTE: [&str; 4] = ["note", "notes", "comment", "примітка"];

/// Where the coordinates of a row stand.
enum Columns {
    /// As well-known text, or as well-known binary in hexadecimal digits.
    Text(usize),
    Two {
        lat: usize,
        lon: usize,
    },
    One(usize),
}

fn read(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    let failed = |what: String| ReadError::Unusable(what);
    let (rows, separator) = csv::read_separated(input.bytes).map_err(|error| failed(error.to_string()))?;
    let Some((head, rows)) = rows.split_first() else { return Err(failed("the table is empty".to_owned())) };
    let names: Vec<String> = head.fields.iter().map(|name| name.trim().to_owned()).collect();
    let find =
        |known: &[&str]| known.iter().find_map(|known| names.iter().position(|name| name.to_lowercase() == *known));
    let columns = match (find(&LATITUDE), find(&LONGITUDE), find(&PLACE)) {
        (Some(lat), Some(lon), _) => Columns::Two { lat, lon },
        (_, _, Some(place)) => Columns::One(place),
        _ if let Some(column) = find(&GEOMETRY).or_else(|| column_of_shapes(rows, names.len())) => {
            Columns::Text(column)
        }
        _ => {
            let what = "no columns hold coordinates; call two of them lat and lon, or one coordinates or wkt";
            return Err(failed(format!("{what} (the first row has {})", listed(&names))));
        }
    };
    let mut read = FeatureLayer::default();
    let properties_named = named(&names, &columns, &mut read.warnings);
    let decimal_commas: HashSet<usize> = properties_named
        .iter()
        .map(|(column, _)| *column)
        .filter(|column| {
            let fields = rows.iter().filter_map(|row| row.fields.get(*column));
            separator != b','
                && csv::has_decimal_commas(fields.map(|field| field.trim()).filter(|field| !field.is_empty()))
        })
        .collect();
    if !decimal_commas.is_empty() {
        let of: Vec<String> = properties_named
            .iter()
            .filter(|(column, _)| decimal_commas.contains(column))
            .map(|(_, name)| name.clone())
            .collect();
        read.warnings.push(format!("numbers with decimal commas, 3,5 for 3.5, are read as numbers: {}", listed(&of)));
    }
    let before = read.warnings.len();
    let (mut features, mut passed_over, mut by_latitude) = (Vec::with_capacity(rows.len()), 0, 0);
    let mut shapes = Shapes::default();
    for (index, row) in rows.iter().enumerate() {
        let field = |column: usize| row.fields.get(column).map_or("", |field| field.trim());
        let at = match columns {
            Columns::Text(column) => shapes.read(field(column), index + 1),
            Columns::Two { lat, lon } => place_of(field(lat), field(lon)).map(point),
            Columns::One(column) => readings(field(column)).map_err(|error| error.to_string()).map(|found| {
                by_latitude += usize::from(found.len() > 1 && found[0].how == How::LatitudeFirst);
                point(found[0].at)
            }),
        };
        let at = match at {
            Ok(at) => at,
            Err(why) => {
                passed_over += 1;
                if passed_over <= MOST_WARNINGS {
                    read.warnings.push(format!("line {}: skipped: {why}", row.line));
                }
                continue;
            }
        };
        let mut properties = Map::new();
        for (column, name) in &properties_named {
            let words = field(*column);
            if !words.is_empty() {
                let value =
                    if decimal_commas.contains(column) { decimal(&words.replace(',', ".")) } else { value_of(words) };
                properties.insert(name.clone(), value);
            }
        }
        features.push(Feature { geometry: at, properties, id: None, members: Map::new() });
    }
    if features.is_empty() {
        let why = read.warnings.get(before).map_or_else(|| "it has only its first row".to_owned(), Clone::clone);
        return Err(failed(format!("the table has no row that can be drawn; {why}")));
    }
    if passed_over > MOST_WARNINGS {
        read.warnings.push(format!("{} more rows were skipped", passed_over - MOST_WARNINGS));
    }
    if by_latitude > 0 {
        let rows = if by_latitude == 1 { "1 row" } else { &format!("{by_latitude} rows") };
        read.warnings
            .push(format!("nothing shows which of the two numbers is the latitude in {rows}: the first is taken"));
    }
    read.features = FeatureTable::of(features);
    shapes.say(&mut read);
    Ok(read)
}

/// The first column whose first value is a geometry, whatever it is called.
fn column_of_shapes(rows: &[csv::Row], columns: usize) -> Option<usize> {
    let first = |column: usize| {
        rows.iter().take(1000).filter_map(move |row| row.fields.get(column)).find(|field| !field.trim().is_empty())
    };
    (0..columns).find(|column| {
        first(*column).is_some_and(|field| wkb::read_text(field).is_ok_and(|shape| shape.geometry.is_some()))
    })
}

/// Reads geometries, and remembers what is to be said of them all.
#[derive(Default)]
struct Shapes {
    systems: Systems,
    heights: usize,
    has_measures: bool,
    left_out: usize,
}

impl Shapes {
    /// The geometry of a row in degrees, from its text.
    fn read(&mut self, text: &str, row: usize) -> Result<Option<Geometry<f64>>, String> {
        use geo::CoordsIter as _;
        if text.is_empty() {
            return Ok(None);
        }
        let shape = wkb::read_text(text)?;
        let Some(mut geometry) = shape.geometry else { return Err("its geometry is empty".to_owned()) };
        self.systems.convert(shape.srid.unwrap_or_default(), row, &mut geometry)?;
        let wrong = geometry.coords_iter().find(|at| !is_place(*at));
        if let Some(Coord { x, y }) = wrong {
            return Err(format!("{x} {y} is not a longitude and latitude in degrees"));
        }
        self.heights += shape.heights;
        self.has_measures |= shape.has_measures;
        self.left_out += shape.left_out;
        Ok(Some(geometry))
    }

    fn say(self, read: &mut FeatureLayer) {
        if self.heights > 0 {
            read.warnings.push("heights are left out: the map is flat".to_owned());
        }
        if self.has_measures {
            read.warnings.push("measures (M) are left out".to_owned());
        }
        if self.left_out > 0 {
            read.warnings.push(format!("lines and outlines with too few positions were left out: {}", self.left_out));
        }
        read.features.notes.extend(self.systems.notes());
    }
}

/// The columns that are properties, with the names that those have: of columns of one name, the later ones have a number.
fn named(names: &[String], columns: &Columns, warnings: &mut Vec<String>) -> Vec<(usize, String)> {
    let has_description = names.iter().any(|name| name.eq_ignore_ascii_case("description"));
    let is_place = |column: usize| match columns {
        Columns::Two { lat, lon } => column == *lat || column == *lon,
        Columns::One(only) | Columns::Text(only) => column == *only,
    };
    let mut taken: HashSet<String> = HashSet::new();
    // By name, the number that the next of it may have: each is looked for once, however many have one name.
    let mut next: HashMap<String, usize> = HashMap::new();
    let mut named = Vec::new();
    let mut renamed = 0;
    for (column, name) in names.iter().enumerate().filter(|(column, name)| !is_place(*column) && !name.is_empty()) {
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

fn point(at: Coord<f64>) -> Option<Geometry<f64>> {
    Some(Geometry::Point(at.into()))
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

/// A place from a latitude and a longitude, each as a number or in degrees with signs.
fn place_of(lat: &str, lon: &str) -> Result<Coord<f64>, String> {
    if lat.is_empty() || lon.is_empty() {
        return Err("it has no coordinates".to_owned());
    }
    if let (Some(lat), Some(lon)) = (csv::number(lat), csv::number(lon)) {
        let is_place = lat.abs() <= 90.0 && lon.abs() <= 180.0;
        let exchanged = lat.abs() <= 180.0 && lon.abs() <= 90.0;
        let hint = if exchanged { "; the columns seem to be swapped" } else { "" };
        return is_place
            .then_some(Coord { x: lon, y: lat })
            .ok_or_else(|| format!("{lat}, {lon} is not a latitude and longitude in degrees{hint}"));
    }
    let found = readings(&format!("{lat}; {lon}")).map_err(|error| error.to_string())?;
    Ok(found[0].at)
}

/// A number where it is written as one and would be written so again; all else is text: codes keep their zeros.
fn value_of(words: &str) -> Value {
    let same = |number: &serde_json::Number| number.to_string() == words;
    let number = number::of_text(words).and_then(|number| {
        if number.fract() == 0.0 && number.abs() < 1e15 {
            Some(serde_json::Number::from(number as i64))
        } else {
            serde_json::Number::from_f64(number)
        }
    });
    number.filter(same).map_or_else(|| Value::from(words), Value::Number)
}

/// A number with the digits that it has, as far as JSON has such a number.
fn decimal(words: &str) -> Value {
    match serde_json::from_str::<serde_json::Number>(words) {
        Ok(_) => exact::value(words),
        Err(_) => value_of(words),
    }
}

fn listed(names: &[String]) -> String {
    const MOST: usize = 12;
    let more = if names.len() > MOST { ", …" } else { "" };
    let shown: Vec<String> = names.iter().take(MOST).map(|name| name.chars().take(30).collect()).collect();
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn table(text: &str) -> FeatureLayer {
        super::read(&Input::of(text.as_bytes())).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn places(read: &FeatureLayer) -> Vec<(f64, f64)> {
        read.features.points.iter().map(|at| (at.y, at.x)).collect()
    }

    #[test]
    fn columns_of_one_name_are_all_kept_and_said() {
        let read = table("name,lat,lon,pop,Pop,pop\nA,48.5,37.5,1,2,3");
        let properties = Value::Object(read.features.rows.properties(0));
        assert_eq!(properties, serde_json::json!({"name": "A", "pop": 1, "Pop": 2, "pop (2)": 3}));
        assert_eq!(read.warnings, ["more than one column is called “pop”; column 6 is “pop (2)”"]);
    }

    #[test]
    fn geometries_as_databases_show_them_are_converted_from_their_systems() {
        // SRID 32637 at 500000, 5400000 is 39° E; as PROJ has it.
        let table = table(
            "name,anything\nA,0101000020E6100000000000000080424000000000000048C0\n\
             B,SRID=32637;POINT Z (500000 5400000 12)\nC,SRID=1;POINT (1 2)\nD,0101\nE,POINT (37 48)\n",
        );
        let expected = [(-48.0, 37.0), (48.753_013_004_322, 39.0), (48.0, 37.0)];
        for (found, expected) in places(&table).into_iter().zip(expected) {
            assert!((found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9, "{found:?}");
        }
        assert_eq!(table.features.rows.count(), 3);
        assert!(
            table.warnings[0].contains("line 4: skipped: the coordinate system 'SRID 1' cannot be"),
            "{:?}",
            table.warnings
        );
        assert!(table.warnings[1].starts_with("line 5: skipped"), "{:?}", table.warnings);
        assert_eq!(table.warnings[2..], ["heights are left out: the map is flat"]);
        assert!(table.features.notes[0].contains("EPSG:32637"), "{:?}", table.features.notes);
    }

    #[test]
    fn decimal_commas_make_numbers_where_no_comma_separates_fields() {
        let read = table("name;lat;lon;n;code\nA;48,5;37,5;3,5;1,234\nB;48,6;37,6;10;2,345\nC;48,7;37,7;3,50;\n");
        let all: Vec<Value> = (0..3).map(|row| Value::Object(read.features.rows.properties(row))).collect();
        assert_eq!(all[0], json!({"name": "A", "n": 3.5, "code": "1,234"}));
        assert_eq!((&all[1]["n"], &all[2]["n"]), (&json!(10), &json!(3.5)));
        assert!(read.features.rows.text(2).contains("3.50"), "digits stand as they are written");
        assert_eq!(read.warnings, ["numbers with decimal commas, 3,5 for 3.5, are read as numbers: n"]);
        let read = table("name,lat,lon,n\nA,48.5,37.5,\"3,5\"\n");
        assert_eq!((read.features.rows.value(0, "n"), read.warnings.len()), (Some("3,5".into()), 0));
    }

    #[test]
    fn many_columns_of_one_name_are_told_apart_in_no_time() {
        let many = |cell: &str| vec![cell; 20_000].join(",");
        let text = format!("lat,lon,{}\n48,37,{}\n", many("a"), many("1"));
        let begun = std::time::Instant::now();
        let read = table(&text);
        assert_eq!(read.features.rows.names().len(), 20_000);
        assert_eq!(read.warnings.len(), MOST_WARNINGS + 1);
        // One after the other each looked for a free number from 2 on: hours.
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
    }

    #[test]
    fn columns_are_known_by_their_names() {
        for text in [
            "name,lat,lon\nA,48.62,37.55\nB,48.7,37.6",
            "Name;Latitude;Longitude\nA;48,62;37,55\nB;48,7;37,6",
            "name\tx\ty\nA\t37.55\t48.62\nB\t37.6\t48.7",
            "name,coordinates\nA,\"48.62 N, 37.55 E\"\nB,\"48°42′ N 37°36′ E\"",
            "name,lat,lon\nA,48.62° N,37.55° E\nB,48°42′,37°36′",
        ] {
            let found: Vec<_> =
                places(&table(text)).iter().map(|(lat, lon)| ((lat * 1e6).round(), (lon * 1e6).round())).collect();
            assert_eq!(found, [(48_620_000.0, 37_550_000.0), (48_700_000.0, 37_600_000.0)], "{text}");
        }
        let grid = table("name,mgrs\nA,37U DQ 12345 67890");
        assert!((places(&grid)[0].0 - 49.357_421).abs() < 1e-6);
    }

    #[test]
    fn a_row_keeps_its_note_and_names_its_source() {
        let text = "name,lat,lon,note,link,date,title,outlet,code\n\
             Bridge,48.62,37.55,\"Seen, whole\",https://example.org/a,2025-12-15,A bridge stands,The Post,007\n";
        let read = table(text);
        // Under the names that the columns have, but for the note.
        let properties = read.features.rows.properties(0);
        assert_eq!(
            Value::Object(properties.clone()),
            json!({"name": "Bridge", "description": "Seen, whole", "link": "https://example.org/a",
                "date": "2025-12-15", "title": "A bridge stands", "outlet": "The Post", "code": "007"})
        );
        let (sources, warnings) = super::super::source_properties::read(&properties);
        assert!(warnings.is_empty());
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].title.as_deref(), Some("A bridge stands"));
        assert_eq!(sources[0].url.as_deref(), Some("https://example.org/a"));
        assert_eq!(sources[0].outlet.as_deref(), Some("The Post"));
        assert_eq!(sources[0].date.as_deref(), Some("2025-12-15"));
    }

    #[test]
    fn what_is_no_point_is_told_by_its_line() {
        let read = table("name,lat,lon\nA,48.62,37.55\nB,,\nC,148.62,37.55\nD,x,y");
        assert_eq!(places(&read).len(), 1);
        assert_eq!(read.warnings.len(), 3);
        assert!(read.warnings[0].starts_with("line 3: skipped"), "{:?}", read.warnings);
        assert!(read.warnings[1].contains("seem to be swapped"), "{:?}", read.warnings);
        let read = table("name,coordinates\nA,\"48.62, 37.55\"\n");
        assert!(read.warnings[0].contains("the first is taken"), "{:?}", read.warnings);
        for (text, says) in [
            ("", "empty"),
            ("name,place\nA,B", "no columns hold coordinates"),
            ("lat,lon\n", "no row that can be drawn"),
            ("lat,lon\nx,y", "line 2: skipped"),
        ] {
            let error = super::read(&Input::of(text.as_bytes())).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_table_makes_it_fail(text in "(lat,lon|coordinates)[a-z]{0,3}\n[0-9NSE°'\",;. \n-]{0,60}") {
            let _ = read(&Input::of(text.as_bytes()));
        }
    }
}
