//! Shapes cut at the edges of their tiles, without seams.

use kurbo::{Affine, Point, Rect};

use crate::basemap::Shape;
use crate::geometry::clip;
use crate::scene::display_list::{Item, Path, Stroke};

use super::painter::{overlap, push_stroke};

/// Takes shapes from tile units to the page and cuts them to a rectangle on the way.
pub(super) struct Cutter {
    pub(super) page_from_tile: Affine,
    pub(super) clip: Rect,
    pub(super) ring: Vec<Point>,
    pub(super) spare: Vec<Point>,
}

/// Positions nearer than this to the last one kept are left out, in points. No eye and no printer would see them.
pub(super) const FINEST_PT: f64 = 0.18;

impl Cutter {
    pub(super) fn new(page_from_tile: Affine, clip: Rect) -> Self {
        Self { page_from_tile, clip, ring: Vec::new(), spare: Vec::new() }
    }

    pub(super) fn point(&self, [x, y]: [f32; 2]) -> Point {
        let [scale_x, _, _, scale_y, shift_x, shift_y] = self.page_from_tile.as_coeffs();
        Point::new(f64::from(x) * scale_x + shift_x, f64::from(y) * scale_y + shift_y)
    }

    /// Adds the cut rings to `path`; their bounds, unless nothing is left.
    pub(super) fn area(&mut self, shape: &Shape, path: &mut Path) -> Option<Rect> {
        let mut bounds: Option<Rect> = None;
        for part in shape.parts() {
            self.ring.clear();
            for position in part {
                let point = self.point(*position);
                if self.ring.last().is_none_or(|last| last.distance_squared(point) > FINEST_PT * FINEST_PT) {
                    self.ring.push(point);
                }
            }
            if self.ring.len() < 3 {
                continue;
            }
            let extent = extent(&self.ring);
            if !overlap(extent, self.clip) {
                continue;
            }
            if !self.clip.contains_rect(extent) {
                cut_ring(&mut self.ring, &mut self.spare, self.clip);
                if self.ring.len() < 3 {
                    continue;
                }
            }
            let kept = extent.intersect(self.clip);
            bounds = Some(bounds.map_or(kept, |all| all.union(kept)));
            path.move_to(self.ring[0]);
            for point in &self.ring[1..] {
                path.line_to(*point);
            }
            path.close_path();
        }
        bounds
    }

    /// Adds the cut lines to `path`.
    pub(super) fn lines(&self, shape: &Shape, path: &mut Path) {
        self.runs(shape, false, |run, _| add_line(run, path));
    }

    /// Adds the cut outlines of an area to `path`, without what was drawn only to close it at the tile's edge.
    pub(super) fn outlines(&self, shape: &Shape, path: &mut Path) {
        self.runs(shape, true, |run, _| add_line(run, path));
    }

    /// Draws the cut lines as items of their own: the dashes of each begin where those of the whole line would be, so
    /// that they lie still on the ground while the map is panned.
    pub(super) fn broken_lines(&self, shape: &Shape, stroke: &Stroke, out: &mut Vec<Item>) {
        let pattern: f64 = stroke.dash_pt.iter().sum();
        self.runs(shape, false, |run, from_start_pt| {
            let mut path = Path::new();
            add_line(run, &mut path);
            let dash_offset_pt = if pattern > 0.0 { from_start_pt.rem_euclid(pattern) } else { 0.0 };
            push_stroke(out, path, Stroke { dash_offset_pt, ..stroke.clone() });
        });
    }

    /// Calls `with` for each stretch of line within the rectangle, and how far along its line it begins.
    pub(super) fn runs(&self, shape: &Shape, rings: bool, mut with: impl FnMut(&[Point], f64)) {
        let mut run: Vec<Point> = Vec::new();
        let mut run_from = 0.0;
        for part in shape.parts() {
            let closing = if rings { part.first() } else { None };
            let mut along = 0.0;
            let mut last: Option<([f32; 2], Point)> = None;
            for position in part.iter().chain(closing) {
                let point = self.point(*position);
                let Some((from_position, from)) = last else {
                    last = Some((*position, point));
                    continue;
                };
                let length = from.distance(point);
                if length < FINEST_PT && closing.is_none() {
                    continue;
                }
                let on_edge = rings && lies_on_edge(from_position, *position);
                match cut_segment(from, point, self.clip).filter(|_| !on_edge) {
                    Some((a, b)) => {
                        if run.last() != Some(&a) {
                            if run.len() > 1 {
                                with(&run, run_from);
                            }
                            run.clear();
                            run.push(a);
                            run_from = along + from.distance(a);
                        }
                        run.push(b);
                    }
                    None => {
                        if run.len() > 1 {
                            with(&run, run_from);
                        }
                        run.clear();
                    }
                }
                along += length;
                last = Some((*position, point));
            }
            if run.len() > 1 {
                with(&run, run_from);
            }
            run.clear();
        }
    }
}

pub(super) fn add_line(run: &[Point], path: &mut Path) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return;
    };
    path.move_to(*first);
    if run.len() > 3 && first == last {
        run[1..run.len() - 1].iter().for_each(|point| path.line_to(*point));
        path.close_path();
    } else {
        run[1..].iter().for_each(|point| path.line_to(*point));
    }
}

pub(super) fn extent(points: &[Point]) -> Rect {
    points.iter().fold(Rect::new(f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY), |rect, point| {
        Rect::new(rect.x0.min(point.x), rect.y0.min(point.y), rect.x1.max(point.x), rect.y1.max(point.y))
    })
}

/// Whether both ends lie on, or beyond, the same edge of the tile: where an area was cut, not where it ends.
pub(super) fn lies_on_edge(a: [f32; 2], b: [f32; 2]) -> bool {
    (0..2).any(|axis| (a[axis] <= 0.0 && b[axis] <= 0.0) || (a[axis] >= 1.0 && b[axis] >= 1.0))
}

/// The part of a segment within a rectangle; none if it is but a point.
pub(super) fn cut_segment(a: Point, b: Point, rect: Rect) -> Option<(Point, Point)> {
    if !a.is_finite() || !b.is_finite() {
        return None;
    }
    let (enter, leave) = clip::part_inside(a, b, rect).filter(|(enter, leave)| enter < leave)?;
    let start = if enter > 0.0 { a.lerp(b, enter) } else { a };
    let end = if leave < 1.0 { a.lerp(b, leave) } else { b };
    Some((start, end))
}

/// Cuts a ring to a rectangle, side by side, by Sutherland and Hodgman's method. Parts that fall asunder stay joined
/// by lines along the rectangle's sides, which even-odd filling does not show.
pub(super) fn cut_ring(ring: &mut Vec<Point>, spare: &mut Vec<Point>, clip: Rect) {
    type Side = (fn(Point) -> f64, f64, f64);
    let sides: [Side; 4] = [
        (|point| point.x, clip.x0, 1.0),
        (|point| point.x, clip.x1, -1.0),
        (|point| point.y, clip.y0, 1.0),
        (|point| point.y, clip.y1, -1.0),
    ];
    for (coordinate, edge, sign) in sides {
        spare.clear();
        let Some(mut last) = ring.last().copied() else {
            return;
        };
        let inside = |point: Point| (coordinate(point) - edge) * sign;
        for &point in ring.iter() {
            let (before, now) = (inside(last), inside(point));
            if (before < 0.0) != (now < 0.0) {
                spare.push(last.lerp(point, before / (before - now)));
            }
            if now >= 0.0 {
                spare.push(point);
            }
            last = point;
        }
        std::mem::swap(ring, spare);
    }
}
