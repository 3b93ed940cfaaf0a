//! Tests of `slivers.rs`.

use proptest::prelude::*;

use super::*;
use crate::geometry::derive::split_by_line;
use crate::geometry::measure::area_m2;
use crate::geometry::trial::ring;

/// Metres east and north of 37° E 48° N as degrees, on the plane that touches the ellipsoid there.
fn at(east_m: f64, north_m: f64) -> (f64, f64) {
    let scale = meters_per_degree(48.0);
    (37.0 + east_m / scale.x, 48.0 + north_m / scale.y)
}

fn polygon(corners_m: &[(f64, f64)]) -> MultiPolygon<f64> {
    let corners: Vec<(f64, f64)> = corners_m.iter().map(|(east, north)| at(*east, *north)).collect();
    MultiPolygon(vec![Polygon::new(ring(&corners), vec![])])
}

fn rectangle(west: f64, south: f64, east: f64, north: f64) -> MultiPolygon<f64> {
    polygon(&[(west, south), (east, south), (east, north), (west, north)])
}

/// An oblast of 40 km by 40 km.
fn oblast() -> MultiPolygon<f64> {
    rectangle(0.0, 0.0, 40_000.0, 40_000.0)
}

fn km2(area: &MultiPolygon<f64>) -> f64 {
    area_m2(area) / 1e6
}

#[track_caller]
fn near(ours: f64, expected: f64) {
    assert!((ours - expected).abs() < 0.008 * expected.abs().max(1.0), "{ours} is not {expected}");
}

/// Both parts, checked: together the whole, with nothing in common, and found again along the line.
#[track_caller]
fn divided(area: &MultiPolygon<f64>, held: &MultiPolygon<f64>) -> (Split, MultiLineString<f64>, Vec<Sliver>) {
    let (split, dropped) = split_by_areas(area, held);
    assert!(((km2(&split.left) + km2(&split.right)) / km2(area) - 1.0).abs() < 1e-9);
    assert!(km2(&intersection(&split.left, &split.right)) < 1e-9 * km2(area));
    let line = line_between(area, &split);
    if !line.0.is_empty() {
        let again = split_by_line(area, &line).expect("the line crosses");
        assert!((km2(&again.left) - km2(&split.left)).abs() < 1e-6 * km2(area));
    }
    (split, line, dropped)
}

#[test]
fn a_border_drawn_by_another_hand_is_no_line_of_contact() {
    // The east is held. Its border is 300 m inside the oblast's on the south, jitters about it by 400 m on the
    // east, and reaches beyond it on the north.
    let east: Vec<(f64, f64)> = (1..40)
        .map(|step| (40_000.0 + if step % 2 == 0 { 400.0 } else { -400.0 }, f64::from(step) * 1_000.0))
        .collect();
    let corners: Vec<(f64, f64)> = [(20_000.0, 300.0), (40_000.0, 300.0)]
        .into_iter()
        .chain(east)
        .chain([(41_000.0, 41_000.0), (20_000.0, 41_000.0)])
        .collect();
    let (split, line, dropped) = divided(&oblast(), &polygon(&corners));
    assert_eq!(line.0.len(), 1, "{line:?}");
    near(measure::length_m(&line) / 1000.0, 40.0);
    near(km2(&split.left), 800.0);
    assert!(dropped.iter().all(|sliver| !sliver.was_left));
    let size: f64 = dropped.iter().map(|sliver| sliver.area_m2).sum::<f64>() / 1e6;
    // The strip on the south, and on the east a triangle of 400 m by 1 km for each second step.
    let expected = 20.0 * 0.3 + 20.0 * 0.4 * 1.0 / 2.0;
    assert!((size / expected - 1.0).abs() < 0.05, "{size} {expected}");
    let length: f64 = dropped.iter().map(|sliver| sliver.length_m).sum();
    near(length / 1000.0, 20.0 + 40.0 * 0.5_f64.hypot(0.4));
}

#[test]
fn slivers_of_the_held_side_go_to_the_other() {
    // Held ground of a neighbouring region whose border strays into the oblast by 300 m.
    let mut held = rectangle(20_000.0, -1_000.0, 41_000.0, 41_000.0);
    held.0.extend(polygon(&[(2_000.0, -900.0), (9_000.0, -900.0), (9_000.0, 300.0), (2_000.0, 300.0)]).0);
    let (split, line, dropped) = divided(&oblast(), &held);
    assert_eq!((line.0.len(), dropped.len()), (1, 1), "{dropped:?}");
    near(km2(&split.left), 800.0);
    near(dropped[0].area_m2 / 1e6, 7.0 * 0.3);
    near(dropped[0].length_m, 7_000.0 + 2.0 * 300.0);
    assert!(dropped[0].was_left);
    let (lon, lat) = at(9_000.0, 300.0);
    assert!(dropped[0].at.x < lon && dropped[0].at.y < lat && dropped[0].at.x > 37.0);
}

