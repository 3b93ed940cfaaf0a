//! Medians, courses and parts of lines within areas, beside what brute force with GeographicLib finds (`tests/data/lines/make.py`).

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};

use super::*;
use crate::geometry::measure::distance_m;
use crate::geometry::work::{Work, within_limits};

fn chain(places: &[(f64, f64)]) -> Vec<Coord<f64>> {
    places.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()
}

fn square(west: f64, south: f64, east: f64, north: f64) -> MultiPolygon<f64> {
    let ring = chain(&[(west, south), (east, south), (east, north), (west, north), (west, south)]);
    MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())])
}

const WEST: [(f64, f64); 6] = [(24.0, 39.0), (24.4, 38.6), (24.1, 38.2), (24.7, 37.9), (24.2, 37.3), (24.6, 36.8)];
const EAST: [(f64, f64); 6] = [(26.3, 39.1), (26.0, 38.7), (26.5, 38.3), (25.9, 37.8), (26.4, 37.4), (26.1, 36.7)];

#[test]
fn a_median_lies_where_brute_force_finds_it() {
    let line = median(&[chain(&WEST)], &[chain(&EAST)], [24.0, 36.7, 26.5, 39.1]).unwrap();
    assert_eq!(line.0.len(), 1);
    // Latitude of a transect, the longitude at which both shores are equally far, and how far.
    for (lat, lon, metres) in [
        (38.9, 25.174_222_896, 75_092.012),
        (38.7, 25.194_636_535, 70_059.163),
        (38.45, 25.219_992_811, 73_418.324),
        (38.2, 25.346_815_263, 65_817.577),
        (37.95, 25.313_474_761, 54_222.487),
        (37.7, 25.280_362_111, 55_724.981),
        (37.45, 25.258_375_582, 68_682.025),
        (37.2, 25.355_885_604, 80_596.986),
        (37.0, 25.371_376_231, 72_244.913),
    ] {
        let crossing = line.0[0].0.windows(2).find(|edge| (edge[0].y - lat) * (edge[1].y - lat) <= 0.0).unwrap();
        let part = (lat - crossing[0].y) / (crossing[1].y - crossing[0].y);
        let there = Coord { x: crossing[0].x + (crossing[1].x - crossing[0].x) * part, y: lat };
        assert!(distance_m(there, Coord { x: lon, y: lat }) < 1.0, "{there:?}, not {lon}");
        let nearest = shore::Shore::new(&[chain(&WEST)]).unwrap().nearest(there).unwrap();
        assert!((nearest.distance_m - metres).abs() < 1.0, "{}, not {metres}", nearest.distance_m);
    }
    // The first shore lies to its left: from south to north, the west.
    let (first, last) = (line.0[0].0[0], line.0[0].0[line.0[0].0.len() - 1]);
    assert!(first.y < last.y, "{first:?} {last:?}");
}

#[test]
fn every_vertex_of_a_median_is_as_far_from_both() {
    let line = median(&[chain(&WEST)], &[chain(&EAST)], [24.0, 36.7, 26.5, 39.1]).unwrap();
    // By every place of both shores, 50 m apart.
    let dense = |places: &[(f64, f64)]| -> Vec<Coord<f64>> {
        let edges = places.windows(2).flat_map(|edge| {
            let ((x, y), (to_x, to_y)) = (edge[0], edge[1]);
            (0..=1200).map(move |part| (f64::from(part) / 1200.0, x, y, to_x, to_y))
        });
        edges.map(|(part, x, y, to_x, to_y)| Coord { x: x + (to_x - x) * part, y: y + (to_y - y) * part }).collect()
    };
    let (west, east) = (dense(&WEST), dense(&EAST));
    let least = |at: Coord<f64>, places: &[Coord<f64>]| {
        places.iter().map(|place| distance_m(at, *place)).fold(f64::INFINITY, f64::min)
    };
    for at in line.0[0].0.iter().step_by(60) {
        let (one, other) = (least(*at, &west), least(*at, &east));
        // Half of 50 m aside is 6 mm farther at 50 km.
        assert!((one - other).abs() < 0.05, "{at:?}: {one} and {other}");
    }
}

