//! The shape of an annotation from a geometry, ours or another program's.

use std::ops::RangeInclusive;

use geo::{CoordsIter as _, MapCoordsInPlace as _};
use serde_json::Value;

use super::fields::{Fields, Problems, is_place, nearest_place};
use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape};
use crate::document::project::{ProjectError, rounded_m, settled_geometry, write};
use crate::formats::read::ReadError;
use crate::geometry::{Coord, Geometry, LineString, MultiPolygon};

/// A quarter of a meridian, about: no circle on the earth is wider.
const RADIUS_M: RangeInclusive<f64> = 0.001..=10_000_000.0;

/// A geometry whose every position is on the earth, rounded as a file keeps it, with its rings turned.
pub(super) fn placed(
    index: usize,
    part: &str,
    mut geometry: Geometry<f64>,
    ours: bool,
    problems: &mut Problems,
) -> Result<Geometry<f64>, ProjectError> {
    let off = geometry.coords_iter().find(|coord| !is_place(*coord));
    if let Some(Coord { x: lon, y: lat }) = off {
        if !ours {
            let hint = if lon.abs() > 1000.0 || lat.abs() > 1000.0 {
                "; numbers this large look like metres: reproject the file to EPSG:4326"
            } else {
                ""
            };
            return Err(ReadError::OutOfRange { feature: index, lon, lat, hint }.into());
        }
        problems
            .add(part, format!("the position [{lon}, {lat}] is not on the earth; it is now the nearest one that is"));
        geometry.map_coords_in_place(nearest_place);
    }
    Ok(settled_geometry(&geometry))
}

/// Takes out the holes that go round nothing: fewer than four places, the first again as the last.
fn drop_flat_holes(geometry: &mut Geometry<f64>, part: &str, problems: &mut Problems) {
    let polygons = match geometry {
        Geometry::Polygon(polygon) => std::slice::from_mut(polygon),
        Geometry::MultiPolygon(area) => area.0.as_mut_slice(),
        _ => return,
    };
    let mut dropped = 0;
    for polygon in polygons {
        let is_flat = |hole: &LineString<f64>| hole.0.len() < 4;
        if polygon.interiors().iter().any(is_flat) {
            let (exterior, mut holes) = std::mem::replace(polygon, geo::Polygon::empty()).into_inner();
            let count = holes.len();
            holes.retain(|hole| !is_flat(hole));
            dropped += count - holes.len();
            *polygon = geo::Polygon::new(exterior, holes);
        }
    }
    match dropped {
        0 => {}
        1 => problems.add(part, "a hole of its area has fewer than three corners; it is left out"),
        _ => {
            problems.add(part, format!("{dropped} holes of its area have fewer than three corners; they are left out"))
        }
    }
}

/// What another program's geometry is here.
fn natural(geometry: Option<Geometry<f64>>) -> Shape {
    match geometry {
        Some(Geometry::Point(point)) => Shape::Point { at: point.0, kind: PointKind::Marker },
        Some(Geometry::LineString(line)) if line.0.len() >= 2 => Shape::Path { line, kind: PathKind::Line },
        Some(Geometry::Polygon(polygon)) if is_area(&polygon) => {
            Shape::Area { area: MultiPolygon(vec![polygon]), kind: AreaKind::Polygon }
        }
        Some(Geometry::MultiPolygon(area)) if !area.0.is_empty() && area.iter().all(is_area) => {
            Shape::Area { area, kind: AreaKind::Polygon }
        }
        other => Shape::Other(other),
    }
}

/// Whether the outline has three corners at least; it is closed.
fn is_area(polygon: &geo::Polygon<f64>) -> bool {
    polygon.exterior().0.len() >= 4
}

