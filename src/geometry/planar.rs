//! The planar overlay: booleans and slices of polygons, with every vertex of the input coming out as it went in.
//!
//! `i_overlay` works on a grid of integers. Here the grid is ours: a power of two that spreads the input over 30 bits
//! (0.2 mm for a shape three degrees wide), rounded to nearest, and each grid point remembers the first vertex that
//! was put there. So only crossings are rounded, vertices that lie in line are kept, and two shapes with a border in
//! common still have exactly that border in common afterwards.
//!
//! A rounded crossing would bend the edge that it lies on, by 0.1 mm: 5 m² on an edge of 100 km, and so the parts of an
//! area would not add up to it. Therefore crossings that come out are put back onto the edges that they are of.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use geo::{Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::extract::BooleanExtractionBuffer;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::i_shape::int::shape::{IntContour, IntShape, IntShapes};
use i_overlay::string::overlay::StringOverlay;
use i_overlay::string::rule::StringRule;
use kurbo::Vec2;

use crate::geometry::caught::caught;
use crate::geometry::chain::{clean_ring, corners};
use crate::geometry::hit::EdgeTree;
use crate::geometry::work;

/// How many steps of the grid a crossing may lie from the edges that it is of: its own rounding, that of the edges'
/// ends, and what other crossings bend the edges by.
const REACH_STEPS: f64 = 3.0;

/// Mixes grid points well enough for a table, in a tenth of the time of the standard hash.
#[derive(Default)]
struct GridHasher(u64);