#[test]
fn the_median_of_two_meridians_is_the_meridian_between_them() {
    for lon in [10.0, 179.0] {
        let (one, other) = (chain(&[(lon, 40.0), (lon, 50.0)]), chain(&[(lon + 2.0, 40.0), (lon + 2.0, 50.0)]));
        let line = median(&[one], &[other], [lon, 40.0, lon + 2.0, 50.0]).unwrap();
        for at in line.0.iter().flat_map(|line| &line.0) {
            assert!(distance_m(*at, Coord { x: lon + 1.0, y: at.y }) < 0.02, "{at:?}");
        }
        let length: f64 = line.0[0].0.windows(2).map(|edge| distance_m(edge[0], edge[1])).sum();
        // geographiclib: the meridian from 40° to 50°.
        assert!((length - 1_111_318.011).abs() < 500.0, "{length}");
    }
}

#[test]
fn the_median_of_two_islands_goes_round_the_smaller() {
    // Round an island in a bay of another's shore, the line is closed.
    let outer = square(0.0, 0.0, 10.0, 10.0).0[0].exterior().0.clone();
    let inner = square(4.0, 4.0, 6.0, 6.0).0[0].exterior().0.clone();
    let line = median(&[inner], &[outer], [0.0, 0.0, 10.0, 10.0]).unwrap();
    assert_eq!(line.0.len(), 1);
    assert_eq!(line.0[0].0.first(), line.0[0].0.last());
    let twice: f64 = line.0[0].0.windows(2).map(|edge| edge[0].x * edge[1].y - edge[1].x * edge[0].y).sum();
    assert!(twice > 0.0, "the first lies to its left");
}

#[test]
fn what_has_no_median_says_why() {
    let of = |one: &[(f64, f64)], other: &[(f64, f64)], bounds| median(&[chain(one)], &[chain(other)], bounds);
    let line = [(0.0, 0.0), (1.0, 0.0)];
    assert_eq!(median(&[], &[chain(&line)], [0.0, 0.0, 1.0, 1.0]), Err(MedianError::Empty));
    assert_eq!(of(&line, &line, [0.0, 0.0, 1.0, 1.0]), Err(MedianError::Shared));
    assert_eq!(of(&line, &[(0.0, 9.0), (1.0, 9.0)], [0.0, 0.0, 1.0, 1.0]), Err(MedianError::Apart));
    for bounds in [[0.0, 0.0, f64::NAN, 1.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 700.0, 1.0]] {
        assert_eq!(of(&line, &[(0.0, 9.0), (1.0, 9.0)], bounds), Err(MedianError::TooLarge));
    }
    let work = Work::default();
    work.cancel();
    let stopped = work.run(|| within_limits(|| of(&line, &[(0.0, 9.0), (1.0, 9.0)], [0.0, 0.0, 1.0, 9.0])));
    assert!(stopped.is_err());
}

#[test]
fn a_median_of_long_shores_is_bounded() {
    let wave = |lon: f64| -> Vec<Coord<f64>> {
        (0..100_000)
            .map(f64::from)
            .map(|index| Coord {
                x: lon + (index * 0.7).sin() * 0.01 + (index * 0.001).sin() * 0.3,
                y: 30.0 + index * 1e-4,
            })
            .collect()
    };
    let start = std::time::Instant::now();
    let line = within_limits(|| median(&[wave(10.0)], &[wave(14.0)], [9.0, 30.0, 15.0, 40.0])).unwrap().unwrap();
    println!("{:?}, {} vertices", start.elapsed(), line.0.iter().map(|line| line.0.len()).sum::<usize>());
    assert!(start.elapsed().as_secs() < 120);
}

/// A river of two arms, with a side stream, and a canal that does not reach it.
fn network() -> MultiLineString<f64> {
    MultiLineString(vec![
        LineString(chain(&[(0.0, 0.0), (1.0, 0.0)])),
        LineString(chain(&[(1.0, 0.0), (1.5, 0.5), (2.0, 0.0)])),
        LineString(chain(&[(2.0, 0.0), (1.5, -0.1), (1.0, 0.0)])),
        // Drawn against the stream, and 5 m short of it.
        LineString(chain(&[(4.0, 0.0), (2.000_045, 0.0)])),
        // Meets the first in its middle.
        LineString(chain(&[(0.5, 0.0), (0.5, 1.0)])),
        LineString(chain(&[(3.0, 1.0), (3.0, 0.01)])),
    ])
}

