//! The ways in which days are written in names.

use crate::formats::day::Day;
use crate::formats::edtf::Edtf;

/// What stands between the numbers of a day.
const APART: [char; 5] = ['-', '_', '.', ' ', '/'];

/// Years that a name may mean.
const YEARS: std::ops::RangeInclusive<u16> = 1500..=2199;

/// Months by their names: English, Ukrainian, Russian, German, French and Spanish, in full and as they are shortened.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "січень", "січня", "январь", "января", "januar", "jänner", "janvier", "enero"],
    &["february", "feb", "лютий", "лютого", "февраль", "февраля", "februar", "février", "fevrier", "febrero"],
    &["march", "mar", "березень", "березня", "март", "марта", "märz", "maerz", "mars", "marzo"],
    &["april", "apr", "квітень", "квітня", "апрель", "апреля", "avril", "abril"],
    &["may", "травень", "травня", "май", "мая", "mai", "mayo"],
    &["june", "jun", "червень", "червня", "июнь", "июня", "juni", "juin", "junio"],
    &["july", "jul", "липень", "липня", "июль", "июля", "juli", "juillet", "julio"],
    &["august", "aug", "серпень", "серпня", "август", "августа", "août", "aout", "agosto"],
    &["september", "sep", "sept", "вересень", "вересня", "сентябрь", "сентября", "septembre", "septiembre"],
    &["october", "oct", "жовтень", "жовтня", "октябрь", "октября", "oktober", "octobre", "octubre"],
    &["november", "nov", "листопад", "листопада", "ноябрь", "ноября", "novembre", "noviembre"],
    &["december", "dec", "грудень", "грудня", "декабрь", "декабря", "dezember", "décembre", "decembre", "diciembre"],
];

/// The order of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
    YearMonth,
    MonthYear,
    Year,
}

/// How the numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// With a sign between them.
    Apart(char),
    /// Without, the year in four digits.
    Together,
    /// The same, the year in two digits: of this century.
    Short,
    /// The month by its name, with a sign or nothing between.
    Named,
}

/// A way of writing a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) order: Order,
    pub(super) written: Written,
}

/// A place in a name that is written like a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// In bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The day, if there is such a one.
    pub(super) day: Option<Edtf>,
    /// A time of day behind it as ISO 8601 has it, and where that ends.
    pub(super) hour: Option<(String, usize)>,
    /// Whether it is nothing else: a `T` or a time zone says so.
    pub(super) is_surely_hour: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digits,
    Letters,
    Sign(char),
}

#[derive(Debug, Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

fn tokens(name: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (start, letter) in name.char_indices() {
        let kind = match letter {
            '0'..='9' => Kind::Digits,
            letter if letter.is_alphabetic() => Kind::Letters,
            letter => Kind::Sign(letter),
        };
        let end = start + letter.len_utf8();
        match tokens.last_mut() {
            Some(last) if last.kind == kind && !matches!(kind, Kind::Sign(_)) => last.end = end,
            _ => tokens.push(Token { kind, start, end }),
        }
    }
    tokens
}

