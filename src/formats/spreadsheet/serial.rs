//! Days and hours as Excel counts them: in days since the last of December 1899, with a day in 1900 that never was, or since
//! the first of January 1904; and which formats of numbers show days.

/// What a number is shown as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Shown {
    #[default]
    Number,
    Day,
    /// Hours and minutes alone.
    Hour,
    /// A day with its hour.
    DayAndHour,
}

impl Shown {
    /// By the number of a format that every program has (ISO/IEC 29500-1, 18.8.30).
    pub(super) fn built_in(format: u32) -> Self {
        match format {
            14..=17 | 27..=31 | 34..=36 | 50..=58 => Self::Day,
            18..=21 | 32 | 33 | 45 | 47 => Self::Hour,
            22 => Self::DayAndHour,
            _ => Self::Number,
        }
    }

    /// By the code of a format: `dd.mm.yyyy`, `[$-419]d mmm`, `h:mm`, `0.0 "m"`.
    pub(super) fn of_code(code: &str) -> Self {
        let (mut day, mut hour, mut minute) = (false, false, false);
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            match letter.to_ascii_lowercase() {
                '"' => letters.by_ref().take_while(|letter| *letter != '"').for_each(drop),
                '\\' | '_' | '*' => {
                    letters.next();
                }
                '[' => {
                    let inside: String = letters.by_ref().take_while(|letter| *letter != ']').take(40).collect();
                    // Hours beyond a day are a length of time, not an hour.
                    if ["h", "hh", "m", "mm", "s", "ss"].contains(&inside.to_ascii_lowercase().as_str()) {
                        return Self::Number;
                    }
                }
                // Only the first part counts: others are for what is negative.
                ';' => break,
                'y' | 'd' => day = true,
                'h' | 's' => hour = true,
                'm' => minute = true,
                // “General” has letters that are none of a day.
                'g' | '0' | '#' | '?' if !day && !hour && !minute => return Self::Number,
                _ => {}
            }
        }
        match (day || minute && !hour, hour) {
            (true, false) => Self::Day,
            (true, true) => Self::DayAndHour,
            (false, true) => Self::Hour,
            (false, false) => Self::Number,
        }
    }

    /// A number as ISO 8601, where it is a day that a calendar has.
    pub(super) fn iso(self, number: f64, is_1904: bool) -> Option<String> {
        let seconds = (number * 86_400.0).round();
        // Until the end of the year 9999.
        if self == Self::Number || !(0.0..2_958_466.0 * 86_400.0).contains(&seconds) {
            return None;
        }
        let seconds = seconds as i64;
        let (mut day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let hour = || {
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            format!("{hour:02}:{minute:02}:{second:02}")
        };
        if self == Self::Hour && day == 0 {
            return Some(hour());
        }
        if is_1904 {
            day += 1462;
        } else if day == 60 || day == 0 {
            // The 29th of February 1900 never was, and neither was the 0th of January.
            return None;
        } else if day < 60 {
            day += 1;
        }
        let date = day_of(day - 25_569);
        match self {
            Self::Day if second == 0 => Some(date),
            Self::Number => None,
            _ => Some(format!("{date}T{}", hour())),
        }
    }
}

/// A day of the Gregorian calendar by its number since the first of January 1970.
///
/// # References
/// H. Hinnant, “chrono-Compatible Low-Level Date Algorithms”, `civil_from_days`.
fn day_of(days: i64) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_that_excel_shows() {
        // From Microsoft's pages on DATEVALUE and on the systems of 1900 and 1904.
        for (number, is_1904, day) in [
            (39_448.0, false, Some("2008-01-01")),
            (37_986.0, true, Some("2008-01-01")),
            (36_526.0, false, Some("2000-01-01")),
            (1.0, false, Some("1900-01-01")),
            (59.0, false, Some("1900-02-28")),
            (60.0, false, None),
            (61.0, false, Some("1900-03-01")),
            (0.0, true, Some("1904-01-01")),
            (2_958_465.0, false, Some("9999-12-31")),
            (-1.0, false, None),
            (f64::NAN, false, None),
            (1e300, false, None),
        ] {
            assert_eq!(Shown::Day.iso(number, is_1904).as_deref(), day, "{number} {is_1904}");
        }
        assert_eq!(Shown::DayAndHour.iso(39_448.75, false).as_deref(), Some("2008-01-01T18:00:00"));
        assert_eq!(Shown::Hour.iso(0.5, false).as_deref(), Some("12:00:00"));
    }

    #[test]
    fn formats_of_days_are_known() {
        for (code, shown) in [
            ("dd.mm.yyyy", Shown::Day),
            ("[$-419]d mmm yyyy;@", Shown::Day),
            ("mmm-yy", Shown::Day),
            ("yyyy\\-mm\\-dd hh:mm", Shown::DayAndHour),
            ("h:mm:ss", Shown::Hour),
            ("[h]:mm", Shown::Number),
            ("General", Shown::Number),
            ("0.00 \"days\"", Shown::Number),
            ("#,##0", Shown::Number),
            ("\"d\"0", Shown::Number),
            ("", Shown::Number),
            ("[Red]0.0", Shown::Number),
        ] {
            assert_eq!(Shown::of_code(code), shown, "{code}");
        }
        assert_eq!(
            (Shown::built_in(14), Shown::built_in(22), Shown::built_in(0)),
            (Shown::Day, Shown::DayAndHour, Shown::Number)
        );
    }
}
