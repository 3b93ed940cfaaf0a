//! A figure's own words in the languages that it speaks: a file for each, which says whether a native speaker has read it.
//!
//! A phrase is a template: what stands in braces is filled in. A language without one of them does not compile. What
//! dossiers, files and users say is never translated; it is taken in the figure's language where they give it in that.

mod ar;
mod az;
pub(in crate::figure) mod changes;
mod de;
mod en;
mod es;
mod fr;
mod he;
mod hy;
mod ka;
mod pl;
mod ru;
mod said;
mod uk;
mod zh;

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::document::annotation::{AreaKind, PathKind, PointKind, Shape};
use crate::formats::direction;
use crate::formats::language::{Language, Text};
use crate::formats::locale::{Form, Locale};

/// A phrase that counts: the form of it for each form that numbers take in the language, the last for all others.
#[derive(Debug, PartialEq)]
pub struct Counted {
    /// The forms that differ.
    pub(super) forms: &'static [(Form, &'static str)],
    /// That for all others.
    pub(super) other: &'static str,
}

/// The names of what users draw.
#[derive(Debug, PartialEq)]
pub struct ShapeNames {
    pub(super) marker: &'static str,
    pub(super) text: &'static str,
    pub(super) callout: &'static str,
    pub(super) line: &'static str,
    pub(super) arrow: &'static str,
    pub(super) freehand: &'static str,
    pub(super) measured_line: &'static str,
    pub(super) polygon: &'static str,
    pub(super) rectangle: &'static str,
    pub(super) measured_area: &'static str,
    pub(super) circle: &'static str,
    pub(super) other: &'static str,
}

/// The words with which a source qualifies a number; each a template around the `{size}`.
#[derive(Debug, PartialEq)]
pub struct Hedges {
    pub(super) more_than: &'static str,
    pub(super) less_than: &'static str,
    pub(super) at_least: &'static str,
    pub(super) up_to: &'static str,
    pub(super) nearly: &'static str,
}

/// The words of a figure of what changed, and of where two accounts differ.
#[derive(Debug, PartialEq)]
pub struct ChangeWords {
    pub(super) what_changed: &'static str,
    /// Of two titles: `{before}`, `{after}`
    pub(super) changed_from_to: &'static str,
    /// Of two days: `{before}`, `{after}`
    pub(super) changed_between: &'static str,
    /// `{before}`, `{after}`
    pub(super) states: &'static str,
    /// `{one}`, `{other}`
    pub(super) accounts_differ: &'static str,
    /// `{title}`, `{day}`
    pub(super) edition_of_day: &'static str,
    /// `{title}`, `{version}`
    pub(super) edition_version: &'static str,
    pub(super) gained: &'static str,
    pub(super) lost: &'static str,
    pub(super) added: &'static str,
    pub(super) removed: &'static str,
    /// `{title}` is that of an account.
    pub(super) only_by: &'static str,
    /// `{title}`
    pub(super) now: &'static str,
    /// `{title}`
    pub(super) formerly: &'static str,
    /// `{title}`
    pub(super) only_within: &'static str,
}

/// What the parts of a figure are called for readers who do not see it.
#[derive(Debug, PartialEq)]
pub struct PartNames {
    pub(super) title: &'static str,
    pub(super) legend: &'static str,
    pub(super) sources: &'static str,
    pub(super) comparison: &'static str,
    pub(super) notes: &'static str,
    pub(super) credits: &'static str,
    pub(super) scale_bar: &'static str,
    pub(super) north_arrow: &'static str,
    pub(super) scale_and_north: &'static str,
    pub(super) callout: &'static str,
    pub(super) covering: &'static str,
    pub(super) locator: &'static str,
    pub(super) graticule: &'static str,
    pub(super) frame: &'static str,
    pub(super) degrees: &'static str,
    pub(super) rules: &'static str,
    pub(super) map: &'static str,
    /// `{day}`
    pub(super) map_as_of: &'static str,
    /// `{names}`
    pub(super) map_with: &'static str,
    /// `{names}`, `{day}`
    pub(super) map_with_as_of: &'static str,
    /// `{name}`, `{numbers}`
    pub(super) sources_of: &'static str,
}