impl Form {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        use Order::{DayMonthYear, MonthDayYear, MonthYear, Year, YearMonth, YearMonthDay};
        let apart = APART.into_iter().flat_map(|sign| {
            [YearMonthDay, DayMonthYear, MonthDayYear, YearMonth, MonthYear].map(|order| (order, Written::Apart(sign)))
        });
        let whole = [YearMonthDay, DayMonthYear, MonthDayYear];
        let together = whole.into_iter().flat_map(|order| [(order, Written::Together), (order, Written::Short)]);
        let named =
            [YearMonthDay, DayMonthYear, MonthDayYear, YearMonth, MonthYear].map(|order| (order, Written::Named));
        let rest = [(YearMonth, Written::Together), (Year, Written::Together)];
        apart.chain(together).chain(named).chain(rest).map(|(order, written)| Self { order, written })
    }

    /// How much of a day it says: the more the better.
    pub(super) fn exactness(self) -> u8 {
        match self.order {
            Order::YearMonthDay | Order::DayMonthYear | Order::MonthDayYear if self.written == Written::Short => 2,
            Order::YearMonthDay | Order::DayMonthYear | Order::MonthDayYear => 3,
            Order::YearMonth | Order::MonthYear if self.written == Written::Together => 2,
            Order::YearMonth | Order::MonthYear => 1,
            Order::Year => 0,
        }
    }

    /// In letters, as people write patterns.
    pub(super) fn letters(self) -> String {
        let sign = match self.written {
            Written::Apart(sign) => sign.to_string(),
            Written::Together | Written::Short => String::new(),
            Written::Named => " ".to_owned(),
        };
        let year = if self.written == Written::Short { "YY" } else { "YYYY" };
        let (month, day) = if self.written == Written::Named { ("MONTH", "D") } else { ("MM", "DD") };
        let parts: &[&str] = match self.order {
            Order::YearMonthDay => &[year, month, day],
            Order::DayMonthYear => &[day, month, year],
            Order::MonthDayYear => &[month, day, year],
            Order::YearMonth => &[year, month],
            Order::MonthYear => &[month, year],
            Order::Year => &[year],
        };
        parts.join(&sign)
    }

    /// The form that a pattern has first, what stands before it and what after.
    pub(super) fn in_pattern(text: &str) -> Option<(Self, &str, &str)> {
        let found = Self::all().filter_map(|form| {
            let letters = form.letters();
            Some((text.find(&letters)?, letters.len(), form))
        });
        // The longest: `YYYY-MM-DD` has `YYYY-MM` in it.
        let (start, length, form) = found.max_by_key(|(start, length, _)| (*length, std::cmp::Reverse(*start)))?;
        Some((form, &text[..start], &text[start + length..]))
    }

    /// The places in a name that are written so, from left to right, but for those that are part of a day written more exactly.
    pub(super) fn matches(self, name: &str) -> impl Iterator<Item = Match> {
        let tokens = tokens(name);
        let mut found = self.places(name, &tokens);
        if !found.is_empty() {
            for other in Self::all().filter(|other| other.exactness() > self.exactness()) {
                let more = other.places(name, &tokens);
                found.retain(|one| more.iter().all(|more| one.end <= more.start || more.end <= one.start));
            }
        }
        found.into_iter()
    }

    fn places(self, name: &str, tokens: &[Token]) -> Vec<Match> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match self.match_at(name, tokens, at) {
                Some((one, taken)) => {
                    found.push(one);
                    at += taken;
                }
                None => at += 1,
            }
        }
        found
    }

    /// A match that begins with a token, and how many tokens it takes.
    fn match_at(self, name: &str, tokens: &[Token], at: usize) -> Option<(Match, usize)> {
        let text = |token: &Token| &name[token.start..token.end];
        let first = &tokens[at];
        let whole = |year: u16, month: Option<u8>, day: Option<u8>| {
            let is_year = YEARS.contains(&year);
            Day::new(year, month, day).filter(|_| is_year).map(Edtf::from)
        };
        let number = |text: &str| text.parse::<u16>().ok();
        let (day, taken, end, rest) = match self.written {
            Written::Together | Written::Short => {
                let digits = (first.kind == Kind::Digits).then(|| text(first))?;
                let length = match (self.order, self.written) {
                    (Order::Year, _) => 4,
                    (Order::YearMonth | Order::MonthYear, _) | (_, Written::Short) => 6,
                    _ => 8,
                };
                // A time of day may stand right behind a whole day.
                let has_hour = length == 8 && matches!(digits.len(), 12 | 14);
                if digits.len() != length && !has_hour {
                    return None;
                }
                let part = |from: usize, to: usize| number(&digits[from..to]);
                let years = if self.written == Written::Short { 2 } else { 4 };
                let century = if years == 2 { 2000 } else { 0 };
                let (year, month, day) = match self.order {
                    Order::YearMonthDay => (part(0, years)?, part(years, years + 2), part(years + 2, years + 4)),
                    Order::DayMonthYear => (part(4, 4 + years)?, part(2, 4), part(0, 2)),
                    Order::MonthDayYear => (part(4, 4 + years)?, part(0, 2), part(2, 4)),
                    Order::YearMonth => (part(0, 4)?, part(4, 6), None),
                    Order::MonthYear => (part(2, 6)?, part(0, 2), None),
                    Order::Year => (part(0, 4)?, None, None),
                };
                let small = |number: Option<u16>| number.map(|number| number as u8);
                // A number that may be anything is no day of an impossible month.
                let day = whole(century + year, small(month), small(day));
                if day.is_none() && (length < 8 || !YEARS.contains(&year)) {
                    return None;
                }
                let end = first.start + length;
                (day, 1, end, &name[end..])
            }
            Written::Apart(sign) => {
                let count = if matches!(self.order, Order::YearMonth | Order::MonthYear) { 2 } else { 3 };
                let parts = parts_apart(name, tokens, at, count, sign)?;
                let digits = |part: usize, least: usize, most: usize| {
                    let part = parts.get(part)?;
                    (least..=most).contains(&part.len()).then(|| number(part)).flatten()
                };
                let (year, month, day) = match self.order {
                    Order::YearMonthDay => (digits(0, 4, 4)?, digits(1, 1, 2)?, Some(digits(2, 1, 2)?)),
                    Order::DayMonthYear => (digits(2, 4, 4)?, digits(1, 1, 2)?, Some(digits(0, 1, 2)?)),
                    Order::MonthDayYear => (digits(2, 4, 4)?, digits(0, 1, 2)?, Some(digits(1, 1, 2)?)),
                    Order::YearMonth => (digits(0, 4, 4)?, digits(1, 2, 2)?, None),
                    _ => (digits(1, 4, 4)?, digits(0, 2, 2)?, None),
                };
                if !YEARS.contains(&year) {
                    return None;
                }
                let taken = 2 * count - 1;
                let end = tokens[at + taken - 1].end;
                (whole(year, Some(month as u8), day.map(|day| day as u8)), taken, end, &name[end..])
            }
            Written::Named => {
                let (parts, taken) = parts_named(name, tokens, at, self.order)?;
                let (year, month, day) = parts;
                if !YEARS.contains(&year) {
                    return None;
                }
                let end = tokens[at + taken - 1].end;
                (whole(year, Some(month), day), taken, end, &name[end..])
            }
        };
        let hour = if self.exactness() == 3 { hour_behind(rest) } else { None };
        let is_surely_hour = hour.as_ref().is_some_and(|hour| hour.is_sure);
        let hour = hour.map(|hour| (hour.iso, end + hour.bytes));
        Some((Match { start: first.start, end, day, hour, is_surely_hour }, taken))
    }
}

