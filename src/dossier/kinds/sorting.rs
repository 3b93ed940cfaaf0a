//! Features sorted into kinds: by what a file gives, by a property, by classes, or by rules.

use std::collections::HashMap;

use super::class_names::class_names;
use super::given::{Given, Told};
use super::usual_styles::{colored, of_category, opaque, without_value};
use super::{FURTHER, Kind, Kinds, MOST, NONE};
use crate::dossier::classes::Classes;
use crate::dossier::features::{Dimension, Features, Matcher, Size};
use crate::dossier::model::Style;
use crate::dossier::resolve::LONGEST_TITLE;
use crate::dossier::rules::rule_key;
use crate::dossier::styling::{By, Categories, Rule, Styling};
use crate::dossier::{About, Dated, Overlay, Problem};
use crate::formats::order;
use crate::formats::written::{Finder, Written};

pub(super) struct Sorter<'a> {
    pub(super) overlay: &'a Overlay,
    pub(super) styling: &'a Styling,
    /// The reports of all days, of which a value has one colour and a class one meaning.
    pub(super) dated: Option<&'a Dated>,
    pub(super) kinds: Kinds,
    pub(super) of: Vec<u16>,
    /// Whether the filter lets each feature pass; empty where there is no filter.
    pub(super) passes: Vec<bool>,
    pub(super) known: HashMap<String, u16>,
    pub(super) problems: Vec<Problem>,
}

