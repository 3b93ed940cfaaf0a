//! Cutting paths to what can be seen of them, before they are painted.
//!
//! Coordinates go in as page points and come out as pixels. A path with a coordinate that is not finite, or beyond any
//! use, comes out empty.

use kurbo::{Affine, PathEl, Point, Rect};

use crate::geometry::clip;
use crate::scene::display_list::Path;

/// Coordinates beyond this many pixels are taken for mistakes: the world is 10⁹ points wide at zoom 22.
const MAX_COORDINATE_PX: f64 = 1e12;

/// How far a flattened curve may stray, in pixels.
const TOLERANCE_PX: f64 = 0.05;

/// The bounding box of all control points in pixels, or none where one of them is of no use.
fn control_box(path: &Path, scale: f64) -> Option<Rect> {
    let mut low = Point::new(f64::INFINITY, f64::INFINITY);
    let mut high = Point::new(f64::NEG_INFINITY, f64::NEG_INFINITY);
    // Sums tell of coordinates that are not numbers, which comparisons pass over.
    let mut sum = 0.0;
    for p in path.points() {
        low = Point::new(low.x.min(p.x), low.y.min(p.y));
        high = Point::new(high.x.max(p.x), high.y.max(p.y));
        sum += p.x + p.y;
    }
    let (mut least, mut most) = (kurbo::Vec2::ZERO, kurbo::Vec2::ZERO);
    for (number, by) in path.copies().iter().enumerate() {
        let so_far = if number == 0 { (*by, *by) } else { (least, most) };
        least = kurbo::Vec2::new(so_far.0.x.min(by.x), so_far.0.y.min(by.y));
        most = kurbo::Vec2::new(so_far.1.x.max(by.x), so_far.1.y.max(by.y));
        sum += by.x + by.y;
    }
    (low, high) = (low + least, high + most);
    let bounds = Rect::new(low.x * scale, low.y * scale, high.x * scale, high.y * scale);
    let useful = |number: f64| number.abs() <= MAX_COORDINATE_PX;
    let sound = sum.is_finite() && [bounds.x0, bounds.y0, bounds.x1, bounds.y1].into_iter().all(useful);
    // kurbo and vello_cpu both want a path to begin with a move.
    (sound && matches!(path.elements().next(), Some(PathEl::MoveTo(_)))).then_some(bounds)
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1
}

/// Whether a path reaches no more than `easy_px` beyond `window` (pixels), and into it: then [`area`] and [`line`] leave it
/// whole.
pub(in crate::figure) fn is_whole(path: &Path, scale: f64, window: Rect, easy_px: f64) -> bool {
    let easy = window.inflate(easy_px, easy_px);
    control_box(path, scale).is_some_and(|bounds| overlap(bounds, window) && easy.contains_rect(bounds))
}

/// The part of an area inside `window` (pixels), to be filled even–odd; false where there is none. A path that reaches
/// no more than `easy_px` beyond the window is left whole.
pub(in crate::figure) fn area(path: &Path, scale: f64, window: Rect, easy_px: f64, out: &mut Path) -> bool {
    out.clear();
    let Some(bounds) = control_box(path, scale) else {
        return false;
    };
    if !overlap(bounds, window) {
        return false;
    }
    let easy = window.inflate(easy_px, easy_px);
    if easy.contains_rect(bounds) {
        out.clone_from(path);
        out.apply_affine(Affine::scale(scale));
        return true;
    }
    let mut ring = Vec::new();
    let mut other = Vec::new();
    for_each_polyline(path, scale, |points, _| {
        thin(points, window, &mut ring);
        cut_ring(&mut ring, &mut other, window);
        if let [first, rest @ ..] = ring.as_slice()
            && rest.len() >= 2
        {
            out.move_to(*first);
            rest.iter().for_each(|&point| out.line_to(point));
            out.close_path();
        }
    });
    !out.is_empty()
}

