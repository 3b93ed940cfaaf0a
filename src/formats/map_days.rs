//! Maps that have pictures of every day: where the day stands in their address, or in the time that a service is asked for, it is
//! written in braces, as `{YYYY}-{MM}-{DD}` or `{YYYY-MM-DD}`.

use super::day::Day;
use super::map_source::MapSource;

/// The time by which a service is asked for the day that is shown.
pub const TIME_OF_DAY: &str = "{YYYY-MM-DD}";

/// A text with the parts of a day in the place of the letters in braces that stand for them; `None` of a text without a year in
/// braces.
fn filled(text: &str, day: Day) -> Option<String> {
    let (mut out, mut rest, mut any) = (String::with_capacity(text.len()), text, false);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((inside, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if stands_for_day(inside) {
            any |= inside.contains("YYYY");
            let (month, of_month) = (day.month().unwrap_or(1), day.day().unwrap_or(1));
            let written = inside
                .replace("YYYY", &format!("{:04}", day.year()))
                .replace("MM", &format!("{month:02}"))
                .replace("DD", &format!("{of_month:02}"));
            out.push_str(&written);
        } else {
            out.push('{');
            out.push_str(inside);
            out.push('}');
        }
        rest = behind;
    }
    out.push_str(rest);
    any.then_some(out)
}

/// Whether letters in braces are parts of a day: `YYYY`, `MM`, `DD`, and what may stand between them.
fn stands_for_day(inside: &str) -> bool {
    let left = inside.replacen("YYYY", "", 1).replacen("MM", "", 1).replacen("DD", "", 1);
    left.len() < inside.len() && left.chars().all(|letter| "-_/.".contains(letter))
}

fn has_day(text: &str) -> bool {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(inside, _)| inside));
    inside.into_iter().any(|inside| inside.contains("YYYY") && stands_for_day(inside))
}

impl MapSource {
    /// Whether its pictures are of the day that is shown.
    pub fn is_by_day(&self) -> bool {
        has_day(&self.address) || has_day(&self.request.time)
    }

    /// Whether a day has to be chosen before there is anything to ask for.
    pub fn lacks_day(&self) -> bool {
        has_day(&self.address)
    }

    /// The map as on a day; `None` of one that is the same on all days. Without a day a service is asked for its usual time.
    #[must_use]
    pub fn on(&self, day: Option<Day>) -> Option<Self> {
        if !self.is_by_day() {
            return None;
        }
        let mut then = self.clone();
        match day {
            Some(day) => {
                then.address = filled(&self.address, day).unwrap_or(then.address);
                then.request.time = filled(&self.request.time, day).unwrap_or(then.request.time);
                then.imagery_date = day.iso();
            }
            None if has_day(&self.request.time) => then.request.time.clear(),
            None => {}
        }
        Some(then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::map_source::MapKind;

    #[test]
    fn a_day_takes_the_place_of_the_letters_that_stand_for_it() {
        let day: Day = "2025-02-06".parse().unwrap();
        for (written, then) in [
            ("https://h/{YYYY}-{MM}-{DD}/{z}/{x}/{y}.png", Some("https://h/2025-02-06/{z}/{x}/{y}.png")),
            ("https://h/{YYYY-MM-DD}/{z}/{x}/{y}.png", Some("https://h/2025-02-06/{z}/{x}/{y}.png")),
            ("https://h/{YYYY/MM}/{z}/{x}/{-y}", Some("https://h/2025/02/{z}/{x}/{-y}")),
            ("https://h/{YYYYMMDD}/{z}/{x}/{y}?key={key}", Some("https://h/20250206/{z}/{x}/{y}?key={key}")),
            ("https://h/{z}/{x}/{y}.png", None),
            ("https://h/{MM}/{z}/{x}/{y}.png", None),
            ("{YYYY", None),
            ("{}{YYYY}", Some("{}2025")),
        ] {
            assert_eq!(filled(written, day).as_deref(), then, "{written}");
        }
    }

    #[test]
    fn a_service_is_asked_for_the_day_or_for_its_usual_time() {
        let mut map = MapSource { kind: MapKind::Wms, address: "https://h/wms".to_owned(), ..MapSource::builtin() };
        assert_eq!(map.on(Some("2025-02-06".parse().unwrap())), None);
        map.request.time = TIME_OF_DAY.to_owned();
        let then = map.on(Some("2025-02-06".parse().unwrap())).unwrap();
        assert_eq!((then.request.time.as_str(), then.imagery_date.as_str()), ("2025-02-06", "2025-02-06"));
        let usual = map.on(None).unwrap();
        assert!(usual.request.time.is_empty() && usual.imagery_date == map.imagery_date && !usual.lacks_day());
        map.address = "https://h/{YYYY}/wms".to_owned();
        assert!(map.on(None).unwrap().lacks_day() && !then.lacks_day());
    }
}
