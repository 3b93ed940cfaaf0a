//! Where a figure lies on the ground, for GIS programs: a world file and its coordinate system in two forms, beside the PNG.
//!
//! They hold for the whole picture; what surrounds the map has coordinates too, of ground that is not drawn.
//!
//! # References
//! * ESRI world file: six lines, the last two the centre of the upper-left pixel.
//! * EPSG:3857, "WGS 84 / Pseudo-Mercator", in the well-known text that ESRI's and GDAL's readers take.

use std::path::{Path, PathBuf};

use kurbo::{Point, Rect};

use crate::geometry::Frame;
use crate::geometry::frame::EARTH_RADIUS_M;

/// The well-known text of EPSG:3857.
pub const PRJ: &str = concat!(
    "PROJCS[\"WGS_1984_Web_Mercator_Auxiliary_Sphere\",GEOGCS[\"GCS_WGS_1984\",",
    "DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],PRIMEM[\"Greenwich\",0.0],",
    "UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Mercator_Auxiliary_Sphere\"],",
    "PARAMETER[\"False_Easting\",0.0],PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",0.0],",
    "PARAMETER[\"Standard_Parallel_1\",0.0],PARAMETER[\"Auxiliary_Sphere_Type\",0.0],UNIT[\"Meter\",1.0]]\n"
);

/// The same for GDAL, and so for QGIS, which look for a PNG's coordinate system in `….png.aux.xml` only.
pub const PAM: &str = "<PAMDataset>\n  <SRS>EPSG:3857</SRS>\n</PAMDataset>\n";

/// What the names of the files beside a picture end in: the world file, [`PRJ`] and [`PAM`].
pub const ENDS: [&str; 3] = ["pgw", "prj", "png.aux.xml"];

/// The files beside a picture, in the order of [`ENDS`].
pub fn beside(picture: &Path) -> [PathBuf; 3] {
    ENDS.map(|end| picture.with_extension(end))
}

/// The world file of a picture with `pixels_per_pt` on which `map` lies at `map_frame`: metres of EPSG:3857 across a
/// pixel, two turns of 0, metres down a pixel (negative, for rows run south), and the centre of the upper-left pixel.
pub fn world_file(map: &Frame, map_frame: Rect, pixels_per_pt: f64) -> String {
    let circumference_m = std::f64::consts::TAU * EARTH_RADIUS_M;
    let pixel_m = circumference_m / (map.world_size_pt() * pixels_per_pt);
    let center_pt = Point::new(0.5, 0.5).to_vec2() / pixels_per_pt - map_frame.origin().to_vec2();
    let world = map.page_from_world().inverse() * center_pt.to_point();
    let (x_m, y_m) = ((world.x - 0.5) * circumference_m, (0.5 - world.y) * circumference_m);
    format!("{pixel_m:.10}\n0.0000000000\n0.0000000000\n{:.10}\n{x_m:.6}\n{y_m:.6}\n", -pixel_m)
}

#[cfg(test)]
mod tests {
    use geo::Coord;

    use super::*;
    use crate::geometry::View;

    #[test]
    fn kramatorsk_lies_on_its_pixel() {
        let map = Frame::new(View { center: Coord { x: 37.8, y: 48.1 }, zoom: 8.3 }, 900.0, 640.0);
        let map_frame = Rect::new(23.5, 88.25, 923.5, 728.25);
        for scale in [1.0, 2.5, 3.125] {
            let text = world_file(&map, map_frame, scale);
            let numbers: Vec<f64> = text.lines().map(|line| line.parse().unwrap()).collect();
            let [a, d, b, e, c, f] = numbers[..] else { panic!("{text}") };
            assert_eq!((d, b), (0.0, 0.0));
            // PROJ 9.4, EPSG:4326 to EPSG:3857, of 37.5844° E 48.7389° N: 4183876.27, 6230673.76 m.
            let (column, row) = ((4_183_876.27 - c) / a + 0.5, (6_230_673.76 - f) / e + 0.5);
            let on_map = map.page_from_lon_lat(Coord { x: 37.5844, y: 48.7389 });
            let expected = (on_map + map_frame.origin().to_vec2()).to_vec2() * scale;
            assert!(
                (column - expected.x).abs() < 0.05 && (row - expected.y).abs() < 0.05,
                "{column} {row} {expected:?}"
            );
        }
    }
}
