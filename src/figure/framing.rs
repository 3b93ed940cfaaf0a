//! The frame of a figure on the ground: what of the earth its map shows, moved and scaled without a change of the page.
//!
//! # Units
//! The frame is a rectangle of `world` units (Web Mercator with the whole world as the unit square), in which a page's
//! map keeps its proportions wherever it goes.

use kurbo::{Point, Rect, Vec2};

use super::options::Shows;
use crate::geometry::{Coord, View, lon_lat_from_world, world_from_lon_lat};

/// The least width and height of a frame in world units: about 50 m at the equator.
const LEAST_WORLD: f64 = 1.25e-6;

/// Part of the frame by which it is dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grip {
    /// Its inside: it moves.
    Inside,
    /// A corner or the middle of an edge: it is scaled about the opposite one. −1 is left or top, 1 right or bottom, 0
    /// between; never both 0.
    Edge(i8, i8),
}

impl Grip {
    /// The eight on the border, clockwise from the upper left.
    pub const BORDER: [Self; 8] = [
        Self::Edge(-1, -1),
        Self::Edge(0, -1),
        Self::Edge(1, -1),
        Self::Edge(1, 0),
        Self::Edge(1, 1),
        Self::Edge(0, 1),
        Self::Edge(-1, 1),
        Self::Edge(-1, 0),
    ];

    /// Where on a rectangle it is.
    pub fn at(self, rect: Rect) -> Point {
        match self {
            Self::Inside => rect.center(),
            Self::Edge(x, y) => {
                rect.center() + Vec2::new(f64::from(x) * rect.width() / 2.0, f64::from(y) * rect.height() / 2.0)
            }
        }
    }

    /// What a frame becomes when this part of it is dragged by so much. Its proportions stay; it stays on the map of the
    /// world.
    pub fn dragged(self, frame: Rect, by: Vec2) -> Rect {
        // Beyond two worlds there is nothing to drag to, and numbers grow coarse.
        let by = if by.is_finite() { Vec2::new(by.x.clamp(-2.0, 2.0), by.y.clamp(-2.0, 2.0)) } else { Vec2::ZERO };
        let Self::Edge(x, y) = self else { return held(frame + by) };
        let anchor = Self::Edge(-x, -y).at(frame);
        // From the anchor to the grip: what of the drag goes along it counts.
        let reach = self.at(frame) - anchor;
        let factor = 1.0 + by.dot(reach) / reach.hypot2().max(f64::MIN_POSITIVE);
        held(scaled(frame, factor, anchor))
    }
}

/// The frame scaled by a factor about its middle, held on the map of the world.
pub fn zoomed(frame: Rect, factor: f64) -> Rect {
    held(scaled(frame, factor, frame.center()))
}

fn scaled(frame: Rect, factor: f64, about: Point) -> Rect {
    let shorter = frame.width().min(frame.height()).max(f64::MIN_POSITIVE);
    let longer = frame.width().max(frame.height()).max(f64::MIN_POSITIVE);
    let least = LEAST_WORLD / shorter;
    let factor = if factor.is_finite() { factor.clamp(least, (1.0 / longer).max(least)) } else { 1.0 };
    let by = |point: Point| about + (point - about) * factor;
    Rect::from_points(by(Point::new(frame.x0, frame.y0)), by(Point::new(frame.x1, frame.y1)))
}

/// The frame moved back onto the map of the world.
fn held(frame: Rect) -> Rect {
    let back = |low: f64, high: f64| if low < 0.0 { -low } else { (1.0 - high).min(0.0) };
    frame + Vec2::new(back(frame.x0, frame.x1), back(frame.y0, frame.y1))
}

impl Shows {
    /// The view at which a map of this size, in points, shows what it should.
    pub fn view(self, width_pt: f64, height_pt: f64) -> View {
        match self {
            Self::View(view) => view,
            Self::Bounds(bounds) => View::fit(bounds, width_pt, height_pt, 0.0),
        }
    }

