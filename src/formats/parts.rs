//! What a feature of any kind is made of, for formats that hold points, lines and areas apart.

use geo::{Coord, Geometry, LineString, Polygon};

/// Points, lines and areas of one feature, in their order.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) points: Vec<Coord<f64>>,
    pub(super) lines: Vec<LineString<f64>>,
    pub(super) areas: Vec<Polygon<f64>>,
}

impl Parts {
    pub(super) fn add(&mut self, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Point(point) => self.points.push(point.0),
            Geometry::MultiPoint(all) => self.points.extend(all.0.iter().map(|point| point.0)),
            Geometry::LineString(line) => self.lines.push(line.clone()),
            Geometry::MultiLineString(all) => self.lines.extend(all.0.iter().cloned()),
            Geometry::Line(line) => self.lines.push(vec![line.start, line.end].into()),
            Geometry::Polygon(area) => self.areas.push(area.clone()),
            Geometry::MultiPolygon(all) => self.areas.extend(all.0.iter().cloned()),
            Geometry::Rect(rect) => self.areas.push(rect.to_polygon()),
            Geometry::Triangle(triangle) => self.areas.push(triangle.to_polygon()),
            Geometry::GeometryCollection(all) => all.0.iter().for_each(|one| self.add(one)),
        }
    }
}
