//! All within a distance of a line.

use std::f64::consts::{FRAC_PI_2, PI};

use geo::line_measures::{Bearing, Destination, Distance, Geodesic};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use i_overlay::core::overlay_rule::OverlayRule;
use kurbo::{Point, Vec2};

use super::split::{CONTRADICTION, Cut, Face, LineSides, clean_lines, dissolved, inner_point, middle, planar_area};
use super::{Sides, Split};
use crate::geometry::chain::corners;
use crate::geometry::hit::meters_per_degree;
use crate::geometry::measure::{self};
use crate::geometry::planar::{oriented_rings, overlay, slice};
use crate::geometry::strand::strands;

/// How many edges of a line are buffered at once.
const RUN_EDGES: usize = 8;

/// How much of the buffer's distance a line may be simplified by before it is buffered.
const BUFFER_TOLERANCE: f64 = 0.002;

/// How far a line may reach from its middle to be buffered: beyond, the projection is off by 4 % and more.
const FARTHEST_M: f64 = 3_000_000.0;

/// Round joins are drawn with an edge for this angle; it takes 0.03 % off the distance half-way.
const ARC_STEP_RAD: f64 = PI / 60.0;

/// All places at most `distance_m` from a line, on one side of it or on both.
///
/// # Which places
/// A place belongs to the buffer if its nearest point on the line is at most the distance away: joins are round. At
/// the ends the buffer stops flat, square to the last edge: what lies beyond and has the end as its nearest point does
/// not belong to it. For one side of it see [`buffer_sides`].
///
/// # Error
/// Distances are those of the azimuthal equidistant projection of the ellipsoid (Snyder 1987, chapter 25) about the
/// middle of the line's bounding box: true along rays from there, and across them too long by ρ²/6R² at ρ from
/// there, which is 0.004 % at 100 km, 0.1 % at 500 km and 0.4 % at 1000 km. The line is simplified to 0.2 % of the
/// distance first, a ragged one along the points that a disc as wide as the buffer touches; and arcs are drawn with an
/// edge for every 3°. Beside GEOS the area is within 0.025 % at 1 to 10 km, for a line of 200 km and for ragged ones along
/// it. Where a line bends within the distance of its flat end the two cut the end differently: for that line at 20 km
/// GEOS finds 0.33 % more.
///
/// # What comes out of what
/// Nothing for a line without two different places, for one that reaches further than 3000 km from its middle, and for
/// a distance that is not above 0 and at most 2000 km. The work grows with the crossings of the offset outline. Near a
/// pole or the date line the projection is sound but longitudes come back in ±180°, and so the shape is not.
pub fn buffer_line(line: &MultiLineString<f64>, distance_m: f64, sides: Sides) -> MultiPolygon<f64> {
    let lines = clean_lines(line);
    if lines.is_empty() || distance_m.is_nan() || distance_m <= 0.0 || distance_m > 2_000_000.0 {
        return MultiPolygon(Vec::new());
    }
    let plane = Plane { center: middle(&lines) };
    let is_beyond = |place: &Coord<f64>| measure::distance_m(plane.center, *place) > FARTHEST_M;
    if corners(lines.iter().flatten()).is_some_and(|(min, max)| is_beyond(&min) || is_beyond(&max)) {
        return MultiPolygon(Vec::new());
    }
    let simple = simplified_on_plane(&lines, &plane, distance_m);
    let outline = offset_union(&simple, distance_m);
    let outline = without_ends(outline, &lines, &simple, &plane, distance_m);
    let both = plane.unproject(&outline, distance_m);
    match sides {
        Sides::Both => both,
        Sides::Left => buffer_sides(line, distance_m, &both).left,
        Sides::Right => buffer_sides(line, distance_m, &both).right,
    }
}

