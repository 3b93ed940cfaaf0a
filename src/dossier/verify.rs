//! Checks all that a dossier promises: its links, its excerpts against the texts at hand, its credits and its figures.
//!
//! An *error* breaks a promise of the format; a *warning* is what an editor should look at; *info* is worth knowing. An
//! excerpt that is not found, or in several places, is an error; so is one that stands elsewhere in the very text that
//! the dossier was made from. In another copy of the text (a page saved with its menus, say) that is a warning.

mod days;
mod sources;
mod texts;
mod unsaid;

use std::collections::BTreeSet;

use super::check::{self, Check, CheckState, Fingerprint, TextAtHand};
use super::compare::{self, Comparison};
use super::model::{Does, Excerpt, Quantity, Source};
use super::{About, Acknowledged, Dated, Dossier, OWN_GROUP, Overlay, Problem, Styling, kinds, rest_title};
use crate::formats::country;
use crate::formats::day::{Day, DayError};

pub use texts::{MatchedBy, Texts, match_texts};

/// The surface of the ellipsoid of WGS 84, in km² (NIMA TR8350.2, table 3.4: authalic radius 6,371,007.181 m).
const EARTH_KM2: f64 = 510_065_622.0;

/// Half of the equator of WGS 84, in km.
const HALF_ROUND_KM: f64 = 20_037.508;

/// The most words that an excerpt should quote.
pub const MAX_WORDS: usize = 60;

/// The share of a source that all its excerpts together should stay below.
pub const MAX_SHARE: f64 = 0.15;

/// Of a text no longer than this, in code points, any excerpt is a large share: nothing is advised.
pub const SHORT_TEXT: usize = 1_000;

/// What an editor is advised to do, and may have a reason not to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// An excerpt of more than [`MAX_WORDS`].
    LongExcerpt,
    /// A source of which [`MAX_SHARE`] or more is quoted.
    MuchQuoted,
    /// A source or a report that is later than the day that the dossier describes.
    LaterThanDay,
}

impl Advice {
    /// By which a dossier names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LongExcerpt => "long-excerpt",
            Self::MuchQuoted => "much-quoted",
            Self::LaterThanDay => "later-than-day",
        }
    }
}

/// The longest gist that a hover tip shows whole, in code points.
pub const MAX_GIST: usize = 90;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A promise of the format is broken.
    Error,
    /// An editor should look at it.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Which part.
    pub part: About,
    /// What is wrong, and what would be right.
    pub what: String,
    /// That it is advice, which can be acknowledged with a reason.
    pub advice: Option<Advice>,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}: {}", self.severity.name(), self.part, self.what)
    }
}

/// A source and its text.
#[derive(Debug, Clone)]
pub struct SourceReport<'a> {
    /// The source.
    pub source: &'a Source,
    /// How the text compares with the stated fingerprint; `None` without a text at hand.
    pub fingerprint: Option<Fingerprint>,
    /// The share of it that the excerpts quote, from 0 to 1, if anything tells how long it is.
    pub share_quoted: Option<f64>,
}

/// An excerpt and how it was found.
#[derive(Debug, Clone)]
pub struct ExcerptReport<'a> {
    /// The excerpt.
    pub excerpt: &'a Excerpt,
    /// How it was found.
    pub check: Check,
}

/// All that a check of a dossier found.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// Sources, in the dossier's order.
    pub sources: Vec<SourceReport<'a>>,
    /// Excerpts, in the dossier's order.
    pub excerpts: Vec<ExcerptReport<'a>>,
    /// Reported figures beside measured ones, in the dossier's order.
    pub figures: Vec<Comparison<'a>>,
    /// What was found, errors first.
    pub findings: Vec<Finding>,
}

impl Report<'_> {
    /// Whether a promise of the format is broken.
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Takes what else was found, among the rest by its severity.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
        self.findings.sort_by_key(|finding| finding.severity);
    }

    /// How many findings there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Checks a dossier, with the problems that reading it left and the texts at hand.
