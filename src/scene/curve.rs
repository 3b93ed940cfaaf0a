//! The marks and strokes of curves: told apart by their shape and their dashes, and not by colour alone.

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use kurbo::{BezPath, Circle, Point, Rect, Shape as _, Vec2};

use super::display_list::{Cap, Color, Item, Path, Stroke};

/// The mark of a report on a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveMark {
    /// ●
    Circle,
    /// ■
    Square,
    /// ▲
    Triangle,
    /// ▼
    TriangleDown,
    /// ✖
    Cross,
    /// ✚
    Plus,
    /// ◆, of what is stated.
    Diamond,
}

impl CurveMark {
    /// Those of curves, in the order in which they are given.
    pub const OF_CURVES: [Self; 6] =
        [Self::Circle, Self::Square, Self::Triangle, Self::TriangleDown, Self::Cross, Self::Plus];

    /// Its outline; all look as large as the circle of that radius.
    pub fn path(self, center: Point, radius_pt: f64) -> BezPath {
        let polygon = |corners: usize, first: f64, reach: f64| {
            let at = |corner: usize| {
                let angle = first + TAU * corner as f64 / corners as f64;
                center + reach * radius_pt * Vec2::new(angle.cos(), angle.sin())
            };
            closed((0..corners).map(at))
        };
        match self {
            Self::Circle => Circle::new(center, radius_pt).to_path(0.01),
            Self::Square => polygon(4, PI / 4.0, 1.25),
            Self::Triangle => polygon(3, -PI / 2.0, 1.45),
            Self::TriangleDown => polygon(3, PI / 2.0, 1.45),
            Self::Diamond => polygon(4, 0.0, 1.4),
            Self::Plus | Self::Cross => {
                let (long, short) = (1.3 * radius_pt, 0.45 * radius_pt);
                let corners = [
                    (short, long),
                    (short, short),
                    (long, short),
                    (long, -short),
                    (short, -short),
                    (short, -long),
                    (-short, -long),
                    (-short, -short),
                    (-long, -short),
                    (-long, short),
                    (-short, short),
                    (-short, long),
                ];
                let turned = |at: Vec2| {
                    let half = std::f64::consts::FRAC_1_SQRT_2;
                    if self == Self::Cross { Vec2::new(half * (at.x - at.y), half * (at.x + at.y)) } else { at }
                };
                closed(corners.into_iter().map(|(x, y)| center + turned(Vec2::new(x, y))))
            }
        }
    }

    /// The mark: filled, with an edge of the ground that parts it from what lies beneath, or hollow.
    pub fn items(self, center: Point, radius_pt: f64, color: Color, ground: Color, is_filled: bool) -> Vec<Item> {
        let path = Path::shared(self.path(center, radius_pt));
        let edge =
            |color: Color, width_pt: f64| Item::Stroke { path: path.clone(), stroke: Stroke::solid(color, width_pt) };
        let fill = |color: Color| Item::Fill { path: path.clone(), color };
        if is_filled {
            vec![edge(ground, (0.5 * radius_pt).min(1.5)), fill(color)]
        } else {
            vec![fill(ground), edge(color, (0.4 * radius_pt).clamp(0.8, 1.8))]
        }
    }
}

/// How a curve looks besides its colour, so that [`CurveLook::COUNT`] of them are told apart in grey as well: by the mark of a report,
/// by what is added to that mark, and by the dashes of the line that joins reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurveLook {
    /// The mark.
    pub mark: CurveMark,
    /// Whether a ring runs around it.
    pub has_ring: bool,
    /// Whether a dot stands in its middle.
    pub has_dot: bool,
    /// The length of a dash, in widths of the line; 0 of a line without gaps. A gap is [`CurveLook::GAP`] times as long.
    pub dash: u8,
}

impl CurveLook {
    /// How many look different.
    pub const COUNT: usize = 4 * CurveMark::OF_CURVES.len();

    /// How much of a mark's radius is left to the mark within a ring, and how far out the ring runs.
    pub const IN_RING: f64 = 0.72;
    /// See [`Self::IN_RING`].
    pub const RING: f64 = 1.38;
    /// The radius of the dot in a mark's radii.
    pub const DOT: f64 = 0.42;
    /// A gap between dashes, in lengths of a dash.
    pub const GAP: f64 = 0.62;

