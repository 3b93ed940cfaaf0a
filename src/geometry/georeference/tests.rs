//! Against GDAL's polynomial of the first order and its thin-plate spline, and scipy's projective map: see
//! `tests/data/pictures/make.py`.

use super::*;

fn control() -> serde_json::Value {
    serde_json::from_str(include_str!("../../../tests/data/pictures/control.json")).unwrap()
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn points() -> Vec<ControlPoint> {
    let of = |value: &serde_json::Value| {
        let [x, y, lon, lat] = numbers(value)[..] else { panic!("four numbers") };
        ControlPoint { pixel: Point::new(x, y), lon_lat: Coord { x: lon, y: lat } }
    };
    control()["points"].as_array().unwrap().iter().map(of).collect()
}

const AROUND_M: f64 = std::f64::consts::TAU * EARTH_RADIUS_M;

fn metres(world: Point) -> Point {
    Point::new((world.x - 0.5) * AROUND_M, (0.5 - world.y) * AROUND_M)
}

fn world(metres: Point) -> Point {
    Point::new(metres.x / AROUND_M + 0.5, 0.5 - metres.y / AROUND_M)
}

#[test]
fn residuals_are_those_of_gdal() {
    let (control, points) = (control(), points());
    for kind in TransformKind::ALL {
        let fit = Georeference::fit(&points, kind).unwrap();
        let expected = &control["fits"][kind.name()];
        let close = |got: f64, expected: f64| (got - expected).abs() <= 0.001 * expected + 0.002;
        for (residual, expected) in fit.residuals().iter().zip(numbers(&expected["residuals_m"])) {
            assert!(close(residual.length_m, expected), "{kind:?}: {residual:?} for {expected}");
            let across = residual.east_m.hypot(residual.north_m);
            assert!((across - residual.length_m).abs() <= 0.01 * residual.length_m + 0.002, "{residual:?}");
        }
        for (residual, expected) in fit.residuals().iter().zip(numbers(&expected["left_out_m"])) {
            let got = residual.left_out_m.unwrap();
            assert!(close(got, expected), "{kind:?}: left out {got} for {expected}");
        }
        let [rms_m, left_out_rms_m] = ["rms_m", "left_out_rms_m"].map(|name| expected[name].as_f64().unwrap());
        assert!(close(fit.rms_m(), rms_m) && close(fit.left_out_rms_m().unwrap(), left_out_rms_m), "{kind:?}");
    }
}

#[test]
fn pixels_lie_where_gdal_puts_them_and_come_back_to_where_it_has_them() {
    let (control, points) = (control(), points());
    for kind in TransformKind::ALL {
        let fit = Georeference::fit(&points, kind).unwrap();
        let expected = &control["fits"][kind.name()];
        for row in expected["to_metres"].as_array().unwrap() {
            let [x, y, east, north] = numbers(row)[..] else { panic!("four numbers") };
            let got = metres(fit.world_from_pixel(Point::new(x, y)).unwrap());
            assert!(got.distance(Point::new(east, north)) < 0.02, "{kind:?}: {got} for {east}, {north}");
        }
        // A pixel is 90 m wide. GDAL fits its first order anew for the way back; ours is the inverse of the way there.
        let most_px = if kind == TransformKind::Affine { 0.05 } else { 0.001 };
        for row in expected["to_pixels"].as_array().unwrap() {
            let [east, north, x, y] = numbers(row)[..] else { panic!("four numbers") };
            let got = fit.pixel_from_world(world(Point::new(east, north))).unwrap();
            assert!(got.distance(Point::new(x, y)) < most_px, "{kind:?}: {got} for {x}, {y}");
        }
    }
}

#[test]
fn as_few_points_as_it_takes_fit_exactly_and_say_nothing_of_how_exact_it_is() {
    let points = points();
    for kind in TransformKind::ALL {
        let few = [points[0], points[3], points[8], points[10]];
        let fit = Georeference::fit(&few[..kind.least_points()], kind).unwrap();
        assert!(fit.residuals().iter().all(|residual| residual.length_m < 1e-3), "{kind:?}: {:?}", fit.residuals());
        assert_eq!(fit.accuracy_m(), None, "{kind:?}");
        let back = fit.pixel_from_world(fit.world_from_pixel(points[5].pixel).unwrap()).unwrap();
        assert!(back.distance(points[5].pixel) < 1e-6, "{kind:?}: {back}");
    }
}

#[test]
fn points_that_fit_no_map_are_refused_with_a_word() {
    let points = points();
    let fit = |points: &[ControlPoint], kind| Georeference::fit(points, kind).map(|_| ());
    let on_a_line = |at: f64| ControlPoint { pixel: Point::new(10.0 * at, 20.0 * at + 5.0), ..points[at as usize] };
    let in_a_line: Vec<ControlPoint> = [0.0, 1.0, 2.0, 3.0, 6.0].map(on_a_line).to_vec();
    for kind in TransformKind::ALL {
        let few = kind.least_points() - 1;
        assert_eq!(fit(&points[..few], kind), Err(GeoreferenceError::TooFew { kind, count: few }));
        assert_eq!(fit(&in_a_line, kind), Err(GeoreferenceError::OnOneLine("of the picture")));
        let mut twice = points.clone();
        twice[4].pixel = twice[1].pixel;
        let what = "pixel of the picture";
        assert_eq!(fit(&twice, kind), Err(GeoreferenceError::Same { first: 2, second: 5, what }));
        let mut nowhere = points.clone();
        nowhere[2].lon_lat.y = 89.0;
        assert_eq!(fit(&nowhere, kind), Err(GeoreferenceError::NoPlace(3)));
        nowhere[2] = ControlPoint { pixel: Point::new(f64::NAN, 0.0), ..points[2] };
        assert_eq!(fit(&nowhere, kind), Err(GeoreferenceError::NoPlace(3)));
    }
    let many: Vec<ControlPoint> = (0..=MOST_POINTS).map(|_| points[0]).collect();
    assert_eq!(fit(&many, TransformKind::Affine), Err(GeoreferenceError::TooMany(MOST_POINTS + 1)));
    // Two corners of a quadrilateral exchanged: no plane in perspective looks so.
    let [a, b, c, d] = [points[0], points[3], points[8], points[11]];
    let folded = [a, b, ControlPoint { lon_lat: d.lon_lat, ..c }, ControlPoint { lon_lat: c.lon_lat, ..d }];
    assert_eq!(fit(&folded, TransformKind::Projective), Err(GeoreferenceError::NotProjective));
    let three_on_a_line = [0.0, 1.0, 2.0].map(on_a_line);
    let four = [three_on_a_line[0], three_on_a_line[1], three_on_a_line[2], points[7]];
    assert_eq!(fit(&four, TransformKind::Projective), Err(GeoreferenceError::NotProjective));
}

#[test]
fn a_view_in_perspective_ends_at_its_horizon() {
    let corner = |x: f64, y: f64, lon: f64, lat: f64| ControlPoint {
        pixel: Point::new(x, y),
        lon_lat: Coord { x: lon, y: lat },
    };
    // The upper edge is three times as long on the ground: the horizon is above the picture.
    let points = [
        corner(0.0, 0.0, 37.0, 48.6),
        corner(100.0, 0.0, 37.6, 48.6),
        corner(100.0, 100.0, 37.4, 48.4),
        corner(0.0, 100.0, 37.2, 48.4),
    ];
    let fit = Georeference::fit(&points, TransformKind::Projective).unwrap();
    assert!(fit.world_from_pixel(Point::new(50.0, 50.0)).is_some());
    assert_eq!(fit.world_from_pixel(Point::new(50.0, -100.0)), None);
}

#[test]
fn five_hundred_points_of_a_spline_are_within_reach() {
    let points: Vec<ControlPoint> = (0..MOST_POINTS)
        .map(|at| {
            let (x, y) = ((at % 25) as f64 * 40.0, (at / 25) as f64 * 40.0);
            let lon_lat = Coord { x: 37.0 + x * 1e-4 + (y * 0.01).sin() * 1e-4, y: 48.0 - y * 1e-4 };
            ControlPoint { pixel: Point::new(x, y), lon_lat }
        })
        .collect();
    let fit = Georeference::fit(&points, TransformKind::ThinPlate).unwrap();
    assert!(fit.rms_m() < 1e-3 && fit.left_out_rms_m().is_some_and(|left_out_m| (0.001..5.0).contains(&left_out_m)));
}

#[test]
fn points_on_both_sides_of_the_180th_meridian_are_refused_and_maps_of_the_earth_are_not() {
    let of = |places: [[f64; 2]; 3]| {
        let pixels = [[0.0, 0.0], [400.0, 0.0], [0.0, 300.0]];
        let point = |([x, y], [lon, lat]): ([f64; 2], [f64; 2])| ControlPoint {
            pixel: Point::new(x, y),
            lon_lat: Coord { x: lon, y: lat },
        };
        pixels.into_iter().zip(places).map(point).collect::<Vec<_>>()
    };
    let across = of([[179.5, 10.0], [-179.5, 10.0], [179.5, 9.0]]);
    for kind in [TransformKind::Affine, TransformKind::ThinPlate] {
        assert_eq!(Georeference::fit(&across, kind).unwrap_err(), GeoreferenceError::Across180);
    }
    let earth = of([[-150.0, 60.0], [150.0, 60.0], [-150.0, -60.0]]);
    assert!(Georeference::fit(&earth, TransformKind::Affine).is_ok());
    // A transparency that was scanned from behind.
    let mirrored = of([[38.0, 49.0], [37.0, 49.0], [38.0, 48.0]]);
    assert!(Georeference::fit(&mirrored, TransformKind::Affine).is_ok());
}
