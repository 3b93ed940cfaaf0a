//! Areas over time: sizes as PROJ has them, shares, gaps, ranges, stated figures, the table.

use geo::Polygon;

use super::super::Series;
use super::*;
use crate::dossier::{Dossier, Shape, builtin};
use crate::formats::csv;

/// From PROJ: see the tests of `geometry::measure`.
const BOX_KM2: f64 = 8_217.732_076_085;

/// A box between 48 and 49° N.
fn area(west: f64, east: f64) -> MultiPolygon<f64> {
    let ring = vec![(west, 48.0), (east, 48.0), (east, 49.0), (west, 49.0), (west, 48.0)];
    MultiPolygon(vec![Polygon::new(ring.into(), vec![])])
}

fn version(when: Option<&str>, who: &str, west: f64, east: f64) -> Version {
    let shape = Arc::new(Shape::Area(area(west, east)));
    let when = when.map(|when| when.parse().unwrap());
    Version { who: Some(who.to_owned()), ..Version::new(when, shape, format!("{who} {west}")) }
}

fn track<'a>(series: &'a Series, who: Option<&str>) -> Track<'a> {
    Track { title: Text::plain("Front"), overlay: None, who: who.map(str::to_owned), series, accuracy_m: None }
}

fn whole() -> Whole {
    Whole::new(Text::plain("The box"), Some("box".to_owned()), &area(37.0, 38.0))
}

fn near(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() <= 1e-6 * theirs, "{ours} is not {theirs}");
}

