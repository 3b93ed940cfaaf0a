//! Lines on the page: cut where nobody sees them, arrow heads, ticks, and where along them words stand.

use std::sync::Arc;

use kurbo::{BezPath, Circle, Point, Rect, Shape as _, Vec2};

use crate::geometry::clip::part_inside;
use crate::geometry::simplify::Ring;
use crate::scene::display_list::{Cap, Color, Item, Path, Stroke};
use crate::scene::style::OverlayStyle;

/// Lines of fewer points are not worth cutting here: painters cut them anyway.
const WORTH_CUTTING: usize = 200;

/// A line's points on the page.
pub(super) fn on_page(ring: &Ring, page_from_world: kurbo::Affine) -> Vec<Point> {
    ring.points.iter().map(|point| page_from_world * *point).collect()
}

/// A line as a path. Of a long one without dashes the edges that do not come near `near` are left out; with dashes
/// all of it counts, or the dashes would jump as the map moves.
pub(super) fn path(points: &[Point], near: Rect, dashed: bool) -> BezPath {
    let mut path = BezPath::new();
    let cuts = !dashed && points.len() > WORTH_CUTTING;
    let mut drawn_to = None;
    for (index, pair) in points.windows(2).enumerate() {
        if cuts && part_inside(pair[0], pair[1], near).is_none() {
            continue;
        }
        if drawn_to != Some(index) {
            path.move_to(pair[0]);
        }
        path.line_to(pair[1]);
        drawn_to = Some(index + 1);
    }
    path
}

/// A closed curve through corners that lie on a circle or nearly so.
pub(super) fn round(corners: &[Point]) -> BezPath {
    let mut path = BezPath::new();
    let count = corners.len();
    if count < 3 {
        return path;
    }
    let at = |index: usize| corners[index % count];
    let along = |index: usize| (at(index + 1) - at(index + count - 1)) / 6.0;
    path.move_to(corners[0]);
    for index in 0..count {
        path.curve_to(at(index) + along(index), at(index + 1) - along(index + 1), at(index + 1));
    }
    path.close_path();
    path
}

/// A line and its length so far at each point.
pub(super) struct Measured<'a> {
    points: &'a [Point],
    lengths: Vec<f64>,
}

impl<'a> Measured<'a> {
    pub(super) fn new(points: &'a [Point]) -> Self {
        let mut length = 0.0;
        let mut lengths = Vec::with_capacity(points.len());
        for (index, point) in points.iter().enumerate() {
            if index > 0 {
                length += points[index - 1].distance(*point);
            }
            lengths.push(length);
        }
        Self { points, lengths }
    }

    pub(super) fn length(&self) -> f64 {
        self.lengths.last().copied().unwrap_or(0.0)
    }