impl Hasher for GridHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_i32(i32::from(*byte));
        }
    }

    fn write_i32(&mut self, value: i32) {
        let mixed = (self.0 ^ u64::from(value.cast_unsigned())).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

/// The integer grid under some coordinates, with the vertices that lie on it.
struct Grid {
    center: Coord<f64>,
    scale: f64,
    vertices: HashMap<IntPoint, Coord<f64>, BuildHasherDefault<GridHasher>>,
}

impl Grid {
    /// A grid that covers all of the coordinates, which must be finite.
    fn covering<'a>(coords: impl Iterator<Item = &'a Coord<f64>>) -> Self {
        let (min, max) = corners(coords).unwrap_or_default();
        let half = ((max.x - min.x).max(max.y - min.y) / 2.0).clamp(1e-9, 1e9);
        Self {
            center: Coord { x: (min.x + max.x) / 2.0, y: (min.y + max.y) / 2.0 },
            // A hair's breadth under a power of two would round up to ±2³⁰, whose difference no 32 bits hold.
            scale: (29.0 - (half * (1.0 + 1e-8)).log2().floor()).exp2(),
            vertices: HashMap::default(),
        }
    }

    /// The same without what was put on it, so many times as coarse.
    fn coarser(&self, times: f64) -> Self {
        Self { center: self.center, scale: self.scale / times, vertices: HashMap::default() }
    }

    fn put(&mut self, coord: Coord<f64>) -> IntPoint {
        let on_grid = |value: f64, center: f64| ((value - center) * self.scale).round() as i32;
        let point = IntPoint::new(on_grid(coord.x, self.center.x), on_grid(coord.y, self.center.y));
        self.vertices.entry(point).or_insert(coord);
        point
    }

    fn put_all(&mut self, coords: &[Coord<f64>]) -> Vec<IntPoint> {
        coords.iter().map(|coord| self.put(*coord)).collect()
    }

    /// The vertex that was put here or, at a crossing, the grid point itself.
    fn coord(&self, point: IntPoint) -> Coord<f64> {
        self.vertices.get(&point).copied().unwrap_or_else(|| Coord {
            x: f64::from(point.x) / self.scale + self.center.x,
            y: f64::from(point.y) / self.scale + self.center.y,
        })
    }

    /// The points of shapes that no vertex has been put on, each once, from west to east.
    fn crossings(&self, shapes: &IntShapes) -> Vec<IntPoint> {
        let points = shapes.iter().flatten().flatten().copied();
        let mut new: Vec<IntPoint> = points.filter(|point| !self.vertices.contains_key(point)).collect();
        new.sort_unstable();
        new.dedup();
        new
    }

    /// The edge of some chains that runs through this place, give or take the grid's rounding.
    fn edge_at(&self, place: Coord<f64>, tree: &EdgeTree) -> Option<(Coord<f64>, Coord<f64>)> {
        let found = tree.nearest(place, Vec2::new(self.scale, self.scale), REACH_STEPS)?;
        Some(tree.edge(found.edge))
    }

    /// Puts the crossings of subject and clip onto both of the edges that cross.
    fn settle(&mut self, shapes: &IntShapes, subject: &[Vec<Coord<f64>>], clip: &[Vec<Coord<f64>>]) {
        let crossings = self.crossings(shapes);
        if crossings.is_empty() || clip.is_empty() {
            return;
        }
        let [subject, clip] = [subject, clip].map(EdgeTree::new);
        for point in crossings {
            let rounded = self.coord(point);
            let (Some(one), Some(other)) = (self.edge_at(rounded, &subject), self.edge_at(rounded, &clip)) else {
                continue;
            };
            let place = self.settled(rounded, one, other);
            self.vertices.insert(point, place.unwrap_or_else(|| foot(rounded, one)));
        }
    }

    /// Puts the crossings of several areas onto the edges that cross, each onto those of the first two areas that have any there.
    fn settle_among(&mut self, shapes: &IntShapes, areas: &[Vec<Vec<Coord<f64>>>]) {
        let crossings = self.crossings(shapes);
        if crossings.is_empty() {
            return;
        }
        let trees: Vec<EdgeTree> = areas.iter().map(EdgeTree::new).collect();
        for point in crossings {
            let rounded = self.coord(point);
            let mut edges = trees.iter().filter_map(|tree| self.edge_at(rounded, tree));
            let Some(one) = edges.next() else { continue };
            let place = edges.next().and_then(|other| self.settled(rounded, one, other));
            self.vertices.insert(point, place.unwrap_or_else(|| foot(rounded, one)));
        }
    }

    /// Where two edges cross that are known to do so near a rounded place; none where that is not near after all.
    fn settled(
        &self,
        rounded: Coord<f64>,
        one: (Coord<f64>, Coord<f64>),
        other: (Coord<f64>, Coord<f64>),
    ) -> Option<Coord<f64>> {
        crossing(one, other).filter(|place| {
            let off = (*place - rounded) * self.scale;
            off.x.hypot(off.y) <= 2.0 * REACH_STEPS
        })
    }

    /// Puts the points of shapes that lie on the edges of rings, and are none of their vertices, onto those edges.
    fn settle_on(&mut self, shapes: &IntShapes, rings: &[Vec<Coord<f64>>], corners: &[Vec<IntPoint>]) {
        let corners: HashSet<IntPoint, BuildHasherDefault<GridHasher>> = corners.iter().flatten().copied().collect();
        let tree = EdgeTree::new(rings);
        for point in shapes.iter().flatten().flatten().filter(|point| !corners.contains(point)) {
            let rounded = self.coord(*point);
            if let Some(edge) = self.edge_at(rounded, &tree) {
                self.vertices.insert(*point, foot(rounded, edge));
            }
        }
    }

    /// None of a shape whose outer ring has no inside.
    fn polygon(&self, contours: &IntShape) -> Option<Polygon<f64>> {
        let ring = |contour: &IntContour| {
            let mut coords: Vec<Coord<f64>> = contour.iter().map(|point| self.coord(*point)).collect();
            coords.dedup();
            coords.extend(coords.first().copied());
            LineString(coords)
        };
        let mut rings = contours.iter().map(ring).filter(|ring| ring.0.len() >= 4);
        let outer = rings.next()?;
        Some(Polygon::new(outer, rings.collect()))
    }

    fn multi_polygon(&self, shapes: &[IntShape]) -> MultiPolygon<f64> {
        MultiPolygon(shapes.iter().filter_map(|shape| self.polygon(shape)).collect())
    }
}

/// The place on an edge nearest to another.
fn foot(place: Coord<f64>, (a, b): (Coord<f64>, Coord<f64>)) -> Coord<f64> {
    let (along, offset) = (b - a, place - a);
    let length_squared = along.x * along.x + along.y * along.y;
    let part = if length_squared > 0.0 { (along.x * offset.x + along.y * offset.y) / length_squared } else { 0.0 };
    a + along * part.clamp(0.0, 1.0)
}

/// Where two edges cross; none for parallel ones, and beyond their ends.
fn crossing((a, b): (Coord<f64>, Coord<f64>), (c, d): (Coord<f64>, Coord<f64>)) -> Option<Coord<f64>> {
    let (one, other, between) = (b - a, d - c, c - a);
    let cross = |u: Coord<f64>, v: Coord<f64>| u.x * v.y - u.y * v.x;
    let part = cross(between, other) / cross(one, other);
    (0.0..=1.0).contains(&part).then(|| a + one * part)
}