/// The buffer of a line in two: `both` is what [`buffer_line`] gives for both sides and the same distance.
///
/// The left part is what the line parts off to its left, and follows every vertex of the line; the right one is the
/// rest. So the two are disjoint and together the whole. Where an end of the line lies inside the buffer of another
/// stretch, the line goes on along the places that have it to their left and to their right equally near; what that
/// leaves unsettled goes by the nearest point on the line, in steps of a thirty-second of the distance. A line whose
/// last vertex is its first is a loop without ends.
pub fn buffer_sides(line: &MultiLineString<f64>, distance_m: f64, both: &MultiPolygon<f64>) -> Split {
    let lines = clean_lines(line);
    let rings = oriented_rings(both);
    if lines.is_empty() || rings.is_empty() {
        return Split { left: MultiPolygon(Vec::new()), right: MultiPolygon(Vec::new()) };
    }
    let mut cut = Cut::new(&rings, lines.iter().map(|line| overshot(line)).collect());
    let sides = LineSides::new(lines.clone());
    let whole: f64 = cut.faces.iter().map(|face| planar_area(&face.polygon)).sum();
    let is_settled = |face: &Face| !face.is_contradictory(whole) && (face.left > 0.0 || face.right > 0.0);
    // A curl can be all that a line has of its face's border, if it ends within.
    let length: f64 = lines.iter().map(|line| sides.length(line)).sum();
    let is_parted = |cut: &Cut| {
        let parted: f64 = cut.faces.iter().map(|face| face.left + face.right).sum();
        parted > 2.0 * (1.0 - CONTRADICTION) * length
    };
    if !is_parted(&cut) || !cut.faces.iter().all(|face| face.is_plain() && is_settled(face)) {
        let longer = lines.iter().map(|line| with_seams(line, &sides, distance_m)).collect();
        cut = Cut::new(&rings, longer);
    }
    let is_parted = is_parted(&cut);
    let is_settled = |face: &Face| is_settled(face) && (is_parted || face.borders(length));
    // Only cells have edges in common with others of the same side; a curl stays a part of its own.
    let is_whole = cut.faces.iter().all(is_settled);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for face in cut.faces {
        if is_settled(&face) {
            let part = if face.left > face.right { &mut left } else { &mut right };
            part.push(face.polygon);
            continue;
        }
        for cell in cells(&face.polygon, distance_m / 32.0, sides.scale) {
            let part = if sides.is_left(inner_point(&cell)) { &mut left } else { &mut right };
            part.push(cell);
        }
    }
    if is_whole { Split { left: MultiPolygon(left), right: MultiPolygon(right) } } else { dissolved(left, right) }
}

/// A line that goes on beyond its ends, to where its buffer ends: see [`seam`].
pub(super) fn with_seams(line: &[Coord<f64>], sides: &LineSides, distance_m: f64) -> Vec<Coord<f64>> {
    let last = line.len() - 1;
    if line[0] == line[last] {
        return line.to_vec();
    }
    let mut longer = seam(line[0], line[1], true, sides, distance_m);
    longer.reverse();
    longer.extend_from_slice(line);
    longer.extend(seam(line[last], line[last - 1], false, sides, distance_m));
    longer
}

/// From an end of a line on, the places that have the line's left as near as its right, until it is out of reach.
///
/// Each step is at most half the way to the line, so that none leads across it, and at most a thirty-second of the
/// distance; its direction is the one at which the side of the nearest point changes.
pub(super) fn seam(
    end: Coord<f64>,
    before: Coord<f64>,
    is_start: bool,
    sides: &LineSides,
    distance_m: f64,
) -> Vec<Coord<f64>> {
    let scale = sides.scale;
    let out = Vec2::new((end.x - before.x) * scale.x, (end.y - before.y) * scale.y);
    let mut heading = out.atan2();
    let longest = distance_m / 32.0;
    let mut step = longest.min(out.hypot() / 4.0);
    let mut at = end;
    let mut places = Vec::new();
    for _ in 0..256 {
        let ahead = |turn: f64| {
            let (sin, cos) = (heading + turn).sin_cos();
            Coord { x: at.x + step * cos / scale.x, y: at.y + step * sin / scale.y }
        };
        // Seen from a start, looking away from the line, the line's left is to the right.
        let is_left = |turn: f64| sides.is_left(ahead(turn)) != is_start;
        let Some(reach) = [2.0, 1.0, 2.8, 0.5].into_iter().find(|reach| is_left(*reach) && !is_left(-*reach)) else {
            break;
        };
        let (mut left, mut right) = (reach, -reach);
        for _ in 0..14 {
            let between = (left + right) / 2.0;
            *if is_left(between) { &mut left } else { &mut right } = between;
        }
        let turn = (left + right) / 2.0;
        at = ahead(turn);
        heading += turn;
        places.push(at);
        let Some(found) = sides.tree.nearest(at, scale, distance_m * 1.02) else {
            break;
        };
        step = longest.min(found.distance / 2.0).max(longest / 1024.0);
    }
    places
}

