//! The names on the axis of the timeline: each view says its year, and one of days its month.

use super::{Scale, day_of};
use crate::formats::day::Day;

/// How wide a name with its year is at most, in points.
const DATED_PT: f32 = 76.0;

/// From so many points for a day on, days have names.
const DAY_PT: f32 = 9.0;

/// What a mark stands for; the names of the first are placed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Year,
    /// A month or a day whose name says the year, for those after it.
    Dated,
    Month,
    Day,
}

/// A mark on the axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    /// In days since 1970.
    pub(super) day: i64,
    pub(super) name: String,
    pub(super) rank: Rank,
}

/// The first days of years, months or weeks, whichever have room for their names, with what they are called, in the order in which they
/// are given room. The first in view has its year, and its month, unless one that says them is beside it.
pub(super) fn axis_marks(scale: &Scale) -> Vec<Mark> {
    let mut marks = marks_of(scale);
    let has_days = scale.day_pt() >= DAY_PT;
    marks.sort_by_key(|mark| mark.day);
    let x = |mark: &Mark| scale.x_of(mark.day as f64) - scale.axis.left();
    let in_view = |mark: &&mut Mark| (0.0..=scale.axis.width()).contains(&x(mark));
    let is_context = |mark: &Mark| mark.rank == Rank::Year || has_days && mark.rank == Rank::Month;
    let mut seen: Vec<&mut Mark> = marks.iter_mut().filter(in_view).collect();
    let near = seen.iter().position(|mark| is_context(mark) && x(mark) < DATED_PT);
    let first = if seen.is_empty() { None } else { Some(near.unwrap_or(0)) };
    if let Some(mark) = first.and_then(|place| seen.get_mut(place)).filter(|mark| mark.rank != Rank::Year) {
        let day = day_of(mark.day);
        mark.name = match mark.rank {
            Rank::Day => day.map(|day| day.to_string()).unwrap_or_default(),
            _ => day
                .and_then(|day| Day::new(day.year(), day.month(), None))
                .map(|month| month.to_string())
                .unwrap_or_default(),
        };
        mark.rank = Rank::Dated;
    }
    marks.sort_by_key(|mark| (mark.rank, mark.day));
    marks
}

fn marks_of(scale: &Scale) -> Vec<Mark> {
    let (Some(first), Some(last)) = (day_of(scale.stretch.from as i64 - 1), day_of(scale.stretch.to as i64 + 1)) else {
        return Vec::new();
    };
    let day_pt = scale.day_pt();
    let has_days = day_pt >= DAY_PT;
    let mut marks = Vec::new();
    let step_months =
        [1_u16, 3, 6, 12, 24, 60, 120, 600].into_iter().find(|months| day_pt * 30.4 * f32::from(*months) >= 46.0);
    let step = u32::from(step_months.unwrap_or(1200));
    let (from, to) = (u32::from(first.year()) * 12, u32::from(last.year()) * 12 + 11);
    for month in (from..=to).filter(|month| month % step == 0) {
        let (year, month) = ((month / 12) as u16, (month % 12 + 1) as u8);
        let Some(day) = Day::new(year, Some(month), Some(1)).and_then(|day| day.since_1970()) else { continue };
        let (name, rank) = match Day::new(year, Some(month), None) {
            Some(whole) if month == 1 && has_days => (whole.to_string(), Rank::Year),
            Some(_) if month == 1 || step >= 12 => (year.to_string(), Rank::Year),
            Some(whole) => (whole.to_string().split(' ').next().unwrap_or_default().to_owned(), Rank::Month),
            None => continue,
        };
        marks.push(Mark { day, name, rank });
    }
    if has_days {
        // Days, or every few of them, between the first days of the months.
        let every = [1_i64, 2, 5, 10].into_iter().find(|days| day_pt * *days as f32 >= 22.0).unwrap_or(10);
        let mut days = scale.stretch.from as i64;
        while (days as f64) < scale.stretch.to {
            if let Some(day) = day_of(days).and_then(|day| day.day())
                && (i64::from(day) % every == 0 || every == 1)
                && day > 2
                && day < 30
            {
                marks.push(Mark { day: days, name: day.to_string(), rank: Rank::Day });
            }
            days += 1;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use eframe::egui::{Rect, pos2};

    use super::super::Stretch;
    use super::*;

    /// The names of what is in view of some days, in order of time.
    fn names(first: &str, last: &str) -> Vec<String> {
        let days = |day: &str| day.parse::<Day>().unwrap().since_1970().unwrap() as f64;
        let axis = Rect::from_min_max(pos2(0.0, 0.0), pos2(900.0, 30.0));
        let scale = Scale { axis, stretch: Stretch { from: days(first) - 0.5, to: days(last) + 1.5 } };
        let mut marks = axis_marks(&scale);
        marks.retain(|mark| (0.0..=900.0).contains(&scale.x_of(mark.day as f64)));
        marks.sort_by_key(|mark| mark.day);
        marks.into_iter().map(|mark| mark.name).collect()
    }

    #[test]
    fn each_view_says_its_year_and_one_of_days_its_month() {
        assert_eq!(names("2025-02-21", "2025-02-28")[..2], ["21 Feb 2025", "22"]);
        // The month that begins beside the first day says it.
        assert_eq!(names("2025-02-28", "2025-03-20")[..2], ["28", "Mar 2025"]);
        assert!(names("2024-12-29", "2025-01-10").contains(&"Jan 2025".to_owned()));
        assert_eq!(names("2024-07-08", "2024-12-20")[0], "Aug 2024");
        assert_eq!(names("2024-12-20", "2025-06-20")[0], "2025");
        assert_eq!(names("2014-02-01", "2025-06-20")[0], "2015");
    }
}
