//! The Web Mercator frame: which part of the world a page shows, and the way between the two.

use geo::Coord;
use kurbo::{Affine, Point, Rect};
use serde::{Deserialize, Serialize};

/// Width of the whole world at zoom 0, in page points (the 256-pixel tile of the web map tradition).
pub const WORLD_AT_ZOOM_0_PT: f64 = 256.0;

/// Latitude at which Web Mercator is square, in degrees: 2·atan(e^π) − 90°.
pub const MAX_LAT_DEG: f64 = 85.051_128_779_806_6;

/// Equatorial radius of WGS 84 in metres, which Web Mercator takes as the radius of its sphere.
pub const EARTH_RADIUS_M: f64 = 6_378_137.0;

/// `48.7389° N 37.5844° E`, to about 10 m.
pub fn position_in_words(lon_deg: f64, lat_deg: f64) -> String {
    let north = if lat_deg < 0.0 { 'S' } else { 'N' };
    let east = if lon_deg < 0.0 { 'W' } else { 'E' };
    format!("{:.4}° {north} {:.4}° {east}", lat_deg.abs(), lon_deg.abs())
}

/// Web Mercator (EPSG:3857) scaled to the unit square. Latitudes beyond [`MAX_LAT_DEG`] are clamped.
pub fn world_from_lon_lat(lon_lat: Coord<f64>) -> Point {
    let lat_rad = lon_lat.y.clamp(-MAX_LAT_DEG, MAX_LAT_DEG).to_radians();
    Point::new(lon_lat.x / 360.0 + 0.5, 0.5 - lat_rad.tan().asinh() / std::f64::consts::TAU)
}

/// Bounds `[west, south, east, north]` in degrees as a rectangle of the unit square of Web Mercator.
pub fn world_rect_of([west, south, east, north]: [f64; 4]) -> Rect {
    Rect::from_points(world_from_lon_lat(Coord { x: west, y: north }), world_from_lon_lat(Coord { x: east, y: south }))
}

/// Whether two rectangles have more in common than an edge.
pub fn share_ground(one: Rect, other: Rect) -> bool {
    let both = one.intersect(other);
    both.width() > 0.0 && both.height() > 0.0
}

/// The inverse of [`world_from_lon_lat`].
pub fn lon_lat_from_world(world: Point) -> Coord<f64> {
    Coord { x: (world.x - 0.5) * 360.0, y: ((0.5 - world.y) * std::f64::consts::TAU).sinh().atan().to_degrees() }
}

/// What the reader looks at: a centre and a zoom in the web-map sense, in which each step doubles the scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Centre, longitude first, degrees.
    pub center: Coord<f64>,
    /// Zoom: the world is `256 · 2^zoom` points wide.
    pub zoom: f64,
}

impl View {
    /// The view at which `bounds` (`[west, south, east, north]`, degrees) just fits a page of this
    /// size with `margin_pt` left free on each side.
    pub fn fit(bounds: [f64; 4], width_pt: f64, height_pt: f64, margin_pt: f64) -> Self {
        let [west, south, east, north] = bounds;
        let a = world_from_lon_lat(Coord { x: west, y: north });
        let b = world_from_lon_lat(Coord { x: east, y: south });
        let across = (b.x - a.x).abs().max(1e-9);
        let down = (b.y - a.y).abs().max(1e-9);
        let free = |size_pt: f64| (size_pt - 2.0 * margin_pt).max(16.0);
        let scale_pt = (free(width_pt) / across).min(free(height_pt) / down);
        Self { center: lon_lat_from_world(a.midpoint(b)), zoom: (scale_pt / WORLD_AT_ZOOM_0_PT).log2() }
    }
}

/// A [`View`] laid on a page of a given size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// What the page shows.
    pub view: View,
    /// Width of the page in points.
    pub width_pt: f64,
    /// Height of the page in points.
    pub height_pt: f64,
}

impl Frame {
    /// Lays `view` on a page.
    pub fn new(view: View, width_pt: f64, height_pt: f64) -> Self {
        Self { view, width_pt, height_pt }
    }

    /// Width of the whole world in points at this zoom.
    pub fn world_size_pt(&self) -> f64 {
        WORLD_AT_ZOOM_0_PT * self.view.zoom.exp2()
    }

    /// World to page, as one affine map (a scale and a shift).
    pub fn page_from_world(&self) -> Affine {
        let center = world_from_lon_lat(self.view.center);
        let size = self.world_size_pt();
        Affine::new([
            size,
            0.0,
            0.0,
            size,
            self.width_pt / 2.0 - center.x * size,
            self.height_pt / 2.0 - center.y * size,
        ])
    }

    /// Page position of a place.
    pub fn page_from_lon_lat(&self, lon_lat: Coord<f64>) -> Point {
        self.page_from_world() * world_from_lon_lat(lon_lat)
    }

    /// Place at a page position.
    pub fn lon_lat_from_page(&self, page: Point) -> Coord<f64> {
        lon_lat_from_world(self.page_from_world().inverse() * page)
    }

    /// The page itself as a rectangle.
    pub fn page(&self) -> Rect {
        Rect::new(0.0, 0.0, self.width_pt, self.height_pt)
    }

    /// The part of the world that the page shows.
    pub fn world_bounds(&self) -> Rect {
        self.page_from_world().inverse().transform_rect_bbox(self.page())
    }

    /// `[west, south, east, north]` of the page in degrees.
    pub fn lon_lat_bounds(&self) -> [f64; 4] {
        let world = self.world_bounds();
        let north_west = lon_lat_from_world(Point::new(world.x0, world.y0));
        let south_east = lon_lat_from_world(Point::new(world.x1, world.y1));
        [north_west.x, south_east.y, south_east.x, north_west.y]
    }

    /// True ground metres that a page point covers at this latitude (Mercator's scale is 1/cos φ).
    pub fn meters_per_pt(&self, lat_deg: f64) -> f64 {
        std::f64::consts::TAU * EARTH_RADIUS_M * lat_deg.to_radians().cos() / self.world_size_pt()
    }

    /// Denominator of the map scale at the centre, taking a page point as 1/96 inch.
    pub fn scale_denominator(&self) -> f64 {
        self.meters_per_pt(self.view.center.y) / (0.0254 / 96.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_mercator_agrees_with_proj() {
        // PROJ 9.4, EPSG:4326 to EPSG:3857: 4183876.27, 6230673.76 m.
        let world = world_from_lon_lat(Coord { x: 37.5844, y: 48.7389 });
        let circumference = std::f64::consts::TAU * EARTH_RADIUS_M;
        assert!(((world.x - 0.5) * circumference - 4_183_876.27).abs() < 1.0);
        assert!(((0.5 - world.y) * circumference - 6_230_673.76).abs() < 1.0);
    }

    #[test]
    fn a_page_position_comes_back_to_itself() {
        let frame = Frame::new(View { center: Coord { x: 37.8, y: 48.1 }, zoom: 8.3 }, 1200.0, 800.0);
        let page = Point::new(17.0, 733.0);
        let there_and_back = frame.page_from_lon_lat(frame.lon_lat_from_page(page));
        assert!(page.distance(there_and_back) < 1e-6);
    }

    #[test]
    fn a_fitted_view_holds_its_bounds() {
        let bounds = [36.5, 46.8, 39.1, 49.3];
        let frame = Frame::new(View::fit(bounds, 900.0, 700.0, 24.0), 900.0, 700.0);
        let [west, south, east, north] = frame.lon_lat_bounds();
        assert!(west < bounds[0] && south < bounds[1] && east > bounds[2] && north > bounds[3]);
    }
}
