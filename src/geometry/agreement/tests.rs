//! Cells of accounts, beside those of GEOS and PROJ: `tests/data/days/make.py`.

use geo::{MultiLineString, Polygon};
use proptest::prelude::*;

use super::*;
use crate::geometry::change::tests::{area, expected};
use crate::geometry::measure::length_m;
use crate::geometry::trial::ring;

#[test]
fn three_accounts_fall_into_the_cells_that_geos_finds() {
    let expected = expected();
    let accounts: Vec<MultiPolygon<f64>> = expected["accounts"].as_array().unwrap().iter().map(area).collect();
    let cells = cells(&accounts.iter().collect::<Vec<_>>(), None).unwrap();
    let theirs = expected["agreement"]["cells_m2"].as_object().unwrap();
    assert_eq!(cells.len(), theirs.len());
    for cell in &cells {
        let reference = theirs[&cell.held_by.0.to_string()].as_f64().unwrap();
        assert!(
            (cell.area_m2 / reference - 1.0).abs() < 1e-6,
            "{:?}: {} is not {reference}",
            cell.held_by,
            cell.area_m2
        );
    }
    let sum: f64 = cells.iter().map(|cell| cell.area_m2).sum();
    let union = area_m2(&union_all(&accounts));
    assert!((sum / union - 1.0).abs() < 1e-9, "{sum} is not {union}");
    assert!((union / expected["agreement"]["union_m2"].as_f64().unwrap() - 1.0).abs() < 1e-8);
    assert_eq!(cells[0].held_by.numbers().collect::<Vec<_>>(), [0, 1, 2], "what all say comes first");
}

#[test]
fn more_than_sixteen_accounts_are_refused_and_sixteen_are_not() {
    let square = |at: usize| {
        let west = 10.0 + at as f64 * 0.01;
        MultiPolygon(vec![Polygon::new(
            ring(&[(west, 50.0), (west + 1.0, 50.0), (west + 1.0, 51.0), (west, 51.0)]),
            vec![],
        )])
    };
    let many: Vec<MultiPolygon<f64>> = (0..17).map(square).collect();
    let many: Vec<&MultiPolygon<f64>> = many.iter().collect();
    assert_eq!(cells(&many, None), Err(AgreementError::TooMany(17)));
    let sixteen = cells(&many[..16], None).unwrap();
    assert_eq!((sixteen.len(), sixteen[0].held_by.count()), (31, 16));
    assert_eq!(cells(&[], None), Ok(Vec::new()));
    assert!(!Accounts::one(16).has(16) && Accounts::one(15).has(15));
}

/// A front that leaps from side to side: it crosses the like of it at nearly every edge.
fn front(seed: u32, edges: usize) -> MultiPolygon<f64> {
    let mut state = seed;
    let mut leap = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    };
    let east = (0..=edges).map(|at| (37.0 + leap() * 0.3, 47.0 + 2.0 * at as f64 / edges as f64));
    MultiPolygon(vec![Polygon::new(ring(&east.chain([(36.0, 49.0), (36.0, 47.0)]).collect::<Vec<_>>()), vec![])])
}

#[test]
fn fronts_that_cross_often_have_no_more_parts_than_their_crossings_make() {
    let fronts: Vec<MultiPolygon<f64>> = (1..=5).map(|seed| front(seed, 120)).collect();
    let cells = cells(&fronts.iter().collect::<Vec<_>>(), None).unwrap();
    let edges = |area: &MultiPolygon<f64>| -> Vec<geo::Line<f64>> { area.0[0].exterior().lines().collect() };
    let crosses = |one: &geo::Line<f64>, other: &geo::Line<f64>| {
        matches!(
            geo::line_intersection::line_intersection(*one, *other),
            Some(geo::line_intersection::LineIntersection::SinglePoint { is_proper: true, .. })
        )
    };
    let mut crossings = 0;
    for (at, one) in fronts.iter().enumerate() {
        for other in &fronts[at + 1..] {
            crossings += edges(one)
                .iter()
                .map(|one| edges(other).iter().filter(|other| crosses(one, other)).count())
                .sum::<usize>();
        }
    }
    // Euler's formula: curves that cross so often part the plane into so many pieces and one for each curve, the outside apart.
    let parts: usize = cells.iter().map(|cell| cell.area.0.len()).sum();
    assert!(crossings > 500 && parts <= crossings + fronts.len(), "{parts} parts of {crossings} crossings");
    let union = area_m2(&union_all(&fronts));
    let sum: f64 = cells.iter().map(|cell| cell.area_m2).sum();
    assert!((sum / union - 1.0).abs() < 1e-9, "{sum} is not {union}");
}

