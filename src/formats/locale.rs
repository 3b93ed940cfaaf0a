//! How numbers, sizes and days are written in a language, as Unicode's CLDR has it.
//!
//! The table is made by `assets/languages/build.py`. All its languages have the digits 0 to 9 by default, Arabic too.

use super::day::Day;
use super::number::is_written_as_nothing;

include!("../../assets/languages/cldr.rs");

/// How a language writes numbers, sizes and days.
#[derive(Debug, PartialEq)]
pub struct Locale {
    /// Its BCP 47 tag.
    pub tag: &'static str,
    /// Whether it is read from the right.
    pub is_rtl: bool,
    decimal: &'static str,
    group: &'static str,
    /// A number has groups of three digits if so many digits stand before the first of them.
    least_grouped: usize,
    minus: &'static str,
    percent: &'static str,
    /// Of a date.
    months: [&'static str; 12],
    /// Without a day.
    months_alone: [&'static str; 12],
    day: &'static str,
    month: &'static str,
    days: &'static str,
    /// From one whole day to another: of one month, of one year, of different years. The second day begins with the first letter
    /// that comes again.
    between: [&'static str; 3],
    /// What stands around a degree: north, south, east, west.
    sides: [&'static str; 4],
    /// Which numbers go with which form of a word.
    pub plurals: Plurals,
    km: Patterns,
    m: Patterns,
    km2: Patterns,
    m2: Patterns,
    ha: Patterns,
    mi: Patterns,
    ft: Patterns,
}

/// What is said of zero, one, two, few, many, and of all others.
type Patterns = [&'static str; 6];

/// A unit of length or area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Kilometres.
    Km,
    /// Metres.
    M,
    /// Square kilometres.
    Km2,
    /// Square metres.
    M2,
    /// Hectares.
    Ha,
    /// Miles.
    Mi,
    /// Feet.
    Ft,
}

/// A form of a word, in the order of CLDR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Arabic: none.
    Zero,
    /// Of one; in some languages of 21 too.
    One,
    /// Of two.
    Two,
    /// Of two to four, or three to ten.
    Few,
    /// Of more.
    Many,
    /// Of all others.
    Other,
}

/// Which numbers have which form: the rules of CLDR for whole numbers, as far as our languages differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plurals {
    /// One form.
    Same,
    /// One, and others.
    One,
    /// None or one, and others.
    ZeroOrOne,
    /// Ukrainian and Russian.
    EastSlavic,
    /// Polish.
    Polish,
    /// Hebrew.
    Hebrew,
    /// Arabic.
    Arabic,
}

impl Plurals {
    /// The form that goes with a whole number.
    pub fn of(self, count: u64) -> Form {
        let (ten, hundred) = (count % 10, count % 100);
        let is_few = (2..=4).contains(&ten) && !(12..=14).contains(&hundred);
        match self {
            Self::One | Self::ZeroOrOne | Self::Polish | Self::Hebrew | Self::Arabic if count == 1 => Form::One,
            Self::ZeroOrOne if count == 0 => Form::One,
            Self::Hebrew | Self::Arabic if count == 2 => Form::Two,
            Self::EastSlavic if ten == 1 && hundred != 11 => Form::One,
            Self::EastSlavic | Self::Polish if is_few => Form::Few,
            Self::EastSlavic | Self::Polish => Form::Many,
            Self::Arabic if count == 0 => Form::Zero,
            Self::Arabic if (3..=10).contains(&hundred) => Form::Few,
            Self::Arabic if hundred >= 11 => Form::Many,
            Self::Same | Self::One | Self::ZeroOrOne | Self::Hebrew | Self::Arabic => Form::Other,
        }
    }
}

impl Locale {
    /// That of a language by its tag, or of the language without what else the tag says.
    pub fn find(tag: &str) -> Option<&'static Self> {
        let language = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        LOCALES.into_iter().find(|locale| locale.tag == language)
    }

    /// A number with so many decimals.
    pub fn number(&self, value: f64, decimals: usize) -> String {
        let text = format!("{:.decimals$}", value.abs());
        let (whole, fraction) =
            text.split_once('.').map_or((text.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
        let mut out = String::new();
        if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
            out.push_str(self.minus);
        }
        let is_grouped = whole.len() >= 3 + self.least_grouped;
        for (index, digit) in whole.chars().enumerate() {
            if is_grouped && index > 0 && (whole.len() - index).is_multiple_of(3) {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        if let Some(fraction) = fraction {
            out.push_str(self.decimal);
            out.push_str(fraction);
        }
        out
    }

    /// A number of hundredths: `80 %`.
    pub fn percent(&self, number: &str) -> String {
        self.percent.replace("{0}", number)
    }

    /// A number, written already, in a unit; `value` is the number, by which some languages choose the form of the unit.
    pub fn in_unit(&self, value: f64, number: &str, unit: Unit) -> String {
        let patterns = match unit {
            Unit::Km => &self.km,
            Unit::M => &self.m,
            Unit::Km2 => &self.km2,
            Unit::M2 => &self.m2,
            Unit::Ha => &self.ha,
            Unit::Mi => &self.mi,
            Unit::Ft => &self.ft,
        };
        // What has decimals is in the last form in all our languages that tell these apart.
        let is_whole = value.abs() < 1e15 && value.fract() == 0.0 && !number.contains(self.decimal);
        let form = if is_whole { self.plurals.of(value.abs() as u64) } else { Form::Other };
        patterns[form as usize].replace("{0}", number)
    }

    /// `15 Dec 2025`, `Dec 2025` or `2025`.
    pub fn day(&self, day: Day) -> String {
        let year = format!("{:04}", day.year());
        if day.month().is_none() {
            return year;
        }
        self.written(if day.is_whole() { self.day } else { self.month }, day, day)
    }

    /// `3–9 Feb 2025`, `27 Jan – 2 Feb 2025`: from one day to another, both counted.
    pub fn days(&self, first: Day, last: Day) -> String {
        if !first.is_whole() || !last.is_whole() {
            return self.days.replace("{0}", &self.day(first)).replace("{1}", &self.day(last));
        }
        let pattern = match (first.year() == last.year(), first.month() == last.month()) {
            (true, true) => self.between[0],
            (true, false) => self.between[1],
            (false, _) => self.between[2],
        };
        if first == last { self.day(first) } else { self.written(pattern, first, last) }
    }

    /// A pattern of CLDR with one day, or with a second from the first letter on that comes again.
    fn written(&self, pattern: &str, first: Day, last: Day) -> String {
        let (mut day, mut known) = (first, [false; 3]);
        let mut out = String::new();
        let mut is_quoted = false;
        let mut letters = pattern.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter == '\'' {
                is_quoted = !is_quoted;
                continue;
            }
            if is_quoted || !matches!(letter, 'd' | 'M' | 'L' | 'y') {
                out.push(letter);
                continue;
            }
            let mut count = 1;
            while letters.next_if_eq(&letter).is_some() {
                count += 1;
            }
            let part = match letter {
                'd' => 0,
                'M' | 'L' => 1,
                _ => 2,
            };
            if std::mem::replace(&mut known[part], true) {
                day = last;
            }
            let month = day.month().unwrap_or(1);
            let index = usize::from(month) - 1;
            match letter {
                'd' if count == 2 => out.push_str(&format!("{:02}", day.day().unwrap_or_default())),
                'd' => out.push_str(&day.day().unwrap_or_default().to_string()),
                'M' | 'L' if count < 3 => out.push_str(&month.to_string()),
                'M' => out.push_str(self.months[index]),
                'L' => out.push_str(self.months_alone[index]),
                _ => out.push_str(&format!("{:04}", day.year())),
            }
        }
        out
    }

    /// A day, a month or a year in numbers, or two with a stroke between them, as people read it; other text as it stands.
    pub fn date(&self, iso: &str) -> String {
        match Day::or_days_in_text(iso) {
            Ok((first, Some(last))) => self.days(first, last),
            Ok((day, None)) => self.day(day),
            Err(_) => iso.to_owned(),
        }
    }

    /// A degree on the side of the equator or of Greenwich that is meant: 0 north, 1 south, 2 east, 3 west.
    pub fn degree(&self, degree: &str, side: usize) -> String {
        self.sides.get(side).map_or_else(|| degree.to_owned(), |pattern| pattern.replace("{0}", degree))
    }

    /// `5,642 km²`; decimals only below 100, so that digits imply no accuracy that is not there.
    pub fn km2(&self, km2: f64) -> String {
        self.area(km2, usize::from(km2.abs() < 100.0))
    }

    /// Square kilometres with so many decimals; what these would write as nothing in square metres: `320 m²`, `< 1 m²`.
    pub fn area(&self, km2: f64, decimals: usize) -> String {
        if !is_written_as_nothing(km2, decimals) {
            return self.in_unit(km2, &self.number(km2, decimals), Unit::Km2);
        }
        let m2 = 1e6 * km2;
        let is_less = is_written_as_nothing(m2, 0);
        let m2 = if is_less { m2.signum() } else { m2.round() };
        let said = self.in_unit(m2, &self.number(m2, 0), Unit::M2);
        if is_less { format!("< {said}") } else { said }
    }

    /// The lower end of a range whose upper one is said by [`Self::area`]: a number in the unit of that.
    pub fn area_from(&self, low_km2: f64, high_km2: f64, decimals: usize) -> String {
        let is_in_m2 = is_written_as_nothing(high_km2, decimals);
        if is_in_m2 { self.number(1e6 * low_km2, 0) } else { self.number(low_km2, decimals) }
    }

    /// `217 km`.
    pub fn km(&self, km: f64) -> String {
        self.in_unit(km, &self.number(km, usize::from(km.abs() < 100.0)), Unit::Km)
    }

    /// `2 km` or `150 m`.
    pub fn distance(&self, meters: f64) -> String {
        if meters >= 1000.0 {
            let km = meters / 1000.0;
            self.in_unit(km, &self.distance_km(meters), Unit::Km)
        } else {
            self.in_unit(meters, &self.number(meters, 0), Unit::M)
        }
    }

    /// The kilometres of [`Self::distance`] without their unit.
    pub fn distance_km(&self, meters: f64) -> String {
        let km = meters / 1000.0;
        self.number(km, usize::from(km.fract() > 0.04))
    }
}

#[cfg(test)]
mod tests;
