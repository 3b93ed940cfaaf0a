//! Where an outline or a line crosses itself, and where polygons of one multi-polygon lie over each other.
//!
//! Edges that only touch, at a vertex or along each other, do not cross.

use std::cell::OnceCell;

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{
    BoundingRect as _, Coord, Geometry, InteriorPoint as _, Line, LineString, MapCoords as _, MultiLineString,
    MultiPolygon, Polygon, Rect,
};

use crate::geometry::chain::{ChainKind, ShapeRef, for_each_chain};
use crate::geometry::hit::{EdgeTree, HitShape};

/// A border this deep within another polygon lies over it; one less deep may be the same border, drawn by another hand.
const DEEP_M: f64 = 1.0;

/// The first place where a ring of a polygon crosses itself or another ring of it, or where lines cross themselves or
/// each other: on the first edge that any later one crosses, in the order of the input.
///
/// About 0.5 µs a vertex where neighbours in a line are neighbours on the map. The search ends without an answer where
/// edges lie over each other so much that it would take a hundred times as long.
pub fn first_crossing<'a>(shape: impl Into<ShapeRef<'a>>) -> Option<Coord<f64>> {
    let (mut lines, mut polygon, mut found) = (Vec::new(), Vec::<Vec<Coord<f64>>>::new(), None);
    // One polygon at a time: a copy of all would take as much memory as the shape.
    for_each_chain(shape, |coords, kind, _| {
        if kind == ChainKind::Outer && found.is_none() {
            found = crossing_among(&polygon);
            polygon.clear();
        }
        match kind {
            _ if found.is_some() => {}
            ChainKind::Outer | ChainKind::Hole => polygon.push(coords.to_vec()),
            ChainKind::Line => lines.push(coords.to_vec()),
            ChainKind::Points => {}
        }
    });
    found.or_else(|| crossing_among(&polygon)).or_else(|| crossing_among(&lines))
}

/// Where the first edge of an area that spans more than half of the world meets the meridian of 180°: most likely its
/// outline was to cross that meridian, which RFC 7946 (section 3.1.9) has cut there. Edges from the one side of the map
/// to the other, as of a box around the world, are not meant.
pub fn first_jump(area: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let rings = area.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings.flat_map(LineString::lines).find_map(|edge| {
        let (east, west) = if edge.start.x > edge.end.x { (edge.start, edge.end) } else { (edge.end, edge.start) };
        let short_deg = 360.0 - (east.x - west.x);
        let jumps = short_deg < 180.0 && short_deg > 1e-6;
        jumps.then(|| Coord { x: 180.0, y: east.y + (west.y - east.y) * (180.0 - east.x) / short_deg })
    })
}

/// More crossings than this are not worked out: each takes about 150 bytes and some microseconds to make areas of.
pub const MOST_CROSSINGS: usize = 200_000;

/// A line that crosses itself more often than this has no two sides that anybody could tell; lines that are drawn by hand
/// do so a dozen times.
pub const MOST_OF_A_LINE: usize = 1_000;

/// Whether the edges of an area cross each other more than [`MOST_CROSSINGS`] times, so that its union could not be worked
/// out in a second or two and 100 MB. Looking for them ends as soon as there are more.
pub fn is_tangled(area: &MultiPolygon<f64>) -> bool {
    let rings: Vec<&[Coord<f64>]> = area.0.iter().flat_map(rings_of).map(|ring| ring.0.as_slice()).collect();
    cross_more_than(MOST_CROSSINGS, &rings)
}

/// Whether lines cross themselves and each other more than [`MOST_OF_A_LINE`] times.
pub fn is_line_tangled(lines: &MultiLineString<f64>) -> bool {
    let lines: Vec<&[Coord<f64>]> = lines.0.iter().map(|line| line.0.as_slice()).collect();
    cross_more_than(MOST_OF_A_LINE, &lines)
}

/// Whether edges of chains cross more than so many times, or lie over each other so much that it takes too long to say.
fn cross_more_than(most: usize, chains: &[&[Coord<f64>]]) -> bool {
    let boxes = 400 * chains.iter().map(|chain| chain.len()).sum::<usize>() + 1_000_000;
    let tree = EdgeTree::new(chains);
    let mut count = 0;
    let too_many = tree.first_pair_within(boxes, |one, other| {
        let found = line_intersection(Line::new(one.0, one.1), Line::new(other.0, other.1));
        count += usize::from(matches!(found, Some(LineIntersection::SinglePoint { is_proper: true, .. })));
        (count > most).then_some(())
    });
    too_many != Ok(None)
}