/// Cuts a polygon by a square grid.
pub(super) fn cells(polygon: &Polygon<f64>, size_m: f64, scale: Vec2) -> Vec<Polygon<f64>> {
    let Some((min, max)) = corners(&polygon.exterior().0) else {
        return Vec::new();
    };
    // At most 200 lines either way, so that the size of the input bounds the work.
    let step = |size_deg: f64, from: f64, to: f64| size_deg.max((to - from) / 200.0).max(1e-9);
    let (across, up) = (step(size_m / scale.x.max(1.0), min.x, max.x), step(size_m / scale.y, min.y, max.y));
    let mut cuts = Vec::new();
    for column in 1..=((max.x - min.x) / across) as usize {
        let x = min.x + column as f64 * across;
        cuts.push(vec![Coord { x, y: min.y - up }, Coord { x, y: max.y + up }]);
    }
    for row in 1..=((max.y - min.y) / up) as usize {
        let y = min.y + row as f64 * up;
        cuts.push(vec![Coord { x: min.x - across, y }, Coord { x: max.x + across, y }]);
    }
    if cuts.is_empty() {
        return vec![polygon.clone()];
    }
    slice(&oriented_rings(&MultiPolygon(vec![polygon.clone()])), &cuts).polygons.0
}

/// A line whose ends go on by a few centimetres, so that it surely reaches the end of its own buffer.
pub(super) fn overshot(line: &[Coord<f64>]) -> Vec<Coord<f64>> {
    pub(super) const FURTHER_DEG: f64 = 1e-6;
    let beyond = |end: Coord<f64>, before: Coord<f64>| {
        let along = end - before;
        end + along * (FURTHER_DEG / along.x.hypot(along.y).max(f64::MIN_POSITIVE))
    };
    let last = line.len() - 1;
    if line[0] == line[last] {
        return line.to_vec();
    }
    let mut longer = Vec::with_capacity(line.len() + 2);
    longer.push(beyond(line[0], line[1]));
    longer.extend_from_slice(line);
    longer.push(beyond(line[last], line[last - 1]));
    longer
}

/// The azimuthal equidistant projection of the ellipsoid about a place, in metres.
pub(super) struct Plane {
    center: Coord<f64>,
}

impl Plane {
    pub(super) fn project(&self, place: Coord<f64>) -> Coord<f64> {
        let (center, place) = (geo::Point(self.center), geo::Point(place));
        let (sin, cos) = Geodesic.bearing(center, place).to_radians().sin_cos();
        let distance = Geodesic.distance(center, place);
        Coord { x: distance * sin, y: distance * cos }
    }

    pub(super) fn unproject(&self, area: &MultiPolygon<f64>, distance_m: f64) -> MultiPolygon<f64> {
        let place = |coord: Coord<f64>| {
            let bearing_deg = coord.x.atan2(coord.y).to_degrees();
            Geodesic.destination(geo::Point(self.center), bearing_deg, coord.x.hypot(coord.y)).0
        };
        let ring = |ring: &LineString<f64>| {
            let dense = densified(&ring.0, longest_edge_m(distance_m, 0.0), Vec2::new(1.0, 1.0));
            let mut coords: Vec<Coord<f64>> = dense.into_iter().map(place).collect();
            // The two ends of the ring are one point, however the last digits fall.
            if let (Some(first), Some(last)) = (coords.first().copied(), coords.last_mut()) {
                *last = first;
            }
            LineString(coords)
        };
        let polygon = |polygon: &Polygon<f64>| {
            Polygon::new(ring(polygon.exterior()), polygon.interiors().iter().map(ring).collect())
        };
        MultiPolygon(area.0.iter().map(polygon).collect())
    }
}

/// An edge this long bends on the plane by 0.05 % of the distance (L² / 8R at 45°). Long lines are content with more.
pub(super) fn longest_edge_m(distance_m: f64, line_m: f64) -> f64 {
    (0.0005 * 8.0 * 6_371_000.0 * distance_m).sqrt().max(line_m / 20_000.0)
}

/// The same line with vertices added so that no edge is longer than `longest`.
pub(super) fn densified(line: &[Coord<f64>], longest: f64, scale: Vec2) -> Vec<Coord<f64>> {
    let mut dense: Vec<Coord<f64>> = line.first().copied().into_iter().collect();
    for edge in line.windows(2) {
        let along = edge[1] - edge[0];
        let length = (along.x * scale.x).hypot(along.y * scale.y);
        let pieces = (length / longest).ceil().clamp(1.0, 100_000.0);
        for piece in 1..pieces as usize {
            dense.push(edge[0] + along * (piece as f64 / pieces));
        }
        dense.push(edge[1]);
    }
    dense
}

