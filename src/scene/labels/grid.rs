//! What is taken of a page, found quickly by where it lies.

use kurbo::{Line, Point, Rect, Shape as _};

use super::PIECE_PT;

/// Rectangles by the squares of a coarse grid that they touch, each with what it stands for.
#[derive(Clone)]
pub(super) struct Grid<T = ()> {
    origin: Point,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<(Rect, T)>>,
}

impl<T: Copy> Grid<T> {
    const CELL_PT: f64 = 64.0;
    const MOST_CELLS_ACROSS: f64 = 512.0;

    pub(super) fn new(page: Rect) -> Self {
        let cells = |size: f64| (size / Self::CELL_PT).ceil().clamp(1.0, Self::MOST_CELLS_ACROSS) as usize;
        let (columns, rows) = (cells(page.width()), cells(page.height()));
        Self { origin: page.origin(), columns, rows, cells: vec![Vec::new(); columns * rows] }
    }

    /// The cells that a rectangle touches; what lies off the page counts to the cells at its edge.
    pub(super) fn touched(&self, rect: Rect) -> impl Iterator<Item = usize> + use<T> {
        let cell = |at: f64, origin: f64, count: usize| {
            (((at - origin) / Self::CELL_PT).floor().max(0.0) as usize).min(count - 1)
        };
        let columns = cell(rect.x0, self.origin.x, self.columns)..=cell(rect.x1, self.origin.x, self.columns);
        let rows = cell(rect.y0, self.origin.y, self.rows)..=cell(rect.y1, self.origin.y, self.rows);
        let across = self.columns;
        rows.flat_map(move |row| columns.clone().map(move |column| row * across + column))
    }

    pub(super) fn insert_with(&mut self, rect: Rect, what: T) {
        for cell in self.touched(rect) {
            self.cells[cell].push((rect, what));
        }
    }

    /// What lies in the cells that a rectangle touches.
    pub(super) fn near(&self, rect: Rect) -> impl Iterator<Item = &(Rect, T)> {
        self.touched(rect).flat_map(|cell| &self.cells[cell])
    }

    /// How many rectangles this one covers part of; those across cells count once in each.
    pub(super) fn count(&self, rect: Rect) -> usize {
        let overlaps = |(other, _): &&(Rect, T)| rect.overlaps(*other);
        self.touched(rect).map(|cell| self.cells[cell].iter().filter(overlaps).count()).sum()
    }
}

impl Grid<Line> {
    /// Whether this line crosses one of the pieces.
    pub(super) fn crosses(&self, line: Line) -> bool {
        let side = |of: Line, at: Point| (of.p1 - of.p0).cross(at - of.p0) > 0.0;
        let parts = |a: Line, b: Line| side(a, b.p0) != side(a, b.p1);
        let near = line.bounding_box().inflate(PIECE_PT, PIECE_PT);
        let mut pieces = self.touched(near).flat_map(|cell| &self.cells[cell]);
        pieces.any(|(_, piece)| parts(line, *piece) && parts(*piece, line))
    }
}

impl Grid {
    pub(super) fn insert(&mut self, rect: Rect) {
        self.insert_with(rect, ());
    }

    pub(super) fn is_free(&self, rect: Rect) -> bool {
        self.is_free_but(rect, None)
    }

    /// The same, passing over what covers `own`: a leader sets out from there.
    pub(super) fn is_free_beyond(&self, rect: Rect, own: Point) -> bool {
        self.near(rect).all(|(other, ())| !other.overlaps(rect) || other.contains(own))
    }

    /// The same, passing over what stands around `own`: the dot that a label belongs to.
    pub(super) fn is_free_but(&self, rect: Rect, own: Option<Point>) -> bool {
        let overlaps =
            |other: &Rect| rect.x0 < other.x1 && other.x0 < rect.x1 && rect.y0 < other.y1 && other.y0 < rect.y1;
        let foreign = |other: &Rect| own.is_none_or(|own| other.center().distance(own) >= 0.5);
        self.touched(rect).all(|cell| !self.cells[cell].iter().any(|(other, ())| overlaps(other) && foreign(other)))
    }
}
