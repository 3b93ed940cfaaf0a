//! Against what GDAL reads of the same files: see `tests/data/pictures/make.py`.

use std::io::Cursor;

use super::*;
use crate::geometry::Point;

macro_rules! tiffs {
    ($($name:literal)*) => {
        fn file(name: &str) -> &'static [u8] {
            match name {
                $($name => include_bytes!(concat!("../../../tests/data/pictures/tiff/", $name, ".tif")),)*
                _ => panic!("no such file: {name}"),
            }
        }
    };
}

tiffs! {
    "big" "bits-fax" "cog" "degrees" "heights" "nothing" "old-datum" "opacity" "palette" "planes" "point" "points" "sixteen"
    "strips-lzw" "tiles-deflate" "tiles-jpeg" "white-is-zero"
}

fn pixels(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut all = Vec::new();
    rows(Cursor::new(bytes), &mut |row| {
        all.extend_from_slice(row);
        Ok(())
    })?;
    Ok(all)
}

#[test]
fn tiffs_of_every_kind_are_read_and_placed_as_gdal_has_them() {
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/data/pictures/tiff/expected.json")).unwrap();
    let expected = expected.as_object().unwrap();
    assert_eq!(expected.len(), 16);
    for (name, expected) in expected {
        let bytes = file(name);
        let header = header(Cursor::new(bytes)).unwrap();
        assert_eq!((header.format, header.width_px, header.height_px), (PictureFormat::Tiff, 70, 45), "{name}");
        let got = pixels(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(got.len(), 70 * 45 * 4, "{name}");
        let most = if name == "tiles-jpeg" { 6 } else { 1 };
        for row in expected["pixels"].as_array().unwrap() {
            let numbers: Vec<u64> = row.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect();
            let at = (numbers[1] * 70 + numbers[0]) as usize * 4;
            // Of a grey picture GDAL has one number, of a transparent one four.
            for (channel, value) in got[at..at + 3].iter().enumerate() {
                let expected = numbers[2 + channel.min(numbers.len() - 3)];
                assert!(u64::from(*value).abs_diff(expected) <= most, "{name}: {numbers:?} is {:?}", &got[at..at + 4]);
            }
            let is_black = numbers[2..].iter().all(|number| *number == 0);
            let opacity = match name.as_str() {
                "nothing" if is_black => 0,
                "opacity" => 128,
                _ => 255,
            };
            assert_eq!(got[at + 3], opacity, "{name}: {numbers:?}");
        }
        let said = header.placed.unwrap_or_else(|| panic!("{name} is placed"));
        let (placement, _) = Placement::of_file(&said, None).unwrap();
        let mapping = placement.mapping().unwrap();
        // PROJ may take another shift of an old datum.
        let most = if name == "old-datum" { 1e-4 } else { 1e-8 };
        for corner in expected["corners"].as_array().unwrap() {
            let number = |at: usize| corner[at].as_f64().unwrap();
            let pixel = Point::new(number(0), number(1));
            let at = mapping.lon_lat_from_pixel(pixel).unwrap();
            assert!((at.x - number(2)).abs() < most && (at.y - number(3)).abs() < most, "{name}: {at:?} for {corner}");
            let back = mapping.pixel_from_world(mapping.world_from_pixel(pixel).unwrap()).unwrap();
            assert!(back.distance(pixel) < 0.01, "{name}: {back}");
        }
    }
}

#[test]
fn heights_are_no_picture() {
    let error = pixels(file("heights")).unwrap_err();
    assert!(error.to_string().contains("measurements"), "{error}");
}

#[test]
fn a_tiff_by_control_points_is_placed_by_them() {
    let said = header(Cursor::new(file("points"))).unwrap().placed.unwrap();
    let (placement, _) = Placement::of_file(&said, None).unwrap();
    assert!(matches!(&placement, Placement::Points { points, .. } if points.len() == 4), "{placement:?}");
    let at = placement.mapping().unwrap().lon_lat_from_pixel(Point::new(70.0, 45.0)).unwrap();
    // Corners of the same sheet as the others.
    assert!((at.x - 39.018_942_436).abs() < 1e-6 && (at.y - 48.475_028_188).abs() < 1e-6, "{at:?}");
}

#[test]
fn a_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded() {
    let mut png = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(1, 1).write_to(&mut png, ImageFormat::Png).unwrap();
    let mut png = png.into_inner();
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let crc = {
        let mut crc = flate2::Crc::new();
        crc.update(&png[12..29]);
        crc.sum()
    };
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    let error = header(Cursor::new(&png)).unwrap_err();
    assert!(matches!(error, PictureError::TooLarge { width_px: 60_000, height_px: 60_000 }), "{error}");
    assert!(matches!(pixels(&png), Err(PictureError::TooLarge { .. })));
}

#[test]
fn a_picture_is_written_as_geotiff_and_read_again() {
    let grid =
        geotiff::Grid { width_px: 30, height_px: 150, affine: [4.0e6, 20.0, 0.0, 6.0e6, 0.0, -20.0], epsg: 3857 };
    let row = |y: u32| (0..30).flat_map(move |x: u32| [x as u8, y as u8, 7, if x < 3 { 0 } else { 255 }]);
    let mut bytes = Cursor::new(Vec::new());
    geotiff::write(&mut bytes, &grid, &mut |first, count| Ok((first..first + count).flat_map(row).collect())).unwrap();
    let bytes = bytes.into_inner();
    assert_eq!(pixels(&bytes).unwrap(), (0..150).flat_map(row).collect::<Vec<u8>>());
    let said = header(Cursor::new(&bytes)).unwrap().placed.unwrap();
    assert_eq!(said.system.as_deref(), Some("EPSG:3857"));
    assert_eq!(said.way, geotiff::Way::Affine(grid.affine));
}

#[test]
fn a_system_that_is_not_said_is_degrees_or_asked_for() {
    let said = |x: f64, y: f64, step: f64| geotiff::Georeferencing {
        system: None,
        way: geotiff::Way::Affine([x, step, 0.0, y, 0.0, -step]),
    };
    let (placement, warnings) = Placement::of_file(&said(37.0, 48.5, 0.001), None).unwrap();
    assert!(matches!(placement, Placement::Plane { crs, .. } if crs == "EPSG:4326") && warnings.len() == 1);
    let error = Placement::of_file(&said(4.1e6, 6.2e6, 20.0), None).unwrap_err();
    assert!(error.to_string().contains("--crs"), "{error}");
    let (placement, warnings) = Placement::of_file(&said(4.1e6, 6.2e6, 20.0), Some("EPSG:3857")).unwrap();
    assert!(warnings.is_empty() && placement.mapping().is_ok());
}
