//! A geometry taken apart into rings, lines and points, with the coordinates that nothing can be done with left out.

use geo::{Coord, Geometry, LineString, Polygon};

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
    let mut coords: Vec<Coord<f64>> = Vec::with_capacity(line.0.len());
    coords.extend(line.0.iter().copied().filter(|coord| is_usable(*coord)));
    coords.dedup();
    if coords.len() < 2 {
        coords.clear();
    }
    coords
}

/// The usable coordinates of a ring without repeats, closed; empty if fewer than three corners are left.
pub(crate) fn clean_ring(ring: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut coords = clean_line(ring);
    if coords.first() != coords.last() {
        coords.extend(coords.first().copied());
    }
    if coords.len() < 4 {
        coords.clear();
    }
    coords
}

/// The south-west and the north-east corner of the box around some coordinates; none around none.
pub(crate) fn corners<'a>(coords: impl IntoIterator<Item = &'a Coord<f64>>) -> Option<(Coord<f64>, Coord<f64>)> {
    let mut coords = coords.into_iter();
    let first = *coords.next()?;
    Some(coords.fold((first, first), |(min, max), coord| {
        (Coord { x: min.x.min(coord.x), y: min.y.min(coord.y) }, Coord { x: max.x.max(coord.x), y: max.y.max(coord.y) })
    }))
}

/// Takes a geometry apart, in its own order. A polygon without a usable outer ring is left out with its holes.
pub(crate) fn chains(geometry: &Geometry<f64>) -> Vec<Chain> {
    let mut chains = Vec::new();
    let mut part = 0;
    // A list of what is still to do instead of recursion: nesting is the input's to choose.
    let mut pending = vec![geometry];
    while let Some(next) = pending.pop() {
        match next {
            Geometry::Point(point) => push_points(&mut chains, &mut part, vec![point.0]),
            Geometry::MultiPoint(points) => {
                push_points(&mut chains, &mut part, points.0.iter().map(|point| point.0).collect());
            }
            Geometry::Line(line) => push_line(&mut chains, &mut part, &LineString::from(*line)),
            Geometry::LineString(line) => push_line(&mut chains, &mut part, line),
            Geometry::MultiLineString(lines) => {
                for line in &lines.0 {
                    push_line(&mut chains, &mut part, line);
                }
            }
            Geometry::Polygon(polygon) => push_polygon(&mut chains, &mut part, polygon),
            Geometry::MultiPolygon(polygons) => {
                for polygon in &polygons.0 {
                    push_polygon(&mut chains, &mut part, polygon);
                }
            }
            Geometry::Rect(rect) => push_polygon(&mut chains, &mut part, &rect.to_polygon()),
            Geometry::Triangle(triangle) => {
                push_polygon(&mut chains, &mut part, &triangle.to_polygon());
            }
            Geometry::GeometryCollection(collection) => pending.extend(collection.0.iter().rev()),
        }
    }
    chains
}

fn push_points(chains: &mut Vec<Chain>, part: &mut usize, coords: Vec<Coord<f64>>) {
    chains.push(Chain { coords, kind: ChainKind::Points, part: *part });
    *part += 1;
}

fn push_line(chains: &mut Vec<Chain>, part: &mut usize, line: &LineString<f64>) {
    let coords = clean_line(line);
    if !coords.is_empty() {
        chains.push(Chain { coords, kind: ChainKind::Line, part: *part });
    }
    *part += 1;
}

fn push_polygon(chains: &mut Vec<Chain>, part: &mut usize, polygon: &Polygon<f64>) {
    let outer = clean_ring(polygon.exterior());
    if !outer.is_empty() {
        chains.push(Chain { coords: outer, kind: ChainKind::Outer, part: *part });
        for hole in polygon.interiors() {
            let coords = clean_ring(hole);
            if !coords.is_empty() {
                chains.push(Chain { coords, kind: ChainKind::Hole, part: *part });
            }
        }
    }
    *part += 1;
}
