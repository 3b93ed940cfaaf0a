//! What of lines does not lie on other lines.

use geo::{Coord, LineString, MultiLineString};

use crate::geometry::boxes::BoxTree;
use crate::geometry::chain::clean_line;
use crate::geometry::work;

/// What lies nearer to another line than this lies on it, in degrees: about a centimetre, the last decimal of a project's file.
const ON_IT_DEG: f64 = 1.5e-7;

/// The parts of lines that lie on none of the others, each in the direction of its line, whichever way the others run. A vertex
/// more or less within a stretch makes no difference.
pub fn line_difference(lines: &MultiLineString<f64>, others: &MultiLineString<f64>) -> MultiLineString<f64> {
    let others: Vec<Vec<Coord<f64>>> = others.0.iter().map(clean_line).collect();
    let edges: Vec<[Coord<f64>; 2]> =
        others.iter().flat_map(|line| line.windows(2).map(|edge| [edge[0], edge[1]])).collect();
    let tree = BoxTree::new(edges.iter().map(|edge| box_of(*edge)));
    let mut parts = Vec::new();
    for line in lines.0.iter().map(clean_line) {
        if !work::spend(line.len() as u64) {
            break;
        }
        let mut part: Vec<Coord<f64>> = Vec::new();
        for edge in line.windows(2) {
            let (a, b) = (edge[0], edge[1]);
            let at = |share: f64| Coord { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
            let mut covered: Vec<(f64, f64)> =
                tree.meeting(box_of([a, b])).into_iter().filter_map(|index| overlap((a, b), edges[index])).collect();
            covered.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
            let least = ON_IT_DEG / (b.x - a.x).hypot(b.y - a.y);
            let mut from = 0.0;
            for (start, end) in covered.into_iter().chain([(1.0, 1.0)]) {
                if start - from > least {
                    if part.is_empty() {
                        part.push(at(from));
                    }
                    part.push(if start == 1.0 { b } else { at(start) });
                }
                if end > from && (start < 1.0 || from >= 1.0 - least) {
                    flush(&mut part, &mut parts);
                }
                from = from.max(end);
            }
        }
        flush(&mut part, &mut parts);
    }
    MultiLineString(parts)
}

fn flush(part: &mut Vec<Coord<f64>>, parts: &mut Vec<LineString<f64>>) {
    if part.len() > 1 {
        parts.push(LineString(std::mem::take(part)));
    }
    part.clear();
}

fn box_of([a, b]: [Coord<f64>; 2]) -> [f64; 4] {
    [a.x.min(b.x) - ON_IT_DEG, a.y.min(b.y) - ON_IT_DEG, a.x.max(b.x) + ON_IT_DEG, a.y.max(b.y) + ON_IT_DEG]
}

/// From which share of an edge to which another lies on it.
fn overlap((a, b): (Coord<f64>, Coord<f64>), [p, q]: [Coord<f64>; 2]) -> Option<(f64, f64)> {
    let along = b - a;
    let length2 = along.x * along.x + along.y * along.y;
    let share = |at: Coord<f64>| ((at.x - a.x) * along.x + (at.y - a.y) * along.y) / length2;
    let (tp, tq) = (share(p), share(q));
    let (from, to) = (tp.min(tq).max(0.0), tp.max(tq).min(1.0));
    if to <= from {
        return None;
    }
    let is_on_it = |t: f64| {
        let s = (t - tp) / (tq - tp);
        let other = Coord { x: p.x + (q.x - p.x) * s, y: p.y + (q.y - p.y) * s };
        let own = Coord { x: a.x + along.x * t, y: a.y + along.y * t };
        (other.x - own.x).hypot(other.y - own.y) <= ON_IT_DEG
    };
    (is_on_it(from) && is_on_it(to)).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(all: &[&[(f64, f64)]]) -> MultiLineString<f64> {
        MultiLineString(all.iter().map(|line| LineString::from(line.to_vec())).collect())
    }

    #[test]
    fn a_line_does_not_differ_from_itself_backwards_and_with_more_vertices() {
        let line = lines(&[&[(0.0, 0.0), (1.0, 0.5), (2.0, 0.0)]]);
        let other = lines(&[&[(2.0, 0.0), (1.5, 0.25), (1.0, 0.5), (0.25, 0.125), (0.0, 0.0)]]);
        assert!(line_difference(&line, &other).0.is_empty() && line_difference(&other, &line).0.is_empty());
    }

    #[test]
    fn what_lies_beside_the_other_stays_in_one_piece() {
        let line = lines(&[&[(0.0, 0.0), (1.0, 0.0), (2.0, 1.0), (3.0, 0.0), (4.0, 0.0)]]);
        let other = lines(&[&[(0.0, 0.0), (4.0, 0.0)]]);
        assert_eq!(line_difference(&line, &other), lines(&[&[(1.0, 0.0), (2.0, 1.0), (3.0, 0.0)]]));
        assert_eq!(line_difference(&other, &line), lines(&[&[(1.0, 0.0), (3.0, 0.0)]]));
    }

    #[test]
    fn what_only_crosses_or_touches_covers_nothing() {
        let line = lines(&[&[(0.0, 0.0), (2.0, 0.0)]]);
        let other = lines(&[&[(1.0, -1.0), (1.0, 1.0)], &[(2.0, 0.0), (3.0, 0.0)]]);
        assert_eq!(line_difference(&line, &other), line);
        assert_eq!(line_difference(&line, &lines(&[])), line);
    }
}
