//! Ends of lines beside those of GeographicLib's GeodSolve and RhumbSolve: `tests/data/lines/make.py` has how.

use super::*;
use crate::geometry::measure::distance_m;

type Ends = (f64, f64, f64, f64, (f64, f64), (f64, f64));

/// Latitude, longitude, bearing, metres; then latitude and longitude of the end by GeodSolve and by RhumbSolve.
const ENDS: [Ends; 8] = [
    (
        48.7389,
        37.5844,
        45.0,
        20000.0,
        (48.865_909_814_763_27, 37.777_156_188_745_08),
        (48.866_070_720_452_04, 37.776_913_118_189_58),
    ),
    (0.0, 179.5, 90.0, 250000.0, (0.0, -178.254_211_789_701_2), (0.0, -178.254_211_789_701_2)),
    (
        -33.2,
        -70.1,
        201.5,
        1500000.0,
        (-45.586_416_126_725_354, -77.097_209_034_228_34),
        (-45.770_305_927_038_84, -76.520_717_393_015_9),
    ),
    (
        60.0,
        10.0,
        359.9,
        300000.0,
        (62.692_154_213_425_766, 9.989_778_357_412_861),
        (62.692_154_579_611_206, 9.990_209_410_701_745),
    ),
    (70.5, -20.25, 90.0, 800000.0, (69.272_461_772_252, 0.386_256_611_509_864), (70.5, 1.214_855_730_132_971)),
    (
        10.0,
        10.0,
        270.001,
        1000.0,
        (10.000_000_032_836_057, 9.990_879_188_249_817),
        (10.000_000_157_794_462, 9.990_879_188_249_695),
    ),
    (-5.0, 100.0, 180.0, 900000.0, (-13.137_164_400_653_297, 100.0), (-13.137_164_400_653_294, 100.0)),
    (
        38.0,
        -77.0,
        33.75,
        19312.128,
        (38.144_600_865_320_54, -76.877_603_582_517_13),
        (38.144_664_497_206_2, -76.877_723_941_058_68),
    ),
];

fn at((lat, lon): (f64, f64)) -> Coord<f64> {
    Coord { x: lon, y: lat }
}

#[test]
fn legs_end_where_geographiclib_ends_them() {
    for (lat, lon, bearing_deg, metres, geodesic, rhumb) in ENDS {
        for (join, end) in [(Join::Geodesic, geodesic), (Join::Rhumb, rhumb)] {
            let line = leg(at((lat, lon)), bearing_deg, metres, join).unwrap();
            let last = *line.last().unwrap();
            assert!(distance_m(last, at(end)) < 1e-3, "{join:?} {lat} {lon}: {last:?}");
            // Longitudes run on, so that no edge goes round the globe.
            assert!(line.windows(2).all(|edge| (edge[1].x - edge[0].x).abs() < 90.0));
        }
    }
}

#[test]
fn loxodromes_have_the_bearing_and_the_length_of_geographiclib() {
    for (from_lat, from_lon, to_lat, to_lon, bearing_deg, metres) in [
        (48.0, 37.0, 49.0, 38.0, 33.606_052_562_093_105, 133_515.435_897_269_8),
        (0.0, 0.0, 0.0, 10.0, 90.0, 1_113_194.907_932_735_7),
        (-10.0, 170.0, 20.0, -175.0, 26.358_518_114_469_753, 3_703_233.542_181_467),
        (60.0, 0.0, 60.000_001, 5.0, 89.999_977_120_237_26, 279_000.003_652_212_3),
        (38.2, 42.4, 38.2, 43.4, 90.0, 87_593.386_034_281_4),
        (-70.0, 5.0, 70.0, 5.0, 0.0, 15_537_961.455_540_387),
        (50.0, -3.0, 40.0, -74.0, 360.0 - 101.270_310_037_221_15, 5_686_295.142_713_288),
    ] {
        let (bearing, length_m) = rhumb_between(at((from_lat, from_lon)), at((to_lat, to_lon)));
        assert!((length_m - metres).abs() < 1e-3, "{length_m}, not {metres}");
        assert!((bearing - bearing_deg).abs() < 1e-9, "{bearing}, not {bearing_deg}");
    }
}

