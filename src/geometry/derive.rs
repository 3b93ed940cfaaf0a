//! Shapes made from shapes: sides of a line, booleans, buffers, the points inside, the place for a label.
//!
//! Edges are straight in longitude and latitude, as in [`measure`](crate::geometry::measure). Vertices of the input
//! come out exactly as they went in; only crossings are new, to a grid of 2⁻²⁹ to 2⁻³⁰ of half the input's width
//! (0.1 to 0.2 mm for an oblast). Results have outer rings counterclockwise and holes clockwise (RFC 7946).
//!
//! Coordinates that are no place are left out before anything else, and so are rings that they leave without three
//! corners. A ring that crosses itself counts as all that it goes round; overlapping polygons of one multi-polygon
//! count as their union.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::f64::consts::{FRAC_PI_2, PI};

use geo::line_measures::{Bearing, Destination, Distance, Geodesic};
use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Polygon};
use i_overlay::core::overlay_rule::OverlayRule;
use kurbo::{Point, Vec2};
use thiserror::Error;

use crate::geometry::chain::{clean_line, clean_ring, corners};
use crate::geometry::hit::{EdgeTree, HitShape, meters_per_degree};
use crate::geometry::measure::area_m2;
use crate::geometry::planar::{oriented_rings, overlay, slice, twice_signed_area};
use crate::geometry::simplify::simplify_world;

/// A face whose boundary lies with more than this part of its length on the other side of the lines is on no side.
const CONTRADICTION: f64 = 0.01;

/// Faces with less than this part of the whole area take the side of the longer part of their boundary: the curls
/// in which a hand-drawn line crosses itself are no contradiction.
const CURL: f64 = 1e-6;

/// How much of the buffer's distance a line may be simplified by before it is buffered.
const BUFFER_TOLERANCE: f64 = 0.0025;

/// Round joins are drawn with an edge for this angle; it takes 0.03 % off the distance half-way.
const ARC_STEP_RAD: f64 = PI / 60.0;

/// Why a shape could not be derived.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum DeriveError {
    /// The area has no usable ring.
    #[error("The area is empty: it has no ring of three different corners or more")]
    EmptyArea,
    /// The line has no two usable vertices.
    #[error("The line is empty: it has no two different places")]
    EmptyLine,
    /// The lines leave the area whole, or all of it on one side.
    #[error(
        "The line does not cross the area from border to border, so that there is no left and right part"
    )]
    DoesNotCross,
    /// One face has lines to its left and to its right.
    #[error(
        "The lines disagree about the part of the area around {lon_deg:.4}, {lat_deg:.4}: it lies to the left of one \
         and to the right of another. Turn one of them round, or close the gap between them"
    )]
    Contradiction {
        /// Longitude of a place in that part.
        lon_deg: f64,
        /// Latitude of a place in that part.
        lat_deg: f64,
    },
}

/// An area in two parts, as seen along a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// What lies to the left of the line when following it.
    pub left: MultiPolygon<f64>,
    /// What lies to the right of it.
    pub right: MultiPolygon<f64>,
}

/// Which sides of a line, when following it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// To the left only.
    Left,
    /// To the right only.
    Right,
    /// To the left and to the right.
    Both,
}