/// The lines simplified for a buffer of this distance, on the plane.
pub(super) fn simplified_on_plane(lines: &[Vec<Coord<f64>>], plane: &Plane, distance_m: f64) -> Vec<Vec<Coord<f64>>> {
    let scale = meters_per_degree(plane.center.y);
    let lines: Vec<Vec<Coord<f64>>> = lines
        .iter()
        .flat_map(|line| {
            let points: Vec<Point> =
                line.iter().map(|coord| Point::new(coord.x * scale.x, coord.y * scale.y)).collect();
            strands(&points, distance_m, distance_m * BUFFER_TOLERANCE)
        })
        .map(|strand| strand.into_iter().map(|point| Coord { x: point.x / scale.x, y: point.y / scale.y }).collect())
        .collect();
    let length = |line: &Vec<Coord<f64>>| -> f64 {
        line.windows(2).map(|edge| ((edge[1].x - edge[0].x) * scale.x).hypot((edge[1].y - edge[0].y) * scale.y)).sum()
    };
    let longest = longest_edge_m(distance_m, lines.iter().map(length).sum());
    lines
        .iter()
        .map(|line| {
            let mut on_plane: Vec<Coord<f64>> =
                densified(line, longest, scale).into_iter().map(|coord| plane.project(coord)).collect();
            on_plane.dedup();
            on_plane
        })
        .filter(|line| line.len() >= 2)
        .collect()
}

/// The buffer of lines on the plane: of a few edges at a time, then of the neighbours together, and so on. What most
/// edges add is inside what their neighbours add; so it is gone before it can cross the rest.
pub(super) fn offset_union(lines: &[Vec<Coord<f64>>], distance: f64) -> MultiPolygon<f64> {
    let mut parts: Vec<MultiPolygon<f64>> = Vec::new();
    for line in lines {
        let last = line.len() - 1;
        for start in (0..last).step_by(RUN_EDGES) {
            // One edge more than its own, so that each turn is in one of the runs.
            let run = &line[start..=(start + RUN_EDGES + 1).min(last)];
            parts.push(overlay(&[offset_outline(run, distance)], &[], OverlayRule::Subject));
        }
        if line[0] == line[last] && last > 2 {
            let closing = [line[last - 1], line[0], line[1]];
            parts.push(overlay(&[offset_outline(&closing, distance)], &[], OverlayRule::Subject));
        }
    }
    let merged = |parts: &[MultiPolygon<f64>]| {
        overlay(&parts.iter().flat_map(rings_of).collect::<Vec<_>>(), &[], OverlayRule::Subject)
    };
    while parts.len() > 1 {
        parts = parts.chunks(4).map(merged).collect();
    }
    parts.pop().unwrap_or_else(|| MultiPolygon(Vec::new()))
}

/// A buffer on the plane without what lies beyond the flat ends of lines and has the end as its nearest point. A bend
/// near an end brings that in, with the sector of its turn.
pub(super) fn without_ends(
    outline: MultiPolygon<f64>,
    lines: &[Vec<Coord<f64>>],
    simple: &[Vec<Coord<f64>>],
    plane: &Plane,
    distance: f64,
) -> MultiPolygon<f64> {
    let open = lines.iter().filter(|line| line[0] != line[line.len() - 1]);
    let ends = open.flat_map(|line| [(line[0], line[1]), (line[line.len() - 1], line[line.len() - 2])]);
    let beyond: Vec<Vec<Coord<f64>>> = ends
        .map(|(end, before)| beyond_end(plane.project(end), plane.project(before), simple, distance))
        .filter(|ring| ring.len() >= 4)
        .collect();
    let rings = rings_of(&outline);
    if beyond.is_empty() { outline } else { overlay(&rings, &beyond, OverlayRule::Difference) }
}

