//! Shapes made from shapes: sides of a line, booleans, buffers, the points inside, the place for a label.
//!
//! Edges are straight in longitude and latitude, as in [`measure`](crate::geometry::measure). Vertices of the input
//! come out exactly as they went in; only crossings are new. They are found on a grid of 2⁻²⁹ to 2⁻³⁰ of half the
//! input's width (0.1 to 0.2 mm for an oblast) and then put onto the edges that cross, so that the parts of an area add
//! up to it within 1e-11. Results have outer rings counterclockwise and holes clockwise (RFC 7946).
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
use crate::geometry::frame::position_in_words;
use crate::geometry::hit::{EdgeTree, HitShape, meters_per_degree};
use crate::geometry::measure::{self, area_m2};
use crate::geometry::planar::{oriented_rings, overlay, slice, twice_signed_area};
use crate::geometry::strand::strands;

/// A face whose boundary lies with more than this part of its length on the other side of the lines is on no side.
const CONTRADICTION: f64 = 0.01;

/// Faces with less than this part of the whole area take the side of the longer part of their boundary: the curls
/// in which a hand-drawn line crosses itself are no contradiction.
const CURL: f64 = 1e-6;

/// How many edges of a line are buffered at once.
const RUN_EDGES: usize = 8;

/// How much of the buffer's distance a line may be simplified by before it is buffered.
const BUFFER_TOLERANCE: f64 = 0.002;

/// How far a line may reach from its middle to be buffered: beyond, the projection is off by 4 % and more.
const FARTHEST_M: f64 = 3_000_000.0;

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
    #[error("The line does not cross the area from border to border, so that there is no left and right part")]
    DoesNotCross,
    /// One face has lines to its left and to its right.
    #[error(
        "The lines disagree about the part of the area around {}: it lies to the left of one and to the right of \
         another. Turn one of them round, or close the gap between them",
        position_in_words(*lon_deg, *lat_deg)
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
pub fn split_by_line(area: &MultiPolygon<f64>, line: &MultiLineString<f64>) -> Result<Split, DeriveError> {
    let rings = oriented_rings(area);
    if rings.is_empty() {
        return Err(DeriveError::EmptyArea);
    }
    let lines = clean_lines(line);
    if lines.is_empty() {
        return Err(DeriveError::EmptyLine);
    }
    let cut = Cut::new(&rings, lines);
    let whole: f64 = cut.faces.iter().map(|face| planar_area(&face.polygon)).sum();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    // Where every face has the lines on one side only, no two of the same side have an edge in common.
    let is_plain = cut.faces.iter().all(Face::is_plain);
    for face in cut.faces {
        if face.is_contradictory(whole) {
            let place = inner_point(&face.polygon);
            return Err(DeriveError::Contradiction { lon_deg: place.x, lat_deg: place.y });
        }
        let is_cut = face.left > 0.0 || face.right > 0.0;
        let is_left = if is_cut { face.left > face.right } else { cut.sides.is_left(inner_point(&face.polygon)) };
        let part = if is_left { &mut left } else { &mut right };
        part.push(face.polygon);
    }
    if left.is_empty() || right.is_empty() {
        return Err(DeriveError::DoesNotCross);
    }
    Ok(if is_plain { Split { left: MultiPolygon(left), right: MultiPolygon(right) } } else { dissolved(left, right) })
}

/// Cuts an area along lines into as many pieces as they make, the largest first.
///
/// Unlike [`split_by_line`] this asks for no sides, so that lines may cross each other and turn about as they like.
/// Polygons that no line cuts stay with the first piece.
///
/// # Errors
/// [`DeriveError::DoesNotCross`] if nothing is cut. [`DeriveError::EmptyArea`], [`DeriveError::EmptyLine`].
pub fn pieces(area: &MultiPolygon<f64>, line: &MultiLineString<f64>) -> Result<Vec<MultiPolygon<f64>>, DeriveError> {
    if oriented_rings(area).is_empty() {
        return Err(DeriveError::EmptyArea);
    }
    let lines = clean_lines(line);
    if lines.is_empty() {
        return Err(DeriveError::EmptyLine);
    }
    let (mut cut, mut whole) = (Vec::new(), Vec::new());
    for polygon in &area.0 {
        let rings = oriented_rings(&MultiPolygon(vec![polygon.clone()]));
        let faces = slice(&rings, &lines).polygons.0;
        // A ring that touches itself makes faces of its own.
        if faces.len() > overlay(&rings, &[], OverlayRule::Subject).0.len() {
            cut.extend(faces.into_iter().map(|face| MultiPolygon(vec![face])));
        } else {
            whole.push(polygon.clone());
        }
    }
    let size = |piece: &MultiPolygon<f64>| piece.0.iter().map(planar_area).sum::<f64>();
    cut.sort_by(|a, b| size(b).total_cmp(&size(a)));
    cut.first_mut().ok_or(DeriveError::DoesNotCross)?.0.extend(whole);
    Ok(cut)
}