#[test]
fn what_is_wider_deeper_or_farther_in_than_the_tolerance_stays() {
    let mut held = rectangle(20_000.0, -1_000.0, 41_000.0, 41_000.0);
    // An enclave of 3 km inside, one at the border, a small one inside, and a thin salient of 8 km.
    for (west, south, size) in [(5_000.0, 20_000.0, 3_000.0), (5_000.0, 0.0, 3_000.0), (10_000.0, 10_000.0, 200.0)] {
        held.0.extend(rectangle(west, south, west + size, south + size).0);
    }
    held.0.extend(rectangle(12_000.0, 30_000.0, 20_010.0, 30_300.0).0);
    let (split, line, dropped) = divided(&oblast(), &held);
    assert!(dropped.is_empty(), "{dropped:?}");
    near(km2(&split.left), 800.0 + 9.0 + 9.0 + 0.04 + 2.4);
    assert_eq!(line.0.len(), 4);
    // The same of ground that is not held: a narrow passage from the border far inland, and a bay of 1.2 km.
    let held =
        difference(&rectangle(-1_000.0, -1_000.0, 41_000.0, 20_000.0), &rectangle(10_000.0, -1.0, 10_300.0, 9_000.0));
    let held = difference(&held, &rectangle(30_000.0, -1.0, 31_200.0, 1_200.0));
    let (split, _, dropped) = divided(&oblast(), &held);
    assert!(dropped.is_empty(), "{dropped:?}");
    near(km2(&split.right), 800.0 + 2.7 + 1.44);
    // And a bay of 900 m is a sliver.
    let held = difference(&held, &rectangle(20_000.0, -1.0, 20_900.0, 900.0));
    let (_, _, dropped) = divided(&oblast(), &held);
    assert_eq!(dropped.len(), 1);
    near(dropped[0].area_m2 / 1e6, 0.81);
}

#[test]
fn a_line_that_meets_the_border_aslant_keeps_its_end() {
    let beside = |degrees: f64| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let end = (8_000.0 + 60_000.0 * cos, 60_000.0 * sin);
        polygon(&[(8_000.0, 0.0), end, (70_000.0, end.1), (70_000.0, -1_000.0), (8_000.0, -1_000.0)])
    };
    for degrees in [90.0, 45.0, 25.0, 16.0] {
        let held = beside(degrees);
        let (split, line, dropped) = divided(&oblast(), &held);
        assert!(dropped.is_empty() && line.0.len() == 1, "{degrees}: {dropped:?}");
        near(km2(&split.left), km2(&intersection(&oblast(), &held)));
    }
    // At 8° it runs along the border for its last seven kilometres.
    let (_, line, dropped) = divided(&oblast(), &beside(8.0));
    assert_eq!((dropped.len(), line.0.len()), (1, 1));
    near(dropped[0].length_m / 1000.0, 1.0 / 8.0_f64.to_radians().sin());
}

#[test]
fn a_strip_between_two_parts_of_a_side_goes() {
    // A held block keeps 200 m off the border for 15 km, and 600 m off for 1 km: that is too short to be told.
    let held = rectangle(10_000.0, 200.0, 25_000.0, 20_000.0);
    let (split, line, dropped) = divided(&oblast(), &held);
    near(km2(&split.left), 15.0 * 20.0);
    assert_eq!((line.0.len(), dropped.len()), (1, 1));
    near(dropped[0].length_m, 15_000.0);
    near(measure::length_m(&line) / 1000.0, 20.0 + 15.0 + 20.0);
    let held = rectangle(10_000.0, 600.0, 11_000.0, 20_000.0);
    let (split, line, dropped) = divided(&oblast(), &held);
    near(km2(&split.left), 19.4);
    assert!(dropped.is_empty() && line.0.len() == 1);
}

