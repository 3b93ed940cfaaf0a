//! The way along a network of lines from one place to another, such as the course of a river.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use geo::{Coord, LineString, MultiLineString};
use thiserror::Error;

use super::shore::{Nearest, Shore};
use crate::geometry::boxes::BoxTree;
use crate::geometry::chain::clean_line;
use crate::geometry::frame::position_in_words;
use crate::geometry::hit::meters_per_degree;
use crate::geometry::measure::distance_m;
use crate::geometry::work;

/// Why there is no way.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CourseError {
    /// No line.
    #[error("it has no lines")]
    Empty,
    /// A place from which the lines are too far.
    #[error("{} is {:.1} km from its nearest line, and at most {:.1} km are allowed; give a place on the line", position_in_words(at.x, at.y), away_m / 1000.0, most_m / 1000.0)]
    Far {
        /// The place.
        at: Coord<f64>,
        /// How far it is, in metres.
        away_m: f64,
        /// How far it may be.
        most_m: f64,
    },
    /// Both places are one.
    #[error("both ends lie at the same place of its lines; give two places along them")]
    Same,
    /// The lines have a gap between them.
    #[error("its lines do not lead from one place to the other: the longest way from the first ends around {}; gaps of up to {gap_m} m are bridged", position_in_words(end.x, end.y))]
    Unconnected {
        /// Where the way from the first comes nearest to the second.
        end: Coord<f64>,
        /// Which gaps count as none, in metres.
        gap_m: f64,
    },
    /// Too many vertices, or cancelled.
    #[error("its lines have too many vertices; simplify them")]
    TooLarge,
}

/// The shortest way along lines, whichever way they run, from the place on them nearest to one place to that nearest to another.
/// Ends of lines that lie no further than `gap_m` from another line are joined to it. Places may be `snap_m` from the lines.
///
/// # Errors
/// [`CourseError`].
pub fn course(
    lines: &MultiLineString<f64>,
    from: Coord<f64>,
    to: Coord<f64>,
    gap_m: f64,
    snap_m: f64,
) -> Result<LineString<f64>, CourseError> {
    let chains: Vec<Vec<Coord<f64>>> = lines.0.iter().map(clean_line).filter(|chain| chain.len() > 1).collect();
    if chains.is_empty() {
        return Err(CourseError::Empty);
    }
    let shore = Shore::new(&chains).ok_or(CourseError::TooLarge)?;
    let on_line = |at: Coord<f64>| -> Result<Nearest, CourseError> {
        let nearest = shore.nearest(at).ok_or(CourseError::Empty)?;
        let away_m = nearest.distance_m;
        if away_m <= snap_m { Ok(nearest) } else { Err(CourseError::Far { at, away_m, most_m: snap_m }) }
    };
    let (start, end) = (on_line(from)?, on_line(to)?);
    if distance_m(start.at, end.at) < 1e-3 {
        return Err(CourseError::Same);
    }
    let mut network = Network::new(&chains, &[start, end], gap_m).ok_or(CourseError::TooLarge)?;
    let (start, end) = (network.node(start.at), network.node(end.at));
    let way = network.shortest(start, end)?;
    match way {
        Ok(way) => Ok(LineString(way)),
        Err(end) => Err(CourseError::Unconnected { end, gap_m }),
    }
}

#[derive(Debug, Default)]
struct Network {
    places: Vec<Coord<f64>>,
    known: HashMap<[u64; 2], u32>,
    /// By node, the nodes that it is joined to.
    joined: Vec<Vec<u32>>,
}