/// The parts of a line inside `window` (pixels), in dashes where there are any (lengths and offset in pixels); none
/// where there is nothing. Closed lines that are cut come out open, with their ends outside the window. A path that
/// reaches no more than `easy_px` beyond the window is left whole, and undashed unless `always_dash`; then `true`.
pub(in crate::figure) fn line(
    path: &Path,
    scale: f64,
    window: Rect,
    easy_px: f64,
    dashes: Option<(&[f64], f64)>,
    always_dash: bool,
    out: &mut Path,
) -> Option<bool> {
    out.clear();
    let bounds = control_box(path, scale)?;
    if !overlap(bounds, window) {
        return None;
    }
    let dashes = dashes.filter(|(lengths, offset)| {
        let sound = |&length: &f64| length.is_finite() && length >= 0.0;
        lengths.iter().all(sound) && offset.is_finite() && lengths.iter().sum::<f64>() > 0.5
    });
    let easy = window.inflate(easy_px, easy_px);
    if (dashes.is_none() || !always_dash) && easy.contains_rect(bounds) {
        out.clone_from(path);
        out.apply_affine(Affine::scale(scale));
        return Some(true);
    }
    let mut pieces = Pieces::default();
    for_each_polyline(path, scale, |points, closed| {
        pieces.cut(points, closed, window);
        for piece in &pieces.all {
            let points = &pieces.points[piece.from..piece.to];
            match dashes {
                Some((lengths, offset)) => dash(points, piece.closed, lengths, offset + piece.before_px, out),
                None => {
                    out.move_to(points[0]);
                    points[1..].iter().for_each(|&point| out.line_to(point));
                    if piece.closed {
                        out.close_path();
                    }
                }
            }
        }
    });
    (!out.is_empty()).then_some(false)
}

/// Calls `each` with the points of each subpath in pixels, and whether it is closed; curves flattened.
fn for_each_polyline(path: &Path, scale: f64, mut each: impl FnMut(&mut Vec<Point>, bool)) {
    let mut points: Vec<Point> = Vec::new();
    let to_px = Affine::scale(scale);
    kurbo::flatten(path.elements().map(|element| to_px * element), TOLERANCE_PX, |element| match element {
        PathEl::MoveTo(p) => {
            if !points.is_empty() {
                each(&mut points, false);
            }
            points.clear();
            points.push(p);
        }
        PathEl::ClosePath => {
            let start = points.first().copied();
            each(&mut points, true);
            points.clear();
            points.extend(start);
        }
        // Flattening leaves lines only.
        PathEl::LineTo(p) | PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => points.push(p),
    });
    if points.len() > 1 {
        each(&mut points, false);
    }
}

/// On which sides of the window a point lies outside it.
fn outside(p: Point, window: Rect) -> u8 {
    u8::from(p.x < window.x0)
        | u8::from(p.x > window.x1) << 1
        | u8::from(p.y < window.y0) << 2
        | u8::from(p.y > window.y1) << 3
}

/// Leaves out points between two others with which they share a side beyond the window: what the ring encloses inside
/// the window does not change by that.
fn thin(points: &[Point], window: Rect, ring: &mut Vec<Point>) {
    ring.clear();
    let mut sides: Vec<u8> = Vec::new();
    for &point in points {
        let side = outside(point, window);
        if let [.., before, last] = sides.as_slice()
            && before & last & side != 0
        {
            sides.pop();
            ring.pop();
        }
        sides.push(side);
        ring.push(point);
    }
}

/// Sutherland and Hodgman's cut of a ring at each side of the window in turn.
fn cut_ring(ring: &mut Vec<Point>, other: &mut Vec<Point>, window: Rect) {
    // Each side as a distance that is positive inside.
    let sides: [fn(Point, Rect) -> f64; 4] =
        [|p, w| p.x - w.x0, |p, w| w.x1 - p.x, |p, w| p.y - w.y0, |p, w| w.y1 - p.y];
    for inside in sides {
        other.clear();
        let Some(&last) = ring.last() else {
            return;
        };
        let mut before = last;
        let mut before_inside = inside(before, window);
        for &point in ring.iter() {
            let point_inside = inside(point, window);
            if (before_inside >= 0.0) != (point_inside >= 0.0) {
                other.push(before.lerp(point, before_inside / (before_inside - point_inside)));
            }
            if point_inside >= 0.0 {
                other.push(point);
            }
            (before, before_inside) = (point, point_inside);
        }
        std::mem::swap(ring, other);
    }
}

