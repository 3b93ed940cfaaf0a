//! Areas laid over each other only where they differ: a border of which a few stretches moved is not looked through as a whole.
//!
//! # Why nothing is left out
//! The directed edges that only one of two borders has are together the border of what differs, counted with its sign. So nothing
//! differs outside of boxes around those of them that hang together, as long as the boxes lie apart. An edge that leaves a box is one that both
//! borders have, in the same direction: it is cut at the same place in both, to the last digit, and cancels out as it does whole.

use std::collections::HashSet;

use geo::{Coord, MultiPolygon};
use i_overlay::core::overlay_rule::OverlayRule;

use crate::geometry::boxes::Bounds;
use crate::geometry::planar::{self, oriented_rings};

type Rings = [Vec<Coord<f64>>];

/// More groups than this are not looked for: then the borders have little in common.
const MOST_GROUPS: usize = 64;

/// How much wider a box is than what differs in it, in parts of its size and in degrees.
const ROOM: f64 = 0.02;
const ROOM_DEG: f64 = 1e-4;

/// What only the first of two sets of oriented rings covers, and what only the second does.
pub(super) fn differences(one: &Rings, other: &Rings) -> [MultiPolygon<f64>; 2] {
    let Some(boxes) = differing(one, other) else { return planar::differences(one, other) };
    let mut both = [MultiPolygon(Vec::new()), MultiPolygon(Vec::new())];
    for bounds in boxes {
        let parts = planar::differences(&cut(one, bounds), &cut(other, bounds));
        for (all, part) in both.iter_mut().zip(parts) {
            all.0.extend(part.0);
        }
    }
    both
}

/// What of an area, by its oriented rings, lies in a region.
pub(super) fn within(area: &Rings, region: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let boxes = region.0.iter().filter_map(|polygon| around(&polygon.exterior().0)).collect();
    let Some(boxes) = apart(boxes) else {
        return planar::overlay(area, &oriented_rings(region), OverlayRule::Intersect);
    };
    let parts = boxes.into_iter().flat_map(|bounds| {
        let is_in = |polygon: &&geo::Polygon<f64>| around(&polygon.exterior().0).is_some_and(|own| meet(own, bounds));
        let region = MultiPolygon(region.0.iter().filter(is_in).cloned().collect());
        planar::overlay(&cut(area, bounds), &oriented_rings(&region), OverlayRule::Intersect).0
    });
    MultiPolygon(parts.collect())
}

/// Boxes that lie apart, around all edges that only one of the two has; `None` where they have too little in common for boxes to be
/// of use.
fn differing(one: &Rings, other: &Rings) -> Option<Vec<Bounds>> {
    let key = |edge: &[Coord<f64>]| [edge[0].x, edge[0].y, edge[1].x, edge[1].y].map(f64::to_bits);
    let edges =
        |rings: &Rings| -> HashSet<[u64; 4]> { rings.iter().flat_map(|ring| ring.windows(2).map(key)).collect() };
    let known = [edges(one), edges(other)];
    let mut boxes: Vec<Bounds> = Vec::new();
    for (rings, known) in [(one, &known[1]), (other, &known[0])] {
        for ring in rings {
            let mut goes_on = false;
            for edge in ring.windows(2) {
                let differs = !known.contains(&key(edge));
                if differs {
                    let own = around(edge)?;
                    match boxes.last_mut() {
                        Some(last) if goes_on => *last = join(*last, own),
                        _ => boxes.push(own),
                    }
                }
                goes_on = differs;
                if boxes.len() > MOST_GROUPS {
                    return None;
                }
            }
        }
    }
    apart(boxes)
}

/// The same boxes with room around them; those that meet are one.
fn apart(boxes: Vec<Bounds>) -> Option<Vec<Bounds>> {
    if boxes.len() > MOST_GROUPS {
        return None;
    }
    let with_room = |[west, south, east, north]: Bounds| {
        let room = ROOM * (east - west).max(north - south) + ROOM_DEG;
        [west - room, south - room, east + room, north + room]
    };
    let mut boxes: Vec<Bounds> = boxes.into_iter().map(with_room).collect();
    let mut settled: Vec<Bounds> = Vec::with_capacity(boxes.len());
    while let Some(mut own) = boxes.pop() {
        let mut is_apart = true;
        settled.retain(|other| {
            let meets = meet(own, *other);
            if meets {
                own = join(own, *other);
                is_apart = false;
            }
            !meets
        });
        // What has grown may meet others.
        if is_apart { settled.push(own) } else { boxes.push(own) }
    }
    Some(settled)
}

fn meet(a: Bounds, b: Bounds) -> bool {
    a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1]
}

