//! The kinds into which the features of an overlay fall: each drawn in a style of its own, and a row of the legend.
//!
//! Every feature is of one kind or, where a filter leaves it out, of none; so the sizes of the kinds add up to that of what
//! is drawn.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::classes::Classes;
use super::features::{Dimension, Features, Size};
use super::model::{PatternKind, Style, StylePart};
use super::rules::rule_key;
use super::styling::{By, Categories, Rule, Styling};
use super::{About, Overlay, Problem, words};
use crate::formats::color::Rgba;
use crate::formats::filter::Filter;
use crate::formats::simplestyle::{self, MarkerSize, SimpleStyle};

/// So many kinds are listed one by one; those after them share the last row.
pub const ROWS: usize = 12;

/// So many kinds are told apart at all; the last of them is [`FURTHER`].
const MOST: usize = 4096;

/// What features are called that are of more kinds than can be told apart.
const FURTHER: &str = "further values";

/// What features of one kind have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// By which a document names it; the same as long as the file and what tells the kinds apart are.
    pub key: String,
    /// Its name; empty where the overlay's own says it all.
    pub title: String,
    /// How it is drawn.
    pub style: Style,
    /// What its features are.
    pub dimension: Dimension,
    /// How many there are.
    pub features: usize,
    /// Their size together.
    pub size: Size,
    /// Whether it is drawn and can be clicked.
    pub shown: bool,
}

/// The kinds of an overlay's features.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kinds {
    list: Vec<Kind>,
    /// The kind of each feature, or [`NONE`]; empty where the overlay is of one kind as a whole.
    of: Arc<[u16]>,
    /// How many features a filter leaves out.
    left_out: usize,
    problems: Arc<[Problem]>,
}

/// Of a feature that a filter leaves out.
const NONE: u16 = u16::MAX;

/// A row of a legend or a list of kinds.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// One kind, by its place in [`Kinds::list`].
    Kind(usize),
    /// All further ones.
    Others(Vec<usize>),
}

impl Kinds {
    /// All of them, in the order in which they first come in the file or are given by rules.
    pub fn list(&self) -> &[Kind] {
        &self.list
    }

    /// The place in [`Self::list`] of a feature's kind; `None` where a filter leaves the feature out.
    pub fn index_of(&self, feature: usize) -> Option<usize> {
        match self.of.get(feature) {
            Some(&NONE) => None,
            Some(&index) => Some(usize::from(index)),
            None => (self.of.is_empty() && !self.list.is_empty()).then_some(0),
        }
    }

    /// The kind of a feature; `None` where a filter leaves the feature out.
    pub fn of(&self, feature: usize) -> Option<&Kind> {
        self.list.get(self.index_of(feature)?)
    }

    /// Whether a feature is drawn and can be clicked.
    pub fn shows(&self, feature: usize) -> bool {
        self.of(feature).is_some_and(|kind| kind.shown)
    }

    /// Whether all features are drawn, in one style.
    pub fn is_one(&self) -> bool {
        self.list.len() == 1 && self.list[0].shown && !self.of.contains(&NONE)
    }

    /// How many features a filter leaves out.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// How many features are of some kind, shown or not: those that a filter lets pass.
    pub fn features(&self) -> usize {
        self.list.iter().map(|kind| kind.features).sum()
    }

    /// What could not be followed of what tells them apart.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The kinds that are drawn: those that are shown and have features.
    pub fn drawn(&self) -> impl Iterator<Item = &Kind> {
        self.list.iter().filter(|kind| kind.shown && kind.features > 0)
    }

    /// Whether there is more to say than the overlay's own row does: several kinds, or one with a name of its own.
    pub fn is_told_apart(&self) -> bool {
        self.list.len() > 1 || self.list.first().is_some_and(|kind| !kind.title.is_empty())
    }