/// The usable rings of a multi-polygon, outer ones counterclockwise and holes clockwise.
pub(crate) fn oriented_rings(area: &MultiPolygon<f64>) -> Vec<Vec<Coord<f64>>> {
    let mut rings = Vec::new();
    for polygon in &area.0 {
        let outer = clean_ring(polygon.exterior());
        if outer.is_empty() {
            continue;
        }
        let holes = polygon.interiors().iter().map(|hole| (clean_ring(hole), true));
        for (mut ring, is_hole) in [(outer, false)].into_iter().chain(holes) {
            if (twice_signed_area(&ring) < 0.0) != is_hole {
                ring.reverse();
            }
            if !ring.is_empty() {
                rings.push(ring);
            }
        }
    }
    rings
}

/// Twice the planar area of a closed ring, positive if it runs counterclockwise.
pub(crate) fn twice_signed_area(ring: &[Coord<f64>]) -> f64 {
    let Some(origin) = ring.first() else {
        return 0.0;
    };
    let cross = |pair: &[Coord<f64>]| {
        let (a, b) = (pair[0] - *origin, pair[1] - *origin);
        a.x * b.y - b.x * a.y
    };
    ring.windows(2).map(cross).sum()
}

fn options() -> IntOverlayOptions {
    IntOverlayOptions { ogc: true, ..IntOverlayOptions::keep_all_points() }
}

/// More edges than this are parted into the cells of a raster to look for crossings; fewer are held in a list.
const MANY_EDGES: usize = 4_000;

/// How crossings are looked for. Left to itself, `i_overlay` keeps 4,000 to 16,000 edges in a tree, which for a line of
/// 3,000 short edges across an oblast takes five to ten times as long as the raster does, for the same faces.
fn solver(edges: usize) -> Solver {
    if edges < MANY_EDGES { Solver::AUTO } else { Solver::FRAG }
}

/// Works something out on the finest grid that covers some coordinates. `i_overlay` looks in vain for the ring around a hole where
/// rounding has moved one through the other, of one input in very many, and panics: then it is a coarser grid's turn, which
/// rounds otherwise. What the last one cannot do is left to [`work::within_limits`].
fn on_grid<'a, T>(coords: impl Iterator<Item = &'a Coord<f64>>, attempt: impl Fn(Grid) -> T) -> T {
    let finest = Grid::covering(coords);
    let tried = [1.0, 2.0, 4.0].into_iter().find_map(|times| caught(|| attempt(finest.coarser(times))));
    tried.unwrap_or_else(|| attempt(finest.coarser(8.0)))
}

/// Two sets of closed rings, put on a grid to be laid over each other.
fn overlay_on(grid: &mut Grid, subject: &[Vec<Coord<f64>>], clip: &[Vec<Coord<f64>>]) -> Overlay {
    let count = subject.iter().chain(clip).map(Vec::len).sum();
    let mut overlay = Overlay::new_custom(count, options(), solver(count));
    for (rings, role) in [(subject, ShapeType::Subject), (clip, ShapeType::Clip)] {
        for ring in rings.iter().filter(|ring| ring.len() >= 4) {
            overlay.add_contour(&grid.put_all(&ring[..ring.len() - 1]), role);
        }
    }
    overlay
}

/// A boolean of two sets of closed rings, each filled where its winding number is not zero.
pub(crate) fn overlay(subject: &[Vec<Coord<f64>>], clip: &[Vec<Coord<f64>>], rule: OverlayRule) -> MultiPolygon<f64> {
    if !work::may_go_on(&[subject, clip]) {
        return MultiPolygon(Vec::new());
    }
    on_grid(subject.iter().chain(clip).flatten(), |mut grid| {
        let shapes = overlay_on(&mut grid, subject, clip).overlay(rule, FillRule::NonZero);
        grid.settle(&shapes, subject, clip);
        grid.multi_polygon(&shapes)
    })
}

/// What only the first of two sets of rings covers, and what only the second does: one arrangement for both, which takes
/// little longer than [`overlay`] for one of them.
pub(crate) fn differences(one: &[Vec<Coord<f64>>], other: &[Vec<Coord<f64>>]) -> [MultiPolygon<f64>; 2] {
    arranged(one, other, [OverlayRule::Difference, OverlayRule::InverseDifference])
}

