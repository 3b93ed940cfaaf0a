//! Which shape is under a place: point in polygon, distance to outlines and lines, the nearest of many points.
//!
//! # The index
//! Vertices stay in their order; every eight neighbouring edges share a bounding box, every eight boxes another, and
//! so on ([`EdgeTree`]). Neighbours in a line are neighbours on the map, so the boxes are tight, and building takes
//! one pass and a seventh of the vertices in boxes, whatever the input. A ray from a place meets a box beside it an
//! odd number of times exactly if the box's chain begins and ends on different sides of the ray, so only boxes that
//! hold the place itself are opened.
//!
//! A million vertices in random order would make all boxes alike, and a query a walk over all edges: slow, not wrong.

use geo::Coord;
use kurbo::{Point, Vec2};

use crate::geometry::chain::{Chain, ChainKind, ShapeRef, chains, is_usable};
use crate::geometry::measure::{ECCENTRICITY_SQUARED, SEMI_MAJOR_M};
use crate::geometry::work;

/// Children of a box, and edges of a lowest one.
const FAN: usize = 8;

/// After so many edges, a search among pairs of them looks whether it is still wanted.
const EDGES_A_LOOK: usize = 1024;

/// A shape prepared for questions about places.
///
/// Coordinates that are no place are passed over. A question about a place that is none is answered `false` or
/// `None`.
#[derive(Debug, Clone)]
pub struct HitShape {
    rings: EdgeTree,
    lines: EdgeTree,
    points: EdgeTree,
    /// Positions in the input of the points, which the tree has in another order.
    point_indices: Vec<usize>,
}

impl HitShape {
    /// Prepares a shape: about 25 ms for a million vertices.
    pub fn new<'a>(shape: impl Into<ShapeRef<'a>>) -> Self {
        let (mut rings, mut lines, mut points) = (Vec::new(), Vec::new(), Vec::new());
        for Chain { coords, kind, .. } in chains(shape) {
            match kind {
                ChainKind::Outer | ChainKind::Hole => rings.push(coords),
                ChainKind::Line => lines.push(coords),
                ChainKind::Points => points.extend(coords),
            }
        }
        let mut order: Vec<(u64, usize)> = points
            .iter()
            .enumerate()
            .filter(|(_, coord)| is_usable(**coord))
            .map(|(index, coord)| (curve_position(*coord), index))
            .collect();
        order.sort_unstable();
        let point_indices: Vec<usize> = order.into_iter().map(|(_, index)| index).collect();
        let along_curve = point_indices.iter().map(|index| vec![points[*index]]);
        Self {
            rings: EdgeTree::new(rings),
            lines: EdgeTree::new(lines),
            points: EdgeTree::new(along_curve),
            point_indices,
        }
    }

    /// Whether a polygon of the shape holds this place, by the even–odd rule over all rings, whatever their
    /// windings. On an edge it may be either.
    pub fn contains(&self, place: Coord<f64>) -> bool {
        is_usable(place) && self.rings.is_inside(place)
    }

    /// Distance in metres to the nearest outline, line or point of the shape, if at most `within_m`. A place inside a
    /// polygon is as far from it as from its outline.
    ///
    /// Measured on the plane that touches the ellipsoid at the place: within 0.05 % at 5 km, 1 % at 100 km (at 48°).
    /// The shape on the other side of the date line is not seen.
    pub fn distance_m(&self, place: Coord<f64>, within_m: f64) -> Option<f64> {
        if !is_usable(place) {
            return None;
        }
        let scale = meters_per_degree(place.y);
        let mut nearest: Option<f64> = None;
        for tree in [&self.rings, &self.lines, &self.points] {
            let limit = nearest.unwrap_or(within_m);
            if let Some(found) = tree.nearest(place, scale, limit) {
                nearest = Some(found.distance);
            }
        }
        nearest
    }

    /// The point of the shape nearest to this place, if at most `within_m` away: its position among all points of
    /// the input, and the distance in metres as in [`distance_m`](Self::distance_m).
    pub fn nearest(&self, place: Coord<f64>, within_m: f64) -> Option<(usize, f64)> {
        if !is_usable(place) {
            return None;
        }
        let found = self.points.nearest(place, meters_per_degree(place.y), within_m)?;
        Some((self.point_indices[found.edge], found.distance))
    }

    /// The points of the shape at most `within_m` away, as [`nearest`](Self::nearest) has one: the nearest `most` of them,
    /// the nearest first, and of two at one place the later one.
    pub fn points_within(&self, place: Coord<f64>, within_m: f64, most: usize) -> Vec<(usize, f64)> {
        if !is_usable(place) {
            return Vec::new();
        }
        let found = self.points.points_within(place, meters_per_degree(place.y), within_m);
        let mut found: Vec<(usize, f64)> =
            found.into_iter().map(|(point, distance)| (self.point_indices[point], distance)).collect();
        let nearer = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0));
        if found.len() > most {
            found.select_nth_unstable_by(most, nearer);
            found.truncate(most);
        }
        found.sort_unstable_by(nearer);
        found
    }
}

