//! Numbers sorted into classes for a graduated map: equal intervals, quantiles and natural breaks.
//!
//! # References
//! * Quantiles: R. J. Hyndman, Y. Fan, *Sample Quantiles in Statistical Packages*, 1996, type 7, as NumPy, R and
//!   mapclassify have it.
//! * Natural breaks: W. D. Fisher, *On Grouping for Maximum Homogeneity*, 1958, and G. F. Jenks, 1977: the classes whose
//!   squared distances from their means add up to the least. Found exactly, as in H. Wang, M. Song, *Ckmeans.1d.dp*, 2011,
//!   and faster since the best place of a break never moves down as values are added.

use serde::{Deserialize, Serialize};

/// The fewest classes and the most.
pub const COUNT: std::ops::RangeInclusive<usize> = 2..=12;

/// Natural breaks are exact for so many distinct values; of more, so many are taken, evenly in their order.
pub const EXACT_TO: usize = 50_000;

/// How numbers are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Classes that are equally wide.
    EqualIntervals,
    /// Classes that hold as many values each, as far as equal values allow.
    Quantiles,
    /// Classes whose values lie close together (Fisher and Jenks).
    NaturalBreaks,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EqualIntervals, Self::Quantiles, Self::NaturalBreaks];

    /// What a person calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::EqualIntervals => "Equal intervals",
            Self::Quantiles => "Quantiles",
            Self::NaturalBreaks => "Natural breaks",
        }
    }
}

/// Classes of numbers: each reaches from above the break before it to its own, which belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Classes {
    least: f64,
    breaks: Vec<f64>,
}

/// As it stands in a file, where anything may stand.
#[derive(Deserialize)]
struct Written {
    least: f64,
    breaks: Vec<f64>,
}

impl TryFrom<Written> for Classes {
    type Error = &'static str;

    fn try_from(Written { least, breaks }: Written) -> Result<Self, Self::Error> {
        Self::new(least, breaks).ok_or("the class breaks must be 1 to 12 numbers in rising order")
    }
}

impl Classes {
    /// Of breaks that the user chose: the greatest value of each class. None unless they rise from `least` and are 1 to 12.
    pub fn new(least: f64, breaks: Vec<f64>) -> Option<Self> {
        let finite = least.is_finite() && breaks.iter().all(|one| one.is_finite());
        let rises = breaks.is_sorted_by(|before, after| before < after);
        let reaches = breaks.first().is_some_and(|first| least <= *first);
        (finite && rises && reaches && breaks.len() <= *COUNT.end()).then_some(Self { least, breaks })
    }

    /// Sorts values into `count` classes (2 to 12). Fewer come out where there are fewer distinct values, or where many
    /// are equal. Values that are not finite are left out; none if none is left.
    pub fn of(values: impl IntoIterator<Item = f64>, method: Method, count: usize) -> Option<Self> {
        let count = count.clamp(*COUNT.start(), *COUNT.end());
        // Adding 0 makes 0 of −0.
        let mut values: Vec<f64> =
            values.into_iter().filter(|value| value.is_finite()).map(|value| value + 0.0).collect();
        values.sort_unstable_by(f64::total_cmp);
        let (least, greatest) = (*values.first()?, *values.last()?);
        let mut breaks = match method {
            _ if least == greatest => vec![greatest],
            Method::EqualIntervals => {
                (1..=count).map(|index| between(least, greatest, index as f64 / count as f64)).collect()
            }
            Method::Quantiles => (1..=count).map(|index| quantile(&values, index as f64 / count as f64)).collect(),
            Method::NaturalBreaks => natural_breaks(&values, count),
        };
        // Nothing may fall out at the top by rounding.
        if let Some(last) = breaks.last_mut() {
            *last = greatest;
        }
        breaks.sort_unstable_by(f64::total_cmp);
        breaks.dedup();
        Self::new(least, breaks)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.breaks.len()
    }

    /// The least value of the first class.
    pub fn least(&self) -> f64 {
        self.least
    }

    /// The greatest value of each class, rising.
    pub fn breaks(&self) -> &[f64] {
        &self.breaks
    }

    /// From where to where a class reaches; the first begins at [`Self::least`], each other above the one before.
    pub fn bounds(&self, class: usize) -> Option<(f64, f64)> {
        let to = *self.breaks.get(class)?;
        Some((if class == 0 { self.least } else { self.breaks[class - 1] }, to))
    }

