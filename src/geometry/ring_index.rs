//! Whether large polygons hold a place, by an index of a byte for every two vertices: boxes around neighbouring edges, which
//! stay where they are.
//!
//! As in [`HitShape`](super::hit::HitShape), a ray from a place meets a box beside it an odd number of times exactly if the
//! chain within begins and ends on different sides of the ray; only boxes that hold the place are opened.

use geo::{Coord, LineString, Polygon};

/// Edges of a lowest box.
const EDGES: usize = 32;

/// Lowest boxes of a box above them.
const FAN: usize = 32;

/// West, south, east, north, rounded outwards.
type Small = [f32; 4];

/// Boxes around the edges of a polygon's rings.
#[derive(Debug, Clone)]
pub(crate) struct RingIndex {
    rings: Vec<Boxes>,
}

/// Those of a ring: the lowest, and those around them.
#[derive(Debug, Clone)]
struct Boxes {
    lowest: Box<[Small]>,
    above: Box<[Small]>,
}

impl RingIndex {
    /// Looks once at each vertex.
    pub(crate) fn new(polygon: &Polygon<f64>) -> Self {
        Self { rings: rings_of(polygon).map(Boxes::new).collect() }
    }

    /// Whether the polygon that this was made of holds a place, by the even–odd rule over its rings, which are closed. On an
    /// edge it may be either.
    pub(crate) fn contains(&self, polygon: &Polygon<f64>, at: Coord<f64>) -> bool {
        self.rings.iter().zip(rings_of(polygon)).fold(false, |inside, (boxes, ring)| inside ^ boxes.is_odd(&ring.0, at))
    }
}

fn rings_of(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

impl Boxes {
    fn new(ring: &LineString<f64>) -> Self {
        let edges = ring.0.len().saturating_sub(1);
        let lowest: Box<[Small]> =
            (0..edges).step_by(EDGES).map(|first| around(&ring.0[first..=(first + EDGES).min(edges)])).collect();
        let above = lowest.chunks(FAN).map(|some| some.iter().copied().fold(NOTHING, join)).collect();
        Self { lowest, above }
    }

    /// Whether the ray from a place to the east meets an odd number of edges.
    fn is_odd(&self, ring: &[Coord<f64>], at: Coord<f64>) -> bool {
        let edges = ring.len().saturating_sub(1);
        let is_above = |vertex: usize| ring[vertex].y > at.y;
        let between = |first: usize, count: usize| is_above(first) != is_above((first + count).min(edges));
        let mut odd = false;
        for (index, bounds) in self.above.iter().enumerate() {
            match side(*bounds, at) {
                Side::Clear => continue,
                Side::East => odd ^= between(index * FAN * EDGES, FAN * EDGES),
                Side::Around => {
                    let boxes = index * FAN..((index + 1) * FAN).min(self.lowest.len());
                    for (bounds, index) in self.lowest[boxes.clone()].iter().zip(boxes) {
                        let first = index * EDGES;
                        match side(*bounds, at) {
                            Side::Clear => continue,
                            Side::East => odd ^= between(first, EDGES),
                            Side::Around => {
                                let edges = ring[first..=(first + EDGES).min(edges)].windows(2);
                                odd ^= edges.filter(|edge| is_met(edge[0], edge[1], at)).count() % 2 == 1;
                            }
                        }
                    }
                }
            }
        }
        odd
    }
}

/// Whether the ray from a place to the east meets an edge.
pub(crate) fn is_met(a: Coord<f64>, b: Coord<f64>, at: Coord<f64>) -> bool {
    (a.y > at.y) != (b.y > at.y) && a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x) > at.x
}

/// Where a box lies from a place.
enum Side {
    /// Off the ray to the east.
    Clear,
    /// On the ray, and not around the place.
    East,
    /// Around the place, as far as is known.
    Around,
}

fn side([west, south, east, north]: Small, at: Coord<f64>) -> Side {
    let [west, south, east, north] = [west, south, east, north].map(f64::from);
    if south > at.y || north < at.y || east < at.x {
        Side::Clear
    } else if west > at.x {
        Side::East
    } else {
        Side::Around
    }
}

const NOTHING: Small = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];

fn join(a: Small, b: Small) -> Small {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

fn around(vertices: &[Coord<f64>]) -> Small {
    let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let [west, south, east, north] = vertices.iter().fold(nothing, |[west, south, east, north], at| {
        [west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]
    });
    [below(west), below(south), above(east), above(north)]
}

/// The greatest that is no greater.
fn below(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) > value { near.next_down() } else { near }
}

/// The least that is no less.
fn above(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) < value { near.next_up() } else { near }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Around a place, as far as each number says.
    fn ring(middle: (f64, f64), reach: &[f64]) -> LineString<f64> {
        let corner = |(index, reach): (usize, &f64)| {
            // Several times around, so that it crosses itself too.
            let (sin, cos) = (index as f64 / 50.0).sin_cos();
            Coord { x: middle.0 + reach * cos, y: middle.1 + reach * sin }
        };
        let mut ring: LineString<f64> = reach.iter().enumerate().map(corner).collect::<Vec<_>>().into();
        ring.close();
        ring
    }

    fn by_each_edge(polygon: &Polygon<f64>, at: Coord<f64>) -> bool {
        let edges = rings_of(polygon).flat_map(|ring| ring.0.windows(2));
        edges.filter(|edge| is_met(edge[0], edge[1], at)).count() % 2 == 1
    }

    proptest! {
        #[test]
        fn a_place_is_inside_where_a_look_at_each_edge_says_so(
            outer in prop::collection::vec(0.2..2.0f64, 3..6000),
            hole in prop::collection::vec(0.01..0.3f64, 0..200),
            places in prop::collection::vec((28.0..32.0f64, 46.0..50.0f64), 40),
            on in prop::collection::vec(0..6000usize, 10),
        ) {
            let polygon = Polygon::new(ring((30.0, 48.0), &outer), vec![ring((30.1, 48.05), &hole)]);
            let index = RingIndex::new(&polygon);
            let corners = on.iter().map(|corner| polygon.exterior().0[corner % outer.len()]);
            let level = corners.clone().map(|corner| Coord { x: corner.x - 0.01, ..corner });
            for at in places.iter().map(|(x, y)| Coord { x: *x, y: *y }).chain(corners).chain(level) {
                prop_assert_eq!(index.contains(&polygon, at), by_each_edge(&polygon, at), "{:?}", at);
            }
        }
    }

    #[test]
    fn nothing_lies_in_what_has_no_edges() {
        for ring in [vec![], vec![Coord { x: 1.0, y: 2.0 }; 5]] {
            let polygon = Polygon::new(LineString(ring), Vec::new());
            assert!(!RingIndex::new(&polygon).contains(&polygon, Coord { x: 1.0, y: 2.0 }));
        }
    }

    #[test]
    fn boxes_are_rounded_outwards() {
        for value in [37.123_456_789, -0.1, 0.0, 179.999_999_9, -89.3] {
            assert!(f64::from(below(value)) <= value && f64::from(above(value)) >= value);
            assert!((above(value) - below(value)).abs() < 2e-5);
        }
    }
}