/// The same area with outer rings anticlockwise and holes clockwise (RFC 7946), every ring closed, without coordinates
/// that are no place or repeat the one before, and without rings that this leaves too short.
pub fn oriented(area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let polygon = |polygon: &Polygon<f64>| {
        let mut rings = oriented_rings(&MultiPolygon(vec![polygon.clone()])).into_iter().map(LineString);
        let outer = rings.next()?;
        Some(Polygon::new(outer, rings.collect()))
    };
    MultiPolygon(area.0.iter().filter_map(polygon).collect())
}

/// Whether no ring crosses itself or another, and holes lie within: the area is just what its rings go round.
pub fn is_simple(area: &MultiPolygon<f64>) -> bool {
    let rings = oriented_rings(area);
    let merged = overlay(&rings, &[], OverlayRule::Subject);
    let signed: f64 = rings.iter().map(|ring| twice_signed_area(ring) / 2.0).sum();
    let filled: f64 = merged.0.iter().map(planar_area).sum();
    merged.0.len() == area.0.len() && (filled - signed).abs() <= 1e-7 * filled
}

/// A face of an area that lines cut, and how much of its boundary lies along them.
struct Face {
    polygon: Polygon<f64>,
    /// Length of the boundary that has the lines to its right, in metres.
    left: f64,
    /// Length of the boundary that has the lines to its left, in metres.
    right: f64,
}

impl Face {
    /// Whether lines have it to their left only, or to their right only.
    fn is_plain(&self) -> bool {
        self.left == 0.0 || self.right == 0.0
    }

    /// Whether it has a hundredth of lines of this length, in metres, along its border.
    fn borders(&self, length_m: f64) -> bool {
        self.left + self.right > CONTRADICTION * length_m
    }

    /// Whether lines have it to their left and to their right by more than a curl in a part that is `whole`.
    fn is_contradictory(&self, whole: f64) -> bool {
        self.left.min(self.right) > CONTRADICTION * (self.left + self.right)
            && planar_area(&self.polygon) > CURL * whole
    }
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
            Face { polygon, left, right }
        });
        Self { faces: faces.collect(), sides }
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
        Self { tree: EdgeTree::new(lines), scale }
    }

    /// Length of a line on the plane of the scale, in metres.
    fn length(&self, line: &[Coord<f64>]) -> f64 {
        line.windows(2)
            .map(|edge| ((edge[1].x - edge[0].x) * self.scale.x).hypot((edge[1].y - edge[0].y) * self.scale.y))
            .sum()
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
        let offset = Vec2::new((place.x - foot.x) * self.scale.x, (place.y - foot.y) * self.scale.y);
        direction.cross(offset) > 0.0
    }
}

fn clean_lines(line: &MultiLineString<f64>) -> Vec<Vec<Coord<f64>>> {
    line.0.iter().map(clean_line).filter(|line| !line.is_empty()).collect()
}

/// Centre of the bounding box.
fn middle(lines: &[Vec<Coord<f64>>]) -> Coord<f64> {
    corners(lines.iter().flatten()).map_or_else(Coord::default, |(min, max)| (min + max) / 2.0)
}

/// Area in square degrees.
fn planar_area(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon.interiors().iter().map(|hole| twice_signed_area(&hole.0).abs()).sum();
    (twice_signed_area(&polygon.exterior().0).abs() - holes) / 2.0
}

/// Two parts, of each of which polygons that touch along edges become one.
fn dissolved(left: Vec<Polygon<f64>>, right: Vec<Polygon<f64>>) -> Split {
    Split { left: dissolve(left), right: dissolve(right) }
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
    overlay(&oriented_rings(a), &oriented_rings(b), OverlayRule::Difference)
}

/// What lies in both areas.
pub fn intersection(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    overlay(&oriented_rings(a), &oriented_rings(b), OverlayRule::Intersect)
}

/// What lies in any of the areas, in one pass over all of them.
pub fn union_all<'a>(areas: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let rings: Vec<Vec<Coord<f64>>> = areas.into_iter().flat_map(oriented_rings).collect();
    overlay(&rings, &[], OverlayRule::Subject)
}

/// What of an area lies within another. Where no border of the other comes near, the area comes out as it went in.
pub fn clip(area: &MultiPolygon<f64>, within: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let (rings, borders) = (oriented_rings(area), oriented_rings(within));
    let Some((min, max)) = corners(rings.iter().flatten()) else {
        return MultiPolygon(Vec::new());
    };
    let is_apart = |edge: &[Coord<f64>]| {
        edge[0].x.max(edge[1].x) < min.x
            || edge[0].x.min(edge[1].x) > max.x
            || edge[0].y.max(edge[1].y) < min.y
            || edge[0].y.min(edge[1].y) > max.y
    };
    if borders.iter().all(|ring| ring.windows(2).all(is_apart)) {
        let is_inside = EdgeTree::new(borders).is_inside((min + max) / 2.0);
        return if is_inside { area.clone() } else { MultiPolygon(Vec::new()) };
    }
    overlay(&rings, &borders, OverlayRule::Intersect)
}

