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

/// Lines and curves in page points, one subpath after another. It may stand in many places, as a mark does that is alike
/// for 100,000 points: then what is added to it is added in each.
#[derive(Debug, PartialEq, Default)]
pub struct Path {
    verbs: Vec<Verb>,
    points: Vec<Point>,
    /// How far each copy is moved; nothing where there is one, which is not moved.
    copies: Vec<Vec2>,
}

impl Clone for Path {
    fn clone(&self) -> Self {
        Self { verbs: self.verbs.clone(), points: self.points.clone(), copies: self.copies.clone() }
    }

    fn clone_from(&mut self, other: &Self) {
        self.verbs.clone_from(&other.verbs);
        self.points.clone_from(&other.points);
        self.copies.clone_from(&other.copies);
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
        Self { verbs: Vec::with_capacity(lines), points: Vec::with_capacity(lines), copies: Vec::new() }
    }

    /// The same in many places: moved by each of `copies`. What stands nowhere is nothing.
    pub fn in_places(mut self, copies: Vec<Vec2>) -> Self {
        if copies.is_empty() {
            self.clear();
        } else if self.copies.is_empty() {
            self.copies = copies;
        } else {
            let own = std::mem::take(&mut self.copies);
            self.copies = copies.iter().flat_map(|by| own.iter().map(move |copy| *copy + *by)).collect();
        }
        self
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

    /// Empties it, and keeps its memory.
    pub fn clear(&mut self) {
        self.verbs.clear();
        self.points.clear();
        self.copies.clear();
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    /// How many elements there are, those of all copies.
    pub fn len(&self) -> usize {
        self.verbs.len() * self.copies.len().max(1)
    }

    /// Ends and control points of all elements, before [`Self::copies`] are made of them.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// How far each copy is moved; nothing where there is one, which is not moved.
    pub fn copies(&self) -> &[Vec2] {
        &self.copies
    }

    /// The elements before copies are made of them.
    pub fn one(&self) -> impl Iterator<Item = PathEl> + Clone + '_ {
        self.moved(Vec2::ZERO, &[])
    }

    fn moved<'a>(&'a self, by: Vec2, others: &'a [Vec2]) -> Elements<'a> {
        let (verbs, points) = (self.verbs.iter(), self.points.iter());
        Elements { path: self, verbs, points, by, others: others.iter() }
    }

    /// The box around all copies of what this box is around.
    fn around_copies(&self, one: Rect) -> Rect {
        let Some((first, others)) = self.copies.split_first() else { return one };
        let first = Rect::from_points(first.to_point(), first.to_point());
        let around = others.iter().fold(first, |around, copy| around.union_pt(copy.to_point()));
        Rect::new(one.x0 + around.x0, one.y0 + around.y0, one.x1 + around.x1, one.y1 + around.y1)
    }

    /// The elements in turn, one copy after the other.
    pub fn elements(&self) -> impl Iterator<Item = PathEl> + Clone + '_ {
        let (first, others) = self.copies.split_first().map_or((Vec2::ZERO, [].as_slice()), |(one, rest)| (*one, rest));
        self.moved(first, others)
    }

    /// The box around all points, those that only control a curve too; empty at the origin around none.
    pub fn control_box(&self) -> Rect {
        let Some((first, others)) = self.points.split_first() else {
            return Rect::ZERO;
        };
        let one = others.iter().fold(Rect::from_points(*first, *first), |around, point| around.union_pt(*point));
        self.around_copies(one)
    }

    /// The box around what is drawn.
    pub fn bounding_box(&self) -> Rect {
        self.around_copies(self.one().collect::<BezPath>().bounding_box())
    }

    /// Moves and scales it where it is.
    pub fn apply_affine(&mut self, affine: Affine) {
        if self.copies.is_empty() {
            self.points.iter_mut().for_each(|point| *point = affine * *point);
            return;
        }
        let turned = affine.with_translation(Vec2::ZERO);
        self.points.iter_mut().for_each(|point| *point = turned * *point);
        self.copies.iter_mut().for_each(|copy| *copy = (affine * copy.to_point()).to_vec2());
    }
}

/// The elements of a path: those of one copy after the other.
#[derive(Clone)]
struct Elements<'a> {
    path: &'a Path,
    verbs: std::slice::Iter<'a, Verb>,
    points: std::slice::Iter<'a, Point>,
    by: Vec2,
    others: std::slice::Iter<'a, Vec2>,
}

impl Iterator for Elements<'_> {
    type Item = PathEl;

    fn next(&mut self) -> Option<PathEl> {
        let verb = match self.verbs.next() {
            Some(verb) => verb,
            None => {
                self.by = *self.others.next()?;
                (self.verbs, self.points) = (self.path.verbs.iter(), self.path.points.iter());
                self.verbs.next()?
            }
        };
        // Every verb but a closing one has its points in the list.
        let mut next = || self.points.next().copied().unwrap_or_default() + self.by;
        Some(match verb {
            Verb::Move => PathEl::MoveTo(next()),
            Verb::Line => PathEl::LineTo(next()),
            Verb::Quad => PathEl::QuadTo(next(), next()),
            Verb::Curve => PathEl::CurveTo(next(), next(), next()),
            Verb::Close => PathEl::ClosePath,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.verbs.len() + self.others.len() * self.path.verbs.len();
        (left, Some(left))
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
        let copies = [Vec2::new(2.0, -7.0), Vec2::new(-30.0, 4.0), Vec2::ZERO];
        let all_of = |path: &BezPath, by: Affine| -> BezPath {
            copies.iter().flat_map(|copy| by * Affine::translate(*copy) * path.clone()).collect()
        };
        let one = BezPath::from(&path);
        let mut all = path.clone().in_places(copies.to_vec());
        assert_eq!((BezPath::from(&all), all.one().collect()), (all_of(&one, Affine::IDENTITY), one.clone()));
        assert_eq!((all.len(), all.elements().size_hint()), (21, (21, Some(21))));
        assert_eq!(
            (all.bounding_box(), all.control_box()),
            (BezPath::from(&all).bounding_box(), BezPath::from(&all).control_box())
        );
        all.apply_affine(Affine::translate((8.0, -2.0)) * Affine::scale(2.0));
        assert_eq!(BezPath::from(&all), all_of(&one, Affine::translate((8.0, -2.0)) * Affine::scale(2.0)));
        let twice = path.clone().in_places(copies[..2].to_vec()).in_places(copies.to_vec());
        assert_eq!(twice.len(), 42);
        assert!(path.clone().in_places(Vec::new()).is_empty());
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
