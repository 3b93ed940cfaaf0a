//! Mercator ordinates of many latitudes that lie near one another, as those of a ring do: worked out from one of theirs by
//! a short series, in an eighth of the time that the mathematical library takes.

use geo::Coord;
use kurbo::Point;

use crate::geometry::frame::{MAX_LAT_DEG, world_from_lon_lat};

/// Latitudes further than this (1.1°) from the one that others are worked out from take its place.
const REACH_RAD: f64 = 0.02;

/// The largest argument for which the series of artanh below ends within the precision of f64.
const REACH_ARTANH: f64 = 0.05;

/// A latitude near which others lie.
#[derive(Debug, Clone, Copy)]
struct Near {
    lat_rad: f64,
    sin: f64,
    cos: f64,
    /// How far down the world it lies.
    y: f64,
}

impl Near {
    fn new(at: Coord<f64>) -> Self {
        let lat_rad = lat_rad(at);
        let (sin, cos) = lat_rad.sin_cos();
        Self { lat_rad, sin, cos, y: world_from_lon_lat(at).y }
    }

    /// How much larger the sine of this latitude is than that of the one at hand; `None` where it lies too far from it.
    fn rise(&self, lat_rad: f64) -> Option<f64> {
        let climb = lat_rad - self.lat_rad;
        // Not "beyond", which NaN would pass.
        if climb.abs() <= REACH_RAD {
            let square = climb * climb;
            // Products with constants, for a division takes as long as all of them.
            let sin =
                climb * (1.0 - square * (1.0 / 6.0) * (1.0 - square * (1.0 / 20.0) * (1.0 - square * (1.0 / 42.0))));
            let versine = square * 0.5 * (1.0 - square * (1.0 / 12.0) * (1.0 - square * (1.0 / 30.0)));
            Some(self.cos * sin - self.sin * versine)
        } else {
            None
        }
    }

    /// How much larger the Mercator ordinate artanh(sin φ) of this latitude is than that of the one at hand; `None` where it
    /// lies too far from it. The difference of two inverse hyperbolic tangents is that of (s − s₀) / (1 − s·s₀).
    fn climb(&self, lat_rad: f64) -> Option<f64> {
        let rise = self.rise(lat_rad)?;
        let w = rise / (self.cos * self.cos - self.sin * rise);
        let u = w * w;
        let series = 1.0 + u * (1.0 / 3.0 + u * (0.2 + u * (1.0 / 7.0 + u * (1.0 / 9.0 + u * (1.0 / 11.0)))));
        (w.abs() <= REACH_ARTANH).then_some(w * series)
    }
}

/// [`world_from_lon_lat`] of all, to the last bit but two.
pub(crate) fn world_from_lon_lats(all: &[Coord<f64>]) -> Vec<Point> {
    let mut worlds = Vec::new();
    world_from_lon_lats_into(all, &mut worlds);
    worlds
}

/// The same in place of what a list held.
pub(crate) fn world_from_lon_lats_into(all: &[Coord<f64>], worlds: &mut Vec<Point>) {
    worlds.clear();
    let Some(first) = all.first() else {
        return;
    };
    let mut near = Near::new(*first);
    worlds.extend(all.iter().map(|coord| {
        let climb = near.climb(lat_rad(*coord)).unwrap_or_else(|| {
            near = Near::new(*coord);
            0.0
        });
        Point::new(coord.x / 360.0 + 0.5, near.y - climb * (1.0 / std::f64::consts::TAU))
    }));
}

/// The latitude as far as Mercator's map reaches.
fn lat_rad(at: Coord<f64>) -> f64 {
    at.y.clamp(-MAX_LAT_DEG, MAX_LAT_DEG).to_radians()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_agree_with_the_mathematical_library() {
        for start_deg in [-90.0, -85.1, -60.0, -0.3, 0.0, 10.0, 48.2, 71.0, 84.9, 90.0_f64] {
            let coords: Vec<Coord<f64>> = (-700..700)
                .map(|step| Coord { x: 37.1, y: (start_deg + f64::from(step) * 0.0023).clamp(-90.0, 90.0) })
                .collect();
            for (coord, fast) in coords.iter().zip(world_from_lon_lats(&coords)) {
                let exact = world_from_lon_lat(*coord);
                // A nanometre on the ground is 2.5e-17 of the world's width: f64 itself has 1.1e-16 there.
                assert!(fast.x == exact.x && (fast.y - exact.y).abs() < 6e-16, "{coord:?}: {fast:?}, not {exact:?}");
            }
        }
        let bad = [Coord { x: 1.0, y: 2.0 }, Coord { x: f64::NAN, y: f64::NAN }, Coord { x: 1.0, y: f64::INFINITY }];
        let worlds = world_from_lon_lats(&bad);
        assert!(worlds[1].x.is_nan() && worlds[1].y.is_nan() && worlds[2].y < 1e-9);
        assert!(world_from_lon_lats(&[]).is_empty());
    }
}