/// Metres in a degree of longitude and of latitude: the ellipsoid's radii of curvature (Snyder 1987, equations 4-18
/// and 4-20) times a degree.
pub(crate) fn meters_per_degree(lat_deg: f64) -> Vec2 {
    let (sin, cos) = lat_deg.to_radians().sin_cos();
    let w_squared = 1.0 - ECCENTRICITY_SQUARED * sin * sin;
    let across = SEMI_MAJOR_M / w_squared.sqrt();
    let along = across * (1.0 - ECCENTRICITY_SQUARED) / w_squared;
    Vec2::new((across * cos.max(0.0)).to_radians(), along.to_radians())
}

/// Position on a Z-order curve over the world, so that points which follow each other are near each other.
pub(super) fn curve_position(coord: Coord<f64>) -> u64 {
    let spread = |value: f64| {
        let mut bits = (value * f64::from(u32::MAX)) as u64;
        bits = (bits | bits << 16) & 0x0000_ffff_0000_ffff;
        bits = (bits | bits << 8) & 0x00ff_00ff_00ff_00ff;
        bits = (bits | bits << 4) & 0x0f0f_0f0f_0f0f_0f0f;
        bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
        (bits | bits << 1) & 0x5555_5555_5555_5555
    };
    spread((coord.x + 720.0) / 1440.0) | spread((coord.y + 90.0) / 180.0) << 1
}

/// What [`EdgeTree::nearest`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Nearest {
    /// Position of the edge's first vertex.
    pub(crate) edge: usize,
    /// How far along the edge, 0 at its first and 1 at its second vertex.
    pub(crate) part: f64,
    /// Distance in the unit of the scale.
    pub(crate) distance: f64,
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    min: Coord<f64>,
    max: Coord<f64>,
}

impl Bounds {
    const NOTHING: Self = Self {
        min: Coord { x: f64::INFINITY, y: f64::INFINITY },
        max: Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
    };

    fn with(self, other: Self) -> Self {
        Self {
            min: Coord { x: self.min.x.min(other.min.x), y: self.min.y.min(other.min.y) },
            max: Coord { x: self.max.x.max(other.max.x), y: self.max.y.max(other.max.y) },
        }
    }

    fn distance_squared(self, place: Coord<f64>, scale: Vec2) -> f64 {
        let beyond = |value: f64, min: f64, max: f64| (min - value).max(value - max).max(0.0);
        let across = beyond(place.x, self.min.x, self.max.x) * scale.x;
        let up = beyond(place.y, self.min.y, self.max.y) * scale.y;
        across * across + up * up
    }
}

/// What was asked for would take more work than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OverBudget;

/// The edges of chains of finite coordinates under a hierarchy of boxes.
#[derive(Debug, Clone)]
pub(crate) struct EdgeTree {
    vertices: Vec<Coord<f64>>,
    /// Where the chains begin in `vertices`.
    starts: Vec<usize>,
    /// Whether a vertex is the last of its chain, so that no edge leaves it.
    is_last: Vec<bool>,
    /// Boxes, the lowest level first; the topmost has at most [`FAN`].
    levels: Vec<Vec<Bounds>>,
}

