//! Layers of the user's own: an overlay from the features of a file.

use std::sync::Arc;

use super::crossing::with_parts_merged;
use super::faults::faults;
use super::features::{Features, Size};
use super::prepared::Prepared;
use super::{About, Overlay, Problem, Shape, Style, Styling, resolve, words};
use crate::formats::day::Day;
use crate::formats::language::Text;
use crate::formats::table::FeatureTable;
use crate::formats::visible::visible;

#[cfg(doc)]
use super::{Merged, SOON_CHECKED};

/// The group of the shapes that the user opened.
pub const OWN_GROUP: &str = "own";

/// The features of a file of the user's as a layer, an overlay without a source of the dossier's; and what is wrong with
/// them. Polygons of one feature that lie over each other become one ([`Merged`]), if none crosses itself and they have at
/// most [`SOON_CHECKED`] vertices: else what two of them share would be drawn as a hole and measured twice.
///
/// # Errors
/// A text that says why nothing of them can be drawn.
pub fn own_layer(name: &str, table: FeatureTable) -> Result<(Overlay, Vec<Problem>), String> {
    let id = layer_id(name);
    let mut problems = Vec::new();
    let without_shape = table.without_shape();
    let FeatureTable { areas, lines, points, mut owners, rows, unclosed, notes, told_by } = table;
    let (areas, merged) = with_parts_merged(areas, &mut owners.areas);
    let features = Features::new(owners, rows);
    let doubts = notes.into_iter().chain(faults(&areas, &features.owners().areas, &features, &unclosed));
    problems.extend(doubts.map(|what| Problem { part: About::Overlay(id.clone()), what }));
    let places = resolve::places(&points, &features);
    let shape = Shape::of(areas, lines, places).ok_or_else(|| match features.count() {
        0 => "it has no features; nothing can be drawn".to_owned(),
        _ => "no feature has a shape that can be drawn".to_owned(),
    })?;
    if !without_shape.is_empty() {
        let what = format!(
            "{} no shape that can be drawn, and {} on no map and in no figure: {}",
            words::of_features_have(without_shape.len(), features.count()),
            if without_shape.len() == 1 { "is" } else { "are" },
            features.some_labels(&without_shape)
        );
        problems.push(Problem { part: About::Overlay(id.clone()), what });
    }
    let bounds = resolve::bounds_of(&shape).ok_or("its shape is empty")?;
    let measure = features.sizes(&shape).iter().copied().sum::<Size>().measure(shape.dimension());
    let Common { as_of, method } = Common::of(&features);
    let overlay = Overlay {
        title: Text::plain(visible(name)),
        gist: "Opened from a file".to_owned(),
        kind: "own-data".to_owned(),
        group: OWN_GROUP.to_owned(),
        as_of,
        style: usual_style(0),
        features: Arc::new(features),
        method,
        opened_from: Some(name.to_owned()),
        told_by,
        merged,
        ..Overlay::bare(id, Arc::new(shape), (bounds, measure))
    };
    problems.extend(overlay.kinds(&Arc::new(Styling::default())).problems().iter().cloned());
    Ok((overlay, problems))
}

/// The colours of layers whose files say nothing of any, in the order in which they are given: those of Okabe and Ito that
/// are told apart best, and far from those of most dossiers, first.
pub const USUAL_COLORS: [&str; 6] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"];

fn usual_style(color: u8) -> Style {
    let color = Some(USUAL_COLORS[usize::from(color) % USUAL_COLORS.len()].to_owned());
    Style { stroke: color.clone(), fill: color, fill_opacity: 0.2, ..Style::default() }
}

impl Overlay {
    /// The same layer of the user's, with what has no style of its own in another of [`USUAL_COLORS`].
    #[must_use]
    pub fn in_usual_color(&self, color: u8) -> Self {
        Self { style: usual_style(color), usual_color: color, prepared: Prepared::default(), ..self.clone() }
    }
}

/// The first of [`USUAL_COLORS`] that the fewest of some layers have.
pub(super) fn free_color<'a>(layers: impl Iterator<Item = &'a Arc<Overlay>>) -> u8 {
    let mut counts = [0; USUAL_COLORS.len()];
    layers.for_each(|layer| counts[usize::from(layer.usual_color) % USUAL_COLORS.len()] += 1);
    (0..USUAL_COLORS.len() as u8).min_by_key(|color| counts[usize::from(*color)]).unwrap_or_default()
}

/// The id that a layer has by the name of its file.
pub fn layer_id(name: &str) -> String {
    let id = name.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "-");
    if id.is_empty() { "layer".to_owned() } else { id }
}

/// What all features of a layer say alike.
pub(super) struct Common {
    /// Of which day they are; empty where they differ.
    pub(super) as_of: String,
    /// Where they are from.
    pub(super) method: Option<String>,
}

impl Common {
    pub(super) fn of(features: &Features) -> Self {
        let [sources_date, date, url] = features.rows().common_words(["sources_date", "date", "sources_url"]);
        Self {
            // What is no day that can be read is none of which a figure can be.
            as_of: [sources_date, date]
                .into_iter()
                .flatten()
                .find(|day| Day::or_days_in_text(day).is_ok())
                .map(|day| Day::iso_of_dotted(&day).unwrap_or(day))
                .unwrap_or_default(),
            method: url.filter(|url| !url.trim().is_empty()).map(|url| format!("Source named in the file: {url}")),
        }
    }
}
