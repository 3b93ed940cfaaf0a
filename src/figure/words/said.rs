//! What figures say of overlays, sources and sizes, in the words of a language.

use super::Words;
use crate::dossier::own_line::Counting;
use crate::dossier::words as english;
use crate::dossier::{Accuracy, Dossier, EventDays, Measure, Overlay, OwnLine, Quantity, ReportedFigure, Size, Stated};
use crate::formats::day::Day;
use crate::formats::edtf::Edtf;
use crate::formats::language::Language;
use crate::formats::locale::Unit;
use crate::formats::number::is_written_as_nothing;

/// More letters of a filter than this are cut off.
const LONGEST_FILTER: usize = 160;

impl Words {
    /// Whether these are the words in which dossiers and window speak: those of sources stand as they are.
    fn is_english(&self) -> bool {
        self.locale.tag == Language::WINDOW
    }

    /// A day, a month, a year or two days; other text as it stands.
    pub(in crate::figure) fn date(&self, iso: &str) -> String {
        // After words in Latin letters a number would be read as theirs.
        self.directed(&self.locale.date(iso)).into_owned()
    }

    /// A share in percent, with a decimal; of what is too small for that, `< 0.1 %`.
    pub(in crate::figure) fn percent(&self, percent: f64) -> String {
        let is_least = percent > 0.0 && percent < 0.05;
        let number = self.locale.number(if is_least { 0.1 } else { percent }, 1);
        self.locale.percent(&if is_least { format!("< {number}") } else { number })
    }

    /// The headline of a map that is one of several, each of another day, week or month: what all are of, if it is said, and that of
    /// this one.
    pub fn map_of_day(&self, title: &str, when: Edtf) -> String {
        let day = self.date(&when.iso());
        if title.is_empty() { day } else { self.fill(self.map_of_day, &[("title", title), ("day", &day)]) }
    }

    /// When something was published.
    pub(in crate::figure) fn published(&self, iso: Option<&str>) -> String {
        iso.map_or_else(|| self.undated.to_owned(), |iso| self.date(iso))
    }

    /// A size, no unit of which stands at the head of a line.
    pub(in crate::figure) fn unbroken(&self, words: &str) -> String {
        // Other languages have such spaces in their patterns, or none.
        if self.is_english() { words.replace(" km", "\u{a0}km") } else { words.to_owned() }
    }

    /// `5,642 km², 217 km, 3 points`: what there is of it.
    pub(in crate::figure) fn size(&self, size: Size) -> String {
        let locale = self.locale;
        let points = (size.points > 0).then(|| {
            let number = locale.number(size.points as f64, 0);
            self.counted_as(&self.points, size.points, &number, &[])
        });
        let parts =
            [(size.km2 > 0.0).then(|| locale.km2(size.km2)), (size.km > 0.0).then(|| locale.km(size.km)), points];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { locale.km2(0.0) } else { self.list(parts) }
    }

    /// What a shape measures.
    pub(in crate::figure) fn measured(&self, size: &str) -> String {
        self.fill(self.measured, &[("size", size)])
    }

    /// The measured size of an overlay, with no more digits than its accuracy bears; of places none.
    pub(in crate::figure) fn measured_of(&self, overlay: &Overlay) -> Option<String> {
        Some(self.measured(&self.size_of(overlay)?))
    }

    /// Square kilometres with as many decimals as suit a size.
    fn km2(&self, km2: f64, size: f64) -> String {
        self.locale.area(km2, decimals_of(size))
    }

    fn size_of(&self, overlay: &Overlay) -> Option<String> {
        let rounded = |value: f64| if overlay.is_approximate() { english::three_digits(value) } else { value };
        Some(match overlay.measure {
            Measure::Area { km2, .. } => self.km2(rounded(km2), km2),
            Measure::Length { km } => self.locale.km(rounded(km)),
            Measure::Count { .. } => return None,
            Measure::Mixed(size) => self.size(size),
        })
    }