/// Positions of the points that lie in the area, by the even–odd rule. On its border they may or may not.
pub fn points_within(points: &[Coord<f64>], area: &MultiPolygon<f64>) -> Vec<usize> {
    let shape = HitShape::new(&Geometry::MultiPolygon(area.clone()));
    (0..points.len()).filter(|index| shape.contains(points[*index])).collect()
}

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
fn with_seams(line: &[Coord<f64>], sides: &LineSides, distance_m: f64) -> Vec<Coord<f64>> {
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
fn seam(end: Coord<f64>, before: Coord<f64>, is_start: bool, sides: &LineSides, distance_m: f64) -> Vec<Coord<f64>> {
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

/// Some place inside a polygon: the middle of the widest stretch half-way up. For one without an inside, a corner.
fn inner_point(polygon: &Polygon<f64>) -> Coord<f64> {
    let outer = &polygon.exterior().0;
    let Some((min, max)) = corners(outer) else {
        return Coord::default();
    };
    let y = (min.y + max.y) / 2.0;
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let mut crossings: Vec<f64> = rings
        .flat_map(|ring| ring.0.windows(2))
        .filter(|edge| (edge[0].y > y) != (edge[1].y > y))
        .map(|edge| {
            let part = (y - edge[0].y) / (edge[1].y - edge[0].y);
            edge[0].x + part * (edge[1].x - edge[0].x)
        })
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let widest = crossings.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    widest.map_or(outer[0], |pair| Coord { x: (pair[0] + pair[1]) / 2.0, y })
}

/// Cuts a polygon by a square grid.
fn cells(polygon: &Polygon<f64>, size_m: f64, scale: Vec2) -> Vec<Polygon<f64>> {
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
    fn project(&self, place: Coord<f64>) -> Coord<f64> {
        let (center, place) = (geo::Point(self.center), geo::Point(place));
        let (sin, cos) = Geodesic.bearing(center, place).to_radians().sin_cos();
        let distance = Geodesic.distance(center, place);
        Coord { x: distance * sin, y: distance * cos }
    }

    fn unproject(&self, area: &MultiPolygon<f64>, distance_m: f64) -> MultiPolygon<f64> {
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
fn longest_edge_m(distance_m: f64, line_m: f64) -> f64 {
    (0.0005 * 8.0 * 6_371_000.0 * distance_m).sqrt().max(line_m / 20_000.0)
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
fn simplified_on_plane(lines: &[Vec<Coord<f64>>], plane: &Plane, distance_m: f64) -> Vec<Vec<Coord<f64>>> {
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
fn offset_union(lines: &[Vec<Coord<f64>>], distance: f64) -> MultiPolygon<f64> {
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
fn without_ends(
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
fn beyond_end(end: Coord<f64>, before: Coord<f64>, lines: &[Vec<Coord<f64>>], distance: f64) -> Vec<Coord<f64>> {
    // A little less than all, so that rounding never takes from the rest.
    const MARGIN: f64 = 0.0005;
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
fn cut_off(ring: &[Coord<f64>], depth: impl Fn(Coord<f64>) -> f64) -> Vec<Coord<f64>> {
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
fn rings_of(area: &MultiPolygon<f64>) -> Vec<Vec<Coord<f64>>> {
    let rings = area.0.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings.map(|ring| ring.0.clone()).collect()
}

/// A closed ring that winds counterclockwise round each place in the buffer of one line on the plane.
///
/// It runs along the line on one side and back on the other, round the outside of each turn in an arc and through the
/// vertex on its inside. So it is the sum of a rectangle for each edge and a sector for each turn: its winding number
/// is nowhere negative, and above 0 just in the buffer.
fn offset_outline(line: &[Coord<f64>], distance: f64) -> Vec<Coord<f64>> {
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
fn right_offset(line: &[Coord<f64>], distance: f64) -> Vec<Coord<f64>> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::trial::ring;

    fn polygon(corners: &[(f64, f64)]) -> MultiPolygon<f64> {
        MultiPolygon(vec![Polygon::new(ring(corners), vec![])])
    }

    fn lines(lines: &[&[(f64, f64)]]) -> MultiLineString<f64> {
        MultiLineString(lines.iter().map(|line| LineString::from(line.to_vec())).collect())
    }

    fn square(x: f64, y: f64, size: f64) -> MultiPolygon<f64> {
        polygon(&[(x, y), (x + size, y), (x + size, y + size), (x, y + size)])
    }

    fn degrees(area: &MultiPolygon<f64>) -> f64 {
        area.0.iter().map(planar_area).sum()
    }

    fn about(ours: f64, expected: f64) {
        assert!((ours - expected).abs() < 1e-8 * expected.abs().max(1.0), "{ours} is not {expected}");
    }

    /// A star-shaped outline with a hole about 37, 48, and a line through it from north to south.
    fn wiggly(radii: &[f64], steps: &[(f64, f64)]) -> (MultiPolygon<f64>, MultiLineString<f64>) {
        let star = |scale: f64| -> Vec<(f64, f64)> {
            let corner = |(index, radius): (usize, &f64)| {
                let (sin, cos) = (index as f64 / radii.len() as f64 * 2.0 * PI).sin_cos();
                (37.0 + scale * radius * cos, 48.0 + scale * radius * sin)
            };
            radii.iter().enumerate().map(corner).collect()
        };
        let line = steps.iter().enumerate().map(|(index, (x, y))| {
            let part = index as f64 / (steps.len() - 1) as f64;
            let free = if index == 0 || index + 1 == steps.len() { 0.0 } else { 1.0 };
            (37.0 + x * free, 49.6 - 3.2 * part + y * free)
        });
        let area = Polygon::new(ring(&star(1.0)), vec![ring(&star(0.2))]);
        (MultiPolygon(vec![area]), MultiLineString(vec![LineString::from(line.collect::<Vec<_>>())]))
    }

    proptest! {
        #[test]
        fn the_two_parts_are_the_whole_and_have_nothing_in_common(
            radii in prop::collection::vec(0.8..1.4f64, 8..200),
            steps in prop::collection::vec((-0.5..0.5f64, -0.002..0.002f64), 3..300),
        ) {
            let (area, line) = wiggly(&radii, &steps);
            let Split { left, right } = split_by_line(&area, &line).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let (left_m2, right_m2, whole_m2) = (area_m2(&left), area_m2(&right), area_m2(&area));
            prop_assert!(((left_m2 + right_m2) / whole_m2 - 1.0).abs() < 1e-9);
            prop_assert!(area_m2(&intersection(&left, &right)) < 1e-9 * whole_m2);
            prop_assert!((area_m2(&union(&left, &right)) / whole_m2 - 1.0).abs() < 1e-9);
            // The line runs south, so what is left of it lies east.
            let line_edges = LineSides::new(clean_lines(&line));
            let parts = [(&left, true), (&right, false)];
            for (polygon, is_left) in parts.into_iter().flat_map(|(part, is_left)| part.0.iter().map(move |polygon| (polygon, is_left))) {
                let place = inner_point(polygon);
                prop_assert!(line_edges.is_left(place) == is_left || planar_area(polygon) < 1e-9);
            }
        }
    }

    #[test]
    fn a_shape_a_hair_narrower_than_a_power_of_two_fits_the_grid() {
        let half = 0.5_f64.next_down();
        let side = (0..100).map(|step| half - f64::from(step) / 100.0);
        let corners: Vec<(f64, f64)> = side.clone().map(|y| (-half, y)).chain(side.map(|y| (half, -y))).collect();
        let area = polygon(&corners);
        let same = union_all([&area]);
        assert!((geo::Area::unsigned_area(&same) - geo::Area::unsigned_area(&area)).abs() < 1e-12);
    }

    #[test]
    fn left_is_left_when_following_the_line() {
        let south = lines(&[&[(37.3, 50.0), (37.3, 47.0)]]);
        let split = split_by_line(&square(37.0, 48.0, 1.0), &south).expect("the line crosses");
        about(degrees(&split.left), 0.7);
        about(degrees(&split.right), 0.3);
        let outer = split.left.0[0].exterior();
        assert!(twice_signed_area(&outer.0) > 0.0);
    }

    #[test]
    fn a_pocket_against_the_border_takes_the_side_of_its_own_line() {
        let main: &[(f64, f64)] = &[(37.3, 50.0), (37.3, 47.0)];
        // Closes off the south-eastern corner, which lies to the right of it when it runs north-east.
        let pocket: &[(f64, f64)] = &[(37.8, 47.9), (37.8, 48.2), (38.1, 48.2)];
        let split = split_by_line(&square(37.0, 48.0, 1.0), &lines(&[main, pocket])).expect("both cross");
        about(degrees(&split.right), 0.3 + 0.04);
        about(degrees(&split.left), 0.7 - 0.04);
        let turned: Vec<(f64, f64)> = pocket.iter().rev().copied().collect();
        let error = split_by_line(&square(37.0, 48.0, 1.0), &lines(&[main, &turned])).expect_err("they disagree");
        assert!(matches!(error, DeriveError::Contradiction { lon_deg, .. } if lon_deg > 37.3));
        assert!(error.to_string().contains("to the left of one and to the right of another"));
    }

    #[test]
    fn an_island_and_a_loop_find_their_side() {
        let mut area = square(37.0, 48.0, 1.0);
        area.0.extend(square(38.2, 48.0, 0.1));
        // A loop in the western part, clockwise: its inside is to the right.
        let line = lines(&[
            &[(37.5, 49.5), (37.5, 47.5)],
            &[(37.6, 48.6), (37.8, 48.6), (37.8, 48.4), (37.6, 48.4), (37.6, 48.6)],
        ]);
        let split = split_by_line(&area, &line).expect("the line crosses");
        about(degrees(&split.left), 0.5 - 0.04 + 0.01);
        about(degrees(&split.right), 0.5 + 0.04);
    }

    #[test]
    fn a_curl_of_the_hand_is_no_contradiction() {
        let line = lines(&[&[
            (37.5, 50.0),
            (37.5, 48.5),
            (37.5001, 48.4999),
            (37.5002, 48.5),
            (37.4999, 48.50001),
            (37.5, 48.4),
            (37.5, 47.0),
        ]]);
        let split = split_by_line(&square(37.0, 48.0, 1.0), &line).expect("the line crosses");
        assert!((degrees(&split.left) - 0.5).abs() < 1e-4);
    }

    #[test]
    fn a_winding_line_cuts_off_every_piece() {
        // Down through the square, up, and down again; then an island and a hole that it leaves alone.
        let line = lines(&[&[(37.2, 50.0), (37.2, 47.0), (37.5, 47.0), (37.5, 50.0), (37.8, 50.0), (37.8, 47.0)]]);
        let mut area = square(37.0, 48.0, 1.0);
        area.0[0].interiors_push(ring(&[(37.6, 48.2), (37.7, 48.2), (37.7, 48.3)]));
        area.0.extend(square(39.0, 48.0, 0.1).0);
        let cut = pieces(&area, &line).expect("the line crosses");
        let sizes: Vec<f64> = cut.iter().map(degrees).collect();
        assert_eq!(cut.len(), 4);
        about(sizes[0], 0.3 + 0.01);
        about(sizes[1], 0.3 - 0.005);
        about(sizes[2] + sizes[3], 0.4);
        assert!(cut.iter().flat_map(|piece| &piece.0).all(|piece| twice_signed_area(&piece.exterior().0) > 0.0));
        let short = lines(&[&[(37.5, 50.0), (37.5, 48.5)]]);
        assert_eq!(pieces(&area, &short), Err(DeriveError::DoesNotCross));
    }

    #[test]
    fn an_area_is_simple_if_its_rings_keep_apart() {
        let mut area = square(37.0, 48.0, 1.0);
        area.0.extend(square(39.0, 48.0, 1.0).0);
        area.0[0].interiors_push(ring(&[(37.6, 48.2), (37.7, 48.2), (37.7, 48.3)]));
        assert!(is_simple(&area) && is_simple(&oriented(&area)));
        area.0[1].interiors_push(ring(&[(37.6, 48.2), (37.7, 48.2), (37.7, 48.3)]));
        assert!(!is_simple(&area));
        assert!(!is_simple(&polygon(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 3.0)])));
        let clockwise = polygon(&[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]);
        assert!(twice_signed_area(&oriented(&clockwise).0[0].exterior().0) > 0.0);
    }

    #[test]
    fn a_line_that_does_not_cross_is_said_so() {
        let area = square(37.0, 48.0, 1.0);
        for line in [
            lines(&[&[(36.0, 50.0), (36.0, 47.0)]]),
            lines(&[&[(37.5, 50.0), (37.5, 48.5)]]),
            lines(&[&[(37.2, 48.5), (37.5, 48.5)]]),
            lines(&[&[(37.0, 50.0), (37.0, 47.0)]]),
        ] {
            assert_eq!(split_by_line(&area, &line), Err(DeriveError::DoesNotCross));
        }
        let nan = (f64::NAN, 48.0);
        assert_eq!(split_by_line(&area, &lines(&[&[nan, (37.0, 48.0)], &[]])), Err(DeriveError::EmptyLine));
        assert_eq!(
            split_by_line(&polygon(&[nan; 5]), &lines(&[&[(1.0, 2.0), (3.0, 4.0)]])),
            Err(DeriveError::EmptyArea)
        );
    }

    #[test]
    fn a_border_in_common_dissolves_without_a_sliver() {
        let (area, line) = wiggly(&[1.1; 90], &[(0.3, 0.0); 40].map(|(x, y)| (x, y)));
        let Split { left, right } = split_by_line(&area, &line).expect("the line crosses");
        let one = union(&left, &right);
        assert_eq!((one.0.len(), one.0[0].interiors().len()), (1, 1));
        assert!((area_m2(&one) / area_m2(&area) - 1.0).abs() < 1e-9);
        assert!(difference(&one, &area).0.iter().all(|sliver| planar_area(sliver) < 1e-8));
        // Windings and order do not matter, and vertices come out as they went in.
        let turned = MultiPolygon(vec![Polygon::new(
            LineString(left.0[0].exterior().0.iter().rev().copied().collect()),
            vec![],
        )]);
        let again = union_all([&right, &turned]);
        assert_eq!(again.0.len(), 1);
        assert!(again.0[0].exterior().0.iter().filter(|coord| area.0[0].exterior().0.contains(coord)).count() >= 90);
    }

    #[test]
    fn booleans_of_squares() {
        let (a, b) = (square(0.0, 0.0, 2.0), square(1.0, 1.0, 2.0));
        about(degrees(&union(&a, &b)), 7.0);
        about(degrees(&intersection(&a, &b)), 1.0);
        about(degrees(&difference(&a, &b)), 3.0);
        about(degrees(&union_all([&a, &b, &square(5.0, 5.0, 1.0)])), 8.0);
        let nothing = MultiPolygon(vec![]);
        assert!(intersection(&a, &nothing).0.is_empty() && union_all([]).0.is_empty());
        assert!(difference(&nothing, &a).0.is_empty());
        about(degrees(&union(&a, &nothing)), 4.0);
        let bow_tie = polygon(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)]);
        about(degrees(&union(&bow_tie, &nothing)), 2.0);
    }

    /// A line about 330 km long with bays of 30, 4 and 1 km.
    fn front(count: usize) -> MultiLineString<f64> {
        let place = |index: usize| {
            let t = index as f64 / (count - 1) as f64;
            let a = 2.0 * PI * t;
            let fade = (PI * t).sin();
            let bays = 0.08 * (23.0 * a).sin() + 0.015 * (211.0 * a).sin();
            (37.5 + 0.3 * (2.0 * a).sin() + fade * bays, 49.6 - 3.0 * t + 0.004 * fade * (31.0 * a).cos())
        };
        MultiLineString(vec![LineString::from((0..count).map(place).collect::<Vec<_>>())])
    }

    fn near(ours: f64, reference: f64) {
        assert!((ours / reference - 1.0).abs() < 0.001, "{ours} is not {reference}: {}", ours / reference - 1.0);
    }

    #[test]
    fn buffers_have_the_area_that_geos_finds() {
        // shapely 2.2.0 (GEOS 3.14.1) on pyproj 3.7.2 (PROJ 9.5.1), +proj=aeqd about the middle of the bounding box:
        // union of the rectangle of each edge and the sector of each turn (0.25° steps), cut by the line, areas by
        // pyproj.Geod with vertices every 500 m. GEOS's own flat-capped buffer of 128 segments a quadrant is 0.0008 %
        // smaller at 5 km.
        for (distance_m, both, left, right) in [
            (1_000.0, 1_362_204_835.2, 681_179_140.2, 681_025_695.0),
            (5_000.0, 5_590_349_377.9, 2_795_279_657.0, 2_795_069_720.9),
            (15_000.0, 14_020_054_117.4, 7_009_697_661.6, 7_010_356_455.9),
        ] {
            near(area_m2(&buffer_line(&front(3000), distance_m, Sides::Both)), both);
            near(area_m2(&buffer_line(&front(3000), distance_m, Sides::Left)), left);
            near(area_m2(&buffer_line(&front(3000), distance_m, Sides::Right)), right);
        }
    }
    /// The same line with a zigzag on it, but for its ends.
    fn zigzag(amplitude_deg: f64) -> MultiLineString<f64> {
        let mut line = front(3000);
        for (index, place) in line.0[0].0.iter_mut().enumerate() {
            let part = index as f64 / 2999.0;
            let fade = ((part - 0.12) * 20.0).min((0.88 - part) * 20.0).clamp(0.0, 1.0);
            place.x += fade * amplitude_deg * if index % 2 == 0 { 1.0 } else { -1.0 };
        }
        line
    }

    #[test]
    fn a_zigzag_has_the_buffer_that_geos_finds() {
        // As above, but GEOS's own flat-capped buffer of 128 segments a quadrant.
        for (amplitude_deg, distance_m, both) in [
            (0.0003, 1_000.0, 1_364_196_141.0),
            (0.0003, 5_000.0, 5_592_878_401.4),
            (0.0003, 15_000.0, 14_023_190_850.5),
            (0.002, 1_000.0, 1_413_221_448.1),
            (0.002, 5_000.0, 5_649_595_640.5),
            (0.002, 15_000.0, 14_081_030_746.3),
        ] {
            let ours = area_m2(&buffer_line(&zigzag(amplitude_deg), distance_m, Sides::Both));
            assert!((ours / both - 1.0).abs() < 0.0005, "{amplitude_deg}° {distance_m} m: {}", ours / both - 1.0);
        }
    }

    #[test]
    fn beyond_a_flat_end_nothing_is_nearest_to_the_end() {
        // The last edges zigzag, so that the sectors of their turns reach round the end.
        let line = lines(&[&[(37.0, 48.0), (37.2, 48.01), (37.201, 48.0), (37.202, 48.001), (37.203, 48.0)]]);
        let distance_m = 4_000.0;
        let both = HitShape::new(&Geometry::MultiPolygon(buffer_line(&line, distance_m, Sides::Both)));
        let tree = EdgeTree::new(clean_lines(&line));
        let end = line.0[0].0[4];
        let scale = meters_per_degree(end.y);
        let (mut inside, mut beyond) = (0, 0);
        for step in 0..2500_u32 {
            let place = Coord { x: 37.15 + f64::from(step % 50) * 0.0025, y: 47.95 + f64::from(step / 50) * 0.002 };
            let found = tree.nearest(place, scale, f64::INFINITY).expect("a line");
            let is_beyond = found.edge == 3 && found.part >= 1.0;
            if found.distance < 0.98 * distance_m && both.contains(place) == is_beyond {
                // Half-way between two points of the line either may be nearest.
                let off = Vec2::new((place.x - end.x) * scale.x, (place.y - end.y) * scale.y).hypot();
                assert!((off - found.distance).abs() < 0.01 * distance_m, "{place:?}: {off} and {}", found.distance);
            }
            inside += u32::from(both.contains(place));
            beyond += u32::from(is_beyond && found.distance < distance_m);
        }
        assert!(inside > 300 && beyond > 200, "{inside} {beyond}");
    }

    #[test]
    fn a_curl_does_not_take_the_whole_corridor_to_its_side() {
        // A hook whose end lies in its own corridor, with a curl of 100 m in the shaft.
        let hook = lines(&[&[
            (37.0, 47.0),
            (37.0, 47.5),
            (37.001, 47.501),
            (37.001, 47.5),
            (37.0, 47.501),
            (37.0, 48.0),
            (37.1, 48.0),
            (37.07, 47.6),
        ]]);
        for distance_m in [2_000.0, 8_000.0] {
            let [left, right, both] =
                [Sides::Left, Sides::Right, Sides::Both].map(|sides| area_m2(&buffer_line(&hook, distance_m, sides)));
            near(left + right, both);
            assert!(left > 0.35 * both && right > 0.35 * both, "{distance_m} m: {left} and {right}");
        }
    }

    #[test]
    fn the_two_sides_are_the_buffer() {
        for distance_m in [800.0, 3_000.0, 15_000.0] {
            let line = front(1500);
            let [left, right, both] =
                [Sides::Left, Sides::Right, Sides::Both].map(|sides| buffer_line(&line, distance_m, sides));
            near(area_m2(&left) + area_m2(&right), area_m2(&both));
            near(area_m2(&union(&left, &right)), area_m2(&both));
            assert!(area_m2(&intersection(&left, &right)) < 1e-6 * area_m2(&both));
            let sides = LineSides::new(clean_lines(&line));
            let hit = HitShape::new(&Geometry::MultiLineString(line));
            let [left, right, both] = [left, right, both].map(|area| HitShape::new(&Geometry::MultiPolygon(area)));
            for step in 0..4000_u32 {
                let place = Coord { x: 37.0 + f64::from(step % 63) / 63.0, y: 47.0 + f64::from(step / 63) / 30.0 };
                let Some(distance) = hit.distance_m(place, f64::INFINITY) else {
                    continue;
                };
                if distance < distance_m * 0.99 && distance > distance_m * 0.001 {
                    assert!(both.contains(place));
                    assert_eq!(left.contains(place), sides.is_left(place), "{place:?}");
                    assert_eq!(right.contains(place), !sides.is_left(place), "{place:?}");
                } else if distance > distance_m * 1.01 {
                    assert!(!both.contains(place) && !left.contains(place) && !right.contains(place));
                }
            }
        }
    }

    #[test]
    fn a_ragged_line_has_its_nearest_stretch_decide_the_side() {
        // Spikes of 200 m, some of which cross: the last edges lead sideways, so that the ends part nothing.
        let ragged = |index: i32| {
            let spike = if index % 7 == 0 { 0.0 } else { 0.003 * (f64::from(index) / 3.0).sin() };
            (37.5 + spike, 49.0 - 0.001 * f64::from(index) - 0.0013 * f64::from(index % 3))
        };
        let line: Vec<(f64, f64)> = (0..=400).map(ragged).collect();
        let line = lines(&[&line]);
        let sides = LineSides::new(clean_lines(&line));
        for distance_m in [2_000.0, 5_000.0] {
            let both = buffer_line(&line, distance_m, Sides::Both);
            let Split { left, right } = buffer_sides(&line, distance_m, &both);
            near(area_m2(&left) + area_m2(&right), area_m2(&both));
            let [left, right] = [left, right].map(|area| HitShape::new(&Geometry::MultiPolygon(area)));
            let (mut settled, mut wrong) = (0, 0);
            for step in 0..2500_u32 {
                let place =
                    Coord { x: 37.42 + f64::from(step % 50) * 0.0032, y: 48.58 + f64::from(step / 50) * 0.0088 };
                let is_left = left.contains(place);
                if is_left != right.contains(place) {
                    settled += 1;
                    wrong += u32::from(is_left != sides.is_left(place));
                }
            }
            // Where the line crosses itself, nearest and parted off are not the same.
            assert!(settled > 500 && wrong * 30 < settled, "{distance_m} m: {wrong} of {settled}");
        }
    }

    #[test]
    fn what_is_clipped_lies_within_or_comes_out_as_it_was() {
        let area = square(1.0, 1.0, 2.0);
        about(degrees(&clip(&area, &square(0.0, 0.0, 2.0))), 1.0);
        assert_eq!(clip(&area, &square(0.0, 0.0, 9.0)), area);
        assert!(clip(&area, &square(5.0, 5.0, 1.0)).0.is_empty());
        let mut hole = square(0.0, 0.0, 9.0);
        hole.0[0].interiors_push(ring(&[(0.5, 0.5), (3.5, 0.5), (3.5, 3.5), (0.5, 3.5)]));
        assert!(clip(&area, &hole).0.is_empty());
        assert!(clip(&MultiPolygon(vec![]), &area).0.is_empty() && clip(&area, &MultiPolygon(vec![])).0.is_empty());
    }

    #[test]
    fn an_end_inside_the_buffer_is_decided_by_the_nearest_stretch() {
        // A hook: its end lies 5 km from its own shaft.
        let hook = lines(&[&[(37.0, 47.0), (37.0, 48.0), (37.1, 48.0), (37.07, 47.6)]]);
        let [left, right, both] =
            [Sides::Left, Sides::Right, Sides::Both].map(|sides| buffer_line(&hook, 8_000.0, sides));
        near(area_m2(&left) + area_m2(&right), area_m2(&both));
        assert!(area_m2(&intersection(&left, &right)) < 1e-6 * area_m2(&both));
        let inside = HitShape::new(&Geometry::MultiPolygon(right));
        assert!(inside.contains(Coord { x: 37.03, y: 47.8 }) && inside.contains(Coord { x: 37.03, y: 47.55 }));
        assert!(!inside.contains(Coord { x: 36.95, y: 47.55 }));
    }

    #[test]
    fn a_loop_is_buffered_all_round() {
        let around = lines(&[&[(37.0, 48.0), (38.0, 48.0), (38.0, 49.0), (37.0, 49.0), (37.0, 48.0)]]);
        let inside = buffer_line(&around, 5_000.0, Sides::Left);
        let outside = buffer_line(&around, 5_000.0, Sides::Right);
        let both = buffer_line(&around, 5_000.0, Sides::Both);
        near(area_m2(&inside) + area_m2(&outside), area_m2(&both));
        let corner = HitShape::new(&Geometry::MultiPolygon(outside));
        assert!(corner.contains(Coord { x: 36.97, y: 47.98 }) && !corner.contains(Coord { x: 37.01, y: 48.01 }));
    }

    #[test]
    fn what_cannot_be_buffered_has_no_buffer() {
        let line = front(10);
        for distance_m in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(buffer_line(&line, distance_m, Sides::Both).0.is_empty());
        }
        let nan = (f64::NAN, f64::NAN);
        for line in [lines(&[]), lines(&[&[]]), lines(&[&[(37.0, 48.0); 7]]), lines(&[&[nan, nan]])] {
            assert!(buffer_line(&line, 1000.0, Sides::Left).0.is_empty());
        }
        let there_and_back = lines(&[&[(37.0, 48.0), nan, (37.5, 48.0), (37.0, 48.0), (37.5, 48.0)]]);
        for sides in [Sides::Left, Sides::Right, Sides::Both] {
            assert!(!buffer_line(&there_and_back, 1000.0, sides).0.is_empty());
        }
        let world = lines(&[&[(-180.0, -90.0), (180.0, 90.0), (180.0, -90.0), (-180.0, 90.0)]]);
        assert!(buffer_line(&world, 1000.0, Sides::Left).0.is_empty());
    }

    #[test]
    fn points_within_are_those_inside() {
        let place = |x: f64| Coord { x, y: 48.5 };
        let points = [place(36.5), place(37.5), place(f64::NAN), place(37.9), place(38.5)];
        assert_eq!(points_within(&points, &square(37.0, 48.0, 1.0)), [1, 3]);
        assert!(points_within(&points, &MultiPolygon(vec![])).is_empty());
    }

    #[test]
    fn the_label_stands_where_the_largest_part_is_widest() {
        // An L with a wide foot in the south-west, and a small square far off.
        let mut area = polygon(&[(0.0, 0.0), (0.4, 0.0), (0.4, 0.4), (0.1, 0.4), (0.1, 2.0), (0.0, 2.0)]);
        area.0.extend(square(5.0, 5.0, 0.3));
        let label = largest_label_point(&area, 100.0).expect("there is an inside");
        assert!((label.x - 0.2).abs() < 0.02 && (label.y - 0.2).abs() < 0.02, "{label:?}");
        for precision_m in [0.0, -1.0, f64::NAN] {
            assert!(largest_label_point(&area, precision_m).is_some());
        }
        assert_eq!(largest_label_point(&MultiPolygon(vec![]), 1.0), None);
        assert_eq!(largest_label_point(&polygon(&[(f64::NAN, 1.0); 6]), 1.0), None);
        let flat = polygon(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]);
        assert!(largest_label_point(&flat, 1.0).is_some());
    }
}