    /// What a map shows whose frame was `from` and is `to`, both in world units and of the same proportions. The
    /// proportions of what it was asked to show stay, so that a page that takes its height from them keeps it.
    pub fn reframed(self, from: Rect, to: Rect) -> Self {
        let factor = to.width() / from.width();
        if !(factor.is_finite() && factor > 0.0 && to.is_finite()) {
            return self;
        }
        let about = |point: Point| to.center() + (point - from.center()) * factor;
        match self {
            Self::View(view) => {
                let center = lon_lat_from_world(about(world_from_lon_lat(view.center)));
                Self::View(View { center, zoom: view.zoom - factor.log2() })
            }
            Self::Bounds([west, south, east, north]) => {
                let corner = |x: f64, y: f64| lon_lat_from_world(about(world_from_lon_lat(Coord { x, y })));
                let (north_west, south_east) = (corner(west, north), corner(east, south));
                Self::Bounds([north_west.x, south_east.y, south_east.x, north_west.y])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Frame;

    const FRAME: Rect = Rect { x0: 0.60, y0: 0.34, x1: 0.62, y1: 0.35 };

    fn close(a: Rect, b: Rect) -> bool {
        [(a.x0, b.x0), (a.y0, b.y0), (a.x1, b.x1), (a.y1, b.y1)].iter().all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn the_inside_moves_and_the_border_scales_about_the_other_side() {
        let by = Vec2::new(0.004, -0.001);
        assert!(close(Grip::Inside.dragged(FRAME, by), FRAME + by));
        // The lower right corner half as far from the upper left one.
        let half = Grip::Edge(1, 1).dragged(FRAME, Vec2::new(-0.01, -0.005));
        assert!(close(half, Rect::new(0.60, 0.34, 0.61, 0.345)), "{half:?}");
        // The left edge moved out by half the width: half as much again, with the middle of the right edge where it was.
        let wider = Grip::Edge(-1, 0).dragged(FRAME, Vec2::new(-0.01, 0.3));
        assert!(close(wider, Rect::new(0.59, 0.3375, 0.62, 0.3525)), "{wider:?}");
    }

    #[test]
    fn proportions_stay_and_no_drag_leaves_the_world() {
        let aspect = FRAME.width() / FRAME.height();
        let wild = [0.3, -0.3, 5.0, -5.0, 1e300, f64::NAN, f64::INFINITY];
        for grip in Grip::BORDER.into_iter().chain([Grip::Inside]) {
            for (x, y) in wild.iter().flat_map(|x| wild.iter().map(move |y| (*x, *y))) {
                let to = grip.dragged(FRAME, Vec2::new(x, y));
                assert!((to.width() / to.height() / aspect - 1.0).abs() < 1e-6, "{grip:?} by {x}, {y}: {to:?}");
                let world = Rect::new(-1e-9, -1e-9, 1.0 + 1e-9, 1.0 + 1e-9);
                assert!(world.contains_rect(to) && to.height() >= 0.99 * LEAST_WORLD, "{grip:?} by {x}, {y}: {to:?}");
            }
        }
        assert!((zoomed(FRAME, 1e-30).height() / LEAST_WORLD - 1.0).abs() < 1e-6);
        assert!((zoomed(FRAME, 1e30).width() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_shown_follows_the_frame() {
        let (width_pt, height_pt) = (640.0, 410.0);
        let shown = [
            Shows::Bounds([36.5, 46.8, 39.1, 49.3]),
            Shows::Bounds([30.0, 46.8, 39.1, 47.3]),
            Shows::View(View { center: Coord { x: 37.8, y: 48.2 }, zoom: 8.1 }),
        ];
        for shows in shown {
            let frame = |shows: Shows| Frame::new(shows.view(width_pt, height_pt), width_pt, height_pt);
            let from = frame(shows).world_bounds();
            for to in [
                Grip::Inside.dragged(from, Vec2::new(0.001, 0.002)),
                Grip::Edge(1, 1).dragged(from, Vec2::new(0.003, 0.001)),
                Grip::Edge(0, -1).dragged(from, Vec2::new(0.0, 0.001)),
                zoomed(from, 0.4),
            ] {
                let shown = frame(shows.reframed(from, to));
                // The corners of the frame lie on those of the page, far within half a pixel.
                let page = shown.page_from_world().transform_rect_bbox(to);
                let off =
                    (page.x0.abs()).max(page.y0.abs()).max((page.x1 - width_pt).abs()).max((page.y1 - height_pt).abs());
                assert!(off < 1e-6, "{shows:?} to {to:?} is off by {off} points");
            }
            assert_eq!(shows.reframed(from, Rect::new(f64::NAN, 0.0, 1.0, 1.0)), shows);
        }
    }
}