/// What only the first of two sets of rings covers, what both do, and what only the second does, of one arrangement: the three
/// have the crossings between them in common, to the last digit.
pub(crate) fn parts(one: &[Vec<Coord<f64>>], other: &[Vec<Coord<f64>>]) -> [MultiPolygon<f64>; 3] {
    arranged(one, other, [OverlayRule::Difference, OverlayRule::Intersect, OverlayRule::InverseDifference])
}

/// Several booleans of two sets of rings by one arrangement of their edges.
fn arranged<const N: usize>(
    one: &[Vec<Coord<f64>>],
    other: &[Vec<Coord<f64>>],
    rules: [OverlayRule; N],
) -> [MultiPolygon<f64>; N] {
    let none = || rules.map(|_| MultiPolygon(Vec::new()));
    if !work::may_go_on(&[one, other]) {
        return none();
    }
    on_grid(one.iter().chain(other).flatten(), |mut grid| {
        let mut overlay = overlay_on(&mut grid, one, other);
        let Some(graph) = overlay.build_graph_view(FillRule::NonZero) else {
            return none();
        };
        let mut buffer = BooleanExtractionBuffer::default();
        let mut shapes = IntShapes::new();
        let ends = rules.map(|rule| {
            shapes.extend(graph.extract_shapes(rule, &mut buffer));
            shapes.len()
        });
        grid.settle(&shapes, one, other);
        let mut start = 0;
        ends.map(|end| {
            let own = grid.multi_polygon(&shapes[start..end]);
            start = end;
            own
        })
    })
}

/// The faces into which lines cut the area inside rings, each as one polygon, outer rings counterclockwise. Lines
/// that end inside a face do not cut it. What lines have on the border of the area lies on it to the last digit.
pub(crate) fn slice(rings: &[Vec<Coord<f64>>], lines: &[Vec<Coord<f64>>]) -> Faces {
    if !work::may_go_on(&[rings, lines]) {
        return Faces { polygons: MultiPolygon(Vec::new()), step: 0.0 };
    }
    on_grid(rings.iter().chain(lines).flatten(), |mut grid| {
        let count = rings.iter().chain(lines).map(Vec::len).sum();
        let mut overlay = StringOverlay::with_options(count, options());
        let mut corners = Vec::with_capacity(rings.len());
        for ring in rings.iter().filter(|ring| ring.len() >= 4) {
            let contour = grid.put_all(&ring[..ring.len() - 1]);
            overlay.add_shape_contour(&contour);
            corners.push(contour);
        }
        for line in lines {
            for edge in grid.put_all(line).windows(2).filter(|edge| edge[0] != edge[1]) {
                overlay.add_string_line([edge[0], edge[1]]);
            }
        }
        let shapes = overlay
            .build_graph_view_with_solver(FillRule::NonZero, solver(count))
            .map(|graph| graph.extract_shapes_custom(StringRule::Slice, options()))
            .unwrap_or_default();
        grid.settle_on(&shapes, rings, &corners);
        Faces { polygons: grid.multi_polygon(&shapes), step: 1.0 / grid.scale }
    })
}

/// The faces into which the borders of some areas cut all that any of them covers, by one arrangement of all their edges: faces
/// that touch have the border between them in common, to the last digit.
pub(crate) struct Arrangement {
    grid: Grid,
    faces: IntShapes,
}

impl Arrangement {
    /// Of areas, each by its rings, outer ones counterclockwise and holes clockwise.
    pub(crate) fn new(areas: &[Vec<Vec<Coord<f64>>>]) -> Self {
        let rings = || areas.iter().flatten().filter(|ring| ring.len() >= 4);
        if !work::may_go_on(&areas.iter().map(Vec::as_slice).collect::<Vec<_>>()) {
            return Self { grid: Grid::covering(std::iter::empty()), faces: IntShapes::new() };
        }
        let count: usize = 2 * rings().map(Vec::len).sum::<usize>();
        on_grid(rings().flatten(), |mut grid| {
            let mut overlay = StringOverlay::with_options(count, options());
            for ring in rings() {
                let contour = grid.put_all(&ring[..ring.len() - 1]);
                overlay.add_shape_contour(&contour);
                let around = contour.iter().zip(contour.iter().cycle().skip(1));
                for (from, to) in around.filter(|(from, to)| from != to) {
                    overlay.add_string_line([*from, *to]);
                }
            }
            let faces = overlay
                .build_graph_view_with_solver(FillRule::NonZero, solver(count))
                .map(|graph| graph.extract_shapes_custom(StringRule::Slice, options()))
                .unwrap_or_default();
            grid.settle_among(&faces, areas);
            Self { grid, faces }
        })
    }