/// What is said of accounts that are laid over each other.
#[derive(Debug, PartialEq)]
pub struct AgreementWords {
    pub(in crate::figure) headline: &'static str,
    pub(in crate::figure) kicker: &'static str,
    /// Over the rows of the legend.
    pub(in crate::figure) group: &'static str,
    /// `{count}` accounts of so many independent `{origins}`.
    pub(in crate::figure) all: &'static str,
    /// `{names}` say so, and `{others}` do not, of so many independent `{origins}`.
    pub(in crate::figure) some: &'static str,
    /// In place of the number of origins, where none is known.
    pub(in crate::figure) not_stated: &'static str,
    /// Of ground that has a letter on larger maps.
    pub(in crate::figure) no_mark: &'static str,
    /// `{count}` cells that are smaller than `{size}`.
    pub(in crate::figure) slivers: &'static str,
    /// `{days}`
    pub(in crate::figure) age: &'static str,
    /// `{count}` of `{all}` pieces of ground, of this `{size}`.
    pub(in crate::figure) not_shown: &'static str,
}

/// What a chart of areas over time says.
#[derive(Debug, PartialEq)]
pub struct ChartWords {
    /// What it is called for readers who do not see it.
    pub(super) plot: &'static str,
    /// `{unit}`
    pub(super) area: &'static str,
    /// `{whole}`, `{unit}`
    pub(super) share: &'static str,
    /// `{names}`
    pub(super) over_time: &'static str,
    /// `{names}`, `{whole}`
    pub(super) share_over_time: &'static str,
    pub(super) level: &'static str,
    pub(super) range: &'static str,
    pub(super) some_day: &'static str,
    pub(super) stretch: &'static str,
    pub(super) not_from_zero: &'static str,
    pub(super) nothing_between: &'static str,
    /// The same where all reports are of months or years.
    pub(super) nothing_between_months: &'static str,
    /// `{names}` of curves that lie over each other all along.
    pub(in crate::figure) coincide: &'static str,
    /// `{names}`, `{days}`
    pub(super) described: &'static str,
}