pub(super) fn shape(mut geometry: Option<Geometry<f64>>, own: &mut Fields<'_>, problems: &mut Problems) -> Shape {
    if let Some(geometry) = &mut geometry {
        drop_flat_holes(geometry, own.part, problems);
    }
    let kind = own.take::<String>("kind", problems);
    let text_at = own.place("text_at", problems);
    let center = own.place("center", problems);
    let radius_m = own.take::<f64>("radius_m", problems);
    let Some(kind) = kind else {
        return natural(geometry);
    };
    let shape = match (kind.as_str(), natural(geometry)) {
        ("other", Shape::Point { at, .. }) => Shape::Other(Some(Geometry::Point(at.into()))),
        ("other", Shape::Path { line, .. }) => Shape::Other(Some(Geometry::LineString(line))),
        ("other", Shape::Area { area, .. }) => Shape::Other(Some(match area.0.len() {
            1 => area.0.into_iter().next().map_or(Geometry::MultiPolygon(MultiPolygon(Vec::new())), Geometry::Polygon),
            _ => Geometry::MultiPolygon(area),
        })),
        (_, Shape::Other(other)) => Shape::Other(other),
        ("text", Shape::Point { at, .. }) => Shape::Point { at, kind: PointKind::Text },
        ("callout", Shape::Point { at, .. }) => match text_at {
            Some(text_at) => Shape::Callout { target: at, text_at },
            None => {
                problems.add(own.part, "the callout does not say where its text goes; it is now a text");
                Shape::Point { at, kind: PointKind::Text }
            }
        },
        ("arrow", Shape::Path { line, .. }) => Shape::Path { line, kind: PathKind::Arrow },
        ("freehand", Shape::Path { line, .. }) => Shape::Path { line, kind: PathKind::Freehand },
        ("distance", Shape::Path { line, .. }) => Shape::Path { line, kind: PathKind::Distance },
        ("measured", Shape::Area { area, .. }) => Shape::Area { area, kind: AreaKind::Measured },
        ("rectangle", Shape::Area { area, .. }) if has_four_corners(&area) => {
            Shape::Area { area, kind: AreaKind::Rectangle }
        }
        ("circle", Shape::Area { area, kind }) => match (center, radius_m) {
            (Some(center), Some(radius_m)) if RADIUS_M.contains(&radius_m) && is_circle(&area, center, radius_m) => {
                Shape::Circle { center, radius_m: rounded_m(radius_m) }
            }
            _ => {
                problems.add(own.part, "another program has reshaped the circle; it is now a polygon");
                Shape::Area { area, kind }
            }
        },
        (_, natural) => natural,
    };
    if write::kind_name(&shape) != kind && kind != "circle" && kind != "callout" {
        let name = shape.name().to_lowercase();
        problems.add(own.part, format!("its kind is '{kind}', which does not fit its geometry; it is now a {name}"));
        own.unread.insert("kind".to_owned(), Value::String(kind));
    }
    shape
}

fn has_four_corners(area: &MultiPolygon<f64>) -> bool {
    matches!(area.0.as_slice(), [polygon] if polygon.interiors().is_empty() && polygon.exterior().0.len() == 5)
}

/// Whether an area is the polygon that is written for a circle; other programs may have rounded it or turned it round.
fn is_circle(area: &MultiPolygon<f64>, center: Coord<f64>, radius_m: f64) -> bool {
    let [polygon] = area.0.as_slice() else {
        return false;
    };
    let expected = write::circle_ring(center, rounded_m(radius_m));
    let found = &polygon.exterior().0;
    if !polygon.interiors().is_empty() || found.len() != expected.len() {
        return false;
    }
    // A ten thousandth of the radius (in units of 1e-7°, of which 90 make a metre), but never less than 0.2 m.
    let tolerance = (radius_m * 0.009).max(20.0) as i64;
    let is_near = |(found, expected): (&Coord<f64>, &write::Whole)| {
        let (x, y) = write::whole(*found);
        // What is beyond the last meridian or the pole was brought back when it was read.
        let Coord { x: lon, y: lat } = nearest_place(write::from_whole(*expected));
        let (lon, lat) = write::whole(Coord { x: lon, y: lat });
        (x - lon).abs() <= tolerance && (y - lat).abs() <= tolerance
    };
    found.iter().zip(&expected).all(is_near) || found.iter().rev().zip(&expected).all(is_near)
}