impl Sorter<'_> {
    pub(super) fn sort(&mut self) {
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
            let matcher = overlay.matcher(filter);
            self.passes = (0..overlay.features.count()).map(|feature| matcher.matches(feature)).collect();
            self.kinds.left_out = self.passes.iter().filter(|passes| !**passes).count();
            for what in overlay.doubts_of_filter(filter) {
                self.report(format!("filter: {what}"));
            }
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
    pub(super) fn each(
        &mut self,
        mut kind_of: impl FnMut(usize, Dimension) -> Option<(String, String, Option<Style>)>,
    ) {
        self.each_index(|sorter, feature, dimension| {
            let (key, title, style) = kind_of(feature, dimension)?;
            Some(sorter.index_of(key, title, style, dimension))
        });
    }

    /// The place of the kind of this key, which is added where there is none yet.
    pub(super) fn index_of(&mut self, key: String, title: String, style: Option<Style>, dimension: Dimension) -> u16 {
        let (mut key, mut title) = (key, title);
        if let Some((end, _)) = title.char_indices().nth(LONGEST_TITLE) {
            title.truncate(end);
            title.push('…');
        }
        if self.kinds.list.len() == MOST - 1 && !self.known.contains_key(&key) {
            (key, title) = (FURTHER.to_owned(), FURTHER.to_owned());
        }
        match self.known.get(&key) {
            Some(index) => *index,
            None if self.kinds.list.len() == MOST => MOST as u16 - 1,
            None => {
                let index = self.kinds.list.len() as u16;
                let style = style.unwrap_or_else(|| plain(self.overlay, dimension));
                self.known.insert(key.clone(), index);
                let (features, size, shown) = (0, Size::default(), true);
                self.kinds.list.push(Kind { key, title, style, dimension, features, size, shown });
                index
            }
        }
    }

    /// Asks of every feature that the filter lets pass for the place of its kind.
    pub(super) fn each_index(&mut self, mut index_of: impl FnMut(&mut Self, usize, Dimension) -> Option<u16>) {
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
    pub(super) fn as_given(&mut self) {
        let features = &self.overlay.features;
        let styles = Given::of(self.overlay);
        let dimensions = dimensions(features);
        let told = Told::of(self.overlay, &styles, &dimensions);
        let base = &self.overlay.style;
        let made = |style: usize, dimension: Dimension, title: String| {
            let drawn = &styles.list[style];
            let key = format!("{title}\n{dimension:?} {}", drawn.text);
            (key, title, Some(drawn.style(base, dimension)))
        };
        if let Told::Names { several } = told {
            self.each(|feature, dimension| {
                let title = features.name(feature).filter(|_| several).unwrap_or_default();
                Some(made(styles.of[feature], dimension, title))
            });
        } else {
            // Asked once of each style, for there may be a million features of a few.
            let mut indices: HashMap<(usize, Dimension), u16> = HashMap::new();
            self.each_index(|sorter, feature, dimension| {
                let group = (styles.of[feature], dimension);
                Some(*indices.entry(group).or_insert_with(|| {
                    let title = match &told {
                        Told::Words(property, words) => {
                            let title = features.rows().words(feature, property);
                            title.map(|title| title.trim().to_owned()).filter(|title| words.contains(title))
                        }
                        _ => None,
                    };
                    let title = title.unwrap_or_default();
                    let (key, title, style) = made(group.0, dimension, title);
                    sorter.index_of(key, title, style, dimension)
                }))
            });
        }
        self.problems.extend(styles.problems);
    }

    /// By the values of a property, each with a colour of its own.
    pub(super) fn by_property(&mut self, categories: &Categories) {
        let overlay = self.overlay;
        let finder = Finder::new(&categories.property);
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut values: HashMap<String, Written<'_>> = HashMap::new();
        if let Some(dated) = self.dated {
            numbers.extend(dated.values(&categories.property, MOST).iter().cloned().zip(0..));
        }
        let mut found = false;
        self.each(|feature, dimension| {
            let value = overlay.written(feature, &finder);
            let title = value.as_ref().map(|value| value.key().trim().to_owned());
            let Some(title) = title.filter(|title| !title.is_empty()) else {
                return Some((
                    NO_VALUE.to_owned(),
                    NO_VALUE.to_owned(),
                    Some(without_value(&overlay.style, dimension)),
                ));
            };
            found = true;
            if values.len() < MOST && !values.contains_key(&title) {
                values.extend(value.map(|value| (title.clone(), value)));
            }
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
        self.put_in_order(&values);
        if !found {
            self.report(format!("no feature has a value of “{}”", categories.property));
        } else if numbers.len() >= MOST - 1 {
            let what = format!("“{}” has more values than can be told apart: the limit is {MOST}", categories.property);
            self.report(what);
        }
    }

    /// Puts kinds in the [`order`](crate::formats::order) of their values, and those without one last. Their colours stay
    /// those of the order in the file.
    fn put_in_order(&mut self, values: &HashMap<String, Written<'_>>) {
        let rule = order::Rule::of(values.values());
        let list = std::mem::take(&mut self.kinds.list);
        let mut places: Vec<usize> = (0..list.len()).collect();
        places.sort_by(|one, other| {
            let [one, other] = [one, other].map(|place| values.get(&list[*place].key));
            match (one, other) {
                (Some(one), Some(other)) => rule.compare(one, other),
                (one, other) => other.is_some().cmp(&one.is_some()),
            }
        });
        let mut now = vec![NONE; list.len()];
        for (place, before) in places.iter().enumerate() {
            now[*before] = place as u16;
        }
        self.of.iter_mut().filter(|index| **index != NONE).for_each(|index| *index = now[usize::from(*index)]);
        let mut list: Vec<Option<Kind>> = list.into_iter().map(Some).collect();
        self.kinds.list = places.into_iter().filter_map(|place| list[place].take()).collect();
    }

    pub(super) fn report(&mut self, what: String) {
        self.problems.push(Problem { part: About::Overlay(self.overlay.id.clone()), what });
    }

    pub(super) fn by_classes(&mut self, graduated: &crate::dossier::styling::Graduated) {
        let features = &self.overlay.features;
        let base = self.overlay.style.clone();
        // Classes are those of what is drawn.
        let finder = Finder::new(&graduated.property);
        let number = |feature: usize| {
            let passes = self.passes.get(feature).copied().unwrap_or(true);
            self.overlay.written(feature, &finder).filter(|_| passes).and_then(|value| order::number_of(&value))
        };
        let values: Vec<Option<f64>> = (0..features.count()).map(number).collect();
        let all = self.dated.map(|dated| dated.numbers(&graduated.property, self.styling.filter.as_ref()));
        let all: Vec<f64> = all.map_or_else(|| values.iter().flatten().copied().collect(), |all| all.to_vec());
        let Some(classes) = Classes::of(all.iter().copied(), graduated.method, graduated.classes) else {
            self.report(format!("no feature has a number as “{}”", graduated.property));
            self.each(|_, dimension| {
                Some((NO_VALUE.to_owned(), NO_VALUE.to_owned(), Some(without_value(&base, dimension))))
            });
            return;
        };
        let colors = graduated.colors(classes.count());
        let names = class_names(&classes, &graduated.property, all.iter().copied());
        // The rows of a graduated legend stand from least to greatest, whatever the file's order.
        let dimension = self.overlay.shape.dimension();
        for (index, color) in colors.iter().enumerate() {
            let key = class_key(index);
            self.known.insert(key.clone(), index as u16);
            self.kinds.list.push(Kind {
                key,
                title: names[index].clone(),
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
    pub(super) fn by_rules(&mut self, rules: &[Rule]) {
        let overlay = self.overlay;
        let base = plain(overlay, overlay.shape.dimension());
        for (index, rule) in rules.iter().enumerate() {
            let key = rule_key(index);
            self.known.insert(key.clone(), index as u16);
            self.kinds.list.push(Kind {
                key,
                title: rule.title.as_ref().map_or_else(String::new, |title| title.main().to_owned()),
                style: rule.style.applied(&base),
                dimension: overlay.shape.dimension(),
                features: 0,
                size: Size::default(),
                shown: true,
            });
        }
        let matchers: Vec<Option<Matcher<'_>>> =
            rules.iter().map(|rule| rule.when.as_ref().map(|filter| overlay.matcher(filter))).collect();
        self.each(|feature, _| {
            let fits = |matcher: &Option<Matcher<'_>>| matcher.as_ref().is_none_or(|matcher| matcher.matches(feature));
            match matchers.iter().position(fits) {
                Some(index) => Some((rule_key(index), String::new(), None)),
                None => Some((NO_RULE.to_owned(), String::new(), None)),
            }
        });
        for (index, rule) in rules.iter().enumerate() {
            for what in rule.when.iter().flat_map(|filter| overlay.doubts_of_filter(filter)) {
                self.report(format!("{}: {what}", rule_key(index)));
            }
            if self.kinds.list[index].features == 0 {
                let which =
                    rule.title.as_ref().map_or_else(|| rule_key(index), |title| format!("rule “{}”", title.main()));
                let what = format!("no feature matches {which}");
                self.problems.push(Problem { part: About::Overlay(overlay.id.clone()), what });
            }
        }
    }
}

/// The style of what has none of its own.
fn plain(overlay: &Overlay, dimension: Dimension) -> Style {
    match dimension {
        Dimension::Point if overlay.opened_from.is_some() => opaque(&overlay.style),
        _ => overlay.style.clone(),
    }
}

pub(super) fn class_key(index: usize) -> String {
    format!("class {}", index + 1)
}

/// What is called so where a property has no value.
pub(super) const NO_VALUE: &str = "no value";

/// The key of what fits none of the rules.
pub(super) const NO_RULE: &str = "else";

pub(super) fn dimensions(features: &Features) -> Vec<Option<Dimension>> {
    let mut dimensions = vec![None; features.count()];
    let owners = features.owners();
    for (owners, dimension) in
        [(&owners.points, Dimension::Point), (&owners.lines, Dimension::Line), (&owners.areas, Dimension::Area)]
    {
        owners.iter().for_each(|owner| dimensions[*owner as usize] = Some(dimension));
    }
    dimensions
}