pub fn verify<'a>(dossier: &'a Dossier, problems: &[Problem], texts: &Texts) -> Report<'a> {
    let mut list = Findings { list: Vec::new(), acknowledged: &dossier.acknowledged };
    let undrawn = undrawn(dossier, problems);
    for problem in problems {
        match &problem.part {
            About::Overlay(id) if undrawn.contains(id.as_str()) => {
                let needed = problem.what.strip_prefix("it needs '").and_then(|rest| rest.split('\'').next());
                // A circle of recipes is told as it is.
                let is_other = |needed: &&str| undrawn.contains(needed) && !problem.what.contains("needs itself");
                let why = match needed.filter(is_other) {
                    Some(needed) => format!("it could not be drawn, because '{needed}' could not"),
                    None => format!("it could not be drawn: {}", problem.what),
                };
                list.error(problem.part.clone(), why);
            }
            // What follows from that is not a fault of its own.
            _ if names_one_of(&undrawn, &problem.what) => {}
            _ => list.error(problem.part.clone(), problem.what.clone()),
        }
    }
    check_ids(dossier, &mut list);
    check_whole(dossier, &mut list);
    check_overlays(dossier, &mut list);
    check_links(dossier, &undrawn, &mut list);
    let by_source = dossier.excerpts_by_source();
    let excerpts_of = |source: &Source| by_source.get(source.id.as_str()).map_or(&[][..], Vec::as_slice);
    for source in &dossier.sources {
        sources::check(source, excerpts_of(source), &mut list);
    }
    sources::check_twins(dossier, &mut list);
    days::check(dossier, &mut list);
    unsaid::check(dossier, &mut list);
    let unlinked = |excerpt: &Excerpt| {
        let of_it = |problem: &&Problem| matches!(&problem.part, About::Excerpt(id) if *id == excerpt.id);
        problems.iter().filter(of_it).any(|problem| names_one_of(&undrawn, &problem.what))
    };
    for excerpt in &dossier.excerpts {
        check_excerpt(excerpt, unlinked(excerpt), &mut list);
    }
    let sources =
        dossier.sources.iter().map(|source| sources::report(source, excerpts_of(source), texts, &mut list)).collect();
    let excerpts = dossier.excerpts.iter().map(|excerpt| report_excerpt(dossier, excerpt, texts, &mut list)).collect();
    let figures = dossier.figures.iter().map(|figure| {
        let overlay = figure.overlay.as_deref().and_then(|id| dossier.overlay(id));
        let nothing = Comparison::of_nothing(figure);
        overlay.map_or(nothing, |overlay| compare::compare(dossier, overlay, figure))
    });
    let figures = figures.collect();
    let mut findings = list.list;
    findings.sort_by_key(|finding| finding.severity);
    Report { sources, excerpts, figures, findings }
}

/// The overlays that are not shown because something is wrong with them.
fn undrawn<'a>(dossier: &Dossier, problems: &'a [Problem]) -> BTreeSet<&'a str> {
    let ids = problems.iter().filter_map(|problem| match &problem.part {
        About::Overlay(id) => Some(id.as_str()),
        _ => None,
    });
    ids.filter(|id| dossier.overlay(id).is_none()).collect()
}

/// Whether a problem is that there is no such overlay, of one that could not be drawn.
fn names_one_of(undrawn: &BTreeSet<&str>, what: &str) -> bool {
    undrawn.iter().any(|id| what.starts_with(&format!("there is no overlay '{id}'")))
}

/// What is said of a source of which the dossier keeps no copy.
pub const NO_COPY: &str = "no copy of it is kept; if its page goes, nobody can check what is quoted";

struct Findings<'a> {
    list: Vec<Finding>,
    acknowledged: &'a [Acknowledged],
}

