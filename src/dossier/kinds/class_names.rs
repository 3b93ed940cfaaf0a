//! What classes of numbers are called in a legend: from where to where they reach.

use crate::dossier::classes::Classes;
use crate::dossier::words;

/// The names of all classes of a property's `values`.
pub(super) fn class_names(classes: &Classes, property: &str, values: impl Iterator<Item = f64>) -> Vec<String> {
    years(classes, property, values)
        .unwrap_or_else(|| (0..classes.count()).map(|index| label(classes, index)).collect())
}

/// Between these whole numbers are taken for years if all of a property are.
const YEARS: std::ops::RangeInclusive<f64> = 1000.0..=2100.0;

/// The names of classes of years, which no comma parts: `2010–2014`.
fn years(classes: &Classes, property: &str, mut values: impl Iterator<Item = f64>) -> Option<Vec<String>> {
    let is_called_so = property
        .to_lowercase()
        .split(|letter: char| !letter.is_alphabetic())
        .any(|word| ["year", "years", "yr", "рік"].contains(&word));
    let range = if is_called_so { 0.0..=9999.0 } else { YEARS };
    if !values.all(|value| value.fract() == 0.0 && range.contains(&value)) {
        return None;
    }
    // Between whole numbers nothing stands: a class that reaches to 2014.33 holds the years up to 2014.
    let bounds: Vec<f64> =
        std::iter::once(classes.least()).chain(classes.breaks().iter().map(|one| one.floor())).collect();
    let names = bounds.windows(2).enumerate().map(|(index, pair)| match (pair[0], pair[1]) {
        // A year belongs to the class that ends with it.
        (from, to) if index > 0 && from + 1.0 < to => Some(format!("{}–{to}", from + 1.0)),
        (from, to) if index > 0 && from < to => Some(to.to_string()),
        (from, to) if from < to => Some(format!("{from}–{to}")),
        // The first class alone holds where it begins.
        (from, to) if from == to && index == 0 => Some(to.to_string()),
        _ => None,
    });
    names.collect()
}

/// From where to where a class reaches: with as many digits as tell its bounds apart and move none of them by more than a
/// two-hundredth of the narrowest class, so that values stand in the row that names them. One value alone has all of its.
fn label(classes: &Classes, index: usize) -> String {
    let Some((from, to)) = classes.bounds(index) else { return String::new() };
    let mut all = vec![classes.least()];
    all.extend_from_slice(classes.breaks());
    // A class of one value ends where it begins.
    all.dedup();
    // One legend has one notation.
    let has_powers = all.iter().any(|value| words::is_power_of_ten(*value));
    let most = if has_powers { MOST_DIGITS } else { MOST_DECIMALS };
    let written = |value: f64, decimals: usize| match has_powers {
        true => words::in_powers_of_ten(value, decimals),
        false => words::number(value, decimals),
    };
    let narrowest = all.windows(2).map(|pair| pair[1] - pair[0]).reduce(f64::min);
    let leeway = narrowest.map_or(0.0, |width| width / 200.0);
    let decimals = (0..most).find(|decimals| {
        let texts: Vec<String> = all.iter().map(|value| written(*value, *decimals)).collect();
        let moves = |value: &f64| (words::rounded_as_written(*value, *decimals, has_powers) - value).abs() > leeway;
        texts.windows(2).all(|pair| pair[0] != pair[1]) && !all.iter().any(moves)
    });
    let number = |value: f64| written(value, decimals.unwrap_or(most));
    match from == to {
        true => number(to),
        // A number belongs to the class that ends with it.
        false if index > 0 => format!("over {} to {}", number(from), number(to)),
        // A dash beside a minus is read as another minus, and beside a product as one.
        false if from < 0.0 || has_powers => format!("{} to {}", number(from), number(to)),
        false => format!("{}–{}", number(from), number(to)),
    }
}

/// The bounds of classes have no more decimals than this.
const MOST_DECIMALS: usize = 6;

/// The first factors of powers of ten have no more: all that a number has.
const MOST_DIGITS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::classes::Method;

    fn names(property: &str, values: &[f64], method: Method) -> Vec<String> {
        let classes = Classes::of(values.iter().copied(), method, 3).unwrap();
        let names = class_names(&classes, property, values.iter().copied());
        names.into_iter().map(|name| name.replace('\u{a0}', " ")).collect()
    }

    #[test]
    fn years_have_no_commas() {
        let years: Vec<f64> = (2010..=2022).map(f64::from).collect();
        let equal = ["2010–2014", "2015–2018", "2019–2022"];
        for property in ["since", "Year", "year_built"] {
            assert_eq!(names(property, &years, Method::EqualIntervals), equal, "{property}");
        }
        // Limits between two years fall on the earlier one, as nothing stands between.
        assert_eq!(
            names("n", &[2010.0, 2011.0, 2020.0], Method::EqualIntervals),
            ["2010–2013", "2014–2016", "2017–2020"]
        );
        assert_eq!(names("n", &[1014.0], Method::Quantiles), ["1014"]);
        assert_eq!(names("year", &[988.0, 1240.0, 2014.0], Method::NaturalBreaks), ["988", "989–1240", "1241–2014"]);
    }

    #[test]
    fn other_numbers_keep_their_commas() {
        let people = [1200.0, 2000.0, 24_000.0, 50_000.0];
        assert_eq!(names("people", &people, Method::Quantiles)[2], "over 24,000 to 50,000");
        assert_eq!(names("n", &[1999.5, 2001.0, 2003.0], Method::NaturalBreaks)[1], "over 1,999.5 to 2,001.0");
    }

    #[test]
    fn one_legend_has_one_notation() {
        assert_eq!(
            names("n", &[0.0, 9e5, 3e15], Method::NaturalBreaks),
            ["0", "over 0 to 9 × 10⁵", "over 9 × 10⁵ to 3 × 10¹⁵"],
        );
        assert_eq!(names("n", &[0.0, 9e5, 1e6], Method::NaturalBreaks)[2], "over 900,000 to 1,000,000");
        assert_eq!(names("n", &[4e-7, 0.5, 2.0], Method::NaturalBreaks)[1], "over 4 × 10^−7 to 5 × 10^−1");
    }
}
