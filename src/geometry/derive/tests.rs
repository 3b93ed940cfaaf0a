//! Parts add up, sides are the right ones, buffers are as wide as they are asked to be.

use proptest::prelude::*;

use super::label_point::*;
use super::line_buffer::*;
use super::split::*;
use super::*;
use crate::geometry::hit::{EdgeTree, HitShape, meters_per_degree};
use crate::geometry::measure::area_m2;
use crate::geometry::planar::twice_signed_area;
use crate::geometry::trial::ring;
use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon};
use kurbo::Vec2;
use std::f64::consts::PI;

fn polygon(corners: &[(f64, f64)]) -> MultiPolygon<f64> {
    MultiPolygon(vec![Polygon::new(ring(corners), vec![])])
}

fn lines(lines: &[&[(f64, f64)]]) -> MultiLineString<f64> {
    MultiLineString(lines.iter().map(|line| LineString::from(line.to_vec())).collect())
}

fn square(x: f64, y: f64, size: f64) -> MultiPolygon<f64> {
    polygon(&[(x, y), (x + size, y), (x + size, y + size), (x, y + size)])
}

fn degrees(area: &MultiPolygon<f64>) -> f64 {
    area.0.iter().map(planar_area).sum()
}

fn about(ours: f64, expected: f64) {
    assert!((ours - expected).abs() < 1e-8 * expected.abs().max(1.0), "{ours} is not {expected}");
}

/// A star-shaped outline with a hole about 37, 48, and a line through it from north to south.
fn wiggly(radii: &[f64], steps: &[(f64, f64)]) -> (MultiPolygon<f64>, MultiLineString<f64>) {
    let star = |scale: f64| -> Vec<(f64, f64)> {
        let corner = |(index, radius): (usize, &f64)| {
            let (sin, cos) = (index as f64 / radii.len() as f64 * 2.0 * PI).sin_cos();
            (37.0 + scale * radius * cos, 48.0 + scale * radius * sin)
        };
        radii.iter().enumerate().map(corner).collect()
    };
    let line = steps.iter().enumerate().map(|(index, (x, y))| {
        let part = index as f64 / (steps.len() - 1) as f64;
        let free = if index == 0 || index + 1 == steps.len() { 0.0 } else { 1.0 };
        (37.0 + x * free, 49.6 - 3.2 * part + y * free)
    });
    let area = Polygon::new(ring(&star(1.0)), vec![ring(&star(0.2))]);
    (MultiPolygon(vec![area]), MultiLineString(vec![LineString::from(line.collect::<Vec<_>>())]))
}

proptest! {
    #[test]
    fn the_two_parts_are_the_whole_and_have_nothing_in_common(
        radii in prop::collection::vec(0.8..1.4f64, 8..200),
        steps in prop::collection::vec((-0.5..0.5f64, -0.002..0.002f64), 3..300),
    ) {
        let (area, line) = wiggly(&radii, &steps);
        let Split { left, right } = split_by_line(&area, &line).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let (left_m2, right_m2, whole_m2) = (area_m2(&left), area_m2(&right), area_m2(&area));
        prop_assert!(((left_m2 + right_m2) / whole_m2 - 1.0).abs() < 1e-9);
        prop_assert!(area_m2(&intersection(&left, &right)) < 1e-9 * whole_m2);
        prop_assert!((area_m2(&union(&left, &right)) / whole_m2 - 1.0).abs() < 1e-9);
        // The line runs south, so what is left of it lies east.
        let line_edges = LineSides::new(clean_lines(&line));
        let parts = [(&left, true), (&right, false)];
        for (polygon, is_left) in parts.into_iter().flat_map(|(part, is_left)| part.0.iter().map(move |polygon| (polygon, is_left))) {
            let place = inner_point(polygon);
            prop_assert!(line_edges.is_left(place) == is_left || planar_area(polygon) < 1e-9);
        }
    }
}

#[test]
fn a_shape_a_hair_narrower_than_a_power_of_two_fits_the_grid() {
    let half = 0.5_f64.next_down();
    let side = (0..100).map(|step| half - f64::from(step) / 100.0);
    let corners: Vec<(f64, f64)> = side.clone().map(|y| (-half, y)).chain(side.map(|y| (half, -y))).collect();
    let area = polygon(&corners);
    let same = union_all([&area]);
    assert!((geo::Area::unsigned_area(&same) - geo::Area::unsigned_area(&area)).abs() < 1e-12);
}