    /// The rows of a list: the [`ROWS`] kinds with the most features in their own order, and one for all others.
    pub fn rows(&self) -> Vec<Row> {
        let all = 0..self.list.len();
        if self.list.len() <= ROWS {
            return all.map(Row::Kind).collect();
        }
        let mut by_features: Vec<usize> = all.collect();
        by_features.sort_by_key(|index| std::cmp::Reverse(self.list[*index].features));
        let mut others = by_features.split_off(ROWS);
        by_features.sort_unstable();
        others.sort_unstable();
        by_features.into_iter().map(Row::Kind).chain([Row::Others(others)]).collect()
    }

    /// The size of all that is drawn.
    pub fn shown_size(&self) -> Size {
        self.list.iter().filter(|kind| kind.shown).map(|kind| kind.size).sum()
    }
}

/// The kinds of an overlay's features as a styling tells them apart, and what of it could not be followed.
pub fn kinds(overlay: &Overlay, styling: &Styling) -> Kinds {
    changed(&sorted(overlay, styling), styling)
}

/// Sorts the features by what tells them apart and by the filter alone, which takes a look at each.
pub(super) fn sorted(overlay: &Overlay, styling: &Styling) -> Kinds {
    let mut sorter = Sorter {
        overlay,
        styling,
        kinds: Kinds::default(),
        of: Vec::new(),
        passes: Vec::new(),
        known: HashMap::new(),
        problems: Vec::new(),
    };
    sorter.sort();
    let Sorter { mut kinds, of, problems, .. } = sorter;
    (kinds.of, kinds.problems) = (of.into(), problems.into());
    kinds
}

/// The same kinds with all else that a styling says of them, which looks at no feature.
pub(super) fn changed(sorted: &Kinds, styling: &Styling) -> Kinds {
    let mut kinds = sorted.clone();
    for kind in &mut kinds.list {
        kind.style = styling.change.applied(&kind.style);
        if let Some(change) = styling.kinds.get(&kind.key) {
            kind.style = change.style.applied(&kind.style);
            if let Some(title) = &change.title {
                kind.title.clone_from(title);
            }
        }
        kind.shown = !styling.hidden.contains(&kind.key);
    }
    kinds
}

struct Sorter<'a> {
    overlay: &'a Overlay,
    styling: &'a Styling,
    kinds: Kinds,
    of: Vec<u16>,
    /// Whether the filter lets each feature pass; empty where there is no filter.
    passes: Vec<bool>,
    known: HashMap<String, u16>,
    problems: Vec<Problem>,
}