impl Network {
    /// Of lines, cut at these places on them and where ends of others meet them.
    fn new(chains: &[Vec<Coord<f64>>], cuts: &[Nearest], gap_m: f64) -> Option<Self> {
        let edges: Vec<[Coord<f64>; 2]> =
            chains.iter().flat_map(|chain| chain.windows(2).map(|edge| [edge[0], edge[1]])).collect();
        if !work::spend(edges.len() as u64) {
            return None;
        }
        // Places at which edges are cut, by how far along they lie.
        let mut of_edge: BTreeMap<usize, Vec<(f64, Coord<f64>)>> = BTreeMap::new();
        let along = |edge: [Coord<f64>; 2], at: Coord<f64>| {
            let (way, to) = (edge[1] - edge[0], at - edge[0]);
            let scale = meters_per_degree(at.y);
            let (x, y) = (way.x * scale.x, way.y * scale.y);
            let square = x * x + y * y;
            if square > 0.0 { ((to.x * scale.x * x + to.y * scale.y * y) / square).clamp(0.0, 1.0) } else { 0.0 }
        };
        for cut in cuts {
            let edge = *edges.get(cut.edge)?;
            of_edge.entry(cut.edge).or_default().push((along(edge, cut.at), cut.at));
        }
        let box_of = |[a, b]: [Coord<f64>; 2]| [a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y)];
        let tree = BoxTree::new(edges.iter().map(|edge| box_of(*edge)));
        let mut network = Self::default();
        let mut bridges = Vec::new();
        for chain in chains {
            for end in [chain.first(), chain.last()].into_iter().flatten() {
                let scale = meters_per_degree(end.y);
                let (wide, high) = (gap_m / scale.x.max(1e-6), gap_m / scale.y);
                let near = tree.meeting([end.x - wide, end.y - high, end.x + wide, end.y + high]);
                if !work::spend(1 + near.len() as u64) {
                    return None;
                }
                for index in near {
                    let edge = edges[index];
                    if edge.contains(end) {
                        continue;
                    }
                    let part = along(edge, *end);
                    let at = Coord {
                        x: edge[0].x + (edge[1].x - edge[0].x) * part,
                        y: edge[0].y + (edge[1].y - edge[0].y) * part,
                    };
                    let at = if part == 0.0 {
                        edge[0]
                    } else if part == 1.0 {
                        edge[1]
                    } else {
                        at
                    };
                    if distance_m(*end, at) <= gap_m {
                        of_edge.entry(index).or_default().push((part, at));
                        bridges.push((*end, at));
                    }
                }
            }
        }
        for (index, edge) in edges.iter().enumerate() {
            let mut cuts = of_edge.remove(&index).unwrap_or_default();
            cuts.sort_by(|one, other| one.0.total_cmp(&other.0));
            let mut from = network.node(edge[0]);
            for at in cuts.into_iter().map(|(_, at)| at).chain([edge[1]]) {
                let to = network.node(at);
                network.join(from, to);
                from = to;
            }
        }
        for (one, other) in bridges {
            let (one, other) = (network.node(one), network.node(other));
            network.join(one, other);
        }
        Some(network)
    }

    /// The node at a place.
    fn node(&mut self, at: Coord<f64>) -> u32 {
        // −0 and 0 are one place.
        let key = [(at.x + 0.0).to_bits(), (at.y + 0.0).to_bits()];
        let (places, joined) = (&mut self.places, &mut self.joined);
        *self.known.entry(key).or_insert_with(|| {
            places.push(at);
            joined.push(Vec::new());
            places.len() as u32 - 1
        })
    }

    fn join(&mut self, one: u32, other: u32) {
        if one != other {
            self.joined[one as usize].push(other);
            self.joined[other as usize].push(one);
        }
    }

    /// The shortest way (Dijkstra 1959, doi:10.1007/BF01386390); or, if there is none, the place nearest to the end that can be
    /// reached.
    fn shortest(&self, start: u32, end: u32) -> Result<Result<Vec<Coord<f64>>, Coord<f64>>, CourseError> {
        struct Reached(f64, u32);
        impl PartialEq for Reached {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other) == Ordering::Equal
            }
        }
        impl Eq for Reached {}
        impl PartialOrd for Reached {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for Reached {
            /// The nearest first.
            fn cmp(&self, other: &Self) -> Ordering {
                other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
            }
        }
        let goal = self.places[end as usize];
        let mut length = vec![f64::INFINITY; self.places.len()];
        let mut before = vec![u32::MAX; self.places.len()];
        let mut nearest = (f64::INFINITY, self.places[start as usize]);
        length[start as usize] = 0.0;
        let mut pending = BinaryHeap::from([Reached(0.0, start)]);
        while let Some(Reached(way, node)) = pending.pop() {
            if way > length[node as usize] {
                continue;
            }
            if !work::spend(1) {
                return Err(CourseError::TooLarge);
            }
            let at = self.places[node as usize];
            if node == end {
                let mut line = vec![at];
                let mut node = node;
                while before[node as usize] != u32::MAX {
                    node = before[node as usize];
                    line.push(self.places[node as usize]);
                }
                line.reverse();
                return Ok(Ok(line));
            }
            let scale = meters_per_degree(goal.y);
            let apart = ((at.x - goal.x) * scale.x).hypot((at.y - goal.y) * scale.y);
            if apart < nearest.0 {
                nearest = (apart, at);
            }
            for next in &self.joined[node as usize] {
                let further = way + distance_m(at, self.places[*next as usize]);
                if further < length[*next as usize] {
                    (length[*next as usize], before[*next as usize]) = (further, node);
                    pending.push(Reached(further, *next));
                }
            }
        }
        Ok(Err(nearest.1))
    }
}
