//! What of lines lies within an area.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon};

use crate::geometry::boxes::BoxTree;
use crate::geometry::chain::{clean_line, clean_ring};
use crate::geometry::hit::HitShape;
use crate::geometry::work;

/// The parts of lines that lie within an area, each in the direction of its line. Vertices come out as they went in; where a line
/// crosses the border, there is a new one. Lines on the other side of the date line count too.
pub fn clip_line(lines: &MultiLineString<f64>, within: &MultiPolygon<f64>) -> MultiLineString<f64> {
    let rings = within.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    let rings: Vec<Vec<Coord<f64>>> = rings.map(clean_ring).collect();
    let edges: Vec<[Coord<f64>; 2]> =
        rings.iter().flat_map(|ring| ring.windows(2).map(|edge| [edge[0], edge[1]])).collect();
    let box_of = |[a, b]: [Coord<f64>; 2]| [a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y)];
    let tree = BoxTree::new(edges.iter().map(|edge| box_of(*edge)));
    let shape = HitShape::new(&Geometry::MultiPolygon(within.clone()));
    let mut parts = Vec::new();
    for turn_deg in [0.0, 360.0, -360.0] {
        for line in &lines.0 {
            let line: Vec<Coord<f64>> =
                clean_line(line).iter().map(|at| Coord { x: at.x + turn_deg, y: at.y }).collect();
            if !work::spend(line.len() as u64) {
                return MultiLineString(Vec::new());
            }
            let mut part: Vec<Coord<f64>> = Vec::new();
            let mut is_inside = None;
            for edge in line.windows(2) {
                let (a, b) = (edge[0], edge[1]);
                let near = tree.meeting(box_of([a, b]));
                let mut cuts: Vec<f64> = near.iter().filter_map(|index| crossing(a, b, edges[*index])).collect();
                cuts.sort_unstable_by(f64::total_cmp);
                cuts.dedup();
                if !cuts.is_empty() {
                    is_inside = None;
                }
                let at = |part: f64| Coord { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
                let mut from = 0.0;
                for to in cuts.into_iter().chain([1.0]) {
                    if to <= from && to < 1.0 {
                        continue;
                    }
                    // Between two crossings all is on one side.
                    let inside = *is_inside.get_or_insert_with(|| shape.contains(at(f64::midpoint(from, to))));
                    if inside {
                        if part.is_empty() {
                            part.push(if from == 0.0 { a } else { at(from) });
                        }
                        part.push(if to == 1.0 { b } else { at(to) });
                    } else if part.len() > 1 {
                        parts.push(LineString(std::mem::take(&mut part)));
                    } else {
                        part.clear();
                    }
                    if to < 1.0 {
                        is_inside = None;
                    }
                    from = to;
                }
            }
            if part.len() > 1 {
                parts.push(LineString(part));
            }
        }
    }
    parts.iter_mut().for_each(|part| part.0.dedup());
    parts.retain(|part| part.0.len() > 1);
    MultiLineString(parts)
}

/// Where along `a` to `b` an edge crosses or touches it, 0 to 1.
fn crossing(a: Coord<f64>, b: Coord<f64>, [c, d]: [Coord<f64>; 2]) -> Option<f64> {
    let (along, edge) = (b - a, d - c);
    let cross = along.x * edge.y - along.y * edge.x;
    let to = c - a;
    if cross == 0.0 {
        return None;
    }
    let part = (to.x * edge.y - to.y * edge.x) / cross;
    let of_edge = (to.x * along.y - to.y * along.x) / cross;
    ((0.0..=1.0).contains(&part) && (0.0..=1.0).contains(&of_edge)).then_some(part)
}
