//! Geometries as a project's file keeps them: whole units of 1e-7°, rings turned.

use geo::line_measures::{Destination as _, Geodesic};
use geo::{Point, Polygon};
use serde_json::{Map, Value};

use super::members::{Members, decimal};
use super::properties;
use crate::document::Annotation;
use crate::document::annotation::Shape;
use crate::document::project::{CIRCLE_POINTS, GEOMETRY_MEMBERS, MEMBER};
use crate::geometry::{Coord, Geometry, LineString};

/// Coordinates in units of 1e-7°, of which nothing is written.
pub(in crate::document::project) type Whole = (i64, i64);

/// How many of the units make a degree.
pub(in crate::document::project) const UNITS: f64 = 1e7;

/// A coordinate in whole units; what is no number is 0.
pub(in crate::document::project) fn whole(coord: Coord<f64>) -> Whole {
    ((coord.x * UNITS).round() as i64, (coord.y * UNITS).round() as i64)
}

/// The coordinate of whole units: the very number that reading its decimals gives.
pub(in crate::document::project) fn from_whole((x, y): Whole) -> Coord<f64> {
    Coord { x: x as f64 / UNITS, y: y as f64 / UNITS }
}

/// Turns a closed ring: outer rings anticlockwise, holes clockwise. Exact, so that a sliver is not turned round at every
/// save; one without an inside is left as it is.
pub(in crate::document::project) fn turn(ring: &mut [Whole], hole: bool) {
    let mut twice_area = 0_i128;
    for pair in ring.windows(2) {
        twice_area += i128::from(pair[0].0) * i128::from(pair[1].1) - i128::from(pair[1].0) * i128::from(pair[0].1);
    }
    let is_wrong = if hole { twice_area > 0 } else { twice_area < 0 };
    if is_wrong {
        ring.reverse();
    }
}

/// The outline of a circle, anticlockwise from its southernmost point and closed. East and west mirror each other.
pub(in crate::document::project) fn circle_ring(center: Coord<f64>, radius_m: f64) -> Vec<Whole> {
    let half = CIRCLE_POINTS / 2;
    let at = |index: usize| {
        let bearing_deg = 180.0 - index as f64 * 180.0 / half as f64;
        Geodesic.destination(Point(center), bearing_deg, radius_m).0
    };
    let east: Vec<Coord<f64>> = (0..=half)
        .map(at)
        .map(|Coord { x, y }| Coord { x: center.x + (x - center.x + 540.0).rem_euclid(360.0) - 180.0, y })
        .collect();
    let west = east[1..half].iter().rev().map(|&Coord { x, y }| Coord { x: 2.0 * center.x - x, y });
    let mut ring: Vec<Whole> = east.iter().copied().chain(west).map(whole).collect();
    ring.push(ring[0]);
    ring
}

/// West, south, east and north of all that has been written, in whole units.
#[derive(Clone, Copy)]
pub(super) struct Bounds(pub(super) Option<[i64; 4]>);

impl Bounds {
    pub(super) fn take(&mut self, (x, y): Whole) {
        let [west, south, east, north] = self.0.get_or_insert([x, y, x, y]);
        *west = x.min(*west);
        *south = y.min(*south);
        *east = x.max(*east);
        *north = y.max(*north);
    }
}

/// Writes geometries and notes how far they reach.
pub(super) struct Shapes {
    pub(super) bounds: Bounds,
    pub(super) ring: Vec<Whole>,
    /// Whether it is said where the files of photos are.
    pub(super) keeps_files: bool,
}

impl Shapes {
    pub(super) fn position(&mut self, out: &mut Vec<u8>, at: Whole) {
        self.bounds.take(at);
        out.push(b'[');
        decimal(out, at.0);
        out.push(b',');
        decimal(out, at.1);
        out.push(b']');
    }