/// Cuts an area along directed lines into what lies to the left and what lies to the right of them.
///
/// Several lines work together: a main line across the area, and others that close off pockets against the border or
/// stand as closed loops inside. Each part of the area is on the side of the lines that bound it; the ends of lines
/// that stop inside the area do not cut it. Parts that no line touches (islands) go by the line nearest to them.
///
/// # Errors
/// [`DeriveError::Contradiction`] if a part lies to the left of one line and to the right of another, by more than
/// 1 % of their length along it; parts smaller than a millionth of the area go by the longer side instead.
/// [`DeriveError::DoesNotCross`] if everything is on one side. [`DeriveError::EmptyArea`], [`DeriveError::EmptyLine`].
pub fn split_by_line(
    area: &MultiPolygon<f64>,
    line: &MultiLineString<f64>,
) -> Result<Split, DeriveError> {
    let rings = oriented_rings(area);
    if rings.is_empty() {
        return Err(DeriveError::EmptyArea);
    }
    let lines = clean_lines(line);
    if lines.is_empty() {
        return Err(DeriveError::EmptyLine);
    }
    let cut = Cut::new(&rings, lines);
    let whole: f64 = cut
        .faces
        .iter()
        .map(|face| planar_area(&face.polygon))
        .sum();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for face in cut.faces {
        let total = face.left + face.right;
        let lesser = face.left.min(face.right);
        if lesser > CONTRADICTION * total && planar_area(&face.polygon) > CURL * whole {
            let place = label_point(&face.polygon, 1000.0).unwrap_or_default();
            return Err(DeriveError::Contradiction {
                lon_deg: place.x,
                lat_deg: place.y,
            });
        }
        let is_left = if total > 0.0 {
            face.left > face.right
        } else {
            cut.sides.is_left(face.polygon.exterior().0[0])
        };
        let part = if is_left { &mut left } else { &mut right };
        part.push(face.polygon);
    }
    if left.is_empty() || right.is_empty() {
        return Err(DeriveError::DoesNotCross);
    }
    Ok(Split {
        left: dissolve(left),
        right: dissolve(right),
    })
}

/// A face of an area that lines cut, and how much of its boundary lies along them.
struct Face {
    polygon: Polygon<f64>,
    /// Length of the boundary that has the lines to its right, in metres.
    left: f64,
    /// Length of the boundary that has the lines to its left, in metres.
    right: f64,
}

/// An area cut by lines.
struct Cut {
    faces: Vec<Face>,
    sides: LineSides,
}

impl Cut {
    fn new(rings: &[Vec<Coord<f64>>], lines: Vec<Vec<Coord<f64>>>) -> Self {
        let sliced = slice(rings, &lines);
        let sides = LineSides::new(lines);
        // Where lines cross, the overlay may move them by a step of its grid.
        let reach = 4.0 * sliced.step;
        let faces = sliced.polygons.0.into_iter().map(|polygon| {
            let (mut left, mut right) = (0.0, 0.0);
            // The inside of the face is to the left of each ring: outer ones run counterclockwise, holes clockwise.
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                for edge in ring.0.windows(2) {
                    let along = edge[1] - edge[0];
                    let Some(line) = sides.direction_at(edge[0] + along / 2.0, reach) else {
                        continue;
                    };
                    let length = (along.x * sides.scale.x).hypot(along.y * sides.scale.y);
                    if along.x * line.x + along.y * line.y > 0.0 {
                        left += length;
                    } else {
                        right += length;
                    }
                }
            }
            Face {
                polygon,
                left,
                right,
            }
        });
        Self {
            faces: faces.collect(),
            sides,
        }
    }
}

/// Directed lines that know which places are to the left of them.
struct LineSides {
    tree: EdgeTree,
    /// Metres per degree in the middle of the lines.
    scale: Vec2,
}

impl LineSides {
    fn new(lines: Vec<Vec<Coord<f64>>>) -> Self {
        let scale = meters_per_degree(middle(&lines).y);
        Self {
            tree: EdgeTree::new(lines),
            scale,
        }
    }

    /// The direction of the line that runs through this place, give or take `reach_deg`.
    fn direction_at(&self, place: Coord<f64>, reach_deg: f64) -> Option<Coord<f64>> {
        let found = self.tree.nearest(place, Vec2::new(1.0, 1.0), reach_deg)?;
        let (a, b) = self.tree.edge(found.edge);
        Some(b - a)
    }

    /// Whether the nearest line has this place to its left. Beyond an end, the last edge is taken to go on.
    fn is_left(&self, place: Coord<f64>) -> bool {
        let Some(found) = self.tree.nearest(place, self.scale, f64::INFINITY) else {
            return false;
        };
        let unit = |index: usize| {
            let (a, b) = self.tree.edge(index);
            let along = b - a;
            let along = Vec2::new(along.x * self.scale.x, along.y * self.scale.y);
            along / along.hypot().max(f64::MIN_POSITIVE)
        };
        let edge = found.edge;
        let (a, b) = self.tree.edge(edge);
        // At a vertex the mean direction of its two edges decides; one of them alone is wrong for sharp turns.
        let (foot, direction) = if found.part <= 0.0 && self.tree.follows_another(edge) {
            (a, unit(edge - 1) + unit(edge))
        } else if found.part >= 1.0 && self.tree.precedes_another(edge) {
            (b, unit(edge) + unit(edge + 1))
        } else {
            (a, unit(edge))
        };
        let offset = Vec2::new(
            (place.x - foot.x) * self.scale.x,
            (place.y - foot.y) * self.scale.y,
        );
        direction.cross(offset) > 0.0
    }
}

