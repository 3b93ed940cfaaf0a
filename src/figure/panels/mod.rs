//! Several maps of one frame on one page, each of another day, week or month, with one legend, one scale and the sources of all.

mod drawing;
mod grid;
mod heading;
mod merge;
mod moment;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(in crate::figure) use self::drawing::{Common, Grounds};
pub(in crate::figure) use self::grid::Cell;
pub use self::grid::Grid;
pub use self::heading::Heading;
pub(in crate::figure) use self::heading::heading_of;
pub(in crate::figure) use self::merge::{BETWEEN, merged};
pub use self::moment::Moment;
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;

/// The most columns and rows of maps on a page.
pub const MOST_COLUMNS: u8 = 5;
/// See [`MOST_COLUMNS`].
pub const MOST_ROWS: u8 = 5;

/// The most maps on a page.
pub const MOST_PANELS: usize = 20;

/// What one of several maps shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// All as it was reported on a day, or last in a month.
    Day(Day),
    /// All as it was last reported in these whole days, such as a week: an interval of them.
    Days(Edtf),
}

impl Panel {
    fn of(when: Edtf) -> Self {
        match when {
            Edtf::Date(_) => when.beginning().map_or(Self::Days(when), Self::Day),
            Edtf::Interval { .. } => Self::Days(when),
        }
    }

    /// Of which day, days or month it is.
    pub fn when(self) -> Edtf {
        match self {
            Self::Day(day) => day.into(),
            Self::Days(days) => days,
        }
    }

    /// Whether it is of a day, a month, or whole days with a first and a last one.
    fn is_sound(self) -> bool {
        match self {
            Self::Day(day) => day.month().is_some(),
            Self::Days(days) => {
                let ends = days.earliest().zip(days.latest());
                ends.is_some_and(|(first, last)| Edtf::between(first, last) == Some(days))
            }
        }
    }
}

/// Why maps cannot stand on a page together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PanelsError {
    /// Rows and columns that are none.
    #[error("{0}×{1} maps: a page holds from 1×1 to {MOST_COLUMNS}×4 of them, columns first, such as 2x1 or 3x2")]
    Size(u64, u64),
    /// Too many days, or none.
    #[error("{days} days for {columns}×{rows} maps: give as many days as there are maps, or fewer")]
    Count {
        /// How many.
        days: usize,
        /// Columns of maps.
        columns: u8,
        /// Rows of maps.
        rows: u8,
    },
    /// A year, or a stretch of days without an end.
    #[error("{0} is neither a day, nor a month, nor some days from one to another")]
    NotWhole(String),
}

/// Several maps on a page, in rows from the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Kept")]
pub struct Panels {
    columns: u8,
    rows: u8,
    of: Vec<Panel>,
}

/// As a project keeps it.
#[derive(Deserialize)]
struct Kept {
    columns: u8,
    rows: u8,
    of: Vec<Panel>,
}

impl TryFrom<Kept> for Panels {
    type Error = PanelsError;

    fn try_from(Kept { columns, rows, of }: Kept) -> Result<Self, PanelsError> {
        Self::new(columns, rows, of)
    }
}

impl Panels {
    /// So many columns and rows of maps, of which the last ones may be missing.
    ///
    /// # Errors
    /// [`PanelsError`] where there are too many or too few of anything.
    pub fn new(columns: u8, rows: u8, of: Vec<Panel>) -> Result<Self, PanelsError> {
        let cells = usize::from(columns) * usize::from(rows);
        if columns == 0 || columns > MOST_COLUMNS || rows == 0 || rows > MOST_ROWS || cells > MOST_PANELS {
            return Err(PanelsError::Size(columns.into(), rows.into()));
        }
        if of.is_empty() || of.len() > cells {
            return Err(PanelsError::Count { days: of.len(), columns, rows });
        }
        if let Some(panel) = of.iter().find(|panel| !panel.is_sound()) {
            return Err(PanelsError::NotWhole(panel.when().iso()));
        }
        Ok(Self { columns, rows, of })
    }