fn join(a: Bounds, b: Bounds) -> Bounds {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

fn around(places: &[Coord<f64>]) -> Option<Bounds> {
    places.iter().map(|at| [at.x, at.y, at.x, at.y]).reduce(join)
}

/// Closed rings cut to a box, side by side (Sutherland and Hodgman 1974, doi:10.1145/360767.360802). A ring that comes and goes
/// runs along the box there and back, which has no area: the winding number of each place in the box stays what it was.
fn cut(rings: &Rings, bounds: Bounds) -> Vec<Vec<Coord<f64>>> {
    let cut_ring = |ring: &Vec<Coord<f64>>| {
        let own = around(ring)?;
        if !meet(own, bounds) {
            return None;
        }
        if own[0] >= bounds[0] && own[1] >= bounds[1] && own[2] <= bounds[2] && own[3] <= bounds[3] {
            return Some(ring.clone());
        }
        let mut ring = ring.clone();
        ring.pop();
        for (side, limit) in bounds.into_iter().enumerate() {
            ring = cut_side(&ring, side, limit);
        }
        ring.dedup();
        ring.extend(ring.first().copied());
        (ring.len() >= 4).then_some(ring)
    };
    rings.iter().filter_map(cut_ring).collect()
}

/// An open ring without what lies beyond one side of a box: 0 west, 1 south, 2 east, 3 north.
fn cut_side(ring: &[Coord<f64>], side: usize, limit: f64) -> Vec<Coord<f64>> {
    let is_across = side.is_multiple_of(2);
    let value = |at: Coord<f64>| if is_across { at.x } else { at.y };
    let is_in = |at: Coord<f64>| if side < 2 { value(at) >= limit } else { value(at) <= limit };
    let crossing = |a: Coord<f64>, b: Coord<f64>| {
        let part = (limit - value(a)) / (value(b) - value(a));
        if is_across {
            Coord { x: limit, y: a.y + part * (b.y - a.y) }
        } else {
            Coord { x: a.x + part * (b.x - a.x), y: limit }
        }
    };
    let mut out = Vec::with_capacity(ring.len() / 4);
    let Some(mut last) = ring.last().copied() else { return out };
    for at in ring {
        match (is_in(last), is_in(*at)) {
            (true, true) => out.push(*at),
            (true, false) => out.push(crossing(last, *at)),
            (false, true) => out.extend([crossing(last, *at), *at]),
            (false, false) => {}
        }
        last = *at;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::measure::area_m2;
    use crate::geometry::trial::ring;

    /// A ragged strip of land whose north side is as high as these numbers say, in hundredths of a degree.
    fn land(heights: &[u32]) -> Vec<Vec<Coord<f64>>> {
        let mut corners = vec![(30.0, 48.0), (30.0 + 0.1 * heights.len() as f64, 48.0)];
        let north = |(at, height): (usize, &u32)| (30.0 + 0.1 * at as f64, 49.0 + 0.01 * f64::from(*height));
        corners.extend(heights.iter().enumerate().rev().map(north));
        let area = MultiPolygon(vec![geo::Polygon::new(ring(&corners), vec![])]);
        oriented_rings(&area)
    }

    fn sizes(both: &[MultiPolygon<f64>; 2]) -> [f64; 2] {
        both.each_ref().map(area_m2)
    }

    #[test]
    fn what_differs_is_the_same_as_of_the_whole_borders() {
        let before: Vec<u32> = (0..80).map(|at| (at * 7) % 13).collect();
        let mut after = before.clone();
        (after[10], after[11], after[40], after[79]) = (20, 3, 0, 15);
        let (old, new) = (land(&before), land(&after));
        let boxes = differing(&new, &old).unwrap();
        assert_eq!(boxes.len(), 3, "{boxes:?}");
        let (ours, whole) = (sizes(&differences(&new, &old)), sizes(&planar::differences(&new, &old)));
        for (ours, whole) in ours.into_iter().zip(whole) {
            assert!(whole > 1e6 && (ours - whole).abs() < 1e-9 * whole, "{ours} is not {whole}");
        }
    }

    #[test]
    fn a_ring_around_a_box_and_a_hole_in_it_come_out_as_they_are() {
        // A hole that appears far within the land, and one that goes.
        let land = |hole: f64| {
            let outer = ring(&[(30.0, 48.0), (34.0, 48.0), (34.0, 51.0), (30.0, 51.0)]);
            let inner = ring(&[(hole, 49.0), (hole + 0.1, 49.0), (hole + 0.1, 49.2), (hole, 49.2)]);
            MultiPolygon(vec![geo::Polygon::new(outer, vec![inner])])
        };
        let (old, new) = (oriented_rings(&land(31.0)), oriented_rings(&land(33.0)));
        let (ours, whole) = (sizes(&differences(&new, &old)), sizes(&planar::differences(&new, &old)));
        assert!((ours[0] - whole[0]).abs() < 1e-9 * whole[0] && (ours[1] - whole[1]).abs() < 1e-9 * whole[1]);
        assert!(ours[0] > 1e8 && ours[1] > 1e8, "{ours:?}");
    }

    #[test]
    fn what_lies_in_a_region_is_the_same_as_of_the_whole_area() {
        let area = land(&(0..80).map(|at| (at * 5) % 11).collect::<Vec<_>>());
        let square = |west: f64| {
            geo::Polygon::new(ring(&[(west, 48.9), (west + 0.4, 48.9), (west + 0.4, 49.3), (west, 49.3)]), vec![])
        };
        let region = MultiPolygon(vec![square(31.0), square(33.0), square(33.3)]);
        let region = crate::geometry::derive::union_all([&region]);
        let ours = area_m2(&within(&area, &region));
        let whole = area_m2(&planar::overlay(&area, &oriented_rings(&region), OverlayRule::Intersect));
        assert!(whole > 1e8 && (ours - whole).abs() < 1e-9 * whole, "{ours} is not {whole}");
    }

    #[test]
    fn boxes_that_come_to_meet_are_one() {
        let boxes = vec![[0.0, 0.0, 1.0, 1.0], [5.0, 0.0, 6.0, 1.0], [0.5, 0.5, 5.5, 0.6], [9.0, 9.0, 9.0, 9.0]];
        assert_eq!(apart(boxes).unwrap().len(), 2);
        assert_eq!(apart(vec![[0.0; 4]; MOST_GROUPS + 1]), None);
        assert_eq!(apart(Vec::new()), Some(Vec::new()));
    }
}
