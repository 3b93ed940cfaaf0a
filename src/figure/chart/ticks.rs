//! Where an axis is marked: round numbers, and the first days of years, months or weeks, as many as have room for their names.

use crate::formats::day::Day;

/// Round numbers from the one at or below `low` to the one at or above `high`, at most `most` steps apart, and how many
/// decimals they take.
pub(super) fn numbers(low: f64, high: f64, most: usize) -> (Vec<f64>, usize) {
    let span = (high - low).max(1e-9);
    let rough = span / most.max(1) as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|part| part * power).into_iter().find(|step| *step >= rough * (1.0 - 1e-9));
    let step = step.unwrap_or(10.0 * power);
    let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let count = (last - first).clamp(1.0, 200.0) as usize;
    ((0..=count).map(|index| (first + index as f64) * step).collect(), decimals)
}

/// How days are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Every {
    Days(i64),
    Months(i64),
    Years(i64),
}

const STEPS: [Every; 16] = [
    Every::Days(1),
    Every::Days(2),
    Every::Days(7),
    Every::Days(14),
    Every::Months(1),
    Every::Months(2),
    Every::Months(3),
    Every::Months(6),
    Every::Years(1),
    Every::Years(2),
    Every::Years(5),
    Every::Years(10),
    Every::Years(20),
    Every::Years(50),
    Every::Years(100),
    Every::Years(1000),
];

impl Every {
    /// The marked days from a day to a day, both counted, and each as it is named: a day, a month or a year.
    fn marks(self, from: i64, to: i64) -> Vec<(i64, Day)> {
        let (Some(first), Some(last)) = (Day::of_days(from), Day::of_days(to)) else { return Vec::new() };
        let months = |day: Day| i64::from(day.year()) * 12 + i64::from(day.month().unwrap_or(1)) - 1;
        let of_month = |month: i64| {
            Day::new(u16::try_from(month.div_euclid(12)).ok()?, u8::try_from(month.rem_euclid(12) + 1).ok(), None)
        };
        let of_year = |year: i64| Day::new(u16::try_from(year).ok()?, None, None);
        let named: Vec<Day> = match self {
            Self::Days(step) => {
                // Weeks begin on Mondays; the first day of 1970 was a Thursday.
                let offset = if step % 7 == 0 { 4 } else { 0 };
                let first = (from - offset + step - 1).div_euclid(step) * step + offset;
                (0..=(to - first).div_euclid(step)).filter_map(|index| Day::of_days(first + index * step)).collect()
            }
            Self::Months(step) => {
                let first = (months(first) + step - 1).div_euclid(step);
                (first..=months(last).div_euclid(step)).filter_map(|index| of_month(index * step)).collect()
            }
            Self::Years(step) => {
                let first = (i64::from(first.year()) + step - 1).div_euclid(step);
                (first..=i64::from(last.year()).div_euclid(step)).filter_map(|index| of_year(index * step)).collect()
            }
        };
        let placed = named.into_iter().filter_map(|day| Some((day.first().since_1970()?, day)));
        placed.filter(|(at, _)| (from..=to).contains(at)).collect()
    }
}

/// The days that are marked between two days, both counted, with their names: as many as stand apart by `gap_pt` on an axis
/// on which a day is `day_pt` wide.
pub(super) fn days(
    (from, to): (i64, i64),
    day_pt: f64,
    gap_pt: f64,
    name: impl Fn(Day) -> String,
    width_pt: impl Fn(&str) -> f64,
) -> Vec<(i64, String)> {
    let least_days = gap_pt / day_pt.max(1e-9);
    let steps = STEPS.into_iter().filter(|every| {
        let days = match every {
            Every::Days(days) => *days as f64,
            Every::Months(months) => 30.4 * *months as f64,
            Every::Years(years) => 365.2 * *years as f64,
        };
        days >= least_days
    });
    let mut last = Vec::new();
    for every in steps {
        let marks: Vec<(i64, String)> = every.marks(from, to).into_iter().map(|(at, day)| (at, name(day))).collect();
        let fits = marks.windows(2).all(|pair| {
            let apart_pt = (pair[1].0 - pair[0].0) as f64 * day_pt;
            apart_pt >= (width_pt(&pair[0].1) + width_pt(&pair[1].1)) / 2.0 + gap_pt
        });
        if fits && !marks.is_empty() {
            return marks;
        }
        if marks.is_empty() {
            break;
        }
        last = marks;
    }
    last.truncate(1);
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_round_and_hold_all() {
        assert_eq!(numbers(0.0, 8_931.0, 5), (vec![0.0, 2000.0, 4000.0, 6000.0, 8000.0, 10_000.0], 0));
        assert_eq!(numbers(0.0, 0.9, 4).1, 1);
        let (marks, _) = numbers(8_412.0, 8_931.0, 6);
        assert_eq!((marks[0], *marks.last().unwrap()), (8400.0, 9000.0));
        for (low, high) in [(0.0, 0.0), (5.0, 5.0), (0.0, 1e-12), (0.0, 1e9)] {
            let (marks, _) = numbers(low, high, 5);
            assert!(marks.len() >= 2 && marks.len() < 10 && *marks.last().unwrap() >= high, "{low} {high}: {marks:?}");
        }
    }

    #[test]
    fn days_are_named_as_finely_as_there_is_room() {
        let day = |text: &str| text.parse::<Day>().unwrap().since_1970().unwrap();
        let of = |from: &str, to: &str, width_pt: f64| {
            let span = (day(from), day(to));
            let marks = days(span, width_pt / (span.1 - span.0) as f64, 4.0, |day| day.iso(), |_| 50.0);
            marks.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(of("2025-02-01", "2025-02-05", 400.0).len(), 5);
        let weeks = of("2025-02-01", "2025-03-10", 400.0);
        assert_eq!(weeks.first().map(String::as_str), Some("2025-02-03"), "a Monday");
        assert_eq!(of("2024-07-08", "2025-03-02", 500.0).first().map(String::as_str), Some("2024-08"));
        assert_eq!(of("1999-07-08", "2025-03-02", 500.0).first().map(String::as_str), Some("2000"));
        assert!(of("0001-01-01", "9999-01-01", 120.0).len() < 10);
        assert_eq!(of("2025-02-01", "2025-02-05", 20.0).len(), 1);
    }
}