fn clean_lines(line: &MultiLineString<f64>) -> Vec<Vec<Coord<f64>>> {
    line.0
        .iter()
        .map(clean_line)
        .filter(|line| !line.is_empty())
        .collect()
}

/// Centre of the bounding box.
fn middle(lines: &[Vec<Coord<f64>>]) -> Coord<f64> {
    corners(lines.iter().flatten()).map_or_else(Coord::default, |(min, max)| (min + max) / 2.0)
}

/// Area in square degrees.
fn planar_area(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon
        .interiors()
        .iter()
        .map(|hole| twice_signed_area(&hole.0).abs())
        .sum();
    (twice_signed_area(&polygon.exterior().0).abs() - holes) / 2.0
}

/// Polygons that touch along edges become one.
fn dissolve(polygons: Vec<Polygon<f64>>) -> MultiPolygon<f64> {
    if polygons.len() < 2 {
        return MultiPolygon(polygons);
    }
    union_all([&MultiPolygon(polygons)])
}

/// What lies in one area or the other. A border that both have vertex for vertex disappears without a sliver.
pub fn union(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    overlay(&oriented_rings(a), &oriented_rings(b), OverlayRule::Union)
}

/// What lies in the first area and not in the second.
pub fn difference(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    overlay(
        &oriented_rings(a),
        &oriented_rings(b),
        OverlayRule::Difference,
    )
}

/// What lies in both areas.
pub fn intersection(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    overlay(
        &oriented_rings(a),
        &oriented_rings(b),
        OverlayRule::Intersect,
    )
}

/// What lies in any of the areas, in one pass over all of them.
pub fn union_all<'a>(areas: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let rings: Vec<Vec<Coord<f64>>> = areas.into_iter().flat_map(oriented_rings).collect();
    overlay(&rings, &[], OverlayRule::Subject)
}

/// Positions of the points that lie in the area, by the even–odd rule. On its border they may or may not.
pub fn points_within(points: &[Coord<f64>], area: &MultiPolygon<f64>) -> Vec<usize> {
    let shape = HitShape::new(&Geometry::MultiPolygon(area.clone()));
    (0..points.len())
        .filter(|index| shape.contains(points[*index]))
        .collect()
}