    /// Maps of these days, weeks or months.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_days<T: Into<Edtf>>(
        columns: u8,
        rows: u8,
        days: impl IntoIterator<Item = T>,
    ) -> Result<Self, PanelsError> {
        Self::new(columns, rows, days.into_iter().map(|when| Panel::of(when.into())).collect())
    }

    /// Two maps beside each other.
    ///
    /// # Errors
    /// [`PanelsError::NotWhole`] of a year.
    pub fn before_and_after(before: Day, after: Day) -> Result<Self, PanelsError> {
        Self::of_days(2, 1, [before, after])
    }

    /// One map for all these days, weeks or months in turn, as frames have them.
    pub(in crate::figure) fn in_turn(days: impl IntoIterator<Item = Edtf>) -> Self {
        Self { columns: 1, rows: 1, of: days.into_iter().map(Panel::of).collect() }
    }

    /// Whether one map shows all days in turn.
    pub(in crate::figure) fn is_in_turn(&self) -> bool {
        self.of.len() > usize::from(self.columns) * usize::from(self.rows)
    }

    /// How many maps stand beside each other, and how many above each other.
    pub fn size(&self) -> (u8, u8) {
        (self.columns, self.rows)
    }

    /// What the maps show, row by row.
    pub fn of(&self) -> &[Panel] {
        &self.of
    }

    /// The day, the days or the month of each map, row by row.
    pub fn whens(&self) -> impl Iterator<Item = Edtf> + '_ {
        self.of.iter().map(|panel| panel.when())
    }

    /// The last day of each map, row by row.
    pub fn days(&self) -> impl Iterator<Item = Day> + '_ {
        self.whens().filter_map(|when| when.latest())
    }

    /// Rows and columns for so many maps on a page so many times as wide as high, of maps about as wide as high: the
    /// fewest cells that are left empty, then the shape nearest to that of the page.
    pub fn size_for(count: usize, aspect: f64) -> Option<(u8, u8)> {
        let all = (1..=MOST_COLUMNS).flat_map(|columns| (1..=MOST_ROWS).map(move |rows| (columns, rows)));
        let cells = |(columns, rows): (u8, u8)| usize::from(columns) * usize::from(rows);
        let fitting =
            all.filter(|size| (count..=MOST_PANELS).contains(&cells(*size)) && cells(*size) <= count.max(1) + 3);
        let off = |(columns, rows): (u8, u8)| (f64::from(columns) / f64::from(rows) / aspect.max(1e-3)).ln().abs();
        fitting.min_by(|a, b| (off(*a) + 0.3 * cells(*a) as f64).total_cmp(&(off(*b) + 0.3 * cells(*b) as f64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(iso: &str) -> Day {
        iso.parse().unwrap()
    }

    #[test]
    fn a_page_holds_so_many_maps_and_no_more() {
        let days =
            |count: usize| (1..=count).map(|n| Day::new(2025, Some(1), Some(n as u8)).unwrap()).collect::<Vec<_>>();
        assert!(Panels::of_days(5, 4, days(20)).is_ok() && Panels::of_days(3, 2, days(5)).is_ok());
        assert_eq!(Panels::of_days(5, 5, days(20)), Err(PanelsError::Size(5, 5)));
        assert_eq!(Panels::of_days(0, 4, days(1)), Err(PanelsError::Size(0, 4)));
        assert!(Panels::of_days(6, 1, days(6)).unwrap_err().to_string().contains("5×4"));
        assert_eq!(Panels::of_days(2, 2, days(5)), Err(PanelsError::Count { days: 5, columns: 2, rows: 2 }));
        assert!(Panels::of_days::<Day>(2, 2, []).is_err());
        assert!(Panels::before_and_after(day("2024"), day("2025-03-01")).unwrap_err().to_string().contains("2024"));
    }

    #[test]
    fn a_project_keeps_them_and_what_is_none_is_refused() {
        let panels = Panels::before_and_after(day("2025-02-01"), day("2025-03-01")).unwrap();
        let text = serde_json::to_string(&panels).unwrap();
        assert_eq!(text, r#"{"columns":2,"rows":1,"of":[{"day":"2025-02-01"},{"day":"2025-03-01"}]}"#);
        assert_eq!(serde_json::from_str::<Panels>(&text).unwrap(), panels);
        let weeks = ["2025-02-03/2025-02-09", "2025-02"].map(|when| when.parse::<Edtf>().unwrap());
        let panels = Panels::of_days(2, 1, weeks).unwrap();
        let text = serde_json::to_string(&panels).unwrap();
        assert_eq!(text, r#"{"columns":2,"rows":1,"of":[{"days":"2025-02-03/2025-02-09"},{"day":"2025-02"}]}"#);
        assert_eq!(serde_json::from_str::<Panels>(&text).unwrap(), panels);
        assert_eq!(panels.days().map(|day| day.iso()).collect::<Vec<_>>(), ["2025-02-09", "2025-02-28"]);
        for wrong in [
            r#"{"columns":200,"rows":1,"of":[]}"#,
            r#"{"columns":2,"rows":1,"of":[{"day":"2025"}]}"#,
            r#"{"columns":2,"rows":1,"of":[{"days":"2025-02-03/.."}]}"#,
            r#"{"columns":2,"rows":1,"of":[{"days":"2025-02-03"}]}"#,
            r#"{"columns":2,"rows":1,"of":[{"days":"2025-02/2025-03"}]}"#,
        ] {
            assert!(serde_json::from_str::<Panels>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn maps_are_laid_out_in_the_shape_of_the_page() {
        assert_eq!(Panels::size_for(2, 1.6), Some((2, 1)));
        assert_eq!(Panels::size_for(6, 1.6), Some((3, 2)));
        assert_eq!(Panels::size_for(6, 0.6), Some((2, 3)));
        assert_eq!(Panels::size_for(20, 1.4), Some((5, 4)));
        assert_eq!(Panels::size_for(21, 1.4), None);
        for count in 1..=MOST_PANELS {
            let (columns, rows) = Panels::size_for(count, 1.4).unwrap();
            assert!(usize::from(columns) * usize::from(rows) >= count, "{count}");
        }
    }
}
