//! Paths of the display list: a byte and its points an element, a third of the memory of [`kurbo::BezPath`], which gives
//! every element the room of a curve. Outlines of a million vertices are all lines.

use std::sync::Arc;

use kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape as _, Vec2};

/// What an element does with its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Move,
    Line,
    Quad,
    Curve,
    Close,
}

/// Lines and curves in page points, one subpath after another.
#[derive(Debug, PartialEq, Default)]
pub struct Path {
    verbs: Vec<Verb>,
    points: Vec<Point>,
}

impl Clone for Path {
    fn clone(&self) -> Self {
        Self { verbs: self.verbs.clone(), points: self.points.clone() }
    }

    fn clone_from(&mut self, other: &Self) {
        self.verbs.clone_from(&other.verbs);
        self.points.clone_from(&other.points);
    }
}

impl Path {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// What several items draw, from the elements of a [`BezPath`].
    pub fn shared(elements: impl IntoIterator<Item = PathEl>) -> Arc<Self> {
        Arc::new(elements.into_iter().collect())
    }

    /// Nothing, with room for so many lines.
    pub fn with_capacity(lines: usize) -> Self {
        Self { verbs: Vec::with_capacity(lines), points: Vec::with_capacity(lines) }
    }

    /// Begins a subpath.
    pub fn move_to(&mut self, to: impl Into<Point>) {
        self.verbs.push(Verb::Move);
        self.points.push(to.into());
    }

    /// A straight line to a point.
    pub fn line_to(&mut self, to: impl Into<Point>) {
        self.verbs.push(Verb::Line);
        self.points.push(to.into());
    }

    /// A line back to where the subpath began.
    pub fn close_path(&mut self) {
        self.verbs.push(Verb::Close);
    }

    /// Adds what a polyline, or a ring if it is closed, consists of.
    pub fn add_polyline(&mut self, points: impl IntoIterator<Item = Point>, closed: bool) {
        let before = self.points.len();
        self.points.extend(points);
        let added = self.points.len() - before;
        if added > 0 {
            self.verbs.push(Verb::Move);
            self.verbs.resize(self.verbs.len() + added - 1, Verb::Line);
            if closed {
                self.verbs.push(Verb::Close);
            }
        }
    }

    /// Adds all of another path, moved.
    pub fn add_moved(&mut self, other: &Self, by: Vec2) {
        self.verbs.extend_from_slice(&other.verbs);
        self.points.extend(other.points.iter().map(|point| *point + by));
    }

    /// Empties it, and keeps its memory.
    pub fn clear(&mut self) {
        self.verbs.clear();
        self.points.clear();
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.verbs.len()
    }

    /// Ends and control points of all elements.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The elements in turn.
    pub fn elements(&self) -> impl Iterator<Item = PathEl> + Clone + '_ {
        let mut points = self.points.iter().copied();
        // Every verb but a closing one has its points in the list.
        let mut next = move || points.next().unwrap_or_default();
        self.verbs.iter().map(move |verb| match verb {
            Verb::Move => PathEl::MoveTo(next()),
            Verb::Line => PathEl::LineTo(next()),
            Verb::Quad => PathEl::QuadTo(next(), next()),
            Verb::Curve => PathEl::CurveTo(next(), next(), next()),
            Verb::Close => PathEl::ClosePath,
        })
    }

    /// The box around all points, those that only control a curve too; empty at the origin around none.
    pub fn control_box(&self) -> Rect {
        let Some((first, others)) = self.points.split_first() else {
            return Rect::ZERO;
        };
        others.iter().fold(Rect::from_points(*first, *first), |around, point| around.union_pt(*point))
    }

    /// The box around what is drawn.
    pub fn bounding_box(&self) -> Rect {
        BezPath::from(self).bounding_box()
    }

    /// Moves and scales it where it is.
    pub fn apply_affine(&mut self, affine: Affine) {
        self.points.iter_mut().for_each(|point| *point = affine * *point);
    }
}

impl Extend<PathEl> for Path {
    fn extend<I: IntoIterator<Item = PathEl>>(&mut self, elements: I) {
        for element in elements {
            match element {
                PathEl::MoveTo(to) => self.move_to(to),
                PathEl::LineTo(to) => self.line_to(to),
                PathEl::QuadTo(control, to) => {
                    self.verbs.push(Verb::Quad);
                    self.points.extend([control, to]);
                }
                PathEl::CurveTo(first, second, to) => {
                    self.verbs.push(Verb::Curve);
                    self.points.extend([first, second, to]);
                }
                PathEl::ClosePath => self.close_path(),
            }
        }
    }
}

impl FromIterator<PathEl> for Path {
    fn from_iter<I: IntoIterator<Item = PathEl>>(elements: I) -> Self {
        let mut path = Self::new();
        path.extend(elements);
        path
    }
}

impl From<&Path> for BezPath {
    fn from(path: &Path) -> Self {
        path.elements().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_out_as_they_went_in() {
        let mut curves = BezPath::new();
        curves.move_to((1.0, 2.0));
        curves.line_to((3.0, 4.0));
        curves.quad_to((5.0, 6.0), (7.0, 8.0));
        curves.curve_to((9.0, -1.0), (11.0, 12.0), (13.0, 14.0));
        curves.close_path();
        curves.move_to((20.0, 20.0));
        curves.line_to((21.0, 20.0));
        let mut path: Path = curves.iter().collect();
        assert_eq!(BezPath::from(&path), curves);
        assert_eq!((path.len(), path.points().len()), (7, 9));
        assert_eq!(path.control_box(), curves.control_box());
        assert_eq!(path.bounding_box(), curves.bounding_box());
        let turned = Affine::translate((3.0, -1.0)) * Affine::rotate(0.3);
        path.apply_affine(turned);
        assert_eq!(BezPath::from(&path), turned * curves);
        let (mut all, by) = (path.clone(), Vec2::new(2.0, -7.0));
        all.add_moved(&path, by);
        let moved = BezPath::from(&path).into_iter().chain(Affine::translate(by) * BezPath::from(&path));
        assert_eq!(BezPath::from(&all), moved.collect());
        path.clear();
        assert_eq!(path, Path::new());
        assert_eq!((path.control_box(), path.elements().count()), (Rect::ZERO, 0));
    }

    #[test]
    fn a_polyline_is_the_same_step_by_step() {
        let corners = [(0.0, 0.0), (4.0, 0.0), (4.0, 3.0)].map(Point::from);
        for closed in [false, true] {
            let (mut whole, mut steps) = (Path::with_capacity(4), Path::new());
            whole.add_polyline([], closed);
            assert!(whole.is_empty());
            whole.add_polyline(corners, closed);
            steps.move_to(corners[0]);
            corners[1..].iter().for_each(|corner| steps.line_to(*corner));
            if closed {
                steps.close_path();
            }
            assert_eq!(whole, steps);
        }
    }
}