impl Sorter<'_> {
    fn sort(&mut self) {
        let (overlay, styling) = (self.overlay, self.styling);
        if overlay.features.count() == 0 {
            let style = overlay.style.clone();
            let dimension = overlay.shape.dimension();
            let size = overlay.measure.size();
            let features = 1;
            self.kinds.list.push(Kind {
                key: String::new(),
                title: String::new(),
                style,
                dimension,
                features,
                size,
                shown: true,
            });
            return;
        }
        if let Some(filter) = &styling.filter {
            self.passes = (0..overlay.features.count()).map(|feature| overlay.matches(filter, feature)).collect();
            self.kinds.left_out = self.passes.iter().filter(|passes| !**passes).count();
        }
        match &styling.by {
            By::AsGiven if !overlay.rules.is_empty() => self.by_rules(&overlay.rules),
            By::AsGiven if overlay.opened_from.is_some() => self.as_given(),
            By::AsGiven | By::One => self.each(|_, _| Some((String::new(), String::new(), None))),
            By::Property(categories) => self.by_property(categories),
            By::Graduated(graduated) => self.by_classes(graduated),
            By::Rules(rules) => self.by_rules(rules),
        }
    }

    /// Asks of every feature that the filter lets pass for the key, the title and the style of its kind.
    fn each(&mut self, mut kind_of: impl FnMut(usize, Dimension) -> Option<(String, String, Option<Style>)>) {
        self.each_index(|sorter, feature, dimension| {
            let (key, title, style) = kind_of(feature, dimension)?;
            Some(sorter.index_of(key, title, style, dimension))
        });
    }

    /// The place of the kind of this key, which is added where there is none yet.
    fn index_of(&mut self, key: String, title: String, style: Option<Style>, dimension: Dimension) -> u16 {
        let (mut key, mut title) = (key, title);
        if self.kinds.list.len() == MOST - 1 && !self.known.contains_key(&key) {
            (key, title) = (FURTHER.to_owned(), FURTHER.to_owned());
        }
        match self.known.get(&key) {
            Some(index) => *index,
            None if self.kinds.list.len() == MOST => MOST as u16 - 1,
            None => {
                let index = self.kinds.list.len() as u16;
                let style = style.unwrap_or_else(|| self.overlay.style.clone());
                self.known.insert(key.clone(), index);
                let (features, size, shown) = (0, Size::default(), true);
                self.kinds.list.push(Kind { key, title, style, dimension, features, size, shown });
                index
            }
        }
    }

    /// Asks of every feature that the filter lets pass for the place of its kind.
    fn each_index(&mut self, mut index_of: impl FnMut(&mut Self, usize, Dimension) -> Option<u16>) {
        let (features, shape) = (&self.overlay.features, &self.overlay.shape);
        let sizes = features.sizes(shape);
        let dimensions = dimensions(features);
        let mut of = Vec::with_capacity(features.count());
        for (feature, size) in sizes.iter().enumerate() {
            let passes = self.passes.get(feature).copied().unwrap_or(true);
            let dimension = dimensions[feature].filter(|_| passes);
            let made = dimension.and_then(|dimension| Some((dimension, index_of(self, feature, dimension)?)));
            let Some((dimension, index)) = made else {
                of.push(NONE);
                continue;
            };
            let kind = &mut self.kinds.list[usize::from(index)];
            kind.dimension = if kind.features == 0 { dimension } else { kind.dimension.min(dimension) };
            kind.features += 1;
            kind.size += *size;
            of.push(index);
        }
        self.of = of;
        // A file of which nothing is drawn still has a row.
        if self.kinds.list.is_empty() {
            self.kinds.list.push(Kind {
                key: String::new(),
                title: String::new(),
                style: self.overlay.style.clone(),
                dimension: self.overlay.shape.dimension(),
                features: 0,
                size: Size::default(),
                shown: true,
            });
        }
    }

    /// By simplestyle and title as they stand; by simplestyle alone where that makes too many.
    fn as_given(&mut self) {
        let features = &self.overlay.features;
        let styles = Given::of(self.overlay);
        let dimensions = dimensions(features);
        let mut titled: HashSet<(usize, Dimension, Option<String>)> = HashSet::new();
        for (feature, dimension) in dimensions.iter().enumerate() {
            if let Some(dimension) = *dimension {
                titled.insert((styles.of[feature], dimension, features.name(feature)));
                if titled.len() > ROWS {
                    break;
                }
            }
        }
        let by_title = titled.len() <= ROWS;
        let several = titled.len() > 1;
        let names = if by_title { BTreeMap::new() } else { common_words(self.overlay, &styles, &dimensions) };
        let base = &self.overlay.style;
        let made = |style: usize, dimension: Dimension, title: String| {
            let drawn = &styles.list[style];
            let key = format!("{title}\n{dimension:?} {}", drawn.text);
            (key, title, Some(drawn.style(base, dimension)))
        };
        if by_title {
            self.each(|feature, dimension| {
                // What one feature alone is called is the layer's business.
                let title = features.name(feature).filter(|_| several).unwrap_or_default();
                Some(made(styles.of[feature], dimension, title))
            });
        } else {
            // Asked once of each style, for there may be a million features of a few.
            let mut indices: HashMap<(usize, Dimension), u16> = HashMap::new();
            self.each_index(|sorter, feature, dimension| {
                let group = (styles.of[feature], dimension);
                Some(*indices.entry(group).or_insert_with(|| {
                    let title = names.get(&group).cloned().unwrap_or_default();
                    let (key, title, style) = made(group.0, dimension, title);
                    sorter.index_of(key, title, style, dimension)
                }))
            });
        }
        self.problems.extend(styles.problems);
    }

    /// By the values of a property, each with a colour of its own.
    fn by_property(&mut self, categories: &Categories) {
        let overlay = self.overlay;
        let mut numbers: HashMap<String, usize> = HashMap::new();
        self.each(|feature, dimension| {
            let title = overlay.value(feature, &categories.property).map(|value| in_words(&value));
            let Some(title) = title.filter(|title| !title.is_empty()) else {
                return Some((
                    NO_VALUE.to_owned(),
                    NO_VALUE.to_owned(),
                    Some(without_value(&overlay.style, dimension)),
                ));
            };
            let next = numbers.len();
            let number = match numbers.get(&title) {
                Some(number) => *number,
                // Of more values than this none is drawn by itself.
                None if next == MOST => next,
                None => {
                    numbers.insert(title.clone(), next);
                    next
                }
            };
            Some((title.clone(), title, Some(of_category(categories, &overlay.style, dimension, number))))
        });
        if numbers.is_empty() {
            self.report(format!("no feature has a value of “{}”", categories.property));
        } else if numbers.len() >= MOST - 1 {
            let what = format!("“{}” has more values than can be told apart: {MOST}", categories.property);
            self.report(what);
        }
    }

    fn report(&mut self, what: String) {
        self.problems.push(Problem { part: About::Overlay(self.overlay.id.clone()), what });
    }

    fn by_classes(&mut self, graduated: &super::styling::Graduated) {
        let features = &self.overlay.features;
        let base = self.overlay.style.clone();
        // Classes are those of what is drawn.
        let number = |feature: usize| {
            let passes = self.passes.get(feature).copied().unwrap_or(true);
            self.overlay.number(feature, &graduated.property).filter(|_| passes)
        };
        let values: Vec<Option<f64>> = (0..features.count()).map(number).collect();
        let Some(classes) = Classes::of(values.iter().flatten().copied(), graduated.method, graduated.classes) else {
            self.report(format!("no feature has a number as “{}”", graduated.property));
            self.each(|_, dimension| {
                Some((NO_VALUE.to_owned(), NO_VALUE.to_owned(), Some(without_value(&base, dimension))))
            });
            return;
        };
        let colors = graduated.colors(classes.count());
        // The rows of a graduated legend stand from least to greatest, whatever the file's order.
        let dimension = self.overlay.shape.dimension();
        for (index, color) in colors.iter().enumerate() {
            let key = class_key(index);
            self.known.insert(key.clone(), index as u16);
            self.kinds.list.push(Kind {
                key,
                title: label(&classes, index),
                style: colored(&base, dimension, color),
                dimension,
                features: 0,
                size: Size::default(),
                shown: true,
            });
        }
        self.each(|feature, dimension| match values[feature].and_then(|value| classes.class_of(value)) {
            Some(index) => Some((class_key(index), String::new(), None)),
            None => Some((NO_VALUE.to_owned(), NO_VALUE.to_owned(), Some(without_value(&base, dimension)))),
        });
    }

    /// By the first rule that a feature fits; those that fit none are drawn as the overlay is.
    fn by_rules(&mut self, rules: &[Rule]) {
        let overlay = self.overlay;
        for (index, rule) in rules.iter().enumerate() {
            let key = rule_key(index);
            self.known.insert(key.clone(), index as u16);
            self.kinds.list.push(Kind {
                key,
                title: rule.title.as_ref().map_or_else(String::new, |title| title.main().to_owned()),
                style: rule.style.applied(&overlay.style),
                dimension: overlay.shape.dimension(),
                features: 0,
                size: Size::default(),
                shown: true,
            });
        }
        self.each(|feature, _| {
            let fits = |rule: &Rule| rule.when.as_ref().is_none_or(|filter| overlay.matches(filter, feature));
            match rules.iter().position(fits) {
                Some(index) => Some((rule_key(index), String::new(), None)),
                None => Some(("else".to_owned(), String::new(), None)),
            }
        });
        for (index, rule) in rules.iter().enumerate() {
            if self.kinds.list[index].features == 0 {
                let which =
                    rule.title.as_ref().map_or_else(|| rule_key(index), |title| format!("rule “{}”", title.main()));
                let what = format!("no feature fits {which}");
                self.problems.push(Problem { part: About::Overlay(overlay.id.clone()), what });
            }
        }
    }
}