/// Numbers with the same sign between them.
fn parts_apart<'a>(name: &'a str, tokens: &[Token], at: usize, count: usize, sign: char) -> Option<Vec<&'a str>> {
    let mut parts = Vec::with_capacity(count);
    for part in 0..count {
        let token = tokens.get(at + 2 * part)?;
        if token.kind != Kind::Digits {
            return None;
        }
        if part > 0 && tokens.get(at + 2 * part - 1)?.kind != Kind::Sign(sign) {
            return None;
        }
        parts.push(&name[token.start..token.end]);
    }
    Some(parts)
}

/// Year, month and day.
type Parts = (u16, u8, Option<u8>);

/// Year, month and day with the month by its name, and how many tokens they take.
fn parts_named(name: &str, tokens: &[Token], at: usize, order: Order) -> Option<(Parts, usize)> {
    enum Want {
        Year,
        Month,
        Day,
    }
    let wanted: &[Want] = match order {
        Order::YearMonthDay => &[Want::Year, Want::Month, Want::Day],
        Order::DayMonthYear => &[Want::Day, Want::Month, Want::Year],
        Order::MonthDayYear => &[Want::Month, Want::Day, Want::Year],
        Order::YearMonth => &[Want::Year, Want::Month],
        Order::MonthYear => &[Want::Month, Want::Year],
        Order::Year => return None,
    };
    let (mut year, mut month, mut day) = (None, None, None);
    let mut next = at;
    for (number, want) in wanted.iter().enumerate() {
        // One sign may stand between, or a comma and a blank.
        for _ in 0..2 {
            if number > 0 && matches!(tokens.get(next)?.kind, Kind::Sign(sign) if sign == ',' || APART.contains(&sign))
            {
                next += 1;
            }
        }
        let token = tokens.get(next)?;
        let text = &name[token.start..token.end];
        match want {
            Want::Year if token.kind == Kind::Digits && text.len() == 4 => year = text.parse().ok(),
            Want::Day if token.kind == Kind::Digits && text.len() <= 2 => day = text.parse().ok(),
            Want::Month if token.kind == Kind::Letters => {
                let lower = text.to_lowercase();
                let place = MONTHS.iter().position(|names| names.contains(&lower.as_str()))?;
                month = Some(place as u8 + 1);
            }
            _ => return None,
        }
        next += 1;
    }
    Some(((year?, month?, day), next - at))
}

