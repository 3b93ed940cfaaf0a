//! Where several maps stand in the part of the page that one would have.

use kurbo::{Point, Rect, Size};

use super::Heading;
use crate::figure::page::{FigureSpec, Setting};

/// Several maps on a page, or one that shows several days in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// How many stand beside each other.
    pub columns: u8,
    /// How many stand above each other.
    pub rows: u8,
    /// What stands above each; of maps in turn, of all of them.
    pub headings: Vec<Heading>,
}

/// A map's part of the page, before that is mirrored for those who read from the right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::figure) struct Cell {
    /// Where its heading begins.
    pub(in crate::figure) heading: Point,
    /// Where its map stands.
    pub(in crate::figure) map: Rect,
}

impl Setting {
    /// How wide and high a map is with its room for degrees, and how much its heading takes, all in whole points.
    fn cell_size(&self, grid: &Grid, area: Size) -> (Size, f64) {
        let across = |whole_pt: f64, count: u8, gutter_pt: f64| {
            let count = f64::from(count.max(1));
            ((whole_pt - (count - 1.0) * gutter_pt) / count).floor()
        };
        let gutter_pt = self.panel_gutter();
        let width_pt = across(area.width, grid.columns, gutter_pt);
        let heights = grid.headings.iter().map(|heading| self.panel_heading(heading, width_pt).height_pt);
        let heading_pt = (heights.fold(0.0, f64::max) + 0.2 * self.base_pt).ceil();
        let height_pt = across(area.height, grid.rows, gutter_pt) - heading_pt;
        (Size::new(width_pt.max(16.0), height_pt.max(16.0)), heading_pt)
    }

    fn panel_gutter(&self) -> f64 {
        (0.6 * self.gap_pt).ceil()
    }

    /// The maps of a page in the part of it that they have together, row by row.
    pub(in crate::figure) fn cells(&self, spec: &FigureSpec, area: Rect) -> Vec<Cell> {
        let Some(grid) = &spec.grid else {
            return vec![Cell { heading: area.origin(), map: area }];
        };
        let (size, heading_pt) = self.cell_size(grid, area.size());
        let gutter_pt = self.panel_gutter();
        let (columns, rows) = (usize::from(grid.columns.max(1)), usize::from(grid.rows.max(1)));
        let count = grid.headings.len().clamp(1, columns * rows);
        let cell = |index: usize| {
            let (column, row) = ((index % columns) as f64, (index / columns) as f64);
            let x = area.x0 + column * (size.width + gutter_pt);
            let y = area.y0 + row * (size.height + heading_pt + gutter_pt);
            Cell { heading: Point::new(x, y), map: Rect::from_origin_size((x, y + heading_pt), size) }
        };
        (0..count).map(cell).collect()
    }

    /// The size of one map in the part of the page that all have together.
    pub(in crate::figure) fn map_size(&self, spec: &FigureSpec, area: Size) -> Size {
        spec.grid.as_ref().map_or(area, |grid| self.cell_size(grid, area).0)
    }
}