#[test]
fn left_is_left_when_following_the_line() {
    let south = lines(&[&[(37.3, 50.0), (37.3, 47.0)]]);
    let split = split_by_line(&square(37.0, 48.0, 1.0), &south).expect("the line crosses");
    about(degrees(&split.left), 0.7);
    about(degrees(&split.right), 0.3);
    let outer = split.left.0[0].exterior();
    assert!(twice_signed_area(&outer.0) > 0.0);
}

#[test]
fn a_pocket_against_the_border_takes_the_side_of_its_own_line() {
    let main: &[(f64, f64)] = &[(37.3, 50.0), (37.3, 47.0)];
    // Closes off the south-eastern corner, which lies to the right of it when it runs north-east.
    let pocket: &[(f64, f64)] = &[(37.8, 47.9), (37.8, 48.2), (38.1, 48.2)];
    let split = split_by_line(&square(37.0, 48.0, 1.0), &lines(&[main, pocket])).expect("both cross");
    about(degrees(&split.right), 0.3 + 0.04);
    about(degrees(&split.left), 0.7 - 0.04);
    let turned: Vec<(f64, f64)> = pocket.iter().rev().copied().collect();
    let error = split_by_line(&square(37.0, 48.0, 1.0), &lines(&[main, &turned])).expect_err("they disagree");
    assert!(matches!(error, DeriveError::Contradiction { lon_deg, .. } if lon_deg > 37.3));
    assert!(error.to_string().contains("to the left of one and to the right of another"));
}

#[test]
fn an_island_and_a_loop_find_their_side() {
    let mut area = square(37.0, 48.0, 1.0);
    area.0.extend(square(38.2, 48.0, 0.1));
    // A loop in the western part, clockwise: its inside is to the right.
    let line = lines(&[
        &[(37.5, 49.5), (37.5, 47.5)],
        &[(37.6, 48.6), (37.8, 48.6), (37.8, 48.4), (37.6, 48.4), (37.6, 48.6)],
    ]);
    let split = split_by_line(&area, &line).expect("the line crosses");
    about(degrees(&split.left), 0.5 - 0.04 + 0.01);
    about(degrees(&split.right), 0.5 + 0.04);
}

#[test]
fn a_curl_of_the_hand_is_no_contradiction() {
    let line = lines(&[&[
        (37.5, 50.0),
        (37.5, 48.5),
        (37.5001, 48.4999),
        (37.5002, 48.5),
        (37.4999, 48.50001),
        (37.5, 48.4),
        (37.5, 47.0),
    ]]);
    let split = split_by_line(&square(37.0, 48.0, 1.0), &line).expect("the line crosses");
    assert!((degrees(&split.left) - 0.5).abs() < 1e-4);
}

#[test]
fn a_winding_line_cuts_off_every_piece() {
    // Down through the square, up, and down again; then an island and a hole that it leaves alone.
    let line = lines(&[&[(37.2, 50.0), (37.2, 47.0), (37.5, 47.0), (37.5, 50.0), (37.8, 50.0), (37.8, 47.0)]]);
    let mut area = square(37.0, 48.0, 1.0);
    area.0[0].interiors_push(ring(&[(37.6, 48.2), (37.7, 48.2), (37.7, 48.3)]));
    area.0.extend(square(39.0, 48.0, 0.1).0);
    let cut = pieces(&area, &line).expect("the line crosses");
    let sizes: Vec<f64> = cut.iter().map(degrees).collect();
    assert_eq!(cut.len(), 4);
    about(sizes[0], 0.3 + 0.01);
    about(sizes[1], 0.3 - 0.005);
    about(sizes[2] + sizes[3], 0.4);
    assert!(cut.iter().flat_map(|piece| &piece.0).all(|piece| twice_signed_area(&piece.exterior().0) > 0.0));
    let short = lines(&[&[(37.5, 50.0), (37.5, 48.5)]]);
    assert_eq!(pieces(&area, &short), Err(DeriveError::DoesNotCross));
}

#[test]
fn an_area_is_simple_if_its_rings_keep_apart() {
    let mut area = square(37.0, 48.0, 1.0);
    area.0.extend(square(39.0, 48.0, 1.0).0);
    area.0[0].interiors_push(ring(&[(37.6, 48.2), (37.7, 48.2), (37.7, 48.3)]));
    assert!(is_simple(&area) && is_simple(&oriented(&area)));
    area.0[1].interiors_push(ring(&[(37.6, 48.2), (37.7, 48.2), (37.7, 48.3)]));
    assert!(!is_simple(&area));
    assert!(!is_simple(&polygon(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 3.0)])));
    let clockwise = polygon(&[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]);
    assert!(twice_signed_area(&oriented(&clockwise).0[0].exterior().0) > 0.0);
}