fn class_key(index: usize) -> String {
    format!("class {}", index + 1)
}

/// From where to where a class reaches, with as many digits as tell its bounds apart.
fn label(classes: &Classes, index: usize) -> String {
    let Some((from, to)) = classes.bounds(index) else { return String::new() };
    let mut all = vec![classes.least()];
    all.extend_from_slice(classes.breaks());
    // A class of one value ends where it begins.
    all.dedup();
    let decimals = (0..6).find(|decimals| {
        let texts: Vec<String> = all.iter().map(|value| words::number(*value, *decimals)).collect();
        texts.windows(2).all(|pair| pair[0] != pair[1])
    });
    let number = |value: f64| words::number(value, decimals.unwrap_or(6));
    match (from == to, from < 0.0) {
        (true, _) => number(to),
        // A dash beside a minus is read as another minus.
        (false, true) => format!("{} to {}", number(from), number(to)),
        (false, false) => format!("{}–{}", number(from), number(to)),
    }
}

/// What is called so where a property has no value.
const NO_VALUE: &str = "no value";

/// A grey that no ramp and no set of categories has.
const NO_VALUE_COLOR: &str = "#9a9a9a";

fn dimensions(features: &Features) -> Vec<Option<Dimension>> {
    let mut dimensions = vec![None; features.count()];
    let owners = features.owners();
    for (owners, dimension) in
        [(&owners.points, Dimension::Point), (&owners.lines, Dimension::Line), (&owners.areas, Dimension::Area)]
    {
        owners.iter().for_each(|owner| dimensions[*owner as usize] = Some(dimension));
    }
    dimensions
}

