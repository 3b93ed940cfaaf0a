//! Against gdalwarp on the same control points: see `tests/data/pictures/make.py`.

use super::*;
use crate::basemap::raster::pyramid::tests::pyramid;
use crate::geometry::frame::EARTH_RADIUS_M;
use crate::geometry::georeference::{ControlPoint, TransformKind};
use crate::geometry::{Coord, View};

const AROUND_M: f64 = std::f64::consts::TAU * EARTH_RADIUS_M;

fn control() -> serde_json::Value {
    serde_json::from_str(include_str!("../../../../tests/data/pictures/control.json")).unwrap()
}

fn points() -> Vec<ControlPoint> {
    let control = control();
    let numbers = control["points"].as_array().unwrap().iter().map(|row| {
        let number = |at: usize| row[at].as_f64().unwrap();
        ControlPoint { pixel: Point::new(number(0), number(1)), lon_lat: Coord { x: number(2), y: number(3) } }
    });
    numbers.collect()
}

fn of_png(bytes: &[u8]) -> Bitmap {
    Bitmap::decode(bytes, 4096).unwrap()
}

fn dots() -> Arc<Pyramid> {
    let dots = of_png(include_bytes!("../../../../tests/data/pictures/dots.png"));
    let color = |x: u32, y: u32| {
        let at = (y * dots.width + x) as usize * 4;
        dots.rgba[at..at + 4].try_into().unwrap()
    };
    Arc::new(pyramid(dots.width, dots.height, color))
}

/// The middles of dark spots on white, by their weight.
fn spots(bitmap: &Bitmap) -> Vec<Point> {
    let dark = |at: usize| {
        let pixel = &bitmap.rgba[at * 4..at * 4 + 4];
        // Of a coloured dot one channel is as light as the paper.
        f64::from(255 - pixel[..3].iter().min().unwrap()) * f64::from(pixel[3]) / 255.0
    };
    let (width, height) = (bitmap.width as usize, bitmap.height as usize);
    let mut seen = vec![false; width * height];
    let mut found = Vec::new();
    for start in 0..width * height {
        if seen[start] || dark(start) < 100.0 {
            continue;
        }
        let (mut open, mut sum, mut weight) = (vec![start], kurbo::Vec2::ZERO, 0.0);
        seen[start] = true;
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            weight += dark(at);
            sum += kurbo::Vec2::new(x as f64 + 0.5, y as f64 + 0.5) * dark(at);
            for next in [at.wrapping_sub(1), at + 1, at.wrapping_sub(width), at + width] {
                if next < seen.len() && !seen[next] && dark(next) > 20.0 {
                    seen[next] = true;
                    open.push(next);
                }
            }
        }
        found.push((sum / weight).to_point());
    }
    found
}

#[test]
fn a_warped_picture_lies_on_that_of_gdal() {
    let warped = &control()["warped"];
    let number = |name: &str| warped[name].as_f64().unwrap();
    let (west, north, step) = (number("west_m"), number("north_m"), number("step_m"));
    let world = |column: f64, row: f64| {
        Some(Point::new((west + column * step) / AROUND_M + 0.5, 0.5 - (north - row * step) / AROUND_M))
    };
    for (kind, expected) in [
        (TransformKind::Affine, include_bytes!("../../../../tests/data/pictures/dots-order1.png").as_slice()),
        (TransformKind::ThinPlate, include_bytes!("../../../../tests/data/pictures/dots-tps.png").as_slice()),
    ] {
        let expected = of_png(expected);
        let placed = PlacedPicture::new(dots(), &Placement::of_points(&points(), kind), &[]).unwrap();
        let rgba = placed.warp(expected.width, expected.height, &world);
        let got = Bitmap { width: expected.width, height: expected.height, rgba };
        let (ours, theirs) = (spots(&got), spots(&expected));
        assert_eq!((ours.len(), theirs.len()), (16, 16), "{kind:?}");
        for their in theirs {
            let nearest = ours.iter().map(|our| our.distance(their)).fold(f64::INFINITY, f64::min);
            assert!(nearest < 0.1, "{kind:?}: {nearest} pixels at {their}");
        }
        // Where one of the two has the picture and the other has nothing is a seam of a pixel along its edge.
        let differ =
            got.rgba.chunks_exact(4).zip(expected.rgba.chunks_exact(4)).filter(|(a, b)| a[3].abs_diff(b[3]) > 128);
        let edge = 2 * (expected.width + expected.height) as usize;
        assert!(differ.count() < edge, "{kind:?}");
    }
}

