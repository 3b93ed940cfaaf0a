//! Series of files as people have them.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::formats::day::Day;

fn square(west: f64) -> String {
    let east = west + 1.0;
    format!("[[[{west},50],[{east},50],[{east},51],[{west},51],[{west},50]]]")
}

fn feature(west: f64, properties: &str) -> String {
    let ring = square(west);
    format!(r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#)
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

fn folder(files: &[(&str, String)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn made(folder: &TempDir, making: &Making) -> MadeSeries {
    make(&[folder.path().to_owned()], making).unwrap()
}

fn days(made: &MadeSeries) -> Vec<String> {
    made.series
        .versions()
        .iter()
        .map(|version| version.when.map_or_else(|| "?".to_owned(), |when| when.iso()))
        .collect()
}

fn told(made: &MadeSeries) -> Vec<String> {
    made.series.faults().iter().map(ToString::to_string).collect()
}

#[test]
fn a_folder_of_files_named_by_day_is_a_series_and_what_is_wrong_is_named() {
    let one = |west| collection(&[feature(west, "{}")]);
    let folder = folder(&[
        ("front_20250227.geojson", one(10.0)),
        ("front_20250228.geojson", one(10.1)),
        ("front_20250229.geojson", one(10.1)),
        ("front_20250301.geojson", one(10.2)),
        ("front_20250302.geojson", one(60.0)),
        ("front_20250303.geojson", "{".to_owned()),
        ("front_20250304.geojson", collection(&[feature(10.3, r#"{"date":"2025-03-05"}"#)])),
        ("notes.txt", "no features".to_owned()),
        ("readme.geojson", one(10.0)),
    ]);
    let made = made(&folder, &Making::default());
    assert_eq!(made.pattern.as_deref(), Some("front_YYYYMMDD"));
    assert_eq!(days(&made), ["2025-02-27", "2025-02-28", "2025-03-01", "2025-03-02", "2025-03-04", "?"]);
    let told = told(&made);
    for part in [
        "there is no such day as “20250229” says; it is left out until its day is known: front_20250229.geojson",
        "its name says 4 Mar 2025, and what stands in it 5 Mar 2025; the name counts: front_20250304.geojson",
        "it says no day; it is kept as of an unknown day: readme.geojson",
        "it lies somewhere else than the others, and shares no ground with them: front_20250302.geojson",
        "nothing is reported by front of 3 Mar 2025",
    ] {
        assert!(told.iter().any(|fault| fault == part), "{part}: {told:#?}");
    }
    assert!(told.iter().any(|fault| fault.ends_with(": front_20250303.geojson")), "{told:#?}");
    assert_eq!(made.series.accounts(), ["front", "readme"]);
}

#[test]
fn names_that_can_be_read_in_two_ways_need_a_word() {
    let one = || collection(&[feature(10.0, "{}")]);
    let folder = folder(&[("a_01.02.2025.geojson", one()), ("a_03.02.2025.geojson", one())]);
    let paths = [folder.path().to_owned()];
    assert!(matches!(make(&paths, &Making::default()), Err(SeriesError::Pattern(PatternError::Ambiguous { .. }))));
    let said = Making { pattern: Some(Pattern::parse("DD.MM.YYYY").unwrap()), ..Making::default() };
    assert_eq!(days(&made(&folder, &said)), ["2025-02-01", "2025-02-03"]);
}

#[test]
fn a_column_of_days_makes_a_series_of_one_file() {
    let row = |west, date: &str, who: &str| feature(west, &format!(r#"{{"date":"{date}","account":"{who}"}}"#));
    let features = [
        row(10.0, "2025-02-01", "East"),
        row(12.0, "2025-02-01", "East"),
        row(10.1, "2025-02-02", "East"),
        row(10.0, "2025-02-01", "West"),
        row(10.0, "2025-02", "West"),
        row(10.0, "2025-02-30", "West"),
        row(10.0, "soon", "West"),
    ];
    let folder = folder(&[("reports.geojson", collection(&features))]);
    let made = made(&folder, &Making::default());
    assert_eq!(made.properties.iter().collect::<Vec<_>>(), ["date"]);
    assert_eq!(days(&made), ["2025-02-01", "2025-02-01", "2025-02", "2025-02-02", "?"]);
    assert_eq!(made.series.accounts(), ["East", "West"]);
    let first = &made.series.versions()[0];
    assert_eq!((first.shape.polygons().len(), first.from.as_str()), (2, "reports.geojson, 2 features from 1 on"));
    let told = told(&made);
    assert!(told[0].starts_with("there is no such day as “2025-02-30” says"), "{told:?}");
    assert!(told.iter().any(|fault| fault.starts_with("“soon” is no day that can be read")), "{told:?}");
    let error = make(&[folder.path().to_owned()], &Making { property: Some("dat".to_owned()), ..Making::default() });
    assert!(error.unwrap_err().to_string().contains("did you mean “date”?"));
}

#[test]
fn times_of_gpx_and_kml_are_days() {
    let gpx = r#"<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="50" lon="10"><time>2025-02-01T10:00:00Z</time></wpt>
        <trk><trkseg><trkpt lat="50" lon="10"><time>2025-02-02T23:00:00Z</time></trkpt><trkpt lat="50.1" lon="10">
        <time>2025-02-03T01:00:00Z</time></trkpt></trkseg></trk></gpx>"#;
    let way = folder(&[("way.gpx", gpx.to_owned())]);
    let all = made(&way, &Making { property: Some("time".to_owned()), ..Making::default() });
    assert_eq!(days(&all), ["2025-02-01T10:00:00Z", "?"]);
    let all = made(&way, &Making { property: Some("begin".to_owned()), ..Making::default() });
    assert_eq!(days(&all), ["2025-02-02T23:00:00Z/2025-02-03T01:00:00Z", "?"]);
    let kml = r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
        <Placemark><TimeStamp><when>2025-02</when></TimeStamp><Point><coordinates>10,50</coordinates></Point></Placemark>
        <Placemark><TimeStamp><when>2025-02-03</when></TimeStamp><Point><coordinates>10,51</coordinates></Point></Placemark>
        </Document></kml>"#;
    let places = folder(&[("places.kml", kml.to_owned())]);
    let all = made(&places, &Making::default());
    assert_eq!((days(&all), all.properties.len()), (vec!["2025-02".to_owned(), "2025-02-03".to_owned()], 1));
}

#[test]
fn files_of_one_day_each_need_no_day_in_their_names() {
    let of = |west, day: &str| collection(&[feature(west, &format!(r#"{{"date":"{day}"}}"#))]);
    let folder = folder(&[("first.geojson", of(10.0, "2025-02-02")), ("second.geojson", of(10.0, "2025-02-01"))]);
    let made = made(&folder, &Making::default());
    assert_eq!((days(&made), made.pattern.as_deref()), (vec!["2025-02-01".to_owned(), "2025-02-02".to_owned()], None));
    assert!(told(&made)[0].starts_with("it stands after first.geojson, but is of an earlier day"), "{:?}", told(&made));
}

#[test]
fn the_kind_that_is_held_counts() {
    let both = collection(&[feature(10.0, r#"{"status":"held"}"#), feature(11.0, r#"{"status":"contested"}"#)]);
    let folder = folder(&[("a_2025-02-01.geojson", both.clone()), ("a_2025-02-02.geojson", both)]);
    let all = made(&folder, &Making::default());
    assert_eq!(all.series.versions()[0].shape.polygons().len(), 1);
    assert!(all.counts.iter().any(|words| words.contains("“held”")), "{:?}", all.counts);
    let filter = Filter::parse("status = contested").unwrap();
    let other = made(&folder, &Making { filter: Some(filter), ..Making::default() });
    let west = |made: &MadeSeries| made.series.versions()[0].shape.polygons()[0].exterior().0[0].x;
    assert_eq!((west(&all), west(&other)), (10.0, 11.0));
    assert_eq!(all.series.on("2025-02-03".parse::<Day>().unwrap(), None).reported.len(), 0);
}

#[test]
fn what_is_passed_over_and_what_fits_nothing_is_said() {
    let broken = r#"{"type":"Feature","properties":{"status":"held"},"geometry":null}"#.to_owned();
    let text = collection(&[feature(10.0, r#"{"status":"held"}"#), broken]);
    let folder = folder(&[("a_20250201.geojson", text.clone()), ("a_20250202.geojson", text)]);
    let filter = Filter::parse("status = held or stauts = held").unwrap();
    let all = made(&folder, &Making { filter: Some(filter), ..Making::default() });
    for part in ["1 of its 2 features has no shape", "did you mean “status”?"] {
        assert!(all.warnings.iter().any(|what| what.contains(part)), "{part}: {:?}", all.warnings);
    }
    // A file that is named by itself and by its folder is one.
    let (path, file) = (folder.path().to_owned(), folder.path().join("a_20250201.geojson"));
    assert_eq!(make(&[file, path.clone()], &Making::default()).unwrap().files, 2);
    let wanted = Making { layers: vec!["north".to_owned()], ..Making::default() };
    assert!(matches!(make(&[path], &wanted), Err(SeriesError::Layers(names)) if names == ["north"]));
}

#[test]
fn what_is_no_series_says_so() {
    let empty = TempDir::new().unwrap();
    assert!(matches!(make(&[empty.path().to_owned()], &Making::default()), Err(SeriesError::Nothing(_))));
    let broken = folder(&[("a_20250201.geojson", "{".to_owned())]);
    assert!(matches!(make(&[broken.path().to_owned()], &Making::default()), Err(SeriesError::File(_))));
}