/// A style in a colour: of areas the fill, with the outline a shade of it; of lines the stroke; of points the mark.
fn colored(base: &Style, dimension: Dimension, color: &str) -> Style {
    let fill = Some(color.to_owned());
    match dimension {
        Dimension::Area => {
            let stroke = Some(Rgba::parse(color).map_or_else(|| color.to_owned(), |color| shade(color).to_hex()));
            Style { fill, stroke, fill_opacity: base.fill_opacity.max(0.45), ..base.clone() }
        }
        Dimension::Line => Style { stroke: fill, ..base.clone() },
        Dimension::Point => Style { fill, stroke: None, ..base.clone() },
    }
}

/// As a colour, darker by three tenths: light classes have an outline that can be seen.
fn shade(color: Rgba) -> Rgba {
    let darker = |part: u8| (f64::from(part) * 0.7).round() as u8;
    Rgba { r: darker(color.r), g: darker(color.g), b: darker(color.b), a: color.a }
}

/// The style of features that have no value.
fn without_value(base: &Style, dimension: Dimension) -> Style {
    colored(base, dimension, NO_VALUE_COLOR)
}

/// The style of a category by its number.
pub(super) fn of_category(categories: &Categories, base: &Style, dimension: Dimension, number: usize) -> Style {
    let (color, round) = categories.color(number);
    in_round(colored(base, dimension, &color), dimension, round)
}

/// Where a set of colours begins anew, a pattern, a dash or a symbol tells its second round from the first.
fn in_round(style: Style, dimension: Dimension, round: usize) -> Style {
    let Some(round) = round.checked_sub(1) else { return style };
    match dimension {
        Dimension::Area => {
            let (pattern, pattern_angle) = PATTERNS[round % PATTERNS.len()];
            Style { pattern, pattern_angle, ..style }
        }
        Dimension::Line => Style { dash: Some(DASHES[round % DASHES.len()].to_vec()), ..style },
        Dimension::Point => Style {
            marker_symbol: Some(SYMBOLS[round % SYMBOLS.len()].to_owned()),
            marker_size: style.marker_size.or(Some(MarkerSize::Small)),
            ..style
        },
    }
}