#[test]
fn a_line_that_does_not_cross_is_said_so() {
    let area = square(37.0, 48.0, 1.0);
    for line in [
        lines(&[&[(36.0, 50.0), (36.0, 47.0)]]),
        lines(&[&[(37.5, 50.0), (37.5, 48.5)]]),
        lines(&[&[(37.2, 48.5), (37.5, 48.5)]]),
        lines(&[&[(37.0, 50.0), (37.0, 47.0)]]),
    ] {
        assert_eq!(split_by_line(&area, &line), Err(DeriveError::DoesNotCross));
    }
    let nan = (f64::NAN, 48.0);
    assert_eq!(split_by_line(&area, &lines(&[&[nan, (37.0, 48.0)], &[]])), Err(DeriveError::EmptyLine));
    assert_eq!(split_by_line(&polygon(&[nan; 5]), &lines(&[&[(1.0, 2.0), (3.0, 4.0)]])), Err(DeriveError::EmptyArea));
}

#[test]
fn a_border_in_common_dissolves_without_a_sliver() {
    let (area, line) = wiggly(&[1.1; 90], &[(0.3, 0.0); 40].map(|(x, y)| (x, y)));
    let Split { left, right } = split_by_line(&area, &line).expect("the line crosses");
    let one = union(&left, &right);
    assert_eq!((one.0.len(), one.0[0].interiors().len()), (1, 1));
    assert!((area_m2(&one) / area_m2(&area) - 1.0).abs() < 1e-9);
    assert!(difference(&one, &area).0.iter().all(|sliver| planar_area(sliver) < 1e-8));
    // Windings and order do not matter, and vertices come out as they went in.
    let turned =
        MultiPolygon(vec![Polygon::new(LineString(left.0[0].exterior().0.iter().rev().copied().collect()), vec![])]);
    let again = union_all([&right, &turned]);
    assert_eq!(again.0.len(), 1);
    assert!(again.0[0].exterior().0.iter().filter(|coord| area.0[0].exterior().0.contains(coord)).count() >= 90);
}

#[test]
fn booleans_of_squares() {
    let (a, b) = (square(0.0, 0.0, 2.0), square(1.0, 1.0, 2.0));
    about(degrees(&union(&a, &b)), 7.0);
    about(degrees(&intersection(&a, &b)), 1.0);
    about(degrees(&difference(&a, &b)), 3.0);
    about(degrees(&union_all([&a, &b, &square(5.0, 5.0, 1.0)])), 8.0);
    let nothing = MultiPolygon(vec![]);
    assert!(intersection(&a, &nothing).0.is_empty() && union_all([]).0.is_empty());
    assert!(difference(&nothing, &a).0.is_empty());
    about(degrees(&union(&a, &nothing)), 4.0);
    let bow_tie = polygon(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)]);
    about(degrees(&union(&bow_tie, &nothing)), 2.0);
}

/// A line about 330 km long with bays of 30, 4 and 1 km.
fn front(count: usize) -> MultiLineString<f64> {
    let place = |index: usize| {
        let t = index as f64 / (count - 1) as f64;
        let a = 2.0 * PI * t;
        let fade = (PI * t).sin();
        let bays = 0.08 * (23.0 * a).sin() + 0.015 * (211.0 * a).sin();
        (37.5 + 0.3 * (2.0 * a).sin() + fade * bays, 49.6 - 3.0 * t + 0.004 * fade * (31.0 * a).cos())
    };
    MultiLineString(vec![LineString::from((0..count).map(place).collect::<Vec<_>>())])
}

fn near(ours: f64, reference: f64) {
    assert!((ours / reference - 1.0).abs() < 0.001, "{ours} is not {reference}: {}", ours / reference - 1.0);
}