impl Findings<'_> {
    fn add(&mut self, severity: Severity, part: impl Into<About>, what: impl Into<String>) {
        self.list.push(Finding { severity, part: part.into(), what: what.into(), advice: None });
    }

    fn error(&mut self, part: impl Into<About>, what: impl Into<String>) {
        self.add(Severity::Error, part, what);
    }

    /// Something that is advised against; only told where its author has said why it is so.
    fn advise(&mut self, advice: Advice, part: About, what: String) {
        let name = part.to_string();
        let answered = self.acknowledged.iter().find(|one| one.part == name && one.advice == advice.name());
        match answered {
            Some(one) => self.info(part, format!("{what}; acknowledged: {}", one.reason)),
            None => {
                self.list.push(Finding { severity: Severity::Warning, part, what, advice: Some(advice) });
            }
        }
    }

    fn warn(&mut self, part: impl Into<About>, what: impl Into<String>) {
        self.add(Severity::Warning, part, what);
    }

    fn info(&mut self, part: impl Into<About>, what: impl Into<String>) {
        self.add(Severity::Info, part, what);
    }

    /// A day that must be one.
    fn day(&mut self, part: &About, name: &str, day: Option<&str>) {
        if let Some(day) = day.filter(|day| !is_iso_day(day)) {
            self.error(part, format!("{name} is '{day}'; expected a day such as 2025-12-15"));
        }
    }

    fn url(&mut self, part: &About, url: Option<&str>) {
        let good = |url: &str| {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) && !url.contains(char::is_whitespace)
        };
        if let Some(url) = url.filter(|url| !good(url)) {
            self.error(part, format!("its address is '{url}'; expected one that starts with https:// or http://"));
        }
    }
}

/// Whether a text is written as a day or a month in numbers, `2025-99-99`, and the calendar has none such. Other words
/// about a time are left to whoever wrote them.
pub fn is_impossible_date(text: &str) -> bool {
    Day::in_text(text) == Err(DayError::Impossible)
}

/// Whether a text is a day of the calendar, written as ISO 8601 has it: `2025-12-15`.
fn is_iso_day(text: &str) -> bool {
    text.parse().is_ok_and(|day: Day| day.is_whole())
}

fn is_id(id: &str) -> bool {
    id.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

fn check_ids(dossier: &Dossier, list: &mut Findings<'_>) {
    fn unique<'a>(about: fn(String) -> About, ids: impl Iterator<Item = &'a String>, list: &mut Findings<'_>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            let part = about(id.clone());
            if !is_id(id) {
                list.error(part.clone(), "an id must be small letters a to z and digits, joined by single hyphens");
            }
            if !seen.insert(id) {
                list.error(part, "two have this id; ids must be unique");
            }
        }
    }
    // What stands for groups that are not there has no id of its own.
    let groups = dossier.groups.iter().filter(|group| group.title != rest_title());
    unique(About::Group, groups.map(|group| &group.id), list);
    let layers = dossier.layers.iter().map(|layer| &layer.id);
    // Recipes name overlays and layers alike.
    let overlays = dossier.overlays.iter().map(AsRef::as_ref).filter(is_of_dossier);
    unique(About::OverlayOrLayer, overlays.map(|it| &it.id).chain(layers), list);
    unique(About::Source, dossier.sources.iter().map(|source| &source.id), list);
    unique(About::Excerpt, dossier.excerpts.iter().map(|excerpt| &excerpt.id), list);
    unique(About::Position, dossier.positions.iter().map(|position| &position.id), list);
    unique(About::Figure, dossier.figures.iter().map(|figure| &figure.id), list);
    unique(About::Note, dossier.notes.iter().map(|note| &note.id), list);
}

/// Shapes that the user opened answer for themselves.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "a filter hands over a reference to its reference")]
fn is_of_dossier(overlay: &&Overlay) -> bool {
    overlay.group != OWN_GROUP && !overlay.is_comparison()
}

fn check_whole(dossier: &Dossier, list: &mut Findings<'_>) {
    list.day(&About::from("dossier"), "as_of", Some(&dossier.as_of));
    for (name, text) in [("disclaimer", &dossier.disclaimer), ("boundary_view", &dossier.boundary_view)] {
        if text.main().trim().is_empty() {
            list.warn("dossier", format!("{name} is empty; every figure should carry one"));
        }
    }
    if let Some(country) = &dossier.country
        && !country::is_code(country)
    {
        list.warn(
            "dossier",
            format!("country '{country}' is not the code of a country: two capitals of ISO 3166-1, such as UA"),
        );
    }
    for layer in &dossier.layers {
        let part = About::Layer(layer.id.clone());
        credited(&part, layer.license.as_deref(), layer.credit.as_deref(), list);
    }
    for font in dossier.fonts.iter().filter(|font| !font.is_credited) {
        let what = "it has no license or no credit; state both, since it is passed on with the dossier";
        list.warn(About::from(format!("font {}", font.file)), what);
    }
}