fn always(tracks: &[Track<'_>], within: Option<Whole>) -> AreaOverTime {
    over_time(tracks, within, (None, None)).unwrap()
}

#[test]
fn areas_are_those_of_proj_and_shares_of_accounts_add_up_to_the_whole() {
    let days = ["2025-02-01", "2025-02-02", "2025-02-05"];
    let front = [37.25, 37.5, 37.625];
    let east = days.iter().zip(front).map(|(day, front)| version(Some(day), "East", front, 38.5));
    let west = days.iter().zip(front).map(|(day, front)| version(Some(day), "West", 36.0, front));
    let series = Series::new(east.chain(west).collect());
    let all = always(&[track(&series, Some("East")), track(&series, Some("West"))], Some(whole()));
    near(all.within.as_ref().unwrap().km2, BOX_KM2);
    let [east, west] = all.curves.as_slice() else { panic!("two curves") };
    for ((east, west), front) in east.points.iter().zip(&west.points).zip(front) {
        near(east.km2, (38.0 - front) * BOX_KM2);
        near(west.km2, (front - 37.0) * BOX_KM2);
        near(all.percent(east.km2).unwrap() + all.percent(west.km2).unwrap(), 100.0);
    }
    // Without a whole all of it counts.
    let alone = always(&[track(&series, Some("East"))], None);
    near(alone.curves[0].points[0].km2, 1.25 * BOX_KM2);
    assert_eq!(alone.percent(1.0), None);
    // Parts that lie over each other count once.
    let mut twice = area(37.0, 37.75);
    twice.0.extend(area(37.5, 38.0).0);
    let shape = Arc::new(Shape::Area(twice));
    let series = Series::new(vec![Version::new(Some("2025-02-01".parse().unwrap()), shape, "twice")]);
    near(always(&[track(&series, None)], None).curves[0].points[0].km2, BOX_KM2);
}

#[test]
fn nothing_is_put_between_reports_and_what_has_no_place_is_named() {
    let mut line = version(Some("2025-02-06"), "East", 37.0, 37.5);
    line.shape = Arc::new(Shape::Line(MultiLineString(vec![LineString::from(vec![(37.0, 48.0), (38.0, 48.0)])])));
    let series = Series::new(vec![
        version(Some("2025-02-02"), "East", 37.0, 37.5),
        version(Some("2025-02-01"), "East", 37.0, 37.5),
        version(Some("2025-02-05"), "East", 37.0, 37.5),
        version(Some("2025-03"), "East", 37.0, 37.5),
        version(Some("2025-04-01/2025-04-03"), "East", 37.0, 37.5),
        version(None, "East", 37.0, 37.5),
        line,
    ]);
    let all = always(&[track(&series, None)], None);
    let curve = &all.curves[0];
    let days: Vec<String> = curve.points.iter().map(|point| point.when.iso()).collect();
    assert_eq!(days, ["2025-02-01", "2025-02-02", "2025-02-05", "2025-03", "2025-04-01/2025-04-03"]);
    assert_eq!(curve.gaps().collect::<Vec<_>>(), [1, 2], "March follows up to April");
    let inexact: Vec<bool> = curve.points.iter().map(Point::is_of_some_day).collect();
    assert_eq!(inexact, [false, false, false, true, false]);
    let march = &curve.points[3].days;
    assert_eq!((march.end() - march.start(), curve.points[0].days.clone().count()), (30, 1));
    assert_eq!(all.left_out, ["Front: 1 report of no known day", "Front: 1 report without an area"]);
    let day = |text: &str| Some(text.parse::<Day>().unwrap());
    let some = over_time(&[track(&series, None)], None, (day("2025-02-02"), day("2025-03-10"))).unwrap();
    let days: Vec<String> = some.curves[0].points.iter().map(|point| point.when.iso()).collect();
    assert_eq!(days, ["2025-02-02", "2025-02-05", "2025-03"]);
}

#[test]
fn an_accuracy_gives_a_range_as_wide_as_the_border_is_long() {
    let series = Series::new(vec![version(Some("2025-02-01"), "East", 37.0, 38.0)]);
    let exact = Track { accuracy_m: Some(500.0), ..track(&series, None) };
    let all = always(&[exact], None);
    let point = &all.curves[0].points[0];
    let [least, most] = point.range_km2.unwrap();
    // PROJ: the meridians are 111.203 km long, the parallels 74.628 and 73.174 km.
    let strip = 0.5 * (2.0 * 111.203 + 74.628 + 73.174);
    for (ours, theirs) in [(point.km2 - least, strip), (most - point.km2, strip)] {
        assert!((ours - theirs).abs() < 0.01 * theirs, "{ours} is not about {theirs}");
    }
    let [from, to] = all.reach_km2().unwrap();
    assert_eq!([from, to], [least, most]);
}

#[test]
fn work_that_is_cancelled_gives_nothing() {
    let series = Series::new(vec![version(Some("2025-02-01"), "East", 37.0, 38.0)]);
    let work = work::Work::default();
    work.cancel();
    assert_eq!(work.run(|| over_time(&[track(&series, None)], None, (None, None))), Err(Stopped::Cancelled));
}

fn berlin() -> Dossier {
    builtin::berlin().unwrap().0
}

fn within(dossier: &Dossier, id: &str) -> Whole {
    let overlay = dossier.overlay(id).unwrap();
    Whole::new(overlay.title.clone(), Some(id.to_owned()), overlay.shape.areas().unwrap())
}

#[test]
fn stated_figures_stand_beside_the_curve_of_their_overlay() {
    let dossier = berlin();
    let donetsk = within(&dossier, "donetsk");
    let all = AreaOverTime { within: Some(donetsk.clone()), ..AreaOverTime::default() };
    let all = all.with_figures(&dossier, &["donetsk-russian-held", "withdrawal-area"]);
    let find = |id: &str| all.stated.iter().find(|stated| stated.figure.id == id);
    // 80 percent of the oblast.
    let share = find("reuters-80").expect("a share of Donetsk oblast");
    near(share.km2, 0.8 * donetsk.km2);
    let area = find("afp-5000-km2").expect("an area in the oblast");
    assert_eq!((area.km2, area.figure.reported_by.is_empty()), (5000.0, false));
    assert!(all.stated.windows(2).all(|pair| pair[0].days.start() <= pair[1].days.start()));
    // A share of what is not the whole has no place, and that is said.
    let (stated, left_out) = figures_of(&dossier, &["donetsk-russian-held"], None);
    assert!(
        stated.is_empty() && left_out.iter().any(|why| why.contains("reuters-80") && why.contains("share of donetsk"))
    );
    let luhansk = within(&dossier, "luhansk");
    let (stated, left_out) = figures_of(&dossier, &["withdrawal-area"], Some(&luhansk));
    assert!(stated.is_empty() && left_out.iter().any(|why| why.contains("ground beyond")), "{left_out:?}");
}

#[test]
fn the_table_has_every_report_and_reads_back_as_it_was_written() {
    let series = Series::new(vec![
        version(Some("2025-02-01"), "East, \"first\"", 37.0, 37.5),
        version(Some("2025-03"), "East, \"first\"", 37.0, 37.75),
    ]);
    let dossier = berlin();
    let exact = Track { accuracy_m: Some(500.0), ..track(&series, None) };
    let all = always(&[exact], Some(within(&dossier, "donetsk"))).with_figures(&dossier, &["withdrawal-area"]);
    let text = csv_text(&all);
    let rows: Vec<Vec<String>> = csv::read(text.as_bytes()).unwrap().into_iter().map(|row| row.fields).collect();
    assert_eq!(rows.len(), 1 + all.reports() + all.stated.len());
    let column = |name: &str| rows[0].iter().position(|head| head == name).unwrap();
    let (km2, share) = (column("km2"), column("share_percent"));
    for (row, point) in rows[1..].iter().zip(&all.curves[0].points) {
        assert!((row[km2].parse::<f64>().unwrap() - point.km2).abs() < 1e-6);
        assert!((row[share].parse::<f64>().unwrap() - all.percent(point.km2).unwrap()).abs() < 1e-6);
        assert_eq!(row[column("account")], "East, \"first\"");
    }
    assert_eq!(
        (rows[2][column("first_day")].as_str(), rows[2][column("last_day")].as_str()),
        ("2025-03-01", "2025-03-31")
    );
    let json = all.json();
    assert_eq!(json["curves"][0]["points"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["stated"].as_array().map(Vec::len), Some(all.stated.len()));
}