/// The pieces of a polyline inside a window.
#[derive(Default)]
struct Pieces {
    points: Vec<Point>,
    all: Vec<Piece>,
}

struct Piece {
    from: usize,
    to: usize,
    /// Length of the line before this piece.
    before_px: f64,
    closed: bool,
}

impl Pieces {
    fn cut(&mut self, points: &mut Vec<Point>, closed: bool, window: Rect) {
        self.points.clear();
        self.all.clear();
        if points.len() < 2 && !closed {
            return;
        }
        let whole = points.iter().all(|&p| outside(p, window) == 0);
        if whole {
            self.points.extend_from_slice(points);
            self.all.push(Piece { from: 0, to: points.len(), before_px: 0.0, closed });
            return;
        }
        if closed && let Some(&first) = points.first() {
            points.push(first);
        }
        let mut walked_px = 0.0;
        let mut open = false;
        for pair in points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let length = a.distance(b);
            match part_inside(a, b, window) {
                Some((enter, leave)) => {
                    if !open {
                        let from = self.points.len();
                        let before_px = walked_px + enter * length;
                        self.points.push(a.lerp(b, enter));
                        self.all.push(Piece { from, to: from, before_px, closed: false });
                    }
                    self.points.push(if leave < 1.0 { a.lerp(b, leave) } else { b });
                    open = leave >= 1.0;
                }
                None => open = false,
            }
            if let Some(piece) = self.all.last_mut() {
                piece.to = self.points.len();
            }
            walked_px += length;
        }
        // A closed line that begins in sight has its first corner between the last piece and the first.
        if closed && open && self.all.len() > 1 && self.all[0].before_px == 0.0 && outside(points[0], window) == 0 {
            let head: Vec<Point> = self.points[1..self.all[0].to].to_vec();
            self.points.extend(head);
            let end = self.points.len();
            if let Some(piece) = self.all.last_mut() {
                piece.to = end;
            }
            self.all.swap_remove(0);
        }
        self.all.retain(|piece| piece.to - piece.from >= 2);
    }
}

/// The part of a segment inside the window, without the arithmetic for segments wholly to one side of it.
fn part_inside(a: Point, b: Point, window: Rect) -> Option<(f64, f64)> {
    if outside(a, window) & outside(b, window) != 0 { None } else { clip::part_inside(a, b, window) }
}

/// Adds the dashes of a polyline of which `before_px` of the pattern lies behind it.
fn dash(points: &[Point], closed: bool, lengths: &[f64], before_px: f64, out: &mut Path) {
    // An odd number of lengths is run through twice, as in SVG. A dash of no length is a dot under round caps.
    let length_of = |index: usize| {
        let shortest = if index.is_multiple_of(2) { 0.02 } else { 0.0 };
        lengths[index % lengths.len()].max(shortest)
    };
    let count = if lengths.len() % 2 == 1 { 2 * lengths.len() } else { lengths.len() };
    let period: f64 = (0..count).map(length_of).sum();
    let mut index = 0;
    let mut left_px = before_px.rem_euclid(period);
    while index < count && left_px >= length_of(index) {
        left_px -= length_of(index);
        index += 1;
    }
    left_px = (length_of(index) - left_px).max(0.0);

    let mut at = points[0];
    if index.is_multiple_of(2) {
        out.move_to(at);
    }
    for &next in points.iter().skip(1).chain(closed.then_some(&points[0])) {
        let length = at.distance(next);
        if length == 0.0 {
            continue;
        }
        let mut walked = 0.0;
        while length - walked > left_px {
            walked += left_px;
            let point = at.lerp(next, walked / length);
            if index.is_multiple_of(2) {
                out.line_to(point);
            } else {
                out.move_to(point);
            }
            index += 1;
            left_px = length_of(index);
        }
        if index.is_multiple_of(2) {
            out.line_to(next);
        }
        left_px -= length - walked;
        at = next;
    }
}
