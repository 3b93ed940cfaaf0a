//! How the numbers of a column are written that are more than digits and a point: with a decimal comma, and with signs between
//! thousands.

/// The sign between thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    /// A space of any width that does not break a line, or a plain one.
    Space,
    Dot,
    Comma,
}

/// How all numbers of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberStyle {
    between: Between,
    decimal: char,
}

/// A number taken apart.
struct Parts<'a> {
    sign: &'static str,
    /// Its whole digits.
    whole: String,
    /// How many signs stand between thousands.
    signs: usize,
    /// The digits behind the decimal sign; nothing where it has none.
    fraction: Option<&'a str>,
}

impl NumberStyle {
    /// `3,5`.
    pub(super) const DECIMAL_COMMA: Self = Self { between: Between::Nothing, decimal: ',' };

    /// `1 234,5`; `1 234.5`; `1.234,5`; `1,234.5`; `3,5`.
    const ALL: [Self; 5] = [
        Self { between: Between::Space, decimal: ',' },
        Self { between: Between::Space, decimal: '.' },
        Self { between: Between::Dot, decimal: ',' },
        Self { between: Between::Comma, decimal: '.' },
        Self::DECIMAL_COMMA,
    ];

    /// The style in which all values of a column are numbers, if one of them shows that it is this one: `1,234` alone may be a
    /// thousand or a little more than one. None of numbers of digits and a point, and none where some value is a code with zeros
    /// before it.
    pub(super) fn of_column<'a>(values: impl Iterator<Item = &'a str> + Clone) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.fits(values.clone()))
    }

    fn fits<'a>(self, values: impl Iterator<Item = &'a str>) -> bool {
        let (mut is_parted, mut is_surely_parted, mut is_surely_decimal) = (false, false, false);
        for value in values {
            let Some(Parts { whole, signs, fraction, .. }) = self.parts(value) else { return false };
            if whole.len() > 1 && whole.starts_with('0') {
                return false;
            }
            is_parted |= signs > 0;
            is_surely_parted |= signs > 1 || signs > 0 && fraction.is_some();
            let could_be_thousands = |fraction: &str| fraction.len() == 3 && whole.len() <= 3 && whole != "0";
            is_surely_decimal |= fraction.is_some_and(|fraction| !could_be_thousands(fraction));
        }
        match self.between {
            Between::Space => is_parted,
            Between::Dot | Between::Comma => is_surely_parted,
            Between::Nothing => is_surely_decimal,
        }
    }

    /// Whether a sign stands between thousands.
    pub(super) fn has_thousands(self) -> bool {
        self.between != Between::Nothing
    }

    /// Whether the decimals stand behind a comma.
    pub(super) fn has_decimal_comma(self) -> bool {
        self.decimal == ','
    }

    /// A value as a number of JSON, with the digits that it has; nothing where it is none.
    pub(super) fn json(self, value: &str) -> Option<String> {
        let Parts { sign, whole, fraction, .. } = self.parts(value)?;
        let number = match fraction {
            Some(fraction) => format!("{sign}{whole}.{fraction}"),
            None => format!("{sign}{whole}"),
        };
        serde_json::from_str::<serde_json::Number>(&number).ok().map(|_| number)
    }

    fn parts(self, value: &str) -> Option<Parts<'_>> {
        let value = value.trim();
        let (sign, digits) = match value.strip_prefix(['-', '−']) {
            Some(rest) => ("-", rest),
            None => ("", value),
        };
        let (whole, fraction) = match digits.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !fraction.is_none_or(are_digits) {
            return None;
        }
        let is_between = |letter: char| match self.between {
            Between::Nothing => false,
            Between::Space => matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}'),
            Between::Dot => letter == '.',
            Between::Comma => letter == ',',
        };
        let groups: Vec<&str> = whole.split(is_between).collect();
        let are_thousands =
            groups.len() == 1 || groups[0].len() <= 3 && groups[1..].iter().all(|three| three.len() == 3);
        if !are_thousands || !groups.iter().all(|group| are_digits(group)) {
            return None;
        }
        Some(Parts { sign, whole: groups.concat(), signs: groups.len() - 1, fraction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(column: &[&str]) -> Option<Vec<Option<String>>> {
        let style = NumberStyle::of_column(column.iter().copied())?;
        Some(column.iter().map(|value| style.json(value)).collect())
    }

    #[test]
    fn thousands_are_told_by_all_numbers_of_a_column() {
        for (column, read) in [
            (
                &["1 234", "2\u{a0}345,5", "7", "−12\u{202f}345\u{202f}678"][..],
                &["1234", "2345.5", "7", "-12345678"][..],
            ),
            (&["1 234.50", "12"], &["1234.50", "12"]),
            (&["3,5", "1.234,5"], &["3.5", "1234.5"]),
            (&["1.234", "2.345.678"], &["1234", "2345678"]),
            (&["1,234.5", "1,000"], &["1234.5", "1000"]),
            (&["3,5", "10"], &["3.5", "10"]),
        ] {
            let read: Vec<Option<String>> = read.iter().map(|one| Some((*one).to_owned())).collect();
            assert_eq!(numbers(column), Some(read), "{column:?}");
        }
    }

    #[test]
    fn decimal_commas_are_told_from_thousands_and_codes() {
        for column in [&["3,5", "2"][..], &["-0,25", "1,125"], &["0,125"], &["1234,125"], &["3,50"]] {
            assert_eq!(NumberStyle::of_column(column.iter().copied()), Some(NumberStyle::DECIMAL_COMMA), "{column:?}");
        }
        for column in [
            &[][..],
            &["3", "4"],
            &["1,234", "12,000"],
            &["3,5", "x"],
            &["3,5", "1.5"],
            &["1,2,3"],
            &["007,5"],
            &["+3,5"],
            &[",5"],
            &["3,"],
        ] {
            assert_eq!(NumberStyle::of_column(column.iter().copied()), None, "{column:?}");
        }
    }

    #[test]
    fn what_is_open_or_no_number_stays_as_it_is() {
        for column in [
            &["1,234", "2,345"][..],
            &["1.234", "2.345"],
            &["1.234", "3,5"],
            &["1 23", "4"],
            &["007 123"],
            &["1 234", "x"],
            &["1 234,5", "1.234,5"],
            &["1234 567"],
            &["+380 123"],
            &["12", "13"],
            &["1,5", "2.5"],
            &["", "1 234"],
        ] {
            assert_eq!(numbers(column), None, "{column:?}");
        }
    }
}