#[test]
fn strips_behind_strips_go_one_after_another() {
    // From the border inwards: 200 m free, 300 m held, then free ground.
    let main = rectangle(20_000.0, -1_000.0, 41_000.0, 41_000.0);
    let mut held = main.clone();
    held.0.extend(rectangle(2_000.0, 200.0, 9_000.0, 500.0).0);
    let (split, line, dropped) = divided(&oblast(), &held);
    near(km2(&split.left), 800.0);
    assert!(line.0.len() == 1 && dropped.len() == 1 && dropped[0].was_left, "{dropped:?}");
    // The same strip, as long as the border and shut in between its ends.
    let mut held = main;
    held.0.extend(polygon(&[(-1.0, 200.0), (20_000.0, 200.0), (20_000.0, 500.0), (-1.0, 500.0)]).0);
    let (split, line, dropped) = divided(&oblast(), &held);
    near(km2(&split.left), 800.0);
    assert_eq!(line.0.len(), 1, "{line:?} {dropped:?}");
    assert!(dropped.len() == 2 && dropped[1].was_left && !dropped[0].was_left, "{dropped:?}");
}

#[test]
fn islands_and_holes_keep_their_side() {
    // A small island off the held coast that the areas cover, one that they leave out, and a lake in the middle
    // whose shore they draw 200 m off.
    let mut area = difference(&oblast(), &rectangle(25_000.0, 10_000.0, 30_000.0, 15_000.0));
    area.0.extend(rectangle(42_000.0, 5_000.0, 42_400.0, 5_400.0).0);
    area.0.extend(rectangle(42_000.0, 9_000.0, 42_400.0, 9_400.0).0);
    let mut held = difference(
        &rectangle(20_000.0, -1_000.0, 41_000.0, 41_000.0),
        &rectangle(24_800.0, 9_800.0, 30_200.0, 15_200.0),
    );
    held.0.extend(rectangle(41_900.0, 4_900.0, 42_500.0, 5_500.0).0);
    let (split, line, dropped) = {
        let (split, dropped) = split_by_areas(&area, &held);
        assert!(((km2(&split.left) + km2(&split.right)) / km2(&area) - 1.0).abs() < 1e-9);
        (split.clone(), line_between(&area, &split), dropped)
    };
    assert_eq!((line.0.len(), dropped.len()), (1, 1), "{dropped:?} {line:?}");
    near(km2(&split.left), 800.0 - 25.0 + 0.16);
    near(dropped[0].area_m2 / 1e6, 5.4 * 5.4 - 25.0);
    near(dropped[0].length_m, 4.0 * 5_400.0);
}

#[test]
fn specks_inside_count_with_what_lies_around_them() {
    // A gap of 19 m² between two held areas that are meant to touch, a held yard of 900 m², and one of 1,600 m².
    let gap = rectangle(30_000.0, 20_000.0, 30_001.9, 20_010.0);
    let mut held = difference(&rectangle(20_000.0, -1_000.0, 41_000.0, 41_000.0), &gap);
    held.0.extend(rectangle(5_000.0, 5_000.0, 5_030.0, 5_030.0).0);
    held.0.extend(rectangle(8_000.0, 5_000.0, 8_040.0, 5_040.0).0);
    let (split, line, dropped) = divided(&oblast(), &held);
    assert_eq!((line.0.len(), dropped.len()), (2, 2), "{dropped:?}");
    assert!(dropped.iter().all(|sliver| sliver.is_speck));
    near(dropped[0].area_m2, 900.0);
    near(dropped[1].area_m2, 19.0);
    assert_eq!((dropped[0].was_left, dropped[1].was_left), (true, false));
    near(dropped[0].length_m, 120.0);
    near(km2(&split.left), 800.0 + 0.0016);
}