fn crossing_among<C: AsRef<[Coord<f64>]>>(chains: &[C]) -> Option<Coord<f64>> {
    let tree = EdgeTree::new(chains);
    tree.first_pair(|one, other| match line_intersection(Line::new(one.0, one.1), Line::new(other.0, other.1)) {
        Some(LineIntersection::SinglePoint { intersection, is_proper: true }) => Some(intersection),
        _ => None,
    })
}

/// A place where polygons of an area lie over each other: of polygons none of which [crosses itself](first_crossing).
///
/// Polygons that touch, and one in a hole of another, do not. It is looked for at the vertices and in the middle of the
/// edges of polygons whose boxes meet, then where edges cross; the search ends without an answer where boxes meet so
/// much that it would take a hundred times as long as otherwise.
pub fn first_overlap(area: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let mut parts: Vec<Part<'_>> = area.0.iter().filter_map(Part::of).collect();
    if parts.len() < 2 {
        return None;
    }
    parts.sort_by(|one, other| one.bounds.min().x.total_cmp(&other.bounds.min().x));
    let vertices: usize = parts.iter().map(Part::vertices).sum();
    let mut budget = 100 * vertices + 10_000;
    let mut any = false;
    for one in 0..parts.len() {
        for other in one + 1..parts.len() {
            let (one, other) = (&parts[one], &parts[other]);
            if other.bounds.min().x >= one.bounds.max().x {
                break;
            }
            budget = budget.checked_sub(1)?;
            let shared = (one.bounds.min().y < other.bounds.max().y) && (other.bounds.min().y < one.bounds.max().y);
            if !shared {
                continue;
            }
            any = true;
            budget = budget.checked_sub(one.vertices() + other.vertices())?;
            if let Some(at) = one.place_deep_in(other).or_else(|| other.place_deep_in(one)) {
                return Some(at);
            }
        }
        // It is not asked again, and all of them together would take more memory than the area.
        parts[one].within.take();
    }
    drop(parts);
    let rings = || area.0.iter().flat_map(rings_of).map(|ring| ring.0.as_slice()).collect::<Vec<_>>();
    any.then(|| crossing_among(&rings())).flatten()
}

fn rings_of(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// A polygon with what it takes to ask what lies in it, made when first asked for.
struct Part<'a> {
    polygon: &'a Polygon<f64>,
    bounds: Rect<f64>,
    within: OnceCell<HitShape>,
    middle: OnceCell<Option<Coord<f64>>>,
}

impl<'a> Part<'a> {
    fn of(polygon: &'a Polygon<f64>) -> Option<Self> {
        let bounds = polygon.bounding_rect()?;
        let is_finite = rings_of(polygon).flat_map(|ring| &ring.0).all(|at| at.x.is_finite() && at.y.is_finite());
        is_finite.then(|| Self { polygon, bounds, within: OnceCell::new(), middle: OnceCell::new() })
    }

    fn vertices(&self) -> usize {
        rings_of(self.polygon).map(|ring| ring.0.len()).sum()
    }

