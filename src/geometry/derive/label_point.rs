//! The place for a label: the point of an area that is farthest from its border.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use geo::{Coord, MultiPolygon, Polygon};
use kurbo::{Point, Vec2};

use crate::geometry::chain::{clean_ring, corners};
use crate::geometry::hit::{EdgeTree, meters_per_degree};
use crate::geometry::measure::area_m2;

/// The place for a label: the one furthest from the outline of the largest polygon, to within `precision_m`
/// (pole of inaccessibility, by quartering cells as mapbox/polylabel does).
///
/// None if there is no usable polygon. A polygon without an inside gives a place on its outline. The search stops
/// after 20,000 cells, however small the precision.
pub fn largest_label_point(area: &MultiPolygon<f64>, precision_m: f64) -> Option<Coord<f64>> {
    let size = |polygon: &Polygon<f64>| area_m2(&MultiPolygon(vec![polygon.clone()]));
    let sized = area.0.iter().filter(|polygon| !clean_ring(polygon.exterior()).is_empty());
    let (largest, _) = sized.map(|polygon| (polygon, size(polygon))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    label_point(largest, precision_m)
}

fn label_point(polygon: &Polygon<f64>, precision_m: f64) -> Option<Coord<f64>> {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(clean_ring);
    let rings: Vec<Vec<Coord<f64>>> = rings.filter(|ring| !ring.is_empty()).collect();
    let outer = rings.first()?;
    let (min, max) = corners(outer)?;
    let somewhere = outer[0];
    let search = LabelSearch {
        scale: meters_per_degree((min.y + max.y) / 2.0),
        origin: (min + max) / 2.0,
        tree: EdgeTree::new(rings),
    };
    let (width, height) = ((max.x - min.x) * search.scale.x, (max.y - min.y) * search.scale.y);
    // Below this the search would count digits; NaN becomes it too.
    let precision = precision_m.max((width + height) * 1e-6);
    let half = width.min(height).max(width.max(height) / 64.0) / 2.0;
    if half <= 0.0 {
        return Some(somewhere);
    }
    let mut cells = BinaryHeap::new();
    let (columns, rows) = ((width / half / 2.0).ceil() as usize, (height / half / 2.0).ceil() as usize);
    for column in 0..columns {
        for row in 0..rows {
            let x = -width / 2.0 + (2 * column + 1) as f64 * half;
            let y = -height / 2.0 + (2 * row + 1) as f64 * half;
            cells.push(search.cell(Point::new(x, y), half));
        }
    }
    let mut best = search.cell(Point::ZERO, 0.0);
    let mut tried = cells.len();
    while let Some(cell) = cells.pop() {
        if cell.depth > best.depth {
            best = cell;
        }
        if cell.potential - best.depth <= precision || tried > 20_000 {
            break;
        }
        let half = cell.half / 2.0;
        for (x, y) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            cells.push(search.cell(cell.center + Vec2::new(x, y), half));
        }
        tried += 4;
    }
    if best.depth > 0.0 { Some(search.place(best.center)) } else { Some(somewhere) }
}

/// A polygon on a plane of metres about its middle.
struct LabelSearch {
    tree: EdgeTree,
    scale: Vec2,
    origin: Coord<f64>,
}

impl LabelSearch {
    fn place(&self, point: Point) -> Coord<f64> {
        Coord { x: self.origin.x + point.x / self.scale.x, y: self.origin.y + point.y / self.scale.y }
    }

    fn cell(&self, center: Point, half: f64) -> LabelCell {
        let place = self.place(center);
        let distance = self.tree.nearest(place, self.scale, f64::INFINITY).map_or(0.0, |found| found.distance);
        let depth = if self.tree.is_inside(place) { distance } else { -distance };
        LabelCell { center, half, depth, potential: depth + half * std::f64::consts::SQRT_2 }
    }
}

/// A square that may hold the deepest place; ordered by how deep that could be.
#[derive(Debug, Clone, Copy)]
struct LabelCell {
    center: Point,
    half: f64,
    /// Metres from the centre to the outline, below 0 outside.
    depth: f64,
    /// No place in the cell is deeper than this.
    potential: f64,
}

impl Ord for LabelCell {
    fn cmp(&self, other: &Self) -> Ordering {
        self.potential.total_cmp(&other.potential)
    }
}

impl PartialOrd for LabelCell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for LabelCell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for LabelCell {}