/// All words of a figure in one language.
#[derive(Debug, PartialEq)]
pub struct Words {
    /// How it writes numbers and days.
    pub locale: &'static Locale,
    /// What the language calls itself.
    pub name: &'static str,
    /// What English calls it.
    pub english_name: &'static str,
    /// Whether somebody who grew up with the language has read these words.
    pub read_by_native: bool,
    /// Between the parts of a list.
    pub(super) comma: &'static str,
    /// Between longer ones.
    pub(super) semicolon: &'static str,
    /// `{title}`, `{words}`
    pub(super) titled: &'static str,
    /// Around quoted words.
    pub(super) quotes: [&'static str; 2],
    /// The letter on the arrow.
    pub(super) north: &'static str,
    /// `{day}`
    pub(super) as_of: &'static str,
    pub(super) undated: &'static str,
    /// `{day}`, `{title}`, `{of}`
    pub(super) own_line_day: &'static str,
    /// `{day}` is that of the figure, `{last}` that of the last report.
    pub(super) unreported: &'static str,
    /// Of which day the report is by which a month is shown: `day`.
    pub(super) report_of: &'static str,
    /// `{day}` is that of the figure: nobody has reported of it or of a day before.
    pub(super) no_report_yet: &'static str,
    /// `{day}` is that of the first report: nothing is drawn, for the figure is of a day before.
    pub(super) no_report_until: &'static str,
    /// Of what is drawn as it was on a day before.
    pub(super) last_reported: &'static str,
    /// `{names}` are those of what is of no day, where each of several maps is of another.
    pub(super) same_on_all: &'static str,
    /// `{title}`, `{day}`
    pub(super) map_of_day: &'static str,
    /// `{count}`
    pub(super) others: &'static str,
    /// `{count}`
    pub(super) legend_left_out: &'static str,
    /// `{title}`
    pub(super) continued: &'static str,
    pub(super) annotations: &'static str,
    pub(super) photo: &'static str,
    pub(super) shapes: ShapeNames,
    /// `{size}`
    pub(super) measured: &'static str,
    /// `{size}`
    pub(super) measured_about: &'static str,
    /// `{size}`, `{low}`, `{high}`
    pub(super) measured_range: &'static str,
    /// `{count}`
    pub(super) points: Counted,
    /// `{size}`, `{source}`
    pub(super) says: &'static str,
    /// `{size}`, `{source}`
    pub(super) according: &'static str,
    /// `{size}`, `{source}`
    pub(super) according_and_another: &'static str,
    /// `{size}`, `{source}`, `{count}`
    pub(super) according_and_others: Counted,
    /// `{size}`, `{whole}`
    pub(super) of_whole: &'static str,
    /// `{size}`
    pub(super) of_those_asked: &'static str,
    pub(super) hedges: Hedges,
    pub(super) stated_head: &'static str,
    pub(super) measured_head: &'static str,
    pub(super) difference_head: &'static str,
    /// `{who}`
    pub(super) weak: &'static str,
    pub(super) agrees: &'static str,
    /// `{number}`
    pub(super) percentage_points: &'static str,
    /// `{count}`
    pub(super) same_reports: Counted,
    /// `{count}`, `{size}`
    pub(super) other_reports: Counted,
    /// `{count}`, `{low}`, `{high}`
    pub(super) other_reports_range: Counted,
    /// `{count}`
    pub(super) weak_reports: Counted,
    /// `{count}`
    pub(super) figures_left_out: Counted,
    /// `{names}`
    pub(super) whole_view: &'static str,
    /// `{name}`, `{edition}`, `{version}`
    pub(super) made_with: &'static str,
    /// `{version}`
    pub(super) drawn_with: &'static str,
    /// `{title}`, `{file}`
    pub(super) own_line: &'static str,
    /// `{filter}`
    pub(super) counts_where: &'static str,
    /// `{kinds}`
    pub(super) counts_kinds: &'static str,
    /// `{filter}`
    pub(super) only_where: &'static str,
    /// `{day}`; `{property}` is that by which features are of a day.
    pub(super) only_of_day: &'static str,
    /// `{from}`, `{to}`, `{property}`
    pub(super) only_of_days: &'static str,
    /// How many events are not shown, for of them only a month or so is known: `count`.
    pub(super) day_unknown: &'static str,
    /// `{to}`, `{property}`
    pub(super) only_up_to: &'static str,
    pub(super) rings: &'static str,
    /// `{count}`
    pub(super) sources_not_listed: Counted,
    /// `{accuracy}`, `{names}`
    pub(super) approximate: &'static str,
    /// `{names}`
    pub(super) unknown_accuracy: &'static str,
    /// `{from}`, `{to}`
    pub(super) by_stretch: &'static str,
    /// `{within}`, `{all}`
    pub(super) tested: &'static str,
    /// `{count}`, `{picture}`
    pub(super) traced: Counted,
    /// `{count}`
    pub(super) and_more: &'static str,
    /// `{count}`
    pub(super) sources_left_out: Counted,
    /// `{count}`
    pub(super) more_left_out: &'static str,
    /// The heading of what was opened from files.
    pub(super) own_files: &'static str,
    /// The heading of overlays in no group of their dossier.
    pub(super) overlays: &'static str,
    pub(super) changes: ChangeWords,
    pub(super) agreement: AgreementWords,
    pub(super) chart: ChartWords,
    pub(super) parts: PartNames,
}

/// The languages in which a figure can speak, in the order of a menu.
pub static ALL: [&Words; 13] = [
    &en::WORDS,
    &uk::WORDS,
    &ru::WORDS,
    &de::WORDS,
    &fr::WORDS,
    &es::WORDS,
    &pl::WORDS,
    &ar::WORDS,
    &he::WORDS,
    &hy::WORDS,
    &ka::WORDS,
    &az::WORDS,
    &zh::WORDS,
];

/// The language in which a figure speaks.
#[derive(Debug, Clone, Copy)]
pub struct FigureLanguage(&'static Words);

impl FigureLanguage {
    /// English.
    pub const ENGLISH: Self = Self(&en::WORDS);

    /// All, in the order of a menu.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter().map(Self)
    }

    /// The language of a tag, whatever region or script the tag says besides; `None` if a figure has no words in it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let locale = Locale::find(Language::new(tag.trim())?.tag())?;
        Self::all().find(|language| language.tag() == locale.tag)
    }

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        self.0.locale.tag
    }

    /// Its words.
    pub fn words(self) -> &'static Words {
        self.0
    }

    /// What a menu says: what the language calls itself, and what English does.
    pub fn label(self) -> String {
        if self.0.name == self.0.english_name {
            self.0.name.to_owned()
        } else {
            format!("{} ({})", self.0.english_name, self.0.name)
        }
    }

    /// Whether it is what a figure speaks where nothing else is said.
    pub fn is_usual(&self) -> bool {
        self.tag() == Language::FIGURE
    }

    /// The tags, for a sentence.
    pub fn tags() -> String {
        Self::all().map(Self::tag).collect::<Vec<_>>().join(", ")
    }
}

