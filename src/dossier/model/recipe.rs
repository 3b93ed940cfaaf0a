//! Recipes, by which a shape is derived from others or from words.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::formats::day::Day;

/// Which side of a directed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// To the left of one who walks along it.
    Left,
    /// To the right.
    Right,
    /// On both sides.
    Both,
}

/// A shape derived from other overlays or hidden layers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Recipe {
    /// The part of an area on one side of a line.
    Side {
        /// Area.
        of: String,
        /// Directed line.
        line: String,
        /// `left` or `right`.
        side: Side,
        /// Which features of the area count.
        #[serde(rename = "where", default)]
        when: Choice,
    },
    /// The first of several areas without the others.
    Difference {
        /// Areas.
        of: Vec<String>,
        /// Which of their features count.
        #[serde(rename = "where", default)]
        when: Choice,
    },
    /// What several areas share.
    Intersection {
        /// Areas.
        of: Vec<String>,
        /// Which of their features count.
        #[serde(rename = "where", default)]
        when: Choice,
    },
    /// Several areas as one.
    Union {
        /// Areas.
        of: Vec<String>,
        /// Which of their features count.
        #[serde(rename = "where", default)]
        when: Choice,
    },
    /// All within a distance of a line, with flat ends.
    Buffer {
        /// Line.
        of: String,
        /// Kilometres.
        distance_km: f64,
        /// Which side.
        sides: Side,
        /// Area outside of which nothing of it counts, such as the land.
        #[serde(default)]
        clip: Option<String>,
    },
    /// The points that lie in an area.
    PointsWithin {
        /// Points.
        of: String,
        /// Area.
        within: String,
        /// Kinds of points that count; all when empty.
        #[serde(default)]
        kinds: Vec<String>,
        /// Which features of the points count.
        #[serde(rename = "where", default)]
        when: Choice,
    },
    /// A parallel, or a part of it.
    Parallel {
        /// Latitude, degrees.
        lat: f64,
        /// Longitude where it begins; all round the earth where neither is given.
        #[serde(default)]
        from: Option<f64>,
        /// Longitude where it ends.
        #[serde(default)]
        to: Option<f64>,
        /// Area outside of which nothing of it counts.
        #[serde(default)]
        within: Option<String>,
    },
    /// A meridian, or a part of it.
    Meridian {
        /// Longitude, degrees.
        lon: f64,
        /// Latitude where it begins; from pole to pole where neither is given.
        #[serde(default)]
        from: Option<f64>,
        /// Latitude where it ends.
        #[serde(default)]
        to: Option<f64>,
        /// Area outside of which nothing of it counts.
        #[serde(default)]
        within: Option<String>,
    },
    /// A line of legs, each in a direction over a distance.
    Bearing {
        /// Where the first begins.
        from: Start,
        /// The legs, in their order.
        legs: Vec<Leg>,
        /// How bearings are kept.
        #[serde(default)]
        join: JoinBy,
        /// Whether the last leg is joined to the first, and what lies within is meant.
        #[serde(default)]
        area: bool,
    },
    /// A line or an area through the places that a text names.
    Coordinates {
        /// The text, as a treaty has it.
        text: String,
        /// How they are joined.
        #[serde(default)]
        join: JoinBy,
        /// Whether the last is joined to the first, and what lies within is meant.
        #[serde(default)]
        area: bool,
    },
    /// The line that is as far from one shape as from another.
    Median {
        /// Two areas, lines or sets of places.
        of: Vec<String>,
        /// Area outside of which nothing of it counts.
        #[serde(default)]
        within: Option<String>,
    },
    /// The way along lines from one place to another.
    Course {
        /// Lines.
        of: String,
        /// Where it begins: longitude, latitude.
        from: [f64; 2],
        /// Where it ends.
        to: [f64; 2],
        /// Which gaps between lines count as none, in metres.
        #[serde(default)]
        gap_m: Option<f64>,
    },
}

/// Where a line of legs begins.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Start {
    /// Longitude and latitude.
    At([f64; 2]),
    /// The one place of an overlay or a layer.
    Of(String),
}

/// A way in a direction.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Leg {
    /// In numbers.
    Measured {
        /// Degrees clockwise from north.
        bearing_deg: f64,
        /// Kilometres.
        distance_km: f64,
    },
    /// As a deed has it: `N 45° E for 12 miles`.
    Written {
        /// The words.
        text: String,
    },
}

