//! An area on the two sides of a line.

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use i_overlay::core::overlay_rule::OverlayRule;
use kurbo::Vec2;

use super::boolean::union_all;
use super::{DeriveError, Split};
use crate::geometry::chain::{clean_line, corners};
use crate::geometry::hit::{EdgeTree, meters_per_degree};
use crate::geometry::planar::{oriented_rings, overlay, slice, twice_signed_area};

/// A face whose boundary lies with more than this part of its length on the other side of the lines is on no side.
pub(super) const CONTRADICTION: f64 = 0.01;

/// Faces with less than this part of the whole area take the side of the longer part of their boundary: the curls
/// in which a hand-drawn line crosses itself are no contradiction.
pub(super) const CURL: f64 = 1e-6;

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
pub(super) struct Face {
    pub(super) polygon: Polygon<f64>,
    /// Length of the boundary that has the lines to its right, in metres.
    pub(super) left: f64,
    /// Length of the boundary that has the lines to its left, in metres.
    pub(super) right: f64,
}

impl Face {
    /// Whether lines have it to their left only, or to their right only.
    pub(super) fn is_plain(&self) -> bool {
        self.left == 0.0 || self.right == 0.0
    }

    /// Whether it has a hundredth of lines of this length, in metres, along its border.
    pub(super) fn borders(&self, length_m: f64) -> bool {
        self.left + self.right > CONTRADICTION * length_m
    }

    /// Whether lines have it to their left and to their right by more than a curl in a part that is `whole`.
    pub(super) fn is_contradictory(&self, whole: f64) -> bool {
        self.left.min(self.right) > CONTRADICTION * (self.left + self.right)
            && planar_area(&self.polygon) > CURL * whole
    }
}

/// An area cut by lines.
pub(super) struct Cut {
    pub(super) faces: Vec<Face>,
    pub(super) sides: LineSides,
}

impl Cut {
    pub(super) fn new(rings: &[Vec<Coord<f64>>], lines: Vec<Vec<Coord<f64>>>) -> Self {
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
pub(super) struct LineSides {
    pub(super) tree: EdgeTree,
    /// Metres per degree in the middle of the lines.
    pub(super) scale: Vec2,
}

impl LineSides {
    pub(super) fn new(lines: Vec<Vec<Coord<f64>>>) -> Self {
        let scale = meters_per_degree(middle(&lines).y);
        Self { tree: EdgeTree::new(lines), scale }
    }

    /// Length of a line on the plane of the scale, in metres.
    pub(super) fn length(&self, line: &[Coord<f64>]) -> f64 {
        line.windows(2)
            .map(|edge| ((edge[1].x - edge[0].x) * self.scale.x).hypot((edge[1].y - edge[0].y) * self.scale.y))
            .sum()
    }

    /// The direction of the line that runs through this place, give or take `reach_deg`.
    pub(super) fn direction_at(&self, place: Coord<f64>, reach_deg: f64) -> Option<Coord<f64>> {
        let found = self.tree.nearest(place, Vec2::new(1.0, 1.0), reach_deg)?;
        let (a, b) = self.tree.edge(found.edge);
        Some(b - a)
    }

    /// Whether the nearest line has this place to its left. Beyond an end, the last edge is taken to go on.
    pub(super) fn is_left(&self, place: Coord<f64>) -> bool {
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

pub(super) fn clean_lines(line: &MultiLineString<f64>) -> Vec<Vec<Coord<f64>>> {
    line.0.iter().map(clean_line).filter(|line| !line.is_empty()).collect()
}

/// Centre of the bounding box.
pub(super) fn middle(lines: &[Vec<Coord<f64>>]) -> Coord<f64> {
    corners(lines.iter().flatten()).map_or_else(Coord::default, |(min, max)| (min + max) / 2.0)
}

/// Area in square degrees.
pub(super) fn planar_area(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon.interiors().iter().map(|hole| twice_signed_area(&hole.0).abs()).sum();
    (twice_signed_area(&polygon.exterior().0).abs() - holes) / 2.0
}

/// Two parts, of each of which polygons that touch along edges become one.
pub(super) fn dissolved(left: Vec<Polygon<f64>>, right: Vec<Polygon<f64>>) -> Split {
    Split { left: dissolve(left), right: dissolve(right) }
}

/// Polygons that touch along edges become one.
pub(super) fn dissolve(polygons: Vec<Polygon<f64>>) -> MultiPolygon<f64> {
    if polygons.len() < 2 {
        return MultiPolygon(polygons);
    }
    union_all([&MultiPolygon(polygons)])
}

/// Some place inside a polygon: the middle of the widest stretch half-way up. For one without an inside, a corner.
pub(crate) fn inner_point(polygon: &Polygon<f64>) -> Coord<f64> {
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