/// All places at most `distance_m` from a line, on one side of it or on both.
///
/// # Which places
/// A place belongs to the buffer if its nearest point on the line is at most the distance away: joins are round. At
/// the ends the buffer stops flat, square to the last edge. The left buffer is the part of it that the line parts
/// off to its left, and follows every vertex of the line; the right one is the rest. So the two are disjoint and
/// together the buffer of both sides. Where an end of the line lies inside the buffer of another stretch, nothing
/// parts left from right, and the place's nearest point on the line decides, in steps of a thirty-second of the
/// distance. A line whose last vertex is its first is a loop without ends.
///
/// # Error
/// Distances are those of the azimuthal equidistant projection of the ellipsoid (Snyder 1987, chapter 25) about the
/// middle of the line's bounding box: true along rays from there, and across them too long by ρ²/6R² at ρ from
/// there, which is 0.004 % at 100 km, 0.1 % at 500 km and 0.4 % at 1000 km. The line is simplified to 0.25 % of the
/// distance first, and arcs are drawn with an edge for every 3°; the area comes out within 0.1 %.
///
/// # What comes out of what
/// Nothing for a line without two different places and for a distance that is not above 0 and at most 2000 km. Near a
/// pole or the date line the projection is sound but longitudes come back in ±180°, and so the shape is not.
pub fn buffer_line(
    line: &MultiLineString<f64>,
    distance_m: f64,
    sides: Sides,
) -> MultiPolygon<f64> {
    let lines = clean_lines(line);
    if lines.is_empty() || distance_m.is_nan() || distance_m <= 0.0 || distance_m > 2_000_000.0 {
        return MultiPolygon(Vec::new());
    }
    let plane = Plane {
        center: middle(&lines),
    };
    let on_plane = simplified_on_plane(&lines, &plane, distance_m);
    let raw = |sides: Sides| -> MultiPolygon<f64> {
        let outlines: Vec<_> = on_plane
            .iter()
            .flat_map(|line| offset_outlines(line, distance_m, sides))
            .collect();
        plane.to_lon_lat(&overlay(&outlines, &[], OverlayRule::Subject), distance_m)
    };
    let both = raw(Sides::Both);
    if sides == Sides::Both {
        return both;
    }
    let wants_left = sides == Sides::Left;
    let cut = Cut::new(
        &oriented_rings(&both),
        lines.iter().map(|line| overshot(line)).collect(),
    );
    let (mut clear, mut unclear) = (Vec::new(), Vec::new());
    for face in cut.faces {
        if face.left.min(face.right) > CURL * face.left.max(face.right) {
            unclear.push(face.polygon);
        } else if (face.left > face.right) == wants_left && face.left + face.right > 0.0 {
            clear.push(face.polygon);
        } else if face.left + face.right <= 0.0
            && label_point(&face.polygon, distance_m / 32.0)
                .is_some_and(|place| cut.sides.is_left(place))
                == wants_left
        {
            clear.push(face.polygon);
        }
    }
    if !unclear.is_empty() {
        let unclear = dissolve(unclear);
        let (this, other) = if wants_left {
            (raw(Sides::Left), raw(Sides::Right))
        } else {
            (raw(Sides::Right), raw(Sides::Left))
        };
        // What only this side reaches is this side's; what both or (for the simplification) none reach is decided
        // by the nearest point, cell by cell.
        let sure = difference(&intersection(&unclear, &this), &other);
        let rest = difference(&difference(&unclear, &sure), &difference(&other, &this));
        clear.extend(sure.0);
        let cells = cells(&rest, distance_m / 32.0, &cut.sides, &lines);
        clear.extend(cells.into_iter().filter(|cell| {
            label_point(cell, distance_m / 100.0).is_some_and(|place| cut.sides.is_left(place))
                == wants_left
        }));
    }
    dissolve(clear)
}

/// Cuts an area by lines and by a square grid.
fn cells(
    area: &MultiPolygon<f64>,
    size_m: f64,
    sides: &LineSides,
    lines: &[Vec<Coord<f64>>],
) -> Vec<Polygon<f64>> {
    let rings = oriented_rings(area);
    let Some((min, max)) = corners(rings.iter().flatten()) else {
        return Vec::new();
    };
    // At most 200 lines either way, so that the size of the input bounds the work.
    let step = |size_deg: f64, from: f64, to: f64| size_deg.max((to - from) / 200.0).max(1e-9);
    let (across, up) = (
        step(size_m / sides.scale.x.max(1.0), min.x, max.x),
        step(size_m / sides.scale.y, min.y, max.y),
    );
    let mut cuts = lines.to_vec();
    for column in 1..=((max.x - min.x) / across) as usize {
        let x = min.x + column as f64 * across;
        cuts.push(vec![Coord { x, y: min.y - up }, Coord { x, y: max.y + up }]);
    }
    for row in 1..=((max.y - min.y) / up) as usize {
        let y = min.y + row as f64 * up;
        cuts.push(vec![
            Coord {
                x: min.x - across,
                y,
            },
            Coord {
                x: max.x + across,
                y,
            },
        ]);
    }
    slice(&rings, &cuts).polygons.0
}

