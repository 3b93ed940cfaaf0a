//! What changed, beside GEOS and PROJ on the same days: `tests/data/days/make.py`.

use serde_json::Value;

use super::*;
use crate::geometry::trial::ring;
use crate::geometry::work::Work;

pub(crate) fn expected() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/days/expected.json")).unwrap()
}

pub(crate) fn area(coordinates: &Value) -> MultiPolygon<f64> {
    let ring = |ring: &Value| -> LineString<f64> {
        let place = |at: &Value| (at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
        ring.as_array().unwrap().iter().map(place).collect()
    };
    let polygon = |rings: &Value| {
        let mut rings = rings.as_array().unwrap().iter().map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    MultiPolygon(coordinates.as_array().unwrap().iter().map(polygon).collect())
}

fn grounds(list: &Value) -> Vec<Ground> {
    list.as_array().unwrap().iter().map(|shape| Ground::new(&area(shape))).collect()
}

fn near(ours: f64, reference: f64, relative: f64, what: &str) {
    assert!((ours - reference).abs() <= relative * reference.abs(), "{what}: {ours} is not {reference}");
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// Compares all that GEOS and PROJ say of a change.
fn agrees(change: &Change, expected: &Value) {
    near(change.gained_m2, number(&expected["gained_m2"]), 1e-6, "gained");
    near(change.lost_m2, number(&expected["lost_m2"]), 1e-6, "lost");
    let moved = &change.moved;
    near(moved.before_m, number(&expected["before_m"]), 1e-4, "length of the former border");
    near(moved.after_m, number(&expected["after_m"]), 1e-4, "length of the new border");
    near(moved.mean_m.unwrap(), number(&expected["mean_m"]), 1e-4, "mean displacement");
    let largest = number(&expected["largest_m"]);
    near(moved.largest_m.unwrap(), largest, (3.0 / largest).max(0.01), "largest displacement");
    assert_eq!(moved.islands as u64, expected["islands"].as_u64().unwrap());
    let ranges = change.ranges.unwrap();
    for (ours, name) in [(ranges.gained_m2, "gained_m2"), (ranges.lost_m2, "lost_m2")] {
        let theirs = &expected["ranges"][name];
        for (at, what) in ["least", "most"].into_iter().enumerate() {
            let (ours, theirs) = (ours[at], number(&theirs[at]));
            // Strips are simplified to 0.2 % of their width here, and their ends have fewer corners.
            assert!((ours - theirs).abs() <= 0.003 * theirs + 2_000.0, "{name} at {what}: {ours} is not {theirs}");
        }
    }
}

fn terms(expected: &Value) -> Terms {
    let accuracy = &expected["accuracy_m"];
    Terms { within: None, accuracy_m: Some([number(&accuracy[0]), number(&accuracy[1])]) }
}

#[test]
fn days_that_follow_each_other_change_as_geos_finds() {
    let expected = expected();
    let days = grounds(&expected["days"]);
    for (pair, change) in days.windows(2).zip(expected["changes"].as_array().unwrap()) {
        agrees(&Change::between(&pair[0], &pair[1], &terms(&expected)).unwrap(), change);
    }
}

#[test]
fn accounts_that_cross_each_other_differ_as_geos_finds() {
    let expected = expected();
    let accounts = grounds(&expected["accounts"]);
    for (other, change) in accounts[1..].iter().zip(expected["between_accounts"].as_array().unwrap()) {
        agrees(&Change::between(&accounts[0], other, &terms(&expected)).unwrap(), change);
    }
}

#[test]
fn what_changes_from_day_to_day_adds_up_to_what_changed_between_the_ends() {
    let expected = expected();
    let days = grounds(&expected["days"]);
    let net = |pair: &[Ground]| {
        let change = Change::between(&pair[0], &pair[1], &Terms::default()).unwrap();
        change.gained_m2 - change.lost_m2
    };
    let sum: f64 = days.windows(2).map(net).sum();
    let (first, last) = (&days[0], &days[days.len() - 1]);
    let ends = net(&[first.clone(), last.clone()]);
    let size = last.area_m2();
    assert!((sum - ends).abs() < 1e-9 * size && (sum - (size - first.area_m2())).abs() < 1e-9 * size, "{sum} {ends}");
    for (day, expected) in days.iter().zip(expected["areas_m2"].as_array().unwrap()) {
        near(day.area_m2(), number(expected), 1e-8, "size");
    }
}

#[test]
fn a_border_written_down_twice_moved_nowhere() {
    let expected = expected();
    let before = Ground::new(&area(&expected["days"][0]));
    let after = Ground::new(&area(&expected["again"]));
    let change = Change::between(&before, &after, &Terms::default()).unwrap();
    near(change.gained_m2, number(&expected["again_m2"][0]), 1e-6, "gained");
    // Only slivers were lost, a few centimetres wide on 100 km: a tenth of a millimetre is seen there.
    near(change.lost_m2, number(&expected["again_m2"][1]), 1e-4, "lost");
    // Twenty vertices of a stretch were pushed; everything else is slivers of some centimetres.
    assert!(change.slivers_m2 > 0.0 && change.slivers_m2 < 10_000.0, "{}", change.slivers_m2);
    assert!((1..=3).contains(&(change.gained.0.len() + change.lost.0.len())), "{:?}", change.moved);
    assert!(change.moved.before_m < 20_000.0, "{:?}", change.moved.before_m);
    assert_eq!(Change::between(&before, &before, &Terms::default()), Ok(Change::none(&Terms::default())));
}

/// A box of degrees.
fn square(west: f64, east: f64, south: f64, north: f64) -> MultiPolygon<f64> {
    MultiPolygon(vec![Polygon::new(ring(&[(west, south), (east, south), (east, north), (west, north)]), vec![])])
}

#[test]
fn a_bulge_moved_by_its_depth() {
    // One kilometre of meridian at 50° is 0.00899° (PROJ: 111,229 m to the degree from 49.5° to 50.5°).
    let before = Ground::new(&square(10.0, 11.0, 50.0, 50.1));
    let bulge = ring(&[
        (10.0, 50.0),
        (11.0, 50.0),
        (11.0, 50.1),
        (10.6, 50.1),
        (10.6, 50.11),
        (10.4, 50.11),
        (10.4, 50.1),
        (10.0, 50.1),
    ]);
    let after = Ground::new(&MultiPolygon(vec![Polygon::new(bulge, vec![])]));
    let moved = Change::between(&before, &after, &Terms::default()).unwrap().moved;
    near(moved.largest_m.unwrap(), 1_112.3, 0.001, "depth");
    near(moved.before_m, 14_310.0, 0.001, "width");
    near(moved.after_m, 14_310.0 + 2.0 * 1_112.3, 0.001, "outline");
    assert_eq!((moved.before.0.len(), moved.after.0.len(), moved.islands), (1, 1, 0));
}

#[test]
fn only_what_lies_within_counts_and_its_rim_is_no_border() {
    let before = Ground::new(&square(10.0, 11.0, 50.0, 50.1));
    let after = Ground::new(&square(10.0, 11.0, 50.0, 50.2));
    let within = Terms { within: Some(square(10.2, 10.4, 49.0, 51.0)), accuracy_m: Some([100.0; 2]) };
    let all = Change::between(&before, &after, &Terms { within: None, ..within.clone() }).unwrap();
    let some = Change::between(&before, &after, &within).unwrap();
    near(some.gained_m2, all.gained_m2 / 5.0, 1e-9, "a fifth");
    let moved = &some.moved;
    near(moved.before_m, 14_310.0, 0.001, "the part of the border within");
    near(moved.mean_m.unwrap(), moved.largest_m.unwrap(), 0.001, "it moved alike everywhere");
    let ([least, most], lost) = (some.ranges.unwrap().gained_m2, some.ranges.unwrap().lost_m2);
    assert!(least < some.gained_m2 && some.gained_m2 < most && lost == [0.0, 0.0], "{least} {most} {lost:?}");
}

#[test]
fn ground_that_appears_as_an_island_moved_nowhere() {
    let before = Ground::new(&square(10.0, 11.0, 50.0, 50.1));
    let mut two = before.area().clone();
    two.0.extend(square(12.0, 12.1, 50.0, 50.1).0);
    let change = Change::between(&before, &Ground::new(&two), &Terms::default()).unwrap();
    assert_eq!((change.moved.islands, change.moved.mean_m, change.moved.largest_m), (1, None, None));
    assert_eq!(change.moved.islands_m2, change.gained_m2);
    // From nothing, and to nothing.
    let nothing = Ground::new(&MultiPolygon(vec![]));
    let all = Change::between(&nothing, &before, &Terms::default()).unwrap();
    assert_eq!((all.gained_m2, all.lost_m2, all.moved.islands), (before.area_m2(), 0.0, 1));
    assert_eq!(Change::between(&before, &nothing, &Terms::default()).unwrap().lost_m2, before.area_m2());
}

#[test]
fn parts_that_overlap_count_once() {
    let mut twice = square(10.0, 11.0, 50.0, 50.1);
    twice.0.extend(square(10.5, 11.5, 50.0, 50.1).0);
    let (twice, once) = (Ground::new(&twice), Ground::new(&square(10.0, 11.5, 50.0, 50.1)));
    near(twice.area_m2(), once.area_m2(), 1e-12, "size");
    let change = Change::between(&twice, &once, &Terms::default()).unwrap();
    assert!(change.gained_m2 < 1e-6 && change.lost_m2 < 1e-6);
}

#[test]
fn what_is_cancelled_says_so() {
    let expected = expected();
    let days = grounds(&expected["days"]);
    let work = Work::default();
    work.cancel();
    assert_eq!(work.run(|| Change::between(&days[0], &days[1], &Terms::default())), Err(Stopped::Cancelled));
}