    /// The measured size, and within what range the true one lies if it is approximate.
    pub(in crate::figure) fn measured_note(&self, overlay: &Overlay) -> Option<String> {
        let size = self.size_of(overlay)?;
        let note = match overlay.measure {
            Measure::Area { range_km2: Some((low, high)), .. } => {
                let [low, most] = [low, high].map(english::three_digits);
                let low = self.locale.area_from(low, most, decimals_of(high));
                let high = self.km2(most, high);
                self.fill(self.measured_range, &[("size", &size), ("low", &low), ("high", &high)])
            }
            Measure::Area { .. } | Measure::Length { .. } if overlay.is_approximate() => {
                self.fill(self.measured_about, &[("size", &size)])
            }
            _ => self.measured(&size),
        };
        Some(self.unbroken(&note))
    }

    /// A number, written already, in a unit of the dossier format.
    fn in_unit_of(&self, value: f64, number: &str, unit: &str) -> String {
        match unit {
            "km2" => self.locale.in_unit(value, number, Unit::Km2),
            "km" => self.locale.in_unit(value, number, Unit::Km),
            "percent" => self.locale.percent(number),
            other => format!("{number} {other}"),
        }
    }

    /// A value in a unit of the dossier format.
    pub(in crate::figure) fn value(&self, value: f64, unit: &str) -> String {
        if self.is_english() {
            return english::value(value, unit);
        }
        if unit == "km2" && is_written_as_nothing(value, 0) {
            return self.locale.area(value, 1);
        }
        let decimals = usize::from(value.fract().abs() > 1e-9 && value.abs() < 100.0 && unit != "km2");
        // Beyond what digits are good for.
        let number = if value.abs() >= 1e15 {
            english::number_of_any_size(value, 3)
        } else {
            self.locale.number(value, decimals)
        };
        self.in_unit_of(value, &number, unit)
    }

    /// A signed difference; of percentages in percentage points.
    pub(in crate::figure) fn difference(&self, difference: f64, unit: &str) -> String {
        let sign = if difference > 0.0 { "+" } else { "" };
        if unit == "km2" && is_written_as_nothing(difference, 0) {
            return format!("{sign}{}", self.locale.area(difference, 1));
        }
        let number = format!("{sign}{}", self.locale.number(difference, usize::from(unit != "km2")));
        if unit == "percent" {
            self.fill(self.percentage_points, &[("number", &number)])
        } else {
            self.in_unit_of(difference, &number, unit)
        }
    }

    /// A reported figure, qualified as its source qualifies it; where `is_signed`, what means "about" is a sign.
    pub(in crate::figure) fn figure(&self, figure: &ReportedFigure, is_signed: bool) -> String {
        let decimals = figure.value.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let size = self.in_unit_of(figure.value, &self.locale.number(figure.value, decimals), &figure.unit);
        let size = match &figure.hedge {
            Some(hedge) => self.hedged(hedge, &size, is_signed),
            None => size,
        };
        match figure.quantity {
            Quantity::Poll => self.fill(self.of_those_asked, &[("size", &size)]),
            Quantity::Area | Quantity::Share | Quantity::Width => size,
        }
    }

    /// A size with the word by which a source qualifies it, which is data and in English; one that is not known stands as
    /// it is.
    fn hedged(&self, hedge: &str, size: &str, is_signed: bool) -> String {
        let is_about = english::hedge_sign(hedge) == ABOUT;
        let template = match hedge {
            _ if is_about && (is_signed || !self.is_english()) => return format!("{ABOUT} {size}"),
            _ if self.is_english() => None,
            "more than" | "over" => Some(self.hedges.more_than),
            "less than" | "under" => Some(self.hedges.less_than),
            "at least" => Some(self.hedges.at_least),
            "up to" | "at most" => Some(self.hedges.up_to),
            "nearly" | "almost" => Some(self.hedges.nearly),
            _ => None,
        };
        template.map_or_else(|| format!("{hedge} {size}"), |template| self.fill(template, &[("size", size)]))
    }

    /// The number that is stated of an overlay, with who states it: `≈ 5,600 km², says Bild`.
    pub(in crate::figure) fn stated(&self, dossier: &Dossier, stated: &Stated<'_>) -> String {
        let size = self.figure(stated.figure, true);
        let whole = stated.figure.of.as_deref().and_then(|id| dossier.overlay(id));
        let size = match whole {
            Some(whole) => self.fill(self.of_whole, &[("size", &size), ("whole", self.name_in(&whole.title))]),
            None => size,
        };
        let values = [("size", size.as_str()), ("source", stated.source)];
        match stated.other_sources {
            0 if stated.is_traced => self.fill(self.says, &values),
            0 => self.fill(self.according, &values),
            1 => self.fill(self.according_and_another, &values),
            others => self.counted(&self.according_and_others, others, &values),
        }
    }