    /// The faces with their numbers, each as one polygon.
    pub(crate) fn faces(&self) -> impl Iterator<Item = (usize, Polygon<f64>)> {
        self.faces.iter().enumerate().filter_map(|(number, face)| Some((number, self.grid.polygon(face)?)))
    }

    /// The faces of these numbers made one, borders between them gone; left as they are where that cannot be done.
    pub(crate) fn joined(&self, numbers: &[usize]) -> MultiPolygon<f64> {
        let faces: Vec<&IntShape> = numbers.iter().filter_map(|number| self.faces.get(*number)).collect();
        let contours = || faces.iter().copied().flatten();
        let count = contours().map(Vec::len).sum();
        let joined = caught(|| {
            let mut overlay = Overlay::new_custom(count, options(), solver(count));
            contours().for_each(|contour| overlay.add_contour(contour, ShapeType::Subject));
            overlay.overlay(OverlayRule::Subject, FillRule::NonZero)
        });
        match joined {
            Some(joined) => self.grid.multi_polygon(&joined),
            None => MultiPolygon(faces.into_iter().filter_map(|face| self.grid.polygon(face)).collect()),
        }
    }
}

/// What [`slice`] makes.
pub(crate) struct Faces {
    pub(crate) polygons: MultiPolygon<f64>,
    /// Width of the grid: how far a crossing may lie from the lines that cross.
    pub(crate) step: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coords(places: &[(f64, f64)]) -> Vec<Coord<f64>> {
        places.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()
    }

    /// Twice the area that three places go round: 0 if they are in line.
    fn bend(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> f64 {
        ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)).abs()
    }

    /// No edge of it is along the grid.
    const RING: [(f64, f64); 5] = [(37.0, 48.0), (38.3, 48.1), (38.1, 49.2), (36.9, 48.9), (37.0, 48.0)];

    #[test]
    fn what_a_grid_cannot_do_a_coarser_one_does() {
        let ring = coords(&RING);
        let fine = Grid::covering(ring.iter()).scale;
        let done = on_grid(ring.iter(), |grid| {
            assert!(grid.scale < fine / 2.0, "rounded so, a hole has no ring around it");
            grid.scale
        });
        assert_eq!(done, fine / 4.0);
    }

    #[test]
    fn a_crossing_lies_on_the_edges_that_cross() {
        let ring = coords(&RING);
        let line = coords(&[(37.6, 47.5), (37.7, 48.4), (37.5, 49.6)]);
        let faces = slice(std::slice::from_ref(&ring), std::slice::from_ref(&line)).polygons;
        let other = coords(&[(37.6, 47.5), (39.0, 47.5), (37.5, 49.6), (37.6, 47.5)]);
        let shared = overlay(std::slice::from_ref(&ring), std::slice::from_ref(&other), OverlayRule::Intersect);
        assert_eq!((faces.0.len(), shared.0.len()), (2, 1));
        let is_vertex = |place: &Coord<f64>| [&ring, &line, &other].iter().any(|chain| chain.contains(place));
        let mut met = 0;
        for area in [&faces, &shared] {
            for place in area.0.iter().flat_map(|face| &face.exterior().0).filter(|place| !is_vertex(place)) {
                met += 1;
                let off = |chain: &[Coord<f64>]| {
                    chain.windows(2).map(|edge| bend(edge[0], *place, edge[1])).fold(f64::INFINITY, f64::min)
                };
                assert!(off(&ring) < 1e-13, "{place:?} is off the border: {}", off(&ring));
                assert!(area == &faces || off(&other) < 1e-13, "{place:?} is off the other: {}", off(&other));
            }
        }
        assert!(met >= 8, "{met} crossings");
    }

    #[test]
    fn a_vertex_of_a_line_on_a_border_does_not_bend_it() {
        // On the border to within 0.02 mm, and the line goes on from there.
        let ring = coords(&RING);
        let on_border = Coord { x: 37.0 + 1.3 * 0.37, y: 48.0 + 0.1 * 0.37 + 2e-10 };
        let line = vec![Coord { x: 37.3, y: 47.0 }, on_border, Coord { x: 37.5, y: 49.6 }];
        let faces = slice(std::slice::from_ref(&ring), &[line]).polygons;
        assert_eq!(faces.0.len(), 2);
        let signed: f64 = faces.0.iter().map(|face| twice_signed_area(&face.exterior().0)).sum();
        assert!((signed / twice_signed_area(&ring) - 1.0).abs() < 1e-13, "{signed}");
    }
}
