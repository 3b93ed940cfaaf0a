//! What of a ragged line its buffer can feel.
//!
//! A buffer is where a disc rolls that touches the line, and the disc is wide: it does not reach into bays that are
//! narrow beside it. So a line of many small turns is replaced by two smooth strands, one along the points that a disc
//! touches when it rolls on the line's left, one along those that it touches on the right (the α-shape of Edelsbrunner,
//! Kirkpatrick and Seidel 1983, doi:10.1109/TIT.1983.1056714, a stretch at a time). The buffers of the strands, together
//! with those of the line's ends, are the buffer of the line.
//!
//! # Error
//! Between two points that the disc touches a strand follows the disc in chords of at most [`CHORD`] of the distance:
//! outward by at most 0.03 % of the distance, where the chords are that long. Inside a window of half the distance the
//! points are found exactly; where a line turns back just at the end of a window, up to 0.2 % of the square of the
//! distance can be missing.

use std::cmp::Ordering;

use kurbo::{Point, Vec2};

use crate::geometry::simplify::simplify_world;

/// How long a chord along the disc may be, as a part of the distance: its middle is s²/8 off, 0.03 % of the distance.
const CHORD: f64 = 0.05;

/// How far the ends of a line reach that are left as they are, as a part of the distance; and as far again they overlap
/// the strands.
const END: f64 = 0.2;

/// How far along the line points are looked at beside each other, as a part of the distance.
const WINDOW: f64 = 0.3;

/// The parts of a line on a plane whose buffers at this distance are that of the line, with fewer vertices where that is
/// possible, each within `tolerance` of what it stands for. The first and the last edge come out as they are.
pub(crate) fn strands(line: &[Point], distance: f64, tolerance: f64) -> Vec<Vec<Point>> {
    let plain = simplified(line, tolerance);
    let dense = densified(line, CHORD * distance);
    let reach = END * distance;
    let (first, last) = (dense[0], dense[dense.len() - 1]);
    let from_start = |reach: f64| dense.iter().position(|point| point.distance(first) > reach);
    let from_end = |reach: f64| dense.iter().rposition(|point| point.distance(last) > reach);
    // The ends overlap the strands, so that no gap is left whatever the angles at which they stop.
    let (Some(from), Some(head_end)) = (from_start(reach), from_start(2.0 * reach)) else {
        return vec![plain];
    };
    let (Some(to), Some(tail_start)) = (from_end(reach), from_end(2.0 * reach)) else {
        return vec![plain];
    };
    if to <= from {
        return vec![plain];
    }
    let head = simplified(&dense[..=head_end], tolerance);
    let mut tail: Vec<Point> = dense[tail_start..].iter().rev().copied().collect();
    tail = simplified(&tail, tolerance);
    tail.reverse();
    let mut parts = vec![head, tail];
    parts.extend(touched(&dense[from..=to], distance).map(|strand| simplify_world(&strand, tolerance)));
    parts.retain(|part| part.len() >= 2);
    // Two strands along a smooth line are the line twice.
    if parts.iter().map(Vec::len).sum::<usize>() < plain.len() * 3 / 4 { parts } else { vec![plain] }
}

/// A line with fewer vertices; its first and its last edge stay, as the flat ends of a buffer are square to them.
fn simplified(line: &[Point], tolerance: f64) -> Vec<Point> {
    let last = line.len() - 1;
    let mut simple = vec![line[0]];
    if last >= 2 {
        simple.extend(simplify_world(&line[1..last], tolerance));
    }
    simple.push(line[last]);
    simple
}

/// The same line with vertices added so that no edge is longer than `longest`.
fn densified(line: &[Point], longest: f64) -> Vec<Point> {
    let mut dense = vec![line[0]];
    for edge in line.windows(2) {
        let pieces = (edge[0].distance(edge[1]) / longest).ceil().clamp(1.0, 10_000.0);
        dense.extend((1..pieces as usize).map(|piece| edge[0].lerp(edge[1], piece as f64 / pieces)));
        dense.push(edge[1]);
    }
    dense
}

/// The points of a line that a disc touches which rolls along its left, and those on its right, joined in their order.
fn touched(line: &[Point], distance: f64) -> [Vec<Point>; 2] {
    let reach = WINDOW * distance;
    let mut strands = [Vec::new(), Vec::new()];
    let mut before: [Option<usize>; 2] = [None, None];
    let mut start = 0;
    while start < line.len() {
        let is_near = |from: usize| move |point: &Point| point.distance(line[from]) <= reach;
        let end = start + line[start..].iter().take_while(|point| is_near(start)(point)).count().max(1);
        let window_start = start - line[..start].iter().rev().take_while(|point| is_near(start)(point)).count();
        let window_end = end + line[end..].iter().take_while(|point| is_near(end - 1)(point)).count();
        let window: Vec<usize> = (window_start..window_end).collect();
        let across = frame(&line[window_start..window_end]);
        for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
            let local = |index: usize| {
                let offset = line[index] - line[window_start];
                Point::new(offset.dot(across), sign * across.cross(offset))
            };
            for index in upper(&window, local, distance).into_iter().filter(|index| (start..end).contains(index)) {
                if let Some(before) = before[side] {
                    join(&mut strands[side], line, before, index, distance, sign);
                }
                strands[side].push(line[index]);
                before[side] = Some(index);
            }
        }
        start = end;
    }
    strands
}

/// The direction in which a stretch of line leads: to its last point or, where it comes back, to its furthest.
fn frame(stretch: &[Point]) -> Vec2 {
    let offsets = || stretch.iter().map(|point| *point - stretch[0]);
    let furthest = offsets().max_by(|a, b| a.hypot2().total_cmp(&b.hypot2())).unwrap_or_default();
    let ahead = offsets().next_back().filter(|ahead| ahead.hypot2() * 4.0 > furthest.hypot2()).unwrap_or(furthest);
    if ahead.hypot2() > 0.0 { ahead.normalize() } else { Vec2::new(1.0, 0.0) }
}