/// Patterns that are told apart without colours, with the angles of their lines.
pub const PATTERNS: [(PatternKind, f64); 5] = [
    (PatternKind::Hatch, 45.0),
    (PatternKind::Dots, 45.0),
    (PatternKind::Hatch, 135.0),
    (PatternKind::Hatch, 0.0),
    (PatternKind::Hatch, 90.0),
];

/// Dashes that are told apart.
pub const DASHES: [&[f64]; 6] =
    [&[7.0, 4.0], &[1.5, 3.0], &[9.0, 3.0, 1.5, 3.0], &[16.0, 5.0], &[9.0, 3.0, 1.5, 3.0, 1.5, 3.0], &[3.0, 7.0]];

/// Symbols of points that are told apart.
pub const SYMBOLS: [&str; 6] = ["square", "triangle", "diamond", "star", "cross", "marker"];

/// A value as a legend names it.
pub fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(words) => words.trim().to_owned(),
        other => other.to_string(),
    }
}

/// The simplestyle of a file's features.
struct Given {
    list: Vec<GivenStyle>,
    /// Of each feature.
    of: Vec<usize>,
    problems: Vec<Problem>,
}

struct GivenStyle {
    simple: SimpleStyle,
    /// The same as one line.
    text: String,
}

impl Given {
    fn of(overlay: &Overlay) -> Self {
        let rows = overlay.features.rows();
        let mut list: Vec<GivenStyle> = Vec::new();
        let mut warnings: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut known: HashMap<SimpleStyle, usize> = HashMap::new();
        let (mut places, mut said) = (Vec::new(), Vec::new());
        for properties in rows.styles() {
            let (simple, found) = simplestyle::read(&properties);
            said.push(found.iter().map(ToString::to_string).collect::<Vec<_>>());
            let next = list.len();
            let place = *known.entry(simple.clone()).or_insert(next);
            if place == next {
                let text = Value::Object(simple.write()).to_string();
                list.push(GivenStyle { simple, text });
            }
            places.push(place);
        }
        let of: Vec<usize> = (0..rows.count()).map(|feature| places[rows.style_of(feature)]).collect();
        if said.iter().any(|said| !said.is_empty()) {
            for feature in 0..rows.count() {
                for warning in &said[rows.style_of(feature)] {
                    warnings.entry(warning.clone()).or_default().push(feature);
                }
            }
        }
        let problems = warnings.into_iter().map(|(what, features)| {
            let first = overlay.features.label(features[0]);
            let which = match features.len() {
                1 => format!("“{first}”"),
                count => format!("“{first}” and {} more", count - 1),
            };
            Problem { part: About::Overlay(overlay.id.clone()), what: format!("{what} ({which})") }
        });
        Self { list, of, problems: problems.collect() }
    }
}

impl GivenStyle {
    /// As a style, where `plain` stands for that of a feature which says nothing, and simplestyle's defaults for what one
    /// that says something leaves out.
    fn style(&self, plain: &Style, dimension: Dimension) -> Style {
        let simple = &self.simple;
        if simple.is_empty() {
            return match dimension {
                Dimension::Point => Style { stroke: None, ..plain.clone() },
                _ => plain.clone(),
            };
        }
        let default = Style::default();
        let says_area = simple.fill.is_some() || simple.fill_opacity.is_some();
        let says_line = simple.stroke.is_some() || simple.stroke_width.is_some() || simple.stroke_opacity.is_some();
        match dimension {
            Dimension::Area | Dimension::Line if !says_area && !says_line => plain.clone(),
            Dimension::Area | Dimension::Line => Style {
                stroke: simple.stroke.map(|color| color.to_hex()).or(default.stroke),
                stroke_width: simple.stroke_width.unwrap_or(default.stroke_width),
                stroke_opacity: simple.stroke_opacity_or(default.stroke_opacity),
                fill: simple.fill.map(|color| color.to_hex()).or(default.fill),
                fill_opacity: simple.fill_opacity_or(default.fill_opacity),
                ..Style::default()
            },
            Dimension::Point => Style {
                fill: simple.marker_color.map(|color| color.to_hex()).or_else(|| Some("#7e7e7e".to_owned())),
                fill_opacity: simple.marker_color.map_or(1.0, |color| color.opacity()),
                stroke: None,
                marker_size: simple.marker_size.or(Some(MarkerSize::Medium)),
                marker_symbol: simple.marker_symbol.clone(),
                ..Style::default()
            },
        }
    }
}