/// A line whose ends go on by a few centimetres, so that it surely reaches the end of its own buffer.
fn overshot(line: &[Coord<f64>]) -> Vec<Coord<f64>> {
    const FURTHER_DEG: f64 = 1e-6;
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
struct Plane {
    center: Coord<f64>,
}

impl Plane {
    fn from_lon_lat(&self, place: Coord<f64>) -> Coord<f64> {
        let (center, place) = (geo::Point(self.center), geo::Point(place));
        let (sin, cos) = Geodesic.bearing(center, place).to_radians().sin_cos();
        let distance = Geodesic.distance(center, place);
        Coord {
            x: distance * sin,
            y: distance * cos,
        }
    }

    fn to_lon_lat(&self, area: &MultiPolygon<f64>, distance_m: f64) -> MultiPolygon<f64> {
        let place = |coord: Coord<f64>| {
            let bearing_deg = coord.x.atan2(coord.y).to_degrees();
            Geodesic
                .destination(geo::Point(self.center), bearing_deg, coord.x.hypot(coord.y))
                .0
        };
        let ring = |ring: &LineString<f64>| {
            let dense = densified(
                &ring.0,
                longest_edge_m(distance_m, 0.0),
                Vec2::new(1.0, 1.0),
            );
            let mut coords: Vec<Coord<f64>> = dense.into_iter().map(place).collect();
            // The two ends of the ring are one point, however the last digits fall.
            if let (Some(first), Some(last)) = (coords.first().copied(), coords.last_mut()) {
                *last = first;
            }
            LineString(coords)
        };
        let polygon = |polygon: &Polygon<f64>| {
            Polygon::new(
                ring(polygon.exterior()),
                polygon.interiors().iter().map(ring).collect(),
            )
        };
        MultiPolygon(area.0.iter().map(polygon).collect())
    }
}

/// An edge this long bends on the plane by 0.05 % of the distance (L² / 8R at 45°). Long lines are content with more.
fn longest_edge_m(distance_m: f64, line_m: f64) -> f64 {
    (0.0005 * 8.0 * 6_371_000.0 * distance_m)
        .sqrt()
        .max(line_m / 50_000.0)
}

/// The same line with vertices added so that no edge is longer than `longest`.
fn densified(line: &[Coord<f64>], longest: f64, scale: Vec2) -> Vec<Coord<f64>> {
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
fn simplified_on_plane(
    lines: &[Vec<Coord<f64>>],
    plane: &Plane,
    distance_m: f64,
) -> Vec<Vec<Coord<f64>>> {
    let scale = meters_per_degree(plane.center.y);
    let lines: Vec<Vec<Coord<f64>>> = lines
        .iter()
        .map(|line| {
            let points: Vec<Point> = line
                .iter()
                .map(|coord| Point::new(coord.x * scale.x, coord.y * scale.y))
                .collect();
            // The first and the last edge stay, as the flat ends are square to them.
            let last = points.len() - 1;
            let mut simple = vec![points[0]];
            if last >= 2 {
                simple.extend(simplify_world(
                    &points[1..last],
                    distance_m * BUFFER_TOLERANCE,
                ));
            }
            simple.push(points[last]);
            simple
                .into_iter()
                .map(|point| Coord {
                    x: point.x / scale.x,
                    y: point.y / scale.y,
                })
                .collect()
        })
        .collect();
    let length = |line: &Vec<Coord<f64>>| -> f64 {
        line.windows(2)
            .map(|edge| {
                ((edge[1].x - edge[0].x) * scale.x).hypot((edge[1].y - edge[0].y) * scale.y)
            })
            .sum()
    };
    let longest = longest_edge_m(distance_m, lines.iter().map(length).sum());
    lines
        .iter()
        .map(|line| {
            let mut on_plane: Vec<Coord<f64>> = densified(line, longest, scale)
                .into_iter()
                .map(|coord| plane.from_lon_lat(coord))
                .collect();
            on_plane.dedup();
            on_plane
        })
        .filter(|line| line.len() >= 2)
        .collect()
}

/// Closed rings, all counterclockwise, whose union is the buffer of one line on the plane.
///
/// The first runs along the line on one side and back on the other. It goes round the outside of each turn in an arc
/// and through the vertex on its inside, so that it is the sum of a rectangle for each edge and a sector for each
/// turn: its winding number is nowhere negative, and above 0 just in the buffer.
fn offset_outlines(line: &[Coord<f64>], distance: f64, sides: Sides) -> Vec<Vec<Coord<f64>>> {
    let (first, last) = (line[0], line[line.len() - 1]);
    let mut outline = vec![first];
    if sides == Sides::Left {
        outline.extend_from_slice(&line[1..]);
    } else {
        outline.extend(right_offset(line, distance));
        outline.push(last);
    }
    let backward: Vec<Coord<f64>> = line.iter().rev().copied().collect();
    if sides == Sides::Right {
        outline.extend_from_slice(&backward[1..]);
    } else {
        outline.extend(right_offset(&backward, distance));
        outline.push(first);
    }
    let mut outlines = vec![outline];
    if first == last && line.len() > 3 {
        // A loop has a turn where it closes.
        let turn = [line[line.len() - 2], first, line[1]];
        let turn_back = [line[1], first, line[line.len() - 2]];
        let wanted = [
            (turn, sides != Sides::Left),
            (turn_back, sides != Sides::Right),
        ];
        for (turn, _) in wanted.into_iter().filter(|(_, wanted)| *wanted) {
            let mut sector = vec![first];
            let mut side = right_offset(&turn, distance);
            side.pop();
            sector.extend(side.into_iter().skip(1));
            sector.push(first);
            outlines.push(sector);
        }
    }
    outlines
}

/// The line moved to its right: round joins where that is the outside of a turn, through the vertex where it is not.
fn right_offset(line: &[Coord<f64>], distance: f64) -> Vec<Coord<f64>> {
    let direction = |edge: &[Coord<f64>]| (edge[1].y - edge[0].y).atan2(edge[1].x - edge[0].x);
    let beside = |vertex: Coord<f64>, direction: f64| {
        let (sin, cos) = (direction - FRAC_PI_2).sin_cos();
        Coord {
            x: vertex.x + distance * cos,
            y: vertex.y + distance * sin,
        }
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

/// The place for a label: the one furthest from the outline of the largest polygon, to within `precision_m`
/// (pole of inaccessibility, by quartering cells as mapbox/polylabel does).
///
/// None if there is no usable polygon. A polygon without an inside gives a place on its outline. The search stops
/// after 20,000 cells, however small the precision.
pub fn largest_label_point(area: &MultiPolygon<f64>, precision_m: f64) -> Option<Coord<f64>> {
    let size = |polygon: &Polygon<f64>| area_m2(&MultiPolygon(vec![polygon.clone()]));
    let sized = area
        .0
        .iter()
        .filter(|polygon| !clean_ring(polygon.exterior()).is_empty());
    let (largest, _) = sized
        .map(|polygon| (polygon, size(polygon)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    label_point(largest, precision_m)
}

fn label_point(polygon: &Polygon<f64>, precision_m: f64) -> Option<Coord<f64>> {
    let rings = std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .map(clean_ring);
    let rings: Vec<Vec<Coord<f64>>> = rings.filter(|ring| !ring.is_empty()).collect();
    let outer = rings.first()?;
    let (min, max) = corners(outer)?;
    let somewhere = outer[0];
    let search = LabelSearch {
        scale: meters_per_degree((min.y + max.y) / 2.0),
        origin: (min + max) / 2.0,
        tree: EdgeTree::new(rings),
    };
    let (width, height) = (
        (max.x - min.x) * search.scale.x,
        (max.y - min.y) * search.scale.y,
    );
    // Below this the search would count digits; NaN becomes it too.
    let precision = precision_m.max((width + height) * 1e-6);
    let half = width.min(height).max(width.max(height) / 64.0) / 2.0;
    if half <= 0.0 {
        return Some(somewhere);
    }
    let mut cells = BinaryHeap::new();
    let (columns, rows) = (
        (width / half / 2.0).ceil() as usize,
        (height / half / 2.0).ceil() as usize,
    );
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
    if best.depth > 0.0 {
        Some(search.place(best.center))
    } else {
        Some(somewhere)
    }
}

/// A polygon on a plane of metres about its middle.
struct LabelSearch {
    tree: EdgeTree,
    scale: Vec2,
    origin: Coord<f64>,
}

impl LabelSearch {
    fn place(&self, point: Point) -> Coord<f64> {
        Coord {
            x: self.origin.x + point.x / self.scale.x,
            y: self.origin.y + point.y / self.scale.y,
        }
    }

    fn cell(&self, center: Point, half: f64) -> LabelCell {
        let place = self.place(center);
        let distance = self
            .tree
            .nearest(place, self.scale, f64::INFINITY)
            .map_or(0.0, |found| found.distance);
        let depth = if self.tree.is_inside(place) {
            distance
        } else {
            -distance
        };
        LabelCell {
            center,
            half,
            depth,
            potential: depth + half * std::f64::consts::SQRT_2,
        }
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