    pub(super) fn list<T>(
        &mut self,
        out: &mut Vec<u8>,
        of: impl Iterator<Item = T>,
        mut each: impl FnMut(&mut Self, &mut Vec<u8>, T),
    ) {
        out.push(b'[');
        for (index, item) in of.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            each(self, out, item);
        }
        out.push(b']');
    }

    pub(super) fn line(&mut self, out: &mut Vec<u8>, line: &LineString<f64>) {
        self.list(out, line.0.iter(), |shapes, out, &coord| shapes.position(out, whole(coord)));
    }

    /// A ring, turned so that outer rings run anticlockwise and holes clockwise.
    pub(super) fn ring(&mut self, out: &mut Vec<u8>, ring: &LineString<f64>, hole: bool) {
        let mut corners = std::mem::take(&mut self.ring);
        corners.clear();
        corners.extend(ring.0.iter().copied().map(whole));
        turn(&mut corners, hole);
        self.list(out, corners.iter(), |shapes, out, &corner| shapes.position(out, corner));
        self.ring = corners;
    }

    pub(super) fn polygon(&mut self, out: &mut Vec<u8>, polygon: &Polygon<f64>) {
        let outer = Some(polygon.exterior()).filter(|ring| !ring.0.is_empty());
        let rings = outer.into_iter().map(|ring| (ring, false));
        let rings = rings.chain(polygon.interiors().iter().map(|ring| (ring, true)));
        self.list(out, rings, |shapes, out, (ring, hole)| shapes.ring(out, ring, hole));
    }

    /// A geometry as GeoJSON, with foreign members of its own.
    pub(super) fn geometry(
        &mut self,
        out: &mut Vec<u8>,
        geometry: &Geometry<f64>,
        foreign: Option<&Map<String, Value>>,
    ) {
        let mut members = Members::begin(out, "");
        match geometry {
            Geometry::Point(point) => {
                members.put("type", "Point");
                self.position(members.key("coordinates"), whole(point.0));
            }
            Geometry::MultiPoint(points) => {
                members.put("type", "MultiPoint");
                let out = members.key("coordinates");
                self.list(out, points.iter(), |shapes, out, point| shapes.position(out, whole(point.0)));
            }
            Geometry::Line(line) => {
                members.put("type", "LineString");
                self.line(members.key("coordinates"), &LineString(vec![line.start, line.end]));
            }
            Geometry::LineString(line) => {
                members.put("type", "LineString");
                self.line(members.key("coordinates"), line);
            }
            Geometry::MultiLineString(lines) => {
                members.put("type", "MultiLineString");
                self.list(members.key("coordinates"), lines.iter(), Self::line);
            }
            Geometry::Polygon(polygon) => {
                members.put("type", "Polygon");
                self.polygon(members.key("coordinates"), polygon);
            }
            Geometry::MultiPolygon(polygons) => {
                members.put("type", "MultiPolygon");
                self.list(members.key("coordinates"), polygons.iter(), Self::polygon);
            }
            Geometry::Rect(rect) => {
                members.put("type", "Polygon");
                self.polygon(members.key("coordinates"), &rect.to_polygon());
            }
            Geometry::Triangle(triangle) => {
                members.put("type", "Polygon");
                self.polygon(members.key("coordinates"), &triangle.to_polygon());
            }
            Geometry::GeometryCollection(parts) => {
                members.put("type", "GeometryCollection");
                let out = members.key("geometries");
                self.list(out, parts.iter(), |shapes, out, part| shapes.geometry(out, part, None));
            }
        }
        if let Some(foreign) = foreign {
            members.rest(foreign, &["type", "coordinates", "geometries", "bbox"]);
        }
        members.end();
    }

    pub(super) fn shape(&mut self, out: &mut Vec<u8>, shape: &Shape, foreign: Option<&Map<String, Value>>) {
        match shape {
            Shape::Point { at: point, .. } | Shape::Callout { target: point, .. } => {
                self.geometry(out, &Geometry::Point((*point).into()), foreign);
            }
            Shape::Path { line, .. } => {
                let mut members = Members::begin(out, "");
                members.put("type", "LineString");
                self.line(members.key("coordinates"), line);
                if let Some(foreign) = foreign {
                    members.rest(foreign, &["type", "coordinates", "geometries", "bbox"]);
                }
                members.end();
            }
            Shape::Area { area, .. } => {
                let mut members = Members::begin(out, "");
                if let [polygon] = area.0.as_slice() {
                    members.put("type", "Polygon");
                    self.polygon(members.key("coordinates"), polygon);
                } else {
                    members.put("type", "MultiPolygon");
                    self.list(members.key("coordinates"), area.iter(), Self::polygon);
                }
                if let Some(foreign) = foreign {
                    members.rest(foreign, &["type", "coordinates", "geometries", "bbox"]);
                }
                members.end();
            }
            Shape::Circle { center, radius_m } => {
                let ring = circle_ring(from_whole(whole(*center)), crate::document::project::rounded_m(*radius_m));
                let mut members = Members::begin(out, "");
                members.put("type", "Polygon");
                let out = members.key("coordinates");
                out.push(b'[');
                self.list(out, ring.into_iter(), Self::position);
                out.push(b']');
                members.end();
            }
            Shape::Other(Some(geometry)) => self.geometry(out, geometry, foreign),
            Shape::Other(None) => out.extend_from_slice(b"null"),
        }
    }

    pub(super) fn feature(&mut self, out: &mut Vec<u8>, annotation: &Annotation) {
        let mut feature = Members::begin(out, "");
        feature.put("type", "Feature");
        match &annotation.kept.id {
            Some(id) => feature.put("id", id),
            None => feature.put("id", &annotation.id.0),
        }
        properties(feature.key("properties"), annotation, self.keeps_files);
        let own = annotation.kept.properties.get(MEMBER);
        let foreign = own.and_then(|own| own.get(GEOMETRY_MEMBERS)).and_then(Value::as_object);
        self.shape(feature.key("geometry"), &annotation.shape, foreign);
        feature.rest(&annotation.kept.members, &["type", "id", "properties", "geometry", "bbox"]);
        feature.end();
    }
}