#[test]
fn buffers_have_the_area_that_geos_finds() {
    // shapely 2.2.0 (GEOS 3.14.1) on pyproj 3.7.2 (PROJ 9.5.1), +proj=aeqd about the middle of the bounding box:
    // union of the rectangle of each edge and the sector of each turn (0.25° steps), cut by the line, areas by
    // pyproj.Geod with vertices every 500 m. GEOS's own flat-capped buffer of 128 segments a quadrant is 0.0008 %
    // smaller at 5 km.
    for (distance_m, both, left, right) in [
        (1_000.0, 1_362_204_835.2, 681_179_140.2, 681_025_695.0),
        (5_000.0, 5_590_349_377.9, 2_795_279_657.0, 2_795_069_720.9),
        (15_000.0, 14_020_054_117.4, 7_009_697_661.6, 7_010_356_455.9),
    ] {
        near(area_m2(&buffer_line(&front(3000), distance_m, Sides::Both)), both);
        near(area_m2(&buffer_line(&front(3000), distance_m, Sides::Left)), left);
        near(area_m2(&buffer_line(&front(3000), distance_m, Sides::Right)), right);
    }
}
/// The same line with a zigzag on it, but for its ends.
fn zigzag(amplitude_deg: f64) -> MultiLineString<f64> {
    let mut line = front(3000);
    for (index, place) in line.0[0].0.iter_mut().enumerate() {
        let part = index as f64 / 2999.0;
        let fade = ((part - 0.12) * 20.0).min((0.88 - part) * 20.0).clamp(0.0, 1.0);
        place.x += fade * amplitude_deg * if index % 2 == 0 { 1.0 } else { -1.0 };
    }
    line
}

#[test]
fn a_zigzag_has_the_buffer_that_geos_finds() {
    // As above, but GEOS's own flat-capped buffer of 128 segments a quadrant.
    for (amplitude_deg, distance_m, both) in [
        (0.0003, 1_000.0, 1_364_196_141.0),
        (0.0003, 5_000.0, 5_592_878_401.4),
        (0.0003, 15_000.0, 14_023_190_850.5),
        (0.002, 1_000.0, 1_413_221_448.1),
        (0.002, 5_000.0, 5_649_595_640.5),
        (0.002, 15_000.0, 14_081_030_746.3),
    ] {
        let ours = area_m2(&buffer_line(&zigzag(amplitude_deg), distance_m, Sides::Both));
        assert!((ours / both - 1.0).abs() < 0.0005, "{amplitude_deg}° {distance_m} m: {}", ours / both - 1.0);
    }
}

#[test]
fn beyond_a_flat_end_nothing_is_nearest_to_the_end() {
    // The last edges zigzag, so that the sectors of their turns reach round the end.
    let line = lines(&[&[(37.0, 48.0), (37.2, 48.01), (37.201, 48.0), (37.202, 48.001), (37.203, 48.0)]]);
    let distance_m = 4_000.0;
    let both = HitShape::new(&Geometry::MultiPolygon(buffer_line(&line, distance_m, Sides::Both)));
    let tree = EdgeTree::new(clean_lines(&line));
    let end = line.0[0].0[4];
    let scale = meters_per_degree(end.y);
    let (mut inside, mut beyond) = (0, 0);
    for step in 0..2500_u32 {
        let place = Coord { x: 37.15 + f64::from(step % 50) * 0.0025, y: 47.95 + f64::from(step / 50) * 0.002 };
        let found = tree.nearest(place, scale, f64::INFINITY).expect("a line");
        let is_beyond = found.edge == 3 && found.part >= 1.0;
        if found.distance < 0.98 * distance_m && both.contains(place) == is_beyond {
            // Half-way between two points of the line either may be nearest.
            let off = Vec2::new((place.x - end.x) * scale.x, (place.y - end.y) * scale.y).hypot();
            assert!((off - found.distance).abs() < 0.01 * distance_m, "{place:?}: {off} and {}", found.distance);
        }
        inside += u32::from(both.contains(place));
        beyond += u32::from(is_beyond && found.distance < distance_m);
    }
    assert!(inside > 300 && beyond > 200, "{inside} {beyond}");
}

#[test]
fn a_curl_does_not_take_the_whole_corridor_to_its_side() {
    // A hook whose end lies in its own corridor, with a curl of 100 m in the shaft.
    let hook = lines(&[&[
        (37.0, 47.0),
        (37.0, 47.5),
        (37.001, 47.501),
        (37.001, 47.5),
        (37.0, 47.501),
        (37.0, 48.0),
        (37.1, 48.0),
        (37.07, 47.6),
    ]]);
    for distance_m in [2_000.0, 8_000.0] {
        let [left, right, both] =
            [Sides::Left, Sides::Right, Sides::Both].map(|sides| area_m2(&buffer_line(&hook, distance_m, sides)));
        near(left + right, both);
        assert!(left > 0.35 * both && right > 0.35 * both, "{distance_m} m: {left} and {right}");
    }
}

