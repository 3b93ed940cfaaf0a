//! How far a place is from lines, on the ellipsoid.

use geo::Coord;

use crate::geometry::hit::curve_position;
use crate::geometry::measure::{ECCENTRICITY_SQUARED, SEMI_MAJOR_M, distance_m};
use crate::geometry::work;

/// Lines are looked at in pieces no longer than this, in metres.
const LONGEST_PIECE_M: f64 = 2_000.0;

/// A piece strays from the chord through the earth by no more than this, in metres; but for the poles the earth's curve has 8 cm.
const STRAY_M: f64 = 0.5;

/// Lines of more pieces than this are too long: 4,000,000 km of shore.
const MOST_PIECES: usize = 2_000_000;

/// Children of a node.
const FAN: usize = 8;

/// The largest radius of curvature of WGS 84, a² / b, in metres.
const LARGEST_RADIUS_M: f64 = 6_399_593.625_758;

type Place = [f64; 3];

/// A straight piece of a line.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: Coord<f64>,
    to: Coord<f64>,
    /// The same in metres from the earth's centre.
    start: Place,
    end: Place,
    /// The edge of the input that it is of.
    edge: u32,
}

#[derive(Debug, Clone, Copy)]
struct Cube {
    low: Place,
    high: Place,
}

/// Lines, ready to be measured to.
#[derive(Debug)]
pub(super) struct Shore {
    pieces: Vec<Piece>,
    /// Cubes around [`FAN`] pieces, then around as many of these, and so on.
    levels: Vec<Vec<Cube>>,
}

/// What of lines is nearest to a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearest {
    /// By the geodesic, in metres.
    pub(super) distance_m: f64,
    /// Where.
    pub(super) at: Coord<f64>,
    /// On which edge of the input, counted through all chains.
    pub(super) edge: usize,
}

/// A place in metres from the earth's centre.
fn place(at: Coord<f64>) -> Place {
    let (sin_lat, cos_lat) = at.y.to_radians().sin_cos();
    let (sin_lon, cos_lon) = at.x.to_radians().sin_cos();
    let radius_m = SEMI_MAJOR_M / (1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat).sqrt();
    [radius_m * cos_lat * cos_lon, radius_m * cos_lat * sin_lon, radius_m * (1.0 - ECCENTRICITY_SQUARED) * sin_lat]
}

fn less(a: Place, b: Place) -> Place {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: Place, b: Place) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// No geodesic between places so far apart through the earth is shorter than this: none is curved less than a circle of the
/// largest radius of curvature (Schur's comparison of arcs).
fn least_m(chord_m: f64) -> f64 {
    let ratio = chord_m / (2.0 * LARGEST_RADIUS_M);
    if ratio >= 1.0 { chord_m } else { 2.0 * LARGEST_RADIUS_M * ratio.asin() * (1.0 - 1e-9) }
}

impl Shore {
    /// Of chains of places; `None` if they are too long, or the work is cancelled.
    pub(super) fn new(chains: &[Vec<Coord<f64>>]) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut edge = 0;
        for chain in chains {
            if !work::spend(chain.len() as u64) {
                return None;
            }
            for pair in chain.windows(2) {
                cut(pair[0], pair[1], edge, 40, &mut pieces)?;
                edge += 1;
            }
            // A single place is a line without length.
            if let [only] = chain.as_slice() {
                let at = place(*only);
                pieces.push(Piece { from: *only, to: *only, start: at, end: at, edge });
                edge += 1;
            }
        }
        let middle = |piece: &Piece| Coord { x: piece.from.x, y: piece.from.y };
        pieces.sort_by_cached_key(|piece| curve_position(middle(piece)));
        let mut level: Vec<Cube> =
            pieces.chunks(FAN).map(|some| around(some.iter().flat_map(|it| [it.start, it.end]), STRAY_M)).collect();
        let mut levels = Vec::new();
        while level.len() > 1 {
            let above =
                level.chunks(FAN).map(|some| around(some.iter().flat_map(|it| [it.low, it.high]), 0.0)).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Some(Self { pieces, levels })
    }