fn star((x, y, radii): &(f64, f64, Vec<f64>)) -> MultiPolygon<f64> {
    let step = std::f64::consts::TAU / radii.len() as f64;
    let corners = radii.iter().enumerate().map(|(at, radius)| {
        let (sin, cos) = (at as f64 * step).sin_cos();
        (x + radius * cos, y + radius * sin)
    });
    MultiPolygon(vec![Polygon::new(ring(&corners.collect::<Vec<_>>()), vec![])])
}

#[test]
fn within_an_area_each_account_has_what_it_covers_of_it() {
    let fronts: Vec<MultiPolygon<f64>> = (1..=4).map(|seed| front(seed, 120)).collect();
    // Its border runs along those of all accounts in the west, and across them elsewhere.
    let rim = [(36.0, 47.0), (37.1, 47.0), (37.2, 47.7), (37.05, 48.3), (37.15, 49.0), (36.0, 49.0)];
    let within = MultiPolygon(vec![Polygon::new(ring(&rim), vec![])]);
    let cells = cells(&fronts.iter().collect::<Vec<_>>(), Some(&within)).unwrap();
    for (number, front) in fronts.iter().enumerate() {
        let whole = area_m2(&intersection(front, &within));
        let held: f64 = cells.iter().filter(|cell| cell.held_by.has(number)).map(|cell| cell.area_m2).sum();
        assert!((held / whole - 1.0).abs() < 1e-9, "account {number}: {held} is not {whole}");
    }
}

#[test]
fn one_by_one_and_all_at_once_find_the_same() {
    let fronts: Vec<MultiPolygon<f64>> = (1..=4).map(|seed| front(seed, 60)).collect();
    let at_once = at_once(&fronts, None);
    assert!(add_up(&at_once, &fronts));
    // Cuts that are cut again are off by their rounding along borders of some hundred kilometres.
    for cell in one_by_one(&fronts).iter().filter(|cell| cell.area_m2 > 1e3) {
        let same = at_once.iter().find(|other| other.held_by == cell.held_by).unwrap();
        let off = (same.area_m2 - cell.area_m2).abs();
        assert!(off < 100.0 + 1e-7 * cell.area_m2, "{:?}: {off} of {}", cell.held_by, cell.area_m2);
    }
    let mut less = at_once.clone();
    less.pop();
    assert!(!add_up(&less, &fronts), "a cell that is missing is missed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn cells_sum_up_to_the_union_and_to_each_account(
        stars in prop::collection::vec((10.0..10.5, 50.0..50.5, prop::collection::vec(0.05..0.6, 5..40)), 1..6),
    ) {
        let accounts: Vec<MultiPolygon<f64>> = stars.iter().map(star).collect();
        let cells = cells(&accounts.iter().collect::<Vec<_>>(), None).unwrap();
        let sum = |keep: &dyn Fn(Accounts) -> bool| -> f64 {
            cells.iter().filter(|cell| keep(cell.held_by)).map(|cell| cell.area_m2).sum()
        };
        // Corners of cuts are rounded to a tenth of a millimetre, and thin spikes have much outline for their area: a hundredth
        // of a millimetre all along it is allowed besides.
        let outline_m: f64 = accounts.iter().flatten().map(|star| length_m(&MultiLineString(vec![star.exterior().clone()]))).sum();
        let is_near = |ours: f64, whole: f64| (ours - whole).abs() < 1e-9 * whole + 1e-5 * outline_m;
        let union = area_m2(&union_all(&accounts));
        prop_assert!(is_near(sum(&|_| true), union), "{} {}", sum(&|_| true), union);
        for (number, account) in accounts.iter().enumerate() {
            let (ours, whole) = (sum(&|held| held.has(number)), area_m2(account));
            prop_assert!(is_near(ours, whole), "account {}: {} {}", number, ours, whole);
        }
    }
}