#[test]
fn the_two_sides_are_the_buffer() {
    for distance_m in [800.0, 3_000.0, 15_000.0] {
        let line = front(1500);
        let [left, right, both] =
            [Sides::Left, Sides::Right, Sides::Both].map(|sides| buffer_line(&line, distance_m, sides));
        near(area_m2(&left) + area_m2(&right), area_m2(&both));
        near(area_m2(&union(&left, &right)), area_m2(&both));
        assert!(area_m2(&intersection(&left, &right)) < 1e-6 * area_m2(&both));
        let sides = LineSides::new(clean_lines(&line));
        let hit = HitShape::new(&Geometry::MultiLineString(line));
        let [left, right, both] = [left, right, both].map(|area| HitShape::new(&Geometry::MultiPolygon(area)));
        for step in 0..4000_u32 {
            let place = Coord { x: 37.0 + f64::from(step % 63) / 63.0, y: 47.0 + f64::from(step / 63) / 30.0 };
            let Some(distance) = hit.distance_m(place, f64::INFINITY) else {
                continue;
            };
            if distance < distance_m * 0.99 && distance > distance_m * 0.001 {
                assert!(both.contains(place));
                assert_eq!(left.contains(place), sides.is_left(place), "{place:?}");
                assert_eq!(right.contains(place), !sides.is_left(place), "{place:?}");
            } else if distance > distance_m * 1.01 {
                assert!(!both.contains(place) && !left.contains(place) && !right.contains(place));
            }
        }
    }
}

#[test]
fn a_ragged_line_has_its_nearest_stretch_decide_the_side() {
    // Spikes of 200 m, some of which cross: the last edges lead sideways, so that the ends part nothing.
    let ragged = |index: i32| {
        let spike = if index % 7 == 0 { 0.0 } else { 0.003 * (f64::from(index) / 3.0).sin() };
        (37.5 + spike, 49.0 - 0.001 * f64::from(index) - 0.0013 * f64::from(index % 3))
    };
    let line: Vec<(f64, f64)> = (0..=400).map(ragged).collect();
    let line = lines(&[&line]);
    let sides = LineSides::new(clean_lines(&line));
    for distance_m in [2_000.0, 5_000.0] {
        let both = buffer_line(&line, distance_m, Sides::Both);
        let Split { left, right } = buffer_sides(&line, distance_m, &both);
        near(area_m2(&left) + area_m2(&right), area_m2(&both));
        let [left, right] = [left, right].map(|area| HitShape::new(&Geometry::MultiPolygon(area)));
        let (mut settled, mut wrong) = (0, 0);
        for step in 0..2500_u32 {
            let place = Coord { x: 37.42 + f64::from(step % 50) * 0.0032, y: 48.58 + f64::from(step / 50) * 0.0088 };
            let is_left = left.contains(place);
            if is_left != right.contains(place) {
                settled += 1;
                wrong += u32::from(is_left != sides.is_left(place));
            }
        }
        // Where the line crosses itself, nearest and parted off are not the same.
        assert!(settled > 500 && wrong * 30 < settled, "{distance_m} m: {wrong} of {settled}");
    }
}

#[test]
fn what_is_clipped_lies_within_or_comes_out_as_it_was() {
    let area = square(1.0, 1.0, 2.0);
    about(degrees(&clip(&area, &square(0.0, 0.0, 2.0))), 1.0);
    assert_eq!(clip(&area, &square(0.0, 0.0, 9.0)), area);
    assert!(clip(&area, &square(5.0, 5.0, 1.0)).0.is_empty());
    let mut hole = square(0.0, 0.0, 9.0);
    hole.0[0].interiors_push(ring(&[(0.5, 0.5), (3.5, 0.5), (3.5, 3.5), (0.5, 3.5)]));
    assert!(clip(&area, &hole).0.is_empty());
    assert!(clip(&MultiPolygon(vec![]), &area).0.is_empty() && clip(&area, &MultiPolygon(vec![])).0.is_empty());
}

#[test]
fn an_end_inside_the_buffer_is_decided_by_the_nearest_stretch() {
    // A hook: its end lies 5 km from its own shaft.
    let hook = lines(&[&[(37.0, 47.0), (37.0, 48.0), (37.1, 48.0), (37.07, 47.6)]]);
    let [left, right, both] = [Sides::Left, Sides::Right, Sides::Both].map(|sides| buffer_line(&hook, 8_000.0, sides));
    near(area_m2(&left) + area_m2(&right), area_m2(&both));
    assert!(area_m2(&intersection(&left, &right)) < 1e-6 * area_m2(&both));
    let inside = HitShape::new(&Geometry::MultiPolygon(right));
    assert!(inside.contains(Coord { x: 37.03, y: 47.8 }) && inside.contains(Coord { x: 37.03, y: 47.55 }));
    assert!(!inside.contains(Coord { x: 36.95, y: 47.55 }));
}