#[test]
fn of_a_line_that_runs_beyond_the_border_what_is_within_stays() {
    let line = |corners_m: &[(f64, f64)]| {
        LineString(corners_m.iter().map(|(east, north)| at(*east, *north).into()).collect::<Vec<Coord<f64>>>())
    };
    // In, out for 5 km, in again, and on for 3 km; and a line that is wholly elsewhere.
    let front = line(&[
        (10_000.0, -2_000.0),
        (10_000.0, 20_000.0),
        (-2_500.0, 20_000.0),
        (-2_500.0, 30_000.0),
        (43_000.0, 30_000.0),
    ]);
    let elsewhere = line(&[(50_000.0, 0.0), (50_000.0, 7_000.0)]);
    let inside = line(&[(5_000.0, 1_000.0), (6_000.0, 1_000.0)]);
    let all = MultiLineString(vec![front, elsewhere, inside.clone()]);
    let (stretches, beyond_m) = within(&oblast(), &all);
    assert_eq!(stretches.0.len(), 3);
    assert_eq!(stretches.0[2], inside);
    near(beyond_m, 2_000.0 + 2_500.0 + 10_000.0 + 2_500.0 + 3_000.0 + 7_000.0);
    near(measure::length_m(&stretches), 20_000.0 + 10_000.0 + 40_000.0 + 1_000.0 + 4.0 * OVERSHOOT_M);
    // It divides the oblast as it did.
    let split = |line: &MultiLineString<f64>| split_by_line(&oblast(), line).map(|split| km2(&split.left));
    near(split(&stretches).expect("it divides"), split(&all).expect("it divides"));
    // Drawn on straight, and in the same direction.
    let (first, _) = (stretches.0[0].0[0], ());
    assert!((first.x - at(10_000.0, 0.0).0).abs() < 1e-9 && (first.y - at(0.0, -OVERSHOOT_M).1).abs() < 1e-7);
    let whole = MultiLineString(vec![inside]);
    assert_eq!(within(&oblast(), &whole), (whole, 0.0));
}

#[test]
fn nothing_and_everything_have_no_line() {
    let nothing = MultiPolygon(vec![]);
    for held in
        [nothing.clone(), rectangle(50_000.0, 0.0, 60_000.0, 9_000.0), rectangle(-1.0, -1.0, 50_000.0, 50_000.0)]
    {
        let (split, line, dropped) = divided(&oblast(), &held);
        assert!(line.0.is_empty() && dropped.is_empty(), "{dropped:?}");
        assert!(split.left.0.is_empty() || split.right.0.is_empty());
    }
    let (split, _) = split_by_areas(&nothing, &oblast());
    assert!(split.left.0.is_empty() && split.right.0.is_empty() && line_between(&nothing, &split).0.is_empty());
    // All of it the border by another hand: one side is left.
    let (split, line, dropped) = divided(&oblast(), &rectangle(300.0, 300.0, 39_700.0, 39_700.0));
    assert!(split.right.0.is_empty() && line.0.is_empty() && dropped.len() == 1);
    near(dropped[0].area_m2 / 1e6, 1600.0 - 39.4 * 39.4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_sides_are_the_whole_whatever_the_border(
        jitter in prop::collection::vec(-450.0..450.0f64, 40..160),
        bends in prop::collection::vec(-3_000.0..3_000.0f64, 6..20),
    ) {
        // Held is the east. Its border has a vertex every few hundred metres on three sides of the oblast.
        let count = jitter.len() as f64;
        let beside = jitter.iter().enumerate().map(|(index, off)| {
            let along = 20_000.0 + 80_000.0 * (index as f64 + 0.5) / count;
            if along < 40_000.0 { (along, *off) } else if along < 80_000.0 { (40_000.0 + off, along - 40_000.0) } else { (120_000.0 - along, 40_000.0 + off) }
        });
        let last = bends.len() as f64;
        let front = bends.iter().enumerate().map(|(index, off)| (16_000.0 + off, 39_000.0 - 38_000.0 * (index as f64 + 0.5) / last));
        let corners: Vec<(f64, f64)> = beside.chain([(16_000.0, 41_000.0)]).chain(front).chain([(16_000.0, -1_000.0)]).collect();
        let held = polygon(&corners);
        let (split, dropped) = split_by_areas(&oblast(), &held);
        let whole = km2(&oblast());
        prop_assert!(((km2(&split.left) + km2(&split.right)) / whole - 1.0).abs() < 1e-9);
        prop_assert!(km2(&intersection(&split.left, &split.right)) < 1e-9 * whole);
        let line = line_between(&oblast(), &split);
        let again = split_by_line(&oblast(), &line).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!((km2(&again.left) - km2(&split.left)).abs() < 1e-6 * whole);
        // What changed sides is what is said to have been dropped.
        let raw = intersection(&oblast(), &held);
        let changed = km2(&difference(&raw, &split.left)) + km2(&difference(&split.left, &raw));
        let said: f64 = dropped.iter().map(|sliver| sliver.area_m2).sum::<f64>() / 1e6;
        prop_assert!((changed - said).abs() < 1e-3, "{changed} {said}");
        // No stretch runs along the border for long any more.
        prop_assert!(line.0.len() == 1, "{line:?}");
    }
}