    /// The class of a value. What lies below all belongs to the first and what lies above all to the last, so that the
    /// values of another day are drawn too; what is not finite belongs to none.
    pub fn class_of(&self, value: f64) -> Option<usize> {
        let class = self.breaks.partition_point(|one| *one < value);
        value.is_finite().then(|| class.min(self.breaks.len() - 1))
    }
}

/// So far on the way between two numbers, however large they are.
fn between(from: f64, to: f64, part: f64) -> f64 {
    (from * (1.0 - part) + to * part).clamp(from, to)
}

/// The quantile of sorted values.
fn quantile(values: &[f64], part: f64) -> f64 {
    let place = part * (values.len() - 1) as f64;
    let before = place.floor() as usize;
    let after = (before + 1).min(values.len() - 1);
    let (low, high) = (values[before], values[after]);
    if low == high { low } else { between(low, high, place - place.floor()) }
}

/// The greatest value of each class of sorted values.
fn natural_breaks(sorted: &[f64], count: usize) -> Vec<f64> {
    let mut distinct: Vec<(f64, f64)> = Vec::new();
    for value in sorted {
        match distinct.last_mut() {
            Some((last, weight)) if last == value => *weight += 1.0,
            _ => distinct.push((*value, 1.0)),
        }
    }
    if distinct.len() > EXACT_TO {
        let step = (sorted.len() - 1) as f64 / (EXACT_TO - 1) as f64;
        let sample: Vec<f64> =
            (0..EXACT_TO).map(|index| sorted[((index as f64 * step).round() as usize).min(sorted.len() - 1)]).collect();
        return natural_breaks(&sample, count);
    }
    if distinct.len() <= count {
        return distinct.into_iter().map(|(value, _)| value).collect();
    }
    let costs = Costs::new(&distinct);
    let size = distinct.len();
    // `best[end]` is the least cost of all values before `end` in the classes so far; `starts[class][end]` is where the
    // last of these classes begins.
    let mut best: Vec<f64> = (0..=size).map(|end| costs.of(0, end)).collect();
    let mut starts: Vec<Vec<usize>> = Vec::new();
    for class in 1..count {
        let mut next = vec![f64::INFINITY; size + 1];
        let mut start_of = vec![0; size + 1];
        // Halves of the ends still to be settled, each with where its last class may begin.
        let mut pending = vec![(class + 1, size, class, size - 1)];
        while let Some((first, last, low, high)) = pending.pop() {
            let middle = first.midpoint(last);
            let mut chosen = low;
            for (start, so_far) in best.iter().enumerate().take(high.min(middle - 1) + 1).skip(low) {
                let cost = so_far + costs.of(start, middle);
                if cost < next[middle] {
                    (next[middle], chosen) = (cost, start);
                }
            }
            start_of[middle] = chosen;
            if middle > first {
                pending.push((first, middle - 1, low, chosen));
            }
            if middle < last {
                pending.push((middle + 1, last, chosen, high));
            }
        }
        best = next;
        starts.push(start_of);
    }
    let mut breaks = Vec::with_capacity(count);
    let mut end = size;
    for start_of in starts.iter().rev() {
        breaks.push(distinct[end - 1].0);
        end = start_of[end];
    }
    breaks.push(distinct[end - 1].0);
    breaks.reverse();
    breaks
}

/// Sums from which the squared distances from the mean of any run of values are had at once.
struct Costs {
    /// Weight, weighted sum and weighted sum of squares of all before an index.
    before: Vec<[f64; 3]>,
}

impl Costs {
    fn new(distinct: &[(f64, f64)]) -> Self {
        // From −1 to 1, so that squares neither overflow nor lose their digits to a great distance from 0.
        let (least, greatest) = (distinct[0].0, distinct[distinct.len() - 1].0);
        let (middle, half) = (least / 2.0 + greatest / 2.0, greatest / 2.0 - least / 2.0);
        let mut sums = [0.0; 3];
        let mut before = vec![sums];
        for (value, weight) in distinct {
            let value = (value - middle) / half;
            sums = [sums[0] + weight, sums[1] + weight * value, sums[2] + weight * value * value];
            before.push(sums);
        }
        Self { before }
    }