/// Of kinds by style alone: what all features of one have in a property that is another in every other, such as a
/// `status`; that says in the file's own words what the colours stand for.
fn common_words(
    overlay: &Overlay,
    given: &Given,
    dimensions: &[Option<Dimension>],
) -> BTreeMap<(usize, Dimension), String> {
    let rows = overlay.features.rows();
    let first = rows.properties(0);
    let is_candidate = |name: &&String| !crate::formats::table::SIMPLESTYLE.contains(&name.as_str());
    'property: for name in first.keys().filter(is_candidate) {
        let mut words: HashMap<(usize, Dimension), Cow<'_, str>> = HashMap::new();
        for (feature, dimension) in dimensions.iter().enumerate() {
            let Some(dimension) = *dimension else { continue };
            let Some(value) = rows.words(feature, name).filter(|words| !words.trim().is_empty()) else {
                continue 'property;
            };
            match words.entry((given.of[feature], dimension)) {
                Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                Entry::Occupied(entry) if entry.get().trim() == value.trim() => {}
                Entry::Occupied(_) => continue 'property,
            }
        }
        let words: BTreeMap<(usize, Dimension), String> =
            words.into_iter().map(|(kind, words)| (kind, words.trim().to_owned())).collect();
        let mut distinct: Vec<&String> = words.values().collect();
        distinct.sort_unstable();
        distinct.dedup();
        // What all features have in common tells none apart.
        if distinct.len() == words.len() && words.len() > 1 {
            return words;
        }
    }
    BTreeMap::new()
}

impl Overlay {
    /// Whether a feature fits a filter, which asks for what [`Self::value`] knows.
    pub fn matches(&self, filter: &Filter, feature: usize) -> bool {
        self.features.matches(&self.shape, filter, feature)
    }

    /// A property of a feature, or what else is known of it: see [`Features::value`].
    pub fn value(&self, feature: usize, name: &str) -> Option<Value> {
        self.features.value(&self.shape, feature, name)
    }

    /// West, south, east and north of a feature, in degrees; `None` where nothing of it can be drawn.
    pub fn feature_bounds(&self, feature: usize) -> Option<[f64; 4]> {
        self.features.bounds(&self.shape, feature)
    }

    /// A property of a feature, or its size, as a number.
    pub fn number(&self, feature: usize, name: &str) -> Option<f64> {
        match self.value(feature, name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }
}

impl StylePart {
    /// A style with what this says put in its place.
    pub fn applied(&self, style: &Style) -> Style {
        let color = |said: &Option<String>, before: &Option<String>| match said.as_deref() {
            Some("none") => None,
            Some(color) => Some(color.to_owned()),
            None => before.clone(),
        };
        Style {
            stroke: color(&self.stroke, &style.stroke),
            stroke_width: self.stroke_width.unwrap_or(style.stroke_width),
            stroke_opacity: self.stroke_opacity.unwrap_or(style.stroke_opacity),
            fill: color(&self.fill, &style.fill),
            fill_opacity: self.fill_opacity.unwrap_or(style.fill_opacity),
            pattern: self.pattern.unwrap_or(style.pattern),
            pattern_angle: self.pattern_angle.unwrap_or(style.pattern_angle),
            dash: match &self.dash {
                Some(dash) if dash.is_empty() => None,
                Some(dash) => Some(dash.clone()),
                None => style.dash.clone(),
            },
            casing: color(&self.casing, &style.casing),
            marker_size: self.marker_size.or(style.marker_size),
            marker_symbol: self.marker_symbol.clone().or_else(|| style.marker_symbol.clone()),
        }
    }
}

#[cfg(test)]
mod tests;