struct HourBehind {
    iso: String,
    bytes: usize,
    is_sure: bool,
}

/// A time of day at the beginning of what stands behind a day: `T2100Z`, `_21-00`, `210000`.
fn hour_behind(rest: &str) -> Option<HourBehind> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    let is_led = matches!(bytes.first(), Some(b'T' | b't'));
    if is_led || bytes.first().is_some_and(|sign| APART.contains(&char::from(*sign))) {
        at += 1;
    }
    let two = |at: usize| -> Option<u8> {
        let digits = bytes.get(at..at + 2).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        Some((digits[0] - b'0') * 10 + digits[1] - b'0')
    };
    let is_sign = |at: usize| matches!(bytes.get(at), Some(b':' | b'-' | b'.' | b'_' | b'h'));
    let hour = two(at).filter(|hour| *hour < 24)?;
    at += 2;
    at += usize::from(is_sign(at));
    let minute = two(at).filter(|minute| *minute < 60)?;
    at += 2;
    let mut iso = format!("{hour:02}:{minute:02}");
    let second = two(at).map(|second| (second, at)).or_else(|| Some((two(at + 1).filter(|_| is_sign(at))?, at + 1)));
    if let Some((second, start)) = second.filter(|(second, _)| *second < 60) {
        iso.push_str(&format!(":{second:02}"));
        at = start + 2;
    }
    let after = &rest[at..];
    let mut is_sure = is_led;
    if let Some(zone) = ["Z", "z", "UTC", "utc", "GMT"].into_iter().find(|zone| after.starts_with(zone)) {
        iso.push('Z');
        at += zone.len();
        is_sure = true;
    } else if let Some(sign @ ('+' | '-')) = after.chars().next()
        && is_led
        && let Some(hours) = two(at + 1)
    {
        let colon = usize::from(bytes.get(at + 3) == Some(&b':'));
        let minutes = two(at + 3 + colon);
        iso.push_str(&format!("{sign}{hours:02}:{:02}", minutes.unwrap_or(0)));
        at += 3 + minutes.map_or(0, |_| 2 + colon);
        is_sure = true;
    }
    // More digits or letters behind it: it is something else.
    let ends = rest[at..].chars().next().is_none_or(|letter| !letter.is_alphanumeric());
    ends.then_some(HourBehind { iso, bytes: at, is_sure })
}
