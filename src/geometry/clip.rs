//! Cutting segments to a rectangle.

use kurbo::{Point, Rect, Vec2};

/// Where along the segment from `a` (0) to `b` (1) the rectangle begins and ends, both 0 to 1; `None` if the segment
/// passes it by. Equal ends mean that it only touches.
///
/// # References
/// Liang, Y.-D. and Barsky, B. A. (1984), *A new concept and method for line clipping*, doi:10.1145/357332.357333.
pub fn part_inside(a: Point, b: Point, window: Rect) -> Option<(f64, f64)> {
    let Vec2 { x: dx, y: dy } = b - a;
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in [(-dx, a.x - window.x0), (dx, window.x1 - a.x), (-dy, a.y - window.y0), (dy, window.y1 - a.y)] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    (enter <= leave).then_some((enter, leave))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_cut_where_the_window_begins_and_ends() {
        let window = Rect::new(0.0, 0.0, 10.0, 10.0);
        let part = |a: (f64, f64), b: (f64, f64)| part_inside(a.into(), b.into(), window);
        assert_eq!(part((-10.0, 5.0), (30.0, 5.0)), Some((0.25, 0.5)));
        assert_eq!(part((2.0, 2.0), (8.0, 8.0)), Some((0.0, 1.0)));
        assert_eq!(part((-10.0, -5.0), (30.0, -5.0)), None);
        assert_eq!(part((-5.0, 5.0), (5.0, -5.0)), Some((0.5, 0.5)));
    }
}
