//! The grammar of EDTF, letter by letter.

use super::{Edtf, EdtfDate, EdtfError, EdtfFault, End, Hour, Part, Qualifier, Season, Zone};
use crate::formats::day::Day;

/// Reads a whole text.
pub(super) fn edtf(text: &str) -> Result<Edtf, EdtfError> {
    let mut reader = Reader { text, at: 0 };
    let from = reader.end()?;
    let when = if reader.takes(b'/') {
        let to = reader.end()?;
        if let (End::Date(from), End::Date(to)) = (&from, &to)
            && from.earliest() > to.latest()
        {
            let stroke = text.find('/').unwrap_or_default();
            return Err(reader.fault(stroke + 1, EdtfFault::Backwards));
        }
        Edtf::Interval { from, to }
    } else {
        match from {
            End::Date(date) => Edtf::Date(date),
            End::Open | End::Unknown => return Err(reader.expected("a year of four digits, such as 2025")),
        }
    };
    match reader.next() {
        None => Ok(when),
        Some(b'X') => {
            Err(reader.expected("no X here: only the last digits of a year, a month and a day may be unspecified"))
        }
        Some(_) => Err(reader.expected("the end of the date")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn takes(&mut self, letter: u8) -> bool {
        let is_next = self.next() == Some(letter);
        self.at += usize::from(is_next);
        is_next
    }

    fn fault(&self, at: usize, what: EdtfFault) -> EdtfError {
        let before = self.text.char_indices().take_while(|(start, _)| *start < at).count();
        EdtfError { letter: before + 1, what }
    }

    fn expected(&self, what: &'static str) -> EdtfError {
        self.fault(self.at, EdtfFault::Expected(what))
    }

    /// So many digits.
    fn digits(&mut self, count: usize, what: &'static str) -> Result<u32, EdtfError> {
        let mut number = 0;
        for _ in 0..count {
            match self.next() {
                Some(digit @ b'0'..=b'9') => number = number * 10 + u32::from(digit - b'0'),
                _ => return Err(self.expected(what)),
            }
            self.at += 1;
        }
        Ok(number)
    }

    fn two(&mut self, what: &'static str) -> Result<u8, EdtfError> {
        self.digits(2, what).map(|number| number as u8)
    }

    /// Two digits or `XX`, which is `None`.
    fn two_or_unspecified(&mut self, what: &'static str) -> Result<Option<u8>, EdtfError> {
        if self.takes(b'X') {
            return if self.takes(b'X') { Ok(None) } else { Err(self.expected("a second X")) };
        }
        self.two(what).map(Some)
    }

    fn end(&mut self) -> Result<End, EdtfError> {
        match self.next() {
            None | Some(b'/') => Ok(End::Unknown),
            Some(b'.') => {
                self.at += 1;
                if self.takes(b'.') { Ok(End::Open) } else { Err(self.expected("a second dot, as in ..")) }
            }
            Some(b'[' | b'{') => Err(self.fault(self.at, EdtfFault::Unread("sets of dates"))),
            Some(b'Y' | b'-') => Err(self.fault(self.at, EdtfFault::Unread("years before 0000 and after 9999"))),
            Some(b'?' | b'~' | b'%') => {
                Err(self.fault(self.at, EdtfFault::Unread("qualifiers in front of a part of a date")))
            }
            Some(_) => self.date().map(End::Date),
        }
    }

    fn date(&mut self) -> Result<EdtfDate, EdtfError> {
        const YEAR: &str = "a year of four digits, such as 2025";
        let mut year = self.digits(2, YEAR)? as u16;
        let mut open_digits = 0;
        for _ in 0..2 {
            let digit = match self.next() {
                Some(digit @ b'0'..=b'9') if open_digits == 0 => u16::from(digit - b'0'),
                Some(b'X') => {
                    open_digits += 1;
                    0
                }
                _ => return Err(self.expected(if open_digits == 0 { YEAR } else { "X, as for the digit before" })),
            };
            year = year * 10 + digit;
            self.at += 1;
        }
        let part = if open_digits == 0 && self.takes(b'-') { self.part(year)? } else { Part::Whole };
        let hour = match part {
            Part::Day(..) if self.takes(b'T') => Some(self.hour()?),
            _ => None,
        };
        let qualifier = [Qualifier::Uncertain, Qualifier::Approximate, Qualifier::Both]
            .into_iter()
            .find(|qualifier| self.next() == Some(qualifier.sign() as u8));
        self.at += usize::from(qualifier.is_some());
        Ok(EdtfDate { year, open_digits, part, hour, qualifier })
    }

    fn part(&mut self, year: u16) -> Result<Part, EdtfError> {
        const DAY: &str = "a day of two digits, or XX";
        let at = self.at;
        let Some(month) = self.two_or_unspecified("a month or a season of two digits, or XX")? else {
            if !self.takes(b'-') {
                return Ok(Part::SomeMonth);
            }
            return match self.two_or_unspecified("XX, because the month is unspecified too")? {
                None => Ok(Part::SomeDay),
                Some(_) => {
                    self.at -= 2;
                    Err(self.expected("XX, because the month is unspecified too"))
                }
            };
        };
        if let Some(season) = Season::ALL.into_iter().find(|season| season.number() == month) {
            return Ok(Part::Season(season));
        }
        if !(1..=12).contains(&month) {
            return Err(self.fault(at, EdtfFault::Impossible("month or season")));
        }
        if !self.takes(b'-') {
            return Ok(Part::Month(month));
        }
        let at = self.at;
        match self.two_or_unspecified(DAY)? {
            None => Ok(Part::SomeDayOf(month)),
            Some(day) if Day::new(year, Some(month), Some(day)).is_some() => Ok(Part::Day(month, day)),
            Some(_) => Err(self.fault(at, EdtfFault::Impossible("day in that month"))),
        }
    }

    fn hour(&mut self) -> Result<Hour, EdtfError> {
        let at = self.at;
        let hour = self.two("an hour of two digits")?;
        if hour > 24 {
            return Err(self.fault(at, EdtfFault::Impossible("hour")));
        }
        if !self.takes(b':') {
            return Err(self.expected("a colon and the minutes"));
        }
        let at = self.at;
        let minute = self.two("minutes of two digits")?;
        let (mut second, mut fraction) = (None, None);
        if self.takes(b':') {
            let at = self.at;
            let seconds = self.two("seconds of two digits")?;
            // 60 is a leap second.
            if seconds > 60 {
                return Err(self.fault(at, EdtfFault::Impossible("second")));
            }
            second = Some(seconds);
            if self.takes(b'.') {
                let rest = &self.text.as_bytes()[self.at..];
                let count = rest.iter().take_while(|digit| digit.is_ascii_digit()).count();
                if !(1..=9).contains(&count) {
                    return Err(self.expected("one to nine digits after the second"));
                }
                fraction = Some((self.digits(count, "digits")?, count as u8));
            }
        }
        let is_midnight =
            minute == 0 && second.unwrap_or_default() == 0 && fraction.is_none_or(|(digits, _)| digits == 0);
        if minute > 59 || hour == 24 && !is_midnight {
            return Err(self.fault(at, EdtfFault::Impossible("minute")));
        }
        let zone = self.zone()?;
        Ok(Hour { hour, minute, second, fraction, zone })
    }

    fn zone(&mut self) -> Result<Zone, EdtfError> {
        if self.takes(b'Z') {
            return Ok(Zone::Utc);
        }
        let sign = match self.next() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Ok(Zone::Unsaid),
        };
        self.at += 1;
        let at = self.at;
        let hours = self.two("the hours of a time zone, such as +03")?;
        let is_short = !self.takes(b':');
        let minutes = if is_short { 0 } else { self.two("the minutes of a time zone, such as +03:00")? };
        // ISO 8601-1 has no −00:00, and no clock is further from Greenwich than this.
        if hours > 14 || minutes > 59 || (sign < 0 && hours == 0 && minutes == 0) {
            return Err(self.fault(at, EdtfFault::Impossible("time zone")));
        }
        Ok(Zone::Ahead { minutes: sign * (i16::from(hours) * 60 + i16::from(minutes)), is_short })
    }
}