    /// What is nearest to a place; nothing of no lines.
    pub(super) fn nearest(&self, from: Coord<f64>) -> Option<Nearest> {
        let at = place(from);
        let mut best: Option<Nearest> = None;
        let top = self.levels.len() - 1;
        let mut pending: Vec<(f64, usize, usize)> = self.levels[top]
            .iter()
            .enumerate()
            .map(|(index, cube)| (least_m(cube.distance_m(at)), top, index))
            .collect();
        while let Some((least, level, index)) = pending.pop() {
            if best.is_some_and(|best| least >= best.distance_m) {
                continue;
            }
            let below = if level > 0 { self.levels[level - 1].len() } else { self.pieces.len() };
            let children = index * FAN..((index + 1) * FAN).min(below);
            if level > 0 {
                let start = pending.len();
                pending.extend(
                    children.map(|child| (least_m(self.levels[level - 1][child].distance_m(at)), level - 1, child)),
                );
                // The nearest last, so that it comes first.
                pending[start..].sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
            } else {
                for piece in &self.pieces[children] {
                    let (part, chord_m) = piece.nearest(at);
                    if best.is_some_and(|best| least_m((chord_m - STRAY_M).max(0.0)) >= best.distance_m) {
                        continue;
                    }
                    let there = piece.at(part);
                    let distance_m = distance_m(from, there);
                    if best.is_none_or(|best| distance_m < best.distance_m) {
                        best = Some(Nearest { distance_m, at: there, edge: piece.edge as usize });
                    }
                }
            }
        }
        best
    }
}

/// Cuts an edge into pieces that chords through the earth follow.
fn cut(from: Coord<f64>, to: Coord<f64>, edge: u32, left: u32, pieces: &mut Vec<Piece>) -> Option<()> {
    if pieces.len() >= MOST_PIECES {
        return None;
    }
    let (start, end) = (place(from), place(to));
    let middle = Coord { x: f64::midpoint(from.x, to.x), y: f64::midpoint(from.y, to.y) };
    let on_chord = [0, 1, 2].map(|axis| f64::midpoint(start[axis], end[axis]));
    let stray = less(place(middle), on_chord);
    let chord = less(end, start);
    // A whole turn has no chord.
    let is_wide = (to.x - from.x).abs() > 10.0;
    if left > 0
        && (is_wide || dot(chord, chord) > LONGEST_PIECE_M * LONGEST_PIECE_M || dot(stray, stray) > STRAY_M * STRAY_M)
    {
        cut(from, middle, edge, left - 1, pieces)?;
        return cut(middle, to, edge, left - 1, pieces);
    }
    pieces.push(Piece { from, to, start, end, edge });
    Some(())
}

fn around(places: impl Iterator<Item = Place>, margin_m: f64) -> Cube {
    let nothing = Cube { low: [f64::INFINITY; 3], high: [f64::NEG_INFINITY; 3] };
    let all = places.fold(nothing, |cube, place| Cube {
        low: [0, 1, 2].map(|axis| cube.low[axis].min(place[axis])),
        high: [0, 1, 2].map(|axis| cube.high[axis].max(place[axis])),
    });
    Cube { low: all.low.map(|it| it - margin_m), high: all.high.map(|it| it + margin_m) }
}

impl Cube {
    fn distance_m(&self, at: Place) -> f64 {
        let apart = [0, 1, 2].map(|axis| (self.low[axis] - at[axis]).max(at[axis] - self.high[axis]).max(0.0));
        dot(apart, apart).sqrt()
    }
}

impl Piece {
    fn at(&self, part: f64) -> Coord<f64> {
        if part >= 1.0 {
            return self.to;
        }
        Coord { x: self.from.x + (self.to.x - self.from.x) * part, y: self.from.y + (self.to.y - self.from.y) * part }
    }

    /// Which part of its chord is nearest to a place, and how near it comes.
    fn nearest(&self, at: Place) -> (f64, f64) {
        let (chord, to) = (less(self.end, self.start), less(at, self.start));
        let length = dot(chord, chord);
        let part = if length > 0.0 { (dot(chord, to) / length).clamp(0.0, 1.0) } else { 0.0 };
        let apart = less(to, chord.map(|it| it * part));
        (part, dot(apart, apart).sqrt())
    }
}