/// How places of a recipe are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JoinBy {
    /// By the shortest way on the ellipsoid.
    #[default]
    Geodesic,
    /// By the way of one bearing.
    Rhumb,
}

/// Which features of a recipe's operands count: filters, as they were written.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(untagged)]
pub enum Choice {
    /// All, where nothing is said.
    #[default]
    All,
    /// Those of each operand by a filter of its own, or all of an operand that is not named.
    Each(BTreeMap<String, Value>),
    /// Those of all operands by one filter.
    Of(Value),
}

impl Choice {
    /// The filter of an operand, as it was written. One that names an overlay counts for it as it was on any day too.
    pub fn of(&self, id: &str) -> Option<&Value> {
        match self {
            Self::All => None,
            Self::Each(filters) => filters.get(id).or_else(|| filters.get(operand_and_day(id).0)),
            Self::Of(filter) => Some(filter),
        }
        .filter(|filter| !filter.is_null())
    }
}

impl Recipe {
    /// Which features of its operands count.
    pub fn choice(&self) -> &Choice {
        match self {
            Self::Side { when, .. }
            | Self::Difference { when, .. }
            | Self::Intersection { when, .. }
            | Self::Union { when, .. }
            | Self::PointsWithin { when, .. } => when,
            Self::Buffer { .. }
            | Self::Parallel { .. }
            | Self::Meridian { .. }
            | Self::Bearing { .. }
            | Self::Coordinates { .. }
            | Self::Median { .. }
            | Self::Course { .. } => &Choice::All,
        }
    }

    /// The ids of the overlays and layers that it is derived from, without their days.
    pub fn made_of(&self) -> Vec<&str> {
        self.operands().into_iter().map(|operand| operand_and_day(operand).0).collect()
    }

    /// The same recipe of other operands.
    #[must_use]
    pub(in crate::dossier) fn of_others(&self, other: impl Fn(&str) -> String) -> Self {
        let mut recipe = self.clone();
        let change = |operand: &mut String| *operand = other(operand);
        match &mut recipe {
            Self::Side { of, line, .. } => [of, line].into_iter().for_each(change),
            Self::Difference { of, .. } | Self::Intersection { of, .. } | Self::Union { of, .. } => {
                of.iter_mut().for_each(change);
            }
            Self::Buffer { of, clip, .. } => std::iter::once(of).chain(clip).for_each(change),
            Self::PointsWithin { of, within, .. } => [of, within].into_iter().for_each(change),
            Self::Parallel { within, .. } | Self::Meridian { within, .. } => within.iter_mut().for_each(change),
            Self::Bearing { from: Start::Of(id), .. } => change(id),
            Self::Bearing { from: Start::At(_), .. } | Self::Coordinates { .. } => {}
            Self::Median { of, within } => of.iter_mut().chain(within).for_each(change),
            Self::Course { of, .. } => change(of),
        }
        recipe
    }

    /// What it is derived from, as it is written: ids of overlays and layers, some of them as on [a day](operand_and_day).
    pub fn operands(&self) -> Vec<&str> {
        match self {
            Self::Side { of, line, .. } => vec![of, line],
            Self::Difference { of, .. } | Self::Intersection { of, .. } | Self::Union { of, .. } => {
                of.iter().map(String::as_str).collect()
            }
            Self::Buffer { of, clip, .. } => std::iter::once(of).chain(clip).map(String::as_str).collect(),
            Self::PointsWithin { of, within, .. } => vec![of, within],
            Self::Parallel { within, .. } | Self::Meridian { within, .. } => {
                within.iter().map(String::as_str).collect()
            }
            Self::Bearing { from: Start::Of(id), .. } => vec![id],
            Self::Bearing { from: Start::At(_), .. } | Self::Coordinates { .. } => Vec::new(),
            Self::Median { of, within } => of.iter().chain(within).map(String::as_str).collect(),
            Self::Course { of, .. } => vec![of],
        }
    }
}

/// The overlay or layer that an operand names, and the day of which it is wanted: `control@2025-02-01` is `control` as it was last
/// reported on 1 February 2025. Of a month or a year the last day counts. An operand without a day follows the timeline.
pub fn operand_and_day(operand: &str) -> (&str, Option<Day>) {
    let named = operand.rsplit_once('@').and_then(|(id, day)| Some((id, day.parse::<Day>().ok()?.last())));
    named.map_or((operand, None), |(id, day)| (id, Some(day)))
}