fn credited(part: &About, license: Option<&str>, credit: Option<&str>, list: &mut Findings<'_>) {
    for (name, text) in [("license", license), ("credit", credit)] {
        if text.is_none_or(|text| text.trim().is_empty()) {
            list.error(part, format!("it has no {name}; state the licence of its geometry and whom to credit"));
        }
    }
}

/// What its versions say: excerpts that are there, and how exact they are.
fn check_versions(dossier: &Dossier, part: &About, dated: &Dated, list: &mut Findings<'_>) {
    for version in dated.series().versions() {
        let from = &version.from;
        for id in version.excerpts.iter().filter(|id| dossier.excerpt(id).is_none()) {
            list.error(part, format!("the excerpt '{id}' of its version {from} is not among the excerpts"));
        }
        if let Some(meters) = version.accuracy_m.filter(|meters| !(meters.is_finite() && *meters > 0.0)) {
            list.error(part, format!("the accuracy of its version {from} is {meters} m; expected more than 0"));
        }
    }
}

fn check_overlays(dossier: &Dossier, list: &mut Findings<'_>) {
    if !dossier.overlays.iter().any(|overlay| overlay.group != OWN_GROUP) {
        list.warn("overlays", "the dossier has none yet");
    }
    let by_overlay = dossier.excerpts_by_overlay();
    for overlay in dossier.overlays.iter().map(AsRef::as_ref).filter(is_of_dossier) {
        let part = About::Overlay(overlay.id.clone());
        if !by_overlay.contains_key(overlay.id.as_str()) {
            list.error(&part, "no excerpt is about it; every shape must answer “says who?”");
        }
        match &overlay.dated {
            None => list.day(&part, "as_of", Some(&overlay.as_of)),
            Some(dated) => check_versions(dossier, &part, dated, list),
        }
        credited(&part, overlay.license.as_deref(), overlay.credit.as_deref(), list);
        match overlay.accuracy_m {
            None => list.warn(&part, "it states no accuracy (accuracy_m)"),
            Some(meters) if !(meters.is_finite() && meters > 0.0) => {
                list.error(&part, format!("its accuracy is {meters} m; expected more than 0"));
            }
            Some(_) => {}
        }
        if let Some(accuracy) = &overlay.accuracy {
            let is_known = dossier.overlay(&accuracy.band).is_some_and(|band| band.shape.areas().is_some());
            if !is_known {
                list.error(&part, format!("its band of uncertainty '{}' is not an area of the dossier", accuracy.band));
            }
            if !(accuracy.from_m > 0.0 && accuracy.from_m <= accuracy.to_m) {
                let (from_m, to_m) = (accuracy.from_m, accuracy.to_m);
                list.error(
                    &part,
                    format!("its accuracy runs from {from_m} to {to_m} m; expected more than 0, the smaller first"),
                );
            }
            if accuracy.left_out_within > accuracy.left_out {
                list.error(&part, "more reports lie within the band than were left out");
            }
        }
        // A recipe says how a shape is made.
        if overlay.recipe.is_none() && overlay.method.as_deref().is_none_or(|method| method.trim().is_empty()) {
            list.warn(&part, "it does not say how it was made (method)");
        }
        if !overlay.rules.is_empty() {
            if overlay.features.count() == 0 {
                list.warn(&part, "its rules tell features apart, but a recipe makes it one shape");
            }
            for Problem { what, .. } in kinds::kinds(overlay, &Styling::default()).problems() {
                list.warn(&part, what);
            }
        }
        if let Some(Problem { what, .. }) = overlay.warning().filter(|_| overlay.recipe.is_none()) {
            list.warn(&part, what);
        }
        let gist = overlay.gist.chars().count();
        if gist == 0 || gist > MAX_GIST {
            list.warn(&part, format!("its gist has {gist} characters; expected 1 to {MAX_GIST}"));
        }
        if overlay.title.main().trim().is_empty() {
            list.error(&part, "it has no English title");
        }
        // The languages of the dossier's own title are those of all of it.
        for (language, _) in dossier.title.iter().filter(|(language, _)| overlay.title.get(language.tag()).is_none()) {
            list.info(&part, format!("it has no title in '{}', as the dossier's title has", language.tag()));
        }
    }
}