#[test]
fn edges_follow_their_curve() {
    let (from, to) = (Coord { x: -70.0, y: 45.0 }, Coord { x: 10.0, y: 60.0 });
    for join in [Join::Geodesic, Join::Rhumb] {
        let line = joined(from, to, join);
        assert_eq!((line.first(), line.last()), (Some(&from), Some(&to)));
        let (bearing_deg, length_m) = match join {
            Join::Geodesic => (crate::geometry::measure::bearing_deg(from, to), distance_m(from, to)),
            Join::Rhumb => rhumb_between(from, to),
        };
        // Where the middle of each edge is, beside the places of the curve to both sides of it.
        let curve: Vec<Coord<f64>> = (0..=200_000)
            .map(|index| {
                let metres = length_m * f64::from(index) / 200_000.0;
                match join {
                    Join::Geodesic => geodesic_to(from, bearing_deg, metres),
                    Join::Rhumb => rhumb_to(from, bearing_deg, metres).unwrap(),
                }
            })
            .collect();
        for edge in line.windows(2).step_by(7) {
            let middle = Coord { x: f64::midpoint(edge[0].x, edge[1].x), y: f64::midpoint(edge[0].y, edge[1].y) };
            let next = curve.partition_point(|place| place.x < middle.x);
            let (a, b) = (curve[next - 1], curve[next]);
            let y = a.y + (b.y - a.y) * (middle.x - a.x) / (b.x - a.x);
            assert!((y - middle.y).abs() * 111_000.0 < 2.0 * STRAY_M, "{join:?} {middle:?}");
        }
        assert!(line.len() < 6_000, "{}", line.len());
    }
}

#[test]
fn a_parallel_is_as_long_as_it_is() {
    // RhumbSolve: the parallel of 38.2° north from 42.4° to 43.4° east.
    let line = parallel(38.2, 42.4, 43.4);
    let length_m: f64 = line.windows(2).map(|edge| distance_m(edge[0], edge[1])).sum();
    assert!((length_m / 87_593.386_034_281_4 - 1.0).abs() < 1e-7, "{length_m}");
    assert!(line.iter().all(|place| place.y == 38.2));
    // The shorter way, in the direction in which it is given.
    let ends = |from, to| {
        let line = parallel(10.0, from, to);
        (line[0].x, line[line.len() - 1].x)
    };
    assert_eq!(ends(170.0, -170.0), (170.0, 190.0));
    assert_eq!(ends(42.0, 38.0), (42.0, 38.0));
    assert_eq!(ends(-180.0, 180.0), (-180.0, 180.0));
    assert_eq!(ends(0.0, 180.0), (0.0, 180.0));
    let meridian = meridian(25.0, 60.0, -60.0);
    assert_eq!((meridian.first().map(|at| at.y), meridian.last().map(|at| at.y)), (Some(60.0), Some(-60.0)));
}

#[test]
fn what_is_no_leg_is_none() {
    let pole = Coord { x: 0.0, y: 89.0 };
    assert!(rhumb_to(pole, 10.0, 500_000.0).is_none() && leg(pole, 0.0, 500_000.0, Join::Rhumb).is_none());
    // A geodesic goes on beyond the pole.
    let over = leg(pole, 0.0, 500_000.0, Join::Geodesic).unwrap();
    assert!(over.len() < 2_000 && over[over.len() - 1].y < 89.0);
    for (bearing, metres) in [(f64::NAN, 1.0), (0.0, f64::INFINITY), (0.0, -1.0)] {
        assert!(leg(pole, bearing, metres, Join::Geodesic).is_none());
    }
    assert!(joined(Coord { x: f64::NAN, y: 0.0 }, pole, Join::Geodesic).is_empty());
    assert!(joined(Coord { x: 0.0, y: 0.0 }, Coord { x: 180.0, y: 0.0 }, Join::Geodesic).len() < 20_000);
}