    fn of(&self, start: usize, end: usize) -> f64 {
        if end <= start + 1 {
            return 0.0;
        }
        let [weight, sum, squares] = [0, 1, 2].map(|index| self.before[end][index] - self.before[start][index]);
        (squares - sum * sum / weight).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Made up.
    const SPREAD: [f64; 18] =
        [0.3, 0.9, 1.1, 1.2, 2.5, 2.6, 2.8, 7.0, 7.4, 7.5, 8.1, 12.0, 12.2, 12.3, 30.5, 31.0, 44.0, 45.5];
    /// Made up, with many equal ones.
    const TIED: [f64; 19] =
        [1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0, 5.0, 8.0, 8.0, 9.0, 9.0, 9.0, 21.0, 22.0, 22.0, 40.0];

    /// Made up, without clusters.
    fn scattered() -> Vec<f64> {
        (0..60)
            .map(|i| (f64::from(i * i * 37 % 101) * 1.7 + f64::from(i % 7) * 0.13) * 100.0)
            .map(f64::round)
            .map(|value| value / 100.0)
            .collect()
    }

    fn breaks(values: &[f64], method: Method, count: usize) -> Vec<f64> {
        let classes = Classes::of(values.iter().copied(), method, count).unwrap();
        classes.breaks().iter().map(|one| (one * 1e4).round() / 1e4).collect()
    }

    /// The numbers are those of jenkspy 0.4.1 (`jenks_breaks`), and of mapclassify 2.10.0 (`FisherJenks`) alike.
    #[test]
    fn natural_breaks_are_those_of_jenkspy_and_mapclassify() {
        let natural = |values: &[f64], count| breaks(values, Method::NaturalBreaks, count);
        assert_eq!(natural(&SPREAD, 2), [12.3, 45.5]);
        assert_eq!(natural(&SPREAD, 3), [2.8, 12.3, 45.5]);
        assert_eq!(natural(&SPREAD, 4), [2.8, 12.3, 31.0, 45.5]);
        assert_eq!(natural(&SPREAD, 5), [2.8, 8.1, 12.3, 31.0, 45.5]);
        assert_eq!(natural(&SPREAD, 7), [1.2, 2.8, 8.1, 12.3, 31.0, 44.0, 45.5]);
        assert_eq!(natural(&TIED, 2), [9.0, 40.0]);
        assert_eq!(natural(&TIED, 3), [9.0, 22.0, 40.0]);
        assert_eq!(natural(&TIED, 4), [5.0, 9.0, 22.0, 40.0]);
        assert_eq!(natural(&TIED, 5), [2.0, 5.0, 9.0, 22.0, 40.0]);
        let scattered = scattered();
        assert_eq!(natural(&scattered, 2), [84.08, 170.39]);
        assert_eq!(natural(&scattered, 3), [52.83, 111.15, 170.39]);
        assert_eq!(natural(&scattered, 4), [24.45, 63.03, 120.96, 170.39]);
        assert_eq!(natural(&scattered, 5), [15.43, 43.15, 84.08, 120.96, 170.39]);
        assert_eq!(natural(&scattered, 7), [15.43, 43.15, 73.23, 98.99, 120.96, 149.99, 170.39]);
    }

    /// The numbers are those of mapclassify 2.10.0 (`Quantiles`, `EqualInterval`).
    #[test]
    fn quantiles_and_equal_intervals_are_those_of_mapclassify() {
        assert_eq!(breaks(&SPREAD, Method::Quantiles, 4), [2.525, 7.45, 12.275, 45.5]);
        assert_eq!(breaks(&SPREAD, Method::Quantiles, 5), [1.72, 6.16, 8.88, 23.22, 45.5]);
        assert_eq!(breaks(&TIED, Method::Quantiles, 5), [2.0, 3.0, 8.0, 13.8, 40.0]);
        assert_eq!(breaks(&scattered(), Method::Quantiles, 4), [36.975, 78.395, 133.1875, 170.39]);
        assert_eq!(breaks(&SPREAD, Method::EqualIntervals, 4), [11.6, 22.9, 34.2, 45.5]);
        assert_eq!(breaks(&TIED, Method::EqualIntervals, 5), [8.8, 16.6, 24.4, 32.2, 40.0]);
    }

    #[test]
    fn few_distinct_values_make_few_classes() {
        for method in Method::ALL {
            assert_eq!(Classes::of([f64::NAN, f64::INFINITY], method, 5), None);
            assert_eq!(Classes::of([], method, 5), None);
            assert_eq!(breaks(&[7.0, 7.0, f64::NAN], method, 5), [7.0]);
        }
        assert_eq!(breaks(&[1.0, 1.0, 4.0], Method::NaturalBreaks, 5), [1.0, 4.0]);
        let classes = Classes::of([1.0, 1.0, 1.0, 1.0, 9.0], Method::Quantiles, 4).unwrap();
        assert_eq!(classes.breaks(), [1.0, 9.0]);
        assert_eq!(Classes::of(SPREAD, Method::EqualIntervals, 99).unwrap().count(), 12);
        assert_eq!(Classes::of(SPREAD, Method::EqualIntervals, 0).unwrap().count(), 2);
    }

    #[test]
    fn a_break_belongs_to_the_class_below_it() {
        let classes = Classes::of(SPREAD, Method::NaturalBreaks, 3).unwrap();
        let class_of = |value| classes.class_of(value);
        assert_eq!([0.3, 2.8, 2.9, 12.3, 12.4, 45.5].map(class_of), [0, 0, 1, 1, 2, 2].map(Some));
        assert_eq!([-5.0, 99.0].map(class_of), [Some(0), Some(2)], "values of another day");
        assert_eq!([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(class_of), [None; 3]);
        assert_eq!(classes.bounds(0), Some((0.3, 2.8)));
        assert_eq!(classes.bounds(2), Some((12.3, 45.5)));
        assert_eq!(classes.bounds(3), None);
    }

    #[test]
    fn many_values_are_sorted_in_time() {
        let values = (0..200_000_u32).map(|index| f64::from(index.wrapping_mul(2_654_435_761) >> 8));
        let classes = Classes::of(values, Method::NaturalBreaks, 4).unwrap();
        // Evenly spread values make classes of even width.
        for class in 0..4 {
            let (from, to) = classes.bounds(class).unwrap();
            assert!(((to - from) / f64::from(1_u32 << 22) - 1.0).abs() < 0.01, "{classes:?}");
        }
    }

    #[test]
    fn classes_in_a_file_are_checked() {
        let classes = Classes::of(SPREAD, Method::NaturalBreaks, 3).unwrap();
        let written = serde_json::to_string(&classes).unwrap();
        assert_eq!(written, r#"{"least":0.3,"breaks":[2.8,12.3,45.5]}"#);
        assert_eq!(serde_json::from_str::<Classes>(&written).unwrap(), classes);
        for wrong in [r#"{"least":3,"breaks":[2,5]}"#, r#"{"least":1,"breaks":[]}"#, r#"{"least":1,"breaks":[3,3]}"#] {
            assert!(serde_json::from_str::<Classes>(wrong).is_err(), "{wrong}");
        }
    }

    fn squares(values: &[f64], classes: &[f64]) -> f64 {
        let mut from = f64::NEG_INFINITY;
        classes
            .iter()
            .map(|to| {
                let of: Vec<f64> = values.iter().copied().filter(|value| *value > from && value <= to).collect();
                from = *to;
                let mean = of.iter().sum::<f64>() / of.len() as f64;
                of.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
            })
            .sum()
    }

    proptest! {
        /// Against every way of setting two breaks.
        #[test]
        fn no_other_three_classes_are_closer(values in vec(-20_i32..20, 4..30)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let found = Classes::of(values.iter().copied(), Method::NaturalBreaks, 3).unwrap();
            let mut distinct = values.clone();
            distinct.sort_by(f64::total_cmp);
            distinct.dedup();
            let last = distinct[distinct.len() - 1];
            let mut least = f64::INFINITY;
            for (index, first) in distinct.iter().enumerate() {
                for second in &distinct[index + 1..] {
                    if *second < last {
                        least = least.min(squares(&values, &[*first, *second, last]));
                    }
                }
            }
            if distinct.len() > 3 {
                prop_assert!((squares(&values, found.breaks()) - least).abs() < 1e-6, "{:?} {}", found, least);
            } else {
                prop_assert_eq!(found.breaks(), &distinct[..]);
            }
        }

        #[test]
        fn every_finite_value_has_its_class(values in vec(any::<f64>(), 1..40), count in 0_usize..15) {
            for method in Method::ALL {
                let Some(classes) = Classes::of(values.iter().copied(), method, count) else {
                    prop_assert!(values.iter().all(|value| !value.is_finite()));
                    continue;
                };
                prop_assert!(classes.count() <= count.clamp(2, 12));
                for value in &values {
                    let class = classes.class_of(*value);
                    prop_assert_eq!(class.is_some(), value.is_finite());
                    if let Some((from, to)) = class.and_then(|class| classes.bounds(class)) {
                        prop_assert!(from <= *value && *value <= to, "{:?} {}", classes, value);
                    }
                }
            }
        }
    }
}