/// What lies beyond the flat end of a line on the plane and nearer to the end than to anything else: a convex ring, as
/// each other point takes away its side of the line half-way between (a cell of Voronoi's diagram).
pub(super) fn beyond_end(
    end: Coord<f64>,
    before: Coord<f64>,
    lines: &[Vec<Coord<f64>>],
    distance: f64,
) -> Vec<Coord<f64>> {
    // A little less than all, so that rounding never takes from the rest.
    pub(super) const MARGIN: f64 = 0.0005;
    let back = before - end;
    let back = back / back.x.hypot(back.y).max(f64::MIN_POSITIVE);
    let corner = |(x, y): (f64, f64)| {
        let (x, y) = (x * distance, y * distance);
        end + Coord { x: x * back.x - y * back.y, y: x * back.y + y * back.x }
    };
    let mut ring: Vec<Coord<f64>> =
        [(-MARGIN, 1.1), (-1.1, 1.1), (-1.1, -1.1), (-MARGIN, -1.1)].into_iter().map(corner).collect();
    let step = distance / 32.0;
    for edge in lines.iter().flat_map(|line| line.windows(2)) {
        let along = edge[1] - edge[0];
        let length = along.x.hypot(along.y);
        let off = edge[0] - end;
        if ring.is_empty() || off.x.hypot(off.y) > 4.0 * distance + length {
            continue;
        }
        let pieces = (length / step).ceil().clamp(1.0, 1000.0);
        for piece in 0..=pieces as usize {
            let to = off + along * (piece as f64 / pieces);
            let squared = to.x * to.x + to.y * to.y;
            if squared > 1e-6 * distance * distance && squared < 16.0 * distance * distance {
                let depth = |place: Coord<f64>| (place.x - end.x) * to.x + (place.y - end.y) * to.y - squared / 2.0;
                ring = cut_off(&ring, depth);
            }
        }
    }
    ring.extend(ring.first().copied());
    ring
}

/// What of a convex ring, not closed, has no depth above 0, where depth grows evenly in one direction.
pub(super) fn cut_off(ring: &[Coord<f64>], depth: impl Fn(Coord<f64>) -> f64) -> Vec<Coord<f64>> {
    if ring.iter().all(|place| depth(*place) <= 0.0) {
        return ring.to_vec();
    }
    let mut left = Vec::with_capacity(ring.len() + 1);
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let (here, there) = (depth(*a), depth(*b));
        if here <= 0.0 {
            left.push(*a);
        }
        if (here <= 0.0) != (there <= 0.0) {
            left.push(*a + (*b - *a) * (here / (here - there)));
        }
    }
    left
}

/// The rings of an area as they are: on the plane coordinates are metres, and not to be sieved as places.
pub(super) fn rings_of(area: &MultiPolygon<f64>) -> Vec<Vec<Coord<f64>>> {
    let rings = area.0.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings.map(|ring| ring.0.clone()).collect()
}

/// A closed ring that winds counterclockwise round each place in the buffer of one line on the plane.
///
/// It runs along the line on one side and back on the other, round the outside of each turn in an arc and through the
/// vertex on its inside. So it is the sum of a rectangle for each edge and a sector for each turn: its winding number
/// is nowhere negative, and above 0 just in the buffer.
pub(super) fn offset_outline(line: &[Coord<f64>], distance: f64) -> Vec<Coord<f64>> {
    let (first, last) = (line[0], line[line.len() - 1]);
    let backward: Vec<Coord<f64>> = line.iter().rev().copied().collect();
    let mut outline = vec![first];
    outline.extend(right_offset(line, distance));
    outline.push(last);
    outline.extend(right_offset(&backward, distance));
    outline.push(first);
    outline
}

/// The line moved to its right: round joins where that is the outside of a turn, through the vertex where it is not.
pub(super) fn right_offset(line: &[Coord<f64>], distance: f64) -> Vec<Coord<f64>> {
    let direction = |edge: &[Coord<f64>]| (edge[1].y - edge[0].y).atan2(edge[1].x - edge[0].x);
    let beside = |vertex: Coord<f64>, direction: f64| {
        let (sin, cos) = (direction - FRAC_PI_2).sin_cos();
        Coord { x: vertex.x + distance * cos, y: vertex.y + distance * sin }
    };
    let mut moved = Vec::with_capacity(line.len() * 3);
    let mut before: Option<f64> = None;
    for edge in line.windows(2) {
        let along = direction(edge);
        if let Some(before) = before {
            let turn = (along - before + PI).rem_euclid(2.0 * PI) - PI;
            if turn >= 0.0 {
                let steps = (turn / ARC_STEP_RAD).ceil();
                for step in 1..steps as usize {
                    moved.push(beside(edge[0], before + turn * step as f64 / steps));
                }
            } else {
                moved.push(edge[0]);
            }
        }
        moved.push(beside(edge[0], along));
        moved.push(beside(edge[1], along));
        before = Some(along);
    }
    moved
}
