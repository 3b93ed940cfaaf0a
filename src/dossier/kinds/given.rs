//! The styles that a file gives its features, and what those of one style have in common.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::ROWS;
use super::usual_styles::opaque;
use crate::dossier::features::Dimension;
use crate::dossier::model::Style;
use crate::dossier::{About, Overlay, Problem};
use crate::formats::simplestyle::{self, MarkerSize, SimpleStyle};

/// The simplestyle of a file's features.
pub(super) struct Given {
    pub(super) list: Vec<GivenStyle>,
    /// Of each feature.
    pub(super) of: Vec<usize>,
    pub(super) problems: Vec<Problem>,
}

pub(super) struct GivenStyle {
    pub(super) simple: SimpleStyle,
    /// The same as one line.
    pub(super) text: String,
}

impl Given {
    pub(super) fn of(overlay: &Overlay) -> Self {
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
    pub(super) fn style(&self, plain: &Style, dimension: Dimension) -> Style {
        let simple = &self.simple;
        if simple.is_empty() {
            return match dimension {
                Dimension::Point => Style { stroke: None, ..opaque(plain) },
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

/// What tells the features of a file apart beside their simplestyle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dossier) enum Told {
    /// The name of each; none where only one has one, for what one feature alone is called is the layer's business.
    Names {
        /// Whether there are several.
        several: bool,
    },
    /// What all features of one style have in this property, which is another in every other, and what these words are.
    Words(String, Arc<BTreeSet<String>>),
    /// Nothing.
    Nothing,
}

impl Told {
    /// Of a layer that is part of another, as in that one: which features a filter leaves changes nothing of what they are.
    pub(super) fn of(overlay: &Overlay, given: &Given, dimensions: &[Option<Dimension>]) -> Self {
        let features = &overlay.features;
        if let Some(told) = features.told() {
            return told.clone();
        }
        let mut named: HashSet<(usize, Dimension, Option<String>)> = HashSet::new();
        for (feature, dimension) in dimensions.iter().enumerate() {
            if let Some(dimension) = *dimension {
                named.insert((given.of[feature], dimension, features.name(feature)));
                if named.len() > ROWS {
                    return telling_property(overlay, given, dimensions);
                }
            }
        }
        Self::Names { several: named.len() > 1 }
    }
}

/// Of kinds by style alone: the property of which all features of one have the same and every other has another, such as
/// a `status`; that says in the file's own words what the colours stand for. A few styles may be without: those of which
/// features have none, or several that no other style has.
fn telling_property(overlay: &Overlay, given: &Given, dimensions: &[Option<Dimension>]) -> Told {
    let rows = overlay.features.rows();
    let first = rows.properties(0);
    let styles: HashSet<(usize, Dimension)> = dimensions
        .iter()
        .enumerate()
        .filter_map(|(feature, dimension)| Some((given.of[feature], (*dimension)?)))
        .collect();
    let most_without = styles.len() / MOST_WITHOUT;
    let is_candidate = |name: &&String| !crate::formats::table::SIMPLESTYLE.contains(&name.as_str());
    let mut best: Option<(String, BTreeSet<String>)> = None;
    'property: for name in first.keys().filter(is_candidate) {
        let mut words: HashMap<(usize, Dimension), Cow<'_, str>> = HashMap::new();
        let mut without: HashSet<(usize, Dimension)> = HashSet::new();
        for (feature, dimension) in dimensions.iter().enumerate() {
            let Some(dimension) = *dimension else { continue };
            let style = (given.of[feature], dimension);
            let value = rows.words(feature, name).filter(|words| !words.trim().is_empty());
            let is_alike = match (value, words.entry(style)) {
                (None, _) => false,
                (Some(value), Entry::Vacant(entry)) => {
                    entry.insert(value);
                    true
                }
                (Some(value), Entry::Occupied(entry)) => entry.get().trim() == value.trim(),
            };
            if !is_alike && without.insert(style) && without.len() > most_without {
                continue 'property;
            }
        }
        let distinct: HashSet<&str> = words.values().map(|words| words.trim()).collect();
        if distinct.len() < words.len() {
            continue;
        }
        let named: BTreeSet<String> = (words.iter().filter(|(style, _)| !without.contains(*style)))
            .map(|(_, words)| words.trim().to_owned())
            .collect();
        let is_all = named.len() == styles.len();
        // What all features have in common tells none apart.
        if named.len() > 1 && best.as_ref().is_none_or(|(_, before)| named.len() > before.len()) {
            best = Some((name.clone(), named));
            if is_all {
                break;
            }
        }
    }
    best.map_or(Told::Nothing, |(name, named)| Told::Words(name, Arc::new(named)))
}

/// One of so many styles may be without a word of the property that tells the others apart.
const MOST_WITHOUT: usize = 6;