fn check_links(dossier: &Dossier, undrawn: &BTreeSet<&str>, list: &mut Findings<'_>) {
    for position in &dossier.positions {
        let part = About::Position(position.id.clone());
        match position.excerpt.as_deref().map(|id| (id, dossier.excerpt(id))) {
            None => list.error(part, "no excerpt supports it"),
            Some((_, Some(excerpt))) if excerpt.overlays.is_empty() || excerpt.overlays.contains(&position.overlay) => {
            }
            Some((id, _)) => {
                list.warn(part, format!("its excerpt '{id}' is not linked to its overlay '{}'", position.overlay));
            }
        }
    }
    for figure in &dossier.figures {
        let part = About::Figure(figure.id.clone());
        let is_missing = |id: &&str| dossier.overlay(id).is_none() && !undrawn.contains(id);
        if let Some(id) = figure.of.as_deref().filter(is_missing) {
            list.error(&part, format!("it is a share of '{id}', which is not among the overlays"));
        }
        let unit = match figure.quantity {
            Quantity::Area => "km2",
            Quantity::Share | Quantity::Poll => "percent",
            Quantity::Width => "km",
        };
        if figure.unit != unit {
            list.error(&part, format!("its unit is '{}'; expected {unit}", figure.unit));
        }
        if !figure.value.is_finite() || figure.value < 0.0 {
            list.error(&part, format!("its value is {}; expected 0 or more", figure.value));
        }
        let (most, what) = match figure.quantity {
            Quantity::Area => (EARTH_KM2, "the area of the earth in km²"),
            Quantity::Share | Quantity::Poll => (100.0, "the whole, in percent"),
            Quantity::Width => (HALF_ROUND_KM, "half the way round the earth, in km"),
        };
        if figure.value.is_finite() && figure.value > most {
            list.warn(&part, format!("its value is {:e}, which is more than {what}", figure.value));
        }
        if figure.excerpt.is_none() && figure.url.is_none() {
            list.error(&part, "it has neither an excerpt nor an address");
        }
        list.day(&part, "date", figure.date.as_deref());
        list.url(&part, figure.url.as_deref());
    }
    for note in &dossier.notes {
        let is_missing = |id: &&String| dossier.overlay(id).is_none() && !undrawn.contains(id.as_str());
        for id in note.overlays.iter().filter(is_missing) {
            list.error(About::Note(note.id.clone()), format!("there is no overlay '{id}'"));
        }
    }
}

/// `is_unlinked`: whether it names an overlay that could not be drawn.
fn check_excerpt(excerpt: &Excerpt, is_unlinked: bool, list: &mut Findings<'_>) {
    let part = About::Excerpt(excerpt.id.clone());
    let words = excerpt.exact.split_whitespace().count();
    if words == 0 {
        list.error(&part, "it quotes nothing");
    }
    if let Some(corrected) = &excerpt.corrected {
        list.warn(&part, format!("its words were corrected on {}: {}", corrected.on, corrected.why));
    }
    if words > MAX_WORDS {
        let what = format!("it quotes {words} words; more than {MAX_WORDS} are advised against");
        list.advise(Advice::LongExcerpt, part.clone(), what);
    }
    match (excerpt.start, excerpt.end) {
        (Some(start), Some(end)) => {
            let length = excerpt.exact.chars().count();
            if end.checked_sub(start) != Some(length) {
                list.error(
                    &part,
                    format!("it is {length} code points long, but its position is given as {start} to {end}"),
                );
            }
        }
        (None, None) => list.warn(&part, "it states no position"),
        _ => list.error(&part, "it states one end of its position and not the other"),
    }
    if excerpt.prefix.is_empty() && excerpt.suffix.is_empty() {
        list.info(&part, "it gives neither the words before it nor those after it");
    }
    if excerpt.overlays.is_empty() && excerpt.does != Does::Context && !is_unlinked {
        list.error(&part, "it is linked to no overlay, though it is not marked as context");
    }
    let mut seen = BTreeSet::new();
    for id in excerpt.overlays.iter().filter(|id| !seen.insert(*id)) {
        list.warn(&part, format!("it names the overlay '{id}' twice"));
    }
    if excerpt.said_by.as_deref().is_none_or(|who| who.trim().is_empty()) {
        list.warn(part, "it does not name the speaker");
    }
}