    /// How exact an overlay's shape is.
    pub(in crate::figure) fn accuracy_range(&self, overlay: &Overlay) -> Option<String> {
        let Some(Accuracy { from_m, to_m, .. }) = overlay.accuracy else {
            return overlay.accuracy_m.map(|accuracy_m| self.accuracy(accuracy_m));
        };
        // One unit for both ends.
        let from = if from_m >= 1000.0 { self.locale.distance_km(from_m) } else { self.locale.distance(from_m) };
        Some(self.fill(self.by_stretch, &[("from", &from), ("to", &self.locale.distance(to_m))]))
    }

    /// `± 2 km`.
    pub(in crate::figure) fn accuracy(&self, accuracy_m: f64) -> String {
        format!("± {}", self.locale.distance(accuracy_m))
    }

    /// How the accuracy of an overlay's shape was tested; `None` where no report was left out to test it.
    pub(in crate::figure) fn accuracy_tested(&self, overlay: &Overlay) -> Option<String> {
        let accuracy = overlay.accuracy.as_ref()?;
        let (within, all) = (accuracy.left_out_within?, accuracy.left_out.filter(|all| *all > 0)?);
        Some(self.fill(self.tested, &[("within", &within.to_string()), ("all", &all.to_string())]))
    }

    /// Words in the language's quotation marks.
    pub(in crate::figure) fn quoted(&self, words: &str) -> String {
        let words = self.apart(words.trim());
        if self.is_english() {
            return english::quoted(&words);
        }
        let [open, close] = self.quotes;
        format!("{open}{words}{close}")
    }

    /// That a line is the user's own, not the dossier's.
    pub(in crate::figure) fn own_line(&self, title: &str, file: &str) -> String {
        self.fill(self.own_line, &[("title", title), ("file", file)])
    }

    /// The same with which features of its file count.
    pub(in crate::figure) fn own_line_note(&self, own: &OwnLine, title: &str, file: &str) -> String {
        let notice = self.own_line(title, file);
        let counts = match &own.counting {
            Counting::All => return notice,
            Counting::Where(filter) => self.fill(self.counts_where, &[("filter", &filter.to_string())]),
            Counting::Kinds(labels) => {
                let kinds = self.list(labels.iter().map(|label| self.quoted(label)));
                self.fill(self.counts_kinds, &[("kinds", &kinds)])
            }
        };
        self.long_list([notice, counts])
    }

    /// Of which days the events are that are shown.
    pub(in crate::figure) fn only_of(&self, days: &EventDays) -> String {
        let EventDays { property, from, to, .. } = days;
        let date = |day: &Day| self.date(&day.iso());
        let property = ("property", property.as_str());
        let shown = match from {
            Some(from) if from == to => self.fill(self.only_of_day, &[("day", &date(to)), property]),
            Some(from) => self.fill(self.only_of_days, &[("from", &date(from)), ("to", &date(to)), property]),
            None => self.fill(self.only_up_to, &[("to", &date(to)), property]),
        };
        self.long_list(std::iter::once(shown).chain(self.undated_of(days)))
    }

    /// How many more may be of these days, if any.
    pub(in crate::figure) fn undated_of(&self, days: &EventDays) -> Option<String> {
        let count = self.locale.number(days.undated as f64, 0);
        (days.undated > 0).then(|| self.fill(self.day_unknown, &[("count", &count)]))
    }

    /// What a filter leaves. A long one is cut.
    pub(in crate::figure) fn only_where(&self, filter: &str) -> String {
        let cut = if filter.chars().count() > LONGEST_FILTER { " …" } else { "" };
        let filter = format!("{}{cut}", filter.chars().take(LONGEST_FILTER).collect::<String>());
        self.fill(self.only_where, &[("filter", &filter)])
    }
}

/// How many decimals square kilometres have: what is smaller than a few fields would else be nothing.
fn decimals_of(km2: f64) -> usize {
    match km2.abs() {
        size if size >= 100.0 => 0,
        size if size >= 1.0 || size == 0.0 => 1,
        _ => 3,
    }
}

const ABOUT: &str = "≈";
