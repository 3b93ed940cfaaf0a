//! Whose a name is read as: that of the dot that it stands nearest to.

use kurbo::{Line, ParamCurveNearest as _, Point, Rect, Size};

use super::block::Block;
use super::grid::Grid;

/// Other dots are so many times as far from a name as its own, and no nearer to its first line than that.
const TIMES: f64 = 1.25;
/// Dots nearer to their names than this count as so far off, in points: a name all but touches the dot above it.
const LEAST_PT: f64 = 2.0;
/// How far from a name that stands apart from its dot other dots are, in points.
const LED_PT: f64 = 6.0;
/// How far from the edge of a dot the leader of another passes it, in points.
const PAST_PT: f64 = 2.0;
/// How far from a name a dot can be for which it might be taken, in points.
const REACH_PT: f64 = 24.0;

/// The dots of a page and the names that have their places beside theirs.
#[derive(Clone)]
pub(super) struct Belonging {
    /// Of towns, which have names.
    dots: Grid,
    /// Of what has none.
    marks: Grid,
    /// A line of a name each, with how far from it a dot has to be.
    names: Grid<f64>,
}

impl Belonging {
    pub(super) fn new(page: Rect) -> Self {
        Self { dots: Grid::new(page), marks: Grid::new(page), names: Grid::new(page) }
    }

    pub(super) fn add_dot(&mut self, dot: Rect) {
        self.dots.insert(dot);
    }

    pub(super) fn add_mark(&mut self, mark: Rect) {
        self.marks.insert(mark);
    }

    pub(super) fn add_name(&mut self, name: &Name) {
        for (line, apart_pt) in name.lines() {
            self.names.insert_with(line.inflate(REACH_PT, REACH_PT), apart_pt);
        }
    }

    /// Whether a name would be read as that of another town's dot.
    pub(super) fn is_of_another(&self, name: &Name) -> bool {
        name.is_nearer_to_one_of(&self.dots)
    }

    /// The same of a dot without a name.
    pub(super) fn is_of_a_mark(&self, name: &Name) -> bool {
        name.is_nearer_to_one_of(&self.marks)
    }

    /// Whether a name that stands there already would be read as that of a dot.
    pub(super) fn takes_a_name(&self, dot: Rect) -> bool {
        self.names.near(dot).any(|(around, apart_pt)| apart(around.inflate(-REACH_PT, -REACH_PT), dot) < *apart_pt)
    }

    /// Whether a leader from `own` runs over another town's dot, or all but does.
    pub(super) fn is_crossed_by(&self, leader: Line, own: Point) -> bool {
        let is_near = |dot: &Rect| {
            leader.nearest(dot.center(), 0.01).distance_sq.sqrt() < dot.width() / 2.0 + PAST_PT && !dot.contains(own)
        };
        let along = Rect::from_points(leader.p0, leader.p1).inflate(PAST_PT, PAST_PT);
        self.dots.near(along).any(|(dot, ())| is_near(dot))
    }
}

/// A name beside a dot, or apart from it.
pub(super) struct Name {
    dot: Rect,
    lines: Vec<Rect>,
    is_led: bool,
}

impl Name {
    pub(super) fn new(dot: Rect, block: &Block, bounds: Rect, is_led: bool) -> Self {
        let mut top = 0.0;
        let lines = block.lines.iter().enumerate().map(|(index, (_, baseline))| {
            let bottom = if index + 1 == block.lines.len() { bounds.height() } else { *baseline };
            let line = Rect::from_origin_size((bounds.x0, bounds.y0 + top), Size::new(bounds.width(), bottom - top));
            top = bottom;
            line
        });
        Self { dot, lines: lines.collect(), is_led }
    }

    /// Its lines, each with how far from it any other dot has to be.
    fn lines(&self) -> impl Iterator<Item = (Rect, f64)> {
        let own: Vec<f64> = self.lines.iter().map(|line| apart(*line, self.dot)).collect();
        let whole_pt = TIMES * own.iter().copied().fold(f64::INFINITY, f64::min).max(LEAST_PT);
        self.lines.iter().enumerate().map(move |(index, line)| match index {
            _ if self.is_led => (*line, LED_PT),
            // The first is what is read beside a dot; the others belong to it.
            0 => (*line, whole_pt.max(own[0])),
            _ => (*line, whole_pt),
        })
    }

    fn is_nearer_to_one_of(&self, dots: &Grid) -> bool {
        // Two dots that lie over each other are one to the eye.
        let is_own = |dot: &Rect| dot.center().distance(self.dot.center()) < (dot.width() + self.dot.width()) / 2.0;
        self.lines().any(|(line, apart_pt)| {
            let mut near = dots.near(line.inflate(apart_pt, apart_pt));
            near.any(|(dot, ())| apart(line, *dot) < apart_pt && !is_own(dot))
        })
    }
}

/// How far the edge of a dot is from a rectangle.
fn apart(rect: Rect, dot: Rect) -> f64 {
    let at = dot.center();
    let nearest = Point::new(at.x.clamp(rect.x0, rect.x1), at.y.clamp(rect.y0, rect.y1));
    at.distance(nearest) - dot.width() / 2.0
}
