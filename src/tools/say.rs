//! Running lengths, areas and bearings in words.

use crate::document::annotation::Shape;
use crate::dossier::words;
use crate::geometry::{Coord, MultiLineString, MultiPolygon, measure};

/// Areas below this are said in square metres: 0.1 km².
const SMALL_M2: f64 = 100_000.0;

/// `12.4 km²`, or `850 m²`.
pub(super) fn area(area: &MultiPolygon<f64>) -> String {
    square_meters(measure::area_m2(area))
}

fn square_meters(m2: f64) -> String {
    if m2 < SMALL_M2 { format!("{} m²", words::number(m2, 0)) } else { words::km2(m2 / 1e6) }
}

/// `bearing 045°`, or nothing where there is none.
pub(super) fn bearing(from: Coord<f64>, to: Coord<f64>) -> Option<String> {
    let bearing = measure::bearing_deg(from, to);
    // Rounded first, so that 359.7° is not 360°.
    (from != to && bearing.is_finite()).then(|| format!("bearing {:03}°", bearing.round() as u32 % 360))
}

/// How large or long a shape is: `12.4 km`, `radius 5 km`; nothing for what has no size.
pub(super) fn size(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Path { line, .. } => Some(words::distance(measure::length_m(&MultiLineString(vec![line.clone()])))),
        Shape::Area { area: polygons, .. } => Some(area(polygons)),
        Shape::Circle { radius_m, .. } => Some(format!("radius {}", words::distance(*radius_m))),
        Shape::Point { .. } | Shape::Callout { .. } | Shape::Other(_) => None,
    }
}

/// How far and where to: `3.2 km · bearing 045°`.
pub(super) fn way(from: Coord<f64>, to: Coord<f64>) -> Option<String> {
    joined([Some(words::distance(measure::distance_m(from, to))), bearing(from, to)])
}

/// What there is of these, one after the other.
pub(super) fn joined(parts: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        assert_eq!(square_meters(850.4), "850 m²");
        assert_eq!(square_meters(34_200_000.0), "34.2 km²");
        let (from, to) = (Coord { x: 37.0, y: 48.0 }, Coord { x: 37.0, y: 49.0 });
        // GeographicLib, GeodSolve -i: 111206.6 m.
        assert_eq!(way(from, to).as_deref(), Some("111.2 km · bearing 000°"));
        assert_eq!(bearing(from, from), None);
    }
}
