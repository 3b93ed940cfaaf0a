//! A table in memory, close together: what stands in its cells, and of what kind it is.

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Kind {
    /// Words as a text file has them, which may be a number.
    Words,
    /// Text, also where it looks like a number.
    Text,
    /// A number, as JSON writes it.
    Number,
    /// `true` or `false`.
    Bool,
    /// An error of a formula, such as `#N/A`.
    Fault,
}

/// The beginning of a row.
#[derive(Debug, Clone, Copy)]
struct Start {
    /// Its line or number in the file, counted from 1.
    number: usize,
    cell: usize,
}

/// Rows of cells.
#[derive(Debug, Default)]
pub(in crate::formats) struct Grid {
    text: String,
    /// Where each cell ends in the text; no table takes 4 GB.
    ends: Vec<u32>,
    /// Of each cell up to the last that is not [`Kind::Words`].
    kinds: Vec<Kind>,
    rows: Vec<Start>,
    /// So many bytes it may take.
    most_bytes: usize,
    /// Whether it has taken them, and more was to come.
    pub(in crate::formats) is_full: bool,
}

impl Grid {
    /// An empty one that takes at most so many bytes.
    pub(in crate::formats) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, ..Self::default() }
    }

    /// How many bytes it may take.
    pub(in crate::formats) fn room(&self) -> usize {
        self.most_bytes
    }

    /// Begins a row, of which the cells come next, from left to right; whether there is room for it.
    pub(in crate::formats) fn row(&mut self, number: usize) -> bool {
        self.close();
        if self.is_full || self.bytes() > self.most_bytes {
            self.is_full = true;
            return false;
        }
        self.rows.push(Start { number, cell: self.ends.len() });
        true
    }

    /// Adds a cell to the last row; of cells that do not come from left to right, the later one is left out.
    pub(in crate::formats) fn cell(&mut self, column: usize, kind: Kind, text: &str) {
        let Some(row) = self.rows.last() else { return };
        let width = self.ends.len() - row.cell;
        if text.is_empty() || column < width {
            return;
        }
        if self.bytes() + (column - width) * size_of::<u32>() + text.len() > self.most_bytes {
            self.is_full = true;
            return;
        }
        self.ends.resize(row.cell + column, self.text.len() as u32);
        self.text.push_str(text);
        if kind != Kind::Words {
            self.kinds.resize(self.ends.len(), Kind::Words);
            self.kinds.push(kind);
        }
        self.ends.push(self.text.len() as u32);
    }

    /// No row comes any more. One of which nothing came is none.
    pub(in crate::formats) fn close(&mut self) {
        if self.rows.last().is_some_and(|last| last.cell == self.ends.len()) {
            self.rows.pop();
        }
    }

    /// How many rows there are.
    pub(in crate::formats) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The line or number of a row.
    pub(in crate::formats) fn number(&self, row: usize) -> usize {
        self.rows.get(row).map_or(0, |row| row.number)
    }

    /// One more than the last column in which a row has something.
    pub(in crate::formats) fn width(&self, row: usize) -> usize {
        let Some(start) = self.rows.get(row) else { return 0 };
        self.rows.get(row + 1).map_or(self.ends.len(), |next| next.cell) - start.cell
    }

    /// What stands in a cell; nothing where it is empty.
    pub(in crate::formats) fn get(&self, row: usize, column: usize) -> Option<(Kind, &str)> {
        let at = self.rows.get(row)?.cell + Some(column).filter(|column| *column < self.width(row))?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let text = self.text.get(start as usize..self.ends[at] as usize)?;
        (!text.is_empty()).then(|| (self.kinds.get(at).copied().unwrap_or(Kind::Words), text))
    }

    /// The same without white space around it; an empty text where there is nothing.
    pub(in crate::formats) fn words(&self, row: usize, column: usize) -> &str {
        self.get(row, column).filter(|(kind, _)| *kind != Kind::Fault).map_or("", |(_, text)| text.trim())
    }

    /// The bytes that it takes in memory, about.
    pub(in crate::formats) fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<u32>() + self.kinds.len() + self.rows.len() * size_of::<Start>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_where_they_stand_and_empty_rows_are_none() {
        let mut grid = Grid::new(1 << 20);
        grid.row(1);
        grid.cell(0, Kind::Words, "a");
        grid.cell(16_383, Kind::Number, "7");
        grid.row(2);
        grid.row(9);
        grid.cell(3, Kind::Text, " b ");
        grid.cell(1, Kind::Text, "too late");
        grid.close();
        assert_eq!((grid.count(), grid.number(1), grid.width(0)), (2, 9, 16_384));
        assert_eq!((grid.get(0, 16_383), grid.get(0, 5)), (Some((Kind::Number, "7")), None));
        assert_eq!((grid.words(1, 3), grid.words(1, 1), grid.words(7, 0)), ("b", "", ""));
    }

    #[test]
    fn no_more_than_its_room_is_taken() {
        let mut grid = Grid::new(1000);
        let mut row = 0;
        while grid.row(row) {
            row += 1;
            (0..50).for_each(|column| grid.cell(column, Kind::Text, "x"));
        }
        assert!(grid.is_full && row < 9, "{row}");
    }
}