#[test]
fn a_loop_is_buffered_all_round() {
    let around = lines(&[&[(37.0, 48.0), (38.0, 48.0), (38.0, 49.0), (37.0, 49.0), (37.0, 48.0)]]);
    let inside = buffer_line(&around, 5_000.0, Sides::Left);
    let outside = buffer_line(&around, 5_000.0, Sides::Right);
    let both = buffer_line(&around, 5_000.0, Sides::Both);
    near(area_m2(&inside) + area_m2(&outside), area_m2(&both));
    let corner = HitShape::new(&Geometry::MultiPolygon(outside));
    assert!(corner.contains(Coord { x: 36.97, y: 47.98 }) && !corner.contains(Coord { x: 37.01, y: 48.01 }));
}

#[test]
fn what_cannot_be_buffered_has_no_buffer() {
    let line = front(10);
    for distance_m in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(buffer_line(&line, distance_m, Sides::Both).0.is_empty());
    }
    let nan = (f64::NAN, f64::NAN);
    for line in [lines(&[]), lines(&[&[]]), lines(&[&[(37.0, 48.0); 7]]), lines(&[&[nan, nan]])] {
        assert!(buffer_line(&line, 1000.0, Sides::Left).0.is_empty());
    }
    let there_and_back = lines(&[&[(37.0, 48.0), nan, (37.5, 48.0), (37.0, 48.0), (37.5, 48.0)]]);
    for sides in [Sides::Left, Sides::Right, Sides::Both] {
        assert!(!buffer_line(&there_and_back, 1000.0, sides).0.is_empty());
    }
    let world = lines(&[&[(-180.0, -90.0), (180.0, 90.0), (180.0, -90.0), (-180.0, 90.0)]]);
    assert!(buffer_line(&world, 1000.0, Sides::Left).0.is_empty());
}

#[test]
fn points_within_are_those_inside() {
    let place = |x: f64| Coord { x, y: 48.5 };
    let points = [place(36.5), place(37.5), place(f64::NAN), place(37.9), place(38.5)];
    assert_eq!(points_within(&points, &square(37.0, 48.0, 1.0)), [1, 3]);
    assert!(points_within(&points, &MultiPolygon(vec![])).is_empty());
}

#[test]
fn the_label_stands_where_the_largest_part_is_widest() {
    // An L with a wide foot in the south-west, and a small square far off.
    let mut area = polygon(&[(0.0, 0.0), (0.4, 0.0), (0.4, 0.4), (0.1, 0.4), (0.1, 2.0), (0.0, 2.0)]);
    area.0.extend(square(5.0, 5.0, 0.3));
    let label = largest_label_point(&area, 100.0).expect("there is an inside");
    assert!((label.x - 0.2).abs() < 0.02 && (label.y - 0.2).abs() < 0.02, "{label:?}");
    for precision_m in [0.0, -1.0, f64::NAN] {
        assert!(largest_label_point(&area, precision_m).is_some());
    }
    assert_eq!(largest_label_point(&MultiPolygon(vec![]), 1.0), None);
    assert_eq!(largest_label_point(&polygon(&[(f64::NAN, 1.0); 6]), 1.0), None);
    let flat = polygon(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]);
    assert!(largest_label_point(&flat, 1.0).is_some());
}

#[test]
fn both_differences_at_once_are_those_one_by_one() {
    let (one, other) = (square(37.0, 48.0, 1.0), square(37.5, 48.25, 1.0));
    let [only_one, only_other] = differences(&one, &other);
    about(degrees(&only_one), 1.0 - 0.5 * 0.75);
    about(degrees(&only_other), 1.0 - 0.5 * 0.75);
    assert_eq!((&only_one, &only_other), (&difference(&one, &other), &difference(&other, &one)));
    let nothing = MultiPolygon(Vec::new());
    assert_eq!(differences(&one, &one), [nothing.clone(), nothing.clone()]);
    assert_eq!(differences(&one, &nothing), [union_all([&one]), nothing.clone()]);
    assert_eq!(differences(&nothing, &nothing), [nothing.clone(), nothing]);
}