impl Default for FigureLanguage {
    fn default() -> Self {
        Self::ENGLISH
    }
}

impl PartialEq for FigureLanguage {
    fn eq(&self, other: &Self) -> bool {
        self.tag() == other.tag()
    }
}

impl std::str::FromStr for FigureLanguage {
    type Err = String;

    fn from_str(tag: &str) -> Result<Self, String> {
        Self::of_tag(tag)
            .ok_or_else(|| format!("a figure has no words in the language '{tag}'; expected one of {}", Self::tags()))
    }
}

impl Serialize for FigureLanguage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for FigureLanguage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Counted {
    /// The form for a number, before anything is filled in.
    fn of(&self, count: usize, locale: &Locale) -> &'static str {
        let form = locale.plurals.of(count as u64);
        self.forms.iter().find(|(other, _)| *other == form).map_or(self.other, |(_, words)| words)
    }
}

/// A template with what stands in its braces. What is filled in is never looked through for braces again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    out.push_str(rest);
    out
}

impl Words {
    /// A phrase with what stands in its braces, each set apart from the words around it.
    pub(in crate::figure) fn fill(&self, template: &str, values: &[(&str, &str)]) -> String {
        let apart: Vec<(&str, Cow<'_, str>)> = values.iter().map(|(name, value)| (*name, self.apart(value))).collect();
        let apart: Vec<(&str, &str)> = apart.iter().map(|(name, value)| (*name, &**value)).collect();
        fill(template, &apart)
    }

    /// Words as they stand among those of the figure, so that neither move the signs of the others: set apart if they run the
    /// other way, or begin or end with signs. What is composed already, of words set apart, stands as it is.
    pub(in crate::figure) fn apart<'a>(&self, words: &'a str) -> Cow<'a, str> {
        let is_number = |words: &str| words.chars().all(|letter| letter.is_ascii_digit() || ".,".contains(letter));
        let needs = if self.is_rtl() {
            direction::has_ltr(words) || !direction::has_rtl(words) && !is_number(words)
        } else {
            direction::has_rtl(words)
        };
        if needs && !words.is_empty() && !direction::has_isolates(words) {
            Cow::Owned(direction::isolated(words))
        } else {
            Cow::Borrowed(words)
        }
    }

    /// An address, which runs from the left in every language.
    pub(in crate::figure) fn address<'a>(&self, address: &'a str) -> Cow<'a, str> {
        if !address.is_empty() && (self.is_rtl() || direction::has_rtl(address)) {
            Cow::Owned(direction::isolated_from_left(address))
        } else {
            Cow::Borrowed(address)
        }
    }

    /// A phrase that counts, with its number as it stands and what else is filled in.
    pub(super) fn counted(&self, phrase: &Counted, count: usize, values: &[(&str, &str)]) -> String {
        self.counted_as(phrase, count, &count.to_string(), values)
    }

    /// The same with the number as it is written.
    pub(super) fn counted_as(&self, phrase: &Counted, count: usize, number: &str, values: &[(&str, &str)]) -> String {
        let all: Vec<(&str, &str)> = values.iter().copied().chain([("count", number)]).collect();
        self.fill(phrase.of(count, self.locale), &all)
    }

    /// Whether the figure is read from the right.
    pub fn is_rtl(&self) -> bool {
        self.locale.is_rtl
    }

    /// Words as they stand in a line of the figure: in one that is read from the right they do so from the right, also
    /// where they begin with a number; words that are of another script as a whole are set apart in it.
    pub(super) fn directed<'a>(&self, words: &'a str) -> Cow<'a, str> {
        if !self.is_rtl() || words.is_empty() || words.starts_with(RIGHT_TO_LEFT) {
            return Cow::Borrowed(words);
        }
        Cow::Owned(format!("{RIGHT_TO_LEFT}{}", self.apart_if_foreign(words)))
    }

    /// Words set apart if their first letter runs the other way than the figure is read: a sentence in another language.
    pub(in crate::figure) fn apart_if_foreign<'a>(&self, words: &'a str) -> Cow<'a, str> {
        let is_foreign = direction::first_strong(words) == Some(!self.is_rtl()) && !direction::has_isolates(words);
        if is_foreign { Cow::Owned(direction::isolated(words)) } else { Cow::Borrowed(words) }
    }

    /// A name in the figure's language, or else as it stands where there is room for one.
    pub(super) fn name_in<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.locale.tag).unwrap_or_else(|| text.main())
    }

    fn joined<T: AsRef<str>>(&self, parts: impl IntoIterator<Item = T>, between: &str) -> String {
        let mut out = String::new();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                out.push_str(between);
            }
            out.push_str(&self.apart(part.as_ref()));
        }
        out
    }

    /// A list.
    pub(super) fn list<T: AsRef<str>>(&self, parts: impl IntoIterator<Item = T>) -> String {
        self.joined(parts, self.comma)
    }

    /// A list of longer parts.
    pub(super) fn long_list<T: AsRef<str>>(&self, parts: impl IntoIterator<Item = T>) -> String {
        self.joined(parts, self.semicolon)
    }

    /// A title and what is said under it, in one line.
    pub(super) fn titled(&self, title: &str, words: &str) -> String {
        self.fill(self.titled, &[("title", title), ("words", words)])
    }

    /// The name of a kind of shape that a user draws.
    pub(super) fn shape(&self, shape: &Shape) -> &'static str {
        let names = &self.shapes;
        match shape {
            Shape::Point { kind: PointKind::Marker, .. } => names.marker,
            Shape::Point { kind: PointKind::Text, .. } => names.text,
            Shape::Callout { .. } => names.callout,
            Shape::Path { kind: PathKind::Line, .. } => names.line,
            Shape::Path { kind: PathKind::Arrow, .. } => names.arrow,
            Shape::Path { kind: PathKind::Freehand, .. } => names.freehand,
            Shape::Path { kind: PathKind::Distance, .. } => names.measured_line,
            Shape::Area { kind: AreaKind::Polygon, .. } => names.polygon,
            Shape::Area { kind: AreaKind::Rectangle, .. } => names.rectangle,
            Shape::Area { kind: AreaKind::Measured, .. } => names.measured_area,
            Shape::Circle { .. } => names.circle,
            Shape::Other(_) => names.other,
        }
    }
}

const RIGHT_TO_LEFT: char = '\u{200F}';

#[cfg(test)]
mod tests;
