//! Names that run along a line, letter by letter.

use kurbo::{Point, Rect, Vec2};

use super::barrier::Barriers;
use super::beside::holds;
use super::block::text_item;
use super::grid::Grid;
use super::placing::Found;
use super::{LabelCandidate, LabelLine, PADDING_PT};
use crate::scene::display_list::{Color, Text};
use crate::scene::text;

/// Letters along the straightest free stretch of a line.
pub(super) fn along(
    candidate: &LabelCandidate,
    line: &[Point],
    taken: &Grid,
    barriers: &Barriers<'_>,
    page: Rect,
    near: &dyn Fn(Point) -> bool,
) -> Option<Found> {
    let label = candidate.lines.first()?;
    let step = label.size_pt * 0.5;
    let smooth = smoothed(line, step);
    let with_advance = |part: String| {
        let advance = text::measure(&part, label.face, label.size_pt, label.letter_spacing_pt).advance_pt;
        (part, advance)
    };
    // Letters that join, or are read from the right, stay together and lie straight.
    let advances: Vec<(String, f64)> = if text::can_be_parted(&label.text) {
        label.text.chars().map(|character| with_advance(character.to_string())).collect()
    } else {
        vec![with_advance(label.text.clone())]
    };
    let length: f64 = advances.iter().map(|(_, advance)| advance).sum();
    let samples = (length / step).ceil() as usize + 1;
    if samples < 3 || smooth.len() < samples + 2 {
        return None;
    }
    // Each stretch with how much it turns; only those that hardly bend can be read.
    let mut stretches: Vec<(f64, usize)> = (0..smooth.len() - samples)
        .step_by(3)
        .filter_map(|from| {
            let stretch = &smooth[from..=from + samples];
            let chord = stretch[samples] - stretch[0];
            let turns = stretch.windows(3).map(|three| turn(three[0], three[1], three[2]).abs());
            let (total, sharpest) = turns.fold((0.0, 0.0_f64), |(sum, most), turn| (sum + turn, most.max(turn)));
            let steep = chord.y.abs() > 3.0 * chord.x.abs();
            (total < 0.9 && sharpest < 0.3 && chord.hypot() > 0.9 * length)
                .then_some((total + if steep { 0.8 } else { 0.0 }, from))
        })
        .collect();
    stretches.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (_, from) in stretches.into_iter().take(24) {
        let mut stretch = smooth[from..=from + samples].to_vec();
        let middle = stretch[samples / 2];
        if !page.contains(middle) || near(middle) {
            continue;
        }
        if stretch[samples].x < stretch[0].x {
            stretch.reverse();
        }
        let (texts, boxes) = set_along(label, candidate.halo, &advances, &stretch, step);
        let is_free = |rect: &Rect| {
            holds(page, *rect) && taken.is_free(rect.inflate(PADDING_PT, PADDING_PT)) && !barriers.touch(*rect)
        };
        if boxes.iter().all(is_free) {
            return Some(Found { at: middle, dot: None, boxes, texts, leader: None, name: None });
        }
    }
    None
}

fn set_along(
    label: &LabelLine,
    halo: Color,
    advances: &[(String, f64)],
    stretch: &[Point],
    step: f64,
) -> (Vec<Text>, Vec<Rect>) {
    let at = |distance: f64| -> Point {
        let place = (distance / step).clamp(0.0, (stretch.len() - 1) as f64);
        let index = (place as usize).min(stretch.len() - 2);
        stretch[index].lerp(stretch[index + 1], place - index as f64)
    };
    let mut pen = 0.0;
    let mut texts = Vec::with_capacity(advances.len());
    let mut boxes = Vec::with_capacity(advances.len());
    for (letter, advance) in advances {
        let (start, end) = (at(pen), at(pen + advance));
        let direction = end - start;
        let angle = direction.atan2();
        let up = Vec2::new(direction.y, -direction.x).normalize() * (label.size_pt * 0.28);
        if letter != " " && direction.hypot() > 0.0 {
            texts.push(text_item(label, halo, letter, start + up, angle));
            let side = label.size_pt * 0.9;
            let parts = if letter.chars().nth(1).is_some() { (advance / side).ceil().max(1.0) as usize } else { 1 };
            boxes.extend((0..parts).map(|part| {
                let middle = match parts {
                    1 => start.midpoint(end),
                    _ => start.lerp(end, (part as f64 + 0.5) / parts as f64),
                };
                let middle = middle + up * 2.0;
                Rect::from_center_size(middle, (side, side))
            }));
        }
        pen += advance;
    }
    (texts, boxes)
}

/// The line in equal steps, its small wiggles evened out.
fn smoothed(line: &[Point], step: f64) -> Vec<Point> {
    /// More than any label could want: a line that a damaged tile draws across the world is cut off.
    const MOST: usize = 4000;
    let Some(first) = line.first() else {
        return Vec::new();
    };
    let mut even = vec![*first];
    let mut left = step;
    for pair in line.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = from.distance(to);
        while length >= left && length > 0.0 && even.len() < MOST {
            from = from.lerp(to, left / length);
            length -= left;
            left = step;
            even.push(from);
        }
        left -= length.min(left);
        if left <= 0.0 {
            left = step;
        }
    }
    const REACH: usize = 6;
    (0..even.len())
        .map(|middle| {
            let reach = REACH.min(middle).min(even.len() - 1 - middle);
            let around = &even[middle - reach..=middle + reach];
            let sum = around.iter().fold(Vec2::ZERO, |sum, point| sum + point.to_vec2());
            (sum / around.len() as f64).to_point()
        })
        .collect()
}

fn turn(a: Point, b: Point, c: Point) -> f64 {
    let (into, out) = (b - a, c - b);
    into.cross(out).atan2(into.dot(out))
}