impl EdgeTree {
    /// Builds the hierarchy. A chain of one vertex is a point; empty chains leave no trace.
    pub(crate) fn new<C: AsRef<[Coord<f64>]>>(chains: impl IntoIterator<Item = C>) -> Self {
        let (mut vertices, mut starts, mut is_last) = (Vec::new(), Vec::new(), Vec::new());
        for chain in chains {
            let chain = chain.as_ref();
            if chain.is_empty() {
                continue;
            }
            starts.push(vertices.len());
            vertices.extend_from_slice(chain);
            is_last.resize(vertices.len(), false);
            is_last[vertices.len() - 1] = true;
        }
        // Lists that have grown have room for up to as much again.
        vertices.shrink_to_fit();
        is_last.shrink_to_fit();
        let edge = |index: usize| {
            let (a, b): (Coord<f64>, Coord<f64>) = (vertices[index], vertices[index + usize::from(!is_last[index])]);
            Bounds { min: Coord { x: a.x.min(b.x), y: a.y.min(b.y) }, max: Coord { x: a.x.max(b.x), y: a.y.max(b.y) } }
        };
        let edges = vertices.len();
        let mut level: Vec<Bounds> = (0..edges)
            .step_by(FAN)
            .map(|first| (first..(first + FAN).min(edges)).map(edge).fold(Bounds::NOTHING, Bounds::with))
            .collect();
        let mut levels = Vec::new();
        while level.len() > FAN {
            let above = level.chunks(FAN).map(|some| some.iter().copied().fold(Bounds::NOTHING, Bounds::with));
            let above = above.collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Self { vertices, starts, is_last, levels }
    }

    /// The two ends of an edge; twice the same for a point or the last vertex of a chain.
    pub(crate) fn edge(&self, index: usize) -> (Coord<f64>, Coord<f64>) {
        (self.vertices[index], self.vertices[index + usize::from(!self.is_last[index])])
    }

    /// Whether another edge of the same chain ends where this one begins.
    pub(crate) fn follows_another(&self, index: usize) -> bool {
        index > 0 && !self.is_last[index - 1]
    }

    /// Whether another edge of the same chain begins where this one ends.
    pub(crate) fn precedes_another(&self, index: usize) -> bool {
        index + 1 < self.vertices.len() && !self.is_last[index] && !self.is_last[index + 1]
    }

    /// The even–odd rule, for chains that are closed.
    pub(crate) fn is_inside(&self, place: Coord<f64>) -> bool {
        let top = self.levels.len() - 1;
        let mut pending: Vec<(usize, usize)> = (0..self.levels[top].len()).map(|index| (top, index)).collect();
        let mut inside = false;
        while let Some((level, index)) = pending.pop() {
            let bounds = self.levels[level][index];
            if bounds.min.y > place.y || bounds.max.y <= place.y || bounds.max.x <= place.x {
                continue;
            }
            let edges = FAN.pow(level as u32 + 1);
            let (first, end) = (index * edges, ((index + 1) * edges).min(self.vertices.len()));
            if bounds.min.x > place.x {
                inside ^= self.meets_ray_oddly(first, end, place.y);
            } else if level > 0 {
                let children = index * FAN..((index + 1) * FAN).min(self.levels[level - 1].len());
                pending.extend(children.map(|child| (level - 1, child)));
            } else {
                for index in first..end {
                    let (a, b) = self.edge(index);
                    if (a.y > place.y) != (b.y > place.y) && a.x + (place.y - a.y) / (b.y - a.y) * (b.x - a.x) > place.x
                    {
                        inside = !inside;
                    }
                }
            }
        }
        inside
    }

    /// Whether an odd number of the edges `first..end` cross a parallel. Between two vertices of a chain that is a
    /// matter of their sides; of a closed chain that is all there, it is never odd.
    fn meets_ray_oddly(&self, first: usize, end: usize, lat_deg: f64) -> bool {
        let is_above = |index: usize| self.vertices[index].y > lat_deg;
        let last = end - 1;
        let after = last + usize::from(!self.is_last[last]);
        let chain_of = |index: usize| self.starts.partition_point(|start| *start <= index) - 1;
        let (chain, last_chain) = (chain_of(first), chain_of(last));
        if chain == last_chain {
            return is_above(first) != is_above(after);
        }
        let tail_end = self.starts[chain + 1] - 1;
        let head_start = self.starts[last_chain];
        (is_above(first) != is_above(tail_end)) != (is_above(head_start) != is_above(after))
    }

    /// What `test` first finds in an edge and a later one whose boxes meet: of the first edge that has such a partner,
    /// in order. None once it has opened a hundred times as many boxes as there are edges.
    pub(crate) fn first_pair<T>(
        &self,
        test: impl Fn((Coord<f64>, Coord<f64>), (Coord<f64>, Coord<f64>)) -> Option<T>,
    ) -> Option<T> {
        self.first_pair_within(100 * self.vertices.len() + 10_000, test).ok()?
    }

    /// The same within so many boxes; an error once more have been opened.
    pub(crate) fn first_pair_within<T>(
        &self,
        mut budget: usize,
        mut test: impl FnMut((Coord<f64>, Coord<f64>), (Coord<f64>, Coord<f64>)) -> Option<T>,
    ) -> Result<Option<T>, OverBudget> {
        let count = self.vertices.len();
        let top = self.levels.len() - 1;
        let mut pending: Vec<(usize, usize)> = Vec::new();
        for one in (0..count).filter(|edge| !self.is_last[*edge]) {
            if one.is_multiple_of(EDGES_A_LOOK) && work::is_cancelled() {
                return Err(OverBudget);
            }
            let (a, b) = self.edge(one);
            let own = Bounds::NOTHING.with(Bounds { min: a, max: a }).with(Bounds { min: b, max: b });
            let meets = |bounds: &Bounds| {
                bounds.min.x <= own.max.x
                    && bounds.max.x >= own.min.x
                    && bounds.min.y <= own.max.y
                    && bounds.max.y >= own.min.y
            };
            pending.extend((0..self.levels[top].len()).map(|index| (top, index)));
            while let Some((level, index)) = pending.pop() {
                budget = budget.checked_sub(1).ok_or(OverBudget)?;
                let edges = FAN.pow(level as u32 + 1);
                if (index + 1) * edges <= one + 1 || !meets(&self.levels[level][index]) {
                    continue;
                }
                if level > 0 {
                    let children = index * FAN..((index + 1) * FAN).min(self.levels[level - 1].len());
                    pending.extend(children.map(|child| (level - 1, child)));
                    continue;
                }
                let later = (index * FAN).max(one + 1)..((index + 1) * FAN).min(count);
                for other in later.filter(|edge| !self.is_last[*edge]) {
                    if let Some(found) = test((a, b), self.edge(other)) {
                        return Ok(Some(found));
                    }
                }
            }
        }
        Ok(None)
    }

    /// The nearest edge at most `limit` away, where a step of one degree in longitude and latitude is as long as
    /// `scale` says. None for a limit below zero or NaN.
    pub(crate) fn nearest(&self, place: Coord<f64>, scale: Vec2, limit: f64) -> Option<Nearest> {
        if limit.is_nan() || limit < 0.0 {
            return None;
        }
        let mut limit_squared = limit * limit;
        let mut best: Option<Nearest> = None;
        let top = self.levels.len() - 1;
        let mut pending: Vec<(f64, usize, usize)> = Vec::new();
        let open = |pending: &mut Vec<(f64, usize, usize)>, level: usize, from: usize, limit_squared: f64| {
            let boxes = &self.levels[level];
            let opened = pending.len();
            let end = (from + FAN).min(boxes.len());
            for (bounds, index) in boxes[from..end].iter().zip(from..) {
                let distance = bounds.distance_squared(place, scale);
                if distance <= limit_squared {
                    pending.push((distance, level, index));
                }
            }
            // The nearest is taken first, from the end.
            pending[opened..].sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        };
        open(&mut pending, top, 0, limit_squared);
        while let Some((distance, level, index)) = pending.pop() {
            if distance > limit_squared {
                continue;
            }
            if level > 0 {
                open(&mut pending, level - 1, index * FAN, limit_squared);
                continue;
            }
            for edge in index * FAN..((index + 1) * FAN).min(self.vertices.len()) {
                // The last vertex of a chain is the end of an edge already, unless it is the only one.
                if self.is_last[edge] && self.follows_another(edge) {
                    continue;
                }
                let (a, b) = self.edge(edge);
                let offset =
                    |coord: Coord<f64>| Point::new((coord.x - place.x) * scale.x, (coord.y - place.y) * scale.y);
                let (a, b) = (offset(a), offset(b));
                let along = b - a;
                let length_squared = along.hypot2();
                let part =
                    if length_squared > 0.0 { (-a.to_vec2().dot(along) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
                let distance = (a + along * part).to_vec2().hypot2();
                if distance < limit_squared || (best.is_none() && distance <= limit_squared) {
                    limit_squared = distance;
                    best = Some(Nearest { edge, part, distance: distance.sqrt() });
                }
            }
        }
        best
    }

    /// The vertices at most `limit` away, in the measure of [`nearest`](Self::nearest), and how far each is.
    fn points_within(&self, place: Coord<f64>, scale: Vec2, limit: f64) -> Vec<(usize, f64)> {
        let mut found = Vec::new();
        if limit.is_nan() || limit < 0.0 {
            return found;
        }
        let limit_squared = limit * limit;
        let top = self.levels.len() - 1;
        let mut pending: Vec<(usize, usize)> = (0..self.levels[top].len()).map(|index| (top, index)).collect();
        while let Some((level, index)) = pending.pop() {
            if self.levels[level][index].distance_squared(place, scale) > limit_squared {
                continue;
            }
            let below = index * FAN;
            if level > 0 {
                pending
                    .extend((below..(below + FAN).min(self.levels[level - 1].len())).map(|index| (level - 1, index)));
                continue;
            }
            for vertex in below..(below + FAN).min(self.vertices.len()) {
                let at = self.vertices[vertex];
                let distance = ((at.x - place.x) * scale.x).hypot((at.y - place.y) * scale.y);
                if distance <= limit {
                    found.push((vertex, distance));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use geo::{Contains, Geometry, LineString, MultiPoint, MultiPolygon, Polygon};
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::measure::distance_m;

    /// A star-shaped ring about a centre.
    fn star(center: (f64, f64), radii: &[f64]) -> LineString<f64> {
        let corner = |(index, radius): (usize, &f64)| {
            let (sin, cos) = (index as f64 / radii.len() as f64 * std::f64::consts::TAU).sin_cos();
            Coord { x: center.0 + radius * cos, y: center.1 + radius * sin }
        };
        let mut ring: LineString<f64> = radii.iter().enumerate().map(corner).collect::<Vec<_>>().into();
        ring.close();
        ring
    }

    fn shape(outer: &[Vec<f64>], hole: &[f64]) -> MultiPolygon<f64> {
        let polygon = |(index, radii): (usize, &Vec<f64>)| {
            let center = (30.0 + 3.0 * (index % 6) as f64, 45.0 + 3.0 * (index / 6) as f64);
            Polygon::new(star(center, radii), vec![star(center, hole)])
        };
        MultiPolygon(outer.iter().enumerate().map(polygon).collect())
    }

    proptest! {
        #[test]
        fn inside_is_what_geo_calls_inside(
            outer in prop::collection::vec(prop::collection::vec(0.6..1.4f64, 3..120), 1..20),
            hole in prop::collection::vec(0.1..0.5f64, 3..40),
            places in prop::collection::vec((28.0..48.0f64, 43.0..57.0f64), 50),
        ) {
            let area = shape(&outer, &hole);
            let hit = HitShape::new(&Geometry::MultiPolygon(area.clone()));
            let edges = EdgeTree::new(area.0.iter().flat_map(|polygon| {
                std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(|ring| ring.0.clone())
            }));
            for (x, y) in places {
                let place = Coord { x, y };
                if edges.nearest(place, Vec2::new(1.0, 1.0), 1e-9).is_none() {
                    prop_assert_eq!(hit.contains(place), area.contains(&place));
                }
            }
        }

        #[test]
        fn the_nearest_is_what_a_look_at_all_finds(
            points in prop::collection::vec((28.0..48.0f64, 43.0..57.0f64), 1..300),
            place in (28.0..48.0f64, 43.0..57.0f64),
        ) {
            let place = Coord { x: place.0, y: place.1 };
            let scale = meters_per_degree(place.y);
            let hit = HitShape::new(&Geometry::MultiPoint(MultiPoint::from(points.clone())));
            let line = HitShape::new(&Geometry::LineString(LineString::from(points.clone())));
            let far = |point: &(f64, f64)| {
                ((point.0 - place.x) * scale.x).hypot((point.1 - place.y) * scale.y)
            };
            let least = points.iter().map(far).fold(f64::INFINITY, f64::min);
            let found = hit.nearest(place, f64::INFINITY).map(|(index, distance)| {
                assert!((far(&points[index]) - distance).abs() < 1e-6);
                distance
            });
            prop_assert!(found.is_some_and(|distance| (distance - least).abs() < 1e-6));
            prop_assert!(hit.nearest(place, least * 0.99).is_none());
            let to_line = line.distance_m(place, f64::INFINITY);
            let edge = |pair: &[(f64, f64)]| {
                let [a, b] = [pair[0], pair[pair.len() - 1]]
                    .map(|(x, y)| Point::new((x - place.x) * scale.x, (y - place.y) * scale.y));
                (0..=1000).map(|part| a.lerp(b, f64::from(part) / 1000.0).to_vec2().hypot()).fold(f64::INFINITY, f64::min)
            };
            if points.len() > 1 {
                let least = points.windows(2).map(edge).fold(f64::INFINITY, f64::min);
                prop_assert!(to_line.is_some_and(|found| found <= least + 1e-6 && found > least - 2500.0));
            }
        }
    }

    #[test]
    fn distances_are_those_on_the_ellipsoid_nearly() {
        let place = Coord { x: 37.5844, y: 48.0 };
        let scale = meters_per_degree(place.y);
        for (far, error) in [(5_000.0, 0.0005), (100_000.0, 0.01)] {
            for bearing in 0..36_u32 {
                let (sin, cos) = f64::from(bearing * 10).to_radians().sin_cos();
                let other = Coord { x: place.x + far * sin / scale.x, y: place.y + far * cos / scale.y };
                let hit = HitShape::new(&Geometry::Point(geo::Point(other)));
                let found = hit.distance_m(place, f64::INFINITY).unwrap_or(f64::NAN);
                assert!((found / distance_m(place, other) - 1.0).abs() < error);
            }
        }
    }

    #[test]
    fn hostile_shapes_are_hit_nowhere_and_harm_nothing() {
        let (nan, origin) = (Coord { x: f64::NAN, y: f64::NEG_INFINITY }, Coord { x: 0.0, y: 0.0 });
        for ring in [vec![], vec![nan; 9], vec![origin], vec![origin; 9], vec![origin, nan, Coord { x: 1.0, y: 1.0 }]] {
            let hit = HitShape::new(&Geometry::Polygon(Polygon::new(LineString(ring), vec![LineString(vec![nan])])));
            assert!(!hit.contains(origin) && !hit.contains(nan));
            assert_eq!(hit.distance_m(origin, f64::INFINITY), None);
            assert_eq!(hit.nearest(origin, f64::NAN), None);
        }
        let points = HitShape::new(&Geometry::MultiPoint(MultiPoint(vec![geo::Point(nan), geo::Point(origin)])));
        assert_eq!(points.nearest(origin, 0.0), Some((1, 0.0)));
        assert_eq!(points.nearest(nan, f64::INFINITY), None);
        assert_eq!(points.distance_m(origin, -1.0), None);
    }
}