#[test]
fn a_frame_shows_the_part_within_it_on_whole_pixels() {
    let placed = PlacedPicture::new(dots(), &Placement::of_points(&points(), TransformKind::Affine), &[]).unwrap();
    let frame = Frame::new(View { center: Coord { x: 37.6, y: 48.55 }, zoom: 11.3 }, 300.0, 200.0);
    let warped = placed.warped(&frame, 2.0).unwrap();
    assert!(frame.page().inflate(1.0, 1.0).contains_rect(warped.to), "{:?}", warped.to);
    // A picture of 90 m a pixel is not made finer than that by more than its double.
    let per_pt = f64::from(warped.bitmap.width) / warped.to.width();
    assert!((per_pt * placed.pixel_in_world() * frame.world_size_pt() - 2.0).abs() < 1e-6, "{per_pt}");
    let (x, y) = (warped.to.x0 * per_pt, warped.to.y0 * per_pt);
    assert!((x - x.round()).abs() < 1e-6 && (y - y.round()).abs() < 1e-6, "{x}, {y}");
    // The dot in the picture's middle lies where the map puts it.
    let at = frame.page_from_world() * placed.mapping().world_from_pixel(Point::new(255.0, 110.0)).unwrap();
    let spots = spots(&warped.bitmap);
    let on_page = |spot: &Point| warped.to.origin() + spot.to_vec2() / per_pt;
    let off = spots.iter().map(|spot| on_page(spot).distance(at)).fold(f64::INFINITY, f64::min);
    assert!(off < 0.2, "{off}");
    let elsewhere = Frame::new(View { center: Coord { x: 30.0, y: 48.55 }, zoom: 11.3 }, 300.0, 200.0);
    assert_eq!(placed.warped(&elsewhere, 2.0), None);
    // From afar it is a few pixels, from near no more than twice as many as it has.
    let far = placed.warped(&Frame::new(View { zoom: 4.5, ..frame.view }, 300.0, 200.0), 1.0).unwrap();
    assert!(far.bitmap.width < 16, "{}", far.bitmap.width);
    let near = placed.warped(&Frame::new(View { zoom: 22.0, ..frame.view }, 300.0, 200.0), 1.0).unwrap();
    assert!(near.bitmap.width < 8, "{}", near.bitmap.width);
}

#[test]
fn only_what_is_within_the_crop_is_shown() {
    let crop = [[100.0, 50.0], [300.0, 50.0], [300.0, 250.0], [100.0, 250.0]];
    let placed = PlacedPicture::new(dots(), &Placement::of_points(&points(), TransformKind::ThinPlate), &crop).unwrap();
    let frame = Frame::new(View { center: Coord { x: 37.6, y: 48.55 }, zoom: 10.0 }, 400.0, 400.0);
    let warped = placed.warped(&frame, 1.0).unwrap();
    let on_page = |x: f64, y: f64| {
        let at = frame.page_from_world() * placed.mapping().world_from_pixel(Point::new(x, y)).unwrap();
        let at = at - warped.to.origin();
        warped.bitmap.rgba[(at.y as usize * warped.bitmap.width as usize + at.x as usize) * 4 + 3]
    };
    let shown = [(110.0, 60.0), (290.0, 240.0), (200.0, 150.0)];
    let hidden = [(80.0, 150.0), (320.0, 150.0), (200.0, 30.0), (200.0, 270.0)];
    assert!(shown.iter().all(|(x, y)| on_page(*x, *y) == 255), "{:?}", shown.map(|(x, y)| on_page(x, y)));
    assert!(hidden.iter().all(|(x, y)| on_page(*x, *y) == 0), "{:?}", hidden.map(|(x, y)| on_page(x, y)));
}

#[test]
fn a_plane_of_another_projection_is_bent_as_it_must() {
    // 40 km of UTM 37 in pixels of 100 m: its grid is turned against Mercator's, and a little bent.
    let affine = [500_000.0 - 160_000.0, 100.0, 0.0, 5_400_000.0, 0.0, -100.0];
    let placement = Placement::Plane { crs: "EPSG:32637".to_owned(), affine };
    let dots =
        Arc::new(pyramid(
            400,
            400,
            |x, y| if x / 10 % 10 == 5 && y / 10 % 10 == 5 { [0, 0, 0, 255] } else { [255; 4] },
        ));
    let placed = PlacedPicture::new(dots, &placement, &[]).unwrap();
    let middle = placed.mapping().lon_lat_from_pixel(Point::new(200.0, 200.0)).unwrap();
    let frame = Frame::new(View { center: middle, zoom: 10.5 }, 500.0, 500.0);
    let warped = placed.warped(&frame, 1.0).unwrap();
    let spots = spots(&warped.bitmap);
    assert_eq!(spots.len(), 16);
    for spot in spots {
        let at = frame.page_from_world().inverse() * (warped.to.origin() + spot.to_vec2());
        let pixel = placed.mapping().pixel_from_world(at).unwrap();
        let off = ((pixel.x - 55.0).rem_euclid(100.0), (pixel.y - 55.0).rem_euclid(100.0));
        let near = |off: f64| off.min(100.0 - off) < 0.15;
        assert!(near(off.0) && near(off.1), "{pixel}");
    }
}

#[test]
fn a_part_of_a_picture_is_shown_as_it_is_at_any_size() {
    let made = pyramid(700, 300, |x, y| [(x / 3) as u8, (y / 2) as u8, 7, 255]);
    let close = |color: &[u8], expected: [u8; 2]| {
        color[3] == 255 && color[0].abs_diff(expected[0]) <= 2 && color[1].abs_diff(expected[1]) <= 2
    };
    let at = |bitmap: &Bitmap, x: u32, y: u32| {
        let at = (y * bitmap.width + x) as usize * 4;
        bitmap.rgba[at..at + 4].to_vec()
    };
    let whole = made.part(Rect::new(0.0, 0.0, 700.0, 300.0), 70, 30);
    assert!(close(&at(&whole, 35, 15), [118, 77]), "{:?}", at(&whole, 35, 15));
    let near = made.part(Rect::new(600.0, 100.0, 620.0, 110.0), 200, 100);
    assert!(close(&at(&near, 5, 5), [200, 50]) && close(&at(&near, 195, 95), [206, 54]));
    let beyond = made.part(Rect::new(-700.0, -300.0, 700.0, 300.0), 20, 20);
    assert!(at(&beyond, 5, 5)[3] == 0 && at(&beyond, 15, 15)[3] == 255);
    assert_eq!(made.part(Rect::ZERO, 0, 0).rgba.len(), 0);
}
