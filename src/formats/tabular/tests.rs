//! Tables of text as features.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::formats::format::{self, Candidate, Holds};
use crate::formats::read::Read;

fn read_csv(input: &Input<'_>) -> Result<FeatureLayer, ReadError> {
    let known = format::known(&Candidate { name: "a.csv", bytes: b"" });
    let Some(Holds::Features(read)) = known.map(|format| format.holds) else { panic!("no table") };
    read(input).map(|read: Read| read.layers.into_iter().next().unwrap())
}

fn table(text: &str) -> FeatureLayer {
    read_csv(&Input::of(text.as_bytes())).unwrap_or_else(|error| panic!("{text}: {error}"))
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
fn columns_all_of_numbers_are_numbers_with_the_digits_that_stand_there() {
    let read = table(
        "lat,lon,n,e,big,code,phone,mixed\n48.5,37.5,1.50,1E3,12345678901234567890123,007,+380,1.50\n\
         48.6,37.6,2.25,,9007199254740993,12,380,x\n48.7,37.7,-0.5,2,1,13,381,2\n",
    );
    assert_eq!(
        read.features.rows.text(0),
        r#"{"n":1.50,"e":1E3,"big":12345678901234567890123,"code":"007","phone":"+380","mixed":"1.50"}"#
    );
    assert_eq!(read.features.rows.text(2), r#"{"n":-0.5,"e":2,"big":1,"code":13,"phone":381,"mixed":2}"#);
}

#[test]
fn an_exchange_of_named_columns_is_said() {
    let read = |text: &str, crs| read_csv(&Input::of(text.as_bytes()).in_order(Order::LatLon).in_system(crs)).unwrap();
    let layer = read("lat,lon\n37.5,48.5\n", None);
    assert_eq!(places(&layer), [(48.5, 37.5)]);
    assert_eq!(layer.warnings, ["“lat” is taken for the longitude and “lon” for the latitude, as asked"]);
    let crs = crate::formats::crs::Crs::from_epsg(28407).unwrap();
    let layer = read("x,y\n5319225,7410563\n", Some(&crs));
    assert_eq!(layer.warnings, ["“y” is taken for the easting and “x” for the northing, as asked"]);
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
    let (sources, warnings) = crate::formats::source_properties::read(&properties);
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
        let error = read_csv(&Input::of(text.as_bytes())).unwrap_err().to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}

proptest! {
    #[test]
    fn no_table_makes_it_fail(text in "(lat,lon|coordinates)[a-z]{0,3}\n[0-9NSE°'\",;. \n-]{0,60}") {
        let _ = read_csv(&Input::of(text.as_bytes()));
    }
}

#[test]
fn a_first_row_with_a_place_is_said_to_be_no_feature() {
    let places = PlaceColumns::Two { latitude: "48.59".to_owned(), longitude: "38.00".to_owned() };
    let choice = TableChoice { places: Some(places), ..TableChoice::default() };
    let text = "Bakhmut,48.59,38.00\nSoledar,48.68,38.09\n";
    let read = read_csv(&Input::of(text.as_bytes()).as_table(Some(&choice))).unwrap();
    assert_eq!(read.features.rows.count(), 1);
    assert!(read.warnings[0].starts_with("the line 1, which has a place itself"), "{:?}", read.warnings);
    assert!(read.warnings[0].contains("Bakhmut, 48.59, 38.00") && !read.table.unwrap().is_certain);
    let named = table("name,lat,lon\nBakhmut,48.59,38.00\n");
    assert!(named.warnings.is_empty() && named.table.unwrap().is_certain, "{:?}", named.warnings);
}

#[test]
fn columns_without_a_name_are_kept_and_said() {
    let read = table("name,lat,lon,,,n\nA,48.5,37.5,x,,1\nB,48.6,37.6,,,2");
    assert_eq!(Value::Object(read.features.rows.properties(0)), json!({"name": "A", "column 4": "x", "n": 1}));
    assert_eq!(read.warnings, ["columns without a name above them are called by their numbers: column 4"]);
}

#[test]
fn numbers_with_signs_between_thousands_are_numbers_where_a_column_agrees() {
    let read =
        table("name;lat;lon;n;tonnes;open\nA;48,5;37,5;1 234;3,5;1.234\nB;48,6;37,6;2\u{a0}345,5;1.234,5;2.345,5 t");
    let all: Vec<Value> = (0..2).map(|row| Value::Object(read.features.rows.properties(row))).collect();
    assert_eq!(all[0], json!({"name": "A", "n": 1234, "tonnes": 3.5, "open": 1.234}));
    assert_eq!((&all[1]["n"], &all[1]["tonnes"]), (&json!(2345.5), &json!(1234.5)));
    assert!(read.warnings[0].ends_with("are read as numbers: n, tonnes"), "{:?}", read.warnings);
}