    /// The point so far along.
    pub(super) fn at(&self, length: f64) -> Point {
        let Some(last) = self.points.len().checked_sub(1) else {
            return Point::ZERO;
        };
        let next = self.lengths.partition_point(|to| *to < length).min(last);
        if next == 0 {
            return self.points[0];
        }
        let (from, to) = (self.lengths[next - 1], self.lengths[next]);
        let part = if to > from { ((length - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
        self.points[next - 1].lerp(self.points[next], part)
    }

    /// Its middle; where that is off the page, the middle of its longest stretch on the page.
    pub(super) fn middle(&self, page: Rect) -> f64 {
        let middle = self.length() / 2.0;
        if page.contains(self.at(middle)) {
            return middle;
        }
        let mut best: Option<(f64, f64)> = None;
        let mut run: Option<(f64, f64)> = None;
        for (index, pair) in self.points.windows(2).enumerate() {
            let Some((enter, leave)) = part_inside(pair[0], pair[1], page) else {
                continue;
            };
            let length = self.lengths[index + 1] - self.lengths[index];
            let (from, to) = (self.lengths[index] + enter * length, self.lengths[index] + leave * length);
            let whole = match run {
                Some((start, end)) if (end - from).abs() < 1e-6 => (start, to),
                _ => (from, to),
            };
            run = Some(whole);
            if best.is_none_or(|(start, end)| whole.1 - whole.0 > end - start) {
                best = Some(whole);
            }
        }
        best.map_or(middle, |(from, to)| (from + to) / 2.0)
    }

    /// Where words of this width stand about the place so far along: a point of the line, the direction there, and how
    /// far the line rises above that point within the width of the words. On a line too bent for them they lie level.
    pub(super) fn seat(&self, length: f64, width: f64) -> (Point, Vec2, f64) {
        let (from, to) = ((length - width / 2.0).max(0.0), (length + width / 2.0).min(self.length()));
        let (start, end) = (self.at(from), self.at(to));
        let chord = end - start;
        let straight = chord.hypot() > 0.8 * width.min(to - from).max(1e-9);
        let long = to - from > 0.55 * width;
        let direction = if straight && long { chord } else { Vec2::new(1.0, 0.0) };
        let seat = if straight && long { start.midpoint(end) } else { self.at(length) };
        let mut along = direction.normalize();
        if along.x < 0.0 {
            along = -along;
        }
        let up = Vec2::new(along.y, -along.x);
        let samples = (0..=24).map(|step| self.at(from + (to - from) * f64::from(step) / 24.0));
        let beside = samples.filter(|at| (*at - seat).dot(along).abs() <= width / 2.0 + 2.0);
        let rise = beside.map(|at| (at - seat).dot(up)).fold(0.0, f64::max);
        (seat, direction, rise)
    }
}

/// An arrow head: its outline, and how much of the line's end it stands for.
pub(super) struct Head {
    pub(super) outline: BezPath,
    /// The shaft ends so far before the tip, inside the head.
    pub(super) shaft_ends_pt: f64,
}

/// The head of an arrow whose line is so wide. Its tip is the last point.
pub(super) fn head(line: &Measured<'_>, width_pt: f64) -> Option<Head> {
    let whole = line.length();
    let tip = *line.points.last()?;
    let full = 6.0 + 3.4 * width_pt;
    // On a very short arrow the head takes most of it.
    let length = full.min(0.9 * whole);
    if length <= 0.0 || !tip.is_finite() {
        return None;
    }
    let back = line.at(whole - length);
    let along = (tip - back).normalize();
    if !along.is_finite() {
        return None;
    }
    let side = Vec2::new(-along.y, along.x);
    let half = 0.40 * length;
    let corner = |back: f64, aside: f64| tip - along * back + side * aside;
    let mut outline = BezPath::new();
    outline.move_to(tip);
    // Sides that are a little hollow, and a back that is drawn in: the head reads as a point, not as a block.
    outline.quad_to(corner(0.55 * length, 0.16 * length), corner(length, half));
    outline.quad_to(corner(0.82 * length, 0.14 * length), corner(0.80 * length, 0.0));
    outline.quad_to(corner(0.82 * length, -0.14 * length), corner(length, -half));
    outline.quad_to(corner(0.55 * length, -0.16 * length), tip);
    outline.close_path();
    Some(Head { outline, shaft_ends_pt: 0.70 * length })
}

/// The points up to so far along, and that place.
pub(super) fn shortened(line: &Measured<'_>, to: f64) -> Vec<Point> {
    let mut points: Vec<Point> = line
        .points
        .iter()
        .zip(&line.lengths)
        .take_while(|(_, length)| **length < to)
        .map(|(point, _)| *point)
        .collect();
    points.push(line.at(to));
    points
}

/// An arrow, bottom first.
pub(super) fn arrow(points: &[Point], style: &OverlayStyle, near: Rect) -> Vec<Item> {
    let Some(stroke) = &style.stroke else {
        return Vec::new();
    };
    let line = Measured::new(points);
    let Some(head) = head(&line, stroke.width_pt) else {
        return Vec::new();
    };
    let shaft = shortened(&line, line.length() - head.shaft_ends_pt);
    let shaft = Path::shared(path(&shaft, near, !stroke.dash_pt.is_empty()));
    let outline = Path::shared(head.outline);
    let mut items = Vec::new();
    if let Some((color, extra_pt)) = style.casing {
        let casing = |path: &Arc<Path>, width_pt: f64| Item::Stroke {
            path: path.clone(),
            stroke: Stroke::solid(color, width_pt + 2.0 * extra_pt),
        };
        items.extend([casing(&shaft, stroke.width_pt), casing(&outline, 0.0)]);
    }
    items.push(Item::Stroke { path: shaft, stroke: stroke.clone() });
    items.push(Item::Fill { path: outline, color: stroke.color });
    items
}

/// The marks of a measured line: bars across its ends, rings on its other vertices.
pub(super) fn ticks(points: &[Point], stroke: &Stroke, casing: Color, near: Rect) -> Vec<Item> {
    let mut bars = Path::new();
    let half = 4.0 + stroke.width_pt;
    for (end, inner) in [(points.first(), points.get(1)), (points.last(), points.iter().rev().nth(1))] {
        let (Some(end), Some(inner)) = (end, inner) else { continue };
        let along = (*end - *inner).normalize();
        if along.is_finite() && near.contains(*end) {
            let side = Vec2::new(-along.y, along.x) * half;
            bars.move_to(*end - side);
            bars.line_to(*end + side);
        }
    }
    let width_pt = (0.8 * stroke.width_pt).max(1.0);
    let bars = Arc::new(bars);
    let bar = |color: Color, width_pt: f64| Item::Stroke {
        path: bars.clone(),
        stroke: Stroke { cap: Cap::Butt, ..Stroke::solid(color, width_pt) },
    };
    let mut items = vec![bar(casing, width_pt + 2.0), bar(stroke.color, width_pt)];
    let inner = points.get(1..points.len().saturating_sub(1)).unwrap_or_default();
    for vertex in inner.iter().filter(|vertex| near.contains(**vertex)) {
        let disc = |radius: f64| Path::shared(Circle::new(*vertex, radius).to_path(0.01));
        let radius = 1.4 + 0.8 * stroke.width_pt;
        items.push(Item::Fill { path: disc(radius), color: stroke.color });
        items.push(Item::Fill { path: disc(0.55 * radius), color: casing });
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(of: &[(f64, f64)]) -> Vec<Point> {
        of.iter().map(|&at| at.into()).collect()
    }

    #[test]
    fn an_arrow_ends_exactly_at_its_last_point_and_its_shaft_inside_the_head() {
        for width_pt in [0.5, 2.5, 8.0, 40.0] {
            for end in [(100.0, 0.0), (3.0, 4.0), (0.0, -80.0)] {
                let points = points(&[(0.0, 0.0), end]);
                let line = Measured::new(&points);
                let head = head(&line, width_pt).unwrap();
                let tip = points[1];
                let BezPath { .. } = head.outline;
                assert_eq!(head.outline.elements().first(), Some(&kurbo::PathEl::MoveTo(tip)));
                let furthest = head.outline.bounding_box();
                assert!(furthest.inflate(1e-9, 1e-9).contains(tip) || furthest.union_pt(tip) == furthest);
                let shaft_end = line.at(line.length() - head.shaft_ends_pt);
                assert!(head.outline.contains(shaft_end));
                if line.length() > 60.0 && width_pt < 20.0 {
                    let side = Vec2::new(-(tip.y), tip.x).normalize() * (width_pt / 2.0);
                    assert!(head.outline.contains(shaft_end + side), "no blunt corner shows at {width_pt}");
                }
            }
        }
        assert!(head(&Measured::new(&points(&[(1.0, 1.0), (1.0, 1.0)])), 2.0).is_none());
    }

    #[test]
    fn a_long_line_is_cut_to_what_is_seen_unless_it_has_dashes() {
        let points: Vec<Point> = (0..1000).map(|x| Point::new(f64::from(x), 5.0)).collect();
        let near = Rect::new(100.0, 0.0, 110.0, 10.0);
        assert!(path(&points, near, false).elements().len() < 20);
        assert_eq!(path(&points, near, true).elements().len(), 1000);
    }

    #[test]
    fn words_stand_on_the_part_of_a_line_that_is_seen() {
        let points = points(&[(-1000.0, 50.0), (100.0, 50.0), (100.0, 90.0)]);
        let line = Measured::new(&points);
        let at = line.at(line.middle(Rect::new(0.0, 0.0, 200.0, 100.0)));
        assert!(at.distance(Point::new(70.0, 50.0)) < 1e-9 || (at.x > 0.0 && at.y <= 90.0), "{at}");
        assert_eq!(line.at(line.middle(Rect::new(-2000.0, 0.0, 200.0, 100.0))), Point::new(-430.0, 50.0));
    }

    #[test]
    fn a_curve_through_the_corners_of_a_circle_is_that_circle() {
        let corners: Vec<Point> = (0..96)
            .map(|index| Point::ZERO + Vec2::from_angle(f64::from(index) / 96.0 * std::f64::consts::TAU) * 1000.0)
            .collect();
        let mut furthest: f64 = 0.0;
        kurbo::flatten(round(&corners).iter(), 1e-4, |element| {
            if let Some(at) = element.end_point() {
                furthest = furthest.max((at.to_vec2().hypot() - 1000.0).abs());
            }
        });
        assert!(furthest < 0.01, "{furthest}");
    }
}