    /// A place of the border of this part, or one within it, that lies deep within the other.
    fn place_deep_in(&self, other: &Self) -> Option<Coord<f64>> {
        let within = other.within.get_or_init(|| HitShape::new(&Geometry::Polygon(other.polygon.clone())));
        let (min, max) = (other.bounds.min(), other.bounds.max());
        let is_deep = |at: &Coord<f64>| {
            (min.x < at.x && at.x < max.x && min.y < at.y && at.y < max.y)
                && within.contains(*at)
                && within.distance_m(*at, DEEP_M).is_none()
        };
        let edges = rings_of(self.polygon).flat_map(|ring| ring.0.windows(2));
        let on_border = edges.flat_map(|edge| [edge[0], (edge[0] + edge[1]) / 2.0]).find(is_deep);
        // Two alike have no border within each other.
        on_border.or_else(|| {
            let middle = self.middle.get_or_init(|| {
                // The sweep of `geo` takes −0 for less than 0 in one place and not in another.
                let without_sign = |at: Coord<f64>| Coord { x: at.x + 0.0, y: at.y + 0.0 };
                self.polygon.map_coords(without_sign).interior_point().map(|at| at.0)
            });
            middle.filter(is_deep)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::trial::ring;

    fn area(rings: &[&[(f64, f64)]]) -> Geometry<f64> {
        let holes = rings[1..].iter().map(|hole| ring(hole)).collect();
        Geometry::Polygon(Polygon::new(ring(rings[0]), holes))
    }

    const BOX: [(f64, f64); 4] = [(37.0, 48.0), (38.0, 48.0), (38.0, 49.0), (37.0, 49.0)];

    #[test]
    fn areas_on_either_side_of_zero_are_compared_whatever_the_sign_of_zero() {
        let zeros = [0.0, -0.0];
        for (a, b, c, d) in
            (0..16).map(|bits| (zeros[bits & 1], zeros[bits >> 1 & 1], zeros[bits >> 2 & 1], zeros[bits >> 3]))
        {
            let one = ring(&[(a, 0.0), (1.0, b), (1.0, 1.0), (c, 1.0), (d, 0.5), (-1.0, 0.25)]);
            let all = MultiPolygon(vec![Polygon::new(one.clone(), Vec::new()), Polygon::new(one, Vec::new())]);
            assert!(first_overlap(&all).is_some(), "{a} {b} {c} {d}");
        }
    }

    #[test]
    fn an_edge_the_long_way_round_the_world_is_found() {
        let area = |ring: &[(f64, f64)]| MultiPolygon(vec![Polygon::new(LineString::from(ring.to_vec()), Vec::new())]);
        let jump = first_jump(&area(&[(170.0, 60.0), (-165.0, 65.0), (-170.0, 70.0), (170.0, 70.0)]));
        let Coord { x, y } = jump.expect("it jumps");
        assert!(x == 180.0 && (y - 62.0).abs() < 1e-9, "{x} {y}");
        // Of the chain of islands that GIS programs cut at 180°, of a half of the world, and of all of it.
        assert_eq!(first_jump(&area(&[(170.0, 60.0), (180.0, 60.0), (180.0, 70.0), (170.0, 70.0)])), None);
        assert_eq!(first_jump(&area(&[(-90.0, 0.0), (90.0, 0.0), (90.0, 70.0), (-90.0, 70.0)])), None);
        assert_eq!(first_jump(&area(&[(-180.0, -85.0), (180.0, -85.0), (180.0, 85.0), (-180.0, 85.0)])), None);
    }

    #[test]
    fn a_bow_tie_crosses_itself_in_its_middle() {
        let found = first_crossing(&area(&[&[(37.0, 48.0), (38.0, 49.0), (38.0, 48.0), (37.0, 49.0)]])).unwrap();
        assert!((found.x - 37.5).abs() < 1e-12 && (found.y - 48.5).abs() < 1e-12);
        // A hole that reaches beyond the outline, and a line.
        let found = first_crossing(&area(&[&BOX, &[(37.5, 48.5), (38.5, 48.5), (38.5, 48.6)]])).unwrap();
        assert_eq!((found.x, found.y), (38.0, 48.5));
        let line = vec![(37.0, 48.0), (38.0, 49.0), (38.0, 48.0), (37.0, 49.0)];
        assert!(first_crossing(&Geometry::LineString(line.into())).is_some());
        let lines = MultiLineString(vec![vec![(0.0, 0.0), (1.0, 1.0)].into(), vec![(0.0, 1.0), (1.0, 0.0)].into()]);
        assert!(first_crossing(&Geometry::MultiLineString(lines)).is_some());
    }

    #[test]
    fn what_only_touches_does_not_cross() {
        let hole_on_a_corner: &[(f64, f64)] = &[(37.0, 48.0), (37.5, 48.2), (37.2, 48.5)];
        let two_loops_at_one_vertex: &[(f64, f64)] =
            &[(37.0, 48.0), (37.5, 48.5), (37.0, 49.0), (38.0, 49.0), (37.5, 48.5), (38.0, 48.0)];
        let along_itself: &[(f64, f64)] = &[(37.0, 48.0), (38.0, 48.0), (37.5, 48.0), (37.5, 49.0)];
        for shape in
            [area(&[&BOX]), area(&[&BOX, hole_on_a_corner]), area(&[two_loops_at_one_vertex]), area(&[along_itself])]
        {
            assert_eq!(first_crossing(&shape), None);
        }
        // Two polygons may lie over each other.
        let over = ring(&[(37.5, 48.5), (38.5, 48.5), (38.5, 49.5)]);
        let two = MultiPolygon(vec![Polygon::new(ring(&BOX), vec![]), Polygon::new(over, vec![])]);
        assert_eq!(first_crossing(&Geometry::MultiPolygon(two)), None);
        assert_eq!(first_overlap(&MultiPolygon(vec![])), None);
        for nothing in [Geometry::MultiPolygon(MultiPolygon(vec![])), area(&[&[(f64::NAN, 1.0); 5]])] {
            assert_eq!(first_crossing(&nothing), None);
        }
    }

    #[test]
    fn parts_that_lie_over_each_other_are_found_and_neighbours_are_not() {
        let polygon = |rings: &[&[(f64, f64)]]| match area(rings) {
            Geometry::Polygon(polygon) => polygon,
            _ => unreachable!(),
        };
        let square = |x: f64, y: f64, size: f64| [(x, y), (x + size, y), (x + size, y + size), (x, y + size)];
        let overlap = |parts: &[Polygon<f64>]| first_overlap(&MultiPolygon(parts.to_vec()));
        let plain = polygon(&[&BOX]);
        let holed = polygon(&[&BOX, &square(37.2, 48.2, 0.6)]);
        let bar = |corners: [(f64, f64); 4]| polygon(&[&corners]);
        let (across, along) = (
            bar([(37.0, 48.4), (40.0, 48.4), (40.0, 48.5), (37.0, 48.5)]),
            bar([(38.0, 47.0), (38.1, 47.0), (38.1, 49.4), (38.0, 49.4)]),
        );
        for (one, other) in [
            (&plain, &polygon(&[&square(37.5, 48.5, 1.0)])),
            // Along the same parallels.
            (&plain, &polygon(&[&square(37.5, 48.0, 1.0)])),
            // One in the other, the same twice, and one on a hole's border.
            (&plain, &polygon(&[&square(37.4, 48.4, 0.2)])),
            (&plain, &plain),
            (&holed, &polygon(&[&square(37.1, 48.3, 0.3)])),
            (&across, &along),
        ] {
            for parts in [[one.clone(), other.clone()], [other.clone(), one.clone()]] {
                let at = overlap(&parts).unwrap();
                assert!(parts.iter().all(|part| geo::Intersects::intersects(part, &at)), "{at:?}: {parts:?}");
            }
        }
        for (one, other) in [
            (&plain, &polygon(&[&square(38.0, 48.0, 1.0)])),
            (&plain, &polygon(&[&square(38.0, 49.0, 1.0)])),
            (&plain, &polygon(&[&square(39.0, 48.0, 1.0)])),
            (&holed, &polygon(&[&square(37.2, 48.2, 0.6)])),
            (&holed, &polygon(&[&square(37.4, 48.4, 0.1)])),
        ] {
            assert_eq!(overlap(&[one.clone(), other.clone()]), None, "{other:?}");
            assert_eq!(overlap(&[other.clone(), one.clone()]), None, "{other:?}");
        }
        assert_eq!(overlap(&[plain]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_pair_is_looked_at(places in prop::collection::vec((0..40_i32, 0..40_i32), 2..60)) {
            let coords: Vec<Coord<f64>> =
                places.iter().map(|(x, y)| Coord { x: f64::from(*x) + 0.1, y: f64::from(*y) }).collect();
            let line = LineString(coords);
            let edges: Vec<Line<f64>> = line.lines().collect();
            let is_crossing = |one: &Line<f64>, other: &Line<f64>| {
                matches!(line_intersection(*one, *other), Some(LineIntersection::SinglePoint { is_proper: true, .. }))
            };
            let expected = edges.iter().enumerate().any(|(index, one)| edges[index..].iter().any(|other| is_crossing(one, other)));
            prop_assert_eq!(first_crossing(&Geometry::LineString(line)).is_some(), expected);
        }
    }
}
