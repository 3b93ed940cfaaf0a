//! A geometry taken apart into rings, lines and points, with the coordinates that nothing can be done with left out.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Polygon};

/// What a [`Chain`] was part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChainKind {
    /// The outer ring of a polygon; closed.
    Outer,
    /// A hole in the polygon of the same part; closed.
    Hole,
    /// A line.
    Line,
    /// Points, which nothing connects. Unusable ones stay, so that positions in the list are those in the input.
    Points,
}

/// Coordinates in a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chain {
    pub(crate) coords: Vec<Coord<f64>>,
    pub(crate) kind: ChainKind,
    /// Which polygon, line or point list of the input, counted from 0.
    pub(crate) part: usize,
}

/// A coordinate that can stand on a map: finite, a latitude, and a longitude at most one turn off.
pub(crate) fn is_usable(coord: Coord<f64>) -> bool {
    coord.x.abs() <= 720.0 && coord.y.abs() <= 90.0
}

/// The usable coordinates of a line without repeats; empty if fewer than two are left.
pub(crate) fn clean_line(line: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut coords = Vec::with_capacity(line.0.len());
    clean_line_into(line, &mut coords);
    coords
}

fn clean_line_into(line: &LineString<f64>, coords: &mut Vec<Coord<f64>>) {
    coords.clear();
    coords.extend(line.0.iter().copied().filter(|coord| is_usable(*coord)));
    coords.dedup();
    if coords.len() < 2 {
        coords.clear();
    }
}

/// The usable coordinates of a ring without repeats, closed; empty if fewer than three corners are left.
pub(crate) fn clean_ring(ring: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut coords = Vec::with_capacity(ring.0.len());
    clean_ring_into(ring, &mut coords);
    coords
}

fn clean_ring_into(ring: &LineString<f64>, coords: &mut Vec<Coord<f64>>) {
    clean_line_into(ring, coords);
    if coords.first() != coords.last() {
        coords.extend(coords.first().copied());
    }
    if coords.len() < 4 {
        coords.clear();
    }
}

/// The south-west and the north-east corner of the box around some coordinates; none around none.
pub(crate) fn corners<'a>(coords: impl IntoIterator<Item = &'a Coord<f64>>) -> Option<(Coord<f64>, Coord<f64>)> {
    let mut coords = coords.into_iter();
    let first = *coords.next()?;
    Some(coords.fold((first, first), |(min, max), coord| {
        (Coord { x: min.x.min(coord.x), y: min.y.min(coord.y) }, Coord { x: max.x.max(coord.x), y: max.y.max(coord.y) })
    }))
}

/// A shape to be taken apart, where it stands.
#[derive(Debug, Clone, Copy)]
pub enum ShapeRef<'a> {
    /// Anything.
    Any(&'a Geometry<f64>),
    /// Polygons.
    Areas(&'a MultiPolygon<f64>),
    /// Lines.
    Lines(&'a MultiLineString<f64>),
    /// Points.
    Points(&'a MultiPoint<f64>),
    /// Several of these: parts are numbered through, polygons before lines before points.
    Mixed {
        /// Polygons.
        areas: &'a MultiPolygon<f64>,
        /// Lines.
        lines: &'a MultiLineString<f64>,
        /// Points.
        points: &'a MultiPoint<f64>,
    },
}

impl<'a> From<&'a Geometry<f64>> for ShapeRef<'a> {
    fn from(geometry: &'a Geometry<f64>) -> Self {
        Self::Any(geometry)
    }
}

/// Takes a shape apart, in its own order. A polygon without a usable outer ring is left out with its holes.
pub(crate) fn chains<'a>(shape: impl Into<ShapeRef<'a>>) -> Vec<Chain> {
    let mut chains = Vec::new();
    for_each_chain(shape, |coords, kind, part| chains.push(Chain { coords: coords.to_vec(), kind, part }));
    chains
}

/// The same without keeping anything: `each` is given the coordinates, what they were part of, and which part.
pub(crate) fn for_each_chain<'a>(shape: impl Into<ShapeRef<'a>>, each: impl FnMut(&[Coord<f64>], ChainKind, usize)) {
    let mut walk = Walk { part: 0, coords: Vec::new(), each };
    match shape.into() {
        ShapeRef::Any(geometry) => walk.any(geometry),
        ShapeRef::Areas(polygons) => polygons.0.iter().for_each(|polygon| walk.polygon(polygon)),
        ShapeRef::Lines(lines) => lines.0.iter().for_each(|line| walk.line(line)),
        ShapeRef::Points(points) => walk.points(points.0.iter().map(|point| point.0)),
        ShapeRef::Mixed { areas, lines, points } => {
            areas.0.iter().for_each(|polygon| walk.polygon(polygon));
            lines.0.iter().for_each(|line| walk.line(line));
            walk.points(points.0.iter().map(|point| point.0));
        }
    }
}

struct Walk<F> {
    part: usize,
    /// Scratch, kept for its memory.
    coords: Vec<Coord<f64>>,
    each: F,
}

impl<F: FnMut(&[Coord<f64>], ChainKind, usize)> Walk<F> {
    fn any(&mut self, geometry: &Geometry<f64>) {
        // A list of what is still to do instead of recursion: nesting is the input's to choose.
        let mut pending = vec![geometry];
        while let Some(next) = pending.pop() {
            match next {
                Geometry::Point(point) => self.points([point.0].into_iter()),
                Geometry::MultiPoint(points) => self.points(points.0.iter().map(|point| point.0)),
                Geometry::Line(line) => self.line(&LineString::from(*line)),
                Geometry::LineString(line) => self.line(line),
                Geometry::MultiLineString(lines) => lines.0.iter().for_each(|line| self.line(line)),
                Geometry::Polygon(polygon) => self.polygon(polygon),
                Geometry::MultiPolygon(polygons) => polygons.0.iter().for_each(|polygon| self.polygon(polygon)),
                Geometry::Rect(rect) => self.polygon(&rect.to_polygon()),
                Geometry::Triangle(triangle) => self.polygon(&triangle.to_polygon()),
                Geometry::GeometryCollection(collection) => pending.extend(collection.0.iter().rev()),
            }
        }
    }

    fn points(&mut self, points: impl Iterator<Item = Coord<f64>>) {
        self.coords.clear();
        self.coords.extend(points);
        (self.each)(&self.coords, ChainKind::Points, self.part);
        self.part += 1;
    }

    fn line(&mut self, line: &LineString<f64>) {
        clean_line_into(line, &mut self.coords);
        self.hand_on(ChainKind::Line);
        self.part += 1;
    }

    fn polygon(&mut self, polygon: &Polygon<f64>) {
        clean_ring_into(polygon.exterior(), &mut self.coords);
        if self.hand_on(ChainKind::Outer) {
            for hole in polygon.interiors() {
                clean_ring_into(hole, &mut self.coords);
                self.hand_on(ChainKind::Hole);
            }
        }
        self.part += 1;
    }

    /// Whether there was anything.
    fn hand_on(&mut self, kind: ChainKind) -> bool {
        if self.coords.is_empty() {
            return false;
        }
        (self.each)(&self.coords, kind, self.part);
        true
    }
}