fn report_excerpt<'a>(
    dossier: &Dossier,
    excerpt: &'a Excerpt,
    texts: &Texts,
    list: &mut Findings<'_>,
) -> ExcerptReport<'a> {
    let text = texts.get(&excerpt.source);
    let check = check::check(excerpt, text);
    let part = About::Excerpt(excerpt.id.clone());
    let same = match (text, dossier.source(&excerpt.source)) {
        (Some(text), Some(source)) => check::fingerprint(source, text.text()) == Fingerprint::Same,
        _ => false,
    };
    let grave = if same { Severity::Error } else { Severity::Warning };
    match &check.state {
        CheckState::Exact { .. } | CheckState::NoText => {}
        CheckState::Normalized { .. } => {
            list.add(grave, &part, "white space, quotation marks or dashes differ from the text");
        }
        CheckState::Moved { at, verbatim } => {
            let how = if *verbatim { "word for word" } else { "with different marks" };
            let (start, end) = (excerpt.start.unwrap_or_default(), excerpt.end.unwrap_or_default());
            list.add(grave, &part, format!("it is {how} at {} to {}, not at {start} to {end}", at.start, at.end));
        }
        CheckState::Divided { .. } => {
            list.add(
                grave,
                &part,
                "a line's end divides one of its words in the text, so it is not there word for word",
            );
        }
        CheckState::Ambiguous { places } => {
            list.error(&part, format!("it is in {places} places, and the context does not show which is meant"));
        }
        CheckState::OtherText { .. } => {
            list.add(grave, &part, "it was taken from a text that is not its source's");
        }
        CheckState::NotFound if text.is_some_and(TextAtHand::is_capture) => {
            list.warn(&part, "its words are not in the capture of its source");
        }
        CheckState::NotFound => list.error(&part, "its words are not in the text"),
    }
    if !check.context_agrees {
        list.add(grave, part, "the words before or after it are not those in the dossier");
    }
    ExcerptReport { excerpt, check }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_no_calendar_has_is_told_from_words_about_a_time() {
        for date in ["2025-99-99", "2025-02-29", "2025-13", "2025-00-10", "2025-12-32T10:00", "2025-4-31"] {
            assert!(is_impossible_date(date), "{date}");
        }
        for date in ["", "2025", "2025-12", "2024-02-29", "2025-1-5", "2025-12-15T10:00Z", "mid-December", "24-25"] {
            assert!(!is_impossible_date(date), "{date}");
        }
    }

    #[test]
    fn days_are_days_of_the_calendar() {
        for day in ["2025-12-15", "2024-02-29", "2000-02-29", "0001-01-01"] {
            assert!(is_iso_day(day), "{day}");
        }
        for day in ["2025-02-29", "1900-02-29", "2025-13-01", "2025-12-00", "2025-12-1", "15-12-2025", "2025-12-+1", ""]
        {
            assert!(!is_iso_day(day), "{day}");
        }
    }

    #[test]
    fn ids_are_plain() {
        assert!(is_id("a") && is_id("corridor-5km") && is_id("2025"));
        assert!(!is_id("") && !is_id("-a") && !is_id("a--b") && !is_id("A") && !is_id("é"));
    }

    #[test]
    fn the_built_in_dossier_keeps_its_promises() {
        let (dossier, problems) = super::super::builtin::berlin().unwrap();
        let report = verify(&dossier, &problems, &Texts::new());
        assert!(!report.failed(), "{:#?}", report.findings);
        assert!(report.excerpts.iter().all(|report| report.check.state == CheckState::NoText));
        assert!(report.sources.iter().all(|report| report.fingerprint.is_none()));
    }
}
