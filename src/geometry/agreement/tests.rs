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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn cells_sum_up_to_the_union_and_to_each_account(
        stars in prop::collection::vec((10.0..10.5, 50.0..50.5, prop::collection::vec(0.05..0.6, 5..40)), 1..6),
    ) {
        let star = |(x, y, radii): &(f64, f64, Vec<f64>)| {
            let step = std::f64::consts::TAU / radii.len() as f64;
            let corners: Vec<(f64, f64)> = radii.iter().enumerate().map(|(at, radius)| {
                let (sin, cos) = (at as f64 * step).sin_cos();
                (x + radius * cos, y + radius * sin)
            }).collect();
            MultiPolygon(vec![Polygon::new(ring(&corners), vec![])])
        };
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