    /// That of the curve of this place.
    pub fn of(index: usize) -> Self {
        let round = index / CurveMark::OF_CURVES.len() % 4;
        Self {
            mark: CurveMark::OF_CURVES[index % CurveMark::OF_CURVES.len()],
            has_dot: round % 2 == 1,
            has_ring: round >= 2,
            dash: [0, 7, 4, 2][round],
        }
    }

    /// The radius of the mark itself where that of all of it is given.
    pub fn mark_radius_pt(self, radius_pt: f64) -> f64 {
        if self.has_ring { Self::IN_RING * radius_pt } else { radius_pt }
    }

    /// The mark with what is added to it: filled, with an edge of the ground that parts it from what lies beneath, or hollow.
    pub fn items(self, center: Point, radius_pt: f64, color: Color, ground: Color, is_filled: bool) -> Vec<Item> {
        let circle = |radius_pt: f64| Path::shared(Circle::new(center, radius_pt).to_path(0.01));
        let mark_pt = self.mark_radius_pt(radius_pt);
        let mut items = Vec::new();
        if self.has_ring {
            let path = circle(Self::RING * radius_pt);
            items.push(Item::Fill { path: path.clone(), color: ground });
            items.push(Item::Stroke { path, stroke: Stroke::solid(color, (0.22 * radius_pt).clamp(0.5, 1.2)) });
        }
        items.extend(self.mark.items(center, mark_pt, color, ground, is_filled));
        if self.has_dot {
            let color = if is_filled { ground } else { color };
            items.push(Item::Fill { path: circle(Self::DOT * mark_pt), color });
        }
        items
    }

    /// The stroke that joins reports.
    pub fn stroke(self, color: Color, width_pt: f64) -> Stroke {
        let dash_pt = f64::from(self.dash) * width_pt;
        match self.dash {
            0 => Stroke::solid(color, width_pt),
            _ => Stroke {
                color,
                width_pt,
                dash_pt: vec![dash_pt, Self::GAP * dash_pt],
                dash_offset_pt: 0.0,
                cap: Cap::Butt,
            },
        }
    }
}

fn closed(corners: impl Iterator<Item = Point>) -> BezPath {
    let mut path = BezPath::new();
    for (index, corner) in corners.enumerate() {
        if index == 0 {
            path.move_to(corner);
        } else {
            path.line_to(corner);
        }
    }
    path.close_path();
    path
}

/// A straight line.
pub fn line(from: Point, to: Point, stroke: Stroke) -> Item {
    let mut path = Path::new();
    path.move_to(from);
    path.line_to(to);
    Item::Stroke { path: Arc::new(path), stroke }
}

/// The stroke that repeats the last report over days of which nobody reports: dots, in every theme.
pub fn level_stroke(color: Color, width_pt: f64) -> Stroke {
    Stroke { color, width_pt, dash_pt: vec![0.01, 3.2 * width_pt], dash_offset_pt: 0.0, cap: Cap::Round }
}

/// The range of a report, from one place to the one above: a line with ends.
pub fn whisker(from: Point, to: Point, half_pt: f64, stroke: &Stroke) -> Vec<Item> {
    let across =
        if (to.y - from.y).abs() > (to.x - from.x).abs() { Vec2::new(half_pt, 0.0) } else { Vec2::new(0.0, half_pt) };
    let end = |at: Point| line(at - across, at + across, stroke.clone());
    vec![line(from, to, stroke.clone()), end(from), end(to)]
}

/// What of a curve a sample shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurvePart {
    /// Reports of days that follow each other.
    Reports(CurveLook),
    /// Reports of some day of a stretch each.
    SomeDays(CurveLook),
    /// The last report over days without one.
    Level,
    /// The range of a report.
    Range,
    /// A report of some day of a stretch.
    SomeDay,
    /// A report of all days of a stretch.
    Stretch,
    /// A stated figure.
    Stated,
}

