//! How the features of an overlay are told apart, named, filtered and labelled: a display setting, evidence untouched.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::classes::Method;
use super::model::StylePart;
use super::ramps::{Ramp, RampKind};
use crate::formats::filter::Filter;
use crate::formats::language::Text;

/// How the features of an overlay are drawn.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Styling {
    /// What tells kinds of features apart.
    #[serde(skip_serializing_if = "By::is_as_given")]
    pub by: By,
    /// What is drawn otherwise in all kinds.
    #[serde(skip_serializing_if = "StylePart::is_empty")]
    pub change: StylePart,
    /// What is otherwise in one kind, by its key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, KindChange>,
    /// The keys of the kinds that are not shown.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub hidden: BTreeSet<String>,
    /// Which features are drawn at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// Words beside the features.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// Whether points that lie close together are drawn as one ring with their number.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub clusters: bool,
    /// What a project's file said that is not understood, kept for when it is written again.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub unread: Map<String, Value>,
}

impl Styling {
    /// Whether it changes nothing.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the features fall into the same kinds, in whatever style.
    pub(super) fn sorts_as(&self, other: &Self) -> bool {
        self.by == other.by && self.filter == other.filter
    }

    /// What tells the kinds apart, as the heading of a legend says it: `status`, `km², natural breaks`.
    pub fn told_by(&self) -> Option<String> {
        match &self.by {
            By::AsGiven | By::One | By::Rules(_) => None,
            By::Property(categories) => Some(property_in_words(&categories.property)),
            By::Graduated(graduated) => {
                let method = graduated.method.name().to_lowercase();
                Some(format!("{}, {method}", property_in_words(&graduated.property)))
            }
        }
    }
}

/// What a filter leaves, as a note says it: `only features where status = occupied`. A long one is cut.
pub fn only_in_words(filter: &str) -> String {
    const LONGEST: usize = 160;
    let cut = if filter.chars().count() > LONGEST { " …" } else { "" };
    format!("only features where {}{cut}", filter.chars().take(LONGEST).collect::<String>())
}

/// A property as a person reads it.
pub fn property_in_words(property: &str) -> String {
    match property {
        "km2" => "km²".to_owned(),
        "$title" => "title".to_owned(),
        "$id" => "id".to_owned(),
        other => other.to_owned(),
    }
}

/// What tells kinds of features apart.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The rules of a dossier's overlay; of a file simplestyle and titles as they stand.
    #[default]
    AsGiven,
    /// Nothing: one style for all.
    One,
    /// The values of a property.
    Property(Categories),
    /// Classes of a property's numbers.
    Graduated(Graduated),
    /// Rules: the first that fits counts.
    Rules(Vec<Rule>),
}

impl By {
    fn is_as_given(&self) -> bool {
        *self == Self::AsGiven
    }
}

/// Kinds by the values of a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Categories {
    /// Which property.
    pub property: String,
    /// The set of colours, by its id among [`super::ramps::RAMPS`]; one that is not known counts as Okabe and Ito's.
    #[serde(default = "Categories::usual_colors")]
    pub colors: String,
}

impl Categories {
    /// Of a property, in the usual colours.
    pub fn of(property: impl Into<String>) -> Self {
        Self { property: property.into(), colors: Self::usual_colors() }
    }

    fn usual_colors() -> String {
        "okabe-ito".to_owned()
    }

    /// The colours that they have.
    pub fn ramp(&self) -> &'static Ramp {
        Ramp::find(&self.colors).filter(|ramp| ramp.kind == RampKind::Qualitative).unwrap_or(Ramp::CATEGORIES)
    }

    /// The colour of a category by its number, from 0, and in which round: the colours begin anew where there are more
    /// categories.
    pub(super) fn color(&self, index: usize) -> (String, usize) {
        let colors = self.ramp().colors(usize::MAX);
        (colors[index % colors.len()].to_hex(), index / colors.len())
    }
}

/// Kinds by classes of a property's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Graduated {
    /// Which property.
    pub property: String,
    /// How numbers are divided into classes.
    pub method: Method,
    /// How many classes there are: 2 to 12.
    pub classes: usize,
    /// The colours, by their id among [`super::ramps::RAMPS`]; what is no ramp counts as the usual one.
    pub ramp: String,
    /// Whether the colours run the other way.
    #[serde(default)]
    pub reversed: bool,
}

impl Graduated {
    /// Of a property, in classes by natural breaks from light to dark.
    pub fn of(property: impl Into<String>) -> Self {
        let (method, ramp) = (Method::NaturalBreaks, Ramp::CLASSES.id.to_owned());
        Self { property: property.into(), method, classes: 5, ramp, reversed: false }
    }

    /// The colours that they have.
    pub fn ramp(&self) -> &'static Ramp {
        Ramp::find(&self.ramp).filter(|ramp| ramp.kind != RampKind::Qualitative).unwrap_or(Ramp::CLASSES)
    }

    /// The colours of so many classes, from the least to the greatest.
    pub(super) fn colors(&self, count: usize) -> Vec<String> {
        let mut colors: Vec<String> = self.ramp().colors(count).iter().map(|color| color.to_hex()).collect();
        if self.reversed {
            colors.reverse();
        }
        colors
    }
}

/// How features that fit a filter are drawn, and what the legend calls them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rule {
    /// Which features; all that no earlier rule took, where there is none.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Filter>,
    /// What the legend calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// How they are drawn: what is not said is as in the overlay's own style.
    #[serde(default, skip_serializing_if = "StylePart::is_empty")]
    pub style: StylePart,
}

/// What is otherwise in one kind.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct KindChange {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How it is drawn.
    #[serde(skip_serializing_if = "StylePart::is_empty")]
    pub style: StylePart,
}

/// Words beside features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Labels {
    /// The property that they are from; `$title` stands for the feature's own name.
    pub property: String,
    /// Size of the letters in points.
    #[serde(default = "Labels::usual_size_pt")]
    pub size_pt: f64,
    /// Where they stand.
    #[serde(default)]
    pub placement: LabelPlacement,
}

impl Labels {
    /// The sizes that can be chosen, in points.
    pub const SIZES_PT: std::ops::RangeInclusive<f64> = 6.0..=36.0;

    fn usual_size_pt() -> f64 {
        11.0
    }

    /// Of a property, in the usual size and place.
    pub fn of(property: impl Into<String>) -> Self {
        Self { property: property.into(), size_pt: Self::usual_size_pt(), placement: LabelPlacement::default() }
    }
}

/// Where the words of features stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelPlacement {
    /// Beside a point; within an area; along a line's middle.
    #[default]
    Auto,
    /// In the middle, over the feature.
    Over,
    /// Above the feature's middle.
    Above,
    /// Below the feature's middle.
    Below,
}