/// Which points a disc of this radius touches when it rolls along the top of them, from left to right.
///
/// As for a convex hull (Andrew's scan), with the disc in the place of the tangent: of three neighbours the middle one
/// goes if the disc on the outer two does not reach it. Two discs of one size cross once on top, as two lines do.
fn upper(indices: &[usize], local: impl Fn(usize) -> Point, radius: f64) -> Vec<usize> {
    let mut points: Vec<(Point, usize)> = indices.iter().map(|index| (local(*index), *index)).collect();
    let by_place = |a: &(Point, usize), b: &(Point, usize)| -> Ordering {
        a.0.x.total_cmp(&b.0.x).then(b.0.y.total_cmp(&a.0.y)).then(a.1.cmp(&b.1))
    };
    points.sort_unstable_by(by_place);
    points.dedup_by(|next, kept| next.0.x == kept.0.x);
    let mut kept: Vec<(Point, usize)> = Vec::new();
    for point in points {
        while let [.., a, b] = kept.as_slice()
            && disc_on(a.0, point.0, radius).is_some_and(|middle| middle.distance(b.0) >= radius)
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept.into_iter().map(|(_, index)| index).collect()
}

/// The middle of the disc that lies on two points, to the left of the way from one to the other.
fn disc_on(a: Point, b: Point, radius: f64) -> Option<Point> {
    let along = b - a;
    let length = along.hypot();
    let height_squared = radius * radius - length * length / 4.0;
    (length > 0.0 && height_squared > 0.0).then(|| a.midpoint(b) + along.turn_90() / length * height_squared.sqrt())
}

/// The way of a strand between two of its points: straight, along the disc, or, where that leads too far, along the line.
fn join(strand: &mut Vec<Point>, line: &[Point], from: usize, to: usize, distance: f64, sign: f64) {
    let (a, b) = (line[from], line[to]);
    let length = a.distance(b);
    if from.abs_diff(to) <= 1 || length <= CHORD * distance {
        return;
    }
    if length > WINDOW * distance {
        // A bay or the inside of a bend, in which nothing is touched: any of the line's points will do.
        let mut way: Vec<Point> = Vec::new();
        for point in &line[from.min(to) + 1..from.max(to)] {
            if way.last().is_none_or(|last| last.distance(*point) > 2.0 * CHORD * distance) {
                way.push(*point);
            }
        }
        if from > to {
            way.reverse();
        }
        strand.extend(way);
        return;
    }
    // On the right-hand side the disc lies to the right of the way.
    let (one, other) = if sign > 0.0 { (a, b) } else { (b, a) };
    let Some(middle) = disc_on(one, other, distance) else {
        return;
    };
    let pieces = (length / (CHORD * distance)).ceil();
    let turn = 2.0 * (length / (2.0 * distance)).asin() * sign;
    for piece in 1..pieces as usize {
        let (sin, cos) = (turn * piece as f64 / pieces).sin_cos();
        let spoke = a - middle;
        strand.push(middle + Vec2::new(spoke.x * cos - spoke.y * sin, spoke.x * sin + spoke.y * cos));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_touches_the_tips_of_a_zigzag() {
        let zigzag: Vec<Point> =
            (0..2000).map(|index| Point::new(f64::from(index) * 50.0, f64::from(index % 2) * 60.0)).collect();
        let parts = strands(&zigzag, 5_000.0, 10.0);
        assert_eq!(parts.len(), 4);
        assert!(
            parts.iter().map(Vec::len).sum::<usize>() < 150,
            "{:?}",
            parts.iter().map(Vec::len).collect::<Vec<_>>()
        );
        // But for where they begin and end.
        let off = |part: &[Point], y: f64| part.iter().filter(|point| (point.y - y).abs() > 11.0).count();
        assert!(off(&parts[2], 60.0) <= 4 && off(&parts[3], 0.0) <= 4, "{parts:?}");
        // The ends are left as they are.
        assert_eq!(parts[0][..2], zigzag[..2]);
        assert_eq!(parts[1][parts[1].len() - 2..], zigzag[1998..]);
    }

    #[test]
    fn a_smooth_line_and_a_short_one_stay_one_line() {
        let smooth: Vec<Point> =
            (0..200).map(|index| Point::new(f64::from(index) * 500.0, (f64::from(index) / 9.0).sin() * 2e3)).collect();
        assert_eq!(strands(&smooth, 5_000.0, 10.0).len(), 1);
        let short = [Point::new(0.0, 0.0), Point::new(40.0, 30.0), Point::new(80.0, 0.0)];
        assert_eq!(strands(&short, 5_000.0, 10.0), [short.to_vec()]);
        assert_eq!(strands(&short[..2], 5_000.0, 10.0), [short[..2].to_vec()]);
    }

    #[test]
    fn the_disc_rests_on_the_points_that_it_touches() {
        // A shallow bay, whose bottom a disc of 100 reaches, and a deep one, whose bottom it does not.
        let places = [(0.0, 0.0), (10.0, -0.1), (20.0, 0.0), (30.0, -5.0), (40.0, 0.0)].map(Point::from);
        let indices: Vec<usize> = (0..places.len()).collect();
        assert_eq!(upper(&indices, |index| places[index], 100.0), [0, 1, 2, 4]);
        let middle = disc_on(places[2], places[4], 100.0).expect("a disc");
        assert!((middle.distance(places[2]) - 100.0).abs() < 1e-9 && middle.y > 99.0);
    }
}