#[test]
fn a_course_is_the_shortest_way_along_the_lines() {
    let of = |from: (f64, f64), to: (f64, f64), gap_m| {
        course(&network(), Coord { x: from.0, y: from.1 }, Coord { x: to.0, y: to.1 }, gap_m, 5_000.0)
    };
    let way = of((0.2, 0.01), (3.5, 0.0), 10.0).unwrap();
    let near = |at: Coord<f64>, x: f64| (at.x - x).abs() < 1e-9 && at.y == 0.0;
    assert!(near(way.0[0], 0.2) && near(way.0[way.0.len() - 1], 3.5));
    assert!(way.0.contains(&Coord { x: 1.5, y: -0.1 }) && !way.0.contains(&Coord { x: 1.5, y: 0.5 }));
    let length: f64 = way.0.windows(2).map(|edge| distance_m(edge[0], edge[1])).sum();
    // geographiclib: the parts 0.2–1 and 2–3.5 of the equator and the two edges between by way of 1.5, −0.1.
    assert!((length - 369_529.689).abs() < 0.01, "{length}");
    let back = of((3.5, 0.0), (0.2, 0.01), 10.0).unwrap();
    assert_eq!(back.0.iter().rev().collect::<Vec<_>>(), way.0.iter().collect::<Vec<_>>());
    let side = of((0.5, 0.9), (0.1, 0.0), 10.0).unwrap();
    assert_eq!(side.0[1], Coord { x: 0.5, y: 0.0 });
    // Both ends on one edge.
    let piece = of((0.6, 0.0), (0.8, 0.0), 10.0).unwrap().0;
    assert!(piece.len() == 2 && near(piece[0], 0.6) && near(piece[1], 0.8), "{piece:?}");
}

#[test]
fn a_course_that_is_none_says_where_it_ends() {
    let of = |from: (f64, f64), to: (f64, f64), gap_m| {
        course(&network(), Coord { x: from.0, y: from.1 }, Coord { x: to.0, y: to.1 }, gap_m, 5_000.0)
    };
    let gap = of((0.2, 0.0), (3.5, 0.0), 1.0).unwrap_err();
    assert_eq!(gap, CourseError::Unconnected { end: Coord { x: 2.0, y: 0.0 }, gap_m: 1.0 });
    assert!(gap.to_string().contains("2.0000° E"), "{gap}");
    assert!(matches!(of((0.2, 0.5), (3.5, 0.0), 10.0), Err(CourseError::Far { .. })));
    assert_eq!(of((0.2, 0.0), (0.2, 0.0), 10.0), Err(CourseError::Same));
    assert_eq!(course(&MultiLineString(vec![]), Coord::default(), Coord::default(), 1.0, 1.0), Err(CourseError::Empty));
}

#[test]
fn parts_of_lines_within_an_area_keep_their_direction() {
    let line = MultiLineString(vec![LineString(chain(&[(5.0, 1.0), (-1.0, 1.0), (-1.0, 3.0), (1.0, 3.0)]))]);
    let area = square(0.0, 0.0, 4.0, 4.0);
    let parts = clip_line(&line, &area);
    assert_eq!(parts.0, [LineString(chain(&[(4.0, 1.0), (0.0, 1.0)])), LineString(chain(&[(0.0, 3.0), (1.0, 3.0)]))]);
    // Through a corner, along a border, and beyond the date line.
    let through = MultiLineString(vec![LineString(chain(&[(-1.0, -1.0), (5.0, 5.0)]))]);
    assert_eq!(clip_line(&through, &area).0, [LineString(chain(&[(0.0, 0.0), (4.0, 4.0)]))]);
    let far = MultiLineString(vec![LineString(chain(&[(170.0, 1.0), (190.0, 1.0)]))]);
    let beyond = clip_line(&far, &square(-175.0, 0.0, -173.0, 4.0));
    assert_eq!(beyond.0, [LineString(chain(&[(-175.0, 1.0), (-173.0, 1.0)]))]);
    assert!(clip_line(&line, &MultiPolygon(vec![])).0.is_empty());
    assert!(clip_line(&MultiLineString(vec![]), &area).0.is_empty());
}