/// A sample of a curve, for a legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurveSample {
    /// What it shows.
    pub part: CurvePart,
    /// Colour.
    pub color: Color,
    /// What lies beneath.
    pub ground: Color,
}

/// The sample within a rectangle.
pub fn sample_items(sample: &CurveSample, rect: Rect) -> Vec<Item> {
    let CurveSample { part, color, ground } = *sample;
    let (middle, radius_pt) = (rect.center(), 0.3 * rect.height().min(rect.width()));
    let across = |inset_pt: f64| (Point::new(rect.x0 + inset_pt, middle.y), Point::new(rect.x1 - inset_pt, middle.y));
    let through = |stroke: Stroke| {
        let (from, to) = across(stroke.width_pt / 2.0);
        line(from, to, stroke)
    };
    match part {
        CurvePart::Reports(look) => {
            let mut items = vec![through(look.stroke(color, 1.4))];
            items.extend(look.items(middle, radius_pt, color, ground, true));
            items
        }
        CurvePart::SomeDays(look) => {
            let mut items = vec![through(Stroke::solid(color, 1.0))];
            items.extend(look.items(middle, radius_pt, color, ground, false));
            items
        }
        CurvePart::Level => vec![through(level_stroke(color, 1.4))],
        CurvePart::Range => {
            let (top, bottom) = (Point::new(middle.x, rect.y0 + 0.5), Point::new(middle.x, rect.y1 - 0.5));
            whisker(bottom, top, 0.8 * radius_pt, &Stroke::solid(color, 1.0))
        }
        CurvePart::SomeDay => {
            let (from, to) = across(1.0);
            let mut items = whisker(from, to, 0.8 * radius_pt, &Stroke::solid(color, 1.0));
            items.extend(CurveMark::Circle.items(middle, 0.8 * radius_pt, color, ground, false));
            items
        }
        CurvePart::Stretch => vec![through(Stroke { cap: Cap::Butt, ..Stroke::solid(color, 3.0) })],
        CurvePart::Stated => CurveMark::Diamond.items(middle, radius_pt, color, ground, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_look_about_as_large_as_each_other_and_none_is_another() {
        let circle = PI * 25.0;
        let mut boxes = Vec::new();
        for mark in CurveMark::OF_CURVES.into_iter().chain([CurveMark::Diamond]) {
            let path = mark.path(Point::new(3.0, 4.0), 5.0);
            let area = path.area().abs();
            assert!((0.6..1.5).contains(&(area / circle)), "{mark:?} has {area}");
            let ends = path.bounding_box();
            assert!(!boxes.contains(&(ends.x0, ends.y0, area)), "{mark:?}");
            boxes.push((ends.x0, ends.y0, area));
        }
    }

    #[test]
    fn no_two_of_24_curves_look_alike_without_colours() {
        let looks: Vec<CurveLook> = (0..24).map(CurveLook::of).collect();
        for (place, look) in looks.iter().enumerate() {
            let is_alike = |other: &CurveLook| {
                (other.mark, other.has_ring, other.has_dot) == (look.mark, look.has_ring, look.has_dot)
            };
            assert!(!looks[..place].iter().any(is_alike), "{place}: {look:?}");
        }
        assert_eq!(CurveLook::of(24), looks[0]);
    }

    #[test]
    fn samples_stay_in_their_boxes() {
        let rect = Rect::new(10.0, 10.0, 32.0, 22.0);
        let parts = [CurvePart::Level, CurvePart::Range, CurvePart::SomeDay, CurvePart::Stretch, CurvePart::Stated];
        let looks = || (0..CurveLook::COUNT).map(CurveLook::of);
        let marks = looks().map(CurvePart::Reports).chain(looks().map(CurvePart::SomeDays));
        for part in parts.into_iter().chain(marks) {
            let sample = CurveSample { part, color: Color::rgb(0), ground: Color::rgb(0xFFFFFF) };
            for item in sample_items(&sample, rect) {
                let (Item::Fill { path, .. } | Item::Stroke { path, .. }) = item else { panic!("{part:?}") };
                assert!(rect.inflate(0.01, 0.01).contains_rect(path.bounding_box()), "{part:?}");
            }
        }
    }
}
