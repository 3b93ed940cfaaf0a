//! The kinds into which the features of an overlay fall: each drawn in a style of its own, and a row of the legend.
//!
//! Every feature is of one kind or, where a filter leaves it out, of none; so the sizes of the kinds add up to that of what
//! is drawn.

mod class_names;
mod given;
mod names_apart;
mod sorting;
mod usual_styles;

use std::collections::HashMap;
use std::sync::Arc;

pub(super) use self::given::Told;
use self::sorting::Sorter;
use super::features::{Dimension, Matcher, Size};
use super::model::{PatternKind, Style, StylePart};
use super::styling::{By, Styling};
use super::{Overlay, Problem};
use crate::formats::filter::Filter;
use crate::formats::written::{Finder, Written};

pub(super) use self::usual_styles::of_category;
pub use self::usual_styles::{DASHES, PATTERNS, SYMBOLS};

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

/// The dashes of what is shown for a day of which nobody reports, in points.
const UNREPORTED_DASH_PT: [f64; 2] = [3.0, 3.0];

impl Style {
    /// The outline alone, dashed: of what is shown for a day of which nobody reports.
    pub fn as_outline(&self) -> Self {
        Self {
            stroke: self.stroke.clone().or_else(|| self.fill.clone()),
            stroke_width: self.stroke_width.clamp(1.0, 2.0),
            stroke_opacity: self.stroke_opacity.max(0.6),
            fill: None,
            fill_opacity: 0.0,
            pattern: PatternKind::None,
            dash: Some(UNREPORTED_DASH_PT.to_vec()),
            casing: None,
            ..self.clone()
        }
    }
}

impl Kinds {
    /// The same for a day of which nobody reports: the outlines alone, dashed, so that nothing is filled that is not known.
    pub(super) fn as_outlines(&self) -> Self {
        let outline = |kind: &Kind| Kind { style: kind.style.as_outline(), ..kind.clone() };
        Self { list: self.list.iter().map(outline).collect(), ..self.clone() }
    }

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

    /// The rows of a list: the [`ROWS`] kinds with the most features in their own order, and one for all others. What has no
    /// value, or fits no rule, is always named, for it is no further value, and so is the largest area of the map.
    pub fn rows(&self) -> Vec<Row> {
        let all = 0..self.list.len();
        if self.list.len() <= ROWS {
            return all.map(Row::Kind).collect();
        }
        let mut by_features: Vec<usize> = all.collect();
        let largest = (self.list.iter().enumerate().filter(|(_, kind)| kind.size.km2 > 0.0))
            .max_by(|(_, one), (_, other)| one.size.km2.total_cmp(&other.size.km2))
            .map(|(index, _)| index);
        by_features.sort_by_key(|index| {
            let kind = &self.list[*index];
            let is_rest = [sorting::NO_VALUE, sorting::NO_RULE].contains(&kind.key.as_str());
            (!is_rest && largest != Some(*index), std::cmp::Reverse(kind.features))
        });
        let mut others = by_features.split_off(ROWS);
        by_features.sort_unstable();
        others.sort_unstable();
        by_features.into_iter().map(Row::Kind).chain([Row::Others(others)]).collect()
    }

    /// Some kinds by their places, in the order in which a sample of all of them shows them: of areas, lines and points one
    /// each before further ones.
    pub fn for_sample(&self, places: &[usize]) -> Vec<usize> {
        let mut seen = Vec::new();
        let (first, further): (Vec<usize>, Vec<usize>) = places.iter().partition(|place| {
            let dimension = self.list[**place].dimension;
            let is_first = !seen.contains(&dimension);
            seen.push(dimension);
            is_first
        });
        first.into_iter().chain(further).collect()
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
        dated: overlay.dated.as_deref(),
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

/// The same kinds, each with a name of its own. Rules keep the names that somebody gave them.
pub(super) fn named_apart(mut sorted: Kinds, overlay: &Overlay, styling: &Styling) -> Kinds {
    let has_rules = match &styling.by {
        By::Rules(_) => true,
        By::AsGiven => !overlay.rules.is_empty(),
        By::One | By::Property(_) | By::Graduated(_) => false,
    };
    names_apart::name_apart(&mut sorted.list, has_rules);
    sorted
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

/// What tells the features of a file apart where nothing else is asked for.
pub(super) fn told(overlay: &Overlay) -> Told {
    Told::of(overlay, &given::Given::of(overlay), &sorting::dimensions(&overlay.features))
}

impl Overlay {
    /// Whether a feature fits a filter, which asks for what [`Self::written`] knows.
    pub fn matches(&self, filter: &Filter, feature: usize) -> bool {
        self.matcher(filter).matches(feature)
    }

    /// The same, for many features.
    pub fn matcher<'a>(&'a self, filter: &'a Filter) -> Matcher<'a> {
        self.features.matcher(&self.shape, filter)
    }

    /// See [`Features::doubts_of_filter`].
    pub fn doubts_of_filter(&self, filter: &Filter) -> Vec<String> {
        self.features.doubts_of_filter(filter)
    }

    /// West, south, east and north of a feature, in degrees; `None` where nothing of it can be drawn.
    pub fn feature_bounds(&self, feature: usize) -> Option<[f64; 4]> {
        self.features.bounds(&self.shape, feature)
    }

    /// A property of a feature as it is written, or what else is known of it: see [`Features::written`].
    pub fn written(&self, feature: usize, finder: &Finder) -> Option<Written<'_>> {
        self.features.written(&self.shape, feature, finder)
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
